"""What lies under everything: sea, land, coast, borders, graticule and the neatline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Final, Literal

import numpy as np
import shapely
from shapely.geometry import LineString, MultiPolygon
from shapely.geometry.base import BaseGeometry

from frontiers_map.atlas.own_coast import Patch, joined
from frontiers_map.geo import depths, land
from frontiers_map.outputs.sheets.map.projection import Frame, Rect
from frontiers_map.outputs.sheets.paper import fonts
from frontiers_map.outputs.sheets.paper.page import MM_PER_PT, Page
from frontiers_map.style import BORDER_DASH, DEEP, DEEP_OPACITY, LIGHT, WIDTHS, mix

__all__ = [
    "Z",
    "coast_level",
    "degrees",
    "draw_borders",
    "draw_degrees",
    "draw_depths",
    "draw_graticule",
    "draw_land",
    "draw_neatline",
    "draw_sea",
    "finer",
    "land_on_page",
]

# layers from below
Z: Final = {
    "sea": 1,
    "wash": 2,
    "depth": 3,
    "graticule": 4,
    "stripes": 5,
    "land": 10,
    "border": 11,
    "coast": 12,
    "region_edge": 13,
    "sea_name": 20,
    "ghost": 29,
    "route": 30,
    "gate": 50,
    "symbol": 60,
    "leader": 65,
    "label": 70,
    "neatline": 80,
    "furniture": 90,
}
STEPS: Final = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30)  # degrees between lines of the graticule
SMALLEST: Final = 0.02  # mm², islands below this are left out
TOLERANCE: Final = 0.035  # mm
# Of the limits of depth tints: they are faint, and come from numbers that stand 9 km apart.
TINT: Final = (0.1, 0.3)  # mm by which they may be off, and mm² below which a patch is left out


_OWN: ContextVar[tuple[Patch, ...]] = ContextVar("coasts of an atlas's own", default=())


def coast_level(frame: Frame) -> Literal["110m", "50m", "10m"]:
    """Choose the coast whose detail the frame's scale can show."""
    km_per_mm = 1 / frame.scale / 1000
    return "10m" if km_per_mm < 26 else "50m"


@contextmanager
def finer(coasts: Sequence[Patch]) -> Iterator[None]:
    """Draw coasts of an atlas's own where they are, at scales that take the finest of ours."""
    before = _OWN.set(tuple(coasts))
    try:
        yield
    finally:
        _OWN.reset(before)


def land_on_page(frame: Frame, level: Literal["110m", "50m", "10m"]) -> BaseGeometry:
    """Project the land of a frame to the page; parts that meet at 180° are one."""
    return _land(frame, level, _OWN.get())[0]


@lru_cache(maxsize=32)
def _land(
    frame: Frame, level: Literal["110m", "50m", "10m"], own: tuple[Patch, ...]
) -> tuple[BaseGeometry, BaseGeometry]:
    """Land and coast line; the meridian of 180°, the frame's and the world's edge are no coast."""
    usual = land.polygons(level)
    whole = frame.put_all(joined(usual, own) if own and level == "10m" else usual, margin=1.0)
    parts = [part for part in shapely.get_parts(whole) if part.area > SMALLEST]
    whole = shapely.make_valid(shapely.simplify(MultiPolygon(parts), TOLERANCE))
    within = shapely.buffer(frame.world, -0.02, join_style="mitre")
    return (
        shapely.intersection(whole, frame.world),
        shapely.intersection(shapely.boundary(whole), within),
    )


def draw_sea(page: Page, frame: Frame) -> None:
    """Fill the frame with sea, as far as there is world."""
    page.fill(frame.world, LIGHT.sea, z=Z["sea"], layer="sea")


def draw_depths(page: Page, frame: Frame) -> None:
    """Darken the sea, and the washes on it, at each level of depth."""
    for level in depths.LEVELS:
        shape = shapely.simplify(frame.put_all(depths.deeper(level), margin=1.0), TINT[0])
        parts = shapely.get_parts(shapely.make_valid(shape, method="structure"))
        shape = shapely.MultiPolygon(list(parts[shapely.area(parts) > TINT[1]]))
        shape = shapely.intersection(shape, frame.world)
        page.fill(shape, DEEP, z=Z["depth"], alpha=DEEP_OPACITY, layer="depth")


def draw_land(page: Page, frame: Frame, *, coast: bool = True) -> None:
    """Fill the land and draw its coast."""
    level = coast_level(frame)
    whole, edge = _land(frame, level, _OWN.get())
    page.fill(whole, LIGHT.land, z=Z["land"], layer="land")
    if coast:
        page.line(edge, LIGHT.coast, WIDTHS["coast"], z=Z["coast"], layer="coast")


def draw_borders(page: Page, frame: Frame) -> None:
    """Draw the borders on land, thinner and lighter than the coast; disputed ones dashed."""
    lines, disputed = land.borders()
    for which, layer in ((~disputed, "border"), (disputed, "border_disputed")):
        shape = shapely.simplify(frame.put_all(lines[which]), TOLERANCE)
        dashes = BORDER_DASH if layer == "border_disputed" else None
        page.line(shape, LIGHT.border, WIDTHS["border"], z=Z["border"], dashes=dashes, layer=layer)


