"""What is seen from a position over water, and what is reached: loops compiled by numba.

The same pieces, tests and answers as `attach.sight`, and the search of `search.Graph`
without laying out a matrix for each: worth loading for many positions.
"""

from __future__ import annotations

from math import ceil, cos, floor, sqrt
from typing import Any

import numpy as np

from frontiers_map.sea.kernels import COMPILED, _angle, _at, fast
from frontiers_map.sea.water import CELL, COLUMNS, KM, REACH_KM, ROWS

__all__ = ["COMPILED", "explore", "look"]


@fast
def _off(
    ax: float, ay: float, bx: float, by: float, segments: Any, start: Any, listed: Any
) -> float:
    """How far the middle of a short piece lies off the coast; negative if the piece meets it."""
    x, y = (ax + bx) / 2, (ay + by) / 2
    turn = 0.0
    if x >= 180:
        turn = 360.0
    elif x < -180:
        turn = -360.0
    column = min(COLUMNS - 1, max(0, floor((x - turn + 180) / CELL)))
    row = min(ROWS - 1, max(0, floor((y + 90) / CELL)))
    cell = row * COLUMNS + column
    scale = cos(y * 0.017453292519943295) * KM
    hx, hy = (bx - ax) / 2 * scale, (by - ay) / 2 * KM
    best, half = REACH_KM * REACH_KM, max(abs(hx), abs(hy))
    reach = REACH_KM
    for m in range(start[cell], start[cell + 1]):
        s = listed[m]
        uy, vy = (segments[s, 1] - y) * KM, (segments[s, 3] - y) * KM
        if (uy > reach and vy > reach) or (uy < -reach and vy < -reach):
            continue
        ux, vx = (segments[s, 0] + turn - x) * scale, (segments[s, 2] + turn - x) * scale
        if (ux > reach and vx > reach) or (ux < -reach and vx < -reach):
            continue
        dx, dy = vx - ux, vy - uy
        length = max(dx * dx + dy * dy, 1e-12)
        t = min(1.0, max(0.0, -(ux * dx + uy * dy) / length))
        square = (ux + t * dx) ** 2 + (uy + t * dy) ** 2
        if square < best:
            best = square
            reach = max(sqrt(best), half)
        a, b = hx * uy - hy * ux, hx * vy - hy * vx
        if a * b > 0:
            continue
        c = dx * (-hy - uy) - dy * (-hx - ux)
        d = dx * (hy - uy) - dy * (hx - ux)
        if c * d <= 0 and (a != 0 or b != 0 or c != 0 or d != 0):
            return -1.0
    return sqrt(best)


