"""The legs of a position under some gates closed: found only as far as a way may begin with them.

Hundreds of nodes are in sight of a position at sea, and a way turns at one. What a leg costs at
least, its length, is known at once; what it costs more is asked where that may decide.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontiers_map.sea.attach import Entry
from frontiers_map.sea.closures import Closures
from frontiers_map.sea.ice import is_beyond, toll_km
from frontiers_map.sea.metric import km_between, unit_vectors
from frontiers_map.sea.search import Joined
from frontiers_map.sea.storage import TOLL_KM, Stored

__all__ = ["Legs", "leg_km"]

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.signedinteger[Any]]

FEW = 16  # legs that are asked for together


class Legs:
    """Legs of an entry.

    Parameters
    ----------
    entry : Entry
    stored : Stored
    closures : Closures
    closed : frozenset of str
        Ids of what may not be passed.

    Attributes
    ----------
    entry : Entry
    closed : frozenset of str
    node : ndarray of int
    cost : ndarray of float
        What each costs, or at least; infinite for one that is shut.
    sure : ndarray of bool
        It costs that.
    """

    def __init__(
        self, entry: Entry, stored: Stored, closures: Closures, closed: frozenset[str]
    ) -> None:
        self.entry, self.node, self._closures, self.closed = entry, entry.node, closures, closed
        self._km = leg_km(entry, stored)
        self._plain = not closed and closures.area is None
        self.sure = np.full(len(self.node), self._plain) & ~np.isnan(entry.found)
        self.cost = np.where(self.sure, self._km + entry.found, self._km + _least(entry, stored))

    def settle(self, at: Ints) -> None:
        """Find what some legs cost, by number."""
        at = at[~self.sure[at]]
        if not len(at):
            return
        cost = self._km[at] + self.entry.tolls(at)
        if not self._plain:
            cost[self._closures.shut_legs(self.entry, self.closed, at)] = np.inf
        self.cost[at], self.sure[at] = cost, True

    def whole(self) -> Joined:
        """All of them, as a search needs them."""
        if not self.sure.all():
            self.settle(np.flatnonzero(~self.sure))
        return Joined(self.node, self.cost)

    def cost_of(self, number: int) -> float:
        """What a leg costs."""
        self.settle(np.array([number]))
        return float(self.cost[number])

    def number(self, node: int) -> int:
        """Number of the leg to a node."""
        return int(np.flatnonzero(self.node == node)[0])

    def nearest(self) -> float:
        """What the cheapest leg costs; infinite if there is none."""
        return self.cheapest(np.zeros(len(self.node)))[1]

    def cheapest(self, far: Floats) -> tuple[int, float]:
        """By which leg a way is cheapest, and what it costs; infinite if there is none.

        Parameters
        ----------
        far : ndarray of float, shape (legs,)
            What it costs to the node of each.
        """
        if not len(far):
            return 0, np.inf
        while True:
            total = far + self.cost
            best = int(total.argmin())
            if self.sure[best] or total[best] == np.inf:
                return best, float(total[best])
            maybe = np.flatnonzero(~self.sure & (total <= total[self.sure].min(initial=np.inf)))
            self.settle(maybe[np.argsort(total[maybe], kind="stable")[:FEW]])


def leg_km(entry: Entry, stored: Stored) -> Floats:
    """Lengths of the legs of an entry."""
    x, y = (np.full(len(entry.node), v) for v in entry.water)
    return km_between(x, y, stored.lon[entry.node], stored.lat[entry.node])


def _least(entry: Entry, stored: Stored) -> Floats | float:
    """What legs cost at least beyond their length: a toll that none of them can do without."""
    if entry.find is None or not is_beyond(*entry.water):
        return 0.0
    here = unit_vectors(*np.array([entry.water]).T)
    there = unit_vectors(stored.lon[entry.node], stored.lat[entry.node])
    found: Floats = np.maximum(toll_km(np.broadcast_to(here, there.shape), there) - TOLL_KM, 0)
    return found
