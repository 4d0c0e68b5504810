"""A small network for the page: every way between an atlas's harbours under any closed gates.

Of the half million edges a few thousand carry any shortest path between given harbours, whatever
gates are closed; `sea.thinning` finds them. What is kept costs to the last digit what it costs in
the whole network, so the two choose alike.

The bytes
---------
Numbers that an arithmetic coder packs (`sea.arithmetic`), each after its *kind*:

1. kind 0: how many harbours, nodes and edges. The harbours are the first nodes, in the order of
   `Thin.ends`; the nodes count them too.
2. for each harbour its longitude (kind 1) and latitude (2) in 0.000001°, then for each other node
   (3, 4) in `GRID`; zigzag (0, -1, 1, -2 … as 0, 1, 2, 3 …), less those of the node before (the
   first harbour and the first other node less 0).
3. for each node:
   how many edges lead to nodes of higher number (kind 5 and as many as lead to lower ones, at
   most 3); for each of these:
   the other node, less the one before and 1 (first less this node; kind 9 for the first edge, 10
   for the second, 11 for others);
   the toll in units of 0.1 km (kind 12; 13 if the edge before in the list has one);
   how many gates it crosses (14), and their numbers in `Thin.gates` (15), in order from the lower
   node to the higher.

What to do with it
------------------
The length of an edge in kilometres is that of the geodesic between its nodes (`km_between`: the
formula of Andoyer and Lambert, to be taken over as it is); an edge costs its length and its toll.
Search from one harbour to another by cost (Dijkstra) over the edges that cross no closed gate. A
harbour is never passed through: do not go on from a node below ``ends`` but from the first one.
Two harbours in sight of each other have an edge of their own.
The way is drawn as great circles from node to node. To pass a gate: a search to the near side of
each edge across it, on from the far side with that cost, as a second search.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from frontiers_map.cache import content_key
from frontiers_map.sea import storage
from frontiers_map.sea.arithmetic import Decoder, Encoder
from frontiers_map.sea.baked import gates_key, point_key
from frontiers_map.sea.metric import km_between
from frontiers_map.sea.network import Network
from frontiers_map.sea.route import Call, Point

__all__ = [
    "HARBOUR_GRID",
    "Searches",
    "Thin",
    "made_for",
    "opened",
    "pack",
    "packaged_bytes",
    "unpack",
    "unpacked",
]

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.signedinteger[Any]]

HARBOUR_GRID = 1e-6


@dataclass(frozen=True)
class Thin:
    """The small network.

    Attributes
    ----------
    ends : tuple of str
        Ids of the harbours, which are the first nodes.
    gates : tuple of str
    lon, lat : ndarray of float, shape (nodes,)
    one, two : ndarray of int, shape (edges,)
        Nodes of each edge, one < two, sorted.
    toll : ndarray of int
        In `storage.TOLL_KM`.
    crossed : mapping of int to tuple of int
        Gates of the edges that cross any, in order from `one` to `two`.
    """

    ends: tuple[str, ...]
    gates: tuple[str, ...]
    lon: Floats
    lat: Floats
    one: Ints
    two: Ints
    toll: Ints
    crossed: Mapping[int, tuple[int, ...]]

    def without(self, gates: Iterable[str]) -> Thin:
        """Give the network with these gates shut for good, and none to close."""
        shut = {self.gates.index(gate) for gate in gates if gate in self.gates}
        kept = np.array([not shut & set(self.crossed.get(k, ())) for k in range(len(self.one))])
        return replace(
            self, gates=(), one=self.one[kept], two=self.two[kept], toll=self.toll[kept],
            crossed={},
        )  # fmt: skip

    @property
    def cost(self) -> Floats:
        """Cost of each edge in kilometres."""
        km = km_between(
            self.lon[self.one], self.lat[self.one], self.lon[self.two], self.lat[self.two]
        )
        return km + self.toll * storage.TOLL_KM

    def costs(self, start: str, close: Iterable[str] = ()) -> dict[str, float]:
        """Cost from one harbour to every other; infinite without a way.

        The same search that the page does, for tests.
        """
        found: dict[str, float] = self.searcher()(start, close)
        return found

    def searcher(self) -> Any:
        """Prepare for many calls of `costs`."""
        search = Searches(self)

        def costs(start: str, close: Iterable[str] = ()) -> dict[str, float]:
            distance, _ = search.tree(self.ends.index(start), search.open_edges(close))
            return dict(zip(self.ends, distance[: len(self.ends)].tolist(), strict=True))

        return costs

    def edges(self, a: Ints, b: Ints) -> Ints:
        """Numbers of the edges between pairs of nodes."""
        low, high = np.minimum(a, b).astype(np.int64), np.maximum(a, b).astype(np.int64)
        key = self.one * len(self.lon) + self.two
        return np.searchsorted(key, low * len(self.lon) + high)

    def only(self, keep: NDArray[np.bool_]) -> Thin:
        """Keep some edges, and the nodes at their ends."""
        one, two = self.one[keep], self.two[keep]
        inner = np.unique(np.concatenate([np.arange(len(self.ends)), one, two]))
        number = np.full(len(self.lon), -1)
        number[inner] = np.arange(len(inner))
        place = np.cumsum(keep) - 1
        crossed = {int(place[at]): gates for at, gates in self.crossed.items() if keep[at]}
        return Thin(
            self.ends, self.gates, self.lon[inner], self.lat[inner],
            number[one], number[two], self.toll[keep], crossed,
        )  # fmt: skip


class Searches:
    """Searches in a small network.

    Parameters
    ----------
    small : Thin
    compiled : callable, optional
        `kernels.paths`, for many searches.
    """

    def __init__(self, small: Thin, compiled: Callable[..., Ints] | None = None) -> None:
        self._small, self._compiled = small, compiled
        self._ends, self._nodes = len(small.ends), len(small.lon)
        row = np.concatenate([small.one, small.two])
        column = np.concatenate([small.two, small.one]).astype(np.int32)
        number = np.arange(len(row), dtype=np.int32)
        # SciPy sorts by rows in one pass
        placed = csr_matrix((number, (row, column)), shape=(self._nodes, self._nodes))
        order = placed.data
        self._row, self._column, self._start = row[order], placed.indices, placed.indptr
        self._edge = order % len(small.one)
        # nothing may cost nothing: a sparse matrix would take it for no edge
        self._cost = np.maximum(small.cost, 1e-9)[self._edge]
        self._across: dict[str, list[int]] = {gate: [] for gate in small.gates}
        for at, gates in small.crossed.items():
            for gate in gates:
                self._across[small.gates[gate]].append(at)

    def open_edges(self, close: Iterable[str]) -> NDArray[np.bool_]:
        """Tell which edges cross no closed gate."""
        found = np.ones(len(self._small.one), bool)
        for gate in close:
            found[self._across.get(gate, [])] = False  # one that is not in it closes nothing
        return found

    def tree(self, origin: int, open_edge: NDArray[np.bool_]) -> tuple[Floats, Ints]:
        """Costs from a harbour to all nodes, and the node before each (negative: none)."""
        # a harbour is left only by the one who starts there: edges into harbours go one way
        use = open_edge[self._edge] & ((self._row >= self._ends) | (self._row == origin))
        graph = csr_matrix(
            (np.where(use, self._cost, np.inf), self._column, self._start),
            shape=(self._nodes, self._nodes),
        )
        distance, before = dijkstra(graph, indices=origin, return_predecessors=True)
        return distance, before

    def paths(self, origin: int, open_edge: NDArray[np.bool_], goals: Ints) -> Ints:
        """Edges of the cheapest paths from a harbour to some nodes."""
        if self._compiled is not None:
            return self._compiled(
                self._start, self._column, self._cost, self._edge, self._ends,
                open_edge, origin, goals,
            )  # fmt: skip
        distance, before = self.tree(origin, open_edge)
        front = goals[np.isfinite(distance[goals])]
        seen = np.zeros(self._nodes, bool)
        while len(front):
            seen[front] = True
            front = np.unique(before[front])
            front = front[front >= 0]
            front = front[~seen[front]]
        node = np.flatnonzero(seen & (before >= 0))
        return self._small.edges(before[node], node)


def made_for(
    network: Network,
    points: Mapping[str, Point],
    closed: Iterable[str],
    calls: Sequence[Call],
) -> str:
    """Hash of everything a small network depends on."""
    return content_key(
        "thin 3",
        gates_key(network.stored, network.gates),
        list(network.gate_ids),
        sorted([name, *point_key(point)] for name, point in points.items()),
        sorted(closed),
        sorted([*point_key(c.start), *point_key(c.end), [str(v) for v in c.via], sorted(c.close)]
               for c in calls),
    )  # fmt: skip


def packaged_bytes(
    small: Thin,
    network: Network,
    points: Mapping[str, Point],
    closed: Iterable[str],
    calls: Sequence[Call],
) -> bytes:
    """Write a small network with what it was made for, to be kept."""
    head = {
        "made_for": made_for(network, points, closed, calls),
        "ends": list(small.ends),
        "gates": list(small.gates),
    }
    text = json.dumps(head, separators=(",", ":")).encode()
    return len(text).to_bytes(4, "little") + text + pack(small)


def unpacked(content: bytes) -> Thin:
    """Read what `packaged_bytes` wrote."""
    head, packed = opened(content)
    return unpack(packed, head["ends"], head["gates"])


def opened(content: bytes) -> tuple[dict[str, Any], bytes]:
    """Part what `packaged_bytes` wrote into its head and the network."""
    size = int.from_bytes(content[:4], "little")
    return json.loads(content[4 : 4 + size]), content[4 + size :]


def pack(small: Thin) -> bytes:
    """Write the bytes that the module describes."""
    coder = Encoder()
    ends = len(small.ends)
    for count in (ends, len(small.lon), len(small.one)):
        coder.write(0, count)
    for part, grid, kind in _parts(ends):
        place = np.rint(np.stack([small.lon[part], small.lat[part]]) / grid).astype(np.int64)
        step = np.diff(place, axis=1, prepend=0)
        for x, y in ((step << 1) ^ (step >> 63)).T.tolist():
            coder.write(kind, x)
            coder.write(kind + 1, y)
    degree = np.bincount(small.one, minlength=len(small.lon)).tolist()
    lower = [0] * len(small.lon)
    two, toll = small.two.tolist(), small.toll.tolist()
    edge = 0
    for node, count in enumerate(degree):
        coder.write(5 + min(lower[node], 3), count)
        last = node
        for number in range(count):
            coder.write(9 + min(number, 2), two[edge] - last - 1)
            coder.write(12 + (edge > 0 and toll[edge - 1] > 0), toll[edge])
            crossed = small.crossed.get(edge, ())
            coder.write(14, len(crossed))
            for gate in crossed:
                coder.write(15, gate)
            last = two[edge]
            lower[last] += 1
            edge += 1
    return coder.finish()


def _parts(ends: int) -> list[tuple[slice, float, int]]:
    """Harbours and other nodes; grids that their positions are multiples of; kinds of numbers."""
    return [(slice(0, ends), HARBOUR_GRID, 1), (slice(ends, None), storage.GRID, 3)]


def unpack(content: bytes, ends: Sequence[str], gates: Sequence[str]) -> Thin:
    """Read the bytes again, for tests and for the packaged file."""
    read = Decoder(content).read
    n_ends, n_nodes, n_edges = read(0), read(0), read(0)
    if n_ends != len(ends):
        raise ValueError(f"found {n_ends} harbours; allowed: {len(ends)}")
    place = np.zeros((2, n_nodes))
    for part, grid, kind in _parts(n_ends):
        steps = [(read(kind), read(kind + 1)) for _ in range(place[0, part].size)]
        step = np.array(steps, np.int64).reshape(-1, 2).T
        place[:, part] = np.cumsum((step >> 1) ^ -(step & 1), axis=1) * grid
    one: list[int] = []
    two: list[int] = []
    toll = [0]
    crossed = {}
    lower = [0] * n_nodes
    for node in range(n_nodes):
        last = node
        for number in range(read(5 + min(lower[node], 3))):
            last += read(9 + min(number, 2)) + 1
            lower[last] += 1
            toll.append(read(12 + (toll[-1] > 0)))
            if count := read(14):
                crossed[len(one)] = tuple(read(15) for _ in range(count))
            one.append(node)
            two.append(last)
    if len(one) != n_edges:
        raise ValueError(f"found {len(one)} edges; allowed: {n_edges}")
    return Thin(tuple(ends), tuple(gates), place[0], place[1], np.array(one), np.array(two),
                np.array(toll[1:]), crossed)  # fmt: skip
