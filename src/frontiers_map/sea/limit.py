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
    for n in np.flatnonzero((one[:, 2] < 0.2) | (two[:, 2] < 0.2)):
        if omega[n] < 1e-9:
            continue
        pieces = max(1, int(np.ceil(omega[n] * EARTH_KM / STEP_KM)))
        t = ((np.arange(pieces) + 0.5) / pieces * omega[n])[:, None]
        v = (one[n] * np.sin(omega[n] - t) + two[n] * np.sin(t)) / np.sin(omega[n])
        lat = np.degrees(np.arcsin(np.clip(v[:, 2], -1, 1)))
        low = lat < -44
        if low.any():
            lon = np.degrees(np.arctan2(v[low, 1], v[low, 0]))
            limit = np.interp(lon, *np.array(LIMIT).T)
            found[n] = float((lat[low] < limit).sum()) * omega[n] * EARTH_KM / pieces
    return found
