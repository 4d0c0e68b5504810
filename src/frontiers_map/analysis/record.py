"""What of an atlas wants another look: rows gone stale, thin sources, figures that stand twice.

None of it is wrong in itself, so nothing here keeps an atlas from being built. It is what whoever
keeps a record up to date would otherwise have to look for by hand.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, cast

from frontiers_map.atlas import fields
from frontiers_map.atlas.atlas import Gathered, gather
from frontiers_map.atlas.model import Source
from frontiers_map.atlas.proofreading import texts
from frontiers_map.atlas.reader import Found
from frontiers_map.errors import Problem
from frontiers_map.voyages.supply import months

__all__ = ["STALE_AFTER", "check_record"]

# file -> days for which what a row says may stand, and what such a row is
STALE_AFTER: Mapping[str, tuple[int, str]] = {
    "gate_status.csv": (31, "the last report on a strait"),
    "terminals.csv": (366, "the status of a terminal"),
    "routes.csv": (366, "a trade"),
    "links.csv": (366, "an agreement"),
    "claims.csv": (366, "a verdict that may change"),
    "imports.csv": (550, "the last whole year of imports"),
}
# file -> field and values that no later day can change
_SETTLED = {
    "links.csv": ("status", {"ended"}),
    "claims.csv": (
        "verdict",
        {"confirmed", "imprecise", "misattributed", "overstated", "happened", "moved", "too_broad",
         "judgement"},
    ),
}  # fmt: skip
# file -> field that says when, and statuses that only hold until then
_COMING = {
    "events.csv": ("date", {"planned", "expected"}),
    "terminals.csv": ("start_year", {"construction", "proposed"}),
}
# So many rows that rest on one source alone fall with it.
_MANY = 10
# Of three figures or more, with a unit: that two texts both say "15%" is chance.
_FIGURE = re.compile(
    r"(?<![\w.,-])(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?[ \u00a0]?(%|Mt|bcm|nm|km|m³|ships|cargoes|days|"
    r"barrels|billion|million)(?!\w)"
)


@dataclass(frozen=True)
class _Record:
    """The rows of an atlas, the day that counts, and what was noticed."""

    given: Gathered
    on: datetime.date
    told: list[Problem]

    def say(self, file: str, text: str, item: Found | None = None, field: str = "") -> None:
        label = ""
        if item is not None:
            names = (getattr(item.row, name, "") for name in ("id", "gate", "terminal", "importer"))
            label = next((name for name in names if name), "")
        where = f"{self.given.reader.folder}/{file.split('#')[0]}"
        self.told.append(Problem(where, item.line if item else 0, label, field, text))

    def rows(self, file: str) -> list[tuple[Found, Any]]:
        return [(item, cast("Any", item.row)) for item in self.given.found[file]]


def check_record(folder: Path | str, on: datetime.date) -> list[Problem]:
    """Say what of an atlas wants another look, by file and line.

    - What is older on a day than its kind allows (`STALE_AFTER`), and what was to come and is over.
    - Rows that are true to a day after that to which the record was read.
    - Sources that no row cites, that no reader can follow, or on which many rows rest alone; rows
      that rest on general knowledge.
    - Figures that stand in two texts: who mends one has to mend the other.

    Parameters
    ----------
    folder
    on
        The day from which age is counted.

    Raises
    ------
    AtlasError
        If the atlas has problems.
    """
    record = _Record(gather(folder), on, [])
    _stale(record)
    _over(record)
    _after(record)
    _sources(record)
    _twice(record)
    return sorted(record.told)


def _last(text: str) -> datetime.date | None:
    """Last day of a date, or of a period."""
    span = fields.days(text.split("/")[-1] or None)
    return span[1] if span else None


def _stale(record: _Record) -> None:
    for file, (allowed, what) in STALE_AFTER.items():
        field, settled = _SETTLED.get(file, ("", set()))
        rows = [
            (item, row, _when(file, row))
            for item, row in record.rows(file)
            if getattr(row, field, None) not in settled
        ]
        if file in ("gate_status.csv", "imports.csv"):
            latest: dict[str, tuple[Found, Any, str]] = {}
            for item, row, when in sorted(rows, key=lambda each: each[2]):
                if when:
                    latest[getattr(row, "gate", "") or row.importer] = item, row, when
            rows = list(latest.values())
        for item, _, when in rows:
            last = _last(when)
            if last and (age := (record.on - last).days) > allowed:
                field = {"gate_status.csv": "date", "imports.csv": "period"}.get(file, "as_of")
                text = f"found {when}, {age} days before {record.on}; allowed: {allowed} for {what}"
                record.say(file, text, item, field)


def _when(file: str, row: Any) -> str:
    if file == "gate_status.csv":
        return str(row.date)
    if file == "imports.csv":
        return row.period if months(row.period) >= 12 else ""
    return str(row.as_of)


def _over(record: _Record) -> None:
    """Tell what was to come by a day that is over."""
    for file, (field, coming) in _COMING.items():
        for item, row in record.rows(file):
            until = str(getattr(row, "date_end", None) or getattr(row, field) or "")
            last = _last(until)
            if row.status in coming and last and last < record.on:
                text = f"found {row.status} by {until}, which is over; allowed: what came of it"
                record.say(file, text, item, "status")


def _after(record: _Record) -> None:
    """Tell rows that know more than the record."""
    to = record.given.settings.record_to
    for file in record.given.found:
        for item, row in record.rows(file):
            as_of = getattr(row, "as_of", "")
            if as_of and as_of > to[: len(as_of)]:
                text = f"found {as_of}; allowed: up to {to}, or a later record_to in atlas.toml"
                record.say(file, text, item, "as_of")


def _sources(record: _Record) -> None:
    found = record.given.found
    sources = [(item, cast("Source", item.row)) for item in found["sources.csv"]]
    general = {row.id for _, row in sources if row.read == "general"}
    citing: dict[str, int] = {}
    alone: dict[str, int] = {}
    for file in found:
        vague = bare = 0
        for _, row in record.rows(file):
            cited = set(getattr(row, "source", ()))
            for name in cited:
                citing[name] = citing.get(name, 0) + 1
            if len(cited) == 1:
                alone[min(cited)] = alone.get(min(cited), 0) + 1
            vague += bool(cited & general)
            bare += bool(cited) and cited <= general
        if vague:
            rows = f"{vague} row{'s' * (vague != 1)} with general knowledge"
            text = f"found {rows}, {bare} with nothing else; allowed: sources that were read"
            record.say(file, text, field="source")
    for item, row in sources:
        if not citing.get(row.id):
            record.say("sources.csv", "found no row that cites it; allowed: at least one", item)
        elif row.id not in general:
            if not row.url:
                text = "is empty; allowed: an address that a reader can follow"
                record.say("sources.csv", text, item, "url")
            if (count := alone.get(row.id, 0)) >= _MANY:
                text = f"found {count} rows that rest on it alone; allowed: fewer than {_MANY}"
                record.say("sources.csv", text, item)


def _twice(record: _Record) -> None:
    """Tell figures with a unit that stand in the texts of several rows."""
    places: dict[str, dict[int, tuple[str, Found, str]]] = {}
    for file, item, field, words in _prose(record):
        for match in _FIGURE.finditer(words):
            digits = (match[1] + (match[2] or "")).replace(",", "").replace(".", "").strip("0")
            if len(digits) >= 3:
                figure = re.sub(r"\s", " ", match[0])
                places.setdefault(figure, {}).setdefault(id(item), (file, item, field))
    for figure, rows in places.items():
        (file, item, field), *others = rows.values()
        if others:
            where = ", ".join(f"{name.split('#')[0]}:{one.line}" for name, one, _ in others)
            text = f"found '{figure}', as in {where}; allowed: in one place, or mended in all"
            record.say(file, text, item, field)


def _prose(record: _Record) -> Iterator[tuple[str, Found, str, str]]:
    """Every text of the atlas in its main language: the others say the same."""
    ending = record.given.settings.column("")
    for file, items in record.given.found.items():
        if file in ("sources.csv", "errata.csv", "terms.csv"):
            continue  # what sources say, and what was said, is no second place
        for item in items:
            plain = ((name, value) for name, value in item.row if name.endswith(ending))
            # a text of several languages comes in each, the first one first
            spoken = dict(reversed(list(texts(item.row))))
            for field, words in chain(plain, spoken.items()):
                if isinstance(words, str):
                    yield file, item, field, words
