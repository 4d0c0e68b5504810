"""Layers of one's own: what a file says reaches the atlas, and what is wrong is told."""

from __future__ import annotations

import base64
import bz2
import json
import re
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio
import pytest
import shapely
from shapely.geometry import LineString, Point, box

import frontiers_map as fm
from frontiers_map.analysis.joins import join
from frontiers_map.analysis.moments import as_of
from frontiers_map.analysis.states import feature_states
from frontiers_map.atlas.atlas import read
from frontiers_map.cache import user_cache
from frontiers_map.errors import AtlasError, CallError
from frontiers_map.outputs.sheets.map.selection import choose
from frontiers_map.voyages.ends import Ends
from helpers import BALTIC, CommandLine, manifest_problems

CABLES = BALTIC / "layers" / "cables.geojson"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(BALTIC, tmp_path / "atlas")


def change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), "utf-8")


def problems(folder: Path) -> str:
    with pytest.raises(AtlasError) as told:
        read(folder)
    return str(told.value).replace(f"{folder}/", "")


def test_the_example_builds_whole(tmp_path: Path, command: CommandLine) -> None:
    """Every renderer draws its layers: cables with outages, a wind farm, gas terminals."""
    out = tmp_path / "output"
    parts = [word for part in ("gis", "tables", "print") for word in ("--only", part)]
    assert command("build", str(BALTIC), "-o", str(out), *parts, cwd=tmp_path).code == 0
    assert manifest_problems(out) == []
    for layer, count in (("cables", 5), ("wind_farms", 1), ("gas_terminals", 3)):
        for ending in ("geojson", "fgb", "parquet"):
            assert (out / "gis" / f"{layer}.{ending}").exists()
        frame = gpd.read_file(out / "gis" / "frontiers.gpkg", layer=layer)
        assert len(frame) == count
        rows = (out / "tables" / f"{layer}.csv").read_text("utf-8").splitlines()
        assert len(rows) == count + 1
    kml = (out / "gis" / "frontiers.kml").read_text("utf-8")
    assert "<name>Cables and pipelines</name>" in kml
    assert "<name>EstLink 2</name>" in kml
    with closing(sqlite3.connect(out / "gis" / "frontiers.gpkg")) as base:
        sql = "SELECT styleQML FROM layer_styles WHERE f_table_name = 'cables'"
        (qml,) = base.execute(sql).fetchone()
        assert base.execute("SELECT count(*) FROM outages").fetchone() == (5,)
    sheet = (out / "print" / "seabed-en.svg").read_text("utf-8")
    for name in ("Balticconnector", "Kriegers Flak", "Inkoo", "Terminals for liquefied gas"):
        assert name in sheet
    assert "Gas pipelines – ended" in qml
    assert "Gas pipelines – ended" in sheet
    assert "Telecom cables" in qml


def test_figures_in_prose_are_measured(folder: Path, command: CommandLine) -> None:
    words = "{n:cables} lines, C-Lion1 {km:c_lion1} km, the farm {km2:kriegers_flak} km²"
    change(folder, "atlas.toml", 'en = "Lines join', f'en = "{words}. Lines join')
    told = fm.load(folder).settings.how_to_read
    assert told is not None
    assert told.en.startswith("5 lines, C-Lion1 1,095 km, the farm 132 km². Lines join")
    change(folder, "atlas.toml", "{km:c_lion1}", "{km:c_lion}")
    done = command("validate", str(folder), cwd=folder)
    assert done.code == 2
    assert "found '{km:c_lion}'; no value in this atlas; allowed: km:FEATURE" in done.out


def test_other_commands_know_the_layers(tmp_path: Path, command: CommandLine) -> None:
    out = tmp_path / "output"
    assert command("build", str(BALTIC), "-o", str(out), "--only", "gis", cwd=tmp_path).code == 0
    shown = command("show", "layers", "--atlas", str(BALTIC), cwd=tmp_path).out
    assert re.search(r"^cables +5$", shown, re.M)
    # what is not taken back is said
    edited = str(out / "gis" / "frontiers.gpkg")
    done = command("import", edited, "--atlas", str(BALTIC), cwd=tmp_path)
    assert done.code == 0, done.err
    assert "cables: not compared; edit layers/cables.geojson itself" in done.out + done.err


