"""Which edges cross which gates, and where along the edge.

A gate is a polyline whose steps, like the edges, are arcs of great circles. All tests are signs
of triple products, so they do not care about 180° or the poles.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from frontiers_map.sea.metric import unit_vectors

__all__ = ["crossings"]

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.signedinteger[Any]]


def crossings(
    unit: Floats, one: Ints, two: Ints, gates: Mapping[str, BaseGeometry]
) -> tuple[Ints, Ints, Floats]:
    """Find all crossings of edges with gates.

    Parameters
    ----------
    unit : ndarray of float, shape (n, 3)
        Positions of the nodes on the unit sphere.
    one, two : ndarray of int, shape (m,)
        Nodes at the ends of each edge.
    gates : mapping of str to LineString or MultiLineString
        In the order in which they are numbered.

    Returns
    -------
    edge, gate : ndarray of int
        Numbers of edge and gate of each crossing, by edge and then by place along it.
    share : ndarray of float
        How far along the edge, 0 at `one`, 1 at `two`.
    """
    edges: list[Ints] = []
    numbers: list[Ints] = []
    shares: list[Floats] = []
    for number, line in enumerate(gates.values()):
        for part in shapely.get_parts(line):
            vertices = unit_vectors(*shapely.get_coordinates(part).T)
            for c, d in itertools.pairwise(vertices):
                met, share = _cross(unit, one, two, c, d)
                edges.append(met)
                numbers.append(np.full(len(met), number, np.int64))
                shares.append(share)
    if not edges:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    edge, gate, share = np.concatenate(edges), np.concatenate(numbers), np.concatenate(shares)
    order = np.lexsort((gate, share, edge))
    return edge[order], gate[order], share[order]


def _cross(unit: Floats, one: Ints, two: Ints, c: Floats, d: Floats) -> tuple[Ints, Floats]:
    """Edges that cross one step of a gate."""
    normal = np.cross(c, d)
    side = unit @ normal
    at = np.flatnonzero((side[one] >= 0) != (side[two] >= 0))
    if not len(at):
        return at, np.zeros(0)
    a, b = unit[one[at]], unit[two[at]]
    sa, sb = side[one[at]], side[two[at]]
    # where the edge meets the great circle of the step
    meet = a * sb[:, None] - b * sa[:, None]
    meet *= np.sign((meet * (a + b)).sum(axis=1))[:, None]
    length = np.linalg.norm(meet, axis=1)
    meet /= np.maximum(length, 1e-300)[:, None]
    # and that point lies between c and d
    between = (np.cross(c, meet) @ normal >= 0) & (np.cross(meet, d) @ normal >= 0)
    at, meet, a = at[between], meet[between], a[between]
    whole = np.linalg.norm(a - b[between], axis=1)
    return at, np.linalg.norm(a - meet, axis=1) / np.maximum(whole, 1e-12)
