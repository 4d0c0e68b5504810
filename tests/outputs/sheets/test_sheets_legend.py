"""The legend explains what was drawn in the frame, no more and no less, wherever the sheet is."""

from __future__ import annotations

import dataclasses
import random
import re

import numpy as np
import pytest
import shapely

import made_atlas
from frontiers_map.analysis.joins import JoinedAtlas
from frontiers_map.atlas.model import SHEET_LAYERS, Sheet, Text
from frontiers_map.outputs.sheets.kinds import registry
from frontiers_map.outputs.sheets.map.draw import Made
from frontiers_map.outputs.sheets.map.selection import choose, second_of_role
from frontiers_map.outputs.sheets.paper import inspect
from frontiers_map.outputs.sheets.paper.words import say

# layer as drawn -> what the legend calls it
SIGNS = (
    "pole", "capital", "gate", "gate_closed", "gate_restricted", "terminal_export",
    "terminal_export_off", "terminal_import", "terminal_import_off", "link", "event",
    "event_planned",
)  # fmt: skip
PARTS = ("pole", "capital", "gate", "link", "event")
VIEWS = [
    (47, 22, 61, 31), (95, -12, 135, 10), (-8, 30, 37, 47), (120, 20, 150, 48),
    (-100, 5, -60, 35), (-29, -43, 285, 68), (160, -45, 200, -10),
]  # fmt: skip


@pytest.fixture(scope="module")
def atlas() -> JoinedAtlas:
    made = made_atlas.made()
    rows = made.scenario_routes
    costs = rows.assign(extra_days=rows["extra_nm"] / 408, extra_boil_off_t=rows["extra_nm"] / 4)
    return dataclasses.replace(made, scenario_routes=costs)


def _cases() -> list[tuple[str, str, tuple[float, ...], tuple[str, ...], str]]:
    """A frame each, with a random subset of layers, a paper and a language."""
    chance = random.Random(7)
    cases = []
    for number, view in enumerate(VIEWS):
        layers = chance.sample(SHEET_LAYERS["map"], chance.randint(2, 8))
        size, turn = chance.choice([("A4", "portrait"), ("A4", "landscape"), ("16:9", "landscape")])
        cases.append((size, turn, view, tuple(layers), ("en", "it", "ja")[number % 3]))
    # for telephones, and for a wall
    cases.append(("square", "portrait", VIEWS[1], ("routes", "gates", "places"), "en"))
    cases.append(("9:16", "portrait", VIEWS[2], SHEET_LAYERS["map"], "it"))
    cases.append(("A0", "landscape", VIEWS[1], SHEET_LAYERS["map"], "ja"))
    # the sheet of a stranger, in eleven lines, and everything at once on the smallest
    gulf = ("routes", "gates", "terminals", "places", "events", "sea_labels")
    cases.append(("A4", "portrait", VIEWS[0], gulf, "it"))
    cases.append(("column", "portrait", VIEWS[1], SHEET_LAYERS["map"], "ja"))
    return cases


def _legend(made: Made) -> str:
    return " ".join(item.text for item in made.page.texts if item.role == "legend")


def _in(phrase: str, legend: str) -> bool:
    """Whether a legend has a phrase, on however many lines."""
    return re.sub(r"\s", "", phrase) in re.sub(r"\s", "", legend)


