"""Areas, overlaps and shares, against an independent reckoning and against arithmetic."""

from __future__ import annotations

import csv

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, Point, Polygon, box

from frontiers_map.atlas.atlas import packaged_atlas, read
from frontiers_map.geo import geodesy, land, overlay
from helpers import ROOT

GOLDEN = ROOT / "tests" / "golden" / "region_overlaps.csv"

# Sea areas of the eight readings in million km², reckoned apart from this code with the same
# vertices on Natural Earth 1:10m (source: the research tables the atlas was made from).
SEA_AREAS = {
    "ip_foip_japan": 175.9,
    "ip_us_indopacom": 194.3,
    "ip_eu": 143.3,
    "med_core": 2.5,
    "med_narrow_1980s": 3.7,
    "med_wide_navy": 16.5,
    "med_defence_2022": 26.4,
    "med_global_recommended": 24.2,
}


@pytest.fixture(scope="module")
def regions():
    frame = read(packaged_atlas()).regions
    return dict(zip(frame["id"], frame.geometry, strict=True))


def test_sea_area_of_every_reading(regions):
    found = overlay.sea_areas(list(regions.values()), land.coast("50m")) / 1e6
    assert dict(zip(regions, found, strict=True)) == {
        name: pytest.approx(SEA_AREAS[name], rel=0.02) for name in regions
    }


@pytest.mark.parametrize(
    "row",
    list(csv.DictReader(GOLDEN.read_text().splitlines())),
    ids=lambda row: "-".join(row.values()),
)
def test_overlap_of_every_pair(regions, row):
    shape = overlay.overlap(regions[row["indo_pacific"]], regions[row["mediterranean"]])
    found = overlay.sea_areas([shape], land.coast("50m"))[0] / 1e6
    assert found == pytest.approx(float(row["overlap_mkm2"]), rel=0.02, abs=0.05)


def test_overlap_finds_the_other_copy_of_the_world():
    here, there = box(170, 0, 190, 10), box(-190, 0, -172, 10)
    assert overlay.overlap(here, there).bounds == (170, 0, 188, 10)
    assert overlay.overlap(box(0, 0, 1, 1), box(5, 5, 6, 6)).is_empty


def test_share_of_a_line_across_180():
    line = LineString([(170, 0), (190, 0)])
    found = overlay.shares([line], [box(175, -5, 180, 5), box(-180, -5, -170, 5), box(0, 0, 1, 1)])
    assert found[0] == pytest.approx([0.25, 0.5, 0.0], abs=1e-6)


@given(st.floats(-170, 170), st.floats(-60, 60), st.floats(1, 40), st.floats(1, 20))
def test_shares_of_two_halves_make_a_whole(lon, lat, width, height):
    line = geodesy.densify(LineString([(lon, lat), (lon + width, lat + height)]), 50)
    west, south, east, north = line.bounds
    middle = (west + east) / 2
    halves = [
        box(west - 1, south - 1, middle, north + 1),
        box(middle, south - 1, east + 1, north + 1),
    ]
    assert overlay.shares([line], halves).sum() == pytest.approx(1, abs=1e-6)


def test_points_lie_in_whichever_copy():
    inside = overlay.lies_in([Point(-175, 0), Point(0, 0)], [box(170, -5, 190, 5)])
    assert inside.tolist() == [[True], [False]]


def test_nothing_to_compare_gives_nothing():
    assert overlay.shares([], [box(0, 0, 1, 1)]).shape == (0, 1)
    assert overlay.shares([LineString([(0, 0), (1, 0)])], []).shape == (1, 0)
    assert overlay.sea_areas([Polygon()], land.coast("110m")) == pytest.approx([0.0])
    assert np.all(shapely.is_valid(overlay.copies([box(0, 0, 1, 1)])))
