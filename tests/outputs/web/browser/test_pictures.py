"""The view taken away: PNG, SVG, paper, and the page without JavaScript."""

from __future__ import annotations

import re
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browsing import PATIENCE, facts_of, opened
from lxml import etree
from playwright.sync_api import Browser

from helpers import ROOT, TINY

SVG = "{http://www.w3.org/2000/svg}"


def saved(seen: Any, key: str, folder: Path) -> Path:
    with seen.page.expect_download() as coming:
        seen.menu(key)
    target = folder / coming.value.suggested_filename
    coming.value.save_as(target)
    return target


@pytest.mark.browser
def test_png(visit: Callable[..., Any], tmp_path: Path) -> None:
    with visit("#ch=gas", accept_downloads=True, reduced_motion="reduce") as seen:
        raw = saved(seen, "save_png", tmp_path).read_bytes()
    width, height = struct.unpack(">II", raw[16:24])
    assert raw[:8] == b"\x89PNG\r\n\x1a\n"
    assert width > 1600
    assert height > 1200
    assert len(raw) > 100_000, "not an empty picture"


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "ja"])
def test_svg_keeps_text_as_text(visit: Callable[..., Any], tmp_path: Path, language: str) -> None:
    with visit(f"#ch=gas&l={language}", accept_downloads=True, reduced_motion="reduce") as seen:
        facts = facts_of(seen)
        root = etree.parse(saved(seen, "save_svg", tmp_path)).getroot()
    at = facts["languages"].index(language)
    texts = ["".join(node.itertext()) for node in root.iter(f"{SVG}text")]
    tokyo = next(p for p in facts["places"] if p["id"] == "tokyo")["name"][at]
    assert facts["title"][at] in texts
    assert tokyo in texts
    assert all(
        "Atlas" in node.get("font-family") or "font-size" in node.attrib
        for node in root.iter(f"{SVG}text")
    )
    layers = {node.get("id") for node in root.iter(f"{SVG}g") if node.get("id")}
    assert {"land", "routes", "names", "legend"} <= layers
    assert len(list(root.iter(f"{SVG}path"))) > 100
    assert not list(root.iter(f"{SVG}script", f"{SVG}image", f"{SVG}foreignObject"))
    assert "NaN" not in etree.tostring(root, encoding="unicode")


@pytest.mark.browser
def test_a_chapter_writes_its_notes_on_the_map(visit: Callable[..., Any], tmp_path: Path) -> None:
    """Each with its figures filled in, and in its own chapter only."""

    def written(fragment: str) -> str:
        with visit(fragment, accept_downloads=True, reduced_motion="reduce") as seen:
            told = [
                one["text"] for c in facts_of(seen)["chapters"] for one in c.get("callouts", [])
            ]
            assert told
            assert not any("{" in text for texts in told for text in texts)
            root = etree.parse(saved(seen, "save_svg", tmp_path)).getroot()
        return re.sub(r"\s+", "", " ".join("".join(t.itertext()) for t in root.iter(f"{SVG}text")))

    note = {"en": "8shipspassedon8October2026;beforethewarabout125aday",
            "ja": "2026年10月8日の通航は8隻。戦争前は1日約125隻"}  # fmt: skip
    for language, text in note.items():
        assert text in written(f"#l={language}&ch=since")
    assert note["en"] not in written("#l=en&ch=since&t=routes")


