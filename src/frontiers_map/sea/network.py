"""Routes over a network of the sea: attach, close gates, search, draw."""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache as kept
from heapq import heapify, heappop, heappush
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from frontiers_map.cache import Cache, NoCache
from frontiers_map.sea import storage
from frontiers_map.sea.attach import Entry, attach, sight
from frontiers_map.sea.baked import point_key
from frontiers_map.sea.closures import Closures
from frontiers_map.sea.draw import DRAWN_KM, Path, draw
from frontiers_map.sea.limit import TOLL, beyond_km
from frontiers_map.sea.metric import km_between
from frontiers_map.sea.packaged import Baked, packaged
from frontiers_map.sea.passing import Passing
from frontiers_map.sea.route import Call, InlandError, NoWayBySea, Point, Route
from frontiers_map.sea.search import Graph, Joined, Search
from frontiers_map.sea.water import Coast

__all__ = ["DRAWN_KM", "Network"]

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.signedinteger[Any]]
Run = tuple[Point, Point]

# most ways are not much longer than the straight line: look no further at first
DETOUR, DETOUR_KM = 1.5, 1500.0
# searches that are kept, at some 0.8 MB each
KEPT_SEARCHES = 24
KEPT_LEGS = 4096


class Network:
    """The sea as a graph, with gates that can be closed.

    Parameters
    ----------
    stored : Stored
        Nodes and edges.
    gates : mapping of str to LineString
        Lines across water by id; an edge that crosses one is shut when it is closed.
    cache : Cache, optional
        Where crossings of gates are kept between runs.
    baked : Baked, optional
        What is known beforehand for this very network.

    Attributes
    ----------
    gates : dict of str to LineString
    gate_ids : tuple of str
    graph : Graph
    """

    def __init__(
        self,
        stored: storage.Stored,
        gates: Mapping[str, BaseGeometry] | None = None,
        *,
        cache: Cache | None = None,
        baked: Baked | None = None,
    ) -> None:
        self.stored = stored
        self._nodes = storage.Nodes(stored)
        km = storage.edge_km(stored.lon, stored.lat, stored.one, stored.two)
        self.edge_cost = km + stored.toll * storage.TOLL_KM
        self.graph = Graph(stored.one, stored.two, self.edge_cost, len(stored.lon))
        self._baked = baked
        self._entries: dict[Point, Entry | InlandError] = dict(baked.entries) if baked else {}
        self._close_by(gates or {}, cache or NoCache())

    @classmethod
    def load(
        cls, gates: Mapping[str, BaseGeometry] | None = None, *, cache: Cache | None = None
    ) -> Network:
        """Load the packaged network.

        Parameters
        ----------
        gates : mapping of str to LineString, optional
            Gates of an atlas by id, in order.
        cache : Cache, optional
        """
        other = copy.copy(_bare())
        other._close_by(gates or {}, cache or NoCache())
        return other

    def avoiding(self, area: BaseGeometry) -> Network:
        """Give a network that keeps out of an area (polygons in longitude and latitude)."""
        other = copy.copy(self)
        other.closures = self.closures.avoiding(area)
        other._forget()
        return other

    def _close_by(self, gates: Mapping[str, BaseGeometry], cache: Cache) -> None:
        self.gates: dict[str, BaseGeometry] = dict(gates)
        self.gate_ids = tuple(self.gates)
        self.closures = Closures(self.stored, self._nodes, self.gates, cache, self._baked)
        self._forget()

    def _forget(self) -> None:
        """Drop what was found under other closures."""
        self._joined: dict[tuple[Point, frozenset[str]], Joined] = {}
        self._searches: OrderedDict[tuple[Point, frozenset[str]], Search] = OrderedDict()

    # ------------------------------------------------------------------ questions

    def route(
        self,
        start: Point,
        end: Point,
        *,
        via: Sequence[str | Point] = (),
        close: Iterable[str] = (),
    ) -> Route:
        """Find the cheapest way between two positions.

        Parameters
        ----------
        start, end : (lon, lat)
        via : sequence of gate id or (lon, lat)
            What to pass, in order.
        close : iterable of str
            Ids of all gates that may not be passed.

        Raises
        ------
        InlandError
            If an end cannot be moved to the sea.
        NoWayBySea
            If what is closed leaves no way.
        ValueError
            If a position is not on the globe, or a gate is unknown.
        """
        found = self.routes([Call(start, end, tuple(via), frozenset(close))])[0]
        if isinstance(found, ValueError):
            raise found
        return found

    def routes(self, calls: Sequence[Call]) -> list[Route | ValueError]:
        """Find many ways; one search for each distinct origin and set of closed gates.

        Returns
        -------
        list of Route or ValueError
            In the order of `calls`; one that fails does not stop the others.
        """
        paths = self._paths(calls)
        drawn = iter(draw([path for path in paths if isinstance(path, Path)], self.gate_ids))
        return [path if isinstance(path, ValueError) else next(drawn) for path in paths]

    def matrix(self, points: Sequence[Point], *, close: Iterable[str] = ()) -> Floats:
        """Lengths in nautical miles between all pairs of positions; infinite without a way.

        Returns
        -------
        ndarray of float, shape (n, n)
        """
        closed = frozenset(close)
        pairs = [(i, j) for i in range(len(points)) for j in range(i + 1, len(points))]
        found = self.routes([Call(points[i], points[j], (), closed) for i, j in pairs])
        lengths = np.full((len(points), len(points)), np.inf)
        np.fill_diagonal(lengths, 0)
        for (i, j), item in zip(pairs, found, strict=True):
            if isinstance(item, Route):
                lengths[i, j] = lengths[j, i] = item.nm
        return lengths

    def trace(self, call: Call) -> list[list[int]]:
        """Nodes that the answer to a call goes over, from position to position."""
        try:
            stops = self._stops(call)
        except ValueError:
            return []
        found = self._stretches(stops, call.close)
        return [list(path.nodes) for path in found if path is not None and path.nodes]

    # ------------------------------------------------------------------ what they are made of

    def entry(self, point: Point) -> Entry:
        """Join a position to the network; kept for the next time."""
        lon, lat = float(point[0]), float(point[1])
        if not (abs(lat) <= 90 and abs(lon) <= 540):
            raise ValueError(f"found {lon:g},{lat:g}; allowed: lon in -180..180, lat in -90..90")
        key = point_key((lon, lat))
        kept = self._entries.get(key)
        if kept is None:
            try:
                kept = attach(key, self._nodes, Coast.load())
            except InlandError as error:
                kept = error
            self._entries[key] = kept
        if isinstance(kept, InlandError):
            raise InlandError(str(kept))
        return kept

    def joined(self, entry: Entry, closed: frozenset[str]) -> Joined:
        """Legs of an entry as the search needs them."""
        key = (entry.water, closed)
        kept = self._joined.get(key)
        if kept is None:
            x, y = (np.full(len(entry.node), v) for v in entry.water)
            km = km_between(x, y, self.stored.lon[entry.node], self.stored.lat[entry.node])
            cost = km + entry.toll
            if closed or self.closures.area is not None:
                cost = np.where(self.closures.shut_legs(entry, closed), np.inf, cost)
            if len(self._joined) > KEPT_LEGS:
                self._joined.clear()
            kept = self._joined[key] = Joined(entry.node, cost)
        return kept

    def shut_edges(self, closed: frozenset[str]) -> NDArray[np.bool_]:
        """Tell which edges may not be used."""
        return self.closures.shut_edges(closed)

    def gates_of_edge(self, edge: int) -> list[int]:
        """Numbers of the gates that an edge crosses, in order from its lower node."""
        return self.closures.of_edge(edge)

    def gates_of_leg(self, entry: Entry, number: int) -> list[int]:
        """Numbers of the gates that a leg of an entry crosses, in order from the water."""
        return list(self.closures.of_leg(entry, number))

    @staticmethod
    def south_toll(one: Floats, two: Floats) -> Floats:
        """Toll of straight runs beyond the southern limit, in kilometres."""
        toll: Floats = TOLL * beyond_km(one, two)
        return toll

    # ------------------------------------------------------------------ how they are answered

    def _paths(self, calls: Sequence[Call]) -> list[Path | ValueError]:
        """Answer calls, undrawn."""
        stops: list[list[Entry | str] | ValueError] = []
        for call in calls:
            try:
                stops.append(self._stops(call))
            except ValueError as error:
                stops.append(error)
        reached = {e.water: e for way in stops if isinstance(way, list) for e in way
                   if isinstance(e, Entry)}  # fmt: skip
        self.closures.learn(list(reached.values()))
        groups: dict[frozenset[str], list[Sequence[Entry]]] = {}
        for call, way in zip(calls, stops, strict=True):
            if isinstance(way, list):
                plain = [stop for stop in way if isinstance(stop, Entry)]
                if len(plain) == len(way):
                    groups.setdefault(call.close, []).append(plain)
        runs = {closed: self._runs(ways, closed) for closed, ways in groups.items()}
        found: list[Path | ValueError] = []
        for call, way in zip(calls, stops, strict=True):
            if isinstance(way, ValueError):
                found.append(way)
                continue
            plain = [stop for stop in way if isinstance(stop, Entry)]
            if len(plain) == len(way):
                known = runs[call.close]
                parts = [known[one.asked, two.asked] for one, two in pairwise(plain)]
            else:
                parts = self._stretches(way, call.close)
            paths = [part for part in parts if part is not None]
            if len(paths) < len(parts):
                avoiding = self.closures.area is not None
                found.append(NoWayBySea(call.start, call.end, call.close, avoiding))
            else:
                found.append(Path.join(paths))
        return found

    def _stops(self, call: Call) -> list[Entry | str]:
        """Check a call, and join its positions to the network."""
        for gate in (*call.close, *call.via):
            if isinstance(gate, str) and gate not in self.closures.number:
                raise ValueError(f"found '{gate}'; allowed: a gate ({', '.join(self.gate_ids)})")
        for stop in call.via:
            if isinstance(stop, str) and stop in call.close:
                raise ValueError(f"gate '{stop}' cannot be both passed and closed")
        return [
            stop if isinstance(stop, str) else self.entry(stop)
            for stop in (call.start, *call.via, call.end)
        ]

    def _runs(
        self, ways: Sequence[Sequence[Entry]], closed: frozenset[str]
    ) -> dict[Run, Path | None]:
        """Find the ways from stop to stop of many calls without gates to pass."""
        entries: dict[Point, Entry] = {}
        wanted: dict[Run, None] = {}
        for way in ways:
            entries.update({entry.asked: entry for entry in way})
            wanted.update({(one.asked, two.asked): None for one, two in pairwise(way)})
        # the same way is found from either end: one search serves both directions
        pairs = sorted({(min(run), max(run)) for run in wanted})
        one = np.array([entries[a].water for a, _ in pairs]).T
        two = np.array([entries[b].water for _, b in pairs]).T
        straight = dict(zip(pairs, km_between(*one, *two).tolist(), strict=True))
        shut = self.shut_edges(closed)
        found: dict[Run, Path | None] = {}
        for origin, ends in _shared_out(straight).items():
            here = entries[origin]
            there = [entries[end] for end in ends]
            km = [straight[min(origin, end), max(origin, end)] for end in ends]
            search = self._search(here, there, closed, shut, DETOUR * max(km) + DETOUR_KM)
            paths = self._finish(search, here, there, closed, km)
            for end, path in zip(there, paths, strict=True):
                if (end.asked, origin) in wanted:
                    found[end.asked, origin] = None if path is None else path.reversed()
                if (origin, end.asked) in wanted:
                    found[origin, end.asked] = path
        return found

    def _search(
        self,
        here: Entry,
        there: Sequence[Entry],
        closed: frozenset[str],
        shut: NDArray[np.bool_],
        limit: float,
    ) -> Search:
        """Search from one entry as far as it takes to reach others."""
        key = (here.water, closed)
        search = self._searches.get(key)
        for reach in (limit, np.inf):
            if search and all(self._reached(search, entry, closed) for entry in there):
                break
            if search is None or search.limit < reach:
                search = self.graph.search(self.joined(here, closed), shut, reach)
        assert search is not None
        self._searches[key] = search
        self._searches.move_to_end(key)
        if len(self._searches) > KEPT_SEARCHES:
            self._searches.popitem(last=False)
        return search

    def _reached(self, search: Search, entry: Entry, closed: frozenset[str]) -> bool:
        """Tell if nothing beyond the limit of a search could lead to an entry more cheaply."""
        if search.limit == np.inf:
            return True
        joined = self.joined(entry, closed)
        return bool((search.distance[joined.node] + joined.cost <= search.limit).any())

    def _finish(
        self,
        search: Search,
        one: Entry,
        others: Sequence[Entry],
        closed: frozenset[str],
        km: Sequence[float],
    ) -> list[Path | None]:
        """Give the ways from the entry of a search to others; `km` are the straight lines."""
        costs, nodes = [], []
        for two in others:
            joined = self.joined(two, closed)
            total = search.distance[joined.node] + joined.cost
            best = int(total.argmin()) if len(total) else 0
            costs.append(float(total[best]) if len(total) else np.inf)
            nodes.append(int(joined.node[best]) if len(total) else -1)
        direct = self._direct(one, others, closed, costs, km)
        return [
            straight
            if straight is not None or cost == np.inf
            else self._path(one, search.path(node), two, cost)
            for straight, cost, node, two in zip(direct, costs, nodes, others, strict=True)
        ]

    def _direct(
        self,
        one: Entry,
        others: Sequence[Entry],
        closed: frozenset[str],
        bounds: Sequence[float],
        km: Sequence[float],
    ) -> list[Path | None]:
        """Straight from one position to others, where that is clear and no dearer than a bound."""
        length, bound = np.array(km), np.array(bounds)
        # were the straight line clear, the network would know a way hardly longer: along it, from
        # the node nearest to one end to that nearest to the other
        near = np.array([2 * (self._nearest(one) + self._nearest(two)) for two in others])
        hardly = ~np.isfinite(bound) | (bound <= 1.05 * length + 60 + near)
        maybe = np.flatnonzero((length <= bound + 1e-9) & hardly)
        far = maybe[length[maybe] > 0.001]
        x, y = np.array([others[k].water for k in far.tolist()]).reshape(-1, 2).T
        toll = np.full(len(others), np.inf)
        toll[maybe] = 0.0
        if len(far):
            clear, tolls = sight(*one.water, x, y, Coast.load(), self._nodes.inland)
            toll[far] = np.where(clear, tolls, np.inf)
        cost = np.where(length > 0.001, length, 0.0) + toll
        found: list[Path | None] = [None] * len(others)
        for k in np.flatnonzero(np.isfinite(cost) & (cost <= bound)).tolist():
            two = others[k]
            gates: tuple[int, ...] = ()
            if length[k] > 0.001:
                gates = self.closures.of_line(one.water, two.water)
                if any(self.gate_ids[gate] in closed for gate in gates):
                    continue
                if self.closures.bars_line(one.water, two.water):
                    continue
            lon, lat = np.array([one.water, two.water]).T
            moved = one.moved_km, two.moved_km
            found[k] = Path(lon, lat, (gates,), (False,), float(cost[k]), moved)
        return found

    def _nearest(self, entry: Entry) -> float:
        """Cost of the cheapest leg of an entry."""
        return float(self.joined(entry, frozenset()).cost.min(initial=np.inf))

    def _path(self, one: Entry, nodes: Sequence[int], two: Entry, cost: float) -> Path:
        """Put together a path over nodes with its first and last leg."""
        over = np.array(nodes)
        edges = self.graph.edges(over[:-1], over[1:])
        along = self.closures.of_edges(edges)
        first, last = _leg_to(one, nodes[0]), _leg_to(two, nodes[-1])
        return Path(
            np.concatenate([[one.water[0]], self.stored.lon[over], [two.water[0]]]),
            np.concatenate([[one.water[1]], self.stored.lat[over], [two.water[1]]]),
            (
                self.closures.of_leg(one, first),
                *(gates if not gates or a < b else gates[::-1]
                  for gates, (a, b) in zip(along, pairwise(nodes), strict=True)),
                self.closures.of_leg(two, last)[::-1],
            ),
            (
                bool(one.channel[first]),
                *self.stored.declared[edges].tolist(),
                bool(two.channel[last]),
            ),
            cost,
            (one.moved_km, two.moved_km),
            tuple(nodes),
        ).tidy()  # fmt: skip

    def _stretches(self, stops: Sequence[Entry | str], closed: frozenset[str]) -> list[Path | None]:
        """Ways between the positions of a call, each with the gates to pass in it."""
        once = [self.closures.number[stop] for stop in stops if isinstance(stop, str)]
        here = stops[0]
        assert isinstance(here, Entry)
        parts: list[Path | None] = []
        wanted: list[int] = []
        for stop in stops[1:]:
            if isinstance(stop, str):
                wanted.append(self.closures.number[stop])
                continue
            parts.append(self._through(here, stop, wanted, once, closed))
            here, wanted = stop, []
        return parts

    def _through(
        self,
        one: Entry,
        two: Entry,
        wanted: Sequence[int],
        once: Sequence[int],
        closed: frozenset[str],
    ) -> Path | None:
        """Cheapest path between two entries over the wanted gates, in order and once each."""
        stops = [one.water, *(self.closures.middle(gate) for gate in wanted), two.water]
        straight = sum(_km(a, b) for a, b in pairwise(stops))
        x, y = (np.full(self.graph.nodes, v) for v in two.water)
        rest = km_between(x, y, self.stored.lon, self.stored.lat)
        passing = Passing(self.graph, self.closures, self.edge_cost)
        ends = (one, self.joined(one, closed)), (two, self.joined(two, closed))
        found = None
        for limit in (DETOUR * straight + DETOUR_KM, np.inf):
            found = found or passing.through(ends, wanted, once, closed, rest, limit)
        bound = np.inf if found is None else found.cost
        (direct,) = self._direct(one, [two], closed, [bound], [_km(one.water, two.water)])
        if direct and [gate for gate in direct.gates[0] if gate in once] == list(wanted):
            return direct
        return None if found is None else self._path(one, found.nodes, two, found.cost)


