// What closing straits does to a trade: the same rule as the atlas's own reckoning. A ship keeps
// to its usual passages where they stay open; where not, the shorter of the usual passages that
// are left and the shortest way there is, but never one shorter than before.

export function createScenarios(atlas, network) {
  const { facts } = atlas, memory = new Map();
  const ship = { cargo: facts.ship.cargo_t, rate: facts.ship.boil_off_pct_day };

  const closedFor = (state) => {
    const shut = new Set([...atlas.defaults].filter((id) => !state.opened.includes(id)));
    state.closed.forEach((id) => shut.add(id));
    return shut;
  };
  const remember = (key, make) => {
    if (!memory.has(key)) {
      if (memory.size > 600) memory.clear();
      memory.set(key, make());
    }
    return memory.get(key);
  };

  function reroute(row, state) {
    const closed = closedFor(state), asked = new Set(state.closed);
    const via = row.via.filter((id) => !asked.has(id));
    const touched = row.via.some((id) => asked.has(id)) || row.gates.some((id) => asked.has(id));
    const same = { reachable: true, changed: false, nm: row.nm, extra: 0, gates: row.gates, line: null };
    if (!touched) return same;
    if (!network) return null;
    const usual = network.route(row.from, row.to, { via, closed }), free = network.route(row.from, row.to, { via: [], closed });
    const way = !usual ? free : !free ? usual : free.nm < usual.nm && free.nm >= row.nm ? free : usual;
    if (!way) return { reachable: false, changed: true, nm: null, extra: null, gates: [], line: null };
    return { reachable: true, changed: true, nm: way.nm, extra: way.nm - row.nm, gates: way.gates, line: way.line };
  }

  const key = (state) => `${[...state.closed].sort()}|${[...state.opened].sort()}`;
  return {
    of: (row, state) => remember(`${row.id}|${key(state)}`, () => reroute(row, state)),
    own: (state) => {
      if (!network || !state.own) return null;
      const { from, to, via } = state.own;
      return remember(`own|${from}|${to}|${via}|${key(state)}`, () => {
        const way = network.route(from, to, { via: via ?? [], closed: closedFor(state) });
        return way ? { reachable: true, ...way } : { reachable: false, line: null };
      });
    },
    figures: (nm, speed) => {
      const days = nm / speed / 24, boil = ship.cargo * (ship.rate / 100) * days;
      return { days, boil, share: boil / ship.cargo };
    },
    canRoute: Boolean(network),
  };
}
