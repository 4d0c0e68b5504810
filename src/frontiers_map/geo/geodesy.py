"""Lengths, areas and lines on the WGS 84 ellipsoid, and what 180° asks for.

Longitude comes before latitude, both in degrees; lengths are metres, areas square metres, after
Karney (2013), doi:10.1007/s00190-012-0578-z. Longitudes may be *unwrapped*: they run on past ±180
so that a line across the Pacific is one line. Only `fold` and `split` bring them back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

__all__ = [
    "area_m2",
    "densify",
    "densify_parallel",
    "fold",
    "geodesic",
    "length_m",
    "path_lengths",
    "split",
    "unwrap",
]

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]

_KM_PER_DEGREE = 111.195


@cache
def _geod() -> Any:
    """Load PROJ's geodesics late: importing pyproj takes a tenth of a second."""
    from pyproj import Geod

    return Geod(ellps="WGS84")


def length_m(geometry: Any) -> Any:
    """Length along geodesics between the vertices; of polygons the perimeter.

    Parameters
    ----------
    geometry : geometry or array_like of geometry
        Longitudes may be unwrapped. Points, empty geometries and None have length 0.

    Returns
    -------
    float or ndarray of float
        Metres, in the shape of the input.

    Examples
    --------
    >>> round(length_m(LineString([(179.5, 0), (180.5, 0)])))
    111319
    """
    if isinstance(geometry, BaseGeometry):
        return float(_lengths(np.array([geometry], dtype=object))[0])
    given = np.asarray(geometry, dtype=object)
    return _lengths(given.ravel()).reshape(given.shape)


def _lengths(geometries: Geometries) -> Floats:
    parts, owner = _paths(geometries)
    coords, which = shapely.get_coordinates(parts, return_index=True)
    lengths = np.zeros(len(geometries))
    if len(coords) < 2:
        return lengths
    same = which[1:] == which[:-1]
    one, two = coords[:-1][same], coords[1:][same]
    _, _, metres = _geod().inv(one[:, 0], one[:, 1], two[:, 0], two[:, 1])
    np.add.at(lengths, owner[which[1:][same]], metres)
    return lengths


def _paths(geometries: Geometries) -> tuple[Geometries, NDArray[np.intp]]:
    """All lines and rings, with the position of the geometry each belongs to."""
    parts, owner = shapely.get_parts(geometries, return_index=True)
    while np.isin(shapely.get_type_id(parts), (4, 5, 6, 7)).any():  # nested collections
        parts, inner = shapely.get_parts(parts, return_index=True)
        owner = owner[inner]
    kind = shapely.get_type_id(parts)
    lines, line_owner = parts[np.isin(kind, (1, 2))], owner[np.isin(kind, (1, 2))]
    rings, ring_owner = shapely.get_rings(parts[kind == 3], return_index=True)
    return (
        np.concatenate([lines, rings]),
        np.concatenate([line_owner, owner[kind == 3][ring_owner]]).astype(np.intp),
    )


def path_lengths(lon: ArrayLike, lat: ArrayLike, starts: ArrayLike) -> Floats:
    """Measure many paths at once along geodesics.

    Parameters
    ----------
    lon, lat : array_like of float, shape (n,)
        Vertices of all the paths, end to end; degrees. `lon` may be unwrapped.
    starts : array_like of int, shape (m,)
        Position in `lon` of each path's first vertex: 0, then rising.

    Returns
    -------
    ndarray of float, shape (m,)
        Length of each path in metres; 0 for a path of one vertex.

    Raises
    ------
    ValueError
        If `lon` and `lat` differ in shape, or `starts` does not rise from 0.

    Examples
    --------
    >>> path_lengths([0, 1, 0, 0], [0, 0, 0, 1], starts=[0, 2]).round()
    array([111319., 110574.])
    """
    x, y = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    begin = np.asarray(starts, dtype=np.intp)
    if x.shape != y.shape or x.ndim != 1:
        raise ValueError(
            f"found shapes {x.shape} and {y.shape}; allowed: two equal one-dimensional"
        )
    if len(begin) == 0:
        return np.zeros(0)
    if begin[0] != 0 or (np.diff(begin) <= 0).any() or begin[-1] >= len(x):
        raise ValueError("starts must begin with 0, rise, and stay below the number of vertices")
    if len(x) == 1:
        return np.zeros(1)
    _, _, metres = _geod().inv(x[:-1], y[:-1], x[1:], y[1:])
    metres = np.append(metres, 0.0)
    metres[begin[1:] - 1] = 0.0  # the step from one path to the next is no part of either
    return np.asarray(np.add.reduceat(metres, begin), dtype=float)


