"""Ships: what one may not pass is shut to it, said, costed, and can be opened."""

from __future__ import annotations

import random

import numpy as np
import pytest

from frontiers_map.errors import CallError
from frontiers_map.voyages.calls import route
from frontiers_map.voyages.vessels import Vessel, classes, shut
from frontiers_map.voyages.world import World
from helpers import TINY

# published by Reeds Marine Distance Tables and the like, to a few per cent: both ends are moved
PLAIN = [
    ("gioia tauro", "EGDAM", 939, ("messina",)),
    ("kobe", "JPHIM", 31, ("akashi",)),
    ("AUDRW", "AUBNE", 1940, ("torres",)),
]


@pytest.fixture(scope="module")
def world() -> World:
    return World.load()


@pytest.mark.parametrize(("start", "end", "nm", "gates"), PLAIN)
def test_a_ship_without_a_class_takes_any_charted_strait(
    world: World, start: str, end: str, nm: float, gates: tuple[str, ...]
) -> None:
    found = world.route(start, end)
    assert found.nm == pytest.approx(nm, rel=0.05, abs=6)
    assert found.gates == gates


def test_only_who_is_known_to_fit_sails_the_corinth_canal(world: World) -> None:
    # Brindisi, Piraeus: 480 south of Greece and 343 by the canal in the tables of NGA Pub. 151
    ends = (17.95, 40.64), (23.63, 37.94)
    found = world.route(*ends)
    assert found.nm == pytest.approx(480, rel=0.01)
    assert "--open corinth would make it" in found.table()
    asked = [
        world.route(*ends, opened=["corinth"]),
        world.route(*ends, vessel=Vessel.asked(world.atlas.ships, "coaster")),
        world.route(*ends, vessel=Vessel.asked(world.atlas.ships, None, 6.0)),
    ]
    assert [one.nm for one in asked] == pytest.approx([343] * 3, rel=0.01)
    large = world.route(*ends, vessel=Vessel.asked(world.atlas.ships, "vlcc"))
    assert large.nm == found.nm
    assert "at most 17.6 m" in large.shut["corinth"]
    assert [one.nm for one in world.routes([ends])] == [found.nm]  # type: ignore[union-attr]


def test_ice_is_shut_to_all_and_said_where_it_counts(world: World) -> None:
    ends = (-176.0, 62.0), (-165.0, 70.0)
    round_the_world = world.route(*ends)
    assert "bering" not in round_the_world.gates
    assert round_the_world.shut.keys() == {"bering"}
    told = round_the_world.shut_in_words()
    assert told[0].startswith("bering is shut to all ships: Ice")
    assert told[1].startswith("--open bering would make it ")
    through = world.route(*ends, opened=["bering"])
    assert through.gates == ("bering",)
    assert through.nm == pytest.approx(round_the_world.nm_open)


def test_what_is_shut_is_told_with_reason_cost_and_way_out(world: World) -> None:
    vessel = Vessel.asked(world.atlas.ships, "vlcc")
    found = world.route("ras_laffan", (2.0, 52.5), vessel=vessel)
    assert "suez" in found.shut
    assert found.shut["suez"] == "draws 21 m; at most 20.1 m"
    lines = found.shut_in_words()
    assert lines[0] == "suez is shut to vlcc: draws 21 m; at most 20.1 m"
    assert "--open suez" in lines[-1]
    assert found.nm_open is not None
    assert found.nm_open < found.nm
    opened = world.route("ras_laffan", (2.0, 52.5), vessel=vessel, opened=["suez"])
    assert opened.nm == pytest.approx(found.nm_open, rel=0.02)


def test_the_atlas_own_routes_sail_as_before(world: World) -> None:
    """An LNG carrier finds shut what the atlas shuts to its own routes."""
    carrier = Vessel.asked(world.atlas.ships, "lng_174")
    assert world.atlas.default_closed <= set(shut(world.gates, carrier))
    ends = ("nws", "futtsu")
    assert world.route(*ends, vessel=carrier).gates == world.routes([ends], own=True)[0].gates  # type: ignore[union-attr]


def test_larger_ships_never_sail_shorter(world: World) -> None:
    """Random pairs of harbours; measures that only grow shut only more."""
    draw = random.Random(13)
    ids = sorted(world.atlas.terminals["id"])
    pairs = [tuple(draw.sample(ids, 2)) for _ in range(25)]
    lengths = []
    for step in range(4):
        vessel = Vessel(
            draught_m=6 + 5.5 * step,
            beam_m=20 + 14 * step,
            length_m=120 + 95 * step,
            air_draught_m=30 + 13 * step,
        )
        found = world.routes(pairs, vessel=vessel)
        lengths.append([np.inf if isinstance(way, CallError) else way.nm for way in found])
    plain = [way.nm for way in world.routes(pairs) if not isinstance(way, CallError)]
    for smaller, larger in zip([plain, *lengths], lengths, strict=False):
        # a ship pays tolls near the coast, so a detour may be a hair shorter in miles
        assert (np.array(larger) >= np.array(smaller) * 0.995).all()


@pytest.mark.parametrize("limit", ["max_draught_m", "max_beam_m", "max_length_m"])
def test_a_limit_counts_only_above_it(world: World, limit: str) -> None:
    measure = limit.removeprefix("max_")
    gates = world.gates.dropna(subset=[limit])
    for gate in gates.itertuples():
        most = getattr(gate, limit)
        told = f"; at most {most:g} m"
        assert told not in shut(gates, Vessel(**{measure: most})).get(gate.id, "")
        assert told in shut(gates, Vessel(**{measure: most + 0.1}))[gate.id]


def test_an_atlas_has_ships_of_its_own(world: World) -> None:
    known = classes(world.atlas.ships)
    assert {"lng_174", "q_max", "vlcc", "suezmax", "capesize", "box_24000", "coaster"} <= set(known)
    with pytest.raises(CallError, match=r"ship: found 'vlc'.*did you mean 'vlcc'"):
        Vessel.asked(world.atlas.ships, "vlc")
    with pytest.raises(CallError, match=r"draught: found 99"):
        Vessel.asked(world.atlas.ships, None, 99)


def test_gates_of_the_package_serve_an_atlas_without() -> None:
    world = World.load(TINY)
    assert not len(world.atlas.gates)
    assert world.route((55.0, 26.0), (60.0, 23.0)).gates == ("hormuz",)
    assert "bering" in world.own_shut


def test_python_asks_the_same(world: World) -> None:
    found = route("kobe", "JPHIM", ship="q_max")
    assert "akashi" in found.shut
    assert found.nm > route("kobe", "JPHIM").nm
