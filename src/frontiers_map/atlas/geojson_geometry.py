"""GeoJSON geometry -> shapely geometry, or one line on what is wrong with it.

One rule for all who read polygons. Edges are straight in longitude and latitude, as written
(RFC 7946, 3.1.1); longitudes may run on across 180°, and do in what is given. An edge of more than
180° of longitude could be meant the other way round the world, and is taken only where it can mean
one thing: of exactly 360° it goes once round; of 270° or more it goes the short way, across 180°,
if so the outline runs counter-clockwise, as RFC 7946 asks. Parts that share an edge are one part.
Nothing else is repaired: an outline that crosses itself is somebody's slip, and only they know
what was meant.
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

__all__ = ["ShapeError", "read_shape", "reason"]

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

_TURNS = (0.0, 360.0, -360.0)


class ShapeError(ValueError):
    """A geometry that cannot be taken; the message says what was found and what is allowed."""


def read_shape(geometry: Any, kinds: Iterable[str]) -> BaseGeometry:
    """Read one GeoJSON geometry.

    Parameters
    ----------
    geometry
        The ``geometry`` member of a feature, as parsed.
    kinds
        Types that are allowed, of LineString, Polygon and MultiPolygon. A MultiLineString counts
        as a LineString if its parts are one line.

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
    if kind == "MultiLineString" and "LineString" in kinds:
        return _one_line(coordinates)
    if kind not in kinds:
        raise ShapeError(f"found {_short(kind)}; allowed: {allowed}")
    if kind == "LineString":
        return _line(coordinates)
    parts = coordinates if kind == "MultiPolygon" else [coordinates]
    if not isinstance(parts, list) or not parts:
        raise ShapeError("found no coordinates; allowed: rings of positions")
    return shapely.orient_polygons(_joined([_polygon(part) for part in parts]))


def _line(coordinates: Any) -> LineString:
    path = _path(coordinates)
    if len(np.unique(path, axis=0)) < 2:
        raise ShapeError("found fewer than two different positions; allowed: two or more")
    return LineString(_round_the_world(_short_way(path)))


def _one_line(coordinates: Any) -> BaseGeometry:
    """Lay the parts of a MultiLineString end to end, those that 180° cuts apart among them."""
    if not isinstance(coordinates, list) or not coordinates:
        raise ShapeError("found no coordinates; allowed: lists of positions")
    line, *rest = (_line(part) for part in coordinates)
    while rest:
        found = (
            (merged, part)
            for part in rest
            for turn in _TURNS
            for merged in (shapely.line_merge(shapely.union(line, _shifted(part, turn))),)
            if merged.geom_type == "LineString"
        )
        line, taken = next(found, (None, None))
        if line is None:
            raise ShapeError(
                f"found a MultiLineString of {len(coordinates)} parts that are not one line; "
                "allowed: a LineString"
            )
        rest = [part for part in rest if part is not taken]
    return line


def _joined(parts: list[Polygon]) -> Polygon | MultiPolygon:
    """Lay parts that share an edge side by side, those that 180° cuts apart among them."""
    if len(parts) == 1:
        return parts[0]
    given = np.array(parts, dtype=object)
    tree = shapely.STRtree(given)
    beside: dict[int, list[tuple[int, float]]] = {}
    for turn in _TURNS:
        moved = np.array([_shifted(part, turn) for part in parts], dtype=object)
        one, other = tree.query(moved, predicate="intersects")
        one, other = one[one != other], other[one != other]
        over = np.flatnonzero(shapely.relate_pattern(moved[one], given[other], "T********"))
        if len(over):
            common = shapely.intersection(moved[one[over[0]]], given[other[over[0]]])
            at = shapely.point_on_surface(common)
            raise ShapeError(
                f"found parts that overlap at [{at.x:g}, {at.y:g}]; allowed: parts that do not"
            )
        edge = shapely.relate_pattern(moved[one], given[other], "****1****")
        for i, j in zip(one[edge].tolist(), other[edge].tolist(), strict=True):
            beside.setdefault(j, []).append((i, turn))
    left, whole = dict.fromkeys(range(len(parts)), 0.0), []
    while left:
        waiting, placed = [(next(iter(left)), 0.0)], []
        while waiting:
            number, at = waiting.pop()
            if left.pop(number, None) is not None:
                placed.append(_shifted(parts[number], at))
                waiting += [(i, at + turn) for i, turn in beside.get(number, ())]
        whole.append(shapely.union_all(placed) if len(placed) > 1 else placed[0])
    return whole[0] if len(whole) == 1 else MultiPolygon(whole)


