"""Unit vectors, ellipsoidal kilometres and great circles for many pairs at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["NM_KM", "compass", "great_circle", "km_between", "on_great_circles",
           "unit_vectors"]  # fmt: skip

Floats = NDArray[np.floating[Any]]

NM_KM = 1.852
_A = 6378.137
_F = 1 / 298.257223563


def unit_vectors(lon: Floats, lat: Floats) -> Floats:
    """Positions on the unit sphere, shape (n, 3)."""
    x, y = np.radians(lon), np.radians(lat)
    return np.column_stack([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)])


def compass(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Unit vectors to the east and to the north at each position, shape (n, 3) each."""
    x, y = np.radians(lon), np.radians(lat)
    east = np.column_stack([-np.sin(x), np.cos(x), np.zeros_like(x)])
    north = np.column_stack([-np.sin(y) * np.cos(x), -np.sin(y) * np.sin(x), np.cos(y)])
    return east, north


def km_between(lon1: Floats, lat1: Floats, lon2: Floats, lat2: Floats) -> Floats:
    """Distances on WGS 84 by Andoyer and Lambert: within some 50 m, and quick.

    Good enough to compare edges by; lengths that are reported come from `geodesy`.
    """
    y1 = np.arctan((1 - _F) * np.tan(np.radians(lat1)))
    y2 = np.arctan((1 - _F) * np.tan(np.radians(lat2)))
    h = (
        np.sin((y2 - y1) / 2) ** 2
        + np.cos(y1) * np.cos(y2) * np.sin(np.radians(lon2 - lon1) / 2) ** 2
    )
    angle = 2 * np.arcsin(np.sqrt(np.clip(h, 0, 1)))
    p, q = (y1 + y2) / 2, (y2 - y1) / 2
    near = np.maximum(np.cos(angle / 2) ** 2, 1e-9)
    far = np.maximum(np.sin(angle / 2) ** 2, 1e-18)
    u = (angle - np.sin(angle)) * (np.sin(p) * np.cos(q)) ** 2 / near
    v = (angle + np.sin(angle)) * (np.cos(p) * np.sin(q)) ** 2 / far
    found: Floats = _A * (angle - _F / 2 * (u + v))
    return found


def great_circle(
    lon1: Floats, lat1: Floats, lon2: Floats, lat2: Floats, pieces: NDArray[np.int64]
) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Positions along many great circles, end points included.

    Parameters
    ----------
    lon1, lat1, lon2, lat2 : ndarray of float, shape (n,)
    pieces : ndarray of int, shape (n,)
        Into how many equal parts to cut each; one position more is given.

    Returns
    -------
    lon, lat : ndarray of float, shape (sum(pieces + 1),)
        In -180..180.
    owner : ndarray of int
        The row of each position.
    """
    count = pieces + 1
    owner = np.repeat(np.arange(len(pieces)), count)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    lon, lat = on_great_circles(lon1, lat1, lon2, lat2, owner, place / pieces[owner])
    return lon, lat, owner


def on_great_circles(
    lon1: Floats, lat1: Floats, lon2: Floats, lat2: Floats, owner: NDArray[Any], share: Floats
) -> tuple[Floats, Floats]:
    """Positions on many great circles: row `owner`, and `share` of the way, 0 to 1.

    Returns
    -------
    lon, lat : ndarray of float
        In -180..180.
    """
    a, b = unit_vectors(lon1, lat1), unit_vectors(lon2, lat2)
    omega = 2 * np.arcsin(np.clip(np.linalg.norm(a - b, axis=1) / 2, 0, 1))
    t, w = share, omega[owner]
    sine = np.maximum(np.sin(w), 1e-12)
    tiny = w < 1e-9
    p = np.where(tiny, 1 - t, np.sin((1 - t) * w) / sine)
    q = np.where(tiny, t, np.sin(t * w) / sine)
    v = a[owner] * p[:, None] + b[owner] * q[:, None]
    lon = np.degrees(np.arctan2(v[:, 1], v[:, 0]))
    lat = np.degrees(np.arctan2(v[:, 2], np.hypot(v[:, 0], v[:, 1])))
    return lon, lat
