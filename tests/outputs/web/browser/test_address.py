"""The address holds the state: any opens again, back and forward work, nonsense is harmless."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

STATES = [
    "#t=layers&off=routes,gates",
    "#t=scenarios&x=malacca,hormuz&kn=15",
    "#ch=straits&s=gate:malacca",
    "#ch=where_they_meet&v=65.000,12.000,4.20",
    "#l=ja&t=sources&th=dark",
    "#l=it&t=routes&s=route:{route}",
    "#d=2026-03-02&t=layers",
    "#own={from},{to}&via=lombok,makassar&t=scenarios",
    "#r={readings}&t=layers&off=none",
    "#em=story&ch=gas",
    "#em=map&v=-170.000,10.000,3.00",
    "#t=scenarios&x=none&o=none&ch=straits",
]
# What does not show on the map: where it is looked at from is kept to three decimals only.
LOOSE = ("view",)


def same_view(one: list[float] | None, two: list[float] | None) -> bool:
    """Whether two views differ by less than a pixel; one that nobody has moved has none yet."""
    if one is None or two is None:
        return True
    pixel = 360 / (256 * 2 ** min(one[2], two[2]))
    return abs(one[2] - two[2]) < 0.02 and max(abs(one[0] - two[0]), abs(one[1] - two[1])) < pixel


def unmoved(address: str) -> list[str]:
    """An address without its view, which is compared by itself."""
    return [part for part in address.lstrip("#").split("&") if not part.startswith("v=")]


def given(state: dict[str, Any]) -> dict[str, Any]:
    return {
        key: sorted(value) if isinstance(value, list) else value
        for key, value in state.items()
        if key not in LOOSE
    }


@pytest.fixture(scope="session")
def names(chromium: Any, pages: Any) -> dict[str, str]:
    from browsing import facts_of, opened

    with opened(chromium, pages / "index.html") as seen:
        facts = facts_of(seen)
    return {
        "route": facts["routes"][0]["id"],
        "from": facts["routes"][0]["from"],
        "to": facts["routes"][0]["to"],
        "readings": ",".join([r["id"] for r in facts["regions"] if r["use"] == "variant"][:1]),
    }


@pytest.fixture(scope="session")
def beginning(chromium: Any, pages: Any) -> dict[str, Any]:
    from browsing import opened

    with opened(chromium, pages / "index.html") as seen:
        return dict(seen.state())


@pytest.mark.browser
@pytest.mark.parametrize("fragment", STATES)
def test_any_state_opens_again(
    visit: Callable[..., Any], names: dict[str, str], beginning: dict[str, Any], fragment: str
) -> None:
    with visit(fragment.format(**names), reduced_motion="reduce") as seen:
        seen.rest()
        first, address = seen.state(), seen.hash()
        assert given(first) != given(beginning), "the state to be tested is a state of its own"
    with visit(address, reduced_motion="reduce") as seen:
        seen.rest()
        assert given(seen.state()) == given(first)
        assert same_view(seen.state()["view"], first["view"])
        assert unmoved(seen.hash()) == unmoved(address)


@pytest.mark.browser
def test_what_is_in_the_address_is_in_the_state(visit: Callable[..., Any]) -> None:
    with visit(
        "#t=scenarios&x=malacca,hormuz&kn=15&l=it&th=dark&d=2026-03-02&s=gate:hormuz"
    ) as seen:
        state = seen.state()
        assert sorted(state["closed"]) == ["hormuz", "malacca"]
        assert (state["tab"], state["speed"], state["lang"], state["theme"]) == (
            "scenarios",
            15,
            "it",
            "dark",
        )
        assert (state["date"], state["selected"]) == ("2026-03-02", "gate:hormuz")


@pytest.mark.browser
def test_back_and_forward(visit: Callable[..., Any]) -> None:
    with visit(reduced_motion="reduce") as seen:
        steps = [seen.state()]
        for action in (
            lambda: seen.page.click(".fm-turn .fm-button-strong"),
            lambda: seen.tab("layers"),
            lambda: seen.page.locator(".fm-switch").nth(3).click(),
            lambda: seen.page.click(".fm-language[lang=ja]"),
            lambda: seen.tab("scenarios"),
            lambda: seen.page.locator(".fm-chip").first.click(),
        ):
            action()
            seen.rest()
            steps.append(seen.state())
        assert all(given(a) != given(b) for a, b in itertools.pairwise(steps))
        for before in reversed(steps[:-1]):
            seen.page.go_back()
            seen.rest()
            assert given(seen.state()) == given(before)
        for after in steps[1:]:
            seen.page.go_forward()
            seen.rest()
            assert given(seen.state()) == given(after)


HOSTILE = [
    "#<script>alert(1)</script>",
    "#s=<img src=x onerror=alert(1)>",
    "#l=__proto__&t=constructor&ch=toString",
    "#v=NaN,Infinity,1e999&kn=-1&d=9999-99-99",
    "#v=,,&v=1&x=&o=,,,&off=%00",
    "#%E0%A4%A&l=%FF&s=%25%25",
    "#own=tokyo&via=__proto__",
    "#own=__proto__,constructor&via=hormuz",
    "#x=" + ",".join(["hormuz"] * 2000),
    "#s=gate:" + "a" * 5000,
    "#r=javascript:alert(1)&th=url(x)&em=<b>",
    "#s=__proto__:x&s=gate:__proto__",
    "#s=sea:arabian",
    "#d=2026-02-31&t=layers",
    "#" + "&" * 3000,
]


@pytest.mark.browser
def test_hostile_addresses(visit: Callable[..., Any]) -> None:
    with visit(reduced_motion="reduce") as seen:
        usual = seen.state()
        for fragment in HOSTILE:
            seen.go(fragment)
            state = seen.state()
            assert state["lang"] in ("en", "it", "ja")
            assert state["tab"] in ("story", "layers", "scenarios", "routes", "sources")
            assert set(state) == set(usual)
            assert state["selected"] is None
            assert seen.page.locator(".fm img, .fm script, .fm iframe").count() == 0
            assert seen.page.evaluate("() => ({}).x === undefined")
    for fragment in HOSTILE[:5]:
        with visit(fragment) as seen:
            assert seen.page.inner_text(".fm-title").strip()
