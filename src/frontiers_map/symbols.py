"""The symbols of the map, one family, drawn once for page, sheets, QGIS and KML alike.

Each is SVG path data on a 24-unit square, y down, filled by the even-odd rule: a ring inside
another is a hole. So that all read at 12 pixels, strokes are some three units wide, and what is
apart is at least one and a half. An atlas may give path data of its own wherever it names one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from functools import cache
from types import MappingProxyType
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

__all__ = ["MOST", "SIDE", "SYMBOLS", "checked_path", "is_path", "path_of", "shape_of"]

SIDE: Final = 24  # of the square

Point = tuple[float, float]


def _disc(x: float, y: float, r: float) -> str:
    return f"M{x - r:g} {y:g}a{r:g} {r:g} 0 1 1 {2 * r:g} 0a{r:g} {r:g} 0 1 1 {-2 * r:g} 0Z"


def _ring(points: Iterable[Point]) -> str:
    return "M" + "L".join(f"{x:.4g} {y:.4g}" for x, y in points) + "Z"


def _turned(points: Iterable[Point], x: float, y: float, degrees: float) -> list[Point]:
    """Turn points, given along and beside an axis, clockwise and move them."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return [(x + a * c - b * s, y + a * s + b * c) for a, b in points]


def _around(x: float, y: float, times: int, *points: Point) -> str:
    """Repeat points, given along and beside an axis that points up, round a centre."""
    turns = (_turned(points, x, y, 360 * n / times - 90) for n in range(times))
    return _ring(point for turn in turns for point in turn)


def _sector(x: float, y: float, r: float, begin: float, end: float, hole: float = 0) -> str:
    (x1, y1), (x2, y2) = (_turned([(r, 0)], x, y, turn)[0] for turn in (begin, end))
    (x3, y3), (x4, y4) = (_turned([(hole, 0)], x, y, turn)[0] for turn in (end, begin))
    inner = f"A{hole:g} {hole:g} 0 0 0 {x4:.4g} {y4:.4g}" if hole else ""
    return f"M{x1:.4g} {y1:.4g}A{r:g} {r:g} 0 0 1 {x2:.4g} {y2:.4g}L{x3:.4g} {y3:.4g}{inner}Z"


_SNOW = ((2.25, -1.3), (5, -1.3), (7.2, -3.6), (9, -2.4), (8, -1.3), (11, -1.3),
         (11, 1.3), (8, 1.3), (9, 2.4), (7.2, 3.6), (5, 1.3))  # fmt: skip

