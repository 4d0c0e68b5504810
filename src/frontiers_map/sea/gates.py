"""Which edges cross which gates, and where along the edge.

A gate is a polyline whose steps, like the edges, are arcs of great circles. All tests are signs
of triple products, so they do not care about 180° or the poles.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from frontiers_map.sea.metric import unit_vectors

__all__ = ["Steps", "crossings"]

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.signedinteger[Any]]

AT_ONCE = 1 << 20  # sides of steps that are looked at together


@dataclass(frozen=True)
class Steps:
    """The steps of gates.

    Attributes
    ----------
    gate : ndarray of int, shape (n,)
        Number of the gate of each.
    normal, begin, end : ndarray of float, shape (n, 3)
        Its great circle, and those at right angles to it at its ends, both pointing to the step.
    """

    gate: Ints
    normal: Floats
    begin: Floats
    end: Floats

    @classmethod
    def of(cls, gates: Iterable[BaseGeometry]) -> Steps:
        """Take lines apart, numbered as they come."""
        parts, number = shapely.get_parts(np.array([*gates], dtype=object), return_index=True)
        coords, part = shapely.get_coordinates(parts, return_index=True)
        vertices = unit_vectors(*coords.T)
        at = np.flatnonzero(part[1:] == part[:-1])
        first, last = vertices[at], vertices[at + 1]
        normal = np.cross(first, last)
        return cls(number[part[at]], normal, np.cross(normal, first), np.cross(last, normal))


def crossings(
    unit: Floats, one: Ints, two: Ints, gates: Mapping[str, BaseGeometry] | Steps
) -> tuple[Ints, Ints, Floats]:
    """Find all crossings of edges with gates.

    Parameters
    ----------
    unit : ndarray of float, shape (n, 3)
        Positions of the nodes on the unit sphere.
    one, two : ndarray of int, shape (m,)
        Nodes at the ends of each edge.
    gates : mapping of str to LineString or MultiLineString, or Steps
        In the order in which they are numbered.

    Returns
    -------
    edge, gate : ndarray of int
        Numbers of edge and gate of each crossing, by edge and then by place along it.
    share : ndarray of float
        How far along the edge, 0 at `one`, 1 at `two`.
    """
    steps = gates if isinstance(gates, Steps) else Steps.of(gates.values())
    edges: list[Ints] = [np.zeros(0, np.int64)]
    numbers: list[Ints] = [np.zeros(0, np.int64)]
    shares: list[Floats] = [np.zeros(0)]
    # few edges are held against all steps at once, many against one after the other
    whole = max(1, AT_ONCE // max(len(one), len(unit), 1))
    for start in range(0, len(steps.gate), whole):
        part = slice(start, start + whole)
        met, step, share = _cross(unit, one, two, steps.normal[part], steps.begin[part],
                                  steps.end[part])  # fmt: skip
        edges.append(met)
        numbers.append(steps.gate[part][step])
        shares.append(share)
    edge, gate, share = np.concatenate(edges), np.concatenate(numbers), np.concatenate(shares)
    order = np.lexsort((gate, share, edge))
    return edge[order], gate[order], share[order]


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
