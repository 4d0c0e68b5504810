"""How each layer looks in QGIS: the one palette of `style`, put into the words of `qml`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from frontiers_map import fields
from frontiers_map.gis import looks_areas, looks_points, looks_ways
from frontiers_map.gis.layers import Layer
from frontiers_map.gis.qml import Style, column
from frontiers_map.gis.tones import PALETTE, spoken
from frontiers_map.gis.words import say
from frontiers_map.style import WIDTHS

if TYPE_CHECKING:
    from frontiers_map.joins import JoinedAtlas

__all__ = ["look"]


def look(layer: Layer, atlas: JoinedAtlas, language: str = "en") -> Style:
    """Give the style of a layer; `language` is that of its legend, labels follow the reader."""
    make = _LOOKS.get(layer.name)
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
        tip=_tip(layer, language) if layer.kind and "name_en" in layer.columns else "",
        aliases=layer.aliases(language),
        domains=domains,
        start="start_day" if "start_day" in layer.columns else "",
        end="end_day" if "end_day" in layer.columns else "",
        preview=spoken("name", layer.columns) if "name_en" in layer.columns else column("id"),
        scale=drawn.scale,
    )


def _tip(layer: Layer, language: str) -> str:
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
    "land": looks_areas.land,
    "coast": looks_areas.plain_line(PALETTE.coast, WIDTHS["coast"] * 1.3),
    "borders": looks_areas.borders,
    "graticule": looks_areas.plain_line(PALETTE.graticule, WIDTHS["graticule"] * 1.6),
    "region_washes": looks_areas.washes,
    "overlap_fade": looks_areas.fade,
    "region_outlines": looks_areas.outlines,
    "scenario_gates": looks_ways.scenario_gates,
    "regions": looks_areas.regions,
    "overlaps": looks_areas.overlaps,
    "routes": looks_ways.routes,
    "scenario_routes": looks_ways.scenario_routes,
    "links": looks_ways.links,
    "gates": looks_ways.gates,
    "terminals": looks_points.terminals,
    "places": looks_points.places,
    "events": looks_points.events,
    "sea_labels": looks_points.sea_labels,
}
