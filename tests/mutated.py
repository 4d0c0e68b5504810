"""Files that are nearly right, made from right ones by lot, through every reader of a file.

From a terminal: ``make mutated seed=7 count=20000``. An input is right or refused: whatever else a
reader raises, says in more than a line, takes five seconds or a GiB for, is a fault. A number names
its input: ``--seed 7 --only pairs --one 853`` writes it here. One of each kind that was found stands
in test_mutated.py. What the page reads is tried by mutated.mjs.
"""

from __future__ import annotations

import argparse
import codecs
import functools
import io
import json
import multiprocessing
import random
import re
import resource
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
import traceback
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hostile
from frontiers_map import manifest
from frontiers_map.analysis import transits
from frontiers_map.atlas import from_files, geojson, pictures
from frontiers_map.atlas.atlas import gather
from frontiers_map.atlas.model import (
    FILES,
    MODELS,
    AtlasSettings,
    Chapter,
    MapSpec,
    Scenario,
    Sheet,
)
from frontiers_map.atlas.reader import Reader
from frontiers_map.errors import AtlasError, FrontiersMapError
from frontiers_map.outputs.gis.roundtrip import compare
from frontiers_map.voyages import any_table, pairs, ports, positions
from helpers import TINY

SECONDS = 5.0
LONG = 120_000  # bytes, nearly what a cell of a CSV may have
MEMORY = 2**30  # bytes, beyond what the process had
# what only a programmer could make sense of
OURS = re.compile(
    r"Traceback|NoneType|object has no|not subscriptable|unexpected keyword|unhashable|codec can't"
    r"|could not convert|invalid literal|out of bounds|dtype|<class|0x[0-9a-f]{8}|np\.|Errno"
)
ODD = (
    "", " ", "0", "-0", "-1", "180", "-180", "180.0000001", "360", "540", "90", "-90.1", "nan", "NaN",
    "inf", "-Infinity", "1e308", "1e309", "-1e400", "1e-400", "9" * 30, "9" * 400, "9" * 5000, "1,5",
    "1.5.5", "0x10", "1_000", "١٢٣", "½", "−5", "null", "None", "true", "yes", "id", "T1", "T9",
    "2026", "2026-02-30", "2026-13", "0000-00-00", "9999-12-31", "10000-01-01", "-2026", "20260101",
    "2026-01-01T00:00:00Z", "01/02/2026", "2026-W05", "__proto__", "../../etc/passwd", "/dev/zero",
    "=1+1", "<b>", "{n:places}", "{", "}", "{{x}}", "%s", "\\", "'", '"', '"""', "\x00", "\x07",
    "\x1b[31m", "\u202e", "\u200b", "\ufeff", "\ud83d\ude00", "é" * 3000, "a" * 70000, "東京", "ﬁ",
    "[", "]", "[[", "]]", "[[[[[[", ",", ";", "\t", "|", "\n", "\r", "\r\n", "\n\n\n", "#", "=", "sep=;",
    "POINT (1 2)", "POINT EMPTY", "POLYGON ((0 0, 1 1, 0 0))", "LINESTRING (0 0)", "Polygon", "Point",
    "LineString", "GeometryCollection", "MultiPolygon", "Feature", "FeatureCollection", "coordinates",
    "geometry", "properties", "EPSG:3857", "urn:ogc:def:crs:EPSG::3857", "[1,2,3]", "{}", "[]",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1e308, -0.0, 10**25, 10**400, 0.5, "", "x", "東京", "nan", [], {}, [[]],
    [None], [[[]]], {"type": "Point"}, {"type": []}, {"type": "Point", "coordinates": [1, 2]}, [1, 2],
    [[0, 0], [1, 1]], {"id": {"id": 1}}, float("nan"), float("inf"), 181, -181, 540.1, [1], ["1", "2"],
    {"type": "GeometryCollection", "geometries": []}, "\x00", "\ud800", "a" * 5000,
)  # fmt: skip
TOKEN = re.compile(r"[-+]?\d[\d.]*|\w+|[^\w\s]|\s+")


