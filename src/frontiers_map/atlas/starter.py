"""A first atlas of one's own: a few commented files that build as they are."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from frontiers_map.atlas.guessing import in_letters
from frontiers_map.atlas.writing import put
from frontiers_map.errors import CallError
from frontiers_map.language import text
from frontiers_map.language.text import FALLBACK, is_tag, main_language, suffix, word

__all__ = ["MAPS", "SETTINGS", "check_new", "in_each", "literal", "said", "told_in", "unspoken",
           "write_starter"]  # fmt: skip

SETTINGS = """\
# What holds for the whole atlas. Every key is told in docs/data.md; `frontiers-map validate` says
# what is wrong, and `frontiers-map build` makes pages, sheets, layers and tables in ./output.
id = "{id}"
title = {title}
deck = {deck}
languages = {languages}
record_to = "{today}"
"""
_LAYER = """
# A layer of your own: any file of features, and how it looks. Further ones are [[layers]] more.
[[layers]]
id = "notes"
name = {notes}
file = "layers/notes.csv"   # or .geojson .gpkg .shp .fgb .parquet .kml
geometry = "point"          # point, line or area
colour = "accent"           # a role of the palette, or #rrggbb
symbol = "port"
"""
MAPS = """\
# A page for each [[map]], a print sheet for each [[sheet]]; a view is west, south, east, north.
[[map]]
id = "index"
title = {title}
deck = {deck}
view = {view}

[[sheet]]
id = "sheet"
title = {title}
deck = {deck}
size = "A4"
view = {view}
"""
_SOURCES = """\
id,title,url,date,kind,read
S1,"{source}",,{year},note,general
"""
_NOTES = """\
id,{columns},lon,lat,source,as_of,certainty
first,{cells},{lon:g},{lat:g},S1,{year},schematic
"""


def write_starter(
    folder: Path,
    title: str,
    languages: Sequence[str] = (FALLBACK,),
    extent: Sequence[float] = (-30.0, -50.0, 300.0, 70.0),
) -> list[Path]:
    """Write a small commented atlas into a new or empty folder.

    Parameters
    ----------
    folder
    title
        In all languages. Without one, as for the other texts, to be filled in: each language has
        its own words for it.
    languages
        Codes, the first one first.
    extent
        West, south, east, north in degrees; longitudes may exceed 180.

    Returns
    -------
    list of Path
        The files, in the order in which one would look at them.

    Raises
    ------
    CallError
        If the folder holds something, or a value cannot stand in an atlas.
    """
    check_new(folder, title or "atlas", languages, extent)
    west, south, east, north = extent
    main, spoken = main_language(languages), told_in(languages)
    cells = [
        (f"{field}_{suffix(code)}", word("init", key, code))
        for field, key in (("name", "first"), ("note", "move"))
        for code in spoken
    ]
    today = datetime.datetime.now(datetime.UTC).date()
    values = {
        "id": in_letters(folder.resolve().name) or "own",
        "title": in_each(languages, title.strip()) if title.strip() else said(spoken, "title"),
        "deck": said(spoken, "deck"),
        "notes": said(spoken, "notes"),
        "source": word("init", "source", main),
        "columns": ",".join(column for column, _ in cells),
        "cells": ",".join(f'"{cell}"' for _, cell in cells),
        "languages": json.dumps(list(languages)),
        "view": json.dumps(list(extent)),
        "today": today.isoformat(),
        "year": today.year,
        "lon": (west + east) / 2 - 360 * ((west + east) / 2 > 180),
        "lat": (south + north) / 2,
    }
    files = {
        "atlas.toml": SETTINGS + _LAYER,
        "maps.toml": MAPS,
        "sources.csv": _SOURCES,
        "layers/notes.csv": _NOTES,
    }
    texts = {folder / name: pattern.format(**values) for name, pattern in files.items()}
    for path in texts:
        path.parent.mkdir(parents=True, exist_ok=True)
    put(texts)
    return list(texts)


def told_in(languages: Sequence[str]) -> list[str]:
    """Give the languages that a new atlas has texts in: the main one, and those with own words."""
    main = main_language(languages)
    return [code for code in languages if code == main or _speaks(code)]


def unspoken(languages: Sequence[str]) -> list[str]:
    """Say in a line which languages the program has no words in, if there are any."""
    silent = [code for code in languages if not _speaks(code)]
    if not silent:
        return []
    main = main_language(languages)
    told = f"{', '.join(silent)}: the program has no words in it; texts are in "
    return [f"{told}{'English' if main in silent else main}, to be changed"]


def _speaks(code: str) -> bool:
    return text.said("init", "title", code)[1] == code


def said(languages: Sequence[str], key: str, **values: str) -> str:
    """Give the program's words for a new atlas as a text of TOML."""
    return _table({code: word("init", key, code, **values) for code in languages})


def in_each(languages: Sequence[str], words: str) -> str:
    """Give the same words in each language as a text of TOML."""
    return _table(dict.fromkeys(languages, words))


def _table(words: Mapping[str, str]) -> str:
    # a JSON string is a TOML string, too, but for one character
    pairs = ", ".join(f"{code} = {literal(one)}" for code, one in words.items())
    return f"{{ {pairs} }}"


def literal(value: Any) -> str:
    """Give a text, or a list of texts, as TOML."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def check_new(
    folder: Path, title: str, languages: Sequence[str], extent: Sequence[float] | None
) -> None:
    """See that an atlas can begin in a folder, with such a title, languages and view.

    Raises
    ------
    CallError
        If not.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CallError(f"{folder}: found something there; allowed: a new or an empty folder")
    if wrong := [code for code in languages if not is_tag(code)]:
        raise CallError(
            f"--language: found '{wrong[0]}'; allowed: a language tag (BCP 47) such as et, pt-BR "
            "or zh-Hans"
        )
    if not title.strip() or not title.isprintable():
        raise CallError("--title: found nothing that can be read; allowed: some text in one line")
    if extent:
        west, south, east, north = extent
        if not (-360 <= west < east <= 540 and -90 <= south < north <= 90 and east - west <= 360):
            found = ",".join(f"{value:g}" for value in extent)
            raise CallError(
                f"--extent: found {found}; allowed: west,south,east,north in degrees, the smaller "
                "of two first, such as 9,53,30,66"
            )
