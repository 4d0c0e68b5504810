"""A folder of cited layers -> an `Atlas`, or every problem in it at once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from frontiers_map.atlas import own_layers
from frontiers_map.atlas.cross_checks import check
from frontiers_map.atlas.model import (
    FILES,
    KIND_WORDS,
    MODELS,
    AtlasSettings,
    Chapter,
    Layer,
    MapSpec,
    Row,
    Scenario,
    Sheet,
    Text,
    in_languages,
)
from frontiers_map.atlas.own_coast import Patch, read_coasts
from frontiers_map.atlas.own_words import file_of, read_words
from frontiers_map.atlas.pictures import Drawn, read_pictures
from frontiers_map.atlas.reader import Found, Reader, did_you_mean
from frontiers_map.errors import AtlasError, Problem
from frontiers_map.language import text

__all__ = [
    "Atlas",
    "Gathered",
    "extent",
    "gather",
    "packaged_atlas",
    "read",
    "unsaid",
    "untranslated",
]

CRS = "EPSG:4326"
T = TypeVar("T", bound=Row)

_NEEDED = ("atlas.toml", "sources.csv")
# What a page shows of an atlas that says no view of its own: at least so many degrees round it.
_SEEN = ("regions", "places", "terminals", "gates")
_LEAST_MARGIN = 2.0
_WORLD = (-30.0, -50.0, 300.0, 70.0)
_POLAR = 45.0  # degrees of latitude from which on what lies all round is a view of a pole
_USES = ("recommended", "variant", "reference")
# Of two reports of one day the graver counts, and comes last.
GRAVITY = ("open", "unknown", "restricted", "closed")
# Of these every file must be one that is known; these others hold layers, too, but are never read.
_READ = (".csv", ".geojson", ".toml")
_FOREIGN = (
    ".fgb", ".gdb", ".gml", ".gpkg", ".gpx", ".json", ".kml", ".kmz", ".mif", ".numbers", ".ods",
    ".parquet", ".shp", ".tab", ".topojson", ".tsv", ".xls", ".xlsx",
)  # fmt: skip


@dataclass(frozen=True)
class Atlas:
    """The layers of one atlas folder, as written: read, checked, not yet joined.

    Attributes
    ----------
    regions, places, terminals, gates, sea_labels : GeoDataFrame
        Layers with a geometry of their own, in EPSG:4326. Longitudes run on across 180° and may
        exceed it. Columns are the fields of the model of that name (`frontiers_map.atlas.model`).
    links, events, trades : DataFrame
        Rows whose geometry is made by joining: relations, happenings, and the rows of
        ``routes.csv``.
    channels, shoals : GeoDataFrame
        Ways through what the sea network takes for land or shallow, and water that is too shallow:
        what this atlas adds to the network.
    gate_numbers
        Ids of the gates as the file has them: so they are numbered in the sea network that comes
        with the package. It says nothing else.
    sources, claims, errata, gate_groups, gate_status, terminal_status, region_edges, imports,
    parameters, practice, ships, terms, transits : DataFrame
        Tables without geometry.
    settings, chapters, maps, sheets, scenarios
        What ``atlas.toml``, ``story.toml``, ``maps.toml`` and ``scenarios.toml`` say.
    words : mapping of str to mapping
        Words of the program that the atlas brings itself, by language, group and key.
    own : mapping of str to GeoDataFrame
        Layers of one's own by id, in the order of the settings: id, name, kind, since, until,
        outages, note, source, as_of, certainty (`frontiers_map.atlas.model.OwnFeature`).
    outages : DataFrame
        When features of such layers were out of service: layer, feature_id, since, until, note.
    pictures : mapping of str to Drawn
        Pictures of chapters by file: content, kind, width, height (`frontiers_map.atlas.pictures`).
    coasts : tuple of Patch
        Finer coasts of one's own, each within a view (`frontiers_map.atlas.own_coast`).
    inputs : mapping of str to str
        Name of each file that was read, and its sha256.
    notes : tuple of str
        What was understood that is not as it is usually written, such as a table with semicolons.
    """

    folder: str
    inputs: Mapping[str, str]
    notes: tuple[str, ...]
    settings: AtlasSettings
    words: Mapping[str, text.Words]
    chapters: tuple[Chapter, ...]
    maps: tuple[MapSpec, ...]
    sheets: tuple[Sheet, ...]
    scenarios: tuple[Scenario, ...]
    pictures: Mapping[str, Drawn]
    coasts: tuple[Patch, ...]
    regions: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    terminals: gpd.GeoDataFrame
    gates: gpd.GeoDataFrame
    gate_numbers: tuple[str, ...]
    channels: gpd.GeoDataFrame
    shoals: gpd.GeoDataFrame
    sea_labels: gpd.GeoDataFrame
    links: pd.DataFrame
    events: pd.DataFrame
    trades: pd.DataFrame
    sources: pd.DataFrame
    claims: pd.DataFrame
    errata: pd.DataFrame
    terms: pd.DataFrame
    transits: pd.DataFrame
    gate_groups: pd.DataFrame
    gate_status: pd.DataFrame
    terminal_status: pd.DataFrame
    region_edges: pd.DataFrame
    imports: pd.DataFrame
    parameters: pd.DataFrame
    practice: pd.DataFrame
    ships: pd.DataFrame
    own: Mapping[str, gpd.GeoDataFrame]
    outages: pd.DataFrame

    def __post_init__(self) -> None:
        """Let a text that is missing be None: pandas makes it a number, which is true."""
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, pd.DataFrame):
                object.__setattr__(self, field.name, _with_none(value))
        object.__setattr__(self, "own", {name: _with_none(f) for name, f in self.own.items()})

    def speaking(self) -> AbstractContextManager[None]:
        """Say things in the languages of this atlas, as long as it lasts."""
        return text.speaking(self.settings.languages, self.words)

    def __repr__(self) -> str:
        """Say what is in it, in one line."""
        layers = ("regions", "gates", "terminals", "places", "links", "events", "trades")
        frames = {name: getattr(self, name) for name in layers} | dict(self.own)
        counts = ", ".join(f"{len(frame)} {name}" for name, frame in frames.items())
        return f"<Atlas {self.settings.title.main!r}: {counts}>"

    @property
    def default_closed(self) -> frozenset[str]:
        """Ids of the gates that the atlas's own routes do not pass unless told to."""
        gates = self.gates
        return frozenset(gates.loc[gates["closed_by_default"] != "no", "id"])

    @property
    def importers(self) -> list[str]:
        """Who the trades bring their cargo to, in the order of the parties in the settings."""
        known = list(self.settings.parties)
        found = sorted(set(self.trades["importer"]))
        return sorted(found, key=lambda name: known.index(name) if name in known else len(known))

    def gate_ids(self, names: Iterable[str]) -> tuple[str, ...]:
        """Resolve ids of gates and of groups of gates into ids of gates, in order, each once.

        Raises
        ------
        KeyError
            If a name is neither.
        """
        groups = dict(zip(self.gate_groups["id"], self.gate_groups["gates"], strict=True))
        known = set(self.gates["id"])
        found: dict[str, None] = {}
        for name in names:
            if name in known:
                found[name] = None
            else:
                found.update(dict.fromkeys(groups[name]))
        return tuple(found)

    def position(self, name: str) -> tuple[float, float]:
        """Longitude and latitude of a terminal, place, gate or point of an own layer by its id.

        Raises
        ------
        KeyError
            If no such feature is in the atlas.
        """
        return self._positions[name]

    @cached_property
    def _positions(self) -> dict[str, tuple[float, float]]:
        found = {}
        for gate in self.gates.itertuples():
            middle = gate.geometry.interpolate(0.5, normalized=True)
            found[gate.id] = (float(middle.x), float(middle.y))
        for layer in (self.places, self.terminals):
            for row in layer.itertuples():
                found[row.id] = (float(row.lon), float(row.lat))
        for layer in self.own.values():
            for name, point in layer.loc[layer.geom_type == "Point", ["id", "geometry"]].values:
                found.setdefault(name, (float(point.x), float(point.y)))
        return found


