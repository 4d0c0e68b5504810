"""Find the edges of a network that the ways between harbours need, whatever gates are closed.

By trying. Searches over the whole network under random sets of closed gates tell at which nodes
ways between harbours turn, and, under more sets, what leads to all of those: some ten thousand
nodes; hardly any way needs another. On these a search takes a millisecond or two, and very many
sets are tried; what their ways use is the small network.

Between gates ways are the same whichever harbours they join. So where a small network is known
already, as the packaged one is, only what is new is looked for in the whole one: how harbours that
it does not know reach it, and ways round gates that it does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontiers_map.cache import Cache, NoCache
from frontiers_map.sea import storage
from frontiers_map.sea.attach import Entry, sight
from frontiers_map.sea.baked import point_key
from frontiers_map.sea.network import Network
from frontiers_map.sea.route import Call, Point
from frontiers_map.sea.thin import (
    HARBOUR_GRID,
    Searches,
    Thin,
    made_for,
    opened,
    packaged_bytes,
    unpacked,
)
from frontiers_map.sea.water import Coast

__all__ = ["closures", "packaged_or_made", "thin"]

Ints = NDArray[np.signedinteger[Any]]
Mask = NDArray[np.bool_]
Entries = Mapping[str, Entry]
Task = tuple[Ints, frozenset[str], bool]  # from where, with what closed, and if that is usual

# one of so many sets is tried on the whole network, and how many at most: for the ways, and for
# what leads to their turns
WAYS, TURNS = (25, 640), (10, 1200)
# the same for harbours and gates that a known small network lacks, and sets for each such harbour
NEW_WAYS, NEW_TURNS = (50, 160), 4
# share of the sets in which what is usually closed is open: ways are the most varied then
OPENED = 0.4
FEW = 8  # harbours between which hardly any gate changes a way
ORIGINS = 2  # harbours from which each set is tried on what that leaves


def packaged_or_made(
    network: Network,
    points: Mapping[str, Point],
    *,
    closed: Iterable[str] = (),
    calls: Sequence[Call] = (),
    cache: Cache | None = None,
    sets: int = 800,
) -> Thin:
    """Give the packaged small network if it was made for this, else one kept, else make it.

    Parameters
    ----------
    network, points, closed, calls
        As for `thin`.
    cache : Cache, optional
    sets : int
        How many random sets of closed gates to try when it must be made.
    """
    closed = tuple(closed)
    wanted = made_for(network, points, closed, calls)
    packaged = files("frontiers_map.sea").joinpath("thin.bin")
    kept = (cache or NoCache()).get("thin-" + wanted)
    for content in (packaged.read_bytes() if packaged.is_file() else None, kept):
        if content is not None and opened(content)[0]["made_for"] == wanted:
            return unpacked(content)
    # of a network with more edges than the packaged one ways may be new between any two gates
    known = unpacked(packaged.read_bytes()) if packaged.is_file() and not network.grown else None
    from frontiers_map.sea import kernels  # numba takes a while to load

    small = thin(network, points, closed=closed, calls=calls, sets=sets, known=known,
                 compiled=kernels.paths if kernels.COMPILED else None)  # fmt: skip
    content = packaged_bytes(small, network, points, closed, calls)
    (cache or NoCache()).put("thin-" + wanted, content)
    return small


def thin(
    network: Network,
    points: Mapping[str, Point],
    *,
    closed: Iterable[str] = (),
    calls: Sequence[Call] = (),
    sets: int = 800,
    seed: int = 1,
    workers: int = 1,
    compiled: Callable[..., Ints] | None = None,
    known: Thin | None = None,
) -> Thin:
    """Keep of a network what any way between harbours needs.

    Parameters
    ----------
    network : Network
    points : mapping of str to (lon, lat)
        Harbours by id. One that cannot be joined to the sea is left out.
    closed : iterable of str
        Gates that are closed unless opened.
    calls : sequence of Call
        Ways that must be in it as the full network finds them, gates to pass included; also
        with any one of the gates closed that they pass.
    sets : int
        How many random sets of closed gates to try, besides the usual one and that with any one
        gate more, which are tried from all harbours.
    seed : int
    workers : int
        Threads; the answer does not depend on it.
    compiled : callable, optional
        `kernels.paths`: finds the same, sooner.
    known : Thin, optional
        A small network made of this one for other harbours or gates: what it knows is taken over.

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
    net = _whole(network, entries)
    must = np.zeros(len(net.one), bool)
    for call in calls:
        for gate in _ask(network, net, entries, call, must):
            via = tuple(stop for stop in call.via if stop != gate)
            _ask(network, net, entries, replace(call, via=via, close=call.close | {gate}), must)
    trial = _Trial(frozenset(closed), seed, workers, compiled)
    old = _Known.of(net, known) if known is not None else None
    origins_of: Ints | None = None
    if old is None:
        whole = Searches(net, compiled)
        seen = must | trial.used(net, whole, min(sets // WAYS[0], WAYS[1]), 1)
        goals = np.union1d(net.one[seen], net.two[seen])
        keep = seen | trial.used(net, whole, min(sets // TURNS[0], TURNS[1]), 1, goals)
    else:
        # most harbours known: their ways stay as they are, unless a new gate turns them aside
        mostly = 2 * len(old.fresh) < len(net.ends)
        if mostly and not old.lacking and not len(old.fresh):
            return net.only(must | old.edges)
        keep = must | old.edges | _reached(net, trial, old, must, sets)
        if mostly:
            must |= old.edges
            origins_of = None if old.lacking else old.fresh
    net, must = net.only(keep), must[keep]
    if len(net.ends) > FEW and origins_of is None:
        keep = must | _from_gate_to_gate(net, compiled)
        net, must = net.only(keep), must[keep]
    searches = Searches(net, compiled)
    return net.only(must | trial.used(
        net, searches, sets, ORIGINS, origins_of=origins_of, each=set(net.gates)))  # fmt: skip


def _reached(net: Thin, trial: _Trial, old: _Known, must: Mask, sets: int) -> Mask:
    """Tell which edges lead from new harbours to what is known, and round new gates."""
    used = np.zeros(len(net.one), bool)
    # a gate that is not known can turn any way aside
    ends = np.arange(len(net.ends)) if old.lacking else old.fresh
    if not len(ends):
        return used
    whole = Searches(net, trial.compiled)
    count = min(sets // NEW_WAYS[0], NEW_WAYS[1])
    used |= trial.used(net, whole, count, 1, origins_of=ends, each=old.lacking)
    seen = must | used | old.edges
    goals = np.union1d(net.one[seen], net.two[seen])
    for number in old.fresh.tolist():
        here = np.array([number])
        used |= trial.used(net, whole, NEW_TURNS, 1, goals, origins_of=here)
    return used


@dataclass(frozen=True)
class _Known:
    """What a small network that is known says of a larger one.

    Attributes
    ----------
    edges : ndarray of bool
        Those of the larger network that it has.
    fresh : ndarray of int
        Harbours of the larger one that it lacks.
    lacking : set of str
        Gates that it lacks, or has elsewhere.
    """

    edges: Mask
    fresh: Ints
    lacking: frozenset[str]

    @classmethod
    def of(cls, net: Thin, known: Thin) -> _Known | None:
        """Compare two networks; None if the small one is not made of the other."""
        number = np.full(len(known.lon), -1)
        both = ((slice(0, len(net.ends)), slice(0, len(known.ends))),
                (slice(len(net.ends), None), slice(len(known.ends), None)))  # fmt: skip
        for whole, small in both:
            place = {at: n for n, at in enumerate(_places(net, whole), whole.start)}
            number[small] = [place.get(at, -1) for at in _places(known, small)]
        inner = number[len(known.ends) :]
        if (inner < 0).any():
            return None
        one, two = number[known.one], number[known.two]
        there = np.flatnonzero((one >= 0) & (two >= 0))
        edge = net.edges(one[there], two[there])
        edges = np.zeros(len(net.one), bool)
        same = np.minimum(one[there], two[there]) == net.one[np.minimum(edge, len(net.one) - 1)]
        same &= np.maximum(one[there], two[there]) == net.two[np.minimum(edge, len(net.one) - 1)]
        edges[edge[same]] = True
        lacking = set(net.gates) - set(known.gates)
        for at, row in zip(edge[same].tolist(), there[same].tolist(), strict=True):
            here = {net.gates[gate] for gate in net.crossed.get(at, ())}
            lacking |= here ^ {known.gates[gate] for gate in known.crossed.get(row, ())}
        fresh = np.setdiff1d(np.arange(len(net.ends)), number[: len(known.ends)])
        return cls(edges, fresh, frozenset(lacking & set(net.gates)))


def _places(net: Thin, part: slice) -> list[tuple[int, int]]:
    """Positions of some nodes, to be compared."""
    lon, lat = (np.rint(v[part] / HARBOUR_GRID).astype(int).tolist() for v in (net.lon, net.lat))
    return list(zip(lon, lat, strict=True))


def _from_gate_to_gate(net: Thin, compiled: Callable[..., Ints] | None) -> Mask:
    """Tell which edges can be part of any cheapest way, whatever is closed.

    Between two gates that a way passes, or a gate and a harbour, nothing can be closed: it goes
    there as it would were all gates closed.
    """
    across = np.array(sorted(net.crossed), int)
    stops = np.unique(np.concatenate([np.arange(len(net.ends)), net.one[across], net.two[across]]))
    searches = Searches(net, compiled)
    open_edge = np.ones(len(net.one), bool)
    open_edge[across] = False
    used = ~open_edge
    for stop in stops.tolist():
        used[searches.paths(stop, open_edge, stops)] = True
    return used


def closures(
    gates: Sequence[str], usual: frozenset[str], sets: int, seed: int, opened: float = 0.1
) -> list[frozenset[str]]:
    """Random sets of closed gates: up to thirty; the usual ones too, but in a share of the sets."""
    random = np.random.default_rng(seed)
    found = []
    optional = [gate for gate in gates if gate not in usual]
    for _ in range(sets):
        wide = random.random() < opened
        base: frozenset[str] = frozenset() if wide else usual
        pool = gates if wide else optional
        count = min(int(random.integers(0, 31)), len(pool))
        found.append(base | {pool[k] for k in random.choice(len(pool), count, replace=False)})
    return found


@dataclass
class _Trial:
    """Tries sets of closed gates, other ones each time."""

    usual: frozenset[str]
    seed: int
    workers: int
    compiled: Callable[..., Ints] | None

    def used(
        self,
        net: Thin,
        searches: Searches,
        sets: int,
        origins: int,
        goals: Ints | None = None,
        *,
        origins_of: Ints | None = None,
        each: Container[str] = (),
    ) -> Mask:
        """Tell which edges the cheapest ways use: from some harbours under each random set.

        From all harbours (or those in `origins_of`) under the usual set, too; and with any one
        gate of `each` closed that these ways pass: no other changes them. The ways lead to all
        harbours, and to `goals`.
        """
        ends = np.arange(len(net.ends)) if origins_of is None else origins_of
        wanted = np.arange(len(net.ends))
        wanted = wanted if goals is None else np.union1d(wanted, goals)
        random = np.random.default_rng(self.seed)
        tasks: list[Task] = [(random.permutation(ends)[:origins], shut, False)
                 for shut in closures(net.gates, self.usual, sets, self.seed, OPENED)]  # fmt: skip
        tasks += [(ends[n : n + 1], self.usual, True) for n in range(len(ends))]
        if few := len(wanted) <= FEW and _Few(net, searches, self.usual):
            tasks += [(ends[n : n + 1], self.usual | {gate}, False)
                      for n in range(len(ends)) for gate in net.gates if gate in each]  # fmt: skip
        self.seed += 1

        def work(task: Task) -> Ints:
            origins, shut, usual = task
            if few:
                return np.concatenate([few.paths(n, shut) for n in origins.tolist()])
            found = [_paths(searches, origins, shut, wanted)]
            if usual and each:
                edges = found[0].tolist()
                passed = {net.gates[gate] for edge in edges for gate in net.crossed.get(edge, ())}
                more = (shut | {gate} for gate in sorted(passed) if gate in each)
                found += [_paths(searches, origins, shut, wanted) for shut in more]
            return np.unique(np.concatenate(found))

        used = np.zeros(len(net.one), bool)
        for edges in _each(work, tasks, self.workers):
            used[edges] = True
        return used


class _Few:
    """Ways between a few harbours: most closed gates lie on none, and change nothing."""

    def __init__(self, net: Thin, searches: Searches, usual: frozenset[str]) -> None:
        self._net, self._searches, self._usual = net, searches, usual
        self._ends = np.arange(len(net.ends))
        self._known: dict[tuple[int, frozenset[str]], tuple[Ints, frozenset[str]]] = {}

    def paths(self, origin: int, shut: frozenset[str]) -> Ints:
        """Edges of the cheapest paths from a harbour to all others.

        What is best with some gates closed stays best with more closed that lie on none of it: so
        only those are closed, one after the other, that lie on the ways there are without.
        """
        closed = shut & self._usual
        while True:
            edges, passed = self._ways(origin, closed)
            if not passed & shut:
                return edges
            closed |= passed & shut

    def _ways(self, origin: int, closed: frozenset[str]) -> tuple[Ints, frozenset[str]]:
        key = origin, closed
        if key not in self._known:
            net = self._net
            edges = self._searches.paths(origin, self._searches.open_edges(closed), self._ends)
            crossed = (net.crossed.get(edge, ()) for edge in edges.tolist())
            passed = frozenset(net.gates[gate] for gates in crossed for gate in gates)
            self._known[key] = edges, passed
        return self._known[key]


def _paths(searches: Searches, origins: Ints, shut: frozenset[str], goals: Ints) -> Ints:
    open_edge = searches.open_edges(shut)
    return np.concatenate([searches.paths(n, open_edge, goals) for n in origins.tolist()])


def _each(work: Callable[[Task], Ints], tasks: Sequence[Task], workers: int) -> Iterator[Ints]:
    if workers < 2:
        yield from map(work, tasks)
        return
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(work, tasks)


# ------------------------------------------------------------------ the whole network


def _whole(network: Network, entries: Entries) -> Thin:
    """Give the whole network, its harbours and their legs as one that can be thinned."""
    stored, ends = network.stored, len(entries)
    harbours = list(entries.values())
    legs = [_sailed(network, entry) for entry in harbours]
    leg = np.concatenate([entry.node[k] for entry, k in zip(harbours, legs, strict=True)])
    of = np.repeat(np.arange(ends), [len(some) for some in legs])
    toll = np.concatenate([entry.toll[k] for entry, k in zip(harbours, legs, strict=True)])
    number = np.concatenate(legs)
    straight = _straight(network, [entry.water for entry in harbours])
    # short cuts that this network does not sail are no part of the small one either
    sailed = np.flatnonzero(~network.shut_edges(frozenset()))
    gates = [tuple(network.gates_of_leg(harbours[n], k))
             for n, k in zip(of.tolist(), number.tolist(), strict=True)]  # fmt: skip
    gates += straight[3]
    one, two = np.concatenate([of, straight[0]]), np.concatenate([leg + ends, straight[1]])
    more = np.rint(np.concatenate([toll, straight[2]]) / storage.TOLL_KM).astype(np.int64)
    # harbours come before all other nodes, and so do their edges; of two to one node the cheaper
    order = np.lexsort((more, two, one))
    order = order[np.diff(one[order] * len(stored.lon) * 2 + two[order], prepend=-1) > 0]
    crossed = {k: gates[row] for k, row in enumerate(order.tolist()) if gates[row]}
    across = enumerate(network.closures.of_edges(sailed), len(order))
    crossed.update((k, passed) for k, passed in across if passed)
    water = np.array([entry.water for entry in harbours])
    return Thin(
        tuple(entries),
        network.gate_ids,
        np.concatenate([water[:, 0], stored.lon]),
        np.concatenate([water[:, 1], stored.lat]),
        np.concatenate([one[order], stored.one[sailed] + ends]),
        np.concatenate([two[order], stored.two[sailed] + ends]),
        np.concatenate([more[order], stored.toll[sailed]]),
        crossed,
    )


def _sailed(network: Network, entry: Entry) -> Ints:
    """Legs of a harbour but those over an area that the network keeps out of."""
    return np.flatnonzero(np.isfinite(network.joined(entry, frozenset()).cost))


def _straight(
    network: Network, water: Sequence[Point]
) -> tuple[Ints, Ints, NDArray[np.floating[Any]], list[tuple[int, ...]]]:
    """Straight lines from harbour to harbour: pair, toll and gates of each that is clear."""
    lon, lat = np.array(water).T
    one, two, toll = [], [], []
    for here in range(len(water) - 1):
        rest = np.arange(here + 1, len(water))
        clear, tolls = sight(
            lon[here], lat[here], lon[rest], lat[rest], Coast.load(), network.stored.inland
        )
        clear &= [not network.closures.bars_line(water[here], water[k]) for k in rest.tolist()]
        one.append(np.full(clear.sum(), here))
        two.append(rest[clear])
        toll.append(tolls[clear])
    pairs = np.concatenate(one), np.concatenate(two)
    gates = [network.closures.of_line(water[a], water[b])
             for a, b in zip(*(some.tolist() for some in pairs), strict=True)]  # fmt: skip
    return *pairs, np.concatenate(toll), gates


def _ask(network: Network, net: Thin, entries: Entries, call: Call, must: Mask) -> list[str]:
    """Mark what the answer to a call uses; give the gates that it passes."""
    stops = [call.start, *(stop for stop in call.via if not isinstance(stop, str)), call.end]
    paths = network.trace(call)
    if len(paths) != len(stops) - 1:
        return []
    harbour = {entry.asked: n for n, entry in enumerate(entries.values())}
    used: set[int] = set()
    for path, here, there in zip(paths, stops[:-1], stops[1:], strict=True):
        nodes = [node + len(entries) for node in path]
        begin, end = harbour.get(point_key(here)), harbour.get(point_key(there))
        nodes = [*([] if begin is None else [begin]), *nodes, *([] if end is None else [end])]
        used.update(net.edges(np.array(nodes[:-1]), np.array(nodes[1:])).tolist())
    must[list(used)] = True
    return [net.gates[gate] for gate in sorted({g for k in used for g in net.crossed.get(k, ())})]
