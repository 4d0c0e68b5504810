"""The layers as files: the same ids, values and geometry in every format, and their promises."""

from __future__ import annotations

import csv
import dataclasses
import datetime
import hashlib
import html
import io
import json
import re
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from pyogrio.raw import read_arrow

from frontiers_map.analysis.joins import JoinedAtlas, join
from frontiers_map.atlas import fields
from frontiers_map.atlas.atlas import read as atlas_of
from frontiers_map.geo import geodesy
from frontiers_map.language import text
from frontiers_map.outputs import datapackage, gis, tables
from frontiers_map.outputs.base import RenderJob
from frontiers_map.outputs.gis.backdrop import STEPS, beside_seam, ground
from frontiers_map.outputs.gis.layers import (
    GEOMETRIES,
    TABLES,
    Layer,
    layers,
)
from gis_tools import DEBIAN, needs, written
from helpers import GEODATA, ROOT, TINY
from made_atlas import made

FORMS = ("geojson", "parquet", "fgb", "gpkg")


@pytest.fixture(scope="session")
def atlas() -> JoinedAtlas:
    return made()


@pytest.fixture(scope="session")
def folder(atlas: JoinedAtlas, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(atlas, tmp_path_factory.mktemp("gis"))


@pytest.fixture(scope="session")
def expected(atlas: JoinedAtlas) -> dict[str, Layer]:
    return {layer.name: layer for layer in layers(atlas)}


def plain(value: Any) -> Any:
    """One spelling for what formats spell differently: days and whole numbers."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()[:10]
    if isinstance(value, str) and len(value) in (10, 19, 20) and value[4:8:3] == "--":
        return value[:10]
    return value


def read(path: Path, layer: str) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """Rows and geometries of a layer by id, by whatever reads the format."""
    if path.suffix == ".geojson":
        features = json.loads(path.read_text("utf-8"))["features"]
        rows = [feature["properties"] for feature in features]
        shapes = [feature["geometry"] and shapely.from_geojson(json.dumps(feature["geometry"]))
                  for feature in features]  # fmt: skip
    elif path.suffix == ".parquet":
        table = pq.read_table(path)
        shapes = list(shapely.from_wkb(table["geometry"].to_pylist()))
        rows = table.drop_columns(["geometry", "bbox"]).to_pylist()
    else:
        info, table = read_arrow(path, layer=layer, datetime_as_string=True)
        name = info["geometry_name"] or "wkb_geometry"
        shapes = list(shapely.from_wkb(table[name].to_pylist()))
        rows = table.drop_columns([name]).to_pylist()
    known = {row["id"]: row for row in rows}
    assert len(known) == len(rows), "an id stands twice"
    return known, dict(zip((row["id"] for row in rows), shapes, strict=True))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", GEOMETRIES)
def test_every_format_says_the_same(
    name: str, form: str, folder: Path, expected: dict[str, Layer]
) -> None:
    layer = expected[name]
    path = folder / ("frontiers.gpkg" if form == "gpkg" else f"{name}.{form}")
    rows, shapes = read(path, name)
    assert layer.shape is not None
    pairs = list(zip(layer.rows(), layer.shape, strict=True))
    if form == "fgb":  # its index has no place for rows without geometry
        pairs = [(row, shape) for row, shape in pairs if shape is not None]
    assert set(rows) == {row["id"] for row, _ in pairs}
    for row, shape in pairs:
        found = rows[row["id"]]
        assert {k: plain(found[k]) for k in row} == {k: plain(v) for k, v in row.items()}
        other = shapes[row["id"]]
        if shape is None:
            assert other is None
            assert row["no_geometry"]
        elif form == "gpkg":
            same_ground(shape, other)
        else:
            assert shapely.equals_exact(shape, other, tolerance=1e-9)


@pytest.mark.parametrize("name", GEOMETRIES)
def test_kml_says_the_same(
    name: str, folder: Path, expected: dict[str, Layer], atlas: JoinedAtlas
) -> None:
    layer = expected[name]
    path = folder / "frontiers.kml"
    folders = [text.layer_name(name, "en", gas=True)]
    if name == "scenario_routes":  # a folder each
        folders = [scenario.name.en for scenario in atlas.scenarios]
    found = pd.concat(
        [pyogrio.read_dataframe(path, layer=one, use_arrow=False) for one in folders]
    ).set_index("feature_id")
    assert sorted(found.index) == sorted(layer.values("id"))
    assert list(found["id"]) == [f"{name}.{row_id}" for row_id in found.index]
    told = " ".join(found["description"].dropna())
    if name == "gates":  # words, not codes
        for state in set(layer.values("state")) - {None, ""}:
            word = fields.domain("gates", "state")[state]
            assert f"<b>State</b>: {word}<br/>" in told
    if name == "routes":
        by_id = dict(zip(atlas.gates["id"], atlas.gates["name_en"], strict=True))
        passed = {gate for row in layer.rows() for gate in str(row["gates"] or "").split(";")}
        for gate in passed - {""}:
            assert html.escape(by_id[gate]) in told
    if name == "regions":  # figures grouped, with their unit
        assert re.search(r"\(km²\)</b>: \d{1,3}(,\d{3})+<", told)
    assert layer.shape is not None
    for row, shape in zip(layer.rows(), layer.shape, strict=True):
        other = found.loc[row["id"]]
        assert other["Name"] == (row["name_en"] or row["id"])
        for column in ("source", "as_of", "certainty", "name_it", "name_ja", "nm", "area_km2"):
            if row.get(column) not in (None, ""):
                assert plain(other[column]) == plain(row[column]), (row["id"], column)
        if shape is None:
            assert other["geometry"] is None or other["geometry"].is_empty
        elif layer.kind == "MultiPolygon":  # edges follow parallels, vertex by vertex
            ours, theirs = (shapely.get_coordinates(one) for one in (shape, other["geometry"]))
            assert set(map(tuple, ours)) <= set(map(tuple, theirs))
            rings = shapely.get_rings(shapely.get_parts(other["geometry"]))
            steps = [np.abs(np.diff(shapely.get_coordinates(ring), axis=0)) for ring in rings]
            assert max(step.max() for step in steps) <= 2 + 1e-6
            assert other["geometry"].area == pytest.approx(shape.area, abs=1e-4)
        else:
            assert np.array_equal(
                shapely.get_coordinates(shape), shapely.get_coordinates(other["geometry"])
            )


def same_ground(one: Any, other: Any) -> None:
    """The GeoPackage is cut once more: no point is farther off than a millionth of a degree."""
    assert one.geom_type == other.geom_type
    assert abs(one.area - other.area) <= 1e-3
    assert abs(geodesy.length_m(one) - geodesy.length_m(other)) <= max(
        1.0, 0 if one.area == 0 else np.inf
    )
    assert shapely.hausdorff_distance(one, other) <= 1.1e-6 or one.area > 0
    assert shapely.symmetric_difference(one, other).area <= 1e-3


@pytest.mark.parametrize("name", GEOMETRIES)
def test_exchange_geometry_keeps_the_rfc(name: str, expected: dict[str, Layer]) -> None:
    shapes = expected[name].shape
    assert shapes is not None
    there = shapes[~shapely.is_missing(shapes)]
    assert shapely.is_valid(there).all()
    assert not shapely.is_empty(there).any()
    west, south, east, north = shapely.total_bounds(there)
    assert -180 <= west <= east <= 180
    assert -90 <= south <= north <= 90
    coordinates = shapely.get_coordinates(there)
    assert np.array_equal(coordinates, np.round(coordinates, 6))
    for polygon in shapely.get_parts(there[np.isin(shapely.get_type_id(there), (3, 6))]):
        assert polygon.exterior.is_ccw
        assert not any(ring.is_ccw for ring in polygon.interiors)
    for line in shapely.get_parts(there):
        if line.geom_type == "LineString":
            assert np.abs(np.diff(shapely.get_coordinates(line)[:, 0])).max() < 180


@pytest.mark.parametrize("name", GEOMETRIES)
def test_every_row_has_a_known_source(
    name: str, expected: dict[str, Layer], atlas: JoinedAtlas
) -> None:
    known = set(atlas.sources["id"])
    for row in expected[name].rows():
        assert set(row["source"].split(";")) <= known, row["id"]
        assert row["as_of_text"]
        assert row["certainty"] in fields.domain(name, "certainty")


def test_cutting_keeps_lengths_and_areas(atlas: JoinedAtlas, expected: dict[str, Layer]) -> None:
    for name in ("regions", "routes"):
        whole, shape = expected[name].whole, expected[name].shape
        assert whole is not None
        assert shape is not None
        measure = geodesy.area_m2 if name == "regions" else geodesy.length_m
        if name == "regions":
            whole = geodesy.densify_parallel(whole, 50)
            shape = geodesy.densify_parallel(shape, 50)
        before, after = measure(whole), measure(shape)
        assert np.abs(after / before - 1).max() < 1e-6
        seam = beside_seam(shape)
        assert np.abs(measure(seam) / before - 1).max() < 1e-6


def test_unwrapped_file_has_whole_lines(folder: Path, expected: dict[str, Layer]) -> None:
    table = pq.read_table(folder / "unwrapped.parquet")
    keys = list(zip(table["layer"].to_pylist(), table["id"].to_pylist(), strict=True))
    shapes = dict(zip(keys, shapely.from_wkb(table["geometry"].to_pylist()), strict=True))
    routes = {name: shape for (layer, name), shape in shapes.items() if layer == "routes"}
    assert {shape.geom_type for shape in routes.values()} == {"LineString"}
    assert any(shape.bounds[0] < -180 or shape.bounds[2] > 180 for shape in routes.values())
    assert set(routes) == set(expected["routes"].values("id"))


def test_tables_stand_in_geopackage_and_parquet(folder: Path, atlas: JoinedAtlas) -> None:
    with closing(sqlite3.connect(folder / "frontiers.gpkg")) as base:
        for name in (*TABLES, "scenarios"):
            (count,) = base.execute(f'SELECT count(*) FROM "{name}"').fetchone()
            assert count == len(pq.read_table(folder / f"{name}.parquet"))
            assert count == len(getattr(atlas, name))


def test_two_builds_are_alike_to_the_byte(folder: Path, tmp_path: Path) -> None:
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path\n"
        "from gis_tools import written\nfrom made_atlas import made\n"
        "written(made(), Path(sys.argv[2]))\n"
    )
    subprocess.run(
        [sys.executable, "-c", script, str(ROOT / "tests"), str(tmp_path)],
        check=True,
        env={"PYTHONHASHSEED": "77", "PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "TZ": "Japan"},
    )

    def digests(place: Path) -> dict[str, str]:
        return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in place.iterdir()}

    again = digests(tmp_path / "gis")
    assert len(again) > 40
    assert again == digests(folder)


def test_descriptor_lists_every_file_with_its_hash(
    folder: Path, expected: dict[str, Layer]
) -> None:
    document = json.loads((folder / "datapackage.json").read_text("utf-8"))
    listed = {resource["path"]: resource for resource in document["resources"]}
    assert set(listed) == {path.name for path in folder.iterdir()} - {"datapackage.json"}
    for name, resource in listed.items():
        content = (folder / name).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == "sha256:" + hashlib.sha256(content).hexdigest()
    columns = [field["name"] for field in listed["routes.geojson"]["schema"]["fields"]]
    assert columns == list(expected["routes"].columns)
    assert document["licenses"][0]["name"] == "CC-BY-4.0"
    names = [resource["name"] for resource in document["resources"]]
    assert len(set(names)) == len(names)


def test_unknown_licence_keeps_its_words() -> None:
    assert datapackage.licence("Ask us!") == {"name": "Ask-us", "title": "Ask us!"}


def test_geoparquet_keeps_version_1_1(folder: Path) -> None:
    for path in sorted(folder.glob("*.parquet")):
        file = pq.ParquetFile(path)
        for group in range(file.metadata.num_row_groups):
            for column in range(file.metadata.num_columns):
                assert file.metadata.row_group(group).column(column).compression == "ZSTD"
        pq.read_table(path, page_checksum_verification=True)
        geo = (file.schema_arrow.metadata or {}).get(b"geo")
        if geo is None:
            assert path.stem in (*TABLES, "scenarios")
            continue
        document = json.loads(geo)
        column = document["columns"]["geometry"]
        assert document["version"] == "1.1.0"
        assert column["crs"]["id"] == {"authority": "EPSG", "code": 4326}
        assert column["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]
        table = pq.read_table(path)
        shapes = shapely.from_wkb(table["geometry"].to_pylist())
        boxes = table["bbox"].to_pylist()
        for shape, box in zip(shapes, boxes, strict=True):
            found = None if box is None else tuple(box.values())
            assert found == (None if shape is None else shape.bounds)


def test_duckdb_reads_parquet(folder: Path, expected: dict[str, Layer]) -> None:
    base = duckdb.connect()
    for name in GEOMETRIES:
        query = f"SELECT id, source, CAST(bbox AS VARCHAR) FROM '{folder / name}.parquet'"
        rows = base.execute(query).fetchall()
        assert {row[0]: row[1] for row in rows} == dict(
            zip(expected[name].values("id"), expected[name].values("source"), strict=True)
        )
    total = base.execute(f"SELECT sum(nm) FROM '{folder}/routes.parquet'").fetchone()
    assert total is not None
    assert total[0] == pytest.approx(sum(expected["routes"].values("nm")))


def test_duckdb_measures_what_the_columns_say(folder: Path, expected: dict[str, Layer]) -> None:
    """Geometry read and measured by DuckDB's spatial extension, from every exchange format."""
    (extension,) = Path(str(files("duckdb_extension_spatial"))).rglob("spatial.duckdb_extension")
    base = duckdb.connect()
    base.execute(f"LOAD '{extension}'")
    for name in GEOMETRIES:
        drawn = [shape for shape in expected[name].shape if shape is not None]
        for geometry, table in (
            ("geom", f"ST_Read('{folder}/frontiers.gpkg', layer = '{name}')"),
            ("geom", f"ST_Read('{folder}/{name}.geojson')"),
            ("geom", f"ST_Read('{folder}/{name}.fgb')"),
            ("geometry", f"'{folder}/{name}.parquet'"),
        ):
            counts = f"count({geometry}), count_if(ST_IsValid({geometry}))"
            found = base.execute(f"SELECT {counts} FROM {table}").fetchone()
            assert found == (len(drawn), len(drawn)), (name, table)
    rows = base.execute(
        "SELECT nm, ST_Length_Spheroid(ST_FlipCoordinates(geometry)) / 1852 "
        f"FROM '{folder}/routes.parquet'"
    ).fetchall()
    told, measured = np.array(rows).T
    assert np.abs(told - measured).max() <= 0.051


def test_geopackage_says_what_it_is(folder: Path, atlas: JoinedAtlas) -> None:
    with closing(sqlite3.connect(folder / "frontiers.gpkg")) as base:
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert base.execute("PRAGMA foreign_key_check").fetchall() == []
        assert base.execute("PRAGMA user_version").fetchone() == (10300,)
        names = {row[0] for row in base.execute("SELECT table_name FROM gpkg_contents")}
        assert {*GEOMETRIES, *TABLES, "scenarios", "layer_styles"} <= names
        changed = {row[0] for row in base.execute("SELECT last_change FROM gpkg_contents")}
        assert changed == {f"{atlas.settings.record_to}T00:00:00.000Z"}
        described = base.execute(
            "SELECT count(*) FROM gpkg_data_columns WHERE description IS NULL OR title IS NULL"
        )
        assert described.fetchone() == (0,)
        (metadata,) = base.execute("SELECT metadata FROM gpkg_metadata").fetchone()
        assert atlas.settings.licence in metadata
        for name in atlas.sources["id"]:
            assert f"{name}: " in metadata
        styles = base.execute(
            "SELECT f_table_name FROM layer_styles WHERE useAsDefault AND f_table_catalog = '' "
            "AND f_table_schema = '' AND f_geometry_column = 'geom'"
        ).fetchall()
        assert {*GEOMETRIES} <= {row[0] for row in styles}
        for layer in GEOMETRIES:
            count = base.execute(
                f'SELECT count(*) FROM "{layer}" r LEFT JOIN "{layer}_sources" s '
                "ON s.base_id = r.fid LEFT JOIN sources t ON t.fid = s.related_id "
                "WHERE t.id IS NULL OR instr(';' || r.source || ';', ';' || t.id || ';') = 0"
            ).fetchone()
            assert count == (0,), layer


def test_statuses_have_domains(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "frontiers.gpkg")) as base:
        for table, column in (("routes", "status"), ("terminals", "kind"), ("gates", "certainty")):
            allowed = {
                row[0]
                for row in base.execute(
                    "SELECT c.value FROM gpkg_data_column_constraints c JOIN gpkg_data_columns d "
                    "USING (constraint_name) WHERE d.table_name = ? AND d.column_name = ?",
                    (table, column),
                )
            }
            used = {row[0] for row in base.execute(f'SELECT DISTINCT "{column}" FROM "{table}"')}
            assert used <= allowed
            assert allowed == set(fields.domain(table, column))


