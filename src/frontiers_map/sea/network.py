"""Routes over a network of the sea: attach, close gates, search, draw."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Mapping, Sequence
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
from frontiers_map.sea.gates import crossings
from frontiers_map.sea.metric import great_circle, km_between, unit_vectors
from frontiers_map.sea.route import Call, InlandError, Leg, NoWayBySea, Point, Route
from frontiers_map.sea.search import Graph, Joined
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
        entries: Mapping[Point, Entry] | None = None,
    ) -> None:
        self.stored = stored
        self.gates: dict[str, BaseGeometry] = dict(gates or {})
        self.gate_ids = tuple(self.gates)
        self._cache = cache or NoCache()
        self._nodes = storage.Nodes(stored)
        self._km = storage.edge_km(stored.lon, stored.lat, stored.one, stored.two)
        self._cost = self._km + stored.toll * storage.TOLL_KM
        self.graph = Graph(stored.one, stored.two, self._cost, len(stored.lon))
        self._entries: dict[Point, Entry | InlandError] = dict(entries or {})
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
        return cls(_packaged(), gates, cache=cache)

    def avoiding(self, area: BaseGeometry) -> Network:
        """Give a network that keeps out of an area (polygons in longitude and latitude)."""
        other = Network(self.stored, self.gates, cache=self._cache)
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
        key = (round((lon + 180) % 360 - 180, 6), round(lat, 6))
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
            search = self.graph.search(self.joined(self.entry(one), closed), shut)
            for two in ends:
                runs[one, two] = self._finish(search, self.entry(one), self.entry(two), closed)
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
        km = km_between(
            np.full(len(entry.node), entry.water[0]),
            np.full(len(entry.node), entry.water[1]),
            self.stored.lon[entry.node],
            self.stored.lat[entry.node],
        )
        cost = km + entry.toll
        node = entry.node
        if closed or self._avoid is not None:
            shut = self._legs_shut(entry, closed)
            cost = np.where(shut, np.inf, cost)
        return Joined(node, cost)

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
        km = float(km_between(*(np.array([v]) for v in (x1, y1, x2, y2)))[0])
        # were the straight line clear, the network would know a way hardly longer
        if km > bound + 1e-9 or (np.isfinite(bound) and bound > 1.3 * km + 50):
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

    def trace(self, call: Call) -> list[int] | None:
        """Nodes that the answer to a call goes over; None if there is no way or it is direct."""
        try:
            self._check(call)
            here, there = self.entry(call.start), self.entry(call.end)
            wanted = [self._number[stop] for stop in call.via if isinstance(stop, str)]
            path = self._through(here, there, wanted, call.close, self.shut_edges(call.close))
        except ValueError:
            return None
        return path.nodes if path is not None and path.nodes else None

    def _gates_to(self, entry: Entry, node: int) -> list[int]:
        leg, gate, _ = self._leg_crossings(entry)
        number = int(np.flatnonzero(entry.node == node)[0])
        return [int(g) for g in gate[leg == number]]

    @staticmethod
    def _is_channel(entry: Entry, node: int) -> bool:
        return bool(entry.channel[np.flatnonzero(entry.node == node)[0]])

    def _with_gates(self, call: Call) -> Route:
        """Answer a call that passes gates: one search a stage, begun where the last crossed."""
        stops: list[str | Point] = [*call.via, call.end]
        here = self.entry(call.start)
        shut = self.shut_edges(call.close)
        parts: list[_Path | None] = []
        wanted: list[int] = []
        for stop in stops:
            if isinstance(stop, str):
                wanted.append(self._number[stop])
                continue
            there = self.entry(stop)
            parts.append(self._through(here, there, wanted, call.close, shut))
            here, wanted = there, []
        answer = self._answer(call, parts)
        if isinstance(answer, ValueError):
            raise answer
        return answer

    def _through(
        self, one: Entry, two: Entry, wanted: Sequence[int], closed: frozenset[str],
        shut: NDArray[np.bool_],
    ) -> _Path | None:  # fmt: skip
        """Cheapest path between two entries that crosses the wanted gates in order."""
        search = self.graph.search(self.joined(one, closed), shut)
        if not wanted:
            return self._finish(search, one, two, closed)
        last = self.joined(two, closed)
        searches = [search]
        for stage, gate in enumerate(wanted):
            edges = self._edges_of[gate]
            edges = edges[~shut[edges]]
            a = np.concatenate([self.stored.one[edges], self.stored.two[edges]])
            b = np.concatenate([self.stored.two[edges], self.stored.one[edges]])
            cost = searches[-1].distance[a] + np.tile(self._cost[edges], 2)
            if stage == 0:  # the first leg itself may cross the gate
                leg, number, _ = self._leg_crossings(one)
                legs = np.unique(leg[number == gate])
                first = self.joined(one, closed)
                a = np.concatenate([a, np.full(len(legs), -1)])
                b = np.concatenate([b, first.node[legs]])
                cost = np.concatenate([cost, first.cost[legs]])
            fine = np.isfinite(cost)
            if not fine.any():
                return None
            searches.append(self.graph.search(Joined(b[fine], cost[fine], a[fine]), shut))
        options = [(searches[-1], np.arange(len(last.node)))]
        # or the last leg crosses the last gate
        leg, number, _ = self._leg_crossings(two)
        options.append((searches[-2], np.unique(leg[number == wanted[-1]])))
        best: tuple[float, Any, int] | None = None
        for place, legs in options:
            if not len(legs):
                continue
            total = place.distance[last.node[legs]] + last.cost[legs]
            k = int(total.argmin())
            if np.isfinite(total[k]) and (best is None or total[k] < best[0]):
                best = (float(total[k]), place, int(last.node[legs[k]]))
        if best is None:
            return None
        cost_of, place, node = best
        nodes: list[int] = []
        for search in reversed(searches[: searches.index(place) + 1]):
            part = search.path(node)
            nodes = part + nodes
            before = search.came_from(part[0])
            if before is None or before < 0:
                break
            node = before
        nodes = [n for k, n in enumerate(nodes) if k == 0 or n != nodes[k - 1]]
        return self._path(one, nodes, two, cost_of)

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
        digest = hashlib.sha256(b"gates 1" + _fingerprint(self.stored))
        for line in self.gates.values():
            digest.update(shapely.to_wkb(line, byte_order=1))
        key = "sea-" + digest.hexdigest()
        kept = self._cache.get(key)
        if kept is not None:
            arrays = storage.unpack_arrays(kept)
            return np.cumsum(arrays["edge"]).astype(np.int64), arrays["gate"].astype(np.int64)
        edge, gate, _ = crossings(self._nodes.unit, self.stored.one, self.stored.two, self.gates)
        self._cache.put(
            key,
            storage.pack_arrays(
                {
                    "edge": np.diff(edge, prepend=0).astype(np.uint32),
                    "gate": gate.astype(np.uint32),
                }
            ),
        )
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
        keep_leg = [k for k in range(len(gates)) if points[k] != points[k + 1]] or [0]
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


def _once(gates: Sequence[str]) -> list[str]:
    """Leave out a gate that is met again at once."""
    return [gate for k, gate in enumerate(gates) if k == 0 or gate != gates[k - 1]]


def _open_ring(ring: BaseGeometry) -> BaseGeometry:
    coords = shapely.get_coordinates(ring)
    pairs = [
        (a, b) for a, b in itertools.pairwise(coords) if not (abs(a[0]) == 180 and abs(b[0]) == 180)
    ]
    return shapely.multilinestrings([LineString(pair) for pair in pairs])


@keep
def _packaged() -> storage.Stored:
    return storage.unpack(files("frontiers_map.sea").joinpath("sea.bin").read_bytes())


def _fingerprint(stored: storage.Stored) -> bytes:
    digest = hashlib.sha256()
    for array in (stored.lon, stored.lat, stored.one, stored.two, stored.toll):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.digest()
