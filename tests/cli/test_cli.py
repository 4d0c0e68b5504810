"""The command line: exit codes, what goes where, formats that can be parsed, errors that help."""

from __future__ import annotations

import csv
import io
import json
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from shapely.geometry import shape

from frontiers_map import __version__
from frontiers_map.cli import commands, common
from frontiers_map.voyages.world import World
from helpers import GEODATA, ROOT, TINY, CommandLine, Result

ATLAS = ("--atlas", GEODATA)
TABLES = ("--only", "tables")
PAIR = ("coral_sul", "sodegaura")
SHOWN = ("layers", "gates", "places", "terminals", "sources", "routes")


def test_both_names_are_the_same_program(tmp_path: Path, command: CommandLine) -> None:
    module = subprocess.run(
        [sys.executable, "-m", "frontiers_map", "--help"],
        cwd=tmp_path, env=command.environment(), capture_output=True, text=True, check=True,
    )  # fmt: skip
    script = command.fresh("--help", cwd=tmp_path)
    assert module.stdout == script.out
    assert script.err == ""
    assert command.fresh("--version", cwd=tmp_path).out == f"frontiers-map, version {__version__}\n"


@pytest.mark.parametrize("name", sorted(commands.cli.commands))
def test_every_command_helps(name: str, tmp_path: Path, command: CommandLine) -> None:
    done = command(name, "--help", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"Usage: frontiers-map {name} ")
    assert max(map(len, done.out.splitlines())) <= 100
    assert command(name, "-h", cwd=tmp_path).out == done.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "Usage: "),
        (("bild",), "No such command 'bild'"),
        (("show", "gats"), "is not one of"),
        (("route", *PAIR, "--sped", "3"), "No such option"),
        (("route", *PAIR, "--speed", "0.5"), "is not in the range"),
        (("route", *PAIR, "--speed", "nan"), "is not in the range"),
        (("build", "--only", "pdf"), "is not one of"),
        (("route", "--pairs", "nowhere.csv"), "does not exist"),
    ],
)
def test_a_wrong_call(
    arguments: tuple[str, ...], told: str, tmp_path: Path, command: CommandLine
) -> None:
    done = command(*arguments, cwd=tmp_path)
    assert done.code == 2
    assert told in done.err
    assert done.out == ""
    assert list(tmp_path.iterdir()) == []


def test_validate_a_good_atlas(tmp_path: Path, command: CommandLine) -> None:
    done = command("validate", TINY, cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"{TINY}: all in order.")
    assert command("validate", TINY, "--format", "json", cwd=tmp_path).out == "[]\n"


def test_validate_without_a_name(tiny: Path, tmp_path: Path, command: CommandLine) -> None:
    """Takes ./geodata if there, else the atlas of the package."""
    assert "Converging Frontiers" in command("validate", cwd=tmp_path).out
    tiny.rename(tmp_path / "geodata")
    assert command("validate", cwd=tmp_path).out.startswith("geodata: all in order.")
    (tmp_path / "geodata" / "sources.csv").unlink()
    done = command("validate", cwd=tmp_path)
    assert done.out == "geodata/sources.csv: no such file; it is needed\n"
    assert done.code == 2


def told(folder: Path, command: CommandLine) -> list[str]:
    done = command("validate", folder, cwd=folder.parent)
    assert done.code == 2, done.out
    refused = command("build", folder, *TABLES, cwd=folder.parent)
    assert (refused.code, refused.err.splitlines()[:-1]) == (2, done.out.splitlines())
    assert not (folder.parent / "output").exists()
    return [line.removeprefix(f"{folder}/") for line in done.out.splitlines()]


def test_a_trade_that_cannot_be_sailed_is_told(tiny: Path, command: CommandLine) -> None:
    places = (tiny / "places.csv").read_text("utf-8")
    (tiny / "places.csv").write_text(
        places + "astana,Astana,71.43,51.13,capital,KZ,T1,2026,documented\n", "utf-8"
    )
    routes = (tiny / "routes.csv").read_text("utf-8")
    (tiny / "routes.csv").write_text(routes.replace(",suva,apia,", ",suva,astana,"), "utf-8")
    (line,) = told(tiny, command)
    assert line.startswith("routes.csv:2: fiji_samoa: suva to astana: ")


