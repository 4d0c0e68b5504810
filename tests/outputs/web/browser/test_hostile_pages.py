"""An atlas whose every text is an attack, in a browser: nothing runs, nothing is asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from browsing import PATIENCE, TABS, Watched, opened
from playwright.sync_api import Browser

Open = Callable[..., AbstractContextManager[Watched]]

# what would do something if it came to stand in markup
LIVE = (
    "[onerror], [onload], [onfocus], [onmouseover], base, meta[http-equiv=refresh], iframe, object"
)
SELECTED = [f"{kind}:{name}" for kind, name in (
    ("place", "suva"), ("terminal", "vuda"), ("gate", "gap"), ("region", "waters"),
    ("link", "pact"), ("event", "visit"), ("route", "fiji_samoa"),
)]  # fmt: skip


@pytest.fixture
def attacked(chromium: Browser, hostile_output: Path) -> Open:
    """Give a function that opens a page; what it asks for, complains of or runs fails the test."""

    def go(fragment: str = "", *, page: str = "index") -> AbstractContextManager[Watched]:
        path = hostile_output / f"{page}.html"
        calm = {"reduced_motion": "reduce", "service_workers": "block"}
        return opened(chromium, path, fragment, accept_downloads=True, **calm)

    return go


def check(seen: Watched) -> None:
    """Find no attack that has become more than text."""
    assert seen.faults == []
    assert seen.page.evaluate("typeof window.pwned") == "undefined"
    assert seen.page.evaluate(f"document.querySelectorAll({LIVE!r}).length") == 0
    links = seen.page.evaluate(
        "[...document.querySelectorAll('[href], [src]')]"
        ".map((n) => n.getAttribute('href') ?? n.getAttribute('src'))"
    )
    assert [to for to in links if re.match(r"\s*(javascript|data:text|vbscript)", to)] == []


@pytest.mark.browser
@pytest.mark.parametrize("name", ["index", "second"])
def test_the_page_opens(attacked: Open, name: str) -> None:
    with attacked(page=name) as seen:
        seen.rest()
        check(seen)
        title = seen.page.title()
        assert "pwned" in title
        assert len(title) > 300


@pytest.mark.browser
def test_nothing_runs_whatever_is_opened(attacked: Open) -> None:
    with attacked() as seen:
        for language in ("en", "it", "ja"):
            for tab in TABS:
                seen.go(f"#l={language}&t={tab}")
                assert seen.state()["tab"] == tab
                check(seen)
            for selected in SELECTED:
                seen.go(f"#l={language}&s={selected}")
                assert seen.state()["selected"] == selected
            check(seen)
        shown = seen.page.evaluate("document.body.innerText")
        assert "pwned" in shown
        # the card of the last one shows its texts as texts
        assert "<img src=" in shown


@pytest.mark.browser
def test_nothing_runs_whatever_is_pressed(attacked: Open) -> None:
    with attacked("#s=place:suva") as seen:
        # what is pressed may open more to press, or take what was to be pressed away
        pressed: set[str] = set()
        for _ in range(3):
            for button in seen.page.query_selector_all(
                "button, summary, [role=tab], [role=button]"
            ):
                label = button.evaluate("(n) => n.outerHTML.slice(0, 300)") if button else ""
                if not label or label in pressed or not button.is_visible():
                    continue
                pressed.add(label)
                button.evaluate(
                    "(n) => new Promise((done) => { n.click(); requestAnimationFrame(done); })"
                )
        assert len(pressed) > 10
        seen.put_off()
        check(seen)


@pytest.mark.browser
def test_search_finds_the_text_as_text(attacked: Open) -> None:
    with attacked() as seen:
        for word in ("pwned", "</script>", "<img src=x onerror=pwned=1>", '"><svg onload=pwned=1>'):
            seen.page.fill("input[type=search]", word)
            assert seen.page.inner_text(".fm-found").strip()
            check(seen)


@pytest.mark.browser
@pytest.mark.parametrize(
    "fragment",
    [
        "#s=place:<img src=x onerror=pwned=1>",
        "#l=<script>pwned=1</script>&t=javascript:pwned=1",
        "#own=<svg onload=pwned=1>,apia&via=__proto__,constructor",
        "#v=1e999,NaN,Infinity",
        "#ch=__proto__&off=constructor&x=toString&r=__proto__&th=<b>&d=2026-99-99&kn=-1",
        "#%E0%A4%A&=&&&%00",
        "#" + "s=place:suva&" * 5000,
    ],
)
def test_a_hostile_address(attacked: Open, fragment: str) -> None:
    with attacked(fragment) as seen:
        seen.rest()
        check(seen)


@pytest.mark.browser
def test_without_scripts_there_is_text_and_nothing_else(
    chromium: Browser, hostile_output: Path
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page.goto((hostile_output / "index.html").as_uri())
    assert "<img src=" in page.inner_text("body")
    assert len(asked) == 1
    assert page.locator(LIVE).count() == 0
    context.close()


@pytest.mark.browser
def test_sheets_as_pictures_ask_for_nothing(chromium: Browser, hostile_output: Path) -> None:
    paths = sorted(hostile_output.rglob("*.svg"))
    assert paths
    for path in paths:
        context = chromium.new_context()
        context.set_default_timeout(PATIENCE)
        asked: list[str] = []
        context.on("request", lambda request, asked=asked: asked.append(request.url))
        context.new_page().goto(path.as_uri())
        assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
        context.close()
