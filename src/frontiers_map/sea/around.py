"""Round an area to avoid: its own corners become nodes at which a way may turn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from frontiers_map.geo import geodesy
from frontiers_map.sea import storage
from frontiers_map.sea.attach import legs_of, sight
from frontiers_map.sea.ice import toll_km
from frontiers_map.sea.metric import unit_vectors
from frontiers_map.sea.water import Coast

__all__ = ["Extended", "grown", "with_corners"]

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.signedinteger[Any]]

OFF_KM = 2.0  # how far off the area they stand
STEP_KM = 150.0  # along a parallel: an arc of this length strays less than that from it
MOST = 60  # corners of one area; a finer outline is smoothed
KM = 111.195


@dataclass(frozen=True)
class Extended:
    """A network with more nodes, numbered after the others.

    Attributes
    ----------
    stored : Stored
    number : ndarray of int
        What the edges there were are numbered now.
    fresh : ndarray of int
        Edges that are new.
    """

    stored: storage.Stored
    number: Ints
    fresh: Ints


def with_corners(stored: storage.Stored, nodes: storage.Nodes, area: BaseGeometry) -> Extended:
    """Add the corners of an area, what they see, and the outline from one to the next.

    Parameters
    ----------
    stored : Stored
    nodes : Nodes
        Of the same network.
    area : Polygon or MultiPolygon
        In longitude and latitude; may run on across 180°.
    """
    coast = Coast.load()
    lon, lat, corner, after = _outline(area, coast)
    first = len(stored.lon)
    lon = np.rint(((lon + 180) % 360 - 180) / storage.GRID) * storage.GRID
    lat = np.rint(lat / storage.GRID) * storage.GRID
    unit = unit_vectors(lon, lat)
    one: list[Ints] = []
    two: list[Ints] = []
    toll: list[Floats] = []

    def add(here: int, there: Ints, more: Floats) -> None:
        one.append(there.astype(np.int64))
        two.append(np.full(len(there), first + here))
        toll.append(more)

    for here in range(len(lon)):
        if corner[here]:
            add(here, *legs_of((float(lon[here]), float(lat[here])), nodes, coast))
        others = np.flatnonzero(corner[:here]) if corner[here] else np.zeros(0, np.int64)
        others = np.union1d(others, np.flatnonzero(after[:here] == here))
        if after[here] >= 0 and after[here] < here:
            others = np.union1d(others, after[here])
        clear, tolls = sight(lon[here], lat[here], lon[others], lat[others], coast, nodes.inland)
        tolls = tolls + toll_km(np.broadcast_to(unit[here], (len(others), 3)), unit[others])
        add(here, first + others[clear], tolls[clear])
    nothing = np.zeros(0, np.int64)
    ends = np.concatenate([nothing, *one]), np.concatenate([nothing, *two])
    km = np.concatenate([np.zeros(0), *toll])
    level, undeclared = np.full(len(lon), 9), np.zeros(len(km), bool)
    return grown(stored, lon, lat, level, *ends, km, undeclared)


def grown(
    stored: storage.Stored,
    lon: Floats,
    lat: Floats,
    level: Ints,
    one: Ints,
    two: Ints,
    toll: Floats,
    declared: NDArray[np.bool_],
) -> Extended:
    """Add nodes, numbered after the others, and edges.

    Parameters
    ----------
    stored : Stored
    lon, lat, level : ndarray, shape (nodes,)
        Of the new nodes, as in `Stored`.
    one, two : ndarray of int, shape (edges,)
        Ends of the new edges, one < two, no pair twice.
    toll : ndarray of float
        Kilometres that each costs beyond its length.
    declared : ndarray of bool
    """
    all_one, all_two = np.concatenate([stored.one, one]), np.concatenate([stored.two, two])
    # two runs in order: merged, not sorted
    fresh = np.lexsort((two, one))
    whole = np.append(np.arange(len(stored.one)), len(stored.one) + fresh)
    key = all_one * (len(stored.lon) + len(lon)) + all_two
    order = whole[np.argsort(key[whole], kind="stable")]
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    added = np.rint(toll / storage.TOLL_KM).astype(np.int64)
    nothing = np.zeros((len(lon), 2))
    bigger = replace(
        stored,
        lon=np.concatenate([stored.lon, lon]),
        lat=np.concatenate([stored.lat, lat]),
        level=np.concatenate([stored.level, level.astype(stored.level.dtype)]),
        before=np.concatenate([stored.before, nothing]),
        after=np.concatenate([stored.after, nothing]),
        one=all_one[order],
        two=all_two[order],
        toll=np.concatenate([stored.toll, added])[order],
        declared=np.concatenate([stored.declared, declared])[order],
    )
    size = len(stored.one)
    return Extended(bigger, place[:size], place[size:])


def _outline(
    area: BaseGeometry, coast: Coast
) -> tuple[Floats, Floats, NDArray[np.bool_], NDArray[np.int64]]:
    """Vertices a little off an area, on water: place, corner or not, and the number of the next."""
    lon: list[Floats] = []
    corner: list[NDArray[np.bool_]] = []
    after: list[NDArray[np.int64]] = []
    total = 0
    for part in shapely.get_parts(area):
        if part.geom_type != "Polygon" or part.is_empty:
            continue
        middle = (part.bounds[1] + part.bounds[3]) / 2
        scale = np.array([max(np.cos(np.radians(middle)), 0.05), 1.0]) * KM
        flat = shapely.transform(shapely.Polygon(part.exterior), lambda c, s=scale: c * s)
        smooth = 0.5
        while True:
            around = shapely.buffer(
                shapely.simplify(flat, smooth), OFF_KM + smooth, join_style="mitre"
            )
            ring = shapely.get_coordinates(shapely.Polygon(around.exterior).exterior) / scale
            if len(ring) <= MOST + 1:
                break
            smooth *= 2
        whole = shapely.get_coordinates(
            geodesy.densify_parallel(shapely.linestrings(ring), STEP_KM)
        )[:-1]
        given = {tuple(at) for at in ring.tolist()}
        lon.append(whole)
        corner.append(np.array([tuple(at) in given for at in whole.tolist()]))
        after.append(total + np.roll(np.arange(len(whole)), -1))
        total += len(whole)
    if not lon:
        nothing = np.zeros(0)
        return nothing, nothing, np.zeros(0, bool), np.zeros(0, np.int64)
    place = np.concatenate(lon)
    x = (place[:, 0] + 180) % 360 - 180
    y = place[:, 1]
    wet = (np.abs(y) < 89) & ~coast.on_land(x, y)
    wet &= coast.distance_km(x, y) > 0.3
    number = np.where(wet, np.cumsum(wet) - 1, -1)
    following = number[np.concatenate(after)][wet]
    return x[wet], y[wet], np.concatenate(corner)[wet], following
