"""Atlases that lack this or that, and lie at 180 degrees or the poles: the page says what is so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from browsing import PATIENCE, facts_of, opened, watch
from playwright.sync_api import Browser

from helpers import TINY, build_pages

HEAD = "id,name_en,lon,lat,kind,country,source,as_of,certainty,pole\n"
TAIL = ",T1,2026,documented,"
LINE = [[179.85, -16.9], [187.4, -16.9]]


@pytest.fixture(scope="session")
def bare(once: Any) -> Path:
    """One pole, a base beside the north pole, a strait across 180 degrees; no routes, no story."""
    return Path(once("bare-pages", _build)) / "index.html"


def _build(target: Path) -> None:
    folder = target / "atlas"
    folder.mkdir()
    (folder / "atlas.toml").write_text(
        'id = "bare"\ntitle = { en = "Bare" }\ndeck = { en = "Little" }\nrecord_to = "2026-01-01"\n'
    )
    (folder / "sources.csv").write_bytes((TINY / "sources.csv").read_bytes())
    (folder / "places.csv").write_text(
        f"{HEAD}tallinn,Tallinn,24.75,59.44,capital,EE{TAIL}true\nbase,Base,150,88.6,city,RU{TAIL}\n"
    )
    strait = {"id": "line", "name_en": "Tonga Line", "kind": "strait", "source": "T1", "as_of": "2026",
              "certainty": "schematic", "closed_by_default": "no"}  # fmt: skip
    feature = {"type": "Feature", "properties": strait, "geometry": {"type": "LineString", "coordinates": LINE}}  # fmt: skip
    (folder / "gates.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": [feature]})
    )
    build_pages(folder, target)


@pytest.mark.browser
def test_each_tab_says_what_there_is(chromium: Browser, bare: Path) -> None:
    said = {
        "layers": "Tallinn is the pole",
        "scenarios": "This atlas has no routes.",
        "sources": "Bibliography",
    }
    with opened(chromium, bare) as seen:
        assert seen.state()["tab"] == "layers"
        assert not seen.page.locator(".fm-time").is_visible()
        shown = seen.page.eval_on_selector_all(".fm-tab", "(all) => all.map((tab) => tab.id)")
        assert shown == [f"fm-tab-{tab}" for tab in said], "none of which there is nothing"
        for tab in said:
            seen.tab(tab)
            text = seen.page.inner_text(".fm-body")
            assert said[tab] in text
            assert "undefined" not in text
            assert "two poles" not in text
        seen.go("#t=routes")
        assert seen.page.locator(".fm-tab[aria-selected=true]").inner_text() == "Layers"
        seen.page.evaluate("() => { location.hash = '#t=scenarios&x=line'; }")
        seen.wait("s.closed.length === 1 && s.tab === 'scenarios'")
        assert seen.page.inner_text(".fm-scenario-text") == "Closed: \nTonga Line"
        assert not seen.page.locator(".fm-scenario-table").is_visible()
        seen.tab("sources")
        seen.unfold(".fm-describe")
        assert "The pole of the map is Tallinn." in seen.page.inner_text(".fm-describe")


@pytest.mark.browser
def test_a_strait_across_180_degrees_is_drawn_where_it_closes(
    chromium: Browser, bare: Path
) -> None:
    with opened(chromium, bare) as seen:
        (gate,) = facts_of(seen)["gates"]
    deltas = gate["line"]
    lon = [sum(deltas[0 : 2 * n + 1 : 2]) / 1000 for n in range(len(deltas) // 2)]
    # from the shore of Taveuni, which it begins on, to its end in open water
    assert 179.85 <= lon[0] < 180.2
    assert lon[-1] == pytest.approx(187.4)


@pytest.mark.browser
def test_the_view_reaches_the_pole_where_something_lies_there(
    chromium: Browser, bare: Path, tiny_pages: Path
) -> None:
    north = "() => { const m = frontiersMap.state().view; return m; }"
    with opened(chromium, bare, "#v=150,89,6&s=place:base") as seen:
        assert seen.page.evaluate(north)[1] > 85
        assert seen.page.locator(".fm-card").is_visible()
    with opened(chromium, tiny_pages / "index.html", "#v=150,89,6") as seen:
        assert seen.page.evaluate(north)[1] < 84.5


@pytest.mark.browser
def test_a_server_that_forbids_its_scripts_is_told(chromium: Browser, tiny_pages: Path) -> None:
    page = chromium.new_page()
    page.set_default_timeout(PATIENCE)
    page.route(
        "http://forbidding.test/**",
        lambda route: route.fulfill(
            body=(tiny_pages / "index.html").read_text("utf-8"),
            content_type="text/html",
            headers={"content-security-policy": "default-src 'self'"},
        ),
    )
    page.goto("http://forbidding.test/")
    assert page.locator("#fm-blocked").is_visible()
    assert "Content-Security-Policy" in page.inner_text("#fm-blocked")
    page.close()


@pytest.mark.browser
def test_ends_of_routes_are_harbours_whatever_their_kind(
    chromium: Browser, tiny_pages: Path
) -> None:
    with opened(chromium, tiny_pages / "index.html", "#t=scenarios&own=suva,apia") as seen:
        (route,) = facts_of(seen)["routes"]
        told = seen.page.inner_text(".fm-own-result")
        assert f"{route['nm']:.0f} nm" in told
    # a capital that no trade calls at is not known here, which is not the same as no way
    with opened(chromium, tiny_pages / "index.html", "#t=scenarios&own=suva,nuku") as seen:
        assert seen.page.inner_text(".fm-own-result") == "not reckoned here"


@pytest.mark.browser
def test_no_coast_along_180_degrees(chromium: Browser, tiny_pages: Path) -> None:
    """Chukotka and Wrangel, cut at 180 degrees in the data, have no dark line there."""
    for view in ("180,68,5", "180,71.2,8", "180,-16.8,9"):
        context = chromium.new_context(viewport={"width": 1200, "height": 700}, offline=True)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        watch(page, (tiny_pages / "index.html").as_uri())
        page.goto((tiny_pages / "index.html").as_uri() + f"#v={view}&em=map")
        page.evaluate("() => frontiersMap.ready.then(() => true)")
        page.wait_for_function(
            "() => { const c = document.querySelector('.fm-canvas'); return c.width > 0; }"
        )
        seam = """() => { const c = document.querySelector('.fm-canvas'), r = c.getBoundingClientRect(), k = c.width / r.width;
          const x = Math.round((600 - r.left) * k), g = c.getContext('2d'); let most = 0;
          for (let dx = -3; dx <= 3; dx += 1) { const d = g.getImageData(x + dx, 0, 1, c.height).data; let n = 0;
            for (let i = 0; i < d.length; i += 4) if (d[i] + d[i + 1] + d[i + 2] < 560) n += 1; most = Math.max(most, n / c.height); }
          return most; }"""
        assert page.evaluate(seam) < 0.12, view
        context.close()
