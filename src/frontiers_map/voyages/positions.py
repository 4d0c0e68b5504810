"""Positions as people write them -> longitude and latitude.

Decimal degrees, longitude first; or anything that itself says which is which: WKT, GeoJSON,
degrees with N, S, E or W, ``lat=… lon=…``. Two plain numbers are never swapped.
"""

from __future__ import annotations

import json
import re
from typing import Any

__all__ = ["angle", "number", "read", "text_of"]

_NUM = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_LONGEST = 500  # letters of a position
_COMMA = r"[-+]?\d+,\d+"
_PAIR = re.compile(rf"({_NUM})(?:\s*[,;/|]\s*|\s+)({_NUM})")
_COMMA_PAIR = re.compile(rf"({_COMMA})(?:\s*[;/|]\s*|\s+|,\s+)({_COMMA})")
_WKT = re.compile(
    rf"(?:SRID=4326;)?\s*POINT\s*(?:Z|M|ZM)?\s*\(\s*({_NUM})\s+({_NUM})[^()]*\)", re.I
)
_LABELLED = re.compile(rf"(lon|lat|x|y)[a-z]*\s*[:=]\s*({_NUM})", re.I)
_SIGNS = str.maketrans({
    "\N{MINUS SIGN}": "-", "\N{EN DASH}": "-", "\N{PRIME}": "'", "\N{RIGHT SINGLE QUOTATION MARK}":
    "'", "\N{ACUTE ACCENT}": "'", "\N{DOUBLE PRIME}": '"', "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
    "\N{MASCULINE ORDINAL INDICATOR}": "°", "\N{RING ABOVE}": "°", "\N{NO-BREAK SPACE}": " ",
})  # fmt: skip
_UNSIGNED = re.compile(r"\d+(?:[.,]\d+)?")
_LETTER = re.compile(r"(?<![A-Za-z])[NSEW](?![A-Za-z])", re.I)
_BETWEEN = re.compile(r"[-°'\":,;/\s]*(?:(?:deg|d|m|s)[-°'\":,;/\s]*)*", re.I)


def read(text: str) -> tuple[float, float, str] | None:
    """Read a position: longitude, latitude, and how it was written; None if it is no position.

    Examples
    --------
    >>> read("4.0,51.98"), read("POINT (4 51.98)"), read("51°30.5'N 004°00'W")
    ((4.0, 51.98, ''), (4.0, 51.98, 'WKT'), (-4.0, 51.50833333333333, 'with N, S, E or W'))
    >>> read("4,0 51,98"), read("lat=51.98 lon=4"), read("Pier 5"), read("4°00' 51°59'")
    ((4.0, 51.98, 'with decimal commas'), (4.0, 51.98, 'with lon and lat named'), None, None)
    """
    if len(text) > _LONGEST:
        return None
    plain = text.translate(_SIGNS).strip()
    if plain.startswith("{"):
        return _geojson(plain)
    if found := _WKT.fullmatch(plain):
        return float(found[1]), float(found[2]), "WKT"
    inner = plain[1:-1].strip() if plain[:1] + plain[-1:] in ("()", "[]") else plain
    if found := _COMMA_PAIR.fullmatch(inner):
        return number(found[1]), number(found[2]), "with decimal commas"
    if found := _PAIR.fullmatch(inner):
        usual = inner == plain and re.fullmatch(r"[^,]+,\s*[^,]+", plain)
        return float(found[1]), float(found[2]), "" if usual else "in brackets or with other marks"
    named = {key.lower(): float(value) for key, value in _LABELLED.findall(inner)}
    if len(named) == 2 and not _LABELLED.sub("", inner).strip(" ,;"):
        east, north = named.get("lon", named.get("x")), named.get("lat", named.get("y"))
        return None if east is None or north is None else (east, north, "with lon and lat named")
    return _compass(inner)