class Slow(Exception):
    """A reader took more than `SECONDS`."""


@dataclass(frozen=True)
class Kind:
    """A reader, and right files for it.

    Attributes
    ----------
    corpus
        Gives names and contents of right files.
    take
        Reads the file at a path; gives messages, or raises one of ours.
    share
        How many of a count are tried: those that are slow, fewer.
    """

    corpus: Callable[[], list[tuple[str, bytes]]]
    take: Callable[[Path], Sequence[object] | None]
    share: float = 1.0


@dataclass
class Tally:
    """What came of the inputs of one reader."""

    tried: int = 0
    refused: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    memory: int = 0
    faults: dict[str, list[str]] = field(default_factory=dict)


# -- what is mutated ------------------------------------------------------------------------------


def mutated(lot: random.Random, name: str, files: Sequence[tuple[str, bytes]]) -> bytes:
    """Change a file in one to four ways, by bytes, words, lines, or what its format is made of."""
    content = dict(files)[name]
    ways: list[Callable[[random.Random, bytes], bytes]] = [_bytes]
    if content[:2] == b"PK":
        ways += [_members] * 4
    elif content[:6] == b"SQLite":
        ways += [_cells] * 4
    elif b"\x00" not in content[:400]:
        ways += [_words, _words, _words, _lines, _lines, _encoded]
        if content.lstrip()[:1] in b"{[":
            ways += [_nodes] * 4
    for _ in range(lot.choice((1, 1, 1, 2, 2, 3, 4))):
        way = lot.choice(ways)
        with suppress(
            ArithmeticError,
            ValueError,
            IndexError,
            sqlite3.Error,
            RecursionError,
            zipfile.BadZipFile,
            zlib.error,
        ):
            content = way(lot, content)
    if lot.random() < 0.01:  # what takes the square of its length is seen in long texts
        at = lot.randrange(len(content) + 1)
        unit = content[at : at + lot.choice((1, 2, 3, 7, 60))] or b" "
        content = content[:at] + unit * (LONG // len(unit)) + content[at:]
    if lot.random() < 0.04:  # two files run together
        other = lot.choice(files)[1]
        content = (
            content[: lot.randrange(len(content) + 1)] + other[lot.randrange(len(other) + 1) :]
        )
    return content


def _bytes(lot: random.Random, content: bytes) -> bytes:
    made = bytearray(content)
    at = lot.randrange(len(made) + 1)
    to = min(len(made), at + lot.choice((1, 1, 2, 4, 16, 200)))
    match lot.randrange(6):
        case 0:
            made[at:to] = lot.randbytes(to - at)
        case 1:
            del made[at:to]
        case 2:
            made[at:at] = lot.randbytes(lot.choice((1, 2, 4)))
        case 3:
            del made[at:]
        case 4:
            made[at:at] = made[at:to] * lot.choice((1, 2, 50))
        case _:
            made[at:to] = lot.choice((b"\x00", b"\xff", b"\x7f\xff\xff\xff", b"\x80")) * 2
    return bytes(made)


def _words(lot: random.Random, content: bytes) -> bytes:
    text = content.decode("utf-8", "surrogateescape")
    found = [*TOKEN.finditer(text)]
    one = lot.choice(found)
    new = lot.choice(ODD) if lot.random() < 0.7 else lot.choice(found)[0]
    return f"{text[: one.start()]}{new}{text[one.end() :]}".encode("utf-8", "surrogateescape")


def _lines(lot: random.Random, content: bytes) -> bytes:
    lines = content.splitlines(keepends=True)
    at = lot.randrange(len(lines))
    match lot.randrange(6):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, lot.choice(lines) * lot.choice((1, 1, 3, 300)))
        case 2:
            lot.shuffle(lines)
        case 3:
            lines[at] = lot.choice(ODD).encode("utf-8", "surrogatepass") + b"\n"
        case 4:
            cells = lines[at].split(b",")
            lot.shuffle(cells)
            lines[at] = b",".join(cells)
        case _:
            mark = lot.choice((b";", b"\t", b"|", b",,"))
            lines = [line.replace(b",", mark) for line in lines]
    return b"".join(lines)


