"""The order of calls that sails fewest miles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from frontiers_map.errors import CallError
from frontiers_map.voyages.alternatives import Asked
from frontiers_map.voyages.lengths import lengths
from frontiers_map.voyages.voyage import End
from frontiers_map.voyages.world import World

__all__ = ["MOST", "best_order", "shortest_order"]

MOST: Final = 12  # calls: each more takes twice the time and twice the memory


def best_order(
    world: World, start: End, end: End, via: Sequence[str], asked: Asked
) -> tuple[str, ...]:
    """Put the calls of a voyage between two ends into the order of fewest miles, exactly.

    Raises
    ------
    CallError
        If there are more than `MOST` calls, one is a gate, or no order can be sailed.
    """
    if len(via) > MOST:
        raise CallError(f"--best-order: found {len(via)} calls; allowed: at most {MOST}")
    gates = {*world.gates["id"]}.intersection(via)
    if gates:
        raise CallError(
            f"--best-order: found the gate '{min(gates)}'; allowed: calls at places and harbours"
        )
    if len(via) < 2:
        return tuple(via)
    found = lengths(world, [start, *via], [*via, end], close=asked.close, opened=asked.opened,
                    vessel=asked.vessel)  # fmt: skip
    try:
        order = shortest_order(found.nm.to_numpy())
    except ValueError:
        told = next(reason for reason in found.table["error"] if reason)
        raise CallError(f"--best-order: no order can be sailed; {told}") from None
    return tuple(via[number] for number in order)


def shortest_order(nm: npt.NDArray[np.float64]) -> list[int]:
    """Order n calls between a start and an end so that all legs together are shortest.

    Of orders alike the one whose last call, then the one before, comes first in the input.
    M. Held and R. M. Karp, A dynamic programming approach to sequencing problems, 1962.

    Parameters
    ----------
    nm
        Lengths, n + 1 by n + 1: from the start (first row) and each call (the others), to each
        call and the end (last column). Infinite where there is no way.

    Raises
    ------
    ValueError
        If every order has a leg without a way.

    Examples
    --------
    >>> shortest_order(np.array([[9.0, 1.0, 9.0], [0.0, 9.0, 1.0], [1.0, 0.0, 9.0]]))
    [1, 0]
    """
    count = len(nm) - 1
    legs = nm[1:, :count]
    # shortest way that has made the calls of a set, given as bits, and ends with each of them
    least = np.full((1 << count, count), np.inf)
    before = np.zeros((1 << count, count), dtype=np.int8)
    least[1 << np.arange(count), np.arange(count)] = nm[0, :count]
    for made in range(1, 1 << count):
        for call in range(count):
            rest = made & ~(1 << call)
            if rest == made or not rest:
                continue
            ways = least[rest] + legs[:, call]
            before[made, call] = ways.argmin()
            least[made, call] = ways.min()
    whole = least[-1] + nm[1:, count]
    if not np.isfinite(whole.min()):
        raise ValueError("every order has a leg without a way")
    made, call, order = (1 << count) - 1, int(whole.argmin()), []
    for _ in range(count):
        order.append(call)
        made, call = made & ~(1 << call), int(before[made, call])
    return order[::-1]
