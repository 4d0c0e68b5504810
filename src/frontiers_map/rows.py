"""The rows of a CSV file, and in which line each begins."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from frontiers_map.wording import csv_reason

__all__ = ["TableError", "rows", "separated_by"]


class TableError(ValueError):
    """A text that is no CSV; `line` is where."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.line = line


def rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Give each row that holds anything: its line, and its cells without spaces around them.

    Raises
    ------
    TableError
        Where the text stops being CSV.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            start, line = line, reader.line_num + 1
            if any(cell.strip() for cell in cells):
                yield start, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise TableError(csv_reason(error), line) from error


def separated_by(header: Sequence[str]) -> str:
    """Name what stands between the columns of a header instead of commas; empty if commas do."""
    for mark, name in ((";", "';'"), ("\t", "tabs")):
        if len(header) == 1 and mark in header[0]:
            return name
    return ""
