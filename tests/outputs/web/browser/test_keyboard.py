"""All of the page by keyboard: reached, seen, opened, closed and left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from browsing import TABS, Watched

# The element in focus, and whether a reader would see that it is.
FOCUS = """() => {
  const node = document.activeElement;
  if (!node || node === document.body) return null;
  const css = getComputedStyle(node), box = node.getBoundingClientRect();
  const seen = (css.outlineStyle !== 'none' && parseFloat(css.outlineWidth) >= 2) || css.boxShadow !== 'none';
  const inside = box.width > 0 && box.height > 0 && box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight;
  const name = node.getAttribute('aria-label') || node.textContent || node.getAttribute('placeholder') || node.labels?.[0]?.textContent || '';
  return { at: [...document.querySelectorAll('*')].indexOf(node), tag: node.tagName, cls: node.className?.baseVal ?? String(node.className), seen, inside, name: name.trim().slice(0, 60) };
}"""
# Controls that Tab ought to reach now: shown, usable, and not one of a group that arrows walk.
OUGHT = """() => [...document.querySelectorAll('.fm button, .fm select, .fm input, .fm summary, .fm a[href], .fm-stage')]
  .filter((n) => n.checkVisibility({ visibilityProperty: true }) && !n.disabled && n.tabIndex >= 0 && n.getClientRects().length)
  .map((n) => [...document.querySelectorAll('*')].indexOf(n))"""


def walk(seen: Watched, most: int = 500) -> list[dict[str, object]]:
    """Press Tab until the focus comes round again."""
    stops: list[dict[str, object]] = []
    for _ in range(most):
        seen.page.keyboard.press("Tab")
        stop = seen.page.evaluate(FOCUS)
        if stop is None or (stops and stop["at"] == stops[0]["at"]):
            break
        stops.append(stop)
    return stops


@pytest.mark.browser
@pytest.mark.parametrize("tab", ["story", "layers", "scenarios", "routes"])
def test_tab_reaches_everything_and_shows_where_it_is(visit: Callable[..., Any], tab: str) -> None:
    with visit(f"#t={tab}", reduced_motion="reduce") as seen:
        stops = walk(seen)
        reached = {stop["at"] for stop in stops}
        missed = [n for n in seen.page.evaluate(OUGHT) if n not in reached]
        names = seen.page.evaluate(
            "(list) => list.map((i) => document.querySelectorAll('*')[i].outerHTML.slice(0, 120))",
            missed,
        )
        assert names == []
        assert [s for s in stops if not s["seen"] or not s["inside"]] == []
        assert [s for s in stops if not s["name"]] == [], "a control without a name"


@pytest.mark.browser
def test_tabs_follow_the_arrow_keys(visit: Callable[..., Any]) -> None:
    with visit() as seen:
        seen.page.focus("#fm-tab-story")
        for tab in (*TABS[1:], TABS[0]):
            seen.page.keyboard.press("ArrowRight")
            assert seen.state()["tab"] == tab
            assert seen.page.evaluate("() => document.activeElement.id") == f"fm-tab-{tab}"
        seen.page.keyboard.press("End")
        assert seen.state()["tab"] == TABS[-1]


@pytest.mark.browser
def test_search_opens_a_card_and_escape_leaves_it(visit: Callable[..., Any]) -> None:
    with visit("#t=layers", reduced_motion="reduce") as seen:
        seen.page.focus("#fm-tab-layers")
        seen.page.locator(".fm-stage").focus()
        seen.page.keyboard.press("/")
        seen.page.keyboard.type("hormuz")
        seen.page.keyboard.press("Enter")
        assert seen.state()["selected"] == "gate:hormuz"
        assert "fm-card-title" in seen.page.evaluate("() => document.activeElement.className")
        seen.page.keyboard.press("Escape")
        assert seen.state()["selected"] is None
        assert seen.page.evaluate("() => document.activeElement !== document.body")


@pytest.mark.browser
def test_menu_by_keys(visit: Callable[..., Any]) -> None:
    with visit() as seen:
        seen.page.focus(".fm-menu-box > button")
        seen.page.keyboard.press("Enter")
        first = seen.page.evaluate("() => document.activeElement.dataset.key")
        seen.page.keyboard.press("ArrowDown")
        assert seen.page.evaluate("() => document.activeElement.dataset.key") != first
        seen.page.keyboard.press("Escape")
        assert seen.page.locator(".fm-menu").is_hidden()
        assert (
            seen.page.evaluate("() => document.activeElement.getAttribute('aria-haspopup')")
            == "menu"
        )


@pytest.mark.browser
def test_the_map_moves_and_is_walked_by_keys(visit: Callable[..., Any]) -> None:
    with visit("#t=layers&off=none", reduced_motion="reduce") as seen:
        seen.rest()
        seen.page.focus(".fm-stage")
        # Forward begins at the first, backward at the last, which is next to it.
        seen.page.keyboard.press("n")
        first = seen.state()["selected"]
        seen.page.keyboard.press("Escape")
        for key in "pn":
            seen.page.keyboard.press(key)
        assert seen.state()["selected"] == first
        seen.page.keyboard.press("Escape")
        before = seen.page.evaluate("() => location.hash")
        seen.page.keyboard.press("ArrowRight")
        seen.page.wait_for_function("(h) => location.hash !== h", arg=before)
        before = seen.page.evaluate("() => location.hash")
        seen.page.keyboard.press("+")
        seen.page.wait_for_function("(h) => location.hash !== h", arg=before)
        seen.rest()  # what is walked is what the picture shows
        chosen = []
        for _ in range(4):
            seen.page.keyboard.press("n")
            chosen.append(seen.state()["selected"])
        assert len(set(chosen)) == 4
        seen.page.keyboard.press("p")
        assert seen.state()["selected"] == chosen[2]
        seen.page.keyboard.press("Enter")
        assert "fm-card-title" in seen.page.evaluate("() => document.activeElement.className")
        seen.page.keyboard.press("Escape")
        assert seen.state()["selected"] is None


@pytest.mark.browser
def test_chapters_and_slides_by_keys(visit: Callable[..., Any]) -> None:
    with visit(reduced_motion="reduce") as seen:
        first = seen.state()["chapter"]
        seen.page.evaluate("() => document.activeElement.blur()")
        seen.page.keyboard.press("ArrowRight")
        second = seen.state()["chapter"]
        assert second != first
        seen.page.keyboard.press("ArrowLeft")
        assert seen.state()["chapter"] == first
        seen.page.focus(".fm-menu-box > button")
        seen.page.keyboard.press("Enter")
        seen.page.focus(".fm-menu-item[data-key=present]")
        seen.page.keyboard.press("Enter")
        seen.wait("s.present")
        assert seen.page.locator(".fm-slides h1").is_visible(), "an opening slide"
        seen.page.keyboard.press("ArrowRight")
        seen.page.keyboard.press("PageDown")
        assert seen.state()["chapter"] == second
        seen.page.keyboard.press("End")
        assert seen.page.locator(".fm-slides .fm-citation").is_visible(), "an ending slide"
        seen.page.keyboard.press("Escape")
        seen.wait("!s.present")
        assert seen.page.locator(".fm-slides").is_hidden()
        assert seen.page.evaluate("() => document.activeElement !== document.body")


@pytest.mark.browser
def test_a_card_from_the_table_gives_the_focus_back(visit: Callable[..., Any]) -> None:
    with visit("#t=layers&off=none", reduced_motion="reduce") as seen:
        seen.put_off()  # the list follows the picture
        seen.page.locator(".fm-inview summary").first.click()
        button = seen.page.locator(".fm-inview-list button").first
        name = button.inner_text()
        button.focus()
        seen.page.keyboard.press("Enter")
        seen.rest()
        assert seen.page.inner_text(".fm-card-title") == name
        seen.page.keyboard.press("Escape")
        seen.rest()
        assert seen.page.evaluate("() => document.activeElement.textContent") == name