@kept
def _bare() -> Network:
    """Lay out the packaged network, without gates, once a process."""
    stored, baked = packaged()
    return Network(stored, baked=baked)


def _km(one: Point, two: Point) -> float:
    return float(km_between(*(np.array([v]) for v in (*one, *two)))[0])


def _leg_to(entry: Entry, node: int) -> int:
    """Number of the leg of an entry to a node."""
    return int(np.flatnonzero(entry.node == node)[0])


def _shared_out(straight: Mapping[Run, float]) -> dict[Point, list[Point]]:
    """Say from which end to find each way, so that searches are few and short.

    The far-off position with many partners searches for all of them; those left to the others lie
    closer together, and a search goes no further than it must.
    """
    partners: dict[Point, dict[Point, float]] = {}
    for (one, two), km in straight.items():
        partners.setdefault(one, {})[two] = km
        partners.setdefault(two, {})[one] = km
    reach = {point: sum(others.values()) for point, others in partners.items()}
    shared: dict[Point, list[Point]] = {}
    queue = [(-far, point) for point, far in reach.items()]
    heapify(queue)
    while queue:
        far, origin = heappop(queue)
        if reach[origin] != -far or not partners[origin]:
            continue  # it has fewer partners since, or none
        shared[origin] = sorted(partners[origin])
        for end in shared[origin]:
            if end != origin:
                reach[end] -= partners[end].pop(origin)
                heappush(queue, (-reach[end], end))
        partners[origin] = {}
    return shared
