"""Flat layers -> one GeoPackage with styles, domains, metadata and relations; same input, same
bytes.

GDAL writes features and the spatial index; what it does not offer (styles, column descriptions,
metadata, relations, the project) is added with plain SQL as the standard and QGIS lay it down.
Version 1.3, because QGIS 3.22 warns at 1.4.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray
from pyogrio.raw import write_arrow

from frontiers_map.atlas import fields
from frontiers_map.geo.gdal import fixed_date
from frontiers_map.outputs.gis.backdrop import beside_seam
from frontiers_map.outputs.gis.layers import Layer, link_name, promote
from frontiers_map.outputs.gis.qgis.qml import Style
from frontiers_map.outputs.gis.qgis.sld import sld

__all__ = ["arrow", "write"]

_ARROW = {
    "text": pa.string(),
    "number": pa.float64(),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}
CRS = "EPSG:4326"


def arrow(layer: Layer, geometry: NDArray[np.object_] | None = None) -> pa.Table:
    """Give a layer as an Arrow table, with its geometry as WKB in ``geom`` if there is one."""
    columns = {
        name: pa.array(values, type=_ARROW[field.kind])
        for name, (field, values) in layer.columns.items()
    }
    if geometry is not None:
        wkb = shapely.to_wkb(geometry, byte_order=1)
        metadata = {"ARROW:extension:name": "geoarrow.wkb"}
        kept = pa.field("geom", pa.binary(), metadata=metadata)
        schema = pa.schema([*(pa.field(name, data.type) for name, data in columns.items()), kept])
        return pa.table([*columns.values(), pa.array(list(wkb), type=pa.binary())], schema=schema)
    return pa.table(columns)


def write(
    path: Path,
    layers: Sequence[Layer],
    tables: Sequence[Layer],
    styles: Mapping[str, Style],
    *,
    title: str,
    date: str,
    metadata: str,
) -> None:
    """Write a new GeoPackage.

    Parameters
    ----------
    path
        File to make; it must not exist.
    layers, tables
        With and without geometry; the geometry is cut beside the seam of the map's projection.
    styles
        Default style of each layer and table that has one.
    title
        Name given to the default styles.
    date
        YYYY-MM-DD, written as the time of every change.
    metadata
        XML (ISO 19139) about the whole file.
    """
    if path.exists():
        raise FileExistsError(path)
    with fixed_date(date):
        for number, layer in enumerate(layers):
            assert layer.shape is not None
            shape = promote(beside_seam(layer.shape), layer.kind)
            write_arrow(
                arrow(layer, shape),
                path,
                layer=layer.name,
                driver="GPKG",
                geometry_name="geom",
                geometry_type=layer.kind,
                crs=CRS,
                append=number > 0,
                dataset_options={"VERSION": "1.3"} if number == 0 else None,
                layer_options=_options(layer),
            )
        for table in tables:
            _attributes(path, table)
        _attributes(path, _styles_table(layers, styles, title, date))
    with closing(sqlite3.connect(path)) as base:
        _describe_columns(base, [*layers, *tables])
        _add_metadata(base, metadata, date, layers, tables)
        _relate(base, layers)
        base.commit()
        base.execute("VACUUM")


def _options(layer: Layer) -> dict[str, str]:
    return {"DESCRIPTION": layer.description, "FID": "fid", "SPATIAL_INDEX": "YES"}


def _attributes(path: Path, table: Layer) -> None:
    write_arrow(
        arrow(table),
        path,
        layer=table.name,
        driver="GPKG",
        geometry_type=None,
        append=True,
        layer_options={
            "DESCRIPTION": table.description,
            "FID": "id" if table.name == "layer_styles" else "fid",
            "ASPATIAL_VARIANT": "GPKG_ATTRIBUTES",
        },
    )


def _styles_table(
    layers: Sequence[Layer], styles: Mapping[str, Style], title: str, date: str
) -> Layer:
    """The table that QGIS looks styles up in; catalogue and schema must be '', not NULL."""
    rows = [layer for layer in layers if layer.name in styles]
    values: dict[str, list[Any]] = {
        "f_table_catalog": ["" for _ in rows],
        "f_table_schema": ["" for _ in rows],
        "f_table_name": [layer.name for layer in rows],
        "f_geometry_column": ["geom" for _ in rows],
        "styleName": [layer.name for layer in rows],
        "styleQML": [styles[layer.name].qml() for layer in rows],
        "styleSLD": [sld(layer.name, styles[layer.name]) for layer in rows],
        "useAsDefault": [True for _ in rows],
        "description": [f"{title}: {layer.description}" for layer in rows],
        "owner": ["" for _ in rows],
        "ui": ["" for _ in rows],
        "update_time": [f"{date}T00:00:00.000Z" for _ in rows],
    }
    # as they stand: where a text is missing, QGIS wants ''
    columns = {
        name: (fields.describe(name, "boolean" if name == "useAsDefault" else "text"), data)
        for name, data in values.items()
    }
    return Layer("layer_styles", "Styles of QGIS", columns)


def _describe_columns(base: sqlite3.Connection, layers: Sequence[Layer]) -> None:
    """Titles, sentences and allowed values of columns, by the schema extension."""
    base.executescript(
        """
        CREATE TABLE gpkg_data_columns (
          table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT,
          description TEXT, mime_type TEXT, constraint_name TEXT,
          CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
          CONSTRAINT gdc_tn UNIQUE (table_name, name));
        CREATE TABLE gpkg_data_column_constraints (
          constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC,
          min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
          CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
        """
    )
    domains: dict[str, dict[str, str]] = {}
    for layer in layers:
        for field in layer.fields:
            words = fields.domain(layer.name, field.name)
            name = f"{layer.name}_{field.name}" if field.name != "certainty" else "certainty"
            if words:
                domains[name] = words
            base.execute(
                "INSERT INTO gpkg_data_columns VALUES (?, ?, ?, ?, ?, NULL, ?)",
                (
                    layer.name, field.name, field.name, field.title, field.description,
                    name if words else None,
                ),
            )  # fmt: skip
    for name, words in domains.items():
        base.executemany(
            "INSERT INTO gpkg_data_column_constraints VALUES "
            "(?, 'enum', ?, NULL, NULL, NULL, NULL, ?)",
            [(name, value, label) for value, label in words.items()],
        )
    _extension(
        base,
        ("gpkg_data_columns", "gpkg_data_column_constraints"),
        "gpkg_schema",
        "http://www.geopackage.org/spec121/#extension_schema",
    )


def _extension(base: sqlite3.Connection, names: Sequence[str], extension: str, url: str) -> None:
    base.executemany(
        "INSERT INTO gpkg_extensions VALUES (?, NULL, ?, ?, 'read-write')",
        [(name, extension, url) for name in names],
    )


def _add_metadata(
    base: sqlite3.Connection,
    metadata: str,
    date: str,
    layers: Sequence[Layer],
    tables: Sequence[Layer],
) -> None:
    base.executescript(
        """
        CREATE TABLE gpkg_metadata (
          id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL,
          md_scope TEXT NOT NULL DEFAULT 'dataset', md_standard_uri TEXT NOT NULL,
          mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '');
        CREATE TABLE gpkg_metadata_reference (
          reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
          timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
          md_file_id INTEGER NOT NULL, md_parent_id INTEGER,
          CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
          CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id));
        """
    )
    base.execute(
        "INSERT INTO gpkg_metadata VALUES (1, 'dataset', 'http://www.isotc211.org/2005/gmd', "
        "'text/xml', ?)",
        (metadata,),
    )
    stamp = f"{date}T00:00:00.000Z"
    base.execute(
        "INSERT INTO gpkg_metadata_reference VALUES ('geopackage', NULL, NULL, NULL, ?, 1, NULL)",
        (stamp,),
    )
    for layer in (*layers, *tables):
        base.execute(
            "INSERT INTO gpkg_metadata_reference VALUES ('table', ?, NULL, NULL, ?, 1, NULL)",
            (layer.name, stamp),
        )
    _extension(
        base,
        ("gpkg_metadata", "gpkg_metadata_reference"),
        "gpkg_metadata",
        "http://www.geopackage.org/spec121/#extension_metadata",
    )


def _relate(base: sqlite3.Connection, layers: Sequence[Layer]) -> None:
    """Tie every row to its sources (OGC related tables): base_id and related_id are fids."""
    sourced = [layer for layer in layers if "source" in layer.columns]
    keys = dict(base.execute("SELECT id, fid FROM sources"))
    base.executescript(
        """
        CREATE TABLE gpkgext_relations (
          id INTEGER PRIMARY KEY AUTOINCREMENT, base_table_name TEXT NOT NULL,
          base_primary_column TEXT NOT NULL DEFAULT 'id', related_table_name TEXT NOT NULL,
          related_primary_column TEXT NOT NULL DEFAULT 'id', relation_name TEXT NOT NULL,
          mapping_table_name TEXT NOT NULL UNIQUE);
        """
    )
    url = "http://www.geopackage.org/18-000.html"
    _extension(base, ("gpkgext_relations",), "gpkg_related_tables", url)
    for layer in sourced:
        name = link_name(layer.name)
        quoted = '"' + name.replace('"', '""') + '"'
        base.execute(
            f"CREATE TABLE {quoted} (id INTEGER PRIMARY KEY AUTOINCREMENT, "
            "base_id INTEGER NOT NULL, related_id INTEGER NOT NULL)"
        )
        pairs = [
            (fid, keys[source])
            for fid, cited in enumerate(layer.values("source"), start=1)
            for source in str(cited or "").split(";")
            if source in keys
        ]
        base.executemany(f"INSERT INTO {quoted} (base_id, related_id) VALUES (?, ?)", pairs)
        base.execute(
            "INSERT INTO gpkgext_relations (base_table_name, base_primary_column, "
            "related_table_name, related_primary_column, relation_name, mapping_table_name) "
            "VALUES (?, 'fid', 'sources', 'fid', 'attributes', ?)",
            (layer.name, name),
        )
        base.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, "
            "last_change, srs_id) SELECT ?, 'attributes', ?, ?, last_change, 0 "
            "FROM gpkg_contents WHERE table_name = 'sources'",
            (name, name, f"Which sources each row of {layer.name} rests on, by fid"),
        )
        _extension(base, (name,), "gpkg_related_tables", url)
