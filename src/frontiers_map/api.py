"""The atlas as `frontiers_map.load` gives it: frames that join with anybody else's.

Inside, a line across the Pacific is one line whose longitudes run on past 180°; that draws well
and joins badly. The public frames are as RFC 7946 has it: in ±180, cut there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd

from frontiers_map import geodesy, joins
from frontiers_map.cache import Cache
from frontiers_map.joins import JoinedAtlas

if TYPE_CHECKING:
    from frontiers_map.web.page import AtlasMap

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
        """Give a Folium map; see `JoinedAtlas.map`."""
        return self.whole.map(map_id, languages=languages, basemap=basemap)


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
    if not isinstance(value, gpd.GeoDataFrame):
        return value
    frame = value.set_geometry(geodesy.split(value.geometry.to_numpy()), crs=value.crs)
    return frame.assign(lon=geodesy.fold(frame["lon"])) if "lon" in frame else frame
