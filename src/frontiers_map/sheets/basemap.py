"""What lies under everything: sea, land, coast, borders, graticule and the neatline."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final, Literal

import numpy as np
import shapely
from shapely.geometry import LineString, MultiLineString, box
from shapely.geometry.base import BaseGeometry

from frontiers_map import land
from frontiers_map.sheets import fonts
from frontiers_map.sheets.page import MM_PER_PT, Page
from frontiers_map.sheets.projection import Frame, Rect
from frontiers_map.style import BORDER_DASH, LIGHT, WIDTHS, mix

__all__ = [
    "Z",
    "coast_level",
    "draw_borders",
    "draw_degrees",
    "draw_graticule",
    "draw_land",
    "draw_neatline",
    "draw_sea",
    "land_on_page",
]

# layers from below
Z: Final = {
    "sea": 1,
    "wash": 2,
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
SMALLEST: Final = 0.02  # mm², islands below this are left out
TOLERANCE: Final = 0.035  # mm


def coast_level(frame: Frame) -> Literal["110m", "50m", "10m"]:
    """Choose the coast whose detail the frame's scale can show."""
    km_per_mm = 1 / frame.scale / 1000
    return "10m" if km_per_mm < 26 else "50m"


@lru_cache(maxsize=32)
def land_on_page(frame: Frame, level: Literal["110m", "50m", "10m"]) -> BaseGeometry:
    """Project the land of a frame to the page; parts that meet at 180° are one."""
    return _land(frame, level)[0]


@lru_cache(maxsize=32)
def _land(frame: Frame, level: Literal["110m", "50m", "10m"]) -> tuple[BaseGeometry, BaseGeometry]:
    """Land and coast line; the meridian of 180° and the frame's own edge are no coast."""
    polygons = land.polygons(level)
    west, south, east, north = frame.bounds
    areas, edges = [], []
    for turn in (-360.0, 0.0, 360.0) if frame.kind != "lambert" else (0.0,):
        low, high = max(west - turn, -180.0), min(east - turn, 180.0)
        if frame.kind == "lambert":
            low, high = -180.0, 180.0
        if low >= high:
            continue
        window = box(low, max(south, -89.0), high, north)
        near = polygons[shapely.intersects(polygons, window)]
        for part in near:
            if frame.kind == "lambert" and _far(part, frame):
                continue
            piece = (
                part
                if window.contains(part)
                else shapely.intersection(shapely.make_valid(part), window)
            )
            moved = shapely.transform(piece, lambda c, by=turn: c + (by, 0.0))
            shape = frame.put(moved, margin=1.0)
            if shape.is_empty:
                continue
            areas.append(shape)
    whole = shapely.union_all([shapely.buffer(part, 0.004, join_style="mitre") for part in areas])
    parts = [part for part in shapely.get_parts(whole) if part.area > SMALLEST]
    whole = shapely.simplify(shapely.multipolygons(parts), TOLERANCE) if parts else whole
    whole = shapely.make_valid(whole)
    inner = shapely.intersection(whole, frame.clip)
    coast = shapely.intersection(shapely.boundary(whole), frame.rect.grown(-0.01).polygon)
    edges = coast
    return inner, edges


def _far(part: BaseGeometry, frame: Frame) -> bool:
    """Whether land lies so far round the globe that the azimuthal plane tears it."""
    corners = shapely.get_coordinates(part)
    lon, lat = np.radians(corners).T
    lon_0, lat_0 = np.radians((frame.lon_0, frame.lat_0))
    cosine = np.sin(lat_0) * np.sin(lat) + np.cos(lat_0) * np.cos(lat) * np.cos(lon - lon_0)
    return bool((cosine < -0.8).any())


def draw_sea(page: Page, frame: Frame) -> None:
    """Fill the frame with sea."""
    page.fill(frame.rect.polygon, LIGHT.sea, z=Z["sea"], layer="sea")


def draw_land(page: Page, frame: Frame, *, coast: bool = True) -> None:
    """Fill the land and draw its coast."""
    level = coast_level(frame)
    whole, edge = _land(frame, level)
    page.fill(whole, LIGHT.land, z=Z["land"], layer="land")
    if coast:
        page.line(edge, LIGHT.coast, WIDTHS["coast"], z=Z["coast"], layer="coast")


