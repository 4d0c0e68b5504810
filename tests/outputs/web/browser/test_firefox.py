"""The page in Firefox: drawn, silent, and its controls at work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import PAGES, TABS
from firefox import Firefox, firefox_path, started

LISTEN = (
    "window.__violations = []; addEventListener('securitypolicyviolation', "
    "(e) => window.__violations.push(e.violatedDirective + ' ' + e.blockedURI)); true"
)


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    if firefox_path() is None:
        pytest.skip("no Firefox on this machine")
    with started(tmp_path_factory.mktemp("firefox")) as browser:
        browser.resize(1440, 900)
        yield browser


def ready(firefox: Firefox, page: Path, fragment: str = "") -> None:
    firefox.requests.clear()
    firefox.errors.clear()
    firefox.open("about:blank")
    firefox.open(page.as_uri() + fragment)
    assert firefox.evaluate("frontiersMap.ready.then(() => true)") is True
    firefox.evaluate(LISTEN)


def silent(firefox: Firefox, page: Path) -> None:
    own = page.as_uri()
    kinds = ("data:", "blob:", "about:")
    asked = [u for u in firefox.requests if u.split("#")[0] != own and not u.startswith(kinds)]
    assert asked == []
    assert firefox.errors == []
    assert firefox.evaluate("window.__violations.join()") == ""


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
def test_each_page_in_each_tab(firefox: Firefox, pages: Path, name: str) -> None:
    page = pages / f"{name}.html"
    ready(firefox, page)
    for tab in TABS:
        firefox.evaluate(f"document.getElementById('fm-tab-{tab}').click(); true")
        assert firefox.evaluate("frontiersMap.state().tab") == tab
        assert firefox.evaluate("document.querySelector('.fm-body').textContent.length") > 100
    drawn = "new Set(document.querySelector('.fm-canvas').getContext('2d').getImageData(500, 100, 600, 400).data).size"
    assert firefox.evaluate(drawn) > 20, "the canvas has a picture"
    silent(firefox, page)


@pytest.mark.browser
def test_keys_search_and_pictures(firefox: Firefox, pages: Path, tmp_path: Path) -> None:
    page = pages / "index.html"
    ready(firefox, page, "#l=en")
    first = firefox.evaluate("frontiersMap.state().chapter")
    firefox.press("\ue014")  # the right arrow
    firefox.wait(f"frontiersMap.state().chapter !== '{first}'")
    firefox.press("/")
    firefox.wait("document.activeElement.className === 'fm-search-field'")
    firefox.press(*"hormuz", "\ue007")  # and Enter
    firefox.wait("frontiersMap.state().selected === 'gate:hormuz'")
    firefox.wait("document.activeElement.className === 'fm-card-title'")
    firefox.press("\ue00c")  # Escape
    firefox.wait("frontiersMap.state().selected === null")
    for key in ("save_png", "save_svg", "measure"):
        firefox.evaluate(f"document.querySelector('.fm-menu-item[data-key={key}]').click(); true")
    firefox.press("\ue00c")
    firefox.evaluate("document.getElementById('fm-tab-scenarios').click(); true")
    firefox.evaluate("document.querySelector('.fm-chip').click(); true")
    assert firefox.evaluate("frontiersMap.state().closed.length") > 0
    shot = tmp_path / "firefox.png"
    firefox.screenshot(shot)
    assert shot.stat().st_size > 50_000
    silent(firefox, page)


@pytest.mark.browser
def test_phone(firefox: Firefox, pages: Path) -> None:
    page = pages / "index.html"
    firefox.resize(390, 844)
    ready(firefox, page)
    high = "document.querySelector('.fm-panel').getBoundingClientRect().height"
    before = firefox.evaluate(high)
    firefox.evaluate("document.querySelector('.fm-grip').click(); true")
    firefox.wait(f"{high} !== {before}")
    silent(firefox, page)
    firefox.resize(1440, 900)
