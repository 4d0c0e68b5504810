// The thinned sea network of the page, and the cheapest way on it. An edge costs its length and a
// toll that keeps ships off the coast. The bytes are laid out as sea/thin.py tells.

import { decoder, fromBase85 } from '../base/arithmetic.js';
import { unzigzag } from '../base/bytes.js';
import { arc, distance, nearest } from '../geo/geo.js';
import { once } from '../base/later.js';

const HARBOUR_GRID = 1e-6,
  GRID = 1e-4,
  TOLL_KM = 0.1,
  RAD = Math.PI / 180,
  A = 6378.137,
  F = 1 / 298.257223563;

// Kilometres on WGS 84 by Andoyer and Lambert: what the edges are compared by.
export function kmBetween(lon1, lat1, lon2, lat2) {
  const y1 = Math.atan((1 - F) * Math.tan(lat1 * RAD)),
    y2 = Math.atan((1 - F) * Math.tan(lat2 * RAD));
  const h = Math.sin((y2 - y1) / 2) ** 2 + Math.cos(y1) * Math.cos(y2) * Math.sin(((lon2 - lon1) * RAD) / 2) ** 2;
  const angle = 2 * Math.asin(Math.sqrt(Math.min(1, Math.max(0, h)))),
    p = (y1 + y2) / 2,
    q = (y2 - y1) / 2;
  const near = Math.max(Math.cos(angle / 2) ** 2, 1e-9),
    far = Math.max(Math.sin(angle / 2) ** 2, 1e-18);
  const u = ((angle - Math.sin(angle)) * (Math.sin(p) * Math.cos(q)) ** 2) / near;
  const v = ((angle + Math.sin(angle)) * (Math.cos(p) * Math.sin(q)) ** 2) / far;
  return A * (angle - (F / 2) * (u + v));
}

// `packed`: {ends: [ids], gates: [ids], data: numbers packed by an arithmetic coder, in base 85,
// ports: [lon, lat, name, code, other names] of large harbours of the world, to be asked for by name}.
// It is unpacked when the first way is asked for.
export function createNetwork(packed) {
  const network = once(() => networkFrom(unpackNetwork(decoder(fromBase85(packed.data)), packed)));
  return {
    has: (id) => packed.ends.includes(id),
    ports: packed.ports ?? [],
    route: (...asked) => network().route(...asked),
  };
}

export function unpackNetwork(read, { ends, gates }) {
  const harbours = read(0),
    n = read(0),
    m = read(0);
  const lon = new Float64Array(n),
    lat = new Float64Array(n);
  for (const [begin, end, grid, kind] of [
    [0, harbours, HARBOUR_GRID, 1],
    [harbours, n, GRID, 3],
  ]) {
    let x = 0,
      y = 0;
    for (let i = begin; i < end; i += 1) {
      x += unzigzag(read(kind));
      y += unzigzag(read(kind + 1));
      lon[i] = x * grid;
      lat[i] = y * grid;
    }
  }
  const edges = [],
    lower = new Uint8Array(n);
  for (let one = 0, toll = 0; one < n; one += 1) {
    let two = one;
    const count = read(5 + lower[one]);
    for (let k = 0; k < count; k += 1) {
      two += read(9 + Math.min(k, 2)) + 1;
      lower[two] = Math.min(lower[two] + 1, 3);
      toll = read(toll ? 13 : 12);
      const cost = kmBetween(lon[one], lat[one], lon[two], lat[two]) + toll * TOLL_KM;
      edges.push({ one, two, cost, gates: Array.from({ length: read(14) }, () => gates[read(15)]) });
    }
  }
  if (edges.length !== m) throw new Error(`found ${edges.length} edges; allowed: ${m}`);
  return { lon, lat, edges, ends: Object.fromEntries(ends.map((id, i) => [id, i])) };
}

