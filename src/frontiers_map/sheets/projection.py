"""From longitude and latitude to millimetres on the page, and back.

Each map frame chooses its projection:

- ``equal_earth``: areas are true, so a sheet may print an area; both ends of a wide view lean but
  stay readable. With ``+over`` longitudes run on past ±180 from the centre and the rectangle is
  filled to its corners without a seam.
- ``mercator``: shapes and bearings are true, for insets of a few tens of degrees.
- ``lambert``: Lambert azimuthal equal-area round the centre of the view: true areas, one scale for
  a small inset, and great circles nearly straight across a continent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from shapely.geometry import Polygon, box
from shapely.geometry.base import BaseGeometry

__all__ = ["Frame", "Projection", "Rect", "fit", "fit_scale"]

Projection = Literal["equal_earth", "mercator", "lambert"]
Floats = NDArray[np.float64]
TURNS: Final = (-360.0, 0.0, 360.0)


@dataclass(frozen=True)
class Rect:
    """A rectangle on the page: left, bottom, right, top in millimetres from the lower left."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        """Millimetres across."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Millimetres up."""
        return self.y1 - self.y0

    @property
    def polygon(self) -> Polygon:
        """The rectangle as a polygon."""
        return box(self.x0, self.y0, self.x1, self.y1)

    def grown(self, by: float) -> Rect:
        """Give the rectangle moved outward (inward if negative) on all sides."""
        return Rect(self.x0 - by, self.y0 - by, self.x1 + by, self.y1 + by)


