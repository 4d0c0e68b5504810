"""An atlas that is served while somebody edits it: the page follows, and tells what is wrong."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from browsing import PATIENCE

from helpers import TINY, CommandLine

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytest.importorskip("watchfiles")
pytestmark = pytest.mark.browser

READY = """() => window.frontiersMap?.state()?.view
  && !document.querySelector('.fm').hasAttribute('data-busy')"""


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A folder with the tiny atlas, and the address at which it is served."""
    folder = shutil.copytree(TINY, tmp_path_factory.mktemp("served") / "atlas")
    with subprocess.Popen(
        [Path(sys.executable).with_name("frontiers-map"), "serve", folder],
        stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"},
    ) as process:  # fmt: skip
        assert process.stdout
        yield folder, process.stdout.readline().removeprefix(f"{folder}: ").strip()
        process.send_signal(signal.SIGINT)
        try:
            assert process.wait(60) == 0
        finally:
            process.kill()


@dataclass
class Seen:
    """A page that is open, and its errors."""

    page: Page
    faults: list[str] = field(default_factory=list)

    def ready(self) -> None:
        self.page.wait_for_function(READY)

    def view(self) -> list[float]:
        return list(self.page.evaluate("() => Object.values(frontiersMap.state().view)"))


@pytest.fixture
def visit(chromium: Browser, served: tuple[Path, str]) -> Iterator[Callable[[str], Seen]]:
    context = chromium.new_context()
    context.set_default_timeout(PATIENCE)

    def go(fragment: str = "") -> Seen:
        seen = Seen(context.new_page())
        seen.page.on("pageerror", lambda error: seen.faults.append(str(error)))
        seen.page.goto(served[1] + fragment)
        seen.ready()
        return seen

    yield go
    context.close()


def test_the_page_follows_what_is_edited_and_stays_where_it_was(
    visit: Callable[[str], Seen], served: tuple[Path, str]
) -> None:
    seen = visit("#t=layers&v=178,-17,7")
    page, before = seen.page, seen.view()
    where = page.evaluate("() => location.href")
    assert "v=178.000," in where
    change(served[0] / "atlas.toml", page.title(), "Another & title")
    page.wait_for_function("() => document.title === 'Another & title'")
    seen.ready()
    assert page.evaluate("() => location.href") == where
    assert seen.view() == pytest.approx(before)
    assert seen.faults == []


def test_it_ends_in_order_where_a_shell_began_it_in_the_background(tmp_path: Path) -> None:
    """A script's `&` leaves out Ctrl-C; who ends it then asks by SIGTERM."""
    folder = shutil.copytree(TINY, tmp_path / "atlas")
    script = Path(sys.executable).with_name("frontiers-map")
    for number in (signal.SIGINT, signal.SIGTERM):
        with subprocess.Popen(
            [script, "serve", folder], stdout=subprocess.PIPE, text=True,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
        ) as process:  # fmt: skip
            try:
                assert process.stdout
                assert "http://127.0.0.1:" in process.stdout.readline()
                process.send_signal(number)
                assert process.wait(60) == 0
            finally:
                process.kill()


def test_what_is_wrong_is_told_as_text_and_the_last_map_stays(
    visit: Callable[[str], Seen], served: tuple[Path, str]
) -> None:
    seen, folder = visit(""), served[0]
    page = seen.page
    page.evaluate("() => { window.same = true; }")
    places = folder / "places.csv"
    whole = places.read_text("utf-8")
    line = whole.count("\n") + 1
    width = whole.splitlines()[0].count(",")
    places.write_text(whole + "<img src=x onerror=document.title=1>" + "," * width + "\n", "utf-8")
    told = page.locator("#fm-told")
    told.wait_for()
    assert f"places.csv:{line}: " in told.inner_text()
    assert "<img src=x" in told.inner_text()
    assert told.locator("*").count() == 0
    assert page.evaluate("() => window.same && window.frontiersMap !== undefined")
    # whoever opens it now sees the last map, and what is wrong
    page.reload()
    seen.ready()
    told.wait_for()
    page.evaluate("() => { window.same = true; }")
    places.write_text(whole, "utf-8")
    told.wait_for(state="detached")
    assert page.evaluate("() => window.same")
    assert seen.faults == []


@pytest.mark.parametrize(
    ("host", "path", "code"),
    [
        ("", "/", 200),
        ("localhost", "/index.html", 200),
        ("evil.example", "/", 403),
        ("evil.example", "/state?", 403),
        ("127.0.0.1.evil.example", "/", 403),
        ("", "/../atlas.toml", 404),
        ("", "/%2e%2e/atlas.toml", 404),
        ("", "/atlas.toml", 404),
        ("", "//etc/passwd", 404),
    ],
)
def test_only_what_was_built_and_only_to_this_machine(
    visit: Callable[[str], Seen], served: tuple[Path, str], host: str, path: str, code: int
) -> None:
    visit("")  # built by then
    at = urlsplit(served[1])
    assert at.hostname == "127.0.0.1"
    connection = http.client.HTTPConnection(at.hostname, at.port, timeout=60)
    name = f"{host or at.hostname}:{at.port}"
    connection.request("GET", path, headers={"Host": name})
    answer = connection.getresponse()
    assert answer.status == code
    assert answer.getheader("Access-Control-Allow-Origin") is None
    answer.read()
    connection.close()


def test_news_are_told_at_once_to_who_knows_nothing(
    visit: Callable[[str], Seen], served: tuple[Path, str]
) -> None:
    visit("")
    at = urlsplit(served[1])
    connection = http.client.HTTPConnection(str(at.hostname), at.port, timeout=60)
    connection.request("GET", "/state?")
    told = json.loads(connection.getresponse().read())
    connection.close()
    assert told["page"] >= 1
    assert told["told"] == ""


def test_what_cannot_be_served_is_told(command: CommandLine, tmp_path: Path) -> None:
    assert "no such folder" in command("serve", "nowhere", cwd=tmp_path).err
    assert list(tmp_path.iterdir()) == []