NO_VALUE = {
    "{share:WS:fiji}": "found '{share:WS:fiji}'; no value in this atlas; "
                       "allowed: share:IMPORTER:SUPPLIER",
    "{n:folder}": "found '{n:folder}'; allowed: n:LAYER with a layer: regions, overlaps,",
    "{n:route}": "; did you mean 'routes'?",
    "{nm}": "found '{nm}'; no value in this atlas; allowed: nm:ROUTE",
    "{ nm:fiji_samoa }": "allowed: {nm:fiji_samoa}, without spaces",
    "{extra_days:fiji_samoa}": "no value in this atlas; allowed: extra_days:SCENARIO:ROUTE",
    "{overlap_aera}": "found '{overlap_aera}'; no such figure; did you mean 'overlap_area'?",
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "ja"])
def test_figures_that_have_no_value_are_told(
    language: str, tiny: Path, command: CommandLine
) -> None:
    """All in one text, each in a line of its own."""
    words = " ".join(NO_VALUE)
    settings = (tiny / "atlas.toml").read_text("utf-8")
    text = f'deck = {{ en = "D {words if language == "en" else ""}", ja = "{words}" }}'
    text = re.sub("deck = .*", text, settings, count=1)
    (tiny / "atlas.toml").write_text('languages = ["en", "ja"]\n' + text, "utf-8")
    lines = told(tiny, command)
    assert len(lines) == len(NO_VALUE)
    assert all(line.startswith("atlas.toml:4: deck: ") for line in lines)
    for reason in NO_VALUE.values():
        assert sum(reason in line for line in lines) == 1


def test_braces_that_are_no_figure_are_left_alone(tiny: Path, command: CommandLine) -> None:
    settings = (tiny / "atlas.toml").read_text("utf-8")
    (tiny / "atlas.toml").write_text(settings.replace("Three", "{sic} {a:b} {}Three"), "utf-8")
    assert command("validate", tiny, cwd=tiny.parent).code == 0


def test_validate_notes_what_nobody_will_read(tiny: Path, command: CommandLine) -> None:
    for name in ("frontiers.gpkg", "old.xlsx", "README.md", "places.xlsx", ".~lock.places.csv#"):
        (tiny / name).write_bytes(b"")
    routes = (tiny / "routes.csv").read_text("utf-8")
    (tiny / "routes.csv").write_text(routes.replace(",WS,", ",TO,"), "utf-8")
    done = command("validate", tiny, cwd=tiny.parent)
    assert done.code == 0
    notes = [line.removeprefix(f"{tiny}/") for line in done.out.splitlines()[1:]]
    assert [note.split(";")[0] for note in notes] == [
        "frontiers.gpkg: not read", "old.xlsx: not read", "places.xlsx: not read",
        "routes.csv: importer: TO without a name under [parties] of atlas.toml, such as "
        'TO = { en = "…" }',
    ]  # fmt: skip
    made = command("build", tiny, *TABLES, cwd=tiny.parent)
    assert made.code == 0
    assert "frontiers.gpkg: not read" in made.err


def test_hundreds_of_one_kind_are_a_few_lines(tiny: Path, command: CommandLine) -> None:
    path = tiny / "places.csv"
    rows = [f"p{n},P {n},{n / 10},95.{n},city,FJ,T1,2026,documented" for n in range(300)]
    path.write_text(path.read_text("utf-8") + "\n".join(rows) + "\n", "utf-8")
    done = command("validate", tiny, cwd=tiny.parent)
    assert done.err == "300 problems.\n"
    assert len(done.out.splitlines()) == 4
    assert done.out.endswith("lat: … and 297 more of this kind, in lines 8 to 304\n")
    listed = command("validate", tiny, "--format", "json", cwd=tiny.parent)
    assert len(json.loads(listed.out)) == 300


