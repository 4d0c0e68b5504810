"""What a renderer is asked, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from frontiers_map.cache import Cache, NoCache

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas

__all__ = ["Files", "RenderJob", "Renderer"]

# path in the output folder -> content, or a file below the job's scratch folder
Files = Mapping[str, bytes | Path]


@dataclass(frozen=True)
class RenderJob:
    """One part of a build.

    Attributes
    ----------
    atlas
        The joined atlas.
    scratch
        A folder for files on their way.
    languages
        Codes of the languages to make; all of the atlas's if empty.
    chosen
        Ids of the pages or sheets to make; all if empty.
    basemap
        ``osm`` or ``ocean`` for an online basemap under the pages.
    cache
        Where results are kept between runs.
    progress
        Called with a line of text whenever something begins or is done.
    notes
        Gets what a person should know, such as names that found no room.
    """

    atlas: JoinedAtlas
    scratch: Path
    languages: Sequence[str] = ()
    chosen: Sequence[str] = ()
    basemap: str | None = None
    cache: Cache = field(default_factory=NoCache)
    progress: Callable[[str], None] = lambda text: None
    notes: list[str] = field(default_factory=list)

    @property
    def spoken(self) -> tuple[str, ...]:
        """The languages to make, in the atlas's order."""
        all_ = tuple(self.atlas.settings.languages)
        return tuple(code for code in all_ if code in self.languages) or all_


class Renderer(Protocol):
    """A module of `outputs` that makes one part of a build."""

    def render(self, job: RenderJob) -> Files:
        """Make all files of the part.

        Raises
        ------
        FrontiersMapError
            If something cannot be drawn as it must be.
        """
        ...