SYMBOLS: Final = MappingProxyType(
    {
        # plain figures
        "export": "M12 3L21.5 20L2.5 20Z",
        "import": "M12 21L2.5 4L21.5 4Z",
        "pole": _disc(12, 12, 11) + _disc(12, 12, 8) + _disc(12, 12, 5.5),
        "capital": _disc(12, 12, 7) + _disc(12, 12, 4),
        "city": _disc(12, 12, 5),
        "dot": _disc(12, 12, 3),
        "disc": _disc(12, 12, 9),
        "venue": "M12 6L18 12L12 18L6 12Z",
        "diamond": "M12 1.5L22.5 12L12 22.5L1.5 12Z",
        "military": "M5 5H19V19H5Z",
        "company": "M6 6H18V18H6Z",
        "hexagon": "M7 3H17L22.5 12L17 21H7L1.5 12Z",
        "cape": "M12 8L16 16L8 16Z",
        "dart": "M12 2L16 20L12 16L8 20Z",
        "space": "M12 2L14 10L22 12L14 14L12 22L10 14L2 12L10 10Z",
        "star": _around(12, 12.8, 5, (11.5, 0), _turned([(5, 0)], 0, 0, 36)[0]),
        "plus": "M9.5 2H14.5V9.5H22V14.5H14.5V22H9.5V14.5H2V9.5H9.5Z",
        "cross": _around(12, 12, 4, *_turned([(3, -3), (11, -2.5), (11, 2.5)], 0, 0, 45)),
        "drop": "M12 1.5C15.5 7 19 11 19 15.5A7 7 0 0 1 5 15.5C5 11 8.5 7 12 1.5Z",
        "warning": "M12 1.5L23 21.5H1ZM10.5 8.5H13.5L13 14.5H11ZM10.7 16.3H13.3V18.9H10.7Z",
        "no_entry": _disc(12, 12, 10) + "M5.5 10H18.5V14H5.5Z",
        "person": _disc(12, 5.8, 4.3) + "M4 22.5C4 14.5 7 11.8 12 11.8C17 11.8 20 14.5 20 22.5Z",
        # ships and what they pass
        "anchor": "M10.5 7.7A3.3 3.3 0 1 1 13.5 7.7V9.3H17V12.2H13.5V19.1A7 7 0 0 0 18.3 15.6"
        "L16 14.6L21.6 11L23 17.3L20.9 16.6A10 10 0 0 1 3.1 16.6L1 17.3L2.4 11L8 14.6L5.7 15.6"
        "A7 7 0 0 0 10.5 19.1V12.2H7V9.3H10.5Z" + _disc(12, 4.8, 1.3),
        "port": "M8 1.5H16V5H19.5V10.5L12 8L4.5 10.5V5H8ZM3 12.8L12 9.8L21 12.8L18.5 19.5H5.5Z"
        "M2 20.8H22V23H2Z",
        "ship": "M1.5 14.5H22.5L19.5 21H4.5ZM3.5 4.5H7V13H3.5ZM8.5 8H13.5V13H8.5Z"
        "M15 8H20V13H15Z",
        "tanker": "M1.5 14.5H22.5L19.5 21H4.5ZM2.5 5.5H5.5V13H2.5Z"
        "M7 13A3.6 3.6 0 0 1 14.2 13ZM15.6 13A3.4 3.4 0 0 1 22.4 13Z",
        "naval": "M4 8L20 8L16 17L8 17Z",
        "naval_base": "M1 14H4V11.5H8V8H10.5V3H13.5V8H16V11.5H18L22 9.5V12L20 14H23L20 20.5H4Z",
        "submarine": "M5.5 11.5H9.5V6H11V2.5H14V6H15.5V11.5H18.5A4.6 4.6 0 0 1 18.5 20.7H5.5"
        "A4.6 4.6 0 0 1 5.5 11.5Z",
        "patrol": "M12 1.5L21 4.5V11C21 17 17.5 20.8 12 23C6.5 20.8 3 17 3 11V4.5Z"
        "M6.5 12L12 7.5L17.5 12V16L12 11.5L6.5 16Z",
        "wreck": "M14.9 14.6L20 6.5L17.8 5.2L12.8 13.3L9 10.9L11.9 6.2L7.2 3.3L4.3 8L2.2 6.6"
        "L1.2 14.9L2.4 15.6H16.5Z"
        "M1.5 17.3L5 19.6L8.5 17.3L12 19.6L15.5 17.3L19 19.6L22.5 17.3V20.7L19 23L15.5 20.7L12 23"
        "L8.5 20.7L5 23L1.5 20.7Z",
        "lighthouse": "M9.5 4.5L12 1.5L14.5 4.5V7.2H9.5ZM9.4 8.8H14.6L15.3 13H8.7Z"
        "M8.4 14.8H15.6L17 22.5H7ZM1.5 1.8L7.7 4.4V6.9L1.5 9.5ZM22.5 1.8L16.3 4.4V6.9L22.5 9.5Z",
        "buoy": _disc(12, 3.9, 2.6) + "M9.2 8H14.8L18.3 17.5H5.7ZM2 19.2H22V22.2H2Z",
        "lock": "M1.5 2H22.5V6H1.5ZM1.5 18H22.5V22H1.5ZM12.5 7.5H17L12 12L17 16.5H12.5L7.5 12Z",
        "bridge": "M1.5 6.5H22.5V19.5H19A7 7 0 0 0 5 19.5H1.5Z",
        "container": "M1.5 5H22.5V19H1.5ZM5 8.5H7.4V15.5H5ZM10.8 8.5H13.2V15.5H10.8Z"
        "M16.6 8.5H19V15.5H16.6Z",
        "shipyard": "M16.5 22.5V5.5H4V2.5H22.5V5.5H19.5V22.5ZM7 7H9.5V11H14.5L12.7 18H4L2 11H7Z"
        "M1.5 19.5H14.5V22.5H1.5Z",
        # energy and cables
        "energy": "M10.5 1H18L14.5 8.5H20.5L7.5 23L10 14H4Z",
        "power_station": "M3 3H21V21H3ZM11 4.5H16L13.7 9.5H18L9 19.5L10.7 13.5H6.5Z",
        "nuclear": "".join(_sector(12, 12.8, 11, turn - 30, turn + 30, 4) for turn in
                           (90, 210, 330)) + _disc(12, 12.8, 2.4),
        "wind_turbine": "M10.5 .8H13.5L14.5 8L20.9 12.8L19.4 15.4L12 12.3L4.6 15.4L3.1 12.8L9.5 8Z"
        "M10.3 15.2L12 14.4L13.7 15.2L14.8 23.2H9.2Z",
        "oil_rig": "M9.8 1.5H14.2L19.4 19.5H22V22.5H2V19.5H4.6ZM11.6 6H12.4L13.6 10.3H10.4Z"
        "M9.6 13H14.4L16.2 19.5H7.8Z",
        "platform": "M2 10H8.6L10.4 1.5H13.6L15.4 10H22V13.5H19.8V22.5H16.6V18.7H7.4V22.5H4.2V13.5"
        "H2ZM7.4 13.5H16.6V15.9H7.4Z",
        "refinery": "M2 22.5V10.7A2.7 2.7 0 0 1 7.4 10.7V22.5ZM9 22.5V5.7A2.7 2.7 0 0 1 14.4 5.7"
        "V22.5ZM17.2 22.5V12H20.8V22.5ZM19 1.5C23 5.5 22.5 10.2 19 10.2C15.5 10.2 15.5 6 19 1.5Z",
        "tank": "M3.5 6A8.5 3.8 0 0 1 20.5 6A8.5 3.8 0 0 1 3.5 6Z"
        "M3.5 9.8A8.5 3.8 0 0 0 20.5 9.8V18.5A8.5 3.8 0 0 1 3.5 18.5Z",
        "pipeline_end": "M1.5 8H13V16H1.5ZM14.5 3.5H18V20.5H14.5ZM19.5 8H22.5V16H19.5Z",
        "valve": "M1.5 9L9 12.7V8.5H6.5V5H17.5V8.5H15V12.7L22.5 9V21L12 15.8L1.5 21Z",
        "cable_landing": "M1.5 18C8.5 18 5 6.6 12.8 6.6A5 5 0 1 1 12.8 10C9 10 11 21.2 1.5 21.2Z"
        + _disc(17.5, 8.3, 2) + "M12.5 19H22.5V22H12.5Z",
        "data_centre": "M3 2H21V7.4H3ZM3 9.3H21V14.7H3ZM3 16.6H21V22H3ZM15 3.5H18.5V5.9H15Z"
        "M15 10.8H18.5V13.2H15ZM15 18.1H18.5V20.5H15Z",
        "factory": "M1.5 22.5V11.5L8 7.5V11.5L14.5 7.5V11.5H16.3L17.2 1.5H20.8L22.5 22.5Z"
        "M5 15H8V18.5H5ZM11.3 15H14.3V18.5H11.3Z",
        # incidents and force
        "explosion": _around(12, 12, 8, (11.5, 0), _turned([(5.6, 0)], 0, 0, 22.5)[0]),
        "attack": _around(12, 12, 4, (8.2, -1.6), (11.5, -1.6), (11.5, 1.6), (8.2, 1.6),
                          *(_turned([(8.4, 0)], 0, 0, turn)[0] for turn in (25, 45, 65)))
        + _disc(12, 12, 5.2) + _disc(12, 12, 2.3),
        "mine": _around(12, 12, 8, (7, -1.4), (11.3, -1.4), (11.3, 1.4), (7, 1.4))
        + _disc(9.7, 9.7, 1.7),
        "missile": "M22.5 1.5L19.8 7.6L12.5 14.9L13 20L10.5 22.5L8.2 19.2L4.8 15.8L1.5 13.5"
        "L4 11L9.1 11.5L16.4 4.2ZM4.3 17.4L6.6 19.7L1.5 22.5Z",
        "drone": "".join(_disc(x, y, 4) + _disc(x, y, 1.3) for x in (5.5, 18.5)
                         for y in (5.5, 18.5))
        + _around(12, 12, 4, *_turned([(2.2, -2.2), (4.9, -1.5), (4.9, 1.5)], 0, 0, 45)),
        "seizure": "M9.6 12.4A5.3 5.3 0 1 0 11.6 14.4L14.4 11.6A5.3 5.3 0 1 0 12.4 9.6Z"
        + _disc(7, 17, 2.6) + _disc(17, 7, 2.6),
        "checkpoint": "M2 6H7V22.5H2ZM8.5 8.5H12.3L10.6 13.5H8.5ZM14.2 8.5H17.7L16 13.5H12.5Z"
        "M19.6 8.5H22.5V13.5H17.9Z",
        "radar": _disc(12, 12, 10.7) + _disc(12, 12, 7.9)
        + _sector(12, 12, 6.2, -90, 0) + _disc(8.6, 15, 1.7),
        "satellite_dish": "M3.5 4.5A9 9 0 0 0 16.5 17.5ZM11.3 10.6L15 6.9L16.9 8.8L13.2 12.5Z"
        + _disc(18, 5.8, 2.6) + "M6 19.5L12 21.2V22.8H2.5Z",
        # life at sea and ashore
        "fish": "M1.5 12C5 5.5 12 5 17 10.7L22.5 6.2V17.8L17 13.3C12 19 5 18.5 1.5 12Z"
        + _disc(6.7, 10.8, 1.4),
        "fishing": "M14.5 1.5H18.5V15.5A7 7 0 0 1 4.5 15.5V7.5L11.5 15H8.7"
        "A2.9 2.9 0 0 0 14.5 15Z",
        "whale": "M12 9C10 4.5 5 2.8 1.5 3.3C2.5 8 6 11 9.8 11.5C9.8 15 8.5 17.5 6 19H18"
        "C15.5 17.5 14.2 15 14.2 11.5C18 11 21.5 8 22.5 3.3C19 2.8 14 4.5 12 9Z"
        "M2 20.5H22V23H2Z",
        "coral": "M10.4 22.5V17.5C5 17 2.5 14 2.5 8.5H5.5C5.5 12 6.5 13.5 10.4 14.3V10.5"
        "C8 9.5 6.8 7.5 6.8 3.5H9.6C9.6 5.6 9.9 6.8 11 7.6L12 1.5H15L13.6 9.5V14.3"
        "C15.8 13.6 16 11 16 5.5H19V8.3C19 8.3 19 8 22 8C22 14 19 17.3 13.6 17.5V22.5Z",
        "ice": _around(12, 12, 6, *_SNOW),
        "research_station": "M8 1.5H16V4.5H14.5V9.5L21.5 20L20 22.5H4L2.5 20L9.5 9.5V4.5H8Z"
        "M11.7 11.5H12.3L14.6 15H9.4Z",
        "flag": "M3.5 1.5H6.7V3H21L17.5 8.3L21 13.6H6.7V22.5H3.5Z",
        "embassy": "M12 1.5L22.5 7.5V9.7H1.5V7.5ZM3.5 11.2H7V18.3H3.5ZM10.2 11.2H13.8V18.3H10.2Z"
        "M17 11.2H20.5V18.3H17ZM1.5 19.8H22.5V22.8H1.5Z",
        "airfield": "M12 1.5C13.3 1.5 14 3 14 4.5V9L22.5 14V17L14 14.5V18.8L17 21V23L12 21.7L7 23"
        "V21L10 18.8V14.5L1.5 17V14L10 9V4.5C10 3 10.7 1.5 12 1.5Z",
        "camp": "M12 2.5L23.3 21.5H.7ZM12 12L16 21.5H8Z",
        "hospital": "M3 3H21V21H3ZM10 6H14V10H18V14H14V18H10V14H6V10H10Z",
    }
)  # fmt: skip

