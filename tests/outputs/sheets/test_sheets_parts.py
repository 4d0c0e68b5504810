"""Labels, lanes, lines of text, marks and colours of print sheets, each by itself."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString

from frontiers_map.geo import geodesy
from frontiers_map.outputs.sheets.map import (
    country_names,
    draw,
    features,
    lanes,
    marks,
    projection,
    routes,
    sea_names,
)
from frontiers_map.outputs.sheets.map.draw import frame_for, strand_frame
from frontiers_map.outputs.sheets.map.label_placer import Label, Placer
from frontiers_map.outputs.sheets.map.projection import Rect
from frontiers_map.outputs.sheets.map.selection import Content
from frontiers_map.outputs.sheets.paper import furniture, words
from frontiers_map.outputs.sheets.paper.page import Page
from frontiers_map.style import LIGHT, mix
from sight import SIGHT

RECT = Rect(0, 0, 100, 60)


def _label(x: float, y: float, name: str = "Strait of Hormuz") -> Label:
    return Label((name,), x, y, "sans", 6.6, LIGHT.ink)


@given(st.lists(st.tuples(st.floats(2, 98), st.floats(2, 58)), min_size=1, max_size=40))
@settings(max_examples=25, deadline=None)
def test_names_never_meet_and_never_leave_the_frame(spots: list[tuple[float, float]]) -> None:
    placer = Placer(RECT)
    for x, y in spots:
        placer.block(Rect(x - 0.8, y - 0.8, x + 0.8, y + 0.8))
    placed = [one for x, y in spots if (one := placer.place(_label(x, y))) is not None]
    shapes = [one.area.polygon for one in placed]
    assert all(RECT.polygon.contains(shape) for shape in shapes)
    assert not any(a.intersects(b) for a, b in itertools.combinations(shapes, 2))
    for shape in shapes:
        assert not any(
            shape.intersects(shapely.box(x - 0.8, y - 0.8, x + 0.8, y + 0.8)) for x, y in spots
        )


def _countries(
    view: tuple[float, float, float, float], taken: list[Rect]
) -> dict[str, shapely.Polygon]:
    """Names of countries on a map of a view where something stands already."""
    page = Page(100, 60, LIGHT.paper)
    content = Content(None, "en", (), near=True)  # type: ignore[arg-type] - no layer is drawn
    drawing = features.Drawing(page, frame_for(RECT, view), content)
    for area in taken:
        drawing.placer.block(area)
    country_names.draw_country_names(drawing)
    return {one.text: one.area for one in page.texts}


@pytest.mark.parametrize("drawn_at", [10.0, 90.0])
def test_a_scale_bar_stands_in_the_corner_that_is_free(drawn_at: float) -> None:
    page, frame = Page(100, 60, LIGHT.paper), frame_for(RECT, (21.5, 58.8, 28.5, 60.8))
    content = Content(None, "en", ())  # type: ignore[arg-type] - no layer is drawn
    drawing = features.Drawing(page, frame, content)
    drawing.placer.avoid([LineString([(drawn_at, 0), (drawn_at, 60)])])
    draw._scale(drawing, 5.0)
    assert len(page.texts) == 2
    assert all((item.area.centroid.x < 50) == (drawn_at > 50) for item in page.texts)


@pytest.mark.parametrize(
    ("rests", "kept"),
    [([3.0], 0.0), ([-4.0, 1.0], -5.0), ([20.0, 5.0], 20.0), ([-4.0, -4.0], 0.0)],
)
def test_a_sheet_is_laid_out_by_trials_and_drawn_whole_once(
    rests: list[float], kept: float
) -> None:
    asked: list[tuple[float, bool]] = []
    left = iter([*rests, 0.0])

    def attempt(less: float, trial: bool) -> tuple[object, float]:
        asked.append((less, trial))
        return len(asked), next(left)

    assert furniture.settled(attempt, 8.0) == len(asked)  # type: ignore[arg-type, comparison-overlap]
    assert asked[-1] == (kept, False)
    assert all(trial for _, trial in asked[:-1])


def test_a_country_is_named_in_the_part_that_shows_and_a_small_one_beside_it() -> None:
    # the middle of Finland lies north of this view, Iran's north and east of the other
    assert {"FINLAND", "ESTONIA"} <= set(_countries((21.5, 58.8, 28.5, 60.8), []))
    assert {"IRAN", "SAUDI ARABIA", "QATAR"} <= set(_countries((47, 22, 60, 31), []))
    islands = _countries((170, -25, 195, -8), [])
    assert {"FIJI", "SAMOA", "VANUATU"} <= set(islands)
    # Martinique is France, but no map calls it so
    assert "FRANCE" not in _countries((-65, 10, -58, 18), [])


def test_a_country_whose_best_place_is_taken_is_named_elsewhere_in_it() -> None:
    view = (42.0, 24.0, 66.0, 41.0)
    first = _countries(view, [])["IRAN"]
    taken = Rect(*shapely.buffer(first, 2).bounds)
    again = _countries(view, [taken])["IRAN"]
    assert not again.intersects(taken.polygon)
    assert first.distance(again) < 25


def test_a_name_without_room_is_none_and_a_crowded_one_gets_a_leader() -> None:
    placer = Placer(RECT)
    placer.block(Rect(0, 0, 100, 60))
    assert placer.place(_label(50, 30)) is None
    placer = Placer(RECT)
    placer.block(Rect(44, 24, 56, 36))
    placed = placer.place(_label(50, 30, "Bali"))
    assert placed is not None
    assert placed.leader is not None


def test_names_keep_off_lines_where_they_can() -> None:
    placer = Placer(RECT)
    placer.avoid([LineString([(50, 30), (100, 30)])])
    placed = placer.place(_label(50, 30, "Suez"))
    assert placed is not None
    assert placer.crossed(placed.area.polygon) == 0


def test_a_way_turns_its_corners_in_curves_but_never_over_land() -> None:
    way = LineString([(0, 0), (20, 0), (20, 20)])
    (curved,) = lanes.set_apart([way], [1.0])
    assert curved.distance(shapely.Point(20, 0)) > 0.5
    assert curved.coords[0] == (0, 0)
    assert curved.coords[-1] == (20, 20)
    headland = shapely.box(0, 0.4, 19.6, 20)
    (kept,) = lanes.set_apart([way], [1.0], land=headland)
    assert kept.intersection(headland).length < 0.1


def test_a_trade_that_crosses_its_kin_is_whole_and_one_that_joins_it_ends_on_it() -> None:
    kin = [LineString([(0, 0), (60, 0)])]
    crossing = LineString([(30, -20), (33, 20)])
    assert routes._apart(crossing, kin).length == pytest.approx(crossing.length)
    joining = LineString([(10, 20), (20, 0), (50, 0)])
    rest = routes._apart(joining, kin)
    assert rest.length == pytest.approx(shapely.Point(10, 20).distance(shapely.Point(20, 0)), abs=1)
    assert shapely.Point(rest.geoms[0].coords[-1]).distance(kin[0]) < 1e-6
    assert routes._apart(LineString([(10, 0.1), (50, 0.2)]), kin).is_empty


def test_a_trade_that_meets_the_beginning_of_its_kin_is_not_led_to_their_end() -> None:
    """Two terminals beside each other: a line ran from Mozambique over Asia to Tokyo."""
    kin = [LineString([(0, 0), (60, 0), (90, 40)])]
    for line in ([(-15, 10), (-0.2, 0.3), (30, 0.2)], [(0.1, 0.1), (-0.4, 1.5), (-15, 10)]):
        for part in routes._apart(LineString(line), kin).geoms:
            assert part.length < 25


def test_routes_on_one_way_are_set_apart_and_come_together_at_their_ends() -> None:
    way = LineString([(0, 10), (60, 10), (90, 30)])
    first, second, third = lanes.set_apart([way, way, way], [0.5, 0.5, 0.5], gap=0.4)
    for one, other in itertools.combinations((first, second, third), 2):
        middle = shapely.line_interpolate_point(one, 30.0)
        assert other.distance(middle) > 0.7
        assert one.interpolate(0).distance(other.interpolate(0)) < 0.05


def test_lanes_do_not_cross_where_routes_part() -> None:
    west = LineString([(50, 0), (50, 50), (20, 80)])
    east = LineString([(50, 0), (50, 50), (80, 80)])
    for pair in ((west, east), (east, west)):
        made = dict(
            zip(("w", "e") if pair[0] is west else ("e", "w"), lanes.set_apart(pair, [1, 1]))
        )
        west_made, east_made = made["w"], made["e"]
        crossing = shapely.intersection(west_made, east_made)
        assert crossing.is_empty or crossing.distance(shapely.Point(50, 0)) < 4


def test_agreements_of_the_same_two_places_are_strands_that_meet_at_both() -> None:
    one = LineString([(0, 0), (50, 0), (100, 0)])
    back = LineString([(100, 1), (0, 1)])
    alone = LineString([(0, 0), (60, 40)])
    first, second, third = lanes.spread([one, back, alone], 3.0)
    assert third.equals(alone)
    middles = [line.interpolate(0.5, normalized=True).y for line in (first, second)]
    assert abs(middles[0] - middles[1]) > 1.9  # each half a gap aside, on its own side
    assert first.coords[0] == (0, 0)
    assert first.coords[-1] == (100, 0)
    assert not first.crosses(second)


@pytest.mark.parametrize(
    ("west", "east"), [((12.5, 41.9), (139.7, 35.7)), ((151.2, -33.9), (-118.2, 34.0))]
)
def test_the_way_between_two_poles_is_straight_and_level(
    west: tuple[float, float], east: tuple[float, float]
) -> None:
    shown = np.array([west, east, (40.5, -10.8), (-77.0, 38.9)])
    frame = strand_frame(RECT, (west, east), shown)
    way = shapely.get_coordinates(shapely.segmentize(geodesy.geodesic(west, east), 1.0))
    spots = frame.page(way)
    assert np.ptp(spots[:, 1]) < 0.15  # mm
    assert spots[0, 0] < spots[-1, 0]
    inside = frame.rect.grown(-0.5).polygon
    assert shapely.contains_xy(inside, frame.page(shown)).all()
    spots = frame.page(shown)
    assert np.abs(frame.page(frame.geographic(spots)) - spots).max() < 1e-6
    assert frame.put_all(shapely.box(0, 80, 90, 89)).area > 0  # near the pole that it turns round


def test_a_lane_is_not_pushed_onto_land() -> None:
    way = LineString([(0, 10), (60, 10)])
    shores = shapely.union(shapely.box(20, 10.3, 40, 20), shapely.box(20, 0, 40, 9.7))
    shapely.prepare(shores)
    for line in lanes.set_apart([way, way], [1.2, 1.2], gap=0.5, land=shores):
        assert shapely.intersection(line, shapely.buffer(shores, -0.35)).length == 0


def test_short_lines_are_no_trouble() -> None:
    made = lanes.set_apart(
        [LineString([(0, 0), (0.7, 0)]), LineString([(0, 0), (1, 0)])],
        [1, 1],
        land=shapely.box(0, 0.01, 1, 1),
    )
    assert len(made) == 2


@pytest.mark.parametrize("width", [20.0, 31.0, 47.0])
def test_japanese_lines_begin_and_end_as_they_may(width: float) -> None:
    told = "海峡は「チョークポイント」と呼ばれ、通航は年94,301隻（2024年）。ラッシュ時には待つ。"
    rows = words.wrap(told, width, "sans", 7)
    assert "".join(rows) == told
    assert not any(row[0] in "、。」）ッュー" for row in rows)
    assert not any(row[-1] in "「（" for row in rows)


def test_a_word_in_katakana_is_broken_only_if_it_is_longer_than_a_line() -> None:
    told = "戦略的パートナーシップに格上げ（日本）"
    rows = words.wrap(told, words.fonts.width_mm("戦略的パートナーシ", "sans", 7), "sans", 7)
    assert rows[:2] == ["戦略的", "パートナーシップに"]
    assert rows[-1].endswith("（日本）")
    narrow = words.wrap(told, words.fonts.width_mm("パートナ", "sans", 7), "sans", 7)
    assert "".join(narrow) == told
    assert max(len(row) for row in narrow) <= 5


def test_latin_lines_break_between_words() -> None:
    told = "Le rotte sono calcolate in mare per i passaggi che le navi usano."
    rows = words.wrap(told, 30, "sans", 7)
    assert " ".join(rows) == told
    assert len(rows) > 2


def test_a_word_longer_than_its_line_is_broken_unless_it_is_to_stay_whole() -> None:
    told = "Cut by " + "Donaudampfschifffahrt" * 4
    rows = words.wrap(told, 30, "sans", 7)
    assert "".join(rows).replace(" ", "") == told.replace(" ", "")
    assert all(words.fonts.width_mm(row, "sans", 7) <= 30 for row in rows)
    assert words.wrap(told, 30, "sans", 7, whole=True) == ["Cut by", told[7:]]


def test_a_leader_does_not_run_along_a_line() -> None:
    """Bashi's ran down the Malaysian ships' line to a name off Palawan."""
    placer = Placer(RECT)
    placer.block(Rect(44, 24, 56, 36))
    placer.avoid([LineString([(50, 0), (50, 60)]), LineString([(0, 30), (100, 30)])])
    placed = placer.place(_label(50, 30, "Bali"))
    assert placed is not None
    assert placed.leader is not None
    assert placer.crossed(placed.leader.buffer(0.5)) < 2


def test_a_bent_name_turns_evenly_and_its_letters_keep_apart() -> None:
    setting = sea_names._set(("Persian Gulf",), 7.0, 0.16, -20.0, 40.0, 0.0)
    (glyphs,) = setting.glyphs
    angles = [angle for *_, angle in glyphs]
    assert angles == sorted(angles)
    assert angles[-1] - angles[0] == pytest.approx(37, abs=2)
    assert sum(angles) / len(angles) == pytest.approx(-20, abs=1.5)
    boxes = [shapely.Polygon(corners).buffer(-0.15) for corners in setting.corners]
    assert not any(a.intersects(b) for a, b in itertools.combinations(boxes, 2))
    plain = sea_names._settings("Persian Gulf", 7.0, 2)[0]
    assert plain[1:5] == (("Persian Gulf",), sea_names.SPACING[2], 0.0, 0.0)


def test_a_frame_finds_its_way_back() -> None:
    frame = projection.fit(RECT, (-29, -43, 285, 68), "equal_earth")
    spots = np.array([[139.7, 35.7], [12.5, 41.9], [266.1, 29.8], [190.0, -20.0]])
    assert frame.geographic(frame.page(spots)) == pytest.approx(spots, abs=1e-6)
    assert frame.point(-93.9, 29.8) == pytest.approx(frame.page(np.array([[266.1, 29.8]]))[0])


def test_areas_on_an_equal_earth_sheet_are_true() -> None:
    frame = projection.fit(Rect(0, 0, 400, 200), (-29, -43, 285, 68), "equal_earth")
    from frontiers_map.geo import geodesy

    for region in (shapely.box(40, -10, 70, 20), shapely.box(190, 40, 210, 60)):
        fine = geodesy.densify_parallel(region, 0.5)
        ground = float(geodesy.area_m2(fine))
        paper = shapely.transform(fine, frame.page).area / frame.scale**2
        assert paper == pytest.approx(ground, rel=2e-3)


def test_a_gate_of_a_wide_map_stands_in_the_copy_of_the_world_that_shows() -> None:
    """Gibraltar's copy beyond the right edge took its bar, and the strait had none."""
    frame = frame_for(Rect(0, 0, 100, 40), (-29, -43, 310, 60))
    line = LineString([(-5.6, 36.2), (-5.4, 35.8)])
    sides = features._sides(frame, line)
    assert frame.rect.polygon.contains(sides)
    assert marks.gate_bar(sides, 3.0) is not None


