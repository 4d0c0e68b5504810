"""Names of seas: italic, spaced, laid along their sea, drawn letter by letter.

Thousands of places are tried. To make that quick the frame is a raster of what is taken, what is
land and where lines run, summed up so that any box is looked up in one step.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from frontiers_map.sheets import fonts
from frontiers_map.sheets.basemap import Z, coast_level, land_on_page
from frontiers_map.sheets.features import Drawing
from frontiers_map.sheets.page import ASCENT, DESCENT, MM_PER_PT
from frontiers_map.sheets.projection import Rect
from frontiers_map.sheets.washes import overlap_on_page
from frontiers_map.style import LIGHT, TYPE, mix

__all__ = ["draw_sea_names"]

Floats = NDArray[np.float64]
SPACING: Final = {1: 0.62, 2: 0.28, 3: 0.16, 4: 0.08}  # of the size, between letters
WORST: Final = 6.0  # cost above which a name is left out
SLANT: Final = 0.2  # Japanese has no italic; slanting it is usual on Japanese maps
CELLS: Final = 4  # raster cells per mm
TURNS: Final = (0.0, -32.0, 32.0, -62.0, 62.0)


class _Raster:
    """Counts of taken, land and line cells in any boxes of a frame."""

    def __init__(self, rect: Rect) -> None:
        self.rect = rect
        self.shape = (math.ceil(rect.height * CELLS) + 1, math.ceil(rect.width * CELLS) + 1)
        self.taken = np.zeros(self.shape, dtype=bool)
        self.sums: dict[str, NDArray[np.int64]] = {}

    def paint(self, name: str, shape: BaseGeometry) -> None:
        """Rasterise areas or lines under a name."""
        image = Image.new("1", (self.shape[1], self.shape[0]))
        draw = ImageDraw.Draw(image)
        for part in shapely.get_parts(shapely.get_parts(shape)):
            if part.is_empty:
                continue
            if part.geom_type == "Polygon":
                draw.polygon(self._pixels(part.exterior), fill=1)
                for ring in part.interiors:
                    draw.polygon(self._pixels(ring), fill=0)
            elif part.geom_type == "LineString":
                draw.line(self._pixels(part), fill=1, width=2)
        self.sums[name] = _summed(np.asarray(image, dtype=bool))

    def take(self, bounds: Floats) -> None:
        """Mark boxes (n, 4) as taken."""
        for x0, y0, x1, y1 in self._cells(bounds):
            self.taken[y0:y1, x0:x1] = True
        self.sums["taken"] = _summed(self.taken)

    def count(self, name: str, bounds: Floats) -> Floats:
        """Cells of a kind in boxes, shape (..., 4)."""
        cells = self._cells(bounds)
        total, (x0, y0, x1, y1) = self.sums[name], np.moveaxis(cells, -1, 0)
        return np.asarray(
            total[y1, x1] - total[y0, x1] - total[y1, x0] + total[y0, x0], dtype=float
        )

    def _cells(self, bounds: Floats) -> NDArray[np.int64]:
        origin = np.array([self.rect.x0, self.rect.y0] * 2)
        cells = (bounds - origin) * CELLS
        cells = np.concatenate((np.floor(cells[..., :2]), np.ceil(cells[..., 2:])), axis=-1)
        most = np.array([self.shape[1], self.shape[0]] * 2)
        return np.asarray(np.clip(cells, 0, most), dtype=np.int64)

    def _pixels(self, line: Any) -> list[tuple[float, float]]:
        spots = (np.asarray(line.coords)[:, :2] - (self.rect.x0, self.rect.y0)) * CELLS
        return [(float(x), float(y)) for x, y in spots]


def _summed(cells: NDArray[np.bool_]) -> NDArray[np.int64]:
    return np.pad(cells.cumsum(0, dtype=np.int64).cumsum(1), ((1, 0), (1, 0)))


@dataclass(frozen=True)
class _Setting:
    """A name set round the origin: letters with place and angle, boxes of its letters."""

    lines: tuple[str, ...]
    glyphs: tuple[tuple[tuple[str, float, float], ...], ...]
    corners: Floats  # (letters, 4 corners, 2)
    angle: float
    penalty: float
    size: float


def draw_sea_names(
    drawing: Drawing, *, classes: Sequence[int] = (1, 2, 3, 4), skip: Polygon | None = None
) -> None:
    """Place the names of seas, oceans first; what finds no room is reported.

    Parameters
    ----------
    classes
        Those to place: 1 oceans to 4 bays.
    skip
        Names of class 3 and 4 here are left to an inset.
    """
    frame = drawing.frame
    raster = _Raster(frame.rect)
    raster.paint("land", land_on_page(frame, coast_level(frame)))
    raster.paint(
        "lines",
        shapely.geometrycollections(
            [part for line in drawing.placer.soft for part in shapely.get_parts(line)]
        ),
    )
    raster.take(drawing.placer.boxes())
    striped = overlap_on_page(frame, drawing.content.washes) if drawing.content.washes else None
    # a strait that is a gate has its name already
    said = {drawing.content.name(row) for row in drawing.content.gates}
    for row in sorted(drawing.content.seas, key=lambda row: (row.class_, row.id)):
        if row.class_ not in classes or drawing.content.name(row) in said:
            continue
        spot = frame.point(row.lon, row.lat)
        if spot is None:
            continue
        if skip is not None and row.class_ >= 3 and skip.contains(shapely.Point(spot)):
            continue
        _draw(drawing, row, spot, raster, striped)


def _draw(
    drawing: Drawing, row: Any, spot: tuple[float, float], raster: _Raster, striped: Any
) -> None:
    name = drawing.content.name(row)
    role = "ocean" if row.class_ == 1 else "sea"
    # smaller for lesser seas
    size = max(TYPE[role] * drawing.k * {1: 1.0, 2: 1.0, 3: 0.88, 4: 0.78}[row.class_], 5.5)
    shifts = _shifts(row.class_, drawing.k)
    away = 0.16 * np.hypot(shifts[:, 0], shifts[:, 1])
    rect = drawing.frame.rect
    best: tuple[float, Any] | None = None
    for setting in _settings(name, size, row.class_):
        if best is not None and setting.penalty >= best[0]:
            break
        own = np.concatenate((setting.corners.min(1), setting.corners.max(1)), axis=-1)
        step = np.tile(shifts + np.array(spot), 2)
        low, high = own[:, :2].min(0) + step[:, :2], own[:, 2:].max(0) + step[:, :2]
        good = (
            (low > (rect.x0 + 0.6, rect.y0 + 0.6)) & (high < (rect.x1 - 0.6, rect.y1 - 0.6))
        ).all(1)
        if best is not None:
            good &= setting.penalty + away < best[0]
        if not good.any():
            continue
        bounds = own[None] + step[good][:, None, :]
        slack = 0.0 if setting.angle == 0 else 0.2
        tight = bounds + np.array([slack, slack, -slack, -slack])
        free = raster.count("taken", tight).sum(1) == 0
        if not free.any():
            continue
        which = np.flatnonzero(good)[free]
        bounds = bounds[free]
        cells = np.maximum((own[:, 2] - own[:, 0]) * (own[:, 3] - own[:, 1]), 0.1)
        dry = (raster.count("land", bounds) / CELLS**2 / cells).clip(0, 1)
        cost = (
            setting.penalty
            + away[which]
            + 9.0 * np.minimum(dry * 1.6, 1).mean(1)
            + 0.35 * raster.count("lines", bounds).sum(1) / CELLS
        )
        at = int(np.argmin(cost))
        if cost[at] < WORST and (best is None or cost[at] < best[0] - 1e-9):
            origin = shifts[which[at]] + spot
            best = (float(cost[at]), (setting, origin, setting.corners + origin, bounds[at]))
    if best is None:
        drawing.left_out.append(f"{name} (sea)")
        return
    setting, origin, corners, bounds = best[1]
    boxes = [Polygon(corner) for corner in corners]
    over = striped is not None and any(striped.intersects(area) for area in boxes)
    halo = mix(LIGHT.indo_pacific, LIGHT.sea, 0.2) if over else None
    for line, glyphs in zip(setting.lines, setting.glyphs, strict=True):
        placed = [
            (letter, float(x + origin[0]), float(y + origin[1]), setting.angle)
            for letter, x, y in glyphs
        ]
        drawing.page.outlined(
            placed,
            line,
            style="serif-italic",
            size=setting.size,
            colour=LIGHT.sea_name,
            halo=halo,
            z=Z["sea_name"],
            role="sea",
            limit=rect,
            slant=SLANT if fonts.has_cjk(name) else 0.0,
        )
    raster.take(bounds)
    for area in boxes:
        drawing.placer.block(area)


def _settings(name: str, size: float, class_: int) -> list[_Setting]:
    """The ways to set a name, best first: spaced, in two lines, turned, close."""
    halves = _halves(name)
    wide = SPACING[class_]
    if class_ == 1:
        ways = [(halves, wide, 0.0), ([name], wide, 0.4), (halves, 0.3, 1.0)]
        return [_set(lines, size, spacing, 0.0, penalty) for lines, spacing, penalty in ways]
    ways = [([name], wide, 0.0), ([name], 0.04, 0.9)]
    if len(halves) > 1:
        ways += [(halves, wide, 0.5), (halves, 0.04, 1.2)]
    sizes = [(size, 0.0)] + ([(small, 1.1)] if (small := max(size * 0.8, 5.5)) < size else [])
    choices = [
        (penalty + less + abs(angle) / 45, number, angle, lines, spacing, points)
        for number, angle in enumerate(TURNS)
        for lines, spacing, penalty in ways
        for points, less in sizes
    ]
    return [
        _set(lines, points, spacing, angle, penalty)
        for penalty, _, angle, lines, spacing, points in sorted(choices, key=lambda one: one[:2])
    ]


def _set(lines: list[str], size: float, spacing: float, angle: float, penalty: float) -> _Setting:
    em = size * MM_PER_PT
    lead = (1.5 if spacing > 0.3 else 1.15) * em
    turn = math.radians(angle)
    way, up = (math.cos(turn), math.sin(turn)), (-math.sin(turn), math.cos(turn))

    def spot(along: float, above: float) -> tuple[float, float]:
        return way[0] * along + up[0] * above, way[1] * along + up[1] * above

    made, corners = [], []
    for number, line in enumerate(lines):
        widths = [fonts.width_mm(letter, "serif-italic", size) for letter in line]
        left = -(sum(widths) + spacing * em * (len(line) - 1)) / 2
        drop = ((len(lines) - 1) / 2 - number) * lead - 0.26 * em
        glyphs = []
        for letter, width in zip(line, widths, strict=True):
            glyphs.append((letter, *spot(left, drop)))
            if letter.strip():
                low, high = drop - DESCENT * em, drop + ASCENT * em
                corners.append(
                    [
                        spot(left, low),
                        spot(left + width, low),
                        spot(left + width, high),
                        spot(left, high),
                    ]
                )
            left += width + spacing * em
        made.append(tuple(glyphs))
    return _Setting(tuple(lines), tuple(made), np.array(corners), angle, penalty, size)


def _halves(name: str) -> list[str]:
    words = name.split(" ")
    if len(words) < 2:
        return [name]
    cut = min(
        range(1, len(words)), key=lambda n: abs(len(" ".join(words[:n])) - len(" ".join(words[n:])))
    )
    return [" ".join(words[:cut]), " ".join(words[cut:])]


def _shifts(class_: int, k: float) -> Floats:
    reach = {1: 26, 2: 9, 3: 6, 4: 4}[class_] * k
    step = {1: 3.2, 2: 1.2, 3: 0.9, 4: 0.8}[class_] * k
    grid = np.arange(-reach, reach + 0.01, step)
    return np.array([(x, y * 0.8) for x in grid for y in grid])
