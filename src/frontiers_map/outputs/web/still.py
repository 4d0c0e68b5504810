"""The map as a still picture in SVG, for a reader without JavaScript.

Land, regions, routes, the two poles and the closed gates, in the page's own projection and
colours; small, because it travels in every page beside the data of the real map.
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import shapely

from frontiers_map.geo import land

__all__ = ["still"]

WIDTH = 1000
_LEAST_KM2_DEGREES = 4.0
_STEP = 0.45

Point = tuple[float, float]


def still(known: Mapping[str, Any], title: str) -> str:
    """Give the picture of a page's facts as an ``svg`` element.

    Parameters
    ----------
    known
        The page's facts.
    title
        What the picture is called, for those who cannot see it.
    """
    west, south, east, north = known["view"] or (-30, -60, 270, 75)
    east = max(east, west + 90)
    south, north = max(-62.0, south - 4), min(80.0, north + 4)
    scale = WIDTH / (east - west)
    height = round((_northing(north) - _northing(south)) * scale)

    def at(point: Point) -> Point:
        return (point[0] - west) * scale, (_northing(north) - _northing(point[1])) * scale

    shown = _Frame(west, south, east, north)
    parts = [f'<rect class="fm-still-sea" width="{WIDTH}" height="{height}"/>']
    recommended = {family["recommended"] for family in known["families"]}
    for number, region in enumerate(r for r in known["regions"] if r["id"] in recommended):
        rings = [_path(ring, 100) for ring in region["steps"][-1]]
        parts.append(_shape(f"fm-still-region{number % 2}", shown.copies(rings), at, closed=True))
    parts.append(_shape("fm-still-land", shown.copies(_land()), at, closed=True))
    for route in known["routes"]:
        if route["draw"]:
            width = max(1.0, route["width"] * 0.55)
            line = shapely.simplify(shapely.LineString(_path(route["line"], 1000)), 0.3)
            shape = _shape(
                f"fm-still-route fm-still-{route['role'].replace('_', '-')}",
                shown.copies([list(line.coords)]), at, closed=False,
            )  # fmt: skip
            parts.append(shape.replace("<path ", f'<path stroke-width="{width:.1f}" '))
    for place in known["places"]:
        if place.get("pole"):
            parts += _pole(place, shown, at)
    name = html.escape(title, quote=True)
    return (
        f'<svg id="fm-still" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{name}">'
        f"{''.join(parts)}</svg>"
    )


def _northing(lat: float) -> float:
    """Miller's northing in degrees at the equator."""
    return math.degrees(1.25 * math.log(math.tan(math.pi / 4 + 0.4 * math.radians(lat))))


def _path(deltas: Sequence[int], per: int) -> list[Point]:
    x = y = 0
    out = []
    for dx, dy in zip(deltas[::2], deltas[1::2], strict=True):
        x, y = x + dx, y + dy
        out.append((x / per, y / per))
    return out


def _land() -> list[list[Point]]:
    """Outlines of the larger lands, coarsely."""
    shape = shapely.simplify(land.coast("110m"), _STEP)
    parts = shapely.get_parts(shape)
    return [
        [(float(x), float(y)) for x, y in shapely.get_coordinates(part.exterior)]
        for part in parts
        if part.area > _LEAST_KM2_DEGREES
    ]


class _Frame:
    """The window of the picture, in unwrapped degrees."""

    def __init__(self, west: float, south: float, east: float, north: float) -> None:
        self.west, self.south, self.east, self.north = west, south, east, north

    def copies(self, lines: Iterable[Sequence[Point]]) -> list[list[Point]]:
        """Give each line in every copy of the world that the window meets."""
        out = []
        for line in lines:
            xs = [x for x, _ in line]
            first = math.ceil((self.west - max(xs)) / 360)
            last = math.floor((self.east - min(xs)) / 360)
            out += [[(x + 360 * k, y) for x, y in line] for k in range(first, last + 1)]
        return out


def _shape(css: str, lines: Iterable[Sequence[Point]], at: Any, *, closed: bool) -> str:
    """One path: areas in whole units of the picture, lines in tenths; steps, which are short."""
    per = 1 if closed else 10
    out = []
    for line in lines:
        points: list[tuple[int, int]] = []
        for lon, lat in line:
            x, y = at((lon, max(-85.0, min(85.0, lat))))
            point = (round(x * per), round(y * per))
            if not points or points[-1] != point:
                points.append(point)
        if len(points) > (2 if closed else 1):
            steps = [(u - x, v - y) for (x, y), (u, v) in pairwise(points)]
            text = " ".join(f"{_tenths(x, per)} {_tenths(y, per)}" for x, y in steps)
            (x, y), end = points[0], "z" if closed else ""
            out.append(f"M{_tenths(x, per)} {_tenths(y, per)}l{text.replace(' -', '-')}{end}")
    return f'<path class="{css}" d="{"".join(out)}"/>'


def _tenths(value: int, per: int) -> str:
    return f"{value / per:g}"


def _pole(place: Mapping[str, Any], shown: _Frame, at: Any) -> list[str]:
    out = []
    for ((x, y),) in shown.copies([[(place["lon"], place["lat"])]]):
        u, v = at((x, y))
        name = html.escape(place["name"][0], quote=True)
        out.append(
            f'<circle class="fm-still-pole" cx="{u:.1f}" cy="{v:.1f}" r="5"/>'
            f'<text x="{u + 9:.1f}" y="{v + 5:.1f}">{name}</text>'
        )
    return out