def _encoded(lot: random.Random, content: bytes) -> bytes:
    if lot.random() < 0.4:
        return content.replace(b"\n", lot.choice((b"\r\n", b"\r", b"\n\r", b"\x85", b"\x0b", b"")))
    code = lot.choice(
        ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp932", "cp1252")
    )
    if code == "utf-8-sig" and lot.random() < 0.3:
        return codecs.BOM_UTF8 * 2 + content
    return content.decode("utf-8").encode(code, "replace")


def _nodes(lot: random.Random, content: bytes) -> bytes:
    """Change a node of a JSON document, or several of one kind."""
    document = json.loads(content)
    places: list[tuple[Any, Any]] = []
    stack = [document]
    while stack:
        node = stack.pop()
        if not isinstance(node, dict | list):
            continue
        for key in [*node] if isinstance(node, dict) else range(len(node)):
            places.append((node, key))
            if isinstance(node[key], dict | list):
                stack.append(node[key])
    node, key = lot.choice(places)
    match lot.randrange(8):
        case 0:
            del node[key]
        case 1 if isinstance(node, dict):
            node[lot.choice(ODD)] = node.pop(key)
        case 1 | 2:
            other, place = lot.choice(places)
            node[key] = json.loads(json.dumps(other[place]))
        case 3 if isinstance(node, list):
            node.insert(key, node[key])
        case 4:
            for _ in range(lot.choice((1, 3, 900))):
                node[key] = [node[key]]
        case 5 if isinstance(node[key], list):
            lot.shuffle(node[key])
        case 6 if isinstance(node[key], int | float):
            node[key] = lot.choice((-node[key], node[key] + 360, node[key] * 1e6, str(node[key])))
        case _:
            node[key] = lot.choice(VALUES)
    return json.dumps(document).encode()


def _members(lot: random.Random, content: bytes) -> bytes:
    """Change a file in an archive, or what the archive says of it."""
    source = zipfile.ZipFile(io.BytesIO(content))
    parts = {name: source.read(name) for name in source.namelist()}
    name = lot.choice([*parts])
    parts[name] = lot.choice((_bytes, _words, _words, _lines))(lot, parts[name])
    if lot.random() < 0.1:
        parts[lot.choice(("../x.kml", "doc.kml", "/a", "", "a" * 300))] = parts.pop(name)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", lot.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))) as made:
        for name, part in parts.items():
            made.writestr(name, part)
    return out.getvalue()


