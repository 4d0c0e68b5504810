"""Best ways between the baked positions, found beforehand.

What is best with some gates closed stays so when more are, as long as none of those lies on it. So
the ways with nothing closed, and those with what the default atlas closes by default, answer most
calls between its harbours without a search.
`sea.beforehand` finds them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontiers_map.sea import storage
from frontiers_map.sea.route import Point

__all__ = ["Trees", "Ways", "pack", "unpack"]

Ints = NDArray[np.signedinteger[Any]]


@dataclass(frozen=True)
class Trees:
    """Ways under one set of closed gates, as a tree from each position to those after it.

    Attributes
    ----------
    closed : frozenset of int
        Numbers of the gates.
    start : list of int
        Where the tree of each position begins in `node`.
    node : list of int
        Nodes of the network.
    before : list of int
        How far back in `node` the one before it on the way stands; 0 where the way begins.
    last : ndarray of int, shape (positions, positions)
        Place in the tree of the row, from 1, of the last node on the way to the column; 0 where
        no way is kept.
    """

    closed: frozenset[int]
    start: list[int]
    node: list[int]
    before: list[int]
    last: Ints


class Ways:
    """Ways between positions.

    Parameters
    ----------
    points : sequence of (lon, lat)
        As the entries stand in their file.
    trees : sequence of Trees
        The fewest gates closed first.
    edges : ndarray of int
        Edges of the network that carry most ways, whatever is closed.
    """

    def __init__(self, points: Sequence[Point], trees: Sequence[Trees], edges: Ints) -> None:
        self._number = {point: number for number, point in enumerate(points)}
        self.trees, self.edges = tuple(trees), edges

    def between(self, one: Point, two: Point, closed: frozenset[int]) -> Iterator[list[int]]:
        """Nodes of ways that are the best if none of the closed gates lies on them."""
        if one not in self._number or two not in self._number:
            return
        here, there = self._number[one], self._number[two]
        for tree in self.trees:
            last = int(tree.last[min(here, there), max(here, there)])
            if last and tree.closed <= closed:
                at = tree.start[min(here, there)] + last - 1
                nodes = [tree.node[at]]
                while tree.before[at]:
                    at -= tree.before[at]
                    nodes.append(tree.node[at])
                yield nodes if here > there else nodes[::-1]


def pack(ways: Ways, **more: Any) -> bytes:
    """Write ways."""
    arrays = {"edge": np.diff(ways.edges, prepend=0).astype(np.uint32)}
    for number, tree in enumerate(ways.trees):
        count = np.diff(tree.start, append=len(tree.node))
        last = tree.last[np.triu_indices(len(tree.last), 1)]
        for name, values in (("count", count), ("node", tree.node), ("before", tree.before),
                             ("last", last)):  # fmt: skip
            arrays[f"{name} {number}"] = np.asarray(values).astype(np.uint32)
    closed = [sorted(tree.closed) for tree in ways.trees]
    return storage.pack_arrays(arrays, closed=closed, **more)


def unpack(content: bytes, points: Sequence[Point]) -> Ways:
    """Read what `pack` wrote."""
    arrays = storage.unpack_arrays(content)
    trees = []
    for number, closed in enumerate(storage.unpack_header(content)["closed"]):
        count, node, before, some = (
            arrays[f"{name} {number}"] for name in ("count", "node", "before", "last")
        )
        last = np.zeros((len(points), len(points)), np.int64)
        last[np.triu_indices(len(points), 1)] = some
        start = (np.cumsum(count) - count).tolist()
        trees.append(Trees(frozenset(closed), start, node.tolist(), before.tolist(), last))
    return Ways(points, trees, np.cumsum(arrays["edge"].astype(np.int64)))
