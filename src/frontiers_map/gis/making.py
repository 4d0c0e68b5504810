"""The order in which the GIS files are made, and where they go."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from frontiers_map import fields
from frontiers_map.gis import contents, geopackage, project
from frontiers_map.gis.ground import ground
from frontiers_map.gis.layers import layers, tables
from frontiers_map.gis.looks import look

if TYPE_CHECKING:
    from frontiers_map.joins import JoinedAtlas

__all__ = ["make"]


def make(
    atlas: JoinedAtlas, scratch: Path, progress: Callable[[str], None], notes: list[str]
) -> dict[str, bytes | Path]:
    """Make every file, and give its path in the output folder."""
    folder = scratch / "gis"
    folder.mkdir(parents=True, exist_ok=True)
    drawn, plain, under = layers(atlas), tables(atlas), ground(atlas)
    progress("gis: GeoPackage and project")
    styles = {layer.name: look(layer, atlas) for layer in (*drawn, *under)}
    span = fields.days(atlas.settings.record_to)
    day = str(span[1]) if span else "1970-01-01"
    groups, themes = contents.contents(atlas, [*drawn, *under], styles)
    text = project.project(atlas, groups, themes, plain)
    archive = project.zipped(text, "frontiers")
    path = folder / "frontiers.gpkg"
    path.unlink(missing_ok=True)
    geopackage.write(
        path,
        [*drawn, *under],
        plain,
        styles,
        title=atlas.settings.title.en,
        date=day,
        metadata="<x/>",
    )
    return {"gis/frontiers.gpkg": path, "gis/frontiers.qgz": archive}
