"""The plain sheet: one map with its layers, an inset if asked for, and a legend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import shapely

from frontiers_map.language.prose import plain
from frontiers_map.outputs.sheets.map import (
    legend,
)
from frontiers_map.outputs.sheets.map.draw import (
    WIDE,
    Made,
    dateline,
    default_view,
    draw_inset,
    draw_map,
    frame_atop,
    frame_for,
    inset_frame,
    small_print,
)
from frontiers_map.outputs.sheets.map.projection import Frame, Rect
from frontiers_map.outputs.sheets.map.selection import Content, choose
from frontiers_map.outputs.sheets.paper import furniture
from frontiers_map.outputs.sheets.paper.footing import foot
from frontiers_map.outputs.sheets.paper.heading import head
from frontiers_map.outputs.sheets.paper.words import notes_of, say

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas
    from frontiers_map.atlas.model import Sheet

__all__ = ["draw"]

# shares of the room below the map: of its width for insets beside the legend, of its height
# for those above it
BESIDE: Final = 0.6
ABOVE: Final = 0.4
MUCH: Final = 1.4  # times the degrees that were asked
SLACK: Final = 2.0  # mm that a map may be lower than it could be, or a legend
BELOW: Final = 0.3  # of the height of a picture for telephones, below the map
SPARE: Final = 8.0  # mm of an A3 sheet that may stay empty below a legend


def draw(atlas: JoinedAtlas, sheet: Sheet, language: str) -> Made:
    """Draw the sheet."""
    paper = furniture.format_of(sheet)
    view = _view(atlas, sheet)
    near = view[2] - view[0] <= WIDE
    content = choose(atlas, language, sheet.layers, sheet.focus, near=near)
    lay = _LAYOUTS.get(sheet.size, _paper)

    def attempt(less: float, trial: bool) -> tuple[Made, float]:
        made = Made(paper.page(), trial)
        return made, lay(made, paper, atlas, sheet, content, less)

    return furniture.settled(attempt, SLACK if lay is _phone else SPARE * paper.k)


def _widened(frame: Frame, view: tuple[float, float, float, float]) -> bool:
    """Whether the paper shows much more than was asked."""
    west, south, east, north = frame.bounds
    more = (east - west) / (view[2] - view[0]), (north - south) / (view[3] - view[1])
    return max(more) >= MUCH and frame.lat_0 not in (90.0, -90.0)


def _view(atlas: JoinedAtlas, sheet: Sheet) -> tuple[float, float, float, float]:
    return sheet.view or default_view(atlas)


def _frames(
    sheet: Sheet, view: tuple[float, float, float, float], rect: Rect, low: float, k: float
) -> list[Frame]:
    """The frame of the map, and those of its insets below it."""
    frames = [frame_atop(rect, view, sheet.projection, sheet.centre)]
    under = Rect(rect.x0, frames[0].rect.y0, rect.x1, rect.y1)
    for cell, inset in zip(_cells(sheet, under, low, k), sheet.insets, strict=True):
        frames.append(inset_frame(cell, inset.view))
    return frames


def _cells(sheet: Sheet, rect: Rect, low: float, k: float) -> list[Rect]:
    """Where insets stand: left of the legend on a wide sheet, in a row above it on a high one."""
    count, top = len(sheet.insets), rect.y0 - 6.0
    if not count:
        return []
    if sheet.orientation == "landscape":
        wide = min((94.0 if count > 1 else 138.0) * k, BESIDE * rect.width / count)
        bottom = low
    else:
        wide = (rect.width - 5 * k * (count - 1)) / count
        bottom = top - min(0.75 * wide, ABOVE * (top - low))
    step = wide + 5 * k
    return [Rect(rect.x0 + n * step, bottom, rect.x0 + n * step + wide, top) for n in range(count)]


def _paper(
    made: Made, paper: Any, atlas: JoinedAtlas, sheet: Sheet, content: Content, less: float
) -> float:
    """Draw map, insets and legend; give the height below the legend that was not needed, mm."""
    page, language, k = made.page, content.language, paper.k
    top = head(page, paper, sheet, atlas, language)
    inner = paper.inner
    wide = sheet.orientation == "landscape"
    band = min((66.0 if wide else 118.0) * k - less, furniture.MOST * (top - inner.y0))
    view = _view(atlas, sheet)

    def rect(low: float) -> Rect:
        return Rect(inner.x0, low + band, inner.x1 - 6.0, top)

    low = inner.y0 + 15 * k
    frames = _frames(sheet, view, rect(low), low, k)
    content = content.seen(frames)
    floor = foot(page, paper, content, language, lines=small_print(atlas, language, frames))
    if floor > low:
        low = floor
        frames = _frames(sheet, view, rect(low), low, k)
    frame = frames[0]
    bottom = frame.rect.y0 - 5.0
    # insets as the main map sees them: curved where its projection curves them
    outlines = [frame.put_all(part.window()) for part in frames[1:]]
    outlines = [outline for outline in outlines if not outline.is_empty]
    draw_map(
        made,
        frame,
        content,
        k=k,
        inset=shapely.union_all(outlines) if outlines else None,
        callouts=sheet.callouts,
        scale=True,
    )
    for inset, part in zip(sheet.insets, frames[1:], strict=True):
        draw_inset(made, part, inset.title.get(language), content, k)
    area = Rect(inner.x0, floor + 1.0, inner.x1, bottom)
    if sheet.insets and wide:
        area = Rect(frames[-1].rect.x1 + 7 * k, area.y0, area.x1, area.y1)
    elif sheet.insets:
        area = Rect(area.x0, area.y0, area.x1, min(part.rect.y0 for part in frames[1:]) - 5.0)
    columns = 4 if wide and sheet.insets else (5 if wide else 3)
    wider = sheet.view is not None and _widened(frame, sheet.view)

    def blocks_at(more: float) -> list[furniture.Block]:
        return _beside(made, paper, sheet, content, area, columns, k * more, wider=wider)

    columns = furniture.most_room(area, blocks_at(1.0), columns, gutter=7 * k)
    flat = top - frame.rect.height > low + band + SLACK
    most = 130 if flat else 100
    blocks = furniture.fitting(blocks_at, area, columns=columns, gutter=7 * k, most=most)
    made.notes += furniture.flow(page, area, blocks, columns, gutter=7 * k)
    room = furniture.room_below(area, blocks, columns, gutter=7 * k)
    return min(room, 0.0) if sheet.insets else room


def _beside(
    made: Made,
    paper: Any,
    sheet: Sheet,
    content: Content,
    area: Rect,
    columns: int,
    k: float,
    *,
    wider: bool,
) -> list[furniture.Block]:
    """Make the blocks of a sheet's legend; a policy's first sentences where there is room."""
    page, atlas, language = made.page, content.atlas, content.language
    blocks = legend.legend(page, content, k)
    paragraphs = notes_of(sheet, language)
    if not paragraphs:
        paragraphs = [*legend.how_to_read(page, language), dateline(atlas, language)]
    if wider:
        blocks += legend.chronicle(content, k)  # of more use than more land
    brief = [*blocks, furniture.prose(say("how_to_read", language), paragraphs, k)]
    if paper.width <= 250 or not atlas.settings.policy:
        return brief
    # its first sentences: the whole stands in the atlas
    more = [*paragraphs, _first(plain(atlas.settings.policy.get(language)))]
    longer = [*blocks, furniture.prose(say("how_to_read", language), more, k)]
    left = [
        furniture.room_below(area, some, columns, gutter=7 * paper.k) for some in (brief, longer)
    ]
    # on small paper the map has the room
    return longer if paper.k >= 1 or left[1] > left[0] - 0.5 else brief


def _slide(
    made: Made, paper: Any, atlas: JoinedAtlas, sheet: Sheet, content: Content, less: float
) -> float:
    """Draw map and, at its side, legend and notes; in two columns if one lacked room."""
    page, language, k = made.page, content.language, paper.k
    top = head(page, paper, sheet, atlas, language)
    inner = paper.inner
    columns = 1 if less >= 0 else 2
    side = 62.0 if columns == 1 else 110.0

    def frame_on(floor: float) -> Frame:
        rect = Rect(inner.x0, floor + 1.5, inner.x1 - side - 6, top)
        return frame_for(rect, _view(atlas, sheet), sheet.projection, sheet.centre)

    content = content.seen([frame_on(inner.y0 + 8)])
    frame = frame_on(foot(page, paper, content, language, lines=[dateline(atlas, language)]))
    draw_map(
        made, frame, content, k=k, degrees=False, smallest_sea=2, callouts=sheet.callouts,
        scale=True,
    )  # fmt: skip
    area = Rect(inner.x1 - side, frame.rect.y0, inner.x1, frame.rect.y1)
    blocks = _with_notes(made, sheet, area, legend.legend(page, content, k), columns, language, k)
    made.notes += furniture.flow(page, area, blocks, columns)
    return min(furniture.room_below(area, blocks, columns), 0.0)


def _column(
    made: Made, paper: Any, atlas: JoinedAtlas, sheet: Sheet, content: Content, less: float
) -> float:
    """Draw map and, below it, legend and notes in two columns."""
    page, language, k = made.page, content.language, paper.k
    top = head(page, paper, sheet, atlas, language)
    inner = paper.inner

    def frame_on(floor: float) -> Frame:
        band = min(31.5 - less, furniture.MOST * (top - floor))
        rect = Rect(inner.x0, floor + band, inner.x1, top)
        return frame_for(rect, _view(atlas, sheet), sheet.projection, sheet.centre)

    content = content.seen([frame_on(inner.y0 + 10)])
    floor = foot(page, paper, content, language, lines=[dateline(atlas, language)])
    frame = frame_on(floor)
    draw_map(made, frame, content, k=k, degrees=False, smallest_sea=2, callouts=sheet.callouts)
    area = Rect(inner.x0, floor + 0.5, inner.x1, frame.rect.y0 - 2.5)
    blocks = legend.legend(page, content, k, brief=True)
    columns = furniture.most_room(area, blocks, 2, gutter=4)
    blocks = _with_notes(made, sheet, area, blocks, columns, language, k, gutter=4)
    made.notes += furniture.flow(page, area, blocks, columns, gutter=4)
    return min(furniture.room_below(area, blocks, columns, gutter=4), 0.0)


def _phone(
    made: Made, paper: Any, atlas: JoinedAtlas, sheet: Sheet, content: Content, less: float
) -> float:
    """Draw map and, below it, legend and notes, larger where a flat map leaves the room."""
    page, language, k = made.page, content.language, paper.k
    top = head(page, paper, sheet, atlas, language)
    inner = paper.inner

    def frame_on(floor: float) -> tuple[Frame, bool]:
        band = max(0.0, min(BELOW * paper.height - less, furniture.MOST * (top - floor)))
        rect = Rect(inner.x0, floor + band, inner.x1, top)
        frame = frame_atop(rect, _view(atlas, sheet), sheet.projection, sheet.centre)
        return frame, rect.height - frame.rect.height > SLACK

    content = content.seen([frame_on(inner.y0 + 10)[0]])
    floor = foot(page, paper, content, language, lines=[dateline(atlas, language)])
    frame, flat = frame_on(floor)
    draw_map(
        made, frame, content, k=k, degrees=False, smallest_sea=2, callouts=sheet.callouts,
        scale=True,
    )  # fmt: skip
    area = Rect(inner.x0, floor + 0.5, inner.x1, frame.rect.y0 - 3.0)

    def blocks_at(more: float) -> list[furniture.Block]:
        terse = sheet.size == "square"
        return legend.legend(page, content, k * more, brief=True, terse=terse)

    columns = 2 if flat else furniture.most_room(area, blocks_at(1.0), 2, gutter=4)
    most = 150 if flat else 100
    blocks = furniture.fitting(blocks_at, area, columns=columns, gutter=4, most=most)
    room = furniture.room_below(area, blocks, columns, gutter=4)
    blocks = _with_notes(made, sheet, area, blocks, columns, language, k, gutter=4)
    made.notes += furniture.flow(page, area, blocks, columns, gutter=4)
    return min(room, 0.0) if flat else room


def _with_notes(
    made: Made,
    sheet: Sheet,
    area: Rect,
    blocks: list[furniture.Block],
    columns: int,
    language: str,
    k: float,
    *,
    gutter: float = 8.0,
) -> list[furniture.Block]:
    """Add the sheet's notes to a small legend as far as they fit; tell those that do not."""
    kept: list[str] = []
    for told in notes_of(sheet, language):
        more = [*blocks, furniture.prose("", [*kept, told], k)]
        if furniture.room_below(area, more, columns, gutter=gutter) >= 0:
            kept.append(told)
        else:
            made.left_out.append(f"{told} (note)")
    return [*blocks, furniture.prose("", kept, k)] if kept else blocks


def _first(paragraph: str) -> str:
    """The first two sentences of a text."""
    stop = "。" if "。" in paragraph else ". "
    parts = paragraph.split(stop)
    return stop.join(parts[:2]).rstrip(". ") + stop.strip() if len(parts) > 2 else paragraph


_LAYOUTS: Final = {"column": _column, "square": _phone, "9:16": _phone, "16:9": _slide}
