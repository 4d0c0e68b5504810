"""Reading an atlas folder: what is accepted, how it is understood, and that nothing crashes it."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import shutil
import tempfile
from dataclasses import FrozenInstanceError
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from frontiers_map.atlas import geojson
from frontiers_map.atlas.atlas import (
    Atlas,
    packaged_atlas,
    read,
    untranslated,
)
from frontiers_map.atlas.geojson_geometry import ShapeError, read_shape
from frontiers_map.atlas.messages import did_you_mean, misread
from frontiers_map.atlas.model import MODELS, Place, in_languages
from frontiers_map.errors import AtlasError, CallError
from frontiers_map.geo import geodesy
from helpers import GEODATA, TINY

PLACES = "id,name_en,lon,lat,kind,country,source,as_of,certainty\n"
POLYGONS = ("Polygon", "MultiPolygon")


@pytest.fixture(scope="module")
def default() -> Atlas:
    return read(packaged_atlas())


def problems(folder: Path) -> list[str]:
    try:
        read(folder)
    except AtlasError as error:
        return [str(problem) for problem in error.problems]
    return []


def test_the_tiny_atlas() -> None:
    atlas = read(TINY)
    assert list(atlas.places["id"]) == ["apia", "nuku", "suva"]
    assert atlas.places.crs.to_epsg() == 4326
    assert atlas.regions.geometry.iloc[0].bounds == (174, -24, 192, -10)
    assert list(atlas.trades["source"]) == [("T1",)]
    assert [spec.id for spec in atlas.maps] == ["index"]
    assert set(atlas.inputs) == {path.name for path in TINY.iterdir()}
    assert "3 places" in repr(atlas)
    assert atlas.position("suva") == (178.45, -18.14)
    with pytest.raises(KeyError):
        atlas.position("atlantis")


def test_the_default_atlas_is_complete(default: Atlas) -> None:
    counts = {"regions": 8, "gates": 75, "terminals": 84, "places": 60, "links": 17, "events": 86,
              "claims": 21, "sea_labels": 76}  # fmt: skip
    for layer, least in counts.items():
        assert len(getattr(default, layer)) >= least, layer
    assert default.settings.languages == ("en", "it", "ja")
    assert untranslated(default) == []


def test_an_atlas_cannot_be_changed(default: Atlas) -> None:
    with pytest.raises(FrozenInstanceError):
        default.places = default.terminals


def test_groups_stand_for_their_gates(default: Atlas) -> None:
    group = default.gate_groups.iloc[0]
    assert default.gate_ids([group["id"], group["gates"][0]]) == tuple(group["gates"])
    with pytest.raises(KeyError):
        default.gate_ids(["atlantis"])


def test_position_of_a_gate_lies_on_it(default: Atlas) -> None:
    for gate in default.gates.itertuples():
        assert gate.geometry.distance(shapely.Point(default.position(gate.id))) < 1e-9


def test_what_lacks_a_translation(tiny: Path) -> None:
    settings = (tiny / "atlas.toml").read_text("utf-8")
    (tiny / "atlas.toml").write_text(f'languages = ["en", "ja"]\n{settings}', "utf-8")
    found = untranslated(read(tiny))
    assert ("places", "suva", "name_ja") in found
    assert ("regions", "waters", "name_ja") in found
    assert not [item for item in found if item[2].endswith("_it")]


def test_reading_twice_gives_the_same(tmp_path: Path) -> None:
    folder = shutil.copytree(GEODATA, tmp_path / "atlas")
    once, again = read(folder), read(folder)
    assert again.inputs == once.inputs
    for name, value in vars(once).items():
        if hasattr(value, "equals"):
            assert value.equals(getattr(again, name)), name


@pytest.mark.parametrize("mark", ["\ufeff", ""])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_byte_order_mark(tiny: Path, mark: str, end: str) -> None:
    before = read(tiny)
    for path in tiny.iterdir():
        # TOML has no bare carriage returns
        used = end if path.suffix != ".toml" else end.replace("\r", "\r\n").replace("\n\n", "\n")
        path.write_bytes((mark + path.read_text("utf-8").replace("\n", used)).encode())
    after = read(tiny)
    assert after.places.equals(before.places)
    assert after.regions.equals(before.regions)
    assert after.settings == before.settings


def test_blank_lines_spaces_and_order_of_columns_do_not_matter(tiny: Path) -> None:
    rows = list(csv.reader((tiny / "places.csv").read_text("utf-8").splitlines()))
    turned = "\n\n".join(" , ".join(reversed(row)) for row in rows)
    before = read(tiny)
    (tiny / "places.csv").write_text(f"\n{turned}\n\n", "utf-8")
    assert read(tiny).places.equals(before.places)


def test_texts_with_commas_quotes_and_line_breaks(tiny: Path) -> None:
    name = 'Suva, the "capital"\nof Fiji'
    path = tiny / "places.csv"
    text = path.read_text("utf-8")
    quoted = '"' + name.replace('"', '""') + '"'
    path.write_text(text.replace(",Suva,", f",{quoted},").replace("-13.83", "113.83"), "utf-8")
    # the line break counts when the next problem is told
    assert problems(tiny)[0].startswith(f"{tiny}/places.csv:4: apia.lat: found '113.83'")
    path.write_text(text.replace(",Suva,", f",{quoted},"), "utf-8")
    assert read(tiny).places.set_index("id").at["suva", "name_en"] == name


def test_files_of_others_are_left_alone(tiny: Path) -> None:
    (tiny / "README.md").write_text("Notes")
    (tiny / ".places.csv.swp").write_bytes(b"\x00")
    (tiny / "photos").mkdir()
    (tiny / ".hidden.csv").write_text("x")
    assert problems(tiny) == []


def test_a_link_to_a_file_is_a_file(tiny: Path, tmp_path: Path) -> None:
    shared = tmp_path / "shared.csv"
    (tiny / "sources.csv").rename(shared)
    (tiny / "sources.csv").symlink_to(shared)
    assert problems(tiny) == []


def test_a_pipe_is_not_waited_for(tiny: Path) -> None:
    os.mkfifo(tiny / "events.csv")
    assert problems(tiny) == [
        f"{tiny}/events.csv: found something that is no file; allowed: a file"
    ]


@pytest.mark.parametrize(
    ("coordinates", "bounds"),
    [
        ([[170, 0], [-170, 0], [-170, 10], [170, 10], [170, 0]], (170, 0, 190, 10)),
        ([[-170, 0], [-170, 10], [170, 10], [170, 0], [-170, 0]], (-190, 0, -170, 10)),
        ([[170, 0], [190, 0], [190, 10], [170, 10], [170, 0]], (170, 0, 190, 10)),
        ([[30, -30], [210, -30], [210, 20], [30, 20], [30, -30]], (30, -30, 210, 20)),
        ([[0, 0], [0, 1], [1, 1], [1, 0], [0, 0]], (0, 0, 1, 1)),
        ([[0, 0, 5], [1, 0, 5], [1, 1, 5], [0, 0, 5]], (0, 0, 1, 1)),
    ],
)
def test_outlines_across_180(coordinates: list[list[float]], bounds: tuple[float, ...]) -> None:
    shape = read_shape({"type": "Polygon", "coordinates": [coordinates]}, POLYGONS)
    assert shape.bounds == bounds
    assert shape.exterior.is_ccw
    assert not shape.has_z


def test_a_hole_across_180() -> None:
    outline = [[170, 0], [-170, 0], [-170, 10], [170, 10], [170, 0]]
    hole = [[-179, 4], [-178, 4], [-178, 5], [-179, 5], [-179, 4]]
    shape = read_shape({"type": "Polygon", "coordinates": [outline, hole]}, POLYGONS)
    assert shape.area == pytest.approx(20 * 10 - 1)


def test_two_parts_of_a_region() -> None:
    parts = [[[[x, 0], [x + 1, 0], [x + 1, 1], [x, 1], [x, 0]]] for x in (0, 5)]
    shape = read_shape({"type": "MultiPolygon", "coordinates": parts}, POLYGONS)
    assert shape.geom_type == "MultiPolygon"
    assert shape.area == 2
    one = read_shape({"type": "MultiPolygon", "coordinates": parts[:1]}, POLYGONS)
    assert one.geom_type == "Polygon"


def box(west: float, south: float, east: float, north: float) -> list[list[float]]:
    """Counter-clockwise from the south-west, as RFC 7946 asks."""
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def area_of_box(west: float, south: float, east: float, north: float) -> float:
    """Square metres between two meridians and two parallels of WGS 84 (Snyder 1987, 3-12)."""
    e = 0.0818191908426215

    def q(lat: float) -> float:
        s = np.sin(np.radians(lat))
        log = np.log((1 - e * s) / (1 + e * s)) / (2 * e)
        return float((1 - e * e) * (s / (1 - e * e * s * s) - log))

    return float(np.radians(east - west) * 6378137.0**2 / 2 * (q(north) - q(south)))


def read_area(geometry: dict[str, Any]) -> float:
    shape = read_shape(geometry, POLYGONS)
    return float(geodesy.area_m2(geodesy.densify_parallel(shape, 20)))


WIDTHS = st.integers(1, 180)
BOXES = st.tuples(st.integers(-180, 179), st.integers(-80, 60), WIDTHS, st.integers(1, 20)).map(
    lambda b: (b[0], b[1], b[0] + b[2], b[1] + b[3])
)


@settings(max_examples=60, deadline=None)
@given(BOXES, st.integers(0, 3), st.booleans(), st.sampled_from([-360, 0, 360]))
def test_a_box_is_what_was_written(
    edges: tuple[int, int, int, int], first: int, clockwise: bool, turn: int
) -> None:
    """However one writes it: at once, cut at 180°, in 0..360, from any corner, either way round."""
    west, south, east, north = edges
    wanted = pytest.approx(area_of_box(*edges), rel=5e-4)  # geodesics of up to 20 km

    def ring(west: float, east: float) -> list[list[list[float]]]:
        corners = box(west, south, east, north)[:-1]
        corners = corners[first:] + corners[:first]
        return [(corners + corners[:1])[:: -1 if clockwise else 1]]

    if west + turn >= -360 and east + turn <= 540:
        moved = {"type": "Polygon", "coordinates": ring(west + turn, east + turn)}
        assert read_area(moved) == wanted
    if west < 180 < east:
        halves = [ring(west, 180), ring(-180, east - 360)]
        cut = {"type": "MultiPolygon", "coordinates": halves[:: -1 if clockwise else 1]}
        assert read_area(cut) == wanted
        assert read_shape(cut, POLYGONS).geom_type == "Polygon"
        leap = {"type": "Polygon", "coordinates": ring(west, east - 360)}
        if east - west == 180:
            return  # a step of 180° is what it says
        if clockwise or east - west > 90:
            with pytest.raises(ShapeError, match="of longitude in one step"):
                read_shape(leap, POLYGONS)
        else:
            assert read_area(leap) == wanted


@pytest.mark.parametrize(
    ("south", "north"), [(-60, -40), (-10, 10), (66, 90)], ids=["south", "equator", "cap"]
)
def test_a_band_round_the_world(south: float, north: float) -> None:
    band = {"type": "Polygon", "coordinates": [box(-180, south, 180, north)]}
    assert read_area(band) == pytest.approx(area_of_box(-180, south, 180, north), rel=1e-4)
    shape = read_shape(band, POLYGONS)
    assert np.abs(np.diff(shape.exterior.coords.xy[0])).max() < 180
    quarters = [[box(west, south, west + 90, north)] for west in (0, 90, -180, -90)]
    parts = {"type": "MultiPolygon", "coordinates": quarters}
    assert read_area(parts) == pytest.approx(area_of_box(-180, south, 180, north), rel=1e-4)


@pytest.mark.parametrize("turned", [False, True])
def test_an_edge_that_could_mean_two_things_says_how_to_write_it(turned: bool) -> None:
    ring = box(-20, -40, 170, 30)[:: -1 if turned else 1]
    with pytest.raises(ShapeError, match="edge of 190° of longitude in one step") as told:
        read_shape({"type": "Polygon", "coordinates": [ring]}, POLYGONS)
    assert "put [75, " in str(told.value)
    as_told = box(-20, -40, 170, 30)
    as_told.insert(1, [75, -40])
    as_told.insert(4, [75, 30])
    area = read_area({"type": "Polygon", "coordinates": [as_told]})
    assert area == pytest.approx(area_of_box(-20, -40, 170, 30), rel=1e-4)


def test_a_gate_of_several_parts_is_a_line_if_they_meet() -> None:
    def gate(*parts: list[list[float]]) -> Any:
        return read_shape({"type": "MultiLineString", "coordinates": list(parts)}, ["LineString"])

    assert gate([[178, -17], [179, -18]]).wkt == "LINESTRING (178 -17, 179 -18)"
    cut = gate([[-180, 0], [-179, 1]], [[179, -1], [180, 0]])
    assert cut.geom_type == "LineString"
    assert cut.length == pytest.approx(2 * 2**0.5)
    with pytest.raises(ShapeError, match="2 parts that are not one line"):
        gate([[0, 0], [1, 1]], [[2, 2], [3, 3]])


CASES_OF_AREAS = {
    "bare geometry": {"type": "Polygon", "coordinates": [box(40, 11, 55, 16)]},
    "bare feature": {
        "type": "Feature", "properties": None,
        "geometry": {"type": "Polygon", "coordinates": [box(40, 11, 55, 16)]},
    },
}  # fmt: skip


@pytest.mark.parametrize("name", CASES_OF_AREAS)
def test_an_area_to_avoid_is_read_like_a_region(name: str, tmp_path: Path) -> None:
    path = tmp_path / "area.geojson"
    path.write_text(json.dumps(CASES_OF_AREAS[name]))
    ((_, shape),) = geojson.polygons(path)
    assert shape.bounds == (40, 11, 55, 16)


def test_polygons_one_a_line_and_of_other_formats(tmp_path: Path) -> None:
    path = tmp_path / "areas.geojson"
    lines = [
        {"type": "Feature", "id": name, "properties": {},
         "geometry": {"type": "Polygon", "coordinates": [box(170, 0, -170, 10)]}}
        for name in ("one", "two")
    ]  # fmt: skip
    path.write_text("\n".join(map(json.dumps, lines)) + "\n")
    assert [(name, s.bounds) for name, s in geojson.polygons(path)] == [
        ("one", (170, 0, 190, 10)), ("two", (170, 0, 190, 10))
    ]  # fmt: skip
    frame = gpd.GeoDataFrame(
        {"id": ["one"]}, geometry=[geojson.polygons(path)[0][1]], crs="EPSG:4326"
    )
    frame.to_file(tmp_path / "areas.gpkg")
    assert geojson.polygons(tmp_path / "areas.gpkg")[0][1].bounds == (170, 0, 190, 10)
    frame.to_crs("EPSG:3857").to_file(tmp_path / "metres.gpkg")
    with pytest.raises(CallError, match="crs: found WGS 84 / Pseudo-Mercator; allowed: WGS 84"):
        geojson.polygons(tmp_path / "metres.gpkg")


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({"type": "LineString", "coordinates": [[42, 12], [44, 13]]}, 'found "LineString"'),
        ({"type": "Polygon", "coordinates": [[[40, 11], [55, 16], [55, 11], [40, 16], [40, 11]]]},
         r"crosses itself at \[47.5, 13.5\]"),
        ({"type": "Polygon", "coordinates": [[[11, 140], [16, 140], [16, 155], [11, 140]]]},
         r"look swapped: \[140, 11\]"),
        ({"type": "Polygon", "coordinates": [box(4.4e6, 1.2e6, 6e6, 1.8e6)],
          "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}},
         "crs: found urn:ogc:def:crs:EPSG::3857; allowed: WGS 84"),
        ({"type": "FeatureCollection", "features": []}, "found no polygons"),
        ({"type": "Topology"}, "allowed: a GeoJSON FeatureCollection"),
    ],
)  # fmt: skip
def test_an_area_to_avoid_that_cannot_be_taken(
    document: dict[str, Any], told: str, tmp_path: Path
) -> None:
    path = tmp_path / "area.geojson"
    path.write_text(json.dumps(document))
    with pytest.raises(CallError, match=told):
        geojson.polygons(path)


def test_an_id_of_the_feature_counts(tiny: Path) -> None:
    path = tiny / "regions.geojson"
    document = json.loads(path.read_text())
    (feature,) = document["features"]
    feature["id"] = feature["properties"].pop("id")
    path.write_text(json.dumps(document))
    assert list(read(tiny).regions["id"]) == ["waters"]
    feature["properties"]["id"] = "waters"
    feature["id"] = 0  # a number that GDAL gave
    path.write_text(json.dumps(document))
    assert list(read(tiny).regions["id"]) == ["waters"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=12,
)
POSITION = st.lists(st.floats(-400, 600) | st.integers(-90, 90), min_size=2, max_size=3)
RING = st.lists(POSITION | JSON, max_size=6).map(lambda ring: ring + ring[:1])


@given(
    st.sampled_from(["LineString", "Polygon", "MultiPolygon", "Point", None, 5]),
    JSON | RING | st.lists(RING, max_size=3) | st.lists(st.lists(RING, max_size=2), max_size=2),
)
def test_any_geometry_is_taken_or_told(kind: Any, coordinates: Any) -> None:
    try:
        shape = read_shape({"type": kind, "coordinates": coordinates}, ["LineString", *POLYGONS])
    except ShapeError as error:
        told = str(error)
    else:
        told = ""
        assert shape.is_valid
        assert np.isfinite(shape.bounds).all()
    assert ("found" in told) == ("allowed" in told)


# What a wrong encoding makes of letters, and a question mark in place of one, is refused.
TEXT = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co"], exclude_characters="?\ufffd"),
    max_size=40,
).filter(lambda words: not misread(words))
WORD = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9_-]{0,63}\Z")
PLACE = st.fixed_dictionaries(
    {
        "id": WORD,
        "name_en": TEXT.filter(str.strip),
        "name_it": TEXT,
        "name_ja": TEXT,
        "lon": st.floats(-180, 180),
        "lat": st.floats(-90, 90),
        "kind": st.sampled_from(["capital", "city", "naval"]),
        "country": st.sampled_from(["", "FJ", "EU"]),
        "pole": st.sampled_from(["", "y", "n"]),
        "source": st.sampled_from(["T1", "T1;T1", " T1 ; "]),
        "as_of": st.dates(date(1000, 1, 1), date(2999, 12, 31)).map(str),
        "certainty": st.sampled_from(["documented", "schematic"]),
    }
)


@settings(max_examples=30, deadline=None)
@given(st.lists(PLACE, min_size=1, max_size=4, unique_by=lambda row: row["id"]))
def test_a_valid_row_comes_back(rows: list[dict[str, Any]]) -> None:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "atlas"
        shutil.copytree(TINY, folder)
        (folder / "routes.csv").unlink()
        (folder / "places.csv").write_bytes(out.getvalue().encode())
        found = read(folder).places
    rows = sorted(rows, key=lambda row: row["id"])
    for row, place in zip(rows, found.to_dict("records"), strict=True):
        for field in ("id", "kind", "country", "as_of", "certainty", "lon", "lat"):
            assert place[field] == row[field]
        for field in ("name_en", "name_it", "name_ja"):
            assert place[field] == row[field].strip()
        assert place["pole"] is (row["pole"] == "y")
        assert set(place["source"]) == {"T1"}
        model = in_languages(Place, ("en", "it", "ja"))
        model.model_validate({k: v for k, v in place.items() if k != "geometry"})


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(sorted(MODELS)), st.binary(max_size=200) | TEXT.map(str.encode))
def test_any_bytes_in_any_file_are_taken_or_told(file: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "atlas"
        shutil.copytree(TINY, folder)
        (folder / file).write_bytes(content)
        for line in problems(folder):
            assert line.isprintable()


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(sorted(path for path in GEODATA.iterdir() if path.name in MODELS)),
    st.randoms(use_true_random=False),
)
def test_any_damage_to_a_real_file_is_taken_or_told(path: Path, chance: random.Random) -> None:
    """Cut, repeat or change a stretch of a file of the default atlas."""
    content = bytearray(path.read_bytes()[:6000])
    for _ in range(chance.randint(1, 3)):
        start = chance.randrange(len(content))
        end = min(len(content), start + chance.choice([1, 1, 2, 8, 200]))
        match chance.randrange(4):
            case 0:
                del content[start:end]
            case 1:
                content[start:start] = content[start:end] * chance.choice([1, 3])
            case 2:
                content[start:end] = chance.randbytes(end - start)
            case 3:
                content[start:start] = chance.choice(
                    [b'"', b",", b"\n", b"{", b"[", b"]]", b"1e999", b"null", b"-", b"\xff", b";"]
                )
        content = content or bytearray(b" ")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "atlas"
        shutil.copytree(TINY, folder)
        (folder / path.name).write_bytes(bytes(content))
        for line in problems(folder):
            assert line.isprintable()
            assert line.startswith(f"{folder}/")


@settings(max_examples=50, deadline=None)
@given(JSON)
def test_any_json_is_taken_or_told(document: Any) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "atlas"
        shutil.copytree(TINY, folder)
        collection = {"type": "FeatureCollection", "features": [document, {"properties": document}]}
        for content in (document, {"type": "FeatureCollection", "features": document}, collection):
            (folder / "gates.geojson").write_text(json.dumps(content), "utf-8")
            # a collection of nothing is all that is right in here
            assert problems(folder) or (document == [] and content != collection)


def test_numbers_stand_for_text_as_gis_programs_write_them(tiny: Path) -> None:
    path = tiny / "regions.geojson"
    document = json.loads(path.read_text("utf-8"))
    told = document["features"][0]["properties"]
    told |= {"as_of": 2024, "short_en": 2023.0, "note_en": 11.5}
    path.write_text(json.dumps(document), "utf-8")
    region = read(tiny).regions.set_index("id").loc[told["id"]]
    assert [region[name] for name in ("as_of", "short_en", "note_en")] == ["2024", "2023", "11.5"]
    told["note_en"] = True
    path.write_text(json.dumps(document), "utf-8")
    assert any("note_en" in line for line in problems(tiny))


def test_many_rows_are_read_quickly(tiny: Path) -> None:
    """No search in the text for every row: time must not grow with the square of the rows."""
    ring = [[[0, 0], [1, 0], [1, 1], [0, 0]]]
    properties = {"name_en": "R", "family": "home", "use": "variant", "source": "T1",
                  "as_of": "2026", "certainty": "schematic"}  # fmt: skip
    features = [
        {"type": "Feature", "properties": {"id": f"r{n}", **properties},
         "geometry": {"type": "Polygon", "coordinates": ring}}
        for n in range(5000)
    ]  # fmt: skip
    features[0]["properties"] = {"id": "waters", **properties}
    (tiny / "regions.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": features}), "utf-8"
    )
    assert len(read(tiny).regions) == 5000


@pytest.mark.parametrize(
    ("word", "allowed", "meant"),
    [
        ("mallaca", ["malacca", "makassar"], "malacca"),
        ("name", ["name_ja", "name_en", "name_it"], "name_en"),
        ("x", ["malacca"], ""),
        ("malacca" * 100, ["malacca"], ""),
        ("", [], ""),
    ],
)
def test_the_nearest_word(word: str, allowed: list[str], meant: str) -> None:
    assert did_you_mean(word, allowed) == (f"; did you mean '{meant}'?" if meant else "")


@pytest.mark.parametrize(
    ("places", "view"),
    [
        ([(178.0, -18.0), (-172.0, -14.0)], (176, -20, 190, -12)),  # across 180 degrees
        ([(10.0, 54.0), (30.0, 64.0)], (8, 52, 32, 66)),
        ([(5.0, 5.0)], (3, 3, 7, 7)),
        ([(lon, 0.0) for lon in range(-150, 180, 60)], (-30, -50, 300, 70)),
        ([], (-30, -50, 300, 70)),
    ],
)
def test_a_page_of_no_view_of_its_own_shows_where_the_atlas_lies(
    places: list[tuple[float, float]], view: tuple[float, ...], tmp_path: Path
) -> None:
    (tmp_path / "atlas.toml").write_text(
        'id = "a"\ntitle = { en = "A" }\ndeck = { en = "A" }\nrecord_to = "2026-01-01"\n'
    )
    (tmp_path / "sources.csv").write_text("id,title,url\nT1,Title,https://example.org\n")
    rows = "".join(
        f"p{n},P,{lon},{lat},city,FJ,T1,2026,documented\n" for n, (lon, lat) in enumerate(places)
    )
    (tmp_path / "places.csv").write_text(
        "id,name_en,lon,lat,kind,country,source,as_of,certainty\n" + rows
    )
    assert read(tmp_path).maps[0].view == view
