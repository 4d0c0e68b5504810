"""Where the sea is: how far the coast is from a point, and whether a leg touches land.

An index of the coast's segments by cells of a quarter degree; each cell lists what lies within
10 km of it. Positions are degrees, distances kilometres in a plane scaled at the point.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from frontiers_map import land
from frontiers_map.sea.metric import unit_vectors

__all__ = ["CELL", "COLUMNS", "REACH_KM", "ROWS", "Coast", "obstacles"]

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.signedinteger[Any]]

CELL = 0.25
COLUMNS, ROWS = 1440, 720
REACH_KM = 10.0
KM = 111.195
TILE = 33  # distances along a side of a cell, both edges included
UNIT_KM = 0.04  # distances are kept as whole multiples of this


class Coast:
    """Index over the coast.

    Parameters
    ----------
    polygons : ndarray of Polygon
        Land in -180..180.

    Attributes
    ----------
    segments : ndarray of float, shape (n, 4)
        lon, lat, lon, lat of each piece of coast; those near 180° stand there twice.
    start, listed : ndarray of int
        The segments within `REACH_KM` of cell ``c`` are ``listed[start[c]:start[c + 1]]``.
    """

    def __init__(self, polygons: NDArray[np.object_]) -> None:
        self._polygons = polygons
        self.segments = _segments(polygons)
        self.start, self.listed = _index(self.segments)
        self._tree: shapely.STRtree | None = None
        self._vertices: Floats | None = None
        self._joined: Ints = np.zeros(0, np.int64)

    @classmethod
    def load(cls) -> Coast:
        """Index the 1:10 million coast and the shoals, once a process."""
        return _loaded()

    def on_land(self, lon: Floats, lat: Floats) -> NDArray[np.bool_]:
        """Tell which points lie on land.

        Parameters
        ----------
        lon, lat : ndarray of float, shape (n,)
            `lon` in -180..180.
        """
        if self._tree is None:
            self._tree = shapely.STRtree(self._polygons)
            shapely.prepare(self._polygons)
        points = shapely.points(lon, lat)
        which, polygon = self._tree.query(points)
        inside = np.zeros(len(points), dtype=bool)
        hit = shapely.intersects_xy(self._polygons[polygon], lon[which], lat[which])
        inside[which[hit]] = True
        return inside

    def seen(
        self, origin: Floats, east: Floats, north: Floats, targets: Floats
    ) -> NDArray[np.bool_]:
        """Tell which positions are seen from one: great circles that cross no coast, exactly.

        Every vertex of the coast and every target has a bearing from the origin. A piece of coast
        can only hide targets whose bearing lies between those of its ends, and does if it stands
        between.

        Parameters
        ----------
        origin, east, north : ndarray of float, shape (3,)
            Position on the unit sphere, and its compass.
        targets : ndarray of float, shape (n, 3)

        Returns
        -------
        ndarray of bool, shape (n,)
        """
        if self._vertices is None:
            self._vertices, self._joined = _vertices(self._polygons)
        bearing = np.arctan2(targets @ east, targets @ north)
        order = np.argsort(bearing, kind="stable")
        of_vertex = np.arctan2(self._vertices @ east, self._vertices @ north)
        place = np.searchsorted(bearing[order], of_vertex)
        a = self._joined
        low, high = np.minimum(place[a], place[a + 1]), np.maximum(place[a], place[a + 1])
        # pieces that lie across the bearing south hide what is beyond both ends
        behind = np.abs(of_vertex[a + 1] - of_vertex[a]) > np.pi
        begin = np.concatenate([np.where(behind, high, low), np.zeros(behind.sum(), np.int64)])
        until = np.concatenate([np.where(behind, len(order), high), low[behind]])
        piece = np.concatenate([a, a[behind]])
        count = until - begin
        some = np.flatnonzero(count > 0)
        row = np.repeat(some, count[some])
        offset = np.arange(len(row)) - np.repeat(np.cumsum(count[some]) - count[some], count[some])
        target = order[begin[row] + offset]
        p, q = self._vertices[piece[row]], self._vertices[piece[row] + 1]
        normal = np.cross(p, q)
        hidden = (normal @ origin) * (normal * targets[target]).sum(axis=1) < 0
        found = np.ones(len(targets), bool)
        found[target[hidden]] = False
        return found

    def distance_km(self, lon: Floats, lat: Floats) -> Floats:
        """Distance to the coast, at most `REACH_KM`.

        Parameters
        ----------
        lon, lat : ndarray of float
            `lon` in -180..180.
        """
        return self.probe(lon, lat, lon, lat)[1]

    def probe(
        self, lon1: Floats, lat1: Floats, lon2: Floats, lat2: Floats
    ) -> tuple[NDArray[np.bool_], Floats]:
        """Tell which short pieces (a few kilometres) meet the coast, and how far off they pass.

        Returns
        -------
        met : ndarray of bool
            The piece touches the coast.
        off_km : ndarray of float
            Distance from its middle to the coast, at most `REACH_KM`.
        """
        met, off = np.zeros(len(lon1), dtype=bool), np.full(len(lon1), REACH_KM)
        for begin in range(0, len(lon1), 20_000):  # bounds the memory
            part = slice(begin, begin + 20_000)
            met[part], off[part] = self._probe(lon1[part], lat1[part], lon2[part], lat2[part])
        return met, off

    def _probe(
        self, lon1: Floats, lat1: Floats, lon2: Floats, lat2: Floats
    ) -> tuple[NDArray[np.bool_], Floats]:
        x0, y0 = (lon1 + lon2) / 2, (lat1 + lat2) / 2
        turn = x0 - ((x0 + 180) % 360 - 180)
        column, row = cell_of(x0 - turn, y0)
        cells = row * COLUMNS + column
        count = self.start[cells + 1] - self.start[cells]
        piece = np.repeat(np.arange(len(lon1)), count)
        offset = np.arange(len(piece)) - np.repeat(np.cumsum(count) - count, count)
        other = self.segments[self.listed[self.start[cells][piece] + offset]]
        scale = np.cos(np.radians(y0)) * KM
        hx, hy = ((lon2 - lon1) / 2 * scale)[piece], ((lat2 - lat1) / 2 * KM)[piece]
        ux = (other[:, 0] - (x0 - turn)[piece]) * scale[piece]
        uy = (other[:, 1] - y0[piece]) * KM
        vx = (other[:, 2] - (x0 - turn)[piece]) * scale[piece]
        vy = (other[:, 3] - y0[piece]) * KM
        dx, dy = vx - ux, vy - uy
        length = np.maximum(dx * dx + dy * dy, 1e-12)
        t = np.clip(-(ux * dx + uy * dy) / length, 0, 1)
        near = np.hypot(ux + t * dx, uy + t * dy)
        off = np.full(len(lon1), REACH_KM)
        np.minimum.at(off, piece, near)
        # the piece runs from -h to h: its ends on two sides of the coast, and the coast's of it
        a, b = hx * uy - hy * ux, hx * vy - hy * vx
        c = dx * (-hy - uy) - dy * (-hx - ux)
        d = dx * (hy - uy) - dy * (hx - ux)
        hit = (a * b <= 0) & (c * d <= 0) & ((a != 0) | (b != 0) | (c != 0) | (d != 0))
        met = np.zeros(len(lon1), dtype=bool)
        met[piece[hit]] = True
        return met, off


def obstacles() -> NDArray[np.object_]:
    """What a ship keeps off: the 1:10 million land, and banks too shallow that it does not show."""
    text = files("frontiers_map.sea").joinpath("shoals.geojson").read_text(encoding="utf-8")
    shoals = [shapely.geometry.shape(f["geometry"]) for f in json.loads(text)["features"]]
    return np.concatenate([land.polygons("10m"), np.array(shoals, dtype=object)])


@cache
def _loaded() -> Coast:
    return Coast(obstacles())


def cell_of(lon: Floats, lat: Floats) -> tuple[Ints, Ints]:
    """Column and row of the cells that points lie in."""
    column = np.clip(np.floor((lon + 180) / CELL), 0, COLUMNS - 1).astype(np.int64)
    row = np.clip(np.floor((lat + 90) / CELL), 0, ROWS - 1).astype(np.int64)
    return column, row


def _segments(polygons: NDArray[np.object_]) -> Floats:
    rings = shapely.get_rings(polygons)
    coords, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    pieces = np.hstack([coords[:-1], coords[1:]])[same]
    # the cut at 180° is no coast, or the Pacific would have a wall
    cut = (np.abs(pieces[:, 0]) >= 180 - 1e-9) & (np.abs(pieces[:, 2]) >= 180 - 1e-9)
    pieces = pieces[~cut & (pieces[:, 1] > -89.9)]
    far = np.maximum(np.abs(pieces[:, 0]), np.abs(pieces[:, 2])) > 178
    twin = pieces[far]
    return np.vstack([pieces, twin - np.sign(twin[:, :1]) * np.array([360, 0, 360, 0])])


def _vertices(polygons: NDArray[np.object_]) -> tuple[Floats, Ints]:
    """Vertices of the coast on the unit sphere, and which are joined to the next one."""
    rings = shapely.get_rings(polygons)
    coords, ring = shapely.get_coordinates(rings, return_index=True)
    cut = (np.abs(coords[:-1, 0]) >= 180 - 1e-9) & (np.abs(coords[1:, 0]) >= 180 - 1e-9)
    joined = np.flatnonzero((ring[1:] == ring[:-1]) & ~cut & (coords[:-1, 1] > -89.9))
    return unit_vectors(coords[:, 0], coords[:, 1]), joined


def _index(segments: Floats) -> tuple[Ints, Ints]:
    west = np.minimum(segments[:, 0], segments[:, 2])
    east = np.maximum(segments[:, 0], segments[:, 2])
    south = np.minimum(segments[:, 1], segments[:, 3])
    north = np.maximum(segments[:, 1], segments[:, 3])
    reach = REACH_KM / KM
    wide = reach / np.cos(
        np.radians(np.minimum(np.maximum(np.abs(south), np.abs(north)) + 0.5, 89))
    )
    c0 = np.clip(np.floor((west - wide + 180) / CELL), 0, COLUMNS - 1).astype(np.int64)
    c1 = np.clip(np.floor((east + wide + 180) / CELL), -1, COLUMNS - 1).astype(np.int64)
    c1 = np.where(east + wide < -180, c0 - 1, c1)
    c1 = np.where(west - wide >= 180, c0 - 1, c1)
    r0 = np.clip(np.floor((south - reach + 90) / CELL), 0, ROWS - 1).astype(np.int64)
    r1 = np.clip(np.floor((north + reach + 90) / CELL), 0, ROWS - 1).astype(np.int64)
    columns, rows = c1 - c0 + 1, r1 - r0 + 1
    count = columns * rows
    segment = np.repeat(np.arange(len(segments)), count)
    offset = np.arange(len(segment)) - np.repeat(np.cumsum(count) - count, count)
    row = r0[segment] + offset // columns[segment]
    column = c0[segment] + offset % columns[segment]
    cells = row * COLUMNS + column
    order = np.argsort(cells, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(cells, minlength=ROWS * COLUMNS))])
    return start, segment[order]
