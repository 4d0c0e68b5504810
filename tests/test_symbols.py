"""Symbols: one family that reads small, and paths of one's own that can hurt nobody."""

from __future__ import annotations

import base64
import re

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from frontiers_map.outputs.gis.qgis.qml import marker
from frontiers_map.outputs.sheets.map import marks
from frontiers_map.symbols import LEAST, MOST, SIDE, SYMBOLS, checked_path, is_path, shape_of

# plain figures that say by their size how much a place counts
SMALL = {"dot", "cape", "dart", "venue", "city", "space", "capital", "naval"}


def test_there_is_one_for_most_things_at_sea() -> None:
    asked = (
        "anchor port naval_base airfield lighthouse buoy wind_turbine oil_rig platform "
        "pipeline_end cable_landing data_centre refinery tank power_station nuclear mine wreck "
        "explosion attack drone missile seizure patrol fish whale coral ice research_station flag "
        "embassy factory shipyard lock bridge checkpoint radar satellite_dish camp hospital star"
    )
    assert set(asked.split()) <= set(SYMBOLS)
    assert len({shape_of(name).wkt for name in SYMBOLS}) == len(SYMBOLS)


@pytest.mark.parametrize("name", SYMBOLS)
def test_symbols_are_of_one_family(name: str) -> None:
    """Inside the square, of about the same weight, and with no stroke that is lost at 12 pixels."""
    shape = shape_of(name)
    assert checked_path(SYMBOLS[name])
    assert shape.is_valid
    assert shapely.box(0, 0, SIDE, SIDE).buffer(0.01).covers(shape)
    if name not in SMALL:
        assert 0.19 < shape.area / SIDE**2 < 0.5
        west, north, east, south = shape.bounds
        assert max(east - west, south - north) > 11.9
        thick = shape.buffer(-0.75).buffer(0.8)
        assert shape.difference(thick).area < 0.15 * shape.area


TAKEN = [
    "M2 2L22 2L12 22Z",
    "m2,2h20v20h-20z",
    "M2 2H22V22H2Z M6 6 H18 V18 H6 Z",
    "M12 2 Q22 2 22 12 T12 22Z",
    "M2 12C2 2 22 2 22 12S2 22 2 12",
    "M2 12A10 10 0 1 1 22 12 10 10 0 1 1 2 12",
    "M.5.5L23.5.5V23.5Z",
]


@pytest.mark.parametrize("data", TAKEN)
def test_a_path_of_ones_own_is_taken(data: str) -> None:
    assert is_path(data)
    path = checked_path(data)
    assert re.fullmatch(r"[A-Za-z0-9 .-]+", path)
    assert checked_path(path) == path
    assert shape_of(path).equals(shape_of(data))
    shape = marks.symbol(path, 100, 50, 12)
    assert shape.area == pytest.approx(shape_of(path).area / 4)
    drawn = re.search('base64:([^"]+)', marker(path, 9, "#000000", "#ffffff"))
    assert drawn is not None
    assert f'd="{path}"' in base64.b64decode(drawn[1]).decode()


REFUSED = [
    ("M2 2L22 2L12 30Z", "it reaches over x 2 to 22, y 2 to 30"),
    ("M2 2L22 2", "it fills next to nothing"),
    ("M1 1L2 1L2 2Z", "it fills next to nothing"),
    ("M2 2L22 2 12Z", "L has 3 numbers; it takes them by 2"),
    ("M2 2 22 2Z 12 22", "Z has 2 numbers; it takes none"),
    ("M2 2 B22 2Z", "B is no command of it"),
    ("M2 12A10 10 0 2 1 22 12Z", "are 0 or 1"),
    ("M2 2L22 2L12 1e3Z", "e is no command of it"),
    ("M2 2L22 2L12 22Z" + " " * MOST, f"it has {MOST + 16} characters"),
    ('M2 2L22 2L12 22Z"/><script>alert(1)</script>', "signs that are no command"),
    ("M2 2L22 2L12 22Z\x00", "signs that are no command"),
    ("M2 2L22 2L12 22Z url(javascript:1)", "signs that are no command"),
    ("M2 2L999999999999999999999 2L12 22Z", "it reaches over"),
    ("L2 2L22 2L12 22Z", "it does not begin with M"),
    ("2 2", "it does not begin with M"),
]


@pytest.mark.parametrize(("data", "told"), REFUSED)
def test_what_is_no_path_is_refused(data: str, told: str) -> None:
    with pytest.raises(ValueError, match=re.escape(told)):
        checked_path(data)


@given(st.text(alphabet='MLHVCSQTAZmz0123456789 .,-<"&', max_size=60))
def test_any_text_is_inert_or_refused(text: str) -> None:
    try:
        path = checked_path(text)
    except ValueError:
        return
    assert re.fullmatch(r"[A-Za-z0-9 .-]+", path)
    assert shape_of(path).area >= LEAST
