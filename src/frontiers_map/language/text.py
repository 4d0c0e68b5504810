"""Words, numbers and dates in each language, by CLDR, without the system's locale.

A language is a tag of BCP 47. What the program says comes from the words of the atlas at hand
(`speaking`), else from the file of the language in ``words/``, else from the first language of the
atlas that has the word, and English last.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from babel import Locale

__all__ = [
    "COUNTS", "FALLBACK", "LANGUAGES", "TAG", "Spoken", "Word", "day", "faces", "form", "is_known",
    "is_tag", "lacks_face", "language_name", "layer_name", "main_language", "millions_km2", "named",
    "number", "page_forms", "right_to_left", "said", "speaking", "spoken", "suffix", "tag",
    "told_in", "translations", "unsaid", "values", "word", "words",
]  # fmt: skip

# a text, or one for each way to count `{n}` that the language has: {one = "{n} day", other = "…"}
Word = str | Mapping[str, str]
# group and key to words
Words = Mapping[str, Mapping[str, Word]]
# ways to count, as CLDR calls them; `other` is in every language
COUNTS = ("zero", "one", "two", "few", "many", "other")


@cache
def _known() -> dict[str, dict[str, dict[str, Any]]]:
    """What `languages.toml` says, of languages and of scripts."""
    return tomllib.loads(
        files("frontiers_map.language").joinpath("languages.toml").read_text("utf-8")
    )


LANGUAGES: tuple[str, ...] = tuple(_known()["languages"])
FALLBACK = LANGUAGES[0]
# language, script, region, variants: what BCP 47 calls a language tag, in its usual spelling
TAG = r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*$"
_TAG = re.compile(TAG)


def is_tag(code: str) -> bool:
    """Whether a text has the form of a language tag, such as ``et``, ``pt-BR``, ``zh-Hans``."""
    return bool(_TAG.fullmatch(code))


def told_in(field: str, columns: Iterable[str]) -> dict[str, str]:
    """Find the columns of a field of words among others: language to column, the main one first.

    Examples
    --------
    >>> told_in("name", ["id", "name_it", "name_en", "name_zh_Hans", "note_en"])
    {'en': 'name_en', 'it': 'name_it', 'zh-Hans': 'name_zh_Hans'}
    """
    ends = {tag(str(one).removeprefix(f"{field}_")): str(one) for one in columns
            if str(one).startswith(f"{field}_")}  # fmt: skip
    found = {code: one for code, one in ends.items() if is_tag(code)}
    if not found:
        return found
    main = main_language(found)
    return {main: found[main], **found}


def is_known(code: str) -> bool:
    """Whether CLDR knows a language."""
    from babel.localedata import exists

    return is_tag(code) and exists(code.replace("-", "_"))


def suffix(code: str) -> str:
    """Give a language as names of columns end in it: ``zh_Hans`` for ``zh-Hans``."""
    return code.replace("-", "_")


def tag(ending: str) -> str:
    """Give the language that the name of a column ends in, the other way round."""
    return ending.replace("_", "-")


def main_language(languages: Iterable[str]) -> str:
    """Give the language in which every text is needed: English if it is one, else the first."""
    spoken = tuple(languages)
    return FALLBACK if FALLBACK in spoken else spoken[0]


def parents(code: str) -> Iterator[str]:
    """Give a language and what it is a kind of: ``zh-Hans-SG``, ``zh-Hans``, ``zh``."""
    parts = code.split("-")
    return ("-".join(parts[:count]) for count in range(len(parts), 0, -1))


@cache
def _cldr(language: str) -> Locale:
    from babel import Locale  # not before it is needed: `--help` knows no locale

    known = next((one for one in parents(language) if is_known(one)), FALLBACK)
    return Locale.parse(known, sep="-")


@cache
def _script(language: str) -> str:
    """Give the script of a language as ISO 15924 has it, empty if CLDR does not know it."""
    from babel.core import get_global

    for one in parents(language):
        if script := re.search(r"-([A-Z][a-z]{3})\b", one):
            return script[1]
        if found := get_global("likely_subtags").get(one.replace("-", "_")):
            return str(found.split("_")[1])
        if one in _known()["languages"] and "script" in (told := _known()["languages"][one]):
            return str(told["script"])
    return ""


def form(language: str, name: str) -> Any:
    """Say how a language writes something, None if there is nothing to say (`languages.toml`).

    Examples
    --------
    >>> form("ja", "end"), form("et", "italic"), form("en", "myriads")
    ('。', True, None)
    """
    known = _known()
    places = [known["languages"].get(one, {}) for one in parents(language)]
    places += [known["scripts"].get(one, {}) for one in (_script(language), "any")]
    return next((place[name] for place in places if name in place), None)


def right_to_left(language: str) -> bool:
    """Whether a language is written from right to left."""
    return bool(_cldr(language).text_direction == "rtl")


def language_name(code: str, language: str) -> str:
    """Name a language in another one, as CLDR does; one that CLDR does not know by its tag.

    Examples
    --------
    >>> language_name("ja", "it"), language_name("ja", "ja"), language_name("zh-Hans", "et")
    ('giapponese', '日本語', 'lihtsustatud hiina')
    """
    names = _cldr(language).languages
    found = next((names[one.replace("-", "_")] for one in parents(code)
                  if one.replace("-", "_") in names), code)  # fmt: skip
    return str(found)


def faces() -> dict[str, dict[str, Any]]:
    """Give by script which package brings a face with its letters (`languages.toml`)."""
    return {name: told["face"] for name, told in _known()["scripts"].items() if "face" in told}


def lacks_face(language: str) -> str:
    """Name the package that sheets in a language need and that is not there; empty if none."""
    one = form(language, "face")
    return str(one["pip"]) if one and find_spec(one["package"]) is None else ""


def translations() -> tuple[str, ...]:
    """Name the languages that the program itself has words in, those of `LANGUAGES` first."""
    folder = files("frontiers_map.language").joinpath("words")
    found = sorted(file.name.removesuffix(".toml") for file in folder.iterdir())
    return (*LANGUAGES, *(one for one in found if one not in LANGUAGES))


@cache
def words(language: str) -> Words:
    """Give all that the program itself has words for in a language: group and key to words.

    Examples
    --------
    >>> words("zh-CN") is words("zh-Hans"), words("zh-TW")
    (False, {})
    """
    folder = files("frontiers_map.language").joinpath("words")
    *_, base = parents(language)
    for one in (*parents(language), f"{base}-{_script(language)}"):
        file = folder.joinpath(f"{one}.toml")
        if file.is_file():
            return tomllib.loads(file.read_text("utf-8"))
    return {}


def values(group: str) -> tuple[str, ...]:
    """Name all that a group has words for: the program's, and those of the atlas at hand.

    Examples
    --------
    >>> values("terminal_kind")
    ('export', 'export_flng', 'import', 'import_fsru')
    """
    own = (told.get(group, {}) for told in _SPOKEN.get().own.values())
    return tuple(dict.fromkeys(key for told in (words(FALLBACK)[group], *own) for key in told))


@dataclass(frozen=True)
class Spoken:
    """The languages of the atlas at hand, and the words that it brings itself."""

    languages: tuple[str, ...] = LANGUAGES
    own: Mapping[str, Words] = field(default_factory=dict)


_SPOKEN: ContextVar[Spoken] = ContextVar("spoken", default=Spoken())  # noqa: B039 - it is frozen


@contextmanager
def speaking(languages: Iterable[str], own: Mapping[str, Words]) -> Iterator[None]:
    """Say things in the languages of an atlas, and by its own words first, as long as it lasts."""
    before = _SPOKEN.set(Spoken(tuple(languages), own))
    try:
        yield
    finally:
        _SPOKEN.reset(before)


def spoken() -> tuple[str, ...]:
    """Give the languages of the atlas at hand, the main one first."""
    found = _SPOKEN.get().languages
    main = main_language(found)
    return (main, *(one for one in found if one != main))


def named(row: Any, field: str, language: str) -> str:
    """Give a row's words in a language, or in the first of the atlas at hand that has some."""
    told = (getattr(row, f"{field}_{suffix(one)}", "") for one in (language, *spoken()))
    return str(next(filter(None, told), ""))


