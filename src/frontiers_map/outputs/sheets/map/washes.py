"""Regions as washes over the sea, with hard or soft edges, and their overlap in stripes.

The first family is a flat wash. The second is drawn beside it as a wash of its own, and over it
as stripes: two see-through colours would blend to mud, stripes read as "both", in grey print too.
A soft edge is a nest of shapes in opaque, ready-mixed colours: the same in every viewer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

import numpy as np
import shapely
from shapely.geometry import MultiLineString
from shapely.geometry.base import BaseGeometry

from frontiers_map.outputs.sheets.map.basemap import Z, coast_level, land_on_page
from frontiers_map.outputs.sheets.map.projection import Frame
from frontiers_map.outputs.sheets.paper.page import Page
from frontiers_map.style import LIGHT, WIDTHS, mix

__all__ = ["Wash", "draw_edges", "draw_washes", "hatching", "overlap_on_page", "wash_colour"]

STEPS: Final = 14
FADE: Final = 7.0  # mm over which a soft edge runs out
STRIPE: Final = 0.46
STRIPE_EVERY: Final = 1.7
FINE: Final = 0.02  # mm; what an outline may move when vertices that no printer shows are dropped


@dataclass(frozen=True)
class Wash:
    """A region to paint: its geometry, whether its edge is soft, and which wash (0 or 1) it is."""

    id: str
    geometry: BaseGeometry
    soft: bool
    second: bool


def wash_colour(second: bool) -> tuple[str, float]:
    """Colour and opacity of a wash; on paper a little stronger than on a screen."""
    if second:
        return LIGHT.region_second, LIGHT.region_second_opacity + 0.07
    return LIGHT.region_first, LIGHT.region_first_opacity + 0.03


@lru_cache(maxsize=64)
def _on_page(geometry: BaseGeometry, frame: Frame, margin: float) -> BaseGeometry:
    return shapely.simplify(frame.put_all(geometry, margin=margin), FINE)


@lru_cache(maxsize=64)
def _nest(
    geometry: BaseGeometry, frame: Frame, soft: bool, fade: float
) -> tuple[tuple[BaseGeometry, float], ...]:
    """Give shapes from the outside in, each with the weight (0 to 1) of its colour."""
    whole = _on_page(geometry, frame, fade + 3)
    if not soft or whole.is_empty:
        return ((whole, 1.0),)
    edge = _sea_edge(whole, frame, fade + 2)
    made = []
    for step in range(STEPS):
        inset = fade * step / STEPS
        shape = (
            shapely.difference(whole, shapely.buffer(edge, inset, quad_segs=6)) if inset else whole
        )
        made.append((shapely.simplify(shape, FINE), 1 - (1 - (step + 1) / STEPS) ** 1.6))
    return tuple(made)


def _sea_edge(whole: BaseGeometry, frame: Frame, margin: float) -> BaseGeometry:
    """The part of a region's outline that lies on the sea: the part that is a claim of ours.

    Where the world ends on paper no region does.
    """
    inside = shapely.buffer(frame.reach(margin), -0.5, join_style="mitre")
    edge = shapely.intersection(shapely.boundary(whole), inside)
    return shapely.difference(edge, _shore(frame))


@lru_cache(maxsize=32)
def _shore(frame: Frame) -> BaseGeometry:
    """Land, a little grown and rounded: what an outline must stay clear of to lie at sea."""
    coarser: Literal["50m", "110m"] = "50m" if coast_level(frame) == "10m" else "110m"
    land = shapely.simplify(land_on_page(frame, coarser), 0.15)
    shore = shapely.buffer(land, 0.25, quad_segs=2)
    shapely.prepare(shore)
    return shore


def draw_washes(
    page: Page,
    frame: Frame,
    washes: Sequence[Wash],
    *,
    scale: float = 1.0,
    clear: Sequence[BaseGeometry] = (),
) -> None:
    """Paint the regions, and stripes where a second one lies over a first, but not on `clear`."""
    first = [wash for wash in washes if not wash.second]
    under = shapely.union_all([_on_page(wash.geometry, frame, 0) for wash in first])
    for wash in first:
        colour, opacity = wash_colour(False)
        for shape, weight in _nest(wash.geometry, frame, wash.soft, FADE * scale):
            page.fill(
                shapely.intersection(shape, frame.world),
                mix(colour, LIGHT.sea, opacity * weight),
                z=Z["wash"],
                layer="region_first",
            )
    for wash in washes:
        if not wash.second:
            continue
        colour, opacity = wash_colour(True)
        nest = _nest(wash.geometry, frame, wash.soft, FADE * scale)
        for shape, weight in nest:
            alone = shapely.difference(shapely.intersection(shape, frame.world), under)
            page.fill(
                alone,
                mix(colour, LIGHT.sea, opacity * weight),
                z=Z["wash"] + 0.5,
                layer="region_second",
            )
        striped = shapely.difference(under, shapely.union_all(clear)) if clear else under
        _stripes(page, frame, nest[::2], striped, scale)


def _stripes(
    page: Page,
    frame: Frame,
    nest: Sequence[tuple[BaseGeometry, float]],
    under: BaseGeometry,
    scale: float,
) -> None:
    lines = hatching(frame, STRIPE_EVERY * scale)
    ground = mix(LIGHT.region_first, LIGHT.sea, wash_colour(False)[1])
    for number, (shape, weight) in enumerate(nest):
        ring = shape if number + 1 == len(nest) else shapely.difference(shape, nest[number + 1][0])
        where = shapely.intersection(shapely.intersection(ring, under), frame.world)
        if where.is_empty:
            continue
        page.line(
            shapely.intersection(lines, where),
            mix(LIGHT.overlap, ground, 0.85 * weight),
            STRIPE * scale / 0.3528,
            z=Z["stripes"],
            layer="overlap",
        )


def hatching(frame: Frame, every: float) -> MultiLineString:
    """Give slanting lines over a whole frame, `every` mm from one to the next."""
    rect = frame.rect
    span = rect.width + rect.height
    starts = np.arange(0, span, every * np.sqrt(2))
    return MultiLineString(
        [[(rect.x0 + s - rect.height, rect.y0), (rect.x0 + s, rect.y1)] for s in starts]
    )


def draw_edges(page: Page, frame: Frame, washes: Sequence[Wash]) -> list[BaseGeometry]:
    """Draw hard edges at sea as a thin dashed line, and give them; soft ones have none."""
    edges = []
    for wash in washes:
        if wash.soft:
            continue
        edge = shapely.intersection(
            _sea_edge(_on_page(wash.geometry, frame, 3), frame, 1), frame.world
        )
        edges.append(edge)
        colour, _ = wash_colour(wash.second)
        page.line(
            edge,
            mix(colour, LIGHT.sea, 0.8),
            WIDTHS["region_edge"],
            z=Z["region_edge"],
            dashes=(4, 2.4),
            layer="region_edge",
        )
    return edges


def overlap_on_page(frame: Frame, washes: Sequence[Wash]) -> BaseGeometry:
    """Where a second region lies over a first, on the page."""
    sides = [
        shapely.union_all([_on_page(w.geometry, frame, 0) for w in washes if w.second == second])
        for second in (False, True)
    ]
    return shapely.intersection(*sides)
