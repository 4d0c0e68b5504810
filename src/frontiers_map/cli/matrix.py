"""Ways between many places, as a table for the terminal, CSV, JSON, Parquet or a workbook."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from frontiers_map.atlas.writing import whole
from frontiers_map.errors import CallError, one_line
from frontiers_map.geo.gdal import fixed_date
from frontiers_map.outputs.tables import to_csv
from frontiers_map.voyages.any_table import read_any
from frontiers_map.voyages.lengths import Matrix
from frontiers_map.voyages.pairs import asked_places
from frontiers_map.voyages.voyage import End

__all__ = ["check", "places", "text", "write"]

_SUFFIXES = (".csv", ".parquet", ".xlsx")
_TOLD = 20  # reasons shown below a table


def places(asked: Iterable[str]) -> tuple[list[End], list[str]]:
    """Give places in the order in which they were asked, those of files among them.

    Raises
    ------
    CallError
        If a file has none.
    """
    found: list[End] = []
    notes: list[str] = []
    for each in asked:
        if Path(each).suffix and Path(each).is_file():
            more, told = asked_places(read_any(Path(each)))
            found += more
            notes += told
        else:
            found.append(each)
    return found, notes


def text(matrix: Matrix, style: str) -> str:
    """Write a matrix for the terminal: nautical miles and reasons, or all as CSV or JSON."""
    if style == "csv":
        return to_csv(matrix.table).decode().replace("\r\n", "\n")
    if style == "json":
        rows = json.loads(matrix.table.to_json(orient="records"))
        return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"
    cells = [["nm", *map(one_line, matrix.ends)]]
    for start, row in zip(matrix.starts, matrix.square().to_numpy().tolist(), strict=True):
        cells.append([one_line(start), *("–" if nm != nm else f"{nm:,.0f}" for nm in row)])
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [
        "  ".join([row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:]))])
        for row in cells
    ]
    reasons = list(dict.fromkeys(one_line(told) for told in matrix.table["error"] if told))
    if len(reasons) > _TOLD:
        reasons[_TOLD:] = [f"… and {len(reasons) - _TOLD} more; --format csv has all"]
    return "\n".join(lines + reasons) + "\n"


def check(path: Path) -> None:
    """Refuse a file of another kind before the work is done.

    Raises
    ------
    CallError
    """
    if path.suffix.lower() not in _SUFFIXES:
        raise CallError(f"{path}: found '{path.suffix}'; allowed: {', '.join(_SUFFIXES)}")


def write(matrix: Matrix, path: Path) -> None:
    """Write a matrix to a file: a row a way; a workbook has squares of miles and days, too.

    Raises
    ------
    CallError
        If it cannot be written.
    """
    check(path)
    with whole(path) as new:
        match path.suffix.lower():
            case ".csv":
                new.write_bytes(to_csv(matrix.table))
            case ".parquet":
                matrix.table.to_parquet(new, index=False)
            case _:
                _workbook(matrix, new)


def _workbook(matrix: Matrix, path: Path) -> None:
    """Write by GDAL, which the package has: no library for workbooks is needed."""
    import pyogrio

    from frontiers_map.outputs.tables import neutral

    def safe(frame: pd.DataFrame) -> pd.DataFrame:
        flat = [name for name in frame.columns if not pd.api.types.is_numeric_dtype(frame[name])]
        texts = {name: frame[name].map(neutral) for name in flat}
        return frame.assign(**texts).rename(columns=neutral)

    sheets = {"ways": matrix.table}
    for column in ("nm", "days"):
        square = matrix.square(column).astype(float)
        names = [f"{n} {name}" if list(matrix.ends).count(name) > 1 else name
                 for n, name in enumerate(matrix.ends, start=1)]  # fmt: skip
        square.columns = pd.Index(names)
        sheets[column] = square.reset_index()
    with fixed_date("1970-01-01"):
        for name, sheet in sheets.items():
            pyogrio.write_dataframe(
                safe(sheet), path, layer=name, driver="XLSX", append=path.exists()
            )
    _at_no_time(path)


def _at_no_time(path: Path) -> None:
    """Pack a workbook again without the hour in which it was made: same ways, same bytes."""
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
