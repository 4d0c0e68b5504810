"""Channels of an atlas's own, laid over the packaged network: nodes and edges behind its own.

Each end joins the sea as a position does; where a channel meets another, the two share a node.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString

from frontiers_map.sea import storage
from frontiers_map.sea.around import Extended, grown
from frontiers_map.sea.attach import Entry, attach, sight
from frontiers_map.sea.bounds import LEAST_KM
from frontiers_map.sea.channels import bends
from frontiers_map.sea.ice import toll_km
from frontiers_map.sea.metric import unit_vectors
from frontiers_map.sea.route import InlandError, Point
from frontiers_map.sea.water import Coast

__all__ = ["JOIN_KM", "Laid", "OwnChannel", "ends_of", "lay"]

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.signedinteger[Any]]

JOIN_KM = 5.0  # how far from water an end may stand and still be joined to it
STILL_KM = 0.02
_FREE, _BEND = 9, 10
_DIGITS = 4  # those of `storage.GRID`
_TURNS = (0.0, 360.0, -360.0)


@dataclass(frozen=True)
class OwnChannel:
    """A channel that an atlas declares.

    Attributes
    ----------
    line : ndarray of float, shape (n, 2)
        Longitude and latitude, running on across 180°.
    gate : str
        Id of the gate that each way along it passes; empty for one that nothing closes.
    """

    line: Floats
    gate: str


@dataclass(frozen=True)
class Laid:
    """A network with channels laid over it.

    Attributes
    ----------
    more : Extended
    first, last : int
        Their nodes are numbered from the first to before the last.
    edges : mapping of str to ndarray of int
        By gate: all edges of its channels.
    marks : mapping of str to ndarray of int
        By gate: an edge of each stretch of its channels, from one junction to the next.
    anchors : mapping of str to list of ndarray of float, shape (k, 3)
        By gate: where one comes into each of its channels, on the unit sphere.
    passed : mapping of str to ndarray of int
        By gate: nodes of which each way along one of its channels passes some.
    unjoined : tuple of str
        Channels that nothing leads to.
    """

    more: Extended
    first: int
    last: int
    edges: Mapping[str, Ints]
    marks: Mapping[str, Ints]
    anchors: Mapping[str, Sequence[Floats]]
    passed: Mapping[str, Ints]
    unjoined: tuple[str, ...]

    def least_km(self, start: Point, end: Point, closed: frozenset[str]) -> float:
        """What a way between two positions along any open channel costs at least."""
        ends = unit_vectors(*np.array([start, end]).T)
        least = np.inf
        for gate, channels in self.anchors.items():
            if gate in closed:
                continue
            for anchors in channels:
                first, last = (LEAST_KM * _angle(anchors @ each) for each in ends)
                along = LEAST_KM * _angle(anchors @ anchors.T)
                np.fill_diagonal(along, np.inf)
                least = min(least, float((first[:, None] + along + last).min(initial=np.inf)))
        return least

    def passed_by(self, closed: frozenset[str]) -> Ints:
        """Nodes of which each way along an open channel passes some."""
        some = [nodes for gate, nodes in self.passed.items() if gate not in closed]
        return np.unique(np.concatenate([np.zeros(0, np.int64), *some]))

    def along(self, nodes: Sequence[int]) -> bool:
        """Tell if a way over nodes goes along a channel."""
        here = np.array([self.first <= node < self.last for node in nodes], bool)
        return bool((here[1:] & here[:-1]).any())


def lay(stored: storage.Stored, nodes: storage.Nodes, channels: Mapping[str, OwnChannel]) -> Laid:
    """Lay channels over a network.

    Parameters
    ----------
    stored : Stored
    nodes : Nodes
        Of the same network.
    channels : mapping of str to OwnChannel
        By id.
    """
    lines, met = _with_junctions([one.line for one in channels.values()], stored)
    whole = [bends(line)[0] for line in lines]
    folded = [np.round(np.column_stack([_fold(a[:, 0]), a[:, 1]]), _DIGITS) for a in whole]
    place, number = np.unique(np.concatenate(folded), axis=0, return_inverse=True)
    first = len(stored.lon)
    cuts = np.cumsum([len(line) for line in folded])[:-1]
    chains = [_without_repeats(part) for part in np.split(number.ravel() + first, cuts)]
    plan = _Plan(stored, place, first, np.full(len(place), _BEND))
    for chain in chains:
        plan.add(chain[:-1], chain[1:], np.zeros(len(chain) - 1), declared=True)
    numbers = {tuple(at): first + k for k, at in enumerate(place.tolist())}
    joined: list[set[int]] = [set() for _ in chains]
    for own, at, edge in met:
        here = numbers[at]
        plan.add(np.array([stored.one[edge], stored.two[edge]]), np.full(2, here), np.zeros(2),
                 declared=True)  # fmt: skip
        joined[own].add(here)
    for own, chain in enumerate(chains):
        for end in {int(chain[0]), int(chain[-1])}:
            at = _point(place[end - first])
            if isinstance(entry := _end(at, nodes), Entry):
                plan.join(end, entry)
                joined[own].add(end)
    plan.see_each_other(nodes.inland)
    last = first + len(place)
    times = np.bincount(np.concatenate([np.unique(chain) for chain in chains]), minlength=last)
    anchors = [[k for k in chain.tolist() if k in joined[own] or times[k] > 1]
               for own, chain in enumerate(chains)]  # fmt: skip
    more = plan.extended()
    land = Coast.load().on_land(place[:, 0], place[:, 1])
    marks: dict[str, list[Ints]] = {}
    edges: dict[str, list[Ints]] = {}
    found: dict[str, list[Floats]] = {}
    passed: dict[str, list[Ints]] = {}
    size = len(more.stored.lon)
    key = more.stored.one * size + more.stored.two
    for one, chain, stops in zip(channels.values(), chains, anchors, strict=True):
        steps = np.searchsorted(
            key, np.minimum(chain[:-1], chain[1:]) * size + np.maximum(chain[:-1], chain[1:])
        )
        edges.setdefault(one.gate, []).append(steps)
        marks.setdefault(one.gate, []).append(steps[_stretches(chain, stops, land, first)])
        found.setdefault(one.gate, []).append(
            unit_vectors(*place[np.array(stops, np.int64) - first].reshape(-1, 2).T)
        )
        # from one of these to the next: every other one is passed
        passed.setdefault(one.gate, []).append(np.array(stops[1::2], np.int64))
    loose = np.array([*channels])[_unjoined(chains, joined)]
    along, marked, by = ({gate: np.unique(np.concatenate(some)) for gate, some in each.items()}
                         for each in (edges, marks, passed))  # fmt: skip
    return Laid(more, first, last, along, marked, found, by, tuple(loose.tolist()))


def ends_of(line: Floats, nodes: storage.Nodes) -> tuple[Entry | InlandError, Entry | InlandError]:
    """Say how both ends of a channel join the sea, or why not."""
    at = np.round(np.column_stack([_fold(line[[0, -1], 0]), line[[0, -1], 1]]), _DIGITS)
    return _end(_point(at[0]), nodes), _end(_point(at[1]), nodes)


@lru_cache(maxsize=1024)
def _end(point: Point, nodes: storage.Nodes) -> Entry | InlandError:
    try:
        return attach(point, nodes, Coast.load(), JOIN_KM)
    except InlandError as error:
        return error.with_traceback(None)


class _Plan:
    """Nodes and edges to be added."""

    def __init__(self, stored: storage.Stored, place: Floats, first: int, level: Ints) -> None:
        self._stored, self._place, self._first, self._level = stored, place, first, level
        self._edges: list[tuple[Ints, Ints, Floats, NDArray[np.bool_]]] = []
        self._sea: list[int] = []

    def add(self, one: Ints, two: Ints, toll: Floats, *, declared: bool) -> None:
        self._edges.append((np.minimum(one, two), np.maximum(one, two), toll,
                            np.full(len(one), declared)))  # fmt: skip

    def join(self, end: int, entry: Entry) -> None:
        """Join an end as the position it stands at is joined."""
        if entry.channel.any():
            still = np.full(1, storage.TOLL_KM)  # an edge without cost would be none
            self.add(entry.node, np.array([end]), still, declared=True)
            return
        if entry.moved_km > STILL_KM:
            water = self._first + len(self._place)
            self._place = np.vstack([self._place, np.round([entry.water], _DIGITS)])
            self._level = np.append(self._level, _FREE)
            self.add(np.array([end]), np.array([water]), np.zeros(1), declared=True)
        else:
            water = end
            self._level[end - self._first] = _FREE
        entry = entry.whole()
        self.add(entry.node, np.full(len(entry.node), water), entry.toll, declared=False)
        self._sea.append(water)

    def see_each_other(self, inland: NDArray[np.bool_]) -> None:
        """Join the ends that see one another over water."""
        sea = np.unique(np.array(self._sea, np.int64))
        lon, lat = self._place[sea - self._first].reshape(-1, 2).T
        unit = unit_vectors(lon, lat)
        for here in range(1, len(sea)):
            clear, toll = sight(lon[here], lat[here], lon[:here], lat[:here], Coast.load(), inland)
            toll = toll + toll_km(np.broadcast_to(unit[here], (here, 3)), unit[:here])
            self.add(sea[:here][clear], np.full(int(clear.sum()), sea[here]), toll[clear],
                     declared=False)  # fmt: skip

    def extended(self) -> Extended:
        one, two, toll, declared = (np.concatenate(part) for part in zip(*self._edges, strict=True))
        order = np.lexsort((toll, ~declared, two, one))
        fresh = (np.diff(one[order], prepend=-1) != 0) | (np.diff(two[order], prepend=-1) != 0)
        order = order[fresh & (one[order] != two[order])]
        lon, lat = self._place.T
        return grown(self._stored, lon, lat, self._level, one[order], two[order], toll[order],
                     declared[order])  # fmt: skip


def _with_junctions(
    lines: Sequence[Floats], stored: storage.Stored
) -> tuple[list[Floats], list[tuple[int, tuple[float, float], int]]]:
    """Give lines a vertex where they meet one another, or a channel of the network.

    Returns
    -------
    lines : list of ndarray
    met : list of (int, (lon, lat), int)
        Which line meets an edge of the network, where, and which edge.
    """
    given = [LineString(np.round(line, _DIGITS)) for line in lines]
    part = np.flatnonzero(stored.declared)
    ends = np.stack([
        np.column_stack([stored.lon[at], stored.lat[at]])
        for at in (stored.one[part], stored.two[part])
    ], axis=1)  # fmt: skip
    tree = shapely.STRtree(shapely.linestrings(ends))
    found: list[Floats] = []
    met = []
    for own, line in enumerate(given):
        more: list[tuple[float, float]] = []
        for turn in _TURNS:
            there = shapely.transform(line, lambda c, t=turn: c + [t, 0.0])
            for step in tree.query(there, predicate="intersects").tolist():
                for x, y in _points(shapely.intersection(there, tree.geometries[step])):
                    more.append((x - turn, y))
                    met.append((own, (round(float(_fold(np.array([x]))[0]), _DIGITS), y),
                                int(part[step])))  # fmt: skip
            for other in (*given[:own], *given[own + 1 :]):
                more += [(x - turn, y) for x, y in _points(shapely.intersection(there, other))]
        found.append(_with_vertices(line, more))
    return found, met


def _points(geometry: Any) -> list[tuple[float, float]]:
    """Points that two lines share; of a common stretch none."""
    return [(round(at.x, _DIGITS), round(at.y, _DIGITS)) for at in shapely.get_parts(geometry)
            if at.geom_type == "Point"]  # fmt: skip


def _with_vertices(line: LineString, more: Sequence[tuple[float, float]]) -> Floats:
    given = shapely.get_coordinates(line)
    known = {tuple(at) for at in given.tolist()}
    fresh = np.array(sorted({at for at in more if at not in known})).reshape(-1, 2)
    step = np.hypot(*np.diff(given, axis=0).T)
    far = np.append(0, np.cumsum(step))
    at = shapely.line_locate_point(line, shapely.points(fresh))
    order = np.argsort(np.append(far, at), kind="stable")
    found: Floats = np.vstack([given, fresh])[order]
    return found


def _stretches(chain: Ints, stops: Sequence[int], land: NDArray[np.bool_], first: int) -> list[int]:
    """A step of each stretch of a channel from one junction to the next, and of its dead ends.

    Of a dead end it is the one by which it leaves open water: what lies beyond is behind the gate.
    """
    at = [k for k, node in enumerate(chain.tolist()) if node in set(stops)]
    if not at:
        return []
    steps = [(a + b) // 2 for a, b in itertools.pairwise(at)]
    for outward in (range(at[0] - 1, -1, -1), range(at[-1], len(chain) - 1)):
        far = [k if k < at[0] else k + 1 for k in outward]
        dry = (k for k, node in zip(outward, far, strict=True) if land[chain[node] - first])
        steps += [next(dry, outward[0])] if len(outward) else []
    return steps


def _unjoined(chains: Sequence[Ints], joined: Sequence[set[int]]) -> list[int]:
    """Channels that neither join the sea nor meet one that does."""
    nodes = [set(chain.tolist()) for chain in chains]
    known = {k for k, some in enumerate(joined) if some}
    while more := {k for k, own in enumerate(nodes)
                   if k not in known and any(own & nodes[other] for other in known)}:  # fmt: skip
        known |= more
    return [k for k in range(len(chains)) if k not in known]


def _without_repeats(chain: Ints) -> Ints:
    found: Ints = chain[np.append(True, np.diff(chain) != 0)]
    return found


def _angle(cosine: Floats) -> Floats:
    found: Floats = np.arccos(np.clip(cosine, -1, 1))
    return found


def _fold(lon: Floats) -> Floats:
    folded: Floats = (lon + 180) % 360 - 180
    return folded


def _point(at: Floats) -> Point:
    return float(at[0]), float(at[1])
