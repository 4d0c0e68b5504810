"""The gas: the map of the routes, what each importer takes from where, and what the ways cost."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd
import shapely
from shapely.geometry import LineString, box

from frontiers_map.language import text
from frontiers_map.outputs.sheets.map import basemap, legend
from frontiers_map.outputs.sheets.map.draw import (
    Made,
    default_view,
    draw_map,
    frame_atop,
    small_print,
)
from frontiers_map.outputs.sheets.map.projection import Rect
from frontiers_map.outputs.sheets.map.selection import Content, choose, colour_of
from frontiers_map.outputs.sheets.paper import fonts, furniture
from frontiers_map.outputs.sheets.paper.footing import foot
from frontiers_map.outputs.sheets.paper.furniture import Block
from frontiers_map.outputs.sheets.paper.heading import head
from frontiers_map.outputs.sheets.paper.page import ASCENT, MM_PER_PT, Page
from frontiers_map.outputs.sheets.paper.words import amount, notes_of, say, wrap
from frontiers_map.style import LIGHT, TYPE

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas
    from frontiers_map.atlas.model import Sheet

__all__ = ["draw", "latest_breakdown"]


def draw(atlas: JoinedAtlas, sheet: Sheet, language: str) -> Made:
    """Draw the sheet."""
    return furniture.settled(partial(_lay, atlas, sheet, language), math.inf)


def _lay(
    atlas: JoinedAtlas, sheet: Sheet, language: str, less: float, trial: bool
) -> tuple[Made, float]:
    paper = furniture.format_of(sheet)
    made = Made(paper.page(), trial)
    page, k = made.page, paper.k
    content = choose(atlas, language, sheet.layers, sheet.focus)
    top = head(page, paper, sheet, atlas, language)
    inner = paper.inner
    wide = sheet.orientation == "landscape"
    band = min((72.0 if wide else 130.0) * k - less, furniture.MOST * (top - inner.y0))
    rect = Rect(inner.x0, inner.y0 + 13 * k + band, inner.x1 - 6.0, top)
    frame = frame_atop(rect, sheet.view or default_view(atlas), sheet.projection, sheet.centre)
    content = content.seen([frame])
    draw_map(made, frame, content, k=k, callouts=sheet.callouts, scale=True)
    floor = foot(page, paper, content, language, lines=small_print(atlas, language, [frame]))
    area = Rect(inner.x0, floor + 1, inner.x1, frame.rect.y0 - 5.5)
    charts = []
    for importer in dict.fromkeys(row.importer for row in content.routes):
        found = latest_breakdown(atlas, importer)
        if found is not None:
            charts.append((importer, found[:2], _entries(content, found[2])))
    every = [entry for *_, entries in charts for entry in entries]

    def blocks_at(more: float) -> list[Block]:
        k = paper.k * more
        blocks = [_bars(content, who, *about, rows, every, k=k) for who, about, rows in charts]
        if content.routes:
            blocks.append(_ways(content, k))
        emergency = [row for row in content.routes if row.status == "emergency"]
        told = [f"{content.name(row)}. {content.name(row, 'note')}" for row in emergency]
        if any(told):
            blocks.append(furniture.prose(say("emergency_head", language), told, k, size=6.3))
        notes = notes_of(sheet, language) or legend.how_to_read(page, language)
        if notes:
            blocks.append(furniture.prose(say("notes", language), notes, k, size=6.3))
        return blocks + legend.legend(page, content, k, lines_only=True)

    columns = 5 if wide else 3
    blocks = furniture.fitting(blocks_at, area, columns=columns, gutter=7 * k)
    made.notes += furniture.flow(page, area, blocks, columns, gutter=7 * k)
    return made, furniture.room_below(area, blocks, columns, gutter=7 * k)


def latest_breakdown(
    atlas: JoinedAtlas, importer: str
) -> tuple[str, float | None, pd.DataFrame] | None:
    """Give the period, the total and the shares by origin that say most of an importer.

    Of all periods with shares, the one that the routes' shares come from; else the one with most
    origins; else the latest.
    """
    frame = atlas.imports
    mine = frame[(frame["importer"] == importer) & (frame["origin"] != "total")]
    mine = mine[mine["share_pct"].notna()]
    drawn = set(atlas.routes.loc[atlas.routes["importer"] == importer, "share_pct"].dropna())
    best: tuple[tuple[int, int, str], str, pd.DataFrame] | None = None
    for (period, basis), group in mine.groupby(["period", "basis"], sort=True):
        if len(group) < 2:
            continue
        rank = (len(drawn & set(group["share_pct"])), len(group), str(period) + str(basis))
        if best is None or rank > best[0]:
            best = (rank, str(period), group)
    if best is None:
        return None
    total = frame[
        (frame["importer"] == importer)
        & (frame["origin"] == "total")
        & (frame["period"] == best[1])
    ]["mt"].dropna()
    shown = best[2].sort_values(["share_pct", "origin"], ascending=[False, True])
    return best[1], float(total.iloc[0]) if len(total) else None, shown


def _period(period: str, language: str) -> str:
    """``2024-01/2024-12`` is a year; anything else is said from and to."""
    first, _, last = period.partition("/")
    if first[:4] == last[:4] and first[4:] == "-01" and last[4:] == "-12":
        return text.day(first[:4], language)
    if not last:
        return text.day(first, language)
    start = text.day(first, language)
    if first[:4] == last[:4] and start.endswith(f" {first[:4]}"):
        start = start.rsplit(" ", 1)[0]
    return f"{start}{text.form(language, 'span')}{text.day(last, language)}"


# of a supplier: its name, its share in percent, its tonnes, its colour, empty if it is unknown
Entry = tuple[str, float, float | None, str]


def _entries(content: Content, rows: pd.DataFrame) -> list[Entry]:
    """The shares by origin, largest first, what is not broken down last."""
    language, atlas = content.language, content.atlas
    known = {one.id for one in atlas.settings.suppliers}
    entries: list[Entry] = []
    for row in rows.itertuples(index=False):
        colour = colour_of(atlas, row.origin) if row.origin in known else LIGHT.quiet
        name = content.name(row, "origin_name").split("（")[0].split(" (")[0]
        entries.append((name, float(row.share_pct), amount(row.mt), colour))
    unnamed = {"rest", "other", "middle_east"}
    tails = [n for n, row in enumerate(rows.itertuples(index=False)) if row.origin in unnamed]
    entries = [one for n, one in enumerate(entries) if n not in tails] + [entries[n] for n in tails]
    missing = 100 - sum(entry[1] for entry in entries)
    if missing > 0.6:
        entries.append((say("not_given", language), missing, None, ""))
    return entries


def _bars(
    content: Content,
    importer: str,
    period: str,
    total: float | None,
    entries: Sequence[Entry],
    every: Sequence[Entry],
    *,
    k: float,
) -> Block:
    """Bars of the shares by origin, each in its route's colour.

    They are to one scale with `every` bar of the sheet, so that they can be compared.
    """
    language, atlas = content.language, content.atlas
    country = atlas.settings.party(importer, language)
    heading = say("imports_of", language, country=country, period=_period(period, language))
    size, top = max(6.6 * k, 5.6), max(TYPE["head"] * k, 6.2)
    em, step = size * MM_PER_PT, max(6.6 * k, 5.6) * MM_PER_PT * 1.62

    def heading_rows(width: float) -> list[str]:
        return wrap(heading, width, "serif-semibold", top)

    def height(width: float) -> float:
        return (
            len(heading_rows(width)) * top * MM_PER_PT * 1.25
            + 0.8
            + step * len(entries)
            + (size * MM_PER_PT * 1.5 if total else 0)
        )

    def draw_block(page: Page, x: float, y: float, width: float) -> None:
        for line in heading_rows(width):
            furniture.block_heading(page, x, y, line, top)
            y -= top * MM_PER_PT * 1.25
        y -= 0.8
        label = max(fonts.width_mm(entry[0], "sans", size) for entry in every) + 2
        label = min(label, width * 0.45)
        value = fonts.width_mm(f"{text.number(88.8, language, 1)}%", "sans-semibold", size) + 1.5
        room = width - label - value
        scale = room / max(entry[1] for entry in every)
        for name, share, _, colour in entries:
            base = y - ASCENT * em
            page.text(
                x,
                base,
                name,
                room=label - 1,
                size=size,
                colour=LIGHT.ink,
                role="legend",
            )
            bar = box(
                x + label, base - 0.1 * em, x + label + max(share * scale, 0.3), base + 0.72 * em
            )
            if colour:
                page.fill(bar, colour, z=basemap.Z["furniture"], layer="bar")
            else:
                page.line(
                    shapely.boundary(bar),
                    LIGHT.quiet,
                    0.4,
                    z=basemap.Z["furniture"],
                    dashes=(3, 2),
                    layer="bar",
                )
            page.text(
                bar.bounds[2] + 1.0,
                base,
                f"{text.number(share, language, 1)}%",
                style="sans-semibold",
                size=size,
                colour=colour or LIGHT.quiet,
                role="legend",
            )
            y -= step
        if total:
            page.text(
                x,
                y - ASCENT * em,
                f"100% = {say('mt', language, mt=text.number(total, language, 1))}",
                size=max(5.8 * k, 5.5),
                colour=LIGHT.quiet,
                role="legend",
            )

    return Block(height, draw_block, 4.5 * k)


def _ways(content: Content, k: float) -> Block:
    """The drawn routes with miles and days."""
    language = content.language
    size, top = max(6.4 * k, 5.6), max(TYPE["head"] * k, 6.2)
    em, step = size * MM_PER_PT, max(6.4 * k, 5.6) * MM_PER_PT * 1.36
    seen: dict[tuple[str, str], Any] = {}
    for row in content.routes:
        seen.setdefault((content.name(row, "short"), row.supplier), row)
    order = content.atlas.importers.index
    rows = sorted(seen.values(), key=lambda row: (order(row.importer), row.nm))

    def beside(width: float) -> bool:
        """Whether the heads of the columns find room in the line of the heading."""
        taken = fonts.width_mm(say("nm_head", language), "sans", 5.6) + 12 * k + 2
        return fonts.width_mm(say("ways_head", language), "serif-semibold", top) < width - taken

    def height(width: float) -> float:
        return top * 1.75 * MM_PER_PT + step * (len(rows) + (not beside(width)))

    def draw_block(page: Page, x: float, y: float, width: float) -> None:
        lead = furniture.block_heading(page, x, y, say("ways_head", language), top)
        heads = y - ASCENT * top * MM_PER_PT
        if not beside(width):
            heads, lead = heads - step, lead + step
        page.text(
            x + width - 12 * k,
            heads,
            say("nm_head", language),
            size=5.6,
            colour=LIGHT.quiet,
            align="right",
            role="legend",
        )
        page.text(
            x + width,
            heads,
            say("days_head", language),
            size=5.6,
            colour=LIGHT.quiet,
            align="right",
            role="legend",
        )
        y -= lead
        for row in rows:
            base = y - ASCENT * em
            colour = colour_of(content.atlas, row.supplier)
            page.line(
                LineString([(x, base + 0.33 * em), (x + 3.5 * k, base + 0.33 * em)]),
                colour,
                1.6,
                z=basemap.Z["furniture"],
            )
            page.text(
                x + 5 * k,
                base,
                content.name(row, "short"),
                size=size,
                colour=LIGHT.ink,
                role="legend",
                room=width - 27 * k,
            )
            page.text(
                x + width - 12 * k,
                base,
                text.number(row.nm, language),
                size=size,
                colour=LIGHT.ink,
                align="right",
                role="legend",
            )
            page.text(
                x + width,
                base,
                text.number(row.days, language, 1),
                size=size,
                colour=LIGHT.ink,
                align="right",
                role="legend",
            )
            y -= step

    return Block(height, draw_block, 4.5 * k)
