"""Areas against areas, lines and points: sea area, overlap, share of a route, what lies in what.

Pure functions over arrays of geometries in EPSG:4326. Longitudes may run on past ±180 on either
side; whatever is compared is tried at -360, 0 and +360, so that it does not matter which copy
of the world a geometry was written in.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from frontiers_map.geo import geodesy

__all__ = ["copies", "lies_in", "overlap", "sea_areas", "shares"]

Geometries = NDArray[np.object_]
TURNS = (-360.0, 0.0, 360.0)


def copies(geometries: ArrayLike) -> Geometries:
    """Repeat geometries at -360, 0 and +360 degrees.

    Parameters
    ----------
    geometries : array_like of geometry, shape (n,)

    Returns
    -------
    ndarray of geometry, shape (3, n)
    """
    given = np.asarray(geometries, dtype=object)
    return np.array([_shift(given, turn) for turn in TURNS], dtype=object).reshape(3, len(given))


def sea_areas(areas: Sequence[BaseGeometry], land: BaseGeometry) -> NDArray[np.float64]:
    """Area of the sea in each polygon: its own less that of the land in it, on the ellipsoid.

    Edges are straight in longitude and latitude, as an outline drawn along parallels means them.

    Parameters
    ----------
    areas : sequence of (Multi)Polygon
    land : (Multi)Polygon
        In -180..180.

    Returns
    -------
    ndarray of float
        Square kilometres.
    """
    pieces = np.concatenate([_shift(shapely.get_parts(land), turn) for turn in TURNS])
    tree = shapely.STRtree(pieces)
    outlines = np.array(areas, dtype=object)
    which, near = tree.query(outlines, predicate="intersects")
    dry = shapely.intersection(pieces[near], outlines[which])
    total = geodesy.area_m2(geodesy.densify_parallel(outlines, 100.0))
    cut = geodesy.area_m2(geodesy.densify_parallel(dry, 100.0))
    found: NDArray[np.float64] = total - np.bincount(which, cut, minlength=len(areas))
    return found / 1e6


def overlap(one: BaseGeometry, other: BaseGeometry) -> BaseGeometry:
    """Where two areas meet, in the longitudes of `one`; an empty polygon if nowhere."""
    parts = [shapely.intersection(one, _shift(np.array([other]), turn)[0]) for turn in TURNS]
    return _polygonal(shapely.union_all(parts))


def shares(lines: Sequence[BaseGeometry], areas: Sequence[BaseGeometry]) -> NDArray[np.float64]:
    """How much of each line's length lies in each area.

    Returns
    -------
    ndarray of float, shape (lines, areas)
        0 to 1, by length on the ellipsoid.
    """
    found = np.zeros((len(lines), len(areas)))
    if not len(lines) or not len(areas):
        return found
    given = np.array(lines, dtype=object)
    lengths = np.asarray(geodesy.length_m(given), dtype=float)
    shapely.prepare(np.array(areas, dtype=object))
    for turn in TURNS:
        shifted = _shift(given, turn)
        for number, area in enumerate(areas):
            meet = shapely.intersects(area, shifted)
            if meet.any():
                parts = shapely.intersection(shifted[meet], area)
                found[meet, number] += np.asarray(geodesy.length_m(parts), dtype=float)
    return found / np.where(lengths > 0, lengths, 1.0)[:, None]


def lies_in(points: Sequence[BaseGeometry], areas: Sequence[BaseGeometry]) -> NDArray[np.bool_]:
    """Which points lie in which areas.

    Returns
    -------
    ndarray of bool, shape (points, areas)
    """
    found = np.zeros((len(points), len(areas)), dtype=bool)
    for turn in TURNS:
        shifted = _shift(np.array(points, dtype=object), turn)
        for number, area in enumerate(areas):
            found[:, number] |= shapely.intersects(area, shifted)
    return found


def _shift(geometries: Geometries, degrees: float) -> Geometries:
    if degrees == 0:
        return geometries
    shifted: Geometries = np.empty(len(geometries), dtype=object)
    for number, geometry in enumerate(geometries):
        shifted[number] = shapely.transform(geometry, lambda c: c + (degrees, 0.0))
    return shifted


def _polygonal(geometry: BaseGeometry) -> BaseGeometry:
    """Drop the points and lines where areas only touch."""
    parts = shapely.get_parts(shapely.get_parts(geometry))
    return shapely.union_all([part for part in parts if part.geom_type == "Polygon"])
