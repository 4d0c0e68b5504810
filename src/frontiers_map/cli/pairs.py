"""Pairs of ends from a file, routed one by one, and the table of them to a file again."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
from pyogrio.errors import DataSourceError

from frontiers_map.atlas.csv_rows import TableError, read_table
from frontiers_map.atlas.messages import did_you_mean, short
from frontiers_map.errors import CallError, Problem
from frontiers_map.geo import geodesy
from frontiers_map.geo.gdal import fixed_date
from frontiers_map.voyages.vessels import Vessel
from frontiers_map.voyages.world import (
    KNOTS,
    Voyage,
    World,
    table_of,
)

__all__ = ["as_csv", "from_file", "write"]


# What a row may ask, and what this module itself writes beside that: a result can be asked again.
ASKED = ("from", "to", "via", "close", "open", "ship", "speed_kn", "id")
_END = 'an end is a name, a code, or "lon,lat" in one cell, in quotation marks'
ANSWERED = ("nm", "km", "days", "gates", "moved_from_km", "moved_to_km", "error")


def from_file(
    world: World,
    path: Path,
    *,
    close: Iterable[str] = (),
    opened: Iterable[str] = (),
    ship: str | None = None,
    draught: float | None = None,
    speed: float = KNOTS,
) -> tuple[gpd.GeoDataFrame, list[Problem], list[str]]:
    """Route the pairs of a CSV file.

    Parameters
    ----------
    world, path
        The file has the columns from,to and optional via,close,open,ship,speed_kn,id.
    close, opened
        Gates closed and opened for all rows, besides those of a row.
    ship, draught, speed
        For the rows that do not say their own.

    Returns
    -------
    GeoDataFrame
        One row a pair, in order, as `table_of` gives it; `error` says why a pair failed.
    list of Problem
        The same for a person.
    list of str
        What was understood in the file that is not as it is usually written.
    """
    asked, lines, notes = _read_pairs(path)
    # rows that share all that a search needs are searched for together
    groups: dict[tuple[tuple[str, ...], tuple[str, ...], str], list[int]] = {}
    for number, row in enumerate(asked):
        key = (
            (*close, *_several(row.get("close"))),
            (*opened, *_several(row.get("open"))),
            row.get("ship") or "",
        )
        groups.setdefault(key, []).append(number)
    found: list[Voyage | CallError] = [CallError("not asked")] * len(asked)
    for (shut, let, kind), numbers in groups.items():
        pairs = [(asked[n]["from"], asked[n]["to"]) for n in numbers]
        via = [_several(asked[n].get("via")) for n in numbers]
        try:
            vessel = Vessel.asked(world.atlas.ships, kind or ship, draught)
            answers = world.routes(pairs, via=via, close=shut, opened=let, vessel=vessel)
        except CallError as error:
            answers = [error] * len(numbers)
        for number, answer in zip(numbers, answers, strict=True):
            found[number] = answer
    speeds = [speed] * len(asked)
    for number, row in enumerate(asked):
        try:
            speeds[number] = _knots(row.get("speed_kn"), speed)
        except CallError as error:
            found[number] = error
        if empty := [end for end in ("from", "to") if not row[end]]:
            found[number] = CallError(f"{' and '.join(empty)}: found an empty cell; {_END}")
    ids = [row.get("id") or str(number) for number, row in enumerate(asked, start=1)]
    if twice := sorted({each for each in ids if ids.count(each) > 1}):
        notes.append(f"{path}: id: {short(', '.join(twice))} of several rows; answers have it, too")
    pairs = [(row["from"], row["to"]) for row in asked]
    problems = [
        Problem(str(path), line, label, "", str(item))
        for line, label, item in zip(lines, ids, found, strict=True)
        if isinstance(item, CallError)
    ]
    return table_of(pairs, found, ids=ids, speed_kn=speeds), problems, notes


def _knots(cell: str | None, otherwise: float) -> float:
    if not cell:
        return otherwise
    try:
        knots = float(cell)
    except ValueError:
        knots = 0.0
    if not 1 <= knots <= 60:
        raise CallError(f"speed_kn: found '{short(cell)}'; allowed: a number of knots, 1 to 60")
    return knots


def as_csv(table: gpd.GeoDataFrame) -> str:
    """Write the table of `from_file` as CSV, without geometry."""
    from frontiers_map.outputs.tables import to_csv

    return to_csv(table).decode().replace("\r\n", "\n")


def write(table: gpd.GeoDataFrame, path: Path) -> None:
    """Write the table of `from_file` as .csv, .geojson, .gpkg or .parquet, split at 180°.

    Raises
    ------
    CallError
        If the name ends otherwise, or the file cannot be written.
    """
    exchange = table.copy()
    for column in ("gates", "via", "close", "open"):
        exchange[column] = [";".join(each) for each in table[column]]
    exchange["geometry"] = [
        None if line is None else geodesy.split(line) for line in table.geometry
    ]
    try:
        match path.suffix.lower():
            case ".csv":
                path.write_text(as_csv(table), encoding="utf-8")
            case ".geojson":
                path.unlink(missing_ok=True)
                exchange.to_file(path, driver="GeoJSON", engine="pyogrio", RFC7946="YES")
            case ".gpkg":
                path.unlink(missing_ok=True)
                # the same bytes whenever it is written; QGIS 3.22 warns at version 1.4
                with fixed_date("1970-01-01"):
                    exchange.to_file(
                        path, driver="GPKG", engine="pyogrio", layer="routes",
                        dataset_options={"VERSION": "1.3"},
                    )  # fmt: skip
            case ".parquet":
                exchange.to_parquet(path)
            case other:
                raise CallError(
                    f"{path}: found '{other}'; allowed: .csv, .geojson, .gpkg or .parquet"
                )
    except OSError as error:
        raise CallError(f"{path}: cannot be written: {error.strerror or error}") from error
    except DataSourceError as error:
        raise CallError(f"{path}: cannot be written: {error}") from error


def _several(cell: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (cell or "").split(";") if part.strip())


def _read_pairs(path: Path) -> tuple[list[dict[str, str]], list[int], list[str]]:
    """Rows, the line of each, and what was understood that is not as it is usually written."""
    try:
        table = read_table(path.read_bytes())
    except OSError as error:
        raise CallError(f"{path}: cannot be read: {error.strerror or error}") from error
    except TableError as error:
        raise CallError(f"{path}{f':{error.line}' if error.line else ''}: {error}") from error
    for line, _, reason in table.problems:
        raise CallError(f"{path}:{line}: {reason}")
    if told := _wrong_header(table.header):
        raise CallError(f"{path}:{table.line}: {told}")
    found = [dict(zip(table.header, cells, strict=True)) for _, cells in table.rows]
    return found, [line for line, _ in table.rows], [f"{path}: {note}" for note in table.notes]


def _wrong_header(header: list[str]) -> str:
    """Say which columns are unknown and which are missing, all at once; empty if none is."""
    unknown = [name for name in header if name not in (*ASKED, *ANSWERED)]
    missing = [name for name in ("from", "to") if name not in header]
    near = {name: did_you_mean(name.lower(), ASKED) for name in unknown}
    # two that are like one name, such as latFrom and lonFrom, are neither
    hints = {name: hint if [*near.values()].count(hint) == 1 else "" for name, hint in near.items()}
    told = [f"column '{name}' is missing" for name in missing]
    told += [f"unknown column '{short(name)}'{hints[name]}" for name in unknown]
    if told and not all(hints.values()):
        told.append(f"allowed: {', '.join(ASKED)}")
    if missing and not all(hints.values()):
        told.append(_END)
    return "; ".join(told)
