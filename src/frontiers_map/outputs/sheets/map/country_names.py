"""Names of countries: quiet spaced capitals that give way to everything else on the map.

A name stands where the land of its country is widest. Where something else stands there, or that
place is beyond the frame, it takes another place in its country; in one that shows much of itself
it crosses a line rather than be left out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from frontiers_map.geo import countries
from frontiers_map.outputs.sheets.map import basemap
from frontiers_map.outputs.sheets.map.basemap import Z
from frontiers_map.outputs.sheets.map.features import Drawing
from frontiers_map.outputs.sheets.map.label_placer import Label
from frontiers_map.outputs.sheets.map.projection import Frame
from frontiers_map.outputs.sheets.paper import fonts
from frontiers_map.outputs.sheets.paper.page import MM_PER_PT, rise
from frontiers_map.style import LIGHT

__all__ = ["draw_country_names"]

SIZES: Final = (7.4, 6.6, 5.8)  # points
SPACING: Final = (0.45, 0.22, 0.1)  # of an em, between letters
LEADING: Final = 1.25  # em from line to line of a name in two
ROOM: Final = 0.92  # of the land's width at the name
SHIFTS: Final = (0.0, 0.9, -0.9, 1.8, -1.8)  # em up and down from where the name stands best
FARTHER: Final = (0.12, -0.12)  # of the land's width there: hardly a land is as flat
SHOWS: Final = 90.0  # mm² of a country in the frame, less than which ask for no other place
MUCH: Final = 500.0  # mm² from which its name rather crosses a line than be left out
SEEN: Final = 0.5  # mm² of a country that the eye finds
PART: Final = 0.3  # of a country, less than which is known by another name: islands overseas
STEPS: Final = 24  # places across a country, and up it, that are tried


def _capitals(name: str, language: str) -> str:
    """Set a name in capitals, which in Greek have no accents: ΙΤΑΛΙΑ."""
    if language.split("-")[0] == "el":
        name = unicodedata.normalize("NFD", name).replace("\u0301", "")
    return unicodedata.normalize("NFC", name.upper())


def draw_country_names(drawing: Drawing) -> None:
    """Write each country's name on its land where it fits and nothing else stands, large first."""
    frame, language = drawing.frame, drawing.content.language
    land = basemap.land_on_page(frame, basemap.coast_level(frame))
    shapely.prepare(land)
    unnamed = []
    for country in countries.countries():
        said = countries.name(country.code, language)
        if said is None:
            continue
        said = _capitals(said, language)
        if not _at_its_best(drawing, country, said, land):
            unnamed.append((country, said))
    for country, said in unnamed:
        own = _shown(frame, country)
        named = own.area >= SHOWS and _elsewhere(drawing, said, own)
        if not named and drawing.content.near:
            _beside(drawing, country, said)


def _at_its_best(
    drawing: Drawing, country: countries.Country, said: str, land: BaseGeometry
) -> bool:
    """Set a name where its land is widest, if it finds a free place there."""
    frame, placer = drawing.frame, drawing.placer
    spot = frame.point(country.lon, country.lat)
    if spot is None:
        return False
    ends = frame.page(
        np.array([(country.lon + s * country.half_width, country.lat) for s in (-1, 1)])
    )
    room = float(np.hypot(*(ends[1] - ends[0])))
    if not np.isfinite(room):
        return False
    room *= ROOM
    for name in _settings(drawing, (said,)):
        if name.width > room:
            continue
        for up in (*(shift * name.em for shift in SHIFTS), *(part * room for part in FARTHER)):
            bounds = name.around(spot[0], spot[1] + up)
            area = box(*bounds)
            free = land.contains(area) and placer.free_all(np.array([bounds]), 0.5)
            if free and not placer.crossed(area):
                name.write(drawing, spot[0], spot[1] + up)
                return True
    return False


def _shown(frame: Frame, country: countries.Country) -> BaseGeometry:
    """The largest piece of a country that a frame shows, on the page."""
    if _whole(frame, country) < SHOWS / 4:  # however much a projection swells it
        return shapely.Polygon()
    return _largest(frame.put_all(countries.lands()[country.code]))


def _whole(frame: Frame, country: countries.Country) -> float:
    """How large all of a country is on an equal-area map of a frame's scale, mm²."""
    return country.km2 * 1e6 * frame.scale**2


def _largest(shown: BaseGeometry) -> BaseGeometry:
    return max(shapely.get_parts(shown), key=lambda part: part.area, default=shapely.Polygon())


