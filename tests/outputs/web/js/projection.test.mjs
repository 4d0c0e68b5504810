import assert from 'node:assert/strict';
import { test } from 'node:test';

// Paths keep what they are told: the tests look at the vertices.
globalThis.DOMMatrix = class {};
globalThis.Path2D = class {
  constructor(text = '') { this.text = text; }

  addPath({ text }) { this.text += text; }
};
const { areaPath, createGlobe, inSight, linePath, onSphere, powerAt, project, unproject } = await import('../../../../src/frontiers_map/outputs/web/js/geo/projection.js');

const near = (a, b, by, what = '') => assert.ok(Math.abs(a - b) <= by, `${a} is not within ${by} of ${b} ${what}`);
const SCALE = 5, WORLD = 2.8;
const globe = (lon, lat, zoom = WORLD, scale = SCALE) => createGlobe({ lon, lat, scale, zoom, cx: 500, cy: 400 });
const frame = (...of) => ({ globe: globe(...of), width: 1000, height: 800 });
// The views of the tests: Indo-Pacific, Mediterranean, Arctic, Antarctic, across 180°, America.
const VIEWS = [[75, 25], [15, 38], [60, 80], [120, -75], [180, 0], [-90, 40]];

// Subpaths of a path as lists of [x, y], in pixels.
const rings = ({ text }) => text.split('M').slice(1).map((part) => part.replace('Z', '').split('L').map((xy) => xy.split(' ').map((v) => v / 20)));
const shoelace = (ring) => ring.reduce((sum, [x, y], i) => {
  const [u, v] = ring[(i + 1) % ring.length];
  return sum + (x * v - u * y) / 2;
}, 0);
const inPath = (path, x, y) => rings(path).filter((ring) => {
  let found = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
    const [xi, yi] = ring[i], [xj, yj] = ring[j];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) found = !found;
  }
  return found;
}).length % 2 === 1;

test('positions go there and back, at every zoom', () => {
  for (const zoom of [1, 3.5, 4.1, 4.7, 6, 9]) {
    for (const [lon, lat] of VIEWS) {
      const g = globe(lon, lat, zoom);
      for (const [u, v] of [[0, 0], [30, 50], [139.7, 35.7], [-179.9, -40], [80, 89], [100, -89]]) {
        const at = project(g, u, v);
        if (!at) continue;
        const [back, north] = unproject(g, ...at);
        near(((back - u + 540) % 360) - 180, 0, 1e-5);
        near(north, v, 1e-5);
      }
    }
  }
  assert.equal(project(globe(0, 0), 180, 0), null, 'the far side is not seen');
  assert.equal(unproject(globe(0, 0), 0, 0), null, 'nor is anything off the disc');
  assert.ok(unproject(globe(0, 0), 0, 0, true).every(Number.isFinite), 'but its rim is near');
});

// Exact areas on WGS 84 of cells between meridians and parallels (Snyder, Map Projections, 3-12).
const E2 = 0.00669437999014, E = Math.sqrt(E2), A = 6378.137;
const q = (lat) => {
  const s = Math.sin((lat * Math.PI) / 180);
  return (1 - E2) * (s / (1 - E2 * s * s) - Math.log((1 - E * s) / (1 + E * s)) / (2 * E));
};
const cell = (w, s, e, n) => ((((e - w) * Math.PI) / 180) * A * A * (q(n) - q(s))) / 2;

test('drawn areas are those of the ellipsoid, in every view of the world', () => {
  const total = 2 * Math.PI * A * A * q(90);
  for (const [lon, lat] of VIEWS) {
    for (const [w, s, e, n] of [[60, 60, 100, 75], [40, 5, 75, 25], [5, 32, 35, 42], [100, -10, 140, 10], [-100, 30, -70, 50], [150, -50, 190, -20], [90, -85, 160, -70]]) {
      const shape = onSphere([Float64Array.from([w, s, e, s, e, n, w, n])]), f = frame(lon, lat);
      const corners = [[w, s], [e, s], [e, n], [w, n], [(w + e) / 2, s], [(w + e) / 2, n]];
      if (corners.some(([u, v]) => !project(f.globe, u, v))) continue;
      const drawn = Math.abs(shoelace(rings(areaPath(f, shape))[0])), disc = Math.PI * f.globe.rim ** 2;
      near(drawn / (2 * disc) / (cell(w, s, e, n) / total), 1, 0.01, `${[w, s, e, n]} from ${[lon, lat]}`);
    }
  }
});

