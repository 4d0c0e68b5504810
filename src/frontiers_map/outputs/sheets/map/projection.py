"""From longitude and latitude to millimetres on the page, and back.

Each map frame chooses its projection:

- ``equal_earth``: areas are true, so a sheet may print an area; both ends of a wide view lean but
  stay readable. With ``+over`` longitudes run on past ±180 from the centre and the rectangle is
  filled to its corners without a seam.
- ``mercator``: shapes and bearings are true, for insets of a few tens of degrees.
- ``lambert``: Lambert azimuthal equal-area round the centre of the view: true areas, one scale for
  a small inset, and great circles nearly straight across a continent; round a pole, the polar map.

What is drawn is cut out on the globe before it is projected. `Frame.window` is what the rectangle
shows as a polygon in longitude and latitude, the rectangle's outline sent back through the
projection and closed along a pole that lies in it. On it every projection here is one to one and
continuous, so a ring that was right stays right. What was cut apart, at 180° or at the window's own
seam, meets again on the page and is joined there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Final, Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from shapely.geometry import LineString, MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

from frontiers_map.atlas.model.settings import MERCATOR_END

__all__ = ["Frame", "Projection", "Rect", "fit", "fit_scale"]

Projection = Literal["equal_earth", "mercator", "lambert"]
Floats = NDArray[np.float64]
POLE: Final = 89.9999  # degrees: at the pole itself a way back is not sure
REACH: Final = 179.0  # degrees from the middle of an azimuthal frame, short of the point opposite
SLACK: Final = 2.0  # mm by which a window is cut out larger than it is clipped
CLEAR: Final = 0.3  # mm that a window's outline keeps from a pole
AROUND: Final = 0.05  # of their span, round positions that a frame is to show
GRID: Final = 1e-4  # mm


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
        Millimetres added after turning and scaling.
    """

    rect: Rect
    kind: Projection
    lon_0: float
    lat_0: float
    scale: float
    shift: tuple[float, float]
    turn: float = 0.0  # degrees by which an azimuthal plane is turned, counter-clockwise
    _windows: dict[float, BaseGeometry] = field(default_factory=dict, compare=False, repr=False)

    def page(self, coordinates: Floats) -> Floats:
        """Project longitudes and latitudes, shape (n, 2), to millimetres; inf where it cannot."""
        lon, lat = coordinates[:, 0] - self.lon_0, coordinates[:, 1]
        # PROJ takes no longitude beyond 573°; but on an azimuthal plane, x goes with longitude
        turns = 1.0 if self.kind == "lambert" else 4.0
        if self.kind == "lambert":
            lon = (lon + 180) % 360 - 180
        elif self.kind == "mercator":
            lat = np.clip(lat, -MERCATOR_END, MERCATOR_END)
        x, y = _transformer(self.kind, self.lat_0).transform(lon / turns, lat)
        x, y = self._rotated(x * turns, y, 1)
        return np.column_stack((x * self.scale + self.shift[0], y * self.scale + self.shift[1]))

    def geographic(self, coordinates: Floats) -> Floats:
        """Give longitude and latitude of points on the page; not finite off the world.

        Longitudes of an azimuthal frame lie within 180° of its centre; those of others run on.
        """
        x = (coordinates[:, 0] - self.shift[0]) / self.scale
        y = (coordinates[:, 1] - self.shift[1]) / self.scale
        x, y = self._rotated(x, y, -1)
        lon, lat = _transformer(self.kind, self.lat_0).transform(x, y, direction="INVERSE")
        return np.column_stack((lon + self.lon_0, lat))

    def _rotated(self, x: Floats, y: Floats, way: int) -> tuple[Floats, Floats]:
        if not self.turn:
            return x, y
        turn = math.radians(self.turn * way)
        return x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)

    # ---- what the rectangle shows

    @cached_property
    def world(self) -> Polygon:
        """The part of the rectangle that lies on the world, prepared for many intersections."""
        shape = self.reach(0.0)
        shapely.prepare(shape)
        return shape

    def reach(self, margin: float) -> Polygon:
        """The rectangle, grown by `margin` mm, as far as the projection reaches."""
        area = self.rect.grown(margin).polygon
        if self.kind == "lambert":
            reach = self.scale * np.array(_disc(self.lat_0, self.turn))
            corners = shapely.get_coordinates(area) - self.shift
            if np.hypot(corners[:, 0], corners[:, 1]).max() < reach.min():
                return area
            turns = np.radians(np.arange(0.0, 360.0, 0.5))
            disc = np.column_stack((np.cos(turns), np.sin(turns))) * reach + self.shift
            return shapely.intersection(area, Polygon(disc))
        low, high = self._ends()
        return shapely.intersection(area, box(area.bounds[0] - 1, low, area.bounds[2] + 1, high))

    def _ends(self) -> tuple[float, float]:
        """Where on the page a cylinder's projection ends in the south and in the north, mm."""
        end = MERCATOR_END if self.kind == "mercator" else POLE
        low, high = self.page(np.array([[self.lon_0, -end], [self.lon_0, end]]))[:, 1]
        return float(low), float(high)

    def window(self, margin: float = 0.0) -> BaseGeometry:
        """What the rectangle, grown by `margin` mm, shows: a polygon in longitude and latitude.

        Its longitudes run on; it is at most a turn wide in an azimuthal frame.
        """
        if margin not in self._windows:
            shape = self._window(margin)
            shapely.prepare(shape)
            self._windows[margin] = shape
        return self._windows[margin]

    def _window(self, margin: float) -> BaseGeometry:
        area = self.reach(margin)
        if self.kind != "lambert":
            ring = self.geographic(_outline(area))
            return shapely.make_valid(Polygon(ring))
        ends = self.page(np.array([[self.lon_0, 90.0], [self.lon_0, -90.0]]))
        ends = np.where(np.isfinite(ends), ends, 1e9)  # opposite the middle
        for _ in range(4):  # an outline through a pole has no longitude there
            if all(area.exterior.distance(shapely.Point(end)) > CLEAR for end in ends):
                break
            margin += 2 * CLEAR
            area = self.reach(margin)
        inside = [bool(shapely.intersects_xy(area, *end)) for end in ends]
        if sum(inside) == 1:
            # the seam runs from the pole along the middle's meridian, which is straight here
            pole = 90.0 if inside[0] else -90.0
            x, y = ends[0] if inside[0] else ends[1]
            east, north = self._rotated(np.zeros(1), np.full(1, pole * 1e4), 1)
            way = LineString([(x, y), (x + float(east[0]), y + float(north[0]))])
            start = shapely.get_coordinates(shapely.intersection(way, area.exterior))[0]
            ring = _unwrapped(self.geographic(_outline(area, start)))
            return shapely.make_valid(Polygon([*ring, (ring[-1, 0], pole), (ring[0, 0], pole)]))
        ring = _unwrapped(self.geographic(_outline(area)))
        if not any(inside):
            return shapely.make_valid(Polygon(ring))
        # both poles: all of the globe but what lies round the point opposite, through which the
        # seam runs: no area goes round that point, which would turn it inside out
        west = self.lon_0 - 180
        ring[:, 0] += 360 * np.round((west - ring[:, 0].mean()) / 360)
        hole = shapely.make_valid(Polygon(ring))
        holes = [shapely.transform(hole, lambda c, by=by: c + (by, 0.0)) for by in (0.0, 360.0)]
        return shapely.difference(box(west, -90, west + 360, 90), shapely.union_all(holes))

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north that cover what the rectangle shows."""
        west, south, east, north = self.window().bounds
        return float(west), float(south), float(east), float(north)

    # ---- drawing in it

    def put_all(
        self, geometry: BaseGeometry | NDArray[np.object_], *, margin: float = 0.0
    ) -> BaseGeometry:
        """Project areas or lines, in every copy of the world that shows, and clip them.

        Edges are straight in longitude and latitude, as GeoJSON means them.

        Parameters
        ----------
        geometry
            Polygons or lines, or an array of either; longitudes may run on past ±180. Shapes
            in an array are each within a turn and apart from each other, but at 180°.
        margin
            By how many millimetres the rectangle is grown.

        Returns
        -------
        geometry
            Areas for areas, lines for lines; empty where nothing shows.
        """
        parts = shapely.get_parts(shapely.get_parts(geometry))
        flat = shapely.get_dimensions(parts) == 2
        if flat.all():
            return self._areas(parts, margin, alone=not isinstance(geometry, BaseGeometry))
        return self._lines(parts[~flat], margin)

    def _areas(self, parts: NDArray[np.object_], margin: float, *, alone: bool) -> BaseGeometry:
        window = self.window(margin + SLACK)
        near = self._copies(parts, window)
        near = near[shapely.intersects(window, near)]
        if not len(near):
            return Polygon()
        cut = ~shapely.contains_properly(window, near)
        near[cut] = shapely.intersection(near[cut], window)
        # copies, and parts cut apart at 180° or at the window's own seam, are to be joined
        torn = (shapely.bounds(near)[:, ::2] % 360 == 180).any(1) | (not alone)
        if self.kind == "lambert" and window.bounds[2] - window.bounds[0] > 359:
            torn |= cut
        near = shapely.transform(shapely.segmentize(near, self._step), self.page)
        bad = ~shapely.is_valid(near)
        near[bad] = shapely.make_valid(near[bad], method="structure", keep_collapsed=False)
        joined = shapely.union_all(near[torn], grid_size=GRID)
        near = _polygons(np.array([*near[~torn], joined], dtype=object))
        area = self.reach(margin)
        shapely.prepare(area)
        cut = ~shapely.contains_properly(area, near)
        near[cut] = shapely.intersection(near[cut], area)
        return _filled(near)

    def _lines(self, parts: NDArray[np.object_], margin: float) -> BaseGeometry:
        near = self._copies(parts, self.window(margin + SLACK))
        pieces = [
            piece
            for line in shapely.segmentize(near, self._step)
            for piece in self._line(shapely.get_coordinates(line))
        ]
        if not pieces:
            return LineString()
        cut = shapely.intersection(np.array(pieces, dtype=object), self.reach(margin))
        cut = cut[~shapely.is_empty(cut)]
        if len(cut) < 2:
            return cut[0] if len(cut) else LineString()
        return shapely.union_all(cut)

    def _line(self, coordinates: Floats) -> list[LineString]:
        """Project one line, in pieces where the projection does not reach."""
        spots = self.page(coordinates)
        reached = self._reached(coordinates, spots)
        if reached.all():
            return [LineString(spots)] if len(spots) > 1 else []
        runs = np.split(np.arange(len(spots)), np.flatnonzero(np.diff(reached)) + 1)
        return [LineString(spots[run]) for run in runs if reached[run[0]] and len(run) > 1]

    def _reached(self, coordinates: Floats, spots: Floats) -> NDArray[np.bool_]:
        """Which positions the projection can place, given their places on the page."""
        good = np.isfinite(spots).all(1)
        if self.kind == "lambert":
            away = (spots - self.shift) / self.scale / _disc(self.lat_0, self.turn)
            good &= np.hypot(away[:, 0], away[:, 1]) < 1
        elif self.kind == "mercator":
            good &= np.abs(coordinates[:, 1]) <= MERCATOR_END
        return np.asarray(good)

    @cached_property
    def _step(self) -> float:
        """Degrees between the vertices of a straight edge: so close that none shows."""
        return min(1.0, 3.0 / (self.scale * 111_320))

    def _copies(self, parts: NDArray[np.object_], window: BaseGeometry) -> NDArray[np.object_]:
        """The copies of geometries, whole turns of the globe apart, that may show."""
        if self.kind == "lambert" and shapely.get_dimensions(parts).max(initial=0) < 2:
            return parts  # a line goes where it goes: on this plane a turn changes nothing
        found = []
        bounds = shapely.bounds(parts).reshape(-1, 4)
        west, south, east, north = window.bounds
        tall = (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
        for turn in range(-4, 5):
            shown = tall & (bounds[:, 0] + 360 * turn <= east) & (bounds[:, 2] + 360 * turn >= west)
            if shown.any():
                found.append(_turned(parts[shown], 360.0 * turn))
        return np.concatenate(found) if found else np.empty(0, dtype=object)

    def point(self, lon: float, lat: float) -> tuple[float, float] | None:
        """Where a position falls in the rectangle, in the copy nearest its middle, or None."""
        turns = np.arange(-4, 5) * 360.0 if self.kind != "lambert" else np.zeros(1)
        places = np.column_stack((lon + turns, np.full(len(turns), lat)))
        spots = self.page(places)
        good = self._reached(places, spots)
        inside = [
            (abs(x - (self.rect.x0 + self.rect.x1) / 2), float(x), float(y))
            for x, y in spots[good]
            if self.rect.x0 <= x <= self.rect.x1 and self.rect.y0 <= y <= self.rect.y1
        ]
        return min(inside)[1:] if inside else None

    def metres_per_mm(self, lon: float, lat: float) -> float:
        """Metres on the ground that a millimetre across the page spans at a position."""
        from frontiers_map.geo import geodesy

        x, y = self.page(np.array([[lon, lat]]))[0]
        ends = self.geographic(np.array([[x - 0.5, y], [x + 0.5, y]]))
        return float(geodesy.length_m(LineString(ends)))


@cache
def _disc(lat_0: float, turn: float = 0.0) -> tuple[float, float]:
    """Half width and height, m, of the azimuthal plane as far as it is drawn.

    Snyder, Map Projections: A Working Manual (1987), 24-20: on the ellipsoid the disc of the
    world is a little of an ellipse.
    """
    a, e2 = 6378137.0, 0.0066943799901413165
    e = math.sqrt(e2)

    def q(sine: float) -> float:
        return (1 - e2) * (
            sine / (1 - e2 * sine**2) - math.log((1 - e * sine) / (1 + e * sine)) / (2 * e)
        )

    radius = a * math.sqrt(q(1) / 2)
    stretch = 1.0
    if abs(lat_0) < 90 - 1e-9:
        sine = math.sin(math.radians(lat_0))
        parallel = a * math.cos(math.radians(lat_0)) / math.sqrt(1 - e2 * sine**2)
        stretch = parallel / (radius * math.sqrt(1 - (q(sine) / q(1)) ** 2))
    edge = 2 * radius * math.sin(math.radians(REACH) / 2)
    if turn:  # an ellipse that is turned: the circle within it
        return edge * min(stretch, 1 / stretch), edge * min(stretch, 1 / stretch)
    return edge * stretch, edge / stretch


def _outline(area: Polygon, start: Floats | None = None) -> Floats:
    """Points along an outline, counter-clockwise, a millimetre apart, from `start` to `start`."""
    ring = shapely.orient_polygons(area).exterior
    at = 0.0 if start is None else shapely.line_locate_point(ring, shapely.Point(start))
    corners = shapely.line_locate_point(ring, shapely.points(shapely.get_coordinates(ring)))
    stations = np.unique(np.concatenate((np.arange(0.0, ring.length, 1.0), corners, [at])))
    stations = np.concatenate((stations[stations >= at], stations[stations < at], [at]))
    return np.asarray(shapely.get_coordinates(shapely.line_interpolate_point(ring, stations)))


def _unwrapped(ring: Floats) -> Floats:
    """Let longitudes along a ring run on."""
    return np.column_stack((np.unwrap(ring[:, 0], period=360.0), ring[:, 1]))


def _turned(parts: NDArray[np.object_], by: float) -> NDArray[np.object_]:
    return np.asarray(shapely.transform(parts, lambda c: c + (by, 0.0)) if by else parts.copy())


def _polygons(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    parts = shapely.get_parts(shapely.get_parts(shapes))
    return np.asarray(parts[shapely.get_type_id(parts) == 3])


def _filled(shapes: NDArray[np.object_]) -> BaseGeometry:
    """Only the areas of shapes, without holes that no eye sees: what joining left of a seam."""
    parts = _polygons(shapes)
    parts = parts[shapely.area(parts) > 1e-6]
    for number in np.flatnonzero(shapely.get_num_interior_rings(parts)):
        holes = [ring for ring in parts[number].interiors if Polygon(ring).area > 1e-4]
        parts[number] = Polygon(parts[number].exterior, holes)
    if len(parts) < 2:
        return parts[0] if len(parts) else Polygon()
    return MultiPolygon(list(parts))


@cache
def _transformer(kind: str, lat_0: float) -> Transformer:
    """Degrees from the middle's meridian, and of latitude, to metres in the plane."""
    step = {
        "equal_earth": "+proj=eqearth +over",
        "mercator": "+proj=merc +over",
        "lambert": f"+proj=laea +lat_0={lat_0}",
    }[kind]
    return Transformer.from_pipeline(
        f"+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step {step} +ellps=WGS84"
    )


