"""Layers of one's own on a map: areas, lines and symbols by kind and state, and their legend."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import shapely
from shapely.geometry import LineString, box
from shapely.geometry.base import BaseGeometry

from frontiers_map.language import text
from frontiers_map.outputs.sheets.map import marks
from frontiers_map.outputs.sheets.map.basemap import Z
from frontiers_map.outputs.sheets.map.features import Drawing, Lane, name_lines
from frontiers_map.outputs.sheets.map.label_placer import Label
from frontiers_map.outputs.sheets.map.projection import Rect
from frontiers_map.outputs.sheets.map.washes import hatching
from frontiers_map.outputs.sheets.paper.furniture import Block, Item, lists
from frontiers_map.outputs.sheets.paper.page import Page
from frontiers_map.style import FEATURE_LOOKS, LIGHT, OWN

if TYPE_CHECKING:
    from frontiers_map.atlas.model import FeatureLook, OwnLayer
    from frontiers_map.outputs.sheets.map.selection import Content

__all__ = ["draw_own", "own_legend"]

HATCH = 1.5  # mm between the lines of a hatch
SYMBOL = 2.4  # mm


@dataclass(frozen=True)
class _Ink:
    """How a kind is drawn in a state."""

    look: FeatureLook
    colour: str
    dash: tuple[float, ...]
    hollow: bool

    @classmethod
    def of(cls, look: FeatureLook, state: str) -> _Ink:
        then = FEATURE_LOOKS[state]
        colour = LIGHT.colours()[then.ink] if then.ink else look.light
        return cls(look, colour, then.dash or look.dash, then.hollow)


def draw_own(drawing: Drawing, *, labels: bool = True) -> None:
    """Draw the features of all layers of one's own that the content has."""
    looks = drawing.content.atlas.settings.looks
    for layer, row in drawing.content.own:
        kinds = looks[layer.id]
        look = kinds.get(row.kind) or next(iter(kinds.values()))
        ink = _Ink.of(look, row.state)
        name = f"own {layer.id} {list(kinds).index(look.kind)} {row.state}"
        draw = {"point": _points, "line": _lines, "area": _area}[layer.geometry]
        draw(drawing, layer, row, ink, name, labels and look.label)


def _label(drawing: Drawing, layer: OwnLayer, row: Any, ink: _Ink, at: Any, reach: float) -> None:
    spot = (at.x, at.y)
    named = name_lines(drawing.content.name(row), 24)
    size = drawing.size("terminal")
    drawing.labels.append(
        Label(
            named, *spot, "sans-semibold", size, ink.colour, reach, 4.2, what=f"{layer.id} {row.id}"
        )
    )


def _points(drawing: Drawing, layer: OwnLayer, row: Any, ink: _Ink, name: str, label: bool) -> None:
    page, k = drawing.page, drawing.k
    for lon, lat in shapely.get_coordinates(row.geometry).tolist():
        spot = drawing.frame.point(lon, lat)
        if spot is None:
            continue
        shape = marks.symbol(ink.look.symbol, *spot, SYMBOL * k)
        fill, edge = (LIGHT.panel, ink.colour) if ink.hollow else (ink.colour, LIGHT.panel)
        page.symbol(
            shape, fill, z=Z["symbol"] - 1, edge=edge, width=0.7 if ink.hollow else 0.35,
            name=f"{layer.id} {row.id}", layer=name,
        )  # fmt: skip
        drawing.placer.block(Rect(*shape.bounds))
        if label:
            _label(drawing, layer, row, ink, shapely.Point(spot), SYMBOL * k / 2)
            label = False  # of many points of one feature the first is named


