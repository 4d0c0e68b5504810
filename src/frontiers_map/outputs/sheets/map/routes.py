"""Routes on a map: in lanes, by what is shipped and by status; what runs together is one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import shapely
from shapely.geometry import LineString, MultiLineString
from shapely.geometry.base import BaseGeometry

from frontiers_map.outputs.sheets.map import lanes, marks
from frontiers_map.outputs.sheets.map.basemap import Z, coast_level, land_on_page
from frontiers_map.outputs.sheets.map.features import Drawing, Lane
from frontiers_map.outputs.sheets.map.selection import colour_of, second_of_role
from frontiers_map.outputs.sheets.paper.page import MM_PER_PT
from frontiers_map.outputs.sheets.paper.words import amount
from frontiers_map.style import LIGHT, LOOKS, WIDTHS, mix, route_width

__all__ = ["core_width", "draw_routes", "each_mt", "route_weight", "sheet_width"]

CROSSING: Final = 9.0  # mm; lines that share less cross each other
LENS: Final = (20.0, 2.2)  # mm; a way that leaves its kin for less, and less far, is drawn with it
KIN: Final = 0.7  # mm within which trades of one supplier are drawn as one line
THINNER: Final = 0.7  # of the page's widths: print is finer, and a dozen lines meet at Tokyo


def core_width(width: float) -> float:
    """Tell how wide the light core of a line of a colour's second supplier is, in points.

    A third of the line, but no thinner than a press prints.
    """
    return max(0.34 * width, WIDTHS["graticule"])


def draw_routes(
    drawing: Drawing,
    *,
    rows: Sequence[Any] | None = None,
    ghost: bool = False,
    geometries: dict[str, BaseGeometry] | None = None,
    arrows: bool = True,
    spread: float = 1.0,
    solid: bool = False,
) -> None:
    """Draw routes in lanes, with casings, dashes by status, and arrowheads."""
    frame, _page, content = drawing.frame, drawing.page, drawing.content
    rows = content.routes if rows is None else rows
    pieces: list[tuple[Any, LineString]] = []
    leaders: dict[tuple[str, str], list[BaseGeometry]] = {}
    for row in rows:
        geometry = (geometries or {}).get(row.id, row.geometry)
        if geometry is None or geometry.is_empty:
            continue
        shape = shapely.line_merge(frame.put_all(geometry, margin=4.0))
        # trades of one supplier that run together are drawn as one line
        kin = leaders.setdefault((row.supplier, row.importer), [])
        for part in shapely.get_parts(shape):
            own = _apart(part, kin) if kin else part
            pieces += [
                (row, line)
                for line in shapely.get_parts(own)
                if line.geom_type == "LineString" and line.length > (2.0 if kin else 0.6)
            ]
        kin.extend(shapely.get_parts(shape))
    widths = [sheet_width(each_mt(row), drawing.k) for row, _ in pieces]
    land = land_on_page(frame, coast_level(frame))
    shapely.prepare(land)
    lines = lanes.set_apart(
        [_simpler(line) for _, line in pieces],
        [w * MM_PER_PT * spread for w in widths],
        gap=0.42 * drawing.k * spread,
        land=land,
    )
    made = [
        Lane(row, line, colour_of(content.atlas, row.supplier), width)
        for (row, _), line, width in zip(pieces, lines, widths, strict=True)
    ]
    order = sorted(range(len(made)), key=lambda n: (-route_weight(made[n].row), made[n].row.id, n))
    for place, number in enumerate(order):
        # arrowheads of neighbours stand one behind the other
        shift = place % 4 - 1.5 if arrows else None
        _draw_lane(drawing, made[number], ghost=ghost, arrows=shift, solid=solid)
    if not ghost:
        drawing.lanes += made
    drawing.placer.avoid(shapely.intersection(lane.line, frame.world) for lane in made)


def _apart(line: LineString, kin: Sequence[BaseGeometry]) -> BaseGeometry:
    """Give what of a line does not run along its kin; what only crosses them stays."""
    beside = shapely.buffer(shapely.union_all(kin), KIN)
    alone = shapely.difference(line, beside)
    ends = shapely.multipoints(shapely.get_coordinates(line)[[0, -1]])
    across = [
        part
        for part in shapely.get_parts(shapely.line_merge(shapely.intersection(line, beside)))
        if part.length < CROSSING and part.distance(ends) > 0.01
    ]
    rest = shapely.line_merge(shapely.union_all([alone, *across])) if across else alone
    ways = shapely.union_all(kin)
    parts = [part for part in shapely.get_parts(shapely.get_parts(rest)) if part.length > 0]
    return MultiLineString([_joined(part, ways) for part in parts if not _lens(part, ways)])


def _lens(part: LineString, ways: BaseGeometry) -> bool:
    """Whether a line only swerves from its kin and comes back to them."""
    apart = shapely.distance(shapely.points(shapely.get_coordinates(part)), ways)
    near_at_ends = max(apart[0], apart[-1]) < KIN + 0.05
    return bool(near_at_ends and part.length < LENS[0] and 0.1 < apart.max() < LENS[1])


def _joined(line: LineString, ways: BaseGeometry) -> LineString:
    """Lead a line that leaves or meets its kin on to them, aslant as ways part."""
    coords = [tuple(spot) for spot in shapely.get_coordinates(line)]
    parts = shapely.get_parts(ways)
    for at, place in ((0, 0), (-1, len(coords) + 1)):
        end = shapely.Point(coords[at])
        apart = shapely.distance(parts, end)
        way = parts[int(apart.argmin())]
        if 0.01 < apart.min() < KIN + 0.05:
            inner = shapely.Point(line.interpolate(2.0 if at == 0 else line.length - 2.0))
            near = way.project(end)
            # what is before the beginning would be measured from the end
            spots = [way.interpolate(max(0.0, near + by * apart.min())) for by in (-1.5, 1.5)]
            far = max(spots, key=lambda spot: spot.distance(inner))
            coords.insert(place, (far.x, far.y))
    return LineString(coords)


def route_weight(row: Any) -> int:
    """Say that solid lines lie above dashed ones."""
    return {"active": 0, "seasonal": 1}.get(row.status, 2)


def each_mt(row: Any) -> float | None:
    """An even part of what a supplier sends in a year: the split among its routes is not known."""
    sent = amount(row.supplier_mt_year)
    return None if sent is None else sent / max(1, row.supplier_routes)


def sheet_width(mt_year: float | None, k: float) -> float:
    """Width of a route on a sheet, points."""
    return max(route_width(mt_year) * THINNER * k, 0.6)


def _simpler(line: LineString) -> LineString:
    return shapely.simplify(line, 0.02)


def _draw_lane(
    drawing: Drawing, lane: Lane, *, ghost: bool, arrows: float | None, solid: bool = False
) -> None:
    """Draw a lane, with arrowheads `arrows` of their sizes from their even places, or none."""
    page, frame = drawing.page, drawing.frame
    line = shapely.intersection(lane.line, frame.world)
    if line.is_empty:
        return
    if ghost:
        page.line(
            line,
            mix(lane.colour, LIGHT.sea, 0.6),
            max(lane.width * 0.5, 0.8),
            z=Z["ghost"],
            dashes=(1.0, 1.6),
            layer="ghost",
        )
        return
    dash = LOOKS["routes"][lane.row.status].dash
    solid = solid or not dash
    z = Z["route"] + (4 if solid else 0)
    casing = WIDTHS["route_casing"] * drawing.k * (1.0 if solid else 0.6)
    # under all lines: over one, it would take away a part of it
    page.line(
        line, LIGHT.panel, lane.width + casing, z=Z["route"] - 1, alpha=0.75 if solid else 0.5
    )
    page.line(
        line,
        lane.colour,
        lane.width,
        z=z,
        dashes=None if solid else dash,
        layer=f"route_{lane.row.status}",
    )
    if solid and second_of_role(drawing.content.atlas, lane.row.supplier):
        page.line(line, LIGHT.panel, core_width(lane.width), z=z + 0.2)
    if arrows is not None:
        size = (1.35 + 0.55 * lane.width * MM_PER_PT) * drawing.k
        length = lane.line.length
        count = max(1, round(length / 75)) if length > 14 else 0
        for number in range(count):
            at = length * (number + 0.5) / count + arrows * size * 1.2
            # not where the line turns
            near = (at, *(at + by * size for by in (1.5, -1.5, 3.0, -3.0)))
            heads = (marks.arrow(lane.line, one, size * 1.35) for one in near)
            head = next((one for one in heads if one is not None), None)
            if head is not None and frame.world.contains(head):
                page.fill(head, lane.colour, z=z + 0.5, edge=LIGHT.panel, width=0.4)
                drawing.placer.block(head, 0.1)