def area_m2(geometry: Any) -> Any:
    """Area on the ellipsoid, edges taken as geodesics; holes are taken out.

    An outline that runs along parallels must go through `densify_parallel` first.

    Parameters
    ----------
    geometry : geometry or array_like of geometry
        Longitudes may be unwrapped; the direction of rings does not matter. Lines and points
        have area 0.

    Returns
    -------
    float or ndarray of float
        Square metres, in the shape of the input.
    """
    if isinstance(geometry, BaseGeometry):
        return float(_areas(np.array([geometry], dtype=object))[0])
    given = np.asarray(geometry, dtype=object)
    return _areas(given.ravel()).reshape(given.shape)


def _areas(geometries: Geometries) -> Floats:
    areas = np.zeros(len(geometries))
    geod = _geod()
    parts, owner = shapely.get_parts(geometries, return_index=True)
    while np.isin(shapely.get_type_id(parts), (4, 5, 6, 7)).any():
        parts, inner = shapely.get_parts(parts, return_index=True)
        owner = owner[inner]
    for part, place in zip(parts, owner, strict=True):
        if part is None or part.geom_type != "Polygon" or part.is_empty:
            continue
        for number, ring in enumerate((part.exterior, *part.interiors)):
            x, y = shapely.get_coordinates(ring)[:-1].T
            ring_area = abs(geod.polygon_area_perimeter(x, y)[0])
            areas[place] += -ring_area if number else ring_area
    return areas


def geodesic(
    start: tuple[float, float], end: tuple[float, float], *, max_km: float = 25.0
) -> LineString:
    """Draw the shortest line between two positions.

    Parameters
    ----------
    start, end : (lon, lat)
    max_km : float
        Longest step between drawn vertices.

    Returns
    -------
    LineString
        From `start`, unwrapped.
    """
    return densify(LineString([start, end]), max_km)


def densify(geometry: Any, max_km: float) -> Any:
    """Add vertices along the geodesics between vertices, so that no step is over `max_km`.

    The result is unwrapped; given vertices are kept as they are, but for whole turns.

    Parameters
    ----------
    geometry : geometry or array of geometry
        Lines or polygons, or collections of them.
    max_km : float

    Returns
    -------
    Same kind as given.
    """

    def along(coords: Floats) -> Floats:
        return _densify_geodesic(coords, max_km)

    return _each_path(geometry, along)


