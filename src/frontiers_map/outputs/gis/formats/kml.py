"""Flat layers -> one KML file: styled, in folders, text of the atlas only ever as text.

Google Earth shows a description as HTML, so what stands in one is escaped for HTML first and for
XML after that; nothing is put into CDATA.
"""

from __future__ import annotations

import datetime
import html
import math
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

import shapely
from shapely.geometry.base import BaseGeometry

from frontiers_map.atlas import fields
from frontiers_map.atlas.model import LAYERS, KindLook
from frontiers_map.language import prose, text
from frontiers_map.outputs.gis.formats.icons import icon, icon_name
from frontiers_map.outputs.gis.layers import Layer
from frontiers_map.outputs.gis.qgis.expressions import colours, washed
from frontiers_map.style import FEATURE_LOOKS, LIGHT, LOOKS, Look, route_width

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas
    from frontiers_map.atlas.model import AtlasSettings, OwnLayer

__all__ = ["kml", "kmz"]

_TYPES = {"text": "string", "number": "double", "integer": "int", "boolean": "bool",
          "date": "string"}  # fmt: skip
_FACTS = (
    "summary", "note", "role", "status", "state", "state_since_text", "status_note",
    "kind", "area_km2", "whole_km2", "km", "outages", "nm", "days", "extra_nm", "extra_days",
    "capacity_mtpa", "share_pct", "gates",
    "date_text", "since_text", "until_text", "operator", "source", "as_of_text", "certainty",
)  # fmt: skip


def kmz(atlas: JoinedAtlas, layers: Sequence[Layer], path: Path) -> Path:
    """Write the same document with the symbols of its points beside it, as one archive."""
    icons: dict[str, tuple[str, str, bool]] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open(_entry("doc.kml"), "w") as document:
            for piece in kml(atlas, layers, icons):
                document.write(piece.encode())
        for name, one in sorted(icons.items()):
            archive.writestr(_entry(name), icon(*one))
    return path


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)  # of no day: the same bytes from the same atlas
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def kml(
    atlas: JoinedAtlas,
    layers: Sequence[Layer],
    icons: dict[str, tuple[str, str, bool]] | None = None,
) -> Iterator[str]:
    """Give all layers as one KML document, a folder for each, piece by piece.

    With `icons` points are drawn by pictures of their symbols; it is filled with the name of each,
    and the symbol, colour and hollowness that it shows.
    """
    settings = atlas.settings
    titles = dict(zip(atlas.sources["id"], atlas.sources["title"], strict=True))
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<kml xmlns="http://www.opengis.net/kml/2.2">\n<Document>\n'
        f"<name>{escape(settings.title.main)}</name><open>1</open>\n"
        f"<description>{_html(f'{settings.deck.main}. Record to {settings.record_to}.')}"
        f"</description>{_look_at(atlas.maps[0].view)}\n"
    )
    gates = zip(atlas.gates["id"], atlas.gates[settings.column("name")], strict=True)
    known = {"source": titles, "gates": {key: str(name or key) for key, name in gates}}
    looks = _Looks(atlas, icons)
    styles = dict(looks(layer, row) for layer in layers for row in layer.rows())
    yield from (_style(name, inner) for name, inner in styles.items())
    yield from map(_schema, layers)
    for layer in layers:
        yield (
            f"<Folder><name>{escape(layer.title(atlas, settings.main_language))}</name>"
            f"<description>{_html(layer.description)}</description>"
            f"<visibility>{int(_shown(layer))}</visibility><open>0</open>\n"
        )
        if layer.name == "scenario_routes":
            # one is looked at at a time
            for scenario in atlas.scenarios:
                words = prose.plain(scenario.text.main) if scenario.text else ""
                yield (
                    f"<Folder><name>{escape(scenario.name.main)}</name>"
                    f"<description>{_html(words)}"
                    "</description><visibility>0</visibility><open>0</open>\n"
                )
                yield from _placemarks(layer, known, looks, settings, scenario.id)
                yield "</Folder>\n"
        else:
            yield from _placemarks(layer, known, looks, settings)
        yield "</Folder>\n"
    yield "</Document>\n</kml>\n"


