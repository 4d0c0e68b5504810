"""Corners of the coast at several clearances: where a taut route may turn.

The land is widened by 12, 4, 1.2 and 0.4 km, block by block, in a plane scaled by the cosine of
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

CLEARANCE_KM = (12.0, 4.0, 1.2, 0.4)
SIMPLIFY_KM = (3.0, 1.2, 0.3, 0.1)
NEAR_NARROW_KM = (0.0, 20.0, 10.0, 5.0)
NEAR_INTEREST_KM = (np.inf, np.inf, 90.0, 45.0)
TURN = 0.12  # radians: less is no corner
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
    closed = None
    for level, clearance in enumerate(CLEARANCE_KM):
        if not np.isinf(NEAR_INTEREST_KM[level]) and here is None:
            break
        wide = shapely.buffer(flat, clearance, quad_segs=4)
        smooth = shapely.simplify(wide, SIMPLIFY_KM[level])
        zone = None
        if level:
            narrow = shapely.difference(closed, wide)
            if narrow.is_empty:
                break
            zone = shapely.buffer(shapely.simplify(narrow, 0.3), NEAR_NARROW_KM[level], quad_segs=3)
            if not np.isinf(NEAR_INTEREST_KM[level]):
                zone = shapely.intersection(
                    zone, shapely.buffer(here, NEAR_INTEREST_KM[level], quad_segs=6)
                )
            if zone.is_empty:
                break
        part = _corners_of(smooth, zone, level, plane, (west, south))
        if part is not None:
            found.append(part)
        closed = shapely.buffer(wide, -clearance, quad_segs=4)
    return found


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
    parts = shapely.get_parts(smooth)
    parts = shapely.orient_polygons(parts[shapely.get_type_id(parts) == 3])
    rings = shapely.get_rings(parts)
    coords, ring = shapely.get_coordinates(rings, return_index=True)
    if not len(coords):
        return None
    size = np.bincount(ring, minlength=len(rings))
    start = np.cumsum(size) - size
    place = np.arange(len(coords)) - start[ring]
    # the last vertex of a ring is the first again
    previous = start[ring] + np.where(place == 0, size[ring] - 2, place - 1)
    following = start[ring] + np.where(place == size[ring] - 1, 1, place + 1)
    back, ahead = coords[previous] - coords, coords[following] - coords
    cross = -back[:, 0] * ahead[:, 1] + back[:, 1] * ahead[:, 0]
    dot = -(back * ahead).sum(axis=1)
    turn = np.arctan2(cross, dot)  # counter-clockwise rings: positive points to the sea
    lonlat = coords / plane
    keep = (turn > TURN) & (place < size[ring] - 1)
    keep &= (lonlat[:, 0] >= corner[0]) & (lonlat[:, 0] < corner[0] + WIDE)
    keep &= (lonlat[:, 1] >= corner[1]) & (lonlat[:, 1] < corner[1] + BAND)
    if zone is not None and keep.any():
        shapely.prepare(zone)
        keep[keep] = shapely.contains_xy(zone, *coords[keep].T)
    if not keep.any():
        return None
    unit = [v / np.hypot(v[:, 0], v[:, 1])[:, None] for v in (back[keep], ahead[keep])]
    return Corners(
        lonlat[keep, 0],
        lonlat[keep, 1],
        np.full(int(keep.sum()), level, np.int8),
        unit[0],
        unit[1],
    )