def packaged_atlas() -> Path:
    """Give the folder of the atlas that comes with the package."""
    package = Path(str(files("frontiers_map")))
    inside = package / "geodata"  # in a wheel; beside `src` where one works on the code itself
    return inside if inside.is_dir() else package.parents[1] / "geodata"


def read(folder: Path | str) -> Atlas:
    """Read and check an atlas folder.

    Parameters
    ----------
    folder
        Folder with ``atlas.toml``, ``sources.csv`` and any of the other files.

    Returns
    -------
    Atlas

    Raises
    ------
    AtlasError
        With every problem that was found, in order of file and line.
    """
    gathered = gather(folder)
    reader, found, settings = gathered.reader, gathered.found, gathered.settings
    frames: dict[str, Any] = {
        layer.frame or layer.id: _frame(found, layer, settings) for layer in FILES.values()
    }
    frames["regions"] = _by_family(frames["regions"], settings)
    own = {
        layer.id: own_layers.frame(found[own_layers.key(layer)], settings.languages)
        for layer in settings.layers
    }
    return Atlas(
        folder=str(folder),
        inputs={
            name: hashlib.sha256(content).hexdigest()
            for name, content in sorted(reader.contents.items())
        },
        notes=tuple(reader.notes),
        settings=settings,
        words=gathered.words,
        chapters=_as_models(found["story.toml#chapter"], Chapter),
        maps=_as_models(found["maps.toml#map"], MapSpec)
        or (_default_map(settings, (*(frames[name] for name in _SEEN), *own.values())),),
        sheets=_as_models(found["maps.toml#sheet"], Sheet),
        scenarios=_as_models(found["scenarios.toml#scenario"], Scenario),
        pictures=gathered.pictures,
        coasts=gathered.coasts,
        gate_numbers=tuple(getattr(item.row, "id", "") for item in found["gates.geojson"]),
        own=own,
        outages=own_layers.outages(settings, found),
        **frames,
    )


