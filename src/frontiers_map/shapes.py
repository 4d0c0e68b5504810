"""GeoJSON geometry -> shapely geometry, or one line on what is wrong with it.

Longitudes are made to run on across 180°. Nothing is repaired: an outline that crosses itself is
somebody's slip, and only they know what was meant.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

__all__ = ["ShapeError", "read_shape"]

# GEOS's words for an outline that is not one -> ours
_REASONS = {
    "Self-intersection": "a ring that crosses itself",
    "Ring Self-intersection": "a ring that touches itself",
    "Hole lies outside shell": "a hole outside its outline",
    "Nested holes": "a hole within a hole",
    "Nested shells": "an outline within an outline",
    "Interior is disconnected": "holes that cut the area in two",
    "Duplicate Rings": "the same ring twice",
    "Too few points in geometry component": "a ring of fewer than three different positions",
}


class ShapeError(ValueError):
    """A geometry that cannot be taken; the message says what was found and what is allowed."""


def read_shape(geometry: Any, kinds: Iterable[str]) -> BaseGeometry:
    """Read one GeoJSON geometry.

    Parameters
    ----------
    geometry
        The ``geometry`` member of a feature, as parsed.
    kinds
        Types that are allowed, of LineString, Polygon and MultiPolygon.

    Returns
    -------
    LineString, Polygon or MultiPolygon
        Outer rings counter-clockwise; longitudes unwrapped.

    Raises
    ------
    ShapeError
        If it is absent, of another type, or not valid.

    Examples
    --------
    >>> line = {"type": "LineString", "coordinates": [[179, 0], [-179, 0]]}
    >>> read_shape(line, ["LineString"]).wkt
    'LINESTRING (179 0, 181 0)'
    """
    kinds = list(kinds)
    allowed = " or ".join(kinds)
    if not isinstance(geometry, dict):
        raise ShapeError(f"found none; allowed: {allowed}")
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in kinds:
        raise ShapeError(f"found {_short(kind)}; allowed: {allowed}")
    if kind == "LineString":
        path = _path(coordinates)
        if len(np.unique(path, axis=0)) < 2:
            raise ShapeError("found fewer than two different positions; allowed: two or more")
        return LineString(_unwrap(path))
    parts = coordinates if kind == "MultiPolygon" else [coordinates]
    if not isinstance(parts, list) or not parts:
        raise ShapeError("found no coordinates; allowed: rings of positions")
    polygons = [_polygon(part) for part in parts]
    whole = polygons[0] if len(polygons) == 1 else MultiPolygon(polygons)
    if not whole.is_valid:
        raise ShapeError(f"found {_reason(whole)}; allowed: parts that do not overlap")
    return shapely.orient_polygons(whole)


def _path(coordinates: Any) -> NDArray[np.float64]:
    """Positions as an array of shape (n, 2)."""
    if not isinstance(coordinates, list) or not coordinates:
        raise ShapeError("found no coordinates; allowed: a list of positions [lon, lat]")
    for position in coordinates:
        if (
            not isinstance(position, list)
            or len(position) < 2
            or any(isinstance(c, bool) or not isinstance(c, (int, float)) for c in position[:2])
        ):
            raise ShapeError(f"found {_short(position)}; allowed: a position [lon, lat]")
        lon, lat = position[:2]
        if not (-360 <= lon <= 540) or not (-90 <= lat <= 90):
            swapped = abs(lon) <= 90 < abs(lat) <= 180
            raise ShapeError(
                f"found {_short(position[:2])}; allowed: lon in -360..540, lat in -90..90"
                + ("; lon and lat look swapped?" if swapped else "")
            )
    return np.array([position[:2] for position in coordinates], dtype=float)


def _unwrap(path: NDArray[np.float64]) -> NDArray[np.float64]:
    """Make longitudes run on across 180°, unless the file already let them.

    A ring with a longitude beyond ±180 is taken as it stands: an edge of more than 180° in it
    is meant.
    """
    if np.abs(path[:, 0]).max() > 180:
        return path
    steps = np.diff(path[:, 0], prepend=path[0, 0])
    turns = np.cumsum(np.where(steps > 180, -360.0, np.where(steps < -180, 360.0, 0.0)))
    return np.column_stack([path[:, 0] + turns, path[:, 1]])


def _polygon(rings: Any) -> Polygon:
    if not isinstance(rings, list) or not rings:
        raise ShapeError("found no rings; allowed: rings of positions")
    paths = []
    for ring in rings:
        path = _path(ring)
        if len(path) < 4:
            raise ShapeError(f"found a ring of {len(path)} positions; allowed: four or more")
        if not np.array_equal(path[0], path[-1]):
            raise ShapeError(
                "found a ring that is not closed; allowed: last position equal to the first"
            )
        unwrapped = _unwrap(path)
        if abs(unwrapped[0, 0] - unwrapped[-1, 0]) > 1:
            raise ShapeError("found a ring round a pole; allowed: rings that do not contain a pole")
        paths.append(unwrapped)
    for hole in paths[1:]:
        hole[:, 0] += _turn(hole, paths[0])
    polygon = Polygon(paths[0], paths[1:])
    if not polygon.is_valid:
        raise ShapeError(
            f"found {_reason(polygon)}; allowed: rings that do not cross themselves or each other"
        )
    if polygon.area == 0:
        raise ShapeError("found an outline without area; allowed: a ring that encloses something")
    return polygon


def _turn(hole: NDArray[np.float64], outline: NDArray[np.float64]) -> float:
    """Degrees that bring a hole to the copy of the world that its outline was unwrapped to."""
    (west, *_), (east, *_) = outline.min(axis=0), outline.max(axis=0)
    for turn in (0.0, 360.0, -360.0):
        if west <= hole[:, 0].min() + turn and hole[:, 0].max() + turn <= east:
            return turn
    return 0.0


def _reason(shape: BaseGeometry) -> str:
    """Say in our words why a shape is not valid, and where."""
    told = shapely.is_valid_reason(shape)
    found = re.fullmatch(r"(.*?)\[(\S+) (\S+)\]", told)
    if not found:
        return str(told)
    words, lon, lat = found.groups()
    return f"{_REASONS.get(words, words)} at [{float(lon):g}, {float(lat):g}]"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."
