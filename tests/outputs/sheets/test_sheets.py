"""What a reader would see on a sheet, checked from what was really drawn."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import shapely
from PIL import Image, ImageChops, ImageStat

import made_atlas
from frontiers_map.analysis import figures
from frontiers_map.analysis.joins import JoinedAtlas, join
from frontiers_map.analysis.moments import as_of
from frontiers_map.atlas.atlas import read
from frontiers_map.atlas.model import Callout, Sheet, Text
from frontiers_map.cache import FolderCache, NoCache
from frontiers_map.errors import CallError
from frontiers_map.geo import land
from frontiers_map.outputs import sheets
from frontiers_map.outputs.base import RenderJob
from frontiers_map.outputs.sheets import worker
from frontiers_map.outputs.sheets.kinds import closure_matrix, closures, handout, registry, straits
from frontiers_map.outputs.sheets.map import basemap
from frontiers_map.outputs.sheets.map.draw import Made
from frontiers_map.outputs.sheets.map.projection import Frame
from frontiers_map.outputs.sheets.map.selection import choose
from frontiers_map.outputs.sheets.paper import fonts, inspect
from frontiers_map.outputs.sheets.paper.furniture import format_of
from frontiers_map.outputs.sheets.paper.page import Page
from frontiers_map.outputs.sheets.paper.page import _shorter as shorter
from frontiers_map.outputs.sheets.paper.words import say
from frontiers_map.style import DEEP, DEEP_OPACITY, LIGHT, mix
from helpers import TINY

# each sheet once, the languages in turn
SHOWN = [
    ("frontiers", "ja"),
    ("gas", "it"),
    ("straits", "it"),
    ("closures", "ja"),
    ("partnership", "en"),
    ("column", "ja"),
    ("slide", "en"),
]


@pytest.fixture(scope="module")
def atlas() -> JoinedAtlas:
    made = made_atlas.made()
    rows = made.scenario_routes
    costs = rows.assign(extra_days=rows["extra_nm"] / 408, extra_boil_off_t=rows["extra_nm"] / 4)
    return dataclasses.replace(made, scenario_routes=costs)


@pytest.fixture(scope="module")
def tiny_atlas() -> JoinedAtlas:
    return join(read(TINY), cache=NoCache())


@pytest.fixture(scope="module")
def drawn(atlas: JoinedAtlas) -> Callable[[str, str], Made]:
    done: dict[tuple[str, str], Made] = {}
    known = {sheet.id: sheet for sheet in atlas.sheets}

    def draw(name: str, language: str) -> Made:
        if (name, language) not in done:
            done[name, language] = registry.draw(atlas, known[name], language)
        return done[name, language]

    return draw


@pytest.mark.parametrize(("name", "language"), SHOWN)
def test_no_text_lies_over_another_or_over_a_symbol_or_leaves_its_frame_or_is_too_small(
    drawn: Callable[[str, str], Made], name: str, language: str
) -> None:
    page = drawn(name, language).page
    assert len(page.texts) > 20
    assert inspect.inspect(page).details == []
    # what print can hold, in points
    assert page.min_line >= 0.25
    assert page.min_type >= 5.5


def test_every_kind_of_sheet_is_looked_at(atlas: JoinedAtlas) -> None:
    assert {sheet.id for sheet in atlas.sheets} == {name for name, _ in SHOWN}
    assert {sheet.kind for sheet in atlas.sheets} == set(registry.KINDS)


def test_the_check_sees_what_is_planted() -> None:
    page = Page(80, 40, LIGHT.paper)
    page.text(10, 20, "Hormuz", size=8, colour=LIGHT.ink, role="label")
    page.text(12, 20.5, "Malacca", size=8, colour=LIGHT.ink, role="label", angle=20)
    page.text(75, 5, "beyond the edge", size=8, colour=LIGHT.ink)
    page.symbol(
        shapely.Point(14, 21).buffer(1), LIGHT.ink, z=1, edge=LIGHT.ink, width=1, name="dot"
    )
    assert [len(kind) for kind in dataclasses.astuple(inspect.inspect(page))] == [1, 2, 1]


# ---- pixels


def _pixels(made: Made, frame: Frame, dpi: int = 50) -> np.ndarray:
    image = Image.open(io.BytesIO(made.page.png(dpi))).convert("RGB")
    k, rect = dpi / 25.4, frame.rect
    return np.asarray(
        image.crop(
            (
                round(rect.x0 * k) + 1,
                image.height - round(rect.y1 * k) + 1,
                round(rect.x1 * k) - 1,
                image.height - round(rect.y0 * k) - 1,
            )
        ),
        dtype=int,
    )


def _like(pixels: np.ndarray, colour: str) -> float:
    wanted = np.array([int(colour[n : n + 2], 16) for n in (1, 3, 5)])
    return float((np.abs(pixels - wanted).max(-1) <= 6).mean())


def _dry(frame: Frame) -> float:
    """Share of land in a frame, asked of the coast point by point, with no projected polygon."""
    rect = frame.rect
    grid = np.stack(
        np.meshgrid(np.linspace(rect.x0, rect.x1, 90), np.linspace(rect.y0, rect.y1, 60)), -1
    ).reshape(-1, 2)
    spots = frame.geographic(grid)
    spots = spots[np.isfinite(spots).all(1)]
    lon = (spots[:, 0] + 180) % 360 - 180
    tree = shapely.STRtree(land.polygons("50m"))
    hit = tree.query(shapely.points(lon, spots[:, 1]), predicate="intersects")[0]
    return len(set(hit.tolist())) / len(grid)


@pytest.mark.parametrize("name", ["frontiers", "closures", "slide"])
def test_the_land_is_as_large_as_it_is(drawn: Callable[[str, str], Made], name: str) -> None:
    made = drawn(*next(one for one in SHOWN if one[0] == name))
    frame = made.frames[0]
    shown, true = _like(_pixels(made, frame), LIGHT.land), _dry(frame)
    assert 0.25 < true < 0.6
    # routes, names and symbols hide some of it
    assert true - 0.12 < shown < true + 0.03


def test_a_region_across_180_is_filled_and_nothing_else_is(tiny_atlas: JoinedAtlas) -> None:
    (sheet,) = registry.sheets_of(tiny_atlas)
    made = registry.draw(tiny_atlas, sheet, "en")
    frame = made.frames[0]
    pixels = _pixels(made, frame, 60)
    assert _like(pixels, LIGHT.land) < 0.05, "the ocean is not land"
    # at each level of depth the wash has a shade, and so has the sea beside it
    grounds = LIGHT.sea, mix(LIGHT.region_first, LIGHT.sea, LIGHT.region_first_opacity + 0.03)
    deep = [1 - (1 - DEEP_OPACITY) ** levels for levels in range(5)]
    shades = [mix(DEEP, ground, weight) for ground in grounds for weight in deep]
    colours = np.array([[int(c[n : n + 2], 16) for n in (1, 3, 5)] for c in shades])
    far = np.abs(pixels[..., None, :].astype(int) - colours).max(-1)
    washed = ((far.argmin(-1) >= len(deep)) & (far.min(-1) <= 6)).mean()
    corners = frame.page(np.array([[174, -24], [-168 + 360, -24], [-168 + 360, -10], [174, -10]]))
    if corners[:, 0].min() < frame.rect.x0 - 50:
        corners = frame.page(np.array([[174, -24], [192, -24], [192, -10], [174, -10]]) - (360, 0))
    share = shapely.Polygon(corners).area / (frame.rect.width * frame.rect.height)
    assert share == pytest.approx(washed, abs=0.05)
    assert inspect.inspect(made.page).details == []


def test_a_small_legend_leaves_the_paper_to_the_map(tiny_atlas: JoinedAtlas) -> None:
    made = registry.draw(tiny_atlas, registry.sheets_of(tiny_atlas)[0], "en")
    assert made.frames[0].rect.height > 0.7 * made.page.height
    degrees = {item.text for item in made.page.texts if item.role == "degree"}
    assert {"180°", "170°W", "20°S"} <= degrees


# ---- names on the map


def test_seas_too_narrow_for_their_names_have_them_all_the_same(
    drawn: Callable[[str, str], Made],
) -> None:
    said = {item.text for item in drawn("frontiers", "ja").page.texts if item.role == "sea"}
    assert {"紅海", "ペルシア湾", "アデン湾", "北大西洋", "日本海"} <= said


def test_no_stripes_run_through_the_name_of_a_sea(drawn: Callable[[str, str], Made]) -> None:
    page = drawn("frontiers", "ja").page
    lines = [one for one in page.axes.get_children() if one.get_zorder() == basemap.Z["stripes"]]
    stripes = [part for one in lines for part in one.get_path().to_polygons(closed_only=False)]
    assert len(stripes) > 100
    names = [item.area for item in page.texts if item.role == "sea"]
    crossed = shapely.MultiLineString(stripes).intersects(shapely.union_all(names))
    assert not crossed


def test_notes_stand_on_the_map_with_a_line_to_what_they_speak_of(
    tiny_atlas: JoinedAtlas,
) -> None:
    told = Text(en="Routes, {n:routes}; and places on both sides of a line: {n:places}")
    callout = Callout(at=(-179.0, -21.0), text=told)
    sheet = registry.sheets_of(tiny_atlas)[0].model_copy(update={"callouts": (callout,)})
    filled = figures.filled(dataclasses.replace(tiny_atlas, sheets=(sheet,)))
    page = registry.draw(filled, filled.sheets[0], "en").page
    said = " ".join(item.text for item in page.texts if item.role == "label")
    assert "Routes, 1; and places on both sides of a line: 3" in said
    assert page.layers["leader"] == 1
    assert inspect.inspect(page).details == []


def test_names_without_room_are_one_note_a_sheet_and_faults_one_each() -> None:
    assert sheets._notes("print/a-en", ["Red Sea (sea)", "Red Sea (sea)", "Suez (gate)"], []) == [
        "print/a-en: left out for want of room: Red Sea (sea), Suez (gate)"
    ]
    assert sheets._notes("print/a-en", [], ["a column of notes is 2 mm too long"]) == [
        "print/a-en: a column of notes is 2 mm too long"
    ]


def test_closures_have_equal_panels_none_empty_and_one_table_of_what_all_cost(
    atlas: JoinedAtlas,
) -> None:
    base = next(one for one in atlas.sheets if one.kind == "closures")
    names = ("hormuz_2026", "taiwan_strait", "la_perouse_tsugaru")
    sheet = base.model_copy(update={"scenarios": names})
    rows = atlas.scenario_routes
    taiwan = rows["scenario_id"] == "taiwan_strait"  # on no route that is drawn
    rows = rows.assign(changed=rows["changed"] & ~taiwan)
    atlas = dataclasses.replace(atlas, scenario_routes=rows)
    made = registry.draw(atlas, sheet, "en")
    assert len(made.frames) == 2
    assert len({(f.rect.y0, f.rect.height, f.rect.width) for f in made.frames}) == 1
    routes = atlas.routes[atlas.routes["draw"]].set_index("id")
    found = rows[rows["scenario_id"].isin(names) & rows["route_id"].isin(routes.index)]
    changed = found[found["changed"] & ~(found["extra_nm"] < 0.5)]
    cells = {  # routes of one name and supplier share a row
        (row.scenario_id, *routes.loc[row.route_id, ["short_en", "supplier"]])
        for row in changed.itertuples()
    }
    assert made.page.layers["no_way"] + made.page.layers["cost"] == len(cells)
    assert made.page.layers["no_way"] == (~changed["reachable"].astype(bool)).sum() > 0
    said = [item.text for item in made.page.texts if item.role == "panel"]
    assert "Taiwan Strait" in said
    assert say("unchanged", "en", total="22") in said


def test_a_strait_is_shown_with_both_its_shores(atlas: JoinedAtlas) -> None:
    """At one scale Makassar's was a bar in an empty sea, and others ran on over land."""
    sheet = Sheet(id="s", kind="straits", title=Text(en="S"), deck=Text(en="D"), size="A3",
                  gates=("makassar", "gibraltar", "suez"))  # fmt: skip
    made = registry.draw(atlas, sheet, "en")
    assert made.frames[0].scale < made.frames[1].scale
    for frame in made.frames:
        land = basemap.land_on_page(frame, basemap.coast_level(frame))
        parts = [part for part in shapely.get_parts(land) if part.area > 20]
        assert len(parts) >= 2 or land.area > frame.rect.polygon.area / 2, frame
    gates = {row.id: row.geometry for row in atlas.gates.itertuples()}
    for name, frame in zip(("makassar", "gibraltar"), made.frames, strict=False):
        bar = straits._water(frame, gates[name])
        assert bar is not None
        assert frame.rect.grown(-1).polygon.contains(bar)


