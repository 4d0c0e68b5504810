"""Lengths and gates between many harbours at once, without drawing a way: what a matrix needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontiers_map.sea.attach import Entry
from frontiers_map.sea.closures import Closures
from frontiers_map.sea.draw import lengths_km
from frontiers_map.sea.hubs import Hubs, Reach
from frontiers_map.sea.route import Point
from frontiers_map.sea.storage import Stored

__all__ = ["Table"]

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.signedinteger[Any]]
Gates = tuple[int, ...]

STILL = 1e-5  # degrees: no way at all
KEPT_ENDS = 4096  # whose ways to hubs are kept, at some 10 kB each


class Table:
    """Best ways between known harbours under one set of closed gates.

    Parameters
    ----------
    hubs : Hubs
    closures : Closures
    stored : Stored
    closed : frozenset of str
    """

    def __init__(
        self, hubs: Hubs, closures: Closures, stored: Stored, closed: frozenset[str]
    ) -> None:
        self._hubs, self._closures, self._stored, self.closed = hubs, closures, stored, closed
        edges, plain = hubs.edges()
        lon, lat = stored.lon, stored.lat
        once, which = np.unique(edges, return_inverse=True)  # the core has arcs both ways
        low, high = stored.one[once], stored.two[once]
        km = np.zeros(len(hubs.low))
        km[plain] = lengths_km(lon[low], lat[low], lon[high], lat[high])[which]
        shut = np.zeros(len(km))
        shut[plain] = closures.shut_edges(closed)[edges]
        self._km, self._shut = hubs.summed(km), hubs.summed(shut) > 0
        self._ends: dict[Point, tuple[Reach, Floats, list[Gates]]] = {}
        self._gates: dict[int, Gates] = {}
        ahead = low[which] == hubs.node[hubs.low[plain]]
        for arc, gates, up in zip(
            plain.tolist(), closures.of_edges(edges), ahead.tolist(), strict=True
        ):
            if gates:
                self._gates[arc] = gates if up else gates[::-1]
        for arc, (first, second) in hubs.doubled():
            if first in self._gates or second in self._gates:
                self._gates[arc] = (
                    *self._gates.get(first, ())[::-1], *self._gates.get(second, ()))  # fmt: skip

    def knows(self, entry: Entry) -> bool:
        """Tell if ways from a position are known."""
        return self._hubs.knows(entry)

    def between(
        self, starts: Sequence[Point], ends: Sequence[Point]
    ) -> tuple[Floats, NDArray[np.object_], Floats]:
        """Kilometres and gates from each of some harbours to each of others.

        Returns
        -------
        km : ndarray of float, shape (starts, ends)
            NaN where something on the best way of all is closed.
        gates : ndarray of tuple of str
        cost : ndarray of float
            What the way over the network costs; a straight line may cost less.
        """
        if len(self._ends) > KEPT_ENDS:
            self._ends.clear()
        fresh = {point for point in ends if point not in self._ends}
        self._hubs.reach(set(starts), fresh)
        self._closures.learn([self._hubs.entry(p) for p in {*starts, *fresh}])
        for point in fresh:
            reach = self._hubs.upwards(point)
            self._ends[point] = reach, *self._along(point, reach)
        there = [self._ends[point][0] for point in ends]
        known = [self._ends[point][1:] for point in ends]
        count = np.array([len(reach.rank) for reach in there])
        begin = np.cumsum(count) - count
        rank = np.concatenate([reach.rank for reach in there])
        cost = np.concatenate([reach.cost for reach in there])
        far = np.concatenate([km for km, _ in known])
        passed = [gates for _, some in known for gates in some]
        column = np.repeat(np.arange(len(ends)), count)
        water = np.array([self._hubs.entry(point).water for point in ends])
        columns = {point: k for k, point in enumerate(ends)}
        found = np.full((len(starts), len(ends)), np.nan)
        gates, costs = np.empty(found.shape, dtype=object), np.full(found.shape, np.inf)
        met: dict[tuple[Gates, Gates], tuple[str, ...]] = {}
        from_here, place = np.empty(len(self._hubs.node)), np.empty(len(self._hubs.node), np.int64)
        for row, point in enumerate(starts):
            here = self._hubs.over_core(point)
            km, some = self._along(point, here)
            from_here[:] = np.inf
            from_here[here.rank] = here.cost
            place[here.rank] = np.arange(len(here.rank))
            total = from_here[rank] + cost
            best = np.minimum.reduceat(total, begin)
            at = np.flatnonzero((total == best[column]) & np.isfinite(total))
            to, first = np.unique(column[at], return_index=True)
            at = at[first]
            on = place[rank[at]]
            found[row, to] = km[on] + far[at]
            costs[row] = best
            for end, one, other in zip(to.tolist(), on.tolist(), at.tolist(), strict=True):
                both = some[one], passed[other]
                if both not in met:
                    whole = both[0] + both[1][::-1]
                    met[both] = self._named(whole)
                gates[row, end] = met[both]
            still = np.abs(water - self._hubs.entry(point).water).max(axis=1) < STILL
            found[row, still] = 0.0
            for end in np.flatnonzero(still).tolist():
                gates[row, end] = ()
            for end in self._hubs.seen_from(point):
                if end in columns and not still[columns[end]]:
                    km_straight, crossed = self._straight(point, end)
                    found[row, columns[end]] = km_straight
                    gates[row, columns[end]] = self._named(crossed)
        return found, gates, costs

    def _named(self, gates: Gates) -> tuple[str, ...]:
        """Ids of gates that are passed; one that two legs meet counts once."""
        ids = self._closures.gate_ids
        return tuple(ids[g] for k, g in enumerate(gates) if not k or g != gates[k - 1])

    def _straight(self, one: Point, two: Point) -> tuple[float, Gates]:
        """Kilometres and gates of the straight line between two harbours; NaN if it is shut."""
        ends = np.array([[*self._hubs.entry(one).water, *self._hubs.entry(two).water]]).T
        gates = self._closures.of_line((ends[0, 0], ends[1, 0]), (ends[2, 0], ends[3, 0]))
        if any(self._closures.gate_ids[gate] in self.closed for gate in gates):
            return np.nan, ()
        return float(lengths_km(*ends)[0]), gates

    def _along(self, point: Point, reach: Reach) -> tuple[Floats, list[Gates]]:
        """Kilometres and gates from a harbour to all that it reaches; NaN over what is shut."""
        entry = self._hubs.entry(point)
        x, y = (np.full(len(entry.node), v) for v in entry.water)
        leg_km = lengths_km(x, y, self._stored.lon[entry.node], self._stored.lat[entry.node])
        leg_km[self._closures.shut_legs(entry, self.closed)] = np.nan
        leg_of = {int(node): leg for leg, node in enumerate(entry.node)}
        arcs = self._hubs.arcs(reach)
        before = np.searchsorted(reach.rank, reach.before).tolist()
        shut, more, on = self._shut[arcs].tolist(), self._km[arcs].tolist(), arcs.tolist()
        km = [np.nan] * len(on)
        gates: list[Gates] = [()] * len(on)
        for k in np.argsort(reach.cost, kind="stable").tolist():
            arc = on[k]
            if arc < 0:
                leg = leg_of[int(self._hubs.node[reach.rank[k]])]
                km[k] = float(leg_km[leg])
                gates[k] = self._closures.of_leg(entry, leg)
                continue
            down = before[k]
            km[k] = np.nan if shut[k] else km[down] + more[k]
            passed = self._gates.get(arc)
            gates[k] = gates[down] + passed if passed else gates[down]
        return np.array(km), gates
