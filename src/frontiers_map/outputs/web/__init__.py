"""The pages: one self-contained HTML file for each map of the atlas."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from frontiers_map.outputs.base import Files, RenderJob

__all__ = ["render"]


def render(job: RenderJob) -> Files:
    """Make the pages of an atlas, or those that are chosen."""
    from frontiers_map.outputs.web import features
    from frontiers_map.outputs.web.page import AtlasMap, Common

    if (by := features.simplified(job.atlas)[1]) > features.TOLERANCE:
        job.notes.append(f"pages: layers of one's own are simplified by {by:g}° to be quick")
    common = Common.of(job.atlas, job.spoken, job.cache)
    pages = {}
    for spec in job.atlas.maps:
        if job.chosen and spec.id not in job.chosen:
            continue
        name = f"{spec.id}.html"
        job.progress(name)
        page = AtlasMap(job.atlas, spec.id, basemap=job.basemap, cache=job.cache, common=common)
        pages[name] = page.get_root().render().encode("utf-8")
    return pages
