"""Pairs in the files and frames that people have: one answer, whatever they look like."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, Point

from frontiers_map.errors import AtlasError, CallError
from frontiers_map.voyages import calls, positions
from frontiers_map.voyages.any_table import of_rows, read_any
from frontiers_map.voyages.columns import ends_of, option
from frontiers_map.voyages.lengths import lengths
from frontiers_map.voyages.pairs import Answers, asked_places, route_table
from frontiers_map.voyages.world import World
from helpers import TINY, CommandLine

# Rotterdam's approach to Singapore Strait, and Gibraltar to New York
PAIRS = [((4.0, 51.98), (103.75, 1.25)), ((-5.6, 36.0), (-73.9, 40.45))]


@pytest.fixture(scope="module")
def world() -> World:
    return World.load()


@pytest.fixture(scope="module")
def nm(world: World) -> list[float]:
    return [round(way.nm, 1) for way in map(world.route, *zip(*PAIRS, strict=True))]


def columns(header: str, order: str = "xyXY", *, comma: bool = False, sep: str = ",") -> str:
    """Write the pairs as four columns: x, y of the start and X, Y of the end, in this order."""
    rows = [header]
    for (x, y), (far_x, far_y) in PAIRS:
        by = {"x": x, "y": y, "X": far_x, "Y": far_y}
        cells = [str(by[letter]) for letter in order]
        rows.append(sep.join(cell.replace(".", ",") if comma else cell for cell in cells))
    return "\n".join(rows) + "\n"


def cells(form: Callable[[float, float], str], header: str = "from;to") -> str:
    """Write the pairs as two columns of positions, separated by semicolons."""
    rows = [";".join(f'"{form(*end)}"' for end in pair) for pair in PAIRS]
    return "\n".join([header, *rows]) + "\n"


def dms(lon: float, lat: float) -> str:
    def one(value: float, letters: str) -> str:
        seconds = round(abs(value) * 3600)
        mark = letters[value < 0]
        return f"{seconds // 3600}°{seconds // 60 % 60:02}'{seconds % 60:02}''{mark}"

    return f"{one(lat, 'NS')} {one(lon, 'EW')}".replace("''", '""')


FORMS: dict[str, bytes] = {
    "from_lon": columns("from_lon,from_lat,to_lon,to_lat").encode(),
    "origin": columns("origin_lat,origin_lon,dest_lat,dest_lon", "yxYX").encode(),
    "lon_from": columns("lon_from,lat_from,lon_to,lat_to").encode(),
    "olon": columns("olon,olat,dlon,dlat").encode(),
    "o_x": columns("o_x,o_y,d_x,d_y").encode(),
    "capitals": columns("LonFrom,LatFrom,LonTo,LatTo").encode(),
    "words": columns("Start Longitude,Start Latitude,End Longitude,End Latitude").encode(),
    "brackets in names": columns("Longitude (from),Latitude (from),Longitude (to),Latitude (to)")
    .encode(),
    "numbers": columns("lat2;lon2;lat1;lon1", "YXyx", comma=True, sep=";").encode("utf-8-sig"),
    "ports": columns("pol_lng\tpol_lat\tpod_lng\tpod_lat", sep="\t").encode("utf-16"),
    "sep": ("sep=;\r\n" + columns("x1;y1;x2;y2", comma=True, sep=";")).encode("cp1252"),
    "bars": columns("departure_x|departure_y|arrival_x|arrival_y", sep="|").encode("utf-16-le"),
    "pandas": columns("lon,lat,lon.1,lat.1").encode(),
    "no role first": columns("longitude,latitude,dest_longitude,dest_latitude").encode(),
    "spaces": columns("lonA, latA, lonB, latB").replace(",", ", ").encode(),
    "positions": cells(lambda x, y: f"{x}, {y}").encode(),
    "WKT": cells(lambda x, y: f"POINT ({x} {y})", "from_wkt;to_wkt").encode(),
    "DMS": cells(dms, "Port of Origin;Port of Destination").encode(),
    "compass": cells(lambda x, y: f"{abs(y)}N {abs(x)}{'EW'[x < 0]}", "POL;POD").encode(),
    "latitude first": cells(lambda x, y: f"{y},{x}", "from_latlon;to_latlon").encode(),
    "square": cells(lambda x, y: f"[{x} {y}]", "von;nach").encode(),
    "labelled": cells(lambda x, y: f"lat={y} lon={x}", "source;target").encode(),
    "a title": ("Plan of 2026;;;\n\n" + columns("x1;y1;x2;y2", comma=True, sep=";")).encode(),
    "remarks": ("# by hand\n# in May\n" + columns("o_x\to_y\td_x\td_y", sep="\t")).encode(),
    "two rows of names": columns("Origin,,Destination,\nlon,lat,lon,lat").encode(),
    "names again": columns("x1,y1,x2,y2").replace("\n-5", "\nx1,y1,x2,y2\n-5").encode(),
    "another minus": columns("x1,y1,x2,y2").replace("-", "\N{MINUS SIGN}").encode(),
    "letters first": columns("x1,y1,x2,y2").replace("-5.6", "W005 36.0").replace("-73", "W73")
    .encode(),
    "another degree": cells(dms).replace("°", "º").encode(),
    "0 to 360": columns("x1,y1,x2,y2").replace("-5.6", "354.4").replace("-73.9", "286.1").encode(),
    "invisible marks": columns("x1,y1,x2,y2").replace("\n-5.6", "\n\u200b-5.6\u200e").encode(),
    "lines": cells(lambda x, y: f"{x} {y}", "id,wkt").replace(";", ", ")
    .replace('"', "").replace("\n-5", '\n2,"LINESTRING (-5').replace("\n4", '\n1,"LINESTRING (4')
    .replace("1.25\n", '1.25)"\n').replace("40.45\n", '40.45)"\n').encode(),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_the_same_pairs_in_many_forms(
    form: str, world: World, nm: list[float], tmp_path: Path
) -> None:
    path = tmp_path / "pairs.csv"
    path.write_bytes(FORMS[form])
    found = route_table(world, read_any(path))
    assert [str(problem) for problem in found.problems] == []
    assert list(found.table["nm"]) == pytest.approx(nm, abs=0.2)
    if form != "positions":
        assert len(found.notes) == 1, "what was read how, in one line"
        assert found.notes[0].startswith(f"{path}: ")
        assert "\n" not in found.notes[0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("4,51.98,103.75,1.25\n", "x.csv: found no names of columns; allowed: a first line with"),
        ("lat_deg,lat_min,lon_deg,lon_min,to\n1,2,3,4,SGSIN\n", "'lat_min' is a part of an angle"),
        ("port,lat,lon\nRotterdam,4,51\n", "'frontiers-map matrix' takes places"),
        ("A plan\nwithout\nnames\n", "allowed: from and to"),
    ],
)
def test_a_file_that_is_not_read_says_what_to_change(
    text: str, told: str, world: World, tmp_path: Path
) -> None:
    (tmp_path / "x.csv").write_text(text)
    with pytest.raises(CallError, match=re.escape(told)):
        route_table(world, read_any(tmp_path / "x.csv"))
    assert ends_of(["from", "to", "lat_min", "lat_max"]).start, "a box is none"


def test_what_looks_wrong_is_said(world: World) -> None:
    """A code that contradicts the position beside it, 0,0, thousands set apart."""
    rows = [{"from_locode": "NLRTM", "from_lon": x, "from_lat": y, "to": "SGSIN", "dwt": w}
            for x, y, w in ((-74, 40.5, ""), (4.0, 51.98, "150,000"), (0, 0, ""))]  # fmt: skip
    found = route_table(world, of_rows(rows))
    (note,) = found.notes
    assert "in 2 rows the position is taken, which lies far from what from_locode names" in note
    assert "1 row with 0,0: a position, or none?" in note
    assert "its thousands not set apart" in found.table["error"][1]


def frame() -> gpd.GeoDataFrame:
    names = {"Name": ["a", "b"], "teu": [1200, 14], "fid": [7, 8], "NM": ["x", "y"]}
    return gpd.GeoDataFrame(names, geometry=[LineString(pair) for pair in PAIRS], crs=4326)


def written(path: Path) -> Path:
    lines = frame()
    flat = pd.DataFrame(lines.drop(columns="geometry"))
    for role, end in (("from", 0), ("to", 1)):
        flat[f"{role}_lon"] = [pair[end][0] for pair in PAIRS]
        flat[f"{role}_lat"] = [pair[end][1] for pair in PAIRS]
    match path.name:
        case "lines.geojson" | "lines.gpkg" | "lines.fgb":
            lines.drop(columns="fid").to_file(path, engine="pyogrio")
        case "mercator.gpkg":
            lines.drop(columns="fid").to_crs(3857).to_file(path, engine="pyogrio")
        case "lines.parquet":
            lines.to_parquet(path)
        case "flat.parquet":
            flat.to_parquet(path)
        case "rows.json":
            path.write_text(flat.to_json(orient="records"), "utf-8")
        case "seq.geojsonl":
            path.write_text("\n".join(json.dumps(f) for f in lines.iterfeatures()), "utf-8")
    return path


@pytest.mark.parametrize(
    "name",
    ["lines.geojson", "lines.gpkg", "lines.fgb", "mercator.gpkg", "lines.parquet", "flat.parquet",
     "rows.json", "seq.geojsonl", "book.xlsx", "book.ods"],
)  # fmt: skip
def test_files_of_other_programs(name: str, world: World, nm: list[float], tmp_path: Path) -> None:
    import pyogrio

    if name.startswith("book"):
        flat = pd.DataFrame({"Name": ["a", "b"], "teu": [1200, 14], "NM": ["x", "y"],
                             "lon1": [p[0][0] for p in PAIRS], "lat1": [p[0][1] for p in PAIRS],
                             "lon2": [p[1][0] for p in PAIRS], "lat2": [p[1][1] for p in PAIRS],
                             })  # fmt: skip
        pyogrio.write_dataframe(flat, tmp_path / name, layer="Plan")
    else:
        written(tmp_path / name)
    found = route_table(world, read_any(tmp_path / name))
    assert [str(problem) for problem in found.problems] == []
    assert list(found.table["nm"]) == pytest.approx(nm, abs=0.2)
    assert list(found.table["Name"]) == ["a", "b"]
    assert list(found.table["teu"]) == [1200, 14]
    assert list(found.table["NM_in"]) == ["x", "y"], "not taken for our own miles"


@pytest.mark.parametrize(
    "pairs",
    [
        PAIRS,
        [[Point(a), Point(b)] for a, b in PAIRS],
        np.array(PAIRS),
        [{"from": a, "to": {"lat": b[1], "lon": b[0]}} for a, b in PAIRS],
        [{"oLat": a[1], "oLon": a[0], "dLat": b[1], "dLon": b[0]} for a, b in PAIRS],
        pd.DataFrame({"origin": [Point(a) for a, _ in PAIRS], "dest": [b for _, b in PAIRS]}),
        frame(),
        frame().to_crs(3857),
    ],
)
def test_what_programs_hold(pairs: Any, nm: list[float]) -> None:
    table = calls.routes(pairs)
    assert list(table["error"]) == ["", ""]
    assert list(table["nm"]) == pytest.approx(nm, abs=0.2)
    alone = calls.route(*(Point(end) for end in PAIRS[0]))
    assert alone.nm == pytest.approx(nm[0], abs=0.1)


def test_a_result_can_be_asked_again(world: World, tmp_path: Path) -> None:
    from frontiers_map.cli.pairs import write

    asked = [{"from": (3.987654321, 51.98), "to": (139.75, 35.123456789), "ship": "suezmax",
              "speed_kn": 12.5, "via": "good_hope", "teu": 7, "km": "mine"}]  # fmt: skip
    first = route_table(world, of_rows(asked)).table
    assert first["km_in"][0] == "mine", "a column of the asker is not taken for an answer"
    for name in ("again.csv", "again.geojson", "again.gpkg", "again.parquet"):
        write(first, tmp_path / name)
        again = route_table(world, read_any(tmp_path / name))
        assert again.problems == []
        for column in ("nm", "gates", "from", "to", "ship", "speed_kn", "via", "draught_m"):
            assert str(again.table[column][0]) == str(first[column][0]), (name, column)
        assert str(again.table["teu"][0]) == "7"
        assert len(again.table.columns) == len(first.columns)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([{"from": "51.98,104", "to": PAIRS[0][1]}], "lon and lat look swapped?"),
        ([{"from": "36.5,-2.27", "to": PAIRS[0][1]}], "-2.27,36.5 is at sea: are lon and lat swap"),
        ([{"olon": "abc", "olat": "1", "dlon": 3, "dlat": 4}], "found 'abc'; allowed: a longitude"),
        ([{"olon": "4 N", "olat": "1", "dlon": 3, "dlat": 4}], "found '4 N'; allowed: a longitude"),
        ([{"from": "nan,nan", "to": PAIRS[0][1]}], "allowed: lon,lat in decimal degrees"),
        ([{"from": "4°00' 51°59'", "to": "SGSIN"}], "allowed: lon,lat in decimal degrees"),
        ([{"from": "NLRTM", "to": "SGSIN", "speed": "fast"}], "speed_kn: found 'fast'; allowed"),
        ([{"from": "NLRTM", "to": "SGSIN", "draft": "99"}], "draught_m: found '99'; allowed"),
        ([{"from": "NLRTM", "to": "SGSIN", "dwt": "200.000"}], "dwt: found '200.000'; allowed"),
        ([{"from": "NLRTM", "to": "SGSIN", "dwt": "9000"}], "dwt: found no kind of ship; allowed"),
        ([{"from": "NLRTM", "to": None}], "to: found an empty cell"),
        ([{"from": "NLRTM", "to": "SGSIN", "avoid": "none.geojson"}], "none.geojson: cannot be"),
    ],
)
def test_a_row_that_cannot_be_read(rows: list[dict[str, Any]], told: str, world: World) -> None:
    good = dict.fromkeys(rows[0], "") | {"from": PAIRS[0][0], "to": PAIRS[0][1]}
    if "olon" in rows[0]:
        good = {"olon": 4, "olat": 51.98, "dlon": 103.75, "dlat": 1.25}
    found = route_table(world, of_rows([*rows, good]))
    assert len(found.problems) == 1
    assert told in str(found.problems[0])
    assert list(found.table["error"] == "") == [False, True], "the others are routed"


def test_what_pairs_burn_is_what_each_burns() -> None:
    """By the deadweight and the speed of the row; an answer can be asked again."""
    asked = [{"from": "NLRTM", "to": "SGSIN", "ship": "box_24000", "Deadweight": 200_000,
              "speed": 16},
             {"from": "NLRTM", "to": "SGSIN", "ship": "box_8000", "Deadweight": ""}]  # fmt: skip
    table = calls.routes(asked, dwt=100_000)
    for row, asks in zip(table.itertuples(), asked, strict=True):
        dwt, speed = asks["Deadweight"] or 100_000, asks.get("speed", 17)
        alone = calls.route("NLRTM", "SGSIN", ship=asks["ship"], dwt=dwt, speed=speed).burnt
        assert (row.dwt, row.fuel_t, row.co2_t) == (dwt, round(alone.fuel_t), round(alone.co2_t))
    again = calls.routes(table)
    assert list(again.columns) == list(table.columns)
    assert list(again["co2_t"]) == list(table["co2_t"])


def test_a_ship_that_cannot_pass_is_told_why(world: World) -> None:
    """In a table as alone; and the row still says which ship was asked for."""
    found = route_table(world, of_rows([
        {"from": (3.99, 51.98), "to": (103.75, 1.12), "ship": "vlcc", "via": "good_hope"}
    ]))  # fmt: skip
    assert "shut to vlcc: " in found.table["error"][0]
    assert (found.table["ship"][0], found.table["via"][0]) == ("vlcc", ("good_hope",))


def test_ids_and_codes_as_people_write_them(world: World) -> None:
    wide = "ＮＬＲＴＭ"
    asked = [(wide, "suez, malacca"), ("NLRTM", "suez;malacca"), ("NLRTM", "18.3,-34.6")]
    found = route_table(
        world, of_rows([{"from": start, "to": "SGSIN", "via": via} for start, via in asked])
    )
    assert list(found.table["error"]) == [""] * 3
    assert found.table["nm"][0] == found.table["nm"][1] < found.table["nm"][2]


def test_a_sheet_below_a_title(world: World, nm: list[float], tmp_path: Path) -> None:
    """With cells that are one: a role above its two axes."""
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "plan.xlsx") as book:
        sheet = book.add_worksheet("Plan")
        sheet.write(0, 0, "Plan of 2026")
        sheet.merge_range(2, 0, 2, 1, "Origin")
        sheet.merge_range(2, 2, 2, 3, "Destination")
        sheet.write_row(3, 0, ["lon", "lat", "lon", "lat"])
        for row, pair in enumerate(PAIRS, start=4):
            sheet.write_row(row, 0, [*pair[0], *pair[1]])
    found = route_table(world, read_any(tmp_path / "plan.xlsx"))
    assert list(found.table["nm"]) == pytest.approx(nm, abs=0.2)
    assert "names of the columns are in row 3" in found.notes[0]


def test_points_are_no_pairs(world: World, tmp_path: Path) -> None:
    points = gpd.GeoDataFrame(geometry=[Point(PAIRS[0][0])], crs=4326)
    points.to_file(tmp_path / "points.geojson", engine="pyogrio")
    found = route_table(world, read_any(tmp_path / "points.geojson"))
    assert "'frontiers-map matrix' takes points" in str(found.problems[0])
    assert asked_places(read_any(tmp_path / "points.geojson"))[0] == [PAIRS[0][0]]


def test_the_commas_of_positions_are_told(tmp_path: Path) -> None:
    (tmp_path / "pairs.csv").write_text("from,to\n4.0,51.98,103.75,1.25\n")
    with pytest.raises(AtlasError, match="or four columns from_lon,from_lat,to_lon,to_lat"):
        read_any(tmp_path / "pairs.csv")


def test_a_misspelt_option_is_told(world: World) -> None:
    found = route_table(world, of_rows([{"from": "NLRTM", "to": "SGSIN", "clsoe": "suez"}]))
    assert found.notes == ["pairs: carried along: clsoe (did you mean 'close'?)"]


ROLES = [("from", "to"), ("origin", "destination"), ("o", "d"), ("start", "end"), ("pol", "pod"),
         ("dep", "arr"), ("a", "b"), ("src", "dst"), ("1", "2"),
         ("departure", "arrival")]  # fmt: skip
AXES = [("lon", "lat"), ("long", "lat"), ("lng", "lat"), ("longitude", "latitude"), ("x", "y")]
JOINTS: list[Callable[[str, str], str]] = [
    lambda a, b: f"{a}_{b}", lambda a, b: f"{a}{b.capitalize()}", lambda a, b: f"{a} {b}",
    lambda a, b: f"{a}.{b}", lambda a, b: a + b, lambda a, b: f"{a.upper()}-{b.upper()}",
    lambda a, b: f"{a.capitalize()} ({b})",
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(ROLES), st.sampled_from(AXES), st.sampled_from(JOINTS), st.booleans(),
    st.permutations(range(4)), st.permutations(["teu", "Remarks", "ETD", "route name"]),
)  # fmt: skip
def test_columns_are_known_by_role_and_axis(
    roles: tuple[str, str], axes: tuple[str, str], joint: Callable[[str, str], str],
    role_first: bool, order: list[int], others: list[str],
) -> None:  # fmt: skip
    """In any spelling and order, beside any others."""
    parts = [(role, axis) for role in roles for axis in axes]
    names = [joint(role, axis) if role_first else joint(axis, role) for role, axis in parts]
    header = [others[0], *(names[n] for n in order), *others[1:]]
    found = ends_of(header)
    assert [[header[n] for n in way.columns] for way in (*found.start, *found.end)] == [
        names[:2], names[2:]]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "ends"),
    [
        ("Departure Port LOCODE,Arrival Port LOCODE,ETA", "0 1"),
        ("出発地経度,出発地緯度,目的地経度,目的地緯度", "01 23"),
        ("Abfahrtshafen,Zielhafen", "0 1"),
        ("Port de départ,Port d'arrivée", "0 1"),
        ("Partenza,Arrivo", "0 1"),
        ("pt1_lon,pt1_lat,pt2_lon,pt2_lat", "01 23"),
        ("Load_Lat,Load_Long,Dis_Lat,Dis_Long", "10 32"),
        ("lat_s,lon_s,lat_e,lon_e", "10 32"),
        ("from_city,from_country,to_city,to_country", "0 2"),
        ("from_name,from_locode,to_name,to_locode", "1 3"),
        ("from,from_lon,from_lat,to,to_lon,to_lat", "12 45"),
    ],
)
def test_columns_as_people_call_them(header: str, ends: str) -> None:
    found = ends_of(header.split(","))
    ways = (found.start[0], found.end[0])
    assert " ".join("".join(map(str, way.columns)) for way in ways) == ends


@pytest.mark.parametrize(
    "name", ["start_date", "remarks", "destination country", "flag", "along", "stop", "teu", "etd",
             "vessel", "imo", "date", "cost", "toll", "total", "total_nm", "data"],
)  # fmt: skip
def test_other_columns_are_none_of_ours(name: str) -> None:
    assert ends_of(["from", "to", name]).start == ends_of(["from", "to"]).start
    assert len(ends_of(["from", "to", name]).end) == 1
    assert option(name) == ""


@settings(max_examples=300, deadline=None)
@given(st.floats(-180, 180), st.floats(-90, 90))
def test_a_position_is_read_as_it_was_written(lon: float, lat: float) -> None:
    lon, lat = round(lon, 4), round(lat, 4)
    east, north = "EW"[lon < 0], "NS"[lat < 0]
    for text in (
        f"{lon},{lat}",
        f"POINT({lon:f} {lat:f})",
        f"{abs(lat):f}{north} {abs(lon):f}{east}",
        f"{lon:f};{lat:f}".replace(".", ","),
        f"lat: {lat:f}, lon: {lon:f}",
        json.dumps({"type": "Point", "coordinates": [lon, lat]}),
    ):
        found = positions.read(text)
        assert found is not None, text
        assert found[:2] == pytest.approx((lon, lat), abs=1e-6)
    found = positions.read(dms(lon, lat).replace('""', '"'))
    assert found is not None
    assert found[:2] == pytest.approx((lon, lat), abs=1 / 3600)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=30))
def test_any_text_is_a_position_or_none(text: str) -> None:
    found = positions.read(text)
    assert found is None or all(np.isfinite(found[:2]))


BOX = {"type": "Polygon", "coordinates": [[[11, 40], [16, 40], [16, 55], [11, 55], [11, 40]]]}


def told_of(world: World, tmp_path: Path, box: dict[str, Any], pairs: list[Any]) -> list[str]:
    from frontiers_map.voyages.area import area_notes

    (tmp_path / "area.geojson").write_text(json.dumps(box))
    other = world.avoiding(tmp_path / "area.geojson")
    found: Answers = route_table(other, of_rows([{"from": a, "to": b} for a, b in pairs]))
    return area_notes(other, found.found)


def test_an_area_with_lon_and_lat_swapped_is_told(world: World, tmp_path: Path) -> None:
    """The Gulf of Aden, written the wrong way round, is Central Europe: nobody's way changes."""
    asked = [("NLRTM", "SGSIN"), ("GIGIB", "USNYC")]
    (told,) = told_of(world, tmp_path, BOX, asked)
    assert "(longitude 11 to 16, latitude 40 to 55)" in told
    assert "with lon and lat swapped it would: are they?" in told
    right = {"type": "Polygon", "coordinates": [[y_x[::-1] for y_x in BOX["coordinates"][0]]]}
    assert told_of(world, tmp_path, right, asked) == []
    assert told_of(world, tmp_path, BOX, [("ITVCE", "GRPIR")]) == [], "there it lies on the way"
    ring = [[170, -30], [-170, -30], [-170, -10], [170, -10], [170, -30]]
    (told,) = told_of(world, tmp_path, {"type": "Polygon", "coordinates": [ring]}, asked[1:])
    assert "(longitude 170 to 190, latitude -30 to -10)" in told
    assert "swapped" not in told


