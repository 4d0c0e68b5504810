// How the Earth lies in the window. A frame is a flat map (`s` pixels to a world unit, which is x0,
// y0 of the window) or, with `globe`, half the Earth seen from one side. All that is drawn asks
// here where it comes to lie; only what the flat map can leave to the canvas's own scale does not.

import { latitude, northing } from './geo.js';
import { tracedPath } from './paths.js';

const RAD = Math.PI / 180;

// From geodetic to authalic latitude, on which a sphere has the areas of WGS 84: the first term of
// Snyder, Map Projections, 3-18; what is left out is less than 20 m.
const AUTHALIC = 0.00223921;
const authalic = (lat) => lat * RAD - AUTHALIC * Math.sin(2 * lat * RAD);
const geodetic = (b) => {
  let lat = b;
  for (let i = 0; i < 4; i += 1) lat = b + AUTHALIC * Math.sin(2 * lat);
  return lat / RAD;
};

// Zooms between which the map turns from one of true areas to one of true angles.
const [AREAS, ANGLES] = [3.6, 5];

const BESIDE = 7.3e-5;

// Both are azimuthal, and differ in one power: a point whose unit vector is (x, y, z), z towards
// the reader, lies at (x, y) (2 / (1 + z)) ** p; Lambert's map has p = 1/2, the stereographic 1.
export const powerAt = (zoom) => {
  const t = Math.max(0, Math.min(1, (zoom - AREAS) / (ANGLES - AREAS)));
  return 0.5 + 0.5 * t * t * (3 - 2 * t);
};

// Pixels from the middle of the disc to its rim.
export const rimOf = (scale, zoom) => (scale / RAD) * 2 ** powerAt(zoom);

// The globe whose point lon, lat lies at (cx, cy) of the window, `scale` pixels to a degree there.
// It is seen from eight metres beside, so that what lies opposite is never on an edge, or a seam,
// that someone drew along a whole degree.
export function createGlobe({ lon: x, lat: y, scale, zoom, cx, cy }) {
  const lon = x + BESIDE,
    lat = y - BESIDE,
    l = lon * RAD,
    b = authalic(lat),
    [sl, cl, sb, cb] = [Math.sin(l), Math.cos(l), Math.sin(b), Math.cos(b)];
  return {
    lon,
    lat,
    cx,
    cy,
    r: scale / RAD,
    p: powerAt(zoom),
    rim: rimOf(scale, zoom),
    right: [-sl, cl, 0],
    up: [-sb * cl, -sb * sl, cb],
    out: [cb * cl, cb * sl, sb],
  };
}

export const vector = (lon, lat) => {
  const b = authalic(lat),
    c = Math.cos(b);
  return [c * Math.cos(lon * RAD), c * Math.sin(lon * RAD), Math.sin(b)];
};

const dot = (/** @type {number[]} */ [a, b, c], x, y, z) => a * x + b * y + c * z;

// Longitude and latitude in the window; null on the far side.
export function project(g, lon, lat) {
  const [x, y, z] = vector(lon, lat),
    depth = dot(g.out, x, y, z);
  if (depth < 0) return null;
  const m = g.r * (2 / (1 + depth)) ** g.p;
  return [g.cx + m * dot(g.right, x, y, z), g.cy - m * dot(g.up, x, y, z)];
}

// A point of the window -> longitude (near that of the middle) and latitude; off the disc, null,
// or with `rim` the nearest point of its rim.
export function unproject(g, px, py, rim = false) {
  const dx = px - g.cx,
    dy = g.cy - py,
    far = Math.hypot(dx, dy);
  if (far > g.rim && !rim) return null;
  // |(x, y)| (2 / (1 + z)) ** p = d, for the angle from the middle: 2 sin(c / 2) cos(c / 2) ** (1 - 2p).
  const d = Math.min(far, g.rim) / g.r;
  let half = Math.min(Math.PI / 4, d / 2);
  for (let i = 0; i < 8; i += 1) {
    const s = Math.sin(half),
      c = Math.cos(half),
      q = 1 - 2 * g.p,
      value = 2 * s * c ** q - d;
    half -= value / (2 * (c ** (q + 1) - q * s * s * c ** (q - 1)));
  }
  const sine = far ? Math.sin(2 * half) / far : 0,
    z = Math.cos(2 * half);
  const [x, y, w] = [0, 1, 2].map((i) => sine * (dx * g.right[i] + dy * g.up[i]) + z * g.out[i]);
  const lon = Math.atan2(y, x) / RAD;
  return [lon + 360 * Math.round((g.lon - lon) / 360), geodetic(Math.asin(Math.max(-1, Math.min(1, w))))];
}

