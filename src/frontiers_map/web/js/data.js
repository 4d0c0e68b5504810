// The facts of the page, as they came, plus what makes them quick to ask.

import { path } from './bytes.js';
import { arc, northing } from './geo.js';
import { resample } from './lanes.js';

export const KINDS = {
  region: 'regions', place: 'places', terminal: 'terminals', gate: 'gates', link: 'links',
  event: 'events', route: 'routes', source: 'sources', claim: 'claims', sea: 'sea_labels',
};

const world = (points) => points.map(([lon, lat]) => [lon, northing(lat)]);

const bounds = (points) => points.reduce(
  ([a, b, c, d], [x, y]) => [Math.min(a, x), Math.min(b, y), Math.max(c, x), Math.max(d, y)],
  [Infinity, Infinity, -Infinity, -Infinity]);

// A way at sea, ready to be drawn: vertices in world units, no further apart than 0.4.
export function way(lonlat) {
  const points = resample(world(lonlat));
  return { points, box: bounds(points) };
}

export function createAtlas(facts) {
  const byId = new Map();
  for (const [kind, layer] of Object.entries(KINDS)) {
    for (const row of facts[layer] ?? []) byId.set(`${kind}:${row.id}`, row);
  }
  const find = (key) => byId.get(key) ?? null;
  const kindOf = (id) => ['terminal', 'place', 'gate', 'route', 'link', 'event', 'region', 'source', 'claim']
    .find((kind) => byId.has(`${kind}:${id}`)) ?? null;

  const routes = facts.routes.map((row) => ({ row, ...(row.line ? way(path(row.line, 1000)) : { points: null }) }));
  const links = facts.links.filter((row) => row.lines?.length).map((row) => {
    const lines = row.lines.map((deltas) => {
      const ends = path(deltas, 100), points = [];
      for (let i = 1; i < ends.length; i += 1) points.push(...arc(ends[i - 1], ends[i], 1.2).slice(i > 1 ? 1 : 0));
      return world(points);
    });
    return { row, lines, box: bounds(lines.flat()) };
  });
  const gates = facts.gates.map((row) => ({ row, line: world(path(row.line, 1000)) }));
  const regions = new Map(facts.regions.map((row) => [row.id, {
    row,
    steps: row.steps.map((rings) => rings.map((ring) => world(path(ring, 100)))),
    open: row.open.map((line) => world(path(line, 100))),
  }]));
  const shared = facts.overlaps.filter((row) => row.steps?.length).map((row) => {
    const steps = row.steps.map((rings) => rings.map((ring) => world(path(ring, 100))));
    return { row, steps, box: bounds(steps[0].flat()) };
  });
  for (const region of regions.values()) {
    region.box = bounds(region.steps[0].flat());
    region.outline = region.steps[0];
  }
  const groups = new Map(facts.gate_groups.map((row) => [row.id, row]));
  const gatesOf = (names) => [...new Set(names.flatMap((id) => groups.get(id)?.gates ?? [id]))];

  return {
    facts, find, kindOf, routes, links, gates, regions, groups, gatesOf,
    source: (id) => byId.get(`source:${id}`),
    party: (code) => facts.parties[code] ?? null,
    // Where two readings meet, ready to be drawn.
    shared: (reading) => shared.find(({ row }) => Object.values(reading).includes(row.a) && Object.values(reading).includes(row.b)) ?? null,
    overlap: (reading) => facts.overlaps.find(
      (row) => Object.values(reading).includes(row.a) && Object.values(reading).includes(row.b)) ?? null,
    supplier: (id) => facts.suppliers.find((row) => row.id === id),
    // What is reported of a gate (or its group) at a date: the last row not after it.
    gateStatus: (id, date) => latest(facts.gate_status.filter(
      (row) => row.gate === id || groups.get(row.gate)?.gates.includes(id)), date),
    terminalStatus: (row, date) => latest(facts.terminal_status.filter((r) => r.terminal === row.id), date),
    defaults: new Set(facts.gates.filter((row) => row.closed !== 'no').map((row) => row.id)),
  };
}

export const latest = (rows, date) => rows
  .filter((row) => row.date <= date || date.startsWith(row.date))
  .sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0)).at(-1) ?? null;
