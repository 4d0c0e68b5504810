"""Routes over a network of the sea: attach, close gates, search, draw."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache as keep
from importlib.resources import files
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from frontiers_map import geodesy
from frontiers_map.cache import Cache, NoCache
from frontiers_map.sea import storage
from frontiers_map.sea.attach import Entry, attach, sight
from frontiers_map.sea.baked import (
    gates_key,
    pack_crossings,
    point_key,
    unpack_crossings,
    unpack_entries,
)
from frontiers_map.sea.gates import crossings
from frontiers_map.sea.limit import TOLL, beyond_km
from frontiers_map.sea.metric import great_circle, km_between, unit_vectors
from frontiers_map.sea.route import Call, InlandError, Leg, NoWayBySea, Point, Route
from frontiers_map.sea.search import Graph, Joined, Search
from frontiers_map.sea.water import Coast

__all__ = ["Network"]

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.signedinteger[Any]]

DRAWN_KM = 25.0


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
    gate_ids : tuple of str
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
        self.gates: dict[str, BaseGeometry] = dict(gates or {})
        self.gate_ids = tuple(self.gates)
        self._cache = cache or NoCache()
        self._nodes = storage.Nodes(stored)
        self._km = storage.edge_km(stored.lon, stored.lat, stored.one, stored.two)
        self._cost = self._km + stored.toll * storage.TOLL_KM
        self.graph = Graph(stored.one, stored.two, self._cost, len(stored.lon))
        self._baked = baked
        self._entries: dict[Point, Entry | InlandError] = dict(baked.entries) if baked else {}
        self._legs_kept: dict[tuple[Point, frozenset[str]], Joined] = {}
        self._barred: NDArray[np.bool_] = np.zeros(len(stored.one), bool)
        self._avoid: BaseGeometry | None = None
        self._set_gates()

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
        stored, baked = _packaged()
        return cls(stored, gates, cache=cache, baked=baked)

    def avoiding(self, area: BaseGeometry) -> Network:
        """Give a network that keeps out of an area (polygons in longitude and latitude)."""
        other = Network(self.stored, self.gates, cache=self._cache, baked=self._baked)
        other._entries = dict(self._entries)
        whole = area if self._avoid is None else shapely.union(self._avoid, area)
        other._avoid = geodesy.split(geodesy.densify_parallel(whole, 100.0))
        shapely.prepare(other._avoid)
        other._barred = other._meets_avoided(self.stored.one, self.stored.two, self._nodes.unit)
        return other

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
        found: list[Route | ValueError | None] = [None] * len(calls)
        groups: dict[frozenset[str], list[int]] = {}
        for number, call in enumerate(calls):
            try:
                self._check(call)
                if any(isinstance(stop, str) for stop in call.via):
                    found[number] = self._with_gates(call)
                else:
                    groups.setdefault(call.close, []).append(number)
            except ValueError as error:
                found[number] = error
        for closed, numbers in groups.items():
            self._plain(calls, numbers, closed, found)
        return [item for item in found if item is not None]

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

    # ------------------------------------------------------------------ how they are answered

    def _check(self, call: Call) -> None:
        unknown = [g for g in (*call.close, *call.via) if isinstance(g, str)]
        for gate in unknown:
            if gate not in self._number:
                raise ValueError(f"found '{gate}'; allowed: a gate ({', '.join(self.gate_ids)})")
        for stop in call.via:
            if isinstance(stop, str) and stop in call.close:
                raise ValueError(f"gate '{stop}' cannot be both passed and closed")
        for point in (call.start, *(v for v in call.via if not isinstance(v, str)), call.end):
            self.entry(point)

    def shut_edges(self, closed: frozenset[str]) -> NDArray[np.bool_]:
        """Tell which edges may not be used."""
        shut = self._barred.copy()
        for gate in closed:
            shut[self._edges_of[self._number[gate]]] = True
        return shut

    def _plain(
        self,
        calls: Sequence[Call],
        numbers: Sequence[int],
        closed: frozenset[str],
        found: list[Route | ValueError | None],
    ) -> None:
        """Answer calls without gates to pass: runs from stop to stop."""
        runs: dict[tuple[Point, Point], Any] = {}
        for number in numbers:
            stops = self._stops(calls[number])
            runs.update(dict.fromkeys(itertools.pairwise(stops)))
        shut = self.shut_edges(closed)
        # the same way is found from either end: one search serves both directions
        origins: dict[Point, list[Point]] = {}
        for one, two in sorted(runs):
            if (two, one) in runs and two < one:
                continue
            origins.setdefault(one, []).append(two)
        for one, ends in origins.items():
            here = self.entry(one)
            joined = self.joined(here, closed)
            there = [self.entry(two) for two in ends]
            far = max(_km(here.water, entry.water) for entry in there)
            # most ways are not much longer than the straight line: look no further at first
            limit = 1.5 * far + 1500
            search = self.graph.search(joined, shut, limit)
            if not all(self._reached(search, entry, closed, limit) for entry in there):
                search = self.graph.search(joined, shut)
            for two, entry in zip(ends, there, strict=True):
                runs[one, two] = self._finish(search, here, entry, closed)
        for number in numbers:
            stops = self._stops(calls[number])
            parts = []
            for one, two in itertools.pairwise(stops):
                path = runs[one, two]
                if path is None and runs.get((two, one)) is not None:
                    path = runs[two, one].reversed()
                parts.append(path)
            found[number] = self._answer(calls[number], parts)

    def _stops(self, call: Call) -> list[Point]:
        points = [call.start, *(stop for stop in call.via if not isinstance(stop, str)), call.end]
        return [self.entry(point).asked for point in points]

    def joined(self, entry: Entry, closed: frozenset[str]) -> Joined:
        """Legs of an entry as the search needs them."""
        key = (entry.water, closed)
        kept = self._legs_kept.get(key)
        if kept is None:
            x, y = (np.full(len(entry.node), v) for v in entry.water)
            km = km_between(x, y, self.stored.lon[entry.node], self.stored.lat[entry.node])
            cost = km + entry.toll
            if closed or self._avoid is not None:
                cost = np.where(self._legs_shut(entry, closed), np.inf, cost)
            if len(self._legs_kept) > 4096:
                self._legs_kept.clear()
            kept = self._legs_kept[key] = Joined(entry.node, cost)
        return kept

    def _legs_shut(self, entry: Entry, closed: frozenset[str]) -> NDArray[np.bool_]:
        shut = np.zeros(len(entry.node), bool)
        leg, gate = self._leg_crossings(entry)[:2]
        numbers = [self._number[name] for name in closed]
        shut[leg[np.isin(gate, numbers)]] = True
        if self._avoid is not None:
            unit = np.vstack([self._unit(entry.water), self._nodes.unit[entry.node]])
            count = len(entry.node)
            shut |= self._meets_avoided(np.zeros(count, int), np.arange(1, count + 1), unit)
        return shut

    def _leg_crossings(self, entry: Entry) -> tuple[Ints, Ints, Floats]:
        kept = self._leg_gates.get(entry.water)
        if kept is None:
            unit = np.vstack([self._unit(entry.water), self._nodes.unit[entry.node]])
            count = len(entry.node)
            kept = crossings(unit, np.zeros(count, int), np.arange(1, count + 1), self.gates)
            self._leg_gates[entry.water] = kept
        return kept

    def _nearest(self, entry: Entry) -> float:
        """Cost of the cheapest leg of an entry."""
        return float(self.joined(entry, frozenset()).cost.min())

    def _reached(self, search: Search, entry: Entry, closed: frozenset[str], limit: float) -> bool:
        """Tell if nothing beyond the limit of a search could lead to an entry more cheaply."""
        joined = self.joined(entry, closed)
        return bool((search.distance[joined.node] + joined.cost <= limit).any())

    def _finish(self, search: Any, one: Entry, two: Entry, closed: frozenset[str]) -> _Path | None:
        joined = self.joined(two, closed)
        total = search.distance[joined.node] + joined.cost
        best = int(total.argmin()) if len(total) else 0
        cost = float(total[best]) if len(total) else np.inf
        direct = self._direct(one, two, closed, cost)
        if direct is not None:
            return direct
        if not np.isfinite(cost):
            return None
        nodes = search.path(int(joined.node[best]))
        return self._path(one, nodes, two, cost)

    def _direct(self, one: Entry, two: Entry, closed: frozenset[str], bound: float) -> _Path | None:
        """Straight from one position to the other, if that is clear and cheaper than `bound`."""
        (x1, y1), (x2, y2) = one.water, two.water
        km = _km(one.water, two.water)
        # were the straight line clear, the network would know a way hardly longer: along it, from
        # the node nearest to one end to that nearest to the other
        near = 2 * (self._nearest(one) + self._nearest(two))
        if km > bound + 1e-9 or (np.isfinite(bound) and bound > 1.05 * km + 60 + near):
            return None
        if km > 0.001:
            clear, toll = sight(x1, y1, np.array([x2]), np.array([y2]), Coast.load(),
                                self._nodes.inland)  # fmt: skip
            if not clear[0] or km + toll[0] > bound:
                return None
            cost = km + float(toll[0])
            unit = np.vstack([self._unit(one.water), self._unit(two.water)])
            pair = np.array([0]), np.array([1])
            _, gate, _ = crossings(unit, *pair, self.gates)
            gates = [int(g) for g in gate]
            if any(self.gate_ids[g] in closed for g in gates):
                return None
            if self._avoid is not None and self._meets_avoided(*pair, unit)[0]:
                return None
        else:
            cost, gates = 0.0, []
        return _Path([one.water, two.water], [gates], [False], cost, (one.moved_km, two.moved_km))

    def _path(self, one: Entry, nodes: Sequence[int], two: Entry, cost: float) -> _Path:
        """Positions, gates and channels of a path over nodes, with its first and last leg."""
        points = [one.water, *((float(self.stored.lon[n]), float(self.stored.lat[n]))
                               for n in nodes), two.water]  # fmt: skip
        gates: list[list[int]] = [self._gates_to(one, nodes[0])]
        channel = [self._is_channel(one, nodes[0])]
        for a, b in itertools.pairwise(nodes):
            edge = self.graph.edge(a, b)
            along = self.gates_of_edge(edge)
            gates.append(along if a < b else along[::-1])
            channel.append(bool(self.stored.declared[edge]))
        gates.append(self._gates_to(two, nodes[-1])[::-1])
        channel.append(self._is_channel(two, nodes[-1]))
        path = _Path(points, gates, channel, cost, (one.moved_km, two.moved_km))
        path.nodes = list(nodes)
        return path

    def _cross_of(self, edge: int) -> slice:
        return slice(int(self._cross_start[edge]), int(self._cross_start[edge + 1]))

    def gates_of_edge(self, edge: int) -> list[int]:
        """Numbers of the gates that an edge crosses, in order from its lower node."""
        return [int(gate) for gate in self._cross_gate[self._cross_of(edge)]]

    def gates_of_leg(self, entry: Entry, number: int) -> list[int]:
        """Numbers of the gates that a leg of an entry crosses, in order from the water."""
        leg, gate, _ = self._leg_crossings(entry)
        return [int(g) for g in gate[leg == number]]

    def trace(self, call: Call) -> list[list[int]]:
        """Nodes that the answer to a call goes over, from position to position."""
        try:
            self._check(call)
            paths = self._stretches(call)
        except ValueError:
            return []
        return [path.nodes for path in paths if path is not None and path.nodes]

    @staticmethod
    def south_toll(one: Floats, two: Floats) -> Floats:
        """Toll of straight runs beyond the southern limit, in kilometres."""
        toll: Floats = TOLL * beyond_km(one, two)
        return toll

    def _gates_to(self, entry: Entry, node: int) -> list[int]:
        leg, gate, _ = self._leg_crossings(entry)
        number = int(np.flatnonzero(entry.node == node)[0])
        return [int(g) for g in gate[leg == number]]

    @staticmethod
    def _is_channel(entry: Entry, node: int) -> bool:
        return bool(entry.channel[np.flatnonzero(entry.node == node)[0]])

    def _with_gates(self, call: Call) -> Route:
        """Answer a call that passes gates."""
        answer = self._answer(call, self._stretches(call))
        if isinstance(answer, ValueError):
            raise answer
        return answer

    def _stretches(self, call: Call) -> list[_Path | None]:
        """Ways between the positions of a call, each with the gates to pass in it."""
        shut = self.shut_edges(call.close)
        once = [self._number[stop] for stop in call.via if isinstance(stop, str)]
        for gate in once:
            # a gate to pass is passed once: no way leads through it but the step across it
            shut[self._edges_of[gate]] = True
        here = self.entry(call.start)
        parts: list[_Path | None] = []
        wanted: list[int] = []
        for stop in (*call.via, call.end):
            if isinstance(stop, str):
                wanted.append(self._number[stop])
                continue
            there = self.entry(stop)
            parts.append(self._through(here, there, wanted, once, call.close, shut))
            here, wanted = there, []
        return parts

    def _through(
        self,
        one: Entry,
        two: Entry,
        wanted: Sequence[int],
        once: Sequence[int],
        closed: frozenset[str],
        shut: NDArray[np.bool_],
    ) -> _Path | None:
        """Cheapest path between two entries over the wanted gates, in order and once each.

        A search for each number of gates already passed. An edge across a gate leads from one
        search into a later one; a long edge may cross several gates at a time.
        """
        barred = np.isin(np.arange(len(self.gate_ids)), once)
        bars = self.shut_edges(closed)
        seeds: list[list[tuple[Ints, Floats, Ints]]] = [[] for _ in range(len(wanted) + 1)]
        first, last = self.joined(one, closed), self.joined(two, closed)
        by_count = self._legs_by_gates(one, barred, wanted, from_start=True)
        for passed, legs in by_count.items():
            seeds[passed].append((first.node[legs], first.cost[legs], np.full(len(legs), -1)))
        direct = self._direct(one, two, closed, np.inf)
        if direct is not None and [g for g in direct.gates[0] if barred[g]] != list(wanted):
            direct = None
        searches: list[Any] = []
        for passed in range(len(wanted) + 1):
            node, cost, source = (np.concatenate(part) for part in zip(*seeds[passed], strict=True)
                                  ) if seeds[passed] else (np.zeros(0, int), np.zeros(0),
                                                           np.zeros(0, int))  # fmt: skip
            fine = np.isfinite(cost)
            searches.append(self.graph.search(Joined(node[fine], cost[fine], source[fine]), shut))
            if passed == len(wanted):
                break
            for edge in self._edges_of[wanted[passed]]:
                if bars[edge]:
                    continue
                gates = [g for g in self.gates_of_edge(int(edge)) if barred[g]]
                ends = int(self.stored.one[edge]), int(self.stored.two[edge])
                for (a, b), order in ((ends, gates), (ends[::-1], gates[::-1])):
                    if order == list(wanted[passed : passed + len(order)]):
                        seeds[passed + len(order)].append(
                            (
                                np.array([b]),
                                np.array([searches[passed].distance[a] + self._cost[edge]]),
                                np.array([a + passed * self.graph.nodes]),
                            )
                        )
        best: tuple[float, int, int] | None = None
        for left, legs in self._legs_by_gates(two, barred, wanted, from_start=False).items():
            passed = len(wanted) - left
            total = searches[passed].distance[last.node[legs]] + last.cost[legs]
            k = int(total.argmin())
            if np.isfinite(total[k]) and (best is None or total[k] < best[0]):
                best = (float(total[k]), passed, int(last.node[legs[k]]))
        if direct is not None and (best is None or direct.cost <= best[0]):
            return direct
        if best is None:
            return None
        cost_of, passed, last_node = best
        nodes: list[int] = []
        while True:
            part = searches[passed].path(last_node)
            nodes = part + nodes
            before = searches[passed].came_from(part[0])
            if before is None or before < 0:
                break
            passed, last_node = divmod(before, self.graph.nodes)
        return self._path(one, nodes, two, cost_of)

    def _legs_by_gates(
        self,
        entry: Entry,
        barred: NDArray[np.bool_],
        wanted: Sequence[int],
        *,
        from_start: bool,
    ) -> dict[int, Ints]:
        """Legs of an entry by how many of the wanted gates they pass; unfit ones are left out."""
        leg, gate, _ = self._leg_crossings(entry)
        passed: dict[int, list[int]] = {}
        for one, number in zip(leg, gate, strict=True):
            if barred[number]:
                passed.setdefault(int(one), []).append(int(number))
        found: dict[int, list[int]] = {}
        for number in range(len(entry.node)):
            gates = passed.get(number, [])
            count = len(gates)
            fits = (
                gates == list(wanted[:count])
                if from_start
                else (gates[::-1] == list(wanted[len(wanted) - count :]))
            )
            if fits and count <= len(wanted):
                found.setdefault(count, []).append(number)
        return {count: np.array(legs) for count, legs in found.items()}

    def _answer(self, call: Call, parts: Sequence[_Path | None]) -> Route | ValueError:
        paths = [part for part in parts if part is not None]
        if len(paths) < len(parts):
            return NoWayBySea(call.start, call.end, call.close, self._avoid is not None)
        return self._drawn(_Path.join(paths))

    def _drawn(self, path: _Path) -> Route:
        lon, lat = np.array(path.points).T
        km = km_between(lon[:-1], lat[:-1], lon[1:], lat[1:])
        pieces = np.maximum(1, np.ceil(km / DRAWN_KM)).astype(np.int64)
        x, y, owner = great_circle(lon[:-1], lat[:-1], lon[1:], lat[1:], pieces)
        start = np.flatnonzero(np.diff(owner, prepend=-1))
        x[start], y[start] = lon[:-1], lat[:-1]
        x[np.append(start[1:] - 1, len(x) - 1)] = lon[1:]
        y[np.append(start[1:] - 1, len(y) - 1)] = lat[1:]
        keep_it = np.append(owner[1:] == owner[:-1], True)
        coords = shapely.get_coordinates(
            geodesy.unwrap(LineString(np.column_stack([x, y])[keep_it]))
        )
        # lengths of the pieces, from leg to leg
        exact = geodesy.path_lengths(x, y, start) / 1000
        legs = tuple(
            Leg(path.points[k], path.points[k + 1], float(exact[k]),
                tuple(self.gate_ids[g] for g in path.gates[k]), path.channel[k])
            for k in range(len(exact))
        )  # fmt: skip
        gates = [gate for leg in legs for gate in leg.gates]
        return Route(
            start=path.points[0],
            end=path.points[-1],
            moved_km=path.moved_km,
            legs=legs,
            gates=tuple(_once(gates)),
            km=float(exact.sum()),
            geometry=LineString(coords),
            cost=path.cost,
        )

    # ------------------------------------------------------------------ gates and areas

    def _set_gates(self) -> None:
        self._number = {gate: number for number, gate in enumerate(self.gate_ids)}
        edge, gate = self._crossings()
        self._cross_gate = gate
        self._cross_start = np.concatenate(
            [[0], np.cumsum(np.bincount(edge, minlength=len(self.stored.one)))]
        ).astype(np.int64)
        self._edges_of = [np.unique(edge[gate == n]) for n in range(len(self.gate_ids))]
        self._leg_gates: dict[Point, tuple[Ints, Ints, Floats]] = {}

    def _crossings(self) -> tuple[Ints, Ints]:
        """Edges and the gates they cross, in order along each edge."""
        if not self.gates:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        key = gates_key(self.stored, self.gates)
        if self._baked is not None and self._baked.gates_key == key:
            return self._baked.crossings
        kept = self._cache.get("sea-" + key)
        if kept is not None:
            return unpack_crossings(kept)
        edge, gate, _ = crossings(self._nodes.unit, self.stored.one, self.stored.two, self.gates)
        self._cache.put("sea-" + key, pack_crossings(edge, gate))
        return edge, gate

    def _meets_avoided(self, one: Ints, two: Ints, unit: Floats) -> NDArray[np.bool_]:
        """Edges that touch the area to avoid."""
        area = self._avoid
        assert area is not None
        lon = np.degrees(np.arctan2(unit[:, 1], unit[:, 0]))
        lat = np.degrees(np.arctan2(unit[:, 2], np.hypot(unit[:, 0], unit[:, 1])))
        inside = np.asarray(shapely.contains_xy(area, lon, lat))
        barred: NDArray[np.bool_] = inside[one] | inside[two]
        rings = shapely.get_rings(shapely.get_parts(area))
        # the cut at 180° is no edge of the area
        edge, _, _ = crossings(
            unit, one, two, {str(n): _open_ring(ring) for n, ring in enumerate(rings)}
        )
        barred[edge] = True
        return barred

    @staticmethod
    def _unit(point: Point) -> Floats:
        return unit_vectors(np.array([point[0]]), np.array([point[1]]))


class _Path:
    """Positions from water to water, with the gates and the kind of each leg."""

    def __init__(
        self,
        points: list[Point],
        gates: list[list[int]],
        channel: list[bool],
        cost: float,
        moved_km: tuple[float, float],
    ) -> None:
        keep_leg = [k for k in range(len(gates)) if not _same(points[k], points[k + 1])] or [0]
        self.points = [points[k] for k in keep_leg] + [points[keep_leg[-1] + 1]]
        self.gates = [gates[k] for k in keep_leg]
        self.channel = [channel[k] for k in keep_leg]
        self.cost, self.moved_km = cost, moved_km
        self.nodes: list[int] = []

    def reversed(self) -> _Path:
        return _Path(
            self.points[::-1],
            [gates[::-1] for gates in self.gates[::-1]],
            self.channel[::-1],
            self.cost,
            self.moved_km[::-1],
        )

    @staticmethod
    def join(paths: Sequence[_Path]) -> _Path:
        if len(paths) == 1:
            return paths[0]
        points = list(paths[0].points)
        for path in paths[1:]:
            points += path.points[1:]
        return _Path(
            points,
            [gates for path in paths for gates in path.gates],
            [channel for path in paths for channel in path.channel],
            sum(path.cost for path in paths),
            (paths[0].moved_km[0], paths[-1].moved_km[1]),
        )


def _same(one: Point, two: Point) -> bool:
    return abs(one[0] - two[0]) < 2e-6 and abs(one[1] - two[1]) < 2e-6


def _km(one: Point, two: Point) -> float:
    return float(km_between(*(np.array([v]) for v in (*one, *two)))[0])


def _once(gates: Sequence[str]) -> list[str]:
    """Leave out a gate that is met again at once."""
    return [gate for k, gate in enumerate(gates) if k == 0 or gate != gates[k - 1]]


def _open_ring(ring: BaseGeometry) -> BaseGeometry:
    coords = shapely.get_coordinates(ring)
    pairs = [
        (a, b) for a, b in itertools.pairwise(coords) if not (abs(a[0]) == 180 and abs(b[0]) == 180)
    ]
    return shapely.multilinestrings([LineString(pair) for pair in pairs])


@dataclass(frozen=True)
class Baked:
    """Crossings for one set of gates, and entries of some positions."""

    gates_key: str
    crossings: tuple[Ints, Ints]
    entries: Mapping[Point, Entry]


@keep
def _packaged() -> tuple[storage.Stored, Baked | None]:
    folder = files("frontiers_map.sea")
    content = folder.joinpath("sea.bin").read_bytes()
    made_of = hashlib.sha256(content).hexdigest()
    crossed, joined = (folder.joinpath(name) for name in ("gates.bin", "entries.bin"))
    baked = None
    if crossed.is_file() and joined.is_file():
        gates, entries = crossed.read_bytes(), joined.read_bytes()
        heads = storage.unpack_header(gates), storage.unpack_header(entries)
        # left over from another network, they would be wrong
        if all(head["network"] == made_of for head in heads):
            baked = Baked(heads[0]["gates"], unpack_crossings(gates), unpack_entries(entries))
    return storage.unpack(content), baked