@pytest.mark.browser
def test_svg_looks_as_the_screen(
    visit: Callable[..., Any], tmp_path: Path, chromium: Browser
) -> None:
    """The same picture drawn from SVG and from the canvas: few pixels may differ much."""
    from io import BytesIO

    import numpy as np
    from PIL import Image

    with visit(
        "#ch=where_they_meet", accept_downloads=True, reduced_motion="reduce", device_scale_factor=1
    ) as seen:
        png = Image.open(saved(seen, "save_png", tmp_path)).convert("RGB")
        svg = saved(seen, "save_svg", tmp_path)
    page = chromium.new_page(viewport={"width": png.width // 2, "height": png.height // 2})
    page.set_default_timeout(PATIENCE)
    page.goto(svg.as_uri())
    drawn = Image.open(BytesIO(page.screenshot())).convert("RGB")
    page.close()
    size = (drawn.width // 2, drawn.height // 2)
    one, two = (np.asarray(picture.resize(size), dtype=int) for picture in (png, drawn))
    assert (np.abs(one - two).max(axis=2) > 60).mean() < 0.02


@pytest.mark.browser
def test_a_picture_has_land_where_the_screen_has_tiles(
    chromium: Browser, built: Callable[..., Path], tmp_path: Path
) -> None:
    context = chromium.new_context(offline=True, accept_downloads=True, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(f"{built(TINY, basemap='osm').as_uri()}#t=sources")
    page.evaluate("frontiersMap.ready.then(() => true)")
    about = page.inner_text(".fm-section >> nth=-1")
    assert "WGS 84" in about
    assert "Miller" not in about
    canvas = "document.querySelector('.fm-canvas').getContext('2d')"
    assert page.evaluate(f"{canvas}.getImageData(700, 20, 1, 1).data[3]") < 255, "tiles show"
    with page.expect_download() as coming:
        page.click(".fm-menu-box > button")
        page.click(".fm-menu-item[data-key=save_svg]")
    coming.value.save_as(tmp_path / "map.svg")
    context.close()
    root = etree.parse(tmp_path / "map.svg").getroot()
    parts = {node.get("id"): node for node in root.iter(f"{SVG}g") if node.get("id")}
    assert list(parts["land"].iter(f"{SVG}path"))
    assert "Miller" not in "".join(root.itertext())


@pytest.mark.browser
def test_paper_has_title_legend_and_sources(visit: Callable[..., Any], tmp_path: Path) -> None:
    with visit("#ch=gas&l=en", reduced_motion="reduce", color_scheme="dark") as seen:
        facts = facts_of(seen)
        seen.page.pdf(
            path=str(tmp_path / "sheet.pdf"), prefer_css_page_size=True, print_background=True
        )
        # the sheet goes after printing
        seen.page.locator(".fm-sheet").wait_for(state="detached")
    text = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "sheet.pdf"), "-"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    first, rest = text.split("\f", 1)
    assert facts["title"][0] in first
    assert "Tokyo" in first
    assert "Australia to Japan" in re.sub(r"\s+", " ", first)
    assert "nm" in first
    assert re.search(r"\bS\d+\b", rest), "sources by their ids"
    assert facts["version"] in rest


@pytest.mark.browser
def test_without_javascript(chromium: Browser, pages: Path) -> None:
    for name in ("index", "lng"):
        with opened(chromium, pages / f"{name}.html", java_script_enabled=False) as seen:
            assert seen.page.locator("noscript h1, #fm-plain h1").first.is_visible()
            picture = seen.page.locator("#fm-plain svg").first
            assert picture.is_visible()
            assert picture.bounding_box()["width"] > 500
            assert seen.page.locator("#fm-plain table").first.locator("tr").count() > 10
            assert seen.page.locator("#fm-plain h2").count() >= 4
            for language, miles in (("en", "6,851"), ("it", "6.851"), ("ja", "6,851")):
                table = seen.page.locator(f"#fm-plain section[lang={language}] table")
                assert table.locator(f"td:text-is('{miles}')").count() == 1


@pytest.mark.browser
@pytest.mark.parametrize("size", [(1440, 900), (1920, 1080)], ids=lambda size: str(size[0]))
def test_both_regions_are_named_in_the_opening(
    visit: Callable[..., Any], tmp_path: Path, size: tuple[int, int]
) -> None:
    viewport = dict(zip(("width", "height"), size, strict=True))
    with visit("", accept_downloads=True, reduced_motion="reduce", viewport=viewport) as seen:
        facts = facts_of(seen)
        root = etree.parse(saved(seen, "save_svg", tmp_path)).getroot()
    names = next(node for node in root.iter(f"{SVG}g") if node.get("id") == "names")
    texts = {"".join(node.itertext()) for node in names.iter(f"{SVG}text")}
    for family in facts["families"]:
        region = next(r for r in facts["regions"] if r["id"] == family["recommended"])
        assert (region.get("short") or region["name"])[0] in texts


@pytest.mark.browser
def test_a_supplier_is_one_named_band_from_afar_and_routes_nearer_by(
    visit: Callable[..., Any], tmp_path: Path
) -> None:
    """Share and days more stand on the band; on the tab of routes each has its own name."""
    for fragment, there, not_there in (
        ("#ch=gas", r"Australia {australia}%", "Queensland"),
        ("#t=scenarios&x=malacca&v=100,10,3.6", r"Qatar → Japan {qatar}% · \+[\d.]+ days", "Oman"),
        ("#t=routes&ch=gas&v=125,12,4", "Queensland", "Australia {australia}%"),
    ):
        with visit(fragment, accept_downloads=True, reduced_motion="reduce") as seen:
            shares = {
                row["supplier"]: f"{row['share']:.1f}"
                for row in facts_of(seen)["supply"]
                if row["importer"] == "JP"
            }
            root = etree.parse(saved(seen, "save_svg", tmp_path)).getroot()
        texts = ["".join(node.itertext()) for node in root.iter(f"{SVG}text")]
        assert any(re.fullmatch(there.format(**shares), text) for text in texts), texts
        assert not_there.format(**shares) not in texts, fragment


@pytest.mark.browser
def test_the_page_looks_as_in_the_docs(chromium: Browser, pages: Path) -> None:
    """Chapters and tabs against their kept pictures; `make docs` draws them again.

    Compared in blocks of eight pixels: letters may lie a pixel aside with another browser, but no
    name, line or colour may come or go.
    """
    import sys

    import numpy as np
    from PIL import Image

    sys.path.insert(0, str(ROOT / "tools"))
    import make_pictures

    shown = make_pictures.views(chromium, pages / "index.html")
    kept = {
        path.stem.removeprefix("page-"): path for path in ROOT.glob("docs/pictures/page-*.webp")
    }
    assert set(shown) == set(kept)
    unlike = {}
    # Every third one: the gate has little time, and each part of the page is in several.
    for name, view in sorted(shown.items())[::3]:
        pictures = (
            make_pictures.shoot(chromium, pages / "index.html", *view),
            Image.open(kept[name]),
        )
        assert pictures[0].size == pictures[1].size
        now, then = (
            np.asarray(picture.convert("RGB").reduce(8), dtype=int) for picture in pictures
        )
        far = (np.abs(now - then).max(axis=2) > 30).mean()
        if far > 0.004:
            unlike[name] = f"{far:.1%}"
    assert not unlike, f"share of blocks that differ: {unlike}"
