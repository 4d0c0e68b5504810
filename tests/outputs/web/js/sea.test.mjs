import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createScenarios } from '../../../../src/frontiers_map/outputs/web/js/atlas/closures.js';
import { networkFrom } from '../../../../src/frontiers_map/outputs/web/js/atlas/sea.js';

// Three harbours in a row, at two nodes at sea; the strait s lies between these.
const network = networkFrom({ lon: [0, 10, 20, 1, 9, 19], lat: [0, 0, 0, 1, 1, 1], ends: { a: 0, b: 1, c: 2 },
  edges: [[0, 3], [3, 4, 's'], [1, 4], [4, 5], [2, 5]].map(([one, two, gate]) => ({ one, two, cost: 100 * Math.abs(two - one), gates: gate ? [gate] : [] })) });

test('a way by a harbour goes there and on', () => {
  const way = network.route('a', 'c', { via: ['s', 'b'] });
  assert.deepEqual(way.gates, ['s']);
  assert.ok(way.line.some(([lon, lat]) => lon === 10 && lat === 0));
  assert.ok(way.nm > network.route('a', 'c').nm);
  assert.equal(network.route('a', 'c', { via: ['b', 's'] }), null);
});

test('what is not known is not told as no way', () => {
  const row = { id: 'r', from: 'a', to: 'inland', via: [], gates: ['s'], nm: 1 };
  const scenarios = createScenarios({ facts: { ship: {} }, defaults: new Set() }, network), state = { closed: ['s'], opened: [] };
  assert.equal(scenarios.of(row, state), null);
  assert.equal(scenarios.own({ ...state, own: { from: 'a', to: 'inland' } }), null);
  assert.deepEqual(scenarios.own({ ...state, own: { from: 'a', to: 'c' } }).reachable, false);
});
