// The two frontiers as washes under the land, and their overlap as stripes.

import { clear, mix } from './palette.js';

const TILE = 9;

// Paths are kept per region: one per nested step, in world units with y down.
export function pathsOf(region) {
  region.paths ??= region.steps.map((rings) => stepPath(rings, Path2D));
  return region.paths;
}

function stepPath(rings, Path) {
  const p = new Path();
  for (const ring of rings) {
    ring.forEach(([x, y], i) => (i ? p.lineTo(x, -y) : p.moveTo(x, -y)));
    p.closePath();
  }
  p.again = (Kept) => stepPath(rings, Kept);
  return p;
}

const smoothstep = (t) => t * t * (3 - 2 * t);

// Copies of a box [w, s, e, n] (world units) that touch the window.
export function copies(box, frame) {
  const out = [];
  const first = Math.ceil((-frame.x0 / frame.s - box[2]) / 360);
  const last = Math.floor(((frame.width - frame.x0) / frame.s - box[0]) / 360);
  for (let k = first; k <= last; k += 1) out.push(k);
  return out;
}

const place = (ctx, f, k) => ctx.setTransform(f.dpr * f.s, 0, 0, f.dpr * f.s, f.dpr * (f.x0 + 360 * k * f.s), f.dpr * f.y0);

// Paints, and returns the edges in pixels, which names of seas avoid.
export function paintWashes(ctx, f, atlas, palette, model, eased) {
  const { reading } = model.state;
  const families = Object.keys(reading);
  const grounds = new Map(), edges = [];
  // The soft one first: the other lies over it, and the stripes tell where both apply.
  families.sort((a, b) => atlas.regions.get(reading[b]).steps.length - atlas.regions.get(reading[a]).steps.length);
  for (const family of families) {
    const region = atlas.regions.get(reading[family]);
    const alpha = eased(`region:${region.row.id}`, model.on(family) ? model.alpha('region', region.row.id) : 0) * (model.asked ? 0.55 : 1) * model.state.wash;
    if (alpha < 0.01) continue;
    const colour = palette[family], opacity = palette[`${family}_opacity`] * alpha;
    const paths = pathsOf(region), n = paths.length;
    for (const k of copies(region.box, f)) {
      place(ctx, f, k);
      for (let i = 0; i < n; i += 1) {
        // Over tiles one clear wash; elsewhere opaque steps from the outside in.
        if (f.bare && i !== n >> 1) continue;
        ctx.fillStyle = f.bare ? clear(colour, opacity) : mix(colour, palette.sea, opacity * (n === 1 ? 1 : smoothstep((i + 0.5) / n)));
        ctx.fill(paths[i], 'evenodd');
      }
      if (n === 1) {
        edge(ctx, f, region, mix(colour, palette.sea, Math.min(1, opacity * 3.4)));
        for (const line of region.open) edges.push(line.flatMap(([x, y]) => [(x + 360 * k) * f.s + f.x0, -y * f.s + f.y0]));
      }
    }
    grounds.set(family, mix(colour, palette.sea, opacity));
  }
  const shared = model.on('overlaps') ? atlas.shared(reading) : null;
  if (shared) stripes(ctx, f, shared, grounds.get(families.at(-1)) ?? palette.sea, palette, model);
  ctx.setTransform(f.dpr, 0, 0, f.dpr, 0, 0);
  return edges;
}

function edge(ctx, f, region, colour) {
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1.1 / f.s;
  ctx.setLineDash([5 / f.s, 3.5 / f.s]);
  for (const line of region.open) {
    ctx.beginPath();
    line.forEach(([x, y], i) => (i ? ctx.lineTo(x, -y) : ctx.moveTo(x, -y)));
    ctx.stroke();
  }
  ctx.setLineDash([]);
}

// Stripes are a tile anchored to the map, so that they do not swim while it moves. Each step is
// painted only as far as the next one: every pixel once.
function stripes(ctx, f, shared, ground, palette, model) {
  const paths = bandsOf(shared), n = paths.length, strength = palette.overlap_opacity * (model.asked ? 0.5 : 1);
  for (const k of copies(shared.box, f)) {
    place(ctx, f, k);
    for (let i = 0; i < n; i += 1) {
      const weight = strength * (n === 1 ? 1 : smoothstep((i + 0.5) / n));
      if (f.bare && weight < strength / 2) continue;
      ctx.fillStyle = tile(ctx, f, mix(palette.overlap, ground, weight), ground, k);
      ctx.fill(paths[i], 'evenodd');
    }
  }
}

// The rings of a step together with those of the next: filled by even and odd, the band between.
function bandsOf(shared) {
  shared.bands ??= pathsOf({ steps: shared.steps.map((rings, i, all) => [...rings, ...(all[i + 1] ?? [])]) });
  return shared.bands;
}

const tiles = new Map();

function tile(ctx, f, colour, ground, k) {
  const key = `${colour}${ground}${f.dpr}`;
  if (!tiles.has(key)) {
    if (tiles.size > 80) tiles.clear();
    const size = Math.round(TILE * f.dpr), canvas = document.createElement('canvas');
    canvas.width = size;
    canvas.height = size;
    const c = canvas.getContext('2d');
    c.fillStyle = ground;
    if (!f.bare) c.fillRect(0, 0, size, size);
    c.strokeStyle = colour;
    c.lineWidth = 1.45 * f.dpr;
    for (const d of [-size, 0, size]) {
      c.beginPath();
      c.moveTo(d - 2, size + 2);
      c.lineTo(d + size + 2, -2);
      c.stroke();
    }
    const pattern = ctx.createPattern(canvas, 'repeat');
    // For a picture in vectors, which cannot look into a pattern.
    pattern.stripes = { colour, ground, size: TILE, width: 1.45 };
    tiles.set(key, { pattern, size });
  }
  const { pattern, size } = tiles.get(key);
  // Undo the transform of the map but keep its offset, in whole tiles.
  const s = 1 / (f.dpr * f.s);
  const ox = ((f.dpr * f.x0) % size), oy = ((f.dpr * f.y0) % size);
  const dx = ox - f.dpr * (f.x0 + 360 * k * f.s), dy = oy - f.dpr * f.y0;
  pattern.setTransform(new DOMMatrix([s, 0, 0, s, dx * s, dy * s]));
  return pattern;
}
