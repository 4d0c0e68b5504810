// Layers: the legend is the switchboard. Each row shows the symbol as the map draws it.

import { arrow, headOf } from '../base/arrows.js';
import { day, offFor } from '../atlas/chapters.js';
import { el } from '../base/dom.js';
import { paintKind } from '../map/features.js';
import { inView } from './inview.js';
import { inkOf } from '../atlas/kinds.js';
import { bandWidth, THREAD } from '../atlas/loads.js';
import { drawSymbol } from '../map/marks.js';
import { depthTint } from '../map/backdrop.js';
import { clear } from '../map/palette.js';
import { paintSample } from '../map/washes.js';

// Tonnes by which the widths of bands can be read: a round number that the widest holds, and a fifth.
function scaleOf(supply) {
  if (!supply.length) return [];
  const most = Math.max(...supply.map(({ mt }) => mt)),
    ten = 10 ** Math.floor(Math.log10(most));
  const round = ten * [5, 2, 1].find((n) => n * ten <= most);
  return [round, round / 5];
}

// A small canvas on which `paint(ctx, palette)` draws; painted again when the scheme changes.
function swatch(app, width, height, paint) {
  const dpr = 2,
    canvas = el('canvas', {
      'class': 'fm-swatch',
      'width': width * dpr,
      'height': height * dpr,
      'aria-hidden': 'true',
      'style': { width: `${width}px`, height: `${height}px` },
    });
  const draw = () => {
    const ctx = canvas.getContext('2d');
    ctx.setTransform(dpr, 0, 0, dpr, 0, 0);
    ctx.clearRect(0, 0, width, height);
    if (app.palette()) paint(ctx, app.palette());
  };
  draw();
  return { canvas, draw };
}

// Events, where the map draws any.
function eventsRow(facts, w, row, symbol, quiet, signs) {
  const drawn = facts.events.filter((e) => e.at);
  if (!drawn.length) return null;
  const sign = symbol(facts.kinds.events[drawn[0].kind].symbol, 'accent');
  return row('events', sign, w.t('events'), quiet('events', String(drawn.length)), signs('events', 'accent'));
}

