"""A table of any kind, file or frame -> header and rows, and the ends of its lines if it has any.

CSV however spreadsheets leave it, workbooks, Parquet, GeoJSON, and what else GDAL reads.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from frontiers_map.atlas import geojson
from frontiers_map.atlas.csv_rows import LOOKED_AT, TableError, read_table
from frontiers_map.atlas.geojson_geometry import ShapeError, read_shape
from frontiers_map.atlas.messages import short
from frontiers_map.errors import AtlasError, CallError, Problem
from frontiers_map.geo.degrees import in_wgs84
from frontiers_map.geo.gdal import reason, refuse_pointer
from frontiers_map.voyages.columns import ends_of

__all__ = ["AnyTable", "of_frame", "of_rows", "read_any"]

WKT = ("wkt", "geom", "geometry", "the_geom")
BOOKS = (".xlsx", ".xlsm", ".ods")
_UNNAMED = re.compile(r"Field\d+")  # so GDAL calls a column without a name


@dataclass(frozen=True)
class AnyTable:
    """Rows as they were found.

    Attributes
    ----------
    place : str
        What messages call it.
    header : list of str
    rows : list of list
        Cells: text, or what the file holds.
    lines : list of int
        Where each row stands, 0 where that means nothing.
    shapes : list of geometry
        One a row; empty where the rows have none.
    notes : list of str
        What was understood that is not as it is usually written.
    """

    place: str
    header: list[str]
    rows: list[list[Any]]
    lines: list[int]
    shapes: list[BaseGeometry | None] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_any(path: Path) -> AnyTable:
    """Read a file.

    Raises
    ------
    CallError, AtlasError
        If it cannot be read; with all that is wrong with its rows.
    """
    try:
        with path.open("rb") as file:
            start = file.read(64)
    except OSError as error:
        raise CallError(f"{path}: cannot be read: {error.strerror or error}") from error
    ending = path.suffix.lower()
    if ending in geojson.JSON or start.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"{", b"["):
        return _json(path)
    if start[:4] == b"PAR1":
        return _parquet(path)
    if ending in BOOKS:
        return _workbook(path)
    if ending in (".gpkg", ".shp", ".zip", ".fgb", ".kml", ".gpx", ".gml"):
        return _layer(path)
    return _csv(path)


def _csv(path: Path) -> AnyTable:
    try:
        table = read_table(path.read_bytes(), any_encoding=True, head=_head)
    except TableError as error:
        raise CallError(f"{path}{f':{error.line}' if error.line else ''}: {error}") from error
    if table.problems:
        raise AtlasError(
            Problem(str(path), line, "", "", reason + _four(table.header, cells))
            for line, cells, reason in table.problems
        )
    rows = [list(cells) for _, cells in table.rows]
    lines = [line for line, _ in table.rows]
    shapes: list[BaseGeometry | None] = []
    for number, name in enumerate(table.header):
        if rows and name.lower() in WKT and rows[0][number].upper().startswith("LINESTRING"):
            shapes = [_wkt(row[number], path, line) for row, line in zip(rows, lines, strict=True)]
    return AnyTable(str(path), table.header, rows, lines, shapes, table.notes)


def _head(rows: Sequence[list[str]]) -> tuple[int, int, list[str]] | None:
    """Find the names of columns below a title; a role may stand once above its two axes.

    What is above has at most half as many cells as they have: it is no data.
    """
    for n, cells in enumerate(rows):
        below = rows[n + 1] if n + 1 < len(rows) else []
        if "" in cells and len(below) == len(cells):
            role, names = "", []
            for upper, lower in zip(cells, below, strict=True):
                role = upper or role
                names.append(f"{role} {lower}".strip())
            ways = ends_of(names).start
            if len(set(names)) == len(names) and ways and ways[0].kind == "lon lat":
                return n, 2, names
        found = ends_of(cells)
        if found.start or found.one:
            filled = sum(map(bool, cells))
            return (n, 1, cells) if all(sum(map(bool, r)) * 2 <= filled for r in rows[:n]) else None
    return None


def _wkt(cell: str, path: Path, line: int) -> BaseGeometry | None:
    try:
        return shapely.from_wkt(cell) if cell else None
    except shapely.errors.GEOSException:
        raise CallError(f"{path}:{line}: found '{short(cell)}'; allowed: WKT") from None


def _four(header: list[str], cells: Mapping[str, str]) -> str:
    """Say what to call the columns where the commas of two positions were taken for more."""
    if len(header) == 1:
        return "; the first line has to name the columns"
    first = next(iter(cells.values()), "")
    if len(header) == 2 and first.replace(".", "").lstrip("-").isdigit():
        return ", or four columns from_lon,from_lat,to_lon,to_lat"
    return ""


def _json(path: Path) -> AnyTable:
    """Read GeoJSON in any form, or a list of objects."""
    if path.suffix.lower() == ".json":
        try:
            found = json.loads(path.read_bytes())
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, list) and found and all(isinstance(row, dict) for row in found):
            return of_rows(found, str(path))
    features = [one if isinstance(one, dict) else {} for one in geojson.parsed(path)]
    properties = [one.get("properties") for one in features]
    rows = [known if isinstance(known, dict) else {} for known in properties]
    shapes = [_shape(one.get("geometry"), path, number) for number, one in enumerate(features, 1)]
    return of_rows(rows, str(path), shapes=shapes)


def _shape(geometry: Any, path: Path, number: int) -> BaseGeometry | None:
    if not isinstance(geometry, dict):
        return None
    try:
        if geometry.get("type") in ("LineString", "MultiLineString"):
            return read_shape(geometry, ["LineString"])
        if geometry.get("type") == "GeometryCollection":
            raise ShapeError("found GeometryCollection; allowed: lines or points")
        return shapely.from_geojson(json.dumps(geometry))
    except (ShapeError, shapely.errors.GEOSException) as error:
        raise CallError(f"{path}: feature {number}: {error}") from None


def _parquet(path: Path) -> AnyTable:
    import pyarrow.parquet as pq

    try:
        geo = b"geo" in (pq.read_schema(path).metadata or {})
        frame = gpd.read_parquet(path) if geo else pd.read_parquet(path)
    except Exception as error:
        raise CallError(f"{path}: not Parquet that can be read: {reason(error)}") from error
    return of_frame(frame, str(path))


def _layer(path: Path) -> AnyTable:
    try:
        refuse_pointer(path)
        frame = gpd.read_file(path, engine="pyogrio")
    except Exception as error:
        raise CallError(f"{path}: not a layer that can be read: {reason(error)}") from error
    return of_frame(frame, str(path))


def _workbook(path: Path) -> AnyTable:
    """Read the first sheet of a workbook by GDAL, which knows XLSX and ODS, as cells of text."""
    import pyogrio

    try:
        sheets = [str(name) for name, _ in pyogrio.list_layers(path)]
        # the first row is the header, whatever is below it; a column of numbers stays numbers
        frame = pyogrio.read_dataframe(path, layer=sheets[0], read_geometry=False, HEADERS="FORCE")
    except Exception as error:
        raise CallError(f"{path}: not a workbook that can be read: {reason(error)}") from error
    table = of_frame(frame, str(path))
    if not ends_of(table.header).start or any(_UNNAMED.fullmatch(one) for one in table.header):
        table = _below_a_title(path, sheets[0]) or table
    more = f", the first of {len(sheets)} sheets" if len(sheets) > 1 else ""
    notes = [f"read sheet '{sheets[0]}'{more}", *table.notes]
    kept = [n for n, row in enumerate(table.rows) if any(not _empty(cell) for cell in row)]
    first = table.lines[0] if any(table.lines) else 2
    rows, lines = [table.rows[n] for n in kept], [n + first for n in kept]
    return AnyTable(str(path), table.header, rows, lines, [], notes)


def _below_a_title(path: Path, sheet: str) -> AnyTable | None:
    """Read a sheet whose first row does not name its columns, if one of the next does."""
    import pyogrio

    frame = pyogrio.read_dataframe(path, layer=sheet, read_geometry=False, HEADERS="DISABLE")
    rows = [["" if _empty(cell) else str(cell).strip() for cell in row]
            for row in frame.itertuples(index=False)]  # fmt: skip
    full = [n for n, row in enumerate(rows) if any(row)]
    if (found := _head([rows[n] for n in full[:LOOKED_AT]])) is None:
        return None
    first, many, header = found
    begin = full[first + many - 1] + 1
    lines = [n + 1 for n in range(begin, len(rows))]
    told = [f"names of the columns are in row {full[first] + 1}"]
    return AnyTable(str(path), header, [list(row) for row in rows[begin:]], lines, [], told)


def _empty(cell: Any) -> bool:
    return cell is None or cell == "" or (isinstance(cell, float) and cell != cell)


def of_frame(frame: pd.DataFrame, place: str = "pairs") -> AnyTable:
    """Take a frame; geometry in another reference system is brought to WGS 84.

    Raises
    ------
    CallError
        If columns have no names of their own.
    """
    header = [str(name) for name in frame.columns]
    if twice := sorted({name for name in header if header.count(name) > 1}):
        raise CallError(
            f"{place}: found columns of one name: {', '.join(twice)}; allowed: each once"
        )
    shapes: list[BaseGeometry | None] = []
    notes = []
    if isinstance(frame, gpd.GeoDataFrame) and frame.active_geometry_name is not None:
        if frame.crs is not None and not frame.crs.equals("EPSG:4326", ignore_axis_order=True):
            notes.append(f"brought from {frame.crs.name} to WGS 84")
            try:
                frame = in_wgs84(frame)
            except ValueError as error:
                raise CallError(f"{place}: {error}") from error
        active = str(frame.active_geometry_name)
        # points of a start, with those of an end beside them, are a column like others
        rest = [name for name in header if name != active]
        if not (ends_of(header).start and not ends_of(rest).start):
            shapes = list(frame.geometry)
            header = rest
            frame = pd.DataFrame(frame.drop(columns=active))
    columns = [frame[name].astype(object).tolist() for name in frame.columns]
    rows = [list(cells) for cells in zip(*columns, strict=True)] if columns else []
    rows = rows or [[] for _ in range(len(frame))]
    return AnyTable(place, header, rows, [0] * len(rows), shapes, notes)


def of_rows(
    rows: Sequence[Mapping[str, Any]],
    place: str = "pairs",
    *,
    shapes: Sequence[BaseGeometry | None] = (),
) -> AnyTable:
    """Take mappings; columns in the order in which they are first met."""
    header = list(dict.fromkeys(str(name) for row in rows for name in row))
    cells = [[row.get(name) for name in header] for row in rows]
    given = list(shapes) if any(shape is not None for shape in shapes) else []
    return AnyTable(place, header, cells, [0] * len(cells), given)
