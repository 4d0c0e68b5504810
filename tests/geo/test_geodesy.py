"""Ellipsoidal geometry against published values, and what must hold for any line."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Point, Polygon

from frontiers_map.geo import geodesy

steps = st.tuples(st.floats(-60, 60), st.floats(-20, 20))
starts = st.tuples(st.floats(-180, 180), st.floats(-60, 60))


@st.composite
def paths(draw: st.DrawFn) -> NDArray[np.float64]:
    """An unwrapped path of 2 to 8 vertices that may run round the world."""
    start = np.array(draw(starts))
    moves = np.array(draw(st.lists(steps, min_size=1, max_size=7)))
    coords = np.vstack([start, start + np.cumsum(moves, axis=0)]).round(6)
    coords[:, 1] = coords[:, 1].clip(-85, 85)
    return coords


def test_wellington_to_salamanca() -> None:
    """The worked example of GeographicLib's documentation (geographiclib.sourceforge.io)."""
    line = LineString([(174.81, -41.32), (-5.50, 40.96)])
    assert geodesy.length_m(line) == pytest.approx(19_959_679.267, abs=0.01)


def test_jfk_to_lhr() -> None:
    """The example of GeographicLib's GeodSolve manual: 5551759.400 m."""
    line = LineString([(-73.8, 40.6), (-0.5, 51.6)])
    assert geodesy.length_m(line) == pytest.approx(5_551_759.400, abs=0.01)


def test_area_of_the_whole_octant() -> None:
    """An eighth of the ellipsoid: 510,065,621.724 km² / 8 (Moritz 1980, GRS 80 and WGS 84)."""
    octant = Polygon([(0, 0), (90, 0), (90, 90), (0, 90)])
    assert geodesy.area_m2(octant) == pytest.approx(510_065_621_724_000 / 8, rel=1e-6)


def test_holes_are_taken_out_whatever_their_direction() -> None:
    shell = [(0, 0), (4, 0), (4, 4), (0, 4)]
    hole = [(1, 1), (2, 1), (2, 2), (1, 2)]
    full, inner = geodesy.area_m2(Polygon(shell)), geodesy.area_m2(Polygon(hole))
    for ring in (hole, hole[::-1]):
        assert geodesy.area_m2(Polygon(shell, [ring])) == pytest.approx(full - inner)
    both = geodesy.area_m2(np.array([Polygon(shell), Point(0, 0)], dtype=object))
    assert both == pytest.approx([full, 0])


def test_area_does_not_depend_on_the_copy_of_the_world() -> None:
    here = Polygon([(170, 0), (190, 0), (190, 10), (170, 10)])
    there = Polygon([(-190, 0), (-170, 0), (-170, 10), (-190, 10)])
    assert geodesy.area_m2(here) == pytest.approx(geodesy.area_m2(there))
    assert geodesy.area_m2(geodesy.split(geodesy.densify_parallel(here, 50))) == pytest.approx(
        geodesy.area_m2(geodesy.densify_parallel(here, 50)), rel=1e-6
    )


def test_lengths_of_many_kinds_at_once() -> None:
    line = LineString([(0, 0), (1, 0)])
    ring = Polygon([(0, 0), (1, 0), (1, 1)])
    kinds = np.array([line, MultiLineString([line, line]), Point(0, 0), None, LineString(), ring],
                     dtype=object)  # fmt: skip
    one = geodesy.length_m(line)
    found = geodesy.length_m(kinds)
    assert found[:5] == pytest.approx([one, 2 * one, 0, 0, 0])
    assert found[5] == pytest.approx(geodesy.length_m(ring.exterior))
    assert geodesy.length_m(kinds.reshape(2, 3)).shape == (2, 3)


def test_path_lengths() -> None:
    found = geodesy.path_lengths([0, 1, 0, 0, 7], [0, 0, 0, 1, 7], starts=[0, 2, 4])
    assert found.round() == pytest.approx([111_319, 110_574, 0])
    assert geodesy.path_lengths([5], [5], [0]).tolist() == [0]
    assert len(geodesy.path_lengths([], [], [])) == 0
    with pytest.raises(ValueError, match="rise"):
        geodesy.path_lengths([0, 1], [0, 1], [1])
    with pytest.raises(ValueError, match="shapes"):
        geodesy.path_lengths([0, 1], [0], [0])


def test_densified_geodesic_crosses_the_pacific_in_one_piece() -> None:
    line = geodesy.geodesic((139.7, 35.4), (-122.4, 37.8), max_km=100)
    lon = shapely.get_coordinates(line)[:, 0]
    assert (np.diff(lon) > 0).all()
    assert lon[-1] == pytest.approx(237.6)
    assert geodesy.length_m(line) == pytest.approx(
        geodesy.length_m(LineString([(139.7, 35.4), (-122.4, 37.8)])), rel=1e-9
    )
    assert shapely.get_coordinates(line)[:, 1].max() > 47  # it bows to the north


