"""How layers of one's own look: by kind, and by their state at the end of the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

from frontiers_map.language import text
from frontiers_map.outputs.gis.layers import Layer
from frontiers_map.outputs.gis.qgis.expressions import HALO, MIDDLE, PALETTE, spoken
from frontiers_map.outputs.gis.qgis.labels import Text, ruled_labels
from frontiers_map.outputs.gis.qgis.qml import (
    Style,
    fill,
    line,
    literal,
    marker,
    ruled,
    stripes,
    symbol,
)
from frontiers_map.style import FEATURE_LOOKS, OWN, TYPE
from frontiers_map.symbols import path_of

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas
    from frontiers_map.atlas.model import FeatureLook

__all__ = ["own"]


def own(layer: Layer, atlas: JoinedAtlas, language: str) -> Style:
    """One rule for each kind and state that there are."""
    assert layer.own is not None
    shape = layer.own.geometry
    rules, names = [], []
    pairs = set(zip(layer.values("kind"), layer.values("state"), strict=True))
    for value, look in atlas.settings.looks[layer.own.id].items():
        kind = f'"kind" = {literal(value)}' if value else "TRUE"
        for state in FEATURE_LOOKS:
            if not any(there == state and value in ("", of) for of, there in pairs):
                continue
            words = look.name.get(language)
            if state != "in_service":
                words += f" \N{EN DASH} {text.word('feature_state', state, language)}"
            drawn = _symbol(layer, shape, look, state)
            rules.append((f'{kind} AND "state" = {literal(state)}', words, drawn, 0.0))
        if look.label:
            placement = {"point": "beside", "line": "curved", "area": "inside"}[shape]
            name = Text(
                spoken("name", layer.columns), TYPE["terminal"], look.light, HALO,
                placement=placement, distance=3, priority=5, largest=MIDDLE,
            )  # fmt: skip
            names.append((kind, name))
    return Style(
        {"point": "point", "line": "line", "area": "polygon"}[shape],
        ruled(rules),
        ruled_labels(names) if names else "",
    )


def _symbol(layer: Layer, shape: str, look: FeatureLook, state: str) -> str:
    then = FEATURE_LOOKS[state]
    ink = PALETTE.colours()[then.ink] if then.ink else look.light
    dash = then.dash or look.dash
    if shape == "point":
        path, size = path_of(look.symbol), OWN["symbol"]
        colours = (HALO, ink) if then.hollow else (ink, HALO)
        shown = marker(path, size, *colours, halo_width=0.9, hollow=then.hollow)
        return symbol("marker", shown)
    stroke = line(ink, OWN[shape], dash=dash, cap="flat" if dash else "round")
    if shape == "line":
        return symbol("line", line(HALO, OWN[shape] + 1.2, opacity=0.75), stroke)
    inside = []
    if look.fill == "hatch":
        inside.append(stripes(ink, 0.6, 3.6))
    elif look.fill == "wash":
        inside.append(fill(ink, opacity=OWN["wash"] * (0.5 if then.hollow else 1.0)))
    # an outline would draw the cut at 180°
    assert layer.shape is not None
    west, _, east, _ = shapely.total_bounds(layer.shape)
    return symbol("fill", *inside, *([stroke] if west > -180 and east < 180 else []))
