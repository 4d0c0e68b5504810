"""Windows anywhere on the globe: a sheet shows the part of the world that it was asked for.

A seeded generator that tries more on request:
``WINDOWS=500 python -m pytest tests/outputs/sheets/test_sheets_windows.py``.
"""

from __future__ import annotations

import dataclasses
import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pytest
import shapely
from shapely.geometry import LineString, box

from frontiers_map.analysis.joins import join
from frontiers_map.atlas.atlas import read
from frontiers_map.cache import NoCache
from frontiers_map.errors import FrontiersMapError
from frontiers_map.geo import geodesy
from frontiers_map.outputs import sheets
from frontiers_map.outputs.base import RenderJob
from frontiers_map.outputs.sheets.kinds import registry
from frontiers_map.outputs.sheets.map import basemap, draw, projection, washes
from frontiers_map.outputs.sheets.map.draw import Made
from frontiers_map.outputs.sheets.map.label_placer import Label, Placer
from frontiers_map.outputs.sheets.map.projection import Frame, Rect
from frontiers_map.outputs.sheets.paper.page import Page
from frontiers_map.style import LIGHT
from helpers import TINY
from land_share import shares

View = tuple[float, float, float, float]
COUNT = int(os.environ.get("WINDOWS", "16"))
PAPERS = ((404.0, 172.0), (190.0, 270.0), (281.0, 110.0), (120.0, 40.0), (100.0, 100.0))
NAMED: dict[str, View] = {
    "Baltic": (9, 53, 31, 66),
    "North Sea": (-5, 50, 12, 62),
    "Arctic": (0, 60, 360, 90),
    "Antarctic": (-180, -90, 180, -62),
    "beside the pole": (-30, 80, 60, 90),
    "Fiji": (176, -20, 182, -15),
    "strip": (-100, -30, 160, 30),
    "world": (-180, -90, 180, 90),
    "high seas": (0, 30, 40, 46),
    "Chukotka": (160, 50, 210, 75),
}


def _random(seed: int) -> tuple[View, str | None, tuple[float, float]]:
    rng = np.random.default_rng(seed)
    shape = rng.integers(4)
    if shape == 0:  # anything from a bay to the world, of any form
        wide, high = 10 ** rng.uniform(-0.5, 2.556), 10 ** rng.uniform(-0.5, 2.255)
    elif shape == 1:  # round the globe, at a pole or not
        wide, high = 360.0, rng.uniform(5, 180)
    else:
        wide = 10 ** rng.uniform(0, 2.5)
        high = min(wide * rng.uniform(0.3, 1.2), 180.0)
    middle = rng.normal(180, 5) if rng.random() < 0.4 else rng.uniform(-180, 180)
    south = rng.choice([-90.0, 90 - high]) if shape == 1 else rng.uniform(-90, 90 - high)
    kind = (None, None, "equal_earth", "lambert", "mercator")[rng.integers(5)]
    north = south + high
    if kind == "mercator":
        south, north = max(south, -84.0), min(north, 84.0)
        kind = kind if north - south > 0.1 else None
    view = (middle - wide / 2, float(south), middle + wide / 2, float(north))
    return view, kind, PAPERS[rng.integers(len(PAPERS))]


def _drawn(view: View, kind: str | None, paper: tuple[float, float]) -> tuple[Page, Frame]:
    wide, high = paper
    page = Page(wide + 30, high + 30, LIGHT.paper)
    frame = draw.frame_for(Rect(10, 20, 10 + wide, 20 + high), view, kind)
    regions = [
        washes.Wash("one", box(view[0] - 7, view[1], view[2], view[3]), True, False),
        washes.Wash("two", box(30, -40, 110, 25), False, True),
    ]
    basemap.draw_sea(page, frame)
    washes.draw_washes(page, frame, regions)
    basemap.draw_graticule(page, frame)
    basemap.draw_land(page, frame)
    basemap.draw_borders(page, frame)
    washes.draw_edges(page, frame, regions)
    basemap.draw_neatline(page, frame)
    basemap.draw_degrees(page, frame)
    return page, frame


def _check(view: View, kind: str | None, paper: tuple[float, float]) -> float:
    page, frame = _drawn(view, kind, paper)
    found = shares(page, frame)
    assert found.error < 0.02, found
    # all of the view is in the frame, and one side of it fills the paper, or it is all the world
    west, south, east, north = view
    asked = np.stack(
        np.meshgrid(np.linspace(west, east, 61), np.linspace(south, north, 31)), -1
    ).reshape(-1, 2)
    if frame.kind == "lambert":  # what lies opposite the middle is out of reach
        geod = geodesy._geod()
        far = geod.inv(
            np.full(len(asked), frame.lon_0), np.full(len(asked), frame.lat_0), *asked.T
        )[2]
        asked = asked[far < 1.98e7]
    spots = frame.page(asked)
    rect = frame.rect.grown(0.01)
    assert (spots >= (rect.x0, rect.y0)).all()
    assert (spots <= (rect.x1, rect.y1)).all()
    fill = np.ptp(spots, axis=0) / paper
    assert fill.max() > 0.97
    return found.error


@pytest.mark.parametrize("name", NAMED)
def test_land_lies_where_it_is(name: str) -> None:
    _check(NAMED[name], None, (281.0, 160.0))


@pytest.mark.parametrize("seed", range(COUNT))
def test_land_lies_where_it_is_in_any_window(seed: int) -> None:
    _check(*_random(seed))


