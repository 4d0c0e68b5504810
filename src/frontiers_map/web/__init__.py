"""The pages: one self-contained HTML file for each map of the atlas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from frontiers_map.cache import Cache
    from frontiers_map.joins import JoinedAtlas

__all__ = ["render"]


def render(
    atlas: JoinedAtlas,
    *,
    languages: Sequence[str],
    chosen: Sequence[str] = (),
    basemap: str | None = None,
    cache: Cache | None = None,
    scratch: Path | None = None,
    progress: Callable[[str], None] = lambda text: None,
    notes: list[str] | None = None,
) -> dict[str, bytes]:
    """Make the pages of an atlas.

    Parameters
    ----------
    atlas
    languages
        Codes of the languages to put in.
    chosen
        Ids of the pages to make; all if empty.
    basemap
        ``osm`` or ``ocean`` for an online basemap.
    cache
        Where the packed coast is kept between runs.
    scratch, notes
        Not needed here; every renderer is called alike.
    progress
        Called with the name of each page.

    Returns
    -------
    dict of str to bytes
        File name to content.
    """
    from frontiers_map.cache import NoCache
    from frontiers_map.web.page import AtlasMap, Common

    del scratch, notes
    cache = cache or NoCache()
    common = Common.of(atlas, tuple(languages), cache)
    pages = {}
    for spec in atlas.maps:
        if chosen and spec.id not in chosen:
            continue
        name = f"{spec.id}.html"
        progress(name)
        page = AtlasMap(atlas, spec.id, basemap=basemap, cache=cache, common=common)
        pages[name] = page.get_root().render().encode("utf-8")
    return pages
