"""The sea network: on water, sealed by its gates, taut, and true to published distances."""

from __future__ import annotations

import csv
import os
import statistics
import time
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from frontiers_map import sea
from frontiers_map.geo import geodesy
from frontiers_map.sea.make import quality
from frontiers_map.sea.make.harbour_ways import contract
from frontiers_map.sea.metric import drawn_km, great_circle, km_between
from frontiers_map.sea.packaged import harbours, packaged
from frontiers_map.sea.thinning import closures as random_closures
from frontiers_map.sea.water import Coast
from helpers import ROOT
from sea_support import (
    BASINS,
    atlas_calls,
    default_closed,
    network,
    places,
    terminals,
)

# pairs for which a quick answer is held against a slow one; `make sweep` takes 2,000
PAIRS = int(os.environ.get("FRONTIERS_MAP_PAIRS", "24"))
GOLDEN = ROOT / "tests" / "golden" / "distances.csv"
LONE = ("nws", "coral_sul", "ras_laffan", "sakhalin2", "bintulu", "sabine", "futtsu", "adriatic",
        "niigata", "bonny", "arzew", "peru", "lng_canada", "cove_point")  # fmt: skip
GATES = ("malacca", "singapore", "sunda", "lombok", "suez", "panama", "good_hope", "hormuz",
         "bab_el_mandeb", "taiwan_strait", "bashi", "balintang", "tsugaru", "la_perouse",
         "gibraltar", "florida", "yucatan", "ombai_wetar", "makassar", "uraga")  # fmt: skip
quick = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
ends = st.sampled_from(LONE)
closures = st.frozensets(st.sampled_from(GATES), max_size=6)


def one(start: str, end: str, close: frozenset[str], via: tuple[str, ...] = ()) -> sea.Route | None:
    points = terminals()
    found = network().routes([sea.Call(points[start], points[end], via, close)])[0]
    if isinstance(found, sea.NoWayBySea):
        return None
    assert isinstance(found, sea.Route), found
    return found


def test_no_edge_touches_land() -> None:
    """One edge of five; `make sweep` looks at each."""
    over = quality.edges_over_land(network(), int(os.environ.get("FRONTIERS_MAP_EDGES", "5")))
    stored = network().stored
    assert len(stored.one) > 200_000
    assert stored.declared[over].all(), "only canals and channels may cross the coast"


def random_water(count: int) -> list[sea.Point]:
    """Points spread evenly over all seas, the same every time."""
    random = np.random.default_rng(7)
    found: list[sea.Point] = []
    coast = Coast.load()
    while len(found) < count:
        lat = np.degrees(np.arcsin(random.uniform(-0.93, 0.97, 64)))
        lon = random.uniform(-180, 180, 64)
        wet = ~coast.on_land(lon, lat)
        found += [(float(x), float(y)) for x, y in zip(lon[wet], lat[wet], strict=True)]
    return found[:count]


def test_random_routes_stay_on_water() -> None:
    points = random_water(33)
    pairs = [(a, b) for k, a in enumerate(points) for b in points[k + 1 :]][:500]
    found = network().routes([sea.Call(a, b) for a, b in pairs])
    routes = [item for item in found if isinstance(item, sea.Route)]
    assert len(routes) > 475
    assert [r for r in routes if quality.drawn_over_land(r)] == []


def test_every_terminal_is_joined_within_two_kilometres() -> None:
    far = {}
    for name, point in terminals().items():
        entry = network().entry(point)
        if entry.moved_km > 2:
            far[name] = round(entry.moved_km, 2)
    assert far == {}
    assert len(terminals()) >= 80


@pytest.mark.parametrize("name", BASINS)
def test_basin_is_sealed_by_its_gates(name: str) -> None:
    inside, outside, gates = BASINS[name]
    closed = frozenset(gates.split())
    assert isinstance(network().routes([sea.Call(inside, outside)])[0], sea.Route)
    found = network().routes([sea.Call(inside, outside, (), closed)])[0]
    assert isinstance(found, sea.NoWayBySea), found
    assert set(closed) == set(found.closed)


@quick
@given(ends, ends, closures)
def test_there_is_as_long_as_back(start: str, end: str, close: frozenset[str]) -> None:
    out, back = one(start, end, close), one(end, start, close)
    assert (out is None) == (back is None)
    if out is not None and back is not None:
        assert out.cost == pytest.approx(back.cost, abs=1e-6)
        assert out.km == pytest.approx(back.km, abs=0.5)


