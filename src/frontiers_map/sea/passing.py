"""The cheapest way over gates that are to be passed, in order and once each.

A search for each number of gates already passed. An edge across a gate leads from one search into
a later one; a long edge may cross several gates at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontiers_map.sea.attach import Entry
from frontiers_map.sea.closures import Closures
from frontiers_map.sea.search import Graph, Joined, Search

__all__ = ["Passage", "Passing"]

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.signedinteger[Any]]
End = tuple[Entry, Joined]

_NONE = np.zeros(0, np.int64)
SLACK_KM = 1.0  # straight lines are measured to some 50 m


@dataclass(frozen=True)
class Passage:
    """A path over nodes, and what it costs with its first and last leg."""

    nodes: list[int]
    cost: float


@dataclass(frozen=True)
class Passing:
    """The network as far as passing gates needs it.

    Attributes
    ----------
    graph : Graph
    closures : Closures
    cost : ndarray of float
        Of each edge.
    """

    graph: Graph
    closures: Closures
    cost: Floats

    def through(
        self,
        ends: tuple[End, End],
        wanted: Sequence[int],
        once: Sequence[int],
        closed: frozenset[str],
        rest: Floats,
        limit: float,
    ) -> Passage | None:
        """Find the cheapest path between two entries over some gates.

        Parameters
        ----------
        ends : pair of (Entry, Joined)
        wanted : sequence of int
            Numbers of the gates to pass, in order.
        once : sequence of int
            Gates that no way leads through but the step across them; those wanted are among them.
        closed : frozenset of str
            Ids of the gates that may not be passed.
        rest : ndarray of float, shape (nodes,)
            No way from a node to the end costs less.
        limit : float
            What costs more is not looked for.

        Returns
        -------
        Passage or None
            None where there is no way within the limit.
        """
        (one, first), (two, last) = ends
        barred = np.zeros(len(self.closures.gate_ids), bool)
        barred[list(once)] = True
        bars = self.closures.shut_edges(closed)
        shut = bars.copy()
        for gate in once:
            shut[self.closures.edges_across(gate)] = True
        steps = len(wanted)
        begins: list[list[tuple[Ints, Floats, Ints]]] = [[] for _ in range(steps + 1)]
        starts = _legs_by_gates(self.closures, one, barred, wanted, from_start=True)
        for passed, legs in starts.items():
            begins[passed].append((first.node[legs], first.cost[legs], np.full(len(legs), -1)))
        goals = _legs_by_gates(self.closures, two, barred, wanted, from_start=False)
        searches: list[Search] = []
        best: tuple[float, int, int] | None = None
        for passed in range(steps + 1):
            joined = _put_together(begins[passed])
            edges = self.closures.edges_across(wanted[passed]) if passed < steps else _NONE
            across = self._across(edges[~bars[edges]], barred, wanted[passed:])
            legs = goals.get(steps - passed, _NONE)
            # from here on at least so much is still to come
            more = [self.cost[over] + rest[b] for _, b, over in across.values()]
            least = min(float(part.min(initial=np.inf)) for part in (*more, last.cost[legs]))
            search = self.graph.search(joined, shut, max(limit - least + SLACK_KM, 0.0))
            searches.append(search)
            for count, (a, b, over) in across.items():
                far = search.distance[a] + self.cost[over]
                begins[passed + count].append((b, far, a + passed * self.graph.nodes))
            total = search.distance[last.node[legs]] + last.cost[legs]
            k = int(total.argmin()) if len(total) else 0
            if len(total) and total[k] <= limit and (best is None or total[k] < best[0]):
                best = (float(total[k]), passed, int(last.node[legs[k]]))
        if best is None or best[0] == np.inf:
            return None
        return Passage(self._back(searches, *best[1:]), best[0])

    def _back(self, searches: Sequence[Search], passed: int, node: int) -> list[int]:
        """Nodes from the first to the last, through the searches that led there."""
        nodes: list[int] = []
        while True:
            part = searches[passed].path(node)
            nodes = part + nodes
            before = searches[passed].came_from(part[0])
            if before is None or before < 0:
                return nodes
            passed, node = divmod(before, self.graph.nodes)

    def _across(
        self, edges: Ints, barred: NDArray[np.bool_], wanted: Sequence[int]
    ) -> dict[int, tuple[Ints, Ints, Ints]]:
        """Steps across the next of the wanted gates, by how many of them they cross.

        Returns
        -------
        dict of int to (from, to, edge)
        """
        found: dict[int, list[tuple[int, int, int]]] = {}
        ends = zip(*(end.tolist() for end in self.graph.ends(edges)), strict=True)
        crossed = self.closures.of_edges(edges)
        for edge, (a, b), gates in zip(edges.tolist(), ends, crossed, strict=True):
            order = [gate for gate in gates if barred[gate]] if len(gates) > 1 else list(gates)
            if order == list(wanted[: len(order)]):
                found.setdefault(len(order), []).append((a, b, edge))
            if order[::-1] == list(wanted[: len(order)]):
                found.setdefault(len(order), []).append((b, a, edge))
        return {
            count: (rows[:, 0], rows[:, 1], rows[:, 2])
            for count, rows in ((n, np.array(steps)) for n, steps in found.items())
        }


def _put_together(parts: Sequence[tuple[Ints, Floats, Ints]]) -> Joined:
    """Beginnings of a search, those without end left out."""
    if not parts:
        return Joined(_NONE, np.zeros(0), _NONE)
    node, far, source = (np.concatenate(part) for part in zip(*parts, strict=True))
    fine = np.isfinite(far)
    return Joined(node[fine], far[fine], source[fine])


def _legs_by_gates(
    closures: Closures,
    entry: Entry,
    barred: NDArray[np.bool_],
    wanted: Sequence[int],
    *,
    from_start: bool,
) -> dict[int, Ints]:
    """Legs of an entry by how many of the wanted gates they pass; unfit ones are left out."""
    passed: dict[int, list[int]] = {}
    for leg, gate in zip(*(part.tolist() for part in closures.of_legs(entry)), strict=True):
        if barred[gate]:
            passed.setdefault(leg, []).append(gate)
    found: dict[int, list[int]] = {}
    for number in range(len(entry.node)):
        gates = passed.get(number, [])
        count = len(gates)
        fits = (
            gates == list(wanted[:count])
            if from_start
            else gates[::-1] == list(wanted[len(wanted) - count :])
        )
        if fits and count <= len(wanted):
            found.setdefault(count, []).append(number)
    return {count: np.array(legs) for count, legs in found.items()}
