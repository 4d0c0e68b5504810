"""What stands above a map: what the sheet finds, its topic in all languages, its deck."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from frontiers_map.language.text import form, right_to_left
from frontiers_map.outputs.sheets.paper import fonts
from frontiers_map.outputs.sheets.paper.furniture import LINE, Format, clipped
from frontiers_map.outputs.sheets.paper.page import MM_PER_PT, Page, rise
from frontiers_map.outputs.sheets.paper.words import wrap
from frontiers_map.style import LIGHT, TYPE

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas
    from frontiers_map.atlas.model import Sheet

__all__ = ["head"]


def head(page: Page, paper: Format, sheet: Sheet, atlas: JoinedAtlas, language: str) -> float:
    """Set what the sheet finds, its topic in all languages and its deck; give where a map begins.

    Without a finding the topic is the title, as large.
    """
    page.leftward = right_to_left(language)
    with page.mirrored(paper.inner):
        return _head(page, paper, sheet, atlas, language)


def _head(page: Page, paper: Format, sheet: Sheet, atlas: JoinedAtlas, language: str) -> float:
    inner = paper.inner
    topic = sheet.title.get(language)
    found = sheet.finding.get(language) if sheet.finding else ""
    full = TYPE["title"] * paper.title * (0.86 if found else 1.0)
    y = inner.y1
    if found:
        y -= _kicker(page, paper, sheet, atlas, language, topic)
    wide = paper.width > 150
    room = inner.width * (0.72 if wide and not found else 1.0)
    size = full
    rows = [found or topic]
    while size > max(0.62 * full, 9) and _widest(rows, size) > room:
        size -= 0.5
    if found and _widest(rows, size) > room:  # in two lines, somewhat larger
        size = max(0.74 * full, 9)
        rows = clipped(page, _even(found, room, size), 2)
    up, down = rise("".join(rows))
    y -= up * size * MM_PER_PT
    for number, row in enumerate(rows):
        y -= max(1.12, up + down) * size * MM_PER_PT if number else 0
        own = page.text(
            inner.x0,
            y,
            row,
            style="serif-semibold",
            size=size,
            colour=LIGHT.ink,
            role="title",
            room=room,
        )
    if wide and not found:
        for number, (other, lang) in enumerate(_others(sheet, atlas, topic)[:2]):
            style = "serif-italic" if form(lang, "italic") else "sans"
            page.text(
                inner.x1,
                y + (0.05 - number * 0.62) * size * MM_PER_PT,
                other,
                style=style,
                size=size * 0.42,
                colour=LIGHT.quiet,
                align="right",
                role="title",
                room=inner.x1 - own.x1 - 3,
            )
    deck_size = max(TYPE["deck"] * (paper.title if paper.title > 0.5 else 0.6), 6.4)
    deck = sheet.deck.get(language)
    room = inner.width * (0.8 if wide else 1.0)
    y -= ((0.42 if wide else 0.5) - 0.22 + down) * size * MM_PER_PT
    for line in clipped(page, wrap(deck, room, "sans", deck_size), 3):
        y -= LINE * deck_size * MM_PER_PT * 0.95
        page.text(inner.x0, y, line, size=deck_size, colour=LIGHT.quiet, role="deck", room=room)
    return y - 0.9 * deck_size * MM_PER_PT - 0.6


def _even(found: str, room: float, size: float) -> list[str]:
    """Break a title into as few lines as it needs, of much the same length."""
    style = "serif-semibold"
    least = wrap(found, room, style, size)
    tries = (wrap(found, room * part / 20, style, size) for part in range(10, 20))
    return next((rows for rows in tries if len(rows) == len(least)), least)


def _widest(rows: Sequence[str], size: float) -> float:
    return max(fonts.width_mm(row, "serif-semibold", size) for row in rows)


def _others(sheet: Sheet, atlas: JoinedAtlas, topic: str) -> list[tuple[str, str]]:
    """The topic in the other languages; one that stands for missing ones, too, is said once."""
    others = {
        sheet.title.get(lang): lang
        for lang in reversed(atlas.settings.languages)
        if sheet.title.get(lang) != topic
    }
    return [*reversed(others.items())]


def _kicker(
    page: Page, paper: Format, sheet: Sheet, atlas: JoinedAtlas, language: str, topic: str
) -> float:
    """Set the topic in a line above the finding; give the height it takes, mm."""
    inner = paper.inner
    size = max(TYPE["title"] * paper.title * 0.36, 6.6)
    up, down = rise(topic)
    y = inner.y1 - up * size * MM_PER_PT
    own = page.text(
        inner.x0,
        y,
        topic,
        style="sans-semibold",
        size=size,
        colour=LIGHT.accent,
        role="title",
        room=inner.width,
    )
    x = inner.x1
    for other, lang in reversed(_others(sheet, atlas, topic)[:2]):
        style = "serif-italic" if form(lang, "italic") else "sans"
        taken = fonts.width_mm(other, style, size)
        if x - taken < own.x1 + 5:
            break  # said in full or not at all: it is a courtesy
        page.text(
            x, y, other, style=style, size=size, colour=LIGHT.quiet, align="right", role="title"
        )
        x -= taken + size * MM_PER_PT
    return (0.34 + up + down) * size * MM_PER_PT
