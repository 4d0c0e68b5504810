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

AT_ONCE = 1 << 20  # sides of steps that are looked at together


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
    steps = [(number, *step) for number, line in enumerate(gates.values()) for step in _steps(line)]
    edges: list[Ints] = [np.zeros(0, np.int64)]
    numbers: list[Ints] = [np.zeros(0, np.int64)]
    shares: list[Floats] = [np.zeros(0)]
    # few edges are held against all steps at once, many against one after the other
    whole = max(1, AT_ONCE // max(len(one), len(unit), 1))
    for begin in range(0, len(steps), whole):
        part = steps[begin : begin + whole]
        number = np.array([step[0] for step in part])
        normal, first, last = (np.array([step[k] for step in part]) for k in (1, 2, 3))
        met, step, share = _cross(unit, one, two, normal, first, last)
        edges.append(met)
        numbers.append(number[step])
        shares.append(share)
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
) -> tuple[Ints, Ints, Floats]:
    """Edges that cross steps of gates: number of the edge, number of the step, share.

    `normal`, of shape (steps, 3), are those of the steps' great circles; `begin` and `end` are
    those of the great circles at right angles to them at their two ends, both pointing to the step.
    """
    side = normal @ unit.T
    step, at = np.nonzero((side[:, one] >= 0) != (side[:, two] >= 0))
    if not len(at):
        return at, step, np.zeros(0)
    a, b = unit[one[at]], unit[two[at]]
    sa, sb = side[step, one[at]], side[step, two[at]]
    # where the edge meets the great circle of the step
    meet = a * sb[:, None] - b * sa[:, None]
    meet *= np.sign((meet * (a + b)).sum(axis=1))[:, None]
    length = np.linalg.norm(meet, axis=1)
    meet /= np.maximum(length, 1e-300)[:, None]
    # and that point lies on the step
    between = ((meet * begin[step]).sum(axis=1) >= 0) & ((meet * end[step]).sum(axis=1) >= 0)
    at, step, meet, a = at[between], step[between], meet[between], a[between]
    whole = np.linalg.norm(a - b[between], axis=1)
    return at, step, np.linalg.norm(a - meet, axis=1) / np.maximum(whole, 1e-12)
