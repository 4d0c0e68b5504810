// Routes and links in pixels: side by side, curved, cased, with arrows that stay in place.

import { arrow } from '../base/arrows.js';
import { latitude } from '../geo/geo.js';
import { inkOf, lookOf } from '../atlas/kinds.js';
import { copies, eastward, stretches } from '../geo/projection.js';

// Pixels over which a corner is rounded; the zoom below which lines of one supplier that carry no
// gas today share a lane.
const ROUND = 6,
  MERGED = 4.7;

// Pixels that lanes may stand apart where there is no room for them.
const SQUEEZED = 1.5;

// Lines are thinner when the whole world is shown.
export const lineScale = (zoom) => Math.max(0.82, Math.min(1.45, 0.82 + (zoom - 2.2) * 0.2));

// Pixels of a way, moved sideways by its lane: a flat list x, y for each stretch that is on the
// near side.
export function pixels(points, offsets, f, k, scale) {
  return stretches(points, f, k).map(({ p, from }) => {
    if (!offsets) return p;
    const out = new Float64Array(p.length);
    for (let i = 0, last = p.length - 2; i <= last; i += 2) {
      const at = from + i / 2,
        a = Math.max(0, i - 2),
        b = Math.min(last, i + 2);
      let [x, y] = [p[i], p[i + 1]];
      if (offsets[at]) {
        const dx = p[b] - p[a],
          dy = p[b + 1] - p[a + 1],
          l = Math.hypot(dx, dy) || 1;
        // Not over land: in a strait the lanes draw together.
        const room = points[at][2] * eastward(f, latitude(points[at][1])) + SQUEEZED,
          by = Math.max(-room, Math.min(room, offsets[at] * scale));
        x += (dy / l) * by;
        y -= (dx / l) * by;
      }
      out[i] = x;
      out[i + 1] = y;
    }
    return out;
  });
}

// Drop vertices closer than `gap` pixels to the last one kept; the ends stay.
export function thin(p, gap = 1.6) {
  const out = [p[0], p[1]];
  for (let i = 2; i < p.length - 2; i += 2) {
    const n = out.length;
    if (Math.abs(p[i] - out[n - 2]) + Math.abs(p[i + 1] - out[n - 1]) >= gap) out.push(p[i], p[i + 1]);
  }
  if (p.length > 2) out.push(p[p.length - 2], p[p.length - 1]);
  return out;
}

// The stretches of a line that come near the window: [{p, from}], `from` the length before them,
// which keeps dashes in place. What is far outside costs as much to stroke as what is seen.
export function visible(p, width, height, pad = 40) {
  const out = [];
  let run = null,
    along = 0;
  for (let i = 2; i < p.length; i += 2) {
    const ax = p[i - 2],
      ay = p[i - 1],
      bx = p[i],
      by = p[i + 1];
    const away =
      (ax < -pad && bx < -pad) ||
      (ay < -pad && by < -pad) ||
      (ax > width + pad && bx > width + pad) ||
      (ay > height + pad && by > height + pad);
    if (away) {
      run = null;
    } else {
      if (!run) out.push((run = { p: [ax, ay], from: along }));
      run.p.push(bx, by);
    }
    along += Math.hypot(bx - ax, by - ay);
  }
  return out;
}

// The stretches of a way that are not led by another: [points, offsets], a vertex more at each end.
function unled(points, offsets, led) {
  const out = [];
  for (let i = 0; i < points.length;) {
    if (led[i]) {
      i += 1;
      continue;
    }
    let j = i;
    while (j < points.length && !led[j]) j += 1;
    const a = Math.max(0, i - 2),
      b = Math.min(points.length, j + 2);
    if (j - i > 2) out.push([points.slice(a, b), offsets.slice(a, b)]);
    i = j;
  }
  return out;
}

// Trace a line; when vertices are far apart, through the mid-points of the segments, so that none
// of them shows.
export function trace(ctx, p, round = false) {
  ctx.moveTo(p[0], p[1]);
  for (let i = 2; i < p.length - 2; i += 2) {
    if (round) ctx.quadraticCurveTo(p[i], p[i + 1], (p[i] + p[i + 2]) / 2, (p[i + 1] + p[i + 3]) / 2);
    else ctx.lineTo(p[i], p[i + 1]);
  }
  ctx.lineTo(p[p.length - 2], p[p.length - 1]);
}

// Stroke what can be seen of a line.
export function strokeRuns(ctx, runs, round, dash) {
  for (const { p, from } of runs) {
    if (dash) ctx.lineDashOffset = from;
    ctx.beginPath();
    trace(ctx, p, round);
    ctx.stroke();
  }
}

export function* paintLinks(ctx, f, facts, palette, model, eased, hits) {
  ctx.lineJoin = 'bevel';
  for (const { row, lines, box } of model.links) {
    const shown = model.on('links') || model.related?.has(`link:${row.id}`);
    const alpha = eased(`link:${row.id}`, shown ? model.alpha('link', row.id) : 0);
    if (alpha < 0.02) continue;
    const chosen = model.state.selected === `link:${row.id}` || (model.focused.link?.has(row.id) ?? false);
    for (const k of copies(box, f)) {
      for (const line of lines.flatMap((way) => pixels(way, null, f, k, 1))) {
        const p = thin(line, f.moving ? 6 : 4),
          runs = visible(p, f.width, f.height);
        if (!runs.length) continue;
        ctx.globalAlpha = alpha * (chosen ? 1 : 0.62);
        ctx.strokeStyle = palette.halo;
        ctx.lineWidth = chosen ? 4 : 2.6;
        ctx.setLineDash(row.dash);
        strokeRuns(ctx, runs, false, row.dash.length);
        ctx.strokeStyle = inkOf(lookOf(facts, 'links', row.kind), palette, row.pole ? palette.accent : palette.link);
        ctx.lineWidth = chosen ? 2 : 1.1;
        strokeRuns(ctx, runs, false, row.dash.length);
        if (alpha > 0.4) hits.lines.push({ key: `link:${row.id}`, p, r: 5 });
      }
      yield;
    }
  }
  ctx.setLineDash([]);
  ctx.lineDashOffset = 0;
  ctx.globalAlpha = 1;
}

