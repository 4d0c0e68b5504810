"""The southern limit of ordinary voyages."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["LIMIT", "TOLL", "beyond_km"]

Floats = NDArray[np.floating[Any]]

# Ships keep north of 45°S for weather and ice, but for the Horn, Tasmania and New Zealand.
LIMIT = (
    (-180, -46.5), (-170, -45), (-95, -45), (-84, -57.3), (-57, -57.3), (-45, -45),
    (141, -45), (150, -45), (163, -48.6), (173, -48.6), (180, -46.5),
)  # fmt: skip
TOLL = 0.5  # beyond it a kilometre costs half as much again
STEP_KM = 20.0
EARTH_KM = 6371.0088
FAR_SOUTH = np.sin(np.radians(-43.9))


def beyond_km(one: Floats, two: Floats) -> Floats:
    """Kilometres beyond the limit of great circles between positions on the unit sphere.

    Parameters
    ----------
    one, two : ndarray of float, shape (n, 3)

    Returns
    -------
    ndarray of float, shape (n,)
    """
    found = np.zeros(len(one))
    omega = 2 * np.arcsin(np.clip(np.linalg.norm(one - two, axis=1) / 2, 0, 1))
    at = np.flatnonzero((omega >= 1e-9) & (_southernmost(one, two) < FAR_SOUTH))
    pieces = np.maximum(1, np.ceil(omega[at] * EARTH_KM / STEP_KM)).astype(np.int64)
    row = np.repeat(np.arange(len(at)), pieces)
    place = np.arange(len(row)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    whole = omega[at]
    t = (place + 0.5) / pieces[row] * whole[row]
    rest, sine = np.sin(whole[row] - t), np.sin(whole)
    z = (one[at, 2][row] * rest + two[at, 2][row] * np.sin(t)) / sine[row]
    low = np.flatnonzero(z < FAR_SOUTH)
    lat, row, t, rest = np.degrees(np.arcsin(np.clip(z[low], -1, 1))), row[low], t[low], rest[low]
    x, y = ((one[at, k][row] * rest + two[at, k][row] * np.sin(t)) / sine[row] for k in (0, 1))
    beyond = (lat < -44) & (lat < np.interp(np.degrees(np.arctan2(y, x)), *np.array(LIMIT).T))
    count = np.bincount(row[beyond], minlength=len(at))
    found[at] = count * omega[at] * EARTH_KM / pieces
    return found


def _southernmost(one: Floats, two: Floats) -> Floats:
    """Least third coordinate on the way along great circles."""
    cosine = (one * two).sum(axis=1)
    a, b = one[:, 2], two[:, 2]
    # the great circle turns north again between the two
    between = (b - cosine * a < 0) & (a - cosine * b < 0)
    turn = -np.sqrt(
        np.clip(1 - np.cross(one, two)[:, 2] ** 2 / np.maximum(1 - cosine**2, 1e-18), 0, 1)
    )
    return np.where(between, turn, np.minimum(a, b))
