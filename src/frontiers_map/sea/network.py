"""Routes over a network of the sea: attach, close gates, search, draw."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache as kept
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from frontiers_map.cache import Cache, NoCache
from frontiers_map.sea import storage
from frontiers_map.sea.around import Extended, with_corners
from frontiers_map.sea.attach import SNAP_KM, Entry, attach, use_compiled, with_more
from frontiers_map.sea.baked import point_key
from frontiers_map.sea.closures import Closures
from frontiers_map.sea.draw import DRAWN_KM, Path, draw
from frontiers_map.sea.finder import Finder
from frontiers_map.sea.hubs import Hubs
from frontiers_map.sea.ice import toll_km
from frontiers_map.sea.legs import leg_km
from frontiers_map.sea.metric import NM_KM, km_between
from frontiers_map.sea.own_channels import Laid, OwnChannel, ends_of, lay
from frontiers_map.sea.packaged import Baked, harbours, hierarchy, packaged
from frontiers_map.sea.route import Call, InlandError, InsideAreaError, NoWayBySea, Point, Route
from frontiers_map.sea.search import Graph, Joined
from frontiers_map.sea.water import Coast

__all__ = ["DRAWN_KM", "Network"]

Floats = NDArray[np.floating[Any]]

MANY = 100  # positions to be joined at once that are worth loading compiled loops for
AROUND_KM = 5.0  # so much further than it may be moved a position is joined anew by own channels
TABLE = 3000  # ways between harbours that are worth measuring all edges of best ways for


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
    canals : bool
        As for `load`.

    Attributes
    ----------
    gates : dict of str to LineString
    gate_ids : tuple of str
    graph : Graph
    snap_km : float
        How far a position on land may be moved to water.
    """

    def __init__(
        self,
        stored: storage.Stored,
        gates: Mapping[str, BaseGeometry] | None = None,
        *,
        cache: Cache | None = None,
        baked: Baked | None = None,
        canals: bool = False,
    ) -> None:
        self._lay_out(stored, baked)
        self._close_by(self._closures(gates or {}, cache, canals))

    def _lay_out(self, stored: storage.Stored, baked: Baked | None) -> None:
        """Prepare what does not depend on gates."""
        self.stored = stored
        self._nodes = storage.Nodes(stored)
        km = storage.edge_km(stored.lon, stored.lat, stored.one, stored.two)
        self.edge_cost = km + stored.toll * storage.TOLL_KM
        self.graph = Graph(stored.one, stored.two, self.edge_cost, len(stored.lon))
        self._baked = baked
        self._entries: dict[Point, Entry | InlandError] = dict(baked.entries) if baked else {}
        self._at_harbours = baked is not None
        self.snap_km = SNAP_KM
        self._plain: Network | None = None  # the same without the area to avoid, or own waters
        self._laid: Laid | None = None  # channels of an atlas's own
        self._known = True  # what is known beforehand is the best of this network, too

    @classmethod
    def load(
        cls,
        gates: Mapping[str, BaseGeometry] | None = None,
        *,
        cache: Cache | None = None,
        canals: bool = False,
    ) -> Network:
        """Load the packaged network.

        Parameters
        ----------
        gates : mapping of str to LineString, optional
            Gates of an atlas by id, in order.
        cache : Cache, optional
        canals : bool
            Channels with limits are gates, too, after the others: `channels.channel_gates`.
            Without it the short cuts that only small ships take are no way.
        """
        other = copy.copy(_bare())
        other._close_by(other._closures(gates or {}, cache, canals))
        return other

    def avoiding(self, area: BaseGeometry) -> Network:
        """Give a network that keeps out of an area (polygons in longitude and latitude).

        Ways may turn at the corners of the area. One that does not touch it stays as it was.
        """
        other = copy.copy(self)
        more = with_corners(self.stored, self._nodes, area)
        closures = other._grow(self.closures, more)
        other._plain, other._laid = self, None
        other._settle(closures.avoiding(area))
        return other

    def with_waters(
        self, channels: Mapping[str, OwnChannel], shoals: Mapping[str, BaseGeometry]
    ) -> Network:
        """Give a network with channels and shoals of an atlas's own.

        A way stays what it was unless one of these channels makes it shorter, or it runs over a
        shoal that is closed. The gates of channels come after the others.

        Parameters
        ----------
        channels : mapping of str to OwnChannel
        shoals : mapping of str to geometry
            Polygons in longitude and latitude; closed in calls by their ids.
        """
        if not channels and not shoals:
            return self
        other = copy.copy(self)
        closures = self.closures
        if channels:
            laid = lay(self.stored, self._nodes, channels)
            closures = other._grow(closures, laid.more).with_channels(laid.edges, laid.marks)
            other._laid, other._known = laid, False
        if shoals:
            area = shapely.union_all([*shoals.values()])
            more = with_corners(other.stored, other._nodes, area)
            closures = other._grow(closures, more).with_shoals(shoals)
        other._plain = self
        other._settle(closures)
        return other

    def laid_over(
        self, channels: Mapping[str, OwnChannel]
    ) -> tuple[Laid, dict[str, tuple[Entry | InlandError, Entry | InlandError]]]:
        """Say how channels would join this network, and how each of their ends does."""
        ends = {name: ends_of(one.line, self._nodes) for name, one in channels.items()}
        return lay(self.stored, self._nodes, channels), ends

    def shoals_of(self, route: Route) -> tuple[str, ...]:
        """Ids of the shoals that a way runs over, but along channels."""
        lon, lat = route.turns.T
        return tuple(self.closures.run_over(lon, lat, route.leg_channel))

    @property
    def unlaid(self) -> Network:
        """The same without own channels and shoals, and without an area to avoid."""
        return self if self._plain is None else self._plain.unlaid

    @property
    def grown(self) -> bool:
        """Whether it has nodes and edges beside those that it was loaded with."""
        return self._plain is not None

    def _grow(self, closures: Closures, more: Extended) -> Closures:
        """Take in more nodes and edges, and give closures that know them."""
        cost = np.empty(len(more.stored.one))
        cost[more.number] = self.edge_cost
        ends = more.stored.one[more.fresh], more.stored.two[more.fresh]
        toll = more.stored.toll[more.fresh] * storage.TOLL_KM
        cost[more.fresh] = storage.edge_km(more.stored.lon, more.stored.lat, *ends) + toll
        self.edge_cost = cost
        self.stored, self._nodes = more.stored, storage.Nodes(more.stored)
        if self._baked and self._baked.ways:
            ways = copy.copy(self._baked.ways)
            ways.edges = np.sort(more.number[ways.edges])
            self._baked = replace(self._baked, ways=ways)
        return closures.extended(more, self._nodes)

    def _settle(self, closures: Closures) -> None:
        """Prepare what depends on nodes and edges that were taken in."""
        ends = self.stored.one, self.stored.two
        self.graph = Graph(*ends, self.edge_cost, len(self.stored.lon))
        self._entries, self._at_harbours = {}, False
        self._close_by(closures)

    def without_canals(self, cache: Cache | None = None) -> Network:
        """Give a network whose gates are those of the atlas only, as the page has it."""
        other = copy.copy(self)
        other._close_by(self._closures(self.closures.own, cache, canals=False))
        return other

    def snapping(self, km: float) -> Network:
        """Give a network that looks further, or less far, for water near a position on land."""
        other = copy.copy(self)
        other.snap_km = km
        known = self._baked.entries if self._baked else {}
        other._entries = {point: e for point, e in known.items() if e.moved_km <= km}
        return other

    def _close_by(self, closures: Closures) -> None:
        self.gates: dict[str, BaseGeometry] = dict(closures.gates)
        self.gate_ids = tuple(self.gates)
        self.closures = closures
        ways = self._baked.ways if self._baked else None
        packaged_one = self._at_harbours and self._baked is packaged()[1]
        hubs = _hubs if packaged_one else lambda: None
        self._finder = Finder(
            self.stored, self._nodes, self.graph, self.edge_cost, closures, ways, hubs,
            known=self._known,
        )  # fmt: skip

    def _closures(
        self, gates: Mapping[str, BaseGeometry], cache: Cache | None, canals: bool
    ) -> Closures:
        return Closures(self.stored, self._nodes, gates, cache or NoCache(), self._baked, canals)

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
        km, _ = self.known(points, points, closed)
        lengths = np.minimum(km, km.T) / NM_KM
        pairs = np.argwhere(np.triu(np.isnan(lengths), 1)).tolist()
        found = self.routes([Call(points[i], points[j], (), closed) for i, j in pairs])
        for (i, j), item in zip(pairs, found, strict=True):
            lengths[i, j] = lengths[j, i] = item.nm if isinstance(item, Route) else np.inf
        np.fill_diagonal(lengths, 0)
        return lengths

    def known(
        self, starts: Sequence[Point], ends: Sequence[Point], closed: frozenset[str]
    ) -> tuple[Floats, NDArray[np.object_]]:
        """Kilometres and gates between harbours, as far as no search is needed for them.

        Parameters
        ----------
        starts, ends : sequence of (lon, lat)
        closed : frozenset of str
            Ids of all gates that may not be passed.

        Returns
        -------
        km : ndarray of float, shape (starts, ends)
            NaN where a search has to tell.
        gates : ndarray of tuple of str, shape (starts, ends)
        """
        km, gates, _ = self._known_of(starts, ends, closed)
        return km, gates

    def _known_of(
        self, starts: Sequence[Point], ends: Sequence[Point], closed: frozenset[str]
    ) -> tuple[Floats, NDArray[np.object_], Floats]:
        """As `known`, and what each way costs at most."""
        plain = self._plain
        shut = closed & self.closures.shoals.keys()
        if plain is not None and self.closures.area is None and not shut:
            km, gates, cost = plain._known_of(starts, ends, closed - self._own)
            km[self._may_change(starts, ends, closed, cost)] = np.nan
            return km, gates, cost
        km, cost = (np.full((len(starts), len(ends)), v) for v in (np.nan, np.inf))
        gates = np.empty(km.shape, dtype=object)
        table = self._finder.table(closed) if plain is None and km.size >= TABLE else None
        if table is not None:
            rows, columns = (
                {k: entry.asked for k, entry in enumerate(map(self._harbour, points))
                 if entry is not None and table.knows(entry)}
                for points in (starts, ends)
            )  # fmt: skip
            if rows and columns:
                cells = np.ix_(list(rows), list(columns))
                km[cells], gates[cells], cost[cells] = table.between(
                    [*rows.values()], [*columns.values()]
                )
        return km, gates, cost

    def _may_change(
        self, starts: Sequence[Point], ends: Sequence[Point], closed: frozenset[str], cost: Floats
    ) -> NDArray[np.bool_]:
        """Tell which ways between positions own channels may change."""
        found = np.zeros(cost.shape, bool)
        if self._laid is None:
            return found
        nodes = self._laid.passed_by(closed)
        sides = []
        for points, turned in ((starts, found), (ends, found.T)):
            turned[[k for k, point in enumerate(points) if self._at_channel(point)]] = True
            entries = [self._harbour(point) for point in points]
            known = [k for k, entry in enumerate(entries) if entry is not None]
            side = np.full((len(points), len(nodes)), np.inf)
            side[known] = self._finder.over(nodes, [e for e in entries if e is not None], closed)
            sides.append(side)
        for one, other in zip(sides[0].T, sides[1].T, strict=True):
            found |= one[:, None] + other < cost
        return found

    def trace(self, call: Call) -> list[list[int]]:
        """Nodes that the answer to a call goes over, from position to position."""
        try:
            stops = self._stops(call)
        except ValueError:
            return []
        found = self._finder.through(stops, call.close)
        return [list(path.nodes) for path in found if path is not None and path.nodes]

    # ------------------------------------------------------------------ what they are made of

    def entry(self, point: Point) -> Entry:
        """Join a position to the network; kept for the next time."""
        lon, lat = float(point[0]), float(point[1])
        if not (abs(lat) <= 90 and abs(lon) <= 540):
            raise ValueError(f"found {lon:g},{lat:g}; allowed: lon in -180..180, lat in -90..90")
        key = point_key((lon, lat))
        kept = self._entries.get(key) or self._harbours.get(key)
        if kept is None or (isinstance(kept, Entry) and kept.moved_km > self.snap_km):
            try:
                kept = self._attached(key)
            except InlandError as error:
                kept = error
        self._entries[key] = kept
        if isinstance(kept, InlandError):
            raise kept.with_traceback(None)
        return kept

    def _attached(self, point: Point) -> Entry:
        """Join a position; away from own channels what is known without them is added to."""
        coast = Coast.load()
        if self._plain is None or self.closures.area is not None or self._at_channel(point):
            return attach(point, self._nodes, coast, self.snap_km)
        before = len(self._plain.stored.lon)
        return with_more(self._plain.entry(point), self._nodes, coast, before)

    def _at_channel(self, point: Point) -> bool:
        """Tell if a position may be moved to one of the atlas's own channels."""
        if self._laid is None:
            return False
        own = slice(self._laid.first, self._laid.last)
        x, y = (np.full(own.stop - own.start, v) for v in point)
        km = km_between(x, y, self.stored.lon[own], self.stored.lat[own])
        return bool(km.min() <= self.snap_km + AROUND_KM)

    def _harbour(self, point: Point) -> Entry | None:
        with suppress(ValueError):
            return self.entry(point)
        return None

    @property
    def _harbours(self) -> Mapping[Point, Entry]:
        """How harbours of the world join this very network, as far as that is known beforehand."""
        return harbours(self._baked.network) if self._baked and self._at_harbours else {}

    def joined(self, entry: Entry, closed: frozenset[str]) -> Joined:
        """Legs of an entry as the search needs them."""
        return self._finder.joined(entry, closed)

    def ways_from(
        self, start: Point, ends: Sequence[Point], close: Iterable[str] = ()
    ) -> list[list[int]]:
        """Nodes on the ways from one position to others; none on a straight line."""
        closed = frozenset(close)
        here, there = self.entry(start), [self.entry(end) for end in ends]
        if not there:
            return []
        x, y = (np.full(len(there), v) for v in here.water)
        km = km_between(x, y, *np.array([entry.water for entry in there]).T).tolist()
        paths = self._finder.from_one(here, there, closed, self.shut_edges(closed), km)
        return [[] if path is None else list(path.nodes) for path in paths]

    def shut_edges(self, closed: frozenset[str]) -> NDArray[np.bool_]:
        """Tell which edges may not be used."""
        return self.closures.shut_edges(closed)

    def gates_of_leg(self, entry: Entry, number: int) -> list[int]:
        """Numbers of the gates that a leg of an entry crosses, in order from the water."""
        return list(self.closures.of_leg(entry, number))

    @staticmethod
    def limit_toll(one: Floats, two: Floats) -> Floats:
        """Toll of straight runs beyond the limits towards the poles, in kilometres."""
        return toll_km(one, two)

    # ------------------------------------------------------------------ how they are answered

    def _paths(self, calls: Sequence[Call]) -> list[Path | ValueError]:
        """Answer calls, undrawn."""
        plain = self._plain
        if plain is None:
            return self._searched(calls)
        asked = [k for k, call in enumerate(calls) if self._is_plain(call)]
        less = [replace(calls[k], close=calls[k].close - self._own) for k in asked]
        found: dict[int, Path | ValueError] = dict(zip(asked, plain._paths(less), strict=True))
        must = [k for k, call in enumerate(calls)
                if k not in found or self._must_change(call, found[k])]  # fmt: skip
        may = [k for k in found.keys() - set(must) if self._may_shorten(calls[k], found[k])]
        again = must + [k for k in may if calls[k].via]
        for k, path in zip(again, self._searched([calls[k] for k in again]), strict=True):
            if k in must or self._is_shorter(path, found[k]):
                found[k] = path
        for closed in {calls[k].close for k in may}:
            some = {k: calls[k] for k in may if calls[k].close == closed and not calls[k].via}
            for k, path in self._by_channels(some, closed).items():
                if self._is_shorter(path, found[k]):
                    found[k] = path
        return [found[k] for k in range(len(calls))]

    def _by_channels(
        self, calls: Mapping[int, Call], closed: frozenset[str]
    ) -> dict[int, Path | ValueError]:
        """The best ways over where own channels are entered."""
        assert self._laid is not None
        nodes = self._laid.passed_by(closed)
        stops: dict[int, list[Entry]] = {}
        for k, call in calls.items():
            with suppress(ValueError):
                stops[k] = [stop for stop in self._stops(call) if isinstance(stop, Entry)]
        entries = {entry.asked: entry for ends in stops.values() for entry in ends}
        row = {asked: number for number, asked in enumerate(entries)}
        cost = self._finder.over(nodes, [*entries.values()], closed)
        ways: dict[int, tuple[Entry, int, Entry]] = {}
        for k, (one, two) in stops.items():
            total = cost[row[one.asked]] + cost[row[two.asked]]
            if len(nodes) and total.min() < np.inf:
                ways[k] = one, int(nodes[total.argmin()]), two
        return dict(zip(ways, self._finder.ways_over([*ways.values()], closed), strict=True))

    def _is_plain(self, call: Call) -> bool:
        """Tell if a call can be asked without what this network has more."""
        assert self._plain is not None
        stops = {stop for stop in call.via if isinstance(stop, str)}
        more = self.closures.number.keys() - self._plain.closures.number.keys()
        return not stops & more

    @property
    def _own(self) -> frozenset[str]:
        """Ids of gates and shoals that it has more."""
        assert self._plain is not None
        here, plain = (
            {*each.closures.number, *each.closures.shoals} for each in (self, self._plain)
        )
        return frozenset(here - plain)

    def _must_change(self, call: Call, path: Path | ValueError) -> bool:
        """Tell if what was found without it cannot stand, or an end lies at an own channel."""
        if self.closures.area is not None:
            if isinstance(path, Path):
                return self.closures.touches(path.lon, path.lat)
            return isinstance(path, NoWayBySea)
        if isinstance(path, ValueError):
            return isinstance(path, NoWayBySea | InlandError)
        if any(self._at_channel(end) for end in (call.start, call.end)):
            return True
        shoals = call.close & self.closures.shoals.keys()
        if not shoals:
            return False
        return bool(shoals.intersection(self.closures.run_over(path.lon, path.lat, path.channel)))

    def _may_shorten(self, call: Call, path: Path | ValueError) -> bool:
        """Tell if an own channel may make a way shorter."""
        if self._laid is None or isinstance(path, ValueError):
            return False
        return self._laid.least_km(call.start, call.end, call.close) < path.cost

    def _is_shorter(self, path: Path | ValueError, plain: Path | ValueError) -> bool:
        """Tell if a way is shorter for going along an own channel."""
        return (
            isinstance(path, Path)
            and isinstance(plain, Path)
            and path.cost < plain.cost
            and self._laid is not None
            and self._laid.along(path.nodes)
        )

    def _searched(self, calls: Sequence[Call]) -> list[Path | ValueError]:
        """Answer calls by this very network."""
        stops: list[list[Entry | str] | ValueError] = []
        ends = {point_key(stop) for call in calls for stop in (call.start, call.end)}
        if len(ends - self._entries.keys()) >= MANY <= len(ends - self._harbours.keys()):
            use_compiled()
        for call in calls:
            try:
                stops.append(self._stops(call))
            except ValueError as error:
                stops.append(error)
        groups: dict[frozenset[str], list[Sequence[Entry]]] = {}
        for call, way in zip(calls, stops, strict=True):
            if isinstance(way, list):
                plain = [stop for stop in way if isinstance(stop, Entry)]
                if len(plain) == len(way):
                    groups.setdefault(call.close, []).append(plain)
        runs = {closed: self._finder.runs(ways, closed) for closed, ways in groups.items()}
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
                parts = self._finder.through(way, call.close)
            paths = [part for part in parts if part is not None]
            if len(paths) < len(parts):
                avoiding = self.closures.area is not None
                found.append(NoWayBySea(call.start, call.end, call.close, avoiding))
            else:
                found.append(Path.join(paths))
        return found

    def _stops(self, call: Call) -> list[Entry | str]:
        """Check a call, and join its positions to the network."""
        gates = {stop for stop in call.via if isinstance(stop, str)}
        known = self.closures.number.keys() | self.closures.shoals.keys()
        if unknown := sorted((call.close | gates) - known | gates & self.closures.shoals.keys()):
            raise ValueError(f"found '{unknown[0]}'; allowed: a gate ({', '.join(self.gate_ids)})")
        if both := sorted(gates & call.close):
            raise ValueError(f"gate '{both[0]}' cannot be both passed and closed")
        stops = [
            stop if isinstance(stop, str) else self.entry(stop)
            for stop in (call.start, *call.via, call.end)
        ]
        for stop in stops:
            if isinstance(stop, Entry) and self.closures.holds(stop.water):
                raise InsideAreaError(stop.asked)
            if isinstance(stop, Entry) and not stop.channel.any() and self.closures.shoals:
                shoal = self.closures.shoal_at(stop.water, call.close)
                if shoal is not None:
                    raise InsideAreaError(stop.asked, shoal)
        return stops


@kept
def _bare() -> Network:
    """Lay out the packaged network, without gates, once a process."""
    bare = Network.__new__(Network)
    bare._lay_out(*packaged())
    return bare


@kept
def _hubs() -> Hubs | None:
    """Lay out the best ways between harbours over the packaged network, once a process."""
    bare, baked = _bare(), packaged()[1]
    found = hierarchy(baked.network, baked.gates_key) if baked is not None else None
    if baked is None or found is None:
        return None
    entries, tree = found
    edge, gate = baked.crossings
    closed = np.unique(edge[np.isin(gate, list(tree.closed))])
    return Hubs(
        entries, tree, bare.graph, bare.edge_cost, closed,
        lambda entry: leg_km(entry, bare.stored) + entry.toll,
    )  # fmt: skip
