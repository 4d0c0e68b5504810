"""A print layout for the QGIS project: A3, title, map, legend, credit.

No scale bar: QGIS measures one along the middle of the map, the short way round the globe, and is
far off on a map that is wider than half of it.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from frontiers_map.language import text
from frontiers_map.outputs.gis.qgis.labels import SANS, SERIF
from frontiers_map.outputs.gis.qgis.qml import fill, quoted, symbol
from frontiers_map.outputs.gis.qgis.reference import Reference
from frontiers_map.outputs.gis.words import say
from frontiers_map.style import LIGHT

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas

__all__ = ["layouts"]

WIDTH, HEIGHT, EDGE = 420.0, 297.0, 12.0
_PAGE, _MAP, _LABEL, _LEGEND = 65638, 65639, 65641, 65642


def _uuid(name: str) -> str:
    return f"{{{uuid.UUID(hashlib.md5(name.encode(), usedforsecurity=False).hexdigest())}}}"


def _item(
    kind: int, name: str, box: Sequence[float], inner: str, *, ground: str = "#ffffff", **more: str
) -> str:
    red, green, blue = (int(ground[place : place + 2], 16) for place in (1, 3, 5))
    left, top, width, height = box
    values = {
        "type": str(kind),
        "id": name,
        "uuid": _uuid(name),
        "templateUuid": _uuid(name),
        "position": f"{left:g},{top:g},mm",
        "positionOnPage": f"{left:g},{top:g},mm",
        "size": f"{width:g},{height:g},mm",
        "zValue": "1",
        "visibility": "1",
        "opacity": "1",
        "frame": "false",
        "background": "false",
        "referencePoint": "0",
        "outlineWidthM": "0.2,mm",
        "frameJoinStyle": "miter",
        "positionLock": "false",
        "excludeFromExports": "0",
        "blendMode": "0",
        "itemRotation": "0",
        "groupUuid": "",
        **more,
    }
    attributes = " ".join(f"{key}={quoted(value)}" for key, value in values.items())
    return (
        f"<LayoutItem {attributes}>"
        '<FrameColor red="29" green="37" blue="41" alpha="255"/>'
        f'<BackgroundColor red="{red}" green="{green}" blue="{blue}" alpha="255"/>'
        f"{inner}</LayoutItem>"
    )


def _font(families: Sequence[str], size: float, weight: int = 50) -> str:
    return f'description="{families[1]},{size:g},-1,5,{weight},0,0,0,0,0" style=""'


def _label(
    name: str, words: str, box: Sequence[float], families: Sequence[str], size: float, ink: str,
    weight: int = 50,
) -> str:  # fmt: skip
    red, green, blue = (int(ink[place : place + 2], 16) for place in (1, 3, 5))
    inner = (
        f"<LabelFont {_font(families, size, weight)}/>"
        f'<FontColor red="{red}" green="{green}" blue="{blue}" alpha="255"/>'
    )
    # QGIS evaluates [% %] in labels; a zero-width space keeps text of the atlas text
    safe = words.replace("[%", "[\u200b%")
    return _item(
        _LABEL, name, box, inner, labelText=safe, halign="1", valign="32", htmlState="0",
        marginX="0", marginY="0",
    )  # fmt: skip


def layouts(
    atlas: JoinedAtlas, view: Sequence[float], theme: str, legend: str, language: str,
    system: Reference,
) -> str:  # fmt: skip
    """Give the layout; the map follows the theme and shows `view`.

    `legend` is its layer tree. QGIS could leave out what the map does not show, but 3.40 then
    leaves out too much, for the reason that `reference.WIDEST` tells.
    """
    settings = atlas.settings
    box = (EDGE, 38.0, WIDTH - 2 * EDGE, 203.0)
    xmin, ymin, xmax, ymax = _fit(view, box[2] / box[3])
    page = symbol("fill", fill(LIGHT.paper))
    frame = (
        f'<Extent xmin="{xmin}" ymin="{ymin}" xmax="{xmax}" ymax="{ymax}"/><LayerSet/>'
        '<AtlasMap scalingMode="2" atlasDriven="0" margin="0.1"/>'
    )
    styles = "".join(
        f'<style name="{name}" alignment="1" indent="0" marginTop="{margin}" marginBottom="1" '
        'marginLeft="1.5">'
        f"<styleFont {_font(SANS, size, weight)}/></style>"
        for name, size, weight, margin in (
            ("title", 9, 63, 0), ("group", 8.5, 63, 2.5), ("subgroup", 7.5, 63, 2),
            ("symbol", 7, 50, 1.2), ("symbolLabel", 7, 50, 1.2),
        )
    )  # fmt: skip
    credit = settings.credit.get(language) if settings.credit else ""
    date = text.day(settings.record_to, language)
    drawn = say("projection" if system.code else "projection_near", language, date=date)
    foot = f"{drawn} {credit} {settings.licence}"
    items = (
        _label("title", settings.title.get(language), (EDGE, 10, 300, 16), SERIF, 27, LIGHT.ink, 63)
        + _label("deck", settings.deck.get(language), (EDGE, 27, 300, 8), SANS, 11.5, LIGHT.quiet)
        + _item(
            _MAP, "map", box, frame, background="true", frame="true", ground=LIGHT.sea,
            followPreset="true", followPresetName=theme, keepLayerSet="false", mapRotation="0",
            drawCanvasItems="true", mapFlags="0", labelMargin="0,mm", isTemporal="0",
        )
        + _item(
            _LEGEND, "legend", (EDGE, 244, WIDTH - 2 * EDGE - 90, 46),
            f"<styles>{styles}</styles>{legend}",
            title="", columnCount="6", splitLayer="1", equalColumnWidth="0", symbolWidth="7",
            symbolHeight="3.4", legendFilterByMap="0", map_uuid=_uuid("map"), resizeToContents="0",
            columnSpace="5", boxSpace="0", lineSpacing="1", fontColor=LIGHT.ink, wrapChar="",
            titleAlignment="1", symbolAlignment="1", rasterBorder="0", wmsLegendWidth="50",
            wmsLegendHeight="25",
        )
        + _label(
            "credit", foot, (WIDTH - EDGE - 84, 246, 84, 44), SANS, 6.2, LIGHT.quiet
        )
    )  # fmt: skip
    return (
        f'<Layouts><Layout name={quoted(say("layout", language))} units="mm" '
        'printResolution="300" worldFileMap="">'
        '<Snapper snapToItems="1" tolerance="5" snapToGrid="0" snapToGuides="1"/>'
        '<Grid offsetX="0" offsetY="0" offsetUnits="mm" resolution="10" resUnits="mm"/>'
        f"<PageCollection>{page}{_page_item()}<GuideCollection visible=\"1\"/></PageCollection>"
        f"{items}</Layout></Layouts>"
    )  # fmt: skip


def _page_item() -> str:
    return _item(_PAGE, "page", (0, 0, WIDTH, HEIGHT), "", zValue="0", background="true")


def _fit(view: Sequence[float], ratio: float) -> tuple[float, float, float, float]:
    """Widen an extent about its middle until it has the shape of the frame."""
    xmin, ymin, xmax, ymax = view
    width, height = xmax - xmin, ymax - ymin
    if width / height < ratio:
        more = (height * ratio - width) / 2
        return xmin - more, ymin, xmax + more, ymax
    more = (width / ratio - height) / 2
    return xmin, ymin - more, xmax, ymax + more