def test_a_closure_is_shown_where_it_changes_ways(atlas: JoinedAtlas) -> None:
    whole = (-24.0, -47.0, 281.0, 72.0)
    near = closures._near(atlas, {}, frozenset({"tsugaru"}), whole)
    assert near[2] - near[0] == pytest.approx(closures.NARROWEST[0])
    assert near[0] < 140.5 < near[2]
    # what lies a turn of the globe away is brought into the view
    panama = closures._near(atlas, {}, frozenset({"panama"}), whole)
    assert panama[0] < 280.3 < panama[2] <= whole[2]
    assert closures._near(atlas, {}, frozenset(), whole) == whole


# ---- legend, words


@pytest.mark.parametrize("name", ["frontiers", "gas", "slide"])
def test_the_legend_names_all_that_was_drawn(drawn: Callable[[str, str], Made], name: str) -> None:
    language = next(one[1] for one in SHOWN if one[0] == name)
    page = drawn(name, language).page
    said = "".join(item.text for item in page.texts if item.role == "legend")
    wanted = {
        "overlap": "both",
        "pole": "pole",
        "capital": "capital",
        "gate": "gate",
        "gate_closed": "gate_closed",
        "gate_restricted": "gate_restricted",
        "terminal_export": "terminal_export",
        "terminal_import": "terminal_import",
    }
    met = [layer for layer in wanted if layer in page.layers]
    assert len(met) >= 6
    for layer in met:
        assert say(wanted[layer], language).replace(" ", "") in said.replace(" ", ""), layer


