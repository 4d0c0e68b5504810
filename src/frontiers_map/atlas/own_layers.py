"""Files of layers of one's own -> checked features, by what ``[[layers]]`` of ``atlas.toml`` says.

A table with positions or WKT is read as every table of an atlas is; all else GDAL reads, in any
reference system. Geometry follows the rule of `geojson_geometry`; where nothing can be doubted, at
once for all features. What is wrong with many features in one way is told of the first few.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pydantic import ValidationError
from shapely.geometry import MultiLineString
from shapely.geometry.base import BaseGeometry

from frontiers_map.atlas import fields, messages
from frontiers_map.atlas.csv_rows import TableError, read_table
from frontiers_map.atlas.geojson_geometry import ShapeError, read_shape, reason
from frontiers_map.atlas.messages import did_you_mean, short
from frontiers_map.atlas.model import AtlasSettings, Outage, OwnFeature, OwnLayer, in_languages
from frontiers_map.atlas.reader import Found, Reader
from frontiers_map.errors import Problem
from frontiers_map.geo.degrees import CRS, to_degrees
from frontiers_map.geo.gdal import letters_of, refuse_pointer
from frontiers_map.geo.gdal import reason as gdal_reason
from frontiers_map.language.text import FALLBACK, main_language, suffix

__all__ = [
    "DRIVERS",
    "OUTAGES",
    "SIDECARS",
    "TAKEN",
    "TYPES",
    "cell_text",
    "features",
    "frame",
    "key",
    "outages",
    "positions",
    "read_own",
    "tables",
    "usable",
]

OUTAGES = "outages"
# ending of a file -> drivers of GDAL that may read it: none that follows a file to another
DRIVERS: dict[str, tuple[str, ...]] = {
    ".csv": (),
    ".fgb": ("FlatGeobuf",),
    ".geojson": ("GeoJSON",),
    ".geojsonl": ("GeoJSONSeq",),
    ".gpkg": ("GPKG",),
    ".json": ("GeoJSON", "TopoJSON", "ESRIJSON"),
    ".kml": ("KML", "LIBKML"),
    ".kmz": ("LIBKML",),
    ".parquet": (),
    ".shp": ("ESRI Shapefile",),
}
SIDECARS = (".cpg", ".dbf", ".prj", ".shx")
# what a geometry may be -> its types, as `shapely.get_type_id` numbers them, and their names
TYPES = {
    "point": ((0, 4), "Point or MultiPoint"),
    "line": ((1, 5), "LineString or MultiLineString"),
    "area": ((3, 6), "Polygon or MultiPolygon"),
}
_TEXTS = ("name", "note")
_WHOLE = ("source", "as_of", "certainty")
_TOLD = 5
# names that a layer of one's own would take from what is there
TAKEN = {
    *fields.LAYERS, "borders", "coast", "datapackage", "frontiers", "graticule", "land",
    "layer_styles", OUTAGES, "overlap_fade", "region_outlines", "region_washes", "scenario_gates",
    "unwrapped",
}  # fmt: skip
_TAKEN_STARTS = ("gpkg", "rtree", "sqlite", "qgis")


def key(layer: OwnLayer) -> str:
    """Name of a layer's features among all that was found."""
    return f"{layer.file}#{layer.id}"


def read_own(reader: Reader, settings: AtlasSettings) -> dict[str, list[Found]]:
    """Read every layer of one's own and its outages, and tell what is wrong with them."""
    found: dict[str, list[Found]] = {}
    known = {family.id.lower(): "as a family is called" for family in settings.families}
    known |= dict.fromkeys(TAKEN, "as an output is called")
    for layer in settings.layers:
        at, name = f"layers.{layer.id}", layer.id.lower()
        taken = "as an output is called" if name.startswith(_TAKEN_STARTS) else known.get(name)
        if taken:
            text = f"found '{layer.id}', {taken}; allowed: another id"
            reader.say_in("atlas.toml", text, f"{at}.id")
        known[name] = "as another layer is called"
        values = Counter(kind.value for kind in layer.kinds)
        for value in (value for value, count in values.items() if count > 1):
            text = f"found '{short(value)}' a second time; allowed: each value once"
            reader.say_in("atlas.toml", text, f"{at}.kinds")
        if path := _path(reader, layer.file, f"{at}.file", DRIVERS):
            found[key(layer)] = _Layer(reader, layer, path).rows()
        if layer.outages and _path(reader, layer.outages, f"{at}.outages", (".csv",)):
            rows = reader.rows(layer.outages, Outage)
            found[f"{layer.outages}#{layer.id}_{OUTAGES}"] = rows
            _refer(reader, layer, rows)
    return found


