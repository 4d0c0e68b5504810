"""Joined atlas -> flat layers, once, for every format: same ids, same values, same geometry.

Geometry stands here in two honest forms. `whole` is unwrapped: longitudes run on across 180°, one
line is one line; only ``unwrapped.parquet`` shows it. `shape` is what RFC 7946 asks for: cut at
180°, in ±180, outer rings counter-clockwise, rounded to a millionth of a degree. The GeoPackage
is made for a map centred on 150°E, whose seam is 30°W, and is cut beside that meridian as well
(`seam.beside`).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from frontiers_map.atlas import fields
from frontiers_map.atlas.fields import Field
from frontiers_map.atlas.model import LAYERS
from frontiers_map.geo import geodesy
from frontiers_map.language import text

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas
    from frontiers_map.atlas.model import OwnLayer

__all__ = ["DIGITS", "GEOMETRIES", "TABLES", "Layer", "layers", "link_name", "tables"]

Geometries = NDArray[np.object_]
DIGITS = 6
_ENDLESS = "9999-12-31"

# layer -> type of its geometry, in the order in which the layers are written
GEOMETRIES = {one.id: one.geometry for one in LAYERS.values() if one.gis and one.geometry}
TABLES = tuple(one.id for one in LAYERS.values() if one.gis and not one.geometry)
_OWN = {"point": "MultiPoint", "line": "MultiLineString", "area": "MultiPolygon"}
_OWN_SPAN = ("since", "until")
_MULTI = {"MultiPolygon": "Polygon", "MultiLineString": "LineString", "MultiPoint": "Point"}


@dataclass(frozen=True)
class Layer:
    """One layer or table, flat.

    Attributes
    ----------
    name, description : str
    columns : dict of str to (Field, list)
        Plain values, None where there is none.
    kind : str
        Type of the geometry, empty for a table.
    whole, shape : ndarray of geometry, or None
        Unwrapped, and as RFC 7946 asks.
    own
        What the settings say of it, if it is a layer of one's own.
    """

    name: str
    description: str
    columns: dict[str, tuple[Field, list[Any]]]
    kind: str = ""
    whole: Geometries | None = None
    shape: Geometries | None = None
    own: OwnLayer | None = None

    def title(self, atlas: JoinedAtlas, language: str) -> str:
        """Name of the layer in a language."""
        if self.own:
            return self.own.name.get(language)
        return text.layer_name(self.name, language, gas=len(atlas.terminals) > 0)

    @property
    def fields(self) -> list[Field]:
        """The columns' descriptions, in order."""
        return [field for field, _ in self.columns.values()]

    def aliases(self, language: str) -> list[tuple[str, str]]:
        """Columns and their titles, the row number of the GeoPackage first and without one."""
        return [("fid", ""), *((name, fields.heading(name, language)) for name in self.columns)]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()))[1]) if self.columns else 0

    def values(self, name: str) -> list[Any]:
        """Values of a column."""
        return self.columns[name][1]

    def rows(self) -> Iterable[dict[str, Any]]:
        """Rows as mappings from column to value."""
        names = list(self.columns)
        for row in zip(*(values for _, values in self.columns.values()), strict=True):
            yield dict(zip(names, row, strict=True))


def layers(atlas: JoinedAtlas) -> list[Layer]:
    """Give the layers with a geometry, in order of `GEOMETRIES`, then those of one's own."""
    frames = {name: getattr(atlas, name) for name in GEOMETRIES}
    frames["scenario_routes"] = _with_names(atlas)
    found = []
    for name, kind in GEOMETRIES.items():
        whole = _whole(frames[name].geometry)
        columns = fields.flat(frames[name])
        columns |= _spans(LAYERS[name].span, frames[name])
        if reason := LAYERS[name].unplaced:
            columns["no_geometry"] = fields.column(
                "no_geometry", [reason if gone else None for gone in shapely.is_missing(whole)]
            )
        found.append(
            Layer(name, fields.LAYERS[name], columns, kind, whole, promote(exchange(whole), kind))
        )
    for one in atlas.settings.layers:
        frame, kind = atlas.own[one.id], _OWN[one.geometry]
        whole = _whole(frame.geometry)
        columns = fields.flat(frame) | _spans(_OWN_SPAN, frame)
        shape = promote(exchange(whole), kind)
        found.append(Layer(one.id, one.name.main, columns, kind, whole, shape, one))
    return found


def tables(atlas: JoinedAtlas) -> list[Layer]:
    """Give the tables without geometry."""
    found = [Layer(name, fields.LAYERS[name], fields.flat(getattr(atlas, name))) for name in TABLES]
    if len(atlas.outages):
        found.append(Layer("outages", fields.LAYERS["outages"], fields.flat(atlas.outages)))
    found.append(Layer("scenarios", fields.LAYERS["scenarios"], _scenarios(atlas)))
    return found


