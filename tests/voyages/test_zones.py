"""Areas that ways run through, and routes as files for the bridge."""

from __future__ import annotations

import io
import itertools
import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from shapely.geometry import LineString, MultiPolygon, box

from frontiers_map.errors import CallError
from frontiers_map.geo import geodesy
from frontiers_map.voyages import calls
from frontiers_map.voyages.zones import read_zones, visits
from helpers import CommandLine


def test_a_meridian_through_two_boxes() -> None:
    """A degree of latitude at the equator is 59.7 nm (WGS 84: 110.574 km)."""
    line = LineString([(0.5, lat) for lat in np.arange(-3, 3.01, 0.2)])
    zones = [("b", box(0, 1, 1, 2)), ("a", box(0, -1, 1, 0)), ("far", box(50, 0, 60, 1))]
    found = visits(line, zones)
    assert [visit.zone for visit in found] == ["a", "b"]
    assert [visit.nm for visit in found] == pytest.approx([59.705, 59.708], abs=0.01)
    assert found[0].entry == pytest.approx((0.5, -1), abs=1e-9)
    assert found[0].exit == pytest.approx((0.5, 0), abs=1e-9)
    assert found[1].entry_nm == pytest.approx(4 * 59.705, abs=0.05)
    assert sum(visit.share for visit in found) == pytest.approx(2 / 6, abs=1e-4)
    back = visits(shapely.reverse(line), zones)
    assert [visit.zone for visit in back] == ["b", "a"]
    assert back[1].exit == found[0].entry


def test_in_and_out_and_in_again() -> None:
    comb = MultiPolygon([box(n, -1, n + 0.5, 1) for n in range(4)])
    found = visits(LineString([(0.25, 0), (9, 0)]), [("comb", comb)])
    assert len(found) == 4
    assert found[0].entry == (0.25, 0)
    assert [round(visit.entry[0], 6) for visit in found] == [0.25, 1, 2, 3]


@pytest.mark.parametrize("turn", [-360, 0, 360])
def test_across_180(turn: float) -> None:
    """Wherever its longitudes are counted from, the area is met."""
    area = shapely.transform(box(179, -10, 181, 10), lambda c: c + [turn, 0.0])
    (found,) = visits(LineString([(178, 0), (182, 0)]), [("dateline", area)])
    assert (found.entry, found.exit) == ((179.0, 0.0), (-179.0, 0.0))
    assert found.nm == pytest.approx(2 * 60.108, abs=0.01)


# as precise as positions are: below that, lines have no length that can be divided by
DEGREES = st.integers(-5_000_000, 5_000_000).map(lambda n: n / 1e6)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(DEGREES, DEGREES), min_size=2, max_size=8, unique=True),
    st.lists(DEGREES, min_size=2, max_size=6, unique=True),
)
def test_strips_make_up_the_whole(path: list[tuple[float, float]], cuts: list[float]) -> None:
    """Strips that cover everything share the way among them, whatever it looks like."""
    line = LineString(path)
    edges = [-9.0, *sorted(cuts), 9.0]
    strips = [(str(n), box(a, -9, b, 9)) for n, (a, b) in enumerate(itertools.pairwise(edges))]
    lean = [abs(x2 - x1) > 1e-6 for (x1, _), (x2, _) in itertools.pairwise(path)]
    found = visits(line, strips)
    whole = float(geodesy.length_m(line)) / 1852
    if all(lean):  # one that runs along a border lies in both
        assert sum(visit.nm for visit in found) == pytest.approx(whole, rel=1e-3, abs=1e-3)
    for visit in found:
        assert 0 <= visit.entry_nm < visit.exit_nm <= whole * 1.001
        assert visit.exit_nm - visit.entry_nm == pytest.approx(visit.nm)


def test_the_emission_control_areas() -> None:
    """Rotterdam to Genoa: the North Sea to 5°W, and the Mediterranean from Cape Trafalgar on."""
    found = calls.route("NLRTM", "ITGOA", zones="eca")
    north, south = found.zones
    assert (north.zone, south.zone) == ("North Sea ECA", "Mediterranean Sea ECA")
    assert north.exit[0] >= -5.0
    assert north.exit[1] == pytest.approx(48.5, abs=0.01) or north.exit[0] == -5
    assert -6.034 <= south.entry[0] <= -5.916
    assert found.nm > north.nm + south.nm
    baltic = calls.route("PLGDN", "DKCPH", zones="eca")
    assert [round(visit.share, 3) for visit in baltic.zones] == [1.0]
    for _, area in read_zones("eca"):
        assert area.is_valid


