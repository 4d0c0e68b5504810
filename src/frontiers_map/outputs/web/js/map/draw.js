// One frame of the map on one canvas, in the order in which things lie on one another.

import { paintDepths, paintLands } from './backdrop.js';
import { cellPaths, cellSphere, levelFor } from './coast.js';
import { paintFeatures } from './features.js';
import { northing } from '../geo/geo.js';
import { createOccupancy } from './labels.js';
import { paintLinks, paintRoutes } from './lines.js';
import { gatesFor, paintGates, paintSymbols, symbolsFor } from './marks.js';
import { createNames } from './names.js';
import { tracedPath } from '../geo/paths.js';
import { areaPath, copies, inSight, laidLines, linePath, onSphere, paintRim, place, unit } from '../geo/projection.js';
import { sliding } from './slides.js';
import { paintWashes } from './washes.js';

const CELLS = 4;

// The zoom from which on a coast of the atlas's own is drawn where there is one.
const OWN_FROM = 7;

// Sixtieths of a second in which a route slides to its new way.
const SLIDE = 45;

// Meridians and parallels every 30 degrees, as flat lists of degrees.
const netLines = () => [
  ...Array.from({ length: 12 }, (_, i) => [30 * i - 180, -75, 30 * i - 180, 75]),
  ...[-60, -30, 0, 30, 60].map((lat) => [-180, lat, 180, lat]),
];

