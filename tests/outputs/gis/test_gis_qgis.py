"""What real QGIS makes of the project and of the GeoPackage: read, styled, drawn as it was kept."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import zipfile
from collections.abc import Callable
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from frontiers_map import style
from frontiers_map.analysis.joins import JoinedAtlas
from frontiers_map.outputs.gis.backdrop import GROUND
from frontiers_map.outputs.gis.layers import GEOMETRIES, TABLES
from gis_tools import DEBIAN, needs, written
from helpers import ROOT
from made_atlas import made

pytestmark = [pytest.mark.qgis, needs("qgis", "/usr/bin/python3")]
LOOK = ROOT / "tests/outputs/gis/qgis/look.py"
KEPT = ROOT / "tests" / "golden" / "qgis"
# QGIS's text and antialiasing differ a little from system to system
FAR, SHARE = 40, 0.02
Look = Callable[..., dict[str, Any]]


def fonts() -> str:
    """The two families of the maps, so that pictures do not hang on what is installed."""
    faces = ("Regular", "It", "Semibold", "SemiboldIt")
    return ":".join(
        str(
            files(f"font_source_{kind.lower()}_pro").joinpath(
                "files", f"Source{kind}Pro-{face}.ttf"
            )
        )
        for kind in ("Sans", "Serif")
        for face in faces
    )


@pytest.fixture(scope="module")
def atlas() -> JoinedAtlas:
    return made()


@pytest.fixture(scope="module")
def folder(atlas: JoinedAtlas, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(atlas, tmp_path_factory.mktemp("qgis"))


@pytest.fixture
def look(folder: Path, tmp_path: Path) -> Look:
    def looked(*picture: str, source: Path | None = None) -> dict[str, Any]:
        out = tmp_path / "look.json"
        told = subprocess.run(
            ["/usr/bin/python3", str(LOOK), str(source or folder / "frontiers.qgz"), str(out),
             *picture],
            capture_output=True,
            text=True,
            env=DEBIAN | {"XDG_RUNTIME_DIR": str(tmp_path), "FRONTIERS_FONTS": fonts()},
        )  # fmt: skip
        assert told.returncode == 0, told.stderr
        assert told.stderr == "", "QGIS and GDAL have nothing to say"
        found: dict[str, Any] = json.loads(out.read_text("utf-8"))
        return found

    return looked


def test_project_opens_without_a_word(look: Look, atlas: JoinedAtlas, folder: Path) -> None:
    before = (folder / "frontiers.gpkg").read_bytes()
    found = look()
    assert found["read"]
    assert found["error"] == ""
    assert found["messages"] == []
    assert found["invalid"] == []
    assert found["outside"] == []
    assert found["lost"] == []
    assert found["crs"] == "EPSG:8859"
    assert found["title"] == atlas.settings.title.en
    assert len(found["bookmarks"]) == len(atlas.chapters)
    assert found["layouts"] == ["A3 sheet"]
    closed = {f"If closed: {scenario.name.en}" for scenario in atlas.scenarios}
    assert closed < set(found["themes"])
    assert all(found["relations"].values())
    assert {f"cites_{name}" for name in GEOMETRIES} <= set(found["relations"])
    layers = {key.removeprefix("frontiers_layer_"): value for key, value in
              found["layers"].items()}  # fmt: skip
    for name in (*GEOMETRIES, *TABLES):
        if name != "regions" and name in layers:
            assert layers[name]["count"] == len(getattr(atlas, name)), name
    assert layers["events"]["time"]
    assert layers["links"]["time"]
    assert {layer["crs"] for layer in layers.values()} == {"EPSG:4326", ""}
    assert (folder / "frontiers.gpkg").read_bytes() == before
    assert not list(folder.glob("*-wal"))


def test_the_tree_reads_like_the_legend(atlas: JoinedAtlas, folder: Path) -> None:
    """It is short; aids and sources are one closed group, drawn in place."""
    with zipfile.ZipFile(folder / "frontiers.qgz") as archive:
        project = ElementTree.fromstring(archive.read("frontiers.qgs"))
    tree = project.find("layer-tree-group")
    assert tree is not None
    hidden = {
        layer.findtext("id") for layer in project.iter("maplayer")
        if layer.findtext("flags/Private") == "1"
    }  # fmt: skip
    nodes = [node.get("id", "") for node in tree.iter("layer-tree-layer")]
    assert len([node for node in nodes if node not in hidden]) <= 25
    last = tree.findall("layer-tree-group")[-1]
    assert (last.get("name"), last.get("expanded")) == ("Drawing aids and tables", "0")
    inside = {layer.get("id", "") for layer in last.iter("layer-tree-layer")}
    assert {f"frontiers_layer_{key}" for key in ("coast", "fade", "graticule", "sources")} <= inside
    order = [item.text for item in tree.findall("custom-order/item")]
    assert sorted(map(str, order)) == sorted(nodes)
    assert order.index("frontiers_layer_fade") < order.index("frontiers_layer_overlaps")


def test_what_lies_over_one_another_is_ticked_one_at_a_time(folder: Path) -> None:
    """A layer dragged in alone shows one scenario, and of readings the recommended ones."""
    with closing(sqlite3.connect(folder / "frontiers.gpkg")) as base:
        styles = dict(base.execute("SELECT f_table_name, styleQML FROM layer_styles"))
        drawn = dict(base.execute("SELECT id, use FROM regions"))
    for name in ("regions", "overlaps", "scenario_routes", "scenario_gates"):
        rules = ElementTree.fromstring(styles[name]).findall("renderer-v2/rules/rule")
        on = {str(rule.get("key"))[1:-1] for rule in rules if rule.get("checkstate") == "1"}
        assert len(on) < len(rules) or name == "overlaps"
        if name == "regions":
            assert on == {one for one, use in drawn.items() if use == "recommended"}
        else:
            assert len(on) == 1


def test_views_are_not_too_wide_for_newer_versions(look: Look, folder: Path) -> None:
    """QGIS 3.40 leaves features out of wide views of the whole globe (`reference.WIDEST`)."""
    found = look()
    assert len(found["views"]) > 8
    for name, (width, height) in found["views"].items():
        assert width <= 1.96 * height, name


def test_dragged_in_alone_every_layer_has_its_style(look: Look, atlas: JoinedAtlas) -> None:
    styles = look()["styles"]
    assert {*GEOMETRIES, *GROUND} <= set(styles)
    for name, told in styles.items():
        assert told["loaded"], name
        if name in GEOMETRIES:
            assert told["ids"] == sorted(getattr(atlas, name)["id"]), name
    suppliers = {
        f"{s}:{t}"
        for s, t, draw in zip(atlas.routes["supplier"], atlas.routes["status"],
                              atlas.routes["draw"], strict=True)
        if draw
    }  # fmt: skip
    assert styles["routes"]["renderer"] == "categorizedSymbol"
    assert styles["routes"]["symbols"] == len(suppliers)
    assert styles["routes"]["labels"] == "rule-based"
    assert styles["regions"]["labels"] == "simple"
    assert styles["regions"]["symbols"] == len(atlas.regions)
    assert styles["scenario_routes"]["symbols"] == len(atlas.scenarios)
    assert styles["terminals"]["renderer"] == "RuleRenderer"
    assert styles["sea_labels"]["renderer"] == "nullSymbol"


def test_the_project_of_another_language_speaks_it(
    look: Look, atlas: JoinedAtlas, folder: Path
) -> None:
    found = look(source=folder / "frontiers-ja.qgz")
    assert found["title"] == atlas.settings.title.ja
    assert found["messages"] == []
    assert found["invalid"] == []
    assert found["layers"]["frontiers_layer_routes"]["name"] == "LNG航路"
    assert found["themes"] == sorted(found["themes"])
    assert not any(theme.isascii() for theme in found["themes"])
    assert found["bookmarks"][0].endswith(atlas.chapters[0].title.ja)


def test_project_inside_the_geopackage_is_the_same(look: Look, folder: Path) -> None:
    with closing(sqlite3.connect(folder / "frontiers.gpkg")) as base:
        (content,) = base.execute(
            "SELECT content FROM qgis_projects WHERE name = 'frontiers'"
        ).fetchone()
    assert bytes.fromhex(content.decode()) == (folder / "frontiers.qgz").read_bytes()
    (folder / "inside.txt").unlink(missing_ok=True)
    script = (
        "import os, sys\nfrom qgis.core import QgsApplication, QgsProject\n"
        "app = QgsApplication([], False); app.initQgis()\n"
        "p = QgsProject.instance(); ok = p.read(sys.argv[1])\n"
        "print(ok, len(p.mapLayers()), sum(not l.isValid() for l in p.mapLayers().values()))\n"
        "sys.stdout.flush(); os._exit(0)\n"
    )
    told = subprocess.run(
        ["/usr/bin/python3", "-c", script,
         f"geopackage:{folder / 'frontiers.gpkg'}?projectName=frontiers"],
        capture_output=True, text=True, env=DEBIAN | {"XDG_RUNTIME_DIR": str(folder.parent)},
    )  # fmt: skip
    assert told.stdout == f"True {len(look()['layers'])} 0\n", told.stderr


def test_sld_is_drawn_as_qml_is(folder: Path, tmp_path: Path) -> None:
    """QGIS takes every SLD, and its picture is that by QML."""
    out = tmp_path / "sld.json"
    told = subprocess.run(
        ["/usr/bin/python3", str(LOOK.with_name("sld.py")), str(folder / "frontiers.gpkg"),
         str(out)],
        capture_output=True, text=True, env=DEBIAN | {"XDG_RUNTIME_DIR": str(tmp_path)},
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    found = json.loads(out.read_text("utf-8"))
    told = {"regions", "links", "places", "events", "land", "coast", "borders", "depths"}
    assert told <= set(found)
    assert not {"routes", "gates", "terminals", "overlaps"} & set(found)
    for name, one in found.items():
        assert (one["taken"], one["message"]) == (True, ""), name
        # small symbols lie half a pixel elsewhere, as their pictures are of another size
        share = 0.6 if name in ("places", "events") else 0.05
        assert one["difference"] < share * one["drawn"] or not one["drawn"], name


PICTURES = (
    ("The whole atlas", "whole", ""),
    ("If closed: Malacca", "malacca", ""),
    ("Partnership", "partnership", "ja"),
)


@pytest.mark.parametrize(("theme", "name", "language"), PICTURES)
def test_pictures_are_as_kept(
    theme: str, name: str, language: str, look: Look, tmp_path: Path
) -> None:
    path = tmp_path / f"{name}.png"
    found = look(theme, str(path), "900", *([language] if language else []))
    assert found["errors"] == []
    drawn = np.asarray(Image.open(path).convert("RGB")).astype(int)
    if os.environ.get("KEEP_PICTURES"):
        KEPT.mkdir(parents=True, exist_ok=True)
        Image.open(path).convert("RGB").quantize(128).save(KEPT / f"{name}.png", optimize=True)
    kept = np.asarray(Image.open(KEPT / f"{name}.png").convert("RGB")).astype(int)
    assert drawn.shape == kept.shape
    off = (np.abs(drawn - kept).max(axis=2) > FAR).mean()
    assert off < SHARE, f"{off:.1%} of the pixels differ; look at {path}"
    # a streak across the world is a row of one colour that is neither sea, land nor wash
    ground = {style.LIGHT.sea, style.LIGHT.land}
    for row in drawn:
        colours, counts = np.unique(row, axis=0, return_counts=True)
        most = colours[counts.argmax()]
        if counts.max() > 0.9 * len(row):
            assert "#{:02x}{:02x}{:02x}".format(*most) in ground