// A point in world units (copy k of the flat map) in the window, or null.
export const spot = (f, x, y, k = 0) =>
  f.globe ? project(f.globe, x, latitude(y)) : [(x + 360 * k) * f.s + f.x0, -y * f.s + f.y0];

// A point of the window in world units, or null.
export function unspot(f, px, py) {
  if (!f.globe) return [(px - f.x0) / f.s, -(py - f.y0) / f.s];
  const at = unproject(f.globe, px, py);
  return at && [at[0], northing(at[1])];
}

// Pixels to a degree of longitude at a latitude, as wide as names are measured there.
export const eastward = (f, lat) => (f.globe ? f.s * Math.cos(lat * RAD) : f.s);

// The same frame with its window moved.
export const shifted = (f, dx, dy) => ({
  ...f,
  x0: f.x0 + dx,
  y0: f.y0 + dy,
  ...(f.globe ? { globe: { ...f.globe, cx: f.globe.cx + dx, cy: f.globe.cy + dy } } : {}),
});

// Copies of a box [w, s, e, n] (world units) that touch the window; a globe has one.
export function copies(box, f) {
  if (f.globe) return [0];
  const out = [];
  const first = Math.ceil((-f.x0 / f.s - box[2]) / 360);
  const last = Math.floor(((f.width - f.x0) / f.s - box[0]) / 360);
  for (let k = first; k <= last; k += 1) out.push(k);
  return out;
}

// Pixels that a unit of what is drawn under `place` has.
export const unit = (f) => (f.globe ? 1 : f.s);

// The transform under which paths are drawn: world units on the flat map, pixels on a globe.
export function place(ctx, f, k) {
  if (f.globe) ctx.setTransform(f.dpr, 0, 0, f.dpr, 0, 0);
  else ctx.setTransform(f.dpr * f.s, 0, 0, f.dpr * f.s, f.dpr * (f.x0 + 360 * k * f.s), f.dpr * f.y0);
}

// Degrees that a straight line of the flat map may run on before a globe bends it.
const BEND = 0.75;

// A flat list lon, lat with vertices enough for a globe; a ring comes back to its first.
function bent(line, closed) {
  const out = [],
    n = line.length / 2;
  for (let i = 0; i < n; i += 1) {
    const lon = line[2 * i],
      lat = line[2 * i + 1],
      j = (i + 1) % n;
    out.push(lon, lat);
    if (i === n - 1 && !closed) break;
    const dx = line[2 * j] - lon,
      dy = line[2 * j + 1] - lat,
      parts = Math.ceil(Math.max(Math.abs(dx), Math.abs(dy)) / BEND);
    for (let k = 1; k < parts; k += 1) out.push(lon + (dx * k) / parts, lat + (dy * k) / parts);
  }
  return Float64Array.from(out);
}

// The same as unit vectors.
function vectorsOf(flat) {
  const out = new Float64Array((flat.length / 2) * 3);
  for (let i = 0; 2 * i < flat.length; i += 1) out.set(vector(flat[2 * i], flat[2 * i + 1]), 3 * i);
  return out;
}

// A cap of the sphere that holds all of some lines: its middle, and the cosine of its radius.
function capOf(lines) {
  const middle = [0, 0, 0];
  for (const v of lines) for (let i = 0; i < v.length; i += 1) middle[i % 3] += v[i];
  const l = Math.hypot(...middle) || 1,
    m = middle.map((x) => x / l);
  let least = 1;
  for (const v of lines)
    for (let i = 0; i < v.length; i += 3) least = Math.min(least, dot(m, v[i], v[i + 1], v[i + 2]));
  return { m, radius: Math.acos(Math.max(-1, Math.min(1, least))) };
}

// Rings of an area, or lines, made ready for a globe; flat lists lon, lat.
export function onSphere(lines, closed = true) {
  const flat = lines.map((line) => bent(line, closed)),
    vectors = flat.map(vectorsOf);
  return { flat, vectors, closed, cap: capOf(vectors) };
}

export const flatList = (points) => Float64Array.from(points.flatMap(([x, y]) => [x, latitude(y)]));

// How far from the middle anything in the window lies, as an angle.
function reachOf(f) {
  const { globe: g, width, height } = f,
    x = Math.max(g.cx, width - g.cx),
    y = Math.max(g.cy, height - g.cy);
  if (Math.hypot(x, y) >= g.rim) return Math.PI / 2;
  const [lon, lat] = unproject(g, g.cx + Math.hypot(x, y), g.cy),
    v = vector(lon, lat);
  return Math.acos(Math.max(-1, Math.min(1, dot(g.out, v[0], v[1], v[2]))));
}

