"""How each layer looks in QGIS: the one palette of `style`, put into the words of `qml`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from frontiers_map import fields, text
from frontiers_map.gis.ground import STEPS
from frontiers_map.gis.layers import Layer
from frontiers_map.gis.lettering import SERIF, Text, labels, ruled_labels
from frontiers_map.gis.qml import (
    Style,
    categorised,
    column,
    fill,
    line,
    literal,
    marker,
    marker_line,
    nothing,
    ruled,
    single,
    stripes,
    symbol,
)
from frontiers_map.style import DASHES, LIGHT, SYMBOLS, TYPE, WIDTHS, mix

if TYPE_CHECKING:
    from frontiers_map.joins import JoinedAtlas

__all__ = ["LANGUAGE", "colours", "look", "spoken", "washed"]

# Set this variable of the project to en, it or ja; without it, the language of QGIS counts.
LANGUAGE = "map_language"
IDLE = ("construction", "proposed", "idle", "mothballed", "shelved", "cancelled", "retired")
WORKING = "\"status\" = 'operating'"
PALETTE = LIGHT
HALO = PALETTE.panel
# scale denominators from which on lesser things show; a world on a screen is near 1:100 million
FAR, MIDDLE, NEAR, CLOSE = 160e6, 70e6, 35e6, 15e6


def spoken(base: str, names: Iterable[str]) -> str:
    """Expression for a text in the reader's language, in English where there is none."""
    have = set(names)
    if f"{base}_en" not in have:
        return "''"
    locale = f"coalesce(nullif(@{LANGUAGE}, ''), @qgis_locale, 'en')"
    cases = "".join(
        f" WHEN {locale} LIKE '{language}%' AND {column(f'{base}_{language}')} <> '' "
        f"THEN {column(f'{base}_{language}')}"
        for language in ("it", "ja")
        if f"{base}_{language}" in have
    )
    return f"CASE{cases} ELSE {column(f'{base}_en')} END" if cases else column(f"{base}_en")


def colours(atlas: JoinedAtlas) -> dict[str, str]:
    """Colour of each supplier, in the order of the legend."""
    known = PALETTE.colours()
    suppliers = sorted(atlas.settings.suppliers, key=lambda supplier: supplier.order)
    return {s.id: known.get(s.role, PALETTE.route_other) for s in suppliers}


def look(layer: Layer, atlas: JoinedAtlas) -> Style:
    """Give the style of a layer."""
    make = _LOOKS.get(layer.name)
    drawn = make(layer, atlas) if make else Style("")
    domains = {name: words for name in layer.columns if (words := fields.domain(layer.name, name))}
    return Style(
        drawn.geometry,
        drawn.renderer,
        drawn.text,
        tip=_tip(layer) if layer.kind and "name_en" in layer.columns else "",
        aliases=[("fid", ""), *((field.name, field.title) for field in layer.fields)],
        domains=domains,
        start="start_day" if "start_day" in layer.columns else "",
        end="end_day" if "end_day" in layer.columns else "",
        preview=spoken("name", layer.columns) if "name_en" in layer.columns else column("id"),
        scale=drawn.scale,
    )


def _tip(layer: Layer) -> str:
    """Name, what is known, source and date; text from the atlas stays text in it."""

    def safe(expression: str) -> str:
        inner = f"coalesce(to_string({expression}), '')"
        for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
            inner = f"replace({inner}, '{sign}', '{entity}')"
        return f"[% {inner} %]"

    facts = ""
    for base in ("summary", "note", "role", "status_note"):
        if f"{base}_en" in layer.columns:
            facts += f"<p>{safe(spoken(base, layer.columns))}</p>"
    for name in ("status", "area_km2", "nm", "extra_nm", "days", "gates", "capacity_mtpa"):
        if name in layer.columns:
            shown = column(name)
            if layer.columns[name][0].kind == "number":
                shown = f"format_number({shown}, {1 if name in ('days', 'capacity_mtpa') else 0})"
            facts += f"<div>{layer.columns[name][0].title}: {safe(shown)}</div>"
    foot = "".join(
        f"{title}: {safe(column(name))}. "
        for name, title in (("source", "Sources"), ("as_of", "As of"), ("certainty", "Geometry"))
        if name in layer.columns
    )
    return f"<b>{safe(spoken('name', layer.columns))}</b>{facts}<p><small>{foot}</small></p>"


