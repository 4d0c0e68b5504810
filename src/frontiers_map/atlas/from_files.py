"""An atlas begun from files of features that somebody has: each of them a layer of one's own.

A file that can be read as it is is copied, byte by byte. Where ids, names or dates had to be mended
(`guessing` says how), or only some of its features can be drawn, the layer is written as GeoJSON.
"""

from __future__ import annotations

import csv
import datetime
import io
import itertools
import json
import math
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from frontiers_map.atlas import own_layers
from frontiers_map.atlas.atlas import extent, read
from frontiers_map.atlas.csv_rows import TableError, read_table
from frontiers_map.atlas.guessing import Guess, find, guess, in_letters
from frontiers_map.atlas.messages import short
from frontiers_map.atlas.own_layers import DRIVERS, SIDECARS, TAKEN, TYPES, cell_text
from frontiers_map.atlas.starter import (
    MAPS,
    SETTINGS,
    check_new,
    in_each,
    literal,
    said,
    told_in,
    unspoken,
)
from frontiers_map.errors import AtlasError, CallError, one_line
from frontiers_map.language.text import FALLBACK, main_language, word
from frontiers_map.style import ROUTE_ROLES

__all__ = ["LARGEST", "begin_from"]

LARGEST: Final = 64 * 2**20  # bytes of one file, its sidecars included
_CRS: Final = "EPSG:4326"
_COUNTED: Final = {
    "point": ("point", "points"), "line": ("line", "lines"), "area": ("area", "areas"),
}  # fmt: skip
_LAYERS: Final = """
# Layers of your own, from the files that were given. What may stand here is told in docs/data.md.
"""


@dataclass
class _Part:
    """What becomes one layer: the features of one kind of geometry in one table of a file."""

    given: Path
    table: str
    geometry: str
    frame: gpd.GeoDataFrame
    whole: bool
    name: str
    several: bool  # whether others of the same table have other geometry
    id: str = ""
    file: str = ""
    source: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    guess: Guess = field(default_factory=Guess)


def begin_from(
    folder: Path,
    given: Sequence[Path],
    title: str = "",
    languages: Sequence[str] = (FALLBACK,),
    view: Sequence[float] | None = None,
) -> list[str]:
    """Write an atlas of somebody's files into a new or empty folder.

    Parameters
    ----------
    folder
    given
        Files that hold features, in any reference system.
    title
        In all languages; from the names of the layers if left out.
    languages
        Codes, the first one first.
    view
        West, south, east, north in degrees; what the files cover if left out.

    Returns
    -------
    list of str
        What was guessed, what was left out, and where it can be changed: a line each.

    Raises
    ------
    CallError
        If a file cannot be used, or the folder holds something.
    AtlasError
        If what is in a file cannot stand in an atlas.
    """
    check_new(folder, title or "atlas", languages, view)
    told: list[str] = []
    parts: list[_Part] = []
    wrong: list[str] = []
    for path in given:
        try:
            parts += _parts(path, told)
        except CallError as error:
            wrong += error.lines
    if wrong:
        raise CallError(*wrong)
    _name(parts)
    main = main_language(languages)
    for part in (part for part in parts if part.several):
        part.name = word("init", part.geometry, main, name=part.name)
    box = view or _rounded(
        extent(
            np.concatenate(
                [shapely.bounds(shapely.get_parts(part.frame.geometry)) for part in parts]
            )
        )
    )
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".frontiers-map-", dir=folder.parent) as made:
        stage = Path(made) / "atlas"
        (stage / "layers").mkdir(parents=True)
        sources = _layers(stage, parts, languages, told)
        _texts(folder, stage, parts, sources, title, languages, box)
        _checked(stage, parts)
        folder.mkdir(exist_ok=True)
        for item in sorted(stage.iterdir()):
            item.rename(folder / item.name)
    at = ", ".join(f"{value:g}" for value in box)
    why = "as said" if view else "from what the files cover; change it in maps.toml"
    return [*unspoken(languages), *map(one_line, told), f"view: {at}, {why}"]


def _parts(path: Path, told: list[str]) -> list[_Part]:
    """Read a file and part it by table and geometry, without what no layer can draw."""
    _allowed(path)
    try:
        csv_file = path.suffix.lower() == ".csv"
        tables = [""] if csv_file else own_layers.tables(path)
        frames = {}
        for table in tables:
            frames[table], note = _csv(path) if csv_file else own_layers.features(path, table)
            told += [f"{path}: {note}"] if note else []
    except TableError as error:
        raise CallError(f"{path}{f':{error.line}' if error.line else ''}: {error}") from error
    except ValueError as error:
        raise CallError(f"{path}: {error}") from error
    parts = [part for table, frame in frames.items() for part in _split(path, table, frame, told)]
    if not parts:
        raise CallError(
            f"{path}: found no feature that can be drawn; allowed: points, lines or areas"
        )
    if len(parts) == 1:  # whatever its only table is called
        parts[0].name = _in_words(path.stem)
    for part in parts:
        part.table = part.table if len(tables) > 1 else ""
        part.whole &= not csv_file or "reads" not in part.frame.attrs
    return parts


