"""From any position to the network: the legs by which a ship joins it.

A position on land, or on water that sees no node close by though there is one, is moved to water up
to 20 km away, or to a channel. From there a leg runs to every node in sight whose corner it
touches; close by, sight is enough.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontiers_map.sea.ice import toll_km
from frontiers_map.sea.metric import (
    EARTH_KM,
    along,
    compass,
    km_between,
    on_great_circles,
    unit_vectors,
)
from frontiers_map.sea.route import NotJoined, OnLand, Point
from frontiers_map.sea.storage import TOLL_KM, Nodes
from frontiers_map.sea.water import REACH_KM, Coast, cell_of

__all__ = ["FAR_KM", "SNAP_KM", "Entry", "attach", "legs_of", "sight", "use_compiled",
           "with_more"]  # fmt: skip

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.signedinteger[Any]]

# how far off a corner of each clearance may be, if the way to it is tangent there. Edges between
# corners reach as far: else a ship leaves a harbour by a corner close by that lies aside
FAR_KM = (20015.0, 20015.0, 2000.0, 2000.0)
RANGE_KM = np.array([*FAR_KM, *[0.0] * 5, 20015.0, 0.0])
TOLERANCE = 0.13
NEAR_KM = 150.0
SNAP_KM = 20.0
CHANNEL_KM = 2.0
BERTH_KM = 0.5
FEW = 8  # legs that are looked along together, the nearest first
LATER_KM = 2.0  # so much further on water that sees nodes close by is looked for
ZONES_KM = (8.4, 5.0, 0.84)
TOLLS = (0.10, 0.30, 0.60)
COARSE_KM = 12.0
BLOCK = 8  # pieces that are looked at together
PIECE_KM = 1.0
# drawn in pieces of 25 km, a leg may stray some 30 m from where it was tested
KEEP_OFF_KM = 0.08
HARBOUR_KM = 2.0
RINGS_KM = (0.1, 0.2, 0.35, 0.5, 0.7, 0.85, 1.0, 1.15, 1.3, 1.45, 1.6, 1.75, 1.85, 1.95, 2.2, 2.5,
            3.0, 3.5, 4.0, 5.0, 6.5, 8.0, 10.0, 12.5, 15.0, 17.5, 19.9,
            23.0, 27.0, 32.0, 40.0, 50.0, 65.0, 80.0, 100.0)  # fmt: skip
BEARINGS = np.arange(0, 360, 10.0)


@dataclass(frozen=True)
class Entry:
    """How a position joins the network.

    Attributes
    ----------
    asked, water : (lon, lat)
        The position, and where on the water it was moved to.
    moved_km : float
    node : ndarray of int
        Nodes that legs lead to.
    found : ndarray of float
        Kilometres that each leg costs beyond its length; NaN while nobody has asked.
    channel : ndarray of bool
        The leg is part of a declared channel and may cross land.
    find : callable, optional
        Finds what some legs cost, by number; infinite for one that comes too close to land. Most
        legs are never asked for: they lead the wrong way.
    """

    asked: Point
    water: Point
    moved_km: float
    node: Ints
    found: Floats
    channel: NDArray[np.bool_]
    find: Callable[[Ints], Floats] | None = None

    def tolls(self, at: Ints) -> Floats:
        """Kilometres that some legs cost beyond their length."""
        new = at[np.isnan(self.found[at])]
        if len(new) and self.find is not None:
            self.found[new] = self.find(new)
        return self.found[at]

    @property
    def toll(self) -> Floats:
        """Kilometres that each leg costs beyond its length; infinite where there is no way."""
        return self.tolls(np.arange(len(self.node)))

    def whole(self) -> Entry:
        """Ask for all legs, and leave out those that are none."""
        clear = np.isfinite(self.toll)
        return replace(self, node=self.node[clear], found=self.found[clear],
                       channel=self.channel[clear], find=None)  # fmt: skip


def attach(point: Point, nodes: Nodes, coast: Coast, snap_km: float = SNAP_KM) -> Entry:
    """Join a position to the network.

    Parameters
    ----------
    point : (lon, lat)
    nodes : Nodes
    coast : Coast
    snap_km : float
        How far a position on land, or on water that sees no node, may be moved.

    Raises
    ------
    OnLand, NotJoined
        If no joined water lies that near.
    """
    lon, lat = float(point[0]), float(point[1])
    near_km = _away_km(lon, lat, nodes.unit)
    channel = np.flatnonzero(nodes.level >= 9)
    berth = int(channel[near_km[channel].argmin()]) if len(channel) else -1
    berth_km = float(near_km[berth]) if berth >= 0 else np.inf
    # the coast is closed at the South Pole, which lies on its edge
    wet = lat > -89.9 and not coast.on_land(np.array([lon]), np.array([lat]))[0]
    own: _Start | None = None
    if wet and berth_km >= BERTH_KM:
        own = _Start.at(lon, lat, nodes, coast, near_km)
        if own.sound:
            return own.entry
    if berth_km <= CHANNEL_KM and (berth_km < BERTH_KM or nodes.level[berth] == 10):
        return _at_berth((lon, lat), berth, berth_km, nodes)
    reach = min(snap_km, own.nearest_km / 2) if own is not None and own.sees else snap_km
    moved = _moved((lon, lat), nodes, coast, near_km, reach)
    if (
        berth_km <= snap_km
        and own is None
        and (moved is None or berth_km <= moved.moved_km + CHANNEL_KM)
    ):
        return _at_berth((lon, lat), berth, berth_km, nodes)
    if moved is not None:
        return moved
    if own is not None and own.sees and not own.absurd:
        return own.entry
    nearest = int(near_km.argmin())
    away = float(nodes.lon[nearest]), float(nodes.lat[nearest])
    kind = NotJoined if wet else OnLand
    raise kind((lon, lat), away, float(near_km[nearest]), snap_km)


def legs_of(point: Point, nodes: Nodes, coast: Coast) -> tuple[Ints, Floats]:
    """Nodes that are seen from a position on water and that a way may turn at, and the tolls."""
    entry = _entry(*point, nodes, coast, _away_km(*point, nodes.unit)).whole()
    return entry.node, entry.toll


def _at_berth(point: Point, berth: int, km: float, nodes: Nodes) -> Entry:
    """Stand at a bend of a channel."""
    water = float(nodes.lon[berth]), float(nodes.lat[berth])
    return Entry(point, water, km, np.array([berth]), np.zeros(1), np.ones(1, bool))


@dataclass(frozen=True)
class _Start:
    """The legs from a position on water, and how near they lead.

    A taut way along a coast turns at a node close by. Where the nearest node that is seen lies much
    further off than the nearest one there is, the way to all of these is not known: a harbour in a
    bay would sail across the ocean to go next door.
    """

    entry: Entry
    nearest_km: float
    there_is_km: float

    @classmethod
    def at(cls, lon: float, lat: float, nodes: Nodes, coast: Coast, km: Floats) -> _Start:
        entry = _entry(lon, lat, nodes, coast, km)
        away = km[entry.node]
        order = np.argsort(away, kind="stable")
        for begin in range(0, len(order), FEW):
            part = order[begin : begin + FEW]
            clear = part[np.isfinite(entry.tolls(part))]
            if len(clear):
                return cls(entry, float(away[clear[0]]), float(km.min()))
        return cls(entry, np.inf, float(km.min()))

    @property
    def sees(self) -> bool:
        return self.nearest_km < np.inf

    @property
    def sound(self) -> bool:
        return self.nearest_km <= _enough(self.there_is_km)

    @property
    def absurd(self) -> bool:
        return self.nearest_km > NEAR_KM > self.there_is_km


def _enough(there_is_km: float) -> float:
    """How far off the nearest node in sight may be."""
    return max(3.0, 2 * there_is_km + 1)


def _moved(
    asked: Point, nodes: Nodes, coast: Coast, near_km: Floats, reach_km: float
) -> Entry | None:
    """Join the nearest water from which nodes close by are seen; None if there is none."""
    lon, lat = asked
    local = np.flatnonzero(near_km < reach_km + NEAR_KM)
    local = local[nodes.level[local] <= 9]
    if not len(local):
        return None
    second: Point | None = None  # sees a node, but none close by
    second_km = np.inf
    for ring in RINGS_KM:
        if ring > reach_km or ring > second_km + LATER_KM:
            break
        x, y = _around(lon, lat, ring)
        wet = ~coast.on_land(x, y)
        x, y = x[wet], y[wet]
        if not len(x):
            continue
        off = coast.distance_km(x, y)
        for best in np.argsort(-off, kind="stable")[:3]:
            if off[best] < 0.08:
                break
            at = (round(float(x[best]), 6), round(float(y[best]), 6))
            km = _away_km(*at, nodes.unit[local])
            few = np.argsort(km, kind="stable")[:16]
            few = few[km[few] < NEAR_KM]
            seen = sight(*at, nodes.lon[local[few]], nodes.lat[local[few]], coast, nodes.inland)[0]
            if not seen.any():
                continue
            if km[few][seen].min() <= _enough(float(km.min())):
                return _joined(asked, at, nodes, coast)
            if second is None:
                second, second_km = at, ring
    return None if second is None else _joined(asked, second, nodes, coast)


def _joined(asked: Point, at: Point, nodes: Nodes, coast: Coast) -> Entry:
    entry = _entry(*at, nodes, coast, _away_km(*at, nodes.unit))
    moved_km = float(km_between(*(np.array([v]) for v in (*asked, *at)))[0])
    return replace(entry, asked=asked, moved_km=moved_km)


def sight(
    lon: float, lat: float, lon2: Floats, lat2: Floats, coast: Coast, inland: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], Floats]:
    """Tell which positions are seen over water, and the toll on the way to each.

    Parameters
    ----------
    lon, lat : float
        From here.
    lon2, lat2 : ndarray of float, shape (n,)
        Both ends may lie close to land.
    inland : ndarray of bool
        Cells that are all land.

    Returns
    -------
    clear : ndarray of bool, shape (n,)
    toll : ndarray of float, shape (n,)
        Kilometres; 0 where not clear.
    """
    total = len(lon2)
    clear, toll = np.ones(total, bool), np.zeros(total)
    if not total:
        return clear, toll
    x1, y1 = np.full(total, lon), np.full(total, lat)
    km = km_between(x1, y1, lon2, lat2)
    if _compiled():
        from frontiers_map.sea import lookout

        found = lookout.look(
            unit_vectors(x1[:1], y1[:1])[0], unit_vectors(lon2, lat2), km, coast.segments,
            coast.start, coast.listed, inland, coast.near_land(inland), BLOCK, COARSE_KM, PIECE_KM,
            HARBOUR_KM, KEEP_OFF_KM, np.array(ZONES_KM), np.array(TOLLS),
        )  # fmt: skip
        return found >= 0, np.maximum(found, 0)
    pieces = np.maximum(1, np.ceil(km / COARSE_KM)).astype(np.int64)
    x, y, own, place = _near_land(x1, y1, lon2, lat2, pieces, coast, inland)
    # cells on the way; no coast within 10 km of a cell means none within 8 of its samples
    column, row = cell_of(x, y)
    cell = row * 1440 + column
    clear[own[inland[cell].any(axis=1)]] = False
    coastal = coast.start[cell + 1] > coast.start[cell]
    # a piece belongs to both its ends
    keep = (coastal[:, :-1] | coastal[:, 1:]) & clear[own][:, None]
    keep &= place[:, :-1] < pieces[own][:, None]
    block, at = np.nonzero(keep)
    if not len(at):
        return clear, np.where(clear, toll, 0)
    own, start = own[block], place[block, at]
    ox, oy, tx, ty = x[block, at], y[block, at], x[block, at + 1], y[block, at + 1]
    tx = tx + 360 * np.round((ox - tx) / 360)
    fine = np.maximum(1, np.ceil(km[own] / pieces[own] / PIECE_KM)).astype(np.int64)
    part = np.repeat(np.arange(len(at)), fine)
    place = np.arange(len(part)) - np.repeat(np.cumsum(fine) - fine, fine)
    t0, t1 = (place / fine[part])[:, None], ((place + 1) / fine[part])[:, None]
    a, d = np.column_stack([ox, oy])[part], np.column_stack([tx - ox, ty - oy])[part]
    p, q = a + d * t0, a + d * t1
    p[:, 0], turn = _fold(p[:, 0])
    q[:, 0] -= turn
    row_of = own[part]
    step = (km[own] / pieces[own] / fine)[part]
    begin = start[part] * (km[own] / pieces[own])[part] + place * step
    outside = (begin > HARBOUR_KM) & (km[row_of] - begin - step > HARBOUR_KM)
    off = np.full(len(part), REACH_KM)

    def look(at: Ints) -> None:
        hit, off[at] = coast.probe(p[at, 0], p[at, 1], q[at, 0], q[at, 1])
        clear[row_of[at[hit | (off[at] < KEEP_OFF_KM) & outside[at]]]] = False

    # one of three tells if the other two, a piece away, can be within reach of any toll
    number = np.arange(len(part))
    lead = number - place + np.minimum(place - place % 3 + 1, fine[part] - 1)
    look(np.flatnonzero(lead == number))
    look(np.flatnonzero((lead != number) & (off[lead] < ZONES_KM[0] + 1.1) & clear[row_of]))
    for zone, rate in zip(ZONES_KM, TOLLS, strict=True):
        toll += np.bincount(row_of, rate * step * (off < zone), minlength=total)
    return clear, np.where(clear, toll, 0)


def _near_land(
    lon1: Floats,
    lat1: Floats,
    lon2: Floats,
    lat2: Floats,
    pieces: Ints,
    coast: Coast,
    inland: NDArray[np.bool_],
) -> tuple[Floats, Floats, Ints, Ints]:
    """Positions along great circles cut into pieces, left out far from land.

    Returns
    -------
    lon, lat : ndarray of float, shape (n, BLOCK + 1)
        Ends of as many pieces that follow one another.
    owner : ndarray of int, shape (n,)
        The great circle of each row.
    place : ndarray of int, shape (n, BLOCK + 1)
        Number of the piece that begins at each position; that after the last, and more, at the end.
    """
    blocks = -(-pieces // BLOCK)
    owner = np.repeat(np.arange(len(pieces)), blocks)
    begin = BLOCK * (np.arange(len(owner)) - np.repeat(np.cumsum(blocks) - blocks, blocks))
    middle = np.minimum(begin + BLOCK // 2, pieces[owner])
    # which cell of a degree is asked: half the digits will do
    a, b, c, d, share = (
        v.astype(np.float32) for v in (lon1, lat1, lon2, lat2, middle / pieces[owner])
    )
    x, y = on_great_circles(a, b, c, d, owner, share)
    near = coast.near_land(inland)[cell_of(x, y, 1.0)[::-1]]
    owner, begin = owner[near], begin[near]
    place = begin[:, None] + np.arange(BLOCK + 1)
    share = np.minimum(place, pieces[owner][:, None]) / pieces[owner][:, None]
    of_point = np.repeat(owner, BLOCK + 1)
    x, y = on_great_circles(lon1, lat1, lon2, lat2, of_point, share.ravel())
    return x.reshape(place.shape), y.reshape(place.shape), owner, place


def _entry(lon: float, lat: float, nodes: Nodes, coast: Coast, km: Floats) -> Entry:
    """Join a position on water to the nodes in sight that a taut route may turn at."""
    here = unit_vectors(np.array([lon]), np.array([lat]))[0]
    reach = RANGE_KM[nodes.level]
    at = np.flatnonzero((km <= reach) & (km > 0.001))
    sb, sa = (along(side[at], here) for side in nodes.sides)
    off = np.minimum(np.abs(sb), np.abs(sa))
    tangent = (sb * sa >= 0) | (off <= TOLERANCE * np.sin(km[at] / EARTH_KM))
    at = at[tangent | (km[at] < NEAR_KM) | (nodes.level[at] == 9)]
    at = at[_seen(lon, lat, at, nodes, coast)]
    nothing = np.full(len(at), np.nan), np.zeros(len(at), bool)
    return Entry((lon, lat), (lon, lat), 0.0, at, *nothing,
                 lambda some: _tolls(lon, lat, at[some], nodes, coast))  # fmt: skip


def with_more(entry: Entry, nodes: Nodes, coast: Coast, first: int) -> Entry:
    """Join an entry to free nodes that a network has from a number on, as if made with them."""
    free = first + np.flatnonzero(nodes.level[first:] == 9)
    if entry.channel.any() or not len(free):
        return entry
    free = free[_away_km(*entry.water, nodes.unit[free]) > 0.001]
    count = len(entry.node)

    def find(some: Ints) -> Floats:
        found = np.full(len(some), np.inf)
        old = some < count
        found[old] = entry.tolls(some[old])
        more = np.flatnonzero(~old)
        found[more] = _tolls(*entry.water, free[some[more] - count], nodes, coast)
        more = more[np.isfinite(found[more])]
        seen = _seen(*entry.water, free[some[more] - count], nodes, coast) if len(more) else more
        found[more[~np.asarray(seen, bool)]] = np.inf
        return found

    return replace(
        entry,
        node=np.append(entry.node, free),
        found=np.append(entry.found, np.full(len(free), np.nan)),
        channel=np.append(entry.channel, np.zeros(len(free), bool)),
        find=find,
    )


def _seen(lon: float, lat: float, at: Ints, nodes: Nodes, coast: Coast) -> NDArray[np.bool_]:
    """Tell to which of some nodes the great circle crosses no coast."""
    here = unit_vectors(np.array([lon]), np.array([lat]))[0]
    east, north = (v[0] for v in compass(np.array([lon]), np.array([lat])))
    return coast.seen(here, east, north, nodes.unit[at], nodes.inland)


def _tolls(lon: float, lat: float, at: Ints, nodes: Nodes, coast: Coast) -> Floats:
    """Tolls on the way to nodes; infinite where it comes too close to land."""
    here = unit_vectors(np.array([lon]), np.array([lat]))[0]
    clear, toll = sight(lon, lat, nodes.lon[at], nodes.lat[at], coast, nodes.inland)
    toll += toll_km(np.broadcast_to(here, (len(at), 3)), nodes.unit[at])
    # as coarse as it is kept: a leg costs the same whether made now or read from a file
    return np.where(clear, np.rint(toll / TOLL_KM) * TOLL_KM, np.inf)


def use_compiled() -> None:
    """Load the compiled loop if numba is there: worth it for many positions only."""
    if importlib.util.find_spec("numba") is not None:
        importlib.import_module("numba")


def _compiled() -> bool:
    """Tell if numba is loaded, which takes longer than to join a few positions without it."""
    return "numba" in sys.modules


def _away_km(lon: float, lat: float, unit: Floats) -> Floats:
    """How far positions on the unit sphere lie from one, on the globe."""
    here = unit_vectors(np.array([lon]), np.array([lat]))[0]
    half = (1 - along(unit, here)) / 2
    # close by, the product has too few digits
    near = np.flatnonzero(half < 1e-8)
    half[near] = ((unit[near] - here) ** 2).sum(axis=1) / 4
    found: Floats = EARTH_KM * 2 * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return found


def _around(lon: float, lat: float, km: float) -> tuple[Floats, Floats]:
    angle = np.radians(BEARINGS)
    y = lat + km / 111.195 * np.cos(angle)
    x = lon + km / 111.195 * np.sin(angle) / max(np.cos(np.radians(lat)), 0.01)
    return _fold(x)[0], np.clip(y, -90, 90)


def _fold(lon: Floats) -> tuple[Floats, Floats]:
    folded = (lon + 180) % 360 - 180
    return folded, lon - folded