@quick
@given(ends, ends, closures, st.sampled_from(GATES))
def test_closing_never_shortens_and_is_obeyed(
    start: str, end: str, close: frozenset[str], gate: str
) -> None:
    less, more = one(start, end, close), one(start, end, close | {gate})
    if more is None:
        return
    assert less is not None
    assert more.cost >= less.cost - 1e-6
    assert not set(more.gates) & (close | {gate})
    if gate not in less.gates:
        assert more.cost == pytest.approx(less.cost, abs=1e-6)


@quick
@given(ends, ends, st.sampled_from(GATES))
def test_a_gate_to_pass_is_passed_and_costs(start: str, end: str, gate: str) -> None:
    free = one(start, end, frozenset())
    by = one(start, end, frozenset(), (gate,))
    if by is None or free is None:
        return
    assert gate in by.gates
    assert by.cost >= free.cost - 1e-6
    if gate in free.gates:
        assert by.cost == pytest.approx(free.cost, abs=1e-6)


def test_matrix_is_symmetric_and_agrees_with_route() -> None:
    points = [terminals()[name] for name in LONE[:5]]
    lengths = network().matrix(points, close=default_closed())
    assert np.allclose(lengths, lengths.T)
    assert (np.diag(lengths) == 0).all()
    single = network().route(points[0], points[3], close=default_closed())
    assert lengths[0, 3] == pytest.approx(single.nm, abs=0.3)


def test_ways_known_beforehand_are_those_that_a_search_finds() -> None:
    stored, baked = packaged()
    assert baked is not None, "made for another network: run python -m frontiers_map.sea.make.build"
    assert baked.ways is not None, "out of date: run python -m frontiers_map.sea.make.known_ways"
    searching = sea.Network(stored, network().gates, baked=replace(baked, ways=None))
    random = np.random.default_rng(4)
    points = list(terminals().values())
    calls = []
    for usual in (frozenset[str](), default_closed()):
        origin = points[random.integers(len(points))]
        for more in (0, 4):
            close = usual | frozenset(random.choice(GATES, more))
            calls += [sea.Call(origin, end, (), close) for end in points[::4]]
    for known, found in zip(network().routes(calls), searching.routes(calls), strict=True):
        assert type(known) is type(found)
        if isinstance(known, sea.Route) and isinstance(found, sea.Route):
            assert known.cost == pytest.approx(found.cost, rel=1e-12)
            assert (known.gates, known.geometry) == (found.gates, found.geometry)


def test_lengths_without_a_search_are_those_of_routes_drawn() -> None:
    """What a matrix reads off the hubs: miles, gates, straight lines, and what is closed."""
    full = sea.Network.load(network().gates, canals=True)
    known = list(harbours(packaged()[1].network))  # type: ignore[union-attr]
    dice = np.random.default_rng(11)
    # four along one coast, some of which see each other
    some = [*known[:4], *(known[n] for n in dice.choice(len(known), 52, replace=False))]
    close = default_closed(lng=False) | {"suez", "malacca"}
    km, gates = full.known(some, some, close)
    told = np.argwhere(~np.isnan(km)).tolist()
    assert 0.3 * km.size < len(told) < km.size
    tried = [[0, 1], [1, 2], *(told[n] for n in dice.choice(len(told), 24, replace=False))]
    calls = [sea.Call(some[a], some[b], (), close) for a, b in tried]
    for (a, b), found in zip(tried, full.routes(calls), strict=True):
        assert isinstance(found, sea.Route), found
        assert km[a, b] == pytest.approx(found.km, abs=1e-6)
        assert gates[a, b] == found.gates
    # with more open than is shut to every ship a way may be shorter: a search has to tell
    assert np.isnan(full.known(some, some, frozenset())[0]).all()


