"""What stands in the QGIS project: groups of layers, and which of them each map theme shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from frontiers_map.language import text
from frontiers_map.outputs.gis.layers import Layer
from frontiers_map.outputs.gis.qgis.project import Entry, Group, scenario_subset
from frontiers_map.outputs.gis.qgis.qml import (
    Style,
    line,
    literal,
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
    "overlap",
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
    """Give the tree, top first, and the map themes."""
    have = {layer.name: layer for layer in layers}

    def entry(name: str, title: str, key: str = "", subset: str = "", shown: bool = True) -> Entry:
        key = key or name
        return Entry(key, title, have[name], styles[name], subset, shown, aid=key in _AIDS)

    gas = len(atlas.terminals) > 0

    def word(name: str) -> str:
        return text.layer_name(name, language, gas=gas)

    own = [
        entry(layer.name, layer.title(atlas, language))
        for shape in ("point", "line", "area") for layer in layers
        if layer.own and layer.own.geometry == shape
    ]  # fmt: skip
    recommended = "\"use\" = 'recommended'"
    unfilled = replace(styles["regions"], renderer='<renderer-v2 type="nullSymbol"/>')
    names = Entry(
        "readings", say("region_names", language), have["regions"], unfilled, recommended, aid=True
    )
    usual = Entry("usual", say("usual", language), have["routes"], USUAL, '"draw"', shown=False)
    groups = [
        Group(
            say("places_events", language),
            [
                entry("places", word("places")),
                entry("events", word("events"), shown=False),
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
        Group(word("links"), [entry("links", word("links"), shown=False)]),
        Group(
            say("if_closed", language), [*_scenarios(atlas, have, styles, language), usual]
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
                entry("region_outlines", say("edges", language), "outlines", recommended),
                entry("overlap_fade", say("fade", language), "fade"),
                entry("overlaps", word("overlaps"), "overlap", '"recommended"'),
                entry("region_washes", word("regions"), "washes", recommended),
            ],
        ),
        Group(say("other_readings", language), _readings(atlas, have, styles, language)),
        Group(say("every_reading", language), [
            entry("regions", word("regions"), shown=False),
            entry("overlaps", word("overlaps"), shown=False),
            entry("scenario_routes", word("scenario_routes"), shown=False),
        ]),
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
            *always, "terminals", f"ways_{scenario.id}", f"shut_{scenario.id}", "usual",
        ]  # fmt: skip
    return groups, themes


def _scenarios(
    atlas: JoinedAtlas, have: Mapping[str, Layer], styles: Mapping[str, Style], language: str
) -> list[Entry]:
    made = []
    for scenario in atlas.scenarios:
        subset = scenario_subset(scenario.id)
        for key, name, words in (
            ("shut", "scenario_gates", say("closed", language)),
            ("ways", "scenario_routes", say("new_ways", language)),
        ):
            made.append(
                Entry(
                    f"{key}_{scenario.id}", f"{scenario.name.get(language)}: {words}", have[name],
                    styles[name], subset, shown=False,
                )
            )  # fmt: skip
    return made


def _readings(
    atlas: JoinedAtlas, have: Mapping[str, Layer], styles: Mapping[str, Style], language: str
) -> list[Entry]:
    others, column = atlas.regions[atlas.regions["use"] != "recommended"], atlas.settings.column
    return [
        Entry(
            f"reading_{row.id}",
            str(getattr(row, column("name", language)) or getattr(row, column("name"))),
            have["regions"], styles["regions"], f'"id" = {literal(str(row.id))}', shown=False,
        )
        for row in others.itertuples()
    ]  # fmt: skip
