"""A small network for the page: every way between an atlas's harbours under any closed gates.

Of the half million edges a few thousand carry any shortest path between given harbours, whatever
gates are closed. They are found by trying: many random sets of closed gates, a search from each
harbour, keep what the paths use.

The bytes
---------
A stream of unsigned LEB128 numbers (7 bits a byte, lowest first, high bit: more follows); *signed*
ones are zigzag (0, -1, 1, -2 … as 0, 1, 2, 3 …). Raw deflate (no zlib header) packs the stream.

1. ``ends``, ``nodes``, ``edges``: counts. The first ``ends`` of the nodes are the harbours, in the
   order of `Thin.ends`; `nodes` counts them too.
2. for each node: longitude and latitude in 0.001°, signed, each less that of the node before
   (the first less 0).
3. for each node: how many edges lead to nodes of higher number (the edges of node 0, then of 1 …).
4. for each edge: the other node, less this node for the first of its edges, less the other node of
   the edge before for the rest. Always over 0.
5. for each edge: its toll in units of 0.5 km.
6. number of edges that cross gates; for each: its number less that of the one before (the first
   less 0), how many gates, then their numbers in `Thin.gates`, in order from the lower node to the
   higher.

What to do with it
------------------
The length of an edge in kilometres is that of the geodesic between its nodes (`km_between`: the
formula of Andoyer and Lambert, to be taken over as it is); an edge costs its length and its toll.
Search from one harbour to another by cost (Dijkstra) over the edges that cross no closed gate. A
harbour is never passed through: do not go on from a node below ``ends`` but from the first one.
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

__all__ = ["Thin", "made_for", "pack", "packaged_bytes", "packaged_or_made", "thin", "unpack"]

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.signedinteger[Any]]

GRID = 1e-3
TOLL_KM = 0.5


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
        In `TOLL_KM`.
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
        return km + self.toll * TOLL_KM

    def costs(self, start: str, close: Iterable[str] = ()) -> dict[str, float]:
        """Cost from one harbour to every other; infinite without a way.

        The same search that the page does, for tests.
        """
        found: dict[str, float] = self.searcher()(start, close)
        return found

    def searcher(self) -> Any:
        """Prepare for many calls of `costs`."""
        from scipy.sparse import csr_matrix
        from scipy.sparse.csgraph import dijkstra

        ends = len(self.ends)
        # a harbour is left only by the one who starts there: edges into harbours go one way
        row = np.concatenate([self.one, self.two])
        column = np.concatenate([self.two, self.one])
        cost, edge = np.tile(self.cost, 2), np.tile(np.arange(len(self.one)), 2)
        number = {gate: n for n, gate in enumerate(self.gates)}
        edges_of: dict[int, list[int]] = {}
        for at, gates in self.crossed.items():
            for gate in gates:
                edges_of.setdefault(gate, []).append(at)

        def costs(start: str, close: Iterable[str] = ()) -> dict[str, float]:
            origin = self.ends.index(start)
            open_edge = np.ones(len(self.one), bool)
            for gate in close:
                open_edge[edges_of.get(number[gate], [])] = False
            use = open_edge[edge] & ((row >= ends) | (row == origin))
            graph = csr_matrix(
                (np.maximum(cost[use], 1e-9), (row[use], column[use])),
                shape=(len(self.lon),) * 2,
            )
            found = dijkstra(graph, indices=origin)
            return dict(zip(self.ends, found[:ends].tolist(), strict=True))

        return costs


def thin(
    network: Network,
    points: Mapping[str, Point],
    destinations: Sequence[str],
    *,
    closed: Iterable[str] = (),
    calls: Sequence[Call] = (),
    sets: int = 300,
    seed: int = 1,
) -> Thin:
    """Keep of a network what any way between harbours needs.

    Parameters
    ----------
    network : Network
    points : mapping of str to (lon, lat)
        Harbours by id. One that cannot be joined to the sea is left out.
    destinations : sequence of str
        Harbours from which every set of closed gates is tried; from all others a few are.
    closed : iterable of str
        Gates that are closed unless opened; in one set of ten they are open.
    calls : sequence of Call
        Ways that must be in it as the full network finds them, gates to pass included.
    sets : int
        How many random sets of closed gates to try.
    seed : int

    Returns
    -------
    Thin
    """
    entries = {}
    for name, point in points.items():
        try:
            entries[name] = network.entry(point)
        except ValueError:
            continue
    names = tuple(entries)
    always = frozenset(closed)
    used_edges = np.zeros(len(network.stored.one), bool)
    used_legs = {name: np.zeros(len(entries[name].node), bool) for name in names}
    tried = _closures(network.gate_ids, always, sets, seed)
    for number, shut_gates in enumerate(tried):
        origins = names if number % 60 == 0 else [d for d in destinations if d in entries]
        _use(network, entries, origins, shut_gates, used_edges, used_legs)
    for call in calls:
        _use_call(network, entries, call, used_edges, used_legs)
    return _gather(network, entries, used_edges, used_legs)


def made_for(
    network: Network,
    points: Mapping[str, Point],
    destinations: Sequence[str],
    closed: Iterable[str],
    calls: Sequence[Call],
) -> str:
    """Hash of everything a small network depends on."""
    return content_key(
        "thin 1",
        gates_key(network.stored, network.gates),
        list(network.gate_ids),
        sorted([name, *point_key(point)] for name, point in points.items()),
        sorted(destinations),
        sorted(closed),
        sorted([*point_key(c.start), *point_key(c.end), [str(v) for v in c.via], sorted(c.close)]
               for c in calls),
    )  # fmt: skip


def packaged_bytes(
    small: Thin,
    network: Network,
    points: Mapping[str, Point],
    destinations: Sequence[str],
    closed: Iterable[str],
    calls: Sequence[Call],
) -> bytes:
    """Write a small network with what it was made for, to be kept."""
    head = {
        "made_for": made_for(network, points, destinations, closed, calls),
        "ends": list(small.ends),
        "gates": list(small.gates),
    }
    text = json.dumps(head, separators=(",", ":")).encode()
    return len(text).to_bytes(4, "little") + text + pack(small)


def packaged_or_made(
    network: Network,
    points: Mapping[str, Point],
    destinations: Sequence[str],
    *,
    closed: Iterable[str] = (),
    calls: Sequence[Call] = (),
    cache: Cache | None = None,
    sets: int = 60,
) -> Thin:
    """Give the packaged small network if it was made for this, else one kept, else make it.

    Parameters
    ----------
    network, points, destinations, closed, calls
        As for `thin`.
    cache : Cache, optional
    sets : int
        How many sets of closed gates to try when it must be made; 60 take some seconds for each
        five destinations.
    """
    closed = tuple(closed)
    wanted = made_for(network, points, destinations, closed, calls)
    packaged = files("frontiers_map.sea").joinpath("thin.bin")
    kept = (cache or NoCache()).get("thin-" + wanted)
    for content in (packaged.read_bytes() if packaged.is_file() else None, kept):
        if content is not None:
            size = int.from_bytes(content[:4], "little")
            head = json.loads(content[4 : 4 + size])
            if head["made_for"] == wanted:
                return unpack(content[4 + size :], head["ends"], head["gates"])
    small = thin(network, points, destinations, closed=closed, calls=calls, sets=sets)
    content = packaged_bytes(small, network, points, destinations, closed, calls)
    (cache or NoCache()).put("thin-" + wanted, content)
    return small


def _closures(
    gates: Sequence[str], always: frozenset[str], sets: int, seed: int
) -> list[frozenset[str]]:
    """Random sets of closed gates: the usual ones first, then up to thirty more."""
    random = np.random.default_rng(seed)
    found = [always]
    optional = [gate for gate in gates if gate not in always]
    found += [always | {gate} for gate in optional]
    while len(found) < sets:
        opened = random.random() < 0.1
        base: frozenset[str] = frozenset() if opened else always
        pool = gates if opened else optional
        count = min(int(random.integers(0, 31)), len(pool))
        found.append(base | {pool[k] for k in random.choice(len(pool), count, replace=False)})
    return found[: max(sets, 1)]


def _use(
    network: Network,
    entries: Mapping[str, Any],
    origins: Iterable[str],
    closed: frozenset[str],
    used_edges: NDArray[np.bool_],
    used_legs: Mapping[str, NDArray[np.bool_]],
) -> None:
    """Mark what the cheapest paths from some harbours to all harbours use."""
    shut = network.shut_edges(closed)
    joined = {name: network.joined(entry, closed) for name, entry in entries.items()}
    for origin in origins:
        search = network.graph.search(joined[origin], shut)
        first_legs = used_legs[origin]
        goals = []
        for name, entry in entries.items():
            if name == origin:
                continue
            total = search.distance[entry.node] + joined[name].cost
            best = int(total.argmin())
            if np.isfinite(total[best]):
                used_legs[name][best] = True
                goals.append(int(entry.node[best]))
        nodes = search.tree(goals)
        before = search.before[nodes]
        inner = before < network.graph.nodes
        used_edges[network.graph.edges(before[inner], nodes[inner])] = True
        own = joined[origin]
        for node in nodes[~inner]:
            legs = np.flatnonzero(own.node == node)
            first_legs[legs[own.cost[legs].argmin()]] = True


def _use_call(
    network: Network,
    entries: Mapping[str, Any],
    call: Call,
    used_edges: NDArray[np.bool_],
    used_legs: Mapping[str, NDArray[np.bool_]],
) -> None:
    stops = [call.start, *(stop for stop in call.via if not isinstance(stop, str)), call.end]
    paths = network.trace(call)
    if len(paths) != len(stops) - 1:
        return
    for path, here, there in zip(paths, stops[:-1], stops[1:], strict=True):
        nodes = np.array(path)
        used_edges[network.graph.edges(nodes[:-1], nodes[1:])] = True
        for name, entry in entries.items():
            for point, node in ((here, path[0]), (there, path[-1])):
                if entry.asked == point_key(point):
                    used_legs[name][entry.node == node] = True


def _gather(
    network: Network,
    entries: Mapping[str, Any],
    used_edges: NDArray[np.bool_],
    used_legs: Mapping[str, NDArray[np.bool_]],
) -> Thin:
    stored = network.stored
    names = tuple(entries)
    ends = len(names)
    edges = np.flatnonzero(used_edges)
    legs = [(n, k) for n, name in enumerate(names) for k in np.flatnonzero(used_legs[name])]
    used = np.unique(
        np.concatenate(
            [stored.one[edges], stored.two[edges],
             np.array([entries[names[n]].node[k] for n, k in legs], dtype=np.int64)]
        )
    )  # fmt: skip
    number = np.full(len(stored.lon), -1)
    number[used] = np.arange(len(used)) + ends
    lon = np.concatenate([[entries[n].water[0] for n in names], stored.lon[used]])
    lat = np.concatenate([[entries[n].water[1] for n in names], stored.lat[used]])
    gates_of_edge = [network.gates_of_edge(int(e)) for e in edges]
    rows = [
        (
            int(number[stored.one[e]]),
            int(number[stored.two[e]]),
            stored.toll[e] * storage.TOLL_KM,
            g,
        )
        for e, g in zip(edges, gates_of_edge, strict=True)
    ]
    for n, k in legs:
        entry = entries[names[n]]
        gates = network.gates_of_leg(entry, int(k))
        rows.append((n, int(number[entry.node[k]]), float(entry.toll[k]), gates))
    rows.sort(key=lambda row: row[:3])
    rows = [row for k, row in enumerate(rows) if k == 0 or row[:2] != rows[k - 1][:2]]
    return Thin(
        names,
        network.gate_ids,
        np.rint(lon / GRID) * GRID,
        np.rint(lat / GRID) * GRID,
        np.array([row[0] for row in rows]),
        np.array([row[1] for row in rows]),
        np.rint(np.array([row[2] for row in rows]) / TOLL_KM).astype(np.int64),
        {k: tuple(row[3]) for k, row in enumerate(rows) if row[3]},
    )


def pack(small: Thin) -> bytes:
    """Write the bytes that the module describes, deflated."""
    numbers: list[int] = [len(small.ends), len(small.lon), len(small.one)]
    lon = np.rint(small.lon / GRID).astype(np.int64)
    lat = np.rint(small.lat / GRID).astype(np.int64)
    steps = np.diff(np.column_stack([lon, lat]), axis=0, prepend=0)
    numbers += ((steps << 1) ^ (steps >> 63)).ravel().tolist()
    numbers += np.bincount(small.one, minlength=len(lon)).tolist()
    step = np.diff(small.two, prepend=0)
    fresh = np.diff(small.one, prepend=-1) > 0
    step[fresh] = (small.two - small.one)[fresh]
    numbers += step.tolist() + small.toll.tolist()
    numbers.append(len(small.crossed))
    last = 0
    for edge in sorted(small.crossed):
        gates = small.crossed[edge]
        numbers += [edge - last, len(gates), *gates]
        last = edge
    stream = bytearray()
    for value in numbers:
        while value > 127:
            stream.append(value & 127 | 128)
            value >>= 7
        stream.append(value)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
    return packer.compress(bytes(stream)) + packer.flush()


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
    steps = np.array([next(take) for _ in range(2 * n_nodes)]).reshape(-1, 2)
    cells = np.cumsum((steps >> 1) ^ -(steps & 1), axis=0)
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
    return Thin(
        tuple(ends), tuple(gates), cells[:, 0] * GRID, cells[:, 1] * GRID, one, two, toll, crossed
    )