def test_every_column_says_what_it_is(folder: Path) -> None:
    package = json.loads((folder / "datapackage.json").read_bytes())
    columns = [
        field
        for resource in package["resources"]
        for field in resource.get("schema", {}).get("fields", ())
    ]
    assert len(columns) > 300
    bare = {one["name"] for one in columns if one["description"] == one["title"] != "Name"}
    assert bare <= {"year"}


def test_projects_name_their_columns_in_their_language(folder: Path) -> None:
    for name, titles in (
        ("frontiers.qgz", ("Capacity (Mt/year)", "operating")),
        ("frontiers-it.qgz", ("Capacità (Mt/anno)", "in esercizio", "Altre letture")),
        ("frontiers-ja.qgz", ("能力 (Mt/年)", "操業中", "ほかの解釈")),
    ):
        with zipfile.ZipFile(folder / name) as archive:
            project = archive.read(archive.namelist()[0]).decode()
        for title in titles:
            assert f'name="{title}"' in project, title


def test_tables_and_layers_agree(atlas: JoinedAtlas, folder: Path) -> None:
    made_tables = tables.render(RenderJob(atlas, Path()))
    for name in ("routes", "places", "terminals", "gates"):
        content = made_tables[f"tables/{name}.csv"]
        assert isinstance(content, bytes)
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
        found, _ = read(folder / f"{name}.geojson", name)
        assert [row["id"] for row in rows] == list(getattr(atlas, name)["id"])
        assert {row["id"] for row in rows} == set(found)


