"""Best ways between the harbours of the world, met at hubs.

Of the network only some edges carry a best way between two harbours while nothing is closed but
what no ship passes. They come with the package as a contraction hierarchy (Geisberger, Sanders,
Schultes, Delling 2008): every node has a rank, and arcs lead to higher ones; an arc may stand for
two of a lower node between its ends. Arcs between the highest, the core, lead both ways. From one
harbour the core is searched, from the other few nodes are reached upwards, and a best way between
them passes one that both reach. `sea.make.harbour_ways` makes it.

What is best here stays best when more is closed, as long as none of that lies on it.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from frontiers_map.sea import storage
from frontiers_map.sea.attach import Entry
from frontiers_map.sea.baked import Entries, entry_arrays
from frontiers_map.sea.route import Point
from frontiers_map.sea.search import Graph

__all__ = ["Hierarchy", "Hubs", "Reach", "pack", "unpack"]

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.signedinteger[Any]]

AT_ONCE = 64  # harbours that are looked from together
KEPT = 512  # of which that is kept, at some 0.1 MB each


@dataclass(frozen=True)
class Hierarchy:
    """What is kept of it.

    Attributes
    ----------
    closed : frozenset of int
        Gates that are shut, by the numbers of the package.
    node : ndarray of int, shape (ranks,)
        Nodes of the network, by rank.
    level : ndarray of int
        Where each level of ranks begins: no arc leads from one to another of the same level.
    count : ndarray of int, shape (ranks,)
        How many arcs lead up from each.
    to : ndarray of int
        Ranks that they lead to.
    over : ndarray of int
        Rank of the node between, -1 for an edge of the network.
    core : int
        The ranks from this on lead to one another both ways; what is kept is the way up.
    straight : ndarray of int, shape (n, 3)
        Pairs of harbours with nothing between them but water: their rows, the lower first, and the
        toll.
    """

    closed: frozenset[int]
    node: Ints
    level: Ints
    count: Ints
    to: Ints
    over: Ints
    core: int
    straight: Ints


def pack(entries: Sequence[Entry], tree: Hierarchy, **more: Any) -> bytes:
    """Write a hierarchy, and how harbours join it: by the legs that any best way begins with."""
    arrays = {
        "rank": tree.node,
        "arcs": tree.count,
        "to": tree.to - np.repeat(np.arange(len(tree.count)), tree.count),
        "over": np.where(
            tree.over < 0, 0, np.repeat(np.arange(len(tree.count)), tree.count) - tree.over
        ),
        "straight": tree.straight.ravel(),
    }
    return storage.pack_arrays(
        entry_arrays(entries) | {name: a.astype(np.uint32) for name, a in arrays.items()},
        closed=sorted(tree.closed), level=tree.level.tolist(), core=tree.core, **more,
    )  # fmt: skip


def unpack(content: bytes) -> tuple[Entries, Hierarchy]:
    """Read what `pack` wrote."""
    arrays = storage.unpack_arrays(content)
    own = ("rank", "arcs", "to", "over", "straight")
    node, count, to, over, straight = (arrays[name].astype(np.int64) for name in own)
    head = storage.unpack_header(content)
    low = np.repeat(np.arange(len(count)), count)
    return Entries(arrays), Hierarchy(
        frozenset(head["closed"]), node, np.array(head["level"]), count, to + low,
        np.where(over > 0, low - over, -1), head["core"], straight.reshape(-1, 3),
    )  # fmt: skip


@dataclass(frozen=True)
class Reach:
    """What is reached upwards from a harbour: ranks in order, at what cost, and from where."""

    rank: Ints
    cost: Floats
    before: Ints


class Hubs:
    """The hierarchy laid out over a network.

    Parameters
    ----------
    entries : Entries
        How harbours join it.
    tree : Hierarchy
    graph : Graph
    cost : ndarray of float
        Of each edge of the network.
    closed : ndarray of int
        Edges that are shut.
    leg_cost : callable
        Cost of the legs of an entry.

    Attributes
    ----------
    closed : ndarray of int
        As above: ways here are the best only where these are shut.
    straight : dict
        Pairs of harbours with nothing between them but water, and the toll.
    """

    def __init__(
        self,
        entries: Entries,
        tree: Hierarchy,
        graph: Graph,
        cost: Floats,
        closed: Ints,
        leg_cost: Callable[[Entry], Floats],
    ) -> None:
        self.closed, self._entries, self._leg_cost = closed, entries, leg_cost
        self.node, self._size = tree.node, len(tree.node)
        low = np.repeat(np.arange(self._size), tree.count)
        back = np.flatnonzero(low >= tree.core)
        ends = np.concatenate([low, tree.to[back]]), np.concatenate([tree.to, low[back]])
        order = np.lexsort(ends[::-1])
        self.low, self._to = ends[0][order], ends[1][order]
        self._over = np.concatenate([tree.over, tree.over[back]])[order]
        self._key = self.low * self._size + self._to
        self._start = np.searchsorted(self.low, np.arange(self._size + 1))
        self._core = int(self._start[tree.core])
        self._double = np.flatnonzero(self._over >= 0)
        above = self.low[self._double], self._to[self._double]
        self._halves = np.full((len(self._to), 2), -1)
        self._halves[self._double] = np.column_stack(
            [self._arc(self._over[self._double], end) for end in above]
        )
        self._levels = np.searchsorted(above[0], np.append(tree.level, self._size))
        self._graph = graph
        edges, plain = self.edges()
        own = np.zeros(len(self._to))
        own[plain] = cost[edges]
        self._cost = self.summed(own)
        self._rank_of = np.full(graph.nodes, -1, np.int64)
        self._rank_of[tree.node] = np.arange(self._size)
        self._row = {point: row for row, point in enumerate(entries)}
        points = list(entries)
        self.straight: Mapping[tuple[Point, Point], float] = {
            (min(points[a], points[b]), max(points[a], points[b])): toll * storage.TOLL_KM
            for a, b, toll in tree.straight.tolist()
        }
        self._seen: dict[Point, list[Point]] = {}
        for one, two in self.straight:
            self._seen.setdefault(one, []).append(two)
            self._seen.setdefault(two, []).append(one)
        # upwards only, and over the core as well
        self._up: dict[Point, Reach] = {}
        self._far: dict[Point, Reach] = {}
        self._joined: dict[Point, Entry] = {}

    def edges(self) -> tuple[Ints, Ints]:
        """Edges of the network that are arcs, and which these are."""
        plain = np.flatnonzero(self._over < 0)
        ends = self.node[self.low[plain]], self.node[self._to[plain]]
        return self._graph.edges(*ends), plain

    def summed(self, values: Floats) -> Floats:
        """Add up values of edges for the arcs that stand for two, level by level."""
        found = values.copy()
        first, second = self._halves[self._double].T
        for begin, end in itertools.pairwise(self._levels.tolist()):
            part = slice(begin, end)
            found[self._double[part]] = found[first[part]] + found[second[part]]
        return found

    def doubled(self) -> Iterator[tuple[int, list[int]]]:
        """Arcs that stand for two, lower ones first: from the node between to either end."""
        yield from zip(self._double.tolist(), self._halves[self._double].tolist(), strict=True)

    def arcs(self, reach: Reach) -> Ints:
        """The last arc on the way to each rank that is reached; -1 for a leg of the harbour."""
        inner = reach.before < self._size
        return np.where(inner, self._arc(np.where(inner, reach.before, 0), reach.rank), -1)

    def _arc(self, low: Ints, high: Ints) -> Ints:
        return np.searchsorted(self._key, low * self._size + high)

    def knows(self, entry: Entry) -> bool:
        """Tell if a position joins the sea here as it does in the file, and ways lead from it."""
        row = self._row.get(entry.asked)
        if row is None or self._entries.water(row) != entry.water:
            return False
        return len(self.entry(entry.asked).node) > 0

    def entry(self, asked: Point) -> Entry:
        """How a harbour joins the hierarchy."""
        if asked not in self._joined:
            self._joined[asked] = self._entries[asked]
        return self._joined[asked]

    # ------------------------------------------------------------------ ways

    def between(self, pairs: Sequence[tuple[Point, Point]]) -> list[list[int]]:
        """Nodes on the best way between each pair of harbours; none where there is no way."""
        often = Counter(end for pair in pairs for end in pair)
        turned = [
            (two not in self._far and one in self._far)
            or ((one in self._far) == (two in self._far) and often[one] >= often[two])
            for one, two in pairs
        ]  # fmt: skip
        runs = [pair if ahead else pair[::-1] for pair, ahead in zip(pairs, turned, strict=True)]
        self.reach({one for one, _ in runs}, {two for _, two in runs})
        found = [self._between(*run) for run in runs]
        return [way if ahead else way[::-1] for way, ahead in zip(found, turned, strict=True)]

    def reach(self, starts: set[Point], ends: set[Point]) -> None:
        """Search the core from some harbours, and find what is reached upwards from others."""
        for known, points, count in (
            (self._far, starts, len(self._to)),
            (self._up, ends, self._core),
        ):
            if len(known) > KEPT:
                known.clear()
            fresh = sorted(points - known.keys())
            for begin in range(0, len(fresh), AT_ONCE):
                part = fresh[begin : begin + AT_ONCE]
                known.update(zip(part, self._look(part, count), strict=True))

    def seen_from(self, point: Point) -> Iterator[Point]:
        """Harbours to which the best way from one is a straight line."""
        yield from self._seen.get(point, ())

    def over_core(self, point: Point) -> Reach:
        """What is reached from a start that was given to `reach`."""
        return self._far[point]

    def upwards(self, point: Point) -> Reach:
        """What is reached from an end that was given to `reach`."""
        return self._up[point]

    def _look(self, points: Sequence[Point], arcs: int) -> Iterator[Reach]:
        """Search from some harbours over the first arcs."""
        joined = [self.entry(point) for point in points]
        cost = [np.maximum(self._leg_cost(entry), 1e-9) for entry in joined]
        first = [self._rank_of[entry.node] for entry in joined]
        size, count = self._size, [len(entry.node) for entry in joined]
        graph = csr_matrix(
            (
                np.concatenate([self._cost[:arcs], *cost]),
                np.concatenate([self._to[:arcs], *first]).astype(np.int32),
                np.concatenate(
                    [np.minimum(self._start, arcs), arcs + np.cumsum(count)]
                ).astype(np.int32),
            ),
            shape=(size + len(points), size + len(points)),
        )  # fmt: skip
        far, before = dijkstra(
            graph, indices=np.arange(size, size + len(points)), return_predecessors=True
        )
        for k in range(len(points)):
            rank = np.flatnonzero(np.isfinite(far[k, :size]))
            yield Reach(rank, far[k, rank], before[k, rank].astype(np.int64))

    def _between(self, one: Point, two: Point) -> list[int]:
        here, there = self._far[one], self._up[two]
        at = np.searchsorted(here.rank, there.rank)
        at[at == len(here.rank)] = 0
        both = np.flatnonzero(here.rank[at] == there.rank)
        if not len(both):
            return []
        hub = int(there.rank[both[(here.cost[at[both]] + there.cost[both]).argmin()]])
        up, down = self._climb(here, hub), self._climb(there, hub)
        ranks = self._spread(up) + self._spread(down)[-2::-1]
        return self.node[ranks].tolist()  # type: ignore[no-any-return]

    def _climb(self, reach: Reach, hub: int) -> list[int]:
        """Ranks from the first above a harbour to a hub."""
        found = [hub]
        while True:
            before = int(reach.before[np.searchsorted(reach.rank, found[-1])])
            if before >= self._size:
                return found[::-1]
            found.append(before)

    def _spread(self, ranks: Sequence[int]) -> list[int]:
        """Put the nodes between back into a way over some ranks, along arcs."""
        found = [ranks[0]]
        for low, high in itertools.pairwise(ranks):
            arc = int(np.searchsorted(self._key, low * self._size + high))
            stack = [(arc, low, high)]
            while stack:
                arc, begin, end = stack.pop()
                over = int(self._over[arc])
                if over < 0:
                    found.append(end)
                    continue
                # both halves begin at the node between; the first leads to where the arc begins
                back, ahead = self._halves[arc].tolist()
                if begin != self.low[arc]:
                    back, ahead = ahead, back
                stack += [(ahead, over, end), (back, begin, over)]
        return found
