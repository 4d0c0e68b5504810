"""An atlas whose every text is an attack builds; nothing runs, nothing is asked from outside."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

import hostile
from frontiers_map import model
from helpers import CommandLine, manifest_problems

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# what would do something if it came to stand in markup
LIVE = (
    "[onerror], [onload], [onfocus], [onmouseover], base, meta[http-equiv=refresh], iframe, object"
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, command: CommandLine) -> Path:
    """Give the output of the hostile atlas."""
    folder = tmp_path_factory.mktemp("hostile")
    hostile.write(folder / "atlas")
    make(command, folder, "web", "tables", "gis")
    return folder / "output"


@pytest.fixture(scope="module")
def printed(built: Path, command: CommandLine) -> Path:
    """Give the same with print sheets in it."""
    make(command, built.parent, "print", more=("--language", "ja"))
    return built


def make(command: CommandLine, folder: Path, *parts: str, more: tuple[str, ...] = ()) -> None:
    only = [word for part in parts for word in ("--only", part)]
    done = command("build", "atlas", "-o", "output", *only, *more, cwd=folder)
    assert done.code == 0, done.err[-2000:]
    # whatever is told of the labels, it is told in printable lines
    assert all(line.isprintable() for line in done.err.splitlines())


def test_every_free_text_is_attacked(tmp_path: Path) -> None:
    """And no attack is lost on the way: all of them, whole, are what the reader gives."""
    from frontiers_map.atlas import read

    atlas = read(hostile.write(tmp_path / "atlas"))
    texts = [*strings(vars(atlas))]
    begins = {next((n for n, a in enumerate(hostile.ATTACKS) if t.startswith(a.strip())), -1)
              for t in texts if "pwned" in t and len(t) > 300}  # fmt: skip
    assert begins == set(range(len(hostile.ATTACKS)))
    fields = [
        (file, field.alias or name)
        for file, row in model.MODELS.items()
        for name, field in row.model_fields.items()
        if field.description in hostile.FREE
    ]
    assert len(fields) > 100
    folder = tmp_path / "atlas"
    for file, name in fields:
        content = (folder / file).read_text("utf-8")
        assert name in content, f"{file}: {name} is not attacked"


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from strings(item)
    elif hasattr(value, "to_dict"):
        yield from strings(value.to_dict("list"))
    elif hasattr(value, "model_dump"):
        yield from strings(value.model_dump())


def test_output_is_whole(printed: Path) -> None:
    built = printed
    assert manifest_problems(built) == []
    suffixes = {path.suffix for path in built.rglob("*") if path.is_file()}
    assert {
        ".html",
        ".csv",
        ".gpkg",
        ".geojson",
        ".kml",
        ".qgz",
        ".svg",
        ".png",
        ".pdf",
    } <= suffixes
    # an id is all that names a file
    names = [path.name for path in built.rglob("*")]
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+", name) for name in names)


def test_no_cell_is_a_formula(built: Path) -> None:
    tables = sorted(built.rglob("*.csv"))
    assert len(tables) > 10
    for path in tables:
        rows = list(csv.reader(io.StringIO(path.read_bytes().decode(), newline=""), strict=True))
        assert len({len(row) for row in rows}) == 1, path
        for cell in (cell for row in rows for cell in row):
            number = re.fullmatch(r"[-+]?[0-9.]+", cell)
            assert number or not cell.startswith(tuple("=+-@\t\r\n")), f"{path}: {cell[:40]}"


def xml(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.suffix == ".qgz":
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.endswith((".qgs", ".xml", ".qml")):
                    yield name, archive.read(name)
    else:
        yield path.name, path.read_bytes()


@pytest.mark.parametrize("suffix", [".kml", ".qgz"])
def test_xml_can_be_parsed_and_does_nothing(built: Path, suffix: str) -> None:
    check_xml(built, suffix)


def test_svg_can_be_parsed_and_does_nothing(printed: Path) -> None:
    check_xml(printed, ".svg")


def check_xml(output: Path, suffix: str) -> None:
    paths = [path for path in output.rglob("*") if path.suffix == suffix]
    assert paths
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    for path in paths:
        for name, content in xml(path):
            tree = etree.fromstring(content, parser)
            for node in tree.iter(etree.Element):
                tag = etree.QName(node).localname.lower()
                assert tag not in {"script", "foreignobject", "iframe", "meta", "base"}, name
                for key, value in node.attrib.items():
                    local = etree.QName(key).localname.lower()
                    assert not local.startswith("on"), f"{name}: {tag}.{local}"
                    if local in {"href", "src"}:
                        assert not re.match(r"\s*(javascript|http://evil)", value), name
            assert not re.search(rb"<!ENTITY|<!DOCTYPE[^>]*\[", content)


def test_descriptions_in_kml_hold_no_markup_of_the_atlas(built: Path) -> None:
    """Google Earth shows a description as HTML: what stands in it must be escaped once more."""
    (path,) = built.rglob("*.kml")
    tree = etree.parse(path)
    texts = tree.xpath("//*[local-name()='description' or local-name()='text']/text()")
    assert texts
    for text in texts:
        assert not re.search(r"<(script|img|svg|meta|base|style|link)\b", text, re.I), text[:200]


def test_geojson_and_manifests_can_be_parsed(built: Path) -> None:
    found = [path for path in built.rglob("*") if path.suffix in {".json", ".geojson"}]
    assert len(found) > 5
    for path in found:
        json.loads(path.read_text("utf-8"), parse_constant=pytest.fail)


def test_geopackage_keeps_texts_as_they_are(built: Path, tmp_path: Path) -> None:
    (path,) = built.rglob("*.gpkg")
    copy = shutil.copy(path, tmp_path)
    with sqlite3.connect(copy) as base:
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (name,) = base.execute("SELECT name_en FROM places WHERE id = 'suva'").fetchone()
    base.close()
    assert "</script><img" in name
    assert "'; DROP TABLE places; --" in name
    assert len(name) > 300


def test_pdf_does_nothing(printed: Path) -> None:
    found = list(printed.rglob("*.pdf"))
    assert found
    for path in found:
        # without what is compressed, where any two letters turn up
        content = re.sub(rb"stream\r?\n.*?endstream", b"", path.read_bytes(), flags=re.DOTALL)
        assert b"/ObjStm" not in content
        for key in (b"/JavaScript", b"/JS", b"/OpenAction", b"/AA", b"/Launch", b"/EmbeddedFile"):
            assert key not in content, f"{path.name}: {key.decode()}"


def test_what_the_command_line_tells_is_printable(tmp_path: Path, command: CommandLine) -> None:
    hostile.write(tmp_path / "atlas")
    for layer in ("layers", "gates", "places", "terminals", "sources", "routes"):
        told = command("show", layer, "--atlas", "atlas", cwd=tmp_path)
        assert told.code == 0, told.err
        assert all(line.isprintable() for line in told.out.split("\n")), layer
    told = command("validate", "atlas", cwd=tmp_path)
    assert all(line.isprintable() for line in told.out.split("\n"))
    told = command("route", "vuda", "mulifanua", "--atlas", "atlas", cwd=tmp_path)
    assert told.code == 0, told.err
    assert all(line.isprintable() for line in told.out.split("\n"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("needs Chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


class Watch:
    """A page, and all that it asked for, complained of or ran."""

    def __init__(self, browser: Any, path: Path, hash_: str = "") -> None:
        self.context = browser.new_context(accept_downloads=True, service_workers="block")
        self.page = self.context.new_page()
        self.asked: list[str] = []
        self.told: list[str] = []
        self.context.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.told.append(f"error: {error}"))
        self.page.on("dialog", self._dialog)
        self.url = path.absolute().as_uri()
        self.page.goto(self.url + hash_)
        self.page.evaluate("window.frontiersMap.ready")

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.told.append(f"{message.type}: {message.text}")

    def _dialog(self, dialog: Any) -> None:
        self.told.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def check(self) -> None:
        outside = [url for url in self.asked if not url.startswith((self.url, "data:", "blob:"))]
        assert outside == []
        assert self.told == []
        assert self.page.evaluate("typeof window.pwned") == "undefined"
        assert self.page.evaluate(f"document.querySelectorAll({LIVE!r}).length") == 0
        links = self.page.evaluate(
            "[...document.querySelectorAll('[href], [src]')]"
            ".map((n) => n.getAttribute('href') ?? n.getAttribute('src'))"
        )
        assert [to for to in links if re.match(r"\s*(javascript|data:text|vbscript)", to)] == []


SELECTED = [f"{kind}:{name}" for kind, name in (
    ("place", "suva"), ("terminal", "vuda"), ("gate", "gap"), ("region", "waters"),
    ("link", "pact"), ("event", "visit"), ("route", "fiji_samoa"),
)]  # fmt: skip


@pytest.mark.browser
@pytest.mark.parametrize("name", ["index.html", "second.html"])
def test_the_page_opens(built: Path, browser: Any, name: str) -> None:
    watch = Watch(browser, built / name)
    watch.page.wait_for_timeout(300)
    watch.check()
    title = watch.page.title()
    assert "pwned" in title
    assert len(title) > 300
    watch.context.close()


@pytest.mark.browser
def test_nothing_runs_whatever_is_opened(built: Path, browser: Any) -> None:
    watch = Watch(browser, built / "index.html")
    page = watch.page
    for language in ("en", "it", "ja"):
        for tab in ("story", "layers", "scenarios", "routes", "sources"):
            page.evaluate(f"location.hash = '#l={language}&t={tab}'")
            page.wait_for_timeout(60)
            watch.check()
        for selected in SELECTED:
            page.evaluate(f"location.hash = '#l={language}&s={selected}'")
            page.wait_for_timeout(40)
        watch.check()
    shown = page.evaluate("document.body.innerText")
    assert "pwned" in shown
    # the card of the last one shows its texts as texts
    assert "<img src=" in shown
    watch.context.close()


@pytest.mark.browser
def test_nothing_runs_whatever_is_pressed(built: Path, browser: Any) -> None:
    watch = Watch(browser, built / "index.html", "#s=place:suva")
    page = watch.page
    # what is pressed may open more to press, or take what was to be pressed away
    pressed: set[str] = set()
    for _ in range(3):
        for button in page.query_selector_all("button, summary, [role=tab], [role=button]"):
            label = button.evaluate("(n) => n.outerHTML.slice(0, 300)") if button else ""
            if not label or label in pressed or not button.is_visible():
                continue
            pressed.add(label)
            button.evaluate("(n) => n.click()")
            page.wait_for_timeout(15)
    assert len(pressed) > 10
    page.wait_for_timeout(300)
    watch.check()
    watch.context.close()


@pytest.mark.browser
def test_search_finds_the_text_as_text(built: Path, browser: Any) -> None:
    watch = Watch(browser, built / "index.html")
    box = watch.page.query_selector("input[type=search]")
    assert box
    for word in ("pwned", "</script>", "<img src=x onerror=pwned=1>", '"><svg onload=pwned=1>'):
        box.fill(word)
        watch.page.wait_for_timeout(120)
        watch.check()
    watch.context.close()


@pytest.mark.browser
@pytest.mark.parametrize(
    "hash_",
    [
        "#s=place:<img src=x onerror=pwned=1>",
        "#l=<script>pwned=1</script>&t=javascript:pwned=1",
        "#own=<svg onload=pwned=1>,apia&via=__proto__,constructor",
        "#v=1e999,NaN,Infinity",
        "#ch=__proto__&off=constructor&x=toString&r=__proto__&th=<b>&d=2026-99-99&kn=-1",
        "#%E0%A4%A&=&&&%00",
        "#" + "s=place:suva&" * 5000,
    ],
)
def test_a_hostile_address(built: Path, browser: Any, hash_: str) -> None:
    watch = Watch(browser, built / "index.html", hash_)
    watch.page.wait_for_timeout(200)
    watch.check()
    watch.context.close()


@pytest.mark.browser
def test_without_scripts_there_is_text_and_nothing_else(built: Path, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page.goto((built / "index.html").absolute().as_uri())
    assert "<img src=" in page.inner_text("body")
    assert len(asked) == 1
    assert page.locator(LIVE).count() == 0
    context.close()


@pytest.mark.browser
def test_sheets_as_pictures_ask_for_nothing(printed: Path, browser: Any) -> None:
    for path in sorted(printed.rglob("*.svg")):
        context = browser.new_context()
        asked: list[str] = []
        context.on("request", lambda request, asked=asked: asked.append(request.url))
        page = context.new_page()
        page.goto(path.absolute().as_uri())
        page.wait_for_timeout(100)
        assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
        context.close()