@needs("ogrinfo")
@pytest.mark.parametrize("form", ["geojson", "fgb", "gpkg", "kml"])
def test_gdal_reads_every_layer_without_a_word(
    form: str, folder: Path, expected: dict[str, Layer]
) -> None:
    own = {layer.id: layer.name.main for layer in atlas_of(GEODATA).settings.layers}
    for name, layer in expected.items():
        path = folder / (f"{name}.{form}" if form in ("geojson", "fgb") else f"frontiers.{form}")
        source = [
            "-so",
            str(path),
            own.get(name) or text.layer_name(name, "en", gas=True) if form == "kml" else name,
        ]
        told = subprocess.run(
            ["ogrinfo", "-ro", *source], capture_output=True, text=True, check=True, env=DEBIAN
        )
        assert told.stderr == ""
        assert layer.shape is not None
        if (form, name) == ("kml", "scenario_routes"):
            continue  # a folder each: they are counted above
        gone = shapely.is_missing(layer.shape).sum() if form == "fgb" else 0
        assert f"Feature Count: {len(layer) - gone}" in told.stdout
        assert "WGS 84" in told.stdout
        present = [s for s in layer.columns if form != "kml" or any(layer.values(s))]
        for column in (c for c in present if (form, c) != ("kml", "id")):
            assert f"{column}: " in told.stdout, (name, column)


