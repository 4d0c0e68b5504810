// Files of the reader's own on the map: drawn in ink above the atlas, never sent, never saved.

import { el } from '../base/dom.js';
import { apart, inside, northing } from '../geo/geo.js';
import { copies, laid, place, spot, stretches, unspot } from '../geo/projection.js';
import { areaOf } from '../map/washes.js';
import { MOST_BYTES, readOwn } from './owndata.js';
import { decoded, unzipped } from './ownfiles.js';
import { FileProblem } from './problem.js';

const LISTED = 300;

const bounds = (features) => {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const f of features) {
    for (const [x, y] of [...f.points, ...f.lines.flat(), ...f.areas.flat(2)]) {
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x);
      box[3] = Math.max(box[3], y);
    }
  }
  return box;
};

const world = (line) => line.map(([x, y]) => [x, northing(Math.max(-89.9, Math.min(89.9, y)))]);

export function createDrop(app) {
  let layers = [],
    chosen = null,
    problem = '';
  const title = el('h2', {}),
    body = el('div', {}),
    note = el('p', { class: 'fm-quiet' });
  const more = el('button', { type: 'button', class: 'fm-chip', onclick: () => picker.click() });
  const close = el('button', { type: 'button', class: 'fm-chip', onclick: () => hide() });
  const picker = el('input', {
    'type': 'file',
    'accept': '.geojson,.json,.geojsonl,.ndjson,.csv,.tsv,.txt,.kml,.kmz,.gpx,.wkt',
    'multiple': true,
    'class': 'fm-away',
    'tabindex': '-1',
    'aria-hidden': 'true',
    'onchange': () => {
      read([...picker.files]);
      picker.value = '';
    },
  });
  const node = el(
    'section',
    { class: 'fm-tray-part fm-own-data', hidden: true, tabindex: '-1' },
    title,
    body,
    note,
    el('div', { class: 'fm-chips' }, more, close),
    picker,
  );

  async function read(files) {
    problem = '';
    for (const file of files) {
      try {
        if (file.size > MOST_BYTES) throw new FileProblem('file_big', { most: Math.round(MOST_BYTES / 1e6) });
        const bytes = new Uint8Array(await file.arrayBuffer()),
          packed = bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] < 8;
        const { text, encoding } = decoded(packed ? await unzipped(bytes, MOST_BYTES) : bytes);
        const features = readOwn(file.name, text).map((f) => ({
          ...f,
          box: bounds([f]),
          points2: world(f.points),
          lines2: f.lines.map(world),
          areas2: f.areas.map((rings) => rings.map(world)),
        }));
        layers = [...layers, { name: file.name, encoding, features, box: bounds(features) }];
        chosen = null;
      } catch (error) {
        if (!(error instanceof FileProblem)) throw error;
        problem = `${file.name}: ${app.w().t(error.key, error.values)}`;
      }
    }
    show();
    const last = layers.at(-1);
    if (!problem && last) look(last.box);
    if (problem) app.say(problem);
    app.redraw();
  }

  function look([w, s, e, n]) {
    const padX = Math.max(6, (e - w) * 0.1),
      padY = Math.max(4, (n - s) * 0.1);
    app.camera.reach(s, n);
    app.camera.fit([w - padX, s - padY, e + padX, n + padY], true, 40);
  }

  function show() {
    node.hidden = false;
    write();
    app.tray.changed();
    node.focus({ preventScroll: true });
  }

  function hide() {
    layers = [];
    chosen = null;
    problem = '';
    node.hidden = true;
    app.tray.changed();
    app.redraw();
    app.stage.focus({ preventScroll: true });
  }

  function pick(feature) {
    chosen = feature;
    if (node.hidden) node.hidden = false;
    write();
    app.redraw();
  }

  function write() {
    const w = app.w();
    title.textContent = w.t('own_data');
    note.textContent = w.t('own_note');
    more.textContent = w.t(layers.length ? 'own_more' : 'own_choose');
    close.textContent = w.t(layers.length ? 'own_remove_all' : 'close');
    node.setAttribute('aria-label', w.t('own_data'));
    body.replaceChildren(
      ...[
        problem ? el('p', { class: 'fm-own-problem', role: 'alert', text: problem }) : null,
        ...layers.map((layer) =>
          el(
            'details',
            { open: layer.features.includes(chosen) },
            el('summary', {
              text: `${layer.name} · ${w.t('own_features', { n: w.number(layer.features.length) })}${layer.encoding ? ` · ${w.t('own_encoding', { encoding: layer.encoding })}` : ''}`,
            }),
            el(
              'button',
              {
                type: 'button',
                class: 'fm-link',
                onclick: () => {
                  layers = layers.filter((x) => x !== layer);
                  chosen = null;
                  if (layers.length) write();
                  else hide();
                  app.redraw();
                },
              },
              w.t('own_remove'),
            ),
            el(
              'ul',
              { class: 'fm-own-list' },
              layer.features.slice(0, LISTED).map((f, i) =>
                el(
                  'li',
                  {},
                  el(
                    'button',
                    {
                      'type': 'button',
                      'class': 'fm-link',
                      'aria-pressed': String(f === chosen),
                      'onclick': () => {
                        pick(f);
                        look(f.box);
                      },
                    },
                    f.name || `${i + 1}`,
                  ),
                ),
              ),
            ),
          ),
        ),
        chosen
          ? el(
              'dl',
              { class: 'fm-facts' },
              chosen.properties.map(([k, v]) => el('div', {}, el('dt', { text: k }), el('dd', { text: v }))),
            )
          : null,
      ].filter(Boolean),
    );
  }

  // A drop anywhere on the page; the browser would open the file otherwise.
  const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes('Files');
  addEventListener('dragover', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    app.root.classList.add('is-dropping');
  });
  addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) app.root.classList.remove('is-dropping');
  });
  addEventListener('drop', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    app.root.classList.remove('is-dropping');
    read([...event.dataTransfer.files]);
  });

  const before = app.onMapClick;
  app.onMapClick = (x, y, event) => {
    if (before?.(x, y, event)) return true;
    const found = layers.length ? hit(x, y) : null;
    if (found) pick(found);
    return Boolean(found);
  };

  const near = (p, x, y) =>
    p.some((_, i) => i > 1 && i % 2 === 0 && apart(x, y, p[i - 2], p[i - 1], p[i], p[i + 1]) < 36);

  function hit(x, y) {
    const f = app.camera.frame();
    for (const layer of [...layers].reverse()) {
      for (const feature of [...layer.features].reverse()) {
        for (const k of copies(feature.box, f)) {
          if (
            feature.points2.some(
              (p) => Math.hypot(...(spot(f, ...p, k) ?? [-99, -99]).map((c, i) => c - [x, y][i])) < 9,
            )
          )
            return feature;
          if (feature.lines2.flatMap((line) => stretches(line, f, k)).some(({ p }) => near(p, x, y))) return feature;
          const at = unspot(f, x, y),
            turns = f.globe ? [-360, 0, 360] : [-360 * k];
          if (
            at &&
            feature.areas2.some((rings) =>
              turns.some((turn) => rings.filter((r) => inside(r, at[0] + turn, at[1])).length % 2 === 1),
            )
          )
            return feature;
        }
      }
    }
    return null;
  }

  app.overlays.push({
    under(ctx, f, { palette }) {
      if (!layers.length) return;
      ctx.globalAlpha = 1;
      ctx.lineJoin = 'round';
      for (const feature of layers.flatMap((l) => l.features)) {
        for (const k of copies(feature.box, f)) paint(ctx, f, k, feature, palette);
      }
    },
    over(ctx, f, { palette, occupancy }) {
      if (!layers.length) return;
      ctx.font = '600 12px "Atlas Sans", "Noto Sans CJK JP", sans-serif';
      ctx.textAlign = 'left';
      ctx.textBaseline = 'alphabetic';
      ctx.lineJoin = 'round';
      for (const feature of layers.flatMap((l) => l.features).slice(0, 2000)) {
        const [p] = feature.points2;
        if (!p || !feature.name) continue;
        for (const k of copies(feature.box, f)) {
          const at = spot(f, ...p, k);
          if (!at) continue;
          const x = at[0] + 9,
            y = at[1] + 4,
            wide = ctx.measureText(feature.name).width;
          if (occupancy.cost(x - 1, y - 11, x + wide + 1, y + 3) > 60) continue;
          occupancy.block(x - 1, y - 11, x + wide + 1, y + 3);
          ctx.strokeStyle = palette.halo;
          ctx.lineWidth = 3.2;
          ctx.strokeText(feature.name, x, y);
          ctx.fillStyle = palette.ink;
          ctx.fillText(feature.name, x, y);
        }
      }
    },
  });

  function paint(ctx, f, k, feature, palette) {
    const strong = feature === chosen;
    // A colour that is none leaves the ink.
    const colour = (of, value) => {
      ctx[of] = palette.ink;
      if (value) ctx[of] = value;
    };
    const trace = (line) => {
      for (const { p } of stretches(line, f, k))
        for (let i = 0; i < p.length; i += 2) ctx[i ? 'lineTo' : 'moveTo'](p[i], p[i + 1]);
    };
    const own = feature.style ?? {};
    ctx.setLineDash([]);
    for (const rings of feature.areas2) {
      const path = laid((rings.path ??= areaOf(rings)), f);
      colour('fillStyle', own.fill ?? own.stroke);
      ctx.globalAlpha = Math.min(1, (own.wash ?? 0.14) * (strong ? 2 : 1));
      place(ctx, f, k);
      if (path) ctx.fill(path, 'evenodd');
      ctx.setTransform(f.dpr, 0, 0, f.dpr, 0, 0);
      ctx.globalAlpha = own.opacity ?? 1;
      // Two parts that meet at 180° are one area: no edge between them.
      ctx.beginPath();
      rings.edges ??= rings.flatMap((ring) =>
        ring.reduce((lines, p, i) => {
          const seam = feature.areas2.length > 1 && i > 0 && p[0] === ring[i - 1][0] && Math.abs(p[0] % 360) === 180;
          if (i === 0 || seam) lines.push([p]);
          else lines.at(-1).push(p);
          return lines;
        }, []),
      );
      rings.edges.forEach(trace);
      colour('strokeStyle', own.stroke);
      ctx.lineWidth = (own.width ?? 1.3) + (strong ? 1.1 : 0);
      if (ctx.lineWidth && own.width !== 0) ctx.stroke();
    }
    for (const line of feature.lines2) {
      const wide = (own.width ?? 1.8) + (strong ? 1.2 : 0);
      for (const [hue, width] of [
        [palette.halo, wide + 2.6],
        [own.stroke ?? palette.ink, wide],
      ]) {
        ctx.beginPath();
        trace(line);
        ctx.globalAlpha = own.opacity ?? 1;
        colour('strokeStyle', hue);
        ctx.lineWidth = width;
        ctx.stroke();
      }
    }
    ctx.globalAlpha = 1;
    for (const p of feature.points2) {
      const [x, y] = spot(f, ...p, k) ?? [-99, -99],
        r = strong ? 6 : 4;
      ctx.beginPath();
      [
        [x, y - r],
        [x + r, y],
        [x, y + r],
        [x - r, y],
      ].forEach(([u, v], i) => (i ? ctx.lineTo(u, v) : ctx.moveTo(u, v)));
      ctx.closePath();
      ctx.strokeStyle = palette.halo;
      ctx.lineWidth = 3;
      ctx.stroke();
      colour('fillStyle', own.marker);
      ctx.fill();
    }
  }

  return {
    node,
    show,
    relabel: () => {
      if (!node.hidden) write();
    },
  };
}
