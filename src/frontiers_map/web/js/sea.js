// The thinned sea network of the page, and the cheapest way on it. An edge costs its length and a
// toll that keeps ships off the coast. The bytes are laid out as sea/thin.py tells.

import { fromBase64, inflate, reader } from './bytes.js';
import { arc, distance, nearest } from './geo.js';

const GRID = 0.001, TOLL_KM = 0.5, RAD = Math.PI / 180, A = 6378.137, F = 1 / 298.257223563;

// Kilometres on WGS 84 by Andoyer and Lambert: what the edges are compared by.
export function kmBetween(lon1, lat1, lon2, lat2) {
  const y1 = Math.atan((1 - F) * Math.tan(lat1 * RAD)), y2 = Math.atan((1 - F) * Math.tan(lat2 * RAD));
  const h = Math.sin((y2 - y1) / 2) ** 2 + Math.cos(y1) * Math.cos(y2) * Math.sin(((lon2 - lon1) * RAD) / 2) ** 2;
  const angle = 2 * Math.asin(Math.sqrt(Math.min(1, Math.max(0, h)))), p = (y1 + y2) / 2, q = (y2 - y1) / 2;
  const near = Math.max(Math.cos(angle / 2) ** 2, 1e-9), far = Math.max(Math.sin(angle / 2) ** 2, 1e-18);
  const u = ((angle - Math.sin(angle)) * (Math.sin(p) * Math.cos(q)) ** 2) / near;
  const v = ((angle + Math.sin(angle)) * (Math.cos(p) * Math.sin(q)) ** 2) / far;
  return A * (angle - (F / 2) * (u + v));
}

// `packed`: {ends: [ids], gates: [ids], data: base64 of deflated numbers}.
export async function createNetwork(packed) {
  return networkFrom(unpackNetwork(reader(await inflate(fromBase64(packed.data))), packed));
}

export function unpackNetwork(read, { ends, gates }) {
  const n = (read.count(), read.count()), m = read.count();
  const lon = new Float64Array(n), lat = new Float64Array(n);
  let x = 0, y = 0;
  for (let i = 0; i < n; i += 1) {
    x += read.delta();
    y += read.delta();
    lon[i] = x * GRID;
    lat[i] = y * GRID;
  }
  const edges = [], degree = Array.from({ length: n }, () => read.count());
  degree.forEach((count, one) => {
    let two = one;
    for (let k = 0; k < count; k += 1) {
      two += read.count();
      edges.push({ one, two, cost: kmBetween(lon[one], lat[one], lon[two], lat[two]), gates: [] });
    }
  });
  for (const edge of edges) edge.cost += read.count() * TOLL_KM;
  let at = 0;
  for (let k = read.count(); k > 0; k -= 1) {
    at += read.count();
    for (let g = read.count(); g > 0; g -= 1) edges[at].gates.push(gates[read.count()]);
  }
  if (edges.length !== m) throw new Error(`found ${edges.length} edges; allowed: ${m}`);
  return { lon, lat, edges, ends: Object.fromEntries(ends.map((id, i) => [id, i])) };
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
        metres += distance([lon[p], lat[p]], [lon[q], lat[q]]);
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
