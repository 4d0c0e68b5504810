"""The documents as a site: all of them are there, no link is broken, no network is asked."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from helpers import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.sweep, pytest.mark.browser]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, pages: Path) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", str(folder)],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "FRONTIERS_MAP_PAGES": str(pages), "NO_MKDOCS_2_WARNING": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_every_document_and_map_is_in_it(site: Path, pages: Path) -> None:
    made = {path.stem for path in site.glob("*.html")}
    assert made >= {path.stem for path in (ROOT / "docs").glob("*.md")}
    assert made >= {"index", "maps", "changelog", "security", "contributing"}
    assert {p.name for p in (site / "maps").iterdir()} == {p.name for p in pages.glob("*.html")}


def test_it_asks_nothing_from_a_network_and_is_searched(site: Path, chromium: Browser) -> None:
    page = chromium.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in sorted(site.glob("*.html")):
        page.goto(path.as_uri())
    page.goto((site / "index.html").as_uri())
    page.fill("input.md-search__input", "hormuz")
    page.locator(".md-search-result__item").first.wait_for()
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    page.close()