export function layersTab(app) {
  const w = app.w(),
    { facts, store } = app,
    swatches = [];
  const put = (width, height, paint) => {
    const s = swatch(app, width, height, paint);
    swatches.push(s);
    return s.canvas;
  };
  const switches = new Map();
  const toggle = (id, label) => {
    const button = el(
      'button',
      {
        'type': 'button',
        'role': 'switch',
        'class': 'fm-switch',
        'aria-label': label,
        'onclick': () => {
          const { off } = store.get();
          app.set({ off: off.includes(id) ? off.filter((x) => x !== id) : [...off, id] });
        },
      },
      el('span', { class: 'fm-knob' }),
    );
    switches.set(id, button);
    return button;
  };
  const row = (id, canvas, name, note, ...below) =>
    el(
      'section',
      { class: 'fm-layer' },
      el(
        'div',
        { class: 'fm-layer-row' },
        canvas,
        el('div', { class: 'fm-layer-text' }, el('h3', { text: name }), note),
        toggle(id, name),
      ),
      ...below,
    );

  const notes = new Map();
  const quiet = (key, text) => {
    const p = el('p', { class: 'fm-quiet', text });
    notes.set(key, p);
    return p;
  };

  // A choice does not wrap: what is too long for it takes the short name.
  const optionOf = (r) => {
    const [long, short] = [r.name, r.short].map(
      (name) => w.text(name) && w.text(name) + (r.use === 'recommended' ? ` · ${w.t('recommended')}` : ''),
    );
    return long.length > 40 && short ? short : long;
  };
  const regionRow = (family) => {
    const readings = facts.regions.filter((r) => r.family === family.id);
    const select = el(
      'select',
      {
        'class': 'fm-select',
        'aria-label': w.t('reading_of', { name: w.text(family.name) }),
        'onchange': () => app.set({ reading: { ...store.get().reading, [family.id]: select.value } }),
      },
      readings.map((r) => el('option', { value: r.id }, optionOf(r))),
    );
    selects.set(family.id, select);
    const canvas = put(44, 24, (ctx, p) => {
      const soft = facts.regions.find((r) => r.id === store.get().reading[family.id])?.edge === 'soft';
      paintSample(
        ctx,
        p,
        facts.families.map((x) => x.id),
        family.id,
        1,
        1,
        42,
        22,
        2,
      );
      if (soft) {
        // Out of the panel, as the wash comes out of the sea.
        const g = ctx.createLinearGradient(0, 0, 22, 0);
        g.addColorStop(0, p.sea);
        g.addColorStop(1, clear(p.sea, 0));
        ctx.fillStyle = g;
        ctx.fillRect(1, 1, 42, 22);
      } else {
        ctx.strokeStyle = p[family.id];
        ctx.lineWidth = 1.3;
        ctx.setLineDash([6, 3.5]);
        ctx.strokeRect(1, 1, 42, 22);
      }
    });
    return row(family.id, canvas, w.text(family.name), quiet(family.id, ''), readings.length > 1 ? select : null);
  };
  const selects = new Map();
  // A layer of which there is nothing has no switch.
  const families = facts.families.filter((f) => facts.regions.some((r) => r.family === f.id));
  const importers = [...new Set(facts.routes.map((r) => r.importer))].map(
    (code) => w.text(app.atlas.party(code)) || code,
  );
  const poles = facts.places.filter((p) => p.pole).map((p) => w.text(p.name));

  // Where there is one family, or none, there is nothing to share.
  const sharedRow = () =>
    row(
      'overlaps',
      put(44, 24, (ctx, p) =>
        paintSample(
          ctx,
          p,
          facts.families.map((x) => x.id),
          null,
          1,
          1,
          42,
          22,
          2,
        ),
      ),
      w.t('both_apply'),
      quiet('overlaps', ''),
    );

  const lines = put(44, 24, (ctx, p) => {
    [
      ['route_green', 4.6, 5],
      ['route_gold', 3.2, 12.5],
      ['route_blue', 2.2, 19],
    ].forEach(([role, width, y]) => {
      ctx.strokeStyle = p[role];
      ctx.lineWidth = width;
      ctx.beginPath();
      ctx.moveTo(1, y);
      ctx.lineTo(43, y);
      ctx.stroke();
    });
  });
  const suppliers = el(
    'ul',
    { class: 'fm-suppliers' },
    facts.suppliers
      .filter((s) => facts.routes.some((r) => r.supplier === s.id && r.draw))
      .map((s) => {
        const routes = facts.routes.filter((r) => r.supplier === s.id && r.draw);
        const shares = new Map(routes.filter((r) => r.share).map((r) => [r.importer, r.share]));
        const first = routes.find((r) => r.status === 'active') ?? routes[0],
          sent = Math.max(0, ...facts.supply.filter((one) => one.supplier === s.id).map((one) => one.mt)),
          width = sent ? bandWidth(facts, sent) : THREAD;
        const canvas = put(44, 18, (ctx, p) => {
          ctx.strokeStyle = p[s.role] ?? p.route_other;
          ctx.lineWidth = width;
          ctx.setLineDash((facts.style.dashes[first.status] ?? []).map((part) => part * width));
          ctx.beginPath();
          ctx.moveTo(1, 9);
          ctx.lineTo(43, 9);
          ctx.stroke();
          ctx.setLineDash([]);
          arrow(ctx, 22, 9, 0, 6, p[s.role] ?? p.route_other, p.panel, headOf(facts, s.id));
        });
        const to = [...new Set(routes.map((r) => r.importer))].map((c) => w.text(app.atlas.party(c)) || c);
        return el(
          'li',
          {},
          el(
            'button',
            { type: 'button', class: 'fm-supplier', onclick: () => app.select(`route:${routes[0].id}`, { fly: true }) },
            canvas,
            el(
              'span',
              { class: 'fm-supplier-name' },
              w.text(s.name),
              el('span', { class: 'fm-quiet', text: ` ${w.t('to_importer', { name: w.list(to) })}` }),
            ),
            el('span', {
              class: 'fm-share',
              text: [...shares].map(([code, share]) => `${code} ${w.percent(share, 1)}`).join(' · '),
            }),
          ),
        );
      }),
    scaleOf(facts.supply).map((mt) =>
      el(
        'li',
        { class: 'fm-kind' },
        put(44, 18, (ctx, p) => {
          const high = bandWidth(facts, mt);
          ctx.fillStyle = p.quiet;
          ctx.fillRect(1, 9 - high / 2, 42, high);
        }),
        `${w.number(mt, mt % 1 ? 1 : 0)} ${w.t('mtpa')}`,
      ),
    ),
  );

  const symbol = (name, role, hollow = false) =>
    put(44, 24, (ctx, p) => drawSymbol(ctx, facts.style.symbols, name, 22, 12, 16, p[role], p.panel, hollow));
  const terminals = put(44, 24, (ctx, p) => {
    drawSymbol(ctx, facts.style.symbols, 'export', 8, 12, 13, p.route_green, p.panel);
    drawSymbol(ctx, facts.style.symbols, 'export', 22, 12, 13, p.route_plum, p.panel, true);
    drawSymbol(ctx, facts.style.symbols, 'import', 36, 12, 12, p.ink, p.panel);
  });
  const bars = put(44, 24, (ctx, p) => {
    Object.entries({ gate: 9, restricted: 22, closed: 35 }).forEach(([role, x]) => {
      ctx.strokeStyle = p[role];
      ctx.lineWidth = 2.6;
      ctx.beginPath();
      ctx.moveTo(x - 4, 19);
      ctx.lineTo(x + 4, 5);
      ctx.stroke();
    });
  });
  const ties = put(44, 24, (ctx, p) => {
    [
      [p.accent, 2.2, 17, []],
      [p.link, 1.3, 21, [5, 3]],
    ].forEach(([colour, width, y, dash]) => {
      ctx.strokeStyle = colour;
      ctx.lineWidth = width;
      ctx.setLineDash(dash);
      ctx.beginPath();
      ctx.moveTo(2, y);
      ctx.quadraticCurveTo(22, y - 22, 42, y);
      ctx.stroke();
    });
  });
  const sea = put(44, 24, (ctx, p) => {
    ctx.fillStyle = p.sea_name;
    ctx.font = 'italic 400 15px "Atlas Serif", serif';
    ctx.textAlign = 'center';
    ctx.fillText(w.t('sea_sample'), 22, 17);
  });
  const deep = put(44, 24, (ctx, p) => {
    [p.sea, ...Array(3).fill(depthTint(p))].forEach((colour, n) => {
      ctx.fillStyle = colour;
      ctx.fillRect(11 * n, 5, 44 - 11 * n, 14);
    });
  });
  const border = put(44, 24, (ctx, p) => {
    ctx.strokeStyle = p.coast;
    ctx.lineWidth = 1.2;
    ctx.beginPath();
    ctx.moveTo(2, 16);
    ctx.bezierCurveTo(12, 2, 24, 26, 42, 8);
    ctx.stroke();
  });
  // A layer of one's own: its kinds in words, and the states in which something of it is.
  const ownRow = (layer) => {
    const rows = facts.features.filter((r) => r.layer === layer.id),
      several = layer.kinds.length > 1;
    const kinds = layer.kinds
      .map((look, i) => [look, rows.filter((r) => (r.look ?? 0) === i).length])
      .filter(([, n]) => n);
    const sample = (look, state, width = 44, height = 18) =>
      put(width, height, (ctx, p) => paintKind(ctx, facts, layer, look, state, p, width / 2, height / 2, width - 6));
    const now = el('ul', { class: 'fm-suppliers' });
    states.push((model) => {
      const there = Object.keys(facts.style.states).filter(
        (state) => state !== 'in_service' && model.features.some((f) => f.layer === layer && f.state === state),
      );
      now.replaceChildren(
        ...there.map((state) =>
          el('li', { class: 'fm-kind' }, sample(layer.kinds[0], state), w.t(`feature_state.${state}`)),
        ),
      );
    });
    return row(
      layer.id,
      sample(kinds[0]?.[0] ?? layer.kinds[0], 'in_service', 44, 24),
      w.text(layer.name),
      quiet(layer.id, String(rows.length)),
      several
        ? el(
            'ul',
            { class: 'fm-suppliers' },
            kinds.map(([look, n]) =>
              el(
                'li',
                { class: 'fm-kind' },
                sample(look, 'in_service'),
                w.text(look.name),
                el('span', { class: 'fm-share', text: String(n) }),
              ),
            ),
          )
        : null,
      now,
    );
  };
  // The kinds of a layer in words, where the atlas has some of its own; what looks alike is one line.
  const kindsOf = (layer, sample) => {
    const looks = Object.entries(facts.kinds[layer]);
    if (!looks.some(([, look]) => look.own)) return null;
    const alike = new Map();
    for (const one of looks) {
      const key = JSON.stringify([one[1].symbol, one[1].colour]);
      alike.set(key, [...(alike.get(key) ?? []), one]);
    }
    const shown = [...alike.values()].map((kinds) => [
      kinds[0][1],
      kinds.map(([kind]) => w.t(`${layer.slice(0, -1)}_kind.${kind}`)),
      facts[layer].filter((r) => kinds.some(([kind]) => kind === r.kind)).length,
    ]);
    return el(
      'ul',
      { class: 'fm-suppliers' },
      shown.map(([look, names, n]) =>
        el(
          'li',
          { class: 'fm-kind' },
          put(44, 18, (ctx, p) => sample(ctx, p, look)),
          names.join(' · ').replace(/^./u, (c) => c.toLocaleUpperCase(w.lang)),
          el('span', { class: 'fm-share', text: String(n) }),
        ),
      ),
    );
  };
  const signs = (layer, role = 'ink') =>
    kindsOf(layer, (ctx, p, look) =>
      drawSymbol(ctx, facts.style.symbols, look.symbol, 22, 9, 12, inkOf(look, p, p[role]), p.panel),
    );
  const strokes = () =>
    kindsOf('links', (ctx, p, look) => {
      ctx.strokeStyle = inkOf(look, p, p.link);
      ctx.lineWidth = 1.3;
      ctx.beginPath();
      ctx.moveTo(3, 9);
      ctx.lineTo(41, 9);
      ctx.stroke();
    });
  const states = [];
  const seen = inView(app);
  const preset = (key, off) =>
    el('button', { type: 'button', class: 'fm-chip', onclick: () => app.set({ off: off() }) }, w.t(key));
  const wash = el('input', {
    'type': 'range',
    'min': '0',
    'max': '1.6',
    'step': '0.1',
    'aria-label': w.t('wash'),
    'oninput': () => app.set({ wash: Number(wash.value) }, false),
    'onkeydown': (e) => e.stopPropagation(),
  });
  const moment = el(
    'select',
    {
      'class': 'fm-select',
      'aria-label': w.t('moment_in_time'),
      'onchange': () => app.set({ date: moment.value || null }),
    },
    el('option', { value: '' }, w.t('all_time')),
    facts.moments.map((m) => el('option', { value: day(m.date) }, w.text(m.name))),
  );
  const node = el(
    'div',
    { class: 'fm-layers' },
    el(
      'div',
      { 'class': 'fm-chips', 'role': 'group', 'aria-label': w.t('presets') },
      preset('preset_all', () => []),
      facts.chapters.length
        ? preset('preset_chapter', () =>
            offFor(
              facts,
              facts.chapters.find((c) => c.id === store.get().chapter),
            ),
          )
        : null,
    ),
    families.map(regionRow),
    families.length > 1 ? sharedRow() : null,
    families.length ? el('label', { class: 'fm-speed fm-wash-row' }, el('span', { text: w.t('wash') }), wash) : null,
    facts.moments.length
      ? el('label', { class: 'fm-speed fm-moment-row' }, el('span', { text: w.t('moment') }), moment)
      : null,
    facts.own_layers.map(ownRow),
    facts.routes.length
      ? row(
          'routes',
          lines,
          importers.length > 3 ? w.t('routes') : w.t('routes_layer', { names: w.list(importers) }),
          quiet('routes', facts.supply.length ? w.t('routes_note') : ''),
          suppliers,
          el('p', { class: 'fm-quiet fm-below', text: w.t('dash_note') }),
        )
      : null,
    facts.terminals.length
      ? row(
          'terminals',
          terminals,
          w.t('terminals'),
          quiet('terminals', w.t('terminals_note', { n: facts.terminals.length })),
          signs('terminals'),
        )
      : null,
    facts.gates.length
      ? row(
          'gates',
          bars,
          w.t('gates'),
          quiet('gates', w.t('gates_note', { n: facts.gates.length, date: w.date(facts.record_to) })),
        )
      : null,
    facts.places.length
      ? row(
          'places',
          symbol('capital', 'ink'),
          w.t('places'),
          quiet(
            'places',
            poles.length
              ? w.t(['places_pole', 'places_note'][poles.length - 1] ?? 'places_poles', {
                  n: facts.places.length,
                  names: w.list(poles),
                })
              : String(facts.places.length),
          ),
          signs('places'),
        )
      : null,
    facts.links.length
      ? row(
          'links',
          ties,
          w.t('links'),
          quiet(
            'links',
            w.t(facts.links.some((l) => l.pole) ? 'links_note' : 'links_plain', {
              n: facts.links.length,
              names: w.list(poles),
            }),
          ),
          strokes(),
        )
      : null,
    eventsRow(facts, w, row, symbol, quiet, signs),
    facts.sea_labels.length
      ? row('sea_labels', sea, w.t('sea_names'), quiet('sea_labels', String(facts.sea_labels.length)))
      : null,
    row('borders', border, w.t('borders'), quiet('borders', w.t('borders_note'))),
    facts.basemap ? null : row('depths', deep, w.t('depths'), quiet('depths', w.t('depths_note'))),
    seen.node,
  );

  app.afterMove = () => seen.update();
  return {
    node,
    recolour: () => swatches.forEach((s) => s.draw()),
    update(now, changed) {
      for (const [id, button] of switches) button.setAttribute('aria-checked', String(!now.off.includes(id)));
      for (const [family, select] of selects) {
        select.value = now.reading[family];
        const region = app.atlas.regions.get(now.reading[family]).row;
        notes.get(family).textContent = w.sentence([
          w.area(region.area),
          region.edge === 'soft' ? w.t('soft_edge') : w.t('hard_edge'),
        ]);
      }
      const overlap = app.atlas.overlap(now.reading);
      notes.get('overlaps')?.replaceChildren(overlap && overlap.area > 1000 ? w.area(overlap.area) : w.t('no_overlap'));
      if (!changed || changed.has('date')) states.forEach((tell) => tell(app.model()));
      wash.value = String(now.wash);
      moment.value = [...moment.options].some((o) => o.value === (now.date ?? '')) ? (now.date ?? '') : '';
      if (!changed || changed.has('reading')) swatches.forEach((s) => s.draw());
      seen.update();
    },
  };
}