_MILLIONS = "format_number(\"area_km2\" / 1000000, 1) || ' million km²'"


# ---------------------------------------------------------------- ground


def _land(layer: Layer, atlas: JoinedAtlas) -> Style:
    return Style("polygon", single(symbol("fill", fill(PALETTE.land))))


def _plain_line(ink: str, width: float) -> Callable[[Layer, JoinedAtlas], Style]:
    def made(layer: Layer, atlas: JoinedAtlas) -> Style:
        return Style("line", single(symbol("line", line(ink, width))))

    return made


def washed(family: str, atlas: JoinedAtlas) -> tuple[str, float]:
    """Colour and opacity of a family's wash: the first is the Indo-Pacific's, the rest gold."""
    first = atlas.settings.families[0].id if atlas.settings.families else family
    if family == first:
        return PALETTE.indo_pacific, PALETTE.indo_pacific_opacity
    return PALETTE.mediterranean, PALETTE.mediterranean_opacity


def _washes(layer: Layer, atlas: JoinedAtlas) -> Style:
    """A flat wash for hard readings; for soft ones opaque mixtures from the outside in."""
    soft = sorted({str(r) for r, s in _pairs(layer, "region_id", "step") if s > 1})
    classes = []
    for family in sorted({str(value) for value in layer.values("family")}):
        ink, opacity = washed(family, atlas)
        words = _family_name(atlas, family)
        classes.append((family, words, symbol("fill", fill(ink, opacity=opacity))))
        for step in range(1, STEPS + 1):
            weight = 1 - (1 - step / STEPS) ** 1.6
            blend = mix(ink, PALETTE.sea, opacity * weight)
            classes.append((f"{family}:{step}", "", symbol("fill", fill(blend))))
    listed = ", ".join(literal(name) for name in soft) or "''"
    value = (
        f'CASE WHEN "region_id" IN ({listed}) THEN "family" || \':\' || "step" ELSE "family" END'
    )
    return Style("polygon", categorised(value, classes))


def _pairs(layer: Layer, one: str, other: str) -> Iterable[tuple[object, int]]:
    return zip(layer.values(one), layer.values(other), strict=True)


def _family_name(atlas: JoinedAtlas, family: str) -> str:
    return next((f.name.en for f in atlas.settings.families if f.id == family), family)


def _outlines(layer: Layer, atlas: JoinedAtlas) -> Style:
    classes = []
    for family in sorted({str(value) for value in layer.values("family")}):
        ink, _ = washed(family, atlas)
        stroke = line(ink, WIDTHS["region_edge"] * 1.4, dash=(4, 3), cap="flat")
        classes.append((family, _family_name(atlas, family), symbol("line", stroke)))
    value = 'CASE WHEN "edge" = \'hard\' THEN "family" END'
    return Style("line", categorised(value, classes))


def _scenario_gates(layer: Layer, atlas: JoinedAtlas) -> Style:
    disc = symbol(
        "line",
        marker_line("circle", 9.5, HALO, position=0),
        marker_line("circle", 8, PALETTE.closed, position=1),
        marker_line("cross2", 3.6, HALO, stroke=1.3, position=2),
    )
    name = Text(
        spoken("name", layer.columns), TYPE["gate"] + 0.6, PALETTE.closed, HALO,
        style="Semibold", geometry="centroid($geometry)", distance=5, priority=9,
    )  # fmt: skip
    return Style("line", single(disc), labels(name))


# ---------------------------------------------------------------- regions


def _regions(layer: Layer, atlas: JoinedAtlas) -> Style:
    classes = []
    for family in sorted({str(value) for value in layer.values("family")}):
        ink, opacity = washed(family, atlas)
        classes.append(
            (family, _family_name(atlas, family), symbol("fill", fill(ink, opacity=opacity)))
        )
    area = _MILLIONS
    inks = {family: mix(washed(family, atlas)[0], "#000000", 0.72) for family, _, _ in classes}
    name = Text(
        f"{spoken('short', layer.columns)} || '\\n' || {area}",
        TYPE["sea"] + 1.4, PALETTE.ink, HALO, style="Semibold", placement="inside", priority=7,
        given={"Color": _choose("family", inks)},
    )  # fmt: skip
    return Style("polygon", categorised('"family"', classes), labels(name))