def _look_at(box: Sequence[float]) -> str:
    """Where Google Earth looks at first: the middle of the map, from as high as it is wide."""
    west, south, east, north = box
    lon, lat = ((west + east) / 2 + 180) % 360 - 180, (south + north) / 2
    wide = max((east - west) * math.cos(math.radians(lat)), (north - south) * 1.4)
    metres = min(111_000 * wide, 12_000_000)
    return (
        f"<LookAt><longitude>{lon:g}</longitude><latitude>{lat:g}</latitude>"
        f"<range>{metres:.0f}</range></LookAt>"
    )


def _html(value: str) -> str:
    """Text for an element that viewers read as HTML."""
    return escape(html.escape(value, quote=True))


def _argb(colour: str, opacity: float = 1.0) -> str:
    red, green, blue = colour[1:3], colour[3:5], colour[5:7]
    return f"{round(255 * opacity):02x}{blue}{green}{red}"


def _style(name: str, inner: str) -> str:
    return f"<Style id={quoteattr(name)}>{inner}</Style>\n"


def _line_style(colour: str, width: float, opacity: float = 1.0) -> str:
    return (
        f"<LineStyle><color>{_argb(colour, opacity)}</color><width>{width:.1f}</width></LineStyle>"
    )


# KML has no dashes: what others draw dashed or hollow is fainter
FAINT = 0.55
EDGE = 2.0  # degrees that an edge of an area may span


_NONE = KindLook("", "", "", "")


class _Looks:
    """The style of each placemark: the same colours, widths and statuses as on page and sheets."""

    def __init__(self, atlas: JoinedAtlas, icons: dict[str, tuple[str, str, bool]] | None) -> None:
        self.icons = icons
        self.inks = colours(atlas)
        self.own = atlas.settings.looks
        self.kinds = atlas.settings.kind_looks
        self.washes = {family.id: washed(family.id, atlas) for family in atlas.settings.families}

    def __call__(self, of: Layer, row: dict[str, Any]) -> tuple[str, str]:
        """Name of a placemark's style, and what is in it."""
        if of.own:
            return self._own(of.own, str(row["kind"] or ""), str(row["state"]))
        layer = of.name
        status = row.get("state" if layer == "gates" else "status") or ""
        look = LOOKS.get(layer, {}).get(status, Look())
        alpha = FAINT if look.dash or look.hollow else 1.0
        kind = self.kinds.get(layer, {}).get(str(row.get("kind")), _NONE)
        mine = f".{row['kind']}" if kind.own or (self.icons is not None and kind.symbol) else ""
        match layer:
            case "regions":
                name, inner = str(row["family"]), _area_style(*self.washes[row["family"]])
            case "overlaps":
                name, inner = "", _area_style(LIGHT.overlap, 0.45)
            case "routes" | "scenario_routes":
                supplier = str(row["supplier"])
                tonnes = row["supplier_mt_year"]
                width = route_width(None if tonnes is None else tonnes / row["supplier_routes"])
                ink = self.inks.get(supplier, LIGHT.route_other)
                dashed = LOOKS["routes"][str(row["status"])].dash
                alpha = FAINT if dashed or layer != "routes" else 1.0
                name = (
                    f"{supplier}.{row['status']}.{row['importer']}"
                    if layer == "routes"
                    else row["id"]
                )
                inner = _line_style(ink, 1.6 * width, alpha)
            case "gates":
                name = status
                inner = _line_style(LIGHT.colours()[look.ink or "gate"], 4 if look.ink else 3)
            case "links":
                name, inner = status, _line_style(kind.light or LIGHT.link, 2, alpha)
            case "terminals":
                imports = kind.like.startswith("import")
                ink = LIGHT.ink if imports else self.inks.get(str(row["supplier"]), LIGHT.quiet)
                name = f"{'import' if imports else row['supplier'] or 'export'}.{status}"
                inner = self._icon(kind.symbol, kind.light or ink, 0.6, look.hollow)
            case "places":
                name = "pole" if row["pole"] else ""
                ink = LIGHT.accent if row["pole"] else kind.light or LIGHT.ink
                inner = self._icon("pole" if row["pole"] else kind.symbol, ink, 0.7)
            case "events":
                ink = kind.light or LIGHT.accent
                name, inner = status, self._icon(kind.symbol, ink, 0.5, look.hollow)
            case _:
                label = (
                    f"<LabelStyle><color>{_argb('#b9d3e0')}</color><scale>0.9</scale></LabelStyle>"
                )
                name, inner = "", f"<IconStyle><scale>0</scale></IconStyle>{label}"
        return f"{layer}.{name}".removesuffix(".") + mine, inner

    def _icon(self, symbol: str, colour: str, scale: float, hollow: bool = False) -> str:
        """A point: the viewer's own pin in a colour or, with icons, its symbol."""
        label = "<LabelStyle><scale>0.8</scale></LabelStyle>"
        if self.icons is None:
            shade = _argb(colour, FAINT if hollow else 1.0)
            return f"<IconStyle><color>{shade}</color><scale>{scale}</scale></IconStyle>{label}"
        name = f"icons/{icon_name(symbol, colour, hollow)}"
        self.icons[name] = (symbol, colour, hollow)
        picture = f"<Icon><href>{escape(name)}</href></Icon>"
        return f"<IconStyle><scale>{scale * 1.3:.2g}</scale>{picture}</IconStyle>{label}"

    def _own(self, layer: OwnLayer, kind: str, state: str) -> tuple[str, str]:
        looks = self.own[layer.id]
        look, then = looks.get(kind) or next(iter(looks.values())), FEATURE_LOOKS[state]
        ink = LIGHT.colours()[then.ink] if then.ink else look.light
        alpha = FAINT if then.hollow or look.dash else 1.0
        inner = {
            "line": _line_style(ink, 2.4, alpha),
            "area": _line_style(ink, 1.2, alpha)
            + f"<PolyStyle><color>{_argb(ink, 0.25 * (look.fill != 'none'))}</color></PolyStyle>",
            "point": self._icon(look.symbol, ink, 0.6, then.hollow),
        }[layer.geometry]
        return f"{layer.id}.{list(looks).index(look.kind)}.{state}", inner