@dataclass(frozen=True)
class Frame:
    """A map's rectangle on the page and how the world gets into it.

    Attributes
    ----------
    rect
        Where on the page.
    kind, lon_0, lat_0
        The projection and its centre, degrees.
    scale
        Millimetres on paper per metre in the projection's plane.
    shift
        Millimetres added after scaling.
    """

    rect: Rect
    kind: Projection
    lon_0: float
    lat_0: float
    scale: float
    shift: tuple[float, float]
    _transformers: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def clip(self) -> Polygon:
        """The rectangle, prepared for many intersections."""
        shape = self.rect.polygon
        shapely.prepare(shape)
        return shape

    def page(self, coordinates: Floats) -> Floats:
        """Project longitudes and latitudes, shape (n, 2), to millimetres; inf where it cannot."""
        lon, lat = coordinates[:, 0], coordinates[:, 1]
        if self.kind == "mercator":
            lat = np.clip(lat, -85.0, 85.0)
        x, y = _pipeline(self.kind, self.lon_0, self.lat_0).transform(lon, lat)
        return np.column_stack((x * self.scale + self.shift[0], y * self.scale + self.shift[1]))

    def geographic(self, coordinates: Floats) -> Floats:
        """Give longitude and latitude of points on the page; inf off the world."""
        x = (coordinates[:, 0] - self.shift[0]) / self.scale
        y = (coordinates[:, 1] - self.shift[1]) / self.scale
        lon, lat = _pipeline(self.kind, self.lon_0, self.lat_0).transform(x, y, direction="INVERSE")
        return np.column_stack((lon, lat))

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north that cover what the rectangle shows."""
        across = np.linspace(self.rect.x0, self.rect.x1, 61)
        up = np.linspace(self.rect.y0, self.rect.y1, 61)
        grid = np.stack(np.meshgrid(across, up), -1).reshape(-1, 2)
        found = self.geographic(grid)
        found = found[np.isfinite(found).all(1)]
        if self.kind == "lambert":  # its longitudes jump at 180°, wherever the frame lies
            found[:, 0] = (found[:, 0] - self.lon_0 + 180) % 360 - 180 + self.lon_0
        west, south = found.min(0)
        east, north = found.max(0)
        if self.kind == "lambert":
            ahead = self.page(np.array([[self.lon_0, 90.0], [self.lon_0, -90.0]]))
            polar = [shapely.intersects_xy(self.clip, *point) for point in ahead]
            if polar[0]:
                west, east, north = self.lon_0 - 180, self.lon_0 + 180, 90.0
            if polar[1]:
                west, east, south = self.lon_0 - 180, self.lon_0 + 180, -90.0
        else:
            # past the poles' ends of a pseudocylinder the inverse is silent
            west = max(west - 2, self.lon_0 - 330)
            east = min(east + 2, self.lon_0 + 330)
        return float(west), max(-89.9, float(south) - 1), float(east), min(89.9, float(north) + 1)

    def put(self, geometry: BaseGeometry, *, margin: float = 0.0) -> BaseGeometry:
        """Project a geometry as it stands and clip it to the rectangle, grown by `margin` mm."""
        shape = shapely.transform(geometry, self.page)
        if not np.isfinite(shapely.get_coordinates(shape)).all():
            shape = _finite(shape)
        if shape.is_empty:
            return shape
        if shape.geom_type.endswith("Polygon") and not shape.is_valid:
            shape = shapely.make_valid(shape)
        window = self.clip if margin == 0 else self.rect.grown(margin).polygon
        return shapely.intersection(shape, window)

    def put_all(self, geometry: BaseGeometry, *, margin: float = 0.0) -> BaseGeometry:
        """Do the same for every copy of the geometry, a turn of the globe apart, that shows."""
        west, _, east, _ = self.bounds
        parts = []
        for turn in TURNS if self.kind != "lambert" else (0.0,):
            low, _, high, _ = geometry.bounds
            if self.kind == "lambert" or (low + turn <= east and high + turn >= west):
                copy = shapely.transform(geometry, lambda c, by=turn: c + (by, 0.0))
                part = self.put(copy, margin=margin)
                if not part.is_empty:
                    parts.append(part)
        if not parts:
            return shapely.GeometryCollection()
        return parts[0] if len(parts) == 1 else shapely.union_all(parts)

    def point(self, lon: float, lat: float) -> tuple[float, float] | None:
        """Where a position falls in the rectangle, in the copy nearest its middle, or None."""
        turns = np.array(TURNS if self.kind != "lambert" else (0.0,))
        spots = self.page(np.column_stack((lon + turns, np.full(len(turns), lat))))
        inside = [
            (abs(x - (self.rect.x0 + self.rect.x1) / 2), float(x), float(y))
            for x, y in spots
            if self.rect.x0 <= x <= self.rect.x1 and self.rect.y0 <= y <= self.rect.y1
        ]
        return min(inside)[1:] if inside else None

    def metres_per_mm(self, lon: float, lat: float) -> float:
        """Metres on the ground along the parallel that a millimetre on paper spans here."""
        import math

        ends = self.page(np.array([[lon - 0.05, lat], [lon + 0.05, lat]]))
        ground = 0.1 * 111320.0 * math.cos(math.radians(lat))
        return ground / float(np.hypot(*(ends[1] - ends[0])))


def _pipeline(kind: str, lon_0: float, lat_0: float) -> Transformer:
    key = (kind, round(lon_0, 6), round(lat_0, 6))
    if key not in _MADE:
        step = {
            "equal_earth": f"+proj=eqearth +lon_0={lon_0} +over",
            "mercator": f"+proj=merc +lon_0={lon_0} +over",
            "lambert": f"+proj=laea +lon_0={lon_0} +lat_0={lat_0}",
        }[kind]
        _MADE[key] = Transformer.from_pipeline(
            "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad "
            f"+step {step} +ellps=WGS84"
        )
    return _MADE[key]


_MADE: dict[tuple[str, float, float], Transformer] = {}  # a transformer is costly and immutable


def _finite(geometry: BaseGeometry) -> BaseGeometry:
    """Drop the parts of a geometry that the projection could not place."""
    parts = [
        part
        for part in shapely.get_parts(geometry)
        if np.isfinite(shapely.get_coordinates(part)).all()
    ]
    return shapely.GeometryCollection(parts) if parts else shapely.GeometryCollection()


def fit(
    rect: Rect,
    view: tuple[float, float, float, float],
    kind: Projection,
    *,
    lon_0: float | None = None,
    lat_0: float | None = None,
) -> Frame:
    """Make the frame that shows all of `view` (west, south, east, north) in `rect`.

    What the rectangle has room for beside the view is shown too. The projection is centred on
    the view unless `lon_0` or `lat_0` say otherwise.
    """
    west, south, east, north = view
    centre = (
        (west + east) / 2 if lon_0 is None else lon_0,
        (south + north) / 2 if lat_0 is None else lat_0,
    )
    bare = Frame(rect, kind, centre[0], centre[1], 1.0, (0.0, 0.0))
    if kind == "lambert":
        edge = shapely.segmentize(box(west, south, east, north), 1.0).exterior
        outline = bare.page(np.asarray(edge.coords))
    else:
        # by the equator (or the parallel nearest it): there the view is widest
        widest = min(max(south, 0.0), north)
        outline = bare.page(
            np.array([[west, widest], [east, widest], [centre[0], south], [centre[0], north]])
        )
    low, high = outline.min(0), outline.max(0)
    scale = min(rect.width / (high[0] - low[0]), rect.height / (high[1] - low[1]))
    middle = (low + high) / 2 * scale
    return Frame(
        rect,
        kind,
        centre[0],
        centre[1],
        float(scale),
        (float((rect.x0 + rect.x1) / 2 - middle[0]), float((rect.y0 + rect.y1) / 2 - middle[1])),
    )


def fit_scale(rect: Rect, lon: float, lat: float, km_per_mm: float) -> Frame:
    """Make a Lambert frame centred on a position at a given scale."""
    return Frame(
        rect,
        "lambert",
        lon,
        lat,
        1 / (km_per_mm * 1000),
        ((rect.x0 + rect.x1) / 2, (rect.y0 + rect.y1) / 2),
    )
