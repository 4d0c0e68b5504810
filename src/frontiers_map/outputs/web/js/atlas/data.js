// The facts of the page, as they came, plus what makes them quick to ask.

import { path } from '../base/bytes.js';
import { arc, northing } from '../geo/geo.js';
import { resample } from '../geo/lanes.js';
import { once } from '../base/later.js';
import { FEATURES } from './kinds.js';

const world = (points) => points.map(([lon, lat]) => [lon, northing(lat)]);

function bounds(points) {
  let [w, s, e, n] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) {
    if (x < w) w = x;
    if (x > e) e = x;
    if (y < s) s = y;
    if (y > n) n = y;
  }
  return [w, s, e, n];
}

// A way at sea, ready to be drawn: vertices in world units, no further apart than 0.4, each with
// the room between it and the land. `room(x, y, i)` tells it for the vertices given.
export function way(lonlat, room) {
  const points = resample(world(lonlat).map(([x, y], i) => [x, y, room(x, y, i)]));
  return { points, box: bounds(points) };
}

// Shapes are worked out when they are first drawn: most readings never are.
function areaShape(row) {
  const rings = (packed) => packed.map((ring) => world(path(ring, 100)));
  const steps = once(() => row.steps.map(rings)),
    open = once(() => rings(row.open ?? [])),
    box = once(() => bounds(steps()[0].flat()));
  return {
    row,
    get steps() {
      return steps();
    },
    get open() {
      return open();
    },
    get box() {
      return box();
    },
    get outline() {
      return steps()[0];
    },
  };
}

function linkShape(row) {
  const lines = once(() =>
    row.lines.map((deltas) => {
      const ends = path(deltas, 100),
        points = [];
      for (let i = 1; i < ends.length; i += 1) points.push(...arc(ends[i - 1], ends[i], 1.2).slice(i > 1 ? 1 : 0));
      return world(points);
    }),
  );
  const box = once(() => bounds(lines().flat()));
  return {
    row,
    get lines() {
      return lines();
    },
    get box() {
      return box();
    },
  };
}

// A feature of a layer of one's own: its points, lines or rings.
function featureShape(row, facts) {
  const layer = facts.own_layers.find(({ id }) => id === row.layer),
    look = layer.kinds[row.look ?? 0];
  const lines = once(() => row.lines.map((packed) => world(path(packed, 1000)))),
    box = once(() => bounds(lines().flat()));
  return {
    row,
    layer,
    look,
    get lines() {
      return lines();
    },
    get box() {
      return box();
    },
  };
}

const begun = (since, date) => !since || since <= date || since.startsWith(date);
const past = (until, date) => Boolean(until) && until < date && !date.startsWith(until);

// How a feature stands at a date, and the outage that it is in; `analysis/states.py` has the rule.
export const outageAt = (row, date) =>
  (row.outages ?? []).find(({ since, until }) => begun(since, date) && !past(until, date)) ?? null;
export const stateAt = (row, date) =>
  !begun(row.since, date) ? 'ahead' : past(row.until, date) ? 'over' : outageAt(row, date) ? 'out' : 'in_service';

export function createAtlas(facts) {
  const byId = new Map();
  for (const [kind, layer] of Object.entries(FEATURES)) {
    for (const row of facts[layer] ?? []) byId.set(`${kind}:${row.id}`, row);
  }
  const find = (key) => byId.get(key) ?? null;
  const kindOf = (id) => Object.keys(FEATURES).find((kind) => byId.has(`${kind}:${id}`)) ?? null;

  const routes = facts.routes.map((row) => ({
    row,
    ...(row.line ? way(path(row.line, 1000), (x, y, i) => Number.parseInt(row.room[i], 36) / 10) : { points: null }),
  }));
  const links = facts.links.filter((row) => row.lines?.length).map(linkShape);
  const features = facts.features.map((row) => featureShape(row, facts));
  const gates = facts.gates.map((row) => ({ row, line: world(path(row.line, 1000)) }));
  const regions = new Map(facts.regions.map((row) => [row.id, areaShape(row)]));
  const shared = facts.overlaps.filter((row) => row.steps?.length).map(areaShape);
  const groups = new Map(facts.gate_groups.map((row) => [row.id, row]));
  const gatesOf = (names) => [...new Set(names.flatMap((id) => groups.get(id)?.gates ?? [id]))];

  return {
    facts,
    find,
    kindOf,
    routes,
    links,
    gates,
    features,
    regions,
    groups,
    gatesOf,
    source: (id) => byId.get(`source:${id}`),
    party: (code) => facts.parties[code] ?? null,
    // A share is the supplier's: how many routes have it in common.
    together: ({ share, supplier, importer }) =>
      share ? facts.routes.filter((r) => r.share && r.supplier === supplier && r.importer === importer).length : 0,
    // Where two readings meet, ready to be drawn.
    shared: (reading) =>
      shared.find(({ row }) => Object.values(reading).includes(row.a) && Object.values(reading).includes(row.b)) ??
      null,
    overlap: (reading) =>
      facts.overlaps.find((row) => Object.values(reading).includes(row.a) && Object.values(reading).includes(row.b)) ??
      null,
    supplier: (id) => facts.suppliers.find((row) => row.id === id),
    // What is reported of a gate (or its group) at a date: the last row not after it.
    gateStatus: (id, date) =>
      latest(
        facts.gate_status.filter((row) => row.gate === id || groups.get(row.gate)?.gates.includes(id)),
        date,
      ),
    terminalStatus: (row, date) =>
      latest(
        facts.terminal_status.filter((r) => r.terminal === row.id),
        date,
      ),
    defaults: new Set(facts.gates.filter((row) => row.closed !== 'no').map((row) => row.id)),
  };
}

export const latest = (rows, date) =>
  rows
    .filter((row) => row.date <= date || date.startsWith(row.date))
    .sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0))
    .at(-1) ?? null;
