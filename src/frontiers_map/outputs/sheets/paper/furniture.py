"""What stands round a map: formats, the blocks of a legend and how they flow, panels."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from frontiers_map.outputs.sheets.map.projection import Rect
from frontiers_map.outputs.sheets.paper import fonts
from frontiers_map.outputs.sheets.paper.page import ASCENT, MM_PER_PT, Page
from frontiers_map.outputs.sheets.paper.words import wrap
from frontiers_map.style import LIGHT, TYPE

if TYPE_CHECKING:
    from frontiers_map.atlas.model import Sheet
    from frontiers_map.outputs.sheets.map.draw import Made

__all__ = [
    "Block",
    "Format",
    "block_heading",
    "clipped",
    "fitting",
    "flow",
    "format_of",
    "lists",
    "most_room",
    "panel_heading",
    "prose",
    "room_below",
    "settled",
]

MOST: Final = 0.62  # of the height below the title that what stands below a map may take from it
LINE: Final = 1.34  # line height, of the size
FEW: Final = 8  # lines of a legend that stay together


@dataclass(frozen=True)
class Format:
    """A paper format: millimetres in landscape, and how large type is set on it.

    A sheet for a wall is read from farther off: all of it, type, lines and margins, is `zoom` times
    as large as it is laid out, and its `width` and `height` here are as much less than the paper's.
    """

    width: float
    height: float
    k: float
    title: float
    margin: float
    zoom: float = 1.0
    dpi: float = 300.0

    @property
    def inner(self) -> Rect:
        """The paper within its margins."""
        return Rect(self.margin, self.margin, self.width - self.margin, self.height - self.margin)

    def page(self) -> Page:
        """Take an empty sheet of it."""
        return Page(self.width, self.height, LIGHT.paper, zoom=self.zoom, dpi=self.dpi)


_PHONE: Final = 84.0  # mm of a sheet that is 1080 pixels wide: the smallest type is 25 of them
_FORMATS: Final = {
    "A0": Format(1189.0 / 1.8, 841.0 / 1.8, 1.4, 1.6, 15.0, zoom=1.8, dpi=150.0),
    "A1": Format(841.0 / 1.3, 594.0 / 1.3, 1.4, 1.5, 14.0, zoom=1.3, dpi=200.0),
    "A2": Format(594.0, 420.0, 1.3, 1.35, 14.0),
    "A3": Format(420.0, 297.0, 1.0, 1.0, 10.0),
    "A4": Format(297.0, 210.0, 0.84, 0.74, 8.0),
    "16:9": Format(320.0, 180.0, 1.0, 0.86, 9.0),
    "column": Format(128.0, 90.0, 0.74, 0.42, 1.0),
    "square": Format(_PHONE, _PHONE, 0.74, 0.42, 2.5, dpi=1080 * 25.4 / _PHONE),
    "9:16": Format(_PHONE, _PHONE * 16 / 9, 0.84, 0.5, 4.0, dpi=1080 * 25.4 / _PHONE),
}


def format_of(sheet: Sheet) -> Format:
    """Give the paper of a sheet."""
    paper = _FORMATS[sheet.size]
    turned = sheet.orientation == "portrait" and paper.width > paper.height
    return replace(paper, width=paper.height, height=paper.width) if turned else paper


@dataclass(frozen=True)
class Block:
    """A piece of a column: how high it is at a width, and how it draws itself from its top."""

    height: Callable[[float], float]
    draw: Callable[[Page, float, float, float], None]
    gap: float = 4.0


def clipped(page: Page, lines: list[str], most: int) -> list[str]:
    """Give at most so many lines of a text; the last tells by an ellipsis what is lost."""
    if len(lines) <= most:
        return lines
    page.shortened.append(" ".join(lines))
    return [*lines[: most - 1], lines[most - 1].rstrip(" ,.、。")[:-1] + "…"]


# ---- blocks


def block_heading(
    page: Page, x: float, y: float, heading: str, size: float, width: float = math.inf
) -> float:
    """Write the heading of a block from its top down; give the height it takes, mm."""
    for number, line in enumerate(_headed(heading, size, width)):
        page.text(
            x,
            y - (ASCENT + number * LINE) * size * MM_PER_PT,
            line,
            style="serif-semibold",
            size=size,
            colour=LIGHT.ink,
            role="legend",
        )
    return _lead(heading, size, width)


def _headed(heading: str, size: float, width: float) -> list[str]:
    return wrap(heading, width, "serif-semibold", size) if heading else []


def _lead(heading: str, size: float, width: float) -> float:
    """Height that the heading of a block takes, mm."""
    lines = len(_headed(heading, size, width))
    return size * MM_PER_PT * (1.75 + (lines - 1) * LINE) if lines else 0.0


def prose(heading: str, paragraphs: Sequence[str], k: float, *, size: float = 6.8) -> Block:
    """A heading and paragraphs of text."""
    size = max(size * k, 5.6)
    top = max(TYPE["head"] * k, 6.2)

    def rows(width: float) -> list[str]:
        made: list[str] = []
        for number, paragraph in enumerate(paragraphs):
            if number:
                made.append("")
            made += wrap(paragraph, width, "sans", size)
        return made

    def step(row: str) -> float:
        return size * MM_PER_PT * (LINE + 0.04 if row else 0.55)

    def height(width: float) -> float:
        return _lead(heading, top, width) + sum(step(row) for row in rows(width))

    def draw(page: Page, x: float, y: float, width: float) -> None:
        y -= block_heading(page, x, y, heading, top, width)
        for row in rows(width):
            if row:
                page.text(
                    x,
                    y - ASCENT * size * MM_PER_PT,
                    row,
                    size=size,
                    colour=LIGHT.ink,
                    role="legend",
                )
            y -= step(row)

    return Block(height, draw, 4.2 * k)


@dataclass(frozen=True)
class Item:
    """A line of the legend: a sample, what it means, a figure at the right, a word below."""

    sample: Callable[[Page, float, float], None]
    label: str
    figure: str = ""
    figure_colour: str = LIGHT.ink
    below: str = ""
    indent: float = 11.0


def items(
    heading: str, rows: Sequence[Item], k: float, *, note: str = "", size: float = 6.9
) -> Block:
    """A heading and legend lines."""
    size = max(size * k, 5.6)
    small = max(5.8 * k, 5.5)
    top = max(TYPE["head"] * k, 6.2)
    em = size * MM_PER_PT

    def laid(width: float) -> list[tuple[Item, list[str], list[str], float]]:
        made = []
        for row in rows:
            figure = fonts.width_mm(row.figure, "sans-semibold", size) + 2 if row.figure else 0
            room = width - row.indent * k - figure
            label = wrap(row.label, room, "sans", size)
            whole = wrap(row.label, room, "sans", size, whole=True)
            if figure and max(fonts.width_mm(line, "sans", size) for line in whole) > room:
                # no room for a word beside the figure, which then has a line of its own
                label = [*wrap(row.label, room + figure, "sans", size), ""]
            below = wrap(row.below, width - row.indent * k, "sans", small) if row.below else []
            tall = em * (LINE * len(label) + 0.42) + len(below) * small * MM_PER_PT * 1.25
            made.append((row, label, below, tall))
        return made

    def height(width: float) -> float:
        foot_rows = wrap(note, width, "sans", small) if note else []
        above = _lead(heading, top, width) + sum(row[3] for row in laid(width))
        return above + len(foot_rows) * small * MM_PER_PT * LINE

    def draw(page: Page, x: float, y: float, width: float) -> None:
        y -= block_heading(page, x, y, heading, top, width)
        for row, label, below, tall in laid(width):
            base = y - ASCENT * em
            row.sample(page, x, base + 0.33 * em)
            if row.figure:
                last = 0 if label[-1] else len(label) - 1
                page.text(
                    x + width,
                    base - last * LINE * em,
                    row.figure,
                    style="sans-semibold",
                    size=size,
                    colour=row.figure_colour,
                    align="right",
                    role="legend",
                )
            for number, line in enumerate(filter(None, label)):
                page.text(
                    x + row.indent * k,
                    base - number * LINE * em,
                    line,
                    size=size,
                    colour=LIGHT.ink,
                    role="legend",
                )
            under = base - (len(label) - 1) * LINE * em
            for number, line in enumerate(below):
                page.text(
                    x + row.indent * k,
                    under - (number + 1) * small * MM_PER_PT * 1.25,
                    line,
                    size=small,
                    colour=LIGHT.quiet,
                    role="legend",
                )
            y -= tall
        for line in wrap(note, width, "sans", small) if note else []:
            page.text(
                x,
                y - ASCENT * small * MM_PER_PT,
                line,
                size=small,
                colour=LIGHT.quiet,
                role="legend",
            )
            y -= small * MM_PER_PT * LINE

    return Block(height, draw, 4.2 * k)


def lists(heading: str, rows: Sequence[Item], k: float, *, few: int = FEW) -> list[Block]:
    """Legend lines under one heading, in blocks that columns may part where they are many."""
    parts = [rows[start : start + few] for start in range(0, len(rows), few)]
    blocks = [items("" if number else heading, part, k) for number, part in enumerate(parts)]
    return [*(replace(block, gap=0.0) for block in blocks[:-1]), *blocks[-1:]]


def flow(
    page: Page, area: Rect, blocks: Sequence[Block], columns: int, *, gutter: float = 8.0
) -> list[str]:
    """Set blocks down columns, each as high as the tallest must be; say what does not fit."""
    width, heights, cuts = _laid(area, blocks, columns, gutter)
    trouble = []
    for number, (start, end) in enumerate(cuts):
        x, y = area.x0 + number * (width + gutter), area.y1
        for block, tall in zip(blocks[start:end], heights[start:end], strict=True):
            if y - tall < area.y0 - 0.3:
                over = area.y0 - (y - tall)
                trouble.append(f"the legend is {over:.1f} mm too long; a block of it is left out")
                continue
            with page.mirrored(area):
                block.draw(page, x, y, width)
            y -= tall + block.gap
    return trouble


def room_below(area: Rect, blocks: Sequence[Block], columns: int, *, gutter: float = 8.0) -> float:
    """Height of an area that blocks set down columns leave empty, mm; below 0 if they lack it."""
    _, heights, cuts = _laid(area, blocks, columns, gutter)
    tall = (
        sum(heights[start:end]) + sum(block.gap for block in blocks[start : max(start, end - 1)])
        for start, end in cuts
    )
    return area.height - max(tall, default=0.0)


def most_room(area: Rect, blocks: Sequence[Block], columns: int, *, gutter: float = 8.0) -> int:
    """In how many columns, so many or up to two more, blocks leave most of an area empty."""
    choices = range(columns, columns + 3)
    return max(choices, key=lambda count: (room_below(area, blocks, count, gutter=gutter), -count))


def settled(attempt: Callable[[float, bool], tuple[Made, float]], most: float) -> Made:
    """Lay a sheet out, and again if its legend has too little room or more than `most` mm over.

    How high a legend is shows once the map's features are drawn: the map then gives, or gets, the
    difference. Only what is kept is drawn whole.

    Parameters
    ----------
    attempt
        Draws the sheet, its map so many mm higher than it would be, whole or as a trial, and gives
        it with the height that then is left over; negative if it is too little.
    """
    left = attempt(0.0, True)[1]
    kept = given = 0.0
    for _ in range(2):
        if -0.2 <= left <= most:
            break
        # a little more than it lacks: what the map gives is not to the millimetre what is gained
        given += left if left > 0 else left - 1.0
        rest = attempt(given, True)[1]
        if rest < -0.2 and abs(rest) >= abs(left):
            break  # it cannot give more
        kept, left = given, rest
        if left > 0:
            break
    return attempt(kept, False)[0]


def _laid(
    area: Rect, blocks: Sequence[Block], columns: int, gutter: float
) -> tuple[float, list[float], list[tuple[int, int]]]:
    """Width of a column, heights of the blocks, and which blocks stand in which column."""
    width = (area.width - gutter * (columns - 1)) / columns
    heights = [block.height(width) for block in blocks]
    if len(blocks) <= columns:  # a column each, from the left
        return width, heights, [(number, number + 1) for number in range(len(blocks))]
    return width, heights, _balance(heights, [block.gap for block in blocks], columns)


def fitting(
    make: Callable[[float], list[Block]],
    area: Rect,
    *,
    columns: int = 1,
    gutter: float = 8.0,
    most: int = 130,
) -> list[Block]:
    """Make blocks with the largest type, up to `most` percent, that the columns of an area hold."""
    for percent in range(most, 96, -3):
        blocks = make(percent / 100)
        if room_below(area, blocks, columns, gutter=gutter) >= 0:
            break
    return blocks


def _balance(heights: list[float], gaps: list[float], columns: int) -> list[tuple[int, int]]:
    """Cut a run of blocks into columns so that the tallest is as low as can be."""
    count = len(heights)

    def tall(start: int, end: int) -> float:
        return sum(heights[start:end]) + sum(gaps[start : max(start, end - 1)])

    best: dict[tuple[int, int], tuple[float, list[tuple[int, int]]]] = {(0, 0): (0.0, [])}
    for column in range(1, columns + 1):
        for end in range(count + 1):
            options = [
                (
                    max(best[column - 1, start][0], tall(start, end)),
                    [*best[column - 1, start][1], (start, end)],
                )
                for start in range(end + 1)
                if (column - 1, start) in best
            ]
            if options:
                best[column, end] = min(options, key=lambda one: one[0])
    return best[columns, count][1]


def panel_heading(page: Page, cell: Rect, name: str, k: float) -> float:
    """Write the name of a panel along the top of its cell, smaller where it is long.

    Returns
    -------
    float
        Height of a full-size heading's em, mm; what stands below is set off by it.
    """
    size = 9.0 * k
    em = size * MM_PER_PT
    while fonts.width_mm(name, "serif-semibold", size) > cell.width and size > 6:
        size -= 0.25
    with page.mirrored(cell):
        page.text(
            cell.x0,
            cell.y1 - ASCENT * em,
            name,
            style="serif-semibold",
            size=size,
            colour=LIGHT.ink,
            role="panel",
            room=cell.width,
        )
    return em