def _elsewhere(drawing: Drawing, said: str, own: BaseGeometry) -> bool:
    """Set a name at the free place in its country that is nearest to the middle of what shows."""
    middle, (west, south, east, north) = own.centroid, own.bounds
    shapely.prepare(own)
    x, y = (grid.ravel() for grid in np.meshgrid(
        np.linspace(west, east, STEPS), np.linspace(south, north, STEPS)
    ))  # fmt: skip
    order = np.argsort(np.hypot(x - middle.x, y - middle.y), kind="stable")
    spots = np.column_stack((x, y))[order]
    spots = spots[shapely.contains_xy(own, spots)]
    crossing: tuple[float, _Name, tuple[float, float]] | None = None
    lines = _in_two(said)
    for name in (*_settings(drawing, (said,)), *(_settings(drawing, lines) if lines else ())):
        bounds = name.around(spots[:, 0], spots[:, 1]).T
        for at in np.flatnonzero(shapely.contains(own, shapely.box(*bounds.T))):
            if not drawing.placer.free_all(bounds[at : at + 1], 0.5):
                continue
            under = drawing.placer.crossed(box(*bounds[at]))
            if not under:
                name.write(drawing, *spots[at])
                return True
            if crossing is None or under < crossing[0]:
                crossing = (under, name, (float(spots[at, 0]), float(spots[at, 1])))
    if crossing is None or own.area < MUCH:
        return False
    crossing[1].write(drawing, *crossing[2], halo=LIGHT.land)
    return True


def _beside(drawing: Drawing, country: countries.Country, said: str) -> None:
    """Set the name of a country that is too small for it beside what shows of it."""
    frame, points = drawing.frame, max(SIZES[-1] * drawing.k, 5.5)
    shown = frame.put_all(countries.lands()[country.code])
    largest = _largest(shown)
    if largest.area < SEEN or shown.area < PART * _whole(frame, country):
        return
    west, south, east, north = largest.bounds
    middle, reach = largest.centroid, min(east - west, north - south) / 2
    placed = drawing.placer.place(
        Label((said,), middle.x, middle.y, "sans", points, LIGHT.quiet, reach, leader=False)
    )
    if placed is None:
        return
    for line, x, y in placed.lines:
        drawing.page.text(
            x, y, line, size=points, colour=LIGHT.quiet, align=placed.align, halo=LIGHT.panel,
            z=Z["sea_name"], role="country", limit=frame.rect,
        )  # fmt: skip


def _in_two(said: str) -> tuple[str, str] | None:
    """A name of several words in two lines of like length."""
    words = said.split(" ")
    if len(words) < 2:
        return None
    cuts = [(" ".join(words[:n]), " ".join(words[n:])) for n in range(1, len(words))]
    return min(cuts, key=lambda cut: max(map(len, cut)))


class _Name:
    """A name as it may be set: in which size, how widely spaced."""

    def __init__(self, lines: tuple[str, ...], points: float, spacing: float) -> None:
        self.lines, self.points = lines, points
        self.em = em = points * MM_PER_PT
        self.pieces = [fonts.pieces(line) for line in lines]
        self.steps = [
            [fonts.width_mm(letter, "sans", points) + spacing * em for letter in pieces]
            for pieces in self.pieces
        ]
        self.widths = [sum(steps) - spacing * em for steps in self.steps]
        self.width = max(self.widths)
        up, down = rise("".join(lines))
        self.up, self.down = max(0.85, up) * em, max(0.25, down) * em
        self.leading = max(LEADING, up + down) * em

    def around(
        self, x: NDArray[np.float64] | float, y: NDArray[np.float64] | float
    ) -> NDArray[np.float64]:
        """The box, or boxes of shape (4, n), that it takes with its middle at a place."""
        half, base = self.width / 2, y - 0.35 * self.em
        more = (len(self.lines) - 1) * self.leading / 2
        return np.array([x - half, base - self.down - more, x + half, base + self.up + more])

    def write(self, drawing: Drawing, x: float, y: float, halo: str | None = None) -> None:
        """Set it with its middle at a place, and keep that free from then on."""
        more = (len(self.lines) - 1) * self.leading
        for number, line in enumerate(self.lines):
            base = y + more / 2 - number * self.leading - 0.35 * self.em
            steps = np.cumsum([0.0, *self.steps[number][:-1]])
            starts = x - self.widths[number] / 2 + steps
            drawing.page.outlined(
                [(letter, float(at), base, 0.0)
                 for letter, at in zip(self.pieces[number], starts, strict=True)],
                line, style="sans", size=self.points, colour=LIGHT.quiet, halo=halo,
                z=Z["sea_name"], role="country", limit=drawing.frame.rect,
            )  # fmt: skip
        drawing.placer.block(box(*self.around(x, y)))


def _settings(drawing: Drawing, lines: tuple[str, ...]) -> Iterator[_Name]:
    """The ways in which a name may be set, the best first."""
    for size in SIZES:
        for spacing in SPACING:
            yield _Name(lines, max(size * drawing.k, 5.5), spacing)
