"""What stands below a map: who made the atlas in which edition, sources, an address as a code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import shapely
from shapely.geometry import LineString, box

from frontiers_map.language import text
from frontiers_map.language.text import form
from frontiers_map.outputs.sheets.map.basemap import Z
from frontiers_map.outputs.sheets.map.selection import Content
from frontiers_map.outputs.sheets.paper import fonts
from frontiers_map.outputs.sheets.paper.furniture import LINE, Format
from frontiers_map.outputs.sheets.paper.page import MM_PER_PT, Page, rise
from frontiers_map.outputs.sheets.paper.words import say, wrap
from frontiers_map.style import LIGHT

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas

__all__ = ["foot", "imprint"]

MODULE: Final = 0.5  # mm, the side of a module of a QR code: a telephone reads it off paper
FEW_ROWS: Final = 2  # lines that a small figure has for its sources
MOST_CITED: Final = 8  # lines that name publishers


def foot(
    page: Page,
    paper: Format,
    content: Content,
    language: str,
    *,
    lines: Sequence[str],
    brief: bool = False,
) -> float:
    """Set small print and all sources at the foot, uncut; give the top of what it took.

    Where every line counts, `brief` gives the sources by their numbers in the bibliography.
    """
    size = 5.8 if paper.k > 0.8 else 5.5
    inner = paper.inner
    step = max(LINE, sum(rise(say("sources", language))) + 0.08) * size * MM_PER_PT
    head_word = say("sources", language)
    indent = fonts.width_mm(head_word, "sans-semibold", size) + 3 if paper.width > 150 else 0.0
    rows: list[str] = []
    address = content.atlas.settings.address if paper.width > 150 else ""
    code = _code(address) if address else None
    side = len(code) * MODULE if code else 0.0
    width = inner.width - indent - (side + 4 if code else 0)
    joint = str(form(language, "joint"))
    made_by = joint.join((imprint(content.atlas, language), *lines[:1]))
    lines = (made_by, *lines[1:])
    # without its heading a list of names would say nothing
    most = MOST_CITED if indent and not brief else 0
    for one in (*lines, *_cited(content, language, width, size, most)):
        rows += [row.removesuffix(joint.rstrip()) for row in wrap(one, width, "sans", size)]
    y = inner.y0 + step * (len(rows) - 1) + 0.32 * size * MM_PER_PT + 0.2
    y = max(y, inner.y0 + side - 0.74 * size * MM_PER_PT)
    top = y + 1.25 * size * MM_PER_PT + 0.8
    if code:
        x = inner.x0 if page.leftward else inner.x1 - side
        _draw_code(page, code, x, y + 0.74 * size * MM_PER_PT)
    style, ink = "sans-semibold", LIGHT.ink
    with page.mirrored(inner):
        if paper.width > 150:
            rule = LineString([(inner.x0, top), (inner.x1, top)])
            page.line(rule, LIGHT.faint, 0.5, z=Z["furniture"])
            page.text(inner.x0, y, head_word, style=style, size=size, colour=ink, role="foot")
        for number, row in enumerate(rows):
            x = inner.x0 + indent
            page.text(x, y - number * step, row, size=size, colour=LIGHT.quiet, role="foot")
    return top + 1.2


def imprint(atlas: JoinedAtlas, language: str) -> str:
    """Say who made the atlas, in which edition, to which day, under which licence, and where."""
    settings = atlas.settings
    told = [
        say("edition", language, title=settings.title.get(language), version=settings.version),
        text.day(settings.record_to, language),
        settings.author,
        settings.licence,
        settings.address,
    ]
    return str(form(language, "joint")).join(one for one in told if one)


def _code(address: str) -> list[bytearray]:
    """Give the modules of a QR code of an address, row by row."""
    import segno  # not before an atlas has an address

    return [*segno.make(address, error="m", micro=False).matrix]


def _draw_code(page: Page, code: list[bytearray], x: float, y: float) -> None:
    """Draw a QR code with its upper left corner at a place; the paper round it is its margin."""
    modules = [
        box(x + c * MODULE, y - (r + 1) * MODULE, x + (c + 1) * MODULE, y - r * MODULE)
        for r, row in enumerate(code) for c, dark in enumerate(row) if dark
    ]  # fmt: skip
    page.fill(shapely.union_all(modules), LIGHT.ink, z=Z["furniture"], layer="code")


def _cited(content: Content, language: str, width: float, size: float, most: int) -> list[str]:
    """Say who published what is drawn; in over `most` lines, its numbers in the bibliography."""
    found = content.publishers()
    if not found:
        return []
    names = str(form(language, "joint")).join(
        f"{who} ({', '.join(ids)})" for who, ids in found.items()
    )
    if len(wrap(names, width, "sans", size)) <= most:
        return [names]
    ids = say("source_ids", language, ids=", ".join(content.sources()))
    if most or len(wrap(ids, width, "sans", size)) <= FEW_ROWS:
        return [ids]
    return [say("source_count", language, n=str(len(content.sources())))]
