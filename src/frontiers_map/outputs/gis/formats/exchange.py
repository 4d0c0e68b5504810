"""Flat layers -> GeoJSON, GeoParquet and FlatGeobuf: the same ids, values and geometry in each.

All three hold the exchange form: WGS 84, cut at 180°, longitudes in ±180. The one file with
unwrapped lines and areas, for drawing, is ``unwrapped.parquet``.
"""

from __future__ import annotations

import datetime
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray
from pyogrio.raw import write_arrow

from frontiers_map.atlas.model import LAYERS
from frontiers_map.outputs.gis.formats.geopackage import CRS, arrow
from frontiers_map.outputs.gis.layers import Layer, round_off

__all__ = ["flatgeobuf", "geojson", "geoparquet", "plain_parquet", "unwrapped"]


def geojson(layer: Layer, licence: str) -> Iterator[str]:
    """Give a layer as RFC 7946 GeoJSON, one feature a line, piece by piece."""
    assert layer.shape is not None
    head = {
        "type": "FeatureCollection",
        "name": layer.name,
        "description": f"{layer.description}. Cut at 180 degrees; parts join there.",
        "licence": licence,
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "features": [\n'
    before = ""
    for row, shape in zip(layer.rows(), layer.shape, strict=True):
        values = json.dumps(row, ensure_ascii=False, default=_iso, allow_nan=False)
        number = json.dumps(row["id"], ensure_ascii=False)
        drawn = "null" if shape is None else shapely.to_geojson(shape)
        yield (
            f'{before}{{"type": "Feature", "id": {number}, "properties": {values}, '
            f'"geometry": {drawn}}}'
        )
        before = ",\n"
    yield "\n]}\n"


def _iso(value: Any) -> str:
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def geoparquet(layer: Layer) -> bytes:
    """Write a layer as GeoParquet 1.1: sorted along a Hilbert curve, with a covering of boxes."""
    assert layer.shape is not None
    order = _along_curve(layer.shape)
    return _parquet(arrow(layer), layer.shape, order, layer.description)


def unwrapped(layers: Iterable[Layer]) -> bytes:
    """Write layer, id and unwrapped geometry of what can cross 180°: one line is one line.

    For drawing. Longitudes may exceed ±180; all other files are in ±180.
    """
    names: list[str] = []
    ids: list[str] = []
    shapes: list[Any] = []
    for layer in layers:
        if (layer.own or LAYERS[layer.name].wraps) and layer.whole is not None:
            names += [layer.name] * len(layer)
            ids += layer.values("id")
            shapes += list(shapely.orient_polygons(round_off(layer.whole)))
    table = pa.table({"layer": pa.array(names, pa.string()), "id": pa.array(ids, pa.string())})
    whole = np.array([*shapes, None], dtype=object)[:-1]
    text = (
        "Unwrapped geometry for drawing: longitudes run on across 180 degrees and may exceed it. "
        "Join to the layers by layer and id."
    )
    return _parquet(table, whole, np.arange(len(table)), text)


def plain_parquet(table: Layer) -> bytes:
    """Write a table without geometry as Parquet."""
    out = io.BytesIO()
    pq.write_table(
        arrow(table).replace_schema_metadata({"description": table.description}),
        out,
        compression="zstd",
        write_page_checksum=True,
    )
    return out.getvalue()


def flatgeobuf(layer: Layer, path: Path) -> None:
    """Write a layer as FlatGeobuf with a spatial index; rows without geometry are left out.

    The index has no place for them, and a file without one that holds such rows brings GDAL 3.12
    down when it is read by Arrow.
    """
    assert layer.shape is not None
    path.unlink(missing_ok=True)
    there = ~shapely.is_missing(layer.shape)
    write_arrow(
        arrow(layer, layer.shape).filter(pa.array(there)),
        path,
        layer=layer.name,
        driver="FlatGeobuf",
        geometry_name="geom",
        geometry_type=layer.kind,
        crs=CRS,
        layer_options={
            "SPATIAL_INDEX": "YES",
            "TITLE": layer.name,
            "DESCRIPTION": layer.description,
        },
    )


def _parquet(
    table: pa.Table, shapes: NDArray[np.object_], order: NDArray[np.intp], description: str
) -> bytes:
    shapes = shapes[order]
    bounds = shapely.bounds(shapes)
    missing = np.isnan(bounds).any(axis=1)
    sides = ("xmin", "ymin", "xmax", "ymax")
    boxes = pa.StructArray.from_arrays(
        [pa.array(bounds[:, number]) for number in range(4)],
        names=list(sides),
        mask=pa.array(missing),
    )
    wkb = pa.array(list(shapely.to_wkb(shapes, byte_order=1)), type=pa.binary())
    table = table.take(pa.array(order)).append_column("geometry", wkb).append_column("bbox", boxes)
    table = table.replace_schema_metadata(
        {"geo": json.dumps(_geo(shapes, bounds[~missing], sides)), "description": description}
    )
    out = io.BytesIO()
    pq.write_table(
        table,
        out,
        compression="zstd",
        write_page_checksum=True,
        use_dictionary=[name for name in table.column_names if name not in ("geometry", "bbox")],
        row_group_size=20_000,
    )
    return out.getvalue()


def _geo(
    shapes: NDArray[np.object_], bounds: NDArray[np.float64], sides: Sequence[str]
) -> dict[str, Any]:
    """The ``geo`` metadata of GeoParquet 1.1."""
    from pyproj import CRS as SYSTEM

    kinds = sorted({one.geom_type for one in shapes if one is not None})
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": kinds,
        "crs": SYSTEM.from_user_input(CRS).to_json_dict(),
        "edges": "planar",
        "orientation": "counterclockwise",
        "covering": {"bbox": {side: ["bbox", side] for side in sides}},
    }
    if len(bounds):
        low, high = bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)
        column["bbox"] = [*map(float, low), *map(float, high)]
    return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}


def _along_curve(shapes: NDArray[np.object_]) -> NDArray[np.intp]:
    """Order in which neighbours on the globe are neighbours in the file; what has no place last."""
    import geopandas as gpd

    there = ~shapely.is_missing(shapes)
    rank = np.full(len(shapes), np.iinfo(np.int64).max, dtype=np.int64)
    if there.any():
        series = gpd.GeoSeries(shapes[there], crs=CRS)
        rank[there] = series.hilbert_distance(total_bounds=(-180, -90, 180, 90)).to_numpy()
    return np.argsort(rank, kind="stable").astype(np.intp)
