"""Figures in prose are the ones that the joins computed."""

from __future__ import annotations

import re

import pytest

from frontiers_map import figures, references
from frontiers_map.errors import CallError
from frontiers_map.joins import _months, load


@pytest.fixture(scope="module")
def atlas():
    return load()


def test_every_placeholder_of_the_story_is_filled(atlas):
    texts = [row.text for row in atlas.chapters]
    texts += [note for sheet in atlas.sheets for note in (sheet.deck, *sheet.notes)]
    for text in texts:
        for language in atlas.settings.languages:
            filled = figures.fill(atlas, text.get(language), language)
            assert not re.search(r"[{}]", filled), filled


def test_figures_of_chapters_are_known(atlas):
    keys = [chapter.figure for chapter in atlas.chapters if chapter.figure]
    assert keys
    assert all(figures.figure(atlas, key, "en") for key in keys)


def test_figures_are_the_joins_own(atlas):
    row = atlas.routes.set_index("id").loc["coral_jp"]
    assert figures.figure(atlas, "nm:coral_jp", "en") == f"{row['nm']:,.0f}"
    assert figures.figure(atlas, "share:JP:australia", "it", unit=True) == "38,1%"
    assert figures.figure(atlas, "overlap_mkm2", "en") == "13.3"
    assert figures.figure(atlas, "param:service_speed_kn", "en") == "17"
    assert figures.figure(atlas, "overlap_area", "en") == "13.3 million km²"
    assert figures.figure(atlas, "overlap_area", "ja") == "1,330万km²"
    assert figures.figure(atlas, "ip_area", "ja") == "1億7,590万km²"


def test_unknown_keys_stay_text_and_are_told(atlas):
    assert (
        figures.fill(atlas, "{not_a_key} ${x} {nm:nowhere}", "en")
        == "{not_a_key} ${x} {nm:nowhere}"
    )
    with pytest.raises(CallError, match="found 'nm:nowhere'"):
        figures.figure(atlas, "nm:nowhere", "en")


def test_ships_for_the_whole_supply_follow_from_the_imports(atlas):
    """Japan took 25.1 Mt from Australia in 2024 (S70): so much goes the long way, or more ships."""
    ways = atlas.scenario_routes.set_index("id")
    way = ways.loc["archipelago__nws_jp"]
    assert way["volume_mt"] == 25.1
    assert way["ships"] > way["extra_ships"] > 10
    assert way["extra_ships"] == pytest.approx(25.1 * way["extra_ships_per_mt"], rel=0.02)
    # Italy's shares are known for half a year only, and the figures name no Mozambique
    assert ways.loc[["malacca__us_it", "malacca__coral_jp"], "volume_mt"].isna().all()


def test_validation_knows_the_figures_that_can_be_computed():
    assert set(references._FIGURES) == set(figures._VALUES)


def test_tonnes_behind_the_shares_are_those_on_record(atlas):
    """Japan's in 2024 are in imports.csv themselves; Italy's are twice those of half a year."""
    tonnes = atlas.routes.set_index("id")["supplier_mt_year"]
    sent = atlas.imports[
        (atlas.imports["importer"] == "JP") & (atlas.imports["period"] == "2024-01/2024-12")
    ]
    by_origin = sent.set_index("origin")["mt"]
    for route in ("nws_jp", "bintulu_jp", "us_panama_jp", "sakhalin_jp"):
        supplier = atlas.routes.set_index("id").loc[route, "supplier"]
        assert tonnes[route] == pytest.approx(by_origin[supplier], abs=0.07)
    half_a_year = 7.4  # million tonnes, January to June 2025: S132
    assert tonnes["us_it"] == pytest.approx(2 * half_a_year * 0.45, abs=0.01)
    assert tonnes[["coral_jp", "oman_jp"]].isna().all(), "nothing is known, nothing is drawn"


@pytest.mark.parametrize(
    ("period", "months"),
    [("2024-01/2024-12", 12), ("2025-01/2025-06", 6), ("2025-09", 1), ("2023", 12),
     ("2025-11/2026-02", 4), ("2025-01-01/2025-09-26", 0), ("", 0), ("2026-02/2026-01", 0)],
)  # fmt: skip
def test_months_of_a_period(period, months):
    assert _months(period) == months
