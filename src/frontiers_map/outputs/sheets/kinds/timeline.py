"""A line of events whose years are as wide as they are full."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from shapely.geometry import LineString, Point

from frontiers_map.language import text
from frontiers_map.outputs.sheets.map import basemap
from frontiers_map.outputs.sheets.map.projection import Rect
from frontiers_map.outputs.sheets.paper import fonts
from frontiers_map.outputs.sheets.paper.page import (
    ASCENT,
    DESCENT,
    MM_PER_PT,
    Page,
)
from frontiers_map.outputs.sheets.paper.words import named, wrap
from frontiers_map.style import LIGHT, LOOKS

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas

__all__ = ["draw_timeline", "joint_events"]


def joint_events(atlas: JoinedAtlas, wanted: Sequence[str] = ()) -> list[Any]:
    """Give the events named, or else those that both poles of the atlas take part in."""
    rows = list(atlas.events.itertuples(index=False))
    if wanted:
        return sorted((row for row in rows if row.id in wanted), key=lambda row: (row.date, row.id))
    poles = {row.country for row in atlas.places.itertuples() if row.pole and row.country}
    chosen = [row for row in rows if poles <= set(row.parties)] if poles else rows
    return sorted(chosen, key=lambda row: (row.date, row.id))


def _year(date: str) -> float:
    parts = [int(part) for part in date.split("-")]
    month = parts[1] - 1 if len(parts) > 1 else 5.5
    day = parts[2] - 1 if len(parts) > 2 else 15
    return parts[0] + (month + day / 31) / 12


def draw_timeline(
    page: Page,
    area: Rect,
    rows: Sequence[Any],
    language: str,
    k: float,
    *,
    record_to: str,
    pivot: str | None = None,
) -> list[str]:
    """Draw events along a line; give the names of those that found no room.

    Parameters
    ----------
    record_to
        Date after which nothing counts as done.
    pivot
        Date of the event that all turns on; it is drawn larger.
    """
    if not rows:
        return []
    years = [_year(row.date) for row in rows]
    scale = _Scale(years, area, k)
    axis = (area.y0 + area.y1) / 2
    for start, end, broken in scale.pieces:
        page.line(
            LineString([(start, axis), (end, axis)]),
            LIGHT.quiet,
            0.8,
            z=basemap.Z["furniture"],
            dashes=(1.2, 2.2) if broken else None,
        )
    size = max(8.0 * k, 5.5)
    em = size * MM_PER_PT
    taken: list[Rect] = []
    for _, x in scale.ticks:
        page.line(
            LineString([(x, axis - 1.3), (x, axis + 1.3)]),
            LIGHT.quiet,
            0.6,
            z=basemap.Z["furniture"],
        )
    for year, x in scale.names:
        box = page.text(
            x,
            axis - 1.9 - ASCENT * em * 1.1,
            str(year),
            style="sans-semibold",
            size=size * 1.08,
            colour=LIGHT.quiet,
            align="center",
            role="timeline",
            z=basemap.Z["furniture"] + 4,
            halo=LIGHT.paper,
        )
        taken.append(box)
    left = []
    spots = [scale.take(year) for year in years]
    # from the last to the first: a name then reaches over later dots only, and stands above them
    for row, x in reversed(list(zip(rows, spots, strict=True))):
        spot = (x, axis)
        done = not LOOKS["events"][row.status].hollow and row.date <= record_to
        if not _label(page, area, row, spot, size, taken, language, done, k):
            left.append(f"{named(row, 'name', language)} (event {row.id})")
        dot = Point(spot).buffer((1.9 if row.date == pivot else 1.05) * k)
        page.fill(
            dot,
            LIGHT.accent if done else LIGHT.paper,
            z=basemap.Z["furniture"] + 3,
            edge=LIGHT.accent,
            width=0.9,
            layer="event" if done else "event_planned",
        )
    return left


class _Scale:
    """Years to millimetres: each stretch between events as wide as it needs, not as it lasts."""

    def __init__(self, years: Sequence[float], area: Rect, k: float) -> None:
        first, last = int(min(years)), int(max(years))
        counts: dict[int, int] = {}
        for year in years:
            counts[int(year)] = counts.get(int(year), 0) + 1
        shown = sorted({*counts, *(y for y in range(first, last + 1) if self._beside(y, counts))})
        weights, broken = [], []
        for number, year in enumerate(shown):
            gap = number + 1 < len(shown) and shown[number + 1] > year + 1
            weights.append(0.9 + 1.0 * counts.get(year, 0) + (1.1 if gap else 0.0))
            broken.append(gap)
        unit = area.width / sum(weights)
        self.spans: dict[int, tuple[float, float]] = {}
        self.pieces: list[tuple[float, float, bool]] = []
        self.ticks: list[tuple[int, float]] = []
        x = area.x0
        for year, weight, gap in zip(shown, weights, broken, strict=True):
            wide = weight * unit
            rest = 1.1 * unit if gap else 0.0
            self.spans[year] = (x, x + wide - rest)
            self.pieces.append((x, x + wide - rest, False))
            if gap:
                self.pieces.append((x + wide - rest, x + wide, True))
            self.ticks.append((year, x))
            x += wide
        self.names = [(year, (a + b) / 2) for year, (a, b) in self.spans.items()]
        self.order: dict[int, list[float]] = {year: [] for year in self.spans}
        for year_ in years:
            self.order[int(year_)].append(year_)
        self.next = dict.fromkeys(self.spans, 0)
        del k

    @staticmethod
    def _beside(year: int, counts: dict[int, int]) -> bool:
        return year - 1 in counts and year + 1 in counts

    def take(self, year: float) -> float:
        """Place the next event of a year: in order, and evenly, so that each finds room."""
        start, end = self.spans[int(year)]
        number = self.next[int(year)]
        self.next[int(year)] += 1
        return start + (end - start) * (number + 0.5) / len(self.order[int(year)])


def _label(
    page: Page,
    area: Rect,
    row: Any,
    spot: tuple[float, float],
    size: float,
    taken: list[Rect],
    language: str,
    done: bool,
    k: float,
) -> bool:
    """Set date and name above or below, at the nearest free height."""
    em, step = size * MM_PER_PT, size * MM_PER_PT * 1.22
    date = text.day(row.date, language)
    name = named(row, "name", language)
    x, axis = spot
    best = None
    for wide in (26.0 * k, 32.0 * k, 21.0 * k):
        rows = wrap(name, wide, "sans", size)
        if len(rows) > 4:
            continue
        width = max(
            [fonts.width_mm(date, "sans-semibold", size)]
            + [fonts.width_mm(line, "sans", size) for line in rows]
        )
        high = step * len(rows) + (ASCENT + DESCENT) * em
        for side in (1, -1):
            floor = 4.0 if side > 0 else 7.2
            for lift in np.arange(floor, area.height / 2 - high, 1.2):
                left = min(x - 1.2, area.x1 - width)
                low = axis + lift if side > 0 else axis - lift - high
                box = Rect(left, low, left + width, low + high)
                stem = Rect(x - 0.3, min(axis, low), x + 0.3, max(axis, low + high))
                if any(_meet(box, other, 0.9) for other in taken):
                    continue
                if any(_meet(stem, other, 0.2) for other in taken if other.height > em * 1.6):
                    continue
                cost = lift + (0.5 if side < 0 else 0) + (1.5 if wide != 26.0 * k else 0)
                if best is None or cost < best[0]:
                    best = (cost, box, rows, side)
                if best is not None and best[0] < lift:
                    break
    if best is None:
        return False
    _, box, rows, side = best
    taken.append(box)
    taken.append(Rect(x - 0.2, min(axis + 1, box.y0), x + 0.2, max(axis - 1, box.y1)))
    end = box.y0 - 0.2 if side > 0 else box.y1 + 0.2
    page.line(LineString([(x, axis), (x, end)]), LIGHT.faint, 0.5, z=basemap.Z["furniture"] - 1)
    y = box.y1 - ASCENT * em
    tone = LIGHT.accent if done else LIGHT.quiet
    page.text(box.x0, y, date, style="sans-semibold", size=size, colour=tone, role="timeline")
    for number, line in enumerate(rows):
        page.text(
            box.x0,
            y - (number + 1) * step,
            line,
            size=size,
            colour=LIGHT.ink if done else LIGHT.quiet,
            role="timeline",
        )
    return True


def _meet(one: Rect, other: Rect, gap: float) -> bool:
    return (
        one.x0 - gap < other.x1
        and one.x1 + gap > other.x0
        and one.y0 - gap * 0.6 < other.y1
        and one.y1 + gap * 0.6 > other.y0
    )
