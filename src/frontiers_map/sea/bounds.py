"""What ways cost at most and at least, to keep a search from looking where nothing can be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontiers_map.sea.metric import unit_vectors
from frontiers_map.sea.route import Point
from frontiers_map.sea.search import Graph, Joined

__all__ = ["Bounds"]

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.signedinteger[Any]]

# no degree of the ellipsoid is shorter than on a globe of this radius
LEAST_KM = 6333.0


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
        self._unit, self._edges = unit, edges
        one, two = graph.ends(edges)
        self._node = np.unique(np.concatenate([one, two]))
        ends = np.searchsorted(self._node, one), np.searchsorted(self._node, two)
        self._graph = Graph(*ends, cost[edges], len(self._node))

    def most(
        self, here: Joined, there: Sequence[Joined], shut: NDArray[np.bool_]
    ) -> tuple[list[float], list[bool]]:
        """Cost of some way from one position to each of several, infinite if none is known.

        Returns
        -------
        most : list of float
        cut_off : list of bool
            There seems to be no way, and most of the sea lies on this side of what is closed.
        """
        search = self._graph.search(self._within(here), shut[self._edges])
        within = [self._within(joined) for joined in there]
        most = [float((search.distance[j.node] + j.cost).min(initial=np.inf)) for j in within]
        outside = np.isfinite(search.distance).mean() > 0.5
        joined = (np.isfinite(j.cost).any() for j in within)
        return most, [
            bool(outside and some and cost == np.inf)
            for cost, some in zip(most, joined, strict=True)
        ]

    def least(self, point: Point) -> Floats:
        """What it costs at least from each node to a position."""
        to = self._unit @ unit_vectors(np.array([point[0]]), np.array([point[1]]))[0]
        found: Floats = LEAST_KM * np.arccos(np.clip(to, -1, 1))
        return found

    def _within(self, joined: Joined) -> Joined:
        at = np.minimum(np.searchsorted(self._node, joined.node), len(self._node) - 1)
        fine = self._node[at] == joined.node
        return Joined(at[fine], joined.cost[fine])
