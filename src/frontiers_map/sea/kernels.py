"""Loops that are compiled if numba is there: the network's build, and joining many positions.

Without it they do the same, a hundred times slower: enough for the
small coast of a test.
"""

from __future__ import annotations

import importlib.util
from math import asin, atan2, ceil, cos, floor, hypot, sin, sqrt
from typing import Any

import numpy as np

from frontiers_map.sea.metric import EARTH_KM
from frontiers_map.sea.water import CELL, COLUMNS, KM, REACH_KM, ROWS, TILE, UNIT_KM

__all__ = ["COMPILED", "beyond_km", "candidates", "clear", "costs", "paths", "prune", "tiles"]

WALL_KM = 0.25
PIECE_KM = 1.0
# bilinear distances are off by less than this
SLACK_KM = 0.65
ZONES_KM = (8.4, 5.0, 0.84)
TOLLS = (0.10, 0.30, 0.60)
CLEAR_KM = (ZONES_KM[1] + 1.0, ZONES_KM[0] - 1.0)


def _as_it_is(loop: Any) -> Any:
    return loop


fast: Any = _as_it_is
both: Any = _as_it_is
prange: Any = range
COMPILED = importlib.util.find_spec("numba") is not None
if COMPILED:
    import numba

    fast = numba.njit(cache=True, nogil=True)
    both = numba.njit(cache=True, nogil=True, parallel=True)
    prange = numba.prange


@both
def tiles(cells: Any, segments: Any, start: Any, listed: Any) -> Any:
    """Distances to the coast on a lattice over each of the given cells, in units."""
    out = np.empty((len(cells), TILE, TILE), np.uint8)
    for n in prange(len(cells)):
        cell = cells[n]
        row, column = cell // COLUMNS, cell % COLUMNS
        for iv in range(TILE):
            lat = row * CELL - 90 + CELL * iv / (TILE - 1)
            scale = cos(lat * 0.017453292519943295) * KM
            for iu in range(TILE):
                lon = column * CELL - 180 + CELL * iu / (TILE - 1)
                best = REACH_KM * REACH_KM
                for k in range(start[cell], start[cell + 1]):
                    s = listed[k]
                    ux = (segments[s, 0] - lon) * scale
                    uy = (segments[s, 1] - lat) * KM
                    dx = (segments[s, 2] - segments[s, 0]) * scale
                    dy = (segments[s, 3] - segments[s, 1]) * KM
                    length = dx * dx + dy * dy
                    t = 0.0
                    if length > 0:
                        t = min(1.0, max(0.0, -(ux * dx + uy * dy) / length))
                    d = (ux + t * dx) ** 2 + (uy + t * dy) ** 2
                    best = min(best, d)
                out[n, iv, iu] = min(255, int(sqrt(best) / UNIT_KM + 0.5))
    return out


@fast
def _distance(lon: float, lat: float, tile_of: Any, lattice: Any) -> float:
    column = min(COLUMNS - 1, max(0, floor((lon + 180) / CELL)))
    row = min(ROWS - 1, max(0, floor((lat + 90) / CELL)))
    n = tile_of[row * COLUMNS + column]
    if n < 0:
        return REACH_KM
    u = ((lon + 180) / CELL - column) * (TILE - 1)
    v = ((lat + 90) / CELL - row) * (TILE - 1)
    iu, iv = min(TILE - 2, int(u)), min(TILE - 2, int(v))
    fu, fv = u - iu, v - iv
    near: float = UNIT_KM * (
        lattice[n, iv, iu] * (1 - fu) * (1 - fv)
        + lattice[n, iv, iu + 1] * fu * (1 - fv)
        + lattice[n, iv + 1, iu] * (1 - fu) * fv
        + lattice[n, iv + 1, iu + 1] * fu * fv
    )
    return near


@fast
def _point_to(px: float, py: float, ax: float, ay: float, bx: float, by: float) -> float:
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    t = 0.0
    if length > 0:
        t = min(1.0, max(0.0, ((px - ax) * dx + (py - ay) * dy) / length))
    return (ax + t * dx - px) ** 2 + (ay + t * dy - py) ** 2


