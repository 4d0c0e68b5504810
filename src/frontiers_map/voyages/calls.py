"""Routes for programs: `frontiers_map.route`, `routes`, `matrix` and `reach`."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely.geometry.base import BaseGeometry

from frontiers_map.atlas.atlas import Atlas
from frontiers_map.errors import CallError
from frontiers_map.geo import geodesy
from frontiers_map.voyages import order
from frontiers_map.voyages.alternatives import Asked, with_alternatives
from frontiers_map.voyages.any_table import AnyTable, of_frame, of_rows, read_any
from frontiers_map.voyages.columns import of_object
from frontiers_map.voyages.emissions import burnt
from frontiers_map.voyages.lengths import Matrix, lengths
from frontiers_map.voyages.pairs import asked_places, route_table
from frontiers_map.voyages.reach import harbours_within, miles
from frontiers_map.voyages.timetable import departure
from frontiers_map.voyages.vessels import Vessel
from frontiers_map.voyages.voyage import KNOTS, End, Voyage
from frontiers_map.voyages.world import World
from frontiers_map.voyages.zones import read_zones, visits

__all__ = ["matrix", "one_way", "reach", "route", "routes"]


def route(
    start: Any,
    end: Any,
    *,
    via: Iterable[str] = (),
    best_order: bool = False,
    close: Iterable[str] = (),
    open: Iterable[str] = (),
    ship: str | None = None,
    draught: float | None = None,
    avoid: Path | str | None = None,
    alternatives: int = 0,
    zones: Path | str | None = None,
    depart: str | datetime.datetime | None = None,
    speed: float = KNOTS,
    dwt: float | None = None,
    atlas: Atlas | None = None,
) -> Voyage:
    """Find the way by sea between two places, terminals, harbours or positions.

    Parameters
    ----------
    start, end
        Id or name of a place or terminal of the atlas, name or UN/LOCODE of a harbour; a position
        as text (``"lon,lat"``, WKT, ``"51°59'N 4°00'E"``), as (lon, lat) in degrees, as a shapely
        Point, or as a mapping with lon and lat.
    via
        Gates, places and harbours to pass, in order.
    best_order
        Put the places and harbours of `via`, at most 12, into the order of fewest miles.
    close, open
        Gates and groups of gates that are closed; and that are open whatever the ship.
    ship
        Class of ship (`frontiers_map.voyages.vessels`): what it may not pass is shut. None: any
        charted strait takes it.
    draught
        In metres, instead of the class's, or alone.
    avoid
        File of polygons to keep out of.
    alternatives
        How many other ways to find, each by another set of gates: ``.alternatives``.
    zones
        File of polygons, or ``eca``: ``.zones`` says where the way runs through them.
    depart, speed
        When the ship leaves (UTC unless it says otherwise), and knots: ``.stops`` says when it
        passes each gate and arrives.
    dwt
        Deadweight in tonnes: ``.burnt`` estimates fuel and CO2.
    atlas
        Whose ids and gates count; the packaged one if None.

    Raises
    ------
    CallError
        If a name is unknown, an end lies inland, or there is no way by sea.

    Examples
    --------
    >>> route((40.6, -10.8), "sodegaura", close=["malacca"]).gates  # doctest: +SKIP
    ('sunda', 'karimata', 'bashi', 'uraga')
    """
    world = _world(atlas, avoid)
    vessel = Vessel.asked(world.atlas.ships, ship, draught)
    ends = _end(start), _end(end)
    asked = Asked(tuple(close), tuple(open), vessel)
    text = depart.isoformat() if isinstance(depart, datetime.datetime) else depart
    return one_way(
        world, *ends, asked, via=via, ordered=best_order,
        areas=read_zones(zones) if zones is not None else (),
        leaves=None if text is None else departure(text), speed=speed, dwt=dwt,
        alternatives=alternatives,
    )  # fmt: skip


def one_way(
    world: World,
    start: End,
    end: End,
    asked: Asked,
    *,
    via: Iterable[str] = (),
    ordered: bool = False,
    areas: Sequence[tuple[str, BaseGeometry]] = (),
    leaves: datetime.datetime | None = None,
    speed: float = KNOTS,
    dwt: float | None = None,
    alternatives: int = 0,
) -> Voyage:
    """Find one way and all that is asked of it: for `route` here and on the command line.

    Parameters
    ----------
    world, start, end, asked, via
        Where, from where to where, and under what.
    ordered
        Whether the calls of `via` may be made in any order.
    areas
        Polygons by name, whose shares of the way are told.
    leaves, speed, dwt, alternatives
        As `depart` and so on of `route`.
    """
    if ordered:
        via = order.best_order(world, start, end, tuple(via), asked)
    found = world.route(start, end, via=via, close=asked.close, opened=asked.opened,
                        vessel=asked.vessel)  # fmt: skip
    if areas:
        found = replace(found, zones=tuple(visits(found.geometry, areas)))
    if leaves is not None:
        found = replace(found, stops=world.stops(found, leaves, speed))
    if dwt is not None:
        found = replace(found, burnt=burnt(found.nm, speed, asked.vessel, dwt))
    return with_alternatives(world, found, alternatives, asked) if alternatives else found


def routes(
    pairs: Any,
    *,
    via: Iterable[str] = (),
    close: Iterable[str] = (),
    open: Iterable[str] = (),
    ship: str | None = None,
    draught: float | None = None,
    speed: float = KNOTS,
    dwt: float | None = None,
    avoid: Path | str | None = None,
    atlas: Atlas | None = None,
) -> gpd.GeoDataFrame:
    """Find many ways by sea.

    Parameters
    ----------
    pairs
        Pairs of ends, as in `route`; or a DataFrame, a GeoDataFrame of lines, mappings, or a file,
        all with columns as ``route --pairs`` reads them.
    via, close, open, ship, draught, avoid, atlas
        As in `route`, for all of them; a row may say its own.
    speed
        Knots, for the days.
    dwt
        Deadweight in tonnes, if a row does not say its own: columns ``fuel_t`` and ``co2_t``
        estimate what each way burns.

    Returns
    -------
    GeoDataFrame
        One row a pair: the columns of `table_of`, then those that were carried along; `error` is
        empty where there is a way. Lines are in ±180 and cut there; `route` gives one whole.
        ``attrs["notes"]`` says what was read how.

    Raises
    ------
    CallError
        If the pairs cannot be read.
    """
    world = _world(atlas, avoid)
    found = route_table(
        world, _table(pairs), via=tuple(via), close=close, opened=open, ship=ship,
        draught=draught, speed=speed, dwt=dwt,
    )  # fmt: skip
    table = found.table
    table = table.set_geometry(geodesy.split(table.geometry.to_numpy()), crs=table.crs)
    table.attrs["notes"] = found.notes
    return table


def matrix(
    ends: Any,
    to: Any = None,
    *,
    via: Iterable[str] = (),
    close: Iterable[str] = (),
    open: Iterable[str] = (),
    ship: str | None = None,
    draught: float | None = None,
    speed: float = KNOTS,
    avoid: Path | str | None = None,
    atlas: Atlas | None = None,
) -> Matrix:
    """Find the ways from each of some places to each of others.

    Parameters
    ----------
    ends
        Places as in `route`; or a DataFrame, a GeoDataFrame of points, or a file with one place a
        row.
    to
        The same for where the ways end; the places of `ends` if None.
    via, close, open, ship, draught, speed, avoid, atlas
        As in `routes`.

    Returns
    -------
    Matrix
        Nautical miles, days and gates between all, and a reason where there is no way.

    Examples
    --------
    >>> matrix(["NLRTM", "SGSIN"], ["JPYOK"]).nm  # doctest: +SKIP
    """
    world = _world(atlas, avoid)
    vessel = Vessel.asked(world.atlas.ships, ship, draught)
    one = _places(ends)
    other = one if to is None else _places(to)
    return lengths(
        world, one, other, via=tuple(via), close=close, opened=open, vessel=vessel, speed=speed
    )


def reach(
    start: Any,
    *,
    days: float | None = None,
    nm: float | None = None,
    close: Iterable[str] = (),
    open: Iterable[str] = (),
    ship: str | None = None,
    draught: float | None = None,
    speed: float = KNOTS,
    avoid: Path | str | None = None,
    atlas: Atlas | None = None,
) -> gpd.GeoDataFrame:
    """Find the harbours of the world that a ship reaches in so many days or miles.

    Parameters
    ----------
    start
        As in `route`.
    days, nm
        How far: days at `speed`, or nautical miles; one of them.
    close, open, ship, draught, speed, avoid, atlas
        As in `routes`.

    Returns
    -------
    GeoDataFrame
        Nearest first: id, name, country, nm, days, gates, lon, lat, Point. ``attrs["left_out"]``
        says of harbours that are as near in a straight line and have no way.

    Raises
    ------
    CallError
        If a name is unknown, the start lies inland, or it is not said how far.

    Examples
    --------
    >>> reach("singapore", days=3, close=["malacca"])["name"]  # doctest: +SKIP
    """
    far = miles(nm, days, speed)
    world = _world(atlas, avoid)
    vessel = Vessel.asked(world.atlas.ships, ship, draught)
    return harbours_within(
        world, _end(start), far, close=close, opened=open, vessel=vessel, speed=speed
    )


def _end(end: Any) -> End:
    try:
        return of_object(end)
    except (TypeError, ValueError) as error:
        raise CallError(str(error)) from None


def _table(pairs: Any) -> AnyTable:
    if isinstance(pairs, str | Path):
        return read_any(Path(pairs))
    if isinstance(pairs, pd.DataFrame):
        return of_frame(pairs)
    given = list(pairs)
    if given and all(isinstance(row, Mapping) for row in given):
        return of_rows(given)
    for row in given:
        if isinstance(row, str) or len(row) != 2:
            raise CallError(f"pairs: found {row!r}; allowed: two ends")
    rows = [[_end(start), _end(end)] for start, end in given]
    return AnyTable("pairs", ["from", "to"], rows, [0] * len(rows))


def _places(ends: Any) -> Sequence[End]:
    if isinstance(ends, str | Path):
        return asked_places(read_any(Path(ends)))[0]
    if isinstance(ends, gpd.GeoSeries):
        return [_end(point) for point in ends]
    if isinstance(ends, pd.DataFrame):
        return asked_places(of_frame(ends, "places"))[0]
    return [_end(end) for end in ends]


@cache
def _packaged() -> World:
    return World.load()


_LAST: list[World] = []


def _world(atlas: Atlas | None, avoid: Path | str | None = None) -> World:
    """Load a network once for a session of calls: that of the package, and of the last atlas."""
    atlas = getattr(atlas, "unwrapped", atlas)  # lines of gates are whole
    if atlas is None:
        world = _packaged()
    else:
        if not _LAST or _LAST[0].atlas is not atlas:
            _LAST[:] = [World.of(atlas)]
        world = _LAST[0]
    return world if avoid is None else world.avoiding(Path(avoid))
