"""Public frames join with other data: in ±180, cut there; the whole ones are an extra."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

import frontiers_map as fm
from frontiers_map.cache import user_cache
from frontiers_map.geo import geodesy
from helpers import GEODATA, TINY

FRAMES = (
    "regions", "overlaps", "routes", "scenario_routes", "gates", "terminals", "places", "links",
    "events", "sea_labels",
)  # fmt: skip


@pytest.fixture(scope="module", params=[TINY, GEODATA], ids=["tiny", "default"])
def atlas(request: pytest.FixtureRequest) -> fm.PublicAtlas:
    return fm.load(request.param, cache=user_cache())


@pytest.mark.parametrize("layer", ["places", "terminals"])
def test_a_spatial_join_says_what_the_atlas_says(atlas: fm.PublicAtlas, layer: str) -> None:
    """Once the join lost what lies beyond 180°: two of three places of the tiny atlas."""
    points = getattr(atlas, layer)
    joined = points.sjoin(atlas.regions[["id", "geometry"]], lsuffix="point", rsuffix="area")
    found = set(zip(joined["id_point"], joined["id_area"], strict=True))
    within = atlas.within[(atlas.within["layer"] == layer)]
    within = within[within["area_id"].isin(atlas.regions["id"])]
    assert found == set(zip(within["feature_id"], within["area_id"], strict=True))


@pytest.mark.parametrize("name", FRAMES)
def test_frames_lie_in_180_and_lose_nothing(atlas: fm.PublicAtlas, name: str) -> None:
    frame, whole = getattr(atlas, name), getattr(atlas.unwrapped, name)
    assert isinstance(frame, gpd.GeoDataFrame)
    assert frame.crs == whole.crs == "EPSG:4326"
    assert list(frame.columns) == list(whole.columns)
    there = ~shapely.is_missing(frame.geometry.to_numpy())
    assert (there == ~shapely.is_missing(whole.geometry.to_numpy())).all()
    bounds = shapely.bounds(frame.geometry.to_numpy()[there])
    assert (np.abs(bounds[np.isfinite(bounds).all(axis=1)][:, [0, 2]]) <= 180).all()
    assert shapely.is_valid(frame.geometry.to_numpy()[there]).all()
    for cut, one in zip(frame.geometry[there], whole.geometry[there], strict=True):
        assert geodesy.length_m(cut) == pytest.approx(geodesy.length_m(one), rel=1e-6) or (
            one.area > 0  # a cut has edges of its own
        )
        assert cut.area == pytest.approx(one.area, rel=1e-9)
    if "lon" in frame:
        given = frame["lon"].notna()  # an event may be where its places are
        assert given.all() or name == "events"
        assert frame["lon"][given].to_numpy() == pytest.approx(frame.geometry[given].x)


def test_many_routes_come_cut_and_one_comes_whole() -> None:
    ends = [((151.4, -23.8), (-79.6, 7.5))]
    table = fm.routes(ends)
    assert np.abs(table.total_bounds[[0, 2]]).max() <= 180
    assert fm.route(*ends[0]).geometry.bounds[2] > 180


def test_the_whole_frames_are_an_extra() -> None:
    atlas = fm.load(TINY, cache=user_cache())
    assert atlas.unwrapped.routes.total_bounds[2] > 180
    assert atlas.unwrapped.unwrapped is atlas.unwrapped
    assert repr(atlas) == repr(atlas.unwrapped)
    # what draws takes the whole ones, whichever it is given
    assert fm.route("suva", "apia", atlas=atlas).nm == pytest.approx(
        atlas.routes["nm"].iloc[0], abs=0.05
    )
