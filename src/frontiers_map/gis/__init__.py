"""GIS layers of an atlas: a styled GeoPackage, a QGIS project, exchange formats, KML."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from frontiers_map.joins import JoinedAtlas

__all__ = ["render"]


def render(
    atlas: JoinedAtlas,
    *,
    scratch: Path,
    progress: Callable[[str], None] = lambda text: None,
    notes: list[str] | None = None,
    languages: Sequence[str] = (),
    **_: Any,
) -> dict[str, bytes | Path]:
    """Make everything under ``gis/``.

    Parameters
    ----------
    atlas
        The joined atlas.
    scratch
        Folder for files too large to keep in memory.
    progress
        Called with a line of text whenever something begins.
    notes
        Gets what a person should know.
    languages
        Taken for other renderers' sake: a layer carries every language.

    Returns
    -------
    dict of str to bytes or Path
        Path in the output folder, and content or a file below `scratch`.
    """
    from frontiers_map.gis import making

    return making.make(atlas.unwrapped, scratch, progress, notes if notes is not None else [])
