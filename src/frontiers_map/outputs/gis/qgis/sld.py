"""QML as `qml` writes it -> SLD 1.1 (OGC 05-078r4), for GeoServer and others, where it can say it.

SLD knows no arrows along a line and no value that an expression gives: a style that needs one has
no SLD. Symbols stand in it as the pictures that they are. Names are left out, and what a reader
would have to tick is, too.
"""

from __future__ import annotations

import base64
import re
from typing import Final
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from frontiers_map.outputs.gis.qgis.qml import Style, quoted
from frontiers_map.symbols import SIDE

__all__ = ["sld"]

PIXEL: Final = 25.4 / 72 / 0.28  # of a point: SLD's pixels are 0.28 mm wide
_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<StyledLayerDescriptor version="1.1.0" xmlns="http://www.opengis.net/sld" '
    'xmlns:se="http://www.opengis.net/se" xmlns:ogc="http://www.opengis.net/ogc" '
    'xmlns:xlink="http://www.w3.org/1999/xlink" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:schemaLocation="http://www.opengis.net/sld '
    'http://schemas.opengis.net/sld/1.1.0/StyledLayerDescriptor.xsd">'
)
# one term of a filter: NOT, a column, and what it is compared with
_TERM: Final = re.compile(
    r"(?P<no>NOT )?\"(?P<name>\w+)\"(?: (?P<how>=|<>|IN) (?P<what>-?[\d.]+|'(?:[^']|'')*'|\(.*\)))?"
)
_VALUE: Final = re.compile(r"-?[\d.]+|'(?:[^']|'')*'")


class _CannotSayError(Exception):
    """What has no word in SLD."""


def sld(name: str, style: Style) -> str:
    """Give the SLD of a layer's style; empty if it could not say the same."""
    try:
        rules = _rules(ElementTree.fromstring(style.qml()))
    except _CannotSayError:
        return ""
    return (
        f"{_HEAD}<NamedLayer><se:Name>{escape(name)}</se:Name><UserStyle>"
        f"<se:Name>{escape(name)}</se:Name><se:FeatureTypeStyle>{rules}</se:FeatureTypeStyle>"
        "</UserStyle></NamedLayer></StyledLayerDescriptor>\n"
    )


def _rules(style: ElementTree.Element) -> str:
    renderer = style.find("renderer-v2")
    if renderer is None or renderer.get("type") not in ("singleSymbol", "RuleRenderer"):
        raise _CannotSayError
    symbols = {one.get("name"): one for one in renderer.findall("symbols/symbol")}
    if renderer.get("type") == "singleSymbol":
        return _rule("", "", "", _symbolizers(symbols["0"]))
    rules = [one for one in renderer.findall("rules/rule") if one.get("checkstate") != "0"]
    if not rules:
        raise _CannotSayError
    return "".join(
        _rule(
            one.get("label", ""),
            _filter(one.get("filter", "")),
            one.get("scalemaxdenom", ""),
            _symbolizers(symbols[one.get("symbol")]),
        )
        for one in rules
    )


def _rule(title: str, condition: str, scale: str, symbolizers: str) -> str:
    told = f"<se:Description><se:Title>{escape(title)}</se:Title></se:Description>" if title else ""
    most = f"<se:MaxScaleDenominator>{scale}</se:MaxScaleDenominator>" if scale else ""
    return f"<se:Rule>{told}{condition}{most}{symbolizers}</se:Rule>"


def _symbolizers(symbol: ElementTree.Element) -> str:
    if symbol.get("alpha", "1") != "1":
        raise _CannotSayError
    made = []
    for layer in symbol.findall("layer"):
        if layer.find("data_defined_properties") is not None:
            raise _CannotSayError
        values = layer.findall("Option/Option")
        given = {one.get("name", ""): one.get("value", "") for one in values}
        kind = layer.get("class")
        if kind == "SimpleLine" and float(given["offset"]) == 0:
            made.append(f"<se:LineSymbolizer>{_stroke(given)}</se:LineSymbolizer>")
        elif kind == "SimpleFill":
            ink, opacity = _ink(given["color"])
            inner = _parameters({"fill": ink, "fill-opacity": opacity})
            made.append(f"<se:PolygonSymbolizer><se:Fill>{inner}</se:Fill></se:PolygonSymbolizer>")
        elif kind == "SvgMarker":
            made.append(_marker(given))
        else:
            raise _CannotSayError
    return "".join(made)


