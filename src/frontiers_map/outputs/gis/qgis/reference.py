"""The reference system of a QGIS project, chosen by what its map shows.

Whole oceans stand in Equal Earth, whose areas are true: EPSG:8859 round 150°E or EPSG:8857 round
Greenwich, whichever's middle is nearer, because the layers are cut where both end. A view whose
corners lie within `NEAR` of its middle would lean there: it stands in Lambert's azimuthal
equal-area projection round its own middle, or round the pole if it goes round that.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from xml.sax.saxutils import escape

import numpy as np

__all__ = ["DEGREES", "Reference", "chosen"]

NEAR = 45.0  # degrees on the globe
_ROUND = 300.0  # degrees of longitude from which on a view goes round the world
# Where a view shows both edges of the map and little above and below, QGIS 3.40 takes the box of
# the view in degrees the wrong way round the globe, and leaves out what lies there. Its own check
# finds that out for higher views, and it reads everything.
WIDEST = 1.95


@dataclass(frozen=True)
class Reference:
    """A reference system: its EPSG code, or the middle of an azimuthal projection of its own.

    Attributes
    ----------
    lon, lat : float
        The middle of the map, degrees; `lat` counts for an azimuthal projection.
    code : int
        Of EPSG; 0 for one of its own.
    """

    lon: float
    lat: float = 0.0
    code: int = 0

    @property
    def key(self) -> str:
        """What PROJ knows it by."""
        if self.code:
            return f"EPSG:{self.code}"
        return f"+proj=laea +lat_0={self.lat:g} +lon_0={self.lon:g} +datum=WGS84 +units=m +type=crs"

    def xml(self) -> str:
        """Describe it so that QGIS believes it."""
        return _xml(self.key, self.code)

    def extent(self, box: Sequence[float]) -> tuple[float, float, float, float]:
        """Bounds in this system of a box west, south, east, north in degrees.

        Longitudes may exceed 180; what lies beyond the projection's edge is drawn in to it. A view
        that is wider than `WIDEST` times its height is made higher.
        """
        lon, lat = _edge(box)
        if self.code:
            turn = round((sum(box[::2]) / 2 - self.lon) / 360) * 360
            lon = np.clip(lon - turn, self.lon - 179.9, self.lon + 179.9)
        x, y = _forward(self.key).transform((lon + 180) % 360 - 180, lat)  # type: ignore[attr-defined]
        x, y = x[np.isfinite(x)], y[np.isfinite(y)]
        more = max((x.max() - x.min()) / WIDEST - (y.max() - y.min()), 0) / 2
        return (
            float(np.floor(x.min())), float(np.floor(y.min() - more)),
            float(np.ceil(x.max())), float(np.ceil(y.max() + more)),
        )  # fmt: skip


DEGREES = Reference(0.0, code=4326)


def chosen(box: Sequence[float]) -> Reference:
    """Give the system for a view of west, south, east, north in degrees.

    Examples
    --------
    >>> chosen((9, 53, 31, 66)).key
    '+proj=laea +lat_0=60 +lon_0=20 +datum=WGS84 +units=m +type=crs'
    >>> chosen((-30, -45, 290, 62)).key, chosen((-100, -40, 60, 60)).key
    ('EPSG:8859', 'EPSG:8857')
    """
    west, south, east, north = box
    middle = ((west + east) / 2 + 180) % 360 - 180
    around = east - west >= _ROUND
    pole = math.copysign(90.0, north + south)
    lat = (
        pole if around and min(abs(south), abs(north)) > 0 < south * north else (south + north) / 2
    )
    lon, edge = np.radians(_edge(box))
    turned = np.radians(middle)
    cosine = math.sin(math.radians(lat)) * np.sin(edge) + math.cos(math.radians(lat)) * np.cos(
        edge
    ) * np.cos(lon - turned)
    if np.degrees(np.arccos(np.clip(cosine, -1, 1))).max() <= NEAR:
        return Reference(0.0 if abs(lat) == 90 else float(round(middle)), float(round(lat)))
    if math.cos(math.radians(middle - 150)) >= math.cos(math.radians(middle)):
        return Reference(150.0, code=8859)
    return Reference(0.0, code=8857)


def _edge(box: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
    """Longitudes and latitudes along the edge of a box."""
    west, south, east, north = box
    lon = np.linspace(west, east, 61)
    lat = np.linspace(max(south, -89.9), min(north, 89.9), 61)
    return (
        np.concatenate([lon, lon, np.full(61, west), np.full(61, east)]),
        np.concatenate([np.full(61, lat[0]), np.full(61, lat[-1]), lat, lat]),
    )


@cache
def _xml(key: str, code: int) -> str:
    import pyproj

    system = pyproj.CRS.from_user_input(key)
    # QGIS takes a code's word if `srsid` is that of a known system, else the WKT's
    srsid = 3452 if code == 4326 else 60000 + code if code else 0
    name = system.name if code else "Lambert azimuthal equal-area"
    return (
        f"<spatialrefsys><wkt>{escape(system.to_wkt('WKT2_2019'))}</wkt>"
        f"<proj4>{escape(key if not code else '')}</proj4><srsid>{srsid}</srsid>"
        f"<authid>{f'EPSG:{code}' if code else ''}</authid>"
        f"<description>{escape(name)}</description>"
        f"<geographicflag>{'true' if system.is_geographic else 'false'}</geographicflag>"
        "</spatialrefsys>"
    )


@cache
def _forward(key: str) -> object:
    from pyproj import Transformer

    return Transformer.from_crs("EPSG:4326", key, always_xy=True)
