// Which names want a place in this frame: of symbols, gates, own features, regions, seas, countries.

import { middleOf } from './features.js';
import { box, line, measure, SANS, SERIF, split, wrapped } from './lettering.js';
import { RING } from './marks.js';
import { mix } from './palette.js';
import { northing } from '../geo/geo.js';
import { copies, eastward, spot } from '../geo/projection.js';

const SEA = { 1: [17, 3.2], 2: [14, 1.2], 3: [13, 0.8], 4: [12.2, 0.5] };
const SEA_ZOOM = { 1: 0, 2: 2.1, 3: 3.1, 4: 4.3 };

// How a region's name may stand to its place, in widths and heights of its own: on it, and where
// it finds no room, in a small window, beside it.
const ASIDE = [
  [0, 0],
  [0.5, 0],
  [-0.5, 0],
  [0, 1],
  [0, -1],
  [0.5, 1],
  [0.5, -1],
  [-0.5, 1],
  [-0.5, -1],
];

// How far towards the rim of a globe the name of an area may stand, as a share.
const INNER = 0.74;

// Pixels that a country's area must be across for its name; how much wider than the room in its
// middle a name may be.
const LEAST_SIDE = 26,
  ROOMY = 1.5;

// Directions in which a note may stand from what it speaks of, and how far; how near
// to it a symbol stands for it; and how wide a note may be.
const COMPASS = [
    [0.7, -0.7],
    [-0.7, -0.7],
    [0.7, 0.7],
    [-0.7, 0.7],
    [0, -1],
    [-1, 0],
    [1, 0],
    [0, 1],
  ],
  FAR = [30, 56, 90, 130],
  MARKED = 10,
  NOTE = 196,
  NOTE_SMALL = 148;

export function* collect(ctx, f, view) {
  const { model, palette, words, symbols, gates } = view;
  const small = words.lean ? 0 : 0.5,
    out = [];
  const add = (candidate) => {
    const size = box(ctx, candidate.lines),
      { offsets, aside } = candidate;
    out.push({
      ...candidate,
      ...size,
      ...(aside
        ? { offsets: ASIDE.flatMap(([u, v]) => offsets.map(([x, y]) => [x + u * size.w, y + v * size.h])) }
        : {}),
    });
  };
  for (const s of symbols) {
    const { row, kind } = s;
    if (s.alpha < 0.5 && !row.pole) continue;
    if (s.alpha < 0.2) continue;
    const style = row.pole ? [600, 16] : kind === 'terminal' ? [600, 12.2] : s.capital ? [400, 13] : [400, 12];
    const name = words.text(row.short) || words.text(row.name);
    add({
      key: `${s.key}@${s.k}`,
      unless: `noway:${row.id}@${s.k}`,
      owner: s.key,
      x: s.x,
      y: s.y,
      r: s.size / 2 + (model.recent.has(row.id) ? RING : 0),
      priority: s.priority,
      alpha: s.alpha,
      lines: [line(name, style[0], style[1] - small, SANS)],
      most: s.priority > 90 ? 400 : 46,
      colour: kind === 'place' ? palette.ink : s.colour,
      halo: palette.halo,
    });
  }
  yield;
  for (const g of gates) {
    if (!g.shut && !g.picked && model.alpha('gate', g.row.id) < 0.5) continue;
    add({
      key: `${g.key}@${g.k}`,
      owner: g.key,
      x: g.x,
      y: g.y,
      r: g.shut ? 8 : 7,
      priority: g.priority,
      alpha: 1,
      lines: [
        line(words.text(g.row.name), g.shut ? 600 : 400, 12.2 - small, SANS, {
          italic: !g.shut,
          slant: !g.shut && !words.lean && !words.rtl,
        }),
      ],
      most: g.shut ? 400 : g.picked && g.used ? 160 : 46,
      colour: palette[g.ink ?? 'ink'],
      halo: palette.halo,
    });
  }
  for (const one of view.own) {
    if (one.p || !one.look.label || one.alpha < 0.5) continue;
    const at = one.size ? [one.x, one.y] : middleOf(one, f);
    if (!at) continue;
    const [x, y] = at,
      picked = model.state.selected === one.key;
    add({
      key: `${one.key}@${one.k}`,
      owner: one.key,
      x,
      y,
      r: one.size ? one.size / 2 : 2,
      priority: picked ? 82 : one.size ? 44 : 36,
      alpha: 1,
      lines: [line(words.text(one.row.name), one.size ? 600 : 400, 12.2 - small, SANS)],
      most: 46,
      colour: one.colour,
      halo: palette.halo,
    });
  }
  noWay(add, f, view, small);
  callouts(ctx, add, f, view, small);
  regionNames(add, f, view, small);
  yield;
  seaNames(ctx, out, f, view, small);
  countryNames(ctx, out, f, view, small);
  return out;
}

