"""Where the sea is deeper than some levels: tints for maps, never for a ship's draught.

ETOPO5 (public domain), contoured by ``tools/make_depths.py``; ``data/DEPTHS.md`` says from what.
The files are laid out as those of `land`.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
from numpy.typing import NDArray

from frontiers_map.geo import land

__all__ = ["LEVELS", "deeper"]

# Metres, from the shelf down.
LEVELS: Final = (200, 1000, 2000, 4000)


def deeper(metres: int) -> NDArray[np.object_]:
    """Give the areas where the sea is deeper than a level; do not change the array.

    Parameters
    ----------
    metres : int
        One of `LEVELS`.

    Returns
    -------
    ndarray of Polygon
        In -180..180, largest first; those that reach 180° go on at the other side. Areas of less
        than 0.06 square degrees are left out, and so are shoals as small.
    """
    if metres not in LEVELS:
        raise ValueError(f"found {metres}; allowed: {', '.join(map(str, LEVELS))}")
    return _deeper(metres)


@cache
def _deeper(metres: int) -> NDArray[np.object_]:
    packed = files("frontiers_map").joinpath("data", f"deeper-{metres}.bin").read_bytes()
    found = land.unpacked(packed)
    found.flags.writeable = False
    return found