def _geojson(text: str) -> tuple[float, float, str] | None:
    try:
        lon, lat = json.loads(text)["coordinates"][:2]
        return float(lon), float(lat), "GeoJSON"
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None


def _compass(text: str) -> tuple[float, float, str] | None:
    """Read two angles that say N, S, E or W, before or after them, in any order."""
    letters = list(_LETTER.finditer(text)) or list(re.finditer(r"(?<=\d)[NSEW]", text))
    if len(letters) != 2:
        return None
    first, second = letters
    if first.start() == 0:
        parts = text[1 : second.start()], text[second.end() :]
    elif second.end() == len(text):
        parts = text[: first.start()], text[first.end() : second.start()]
    else:
        return None
    found = {}
    for letter, part in zip(letters, parts, strict=True):
        which = letter[0].upper()
        value = _sexagesimal(part, 2 if which in "NS" else 3)
        if value is None:
            return None
        found["lat" if which in "NS" else "lon"] = -value if which in "SW" else value
    return (found["lon"], found["lat"], "with N, S, E or W") if len(found) == 2 else None


def _sexagesimal(part: str, digits: int) -> float | None:
    """Read degrees, minutes and seconds; `digits` of degrees where minutes are written on."""
    numbers = _UNSIGNED.findall(part)
    between = _UNSIGNED.sub(" ", part)
    if not 1 <= len(numbers) <= 3 or not _BETWEEN.fullmatch(between):
        return None
    if re.match(r"\s*-", part):  # a sign and a letter: one of them is too much
        return None
    whole, *rest = (value.replace(",", ".") for value in numbers)
    if not rest and re.fullmatch(rf"\d{{{digits + 2}}}(\.\d+)?", whole):
        whole, rest = whole[:digits], [whole[digits:]]
    if any("." in value for value in [whole, *rest][:-1]) or any(float(v) >= 60 for v in rest):
        return None
    parts = [float(value) for value in (whole, *rest)]
    return float(sum(value / 60.0**power for power, value in enumerate(parts)))


def number(cell: Any) -> float:
    """Read a number, with a decimal point or comma.

    Raises
    ------
    ValueError
        If it is none.
    """
    if isinstance(cell, str):
        if len(cell) > _LONGEST:
            raise ValueError(cell[:_LONGEST])
        plain = cell.translate(_SIGNS).strip().rstrip("°").strip()
        if re.fullmatch(_COMMA, plain):
            plain = plain.replace(",", ".")
        if not re.fullmatch(_NUM, plain):
            raise ValueError(cell)
        return float(plain)
    return float(cell)


def angle(cell: Any, axis: str) -> float:
    """Read one coordinate: a number, or degrees with the letter that belongs to its axis.

    Parameters
    ----------
    cell
    axis
        ``lon`` or ``lat``.

    Raises
    ------
    ValueError
        If it is none.

    Examples
    --------
    >>> angle("51,98", "lat"), angle("4°30' W", "lon"), angle(103.75, "lon")
    (51.98, -4.5, 103.75)
    """
    if (
        isinstance(cell, str)
        and len(cell) <= _LONGEST
        and (letter := re.search(r"^\s*[NSEW]|[NSEW]\s*$", cell, re.I))
    ):
        which = letter[0].strip().upper()
        other = "0 N" if axis == "lon" else "0 E"
        found = _compass(f"{_moved_last(cell, which)} {other}".translate(_SIGNS).strip())
        if which in ("NS", "EW")[axis == "lon"] and found is not None:
            return found[0] if axis == "lon" else found[1]
        raise ValueError(cell)
    return number(cell)


def _moved_last(cell: str, letter: str) -> str:
    return f"{re.sub('[NSEWnsew]', '', cell).strip()} {letter}"


def text_of(point: tuple[float, float]) -> str:
    """Give a position as ``lon,lat``, to a centimetre."""
    return f"{point[0]:.10g},{point[1]:.10g}"