def _cells(lot: random.Random, content: bytes) -> bytes:
    """Change a cell, a geometry or a table of a GeoPackage."""
    with sqlite3.connect(":memory:", isolation_level=None) as base:
        base.deserialize(content)
        base.text_factory = bytes
        for name in base.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall():
            base.execute(f'DROP TRIGGER "{name[0].decode()}"')
        tables = [
            row[0].decode()
            for row in base.execute("SELECT name FROM sqlite_master WHERE type='table'")
            if not row[0].startswith((b"sqlite", b"rtree"))
        ]
        table = lot.choice(tables)
        names = [row[1].decode() for row in base.execute(f'PRAGMA table_info("{table}")')]
        name = lot.choice(names)
        rows = [row[0] for row in base.execute(f'SELECT rowid FROM "{table}"')] or [0]
        at = lot.choice(rows)
        if lot.random() < 0.1:
            base.execute(
                lot.choice((
                    f'DROP TABLE "{table}"',
                    f'ALTER TABLE "{table}" RENAME COLUMN "{name}" TO "other"',
                    f'ALTER TABLE "{table}" DROP COLUMN "{name}"',
                    f'DELETE FROM "{table}"',
                    f'INSERT INTO "{table}" SELECT * FROM "{table}"',
                ))
            )  # fmt: skip
        else:
            old = base.execute(f'SELECT "{name}" FROM "{table}" WHERE rowid=?', (at,)).fetchone()
            value: Any = lot.choice((None, 0, -1, 2**63 - 1, 1.5, float("inf"), b"", b"GP\x00\x01"))
            if old and isinstance(old[0], bytes) and lot.random() < 0.6:
                value = _bytes(lot, old[0])
            elif lot.random() < 0.5:
                value = lot.choice(ODD).encode("utf-8", "surrogatepass").decode("utf-8", "replace")
            where = "" if lot.random() < 0.1 else f"WHERE rowid={at}"
            base.execute(f'UPDATE "{table}" SET "{name}"=? {where}', (value,))
        return base.serialize()


# -- right files ----------------------------------------------------------------------------------


@functools.cache
def _atlas_files(folder: str = "") -> dict[str, bytes]:
    """Every file of an atlas with all that may stand in one: texts are hostile already."""
    if folder:
        return {path.name: path.read_bytes() for path in Path(folder).iterdir() if path.is_file()}
    with tempfile.TemporaryDirectory() as name:
        made = hostile.write(Path(name) / "atlas")
        # the attacks are long: most of what is changed should be what has a meaning
        return {
            str(path.relative_to(made)): _curt(path.read_bytes())
            for path in made.rglob("*")
            if path.is_file()
        }


def _curt(content: bytes) -> bytes:
    text = content.decode()
    for attack in hostile.ATTACKS:
        for form in (attack, attack.replace('"', '""'), json.dumps(attack)[1:-1],
                     json.dumps(attack, ensure_ascii=False)[1:-1]):  # fmt: skip
            text = text.replace(form, "plain")
    return text.encode()


def _of(*endings: str) -> Callable[[], list[tuple[str, bytes]]]:
    def corpus() -> list[tuple[str, bytes]]:
        found = {**_atlas_files(), **{f"tiny-{n}": c for n, c in _atlas_files(str(TINY)).items()}}
        return [(name, content) for name, content in found.items()
                if name.endswith(endings) and "/" not in name]  # fmt: skip

    return corpus


