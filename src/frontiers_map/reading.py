"""Files that people edit -> checked rows, with every problem told and none raised.

A table is CSV with a header, features are GeoJSON, settings and prose are TOML; all are UTF-8.
Each reader gives rows and adds to a list of problems: whoever calls decides when to stop.
"""

from __future__ import annotations

import csv
import difflib
import io
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pydantic import ValidationError
from shapely.geometry import LineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from frontiers_map.errors import Problem
from frontiers_map.model import Row

__all__ = ["Found", "Reader", "did_you_mean"]

_MISSING = "missing"


@dataclass(frozen=True)
class Found:
    """One row that could be read, where it stood, and its geometry if the file has any."""

    row: Row
    line: int
    geometry: BaseGeometry | None = None


def did_you_mean(word: str, allowed: Iterable[str]) -> str:
    """Say the nearest of the `allowed` words, as the end of a sentence, or nothing."""
    near = difflib.get_close_matches(word, list(allowed), n=1, cutoff=0.6)
    return f"; did you mean '{near[0]}'?" if near else ""


class Reader:
    """Reads the files of one atlas folder and gathers their problems.

    Parameters
    ----------
    folder
        The atlas folder; only files directly in it are ever opened.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.contents: dict[str, bytes] = {}

    def say(
        self, file: str, text: str, *, line: int = 0, feature: str = "", field: str = ""
    ) -> None:
        """Add a problem."""
        self.problems.append(Problem(f"{self.folder}/{file}", line, feature, field, text))

    def text(self, file: str) -> str | None:
        """Read `file` as UTF-8; None if it is absent or cannot be read (which is then told)."""
        try:
            content = (self.folder / file).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            self.say(file, f"cannot be read: {error.strerror or error}")
            return None
        self.contents[file] = content
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            found = content[error.start]
            self.say(file, f"found byte 0x{found:02x}; allowed: UTF-8 text", line=line)
            return None

    def rows(self, file: str, model: type[Row]) -> list[Found]:
        """Read a CSV table or the features of a GeoJSON file."""
        text = self.text(file)
        if text is None:
            return []
        if file.endswith(".geojson"):
            return self._features(file, text, model)
        return self._table(file, text, model)

    def tables(self, file: str, kinds: Mapping[str, type[Row]]) -> dict[str, list[Found]]:
        """Read the arrays of tables (``[[chapter]]``) of a TOML file."""
        found: dict[str, list[Found]] = {kind: [] for kind in kinds}
        document, text = self._toml(file)
        for kind, entries in document.items():
            if kind not in kinds:
                hint = did_you_mean(kind, kinds)
                allowed = " or ".join(f"[[{name}]]" for name in kinds)
                self.say(file, f"unknown key; allowed: {allowed}{hint}", field=kind)
                continue
            if not isinstance(entries, list):
                self.say(file, f"found one value; allowed: a list, [[{kind}]]", field=kind)
                continue
            for number, entry in enumerate(entries, start=1):
                label = self._id(entry) or f"{kind} {number}"
                line = _line_of(text, rf'^\s*id\s*=\s*["\']{re.escape(label)}["\']')
                if row := self._row(file, kinds[kind], entry, line, label):
                    found[kind].append(Found(row, line))
        return found

    def settings(self, file: str, model: type[Row]) -> Row | None:
        """Read a TOML file that is one row."""
        document, text = self._toml(file)
        if not text:
            return None
        row: Row | None = self._row(file, model, document, 0, "")
        return row

    def unique(self, file: str, found: list[Found]) -> None:
        """Tell ids that stand twice in one file."""
        first: dict[str, int] = {}
        for item in found:
            row_id = getattr(item.row, "id", "")
            if row_id in first:
                before = f" (line {first[row_id]})" if first[row_id] else ""
                self.say(
                    file,
                    f"found '{row_id}' a second time{before}; allowed: each id once",
                    line=item.line,
                    feature=row_id,
                    field="id",
                )
            first.setdefault(row_id, item.line)

    def _toml(self, file: str) -> tuple[dict[str, Any], str]:
        text = self.text(file)
        if text is None:
            return {}, ""
        try:
            return tomllib.loads(text), text
        except tomllib.TOMLDecodeError as error:
            place = re.search(r"at line (\d+)", str(error))
            line = int(place.group(1)) if place else text.count("\n") + 1
            reason = str(error).split(" (at ")[0]
            self.say(file, f"not TOML: {reason}", line=line)
        except RecursionError:
            self.say(file, "not TOML that can be read: nested too deeply")
        return {}, ""

    def _table(self, file: str, text: str, model: type[Row]) -> list[Found]:
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        found: list[Found] = []
        header: list[str] | None = None
        line = 1
        try:
            for cells in reader:
                start, line = line, reader.line_num + 1
                if not any(cell.strip() for cell in cells):
                    continue
                if header is None:
                    header = [cell.strip() for cell in cells]
                    if not self._header(file, header, start, model):
                        return []
                    continue
                label = cells[header.index("id")].strip() if _has(header, "id", cells) else ""
                if len(cells) != len(header):
                    self.say(
                        file,
                        f"found {len(cells)} cells; allowed: {len(header)}, as in the header",
                        line=start,
                        feature=label,
                    )
                    continue
                values = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
                if row := self._row(file, model, _without_empty(values, model), start, label):
                    found.append(Found(row, start))
        except csv.Error as error:
            self.say(file, f"not CSV: {error}", line=line)
        if header is None:
            self.say(file, "found nothing; allowed: a header line with the names of the columns")
        return found

    def _header(self, file: str, header: list[str], line: int, model: type[Row]) -> bool:
        columns = _columns(model)
        before = len(self.problems)
        if len(header) == 1 and ";" in header[0]:
            self.say(file, "found columns separated by ';'; allowed: commas", line=line)
            return False
        for name in sorted(set(header) - set(columns)):
            hint = did_you_mean(name, columns)
            shown = f"'{name}'" if name else "a column without a name"
            self.say(file, f"unknown column {shown}{hint}", line=line)
        for name in sorted({name for name in header if header.count(name) > 1}):
            self.say(file, f"column '{name}' stands twice", line=line)
        for name, needed in columns.items():
            if needed and name not in header:
                self.say(file, f"column '{name}' is missing", line=line)
        return len(self.problems) == before

    def _features(self, file: str, text: str, model: type[Row]) -> list[Found]:
        try:
            document = json.loads(text, parse_constant=_refuse_constant)
        except json.JSONDecodeError as error:
            self.say(file, f"not JSON: {error.msg}", line=error.lineno)
            return []
        except (ValueError, RecursionError) as error:
            self.say(file, f"not JSON that can be read: {error}")
            return []
        features = document.get("features") if isinstance(document, dict) else None
        if not isinstance(features, list) or document.get("type") != "FeatureCollection":
            self.say(file, "found something else; allowed: a GeoJSON FeatureCollection")
            return []
        crs = document.get("crs")
        if crs is not None and "CRS84" not in json.dumps(crs) and "4326" not in json.dumps(crs):
            self.say(file, "found another CRS; allowed: WGS 84 longitude and latitude", field="crs")
        found = []
        for number, feature in enumerate(features, start=1):
            properties = feature.get("properties") if isinstance(feature, dict) else None
            if not isinstance(properties, dict):
                self.say(file, f"feature {number} has no properties; allowed: a GeoJSON Feature")
                continue
            label = self._id(properties) or f"feature {number}"
            line = _line_of(text, rf'"id"\s*:\s*"{re.escape(label)}"')
            values = {k: v for k, v in properties.items() if v is not None and k != "fid"}
            row = self._row(file, model, _without_empty(values, model), line, label)
            geometry = self._geometry(file, feature.get("geometry"), line, label)
            if row and geometry is not None:
                found.append(Found(row, line, geometry))
        return found

    def _row(self, file: str, model: type[Row], values: Any, line: int, label: str) -> Any:
        if not isinstance(values, dict):
            self.say(file, "found a value; allowed: a table", line=line, feature=label)
            return None
        try:
            return model.model_validate(values)
        except ValidationError as error:
            for item in error.errors(include_url=False, include_context=False):
                field, text = _explain(model, item, values)
                self.say(file, text, line=line, feature=label, field=field)
        return None

    def _geometry(self, file: str, geometry: Any, line: int, label: str) -> BaseGeometry | None:
        def say(text: str) -> None:
            self.say(file, text, line=line, feature=label, field="geometry")

        if not isinstance(geometry, dict):
            say("found none; allowed: a LineString or a Polygon")
            return None
        kind, coordinates = geometry.get("type"), geometry.get("coordinates")
        if kind == "LineString":
            path = _path(coordinates, say)
            if path is None:
                return None
            if len(path) < 2 or len(np.unique(path, axis=0)) < 2:
                say("found fewer than two different positions; allowed: two or more")
                return None
            return LineString(_unwrap(path))
        if kind in ("Polygon", "MultiPolygon"):
            parts = coordinates if kind == "MultiPolygon" else [coordinates]
            if not isinstance(parts, list) or not parts:
                say("found no coordinates; allowed: rings of positions")
                return None
            polygons = [_polygon(part, say) for part in parts]
            whole = [polygon for polygon in polygons if polygon is not None]
            if len(whole) < len(polygons):
                return None
            return whole[0] if len(whole) == 1 else MultiPolygon(whole)
        say(f"found {kind!r}; allowed: LineString, Polygon or MultiPolygon")
        return None

    @staticmethod
    def _id(values: Any) -> str:
        found = values.get("id") if isinstance(values, dict) else None
        return found if isinstance(found, str) else ""


def _columns(model: type[Row]) -> dict[str, bool]:
    """Name of each column, and whether it is needed."""
    return {field.alias or name: field.is_required() for name, field in model.model_fields.items()}


def _has(header: list[str], name: str, cells: list[str]) -> bool:
    return name in header and header.index(name) < len(cells)


def _without_empty(values: dict[str, Any], model: type[Row]) -> dict[str, Any]:
    """Leave out empty cells of columns that need not be filled, so that defaults apply."""
    columns = _columns(model)
    return {name: value for name, value in values.items() if value != "" or columns.get(name, True)}


def _explain(model: type[Row], item: Any, values: dict[str, Any]) -> tuple[str, str]:
    place = item["loc"]
    name = str(place[0]) if place else ""
    field = ".".join(str(part) for part in place)
    if item["type"] == _MISSING:
        return field, "is missing; it is needed"
    if item["type"] == "extra_forbidden":
        return field, f"unknown field{did_you_mean(name, _columns(model))}"
    allowed = next(
        (f.description for n, f in model.model_fields.items() if (f.alias or n) == name), None
    )
    if allowed is None or len(place) > 1:
        allowed = item["msg"].removeprefix("Value error, ").replace("Input should be ", "")
    found = item["input"]
    if item["msg"].startswith("Value error, control"):
        return field, f"found {item['msg'].removeprefix('Value error, ')}; allowed: plain text"
    if found == "" or found == ():
        return field, f"is empty; allowed: {allowed}"
    shown = repr(found) if isinstance(found, str) else json.dumps(found, default=str)
    if len(shown) > 80:
        shown = f"{shown[:77]}..."
    return field, f"found {shown}; allowed: {allowed}{_swapped(name, values)}"


def _swapped(name: str, values: dict[str, Any]) -> str:
    """Offer to swap lon and lat where that alone would make both right."""
    if name != "lat":
        return ""
    try:
        lon, lat = float(values["lon"]), float(values["lat"])
    except (KeyError, TypeError, ValueError):
        return ""
    evident = abs(lon) <= 90 < abs(lat) <= 180
    return f"; lon and lat look swapped: lon {lat:g}, lat {lon:g}?" if evident else ""


def _line_of(text: str, pattern: str) -> int:
    found = re.search(pattern, text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 0


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"found {name}; allowed: finite numbers")


def _path(coordinates: Any, say: Any) -> np.ndarray | None:
    """Positions as an array of shape (n, 2), or None after saying why not."""
    if not isinstance(coordinates, list) or not coordinates:
        say("found no coordinates; allowed: a list of positions")
        return None
    for position in coordinates:
        if (
            not isinstance(position, list)
            or len(position) < 2
            or any(isinstance(c, bool) or not isinstance(c, (int, float)) for c in position[:2])
        ):
            say(f"found {json.dumps(position)[:60]}; allowed: a position [lon, lat]")
            return None
        lon, lat = position[:2]
        if not (-360 <= lon <= 540) or not (-90 <= lat <= 90):
            swap = "; lon and lat look swapped?" if abs(lon) <= 90 < abs(lat) <= 180 else ""
            say(f"found [{lon:g}, {lat:g}]; allowed: lon in -360..540, lat in -90..90{swap}")
            return None
    return np.array([position[:2] for position in coordinates], dtype=float)


def _unwrap(path: np.ndarray) -> np.ndarray:
    """Make longitudes run on across 180°, unless the file already let them.

    A ring with a longitude beyond ±180 is taken as it stands: an edge of more than 180° in it
    is meant.
    """
    if np.abs(path[:, 0]).max() > 180:
        return path
    steps = np.diff(path[:, 0], prepend=path[0, 0])
    turns = np.cumsum(np.where(steps > 180, -360.0, np.where(steps < -180, 360.0, 0.0)))
    return np.column_stack([path[:, 0] + turns, path[:, 1]])


def _polygon(rings: Any, say: Any) -> Polygon | None:
    if not isinstance(rings, list) or not rings:
        say("found no rings; allowed: rings of positions")
        return None
    paths = []
    for ring in rings:
        path = _path(ring, say)
        if path is None:
            return None
        if len(path) < 4:
            say(f"found a ring of {len(path)} positions; allowed: four or more")
            return None
        if not np.array_equal(path[0], path[-1]):
            say("found a ring that is not closed; allowed: last position equal to the first")
            return None
        unwrapped = _unwrap(path)
        if abs(unwrapped[0, 0] - unwrapped[-1, 0]) > 1:
            say("found a ring round a pole; allowed: rings that do not contain a pole")
            return None
        paths.append(unwrapped)
    polygon = Polygon(paths[0], paths[1:])
    if not polygon.is_valid:
        reason = shapely.is_valid_reason(polygon)
        say(f"found {reason}; allowed: rings that do not cross themselves or each other")
        return None
    if polygon.area == 0:
        say("found a polygon without area; allowed: a ring that encloses something")
        return None
    return shapely.orient_polygons(polygon)
