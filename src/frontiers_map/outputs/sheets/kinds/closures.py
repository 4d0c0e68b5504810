"""If a strait closes: a panel a scenario, old ways ghosted, new ones drawn; a table of the cost."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import shapely

from frontiers_map.analysis.reports import GateReport
from frontiers_map.outputs.sheets.kinds.closure_matrix import Matrix
from frontiers_map.outputs.sheets.map import (
    basemap,
    feature_names,
    features,
    legend,
)
from frontiers_map.outputs.sheets.map.draw import (
    Made,
    default_view,
    frame_for,
    small_print,
)
from frontiers_map.outputs.sheets.map.features import Drawing
from frontiers_map.outputs.sheets.map.label_placer import Label
from frontiers_map.outputs.sheets.map.projection import Frame, Rect
from frontiers_map.outputs.sheets.map.routes import draw_routes
from frontiers_map.outputs.sheets.map.selection import Content, choose, every_route
from frontiers_map.outputs.sheets.paper import furniture
from frontiers_map.outputs.sheets.paper.footing import foot
from frontiers_map.outputs.sheets.paper.heading import head
from frontiers_map.outputs.sheets.paper.page import MM_PER_PT
from frontiers_map.outputs.sheets.paper.words import notes_of, say, wrap
from frontiers_map.style import LIGHT

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas
    from frontiers_map.atlas.model import Scenario, Sheet

__all__ = ["closed_gates", "draw", "under"]

LEGEND: Final = 31.0  # mm of an A3 sheet for the legend and the notes
BESIDE: Final = 0.26  # of the width of a sheet, for them beside the table
SHAPE: Final = 0.74  # of a panel's map, its height by its width at most
LOWEST: Final = 20.0  # mm of an A3 sheet: a panel's map, however little room is left
NARROWEST: Final = (34.0, 17.0)  # degrees that a panel shows at least
NAMED: Final = 4  # closed straits in a panel up to which each is named
TOLD: Final = 6.5  # points: what a scenario supposes
TOLD_LINES: Final = 3  # of a scenario, the last with an ellipsis if there are more
LEADING: Final = 1.28


def closed_gates(atlas: JoinedAtlas, scenario: Scenario) -> frozenset[str]:
    """Ids of the gates that a scenario closes, groups taken apart."""
    groups = {row.id: tuple(row.gates) for row in atlas.gate_groups.itertuples()}
    return frozenset(gate for name in scenario.close for gate in groups.get(name, (name,)))


def under(content: Content, scenario: Scenario) -> Content:
    """Give what a map shows when a scenario holds.

    Its gates are there and closed, routes take their new ways with the old ones as ghosts, and
    routes without a way are ghosts only.
    """
    atlas, closed = content.atlas, closed_gates(content.atlas, scenario)
    frame = atlas.scenario_routes
    ways = {row.route_id: row for row in frame[frame["scenario_id"] == scenario.id].itertuples()}
    routes, ghosts = [], []
    for row in content.routes:
        way = ways.get(row.id)
        if way is None or not way.changed:
            routes.append(row)
            continue
        ghosts.append(row)
        if way.reachable:
            routes.append(row._replace(geometry=way.geometry))
    kept = {row.id for row in content.gates}
    also = atlas.gates[atlas.gates["id"].isin(closed - kept)].itertuples(index=False)
    date = scenario.since or atlas.settings.record_to
    return replace(
        content,
        routes=tuple(routes),
        ghosts=tuple(ghosts),
        gates=(*content.gates, *also),
        states=content.states | {gate: GateReport("closed", date, date) for gate in closed},
    )


def draw(atlas: JoinedAtlas, sheet: Sheet, language: str) -> Made:
    """Draw the sheet: equal panels of closures that change ways, and one table of what all cost."""
    return furniture.settled(partial(_lay, atlas, sheet, language), math.inf)


def _lay(
    atlas: JoinedAtlas, sheet: Sheet, language: str, less: float, trial: bool
) -> tuple[Made, float]:
    paper = furniture.format_of(sheet)
    made = Made(paper.page(), trial)
    page, k = made.page, paper.k
    content = choose(atlas, language, sheet.layers, sheet.focus)
    content = replace(content, routes=every_route(atlas, sheet.focus.routes))
    known = {scenario.id: scenario for scenario in atlas.scenarios}
    chosen = [known[name] for name in sheet.scenarios or known if name in known]
    table = Matrix(content, chosen, k)
    top = head(page, paper, sheet, atlas, language) - 1
    inner, wide = paper.inner, sheet.orientation == "landscape"
    below = 0.0 if wide else LEGEND * k  # the legend stands beside the table, or below it
    band = min(table.height + 5.0 * k + below - less, furniture.MOST * (top - inner.y0))
    low = inner.y0 + 11 * k + band
    # one that changes no way would be an empty map: the table tells
    shown = [one for one in chosen if table.tables[one.id]] or chosen
    grid = Rect(inner.x0, low, inner.x1, top)
    cells, frames, above = _panels(sheet, content, table, shown, grid, wide=wide, k=k)
    for scenario, cell, frame in zip(shown, cells, frames, strict=False):
        changed = table.changed(scenario)
        _panel(made, content, scenario, changed, cell, frame, k, above)
    more = cells[-1].y0 - 6 * k - low  # that flat maps leave
    if more > 0:
        table.stretch(more)
        low += more
    floor = foot(
        page,
        paper,
        replace(content, gates=(), places=()).seen(frames),
        language,
        lines=[*small_print(atlas, language, ()), say("projection_panels", language)],
    )
    signs = legend.legend(page, content, k, closures=True)
    told = [*legend.how_to_read(page, language, closures=True), say("panel_views", language)]
    beside = [furniture.prose(say("how_to_read", language), told, k, size=6.6)]
    if sheet.notes:
        told = notes_of(sheet, language)
        beside.append(furniture.prose(say("notes", language), told, k, size=6.6))
    free = cells[len(shown) :]
    if free:  # cells of the last row that no closure takes
        room = Rect(free[0].x0, free[0].y0, free[-1].x1, free[0].y1)
        made.notes += furniture.flow(page, room, signs, 2 * len(free), gutter=6 * k)
        signs = []
    blocks = [*signs, *beside]
    area = Rect(inner.x0, floor + 1, inner.x1, low - 4 * k)
    if wide:
        cut = area.x1 - BESIDE * area.width
        made.left_out += table.draw(page, Rect(area.x0, area.y0, cut - 8 * k, area.y1))
        area, count = Rect(cut, area.y0, area.x1, area.y1), 1
    else:
        made.left_out += table.draw(page, Rect(area.x0, area.y0 + below, area.x1, area.y1))
        area = Rect(area.x0, area.y0, area.x1, area.y1 - table.height - 3 * k)
        count = min(len(blocks), 3)
    made.notes += furniture.flow(page, area, blocks, count, gutter=9 * k)
    return made, furniture.room_below(area, blocks, count, gutter=9 * k)


def _panels(
    sheet: Sheet,
    content: Content,
    table: Matrix,
    shown: list[Scenario],
    area: Rect,
    *,
    wide: bool,
    k: float,
) -> tuple[list[Rect], list[Frame], float]:
    """Cells for panels in full rows, the frames of those that are shown, all as high, and what
    each needs above its map, mm. The last cells may be more than are asked for.
    """
    columns = min(len(shown) or 1, 4 if wide else 2)
    rows = max(1, math.ceil(len(shown) / columns))
    gutter = 6.0 * k
    width = (area.width - gutter * (columns - 1)) / columns
    most = (area.height - gutter * (rows - 1)) / rows
    above = max((_need(content, one, width, k) for one in shown), default=0.0)
    high = max(min(most - above, SHAPE * width), LOWEST * k)
    atlas = content.atlas
    view = sheet.view or default_view(atlas)
    views = [_near(atlas, table.changed(one), closed_gates(atlas, one), view) for one in shown]

    def frames(cells: list[Rect]) -> list[Frame]:
        rects = [Rect(cell.x0, cell.y1 - above - high, cell.x1, cell.y1 - above) for cell in cells]
        return [
            frame_for(rect, one, sheet.projection, sheet.centre)
            for rect, one in zip(rects, views, strict=False)
        ]

    def cells() -> list[Rect]:
        step = min(most, above + high) + gutter
        return [
            Rect(x, y - above - high, x + width, y)
            for row in range(rows)
            for column in range(columns)
            for x, y in [(area.x0 + column * (width + gutter), area.y1 - row * step)]
        ]

    # the flattest, a map of the whole globe, says how high all are
    high = min([high, *(frame.rect.height for frame in frames(cells()))])
    high = max(high, LOWEST * k)
    return cells(), frames(cells()), above


def _need(content: Content, scenario: Scenario, width: float, k: float) -> float:
    """Height that a panel needs beside its map, mm: its name and what it supposes."""
    small = max(TOLD * k, 5.5)
    told = wrap(scenario.text.get(content.language), width, "sans", small)[:TOLD_LINES]
    return (1.5 * 9.0 * k + LEADING * small * len(told)) * MM_PER_PT + 1.8 * k


def _near(
    atlas: JoinedAtlas,
    changed: dict[str, Any],
    closed: frozenset[str],
    whole: tuple[float, float, float, float],
) -> tuple[float, float, float, float]:
    """The part of a view where ways change: closed straits, old ways left, new ones taken."""
    before = {row.id: row.geometry for row in atlas.routes.itertuples()}
    parts = [row.geometry for row in atlas.gates.itertuples() if row.id in closed]
    for name, row in changed.items():
        old = before[name]
        if not row.reachable or row.geometry is None:
            parts.append(old)
            continue
        # degrees: lines that differ by less lie on each other on a panel
        parts.append(shapely.difference(old, row.geometry.buffer(0.7)))
        parts.append(shapely.difference(row.geometry, old.buffer(0.7)))
    spans = []
    window = shapely.box(*whole)
    for part in parts:
        if part.is_empty:
            continue
        # of the copies a turn of the globe apart, the one that the view shows most of
        copies = [
            shapely.intersection(shapely.transform(part, lambda c, by=by: c + (by, 0.0)), window)
            for by in (0.0, -360.0, 360.0)
        ]
        shown = max(copies, key=lambda copy: copy.length)
        if not shown.is_empty:
            spans.append(shown.bounds)
    if not spans:
        return whole
    west, south = (min(span[n] for span in spans) for n in (0, 1))
    east, north = (max(span[n] for span in spans) for n in (2, 3))
    wide = max((east - west) * 1.16, NARROWEST[0]) / 2
    high = max((north - south) * 1.16, NARROWEST[1]) / 2
    x, y = (west + east) / 2, (south + north) / 2
    return (
        max(x - wide, min(whole[0], west)),
        max(y - high, min(whole[1], south)),
        min(x + wide, max(whole[2], east)),
        min(y + high, max(whole[3], north)),
    )


def _panel(
    made: Made,
    content: Content,
    scenario: Scenario,
    changed: dict[str, Any],
    cell: Rect,
    frame: Frame,
    k: float,
    above: float,
) -> None:
    page, language, atlas = made.page, content.language, content.atlas
    em = furniture.panel_heading(page, cell, scenario.name.get(language), k)
    small = max(TOLD * k, 5.5)
    step = small * MM_PER_PT * LEADING
    y = cell.y1 - 1.5 * em
    told = wrap(scenario.text.get(language), cell.width, "sans", small)
    for line in furniture.clipped(page, told, TOLD_LINES):
        y -= step
        with page.mirrored(cell):
            page.text(cell.x0, y, line, size=small, colour=LIGHT.quiet, role="panel")
    closed = closed_gates(atlas, scenario)
    gates = tuple(row for row in atlas.gates.itertuples(index=False) if row.id in closed)
    routes = [row for row in content.routes if row.id in changed]
    starts = {row.from_id for row in routes}
    here = replace(content, gates=gates, washes=(), links=(), seas=(), places=())
    here = replace(here, terminals=tuple(row for row in content.terminals if row.id in starts))
    drawing = Drawing(page, frame, here, k * 0.7)
    if not made.trial:
        basemap.draw_sea(page, frame)
        basemap.draw_graticule(page, frame)
        basemap.draw_land(page, frame)
    steady = [row for row in content.routes if row.id not in changed]
    for row in steady:
        line = frame.put_all(row.geometry)
        page.line(line, LIGHT.faint, 0.6, z=basemap.Z["ghost"] - 2, layer="steady")
    draw_routes(drawing, rows=routes, ghost=True, arrows=False)
    ways = {name: row.geometry for name, row in changed.items() if row.reachable}
    draw_routes(
        drawing, rows=[row for row in routes if row.id in ways], geometries=ways, solid=True
    )
    features.draw_gates(drawing, labels=len(gates) <= NAMED, closed=closed)
    features.draw_points(drawing)
    for row in content.places:
        if row.pole:
            spot = frame.point(row.lon, row.lat)
            if spot is not None:
                dot = shapely.Point(spot).buffer(0.8)
                page.symbol(
                    dot,
                    LIGHT.accent,
                    z=basemap.Z["symbol"],
                    edge=LIGHT.panel,
                    width=0.5,
                    name=f"place {row.id}",
                    layer="pole",
                )
                drawing.placer.block(dot)
                drawing.labels.append(
                    Label(
                        (content.name(row),),
                        *spot,
                        "sans-semibold",
                        6.4 * k,
                        LIGHT.ink,
                        0.8,
                        0.0,
                        what=f"place {row.id}",
                    )
                )
    if not made.trial:
        feature_names.draw_first_names(drawing)
        feature_names.draw_names(drawing, route_names=False)
    basemap.draw_neatline(page, frame, 0.5)
    made.add(drawing)