def _shifted(shape: BaseGeometry, turn: float) -> BaseGeometry:
    return shapely.transform(shape, lambda c: c + np.array([turn, 0.0])) if turn else shape


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
                + (f"; lon and lat look swapped: [{lat:g}, {lon:g}]?" if swapped else "")
            )
    return np.array([position[:2] for position in coordinates], dtype=float)


def _short_way(path: NDArray[np.float64]) -> NDArray[np.float64]:
    """Let a line's longitudes run on across 180°: a strait is never half the world wide."""
    steps = np.diff(path[:, 0], prepend=path[0, 0])
    _refuse_ambiguous(path, steps)
    return _turned(path, steps)


def _turned(path: NDArray[np.float64], steps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Take steps of more than 180° the other way; those of 360° as they are."""
    long = (np.abs(steps) > 180) & (np.abs(steps) != 360)
    turns = np.cumsum(np.where(long, -360.0 * np.sign(steps), 0.0))
    return np.column_stack([path[:, 0] + turns, path[:, 1]])


def _refuse_ambiguous(
    path: NDArray[np.float64], steps: NDArray[np.float64], least: int = 270
) -> None:
    """Refuse a path with a step that could be meant either way round the world."""
    size = np.abs(steps)
    found = np.flatnonzero((size > 180) & (size < least) | (size > 360))
    if len(found):
        (lon, lat), (end, at) = path[found[0] - 1], path[found[0]]
        step = end - lon
        raise ShapeError(
            f"found an edge of {abs(step):g}° of longitude in one step, [{lon:g}, {lat:g}] to "
            f"[{end:g}, {at:g}]; allowed: at most 180°; put [{(lon + end) / 2:g}, "
            f"{(lat + at) / 2:g}] between them if that way is meant, or write "
            f"[{end - np.sign(step) * 360:g}, {at:g}] for the second if the other way is"
        )


def _round_the_world(path: NDArray[np.float64]) -> NDArray[np.float64]:
    """Put vertices into steps of 360°, so that nobody after us takes them for none."""
    steps = np.diff(path, axis=0)
    pieces = np.where(np.abs(steps[:, 0]) > 180, 4, 1)
    row = np.repeat(np.arange(len(pieces)), pieces)
    part = (np.arange(len(row)) - np.repeat(np.cumsum(pieces) - pieces, pieces)) / pieces[row]
    return np.vstack([path[row] + steps[row] * part[:, None], path[-1:]])


def _ring(path: NDArray[np.float64], *, hole: bool) -> NDArray[np.float64]:
    """Let a ring's longitudes run on as its edges say."""
    steps = np.diff(path[:, 0], prepend=path[0, 0])
    _refuse_ambiguous(path, steps)
    turned = _turned(path, steps)
    if abs(turned[0, 0] - turned[-1, 0]) > 1:
        raise ShapeError(
            "found a ring round a pole; allowed: rings that do not contain a pole; "
            "lead the ring along 180° to the pole and back along -180°"
        )
    clockwise = Polygon(turned).area > 0 and not shapely.is_ccw(shapely.linearrings(turned))
    if clockwise and not hole and (turned != path).any():
        # clockwise so, and counter-clockwise as written: each way breaks a rule
        _refuse_ambiguous(path, steps, least=360)
    return _round_the_world(turned)


def _polygon(rings: Any) -> Polygon:
    if not isinstance(rings, list) or not rings:
        raise ShapeError("found no rings; allowed: rings of positions")
    paths: list[NDArray[np.float64]] = []
    for ring in rings:
        path = _path(ring)
        if len(path) < 4:
            raise ShapeError(f"found a ring of {len(path)} positions; allowed: four or more")
        if not np.array_equal(path[0], path[-1]):
            raise ShapeError(
                "found a ring that is not closed; allowed: last position equal to the first"
            )
        paths.append(_ring(path, hole=bool(paths)))
    for hole in paths[1:]:
        hole[:, 0] += _turn(hole, paths[0])
    polygon = Polygon(paths[0], paths[1:])
    if not polygon.is_valid:
        raise ShapeError(
            f"found {reason(polygon)}; allowed: rings that do not cross themselves or each other"
        )
    if polygon.area == 0:
        raise ShapeError("found an outline without area; allowed: a ring that encloses something")
    return polygon


def _turn(hole: NDArray[np.float64], outline: NDArray[np.float64]) -> float:
    """Degrees that bring a hole to the copy of the world that its outline was unwrapped to."""
    (west, *_), (east, *_) = outline.min(axis=0), outline.max(axis=0)
    for turn in _TURNS:
        if west <= hole[:, 0].min() + turn and hole[:, 0].max() + turn <= east:
            return turn
    return 0.0


def reason(shape: BaseGeometry) -> str:
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
