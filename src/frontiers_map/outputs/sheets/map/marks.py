"""Symbols and gates as shapes in millimetres, read from the one set that page and QGIS use too."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from shapely.affinity import affine_transform
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from frontiers_map.symbols import shape_of

__all__ = ["arrow", "gate_bar", "saltire", "symbol"]


def symbol(name: str, x: float, y: float, size: float) -> BaseGeometry:
    """Give a symbol, a name of the set or path data, of `size` mm centred at a place."""
    scale = size / 24
    return affine_transform(shape_of(name), [scale, 0, 0, -scale, x - 12 * scale, y + 12 * scale])


def gate_bar(
    line: BaseGeometry, length: float, routes: Sequence[BaseGeometry] = ()
) -> LineString | None:
    """Give a bar of `length` mm across a gate, in the gate's own direction.

    It stands where routes cross the gate, or in the gate's middle if none does.
    """
    parts = [part for part in shapely.get_parts(line) if part.length > 0]
    if not parts:
        return None
    part = max(parts, key=lambda one: one.length)
    ends = shapely.get_coordinates(part)[[0, -1]]
    way = ends[1] - ends[0]
    norm = float(np.hypot(*way))
    if norm < 1e-9:
        return None
    middle = np.asarray(part.interpolate(0.5, normalized=True).coords[0])
    crossings = [
        shapely.get_coordinates(spot).mean(0)
        for route in routes
        if not (spot := shapely.intersection(part, route)).is_empty
    ]
    if crossings and part.length > 1.6 * length:
        middle = np.mean(crossings, axis=0)
    half = way / norm * max(length, min(part.length, 1.6 * length)) / 2
    return LineString([middle - half, middle + half])


def saltire(x: float, y: float, size: float) -> BaseGeometry:
    """Give the cross of a closed gate, to be told without its colour."""
    half = size / 2
    return shapely.multilinestrings(
        [[(x - half, y - half), (x + half, y + half)], [(x - half, y + half), (x + half, y - half)]]
    )


def arrow(line: LineString, at: float, size: float) -> Polygon | None:
    """Give an arrowhead on a line, `at` mm from its start."""
    if at < size or at > line.length - size * 0.3:
        return None
    back, tip = (np.asarray(line.interpolate(s).coords[0]) for s in (at - size, at))
    way = tip - back
    norm = float(np.hypot(*way))
    ahead = np.asarray(line.interpolate(at + size * 0.3).coords[0]) - tip
    if norm < size * 0.9 or way @ ahead < 0.8 * norm * float(np.hypot(*ahead)):
        return None  # the line turns too sharply here
    way = way / norm
    side = np.array([-way[1], way[0]])
    return Polygon(
        [
            tip + way * size * 0.35,
            tip - way * size * 0.65 + side * size * 0.46,
            tip - way * size * 0.4,
            tip - way * size * 0.65 - side * size * 0.46,
        ]
    )