def _allowed(path: Path) -> None:
    ending = path.suffix.lower()
    if not path.is_file():
        what = "found a folder; allowed: the files in it" if path.is_dir() else "no such file"
        raise CallError(f"{path}: {what}")
    if ending not in DRIVERS:
        way = "unpack it first" if ending == ".zip" else "QGIS or ogr2ogr makes one of it"
        listed = ", ".join(DRIVERS)
        raise CallError(f"{path}: found '{ending}'; allowed: a file that ends in {listed}; {way}")
    beside = [path.with_suffix(one) for one in SIDECARS] if ending == ".shp" else []
    size = sum(one.stat().st_size for one in (path, *beside) if one.exists())
    if size > LARGEST:
        raise CallError(
            f"{path}: found {size / 2**20:.0f} MiB; allowed: {LARGEST / 2**20:.0f}; leave out "
            "vertices that no map shows ('ogr2ogr -simplify', or Simplify in QGIS)"
        )


def _csv(path: Path) -> tuple[gpd.GeoDataFrame, str]:
    """A table with positions or WKT; ``attrs`` say which columns hold them, and what was mended."""
    table = read_table(path.read_bytes(), any_encoding=True)
    if table.problems:
        line, _, reason = table.problems[0]
        raise TableError(reason, line)
    made = pd.DataFrame([cells for _, cells in table.rows], columns=table.header, dtype=object)
    columns = {what: next(iter(find(table.header, what)), "") for what in ("wkt", "lon", "lat")}
    attrs: dict[str, Any] = {}
    if columns["wkt"]:
        shapes = shapely.from_wkt(made[columns["wkt"]].to_numpy(dtype=object), on_invalid="ignore")
        attrs["fields"] = {"wkt": columns["wkt"]}
        made = made.drop(columns="geometry", errors="ignore")
    elif columns["lon"] and columns["lat"]:
        shapes, _ = own_layers.positions(made[columns["lon"]], made[columns["lat"]])
        attrs["fields"] = {name: columns[name] for name in ("lon", "lat")}
    else:
        listed = short(", ".join(short(name, 30) for name in table.header), 200)
        raise TableError(
            f"found no columns of positions among {listed}; allowed: lon and lat in degrees, or "
            "wkt: call them so; a table with names of places alone has to be given its positions "
            "first",
            table.line,
        )
    if any(note.startswith("read as ") and "separated" not in note for note in table.notes):
        attrs["reads"] = True
    frame = gpd.GeoDataFrame(made, geometry=shapes, crs=_CRS)
    frame.attrs = attrs
    return frame, "; ".join(table.notes)


def _split(path: Path, table: str, frame: gpd.GeoDataFrame, told: list[str]) -> list[_Part]:
    """Part features by kind of geometry, and tell those that no layer can take."""
    shapes = shapely.force_2d(frame.geometry.to_numpy())
    types = shapely.get_type_id(shapes)
    gone = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    kinds = {one: np.isin(types, TYPES[one][0]) & ~gone for one in TYPES}
    drawn = {one: mask for one, mask in kinds.items() if mask.any()}
    if odd := int((~np.any(list(kinds.values()), axis=0)).sum()):
        told.append(
            f"{path}: {odd} of {len(frame)} features are left out: no geometry, or of several "
            "kinds at once; allowed: points, lines or areas"
        )
    found = []
    for geometry, mask in drawn.items():
        labels = [f"feature {number}" for number in np.flatnonzero(mask) + 1]
        shapes, problems = own_layers.usable(frame[mask], geometry, labels)
        if problems:
            first = problems[0]
            told.append(
                f"{path}: {shapes.count(None)} of {len(frame)} features are left out, such as "
                f"{first.feature}: {first.text}; mend them (Fix geometries in QGIS) and begin again"
            )
        there = [shape is not None for shape in shapes]
        if any(there):
            mine = frame[mask].set_geometry(shapes, crs=_CRS)[there].reset_index(drop=True)
            mine.attrs = dict(frame.attrs)
            whole = len(mine) == len(frame)
            name, several = _in_words(table or path.stem), len(drawn) > 1
            found.append(_Part(path, table, geometry, mine, whole, name, several))
    return found


