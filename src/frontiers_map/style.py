"""One palette, one set of looks, one type scale: page, sheets and QGIS all read them here.

Colours are named by role, never by hue. `geodata/` names roles too, so that another atlas can
give its own suppliers one of the route roles. Widths and type sizes are in points: a pixel is
0.75 pt, a millimetre 2.835 pt. The route colours come from a search over hue and lightness that
kept every two suppliers at least 26 apart (light), 22 (dark) in CIELAB under normal sight,
protanopia, deuteranopia and tritanopia, and at least 4.5:1 against the halo.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Final

__all__ = [
    "BORDER_DASH",
    "DARK",
    "DASHES",
    "DEEP",
    "DEEP_OPACITY",
    "FEATURE_LOOKS",
    "INKS",
    "LEAST_CONTRAST",
    "LIGHT",
    "LOOKS",
    "OWN",
    "ROUTE_ROLES",
    "TYPE",
    "WIDTHS",
    "Look",
    "Palette",
    "contrast",
    "mix",
    "on_dark",
    "route_width",
    "visible",
]


@dataclass(frozen=True)
class Palette:
    """Colours by role, each ``#rrggbb``; washes and stripes carry an opacity beside them."""

    paper: str
    panel: str
    sea: str
    shoal: str
    land: str
    coast: str
    border: str
    graticule: str
    ink: str
    quiet: str
    faint: str
    sea_name: str
    accent: str
    closed: str
    restricted: str
    open: str
    gate: str
    region_first: str
    region_first_opacity: float
    region_second: str
    region_second_opacity: float
    overlap: str
    overlap_opacity: float
    link: str
    route_green: str
    route_gold: str
    route_blue: str
    route_charcoal: str
    route_magenta: str
    route_rust: str
    route_plum: str
    route_other: str

    def colours(self) -> dict[str, str]:
        """Give the roles that are colours, in order of declaration."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {role: value for role, value in values.items() if isinstance(value, str)}


LIGHT: Final = Palette(
    paper="#fbfaf6",
    panel="#fdfcf9",
    sea="#e9f0f2",
    shoal="#dfe9ec",
    land="#e9e4da",
    coast="#a59d8f",
    border="#cfc7b8",
    graticule="#c9d6da",
    ink="#1d2529",
    quiet="#59636a",
    faint="#d9d5cb",
    sea_name="#33586f",
    accent="#a3174f",
    closed="#c8102e",
    restricted="#a05a00",
    open="#1f6f4a",
    gate="#1d2529",
    region_first="#2f7fa3",
    region_first_opacity=0.17,
    region_second="#dd9426",
    region_second_opacity=0.36,
    overlap="#c9780d",
    overlap_opacity=0.9,
    link="#7d3b62",
    route_green="#008450",
    route_gold="#8a6e00",
    route_blue="#3a46cb",
    route_charcoal="#393d3f",
    route_magenta="#cd2b92",
    route_rust="#6d1800",
    route_plum="#430053",
    route_other="#59636a",
)

DARK: Final = Palette(
    paper="#12191d",
    panel="#151d22",
    sea="#0e1b23",
    shoal="#122530",
    land="#262c2e",
    coast="#59615f",
    border="#3b4344",
    graticule="#1d2f39",
    ink="#e9edee",
    quiet="#a3adb2",
    faint="#2b353a",
    sea_name="#7fa9c0",
    accent="#f06a9b",
    closed="#ff5a5f",
    restricted="#f0a94a",
    open="#6fcf9c",
    gate="#e9edee",
    region_first="#4aa8d4",
    region_first_opacity=0.17,
    region_second="#e5a545",
    region_second_opacity=0.30,
    overlap="#d79a3e",
    overlap_opacity=0.9,
    link="#d79ac0",
    route_green="#5ec887",
    route_gold="#f6e27d",
    route_blue="#8a8df5",
    route_charcoal="#c9d7d0",
    route_magenta="#da75b2",
    route_rust="#f67c1b",
    route_plum="#ffabfd",
    route_other="#a3adb2",
)

ROUTE_ROLES: Final = tuple(role for role in LIGHT.colours() if role.startswith("route_"))


@dataclass(frozen=True)
class Look:
    """How one status of a layer is drawn, by every renderer.

    Attributes
    ----------
    dash : tuple of float
        Pattern of a line in multiples of its width; a line without one is solid.
    hollow : bool
        Whether a symbol is an outline only.
    ink : str
        Role of the colour; the layer's own where it is empty.
    tone : str
        Role of the colour in which the status is told: open, restricted or closed.
    """

    dash: tuple[float, ...] = ()
    hollow: bool = False
    ink: str = ""
    tone: str = "restricted"


_AGREED = Look(dash=(4.5, 2.7))
_INTENDED = Look(dash=(1.8, 2.7))
_OVER = Look(dash=(0.9, 3.6), tone="closed")
_NOT_YET = Look(hollow=True)
_OUT_OF_USE = Look(hollow=True, tone="closed")

# layer -> status -> its look: every status of the layer's model, and the order of the legend
LOOKS: Final[Mapping[str, Mapping[str, Look]]] = MappingProxyType(
    {
        "routes": {
            "active": Look(tone="open"),
            "planned": Look(dash=(3.0, 2.2)),
            "emergency": Look(dash=(5.0, 2.0)),
            "halted": Look(dash=(2.0, 2.0), tone="closed"),
            "seasonal": Look(dash=(1.0, 2.0)),
            "alternative": Look(dash=(1.0, 1.6)),
        },
        "links": {
            "in_force": Look(tone="open"),
            "running": Look(tone="open"),
            "declared": _AGREED,
            "memorandum": _AGREED,
            "planned": _INTENDED,
            "provisional": _INTENDED,
            "held": _OVER,
            "ended": _OVER,
        },
        "terminals": {
            "operating": Look(tone="open"),
            "construction": _NOT_YET,
            "proposed": _NOT_YET,
            "idle": _OUT_OF_USE,
            "mothballed": _OUT_OF_USE,
            "shelved": _OUT_OF_USE,
            "cancelled": _OUT_OF_USE,
            "retired": _OUT_OF_USE,
        },
        "gates": {
            "closed": Look(ink="closed", tone="closed"),
            "restricted": Look(ink="restricted"),
            "open": Look(tone="open"),
            "unknown": Look(),
        },
        "events": {
            "done": Look(tone="open"),
            "ongoing": Look(),
            "planned": _NOT_YET,
            "expected": _NOT_YET,
            "unconfirmed": _NOT_YET,
            "lapsed": _OUT_OF_USE,
        },
    }
)
# How features of layers of one's own are drawn by their state (`analysis.states`).
FEATURE_LOOKS: Final[Mapping[str, Look]] = MappingProxyType(
    {
        "in_service": Look(tone="open"),
        "out": Look(dash=(1.4, 1.6), hollow=True, ink="closed", tone="closed"),
        "over": Look(dash=(0.9, 3.6), hollow=True, ink="quiet", tone="closed"),
        "ahead": _NOT_YET,
    }
)
# Lines of layers of one's own, in multiples of the line's width.
DASHES: Final[Mapping[str, tuple[float, ...]]] = MappingProxyType(
    {"solid": (), "dashed": (4.5, 2.7), "dotted": (1.0, 1.8)}
)
# Borders that states dispute, in multiples of the line's width.
BORDER_DASH: Final = (3.1, 3.1)
# painted over the sea and its washes once for each level of depth: beneath, all stays readable
DEEP: Final = "#2b5d78"
DEEP_OPACITY: Final = 0.04

# Layers of one's own: widths of lines and of outlines, size of symbols, opacity of a fill.
OWN: Final = MappingProxyType({"line": 1.4, "area": 0.8, "symbol": 9.0, "wash": 0.22})

WIDTHS: Final = MappingProxyType(
    {
        "coast": 0.3,
        "border": 0.3,
        "graticule": 0.25,
        "frame": 0.6,
        "region_edge": 0.6,
        "gate": 1.5,
        "gate_casing": 2.6,
        "link": 0.8,
        "route_casing": 1.6,
        "stripe": 1.3,
        "stripe_gap": 4.8,
    }
)


def route_width(mt_year: float | None) -> float:
    """Line width in points of a route whose supplier sends `mt_year` million tonnes a year.

    Tonnes, not shares: importers of different size stand on one map. A route of which nothing is
    known gets the thinnest line, so that width never overstates.
    """
    return 1.1 + 0.1 * (mt_year or 0.0)


# Type sizes in points at print size; the page multiplies by 4/3 into pixels.
TYPE: Final = MappingProxyType(
    {
        "title": 27.0,
        "deck": 11.5,
        "head": 8.2,
        "pole": 10.5,
        "capital": 7.4,
        "terminal": 6.6,
        "gate": 6.6,
        "route": 6.6,
        "ocean": 13.0,
        "sea": 7.6,
        "small": 5.8,
        "graticule": 5.5,
    }
)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(colour: str, ground: str, weight: float) -> str:
    """Paint `colour` at opacity `weight` on `ground` and give the opaque result.

    Examples
    --------
    >>> mix("#000000", "#ffffff", 0.5)
    '#808080'
    """
    pairs = zip(_channels(colour), _channels(ground), strict=True)
    return "#" + "".join(f"{round(c * weight + g * (1 - weight)):02x}" for c, g in pairs)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21, by WCAG 2.2 (relative luminance).

    Examples
    --------
    >>> contrast("#000000", "#ffffff")
    21.0
    """

    def luminance(colour: str) -> float:
        linear = [
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
            for c in (channel / 255 for channel in _channels(colour))
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return round((high + 0.05) / (low + 0.05), 10)


# Of what is no text but must be seen, by WCAG 2.2, 1.4.11.
LEAST_CONTRAST: Final = 3.0


def visible(colour: str) -> bool:
    """Tell whether a text is a colour ``#rrggbb`` that can be seen on the sea.

    Examples
    --------
    >>> visible("#a3174f"), visible("#ffe96b"), visible("red")
    (True, False, False)
    """
    known = re.fullmatch(r"#[0-9a-fA-F]{6}", colour)
    return bool(known) and contrast(colour, LIGHT.sea) >= LEAST_CONTRAST


def on_dark(colour: str) -> str:
    """Lighten a colour as far as it needs to be seen on the sea of the dark palette.

    Examples
    --------
    >>> on_dark("#ff5a5f"), on_dark("#0000ff")
    ('#ff5a5f', '#4747ff')
    """
    steps = (mix("#ffffff", colour, step / 50) for step in range(51))
    return next(one for one in steps if contrast(one, DARK.sea) >= LEAST_CONTRAST)


# Roles in which a line or a symbol can be seen on the sea, by day and by night.
INKS: Final = tuple(
    role
    for role, colour in LIGHT.colours().items()
    if contrast(colour, LIGHT.sea) >= LEAST_CONTRAST
    and contrast(DARK.colours()[role], DARK.sea) >= LEAST_CONTRAST
)
