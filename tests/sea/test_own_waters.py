"""Channels and shoals of an atlas's own: ways go along them and round them, and say so."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import numpy as np
import pytest
import shapely

import frontiers_map as fm
from frontiers_map import sea
from frontiers_map.analysis.joins import join
from frontiers_map.atlas.atlas import read
from frontiers_map.cache import NoCache
from frontiers_map.errors import CallError
from frontiers_map.outputs.web import seaway
from frontiers_map.sea import thinning
from frontiers_map.sea.own_channels import OwnChannel
from frontiers_map.voyages import ports
from frontiers_map.voyages.vessels import Vessel
from frontiers_map.voyages.world import World
from helpers import TINY, CommandLine
from sea_support import default_closed, network

ISTHMUS = TINY.parent / "isthmus"
KRA = OwnChannel(np.array([[98.3, 9.85], [98.75, 10.15], [99.3, 10.4]]), "kra")
JUTLAND = OwnChannel(np.array([[7.9, 56.6], [8.3, 56.6], [9.3, 56.3], [10.7, 56.0]]), "jut")
BAR = shapely.box(1.2, 50.6, 2.0, 51.4)  # the Strait of Dover
DEEP, DEEPER = Vessel(draught_m=14), Vessel(draught_m=16)


@pytest.fixture(scope="module")
def world() -> World:
    return World.load(ISTHMUS)


@pytest.fixture(scope="module")
def dug() -> sea.Network:
    return network().with_waters({"kra": KRA, "jut": JUTLAND}, {"bar": BAR})


def calls(count: int, closed: frozenset[str], seed: int = 5) -> list[sea.Call]:
    places = [(port.lon, port.lat) for port in ports.packaged().all if port.large]
    dice = random.Random(seed)
    return [sea.Call(*dice.sample(places, 2), close=closed) for _ in range(count)]


def costs(found: list[sea.Route | ValueError]) -> list[float]:
    return [one.cost if isinstance(one, sea.Route) else np.inf for one in found]


# ------------------------------------------------------------------ what a ship does


def test_a_ship_that_fits_takes_the_canal(world: World) -> None:
    way = world.route("colombo", "bangkok")
    assert way.gates == ("kra",)
    back = world.route("bangkok", "colombo")
    assert back.gates == ("kra",)
    assert back.nm == pytest.approx(way.nm, abs=1e-6)
    round_it = world.route("colombo", "bangkok", close=["kra"])
    assert round_it.gates == ("malacca", "singapore")
    assert round_it.nm > way.nm + 500


def test_one_that_draws_too_much_does_not(world: World) -> None:
    way = world.route("colombo", "bangkok", vessel=DEEP)
    assert way.gates == ("malacca", "singapore")
    assert way.shut == {"kra": "draws 14 m; at most 12 m"}
    assert "--open kra would make it" in way.table()
    assert world.route("colombo", "bangkok", vessel=DEEP, opened=["kra"]).gates == ("kra",)


def test_a_shoal_shuts_a_strait_to_deep_ships(world: World) -> None:
    way = world.route("colombo", "bangkok", vessel=DEEPER)
    assert way.gates == ("sunda", "karimata")
    assert list(way.shut) == ["kra", "one_fathom"]
    shoal = world.atlas.shoals.set_index("id").geometry["one_fathom"]
    assert not shapely.intersects(way.geometry, shoal)
    over = world.route("colombo", "bangkok", vessel=DEEPER, opened=["one_fathom"])
    assert over.gates == ("malacca", "singapore")
    assert over.shoals == ("one_fathom",)
    # whoever closes it, closes it to all
    assert "malacca" not in world.route("colombo", "bangkok", close=["one_fathom", "kra"]).gates


def test_ways_round_a_shoal_turn_at_its_corners(world: World) -> None:
    shoal = world.atlas.shoals.set_index("id").geometry["nicobar"]
    way = world.route((90.0, 7.0), (96.5, 7.5))
    free = world.route((90.0, 7.0), (96.5, 7.5), opened=["nicobar"])
    assert not shapely.intersects(way.geometry, shoal)
    assert free.shoals == ("nicobar",)
    assert way.shut == {"nicobar": "a shoal closed to every ship"}
    assert free.nm < way.nm < free.nm * 1.25
    with pytest.raises(CallError, match=r"lies on the shoal 'nicobar'.*--open nicobar would pass"):
        world.route("colombo", (93.0, 7.0))
    with pytest.raises(CallError, match="found 'nicobar'"):
        world.route("colombo", "bangkok", via=["nicobar"])


def test_passing_it_can_be_asked(world: World) -> None:
    way = world.route("colombo", "SGSIN", via=["kra"])
    assert way.gates == ("kra", "singapore")
    assert way.nm > world.route("colombo", "SGSIN").nm
    with pytest.raises(CallError, match="cannot be both passed and closed"):
        world.route("colombo", "bangkok", via=["kra"], close=["kra"])


def test_every_way_of_asking_gives_the_same(
    world: World, command: CommandLine, tmp_path: Path
) -> None:
    atlas = join(read(ISTHMUS), cache=NoCache())
    nm = world.route("colombo", "bangkok").nm
    assert fm.route("colombo", "bangkok", atlas=atlas).nm == nm
    table = fm.matrix(["colombo", "bangkok"], atlas=atlas)
    assert float(table.nm.loc["colombo", "bangkok"]) == pytest.approx(nm, abs=0.06)
    (tmp_path / "pairs.csv").write_text("from,to,draught_m\ncolombo,bangkok,\ncolombo,bangkok,14\n")
    done = command("route", "--pairs", "pairs.csv", "--atlas", ISTHMUS, cwd=tmp_path)
    gates = [line.split(",")[12] for line in done.out.splitlines()[1:]]
    assert gates == ["kra", "malacca;singapore"]
    (own,) = atlas.routes.itertuples()
    assert (own.nm, own.gates) == (round(nm), ("kra",))


# ------------------------------------------------------------------ what holds of all ways


def test_what_is_not_used_changes_nothing(dug: sea.Network) -> None:
    plain, shut = default_closed(), default_closed() | {"kra", "jut"}
    asked = calls(36, plain)
    before = network().routes(asked)
    assert costs(dug.routes(calls(36, shut))) == costs(before)
    with_them = dug.routes(asked)
    used = [isinstance(one, sea.Route) and bool({"kra", "jut"} & {*one.gates}) for one in with_them]
    assert 3 < sum(used) < 24
    for one, old, uses in zip(costs(with_them), costs(before), used, strict=True):
        assert one < old if uses else one == old
    for call, path in zip(asked[:8], with_them, strict=False):
        back = dug.route(call.end, call.start, close=call.close)
        assert not isinstance(path, ValueError)
        assert back.cost == pytest.approx(path.cost, abs=1e-6)


def test_ways_are_those_of_one_flat_network(dug: sea.Network) -> None:
    compared = 0
    for closed in (default_closed(), default_closed() | {"bar", "suez"}):
        asked = calls(25, closed, seed=8)
        for call, path in zip(asked, dug.routes(asked), strict=True):
            if not isinstance(path, sea.Route):
                continue
            compared += 1
            here, there = dug.entry(call.start), dug.entry(call.end)
            search = dug.graph.search(dug.joined(here, closed), dug.shut_edges(closed))
            joined = dug.joined(there, closed)
            flat = float((search.distance[joined.node] + joined.cost).min())
            # the flat one may turn at an end of a canal that it does not pass
            assert flat - 0.06 <= path.cost <= flat * 1.0005 + 0.06
    assert compared > 30


def test_no_way_runs_over_a_closed_shoal(dug: sea.Network) -> None:
    found = dug.routes(calls(40, default_closed() | {"bar"}, seed=3))
    lines = [one.exchange for one in found if isinstance(one, sea.Route)]
    assert len(lines) > 30
    assert not shapely.intersects(lines, BAR).any()


# ------------------------------------------------------------------ how channels join


def test_channels_meet_one_another_and_those_of_the_package() -> None:
    across = OwnChannel(np.array([[98.6, 10.6], [99.0, 9.9]]), "across")  # inland at both ends
    dug = network().with_waters({"kra": KRA, "across": across}, {})
    closed = default_closed()
    way = dug.route((98.6, 10.6), (100.5, 13.2), close=closed)
    assert way.moved_km[0] < 1
    assert way.gates == ("across", "kra")
    with pytest.raises(sea.NoWayBySea):
        dug.route((98.6, 10.6), (100.5, 13.2), close=closed | {"across"})
    # a short cut from the Gulf into the Mississippi
    cut = OwnChannel(
        np.array([[-89.0, 29.55], [-89.6, 29.9], [-90.03, 29.98], [-90.03, 29.9]]), "cut"
    )
    dug = network().with_waters({"cut": cut}, {})
    way = dug.route((-88.5, 29.9), (-90.06, 29.95), close=closed)
    assert way.gates == ("cut",)
    assert way.km < network().route((-88.5, 29.9), (-90.06, 29.95), close=closed).km - 50


def test_a_river_leads_inland() -> None:
    river = OwnChannel(np.array([[8.0, 56.6], [8.3, 56.6], [9.3, 56.3]]), "river")
    up = network().with_waters({"river": river}, {})
    with pytest.raises(sea.InlandError):
        network().route((9.3, 56.28), (4.0, 52.0), close=default_closed())
    way = up.route((9.3, 56.28), (4.0, 52.0), close=default_closed())
    assert way.gates == ("river",)
    assert way.moved_km[0] < 3


def test_a_channel_runs_across_180() -> None:
    cut = OwnChannel(np.array([[179.2, -16.9], [179.9, -16.75], [180.4, -16.6]]), "cut")
    laid, ends = network().laid_over({"cut": cut})
    assert not laid.unjoined
    assert not any(isinstance(end, sea.InlandError) for end in ends["cut"])
    dug = network().with_waters({"cut": cut}, {})
    way = dug.route((179.1, -16.95), (-179.55, -16.55), close=default_closed(), via=["cut"])
    assert way.km < 180


def test_a_channel_may_belong_to_a_gate(tmp_path: Path) -> None:
    folder = tmp_path / "atlas"
    shutil.copytree(ISTHMUS, folder)
    channels = json.loads((folder / "channels.geojson").read_text("utf-8"))
    channels["features"][0]["properties"]["gate"] = "isthmus"
    (folder / "channels.geojson").write_text(json.dumps(channels), "utf-8")
    gate = {"id": "isthmus", "name_en": "Isthmus", "kind": "canal", "source": "T1", "as_of": "2026",
            "certainty": "schematic", "max_draught_m": 13}  # fmt: skip
    line = {"type": "LineString", "coordinates": [[98.9, 10.5], [99.0, 9.9]]}
    feature = {"type": "Feature", "properties": gate, "geometry": line}
    collection = {"type": "FeatureCollection", "features": [feature]}
    (folder / "gates.geojson").write_text(json.dumps(collection), "utf-8")
    world = World.load(folder)
    assert world.route("colombo", "bangkok").gates == ("isthmus",)
    assert world.route("colombo", "bangkok", via=["isthmus"]).gates == ("isthmus",)
    assert world.route("colombo", "bangkok", close=["isthmus"]).gates == ()
    # of both limits the narrower one counts
    assert world.route("colombo", "bangkok", vessel=Vessel(draught_m=12.5)).shut == {
        "isthmus": "draws 12.5 m; at most 12 m"
    }


# ------------------------------------------------------------------ the page, and other atlases


def test_the_page_sails_as_the_library_does(world: World) -> None:
    wanted = seaway.wanted(world.atlas, world.own_shut)  # type: ignore[arg-type]
    small = thinning.packaged_or_made(world.page_network(NoCache()), **wanted, sets=8)
    small = small.without(world.own_shut)
    for start in small.ends:
        costs = small.costs(start)
        rest = [end for end in small.ends if end != start]
        for end, way in zip(rest, world.routes([(start, e) for e in rest], own=True), strict=True):
            assert not isinstance(way, CallError)
            a, b = (world.atlas.position(name) for name in (start, end))
            shut = frozenset({*world.own_shut, "nicobar", "kiel_canal"})
            route = world.network.route(a, b, close=shut)
            assert route.nm == pytest.approx(way.nm, abs=0.01)
            assert costs[end] == pytest.approx(route.cost, rel=0.0005)


def test_an_atlas_without_them_has_the_packaged_sea() -> None:
    world = World.load(TINY)
    assert not world.network.grown
    assert not world.page_network(NoCache()).grown
    assert seaway._own_waters(world.atlas) == []  # type: ignore[arg-type]


def test_what_leads_nowhere_is_told_with_the_way_out(command: CommandLine, tmp_path: Path) -> None:
    folder = tmp_path / "atlas"
    shutil.copytree(ISTHMUS, folder)
    channels = json.loads((folder / "channels.geojson").read_text("utf-8"))
    channels["features"][0]["geometry"]["coordinates"][2] = [98.9, 10.2]
    (folder / "channels.geojson").write_text(json.dumps(channels), "utf-8")
    told = command("validate", folder, cwd=tmp_path)
    assert told.code == 0
    assert "kra: ends at 98.9,10.2, " in told.out + told.err
