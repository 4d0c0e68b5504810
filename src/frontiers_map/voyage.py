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

from frontiers_map import areas, geodesy
from frontiers_map.atlas import Atlas
from frontiers_map.errors import CallError

__all__ = ["KNOTS", "End", "Voyage", "label", "table_of"]

End = str | tuple[float, float]
KNOTS = 17.0


@dataclass(frozen=True)
class Voyage:
    """A way by sea between two named ends.

    Attributes
    ----------
    start, end : str
        Ids, or ``lon,lat``.
    nm, km : float
        Length on the WGS 84 ellipsoid, canals and channels included.
    gates : tuple of str
        Ids of the gates passed, in order.
    closed, via : tuple of str
        What was asked for: gates closed, gates and places to pass.
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

    @cached_property
    def regions(self) -> Mapping[str, float]:
        """Share of the length in each region of the atlas, 0 to 1, without those not touched."""
        frame = self.atlas.regions
        parts = areas.shares([self.geometry], list(frame.geometry))[0]
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
            "geometry": _rfc7946(self.geometry),
        }

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
            ("from", self.start),
            ("to", self.end),
            ("length", f"{self.nm:,.0f} nm ({self.km:,.0f} km)"),
            ("time", f"{self.days(speed_kn):.1f} days at {speed_kn:g} knots, without waiting"),
            ("gates", ", ".join(self.gates) or "none"),
            ("closed", ", ".join(self.closed)),
            ("by", ", ".join(self.via)),
            (
                "regions",
                ", ".join(f"{k} {part:.0%}" for k, part in self.regions.items() if part >= 0.005),
            ),
        ]
        for place, moved in zip((self.start, self.end), self.moved_km, strict=True):
            if moved >= 0.05:
                rows.append(("note", f"{place} lies {moved:.1f} km from navigable water"))
        return "\n".join(f"{key:<8} {value}" for key, value in rows if value)


def table_of(
    pairs: Sequence[tuple[End, End]],
    found: Sequence[Voyage | CallError],
    *,
    ids: Sequence[str] | None = None,
    speed_kn: float = KNOTS,
) -> gpd.GeoDataFrame:
    """Put voyages, and why there is none, into a table.

    Parameters
    ----------
    pairs, found
        What was asked, and the answers of `World.routes`.
    ids
        Of the rows; their numbers from 1 if None.
    speed_kn

    Returns
    -------
    GeoDataFrame
        One row a pair: id, from, to, nm, km, days, gates, error (empty where there is a way).
    """
    ways = [item if isinstance(item, Voyage) else None for item in found]
    columns = {
        "id": list(ids or map(str, range(1, len(pairs) + 1))),
        "from": [label(start) for start, _ in pairs],
        "to": [label(end) for _, end in pairs],
        "nm": [way and round(way.nm, 1) for way in ways],
        "km": [way and round(way.km, 1) for way in ways],
        "days": [way and round(way.days(speed_kn), 2) for way in ways],
        "gates": [way.gates if way else () for way in ways],
        "error": ["" if isinstance(item, Voyage) else str(item) for item in found],
    }
    lines = [way and way.geometry for way in ways]
    return gpd.GeoDataFrame(columns, geometry=lines, crs="EPSG:4326")


def label(end: End) -> str:
    """Give an end as a reader knows it."""
    return end if isinstance(end, str) else f"{end[0]:g},{end[1]:g}"


def _rfc7946(line: BaseGeometry) -> Any:
    split = shapely.set_precision(geodesy.split(line), 0)
    return json.loads(shapely.to_geojson(shapely.transform(split, lambda c: np.round(c, 6))))
