"""Harbours of the world that lie within so many miles, by sea."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import numpy as np

from frontiers_map.errors import CallError
from frontiers_map.sea.metric import NM_KM, km_between
from frontiers_map.voyages import ports
from frontiers_map.voyages.lengths import lengths
from frontiers_map.voyages.vessels import Vessel
from frontiers_map.voyages.voyage import KNOTS, End, label
from frontiers_map.voyages.world import World

__all__ = ["harbours_within", "miles"]

# By how much a straight line on a sphere may be longer than the way between two ends that were both
# moved to water: 0.6 % for the ellipsoid, and twice what an end is moved at most.
_ROUND, _MOVED_KM = 1.006, 40.0


def miles(nm: float | None, days: float | None, speed: float) -> float:
    """Give how far is asked for, in nautical miles.

    Raises
    ------
    CallError
        If neither or both are said, or it is nothing or more than all seas.
    """
    if (nm is None) == (days is None):
        which = "neither" if nm is None else "both"
        raise CallError(f"nm and days: found {which}; allowed: one of them")
    far = nm if nm is not None else (days or 0.0) * 24 * speed
    if not 0 < far <= 25_000:
        raise CallError(f"found {far:,g} nautical miles; allowed: over 0, at most 25,000")
    return far


def harbours_within(
    world: World,
    start: End,
    nm: float,
    *,
    close: Iterable[str] = (),
    opened: Iterable[str] = (),
    vessel: Vessel | None = None,
    speed: float = KNOTS,
) -> gpd.GeoDataFrame:
    """Find what a ship reaches of the harbours of the World Port Index.

    Parameters
    ----------
    world, start, close, opened, vessel
        As for `World.route`.
    nm
        How far, in nautical miles.
    speed
        Knots, for the days.

    Returns
    -------
    GeoDataFrame
        Nearest first: id, name, country, nm, days, gates (with semicolons between), lon, lat,
        Point.
        ``attrs["left_out"]`` says of harbours that are as near in a straight line and have no way.

    Raises
    ------
    CallError
        If a name is unknown, or no water is near the start.
    """
    close, opened = tuple(close), tuple(opened)
    here = world.harbour(start)
    try:
        world.network.entry((here.lon, here.lat))
    except ValueError as error:  # told once, not of each harbour
        raise CallError(f"{label(start)}: {error}") from None
    known = ports.packaged().all
    lon, lat = (np.array([getattr(port, axis) for port in known]) for axis in ("lon", "lat"))
    straight = km_between(np.array(here.lon), np.array(here.lat), lon, lat)
    near = np.flatnonzero(straight <= nm * NM_KM * _ROUND + _MOVED_KM)
    some = [known[number] for number in near]
    ways = lengths(world, [start], [port.id for port in some], close=close, opened=opened,
                   vessel=vessel, speed=speed).table  # fmt: skip
    table = gpd.GeoDataFrame(
        {
            "id": [port.id for port in some],
            "name": [port.name for port in some],
            "country": [port.country for port in some],
            **{column: ways[column] for column in ("nm", "days", "gates")},
            "lon": lon[near],
            "lat": lat[near],
        },
        geometry=gpd.points_from_xy(lon[near], lat[near]),
        crs="EPSG:4326",
    )
    table = table[table["nm"] <= nm].sort_values(["nm", "id"], ignore_index=True)
    table.attrs["left_out"] = [told for told in ways["error"] if told]
    return table
