"""What the columns of the joined layers mean, and how they are laid out as flat tables.

Spreadsheets and GIS formats know text, numbers, yes or no, and days. Here the tuples and mappings
of a joined atlas become text, each column gets its type and unit, and each its sentence; all
formats take their columns from here, so that they agree.
"""

from __future__ import annotations

import calendar
import datetime
import math
import tomllib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

import pandas as pd

from frontiers_map.atlas import model
from frontiers_map.language import text

__all__ = [
    "DATES",
    "GIVEN",
    "LAYERS",
    "Field",
    "cell",
    "column",
    "day",
    "days",
    "describe",
    "domain",
    "flat",
    "heading",
    "title",
]

Kind = Literal["text", "number", "integer", "boolean", "date"]


@dataclass(frozen=True)
class Field:
    """A column: its name, type, unit, a short title, and a sentence on what it says."""

    name: str
    kind: Kind
    title: str
    description: str
    unit: str = ""


# Columns that say when: as a day where one is known, and beside it the text as given.
DATES = frozenset({"as_of", "date", "date_end", "since", "until", "status_since", "state_since"})
GIVEN = "_text"

# name -> what a row is
LAYERS = {layer.id: layer.says for layer in model.LAYERS.values() if layer.says}


def domain(layer: str, name: str, language: str = text.FALLBACK) -> dict[str, str]:
    """Give the allowed values of a column and their words; empty if any text may stand.

    Examples
    --------
    >>> domain("routes", "status")["emergency"]
    'for emergencies'
    """
    if name == "kind" and layer in model.KIND_WORDS:
        group = model.KIND_WORDS[layer]
        return {value: text.word(group, value, language) for value in text.values(group)}
    if name == "state" and layer not in LAYERS:
        return {
            value: text.word("feature_state", value, language) for value in _values("feature_state")
        }
    declared = model.LAYERS.get(layer)
    row: type[model.Row] = model.Feature
    group = name
    if name != "certainty":
        if declared is None or declared.row is None or name not in declared.words:
            return {}
        row, group = declared.row, declared.words[name]
    if name == "state":  # of a gate: what its last report says
        row, name = model.GateStatus, "status"
    annotation = row.model_fields[name].annotation
    known = _values(group)
    return {
        value: text.word(group, value, language) if value in known else value
        for value in get_args(annotation)
    }


def _values(group: str) -> Collection[str]:
    return text.words(text.FALLBACK).get(group, {})


@cache
def _columns() -> dict[str, dict[str, Any]]:
    return tomllib.loads(
        files("frontiers_map.language").joinpath("columns.toml").read_text("utf-8")
    )


def _parts(name: str) -> tuple[str, str]:
    """Split a column into what it tells and its language, if it has one."""
    parts = name.split("_")
    for at in range(1, len(parts) if name not in _columns() else 0):
        base, language = "_".join(parts[:at]), text.tag("_".join(parts[at:]))
        if base in _columns() and text.is_tag(language):
            return base, language
    return name, ""


def title(name: str, language: str = text.FALLBACK) -> str:
    """Give the title of a column.

    Examples
    --------
    >>> title("name_it"), title("capacity_mtpa", "it")
    ('Name (Italian)', 'Capacità')
    """
    if name.removesuffix(GIVEN) in DATES and name not in DATES:
        return (
            f"{title(name.removesuffix(GIVEN), language)} ({text.word('table', 'given', language)})"
        )
    key, spoken = _parts(name)
    known = _columns().get(key)
    words = text.word("column", key, language) if known else key.replace("_", " ").capitalize()
    return f"{words} ({text.language_name(spoken, language)})" if spoken else words


def heading(name: str, language: str = text.FALLBACK) -> str:
    """Give the title of a column with its unit, as it stands over a column of figures.

    Examples
    --------
    >>> heading("nm"), heading("capacity_mtpa", "it"), heading("kind")
    ('Length in nm', 'Capacità (Mt/anno)', 'Kind')
    """
    unit = describe(name).unit
    words = title(name, language)
    spoken = text.word("unit", unit, language) if unit in _values("unit") else unit
    told = not unit or spoken in words or spoken.lower() in words.lower().split()
    return words if told else f"{words} ({spoken})"