def test_lengths_areas_and_states_are_computed() -> None:
    atlas = fm.load(BALTIC)
    cables = atlas.own["cables"].set_index("id")
    # C-Lion1 is 1,173 km long; the drawn line cuts its corners
    assert 1000 < cables.at["c_lion1", "km"] < 1173
    # Kriegers Flak covers 132 km²: its operator, 24 August 2021
    (area,) = atlas.own["wind_farms"]["whole_km2"]
    assert area == pytest.approx(132, abs=0.5)
    assert dict(cables["state"]) == {
        "balticconnector": "in_service",
        "bcs_east_west": "in_service",
        "c_lion1": "in_service",
        "estlink_2": "in_service",
        "nord_stream_1": "over",
    }


@pytest.mark.parametrize(
    ("date", "out"),
    [
        ("2024-11-16", set()),
        ("2024-11-17", {"bcs_east_west"}),
        ("2024-11-20", {"bcs_east_west", "c_lion1"}),
        ("2024-11-28", {"bcs_east_west", "c_lion1"}),
        ("2024-11-29", set()),
        ("2024-12", {"c_lion1", "estlink_2"}),
        ("2025-06-19", {"estlink_2"}),
        ("2025-06-20", set()),
    ],
)
def test_a_feature_is_out_from_the_first_day_to_the_last(date: str, out: set[str]) -> None:
    atlas = fm.load(BALTIC).unwrapped
    cables = atlas.own["cables"]
    states = dict(zip(cables["id"], feature_states(atlas, cables, date), strict=True))
    assert {name for name, state in states.items() if state == "out"} == out
    assert list(as_of(atlas, date).own["cables"]["state"]) == list(states.values())


def test_what_has_not_begun_is_ahead() -> None:
    atlas = fm.load(BALTIC).unwrapped
    assert feature_states(atlas, atlas.own["wind_farms"], "2021-09-05") == ["ahead"]
    assert feature_states(atlas, atlas.own["wind_farms"], "2021-09") == ["in_service"]


WRITERS: dict[str, Callable[[gpd.GeoDataFrame, Path], object]] = {
    "geojson": lambda frame, path: pyogrio.write_dataframe(frame, path),
    "gpkg": lambda frame, path: pyogrio.write_dataframe(frame, path),
    "fgb": lambda frame, path: pyogrio.write_dataframe(frame, path),
    "shp": lambda frame, path: pyogrio.write_dataframe(frame, path, encoding="UTF-8"),
    "kml": lambda frame, path: pyogrio.write_dataframe(
        frame.rename(columns={"name": "Name"}).to_crs(4326), path, driver="LIBKML"
    ),
    "parquet": lambda frame, path: frame.to_parquet(path),
    "csv": lambda frame, path: frame.to_crs(4326).assign(
        wkt=frame.to_crs(4326).geometry.to_wkt()
    ).drop(columns="geometry").to_csv(path, index=False),
}  # fmt: skip


@pytest.mark.parametrize("epsg", [4326, 3035])
@pytest.mark.parametrize("ending", WRITERS)
def test_any_file_gives_the_same_layer(folder: Path, ending: str, epsg: int) -> None:
    """Whatever the format and the reference system: the same rows, the same lines."""
    frame = gpd.read_file(CABLES)[
        ["id", "name", "kind", "source", "as_of", "certainty", "geometry"]
    ]
    frame = frame.set_geometry(frame.segmentize(0.1))  # so that edges are the same in both systems
    WRITERS[ending](frame.to_crs(epsg), folder / "layers" / f"new.{ending}")
    change(folder, "atlas.toml", "layers/cables.geojson", f"layers/new.{ending}")
    if ending == "kml":
        change(
            folder,
            "atlas.toml",
            'geometry = "line"',
            'fields = { name = "Name" }\ngeometry = "line"',
        )
    atlas, usual = read(folder), read(BALTIC)
    told = any("reprojected from ETRS89" in note for note in atlas.notes)
    assert told == (epsg == 3035 and ending not in ("kml", "csv"))
    columns = ["id", "name_en", "kind", "source", "as_of", "certainty"]
    assert atlas.own["cables"][columns].equals(usual.own["cables"][columns])
    apart = shapely.hausdorff_distance(
        shapely.get_parts(atlas.own["cables"].geometry.to_numpy()),
        shapely.get_parts(usual.own["cables"].geometry.to_numpy()),
    )
    assert apart.max() < 1e-6


