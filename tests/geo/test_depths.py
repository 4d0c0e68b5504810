"""Depth tints: whole, nested, in place, and as large as oceanographers say."""

import numpy as np
import pytest
import shapely

from frontiers_map.geo import depths, land


@pytest.mark.parametrize("level", depths.LEVELS)
def test_is_valid_and_within_the_world(level: int) -> None:
    parts = depths.deeper(level)
    assert shapely.is_valid(parts).all()
    assert shapely.total_bounds(parts)[[0, 2]].tolist() == [-180, 180]
    assert not shapely.intersects(shapely.union_all(parts), land.coast("110m").buffer(-1)).any()


@pytest.mark.parametrize(
    ("lon", "lat", "metres"),
    [
        (142.6, 11.35, 4000),  # Mariana Trench
        (21.1, 36.5, 4000),  # Hellenic Trench, south-west of Greece
        (-150, 30, 4000),  # the middle of the North Pacific
        (0, 87, 4000),  # Amundsen Basin, near the North Pole
        (34, 43, 2000),  # the Black Sea
        (12.5, 39.7, 2000),  # the Tyrrhenian Sea
        (50.7, 41.2 - 26, 0),  # the Empty Quarter is land
        (2.5, 54.7, 0),  # Dogger Bank
        (110, 4, 0),  # the Sunda shelf
        (51.5, 26.5, 0),  # the Persian Gulf
        (-174.5, 60, 0),  # the shelf of the Bering Sea
    ],
)
def test_is_as_deep_as_charts_say(lon: float, lat: float, metres: int) -> None:
    for level in depths.LEVELS:
        found = shapely.contains_xy(depths.deeper(level), lon, lat).any()
        assert found == (level <= metres), level


def test_meets_itself_at_180_degrees() -> None:
    for level in depths.LEVELS:
        whole = shapely.union_all(depths.deeper(level))
        west, east = (
            shapely.intersection(whole, shapely.linestrings([(lon, -90), (lon, 90)]))
            for lon in (-180, 180)
        )
        moved = shapely.transform(west, lambda c: c + [360, 0])
        assert shapely.symmetric_difference(moved, east).length < 0.6, level  # of 180°: spots


def test_is_as_large_as_published() -> None:
    """Dierssen and Theberge, "Bathymetry: features and hypsography", in Encyclopedia of Natural
    Resources (2014): about 15 % of the seafloor lies less than 2 km deep, about 30 % between 2 and
    4 km, more than half below."""
    sea = 361.1e6
    for level, share in ((2000, 0.85), (4000, 0.55)):
        # on a cylinder of equal area, as the parts are larger than half a globe
        flat = shapely.transform(
            depths.deeper(level),
            lambda c: np.column_stack([np.radians(c[:, 0]), np.sin(np.radians(c[:, 1]))]),
        )
        km2 = shapely.area(flat).sum() * 6371.0072**2
        assert km2 / sea == pytest.approx(share, abs=0.03), level
