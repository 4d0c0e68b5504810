"""Typefaces by file, from installed packages; never by what the system happens to have.

Latin is set in Source Sans and Source Serif, Japanese in IPAexGothic (Japanese forms). Each style
is a chain: what the first face lacks is taken from the next. A character that no face of the
chain has stops the build and is named: a box in place of a letter must never reach a wall.
"""

from __future__ import annotations

import importlib.util
from bisect import bisect_right
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from frontiers_map.errors import CallError, FrontiersMapError

__all__ = [
    "FACES",
    "STYLES",
    "MissingGlyphError",
    "face",
    "has_cjk",
    "plain",
    "properties",
    "require",
    "width_mm",
]

MM_PER_PT: Final = 25.4 / 72

_SANS, _SERIF = "font_source_sans_pro", "font_source_serif_pro"
# face -> package and file in it
FACES: Final = {
    "fm-sans": (_SANS, "files/SourceSansPro-Regular.ttf"),
    "fm-sans-semibold": (_SANS, "files/SourceSansPro-Semibold.ttf"),
    "fm-sans-light": (_SANS, "files/SourceSansPro-Light.ttf"),
    "fm-sans-italic": (_SANS, "files/SourceSansPro-It.ttf"),
    "fm-serif": (_SERIF, "files/SourceSerifPro-Regular.ttf"),
    "fm-serif-semibold": (_SERIF, "files/SourceSerifPro-Semibold.ttf"),
    "fm-serif-italic": (_SERIF, "files/SourceSerifPro-It.ttf"),
    "fm-ja": ("matplotlib_fontja", "fonts/ipaexg.ttf"),
}
# style -> chain of faces
STYLES: Final = {
    style: (f"fm-{style}", *(("fm-sans",) if style != "sans" else ()), "fm-ja")
    for style in (
        "sans",
        "sans-semibold",
        "sans-light",
        "sans-italic",
        "serif",
        "serif-semibold",
        "serif-italic",
    )
}


class MissingGlyphError(CallError):
    """A text holds a character that no face of its style can set."""


@cache
def face(name: str) -> Path:
    """Give the file of a face.

    Raises
    ------
    FrontiersMapError
        If the package that brings it is not installed whole.
    """
    package, file = FACES[name]
    spec = importlib.util.find_spec(package)  # finds it without importing it
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / file
        if path.is_file():
            return path
    raise FrontiersMapError(
        f"typeface {file} is missing: install {package.replace('_', '-')} (pip install "
        f"{package.replace('_', '-')})"
    )


@cache
def _register() -> None:
    """Make the faces known to matplotlib under names that no system font has."""
    from matplotlib.font_manager import FontEntry, fontManager

    known = {entry.name for entry in fontManager.ttflist}
    for name in FACES:
        if name not in known:
            entry = FontEntry(
                fname=str(face(name)),
                name=name,
                style="normal",
                variant="normal",
                weight=400,
                stretch="normal",
                size="scalable",
            )
            fontManager.ttflist.append(entry)


@cache
def properties(style: str) -> Any:
    """Give matplotlib's FontProperties of a style, of size 1; do not change them."""
    from matplotlib.font_manager import FontProperties

    _register()
    return FontProperties(family=list(STYLES[style]), size=1)


@cache
def _covered(style: str) -> frozenset[int]:
    from matplotlib.ft2font import FT2Font

    return frozenset().union(
        *(FT2Font(str(face(name))).get_charmap().keys() for name in STYLES[style])
    )


def plain(text: str) -> str:
    """Make a text one line of things to be seen: no breaks, no control or invisible marks."""
    if text.isprintable():
        return text
    spaced = "".join(" " if character.isspace() else character for character in text)
    return "".join(character for character in spaced if character.isprintable())


def require(text: str, style: str) -> None:
    """Refuse a text that cannot be set.

    Raises
    ------
    MissingGlyphError
        Naming the character and the text.
    """
    for character in text:
        if ord(character) not in _covered(style):
            raise MissingGlyphError(
                f"no typeface has U+{ord(character):04X} {character!r}, needed for {text!r}"
            )


@lru_cache(maxsize=20000)
def _width(text: str, style: str) -> float:
    from matplotlib.textpath import text_to_path

    require(text, style)  # before matplotlib warns of it
    big = properties(style).copy()
    big.set_size(100.0)
    width, _, _ = text_to_path.get_text_width_height_descent(text, big, ismath=False)
    return float(width) / 100.0


def width_mm(text: str, style: str, size: float) -> float:
    """Width of a line of text, millimetres, at `size` points."""
    return _width(plain(text), style) * size * MM_PER_PT


def cut(text: str, room: float, style: str, size: float) -> str:
    """Shorten a line that is wider than `room` mm, with an ellipsis for what is lost."""
    counts = range(1, len(text) + 1)
    kept = bisect_right(counts, room, key=lambda n: width_mm(text[:n] + "…", style, size))
    return text[:kept].rstrip(" ,、") + "…"


def has_cjk(text: str) -> bool:
    """Whether a text holds Japanese (or other full-width) characters."""
    return any(ord(character) > 0x2E7F for character in text)
