"""The names on a map: of points by priority, of routes and agreements along their lines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from shapely.geometry import Polygon, box

from frontiers_map.outputs.sheets.map.basemap import Z
from frontiers_map.outputs.sheets.map.features import Drawing, Lane, name_lines
from frontiers_map.outputs.sheets.map.label_placer import Label
from frontiers_map.outputs.sheets.map.routes import route_weight
from frontiers_map.outputs.sheets.paper import fonts
from frontiers_map.outputs.sheets.paper.page import MM_PER_PT, rise
from frontiers_map.outputs.sheets.paper.words import wrap
from frontiers_map.style import LIGHT

if TYPE_CHECKING:
    from frontiers_map.atlas.model import Callout

__all__ = ["draw_callouts", "draw_first_names", "draw_names"]

NOTE: Final = (6.4, 33.0)  # points and mm: type and widest line of a note on the map
FAR: Final = (8.0, 11.0, 14.0, 18.0, 22.0, 27.0, 33.0)  # mm from a note to what it speaks of
SHORT: Final = 40.0  # mm of an agreement's line whose name may stand beside it
SAME: Final = 6.0  # mm within which one name stands for two things that bear it


def draw_first_names(drawing: Drawing) -> None:
    """Place the names that matter most: poles, closed straits, famous straits, capitals."""
    for label in _ordered(drawing, first=True):
        _draw_label(drawing, label)


def draw_callouts(drawing: Drawing, callouts: Sequence[Callout]) -> None:
    """Write short notes where the map is empty, each with a line to what it speaks of."""
    content, page, k = drawing.content, drawing.page, drawing.k
    size, widest = max(NOTE[0] * k, 5.5), NOTE[1] * k
    for one in callouts:
        spot = drawing.frame.point(*one.at)
        if spot is None:
            drawing.left_out.append(f"{one.text.get(content.language)} (note beyond the frame)")
            continue
        point = shapely.Point(spot)
        marked = any(shape.distance(point) < 1.2 * k for _, shape in page.symbols)
        told = one.text.get(content.language)
        label = Label(
            _even(told, widest, size),
            *spot,
            "sans",
            size,
            LIGHT.ink,
            1.5 * k if marked else 0.2,
            led=True,
            leaders=tuple(far * k for far in FAR),
            what="note",
        )
        if _draw_label(drawing, label) and not marked:
            page.fill(
                point.buffer(0.45 * k), LIGHT.ink, z=Z["leader"] + 1, edge=LIGHT.panel, width=0.4
            )


def _even(told: str, widest: float, size: float) -> tuple[str, ...]:
    """Break a note into as few lines as it needs, and those alike in length."""
    rows = wrap(told, widest, "sans", size, whole=True)
    while widest > 12:
        closer = wrap(told, widest - 1.0, "sans", size, whole=True)
        if len(closer) > len(rows):
            break
        rows, widest = closer, widest - 1.0
    return tuple(rows)


def draw_names(drawing: Drawing, *, route_names: bool = True) -> None:
    """Place the names of routes and links along their lines, then all others by priority."""
    if route_names:
        _draw_route_names(drawing)
        _draw_link_names(drawing)
        _draw_own_names(drawing)
    for label in _ordered(drawing, first=False):
        _draw_label(drawing, label)


def _ordered(drawing: Drawing, *, first: bool) -> list[Label]:
    chosen = [label for label in drawing.labels if (label.priority < 3.5) == first]
    return sorted(chosen, key=lambda one: (one.priority, -one.y, one.x, one.lines))


def _draw_label(drawing: Drawing, label: Label) -> bool:
    """Write a name where it finds room; tell whether it stands on the map now."""
    if any(
        label.lines == one.lines and math.hypot(label.x - one.x, label.y - one.y) < SAME
        for one in drawing.named
    ):
        return True  # a port and its terminal, say: named once
    placed = drawing.placer.place(label)
    if placed is None:
        drawing.left_out.append(f"{' '.join(label.lines)} ({label.what})")
        return False
    drawing.named.append(label)
    page, limit = drawing.page, drawing.frame.rect
    if placed.leader is not None:
        page.line(placed.leader, LIGHT.panel, 1.1, z=Z["leader"] - 1, alpha=0.8)
        page.line(placed.leader, label.colour, 0.35, z=Z["leader"], layer="leader")
    for line, x, y in placed.lines:
        page.text(
            x,
            y,
            line,
            style=label.style,
            size=label.size,
            colour=label.colour,
            align=placed.align,
            halo=LIGHT.panel,
            halo_width=1.5 * drawing.k + 0.2,
            z=Z["label"],
            role="label",
            limit=limit,
        )
    return True


def _draw_route_names(drawing: Drawing) -> None:
    """Write each route's name along a straight stretch of it, in its colour."""
    done: set[tuple[str, str]] = set()
    for lane in sorted(drawing.lanes, key=lambda one: (route_weight(one.row), -one.line.length)):
        name = drawing.content.name(lane.row, "short")
        key = (name, lane.row.supplier)
        if key in done or lane.line.length < 8:
            continue
        done.add(key)
        if not _write_along(drawing, lane, name):
            drawing.left_out.append(f"{name} (route {lane.row.id})")


