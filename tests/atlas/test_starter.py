"""A first atlas that `init` writes: valid as it is, and its files say what they are for."""

from __future__ import annotations

import shutil
from pathlib import Path

import geopandas as gpd
import pyproj
import pytest
from shapely.geometry import LineString, Point

from frontiers_map.atlas.atlas import Atlas, read, untranslated
from frontiers_map.atlas.from_files import LARGEST
from frontiers_map.language.text import translations
from helpers import BALTIC, CommandLine, manifest_problems


@pytest.mark.parametrize("extent", [None, "170,-30,200,-5", "-180,60,180,90"])
def test_any_extent_and_language_are_valid(
    command: CommandLine, tmp_path: Path, extent: str | None
) -> None:
    more = ["--extent", extent] if extent else []
    done = command("init", "mine", "--language", "it", "--language", "ja", *more, cwd=tmp_path)
    assert done.code == 0, done.err
    assert read(tmp_path / "mine").settings.languages == ("it", "ja")


def test_it_speaks_the_languages_that_were_asked_for(command: CommandLine, tmp_path: Path) -> None:
    """All that the program has words in: no text is missing, none is in another's; others told."""
    asked = [word for code in translations() for word in ("--language", code)]
    frame = gpd.GeoDataFrame({"name": ["a"]}, geometry=[Point(1, 1)], crs=4326)
    frame.to_file(tmp_path / "points.gpkg")
    for name, more in (("mine", []), ("other", ["--from", "points.gpkg"])):
        done = command("init", name, *asked, *more, cwd=tmp_path)
        assert done.code == 0, done.err
        atlas = read(tmp_path / name)
        assert atlas.settings.id == name
        # the names in a file are in no language that anybody said
        assert more or not untranslated(atlas)
        decks = [atlas.settings.deck.get(code) for code in translations()]
        assert len(set(decks)) == len(decks)
    done = command("init", "greek", "--language", "el", cwd=tmp_path)
    assert "el: the program has no words in it; texts are in English" in done.out
    assert read(tmp_path / "greek").settings.title.get("el") == "An atlas of my own"
    done = command("init", "plain", cwd=tmp_path)
    assert done.code == 0, done.err
    assert read(tmp_path / "plain").settings.languages == ("en",)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["."], "found something there; allowed: a new or an empty folder"),
        (["mine", "--extent", "30,53,9,66"], "--extent: found 30,53,9,66; allowed: west,south"),
        (["mine", "--extent", "9,53,30"], "allowed: four numbers, such as 9,53,30,66"),
        (["mine", "--extent", "nan,53,30,66"], "allowed: west,south,east,north"),
        (
            ["mine", "--language", "Estonian"],
            "--language: found 'Estonian'; allowed: a language tag",
        ),
        (["mine", "--title", "a\u2028b"], "--title: found nothing that can be read"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_written(
    command: CommandLine, tmp_path: Path, arguments: list[str], told: str
) -> None:
    (tmp_path / "there.txt").touch()
    done = command("init", *arguments, cwd=tmp_path)
    assert done.code == 2
    assert told in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["there.txt"]


# What follows begins an atlas from files that somebody has.


def begun(command: CommandLine, folder: Path, *words: str) -> tuple[Atlas, str]:
    done = command("init", "mine", "--from", *words, cwd=folder)
    assert done.code == 0, done.err
    assert command("validate", "mine", cwd=folder).code == 0
    return read(folder / "mine"), done.out


def ring(text: str) -> str:
    inner = f"<LinearRing><coordinates>{text}</coordinates></LinearRing>"
    return f"<Polygon><outerBoundaryIs>{inner}</outerBoundaryIs></Polygon>"


def view(atlas: Atlas) -> tuple[float, ...]:
    return atlas.maps[0].view


def test_a_file_that_needs_nothing_is_copied_byte_by_byte(
    command: CommandLine, tmp_path: Path
) -> None:
    text = (
        "code,cable_name,type,opened,lon,latitude,remarks,as of\n"
        "EE-1,Anchor drag,cut,2024-12-25,25.1,59.9,seen,2025\n"
        "EE-2,Another,cut,2025-01,24.9,59.7,,2025\n"
        "EE-3,A third,shunt,,21.5,57.5,,2025\n"
    )
    (tmp_path / "Baltic_incidents.csv").write_text(text, "utf-8")
    atlas, told = begun(command, tmp_path, "Baltic_incidents.csv")
    assert (tmp_path / "mine/layers/baltic_incidents.csv").read_text("utf-8") == text
    assert atlas.settings.title.main == "Baltic incidents"
    frame = atlas.own["baltic_incidents"]
    assert list(frame["id"]) == ["EE-1", "EE-2", "EE-3"]
    assert list(frame["name_en"]) == ["Anchor drag", "Another", "A third"]
    assert list(frame["kind"]) == ["cut", "cut", "shunt"]
    assert list(frame["since"]) == ["2024-12-25", "2025-01", None]
    assert list(frame["note_en"]) == ["seen", "", ""]
    assert set(frame["as_of"]) == {"2025"}
    # what nobody said is not made up
    assert set(frame["certainty"]) == {"approximate"}
    assert list(atlas.sources["title"]) == ["The file Baltic_incidents.csv, as given"]
    for guessed in ("name is read from 'cable_name'", "kind is read from 'type' (cut, shunt)",
                    "since is read from 'opened'", "certainty is 'approximate', as no column says",
                    "say in sources.csv what it rests on", "change it in maps.toml"):  # fmt: skip
        assert guessed in told, guessed
    west, south, east, north = view(atlas)
    assert west < 21.5 < 25.1 < east < 30
    assert 50 < south < 57.5 < 59.9 < north


def test_any_format_and_reference_system_and_two_files_with_the_same_ids(
    command: CommandLine, tmp_path: Path
) -> None:
    frame = gpd.GeoDataFrame(
        {"gid": [1, 2], "Nimi": ["Esimene", "Teine"]},
        geometry=[LineString([(20, 59), (24, 60)]), LineString([(21, 58), (23, 59)])],
        crs=4326,
    )
    frame.to_crs(3301).to_file(tmp_path / "kaablid.shp")
    frame.to_crs(3857).to_file(tmp_path / "cables.gpkg")
    frame.to_file(tmp_path / "c.fgb", driver="FlatGeobuf")
    names = ("kaablid.shp", "cables.gpkg", "c.fgb")
    atlas, told = begun(command, tmp_path, *names)
    assert list(atlas.own) == ["kaablid", "cables", "c"]
    for layer in atlas.own.values():
        assert list(layer["name_en"]) == ["Esimene", "Teine"]
        assert layer.total_bounds == pytest.approx([20, 58, 24, 60], abs=1e-6)
    assert list(atlas.own["kaablid"]["id"]) == ["1", "2"]
    assert list(atlas.own["c"]["id"]) == ["esimene_2", "teine_2"]
    assert "features have ids, made of their names" in told
    assert "reprojected from Estonian Coordinate System of 1997" in told
    files = {path.name for path in (tmp_path / "mine/layers").iterdir()}
    assert {"kaablid.shp", "kaablid.dbf", "kaablid.prj", "cables.geojson"} <= files


def test_names_sources_and_days_that_are_not_as_a_layer_asks(
    command: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / "liste.csv").write_bytes(
        "Titel;Datum;Stand;lat;lon;Quelle;Bild\n"
        "Ankerschaden;18.11.2024;neu;59,43;20,1;https://example.org/a;x\n"
        ";26.12.2024;;59,9;24,2;Zeitung, S. 3;y\n"
        "Øst;2025/01/02;;;;;\n".encode("cp1252")
    )
    atlas, told = begun(command, tmp_path, "liste.csv", "--language", "de", "--title", "Meine")
    frame = atlas.own["liste"].set_index("id")
    assert list(frame.index) == ["ankerschaden", "liste_2"]
    assert list(frame["since"]) == ["2024-11-18", "2024-12-26"]
    assert list(frame["name_de"]) == ["Ankerschaden", "Liste 2"]
    assert (frame.geometry.x["ankerschaden"], frame.geometry.y["ankerschaden"]) == (20.1, 59.43)
    titles = dict(zip(atlas.sources["id"], atlas.sources["title"], strict=True))
    assert [titles[one] for (one,) in frame["source"]] == ["https://example.org/a", "Zeitung, S. 3"]
    assert "1 of 3 features are left out: no geometry" in told
    assert "1 of 2 features have no name and are called 'Liste' with a number" in told
    assert "as_of is read from no column: it holds 'neu', which is not a date" in told
    assert atlas.settings.title.get("de") == "Meine"


def test_geometry_of_several_kinds_across_180_degrees(command: CommandLine, tmp_path: Path) -> None:
    shapes = {
        "Reef": "<Point><coordinates>-178,-18</coordinates></Point>",
        "Cable": "<LineString><coordinates>170,-20,5 -170,-15,5</coordinates></LineString>",
        "Zone": ring("175,-20 181,-20 181,-16 175,-16 175,-20"),
        "Bow tie": ring("170,-20 172,-18 172,-20 170,-18 170,-20"),
    }
    marks = [f"<Placemark><name>{n}</name>{shape}</Placemark>" for n, shape in shapes.items()]
    space = 'xmlns="http://www.opengis.net/kml/2.2"'
    text = f"<kml {space}><Document>{''.join(marks)}</Document></kml>"
    (tmp_path / "fiji.kml").write_text(text, "utf-8")
    atlas, told = begun(command, tmp_path, "fiji.kml")
    assert list(atlas.own) == ["fiji_points", "fiji_lines", "fiji_areas"]
    west, _, east, _ = view(atlas)
    assert 160 < west < 170
    assert 190 < east < 200
    assert "1 of 4 features are left out, such as feature 4: found a ring that crosses" in told
    assert "Fix geometries in QGIS" in told


@pytest.mark.parametrize("sign", [1, -1])
def test_what_lies_round_a_pole_is_seen_from_above_it(
    command: CommandLine, tmp_path: Path, sign: int
) -> None:
    points = [Point(30 * n - 180, sign * (72 + n)) for n in range(12)]
    frame = gpd.GeoDataFrame(
        {"station": [f"Post {n}" for n in range(12)]}, geometry=points, crs=4326
    )
    frame.to_file(tmp_path / "ice.geojson")
    west, south, east, north = view(begun(command, tmp_path, "ice.geojson")[0])
    assert east - west == 360
    assert (south, north) == ((70, 90) if sign > 0 else (-90, -70))


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.xlsx", b"PK", "a.xlsx: found '.xlsx'; allowed: a file that ends in .csv, .fgb"),
        ("a.zip", b"PK", "unpack it first"),
        ("a.csv", b"name,town\nx,Riga\n", "a.csv:1: found no columns of positions among name, t"),
        ("a.csv", b"name,lon,lat\nx,24\n", "a.csv:2: found 2 cells; allowed: 3"),
        ("a.csv", b"name,lon,lat\nx,,\n", "a.csv: found no feature that can be drawn"),
        ("a.csv", b"name,x,y\nx,540000,6580000\n", "a.csv: found no feature that can be drawn"),
        ("a.geojson", b"{}", "a.geojson: not a layer that can be read"),
        ("a.gpkg", b"<OGRVRTDataSource/>", "a.gpkg: found a file that points to others"),
        ("b.csv", b"", "a.csv: no such file"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_told_and_nothing_written(
    command: CommandLine, tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    (tmp_path / name).write_bytes(content)
    given = "a.csv" if name == "b.csv" else name
    done = command("init", "mine", "--from", given, cwd=tmp_path)
    assert done.code == 2, done.out
    assert told in done.err
    assert ".frontiers-map" not in done.err
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_file_that_is_too_large_is_told(command: CommandLine, tmp_path: Path) -> None:
    with (tmp_path / "huge.csv").open("wb") as file:
        file.truncate(LARGEST + 1)
    done = command("init", "mine", "--from", "huge.csv", cwd=tmp_path)
    assert done.code == 2
    assert "found 64 MiB; allowed: 64; leave out vertices that no map shows" in done.err


def test_files_need_their_option(command: CommandLine, tmp_path: Path) -> None:
    done = command("init", "mine", "a.csv", cwd=tmp_path)
    assert done.code == 2
    assert "found a.csv, too; allowed: one folder, or files after --from" in done.err


def test_what_is_begun_builds(command: CommandLine, tmp_path: Path) -> None:
    """A page, a sheet and layers of an atlas that nobody has touched yet."""
    shutil.copy(BALTIC / "layers/cables.geojson", tmp_path)
    shutil.copy(BALTIC / "layers/gas_terminals.csv", tmp_path)
    begun(command, tmp_path, "cables.geojson", "gas_terminals.csv")
    parts = [word for part in ("web", "gis", "print") for word in ("--only", part)]
    done = command("build", "mine", "-o", "output", *parts, cwd=tmp_path)
    assert done.code == 0, done.err
    assert manifest_problems(tmp_path / "output") == []
    assert (tmp_path / "output/index.html").is_file()
    assert "Balticconnector" in (tmp_path / "output/print/sheet-en.svg").read_text("utf-8")
    layers = gpd.list_layers(tmp_path / "output/gis/frontiers.gpkg")["name"]
    assert {"cables", "gas_terminals"} <= set(layers)


def test_all_files_that_cannot_be_used_are_told_at_once(
    command: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    asked = ("init", "new", "--from", "folder", "--from", "no.gpkg")
    told = command(*asked, cwd=tmp_path)
    assert (told.code, told.out) == (2, "")
    assert told.err == "folder: found a folder; allowed: the files in it\nno.gpkg: no such file\n"
    assert not (tmp_path / "new").exists()


def test_a_shapefile_without_its_encoding(command: CommandLine, tmp_path: Path) -> None:
    """Dashes and accents of Windows come through, and it is told; the column of kinds is known."""
    names = ["McMurdo – Polo", "Öresund €"] * 2
    frame = gpd.GeoDataFrame(
        {"nombre": names, "clase": ["a", "b"] * 2, "largo": [1.5, 2.5] * 2},
        geometry=[Point(n, 1) for n in range(4)],
        crs=4326,
    )
    frame.to_file(tmp_path / "a.shp", encoding="cp1252")
    (tmp_path / "a.cpg").unlink()
    atlas, told = begun(command, tmp_path, "a.shp")
    assert set(atlas.own["a"].name_en) == set(names)
    assert set(atlas.own["a"].kind) == {"a", "b"}
    assert "a.shp: read as Windows-1252; if that is wrong, a.cpg says which" in told
    assert "layer a: not read: largo; fields in atlas.toml" in told


def test_a_map_of_a_pole_comes_as_it_is(command: CommandLine, tmp_path: Path) -> None:
    """Rings round a pole are areas to it, and a belt is one; no feature is left out."""
    pole = Point(0, 0)
    shapes = [pole.buffer(1.2e6), pole.buffer(2.9e6).difference(pole.buffer(2.2e6))]
    frame = gpd.GeoDataFrame({"name": ["ice", "belt"]}, geometry=shapes, crs=3031)
    frame.to_file(tmp_path / "pole.gpkg")
    atlas, told = begun(command, tmp_path, "pole.gpkg")
    globe = pyproj.Geod(ellps="WGS84")
    found = (
        atlas.own["pole"]
        .set_index("id")
        .geometry.map(lambda shape: abs(globe.geometry_area_perimeter(shape)[0]))
    )
    true = frame.set_index("name").to_crs("+proj=laea +lat_0=-90").area
    assert found.to_dict() == pytest.approx(true.to_dict(), rel=1e-3)
    assert "left out" not in told
