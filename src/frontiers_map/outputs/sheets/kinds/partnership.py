"""The partnership: poles and partners, the links between them, and the line of events."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString

from frontiers_map.geo import geodesy
from frontiers_map.language import text
from frontiers_map.outputs.sheets.kinds import timeline
from frontiers_map.outputs.sheets.map import basemap, legend
from frontiers_map.outputs.sheets.map.draw import (
    Made,
    default_view,
    draw_map,
    frame_atop,
    small_print,
    strand_frame,
)
from frontiers_map.outputs.sheets.map.projection import Rect
from frontiers_map.outputs.sheets.map.selection import Content, choose
from frontiers_map.outputs.sheets.paper import fonts, furniture
from frontiers_map.outputs.sheets.paper.footing import foot
from frontiers_map.outputs.sheets.paper.furniture import Block, Item
from frontiers_map.outputs.sheets.paper.heading import head
from frontiers_map.outputs.sheets.paper.page import Page
from frontiers_map.outputs.sheets.paper.words import notes_of, say
from frontiers_map.style import LIGHT, LOOKS

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas
    from frontiers_map.atlas.model import Sheet

__all__ = ["draw"]

BELOW: Final = 0.2  # of the height of a sheet in portrait, for what ties them
SQUARE: Final = 1.12  # times its height, that a map of a strand is wide
STRAND: Final = 2.9  # mm between agreements of the same two places: a name stands between
FAR: Final = 1.5e6  # m between poles from which the way between them is drawn level
PARTED: Final = 150.0  # mm of an A3 sheet from which what ties them stands in two columns
FEW: Final = 3  # of them that columns do not part


def draw(atlas: JoinedAtlas, sheet: Sheet, language: str) -> Made:
    """Draw the sheet."""
    paper = furniture.format_of(sheet)
    made = Made(paper.page())
    page, k = made.page, paper.k
    content = choose(atlas, language, sheet.layers, sheet.focus)
    content = replace(content, places=_places(content), terminals=(), routes=(), events=())
    top = head(page, paper, sheet, atlas, language)
    inner = paper.inner
    low = inner.y0 + 12 * k
    line_high = 66 * k
    wide = paper.width > paper.height
    ends = None if sheet.view or sheet.projection else _strand(content)
    # what ties them: at the side of the map, or below it
    side, below = (92 * k, 0.0) if wide else (0.0, BELOW * paper.height)
    if wide and ends is not None:  # what such a map shows is about as high as it is wide
        side = max(side, inner.width - SQUARE * (top - low - line_high))
    rect = Rect(inner.x0, low + line_high + below, inner.x1 - side, top)
    if ends is not None:
        frame = strand_frame(rect, ends, _spots(content))
    else:
        frame = frame_atop(rect, sheet.view or default_view(atlas), sheet.projection, sheet.centre)
    draw_map(
        made, frame, content, k=k, degrees=False, smallest_sea=1, callouts=sheet.callouts,
        apart=STRAND * k,
    )  # fmt: skip
    floor = foot(page, paper, content, language, lines=small_print(atlas, language, [frame]))
    column = Rect(rect.x1 + 7 * k, low + line_high - 1, inner.x1, top)
    if not wide:
        column = Rect(inner.x0, low + line_high + 2, inner.x1, frame.rect.y0 - 5)
    columns = (1 if column.width < PARTED * k else 2) if wide else 3
    notes = notes_of(sheet, language)

    def blocks(more: float, *, told_of: bool = False) -> list[Block]:
        rows = _list(content, k, summaries=told_of)
        few = len(rows) if wide and columns == 1 else FEW
        agreements = furniture.lists(say("agreements", language), rows, k * more, few=max(few, 1))
        told = furniture.prose(say("notes", language), notes, k * more, size=6.2)
        return [*agreements, told] if notes else agreements

    fitted = furniture.fitting(lambda more: blocks(more, told_of=True), column, columns=columns)
    if furniture.room_below(column, fitted, columns) < 0:
        fitted = furniture.fitting(blocks, column, columns=columns)
    made.notes += furniture.flow(page, column, fitted, columns)
    rows = timeline.joint_events(atlas, sheet.focus.events)
    area = Rect(inner.x0, floor + 1, inner.x1, low + line_high - 5)
    if rows:
        years = [row.date[:4] for row in rows]
        heading = say("timeline", language, first=min(years), last=max(years))
        head_box = page.text(
            area.x0,
            area.y1 - 3.2,
            heading,
            style="serif-semibold",
            size=8.6 * k,
            colour=LIGHT.ink,
            role="legend",
        )
        end = _key(page, head_box.x1 + 8, area.y1 - 3.2, language, k)
        made.left_out += _symbols(page, Rect(end + 4, area.y0, area.x1, area.y1), content, k)
        made.left_out += timeline.draw_timeline(
            page,
            Rect(area.x0 + 2, area.y0, area.x1 - 2, head_box.y0 - 1.5),
            rows,
            language,
            k,
            record_to=atlas.settings.record_to,
            pivot=atlas.settings.article_date,
        )
    return made


def _places(content: Content) -> tuple[Any, ...]:
    """Poles, capitals, and the places that a link is drawn to."""
    atlas = content.atlas
    named = {name for row in content.links for name in row.places}
    named |= {name for row in content.links for way in row.path for name in way}
    capitals = atlas.settings.kinds_like("places", "capital")
    return tuple(
        row
        for row in atlas.places.itertuples(index=False)
        if row.pole or row.id in named or (row.kind in capitals and row.in_article)
    )


def _strand(content: Content) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """The two poles of an atlas, the western first, if they lie far apart."""
    poles = sorted((row.lon, row.lat) for row in content.atlas.places.itertuples() if row.pole)
    if len(poles) != 2 or geodesy.length_m(LineString(poles)) < FAR:
        return None
    one, other = poles
    # the short way round the globe decides which of them is the western
    return (one, other) if other[0] - one[0] <= 180 else (other, one)


def _spots(content: Content) -> NDArray[np.float64]:
    """Where agreements go and what they are drawn between."""
    lines = [row.geometry for row in content.links if row.geometry is not None]
    poles = [(row.lon, row.lat) for row in content.places if row.pole]
    spots = np.concatenate([shapely.get_coordinates(lines), np.array(poles).reshape(-1, 2)])
    return np.asarray(spots)


def _list(content: Content, k: float, *, summaries: bool) -> list[Item]:
    """Every agreement with its state and since when, and in a sentence what it is."""
    language = content.language
    rows = []
    for row in sorted(content.links, key=lambda one: (one.since or "", one.id)):

        def sample(
            page: Page,
            x: float,
            y: float,
            dash: tuple[float, ...] = LOOKS["links"][row.status].dash,
        ) -> None:
            line = LineString([(x, y), (x + 6.0 * k, y)])
            page.line(
                line,
                LIGHT.link,
                1.3 * k,
                z=basemap.Z["furniture"],
                dashes=dash,
            )

        state = text.word("link_status", row.status, language)
        since = text.day(row.since, language) if row.since else ""
        below = str(text.form(language, "list")).join(part for part in (since, state) if part)
        if summaries and (told := content.name(row, "summary")):
            below += str(text.form(language, "end")) + " " + told
        rows.append(Item(sample, content.name(row), below=below, indent=8.0))
    return rows


def _symbols(page: Page, row: Rect, content: Content, k: float) -> list[str]:
    """Explain the map's symbols in a row from its left; give those that find no room."""
    size, x, left = 6.2 * k, row.x0, []
    for item in legend.signs(page, content, k):
        wide = item.indent * k + fonts.width_mm(item.label, "sans", size)
        if x + wide > row.x1:
            left.append(f"{item.label} (symbol)")
            continue
        item.sample(page, x, row.y1 - 2.3)
        page.text(
            x + item.indent * k, row.y1 - 3.2, item.label, size=size, colour=LIGHT.ink,
            role="legend",
        )  # fmt: skip
        x += wide + 5
    return left


def _key(page: Page, x: float, y: float, language: str, k: float) -> float:
    from shapely.geometry import Point

    size = 6.2 * k
    for done, word in ((True, "done"), (False, "planned")):
        page.fill(
            Point(x, y + 0.9).buffer(1.05 * k),
            LIGHT.accent if done else LIGHT.paper,
            z=basemap.Z["furniture"],
            edge=LIGHT.accent,
            width=0.9,
        )
        box = page.text(x + 2.2, y, say(word, language), size=size, colour=LIGHT.ink, role="legend")
        x = box.x1 + 6
    said = say("timeline_scale", language)
    page.text(x, y, said, size=size, colour=LIGHT.quiet, role="legend")
    return x + fonts.width_mm(said, "sans", size) + 6
