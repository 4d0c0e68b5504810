"""axe finds nothing serious, in any tab, light and dark, on a desk and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from browsing import DESKTOP, PATIENCE, PHONE, TABS, rest
from playwright.sync_api import Browser, Page

AXE = (files("axe_core_python") / "axe.min.js").read_text("utf-8")
GRAVE = {"serious", "critical"}


@contextmanager
def checked(
    browser: Browser, path: Path, scheme: str, size: dict[str, int], fragment: str = ""
) -> Iterator[Page]:
    """Open a page without its policy, which would keep axe itself out."""
    context = browser.new_context(
        viewport=size, color_scheme=scheme, bypass_csp=True, offline=True, reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(path.as_uri() + fragment)
    page.evaluate("() => frontiersMap.ready.then(() => true)")
    page.evaluate(AXE)
    yield page
    context.close()


def grave(page: Page) -> list[str]:
    """Violations that would shut somebody out, each with the first element that has it."""
    found: list[dict[str, Any]] = page.evaluate(
        "() => axe.run(document, { resultTypes: ['violations'] }).then((r) => r.violations)"
    )
    return [
        f"{v['impact']} {v['id']}: {v['nodes'][0]['html'][:140]} {v['nodes'][0].get('failureSummary', '')[:200]}"
        for v in found
        if v["impact"] in GRAVE
    ]


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_tab(chromium: Browser, pages: Path, scheme: str, size: dict[str, int]) -> None:
    with checked(chromium, pages / "index.html", scheme, size) as page:
        if size is PHONE:
            page.click(".fm-grip")  # the tall state shows all of the panel
        for tab in TABS:
            page.click(f"#fm-tab-{tab}")
            rest(page)
            assert grave(page) == [], tab


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_opens_above_the_map(chromium: Browser, pages: Path, scheme: str) -> None:
    with checked(
        chromium, pages / "index.html", scheme, DESKTOP, "#s=gate:hormuz&t=scenarios&x=hormuz"
    ) as page:
        assert page.locator(".fm-card").is_visible()
        assert grave(page) == [], "card"
        page.fill(".fm-search-field", "to")
        assert grave(page) == [], "search"
        page.fill(".fm-search-field", "")
        for key, node in (
            ("measure", ".fm-measure"),
            ("add_file", ".fm-own-data"),
            ("present", ".fm-slides"),
        ):
            page.click(".fm-menu-box > button")
            if key == "measure":
                assert grave(page) == [], "menu"
            page.click(f".fm-menu-item[data-key={key}]")
            assert page.locator(node).is_visible()
            assert grave(page) == [], key
            page.keyboard.press("Escape")


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["map", "chapter", "story"])
def test_inside_another_page(chromium: Browser, pages: Path, kind: str) -> None:
    size = {"width": 760, "height": 480}
    with checked(chromium, pages / "index.html", "light", size, f"#em={kind}") as page:
        assert grave(page) == []


@pytest.mark.browser
@pytest.mark.parametrize("language", ["it", "ja"])
def test_other_languages_say_which_they_are(chromium: Browser, pages: Path, language: str) -> None:
    with checked(
        chromium, pages / "index.html", "light", DESKTOP, f"#l={language}&t=layers"
    ) as page:
        assert page.get_attribute("html", "lang") == language
        assert grave(page) == []