test('shapes are right where straits are looked at', () => {
  assert.equal(powerAt(3), 0.5);
  assert.equal(powerAt(5), 1);
  // Hormuz, Malacca, Gibraltar, Bering: a small square is as wide as high, wherever the view is.
  for (const [lon, lat] of [[56.4, 26.5], [101, 2.9], [-5.5, 35.9], [-169, 66]]) {
    const g = globe(lon + 8, lat - 6, 6), d = 0.01, k = Math.cos((lat * Math.PI) / 180);
    const [a, b, c] = [project(g, lon, lat), project(g, lon + d / k, lat), project(g, lon, lat + d)];
    const [u, v] = [Math.hypot(b[0] - a[0], b[1] - a[1]), Math.hypot(c[0] - a[0], c[1] - a[1])];
    near(u / v, 1, 0.01, 'as wide as high');
    near(((b[0] - a[0]) * (c[0] - a[0]) + (b[1] - a[1]) * (c[1] - a[1])) / (u * v), 0, 0.01, 'right-angled');
  }
});

test('zooming changes the map without a jump', () => {
  let last = null;
  for (let zoom = 3; zoom < 6; zoom += 0.01) {
    const [x, y] = project(globe(75, 20, zoom), 110, 45);
    if (last) near(Math.hypot(x - last[0], y - last[1]), 0, 1.5);
    last = [x, y];
  }
});

// A land round the South Pole as the coast has it: closed along the frame of the flat map.
const round = (lat) => Array.from({ length: 73 }, (_, i) => [-180 + 5 * i, lat + 3 * Math.sin(i)]).flat();
const SHAPES = {
  Antarctica: [[-180, -90, ...round(-70), 180, -90]],
  'a continent with a sea in it': [[-20, -10, 120, -10, 120, 70, -20, 70], [20, 10, 60, 10, 60, 40, 20, 40]],
  'a sea across 180°': [[40, -50, 290, -50, 290, 60, 40, 60]],
  'all but an island': [[-180, -90, 180, -90, 180, 90, -180, 90], [100, -30, 110, -30, 110, -20, 100, -20]],
  'an island': [[100, -30, 110, -30, 110, -20, 100, -20]],
};
const truly = (lines, lon, lat) => lines.filter((line) => [-360, 0, 360].some((turn) => {
  let found = false;
  for (let i = 0, n = line.length, j = n - 2; i < n; j = i, i += 2) {
    if (line[i + 1] > lat !== line[j + 1] > lat && lon + turn < ((line[j] - line[i]) * (lat - line[i + 1])) / (line[j + 1] - line[i + 1]) + line[i]) found = !found;
  }
  return found;
})).length % 2 === 1;

for (const [name, lines] of Object.entries(SHAPES)) {
  test(`the horizon cuts ${name} so that each point stays on its side`, () => {
    const shape = onSphere(lines.map((line) => Float64Array.from(line)));
    for (const [lon, lat] of [...VIEWS, [0, 0], [-75, -60], [105, -25], [-75, 25], [165, 60]]) {
      const f = frame(lon, lat), seen = inSight(shape, f), path = areaPath(f, shape);
      for (let u = -178.7; u < 180; u += 9.3) {
        for (let v = -84.3; v < 85; v += 8.1) {
          const at = project(f.globe, u, v);
          // Points within a degree of an edge are not decided by drawing.
          if (!at || Math.hypot(at[0] - 500, at[1] - 400) > f.globe.rim - 2) continue;
          const sides = new Set([[0, 0], [1.5, 0], [-1.5, 0], [0, 1.5], [0, -1.5]].map(([a, b]) => truly(lines, u + a, v + b)));
          if (sides.size > 1) continue;
          assert.equal(inPath(path, ...at), truly(lines, u, v), `${u.toFixed(1)} ${v.toFixed(1)} seen from ${lon} ${lat}`);
          if (truly(lines, u, v)) assert.ok(seen, 'what is seen is in sight');
        }
      }
    }
  });
}

test('lines end at the horizon', () => {
  const f = frame(0, 0), equator = onSphere([Float64Array.from([-180, 0, 180, 0])], false);
  const points = rings(linePath(f, equator)).flat();
  assert.ok(points.length > 20);
  for (const [x, y] of points) {
    near(y, 400, 0.1);
    assert.ok(Math.abs(x - 500) <= f.globe.rim + 0.1);
  }
});
