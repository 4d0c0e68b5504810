// What is to be drawn for a state: which routes go where, what is dimmed, what is closed.

import { FEATURES } from './kinds.js';
import { headOf } from '../base/arrows.js';
import { bundle, inBands } from '../geo/bundles.js';
import { lanes, neighbours } from '../geo/lanes.js';
import { stateAt, way } from './data.js';
import { bandWidth, loads, statusAt, THREAD } from './loads.js';
import { once } from '../base/later.js';

const DIM = { route: 0.13, gate: 0.22, terminal: 0.3, place: 0.3, region: 0.4, link: 0.14, feature: 0.25, event: 0.3 };

export const layersOf = (facts) => [
  ...facts.families.map((f) => f.id),
  'overlaps',
  'routes',
  'terminals',
  'gates',
  'places',
  'links',
  ...(facts.events.some((e) => e.at) ? ['events'] : []),
  'sea_labels',
  'borders',
  'depths',
  ...facts.own_layers.map((layer) => layer.id),
];

// What the tabs about ships show, whatever the switches say.
const SAILING = { routes: true, gates: true, terminals: true, links: false };

const MOST_SETS = 12;

// Gives a function from state to model. `room(x, y)` tells how far from land a point lies, in world
// units; `wayOf(result)` gets a new way ready to be drawn.
export function createModel(atlas, scenarios, room) {
  const wayOf = (result) => (result.way ??= way(result.line, room));
  // Which lines run together does not change while they are the same lines: the last sets are kept.
  const last = (make) => {
    const sets = [];
    return (points) => {
      let set = sets.find(
        ({ lines }) => lines.length === points.length && lines.every((line, i) => line === points[i]),
      );
      if (!set) sets.unshift((set = { lines: points, ...make(points) }));
      sets.length = Math.min(sets.length, MOST_SETS);
      return set;
    };
  };
  const together = last((points) => ({ near: neighbours(points), lanes: new Map() })),
    bundles = last(() => ({ of: new Map() }));
  const bundled = (routes) => {
    const { of } = bundles(routes.map((r) => r.points)),
      key = routes.map((r) => r.band).join();
    if (!of.has(key)) of.set(key, bundle(routes, room));
    return of.get(key);
  };
  // Nor do their lanes, while widths and kinds are the same.
  const lanesOf = (lines) => {
    const set = together(lines.map((r) => r.points)),
      key = lines.map((r) => `${r.width} ${r.kind} ${r.band}`).join();
    if (!set.lanes.has(key)) {
      if (set.lanes.size > MOST_SETS) set.lanes.clear();
      set.lanes.set(key, lanes(lines, set.near));
    }
    return set.lanes.get(key);
  };
  const derive = (state) => {
    const { facts } = atlas;
    const date = state.date ?? facts.record_to;
    const chapter = state.tab === 'story' ? facts.chapters.find((c) => c.id === state.chapter) : null;
    const focus = chapter?.focus ?? (state.tab === 'story' ? facts.focus : null) ?? {};
    const focused = {};
    for (const [kind, layer] of Object.entries(FEATURES)) {
      const ids = kind === 'gate' ? atlas.gatesOf(focus[layer] ?? []) : (focus[layer] ?? []);
      focused[kind] = ids.length ? new Set(ids) : null;
    }
    // A layer of the atlas's own of which nothing is named stays as it is.
    if (focused.feature) {
      const spoken = new Set(atlas.features.filter((f) => focused.feature.has(f.row.id)).map((f) => f.layer.id));
      for (const { row, layer } of atlas.features) if (!spoken.has(layer.id)) focused.feature.add(row.id);
    }
    const closed = new Set(state.closed),
      opened = new Set(state.opened);
    const asked = closed.size > 0 || opened.size > 0,
      sailing = ['scenarios', 'routes'].includes(state.tab);
    const related = state.selected ? relatives(atlas, state.selected) : null;
    const shown = [],
      carried = new Map(loads(atlas, date).map((load) => [load.row.id, load]));
    for (const { row, points, box } of atlas.routes) {
      const focusedHere = focused.route?.has(row.id);
      const wanted = row.draw || focusedHere || state.selected === `route:${row.id}`;
      if (!wanted || !points) continue;
      const result = asked ? scenarios.of(row, state) : null;
      const changed = result && result.line !== null && result.changed;
      const load = carried.get(row.id);
      const current = changed ? wayOf(result) : { points, box };
      shown.push({
        id: row.id,
        row,
        result,
        points: result && result.reachable === false ? null : current.points,
        box: current.box,
        ghost: changed || result?.reachable === false ? { points, box } : null,
        width: row.width,
        band: load ? `${row.supplier} ${row.importer}` : undefined,
        load,
        wide: load ? Math.max(THREAD, bandWidth(facts, load.mt)) : THREAD,
        role: row.role,
        status: statusAt(atlas, row, date),
        head: headOf(facts, row.supplier),
      });
    }
    if (state.own) {
      const result = scenarios.own(state);
      if (result?.line) {
        shown.push({
          id: 'own',
          row: {
            id: 'own',
            name: [],
            short: null,
            status: 'own',
            nm: result.nm,
            from: state.own.from,
            to: state.own.to,
          },
          result,
          ...wayOf(result),
          ghost: null,
          width: 4.2,
          wide: 4.2,
          role: 'accent',
          status: 'own',
        });
      }
    }
    const drawn = inBands(shown.filter((r) => r.points));
    const used = new Set(drawn.flatMap((r) => r.result?.gates ?? r.row.gates ?? []));
    const alpha = (kind, id) => {
      if (id === 'own') return 1;
      // Beside a way of the reader's own the others are only there to compare.
      let value = kind === 'route' && state.own ? 0.3 : 1;
      if (focused[kind] && !focused[kind].has(id)) value = DIM[kind];
      if (related && !related.has(`${kind}:${id}`)) value = Math.min(value, DIM[kind] * 1.3);
      if (related?.has(`${kind}:${id}`)) value = 1;
      return value;
    };
    // From afar, lines that carry no gas today share a lane with those of their supplier.
    const kindOf = (r) =>
      r.band || r.status === 'active' || r.id === 'own'
        ? undefined
        : `${r.role} ${r.ghost ? 'new' : r.status} ${alpha('route', r.id)}`;
    const lines = [
      () => drawn.map((r) => ({ points: r.points, width: r.width })),
      () => {
        const points = bundled(drawn);
        return drawn.map((r, i) => ({ points: points[i], width: r.wide, band: r.band, kind: kindOf(r) }));
      },
    ].map(once);
    const beside = lines.map((of) => once(() => lanesOf(of())));
    const meet = (merged) => together(lines[Number(merged)]().map((r) => r.points));
    // A route as it is drawn, alone or in the band of its supplier.
    const laid =
      (i, { box }) =>
      (merged) => {
        const { points } = lines[Number(merged)]()[i];
        return { points, lane: beside[Number(merged)]()[i], box };
      };
    drawn.forEach((r, i) => Object.assign(r, { laid: laid(i, r), meet }));
    const gateState = new Map();
    for (const { row } of atlas.gates) {
      const report = atlas.gateStatus(row.id, date);
      gateState.set(row.id, closed.has(row.id) ? 'shut' : (report?.status ?? null));
    }
    return {
      state,
      date,
      chapter,
      focused,
      related,
      closed,
      opened,
      asked,
      banded: state.tab !== 'routes',
      used,
      alpha,
      gateState,
      routes: shown,
      on: (layer) => (sailing && SAILING[layer] !== undefined ? SAILING[layer] : !state.off.includes(layer)),
      links: atlas.links.filter(({ row }) => linkAt(row, state.date, facts)),
      // At a chosen moment what has not begun or is over is not there.
      features: atlas.features
        .map((shape) => ({
          row: shape.row,
          shape,
          layer: shape.layer,
          look: shape.look,
          state: stateAt(shape.row, date),
        }))
        .filter((f) => !state.date || f.state === 'in_service' || f.state === 'out'),
      recent: state.date ? recent(facts, state.date) : new Set(),
      usedTerminals: new Set(shown.flatMap((r) => [r.row.from, r.row.to])),
    };
  };
  return Object.assign(derive, { wayOf });
}

