"""What stands round a map: title, legend made from what was drawn, scale bar, notes, sources."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from shapely.geometry import LineString, box

from frontiers_map import figures, text
from frontiers_map.sheets import fonts, marks
from frontiers_map.sheets.basemap import Z
from frontiers_map.sheets.content import Content, colour_of
from frontiers_map.sheets.page import ASCENT, MM_PER_PT, Page
from frontiers_map.sheets.projection import Frame, Rect
from frontiers_map.sheets.washes import wash_colour
from frontiers_map.sheets.words import say, wrap
from frontiers_map.style import DASHES, LIGHT, TYPE, WIDTHS, mix, route_width

if TYPE_CHECKING:
    from frontiers_map.joins import JoinedAtlas
    from frontiers_map.model import Sheet

__all__ = ["Block", "Format", "cut", "flow", "foot", "format_of", "head", "legend", "prose", "scale_bar"]

LINE: Final = 1.34  # line height, of the size
# format -> width and height in landscape, scale of type and of titles
_FORMATS: Final = {
    "A2": (594.0, 420.0, 1.3, 1.35),
    "A3": (420.0, 297.0, 1.0, 1.0),
    "A4": (297.0, 210.0, 0.84, 0.74),
    "16:9": (320.0, 180.0, 1.0, 0.86),
    "column": (128.0, 90.0, 0.74, 0.42),
}


@dataclass(frozen=True)
class Format:
    """A paper format: millimetres, and how large type is set on it."""

    width: float
    height: float
    k: float
    title: float
    margin: float

    @property
    def inner(self) -> Rect:
        return Rect(self.margin, self.margin, self.width - self.margin, self.height - self.margin)


def format_of(sheet: Sheet) -> Format:
    """Give the paper of a sheet."""
    wide, high, k, title = _FORMATS[sheet.size]
    if sheet.orientation == "portrait":
        wide, high = high, wide
    margin = {"A2": 14.0, "A3": 10.0, "A4": 8.0, "16:9": 9.0, "column": 1.0}[sheet.size]
    return Format(wide, high, k, title, margin)


@dataclass(frozen=True)
class Block:
    """A piece of a column: how high it is at a width, and how it draws itself from its top."""

    height: Callable[[float], float]
    draw: Callable[[Page, float, float, float], None]
    gap: float = 4.0


def head(page: Page, paper: Format, sheet: Sheet, atlas: JoinedAtlas, language: str) -> float:
    """Set title, deck and the title in the other languages; give where the map may begin."""
    inner = paper.inner
    size = TYPE["title"] * paper.title
    title = sheet.title.get(language)
    room = inner.width * (0.72 if paper.width > 150 else 1.0)
    while size > 9 and fonts.width_mm(title, "serif-semibold", size) > room:
        size -= 0.5
    y = inner.y1 - ASCENT * size * MM_PER_PT
    page.text(inner.x0, y, title, style="serif-semibold", size=size, colour=LIGHT.ink, role="title")
    others = [lang for lang in atlas.settings.languages if lang != language]
    if paper.width > 150:
        small = size * 0.42
        for number, lang in enumerate(others[:2]):
            if sheet.title.get(lang) == title:
                continue
            style = "serif-italic" if lang != "ja" else "sans"
            page.text(inner.x1, y + (0.05 - number * 0.62) * size * MM_PER_PT, sheet.title.get(lang),
                      style=style, size=small, colour=LIGHT.quiet, align="right", role="title")  # fmt: skip
    deck_size = max(TYPE["deck"] * (paper.title if paper.title > 0.5 else 0.6), 6.4)
    deck = figures.fill(atlas, sheet.deck.get(language), language)
    wide = inner.width * (0.8 if paper.width > 150 else 1.0)
    y -= (0.42 if paper.width > 150 else 0.5) * size * MM_PER_PT
    for line in wrap(deck, wide, "sans", deck_size)[:3]:
        y -= LINE * deck_size * MM_PER_PT * 0.95
        page.text(inner.x0, y, line, size=deck_size, colour=LIGHT.quiet, role="deck")
    return y - 0.9 * deck_size * MM_PER_PT - 0.6


def foot(
    page: Page, paper: Format, content: Content, language: str, *, lines: Sequence[str],
    most: int = 4, columns: Rect | None = None,
) -> float:  # fmt: skip
    """Set sources and small print at the foot; give the top of what it took."""
    size = 5.8 if paper.k > 0.8 else 5.5
    inner = columns or paper.inner
    step = LINE * size * MM_PER_PT
    head_word = say("sources", language)
    indent = fonts.width_mm(head_word, "sans-semibold", size) + 3 if paper.width > 150 else 0.0
    ids = content.sources()
    texts = [*lines]
    if ids:
        texts.append(say("source_ids", language, ids=", ".join(ids)))
    rows: list[str] = []
    for one in texts:
        rows += wrap(one, inner.width - indent, "sans", size)
    if len(rows) > most:
        rows = rows[: most - 1] + [cut(" ".join(rows[most - 1 :]), inner.width - indent, size)]
    y = inner.y0 + step * (len(rows) - 1) + 0.32 * size * MM_PER_PT + 0.2
    top = y + 1.25 * size * MM_PER_PT + 0.8
    if paper.width > 150:
        page.line(LineString([(inner.x0, top), (inner.x1, top)]), LIGHT.faint, 0.5,
                  z=Z["furniture"])  # fmt: skip
        page.text(inner.x0, y, head_word, style="sans-semibold", size=size, colour=LIGHT.ink,
                  role="foot")  # fmt: skip
    for number, row in enumerate(rows):
        page.text(inner.x0 + indent, y - number * step, row, size=size, colour=LIGHT.quiet,
                  role="foot")  # fmt: skip
    return top + 1.2


def cut(line: str, width: float, size: float) -> str:
    if fonts.width_mm(line, "sans", size) <= width:
        return line
    while line and fonts.width_mm(line + "…", "sans", size) > width:
        line = line[:-1]
    return line.rstrip(" ,、") + "…"


# ---- blocks


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
        lead = (top * 1.75 * MM_PER_PT) if heading else 0.0
        return lead + sum(step(row) for row in rows(width))

    def draw(page: Page, x: float, y: float, width: float) -> None:
        if heading:
            page.text(x, y - ASCENT * top * MM_PER_PT, heading, style="serif-semibold", size=top,
                      colour=LIGHT.ink, role="legend")  # fmt: skip
            y -= top * 1.75 * MM_PER_PT
        for row in rows(width):
            if row:
                page.text(x, y - ASCENT * size * MM_PER_PT, row, size=size, colour=LIGHT.ink,
                          role="legend")  # fmt: skip
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


def items(heading: str, rows: Sequence[Item], k: float, *, note: str = "", size: float = 6.9) -> Block:
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
            below = wrap(row.below, width - row.indent * k, "sans", small) if row.below else []
            tall = em * (LINE * len(label) + 0.42) + len(below) * small * MM_PER_PT * 1.25
            made.append((row, label, below, tall))
        return made

    def height(width: float) -> float:
        foot_rows = wrap(note, width, "sans", small) if note else []
        return (
            top * 1.75 * MM_PER_PT + sum(row[3] for row in laid(width))
            + len(foot_rows) * small * MM_PER_PT * LINE
        )  # fmt: skip

    def draw(page: Page, x: float, y: float, width: float) -> None:
        page.text(x, y - ASCENT * top * MM_PER_PT, heading, style="serif-semibold", size=top,
                  colour=LIGHT.ink, role="legend")  # fmt: skip
        y -= top * 1.75 * MM_PER_PT
        for row, label, below, tall in laid(width):
            base = y - ASCENT * em
            row.sample(page, x, base + 0.33 * em)
            if row.figure:
                page.text(x + width, base, row.figure, style="sans-semibold", size=size,
                          colour=row.figure_colour, align="right", role="legend")  # fmt: skip
            for number, line in enumerate(label):
                page.text(x + row.indent * k, base - number * LINE * em, line, size=size,
                          colour=LIGHT.ink, role="legend")  # fmt: skip
            under = base - (len(label) - 1) * LINE * em
            for number, line in enumerate(below):
                page.text(x + row.indent * k, under - (number + 1) * small * MM_PER_PT * 1.25, line,
                          size=small, colour=LIGHT.quiet, role="legend")  # fmt: skip
            y -= tall
        for line in wrap(note, width, "sans", small) if note else []:
            page.text(x, y - ASCENT * small * MM_PER_PT, line, size=small, colour=LIGHT.quiet,
                      role="legend")  # fmt: skip
            y -= small * MM_PER_PT * LINE

    return Block(height, draw, 4.2 * k)


def flow(
    page: Page, area: Rect, blocks: Sequence[Block], columns: int, *, gutter: float = 8.0
) -> list[str]:
    """Set blocks down columns, each as high as the tallest must be; say what does not fit."""
    width = (area.width - gutter * (columns - 1)) / columns
    heights = [block.height(width) for block in blocks]
    cuts = _balance(heights, [block.gap for block in blocks], columns)
    trouble = []
    for number, (start, end) in enumerate(cuts):
        x, y = area.x0 + number * (width + gutter), area.y1
        for block, tall in zip(blocks[start:end], heights[start:end], strict=True):
            if y - tall < area.y0 - 0.3:
                trouble.append(f"a column of notes is {area.y0 - (y - tall):.1f} mm too long")
            block.draw(page, x, y, width)
            y -= tall + block.gap
    return trouble


def _balance(heights: list[float], gaps: list[float], columns: int) -> list[tuple[int, int]]:
    """Cut a run of blocks into columns so that the tallest is as low as can be."""
    count = len(heights)

    def tall(start: int, end: int) -> float:
        return sum(heights[start:end]) + sum(gaps[start : max(start, end - 1)])

    best: dict[tuple[int, int], tuple[float, list[tuple[int, int]]]] = {
        (0, 0): (0.0, [])
    }
    for column in range(1, columns + 1):
        for end in range(count + 1):
            options = [
                (max(best[column - 1, start][0], tall(start, end)),
                 [*best[column - 1, start][1], (start, end)])
                for start in range(end + 1)
                if (column - 1, start) in best
            ]  # fmt: skip
            if options:
                best[column, end] = min(options, key=lambda one: one[0])
    return best[columns, count][1]


# ---- legend from what was drawn


def legend(
    page: Page, content: Content, k: float, *, lines_only: bool = False, closures: bool = False,
    brief: bool = False,
) -> list[Block]:  # fmt: skip
    """Make the legend's blocks for the layers that were really drawn.

    Parameters
    ----------
    lines_only
        Leave the suppliers to a chart or a table.
    closures
        Explain new and old ways instead.
    brief
        For a narrow figure, whose lines carry their names: no kinds of line, no plain symbols.
    """
    language = content.language
    blocks = []
    readings = _readings(page, content, k)
    if readings:
        blocks.append(items(say("readings", language), readings, k))
    if content.routes:
        suppliers, *kinds = _routes(page, content, k)
        if brief:
            blocks.append(suppliers)
        elif not closures:
            blocks += [*kinds] if lines_only else [*kinds, suppliers]
    if closures:
        blocks.append(items(say("line_styles", language), _ways(language, k), k))
    signs = _signs(page, language, k, gates_only=brief)
    if signs and not closures:
        blocks.append(items(say("symbols", language), signs, k))
    return blocks


def _ways(language: str, k: float) -> list[Item]:
    def way(colour: str, width: float, dashes: tuple[float, float] | None) -> Any:
        def sample(page: Page, x: float, y: float) -> None:
            line = LineString([(x, y), (x + 9.0 * k, y)])
            page.line(line, colour, width, z=Z["furniture"], dashes=dashes)

        return sample

    def cross(page: Page, x: float, y: float) -> None:
        h, cx = 0.75 * k, x + 4.5 * k
        shape = shapely.multilinestrings(
            [[(cx - h, y - h), (cx + h, y + h)], [(cx - h, y + h), (cx + h, y - h)],
             [(cx, y - 1.5 * k), (cx, y + 1.5 * k)]]
        )  # fmt: skip
        page.line(shape, LIGHT.closed, 1.2 * k, z=Z["furniture"])

    return [
        Item(way(LIGHT.quiet, 1.8 * k, None), say("new_way", language)),
        Item(way(mix(LIGHT.quiet, LIGHT.paper, 0.6), 0.9 * k, (1.0, 1.6)), say("ghost", language)),
        Item(way(LIGHT.faint, 0.8 * k, None), say("other_routes", language)),
        Item(cross, say("closed_gate", language)),
    ]


def _readings(page: Page, content: Content, k: float) -> list[Item]:
    language, atlas = content.language, content.atlas
    rows = []
    regions = {row.id: row for row in atlas.regions.itertuples()}
    wide, high = 9.0 * k, 3.6 * k
    for wash in content.washes:
        layer = "region_second" if wash.second else "region_first"
        if layer not in page.layers:
            continue
        row = regions[wash.id]
        colour, opacity = wash_colour(wash.second)

        def sample(
            page: Page, x: float, y: float, colour: str = colour, opacity: float = opacity,
            soft: bool = wash.soft,
        ) -> None:  # fmt: skip
            if soft:
                for step in range(8):
                    by = step * 0.16 * k
                    page.fill(box(x + by, y - high / 2 + by, x + wide - by, y + high / 2 - by),
                              mix(colour, LIGHT.paper, opacity * (1 - (1 - (step + 1) / 8) ** 1.6)),
                              z=Z["furniture"])  # fmt: skip
                return
            shape = box(x, y - high / 2, x + wide, y + high / 2)
            page.fill(shape, mix(colour, LIGHT.sea, opacity), z=Z["furniture"])
            page.line(shapely.boundary(shape), mix(colour, LIGHT.sea, 0.8), WIDTHS["region_edge"],
                      z=Z["furniture"] + 1, dashes=(4, 2.4))  # fmt: skip

        below = say("edge_soft" if wash.soft else "edge_hard", language)
        rows.append(Item(sample, content.name(row), below=below, indent=12))
    if "overlap" in page.layers:
        drawn = {wash.id for wash in content.washes}
        area = [
            float(row.area_km2) for row in atlas.overlaps.itertuples()
            if row.indo_pacific in drawn and row.mediterranean in drawn
        ]  # fmt: skip

        def stripes(page: Page, x: float, y: float) -> None:
            shape = box(x, y - high / 2, x + wide, y + high / 2)
            page.fill(shape, mix(LIGHT.indo_pacific, LIGHT.sea, 0.2), z=Z["furniture"])
            lines = shapely.multilinestrings(
                [[(x + s - high, y - high / 2), (x + s, y + high / 2)]
                 for s in np.arange(0, wide + high, 1.7 * k * math.sqrt(2))]
            )  # fmt: skip
            page.line(shapely.intersection(lines, shape), LIGHT.overlap, 1.3 * k,
                      z=Z["furniture"] + 1)  # fmt: skip

        below = (
            say("of_sea", language, area=text.millions_km2(area[0], language)) if area else ""
        )
        rows.append(Item(stripes, say("both", language), below=below, indent=12))
    return rows


def _routes(page: Page, content: Content, k: float) -> list[Block]:
    """Suppliers with their shares, then the kinds of line, as far as they were drawn."""
    language, atlas = content.language, content.atlas
    names = {one.id: one.name.get(language) for one in atlas.settings.suppliers}
    importers = list(dict.fromkeys(row.importer for row in content.routes))
    rows: list[Item] = []
    for supplier in dict.fromkeys(row.supplier for row in content.routes):
        mine = [row for row in content.routes if row.supplier == supplier]
        colour = colour_of(atlas, supplier)
        shares = []
        for importer in importers:
            found = [row.share_pct for row in mine
                     if row.importer == importer and row.share_pct == row.share_pct]  # fmt: skip
            if found:
                tag = f" {importer}" if len(importers) > 1 else ""
                shares.append(f"{text.number(max(found), language, 1)}{tag}")
        first = min(mine, key=lambda row: row.status != "active")
        share = first.share_pct if first.share_pct == first.share_pct else None
        width = max(route_width(share) * k, 0.7)

        def sample(
            page: Page, x: float, y: float, colour: str = colour, width: float = width,
            status: str = first.status,
        ) -> None:  # fmt: skip
            line = LineString([(x, y), (x + 9.0 * k, y)])
            page.line(line, colour, width, z=Z["furniture"], dashes=DASHES.get(status))

        rows.append(Item(sample, names.get(supplier, supplier), "  ".join(shares), colour))
    shares_known = any(row.figure for row in rows)
    heading = say("routes_head", language) if shares_known else text.word("layer", "routes", language)
    blocks = [items(heading, rows, k)]
    kinds = []
    for status in ("active", *DASHES):
        if f"route_{status}" not in page.layers:
            continue

        def line_sample(page: Page, x: float, y: float, status: str = status) -> None:
            line = LineString([(x, y), (x + 9.0 * k, y)])
            page.line(line, LIGHT.quiet, 1.4 * k, z=Z["furniture"], dashes=DASHES.get(status))

        kinds.append(Item(line_sample, text.word("route_status", status, language)))
    if kinds:
        blocks.append(items(say("line_styles", language), kinds, k))
    return blocks


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def _signs(page: Page, language: str, k: float, *, gates_only: bool = False) -> list[Item]:
    drawn, rows = page.layers, []

    def sign(name: str, fill_colour: str, edge: str, size: float, width: float = 0.35) -> Any:
        def sample(page: Page, x: float, y: float) -> None:
            shape = marks.symbol(name, x + 2.4 * k, y, size * k)
            page.fill(shape, fill_colour, z=Z["furniture"], edge=edge, width=width)

        return sample

    def bar(colour: str, crossed: bool) -> Any:
        def sample(page: Page, x: float, y: float) -> None:
            line = LineString([(x + 2.4 * k, y - 1.4 * k), (x + 2.4 * k, y + 1.4 * k)])
            page.line(line, colour, 1.5 * k, z=Z["furniture"])
            if crossed:
                h = 0.75 * k
                cx = x + 2.4 * k
                cross = shapely.multilinestrings(
                    [[(cx - h, y - h), (cx + h, y + h)], [(cx - h, y + h), (cx + h, y - h)]]
                )
                page.line(cross, LIGHT.paper, 2.4 * k, z=Z["furniture"] + 0.5, cap="round")
                page.line(cross, colour, 1.2 * k, z=Z["furniture"] + 1)

        return sample

    choices = (
        ("pole", say("pole", language), sign("pole", LIGHT.accent, LIGHT.panel, 3.4)),
        ("capital", say("capital", language), sign("capital", LIGHT.ink, LIGHT.panel, 2.6)),
        ("terminal_export", say("terminal_export", language),
         sign("export", LIGHT.quiet, LIGHT.panel, 2.2)),
        ("terminal_export_off", say("terminal_export_off", language),
         sign("export", LIGHT.panel, LIGHT.quiet, 2.2, 0.9)),
        ("terminal_import", say("terminal_import", language),
         sign("import", LIGHT.ink, LIGHT.panel, 2.2)),
        ("terminal_import_off", say("terminal_import_off", language),
         sign("import", LIGHT.panel, LIGHT.ink, 2.2, 0.9)),
        ("gate", say("gate", language), bar(LIGHT.gate, False)),
        ("gate_restricted", say("gate_restricted", language), bar(LIGHT.restricted, False)),
        ("gate_closed", say("gate_closed", language), bar(LIGHT.closed, True)),
    )  # fmt: skip
    for layer, label, sample in choices:
        if layer in drawn and (not gates_only or layer.startswith("gate")):
            rows.append(Item(sample, label, indent=6.5))
    for layer in sorted(drawn):
        kind = layer.removeprefix("place_")
        if kind != layer and not gates_only:
            rows.append(Item(sign(kind, LIGHT.ink, LIGHT.panel, 2.2),
                             _capital(text.word("place_kind", kind, language)), indent=6.5))  # fmt: skip
    if "link" in drawn and not gates_only:
        def link(page: Page, x: float, y: float) -> None:
            page.line(LineString([(x, y), (x + 5 * k, y)]), LIGHT.link, 1.0 * k, z=Z["furniture"])

        rows.append(Item(link, say("link", language), indent=6.5))
    return rows


# ---- scale


def scale_bar(
    page: Page, frame: Frame, x: float, y: float, language: str, k: float, *,
    longest: float = 30.0, lat: float | None = None, nautical: bool = True,
) -> Rect:  # fmt: skip
    """Draw a bar of kilometres and one of nautical miles, true at `lat` (the frame's middle)."""
    rect = frame.rect
    middle = frame.geographic(
        np.array([[(rect.x0 + rect.x1) / 2, (rect.y0 + rect.y1) / 2]])
    )[0]
    at = float(middle[1]) if lat is None else lat
    metres = frame.metres_per_mm(float(middle[0]), at)
    size = max(5.6 * k, 5.5)
    em = size * MM_PER_PT
    bars = [(1000.0, "km", True)] + ([(1852.0, "nm", False)] if nautical else [])
    drawn = []
    for unit, name, above in bars:
        most = longest * metres / unit
        power = 10 ** math.floor(math.log10(most))
        step = next(power * n for n in (5, 2, 1) if power * n <= most)
        length = step * unit / metres
        page.line(LineString([(x, y), (x + length, y)]), LIGHT.ink, 0.6, z=Z["furniture"] + 2)
        tick = 0.9 * k if above else -0.9 * k
        for spot in (x, x + length):
            page.line(LineString([(spot, y), (spot, y + tick)]), LIGHT.ink, 0.5,
                      z=Z["furniture"] + 2)  # fmt: skip
        label = f"{text.number(step, language)} {say(name, language)}"
        base = y + 0.9 if above else y - 0.9 - ASCENT * em
        drawn.append(
            page.text(x + 0.8, base, label, size=size, colour=LIGHT.ink, role="scale",
                      halo=LIGHT.panel, z=Z["furniture"] + 3)
        )  # fmt: skip
    return Rect(min(x, drawn[0].x0), min(one.y0 for one in drawn), x + longest,
                max(one.y1 for one in drawn))  # fmt: skip