_STARTS: Final = re.compile(r"\s*[Mm]\s*[-+.\d]")
_TOKENS: Final = re.compile(r"[A-Za-z]|[-+]?(?:\d+\.?\d*|\.\d+)")
# how many numbers a command takes
_TAKES: Final = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}
MOST: Final = 1000  # characters of a path
LEAST: Final = 12.0  # square units that a path must cover to be seen
_STEPS: Final = np.linspace(0, 1, 13)[1:, None]


def path_of(symbol: str) -> str:
    """Give the path data of a symbol by its name; data as they are.

    Examples
    --------
    >>> path_of("venue"), path_of("M2 2L22 2L12 22Z")
    ('M12 6L18 12L12 18L6 12Z', 'M2 2L22 2L12 22Z')
    """
    return SYMBOLS.get(symbol, symbol)


def is_path(text: str) -> bool:
    """Tell whether a text begins as path data do, and as no name does."""
    return bool(_STARTS.match(text))


def checked_path(data: str) -> str:
    """Give path data anew, from nothing but the commands and numbers that were read.

    Raises
    ------
    ValueError
        If it is no path, too long, leaves the square, or covers next to nothing of it.

    Examples
    --------
    >>> checked_path("m2,2 h20 v20.0 h-20 z")
    'm2 2h20v20h-20z'
    """
    if len(data) > MOST:
        raise ValueError(f"it has {len(data)} characters")
    if _TOKENS.sub("", data).strip(" ,\t\n"):
        raise ValueError("it has signs that are no command and no number")
    parts: list[tuple[str, list[float]]] = []
    for token in _TOKENS.findall(data):
        if token.isalpha():
            parts.append((token, []))
        elif not parts:
            raise ValueError("it does not begin with M")
        else:
            parts[-1][1].append(float(token))
    if not parts or parts[0][0] not in "Mm":
        raise ValueError("it does not begin with M")
    for command, numbers in parts:
        _check(command, numbers)
    path = "".join(c + " ".join(f"{n:.6g}" for n in numbers) for c, numbers in parts)
    rings = _rings(path)
    west, north, east, south = shapely.total_bounds(rings) if rings else (0, 0, 0, 0)
    if not (west >= -0.01 and north >= -0.01 and east <= SIDE + 0.01 and south <= SIDE + 0.01):
        reach = f"x {west:.4g} to {east:.4g}, y {north:.4g} to {south:.4g}"
        raise ValueError(f"it reaches over {reach}")
    if shape_of(path).area < LEAST:
        raise ValueError("it fills next to nothing: an area is filled, lines are not drawn")
    return path


