"""A layer is declared once: what is said of it is true of the rows, and who draws it knows it."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from pathlib import Path

import pytest

import frontiers_map as fm
from frontiers_map.atlas import fields
from frontiers_map.atlas.atlas import Atlas
from frontiers_map.atlas.model import FILES, LAYERS, Focus, Layer
from frontiers_map.atlas.model.layers import SHEET_KINDS
from frontiers_map.cache import NoCache
from frontiers_map.outputs.base import RenderJob
from frontiers_map.outputs.gis.formats.kml import kml
from frontiers_map.outputs.gis.layers import layers as gis_layers
from frontiers_map.outputs.gis.qgis.styles import _LOOKS, look
from frontiers_map.outputs.sheets.kinds.registry import KINDS
from frontiers_map.outputs.sheets.map.selection import choose
from frontiers_map.outputs.tables import render as render_tables
from frontiers_map.outputs.web.features import layers as page_layers
from frontiers_map.style import LOOKS
from helpers import ROOT, TINY

SOURCE = ROOT / "src" / "frontiers_map"
SCRIPTS = SOURCE / "outputs/web/js"


@pytest.mark.parametrize("layer", LAYERS.values(), ids=lambda layer: layer.id)
def test_what_is_said_of_a_layer_is_true_of_its_rows(layer: Layer) -> None:
    assert bool(layer.file) == (layer.row is not None)
    if layer.row:
        columns = {field.alias or name for name, field in layer.row.model_fields.items()}
        assert columns >= {*layer.words} - {"state"}
        assert columns >= {*layer.span}
        assert layer.order == ("id",) or columns >= {*layer.order}
        assert not (layer.shapes and layer.file.endswith(".csv")) or columns >= {"lon", "lat"}
        assert (layer.frame or layer.id) in Atlas.__dataclass_fields__
    for column in layer.words:
        assert fields.domain(layer.id, column), column
    assert not layer.edited or layer.file
    assert not layer.sheets or layer.geometry
    assert {*layer.sheets} <= {*SHEET_KINDS} == {*KINDS}


def test_no_file_is_read_twice() -> None:
    assert len(FILES) == len([layer for layer in LAYERS.values() if layer.file])


def test_who_draws_knows_every_layer() -> None:
    drawn = {layer.id for layer in LAYERS.values() if layer.geometry}
    assert drawn <= {*_LOOKS}
    assert {*LOOKS} <= drawn
    words = tomllib.loads((SOURCE / "language/words/en.toml").read_text("utf-8"))
    assert {layer.id for layer in LAYERS.values() if layer.geometry} <= {*words["layer"]}


def test_the_page_speaks_of_the_layers_by_their_names() -> None:
    script = (SCRIPTS / "atlas/kinds.js").read_text("utf-8")
    table = script[script.index("FEATURES = {") :].partition("};")[0]
    names = set(re.findall(r"\w+: '(\w+)'", table))
    assert len(names) > 8
    # features of one's own are of no built-in layer
    assert names - {"features"} <= {*LAYERS}
    focus = {layer.id for layer in LAYERS.values() if layer.edited and layer.geometry}
    assert focus - {"sea_labels"} <= names


def test_a_line_layer_is_two_files(tmp_path: Path) -> None:
    """Cables in an atlas are a declaration and their file; every output has them, no code does."""
    folder = shutil.copytree(TINY, tmp_path / "atlas")
    row = {"id": "fine", "name": "Fine", "kind": "fibre", "source": "T1", "as_of": "2026",
           "certainty": "schematic"}  # fmt: skip
    line = {"type": "LineString", "coordinates": [[178.5, -18], [181, -17], [188, -14]]}
    feature = {"type": "Feature", "properties": row, "geometry": line}
    document = {"type": "FeatureCollection", "features": [feature]}
    (folder / "cables.geojson").write_text(json.dumps(document), "utf-8")
    with (folder / "atlas.toml").open("a", encoding="utf-8") as settings:
        settings.write(
            '[[layers]]\nid = "cables"\nname = { en = "Cables" }\nfile = "cables.geojson"\n'
            'geometry = "line"\ncolour = "route_blue"\nline = "dashed"\n'
        )
    atlas = fm.load(folder, cache=NoCache())

    assert [(one["id"], one["geometry"]) for one in page_layers(atlas, list)] == [
        ("cables", "line")
    ]
    sheet = choose(atlas, "en", (), Focus())
    assert [(layer.id, shown.id) for layer, shown in sheet.own] == [("cables", "fine")]
    (layer,) = (one for one in gis_layers(atlas) if one.name == "cables")
    assert layer.kind == "MultiLineString"
    assert layer.values("km") == [pytest.approx(1129, abs=30)]
    assert "customdash" in look(layer, atlas, "en").renderer
    assert "<name>Cables</name>" in "".join(kml(atlas, [layer]))
    tables = render_tables(RenderJob(atlas, tmp_path))
    assert b"fine,Fine,T1" in tables["tables/cables.csv"]
