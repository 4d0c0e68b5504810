"""Which sheets an atlas has, and which module draws which kind."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from frontiers_map.analysis.moments import as_of
from frontiers_map.atlas.model import HANDOUT
from frontiers_map.atlas.model.row import Text
from frontiers_map.language.text import suffix

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas
    from frontiers_map.atlas.model import Sheet
    from frontiers_map.outputs.sheets.map.draw import Made

__all__ = ["KINDS", "draw", "ids_of", "sheets_of"]

KINDS: Final = {
    "map": "frontiers_map.outputs.sheets.kinds.mapsheet",
    "gas": "frontiers_map.outputs.sheets.kinds.gas",
    "straits": "frontiers_map.outputs.sheets.kinds.straits",
    "closures": "frontiers_map.outputs.sheets.kinds.closures",
    "partnership": "frontiers_map.outputs.sheets.kinds.partnership",
}


def sheets_of(atlas: JoinedAtlas) -> tuple[Sheet, ...]:
    """Give the sheets that an atlas defines, or one of everything it holds if it defines none."""
    from frontiers_map.atlas.model import Sheet

    if atlas.sheets:
        return tuple(atlas.sheets)
    settings = atlas.settings
    name = settings.id if settings.id != HANDOUT else "map"
    return (Sheet(id=name, title=settings.title, deck=settings.deck, size="A4"),)


def ids_of(atlas: JoinedAtlas) -> list[str]:
    """Give the ids of what an atlas has to print: its sheets, and the handout if it tells a story.

    The last is ``story``.
    """
    return [*(sheet.id for sheet in sheets_of(atlas)), *([HANDOUT] if atlas.chapters else [])]


def draw(atlas: JoinedAtlas, sheet: Sheet, language: str) -> Made:
    """Draw a sheet of any kind, as things stood on the last day of the atlas's record."""
    # which sheets there are is asked by builds that draw none
    from frontiers_map.outputs.sheets.headline import headline

    atlas = as_of(atlas, None)
    said = headline(atlas, sheet, language)
    sheet = sheet.model_copy(update={"finding": Text(**{suffix(language): said})})
    made: Made = import_module(KINDS[sheet.kind]).draw(atlas, sheet, language)
    made.headline = said
    return made
