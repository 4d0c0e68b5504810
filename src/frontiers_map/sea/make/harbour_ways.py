"""Find which edges carry the best ways between the harbours of the world, and order their nodes.

    python -m frontiers_map.sea.make.harbour_ways [GEODATA]

One search over the whole network from each harbour to all that follow it gives the edges, the legs
and the pairs with nothing between them; then the nodes are taken out one by one, the least needed
first, and an edge put in their place wherever a best way led over them: `sea.hubs` tells what for.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from heapq import heapify, heappop, heappush
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontiers_map.sea import storage
from frontiers_map.sea.attach import Entry, sight, use_compiled
from frontiers_map.sea.finder import STILL_KM, may_be_straight
from frontiers_map.sea.hubs import Hierarchy, pack
from frontiers_map.sea.make.known_ways import read_closures
from frontiers_map.sea.metric import km_between
from frontiers_map.sea.network import Network
from frontiers_map.sea.packaged import harbours, packaged
from frontiers_map.sea.search import Search
from frontiers_map.sea.water import Coast

__all__ = ["contract", "find", "write"]

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.signedinteger[Any]]
Arcs = dict[int, tuple[float, int]]  # to a node: cost, and the node between or -1

AT_ONCE = 8  # searches whose answers are kept
DENSE = 30  # what is left is no tree any more: of those nodes none stands above another
SETTLED = 60  # nodes that are looked at for another way before an edge is put in


def find(network: Network, entries: Sequence[Entry], closed: frozenset[str], **more: Any) -> bytes:
    """Find all that `hubs` needs for some positions, with some gates shut."""
    use_compiled()
    network.closures.learn(entries)
    legs = [network.joined(entry, closed) for entry in entries]
    count = np.array([len(leg.node) for leg in legs])
    begin = np.cumsum(count) - count
    node, cost = (np.concatenate([getattr(leg, n) for leg in legs]) for n in ("node", "cost"))
    own = np.repeat(np.arange(len(entries)), count)
    shut = network.shut_edges(closed)
    water = np.array([entry.water for entry in entries])
    nearest = np.minimum.reduceat(cost, begin)
    used, carries = np.zeros(len(node), bool), np.zeros(len(network.edge_cost), bool)
    straight: list[tuple[int, int, int]] = []
    coast, inland = Coast.load(), network.stored.inland

    def look(here: int, search: Search) -> tuple[Ints, Ints, Ints, list[tuple[int, int, int]]]:
        there = np.arange(here + 1, len(entries))
        if not len(there):
            return there, there, there, []
        part = slice(begin[here + 1], None)
        total = search.distance[node[part]] + cost[part]
        best = np.minimum.reduceat(total, begin[here + 1 :] - begin[here + 1])
        at = np.flatnonzero((total == best[own[part] - here - 1]) & np.isfinite(total))
        at = begin[here + 1] + at[np.unique(own[part][at], return_index=True)[1]]
        tree = search.tree(np.unique(node[at]).tolist())
        before = search.before[tree].astype(np.int64)
        inner = (before >= 0) & (before < len(search.before))
        edges = network.graph.edges(tree[inner], before[inner])
        first = begin[here] + np.flatnonzero(np.isin(legs[here].node, tree[~inner]))
        x, y = (np.full(len(there), v) for v in water[here])
        km = km_between(x, y, *water[there].T)
        maybe = np.flatnonzero(may_be_straight(km, best, nearest[here] + nearest[there]))
        maybe = maybe[km[maybe] > STILL_KM]
        lon, lat = water[here].tolist()
        x, y = water[there[maybe]].T
        clear, toll = sight(lon, lat, x, y, coast, inland)
        clear &= km[maybe] + toll <= best[maybe]
        found = [
            (here, int(there[k]), round(float(more) / storage.TOLL_KM))
            for k, more in zip(maybe[clear], toll[clear], strict=True)
        ]
        return edges, at, first, found

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for begun in range(0, len(entries), AT_ONCE):
            some = range(begun, min(begun + AT_ONCE, len(entries)))
            searches = pool.map(lambda here: network.graph.search(legs[here], shut), some)
            for here, search in zip(some, searches, strict=True):
                edges, at, first, found = look(here, search)
                carries[edges], used[at], used[first] = True, True, True
                straight += found
    edges = np.flatnonzero(carries)
    one, two = network.graph.ends(edges)
    nodes = np.unique(np.concatenate([one, two, node[used]]))
    tree = contract(
        np.searchsorted(nodes, one), np.searchsorted(nodes, two), network.edge_cost[edges],
        len(nodes),
    )  # fmt: skip
    kept = []
    for entry, leg, place in zip(entries, legs, begin.tolist(), strict=True):
        part = used[place : place + len(leg.node)]
        few = (getattr(entry, name)[part] for name in ("node", "toll", "channel"))
        kept.append(Entry(entry.asked, entry.water, entry.moved_km, *few))
    tree = replace(
        tree, node=nodes[tree.node], closed=network.closures.packaged_numbers(closed),
        straight=np.array(straight, np.int64).reshape(-1, 3),
    )  # fmt: skip
    return pack(kept, tree, **more)


def contract(one: Ints, two: Ints, cost: Floats, size: int) -> Hierarchy:
    """Order the nodes of a graph, and add what stands for two edges over a lower node.

    The last ones, which all lead to one another, are left as they are: the core.
    """
    graph: list[Arcs] = [{} for _ in range(size)]
    for a, b, c in zip(one.tolist(), two.tolist(), cost.tolist(), strict=True):
        graph[a][b] = graph[b][a] = (c, -1)
    depth = [0] * size
    queue = [(_worth(graph, node, depth[node])[0], node) for node in range(size)]
    heapify(queue)
    order: list[int] = []
    up: list[Arcs] = [{} for _ in range(size)]
    while queue:
        _, node = heappop(queue)
        worth, shortcuts = _worth(graph, node, depth[node])
        if queue and worth > queue[0][0]:
            heappush(queue, (worth, node))
            continue
        if worth > DENSE:
            break
        for a, b, c in shortcuts:
            if b not in graph[a] or c < graph[a][b][0]:
                graph[a][b] = graph[b][a] = (c, node)
        order.append(node)
        up[node] = graph[node]
        for other in graph[node]:
            del graph[other][node]
            depth[other] = max(depth[other], depth[node] + 1)
        graph[node] = {}
    core = [node for node in range(size) if graph[node]]
    top = max(depth) + 1
    for node in core:
        depth[node] = top
        up[node] = {other: arc for other, arc in graph[node].items() if other > node}
    return _numbered([*order, *core], up, depth, len(order))


def _worth(graph: list[Arcs], node: int, depth: int) -> tuple[int, list[tuple[int, int, float]]]:
    """How late a node is to be taken out: what that adds less what goes with it; and the former."""
    shortcuts = _shortcuts(graph, node)
    return 2 * len(shortcuts) - len(graph[node]) + depth, shortcuts


def _shortcuts(graph: list[Arcs], node: int) -> list[tuple[int, int, float]]:
    """Pairs of neighbours between which no way is known that is as good as that over a node."""
    arcs = list(graph[node].items())
    found = []
    for k, (here, (first, _)) in enumerate(arcs):
        rest = {other: first + second for other, (second, _) in arcs[k + 1 :]}
        if not rest:
            break
        limit = max(rest.values())
        far = {here: 0.0}
        heap = [(0.0, here)]
        settled = 0
        left = set(rest)
        while heap and left and settled < SETTLED:
            way, at = heappop(heap)
            if way > far[at]:
                continue
            if way > limit:
                break
            settled += 1
            left.discard(at)
            for other, (more, _) in graph[at].items():
                total = way + more
                if other != node and total <= limit and total < far.get(other, np.inf):
                    far[other] = total
                    heappush(heap, (total, other))
        found += [(here, other, c) for other, c in rest.items() if far.get(other, np.inf) > c]
    return found


def _numbered(
    order: Sequence[int], up: Sequence[Arcs], depth: Sequence[int], core: int
) -> Hierarchy:
    """Number nodes by how high they stand, and lay their arcs end to end."""
    place = {node: k for k, node in enumerate(order)}
    ranked = sorted(order, key=lambda node: (depth[node], place[node]))
    rank = {node: k for k, node in enumerate(ranked)}
    level = np.searchsorted([depth[n] for n in ranked], np.arange(max(depth, default=0) + 1))
    rows = [
        sorted((rank[other], rank[over] if over >= 0 else -1) for other, (_, over) in up[n].items())
        for n in ranked
    ]
    arcs = np.array([arc for row in rows for arc in row], np.int64).reshape(-1, 2)
    return Hierarchy(
        frozenset(), np.array(ranked, np.int64), level, np.array([len(row) for row in rows]),
        arcs[:, 0], arcs[:, 1], core, np.zeros((0, 3), np.int64),
    )  # fmt: skip


def write(folder: Path) -> None:
    """Write the hierarchy for the packaged network, with the gates of an atlas folder."""
    gates, always, _ = read_closures(folder)
    _, baked = packaged()
    if baked is None:
        raise SystemExit("gates.bin and entries.bin are not of this network: build it first")
    network = Network.load(gates, canals=True)
    known = {**harbours(baked.network), **baked.entries}
    content = find(network, list(known.values()), always, made_of=[baked.network, baked.gates_key])
    Path(storage.__file__).with_name("hubs.bin").write_bytes(content)


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "geodata"))
