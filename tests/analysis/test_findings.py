"""What a sheet finds is said of what it shows, and nothing where there are no data."""

from __future__ import annotations

from dataclasses import replace

import pytest

from frontiers_map.analysis.findings import finding
from frontiers_map.analysis.joins import JoinedAtlas
from frontiers_map.analysis.reports import gate_reports
from frontiers_map.atlas.atlas import read
from frontiers_map.atlas.model import Sheet
from frontiers_map.outputs.sheets.headline import headline
from frontiers_map.outputs.sheets.kinds import registry
from helpers import GEODATA
from made_atlas import made


@pytest.fixture(scope="module")
def atlas() -> JoinedAtlas:
    return made(read(GEODATA))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Strait of Hormuz: 8 ships a day where 125 passed"),
        ("it", "Stretto di Hormuz: 8 navi al giorno, dove ne passavano 125"),
        ("ja", "ホルムズ海峡の通航、1日125隻から8隻に"),
    ],
)
def test_the_last_report_is_the_finding(atlas: JoinedAtlas, language: str, said: str) -> None:
    sheet = next(one for one in registry.sheets_of(atlas) if one.id == "frontiers")
    assert headline(atlas, sheet, language) == said
    # with the strait out of the view, or not asked for, it is not what the sheet finds
    for other in ({"view": (-20, 30, 40, 50)}, {"layers": ("places",)}):
        assert headline(atlas, sheet.model_copy(update=other), language) != said


def test_what_was_not_counted_is_not_said(atlas: JoinedAtlas) -> None:
    rows = atlas.gate_status
    silent = replace(atlas, gate_status=rows.assign(ships_day=None, ships_usual=None))
    assert finding(silent, "map", "en", gates=["hormuz"]) == (
        "Strait of Hormuz: closed since July 2026"
    )
    none = replace(silent, gate_status=rows[:0])
    for kind in ("map", "gas", "straits", "closures", "partnership"):
        assert finding(none, kind, "en", gates=["hormuz"]) == ""


def test_a_count_of_a_group_is_not_that_of_one_of_its_gates(atlas: JoinedAtlas) -> None:
    row = atlas.gate_status.iloc[-1:].assign(
        gate="malacca_singapore", date="2026-10-01", status="closed", ships_day=3, ships_usual=300
    )
    reports = gate_reports(replace(atlas, gate_status=row))
    assert reports["malacca"].status == "closed"
    assert reports["malacca"].ships_day is None


def test_an_atlas_says_its_own_finding_and_who_made_it(atlas: JoinedAtlas) -> None:
    about = {"address": "https://example.org/atlas", "author": "A. Cartographer"}
    mine = replace(atlas, settings=atlas.settings.model_copy(update=about))
    sheet = Sheet.model_validate(
        {"id": "own", "title": {"en": "Suva"}, "deck": {"en": "A harbour"}, "size": "A4",
         "view": (176, -20, 181, -16), "layers": ("places",), "finding": {"en": "Nobody waits"}}
    )  # fmt: skip
    page = registry.draw(mine, sheet, "en").page
    titles = [item.text for item in page.texts if item.role == "title"]
    assert titles == ["Suva", "Nobody waits"]
    foot = " ".join(item.text for item in page.texts if item.role == "foot")
    assert "A. Cartographer" in foot
    assert "https://example.org/atlas" in foot
    assert page.layers["code"], "and a code to read with a telephone"
