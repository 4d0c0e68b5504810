"""From the turns of a way to its drawn line: great circles, lengths, gates in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from frontiers_map.geo import geodesy
from frontiers_map.sea.metric import drawn_km, great_circle, km_between
from frontiers_map.sea.route import Point, Route

__all__ = ["DRAWN_KM", "Path", "draw", "lengths_km"]

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.signedinteger[Any]]

DRAWN_KM = 25.0
# Two turns nearer than this, in degrees, are one: an end that stands at a node.
SAME = 2e-6


@dataclass(frozen=True)
class Path:
    """A way from water to water by its turns.

    Attributes
    ----------
    lon, lat : ndarray of float, shape (legs + 1,)
    gates : tuple of tuple of int
        Numbers of the gates that each leg crosses, in order.
    channel : tuple of bool
        Which legs are parts of canals and channels.
    cost : float
    moved_km : (float, float)
        How far its ends lie from the positions asked for.
    nodes : tuple of int
        The nodes of the network it goes over.
    """

    lon: Floats
    lat: Floats
    gates: tuple[tuple[int, ...], ...]
    channel: tuple[bool, ...]
    cost: float
    moved_km: tuple[float, float]
    nodes: tuple[int, ...] = field(default=())

    def reversed(self) -> Path:
        """Give the same way from its end to its start."""
        return Path(
            self.lon[::-1],
            self.lat[::-1],
            tuple(gates[::-1] for gates in self.gates[::-1]),
            self.channel[::-1],
            self.cost,
            self.moved_km[::-1],
            self.nodes[::-1],
        )

    def tidy(self) -> Path:
        """Leave out legs without length, but for one if there are no others."""
        still = (np.abs(np.diff(self.lon)) < SAME) & (np.abs(np.diff(self.lat)) < SAME)
        if not still.any():
            return self
        legs = np.flatnonzero(~still) if not still.all() else np.array([0])
        turns = np.append(legs, legs[-1] + 1)
        return Path(
            self.lon[turns],
            self.lat[turns],
            tuple(self.gates[k] for k in legs),
            tuple(self.channel[k] for k in legs),
            self.cost,
            self.moved_km,
            self.nodes,
        )

    @staticmethod
    def join(paths: Sequence[Path]) -> Path:
        """Put ways together that follow one another."""
        if len(paths) == 1:
            return paths[0]
        return Path(
            np.concatenate([paths[0].lon[:1], *(path.lon[1:] for path in paths)]),
            np.concatenate([paths[0].lat[:1], *(path.lat[1:] for path in paths)]),
            tuple(gates for path in paths for gates in path.gates),
            tuple(channel for path in paths for channel in path.channel),
            sum(path.cost for path in paths),
            (paths[0].moved_km[0], paths[-1].moved_km[1]),
            tuple(node for path in paths for node in path.nodes),
        ).tidy()


def draw(paths: Sequence[Path], gate_ids: Sequence[str]) -> list[Route]:
    """Draw and measure many ways at once.

    Parameters
    ----------
    paths : sequence of Path
    gate_ids : sequence of str
        By their numbers.

    Returns
    -------
    list of Route
    """
    if not paths:
        return []
    legs = np.array([len(path.gates) for path in paths])
    ends = np.vstack(
        [np.column_stack([p.lon[:-1], p.lat[:-1], p.lon[1:], p.lat[1:]]) for p in paths]
    )
    # what many ways share is drawn once
    ends, which = _distinct(ends)
    x, y, start, km = _arcs(*ends.T)
    points = np.diff(start, append=len(x)) - 1
    # of each leg all points but the last, then the end of the way
    count = points[which]
    leg_of = np.repeat(np.arange(len(which)), count)
    at = start[which][leg_of] + np.arange(len(leg_of)) - np.repeat(np.cumsum(count) - count, count)
    last = np.cumsum(legs) - 1
    after = np.cumsum(count)[last]
    at = np.insert(at, after, start[which[last]] + points[which[last]])
    way = np.insert(np.repeat(np.arange(len(paths)), legs)[leg_of], after, np.arange(len(paths)))
    lon, lat = x[at], y[at]
    # longitudes run on: whole turns are taken off from the first point of each way on
    turns = np.round(np.diff(lon, prepend=lon[0]) / 360)
    first = np.flatnonzero(np.diff(way, prepend=-1))
    turns[first] = 0
    turns = np.cumsum(turns)
    lon = lon - 360 * (turns - turns[first][way])
    lines = shapely.linestrings(np.column_stack([lon, lat]), indices=way)
    found = []
    begin = 0
    for path, line, number in zip(paths, lines, legs.tolist(), strict=True):
        lengths = km[which[begin : begin + number]]
        begin += number
        passed = [gate_ids[gate] for gates in path.gates for gate in gates]
        found.append(
            Route(
                start=_point(path, 0),
                end=_point(path, -1),
                moved_km=path.moved_km,
                gates=tuple(g for k, g in enumerate(passed) if k == 0 or g != passed[k - 1]),
                km=float(lengths.sum()),
                geometry=line,
                cost=path.cost,
                turns=np.column_stack([path.lon, path.lat]),
                leg_km=lengths,
                leg_gates=tuple(tuple(gate_ids[g] for g in gates) for gates in path.gates),
                leg_channel=path.channel,
            )
        )
    return found


def lengths_km(lon1: Floats, lat1: Floats, lon2: Floats, lat2: Floats) -> Floats:
    """Kilometres of great circles as they are drawn."""
    return drawn_km(lon1, lat1, lon2, lat2, _pieces(lon1, lat1, lon2, lat2))


def _arcs(lon1: Floats, lat1: Floats, lon2: Floats, lat2: Floats) -> tuple[Floats, Floats, Ints,
                                                                           Floats]:  # fmt: skip
    """Points along great circles, where each begins, and its length as drawn in kilometres."""
    x, y, owner = great_circle(lon1, lat1, lon2, lat2, _pieces(lon1, lat1, lon2, lat2))
    start = np.flatnonzero(np.diff(owner, prepend=-1))
    end = np.append(start[1:] - 1, len(x) - 1)
    x[start], y[start], x[end], y[end] = lon1, lat1, lon2, lat2
    return x, y, start, geodesy.path_lengths(x, y, start) / 1000


def _pieces(lon1: Floats, lat1: Floats, lon2: Floats, lat2: Floats) -> Ints:
    """Into how many pieces great circles are drawn."""
    km = km_between(lon1, lat1, lon2, lat2)
    pieces: Ints = np.maximum(1, np.ceil(km / DRAWN_KM)).astype(np.int64)
    return pieces


def _distinct(rows: Floats) -> tuple[Floats, Ints]:
    """Rows without repetition, and which of them each row is."""
    order = np.lexsort(rows.T)
    fresh = np.append(True, (rows[order][1:] != rows[order][:-1]).any(axis=1))
    which = np.empty(len(rows), np.int64)
    which[order] = np.cumsum(fresh) - 1
    return rows[order[fresh]], which


def _point(path: Path, at: int) -> Point:
    return float(path.lon[at]), float(path.lat[at])