def _densify_geodesic(coords: Floats, max_km: float) -> Floats:
    coords = _unwrapped(coords)
    if len(coords) < 2:
        return coords
    geod = _geod()
    (x1, y1), (x2, y2) = coords[:-1].T, coords[1:].T
    azimuth, _, metres = geod.inv(x1, y1, x2, y2)
    pieces = np.maximum(1, np.ceil(metres / (max_km * 1000) - 1e-9)).astype(int)
    row = np.repeat(np.arange(len(pieces)), pieces)
    step = np.arange(len(row)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    x, y = x1[row].copy(), y1[row].copy()
    new = step > 0
    if new.any():
        at = row[new]
        x[new], y[new], _ = geod.fwd(
            x1[at], y1[at], azimuth[at], metres[at] * step[new] / pieces[at]
        )
        # fwd answers in -180..180: bring each to within half a turn of its segment's start
        x[new] += 360 * np.round((x1[at] - x[new]) / 360)
    path = np.vstack([np.column_stack([x, y]), coords[-1:]])
    return _unwrapped(path)


def densify_parallel(geometry: Any, max_km: float) -> Any:
    """Add vertices on the straight line in longitude and latitude, for outlines along parallels.

    Parameters
    ----------
    geometry : geometry or array of geometry
        Unwrapped; not changed but for the added vertices.
    max_km : float
        Longest step, measured roughly (as on a sphere).

    Returns
    -------
    Same kind as given.
    """

    def along(coords: Floats) -> Floats:
        if len(coords) < 2:
            return coords
        step = np.diff(coords, axis=0)
        widest = np.cos(np.radians(np.minimum(np.abs(coords[:-1, 1]), np.abs(coords[1:, 1]))))
        crosses = coords[:-1, 1] * coords[1:, 1] < 0
        km = _KM_PER_DEGREE * np.hypot(step[:, 0] * np.where(crosses, 1, widest), step[:, 1])
        pieces = np.maximum(1, np.ceil(km / max_km - 1e-9)).astype(int)
        row = np.repeat(np.arange(len(pieces)), pieces)
        part = (np.arange(len(row)) - np.repeat(np.cumsum(pieces) - pieces, pieces)) / pieces[row]
        return np.vstack([coords[row] + step[row] * part[:, None], coords[-1:]])

    return _each_path(geometry, along)


def unwrap(geometry: Any) -> Any:
    """Let longitudes run on past ±180, so that no step jumps more than half a turn.

    Parts of a collection stay within half a turn of the end of the part before: what `split`
    has cut at 180° lies side by side again.
    """
    last: list[float] = []

    def along(coords: Floats) -> Floats:
        path = _unwrapped(coords)
        if last and len(path):
            path = path + np.array([360 * np.round((last[0] - path[0, 0]) / 360), 0])
        if len(path):
            last[:] = [path[-1, 0]]
        return path

    if isinstance(geometry, BaseGeometry):
        return _rebuild(geometry, along)
    found: Any = np.empty(len(geometry), dtype=object)
    for number, one in enumerate(geometry):
        last.clear()
        found[number] = one if one is None else _rebuild(one, along)
    return found


def fold(lon: ArrayLike) -> Floats:
    """Bring longitudes back into -180..180; what lies there already, ±180 too, is kept.

    Examples
    --------
    >>> fold([190.0, -180.0, 180.0, 540.0])
    array([-170., -180.,  180.,  180.])
    """
    given = np.asarray(lon, dtype=float)
    turned = given - 360 * np.ceil((given - 180) / 360)
    return np.where(np.abs(given) <= 180, given, turned)


def split(geometry: Any) -> Any:
    """Cut at 180° as RFC 7946 asks, every part in -180..180.

    Steps are taken as straight in longitude and latitude, as GeoJSON draws them: densify long
    ones first. Lines become MultiLineStrings and polygons MultiPolygons where 180° cuts them;
    outer rings run counter-clockwise.

    Parameters
    ----------
    geometry : geometry or array of geometry
        Unwrapped.

    Returns
    -------
    Same kind as given; what is not cut keeps its type.
    """
    if isinstance(geometry, BaseGeometry):
        return _split_one(geometry)
    found: Any = np.empty(len(geometry), dtype=object)
    for number, one in enumerate(geometry):
        found[number] = one if one is None else _split_one(one)
    return found


def _split_one(geometry: BaseGeometry) -> BaseGeometry:
    match geometry.geom_type:
        case _ if geometry.is_empty:
            return geometry
        case "Point" | "MultiPoint":
            return shapely.transform(geometry, lambda c: np.column_stack([fold(c[:, 0]), c[:, 1]]))
        case "LineString" | "LinearRing":
            lines = [LineString(piece) for piece in _split_path(shapely.get_coordinates(geometry))]
            return lines[0] if len(lines) == 1 else MultiLineString(lines)
        case "MultiLineString":
            lines = [
                LineString(piece)
                for part in geometry.geoms
                for piece in _split_path(shapely.get_coordinates(part))
            ]
            return MultiLineString(lines)
        case "Polygon" | "MultiPolygon":
            parts = _split_polygons(geometry)
            whole = len(parts) == 1 and geometry.geom_type == "Polygon"
            return parts[0] if whole else MultiPolygon(parts)
        case "GeometryCollection":
            return shapely.geometrycollections([_split_one(part) for part in geometry.geoms])
        case kind:
            raise ValueError(f"found {kind}; allowed: points, lines, polygons and collections")


def _split_path(coords: Floats) -> list[Floats]:
    """Cut one path where it crosses an odd multiple of 180°."""
    if np.abs(coords[:, 0]).max() <= 180:
        return [coords]
    pieces: list[Floats] = []
    current = [coords[0]]
    turn = _turn(coords[0, 0], coords[1:, 0])
    for one, two in pairwise(coords):
        while not -180 <= two[0] - 360 * turn <= 180:
            forward = 1 if two[0] > one[0] else -1
            edge = 360 * turn + 180 * forward
            if current[-1][0] != edge:
                share = (edge - one[0]) / (two[0] - one[0])
                current.append(np.array([edge, one[1] + share * (two[1] - one[1])]))
            pieces.append(np.array(current) - [360 * turn, 0])
            turn += forward
            current = [current[-1]]
        current.append(two)
    pieces.append(np.array(current) - [360 * turn, 0])
    return [piece for piece in pieces if len(piece) > 1 and np.ptp(piece, axis=0).any()] or [
        np.column_stack([fold(coords[:, 0]), coords[:, 1]])
    ]


def _turn(start: float, rest: Floats) -> int:
    """Which copy of the world a path starts in; on an edge, the copy it goes on into."""
    if (start - 180) % 360:
        return int(np.floor((start + 180) / 360))
    away = rest[rest != start]
    east = len(away) > 0 and away[0] > start
    return int(np.round((start + 180 if east else start - 180) / 360))


def _split_polygons(geometry: BaseGeometry) -> list[Polygon]:
    west, _, east, _ = geometry.bounds
    if west >= -180 and east <= 180:
        parts = list(shapely.get_parts(geometry))
    else:
        parts = []
        for turn in range(int(np.floor((west + 180) / 360)), int(np.ceil((east - 180) / 360)) + 1):
            cut = shapely.intersection(
                geometry, shapely.box(360 * turn - 180, -90, 360 * turn + 180, 90)
            )
            shifted = shapely.transform(cut, lambda c, by=360 * turn: c - [by, 0])
            for part in shapely.get_parts(shapely.get_parts(shifted)):
                if part.geom_type == "Polygon" and not part.is_empty:
                    parts.append(part)
    return [shapely.orient_polygons(part) for part in parts]


def _unwrapped(coords: Floats) -> Floats:
    if len(coords) < 2:
        return coords
    lon = coords[:, 0]
    turns = np.round(np.diff(lon) / 360)
    if not turns.any():
        # exactly half a turn rounds to even, to nothing: the direction given is kept
        return coords
    return np.column_stack([lon - 360 * np.concatenate([[0], np.cumsum(turns)]), coords[:, 1]])


def _each_path(geometry: Any, along: Callable[[Floats], Floats]) -> Any:
    if isinstance(geometry, BaseGeometry):
        return _rebuild(geometry, along)
    found: Any = np.empty(len(geometry), dtype=object)
    for number, one in enumerate(geometry):
        found[number] = one if one is None else _rebuild(one, along)
    return found


def _rebuild(geometry: BaseGeometry, along: Callable[[Floats], Floats]) -> BaseGeometry:
    """Make the same kind of geometry with `along` applied to every path in it."""
    if geometry.is_empty:
        return geometry
    match geometry.geom_type:
        case "Point":
            return geometry
        case "LineString" | "LinearRing":
            return type(geometry)(along(shapely.get_coordinates(geometry)))
        case "Polygon":
            shell, *holes = (along(shapely.get_coordinates(ring)) for ring in _rings(geometry))
            if not holes:
                return Polygon(shell)
            middle = shell[:, 0].mean()
            turned = [h - [360 * np.round((h[:, 0].mean() - middle) / 360), 0] for h in holes]
            return Polygon(shell, turned)
        case _:
            return type(geometry)([_rebuild(part, along) for part in geometry.geoms])


def _rings(polygon: BaseGeometry) -> Iterable[BaseGeometry]:
    return (polygon.exterior, *polygon.interiors)
