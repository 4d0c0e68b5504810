"""The coast for the page: three levels whose detail follows interest.

Near a gate, a terminal or a place the coast keeps what zoom 8 can show; far from all of them it
keeps what a world map can show. Each level is cut into cells that overlap a little, so that
neighbouring fills leave no seam; points are whole steps of the level's quantum.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from frontiers_map.outputs.web.pack import Varints, pack_text

__all__ = ["LEVELS", "Level", "coast_key", "coast_levels", "detail", "own_level", "pack_borders",
           "thin_land"]  # fmt: skip

Array = NDArray[Any]


@dataclass(frozen=True)
class Level:
    """How fine one level is.

    Attributes
    ----------
    near, far : float
        Tolerance of simplification in degrees, near a point of interest and far from all.
    quantum : float
        Step of the coordinates in degrees.
    cell : float
        Side of a cell in degrees; 0 for one cell of the whole world.
    overlap : float
        By how much cells overlap, in degrees.
    island : float
        Islands smaller than this times the square of the tolerance are left out.
    """

    near: float
    far: float
    quantum: float
    cell: float
    overlap: float
    island: float


LEVELS = (
    Level(near=0.13, far=0.13, quantum=0.02, cell=0, overlap=0, island=5.0),
    Level(near=0.04, far=0.18, quantum=0.01, cell=30, overlap=0.25, island=6.0),
    Level(near=0.0065, far=0.2, quantum=0.003, cell=15, overlap=0.06, island=8.0),
)

OWN_QUANTUM = 0.00005  # degrees: a coast of one's own may be as fine as some five metres

_STEPS = 6


def detail(lon: Array, lat: Array, interest: Array, level: Level) -> Array:
    """Tolerance in degrees that each position asks for.

    Parameters
    ----------
    lon, lat : array of float, shape (n,)
    interest : array of float, shape (m, 2)
        Longitudes and latitudes of what the map shows.
    level
        Finest within 60 km of interest, coarsest beyond 800 km.

    Returns
    -------
    array of float, shape (n,)
    """
    if len(interest) == 0:
        return np.full(len(lon), level.far)

    def unit(x: Array, y: Array) -> Array:
        x, y = np.radians(x), np.radians(y)
        return np.column_stack([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)])

    from scipy.spatial import cKDTree

    chord, _ = cKDTree(unit(interest[:, 0], interest[:, 1])).query(unit(lon, lat))
    km = 2 * np.arcsin(np.minimum(1, chord / 2)) * 6371
    middle = (level.near * level.far) ** 0.5
    tolerance = np.interp(km, [60, 260, 800], np.log([level.near, middle, level.far]))
    return np.asarray(np.exp(tolerance))


def thin_land(land: shapely.Geometry, interest: Array, level: Level) -> Array:
    """Simplify land by the detail that each place asks for, and give its valid polygons."""
    parts = shapely.get_parts(land)
    rings, owner = shapely.get_rings(parts, return_index=True)
    points, ring_of = shapely.get_coordinates(rings, return_index=True)
    wanted = detail(points[:, 0], points[:, 1], interest, level)
    keep = np.zeros(len(points), dtype=bool)
    if level.near == level.far:
        ladder = [level.near]
    else:
        ladder = list(np.geomspace(level.near, level.far, _STEPS))
    bands = np.searchsorted(ladder, wanted * (1 + 1e-9), side="right") - 1
    for band, tolerance in enumerate(ladder):
        kept = _survivors(rings, points, ring_of, tolerance)
        keep |= kept & (bands == band)
    area = np.abs(shapely.area(shapely.polygons(rings)))
    limit = np.full(len(rings), np.inf)
    np.minimum.at(limit, ring_of, wanted)
    big = area >= level.island * limit**2
    # Where land is cut at 180 degrees both sides keep the same points, or a gap would show.
    keep |= np.abs(points[:, 0]) > 180 - 1e-9
    keep &= big[ring_of]
    count = np.bincount(ring_of[keep], minlength=len(rings))
    shells: dict[int, list[Array]] = {}
    starts = np.concatenate([[0], np.cumsum(np.bincount(ring_of, minlength=len(rings)))])
    for ring in np.flatnonzero(count >= 4):
        part = points[starts[ring] : starts[ring + 1]][keep[starts[ring] : starts[ring + 1]]]
        shells.setdefault(int(owner[ring]), []).append(part)
    polygons = [shapely.Polygon(found[0], found[1:]) for found in shells.values()]
    valid = shapely.make_valid(np.array(polygons, dtype=object))
    flat = shapely.get_parts(shapely.get_parts(valid))
    return np.asarray(flat[shapely.get_type_id(flat) == 3])


def _survivors(rings: Array, points: Array, ring_of: Array, tolerance: float) -> Array:
    """Mark the vertices that Douglas-Peucker keeps at a tolerance; ends of rings always stay."""
    lines = shapely.linestrings(points, indices=ring_of)
    left = shapely.get_coordinates(shapely.simplify(lines, tolerance, preserve_topology=False))
    return np.isin(points[:, 0] + 1j * points[:, 1], left[:, 0] + 1j * left[:, 1])


def _cells(level: Level) -> Iterable[tuple[int, int, int, int]]:
    """Frames of the cells, in quanta: west, south, east, north."""
    if level.cell == 0:
        yield tuple(round(v / level.quantum) for v in (-180, -90, 180, 90))  # type: ignore[misc]
        return
    for west in np.arange(-180, 180, level.cell):
        for south in np.arange(-90, 90, level.cell):
            box = (
                west - level.overlap,
                south - level.overlap,
                west + level.cell + level.overlap,
                south + level.cell + level.overlap,
            )
            yield tuple(round(v / level.quantum) for v in box)  # type: ignore[misc]


def pack_level(polygons: Array, level: Level) -> str:
    """Cut polygons into cells and write them as text."""
    q = level.quantum
    if level.cell:
        # What lies beyond 180° on either side stands in both, so that cells may overlap there.
        moved = [
            shapely.transform(polygons, lambda p, turn=turn: p + [turn, 0]) for turn in (-360, 360)
        ]
        edge = [
            part[(shapely.bounds(part)[:, 2] > -181) & (shapely.bounds(part)[:, 0] < 181)]
            for part in moved
        ]
        polygons = np.concatenate([polygons, *edge])
    return _packed(polygons, q, _cells(level), whole=level.cell == 0)


def _packed(
    polygons: Array, q: float, frames: Iterable[tuple[int, int, int, int]], *, whole: bool = False
) -> str:
    """Cut polygons into cells, whose frames are in quanta, and write them as text."""
    tree = shapely.STRtree(polygons)
    out, cells = Varints(), []
    for west, south, east, north in frames:
        frame = shapely.box(west * q, south * q, east * q, north * q)
        near = polygons[np.sort(tree.query(frame))]
        if len(near) == 0:
            continue
        cut = near if whole else shapely.clip_by_rect(near, *frame.bounds)
        if west * q < -180 or east * q > 180:
            # Both sides of 180 degrees are one land: the line between them is no coast.
            cut = np.array([shapely.union_all(cut)])
        parts = shapely.get_parts(shapely.get_parts(cut))
        rings = shapely.get_rings(parts[shapely.get_type_id(parts) == 3])
        steps = [points for ring in rings if len(points := _whole(ring, q)) >= 3]
        if steps:
            cells.append(((west, south, east, north), steps))
    out.count(len(cells))
    for (west, south, east, north), rings in cells:
        for value in (west, south, east, north):
            out.delta(value)
        out.count(len(rings))
        for points in rings:
            out.count(len(points))
            out.path(points, (west, south))
    return pack_text(bytes(out.bytes))


def own_level(
    views: Sequence[tuple[tuple[float, float, float, float], Array]],
) -> list[dict[str, Any]]:
    """Pack land of one's own, a cell for each view: a level that lies on the finest.

    Returns
    -------
    list of dict
        Empty without views, else one level, with the views that it fills under ``own``.
    """
    if not views:
        return []
    q = OWN_QUANTUM
    frames = [
        (round(west / q), round(south / q), round(east / q), round(north / q))
        for (west, south, east, north), _ in views
    ]
    packed = _packed(np.concatenate([polygons for _, polygons in views]), q, frames)
    return [{"q": q, "data": packed, "own": [list(view) for view, _ in views]}]


def _whole(ring: shapely.Geometry, q: float) -> list[tuple[int, int]]:
    """Points of a ring in quanta, open, without repeats."""
    points = np.rint(shapely.get_coordinates(ring) / q).astype(int)
    fresh = np.ones(len(points), dtype=bool)
    fresh[1:] = np.any(points[1:] != points[:-1], axis=1)
    points = points[fresh]
    if len(points) > 1 and tuple(points[0]) == tuple(points[-1]):
        points = points[:-1]
    return [(int(x), int(y)) for x, y in points]


def coast_levels(land: shapely.Geometry, interest: Array) -> list[dict[str, Any]]:
    """All levels of the coast, coarsest first: ``{"q": quantum, "data": text}`` each."""
    return [
        {"q": level.quantum, "data": pack_level(thin_land(land, interest, level), level)}
        for level in LEVELS
    ]


def pack_lines(kinds: Sequence[Sequence[Array]], q: float) -> str:
    """Write several kinds of lines (arrays of longitude, latitude) as text."""
    out = Varints()
    for lines in kinds:
        out.count(len(lines))
        for line in lines:
            whole = [(int(x), int(y)) for x, y in np.rint(np.asarray(line) / q).astype(int)]
            out.count(len(whole))
            out.path(whole)
    return pack_text(bytes(out.bytes))


def coast_key(interest: Array) -> str:
    """Say in text what the coast's packing depends on, besides the coast itself."""
    return json.dumps([[vars(level) for level in LEVELS], np.round(interest, 3).tolist()])


def pack_borders(lines: Array, disputed: Array) -> dict[str, Any]:
    """Borders on land as ``{"q": quantum, "data": text}``: settled ones, then disputed ones."""
    q = 0.02
    simple = shapely.simplify(lines, 0.03)
    kinds = [
        [shapely.get_coordinates(line) for line in simple[which]] for which in (~disputed, disputed)
    ]
    return {"q": q, "data": pack_lines(kinds, q)}
