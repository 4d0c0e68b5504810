"""Pages built once, and a function that opens them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import Watched, opened

from helpers import TINY, build_pages

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from conftest import Once


@pytest.fixture(scope="session")
def tiny_pages(once: Once) -> Path:
    """Give the folder with the pages of a very small atlas."""
    return once("tiny-pages", lambda folder: build_pages(TINY, folder))


@pytest.fixture
def built(tmp_path: Path) -> Callable[..., Path]:
    """Give a function that builds the page of an atlas for one test: ``built(folder)``."""

    def build(atlas: Path, **how: object) -> Path:
        folder = tmp_path / "built"
        folder.mkdir()
        build_pages(atlas, folder, **how)
        return folder / "index.html"

    return build


@pytest.fixture(scope="module")
def standing(chromium: Browser, pages: Path) -> Iterator[Watched]:
    """A page of the packaged atlas that stands open for all tests of a file, without flights."""
    with opened(chromium, pages / "index.html", reduced_motion="reduce") as seen:
        yield seen


@pytest.fixture
def led(standing: Watched) -> Iterator[Callable[[str], Watched]]:
    """Give a function that leads the standing page to an address, which is less work than `visit`.

    For tests of what stands at an address; `visit` opens it anew.
    """

    def go(fragment: str) -> Watched:
        standing.go(fragment)
        return standing

    yield go
    standing.check(standing.told())


@pytest.fixture
def visit(chromium: Browser, pages: Path) -> Callable[..., AbstractContextManager[Watched]]:
    """Give a function that opens a page of the packaged atlas: ``visit('#t=layers')``."""

    def go(
        fragment: str = "", *, page: str = "index", **how: object
    ) -> AbstractContextManager[Watched]:
        return opened(chromium, pages / f"{page}.html", fragment, **how)

    return go