@needs("ogr2ogr")
@pytest.mark.parametrize("name", ["routes", "regions", "events"])
def test_gdal_carries_layers_over_and_back(name: str, folder: Path, tmp_path: Path) -> None:
    there = tmp_path / "there.gpkg"
    back = tmp_path / f"{name}.fgb"
    for command in (
        ["ogr2ogr", "-f", "GPKG", str(there), str(folder / f"{name}.geojson")],
        ["ogr2ogr", "-f", "FlatGeobuf", str(back), str(there), name],
    ):
        told = subprocess.run(command, capture_output=True, text=True, env=DEBIAN, check=True)
        assert told.stderr == ""
    before, shapes = read(folder / f"{name}.geojson", name)
    before = {row_id: row for row_id, row in before.items() if shapes[row_id] is not None}
    after, carried = read(back, name)
    assert set(before) == set(after)
    for row_id, row in before.items():
        assert row["source"] == after[row_id]["source"]
        assert shapely.equals_exact(shapes[row_id], carried[row_id], tolerance=1e-9)


@needs("/usr/bin/python3")
def test_ogc_checks_of_gdal_find_nothing(folder: Path) -> None:
    told = subprocess.run(
        ["/usr/bin/python3", "-m", "osgeo_utils.samples.validate_gpkg",
         str(folder / "frontiers.gpkg")],
        capture_output=True, text=True, env=DEBIAN,
    )  # fmt: skip
    if "No module named" in told.stderr:
        pytest.skip("python3-gdal is not installed")
    assert told.returncode == 0, told.stdout + told.stderr


