"""QML, the styles of QGIS, as text: symbols, renderers, forms. No palette here.

Written by hand for QGIS 3.22 and later; every value that comes from outside goes through `quoted`
(XML) and, inside expressions, through `literal` or `column`. Sizes are in points.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

__all__ = [
    "Style",
    "categorised",
    "colour",
    "column",
    "fill",
    "line",
    "literal",
    "marker",
    "marker_line",
    "nothing",
    "number",
    "properties",
    "quoted",
    "ruled",
    "single",
    "stripes",
    "switched",
    "symbol",
]

VERSION = "3.22.16-Białowieża"


def quoted(value: object) -> str:
    """Quote a value for an XML attribute, quotation marks included."""
    return quoteattr(str(value))


def literal(value: str) -> str:
    """Write text as a string in a QGIS expression.

    Examples
    --------
    >>> literal("Cote d'Ivoire")
    "'Cote d''Ivoire'"
    """
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def column(name: str) -> str:
    """Write a column's name in a QGIS expression."""
    return '"' + name.replace('"', '""') + '"'


def colour(value: str, opacity: float = 1.0) -> str:
    """``#rrggbb`` as QGIS writes it."""
    red, green, blue = (int(value[place : place + 2], 16) for place in (1, 3, 5))
    return f"{red},{green},{blue},{round(255 * opacity)}"


def _options(values: Mapping[str, object]) -> str:
    inner = "".join(
        f'<Option name={quoted(name)} type="QString" value={quoted(number(value))}/>'
        for name, value in values.items()
    )
    return f'<Option type="Map">{inner}</Option>'


def number(value: object) -> str:
    """Write a number without an exponent; anything else as it is."""
    return f"{value:.4f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def properties(expressions: Mapping[str, str], tag: str = "data_defined_properties") -> str:
    """Properties that an expression gives for each feature."""
    if not expressions:
        return ""
    inner = "".join(
        f'<Option name={quoted(name)} type="Map"><Option name="active" type="bool" value="true"/>'
        f'<Option name="expression" type="QString" value={quoted(expression)}/>'
        '<Option name="type" type="int" value="3"/></Option>'
        for name, expression in expressions.items()
    )
    return (
        f'<{tag}><Option type="Map"><Option name="name" type="QString" value=""/>'
        f'<Option name="properties" type="Map">{inner}</Option>'
        f'<Option name="type" type="QString" value="collection"/></Option></{tag}>'
    )


def _layer(
    kind: str, values: Mapping[str, object], given: Mapping[str, str] | None = None, sub: str = ""
) -> str:
    return (
        f'<layer class="{kind}" enabled="1" locked="0" pass="0">{_options(values)}'
        f"{properties(given or {})}{sub}</layer>"
    )


def line(
    ink: str,
    width: float,
    *,
    opacity: float = 1.0,
    dash: Sequence[float] = (),
    cap: str = "round",
    given: Mapping[str, str] | None = None,
    offset: float = 0.0,
) -> str:
    """One stroke of a line symbol; `dash` in multiples of the width."""
    values: dict[str, object] = {
        "capstyle": cap,
        "joinstyle": "round",
        "line_color": colour(ink, opacity),
        "line_style": "solid",
        "line_width": float(width),
        "line_width_unit": "Point",
        "offset": float(offset),
        "offset_unit": "Point",
    }
    if dash:
        values |= {
            "use_custom_dash": 1,
            "customdash": ";".join(number(float(part * width)) for part in dash),
            "customdash_unit": "Point",
        }
    return _layer("SimpleLine", values, given)


def fill(ink: str, *, opacity: float = 1.0, given: Mapping[str, str] | None = None) -> str:
    """A plain fill without an outline: an outline would draw the cut at 180°."""
    values = {
        "color": colour(ink, opacity),
        "outline_style": "no",
        "style": "solid",
        "joinstyle": "round",
    }
    return _layer("SimpleFill", values, given)


def stripes(
    ink: str, width: float, gap: float, *, opacity: float = 1.0, angle: float = 45.0
) -> str:
    """A fill of parallel lines."""
    values: dict[str, object] = {
        "angle": float(angle),
        "color": colour(ink, opacity),
        "distance": float(gap),
        "distance_unit": "Point",
        "line_width": float(width),
        "line_width_unit": "Point",
        "offset": 0,
        "outline_width_unit": "Point",
    }
    inner = symbol("line", line(ink, width, opacity=opacity, cap="flat"), name="@0@0")
    return _layer("LinePatternFill", values, sub=inner)


