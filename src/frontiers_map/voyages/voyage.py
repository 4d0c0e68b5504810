"""What a way by sea is to a reader: named ends, miles, days, gates, shares of regions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from frontiers_map.atlas.atlas import Atlas
from frontiers_map.errors import CallError, one_line
from frontiers_map.geo import geodesy, overlay
from frontiers_map.voyages import positions
from frontiers_map.voyages.emissions import Burnt
from frontiers_map.voyages.timetable import Stop
from frontiers_map.voyages.vessels import Vessel
from frontiers_map.voyages.zones import Visit

__all__ = ["KNOTS", "End", "Voyage", "label", "table_of"]

End = str | tuple[float, float]
KNOTS = 17.0
# An opening that would shorten a way by less than this part of it is not worth a word.
OPENING_COUNTS = 0.02


@dataclass(frozen=True)
class Voyage:
    """A way by sea between two named ends.

    Attributes
    ----------
    start, end : str
        Ids of the atlas, UN/LOCODEs, or ``lon,lat``.
    names : tuple of str
        What start and end are called; empty where only a position was given.
    nm, km : float
        Length on the WGS 84 ellipsoid, canals and channels included.
    gates : tuple of str
        Ids of the gates passed, in order.
    closed, opened, via : tuple of str
        What was asked for: gates closed, gates opened, gates and places to pass.
    vessel : Vessel or None
        The ship; None is one that any charted strait takes.
    shut : mapping of str to str
        Gates and shoals on a shorter way that this ship may not pass, and why.
    shoals : tuple of str
        Shoals of the atlas that the way runs over: its ship does not touch them.
    alternatives : tuple of Voyage
        Other ways, each by another set of gates, shortest first; empty where they were not asked.
    zones : tuple of Visit
        Where it runs through the areas that were asked for, in order.
    stops : tuple of Stop
        When it is where, if a departure was given; canals take their own time.
    burnt : Burnt or None
        Fuel and CO2, estimated, if the deadweight was given.
    nm_open : float or None
        Length with these open; None where it was not asked or nothing is shut.
    moved_km : tuple of float
        How far the start and the end were moved to reach water.
    geometry : LineString
        Drawn line; longitudes run on across 180°.
    atlas : Atlas
        Whose regions count.
    """

    start: str
    end: str
    nm: float
    km: float
    gates: tuple[str, ...]
    closed: tuple[str, ...]
    via: tuple[str, ...]
    moved_km: tuple[float, float]
    geometry: LineString
    atlas: Atlas = field(repr=False, compare=False)
    opened: tuple[str, ...] = ()
    names: tuple[str, str] = ("", "")
    vessel: Vessel | None = None
    shut: Mapping[str, str] = field(default_factory=dict)
    nm_open: float | None = None
    alternatives: tuple[Voyage, ...] = ()
    zones: tuple[Visit, ...] = ()
    stops: tuple[Stop, ...] = ()
    burnt: Burnt | None = None
    shoals: tuple[str, ...] = ()

    @cached_property
    def regions(self) -> Mapping[str, float]:
        """Share of the length in each region of the atlas, 0 to 1, without those not touched."""
        frame = self.atlas.regions
        parts = overlay.shares([self.geometry], list(frame.geometry))[0]
        return {
            str(name): float(part)
            for name, part in zip(frame["id"], parts, strict=True)
            if part >= 0.0005
        }

    def __repr__(self) -> str:
        """Say the voyage in one line."""
        way = ", ".join(self.gates) or "open sea"
        return f"<Voyage {self.start} to {self.end}: {self.nm:,.0f} nm by {way}>"

    def days(self, speed_kn: float = KNOTS) -> float:
        """Days under way at a speed in knots, without waiting."""
        return self.nm / speed_kn / 24

    def as_dict(self, speed_kn: float = KNOTS) -> dict[str, Any]:
        """Give the voyage as plain values, geometry in RFC 7946 form (split at 180°)."""
        return {
            "from": self.start,
            "to": self.end,
            "nm": round(self.nm, 1),
            "km": round(self.km, 1),
            "days": round(self.days(speed_kn), 2),
            "speed_kn": speed_kn,
            "gates": list(self.gates),
            "regions": {key: round(value, 4) for key, value in self.regions.items()},
            "closed": list(self.closed),
            "via": list(self.via),
            "open": list(self.opened),
            "ship": str(self.vessel) if self.vessel else None,
            "shut": dict(self.shut),
            "nm_if_open": None if self.nm_open is None else round(self.nm_open, 1),
            "moved_km": [round(moved, 2) for moved in self.moved_km],
            **(self.burnt.as_dict() if self.burnt else {}),
            **({"stops": [stop.as_dict() for stop in self.stops]} if self.stops else {}),
            **({"zones": [visit.as_dict() for visit in self.zones]} if self.zones else {}),
            **({"alternatives": self._added(speed_kn)} if self.alternatives else {}),
            "geometry": _rfc7946(self.geometry),
        }

    def _added(self, speed_kn: float) -> list[dict[str, Any]]:
        """Give the other ways as plain values, with what each adds."""
        return [
            {
                **{key: value for key, value in other.as_dict(speed_kn).items()
                   if key in ("nm", "km", "days", "gates", "regions", "geometry")},
                "added_nm": round(other.nm - self.nm, 1),
                "added_days": round(other.days(speed_kn) - self.days(speed_kn), 2),
            }
            for other in self.alternatives
        ]  # fmt: skip

    def json(self, speed_kn: float = KNOTS) -> str:
        """Give the voyage as a JSON object."""
        return json.dumps(self.as_dict(speed_kn), indent=2)

    def geojson(self, speed_kn: float = KNOTS) -> str:
        """Give the voyage as one GeoJSON Feature."""
        properties = self.as_dict(speed_kn)
        geometry = properties.pop("geometry")
        return json.dumps(
            {"type": "Feature", "properties": properties, "geometry": geometry}, indent=2
        )

    def table(self, speed_kn: float = KNOTS) -> str:
        """Give the voyage as lines for a person."""
        rows = [
            ("from", self._named(0)),
            ("to", self._named(1)),
            ("length", f"{self.nm:,.0f} nm ({self.km:,.0f} km)"),
            ("time", f"{self.days(speed_kn):.1f} days at {speed_kn:g} knots, without waiting"),
            ("gates", ", ".join(self.gates) or "none"),
            ("closed", ", ".join(self.closed)),
            ("opened", ", ".join(self.opened)),
            ("by", ", ".join(self.via)),
            ("ship", str(self.vessel or "")),
            (
                "regions",
                ", ".join(f"{k} {part:.0%}" for k, part in self.regions.items() if part >= 0.005),
            ),
        ]
        for place, moved in zip((self.start, self.end), self.moved_km, strict=True):
            if moved >= 0.05:
                rows.append(("note", f"{place} lies {moved:.1f} km from navigable water"))
        rows += [
            ("or", f"{other.nm:,.0f} nm, {other.nm - self.nm:,.0f} more and "
             f"{other.days(speed_kn) - self.days(speed_kn):.1f} days, by "
             f"{', '.join(other.gates) or 'open sea'}")
            for other in self.alternatives
        ]  # fmt: skip
        rows += [("fuel", str(self.burnt or ""))]
        rows += [("zone", str(visit)) for visit in self.zones]
        rows += [("at", str(stop)) for stop in self.stops]
        rows += [("note", told) for told in self.shut_in_words()]
        return "\n".join(one_line(f"{key:<8} {value}") for key, value in rows if value)

    def shut_in_words(self) -> list[str]:
        """Say what is shut to this ship on a shorter way, why, what it costs and how to open it.

        For no ship in particular only what would change the length by more than 2 %.
        """
        if self.nm_open is None or not self.shut:
            return []
        more = self.nm - self.nm_open
        if more < 0.5 or (self.vessel is None and more <= OPENING_COUNTS * self.nm):
            return []
        told = [f"{gate} is shut to {self.vessel or 'all ships'}: {why}" for gate, why in
                self.shut.items()]  # fmt: skip
        names = " ".join(f"--open {gate}" for gate in self.shut)
        return [*told, f"{names} would make it {self.nm_open:,.0f} nm, {more:,.0f} less"]

    def _named(self, end: int) -> str:
        code = (self.start, self.end)[end]
        return f"{self.names[end]} ({code})" if self.names[end] else code


def table_of(
    pairs: Sequence[tuple[End, End]],
    found: Sequence[Voyage | CallError],
    *,
    ids: Sequence[str] | None = None,
    speed_kn: float | Sequence[float] = KNOTS,
) -> gpd.GeoDataFrame:
    """Put voyages, and why there is none, into a table.

    Parameters
    ----------
    pairs, found
        What was asked, and the answers of `World.routes`.
    ids
        Of the rows; their numbers from 1 if None.
    speed_kn
        One for all, or one a row.

    Returns
    -------
    GeoDataFrame
        One row a pair: id, from, to, what was asked (via, close, open, ship, draught_m,
        speed_kn), nm, km, days, gates, how far both ends were moved to reach water, error (empty
        where there is a way). `from` and `to` are as asked, so that the table can be asked again.
    """
    ways = [item if isinstance(item, Voyage) else None for item in found]
    knots = [speed_kn] * len(ways) if isinstance(speed_kn, float | int) else list(speed_kn)
    columns = {
        "id": list(ids or map(str, range(1, len(pairs) + 1))),
        "from": [label(start) for start, _ in pairs],
        "to": [label(end) for _, end in pairs],
        "via": [way.via if way else () for way in ways],
        "close": [way.closed if way else () for way in ways],
        "open": [way.opened if way else () for way in ways],
        "ship": [way.vessel.id if way and way.vessel else "" for way in ways],
        "draught_m": [way.vessel.draught_m if way and way.vessel else None for way in ways],
        "speed_kn": knots,
        "nm": [way and round(way.nm, 1) for way in ways],
        "km": [way and round(way.km, 1) for way in ways],
        "days": [way and round(way.days(speed), 2) for way, speed in zip(ways, knots, strict=True)],
        "gates": [way.gates if way else () for way in ways],
        "moved_from_km": [way and round(way.moved_km[0], 2) for way in ways],
        "moved_to_km": [way and round(way.moved_km[1], 2) for way in ways],
        "error": ["" if isinstance(item, Voyage) else str(item) for item in found],
    }
    lines = [way and way.geometry for way in ways]
    return gpd.GeoDataFrame(columns, geometry=lines, crs="EPSG:4326")


def label(end: End) -> str:
    """Give an end as a reader knows it."""
    return end if isinstance(end, str) else positions.text_of(end)


def _rfc7946(line: BaseGeometry) -> Any:
    split = shapely.set_precision(geodesy.split(line), 0)
    return json.loads(shapely.to_geojson(shapely.transform(split, lambda c: np.round(c, 6))))