// `slide`: gives points and lane of a route on its way to where it goes now.
export function* paintRoutes(ctx, f, palette, dashes, model, eased, hits, slide) {
  const drawn = [];
  // From afar routes of a supplier are one band, as wide as its tonnes whatever the zoom.
  const merged = f.zoom < MERGED && model.banded,
    scale = merged ? 1 : lineScale(f.zoom),
    shown = (route) => model.on('routes') || route.id === 'own' || model.related?.has(`route:${route.id}`);
  ctx.lineJoin = 'bevel';
  ctx.lineCap = 'butt';
  for (const route of model.routes) {
    if (!route.ghost || !shown(route)) continue;
    const alpha = eased(`ghost:${route.id}`, model.alpha('route', route.id));
    for (const k of copies(route.ghost.box, f)) {
      ctx.globalAlpha = 0.75 * alpha;
      ctx.strokeStyle = palette.quiet;
      ctx.lineWidth = 1.4;
      ctx.setLineDash([1.5, 4]);
      for (const p of pixels(route.ghost.points, null, f, k, 1))
        strokeRuns(ctx, visible(thin(p, 2.4), f.width, f.height), false, true);
    }
  }
  ctx.setLineDash([]);
  for (const [i, route] of model.routes.entries()) {
    if (i % 6 === 5) yield;
    if (!route.points || !shown(route)) continue;
    const target =
      model.asked && !route.ghost && !model.related && route.id !== 'own'
        ? Math.min(model.alpha('route', route.id), 0.34)
        : model.alpha('route', route.id);
    const { points, lane, box } = slide(route, merged),
      alpha = eased(`route:${route.id}`, target);
    if (alpha < 0.02) continue;
    const width =
      (merged ? route.wide : route.width * scale) * (model.state.selected === `route:${route.id}` ? 1.35 : 1);
    for (const k of copies(box, f)) {
      const way = (line, offsets) => pixels(line, offsets, f, k, scale).map((p) => thin(p, ROUND));
      const parts = way(points, lane),
        // What is drawn once for several, and where arrows and names lie.
        apart = (flags, offsets, all) =>
          merged && flags?.includes(1)
            ? unled(points, offsets, flags).flatMap((part) => way(...part))
            : merged && all
              ? way(points, offsets)
              : parts;
      const once = apart(lane.led, lane),
        alone = route.band ? apart(lane.follows, lane.centre, true) : once;
      const runs = once.flatMap((line) => visible(line, f.width, f.height)),
        span = merged && route.band ? lane.span : width;
      // Names and hits ask for each part; only the first is drawn, with all that is to be seen.
      parts.forEach(
        (p, part) =>
          runs.length &&
          drawn.push({ route, k, alpha, width, span, merged, p, alone: part ? [] : alone, runs: part ? [] : runs }),
      );
    }
  }
  ctx.lineDashOffset = 0;
  for (const [i, { route, alpha, width, runs }] of drawn.entries()) {
    const dash = route.ghost ? null : dashes[route.status];
    ctx.globalAlpha = alpha * (dash ? 0.6 : 0.85);
    ctx.strokeStyle = palette.halo;
    ctx.lineWidth = width + (dash ? 1.6 : 2.4);
    strokeRuns(ctx, runs, true, false);
    if (i % 3 === 2) yield;
  }
  for (const [i, item] of drawn.entries()) {
    if (i % 4 === 0) yield;
    const { route, alpha, width, p, runs } = item,
      dash = route.ghost ? null : dashes[route.status];
    ctx.globalAlpha = alpha;
    ctx.strokeStyle = palette[route.role];
    ctx.lineWidth = width;
    ctx.setLineDash(dash ? dash.map((d) => Math.max(2, d * Math.max(width, 1.5))) : []);
    strokeRuns(ctx, runs, true, dash);
    ctx.setLineDash([]);
    ctx.lineDashOffset = 0;
    if (alpha > 0.3) {
      for (const line of item.alone) arrows(ctx, f, palette, { ...item, width: Math.min(item.span, 6), p: line });
      hits.lines.push({ key: `route:${route.id}`, p, r: Math.max(5, width) });
    }
  }
  ctx.globalAlpha = 1;
  return drawn;
}

// Every `step` map units along the line; the step is a power of two, so arrows keep their place
// through a zoom until every second one goes.
function arrows(ctx, f, palette, { route, width, p }) {
  const unit = 2 ** Math.round(Math.log2(250 / f.s)),
    step = unit * f.s;
  const size = 3.4 + 0.75 * width;
  let along = 0,
    next = step * 0.6;
  for (let i = 2; i < p.length; i += 2) {
    const dx = p[i] - p[i - 2],
      dy = p[i + 1] - p[i - 1],
      l = Math.hypot(dx, dy);
    while (along + l >= next) {
      const t = (next - along) / l,
        x = p[i - 2] + dx * t,
        y = p[i - 1] + dy * t;
      if (x > -20 && y > -20 && x < f.width + 20 && y < f.height + 20)
        arrow(ctx, x, y, Math.atan2(dy, dx), size, palette[route.role], palette.halo, route.head);
      next += step;
    }
    along += l;
  }
}
