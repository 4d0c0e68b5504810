"""The table of pairs and their ways, to a file or to the terminal."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd

from frontiers_map.atlas.writing import whole
from frontiers_map.cli import bridge
from frontiers_map.errors import CallError
from frontiers_map.geo import geodesy
from frontiers_map.geo.gdal import fixed_date

__all__ = ["as_csv", "write", "write_layer"]

_FOR_BRIDGES = (".kml", ".gpx", ".rtz")
# of a degree, at most: a tolerance in degrees is then never more than was asked
METRES = 111_700.0


def as_csv(table: gpd.GeoDataFrame) -> str:
    """Write the table of `route_table` as CSV, without geometry."""
    from frontiers_map.outputs.tables import to_csv

    return to_csv(table).decode().replace("\r\n", "\n")


def write(table: gpd.GeoDataFrame, path: Path, simplify_m: float = 0.0) -> None:
    """Write the table of `route_table`, its lines split at 180°.

    Parameters
    ----------
    table
    path
        A .csv, .geojson, .gpkg, .parquet, .kml or .gpx file; .rtz if it is one route.
    simplify_m
        Vertices that lie this near to the line without them are left out, metres.

    Raises
    ------
    CallError
        If the name ends otherwise, or the file cannot be written.
    """
    exchange = table.copy()
    if simplify_m:
        table = table.set_geometry(table.geometry.simplify(simplify_m / METRES), crs=table.crs)
    for column in ("gates", "via", "close", "open"):
        exchange[column] = [";".join(each) for each in table[column]]
    exchange["geometry"] = [
        None if line is None else geodesy.split(line) for line in table.geometry
    ]
    if path.suffix.lower() in _FOR_BRIDGES:
        with whole(path) as new:
            new.write_bytes(bridge.document(table, path))
    else:
        write_layer(exchange, path, "routes", _FOR_BRIDGES)


def write_layer(table: gpd.GeoDataFrame, path: Path, name: str, also: tuple[str, ...] = ()) -> None:
    """Write a table with geometry, the same bytes whenever it is written.

    Parameters
    ----------
    table
    path
        A .csv (without geometry), .geojson, .gpkg or .parquet file.
    name
        Of the layer in a GeoPackage.
    also
        What else the caller allows, to be told.

    Raises
    ------
    CallError
        If the name ends otherwise, or the file cannot be written.
    """
    with whole(path) as new:
        match path.suffix.lower():
            case ".csv":
                new.write_text(as_csv(table), encoding="utf-8")
            case ".geojson":
                table.to_file(new, driver="GeoJSON", engine="pyogrio", RFC7946="YES")
            case ".gpkg":
                with fixed_date("1970-01-01"):
                    table.to_file(
                        new, driver="GPKG", engine="pyogrio", layer=name,
                        dataset_options={"VERSION": "1.3"},  # QGIS 3.22 warns at 1.4
                    )  # fmt: skip
            case ".parquet":
                table.to_parquet(new)
            case other:
                *some, last = (".csv", ".geojson", ".gpkg", ".parquet", *also)
                raise CallError(f"{path}: found '{other}'; allowed: {', '.join(some)} or {last}")
