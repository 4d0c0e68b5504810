"""Routes that share a corridor, side by side: which lane each is drawn in.

A lane is a whole number, 0 in the middle; how wide one is, the style says. Lines count as sharing
when they pass through the same cells of a degree for some hundred kilometres.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["lanes"]

CELL = 1.5
SHARED = 5
_ORDER = (0, 1, -1, 2, -2, 3, -3, 4, -4)


def lanes(lines: Sequence[object], kinds: Sequence[str], widths: Sequence[float]) -> list[int]:
    """Give each line a lane; the widest stay in the middle.

    Parameters
    ----------
    lines : sequence of geometry or None
        In degrees; only where they pass counts.
    kinds
        Lines of the same kind may lie on one another.
    widths
        The wider is placed first.
    """
    cells = [_cells(line) for line in lines]
    order = sorted(range(len(cells)), key=lambda n: (-widths[n], kinds[n], n))
    found = [0] * len(cells)
    placed: list[int] = []
    for number in order:
        taken = {
            found[other]
            for other in placed
            if kinds[other] != kinds[number] and len(cells[other] & cells[number]) >= SHARED
        }
        same = [
            found[other]
            for other in placed
            if kinds[other] == kinds[number] and found[other] not in taken
        ]
        free = [lane for lane in (*same[:1], *_ORDER) if lane not in taken]
        found[number] = free[0] if free else 0
        placed.append(number)
    return found


def _cells(line: object) -> frozenset[tuple[int, int]]:
    if line is None:
        return frozenset()
    parts: NDArray[np.object_] = shapely.get_parts(shapely.segmentize(line, CELL / 2))
    steps = np.floor(shapely.get_coordinates(parts) / CELL).astype(int)
    steps[:, 0] %= int(360 / CELL)
    return frozenset(map(tuple, steps.tolist()))
