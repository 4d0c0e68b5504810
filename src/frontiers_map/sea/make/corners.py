"""Corners of the coast at several clearances: where a taut route may turn.

The land is widened by 12, 5.3, 1.5 and 0.4 km, block by block, in a plane scaled by the cosine of
the latitude; the corners of the widened land that point to the sea become nodes. Finer clearances
count only in *narrow water*: what the next coarser clearance closes.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

__all__ = ["CLEARANCE_KM", "Corners", "corners", "widened"]

Floats = NDArray[np.floating[Any]]

CLEARANCE_KM = (12.0, 5.3, 1.5, 0.4)
SIMPLIFY_KM = (3.0, 1.2, 0.3, 0.1)
NEAR_NARROW_KM = (0.0, 20.0, 10.0, 5.0)
# the two finest clearances: near harbours, gates and channels, and the finer of them only there
NEAR_INTEREST_KM = (np.inf, np.inf, 90.0, 45.0)
EVERYWHERE = (-58.0, 72.0)  # between these latitudes the other one of them is wanted everywhere
TURN = 0.12  # radians: less is no corner
SHARP = 0.95  # more is made two corners
BLUNT = 0.3  # of the clearance: how far these stand to each side
BAND = 3.0  # degrees of latitude a block is high
WIDE = 30.0  # degrees of longitude a block is wide
MARGIN_KM = 80.0
KM = 111.195  # a degree of latitude


@dataclass(frozen=True)
class Corners:
    """Nodes and the directions in which the coast leaves each.

    Attributes
    ----------
    lon, lat : ndarray of float, shape (n,)
    level : ndarray of int8, shape (n,)
        0 for the widest clearance.
    before, after : ndarray of float, shape (n, 2)
        Unit vectors east, north to the neighbouring corners.
    """

    lon: Floats
    lat: Floats
    level: NDArray[np.int8]
    before: Floats
    after: Floats

    def __len__(self) -> int:
        """Count the nodes."""
        return len(self.lon)

    def take(self, keep: NDArray[Any]) -> Corners:
        """Keep some nodes."""
        return Corners(
            self.lon[keep], self.lat[keep], self.level[keep], self.before[keep], self.after[keep]
        )

    @staticmethod
    def join(parts: list[Corners]) -> Corners:
        """Put several sets one after the other."""
        return Corners(
            np.concatenate([p.lon for p in parts]),
            np.concatenate([p.lat for p in parts]),
            np.concatenate([p.level for p in parts]),
            np.concatenate([p.before for p in parts]),
            np.concatenate([p.after for p in parts]),
        )


def widened(land: BaseGeometry, clearance_km: float, level: int) -> BaseGeometry:
    """Widen land that stands in a plane of kilometres, and smooth what is finer than needed."""
    return shapely.simplify(shapely.buffer(land, clearance_km, quad_segs=4), SIMPLIFY_KM[level])


def corners(polygons: NDArray[np.object_], interest: Floats, *, workers: int = 2) -> Corners:
    """Find the corners of the coast at all clearances.

    Parameters
    ----------
    polygons : ndarray of Polygon
        Land in -180..180.
    interest : ndarray of float, shape (n, 2)
        Where harbours and gates are: the two finest clearances are wanted only near them.
    workers : int
        Blocks made at the same time; does not change the result.

    Returns
    -------
    Corners
    """
    west = shapely.transform(polygons, lambda c: c - [360, 0])
    east = shapely.transform(polygons, lambda c: c + [360, 0])
    land = np.concatenate([west, polygons, east])
    tree = shapely.STRtree(land)
    blocks = [
        (float(lon), float(lat))
        for lat in np.arange(-78, 84, BAND)
        for lon in np.arange(-180, 180, WIDE)
    ]

    def work(block: tuple[float, float]) -> list[Corners]:
        return _block(land, tree, interest, *block)

    with ThreadPoolExecutor(workers) as pool:
        found = [part for parts in pool.map(work, blocks) for part in parts]
    return Corners.join(found)


def _block(
    land: NDArray[np.object_], tree: shapely.STRtree, interest: Floats, west: float, south: float
) -> list[Corners]:
    scale = np.cos(np.radians(south + BAND / 2))
    margin = MARGIN_KM / KM
    box = shapely.box(
        west - margin / scale, south - margin, west + WIDE + margin / scale, south + BAND + margin
    )
    near = land[tree.query(box, predicate="intersects")]
    if not len(near):
        return []
    shapely.prepare(near)
    cut = shapely.intersection(near, box)
    plane = np.array([scale * KM, KM])
    flat = shapely.union_all(shapely.transform(cut, lambda c: c * plane))
    here = _interest_in(interest, box, plane)
    found = []
    closed = coarser = None
    everywhere = EVERYWHERE[0] <= south and south + BAND <= EVERYWHERE[1]
    for level, clearance in enumerate(CLEARANCE_KM):
        near_km = np.inf if level == 2 and everywhere else NEAR_INTEREST_KM[level]
        if not np.isinf(near_km) and here is None:
            break
        wide = shapely.buffer(flat, clearance, quad_segs=4)
        smooth = shapely.simplify(wide, SIMPLIFY_KM[level])
        zone = None
        if level:
            # closing misses a strait that is short: there, what lies off a corner is closed
            narrow = shapely.union(
                shapely.difference(closed, wide), _pinches(smooth, coarser, level)
            )
            if narrow.is_empty:
                break
            zone = shapely.buffer(shapely.simplify(narrow, 0.3), NEAR_NARROW_KM[level], quad_segs=3)
            if not np.isinf(near_km):
                zone = shapely.intersection(zone, shapely.buffer(here, near_km, quad_segs=6))
            if zone.is_empty:
                break
        part = _corners_of(smooth, zone, level, plane, (west, south))
        if part is not None:
            found.append(part)
        closed, coarser = shapely.buffer(wide, -clearance, quad_segs=4), wide
    return found


def _pinches(smooth: BaseGeometry, coarser: BaseGeometry, level: int) -> BaseGeometry:
    """Points off corners where the coarser clearance does not let a ship pass."""
    coords, back, ahead, turn = _turns(smooth)
    some = turn > TURN
    outward = -(_unit(back[some]) + _unit(ahead[some]))
    size = np.hypot(outward[:, 0], outward[:, 1])
    some[some] = size > 1e-6
    outward = outward[size > 1e-6] / size[size > 1e-6][:, None]
    reach = CLEARANCE_KM[level - 1] - CLEARANCE_KM[level] + 1.6 * SIMPLIFY_KM[level]
    probe = coords[some] + reach * outward
    shapely.prepare(coarser)
    return shapely.multipoints(probe[shapely.contains_xy(coarser, *probe.T)])


def _interest_in(interest: Floats, box: BaseGeometry, plane: Floats) -> BaseGeometry | None:
    copies = np.concatenate([interest - [360, 0], interest, interest + [360, 0]])
    west, south, east, north = box.bounds
    inside = (
        (copies[:, 0] > west - 2)
        & (copies[:, 0] < east + 2)
        & (copies[:, 1] > south - 1)
        & (copies[:, 1] < north + 1)
    )
    if not inside.any():
        return None
    return shapely.multipoints(copies[inside] * plane)


def _corners_of(
    smooth: BaseGeometry,
    zone: BaseGeometry | None,
    level: int,
    plane: Floats,
    corner: tuple[float, float],
) -> Corners | None:
    coords, back, ahead, turn = _turns(smooth)
    if not len(coords):
        return None
    lonlat = coords / plane
    keep = turn > TURN
    keep &= (lonlat[:, 0] >= corner[0]) & (lonlat[:, 0] < corner[0] + WIDE)
    keep &= (lonlat[:, 1] >= corner[1]) & (lonlat[:, 1] < corner[1] + BAND)
    if zone is not None and keep.any():
        shapely.prepare(zone)
        keep[keep] = shapely.contains_xy(zone, *coords[keep].T)
    if not keep.any():
        return None
    place, back, ahead = _blunted(coords[keep], back[keep], ahead[keep], turn[keep], level)
    lonlat = place / plane
    return Corners(
        lonlat[:, 0],
        lonlat[:, 1],
        np.full(len(lonlat), level, np.int8),
        _unit(back),
        _unit(ahead),
    )


def _turns(smooth: BaseGeometry) -> tuple[Floats, Floats, Floats, Floats]:
    """Vertices of the widened land, steps to the one before and after, and the turn at each.

    Rings run counter-clockwise round land: a positive turn points to the sea.
    """
    parts = shapely.get_parts(smooth)
    parts = shapely.orient_polygons(parts[shapely.get_type_id(parts) == 3])
    coords, ring = shapely.get_coordinates(shapely.get_rings(parts), return_index=True)
    size = np.bincount(ring)
    start = np.cumsum(size) - size
    place = np.arange(len(coords)) - start[ring]
    # the last vertex of a ring is the first again
    previous = start[ring] + np.where(place == 0, size[ring] - 2, place - 1)
    following = start[ring] + np.where(place == size[ring] - 1, 1, place + 1)
    once = place < size[ring] - 1
    back, ahead = (coords[previous] - coords)[once], (coords[following] - coords)[once]
    cross = -back[:, 0] * ahead[:, 1] + back[:, 1] * ahead[:, 0]
    turn = np.arctan2(cross, -(back * ahead).sum(axis=1))
    return coords[once], back, ahead, turn


def _blunted(
    place: Floats, back: Floats, ahead: Floats, turn: Floats, level: int
) -> tuple[Floats, Floats, Floats]:
    """Put two corners for each sharp one, side by side, so that no ship need turn hard."""
    sharp = turn > SHARP
    if not sharp.any():
        return place, back, ahead
    along = BLUNT * CLEARANCE_KM[level] * _unit(_unit(ahead[sharp]) - _unit(back[sharp]))
    one, two = place[sharp] - along, place[sharp] + along
    return (
        np.vstack([place[~sharp], one, two]),
        np.vstack([back[~sharp], back[sharp] + along, -along]),
        np.vstack([ahead[~sharp], along, ahead[sharp] - along]),
    )


def _unit(vectors: Floats) -> Floats:
    return vectors / np.maximum(np.hypot(vectors[:, 0], vectors[:, 1]), 1e-12)[:, None]
