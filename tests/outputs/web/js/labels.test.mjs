import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alongLine, createOccupancy, placeLabels } from '../../../../src/frontiers_map/outputs/web/js/map/labels.js';

// A small generator with a seed, so that the crowd is the same every time.
const numbers = (seed) => () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 4294967296;
};
const crowd = (n, seed = 7) => {
  const next = numbers(seed);
  return Array.from({ length: n }, (_, i) => ({ key: `k${i}`, x: next() * 1000, y: next() * 700, w: 30 + next() * 90, h: 14, r: 5, priority: Math.floor(next() * 100) }));
};
const touch = (a, b) => a.left < b.left + b.w && b.left < a.left + a.w && a.top < b.top + b.h && b.top < a.top + a.h;

test('no two names of a crowd touch, and none leaves the window', () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const placed = placeLabels(crowd(300, seed), createOccupancy(1000, 700), new Map());
    assert.ok(placed.length > 60);
    placed.forEach((a, i) => {
      assert.ok(a.left >= 0 && a.top >= 0 && a.left + a.w <= 1000 && a.top + a.h <= 700);
      placed.slice(i + 1).forEach((b) => assert.ok(!touch(a, b), `${a.key} ${b.key}`));
    });
  }
});

test('the important name wins the place', () => {
  const here = { x: 500, y: 300, w: 80, h: 14, r: 5 };
  const many = Array.from({ length: 20 }, (_, i) => ({ ...here, key: `low${i}`, priority: 1 }));
  const placed = placeLabels([...many, { ...here, key: 'high', priority: 99 }], createOccupancy(1000, 700), new Map());
  assert.ok(placed.some((p) => p.key === 'high' && p.spot === 0));
});

test('names stay where they were while there is room', () => {
  const memory = new Map(), many = crowd(120);
  const first = placeLabels(many, createOccupancy(1000, 700), memory);
  const moved = many.map((c) => ({ ...c, x: c.x + 0.6, y: c.y + 0.4 }));
  const second = placeLabels(moved, createOccupancy(1000, 700), memory);
  const spots = new Map(first.map((p) => [p.key, p.spot]));
  const same = second.filter((p) => spots.get(p.key) === p.spot).length;
  assert.ok(same / second.length > 0.9, `${same} of ${second.length}`);
});

test('the order in which names come does not matter', () => {
  const many = crowd(150), key = (list) => list.map((p) => `${p.key}:${p.spot}`).sort().join();
  assert.equal(key(placeLabels(many, createOccupancy(1000, 700), new Map())), key(placeLabels([...many].reverse(), createOccupancy(1000, 700), new Map())));
});

test('a name keeps off what is taken and may cross lines only up to its limit', () => {
  const room = createOccupancy(400, 300);
  room.block(0, 0, 400, 140);
  room.line([0, 200, 400, 200], 20);
  assert.equal(room.cost(10, 10, 60, 30), Infinity);
  assert.ok(room.cost(10, 195, 60, 209) > 0);
  assert.equal(placeLabels([{ key: 'a', x: 200, y: 200, w: 200, h: 14, r: 2, priority: 1, most: 0, kind: 'area' }], room, new Map()).length, 0);
});

test('a name along a line reads from left to right, and needs the room', () => {
  const line = Array.from({ length: 80 }, (_, i) => [i * 8 + 20, 200 + 20 * Math.sin(i / 12)]).flat();
  const back = [];
  for (let i = line.length - 2; i >= 0; i -= 2) back.push(line[i], line[i + 1]);
  for (const way of [line, back]) {
    const { glyphs } = alongLine(way, Array(10).fill(9), 12, createOccupancy(800, 400), 12);
    assert.equal(glyphs.length, 10);
    assert.ok(glyphs.every((g, i) => i === 0 || g.x > glyphs[i - 1].x));
    assert.ok(glyphs.every((g) => Math.abs(g.angle) < 0.7));
  }
  assert.equal(alongLine([20, 20, 60, 20], Array(10).fill(9), 12, createOccupancy(800, 400), 12), null);
});

test('a name stands down for the one that says more, and only for it', () => {
  const name = { key: 'name', unless: 'more', x: 300, y: 300, w: 60, h: 14, r: 5, priority: 10 }, more = { ...name, key: 'more', unless: undefined, priority: 90 };
  const keys = (...all) => placeLabels(all, createOccupancy(1000, 700), new Map()).map(({ key }) => key);
  assert.deepEqual(keys(name, more), ['more']);
  assert.deepEqual(keys(name, { ...more, w: 2000 }), ['name'], 'there was no room for it');
});