def test_a_table_with_positions_is_read_as_spreadsheets_leave_it(folder: Path) -> None:
    path = folder / "layers" / "gas_terminals.csv"
    text = path.read_text("utf-8").replace(",", "\t")
    path.write_text("\ufeff" + text, "utf-8")
    assert read(folder).own["gas_terminals"].equals(read(BALTIC).own["gas_terminals"])


def test_a_table_as_a_spreadsheet_of_elsewhere_has_it(folder: Path) -> None:
    """Commas in numbers, no ids, columns of any name: read and told; no number: shown."""
    (folder / "layers" / "ports.csv").write_text(
        "Λιμένας;Πλάτος;Μήκος\nΠειραιάς;37,942;23,646\nΛαύριο;37.713;24,06\n", "utf-8"
    )
    with (folder / "atlas.toml").open("a", encoding="utf-8") as file:
        file.write("""
[[layers]]
id = "ports"
name = { en = "Ports" }
file = "layers/ports.csv"
geometry = "point"
fields = { name = "Λιμένας", lon = "Μήκος", lat = "Πλάτος" }
source = ["GK"]
as_of = "2025"
certainty = "approximate"
""")
    atlas = read(folder)
    ports = atlas.own["ports"]
    assert list(ports.id) == ["ports_1", "ports_2"]
    assert ports.geometry.x.tolist() == [23.646, 24.06]
    assert any("as there is no column 'id'" in note for note in atlas.notes)
    assert any("commas in degrees read as points" in note for note in atlas.notes)
    change(folder, "layers/ports.csv", "23,646", "23°39'")
    assert "found '23°39'', '37,942'; allowed: degrees" in problems(folder)


def test_a_point_is_an_end_of_a_way() -> None:
    """By its id and by its name; a line is none."""
    atlas = read(BALTIC)
    row = next(atlas.own["gas_terminals"].itertuples())
    ends = Ends(atlas)
    for name in (row.id, row.name_en):
        found = ends.find(name)
        assert (found.id, found.lon, found.lat) == (row.id, row.geometry.x, row.geometry.y)
    with pytest.raises(CallError, match="found 'estlink_2'"):
        ends.find("estlink_2")


def test_a_focus_names_features(folder: Path) -> None:
    """A sheet shows those of a layer that are named, and all of a layer of which none is."""
    (folder / "maps.toml").write_text(
        '[[sheet]]\nid = "one"\ntitle = { en = "One" }\ndeck = { en = "Of them" }\n'
        'focus = { features = ["estlink_2"] }\n',
        "utf-8",
    )
    atlas = join(read(folder))
    content = choose(atlas, "en", (), atlas.sheets[0].focus)
    shown = {(layer.id, row.id) for layer, row in content.own}
    assert {one for layer, one in shown if layer == "cables"} == {"estlink_2"}
    assert len({one for layer, one in shown if layer != "cables"}) > 1
    change(folder, "maps.toml", "estlink_2", "estlink_3")
    assert "one.focus.features: found 'estlink_3'; allowed: an id of own layers" in problems(folder)
    change(folder, "maps.toml", "features =", "cables =")
    assert "one.focus.cables: unknown key; allowed: routes, gates" in problems(folder)


def test_lines_run_on_across_180(folder: Path) -> None:
    frame = gpd.read_file(CABLES).iloc[:1]
    frame = frame.set_geometry([LineString([(170, 10), (-170, 12)])], crs=4326)
    (folder / "layers" / "cables.geojson").write_text(frame.to_json(), "utf-8")
    change(folder, "atlas.toml", 'outages = "layers/outages.csv"', "")
    atlas = read(folder)
    assert list(atlas.own["cables"].geometry.iloc[0].coords) == [(170, 10), (190, 12)]


