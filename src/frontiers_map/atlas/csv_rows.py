"""CSV as people and spreadsheets leave it -> header and rows: one reader with one rule.

UTF-8, with or without a mark. Commas; or semicolons, tabs or bars, where the header has more of
them or a first line ``sep=;`` says so. Empty rows, and columns without name and content, are left
out. Spaces around cells do not count, and U+2212 before a number is a minus. What was done is told
in notes; what cannot be read for certain is a problem.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from frontiers_map.atlas.messages import bytes_reason, csv_reason, short
from frontiers_map.errors import Sendable

__all__ = ["AXES", "Table", "TableError", "read_table", "separator"]

# What people call columns of longitudes and latitudes, the surest name first.
AXES = {
    "lon": "lon long lng longitude longitud longitudine lange laenge 経度 经度 경도 x",
    "lat": "lat latitude latitud latitudine breite 緯度 纬度 위도 y",
}
_MARKS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "'|'"}
_SEP = re.compile(r"\ufeff?\"?sep=(.)\"?[ \t,;|]*(?:\r\n|\r|\n|$)", re.IGNORECASE)
# Gives of the first rows where the names of the columns begin, in how many rows they stand, and
# the names; None if no row has names that it knows.
Head = Callable[[Sequence[list[str]]], "tuple[int, int, list[str]] | None"]
LOOKED_AT = 20  # rows that names are looked for in
_INVISIBLE = "\u200b\u200e\u200f\u2060\ufeff"
_NUMBER = re.compile(r"\N{MINUS SIGN}(?=[\d.]+$)")


class TableError(Sendable, ValueError):
    """A text that is no CSV; `line` is where, 0 if that is not known."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(frozen=True)
class Table:
    """A table as read.

    Attributes
    ----------
    header
        Names of the columns; each once.
    line
        Where the header stands.
    rows
        Line and cells of each row, as many as there are columns, those in `problems` left out.
    problems
        Line, cells by column and reason: columns that stand twice or have content but no name,
        rows that are too long or too short. A problem of the header has no cells.
    notes
        What was understood that is not as it is usually written, a sentence each.
    """

    header: list[str]
    line: int
    rows: list[tuple[int, list[str]]]
    problems: list[tuple[int, dict[str, str], str]]
    notes: list[str]


def separator(text: str) -> tuple[str, int]:
    r"""Give what separates the columns, and where the table begins: after a line ``sep=;``.

    Examples
    --------
    >>> separator("sep=;\nid;name"), separator("id,name"), separator("id;name")
    ((';', 6), (',', 0), (';', 0))
    """
    if (said := _SEP.match(text)) and said.group(1) in _MARKS:
        return said.group(1), said.end()
    columns = {}
    for mark in _MARKS:
        try:
            columns[mark] = len(next((cells for _, cells in _rows(text, mark)), []))
        except TableError:
            columns[mark] = 0
    return max(columns, key=lambda mark: columns[mark]), 0


