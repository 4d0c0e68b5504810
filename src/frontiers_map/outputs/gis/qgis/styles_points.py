"""How terminals, places, events and names of seas look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from frontiers_map.outputs.gis.layers import Layer
from frontiers_map.outputs.gis.qgis.expressions import (
    CLOSE,
    FAR,
    HALO,
    HAPPENED,
    MIDDLE,
    NEAR,
    PALETTE,
    WORKING,
    choose,
    colours,
    spoken,
    within,
)
from frontiers_map.outputs.gis.qgis.labels import (
    SERIF,
    Text,
    labels,
    ruled_labels,
)
from frontiers_map.outputs.gis.qgis.qml import (
    Style,
    literal,
    marker,
    nothing,
    ruled,
    symbol,
)
from frontiers_map.outputs.gis.words import say
from frontiers_map.style import TYPE
from frontiers_map.symbols import SYMBOLS, path_of

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas

__all__ = ["events", "places", "sea_labels", "terminals"]


def terminals(layer: Layer, atlas: JoinedAtlas, language: str) -> Style:
    """Triangles: up for exports, down for imports, hollow where nothing runs."""
    ink = colours(atlas)
    up, down = SYMBOLS["export"], SYMBOLS["import"]
    tint = choose("supplier", ink, PALETTE.quiet)
    exports = atlas.settings.kinds_like("terminals", "export", "export_flng")
    export = within("kind", exports)
    ways = ", ".join(map(literal, sorted(set(map(str, atlas.routes["from_id"])))))
    used = f'"id" IN ({ways})' if ways else "FALSE"
    size = '8.4 + coalesce("capacity_mtpa", 1) / 10'

    def mark(path: str, hollow: bool, colour: str, given: Mapping[str, str]) -> str:
        if hollow:
            return symbol(
                "marker",
                marker(path, 9, HALO, HALO, halo_width=2.6, given=_only_size(given)),
                marker(path, 8, HALO, colour, halo_width=1.1, hollow=True, given=_outlined(given)),
            )
        return symbol("marker", marker(path, 9, colour, HALO, halo_width=0.9, given=given))

    coloured = {"fillColor": tint, "size": size}
    own = {
        kind: look
        for kind, look in atlas.settings.kind_looks["terminals"].items()
        if look.own and kind in layer.values("kind")
    }
    usual = f"NOT ({within('kind', own)}) AND " if own else ""
    rules = [
        (f"{export} AND {used} AND {WORKING}", say("export_used", language),
         mark(up, False, PALETTE.quiet, coloured), 0.0),
        (f"{export} AND {used} AND NOT ({WORKING})", say("export_used_off", language),
         mark(up, True, PALETTE.quiet, coloured), 0.0),
        (f"{export} AND NOT ({used}) AND {WORKING}", say("export", language),
         mark(up, False, PALETTE.quiet, coloured), MIDDLE * 1.6),
        (f"{export} AND NOT ({used}) AND NOT ({WORKING})", say("export_off", language),
         mark(up, True, PALETTE.quiet, coloured), NEAR),
        (f"NOT ({export}) AND {WORKING}", say("import", language),
         mark(down, False, PALETTE.ink, {}), NEAR),
        (f"NOT ({export}) AND NOT ({WORKING})", say("import_off", language),
         mark(down, True, PALETTE.ink, {}), NEAR),
    ]  # fmt: skip
    rules = [(usual + condition, words, drawn, least) for condition, words, drawn, least in rules]
    for kind, look in own.items():
        shade, given = look.light or PALETTE.ink, {"size": size} if look.light else coloured
        given = given if kind in exports else {}
        for working in (True, False):
            condition = f'"kind" = {literal(kind)} AND {"" if working else "NOT "}({WORKING})'
            words = look.word(language)
            if not working:
                words += f" \N{EN DASH} {say('export_used_off', language)}"
            shown = mark(path_of(look.symbol), not working, shade, given)
            rules.append((condition, words, shown, MIDDLE * 1.6))
    name = Text(
        spoken("short", layer.columns), TYPE["terminal"] + 0.4, PALETTE.ink, HALO,
        style="Semibold", distance=3.5, priority=5,
    )  # fmt: skip
    return Style(
        "point",
        ruled(rules),
        ruled_labels(
            [
                (f"{export} AND {used}", name.at(given={"Color": tint}, priority=7, largest=FAR)),
                (
                    f"{export} AND NOT ({used})",
                    name.at(ink=PALETTE.quiet, priority=3, largest=NEAR * 1.4),
                ),
                (f"NOT ({export})", name.at(style="Regular", priority=2, largest=CLOSE)),
            ]
        ),
    )


def _only_size(given: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in given.items() if name == "size"}


def _outlined(given: Mapping[str, str]) -> dict[str, str]:
    return {("outlineColor" if k == "fillColor" else k): value for k, value in given.items()}


def places(layer: Layer, atlas: JoinedAtlas, language: str) -> Style:
    """Rings, discs and signs by kind; the two poles first."""

    def mark(name: str, size: float, ink: str) -> str:
        path = path_of(name)
        return symbol(
            "marker", marker(path, size, HALO, HALO, halo_width=2.2), marker(path, size, ink, ink)
        )

    pole = '"pole"'
    rules = [(pole, say("pole", language), mark("pole", 13, PALETTE.accent), 0.0)]
    kinds = list(dict.fromkeys(map(str, layer.values("kind"))))
    looks = atlas.settings.kind_looks["places"]
    capitals = within("kind", atlas.settings.kinds_like("places", "capital"))
    if "capital" in kinds:
        capital = f"NOT {pole} AND \"kind\" = 'capital'"
        rules.append(
            (
                f'{capital} AND "in_article"',
                say("capital", language),
                mark(looks["capital"].symbol, 9.5, looks["capital"].light or PALETTE.ink),
                0.0,
            )
        )
        rules.append(
            (
                f'{capital} AND NOT "in_article"',
                say("capital_other", language),
                mark(looks["capital"].symbol, 9, looks["capital"].light or PALETTE.ink),
                MIDDLE * 1.7,
            )
        )
    for kind in kinds:
        if kind != "capital":
            word, look = looks[kind].word(language), looks[kind]
            large = look.like == "capital"
            rules.append(
                (
                    f'NOT {pole} AND "kind" = {literal(kind)}',
                    word,
                    mark(look.symbol, 9 if large else 8.5, look.light or PALETTE.ink),
                    MIDDLE * 1.7 if large else NEAR,
                )
            )
    name = Text(
        spoken("name", layer.columns), TYPE["capital"] + 0.4, PALETTE.ink, HALO, distance=4,
        priority=8,
    )  # fmt: skip
    return Style(
        "point",
        ruled(rules),
        ruled_labels(
            [
                (pole, name.at(size=TYPE["pole"], style="Semibold", priority=10, distance=6)),
                (f'NOT ({pole}) AND {capitals} AND "in_article"', name),
                (f'NOT ({pole}) AND {capitals} AND NOT "in_article"',
                 name.at(priority=6, largest=MIDDLE * 1.7)),
                (f"NOT ({pole}) AND NOT ({capitals})",
                 name.at(size=TYPE["terminal"], ink=PALETTE.quiet, priority=3, largest=CLOSE)),
            ]
        ),
    )  # fmt: skip


def events(layer: Layer, atlas: JoinedAtlas, language: str) -> Style:
    """Diamonds, hollow for what has not happened."""

    def mark(ink: str, halo: str, width: float, name: str = "venue") -> str:
        shape = marker(path_of(name), 8, ink, halo, halo_width=width, hollow=ink == HALO)
        return symbol("marker", shape)

    done = HAPPENED
    own = {
        kind: look
        for kind, look in atlas.settings.kind_looks["events"].items()
        if look.own and kind in layer.values("kind")
    }
    usual = f"NOT {within('kind', own)} AND " if own else ""
    more = []
    for kind, look in own.items():
        ink, of = look.light or PALETTE.accent, f'"kind" = {literal(kind)} AND '
        word = look.word(language)
        more += [
            (f"{of}{done}", word, mark(ink, HALO, 0.9, look.symbol), 0.0),
            (f"{of}NOT {done}", f"{word} \N{EN DASH} {say('not_yet', language)}",
             mark(HALO, ink, 1, look.symbol), 0.0),
        ]  # fmt: skip
    name = Text(
        f"{spoken('name', layer.columns)} || '\\n' || \"date_text\"", TYPE["terminal"],
        PALETTE.accent, HALO, distance=4, priority=3, largest=CLOSE,
    )  # fmt: skip
    return Style(
        "point",
        ruled(
            [
                (usual + done, say("happened", language), mark(PALETTE.accent, HALO, 0.9), 0.0),
                (
                    f"{usual}NOT {done}",
                    say("not_yet", language),
                    mark(HALO, PALETTE.accent, 1),
                    0.0,
                ),
                *more,
            ]
        ),
        labels(name),
    )


def sea_labels(layer: Layer, atlas: JoinedAtlas, language: str) -> Style:
    """Names only, in italics, spaced by rank."""
    name = Text(
        spoken("name", layer.columns), TYPE["sea"], PALETTE.sea_name, PALETTE.sea, families=SERIF,
        style="Italic", placement="over", distance=0, halo_width=0.6, obstacle=False,
    )  # fmt: skip
    classes = ((1, TYPE["ocean"], 2.4, FAR * 2), (2, 9.6, 1.2, MIDDLE * 1.5),
               (3, 8.4, 0.6, NEAR * 1.3), (4, 7.6, 0.3, CLOSE))  # fmt: skip
    return Style(
        "point",
        nothing(),
        ruled_labels(
            [
                (f'"class" = {number}', name.at(size=size, spacing=spacing, largest=scale,
                                                priority=6 - number, wrap="\n",
                                                expression=_two_lines(name.expression, number)))
                for number, size, spacing, scale in classes
            ]
        ),
    )  # fmt: skip


def _two_lines(expression: str, number: int) -> str:
    """Break the long name of an ocean after a word."""
    return f"wordwrap({expression}, 13)" if number <= 2 else expression
