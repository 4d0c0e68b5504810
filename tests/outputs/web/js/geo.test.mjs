import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arc, distance, fold, inside, latitude, nearest, northing } from '../../../../src/frontiers_map/outputs/web/js/geo/geo.js';

const near = (a, b, by) => assert.ok(Math.abs(a - b) <= by, `${a} is not within ${by} of ${b}`);

test('Miller goes there and back', () => {
  for (const lat of [-80, -33.9, 0, 0.001, 35.68, 84]) near(latitude(northing(lat)), lat, 1e-9);
  near(northing(0), 0, 1e-12);
  assert.ok(northing(60) < 75, 'less stretched than Mercator');
});

test('longitudes fold and unfold', () => {
  assert.equal(fold(190), -170);
  assert.equal(fold(-190), 170);
  assert.equal(fold(-180), -180);
  assert.equal(nearest(-170, 175), 190);
  assert.equal(nearest(170, -175), -190);
});

test('distance is that of the ellipsoid', () => {
  // One degree on the equator and on a meridian of WGS 84; Karney's example New York - Singapore is left to Python.
  near(distance([0, 0], [1, 0]), 111319.491, 0.01);
  near(distance([0, 0], [0, 1]), 110574.389, 0.01);
  near(distance([179, 0], [-179, 0]), 2 * 111319.491, 0.02);
  // Vincenty's own line: Flinders Peak to Buninyon, on a slightly different ellipsoid.
  near(distance([144.42486789, -37.95103342], [143.92649553, -37.65282114]), 54972.271, 0.05);
  assert.equal(distance([12, 41], [12, 41]), 0);
  assert.ok(Number.isFinite(distance([0, 0], [180, 0.1])), 'nearly antipodal points have a length too');
});

test('an arc is unwrapped, dense and ends where it ought to', () => {
  const line = arc([139.8, 35.4], [-122.4, 37.8], 1);
  assert.deepEqual(line[0], [139.8, 35.4]);
  near(line.at(-1)[0], 237.6, 1e-9);
  assert.ok(line.every(([x], i) => i === 0 || Math.abs(x - line[i - 1][0]) < 3));
  assert.ok(Math.max(...line.map(([, y]) => y)) > 45, 'it bulges north');
});

test('inside counts crossings', () => {
  const ring = [[0, 0], [10, 0], [10, 10], [5, 5], [0, 10]];
  assert.ok(inside(ring, 2, 2));
  assert.ok(!inside(ring, 5, 8));
  assert.ok(!inside(ring, 11, 5));
});