def _choose(name: str, values: Mapping[str, str]) -> str:
    cases = "".join(f" WHEN {literal(k)} THEN {literal(v)}" for k, v in values.items())
    whens = cases.replace(" WHEN ", f" WHEN {column(name)} = ")
    return f"CASE{whens} ELSE {literal(PALETTE.route_other)} END" if values else "'#000000'"


def _overlaps(layer: Layer, atlas: JoinedAtlas) -> Style:
    hatch = stripes(
        PALETTE.overlap, WIDTHS["stripe"], WIDTHS["stripe_gap"], opacity=PALETTE.overlap_opacity
    )
    area = _MILLIONS
    name = Text(
        f"'Where both apply' || '\\n' || {area}",
        TYPE["sea"] + 0.8, mix(PALETTE.overlap, "#000000", 0.6), HALO, style="Semibold",
        placement="inside", priority=8, halo_width=1.4,
    )  # fmt: skip
    both = text.words()["layer"]["overlaps"]
    words = (
        f"CASE WHEN coalesce(nullif(@{LANGUAGE}, ''), @qgis_locale, 'en') LIKE 'it%' "
        f"THEN {literal(both['it'])} "
        f"WHEN coalesce(nullif(@{LANGUAGE}, ''), @qgis_locale, 'en') LIKE 'ja%' "
        f"THEN {literal(both['ja'])} ELSE {literal(both['en'])} END"
    )
    name = name.at(expression=f"{words} || '\\n' || {area}")
    return Style("polygon", single(symbol("fill", hatch)), labels(name))


# ---------------------------------------------------------------- ways


WIDTH = '(1.1 + 0.055 * coalesce("share_pct", 0))'


def _way(ink: str, status: str) -> str:
    """Casing, stroke and arrows of one class of routes, as wide as the share says."""
    dash = DASHES.get(status, ())
    given = {"outlineWidth": WIDTH}
    if dash:
        pattern = " || ';' || ".join(f"to_string({WIDTH} * {part})" for part in dash)
        given["customDash"] = pattern
    casing = line(
        HALO, 2.7, opacity=0.75, given={"outlineWidth": f"{WIDTH} + {WIDTHS['route_casing']}"}
    )
    stroke = line(ink, 1.1, dash=dash, cap="flat" if dash else "round", given=given)
    arrows = marker_line(
        "filled_arrowhead", 5, ink, placement="interval", interval=170, start=70, position=2,
        given={"size": f"4.2 + 0.9 * {WIDTH}"},
    )  # fmt: skip
    return symbol("line", casing, stroke, arrows)


def _route_classes(layer: Layer, atlas: JoinedAtlas) -> list[tuple[str, str, str]]:
    ink = colours(atlas)
    names = {supplier.id: supplier.name.en for supplier in atlas.settings.suppliers}
    pairs = dict.fromkeys(
        zip(layer.values("supplier"), layer.values("status"), layer.values("draw"), strict=True)
    )
    order = {name: number for number, name in enumerate(ink)}
    found = []
    for supplier, status, drawn in sorted(
        pairs, key=lambda p: (order.get(str(p[0]), 99), p[1] != "active", str(p[1]))
    ):
        if not drawn:
            continue
        words = names.get(str(supplier), str(supplier))
        if status != "active":
            words += f", {text.word('route_status', str(status), 'en')}"
        shown = _way(ink.get(str(supplier), PALETTE.route_other), str(status))
        found.append((f"{supplier}:{status}", words, shown))
    return found


def _routes(layer: Layer, atlas: JoinedAtlas) -> Style:
    value = 'CASE WHEN "draw" THEN "supplier" || \':\' || "status" END'
    name = Text(
        f'CASE WHEN "draw" THEN {spoken("short", layer.columns)} END',
        TYPE["route"] + 0.6, PALETTE.ink, HALO, style="Semibold", placement="curved",
        distance=1.2, priority=6, obstacle=False,
        given={"Color": _choose("supplier", colours(atlas))},
    )  # fmt: skip
    return Style("line", categorised(value, _route_classes(layer, atlas)), labels(name))