@fast
def _hits(
    lon1: float, lat1: float, lon2: float, lat2: float, segments: Any, start: Any, listed: Any
) -> bool:
    """Tell if a short piece comes within the wall distance of the coast."""
    lon0, lat0 = (lon1 + lon2) / 2, (lat1 + lat2) / 2
    turn = 0.0
    if lon0 >= 180:
        turn = 360.0
    elif lon0 < -180:
        turn = -360.0
    column = min(COLUMNS - 1, max(0, floor((lon0 - turn + 180) / CELL)))
    row = min(ROWS - 1, max(0, floor((lat0 + 90) / CELL)))
    cell = row * COLUMNS + column
    scale = cos(lat0 * 0.017453292519943295) * KM
    ax, ay = (lon1 - lon0) * scale, (lat1 - lat0) * KM
    bx, by = (lon2 - lon0) * scale, (lat2 - lat0) * KM
    reach = max(abs(ax), abs(bx)) + WALL_KM
    reach_y = max(abs(ay), abs(by)) + WALL_KM
    for k in range(start[cell], start[cell + 1]):
        s = listed[k]
        uy = (segments[s, 1] - lat0) * KM
        vy = (segments[s, 3] - lat0) * KM
        if (uy > reach_y and vy > reach_y) or (uy < -reach_y and vy < -reach_y):
            continue
        ux = (segments[s, 0] + turn - lon0) * scale
        vx = (segments[s, 2] + turn - lon0) * scale
        if (ux > reach and vx > reach) or (ux < -reach and vx < -reach):
            continue
        a = (bx - ax) * (uy - ay) - (by - ay) * (ux - ax)
        b = (bx - ax) * (vy - ay) - (by - ay) * (vx - ax)
        c = (vx - ux) * (ay - uy) - (vy - uy) * (ax - ux)
        d = (vx - ux) * (by - uy) - (vy - uy) * (bx - ux)
        if a * b < 0 and c * d < 0:
            return True
        wall = WALL_KM * WALL_KM
        if (
            _point_to(ax, ay, ux, uy, vx, vy) < wall
            or _point_to(bx, by, ux, uy, vx, vy) < wall
            or _point_to(ux, uy, ax, ay, bx, by) < wall
            or _point_to(vx, vy, ax, ay, bx, by) < wall
        ):
            return True
    return False


@fast
def _at(a: Any, b: Any, omega: float, t: float) -> tuple[float, float]:
    """Position at share t of the way along a great circle."""
    so = sin(omega)
    if so < 1e-9:
        p, q = 1 - t, t
    else:
        p, q = sin((1 - t) * omega) / so, sin(t * omega) / so
    x, y, z = p * a[0] + q * b[0], p * a[1] + q * b[1], p * a[2] + q * b[2]
    return atan2(y, x) * 57.29577951308232, atan2(z, sqrt(x * x + y * y)) * 57.29577951308232


@fast
def _angle(a: Any, b: Any) -> float:
    d = sqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2)
    return 2 * asin(min(1.0, d / 2))


@fast
def _is_clear(
    a: Any,
    b: Any,
    tile_of: Any,
    lattice: Any,
    far: Any,
    segments: Any,
    start: Any,
    listed: Any,
) -> bool:
    omega = _angle(a, b)
    total = omega * EARTH_KM
    # a few probes first: most lines across a continent end here
    if total > 60:
        probes = 3 if total < 400 else 9
        for k in range(1, probes + 1):
            lon, lat = _at(a, b, omega, k / (probes + 1.0))
            column = min(COLUMNS - 1, max(0, floor((lon + 180) / CELL)))
            row = min(ROWS - 1, max(0, floor((lat + 90) / CELL)))
            if far[row * COLUMNS + column] < 0:
                return False
    s = 0.0
    while s < total:
        lon, lat = _at(a, b, omega, s / total)
        column = min(COLUMNS - 1, max(0, floor((lon + 180) / CELL)))
        row = min(ROWS - 1, max(0, floor((lat + 90) / CELL)))
        cell = row * COLUMNS + column
        if tile_of[cell] < 0:
            free = far[cell]
            if free < 0:
                return False
            s += max(free, REACH_KM - 0.5)
            continue
        d = _distance(lon, lat, tile_of, lattice) - SLACK_KM - WALL_KM
        if d > PIECE_KM:
            s += d
            continue
        end = min(s + PIECE_KM, total)
        lon2, lat2 = _at(a, b, omega, end / total)
        if lon2 - lon > 180:
            lon2 -= 360
        elif lon - lon2 > 180:
            lon2 += 360
        if _hits(lon, lat, lon2, lat2, segments, start, listed):
            return False
        s = end
    return True


