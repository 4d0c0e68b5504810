"""Which edges cross which gates, and where along the edge.

A gate is a polyline whose steps, like the edges, are arcs of great circles. All tests are signs
of triple products, so they do not care about 180° or the poles.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
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
        for step in _steps(line):
            met, share = _cross(unit, one, two, *step)
            if len(met):
                edges.append(met)
                numbers.append(np.full(len(met), number, np.int64))
                shares.append(share)
    if not edges:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    edge, gate, share = np.concatenate(edges), np.concatenate(numbers), np.concatenate(shares)
    order = np.lexsort((gate, share, edge))
    return edge[order], gate[order], share[order]


@lru_cache(maxsize=1024)
def _steps(line: BaseGeometry) -> list[tuple[Floats, Floats, Floats]]:
    """Great circles of the steps of a gate, and those at right angles to it at their ends."""
    found = []
    for part in shapely.get_parts(line):
        vertices = unit_vectors(*shapely.get_coordinates(part).T)
        normals = np.cross(vertices[:-1], vertices[1:])
        begins = np.cross(normals, vertices[:-1])
        ends = np.cross(vertices[1:], normals)
        found += list(zip(normals, begins, ends, strict=True))
    return found


def _cross(
    unit: Floats, one: Ints, two: Ints, normal: Floats, begin: Floats, end: Floats
) -> tuple[Ints, Floats]:
    """Edges that cross one step of a gate.

    `normal` is that of the step's great circle; `begin` and `end` are those of the great circles
    at right angles to it at its two ends, both pointing to the step.
    """
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
    # and that point lies on the step
    between = (meet @ begin >= 0) & (meet @ end >= 0)
    at, meet, a = at[between], meet[between], a[between]
    whole = np.linalg.norm(a - b[between], axis=1)
    return at, np.linalg.norm(a - meet, axis=1) / np.maximum(whole, 1e-12)