def test_an_agreement_that_goes_on_has_no_last_day(atlas: JoinedAtlas, folder: Path) -> None:
    """In the time controls it ended with the day, month or year in which it began."""
    ends = pq.read_table(folder / "links.parquet").to_pandas().set_index("id")["end_day"]
    for row in atlas.links.itertuples():
        assert (ends[row.id] is None) == (row.until is None), row.id
    assert ends.isna().any()


def test_nothing_is_said_when_all_is_well(atlas: JoinedAtlas, tmp_path: Path) -> None:
    notes: list[str] = []
    files = gis.render(RenderJob(atlas, scratch=tmp_path, notes=notes))
    assert notes == []
    assert {Path(name).parts[0] for name in files} == {"gis"}
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") is None


# A strip as of a strait's approach, a speck, a large part with a speck, two parts at 180°, a hole.
NARROW = {
    "strip": "POLYGON ((170 -10, 170.3 -10, 170.3 -6, 170 -6, 170 -10))",
    "speck": "POLYGON ((170 -10, 170.01 -10, 170.01 -9.99, 170 -9.99, 170 -10))",
    "parts": "MULTIPOLYGON (((160 -20, 175 -20, 175 0, 160 0, 160 -20)), "
    "((178 -20, 178.05 -20, 178.05 -19.9, 178 -19.9, 178 -20)))",
    "across": "POLYGON ((179.9 -30, 180.1 -30, 180.1 10, 179.9 10, 179.9 -30))",
    "frame": "POLYGON ((150 -40, 200 -40, 200 0, 150 0, 150 -40), "
    "(150.1 -39.9, 150.1 -0.1, 199.9 -0.1, 199.9 -39.9, 150.1 -39.9))",
}


