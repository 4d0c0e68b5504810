"""Fixtures that several tests share: one browser a process, and what is built once for a run."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import hostile
from helpers import GEODATA, TINY, CommandLine, build_pages

if TYPE_CHECKING:
    from playwright.sync_api import Browser

Once = Callable[[str, Callable[[Path], object]], Path]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where all tools ought to be there, a test that is left out has failed."""
    report = yield
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        report.outcome, report.longrepr = "failed", f"left out, where CI is set: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Give a function that fills a folder of that name, unless another worker of this run has."""
    base = tmp_path_factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def made(name: str, make: Callable[[Path], object]) -> Path:
        target, new = base / name, base / f"{name}.new"
        with (base / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not target.exists():
                shutil.rmtree(new, ignore_errors=True)
                new.mkdir()
                make(new)
                new.rename(target)
        return target

    return made


@pytest.fixture(scope="session")
def command(tmp_path_factory: pytest.TempPathFactory, once: Once) -> Iterator[CommandLine]:
    """Give the command line, with a cache that only this run has."""
    line = CommandLine(once("cache", lambda _: None), tmp_path_factory.mktemp("streams"))
    yield line
    line.close()


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """Give a copy of the tiny atlas, to be changed at will."""
    return Path(shutil.copytree(TINY, tmp_path / "atlas"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Give the system's Chromium, without a screen.

    Playwright allows one driver a process: whoever needs a browser takes this one. The shell
    without windows is the same engine and takes half the time; Chromium itself serves, too.
    """
    from playwright.sync_api import sync_playwright

    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    path = next((found for name in names if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=path, args=["--no-sandbox"], timeout=180e3)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def pages(once: Once) -> Path:
    """Give the folder with the pages of the packaged atlas."""
    if given := os.environ.get("FRONTIERS_MAP_PAGES"):  # pages built before, to save the time
        return Path(given)
    return once("pages", lambda folder: build_pages(GEODATA, folder))


@pytest.fixture(scope="session")
def hostile_output(once: Once, command: CommandLine) -> Path:
    """Give the output of an atlas whose every text is an attack, with the sheets in Japanese."""

    def make(folder: Path) -> None:
        hostile.write(folder / "atlas")
        for parts in (("web", "tables", "gis"), ("print",)):
            only = [word for part in parts for word in ("--only", part)]
            more = ("--language", "ja") if parts == ("print",) else ()
            done = command("build", "atlas", "-o", "output", *only, *more, cwd=folder)
            assert done.code == 0, done.err[-2000:]
            # whatever is told of the labels, it is told in printable lines
            assert all(line.isprintable() for line in done.err.splitlines())

    return once("hostile", make) / "output"