def describe(name: str, kind: Kind | None = None) -> Field:
    """Say what a column is, from its name; `kind` counts for columns that are not known.

    Examples
    --------
    >>> describe("draught_it").description
    'What draught may pass, as its source says, in Italian'
    """
    if name.removesuffix(GIVEN) in DATES and name not in DATES:
        says = describe(name.removesuffix(GIVEN)).description
        return Field(name, "text", title(name), f"{says}: as given, YYYY, YYYY-MM or YYYY-MM-DD")
    key, spoken = _parts(name)
    known = _columns().get(key)
    sentence = known["says"] if known else title(key)
    found = known.get("kind", "text") if known else kind or "text"
    unit = known.get("unit", "") if known else ""
    if spoken:
        sentence = f"{sentence}, in {text.language_name(spoken, text.FALLBACK)}"
    return Field(name, found, title(name), f"{sentence} ({unit})" if unit else sentence, unit)


def flat(frame: pd.DataFrame) -> dict[str, tuple[Field, list[Any]]]:
    """Lay a layer out as columns of plain values; the geometry is left out.

    A column of dates becomes two: the days, empty where only a month or a year is given, and the
    text as given.

    Returns
    -------
    dict of str to (Field, list)
        Each value is text, a number, a bool or a date; None where there is none.
    """
    found = {}
    for name in map(str, frame.columns):
        if name == "geometry":
            continue
        values = frame[name].tolist()
        found[name] = column(name, values)
        if name in DATES:
            found[name + GIVEN] = column(name + GIVEN, values)
    return found


def day(value: Any) -> datetime.date | None:
    """Give the day that a text names, if it is precise to a day.

    Examples
    --------
    >>> day("2026-02-03"), day("2026-02")
    (datetime.date(2026, 2, 3), None)
    """
    if isinstance(value, datetime.date):
        return value
    try:
        return datetime.datetime.strptime(str(value), "%Y-%m-%d").date()
    except ValueError:
        return None


def column(name: str, values: Sequence[Any]) -> tuple[Field, list[Any]]:
    """Lay one column out; its type is the known one, else that of its values."""
    present = [value for value in values if not _missing(value)]
    kind: Kind = "text"
    if present and all(isinstance(value, bool) for value in present):
        kind = "boolean"
    elif present and all(isinstance(value, int) for value in present):
        kind = "integer"
    elif present and all(isinstance(value, (int, float)) for value in present):
        kind = "number"
    field = describe(name, kind)
    return field, [_value(value, field.kind) for value in values]


def _missing(value: Any) -> bool:
    return value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value))


def _value(value: Any, kind: Kind) -> Any:
    if _missing(value):
        return None
    if kind == "number":
        return float(value)
    if kind == "integer":
        return int(value)
    if kind == "boolean":
        return bool(value)
    if kind == "date":
        return day(value)
    return cell(value) or None


def cell(value: Any) -> str:
    """Write a value as text: ``a;b`` for several, ``a;b|c`` for lists of several, ``k=v;…``."""
    if _missing(value):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    if isinstance(value, dict):
        return ";".join(f"{key}={cell(item)}" for key, item in value.items())
    if isinstance(value, (tuple, list)):
        return _join(value)
    return str(value)


def _join(values: Iterable[Any]) -> str:
    values = list(values)
    if any(isinstance(value, tuple) for value in values):
        return "|".join(cell(value) for value in values)
    return ";".join(cell(value) for value in values)


def days(date: str | None, until: str | None = None) -> tuple[datetime.date, datetime.date] | None:
    """First and last day of a date of a year, a month or a day, or of a span of two such.

    Examples
    --------
    >>> days("2026-02")
    (datetime.date(2026, 2, 1), datetime.date(2026, 2, 28))
    """
    if not date:
        return None
    first = [int(part) for part in date.split("-")]
    last = [int(part) for part in (until or date).split("-")]
    year, month = last[0], last[1] if len(last) > 1 else 12
    day = last[2] if len(last) > 2 else calendar.monthrange(year, month)[1]
    start = datetime.date(*[*first, 1, 1][:3])
    return start, datetime.date(year, month, day)
