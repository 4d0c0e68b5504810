"""GIS layers of an atlas: a styled GeoPackage, a QGIS project, exchange formats, KML."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from frontiers_map.outputs.base import Files, RenderJob

__all__ = ["render"]


def render(job: RenderJob) -> Files:
    """Make everything under ``gis/``; a layer carries every language, whichever are asked for."""
    from frontiers_map.outputs.gis import write

    return write.make(job.atlas.unwrapped, job.scratch, job.progress, job.notes)
