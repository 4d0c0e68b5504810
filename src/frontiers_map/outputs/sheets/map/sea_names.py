"""Names of seas: italic, spaced, laid along their sea or bent with it, drawn letter by letter.

Thousands of places are tried. To make that quick the frame is a raster of what is taken, what is
land and where lines run, summed up so that any box is looked up in one step. How far a name may
wander follows from how wide its sea is there; a sea too narrow for its name gets it at the end of
a leader.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy.ndimage import binary_dilation, distance_transform_edt
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from frontiers_map.outputs.sheets.map.basemap import Z, coast_level, land_on_page
from frontiers_map.outputs.sheets.map.features import Drawing
from frontiers_map.outputs.sheets.map.label_placer import Label
from frontiers_map.outputs.sheets.map.projection import Frame, Rect
from frontiers_map.outputs.sheets.paper import fonts
from frontiers_map.outputs.sheets.paper.page import MM_PER_PT, rise
from frontiers_map.style import LIGHT, TYPE

__all__ = ["draw_sea_names"]

Floats = NDArray[np.float64]
SPACING: Final = {1: 0.62, 2: 0.28, 3: 0.16, 4: 0.08}  # of the size, between letters
WORST: Final = {1: 4.2, 2: 4.2, 3: 3.2, 4: 3.2}  # cost above which a name is not in its sea
LED: Final = 2  # class down to which a name without room gets a leader
SLANT: Final = 0.2  # Japanese has no italic; slanting it is usual on Japanese maps
CELLS: Final = 4  # raster cells per mm
TURNS: Final = (0.0, -20.0, 20.0, -40.0, 40.0, -62.0, 62.0)  # of a name's middle, degrees
BENDS: Final = (0.0, -40.0, 40.0, -75.0, 75.0)  # from a name's first letter to its last, degrees
REACH: Final = {1: 26.0, 2: 15.0, 3: 9.0, 4: 5.0}  # mm that a name may stand from its point
STEPS: Final = 7  # places tried to each side


OWN: Final = {1: 3.0, 2: 1.5, 3: 1.0, 4: 0.6}  # how far a sea of a class reaches, among others
CLEAR: Final = 0.6  # mm round a name that stripes keep off
BRIDGED: Final = 2.5  # half of what its letters may be apart for that, mm
ASTRAY: Final = 0.2  # share of a name's letters that may stand on islands or in the next sea

TAKEN, LAND, LINES, AWAY = range(4)


class _Raster:
    """Counts of taken, land and line cells in any boxes of a frame."""

    def __init__(self, rect: Rect) -> None:
        self.rect = rect
        self.shape = (math.ceil(rect.height * CELLS) + 1, math.ceil(rect.width * CELLS) + 1)
        self.taken = np.zeros(self.shape, dtype=bool)
        self.sums = np.zeros((self.shape[0] + 1, self.shape[1] + 1, AWAY), dtype=np.int32)
        self.near = (0, 0), np.zeros((1, 1), dtype=np.int32)  # first row and column, sums
        self.room = np.zeros(self.shape)  # mm from each cell to the nearest land

    def paint(self, kind: int, shapes: Sequence[tuple[BaseGeometry, float]]) -> NDArray[np.bool_]:
        """Rasterise areas, and lines of a width in mm, as a kind; give the cells."""
        image = Image.new("1", (self.shape[1], self.shape[0]))
        draw = ImageDraw.Draw(image)
        for shape, width in shapes:
            for part in shapely.get_parts(shapely.get_parts(shape)):
                if part.is_empty:
                    continue
                if part.geom_type == "Polygon":
                    draw.polygon(self._pixels(part.exterior), fill=1)
                    for ring in part.interiors:
                        draw.polygon(self._pixels(ring), fill=0)
                elif part.geom_type == "LineString":
                    draw.line(self._pixels(part), fill=1, width=max(2, round(width * CELLS)))
        cells = np.asarray(image, dtype=bool)
        self.sum_up(kind, cells)
        return cells

    def sum_up(self, kind: int, cells: NDArray[np.bool_]) -> None:
        """Take cells as those of a kind."""
        self.sums[1:, 1:, kind] = _sums(cells)

    def look_at(self, first: tuple[int, int], near: NDArray[np.bool_]) -> None:
        """Take all cells but those of a window, from a first row and column, as away."""
        self.near = first, np.pad(_sums(near), ((1, 0), (1, 0)))

    def at(self, spot: tuple[float, float]) -> tuple[int, int]:
        """Row and column of a position."""
        column, row = ((np.array(spot) - (self.rect.x0, self.rect.y0)) * CELLS).astype(int)
        return min(max(int(row), 0), self.shape[0] - 1), min(max(int(column), 0), self.shape[1] - 1)

    def take(self, bounds: Floats) -> None:
        """Mark boxes (n, 4) as taken."""
        for x0, y0, x1, y1 in self.cells(bounds):
            self.taken[y0:y1, x0:x1] = True
        self.sum_up(TAKEN, self.taken)

    def count(self, cells: NDArray[np.int64]) -> Floats:
        """Cells of each kind, last axis, in boxes that `cells` gave, shape (..., 4)."""
        x0, y0, x1, y1 = np.moveaxis(cells, -1, 0)
        (row, column), total = self.near
        near = _in_boxes(
            total,
            *(np.clip(x - column, 0, total.shape[1] - 1) for x in (x0, x1)),
            *(np.clip(y - row, 0, total.shape[0] - 1) for y in (y0, y1)),
        )
        away = (x1 - x0) * (y1 - y0) - near
        rest = _in_boxes(self.sums, x0, x1, y0, y1)
        return np.concatenate((rest, away[..., None]), axis=-1, dtype=float)

    def cells(self, bounds: Floats) -> NDArray[np.int64]:
        """Give boxes in millimetres, shape (..., 4), as boxes of whole cells that cover them."""
        origin = np.array([self.rect.x0, self.rect.y0] * 2)
        cells = (bounds - origin) * CELLS
        cells = np.concatenate((np.floor(cells[..., :2]), np.ceil(cells[..., 2:])), axis=-1)
        most = np.array([self.shape[1], self.shape[0]] * 2)
        return np.asarray(np.clip(cells, 0, most), dtype=np.int64)

    def _pixels(self, line: Any) -> list[tuple[float, float]]:
        spots = (np.asarray(line.coords)[:, :2] - (self.rect.x0, self.rect.y0)) * CELLS
        return [(float(x), float(y)) for x, y in spots]


def _sums(cells: NDArray[np.bool_]) -> NDArray[np.int32]:
    return cells.cumsum(0, dtype=np.int32).cumsum(1, dtype=np.int32)


def _in_boxes(sums: NDArray[Any], x0: Any, x1: Any, y0: Any, y1: Any) -> NDArray[Any]:
    """What sums from the corner give for the boxes between columns and rows."""
    return np.asarray(sums[y1, x1] - sums[y0, x1] - sums[y1, x0] + sums[y0, x0])


@dataclass(frozen=True)
class _Setting:
    """A name set round the origin: letters with place and angle, boxes of its letters."""

    lines: tuple[str, ...]
    glyphs: tuple[tuple[tuple[str, float, float, float], ...], ...]
    corners: Floats  # (letters, 4 corners, 2)
    turned: bool
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
    if not drawing.content.seas:
        return
    frame = drawing.frame
    raster = _Raster(frame.rect)
    dry = raster.paint(LAND, [(land_on_page(frame, coast_level(frame)), 0.0)])
    raster.room = np.asarray(distance_transform_edt(~dry)) / CELLS
    raster.paint(
        LINES,
        [(line, 0.5) for line in drawing.placer.soft]
        + [(lane.line, lane.width * MM_PER_PT) for lane in drawing.lanes],
    )
    raster.take(drawing.placer.boxes())
    seas = _Seas(frame, raster, dry, drawing.content.seas)
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
        raster.look_at(*seas.of(row, spot, _width(drawing, row)))
        _draw(drawing, row, spot, raster)


class _Seas:
    """Which water belongs to which sea, as far as the points tell that stand for them.

    A sea is what can be reached from its point over water, not far round, and lies nearer to it
    than to the point of another; an ocean reaches farther than a sea, and a sea than a bay.
    """

    def __init__(
        self, frame: Frame, raster: _Raster, dry: NDArray[np.bool_], rows: Sequence[Any]
    ) -> None:
        self.raster, self.wet = raster, ~dry
        self.rows = list(rows)
        high, wide = raster.shape
        self.every = CELLS  # a look each millimetre is enough
        x = raster.rect.x0 + (np.arange(0, wide, self.every) + self.every / 2) / CELLS
        y = raster.rect.y0 + (np.arange(0, high, self.every) + self.every / 2) / CELLS
        places = frame.geographic(np.stack(np.meshgrid(x, y), -1).reshape(-1, 2))
        lost = ~np.isfinite(places).all(1)
        places[lost] = 0.0
        away = 2 - 2 * _sphere(places) @ _sphere(np.array([(r.lon, r.lat) for r in rows])).T
        weights = np.array([OWN[row.class_] for row in rows])
        self.away = np.sqrt(np.maximum(away, 0)) / weights
        self.away[lost] = np.inf
        self.away = self.away.reshape(len(y), len(x), -1)

    def of(
        self, row: Any, spot: tuple[float, float], width: float
    ) -> tuple[tuple[int, int], NDArray[np.bool_]]:
        """The cells of a sea near enough for its name: a window's first row and column, and it."""
        rivals = [n for n, other in enumerate(self.rows) if other.class_ <= row.class_ + 1]
        mine = next(n for n, other in enumerate(self.rows) if other.id == row.id)
        way = round((REACH[row.class_] + width / 2) * 1.2 * CELLS)  # in cells, over water
        at = self.raster.at(spot)
        spans = [
            range(max(one - way, 0), min(one + way + 1, most))
            for one, most in zip(at, self.wet.shape, strict=True)
        ]
        first = spans[0].start, spans[1].start
        away = self.away[np.ix_(*(sorted({n // self.every for n in span}) for span in spans))]
        nearest = np.isfinite(away[..., mine])
        nearest &= away[..., mine] <= away[..., rivals].min(-1) + 1e-12
        cells = np.ix_(*(np.array(s) // self.every - s.start // self.every for s in spans))
        part = nearest[cells] & self.wet[np.ix_(*spans)]
        middle = at[0] - first[0], at[1] - first[1]
        near = 2 * CELLS
        patch = tuple(slice(max(one - near, 0), one + near + 1) for one in middle)
        start = np.zeros_like(part)
        start[patch] = part[patch]
        if not start.any():
            return first, start
        return first, np.asarray(binary_dilation(start, mask=part, iterations=way))


def _sphere(places: Floats) -> Floats:
    lon, lat = np.radians(places).T
    return np.column_stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))


def _width(drawing: Drawing, row: Any) -> float:
    """Millimetres that a sea's longest line takes, spaced as it is wished."""
    size = TYPE["ocean" if row.class_ == 1 else "sea"] * drawing.k
    name = drawing.content.name(row)
    line = max(_halves(name), key=len) if row.class_ == 1 else name
    spaces = SPACING[row.class_] * size * MM_PER_PT * len(line)
    return fonts.width_mm(line, "serif-italic", max(size, 5.5)) + spaces


def _draw(drawing: Drawing, row: Any, spot: tuple[float, float], raster: _Raster) -> None:
    name = drawing.content.name(row)
    role = "ocean" if row.class_ == 1 else "sea"
    # smaller for lesser seas
    size = max(TYPE[role] * drawing.k * {1: 1.0, 2: 1.0, 3: 0.88, 4: 0.78}[row.class_], 5.5)
    best = _best(name, size, row.class_, spot, raster, drawing.k)
    if best is None:
        if row.class_ > LED or not _led(drawing, row, spot, size, raster):
            drawing.left_out.append(f"{name} (sea)")
        return
    setting, origin = best
    corners = setting.corners + origin
    boxes = [Polygon(corner) for corner in corners]
    drawing.clear.append(shapely.union_all(boxes).buffer(BRIDGED).buffer(CLEAR - BRIDGED))
    for line, glyphs in zip(setting.lines, setting.glyphs, strict=True):
        placed = [
            (letter, float(x + origin[0]), float(y + origin[1]), angle)
            for letter, x, y, angle in glyphs
        ]
        drawing.page.outlined(
            placed,
            line,
            style="serif-italic",
            size=setting.size,
            colour=LIGHT.sea_name,
            halo=None,
            z=Z["sea_name"],
            role="sea",
            limit=drawing.frame.rect,
            slant=SLANT if fonts.has_cjk(name) else 0.0,
        )
    raster.take(np.concatenate((corners.min(1), corners.max(1)), axis=-1))
    for area in boxes:
        drawing.placer.block(area)


def _best(
    name: str,
    size: float,
    class_: int,
    spot: tuple[float, float],
    raster: _Raster,
    k: float,
) -> tuple[_Setting, Floats] | None:
    """Find how and where a name stands best in its sea; None where it does not fit into it."""
    wide = _room(raster, spot)
    most = REACH[class_] * k
    reach = most if class_ == 1 else min(max(wide, 2.5 * k), most)
    shifts = _shifts(reach)
    away = 1.3 * np.hypot(shifts[:, 0], shifts[:, 1]) / reach
    rect = raster.rect
    best: tuple[float, tuple[_Setting, Floats]] | None = None
    worst = WORST[class_]
    # no need to try where the least letter is higher than the sea
    choices = _settings(name, size, class_) if wide > 0.4 * 5.5 * MM_PER_PT else ()
    for penalty, lines, spacing, turn, bend, points in choices:
        if penalty >= (best[0] if best else worst):
            break
        setting = _set(lines, points, spacing, turn, bend, penalty)
        own = np.concatenate((setting.corners.min(1), setting.corners.max(1)), axis=-1)
        step = np.tile(shifts + np.array(spot), 2)
        low, high = own[:, :2].min(0) + step[:, :2], own[:, 2:].max(0) + step[:, :2]
        good = (
            (low > (rect.x0 + 0.6, rect.y0 + 0.6)) & (high < (rect.x1 - 0.6, rect.y1 - 0.6))
        ).all(1)
        good &= setting.penalty + away < (best[0] if best else worst)
        if not good.any():
            continue
        which = np.flatnonzero(good)
        # a turned letter fills less than its box
        slack = 0.1 if setting.turned else 0.0
        own = own + np.array([slack, slack, -slack, -slack])
        # ends and middle first: they rule most places out
        for some in (sorted({0, len(own) // 2, len(own) - 1}), slice(None)):
            cells = raster.cells(own[some] + step[which][:, None, :])
            found = raster.count(cells)
            clear = found[..., TAKEN].sum(1) == 0
            which = which[clear]
        if not len(which):
            continue
        found, cells = found[clear], cells[clear]
        area = np.maximum((own[:, 2] - own[:, 0]) * (own[:, 3] - own[:, 1]), 0.1)
        dry = (found[..., LAND] / CELLS**2 / area).clip(0, 1)
        stray = (found[..., AWAY] / CELLS**2 / area).clip(0, 1).mean(1)
        cost = np.where(stray > ASTRAY, worst, 0.0) + (
            setting.penalty
            + away[which]
            + 9.0 * np.minimum(dry * 1.6, 1).mean(1)
            + 0.35 * found[..., LINES].sum(1) / CELLS
        )
        if len(setting.lines) > 1:  # nor should a line run between the lines of a name
            whole = np.concatenate((cells[..., :2].min(1), cells[..., 2:].max(1)), -1)
            cost += 0.06 * raster.count(whole)[..., LINES] / CELLS
        at = int(np.argmin(cost))
        if cost[at] < (best[0] - 1e-9 if best else worst):
            best = (float(cost[at]), (setting, shifts[which[at]] + spot))
    return best[1] if best else None


def _room(raster: _Raster, spot: tuple[float, float]) -> float:
    """How far the land is from the middle of a sea, mm."""
    row, column = raster.at(spot)
    by = 2 * CELLS
    return float(raster.room[max(row - by, 0) : row + by, max(column - by, 0) : column + by].max())


def _led(
    drawing: Drawing, row: Any, spot: tuple[float, float], size: float, raster: _Raster
) -> bool:
    """Write the name beside its sea, at the end of a leader."""
    name = drawing.content.name(row)
    size = max(size * 0.9, 5.5)
    placed = drawing.placer.place(
        Label(
            tuple(_halves(name)) if len(name) > 14 else (name,),
            *spot,
            "serif-italic",
            size,
            LIGHT.sea_name,
            0.0,
            led=True,
            what=f"sea {row.id}",
        )
    )
    if placed is None or placed.leader is None:
        return False
    drawing.page.line(placed.leader, LIGHT.panel, 1.1, z=Z["leader"] - 1, alpha=0.8)
    drawing.page.line(placed.leader, LIGHT.sea_name, 0.35, z=Z["leader"], layer="leader")
    for line, x, y in placed.lines:
        wide = fonts.width_mm(line, "serif-italic", size)
        x -= {"left": 0.0, "center": 0.5, "right": 1.0}[placed.align] * wide
        glyphs = []
        for letter in fonts.pieces(line):
            glyphs.append((letter, x, y, 0.0))
            x += fonts.width_mm(letter, "serif-italic", size)
        drawing.page.outlined(
            glyphs,
            line,
            style="serif-italic",
            size=size,
            colour=LIGHT.sea_name,
            halo=LIGHT.panel,
            z=Z["label"] - 3,
            role="sea",
            limit=drawing.frame.rect,
            slant=SLANT if fonts.has_cjk(name) else 0.0,
        )
    area = placed.area
    drawing.clear.append(area.grown(CLEAR).polygon)
    raster.take(np.array([[area.x0, area.y0, area.x1, area.y1]]))
    return True


def _settings(
    name: str, size: float, class_: int
) -> list[tuple[float, tuple[str, ...], float, float, float, float]]:
    """The ways to set a name, best first: spaced, in two lines, turned, bent, close, smaller.

    Returns
    -------
    list of tuple
        Penalty, lines, spacing, turn, bend, size in points.
    """
    halves, words, name_ = tuple(_halves(name)), tuple(name.split(" ")), (name,)
    wide = SPACING[class_]
    sizes = [(size, 0.0)] + [
        (small, more)
        for share, more in ((0.8, 1.1), (0.68, 2.0))
        if (small := max(size * share, 5.5)) < size - 0.3
    ]
    if class_ == 1:
        ways = [(halves, wide, 0.0), (name_, wide, 0.4), (halves, 0.3, 1.0)]
        if len(words) > 2:
            ways += [(words, wide, 0.8), (words, 0.3, 1.3)]
        choices = [
            (penalty + less, lines, spacing, 0.0, 0.0, points)
            for lines, spacing, penalty in ways
            for points, less in sizes
        ]
    else:
        single = [(name_, wide, 0.0), (name_, 0.04, 0.9)]
        double = [(halves, wide, 0.5), (halves, 0.04, 1.2)] if len(halves) > 1 else []
        # a name bends with its sea, but no letter of it stands on end
        bends = BENDS if class_ == 2 else BENDS[:3]
        shapes = [
            (turn, bend) for turn in TURNS for bend in bends if abs(turn) + abs(bend) / 2 < 85
        ]
        choices = [
            (penalty + less + abs(turn) / 45 + abs(bend) / 90, lines, spacing, turn, bend, points)
            for turn, bend in shapes
            for lines, spacing, penalty in (*single, *([] if bend else double))
            for points, less in sizes
        ]
    return sorted(choices, key=lambda one: one[0])  # and of equals the first


@lru_cache(maxsize=4096)
def _set(
    lines: tuple[str, ...],
    size: float,
    spacing: float,
    turn: float,
    bend: float,
    penalty: float,
) -> _Setting:
    """Set lines round the origin, turned, and bent along a circle by `bend` degrees in all."""
    em = size * MM_PER_PT
    lead = max(1.5 if spacing > 0.3 else 1.15, sum(rise("".join(lines)))) * em
    made, corners = [], []
    for number, line in enumerate(lines):
        pieces = fonts.pieces(line)
        widths = [fonts.width_mm(letter, "serif-italic", size) for letter in pieces]
        length = sum(widths) + spacing * em * (len(pieces) - 1)
        curve = math.radians(bend) / length if bend else 0.0
        drop = ((len(lines) - 1) / 2 - number) * lead - 0.26 * em
        left = -length / 2
        glyphs = []
        for letter, width in zip(pieces, widths, strict=True):
            along = left + width / 2
            angle = math.radians(turn) + curve * along
            x, y = (
                (math.sin(curve * along) / curve, (1 - math.cos(curve * along)) / curve)
                if curve
                else (along, 0.0)
            )
            lean = math.radians(turn)
            x, y = (
                x * math.cos(lean) - y * math.sin(lean),
                x * math.sin(lean) + y * math.cos(lean),
            )
            way, up = (math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))

            def spot(
                right: float,
                above: float,
                x: float = x,
                y: float = y,
                way: tuple[float, float] = way,
                up: tuple[float, float] = up,
            ) -> tuple[float, float]:
                return x + way[0] * right + up[0] * above, y + way[1] * right + up[1] * above

            glyphs.append((letter, *spot(-width / 2, drop), math.degrees(angle)))
            if letter.strip():
                rises, falls = rise(letter)
                low, high, half = drop - falls * em, drop + rises * em, width / 2
                corners.append(
                    [spot(-half, low), spot(half, low), spot(half, high), spot(-half, high)]
                )
            left += width + spacing * em
        made.append(tuple(glyphs))
    turned = bool(turn or bend)
    return _Setting(lines, tuple(made), np.array(corners), turned, penalty, size)


def _halves(name: str) -> list[str]:
    words = name.split(" ")
    if len(words) < 2:
        return [name]
    cut = min(
        range(1, len(words)), key=lambda n: abs(len(" ".join(words[:n])) - len(" ".join(words[n:])))
    )
    return [" ".join(words[:cut]), " ".join(words[cut:])]


def _shifts(reach: float) -> Floats:
    grid = np.linspace(-reach, reach, 2 * STEPS + 1)
    return np.array([(x, y * 0.8) for x in grid for y in grid])