def _draw_link_names(drawing: Drawing) -> None:
    """Write each agreement's name along its line; the list beside the map names it too."""
    for lane in drawing.links:
        name = drawing.content.name(lane.row)
        if not _write_along(drawing, lane, name, bend=3.2) and lane.line.length < SHORT:
            _name_beside(drawing, lane, name, f"link {lane.row.id}")


def _draw_own_names(drawing: Drawing) -> None:
    """Write the name of each line of one's own along it, or else beside its middle."""
    for lane in sorted(drawing.own, key=lambda one: (-one.line.length, one.row.id)):
        name = drawing.content.name(lane.row)
        if not _write_along(drawing, lane, name):
            _name_beside(drawing, lane, name, f"line {lane.row.id}")


def _name_beside(drawing: Drawing, lane: Lane, name: str, what: str) -> None:
    """Let a name that found no room along its line stand beside the middle of it."""
    middle = lane.line.interpolate(0.5, normalized=True)
    size, colour = drawing.size("route"), lane.colour
    drawing.labels.append(
        Label(
            name_lines(name, 24),
            middle.x,
            middle.y,
            "sans-semibold",
            size,
            colour,
            0.5,
            4.1,
            what=what,
        )
    )


def _write_along(drawing: Drawing, lane: Lane, name: str, bend: float = 1.6) -> bool:
    """Write a name along a line, where it finds room; tell whether it found any."""
    size = drawing.size("route")
    spot = _along(drawing, lane, name, size, bend)
    if spot is None:
        return False
    x, y, angle, area = spot
    drawing.page.text(
        x,
        y,
        name,
        style="sans-semibold",
        size=size,
        colour=lane.colour,
        align="center",
        angle=angle,
        halo=LIGHT.panel,
        halo_width=1.5 * drawing.k + 0.2,
        z=Z["label"] - 2,
        role="label",
        limit=drawing.frame.rect,
    )
    drawing.placer.block(area, 0.1)
    return True


def _along(
    drawing: Drawing, lane: Lane, name: str, size: float, bend: float
) -> tuple[float, float, float, Polygon] | None:
    width = fonts.width_mm(name, "sans-semibold", size) + 1.0
    em = size * MM_PER_PT
    up, down = (part * em for part in rise(name))
    line = lane.line
    if line.length < width + 2:
        return None
    best: tuple[float, tuple[float, float, float, Polygon]] | None = None
    for start in np.arange(1.0, line.length - width - 1, 2.5):
        spots = shapely.get_coordinates(
            shapely.line_interpolate_point(line, np.linspace(start, start + width, 9))
        )
        chord = spots[-1] - spots[0]
        length = float(np.hypot(*chord))
        if length < width * 0.94:
            continue
        way = chord / length
        if way[0] < 0:
            way = -way
        normal = np.array([-way[1], way[0]])
        bow = (spots - spots[0]) @ normal
        if np.ptp(bow) > bend:
            continue
        angle = math.degrees(math.atan2(way[1], way[0]))
        middle = (spots[0] + spots[-1]) / 2
        half = lane.width * MM_PER_PT / 2
        for above in (True, False):
            extent = float(bow.max() if above else bow.min())
            base = (bow[0] + bow[-1]) / 2
            lift = extent - base + half + 0.45 + down * 0.7
            if not above:
                lift = extent - base - half - 0.55 - up * 0.9
            anchor = middle + normal * lift
            centre = abs(start + width / 2 - line.length / 2) / line.length
            cost = (
                float(np.ptp(bow)) * 0.8
                + 3.0 * centre
                + (0.0 if above else 0.4)
                + 1.5 * abs(math.sin(math.radians(angle)))
            )
            if best is not None and cost >= best[0]:
                continue
            if not drawing.placer.free_all(_slices(anchor, width, up, down, angle)):
                continue
            area = _turned(anchor, width, up, down, angle)
            cost += 0.5 * drawing.placer.crossed(area)
            if best is None or cost < best[0]:
                best = (cost, (float(anchor[0]), float(anchor[1]), angle, area))
    return best[1] if best else None


def _turned(anchor: np.ndarray, width: float, up: float, down: float, angle: float) -> Polygon:
    from shapely.affinity import rotate

    flat = box(
        anchor[0] - width / 2,
        anchor[1] - down,
        anchor[0] + width / 2,
        anchor[1] + up,
    )
    return rotate(flat, angle, origin=(float(anchor[0]), float(anchor[1])))


def _slices(anchor: np.ndarray, width: float, up: float, down: float, angle: float) -> np.ndarray:
    """Boxes that hug a turned line of text: one for each two millimetres of it."""
    count = max(1, math.ceil(width / 2.0))
    cuts = np.linspace(-width / 2, width / 2, count + 1)
    turn = math.radians(angle)
    way, across = (
        np.array([math.cos(turn), math.sin(turn)]),
        np.array([-math.sin(turn), math.cos(turn)]),
    )
    corners = np.stack(
        [
            anchor + along[:, None] * way + above * across
            for along in (cuts[:-1], cuts[1:])
            for above in (-down, up)
        ]
    )
    return np.concatenate((corners.min(0), corners.max(0)), axis=1)
