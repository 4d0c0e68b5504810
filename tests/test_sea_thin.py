"""The small network for the page answers as the whole one does."""

from __future__ import annotations

import dataclasses
import os

import numpy as np
import pytest

from frontiers_map import sea
from frontiers_map.sea import thin, thinning
from sea_support import atlas_calls, default_closed, network, places, rows, terminals

# how many fresh sets of closed gates are tried; 2,000 take some minutes
SETS = int(os.environ.get("FRONTIERS_MAP_CLOSURES", "24"))


def harbours() -> dict[str, sea.Point]:
    ports = {row["id"] for row in rows("places.csv") if row["kind"] in ("port", "naval")}
    return terminals() | {name: place for name, place in places().items() if name in ports}


@pytest.fixture(scope="module")
def small() -> thin.Thin:
    found = thin.packaged_or_made(network(), harbours(), closed=sorted(default_closed()),
                                  calls=list(atlas_calls().values()), sets=0)  # fmt: skip
    # made for something else, it would be a stale file: run python -m frontiers_map.sea.build
    assert len(found.one) > 2000, "sea/thin.bin was made for another atlas or network"
    return found


def test_fits_into_the_page(small: thin.Thin) -> None:
    packed = thin.pack(small)
    assert len(packed) < 25_000
    assert set(small.ends) == set(harbours())


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


def test_made_anew_for_another_question() -> None:
    some = {name: terminals()[name] for name in ("arzew", "adriatic", "damietta")}
    made = thinning.thin(network(), some, closed=default_closed(), sets=100)
    assert set(made.ends) == set(some)
    found = made.costs("adriatic")
    exact = network().route(some["adriatic"], some["arzew"], close=default_closed()).cost
    assert found["arzew"] == pytest.approx(exact, abs=0.06)
    assert made.costs("adriatic", ["otranto"])["arzew"] == np.inf
