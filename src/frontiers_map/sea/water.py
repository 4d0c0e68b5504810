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

from frontiers_map.geo import land
from frontiers_map.sea.horizon import Discs, Horizon

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
        self._middles = _middles(self.segments)
        self._tree: shapely.STRtree | None = None
        self._horizon: Horizon | None = None
        self._discs: tuple[NDArray[np.bool_], Discs] | None = None
        self._near: tuple[NDArray[np.bool_], NDArray[np.bool_]] | None = None

    @classmethod
    def load(cls) -> Coast:
        """Index the 1:10 million coast and the shoals, once a process."""
        return _loaded()

    def near_land(self, inland: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Cells of a degree within 50 km of cells with coast, or all land.

        Parameters
        ----------
        inland : ndarray of bool
            Cells that are all land.

        Returns
        -------
        ndarray of bool, shape (180, 360)
        """
        if self._near is None or self._near[0] is not inland:
            self._near = inland, _widened(inland | (np.diff(self.start) > 0))
        return self._near[1]

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
        self,
        origin: Floats,
        east: Floats,
        north: Floats,
        targets: Floats,
        inland: NDArray[np.bool_] | None = None,
    ) -> NDArray[np.bool_]:
        """Tell which positions are seen from one: great circles that cross no coast, exactly.

        Parameters
        ----------
        origin, east, north : ndarray of float, shape (3,)
            Position on the unit sphere, and its compass.
        targets : ndarray of float, shape (n, 3)
        inland : ndarray of bool, optional
            Cells that are all land: with them it is quicker.

        Returns
        -------
        ndarray of bool, shape (n,)
        """
        if self._horizon is None:
            self._horizon = Horizon(self._polygons)
        if inland is not None and (self._discs is None or self._discs[0] is not inland):
            self._discs = inland, Discs(inland)
        discs = self._discs[1] if self._discs is not None and inland is not None else None
        return self._horizon.seen(origin, east, north, targets, discs)

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
        scale = np.cos(np.radians(y0)) * KM
        # most that is listed for a cell is out of reach of a piece in it: see that at little cost
        listed = self.listed[self.start[cells][piece] + offset]
        mx, my, half = self._middles[listed].T
        mx = (mx - (x0 - turn)[piece]) * scale[piece]
        my = (my - y0[piece]) * KM
        near = np.flatnonzero(mx * mx + my * my < (half + REACH_KM) ** 2)
        piece, other = piece[near], self.segments[listed[near]]
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
    """What a ship keeps off: the 1:10 million land, and banks too shallow that it does not show.

    The Great Lakes, which that land covers, are cut out of it.
    """
    text = files("frontiers_map.sea").joinpath("shoals.geojson").read_text(encoding="utf-8")
    shoals = [shapely.geometry.shape(f["geometry"]) for f in json.loads(text)["features"]]
    lakes = land.unpacked(files("frontiers_map.sea").joinpath("lakes.bin").read_bytes())
    main, *rest = land.polygons("10m")
    around = [shapely.contains_properly(part, lakes) for part in (main, *rest[:8])]
    found = [main, *rest]
    for number, holds in enumerate(around):
        if holds.any():
            part = found[number]
            holes = [*part.interiors, *(lake.exterior for lake in lakes[holds])]
            found[number] = shapely.Polygon(part.exterior, holes)
    islands = [shapely.Polygon(ring) for lake in lakes for ring in lake.interiors]
    return np.array([*found, *islands, *shoals], dtype=object)


@cache
def _loaded() -> Coast:
    return Coast(obstacles())


def cell_of(lon: Floats, lat: Floats, size: float = CELL) -> tuple[Ints, Ints]:
    """Column and row of the cells that points lie in."""
    column = np.clip(np.floor((lon + 180) / size), 0, 360 / size - 1).astype(np.int64)
    row = np.clip(np.floor((lat + 90) / size), 0, 180 / size - 1).astype(np.int64)
    return column, row


def _widened(cells: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Cells of a degree that hold one of some small cells, or lie within 50 km of one that does."""
    side = round(1 / CELL)
    degrees = np.asarray(cells.reshape(180, side, 360, side).any(axis=(1, 3)))
    found = np.zeros((180, 360), bool)
    for row in range(180):
        rows = np.any(degrees[max(row - 1, 0) : row + 2], axis=0)
        # meridians lie closest at the edge towards the pole
        edge = min(max(abs(row - 90), abs(row - 89)) + 0.5, 89.9)
        reach = min(int(np.ceil(0.5 / np.cos(np.radians(edge)))), 179)
        counted = np.append(0, np.cumsum(np.tile(rows, 3)))
        found[row] = counted[361 + reach : 721 + reach] > counted[360 - reach : 720 - reach]
    return found


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


def _middles(segments: Floats) -> Floats:
    """Middle of each segment, and what is surely more than half its length in kilometres."""
    x, y = (segments[:, 0] + segments[:, 2]) / 2, (segments[:, 1] + segments[:, 3]) / 2
    dx = (segments[:, 2] - segments[:, 0]) * np.cos(np.radians(y))
    # the scale is that of a piece 40 km off at most
    half = np.hypot(dx, segments[:, 3] - segments[:, 1]) / 2 * KM * 1.1 + 0.01
    return np.column_stack([x, y, half])


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
