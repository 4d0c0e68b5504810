"""What only a drawing needs: gates at sea, soft edges, and room for names.

Nothing here is a fact about the world that the atlas does not hold; it says where on paper a
thing may stand so that names keep off the land and off one another.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
import shapely.ops
from numpy.typing import NDArray
from shapely.geometry import LineString, MultiLineString
from shapely.geometry.base import BaseGeometry

from frontiers_map.geo import land
from frontiers_map.outputs.web.coast import LEVELS, thin_land
from frontiers_map.outputs.web.pack import deltas

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas

__all__ = ["drawing", "route_shapes"]

Array = NDArray[Any]
SOFT_STEPS = 12
SOFT_DEGREES = 6.0
_PER_DEGREE = 8
# How far from its point a name of each class may stand, in degrees.
_REACH = {1: 20.0, 2: 7.0, 3: 3.5, 4: 1.6}
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
# A name has so many places, the best; and where none of them lies within so many degrees, further
# ones with so much room to either side: so it can be read in any view.
_BEST, _BESIDE, _FITS = 8, 14.0, 5.0


def _miller(lat: Array) -> Array:
    return np.asarray(np.degrees(1.25 * np.log(np.tan(np.pi / 4 + 0.4 * np.radians(lat)))))


def water_mask(polygons: Array) -> tuple[Array, float]:
    """Tell water from land on a grid in the map's own plane; give the grid and its south edge."""
    south = float(_miller(np.array(-78.0)))
    rows = int((float(_miller(np.array(84.0))) - south) * _PER_DEGREE)
    water = np.ones((rows, 360 * _PER_DEGREE), dtype=bool)
    rings = shapely.get_rings(polygons)
    starts, ends = [], []
    for ring in rings:
        p = shapely.get_coordinates(ring)
        plane = np.column_stack([p[:, 0], _miller(np.clip(p[:, 1], -88, 88))])
        starts.append(plane[:-1])
        ends.append(plane[1:])
    a, b = np.concatenate(starts), np.concatenate(ends)
    low, high = np.minimum(a[:, 1], b[:, 1]), np.maximum(a[:, 1], b[:, 1])
    order = np.argsort(low)
    a, b, low, high = a[order], b[order], low[order], high[order]
    for row in range(rows):
        y = south + (row + 0.5) / _PER_DEGREE
        until = np.searchsorted(low, y, side="right")
        crossing = np.flatnonzero(high[:until] > y)
        if len(crossing) == 0:
            continue
        p, r = a[crossing], b[crossing]
        x = np.sort(p[:, 0] + (y - p[:, 1]) / (r[:, 1] - p[:, 1]) * (r[:, 0] - p[:, 0]))
        for west, east in zip(x[0::2], x[1::2], strict=False):
            i = int(np.floor((west + 180) * _PER_DEGREE))
            j = int(np.ceil((east + 180) * _PER_DEGREE))
            water[row, max(0, i) : max(0, j)] = False
    return water, south


def open_water(water: Array) -> Array:
    """Cells of open water to the nearer side, west or east, of each cell of a mask."""
    rows, columns = water.shape
    # Open water to the west and to the east of each cell, going round the world once.
    twice = np.concatenate([water, water], axis=1)
    run = np.zeros((rows, 2 * columns), dtype=np.int32)
    back = np.zeros((rows, 2 * columns), dtype=np.int32)
    for c in range(1, 2 * columns):
        run[:, c] = np.where(twice[:, c], run[:, c - 1] + 1, 0)
    for c in range(2 * columns - 2, -1, -1):
        back[:, c] = np.where(twice[:, c], back[:, c + 1] + 1, 0)
    return np.asarray(np.minimum(run[:, columns:], back[:, :columns]))


