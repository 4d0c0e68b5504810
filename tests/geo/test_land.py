"""The coast: whole, valid, in place, quick."""

import re
import time

import numpy as np
import pytest
import shapely

from frontiers_map.geo import land

LEVELS = ("110m", "50m", "10m")


@pytest.mark.parametrize("level", LEVELS)
def test_is_valid_within_the_world_and_without_slivers(level: land.Level) -> None:
    coast = land.coast(level)
    assert coast.is_valid
    west, south, east, north = coast.bounds
    assert west >= -180
    assert south >= -90
    assert east <= 180
    assert north < 84
    # a ring that jumps at 180° leaves a sliver right round the globe: only Antarctica may be wide
    wide = [part for part in coast.geoms if part.bounds[2] - part.bounds[0] > 200]
    assert len(wide) == 1
    assert wide[0].bounds[3] < -60


@pytest.mark.parametrize(
    ("lon", "lat"), [(-79.7, 9.1), (-100, 40), (-175, 66.5), (179.2, -16.6), (0, -89.9)]
)
def test_land_is_land(lon: float, lat: float) -> None:
    assert shapely.contains_xy(land.coast("10m"), lon, lat)


@pytest.mark.parametrize(
    ("lon", "lat"), [(0, 0), (-150, 68.9 + 3), (179.9, -10), (51, 40), (-150, -16.5), (100, 71 + 8)]
)
def test_sea_is_sea(lon: float, lat: float) -> None:
    assert not shapely.contains_xy(land.coast("10m"), lon, lat)


def test_the_meridian_30_west_meets_only_greenland_and_antarctica() -> None:
    line = shapely.linestrings([(-30, -90), (-30, 90)])
    met = [part for part in land.polygons("10m") if part.intersects(line)]
    assert all(p.bounds[3] < -60 or p.bounds[1] > 59 for p in met)
    assert len(met) >= 2


def test_size_of_the_land() -> None:
    # by hand from the source: 19,391 square degrees down to 85°, 2,036 more to the pole
    assert land.coast("10m").area == pytest.approx(21_427, abs=15)
    assert 3_900 < len(land.polygons("10m")) < 4_200


def test_borders_lie_on_land_and_leave_coasts_out() -> None:
    lines, _ = land.borders()
    middle = shapely.line_interpolate_point(lines, 0.5, normalized=True)
    coast = shapely.buffer(land.coast("50m"), 0.01)
    shapely.prepare(coast)
    assert shapely.contains(coast, middle).mean() > 0.97
    assert shapely.length(shapely.intersection(lines, land.coast("50m").boundary)).sum() < 20


def test_unknown_level_is_named() -> None:
    with pytest.raises(ValueError, match=re.escape("found '20m'; allowed: 110m, 50m, 10m")):
        land.polygons("20m")


def test_packing_gives_back_what_it_took() -> None:
    cells = np.array([[0, 0], [99999, -5], [3, 1_000_000], [-7, 2]])
    packed = land.encode((1.0, 2.0, 3.0, 4.0), np.array([2]), np.array([3, 1]), cells)
    grid, counts, sizes, back = land.decode(packed)
    assert grid == (1.0, 2.0, 3.0, 4.0)
    assert counts.tolist() == [2]
    assert sizes.tolist() == [3, 1]
    assert (back == cells).all()
    with pytest.raises(ValueError, match="not a coast file"):
        land.decode(b"PK\x03\x04")


@pytest.mark.parametrize(("level", "seconds"), [("50m", 0.3), ("10m", 1.5)])
def test_loads_quickly(level: land.Level, seconds: float) -> None:
    land._polygons.cache_clear()
    started = time.process_time()
    land.polygons(level)
    assert time.process_time() - started < seconds


def test_fingerprint_is_a_hash() -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", land.fingerprint())
