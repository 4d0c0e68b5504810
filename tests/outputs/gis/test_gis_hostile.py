"""Text from an atlas stays text: in KML, QML, the project, GeoPackage, GeoJSON and CSV."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import subprocess
import xml.etree.ElementTree as ET
import zipfile
from contextlib import closing
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from frontiers_map.analysis.joins import JoinedAtlas
from frontiers_map.atlas import fields
from frontiers_map.outputs import datapackage, tables
from frontiers_map.outputs.base import RenderJob
from frontiers_map.outputs.gis.formats.geopackage import write
from frontiers_map.outputs.gis.layers import GEOMETRIES, Layer, layers
from frontiers_map.outputs.gis.qgis import qml
from gis_tools import DEBIAN, needs, written
from made_atlas import HOSTILE, hostile

KML = "{http://www.opengis.net/kml/2.2}"


@pytest.fixture(scope="module")
def atlas() -> JoinedAtlas:
    return hostile()


@pytest.fixture(scope="module")
def folder(atlas: JoinedAtlas, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(atlas, tmp_path_factory.mktemp("hostile"))


def test_kml_is_one_document_and_names_are_text(folder: Path, atlas: JoinedAtlas) -> None:
    root = ET.parse(folder / "frontiers.kml").getroot()
    names = [mark.findtext(f"{KML}name") for mark in root.iter(f"{KML}Placemark")]
    assert set(HOSTILE) <= set(names)
    known = {name: getattr(atlas, name) for name in GEOMETRIES} | dict(atlas.own)
    assert len(names) == sum(map(len, known.values()))
    allowed = {"kml", "Document", "Folder", "Placemark", "name", "description", "Style"}
    assert {element.tag.removeprefix(KML) for element in root.iter()} > allowed
    for tag in ("script", "b", "br", "CDATA"):
        assert not list(root.iter(f"{KML}{tag}"))
    for description in root.iter(f"{KML}description"):
        shown = re.sub(r"</?b>|<br/>", "", description.text or "")
        assert "<" not in shown, "only our own markup is HTML"


def test_styles_and_project_are_well_formed(folder: Path) -> None:
    with zipfile.ZipFile(folder / "frontiers.qgz") as archive:
        assert archive.namelist() == ["frontiers.qgs"]
        project = ET.fromstring(archive.read("frontiers.qgs"))
    titles = {element.get("name") for element in project.iter("Bookmark")}
    assert any("</script>" in str(title) for title in titles)
    assert any("If closed: " in str(e.get("name")) for e in project.iter("visibility-preset"))
    assert not list(project.iter("script"))
    with closing(sqlite3.connect(folder / "frontiers.gpkg")) as base:
        for (text,) in base.execute("SELECT styleQML FROM layer_styles"):
            ET.fromstring(text)
        (metadata,) = base.execute("SELECT metadata FROM gpkg_metadata").fetchone()
        ET.fromstring(metadata.encode())


@pytest.mark.parametrize("name", ["places", "routes", "sea_labels"])
def test_values_come_back_as_they_were(name: str, folder: Path, atlas: JoinedAtlas) -> None:
    expected = sorted(getattr(atlas, name)["name_en"])
    document = json.loads((folder / f"{name}.geojson").read_text("utf-8"))
    assert sorted(f["properties"]["name_en"] for f in document["features"]) == expected
    assert sorted(pq.read_table(folder / f"{name}.parquet")["name_en"].to_pylist()) == expected
    with closing(sqlite3.connect(folder / "frontiers.gpkg")) as base:
        assert sorted(row[0] for row in base.execute(f'SELECT name_en FROM "{name}"')) == expected
        assert base.execute("SELECT count(*) FROM places").fetchone() == (len(atlas.places),)


def test_tables_hold_no_formula(atlas: JoinedAtlas) -> None:
    for name, content in tables.render(RenderJob(atlas, Path())).items():
        if not name.endswith(".csv"):
            continue
        assert isinstance(content, bytes)
        for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")):
            for value in row:
                if value[:1] in ("=", "+", "@", "\t", "\r"):
                    float(value)


def test_descriptor_keeps_an_odd_licence(folder: Path) -> None:
    document = json.loads((folder / "datapackage.json").read_text("utf-8"))
    assert document["licenses"][0]["title"] == HOSTILE[3]
    assert datapackage.licence("")["name"] == "unspecified"


def test_a_layer_named_like_sql_is_only_a_name(tmp_path: Path) -> None:
    import shapely

    name = 'x"; DROP TABLE gpkg_contents; --'
    ids = fields.column("id", ["a'); DELETE FROM t; --"])
    source = fields.column("source", ["s"])
    spot = shapely.points([[1.0, 2.0]])
    drawn = Layer(name, "d", {"id": ids, "source": source}, "Point", spot, spot)
    sources = Layer("sources", "s", {"id": fields.column("id", ["s"])})
    path = tmp_path / "a.gpkg"
    write(path, [drawn], [sources], {}, title="t", date="2026-01-01", metadata="<x/>")
    with closing(sqlite3.connect(path)) as base:
        names = [row[0] for row in base.execute("SELECT table_name FROM gpkg_contents")]
        assert name in names
        quoted = name.replace('"', '""')
        assert base.execute(f'SELECT id FROM "{quoted}"').fetchone() == ("a'); DELETE FROM t; --",)
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_expressions_quote_what_they_are_given() -> None:
    assert qml.literal("a'b\\c") == "'a''b\\\\c'"
    assert qml.column('a"b') == '"a""b"'
    assert qml.quoted('<a b="c">&') == "'&lt;a b=\"c\"&gt;&amp;'"


def test_language_columns_are_the_same_for_all(atlas: JoinedAtlas) -> None:
    for layer in layers(atlas):
        assert {"id", "name_en", "name_it", "name_ja", "source", "as_of", "certainty"} <= set(
            layer.columns
        )


@needs("qgis", "/usr/bin/python3")
@pytest.mark.qgis
def test_qgis_shows_hostile_text_as_text(folder: Path, tmp_path: Path) -> None:
    script = Path(__file__).parent / "qgis" / "look.py"
    told = subprocess.run(
        ["/usr/bin/python3", str(script), str(folder / "frontiers.qgz"), str(tmp_path / "x.json")],
        capture_output=True, text=True, env=DEBIAN | {"XDG_RUNTIME_DIR": str(tmp_path)},
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    found = json.loads((tmp_path / "x.json").read_text("utf-8"))
    assert found["invalid"] == []
    assert found["messages"] == []
    assert found["tips"], "map tips were evaluated"
    for tip in found["tips"]:
        assert "<script" not in tip
        assert "[%" not in tip.replace("[% layer_property", "")