// Could anything of a shape be seen? What is larger than half the Earth always could.
export function inSight({ cap: { m, radius } }, f) {
  if (radius > 1.4) return true;
  f.globe.reach ??= reachOf(f);
  return Math.acos(Math.max(-1, Math.min(1, dot(f.globe.out, m[0], m[1], m[2])))) < f.globe.reach + radius + 0.02;
}

// Does an area, by even and odd, hold a point? By the edges that lie north of it, along the great
// circles that they are drawn as. Rings may lie in any copy of the flat map.
function holds({ flat, vectors }, lon, lat) {
  const [c, s] = [Math.cos(lon * RAD), Math.sin(lon * RAD)],
    own = authalic(lat);
  let found = false;
  flat.forEach((ring, r) => {
    const v = vectors[r];
    for (let i = 0, n = ring.length / 2, j = n - 1; i < n; j = i, i += 1) {
      const low = Math.min(ring[2 * i], ring[2 * j]),
        high = Math.max(ring[2 * i], ring[2 * j]);
      // Copies of the meridian between both ends.
      const times = Math.floor((high - lon) / 360) - Math.floor((low - lon) / 360);
      if (times % 2 === 0) continue;
      const [a, b, z, u, w, q] = [v[3 * i], v[3 * i + 1], v[3 * i + 2], v[3 * j], v[3 * j + 1], v[3 * j + 2]];
      const up = a * w - b * u,
        at = (b * q - z * w) * c + (z * u - a * q) * s;
      const crossing = Math.abs(up) < 1e-12 ? Math.asin(Math.max(-1, Math.min(1, (z + q) / 2))) : Math.atan(-at / up);
      if (crossing > own) found = !found;
    }
  });
  return found;
}

// Pixels closer than this to the last vertex are not worth one; how far outside the rim hidden
// parts are led round, and in what steps.
const NEAR = 0.6,
  ROUND = 1.04,
  STEP = 0.25;

// Rings -> a path of what is to be seen, in pixels, for filling by even and odd. What lies beyond
// the horizon is led round outside the rim, the way that the ring turns there. On a plane with one
// point of the far side at infinity this changes nothing inside the rim, unless the area holds that
// point: then everything is turned inside out by the rim itself.
export function areaPath(f, shape) {
  const g = f.globe,
    { right, up, out, cx, cy, r, p, rim } = g,
    wide = rim * ROUND;
  const round = (pen, a) => pen(cx + wide * Math.cos(a), cy - wide * Math.sin(a));
  let hidden = false;
  const path = tracedPath((pen) => {
    for (const v of shape.vectors) {
      let begun = false,
        lx = 0,
        ly = 0,
        angle = null,
        held = null;
      const go = (x, y) => {
        if (begun) pen.lineTo(x, y);
        else pen.moveTo(x, y);
        begun = true;
      };
      // The first vertex comes once more at the end, so that the way back is led round as well.
      for (let i = 0; i <= v.length; i += 3) {
        const o = i === v.length ? 0 : i,
          x = v[o],
          y = v[o + 1],
          z = v[o + 2];
        const X = right[0] * x + right[1] * y + right[2] * z,
          Y = up[0] * x + up[1] * y + up[2] * z,
          Z = out[0] * x + out[1] * y + out[2] * z;
        if (Z >= 0) {
          if (held !== null) round(go, held);
          angle = held = null;
          const q = 2 / (1 + Z),
            m = r * (p === 0.5 ? Math.sqrt(q) : p === 1 ? q : q ** p),
            px = cx + m * X,
            py = cy - m * Y;
          if (begun && Math.abs(px - lx) + Math.abs(py - ly) < NEAR) continue;
          go(px, py);
          [lx, ly] = [px, py];
          continue;
        }
        hidden = true;
        const now = Math.atan2(Y, X);
        if (angle === null) {
          round(go, now);
          angle = now;
          continue;
        }
        // `angle` is where the line stands, `held` where the ring is.
        const turn = now - angle,
          by = turn - 2 * Math.PI * Math.round(turn / (2 * Math.PI)),
          parts = Math.floor(Math.abs(by) / STEP);
        for (let k = 1; k <= parts; k += 1) round(go, angle + Math.sign(by) * STEP * k);
        angle += Math.sign(by) * STEP * parts;
        held = now;
      }
      if (held !== null) round(go, held);
      if (begun) pen.closePath();
    }
    if (hidden && holds(shape, g.lon + 180, -g.lat)) {
      for (let a = 0; a < 6.2; a += STEP)
        pen[a ? 'lineTo' : 'moveTo'](cx + wide * Math.cos(a), cy - wide * Math.sin(a));
      pen.closePath();
    }
  }, 20);
  return path;
}