def _rooms(half: Array, south: float, lon: float, lat: float, rank: int) -> list[list[float]]:
    """Boxes of water near a point: three wide ones for one line, three for two lines."""
    reach, bay = _REACH[rank], rank == max(_REACH)
    rows, columns = half.shape
    y0 = float(_miller(np.array(lat)))
    step = max(1, round(reach / 7 * _PER_DEGREE))
    found: list[tuple[float, int, list[float]]] = []
    tall = np.arange(1, 60)
    for dy, dx in np.ndindex(15, 15):
        dy, dx = dy - 7, dx - 7
        away = (dx * dx + dy * dy) / 49
        row = int((y0 - south) * _PER_DEGREE) + dy * step
        column = (int(((lon + 180) % 360) * _PER_DEGREE) + dx * step) % columns
        if away > 1 or row - 60 < 0 or row + 60 >= rows or not half[row, column]:
            continue
        # Behind land lies another sea, or another part of a wide one.
        if rank > 1 and _is_parted(half, row - dy * step, column - dx * step, dy * step, dx * step):
            continue
        up = half[row : row + 60, column]
        down = half[row - 59 : row + 1, column][::-1]
        narrow = np.minimum.accumulate(np.minimum(up, down))[1:].astype(float)
        wide, high = np.minimum(narrow / _PER_DEGREE, 45.0), tall / _PER_DEGREE
        y = y0 + dy * step / _PER_DEGREE
        there = float(np.degrees(2.5 * (np.arctan(np.exp(0.8 * np.radians(y))) - np.pi / 4)))
        for shape, aspect in enumerate((7.5, 3.2)):
            size = np.minimum(wide / aspect, high)
            best = int(size.argmax())
            box = [lon + dx * step / _PER_DEGREE, there, float(wide[best]), float(high[best])]
            # A bay's name beside the bay would name the sea outside it.
            if (
                bay
                and max(
                    abs(dx) * step / _PER_DEGREE - box[2], abs(dy) * step / _PER_DEGREE - box[3]
                )
                > 0
            ):
                continue
            score = float(size[best]) / (1 + 1.2 * away)
            found.append((-score, shape, [round(value, 2) for value in box]))
    rooms: list[list[float]] = []
    for shape in (0, 1):
        picked: list[list[float]] = []
        for score, kind, box in sorted(found):
            near = (abs(box[0] - p[0]) + abs(box[1] - p[1]) < reach / 3 for p in picked)
            if kind == shape and score < 0 and not any(near):
                picked.append(box)
            if len(picked) == 3:
                break
        rooms += [box for box in picked if box not in rooms]
    return rooms


def _is_parted(half: Array, row: int, column: int, up: int, right: int) -> bool:
    """Whether land lies on the straight way from one cell to another."""
    part = np.linspace(0, 1, 2 * max(abs(up), abs(right), 1))
    rows = np.rint(row + up * part).astype(int)
    columns = np.rint(column + right * part).astype(int) % half.shape[1]
    return not half[rows, columns].all()


def _small_room(tree: shapely.STRtree, land: Any, lon: float, lat: float) -> list[list[float]]:
    """A box as wide as the water around a point that the coarse coast leaves no room at."""
    at = shapely.Point((lon + 180) % 360 - 180, lat)
    near = float(shapely.distance(land[tree.nearest(at)], at))
    # three times as wide as high, inside the circle of water
    return [[lon, lat, round(0.95 * near, 2), round(0.31 * near, 2)]] if near > 0.03 else []


def gate_line(line: BaseGeometry, land: shapely.STRtree, parts: Any, label: Any) -> LineString:
    """The stretch of a gate's line that lies at sea nearest to its label, or its longest one."""
    west, south, east, north = line.bounds
    near = []
    for turn in (-360, 0, 360):  # the land lies in -180..180, the line perhaps beyond
        there = shapely.box(west - 1 + turn, south - 1, east + 1 + turn, north + 1)
        cut = shapely.clip_by_rect(parts[land.query(there)], *there.bounds)
        near += [*shapely.transform(cut, lambda p, turn=turn: p - [turn, 0])]
    wet = shapely.difference(line, shapely.union_all(near)) if len(near) else line
    pieces = [p for p in shapely.get_parts(wet) if isinstance(p, LineString) and p.length > 0]
    if not pieces:
        return LineString(line.coords)
    longest = max(pieces, key=lambda p: p.length)
    if label is not None:
        close = [p for p in pieces if p.length > 0.25 * longest.length]
        longest = min(close, key=lambda p: p.distance(label))
        # A line that runs on to another continent is shown only where people look for it.
        if longest.length > 15:
            at = longest.project(label)
            longest = shapely.ops.substring(longest, max(0, at - 1.5), at + 1.5)
    return LineString(longest.coords)


