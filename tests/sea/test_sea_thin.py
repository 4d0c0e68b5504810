"""The small network for the page answers as the whole one does."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence
from importlib import resources

import numpy as np
import pytest
import shapely

from frontiers_map import sea
from frontiers_map.outputs.web import seaway
from frontiers_map.outputs.web.pack import script_json
from frontiers_map.sea import thin, thinning
from sea_support import atlas_calls, default_closed, network, places, rows, terminals

# how many fresh sets of closed gates are tried; 2,000 take some minutes
SETS = int(os.environ.get("FRONTIERS_MAP_CLOSURES", "24"))


def harbours() -> dict[str, sea.Point]:
    ports = {row["id"] for row in rows("places.csv") if row["kind"] in ("port", "naval")}
    return terminals() | {name: place for name, place in places().items() if name in ports}


@pytest.fixture(scope="module")
def small() -> thin.Thin:
    found = thinning.packaged_or_made(network(), harbours(), closed=sorted(default_closed()),
                                  calls=list(atlas_calls().values()), sets=0)  # fmt: skip
    # made for something else, it would be a stale file: run python -m frontiers_map.sea.make.build
    assert len(found.one) > 2000, "sea/thin.bin was made for another atlas or network"
    return found


def test_fits_into_the_page(small: thin.Thin) -> None:
    block = seaway.block(list(small.ends), list(small.gates), thin.pack(small))
    assert len(script_json(block).encode()) <= 25_600
    assert set(small.ends) == set(harbours())
    # and so do names of the world's large harbours, to be asked for
    assert len(script_json(seaway.large_ports()).encode()) <= 15_000
    # nothing in it is escaped
    assert script_json(block["data"]) == f'"{block["data"]}"'


def test_packing_gives_back_what_it_took(small: thin.Thin) -> None:
    back = thin.unpack(thin.pack(small), small.ends, small.gates)
    for field in dataclasses.fields(thin.Thin):
        one, two = getattr(small, field.name), getattr(back, field.name)
        same = np.array_equal(one, two) if isinstance(one, np.ndarray) else one == two
        assert same, field.name
    with pytest.raises(ValueError, match="found 91 harbours; allowed: 1"):
        thin.unpack(thin.pack(small), ["one"], small.gates)


def test_agrees_with_the_whole_network_under_fresh_closures(small: thin.Thin) -> None:
    full, costs = network(), small.searcher()
    entries = {name: full.entry(point) for name, point in harbours().items()}
    dice = np.random.default_rng(76)
    compared, unlike, far_off = 0, [], []
    for gates in thinning.closures(full.gate_ids, default_closed(), SETS, seed=99):
        origin = str(dice.choice(sorted(entries)))
        search = full.graph.search(full.joined(entries[origin], gates), full.shut_edges(gates))
        quick = costs(origin, gates)
        for name, entry in entries.items():
            if name == origin:
                continue
            joined = full.joined(entry, gates)
            exact = float((search.distance[joined.node] + joined.cost).min())
            if quick[name] < exact - 0.06:  # straight from harbour to harbour, over no node
                exact = full.route(harbours()[origin], harbours()[name], close=gates).cost
            assert np.isfinite(exact) == np.isfinite(quick[name]), (origin, name, sorted(gates))
            if np.isfinite(exact):
                compared += 1
                if abs(quick[name] - exact) > 0.06:
                    unlike.append((origin, name, sorted(gates), exact, quick[name]))
                    if abs(quick[name] / exact - 1) > 0.005:
                        far_off.append(unlike[-1])
    print(
        f"{len(unlike)} of {compared} ways cost more than in the whole network", *unlike, sep="\n"
    )
    assert far_off == []
    assert compared > 50 * SETS
    assert len(unlike) <= compared / 10_000


# The gates that most of the ways between the atlas's harbours pass, mouths of bays and of the Seto
# Sea left out, and Hormuz and Lombok: the atlas is about them
FRONT_GATES = frozenset({
    "suez", "bab_el_mandeb", "singapore", "malacca", "bashi", "sicily", "panama", "yonaguni",
    "gibraltar", "tsushima", "yucatan", "good_hope", "tsugaru", "sunda", "tokara", "osumi",
    "halmahera", "florida", "taiwan_strait", "karimata", "molucca", "balintang", "hormuz", "lombok",
})  # fmt: skip
FRONT_PAIRS = (("nws", "hibiki"), ("ras_laffan", "futtsu"), ("sakhalin2", "futtsu"),
               ("bontang", "hibiki"), ("arzew", "adriatic"))  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Answer:
    """The cheapest way with some of the 24 gates closed, and which of the others it passes."""

    closed: frozenset[str]
    cost: float
    passed: frozenset[str]


def answers(start: str, goals: Sequence[str]) -> dict[str, list[Answer]]:
    """All that closing any of 24 gates can make of some ways, on the whole network.

    What is best without the gates in `closed` passes some gates; any other best way must do
    without one of them. So each is closed in turn, and those before it in turn kept open: no way
    is looked for twice, and none is missed. What passes only gates that are kept open is better
    than all that is left.
    """
    found: dict[str, list[Answer]] = {goal: [] for goal in goals}
    level = {frozenset[str](): [(goal, frozenset[str]()) for goal in goals]}
    while level:
        following: dict[frozenset[str], list[tuple[str, frozenset[str]]]] = {}
        for closed, asked in level.items():
            shut = default_closed() | closed
            ways = network().routes(
                [sea.Call(harbours()[start], harbours()[goal], (), shut) for goal, _ in asked]
            )
            for (goal, kept), way in zip(asked, ways, strict=True):
                if isinstance(way, sea.NoWayBySea):
                    found[goal].append(Answer(closed, np.inf, frozenset()))
                    continue
                assert isinstance(way, sea.Route)
                passed = FRONT_GATES & set(way.gates)
                found[goal].append(Answer(closed, way.cost, passed))
                for gate in sorted(passed - kept):
                    following.setdefault(closed | {gate}, []).append((goal, kept))
                    kept |= {gate}
        level = following
    return found


def front(some: list[Answer]) -> list[Answer]:
    """Those of which none other is as cheap and passes no gate that they do not pass."""
    best: dict[frozenset[str], Answer] = {}
    for answer in sorted(some, key=lambda one: one.cost):
        if np.isfinite(answer.cost) and not any(gates <= answer.passed for gates in best):
            best[answer.passed] = answer
    return list(best.values())


def test_pareto_fronts_on_24_gates(small: thin.Thin) -> None:
    assert len(FRONT_GATES) == 24
    assert not FRONT_GATES - set(small.gates)
    assert not FRONT_GATES & default_closed()
    pairs: dict[str, list[str]] = {}
    for start, goal in FRONT_PAIRS:
        pairs.setdefault(start, []).append(goal)
    dice = np.random.default_rng(24)
    for _ in range((SETS - 24) // 250):
        start, *goals = (str(name) for name in dice.choice(sorted(harbours()), 4, replace=False))
        pairs.setdefault(start, []).extend(goals)
    costs = small.searcher()
    compared, sizes, unlike = 0, [], []
    for start, goals in pairs.items():
        found = answers(start, goals)
        quick = {
            closed: costs(start, default_closed() | closed)
            for closed in {answer.closed for some in found.values() for answer in some}
        }
        for goal, some in found.items():
            members = front(some)
            sizes.append(len(members))
            for closed, cost, _ in map(dataclasses.astuple, some):
                compared += 1
                # the same way or none; legs of harbours are rounded
                if cost != pytest.approx(quick[closed][goal], abs=0.06):
                    unlike.append((start, goal, sorted(closed), cost, quick[closed][goal]))
            # the front tells what any set of closed gates leaves, or it would not be whole
            for _ in range(3):
                closed = frozenset(dice.choice(sorted(FRONT_GATES), 5, replace=False).tolist())
                told = min((m.cost for m in members if not m.passed & closed), default=np.inf)
                way = costs(start, default_closed() | closed)[goal]
                assert told == pytest.approx(way, abs=0.06), (start, goal, sorted(closed))
    print(f"{len(sizes)} fronts of {min(sizes)} to {max(sizes)} ways, {sum(sizes)} in all;"
          f" {len(unlike)} of {compared} closures unlike", *unlike, sep="\n")  # fmt: skip
    assert sum(sizes) > 50  # else it would show little
    assert unlike == []


def test_harbours_are_leaves(small: thin.Thin) -> None:
    ends = len(small.ends)
    assert (small.one < small.two).all()
    straight = small.two < ends
    assert straight.any(), "harbours in sight of each other are joined"
    for one, two in zip(small.one[straight], small.two[straight], strict=True):
        line = float(small.cost[(small.one == one) & (small.two == two)][0])
        assert small.costs(small.ends[one])[small.ends[two]] <= line + 1e-6
    # closing what leads to the open sea leaves harbours that lie in sight of each other no
    # way through one another
    assert small.costs("futtsu", ["uraga"])["coral_sul"] == np.inf


def packaged() -> thin.Thin:
    return thin.unpacked(resources.files(sea).joinpath("thin.bin").read_bytes())


@pytest.mark.parametrize("known", [None, packaged()], ids=["from nothing", "from the packaged one"])
def test_made_anew_for_another_question(known: thin.Thin | None) -> None:
    some = {name: terminals()[name] for name in ("arzew", "adriatic", "damietta")}
    made = thinning.thin(network(), some, closed=default_closed(), sets=100, known=known)
    assert set(made.ends) == set(some)
    for close in (default_closed(), frozenset[str]()):
        found = made.costs("adriatic", close)
        exact = network().route(some["adriatic"], some["arzew"], close=close).cost
        assert found["arzew"] == pytest.approx(exact, abs=0.06)
    assert made.costs("adriatic", ["otranto"])["arzew"] == np.inf


def test_made_from_the_packaged_one_for_harbours_that_it_does_not_know() -> None:
    # Rotterdam, Durban, Callao: nothing of the default atlas is near
    some = {"rotterdam": (4.05, 51.98), "durban": (31.05, -29.87), "callao": (-77.15, -12.05)}
    made = thinning.thin(network(), some, closed=default_closed(), sets=100, known=packaged())
    # gates that one of these ways passes, or would but for another
    often = ("suez", "good_hope", "panama", "gibraltar", "cape_horn", "magellan")
    for gates in (default_closed(), *(default_closed() | {gate} for gate in often)):
        for one, two in (("rotterdam", "durban"), ("durban", "callao"), ("callao", "rotterdam")):
            exact = network().route(some[one], some[two], close=gates).cost
            assert made.costs(one, gates)[two] == pytest.approx(exact, abs=0.06), (one, two, gates)


def test_another_gate_than_the_packaged_one_has_turns_ways_aside() -> None:
    """A gate that the packaged network does not know, across the Aegean's usual way."""
    across = {"mine": shapely.LineString([(20, 40), (22, 37), (24, 35.2), (23.5, 31)])}
    other = sea.Network.load(network().gates | across)
    some = {name: terminals()[name] for name in ("adriatic", "damietta")}
    made = thinning.thin(other, some, closed=default_closed(), sets=100, known=packaged())
    for close in (default_closed(), default_closed() | {"mine"}):
        exact = other.route(some["adriatic"], some["damietta"], close=close).cost
        assert made.costs("adriatic", close)["damietta"] == pytest.approx(exact, abs=0.06)
    assert exact > 1.05 * made.costs("adriatic", default_closed())["damietta"]
