"""The straits side by side at few scales, each with its figures and the routes through it."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from shapely.geometry import LineString, box

from frontiers_map.language import text
from frontiers_map.outputs.sheets.map import (
    basemap,
    country_names,
    feature_names,
    features,
    legend,
    marks,
    projection,
    sea_names,
)
from frontiers_map.outputs.sheets.map.draw import Made, small_print
from frontiers_map.outputs.sheets.map.features import Drawing
from frontiers_map.outputs.sheets.map.label_placer import Label
from frontiers_map.outputs.sheets.map.projection import Rect
from frontiers_map.outputs.sheets.map.routes import draw_routes
from frontiers_map.outputs.sheets.map.selection import (
    Content,
    choose,
    colour_of,
    dated,
    every_route,
)
from frontiers_map.outputs.sheets.paper import furniture
from frontiers_map.outputs.sheets.paper.footing import foot
from frontiers_map.outputs.sheets.paper.heading import head
from frontiers_map.outputs.sheets.paper.page import MM_PER_PT
from frontiers_map.outputs.sheets.paper.words import amount, notes_of, say, wrap
from frontiers_map.style import LIGHT, LOOKS

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas
    from frontiers_map.atlas.model import Sheet

__all__ = ["draw"]

SCALES: Final = (2.0, 4.0, 8.0)  # km to a millimetre of an A3 sheet: 1:2 million and so on
ACROSS: Final = 0.6  # of a panel, that the water of its strait may take
CROSSED: Final = 3.0  # times its length that water is worth where routes pass
CANAL: Final = 2.6  # points: the water of a canal, beside its banks
BAR: Final = 25.0  # mm of an A3 sheet: 50, 100 or 200 km
TICK: Final = 2.2  # mm of an A3 sheet, at the ends of the line across a strait
SHOWN: Final = ("capital", "city", "port", "naval", "military")  # kinds of places beside a strait
SMALLER: Final = 0.92  # lines and type of a panel, beside those of a map
TEXT: Final = 18.5  # mm below each map for its figures


def draw(atlas: JoinedAtlas, sheet: Sheet, language: str) -> Made:
    """Draw the sheet: a panel for each gate, four to a row, or up to six on a wide one."""
    return furniture.settled(partial(_lay, atlas, sheet, language), math.inf)


def _lay(
    atlas: JoinedAtlas, sheet: Sheet, language: str, less: float, trial: bool
) -> tuple[Made, float]:
    paper = furniture.format_of(sheet)
    made = Made(paper.page(), trial)
    page, k = made.page, paper.k
    content = choose(atlas, language, sheet.layers, sheet.focus, gates=sheet.gates)
    content = replace(content, routes=every_route(atlas))
    top = head(page, paper, sheet, atlas, language) - 1
    inner = paper.inner
    count = max(1, len(content.gates))
    most = range(4, 5) if paper.height > paper.width else range(4, 7)
    columns = min(count, min(most, key=lambda n: (math.ceil(count / n), n)))  # in few, full rows
    rows = math.ceil(count / columns)
    band = min(27 * k - less, furniture.MOST * (top - inner.y0))
    gutter = 5.0 * k
    low = inner.y0 + 11 * k + band
    wide = (inner.width - gutter * (columns - 1)) / columns
    high = (top - low - gutter * (rows - 1)) / rows
    frames, scales = [], set[float]()
    for number, gate in enumerate(content.gates):
        x = inner.x0 + (number % columns) * (wide + gutter)
        y = top - (number // columns) * (high + gutter)
        cell = Rect(x, y - high, x + wide, y)
        frame, scale = _panel(made, atlas, content, gate, cell, k)
        frames.append(frame)
        scales.add(scale)
    floor = foot(
        page,
        paper,
        replace(content, routes=()).seen(frames),
        language,
        lines=small_print(atlas, language, ()),
    )
    area = Rect(inner.x0, floor + 1, inner.x1, low - 3)
    paragraphs = [
        _said_of_scales([scale / k for scale in sorted(scales)], language),
        say("projection_lambert_each", language),
        say("strait_line", language),
        *notes_of(sheet, language),
    ]
    blocks = legend.legend(page, content, k, lines_only=True)
    blocks.append(furniture.prose(say("how_to_read", language), paragraphs, k))
    count = min(len(blocks), 4)
    made.notes += furniture.flow(page, area, blocks, count, gutter=7 * k)
    return made, furniture.room_below(area, blocks, count, gutter=7 * k)


def _said_of_scales(scales: Sequence[float], language: str) -> str:
    """Say at which scales the panels are, km to a millimetre."""
    said = [_millions(scale, language) for scale in scales]
    if len(said) < 2:
        return say("one_scale", language, scale="".join(said))
    return say("some_scales", language, scales=" · ".join(f"1:{one}" for one in said))


def _millions(km_per_mm: float, language: str) -> str:
    if text.form(language, "myriads"):
        return text.number(km_per_mm * 100, language)
    return text.number(km_per_mm, language, 1 if km_per_mm % 1 else 0)


def _panel(
    made: Made, atlas: JoinedAtlas, content: Content, gate: Any, cell: Rect, k: float
) -> tuple[projection.Frame, float]:
    page = made.page
    em = furniture.panel_heading(page, cell, content.name(gate), k)
    rect = Rect(cell.x0, cell.y0 + TEXT * k, cell.x1, cell.y1 - 1.45 * em)
    frame, scale = _fitted(rect, gate, content.routes, k)
    shown = atlas.settings.kinds_like("places", *SHOWN)
    places = tuple(row for row in atlas.places.itertuples(index=False) if row.kind in shown)
    here = replace(content, gates=_near(frame, atlas), places=places, near=True)
    drawing = Drawing(page, frame, here, k * SMALLER)
    if not made.trial:
        basemap.draw_sea(page, frame)
        basemap.draw_depths(page, frame)
        basemap.draw_graticule(page, frame)
        basemap.draw_land(page, frame)
        basemap.draw_borders(page, frame)
    passing = [row for row in content.routes if gate.id in row.gates]
    canal = _canal(frame, [row.geometry for row in passing]) if gate.kind == "canal" else None
    if canal is not None:
        page.line(canal, LIGHT.coast, (CANAL + 0.8) * k, z=basemap.Z["coast"])
        page.line(canal, LIGHT.sea, CANAL * k, z=basemap.Z["coast"] + 0.5, cap="round")
    through = {row.id for row in passing}
    others = [row for row in content.routes if row.id not in through]
    draw_routes(drawing, rows=_one_a_supplier(others), ghost=True, arrows=False)
    draw_routes(drawing, rows=_one_a_supplier(passing), spread=0.9)
    _gates(drawing, gate)
    features.draw_points(drawing)
    _scale(drawing, scale)
    if not made.trial:
        feature_names.draw_first_names(drawing)
        feature_names.draw_names(drawing, route_names=False)
        sea_names.draw_sea_names(drawing)
        country_names.draw_country_names(drawing)
    basemap.draw_neatline(page, frame, 0.5)
    made.add(drawing)
    _figures(made, content, gate, passing, Rect(cell.x0, cell.y0, cell.x1, rect.y0 - 0.8), k)
    return frame, scale


def _fitted(
    rect: Rect, gate: Any, routes: Sequence[Any], k: float
) -> tuple[projection.Frame, float]:
    """The frame of a panel, at the largest scale at which it shows both sides of its strait.

    It is centred half-way from the middle of the water to where routes cross it.
    """
    middle = gate.geometry.interpolate(0.5, normalized=True)
    least = projection.fit_scale(rect, middle.x, middle.y, SCALES[-1] / k)
    passing = [row.geometry for row in routes if gate.id in row.gates]
    bar = (_canal(least, passing) if gate.kind == "canal" else None) or _water(
        least, gate.geometry, [least.put_all(way) for way in passing]
    )
    part = shapely.Point(middle) if bar is None else bar.interpolate(0.5, normalized=True)
    if bar is not None:
        west, south, east, north = bar.bounds
        part = shapely.Point(least.geographic(shapely.get_coordinates(part))[0])
        share = max((east - west) / rect.width, (north - south) / rect.height) / ACROSS
    else:
        share = 0.0
    scale = next((one for one in SCALES if share * SCALES[-1] <= one), SCALES[-1])
    spots = [
        spot.centroid
        for way in passing
        if not (spot := shapely.intersection(way, gate.geometry)).is_empty
    ]
    if spots:
        crossing = shapely.multipoints(spots).centroid
        # a way that is told beyond 180° crosses the same strait
        x = part.x + ((crossing.x - part.x + 180) % 360 - 180) / 2
        part = shapely.Point(x, (part.y + crossing.y) / 2)
    return projection.fit_scale(rect, part.x, part.y, scale / k), scale


def _water(
    frame: projection.Frame, line: Any, routes: Sequence[LineString] = ()
) -> LineString | None:
    """The longest part of a line across a strait that is water, rather one that routes cross."""
    land = basemap.land_on_page(frame, basemap.coast_level(frame))
    wet = shapely.get_parts(shapely.difference(frame.put_all(line, margin=40.0), land))
    ways = shapely.union_all(list(routes))
    parts = [part for part in wet if part.geom_type == "LineString" and part.length > 0]
    crossed = {True: CROSSED, False: 1.0}
    return max(parts, key=lambda one: crossed[one.intersects(ways)] * one.length, default=None)


def _canal(frame: projection.Frame, ways: Sequence[Any]) -> LineString | None:
    """The longest part of the ways through a canal that is on land."""
    land = basemap.land_on_page(frame, basemap.coast_level(frame))
    dry = [shapely.line_merge(shapely.intersection(frame.put_all(way), land)) for way in ways]
    parts = [part for part in shapely.get_parts(dry) if part.geom_type == "LineString"]
    return max(parts, key=lambda part: part.length, default=None)


def _one_a_supplier(rows: list[Any]) -> list[Any]:
    """Routes sorted so that solid ones come first; the drawing merges those of one supplier."""
    order = {"active": 0, "seasonal": 1, "emergency": 2, "planned": 3, "halted": 4}
    return sorted(rows, key=lambda row: (order.get(row.status, 5), row.id))


def _near(frame: projection.Frame, atlas: JoinedAtlas) -> tuple[Any, ...]:
    frame_gates = []
    for row in atlas.gates.itertuples(index=False):
        middle = row.geometry.interpolate(0.5, normalized=True)
        if row.rank <= 2 and frame.point(middle.x, middle.y) is not None:
            frame_gates.append(row)
    return tuple(frame_gates)


def _gates(drawing: Drawing, main: Any) -> None:
    """Draw the gate itself as the line it is, its neighbours as thin bars with names."""
    page, frame, k = drawing.page, drawing.frame, drawing.k
    state = drawing.content.states.get(main.id)
    ink = LOOKS["gates"][state.status].ink if state else ""
    colour = str(getattr(LIGHT, ink or "gate"))
    ways = [lane.line for lane in drawing.lanes]
    for row in drawing.content.gates:
        own = row.id == main.id
        shape = frame.put_all(row.geometry)
        bar = None if row.kind == "canal" else _water(frame, row.geometry, ways)
        if bar is None or bar.length < 3.2 * k:
            bar = marks.gate_bar(shape, 3.2 * k, ways)
        if bar is None:
            continue
        bar = shapely.intersection(_ticked(bar, TICK * k), frame.world)
        if bar.is_empty:
            continue
        page.line(bar, LIGHT.panel, 2.4 if own else 1.6, z=basemap.Z["gate"], cap="round")
        page.line(
            bar,
            colour if own else LIGHT.quiet,
            1.1 if own else 0.6,
            z=basemap.Z["gate"] + 1,
            layer="gate",
        )
        drawing.placer.block(bar.buffer(0.4), 0.1)
        page.symbols += [(f"gate {row.id}", box(*part.bounds)) for part in _short(bar)]
        if not own:
            middle = shapely.get_parts(bar)[0].interpolate(0.5, normalized=True)
            drawing.labels.append(
                Label(
                    features.name_lines(drawing.content.name(row), 18),
                    middle.x,
                    middle.y,
                    "sans-italic",
                    5.6,
                    LIGHT.quiet,
                    0.8,
                    6.0,
                    what=f"gate {row.id}",
                )
            )


def _ticked(bar: LineString, size: float) -> Any:
    """A line across a strait with ticks at its ends, as a length is drawn."""
    coords = shapely.get_coordinates(bar)
    ticks = [coords]
    for end, inner in ((coords[0], coords[1]), (coords[-1], coords[-2])):
        way = (end - inner) / max(float(np.hypot(*(end - inner))), 1e-9) * size / 2
        side = np.array([-way[1], way[0]])
        ticks.append(np.array([end - side, end + side]))
    return shapely.MultiLineString([LineString(one) for one in ticks])


def _short(line: Any) -> list[Any]:
    """Pieces of a line whose boxes hug it, as symbols no name may cover."""
    pieces = []
    for part in shapely.get_parts(line):
        steps = max(1, math.ceil(part.length / 1.5))
        spots = [part.interpolate(n / steps, normalized=True) for n in range(steps + 1)]
        pieces += [LineString([a, b]) for a, b in itertools.pairwise(spots)]
    return [piece.buffer(0.2) for piece in pieces]


def _scale(drawing: Drawing, scale: float) -> None:
    """A bar at the lower left that names keep clear of; `scale` in km to a mm of an A3 sheet."""
    page, rect, k = drawing.page, drawing.frame.rect, drawing.k / SMALLER
    length = BAR * k
    x, y = rect.x0 + 1.6, rect.y0 + 1.4
    size = max(5.5 * k, 5.5)
    language = drawing.content.language
    label = f"{text.number(BAR * scale, language)} {say('km', language)}"
    patch = Rect(x - 0.6, y - 0.6, x + length + 0.6, y + 0.9 + size * MM_PER_PT)
    page.fill(patch.polygon, LIGHT.panel, z=basemap.Z["neatline"] - 2, alpha=0.75)
    page.line(
        LineString([(x, y + 0.9), (x, y), (x + length, y), (x + length, y + 0.9)]),
        LIGHT.ink,
        0.6,
        z=basemap.Z["neatline"] - 1,
    )
    page.text(
        x + length / 2,
        y + 0.75,
        label,
        size=size,
        colour=LIGHT.ink,
        align="center",
        role="scale",
        z=basemap.Z["neatline"],
    )
    drawing.placer.block(patch)


def _figures(
    made: Made, content: Content, gate: Any, passing: list[Any], area: Rect, k: float
) -> None:
    """Write what is known of the strait below its map."""
    page, language = made.page, content.language
    size = max(6.2 * k, 5.6)
    step = size * MM_PER_PT * 1.3
    y = area.y1 - step * 0.85
    state = content.states.get(gate.id)
    if state is not None and state.status != "unknown":
        label = say(
            "last_status",
            language,
            status=text.word("gate_status", state.status, language),
            date=dated(state.date, language),
        )
        colour = str(getattr(LIGHT, LOOKS["gates"][state.status].tone))
    else:
        label, colour = say("status_unknown", language), LIGHT.quiet
    rows: list[tuple[str, str, str]] = [
        (line, "sans-semibold" if state else "sans", colour)
        for line in wrap(label, area.width, "sans-semibold", size)
    ]
    facts = []
    if amount(gate.min_width_km):
        digits = 0 if gate.min_width_km >= 10 else (1 if gate.min_width_km >= 1 else 2)
        facts.append(say("width_km", language, km=text.number(gate.min_width_km, language, digits)))
    if depth := content.name(gate, "depth"):
        # "depth 24 m", but a word such as "deep" speaks for itself
        measured = any(letter.isdigit() for letter in re.split("[;；。؛]", depth)[0])
        facts.append(say("depth", language, depth=depth) if measured else depth)
    if amount(gate.yearly_transits):
        key = "transits" if gate.transit_year else "transits_undated"
        facts.append(
            say(
                key,
                language,
                n=text.number(gate.yearly_transits, language),
                year=str(gate.transit_year),
            )
        )
    fact_line = str(text.form(language, "joint")).join(facts) or say("no_figures", language)
    rows += [(line, "sans", LIGHT.ink) for line in wrap(fact_line, area.width, "sans", size)]
    most = int((y - area.y0) / step) + 1
    if len(rows) > most:
        made.left_out.append(f"figures of {gate.id}")
        rows = rows[:most]
    for number, (line, style, tone) in enumerate(rows):
        page.text(
            area.x0, y - number * step, line, style=style, size=size, colour=tone, role="panel"
        )
    y -= len(rows) * step + 0.25 * step
    _routes(made, content, gate.id, passing, Rect(area.x0, area.y0, area.x1, y + step), size, step)


def _routes(
    made: Made,
    content: Content,
    gate: str,
    passing: list[Any],
    area: Rect,
    size: float,
    step: float,
) -> None:
    """Name the routes through a strait, each in its colour after a dash of it."""
    page, language = made.page, content.language
    from frontiers_map.outputs.sheets.paper import fonts

    y = area.y1 - step
    names: dict[str, str] = {}
    for row in _one_a_supplier(passing):
        names.setdefault(content.name(row, "short"), colour_of(content.atlas, row.supplier))
    if not names:
        if y >= area.y0:
            page.text(
                area.x0, y, say("no_routes", language), size=size, colour=LIGHT.quiet, role="panel"
            )
        return
    x = area.x0
    for number, (name, colour) in enumerate(names.items()):
        width = fonts.width_mm(name, "sans-semibold", size)
        if x + 3.6 + width > area.x1 and x > area.x0:
            x, y = area.x0, y - step
        if y < area.y0 - 0.2:
            made.left_out += [f"{gate}: {one}" for one in list(names)[number:]]
            return
        page.line(
            LineString([(x, y + 0.3 * size * MM_PER_PT), (x + 2.6, y + 0.3 * size * MM_PER_PT)]),
            colour,
            1.6,
            z=basemap.Z["furniture"],
        )
        page.text(
            x + 3.3,
            y,
            name,
            style="sans-semibold",
            size=size,
            colour=colour,
            role="panel",
            room=area.x1 - x - 3.2,
        )
        x += 3.3 + width + 3.0