def test_a_gate_stands_where_routes_cross_it() -> None:
    gate = LineString([(0, 0), (0, 40)])
    bar = marks.gate_bar(gate, 3, [LineString([(-5, 4), (5, 4)])])
    assert bar is not None
    assert bar.centroid.y == pytest.approx(4)
    alone = marks.gate_bar(gate, 3)
    assert alone is not None
    assert alone.centroid.y == pytest.approx(20)


# ---- colours

SIGHTS = {**SIGHT, "grey": [[0.2126, 0.7152, 0.0722]] * 3}


def _lab(colour: str, sight: str) -> np.ndarray:
    rgb = np.array([int(colour[n : n + 2], 16) for n in (1, 3, 5)]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(SIGHTS[sight]) @ linear, 0, 1)
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    xyz = to_xyz @ seen / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("sight", SIGHTS)
def test_sea_wash_stripes_and_land_are_told_apart(sight: str) -> None:
    wash = mix(LIGHT.region_first, LIGHT.sea, LIGHT.region_first_opacity + 0.03)
    gold = mix(LIGHT.region_second, LIGHT.sea, LIGHT.region_second_opacity)
    stripe = mix(LIGHT.overlap, wash, 0.85)
    pairs = {
        "wash and sea": (wash, LIGHT.sea),
        "stripe and wash": (stripe, wash),
        "gold and sea": (gold, LIGHT.sea),
    }
    for name, (one, other) in pairs.items():
        apart = float(np.linalg.norm(_lab(one, sight) - _lab(other, sight)))
        assert apart > 7, f"{name}: {apart:.1f}"


@pytest.mark.parametrize("sight", ["normal", "protanopia", "deuteranopia", "tritanopia"])
def test_a_closed_strait_is_told_from_an_open_one(sight: str) -> None:
    apart = np.linalg.norm(_lab(LIGHT.closed, sight) - _lab(LIGHT.gate, sight))
    assert apart > 20
