"""Which areas a way passes: how far in each, in order, where in and where out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from frontiers_map.atlas import geojson
from frontiers_map.geo import geodesy
from frontiers_map.sea.metric import NM_KM

__all__ = ["ECA", "ECA_NOTE", "Visit", "read_zones", "visits"]

# asks for the emission control areas that come with the package
ECA = "eca"
ECA_NOTE = (
    "eca: not in it, for want of their corners in an open source, are the areas of the Norwegian "
    "Sea and the Canadian Arctic"
)
_TURNS = (-360.0, 0.0, 360.0)

Zones = Sequence[tuple[str, BaseGeometry]]


@dataclass(frozen=True)
class Visit:
    """A run of a way through an area.

    Attributes
    ----------
    zone : str
        Name of the area.
    nm, share : float
        Length within, and its part of the way, 0 to 1.
    entry, exit : (lon, lat)
        In ±180; the ends of the way where it begins or ends within.
    entry_nm, exit_nm : float
        How far from the start these are.
    """

    zone: str
    nm: float
    share: float
    entry: tuple[float, float]
    exit: tuple[float, float]
    entry_nm: float
    exit_nm: float

    def __str__(self) -> str:
        """Say it in one line."""
        places = [f"{lon:.2f},{lat:.2f}" for lon, lat in (self.entry, self.exit)]
        return (
            f"{self.zone}: {self.nm:,.0f} nm ({self.share:.1%}), from {places[0]} "
            f"at {self.entry_nm:,.0f} nm to {places[1]} at {self.exit_nm:,.0f} nm"
        )

    def as_dict(self) -> dict[str, Any]:
        """Give it as plain values."""
        return {
            "zone": self.zone, "nm": round(self.nm, 1), "share": round(self.share, 4),
            "entry": [round(c, 6) for c in self.entry], "exit": [round(c, 6) for c in self.exit],
            "entry_nm": round(self.entry_nm, 1), "exit_nm": round(self.exit_nm, 1),
        }  # fmt: skip


def read_zones(path: Path | str) -> list[tuple[str, BaseGeometry]]:
    """Read areas from a file of polygons; ``eca`` gives those of the package.

    Raises
    ------
    CallError
        If the file is none of polygons.
    """
    if str(path) == ECA and not Path(path).exists():
        return geojson.polygons(Path(str(files("frontiers_map").joinpath("data/eca.geojson"))))
    return geojson.polygons(Path(path))


def visits(line: LineString, zones: Zones) -> list[Visit]:
    """Find where a way runs through areas, in the order in which it comes to them.

    Lengths are of geodesics on WGS 84 between the vertices of the drawn line, which are 25 km
    apart at most; borders are straight in longitude and latitude, as written.

    Parameters
    ----------
    line
        Drawn way; longitudes run on across 180°.
    zones
        Names and polygons; longitudes may run on across 180°.

    Returns
    -------
    list of Visit
        An area that is passed twice is there twice. Areas may overlap.
    """
    path = shapely.get_coordinates(line)
    if len(path) < 2:
        return []
    steps = shapely.linestrings(np.stack([path[:-1], path[1:]], axis=1))
    km = geodesy.path_lengths(path[:, 0], path[:, 1], [0]) / 1000
    along = np.concatenate([[0.0], np.cumsum(geodesy.length_m(steps) / 1000)]) / NM_KM
    whole = float(km[0]) / NM_KM
    found = []
    for name, area in zones:
        copies = [shapely.transform(area, lambda c, t=turn: c + [t, 0.0]) for turn in _TURNS]
        west, _, east, _ = line.bounds
        near = [one for one in copies if one.bounds[0] <= east and one.bounds[2] >= west]
        if not near:
            continue
        place = shapely.union_all(near)
        shapely.prepare(place)
        runs: list[list[Any]] = []  # first and last point, and how far from the start they are
        for n in np.flatnonzero(shapely.intersects(place, steps)).tolist():
            for part in _parts(shapely.intersection(steps[n], place), path[n]):
                first, last = shapely.get_coordinates(part)[[0, -1]]
                ends = [along[n] + _nm(path[n], point) for point in (first, last)]
                if runs and ends[0] - runs[-1][3] < 1e-6:  # it went on, it did not come back
                    runs[-1][1], runs[-1][3] = last, ends[1]
                else:
                    runs.append([first, last, *ends])
        found += [
            Visit(name, b - a, (b - a) / whole, _point(first), _point(last), a, b)
            for first, last, a, b in runs
            if b - a > 1e-6
        ]
    return sorted(found, key=lambda visit: (visit.entry_nm, visit.zone))


def _parts(shape: BaseGeometry, start: Any) -> list[BaseGeometry]:
    """Give the lines of what a step has in common with an area, in the step's direction."""
    lines = [part for part in shapely.get_parts(shape) if part.geom_type == "LineString"]

    def ahead(point: Any) -> float:
        return float(np.hypot(*(point - start)))

    turned = []
    for line in lines:
        ends = shapely.get_coordinates(line)[[0, -1]]
        turned.append(line if ahead(ends[0]) <= ahead(ends[1]) else shapely.reverse(line))
    return sorted(turned, key=lambda line: ahead(shapely.get_coordinates(line)[0]))


def _nm(one: Any, two: Any) -> float:
    return float(geodesy.length_m(shapely.linestrings([one, two]))) / 1000 / NM_KM


def _point(point: Any) -> tuple[float, float]:
    return float(geodesy.fold(point[0])), float(point[1])