def test_the_american_areas_hold_what_they_are_known_to() -> None:
    """MARPOL Annex VI, appendix VII: harbours within, and neighbours that stayed outside."""
    areas = dict(read_zones("eca"))
    within = {
        "North American ECA: Pacific": [(-118.2, 33.73), (-128.7, 53.99), (-150, 61.2)],
        "North American ECA: Atlantic": [(-63.5, 44.6), (-95, 29.2), (-73.5, 45.6), (-75.1, 39.9)],
        "North American ECA: Hawaii": [(-157.9, 21.2)],
        "US Caribbean Sea ECA": [(-66.1, 18.5), (-64.9, 18.3)],
    }
    for name, points in within.items():
        assert shapely.contains_xy(areas[name], points).all(), name
    # Nassau, Havana, Bermuda, Ensenada, Tampico, Freeport, Tortola, Dutch Harbor
    outside = [(-77.35, 25.1), (-82.3, 23.2), (-64.8, 32.3), (-116.65, 31.8), (-97.8, 22.3),
               (-78.7, 26.5), (-64.6, 18.4), (-166.5, 53.9)]  # fmt: skip
    assert not any(shapely.contains_xy(area, outside).any() for area in areas.values())


def test_an_ocean_is_left_where_the_area_ends() -> None:
    """From New York 200 nautical miles, the breadth that was asked for (MEPC.190(60))."""
    america, north = calls.route("USNYC", "NLRTM", zones="eca").zones
    assert america.zone == "North American ECA: Atlantic"
    assert north.zone == "North Sea ECA"
    out = shapely.Point(america.exit)
    limit = dict(read_zones("eca"))["North American ECA: Atlantic"].exterior
    assert out.distance(limit) < 1e-6


def test_zones_in_files(tmp_path: Path, command: CommandLine) -> None:
    areas = gpd.GeoDataFrame(
        {"name": ["Biscay", "=far"]}, geometry=[box(-10, 43, -4, 48), box(100, 0, 101, 1)], crs=4326
    )
    areas.to_file(tmp_path / "areas.gpkg", engine="pyogrio")
    done = command(
        "route", "NLRTM", "ITGOA", "--zones", "areas.gpkg", "--format", "json", cwd=tmp_path
    )
    (visit,) = json.loads(done.out)["zones"]
    assert visit["zone"] == "Biscay"
    assert visit["entry"][1] == pytest.approx(48, abs=0.01)
    (tmp_path / "pairs.csv").write_text("from,to\nNLRTM,ITGOA\nnowhere,ITGOA\n")
    done = command("route", "--pairs", "pairs.csv", "--zones", "areas.gpkg", cwd=tmp_path)
    header, first, second, *_ = done.out.splitlines()
    assert header.endswith("error,nm in Biscay,nm in =far")
    assert first.endswith(f",{visit['nm']:g},0")
    assert second.endswith(",,")
    done = command("route", "NLRTM", "ITGOA", "--zones", "nowhere.gpkg", cwd=tmp_path)
    assert done.code == 2
    with pytest.raises(CallError, match=r"nowhere\.geojson: cannot be read"):
        read_zones("nowhere.geojson")


# what RTZ 1.0 asks of the elements that are used here: IEC 61174:2015, annex S
RTZ = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"
 targetNamespace="http://www.cirm.org/RTZ/1/0" xmlns="http://www.cirm.org/RTZ/1/0">
