"""The order in which the GIS files are made, and where they go."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from frontiers_map.atlas import fields
from frontiers_map.outputs.datapackage import Resource, descriptor
from frontiers_map.outputs.gis.backdrop import ground
from frontiers_map.outputs.gis.formats import exchange, geopackage, iso_metadata
from frontiers_map.outputs.gis.formats.kml import kml, kmz
from frontiers_map.outputs.gis.layers import Layer, layers, tables
from frontiers_map.outputs.gis.qgis import layer_tree, project
from frontiers_map.outputs.gis.qgis.styles import look

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas

__all__ = ["make"]

NAME = "frontiers"
_GEOMETRY = (
    {"name": "geometry", "type": "any", "title": "Geometry", "description": "WKB, WGS 84"},
    {"name": "bbox", "type": "any", "title": "Box", "description": "Bounds of the geometry"},
)
_FORMS = {
    "geojson": "RFC 7946, cut at 180°",
    "parquet": "GeoParquet 1.1, cut at 180°",
    "fgb": "FlatGeobuf, cut at 180°",
}


def make(
    atlas: JoinedAtlas, scratch: Path, progress: Callable[[str], None], notes: list[str]
) -> dict[str, bytes | Path]:
    """Make every file, and give its path in the output folder."""
    folder = scratch / "gis"
    folder.mkdir(parents=True, exist_ok=True)
    drawn, plain = layers(atlas), tables(atlas)
    progress("gis: GeoPackage and QGIS project")
    made = _geopackage(atlas, folder / f"{NAME}.gpkg", drawn, plain)
    progress("gis: GeoJSON, GeoParquet, FlatGeobuf")
    for layer in drawn:
        made += _exchange(atlas, folder, layer)
    made += [
        Resource(
            f"{table.name}.parquet", exchange.plain_parquet(table), table.description,
            table.name, table.fields,
        )
        for table in plain
    ]  # fmt: skip
    made.append(
        Resource(
            "unwrapped.parquet", exchange.unwrapped(drawn),
            "Regions, overlaps, routes and links with longitudes that run on past 180°, for "
            "drawing; all other files are cut there",
        )
    )  # fmt: skip
    progress("gis: KML")
    path = _stream(folder / f"{NAME}.kml", kml(atlas, drawn))
    made.append(Resource(f"{NAME}.kml", path, "All layers for Google Earth, cut at 180°"))
    path = kmz(atlas, drawn, folder / f"{NAME}.kmz")
    made.append(Resource(f"{NAME}.kmz", path, "The same with symbols of its own, in one archive"))
    missing = [layer for layer in drawn if "source" not in layer.columns]
    notes += [f"gis: layer {layer.name} has no sources" for layer in missing]
    made.append(Resource("datapackage.json", descriptor(atlas, "gis", made), ""))
    return {f"gis/{one.path}": one.content for one in made}


def _geopackage(
    atlas: JoinedAtlas, path: Path, drawn: list[Layer], plain: list[Layer]
) -> list[Resource]:
    """The GeoPackage with the project inside, and the same project beside it."""
    under, main = ground(atlas), atlas.settings.main_language
    styles = {layer.name: look(layer, atlas, main) for layer in (*drawn, *under)}
    archives = _projects(atlas, [*drawn, *under], plain)
    span = fields.days(atlas.settings.record_to)
    day = str(span[1]) if span else "1970-01-01"
    path.unlink(missing_ok=True)
    geopackage.write(
        path, [*drawn, *under], plain, styles,
        title=atlas.settings.title.main, date=day, metadata=iso_metadata.metadata(atlas, day),
    )  # fmt: skip
    with closing(sqlite3.connect(path)) as base:
        # where QGIS looks for projects that live in a GeoPackage: hex of the .qgz
        base.execute(
            "CREATE TABLE qgis_projects (name TEXT PRIMARY KEY, metadata BLOB, content BLOB)"
        )
        about = f'{{"last_modified_time": "{day}T00:00:00", "last_modified_user": ""}}'
        for name, archive in archives.items():
            base.execute(
                "INSERT INTO qgis_projects VALUES (?, ?, ?)", (name, about, archive.hex().encode())
            )
        base.commit()
    return [
        Resource(
            f"{NAME}.gpkg", path,
            "Every layer and table, styled for QGIS; cut at 180° and beside 30°W, the edge of "
            "its map",
        ),
        *(
            Resource(f"{name}.qgz", archive, "QGIS project over the GeoPackage beside it")
            for name, archive in archives.items()
        ),
    ]  # fmt: skip


def _projects(atlas: JoinedAtlas, layers: list[Layer], plain: list[Layer]) -> dict[str, bytes]:
    """The QGIS project, and one more for each further language, whose legend is in it too."""
    made, main = {}, atlas.settings.main_language
    for language in ("", *(one for one in atlas.settings.languages if one != main)):
        spoken = language or main
        styles = {layer.name: look(layer, atlas, spoken) for layer in layers}
        groups, themes = layer_tree.contents(atlas, layers, styles, spoken)
        name = f"{NAME}-{language}" if language else NAME
        text = project.project(atlas, groups, themes, plain, language)
        made[name] = project.zipped(text, name)
    return made


def _stream(path: Path, pieces: Iterable[str]) -> Path:
    """Write text piece by piece: a large layer never stands in memory whole."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(pieces)
    return path


def _exchange(atlas: JoinedAtlas, folder: Path, layer: Layer) -> list[Resource]:
    fgb = folder / f"{layer.name}.fgb"
    exchange.flatgeobuf(layer, fgb)
    files: dict[str, bytes | Path] = {
        "geojson": _stream(
            folder / f"{layer.name}.geojson", exchange.geojson(layer, atlas.settings.licence)
        ),
        "parquet": exchange.geoparquet(layer),
        "fgb": fgb,
    }
    return [
        Resource(
            f"{layer.name}.{ending}", content, f"{layer.description} ({_FORMS[ending]})",
            layer.name, layer.fields, _GEOMETRY if ending == "parquet" else (),
        )
        for ending, content in files.items()
    ]  # fmt: skip