def _tables() -> list[tuple[str, bytes]]:
    """Pairs of ends as people have them."""
    import geopandas as gpd
    import pandas as pd

    texts = {
        "names.csv": "id,from,to,speed_kn,via,close\nA,NLRTM,SGSIN,14,,suez\nB,Suva,Apia,,suez;malacca,\n",
        "four.csv": "from_lon,from_lat,to_lon,to_lat,note\n4.0,51.98,103.8,1.24,x\n-171.8,-13.8,178.4,-18.1,y\n",
        "cells.csv": 'from,to,draught_m\n"4.0,51.98","POINT (103.8 1.2)",12.5\n51°30.5\'N 4°00\'W,"lat=1.2 lon=103.8",8\n',
        "commas.csv": "start;end;dwt\n4,0 51,98;103,8 1,24;50000\nRotterdam;Singapore;60000\n",
        "title.csv": "Voyages of 2026\n\nfrom,,to,\nlon,lat,lon,lat\n4,52,103.8,1.2\n5,53,104,2\n",
        "wkt.csv": 'id,geometry\n1,"LINESTRING (4 52, 103.8 1.2)"\n2,"LINESTRING (178 -18, -171 -13)"\n',
        "list.json": '[{"from": "Suva", "to": "Apia", "speed_kn": 12}, {"from": [4, 52], "to": {"lon": 1, "lat": 2}}]',
        "lines.geojson": '{"type": "FeatureCollection", "features": [{"type": "Feature", "id": 3, "properties": {"ship": "x", "close": ["suez"]}, "geometry": {"type": "LineString", "coordinates": [[4, 52], [103.8, 1.2]]}}, {"type": "Feature", "properties": null, "geometry": {"type": "MultiLineString", "coordinates": [[[170, 1], [180, 2]], [[-180, 2], [-170, 3]]]}}]}',
        "lines.geojsonl": '{"type": "Feature", "properties": {"from": "Suva", "to": "Apia"}, "geometry": null}\n{"type": "Feature", "properties": {}, "geometry": {"type": "MultiPoint", "coordinates": [[1, 2], [3, 4]]}}\n',
        "tour.gpx": '<?xml version="1.0"?><gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1"><wpt lat="1" lon="2"><name>a</name></wpt><rte><name>r</name><rtept lat="1" lon="2"/><rtept lat="3" lon="4"/></rte></gpx>',
        "tour.kml": KML,
    }  # fmt: skip
    files = {name: text.encode() for name, text in texts.items()}
    frame = pd.DataFrame({"from": ["Suva", "NLRTM"], "to": ["Apia", "SGSIN"], "dwt": [1e5, None]})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        frame.to_excel(folder / "book.xlsx", index=False, engine="xlsxwriter")
        frame.to_parquet(folder / "table.parquet")
        lines = gpd.read_file(io.BytesIO(files["lines.geojson"])).iloc[:1]
        lines.to_file(folder / "lines.gpkg", layer="lines", driver="GPKG")
        lines[["geometry"]].to_file(folder / "lines.fgb", driver="FlatGeobuf")
        files |= {path.name: path.read_bytes() for path in folder.iterdir()}
    return [*files.items()]


KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Style id="s"><LineStyle><color>ff0000ff</color>
<width>2</width></LineStyle></Style><Folder><name>f</name><Placemark><name>a</name><styleUrl>#s</styleUrl>
<ExtendedData><Data name="k"><value>v</value></Data></ExtendedData><Point><coordinates>1,2,0</coordinates>
</Point></Placemark><Placemark><name>b</name><LineString><coordinates>1,2 3,4 5,6</coordinates></LineString>
</Placemark><Placemark><name>c</name><Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 1,0 1,1 0,0
</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></Folder></Document></kml>
"""


def _layers() -> list[tuple[str, bytes]]:
    """Layers of one's own in every format; a shapefile with all its parts in one name."""
    import geopandas as gpd
    import pandas as pd
    from shapely.geometry import LineString, Point, box

    rows = {"id": ["a", "b"], "name": ["Ålesund", "東京"], "n": [1, 2], "when": ["2026-01-01", "2026"],
            "source": ["x", "https://example.org/a"]}  # fmt: skip
    shapes = {
        "points": [Point(1, 2), Point(179, -18)],
        "lines": [LineString([(1, 2), (3, 4), (5, 5)]), LineString([(170, 1), (190, 2)])],
        "areas": [box(1, 2, 3, 4), box(170, -20, 190, -10)],
    }
    files: dict[str, bytes] = {"places.kml": KML.encode()}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for what, given in shapes.items():
            frame = gpd.GeoDataFrame(pd.DataFrame(rows), geometry=given, crs="EPSG:4326")
            frame.to_file(folder / f"{what}.gpkg", driver="GPKG")
            frame.to_file(folder / f"{what}.fgb", driver="FlatGeobuf")
            frame.to_file(folder / f"{what}.geojson", driver="GeoJSON")
            frame.to_file(folder / f"{what}.shp", driver="ESRI Shapefile")
            frame.to_parquet(folder / f"{what}.parquet")
            frame.assign(wkt=frame.geometry.to_wkt()).drop(columns="geometry").to_csv(
                folder / f"{what}.csv", index=False
            )
        (folder / "positions.csv").write_text("naam,lat,lon\nA,1.5,2.5\nB,-18,179\n")
        with zipfile.ZipFile(folder / "places.kmz", "w") as made:
            made.writestr("doc.kml", KML)
        for path in folder.iterdir():
            if path.suffix not in (".dbf", ".shx", ".prj", ".cpg"):
                files[path.name] = path.read_bytes()
            else:
                files[f"{path.stem}.shp{path.suffix}"] = path.read_bytes()
    return [*files.items()]


