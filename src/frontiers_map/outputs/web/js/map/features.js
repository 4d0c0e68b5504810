// Layers of one's own: areas, lines and symbols as the atlas says, by their state at a moment.

import { northing } from '../geo/geo.js';
import { pixels, strokeRuns, thin, visible } from './lines.js';
import { drawSymbol } from './marks.js';
import { clear } from './palette.js';
import { copies, laid, place, spot, unit } from '../geo/projection.js';
import { areaOf, woven } from './washes.js';

const HATCH = {
  name: 'hatch',
  size: 7,
  d: 'M-1.75 5.25L5.25 -1.75M1.75 8.75L8.75 1.75',
  width: 1.1,
  cap: 'butt',
  covers: 0.2,
};
const WASH = 0.24;
// Pixels: lines, outlines, symbols.
const LINE = 1.9,
  EDGE = 1.2,
  SIZE = 12;

// How a kind is drawn in a state: its own look, or the state's where that has one.
export function inkOf(facts, look, state, palette) {
  const then = facts.style.states[state];
  return {
    colour: then.ink ? palette[then.ink] : palette.dark ? look.dark : look.light,
    dash: then.dash ?? look.dash,
    hollow: Boolean(then.hollow),
  };
}

// A sample for a legend, `w` by `h` pixels, its middle at x, y.
export function paintKind(ctx, facts, layer, look, state, palette, x, y, w = 40) {
  const { colour, dash, hollow } = inkOf(facts, look, state, palette);
  if (layer.geometry === 'point') {
    drawSymbol(ctx, facts.style.symbols, look.symbol, x, y, SIZE, colour, palette.panel ?? palette.paper, hollow);
    return;
  }
  const h = layer.geometry === 'area' ? 14 : 0;
  ctx.beginPath();
  if (h) ctx.rect(x - w / 2, y - h / 2, w, h);
  else {
    ctx.moveTo(x - w / 2, y);
    ctx.lineTo(x + w / 2, y);
  }
  if (h && look.fill === 'wash') {
    ctx.fillStyle = clear(colour, WASH);
    ctx.fill();
  }
  ctx.strokeStyle = colour;
  if (h && look.fill === 'hatch') {
    ctx.lineWidth = 1;
    ctx.save();
    ctx.clip();
    ctx.beginPath();
    for (let at = -h; at < w; at += 6) {
      ctx.moveTo(x - w / 2 + at, y + h / 2);
      ctx.lineTo(x - w / 2 + at + h, y - h / 2);
    }
    ctx.stroke();
    ctx.restore();
    ctx.beginPath();
    ctx.rect(x - w / 2, y - h / 2, w, h);
  }
  ctx.lineWidth = h ? EDGE : LINE + 0.3;
  ctx.setLineDash(dash.map((part) => part * ctx.lineWidth));
  ctx.stroke();
  ctx.setLineDash([]);
}

// Paints those of one geometry, and gives what was drawn: names and hits need it.
export function* paintFeatures(ctx, f, facts, palette, model, eased, hits, geometry) {
  const drawn = [];
  ctx.lineJoin = 'round';
  ctx.lineCap = 'butt';
  for (const [i, feature] of model.features.entries()) {
    if (feature.layer.geometry !== geometry) continue;
    const { row, shape, look, state } = feature,
      key = `feature:${row.id}`;
    if (i % 200 === 199) yield;
    const shown = model.on(feature.layer.id) || model.related?.has(key);
    const alpha = eased(key, shown ? model.alpha('feature', row.id) : 0);
    if (alpha < 0.02) continue;
    const picked = model.state.selected === key,
      ink = inkOf(facts, look, state, palette),
      item = { ...feature, key, alpha, colour: ink.colour };
    for (const k of copies(shape.box, f)) {
      const [, south, , north] = shape.box;
      if (!f.globe && (-north * f.s + f.y0 > f.height + 40 || -south * f.s + f.y0 < -40)) continue;
      ctx.globalAlpha = alpha;
      if (geometry === 'area') paintArea(ctx, f, palette, item, ink, k, picked);
      if (geometry === 'line') paintLines(ctx, f, palette, item, ink, k, picked, hits, drawn);
      if (geometry === 'point') paintPoints(ctx, f, facts, palette, item, ink, k, hits, drawn);
      if (geometry === 'area') drawn.push({ ...item, k });
    }
  }
  ctx.setTransform(f.dpr, 0, 0, f.dpr, 0, 0);
  ctx.setLineDash([]);
  ctx.lineDashOffset = 0;
  ctx.globalAlpha = 1;
  return drawn;
}

function paintArea(ctx, f, palette, { shape, look }, { colour, dash, hollow }, k, picked) {
  const path = laid((shape.path ??= areaOf(shape.lines)), f),
    width = picked ? 2 * EDGE : EDGE;
  if (!path) return;
  place(ctx, f, k);
  if (look.fill !== 'none') {
    ctx.fillStyle =
      look.fill === 'hatch'
        ? woven(ctx, { ...f, bare: true }, HATCH, colour, palette.sea, k)
        : clear(colour, hollow ? WASH / 2 : WASH);
    ctx.fill(path, 'evenodd');
  }
  ctx.strokeStyle = colour;
  ctx.lineWidth = width / unit(f);
  ctx.setLineDash(dash.map((part) => (part * width) / unit(f)));
  ctx.stroke(path);
  ctx.setTransform(f.dpr, 0, 0, f.dpr, 0, 0);
}

function paintLines(ctx, f, palette, item, { colour, dash }, k, picked, hits, drawn) {
  const width = picked ? 1.6 * LINE : LINE;
  for (const line of item.shape.lines.flatMap((one) => pixels(one, null, f, k, 1))) {
    const p = thin(line, 2),
      runs = visible(p, f.width, f.height);
    if (!runs.length) continue;
    ctx.setLineDash([]);
    ctx.strokeStyle = palette.halo;
    ctx.lineWidth = width + 2;
    strokeRuns(ctx, runs, false, false);
    ctx.setLineDash(dash.map((part) => part * width));
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    strokeRuns(ctx, runs, false, dash.length > 0);
    if (item.alpha > 0.15) hits.lines.push({ key: item.key, p, r: 5 });
    drawn.push({ ...item, k, p, width });
  }
}

function paintPoints(ctx, f, facts, palette, item, { colour, hollow }, k, hits, drawn) {
  for (const [lon, north] of item.shape.lines[0]) {
    const [x, y] = spot(f, lon, north, k) ?? [-99, -99];
    if (x < -20 || y < -20 || x > f.width + 20 || y > f.height + 20) continue;
    drawSymbol(ctx, facts.style.symbols, item.look.symbol, x, y, SIZE, colour, palette.halo, hollow);
    if (item.alpha > 0.15) hits.points.push({ key: item.key, x, y, r: SIZE / 2 + 3 });
    drawn.push({ ...item, k, x, y, size: SIZE });
  }
}

// Where the name of an area may stand, in pixels.
export const middleOf = ({ row, k }, f) => spot(f, row.at[0], northing(row.at[1]), k);
