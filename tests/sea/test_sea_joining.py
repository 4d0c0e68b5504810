"""Any position, any sea: how positions join the network, canals and rivers, areas to avoid."""

from __future__ import annotations

import csv
import itertools
from functools import cache

import numpy as np
import pytest
import shapely

from frontiers_map import sea
from frontiers_map.geo import geodesy
from frontiers_map.sea import channels as declared
from frontiers_map.sea import lookout, packaged
from frontiers_map.sea.attach import attach, legs_of
from frontiers_map.sea.baked import point_key
from frontiers_map.sea.make import build, quality
from frontiers_map.sea.metric import km_between
from frontiers_map.sea.storage import Nodes
from frontiers_map.sea.water import Coast
from frontiers_map.voyages import ports
from helpers import ROOT
from sea_support import default_closed, network

RIVERS = ROOT / "tests" / "golden" / "rivers.csv"
SMALL = frozenset(name for name, one in declared.channels().items() if one.small)


@cache
def with_canals() -> sea.Network:
    return sea.Network.load(network().gates, canals=True)


def nm(start: sea.Point, end: sea.Point, close: frozenset[str] = frozenset()) -> float:
    found = with_canals().route(start, end, close=default_closed(lng=False) | close)
    assert not quality.drawn_over_land(found)
    return found.nm


@pytest.mark.parametrize(
    ("start", "end", "low", "high"),
    [
        ((-9.166667, 38.7), (-8.8667, 37.95), 55, 80),  # Lisbon, Sines
        ((-52.083333, -32.05), (-48.516667, -25.5), 450, 550),  # Rio Grande, Paranaguá
        ((5.036667, 60.830833), (5.3, 60.4), 29, 45),  # Mongstad, Bergen
        ((21.2, 38.3), (23.6, 37.93), 114, 130),  # Patras, Piraeus: by Corinth
        ((-73.9, 40.5), (-71.0, 42.35), 215, 260),  # New York, Boston: by Cape Cod
        ((-76.5, 39.2), (-75.4, 39.75), 45, 75),  # Baltimore, Delaware: by the C & D canal
        ((10.15, 54.38), (9.0, 53.9), 50, 70),  # Kiel, Brunsbüttel
        ((49.9, 40.35), (51.2, 43.6), 190, 260),  # Baku, Aktau
        ((-87.6, 41.9), (-73.54, 45.52), 1050, 1180),  # Chicago, Montréal
    ],
)
def test_next_door_is_next_door(start: sea.Point, end: sea.Point, low: float, high: float) -> None:
    assert low <= nm(start, end) <= high


@pytest.mark.parametrize(
    "point",
    [
        (-123.5, 49.2), (36.5, 46.0), (28.2, 40.7), (22.7, 38.2), (6.5, 61.15), (10.4, 63.45),
        (18.9, 59.4), (133.5, 34.2), (146.5, -19.0), (-72.6, -53.53), (-134.0, 58.0),
        (103.8, 1.27), (-95.28, 29.75), (-75.13, 39.95), (4.48, 51.9), (-0.08, 51.5), (100.5, 13.7),
        (88.3, 22.55), (-73.55, 45.5), (118.75, 32.08), (-60.02, -3.13), (-122.4, 47.6),
        (-123.1, 49.3), (10.7, 59.9), (-157.9, 21.3), (51.2, 43.6), (-92.1, 46.77),
    ],
)  # fmt: skip
def test_every_sea_and_river_port_is_joined(point: sea.Point) -> None:
    found = with_canals().route(point, (-40.0, 20.0))
    assert max(found.moved_km) < 6
    assert not quality.drawn_over_land(found)


def test_refusals_say_which_it_is() -> None:
    with pytest.raises(sea.OnLand, match="lies inland: no water joined to the sea within 20 km"):
        network().entry((24.0, 0.0))
    inland = (2.35, 48.85)
    with pytest.raises(sea.OnLand) as found:
        network().entry(inland)
    assert found.value.point == inland
    x, y = np.array([inland, found.value.nearest]).T
    assert km_between(x[:1], y[:1], x[1:], y[1:])[0] == pytest.approx(found.value.km, rel=0.01)
    # a wider search finds what it named, a narrower one less
    wide = network().snapping(200.0).entry(inland)
    assert 20 < wide.moved_km <= 200
    berth = (103.83, 1.28)
    assert network().entry(berth).moved_km < 20


def test_a_channel_with_limits_can_be_closed() -> None:
    hamburg, dover = (9.93, 53.54), (1.5, 51.0)
    assert "elbe" in with_canals().route(hamburg, dover).gates
    with pytest.raises(sea.NoWayBySea):
        with_canals().route(hamburg, dover, close=["elbe"])
    open_, shut = nm((18.7, 54.4), (4.0, 52.0)), nm((18.7, 54.4), (4.0, 52.0), SMALL)
    assert open_ < shut - 150
    # a network that does not know their gates does not sail the short cuts of small ships
    assert network().route((18.7, 54.4), (4.0, 52.0)).nm == pytest.approx(shut, abs=1)