@pytest.mark.parametrize(
    ("kind", "region"),
    [
        ("lambert", box(-180, 60, 180, 90)),
        ("lambert", box(-180, 55, 180, 70)),
        ("lambert", box(170, 50, 190, 90)),
        ("equal_earth", box(-40, 60, 60, 90)),
        ("equal_earth", box(-60, 45, 40, 70)),
    ],
)
def test_a_band_or_cap_covers_on_paper_what_it_does_on_the_ground(
    kind: str, region: shapely.Polygon
) -> None:
    frame = draw.frame_for(Rect(0, 0, 200, 200), (-180, 40, 180, 90), kind)
    cylinder = pyproj.Proj("+proj=cea +ellps=WGS84 +over")  # where boxes are boxes, areas true

    def flat(coordinates: np.ndarray) -> np.ndarray:
        return np.column_stack(cylinder(*coordinates.T))

    paper = frame.put_all(region)
    ground = shapely.transform(region, flat).area
    assert paper.area / frame.scale**2 == pytest.approx(ground, rel=3e-3)


def test_a_region_cut_at_180_has_no_border_there() -> None:
    whole = box(170, -25, 190, -10)
    halves = shapely.MultiPolygon([box(170, -25, 180, -10), box(-180, -25, -170, -10)])
    for kind in ("lambert", "equal_earth", "mercator"):
        frame = draw.frame_for(Rect(0, 0, 200, 100), (165, -30, 195, -5), kind)
        assert frame.put_all(halves).symmetric_difference(frame.put_all(whole)).area < 0.2
        assert frame.put_all(halves).boundary.length == pytest.approx(
            frame.put_all(whole).boundary.length, rel=1e-3
        )


def test_a_line_over_a_pole_is_one_line() -> None:
    frame = draw.frame_for(Rect(0, 0, 100, 100), (-180, 60, 180, 90), None)
    way = geodesy.geodesic((-40.0, 70.0), (139.5, 65.0))
    made = shapely.line_merge(frame.put_all(way))
    assert isinstance(made, LineString)
    assert made.length == pytest.approx(geodesy.length_m(way) * frame.scale, rel=0.03)


def test_a_frame_without_a_region_is_drawn() -> None:
    frame = projection.fit(Rect(0, 0, 100, 60), (0, 30, 40, 46), "lambert")
    page = Page(100, 60, LIGHT.paper)
    away = [
        washes.Wash("one", box(-120, -40, -100, -20), soft, second)
        for soft in (True, False)
        for second in (True, False)
    ]
    washes.draw_washes(page, frame, away)
    assert all(edge.is_empty for edge in washes.draw_edges(page, frame, away))
    assert washes.overlap_on_page(frame, away).is_empty


def test_degrees_are_written_as_atlases_write_them() -> None:
    given = (
        (180.0, "EW"),
        (-180.0, "EW"),
        (0.0, "NS"),
        (190.0, "EW"),
        (-62.5, "NS"),
        (360.0, "EW"),
    )
    said = [basemap.degrees(value, signs) for value, signs in given]
    assert said == ["180°", "180°", "0°", "170°W", "62.5°S", "0°"]


def test_a_sheet_that_cannot_be_read_stops_the_build_and_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of the layout is ours: what a slip of the placing would do is done to the page."""
    atlas = join(read(TINY), cache=NoCache())
    whole = registry.draw

    def slipped(*asked: Any) -> Made:
        made = whole(*asked)
        for words in ("Donau", "Dampf"):
            made.page.text(80, 80, words, size=9, colour=LIGHT.ink, role="title")
        return made

    monkeypatch.setattr(registry, "draw", slipped)
    with pytest.raises(FrontiersMapError) as told:
        sheets.render(RenderJob(atlas, languages=["en"], scratch=tmp_path))
    (sheet,) = registry.sheets_of(atlas)
    assert f"sheet {sheet.id} (en): " in str(told.value)
    assert "'Donau'" in str(told.value)
    assert "'Dampf'" in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("count", [1, 2])
def test_a_sheet_that_cannot_be_drawn_is_named_in_a_line(tmp_path: Path, count: int) -> None:
    """In this process and in others: what breaks is a column lost, as a bug might."""
    atlas = join(read(TINY), cache=NoCache())
    (whole,) = registry.sheets_of(atlas)
    broken = dataclasses.replace(
        atlas,
        routes=atlas.routes.drop(columns="supplier"),
        sheets=tuple(whole.model_copy(update={"id": f"sheet_{n}"}) for n in range(count)),
    )
    with pytest.raises(FrontiersMapError) as told:
        sheets.render(RenderJob(broken, languages=["en"], scratch=tmp_path))
    assert re.match(r"sheet sheet_\d \(en\) could not be drawn: \w+: ", str(told.value))
    assert "\n" not in str(told.value)
    assert told.value.__cause__ is not None


def test_a_name_stands_nearer_to_its_own_strait_than_to_the_next() -> None:
    placer = Placer(Rect(0, 0, 100, 60))
    spots = {"gate a": (50.0, 30.0), "gate b": (50.0, 33.0), "gate c": (54.0, 31.0)}
    placer.rivals = dict(spots)
    for what, (x, y) in spots.items():
        placed = placer.place(Label((f"Strait {what}",), x, y, "sans", 6.0, LIGHT.ink, what=what))
        assert placed is not None
        away = {
            name: placed.area.polygon.distance(shapely.Point(spot)) for name, spot in spots.items()
        }
        if placed.leader is None:
            assert min(away, key=lambda name: away[name]) == what
        else:
            assert min(away[name] for name in spots if name != what) >= 1.6