def marker(
    path: str,
    size: float,
    ink: str,
    halo: str,
    *,
    halo_width: float = 0.0,
    hollow: bool = False,
    given: Mapping[str, str] | None = None,
) -> str:
    """A symbol drawn from SVG path data on a 24-unit square.

    The outline is a halo behind what is filled, so that thin strokes keep their width; of a hollow
    symbol it lies on top.
    """
    shape = f'<path d="{path}" fill="param(fill)" fill-rule="evenodd"'
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24">'
        f'{shape} stroke="param(outline)" stroke-width="param(outline-width)" '
        f'stroke-linejoin="round"/>{"" if hollow else f"{shape}/>"}</svg>'
    )
    values: dict[str, object] = {
        "name": "base64:" + base64.b64encode(svg.encode()).decode(),
        "size": float(size),
        "size_unit": "Point",
        "color": colour(ink),
        "outline_color": colour(halo),
        "outline_width": float(halo_width),
        "outline_width_unit": "Point",
        "angle": 0.0,
        "fixedAspectRatio": 0,
        "scale_method": "diameter",
        "horizontal_anchor_point": 1,
        "vertical_anchor_point": 1,
    }
    return _layer("SvgMarker", values, given)


def marker_line(
    shape: str,
    size: float,
    ink: str,
    *,
    stroke: float = 0.0,
    placement: str = "centralpoint",
    interval: float = 120.0,
    angle: float = 0.0,
    given: Mapping[str, str] | None = None,
    position: int = 0,
    start: float = 0.0,
    beside: str = "",
) -> str:
    """Simple markers on a line, turned with it; `position` is this layer's place in its symbol.

    `beside` is an expression for how far from the line they stand.
    """
    values: dict[str, object] = {
        "placement": placement,
        "interval": float(interval),
        "interval_unit": "Point",
        "offset": 0,
        "offset_along_line": float(start),
        "offset_along_line_unit": "Point",
        "rotate": 1,
        "average_angle_length": 6,
        "average_angle_unit": "Point",
    }
    inner = _layer(
        "SimpleMarker",
        {
            "name": shape,
            "size": float(size),
            "size_unit": "Point",
            "color": colour(ink),
            "outline_color": colour(ink),
            "outline_style": "solid" if stroke else "no",
            "outline_width": float(stroke),
            "outline_width_unit": "Point",
            "angle": float(angle),
            "cap_style": "flat",
            "joinstyle": "round",
            "scale_method": "diameter",
        },
        given,
    )
    values["offset_unit"] = "Point"
    sub = symbol("marker", inner, name=f"@0@{position}")
    return _layer("MarkerLine", values, {"offset": beside} if beside else None, sub)


def symbol(kind: str, *layers: str, name: str = "", opacity: float = 1.0) -> str:
    """Symbol layers, bottom first, as one symbol of type fill, line or marker."""
    return (
        f'<symbol type="{kind}" name={quoted(name)} alpha="{number(float(opacity))}" '
        f'clip_to_extent="1" force_rhr="0">{"".join(layers)}</symbol>'
    )


def _numbered(symbols: Iterable[str]) -> str:
    """Name symbols 0, 1, … as a renderer refers to them; `@0@…` inside follows suit."""
    made = []
    for number, one in enumerate(symbols):
        named = one.replace(' name="" ', f' name="{number}" ', 1)
        made.append(named.replace(' name="@0@', f' name="@{number}@'))
    return f"<symbols>{''.join(made)}</symbols>"


def single(one: str) -> str:
    """Draw every feature with one symbol."""
    return f'<renderer-v2 type="singleSymbol" symbollevels="0">{_numbered([one])}</renderer-v2>'


def nothing() -> str:
    """Draw no symbol: the layer has labels only."""
    return '<renderer-v2 type="nullSymbol"/>'


def categorised(
    expression: str, classes: Sequence[tuple[str, str, str]], *, levels: bool = False
) -> str:
    """Draw by the value of an expression; classes are (value, label, symbol)."""
    inner = "".join(
        f'<category render="true" symbol="{number}" value={quoted(value)} '
        f'type="string" label={quoted(label)}/>'
        for number, (value, label, _) in enumerate(classes)
    )
    return (
        f'<renderer-v2 type="categorizedSymbol" attr={quoted(expression)} '
        f'symbollevels="{int(levels)}"><categories>{inner}</categories>'
        f"{_numbered(one for _, _, one in classes)}</renderer-v2>"
    )