def _scenario_routes(layer: Layer, atlas: JoinedAtlas) -> Style:
    value = 'CASE WHEN "draw" AND "changed" THEN "supplier" || \':\' || "status" END'
    extra = "'+' || format_number(\"extra_nm\", 0) || ' nm'"
    name = Text(
        f'CASE WHEN "draw" AND "changed" AND "extra_nm" >= 1 THEN {extra} END',
        TYPE["route"] + 1, PALETTE.ink, HALO, style="Semibold", placement="curved", distance=1.2,
        priority=8, obstacle=False, given={"Color": _choose("supplier", colours(atlas))},
    )  # fmt: skip
    return Style("line", categorised(value, _route_classes(layer, atlas)), labels(name))


def _links(layer: Layer, atlas: JoinedAtlas) -> Style:
    live = symbol("line", line(HALO, 2.4, opacity=0.7), line(PALETTE.link, WIDTHS["link"] * 1.5))
    over = symbol("line", line(PALETTE.link, WIDTHS["link"] * 1.5, dash=(2, 2), cap="flat"))
    ended = "\"status\" IN ('ended', 'held')"
    return Style(
        "line",
        ruled([(f"NOT {ended}", "in force or under way", live, 0), (ended, "ended", over, 0)]),
    )


def _gates(layer: Layer, atlas: JoinedAtlas) -> Style:
    def bar(size: float) -> str:
        return symbol(
            "line",
            line(HALO, WIDTHS["gate_casing"], cap="flat"),
            line(PALETTE.gate, WIDTHS["gate"], cap="flat"),
            marker_line("line", size + 1, HALO, stroke=WIDTHS["gate_casing"] * 1.3, angle=90,
                        position=2),
            marker_line("line", size, PALETTE.gate, stroke=WIDTHS["gate"], angle=90, position=3),
        )  # fmt: skip

    ranks = ((1, "famous", bar(9), FAR), (2, "known", bar(8), MIDDLE), (3, "minor", bar(7), CLOSE))
    name = Text(
        spoken("name", layer.columns), TYPE["gate"] + 0.4, PALETTE.ink, HALO, style="Italic",
        geometry="centroid($geometry)", distance=5, priority=4,
    )  # fmt: skip
    return Style(
        "line",
        ruled([(f'"rank" = {rank}', words, one, scale) for rank, words, one, scale in ranks]),
        ruled_labels(
            [
                (f'"rank" = {rank}', name.at(largest=scale * 0.8, priority=6 - rank))
                for rank, _, _, scale in ranks
            ]
        ),
    )


# ---------------------------------------------------------------- points


def _terminals(layer: Layer, atlas: JoinedAtlas) -> Style:
    ink = colours(atlas)
    up, down = SYMBOLS["export"], SYMBOLS["import"]
    tint = _choose("supplier", ink).replace(PALETTE.route_other, PALETTE.quiet)
    export = "\"kind\" LIKE 'export%'"
    used = '"supplier" IS NOT NULL'
    size = '8.4 + coalesce("capacity_mtpa", 1) / 10'

    def mark(path: str, hollow: bool, colour: str, given: Mapping[str, str]) -> str:
        if hollow:
            return symbol(
                "marker",
                marker(path, 9, HALO, HALO, halo_width=2.6, given=_only_size(given)),
                marker(path, 8, HALO, colour, halo_width=1.1, given=_outlined(given)),
            )
        return symbol("marker", marker(path, 9, colour, HALO, halo_width=0.9, given=given))

    coloured = {"fillColor": tint, "size": size}
    rules = [
        (f"{export} AND {used} AND {WORKING}", "exports on these routes, operating",
         mark(up, False, PALETTE.quiet, coloured), 0.0),
        (f"{export} AND {used} AND NOT ({WORKING})", "not operating, or not yet",
         mark(up, True, PALETTE.quiet, coloured), 0.0),
        (f"{export} AND NOT ({used}) AND {WORKING}", "other exports, operating",
         mark(up, False, PALETTE.quiet, {"size": size}), MIDDLE * 1.6),
        (f"{export} AND NOT ({used}) AND NOT ({WORKING})", "other exports, not operating",
         mark(up, True, PALETTE.quiet, {"size": size}), NEAR),
        (f"NOT ({export}) AND {WORKING}", "imports, operating",
         mark(down, False, PALETTE.ink, {}), NEAR),
        (f"NOT ({export}) AND NOT ({WORKING})", "imports, not operating",
         mark(down, True, PALETTE.ink, {}), NEAR),
    ]  # fmt: skip
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


