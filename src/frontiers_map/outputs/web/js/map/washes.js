// The two frontiers as washes under the land, and their overlap as stripes.

import { clear, mix } from './palette.js';
import { tracedPath } from '../geo/paths.js';
import { copies, laid, laidLines, place, stretches, unit } from '../geo/projection.js';

// Textures: what is stroked on a tile of `size` pixels, and the share of it that is covered.
const STRIPES = {
  name: 'stripes',
  size: 11,
  d: 'M-2 13L13 -2M-13 13L2 -2M9 13L24 -2',
  width: 1.8,
  cap: 'butt',
  covers: 0.23,
};
const DOTS = { name: 'dots', size: 10, d: 'M2.5 2.5h.01M7.5 7.5h.01', width: 1.7, cap: 'round', covers: 0.045 };

// Rings in world units as a path, y down.
export const areaOf = (rings) =>
  Object.assign(
    tracedPath((pen) => {
      for (const ring of rings) {
        ring.forEach(([x, y], i) => (i ? pen.lineTo(x, -y) : pen.moveTo(x, -y)));
        pen.closePath();
      }
    }),
    { rings },
  );

// Paths are kept per region: one per nested step, in world units with y down.
export function pathsOf(region) {
  region.paths ??= region.steps.map(areaOf);
  return region.paths;
}

const smoothstep = (t) => t * t * (3 - 2 * t);

// Paints, and returns the edges in pixels, which names of seas avoid.
export function* paintWashes(ctx, f, atlas, palette, model, eased) {
  const { reading } = model.state;
  const families = Object.keys(reading);
  const grounds = new Map(),
    edges = [];
  // The soft one first: the other lies over it, and the stripes tell where both apply.
  families.sort((a, b) => atlas.regions.get(reading[b]).steps.length - atlas.regions.get(reading[a]).steps.length);
  for (const family of families) {
    const region = atlas.regions.get(reading[family]);
    const alpha =
      eased(`region:${region.row.id}`, model.on(family) ? model.alpha('region', region.row.id) : 0) *
      (model.asked ? 0.55 : 1) *
      model.state.wash;
    if (alpha < 0.01) continue;
    const colour = palette[family],
      opacity = palette[`${family}_opacity`] * alpha;
    const paths = f.bare ? pathsOf(region) : bandsOf(region, 2),
      n = paths.length;
    for (const k of copies(region.box, f)) {
      place(ctx, f, k);
      for (let i = 0; i < n; i += 1) {
        // Over tiles one clear wash; elsewhere opaque steps from the outside in.
        if (f.bare && i !== n >> 1) continue;
        const path = laid(paths[i], f);
        if (!path) continue;
        const weight = n === 1 ? 1 : smoothstep((i + 0.5) / n),
          tint = mix(colour, palette.sea, opacity * weight);
        ctx.fillStyle = f.bare
          ? clear(colour, opacity)
          : palette[`${family}_dot`]
            ? woven(ctx, f, DOTS, mix(palette[`${family}_dot`], tint, weight * alpha), tint, k)
            : tint;
        ctx.fill(path, 'evenodd');
        if (f.globe || i % 4 === 3) yield;
      }
      if (n === 1) {
        edge(ctx, f, region, mix(colour, palette.sea, Math.min(1, alpha)));
        for (const line of region.open) edges.push(...stretches(line, f, k).map(({ p }) => p));
      }
    }
    grounds.set(family, mix(colour, palette.sea, opacity));
    yield;
  }
  const shared = model.on('overlaps') ? atlas.shared(reading) : null;
  if (shared) yield* stripes(ctx, f, shared, grounds.get(families.at(-1)) ?? palette.sea, palette, model);
  ctx.setTransform(f.dpr, 0, 0, f.dpr, 0, 0);
  return edges;
}

function edge(ctx, f, region, colour) {
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1.3 / unit(f);
  ctx.setLineDash([6 / unit(f), 3.5 / unit(f)]);
  region.edges ??= region.open.map((line) =>
    tracedPath((pen) => line.forEach(([x, y], i) => (i ? pen.lineTo(x, -y) : pen.moveTo(x, -y)))),
  );
  for (const path of f.globe ? [laidLines(region, region.open, f)] : region.edges) if (path) ctx.stroke(path);
  ctx.setLineDash([]);
}

