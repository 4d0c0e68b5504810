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

__all__ = ["Passage", "through"]

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.signedinteger[Any]]
End = tuple[Entry, Joined]


@dataclass(frozen=True)
class Passage:
    """A path over nodes, and what it costs with its first and last leg."""

    nodes: list[int]
    cost: float


def through(
    graph: Graph,
    closures: Closures,
    cost: Floats,
    ends: tuple[End, End],
    wanted: Sequence[int],
    once: Sequence[int],
    closed: frozenset[str],
) -> Passage | None:
    """Find the cheapest path between two entries over some gates.

    Parameters
    ----------
    graph : Graph
    closures : Closures
    cost : ndarray of float
        Of each edge.
    ends : pair of (Entry, Joined)
    wanted : sequence of int
        Numbers of the gates to pass, in order.
    once : sequence of int
        Gates that no way leads through but the step across them; those wanted are among them.
    closed : frozenset of str
        Ids of the gates that may not be passed.

    Returns
    -------
    Passage or None
        None where there is no way.
    """
    (one, first), (two, last) = ends
    barred = np.zeros(len(closures.gate_ids), bool)
    barred[list(once)] = True
    bars = closures.shut_edges(closed)
    shut = bars.copy()
    for gate in once:
        shut[closures.edges_across(gate)] = True
    steps = len(wanted)
    begins: list[list[tuple[Ints, Floats, Ints]]] = [[] for _ in range(steps + 1)]
    for passed, legs in _legs_by_gates(closures, one, barred, wanted, from_start=True).items():
        begins[passed].append((first.node[legs], first.cost[legs], np.full(len(legs), -1)))
    searches: list[Search] = []
    for passed in range(steps + 1):
        node, far, source = (
            (np.concatenate(part) for part in zip(*begins[passed], strict=True))
            if begins[passed]
            else (np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.int64))
        )
        fine = np.isfinite(far)
        searches.append(graph.search(Joined(node[fine], far[fine], source[fine]), shut))
        if passed == steps:
            break
        edges = closures.edges_across(wanted[passed])
        edges = edges[~bars[edges]]
        for count, (a, b, over) in _across(graph, closures, edges, barred, wanted[passed:]).items():
            far = searches[passed].distance[a] + cost[over]
            begins[passed + count].append((b, far, a + passed * graph.nodes))
    best: tuple[float, int, int] | None = None
    for left, legs in _legs_by_gates(closures, two, barred, wanted, from_start=False).items():
        passed = steps - left
        total = searches[passed].distance[last.node[legs]] + last.cost[legs]
        k = int(total.argmin())
        if np.isfinite(total[k]) and (best is None or total[k] < best[0]):
            best = (float(total[k]), passed, int(last.node[legs[k]]))
    if best is None:
        return None
    total_cost, passed, last_node = best
    nodes: list[int] = []
    while True:
        part = searches[passed].path(last_node)
        nodes = part + nodes
        before = searches[passed].came_from(part[0])
        if before is None or before < 0:
            return Passage(nodes, total_cost)
        passed, last_node = divmod(before, graph.nodes)


def _across(
    graph: Graph, closures: Closures, edges: Ints, barred: NDArray[np.bool_], wanted: Sequence[int]
) -> dict[int, tuple[Ints, Ints, Ints]]:
    """Steps across the next of the wanted gates, by how many of them they cross.

    Returns
    -------
    dict of int to (from, to, edge)
    """
    found: dict[int, list[tuple[int, int, int]]] = {}
    ends = zip(*(end.tolist() for end in graph.ends(edges)), strict=True)
    crossed = closures.of_edges(edges)
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