def test_two_charts_of_shares_are_to_one_scale(drawn: Callable[[str, str], Made]) -> None:
    made = drawn("gas", "it")
    values = [
        (item.artist.get_position(), float(item.text[:-1].replace(",", ".")))
        for item in made.page.texts
        if item.role == "legend" and re.fullmatch(r"\d+,\d%", item.text)
    ]
    charts: dict[bool, list[tuple[float, float]]] = {}
    first = 0
    for number, (_, share) in enumerate(values):  # a chart begins with its largest share
        if number and share > values[number - 1][1] and values[number - 1][1] < 11:
            first += 1
        charts.setdefault(bool(first), []).append((values[number][0][0], share))
    slopes = [
        (a[0] - b[0]) / (a[1] - b[1])
        for chart in charts.values()
        for a, b in pairwise(sorted(chart, key=lambda one: one[1]))
        if abs(a[1] - b[1]) > 3
    ]
    assert len(slopes) >= 4
    assert max(slopes) == pytest.approx(min(slopes), rel=0.02)


def test_the_legend_of_straits_says_what_passes_elsewhere(
    drawn: Callable[[str, str], Made],
) -> None:
    page = drawn("straits", "it").page
    assert page.layers["ghost"]
    said = [item.text for item in page.texts if item.role == "legend"]
    assert "rotta che passa altrove" in said