def _in_words(stem: str) -> str:
    """The name of a file as a title."""
    text = " ".join(stem.replace("_", " ").replace("-", " ").split())
    plain = "".join(c if c.isprintable() else " " for c in text).strip() or "Layer"
    return plain[:1].upper() + plain[1:]


def _name(parts: Sequence[_Part]) -> None:
    """Give layers ids that are no layer's yet, and no output's."""
    known = {one.lower() for one in TAKEN}
    for number, part in enumerate(parts, start=1):
        kind = f" {_COUNTED[part.geometry][1]}" if part.several else ""
        plain = in_letters(part.name + kind)
        if any(c.isalpha() for c in part.name if not in_letters(c)):  # another script: by its file
            plain = in_letters(f"{part.given.stem} {plain}")
        base = plain or f"layer_{number}"
        if base.startswith(("gpkg", "rtree", "sqlite", "qgis")):
            base = f"own_{base}"
        tries = (base, f"own_{base}", *(f"{base}_{n}" for n in range(2, len(parts) + 3)))
        part.id = next(one for one in tries if one not in known)
        known.add(part.id)


def _layers(
    stage: Path, parts: Sequence[_Part], languages: Sequence[str], told: list[str]
) -> list[tuple[str, str, str]]:
    """Guess and write each layer's file; give the rows of the bibliography: id, title, address."""
    given = list(dict.fromkeys(part.given for part in parts))
    main = main_language(languages)
    sources = [
        (f"S{n}", word("init", "file", main, file=path.name), "") for n, path in enumerate(given, 1)
    ]
    taken: set[str] = set()
    copied: dict[Path, str] = {}
    for part in parts:
        part.fields |= part.frame.attrs.get("fields", {})
        part.guess = guess(
            part.frame, part.id, part.name, languages, taken, first_source=len(sources) + 1
        )
        part.fields |= part.guess.fields
        ids = part.fields.get("id", "id")
        taken |= {cell_text(value) for value in part.frame[ids]}
        for text in part.guess.sources:
            link = text if text.startswith(("http://", "https://")) and " " not in text else ""
            sources.append((f"S{len(sources) + 1}", text, link))
        if part.whole and not part.guess.amended:
            part.file = copied.get(part.given, "") or _copied(stage, part)
            copied[part.given] = part.file
        else:
            part.table, part.file = "", f"layers/{part.id}.geojson"
            part.fields = {n: c for n, c in part.fields.items() if n not in ("lon", "lat", "wkt")}
            (stage / part.file).write_text(_geojson(part.frame), "utf-8")
        part.source = "" if _has(part, "source") else f"S{given.index(part.given) + 1}"
        told += _told(part)
    unsaid = {f"S{n}" for n in range(1, len(given) + 1)} - {part.source for part in parts}
    return [row for row in sources if row[0] not in unsaid]


def _copied(stage: Path, part: _Part) -> str:
    """Copy a file, and what belongs to a shapefile, by the name of its layer."""
    ending = part.given.suffix.lower()
    for one in (ending, *(SIDECARS if ending == ".shp" else ())):
        if (source := part.given.with_suffix(one) if one != ending else part.given).exists():
            shutil.copyfile(source, stage / "layers" / f"{part.id}{one}")
    return f"layers/{part.id}{ending}"


def _geojson(frame: gpd.GeoDataFrame) -> str:
    """Features as GeoJSON, one a line, with all their columns."""
    columns = [str(name) for name in frame.columns if name != "geometry"]
    lines = []
    shapes = shapely.to_geojson(shapely.force_2d(frame.geometry.to_numpy()))
    for shape, values in zip(shapes, frame[columns].itertuples(index=False), strict=True):
        row = {name: _plain(value) for name, value in zip(columns, values, strict=True)}
        properties = json.dumps(row, ensure_ascii=False)
        lines.append(f'{{"type": "Feature", "properties": {properties}, "geometry": {shape}}}')
    return '{"type": "FeatureCollection", "features": [\n' + ",\n".join(lines) + "\n]}\n"


def _plain(value: Any) -> Any:
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    return cell_text(value) or None