@pytest.mark.parametrize(("size", "turn", "view", "layers", "language"), _cases())
def test_the_legend_is_what_was_drawn(
    atlas: JoinedAtlas,
    size: str,
    turn: str,
    view: tuple[float, float, float, float],
    layers: tuple[str, ...],
    language: str,
) -> None:
    sheet = Sheet(id="x", title=Text(en="X"), deck=Text(en="Y"), size=size, orientation=turn,
                  view=view, layers=layers)  # fmt: skip
    made = registry.draw(atlas, sheet, language)
    # these views are not of the shape of their papers, which is told
    assert [note for note in made.notes if not note.startswith("the paper is ")] == []
    assert inspect.inspect(made.page).details == []
    legend = _legend(made)
    assert not re.search(r"(^|\s)…", legend)
    drawn = made.page.layers

    # suppliers: those with a route in the frame, asked of the routes vertex by vertex
    frame = made.frames[0]
    seen = set()
    for row in choose(atlas, language, layers, sheet.focus).routes:
        spots = shapely.get_coordinates(shapely.segmentize(row.geometry, 0.1))
        for by in (-360, 0, 360):
            x, y = frame.page(spots + (by, 0)).T
            r = frame.rect
            with np.errstate(invalid="ignore"):
                if ((x > r.x0) & (x < r.x1) & (y > r.y0) & (y < r.y1)).any():
                    seen.add(row.supplier)
    for one in atlas.settings.suppliers:
        assert _in(one.name.get(language), legend) >= (one.id in seen), one.id
        if one.id not in seen and "regions" not in layers:
            # what the atlas says of borders may name a country that is a supplier, too
            prose = [text for _, text in atlas.settings if isinstance(text, Text)]
            named = any(_in(one.name.get(language), text.get(language)) for text in prose)
            assert named or not _in(one.name.get(language), legend), one.id
    if size not in ("column", "square", "9:16"):  # too small for plain symbols
        for sign in SIGNS:
            told = _in(say(sign, language), legend)
            # some stand in another's words, too: a closed strait is a strait
            assert told == (sign in drawn) or (told and sign in PARTS), sign
    # every source is named, none is cut
    foot = [item.text for item in made.page.texts if item.role == "foot"]
    assert not any("…" in row for row in foot)


def test_a_sheet_of_a_gulf_lists_its_suppliers_and_its_sources_only(atlas: JoinedAtlas) -> None:
    size, turn, view, layers, language = _cases()[-2]
    sheet = Sheet(id="x", title=Text(en="X"), deck=Text(en="Y"), size=size, orientation=turn,
                  view=view, layers=layers)  # fmt: skip
    made = registry.draw(atlas, sheet, language)
    legend = _legend(made)
    assert "Qatar" in legend
    assert "Australia" not in legend
    assert made.page.layers["event"] >= 2
    assert "Hormuz" in " ".join(i.text for i in made.page.texts if i.role == "label")
    assert any(item.role == "scale" for item in made.page.texts)
    named = re.findall(r"\bS\d+", " ".join(i.text for i in made.page.texts if i.role == "foot"))
    assert "S143" in named  # of the reports on Hormuz
    assert len(named) < len(atlas.sources) / 2


def test_a_legend_tells_widths_and_suppliers_of_one_colour_apart(atlas: JoinedAtlas) -> None:
    sheet = next(one for one in atlas.sheets if one.id == "frontiers")
    legend = _legend(registry.draw(atlas, sheet, "en"))
    assert len(re.findall(r"\d Mt a year", legend)) == 2
    roles = [one.role for one in atlas.settings.suppliers]
    for one in atlas.settings.suppliers:
        first = roles.index(one.role) == [two.id for two in atlas.settings.suppliers].index(one.id)
        assert second_of_role(atlas, one.id) != first
    assert second_of_role(atlas, "congo")  # Algeria's colour


def test_the_sheet_of_closures_says_how_to_read_itself(atlas: JoinedAtlas) -> None:
    base = next(one for one in atlas.sheets if one.kind == "closures")
    sheet = base.model_copy(update={"scenarios": base.scenarios[:2]})
    rows = atlas.scenario_routes.assign(changed=False, reachable=True)
    none = dataclasses.replace(atlas, scenario_routes=rows)
    for given, changes in ((atlas, True), (none, False)):
        made = registry.draw(given, sheet, "en")
        legend = _legend(made)
        assert atlas.settings.how_to_read is not None
        assert not _in(atlas.settings.how_to_read.en[:60], legend)
        for key in ("read_new", "read_ghost", "read_table"):
            assert _in(say(key, "en"), legend) == changes, key
        assert _in(say("read_steady", "en"), legend)


def test_terminals_without_a_focus_or_routes_are_all_drawn(atlas: JoinedAtlas) -> None:
    content = choose(atlas, "en", ("terminals",), Sheet.model_fields["focus"].default)
    assert len(content.terminals) == len(atlas.terminals)
