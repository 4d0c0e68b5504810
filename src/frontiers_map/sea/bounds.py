"""What ways cost at most and at least, to keep a search from looking where nothing can be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontiers_map.sea.legs import Legs
from frontiers_map.sea.metric import along, unit_vectors
from frontiers_map.sea.route import Point
from frontiers_map.sea.search import Graph, Joined

__all__ = ["Bounds"]

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.signedinteger[Any]]

# no degree of the ellipsoid is shorter than on a globe of this radius
LEAST_KM = 6333.0
BAY_KM = 500.0  # so far a position may be from them
SLACK = 1e-6  # above what rounding can do


class Bounds:
    """Upper bounds by a few edges of a network, lower ones by great circles.

    Parameters
    ----------
    unit : ndarray of float, shape (nodes, 3)
        Nodes on the unit sphere.
    graph : Graph
    cost : ndarray of float
        Of all edges.
    edges : ndarray of int
        Those that carry most ways, whatever is closed.
    """

    def __init__(self, unit: Floats, graph: Graph, cost: Floats, edges: Ints) -> None:
        self._unit, self._whole, self._edges = unit, graph, edges
        one, two = graph.ends(edges)
        self._node = np.unique(np.concatenate([one, two]))
        ends = np.searchsorted(self._node, one), np.searchsorted(self._node, two)
        self._graph = Graph(*ends, cost[edges], len(self._node))

    def most(
        self, here: Legs, there: Sequence[Legs], shut: NDArray[np.bool_], *, sure: bool = True
    ) -> tuple[list[float], list[bool]]:
        """Cost of some way from one position to each of several, infinite if none is known.

        Without `sure` their legs count by what they cost at least, and none is asked for.

        Returns
        -------
        most : list of float
        cut_off : list of bool
            There seems to be no way, and most of the sea lies on this side of what is closed.
        """
        search = self._graph.search(self._within(here, shut, sure), shut[self._edges])
        within = [self._within(legs, shut, sure) for legs in there]
        most = [float((search.distance[j.node] + j.cost).min(initial=np.inf)) for j in within]
        outside = np.isfinite(search.distance).mean() > 0.5
        joined = (np.isfinite(j.cost).any() for j in within)
        return most, [
            bool(outside and some and cost == np.inf)
            for cost, some in zip(most, joined, strict=True)
        ]

    def between(self, start: Point, end: Point, limit: float) -> tuple[Ints, Floats]:
        """Nodes that a way between two positions may lead over without costing more than a limit.

        Returns
        -------
        node : ndarray of int
        rest : ndarray of float
            What it costs at least from each to the end.
        """
        ends = unit_vectors(*np.array([start, end]).T)
        back, on = (along(self._unit, each) for each in ends)
        least = np.cos(min(limit / LEAST_KM + SLACK, np.pi))
        node = np.flatnonzero((back >= least) & (on >= least))
        back, on = (LEAST_KM * np.arccos(np.clip(to[node], -1, 1)) for to in (back, on))
        near = back + on <= limit * (1 + SLACK) + LEAST_KM * SLACK
        return node[near], on[near]

    def _within(self, legs: Legs, shut: NDArray[np.bool_], sure: bool) -> Joined:
        """Where a position comes into the few edges, by its legs or, out of a bay, by others."""
        at = np.minimum(np.searchsorted(self._node, legs.node), len(self._node) - 1)
        fine = np.flatnonzero(self._node[at] == legs.node)
        if sure:
            legs.settle(fine)
        elif not len(fine):
            search = self._whole.search(Joined(legs.node, legs.cost), shut, BAY_KM)
            far = search.distance[self._node]
            near = np.flatnonzero(np.isfinite(far))
            return Joined(near, far[near])
        return Joined(at[fine], legs.cost[fine])
