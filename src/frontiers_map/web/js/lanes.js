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

// `routes`: [{points: [[x, y]…] (resampled), width, kind}], in the order in which they lie side by
// side. Routes of one kind (any text) share a lane. Gives for each route an array of offsets, with
// `led`: 1 where a route of its kind before it runs in the same lane, so that one of them may be
// drawn for both.
export function lanes(routes) {
  const turn = (x) => ((x % 360) + 360) % 360;
  const grid = new Map();
  const directions = routes.map(({ points }, r) => points.map(([x, y], i) => {
    const a = points[Math.max(0, i - 1)], b = points[Math.min(points.length - 1, i + 1)];
    const dx = b[0] - a[0], dy = b[1] - a[1], l = Math.hypot(dx, dy) || 1;
    const key = Math.floor(turn(x) / CELL) * 1000 + Math.floor((y + 200) / CELL);
    if (!grid.has(key)) grid.set(key, []);
    grid.get(key).push(r, i);
    return [dx / l, dy / l];
  }));
  const across = Math.ceil(360 / CELL);
  return routes.map(({ points }, r) => {
    const led = new Uint8Array(points.length);
    const raw = points.map(([x, y], i) => {
      const [dx, dy] = directions[r][i], best = new Map();
      const cx = Math.floor(turn(x) / CELL), cy = Math.floor((y + 200) / CELL);
      for (let u = cx - 1; u <= cx + 1; u += 1) {
        for (let v = cy - 1; v <= cy + 1; v += 1) {
          const found = grid.get(((u + across) % across) * 1000 + v);
          if (!found) continue;
          for (let k = 0; k < found.length; k += 2) {
            const other = found[k];
            if (other === r) continue;
            const [ox, oy] = routes[other].points[found[k + 1]];
            let gap = Math.abs(turn(ox) - turn(x));
            if (gap > 180) gap = 360 - gap;
            const d = Math.hypot(gap, oy - y);
            if (d > NEAR || d >= (best.get(other)?.d ?? Infinity)) continue;
            const [ex, ey] = directions[other][found[k + 1]], cos = dx * ex + dy * ey;
            if (Math.abs(cos) >= ALONG) best.set(other, { d, cos });
          }
        }
      }
      if (best.size === 0) return 0;
      // One of each kind, the first of them.
      const lead = new Map();
      for (const k of [...best.keys(), r].sort((a, b) => a - b)) {
        const kind = routes[k].kind ?? k;
        if (!lead.has(kind)) lead.set(kind, k);
      }
      const own = lead.get(routes[r].kind ?? r), together = [...lead.values()];
      if (own !== r) led[i] = 1;
      const total = together.reduce((sum, k) => sum + routes[k].width + GAP, -GAP);
      let at = -total / 2;
      for (const k of together) {
        if (k === own) break;
        at += routes[k].width + GAP;
      }
      const first = together[0];
      const sign = first === r || best.get(first).cos > 0 ? 1 : -1;
      return sign * (at + routes[own].width / 2);
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