@given(paths(), st.floats(50, 3000))
def test_densify_keeps_vertices_and_length(coords: NDArray[np.float64], max_km: float) -> None:
    line = LineString(coords)
    dense = geodesy.densify(line, max_km)
    assert geodesy.length_m(dense) == pytest.approx(geodesy.length_m(line), rel=1e-9, abs=1e-3)
    got = shapely.get_coordinates(dense)
    parts = [LineString(pair) for pair in pairwise(got)]
    assert max(geodesy.length_m(np.array(parts, dtype=object))) <= max_km * 1000 + 1
    kept = {(round(x, 5), round(y, 5)) for x, y in got}
    assert {(round(x, 5), round(y, 5)) for x, y in coords} <= kept


@given(paths(), st.floats(50, 3000))
def test_densify_parallel_stays_on_the_drawn_line(
    coords: NDArray[np.float64], max_km: float
) -> None:
    line = LineString(coords)
    dense = geodesy.densify_parallel(line, max_km)
    assert dense.length == pytest.approx(line.length)
    assert shapely.hausdorff_distance(dense, line) < 1e-6


@given(paths())
def test_split_then_unwrap_gives_the_line_back(coords: NDArray[np.float64]) -> None:
    line = LineString(coords)
    if line.length == 0:
        return
    parts = geodesy.split(line)
    got = shapely.get_coordinates(parts)
    assert np.abs(got[:, 0]).max() <= 180 + 1e-9
    assert parts.length == pytest.approx(line.length, abs=1e-6)
    assert geodesy.split(parts) == parts, "a second split must change nothing"
    joined = shapely.get_coordinates(geodesy.unwrap(parts))
    shift = 360 * np.round((joined[0, 0] - coords[0, 0]) / 360)
    assert joined[-1] - [shift, 0] == pytest.approx(coords[-1], abs=1e-6)


@given(paths())
def test_unwrap_is_what_fold_undoes(coords: NDArray[np.float64]) -> None:
    folded = np.column_stack([geodesy.fold(coords[:, 0]), coords[:, 1]])
    assert np.abs(folded[:, 0]).max() <= 180
    back = shapely.get_coordinates(geodesy.unwrap(LineString(folded)))
    assert np.abs(np.diff(back[:, 0])).max() <= 180
    assert np.diff(back[:, 0]) == pytest.approx(np.diff(coords[:, 0]), abs=1e-6)


def test_split_at_180_exactly() -> None:
    ends_on_it = LineString([(170, 0), (180, 5)])
    assert geodesy.split(ends_on_it) == ends_on_it
    beyond = geodesy.split(LineString([(180, 0), (190, 5)]))
    assert beyond == LineString([(-180, 0), (-170, 5)])
    along = LineString([(180, 0), (180, 5)])
    assert geodesy.split(along) == along
    touch = geodesy.split(LineString([(170, 0), (180, 5), (190, 0)]))
    assert touch == MultiLineString([[(170, 0), (180, 5)], [(-180, 5), (-170, 0)]])


def test_split_polygons_counter_clockwise() -> None:
    clockwise = Polygon([(170, -10), (170, 10), (200, 10), (200, -10)])
    parts = geodesy.split(clockwise)
    assert isinstance(parts, MultiPolygon)
    assert [part.exterior.is_ccw for part in parts.geoms] == [True, True]
    assert sorted(part.bounds for part in parts.geoms) == [
        (-180, -10, -160, 10),
        (170, -10, 180, 10),
    ]
    assert geodesy.split(parts).equals(parts)
    whole = geodesy.split(Polygon([(0, 0), (0, 1), (1, 1)]))
    assert whole.geom_type == "Polygon"
    assert whole.exterior.is_ccw


def test_a_hole_follows_its_shell() -> None:
    shell = Polygon(
        [(170, -10), (-170, -10), (-170, 10), (170, 10)], [[(-178, -1), (-176, -1), (-176, 1)]]
    )
    flat = geodesy.unwrap(shell)
    assert flat.is_valid
    assert flat.bounds == (170, -10, 190, 10)
    assert len(flat.interiors) == 1


def test_fold_keeps_both_edges() -> None:
    assert geodesy.fold([190.0, -180.0, 180.0, 540.0]).tolist() == [-170, -180, 180, 180]


def test_arrays_and_collections() -> None:
    given_lines = np.array([LineString([(170, 0), (190, 0)]), None, Point(190, 1)], dtype=object)
    found = geodesy.split(given_lines)
    assert found[0].geom_type == "MultiLineString"
    assert found[1] is None
    assert found[2] == Point(-170, 1)
    mixed = shapely.GeometryCollection([given_lines[0], given_lines[2]])
    assert len(geodesy.split(mixed).geoms) == 2
    assert geodesy.unwrap(found[:1])[0].bounds == (170, 0, 190, 0)
    assert geodesy.densify(LineString(), 10).is_empty