@dataclass(frozen=True)
class Gathered:
    """The rows of an atlas folder where they stand, checked, and who has read them."""

    reader: Reader
    found: Mapping[str, list[Found]]
    settings: AtlasSettings
    words: Mapping[str, text.Words]
    pictures: Mapping[str, Drawn]
    coasts: tuple[Patch, ...]


def gather(folder: Path | str) -> Gathered:
    """Read and check the rows of an atlas folder, by file (``story.toml#chapter`` for a table).

    Raises
    ------
    AtlasError
        With every problem that was found, in order of file and line.
    """
    folder = Path(folder)
    reader = Reader(folder)
    if not folder.is_dir():
        what = "found a file" if folder.exists() else "no such folder"
        text = f"{what}; allowed: a folder with an atlas in it"
        raise AtlasError([Problem(str(folder), 0, "", "", text)])
    settings = cast("AtlasSettings | None", reader.settings("atlas.toml", AtlasSettings))
    found = own_layers.read_own(reader, settings) if settings else {}
    own_words = read_words(reader)
    words = _with_kinds(own_words, settings) if settings else own_words
    _check_names(reader, {coast.file for coast in settings.coast} if settings else set())
    for file, layer in FILES.items():
        found[file] = reader.rows(file, MODELS[file], layer.shapes)
    found |= _sections(reader, "story.toml", {"chapter": Chapter})
    found |= _sections(reader, "maps.toml", {"map": MapSpec, "sheet": Sheet})
    found |= _sections(reader, "scenarios.toml", {"scenario": Scenario})
    for file, rows in found.items():
        if rows and "id" in type(rows[0].row).model_fields:
            reader.unique(file.split("#")[0], rows)
    check(reader, found, settings)
    pictures = read_pictures(reader, found["story.toml#chapter"])
    pages = _as_models(found["maps.toml#map"], MapSpec)
    coasts = read_coasts(reader, settings, pages) if settings else ()
    if reader.problems or settings is None:
        raise AtlasError(reader.problems)
    if reader.unspoken:
        told, listed = ", ".join(sorted(reader.unspoken)), ", ".join(settings.languages)
        reader.notes.append(
            f"{folder}/atlas.toml: texts in {told} are there, and pages, sheets and maps do not "
            f"speak it, as languages has {listed}; way out: add {told} to languages"
        )
    return Gathered(reader, found, settings, words, pictures, coasts)


def untranslated(atlas: Atlas) -> list[tuple[str, str, str]]:
    """List the texts that exist in the main language but not in another one of the atlas.

    Returns
    -------
    list of (layer, id, column)
    """
    main = atlas.settings.main_language
    others = [language for language in atlas.settings.languages if language != main]
    missing = []
    for layer, frame in (vars(atlas) | dict(atlas.own)).items():
        if not isinstance(frame, pd.DataFrame):
            continue
        ending = atlas.settings.column("")
        for column in frame.columns[frame.columns.astype(str).str.endswith(ending)]:
            for language in others:
                other = atlas.settings.column(column.removesuffix(ending), language)
                if other not in frame:
                    continue
                empty = frame[(frame[column] != "") & (frame[other] == "")]
                labels = empty.get("id", empty.index)
                missing += [(layer, str(label), other) for label in labels]
    for layer in ("chapters", "maps", "sheets", "scenarios"):
        for row in getattr(atlas, layer):
            for name, value in row:
                if isinstance(value, Text):
                    missing += [
                        (layer, row.id, f"{name}.{language}")
                        for language in others
                        if not value.has(language)
                    ]
    return missing