def open_edges(outline: BaseGeometry, dry: BaseGeometry) -> MultiLineString:
    """The parts of an outline that run through open sea."""
    wet = shapely.difference(shapely.boundary(outline), dry)
    merged = shapely.line_merge(wet)
    return MultiLineString(
        [p for p in shapely.get_parts(merged) if isinstance(p, LineString) and p.length > 0.4]
    )


def soft_shapes(outline: BaseGeometry, edges: BaseGeometry | None) -> list[BaseGeometry]:
    """An outline that shrinks away from its open edges, outermost first.

    Without `edges` there is the outline alone. A narrow one fades within its own width.
    """
    shapes = [outline]
    room = 0.0 if edges is None else shapely.length(shapely.maximum_inscribed_circle(outline))
    fade = min(SOFT_DEGREES, 0.9 * room)
    for number in range(1, 1 if edges is None else SOFT_STEPS):
        by = fade * number / SOFT_STEPS
        shape = shapely.difference(outline, shapely.buffer(edges, by, quad_segs=4))
        shapes.append(shapely.simplify(shape, 0.03))
    return shapes


def rings_of(shapes: Iterable[BaseGeometry]) -> list[list[list[int]]]:
    """Rings of each shape as differences; shapes that are empty are left out."""
    found = []
    for shape in shapes:
        rings = [
            deltas(ring.coords, 100)
            for polygon in shapely.get_parts(shape)
            if polygon.geom_type == "Polygon" and not polygon.is_empty
            for ring in (polygon.exterior, *polygon.interiors)
        ]
        if rings:
            found.append(rings)
    return found


def names_of(shape: BaseGeometry, rooms: Iterable[tuple[float, float, float]]) -> list[list[float]]:
    """Points in a shape, far from its edge and from one another, with room for a name; best first.

    `rooms` are points at sea (lon, lat) and how much water lies to either side, in degrees.
    """
    grid = np.array(list(rooms))
    if not len(grid):
        return []
    shapely.prepare(shape)
    found = []
    for turn in (0.0, 360.0):
        inside = grid[shapely.contains_xy(shape, grid[:, 0] + turn, grid[:, 1])]
        if len(inside):
            points = shapely.points(inside[:, 0] + turn, inside[:, 1])
            edge = shapely.distance(shapely.boundary(shape), points)
            score = np.minimum(inside[:, 2], edge * 2.2)
            found += [
                (-float(s), float(x) + turn, float(y))
                for s, (x, y, _) in zip(score, inside, strict=True)
            ]
    picked: list[list[float]] = []
    apart = max(6.0, float(np.sqrt(shape.area)) / 8)
    for most, far, least in ((_BEST, apart, 0.0), (len(found), _BESIDE, _FITS)):
        for score, x, y in sorted(found):
            if len(picked) == most or -score < least:
                break
            if all(np.hypot(x - u, y - v) > far for u, v in picked):
                picked.append([round(x, 1), round(y, 1)])
    return picked


def route_shapes(atlas: JoinedAtlas) -> dict[str, dict[str, Any]]:
    """Each route's line as differences, simplified by less than a pixel, and the room beside it."""
    found = {}
    for row in atlas.routes.itertuples():
        points = shapely.get_coordinates(shapely.simplify(row.geometry, 0.008))
        moves = np.diff(np.round(points * 1000), axis=0).any(axis=1)
        points = points[np.concatenate([[True], moves])]
        found[row.id] = {"line": deltas(points.tolist(), 1000), "room": _sea_room(points)}
    return found