def test_two_columns_of_points(nm: list[float], tmp_path: Path) -> None:
    """A GeoDataFrame whose geometry is one end, the other beside it."""
    ends = [gpd.GeoSeries([Point(pair[n]) for pair in PAIRS], crs=4326) for n in (0, 1)]
    two = gpd.GeoDataFrame({"origin": ends[0], "dest": ends[1]}, geometry="origin")
    two.to_parquet(tmp_path / "two.parquet")
    for pairs in (two, tmp_path / "two.parquet"):
        assert list(calls.routes(pairs)["nm"]) == pytest.approx(nm, abs=0.2)


def test_a_name_of_a_column_is_no_formula(world: World) -> None:
    from frontiers_map.cli.pairs import as_csv

    found = route_table(world, of_rows([{"from": "NLRTM", "to": "SGSIN", "=1+1": "=2"}]))
    assert as_csv(found.table).splitlines()[0].endswith(",error,'=1+1")


def test_metres_of_a_projection_are_told(world: World) -> None:
    found = route_table(world, of_rows([{"x1": 445277, "y1": 6802000, "x2": 4, "y2": 5}]))
    assert "these look like metres of a projection" in found.table["error"][0]


def test_ends_that_cannot_be() -> None:
    with pytest.raises(CallError, match="allowed: a text, \\(lon, lat\\), a shapely Point"):
        calls.route(object(), "SGSIN")
    with pytest.raises(CallError, match="found a mapping with colour; allowed: lon and lat"):
        calls.route({"colour": "red"}, "SGSIN")
    with pytest.raises(CallError, match="allowed: two ends"):
        calls.routes([("NLRTM", "SGSIN", "JPYOK")])


