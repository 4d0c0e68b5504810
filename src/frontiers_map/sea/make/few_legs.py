"""Leave out legs of harbours that others do for: they are two of three.

As edges of the network are pruned: a leg that another one and an edge replace at hardly more cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix

from frontiers_map.sea.attach import Entry
from frontiers_map.sea.gates import crossings
from frontiers_map.sea.metric import km_between, unit_vectors
from frontiers_map.sea.network import Network

__all__ = ["needed"]

Floats = NDArray[np.floating[Any]]


def needed(entries: Sequence[Entry], network: Network, slack: float) -> list[Entry]:
    """Give entries without the legs that a kept one and an edge replace at little more cost.

    Neither of these two crosses a gate, and the edge is no channel.

    Parameters
    ----------
    entries : sequence of Entry
    network : Network
    slack : float
        Share of the cost of a leg that its replacement may cost more.
    """
    edges = _edges(network)
    place = np.full(edges.shape[0], -1)  # of each node among the legs of an entry
    found = []
    for given in entries:
        entry = given.whole()
        node, cost = entry.node, _cost(entry, network)
        place[node] = np.arange(len(node))
        near = edges[node].tocoo()
        place_of, km = place[near.col], near.data
        place[node] = -1
        passing = np.ones(len(node), bool)  # crosses no gate
        passing[network.closures.of_legs(entry)[0]] = False
        does = (place_of >= 0) & passing[near.row]
        one, two, km = near.row[does], place_of[does], km[does]
        does = (cost[one] < cost[two]) & (cost[one] + km <= cost[two] * (1 + slack))
        found.append(_take(entry, entry.channel | _kept(cost, one[does], two[does])))
    return found


def _edges(network: Network) -> csr_matrix:
    """What edges cost that cross no gate and are no channel, by their two nodes."""
    stored, total = network.stored, len(network.stored.lon)
    usable = ~stored.declared
    unit = unit_vectors(stored.lon, stored.lat)
    usable[crossings(unit, stored.one, stored.two, network.gates)[0]] = False
    ends = stored.one[usable], stored.two[usable]
    half = coo_matrix((network.edge_cost[usable], ends), shape=(total, total)).tocsr()
    return half + half.T


def _cost(entry: Entry, network: Network) -> Floats:
    lon, lat = network.stored.lon[entry.node], network.stored.lat[entry.node]
    x, y = (np.full(len(lon), v) for v in entry.water)
    return km_between(x, y, lon, lat) + entry.toll


def _kept(cost: Floats, one: NDArray[Any], two: NDArray[Any]) -> NDArray[np.bool_]:
    """From cheap to dear, keep what none that is kept does for: `one` would do for `two`."""
    kept = np.ones(len(cost), bool)
    order = np.lexsort((one, cost[two]))
    for better, leg in zip(one[order].tolist(), two[order].tolist(), strict=True):
        if kept[better]:
            kept[leg] = False
    return kept


def _take(entry: Entry, keep: NDArray[np.bool_]) -> Entry:
    return replace(entry, node=entry.node[keep], found=entry.found[keep],
                   channel=entry.channel[keep])  # fmt: skip
