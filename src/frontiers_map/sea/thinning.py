"""Find the edges of a network that the ways between harbours need, whatever gates are closed.

By trying, in two rounds. Searches over the whole network from harbours, under random sets of closed
gates, keep the paths to all harbours and to every node that such paths were seen to turn at: some
ten thousand nodes, hardly any way needs another. On these a search takes a few milliseconds, and
very many sets are tried; what their paths use is the small network.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontiers_map.sea import storage
from frontiers_map.sea.attach import Entry, sight
from frontiers_map.sea.baked import point_key
from frontiers_map.sea.network import Network
from frontiers_map.sea.route import Call, Point
from frontiers_map.sea.thin import Searches, Thin
from frontiers_map.sea.water import Coast

__all__ = ["closures", "thin"]

Ints = NDArray[np.signedinteger[Any]]
Entries = Mapping[str, Entry]

BROAD = 25, 10  # one of so many sets is tried on the whole network: first, and with more goals
ORIGINS = 2  # harbours from which each set is tried on what that leaves


def thin(
    network: Network,
    points: Mapping[str, Point],
    *,
    closed: Iterable[str] = (),
    calls: Sequence[Call] = (),
    sets: int = 800,
    seed: int = 1,
    workers: int = 1,
) -> Thin:
    """Keep of a network what any way between harbours needs.

    Parameters
    ----------
    network : Network
    points : mapping of str to (lon, lat)
        Harbours by id. One that cannot be joined to the sea is left out.
    closed : iterable of str
        Gates that are closed unless opened; in one set of ten they are open.
    calls : sequence of Call
        Ways that must be in it as the full network finds them, gates to pass included; also
        with any one of the gates closed that they pass.
    sets : int
        How many random sets of closed gates to try, besides the usual one and that with any one
        gate more, which are tried from all harbours.
    seed : int
    workers : int
        Processes; the answer does not depend on it.

    Returns
    -------
    Thin
    """
    entries: dict[str, Entry] = {}
    for name, point in points.items():
        try:
            entries[name] = network.entry(point)
        except ValueError:
            continue
    usual = frozenset(closed)
    asked = _Used.none(network, entries)
    for call in calls:
        for gate in _use_call(network, entries, call, asked):
            via = tuple(stop for stop in call.via if stop != gate)
            less = replace(call, via=via, close=call.close | {gate})
            _use_call(network, entries, less, asked)
    broad = _broad(network, entries, usual, asked, (sets, seed, workers))
    candidate, must = _gather(network, entries, broad, asked)
    keep = must | _narrow(candidate, usual, (sets, seed, workers))
    return candidate.only(keep)


def closures(
    gates: Sequence[str], usual: frozenset[str], sets: int, seed: int
) -> list[frozenset[str]]:
    """Random sets of closed gates: up to thirty; the usual ones too, but in one set of ten."""
    random = np.random.default_rng(seed)
    found = []
    optional = [gate for gate in gates if gate not in usual]
    for _ in range(sets):
        opened = random.random() < 0.1
        base: frozenset[str] = frozenset() if opened else usual
        pool = gates if opened else optional
        count = min(int(random.integers(0, 31)), len(pool))
        found.append(base | {pool[k] for k in random.choice(len(pool), count, replace=False)})
    return found


@dataclass
class _Used:
    """Edges of the network, and legs of harbours, that some path goes over."""

    edges: NDArray[np.bool_]
    legs: dict[str, NDArray[np.bool_]]

    @classmethod
    def none(cls, network: Network, entries: Entries) -> _Used:
        legs = {name: np.zeros(len(entry.node), bool) for name, entry in entries.items()}
        return cls(np.zeros(len(network.stored.one), bool), legs)

    def copy(self) -> _Used:
        """Give what can be added to alone."""
        return _Used(self.edges.copy(), {name: some.copy() for name, some in self.legs.items()})

    def nodes(self, network: Network, entries: Entries) -> NDArray[np.bool_]:
        """Tell which nodes are touched."""
        found = np.zeros(len(network.stored.lon), bool)
        found[network.stored.one[self.edges]] = True
        found[network.stored.two[self.edges]] = True
        for name, some in self.legs.items():
            found[entries[name].node[some]] = True
        return found


# ------------------------------------------------------------------ on the whole network


def _broad(
    network: Network,
    entries: Entries,
    usual: frozenset[str],
    asked: _Used,
    effort: tuple[int, int, int],
) -> _Used:
    """Find edges and legs that a way may need: many more than any does."""
    sets, seed, workers = effort
    used = asked.copy()
    names = sorted(entries)
    random = np.random.default_rng(seed)
    tasks = [(name, usual) for name in names]
    for share in BROAD:
        goals = np.flatnonzero(used.nodes(network, entries))
        some = closures(network.gate_ids, usual, sets // share, seed + share)
        tasks += [(names[random.integers(len(names))], shut) for shut in some]
        with _many(workers, _search_broadly, (network, entries, goals)) as run:
            for edges, legs in run(tasks):
                used.edges[edges] = True
                for name, node in legs:
                    used.legs[name] |= np.isin(entries[name].node, node)
        tasks = []
    return used


def _search_broadly(
    network: Network, entries: Entries, goals: Ints, task: tuple[str, frozenset[str]]
) -> tuple[Ints, list[tuple[str, Ints]]]:
    """Edges of the cheapest paths from a harbour to all harbours and to some nodes.

    Also the nodes by which the paths leave their harbour and reach the others.
    """
    origin, closed = task
    search = network.graph.search(
        network.joined(entries[origin], closed), network.shut_edges(closed)
    )
    reached = goals[np.isfinite(search.distance[goals])].tolist()
    legs = []
    for name, entry in entries.items():
        total = search.distance[entry.node] + network.joined(entry, closed).cost
        best = int(total.argmin())
        if name != origin and np.isfinite(total[best]):
            reached.append(int(entry.node[best]))
            legs.append((name, entry.node[[best]]))
    nodes = search.tree(reached)
    before = search.before[nodes]
    inner = (before >= 0) & (before < network.graph.nodes)
    legs.append((origin, nodes[~inner]))
    return network.graph.edges(before[inner], nodes[inner]), legs


def _use_call(network: Network, entries: Entries, call: Call, used: _Used) -> list[str]:
    """Mark what the answer to a call uses; give the gates that it passes."""
    stops = [call.start, *(stop for stop in call.via if not isinstance(stop, str)), call.end]
    paths = network.trace(call)
    if len(paths) != len(stops) - 1:
        return []
    passed: set[int] = set()
    for path, here, there in zip(paths, stops[:-1], stops[1:], strict=True):
        nodes = np.array(path)
        edges = network.graph.edges(nodes[:-1], nodes[1:])
        used.edges[edges] = True
        passed.update(gate for edge in edges for gate in network.gates_of_edge(int(edge)))
        for name, entry in entries.items():
            for point, node in ((here, path[0]), (there, path[-1])):
                if entry.asked == point_key(point):
                    used.legs[name][entry.node == node] = True
    return [network.gate_ids[gate] for gate in sorted(passed)]


def _gather(
    network: Network, entries: Entries, used: _Used, must: _Used
) -> tuple[Thin, NDArray[np.bool_]]:
    """Put together what is used as a network of its own; tell which edges must stay in it."""
    stored = network.stored
    names = tuple(entries)
    ends = len(names)
    edges = np.flatnonzero(used.edges)
    legs = [(n, int(k)) for n, name in enumerate(names) for k in np.flatnonzero(used.legs[name])]
    inner = np.flatnonzero(used.nodes(network, entries))
    number = np.full(len(stored.lon), -1)
    number[inner] = np.arange(len(inner)) + ends
    one, two, toll = number[stored.one[edges]], number[stored.two[edges]], stored.toll[edges]
    gates_of_edge = [tuple(network.gates_of_edge(int(edge))) for edge in edges]
    needed = must.edges[edges]
    rows = list(zip(one.tolist(), two.tolist(), toll.tolist(), gates_of_edge, needed.tolist(),
                    strict=True))  # fmt: skip
    for n, k in legs:
        entry = entries[names[n]]
        more = round(float(entry.toll[k]) / storage.TOLL_KM)
        rows.append((n, int(number[entry.node[k]]), more, tuple(network.gates_of_leg(entry, k)),
                     bool(must.legs[names[n]][k])))  # fmt: skip
    rows += _straight(network, [entries[name].water for name in names])
    rows.sort(key=lambda row: row[:3])
    rows = [row for k, row in enumerate(rows) if k == 0 or row[:2] != rows[k - 1][:2]]
    small = Thin(
        names,
        network.gate_ids,
        np.concatenate([[entries[n].water[0] for n in names], stored.lon[inner]]),
        np.concatenate([[entries[n].water[1] for n in names], stored.lat[inner]]),
        np.array([row[0] for row in rows]),
        np.array([row[1] for row in rows]),
        np.array([row[2] for row in rows]),
        {k: row[3] for k, row in enumerate(rows) if row[3]},
    )
    return small, np.array([row[4] for row in rows])


def _straight(
    network: Network, water: Sequence[Point]
) -> list[tuple[int, int, int, tuple[int, ...], bool]]:
    """Straight lines from harbour to harbour: pair, toll and gates of each that is clear."""
    lon, lat = np.array(water).T
    found = []
    for one in range(len(water) - 1):
        rest = np.arange(one + 1, len(water))
        clear, toll = sight(
            lon[one], lat[one], lon[rest], lat[rest], Coast.load(), network.stored.inland
        )
        for two, more in zip(rest[clear].tolist(), toll[clear], strict=True):
            gates = network.closures.of_line(water[one], water[two])
            found.append((one, two, round(float(more) / storage.TOLL_KM), gates, False))
    return found


# ------------------------------------------------------------------ on what that leaves


def _narrow(
    candidate: Thin, usual: frozenset[str], effort: tuple[int, int, int]
) -> NDArray[np.bool_]:
    """Tell which edges of a network the cheapest paths use under many sets of closed gates."""
    sets, seed, workers = effort
    ends = len(candidate.ends)
    random = np.random.default_rng(seed)
    tasks: list[tuple[list[int], frozenset[str], bool]] = [([n], usual, True) for n in range(ends)]
    tasks += [
        (random.permutation(ends)[:ORIGINS].tolist(), shut, False)
        for shut in closures(candidate.gates, usual, sets, seed)
    ]
    keep = np.zeros(len(candidate.one), bool)
    with _many(workers, _search_narrowly, (candidate, Searches(candidate))) as run:
        for edges in run(tasks):
            keep[edges] = True
    return keep


def _search_narrowly(
    candidate: Thin, searches: Searches, task: tuple[list[int], frozenset[str], bool]
) -> Ints:
    """Edges of the cheapest paths from some harbours to all.

    If so asked, also with each gate closed that these paths pass: no other changes them.
    """
    origins, closed, each = task
    open_edge = searches.open_edges(closed)
    found = np.unique(np.concatenate([searches.paths(origin, open_edge) for origin in origins]))
    if not each:
        return found
    passed = sorted({gate for edge in found.tolist() for gate in candidate.crossed.get(edge, ())})
    more = [
        searches.paths(origin, searches.open_edges(closed | {candidate.gates[gate]}))
        for gate in passed
        for origin in origins
    ]
    return np.unique(np.concatenate([found, *more]))


# ------------------------------------------------------------------ on several processors

_SHARED: list[Any] = []


def _share(*what: Any) -> None:
    """Keep what all tasks of a process use; a fork hands it over without a copy."""
    _SHARED[:] = what


def _do(task: Any) -> Any:
    work, given = _SHARED
    return work(*given, task)


@contextmanager
def _many(
    workers: int, work: Callable[..., Any], given: tuple[Any, ...]
) -> Iterator[Callable[[Sequence[Any]], Iterable[Any]]]:
    """Give what does many tasks, each with some things given, in order."""
    if workers < 2:
        yield lambda tasks: (work(*given, task) for task in tasks)
        return
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(workers, fork, _share, (work, given)) as pool:
        yield lambda tasks: pool.map(_do, tasks, chunksize=16)
