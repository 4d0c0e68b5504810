"""An edited GeoPackage -> what it changes in an atlas folder, row by row; `apply` writes it.

Only what people write in an atlas folder is compared. Computed columns and the geometry of routes,
links and events follow from other rows and are left alone, and said so. Rows that are missing in
the GeoPackage stay in the folder: nothing is lost by an import.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray
from pyogrio.raw import read_arrow
from shapely.geometry.base import BaseGeometry

from frontiers_map.atlas import fields
from frontiers_map.atlas.atlas import Atlas, read
from frontiers_map.atlas.model import LAYERS
from frontiers_map.atlas.reader import did_you_mean
from frontiers_map.errors import AtlasError, CallError, Problem
from frontiers_map.geo.gdal import reason, refuse_pointer
from frontiers_map.outputs.gis.backdrop import beside_seam
from frontiers_map.outputs.gis.layers import exchange, promote
from frontiers_map.outputs.gis.roundtrip.rejoin import Rejoined, rejoin, same

__all__ = ["EDITABLE", "Change", "Comparison", "as_written", "compare"]

EDITABLE = {name: layer for name, layer in LAYERS.items() if layer.edited}
_RENAMED = {"from": "from_id", "to": "to_id"}
_SMALL = 1e-9


@dataclass(frozen=True)
class Change:
    """One value that differs: where it stands in the folder, what it was, what it would be."""

    layer: str
    file: str
    id: str
    field: str
    old: str
    new: str
    kind: str = "value"
    value: Any = None

    def __str__(self) -> str:
        """Say the change in a line."""
        if self.kind == "new":
            return f"{self.file}: {self.id}: new row"
        if self.kind == "geometry":
            return f"{self.file}: {self.id}: {self.new}"
        return f"{self.file}: {self.id}: {self.field}: {_short(self.old)} → {_short(self.new)}"


@dataclass(frozen=True)
class Comparison:
    """What an edited GeoPackage would change.

    Attributes
    ----------
    folder
        The atlas folder.
    changes
        What differs and can be written.
    notes
        What a person should know: rows that are missing and kept, changes that are not taken.
    """

    folder: Path
    changes: tuple[Change, ...]
    notes: tuple[str, ...]


@dataclass
class _Found:
    changes: list[Change] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def _short(value: str) -> str:
    shown = value if len(value) <= 60 else f"{value[:57]}..."
    return f"'{shown}'" if value else "nothing"


def compare(path: Path, folder: Path, layers: Sequence[str] = ()) -> Comparison:
    """Compare the layers of a GeoPackage with an atlas folder, feature by feature.

    Parameters
    ----------
    path
        A GeoPackage that came from `build` and was edited since.
    folder
        The atlas folder.
    layers
        Which layers to look at; all that are there if empty.

    Raises
    ------
    AtlasError
        If a layer cannot be compared: another reference system, ids that are missing or stand
        twice.
    CallError
        If the file is no GeoPackage, or a layer is asked for that it does not have.
    """
    atlas = read(folder)
    present = _layers(path)
    for name in layers:
        if name not in EDITABLE:
            hint = did_you_mean(name, EDITABLE)
            raise CallError(f"found layer '{name}'; allowed: {', '.join(EDITABLE)}{hint}")
        if name not in present:
            raise CallError(f"{path}: found no layer '{name}'; allowed: {', '.join(present)}")
    wanted = [name for name in EDITABLE if name in (layers or present) and name in present]
    own = {layer.id: layer.file for layer in atlas.settings.layers if layer.id in present}
    if not wanted:
        raise CallError(f"{path}: found no layer of an atlas; allowed: {', '.join(EDITABLE)}")
    found = _Found()
    if not layers:
        found.notes += [f"{name}: not compared; edit {file} itself" for name, file in own.items()]
    for name in wanted:
        _compare_layer(path, atlas, name, found)
    if found.problems:
        raise AtlasError(found.problems)
    return Comparison(Path(folder), tuple(found.changes), tuple(found.notes))


def _layers(path: Path) -> list[str]:
    try:
        refuse_pointer(path)
        return [str(name) for name, _ in pyogrio.list_layers(path)]
    except Exception as error:
        raise CallError(f"{path}: not a GeoPackage that can be read") from error


def _compare_layer(path: Path, atlas: Atlas, name: str, found: _Found) -> None:
    layer = EDITABLE[name]
    file = layer.file
    kind = layer.geometry if layer.shapes else ""  # what is computed nobody edits
    label = f"{path}({name})"
    rows, geometry, crs = _rows(path, name)
    if kind and not _is_wgs84(crs):
        found.problems.append(
            Problem(label, 0, "", "crs", f"found {crs}; allowed: EPSG:4326, as it was exported")
        )
        return
    names = [row.get("id") for row in rows]
    if not _ids_are_right(label, rows, names, found):
        return
    frame = getattr(atlas, layer.frame or name)
    flat = fields.flat(frame)
    known = {str(value): place for place, value in enumerate(frame["id"])}
    old_shapes = _exported(frame, kind) if kind else None
    there = set(map(str, names))
    for row_id in known:
        if row_id not in there:
            found.notes.append(f"{file}: {row_id}: not in the GeoPackage; kept as it is")
    for number, row in enumerate(rows):
        row_id = str(row["id"])
        shape = geometry[number] if geometry is not None else None
        if row_id not in known:
            _new_row(name, file, row, shape, flat, found)
            continue
        place = known[row_id]
        held = {column: values[place] for column, (_, values) in flat.items()}
        given = {
            column: row[_RENAMED.get(column, column)]
            for column in flat
            if _RENAMED.get(column, column) in row
        }
        if kind and old_shapes is not None and not same(shape, old_shapes[place]):
            _geometry(name, file, row_id, shape, frame.geometry.iloc[place], kind, found)
        for column, value in given.items():
            if kind == "Point" and column in ("lon", "lat"):
                continue  # where the point stands counts, not what its columns repeat
            base = column.removesuffix(fields.GIVEN)
            kept = held[column]
            if base in fields.DATES:
                if column != base:
                    continue
                kept, value = _date(held, given, base)
            if not _equal(kept, value):
                found.changes.append(
                    Change(
                        name, file, row_id, base, as_written(kept), as_written(value), value=value
                    )
                )


def _rows(path: Path, layer: str) -> tuple[list[dict[str, Any]], NDArray[np.object_] | None, str]:
    geometry = None
    try:
        info, table = read_arrow(path, layer=layer, datetime_as_string=True)
        column = info.get("geometry_name") or "wkb_geometry"
        if column in table.column_names:
            geometry = shapely.from_wkb(np.array(table[column].to_pylist(), dtype=object))
            table = table.drop_columns([column])
        return table.to_pylist(), geometry, str(info.get("crs"))
    except Exception as error:
        raise CallError(f"{path}: {layer}: cannot be read: {reason(error)}") from error


def _is_wgs84(crs: str) -> bool:
    import pyproj

    try:
        return bool(pyproj.CRS.from_user_input(crs).equals("EPSG:4326", ignore_axis_order=True))
    except pyproj.exceptions.CRSError:
        return False


def _ids_are_right(
    label: str, rows: Sequence[dict[str, Any]], names: Sequence[Any], found: _Found
) -> bool:
    if rows and "id" not in rows[0]:
        found.problems.append(
            Problem(label, 0, "", "id", "column 'id' is missing; rows cannot be told apart")
        )
        return False
    right = True
    seen: dict[str, int] = {}
    for number, name in enumerate(names, start=1):
        if name in (None, ""):
            text = "found nothing; allowed: the id that the row had"
        elif str(name) in seen:
            text = f"found '{name}' a second time (row {seen[str(name)]}); allowed: each id once"
        else:
            seen[str(name)] = number
            continue
        found.problems.append(Problem(label, number, str(name or ""), "id", text))
        right = False
    return right


def _exported(frame: Any, kind: str) -> NDArray[np.object_]:
    """Geometry as `build` wrote it into the GeoPackage."""
    whole = np.array(list(frame.geometry), dtype=object)
    return promote(beside_seam(promote(exchange(whole), kind)), kind)


def _geometry(
    layer: str,
    file: str,
    row_id: str,
    shape: BaseGeometry | None,
    before: BaseGeometry,
    kind: str,
    found: _Found,
) -> None:
    """Tell how a geometry changed, if that can be taken."""
    if shape is None or shape.is_empty:
        found.notes.append(f"{file}: {row_id}: geometry is gone in the GeoPackage; kept as it is")
        return
    if kind == "Point":
        if shape.geom_type != "Point":
            text = f"geometry is now a {shape.geom_type}, not a Point; kept as it is"
            found.notes.append(f"{file}: {row_id}: {text}")
            return
        for column, old, new in zip(
            ("lon", "lat"), (before.x, before.y), (shape.x, shape.y), strict=True
        ):
            written = round(float(new), 6) + 0.0
            if abs(old - written) > _SMALL:
                found.changes.append(
                    Change(
                        layer,
                        file,
                        row_id,
                        column,
                        as_written(old),
                        as_written(written),
                        value=written,
                    )
                )
        return
    if not shape.is_valid:
        reason = shapely.is_valid_reason(shape)
        found.problems.append(Problem(file, 0, row_id, "geometry", f"found {reason}"))
        return
    joined = rejoin(shape, before)
    if joined.moved or joined.added or joined.removed:
        found.changes.append(
            Change(layer, file, row_id, "geometry", "", _told(joined), "geometry", joined)
        )


def _told(joined: Rejoined) -> str:
    if joined.moved:
        from frontiers_map.geo import geodesy

        far = max(
            geodesy.length_m(shapely.linestrings([old, new])) / 1000 for old, new in joined.moved
        )
        count = len(joined.moved)
        return (
            f"geometry: {count} vert{'ex' if count == 1 else 'ices'} moved, by up to {far:.1f} km"
        )
    return f"geometry: {joined.added} vertices added, {joined.removed} removed"


def _new_row(
    layer: str,
    file: str,
    row: dict[str, Any],
    shape: BaseGeometry | None,
    flat: dict[str, tuple[fields.Field, list[Any]]],
    found: _Found,
) -> None:
    row_id = str(row["id"])
    if not file.endswith(".csv"):
        found.notes.append(f"{file}: {row_id}: new row, not taken; add it to the file by hand")
        return
    values = {
        column: as_written(row.get(_RENAMED.get(column, column)))
        for column in flat
        if row.get(_RENAMED.get(column, column)) is not None
    }
    for name in fields.DATES:
        if text := values.pop(name + fields.GIVEN, ""):
            values[name] = text
    if shape is not None and shape.geom_type == "Point" and "lon" in flat:
        values |= {"lon": as_written(round(shape.x, 6)), "lat": as_written(round(shape.y, 6))}
    found.changes.append(Change(layer, file, row_id, "", "", "", "new", values))


def _date(held: dict[str, Any], given: dict[str, Any], name: str) -> tuple[Any, Any]:
    """The text of a date as it was, and as it is now: edited as text or, else, as a day."""
    text = name + fields.GIVEN
    before, after = held[text], given.get(text, held[text])
    if _equal(before, after) and not _equal(held[name], given[name]):
        # an older file has the text itself in the column
        return before, given[name] if text in given or not _equal(before, given[name]) else before
    return before, after


def _equal(kept: Any, given: Any) -> bool:
    if kept in (None, "") or given in (None, ""):
        return kept in (None, "") and given in (None, "")
    if isinstance(kept, bool) or isinstance(given, bool):
        return bool(kept) == bool(given)
    if isinstance(kept, (int, float)) and isinstance(given, (int, float)):
        return abs(float(kept) - float(given)) <= _SMALL * max(1.0, abs(float(kept)))
    return str(kept) == str(given)


def as_written(value: Any) -> str:
    """Write a value the way people write it in a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "y" if value else "n"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return str(value)
