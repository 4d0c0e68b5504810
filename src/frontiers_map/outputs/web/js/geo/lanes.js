// Routes that share a sea lane are drawn side by side: for each vertex of each route, how far
// to its left it moves, in pixels at line scale 1. Pure: world units in, numbers out.

const NEAR = 0.65,
  ALONG = Math.cos((37 * Math.PI) / 180),
  GAP = 1.6,
  SMOOTH = 9,
  TAPER = 2.4;
const CELL = 1.3;

// Vertices no further apart than `step` world units; old vertices stay. What stands behind x and y
// changes evenly between them.
export function resample(points, step = 0.4) {
  const out = [points[0]];
  for (let i = 1; i < points.length; i += 1) {
    const a = points[i - 1],
      b = points[i],
      n = Math.ceil(Math.hypot(b[0] - a[0], b[1] - a[1]) / step);
    for (let k = 1; k <= n; k += 1) out.push(a.map((v, j) => v + ((b[j] - v) * k) / n));
  }
  return out;
}

// Which routes run together: for each vertex of each route, those near it and nearly parallel, as a
// flat list: route, 1 or -1 for the same or the other direction. `ways`: arrays of resampled points.
// The vertices lie in a grid, sorted by column and row: those of three rows above one another are
// one run.
export function neighbours(ways) {
  const turn = (x) => ((x % 360) + 360) % 360,
    across = Math.ceil(360 / CELL),
    high = 512,
    all = ways.reduce((sum, p) => sum + p.length, 0);
  const numbers = () => new Float64Array(all);
  const [xs, ys, us, vs] = [numbers(), numbers(), numbers(), numbers()],
    of = new Uint16Array(all),
    cells = new Int32Array(all);
  const begins = new Int32Array(across * high + 2);
  let n = 0;
  ways.forEach((points, r) => {
    for (let i = 0; i < points.length; i += 1, n += 1) {
      const [x, y] = points[i],
        a = points[Math.max(0, i - 1)],
        b = points[Math.min(points.length - 1, i + 1)];
      const dx = b[0] - a[0],
        dy = b[1] - a[1],
        l = Math.hypot(dx, dy) || 1;
      xs[n] = turn(x);
      ys[n] = y;
      us[n] = dx / l;
      vs[n] = dy / l;
      of[n] = r;
      cells[n] = Math.floor(xs[n] / CELL) * high + Math.floor((y + 200) / CELL);
      begins[cells[n] + 2] += 1;
    }
  });
  for (let c = 2; c < begins.length; c += 1) begins[c] += begins[c - 1];
  const sorted = new Int32Array(all);
  for (let i = 0; i < all; i += 1) sorted[begins[cells[i] + 1]++] = i;
  const nearest = new Float64Array(ways.length).fill(NEAR),
    cosine = new Float64Array(ways.length);
  const look = (i, cell, met) => {
    for (let k = begins[cell - 1], end = begins[cell + 2]; k < end; k += 1) {
      const j = sorted[k],
        other = of[j];
      if (other === of[i]) continue;
      let gap = Math.abs(xs[j] - xs[i]);
      if (gap > 180) gap = 360 - gap;
      if (gap > NEAR) continue;
      const dy = ys[j] - ys[i],
        d = Math.sqrt(gap * gap + dy * dy);
      if (d >= nearest[other]) continue;
      const cos = us[i] * us[j] + vs[i] * vs[j];
      if (Math.abs(cos) < ALONG) continue;
      if (nearest[other] === NEAR) met.push(other);
      nearest[other] = d;
      cosine[other] = cos;
    }
  };
  let at = 0;
  return ways.map((points) =>
    points.map(() => {
      const column = Math.floor(cells[at] / high),
        row = cells[at] % high,
        met = [],
        out = [];
      for (let c = column - 1; c <= column + 1; c += 1) look(at, ((c + across) % across) * high + row, met);
      at += 1;
      for (const other of met.sort((a, b) => a - b)) {
        out.push(other, cosine[other] > 0 ? 1 : -1);
        nearest[other] = NEAR;
      }
      return out;
    }),
  );
}

// `routes`: [{points: [[x, y]…] (resampled), width, kind, band}], in the order in which they lie side by
// side. Routes of one kind (any text) share a lane; those of one band lie close together. Gives for
// each route an array of offsets, with `led`: 1 where a route of its kind before it runs in the same
// lane, so that one of them may be drawn for both; for a route of a band, with `follows`: 1 where one
// of its band before it runs beside it; `centre`: offsets of the middle of its band; `span`: the
// band's width at its widest.
export function lanes(routes, near = neighbours(routes.map((route) => route.points))) {
  const kinds = routes.map(({ kind }, r) => kind ?? r),
    bands = routes.map(({ band }, r) => band ?? r);
  return routes.map(({ points, width }, r) => {
    const [led, follows] = [0, 1].map(() => new Uint8Array(points.length)),
      middle = new Array(points.length).fill(0);
    let span = width;
    const raw = points.map((_, i) => {
      const met = near[r][i];
      if (met.length === 0) return 0;
      // One of each kind, the first of them; `sign`: how the first of all runs.
      let own = r,
        first = r,
        last = r,
        sign = 1,
        total = 0,
        before = 0,
        placed = false,
        begin = -1,
        end = 0;
      const seen = [],
        put = (k, way) => {
          const at = total + (seen.length && bands[k] !== bands[last] ? GAP : 0);
          if (kinds[k] === kinds[r] && !placed) {
            own = k;
            placed = true;
            before = at;
          }
          if (!seen.length) [first, sign] = [k, way];
          if (seen.includes(kinds[k])) return;
          seen.push(kinds[k]);
          last = k;
          total = at + routes[k].width;
          if (bands[k] !== bands[r]) return;
          if (begin < 0) {
            begin = at;
            follows[i] = Number(k !== r);
          }
          end = total;
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
      const side = first === r ? 1 : sign;
      middle[i] = side * ((begin + end - total) / 2);
      span = Math.max(span, end - begin);
      return side * (before - total / 2 + routes[own].width / 2);
    });
    return Object.assign(taper(points, smooth(raw)), { led, follows, span, centre: taper(points, smooth(middle)) });
  });
}

function smooth(values) {
  const sums = [0];
  for (const v of values) sums.push(sums.at(-1) + v);
  return values.map((_, i) => {
    const a = Math.max(0, i - SMOOTH),
      b = Math.min(values.length, i + SMOOTH + 1);
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
