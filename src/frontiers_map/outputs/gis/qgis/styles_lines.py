"""How routes, agreements and straits look."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from frontiers_map.language import text
from frontiers_map.outputs.gis.backdrop import MANY
from frontiers_map.outputs.gis.layers import Layer
from frontiers_map.outputs.gis.qgis.expressions import (
    CLOSE,
    FAR,
    HALO,
    MIDDLE,
    NEAR,
    PALETTE,
    choose,
    colours,
    pairs,
    spoken,
    within,
)
from frontiers_map.outputs.gis.qgis.labels import Text, labels, ruled_labels
from frontiers_map.outputs.gis.qgis.lanes import lanes
from frontiers_map.outputs.gis.qgis.qml import (
    Style,
    categorised,
    column,
    line,
    literal,
    marker_line,
    ruled,
    switched,
    symbol,
)
from frontiers_map.outputs.gis.words import say
from frontiers_map.style import LOOKS, TYPE, WIDTHS, Look, route_width

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas

__all__ = ["gates", "links", "routes", "scenario_gates", "scenario_routes"]

# the rule of `style.route_width`, for QGIS to work out for each route
_SLOPE = route_width(1) - route_width(0)
WIDTH = f'({route_width(0):g} + {_SLOPE:.4g} * coalesce("supplier_mt_year" / "supplier_routes", 0))'


LANE = 2.6


def _offsets(layer: Layer) -> str:
    """Expression for how far a route is drawn beside its true line, in points."""
    drawn = layer.values("draw")
    assert layer.shape is not None
    if sum(map(bool, drawn)) > MANY:
        return "0"
    found = lanes(
        [shape if shown else None for shape, shown in zip(layer.shape, drawn, strict=True)],
        [f"{s}:{t}" for s, t in pairs(layer, "supplier", "status")],
        [float(sent or 0) for sent in layer.values("supplier_mt_year")],
    )
    cases = "".join(
        f" WHEN {column('id')} = {literal(str(name))} THEN {lane * LANE:g}"
        for name, lane in zip(layer.values("id"), found, strict=True)
        if lane
    )
    return f"CASE{cases} ELSE 0 END" if cases else "0"


def _way(ink: str, status: str, offset: str) -> str:
    """Casing, stroke and arrows of one class of routes, as wide as the tonnes say."""
    dash = LOOKS["routes"][status].dash
    given = {"outlineWidth": WIDTH, "offset": offset}
    if dash:
        pattern = " || ';' || ".join(f"to_string({WIDTH} * {part})" for part in dash)
        given["customDash"] = pattern
    casing = line(
        HALO,
        2.7,
        opacity=0.75,
        given={"outlineWidth": f"{WIDTH} + {WIDTHS['route_casing']}", "offset": offset},
    )
    stroke = line(ink, 1.1, dash=dash, cap="flat" if dash else "round", given=given)
    arrows = marker_line(
        "filled_arrowhead", 5, ink, placement="interval", interval=170, start=70, position=2,
        given={"size": f"4.2 + 0.9 * {WIDTH}"}, beside=offset,
    )  # fmt: skip
    return symbol("line", casing, stroke, arrows)


def _route_classes(layer: Layer, atlas: JoinedAtlas, language: str) -> list[tuple[str, str, str]]:
    ink, offset = colours(atlas), _offsets(layer)
    names = {supplier.id: supplier.name.get(language) for supplier in atlas.settings.suppliers}
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
            words += f", {text.word('route_status', str(status), language)}"
        shown = _way(ink.get(str(supplier), PALETTE.route_other), str(status), offset)
        found.append((f"{supplier}:{status}", words, shown))
    return found


def routes(layer: Layer, atlas: JoinedAtlas, language: str) -> Style:
    """Ways in the colour of their supplier, as wide as what it sends, side by side."""
    value = 'CASE WHEN "draw" THEN "supplier" || \':\' || "status" END'
    name = Text(
        spoken("short", layer.columns), TYPE["route"] + 0.6, PALETTE.ink, HALO, style="Semibold",
        placement="curved", distance=1.2, priority=6, obstacle=False,
        given={"Color": choose("supplier", colours(atlas))},
    )  # fmt: skip
    # from afar, one name for all that a supplier sends to one importer
    groups: dict[tuple[Any, Any], str] = {}
    for row in sorted(layer.rows(), key=lambda row: (row["status"] != "active", row["id"])):
        if row["draw"]:
            groups.setdefault((row["supplier"], row["importer"]), str(row["id"]))
    first = ", ".join(literal(name) for name in groups.values()) or "''"
    return Style(
        "line",
        categorised(value, _route_classes(layer, atlas, language)),
        ruled_labels(
            [
                (f'"draw" AND "id" IN ({first})', name),
                (f'"draw" AND "id" NOT IN ({first})', name.at(priority=4, largest=NEAR * 1.6)),
            ]
        ),
    )


def scenario_routes(layer: Layer, atlas: JoinedAtlas, language: str) -> Style:
    """New ways, a scenario each to tick, with what they cost in miles."""
    ink = choose("supplier", colours(atlas))
    offset = _offsets(layer)
    dash = "".join(
        f" WHEN {literal(status)} THEN "
        + " || ';' || ".join(f"to_string({WIDTH} * {part})" for part in look.dash)
        for status, look in LOOKS["routes"].items()
        if look.dash
    )
    # one symbol for all: where a way is whole, its dash is longer than any map
    given = {
        "outlineWidth": WIDTH, "offset": offset, "outlineColor": ink,
        "customDash": f"CASE \"status\"{dash} ELSE '9999;0.1' END",
    }  # fmt: skip
    casing = {"outlineWidth": f"{WIDTH} + {WIDTHS['route_casing']}", "offset": offset}
    way = symbol(
        "line",
        line(HALO, 2.7, opacity=0.75, given=casing),
        line(PALETTE.quiet, 1.1, dash=(9999, 0.1), cap="flat", given=given),
        marker_line(
            "filled_arrowhead", 5, PALETTE.quiet, placement="interval", interval=170, start=70,
            position=2, given={"size": f"4.2 + 0.9 * {WIDTH}", "fillColor": ink}, beside=offset,
        ),
    )  # fmt: skip
    extra = "'+' || format_number(\"extra_nm\", 0) || ' nm'"
    name = Text(
        f'CASE WHEN "extra_nm" >= 1 THEN {extra} END',
        TYPE["route"] + 1, PALETTE.ink, HALO, style="Semibold", placement="curved", distance=1.2,
        priority=8, obstacle=False, given={"Color": ink},
    )  # fmt: skip
    changed = '"draw" AND "changed"'
    return Style("line", _by_scenario(layer, atlas, language, way, changed), labels(name))


def _by_scenario(
    layer: Layer, atlas: JoinedAtlas, language: str, shown: str, condition: str = ""
) -> str:
    """One symbol for every scenario; ticked is the first with new ways, since two say nothing."""
    there = {str(value) for value in layer.values("scenario_id")}
    found = [one for one in atlas.scenarios if one.id in there]
    rows = atlas.scenario_routes
    told = set(rows.loc[rows["changed"] & rows["reachable"], "scenario_id"]) if len(rows) else set()
    first = next((one.id for one in found if one.id in told), found[0].id if found else "")
    return switched(
        [
            (
                scenario.id,
                " AND ".join(filter(None, (f'"scenario_id" = {literal(scenario.id)}', condition))),
                scenario.name.get(language),
                shown,
                scenario.id == first,
            )
            for scenario in found
        ]
    )


def links(layer: Layer, atlas: JoinedAtlas, language: str) -> Style:
    """Geodesics between partners, dashed by status; what is drawn alike is one entry."""
    there = set(layer.values("status"))
    alike: dict[Look, list[str]] = {}
    for status, look in LOOKS["links"].items():
        if status in there:
            alike.setdefault(replace(look, tone=""), []).append(status)
    rules = []

    def drawn(ink: str, dash: tuple[float, ...]) -> str:
        stroke = line(ink, WIDTHS["link"] * 1.5, dash=dash, cap="flat" if dash else "round")
        return symbol("line", line(HALO, 2.4, opacity=0.7), stroke)

    looks = atlas.settings.kind_looks["links"]
    own = [kind for kind, look in looks.items() if look.own and kind in layer.values("kind")]
    usual = f" AND NOT ({within('kind', own)})" if own else ""
    for look, statuses in alike.items():
        listed = ", ".join(map(literal, statuses))
        words = ", ".join(text.word("link_status", status, language) for status in statuses)
        rules.append(
            (
                f'"status" IN ({listed}){usual}',
                words,
                drawn(PALETTE.link, look.dash),
                0,
            )
        )
        for kind in own:
            word = f"{looks[kind].word(language)} \N{EN DASH} {words}"
            ink = looks[kind].light or PALETTE.link
            condition = f'"status" IN ({listed}) AND "kind" = {literal(kind)}'
            if any(k == kind and s in statuses for k, s in pairs(layer, "kind", "status")):
                rules.append((condition, word, drawn(ink, look.dash), 0))
    return Style("line", ruled(rules))


def gates(layer: Layer, atlas: JoinedAtlas, language: str) -> Style:
    """Bars across straits; a thin line at capes, where nothing can be closed.

    Straits that the last report calls closed or restricted stand out at every scale.
    """

    def bar(size: float, ink: str = PALETTE.gate, *more: str) -> str:
        return symbol(
            "line",
            line(HALO, WIDTHS["gate_casing"], cap="flat"),
            line(ink, WIDTHS["gate"], cap="flat"),
            marker_line("line", size + 1, HALO, stroke=WIDTHS["gate_casing"] * 1.3, angle=90,
                        position=2),
            marker_line("line", size, ink, stroke=WIDTHS["gate"], angle=90, position=3),
            *more,
        )  # fmt: skip

    told = {status: look.ink for status, look in LOOKS["gates"].items() if look.ink}
    listed = ", ".join(map(literal, told))
    # a gate of which nothing is reported has no state
    usual = f"\"kind\" <> 'cape' AND coalesce(\"state\", '') NOT IN ({listed})"
    states = []
    for status, role in told.items():
        ink = PALETTE.colours()[role]
        cross = (
            marker_line("cross2", 6.6, HALO, stroke=2.6, position=4),
            marker_line("cross2", 6, ink, stroke=1.3, position=5),
        )
        words = text.word("gate_status", status, language)
        states.append(
            (
                f'"state" = {literal(status)}',
                words,
                bar(9, ink, *(cross if status == "closed" else ())),
                0.0,
            )
        )

    cape = symbol("line", line(PALETTE.gate, 0.6, dash=(4, 4), cap="flat", opacity=0.55))
    inks = {status: PALETTE.colours()[role] for status, role in told.items()}
    ranks = (
        (1, say("gate_1", language), bar(9), FAR),
        (2, say("gate_2", language), bar(8), MIDDLE),
        (3, say("gate_3", language), bar(7), CLOSE),
    )
    # neighbours of one group: the first is named from afar, the others nearer
    first: dict[Any, str] = {}
    for row in sorted(layer.rows(), key=lambda row: (row["rank"], row["id"])):
        if row["group"]:
            first.setdefault(row["group"], str(row["id"]))
    leaders = ", ".join(literal(one) for one in first.values()) or "''"
    second = f"(coalesce(\"group\", '') <> '' AND \"id\" NOT IN ({leaders}))"
    name = Text(
        spoken("name", layer.columns), TYPE["gate"] + 0.4, PALETTE.ink, HALO, style="Italic",
        geometry="centroid($geometry)", distance=5, priority=4,
        given={"Color": choose("state", inks, PALETTE.ink)},
    )  # fmt: skip
    return Style(
        "line",
        ruled(
            [
                *states,
                ("\"kind\" = 'cape'", say("cape", language), cape, 0.0),
                *(
                    (f'"rank" = {rank} AND {usual}', words, one, scale)
                    for rank, words, one, scale in ranks
                ),
            ]
        ),
        ruled_labels(
            [
                *(
                    (
                        f'"rank" = {rank} AND NOT {second}',
                        name.at(largest=scale * 0.8, priority=6 - rank),
                    )
                    for rank, _, _, scale in ranks
                ),
                (second, name.at(largest=NEAR * 0.8, priority=2)),
            ]
        ),
    )


def scenario_gates(layer: Layer, atlas: JoinedAtlas, language: str) -> Style:
    """A crossed disc on every closed gate."""
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
    return Style("line", _by_scenario(layer, atlas, language, disc), labels(name))