def _said(group: str, key: str, language: str) -> Word | None:
    for told in (*(_SPOKEN.get().own.get(one, {}) for one in parents(language)), words(language)):
        if found := told.get(group, {}).get(key):
            return found
    return None


def unsaid(language: str) -> int:
    """Count the words that a language of the atlas at hand takes from another one."""
    return sum(
        _said(group, key, language) is None
        for group, known in words(FALLBACK).items() for key in known
    )  # fmt: skip


def said(group: str, key: str, language: str) -> tuple[Word, str]:
    """Give the words for a thing as they stand in the files, and in which language they are.

    Raises
    ------
    KeyError
        If the group or the key has no word.
    """
    for one in (language, *_SPOKEN.get().languages):
        if (found := _said(group, key, one)) is not None:
            return found, one
    return words(FALLBACK)[group][key], FALLBACK


def word(group: str, key: str, language: str, **values: str) -> str:
    """Say a thing in a language, for example ``word("gate_status", "closed", "it")``.

    Groups are those of the files in ``words/``: values of an atlas, and what the page, the sheets
    and the project of QGIS say. `values` fill what stands in braces; the form of a word that
    counts follows from ``n``.

    Raises
    ------
    KeyError
        If the group or the key has no word.
    """
    found, spoken_in = said(group, key, language)
    if not isinstance(found, str):
        found = found.get(_count(values["n"], spoken_in), found["other"])
    return found.format(**_apart(values, spoken_in)) if values else found


def _apart(values: dict[str, str], language: str) -> dict[str, str]:
    """Keep what is filled in its own direction where the text around it runs leftward."""
    if not right_to_left(language):
        return values
    return {name: f"\N{FIRST STRONG ISOLATE}{one}\N{POP DIRECTIONAL ISOLATE}"
            for name, one in values.items()}  # fmt: skip


