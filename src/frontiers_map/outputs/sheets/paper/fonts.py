"""Typefaces by file, from installed packages; never by what the system happens to have.

Latin, Cyrillic and Greek are set in Source Sans and Source Serif, Japanese in IPAexGothic (Japanese
forms); for further scripts, `languages.toml` names a package that brings a face. Each style is a
chain: what the first face lacks is taken from the next. A character that no face of the chain has
stops the build and is named, with the package that would help: a box in place of a letter must
never reach a wall. Matplotlib shapes what is joined or runs from right to left by libraqm, which it
brings itself from 3.11 on.
"""

from __future__ import annotations

import importlib.util
import re
import unicodedata
from bisect import bisect_right
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from frontiers_map.errors import CallError, FrontiersMapError
from frontiers_map.language.text import faces, spoken

__all__ = [
    "FACES",
    "STYLES",
    "MissingGlyphError",
    "all_faces",
    "chain",
    "face",
    "has_cjk",
    "pieces",
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
_JA: Final = "fm-ja"
STYLES: Final = ("sans", "sans-semibold", "sans-light", "sans-italic", "serif", "serif-semibold",
                 "serif-italic")  # fmt: skip
_JOINED: Final = {"R", "AL"}
# what says how letters join and which way text runs, and is not seen itself
_UNSEEN: Final = frozenset("\u200c\u200d\u200e\u200f\u2066\u2067\u2068\u2069")


class MissingGlyphError(CallError):
    """A text holds a character that no face of its style can set."""


@cache
def _further() -> dict[str, tuple[str, str]]:
    """Faces for further scripts, of those packages that are installed."""
    known = {f"fm-{script}": (one["package"], one["file"]) for script, one in faces().items()}
    return {name: one for name, one in known.items() if _found(*one)}


def _found(package: str, file: str) -> Path | None:
    spec = importlib.util.find_spec(package)  # finds it without importing it
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / file
        if path.is_file():
            return path
    return None


def all_faces() -> list[str]:
    """Name all faces that may be used here."""
    return [*FACES, *_further()]


@cache
def face(name: str) -> Path:
    """Give the file of a face.

    Raises
    ------
    FrontiersMapError
        If the package that brings it is not installed whole.
    """
    package, file = FACES[name] if name in FACES else _further()[name]
    if path := _found(package, file):
        return path
    raise FrontiersMapError(
        f"typeface {file} is missing: install {package.replace('_', '-')} (pip install "
        f"{package.replace('_', '-')})"
    )


def chain(style: str) -> tuple[str, ...]:
    """Faces of a style, by which letters are looked for, in the languages of the atlas at hand."""
    return _chain(style, tuple(one for one in spoken() if one.split("-")[0] in ("ja", "zh")))


@cache
def _chain(style: str, han: tuple[str, ...]) -> tuple[str, ...]:
    # of characters that several languages share each has its own forms
    chinese = bool(han) and "ja" not in han
    more = sorted(_further(), key=lambda name: name not in ("fm-Hans", "fm-Hant"))
    further = (*more, _JA) if chinese else (_JA, *more)
    return (f"fm-{style}", *(("fm-sans",) if style != "sans" else ()), *further)


@cache
def _register() -> None:
    """Make the faces known to matplotlib under names that no system font has."""
    from matplotlib.font_manager import FontEntry, fontManager

    known = {entry.name for entry in fontManager.ttflist}
    for name in all_faces():
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


def properties(style: str) -> Any:
    """Give matplotlib's FontProperties of a style, of size 1; do not change them."""
    return _properties(chain(style))


@cache
def _properties(chain: tuple[str, ...]) -> Any:
    from matplotlib.font_manager import FontProperties

    _register()
    return FontProperties(family=list(chain), size=1)


@cache
def _covered(chain: tuple[str, ...]) -> frozenset[int]:
    from matplotlib.ft2font import FT2Font

    return frozenset().union(*(FT2Font(str(face(name))).get_charmap().keys() for name in chain))


def pieces(text: str) -> list[str]:
    """Cut a text into what may be set by itself, from left to right: letters, or whole words.

    Words where letters join or change by their neighbours, in the order in which they are seen.

    Examples
    --------
    >>> pieces("Läti"), pieces("بحر العرب")
    (['L', 'ä', 't', 'i'], ['العرب', 'بحر '])
    """
    leftward = any(unicodedata.bidirectional(one) in _JOINED for one in text)
    if leftward or any(unicodedata.category(one) in ("Mn", "Mc") for one in text):
        words = re.findall(r"\S+\s*|\s+", text)
        return words[::-1] if leftward else words
    return [*text]


def plain(text: str) -> str:
    """Make a text one line of things to be seen: no breaks, no control or invisible marks.

    But those that letters and their direction need stay, such as the non-joiner of Persian.
    """
    if text.isprintable():
        return text
    spaced = "".join(" " if character.isspace() else character for character in text)
    return "".join(one for one in spaced if one.isprintable() or one in _UNSEEN)


def require(text: str, style: str) -> None:
    """Refuse a text that cannot be set.

    Raises
    ------
    MissingGlyphError
        Naming the character and the text.
    """
    covered = _covered(chain(style))
    for character in text:
        if character in _UNSEEN:
            continue
        if ord(character) not in covered:
            raise MissingGlyphError(
                f"no typeface has U+{ord(character):04X} {character!r}, needed for {text!r}"
                f"{_way_out(character)}"
            )
        if unicodedata.bidirectional(character) in _JOINED and not _shapes():
            raise MissingGlyphError(
                f"matplotlib {_version()} cannot join the letters of {text!r}; way out: pip "
                "install 'matplotlib>=3.11'"
            )


def _way_out(character: str) -> str:
    name = unicodedata.name(character, "")
    for one in faces().values():
        if name.startswith(one["letters"]) and not _found(one["package"], one["file"]):
            return f"; way out: pip install {one['pip']}"
    return ""


def _version() -> str:
    import matplotlib as mpl

    return str(mpl.__version__)


@cache
def _shapes() -> bool:
    import matplotlib as mpl

    return mpl.__version_info__[:2] >= (3, 11)


@lru_cache(maxsize=20000)
def _width(text: str, style: str, chain: tuple[str, ...]) -> float:
    from matplotlib.textpath import text_to_path

    require(text, style)  # before matplotlib warns of it
    big = _properties(chain).copy()
    big.set_size(100.0)
    width, _, _ = text_to_path.get_text_width_height_descent(text, big, ismath=False)
    return float(width) / 100.0


def width_mm(text: str, style: str, size: float) -> float:
    """Width of a line of text, millimetres, at `size` points."""
    return _width(plain(text), style, chain(style)) * size * MM_PER_PT


def cut(text: str, room: float, style: str, size: float) -> str:
    """Shorten a line that is wider than `room` mm, with an ellipsis for what is lost."""
    counts = range(1, len(text) + 1)
    kept = bisect_right(counts, room, key=lambda n: width_mm(text[:n] + "…", style, size))
    return text[:kept].rstrip(" ,、") + "…"


def has_cjk(text: str) -> bool:
    """Whether a text holds Japanese (or other full-width) characters."""
    return any(ord(character) > 0x2E7F for character in text)