// How agreements and terminals stood on a day of which nothing is reported, by the rules of
// `analysis/moments.py`: what ended later was in force, a terminal ran from the year it began in.
export function standing(kind, row, date) {
  if (kind === 'link') return row.status === 'ended' && row.until && row.until >= date ? 'in_force' : row.status;
  const begun = row.start === undefined || row.start === null ? null : `${row.start}` <= date.slice(0, 4);
  if (begun && row.since > date) return 'operating';
  return begun === false && row.status === 'operating' ? 'construction' : row.status;
}

// Where something happened in the six weeks before a moment.
function recent(facts, date) {
  const since = new Date(Date.parse(date) - 42 * 86400000).toISOString().slice(0, 10);
  return new Set(facts.events.filter((e) => e.date >= since && e.date <= date).flatMap((e) => e.places));
}

// A relation is shown from its beginning to its end; one that has ended stays as an ended one
// while no moment is chosen.
function linkAt(row, date, facts) {
  if (!date) return true;
  const begun = !row.since || row.since <= date;
  return begun && (!row.until || row.until >= date || row.status !== 'ended' || date >= facts.record_to);
}

// Keys of everything that a feature touches, itself among them.
export function relatives(atlas, key) {
  const out = new Set([key]),
    [kind, id] = key.split(':'),
    { facts } = atlas;
  const row = atlas.find(key);
  if (!row) return out;
  const add = (k, ids) => (ids ?? []).forEach((i) => out.add(`${k}:${i}`));
  const points = (ids) =>
    (ids ?? []).forEach((i) => {
      for (const k of ['place', 'terminal', 'gate']) if (atlas.find(`${k}:${i}`)) out.add(`${k}:${i}`);
    });
  if (kind === 'route') {
    add('gate', row.gates);
    points([row.from, row.to]);
  }
  if (kind === 'gate') {
    for (const r of facts.routes) {
      if (r.gates?.includes(id)) {
        out.add(`route:${r.id}`);
        points([r.from, r.to]);
      }
    }
  }
  if (kind === 'terminal') {
    for (const r of facts.routes) {
      if (r.from === id || r.to === id) {
        out.add(`route:${r.id}`);
        points([r.from, r.to]);
      }
    }
  }
  if (kind === 'place') {
    for (const l of facts.links) {
      if (l.places.includes(id) || l.ends?.includes(id)) {
        out.add(`link:${l.id}`);
        points(l.places);
        points(l.ends);
      }
    }
  }
  if (kind === 'link') {
    points(row.places);
    points(row.ends);
  }
  if (kind === 'event') {
    points(row.places);
    add('link', row.links);
  }
  if (kind === 'region') facts.routes.filter((r) => r.regions?.[id]).forEach((r) => out.add(`route:${r.id}`));
  if (kind === 'claim') {
    for (const i of row.touches ?? []) {
      const k = atlas.kindOf(i);
      if (k) out.add(`${k}:${i}`);
    }
  }
  if (kind === 'source') {
    for (const k of ['place', 'terminal', 'gate', 'route', 'link', 'region', 'feature']) {
      facts[FEATURES[k]].filter((r) => r.source.includes(id)).forEach((r) => out.add(`${k}:${r.id}`));
    }
  }
  return out;
}