def test_lengths_by_chords_are_those_of_geodesics() -> None:
    """Far, near, over the poles and 180°, and none at all: Karney's lengths to a millimetre."""
    dice = np.random.default_rng(7)
    lon, lat = dice.uniform(-180, 180, (2, 300)), dice.uniform(-90, 90, (2, 300))
    lon[1, :100], lat[1, :100] = lon[0, :100] + 0.1, np.clip(lat[0, :100] + 0.1, -90, 90)
    lon[1, 100:103], lat[1, 100:103] = lon[0, 100:103], lat[0, 100:103]
    ends = lon[0], lat[0], lon[1], lat[1]
    pieces = np.maximum(1, np.ceil(km_between(*ends) / 25)).astype(np.int64)
    x, y, owner = great_circle(*ends, pieces)
    drawn = geodesy.path_lengths(x, y, np.flatnonzero(np.diff(owner, prepend=-1))) / 1000
    assert drawn_km(*ends, pieces) == pytest.approx(drawn, abs=1e-6)


def test_a_contracted_graph_keeps_all_distances() -> None:
    dice = np.random.default_rng(3)
    ends = np.unique(np.sort(dice.integers(0, 60, (150, 2)), axis=1), axis=0)
    one, two = ends[ends[:, 0] < ends[:, 1]].T
    cost = dice.integers(1, 50, len(one)).astype(float)
    tree = contract(one, two, cost, 60)
    shape = (60, 60)
    flat = dijkstra(csr_matrix((cost, (one, two)), shape=shape), directed=False)
    # as in `hubs`: from the lowest level up, what stands for two is their sum
    value = {}
    low = np.repeat(np.arange(60), tree.count).tolist()
    edge = dict(zip(zip(one.tolist(), two.tolist(), strict=True), cost.tolist(), strict=True))
    for a, b, over in zip(low, tree.to.tolist(), tree.over.tolist(), strict=True):
        pair = sorted((int(tree.node[a]), int(tree.node[b])))
        value[a, b] = value[over, a] + value[over, b] if over >= 0 else edge[pair[0], pair[1]]
    some = {pair: c for pair, c in value.items() if pair[0] < tree.core}
    value |= {(b, a): c for (a, b), c in value.items() if a >= tree.core}
    up, over = (
        dijkstra(csr_matrix((list(arcs.values()), np.array(list(arcs)).T), shape=shape))
        for arcs in (some, value)
    )
    met = (over[:, None, :] + up[None, :, :]).min(axis=2)
    assert np.allclose(met, flat[np.ix_(tree.node, tree.node)])


def golden() -> list[dict[str, str]]:
    with GOLDEN.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def golden_error(row: dict[str, str]) -> float:
    via = tuple(gate for gate in row["via"].split(";") if gate)
    close = (default_closed(lng=False) | set(filter(None, row["close"].split(";")))) - set(via)
    found = network().route(
        (float(row["from_lon"]), float(row["from_lat"])),
        (float(row["to_lon"]), float(row["to_lat"])),
        via=via,
        close=close,
    )
    return found.nm / float(row["published_nm"]) - 1


def test_published_distances() -> None:
    errors = {(r["origin"], r["destination"], r["via"]): golden_error(r) for r in golden()
              if not r["reason"]}  # fmt: skip
    sizes = [abs(error) for error in errors.values()]
    assert len(sizes) == 16
    assert statistics.median(sizes) <= 0.008
    assert statistics.mean(sizes) <= 0.01
    assert {pair: e for pair, e in errors.items() if abs(e) > 0.03} == {}


def test_ordinary_voyages_keep_north_of_45_south() -> None:
    route = network().route((18.3, -34.1), (144.7, -38.4), close=default_closed())
    assert shapely.get_coordinates(route.geometry)[:, 1].min() > -45.3
    horn = network().route((-70.45, -23.08), (-43, -23.1), via=["cape_horn"], close=["panama"])
    assert -57.4 < shapely.get_coordinates(horn.geometry)[:, 1].min() < -55.5


def test_the_usual_ways() -> None:
    """What a trade is known to do, by passages."""

    def gates(start: str, end: str) -> tuple[str, ...]:
        found = one(start, end, default_closed())
        assert found is not None
        return found.gates

    assert {"malacca", "singapore", "bashi"} <= set(gates("coral_sul", "futtsu"))
    assert {"la_perouse", "tsugaru"} <= set(gates("sakhalin2", "futtsu"))
    assert {"yucatan", "panama"} <= set(gates("sabine", "futtsu"))
    assert {"hormuz", "bab_el_mandeb", "suez", "otranto"} <= set(gates("ras_laffan", "adriatic"))


