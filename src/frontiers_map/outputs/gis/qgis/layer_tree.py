"""What stands in the QGIS project: groups of layers, and which of them each map theme shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from frontiers_map.atlas.model import LAYERS
from frontiers_map.language import text
from frontiers_map.outputs.gis.layers import Layer
from frontiers_map.outputs.gis.qgis import styles_areas
from frontiers_map.outputs.gis.qgis.project import Entry, Group
from frontiers_map.outputs.gis.qgis.qml import (
    Style,
    line,
    single,
    symbol,
)
from frontiers_map.outputs.gis.words import say
from frontiers_map.style import LIGHT

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas

__all__ = ["contents"]

# what the new ways of a scenario are compared with: there, but quiet
USUAL = Style("line", single(symbol("line", line(LIGHT.quiet, 0.9, dash=(1.2, 2.6), opacity=0.55))))
_GROUND = (
    "coast",
    "borders",
    "land",
    "depths",
    "outlines",
    "fade",
    "overlaps:recommended",  # a theme ticks all choices of a layer of which it names none
    "washes",
    "graticule",
    "sea_labels",
)
# what only helps others to look right: no reader of the legend looks for it
_AIDS = {"sea_labels", "coast", "borders", "land", "outlines", "fade", "graticule"}
_ALWAYS = (*_GROUND, "readings", "places")


def contents(
    atlas: JoinedAtlas, layers: Sequence[Layer], styles: Mapping[str, Style], language: str
) -> tuple[list[Group], dict[str, list[str]]]:
    """Give the tree, top first, and the map themes; in them `layer:choice` ticks one choice."""
    have = {layer.name: layer for layer in layers}

    def entry(name: str, title: str, key: str = "", shown: bool = True) -> Entry:
        key = key or name
        shown = shown and (name not in LAYERS or LAYERS[name].shown)
        return Entry(key, title, have[name], styles[name], shown=shown, aid=key in _AIDS)

    gas = len(atlas.terminals) > 0

    def word(name: str) -> str:
        return text.layer_name(name, language, gas=gas)

    own = [
        entry(layer.name, layer.title(atlas, language))
        for shape in ("point", "line", "area") for layer in layers
        if layer.own and layer.own.geometry == shape
    ]  # fmt: skip
    shut = text.word("sheet", "closed_gate", language)
    recommended = "\"use\" = 'recommended'"
    unfilled = replace(styles["regions"], renderer='<renderer-v2 type="nullSymbol"/>')
    names = Entry(
        "readings", say("region_names", language), have["regions"], unfilled, recommended, aid=True
    )
    usual = Entry(
        "usual", say("usual", language), have["routes"], USUAL, '"draw"', shown=False, aid=True
    )
    others = replace(
        styles["regions"], renderer=styles_areas.others(have["regions"], atlas, language).renderer
    )
    groups = [
        Group(
            say("places_events", language),
            [
                entry("places", word("places")),
                entry("events", word("events")),
            ],
        ),
        Group(
            say("gas", language) if gas else word("routes"),
            [
                entry("terminals", word("terminals")),
                replace(entry("routes", word("routes")), expanded=True),
            ],
            expanded=True,
        ),
        Group(say("own_layers", language), own, expanded=True),
        Group(word("gates"), [entry("gates", word("gates"))]),
        Group(word("links"), [entry("links", word("links"))]),
        Group(
            say("if_closed", language),
            [
                entry("scenario_gates", shut[:1].upper() + shut[1:], shown=False),
                entry("scenario_routes", word("scenario_routes")),
                usual,
            ],
        ),
        Group(
            say("names", language),
            [names, entry("sea_labels", word("sea_labels"))],
        ),
        Group(
            say("land", language),
            [
                entry("coast", say("coast", language)),
                entry("borders", say("borders", language)),
                entry("land", say("land", language)),
                entry("depths", say("isobaths", language)),
            ],
        ),
        Group(
            word("regions"),
            [
                entry("region_outlines", say("edges", language), "outlines"),
                entry("overlap_fade", say("fade", language), "fade"),
                entry("overlaps", word("overlaps")),
                entry("region_washes", word("regions"), "washes"),
                Entry(
                    "regions", say("other_readings", language), have["regions"], others,
                    shown=False,
                ),
            ],
        ),
        Group(say("grid", language), [entry("graticule", say("grid", language))]),
    ]  # fmt: skip
    always = [*_ALWAYS, *(one.key for one in own)]
    subjects = {
        "whole": ("terminals", "routes", "gates"),
        "convergence": ("gates",) if len(atlas.regions) else (),
        "gas": ("terminals", "routes", "gates") if gas else (),
        "partnership": ("links", "events") if len(atlas.links) else (),
    }
    # a theme of what the atlas does not have would promise it
    themes = {say(key, language): [*always, *keys] for key, keys in subjects.items() if keys}
    themes[say("ground_only", language)] = [*_GROUND[:4], "graticule"]
    for scenario in atlas.scenarios:
        themes[say("theme_closed", language, name=scenario.name.get(language))] = [
            *always, "terminals", f"scenario_routes:{scenario.id}",
            f"scenario_gates:{scenario.id}", "usual",
        ]  # fmt: skip
    return groups, themes
