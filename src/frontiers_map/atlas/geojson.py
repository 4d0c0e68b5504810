"""GeoJSON text -> its features, and the polygons of any file, by the rule of `geojson_geometry`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from frontiers_map.atlas.geojson_geometry import ShapeError, read_shape
from frontiers_map.atlas.messages import bytes_reason, json_reason, short
from frontiers_map.errors import CallError, Sendable
from frontiers_map.language.text import told_in

__all__ = ["JSON", "GeoJSONError", "features", "other_crs", "parsed", "polygons"]

_GEOMETRIES = {
    "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon",
    "GeometryCollection",
}  # fmt: skip

_WGS84 = (
    "allowed: WGS 84 longitude and latitude, without a crs, such as "
    "'ogr2ogr -t_srs EPSG:4326 new.geojson old.geojson' makes"
)
JSON = (".geojson", ".json", ".geojsonl", ".geojsons", ".ndjson")


class GeoJSONError(Sendable, ValueError):
    """A text that is not GeoJSON; `line` is where, 0 if that is not known."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.line = line


def features(text: str, *, loose: bool = False) -> tuple[list[Any], Any]:
    """Give the features of a FeatureCollection as parsed, and its ``crs`` member.

    Parameters
    ----------
    loose
        Take also one Feature, a bare geometry, and one Feature a line.

    Raises
    ------
    GeoJSONError
        If it is none of these.
    """
    try:
        document = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        lined = _by_line(text)
        if lined and loose:
            return lined, None
        if lined:
            raise GeoJSONError(
                f"found {len(lined)} documents, one a line (newline-delimited GeoJSON); allowed: "
                "one FeatureCollection, such as 'ogr2ogr new.geojson GeoJSONSeq:old.geojson' makes"
            ) from None
        raise GeoJSONError(*json_reason(error, text)) from None
    said = document.get("type") if isinstance(document, dict) else None
    kind = said if isinstance(said, str) else None
    if loose and kind in _GEOMETRIES:
        return [{"type": "Feature", "properties": {}, "geometry": document}], document.get("crs")
    if loose and kind == "Feature":
        return [document], document.get("crs")
    found = document.get("features") if kind == "FeatureCollection" else None
    if not isinstance(found, list):
        raise GeoJSONError("found something else; allowed: a GeoJSON FeatureCollection")
    return found, document.get("crs")


def other_crs(crs: Any) -> str:
    """Say that a ``crs`` member names another reference system than WGS 84; empty if it does not.

    Examples
    --------
    >>> other_crs(None), other_crs({"properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}})
    ('', '')
    """
    told = json.dumps(crs)
    if told == "null" or "CRS84" in told or "4326" in told:
        return ""
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    shown = name if isinstance(name, str) else told
    return f"found {short(shown)}; {_WGS84}"


def polygons(path: Path) -> list[tuple[str, BaseGeometry]]:
    """Read the polygons of a GeoJSON file, or of any file that GDAL reads.

    Returns
    -------
    list of (str, geometry)
        Name (its id, name or number) and outline of each; longitudes run on across 180°.

    Raises
    ------
    CallError
        If something in the file is no polygon, or one that cannot be taken.
    """
    rows = parsed(path) if path.suffix.lower() in JSON else _of_gdal(path)
    found = []
    for number, feature in enumerate(rows, start=1):
        feature = feature if isinstance(feature, dict) else {}
        properties = feature.get("properties")
        known = properties if isinstance(properties, dict) else {}
        names = (known.get("id"), feature.get("id"), known.get("name"),
                 *(known.get(name) for name in told_in("name", known).values()))  # fmt: skip
        name = next((str(name) for name in names if name not in (None, "")), f"feature {number}")
        try:
            found.append((name, read_shape(feature.get("geometry"), ("Polygon", "MultiPolygon"))))
        except ShapeError as error:
            raise CallError(f"{path}: {short(name)}: {error}") from None
    if not found:
        raise CallError(f"{path}: found no polygons; allowed: Polygon or MultiPolygon")
    return found


def parsed(path: Path) -> list[Any]:
    """Read the features of a file in any form of GeoJSON, as parsed.

    Raises
    ------
    CallError
        If it cannot be read, is none, or lies in another reference system.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CallError(f"{path}: cannot be read: {error.strerror or error}") from error
    if reason := bytes_reason(content):
        raise CallError(f"{path}{f':{reason[1]}' if reason[1] else ''}: {reason[0]}")
    try:
        rows, crs = features(content.decode("utf-8-sig"), loose=True)
    except GeoJSONError as error:
        raise CallError(f"{path}{f':{error.line}' if error.line else ''}: {error}") from None
    if told := other_crs(crs):
        raise CallError(f"{path}: crs: {told}")
    return rows


def _of_gdal(path: Path) -> list[Any]:
    import geopandas as gpd

    from frontiers_map.geo.gdal import reason, refuse_pointer

    try:
        refuse_pointer(path)
        frame = gpd.read_file(path, engine="pyogrio")
    except Exception as error:
        raise CallError(f"{path}: not a layer that can be read: {reason(error)}") from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise CallError(f"{path}: found a table without geometry; allowed: polygons")
    if frame.crs is not None and frame.crs.to_epsg() != 4326:
        raise CallError(f"{path}: crs: found {frame.crs.name}; {_WGS84}")
    names = frame.drop(columns=frame.geometry.name).to_dict("records")
    return [
        {"properties": known, "geometry": shape and json.loads(shapely.to_geojson(shape))}
        for known, shape in zip(names, frame.geometry, strict=True)
    ]


def _by_line(text: str) -> list[Any]:
    """Give what stands in each line (RFC 8142 marks lines), if each is a JSON object."""
    try:
        found = [json.loads(line.strip("\x1e \t\r")) for line in text.split("\n") if line.strip()]
    except (ValueError, RecursionError):
        return []
    return found if all(isinstance(one, dict) for one in found) else []


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"found {name}; allowed: finite numbers")
