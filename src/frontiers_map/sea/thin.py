"""A small network for the page: every way between an atlas's harbours under any closed gates.

Of the half million edges a few thousand carry any shortest path between given harbours, whatever
gates are closed; `sea.thinning` finds them. What is kept costs to the last digit what it costs in
the whole network, so the two choose alike.

The bytes
---------
A stream of unsigned LEB128 numbers (7 bits a byte, lowest first, high bit: more follows). Raw
deflate (no zlib header) packs the stream.

1. ``ends``, ``nodes``, ``edges``: counts. The first ``ends`` of the nodes are the harbours, in the
   order of `Thin.ends`; `nodes` counts them too.
2. positions of the harbours in 0.000001°, then those of the other nodes in `GRID`, each in four
   runs: *low* parts of longitudes, low parts of latitudes, *high* parts of longitudes, high parts
   of latitudes. A coordinate is ``low + 128 · high`` (low under 128), zigzag (0, -1, 1, -2 … as
   0, 1, 2, 3 …), less that of the node before (the first of a run less 0).
3. for each node: how many edges lead to nodes of higher number (the edges of node 0, then of 1 …).
4. for each edge: the other node, less this node for the first of its edges, less the other node of
   the edge before for the rest. Always over 0.
5. for each edge: its toll in units of 0.1 km.
6. number of edges that cross gates; for each: its number less that of the one before (the first
   less 0), how many gates, then their numbers in `Thin.gates`, in order from the lower node to the
   higher.

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
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontiers_map.cache import Cache, NoCache, content_key
from frontiers_map.sea import storage
from frontiers_map.sea.baked import gates_key, point_key
from frontiers_map.sea.metric import km_between
from frontiers_map.sea.network import Network
from frontiers_map.sea.route import Call, Point

__all__ = ["Thin", "made_for", "pack", "packaged_bytes", "packaged_or_made", "unpack"]

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.signedinteger[Any]]

HARBOUR_GRID = 1e-6
LOW = 128


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
    """Searches in a small network."""

    def __init__(self, small: Thin) -> None:
        self._ends, self._nodes = len(small.ends), len(small.lon)
        row = np.concatenate([small.one, small.two])
        column = np.concatenate([small.two, small.one])
        order = np.lexsort((column, row))
        self._row, self._column = row[order], column[order].astype(np.int32)
        self._edge = np.tile(np.arange(len(small.one)), 2)[order]
        # nothing may cost nothing: a sparse matrix would take it for no edge
        self._cost = np.maximum(small.cost, 1e-9)[self._edge]
        self._key = self._row * self._nodes + self._column
        number = {gate: n for n, gate in enumerate(small.gates)}
        self._across: dict[str, list[int]] = {gate: [] for gate in number}
        for at, gates in small.crossed.items():
            for gate in gates:
                self._across[small.gates[gate]].append(at)
        self._count = len(small.one)

    def open_edges(self, close: Iterable[str]) -> NDArray[np.bool_]:
        """Tell which edges cross no closed gate."""
        found = np.ones(self._count, bool)
        for gate in close:
            found[self._across[gate]] = False
        return found

    def tree(self, origin: int, open_edge: NDArray[np.bool_]) -> tuple[Floats, Ints]:
        """Costs from a harbour to all nodes, and the node before each (negative: none)."""
        from scipy.sparse import csr_matrix
        from scipy.sparse.csgraph import dijkstra

        # a harbour is left only by the one who starts there: edges into harbours go one way
        use = open_edge[self._edge] & ((self._row >= self._ends) | (self._row == origin))
        start = np.zeros(self._nodes + 1, np.int32)
        np.cumsum(np.bincount(self._row[use], minlength=self._nodes), out=start[1:])
        graph = csr_matrix((self._cost[use], self._column[use], start), shape=(self._nodes,) * 2)
        distance, before = dijkstra(graph, indices=origin, return_predecessors=True)
        return distance, before

    def paths(self, origin: int, open_edge: NDArray[np.bool_]) -> Ints:
        """Edges of the cheapest paths from a harbour to all others."""
        distance, before = self.tree(origin, open_edge)
        front = np.flatnonzero(np.isfinite(distance[: self._ends]))
        seen = np.zeros(self._nodes, bool)
        while len(front):
            seen[front] = True
            front = np.unique(before[front])
            front = front[front >= 0]
            front = front[~seen[front]]
        node = np.flatnonzero(seen & (before >= 0))
        at = np.searchsorted(self._key, before[node].astype(np.int64) * self._nodes + node)
        return self._edge[at]


def made_for(
    network: Network,
    points: Mapping[str, Point],
    closed: Iterable[str],
    calls: Sequence[Call],
) -> str:
    """Hash of everything a small network depends on."""
    return content_key(
        "thin 2",
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


def packaged_or_made(
    network: Network,
    points: Mapping[str, Point],
    *,
    closed: Iterable[str] = (),
    calls: Sequence[Call] = (),
    cache: Cache | None = None,
    sets: int = 800,
) -> Thin:
    """Give the packaged small network if it was made for this, else one kept, else make it.

    Parameters
    ----------
    network, points, closed, calls
        As for `thin`.
    cache : Cache, optional
    sets : int
        How many random sets of closed gates to try when it must be made.
    """
    closed = tuple(closed)
    wanted = made_for(network, points, closed, calls)
    packaged = files("frontiers_map.sea").joinpath("thin.bin")
    kept = (cache or NoCache()).get("thin-" + wanted)
    for content in (packaged.read_bytes() if packaged.is_file() else None, kept):
        if content is not None:
            size = int.from_bytes(content[:4], "little")
            head = json.loads(content[4 : 4 + size])
            if head["made_for"] == wanted:
                return unpack(content[4 + size :], head["ends"], head["gates"])
    from frontiers_map.sea.thinning import thin

    small = thin(network, points, closed=closed, calls=calls, sets=sets)
    content = packaged_bytes(small, network, points, closed, calls)
    (cache or NoCache()).put("thin-" + wanted, content)
    return small


def pack(small: Thin) -> bytes:
    """Write the bytes that the module describes, deflated."""
    runs: list[Iterable[int]] = [[len(small.ends), len(small.lon), len(small.one)]]
    for part, grid in _parts(len(small.ends)):
        place = np.rint(np.stack([small.lon[part], small.lat[part]]) / grid).astype(np.int64)
        step = np.diff(place, axis=1, prepend=0)
        value = (step << 1) ^ (step >> 63)
        runs += [*(value % LOW).tolist(), *(value // LOW).tolist()]
    runs.append(np.bincount(small.one, minlength=len(small.lon)).tolist())
    step = np.diff(small.two, prepend=0)
    fresh = np.diff(small.one, prepend=-1) > 0
    step[fresh] = (small.two - small.one)[fresh]
    runs += [step.tolist(), small.toll.tolist()]
    crossings, last = [len(small.crossed)], 0
    for edge in sorted(small.crossed):
        gates = small.crossed[edge]
        crossings += [edge - last, len(gates), *gates]
        last = edge
    runs.append(crossings)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
    # each run has its own code: what is alike lies together
    packed = [packer.compress(_leb(run)) + packer.flush(zlib.Z_BLOCK) for run in runs]
    return b"".join(packed) + packer.flush()


def _parts(ends: int) -> list[tuple[slice, float]]:
    """Harbours and other nodes, and the grids that their positions are multiples of."""
    return [(slice(0, ends), HARBOUR_GRID), (slice(ends, None), storage.GRID)]


def _leb(values: Iterable[int]) -> bytes:
    stream = bytearray()
    for value in values:
        while value > 127:
            stream.append(value & 127 | 128)
            value >>= 7
        stream.append(value)
    return bytes(stream)


def unpack(content: bytes, ends: Sequence[str], gates: Sequence[str]) -> Thin:
    """Read the bytes again, for tests and for the packaged file."""
    stream = zlib.decompress(content, -15)
    numbers: list[int] = []
    value = shift = 0
    for byte in stream:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            numbers.append(value)
            value = shift = 0
    take = iter(numbers)
    n_ends, n_nodes, n_edges = next(take), next(take), next(take)
    if n_ends != len(ends):
        raise ValueError(f"found {n_ends} harbours; allowed: {len(ends)}")
    place = np.zeros((2, n_nodes))
    for part, grid in _parts(n_ends):
        count = len(place[0, part])
        runs = np.array([next(take) for _ in range(4 * count)]).reshape(4, count)
        step = runs[:2] + LOW * runs[2:]
        place[:, part] = np.cumsum((step >> 1) ^ -(step & 1), axis=1) * grid
    degree = np.array([next(take) for _ in range(n_nodes)])
    one = np.repeat(np.arange(n_nodes), degree)
    two = np.array([next(take) for _ in range(n_edges)])
    for k in range(n_edges):
        two[k] += one[k] if k == 0 or one[k] != one[k - 1] else two[k - 1]
    toll = np.array([next(take) for _ in range(n_edges)])
    crossed, last = {}, 0
    for _ in range(next(take)):
        last += next(take)
        crossed[last] = tuple(next(take) for _ in range(next(take)))
    return Thin(tuple(ends), tuple(gates), place[0], place[1], one, two, toll, crossed)