// Stripes are a tile anchored to the map, so that they do not swim while it moves. Each step is
// painted only as far as the next one: every pixel once.
function* stripes(ctx, f, shared, ground, palette, model) {
  const paths = bandsOf(shared, 1),
    n = paths.length,
    strength = palette.overlap_opacity * (model.asked ? 0.5 : 1);
  for (const k of copies(shared.box, f)) {
    place(ctx, f, k);
    for (let i = 0; i < n; i += 1) {
      const weight = strength * (n === 1 ? 1 : smoothstep((i + 0.5) / n));
      if (f.bare && weight < strength / 2) continue;
      const path = laid(paths[i], f);
      if (!path) continue;
      ctx.fillStyle = woven(ctx, f, STRIPES, mix(palette.stripe, ground, weight), ground, k);
      ctx.fill(path, 'evenodd');
      if (f.globe || i % 4 === 3) yield;
    }
  }
}

// The rings of a step together with those of the next but `wide`: filled by even and odd, the band
// between. Bands that are two steps wide overlap: no seam shows, and no pixel is painted more often.
function bandsOf(shape, wide) {
  shape.bands ??= pathsOf({ steps: shape.steps.map((rings, i, all) => [...rings, ...(all[i + wide] ?? [])]) });
  return shape.bands;
}

const tiles = new Map();

// A texture in `colour` on `ground`; the ground itself may be left bare.
function tile(ctx, texture, colour, ground, dpr) {
  const key = `${texture.name}${colour}${ground}${dpr}`;
  if (!tiles.has(key)) {
    if (tiles.size > 160) tiles.clear();
    const size = Math.round(texture.size * dpr),
      canvas = document.createElement('canvas');
    canvas.width = size;
    canvas.height = size;
    const c = canvas.getContext('2d');
    if (ground) {
      c.fillStyle = ground;
      c.fillRect(0, 0, size, size);
    }
    c.scale(size / texture.size, size / texture.size);
    c.strokeStyle = colour;
    c.lineWidth = texture.width;
    c.lineCap = texture.cap;
    c.stroke(new Path2D(texture.d));
    const pattern = ctx.createPattern(canvas, 'repeat');
    // For a picture in vectors, which cannot look into a pattern.
    pattern.texture = { ...texture, colour, ground };
    tiles.set(key, { pattern, size });
  }
  return tiles.get(key);
}

// A texture that is anchored to the map. On the ground below all it would be blown up: there the
// tint that it has from afar.
export function woven(ctx, f, texture, colour, ground, k) {
  if (f.ground) return mix(colour, ground, texture.covers);
  const { pattern, size } = tile(ctx, texture, colour, f.bare ? '' : ground, f.dpr);
  // Undo the transform of the map but keep its offset, in whole tiles.
  const s = 1 / (f.dpr * unit(f)),
    { cx: x0, cy: y0 } = f.globe ?? { cx: f.x0, cy: f.y0 };
  const ox = (f.dpr * x0) % size,
    oy = (f.dpr * y0) % size;
  const dx = f.globe ? ox : ox - f.dpr * (x0 + 360 * k * f.s),
    dy = f.globe ? oy : oy - f.dpr * y0;
  pattern.setTransform(new DOMMatrix([s, 0, 0, s, dx * s, dy * s]));
  return pattern;
}

// A sample for a legend, as the map draws it: the wash of a family, or where both apply (null).
export function paintSample(ctx, palette, families, family, x, y, w, h, dpr) {
  const of = family ?? families[0],
    ground = mix(palette[of], palette.sea, palette[`${of}_opacity`]);
  const texture = family === null ? STRIPES : DOTS,
    colour = family === null ? palette.stripe : palette[`${of}_dot`];
  ctx.fillStyle = ground;
  if (colour) {
    const { pattern } = tile(ctx, texture, colour, ground, dpr);
    pattern.setTransform(new DOMMatrix([1 / dpr, 0, 0, 1 / dpr, x, y]));
    ctx.fillStyle = pattern;
  }
  ctx.fillRect(x, y, w, h);
}
