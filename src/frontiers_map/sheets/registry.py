"""Which module draws which kind of sheet."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from frontiers_map.moments import as_of

if TYPE_CHECKING:
    from frontiers_map.joins import JoinedAtlas
    from frontiers_map.model import Sheet
    from frontiers_map.sheets.mapsheet import Made

__all__ = ["KINDS", "draw"]

KINDS: Final = {
    "map": "frontiers_map.sheets.mapsheet",
    "gas": "frontiers_map.sheets.gas",
    "straits": "frontiers_map.sheets.straits",
    "closures": "frontiers_map.sheets.closures",
    "partnership": "frontiers_map.sheets.partnership",
}


def draw(atlas: JoinedAtlas, sheet: Sheet, language: str) -> Made:
    """Draw a sheet of any kind, as things stood on the last day of the atlas's record."""
    atlas = as_of(atlas, None)
    made: Made = import_module(KINDS[sheet.kind]).draw(atlas, sheet, language)
    return made