def _steps(frame: Frame) -> tuple[float, float]:
    """Degrees between meridians, and between parallels, that keep them some 25 to 60 mm apart."""
    west, south, east, north = frame.bounds
    needs = (
        (east - west) * 35 / frame.rect.width,
        (north - south) * 30 / frame.rect.height,
    )
    lon, lat = (
        next((float(step) for step in STEPS if need <= step), float(STEPS[-1])) for need in needs
    )
    return lon, lat


def _graticule(frame: Frame) -> tuple[dict[float, BaseGeometry], dict[float, BaseGeometry]]:
    """Meridians and parallels on the page; near a pole only every 90th meridian goes on."""
    across, up = _steps(frame)
    west, south, east, north = frame.bounds
    last = np.ceil(90 / up - 1e-9) * up - up
    meridians, parallels = {}, {}
    whole_turn = frame.kind == "lambert" and east - west > 359
    stop = west + 360 - 1e-6 if whole_turn else east + 1e-9  # the seam's meridian once
    for lon in np.arange(np.ceil(west / across) * across, stop, across):
        end = 90.0 if lon % 90 == 0 else last
        if max(south, -end) < min(north, end):
            meridians[float(lon)] = frame.put_all(
                LineString([(lon, max(south, -end)), (lon, min(north, end))])
            )
    for lat in np.arange(np.ceil(south / up) * up, north + 1e-9, up):
        if abs(lat) < 90:
            parallels[float(lat)] = frame.put_all(LineString([(west, lat), (east, lat)]))
    return meridians, parallels


def draw_graticule(page: Page, frame: Frame) -> None:
    """Draw the hairline net of meridians and parallels, in two tones for sea and washes."""
    meridians, parallels = _graticule(frame)
    lines = [line for line in (*meridians.values(), *parallels.values()) if not line.is_empty]
    if lines:
        page.line(
            shapely.union_all(lines),
            mix("#7f9aa6", LIGHT.sea, 0.45),
            WIDTHS["graticule"],
            z=Z["graticule"],
            layer="graticule",
        )


def draw_degrees(page: Page, frame: Frame, *, size: float = 5.5, left: bool = False) -> None:
    """Write degrees outside the neatline, where the graticule meets its foot and right side."""
    meridians, parallels = _graticule(frame)
    rect, em = frame.rect, size * MM_PER_PT
    limit = Rect(rect.x0 - 12, rect.y0 - 6, rect.x1 + 12, rect.y1 + 6)
    foot = LineString([(rect.x0, rect.y0 + 0.01), (rect.x1, rect.y0 + 0.01)])
    last = -1e9
    for x, label in _crossings(meridians, foot, 0, "EW"):
        half = fonts.width_mm(label, "sans", size) / 2
        if x - half > max(last + 1.5, rect.x0 - 1) and x + half < rect.x1 + 1:
            page.text(
                x,
                rect.y0 - 0.8 - 0.75 * em,
                label,
                size=size,
                colour=LIGHT.quiet,
                align="center",
                role="degree",
                limit=limit,
            )
            last = x + half
    side_x = rect.x0 + 0.01 if left else rect.x1 - 0.01
    side = LineString([(side_x, rect.y0), (side_x, rect.y1)])
    last = -1e9
    for middle, label in _crossings(parallels, side, 1, "NS"):
        y = min(max(middle - 0.33 * em, rect.y0 + 0.1), rect.y1 - em)
        if y < last:
            continue
        page.text(
            rect.x0 - 0.8 if left else rect.x1 + 0.8,
            y,
            label,
            size=size,
            colour=LIGHT.quiet,
            align="right" if left else "left",
            role="degree",
            limit=limit,
        )
        last = y + 1.3 * em


def _crossings(
    lines: dict[float, BaseGeometry], edge: LineString, axis: int, signs: str
) -> list[tuple[float, str]]:
    """Where lines of the graticule meet an edge of the frame, in order, each with its degrees."""
    return sorted(
        (float(shapely.get_coordinates(spot.centroid)[0, axis]), degrees(value, signs))
        for value, line in lines.items()
        for spot in shapely.get_parts(shapely.intersection(line, edge))
        if not spot.is_empty
    )


def degrees(value: float, signs: str) -> str:
    """Write degrees with their side, "EW" or "NS": whole ones as such, 0° and 180° without one."""
    value = (value + 180) % 360 - 180 if signs == "EW" else value
    number = f"{abs(value):.4g}"
    return f"{number}°" if number in ("0", "180") else f"{number}°{signs[value < 0]}"


def draw_neatline(page: Page, frame: Frame, width: float = WIDTHS["frame"]) -> None:
    """Draw the frame's edge."""
    page.line(
        shapely.boundary(frame.rect.polygon), LIGHT.ink, width, z=Z["neatline"], layer="neatline"
    )
