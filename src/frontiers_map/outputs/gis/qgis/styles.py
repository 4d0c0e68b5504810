"""How each layer looks in QGIS: the one palette of `style`, put into the words of `qml`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from frontiers_map.atlas import fields
from frontiers_map.language.text import told_in
from frontiers_map.outputs.gis.layers import Layer
from frontiers_map.outputs.gis.qgis import styles_areas, styles_lines, styles_own, styles_points
from frontiers_map.outputs.gis.qgis.expressions import PALETTE, spoken
from frontiers_map.outputs.gis.qgis.qml import Style, column
from frontiers_map.outputs.gis.words import say
from frontiers_map.style import WIDTHS

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas

__all__ = ["look"]


def look(layer: Layer, atlas: JoinedAtlas, language: str) -> Style:
    """Give the style of a layer; `language` is that of its legend, labels follow the reader."""
    make = styles_own.own if layer.own else _LOOKS.get(layer.name)
    drawn = make(layer, atlas, language) if make else Style("")
    domains = {
        name: words
        for name in layer.columns
        if (words := fields.domain(layer.name, name, language))
    }
    return Style(
        drawn.geometry,
        drawn.renderer,
        drawn.text,
        tip=_tip(layer, language) if layer.kind and told_in("name", layer.columns) else "",
        aliases=layer.aliases(language),
        domains=domains,
        start="start_day" if "start_day" in layer.columns else "",
        end="end_day" if "end_day" in layer.columns else "",
        preview=spoken("name", layer.columns) if told_in("name", layer.columns) else column("id"),
        scale=drawn.scale,
    )


_SHOWN = (
    "kind", "status", "state", "area_km2", "whole_km2", "km", "nm", "extra_nm", "days", "gates",
    "capacity_mtpa",
)  # fmt: skip


def _tip(layer: Layer, language: str) -> str:
    """Name, what is known, source and date; text from the atlas stays text in it."""

    def safe(expression: str) -> str:
        inner = f"coalesce(to_string({expression}), '')"
        for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
            inner = f"replace({inner}, '{sign}', '{entity}')"
        return f"[% {inner} %]"

    facts = ""
    for base in ("summary", "note", "role", "status_note"):
        if told_in(base, layer.columns):
            facts += f"<p>{safe(spoken(base, layer.columns))}</p>"
    for name in _SHOWN:
        if name in layer.columns:
            shown = column(name)
            if layer.columns[name][0].kind == "number":
                shown = f"format_number({shown}, {1 if name in ('days', 'capacity_mtpa') else 0})"
            facts += f"<div>{fields.title(name, language)}: {safe(shown)}</div>"
    foot = "".join(
        f"{say(title, language)}: {safe(column(name))}. "
        for name, title in (
            ("source", "sources"),
            ("as_of_text", "as_of"),
            ("certainty", "geometry"),
        )
        if name in layer.columns
    )
    return f"<b>{safe(spoken('name', layer.columns))}</b>{facts}<p><small>{foot}</small></p>"


_LOOKS: dict[str, Callable[[Layer, JoinedAtlas, str], Style]] = {
    "land": styles_areas.land,
    "coast": styles_areas.plain_line(PALETTE.coast, WIDTHS["coast"] * 1.3),
    "borders": styles_areas.borders,
    "depths": styles_areas.depths,
    "graticule": styles_areas.plain_line(PALETTE.graticule, WIDTHS["graticule"] * 1.6),
    "region_washes": styles_areas.washes,
    "overlap_fade": styles_areas.fade,
    "region_outlines": styles_areas.outlines,
    "scenario_gates": styles_lines.scenario_gates,
    "regions": styles_areas.regions,
    "overlaps": styles_areas.overlaps,
    "routes": styles_lines.routes,
    "scenario_routes": styles_lines.scenario_routes,
    "links": styles_lines.links,
    "gates": styles_lines.gates,
    "terminals": styles_points.terminals,
    "places": styles_points.places,
    "events": styles_points.events,
    "sea_labels": styles_points.sea_labels,
}
