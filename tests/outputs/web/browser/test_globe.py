"""The globe: a switch that the address keeps, and the same hands and answers as on the flat map."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browsing import Watched

BUTTON = ".fm-zoom-button:nth-child(4)"


def view(page: Watched) -> list[float]:
    """Longitude, latitude and zoom of the middle of the visible map."""
    return list(page.state()["view"])


def test_the_switch_is_in_the_address_and_back_again(visit: Callable[..., Any]) -> None:
    with visit("#t=layers&v=60,20,3.6") as page:
        assert "m=" not in page.hash()
        before, label = view(page), page.page.get_attribute(BUTTON, "aria-label")
        page.page.focus(BUTTON)
        page.page.keyboard.press("Enter")
        page.rest()
        assert "m=globe" in page.hash()
        assert page.page.get_attribute(BUTTON, "aria-label") != label
        assert view(page) == pytest.approx(before, abs=0.02), "the middle stays"
        page.page.go_back()
        page.rest()
        assert "m=globe" not in page.hash()
        assert page.page.get_attribute(BUTTON, "aria-label") == label
        assert not page.faults


def test_a_chapter_may_be_on_the_globe_until_the_reader_chooses(visit: Callable[..., Any]) -> None:
    """The atlas says so in story.toml; the address holds only what the reader chose."""
    with visit("#ch=partnership") as page:

        def label() -> str | None:
            return page.page.get_attribute(BUTTON, "aria-label")

        globe = label()
        assert "m=" not in page.hash()
        page.page.click(".fm-turn .fm-button-strong")
        page.wait("s.chapter === 'since'")
        flat = label()
        assert flat != globe
        page.page.go_back()
        page.wait("s.chapter === 'partnership'")
        assert label() == globe
        page.page.click(BUTTON)
        page.wait("s.map === 'flat'")
        assert label() == flat
        assert "m=flat" in page.hash()
        assert not page.faults


def test_hands_turn_it_and_clicks_find_what_is_drawn(visit: Callable[..., Any]) -> None:
    with visit("#t=layers&m=globe&v=60,20,2.8") as page:
        lon, lat, zoom = view(page)
        page.page.mouse.move(900, 350)
        page.page.mouse.down()
        for step in range(1, 13):
            page.page.mouse.move(900 - 10 * step, 350 + 5 * step)
        # held still, so that it is not flung
        page.page.wait_for_timeout(200)
        page.page.mouse.up()
        page.rest()
        scale = 256 * 2**zoom / 360
        after = view(page)
        assert after[0] - lon == pytest.approx(120 / scale / 0.94, rel=0.1)
        assert after[1] - lat == pytest.approx(60 / scale, rel=0.1)
        page.go("#t=layers&m=globe&v=12.5,41.9,4.5")
        # Rome lies in the middle of what the panel and the time line leave
        x, y = page.page.evaluate("""() => {
          const { right } = document.querySelector('.fm-panel').getBoundingClientRect();
          const { top } = document.querySelector('.fm-time').getBoundingClientRect();
          return [(right + 12 + innerWidth - 16) / 2, (top + 6) / 2];
        }""")
        page.page.mouse.click(x, y)
        page.rest()
        assert page.state()["selected"] == "place:rome"
        assert not page.faults


def test_turns_by_keys_past_the_pole_it_stops(visit: Callable[..., Any]) -> None:
    with visit("#t=layers&m=globe&v=0,80,2.6") as page:
        page.page.focus(".fm-stage")
        for _ in range(4):
            page.page.keyboard.press("ArrowUp")
            page.rest()
        assert 80 < view(page)[1] <= 85.5
        assert not page.faults


def test_a_picture_in_vectors_shows_it(visit: Callable[..., Any], tmp_path: Path) -> None:
    with visit("#t=layers&m=globe&v=75,20,2.6") as page:
        page.page.click(".fm-menu-box > button")
        with page.page.expect_download() as waiting:
            page.page.click("[data-key=save_svg]")
        target = tmp_path / "globe.svg"
        waiting.value.save_as(target)
        text = target.read_text("utf-8")
        assert "Lambert" in text
        # the land is one path of closed rings, all within the plate and a little round the disc
        land = re.search(r'id="land".*?<path d="([^"]+)"', text, re.S)
        assert land
        xs = [float(x) for x in re.findall(r"[ML](-?[\d.]+) ", land.group(1))]
        assert len(xs) > 500
        assert max(xs) - min(xs) < 1200
        assert "INDIA" in text
        assert not page.faults
