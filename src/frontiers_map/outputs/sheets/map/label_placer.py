"""Names on a map: placed one after the other by priority, none over another, none over a symbol.

A name tries the places round its point, near ones first, then farther ones with a leader. The
place that costs least is taken; one that would touch another name, a symbol or the frame costs
too much for any name. What finds no place is reported, never dropped in silence.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString, Polygon, box
from shapely.geometry.base import BaseGeometry

from frontiers_map.outputs.sheets.map.projection import Rect
from frontiers_map.outputs.sheets.paper import fonts
from frontiers_map.outputs.sheets.paper.page import MM_PER_PT, rise

__all__ = ["Label", "Placed", "Placer"]

NEXT = 1.6  # mm that a name at the end of a leader keeps from others of its kind
CROSSED = 1.6  # what a millimetre of a line under a name costs
GAP = 0.35  # clear space round a name, mm
# where a name may stand beside its point, best first: (direction in degrees, cost)
SIDES = (
    (0, 0.0),
    (180, 0.8),
    (35, 0.5),
    (-35, 0.6),
    (145, 1.1),
    (-145, 1.2),
    (90, 1.3),
    (-90, 1.4),
)
REACHES = (0.0, 0.9, 1.9)
LEADERS = (4.5, 6.5, 9.0, 12.0, 16.0)


@dataclass(frozen=True)
class Label:
    """A name and what it belongs to.

    Attributes
    ----------
    lines
        The name, in one or more lines.
    x, y
        Position of what is named, mm.
    reach
        Half the size of its symbol, mm.
    priority
        Lower ones are placed first.
    leader
        Whether it may stand farther off, at the end of a line.
    led
        Whether it must.
    leaders
        Lengths that the line may have, mm.
    """

    lines: tuple[str, ...]
    x: float
    y: float
    style: str
    size: float
    colour: str
    reach: float = 0.9
    priority: float = 5.0
    leader: bool = True
    led: bool = False
    leaders: tuple[float, ...] = LEADERS
    what: str = ""


@dataclass(frozen=True)
class Placed:
    """Where a name goes: its lines with their baselines, alignment, and a leader if one is due."""

    label: Label
    lines: tuple[tuple[str, float, float], ...]
    align: str
    area: Rect
    leader: LineString | None


@dataclass
class Placer:
    """The names of one map frame."""

    limit: Rect
    soft: list[BaseGeometry] = field(default_factory=list)
    rivals: dict[str, tuple[float, float]] = field(default_factory=dict)  # what -> where it stands
    rough: BaseGeometry | None = None  # hatched: a name stands here only if it must
    _hard: list[tuple[float, float, float, float]] = field(default_factory=list)
    _leaders: list[LineString] = field(default_factory=list)
    _tree: shapely.STRtree | None = None
    _boxes: NDArray[np.float64] | None = None

    def block(self, area: Rect | BaseGeometry, gap: float = 0.0) -> None:
        """Let no name stand here."""
        if isinstance(area, Rect):
            bounds = (area.x0, area.y0, area.x1, area.y1)
            self._hard.append((bounds[0] - gap, bounds[1] - gap, bounds[2] + gap, bounds[3] + gap))
        else:
            for part in _small(area):
                west, south, east, north = part.bounds
                self._hard.append((west - gap, south - gap, east + gap, north + gap))
        self._boxes = None

    def avoid(self, lines: Iterable[BaseGeometry]) -> None:
        """Let names stand on these lines only if there is no better place."""
        self.soft += [line for line in lines if not line.is_empty]
        self._tree = None

    def free(self, area: Rect, gap: float = GAP) -> bool:
        """Whether nothing stands here and it lies within the frame."""
        limit = self.limit
        if (
            area.x0 < limit.x0 + gap
            or area.x1 > limit.x1 - gap
            or area.y0 < limit.y0 + gap
            or area.y1 > limit.y1 - gap
        ):
            return False
        if self._boxes is None:
            self._boxes = np.array(self._hard, dtype=float).reshape(-1, 4)
        boxes = self._boxes
        hit: NDArray[np.bool_] = (
            (boxes[:, 0] < area.x1 + gap)
            & (boxes[:, 2] > area.x0 - gap)
            & (boxes[:, 1] < area.y1 + gap)
            & (boxes[:, 3] > area.y0 - gap)
        )
        if hit.any():
            return False
        shape = box(area.x0, area.y0, area.x1, area.y1)
        return not any(line.intersects(shape) for line in self._leaders)

    def free_all(self, areas: NDArray[np.float64], gap: float = 0.15) -> bool:
        """Whether nothing stands in any of the boxes, shape (n, 4), and all lie in the frame."""
        limit = self.limit
        low, high = areas[:, :2].min(0), areas[:, 2:].max(0)
        if (
            low[0] < limit.x0 + gap
            or low[1] < limit.y0 + gap
            or high[0] > limit.x1 - gap
            or high[1] > limit.y1 - gap
        ):
            return False
        if self._boxes is None:
            self._boxes = self.boxes()
        taken = self._boxes
        near = taken[
            (taken[:, 0] < high[0] + gap)
            & (taken[:, 2] > low[0] - gap)
            & (taken[:, 1] < high[1] + gap)
            & (taken[:, 3] > low[1] - gap)
        ]
        hit = (
            (near[:, None, 0] < areas[:, 2] + gap)
            & (near[:, None, 2] > areas[:, 0] - gap)
            & (near[:, None, 1] < areas[:, 3] + gap)
            & (near[:, None, 3] > areas[:, 1] - gap)
        )
        if hit.any():
            return False
        whole = box(*low, *high)
        return not any(line.intersects(whole) for line in self._leaders)

    def boxes(self) -> NDArray[np.float64]:
        """Everything that is taken, as boxes of shape (n, 4)."""
        return np.array(self._hard, dtype=float).reshape(-1, 4)

    def crossed(self, area: BaseGeometry) -> float:
        """Millimetres of lines to avoid that run under an area."""
        if not self.soft:
            return 0.0
        if self._tree is None:
            parts = shapely.get_parts(np.array(self.soft, dtype=object))
            self._tree = shapely.STRtree(parts)
        near = self._tree.query(area, predicate="intersects")
        if not len(near):
            return 0.0
        return float(shapely.length(shapely.intersection(self._tree.geometries[near], area)).sum())

    def place(self, label: Label) -> Placed | None:
        """Find the best place for a name, and keep it free from then on."""
        best: tuple[float, Placed] | None = None
        for placed, cost in _candidates(label):
            if best and cost >= best[0]:
                continue
            if not self.free(placed.area):
                continue
            area = box(placed.area.x0, placed.area.y0, placed.area.x1, placed.area.y1)
            if self._another(label, area, led=placed.leader is not None):
                continue
            cost += CROSSED * self.crossed(area)
            if self.rough is not None:
                cost += 0.06 * shapely.intersection(self.rough, area).area
            if placed.leader is not None:
                cost += self._leader_cost(label, placed.leader)
            if best is None or cost < best[0]:
                best = (cost, placed)
        if best is None:
            return None
        placed = best[1]
        self.block(placed.area, 0.1)
        if placed.leader is not None:
            self._leaders.append(placed.leader)
        return placed

    def _another(self, label: Label, area: Polygon, *, led: bool) -> bool:
        """Whether a name would stand at another of its kind, and be read as that one's."""
        if label.what not in self.rivals:
            return False
        own = area.distance(shapely.Point(label.x, label.y))
        return any(
            area.distance(shapely.Point(spot)) < (NEXT if led else min(own + 0.5, 3 * NEXT))
            for what, spot in self.rivals.items()
            if what != label.what
        )

    def _leader_cost(self, label: Label, leader: LineString) -> float:
        if any(leader.crosses(other) for other in self._leaders):
            return 1e6
        boxes = self.boxes()
        own = (boxes[:, 0] <= label.x) & (boxes[:, 2] >= label.x)
        own &= (boxes[:, 1] <= label.y) & (boxes[:, 3] >= label.y)
        if shapely.intersects(shapely.box(*boxes[~own].T), leader).any():
            return 1e6
        return 2.0 + 0.8 * self.crossed(leader.buffer(1.0))  # one that runs along a line is lost