def test_inside_an_atlas_every_command_means_it(
    tiny: Path, tmp_path: Path, command: CommandLine
) -> None:
    inside = command("validate", cwd=tiny)
    assert (inside.code, inside.out[:15]) == (0, ".: all in order")
    shown = command("show", "places", "--format", "json", cwd=tiny).out
    assert {row["id"] for row in json.loads(shown)} == {"suva", "apia", "nuku"}
    way = command("route", "suva", "apia", "--format", "json", cwd=tiny)
    assert json.loads(way.out)["from"] == "suva"
    made = command("build", *TABLES, cwd=tiny)
    assert (made.code, made.out) == (0, f"{made.out.split()[0]} files in output\n")
    assert json.loads((tiny / "output" / "manifest.json").read_text())["atlas"] == "tiny"
    # and again, with its own output in it
    assert command("validate", cwd=tiny).code == 0
    told = command("import", "places.csv", cwd=tiny)
    assert told.err.startswith("places.csv(places): crs: found None")


@pytest.mark.parametrize("name", ["validate", "build", "show", "route", "import"])
def test_every_command_takes_an_atlas_by_name(
    name: str, tmp_path: Path, command: CommandLine
) -> None:
    (tmp_path / "some.gpkg").write_bytes(b"")
    ends = {"show": ["places"], "route": ["a", "b"], "import": ["some.gpkg"]}.get(name, [])
    told = command(name, *ends, "--atlas", "nowhere", cwd=tmp_path)
    assert told.code == 2
    assert "nowhere: no such folder" in told.out + told.err


def test_one_atlas_is_meant(tiny: Path, tmp_path: Path, command: CommandLine) -> None:
    told = command("validate", tiny, "--atlas", TINY, cwd=tmp_path)
    assert told.err == f"--atlas: found {TINY} and also {tiny}; allowed: one atlas\n"
    assert command("validate", tiny, "--atlas", tiny, cwd=tmp_path).code == 0


def test_validate_a_folder_without_an_atlas(tmp_path: Path, command: CommandLine) -> None:
    done = command("validate", ".", cwd=tmp_path)
    assert done.code == 2
    assert done.out.splitlines() == [
        "./atlas.toml: no such file; it is needed", "./sources.csv: no such file; it is needed"
    ]  # fmt: skip


@pytest.mark.parametrize("layer", SHOWN)
def test_show_in_every_format(layer: str, tmp_path: Path, command: CommandLine) -> None:
    found = {
        style: command("show", layer, *ATLAS, "--format", style, cwd=tmp_path)
        for style in ("table", "json", "csv")
    }
    for done in found.values():
        assert (done.code, done.err) == (0, "")
        assert done.out.endswith("\n")
    rows = json.loads(found["json"].out)
    table = list(csv.DictReader(io.StringIO(found["csv"].out)))
    assert len(rows) == len(table) == len(found["table"].out.splitlines()) - 1 > 5
    assert list(rows[0]) == list(table[0])
    if layer != "layers":
        assert [row["id"] for row in rows] == [row["id"] for row in table]


def test_show_layers_counts_rows(tmp_path: Path, command: CommandLine) -> None:
    counts = json.loads(command("show", "layers", *ATLAS, "--format", "json", cwd=tmp_path).out)
    with (GEODATA / "places.csv").open(encoding="utf-8", newline="") as file:
        places = len(list(csv.DictReader(file)))
    assert {row["layer"]: row["rows"] for row in counts}["places"] == places


def test_show_an_empty_layer(tmp_path: Path, command: CommandLine) -> None:
    done = command("show", "terminals", "--atlas", TINY.parent / "isthmus", "--format", "json",
                   cwd=tmp_path)  # fmt: skip
    assert (done.code, json.loads(done.out)) == (0, [])