def _places(layer: Layer, atlas: JoinedAtlas) -> Style:
    def mark(kind: str, size: float, ink: str) -> str:
        path = SYMBOLS[kind]
        return symbol(
            "marker", marker(path, size, HALO, HALO, halo_width=2.2), marker(path, size, ink, ink)
        )

    pole = '"pole"'
    rules = [(pole, "pole of the map", mark("pole", 13, PALETTE.accent), 0.0)]
    kinds = list(dict.fromkeys(map(str, layer.values("kind"))))
    if "capital" in kinds:
        capital = f"NOT ({pole}) AND \"kind\" = 'capital'"
        rules.append(
            (f'{capital} AND "in_article"', "capital", mark("capital", 9.5, PALETTE.ink), 0.0)
        )
        rules.append(
            (
                f'{capital} AND NOT "in_article"',
                "other capital",
                mark("capital", 9, PALETTE.ink),
                MIDDLE * 1.7,
            )
        )
    for kind in kinds:
        if kind != "capital":
            word = text.word("place_kind", kind, "en")
            rules.append(
                (
                    f'NOT ({pole}) AND "kind" = {literal(kind)}',
                    word,
                    mark(kind, 8.5, PALETTE.ink),
                    NEAR,
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
                (f"NOT ({pole}) AND \"kind\" = 'capital' AND \"in_article\"", name),
                (f"NOT ({pole}) AND \"kind\" = 'capital' AND NOT \"in_article\"",
                 name.at(priority=6, largest=MIDDLE * 1.7)),
                (f"NOT ({pole}) AND \"kind\" <> 'capital'",
                 name.at(size=TYPE["terminal"], ink=PALETTE.quiet, priority=3, largest=CLOSE)),
            ]
        ),
    )  # fmt: skip


def _events(layer: Layer, atlas: JoinedAtlas) -> Style:
    def mark(ink: str, halo: str, width: float) -> str:
        return symbol("marker", marker(SYMBOLS["venue"], 8, ink, halo, halo_width=width))

    done = "\"status\" IN ('done', 'ongoing')"
    name = Text(
        f"{spoken('name', layer.columns)} || '\\n' || \"date\"", TYPE["terminal"], PALETTE.accent,
        HALO, distance=4, priority=3, largest=CLOSE,
    )  # fmt: skip
    return Style(
        "point",
        ruled(
            [
                (done, "happened", mark(PALETTE.accent, HALO, 0.9), 0.0),
                (
                    f"NOT ({done})",
                    "planned, expected or lapsed",
                    mark(HALO, PALETTE.accent, 1),
                    0.0,
                ),
            ]
        ),
        labels(name),
    )


def _sea_labels(layer: Layer, atlas: JoinedAtlas) -> Style:
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


_LOOKS: dict[str, Callable[[Layer, JoinedAtlas], Style]] = {
    "land": _land,
    "coast": _plain_line(PALETTE.coast, WIDTHS["coast"] * 1.3),
    "borders": _plain_line(PALETTE.border, WIDTHS["border"] * 1.3),
    "graticule": _plain_line(PALETTE.graticule, WIDTHS["graticule"] * 1.6),
    "region_washes": _washes,
    "region_outlines": _outlines,
    "scenario_gates": _scenario_gates,
    "regions": _regions,
    "overlaps": _overlaps,
    "routes": _routes,
    "scenario_routes": _scenario_routes,
    "links": _links,
    "gates": _gates,
    "terminals": _terminals,
    "places": _places,
    "events": _events,
    "sea_labels": _sea_labels,
}
