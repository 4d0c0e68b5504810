"""Which positions are seen from one: great circles that cross no coast, exactly.

Every vertex of the coast and every target has a bearing from the origin. A piece of coast can only
hide targets whose bearing lies between those of its ends, and does if it stands between. Before
that is asked of half a million pieces, the interior of land hides what lies far behind it, and runs
of pieces that no target is left behind are passed over.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from frontiers_map.sea.metric import along, unit_vectors

__all__ = ["Discs", "Horizon"]

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.signedinteger[Any]]

RUN = 32
GROUP = 8  # runs
BEARINGS = 8192
SIZES = (4, 2, 1)
SLACK = 1e-7  # radians, half a metre: bounds are on the safe side of rounding


class Discs:
    """Discs of land, without water.

    Parameters
    ----------
    cells : ndarray of bool
        Cells of a quarter degree (from 180°W, 90°S, by rows) that are all land.
    """

    def __init__(self, cells: NDArray[np.bool_]) -> None:
        whole = cells.reshape(180, 4, 360, 4).all(axis=(1, 3))
        centre: list[Floats] = []
        radius: list[Floats] = []
        for size in SIZES:  # degrees: where a large disc stands none of the small ones is needed
            blocks = whole.reshape(180 // size, size, 360 // size, size)
            row, column = np.nonzero(blocks.all(axis=(1, 3)))
            blocks[row, :, column, :] = False
            lat = size * (row + 0.5) - 90
            centre.append(unit_vectors(size * (column + 0.5) - 180, lat))
            # meridians lie closest at the edge towards the pole
            edge = np.radians(np.abs(lat) + size / 2)
            radius.append(np.radians(0.49 * size * np.cos(edge)))
        self._centre, self._radius = np.asfortranarray(np.vstack(centre)), np.concatenate(radius)

    def hides(
        self, origin: Floats, east: Floats, north: Floats, bearing: Floats, away: Floats
    ) -> NDArray[np.bool_]:
        """Tell which positions lie behind a disc; others may be hidden all the same.

        Parameters
        ----------
        origin, east, north : ndarray of float, shape (3,)
        bearing, away : ndarray of float, shape (n,)
            Of the positions from the origin, in radians.
        """
        far, width, middle = _caps(self._centre, self._radius, origin, east, north)
        # what covers a step of bearings whole hides all that lies beyond it there
        step = 2 * np.pi / BEARINGS
        fine = np.flatnonzero(np.isfinite(width) & (width > 0))
        first = np.ceil((middle[fine] - width[fine]) / step).astype(np.int64)
        count = np.floor((middle[fine] + width[fine]) / step).astype(np.int64) - first
        some = count > 0
        fine, first, count = fine[some], first[some], count[some]
        row = np.repeat(np.arange(len(fine)), count)
        steps = first[row] + np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
        depth = np.full(BEARINGS, np.inf)
        np.minimum.at(depth, steps % BEARINGS, (far + self._radius)[fine][row])
        at = np.floor(bearing / step).astype(np.int64) % BEARINGS
        return np.asarray(away > depth[at] + SLACK)


class Horizon:
    """The coast as it stands around a position.

    Parameters
    ----------
    polygons : ndarray of Polygon
        Land in -180..180.
    """

    def __init__(self, polygons: NDArray[np.object_]) -> None:
        rings = shapely.get_rings(polygons)
        coords, ring = shapely.get_coordinates(rings, return_index=True)
        cut = (np.abs(coords[:-1, 0]) >= 180 - 1e-9) & (np.abs(coords[1:, 0]) >= 180 - 1e-9)
        joined = np.flatnonzero((ring[1:] == ring[:-1]) & ~cut & (coords[:-1, 1] > -89.9))
        self._vertices = unit_vectors(coords[:, 0], coords[:, 1])
        self._normals = np.cross(self._vertices[:-1], self._vertices[1:])
        # runs of pieces, each joined to the next
        fresh = np.diff(joined, prepend=-2) != 1
        begin = np.flatnonzero(fresh)
        within = np.arange(len(joined)) - np.repeat(begin, np.diff(begin, append=len(joined)))
        start = np.flatnonzero(within % RUN == 0)
        self._first = joined[start]
        self._count = np.diff(start, append=len(joined))
        at, run = _ragged(self._first, self._count + 1)
        self._caps = _around(self._vertices[at], run, np.zeros(len(at)))
        # and one around those of runs that follow one another
        self._groups = _around(self._caps[0], np.arange(len(start)) // GROUP, self._caps[1])

    def seen(
        self,
        origin: Floats,
        east: Floats,
        north: Floats,
        targets: Floats,
        discs: Discs | None = None,
    ) -> NDArray[np.bool_]:
        """Tell which positions are seen from one.

        Parameters
        ----------
        origin, east, north : ndarray of float, shape (3,)
            Position on the unit sphere, and its compass.
        targets : ndarray of float, shape (n, 3)
        discs : Discs, optional
            Within the same land.

        Returns
        -------
        ndarray of bool, shape (n,)
        """
        bearing = np.arctan2(along(targets, east), along(targets, north))
        away = 2 * np.arcsin(np.clip(np.linalg.norm(targets - origin, axis=1) / 2, 0, 1))
        found = np.ones(len(targets), bool)
        if discs is not None:
            found = ~discs.hides(origin, east, north, bearing, away)
        order = np.flatnonzero(found)
        order = order[np.argsort(bearing[order], kind="stable")]
        first, count = self._before_any(origin, east, north, bearing[order], away[order])
        at, _ = _ragged(first, count + 1)
        ends = np.cumsum(count + 1) - 1
        a = np.delete(np.arange(len(at)), ends)
        vertices = self._vertices[at]
        of_vertex = np.arctan2(along(vertices, east), along(vertices, north))
        place = np.searchsorted(bearing[order], of_vertex)
        low, high = np.minimum(place[a], place[a + 1]), np.maximum(place[a], place[a + 1])
        # pieces that lie across the bearing south hide what is beyond both ends
        behind = np.abs(of_vertex[a + 1] - of_vertex[a]) > np.pi
        begin = np.concatenate([np.where(behind, high, low), np.zeros(behind.sum(), np.int64)])
        until = np.concatenate([np.where(behind, len(order), high), low[behind]])
        piece = at[np.concatenate([a, a[behind]])]
        some = np.flatnonzero(until > begin)
        beside, row = _ragged(begin[some], (until - begin)[some])
        target, piece = order[beside], piece[some][row]
        normal = self._normals[piece]
        hidden = along(normal, origin) * np.einsum("ij,ij->i", normal, targets[target]) < 0
        found[target[hidden]] = False
        return found

    def _before_any(
        self, origin: Floats, east: Floats, north: Floats, bearing: Floats, away: Floats
    ) -> tuple[Ints, Ints]:
        """Runs of pieces that a position may lie behind; bearings are sorted."""
        if not len(bearing):
            return self._first[:0], self._count[:0]
        turn = 2 * np.pi
        around = np.concatenate([bearing - turn, bearing, bearing + turn])
        farthest = [np.tile(away, 3)]  # of 1, 2, 4 … positions from each on
        while 2 ** len(farthest) <= len(around):
            half = 2 ** (len(farthest) - 1)
            farthest.append(np.maximum(farthest[-1][:-half], farthest[-1][half:]))

        def before(centre: Floats, radius: Floats) -> NDArray[np.bool_]:
            far, width, middle = _caps(centre, radius, origin, east, north)
            found = np.isnan(width)
            low = np.searchsorted(around, middle - width - SLACK)
            high = np.searchsorted(around, middle + width + SLACK, side="right")
            some = np.flatnonzero(~found & (high > low))
            low, high = low[some], high[some]
            size = np.frexp(high - low)[1] - 1
            most = np.zeros(len(some))
            for power in np.unique(size).tolist():
                k = np.flatnonzero(size == power)
                of = farthest[power]
                most[k] = np.maximum(of[low[k]], of[high[k] - 2**power])
            found[some] = most > far[some] - radius[some] - SLACK
            return found

        runs = np.arange(len(self._first))
        runs = runs[before(*self._groups)[runs // GROUP]]
        runs = runs[before(self._caps[0][runs], self._caps[1][runs])]
        return self._first[runs], self._count[runs]


def _around(points: Floats, owner: Ints, reach: Floats) -> tuple[Floats, Floats]:
    """Caps around points, or around caps of some reach, by owner: centres and radii."""
    centre = np.add.reduceat(points, np.flatnonzero(np.diff(owner, prepend=-1)))
    centre /= np.linalg.norm(centre, axis=1)[:, None]
    apart = np.linalg.norm(points - centre[owner], axis=1)
    radius = np.zeros(len(centre))
    np.maximum.at(radius, owner, 2 * np.arcsin(np.minimum(apart / 2, 1)) + reach)
    return np.asfortranarray(centre), radius + SLACK


def _caps(
    centre: Floats, radius: Floats, origin: Floats, east: Floats, north: Floats
) -> tuple[Floats, Floats, Floats]:
    """How far off caps lie, half the width of the bearings they stand at, and the middle of these.

    The width is NaN for a cap that the origin or the position opposite to it lies in.
    """
    far = 2 * np.arcsin(np.clip(np.linalg.norm(centre - origin, axis=1) / 2, 0, 1))
    apart = (far > radius) & (far < np.pi - radius)
    width = np.full(len(far), np.nan)
    width[apart] = np.arcsin(np.minimum(np.sin(radius[apart]) / np.sin(far[apart]), 1))
    return far, width, np.arctan2(along(centre, east), along(centre, north))


def _ragged(start: Ints, count: Ints) -> tuple[Ints, Ints]:
    """Whole numbers from each start on, as many as counted, and the row of each."""
    row = np.repeat(np.arange(len(start)), count)
    place = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    return start[row] + place, row