def fit(
    rect: Rect,
    view: tuple[float, float, float, float],
    kind: Projection,
    *,
    lon_0: float | None = None,
    lat_0: float | None = None,
    turn: float = 0.0,
    shown: Floats | None = None,
) -> Frame:
    """Make the frame that shows all of `view` (west, south, east, north) in `rect`.

    What the rectangle has room for beside the view is shown too, as far as there is world to
    show: the frame keeps within a turn of the globe and between the poles, and its rectangle is
    smaller than the one given where that leaves paper over. The projection is centred on the
    view unless `lon_0` or `lat_0` say otherwise, and turned by `turn` degrees if azimuthal.
    Positions `shown`, of shape (n, 2), stand for what a view holds, with a little room round them:
    a turned frame shows no box of degrees.
    """
    west, south, east, north = view
    lon_0 = (west + east) / 2 if lon_0 is None else lon_0
    lat_0 = ((south + north) / 2 if lat_0 is None else lat_0) if kind == "lambert" else 0.0
    bare = Frame(rect, kind, lon_0, lat_0, 1.0, (0.0, 0.0), turn)
    places = (
        shown
        if shown is not None
        else np.stack(
            np.meshgrid(np.linspace(west, east, 181), np.linspace(south, north, 91)), -1
        ).reshape(-1, 2)
    )
    spots = bare.page(places)
    spots = spots[bare._reached(places, spots)]
    low, high = spots.min(0), spots.max(0)
    if shown is not None:
        low, high = low - AROUND * (high - low), high + AROUND * (high - low)
    if kind == "lambert":
        opposite = (lon_0 + 180 - west) % 360 + west
        disc = np.array(_disc(lat_0, turn))
        if opposite <= east and south <= -lat_0 <= north:
            low, high = -disc, disc
        whole = (-disc, disc)
    else:
        # a turn of the globe, measured where the view is widest
        half = 180.0 / (east - west) * (high[0] - low[0])
        ends = bare._ends()
        middle = (low[0] + high[0]) / 2
        whole = (np.array([middle - half, ends[0]]), np.array([middle + half, ends[1]]))
    # a hair smaller: the view's outline bends between the points looked at
    scale = float(min(np.array([rect.width, rect.height]) / (high - low))) * (1 - 1e-5)
    # centred on the view; moved, and if need be made smaller, where the world ends
    room = np.array([rect.width, rect.height]) / scale
    size = np.minimum(room, whole[1] - whole[0])
    centre = np.clip((low + high) / 2, whole[0] + size / 2, whole[1] - size / 2)
    middle_ = np.array([(rect.x0 + rect.x1) / 2, (rect.y0 + rect.y1) / 2])
    corner, size = middle_ - size * scale / 2, size * scale
    shift = middle_ - centre * scale
    return Frame(
        Rect(
            float(corner[0]),
            float(corner[1]),
            float(corner[0] + size[0]),
            float(corner[1] + size[1]),
        ),
        kind,
        lon_0,
        lat_0,
        scale,
        (float(shift[0]), float(shift[1])),
        turn,
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