@fast
def look(
    here: Any,
    targets: Any,
    km: Any,
    segments: Any,
    start: Any,
    listed: Any,
    inland: Any,
    near_land: Any,
    block: int,
    coarse_km: float,
    piece_km: float,
    harbour_km: float,
    keep_off_km: float,
    zones_km: Any,
    tolls: Any,
) -> Any:
    """Tell which positions are seen, and the toll on the way to each (-1 where not seen).

    Parameters
    ----------
    here : ndarray of float, shape (3,)
    targets : ndarray of float, shape (n, 3)
        On the unit sphere.
    km : ndarray of float, shape (n,)
        How far off they are.
    segments, start, listed, inland, near_land
        As in `Coast` and `Stored`.
    block : int
        Pieces that are passed over together where no land is near.
    coarse_km, piece_km, harbour_km, keep_off_km, zones_km, tolls
        The constants of `attach`.
    """
    out = np.empty(len(targets))
    widest = zones_km[0]
    for n in range(len(targets)):  # too few at a time to be shared out among threads
        omega = _angle(here, targets[n])
        pieces = max(1, ceil(km[n] / coarse_km))
        fine = max(1, ceil(km[n] / pieces / piece_km))
        step = km[n] / pieces / fine
        toll = 0.0
        seen = True
        for first in range(0, pieces, block):
            last = min(first + block, pieces)
            x0, y0 = _at(here, targets[n], omega, min(first + block // 2, pieces) / pieces)
            column, row = min(359, max(0, floor(x0 + 180))), min(179, max(0, floor(y0 + 90)))
            if not near_land[row, column]:
                continue
            near0 = False
            for j in range(first, last + 1):
                x1, y1 = _at(here, targets[n], omega, j / pieces)
                column = min(COLUMNS - 1, max(0, floor((x1 + 180) / CELL)))
                row = min(ROWS - 1, max(0, floor((y1 + 90) / CELL)))
                cell = row * COLUMNS + column
                if inland[cell]:
                    seen = False
                    break
                near1 = start[cell + 1] > start[cell]
                if j > first and (near0 or near1):
                    dx, dy = x1 - x0, y1 - y0
                    if dx > 180:
                        dx -= 360
                    elif dx < -180:
                        dx += 360
                    free = 0.0  # so far ahead nothing is within reach
                    for k in range(fine):
                        free -= step
                        if free > 0:
                            continue
                        begin = (j - 1) * (km[n] / pieces) + k * step
                        ax, ay = x0 + dx * k / fine, y0 + dy * k / fine
                        bx, by = x0 + dx * (k + 1) / fine, y0 + dy * (k + 1) / fine
                        off = _off(ax, ay, bx, by, segments, start, listed)
                        outside = begin > harbour_km and km[n] - begin - step > harbour_km
                        if off < 0 or (outside and off < keep_off_km):
                            seen = False
                            break
                        for z in range(len(zones_km)):
                            if off < zones_km[z]:
                                toll += tolls[z] * step
                        free = off - widest - step
                    if not seen:
                        break
                x0, y0, near0 = x1, y1, near1
            if not seen:
                break
        out[n] = toll if seen else -1.0
    return out


@fast
def _push(
    node: Any, total: float, origin: Any, ahead: bool, rest: Any, limit: float, distance: Any,
    before: Any, heap: Any, key: Any, at: Any, size: int,
) -> bool:  # fmt: skip
    """Put a node into the heap, or nearer to its top; not if it is beyond the limit."""
    least = total + rest[node] if ahead else total
    if least > limit or least == np.inf:
        return False
    distance[node], before[node] = total, origin
    i = at[node] if at[node] >= 0 else size
    while i > 0 and key[(i - 1) // 4] > least:
        parent = (i - 1) // 4
        heap[i], key[i] = heap[parent], key[parent]
        at[heap[i]] = i
        i = parent
    heap[i], key[i], at[node] = node, least, i
    return True


@fast
def explore(
    start: Any, column: Any, cost: Any, first: Any, first_cost: Any, limit: float, rest: Any
) -> Any:
    """Distances from a beginning joined to some nodes, and the node before each on the way.

    Dijkstra's algorithm, or A* if `rest` is not empty: what is to come from each node at least.

    Returns
    -------
    distance : ndarray of float, shape (nodes,)
        Infinite where it costs more than `limit`, what is to come counted.
    before : ndarray of int, shape (nodes,)
        The number of nodes where the beginning is joined, -1 where nothing leads.
    """
    nodes = len(start) - 1
    ahead = len(rest) > 0
    distance = np.full(nodes, np.inf)
    before = np.full(nodes, -1, np.int32)
    # a heap of four branches, and where in it each node stands
    heap, key, at = np.empty(nodes, np.int32), np.empty(nodes), np.full(nodes, -1, np.int32)
    size = 0
    for n in range(len(first)):
        other = first[n]
        if first_cost[n] < distance[other]:
            fresh = at[other] < 0
            if _push(other, first_cost[n], nodes, ahead, rest, limit, distance, before, heap, key,
                     at, size) and fresh:  # fmt: skip
                size += 1
    while size > 0:
        node = heap[0]
        size -= 1
        last, far = heap[size], key[size]
        i = 0
        while True:
            least = 4 * i + 1
            if least >= size:
                break
            for k in range(least + 1, min(least + 4, size)):
                if key[k] < key[least]:
                    least = k
            if key[least] >= far:
                break
            heap[i], key[i] = heap[least], key[least]
            at[heap[i]] = i
            i = least
        heap[i], key[i], at[last] = last, far, i
        at[node] = -1
        for k in range(start[node], start[node + 1]):
            other = column[k]
            total = distance[node] + cost[k]
            if total < distance[other]:
                fresh = at[other] < 0
                if _push(other, total, node, ahead, rest, limit, distance, before, heap, key, at,
                         size) and fresh:  # fmt: skip
                    size += 1
    return distance, before
