"""What all styles share: the palette, scales, expressions for words and colours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from frontiers_map.language import text
from frontiers_map.outputs.gis.layers import Layer
from frontiers_map.outputs.gis.qgis.qml import column, literal
from frontiers_map.style import LIGHT, LOOKS

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas

__all__ = [
    "CLOSE",
    "FAR",
    "HALO",
    "HAPPENED",
    "LANGUAGE",
    "MIDDLE",
    "NEAR",
    "PALETTE",
    "WORKING",
    "choose",
    "colours",
    "family_name",
    "pairs",
    "spoken",
    "washed",
    "within",
    "worded",
]

# Set this variable of the project to en, it or ja; without it, the language of QGIS counts.
LANGUAGE = "map_language"


def _statuses(layer: str, hollow: bool) -> str:
    return ", ".join(literal(one) for one, look in LOOKS[layer].items() if look.hollow is hollow)


# which terminals and events are drawn filled
WORKING = f'"status" IN ({_statuses("terminals", False)})'
HAPPENED = f'"status" IN ({_statuses("events", False)})'
PALETTE = LIGHT
HALO = PALETTE.panel
# scale denominators from which on lesser things show; a world on a screen is near 1:100 million
FAR, MIDDLE, NEAR, CLOSE = 160e6, 70e6, 35e6, 15e6


def spoken(base: str, names: Iterable[str]) -> str:
    """Expression for a text in the reader's language, in the main one where there is none."""
    told = {code: column(name) for code, name in text.told_in(base, names).items()}
    if not told:
        return "''"
    main, *others = told
    cases = "".join(
        f" WHEN {_reads(code, told)} AND {told[code]} <> '' THEN {told[code]}" for code in others
    )
    return f"CASE{cases} ELSE {told[main]} END" if cases else told[main]


def _reads(language: str, among: Iterable[str]) -> str:
    """Condition that the reader reads a language: of one kind (``zh-Hans``), if there are two."""
    kin = [one for one in among if one.split("-")[0] == language.split("-")[0]]
    begin = language if len(kin) > 1 else language.split("-")[0]
    return f"coalesce(nullif(@{LANGUAGE}, ''), @qgis_locale, 'en') LIKE '{begin}%'"


def worded(name: str, texts: Mapping[str, Mapping[str, str]]) -> str:
    """Expression for a text by the value of a column, in the reader's language.

    `texts` is value to language to text; the first language stands for those that are missing.
    """
    if not texts:
        return "''"
    main, *others = next(iter(texts.values()))

    def chosen(language: str) -> str:
        cases = "".join(
            f" WHEN {column(name)} = {literal(value)} "
            f"THEN {literal(words.get(language) or words[main])}"
            for value, words in texts.items()
        )
        return f"CASE{cases} END" if cases else "''"

    cases = "".join(f"WHEN {_reads(code, (main, *others))} THEN {chosen(code)} " for code in others)
    return f"CASE {cases}ELSE {chosen(main)} END" if cases else chosen(main)


def colours(atlas: JoinedAtlas) -> dict[str, str]:
    """Colour of each supplier, in the order of the legend."""
    known = PALETTE.colours()
    suppliers = sorted(atlas.settings.suppliers, key=lambda supplier: supplier.order)
    return {s.id: known.get(s.role, PALETTE.route_other) for s in suppliers}


def washed(family: str, atlas: JoinedAtlas) -> tuple[str, float]:
    """Colour and opacity of a family's wash: the first is the Indo-Pacific's, the rest gold."""
    first = atlas.settings.families[0].id if atlas.settings.families else family
    if family == first:
        return PALETTE.region_first, PALETTE.region_first_opacity
    return PALETTE.region_second, PALETTE.region_second_opacity


def within(name: str, values: Iterable[str]) -> str:
    """Condition that a column has one of some values."""
    listed = ", ".join(map(literal, sorted(values)))
    return f"{column(name)} IN ({listed})" if listed else "FALSE"


def pairs(layer: Layer, one: str, other: str) -> Iterable[tuple[Any, Any]]:
    """Values of two columns, row by row."""
    return zip(layer.values(one), layer.values(other), strict=True)


def family_name(atlas: JoinedAtlas, family: str, language: str) -> str:
    """Name of a family of regions."""
    return next((f.name.get(language) for f in atlas.settings.families if f.id == family), family)


def choose(name: str, values: Mapping[str, str], other: str = PALETTE.route_other) -> str:
    """Expression that gives a colour by the value of a column."""
    cases = "".join(f" WHEN {literal(k)} THEN {literal(v)}" for k, v in values.items())
    whens = cases.replace(" WHEN ", f" WHEN {column(name)} = ")
    return f"CASE{whens} ELSE {literal(other)} END" if values else literal(other)