def test_every_route_of_the_atlas_is_taut_and_keeps_off_the_coast() -> None:
    slack, sharp, hugging = {}, {}, {}
    calls = atlas_calls()
    for name, found in zip(calls, network().routes(list(calls.values())), strict=True):
        assert isinstance(found, sea.Route), (name, found)
        gain = quality.shortcut_gain(network(), found, calls[name].close)
        if gain > 0.001:
            slack[name] = round(gain, 5)
        along = np.cumsum([0.0, *(leg.km for leg in found.legs)])
        for k, (turn, lon, lat) in enumerate(quality.turns(found), start=1):
            away = min(along[k], along[-1] - along[k])
            if turn > 60 and away > 5:
                sharp[name] = (round(turn), round(lon, 1), round(lat, 1), round(away))
        near = quality.near_land_km(found, network().gates) / found.km
        if near > 0.02:
            hugging[name] = round(near, 4)
    assert len(calls) >= 23
    assert slack == {}
    assert sharp == {}
    assert hugging == {}


def test_banks_that_the_coast_does_not_show_are_kept_off() -> None:
    """No ship crosses the Florida Keys, the Bahama Banks or the Dangerous Ground."""
    keys, bahamas, spratly = (-81.0, 24.75), (-79.0, 25.2), (115.0, 10.0)
    assert Coast.load().on_land(*np.array([keys, bahamas, spratly]).T).all()
    for start, end, bank in (("sabine", "adriatic", keys), ("bintulu", "futtsu", spratly)):
        route = one(start, end, default_closed())
        assert route is not None
        assert route.geometry.distance(shapely.Point(bank)) > 0.1


# ------------------------------------------------------------------ degenerate calls


def test_same_point_and_ten_metres() -> None:
    here = (-30.0, 10.0)
    still = network().route(here, here)
    assert still.km == 0
    assert still.geometry.length == 0
    near = network().route(here, (-30.0, 10.0001))
    assert near.km == pytest.approx(0.011, abs=0.001)


def test_both_sides_of_180() -> None:
    west, east, exact = (179.0, 0.0), (-179.0, 0.0), (180.0, 0.0)
    across = network().route(west, east)
    assert across.nm == pytest.approx(120.2, abs=0.5)
    lon = shapely.get_coordinates(across.geometry)[:, 0]
    assert np.abs(np.diff(lon)).max() < 1
    assert across.exchange.geom_type == "MultiLineString"
    assert network().route(exact, west).km == pytest.approx(network().route((-180.0, 0.0), west).km)
    assert network().route((181.0, 0.0), west).km == pytest.approx(222.6, abs=0.5)


def test_north_pole_and_inland() -> None:
    assert network().route((0.0, 90.0), (0.0, 75.0)).km == pytest.approx(1673, abs=10)
    for inland in ((0.0, -90.0), (24.0, 0.0), (100.0, 45.0), (108.0, 53.5), (33.0, -1.0)):
        with pytest.raises(sea.InlandError, match=r"lies inland: no .* within 20 km"):
            network().route(inland, (-30.0, 0.0))


@pytest.mark.parametrize("bad", [(float("nan"), 0.0), (0.0, float("inf")), (0.0, 91.0)])
def test_not_on_the_globe(bad: sea.Point) -> None:
    with pytest.raises(ValueError, match=r"found .*; allowed: lon in -180..180, lat in -90..90"):
        network().route(bad, (0.0, 0.0))


def test_unknown_and_contradictory_gates() -> None:
    with pytest.raises(ValueError, match="found 'lombock'; allowed: a gate"):
        network().route((0, 0), (-30, 0), close=["lombock"])
    with pytest.raises(ValueError, match="'suez' cannot be both passed and closed"):
        network().route((0, 0), (-30, 0), close=["suez"], via=["suez"])


def test_closed_harbour_names_what_is_closed() -> None:
    with pytest.raises(sea.NoWayBySea, match=r"no way by sea .* with hormuz closed"):
        network().route(terminals()["ras_laffan"], terminals()["futtsu"], close=["hormuz"])


def test_bad_pairs_do_not_stop_the_good_ones() -> None:
    points = list(terminals().values())
    calls = [sea.Call(points[k % 40], points[(k * 7 + 1) % 40]) for k in range(500)]
    for k in range(0, 500, 50):
        calls[k] = sea.Call((24.0, 0.0), points[0])
    found = network().routes(calls)
    assert [k for k, item in enumerate(found) if isinstance(item, ValueError)] == list(
        range(0, 500, 50)
    )


