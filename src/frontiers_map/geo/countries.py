"""The countries of the world: where their names stand, how large they are, and their lands.

Natural Earth (public domain), made by ``tools/make_countries.py``; ``data/COUNTRIES.md`` says from
what, and which lands have no code here. Names come from Unicode CLDR by way of Babel.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import shapely
from shapely.geometry import MultiPolygon

from frontiers_map.geo import land

__all__ = ["Country", "countries", "lands", "name"]


class Country(NamedTuple):
    """Where the name of a country stands."""

    code: str  # ISO 3166-1, two letters
    lon: float
    lat: float
    half_width: float  # degrees of longitude that are land on either side of it
    km2: float


@cache
def _rows() -> tuple[tuple[Country, int], ...]:
    text = files("frontiers_map").joinpath("data", "countries.csv").read_text("utf-8")
    _, *rows = csv.reader(text.splitlines())
    return tuple(
        (Country(code, float(lon), float(lat), float(half), float(km2)), int(parts))
        for code, lon, lat, half, km2, parts in rows
    )


def countries() -> list[Country]:
    """Give all countries, the largest first."""
    return sorted((row for row, _ in _rows()), key=lambda row: (-row.km2, row.code))


@cache
def lands() -> dict[str, MultiPolygon]:
    """Give the land of each country by its code, in -180..180, at 1:50 million."""
    packed = files("frontiers_map").joinpath("data", "countries-50m.bin").read_bytes()
    parts, at, found = land.unpacked(packed), 0, {}
    for row, count in _rows():
        found[row.code] = shapely.multipolygons(parts[at : at + count])
        at += count
    return found


def name(code: str, language: str) -> str | None:
    """Give the name of a country in a language, as CLDR has it; None if CLDR has none.

    Parameters
    ----------
    code : str
        ISO 3166-1, two letters.
    language : str
        A BCP 47 tag, such as ``it`` or ``zh-Hant``.
    """
    from babel import Locale, UnknownLocaleError

    try:
        found = Locale.parse(language, sep="-").territories.get(code)
    except (UnknownLocaleError, ValueError):
        return None
    return str(found) if found else None