def block_size(lines: Sequence[str], style: str, size: float) -> tuple[float, float]:
    """Width and height of lines of text, mm."""
    em = size * MM_PER_PT
    width = max(fonts.width_mm(line, style, size) for line in lines)
    up, down = rise("".join(lines))
    return width, (up + down) * em + (len(lines) - 1) * _leading(lines) * em


def _leading(lines: Sequence[str]) -> float:
    """From one baseline to the next: letters that go far up and down need more."""
    return max(1.06, sum(rise("".join(lines))))


def _candidates(label: Label) -> Iterable[tuple[Placed, float]]:
    width, height = block_size(label.lines, label.style, label.size)
    for number, extra in enumerate(() if label.led else REACHES):
        for degrees, cost in SIDES:
            yield (
                _at(label, degrees, label.reach + 0.35 + extra, width, height, False),
                (cost + 0.9 * number),
            )
    if label.leader:
        for number, extra in enumerate(label.leaders):
            for step in range(24):
                degrees = step * 15
                placed = _at(label, degrees, label.reach + extra, width, height, True)
                tilt = 0.0 if abs(math.sin(math.radians(degrees))) < 0.9 else 0.5
                yield placed, 4.0 + 1.6 * number + tilt


def _at(
    label: Label, degrees: float, distance: float, width: float, height: float, leader: bool
) -> Placed:
    """Put the nearest edge or corner of the name at a direction and distance from its point."""
    turn = math.radians(degrees)
    dx, dy = math.cos(turn), math.sin(turn)
    x, y = label.x + dx * distance, label.y + dy * distance
    if dx > 0.3:
        left, align = x, "left"
    elif dx < -0.3:
        left, align = x - width, "right"
    else:
        left, align = x - width / 2, "center"
    # text's eye lies a little above the middle of its box
    if abs(dy) < 0.3:
        bottom = y - height * 0.47
    elif abs(dx) > 0.3 and not leader:
        bottom = y - height * 0.25 if dy > 0 else y - height * 0.75
    elif leader and abs(dx) > 0.3:
        bottom = y - height / 2
    else:
        bottom = y if dy > 0 else y - height
    area = Rect(left, bottom, left + width, bottom + height)
    em = label.size * MM_PER_PT
    at = {"left": left, "center": left + width / 2, "right": left + width}[align]
    up, _ = rise("".join(label.lines))
    leading = _leading(label.lines)
    lines = tuple(
        (line, at, area.y1 - up * em - number * leading * em)
        for number, line in enumerate(label.lines)
    )
    line = None
    if leader:
        start = (label.x + dx * (label.reach + 0.15), label.y + dy * (label.reach + 0.15))
        end = (label.x + dx * (distance - 0.4), label.y + dy * (distance - 0.4))
        line = LineString([start, end])
    return Placed(label, lines, align, area, line)


def _small(area: BaseGeometry) -> Iterable[Polygon]:
    """Cut a long or leaning area into parts whose boxes are close to it."""
    for part in shapely.get_parts(area):
        west, south, east, north = part.bounds
        if (
            part.area > 0.75 * (east - west) * (north - south)
            or max(east - west, north - south) < 2
        ):
            yield part
            continue
        steps = max(2, math.ceil(max(east - west, north - south) / 2.0))
        wide = east - west >= north - south
        for number in range(steps):
            a, b = number / steps, (number + 1) / steps
            cell = (
                box(west + a * (east - west), south, west + b * (east - west), north)
                if wide
                else box(west, south + a * (north - south), east, south + b * (north - south))
            )
            piece = part.intersection(cell)
            if not piece.is_empty:
                yield piece
