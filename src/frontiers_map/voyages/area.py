"""What an area to keep out of did to the ways that were asked; and whether it was meant so."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from frontiers_map.errors import CallError
from frontiers_map.geo import geodesy
from frontiers_map.voyages.voyage import Voyage
from frontiers_map.voyages.world import World

__all__ = ["area_notes"]

_TRIED = 20  # ways sought again without the area: enough to see that it changes none


def area_notes(world: World, found: Sequence[Voyage | CallError]) -> list[str]:
    """Say that an area changes no way that was asked, and if it looks swapped.

    Keeping out of what one would never meet is no answer to who wanted a detour. Latitude written
    before longitude is its commonest cause, and the only one that can be seen: turned round, the
    area lies on the ways.
    """
    ways = [item for item in found if isinstance(item, Voyage)]
    if world.area is None or not ways:
        return []
    lines = geodesy.split(np.array([way.geometry for way in ways], dtype=object))
    turned = _turned(world.area)
    meets = shapely.intersects(lines, turned) if turned is not None else np.zeros(len(ways), bool)
    if shapely.intersects(lines, world.area).any():  # they go along its edge
        return []
    likely = [way for way, met in zip(ways, meets, strict=True) if met]
    for way in (likely or ways)[:_TRIED]:
        free = world.free.route(
            way.start, way.end, via=way.via, close=way.closed, opened=way.opened, vessel=way.vessel
        )
        if free.nm < way.nm - 0.05:
            return []
    if not likely and len(ways) > _TRIED:
        return []
    west, south, east, north = _box(world.area)
    told = (
        f"the area to avoid (longitude {west:g} to {east:g}, latitude {south:g} to {north:g}) lies "
        "on no way that was asked and changes none"
    )
    hint = "; with lon and lat swapped it would: are they?" if likely else ""
    return [told + hint]


def _box(area: BaseGeometry) -> tuple[float, float, float, float]:
    """Give the bounds of an area; one that is cut at 180° lies on both sides of it."""

    def eastward(coords: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack([np.mod(coords[:, 0], 360), coords[:, 1]])

    boxes = [area.bounds, shapely.transform(area, eastward).bounds]
    west, south, east, north = min(boxes, key=lambda box: float(box[2] - box[0]))
    return float(west), float(south), float(east), float(north)


def _turned(area: BaseGeometry) -> BaseGeometry | None:
    """Give the area with longitude and latitude swapped; None if that is no place."""
    west, _, east, _ = area.bounds
    if west < -90 or east > 90:
        return None
    return shapely.transform(area, lambda c: c[:, ::-1])