def read_table(content: bytes, *, any_encoding: bool = False, head: Head | None = None) -> Table:
    """Read a table with a header.

    Parameters
    ----------
    content
    any_encoding
        Take also UTF-16, and what Windows writes in Western Europe and Japan, and say so.
    head
        Where the names of the columns stand, if that need not be the first row: what is above them,
        and rows that repeat them, is left out, and said.

    Raises
    ------
    TableError
        If it is not text, not CSV, or has no header.
    """
    text, notes = _decoded(content, any_encoding)
    mark, start = separator(text)
    if head is not None and not _first_rows(text[start:], mark, head):
        # a title has no separators
        mark = next((m for m in _MARKS if _first_rows(text[start:], m, head)), mark)
    notes += [f"read as separated by {_MARKS[mark]}"] if mark != "," else []
    above = len(text[:start].splitlines())
    rows = [(line + above, cells) for line, cells in _rows(text[start:], mark)]
    full = [n for n, (_, cells) in enumerate(rows) if any(cells)]
    if not full:
        raise TableError(
            "found nothing; allowed: a header line with the names of the columns",
            above and above + 1,
        )
    line, header = rows[full[0]]
    begin = full[0] + 1
    if head is not None and (named := head([rows[n][1] for n in full[:LOOKED_AT]])):
        first, many, header = named
        notes += [f"{first} line{'s' * (first > 1)} above the names of the columns left out"][
            :first
        ]
        line, begin = rows[full[first]][0], full[first + many - 1] + 1
        again = [n for n in full if n >= begin and rows[n][1] == rows[full[first]][1]]
        rows = [row for n, row in enumerate(rows) if n not in again]
        notes += [f"{len(again)} row{'s' * (len(again) > 1)} that repeat{'s' * (len(again) == 1)} "
                  "the names of the columns left out"][:len(again)]  # fmt: skip
    rows = rows[begin:]
    empty = sum(not any(cells) for _, cells in rows)
    if any(len(cells) > 1 and not any(cells) for _, cells in rows):
        notes.append(f"{empty} empty row{'s' * (empty > 1)} left out")
    rows = [row for row in rows if any(row[1])]
    used = [any(cells[n : n + 1] != [""] for _, cells in rows if len(cells) > n)
            for n in range(len(header))]  # fmt: skip
    kept = [n for n, name in enumerate(header) if name or used[n]]
    if len(kept) < len(header):
        count = len(header) - len(kept)
        notes.append(f"{count} column{'s' * (count > 1)} without name and content left out")
    return Table([header[n] for n in kept], line, *_sorted_out(header, line, rows, kept), notes)


def _first_rows(text: str, mark: str, head: Head) -> bool:
    """Say whether the first rows have names of columns that are known."""
    try:
        full = (cells for _, cells in _rows(text, mark) if any(cells))
        return head(list(islice(full, LOOKED_AT))) is not None
    except TableError:
        return False


def _decoded(content: bytes, any_encoding: bool) -> tuple[str, list[str]]:
    reason = bytes_reason(content)
    if reason is None:
        return content.decode("utf-8-sig"), []
    odd, even = content[1::2].count(0), content[::2].count(0)
    codes = {"cp932": "Shift_JIS", "cp1252": "Windows-1252"}
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        codes = {"utf-16": "UTF-16"}
    elif max(odd, even) > len(content) / 8:  # every other byte of Latin text
        codes = {"utf-16-le" if odd > even else "utf-16-be": "UTF-16"}
    elif b"\0" in content or content[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        codes = {}
    elif "Shift_JIS" not in reason[0]:
        del codes["cp932"]
    for code, name in codes.items() if any_encoding else ():
        with suppress(UnicodeDecodeError):
            return content.decode(code).removeprefix("\ufeff"), [f"read as {name}"]
    raise TableError(*reason)


def _sorted_out(
    header: list[str], at: int, rows: list[tuple[int, list[str]]], kept: list[int]
) -> tuple[list[tuple[int, list[str]]], list[tuple[int, dict[str, str], str]]]:
    """Rows that have as many cells as the header, and what is wrong."""
    problems: list[tuple[int, dict[str, str], str]] = []
    if any(not header[n] for n in kept):
        problems.append((at, {}, "found a column without a name"))
    names = [header[n] for n in kept if header[n]]
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    problems += [(at, {}, f"column '{short(name)}' stands twice") for name in twice]
    good = []
    for line, cells in rows:
        if len(cells) < len(header) or any(cells[len(header) :]):
            quotes = "; a comma inside a text needs quotation marks round the text"
            problems.append((
                line, dict(zip(header, cells, strict=False)),
                f"found {len(cells)} cells; allowed: {len(header)}, as in the header"
                + (quotes if len(cells) > len(header) else ""),
            ))  # fmt: skip
        else:
            good.append((line, [cells[n] for n in kept]))
    return good, problems


def _rows(text: str, mark: str) -> Iterator[tuple[int, list[str]]]:
    """Give each row: its line, and its cells without spaces around them."""
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=mark, strict=True, skipinitialspace=True
    )
    line = 1
    try:
        for cells in reader:
            start, line = line, reader.line_num + 1
            yield (
                start,
                [_NUMBER.sub("-", cell.strip().strip(_INVISIBLE).strip()) for cell in cells],
            )
    except csv.Error as error:
        raise TableError(csv_reason(error), line) from error