def _lines(drawing: Drawing, layer: OwnLayer, row: Any, ink: _Ink, name: str, label: bool) -> None:
    parts = [drawing.frame.put_all(part) for part in shapely.get_parts(row.geometry)]
    line = shapely.union_all([part for part in parts if not part.is_empty])
    if line.is_empty:
        return
    width = OWN["line"] * drawing.k
    drawing.page.line(line, LIGHT.panel, width + 1.2 * drawing.k, z=Z["ghost"] - 1, alpha=0.75)
    drawing.page.line(line, ink.colour, width, z=Z["ghost"], dashes=ink.dash or None, layer=name)
    drawing.placer.avoid([line])
    if label:
        joined = shapely.get_parts(shapely.line_merge(line))
        drawing.own.append(Lane(row, max(joined, key=lambda part: part.length), ink.colour, width))


def _area(drawing: Drawing, layer: OwnLayer, row: Any, ink: _Ink, name: str, label: bool) -> None:
    shape = shapely.intersection(drawing.frame.put_all(row.geometry, margin=3), drawing.frame.world)
    if shape.is_empty:
        return
    hatch = hatching(drawing.frame, HATCH * drawing.k)
    edge = _fill(drawing.page, shape, hatch, ink, Z["region_edge"], drawing.k, name)
    drawing.placer.avoid([edge])
    if label:
        _label(drawing, layer, row, ink, shapely.point_on_surface(shape), 0.6)


def _fill(
    page: Page, shape: BaseGeometry, hatch: BaseGeometry, ink: _Ink, z: float, k: float, name: str
) -> BaseGeometry:
    """Fill an area, draw its outline, and give that."""
    if ink.look.fill == "wash":
        page.fill(shape, ink.colour, z=z, alpha=OWN["wash"] * (0.5 if ink.hollow else 1.0))
    elif ink.look.fill == "hatch":
        page.line(shapely.intersection(hatch, shape), ink.colour, 0.5 * k, z=z)
    edge = shapely.boundary(shape)
    page.line(edge, ink.colour, OWN["area"] * k, z=z + 0.5, dashes=ink.dash or None, layer=name)
    return edge


def own_legend(page: Page, content: Content, k: float) -> tuple[list[Block], list[Item]]:
    """A block for each layer that has kinds, and the lines of those that have none.

    Kinds and states are those that were drawn.
    """
    blocks: list[Block] = []
    plain: list[Item] = []
    looks = content.atlas.settings.looks
    for layer in content.atlas.settings.layers:
        rows = []
        for number, look in enumerate(looks[layer.id].values()):
            for state in FEATURE_LOOKS:
                if f"own {layer.id} {number} {state}" not in page.layers:
                    continue
                words = look.name.get(content.language)
                if state != "in_service":
                    told = text.word("feature_state", state, content.language)
                    words += f" \N{EN DASH} {told}"
                indent = 6.5 if layer.geometry == "point" else 11.0  # as other symbols, or lines
                rows.append(Item(_sample(layer, _Ink.of(look, state), k), words, indent=indent))
        if not layer.kinds:
            plain += rows
        elif rows:
            blocks += lists(layer.name.get(content.language), rows, k)
    return blocks, plain


def _sample(layer: OwnLayer, ink: _Ink, k: float) -> Any:
    wide, high = 9.0 * k, 3.2 * k

    def sample(page: Page, x: float, y: float) -> None:
        z = Z["furniture"]
        if layer.geometry == "line":
            line = LineString([(x, y), (x + wide, y)])
            page.line(line, ink.colour, OWN["line"] * k, z=z, dashes=ink.dash or None)
        elif layer.geometry == "area":
            shape = box(x, y - high / 2, x + wide, y + high / 2)
            step = HATCH * k * math.sqrt(2)
            lines = [
                [(x + n * step - high, y - high / 2), (x + n * step, y + high / 2)]
                for n in range(int((wide + high) / step) + 1)
            ]
            _fill(page, shape, shapely.multilinestrings(lines), ink, z, k, "")
        else:
            shape = marks.symbol(ink.look.symbol, x + 2.4 * k, y, SYMBOL * k)
            fill, edge = (LIGHT.panel, ink.colour) if ink.hollow else (ink.colour, LIGHT.panel)
            page.fill(shape, fill, z=z, edge=edge, width=0.7 if ink.hollow else 0.35)

    return sample