def switched(choices: Sequence[tuple[str, str, str, str, bool]]) -> str:
    """Draw what is ticked of several choices: (key, filter, label, symbol, ticked at first).

    A reader ticks them in the tree, a map theme by their keys. What is not drawn has no label.
    """
    inner = "".join(
        f'<rule key={quoted(f"{{{key}}}")} symbol="{number}" label={quoted(label)} '
        f'filter={quoted(condition)} checkstate="{int(on)}"/>'
        for number, (key, condition, label, _, on) in enumerate(choices)
    )
    return (
        '<renderer-v2 type="RuleRenderer" symbollevels="0">'
        f'<rules key="{{root}}">{inner}</rules>{_numbered(one for _, _, _, one, _ in choices)}'
        "</renderer-v2>"
    )


def ruled(rules: Sequence[tuple[str, str, str, float]]) -> str:
    """Draw by rules (filter, label, symbol, largest scale denominator or 0)."""
    inner = ""
    for number, (condition, label, _, scale) in enumerate(rules):
        range_ = f' scalemaxdenom="{scale:.0f}"' if scale else ""
        filter_ = f" filter={quoted(condition)}" if condition else ""
        inner += (
            f'<rule key="{{rule-{number}}}" symbol="{number}" label={quoted(label)}'
            f"{filter_}{range_}/>"
        )
    return (
        '<renderer-v2 type="RuleRenderer" symbollevels="0">'
        f'<rules key="{{root}}">{inner}</rules>{_numbered(one for _, _, one, _ in rules)}'
        "</renderer-v2>"
    )


@dataclass(frozen=True)
class Style:
    """Everything that QGIS should know of a layer, to stand in a QML file or in a project.

    Attributes
    ----------
    geometry
        ``point``, ``line``, ``polygon``, or empty for a table.
    renderer, text
        What the functions of this module and of `labels` give.
    tip
        Template of the map tip, HTML with ``[% expression %]``.
    aliases
        Column and title, in order of the columns.
    domains
        Column to value to label, for columns that take one of a few values.
    start, end
        Columns with the first and last day, for the time controls.
    preview
        Expression that names a feature in forms and lists.
    scale
        Largest scale denominator at which the layer shows, 0 for always.
    """

    geometry: str
    renderer: str = ""
    text: str = ""
    tip: str = ""
    aliases: Sequence[tuple[str, str]] = ()
    domains: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    start: str = ""
    end: str = ""
    preview: str = ""
    scale: float = 0.0

    def qml(self) -> str:
        """Give the style as a QML document."""
        return f"<qgis {self.attributes()}>{self.body()}</qgis>"

    def attributes(self) -> str:
        """Give the attributes of the element that holds the style."""
        shown = (
            f'hasScaleBasedVisibilityFlag="1" minScale="{self.scale:.0f}" maxScale="0" '
            if self.scale
            else ""
        )
        return (
            f'version="{VERSION}" styleCategories="AllStyleCategories" {shown}'
            f'labelsEnabled="{int(bool(self.text))}" simplifyDrawingHints="1" '
            'simplifyDrawingTol="1"'
        )

    def body(self) -> str:
        """Give the elements that stand in ``<qgis>`` or in a project's ``<maplayer>``."""
        time = (
            f'<temporal enabled="1" mode="2" startField={quoted(self.start)} '
            f'endField={quoted(self.end)} limitMode="1" accumulate="0" fixedDuration="0" '
            'durationUnit="min"/>'
            if self.start
            else ""
        )
        code = {"point": 0, "line": 1, "polygon": 2, "": 4}[self.geometry]
        return (
            f"{time}{self.renderer}{self.text}{self._form()}"
            f"<previewExpression>{escape(self.preview)}</previewExpression>"
            f"<mapTip>{escape(self.tip)}</mapTip><layerGeometryType>{code}</layerGeometryType>"
        )

    def _form(self) -> str:
        names = "".join(
            f'<alias field={quoted(name)} name={quoted(title)} index="{number}"/>'
            for number, (name, title) in enumerate(self.aliases)
        )
        widgets = ""
        for name, words in self.domains.items():
            pairs = "".join(
                f'<Option type="Map"><Option name={quoted(label)} type="QString" '
                f"value={quoted(value)}/></Option>"
                for value, label in words.items()
            )
            widgets += (
                f'<field name={quoted(name)}><editWidget type="ValueMap"><config>'
                f'<Option type="Map"><Option name="map" type="List">{pairs}</Option></Option>'
                "</config></editWidget></field>"
            )
        return f"<fieldConfiguration>{widgets}</fieldConfiguration><aliases>{names}</aliases>"
