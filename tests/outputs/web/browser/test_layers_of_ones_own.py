"""Layers of one's own on the page: drawn, named, found, switched, and out of service at a date."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import Watched, opened
from playwright.sync_api import Browser

from helpers import BALTIC, build_pages

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def page(once: Any) -> Path:
    return Path(once("baltic-pages", lambda folder: build_pages(BALTIC, folder))) / "index.html"


@pytest.fixture
def seen(chromium: Browser, page: Path) -> Iterator[Watched]:
    with opened(chromium, page) as watched:
        yield watched


def test_the_legend_says_kinds_and_states(seen: Watched) -> None:
    text = seen.page.inner_text(".fm-layers")
    for words in ("Cables and pipelines", "Power cables", "Gas pipelines", "ended", "Wind farms"):
        assert words in text
    assert "out of service" not in text
    seen.page.click("button:has-text('20 November 2024')")
    seen.wait("s.date === '2024-11-20'")
    text = seen.page.inner_text(".fm-layers")
    assert "out of service" in text
    # what is over by then is not there
    assert "ended" not in text


@pytest.mark.parametrize(
    ("typed", "name", "says"),
    [
        ("lion", "C-Lion1", ["Telecom cables", "1,095 km", "Out of service (2)", "encyclopedia"]),
        ("krieg", "Kriegers Flak", ["Wind farms", "132 km²", "schematic"]),
        ("inkoo", "Inkoo", ["Terminals for liquefied gas", "28 Dec 2022"]),
    ],
)
def test_a_feature_is_found_and_has_a_card(
    seen: Watched, typed: str, name: str, says: list[str]
) -> None:
    seen.page.fill(".fm-search-field", typed)
    seen.page.press(".fm-search-field", "Enter")
    seen.wait("s.selected !== null")
    assert seen.page.inner_text(".fm-card-title") == name
    card = seen.page.inner_text(".fm-card")
    assert [words for words in says if words not in card] == []


def test_a_position_is_found_where_there_is_no_way_by_sea(seen: Watched) -> None:
    """No harbour is told of it there: the list broke off, as it was taken for a row."""
    seen.page.fill(".fm-search-field", "59.4N 24.7E")
    answer = seen.page.locator("#fm-found li").first
    assert answer.inner_text().startswith("59.40°N 24.70°E")
    answer.click()
    seen.rest()


def test_the_card_tells_the_outage_of_the_day(chromium: Browser, page: Path) -> None:
    with opened(chromium, page, "#s=feature:estlink_2&d=2025-01-01") as seen:
        told = seen.page.inner_text(".fm-status")
        assert told == "out of service · 25 Dec 2024 – 19 Jun 2025\n\nDamaged by a ship's anchor"


def colours(seen: Watched) -> set[tuple[int, ...]]:
    """Colours of the map, but for those of few pixels."""
    seen.rest()
    return {
        tuple(one)
        for one in seen.page.evaluate(
            """() => {
              const c = document.querySelector('.fm-canvas'), d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data, n = new Map();
              for (let i = 0; i < d.length; i += 4) {
                const key = `${d[i]},${d[i + 1]},${d[i + 2]}`;
                n.set(key, (n.get(key) ?? 0) + 1);
              }
              return [...n].filter(([, count]) => count > 30).map(([key]) => key.split(',').map(Number));
            }"""
        )
    }


def test_colours_are_those_of_the_atlas_and_go_with_their_switch(seen: Watched) -> None:
    power, closed = (0xA3, 0x52, 0x00), (0xC8, 0x10, 0x2E)
    assert power in colours(seen)
    assert closed not in colours(seen)
    seen.page.click("button:has-text('New Year 2025')")
    seen.wait("s.date === '2025-01-01'")
    assert closed in colours(seen)
    assert power not in colours(seen)
    seen.page.click('button[role=switch][aria-label="Cables and pipelines"]')
    seen.wait("s.off.includes('cables')")
    assert closed not in colours(seen)