@both
def clear(
    one: Any,
    two: Any,
    unit: Any,
    tile_of: Any,
    lattice: Any,
    far: Any,
    segments: Any,
    start: Any,
    listed: Any,
) -> Any:
    """Tell which pairs see each other over water, keeping the wall distance from land."""
    out = np.empty(len(one), np.bool_)
    for n in prange(len(one)):
        out[n] = _is_clear(
            unit[one[n]], unit[two[n]], tile_of, lattice, far, segments, start, listed
        )
    return out


@fast
def _tangent(east: Any, north: Any, before: Any, after: Any, other: Any, tolerance: float) -> bool:
    """Tell if a line from a corner towards `other` leaves both coasts on one side."""
    e = other[0] * east[0] + other[1] * east[1] + other[2] * east[2]
    n = other[0] * north[0] + other[1] * north[1] + other[2] * north[2]
    size = hypot(e, n)
    if size < 1e-12:
        return True
    e, n = e / size, n / size
    sb = before[0] * n - before[1] * e
    sa = after[0] * n - after[1] * e
    touching: bool = sb * sa >= 0 or min(abs(sb), abs(sa)) <= tolerance
    return touching


@both
def candidates(
    unit: Any,
    east: Any,
    north: Any,
    before: Any,
    after: Any,
    level: Any,
    range_km: Any,
    far_km: Any,
    slope: float,
    strict: float,
    loose: float,
    near_km: float,
    first: int,
    last: int,
) -> Any:
    """Pairs in range and tangent at both ends; level 9 marks a node without a coast of its own.

    Tangent within `slope` by their distance, at least `strict` and at most `loose`. Two corners
    further apart than `range_km` of the finer one must be tangent at both ends, one of them of the
    two coarsest levels, and no further apart than `far_km`. Distances are chords of the unit
    sphere. A row for each node from `first` to before `last`, a column for each from `first` on;
    only the later node of a pair is marked.
    """
    total = len(unit)
    out = np.zeros((last - first, total - first), np.bool_)
    for i in prange(first, last):
        for j in range(i + 1, total):
            li, lj = level[i], level[j]
            free = li == 9 or lj == 9
            if li == 9 and lj == 9:
                finer = 0
            elif li == 9:
                finer = lj
            elif lj == 9:
                finer = li
            else:
                finer = max(li, lj)
            reach = range_km[finer]
            d2 = (
                (unit[i, 0] - unit[j, 0]) ** 2
                + (unit[i, 1] - unit[j, 1]) ** 2
                + (unit[i, 2] - unit[j, 2]) ** 2
            )
            far = d2 > reach * reach
            if far and (d2 > far_km[finer] * far_km[finer] or (not free and min(li, lj) > 1)):
                continue
            # two corners of one level are tangent at both ends, others at the finer end
            close = free and d2 < near_km * near_km
            tolerance = min(loose, max(strict, slope / max(sqrt(d2), 1e-9)))
            if not close:
                if (
                    li != 9
                    and (far or li >= (0 if lj == 9 else lj))
                    and not _tangent(east[i], north[i], before[i], after[i], unit[j], tolerance)
                ):
                    continue
                if (
                    lj != 9
                    and (far or lj >= (0 if li == 9 else li))
                    and not _tangent(east[j], north[j], before[j], after[j], unit[i], tolerance)
                ):
                    continue
            out[i - first, j - first] = True
    return out


@both
def costs(one: Any, two: Any, unit: Any, tile_of: Any, lattice: Any, far: Any) -> Any:
    """Toll of each pair: kilometres to add for passing close to land."""
    out = np.zeros(len(one))
    widest = ZONES_KM[0]
    for n in prange(len(one)):
        a, b = unit[one[n]], unit[two[n]]
        omega = _angle(a, b)
        total = omega * EARTH_KM
        toll = 0.0
        s = min(PIECE_KM, total) / 2
        while s < total:
            lon, lat = _at(a, b, omega, s / total)
            column = min(COLUMNS - 1, max(0, floor((lon + 180) / CELL)))
            row = min(ROWS - 1, max(0, floor((lat + 90) / CELL)))
            cell = row * COLUMNS + column
            if tile_of[cell] < 0:
                s += max(far[cell] - widest, REACH_KM - widest)
                continue
            d = _distance(lon, lat, tile_of, lattice)
            if d - SLACK_KM > widest + PIECE_KM:
                s += d - SLACK_KM - widest
                continue
            # between the limits of two zones a longer step sees as much
            step = 2 * PIECE_KM if CLEAR_KM[0] < d < CLEAR_KM[1] else PIECE_KM
            for z in range(3):
                if d < ZONES_KM[z]:
                    toll += min(step, total) * TOLLS[z]
            s += step
        out[n] = toll
    return out