// Run a painting to its end in one go.
export function whole(steps) {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

// Overlays are drawn in every frame and every picture: {under(ctx, f, view), over(ctx, f, view)}.
export function createPainter({ atlas, overlays = [], calm = () => true }) {
  const levels = [];
  let borders = null,
    net = null,
    fine = null,
    backdrop = null;

  const screen = (ctx, f) => ctx.setTransform(f.dpr, 0, 0, f.dpr, 0, 0);

  function graticule(ctx, f, palette) {
    ctx.strokeStyle = palette.graticule;
    ctx.lineWidth = 1;
    if (f.globe) {
      net ??= onSphere(netLines(), false);
      ctx.stroke(linePath(f, net));
      return;
    }
    ctx.beginPath();
    for (let lon = Math.ceil(-f.x0 / f.s / 30) * 30; lon < (f.width - f.x0) / f.s; lon += 30) {
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

  // All but the views that a coast of the atlas's own fills, in world units; a pixel of ours stays
  // below the edges of theirs, or a seam would show.
  const beside = ({ s: scale }) =>
    tracedPath((pen) => {
      const box = (west, south, east, north) => {
        pen.moveTo(west, south);
        pen.lineTo(east, south);
        pen.lineTo(east, north);
        pen.lineTo(west, north);
        pen.closePath();
      };
      const hair = 1 / scale;
      box(-600, -600, 600, 600);
      for (const [w, s, e, n] of fine.views) box(w + hair, -northing(s) - hair, e - hair, -northing(n) + hair);
    });

  function* fill(ctx, f, palette, level, seen) {
    const top = -f.y0 / f.s,
      bottom = (f.height - f.y0) / f.s;
    for (const cell of level) {
      cell.box ??= [cell.west * cell.q, cell.south * cell.q, cell.east * cell.q, cell.north * cell.q];
      const [w, s, e, n] = cell.box;
      if (!f.globe && (-northing(Math.min(89, n)) > bottom || -northing(Math.max(-89, s)) < top)) continue;
      if (f.globe && !inSight(cellSphere(cell).land, f)) continue;
      for (const k of copies([w, s, e, n], f)) {
        const path = f.globe ? areaPath(f, cellSphere(cell).land) : (cell.paths ??= cellPaths(cell)).land;
        seen.push([cell, k]);
        place(ctx, f, k);
        ctx.fillStyle = palette.land;
        ctx.fill(path, 'evenodd');
        if (f.globe || seen.length % CELLS === 0) yield;
      }
    }
  }

  function* edge(ctx, f, palette, seen) {
    ctx.strokeStyle = palette.coast;
    ctx.lineJoin = 'bevel';
    for (const [i, [cell, k]] of seen.entries()) {
      place(ctx, f, k);
      ctx.lineWidth = 0.75 / unit(f);
      ctx.stroke(f.globe ? linePath(f, cellSphere(cell).coast) : cell.paths.coast);
      if (f.globe || i % CELLS === CELLS - 1) yield;
    }
  }

  // Paint outside the views of the atlas's own coast, in one go: a clip must not outlive it.
  function outside(ctx, f, steps) {
    ctx.save();
    for (const k of copies([-180, -89, 180, 89], f)) {
      place(ctx, f, k);
      ctx.clip(beside(f), 'evenodd');
    }
    whole(steps);
    ctx.restore();
  }

  function* land(ctx, f, palette, model, ground) {
    const level = levels[ground ? 0 : levelFor(f.zoom, f.moving, levels.length)] ?? [];
    const finer = fine && !ground && !f.globe && f.zoom >= OWN_FROM,
      seen = [],
      mine = [];
    if (finer) {
      outside(ctx, f, fill(ctx, f, palette, level, seen));
      yield* fill(ctx, f, palette, fine.cells, mine);
    } else yield* fill(ctx, f, palette, level, seen);
    if (ground) return;
    yield;
    if (backdrop && model.on('borders')) yield* paintLands(ctx, f, backdrop.lands, palette);
    if (borders && model.on('borders')) {
      for (const k of copies([-180, -60, 180, 84], f)) {
        place(ctx, f, k);
        const [settled, disputed] = borders.map((path) => (f.globe ? laidLines(path, path.lines, f) : path));
        ctx.strokeStyle = palette.border;
        ctx.lineWidth = 0.8 / unit(f);
        if (settled) ctx.stroke(settled);
        ctx.setLineDash([2.5 / unit(f), 2.5 / unit(f)]);
        if (disputed) ctx.stroke(disputed);
        ctx.setLineDash([]);
        yield;
      }
    }
    if (finer) {
      outside(ctx, f, edge(ctx, f, palette, seen));
      yield* edge(ctx, f, palette, mine);
    } else yield* edge(ctx, f, palette, seen);
    screen(ctx, f);
  }

  function rings(ctx, hits, model, palette) {
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

  // What is kept from one frame of a canvas to the next: names and where they stood, alphas on
  // their way.
  const memory = () => ({ names: createNames(), alphas: new Map(), slides: new Map(), occupancy: null });

  // Paints a whole frame on `target`, in steps: after each `yield` the caller may do other things.
  // Returns what lies where, and `more`: that some things have not come to their end.
  // `blocks`: boxes in pixels where no name may stand. `frozen` draws everything in its final
  // state, for pictures; otherwise `pace` tells how many sixtieths of a second have gone by.
  // `ground`: sea, washes and land only.
  function* paint(
    target,
    kept,
    frame,
    { model, palette, words, dpr, blocks = [], frozen = false, pace = 1, ground = false },
  ) {
    const { facts } = atlas,
      hits = { points: [], lines: [], boxes: [] };
    // Online tiles lie under the screen only: a picture has land of its own.
    const f = { ...frame, dpr, ground, bare: Boolean(facts.basemap && (frame.live || ground)) };
    const ctx = target.getContext('2d', { willReadFrequently: true });
    // A picture in vectors groups what belongs together; a canvas has no groups.
    const part = (name) => ctx.part?.(name);
    // Alphas go 28 % of the way to their goal in a sixtieth of a second.
    let busy = false;
    const share = 1 - 0.72 ** pace;
    const eased = (key, goal) => {
      const now = kept.alphas.get(key) ?? goal,
        next = frozen || Math.abs(goal - now) < 0.02 ? goal : now + (goal - now) * share;
      if (next !== goal) busy = true;
      kept.alphas.set(key, next);
      return next;
    };
    // How far slides go in this frame; for who wants no motion, the new way fades in.
    const slide = sliding(kept.slides, {
      step: frozen || calm() ? null : pace / SLIDE,
      on: () => {
        busy = true;
      },
      fade: (id) => kept.alphas.set(`route:${id}`, 0),
    });
    if (target.width !== Math.round(f.width * dpr) || target.height !== Math.round(f.height * dpr)) {
      target.width = Math.round(f.width * dpr);
      target.height = Math.round(f.height * dpr);
    }
    if (kept.occupancy?.width !== f.width || kept.occupancy.height !== f.height)
      kept.occupancy = createOccupancy(f.width, f.height);
    const { occupancy } = kept;
    screen(ctx, f);
    ctx.globalAlpha = 1;
    ctx.fillStyle = palette.sea;
    if (f.bare) ctx.clearRect(0, 0, f.width, f.height);
    else ctx.fillRect(0, 0, f.width, f.height);
    part('regions');
    const edges = yield* paintWashes(ctx, f, atlas, palette, model, eased);
    part('depths');
    if (backdrop && !f.bare && !ground && model.on('depths')) yield* paintDepths(ctx, f, backdrop.depths, palette);
    screen(ctx, f);
    part('graticule');
    if (!f.bare) graticule(ctx, f, palette);
    yield;
    part('land');
    if (!f.bare) yield* land(ctx, f, palette, model, ground);
    if (ground) return { frame: f };
    if (f.globe) paintRim(ctx, f, palette);
    yield;
    part('own areas');
    const own = yield* paintFeatures(ctx, f, facts, palette, model, eased, hits, 'area');
    part('links');
    yield* paintLinks(ctx, f, facts, palette, model, eased, hits);
    yield;
    part('routes');
    const drawn = yield* paintRoutes(ctx, f, palette, facts.style.dashes, model, eased, hits, slide);
    part('own lines');
    own.push(...(yield* paintFeatures(ctx, f, facts, palette, model, eased, hits, 'line')));
    part('gates');
    const gates = gatesFor(f, atlas, model);
    paintGates(
      ctx,
      gates.filter((g) => !g.shut),
      palette,
      model,
      eased,
      hits,
    );
    part('terminals and places');
    const symbols = symbolsFor(f, atlas, palette, model, northing);
    paintSymbols(ctx, symbols, facts.style.symbols, palette, model, eased, hits);
    own.push(...(yield* paintFeatures(ctx, f, facts, palette, model, eased, hits, 'point')));
    // A closed strait lies on top: no town may hide its cross.
    paintGates(
      ctx,
      gates.filter((g) => g.shut),
      palette,
      model,
      eased,
      hits,
    );
    rings(ctx, hits, model, palette);
    yield;
    part('own data');
    for (const overlay of overlays) overlay.under?.(ctx, f, { palette, model, words, northing });
    part('names');
    occupancy.clear();
    for (const [x0, y0, x1, y1] of blocks) occupancy.block(x0, y0, x1, y1);
    for (const line of edges) occupancy.line(line, 5);
    for (const { p, width, alpha } of drawn) if (alpha > 0.3) occupancy.line(p, width + 3);
    for (const { points, shut } of gates) {
      const [[ax, ay], [bx, by]] = [points[0], points.at(-1)],
        n = Math.ceil(Math.hypot(bx - ax, by - ay) / 4) || 1;
      for (let i = 0; i <= n; i += 1) {
        const px = ax + ((bx - ax) * i) / n,
          py = ay + ((by - ay) * i) / n;
        occupancy.block(px - 2, py - 2, px + 2, py + 2);
      }
      const [x, y] = [(points[0][0] + points.at(-1)[0]) / 2, (points[0][1] + points.at(-1)[1]) / 2];
      if (shut) occupancy.block(x - 8, y - 8, x + 8, y + 8);
      else occupancy.block(x - 3, y - 3, x + 3, y + 3);
    }
    for (const { p, width } of own) if (p) occupancy.line(p, width + 3);
    for (const { x, y, size: d } of [...symbols, ...own.filter((one) => one.size)])
      occupancy.block(x - d / 2, y - d / 2, x + d / 2, y + d / 2);
    yield;
    const labels = yield* kept.names.paint(
      ctx,
      f,
      { atlas, model, palette, words, symbols, gates, drawn, own, hits, frozen, pace },
      occupancy,
    );
    part('over');
    for (const overlay of overlays) overlay.over?.(ctx, f, { palette, model, words, northing, occupancy });
    ctx.globalAlpha = 1;
    return { more: busy || labels.more, labels, hits, frame: f };
  }

  return {
    paint,
    memory,
    addLevel: (level) => levels.push(level),
    setOwnCoast: (cells, views) => {
      fine = { cells, views };
    },
    setBorders: (paths) => {
      borders = paths;
    },
    setBackdrop: (areas) => {
      backdrop = areas;
    },
    levels: () => levels.length,
    // One frame on a canvas of its own: a picture, a sheet of paper.
    paintOn: (target, frame, options) => whole(paint(target, memory(), frame, { ...options, frozen: true })),
  };
}