def test_every_channel_says_what_fits_and_where_from() -> None:
    found = declared.channels()
    assert {"suez", "panama", *SMALL, "seaway", "welland", "volga_don"} <= set(found)
    for one in found.values():
        if one.limited:
            assert one.source, one.id
            assert one.id in declared.channel_gates()
        for limit in (one.draught_m, one.beam_m, one.length_m, one.air_draught_m):
            assert limit is None or 2 < limit < 600


def rivers() -> list[dict[str, str]]:
    with RIVERS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", rivers(), ids=lambda row: row["id"])
def test_rivers_are_as_long_as_published(row: dict[str, str]) -> None:
    found = with_canals().route(
        (float(row["from_lon"]), float(row["from_lat"])),
        (float(row["to_lon"]), float(row["to_lat"])),
    )
    if row["reason"]:
        # never longer than it is, and to be drawn better
        assert 0.65 < found.km / float(row["km"]) < 0.95
    else:
        assert found.km == pytest.approx(float(row["km"]), rel=float(row["tolerance"]))


def test_compiled_or_not_the_same_legs(monkeypatch: pytest.MonkeyPatch) -> None:
    if not lookout.COMPILED:
        pytest.skip("needs numba")
    from frontiers_map.sea import attach as module

    nodes, coast = Nodes(network().stored), Coast.load()
    for point in ((5.0, 60.9), (139.8, 35.5), (179.9, -17.5), (-30.0, 40.0)):
        found = []
        for compiled in (False, True):
            monkeypatch.setattr(module, "_compiled", lambda compiled=compiled: compiled)
            found.append(legs_of(point, nodes, coast))
        assert np.array_equal(found[0][0], found[1][0])
        assert found[0][1] == pytest.approx(found[1][1], abs=0.11)


def test_a_position_across_a_headland_from_the_nearest_node_is_moved() -> None:
    """The first leg is one that a way along the coast would take."""
    nodes, coast = Nodes(network().stored), Coast.load()
    for point in ((-9.166667, 38.7), (-52.083333, -32.05), (5.036667, 60.830833)):
        entry = attach(point, nodes, coast).whole()
        x, y = (np.full(len(entry.node), v) for v in entry.water)
        nearest = km_between(x, y, nodes.lon[entry.node], nodes.lat[entry.node]).min()
        assert nearest < 10
        assert entry.moved_km < 5


# ------------------------------------------------------------------ areas to avoid


def test_round_a_box_in_open_water_by_its_own_corners() -> None:
    box = shapely.box(-40, 30, -30, 60)
    around = network().avoiding(box)
    start, end = (-74.0, 40.4), (-9.6, 38.6)
    found = around.route(start, end)
    assert shapely.intersection(found.geometry, box).is_empty
    corners = [start, (-40.0, 30.0), (-30.0, 30.0), end]
    least = sum(
        geodesy.length_m(shapely.LineString(pair)) / 1000 for pair in itertools.pairwise(corners)
    )
    assert found.km < 1.02 * least
    # what does not touch it stays as it was, to the last digit
    plain = network().route((100.0, 5.0), (60.0, 10.0))
    assert around.route((100.0, 5.0), (60.0, 10.0)).geometry == plain.geometry


def test_an_end_in_the_area_to_avoid_is_told() -> None:
    around = network().avoiding(shapely.box(-40, 30, -30, 60))
    with pytest.raises(ValueError, match=r"-35,40 lies in the area to avoid"):
        around.route((-35.0, 40.0), (-9.6, 38.6))


def test_harbours_of_the_world_join_as_if_joined_now() -> None:
    """What comes with the package of 2,951 harbours is what joining each would find.

    But legs are left out that another one and edges do for, at hardly more cost and by no gate.
    """
    known = packaged.harbours(packaged.packaged()[1].network)  # type: ignore[union-attr]
    harbours = ports.packaged().all
    assert len(known) > 0.98 * len(harbours), "harbours.bin was made for another network"
    nodes, full = Nodes(network().stored), network()
    shut = frozenset(full.gate_ids)
    dice = np.random.default_rng(13)
    for number in dice.choice(len(harbours), 15, replace=False).tolist():
        here = point_key((harbours[number].lon, harbours[number].lat))
        kept, fresh = known[here], attach(here, nodes, Coast.load()).whole()
        assert kept.water == pytest.approx(fresh.water, abs=1e-6)
        assert kept.moved_km == pytest.approx(fresh.moved_km, abs=0.001)
        toll = dict(zip(fresh.node.tolist(), fresh.toll.tolist(), strict=True))
        assert set(kept.node.tolist()) <= toll.keys()
        assert kept.toll == pytest.approx([toll[node] for node in kept.node.tolist()], abs=1e-9)
        found = full.graph.search(full.joined(kept, shut), full.shut_edges(shut)).distance
        joined = full.joined(fresh, shut)
        assert (found[joined.node] <= joined.cost * (1 + build.SLACK) + 1e-6).all()


def test_a_harbour_further_off_than_one_will_be_moved_is_refused() -> None:
    known = packaged.harbours(packaged.packaged()[1].network)  # type: ignore[union-attr]
    moved = next(
        entry for entry in known.values() if entry.moved_km > 3 and not entry.channel.any()
    )
    assert network().entry(moved.asked).moved_km == moved.moved_km
    with pytest.raises(sea.InlandError):
        network().snapping(1).entry(moved.asked)
