"""What sheets say in three languages: headings, lines that fit a width."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from frontiers_map.language import prose, text
from frontiers_map.outputs.sheets.paper import fonts

if TYPE_CHECKING:
    from frontiers_map.atlas.model import Sheet

__all__ = ["amount", "named", "notes_of", "say", "wrap"]

_NO_START: Final = (
    "、。，．）」』】〉》・ー々：；？！ぁぃぅぇぉっゃゅょァィゥェォッャュョ％—–―)]}.,:;?!%…²"
)
_NO_END: Final = "（「『【〈《([{"
# what stays on one line: a figure with its unit, a Latin or Korean word, a word in katakana, a
# short remark in brackets
_WHOLE: Final = re.compile(
    r"[0-9][0-9,.]*[\u4e00-\u9fff]|(?:[^\u2e80-\uffef\s]|[\uac00-\ud7a3])+|\s+|（[^（）]{1,4}）|[\u30a1-\u30fa\u30fc]{2,}|[\u2e80-\uffef]"
)


# key, language and what stands in braces -> words, as `text.word` has it
say = partial(text.word, "sheet")


def named(row: Any, field: str, language: str) -> str:
    """Give a row's text in a language, or in the first of the atlas that has one; words alone."""
    found = text.named(row, field, language)
    return fonts.plain(prose.plain(found) if field in prose.FIELDS else found)


def notes_of(sheet: Sheet, language: str) -> list[str]:
    """Give what an atlas notes on a sheet, words alone."""
    return [prose.plain(note.get(language)) for note in sheet.notes]


def amount(value: Any) -> float | None:
    """Give a figure of the atlas, or None where it has none (empty cells are None or NaN)."""
    return None if value is None or value != value else float(value)


def wrap(string: str, width: float, style: str, size: float, *, whole: bool = False) -> list[str]:
    """Break a text into lines of at most `width` mm.

    Latin breaks between words, and in one that is longer than a line unless it is to stay
    `whole`; Japanese between characters, but no line begins with a closing
    mark or small kana nor ends with an opening one, and words in katakana are broken only where
    they are longer than a line.
    """
    lines: list[str] = []
    for paragraph in string.split("\n"):
        paragraph = fonts.plain(paragraph)
        line = ""
        for piece in _pieces(paragraph, width, style, size, whole=whole):
            if line and fonts.width_mm((line + piece).rstrip(), style, size) > width:
                lines.append(line.rstrip())
                line = piece.lstrip()
            else:
                line += piece
        lines.append(line.rstrip())
    return lines


def _pieces(paragraph: str, width: float, style: str, size: float, *, whole: bool) -> list[str]:
    """Cut where a line may end."""
    made: list[str] = []
    parts = [
        part
        for word in _WHOLE.findall(paragraph)
        for part in (
            word
            if (fonts.has_cjk(word) or not whole) and fonts.width_mm(word, style, size) > width
            else (word,)
        )
    ]
    for part in parts:
        if made and (part[0] in _NO_START or part.isspace() or made[-1][-1] in _NO_END):
            made[-1] += part
        else:
            made.append(part)
    return made