@pytest.mark.parametrize("shape", NARROW)
def test_a_narrow_region_with_a_soft_edge_is_drawn_whole(shape: str) -> None:
    atlas = made()
    outline = shapely.from_wkt(NARROW[shape])
    regions = atlas.regions.iloc[[0]].assign(edge="soft", id="narrow")
    regions = regions.set_geometry([outline], crs=4326)
    under = {layer.name: layer for layer in ground(dataclasses.replace(atlas, regions=regions))}
    steps = under["region_washes"]
    assert steps.whole is not None
    assert shapely.area(steps.whole[0]) == pytest.approx(outline.area, rel=0.002)
    # it fades towards its middle, not away from it: every step lies in the one before
    assert steps.values("step") == list(range(1, STEPS + 1))
    areas = shapely.area(steps.whole)
    assert (np.diff(areas) < 0).all()
    assert areas[-1] > 0
    assert not shapely.is_empty(steps.shape).any()
    assert shapely.is_valid(steps.shape).all()


@pytest.mark.parametrize("form", FORMS)
def test_missing_is_nothing_and_dates_are_days(
    form: str, folder: Path, expected: dict[str, Layer]
) -> None:
    """Once '' and null stood side by side, and every date was text."""
    for name in expected:
        path = folder / ("frontiers.gpkg" if form == "gpkg" else f"{name}.{form}")
        rows, _ = read(path, name)
        for row in rows.values():
            assert "" not in row.values(), row["id"]
            for column in fields.DATES & row.keys():
                text = row[column + fields.GIVEN]
                day = row[column] and str(row[column])[:10]
                assert day == (text if text and len(text) == 10 else None), (name, row["id"])
    for name, column in (("places", "as_of"), ("events", "date")):
        found = pyogrio.read_info(folder / "frontiers.gpkg", layer=name)
        kinds = dict(zip(found["fields"], found["dtypes"], strict=True))
        assert kinds[column].startswith("datetime64")
    assert {"moved_from_km", "moved_to_km"} <= set(expected["routes"].columns)


def test_the_type_of_a_column_does_not_hang_on_what_is_in_it(expected: dict[str, Layer]) -> None:
    """The smallest atlas, in which most columns are empty, has the very types of the largest."""
    atlas = join(atlas_of(TINY))
    for layer in layers(atlas):
        here = {field.name: field.kind for field in layer.fields}
        there = {field.name: field.kind for field in expected[layer.name].fields}
        common = here.keys() & there.keys()
        assert {name: here[name] for name in common} == {name: there[name] for name in common}