def frame(rows: Sequence[Found], languages: tuple[str, ...]) -> gpd.GeoDataFrame:
    """Give the features of a layer as a frame, in order of their ids."""
    model = in_languages(OwnFeature, languages)
    ordered = sorted(rows, key=lambda item: str(getattr(item.row, "id", "")))
    first = ("id", *(f"name_{suffix(code)}" for code in languages))
    columns = [*first, *(name for name in model.model_fields if name not in first)]
    data = {
        name: pd.Series([getattr(item.row, name) for item in ordered], dtype=object)
        for name in columns
    }
    shapes = [item.geometry for item in ordered]
    return gpd.GeoDataFrame(pd.DataFrame(data), geometry=shapes, crs=CRS)


def outages(settings: AtlasSettings, found: Mapping[str, list[Found]]) -> pd.DataFrame:
    """Give the outages of all layers as one table, those of columns and of files of their own."""
    model = in_languages(Outage, settings.languages)
    rows: list[dict[str, Any]] = []
    for layer in settings.layers:
        for item in found.get(key(layer), []):
            row: Any = item.row
            for span in row.outages:
                since, _, until = span.partition("/")
                given = {"feature": row.id, "since": since, "until": until, "source": row.source}
                part = model.model_validate(given)
                rows.append({"layer": layer.id, **dict(part)})
        told = found.get(f"{layer.outages}#{layer.id}_{OUTAGES}", [])
        rows += [{"layer": layer.id, **dict(item.row)} for item in told]
    names = {"feature": "feature_id"}
    columns = ["layer", *(names.get(name, name) for name in model.model_fields)]
    frame = pd.DataFrame(rows).rename(columns=names).reindex(columns=columns).astype(object)
    order = ["layer", "feature_id", "since", "until", settings.column("note")]
    ranked = frame.sort_values(order, key=lambda part: part.fillna("").astype(str), kind="stable")
    return ranked.reset_index(drop=True)


def _path(reader: Reader, file: str, field: str, endings: Iterable[str]) -> Path | None:
    def say(text: str) -> None:
        reader.say_in("atlas.toml", text, field)

    path = path_below(reader, file, say, endings, "layers/cables.geojson")
    if path is None:
        reader.unread.add(file)
    return path


def path_below(
    reader: Reader, file: str, tell: Callable[[str], None], endings: Iterable[str], such: str
) -> Path | None:
    """Give the path of a file below the atlas folder; None, and a word on it, if it is not one."""

    def say(text: str) -> None:
        tell(f"found '{short(file)}'{text}")

    pure = PurePosixPath(file)
    path = reader.folder / file
    if (
        pure.is_absolute() or ".." in pure.parts or set(file) & set('\\:*?"<>|#\0')
        or not path.resolve().is_relative_to(reader.folder.resolve())
    ):  # fmt: skip
        say(f"; allowed: a file in the atlas folder, such as {such}")
    elif path.suffix.lower() not in endings:
        say(f"; allowed: a file that ends in {', '.join(endings)}")
    elif not path.is_file():
        there = [str(one.relative_to(reader.folder)) for one in path.parent.glob("*")]
        say(f"; no such file{did_you_mean(file, there)}")
    else:
        return path
    return None


