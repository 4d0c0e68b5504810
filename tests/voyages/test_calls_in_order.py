"""Calls in the order of fewest miles."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from frontiers_map.voyages.order import shortest_order
from helpers import CommandLine

LEGS = st.integers(1, 6).flatmap(
    lambda count: arrays.arrays(
        float, (count + 1, count + 1), elements=st.sampled_from([*range(1, 90), np.inf])
    )
)


def length(nm: np.ndarray, order: tuple[int, ...] | list[int]) -> float:
    legs = sum(nm[one + 1, other] for one, other in itertools.pairwise(order))
    return float(nm[0, order[0]] + legs + nm[order[-1] + 1, -1])


@given(LEGS)
def test_no_other_order_is_shorter(nm: np.ndarray) -> None:
    count = len(nm) - 1
    least = min(length(nm, order) for order in itertools.permutations(range(count)))
    if np.isinf(least):
        with pytest.raises(ValueError, match="without a way"):
            shortest_order(nm)
        return
    found = shortest_order(nm)
    assert sorted(found) == list(range(count))
    assert length(nm, found) == least


def test_on_the_command_line(tmp_path: Path, command: CommandLine) -> None:
    """Round Italy and back; a gate has no place in it, and what cannot be reached is told."""
    ends = ("route", "ITGOA", "ITGOA")
    calls = [word for name in ("ITVCE", "ITNAP", "ITTRS") for word in ("--via", name)]
    done = command(*ends, *calls, "--best-order", cwd=tmp_path)
    assert done.code == 0, done.err
    (by,) = (line.split(None, 1)[1] for line in done.out.splitlines() if line.startswith("by "))
    # Naples is on the way, Venice and Trieste are at its end; either way round is as long
    assert by in ("ITNAP, ITVCE, ITTRS", "ITNAP, ITTRS, ITVCE", "ITVCE, ITTRS, ITNAP",
                  "ITTRS, ITVCE, ITNAP")  # fmt: skip

    done = command(*ends, *calls, "--via", "messina", "--best-order", cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("--best-order: found the gate 'messina'; allowed: ")
    done = command(*ends, "--via", "ITNAP", "--via", "TRIST", "--close", "dardanelles",
                   "--best-order", cwd=tmp_path)  # fmt: skip
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("--best-order: no order can be sailed; ")
    assert "with dardanelles closed" in done.err
