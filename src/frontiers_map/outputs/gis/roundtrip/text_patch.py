"""Change single values in CSV and GeoJSON text; every other character stays as it was.

People keep order, quoting, spacing and line ends of their files for reasons of their own, and a
change of one name should be a change of one line when versions are compared.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from frontiers_map.atlas.csv_rows import separator

__all__ = ["append_csv_row", "patch_csv", "patch_geojson"]

Span = tuple[int, int]
_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


def _records(text: str) -> list[list[Span]]:
    """Where the raw cells of each record stand, quotation marks included."""
    records: list[list[Span]] = []
    cells: list[Span] = []
    mark, start = separator(text)
    place, inside = start, False
    while place < len(text):
        sign = text[place]
        if sign == '"':
            inside = not inside
        elif not inside and sign in (mark, "\r", "\n"):
            cells.append((start, place))
            if sign != mark:
                records.append(cells)
                cells = []
                if text[place : place + 2] == "\r\n":
                    place += 1
            start = place + 1
        place += 1
    if start < len(text) or cells:
        cells.append((start, len(text)))
        records.append(cells)
    return [record for record in records if record != [] and record[0][0] != record[-1][1]]


def _value(text: str, span: Span) -> str:
    raw = text[slice(*span)].strip().removeprefix("\ufeff")
    if raw.startswith('"') and raw.endswith('"') and len(raw) > 1:
        return raw[1:-1].replace('""', '"').strip()
    return raw


def _quoted(value: str, mark: str = ",") -> str:
    if any(sign in value for sign in (mark, '"', "\r", "\n")) or value != value.strip():
        return '"' + value.replace('"', '""') + '"'
    return value


def patch_csv(text: str, changes: Mapping[str, Mapping[str, str]], *, key: str = "id") -> str:
    """Set cells of rows, given as row key to column to value.

    Raises
    ------
    KeyError
        If a row or a column is not there.
    """
    records = _records(text)
    header = [_value(text, span) for span in records[0]]
    place = header.index(key)
    rows = {_value(text, cells[place]): cells for cells in records[1:] if len(cells) > place}
    edits: list[tuple[Span, str]] = []
    for name, values in changes.items():
        cells = rows[name]
        for column, value in values.items():
            if column not in header:
                raise KeyError(column)
            edits.append((cells[header.index(column)], _quoted(value, separator(text)[0])))
    return _replace(text, edits)


def patch_csv_where(
    text: str, rows: Mapping[tuple[str, ...], Mapping[str, str]], keys: tuple[str, ...]
) -> str:
    """Set cells of rows that are known by several columns; rows that are not there are left out."""
    records = _records(text)
    header = [_value(text, span) for span in records[0]]
    places = [header.index(key) for key in keys]
    edits: list[tuple[Span, str]] = []
    for cells in records[1:]:
        name = tuple(_value(text, cells[place]) for place in places)
        for column, value in rows.get(name, {}).items():
            edits.append((cells[header.index(column)], _quoted(value, separator(text)[0])))
    return _replace(text, edits)


def append_csv_row(text: str, values: Mapping[str, str]) -> str:
    """Add a row at the end, in the columns and with the line ends that the table has."""
    records = _records(text)
    header = [_value(text, span) for span in records[0]]
    end = "\r\n" if "\r\n" in text else "\n"
    mark, _ = separator(text)
    row = mark.join(_quoted(values.get(column, ""), mark) for column in header)
    return f"{text}{'' if text.endswith(end) else end}{row}{end}"


def patch_geojson(
    text: str,
    properties: Mapping[str, Mapping[str, Any]],
    geometries: Mapping[str, str],
) -> str:
    """Set properties and geometries of features, known by their property ``id``, or else their own.

    Parameters
    ----------
    properties
        Id to property to value.
    geometries
        Id to the JSON text of the new geometry.

    Raises
    ------
    KeyError
        If a feature is not there.
    """
    edits: list[tuple[Span, str]] = []
    left = {*properties, *geometries}
    top = dict(_members(text, _skip(text, text.startswith("\ufeff"))))
    for start, _ in _items(text, top["features"][0]):
        feature = dict(_members(text, start))
        held = list(_members(text, feature["properties"][0]))
        spans = dict(held)
        own = spans.get("id") or feature.get("id")
        name = json.loads(text[slice(*own)]) if own else ""
        if name not in left:
            continue
        left.discard(name)
        for column, value in properties.get(name, {}).items():
            written = json.dumps(value, ensure_ascii=False)
            if column in spans:
                edits.append((spans[column], written))
            else:
                edits.append(_inserted(text, held, column, written))
        if name in geometries:
            edits.append((feature["geometry"], geometries[name]))
    if left:
        raise KeyError(sorted(left)[0])
    return _replace(text, edits)


def _inserted(text: str, held: list[tuple[str, Span]], column: str, value: str) -> tuple[Span, str]:
    """A new property after the last, spaced as the last two are."""
    end = held[-1][1][1]
    gap = " "
    if len(held) > 1:
        between = text[held[-2][1][1] : held[-1][1][0]]
        gap = between[between.index(",") + 1 : between.index('"')]
    return (end, end), f",{gap}{json.dumps(column)}: {value}"


def _skip(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found else place


def _members(text: str, start: int) -> Iterator[tuple[str, Span]]:
    """Keys of the object at `start`, and where their values stand."""
    place = _skip(text, start + 1)
    while text[place] != "}":
        key, place = _DECODER.raw_decode(text, place)
        place = _skip(text, _skip(text, place) + 1)
        _, end = _DECODER.raw_decode(text, place)
        yield str(key), (place, end)
        place = _skip(text, end)
        if text[place] == ",":
            place = _skip(text, place + 1)


def _items(text: str, start: int) -> Iterator[Span]:
    """Where the items of the array at `start` stand."""
    place = _skip(text, start + 1)
    while text[place] != "]":
        _, end = _DECODER.raw_decode(text, place)
        yield place, end
        place = _skip(text, end)
        if text[place] == ",":
            place = _skip(text, place + 1)


def _replace(text: str, edits: list[tuple[Span, str]]) -> str:
    for (start, end), new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text