def _refer(reader: Reader, layer: OwnLayer, rows: Sequence[Found]) -> None:
    """Tell outages of features that there are not, and spans that cannot be."""
    known = reader.named.get(key(layer), set())
    for item in rows:
        row: Any = item.row
        if known and row.feature not in known:
            text = f"found '{row.feature}'; allowed: a feature of {layer.file}"
            reader.say(layer.outages, text + did_you_mean(row.feature, known), line=item.line,
                       feature=row.feature, field="feature")  # fmt: skip
        if row.since and row.until and row.until < row.since[: len(row.until)]:
            text = f"found {row.until}; allowed: {row.since} or later, as since says"
            reader.say(layer.outages, text, line=item.line, feature=row.feature, field="until")
        if not (row.since or row.until):
            text = "is empty, as since and until are; allowed: one of the two at least"
            reader.say(layer.outages, text, line=item.line, feature=row.feature, field="since")


def tables(path: Path) -> list[str]:
    """Name the tables of a file that have geometry, as ``table`` of a layer may.

    Raises
    ------
    ValueError
        If the file points to others, or is none that can be read.
    """
    if path.suffix.lower() == ".parquet":
        return [""]
    import pyogrio

    refuse_pointer(path)
    try:
        return [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
    except Exception as error:
        raise ValueError(f"not a layer that can be read: {gdal_reason(error)}") from error


def features(path: Path, table: str = "") -> tuple[gpd.GeoDataFrame, str]:
    """Read what GDAL reads, in WGS 84, and say if it was in another reference system or encoding.

    Raises
    ------
    ValueError
        If the file points to others, is none that can be read, or names no reference system.
    """
    import pyogrio

    note = ""
    try:
        refuse_pointer(path)
        if path.suffix.lower() == ".parquet":
            made = gpd.read_parquet(path)
        else:
            if (told := _choose(path, table)) is not None:
                raise ValueError(told)
            encoding, note = letters_of(path)
            made = pyogrio.read_dataframe(path, layer=table or None, encoding=encoding)
    except ValueError as error:
        raise ValueError(gdal_reason(error)) from None
    except Exception as error:
        raise ValueError(f"not a layer that can be read: {gdal_reason(error)}") from error
    if not isinstance(made, gpd.GeoDataFrame):
        raise ValueError("found a table without geometry; allowed: features")
    if made.crs is None:
        raise ValueError("names no reference system; allowed: one, for a shapefile its .prj")
    if made.crs.to_epsg() != 4326 and made.crs.to_authority() != ("OGC", "CRS84"):
        told = f"reprojected from {made.crs.name} to WGS 84"
        note = f"{told}; {note}" if note else told
        made = to_degrees(made)
    if made.geometry.name != "geometry":
        made = made.drop(columns="geometry", errors="ignore").rename_geometry("geometry")
    return made, note


def _choose(path: Path, wanted: str) -> str | None:
    """Say why no table of the file can be read; None if one can."""
    import pyogrio

    tables = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
    listed = ", ".join(map(short, tables)) or "none"
    if wanted and wanted not in tables:
        hint = did_you_mean(wanted, tables)
        return f"found no table '{short(wanted)}'; allowed: {listed}{hint}"
    if not wanted and len(tables) != 1:
        return f"found {len(tables)} tables ({listed}); allowed: one, named in atlas.toml"
    driver = pyogrio.read_info(path, layer=wanted or None)["driver"]
    allowed = DRIVERS[path.suffix.lower()]
    if driver not in allowed:
        return f"found {driver}; allowed in a file of this name: {' or '.join(allowed)}"
    return None


def positions(lon: pd.Series, lat: pd.Series) -> tuple[NDArray[np.object_], bool]:
    """Read texts as points, None where they are no numbers; also if commas stood for points."""
    texts = [column.astype(str) for column in (lon, lat)]
    plain = [text.str.replace(r"^(-?\d+),(\d+)$", r"\1.\2", regex=True) for text in texts]
    place = np.stack([pd.to_numeric(text, errors="coerce") for text in plain], axis=1)
    known = np.isfinite(place).all(axis=1)
    shapes = np.full(len(place), None, dtype=object)
    shapes[known] = shapely.points(place[known])
    return shapes, any(not a.equals(b) for a, b in zip(texts, plain, strict=True))


def usable(
    table: gpd.GeoDataFrame, geometry: str, labels: Sequence[str]
) -> tuple[list[BaseGeometry | None], list[Problem]]:
    """Read shapes as a layer of a kind of geometry does, and say what is wrong with the others."""
    name = {FALLBACK: geometry}
    layer = OwnLayer.model_validate(
        {"id": geometry, "name": name, "file": geometry, "geometry": geometry}
    )
    reader = Reader(Path())
    shapes = _Layer(reader, layer, Path()).shapes(table, labels)
    return shapes, reader.problems


class _Layer:
    """One layer in reading: its columns, and what was told of it so far."""

    def __init__(self, reader: Reader, layer: OwnLayer, path: Path) -> None:
        self.reader, self.layer, self.path = reader, layer, path
        self.told: dict[tuple[str, str], list[str]] = {}

    def rows(self) -> list[Found]:
        """Give the features that could be taken."""
        try:
            table = self._table() if self.path.suffix.lower() == ".csv" else self._gdal()
        except (TableError, ValueError) as error:
            self.reader.unread.add(self.layer.file)
            self.reader.say(self.layer.file, str(error), line=getattr(error, "line", 0))
            return []
        if table is not None:
            self._number(table)
        if table is None or not self._columns(table):
            self.reader.unread.add(self.layer.file)
            return []
        labels = [
            cell_text(value) or f"feature {number}"
            for number, value in enumerate(table[self.layer.fields.id], start=1)
        ]
        self.reader.named.setdefault(key(self.layer), set()).update(labels)
        shapes = self.shapes(table, labels)
        lines = table.attrs.get("lines") or [0] * len(table)
        taken = self._models(table, labels, lines)
        for (field, _), told in self.told.items():
            if len(told) > _TOLD:
                text = f"{told[0]}; and {len(told) - _TOLD} more features alike"
                self.reader.say(self.layer.file, text, field=field)
        return [
            Found(row, line, shape)
            for row, line, shape in zip(taken, lines, shapes, strict=True)
            if row is not None and shape is not None
        ]

    def _say(self, label: str, field: str, text: str, line: int = 0, kind: str = "") -> None:
        """Tell what is wrong with a feature; after some of a kind, only how many there are."""
        told = self.told.setdefault((field, kind or text), [])
        told.append(text)
        if len(told) <= _TOLD:
            self.reader.say(self.layer.file, text, line=line, feature=label, field=field)

    def _table(self) -> pd.DataFrame | None:
        """A table whose rows have a position or a geometry in WKT."""
        content = self.path.read_bytes()
        self.reader.contents[self.layer.file] = content
        table = read_table(content)
        self.reader.notes += [f"{self.reader.folder}/{self.layer.file}: {n}" for n in table.notes]
        for line, _, problem in table.problems:
            self.reader.say(self.layer.file, problem, line=line)
        if any(not cells for _, cells, _ in table.problems):
            return None
        made = pd.DataFrame([cells for _, cells in table.rows], columns=table.header, dtype=object)
        made.attrs["lines"] = [line for line, _ in table.rows]
        names = self.layer.fields
        if names.wkt in made:
            shapes = shapely.from_wkt(made[names.wkt].to_numpy(dtype=object), on_invalid="ignore")
        elif {names.lon, names.lat} <= set(made) and self.layer.geometry == "point":
            shapes, commas = positions(made[names.lon], made[names.lat])
            if commas:
                self.reader.notes.append(
                    f"{self.reader.folder}/{self.layer.file}: commas in degrees read as points"
                )
            pairs = zip(made[names.lon], made[names.lat], strict=True)
            made.attrs["found"] = [f"'{short(lon, 20)}', '{short(lat, 20)}'" for lon, lat in pairs]
        else:
            wanted = f"'{names.wkt}'"
            if self.layer.geometry == "point":
                wanted = f"'{names.lon}' and '{names.lat}', or {wanted}"
            raise TableError(
                f"found no geometry; allowed: columns {wanted}, or others named under fields",
                table.line,
            )
        made["geometry"] = shapes
        return made

    def _gdal(self) -> pd.DataFrame | None:
        """Whatever else GDAL reads, in WGS 84."""
        names = [self.layer.file]
        if self.path.suffix.lower() == ".shp":
            stem = PurePosixPath(self.layer.file)
            names += [str(stem.with_suffix(ending)) for ending in SIDECARS]
        for name in names:
            if (self.reader.folder / name).is_file():
                self.reader.contents[name] = (self.reader.folder / name).read_bytes()
        made, note = features(self.path, self.layer.table)
        if note:
            self.reader.notes.append(f"{self.reader.folder}/{self.layer.file}: {note}")
        return made

    def _number(self, table: pd.DataFrame) -> None:
        """Give features ids where no column is named that has them, and say so."""
        fields = self.layer.fields
        if fields.id in table or "id" in fields.model_fields_set:
            return
        table[fields.id] = [f"{self.layer.id}_{number}" for number in range(1, len(table) + 1)]
        self.reader.notes.append(
            f"{self.reader.folder}/{self.layer.file}: features are called {self.layer.id}_1 and so "
            "on, by their order, as there is no column 'id'; fields.id in atlas.toml names one"
        )

    def _columns(self, table: pd.DataFrame) -> bool:
        """Tell columns that are named and not there, and those that are needed."""
        layer, there = self.layer, [str(name) for name in table.columns if name != "geometry"]
        wrong = False
        for field, name in layer.fields:
            have = {name, *(f"{name}_{suffix(code)}" for code in self.reader.languages)}
            if (field in _TEXTS and have & set(there)) or name in there:
                continue
            if field in layer.fields.model_fields_set:
                listed = ", ".join(short(one, 30) for one in there)
                text = (
                    f"found '{short(name)}'; allowed: a column of {layer.file} "
                    f"({short(listed, 300)}){did_you_mean(name, there)}"
                )
                self.reader.say_in("atlas.toml", text, f"layers.{layer.id}.fields.{field}")
                wrong = True
            elif field in ("id", "name") or (field in _WHOLE and not getattr(layer, field)):
                way = f"{field} of the layer in atlas.toml" if field in _WHOLE else ""
                way = f", or {way} for all features" if way else ""
                text = (
                    f"column '{name}' is missing; allowed: such a column, another one named as "
                    f"fields.{field}{way}"
                )
                self.reader.say(layer.file, text, field=name)
                wrong = True
        return not wrong

    def _models(
        self, table: pd.DataFrame, labels: Sequence[str], lines: Sequence[int]
    ) -> list[OwnFeature | None]:
        """Rows as the model has them: columns by their names here, what is empty left out."""
        layer, columns = self.layer, {}
        model = in_languages(OwnFeature, self.reader.languages)
        for field in ("id", "kind", "since", "until", "outages", *_WHOLE):
            columns[field] = getattr(layer.fields, field)
        for field in _TEXTS:
            name = getattr(layer.fields, field)
            spoken = [suffix(code) for code in self.reader.languages]
            columns |= {f"{field}_{code}": f"{name}_{code}" for code in spoken}
            main = f"{field}_{suffix(main_language(self.reader.languages))}"
            if columns[main] not in table:
                columns[main] = name
        cells = {
            field: [cell_text(value) for value in table[name]]
            for field, name in columns.items()
            if name in table
        }
        whole = {
            "source": layer.source, "as_of": layer.as_of, "certainty": layer.certainty,
        }  # fmt: skip
        whole = {field: value for field, value in whole.items() if value}
        kinds = {kind.value for kind in layer.kinds}
        found: list[OwnFeature | None] = []
        for number, label in enumerate(labels):
            given = {field: values[number] for field, values in cells.items() if values[number]}
            try:
                row = model.model_validate(whole | given)
            except ValidationError as error:
                for field, text in messages.explain(model, error, given):
                    self._say(label, columns.get(field, field), text, lines[number])
                found.append(None)
                continue
            if kinds and row.kind not in kinds:
                text = (
                    f"found '{short(row.kind)}'; allowed: {', '.join(map(short, sorted(kinds)))}, "
                    f"as kinds of the layer in atlas.toml say{did_you_mean(row.kind, kinds)}"
                )
                self._say(label, columns["kind"], text, lines[number])
            if row.since and row.until and row.until < row.since[: len(row.until)]:
                text = f"found {row.until}; allowed: {row.since} or later, as since says"
                self._say(label, columns["until"], text, lines[number], "order")
            found.append(row)
        return found

    def shapes(self, table: pd.DataFrame, labels: Sequence[str]) -> list[BaseGeometry | None]:
        """Geometry by the rule of `geojson_geometry`; None where it breaks it, which is told."""
        kinds, names = TYPES[self.layer.geometry]
        given = shapely.force_2d(table["geometry"].to_numpy(dtype=object))
        lines = table.attrs.get("lines") or [0] * len(table)
        made: list[BaseGeometry | None] = [None] * len(given)
        gone = shapely.is_missing(given) | shapely.is_empty(given)
        other = ~gone & ~np.isin(shapely.get_type_id(given), kinds)
        bounds = shapely.bounds(given)
        west, south, east, north = bounds.T
        with np.errstate(invalid="ignore"):
            odd = (west < -360) | (east > 540) | (np.abs([south, north]) > 90).any(axis=0)
            # near 180°, or wider than half the globe, a shape may mean two things
            doubt = odd | (east - west > 180) | (west <= -180) | (east >= 180)
        broken = ~gone & ~other & ~doubt & ~shapely.is_valid(given)
        for number, shape in enumerate(given):
            label, line = labels[number], lines[number]
            if gone[number]:
                told = f"found none; allowed: {names}"
                if "found" in table.attrs:
                    told = f"found {table.attrs['found'][number]}; allowed: degrees, as 23.65"
                self._say(label, "geometry", told, line, "none")
            elif other[number]:
                self._say(label, "geometry", f"found {shape.geom_type}; allowed: {names}", line)
            elif broken[number]:
                text = (
                    f"found {reason(shape)}; "
                    "allowed: rings that do not cross themselves or each other"
                )
                self._say(label, "geometry", text, line, "broken")
            elif doubt[number]:
                try:
                    made[number] = _careful(shape, self.layer.geometry)
                except ShapeError as error:
                    self._say(label, "geometry", str(error), line, "doubt")
            else:
                made[number] = shape
        if self.layer.geometry == "area":
            there = [number for number, shape in enumerate(made) if shape is not None]
            turned = shapely.orient_polygons(np.array([made[n] for n in there], dtype=object))
            for number, shape in zip(there, turned, strict=True):
                made[number] = shape
        return made


def _careful(shape: BaseGeometry, kind: str) -> BaseGeometry:
    """Read a shape that lies at 180°, or beyond what there is, position by position."""
    given = shape.__geo_interface__
    if kind == "area":
        return read_shape(_lists(given), ("Polygon", "MultiPolygon"))
    if kind == "line":
        parts = [_lists(part.__geo_interface__) for part in shapely.get_parts(shape)]
        lines = [read_shape(part, ("LineString",)) for part in parts]
        return lines[0] if len(lines) == 1 else MultiLineString(lines)
    for lon, lat in shapely.get_coordinates(shape).tolist():
        if not (-360 <= lon <= 540 and -90 <= lat <= 90):
            hint = f"; lon and lat look swapped: [{lat:g}, {lon:g}]?" if abs(lon) <= 90 else ""
            raise ShapeError(
                f"found [{lon:g}, {lat:g}]; allowed: lon in -360..540, lat in -90..90{hint}"
            )
    return shape


def _lists(given: Any) -> Any:
    if isinstance(given, Mapping):
        return {name: _lists(value) for name, value in given.items()}
    return [_lists(part) for part in given] if isinstance(given, tuple | list) else given


def cell_text(value: Any) -> str:
    """A cell as text: a day without its midnight, a whole number without its point."""
    if value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, pd.Timestamp):
        return str(value.date())
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    if isinstance(value, list | tuple | np.ndarray):
        return ";".join(cell_text(part) for part in value)
    return str(value).strip()
