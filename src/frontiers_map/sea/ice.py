"""How far towards the poles ordinary voyages go: ``ice.geojson``, which says why.

Beyond a limit a kilometre costs more: a ship that must go there can, none is led there to save
some miles of a great circle.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontiers_map.sea.metric import EARTH_KM

__all__ = ["Limit", "is_beyond", "limits", "toll_km"]

Floats = NDArray[np.floating[Any]]

STEP_KM = 20.0


@dataclass(frozen=True)
class Limit:
    """A line round the globe that ships keep on one side of.

    Attributes
    ----------
    line : ndarray of float, shape (n, 2)
        From 180°W to 180°E.
    side : float
        1 if what lies north of it is beyond, -1 if south.
    toll : float
        What a kilometre beyond it costs more.
    """

    line: Floats
    side: float
    toll: float

    @property
    def first(self) -> float:
        """Latitude, times `side`, below which nothing is beyond it."""
        return float((self.side * self.line[:, 1]).min())


@cache
def limits() -> tuple[Limit, ...]:
    """Give the limits of the package."""
    text = files("frontiers_map.sea").joinpath("ice.geojson").read_text(encoding="utf-8")
    return tuple(
        Limit(
            np.array(feature["geometry"]["coordinates"], dtype=float),
            1.0 if feature["properties"]["side"] == "north" else -1.0,
            float(feature["properties"]["toll"]),
        )
        for feature in json.loads(text)["features"]
    )


def is_beyond(lon: float, lat: float) -> bool:
    """Tell if a position lies beyond a limit."""
    return any(limit.side * (lat - np.interp(lon, *limit.line.T)) > 0 for limit in limits())


def toll_km(one: Floats, two: Floats) -> Floats:
    """What great circles between positions cost for what lies beyond a limit, in kilometres.

    Parameters
    ----------
    one, two : ndarray of float, shape (n, 3)
        On the unit sphere.

    Returns
    -------
    ndarray of float, shape (n,)
    """
    found = np.zeros(len(one))
    for limit in limits():
        found += limit.toll * _beyond_km(one, two, limit)
    return found


def _beyond_km(one: Floats, two: Floats, limit: Limit) -> Floats:
    found = np.zeros(len(one))
    omega = 2 * np.arcsin(np.clip(np.linalg.norm(one - two, axis=1) / 2, 0, 1))
    least = np.sin(np.radians(limit.first))
    flip = np.array([1.0, 1.0, limit.side])
    at = np.flatnonzero((omega >= 1e-9) & (_northernmost(one * flip, two * flip) > least))
    pieces = np.maximum(1, np.ceil(omega[at] * EARTH_KM / STEP_KM)).astype(np.int64)
    row = np.repeat(np.arange(len(at)), pieces)
    place = np.arange(len(row)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    whole = omega[at]
    t = (place + 0.5) / pieces[row] * whole[row]
    rest, sine = np.sin(whole[row] - t), np.sin(whole)
    z = (one[at, 2][row] * rest + two[at, 2][row] * np.sin(t)) / sine[row]
    far = np.flatnonzero(limit.side * z > least)
    lat, row, t, rest = np.degrees(np.arcsin(np.clip(z[far], -1, 1))), row[far], t[far], rest[far]
    x, y = ((one[at, k][row] * rest + two[at, k][row] * np.sin(t)) / sine[row] for k in (0, 1))
    edge = np.interp(np.degrees(np.arctan2(y, x)), *limit.line.T)
    count = np.bincount(row[limit.side * (lat - edge) > 0], minlength=len(at))
    found[at] = count * omega[at] * EARTH_KM / pieces
    return found


def _northernmost(one: Floats, two: Floats) -> Floats:
    """Greatest third coordinate on the way along great circles."""
    cosine = (one * two).sum(axis=1)
    a, b = one[:, 2], two[:, 2]
    # the great circle turns south again between the two
    between = (b - cosine * a > 0) & (a - cosine * b > 0)
    turn = np.sqrt(
        np.clip(1 - np.cross(one, two)[:, 2] ** 2 / np.maximum(1 - cosine**2, 1e-18), 0, 1)
    )
    return np.where(between, turn, np.maximum(a, b))
