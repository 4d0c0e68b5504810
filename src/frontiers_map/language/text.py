"""Words, numbers and dates in each language, by CLDR, without the system's locale."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from babel import Locale

__all__ = [
    "FALLBACK", "LANGUAGES", "day", "language_name", "languages", "layer_name", "millions_km2",
    "number", "word", "words",
]  # fmt: skip


@cache
def languages() -> dict[str, dict[str, Any]]:
    """Give what `languages.toml` says of each language that the tool speaks, in its order."""
    return tomllib.loads(
        files("frontiers_map.language").joinpath("languages.toml").read_text("utf-8")
    )


LANGUAGES: tuple[str, ...] = tuple(languages())
FALLBACK = LANGUAGES[0]


@cache
def _cldr(language: str) -> Locale:
    from babel import Locale  # not before it is needed: `--help` knows no locale

    return Locale.parse(language, sep="-")


def language_name(code: str, language: str) -> str:
    """Name a language in another one, as CLDR does.

    Examples
    --------
    >>> language_name("ja", "it"), language_name("ja", "ja")
    ('giapponese', '日本語')
    """
    return str(_cldr(language).languages[code])


@cache
def words(language: str) -> dict[str, dict[str, str]]:
    """Give all that the program says in a language: group and key to words."""
    file = files("frontiers_map.language").joinpath("words", f"{language}.toml")
    return tomllib.loads(file.read_text("utf-8"))


def word(group: str, key: str, language: str, **values: str) -> str:
    """Say a thing in a language, for example ``word("gate_status", "closed", "it")``.

    Groups are those of the files in ``words/``: values of an atlas, and what the page, the sheets
    and the project of QGIS say. `values` fill what stands in braces.

    Raises
    ------
    KeyError
        If the group or the key has no word.
    """
    found = words(language)[group].get(key)
    if found is None:
        found = words(FALLBACK)[group][key]
    return found.format(**values) if values else found


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
        return f"{number(area_km2, language)} km²"
    if myriads := languages()[language].get("myriads"):
        # As precise as in the other languages: a tenth of a million is ten 万.
        hundreds_of_millions, rest = divmod(round(area_km2 / 1e5) * 10, 10_000)
        large = f"{hundreds_of_millions}{myriads[1]}" if hundreds_of_millions else ""
        small = f"{number(rest, language)}{myriads[0]}" if rest or not large else ""
        return f"{large}{small}km²"
    return f"{number(area_km2 / 1e6, language, 1)} {languages()[language]['millions']}"


def day(date: str, language: str) -> str:
    """Write a date given as YYYY, YYYY-MM or YYYY-MM-DD.

    Examples
    --------
    >>> day("2026-01-16", "en"), day("2026-01", "it"), day("2026-01-16", "ja")
    ('16 January 2026', 'gennaio 2026', '2026年1月16日')
    """
    parts = [int(part) for part in date.split("-")]
    year, month, day_of_month = (*parts, 1, 1)[:3]
    known = languages()[language]
    return str(known["dates"][len(parts) - 1]).format(
        year=year,
        m=month,
        month=_cldr(language).months["format"]["wide"][month],
        day=known.get("first", "1") if day_of_month == 1 else day_of_month,
    )