def _shown(layer: Layer) -> bool:
    # a globe has names of seas of its own
    return layer.own is not None or (LAYERS[layer.name].shown and layer.name != "sea_labels")


def _area_style(colour: str, opacity: float) -> str:
    # no outline: it would draw the cut at 180°
    return f"<PolyStyle><color>{_argb(colour, opacity)}</color><outline>0</outline></PolyStyle>"


def _column(name: str) -> str:
    """GDAL shows the id of a placemark, unique in the document, as ``id``: ours steps aside."""
    return "feature_id" if name == "id" else name


def _schema(layer: Layer) -> str:
    inner = "".join(
        f"<SimpleField type={quoteattr(_TYPES[field.kind])} name={quoteattr(_column(field.name))}>"
        f"<displayName>{escape(field.title)}</displayName></SimpleField>"
        for field in layer.fields
    )
    return f"<Schema name={quoteattr(layer.name)} id={quoteattr(layer.name)}>{inner}</Schema>\n"


def _placemarks(
    layer: Layer,
    known: dict[str, dict[str, str]],
    looks: _Looks,
    settings: AtlasSettings,
    scenario: str = "",
) -> Iterator[str]:
    assert layer.shape is not None
    values = layer.name.removeprefix("scenario_")  # their ways have the statuses of the usual ones
    words = {name: fields.domain(values, name, settings.main_language) for name in _FACTS}
    shown = _shown(layer)
    # a viewer draws an edge the shortest way over the globe; ours follow parallels
    areal = layer.kind == "MultiPolygon"
    for row, exact in zip(layer.rows(), layer.shape, strict=True):
        if scenario and row["scenario_id"] != scenario:
            continue
        shape = shapely.segmentize(exact, EDGE) if areal and exact is not None else exact
        data = "".join(
            f"<SimpleData name={quoteattr(_column(name))}>{escape(_plain(value))}</SimpleData>"
            for name, value in row.items()
            if value is not None
        )
        visible = shown and not (layer.name == "regions" and row.get("use") != "recommended")
        visible = visible and row.get("recommended") is not False and row.get("draw") is not False
        if layer.name == "gates":  # those that stand out
            visible = bool(LOOKS["gates"].get(row["state"] or "", Look()).ink)
        yield (
            f"<Placemark id={quoteattr(layer.name + '.' + str(row['id']))}>"
            f"<name>{escape(str(row.get(settings.column('name')) or row['id']))}</name>"
            f"<visibility>{int(bool(visible))}</visibility>"
            f"<description>{_facts(row, known, words, settings)}</description>{_time(row)}"
            f"<styleUrl>#{escape(looks(layer, row)[0])}</styleUrl>"
            f"<ExtendedData><SchemaData schemaUrl={quoteattr('#' + layer.name)}>{data}"
            f"</SchemaData></ExtendedData>{_geometry(shape)}</Placemark>\n"
        )


