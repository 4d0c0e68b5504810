"""What is seen over water from a position, against a plain test of every piece of coast."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from frontiers_map.sea.attach import attach
from frontiers_map.sea.horizon import Discs, Horizon
from frontiers_map.sea.metric import compass, unit_vectors
from frontiers_map.sea.water import Coast
from sea_support import network, terminals


def islands(seed: int) -> NDArray[np.object_]:
    """Ragged islands of all sizes, one of them at a pole's side."""
    random = np.random.default_rng(seed)
    found = []
    for _ in range(25):
        lon, lat = random.uniform(-150, 150), random.uniform(-70, 70)
        size = random.choice([0.3, 2.0, 12.0])
        angle = np.sort(random.uniform(0, 2 * np.pi, 40))
        far = size * random.uniform(0.4, 1, 40)
        found.append(shapely.Polygon(
            np.column_stack([lon + far * np.cos(angle), lat + far * np.sin(angle)])))  # fmt: skip
    return np.array(found, dtype=object)


def cells_within(land: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Cells of a quarter degree that are all land."""
    found = np.zeros((720, 1440), bool)
    for polygon in land:
        west, south, east, north = (np.array(polygon.bounds) + [180, 90, 180, 90]) * 4
        column, row = np.meshgrid(np.arange(int(west), int(east) + 1),
                                  np.arange(int(south), int(north) + 1))  # fmt: skip
        x, y = column.ravel() / 4 - 180, row.ravel() / 4 - 90
        inside = shapely.contains_properly(polygon, shapely.box(x, y, x + 0.25, y + 0.25))
        found[row.ravel()[inside], column.ravel()[inside]] = True
    return found.ravel()


@pytest.mark.parametrize("seed", range(2))
def test_seen_is_what_no_piece_of_coast_lies_before(seed: int) -> None:
    land = islands(seed)
    random = np.random.default_rng(100 + seed)
    lon, lat = random.uniform(-180, 180, 200), np.degrees(np.arcsin(random.uniform(-1, 1, 200)))
    lon, lat = lon[dry := ~shapely.contains_xy(shapely.union_all(land), lon, lat)], lat[dry]
    place = unit_vectors(lon, lat)
    east, north = compass(lon, lat)
    coords, ring = shapely.get_coordinates(land, return_index=True)
    vertex = unit_vectors(*coords.T)
    p, q = (part[ring[1:] == ring[:-1]] for part in (vertex[:-1], vertex[1:]))
    side = place @ np.cross(p, q).T
    horizon, discs = Horizon(land), Discs(cells_within(land))
    for k in range(0, len(place), 20):
        normal = np.cross(place[k], place)
        a, b = normal @ p.T, normal @ q.T
        # on two sides of each other, and not on the far side of the globe
        met = (a * b < 0) & (side[k] * side < 0)
        middle = p * np.abs(b)[..., None] + q * np.abs(a)[..., None]
        met &= (middle * (place + place[k])[:, None]).sum(axis=2) > 0
        seen = ~met.any(axis=1)
        here = place[k], east[k], north[k], place
        others = np.arange(len(place)) != k
        for found in (horizon.seen(*here), horizon.seen(*here, discs)):
            assert (found == seen)[others].all()
        assert 10 < seen.sum() < len(seen) - 10


def test_a_position_joins_as_it_did_when_the_package_was_made() -> None:
    for name in ("nws", "piombino", "cove_point"):
        kept = network().entry(terminals()[name])
        made = attach(kept.asked, network()._nodes, Coast.load()).whole()
        assert made.water == kept.water
        order = np.argsort(made.node)
        assert (made.node[order] == kept.node).all()
        assert made.toll[order] == pytest.approx(kept.toll)
