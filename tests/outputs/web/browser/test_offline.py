"""Nothing is asked from outside, nothing breaks and the policy holds, whatever is pressed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from browsing import PAGES, TABS, Watched, facts_of, opened
from playwright.sync_api import Browser

from helpers import TINY

# Presses the controls that stand in `where`, each once, and counts them. Of rows that are alike
# (a bibliography) it takes every third; after every few it waits for a frame.
PRESS = """async ([where, most]) => {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const tell = (node, ...kinds) => kinds.forEach((kind) => node.dispatchEvent(new Event(kind, { bubbles: true })));
  const seen = new WeakSet();
  let count = 0;
  for (let round = 0; round < 4000; round += 1) {
    const found = [...document.querySelectorAll(where)].flatMap((node) => [...node.querySelectorAll('button, select, input, summary')]);
    const node = found.find((n) => !seen.has(n) && !n.disabled && n.type !== 'file');
    if (!node || count >= most) break;
    seen.add(node);
    count += 1;
    if (count > 40 && node.matches('li button, td button, th button')) found.slice(found.indexOf(node), found.indexOf(node) + 3).forEach((n) => seen.add(n));
    if (count % 4 === 0) await frame();
    if (node.matches('select')) {
      for (const option of node.options) { node.value = option.value; tell(node, 'input', 'change'); }
    } else if (node.type === 'range') {
      for (const value of [node.min, node.max, (Number(node.min) + Number(node.max)) / 2]) { node.value = String(value); tell(node, 'input', 'change'); }
    } else if (node.matches('input:not([type=checkbox])')) {
      node.value = 'tokyo'; tell(node, 'input', 'change');
    } else { node.click(); }
  }
  return count;
}"""
# Fewer pixels: these tests are about faults, not about looks.
SMALL = {"width": 1000, "height": 640}
LEAST = {"story": 8, "layers": 15, "scenarios": 25, "routes": 20, "sources": 40}


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
def test_each_page_in_each_tab(chromium: Browser, pages: Path, name: str) -> None:
    with opened(chromium, pages / f"{name}.html") as seen:
        for tab in TABS:
            seen.tab(tab)
            seen.rest()
            assert seen.state()["tab"] == tab
            assert seen.page.inner_text(".fm-body").strip()
        assert seen.page.locator(".fm-canvas").count() == 1


@pytest.mark.browser
@pytest.mark.parametrize("tab", TABS)
def test_every_control_of_a_tab(chromium: Browser, pages: Path, tab: str) -> None:
    with opened(
        chromium, pages / "index.html", f"#t={tab}", accept_downloads=True, viewport=SMALL
    ) as seen:
        pressed = seen.page.evaluate(PRESS, [".fm-body", 90])
        assert pressed >= LEAST[tab]


@pytest.mark.browser
@pytest.mark.parametrize(
    "where", [".fm-time", ".fm-corner", ".fm-languages", ".fm-menu-box", ".fm-tray", ".fm-contents"]
)
def test_every_control_around_the_map(chromium: Browser, pages: Path, where: str) -> None:
    with opened(chromium, pages / "index.html", accept_downloads=True, viewport=SMALL) as seen:
        assert seen.page.evaluate(PRESS, [where, 90]) >= 2


@pytest.mark.browser
@pytest.mark.parametrize(
    "key",
    ["terminal:", "gate:", "place:", "route:", "link:", "event:", "region:", "claim:", "source:"],
)
def test_cards_of_every_kind(led: Callable[[str], Watched], key: str) -> None:
    layer = {"terminal": "terminals", "gate": "gates", "place": "places", "route": "routes", "link": "links",
             "event": "events", "region": "regions", "claim": "claims", "source": "sources"}[key[:-1]]  # fmt: skip
    rows = facts_of(led("#l=en"))[layer]
    for row in rows[:: max(1, len(rows) // 12)]:
        seen = led(f"#s={key}{row['id']}")
        assert seen.state()["selected"] == key + row["id"]
        assert seen.page.locator(".fm-card").is_visible()
        assert seen.page.inner_text(".fm-card-title").strip()
        assert "undefined" not in seen.page.inner_text(".fm-card")
        assert "NaN" not in seen.page.inner_text(".fm-card")


@pytest.mark.browser
def test_a_tiny_atlas_with_other_families(chromium: Browser, tiny_pages: Path) -> None:
    found = sorted(tiny_pages.glob("*.html"))
    assert found
    for page in found:
        with opened(chromium, page) as seen:
            assert "layers" in seen.tabs()
            for tab in seen.tabs():
                seen.tab(tab)
                seen.rest()
            seen.tab("layers")
            assert seen.page.locator(".fm-wash-row input").is_visible(), "one family is washed, too"
            assert seen.page.locator(".fm-languages").is_hidden(), "nothing to choose from"


@pytest.mark.browser
def test_an_atlas_of_little(chromium: Browser, built: Callable[..., Path], tmp_path: Path) -> None:
    """No families, a moment that is a year, a claim that touches nothing."""
    atlas = tmp_path / "atlas"
    shutil.copytree(TINY, atlas)
    (atlas / "regions.geojson").unlink()
    before, rest = (atlas / "atlas.toml").read_text("utf-8").split("[[families]]")
    moment = (
        '[[moments]]\nid = "then"\ndate = "2025"\nname = { en = "Then" }\ntext = { en = "Then" }\n'
    )
    (atlas / "atlas.toml").write_text(
        f"{before}{moment}[[suppliers]]{rest.split('[[suppliers]]')[1]}", "utf-8"
    )
    (atlas / "claims.csv").write_text(
        "id,claim_en,verdict,alone_en,source,as_of\n"
        "far,It is far,partly,Nobody else has measured it,T1,2026\n",
        "utf-8",
    )
    with opened(chromium, built(atlas), "#s=claim:far") as seen:
        assert "It is far" in seen.page.inner_text(".fm-card")
        assert "layers" in seen.tabs()
        for tab in seen.tabs():
            seen.tab(tab)
            seen.rest()
        seen.page.click(".fm-moment >> text=Then")
        assert seen.state()["date"] == "2025-12-31"
        seen.tab("layers")
        moments = seen.page.locator(".fm-moment-row select")
        assert moments.input_value() == "2025-12-31"
        moments.select_option("")
        assert seen.state()["date"] is None