def _facts(
    row: dict[str, Any],
    known: dict[str, dict[str, str]],
    words: dict[str, dict[str, str]],
    settings: AtlasSettings,
) -> str:
    """Give what a balloon tells: words for codes, figures as the language writes them, units.

    ``known`` has the names of what a column refers to by id, ``words`` those of allowed values.
    """
    language, lines = settings.main_language, []
    for name in _FACTS:
        value = row.get(settings.column(name)) or row.get(name)
        if value in (None, ""):
            continue
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            shown = _figure(value, language)
        elif name in known:
            shown = "; ".join(known[name].get(key, key) for key in _plain(value).split(";"))
        else:
            shown = words[name].get(str(value), _plain(value))
        title = fields.heading(name.removesuffix(fields.GIVEN), language)
        told = prose.told(shown) if name in prose.FIELDS else shown
        said = html.escape(told) if isinstance(told, str) else prose.to_html(told)
        lines.append(f"<b>{html.escape(title)}</b>: {said}<br/>")
    return escape("".join(lines))


def _figure(value: float, language: str) -> str:
    """Three figures or whole numbers, without noughts at the end."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    while digits and round(value, digits) == round(value, digits - 1):
        digits -= 1
    return text.number(value, language, digits)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return fields.cell(value)


def _time(row: dict[str, Any]) -> str:
    start, end = row.get("start_day"), row.get("end_day")
    if start is None:
        return ""
    until = f"<end>{end.isoformat()}</end>" if end else ""
    return f"<TimeSpan><begin>{start.isoformat()}</begin>{until}</TimeSpan>"


def _geometry(shape: BaseGeometry | None) -> str:
    if shape is None:
        return ""
    match shape.geom_type:
        case "Point":
            return f"<Point><coordinates>{_path(shape)}</coordinates></Point>"
        case "LineString":
            return (
                "<LineString><tessellate>1</tessellate>"
                f"<coordinates>{_path(shape)}</coordinates></LineString>"
            )
        case "Polygon":
            holes = "".join(
                f"<innerBoundaryIs>{_ring(ring)}</innerBoundaryIs>" for ring in shape.interiors
            )
            return (
                "<Polygon><tessellate>1</tessellate>"
                f"<outerBoundaryIs>{_ring(shape.exterior)}</outerBoundaryIs>{holes}</Polygon>"
            )
        case _:
            inside = "".join(_geometry(part) for part in shape.geoms)
            return f"<MultiGeometry>{inside}</MultiGeometry>"


def _ring(ring: BaseGeometry) -> str:
    return f"<LinearRing><coordinates>{_path(ring)}</coordinates></LinearRing>"


def _path(shape: BaseGeometry) -> str:
    # coordinates are rounded already: the shortest way to write one is right, but for exponents
    return " ".join(
        f"{x!r},{y!r}" if abs(x) > 1e-3 < abs(y) else f"{x:.6f},{y:.6f}"
        for x, y in shapely.get_coordinates(shape).tolist()
    )
