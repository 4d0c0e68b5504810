"""Words of an atlas that no reader should see: letters torn by a wrong encoding, lost, or braces.

What is wrong with many rows of a column in one way is told once, with how many.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from frontiers_map.atlas.messages import misread, short
from frontiers_map.atlas.model import AtlasSettings, Row, Text
from frontiers_map.atlas.reader import Found, Reader

__all__ = ["proofread", "texts"]

_AS_UTF8 = "in a spreadsheet, open the file by Data > From Text as UTF-8, save as 'CSV UTF-8'"
_LOST = re.compile(r"[?\s]*\?{2}[?\s]*")
_WITHIN = re.compile(r"\w\?\w")
_BRACES = re.compile(r"\{\s*([a-z_0-9]+)\s*(?::[^{}]*)?\}")
_ADDRESSES = ("url", "address")
_NAMES = ("id", "gate", "terminal", "region")


def texts(row: Row) -> Iterator[tuple[str, str]]:
    """Yield field and words of every text of a row and of the rows in it, in all languages."""
    for field, value in row:
        if isinstance(value, Mapping):
            named = value.items()
        else:
            many = isinstance(value, tuple)
            named = {str(n): part for n, part in enumerate(value if many else (), start=1)}.items()
            if isinstance(value, Text):
                yield from ((field, words) for _, words in value)
            elif isinstance(value, Row):
                yield from ((f"{field}.{inner}", words) for inner, words in texts(value))
        for at, part in named:
            if isinstance(part, Text):
                yield from ((field, words) for _, words in part)
            elif isinstance(part, Row):
                yield from ((f"{field}.{at}.{inner}", words) for inner, words in texts(part))


def proofread(
    reader: Reader,
    found: Mapping[str, list[Found]],
    settings: AtlasSettings | None,
    figures: Collection[str],
) -> None:
    """Tell words that cannot be meant.

    Parameters
    ----------
    figures
        Kinds of figures that stand in braces; they are filled in the texts of TOML files only.
    """
    told: dict[tuple[str, str, str], list[tuple[Found, str]]] = {}
    given = dict(found)
    if settings:
        given["atlas.toml"] = [Found(settings, 1)]
    for file, items in given.items():
        table = ".toml" not in file
        for item in items:
            for field, words in _cells(item.row) if table else texts(item.row):
                if reason := _reason(field, words, figures if table else ()):
                    told.setdefault((file.split("#")[0], field, reason), []).append((item, words))
    for (file, field, reason), rows in told.items():
        (item, words), more = rows[0], len(rows) - 1
        meant = misread(words)
        shown = f"found '{short(words, 40)}'" + (f" and {more} more" if more else "")
        text = f"{shown}, {reason}".replace("…", f"'{short(meant, 40)}'" if meant else "…")
        if file == "atlas.toml":
            reader.say_in(file, text, field)
        else:
            names = (getattr(item.row, name, "") for name in _NAMES)
            label = next((name for name in names if name), "")
            reader.say(file, text, line=item.line, feature=label, field=field)


def _cells(row: Row) -> Iterator[tuple[str, str]]:
    fields: dict[str, Any] = dict(row)
    return ((name, value) for name, value in fields.items() if isinstance(value, str))


def _reason(field: str, words: str, figures: Collection[str]) -> str:
    """Say what is wrong with some words; empty if nothing is."""
    if field in _ADDRESSES or (words.isalnum() and words.isascii()):
        return ""
    if misread(words):
        return f"which is … read in a wrong encoding; allowed: letters as they were; {_AS_UTF8}"
    name = field.startswith(("name", "short", "title"))
    if "\ufffd" in words or _LOST.fullmatch(words) or (name and _WITHIN.search(words)):
        return (
            "in which letters were lost in a wrong encoding; allowed: letters, from an earlier "
            f"copy; {_AS_UTF8}"
        )
    braces = _BRACES.search(words) if figures else None
    if braces and braces[1] in figures:
        return "which readers see as it stands; allowed: {figures} in the texts of TOML files only"
    return ""
