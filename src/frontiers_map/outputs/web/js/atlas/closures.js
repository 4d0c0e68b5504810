// What closing straits does to a trade: the same rule as the atlas's own reckoning. A ship keeps
// to its usual passages where they stay open. Where not, it takes the shorter of two ways, by the
// passages that are left or the shortest there is, but never a shortcut that it did not use
// before: the gates of such a one are barred, and the search goes on.

const SAME_NM = 0.1;

export function createScenarios(atlas, network) {
  const { facts } = atlas,
    memory = new Map();
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

  function ways(row, via, barred, opened) {
    const shut = closedFor({ closed: barred, opened });
    // A passage that others do not use is open to a trade that goes by it.
    const shutHere = new Set([...shut].filter((id) => !via.includes(id) || barred.includes(id)));
    return [
      network.route(row.from, row.to, { via, closed: shutHere }),
      network.route(row.from, row.to, { via: [], closed: shut }),
    ].filter(Boolean);
  }

  function reroute(row, state) {
    const asked = new Set(state.closed);
    const touched = row.via.some((id) => asked.has(id)) || row.gates.some((id) => asked.has(id));
    if (!touched) return { reachable: true, changed: false, nm: row.nm, extra: 0, gates: row.gates, line: null };
    if (!network || ![row.from, row.to].every(network.has)) return null;
    const barred = new Set(asked);
    let found = ways(
      row,
      row.via.filter((id) => !barred.has(id)),
      [...barred],
      state.opened,
    );
    while (found.length) {
      const longer = found.filter((way) => way.nm >= row.nm - SAME_NM).sort((a, b) => a.nm - b.nm);
      if (longer.length)
        return {
          reachable: true,
          changed: true,
          nm: longer[0].nm,
          extra: longer[0].nm - row.nm,
          gates: longer[0].gates,
          line: longer[0].line,
        };
      const unused = found.flatMap((way) => way.gates).filter((id) => !row.gates.includes(id) && !barred.has(id));
      if (!unused.length) break;
      unused.forEach((id) => barred.add(id));
      found = ways(
        row,
        row.via.filter((id) => !barred.has(id)),
        [...barred],
        state.opened,
      );
    }
    return { reachable: false, changed: true, nm: null, extra: null, gates: [], line: null };
  }

  const key = (state) => `${[...state.closed].sort()}|${[...state.opened].sort()}`;
  return {
    of: (row, state) => remember(`${row.id}|${key(state)}`, () => reroute(row, state)),
    own: (state) => {
      if (!network || !state.own) return null;
      const { from, to, via } = state.own;
      // Not known here is not the same as no way.
      if (!network.has(from) || !network.has(to)) return null;
      return remember(`own|${from}|${to}|${via}|${key(state)}`, () => {
        const way = network.route(from, to, { via: via ?? [], closed: closedFor(state) });
        return way ? { reachable: true, ...way } : { reachable: false, line: null };
      });
    },
    figures: (nm, speed) => {
      const days = nm / speed / 24,
        boil = ship.cargo * (ship.rate / 100) * days;
      return { days, boil, share: boil / ship.cargo };
    },
  };
}