def test_a_harbour_inside_the_coast_moves_to_water_and_says_how_far() -> None:
    route = network().route(places()["singapore_c"], (110.0, 8.0))
    assert 0 < route.moved_km[0] <= 20
    assert route.moved_km[1] == 0
    assert geodesy.length_m(shapely.linestrings([places()["singapore_c"], route.start])) == (
        pytest.approx(route.moved_km[0] * 1000, rel=0.01, abs=20)
    )


def test_an_area_to_avoid() -> None:
    aden = shapely.box(44, 11, 52, 16)
    start, end = (60.0, 10.0), (38.0, 20.0)
    free = network().route(start, end)
    assert free.geometry.intersects(aden)
    around = network().avoiding(aden)
    with pytest.raises(sea.NoWayBySea, match="the area to avoid"):
        around.route(start, end, close=["suez"])
    by_the_cape = around.route(start, end)
    assert not by_the_cape.geometry.intersects(shapely.buffer(aden, -0.01))
    assert by_the_cape.km > free.km
    assert network().route(start, end).km == free.km, "the first network is not changed"


def test_gates_of_ones_own() -> None:
    line = shapely.linestrings([(43.9, 13.5), (42.0, 13.5)])
    own = sea.Network.load({"own": line})
    start, end = (50.0, 13.0), (38.0, 20.0)
    assert own.route(start, end).gates == ("own",)
    assert "own" not in own.route(start, end, close=["own"]).gates


def test_legs_add_up() -> None:
    route = network().route(terminals()["sabine"], terminals()["futtsu"], via=["panama"],
                            close=default_closed())  # fmt: skip
    assert sum(leg.km for leg in route.legs) == pytest.approx(route.km)
    assert geodesy.length_m(route.geometry) / 1000 == pytest.approx(route.km, rel=1e-6)
    assert [gate for leg in route.legs for gate in leg.gates] == list(route.gates)
    assert any(leg.channel for leg in route.legs)
    assert route.days(17) == pytest.approx(route.nm / 17 / 24)
    assert repr(route).startswith("<Route -93.")


def test_quick_enough() -> None:
    """Generous bounds: the benchmark measures, this only catches a loss of order."""
    points = [terminals()[name] for name in LONE]
    network().route(points[0], points[1])
    started = time.process_time()
    for k in range(5):
        network().route(points[k], points[k + 5])
    assert (time.process_time() - started) / 5 < 0.5


def at_sea(count: int, dice: np.random.Generator) -> list[sea.Point]:
    lon, height = dice.uniform((-180, -0.9), (180, 0.9), (3 * count, 2)).T
    lat = np.degrees(np.arcsin(height))
    wet = ~Coast.load().on_land(lon, lat)
    return list(zip(lon[wet][:count].tolist(), lat[wet][:count].tolist(), strict=True))


def test_quick_answers_are_those_of_a_flat_search() -> None:
    """Bounds, known ways, kept searches and legs that nobody asked for change nothing."""
    full = sea.Network.load(network().gates, canals=True)
    known = harbours(packaged()[1].network)  # type: ignore[union-attr]
    dice = np.random.default_rng(2013)
    some = [*known, *terminals().values()]
    some += at_sea(len(some), dice)
    found = 0
    for shut in random_closures(full.gate_ids, default_closed(), PAIRS, seed=2013):
        one, two = (some[n] for n in dice.choice(len(some), 2, replace=False))
        try:
            quick = full.route(one, two, close=shut).cost
        except sea.NoWayBySea:
            quick = np.inf
        except sea.InlandError:
            continue
        here, there = full.joined(full.entry(one), shut), full.joined(full.entry(two), shut)
        search = full.graph.search(here, full.shut_edges(shut))
        flat = float((search.distance[there.node] + there.cost).min(initial=np.inf))
        found += quick < np.inf
        if quick < flat - 1e-6:  # straight from position to position, over no node
            assert len(full.trace(sea.Call(one, two, (), shut))) == 0, (one, two, sorted(shut))
        else:
            assert quick == pytest.approx(flat, abs=1e-6), (one, two, sorted(shut))
    assert found > PAIRS / 3