SETTINGS = [
    ("layers/cables.geojson", "layers/cable.geojson",
     "layers.cables.file: found 'layers/cable.geojson'; no such file; did you mean"),
    ("layers/cables.geojson", "../cables.geojson", "allowed: a file in the atlas folder"),
    ("layers/cables.geojson", "/etc/passwd", "allowed: a file in the atlas folder"),
    ("layers/cables.geojson", "/vsicurl/http://evil.invalid/a.geojson", "a file in the atlas"),
    ("layers/cables.geojson", "http://evil.invalid/a.geojson", "allowed: a file in the atlas"),
    ("layers/cables.geojson", "layers/link.geojson", "allowed: a file in the atlas folder"),
    ("layers/cables.geojson", "layers/cables.vrt", "allowed: a file that ends in"),
    ("layers/outages.csv", "../outages.csv", "layers.cables.outages: found '../outages.csv'"),
    ('id = "cables"', 'id = "Routes"', "found 'Routes', as an output is called"),
    ('id = "cables"', 'id = "WIND_farms"', "as another layer is called; allowed: another id"),
    ('id = "cables"', 'id = "gpkg_x"', "as an output is called"),
    ('colour = "#a35200"', 'colour = "#ffe96b"', "found '#ffe96b'; allowed: #rrggbb with"),
    ('colour = "#a35200"', 'colour = "red;}"', "found 'red;}'; allowed: #rrggbb"),
    ('symbol = "import"', 'symbol = "ancor"', "found 'ancor'; "),
    ('fill = "hatch"', 'fill = "hatched"', "allowed: wash, hatch or none"),
    ('line = "dashed"', 'line = "broken"', "allowed: solid, dashed or dotted"),
    ('value = "gas"', 'value = "power"', "found 'power' a second time"),
    ('value = "gas"', 'value = "gases"', "kind: found 'gas'; allowed: gases, power, telecom"),
    ('name = "terminal", since', 'name = "terminals", since',
     "layers.gas_terminals.fields.name: found 'terminals'; allowed: a column of layers/gas_"),
    ('geometry = "line"', 'geometry = "area"', "found LineString; allowed: Polygon or Multi"),
    ('source = ["B9", "B10"]', "", "layers/wind_farms.csv: source: column 'source' is missing"),
    ('source = ["B9", "B10"]', 'source = ["B99"]', "found 'B99'; allowed: an id of sources.csv"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "told"), SETTINGS, ids=[new for _, new, _ in SETTINGS])
def test_what_is_wrong_in_settings_is_told(folder: Path, old: str, new: str, told: str) -> None:
    shutil.copy(CABLES, folder.parent)
    (folder / "layers" / "link.geojson").symlink_to(folder.parent / "cables.geojson")
    change(folder, "atlas.toml", old, new)
    assert told in problems(folder)


def edited(folder: Path, number: int, **values: Any) -> None:
    path = folder / "layers" / "cables.geojson"
    layer = json.loads(path.read_text("utf-8"))
    geometry = values.pop("geometry", layer["features"][number]["geometry"])
    layer["features"][number]["geometry"] = geometry
    layer["features"][number]["properties"] |= values
    path.write_text(json.dumps(layer), "utf-8")


FEATURES: list[tuple[dict[str, Any], str]] = [
    ({"id": "c_lion1"}, "c_lion1.id: found 'c_lion1' a second time; allowed: each id once"),
    ({"id": "a b"}, "a b.id: found 'a b'; allowed: an id of letters"),
    ({"name": ""}, "name: is missing; it is needed"),
    ({"certainty": "sure"}, "certainty: found 'sure'; allowed: documented"),
    ({"since": "2025-13"}, "since: found '2025-13'; allowed: a date"),
    ({"since": "2025", "until": "2024"}, "until: found 2024; allowed: 2025 or later"),
    ({"outages": "2024"}, "outages: found '2024'; allowed: spans of dates"),
    ({"outages": "2024-05/2024-04"}, "allowed: spans of dates"),
    ({"source": "B1;B99"}, "source: found 'B99'; allowed: an id of sources.csv"),
    ({"geometry": None}, "geometry: found none; allowed: LineString"),
    ({"geometry": Point(20, 58)}, "geometry: found Point; allowed: LineString"),
    ({"geometry": LineString([(58, 120), (59, 20)])}, "lon and lat look swapped: [120, 58]?"),
]