def test_show_all_that_can_be_closed(tmp_path: Path, command: CommandLine) -> None:
    """Gates, those of the package where there are none; channels and shoals, with what they are."""
    isthmus = ("--atlas", TINY.parent / "isthmus")
    rows = json.loads(command("show", "gates", *isthmus, "--format", "json", cwd=tmp_path).out)
    kinds = {row["id"]: (row["name_en"], row["kind"], row["closed_by_default"]) for row in rows}
    assert kinds["kra"] == ("Kra Canal", "channel", "no")
    assert kinds["nicobar"] == ("A made bank", "shoal", "always")
    assert kinds["kiel_canal"][1] == "channel"
    assert kinds["malacca"][1] == "strait"
    table = command("show", "gates", *isthmus, "--format", "csv", cwd=tmp_path).out
    assert "\nkra,Kra Canal,channel,,,no\n" in table


def test_show_a_broken_atlas(tiny: Path, tmp_path: Path, command: CommandLine) -> None:
    (tiny / "places.csv").write_text("")
    done = command("show", "places", "--atlas", tiny, cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert "atlas/places.csv: found nothing" in done.err


def test_one_route(tmp_path: Path, command: CommandLine) -> None:
    done = command("route", *PAIR, "--close", "malacca", *ATLAS, "--format", "json", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    route = json.loads(done.out, parse_constant=pytest.fail)
    assert list(route) == ["from", "to", "nm", "km", "days", "speed_kn", "gates", "regions",
                           "closed", "via", "open", "ship", "shut", "nm_if_open", "moved_km",
                           "geometry"]  # fmt: skip
    assert (route["from"], route["to"], route["closed"]) == (*PAIR, ["malacca"])
    assert route["km"] == pytest.approx(route["nm"] * 1.852, abs=0.2)
    assert route["days"] == pytest.approx(route["nm"] / 17 / 24, abs=0.01)
    assert 5500 < route["nm"] < 8500
    assert "malacca" not in route["gates"]
    assert all(0 < share <= 1 for share in route["regions"].values())
    assert route["geometry"]["type"] in ("LineString", "MultiLineString")


def test_a_route_as_geojson_across_180(tmp_path: Path, command: CommandLine) -> None:
    done = command("route", "139.9,35.2", "-118.4,33.6", *ATLAS, "--speed", "12.5",
                   "--format", "geojson", cwd=tmp_path)  # fmt: skip
    assert (done.code, done.err) == (0, "")
    feature = json.loads(done.out, parse_constant=pytest.fail)
    assert feature["type"] == "Feature"
    assert feature["properties"]["speed_kn"] == 12.5
    assert feature["geometry"]["type"] == "MultiLineString"
    for line in feature["geometry"]["coordinates"]:
        assert all(-180 <= lon <= 180 and -90 <= lat <= 90 for lon, lat in line)
    ends = {line[n][0] for line in feature["geometry"]["coordinates"] for n in (0, -1)}
    assert {180, -180} <= ends


def test_a_route_for_people(tmp_path: Path, command: CommandLine) -> None:
    """Negative longitudes are no options."""
    done = command("route", "-74.0,40.4", "-9.5,38.6", *ATLAS, cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    words = [line.split()[0] for line in done.out.splitlines()]
    assert words[:4] == ["from", "to", "length", "time"]
    assert "-74.0,40.4" in done.out.replace("−", "-")


@pytest.fixture(scope="module")
def world() -> World:
    return World.load(GEODATA)


@pytest.fixture
def inside(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., Result]:  # fmt: skip
    """Run `route` in this process, with an atlas and a network that are loaded already."""

    def loaded(
        folder: Path | None, *, avoid: Path | None = None, snap: float | None = None
    ) -> World:
        if avoid is None:
            return world
        return world.avoiding(avoid)

    monkeypatch.setattr(World, "load", loaded)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Result:
        with pytest.raises(SystemExit) as left:
            commands.main(["route", *arguments])
        told = capsys.readouterr()
        return Result(int(left.value.code or 0), told.out, told.err)

    return run


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("coral_sull", "sodegaura"), "found 'coral_sull'"),
        (("coral_sull", "sodegaura"), "did you mean 'coral_sul'?"),
        (("coral_sul",), "found 1 of the two ends; allowed: FROM and TO"),
        ((*PAIR, "--close", "malaca"), "did you mean 'malacca'?"),
        ((*PAIR, "--via", "bakasi"), "found 'bakasi'"),
        ((*PAIR, "--via", "malacca", "--close", "malacca"), "cannot be both passed and closed"),
        (("139,95", "sodegaura"), "lat in -90..90"),
        (("35.2,139.9", "sodegaura"), "look swapped?"),
        (("40°36' 10°48'", "sodegaura"), "'; allowed: lon,lat in decimal degrees\n"),
        (("nan,nan", "sodegaura"), "found 'nan,nan'; allowed: lon,lat in decimal degrees\n"),
        ((*PAIR, "-o", "route.txt"), "found '.txt'; allowed: .csv"),
    ],
)
def test_a_route_that_cannot_be_asked(
    arguments: tuple[str, ...], told: str, tmp_path: Path, inside: Callable[..., Result]
) -> None:
    done = inside(*arguments)
    assert (done.code, done.out) == (2, "")
    assert told in done.err
    assert done.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_no_way_by_sea(tmp_path: Path, command: CommandLine) -> None:
    """Said in one line that names what is closed; never a length of nothing."""
    done = command("route", "ras_laffan", "sodegaura", "--close", "hormuz", *ATLAS, cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert done.err == "ras_laffan to sodegaura: no way by sea with hormuz closed\n"


PAIRS = """\
id,from,to,via,close
one,coral_sul,sodegaura,,
two,coral_sull,sodegaura,,
three,coral_sul,sodegaura,lombok;makassar,malacca
four,ras_laffan,sodegaura,,hormuz
"""


@pytest.fixture(scope="module")
def routed(tmp_path_factory: pytest.TempPathFactory, command: CommandLine) -> Path:
    folder = tmp_path_factory.mktemp("pairs")
    (folder / "pairs.csv").write_text(PAIRS, "utf-8")
    return folder


def check_pairs(ids: list[str], nm: list[float | None], errors: list[str]) -> None:
    assert ids == ["one", "two", "three", "four"]
    assert [bool(length) for length in nm] == [True, False, True, False]
    assert [bool(error) for error in errors] == [False, True, False, True]


def test_pairs_to_stdout(routed: Path, command: CommandLine) -> None:
    done = command("route", "--pairs", "pairs.csv", *ATLAS, cwd=routed)
    assert done.code == 2
    told = done.err.splitlines()
    assert len(told) == 3
    assert told[0].startswith("pairs.csv:3: two: found 'coral_sull'")
    assert told[1].startswith("pairs.csv:5: four: ")
    assert told[2] == "2 routed, 2 failed"
    rows = list(csv.DictReader(io.StringIO(done.out)))
    check_pairs(
        [row["id"] for row in rows],
        [float(row["nm"]) if row["nm"] else None for row in rows],
        [row["error"] for row in rows],
    )
    gates = rows[2]["gates"].split(";")
    assert gates.index("lombok") < gates.index("makassar")


def test_ids_of_several_pairs_are_told(tmp_path: Path, inside: Callable[..., Result]) -> None:
    (tmp_path / "pairs.csv").write_text("id,from,to\n1,bontang,bontang\n,bontang,bontang\n")
    assert "id: 1 of" not in inside("--pairs", "pairs.csv").err
    (tmp_path / "pairs.csv").write_text("id,from,to\n2,bontang,bontang\n,bontang,bontang\n")
    done = inside("--pairs", "pairs.csv")
    assert done.err.startswith("pairs.csv: id: 2 of several rows; answers have it, too\n")


def test_pairs_are_not_written_over(tmp_path: Path, inside: Callable[..., Result]) -> None:
    (tmp_path / "pairs.csv").write_text(PAIRS, "utf-8")
    done = inside("--pairs", "pairs.csv", "-o", "./pairs.csv")
    assert (done.code, done.out) == (2, "")
    assert "the file of the pairs; allowed: another file" in done.err
    assert (tmp_path / "pairs.csv").read_text("utf-8") == PAIRS


@pytest.mark.parametrize("suffix", ["csv", "geojson", "gpkg", "parquet"])
def test_pairs_to_a_file(tmp_path: Path, inside: Callable[..., Result], suffix: str) -> None:
    name = f"routes.{suffix}"
    (tmp_path / "pairs.csv").write_text(PAIRS, "utf-8")
    path = tmp_path / name
    written = []
    for _ in range(2):
        # the second time the file is there already
        done = inside("--pairs", "pairs.csv", "-o", name)
        assert done.code == 2
        assert done.out == f"4 rows in {name}: 2 routed, 2 failed\n"
        assert len(done.err.splitlines()) == 2
        written.append(path.read_bytes())
    assert written[0] == written[1]
    if suffix == "csv":
        rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
        check_pairs([r["id"] for r in rows], [float(r["nm"] or 0) for r in rows],
                    [r["error"] for r in rows])  # fmt: skip
        return
    frame = gpd.read_parquet(path) if suffix == "parquet" else gpd.read_file(path)
    lengths = [float(nm) if nm == nm else None for nm in frame["nm"]]
    check_pairs(list(frame["id"]), lengths, list(frame["error"].fillna("")))
    assert list(frame.geometry.isna()) == [False, True, False, True]
    assert frame.crs.to_epsg() == 4326
    if suffix == "gpkg":
        with closing(sqlite3.connect(path)) as base:
            assert base.execute("PRAGMA user_version").fetchone() == (10300,)


def test_the_pairs_that_the_readme_routes(inside: Callable[..., Result]) -> None:
    pairs = ROOT / "docs" / "pairs.csv"
    assert pairs.read_text("utf-8") in (ROOT / "README.md").read_text("utf-8")
    done = inside("--pairs", str(pairs))
    assert (done.code, done.err) == (0, "5 routed, 0 failed\n")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "found nothing"),
        (b"from\ncoral_sul\n", "column 'to' is missing"),
        (b"from,too\ncoral_sul,sodegaura\n", "did you mean 'to'?"),
        (b"lonFrom,latFrom,lonTo\n1,2,3\n", "column 'to_lat' is missing beside 'lonTo'"),
        (b"start_date,remarks\n1,2\n", "found start_date, remarks; allowed: from and to"),
        (b'from,to\n"40.6,-10.8",\n', "pairs.csv:2: 1: to: found an empty cell; an end is a name"),
        (b"from,to\ncoral_sul\n", "pairs.csv:2"),
        (b"from,to\ncoral_sul,sodegaura,malacca\n", "pairs.csv:2"),
        (b'from,to\n"coral_sul,sodegaura\n', "pairs.csv:2"),
        (b"from,to\ncoral_sul,\x81\n", "UTF-8"),
        (b"from,to\ncoral_sul,\0\n", "NUL"),
    ],
)
def test_pairs_that_cannot_be_read(
    content: bytes, told: str, tmp_path: Path, inside: Callable[..., Result]
) -> None:
    (tmp_path / "pairs.csv").write_bytes(content)
    done = inside("--pairs", "pairs.csv")
    assert done.code == 2
    assert done.err.startswith("pairs.csv")
    assert told in done.err
    assert "Traceback" not in done.err


