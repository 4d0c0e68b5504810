"""What a way by sea must hold, measured: no land, no shortcut left, no sharp turn, no hugging."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from frontiers_map.geo import geodesy
from frontiers_map.sea.attach import sight
from frontiers_map.sea.gates import crossings
from frontiers_map.sea.metric import EARTH_KM, compass, great_circle, km_between, unit_vectors
from frontiers_map.sea.network import DRAWN_KM, Network
from frontiers_map.sea.route import Leg, Route
from frontiers_map.sea.water import Coast, cell_of

__all__ = [
    "drawn_over_land",
    "edges_over_land",
    "land_km",
    "near_land_km",
    "shortcut_gain",
    "turns",
]

Floats = NDArray[np.floating[Any]]
PIECE_KM = 12.5  # a piece is tested against the coast within 10 km of its middle


def edges_over_land(network: Network, every: int = 1) -> NDArray[np.intp]:
    """Edges that meet land as they are drawn, declared channels among them.

    Parameters
    ----------
    network
    every
        Looks at one edge of so many.

    Returns
    -------
    ndarray of int
        Numbers of the edges.
    """
    stored = network.stored
    found = []
    numbers = np.arange(0, len(stored.one), every)
    for some in np.split(numbers, range(50_000, len(numbers), 50_000)):
        one, two = stored.one[some], stored.two[some]
        ends = stored.lon[one], stored.lat[one], stored.lon[two], stored.lat[two]
        pieces = np.maximum(1, np.ceil(km_between(*ends) / DRAWN_KM)).astype(np.int64)
        x, y, owner = great_circle(*ends, pieces)
        found.append(some[_met(x, y, owner)])
    return np.concatenate(found)


def drawn_over_land(route: Route) -> bool:
    """Tell if a drawn route meets land anywhere outside its channels."""
    wet = [leg for leg in route.legs if not leg.channel]
    for leg in wet:
        pieces = np.array([max(1, int(np.ceil(leg.km / DRAWN_KM)))])
        x, y, owner = great_circle(*_ends(leg), pieces)
        if len(_met(x, y, owner)):
            return True
    return False


def _met(x: Floats, y: Floats, owner: NDArray[Any]) -> NDArray[np.intp]:
    """Which drawn lines meet the coast: straight in longitude and latitude between vertices."""
    coast = Coast.load()
    same = owner[1:] == owner[:-1]
    x1, y1, x2, y2 = x[:-1][same], y[:-1][same], x[1:][same], y[1:][same]
    own = owner[1:][same]
    x2 = x2 + 360 * np.round((x1 - x2) / 360)
    xm, ym = (x1 + x2) / 2, (y1 + y2) / 2
    ends = np.concatenate([x1, xm]), np.concatenate([y1, ym])
    other = np.concatenate([xm, x2]), np.concatenate([ym, y2])
    own = np.tile(own, 2)
    column, row = cell_of((((ends[0] + other[0]) / 2) + 180) % 360 - 180, (ends[1] + other[1]) / 2)
    cell = row * 1440 + column
    near = coast.start[cell + 1] > coast.start[cell]
    turn = ends[0][near] - ((ends[0][near] + 180) % 360 - 180)
    hit, _ = coast.probe(ends[0][near] - turn, ends[1][near], other[0][near] - turn, other[1][near])
    return np.unique(own[near][hit])


def land_km(line: LineString) -> float:
    """Kilometres of any line that lie on the 1:10 million land; canals count as land.

    Parameters
    ----------
    line : LineString
        Unwrapped; straight in longitude and latitude between its vertices.
    """
    from frontiers_map.geo import land

    polygons = land.polygons("10m")
    tree = shapely.STRtree(polygons)
    total = 0.0
    for part in shapely.get_parts(geodesy.split(geodesy.unwrap(line))):
        for one, two in pairwise(shapely.get_coordinates(part)):
            piece = LineString([one, two])
            for number in tree.query(piece):
                if not polygons[number].boundary.disjoint(piece) or polygons[number].contains(
                    piece
                ):
                    total += geodesy.length_m(shapely.intersection(piece, polygons[number])) / 1000
    return total


def near_land_km(
    route: Route,
    gates: Mapping[str, BaseGeometry] | None = None,
    *,
    within_km: float = 5.0,
    strait_km: float = 60.0,
) -> float:
    """Kilometres of a route that pass close to land, outside channels and straits.

    Parameters
    ----------
    route : Route
    gates : mapping of str to LineString, optional
        Straits: what lies within `strait_km` of where the route crosses one does not count.
    within_km : float
        How close is close.
    strait_km : float
    """
    straits = _crossed(route, gates or {})
    chord = 2 * np.sin(strait_km / EARTH_KM / 2)
    total = 0.0
    for leg in route.legs:
        if leg.channel or leg.km == 0:
            continue
        pieces = np.array([max(1, int(np.ceil(leg.km)))])
        x, y, _ = great_circle(*_ends(leg), pieces)
        close = Coast.load().distance_km(x, y) < within_km
        unit = unit_vectors(x, y)
        for place in straits:
            close &= np.linalg.norm(unit - place, axis=1) > chord
        total += leg.km * float(close.mean())
    return total


def _crossed(route: Route, gates: Mapping[str, BaseGeometry]) -> list[Floats]:
    """Where a route crosses gates, on the unit sphere."""
    found = []
    for leg in route.legs:
        for name in leg.gates:
            if name in gates:
                unit = np.vstack([unit_vectors(*(np.array([v]) for v in end))
                                  for end in (leg.start, leg.end)])  # fmt: skip
                pair = np.array([0]), np.array([1])
                _, _, share = crossings(unit, *pair, {name: gates[name]})
                place = unit[0] + share[0] * (unit[1] - unit[0])
                found.append(place / np.linalg.norm(place))
    return found


def turns(route: Route) -> list[tuple[float, float, float]]:
    """Turn in degrees at each inner vertex of a route: (degrees, lon, lat)."""
    points = [route.legs[0].start, *(leg.end for leg in route.legs)]
    found = []
    for a, b, c in zip(points[:-2], points[1:-1], points[2:], strict=True):
        east, north = compass(np.array([b[0]]), np.array([b[1]]))
        away = []
        for other in (a, c):
            u = unit_vectors(np.array([other[0]]), np.array([other[1]]))[0]
            away.append(np.arctan2(u @ east[0], u @ north[0]))
        turn = 180 - abs((np.degrees(away[1] - away[0]) + 180) % 360 - 180)
        found.append((float(turn), b[0], b[1]))
    return found


def shortcut_gain(network: Network, route: Route, closed: Iterable[str] = ()) -> float:
    """Share of the cost that straight lines between any two of the route's vertices would save.

    Shortcuts over water count with their tolls, and only if they cross no closed gate. Routes
    with a gate to pass are not meant: they may well be shortened by not passing it.
    """
    points = [route.legs[0].start, *(leg.end for leg in route.legs)]
    lon, lat = np.array(points).T
    unit = unit_vectors(lon, lat)
    east, north = compass(lon, lat)
    shut = [n for n, gate in enumerate(network.gate_ids) if gate in set(closed)]
    coast = Coast.load()
    count = len(points)
    own = np.array([_leg_cost(network, leg) for leg in route.legs])
    best = np.full(count, np.inf)
    best[0] = 0.0
    for i in range(count - 1):
        best[i + 1] = min(best[i + 1], best[i] + own[i])
        rest = np.arange(i + 2, count)
        if not len(rest):
            continue
        rest = rest[coast.seen(unit[i], east[i], north[i], unit[rest])]
        clear, toll = sight(lon[i], lat[i], lon[rest], lat[rest], coast, network.stored.inland)
        pair = np.column_stack([np.full(len(rest), i), rest])
        leg, gate, _ = crossings(unit, pair[:, 0], pair[:, 1], network.gates)
        clear[leg[np.isin(gate, shut)]] = False
        cost = km_between(lon[pair[:, 0]], lat[pair[:, 0]], lon[rest], lat[rest]) + toll
        cost += network.limit_toll(unit[pair[:, 0]], unit[rest])
        better = clear & (best[i] + cost < best[rest])
        best[rest[better]] = best[i] + cost[better]
    total = float(own.sum())
    return 0.0 if total == 0 else (total - float(best[-1])) / total


def _leg_cost(network: Network, leg: Leg) -> float:
    if leg.channel:
        return float(leg.km)
    x1, y1, x2, y2 = _ends(leg)
    lon, lat = leg.start
    _, toll = sight(lon, lat, x2, y2, Coast.load(), network.stored.inland)
    beyond = network.limit_toll(unit_vectors(x1, y1), unit_vectors(x2, y2))
    return float(km_between(x1, y1, x2, y2)[0] + toll[0] + beyond[0])


def _ends(leg: Leg) -> tuple[Floats, Floats, Floats, Floats]:
    (x1, y1), (x2, y2) = leg.start, leg.end
    return np.array([x1]), np.array([y1]), np.array([x2]), np.array([y2])
