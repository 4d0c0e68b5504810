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
from frontiers_map.atlas import model
from helpers import CommandLine, manifest_problems


def test_every_free_text_is_attacked(tmp_path: Path) -> None:
    """And no attack is lost on the way: all of them, whole, are what the reader gives."""
    from frontiers_map.atlas.atlas import read

    atlas = read(hostile.write(tmp_path / "atlas"))
    texts = [*strings(vars(atlas))]
    begins = {next((n for n, a in enumerate(hostile.ATTACKS) if t.startswith(a.strip())), -1)
              for t in texts if "pwned" in t and len(t) > 300}  # fmt: skip
    assert begins == set(range(len(hostile.ATTACKS)))
    fields = [
        (file, field.alias or name)
        for file, row in model.MODELS.items()
        for name, field in model.in_languages(row, model.LANGUAGES).model_fields.items()
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


def test_output_is_whole(hostile_output: Path) -> None:
    assert manifest_problems(hostile_output) == []
    suffixes = {path.suffix for path in hostile_output.rglob("*") if path.is_file()}
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
    names = [path.name for path in hostile_output.rglob("*")]
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+", name) for name in names)


def test_no_cell_is_a_formula(hostile_output: Path) -> None:
    tables = sorted(hostile_output.rglob("*.csv"))
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


@pytest.mark.parametrize("suffix", [".kml", ".qgz", ".svg"])
def test_xml_can_be_parsed_and_does_nothing(hostile_output: Path, suffix: str) -> None:
    paths = [path for path in hostile_output.rglob("*") if path.suffix == suffix]
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


def test_descriptions_in_kml_hold_no_markup_of_the_atlas(hostile_output: Path) -> None:
    """Google Earth shows a description as HTML: what stands in it must be escaped once more."""
    (path,) = hostile_output.rglob("*.kml")
    tree = etree.parse(path)
    texts = tree.xpath("//*[local-name()='description' or local-name()='text']/text()")
    assert texts
    for text in texts:
        assert not re.search(r"<(script|img|svg|meta|base|style|link)\b", text, re.I), text[:200]


def test_geojson_and_manifests_can_be_parsed(hostile_output: Path) -> None:
    found = [path for path in hostile_output.rglob("*") if path.suffix in {".json", ".geojson"}]
    assert len(found) > 5
    for path in found:
        json.loads(path.read_text("utf-8"), parse_constant=pytest.fail)


def test_geopackage_keeps_texts_as_they_are(hostile_output: Path, tmp_path: Path) -> None:
    (path,) = hostile_output.rglob("*.gpkg")
    copy = shutil.copy(path, tmp_path)
    with sqlite3.connect(copy) as base:
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (name,) = base.execute("SELECT name_en FROM places WHERE id = 'suva'").fetchone()
    base.close()
    assert "</script><img" in name
    assert "'; DROP TABLE places; --" in name
    assert len(name) > 300


def test_pdf_does_nothing(hostile_output: Path) -> None:
    found = list(hostile_output.rglob("*.pdf"))
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