def _count(written: str, language: str) -> str:
    """Say how a language counts a number as it is written: decimals that are written count, too.

    Examples
    --------
    >>> _count("1", "de"), _count("1,0", "de"), _count("1.002", "de"), _count("3", "ar")
    ('one', 'other', 'other', 'few')
    """
    point = _cldr(language).number_symbols["latn"]["decimal"]
    whole, _, part = written.partition(point)
    digits = re.sub(r"\D", "", whole) or "0"
    return str(_cldr(language).plural_form(Decimal(f"{digits}.{part}" if part else digits)))


def layer_name(layer: str, language: str, *, gas: bool) -> str:
    """Name a layer; routes and terminals are of LNG only where an atlas has terminals (`gas`)."""
    of_gas = gas and layer in ("routes", "terminals")
    return word("layer", f"lng_{layer}" if of_gas else layer, language)


def number(value: float, language: str, digits: int = 0) -> str:
    """Write a number the way the language does, with grouped thousands.

    Examples
    --------
    >>> number(13451.5, "it", 1)
    '13.451,5'
    >>> number(13451.5, "en")
    '13,452'
    """
    text = f"{value:,.{digits}f}".replace("-", "\N{MINUS SIGN}")
    marks = _cldr(language).number_symbols["latn"]
    return text.translate(str.maketrans({",": marks["group"], ".": marks["decimal"]}))


def millions_km2(area_km2: float, language: str) -> str:
    """Write an area in the unit that fits a sea; a small one in km², as the page does.

    Examples
    --------
    >>> millions_km2(13_290_000, "en")
    '13.3 million km²'
    >>> millions_km2(13_290_000, "ja")
    '1,330万km²'
    >>> millions_km2(175_900_000, "ja")
    '1億7,590万km²'
    >>> millions_km2(27_400, "en")
    '27,400 km²'
    """
    if area_km2 < 1e5:
        return f"{number(area_km2, language)} {word('page', 'km2', language)}"
    if myriads := form(language, "myriads"):
        # As precise as in the other languages: a tenth of a million is ten 万.
        hundreds_of_millions, rest = divmod(round(area_km2 / 1e5) * 10, 10_000)
        large = f"{hundreds_of_millions}{myriads[1]}" if hundreds_of_millions else ""
        small = f"{number(rest, language)}{myriads[0]}" if rest or not large else ""
        return f"{large}{small}{word('page', 'km2', language)}"
    return f"{number(area_km2 / 1e6, language, 1)} {word('page', 'million_km2', language)}"


def day(date: str, language: str) -> str:
    """Write a date given as YYYY, YYYY-MM or YYYY-MM-DD.

    Examples
    --------
    >>> day("2026-01-16", "en"), day("2026-01", "it"), day("2026-01-16", "ja")
    ('16 January 2026', 'gennaio 2026', '2026年1月16日')
    """
    parts = [int(part) for part in date.split("-")]
    year, month, day_of_month = (*parts, 1, 1)[:3]
    return _dates(language)[len(parts) - 1].format(
        year=year,
        m=month,
        month=_cldr(language).months["format"]["wide"][month],
        day=(form(language, "first") or "1") if day_of_month == 1 else day_of_month,
    )


@cache
def _dates(language: str) -> tuple[str, str, str]:
    """How a language writes a year, a month and a day."""
    unknown = not any(map(is_known, parents(language)))
    if told := form(FALLBACK if unknown else language, "dates"):
        return tuple(told)
    known = _cldr(language)
    made = []
    for skeleton in ("y", "yMMMM", ""):
        given = known.datetime_skeletons.get(skeleton) or known.date_formats["long"]
        named = {"y": "{year}", "d": "{day}", "MMMM": "{month}", "MMM": "{month}", "M": "{m}"}
        marks = re.findall(r"'([^']*)'|([A-Za-z])(\2*)|([^A-Za-z']+)", given.pattern)
        made.append("".join(
            quoted or other or named.get(letter + more, named.get(letter, ""))
            for quoted, letter, more, other in marks
        ))  # fmt: skip
    return made[0], made[1], made[2]


def page_forms(language: str) -> dict[str, Any]:
    """Give what the page needs to write numbers, dates and lists as a language does.

    Returns
    -------
    dict
        ``points`` between thousands and before decimals, ``dates`` of a year, a month and a day
        with ``months`` by their short names, ``percent``, ``list``, ``end``, and where they apply
        ``myriads``, ``lean`` (there is an italic) and ``rtl``.
    """
    known, dates = _cldr(language), _dates(language)
    marks = known.number_symbols["latn"]
    short = known.months["format"]["abbreviated"]
    percent = known.percent_formats[None].pattern
    told = {
        "points": [marks["group"], marks["decimal"]],
        "dates": list(dates),
        "months": [short[n] for n in range(1, 13)] if "{month}" in "".join(dates) else None,
        "percent": re.sub(r"[#,.0]+", "{n}", percent),
        "list": form(language, "list"),
        "end": form(language, "end"),
        "myriads": form(language, "myriads"),
        "lean": form(language, "italic"),
        "rtl": right_to_left(language),
    }
    return {name: value for name, value in told.items() if value}
