// Ways of one band drawn to one another, as far as there is water: seen from afar a supplier's
// routes merge before a strait and part before their ports. Pure: world units in and out.

// So near ways are drawn to one another, and all the way at this share of it; how far from an end
// they are quite free; the cosine of the angle at which they no longer run together.
const REACH = 4.5,
  WHOLE = 0.45,
  FREE = 5,
  ALONG = 0.5,
  SMOOTH = 7,
  STEP = 0.8;

// `routes`: [{points: [[x, y, room]…] (resampled), band}]; `room(x, y)` tells how far from land a point
// lies. Gives the points of each; those of the first of a band, and of no band, are the same array.
export function bundle(routes, room) {
  const before = new Map();
  return routes.map(({ points, band }) => {
    if (!band) return points;
    const others = before.get(band) ?? before.set(band, []).get(band);
    // What is near after the first time lies on one line after the second.
    const out = others.length ? drawn(drawn(points, others, room), others, room) : points;
    others.push(out);
    return out;
  });
}

// How far to the left of where they all go a way lies: in this order none need cross another.
const side = (points, u, v) => points.reduce((sum, [x, y]) => sum + u * y - v * x, 0) / points.length;

// Routes with those of a band after one another, from right to left.
export function inBands(routes) {
  const bands = [...new Set(routes.map((route) => route.band ?? route))];
  return bands.flatMap((band) => {
    const all = routes.filter((route) => (route.band ?? route) === band);
    if (all.length < 2) return all;
    const [u, v] = [0, 1].map((j) => all.reduce((sum, { points }) => sum + points.at(-1)[j] - points[0][j], 0));
    return all
      .map((route) => ({ route, left: side(route.points, u, v) }))
      .sort((a, b) => a.left - b.left)
      .map(({ route }) => route);
  });
}

function drawn(points, others, room) {
  const pulls = points.map((at, i) => pull(at, heading(points, i), others));
  const mean = (i, j) => {
    const near = pulls.slice(Math.max(0, i - SMOOTH), i + SMOOTH + 1);
    return near.reduce((sum, one) => sum + one[j], 0) / near.length;
  };
  return points.map(([x, y, beside], i) => {
    const free = eased(endsAway(points, [x, y]) / FREE),
      [dx, dy] = [mean(i, 0) * free, mean(i, 1) * free],
      by = Math.hypot(dx, dy),
      most = Math.max(beside, room(x, y)),
      share = by > most ? most / by : 1,
      [u, v] = [x + dx * share, y + dy * share];
    return [u, v, share * by > 0.1 ? room(u, v) : beside];
  });
}

const eased = (share) => {
  const t = Math.min(1, share);
  return t * t * (3 - 2 * t);
};

/** @returns {[number, number]} */
const heading = (points, i) => {
  const a = points[Math.max(0, i - 1)],
    b = points[Math.min(points.length - 1, i + 1)],
    l = Math.hypot(b[0] - a[0], b[1] - a[1]) || 1;
  return [(b[0] - a[0]) / l, (b[1] - a[1]) / l];
};

const endsAway = (points, [x, y]) => Math.min(...[points[0], points.at(-1)].map(([u, v]) => Math.hypot(x - u, y - v)));

// How a vertex moves to the nearest place of the others.
function pull([x, y], [u, v], others) {
  let best = REACH,
    found = [0, 0];
  for (const line of others) {
    const turn = 360 * Math.round((x - line.at(-1)[0]) / 360);
    // Vertices of ways drawn together are no further apart than STEP: those too far to be the nearest are passed over.
    for (let i = 0; i < line.length; i += 1) {
      const at = line[i],
        dx = at[0] + turn - x,
        dy = at[1] - y,
        d = Math.sqrt(dx * dx + dy * dy);
      if (d >= best) {
        i += Math.max(0, Math.floor((d - best) / STEP) - 1);
        continue;
      }
      const [s, t] = heading(line, i);
      if (s * u + t * v < ALONG) continue;
      best = d;
      found = [dx, dy];
    }
  }
  const near = eased((REACH - best) / (REACH * (1 - WHOLE)));
  return found.map((one) => one * near);
}
