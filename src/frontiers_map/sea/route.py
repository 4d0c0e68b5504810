"""What a way by sea is, and why there may be none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from frontiers_map.errors import Sendable
from frontiers_map.geo import geodesy
from frontiers_map.sea.metric import NM_KM

__all__ = [
    "Call",
    "InlandError",
    "InsideAreaError",
    "Leg",
    "NoWayBySea",
    "NotJoined",
    "OnLand",
    "Point",
    "Route",
]

Point = tuple[float, float]


class InlandError(Sendable, ValueError):
    """A position from which no sea can be reached.

    Attributes
    ----------
    point : (lon, lat)
    nearest : (lon, lat)
        Of all turning points of the network.
    km : float
        How far that is.
    """

    what = "lies inland"

    def __init__(self, point: Point, nearest: Point, km: float, snap_km: float) -> None:
        self.point, self.nearest, self.km, self.snap_km = point, nearest, km, snap_km
        super().__init__(
            f"{_text(point)} {self.what} within {snap_km:g} km; "
            f"the nearest known lies {km:,.0f} km away at {nearest[0]:.2f},{nearest[1]:.2f}"
        )


class OnLand(InlandError):  # it is a result as much as an error
    """A position on land, too far from water that is joined to the sea."""

    what = "lies inland: no water joined to the sea"


class NotJoined(InlandError):  # it is a result as much as an error
    """A position on water from which no way to the rest of the sea is known."""

    what = "lies on water, but nothing that leads to the rest of the sea is in sight of it"


class InsideAreaError(Sendable, ValueError):
    """A position in the area to avoid, or on a shoal that is closed."""

    def __init__(self, point: Point, shoal: str | None = None) -> None:
        self.point, self.shoal = point, shoal
        where = "in the area to avoid" if shoal is None else f"on the shoal '{shoal}'"
        super().__init__(f"{_text(point)} lies {where}")


class NoWayBySea(Sendable, ValueError):  # it is a result as much as an error
    """The sea between two positions is closed.

    Attributes
    ----------
    closed : tuple of str
        Gates that were closed.
    """

    def __init__(self, start: Point, end: Point, closed: Iterable[str], avoiding: bool) -> None:
        self.closed = tuple(sorted(closed))
        what = f"with {', '.join(self.closed)} closed" if self.closed else "with nothing closed"
        if avoiding:
            what += " and the area to avoid kept out of"
        super().__init__(f"no way by sea from {_text(start)} to {_text(end)} {what}")


@dataclass(frozen=True)
class Call:
    """One question to the network.

    Attributes
    ----------
    start, end : (lon, lat)
    via : tuple of gate id or (lon, lat)
        What to pass, in order.
    close : frozenset of str
        Ids of all gates that may not be passed, and of shoals that may not be run over.
    """

    start: Point
    end: Point
    via: tuple[str | Point, ...] = ()
    close: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Leg:
    """One straight run (arc of a great circle) of a route.

    Attributes
    ----------
    start, end : (lon, lat)
        In -180..180.
    km : float
    gates : tuple of str
        Gates crossed, in order.
    channel : bool
        Part of a canal or channel that the coast does not show.
    """

    start: Point
    end: Point
    km: float
    gates: tuple[str, ...]
    channel: bool


@dataclass(frozen=True)
class Route:
    """A way by sea.

    Attributes
    ----------
    start, end : (lon, lat)
        Where the drawn line begins and ends: on water.
    moved_km : (float, float)
        How far these lie from the positions asked for.
    gates : tuple of str
        Ids of the gates passed, in order.
    km : float
        Length of the drawn line on the WGS 84 ellipsoid.
    geometry : LineString
        Great circles drawn with a vertex at least every 25 km; longitudes run on across 180°.
    cost : float
        What the network minimised: kilometres, and tolls for passing close to land.
    turns : ndarray of float, shape (legs + 1, 2)
        Where it begins, turns and ends; in -180..180.
    leg_km, leg_gates, leg_channel
        Of each leg, as in `Leg`; `legs` puts them together.
    """

    start: Point
    end: Point
    moved_km: tuple[float, float]
    gates: tuple[str, ...]
    km: float
    geometry: LineString
    cost: float
    turns: NDArray[np.floating[Any]] = field(compare=False)
    leg_km: NDArray[np.floating[Any]] = field(compare=False)
    leg_gates: tuple[tuple[str, ...], ...]
    leg_channel: tuple[bool, ...]

    @cached_property
    def legs(self) -> tuple[Leg, ...]:
        """Straight runs from turn to turn."""
        points = [(lon, lat) for lon, lat in self.turns.tolist()]
        rest = zip(self.leg_km.tolist(), self.leg_gates, self.leg_channel, strict=True)
        return tuple(
            Leg(start, end, km, gates, channel)
            for (start, end), (km, gates, channel) in zip(pairwise(points), rest, strict=True)
        )

    @property
    def nm(self) -> float:
        """Length in nautical miles."""
        return self.km / NM_KM

    def days(self, speed_kn: float) -> float:
        """Days under way at a speed in knots, without waiting."""
        return self.nm / speed_kn / 24

    @property
    def exchange(self) -> BaseGeometry:
        """The drawn line as RFC 7946 wants it, cut at 180°."""
        cut: BaseGeometry = geodesy.split(self.geometry)
        return cut

    def __repr__(self) -> str:
        """Say the route in one line."""
        way = ", ".join(self.gates) or "open sea"
        return f"<Route {_text(self.start)} to {_text(self.end)}: {self.nm:,.0f} nm by {way}>"


def _text(point: Point) -> str:
    return f"{point[0]:g},{point[1]:g}"
