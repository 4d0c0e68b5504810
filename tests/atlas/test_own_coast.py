"""A finer coast of an atlas's own: read, cut, told, and drawn where it is."""

from __future__ import annotations

import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from frontiers_map.atlas import own_coast
from frontiers_map.atlas.atlas import Atlas, read
from frontiers_map.errors import AtlasError
from frontiers_map.geo import land
from frontiers_map.outputs.web.coast import own_level
from helpers import TINY

VIEW = (177.0, -19.0, 179.0, -17.0)
PAGE = """
[[map]]
id = "index"
title = { en = "Fiji" }
deck = { en = "Its harbours" }
view = [177, -19, 179, -17]
"""
ISLAND = shapely.box(178.5, -18.5, 178.6, -18.4)


def usual() -> list[shapely.Geometry]:
    box = shapely.box(176, -20, 180, -16)
    return [shapely.intersection(one, box) for one in land.polygons("10m") if one.intersects(box)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(TINY, tmp_path / "tiny")
    return tmp_path / "tiny"


def reading(
    folder: Path, shapes: list[shapely.Geometry], epsg: int = 4326, **said: object
) -> Atlas:
    gpd.GeoDataFrame(geometry=shapes, crs=4326).to_crs(epsg).to_file(folder / "coast.gpkg")
    lines = {"file": '"coast.gpkg"', "view": list(VIEW)} | said
    with (folder / "atlas.toml").open("a", encoding="utf-8") as file:
        file.write("\n[[coast]]\n" + "".join(f"{key} = {value}\n" for key, value in lines.items()))
    return read(folder)


@pytest.mark.parametrize("epsg", [4326, 3460, 3832])
def test_it_stands_for_the_usual_one_in_its_view(folder: Path, epsg: int) -> None:
    """Whatever the reference system, on either side of 180°."""
    (patch,) = reading(folder, [*usual(), ISLAND], epsg).coasts
    whole = own_coast.joined(land.polygons("10m"), [patch])
    at = shapely.points([[178.55, -18.45], [178.7, -18.45], [177.9, -17.8], [140, -25]])
    dry = [bool(shapely.intersects(whole, point).any()) for point in at]
    assert dry == [True, False, True, True]
    beside = shapely.box(175, -21, 179.9, -15).difference(shapely.box(*VIEW))
    after, before = (
        sum(shapely.intersection(one, beside).area for one in all_)
        for all_ in (whole, land.polygons("10m"))
    )
    assert after == pytest.approx(before, abs=1e-6)


def test_a_page_holds_it_within_its_budget(folder: Path) -> None:
    turns = np.linspace(0, 2 * np.pi, 150_000)
    far = 0.3 + 0.02 * np.sin(3000 * turns)
    rough = shapely.Polygon(np.column_stack([178 + far * np.cos(turns), -18 + far * np.sin(turns)]))
    atlas = reading(folder, [rough])
    (patch,) = atlas.coasts
    assert shapely.get_num_coordinates(patch.thin).sum() <= own_coast.VERTICES
    (level,) = own_level([(patch.view, patch.thin)])
    assert len(level["data"]) < 300_000
    assert any("drawn on pages to" in note for note in atlas.notes)


def test_land_and_sea_exchanged_are_told(folder: Path) -> None:
    sea = shapely.box(*VIEW).difference(shapely.union_all(usual()))
    notes = reading(folder, [sea]).notes
    assert any("or the other way round; allowed: polygons of land" in note for note in notes)


@pytest.mark.parametrize(
    ("shapes", "said", "told"),
    [
        (
            [shapely.box(10, 50, 11, 51)],
            {},
            "coast.gpkg: view: found no land in 177, -19, 179, -17",
        ),
        ([ISLAND.boundary], {}, "found features that are no polygons; allowed: polygons of land"),
        ([ISLAND], {"file": '"../coast.gpkg"'}, "allowed: a file in the atlas folder"),
        ([ISLAND], {"file": '"cost.gpkg"'}, "no such file; did you mean 'coast.gpkg'?"),
        ([ISLAND], {"view": [179, 0, 178, 1]}, "allowed: four numbers: west, south, east, north"),
        ([ISLAND], {"source": '["OSM"]'}, "coast.source: found 'OSM'; allowed: an id of sources"),
    ],
)
def test_what_is_wrong_is_told(
    folder: Path, shapes: list[shapely.Geometry], said: dict[str, object], told: str
) -> None:
    with pytest.raises(AtlasError) as error:
        reading(folder, shapes, **said)
    assert told in str(error.value)


def test_a_file_alone_is_for_the_first_page(folder: Path) -> None:
    gpd.GeoDataFrame(geometry=[ISLAND], crs=4326).to_file(folder / "coast.geojson")
    text = (folder / "atlas.toml").read_text("utf-8")
    (folder / "atlas.toml").write_text('coast = "coast.geojson"\n' + text, "utf-8")
    with pytest.raises(AtlasError, match=r"coast\.view: is missing; allowed: four numbers"):
        read(folder)
    (folder / "maps.toml").write_text(PAGE, "utf-8")
    atlas = read(folder)
    assert [patch.view for patch in atlas.coasts] == [atlas.maps[0].view]