export function networkFrom({ lon, lat, edges, ends }) {
  const n = lon.length,
    around = Array.from({ length: n }, () => []);
  const leaf = new Set(Object.values(ends));
  for (const edge of edges) {
    around[edge.one].push(edge);
    around[edge.two].push(edge);
  }

  // Dijkstra over (node, how many of the gates in `via` are passed). Each of them is passed once,
  // in order; an edge may cross several. Gives the steps [edge, from, to], or null.
  function cheapest(from, to, via, closed) {
    const asked = new Set(via),
      states = n * (via.length + 1),
      goal = to + n * via.length;
    const cost = new Float64Array(states).fill(Infinity),
      came = new Int32Array(states).fill(-1),
      by = new Array(states);
    const done = new Uint8Array(states),
      heap = createHeap();
    cost[from] = 0;
    heap.push(0, from);
    while (heap.size()) {
      const state = heap.pop();
      if (done[state]) continue;
      done[state] = 1;
      if (state === goal) break;
      const node = state % n,
        passed = (state - node) / n;
      // A harbour is an end of a way, never a stepping stone.
      if (leaf.has(node) && node !== from) continue;
      for (const edge of around[node]) {
        const next = edge.one === node ? edge.two : edge.one;
        if ((leaf.has(next) && next !== to) || edge.gates.some((gate) => closed.has(gate))) continue;
        let count = passed;
        if (asked.size && edge.gates.length) {
          const crossed = edge.gates.filter((gate) => asked.has(gate));
          if (edge.two === node) crossed.reverse();
          if (crossed.some((gate, i) => via[passed + i] !== gate)) continue;
          count += crossed.length;
        }
        const there = next + n * count,
          c = cost[state] + edge.cost;
        if (c >= cost[there]) continue;
        cost[there] = c;
        came[there] = state;
        by[there] = edge;
        heap.push(c, there);
      }
    }
    if (!Number.isFinite(cost[goal])) return null;
    const path = [];
    for (let state = goal; came[state] >= 0; state = came[state]) path.unshift([by[state], came[state] % n, state % n]);
    return path;
  }

  const nodeOf = (end) => ends[end] ?? null;
  return {
    has: (id) => nodeOf(id) !== null,
    // `via`: gates to pass and harbours to call at, in order; `closed`: a set of gates. Null where
    // there is no way by sea; ask `has` first whether the ends are known at all.
    route(from, to, { via = [], closed = new Set() } = {}) {
      if (via.some((gate) => closed.has(gate))) return null;
      const stops = [from, ...via.filter((id) => nodeOf(id) !== null), to].map(nodeOf),
        legs = [[]];
      for (const id of via) {
        if (nodeOf(id) === null) legs.at(-1).push(id);
        else legs.push([]);
      }
      const path = [];
      for (const [i, gates] of legs.entries()) {
        const leg = cheapest(stops[i], stops[i + 1], gates, closed);
        if (!leg) return null;
        path.push(...leg);
      }
      const [a] = stops;
      const gates = [],
        line = [[lon[a], lat[a]]];
      let metres = 0;
      for (const [edge, p, q] of path) {
        metres += distance([lon[p], lat[p]], [lon[q], lat[q]]);
        for (const gate of edge.one === p ? edge.gates : [...edge.gates].reverse())
          if (gates.at(-1) !== gate) gates.push(gate);
        const last = line.at(-1);
        line.push(...arc(last, [nearest(lon[q], last[0]), lat[q]], 0.5).slice(1));
      }
      return { nm: metres / 1852, gates, line };
    },
  };
}

// A binary heap of numbered things by cost.
function createHeap() {
  const keys = [],
    items = [];
  const swap = (i, j) => {
    [keys[i], keys[j]] = [keys[j], keys[i]];
    [items[i], items[j]] = [items[j], items[i]];
  };
  return {
    size: () => items.length,
    push(key, item) {
      let i = keys.push(key) - 1;
      items.push(item);
      while (i > 0 && keys[(i - 1) >> 1] > keys[i]) {
        swap(i, (i - 1) >> 1);
        i = (i - 1) >> 1;
      }
    },
    pop() {
      const top = items[0],
        last = items.length - 1;
      swap(0, last);
      keys.pop();
      items.pop();
      for (let i = 0; ;) {
        let small = i;
        for (const j of [2 * i + 1, 2 * i + 2]) if (j < last && keys[j] < keys[small]) small = j;
        if (small === i) break;
        swap(i, small);
        i = small;
      }
      return top;
    },
  };
}
