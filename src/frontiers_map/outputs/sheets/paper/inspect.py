"""Count what a reader would stumble over, from the boxes of what was really drawn.

The boxes are measured anew by matplotlib's own text layout, not taken from the placement.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.affinity import rotate
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from frontiers_map.outputs.sheets.paper.page import Page

__all__ = ["Report", "inspect"]

TOUCH = 0.12  # mm that boxes may share: they hold white above x-height and below the baseline


@dataclass(frozen=True)
class Report:
    """What was found.

    Attributes
    ----------
    overlaps
        Pairs of texts that lie over each other.
    over_symbols
        Names that lie over a symbol or a gate.
    outside
        Texts that leave their frame or the page.
    """

    overlaps: tuple[str, ...]
    over_symbols: tuple[str, ...]
    outside: tuple[str, ...]

    @property
    def details(self) -> list[str]:
        """Everything found, in words."""
        return [*self.overlaps, *self.over_symbols, *self.outside]

    def counts(self) -> tuple[int, int, int]:
        """Overlaps, names over symbols, texts outside."""
        return len(self.overlaps), len(self.over_symbols), len(self.outside)


def inspect(page: Page) -> Report:
    """Measure every text of a page as drawn, and compare."""
    import matplotlib as mpl

    with mpl.rc_context({"text.hinting": "none"}):  # as the page is drawn
        areas = _areas(page)
    # a page may have no text at all, and numpy takes an empty list for numbers
    shapes = np.array([area.buffer(-TOUCH) for area, _ in areas], dtype=object)
    names = [name for _, name in areas]
    tree = shapely.STRtree(shapes)
    pairs = tree.query(shapes, predicate="intersects")
    overlaps = sorted(f"{names[a]!r} over {names[b]!r}" for a, b in pairs.T if a < b)
    marks = [shape for _, shape in page.symbols]
    labels = [n for n, item in enumerate(page.texts) if item.role in ("label", "sea")]
    over = []
    if marks and labels:
        hits = shapely.STRtree(marks).query(shapes[labels], predicate="intersects")
        over = sorted(f"{names[labels[a]]!r} over {page.symbols[b][0]}" for a, b in hits.T)
    outside = sorted(
        f"{item.text!r} leaves its frame"
        for item, shape in zip(page.texts, shapes, strict=True)
        if not item.limit.polygon.buffer(1e-6).contains(shape)
    )
    return Report(tuple(overlaps), tuple(over), tuple(outside))


def _areas(page: Page) -> list[tuple[BaseGeometry, str]]:
    renderer = page.canvas.get_renderer()
    scale = 25.4 / page.figure.dpi / page.zoom
    made = []
    for item in page.texts:
        if math.isnan(item.angle):  # letters set one by one: their own boxes
            made.append((item.area, item.text))
            continue
        artist = item.artist
        turn = artist.get_rotation()
        artist.set_rotation(0)
        extent = artist.get_window_extent(renderer)
        artist.set_rotation(turn)
        area: BaseGeometry = box(
            extent.x0 * scale, extent.y0 * scale, extent.x1 * scale, extent.y1 * scale
        )
        if turn:
            area = rotate(area, turn, origin=artist.get_position())
        made.append((area, item.text))
    return made