def draw_borders(page: Page, frame: Frame) -> None:
    """Draw the borders on land, thinner and lighter than the coast; disputed ones dashed."""
    lines, disputed = land.borders()
    for which, layer in ((~disputed, "border"), (disputed, "border_disputed")):
        shape = _put_lines(frame, lines[which])
        dashes = BORDER_DASH if layer == "border_disputed" else None
        page.line(shape, LIGHT.border, WIDTHS["border"], z=Z["border"], dashes=dashes, layer=layer)


def _put_lines(frame: Frame, lines: Iterable[BaseGeometry]) -> BaseGeometry:
    west, south, east, north = frame.bounds
    parts = []
    for turn in (-360.0, 0.0, 360.0) if frame.kind != "lambert" else (0.0,):
        near = [
            part
            for part in lines
            if part.bounds[2] + turn >= west
            and part.bounds[0] + turn <= east
            and part.bounds[3] >= south
            and part.bounds[1] <= north
            and not (frame.kind == "lambert" and _far(part, frame))
        ]
        if near:
            moved = shapely.transform(
                MultiLineString(list(near)),
                lambda c, by=turn: c + (by, 0.0),
            )
            parts.append(frame.put(moved))
    if not parts:
        return shapely.GeometryCollection()
    return shapely.simplify(shapely.union_all(parts), TOLERANCE)


def graticule_step(frame: Frame) -> float:
    """Degrees between graticule lines, so that they stand some 25 to 60 mm apart."""
    west, south, east, north = frame.bounds
    for step in (1, 2, 5, 10, 15, 30):
        if (
            max((east - west) * 35 / frame.rect.width, (north - south) * 30 / frame.rect.height)
            <= step
        ):
            return float(step)
    return 30.0


def _graticule(frame: Frame) -> tuple[dict[float, BaseGeometry], dict[float, BaseGeometry]]:
    step = graticule_step(frame)
    west, south, east, north = frame.bounds
    if frame.kind == "lambert" and east - west >= 359:
        step = max(step, 15.0)
    meridians, parallels = {}, {}
    for lon in np.arange(np.ceil(west / step) * step, east + 1e-9, step):
        line = shapely.segmentize(LineString([(lon, max(south, -85)), (lon, min(north, 85))]), 0.5)
        meridians[float(lon)] = frame.put(line)
    for lat in np.arange(np.ceil(south / step) * step, north + 1e-9, step):
        if abs(lat) <= 85:
            line = shapely.segmentize(LineString([(west, lat), (east, lat)]), 0.5)
            parallels[float(lat)] = frame.put(line)
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
    last = -1e9
    limit = Rect(rect.x0 - 12, rect.y0 - 6, rect.x1 + 12, rect.y1 + 6)
    foot = LineString([(rect.x0, rect.y0 + 0.01), (rect.x1, rect.y0 + 0.01)])
    for lon, line in meridians.items():
        for spot in shapely.get_parts(shapely.intersection(line, foot)):
            if spot.is_empty:
                continue
            x, label = spot.centroid.x, _longitude(lon)
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
    for lat, line in parallels.items():
        for spot in shapely.get_parts(shapely.intersection(line, side)):
            if spot.is_empty:
                continue
            y = min(max(spot.centroid.y - 0.33 * em, rect.y0 + 0.1), rect.y1 - em)
            label = "0°" if lat == 0 else f"{abs(lat):g}°{'N' if lat > 0 else 'S'}"
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


def _longitude(lon: float) -> str:
    lon = (lon + 180) % 360 - 180
    if lon in (0, -180):
        return f"{abs(lon):g}°"
    return f"{abs(lon):g}°{'E' if lon > 0 else 'W'}"


def draw_neatline(page: Page, frame: Frame, width: float = WIDTHS["frame"]) -> None:
    """Draw the frame's edge."""
    page.line(
        shapely.boundary(frame.rect.polygon), LIGHT.ink, width, z=Z["neatline"], layer="neatline"
    )
