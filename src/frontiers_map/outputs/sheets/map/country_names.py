"""Names of countries: quiet spaced capitals that give way to everything else on the map."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from frontiers_map.geo import countries
from frontiers_map.outputs.sheets.map import basemap
from frontiers_map.outputs.sheets.map.basemap import Z
from frontiers_map.outputs.sheets.map.features import Drawing
from frontiers_map.outputs.sheets.paper import fonts
from frontiers_map.outputs.sheets.paper.page import MM_PER_PT
from frontiers_map.style import LIGHT

__all__ = ["draw_country_names"]

SIZES: Final = (7.4, 6.6, 5.8)  # points
SPACING: Final = (0.45, 0.22, 0.1)  # of an em, between letters
ROOM: Final = 0.92  # of the land's width at the name
SHIFTS: Final = (0.0, 0.9, -0.9, 1.8, -1.8)  # em up and down from where the name stands best
FARTHER: Final = (0.12, -0.12)  # of the land's width there: hardly a land is as flat


def draw_country_names(drawing: Drawing) -> None:
    """Write each country's name on its land where it fits and nothing else stands, large first."""
    frame, language = drawing.frame, drawing.content.language
    land = basemap.land_on_page(frame, basemap.coast_level(frame))
    shapely.prepare(land)
    for country in countries.countries():
        spot = frame.point(country.lon, country.lat)
        said = countries.name(country.code, language)
        if spot is None or said is None:
            continue
        ends = frame.page(
            np.array([(country.lon + s * country.half_width, country.lat) for s in (-1, 1)])
        )
        room = float(np.hypot(*(ends[1] - ends[0])))
        if np.isfinite(room):
            _write(drawing, said.upper(), spot, room * ROOM, land)


def _write(
    drawing: Drawing, said: str, spot: tuple[float, float], room: float, land: BaseGeometry
) -> None:
    """Set one name, as wide as its land allows, if it finds a free place there."""
    placer, pieces = drawing.placer, fonts.pieces(said)
    for size, spacing in ((s, g) for s in SIZES for g in SPACING):
        points = max(size * drawing.k, 5.5)
        em = points * MM_PER_PT
        steps = [fonts.width_mm(letter, "sans", points) + spacing * em for letter in pieces]
        width = sum(steps) - spacing * em
        if width > room:
            continue
        left = spot[0] - width / 2
        for up in (*(shift * em for shift in SHIFTS), *(part * room for part in FARTHER)):
            base = spot[1] + up - 0.35 * em
            low, high = base - 0.25 * em, base + 0.85 * em
            bounds = (left, low, left + width, high)
            area = box(*bounds)
            free = land.contains(area) and placer.free_all(np.array([bounds]), 0.5)
            if not free or placer.crossed(area):
                continue
            starts = left + np.concatenate([[0.0], np.cumsum(steps)[:-1]])
            drawing.page.outlined(
                [(letter, float(x), base, 0.0) for letter, x in zip(pieces, starts, strict=True)],
                said, style="sans", size=points, colour=LIGHT.quiet, halo=None,
                z=Z["sea_name"], role="country", limit=drawing.frame.rect,
            )  # fmt: skip
            placer.block(area)
            return
