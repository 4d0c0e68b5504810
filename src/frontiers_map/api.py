"""The atlas as `frontiers_map.load` gives it: frames that join with anybody else's.

Inside, a line across the Pacific is one line whose longitudes run on past 180°; that draws well
and joins badly. The public frames are as RFC 7946 has it: in ±180, cut there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd

from frontiers_map.analysis import joins
from frontiers_map.analysis.joins import JoinedAtlas
from frontiers_map.cache import Cache, user_cache
from frontiers_map.geo import geodesy

if TYPE_CHECKING:
    from frontiers_map.outputs.web.page import AtlasMap, Common

__all__ = ["PublicAtlas", "load"]


@dataclass(frozen=True, repr=False)
class PublicAtlas(JoinedAtlas):
    """A joined atlas whose frames lie in ±180 and are cut at 180°.

    Attributes
    ----------
    unwrapped : JoinedAtlas
        The same with longitudes that run on past 180°: one line is one line. For drawing.
    """

    whole: JoinedAtlas

    @property
    def unwrapped(self) -> JoinedAtlas:
        """The same atlas with longitudes that run on past 180°."""
        return self.whole

    def map(
        self, map_id: str = "index", *, languages: Iterable[str] = (), basemap: str | None = None
    ) -> AtlasMap:
        """Give a Folium map that shows itself in a notebook and takes further layers.

        Parameters
        ----------
        map_id
            Which of the atlas's maps to show.
        languages
            Languages to put in; all of the atlas's if empty.
        basemap
            ``osm`` or ``ocean``: an online basemap below; the page then asks its host for tiles.

        Raises
        ------
        ValueError
            If the atlas has no such map, or there is no such basemap.
        """
        from frontiers_map.outputs.web import page

        spoken, cache = tuple(languages), user_cache()
        with self.speaking():
            if spoken not in self._common:
                self._common[spoken] = page.Common.of(self.whole, spoken, cache)
            common = self._common[spoken]
            return page.AtlasMap(self.whole, map_id, basemap=basemap, cache=cache, common=common)

    @cached_property
    def _common(self) -> dict[tuple[str, ...], Common]:
        """What the maps of this atlas share, by languages: made by the first of them."""
        return {}


def load(folder: Path | str | None = None, *, cache: Cache | None = None) -> PublicAtlas:
    """Read an atlas folder, check it, join its layers, and cut them at 180°.

    Parameters
    ----------
    folder
        Atlas folder; the one that comes with the package if None.
    cache
        Where results are kept between runs; the user's cache folder if None.

    Raises
    ------
    AtlasError
        With every problem that was found.
    """
    whole = joins.load(folder, cache=cache)
    given = {field.name: getattr(whole, field.name) for field in fields(JoinedAtlas)}
    return PublicAtlas(**{name: _cut(value) for name, value in given.items()}, whole=whole)


def _cut(value: Any) -> Any:
    """Bring a frame into ±180: its geometry, and the position in its columns if it has any."""
    if isinstance(value, dict):
        return {name: _cut(frame) for name, frame in value.items()}
    if not isinstance(value, gpd.GeoDataFrame):
        return value
    frame = value.set_geometry(geodesy.split(value.geometry.to_numpy()), crs=value.crs)
    return frame.assign(lon=geodesy.fold(frame["lon"])) if "lon" in frame else frame
