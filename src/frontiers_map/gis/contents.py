"""What stands in the QGIS project: groups of layers, and which of them each map theme shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from frontiers_map import text
from frontiers_map.gis.layers import Layer
from frontiers_map.gis.project import Entry, Group, scenario_subset
from frontiers_map.gis.qml import Style, line, literal, single, symbol
from frontiers_map.style import LIGHT

if TYPE_CHECKING:
    from frontiers_map.joins import JoinedAtlas

__all__ = ["contents"]

# what the new ways of a scenario are compared with: there, but quiet
USUAL = Style("line", single(symbol("line", line(LIGHT.quiet, 0.9, dash=(1.2, 2.6), opacity=0.55))))
_GROUND = ("coast", "borders", "land", "outlines", "overlap", "washes", "graticule", "sea_labels")
_ALWAYS = (*_GROUND, "readings", "places")


def contents(
    atlas: JoinedAtlas, layers: Sequence[Layer], styles: Mapping[str, Style]
) -> tuple[list[Group], dict[str, list[str]]]:
    """Give the tree, top first, and the map themes."""
    have = {layer.name: layer for layer in layers}

    def entry(name: str, title: str, key: str = "", subset: str = "", shown: bool = True) -> Entry:
        return Entry(key or name, title, have[name], styles[name], subset, shown)

    def word(name: str) -> str:
        return text.word("layer", name, "en")

    recommended = "\"use\" = 'recommended'"
    unfilled = replace(styles["regions"], renderer='<renderer-v2 type="nullSymbol"/>')
    names = Entry("readings", "Names of the regions", have["regions"], unfilled, recommended)
    usual = Entry("usual", "Usual ways", have["routes"], USUAL, '"draw"', shown=False)
    groups = [
        Group(
            "Places and events",
            [
                entry("places", word("places")),
                entry("events", word("events"), shown=False),
            ],
        ),
        Group(
            "Gas by sea",
            [
                entry("terminals", word("terminals")),
                replace(entry("routes", word("routes")), expanded=True),
            ],
            expanded=True,
        ),
        Group("Straits, canals and capes", [entry("gates", word("gates"))]),
        Group("Agreements", [entry("links", word("links"), shown=False)]),
        Group("If straits close", [*_scenarios(atlas, have, styles), usual]),
        Group(
            "Names",
            [names, entry("sea_labels", word("sea_labels"))],
        ),
        Group(
            "Land",
            [
                entry("coast", "Coast"),
                entry("borders", "Borders"),
                entry("land", "Land"),
            ],
        ),
        Group(
            "Regions",
            [
                entry("region_outlines", "Edges at sea", "outlines", recommended),
                entry("overlaps", word("overlaps"), "overlap", '"recommended"'),
                entry("region_washes", "Regions", "washes", recommended),
            ],
        ),
        Group("Other readings", _readings(atlas, have, styles), shown=True),
        Group("Every reading, for tables and forms", [
            entry("regions", word("regions"), shown=False),
            entry("overlaps", word("overlaps"), shown=False),
            entry("scenario_routes", word("scenario_routes"), shown=False),
        ]),
        Group("Grid", [entry("graticule", "Graticule")]),
    ]  # fmt: skip
    themes = {
        "The whole atlas": [*_ALWAYS, "terminals", "routes", "gates"],
        "Convergence": [*_ALWAYS, "gates"],
        "Gas by sea": [*_ALWAYS, "terminals", "routes", "gates"],
        "Partnership": [*_ALWAYS, "links", "events"],
        "Ground only": list(_GROUND[:3]) + ["graticule"],
    }
    for scenario in atlas.scenarios:
        themes[f"If closed: {scenario.name.en}"] = [
            *_ALWAYS, "terminals", f"ways_{scenario.id}", f"shut_{scenario.id}", "usual",
        ]  # fmt: skip
    return groups, themes


def _scenarios(
    atlas: JoinedAtlas, have: Mapping[str, Layer], styles: Mapping[str, Style]
) -> list[Entry]:
    made = []
    for scenario in atlas.scenarios:
        subset = scenario_subset(scenario.id)
        for key, name, words in (
            ("shut", "scenario_gates", "closed"),
            ("ways", "scenario_routes", "new ways"),
        ):
            made.append(
                Entry(
                    f"{key}_{scenario.id}", f"{scenario.name.en}: {words}", have[name],
                    styles[name], subset, shown=False,
                )
            )  # fmt: skip
    return made


def _readings(
    atlas: JoinedAtlas, have: Mapping[str, Layer], styles: Mapping[str, Style]
) -> list[Entry]:
    others = atlas.regions[atlas.regions["use"] != "recommended"]
    return [
        Entry(
            f"reading_{row.id}", str(row.name_en), have["regions"], styles["regions"],
            f'"id" = {literal(str(row.id))}', shown=False,
        )
        for row in others.itertuples()
    ]  # fmt: skip
