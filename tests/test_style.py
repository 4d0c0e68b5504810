"""The palette can be read and told apart, on light and dark, by eyes of every kind."""

from __future__ import annotations

import dataclasses
import itertools
import re
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from frontiers_map.atlas import model
from frontiers_map.style import (
    DARK,
    LIGHT,
    LOOKS,
    ROUTE_ROLES,
    TYPE,
    WIDTHS,
    Palette,
    contrast,
    mix,
    route_width,
)
from frontiers_map.symbols import SYMBOLS
from sight import SIGHT

PALETTES = {"light": LIGHT, "dark": DARK}


def linear(colour: str) -> NDArray[np.float64]:
    value = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def lab(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """Linear sRGB to CIELAB, D65."""
    to_xyz = [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
    xyz = np.array(to_xyz) @ np.clip(rgb, 0, 1) / [0.95047, 1, 1.08883]
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("name", PALETTES)
def test_every_role_is_a_colour_or_an_opacity(name: str) -> None:
    palette = PALETTES[name]
    for role, value in dataclasses.asdict(palette).items():
        if role.endswith("_opacity"):
            assert 0 < value <= 1, role
        else:
            assert re.fullmatch(r"#[0-9a-f]{6}", value), role
    # what looks the same is meant to: no other two roles may come to share a colour
    alike = {(one, other) for one, other in itertools.combinations(palette.colours(), 2)
             if getattr(palette, one) == getattr(palette, other)}  # fmt: skip
    assert alike == {("ink", "gate"), ("quiet", "route_other")}


@pytest.mark.parametrize("name", PALETTES)
@pytest.mark.parametrize("role", ["ink", "quiet", "accent", "closed", "restricted", "open", "link"])
def test_text_can_be_read(name: str, role: str) -> None:
    palette: Palette = PALETTES[name]
    for ground in ("paper", "panel", "sea"):
        found = contrast(getattr(palette, role), getattr(palette, ground))
        assert found >= 4.5, f"{role} on {ground}: {found:.2f}"


@pytest.mark.parametrize("name", PALETTES)
def test_names_on_the_map_can_be_read(name: str) -> None:
    palette = PALETTES[name]
    assert contrast(palette.sea_name, palette.sea) >= 4.5
    assert contrast(palette.ink, palette.land) >= 7
    # names of seas stand on the washes of regions, too
    for region in ("region_first", "region_second"):
        wash = mix(getattr(palette, region), palette.sea, getattr(palette, f"{region}_opacity"))
        assert contrast(palette.sea_name, wash) >= 3
        assert contrast(palette.ink, wash) >= 7


@pytest.mark.parametrize("name", PALETTES)
@pytest.mark.parametrize("role", ROUTE_ROLES)
def test_routes_stand_out(name: str, role: str) -> None:
    palette = PALETTES[name]
    assert contrast(getattr(palette, role), palette.sea) >= 3
    assert contrast(getattr(palette, role), palette.paper) >= 4.5


@pytest.mark.parametrize("name", PALETTES)
@pytest.mark.parametrize("sight", SIGHT)
def test_suppliers_can_be_told_apart(name: str, sight: str) -> None:
    palette, least = PALETTES[name], {"light": 26, "dark": 22}[name]
    seen = {
        role: lab(np.array(SIGHT[sight]) @ linear(getattr(palette, role)))
        for role in ROUTE_ROLES
        if role != "route_other"
    }
    for one, other in itertools.combinations(seen, 2):
        apart = float(np.linalg.norm(seen[one] - seen[other]))
        assert apart >= least, f"{one} and {other}: {apart:.1f}"


def test_lab_against_known_values() -> None:
    assert lab(linear("#ffffff")) == pytest.approx([100, 0, 0], abs=0.02)
    assert lab(linear("#ff0000")) == pytest.approx([53.24, 80.09, 67.20], abs=0.05)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48), ("#ff0000", "#ffffff", 4.0)],
)
def test_contrast_against_known_values(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert contrast(one, other) == contrast(other, one)


COLOUR = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(COLOUR, COLOUR, st.floats(0, 1))
def test_mixing_stays_between(one: str, other: str, weight: float) -> None:
    mixed = mix(one, other, weight)
    for i in (1, 3, 5):
        low, high = sorted((int(one[i : i + 2], 16), int(other[i : i + 2], 16)))
        assert low <= int(mixed[i : i + 2], 16) <= high
    assert mix(one, other, 1) == one
    assert mix(one, other, 0) == other


def test_every_kind_has_a_symbol() -> None:
    for layer in ("places", "terminals", "events"):
        assert set(model.KINDS[layer].values()) <= set(SYMBOLS)


@pytest.mark.parametrize(
    ("layer", "row"),
    [("routes", model.RouteRow), ("links", model.Link), ("terminals", model.Terminal),
     ("gates", model.GateStatus), ("events", model.Event)],
)  # fmt: skip
def test_every_status_has_a_look(layer: str, row: type[model.Row]) -> None:
    statuses = set(get_args(row.model_fields["status"].annotation))
    looks = LOOKS[layer]
    assert set(looks) == statuses
    assert all(length > 0 for look in looks.values() for length in look.dash)
    for look in looks.values():
        assert getattr(LIGHT, look.tone)
        assert not look.ink or getattr(DARK, look.ink)


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_more_tonnes_are_thicker(one: int, other: int) -> None:
    assert (one < other) == (route_width(one / 10) < route_width(other / 10))
    assert route_width(None) == route_width(0) <= route_width(one / 10)


def test_widths_and_sizes_can_be_seen() -> None:
    assert all(0.2 <= width <= 6 for width in WIDTHS.values())
    assert all(5.5 <= size <= 30 for size in TYPE.values())