def test_a_matrix_in_files(world: World, tmp_path: Path, command: CommandLine) -> None:
    """Names and files of places, against one another; the same ways in every form."""
    import pyogrio

    (tmp_path / "ports.csv").write_text("Port;TEU\nNLRTM;1\n=1+1;2\n", "utf-8")
    points = gpd.GeoDataFrame(geometry=[Point(PAIRS[0][1])], crs=4326)
    points.to_file(tmp_path / "ends.geojson", engine="pyogrio")
    asked = ("matrix", "ports.csv", "ras_laffan", "--to", "ends.geojson", "--to", "JPYOK",
             "--close", "hormuz")  # fmt: skip
    written = {}
    for name in ("m.csv", "m.parquet", "m.xlsx"):
        done = command(*asked, "-o", name, cwd=tmp_path)
        assert done.code == 2
        assert done.out == f"6 rows in {name}: 2 ways, 4 without\n"
        assert done.err.splitlines() == [
            "ports.csv: read as separated by semicolons; places are Port",
            "ends.geojson: places are the points of the layer",
        ]
        written[name] = (tmp_path / name).read_bytes()
    table = pd.read_parquet(tmp_path / "m.parquet")
    assert list(table.columns) == ["from", "to", "nm", "days", "gates", "error"]
    assert table["nm"][1] == round(world.route("NLRTM", "JPYOK").nm, 1)
    assert table["gates"][1] == ";".join(world.route("NLRTM", "JPYOK").gates)
    assert table["error"][5] == "ras_laffan to JPYOK: no way by sea with hormuz closed"
    flat = pd.read_csv(tmp_path / "m.csv", keep_default_na=False)
    assert list(flat["from"]) == ["NLRTM"] * 2 + ["'=1+1"] * 2 + ["ras_laffan"] * 2
    sheet = pyogrio.read_dataframe(tmp_path / "m.xlsx", layer="nm")
    assert list(sheet.columns) == ["from", "103.75,1.25", "JPYOK"]
    assert sheet["JPYOK"][0] == table["nm"][1]
    assert list(sheet["from"])[1] == "'=1+1", "no formula"
    done = command(*asked, cwd=tmp_path)
    assert done.out.splitlines()[0].split() == ["nm", "103.75,1.25", "JPYOK"]
    assert done.out.splitlines()[2].split() == ["=1+1", "–", "–"]
    done = command("matrix", "NLRTM", "-o", "m.txt", cwd=tmp_path)
    assert (done.code, done.err) == (2, "m.txt: found '.txt'; allowed: .csv, .parquet, .xlsx\n")
    done = command("matrix", cwd=tmp_path)
    assert done.err.startswith("found no place; allowed: names, codes, lon,lat, or a file")


