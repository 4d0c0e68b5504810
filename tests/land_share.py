"""How much land and sea a sheet drew, and how much it should have.

What was drawn is read from pixels. What is true is asked point by point: from the page back to
the globe by PROJ itself, then of the coast, with no projected polygon and no code of ours between.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
import pyproj
import shapely
from PIL import Image

from frontiers_map.geo import land
from frontiers_map.outputs.sheets.map import basemap
from frontiers_map.outputs.sheets.map.projection import Frame
from frontiers_map.outputs.sheets.paper.page import Page
from frontiers_map.style import LIGHT

_NAMES = {"equal_earth": "eqearth", "mercator": "merc", "lambert": "laea"}


@dataclass(frozen=True)
class Shares:
    """Shares of a frame, 0 to 1: land as it is and as drawn, both of all that is world."""

    land: float
    land_drawn: float
    world: float
    world_drawn: float
    elsewhere: float

    @property
    def error(self) -> float:
        """The worst of all that should agree."""
        return max(
            abs(self.land - self.land_drawn), abs(self.world - self.world_drawn), self.elsewhere
        )


def shares(page: Page, frame: Frame, dpi: float = 40.0) -> Shares:
    """Compare a frame pixel by pixel; `elsewhere` is where land and sea are not where they are."""
    dry, wet = _drawn(page, frame, dpi)
    high, wide = dry.shape
    rect = frame.rect
    x = rect.x0 + (np.arange(wide) + 0.5) / wide * rect.width
    y = rect.y1 - (np.arange(high) + 0.5) / high * rect.height
    lon, lat = globe(frame, *(part.ravel() for part in np.meshgrid(x, y)))
    world = np.isfinite(lon)
    is_land = np.zeros(len(lon), dtype=bool)
    spots = shapely.points((lon[world] + 180) % 360 - 180, lat[world])
    coast = land.polygons(basemap.coast_level(frame))
    # the land asks for its points: a shape that asks is prepared once
    hits = shapely.STRtree(spots).query(coast, predicate="contains")[1]
    is_land[np.flatnonzero(world)[np.unique(hits)]] = True
    wrong = (is_land != dry.ravel()) | (world != (dry | wet).ravel())
    # a coast may lie a pixel beside itself, a continent may not
    thick = wrong.reshape(high, wide)
    thick = thick[1:, :] & thick[:-1, :]
    thick = thick[:, 1:] & thick[:, :-1]
    return Shares(
        float(is_land.mean()),
        float(dry.mean()),
        float(world.mean()),
        float((dry | wet).mean()),
        float(thick.mean()),
    )


def globe(frame: Frame, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude of points on the page; NaN off the world."""
    over = "" if frame.kind == "lambert" else " +over"
    proj = pyproj.Proj(
        f"+proj={_NAMES[frame.kind]} +lon_0={frame.lon_0} +lat_0={frame.lat_0} +ellps=WGS84{over}"
    )
    east, north = (x - frame.shift[0]) / frame.scale, (y - frame.shift[1]) / frame.scale
    lon, lat = proj(east, north, inverse=True, errcheck=False)
    back = proj(lon, lat, errcheck=False)
    # beyond the poles the inverse gives the pole
    lost = np.hypot(back[0] - east, back[1] - north) * frame.scale > 0.05
    lost |= ~np.isfinite(lon) | ~np.isfinite(back[0])
    return np.where(lost, np.nan, lon), np.where(lost, np.nan, lat)


def _drawn(page: Page, frame: Frame, dpi: float) -> tuple[np.ndarray, np.ndarray]:
    """Where a frame is land and where it is sea, of pixels with nothing drawn over them."""
    artists = list(page.axes.get_children())
    seen = [artist.get_visible() for artist in artists]
    ground = {basemap.Z["sea"], basemap.Z["land"]}
    for artist in artists:
        artist.set_visible(artist.get_visible() and artist.get_zorder() in ground)
    try:
        image = Image.open(io.BytesIO(page.png(dpi))).convert("RGB")
    finally:
        for artist, was in zip(artists, seen, strict=True):
            artist.set_visible(was)
    k, rect = dpi / 25.4, frame.rect
    part = np.asarray(
        image.crop(
            (round(rect.x0 * k), image.height - round(rect.y1 * k),
             round(rect.x1 * k), image.height - round(rect.y0 * k))
        ),
        dtype=int,
    )  # fmt: skip
    away = [np.abs(part - _rgb(colour)).sum(-1) for colour in (LIGHT.land, LIGHT.sea, LIGHT.paper)]
    nearest = np.argmin(away, 0)
    return nearest == 0, nearest == 1


def _rgb(colour: str) -> np.ndarray:
    return np.array([int(colour[n : n + 2], 16) for n in (1, 3, 5)])