<xs:element name="route"><xs:complexType><xs:sequence>
 <xs:element name="routeInfo"><xs:complexType>
  <xs:attribute name="routeName" type="xs:string" use="required"/></xs:complexType></xs:element>
 <xs:element name="waypoints"><xs:complexType><xs:sequence>
  <xs:element name="waypoint" minOccurs="2" maxOccurs="unbounded"><xs:complexType><xs:sequence>
   <xs:element name="position"><xs:complexType>
    <xs:attribute name="lat" use="required"><xs:simpleType><xs:restriction base="xs:decimal">
     <xs:minInclusive value="-90"/><xs:maxInclusive value="90"/>
    </xs:restriction></xs:simpleType></xs:attribute>
    <xs:attribute name="lon" use="required"><xs:simpleType><xs:restriction base="xs:decimal">
     <xs:minInclusive value="-180"/><xs:maxExclusive value="180"/>
    </xs:restriction></xs:simpleType></xs:attribute>
   </xs:complexType></xs:element>
   <xs:element name="leg" minOccurs="0"><xs:complexType>
    <xs:attribute name="geometryType"><xs:simpleType><xs:restriction base="xs:string">
     <xs:enumeration value="Loxodrome"/><xs:enumeration value="Orthodrome"/>
    </xs:restriction></xs:simpleType></xs:attribute></xs:complexType></xs:element>
  </xs:sequence><xs:attribute name="id" type="xs:nonNegativeInteger" use="required"/>
   <xs:attribute name="name" type="xs:string"/>
  </xs:complexType></xs:element>
 </xs:sequence></xs:complexType></xs:element>
</xs:sequence><xs:attribute name="version" use="required" fixed="1.0"/></xs:complexType>
</xs:element></xs:schema>"""


def test_files_for_the_bridge(tmp_path: Path, command: CommandLine) -> None:
    """Across 180°, read again by GDAL and held against what RTZ asks."""
    ends = ("FJSUV", "WSAPW")
    for name in ("r.gpx", "r.kml", "r.rtz", "r.geojson", "r.parquet"):
        done = command("route", *ends, "-o", name, cwd=tmp_path)
        assert (done.code, done.out) == (0, f"1 row in {name}\n"), done.err
    for name in ("r.gpx", "r.rtz"):
        first = (tmp_path / name).read_bytes()
        command("route", *ends, "-o", name, cwd=tmp_path)
        assert (tmp_path / name).read_bytes() == first
    wanted = gpd.read_file(tmp_path / "r.geojson", engine="pyogrio")
    kml = gpd.read_file(tmp_path / "r.kml", engine="pyogrio")
    assert kml["Name"][0] == "FJSUV to WSAPW"
    assert kml.geometry[0].equals_exact(wanted.geometry[0], 1e-5)
    gpx = gpd.read_file(tmp_path / "r.gpx", layer="routes", engine="pyogrio")
    assert geodesy.length_m(geodesy.unwrap(gpx.geometry[0])) == pytest.approx(
        wanted["km"][0] * 1000, rel=1e-4
    )
    schema = etree.XMLSchema(etree.parse(io.BytesIO(RTZ.encode())))
    route = etree.parse(tmp_path / "r.rtz")
    schema.assertValid(route)
    root = route.getroot()
    assert [one.get("name") for one in root[1] if one.get("name")] == [*ends]
    ids = [one.get("id") for one in root[1]]
    assert len(ids) == len({*ids})
    assert root[0].get("routeName") == "r", "IEC 61174: the name of the file"
    assert (tmp_path / "r.rtz").stat().st_size < 400 * 1024
    done = command("route", "DKCPH", "NLRTM", "--alternatives", "1", "-o", "r.rtz", cwd=tmp_path)
    assert (done.code, done.err) == (2, "r.rtz: found 2 routes; allowed: one, as RTZ has it\n")


def test_simplified_lines_stay_near(tmp_path: Path, command: CommandLine) -> None:
    lines = {}
    for metres in ("0", "2000"):
        name = f"{metres}.parquet"
        done = command("route", "DKCPH", "NLRTM", "--simplify", metres, "-o", name, cwd=tmp_path)
        assert done.code == 0
        lines[metres] = gpd.read_parquet(tmp_path / name)
    full, thin = lines["0"].geometry[0], lines["2000"].geometry[0]
    assert shapely.get_num_coordinates(thin) < shapely.get_num_coordinates(full) / 2
    assert shapely.hausdorff_distance(full, thin) <= 2000 / 110_500
    assert lines["0"]["nm"][0] == lines["2000"]["nm"][0], "miles are those of the whole line"
