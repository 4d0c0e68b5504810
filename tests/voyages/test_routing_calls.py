"""Calls at the edge of sense: a right answer, or one clear line."""

from __future__ import annotations

import re
import time
from pathlib import Path

import numpy as np
import pytest
import shapely

from frontiers_map.errors import CallError
from frontiers_map.geo import geodesy
from frontiers_map.voyages.any_table import read_any
from frontiers_map.voyages.calls import matrix, routes
from frontiers_map.voyages.pairs import route_table
from frontiers_map.voyages.voyage import End, Voyage, table_of
from frontiers_map.voyages.world import World
from helpers import GEODATA

HERE = (-30.0, 10.0)
NAMES = "allowed: the id or name of a place or terminal, a harbour by name or UN/LOCODE, or lon,lat"


@pytest.fixture(scope="module")
def world() -> World:
    return World.load(GEODATA)


def way(world: World, start: End, end: End) -> Voyage:
    """Route, and hold what every answer must hold."""
    found = world.route(start, end)
    coords = shapely.get_coordinates(found.geometry)
    assert np.isfinite(coords).all()
    assert np.abs(np.diff(coords[:, 0])).max() < 180
    assert found.km == pytest.approx(geodesy.length_m(found.geometry) / 1000, rel=1e-6)
    assert found.nm == pytest.approx(found.km / 1.852)
    return found


def test_the_same_point(world: World) -> None:
    found = way(world, HERE, HERE)
    assert (found.nm, found.gates, found.moved_km, found.regions) == (0, (), (0, 0), {})
    assert found.geometry.length == 0
    harbour = way(world, "ras_laffan", "ras_laffan")
    assert harbour.nm == 0


def test_ten_metres_apart(world: World) -> None:
    assert way(world, HERE, (-30.0, 10.00009)).km == pytest.approx(0.00995, abs=0.0005)


@pytest.mark.parametrize("pole", [(0.0, 90.0), (123.4, 90.0), "-77,90"])
def test_from_the_pole(world: World, pole: End) -> None:
    """All longitudes are one there."""
    assert way(world, pole, (2.0, 75.0)).km == pytest.approx(1674, abs=8)


@pytest.mark.parametrize("lon", [180.0, -180.0, 540.0])
def test_exactly_180(world: World, lon: float) -> None:
    assert way(world, (lon, 0.0), (179.0, 0.0)).km == pytest.approx(111.3, abs=0.1)
    assert way(world, (lon, 0.0), (-179.0, 0.0)).km == pytest.approx(111.3, abs=0.1)


def test_both_sides_of_180(world: World) -> None:
    across = way(world, (179.0, 0.0), "-179,0")
    assert across.km == pytest.approx(222.6, abs=0.2)
    parts = across.as_dict()["geometry"]
    assert parts["type"] == "MultiLineString"
    assert {abs(part[k][0]) for part, k in zip(parts["coordinates"], (-1, 0), strict=True)} == {180}


@pytest.mark.parametrize(
    ("start", "told"),
    [
        ((24.0, 0.0), "24,0 lies inland: no water joined to the sea within 20 km; the nearest"),
        ((108.0, 53.5), "108,53.5 lies inland: no water joined to the sea within 20 km"),
        ((0.0, -90.0), "lies inland"),
        ((float("nan"), 0.0), "found nan,0; allowed: lon in -180..180, lat in -90..90"),
        ((0.0, float("-inf")), "found 0,-inf; allowed: lon"),
        ("nan,nan", "found 'nan,nan'; allowed: lon,lat in decimal degrees"),
        ("", f"found ''; {NAMES}"),
        ("ras_lafan", f"found 'ras_lafan'; {NAMES};"
                      " did you mean 'ras_laffan', or Ras Laffan, QA (QARLF)"),
    ],
)  # fmt: skip
def test_no_such_end(world: World, start: End, told: str) -> None:
    for ends in ((start, "sodegaura"), ("sodegaura", start)):
        with pytest.raises(CallError) as caught:
            world.route(*ends)
        line = str(caught.value)
        assert "\n" not in line
        assert told in line


def test_a_closed_harbour(world: World) -> None:
    for ends in (("ras_laffan", "sodegaura"), ("sodegaura", "ras_laffan")):
        with pytest.raises(CallError, match="^" + re.escape(
                f"{ends[0]} to {ends[1]}: no way by sea with hormuz closed") + "$"):  # fmt: skip
            world.route(*ends, close=["hormuz"])
    found = matrix(["ras_laffan", "sodegaura"], close=["hormuz"])
    assert found.nm.to_numpy().tolist() == [[0, np.inf], [np.inf, 0]]
    assert found.square("error").to_numpy().tolist() == [
        ["", "ras_laffan to sodegaura: no way by sea with hormuz closed"],
        ["sodegaura to ras_laffan: no way by sea with hormuz closed", ""]]  # fmt: skip


def test_two_thousand_pairs_with_forty_bad_ones(world: World, tmp_path: Path) -> None:
    """The bad ones say what is wrong in their row; the good ones are as good as alone."""
    ids = list(world.atlas.terminals["id"])
    asked = ([(a, b) for a in ids for b in ids[::7]] * 2)[:2000]
    bad = range(17, 2000, 50)
    for k in bad:
        asked[k] = ("nowhere", asked[k][1]) if k % 100 == 17 else (asked[k][0], "24 ,0")
    rows = [f'{start},"{end}"' for start, end in asked]
    (tmp_path / "pairs.csv").write_text("\n".join(["from,to", *rows]) + "\n", "utf-8")
    started = time.process_time()
    answers = route_table(world, read_any(tmp_path / "pairs.csv"))
    table, problems = answers.table, answers.problems
    assert time.process_time() - started < 30, "a few seconds of reckoning"
    assert len(table) == 2000
    assert [int(name) - 1 for name in table["id"][table["error"] != ""]] == list(bad)
    assert len(problems) == len(bad) == 40
    assert [problem.line for problem in problems] == [k + 2 for k in bad]
    assert str(problems[0]).endswith(f"found 'nowhere'; {NAMES}")
    assert (table["nm"].isna() == (table["error"] != "")).all()
    for k in (1, 1000, 1999):
        alone = world.route(*asked[k])
        assert (round(alone.nm, 1), alone.gates) == (table["nm"][k], table["gates"][k])
        assert alone.geometry.equals_exact(table.geometry[k], 0)


def test_no_pairs() -> None:
    assert len(routes([])) == 0
    assert matrix([]).nm.shape == (0, 0)


def test_shares_of_regions_are_there_from_every_call(world: World) -> None:
    (found,) = world.routes([("coral_sul", "sodegaura")])
    assert isinstance(found, Voyage)
    assert found.regions == world.route("coral_sul", "sodegaura").regions
    assert max(found.regions.values()) > 0.5
    assert table_of([("a", "b")], [found], ids=["x"], speed_kn=10)["days"][0] == pytest.approx(
        found.nm / 240, abs=0.005
    )