def test_pairs_to_a_place_that_cannot_be_written(
    tmp_path: Path, inside: Callable[..., Result]
) -> None:
    (tmp_path / "pairs.csv").write_text(PAIRS, "utf-8")
    for name, told in (("routes.xlsx", "allowed: .csv, .geojson"), ("no/routes.csv", "written"),
                       ("no/routes.gpkg", "written")):  # fmt: skip
        done = inside("--pairs", "pairs.csv", "-o", name)
        assert done.code == 2, done.err
        assert told in done.err
        assert not (tmp_path / name).exists()


def test_an_area_to_keep_out_of(
    tmp_path: Path, world: World, command: CommandLine, inside: Callable[..., Result]
) -> None:
    plain = world.route(*PAIR)
    ring = [[95, -12], [110, -12], [110, 8], [95, 8], [95, -12]]
    (tmp_path / "area.geojson").write_text(json.dumps({"type": "Polygon", "coordinates": [ring]}))
    done = command("route", *PAIR, "--avoid", "area.geojson", *ATLAS, "--format", "json",
                   cwd=tmp_path)  # fmt: skip
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert found["nm"] > plain.nm + 100
    assert not shape(found["geometry"]).intersects(shapely.Polygon(ring).buffer(-0.1))
    empty = {"type": "Polygon", "coordinates": []}
    line = {"type": "LineString", "coordinates": ring}
    bowtie = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
    for content, told in (
        ("{", ":1: not JSON"),
        (json.dumps(empty), "found no rings"),
        (json.dumps(line), 'found "LineString"; allowed: Polygon or MultiPolygon'),
        (json.dumps(bowtie), "found a ring that crosses itself at [0.5, 0.5]"),
    ):
        (tmp_path / "area.geojson").write_text(content)
        refused = inside(*PAIR, "--avoid", "area.geojson")
        assert refused.code == 2
        assert refused.err.startswith(("area.geojson: ", "area.geojson:1: "))
        assert told in refused.err
        assert refused.err.count("\n") == 1