def _told(part: _Part) -> list[str]:
    """What was guessed of a layer, a line each."""
    at, made = f"layer {part.id}", part.guess
    kept = "copied as it is" if not made.amended and part.whole else "written anew, as GeoJSON"
    words = _COUNTED[part.geometry][len(part.frame) > 1]
    lines = [f"{at}: {len(part.frame)} {words} of {part.given}, {kept}"]
    lines += [f"{at}: {text}" for text in (*made.amended, *made.told)]
    if not made.sources:
        lines.append(
            f"{at}: no column says its sources: {part.source}, the file as given; say in "
            "sources.csv what it rests on"
        )
    said = [what for what in ("as_of", "certainty") if not _has(part, what)]
    if said:
        says = {"as_of": "as_of is today", "certainty": "certainty is 'approximate'"}
        told = " and ".join(says[what] for what in said)
        lines.append(f"{at}: {told}, as no column says it; change it in atlas.toml")
    if made.kinds:
        lines.append(f"{at}: colours and words of its kinds: [[layers.kinds]] in atlas.toml")
    return lines


def _has(part: _Part, what: str) -> bool:
    """Whether every feature says it itself."""
    column = part.fields.get(what, what)
    return column in part.frame and all(map(cell_text, part.frame[column]))


def _texts(
    folder: Path,
    stage: Path,
    parts: Sequence[_Part],
    sources: Sequence[tuple[str, str, str]],
    title: str,
    languages: Sequence[str],
    view: Sequence[float],
) -> None:
    """Write the three files that make a folder of layers an atlas."""
    main, today = main_language(languages), datetime.datetime.now(datetime.UTC).date()
    names = list(dict.fromkeys(part.given.name for part in parts))
    shown = title.strip() or short(
        ", ".join(dict.fromkeys(_in_words(part.given.stem) for part in parts)), 80
    )
    files = short(", ".join(names), 100)
    values = {
        "id": in_letters(folder.resolve().name) or "own",
        "title": in_each(languages, shown),
        "deck": said(told_in(languages), "given", files=files),
        "languages": json.dumps(list(languages)),
        "view": json.dumps(list(view)),
        "today": today.isoformat(),
    }
    inks = itertools.cycle(ROUTE_ROLES)
    layers = [_layer(part, main, inks, today.isoformat()) for part in parts]
    settings = SETTINGS.format(**values) + _LAYERS + "\n".join(layers)
    (stage / "atlas.toml").write_text(settings, "utf-8")
    (stage / "maps.toml").write_text(MAPS.format(**values), "utf-8")
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["id", "title", "url", "date", "kind", "read"])
    writer.writerows(
        [one, title, link, "", "", "title" if link else ""] for one, title, link in sources
    )
    (stage / "sources.csv").write_text(table.getvalue(), "utf-8")


def _layer(part: _Part, main: str, inks: Iterator[str], today: str) -> str:
    """One ``[[layers]]``, with what was guessed and what has to be said."""
    said: dict[str, Any] = {"id": part.id, "file": part.file, "geometry": part.geometry}
    said |= {"table": part.table} if part.table else {}
    name = f"name = {in_each([main], part.name)}"
    lines = ["[[layers]]", *(f"{key} = {literal(value)}" for key, value in said.items()), name]
    fields = {name: column for name, column in part.fields.items() if name != column}
    if fields:
        pairs = ", ".join(f"{name} = {literal(column)}" for name, column in fields.items())
        lines.append(f"fields = {{ {pairs} }}   # which column says what")
    if part.source:
        lines.append(f'source = ["{part.source}"]   # of features that name none themselves')
    lines += [f'as_of = "{today}"'] if not _has(part, "as_of") else []
    lines += ['certainty = "approximate"'] if not _has(part, "certainty") else []
    if not part.guess.kinds:
        lines.append(f'colour = "{next(inks)}"   # or #rrggbb')
    for kind in part.guess.kinds:
        words = in_each([main], _in_words(kind))
        lines += ["", "[[layers.kinds]]", f"value = {literal(kind)}", f"name = {words}",
                  f'colour = "{next(inks)}"']  # fmt: skip
    return "\n".join(lines) + "\n"


def _rounded(view: Sequence[float]) -> list[float]:
    """A view in tenths of degrees, outwards, and within the globe."""
    west, south, east, north = view
    low, high = math.floor(south * 10) / 10, math.ceil(north * 10) / 10
    return [math.floor(west * 10) / 10, max(low, -90.0), math.ceil(east * 10) / 10, min(high, 90.0)]


def _checked(stage: Path, parts: Sequence[_Part]) -> None:
    """See that the atlas is valid; else tell its problems by the names of the files given."""
    names: Mapping[str, str] = {f"{stage}/{part.file}": str(part.given) for part in parts}
    try:
        read(stage)
    except AtlasError as error:
        told = [
            replace(one, file=names.get(one.file, one.file.replace(f"{stage}/", "")))
            for one in error.problems
        ]
        raise AtlasError(told) from error