def _sea_room(points: Array) -> str:
    """How far from land each point of a line lies: a digit a point, in tenths of a degree.

    Lines that are drawn side by side have no more room than this. The last digit, z, stands for
    3.5 degrees and more.
    """
    tree = shapely.STRtree(land.polygons("50m"))
    lon = (points[:, 0] + 180) % 360 - 180
    # Land ends at 180 degrees: beyond it, what lies near is looked for from the other side.
    near = np.full(len(points), np.inf)
    for turn in (0, -360, 360):
        there = shapely.points(lon + turn, points[:, 1])
        found, distance = tree.query_nearest(
            there, max_distance=4, return_distance=True, all_matches=False
        )
        np.minimum.at(near, found[0], distance)
    tenths = np.minimum(near * 10, len(_DIGITS) - 1).astype(int)
    return "".join(_DIGITS[at] for at in tenths)


def drawing(atlas: JoinedAtlas) -> dict[str, Any]:
    """Work out everything that `facts.facts` takes as ``drawing``; plain JSON values."""
    fine = land.polygons("10m")
    tree = shapely.STRtree(fine)
    gates = {}
    for row in atlas.gates.itertuples():
        label = None
        if row.label_lon is not None and not np.isnan(row.label_lon):
            turn = 360 * round((row.geometry.centroid.x - row.label_lon) / 360)
            label = shapely.Point(row.label_lon + turn, row.label_lat)
        gates[row.id] = deltas(gate_line(row.geometry, tree, fine, label).coords, 1000)
    coarse = thin_land(land.coast("50m"), np.zeros((0, 2)), LEVELS[0])
    water, south = water_mask(coarse)
    half = open_water(water)
    rooms = [
        _rooms(half, south, float(row["lon"]), float(row["lat"]), int(row["class"]))
        or _small_room(tree, fine, float(row["lon"]), float(row["lat"]))
        for row in atlas.sea_labels.to_dict("records")
    ]
    grid = _grid(half, south)
    world = shapely.union_all(
        [shapely.transform(coarse, lambda p, turn=turn: p + [turn, 0]) for turn in (-360, 0, 360)]
    )
    dry = shapely.buffer(world, 0.25, quad_segs=2)
    regions, shapes = {}, {}
    for row in atlas.regions.itertuples():
        edges = open_edges(row.geometry, dry)
        soft = row.edge == "soft"
        # Its name keeps off the waters that it shares, which have a name of their own.
        shared = [
            other.geometry for other in atlas.overlaps.itertuples()
            if other.recommended and row.id in (other.first_id, other.second_id)
        ]  # fmt: skip
        alone = row.geometry
        for shape in shared:
            alone = shapely.difference(alone, shape)
        shapes[row.id] = soft_shapes(row.geometry, edges if soft else None)
        regions[row.id] = {
            "steps": rings_of(shapes[row.id]),
            "open": [] if soft else [deltas(line.coords, 100) for line in edges.geoms],
            "names": names_of(alone, grid),
        }
    overlaps = {
        row.id: {
            "steps": rings_of(_shared(shapes[row.first_id], shapes[row.second_id])),
            "names": names_of(row.geometry, grid),
        }
        for row in atlas.overlaps.itertuples()
    }
    return {"gates": gates, "rooms": rooms, "regions": regions, "overlaps": overlaps}


def _shared(one: list[BaseGeometry], other: list[BaseGeometry]) -> list[BaseGeometry]:
    """Steps of the softer of two regions inside the other's outline."""
    hard, soft = sorted((one, other), key=len)
    copies = [
        shapely.transform(hard[0], lambda p, turn=turn: p + [turn, 0]) for turn in (-360, 0, 360)
    ]
    return [shapely.union_all([shapely.intersection(s, c) for c in copies]) for s in soft]


def _grid(half: Array, south: float) -> list[tuple[float, float, float]]:
    """Points at sea every 1.5 degrees, and the open water to either side of each, in degrees."""
    columns = half.shape[1]
    tall = 2 * _PER_DEGREE
    out = []
    for lat in np.arange(-58, 78, 1.5):
        row = int((float(_miller(np.array(lat))) - south) * _PER_DEGREE)
        band = half[max(0, row - tall) : row + tall].min(axis=0)
        for lon in np.arange(-180, 180, 1.5):
            free = float(band[int((lon + 180) * _PER_DEGREE) % columns]) / _PER_DEGREE
            if free > 0.8:
                out.append((float(lon), float(lat), free))
    return out