def exchange(whole: Geometries) -> Geometries:
    """Cut at 180°, bring into ±180 and round, without making anything invalid."""
    shape = round_off(geodesy.split(whole))
    kinds = shapely.get_type_id(shape)
    areal = np.isin(kinds, (3, 6))
    shape[areal] = [shapely.orient_polygons(one) for one in shape[areal]]
    return shape


def link_name(layer: str) -> str:
    """Name of the table that ties a layer's rows to their sources."""
    return f"{layer}_sources"


def round_off(geometries: Geometries) -> Geometries:
    """Round coordinates to `DIGITS`; polygons that this would spoil are repaired on the grid."""
    rounded: Geometries = shapely.transform(geometries, lambda c: np.round(c, DIGITS) + 0.0)
    spoilt = ~shapely.is_missing(rounded) & ~shapely.is_valid(rounded)
    if spoilt.any():
        rounded[spoilt] = shapely.set_precision(geometries[spoilt], 10.0**-DIGITS)
    drawn = shapely.get_dimensions(rounded) > 0
    rounded[drawn] = shapely.remove_repeated_points(rounded[drawn])
    return rounded


def promote(geometries: Geometries, kind: str) -> Geometries:
    """Make every geometry of the one type that its layer has."""
    found = np.array(geometries, dtype=object)
    if kind in _MULTI:
        make = {
            "MultiPolygon": shapely.multipolygons,
            "MultiLineString": shapely.multilinestrings,
            "MultiPoint": shapely.multipoints,
        }[kind]
        for number, one in enumerate(found):
            if one is not None and one.geom_type != kind:
                found[number] = make([one])
    return found


def _whole(geometry: Any) -> Geometries:
    """Geometries as an array, None where they are empty."""
    found = np.array(list(geometry), dtype=object)
    found[shapely.is_missing(found) | shapely.is_empty(found)] = None
    return found


def _spans(names: tuple[str, ...], frame: pd.DataFrame) -> dict[str, tuple[Field, list[Any]]]:
    """First and last day of what has a date, for the time controls of GIS programs."""
    if not names:
        return {}
    # what has begun and is not said to have ended goes on; a date without an end is a day
    open_end = _ENDLESS if names == _OWN_SPAN else None
    columns = (frame[name] for name in names)
    pairs = [(first, last or open_end) for first, last in zip(*columns, strict=True)]
    spans = [fields.days(_text(first), _text(last)) for first, last in pairs]
    start = [span[0] if span else None for span in spans]
    end = [None if not span or span[1] == datetime.date.max else span[1] for span in spans]
    return {
        "start_day": fields.column("start_day", start),
        "end_day": fields.column("end_day", end),
    }


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _with_names(atlas: JoinedAtlas) -> pd.DataFrame:
    """Scenario routes with the names, sources and supplier of what they are made from."""
    frame, column = atlas.scenario_routes, atlas.settings.column
    routes = atlas.routes.set_index("id")
    scenarios = {scenario.id: scenario for scenario in atlas.scenarios}
    keys = list(zip(frame["scenario_id"], frame["route_id"], strict=True))
    named = {
        column("name", language): [
            f"{routes.at[route, column('short', language)] or routes.at[route, column('short')]} · "
            f"{scenarios[scenario].name.get(language)}"
            for scenario, route in keys
        ]
        for language in atlas.settings.languages
    }
    taken = {
        column: [routes.at[route, column] for _, route in keys]
        for column in (
            "supplier",
            "status",
            "draw",
            "share_pct",
            "supplier_mt_year",
            "supplier_routes",
            "as_of",
            "certainty",
        )
    }
    sources = [
        tuple(dict.fromkeys((*routes.at[route, "source"], *scenarios[scenario].source)))
        for scenario, route in keys
    ]
    columns = {
        "id": frame["id"].tolist(),
        **named,
        **{name: frame[name].tolist() for name in frame.columns if name not in ("id", "geometry")},
        **taken,
        "source": sources,
        "geometry": frame.geometry.tolist(),
    }
    made = pd.DataFrame({k: pd.Series(v, dtype=object) for k, v in columns.items()})
    import geopandas as gpd

    return gpd.GeoDataFrame(made, geometry="geometry", crs=frame.crs)


def _scenarios(atlas: JoinedAtlas) -> dict[str, tuple[Field, list[Any]]]:
    rows = atlas.scenarios
    columns: dict[str, list[Any]] = {"id": [row.id for row in rows]}
    for part in ("name", "text"):
        for code in atlas.settings.languages:
            columns[atlas.settings.column(part, code)] = [
                told.get(code) if (told := getattr(row, part)).has(code) else "" for row in rows
            ]
    columns["close"] = [row.close for row in rows]
    columns["open"] = [row.open for row in rows]
    columns["since"] = [row.since for row in rows]
    columns["source"] = [row.source for row in rows]
    made = {name: pd.Series(values, dtype=object) for name, values in columns.items()}
    return fields.flat(pd.DataFrame(made))