def test_a_missing_glyph_is_named() -> None:
    page = Page(50, 20, LIGHT.paper)
    with pytest.raises(fonts.MissingGlyphError, match=r"U\+1F6A2 .* needed for 'ship 🚢'"):
        page.text(1, 1, "ship 🚢", colour=LIGHT.ink)
    with pytest.raises(fonts.MissingGlyphError, match=r"U\+1F6A2"):
        fonts.width_mm("ship 🚢", "serif", 8)


def test_a_missing_glyph_is_the_inputs_fault_in_a_process_of_its_own_too(
    tiny_atlas: JoinedAtlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = Sheet(id="ship", title=Text(en="ship 🚢"), deck=Text(en="A deck"), size="A4")
    atlas = dataclasses.replace(tiny_atlas, sheets=(sheet,))
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    with pytest.raises(CallError, match=r"U\+1F6A2"):  # which the command ends with 2 for
        sheets.render(RenderJob(atlas, languages=["en", "it"], scratch=tmp_path))


def test_japanese_and_italian_are_set_from_files_of_packages() -> None:
    fonts.require("自由で開かれたインド太平洋・ラ・ペルーズ海峡　È più «largo»", "serif-semibold")
    for face in fonts.FACES:
        assert "site-packages" in str(fonts.face(face))


# ---- same bytes, files


_SCRIPT = """
import hashlib
from frontiers_map.atlas.atlas import read
from frontiers_map.analysis.joins import join
from frontiers_map.outputs.sheets import worker
atlas = join(read({tiny!r}))
job = {{"sheet": 0, "name": "tiny", "language": "en"}}
print(hashlib.sha256(worker.make(atlas, job)).hexdigest())
"""


def test_the_same_bytes_whatever_the_day_zone_and_hash_seed(tiny_atlas: JoinedAtlas) -> None:
    here = worker.make(tiny_atlas, {"sheet": 0, "name": "tiny", "language": "en"})
    elsewhere = subprocess.run(
        [sys.executable, "-c", _SCRIPT.format(tiny=str(TINY))],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONHASHSEED": "77", "TZ": "Asia/Tokyo", "LC_ALL": "C"},
    ).stdout
    assert elsewhere.strip() == hashlib.sha256(here).hexdigest()


def test_a_stranger_gets_sheets_and_a_second_build_draws_nothing(
    tiny_atlas: JoinedAtlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache, notes = FolderCache(tmp_path / "cache"), []
    first = sheets.render(
        RenderJob(tiny_atlas, languages=["en"], cache=cache, scratch=tmp_path / "one", notes=notes)
    )
    assert sorted(first) == ["print/tiny-en.pdf", "print/tiny-en.png", "print/tiny-en.svg"]
    monkeypatch.setattr(worker, "make", lambda *_: pytest.fail("drawn again"))
    again = sheets.render(
        RenderJob(tiny_atlas, languages=["en"], cache=cache, scratch=tmp_path / "two")
    )
    for name, content in first.items():
        assert isinstance(content, Path)
        assert content.read_bytes() == Path(str(again[name])).read_bytes()
    assert [note for note in notes if "Suva" in note] == []


def test_workers_in_parallel_make_the_same_as_one(
    tiny_atlas: JoinedAtlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = tuple(
        Sheet(id=name, title=Text(en=name), deck=Text(en="A deck"), size="A4") for name in "ab"
    )
    atlas = dataclasses.replace(tiny_atlas, sheets=two)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    told: list[str] = []
    made = sheets.render(RenderJob(atlas, languages=["en"], scratch=tmp_path, progress=told.append))
    assert len(told) == 2
    alone = worker.make(atlas, {"sheet": 1, "name": "b", "language": "en"})
    assert Path(str(made["print/b-en.png"])).read_bytes() in alone


def test_hostile_names_stay_text(tiny_atlas: JoinedAtlas) -> None:
    places = tiny_atlas.places.copy()
    places["name_en"] = made_atlas.HOSTILE[: len(places)]
    atlas = dataclasses.replace(tiny_atlas, places=places)
    (sheet,) = registry.sheets_of(atlas)
    svg = registry.draw(atlas, sheet, "en").page.svg("</title><script>", "]]> $\\frac{$", "en")
    root = ElementTree.fromstring(svg)
    assert not [node for node in root.iter() if node.tag.endswith("script")]
    words = " ".join(node.text or "" for node in root.iter() if node.tag.endswith("text"))
    assert "alert(1)" in words


# ---- PDF and SVG, asked of other programs


WORD, WORDS = (
    "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz" * 4,
    "Long Way " * 40,
)


@pytest.mark.parametrize(
    ("kind", "long"),
    [("map", WORD), ("straits", WORD), ("closures", WORDS)]
    + [
        pytest.param(kind, long, marks=pytest.mark.sweep)
        for kind, long in (("gas", WORDS), ("partnership", WORD))
    ],
    ids=["map", "straits", "gas", "partnership", "closures"],
)
def test_a_name_is_never_too_long_for_a_sheet(atlas: JoinedAtlas, kind: str, long: str) -> None:
    """Two panels' headings met, and an atlas was left without sheets because of a name."""
    frames = {
        f"{name}s": getattr(atlas, f"{name}s").assign(
            **{
                column: long + getattr(atlas, f"{name}s")[column].astype(str)
                for column in ("name_en", "short_en", "name_it", "name_ja", "short_it", "short_ja")
                if column in getattr(atlas, f"{name}s")
            }
        )
        for name in ("gate", "route", "place", "terminal", "link", "region", "event")
    }
    named = dataclasses.replace(atlas, **frames)
    sheet = Sheet(
        id="long",
        kind=kind,
        title=Text(en=long, it=long + "!", ja=long + "?"),
        deck=Text(en=long * 3),
        size="A4",
        view=(40, -10, 130, 40),
        gates=("malacca", "singapore", "hormuz"),
        scenarios=tuple(one.id for one in atlas.scenarios)[:4],
    )
    made = registry.draw(named, sheet, "en")
    assert inspect.inspect(made.page).details == []
    assert long.strip() in [one.strip() for one in made.page.shortened]


def test_a_title_that_stands_for_missing_ones_is_said_once(atlas: JoinedAtlas) -> None:
    sheet = Sheet(id="one", title=Text(en="The Gulf", it="Il Golfo"), deck=Text(en="Gas"),
                  view=(40, 10, 70, 35), layers=("gates",))  # fmt: skip
    drawn = [one.text for one in registry.draw(atlas, sheet, "it").page.texts]
    assert drawn.count("Il Golfo") == drawn.count("The Gulf") == 1


def _tool(name: str) -> str:
    return shutil.which(name) or pytest.skip(f"{name} is not installed")


def test_pdf_keeps_its_words_and_typefaces(
    drawn: Callable[[str, str], Made], tmp_path: Path
) -> None:
    pdffonts, pdftotext = _tool("pdffonts"), _tool("pdftotext")
    wanted = {
        ("frontiers", "ja"): "自由で開かれたインド太平洋",
        ("gas", "it"): "Mediterraneo globale",
    }
    for (name, language), words in wanted.items():
        path = tmp_path / f"{language}.pdf"
        path.write_bytes(drawn(name, language).page.pdf("A title"))
        rows = subprocess.run([pdffonts, path], check=True, capture_output=True, text=True).stdout
        listed = rows.splitlines()[2:]
        assert listed
        assert all(" yes yes yes " in row for row in listed), rows  # embedded, subset, unicode
        said = subprocess.run([pdftotext, path, "-"], check=True, capture_output=True, text=True)
        assert words in said.stdout.replace("\n", "")


@pytest.mark.parametrize(
    ("size", "turn", "wide", "high", "pixels"),
    [
        ("A0", "landscape", 1189, 841, None),
        ("A1", "portrait", 594, 841, None),
        ("A4", "portrait", 210, 297, (2480, 3507)),
        ("square", "landscape", 84, 84, (1080, 1080)),
        ("9:16", "portrait", 84, 84 * 16 / 9, (1080, 1920)),
    ],
)
def test_a_sheet_comes_out_as_large_as_its_paper(
    size: str, turn: str, wide: float, high: float, pixels: tuple[int, int] | None
) -> None:
    paper = format_of(
        Sheet(id="x", title=Text(en="X"), deck=Text(en="Y"), size=size, orientation=turn)
    )
    page = paper.page()
    page.text(paper.width / 2, paper.height / 4, "Here", size=9, colour=LIGHT.ink)
    points = [side * 72 / 25.4 for side in (wide, high)]
    box = re.search(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", page.pdf("T"))
    assert box
    assert [float(side) for side in box.groups()] == pytest.approx(points, abs=0.01)
    svg = ElementTree.fromstring(page.svg("T", "D", "en"))
    assert [float(side) for side in str(svg.get("viewBox")).split()[2:]] == pytest.approx(
        points, abs=0.01
    )
    # the words that can be searched lie where they are seen, as large
    word = next(one for one in svg.iter() if one.text == "Here")
    assert float(word.attrib["x"]) == pytest.approx(points[0] / 2, abs=0.1)
    assert float(word.attrib["y"]) == pytest.approx(points[1] * 3 / 4, abs=0.1)
    assert float(word.attrib["font-size"]) == pytest.approx(9 * wide / paper.width, abs=0.01)
    if pixels:
        image = Image.open(io.BytesIO(page.png()))
        assert (image.size, image.mode) == (pixels, "RGB")
        assert image.info["dpi"] == pytest.approx((page.dpi, page.dpi), abs=0.02)
        assert (np.asarray(image) == np.asarray(page.canvas.buffer_rgba())[..., :3]).all()


def test_paths_of_svg_come_back_to_their_points() -> None:
    """Distances add up to the rounded points, whatever is between; commands repeat silently."""
    path = "M 10 20 \nL 10.004 19.5 \nL 9 -0.25 \nz \nM 0.5 1 \nQ 2 2 3 3 \nQ 4 4 5.126 5 \n"
    assert shorter(path) == "m 10 20 0-.5-1-19.75zm-9.5-19q 1.5 1 2.5 2 1 1 2.13 2"


def test_svg_looks_like_the_png(drawn: Callable[[str, str], Made], tmp_path: Path) -> None:
    convert = _tool("rsvg-convert")
    page = drawn("column", "ja").page
    (tmp_path / "a.svg").write_bytes(page.svg("Title", "Words", "ja"))
    image = Image.open(io.BytesIO(page.png(150))).convert("RGB")
    subprocess.run(
        [
            convert,
            "-w",
            str(image.width),
            "-h",
            str(image.height),
            tmp_path / "a.svg",
            "-o",
            tmp_path / "a.png",
        ],
        check=True,
    )
    other = Image.open(tmp_path / "a.png").convert("RGB")
    difference = ImageStat.Stat(ImageChops.difference(image, other)).mean
    assert max(difference) < 5.0


def test_the_handout_is_tagged_and_has_its_chapters(atlas: JoinedAtlas, tmp_path: Path) -> None:
    few = dataclasses.replace(atlas, chapters=atlas.chapters[:1])
    content = worker.make(few, {"sheet": -1, "name": "story", "language": "ja"})
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        pdf = archive.read("pdf")
    assert pdf.startswith(b"%PDF")
    (tmp_path / "story.pdf").write_bytes(pdf)
    info = subprocess.run(
        [_tool("pdfinfo"), tmp_path / "story.pdf"], check=True, capture_output=True, text=True
    ).stdout
    assert few.settings.title.ja in info
    assert "Tagged:          yes" in info
    assert b"/Lang" in pdf
    said = subprocess.run(
        [_tool("pdftotext"), tmp_path / "story.pdf", "-"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert few.chapters[0].title.ja in "".join(said.split())
    told = subprocess.run(
        [_tool("pdftohtml"), "-xml", "-i", "-stdout", tmp_path / "story.pdf"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    root = ElementTree.fromstring(told.split("?>", 1)[1].split(">", 1)[1])
    pages = {page.get("number") for page in root.iter("page")}
    marks = [("".join(item.itertext()), item.get("page")) for item in root.iter("item")]
    assert few.chapters[0].title.ja in [name for name, _ in marks]
    assert marks[-1][0] == say("sources", "ja")
    assert {page for _, page in marks} <= pages
    links = [one.get("href") or "" for one in root.iter("a")]
    inside = [link.rpartition("#")[2] for link in links if not link.startswith("http")]
    assert len(inside) > 20, "chapters and sources are a click away"
    assert set(inside) <= pages
    known = set(few.sources["url"])
    assert {link for link in links if link.startswith("http")} <= known


def _chapter_map(atlas: JoinedAtlas, name: str, **change: object) -> tuple[Made, list[str], list]:
    chapter = next(one for one in atlas.chapters if one.id == name)
    chapter = chapter.model_copy(update=change)
    return handout._map(as_of(atlas, chapter.date), chapter, "en")


def test_straits_of_an_atlas_that_names_no_sea(atlas: JoinedAtlas) -> None:
    sheet = next(one for one in atlas.sheets if one.kind == "straits")
    bare = dataclasses.replace(atlas, sea_labels=atlas.sea_labels.iloc[:0])
    few = sheet.model_copy(update={"focus": sheet.focus.model_copy(update={"gates": ("malacca",)})})
    made = registry.draw(bare, few, "en")
    assert "Strait of Malacca" in " ".join(item.text for item in made.page.texts)
    assert not [item for item in made.page.texts if item.role == "sea"]


def test_a_dated_map_of_the_handout_shows_the_straits_of_that_day(atlas: JoinedAtlas) -> None:
    """Hormuz was open on 16 January 2026, and stood closed there under that date."""
    for day, state in (("2026-01-16", ""), ("2026-06-20", "restricted"), ("2026-10-09", "closed")):
        made, *_ = _chapter_map(atlas, "where_they_meet", date=day)
        drawn = {layer for layer in made.page.layers if layer.startswith("gate_")}
        told = {"gate_restricted"} if day > "2026-01-12" else set()  # Bab el-Mandeb, since then
        assert drawn == told | ({f"gate_{state}"} if state else set()), day


def test_a_closure_in_the_handout_has_its_crosses_old_ways_and_miles(atlas: JoinedAtlas) -> None:
    made, sources, costs = _chapter_map(atlas, "straits")
    scenario = next(one for one in atlas.scenarios if one.id == "malacca_singapore_sunda")
    assert made.page.layers["gate_closed"] == len(closures.closed_gates(atlas, scenario))
    assert made.page.layers["ghost"] >= 1
    assert sources
    content = choose(atlas, "en", ("routes",), atlas.chapters[4].focus)
    table = closure_matrix.scenario_table(atlas, scenario.id, content)
    assert {row["name"] for row in costs} == {route.short_en for _, route in table}
    assert all(row["nm"] or row["lost"] for row in costs)
    plain, _, none = _chapter_map(atlas, "straits", scenario=None)
    assert none == []
    assert "ghost" not in plain.page.layers


@pytest.mark.parametrize("layers", [("links",), ("events",), ("links", "events"), ("gates",)])
def test_links_and_events_that_a_sheet_names_are_drawn_without_a_focus(
    atlas: JoinedAtlas, layers: tuple[str, ...]
) -> None:
    sheet = Sheet(id="x", title=Text(en="X"), deck=Text(en="Y"), size="A4", layers=layers,
                  view=(-20, 0, 160, 65))  # fmt: skip
    made = registry.draw(atlas, sheet, "en")
    said = " ".join(item.text for item in made.page.texts)
    told = " ".join(made.trouble)
    assert ("link" in made.page.layers) == ("links" in layers)
    assert ("event" in made.page.layers) == ("events" in layers)
    if "events" in layers:  # each is named on the map or told to have found no room
        for row in atlas.events.itertuples():
            assert (
                row.name_en in said
                or f"event {row.id}" in told
                or not any(
                    -20 < lon < 160 and 0 < lat < 65
                    for lon, lat in shapely.get_coordinates(row.geometry)
                )
            ), row.id