function noWay(add, f, { atlas, model, palette, words }, small) {
  for (const route of model.routes) {
    if (route.result?.reachable !== false) continue;
    const at = atlas.find(`terminal:${route.row.from}`) ?? atlas.find(`place:${route.row.from}`);
    if (!at) continue;
    for (const k of copies([at.lon, 0, at.lon, 0], f)) {
      const where = spot(f, at.lon, northing(at.lat), k);
      if (!where) continue;
      const [x, y] = where;
      add({
        key: `noway:${route.row.from}@${k}`,
        owner: `route:${route.id}`,
        x,
        y,
        r: 13,
        priority: 130,
        alpha: 1,
        most: 1000,
        pad: 3,
        plate: palette.halo,
        lines: [
          line(words.text(at.short) || words.text(at.name), 600, 12.5 - small, SANS),
          line(words.t('no_way'), 600, 12.5 - small, SANS),
        ],
        colour: palette.closed,
        halo: palette.halo,
      });
      return;
    }
  }
}

// A chapter's notes, each joined to its place by a line; where one finds no room it stays away.
function callouts(ctx, add, f, { model, palette, words, symbols, gates }, small) {
  const font = 12.8 - small,
    width = f.width < 600 ? NOTE_SMALL : NOTE;
  (model.chapter?.callouts ?? []).forEach(({ at: [lon, lat], text }, i) => {
    const lines = wrapped(ctx, words.text(text), line('', 600, font, SANS).font, width, words.lang).map((part) =>
        line(part, 600, font, SANS),
      ),
      { w, h } = box(ctx, lines);
    for (const k of copies([lon, 0, lon, 0], f)) {
      const at = spot(f, lon, northing(lat), k);
      if (!at) continue;
      // What stands at the place itself is not painted over.
      const stands = [...symbols, ...gates].some(({ x, y }) => Math.hypot(x - at[0], y - at[1]) < MARKED);
      add({
        key: `note:${i}@${k}`,
        owner: null,
        kind: 'area',
        x: at[0],
        y: at[1],
        offsets: FAR.flatMap((far) =>
          COMPASS.map(([u, v]) => [u * far + Math.sign(u) * (w / 2), v * far + Math.sign(v) * (h / 2)]),
        ),
        priority: 128,
        alpha: 1,
        most: 240,
        pad: 8,
        plate: palette.paper,
        leader: palette.accent,
        short: stands ? MARKED : 0,
        lines,
        colour: palette.ink,
        halo: palette.halo,
      });
    }
  });
}

function regionNames(add, f, { atlas, model, palette, words }, small) {
  const strong = (role) => mix(palette[role], palette.ink, 0.62);
  for (const [family, id] of Object.entries(model.state.reading)) {
    const region = atlas.regions.get(id);
    if (!model.on(family) || model.alpha('region', id) < 0.5 || f.zoom > 5.5) continue;
    spread(add, f, region.row.names, {
      key: `region:${id}`,
      priority: 34,
      aside: true,
      colour: strong(family),
      halo: palette[`${family}_ground`] ?? palette.sea,
      soft: true,
      lines: [
        line(words.text(region.row.short) || words.text(region.row.name), 600, 14.5 - small, SANS),
        line(words.area(region.row.area), 400, 12.5 - small, SANS),
      ],
    });
  }
  const overlap = atlas.overlap(model.state.reading);
  if (overlap?.area > 1000 && model.on('overlaps') && f.zoom < 6.2) {
    spread(add, f, overlap.names, {
      key: 'overlap',
      priority: model.chapter?.figure_id.startsWith('overlap') ? 96 : 42,
      colour: strong('overlap'),
      halo: palette.halo,
      plate: palette.paper,
      pad: 7,
      most: 160,
      lines: [
        line(words.t('both_apply'), 600, 14 - small, SANS),
        line(words.area(overlap.area), 400, 12.5 - small, SANS),
      ],
    });
  }
}

function spread(add, f, anchors, candidate) {
  if (!anchors?.length) return;
  const all = anchors.map(([u]) => u);
  for (const k of copies([Math.min(...all) - 20, 0, Math.max(...all) + 20, 0], f)) {
    const found = among(anchors, f, k);
    if (!found) continue;
    const [[x, y], offsets] = found;
    add({
      most: 30,
      alpha: 1,
      ...candidate,
      owner: candidate.key === 'overlap' ? 'overlap:' : candidate.key,
      key: `${candidate.key}@${k}`,
      kind: 'area',
      x,
      y,
      offsets,
    });
  }
}

