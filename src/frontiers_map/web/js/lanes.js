// Routes that share a sea lane are drawn side by side: for each vertex of each route, how far
// to its left it moves, in pixels at line scale 1. Pure: world units in, numbers out.

const NEAR = 0.65, ALONG = Math.cos((37 * Math.PI) / 180), GAP = 1.6, SMOOTH = 9, TAPER = 2.4;
const CELL = 1.3;

// Vertices no further apart than `step` world units; old vertices stay.
export function resample(points, step = 0.4) {
  const out = [points[0]];
  for (let i = 1; i < points.length; i += 1) {
    const [ax, ay] = points[i - 1], [bx, by] = points[i];
    const n = Math.ceil(Math.hypot(bx - ax, by - ay) / step);
    for (let k = 1; k <= n; k += 1) out.push([ax + ((bx - ax) * k) / n, ay + ((by - ay) * k) / n]);
  }
  return out;
}

// Which routes run together: for each vertex of each route, those near it and nearly parallel, as a
// flat list: route, 1 or -1 for the same or the other direction. `ways`: arrays of resampled points.
export function neighbours(ways) {
  const turn = (x) => ((x % 360) + 360) % 360, across = Math.ceil(360 / CELL), all = ways.reduce((sum, p) => sum + p.length, 0);
  const xs = new Float64Array(all), ys = new Float64Array(all), us = new Float64Array(all), vs = new Float64Array(all), of = new Uint16Array(all);
  const grid = new Map(), columns = new Int32Array(all), rows = new Int32Array(all);
  let n = 0;
  ways.forEach((points, r) => points.forEach(([x, y], i) => {
    const a = points[Math.max(0, i - 1)], b = points[Math.min(points.length - 1, i + 1)];
    const dx = b[0] - a[0], dy = b[1] - a[1], l = Math.hypot(dx, dy) || 1;
    xs[n] = turn(x);
    ys[n] = y;
    us[n] = dx / l;
    vs[n] = dy / l;
    of[n] = r;
    columns[n] = Math.floor(xs[n] / CELL);
    rows[n] = Math.floor((y + 200) / CELL);
    const key = columns[n] * 1000 + rows[n], cell = grid.get(key);
    if (cell) cell.push(n);
    else grid.set(key, [n]);
    n += 1;
  }));
  const nearest = new Float64Array(ways.length).fill(NEAR), cosine = new Float64Array(ways.length);
  let at = 0;
  return ways.map((points, r) => points.map(() => {
    const i = at, met = [];
    at += 1;
    for (let c = columns[i] - 1; c <= columns[i] + 1; c += 1) {
      for (let row = rows[i] - 1; row <= rows[i] + 1; row += 1) {
        for (const j of grid.get(((c + across) % across) * 1000 + row) ?? []) {
          const other = of[j];
          if (other === r) continue;
          let gap = Math.abs(xs[j] - xs[i]);
          if (gap > 180) gap = 360 - gap;
          if (gap > NEAR) continue;
          const d = Math.hypot(gap, ys[j] - ys[i]);
          if (d >= nearest[other]) continue;
          const cos = us[i] * us[j] + vs[i] * vs[j];
          if (Math.abs(cos) < ALONG) continue;
          if (nearest[other] === NEAR) met.push(other);
          nearest[other] = d;
          cosine[other] = cos;
        }
      }
    }
    const out = [];
    for (const other of met.sort((a, b) => a - b)) {
      out.push(other, cosine[other] > 0 ? 1 : -1);
      nearest[other] = NEAR;
    }
    return out;
  }));
}

// `routes`: [{points: [[x, y]…] (resampled), width, kind}], in the order in which they lie side by
// side. Routes of one kind (any text) share a lane. Gives for each route an array of offsets, with
// `led`: 1 where a route of its kind before it runs in the same lane, so that one of them may be
// drawn for both.
export function lanes(routes, near = neighbours(routes.map((route) => route.points))) {
  const kinds = routes.map(({ kind }, r) => kind ?? r);
  return routes.map(({ points }, r) => {
    const led = new Uint8Array(points.length);
    const raw = points.map((_, i) => {
      const met = near[r][i];
      if (met.length === 0) return 0;
      // One of each kind, the first of them; `sign`: how the first of all runs.
      let own = r, first = r, sign = 1, total = -GAP, before = 0, placed = false;
      const seen = [], put = (k, way) => {
        if (kinds[k] === kinds[r] && !placed) {
          own = k;
          placed = true;
          before = total + GAP;
        }
        if (!seen.length) [first, sign] = [k, way];
        if (seen.includes(kinds[k])) return;
        seen.push(kinds[k]);
        total += routes[k].width + GAP;
      };
      let mine = false;
      for (let k = 0; k < met.length; k += 2) {
        if (!mine && met[k] > r) {
          put(r, 1);
          mine = true;
        }
        put(met[k], met[k + 1]);
      }
      if (!mine) put(r, 1);
      if (own !== r) led[i] = 1;
      return (first === r ? 1 : sign) * (before - total / 2 + routes[own].width / 2);
    });
    return Object.assign(taper(points, smooth(raw)), { led });
  });
}

function smooth(values) {
  const sums = [0];
  for (const v of values) sums.push(sums.at(-1) + v);
  return values.map((_, i) => {
    const a = Math.max(0, i - SMOOTH), b = Math.min(values.length, i + SMOOTH + 1);
    return (sums[b] - sums[a]) / (b - a);
  });
}

// Lanes come together again towards the port at either end.
function taper(points, values) {
  const [first, last] = [points[0], points.at(-1)];
  return values.map((v, i) => {
    const [x, y] = points[i];
    const d = Math.min(Math.hypot(x - first[0], y - first[1]), Math.hypot(x - last[0], y - last[1]));
    return v * Math.min(1, d / TAPER);
  });
}
