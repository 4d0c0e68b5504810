// One frame of the map on one canvas, in the order in which things lie on one another.

import { cellPaths, levelFor } from './coast.js';
import { northing } from './geo.js';
import { createOccupancy } from './labels.js';
import { paintLinks, paintRoutes } from './lines.js';
import { gatesFor, paintGates, paintSymbols, symbolsFor } from './marks.js';
import { createNames } from './names.js';
import { copies, paintWashes } from './washes.js';

// `blocks()` gives the boxes of what covers the map, in pixels, where no name may stand.
// `overlays` are drawn in every frame and every picture: {under(ctx, f, view), over(ctx, f, view)}.
export function createPainter(canvas, { atlas, blocks, overlays = [] }) {
  let ctx = canvas.getContext('2d');
  const levels = [], alphas = new Map();
  let names = createNames(), target = canvas;
  let borders = null, occupancy = null, hits = { points: [], lines: [], boxes: [] }, last = null;

  // Alphas go 28 % of the way to their goal each frame; `busy` tells that some have not arrived.
  let busy = false, still = false;
  const eased = (key, goal) => {
    const now = alphas.get(key) ?? goal, next = still || Math.abs(goal - now) < 0.02 ? goal : now + (goal - now) * 0.28;
    if (next !== goal) busy = true;
    alphas.set(key, next);
    return next;
  };

  function size(width, height, dpr) {
    if (target.width !== Math.round(width * dpr) || target.height !== Math.round(height * dpr)) {
      target.width = Math.round(width * dpr);
      target.height = Math.round(height * dpr);
      target.style.width = `${width}px`;
      target.style.height = `${height}px`;
    }
    if (!occupancy || occupancy.width !== width || occupancy.height !== height) occupancy = createOccupancy(width, height);
  }

  const world = (f, k) => ctx.setTransform(f.dpr * f.s, 0, 0, f.dpr * f.s, f.dpr * (f.x0 + 360 * k * f.s), f.dpr * f.y0);
  // A picture in vectors groups what belongs together; a canvas has no groups.
  const part = (name) => ctx.part?.(name);
  const screen = (f) => ctx.setTransform(f.dpr, 0, 0, f.dpr, 0, 0);

  function graticule(f, palette) {
    ctx.strokeStyle = palette.graticule;
    ctx.lineWidth = 1;
    ctx.beginPath();
    for (let lon = Math.ceil((-f.x0 / f.s) / 30) * 30; lon < (f.width - f.x0) / f.s; lon += 30) {
      const x = Math.round(lon * f.s + f.x0) + 0.5;
      ctx.moveTo(x, 0);
      ctx.lineTo(x, f.height);
    }
    for (let lat = -60; lat <= 60; lat += 30) {
      const y = Math.round(-northing(lat) * f.s + f.y0) + 0.5;
      ctx.moveTo(0, y);
      ctx.lineTo(f.width, y);
    }
    ctx.stroke();
  }

  function land(f, palette, model) {
    const level = levels[levelFor(f.zoom, f.moving, levels.length)] ?? [];
    const top = -f.y0 / f.s, bottom = (f.height - f.y0) / f.s;
    ctx.fillStyle = palette.land;
    const seen = [];
    for (const cell of level) {
      cell.box ??= [cell.west * cell.q, cell.south * cell.q, cell.east * cell.q, cell.north * cell.q];
      const [w, s, e, n] = cell.box;
      if (-northing(Math.min(89, n)) > bottom || -northing(Math.max(-89, s)) < top) continue;
      for (const k of copies([w, s, e, n], f)) {
        cell.paths ??= cellPaths(cell);
        seen.push([cell, k]);
        world(f, k);
        ctx.fill(cell.paths.land, 'evenodd');
      }
    }
    if (borders && model.on('borders') && !f.lean) {
      for (const k of copies([-180, -60, 180, 84], f)) {
        world(f, k);
        ctx.strokeStyle = palette.border;
        ctx.lineWidth = 0.8 / f.s;
        ctx.stroke(borders[0]);
        ctx.setLineDash([2.5 / f.s, 2.5 / f.s]);
        ctx.stroke(borders[1]);
        ctx.setLineDash([]);
      }
    }
    if (f.lean > 1) {
      screen(f);
      return;
    }
    ctx.strokeStyle = palette.coast;
    ctx.lineJoin = 'bevel';
    for (const [cell, k] of seen) {
      world(f, k);
      ctx.lineWidth = 0.75 / f.s;
      ctx.stroke(cell.paths.coast);
    }
    screen(f);
  }

  function rings(f, model, palette) {
    const key = model.state.selected;
    if (!key) return;
    for (const { key: k, x, y, r } of hits.points) {
      if (k !== key) continue;
      ctx.beginPath();
      ctx.arc(x, y, r + 5, 0, 2 * Math.PI);
      ctx.strokeStyle = palette.accent;
      ctx.lineWidth = 2;
      ctx.stroke();
    }
  }

  // Paints a whole frame. `frozen` draws everything in its final state, for pictures and tests.
  function paint(frame, { model, palette, words, dpr, frozen = false, keepOff = null }) {
    const { facts } = atlas, f = { ...frame, dpr, bare: Boolean(facts.basemap) };
    last = f;
    still = frozen;
    busy = false;
    size(f.width, f.height, dpr);
    hits = { points: [], lines: [], boxes: [] };
    screen(f);
    ctx.fillStyle = palette.sea;
    if (f.bare) ctx.clearRect(0, 0, f.width, f.height);
    else ctx.fillRect(0, 0, f.width, f.height);
    part('regions');
    const edges = paintWashes(ctx, f, atlas, palette, model, eased);
    screen(f);
    part('graticule');
    if (!f.bare) graticule(f, palette);
    part('land');
    if (!f.bare) land(f, palette, model);
    part('links');
    paintLinks(ctx, f, palette, model, eased, hits);
    part('routes');
    const drawn = paintRoutes(ctx, f, palette, facts.style.dashes, model, eased, hits);
    part('gates');
    const gates = gatesFor(f, atlas, model);
    paintGates(ctx, gates, palette, model, eased, hits);
    part('terminals and places');
    const symbols = symbolsFor(f, atlas, palette, model, northing);
    paintSymbols(ctx, symbols, facts.style.symbols, palette, model, eased, hits);
    rings(f, model, palette);
    part('own data');
    for (const overlay of overlays) overlay.under?.(ctx, f, { palette, model, words, northing });
    part('names');
    occupancy.clear();
    for (const [x0, y0, x1, y1] of keepOff ?? blocks()) occupancy.block(x0, y0, x1, y1);
    for (const line of edges) occupancy.line(line, 5);
    for (const { p, width, alpha } of drawn) if (alpha > 0.3) occupancy.line(p, width + 3);
    for (const { points, shut } of gates) {
      for (const [x, y] of points) occupancy.block(x - 2, y - 2, x + 2, y + 2);
      const [x, y] = [(points[0][0] + points.at(-1)[0]) / 2, (points[0][1] + points.at(-1)[1]) / 2];
      if (shut) occupancy.block(x - 8, y - 8, x + 8, y + 8);
      else occupancy.block(x - 3, y - 3, x + 3, y + 3);
    }
    for (const { x, y, size: d } of symbols) occupancy.block(x - d / 2, y - d / 2, x + d / 2, y + d / 2);
    const labels = names.paint(ctx, f, { atlas, model, palette, words, symbols, gates, drawn, hits, still }, occupancy);
    part('over');
    for (const overlay of overlays) overlay.over?.(ctx, f, { palette, model, words, northing, occupancy });
    ctx.globalAlpha = 1;
    return { more: busy || labels.more, labels };
  }

  return {
    paint,
    addLevel: (level) => levels.push(level),
    setBorders: (paths) => { borders = paths; },
    forgetWidths: () => names.forget(),
    levels: () => levels.length,
    frame: () => last,
    hits: () => hits,
    // One frame on another canvas (a picture, a sheet of paper), without touching this one.
    paintOn(other, frame, options) {
      const mine = { ctx, occupancy, hits, last };
      const names2 = createNames();
      ctx = other.getContext('2d');
      target = other;
      occupancy = null;
      const label = names;
      names = names2;
      try {
        return paint(frame, options);
      } finally {
        ({ ctx, occupancy, hits, last } = mine);
        names = label;
        target = canvas;
      }
    },
  };
}