@pytest.mark.parametrize(("values", "told"), FEATURES, ids=[told for _, told in FEATURES])
def test_what_is_wrong_with_a_feature_is_told(
    folder: Path, values: dict[str, Any], told: str
) -> None:
    if values.get("geometry") is not None:
        values = {"geometry": json.loads(shapely.to_geojson(values["geometry"]))}
    edited(folder, 3, **values)
    found = problems(folder)
    assert told in found
    assert "layers/cables.geojson" in found


def test_an_outage_names_a_feature(folder: Path) -> None:
    change(folder, "layers/outages.csv", "estlink_2", "estlink2")
    told = "layers/outages.csv:6: estlink2.feature: found 'estlink2'; allowed: a feature of"
    assert told in problems(folder)
    assert "did you mean 'estlink_2'" in problems(folder)


def test_a_file_that_leads_to_another_is_refused(folder: Path) -> None:
    (folder / "layers" / "cables.geojson").write_text(
        '<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>/etc/passwd</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>"
    )
    assert "found a file that points to others" in problems(folder)


def test_a_flaw_of_many_features_is_told_of_the_first(folder: Path) -> None:
    many = gpd.GeoDataFrame(
        {"id": [f"b{n}" for n in range(300)], "name": "A", "since": "soon"},
        geometry=[box(n / 10, 0, n / 10 + 0.1, 1) for n in range(300)], crs=4326,
    )  # fmt: skip
    pyogrio.write_dataframe(many, folder / "layers" / "farms.gpkg")
    change(folder, "atlas.toml", "layers/wind_farms.csv", "layers/farms.gpkg")
    told = problems(folder)
    assert told.count("since: found 'soon'") == 6
    assert "and 295 more features alike" in told


# what only the atlas that comes with the package may speak of
FOREIGN = re.compile(
    r"\b(Japan|Italy|Tokyo|Rome|LNG|[Aa]rticle|Indo-Pacific|Hormuz|fighter|GCAP)\b"
)


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example without the word that its sources use, built whole."""
    folder = tmp_path_factory.mktemp("foreign")
    atlas = shutil.copytree(BALTIC, folder / "atlas")
    sources = atlas / "sources.csv"
    text = re.sub("LNG|lng|article", "text", sources.read_text("utf-8"))
    sources.write_text(text, "utf-8")
    fm.build(atlas, folder / "output", cache=user_cache())
    return folder / "output"


def test_no_text_of_the_program_speaks_of_another_atlas(foreign: Path) -> None:
    """A Baltic atlas once spoke of LNG, an article and the imports of Japan."""
    said: dict[str, str] = {}
    for path in foreign.rglob("*"):
        if path.suffix in (".kml", ".csv", ".geojson", ".svg"):
            said[path.name] = path.read_text("utf-8")
        elif path.name == "datapackage.json":
            said[str(path)] = path.read_text("utf-8")
        elif path.suffix == ".qgz":
            with zipfile.ZipFile(path) as archive:
                said[path.name] = "".join(archive.read(n).decode() for n in archive.namelist())
        elif path.suffix == ".gpkg":
            with closing(sqlite3.connect(path)) as base:
                said[path.name] = "\n".join(base.iterdump())
        elif path.suffix == ".html":
            text = path.read_text("utf-8")
            for name in ("strings", "facts"):
                (packed,) = re.findall(rf'id="fm-{name}">"?([^"<]*)"?<', text)
                unpacked = bz2.decompress(base64.b64decode(packed)).decode()
                # names of countries stand on any map
                said[f"{path.name} {name}"] = re.sub(r'"countries":\[\[.*?\]\]', "", unpacked)
            said[path.name] = re.sub(r"<(script|style).*?</\1>", "", text, flags=re.S)
    assert len(said) > 30
    found = {
        name: sorted({text[max(0, m.start() - 40) : m.end() + 40] for m in FOREIGN.finditer(text)})
        for name, text in said.items()
    }
    # names of columns and keys are no words that anybody reads
    assert {
        name: rest
        for name, words in found.items()
        if (rest := [w for w in words if not re.search(r'"article": ?null', w)])
    } == {}