def unsaid(atlas: Atlas) -> str:
    """Say in one line which words of the program the languages of an atlas lack; empty if none."""
    with atlas.speaking():
        missing = {code: count for code in atlas.settings.languages if (count := text.unsaid(code))}
        instead = next((one for one in text.spoken() if one not in missing), text.FALLBACK)
        faces = {code: name for code in text.spoken() if (name := text.lacks_face(code))}
    letters = "; ".join(f"sheets in {code} need pip install {name}" for code, name in faces.items())
    if not missing:
        return f"{atlas.folder}/atlas.toml: {letters}" if letters else ""
    told = ", ".join(f"{code} {count:,}" for code, count in missing.items())
    return (
        f"{atlas.folder}/atlas.toml: words of the program that a language lacks: {told}; they are "
        f"said in {text.language_name(instead, text.FALLBACK)}; way out: write them into "
        f"{', '.join(map(file_of, missing))}, as docs/languages.md tells"
        + (f"; {letters}" if letters else "")
    )


def _check_names(reader: Reader, named: set[str]) -> None:
    """Tell files that are needed and absent, and names that look mistyped and nothing names."""
    for file in _NEEDED:
        path = reader.folder / file
        if not path.exists() and not path.is_symlink():
            reader.say(file, "no such file; it is needed")
            reader.unread.add(file)
    try:
        paths = sorted(reader.folder.iterdir())
    except OSError as error:
        raise AtlasError([Problem(str(reader.folder), 0, "", "", f"{error.strerror}")]) from error
    there = {path.name for path in paths}
    for name in sorted(there):
        stem, suffix = Path(name).stem, Path(name).suffix.lower()
        known = name in MODELS or name in named | reader.contents.keys() | reader.unread
        if known or name.startswith((".", "~$")) or suffix not in {*_READ, *_FOREIGN}:
            continue
        if suffix in _READ:
            # a name is like another by its stem; all layers end alike
            near = did_you_mean(stem.lower(), [file.split(".")[0] for file in MODELS])
            meant = next((file for file in MODELS if f"'{file.split('.')[0]}'" in near), "")
            hint = f"did you mean '{meant}'?" if meant else f"allowed: {', '.join(sorted(MODELS))}"
            reader.say(name, f"unknown file; {hint}")
            reader.unread |= {meant} - there
            continue
        own = next((file for file in MODELS if file.split(".")[0] == stem.lower()), None)
        if own is None or own in there:
            reader.notes.append(f"{reader.folder}/{name}: not read; {_way_out(name, None)}")
        else:
            reader.say(name, f"unknown file; {_way_out(name, own)}")
            reader.unread.add(own)


def _way_out(name: str, file: str | None) -> str:
    """Say how what is in a foreign file comes into the atlas."""
    layer = file or "a layer"
    if Path(name).suffix.lower() in {".xlsx", ".xls", ".ods", ".tsv", ".numbers"}:
        table = layer if file is None or file.endswith(".csv") else f"{layer} (GeoJSON)"
        return f"save it as {table}, 'CSV UTF-8'" if table == layer else f"allowed: {table}"
    if file and file.endswith(".geojson"):
        return f"'ogr2ogr {file} {name}' makes {file} of it"
    if name.lower().endswith(".gpkg"):
        return "'frontiers-map import' takes over what was edited in a GeoPackage"
    return "layers are .csv and .geojson files with the names in docs/data.md"


def _sections(reader: Reader, file: str, kinds: Mapping[str, type[Row]]) -> dict[str, list[Found]]:
    return {f"{file}#{kind}": rows for kind, rows in reader.tables(file, kinds).items()}


def _with_kinds(
    words: Mapping[str, text.Words], settings: AtlasSettings
) -> Mapping[str, text.Words]:
    """Add the names of the atlas's own kinds to its words: so everything knows how to say them."""
    told = {
        code: {group: dict(said) for group, said in words.get(code, {}).items()}
        for code in (*settings.languages, *words)
    }
    for kind in settings.kinds:
        for code in settings.languages:
            if kind.name.has(code):
                told[code].setdefault(KIND_WORDS[kind.of], {})[kind.id] = kind.name.get(code)
    return told