def _marker(given: dict[str, str]) -> str:
    """A symbol as the picture that it is, its colours written in.

    The square grows by what its outline reaches beyond it: viewers cut a picture at its edge.
    """
    svg = base64.b64decode(given["name"].removeprefix("base64:")).decode()
    size = float(given["size"])
    width = SIDE * float(given["outline_width"]) / size
    whole = SIDE + width
    for name, value in (
        ("fill", _ink(given["color"])[0]),
        ("outline", _ink(given["outline_color"])[0]),
        ("outline-width", f"{width:.4g}"),
    ):
        svg = svg.replace(f"param({name})", value)
    box = f'viewBox="{-width / 2:.4g} {-width / 2:.4g} {whole:.4g} {whole:.4g}"'
    svg = svg.replace(f'viewBox="0 0 {SIDE} {SIDE}"', box)
    told = base64.b64encode(svg.encode()).decode()
    kind = "<se:Format>image/svg+xml</se:Format>"
    # the first that a viewer can read counts: QGIS has its own way to name what is within
    return (
        "<se:PointSymbolizer><se:Graphic>"
        '<se:ExternalGraphic><se:OnlineResource xlink:type="simple" '
        f'xlink:href="base64:{told}"/>{kind}</se:ExternalGraphic>'
        '<se:ExternalGraphic><se:InlineContent encoding="base64">'
        f"{told}</se:InlineContent>{kind}</se:ExternalGraphic>"
        f"<se:Size>{_pixels(str(size * whole / SIDE))}</se:Size></se:Graphic></se:PointSymbolizer>"
    )


def _stroke(given: dict[str, str]) -> str:
    ink, opacity = _ink(given["line_color"])
    told = {
        "stroke": ink,
        "stroke-opacity": opacity,
        "stroke-width": _pixels(given["line_width"]),
        "stroke-linejoin": given["joinstyle"],
        "stroke-linecap": "butt" if given["capstyle"] == "flat" else given["capstyle"],
    }
    if "customdash" in given:
        told["stroke-dasharray"] = " ".join(map(_pixels, given["customdash"].split(";")))
    return f"<se:Stroke>{_parameters(told)}</se:Stroke>"


def _pixels(points: str) -> str:
    return f"{float(points) * PIXEL:.3f}".rstrip("0").rstrip(".")


def _ink(colour: str) -> tuple[str, str]:
    """``#rrggbb`` and the opacity of a colour of QGIS, ``red,green,blue,alpha``."""
    red, green, blue, alpha = (int(part) for part in colour.split(","))
    return f"#{red:02x}{green:02x}{blue:02x}", f"{alpha / 255:.3g}"


def _parameters(values: dict[str, str]) -> str:
    return "".join(
        f"<se:SvgParameter name={quoted(name)}>{value}</se:SvgParameter>"
        for name, value in values.items()
    )


def _filter(condition: str) -> str:
    """Write a filter of ours: comparisons of a column, all of which must hold."""
    if condition in ("", "TRUE"):
        return ""
    made = []
    rest = condition.removeprefix("TRUE AND ")
    while rest:
        found = _TERM.match(rest)
        if not found or not (rest[found.end() :] or " AND ").startswith(" AND "):
            raise _CannotSayError
        made.append(_term(found))
        rest = rest[found.end() :].removeprefix(" AND ")
    inner = "".join(made)
    return f"<ogc:Filter>{f'<ogc:And>{inner}</ogc:And>' if len(made) > 1 else inner}</ogc:Filter>"


def _term(found: re.Match[str]) -> str:
    name = f"<ogc:PropertyName>{found['name']}</ogc:PropertyName>"
    # What is so is said as not false: QGIS asks the GeoPackage first, where no row has the word
    # `true`, and then looks itself.
    plain = not found["how"] and not found["no"]
    values = _VALUE.findall(found["what"]) if found["how"] else ["false" if plain else "true"]
    kind = "PropertyIsNotEqualTo" if found["how"] == "<>" else "PropertyIsEqualTo"
    made = [
        f"<ogc:{kind}>{name}<ogc:Literal>{escape(_plain(value))}</ogc:Literal></ogc:{kind}>"
        for value in values
    ]
    said = f"<ogc:Or>{''.join(made)}</ogc:Or>" if len(made) > 1 else "".join(made)
    return f"<ogc:Not>{said}</ogc:Not>" if found["no"] or plain else said


def _plain(value: str) -> str:
    return value[1:-1].replace("''", "'").replace("\\\\", "\\") if value[0] == "'" else value
