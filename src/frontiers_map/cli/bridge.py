"""Routes as XML for the bridge and the globe: GPX 1.1, KML 2.2 and RTZ 1.0 (IEC 61174:2015)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from frontiers_map.errors import CallError
from frontiers_map.geo import geodesy

__all__ = ["document"]

GPX = "http://www.topografix.com/GPX/1/1"
KML = "http://www.opengis.net/kml/2.2"
RTZ = "http://www.cirm.org/RTZ/1/0"
RTZ_BYTES = 400 * 1024  # what a bridge system has to take
# what XML 1.0 has no way to write
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def document(table: gpd.GeoDataFrame, path: Path) -> bytes:
    """Write the lines of a table of routes; rows without one are left out.

    Parameters
    ----------
    table
        With the columns of `table_of`; longitudes run on across 180°.
    path
        Its ending says which: .gpx, .kml or .rtz.

    Raises
    ------
    CallError
        If there is no line, or several for RTZ, which holds one, or too much for it.
    """
    rows = [row for row in table.to_dict("records") if _way(row["geometry"])]
    if not rows:
        raise CallError(f"{path}: found no way to write; allowed: one at least")
    match path.suffix.lower():
        case ".gpx":
            root = _gpx(rows)
        case ".kml":
            root = _kml(rows)
        case _:
            if len(rows) > 1:
                raise CallError(f"{path}: found {len(rows)} routes; allowed: one, as RTZ has it")
            root = _rtz(rows[0], path.stem)
    Xml.indent(root)
    written: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    if path.suffix.lower() == ".rtz" and len(written) >= RTZ_BYTES:
        raise CallError(
            f"{path}: found {len(written) / 1024:,.0f} kB; allowed: less than 400, as RTZ has it; "
            "--simplify M leaves out vertices"
        )
    return written + b"\n"


def _way(line: BaseGeometry | None) -> bool:
    return line is not None and not line.is_empty and line.length > 0


def _text(value: Any) -> str:
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", str(value))


def _name(row: dict[str, Any]) -> str:
    return _text(f"{row['from']} to {row['to']}")


def _told(row: dict[str, Any]) -> str:
    return _text(f"{row['nm']:,.1f} nm by {', '.join(row['gates']) or 'open sea'}")


def _positions(line: BaseGeometry) -> list[dict[str, str]]:
    """Give vertices in ±180, to a tenth of a metre."""
    coords = shapely.get_coordinates(line)
    lons = ((np.round(coords[:, 0], 6) + 180) % 360 - 180).tolist()  # RTZ knows no 180
    return [{"lat": f"{lat:.6f}", "lon": f"{lon:.6f}"} for lon, lat in zip(lons, coords[:, 1])]


def _gpx(rows: Sequence[dict[str, Any]]) -> Xml.Element:
    root = Xml.Element("gpx", {"xmlns": GPX, "version": "1.1", "creator": "frontiers-map"})
    for row in rows:
        route = Xml.SubElement(root, "rte")
        Xml.SubElement(route, "name").text = _name(row)
        Xml.SubElement(route, "desc").text = _told(row)
        for place in _positions(row["geometry"]):
            Xml.SubElement(route, "rtept", place)
    return root


def _kml(rows: Sequence[dict[str, Any]]) -> Xml.Element:
    root = Xml.Element("kml", {"xmlns": KML})
    folder = Xml.SubElement(root, "Document")
    Xml.SubElement(folder, "name").text = "Routes"
    for row in rows:
        mark = Xml.SubElement(folder, "Placemark")
        Xml.SubElement(mark, "name").text = _name(row)
        Xml.SubElement(mark, "description").text = _told(row)
        many = Xml.SubElement(mark, "MultiGeometry")
        for part in shapely.get_parts(geodesy.split(row["geometry"])):
            line = Xml.SubElement(many, "LineString")
            Xml.SubElement(line, "tessellate").text = "1"
            pairs = shapely.get_coordinates(part).tolist()
            text = " ".join(f"{lon:.6f},{lat:.6f}" for lon, lat in pairs)
            Xml.SubElement(line, "coordinates").text = text
    return root


def _rtz(row: dict[str, Any], name: str) -> Xml.Element:
    """Write one route; its vertices lie so near that a leg is as well a rhumb line.

    Its name has to be that of the file; what the ends are called stands at the ends.
    """
    root = Xml.Element("route", {"xmlns": RTZ, "version": "1.0"})
    Xml.SubElement(root, "routeInfo", {"routeName": _text(name)})
    points = Xml.SubElement(root, "waypoints")
    places = _positions(row["geometry"])
    called = {1: {"name": _text(row["from"])}, len(places): {"name": _text(row["to"])}}
    for number, place in enumerate(places, start=1):
        point = Xml.SubElement(points, "waypoint", {"id": str(number), **called.get(number, {})})
        Xml.SubElement(point, "position", place)
        if number > 1:
            Xml.SubElement(point, "leg", {"geometryType": "Loxodrome"})
    return root
