"""A layer is declared once: what is said of it is true of the rows, and who draws it knows it."""

from __future__ import annotations

import re
import tomllib

import pytest

from frontiers_map.atlas import fields
from frontiers_map.atlas.atlas import Atlas
from frontiers_map.atlas.model import FILES, LAYERS, Layer
from frontiers_map.atlas.model.layers import SHEET_KINDS
from frontiers_map.outputs.gis.qgis.styles import _LOOKS
from frontiers_map.outputs.sheets.kinds.registry import KINDS
from frontiers_map.style import LOOKS
from helpers import ROOT

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