// Where a name may stand: its first place in the window, and the others as seen from there.
const among = (anchors, f, k) => {
  const [first, ...rest] = anchors
    .map(([lon, lat]) => spot(f, lon, northing(lat), k))
    .filter((at) => at && (!f.globe || Math.hypot(at[0] - f.globe.cx, at[1] - f.globe.cy) < INNER * f.globe.rim));
  return first && [first, [first, ...rest].map(([u, v]) => [u - first[0], v - first[1]])];
};

// A sea's name stands only where the water is wide enough for it, in one line or in two.
function seaNames(ctx, out, f, { atlas, model, palette, words }, small) {
  if (!model.on('sea_labels')) return;
  for (const row of atlas.facts.sea_labels) {
    if (f.zoom < SEA_ZOOM[row.class]) continue;
    const [size, spacing] = SEA[row.class],
      grow = Math.max(0, Math.min(3, (f.zoom - 3.5) * 0.8));
    const text = words.text(row.name),
      lean = words.lean;
    const make = (parts) =>
      parts.map((part) =>
        line(part, 400, size + grow - small, SERIF, {
          italic: lean,
          slant: !lean && !words.rtl,
          spacing: words.rtl ? 0 : spacing * (lean ? 1 : 1.6),
        }),
      );
    for (const lines of [make([text]), make(split(text))]) {
      const { w, h } = box(ctx, lines);
      if (w > 430) continue;
      const fits = row.rooms.filter(
        ([, lat, half, high]) => 2 * half * eastward(f, lat) > w + 10 && 2 * high * f.s > h + 4,
      );
      if (!fits.length) continue;
      const [[lon]] = fits;
      for (const k of copies([lon - 30, 0, lon + 30, 0], f)) {
        const found = among(fits, f, k);
        if (!found) continue;
        const [[x, y], offsets] = found;
        out.push({
          key: `sea:${row.id}@${k}`,
          owner: `sea:${row.id}`,
          kind: 'area',
          x,
          y,
          offsets,
          lines,
          w,
          h,
          most: 4,
          priority: 20 - row.class * 3,
          alpha: 1,
          colour: palette.sea_name,
          halo: palette.sea,
          soft: true,
        });
      }
      break;
    }
  }
}

// Countries, by how large they are drawn; quiet capitals that give way to everything.
function countryNames(ctx, out, f, { atlas, model, palette, words }, small) {
  if (f.bare || !model.on('borders')) return;
  const at = 4 + atlas.facts.languages.indexOf(words.lang);
  for (const row of atlas.facts.countries) {
    const [lon, lat, half, area] = row,
      side = (Math.sqrt(area * 1000) / 111) * f.s;
    if (side < LEAST_SIDE) break;
    const size = 10 + Math.min(3.4, Math.log2(side / LEAST_SIDE)) - small;
    const text = row[at].toLocaleUpperCase(words.lang),
      whole = [line(text, 400, size, SANS, { spacing: words.rtl ? 0 : 1.6 })];
    const lines =
      measure(ctx, text, whole[0].font, 1.6) > 2.6 * half * eastward(f, lat)
        ? split(text).map((part) => line(part, 400, size, SANS, { spacing: words.rtl ? 0 : 1.6 }))
        : whole;
    const { w, h } = box(ctx, lines);
    if (w > 2 * ROOMY * half * eastward(f, lat)) continue;
    for (const k of copies([lon - 20, 0, lon + 20, 0], f)) {
      const [x, y] = spot(f, lon, northing(lat), k) ?? [-999, -999];
      if (
        x < -w ||
        y < -h ||
        x > f.width + w ||
        y > f.height + h ||
        (f.globe && Math.hypot(x - f.globe.cx, y - f.globe.cy) > 0.86 * f.globe.rim)
      )
        continue;
      out.push({
        key: `land:${lon},${lat}@${k}`,
        owner: `land:${lon},${lat}`,
        kind: 'area',
        x,
        y,
        offsets: [
          [0, 0],
          [0, h],
          [0, -h],
          [w / 4, 0],
          [-w / 4, 0],
        ],
        lines,
        w,
        h,
        most: 3,
        priority: 4,
        alpha: 1,
        colour: mix(palette.quiet, palette.land, 0.88),
        halo: palette.land,
        soft: true,
      });
    }
  }
}
