"""Pages built once, and one Chromium for all tests of them."""

from __future__ import annotations

import fcntl
import os
import shutil
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from browsing import Watched, chromium_path, opened
from playwright.sync_api import Browser, sync_playwright

from helpers import GEODATA, TINY

PAGES = ("index", "convergence", "lng", "partnership")


def _built(atlas: Path, target: Path, **how: Any) -> Path:
    """Build the pages of an atlas, unless another worker of this run has."""
    target.mkdir(parents=True, exist_ok=True)
    with (target.parent / f"{target.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (target / "index.html").exists():
            import frontiers_map as fm
            from frontiers_map.cache import user_cache

            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                fm.build(atlas, target / "new", only=["web"], cache=user_cache(), **how)
            for page in (target / "new").glob("*.html"):
                shutil.move(page, target / page.name)
    return target


@pytest.fixture(scope="session")
def _shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def pages(_shared: Path) -> Path:
    """Give the folder with the pages of the packaged atlas."""
    if given := os.environ.get("FRONTIERS_MAP_PAGES"):  # pages built before, to save the time
        return Path(given)
    return _built(GEODATA, _shared / "pages")


@pytest.fixture(scope="session")
def tiny_pages(_shared: Path) -> Path:
    """Give the folder with the pages of a very small atlas."""
    return _built(TINY, _shared / "tiny-pages")


@pytest.fixture
def built(tmp_path: Path) -> Callable[..., Path]:
    """Give a function that builds the page of an atlas for one test: ``built(folder)``."""
    return lambda atlas, **how: _built(atlas, tmp_path / "built", **how) / "index.html"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Give the system's Chromium, without a screen."""
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, pages: Path) -> Callable[..., AbstractContextManager[Watched]]:
    """Give a function that opens a page of the packaged atlas: ``visit('#t=layers')``."""

    def go(
        fragment: str = "", *, page: str = "index", **how: object
    ) -> AbstractContextManager[Watched]:
        return opened(chromium, pages / f"{page}.html", fragment, **how)

    return go
