"""Labels of QGIS layers: how they look, where they go, from which scale on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from frontiers_map.outputs.gis.qgis.qml import (
    colour,
    number,
    properties,
    quoted,
)

__all__ = ["SANS", "SERIF", "Text", "labels", "ruled_labels"]

# Fonts are named, not embedded: the list ends in faces that some system has, or QGIS complains.
SANS = (
    "Source Sans 3", "Source Sans Pro", "Noto Sans", "Open Sans", "DejaVu Sans", "Arial",
    "Helvetica",
)  # fmt: skip
SERIF = (
    "Source Serif 4", "Source Serif Pro", "Noto Serif", "DejaVu Serif", "Georgia",
    "Times New Roman",
)  # fmt: skip


@dataclass(frozen=True)
class Text:
    """How labels look and where they go."""

    expression: str
    size: float
    ink: str
    halo: str
    families: tuple[str, ...] = SANS
    style: str = "Regular"
    halo_width: float = 1.0
    spacing: float = 0.0
    placement: str = "beside"
    distance: float = 2.0
    priority: int = 5
    given: Mapping[str, str] | None = None
    geometry: str = ""
    wrap: str = ""
    largest: float = 0.0
    obstacle: bool = True
    z: int = 0

    def at(self, **changes: Any) -> Text:
        """Give the same with changes."""
        return replace(self, **changes)


# QGIS numbers its placements: around a point 0, over it 1, curved 3, horizontal in a polygon 4,
# ordered positions around a point 6
_PLACEMENTS = {"over": 1, "curved": 3, "inside": 4, "beside": 6}


def labels(text: Text) -> str:
    """Label every feature by one rule."""
    return f'<labeling type="simple">{_settings(text)}</labeling>'


def ruled_labels(rules: Sequence[tuple[str, Text]]) -> str:
    """Label by rules (filter, text)."""
    inner = "".join(
        f'<rule key="{{label-{number}}}" filter={quoted(condition)} description="">'
        f"{_settings(text)}</rule>"
        for number, (condition, text) in enumerate(rules)
    )
    return f'<labeling type="rule-based"><rules key="{{labels}}">{inner}</rules></labeling>'


def _settings(text: Text) -> str:
    families = "".join(f"<family name={quoted(name)}/>" for name in text.families)
    italic = int("Italic" in text.style)
    weight = 63 if "Semi" in text.style else 75 if "Bold" in text.style else 50
    style = (
        f'<text-style fieldName={quoted(text.expression)} isExpression="1" '
        f'fontFamily={quoted(text.families[0])} fontSize="{number(float(text.size))}" '
        f'fontSizeUnit="Point" fontItalic="{italic}" fontWeight="{weight}" '
        f'namedStyle={quoted(text.style)} textColor="{colour(text.ink)}" textOpacity="1" '
        f'fontLetterSpacing="{number(float(text.spacing))}" fontKerning="1" allowHtml="0" '
        f'multilineHeight="0.9" blendMode="0" capitalization="0"><families>{families}</families>'
        f'<text-buffer bufferDraw="{int(text.halo_width > 0)}" '
        f'bufferColor="{colour(text.halo)}" bufferOpacity="0.85" '
        f'bufferSize="{number(float(text.halo_width))}" bufferSizeUnits="Point" '
        'bufferJoinStyle="128" bufferNoFill="1"/></text-style>'
    )
    form = (
        f'<text-format wrapChar={quoted(text.wrap)} multilineAlign="1" formatNumbers="0" '
        'autoWrapLength="0"/>'
    )
    generator = (
        f' geometryGeneratorEnabled="1" geometryGeneratorType="PointGeometry" '
        f"geometryGenerator={quoted(text.geometry)}"
        if text.geometry
        else ""
    )
    flags = 10 if text.placement == "curved" else 1  # above the line, as the map is read
    place = (
        f'<placement placement="{_PLACEMENTS[text.placement]}" '
        f'dist="{number(float(text.distance))}" '
        f'distUnits="Point" quadOffset="4" placementFlags="{flags}" offsetType="1" '
        'predefinedPositionOrder="R,L,TR,BR,TL,BL,TSR,BSR" '
        'maxCurvedCharAngleIn="25" maxCurvedCharAngleOut="-25" repeatDistance="0" '
        f'lineAnchorPercent="0.5" polygonPlacementFlags="2" priority="{text.priority}"{generator}/>'
    )
    scale = (
        f'scaleVisibility="1" scaleMin="0" scaleMax="{text.largest:.0f}"'
        if text.largest
        else 'scaleVisibility="0"'
    )
    render = (
        f'<rendering drawLabels="1" {scale} obstacle="{int(text.obstacle)}" obstacleFactor="1" '
        f'displayAll="0" upsidedownLabels="0" mergeLines="0" labelPerPart="0" zIndex="{text.z}"/>'
    )
    given = properties(text.given or {}, "dd_properties")
    return f'<settings calloutType="simple">{style}{form}{place}{render}{given}</settings>'
