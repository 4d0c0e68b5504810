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

    def search(self, joined: Joined, shut: NDArray[np.bool_], limit: float = np.inf) -> Search:
        """Search from a position that is joined to the graph.

        Parameters
        ----------
        joined : Joined
        shut : ndarray of bool, shape (edges,)
            Edges that are left out.
        limit : float
            What costs more stays infinite.
        """
        if "numba" in sys.modules:
            return self._explored(joined, shut, limit, np.zeros(0))
        first, first_cost = _beginnings(joined)
        size, end = len(self._edge), len(self._edge) + len(first)
        with self._lock:  # the arrays are laid out once and used by one search after the other
            self._close(shut, end)
            self._columns[size:end] = first
            self._open_cost[size:end] = first_cost
            self._start[-1] = end
            distance, before = _dijkstra(
                self._open_cost[:end], self._columns[:end], self._start, limit
            )
        return Search(distance, before, joined, limit)

    def towards(
        self, joined: Joined, shut: NDArray[np.bool_], limit: float, nodes: Ints, rest: Floats
    ) -> Search:
        """Search towards a goal (A*).

        Parameters
        ----------
        joined, shut, limit
            As in `search`.
        nodes : ndarray of int
            The only nodes that ways may lead over, in order.
        rest : ndarray of float
            What is to come from each of them at least, no more than an edge costs less at its
            other end; it counts against the limit.
        """
        if "numba" in sys.modules:
            ahead = np.full(self.nodes, np.inf)
            ahead[nodes] = rest
            return self._explored(joined, shut, limit, ahead)
        with self._lock:
            self._close(shut, len(self._edge))
            open_cost = self._open_cost
        number = np.full(self.nodes, -1, np.int32)
        number[nodes] = np.arange(len(nodes), dtype=np.int32)
        begin = self._start[nodes]
        count = self._start[nodes + 1] - begin
        row = np.repeat(np.arange(len(nodes), dtype=np.int32), count)
        place = np.arange(len(row), dtype=np.int32) + (begin - np.cumsum(count) + count)[row]
        column, cost = number[self._columns[place]], open_cost[place]
        fine = np.flatnonzero((column >= 0) & (cost < np.inf))
        row, column = row[fine], column[fine]
        first, first_cost = _beginnings(joined)
        within = number[first] >= 0
        at = number[first[within]]
        start = np.cumsum(np.bincount(row, minlength=len(nodes)))
        far, by = _dijkstra(
            np.append(np.maximum(cost[fine] + rest[column] - rest[row], 0),
                      first_cost[within] + rest[at]),
            np.append(column, at),
            np.concatenate([[0], start, [len(row) + len(at)]]),
            limit,
        )  # fmt: skip
        distance, before = np.full(self.nodes, np.inf), np.full(self.nodes, -1, np.int32)
        distance[nodes] = far - rest
        before[nodes] = np.where(by < 0, -1, np.append(nodes, self.nodes)[np.maximum(by, 0)])
        return Search(distance, before, joined, limit)

    def _explored(
        self, joined: Joined, shut: NDArray[np.bool_], limit: float, rest: Floats
    ) -> Search:
        from frontiers_map.sea import lookout

        with self._lock:
            self._close(shut, len(self._edge))
            open_cost = self._open_cost
        distance, before = lookout.explore(
            self._start[:-1], self._columns, open_cost, *_beginnings(joined), float(limit), rest
        )
        return Search(distance, before, joined, limit)

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


def _beginnings(joined: Joined) -> tuple[Ints, Floats]:
    """Nodes in order, and what reaching each costs: of two the cheaper; CSR would add them up."""
    order = np.lexsort((joined.cost, joined.node))
    order = order[np.diff(joined.node[order], prepend=-1) > 0]
    order = order[np.isfinite(joined.cost[order])]
    return joined.node[order], np.maximum(joined.cost[order], 1e-9)


def _dijkstra(
    cost: Floats, column: Ints, start: Ints, limit: float
) -> tuple[Floats, NDArray[np.int32]]:
    """Distances of all nodes but the last one from that, and the node before each."""
    size = len(start) - 1
    graph = csr_matrix((cost, column, start), shape=(size, size))
    distance, before = dijkstra(graph, indices=size - 1, return_predecessors=True, limit=limit)
    return distance[:-1], before[:-1]