@fast
def _northernmost(a: Any, b: Any, side: float) -> float:
    """Greatest sine of latitude along a great circle, the poles exchanged if `side` is -1."""
    x, y = a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2]
    z = a[0] * b[1] - a[1] * b[0]
    size = x * x + y * y + z * z
    one, two = side * a[2], side * b[2]
    high: float = max(one, two)
    cosine = a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
    # its highest point lies on the arc if both ends, left of it and right of it, go up to it
    if size < 1e-18 or one * cosine >= two or two * cosine >= one:
        return high
    return sqrt((x * x + y * y) / size)


@both
def beyond_km(
    one: Any, two: Any, unit: Any, limit_lon: Any, limit_lat: Any, side: float, first: float
) -> Any:
    """Kilometres of each pair beyond a limit: see `ice.Limit`."""
    out = np.zeros(len(one))
    step = 20.0
    least = sin(first * 0.017453292519943295)
    for n in prange(len(one)):
        a, b = unit[one[n]], unit[two[n]]
        if _northernmost(a, b, side) < least:
            continue
        omega = _angle(a, b)
        total = omega * EARTH_KM
        pieces = max(1, ceil(total / step))
        for k in range(pieces):
            lon, lat = _at(a, b, omega, (k + 0.5) / pieces)
            if side * lat > first and side * (lat - np.interp(lon, limit_lon, limit_lat)) > 0:
                out[n] += total / pieces
    return out


@fast
def prune(
    one: Any,
    two: Any,
    cost: Any,
    order: Any,
    start: Any,
    other: Any,
    edge: Any,
    mask: Any,
    slack: float,
) -> Any:
    """Drop each edge that two others replace at hardly more cost, passing no extra gate.

    `order` lists the edges from long to short; `start, other, edge` is the adjacency, sorted by
    neighbour in each row; `mask` has one row of words for each edge.
    """
    alive = np.ones(len(one), np.bool_)
    words = mask.shape[1]
    for e in order:
        i, j = one[e], two[e]
        allowed = cost[e] * (1 + slack)
        p, q = start[i], start[j]
        pe, qe = start[i + 1], start[j + 1]
        while p < pe and q < qe:
            if other[p] < other[q]:
                p += 1
            elif other[p] > other[q]:
                q += 1
            else:
                f, g = edge[p], edge[q]
                if alive[f] and alive[g] and cost[f] + cost[g] <= allowed:
                    fits = True
                    for w in range(words):
                        if (mask[f, w] | mask[g, w]) & ~mask[e, w]:
                            fits = False
                    if fits and f != e and g != e:
                        alive[e] = False
                        break
                p += 1
                q += 1
    return alive


@fast
def paths(
    start: Any,
    column: Any,
    cost: Any,
    edge: Any,
    ends: int,
    open_edge: Any,
    origin: int,
    goals: Any,
) -> Any:
    """Edges of the cheapest paths from a node to some others, by Dijkstra's algorithm.

    `start, column, cost, edge` is the adjacency; the first `ends` nodes are not passed through.
    """
    nodes = len(start) - 1
    distance = np.full(nodes, np.inf)
    before = np.full(nodes, -1, np.int32)
    by = np.full(nodes, -1, np.int32)
    wanted = np.zeros(nodes, np.bool_)
    wanted[goals] = True
    left = wanted.sum()
    # a heap of four branches, and where in it each node stands
    heap, key, at = np.empty(nodes, np.int32), np.empty(nodes), np.full(nodes, -1, np.int32)
    heap[0], key[0], at[origin], size = origin, 0.0, 0, 1
    distance[origin] = 0.0
    while size > 0 and left > 0:
        node = heap[0]
        if wanted[node]:
            left -= 1
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
        if node < ends and node != origin:
            continue
        for k in range(start[node], start[node + 1]):
            other = column[k]
            total = distance[node] + cost[k]
            if total >= distance[other] or not open_edge[edge[k]]:
                continue
            distance[other], before[other], by[other] = total, node, edge[k]
            i = at[other]
            if i < 0:
                i = size
                size += 1
            while i > 0 and key[(i - 1) // 4] > total:
                parent = (i - 1) // 4
                heap[i], key[i] = heap[parent], key[parent]
                at[heap[i]] = i
                i = parent
            heap[i], key[i], at[other] = other, total, i
    used = np.zeros(len(open_edge), np.bool_)
    for goal in goals:
        node = goal
        while by[node] >= 0 and not used[by[node]]:
            used[by[node]] = True
            node = before[node]
    return np.flatnonzero(used)