def fail(*_: object, **__: object) -> None:
    raise ZeroDivisionError("a slip\nof \u202eours")


@pytest.mark.parametrize("debug", [False, True])
def test_our_own_fault(
    debug: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("frontiers_map.cli.show.show", fail)
    with pytest.raises(SystemExit) as left:
        commands.main([*(["--debug"] if debug else []), "show", "layers"])
    assert left.value.code == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert ("Traceback" in told.err) == debug
    if not debug:
        assert told.err.splitlines() == [
            "frontiers-map failed: ZeroDivisionError: a slip\\u000aof \\u202eours",
            "This is our fault; --debug before the command shows where.",
        ]


def test_progress_is_for_those_who_look(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for quiet, terminal, wanted in ((False, True, 1), (True, True, 0), (False, False, 0)):
        told.clear()
        monkeypatch.setattr("sys.stderr", Terminal() if terminal else io.StringIO())
        monkeypatch.setattr("click.echo", lambda text, err=False: told.append(text))
        common.teller(quiet)("reading")
        monkeypatch.undo()
        assert len(told) == wanted


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_can_complete(shell: str, tmp_path: Path, command: CommandLine) -> None:
    done = command.fresh(cwd=tmp_path, _FRONTIERS_MAP_COMPLETE=f"{shell}_source")
    assert (done.code, done.err) == (0, "")
    assert "_FRONTIERS_MAP_COMPLETE" in done.out


@pytest.mark.skipif(sys.platform != "linux", reason="sends a signal to a forked run")
@pytest.mark.parametrize("moment", [1, 8])
def test_interrupted(tiny: Path, tmp_path: Path, command: CommandLine, moment: int) -> None:
    """Ctrl-C leaves no traceback and no leftovers."""
    run = command.start("build", "atlas", "-o", "output", "--only", "tables", cwd=tmp_path,
                        watch=str(tmp_path), signal=signal.SIGINT, signal_at=moment)  # fmt: skip
    done = run.wait()
    assert done.code in (1, 130)
    assert done.err.strip() == "Aborted!"
    assert [path.name for path in tmp_path.iterdir()] == ["atlas"]


def test_the_readme_names_every_command() -> None:
    text = (ROOT / "README.md").read_text("utf-8") + (ROOT / "docs/cli.md").read_text("utf-8")
    for name in commands.cli.commands:
        assert f"frontiers-map {name}" in text
