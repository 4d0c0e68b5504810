"""The small network for the page answers as the whole one does."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from frontiers_map import sea
from frontiers_map.sea import thin
from sea_support import atlas_calls, default_closed, network, places, rows, terminals


def harbours() -> dict[str, sea.Point]:
    ports = {row["id"] for row in rows("places.csv") if row["kind"] in ("port", "naval")}
    return terminals() | {name: place for name, place in places().items() if name in ports}


@pytest.fixture(scope="module")
def small() -> thin.Thin:
    destinations = sorted({row["to"] for row in rows("routes.csv")})
    asked = (network(), harbours(), destinations, sorted(default_closed()),
             list(atlas_calls().values()))  # fmt: skip
    found = thin.packaged_or_made(asked[0], asked[1], asked[2], closed=asked[3], calls=asked[4],
                                  sets=0)  # fmt: skip
    # made for something else, it would be a stale file: run python -m frontiers_map.sea.build
    assert len(found.one) > 2000, "sea/thin.bin was made for another atlas or network"
    return found


def test_fits_into_the_page(small: thin.Thin) -> None:
    packed = thin.pack(small)
    assert len(packed) * 4 / 3 < 25_000
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
    closed = default_closed()
    sets = thin._closures(full.gate_ids, closed, 76 + 16, seed=99)[-16:]
    destinations = ("futtsu", "adriatic", "sakai", "naoetsu")
    entries = {name: full.entry(point) for name, point in harbours().items()}
    compared = 0
    for k, gates in enumerate(sets):
        origin = destinations[k % 4]
        search = full.graph.search(full.joined(entries[origin], gates), full.shut_edges(gates))
        quick = costs(origin, gates)
        for name, entry in entries.items():
            if name == origin:
                continue
            joined = full.joined(entry, gates)
            exact = float((search.distance[joined.node] + joined.cost).min())
            assert np.isfinite(exact) == np.isfinite(quick[name]), (name, sorted(gates))
            if np.isfinite(exact):
                # rounded to 0.001° and 0.5 km of toll
                assert quick[name] == pytest.approx(exact, rel=0.005, abs=4), (name, gates)
                compared += 1
    assert compared > 500


def test_harbours_are_leaves(small: thin.Thin) -> None:
    ends = len(small.ends)
    assert (small.two >= ends).all(), "no edge joins two harbours"
    assert (small.one < small.two).all()


def test_made_anew_for_another_question() -> None:
    some = {name: terminals()[name] for name in ("arzew", "adriatic", "damietta")}
    made = thin.thin(network(), some, ["adriatic"], closed=default_closed(), sets=3)
    assert set(made.ends) == set(some)
    found = made.costs("adriatic")
    exact = network().route(some["adriatic"], some["arzew"], close=default_closed()).cost
    assert found["arzew"] == pytest.approx(exact, rel=0.002)
    assert made.costs("adriatic", ["otranto"])["arzew"] == np.inf