def _take_layer(path: Path) -> Sequence[object]:
    """Read a layer; of a part of a shapefile, with its other parts beside it."""
    if ".shp" in path.name:
        files = dict(CORPORA["layers"])
        stem = path.name.split(".")[0]
        for name, content in files.items():
            if name.startswith(f"{stem}.shp") and name != path.name:
                (path.parent / f"{stem}{Path(name).suffix}").write_bytes(content)
        if path.suffix != ".shp":
            shutil.copyfile(path, path.parent / f"{stem}{path.suffix}")
        path = path.parent / f"{stem}.shp"
    told: list[str] = []
    from_files._parts(path, told)
    return told


def _exports() -> list[tuple[str, bytes]]:
    """The tiny atlas as the GIS part of a build writes it."""
    from frontiers_map import build

    with tempfile.TemporaryDirectory() as name, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        build(TINY, Path(name) / "output", only=["gis"])
        found = (Path(name) / "output").rglob("*.gpkg")
        return [(path.name, path.read_bytes()) for path in found]


def _pictures() -> list[tuple[str, bytes]]:
    from PIL import Image

    files = []
    for form in ("PNG", "JPEG", "WEBP"):
        out = io.BytesIO()
        Image.linear_gradient("L").resize((40, 30)).convert("RGB").save(out, form)
        files.append((f"a.{form.lower()}", out.getvalue()))
    return files


def _counts() -> list[tuple[str, bytes]]:
    head = (
        "date,year,portid,portname,n_container,n_dry_bulk,n_general_cargo,n_roro,n_tanker,n_total\n"
    )
    rows = [
        f"2026-01-{day:02},2026,chokepoint{n},Gap,1,2,3,4,5,15\n"
        for day in range(1, 20)
        for n in (1, 2)
    ]
    return [("daily.csv", (head + "".join(rows)).encode())]


def _positions() -> list[tuple[str, bytes]]:
    texts = ("4.0,51.98", "POINT (4 51.98)", "51°30.5'N 004°00'W", "4,0 51,98", "lat=51.98 lon=4",
             '{"type": "Point", "coordinates": [4, 51.98]}', "N 51 30 12, W 4 0 0", "NLRTM", "Rotterdam",
             "San Francisco, US", "(1;2)", "5130N 00400W", "新潟", "Nukuʻalofa")  # fmt: skip
    return [(f"{n}.txt", text.encode()) for n, text in enumerate(texts)]


def _manifests() -> list[tuple[str, bytes]]:
    one = manifest.new(
        "tiny", {"a.csv": "0" * 64}, {"web": {"index.html": "1" * 64}}, {"index.html": "2" * 64}
    )
    return [("manifest.json", one.as_json())]


# -- readers --------------------------------------------------------------------------------------

TOML = {"story.toml": {"chapter": Chapter}, "maps.toml": {"map": MapSpec, "sheet": Sheet},
        "scenarios.toml": {"scenario": Scenario}}  # fmt: skip


def _take_rows(path: Path) -> None:
    """Read a file of an atlas by itself, as that file."""
    name = path.name.removeprefix("tiny-")
    reader = Reader(path.parent)
    reader.languages = ("en", "it", "ja")
    path.rename(path.parent / name)
    if name == "atlas.toml":
        reader.settings(name, AtlasSettings)
    elif name in TOML:
        reader.tables(name, TOML[name])
    else:
        shapes = FILES[name].shapes if name in FILES else ("LineString",)
        reader.unique(name, reader.rows(name, MODELS.get(name, MODELS["places.csv"]), shapes))
    (path.parent / name).unlink()
    if reader.problems:
        raise AtlasError(reader.problems)


