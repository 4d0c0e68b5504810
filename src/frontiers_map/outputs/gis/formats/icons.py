"""Symbols as small pictures, for what cannot draw a path: each in a colour, filled or hollow."""

from __future__ import annotations

import hashlib
import io
from typing import Final

import numpy as np
import shapely
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline

from frontiers_map.style import LIGHT
from frontiers_map.symbols import SIDE, SYMBOLS, shape_of

__all__ = ["icon", "icon_name"]

PIXELS: Final = 64
_MARGIN: Final = 2.5  # units of the symbol's square, for the halo
_UNIT: Final = 72 * PIXELS / 100 / (SIDE + 2 * _MARGIN)  # of a symbol's square, in points


def icon_name(symbol: str, colour: str, hollow: bool) -> str:
    """Name a picture by what it shows; a path of an atlas's own by its digest."""
    named = symbol if symbol in SYMBOLS else hashlib.sha256(symbol.encode()).hexdigest()[:12]
    return f"{named}-{colour.removeprefix('#')}{'-hollow' if hollow else ''}.png"


def icon(symbol: str, colour: str, hollow: bool) -> bytes:
    """Draw a symbol on nothing, with a halo, as PNG."""
    figure = Figure(figsize=(PIXELS / 100, PIXELS / 100), dpi=100)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(-_MARGIN, SIDE + _MARGIN), ylim=(SIDE + _MARGIN, -_MARGIN))
    axes.axis("off")
    parts = shapely.get_parts(shapely.orient_polygons(shape_of(symbol)))
    rings = [ring for part in parts for ring in (part.exterior, *part.interiors)]
    outline = Outline.make_compound_path(
        *(Outline(np.asarray(ring.coords), closed=True) for ring in rings)
    )
    inside, edge = (LIGHT.panel, colour) if hollow else (colour, LIGHT.panel)
    for fill, line, width in ((LIGHT.panel, LIGHT.panel, 2 * _MARGIN), (inside, edge, 2.2)):
        drawn = line if hollow or fill == LIGHT.panel else "none"
        patch = PathPatch(
            outline, facecolor=fill, edgecolor=drawn, linewidth=width * _UNIT, joinstyle="round"
        )
        axes.add_patch(patch)
    made = io.BytesIO()
    figure.savefig(made, format="png", transparent=True, metadata={"Software": None})
    return made.getvalue()
