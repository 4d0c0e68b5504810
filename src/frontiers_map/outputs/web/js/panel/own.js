// A route of the reader's own: any two terminals, ports or places, by name, by a position or by a
// click on the map, with passages to take and the closures of the moment.

import { download, el } from '../base/dom.js';
import { links } from './links.js';
import { createEnds } from './ends.js';
import { icon } from '../base/icons.js';
import { cell } from './routes.js';
import { MOST_STOPS } from '../atlas/state.js';

// Other ways that are told beside the one that is drawn.
const OTHERS = 3;

export function ownRoute(app) {
  const w = app.w(),
    { facts, atlas } = app;
  if (!app.network) return null;
  const { rows: ends, called, ofPosition } = createEnds(app);
  const list = el(
    'datalist',
    { id: 'fm-ends' },
    ends.map((row) => el('option', { value: w.text(row.name) })),
  );
  const field = (key) =>
    el('input', {
      'class': 'fm-select',
      'list': 'fm-ends',
      'autocomplete': 'off',
      'aria-label': w.t(key),
      'placeholder': w.t(key),
      'onchange': () => go(),
      'onkeydown': (e) => {
        if (e.key === 'Escape') app.picking = null;
        e.stopPropagation();
      },
    });
  const from = field('from'),
    to = field('to');
  const pick = (input, key) =>
    el(
      'button',
      {
        'type': 'button',
        'class': 'fm-tool',
        'aria-label': w.t('pick_on_map', { what: w.t(key) }),
        'title': w.t('pick_on_map', { what: w.t(key) }),
        'onclick': () => {
          app.picking = (x, y) => picked(input, app.camera.degrees(x, y));
          app.toast(w.t('click_on_map'));
        },
      },
      icon('target'),
    );
  // Passages to take, in the order of the voyage.
  let via = [];
  const passages = facts.gates
    .filter((g) => g.closed === 'no')
    .sort((a, b) => w.text(a.name).localeCompare(w.text(b.name), w.lang));
  const first = el('option', { value: '' });
  const more = el(
    'select',
    { 'class': 'fm-select', 'aria-label': w.t('by_way_of'), 'onchange': () => stopBy([...via, more.value]) },
    first,
    passages.map((g) => el('option', { value: g.id }, w.text(g.name))),
  );
  const stops = el('ol', { 'class': 'fm-own-stops', 'aria-label': w.t('by_way_of') });
  const stopBy = (passed) => {
    via = passed;
    showStops();
    go();
    more.focus();
  };
  const passage = (id) => w.text(atlas.find(`gate:${id}`)?.name);
  // The passage keeps the focus as it moves, on the button that can go on.
  const move = (id, step) => {
    const at = via.indexOf(id),
      next = via.filter((x) => x !== id);
    next.splice(at + step, 0, id);
    via = next;
    showStops();
    go();
    const buttons = [...stops.children[at + step].querySelectorAll('.fm-step')];
    (buttons[step < 0 ? 0 : 1].disabled ? buttons[step < 0 ? 1 : 0] : buttons[step < 0 ? 0 : 1]).focus();
    app.say(`${passage(id)}: ${w.t('of', { n: at + step + 1, all: via.length })}`);
  };
  const button = (kind, label, sign, run, disabled = false) =>
    el(
      'button',
      { 'type': 'button', 'class': kind, 'aria-label': label, 'title': label, disabled, 'onclick': run },
      sign,
    );
  const showStops = () => {
    stops.replaceChildren(
      ...via.map((id, i) => {
        const what = passage(id);
        return el(
          'li',
          {},
          el('span', { text: what }),
          button('fm-step', w.t('move_before', { what }), '↑', () => move(id, -1), i === 0),
          button('fm-step', w.t('move_after', { what }), '↓', () => move(id, 1), i === via.length - 1),
          button('fm-step fm-step-out', w.t('leave_out', { what }), '×', () => stopBy(via.filter((x) => x !== id))),
        );
      }),
    );
    stops.hidden = via.length === 0;
    first.textContent = w.t(via.length ? 'and_then_by' : 'shortest');
    more.value = '';
    [...more.options].forEach((o) => {
      o.disabled = via.includes(o.value);
    });
    more.disabled = via.length >= MOST_STOPS;
  };
  showStops();
  const out = el('div', { 'class': 'fm-own-result', 'aria-live': 'polite' }),
    notes = el('div', { 'class': 'fm-own-notes', 'aria-live': 'polite' });
  const clear = el('button', { type: 'button', class: 'fm-link', onclick: () => app.set({ own: null }) }, w.t('clear'));
  const node = el(
    'section',
    { class: 'fm-own' },
    el('h2', { text: w.t('own_route') }),
    list,
    el('div', { class: 'fm-own-row' }, from, pick(from, 'from')),
    el('div', { class: 'fm-own-row' }, to, pick(to, 'to')),
    notes,
    stops,
    more,
    out,
    clear,
  );
  // What is to be said of an end stays in sight as long as the end does: {id, text}.
  const told = new Map();
  const say = (input, found, kept) => {
    told.set(input, {
      asked: input.value,
      id: found.id,
      text: found.told || found.problem || '',
      problem: Boolean(found.problem),
      kept,
      offered: (found.offered ?? []).map(([row, nm]) =>
        el(
          'button',
          { type: 'button', class: 'fm-chip', onclick: () => take(input, row) },
          nm === null ? w.text(row.name) : `${w.text(row.name)} (${w.nm(Math.round(nm))})`,
        ),
      ),
    });
    notes.replaceChildren(
      ...[from, to]
        .map((one) => told.get(one))
        .filter((one) => one?.text)
        .map((one) =>
          el(
            'div',
            {},
            el('p', { class: one.problem ? 'fm-own-none' : 'fm-quiet', text: one.text }),
            one.offered.length ? el('div', { class: 'fm-chips' }, one.offered) : null,
          ),
        ),
    );
  };
  const take = (input, row) => {
    input.value = w.text(row.name);
    go();
  };
  let asking = false;
  const go = () => {
    const [a, b] = [from, to].map((input) => {
      // Asked already, or the harbour that stands for it is in the field now: what was said stays.
      const before = told.get(input);
      if (before && [before.kept, before.asked].includes(input.value)) return before.id;
      const found = called(input.value);
      say(input, found, found.id ? w.text(row(found.id).name) : null);
      return found.id;
    });
    if (!a || !b) {
      // What stands for another question goes: the answer is not there yet.
      asking = true;
      if (app.store.get().own && [from, to].some((one) => told.get(one)?.problem)) app.set({ own: null });
      asking = false;
      return;
    }
    if (a === b) {
      out.replaceChildren(el('p', { class: 'fm-own-none', text: w.t('same_ends') }));
      return;
    }
    app.set({ own: { from: a, to: b, via } });
    app.flyToOwn();
    out.scrollIntoView({ block: 'nearest' });
  };
  const row = (id) => atlas.find(`terminal:${id}`) ?? atlas.find(`place:${id}`);
  const picked = (input, [lon, lat]) => {
    const found = ofPosition({ lon, lat });
    app.picking = null;
    input.value = found.id ? w.text(row(found.id).name) : '';
    say(input, found, input.value);
    app.say(input.value || found.problem);
    if (found.id) go();
  };
  app.endHere = (key, at) => {
    const input = key === 'from_here' ? from : to;
    picked(input, at);
    node.scrollIntoView({ block: 'nearest' });
    input.focus({ preventScroll: true });
  };
  // The next best ways, each without a passage that the one before it takes.
  const others = (now, way) => {
    const found = [];
    for (const gate of way.gates) {
      const other = app.scenarios.own({ ...now, closed: [...new Set([...now.closed, gate])] });
      if (other?.reachable && !found.some((one) => one.gates.join() === other.gates.join())) found.push(other);
    }
    return found
      .filter((one) => one.nm >= way.nm && one.gates.join() !== way.gates.join())
      .sort((p, q) => p.nm - q.nm)
      .slice(0, OTHERS);
  };
  const by = (way) => (way.gates.length ? w.list(way.gates.map(passage)) : w.t('open_sea'));
  const csv = (now, ways) => {
    const lines = ways.map((way, i) =>
      [
        i + 1,
        now.own.from,
        now.own.to,
        way.nm.toFixed(1),
        (way.nm * 1.852).toFixed(1),
        (way.nm / now.speed / 24).toFixed(2),
        now.speed,
        way.gates.join(';'),
        now.closed.join(';'),
      ]
        .map(cell)
        .join(','),
    );
    return `${['way,from,to,nm,km,days,speed_kn,gates,closed', ...lines].join('\r\n')}\r\n`;
  };
  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      app.toast(w.t('copied_table'));
    } catch {
      download('route.csv', text, 'text/csv');
    }
  };
  return {
    node,
    update(now, changed) {
      if (changed && !['own', 'closed', 'opened', 'speed', 'tab'].some((k) => changed.has(k))) return;
      clear.hidden = !now.own;
      if (!now.own) {
        if (changed?.has('own') && !asking) {
          via = [];
          showStops();
          told.clear();
          notes.replaceChildren();
        }
        out.replaceChildren();
        return;
      }
      const name = (id) => w.text((atlas.find(`terminal:${id}`) ?? atlas.find(`place:${id}`))?.name);
      for (const [input, id] of [
        [from, now.own.from],
        [to, now.own.to],
      ]) {
        input.value = name(id);
        const kept = told.get(input);
        if (kept && kept.id !== id) say(input, {}, null);
        else if (kept) kept.kept = input.value;
      }
      via = [...(now.own.via ?? [])];
      showStops();
      const way = app.scenarios.own(now);
      if (!way) {
        out.replaceChildren(el('p', { class: 'fm-quiet', text: w.t('not_computed') }));
        return;
      }
      if (!way.reachable) {
        const direct = via.length && app.scenarios.own({ ...now, own: { ...now.own, via: [] } })?.reachable;
        out.replaceChildren(el('p', { class: 'fm-own-none', text: w.t(direct ? 'no_way_by_these' : 'no_way') }));
        return;
      }
      const open = now.closed.length ? app.scenarios.own({ ...now, closed: [] }) : null,
        extra = open?.reachable ? Math.round(way.nm - open.nm) : 0;
      const f = app.scenarios.figures(way.nm, now.speed),
        next = via.length ? [] : others(now, way);
      const line = (one) =>
        el(
          'tr',
          {},
          el('th', { scope: 'row', text: by(one) }),
          el('td', { class: 'fm-num', text: w.number(Math.round(one.nm)) }),
          el('td', { class: 'fm-num', text: w.days(one.nm / now.speed / 24) }),
          el('td', { class: 'fm-num', text: `+${w.days((one.nm - way.nm) / now.speed / 24)}` }),
        );
      out.replaceChildren(
        ...[
          el('p', { class: 'fm-own-ends', text: `${name(now.own.from)} ${w.arrow} ${name(now.own.to)}` }),
          el(
            'p',
            {},
            el('strong', { text: w.nm(Math.round(way.nm)) }),
            ` · ${w.km(Math.round(way.nm * 1.852))} · ${w.t('n_days', { n: w.days(f.days) })}`,
          ),
          extra > 0
            ? el('p', {
                class: 'fm-own-extra',
                text: w.t('more_than_open', { extra: `+${w.nm(extra)}`, days: `+${w.days(extra / now.speed / 24)}` }),
              })
            : null,
          el(
            'p',
            { class: 'fm-quiet' },
            way.gates.length
              ? [
                  `${w.t('by')} `,
                  links(
                    app,
                    way.gates.map((id) => `gate:${id}`),
                  ),
                ]
              : w.t('open_sea'),
          ),
          next.length
            ? el(
                'table',
                { class: 'fm-table fm-own-others' },
                el('caption', { text: w.t('other_ways') }),
                el(
                  'thead',
                  {},
                  el(
                    'tr',
                    {},
                    ['by_way_of', 'head_nm', 'head_days', 'head_more_days'].map((key, i) =>
                      el('th', { scope: 'col', class: i ? 'fm-num' : '', text: w.t(key) }),
                    ),
                  ),
                ),
                el('tbody', {}, next.map(line)),
              )
            : null,
          el(
            'button',
            { type: 'button', class: 'fm-button', onclick: () => copy(csv(now, [way, ...next])) },
            w.t('copy_csv'),
          ),
        ].filter(Boolean),
      );
    },
  };
}
