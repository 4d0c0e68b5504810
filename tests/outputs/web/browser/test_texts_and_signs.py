"""Prose, pictures and events' symbols of an atlas on its page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import Watched, opened
from PIL import Image
from playwright.sync_api import Browser
from test_layers_of_ones_own import colours

from helpers import TINY, build_pages

pytestmark = pytest.mark.browser

KIND = """
[[kinds]]
of = "events"
id = "raid"
name = { en = "Raid on a cable" }
symbol = "M3 3H21V21H3Z M9 9H15V15H9Z"
colour = "#0b6e4f"
"""
STORY = """
[[chapter]]
id = "one"
title = { en = "One *is* plain" }
text = { en = '''It was **cut**, says [a *report*](https://example.org/?a=1&b=2).

- first <b>this</b>
- [then](javascript:alert(1))''' }
view = [170, -26, 196, -8]
source = ["T1"]
picture = { file = "port.webp", alt = { en = "A port" }, credit = { en = "Nobody, CC0" } }
"""
EVENTS = """id,name_en,date,precision,kind,places,lon,lat,status,summary_en,source,as_of,certainty
cut,The cut,2025-05,month,raid,,-179,-12,done,Cut *twice*.,T1,2026,documented
"""


def _made(folder: Path) -> None:
    atlas = folder / "atlas"
    shutil.copytree(TINY, atlas)
    settings = atlas / "atlas.toml"
    settings.write_text(settings.read_text("utf-8") + KIND, "utf-8")
    (atlas / "story.toml").write_text(STORY, "utf-8")
    (atlas / "events.csv").write_text(EVENTS, "utf-8")
    Image.new("RGB", (300, 200), (10, 90, 160)).save(atlas / "port.webp")
    build_pages(atlas, folder / "pages")


@pytest.fixture(scope="session")
def page(once: Any) -> Path:
    return Path(once("texts-and-signs", _made)) / "pages" / "index.html"


@pytest.fixture
def seen(chromium: Browser, page: Path) -> Iterator[Watched]:
    with opened(chromium, page, "#t=story") as watched:
        yield watched


def test_prose_is_set_and_inert(seen: Watched) -> None:
    chapter = seen.page.locator(".fm-chapter")
    assert chapter.locator("h2").inner_text() == "One *is* plain"
    assert chapter.locator("strong").inner_text() == "cut"
    link = chapter.locator("a[target=_blank]")
    assert link.inner_text() == "a report"
    assert link.get_attribute("href") == "https://example.org/?a=1&b=2"
    assert chapter.locator("> ul > li").all_inner_texts() == [
        "first <b>this</b>", "[then](javascript:alert(1))",
    ]  # fmt: skip
    assert chapter.locator("b").count() == 0


def test_a_picture_is_shown_with_its_words(seen: Watched) -> None:
    shown = seen.page.locator(".fm-picture img")
    size = "one => one.decode().then(() => [one.naturalWidth, one.naturalHeight])"
    assert shown.evaluate(size) == [300, 200]
    assert shown.get_attribute("alt") == "A port"
    assert seen.page.inner_text(".fm-picture figcaption") == "Nobody, CC0"
    box = shown.bounding_box()
    assert box is not None
    assert box["width"] / box["height"] == pytest.approx(1.5, abs=0.02)


def test_an_event_is_drawn_found_and_goes_with_its_switch(seen: Watched) -> None:
    ink = (0x0B, 0x6E, 0x4F)
    assert ink in colours(seen)
    seen.page.fill(".fm-search-field", "the cut")
    seen.page.press(".fm-search-field", "Enter")
    seen.wait("s.selected === 'event:cut'")
    assert seen.page.inner_text(".fm-card em") == "twice"
    seen.page.keyboard.press("Escape")
    seen.tab("layers")
    assert "Raid on a cable" in seen.page.inner_text(".fm-layers")
    seen.page.click('button[role=switch][aria-label="Events"]')
    seen.wait("s.off.includes('events')")
    assert ink not in colours(seen)