def _check(command: str, numbers: list[float]) -> None:
    if (takes := _TAKES.get(command.upper())) is None:
        raise ValueError(f"{command} is no command of it")
    if len(numbers) % takes if takes and numbers else bool(numbers) != bool(takes):
        told = f"them by {takes}" if takes else "none"
        raise ValueError(f"{command} has {len(numbers)} numbers; it takes {told}")
    if command in "Aa" and not {*numbers[3::7], *numbers[4::7]} <= {0, 1}:
        raise ValueError(f"the fourth and fifth number of {command} are 0 or 1")


@cache
def shape_of(symbol: str) -> BaseGeometry:
    """Give the area of a symbol, a name of the set or path data, in its square, y down."""
    shape: BaseGeometry = shapely.Polygon()
    for ring in _rings(path_of(symbol)):
        # a ring that crosses itself is mended by the even-odd rule, too
        shape = shape.symmetric_difference(shapely.make_valid(shapely.Polygon(ring)))
    return shapely.union_all([part for part in shapely.get_parts(shape) if part.area])


def _rings(path: str) -> list[BaseGeometry]:
    """Give each ring of a path as a closed line, curves in twelve steps."""
    from fontTools.pens.recordingPen import RecordingPen  # two need it, all commands come by here
    from fontTools.svgLib.path import parse_path

    pen = RecordingPen()
    parse_path(path, pen)
    rings: list[NDArray[np.float64]] = []
    for command, points in pen.value:
        to = np.asarray(points, float).reshape(-1, 2)
        if command == "moveTo":
            rings.append(to)
        elif command == "lineTo":
            rings[-1] = np.vstack([rings[-1], to])
        elif command in ("curveTo", "qCurveTo"):
            rings[-1] = np.vstack([rings[-1], _curve(np.vstack([rings[-1][-1:], to]))])
    return [shapely.LinearRing(ring) for ring in rings if len(ring) > 2]


def _curve(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Follow a Bézier curve by its control points (de Casteljau), without its first point."""
    at = np.repeat(points[:, None, :], len(_STEPS), axis=1)
    while len(at) > 1:
        at = at[:-1] * (1 - _STEPS) + at[1:] * _STEPS
    line: NDArray[np.float64] = at[0]
    return line