def _default_map(settings: AtlasSettings, layers: Iterable[gpd.GeoDataFrame]) -> MapSpec:
    """One page of everything, for an atlas that defines no maps: it shows where the atlas lies."""
    view = extent(np.concatenate([layer.bounds.to_numpy() for layer in layers]))
    return MapSpec(id="index", title=settings.title, deck=settings.deck, view=view)


def extent(bounds: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """Give the narrowest view that holds boxes anywhere on the globe, a tenth more on each side.

    It begins east of the widest gap in longitude. If no gap is left it is the world, as far to the
    poles as the boxes go, or all that is round the pole where they lie.
    """
    if not len(bounds):
        return _WORLD
    begin = np.mod(bounds[:, 0] + 180, 360) - 180
    order = np.argsort(begin, kind="stable")
    begin, end = begin[order], (begin + bounds[:, 2] - bounds[:, 0])[order]
    reach = np.maximum.accumulate(end)
    # what runs on past the end of the turn covers its beginning, too
    gaps = np.append(begin[1:], begin[0] + 360) - np.maximum(reach, reach[-1] - 360)
    widest = int(np.argmax(gaps))
    west = float(np.append(begin[1:], begin[0])[widest])
    east = west + 360 - float(gaps[widest])
    south, north = float(bounds[:, 1].min()), float(bounds[:, 3].max())
    high = max((north - south) / 10, _LEAST_MARGIN)
    wide = max((east - west) / 10, high)
    if east - west + 2 * wide < 330:
        return west - wide, max(south - wide, -90.0), east + wide, min(north + wide, 90.0)
    south, north = max(south - high, -90.0), min(north + high, 90.0)
    if south >= _POLAR:
        return -180.0, south, 180.0, 90.0
    if north <= -_POLAR:
        return -180.0, -90.0, 180.0, north
    west, least, east, most = _WORLD
    return west, min(south, least), east, max(north, most)


def _frame(found: Mapping[str, list[Found]], layer: Layer, settings: AtlasSettings) -> pd.DataFrame:
    """Give the rows of a file as a frame, in an order that they give, never in that of the file."""
    rows = found[layer.file]
    model = type(rows[0].row) if rows else in_languages(MODELS[layer.file], settings.languages)
    columns = [field.alias or name for name, field in model.model_fields.items()]
    cells = [item.row.model_dump(by_alias=True) for item in rows]
    cells.sort(key=_rank(layer, columns))
    data = {column: [row[column] for row in cells] for column in columns}
    frame = pd.DataFrame({c: pd.Series(values, dtype=object) for c, values in data.items()})
    frame = frame.infer_objects()
    if not layer.shapes:
        return frame
    if layer.file.endswith(".csv"):
        points = shapely.points(frame["lon"].astype(float), frame["lat"].astype(float))
        return gpd.GeoDataFrame(frame, geometry=points, crs=CRS)
    shapes = {getattr(item.row, "id", ""): item.geometry for item in rows}
    return gpd.GeoDataFrame(frame, geometry=[shapes[name] for name in frame["id"]], crs=CRS)


def _with_none(frame: pd.DataFrame) -> pd.DataFrame:
    """Give a frame whose columns of text are objects, None where nothing is said."""
    text = [name for name, kind in frame.dtypes.items() if isinstance(kind, pd.StringDtype)]
    if not text:
        return frame
    return frame.assign(
        **{name: frame[name].astype(object).where(frame[name].notna(), None) for name in text}
    )


def _rank(layer: Layer, columns: list[str]) -> Callable[[dict[str, Any]], tuple[str, ...]]:
    """Give the key by which the rows of a table are put in order."""
    if layer.id == "gate_status":
        return lambda row: (row["gate"], row["date"], str(GRAVITY.index(row["status"])))
    return lambda row: tuple(str(row[name] or "") for name in (*layer.order, *columns))


def _by_family(regions: gpd.GeoDataFrame, settings: AtlasSettings) -> gpd.GeoDataFrame:
    """Put readings in the order of the families in the settings, the recommended ones first."""
    families = [family.id for family in settings.families]
    rank = [
        (families.index(family), _USES.index(use), name)
        for family, use, name in zip(regions["family"], regions["use"], regions["id"], strict=True)
    ]
    order = sorted(range(len(rank)), key=rank.__getitem__)
    return regions.iloc[order].reset_index(drop=True)


def _as_models(found: list[Found], model: type[T]) -> tuple[T, ...]:
    return tuple(item.row for item in found if isinstance(item.row, model))