def test_a_workbook_holds_no_hour(world: World, tmp_path: Path) -> None:
    import zipfile

    from frontiers_map.cli.matrix import write

    write(lengths(world, ["NLRTM"], ["SGSIN"]), tmp_path / "m.xlsx")
    with zipfile.ZipFile(tmp_path / "m.xlsx") as book:
        assert {info.date_time[0] for info in book.infolist()} == {1980}
        assert b"2026" not in b"".join(book.read(name) for name in book.namelist())


def test_the_way_back_is_the_way_there(world: World) -> None:
    places = ["NLRTM", "SGSIN", (-60.0, 40.0), "24,0"]
    both = lengths(world, places, places)
    assert both.nm.to_numpy()[:3, :3] == pytest.approx(both.nm.to_numpy()[:3, :3].T)
    for n, start in enumerate(places):
        row = lengths(world, [start], places)  # not mirrored
        assert list(row.table["nm"].fillna(-1)) == list(both.square().iloc[n].fillna(-1))
        assert list(row.table["gates"]) == list(both.square("gates").to_numpy()[n])
        assert list(row.table["error"]) == list(both.square("error").to_numpy()[n])


@pytest.mark.parametrize(
    "words",
    [("route", "--pairs", "x.gpkg"), ("route", "NLRTM", "SGSIN", "--avoid", "x.gpkg"),
     ("route", "NLRTM", "SGSIN", "--zones", "x.gpkg"), ("import", "x.gpkg", str(TINY))],
)  # fmt: skip
def test_a_file_that_leads_to_another_is_not_followed(
    words: tuple[str, ...], tmp_path: Path, command: CommandLine
) -> None:
    lines = tmp_path / "secret.geojson"
    lines.write_text(
        '{"type": "Feature", "properties": {"name": "Secret"}, "geometry": '
        '{"type": "LineString", "coordinates": [[4, 52], [103.8, 1.2]]}}'
    )
    (tmp_path / "x.gpkg").write_text(
        '<OGRVRTDataSource><OGRVRTLayer name="secret">'
        f"<SrcDataSource>{lines}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
    )
    done = command(*words, cwd=tmp_path)
    assert (done.code, done.out) == (2, ""), done.err
    assert "x.gpkg: " in done.err
    assert "Secret" not in done.err
