"""What closures cost: a row for each route that one of them changes, a column for each closure.

A bar is as long as the days that a voyage takes more, all bars to one scale; the miles stand beside
it where there is room. A cross says that there is no way left.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from shapely.geometry import LineString, box

from frontiers_map.language import text
from frontiers_map.outputs.sheets.map import basemap, marks
from frontiers_map.outputs.sheets.map.projection import Rect
from frontiers_map.outputs.sheets.map.selection import Content, colour_of
from frontiers_map.outputs.sheets.paper import fonts, furniture
from frontiers_map.outputs.sheets.paper.page import ASCENT, MM_PER_PT, Page
from frontiers_map.outputs.sheets.paper.words import say, wrap
from frontiers_map.style import LIGHT

if TYPE_CHECKING:
    from frontiers_map.atlas.model import Scenario

__all__ = ["Matrix", "scenario_table"]

FIGURES: Final = 7.0  # points
LINE: Final = 1.42  # height of a row, of the size
WIDER: Final = 1.4  # times its height, that a row takes where there is room
HEADS: Final = 2  # lines that the name of a closure may take
NAMES: Final = 0.24  # of the width, that names of routes take at most
LONGEST: Final = 0.42  # of a column, that a bar takes at most


def scenario_table(atlas: Any, scenario: str, content: Content) -> list[tuple[Any, Any]]:
    """Rows of the scenario for routes that are drawn and change, worst first."""
    routes = {row.id: row for row in content.routes}
    frame = atlas.scenario_routes
    found = [
        (row, routes[row.route_id])
        for row in frame[frame["scenario_id"] == scenario].itertuples(index=False)
        if row.changed and row.route_id in routes and (not row.reachable or row.extra_nm >= 0.5)
    ]
    return sorted(found, key=lambda pair: (pair[0].reachable, -(pair[0].extra_nm or 0), pair[1].id))


class Matrix:
    """The table of a sheet of closures."""

    def __init__(self, content: Content, scenarios: Sequence[Scenario], k: float) -> None:
        self.content, self.scenarios = content, scenarios
        self.size = max(FIGURES * k, 5.6)
        self.small = max(5.6 * k, 5.5)
        self.step = self.size * MM_PER_PT * LINE
        self.tables = {one.id: scenario_table(content.atlas, one.id, content) for one in scenarios}
        # routes of one supplier that share a name share a row, the worst standing for all
        self.routes: dict[tuple[str, str], dict[str, Any]] = {}
        for name, table in self.tables.items():
            for row, route in table:
                key = (content.name(route, "short"), route.supplier)
                self.routes.setdefault(key, {}).setdefault(name, row)
        self.days = max(
            (row.extra_days for cells in self.routes.values() for row in cells.values()
             if row.reachable),
            default=0.0,
        )  # fmt: skip

    def changed(self, scenario: Scenario) -> dict[str, Any]:
        """What becomes of the routes that a closure changes, by id."""
        return {row.route_id: row for row, _ in self.tables[scenario.id]}

    @property
    def height(self) -> float:
        """Millimetres that all of it needs."""
        head = HEADS * self.small * MM_PER_PT * 1.25 + 2.0
        return head + (len(self.routes) + 2) * self.step

    def stretch(self, by: float) -> None:
        """Take so many millimetres more, as far as rows read well."""
        self.step *= min(WIDER, 1 + by / self.height)

    def draw(self, page: Page, area: Rect) -> list[str]:
        """Set it from the top of an area down; give what finds no room there."""
        names = max(
            (fonts.width_mm(name, "sans-semibold", self.size) for name, _ in self.routes),
            default=0.0,
        )
        label = say("unchanged", self.content.language, total=str(len(self.content.routes)))
        names = max(names, fonts.width_mm(label, "sans", self.small))
        left = area.x0 + min(names + 3.0, NAMES * area.width)
        wide = (area.x1 - left) / max(1, len(self.scenarios))
        y = self._heads(page, area, left, wide)
        room = max(0, int((y - area.y0) / self.step) - 1)
        ordered = sorted(self.routes, key=lambda key: self._worst(self.routes[key]))
        for name, supplier in ordered[:room]:
            colour = colour_of(self.content.atlas, supplier)
            base = y - self.step * 0.72
            page.text(
                area.x0, base, name, style="sans-semibold", size=self.size, colour=colour,
                role="panel", room=left - area.x0 - 1.5,
            )  # fmt: skip
            for number, one in enumerate(self.scenarios):
                row = self.routes[name, supplier].get(one.id)
                cell = Rect(left + number * wide, y - self.step, left + (number + 1) * wide, y)
                if row is not None:
                    self._cell(page, cell, base, row, colour)
            y -= self.step
            rule = LineString([(area.x0, y), (area.x1, y)])
            page.line(rule, LIGHT.faint, 0.3, z=basemap.Z["furniture"] - 1)
        self._unchanged(page, area.x0, left, wide, y - self.step * 0.8, label)
        return [f"{name} (row of the table)" for name, _ in ordered[room:]]

    def _heads(self, page: Page, area: Rect, left: float, wide: float) -> float:
        """Name the columns; give where rows begin, mm."""
        lead = self.small * MM_PER_PT * 1.25
        unit = say("more_days", self.content.language)
        base = area.y1 - ASCENT * self.small * MM_PER_PT - (HEADS - 1) * lead
        page.text(area.x0, base, unit, size=self.small, colour=LIGHT.quiet, role="panel",
                  room=left - area.x0 - 1.5)  # fmt: skip
        for number, one in enumerate(self.scenarios):
            x = left + number * wide
            name = one.name.get(self.content.language)
            lines = wrap(name, wide - 2.0, "sans-semibold", self.small)
            lines = furniture.clipped(page, lines, HEADS)
            for at, line in enumerate(reversed(lines)):
                page.text(x + 0.8, base + at * lead, line, style="sans-semibold", size=self.small,
                          colour=LIGHT.ink, role="panel")  # fmt: skip
        y = base - 1.6
        rule = LineString([(area.x0, y), (area.x1, y)])
        page.line(rule, LIGHT.quiet, 0.6, z=basemap.Z["furniture"])
        return y

    def _cell(self, page: Page, cell: Rect, base: float, row: Any, colour: str) -> None:
        """Draw what one closure costs one route."""
        language, middle = self.content.language, (cell.y0 + cell.y1) / 2
        x = cell.x0 + 0.8
        if not row.reachable:
            cross = marks.saltire(x + 1.0, middle, self.step * 0.42)
            page.line(cross, LIGHT.closed, 1.3, z=basemap.Z["furniture"], layer="no_way")
            said = say("no_way", language)
            if fonts.width_mm(said, "sans-semibold", self.small) < cell.width - 5.0:
                page.text(x + 3.0, base, said, style="sans-semibold", size=self.small,
                          colour=LIGHT.closed, role="panel")  # fmt: skip
            return
        share = row.extra_days / self.days if self.days else 0.0
        long = max(0.25, share * LONGEST * cell.width)
        tall = self.step * 0.28
        page.fill(box(x, middle - tall, x + long, middle + tall), colour,
                  z=basemap.Z["furniture"], layer="cost")  # fmt: skip
        days = text.number(row.extra_days, language, 1)
        at = page.text(x + long + 0.9, base, days, style="sans-semibold", size=self.size,
                       colour=LIGHT.ink, role="panel")  # fmt: skip
        miles = f"{text.number(row.extra_nm, language)} {say('nm_head', language)}"
        if at.x1 + 1.5 + fonts.width_mm(miles, "sans", self.small) < cell.x1 - 1.0:
            page.text(cell.x1 - 1.5, base, miles, size=self.small, colour=LIGHT.quiet,
                      align="right", role="panel")  # fmt: skip

    def _unchanged(
        self, page: Page, x0: float, left: float, wide: float, base: float, label: str
    ) -> None:
        """Count the routes that each closure leaves as they are."""
        page.text(x0, base, label, size=self.small, colour=LIGHT.quiet, role="panel",
                  room=left - x0 - 1.5)  # fmt: skip
        for number, one in enumerate(self.scenarios):
            same = len(self.content.routes) - len(self.tables[one.id])
            page.text(left + number * wide + 0.8, base, text.number(same, self.content.language),
                      size=self.small, colour=LIGHT.quiet, role="panel")  # fmt: skip

    def _worst(self, cells: dict[str, Any]) -> tuple[int, float]:
        """Routes that a closure leaves without a way stand first, then those it makes longest."""
        lost = sum(not row.reachable for row in cells.values())
        return -lost, -max((row.extra_days for row in cells.values() if row.reachable), default=0.0)
