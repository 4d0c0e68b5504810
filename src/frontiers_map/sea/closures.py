"""What may be closed: gates of an atlas and areas to avoid, as masks over edges and legs."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from frontiers_map.cache import Cache
from frontiers_map.geo import geodesy
from frontiers_map.sea import storage
from frontiers_map.sea.around import Extended
from frontiers_map.sea.attach import Entry
from frontiers_map.sea.baked import gates_key, pack_crossings, unpack_crossings
from frontiers_map.sea.channels import channel_gates, channels
from frontiers_map.sea.gates import Steps, crossings
from frontiers_map.sea.metric import along, unit_vectors
from frontiers_map.sea.packaged import Baked
from frontiers_map.sea.route import Point

__all__ = ["Closures"]

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.signedinteger[Any]]
_Key = tuple[Point, int]

SMALL = 1000  # from here on: the numbers of short cuts for small ships, as the package knows them


class Closures:
    """Which edges and legs cross which gates, and which touch an area to avoid.

    Parameters
    ----------
    stored : Stored
    nodes : Nodes
    gates : mapping of str to LineString
        By id, in order; from here on they are known by their numbers.
    cache : Cache
        Where crossings are kept between runs.
    baked : Baked, optional
        Crossings that are known beforehand for one set of gates.
    canals : bool
        Channels with limits are gates, too, by their ids and after the others. Without it the
        short cuts that only small ships take are no way.

    Attributes
    ----------
    gate_ids : tuple of str
    number : dict of str to int
        Number of each gate.
    own : mapping of str to LineString
        The gates that were given, without those of channels.
    area : geometry or None
        What to keep out of.
    shoals : mapping of str to geometry
        Areas that are shut when their id is among what is closed, but for channels across them.
    """

    def __init__(
        self,
        stored: storage.Stored,
        nodes: storage.Nodes,
        gates: Mapping[str, BaseGeometry],
        cache: Cache,
        baked: Baked | None,
        canals: bool = False,
    ) -> None:
        across = {name: line for name, line in channel_gates().items() if name not in gates}
        self._stored, self._nodes = stored, nodes
        self.own = gates
        self.gates = {**gates, **across} if canals else dict(gates)
        self.gate_ids = tuple(self.gates)
        self.number = {gate: number for number, gate in enumerate(self.gate_ids)}
        self.area: BaseGeometry | None = None
        self.shoals: Mapping[str, BaseGeometry] = {}
        self._over: dict[str, NDArray[np.bool_]] = {}
        self._lines = Steps.of(self.gates.values())
        self._packaged = False
        edge, gate = self._of_all_edges(cache, baked)
        in_canal, canal = self._of_channels(across)
        if canals:
            edge = np.concatenate([edge, in_canal])
            gate = np.concatenate([gate, canal + len(gates)])
            order = np.argsort(edge, kind="stable")
            edge, gate = edge[order], gate[order]
        self._index(edge, gate)
        self._barred: NDArray[np.bool_] = np.zeros(len(stored.one), bool)
        if not canals:
            small = [k for k, name in enumerate(across) if channels()[name].small]
            self._barred[in_canal[np.isin(canal, small)]] = True
        self._legs: dict[_Key, tuple[Ints, Ints]] = {}
        self._by_leg: dict[_Key, dict[int, tuple[int, ...]]] = {}

    def _index(self, edge: Ints, gate: Ints) -> None:
        """Take in the crossings of all edges, in order of the edges."""
        self._gate = gate
        self._start = np.concatenate(
            [[0], np.cumsum(np.bincount(edge, minlength=len(self._stored.one)))]
        ).astype(np.int64)
        order = np.argsort(gate, kind="stable")
        ends = np.searchsorted(gate[order], np.arange(len(self.gates) + 1))
        self._edges = [np.unique(edge[order[a:b]]) for a, b in itertools.pairwise(ends)]

    def extended(self, more: Extended, nodes: storage.Nodes) -> Closures:
        """Give the same for a network with more nodes."""
        other = Closures.__new__(Closures)
        other.__dict__.update(self.__dict__)
        other._stored, other._nodes = more.stored, nodes
        ends = more.stored.one[more.fresh], more.stored.two[more.fresh]
        edge, gate, _ = crossings(nodes.unit, *ends, self._lines)
        old = np.repeat(np.arange(len(self._stored.one)), np.diff(self._start))
        edge = np.concatenate([more.number[old], more.fresh[edge]])
        gate = np.concatenate([self._gate, gate])
        order = np.argsort(edge, kind="stable")
        other._index(edge[order], gate[order])
        other._barred = np.zeros(len(more.stored.one), bool)
        other._barred[more.number] = self._barred
        other._over = {}
        for name, area in self.shoals.items():
            touched = other._over[name] = np.zeros(len(more.stored.one), bool)
            touched[more.number] = self._over[name]
            touched[more.fresh] = other._touch(area, *ends, nodes.unit)
        return other

    def with_channels(self, edges: Mapping[str, Ints], marks: Mapping[str, Ints]) -> Closures:
        """Give the same with channels of an atlas's own, by the gate that each passes.

        `edges` are all of a gate's channels, `marks` those that count as its crossings. What is no
        gate yet becomes one, after the others; it lies on these edges alone. What has no name is
        none.
        """
        marks = {name: some for name, some in marks.items() if name}
        other = Closures.__new__(Closures)
        other.__dict__.update(self.__dict__)
        new = [name for name in marks if name not in self.gates and len(marks[name])]
        lon, lat = self._stored.lon[self._stored.one], self._stored.lat[self._stored.one]
        at = {name: int(marks[name][0]) for name in new}
        lines = {name: LineString([(lon[k], lat[k])] * 2) for name, k in at.items()}
        other.gates = {**self.gates, **lines}
        other.gate_ids = tuple(other.gates)
        other.number = {gate: number for number, gate in enumerate(other.gate_ids)}
        edge = np.repeat(np.arange(len(self._stored.one)), np.diff(self._start))
        own = np.zeros(len(edge), bool)
        for name in edges.keys() & self.gates.keys():
            own |= np.isin(edge, edges[name]) & (self._gate == self.number[name])
        added = [(k, other.number[name]) for name, some in marks.items() for k in some.tolist()]
        more = np.array(added, np.int64).reshape(-1, 2)
        edge, gate = np.append(edge[~own], more[:, 0]), np.append(self._gate[~own], more[:, 1])
        order = np.argsort(edge, kind="stable")
        other._index(edge[order], gate[order])
        return other

    def with_shoals(self, shoals: Mapping[str, BaseGeometry]) -> Closures:
        """Give the same with areas that may be closed by their ids (in longitude and latitude)."""
        other = Closures.__new__(Closures)
        other.__dict__.update(self.__dict__)
        other.shoals = {name: _laid_out(area) for name, area in shoals.items()}
        free = ~self._stored.declared
        ends = self._stored.one, self._stored.two
        other._over = {name: other._touch(area, *ends, self._nodes.unit) & free
                       for name, area in other.shoals.items()}  # fmt: skip
        return other

    def avoiding(self, area: BaseGeometry) -> Closures:
        """Give the same, with an area to keep out of (polygons in longitude and latitude)."""
        other = Closures.__new__(Closures)
        other.__dict__.update(self.__dict__)
        whole = area if self.area is None else shapely.union(self.area, area)
        other.area = _laid_out(whole)
        other._barred = self._barred | other._touch(
            other.area, self._stored.one, self._stored.two, self._nodes.unit
        )
        return other

    def packaged_numbers(self, closed: Iterable[str]) -> frozenset[int]:
        """Numbers of gates as the package knows them: none if they lie elsewhere."""
        if not self._packaged:
            return frozenset()
        small = [name for name, one in channels().items() if one.small]
        shut = {name for name in small if name in closed or name not in self.gates}
        found = {SMALL + k for k, name in enumerate(small) if name in shut}
        return frozenset(found | {self.number[g] for g in closed if g in self.own})

    # ------------------------------------------------------------------ edges

    def shut_edges(self, closed: Iterable[str]) -> NDArray[np.bool_]:
        """Tell which edges may not be used."""
        shut = self._barred.copy()
        for gate in closed:
            if gate in self.shoals:
                shut |= self._over[gate]
            else:
                shut[self._edges[self.number[gate]]] = True
        return shut

    def edges_across(self, gate: int) -> Ints:
        """Edges that cross a gate, of a given number."""
        return self._edges[gate]

    def of_edge(self, edge: int) -> list[int]:
        """Numbers of the gates that an edge crosses, in order from its lower node."""
        return [int(gate) for gate in self._gate[self._start[edge] : self._start[edge + 1]]]

    def of_edges(self, edges: Ints) -> list[tuple[int, ...]]:
        """Numbers of the gates that each of many edges crosses, in order from its lower node."""
        found: list[tuple[int, ...]] = [()] * len(edges)
        for k in np.flatnonzero(self._start[edges + 1] > self._start[edges]):
            found[k] = tuple(self.of_edge(int(edges[k])))
        return found

    # ------------------------------------------------------------------ legs

    def learn(self, entries: Sequence[Entry]) -> None:
        """Find the gates across the legs of many entries at once; they are kept."""
        new = {_key(entry): entry for entry in entries if _key(entry) not in self._legs}
        if not new:
            return
        count = np.array([len(entry.node) for entry in new.values()])
        begin = np.cumsum(count) - count
        water = unit_vectors(*np.array([entry.water for entry in new.values()]).T)
        node = np.concatenate([entry.node for entry in new.values()])
        unit = np.vstack([water, self._nodes.unit[node]])
        one = np.repeat(np.arange(len(new)), count)
        leg, gate, _ = crossings(unit, one, len(new) + np.arange(len(node)), self._lines)
        ends = np.searchsorted(leg, np.append(begin, len(node)))
        for k, key in enumerate(new):
            part = slice(ends[k], ends[k + 1])
            self._legs[key] = leg[part] - begin[k], gate[part]

    def of_legs(self, entry: Entry, at: Ints | None = None) -> tuple[Ints, Ints]:
        """Crossings of the legs of an entry, or of some by number: place of the leg, gate.

        By leg, and in order from the water.
        """
        known = self._legs.get(_key(entry))
        if at is None and known is None:
            self.learn([entry])
            return self._legs[_key(entry)]
        if known is None:
            unit = np.vstack([_unit(entry.water), self._nodes.unit[entry.node[at]]])
            ends = np.zeros(len(unit) - 1, np.int64), np.arange(1, len(unit))
            return crossings(unit, *ends, self._lines)[:2]
        if at is None:
            return known
        place = np.full(len(entry.node), -1)
        place[at] = np.arange(len(at))
        some = place[known[0]] >= 0
        return place[known[0][some]], known[1][some]

    def of_leg(self, entry: Entry, number: int) -> tuple[int, ...]:
        """Numbers of the gates that a leg of an entry crosses, in order from the water."""
        kept = self._by_leg.setdefault(_key(entry), {})
        if number not in kept:
            kept[number] = tuple(self.of_legs(entry, np.array([number]))[1].tolist())
        return kept[number]

    def shut_legs(
        self, entry: Entry, closed: Iterable[str], at: Ints | None = None
    ) -> NDArray[np.bool_]:
        """Tell which legs of an entry, or which of some by number, may not be used."""
        node = entry.node if at is None else entry.node[at]
        shut = np.zeros(len(node), bool)
        leg, gate = self.of_legs(entry, at)
        gates = [self.number[name] for name in closed if name in self.number]
        shut[leg[np.isin(gate, gates)]] = True
        ends = np.zeros(len(node), int), np.arange(1, len(node) + 1)
        for area, spared in self._kept_out_of(closed):
            unit = np.vstack([_unit(entry.water), self._nodes.unit[node]])
            channel = entry.channel if at is None else entry.channel[at]
            shut |= self._touch(area, *ends, unit) & ~(spared & channel)
        return shut

    # ------------------------------------------------------------------ straight lines

    def of_line(self, one: Point, two: Point) -> tuple[int, ...]:
        """Numbers of the gates between two positions, in order."""
        unit = np.vstack([_unit(one), _unit(two)])
        _, gate, _ = crossings(unit, np.array([0]), np.array([1]), self._lines)
        return tuple(gate.tolist())

    def bars_line(self, one: Point, two: Point, closed: Iterable[str] = ()) -> bool:
        """Tell if the straight line between two positions touches what to keep out of."""
        unit = np.vstack([_unit(one), _unit(two)])
        ends = np.array([0]), np.array([1])
        return any(self._touch(area, *ends, unit)[0] for area, _ in self._kept_out_of(closed))

    def touches(self, lon: Floats, lat: Floats) -> bool:
        """Tell if a way over some turns touches the area to avoid."""
        if self.area is None:
            return False
        legs = np.arange(len(lon) - 1)
        return bool(self._touch(self.area, legs, legs + 1, unit_vectors(lon, lat)).any())

    def run_over(self, lon: Floats, lat: Floats, channel: Sequence[bool]) -> list[str]:
        """Ids of the shoals that a way over some turns touches, but along channels."""
        legs = np.flatnonzero(~np.array(channel, bool))
        unit = unit_vectors(lon, lat)
        return [name for name, area in self.shoals.items()
                if self._touch(area, legs, legs + 1, unit).any()]  # fmt: skip

    def holds(self, point: Point) -> bool:
        """Tell if a position lies in the area to avoid."""
        return self.area is not None and bool(shapely.contains_xy(self.area, *point))

    def shoal_at(self, point: Point, closed: Iterable[str]) -> str | None:
        """Id of a closed shoal that a position lies on."""
        for name in sorted(set(closed) & self.shoals.keys()):
            if shapely.contains_xy(self.shoals[name], *point):
                return name
        return None

    def _kept_out_of(self, closed: Iterable[str]) -> list[tuple[BaseGeometry, bool]]:
        """Areas to keep out of, and whether channels lead across them all the same."""
        closed_shoals = [(self.shoals[name], True) for name in closed if name in self.shoals]
        return closed_shoals if self.area is None else [(self.area, False), *closed_shoals]

    def middle(self, gate: int) -> Point:
        """A position on a gate."""
        line = shapely.get_parts(self.gates[self.gate_ids[gate]])[0]
        at = shapely.line_interpolate_point(line, 0.5, normalized=True)
        return float(at.x), float(at.y)

    # ------------------------------------------------------------------ how they are found

    def _of_all_edges(self, cache: Cache, baked: Baked | None) -> tuple[Ints, Ints]:
        """Edges and the gates they cross, in order along each edge."""
        if not self.own:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        key = gates_key(self._stored, self.own)
        self._packaged = baked is not None and baked.gates_key == key
        if baked is not None and self._packaged:
            return baked.crossings
        kept = cache.get("sea-" + key)
        if kept is not None:
            return unpack_crossings(kept)
        ends = self._stored.one, self._stored.two
        edge, gate, _ = crossings(self._nodes.unit, *ends, self.own)
        cache.put("sea-" + key, pack_crossings(edge, gate))
        return edge, gate

    def _of_channels(self, across: Mapping[str, BaseGeometry]) -> tuple[Ints, Ints]:
        """Edges that are part of a channel, and the gates of channels that they cross."""
        part = np.flatnonzero(self._stored.declared)
        ends = np.concatenate([self._stored.one[part], self._stored.two[part]])
        node, number = np.unique(ends, return_inverse=True)
        one, two = number[: len(part)], number[len(part) :]
        edge, gate, _ = crossings(self._nodes.unit[node], one, two, across)
        return part[edge], gate

    def _touch(self, area: BaseGeometry, one: Ints, two: Ints, unit: Floats) -> NDArray[np.bool_]:
        """Edges that touch an area."""
        lon = np.degrees(np.arctan2(unit[:, 1], unit[:, 0]))
        lat = np.degrees(np.arctan2(unit[:, 2], np.hypot(unit[:, 0], unit[:, 1])))
        inside = np.asarray(shapely.contains_xy(area, lon, lat))
        barred: NDArray[np.bool_] = inside[one] | inside[two]
        rings = shapely.get_rings(shapely.get_parts(area))
        outline = unit_vectors(*shapely.get_coordinates(rings).T)
        near = np.flatnonzero(~barred & _may_meet(unit[one], unit[two], outline))
        # the cut at 180° is no edge of the area
        edge, _, _ = crossings(
            unit, one[near], two[near], {str(n): _open_ring(ring) for n, ring in enumerate(rings)}
        )
        barred[near[edge]] = True
        return barred


def _laid_out(area: BaseGeometry) -> BaseGeometry:
    """Cut an area at 180°, with vertices enough for great circles to follow its parallels."""
    found: BaseGeometry = geodesy.split(geodesy.densify_parallel(area, 100.0))
    shapely.prepare(found)
    return found


def _may_meet(one: Floats, two: Floats, outline: Floats) -> NDArray[np.bool_]:
    """Edges whose caps meet the cap round an outline; all, if that is no less than half the globe.

    Arcs between points of a cap that is less than a hemisphere stay in it.
    """
    centre = outline.sum(axis=0)
    centre /= max(float(np.linalg.norm(centre)), 1e-12)
    reach = np.arccos(np.clip(along(outline, centre), -1, 1)).max()
    if reach >= np.pi / 2:
        return np.ones(len(one), bool)
    middle = one + two
    half = np.arctan2(np.linalg.norm(one - two, axis=1), np.linalg.norm(middle, axis=1))
    away = np.arccos(np.clip(along(middle, centre) / np.linalg.norm(middle, axis=1), -1, 1))
    return np.asarray(away <= reach + half + 1e-9)


def _key(entry: Entry) -> _Key:
    """Tell entries apart: of a harbour, all legs may be known, or those that matter."""
    return entry.water, len(entry.node)


def _unit(point: Point) -> Floats:
    return unit_vectors(np.array([point[0]]), np.array([point[1]]))


def _open_ring(ring: BaseGeometry) -> BaseGeometry:
    coords = shapely.get_coordinates(ring)
    pairs = [
        (a, b) for a, b in itertools.pairwise(coords) if not (abs(a[0]) == 180 and abs(b[0]) == 180)
    ]
    return shapely.multilinestrings([LineString(pair) for pair in pairs])