def _take_atlas(path: Path) -> None:
    """Read a whole atlas in which this is one file."""
    folder = path.parent / "atlas"
    if path.name.startswith("tiny-"):
        name, files = path.name.removeprefix("tiny-"), _atlas_files(str(TINY))
    else:
        name, files = path.name, _atlas_files()
    for file, content in files.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        if file != name:
            (folder / file).write_bytes(content)
    shutil.copyfile(path, folder / name)
    try:
        gather(folder)
    finally:
        shutil.rmtree(folder)


def _take_pairs(path: Path) -> Sequence[object]:
    table = any_table.read_any(path)
    told = list(table.notes)
    with suppress(FrontiersMapError):
        told += pairs.asked_places(table)[1]
    rows, notes = pairs._read(table)
    return [*told, *notes, *(row.fault for row in rows if row.fault)]


def _take_position(path: Path) -> None:
    text = path.read_bytes().decode("utf-8", "replace")
    positions.read(text)
    for axis in ("lon", "lat"):
        with suppress(ValueError):  # as it says
            positions.angle(text, axis)


def _take_name(path: Path) -> Sequence[object]:
    with suppress(LookupError):  # as it says
        return [ports.packaged().find(path.read_bytes().decode("utf-8", "replace"))]
    return []


def _take_picture(path: Path) -> Sequence[object]:
    told: list[str] = []
    pictures._read(Reader(path.parent), path.name, path.read_bytes(), told.append)
    return told


def _take_manifest(path: Path) -> Sequence[object]:
    found = manifest.verify(path.parent)
    return [*found.wrong, found.made]


def _take_areas(path: Path) -> None:
    geojson.polygons(path)


def _take_edits(path: Path) -> Sequence[object]:
    found = compare.compare(path, TINY)
    return [*found.notes, *found.changes]


KINDS: dict[str, Kind] = {
    "csv": Kind(_of(".csv"), _take_rows),
    "toml": Kind(_of(".toml"), _take_rows),
    "geojson": Kind(_of(".geojson"), _take_rows),
    "atlas": Kind(_of(".csv", ".toml", ".geojson"), _take_atlas, 0.05),
    "pairs": Kind(_tables, _take_pairs, 0.5),
    "positions": Kind(_positions, _take_position, 2.0),
    "names": Kind(_positions, _take_name, 0.02),
    "areas": Kind(lambda: [f for f in _layers() if f[0].endswith((".geojson", ".kml", ".gpkg"))]
                  + _of(".geojson")(), _take_areas, 0.5),
    "layers": Kind(_layers, _take_layer, 0.2),
    "edits": Kind(_exports, _take_edits, 0.05),
    "transits": Kind(_counts, lambda path: transits.read_portwatch(
        path, {"chokepoint1": ["gap"]}).notes, 0.3),
    "manifest": Kind(_manifests, _take_manifest),
    "pictures": Kind(_pictures, _take_picture),
}  # fmt: skip
CORPORA: dict[str, list[tuple[str, bytes]]] = {}


@contextmanager
def limits(seconds: float) -> Iterator[None]:
    """Raise `Slow` in what takes a processor longer, however busy the machine is."""

    def stop(*_: object) -> None:
        raise Slow(f"more than {seconds:g} s")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def fault_of(kind: str, path: Path, seconds: float = SECONDS) -> tuple[str, bool]:
    """Say what is wrong with how a file was taken, empty if nothing is, and if it was refused."""
    try:
        with limits(seconds), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            told, refused = [*map(str, KINDS[kind].take(path) or ())], False
    except FrontiersMapError as error:
        told, refused = str(error).split("\n"), True
        if not all(line.strip() for line in told):
            return "refused without a word", True
    except BaseException as error:
        where = traceback.extract_tb(error.__traceback__)
        at = [
            f"{Path(one.filename).name}:{one.name}"
            for one in where
            if "mutated" not in one.filename
        ]
        return f"{type(error).__name__} in {at[-1] if at else '?'}: {str(error)[:200]}", True
    for line in told:
        if (odd := OURS.search(line)) or len(line) > 2000 or "\n" in line:
            return f"said {odd[0] if odd else ''!r}: {line[:300]!r}", refused
    return "", refused