// Lines -> a path of what is to be seen, in pixels, for strokes.
export const linePath = (f, shape) =>
  tracedPath((pen) => {
    const { right, up, out, cx, cy, r, p } = f.globe;
    for (const v of shape.vectors) {
      let begun = false,
        lx = 0,
        ly = 0;
      const end = shape.closed ? v.length : v.length - 3;
      for (let i = 0; i <= end; i += 3) {
        const o = i === v.length ? 0 : i,
          x = v[o],
          y = v[o + 1],
          z = v[o + 2],
          Z = out[0] * x + out[1] * y + out[2] * z;
        if (Z < 0) {
          begun = false;
          continue;
        }
        const q = 2 / (1 + Z),
          m = r * (p === 0.5 ? Math.sqrt(q) : p === 1 ? q : q ** p);
        const px = cx + m * (right[0] * x + right[1] * y + right[2] * z),
          py = cy - m * (up[0] * x + up[1] * y + up[2] * z);
        if (begun && i < end && Math.abs(px - lx) + Math.abs(py - ly) < NEAR) continue;
        if (begun) pen.lineTo(px, py);
        else pen.moveTo(px, py);
        begun = true;
        [lx, ly] = [px, py];
      }
    }
  }, 20);

// A path of the flat map, as this frame shows it: the same, or cut and bent for a globe; null if
// nothing of it is in sight. `path.rings` are its rings in world units.
export function laid(path, f) {
  if (!f.globe) return path;
  path.sphere ??= onSphere(path.rings.map(flatList));
  return inSight(path.sphere, f) ? areaPath(f, path.sphere) : null;
}

// Lines in world units, for strokes, in the same way. `keep` is an object that keeps them.
export function laidLines(keep, lines, f, closed = false) {
  keep.sphereLines ??= onSphere(lines.map(flatList), closed);
  return inSight(keep.sphereLines, f) ? linePath(f, keep.sphereLines) : null;
}

const places = new WeakMap();

// Points in world units -> pixels, a flat list for each stretch on the near side, with the number
// of its first vertex. A globe bends what is straight for long; where points lie close, none is added.
export function stretches(points, f, k = 0) {
  if (!f.globe) {
    const p = new Float64Array(points.length * 2);
    points.forEach(([x, y], i) => {
      p[2 * i] = (x + 360 * k) * f.s + f.x0;
      p[2 * i + 1] = -y * f.s + f.y0;
    });
    return [{ p, from: 0 }];
  }
  if (!places.has(points)) places.set(points, vectorsOf(bent(flatList(points), false)));
  const v = places.get(points),
    { right, up, out, cx, cy, r, p: power } = f.globe,
    found = [];
  let run = null;
  for (let i = 0; i < v.length / 3; i += 1) {
    const x = v[3 * i],
      y = v[3 * i + 1],
      z = v[3 * i + 2],
      Z = out[0] * x + out[1] * y + out[2] * z;
    if (Z < 0) {
      run = null;
      continue;
    }
    if (!run) found.push((run = { p: [], from: i }));
    const m = r * (2 / (1 + Z)) ** power;
    run.p.push(cx + m * (right[0] * x + right[1] * y + right[2] * z), cy - m * (up[0] * x + up[1] * y + up[2] * z));
  }
  return found.filter(({ p }) => p.length > 2);
}

// Paper round the disc, and its rim.
export function paintRim(ctx, f, palette) {
  const { cx, cy, rim } = f.globe;
  if (Math.hypot(Math.max(cx, f.width - cx), Math.max(cy, f.height - cy)) < rim) return;
  const around = tracedPath((pen) => {
    for (const [i, [x, y]] of [
      [-9, -9],
      [f.width + 9, -9],
      [f.width + 9, f.height + 9],
      [-9, f.height + 9],
    ].entries())
      pen[i ? 'lineTo' : 'moveTo'](x, y);
    pen.closePath();
    for (let a = 0; a < 360; a += 1)
      pen[a ? 'lineTo' : 'moveTo'](cx + rim * Math.cos(a * RAD), cy - rim * Math.sin(a * RAD));
    pen.closePath();
  }, 20);
  ctx.fillStyle = palette.paper;
  ctx.fill(around, 'evenodd');
  ctx.beginPath();
  ctx.arc(cx, cy, rim, 0, 2 * Math.PI);
  ctx.strokeStyle = palette.coast;
  ctx.lineWidth = 1;
  ctx.stroke();
}
