// Degrees in, degrees or metres out. The map's own plane is "world units": x is the
// longitude, y is Miller's northing, both in degrees at the equator.

const RAD = Math.PI / 180;

// Miller's projection is Mercator's with the latitude flattened by 4/5 and stretched again by 5/4.
// Online tiles fit Mercator only: a page with such a basemap says so once, before it draws.
let flat = 0.8;

export const useMercator = () => {
  flat = 1;
};

export const northing = (lat) => (1 / flat / RAD) * Math.log(Math.tan(Math.PI / 4 + (flat / 2) * lat * RAD));

export const latitude = (y) => (2 / flat / RAD) * (Math.atan(Math.exp(flat * y * RAD)) - Math.PI / 4);

// Longitude folded to -180..180.
export const fold = (lon) => lon - 360 * Math.floor((lon + 180) / 360);

// The copy of `lon` that lies nearest to `near`.
export const nearest = (lon, near) => lon + 360 * Math.round((near - lon) / 360);

const A = 6378137,
  F = 1 / 298.257223563,
  B = A * (1 - F);

// Length of the geodesic between two points on WGS 84 in metres (Vincenty 1975). Nearly
// antipodal points, where the series does not settle, get the length on a sphere.
export function distance([lon1, lat1], [lon2, lat2]) {
  const u1 = Math.atan((1 - F) * Math.tan(lat1 * RAD)),
    u2 = Math.atan((1 - F) * Math.tan(lat2 * RAD));
  const L = fold(lon2 - lon1) * RAD,
    s1 = Math.sin(u1),
    c1 = Math.cos(u1),
    s2 = Math.sin(u2),
    c2 = Math.cos(u2);
  let lambda = L;
  for (let i = 0; i < 100; i += 1) {
    const sl = Math.sin(lambda),
      cl = Math.cos(lambda);
    const sinS = Math.hypot(c2 * sl, c1 * s2 - s1 * c2 * cl);
    if (sinS === 0) return 0;
    const cosS = s1 * s2 + c1 * c2 * cl,
      sigma = Math.atan2(sinS, cosS);
    const sinA = (c1 * c2 * sl) / sinS,
      cosA2 = 1 - sinA * sinA;
    const cos2M = cosA2 === 0 ? 0 : cosS - (2 * s1 * s2) / cosA2;
    const C = (F / 16) * cosA2 * (4 + F * (4 - 3 * cosA2));
    const next = L + (1 - C) * F * sinA * (sigma + C * sinS * (cos2M + C * cosS * (2 * cos2M * cos2M - 1)));
    if (Math.abs(next - lambda) < 1e-12) {
      const k = (cosA2 * (A * A - B * B)) / (B * B);
      const p = 1 + (k / 16384) * (4096 + k * (k * (320 - 175 * k) - 768));
      const q = (k / 1024) * (256 + k * (k * (74 - 47 * k) - 128));
      const turn =
        q *
        sinS *
        (cos2M +
          (q / 4) *
            (cosS * (2 * cos2M * cos2M - 1) - (q / 6) * cos2M * (4 * sinS * sinS - 3) * (4 * cos2M * cos2M - 3)));
      return B * p * (sigma - turn);
    }
    lambda = next;
  }
  return sphere([lon1, lat1], [lon2, lat2]) * 6371008.8;
}

// Angle between two points on a sphere, in radians.
export function sphere([lon1, lat1], [lon2, lat2]) {
  const h =
    Math.sin(((lat2 - lat1) * RAD) / 2) ** 2 +
    Math.cos(lat1 * RAD) * Math.cos(lat2 * RAD) * Math.sin(((lon2 - lon1) * RAD) / 2) ** 2;
  return 2 * Math.asin(Math.min(1, Math.sqrt(h)));
}

// Points along the great circle from a to b, unwrapped, no further apart than `step` degrees.
export function arc(a, b, step = 1) {
  const d = sphere(a, b),
    n = Math.max(1, Math.ceil(d / (step * RAD)));
  if (d < 1e-9) return [a, b];
  const out = [a];
  let last = a[0];
  for (let i = 1; i <= n; i += 1) {
    const [lon, lat] = between(a, b, i / n, d);
    last = nearest(lon, last);
    out.push([last, i === n ? b[1] : lat]);
  }
  return out;
}

// The point at a share of the great circle from a to b, whose length is `d` radians.
export function between(a, b, share, d = sphere(a, b)) {
  if (d < 1e-9) return b;
  const xyz = ([lon, lat]) => [
    Math.cos(lat * RAD) * Math.cos(lon * RAD),
    Math.cos(lat * RAD) * Math.sin(lon * RAD),
    Math.sin(lat * RAD),
  ];
  const p = xyz(a),
    q = xyz(b),
    f = Math.sin((1 - share) * d) / Math.sin(d),
    g = Math.sin(share * d) / Math.sin(d);
  const [x, y, z] = p.map((v, k) => v * f + q[k] * g);
  return [Math.atan2(y, x) / RAD, Math.atan2(z, Math.hypot(x, y)) / RAD];
}

// Is (x, y) inside the ring of [x, y] pairs? By crossings; the edge itself is undecided.
export function inside(ring, x, y) {
  let found = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
    const [xi, yi] = ring[i],
      [xj, yj] = ring[j];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) found = !found;
  }
  return found;
}

// Squared distance from (x, y) to the segment (ax, ay)-(bx, by).
export function apart(x, y, ax, ay, bx, by) {
  const dx = bx - ax,
    dy = by - ay,
    l = dx * dx + dy * dy;
  const t = l === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / l));
  return (x - ax - t * dx) ** 2 + (y - ay - t * dy) ** 2;
}
