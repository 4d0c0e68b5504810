"""If a strait closes: one panel a scenario, old ways ghosted, new ones drawn, the cost written."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import shapely
from shapely.geometry import LineString

from frontiers_map.analysis.reports import GateReport
from frontiers_map.language import text
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
from frontiers_map.outputs.sheets.map.selection import Content, choose, colour_of, every_route
from frontiers_map.outputs.sheets.paper import furniture
from frontiers_map.outputs.sheets.paper.footing import foot
from frontiers_map.outputs.sheets.paper.heading import head
from frontiers_map.outputs.sheets.paper.page import ASCENT, MM_PER_PT
from frontiers_map.outputs.sheets.paper.words import say, wrap
from frontiers_map.style import LIGHT

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas
    from frontiers_map.atlas.model import Scenario, Sheet

__all__ = ["closed_gates", "draw", "scenario_table", "under"]

LEGEND: Final = 31.0  # mm of an A3 sheet for the legend and the notes
SHAPE: Final = (0.45, 0.74)  # of a panel's map, its height by its width: least and most
LOWEST: Final = 20.0  # mm of an A3 sheet: a panel's map, however little room is left
NARROWEST: Final = (34.0, 17.0)  # degrees that a panel shows at least
WORLD: Final = (240.0, 0.5)  # degrees from which a panel's map is no higher than this share
NAMED: Final = 4  # closed straits in a panel up to which each is named
TOLD: Final = 6.5  # points: what a scenario supposes
TOLD_LINES: Final = 4  # of a scenario, the last with an ellipsis if there are more
FIGURES: Final = 7.0  # points: its table
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
    """Draw the sheet: panels in as many columns as the paper takes."""
    return furniture.settled(lambda less: _lay(atlas, sheet, language, less), math.inf)


def _lay(atlas: JoinedAtlas, sheet: Sheet, language: str, less: float) -> tuple[Made, float]:
    paper = furniture.format_of(sheet)
    made = Made(paper.page())
    page, k = made.page, paper.k
    content = choose(atlas, language, sheet.layers, sheet.focus)
    content = replace(content, routes=every_route(atlas, sheet.focus.routes))
    known = {scenario.id: scenario for scenario in atlas.scenarios}
    chosen = [known[name] for name in sheet.scenarios or known if name in known]
    top = head(page, paper, sheet, atlas, language) - 1
    inner = paper.inner
    columns = min(len(chosen) or 1, 4 if sheet.orientation == "landscape" else 2)
    rows = max(1, math.ceil(len(chosen) / columns))
    gutter = 6.0 * k
    band = min(LEGEND * k - less, furniture.MOST * (top - inner.y0))
    low = inner.y0 + 11 * k + band
    wide = (inner.width - gutter * (columns - 1)) / columns
    room = (top - low - gutter * (rows - 1)) / rows
    view = sheet.view or default_view(atlas)
    # what a row of panels needs for its words, then maps as high as the paper allows
    needs = [
        max(_need(content, one, wide, k) for one in chosen[start : start + columns])
        for start in range(0, len(chosen), columns)
    ]
    left = room - sum(needs) / rows
    map_high = min(max(left, SHAPE[0] * wide), SHAPE[1] * wide)
    if map_high <= left:
        needs = [need + map_high for need in needs]
    else:  # panels too wide, or too much to tell, for maps of a good shape
        map_high = max(left, LOWEST * k)
        needs = [room] * rows
    spare = max(0.0, room * rows - sum(needs)) / (rows + 1)
    frames, y = [], top
    for number, scenario in enumerate(chosen):
        high = needs[number // columns]
        if number and number % columns == 0:
            y -= needs[number // columns - 1] + gutter + spare
        x = inner.x0 + (number % columns) * (wide + gutter)
        cell = Rect(x, y - high, x + wide, y)
        frames.append(_panel(made, content, scenario, cell, view, sheet, k, map_high))
    low += spare * 0.6
    floor = foot(
        page,
        paper,
        replace(content, gates=(), places=()).seen(frames),
        language,
        lines=[*small_print(atlas, language, ()), say("projection_panels", language)],
        brief=True,
    )
    area = Rect(inner.x0, floor + 1, inner.x1, low - 3)
    blocks = legend.legend(page, content, k, closures=True)
    told = [*legend.how_to_read(page, language, closures=True), say("panel_views", language)]
    blocks.append(furniture.prose(say("how_to_read", language), told, k, size=6.6))
    if sheet.notes:
        notes = [note.get(language) for note in sheet.notes]
        blocks.append(furniture.prose(say("notes", language), notes, k, size=7.0))
    count = min(len(blocks), 4 if sheet.orientation == "landscape" else 3)
    made.notes += furniture.flow(page, area, blocks, count, gutter=9 * k)
    return made, furniture.room_below(area, blocks, count, gutter=9 * k)


def _need(content: Content, scenario: Scenario, width: float, k: float) -> float:
    """Height that a panel needs beside its map, mm: name, supposition, table."""
    small, size = max(TOLD * k, 5.5), max(FIGURES * k, 5.6)
    told = wrap(scenario.text.get(content.language), width, "sans", small)[:TOLD_LINES]
    table = scenario_table(content.atlas, scenario.id, content)
    rows = len({(content.name(route, "short"), route.supplier) for _, route in table}) + 2
    return (1.5 * 9.0 * k + LEADING * small * len(told) + 1.34 * size * rows) * MM_PER_PT + 3.6 * k


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
    cell: Rect,
    view: tuple[float, float, float, float],
    sheet: Sheet,
    k: float,
    map_high: float,
) -> Frame:
    page, language, atlas = made.page, content.language, content.atlas
    em = furniture.panel_heading(page, cell, scenario.name.get(language), k)
    small = max(TOLD * k, 5.5)
    step = small * MM_PER_PT * LEADING
    y = cell.y1 - 1.5 * em
    told = wrap(scenario.text.get(language), cell.width, "sans", small)
    for line in furniture.clipped(page, told, TOLD_LINES):
        y -= step
        page.text(cell.x0, y, line, size=small, colour=LIGHT.quiet, role="panel")
    closed = closed_gates(atlas, scenario)
    table = scenario_table(atlas, scenario.id, content)
    changed = {row.route_id: row for row, _ in table}
    near = _near(atlas, changed, closed, view)
    if near[2] - near[0] > WORLD[0]:
        near = (near[0], view[1], near[2], view[3])
        map_high = min(map_high, WORLD[1] * cell.width)
    rect = Rect(cell.x0, y - 1.8 * k - map_high, cell.x1, y - 1.8 * k)
    frame = frame_for(rect, near, sheet.projection, sheet.centre)
    gates = tuple(row for row in atlas.gates.itertuples(index=False) if row.id in closed)
    starts = {route.from_id for _, route in table}
    here = replace(content, gates=gates, washes=(), links=(), seas=(), places=())
    here = replace(here, terminals=tuple(row for row in content.terminals if row.id in starts))
    drawing = Drawing(page, frame, here, k * 0.7)
    basemap.draw_sea(page, frame)
    basemap.draw_graticule(page, frame)
    basemap.draw_land(page, frame)
    routes = [row for row in content.routes if row.id in changed]
    steady = [row for row in content.routes if row.id not in changed]
    for row in steady:
        line = frame.put_all(row.geometry)
        page.line(line, LIGHT.faint, 0.6, z=basemap.Z["ghost"] - 2, layer="steady")
    features.draw_routes(drawing, rows=routes, ghost=True, arrows=False)
    ways = {name: row.geometry for name, row in changed.items() if row.reachable}
    features.draw_routes(
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
    feature_names.draw_first_names(drawing)
    feature_names.draw_names(drawing, route_names=False)
    basemap.draw_neatline(page, frame, 0.5)
    made.add(drawing)
    area = Rect(cell.x0, cell.y0, cell.x1, rect.y0 - 1.5 * k)
    _table(made, content, table, len(content.routes), area, k)
    return frame


def scenario_table(atlas: JoinedAtlas, scenario: str, content: Content) -> list[tuple[Any, Any]]:
    """Rows of the scenario for routes that are drawn and change, worst first."""
    routes = {row.id: row for row in content.routes}
    frame = atlas.scenario_routes
    found = [
        (row, routes[row.route_id])
        for row in frame[frame["scenario_id"] == scenario].itertuples(index=False)
        if row.changed and row.route_id in routes and (not row.reachable or row.extra_nm >= 0.5)
    ]
    return sorted(found, key=lambda pair: (pair[0].reachable, -(pair[0].extra_nm or 0), pair[1].id))


def _table(
    made: Made, content: Content, table: list[tuple[Any, Any]], total: int, area: Rect, k: float
) -> None:
    """Write what each changed route costs: miles, days, boil-off."""
    page, language = made.page, content.language
    size = max(FIGURES * k, 5.6)
    step = size * MM_PER_PT * 1.34
    y = area.y1 - ASCENT * size * MM_PER_PT
    columns = (area.x1 - 27 * k, area.x1 - 15 * k, area.x1)
    if not table:
        page.text(
            area.x0, y, say("none_changed", language), size=size, colour=LIGHT.quiet, role="panel"
        )
        return
    small = max(5.5 * k, 5.5)
    for x, key in zip(columns, ("nm_head", "days_head", "boil_head"), strict=True):
        page.text(
            x,
            y,
            "+" + say(key, language),
            size=small,
            colour=LIGHT.quiet,
            align="right",
            role="panel",
        )
    y -= step
    merged: dict[tuple[str, str], tuple[Any, Any]] = {}
    for row, route in table:
        merged.setdefault((content.name(route, "short"), route.supplier), (row, route))
    rows = list(merged.values())
    room = int((y - area.y0) / step)
    if len(rows) > room + 1:
        made.left_out.append(f"{len(rows) - room} routes in the table of {rows[0][0].scenario_id}")
        rows = rows[:room]
    for row, route in rows:
        colour = colour_of(content.atlas, route.supplier)
        name = content.name(route, "short")
        page.line(
            LineString(
                [(area.x0, y + 0.3 * size * MM_PER_PT), (area.x0 + 2.8, y + 0.3 * size * MM_PER_PT)]
            ),
            colour,
            1.6,
            z=basemap.Z["furniture"],
        )
        page.text(
            area.x0 + 3.8,
            y,
            name,
            style="sans-semibold",
            size=size,
            colour=colour,
            role="panel",
            room=columns[0] - 12 * k - area.x0 - 4,
        )
        if row.reachable:
            values = (
                text.number(row.extra_nm, language),
                text.number(row.extra_days, language, 1),
                text.number(row.extra_boil_off_t, language),
            )
            for x, value in zip(columns, values, strict=True):
                page.text(x, y, value, size=size, colour=LIGHT.ink, align="right", role="panel")
        else:
            page.text(
                columns[2],
                y,
                say("no_way", language),
                style="sans-semibold",
                size=size,
                colour=LIGHT.closed,
                align="right",
                role="panel",
            )
        y -= step
    same = total - len(table)
    if same and y >= area.y0 - 0.2:
        page.text(
            area.x0,
            y,
            say("unchanged", language, n=str(same), total=str(total)),
            size=small,
            colour=LIGHT.quiet,
            role="panel",
        )
