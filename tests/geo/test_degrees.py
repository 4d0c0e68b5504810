"""What lies in another reference system lies on the same ground in degrees."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from shapely.geometry import LineString, Polygon

from frontiers_map.geo.degrees import to_degrees


@pytest.mark.parametrize("epsg", [2100, 3035, 5041, 3031])
def test_a_straight_edge_stays_where_it_was(epsg: int) -> None:
    """A thousand kilometres on a map that bends degrees: nowhere a hundred metres off."""
    line = LineString([(200_000.0, 4_000_000.0), (1_200_000.0, 4_300_000.0)])
    made = to_degrees(gpd.GeoDataFrame(geometry=[line], crs=epsg)).geometry.iloc[0]
    fine = shapely.segmentize(made, 0.01)
    back = pyproj.Transformer.from_crs(4326, epsg, always_xy=True).transform(*fine.xy)
    apart = shapely.distance(line, shapely.points(np.column_stack(back)))
    assert apart.max() < 100


def test_a_line_across_a_pole_goes_along_two_meridians() -> None:
    line = LineString([(0.0, 1e6), (0.0, 0.0), (1e6, 0.0)])
    made = to_degrees(gpd.GeoDataFrame(geometry=[line], crs=3031)).geometry.iloc[0]
    assert set(np.round(shapely.get_coordinates(made)[:, 0], 6)) == {0.0, 90.0}


@pytest.mark.parametrize(("epsg", "lat"), [(3031, -90.0), (3995, 90.0)])
def test_a_ring_round_a_pole_holds_it(epsg: int, lat: float) -> None:
    ring = shapely.Point(1e5, -2e5).buffer(1e6)
    made = to_degrees(gpd.GeoDataFrame(geometry=[ring], crs=epsg)).geometry.iloc[0]
    west, south, east, north = made.bounds
    assert made.is_valid
    assert (west, east) == (-180, 180)
    assert lat in (south, north)


def test_what_lies_in_degrees_is_not_touched() -> None:
    box = Polygon([(0, 70), (60, 70), (60, 80), (0, 80)])
    made = to_degrees(gpd.GeoDataFrame(geometry=[box], crs=4258))
    assert len(made.geometry.iloc[0].exterior.coords) == 5
