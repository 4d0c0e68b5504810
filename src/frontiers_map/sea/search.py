"""Shortest paths over the network's graph."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

__all__ = ["Graph", "Joined", "Search"]

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.signedinteger[Any]]


@dataclass(frozen=True)
class Joined:
    """Where a search may begin: nodes, what reaching each costs, and from which node (-1: none)."""

    node: Ints
    cost: Floats
    source: Ints | None = None


class Search:
    """Distances from one beginning, and the paths there.

    Attributes
    ----------
    distance : ndarray of float, shape (nodes,)
        Infinite where there is no way.
    before : ndarray of int, shape (nodes,)
        The node before each on the way; the number of nodes at the beginnings.
    limit : float
        What costs more was not looked for.
    """

    def __init__(
        self,
        distance: Floats,
        before: NDArray[np.int32],
        joined: Joined,
        limit: float = np.inf,
    ) -> None:
        self.distance, self.before, self.limit = distance, before, limit
        self._joined = joined

    def path(self, node: int) -> list[int]:
        """Nodes from the first one of the search to `node`."""
        nodes = [node]
        while self.before[nodes[-1]] < len(self.before) and self.before[nodes[-1]] >= 0:
            nodes.append(int(self.before[nodes[-1]]))
        return nodes[::-1]

    def tree(self, goals: list[int]) -> Ints:
        """All nodes on the paths to some nodes that are reached."""
        seen = np.zeros(len(self.before), bool)
        front = np.unique(np.array(goals, dtype=np.int64))
        while len(front):
            seen[front] = True
            front = self.before[front].astype(np.int64)
            front = np.unique(front[(front >= 0) & (front < len(seen))])
            front = front[~seen[front]]
        return np.flatnonzero(seen)

    def came_from(self, first: int) -> int | None:
        """The node from which a search begun in several places came to its first node."""
        if self._joined.source is None:
            return None
        at = np.flatnonzero(self._joined.node == first)
        return int(self._joined.source[at[self._joined.cost[at].argmin()]])


class Graph:
    """A graph without direction.

    Parameters
    ----------
    one, two : ndarray of int, shape (edges,)
        Ends, one < two, sorted, no pair twice.
    cost : ndarray of float
    nodes : int
    """

    def __init__(self, one: Ints, two: Ints, cost: Floats, nodes: int) -> None:
        self.nodes = nodes
        self._key = one * nodes + two
        number = np.arange(2 * len(one), dtype=np.int32)
        row, column = np.concatenate([two, one]), np.concatenate([one, two])
        # SciPy sorts by rows in one pass; in a row first come the edges from lower nodes
        placed = csr_matrix((number, (row, column)), shape=(nodes, nodes))
        order = placed.data
        self._start = np.append(placed.indptr, 0).astype(np.int32)
        self._columns = placed.indices.astype(np.int32)
        self._edge = order % max(len(one), 1)
        # where each edge stands in the row of its higher node, and in that of its lower one
        places = np.empty(2 * len(one), np.int32)
        places[order] = number
        self._places = places.reshape(2, -1).T
        self._cost = cost[self._edge]
        # costs with some edges shut, for the next search with the same ones
        self._shut: NDArray[np.bool_] | None = None
        self._open_cost = self._cost
        self._lock = Lock()

    def ends(self, edges: Ints) -> tuple[Ints, Ints]:
        """Nodes at the ends of edges, the lower one first."""
        one, two = np.divmod(self._key[edges], self.nodes)
        return one, two

    def edges(self, a: Ints, b: Ints) -> Ints:
        """Numbers of the edges between pairs of nodes."""
        low, high = np.minimum(a, b).astype(np.int64), np.maximum(a, b).astype(np.int64)
        return np.searchsorted(self._key, low * self.nodes + high)

    def search(
        self,
        joined: Joined,
        shut: NDArray[np.bool_],
        limit: float = np.inf,
        rest: Floats | None = None,
    ) -> Search:
        """Search from a position that is joined to the graph.

        Parameters
        ----------
        joined : Joined
        shut : ndarray of bool, shape (edges,)
            Edges that are left out.
        limit : float
            What costs more stays infinite.
        rest : ndarray of float, shape (nodes,), optional
            What is to come from each node at least, no more than an edge costs less at its other
            end; it counts against the limit (A*).
        """
        # of two beginnings at one node the cheaper counts: CSR would add them up
        order = np.lexsort((joined.cost, joined.node))
        first = np.concatenate([[True], np.diff(joined.node[order]) > 0]) if len(order) else order
        order = order[first]
        order = order[np.isfinite(joined.cost[order])]
        if "numba" in sys.modules:
            from frontiers_map.sea import lookout

            with self._lock:
                self._close(shut, len(self._edge))
                open_cost = self._open_cost
            distance, before = lookout.explore(
                self._start[:-1], self._columns, open_cost, joined.node[order],
                np.maximum(joined.cost[order], 1e-9), float(limit),
                np.zeros(0) if rest is None else rest,
            )  # fmt: skip
            return Search(distance, before, joined, limit)
        size, end = len(self._edge), len(self._edge) + len(order)
        with self._lock:  # the arrays are laid out once and used by one search after the other
            self._close(shut, end)
            self._columns[size:end] = joined.node[order]
            self._open_cost[size:end] = np.maximum(joined.cost[order], 1e-9)
            self._start[-1] = end
            cost = self._open_cost[:end]
            if rest is not None:
                cost = cost + rest[self._columns[:end]]
                cost[:size] -= np.repeat(rest, np.diff(self._start[:-1]))
                np.maximum(cost, 0, out=cost)
            graph = csr_matrix(
                (cost, self._columns[:end], self._start),
                shape=(self.nodes + 1, self.nodes + 1),
            )
            distance, before = dijkstra(
                graph, indices=self.nodes, return_predecessors=True, limit=limit
            )
        distance = distance[:-1] if rest is None else distance[:-1] - rest
        return Search(distance, before[:-1], joined, limit)

    def _close(self, shut: NDArray[np.bool_], room: int) -> None:
        """Lay out the costs for a search, with room for its beginnings behind those of edges."""
        known = self._shut is not None and np.array_equal(shut, self._shut)
        if known and room <= len(self._open_cost):
            return
        size = len(self._edge)
        if room > len(self._columns):
            self._columns = np.resize(self._columns[:size], room + 1024)
        self._open_cost = np.empty(len(self._columns))
        self._open_cost[:size] = self._cost
        self._open_cost[self._places[shut].ravel()] = np.inf
        self._shut = shut.copy()