def corpus_of(kind: str) -> list[tuple[str, bytes]]:
    if kind not in CORPORA:
        CORPORA[kind] = KINDS[kind].corpus()
    return CORPORA[kind]


def run(kind: str, seed: int, numbers: range, folder: Path, tally: Tally) -> None:
    """Try some inputs of a reader."""
    corpus = corpus_of(kind)
    names = [name for name, _ in corpus]
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number in numbers:
        lot = random.Random(f"{seed} {kind} {number}")
        name = lot.choice(names)
        content = mutated(lot, name, corpus)
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
        (folder / ".number").write_text(str(number))
        start = time.process_time()
        fault, refused = fault_of(kind, folder / name)
        took = time.process_time() - start
        tally.tried += 1
        tally.refused += refused
        tally.seconds += took
        tally.slowest = max(tally.slowest, took)
        if fault:
            key = re.sub(r"'[^']*'|\d\w*|/\S+", "…", fault)[:60]
            tally.faults.setdefault(key, []).append(f"{number} {name}: {fault}")
    tally.memory = 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - used)


def _child(kind: str, seed: int, numbers: range, folder: Path, out: Any) -> None:
    corpus_of(kind)
    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + 2 * MEMORY, size + 2 * MEMORY))
    tally = Tally()
    try:
        run(kind, seed, numbers, folder, tally)
    finally:
        out.send(tally)


def apart(kind: str, seed: int, numbers: range, folder: Path) -> Tally:
    """Try inputs in a process of their own: whatever falls there is told."""
    here, there = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.Process(target=_child, args=(kind, seed, numbers, folder, there))
    child.start()
    there.close()
    try:
        tally = here.recv()
    except EOFError:
        tally = Tally()
    child.join()
    if child.exitcode:
        at = (folder / ".number").read_text()
        tally.faults.setdefault(f"ended by {child.exitcode}", []).append(f"{at}")
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=20000)
    parser.add_argument("--only", choices=[*KINDS], action="append")
    parser.add_argument("--one", type=int, help="write this number's input here, and try it")
    asked = parser.parse_args()
    bad = 0
    total: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(dir="/dev/shm") as name:
        for kind in asked.only or KINDS:
            folder = Path(name) / kind
            folder.mkdir()
            if asked.one is not None:
                run(kind, asked.seed, range(asked.one, asked.one + 1), folder, tally := Tally())
                lot = random.Random(f"{asked.seed} {kind} {asked.one}")
                file = lot.choice([one for one, _ in corpus_of(kind)])
                Path(file).write_bytes(mutated(lot, file, corpus_of(kind)))
                print(file, tally)
                continue
            tally = apart(kind, asked.seed, range(int(asked.count * KINDS[kind].share)), folder)
            total["tried"] += tally.tried
            print(
                f"{kind:10} {tally.tried:8,} tried, {tally.refused / max(1, tally.tried):4.0%} refused, "
                f"{tally.tried / max(1e-9, tally.seconds):6,.0f} a second, slowest {tally.slowest:.2f} s, "
                f"{tally.memory / 2**20:+.0f} MiB",
                flush=True,
            )
            for found in tally.faults.values():
                bad += len(found)
                print(f"    {len(found)} times, such as {found[0]}", flush=True)
    print(f"seed {asked.seed}: {total['tried']:,} tried, {bad} wrong")
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
