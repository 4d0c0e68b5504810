// The thinned sea network of the page, and the cheapest way on it. Costs are whole metres with
// what keeps ships off the coast; lengths are metres on the ellipsoid.

import { fromBase64, inflate, reader } from './bytes.js';
import { arc, nearest } from './geo.js';

// `packed`: {q: degrees a step, gates: [ids], ends: {id: node}, data: base64 of deflated varints}.
export async function createNetwork(packed) {
  return networkFrom(unpackNetwork(reader(await inflate(fromBase64(packed.data))), packed));
}

export function unpackNetwork(read, { q, gates, ends }) {
  const n = read.count(), lon = new Float64Array(n), lat = new Float64Array(n);
  let x = 0, y = 0;
  for (let i = 0; i < n; i += 1) {
    x += read.delta();
    y += read.delta();
    lon[i] = x * q;
    lat[i] = y * q;
  }
  const edges = [];
  let one = 0;
  for (let m = read.count(); m > 0; m -= 1) {
    one += read.count();
    const two = one + read.delta(), metres = read.count(), cost = metres + read.count(), crossed = [];
    for (let g = read.count(); g > 0; g -= 1) crossed.push(gates[read.count()]);
    edges.push({ one, two, metres, cost, gates: crossed });
  }
  return { lon, lat, edges, ends };
}

export function networkFrom({ lon, lat, edges, ends }) {
  const n = lon.length, around = Array.from({ length: n }, () => []), through = new Map();
  const leaf = new Set(Object.values(ends));
  for (const edge of edges) {
    around[edge.one].push(edge);
    around[edge.two].push(edge);
    for (const gate of edge.gates) {
      if (!through.has(gate)) through.set(gate, []);
      through.get(gate).push(edge);
    }
  }
  const shut = (edge, closed) => edge.gates.some((gate) => closed.has(gate));

  // Cheapest costs from several beginnings [node, cost, from, edge]; leaves are only ends.
  function search(begin, closed, goal) {
    const cost = new Float64Array(n).fill(Infinity), came = new Int32Array(n).fill(-1), by = new Array(n).fill(null), heap = createHeap();
    for (const [node, c, origin] of begin) {
      if (c < cost[node]) {
        cost[node] = c;
        by[node] = origin ?? null;
        heap.push(c, node);
      }
    }
    const done = new Uint8Array(n), first = new Set(begin.map(([node]) => node));
    while (heap.size()) {
      const node = heap.pop();
      if (done[node]) continue;
      done[node] = 1;
      if (node === goal) break;
      if (leaf.has(node) && !first.has(node)) continue;
      for (const edge of around[node]) {
        const next = edge.one === node ? edge.two : edge.one, c = cost[node] + edge.cost;
        if (c >= cost[next] || shut(edge, closed) || (leaf.has(next) && next !== goal)) continue;
        cost[next] = c;
        came[next] = node;
        by[next] = edge;
        heap.push(c, next);
      }
    }
    return { cost, came, by };
  }

  // Steps [edge, from, to] of the path that ends at `node`, back to where its search began.
  function steps(found, node) {
    const out = [];
    let at = node;
    while (found.came[at] >= 0) {
      out.unshift([found.by[at], found.came[at], at]);
      at = found.came[at];
    }
    return { out, at, origin: found.by[at] };
  }

  function cheapest(from, to, via, closed) {
    let stage = search([[from, 0, null]], closed, via.length ? -1 : to);
    const stages = [stage];
    for (const gate of via) {
      const begin = [];
      for (const edge of through.get(gate) ?? []) {
        if (shut(edge, closed)) continue;
        for (const [a, b] of [[edge.one, edge.two], [edge.two, edge.one]]) {
          if (Number.isFinite(stage.cost[a])) begin.push([b, stage.cost[a] + edge.cost, { edge, a, b }]);
        }
      }
      if (!begin.length) return null;
      stage = search(begin, closed, to);
      stages.push(stage);
    }
    if (!Number.isFinite(stage.cost[to])) return null;
    const path = [];
    let node = to;
    for (let i = stages.length - 1; i >= 0; i -= 1) {
      const { out, origin } = steps(stages[i], node);
      path.unshift(...out);
      if (i > 0) {
        path.unshift([origin.edge, origin.a, origin.b]);
        node = origin.a;
      }
    }
    return path;
  }

  const nodeOf = (end) => ends[end] ?? null;
  return {
    has: (id) => nodeOf(id) !== null,
    // `via`: gates to pass, in order; `closed`: a set of gates. Null where there is no way by sea.
    route(from, to, { via = [], closed = new Set() } = {}) {
      const [a, b] = [nodeOf(from), nodeOf(to)];
      if (a === null || b === null || via.some((gate) => closed.has(gate))) return null;
      const path = cheapest(a, b, via, closed);
      if (!path) return null;
      const gates = [], line = [[lon[a], lat[a]]];
      let metres = 0;
      for (const [edge, p, q] of path) {
        metres += edge.metres;
        for (const gate of edge.one === p ? edge.gates : [...edge.gates].reverse()) if (!gates.includes(gate)) gates.push(gate);
        const last = line.at(-1);
        line.push(...arc(last, [nearest(lon[q], last[0]), lat[q]], 0.5).slice(1));
      }
      return { nm: metres / 1852, gates, line };
    },
  };
}

// A binary heap of numbered things by cost.
function createHeap() {
  const keys = [], items = [];
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
      const top = items[0], last = items.length - 1;
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
