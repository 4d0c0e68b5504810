"""Features in any reference system -> longitude and latitude, as they lie on the ground.

A straight edge of a projected system is a curve in degrees: it gets vertices of its own. On maps of
a pole rings run round it; in degrees they are led to the pole and back along 180°.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

__all__ = ["CRS", "in_wgs84", "to_degrees"]

CRS = "EPSG:4326"
_EDGE = 25_000.0  # metres: at 80° such an edge strays 70 m from the one in degrees
_NEAR = 1e-7  # degrees from a pole that are none


def to_degrees(features: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give features in WGS 84.

    Parameters
    ----------
    features
        In a reference system that is named.

    Returns
    -------
    geopandas.GeoDataFrame
        Rings round a pole run from -180 to 180 and to the pole; a line across a pole goes along two
        meridians. All else has the vertices that it had, and more on long edges.

    Raises
    ------
    ValueError
        As `in_wgs84`.
    """
    crs = features.crs
    if crs.is_projected:
        metres = crs.axis_info[0].unit_conversion_factor
        features = features.set_geometry(features.geometry.segmentize(_EDGE / metres))
    features = in_wgs84(features)
    south, north = features.total_bounds[[1, 3]]
    if crs.is_projected and max(-south, north) > 60:
        features = features.set_geometry([_at_poles(shape) for shape in features.geometry], crs=CRS)
    return features


def in_wgs84(features: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give features in WGS 84, vertex by vertex.

    Raises
    ------
    ValueError
        If there is no way from their reference system, as from one of the moon.
    """
    try:
        return features.to_crs(CRS)
    except Exception as error:
        raise ValueError(
            f"cannot be brought from {features.crs.name} to WGS 84; allowed: a reference system "
            "of the earth, such as EPSG:4326"
        ) from error


def _at_poles(shape: BaseGeometry | None) -> BaseGeometry | None:
    if shape is None or shape.is_empty or shape.geom_type not in _READ:
        return shape
    return _READ[shape.geom_type](shape)


def _line(line: BaseGeometry) -> BaseGeometry:
    """Give a vertex at a pole the longitudes of those before and after it."""
    path = shapely.get_coordinates(line)
    at = np.abs(path[:, 1]) > 90 - _NEAR
    if not at.any() or at.all():
        return line
    real = np.flatnonzero(~at)
    before = real[np.clip(np.searchsorted(real, np.arange(len(path))) - 1, 0, None)]
    after = real[np.clip(np.searchsorted(real, np.arange(len(path))), None, len(real) - 1)]
    rows = []
    for n, position in enumerate(path):
        rows += [[path[k, 0], position[1]] for k in (before[n], after[n])] if at[n] else [position]
    return shapely.linestrings(np.array(rows))


def _polygon(polygon: BaseGeometry) -> BaseGeometry:
    """Read an outline as what it covers: round a pole, all that is between it and the pole."""
    rings = [shapely.get_coordinates(polygon.exterior)]
    rings += [shapely.get_coordinates(hole) for hole in polygon.interiors]
    if not any(_winds(ring) for ring in rings):
        return polygon
    outline, *holes = [_cap(ring) if _winds(ring) else Polygon(ring) for ring in rings]
    if not _winds(rings[0]):
        return polygon  # a hole round a pole that its outline does not hold: told by who reads it
    return shapely.difference(outline, shapely.union_all(holes)) if holes else outline


def _steps(ring: NDArray[np.float64]) -> NDArray[np.float64]:
    return (np.diff(ring[:, 0]) + 180) % 360 - 180


def _winds(ring: NDArray[np.float64]) -> bool:
    return bool(abs(_steps(ring).sum()) > 180)


def _cap(ring: NDArray[np.float64]) -> BaseGeometry:
    """What a ring round a pole holds, from -180 to 180."""
    steps = _steps(ring)
    lon = ring[0, 0] + np.concatenate([[0.0], np.cumsum(steps)])
    lon[-1] = lon[0] + np.copysign(360.0, lon[-1] - lon[0])
    back = np.linspace(lon[-1], lon[0], 9)  # no edge along the pole may be read the other way round
    pole = np.full(len(back), np.copysign(90.0, ring[:, 1].mean()))
    whole = Polygon([*zip(lon, ring[:, 1], strict=True), *zip(back, pole, strict=True)])
    turned = [shapely.transform(whole, lambda c, t=turn: c + [t, 0]) for turn in (-360, 0, 360)]
    world = box(-180, -90, 180, 90)
    return shapely.union_all([shapely.intersection(one, world) for one in turned])


def _parts(shape: BaseGeometry) -> BaseGeometry:
    parts = [_READ[part.geom_type](part) for part in shape.geoms]
    if shape.geom_type == "MultiLineString":
        return shapely.multilinestrings(parts)
    return MultiPolygon([one for part in parts for one in shapely.get_parts(part)])


_READ = {
    "LineString": _line, "Polygon": _polygon, "MultiLineString": _parts, "MultiPolygon": _parts,
}  # fmt: skip
