"""When a ship is where: its start, the gates in order, its end; canals take their own time."""

from __future__ import annotations

import csv
import datetime
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import shapely
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from frontiers_map.errors import CallError
from frontiers_map.geo import geodesy
from frontiers_map.sea.metric import NM_KM

__all__ = ["Stop", "canal_hours", "departure", "timetable"]

_TURNS = (-360.0, 0.0, 360.0)


@dataclass(frozen=True)
class Stop:
    """A place on the way.

    Attributes
    ----------
    place : str
        ``from``, ``to``, or the id of a gate.
    lon, lat : float
        In ±180.
    nm, leg_nm : float
        From the start, and from the place before.
    eta : datetime
        UTC.
    wait_hours : float
        What a canal takes beyond its length at the ship's speed; it counts for what comes after.
    """

    place: str
    lon: float
    lat: float
    nm: float
    leg_nm: float
    eta: datetime.datetime
    wait_hours: float

    def __str__(self) -> str:
        """Say it in one line."""
        wait = f", then {self.wait_hours:.0f} hours for the canal" if self.wait_hours else ""
        return f"{self.eta:%Y-%m-%d %H:%M} UTC {self.place}, {self.nm:,.0f} nm{wait}"

    def as_dict(self) -> dict[str, Any]:
        """Give it as plain values."""
        return {
            "place": self.place, "lon": round(self.lon, 6), "lat": round(self.lat, 6),
            "nm": round(self.nm, 1), "leg_nm": round(self.leg_nm, 1),
            "eta": f"{self.eta:%Y-%m-%dT%H:%MZ}", "wait_hours": round(self.wait_hours, 1),
        }  # fmt: skip


def departure(text: str) -> datetime.datetime:
    """Read a day or an hour (ISO 8601); UTC unless it says another zone.

    Raises
    ------
    CallError
        If it is none.
    """
    try:
        found = datetime.datetime.fromisoformat(text.strip())
    except ValueError:
        raise CallError(
            f"depart: found '{text}'; allowed: a day or an hour such as 2026-12-02T06:00"
        ) from None
    if found.tzinfo is None:
        return found.replace(tzinfo=datetime.UTC)
    return found.astimezone(datetime.UTC)


@cache
def canal_hours() -> dict[str, tuple[float, float]]:
    """Hours from arrival to departure, waiting included, and nautical miles, by canal.

    ``canals.csv`` says where each is from.
    """
    text = files("frontiers_map").joinpath("data/canals.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {row["gate"]: (float(row["hours"]), float(row["length_nm"])) for row in rows}


def timetable(
    line: LineString,
    passed: list[tuple[str, BaseGeometry]],
    depart: datetime.datetime,
    speed_kn: float,
) -> tuple[Stop, ...]:
    """Reckon when a ship passes each gate and arrives.

    Parameters
    ----------
    line
        Drawn way; longitudes run on across 180°.
    passed
        Ids and lines of the gates that it passes, in order.
    depart, speed_kn
        Speed under way, all the way.
    """
    path = shapely.get_coordinates(line)
    steps = shapely.linestrings(np.stack([path[:-1], path[1:]], axis=1))
    along = np.concatenate([[0.0], np.cumsum(geodesy.length_m(steps) / 1000)]) / NM_KM
    places = [("from", path[0], 0.0)]
    for name, gate in passed:
        before = places[-1][2]
        copies = [shapely.transform(gate, lambda c, t=turn: c + [t, 0.0]) for turn in _TURNS]
        whole = shapely.union_all(copies)
        for n in np.flatnonzero(shapely.intersects(whole, steps)).tolist():
            point = shapely.get_coordinates(shapely.intersection(steps[n], whole))[0]
            part = shapely.linestrings([path[n], point])
            at = float(along[n] + geodesy.length_m(part) / 1000 / NM_KM)
            if at >= before - 1e-6:
                places.append((name, point, at))
                break
    places.append(("to", path[-1], float(along[-1])))
    stops: list[Stop] = []
    waited = 0.0
    for n, (name, point, nm) in enumerate(places):
        eta = depart + datetime.timedelta(hours=nm / speed_kn + waited)
        hours, length = canal_hours().get(name, (0.0, 0.0))
        wait = max(hours - length / speed_kn, 0.0)
        lon, lat = float(geodesy.fold(point[0])), float(point[1])
        stops.append(Stop(name, lon, lat, nm, nm - places[max(n - 1, 0)][2], eta, wait))
        waited += wait
    return tuple(stops)
