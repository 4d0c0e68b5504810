"""The straits side by side at one scale, each with its figures and the routes through it."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import shapely
from shapely.geometry import LineString, box

from frontiers_map.language import text
from frontiers_map.outputs.sheets.map import (
    basemap,
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
from frontiers_map.outputs.sheets.paper.page import MM_PER_PT, Page
from frontiers_map.outputs.sheets.paper.words import amount, say, wrap
from frontiers_map.style import LIGHT, LOOKS

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas
    from frontiers_map.atlas.model import Sheet

__all__ = ["draw"]

KM_PER_MM: Final = 4.0  # of an A3 sheet: 1:4 million
SHOWN: Final = ("capital", "city", "port", "naval", "military")  # kinds of places beside a strait
TEXT: Final = 18.5  # mm below each map for its figures


def draw(atlas: JoinedAtlas, sheet: Sheet, language: str) -> Made:
    """Draw the sheet: a panel for each gate, four to a row, or up to six on a wide one."""
    return furniture.settled(lambda less: _lay(atlas, sheet, language, less), math.inf)


def _lay(atlas: JoinedAtlas, sheet: Sheet, language: str, less: float) -> tuple[Made, float]:
    paper = furniture.format_of(sheet)
    made = Made(paper.page())
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
    frames = []
    for number, gate in enumerate(content.gates):
        x = inner.x0 + (number % columns) * (wide + gutter)
        y = top - (number // columns) * (high + gutter)
        cell = Rect(x, y - high, x + wide, y)
        frames.append(_panel(made, atlas, content, gate, cell, k))
    floor = foot(
        page,
        paper,
        replace(content, routes=()).seen(frames),
        language,
        lines=small_print(atlas, language, ()),
    )
    area = Rect(inner.x0, floor + 1, inner.x1, low - 3)
    paragraphs = [
        say("one_scale", language, scale=_millions(KM_PER_MM / k, language))
        + ". "
        + say("projection_lambert_each", language),
        *(note.get(language) for note in sheet.notes),
    ]
    blocks = legend.legend(page, content, k, lines_only=True)
    blocks.append(furniture.prose(say("how_to_read", language), paragraphs, k))
    count = min(len(blocks), 4)
    made.notes += furniture.flow(page, area, blocks, count, gutter=7 * k)
    return made, furniture.room_below(area, blocks, count, gutter=7 * k)


def _millions(km_per_mm: float, language: str) -> str:
    if text.form(language, "myriads"):
        return text.number(km_per_mm * 100, language)
    return text.number(km_per_mm, language, 1 if km_per_mm % 1 else 0)


def _panel(
    made: Made, atlas: JoinedAtlas, content: Content, gate: Any, cell: Rect, k: float
) -> projection.Frame:
    page, language = made.page, content.language
    em = furniture.panel_heading(page, cell, content.name(gate), k)
    rect = Rect(cell.x0, cell.y0 + TEXT * k, cell.x1, cell.y1 - 1.45 * em)
    spot = _middle(gate, content.routes)
    frame = projection.fit_scale(rect, spot.x, spot.y, KM_PER_MM / k)
    shown = atlas.settings.kinds_like("places", *SHOWN)
    places = tuple(row for row in atlas.places.itertuples(index=False) if row.kind in shown)
    here = replace(content, gates=_near(frame, atlas), places=places)
    drawing = Drawing(page, frame, here, k * 0.92)
    basemap.draw_sea(page, frame)
    basemap.draw_graticule(page, frame)
    basemap.draw_land(page, frame)
    basemap.draw_borders(page, frame)
    passing = [row for row in content.routes if gate.id in row.gates]
    through = {row.id for row in passing}
    others = [row for row in content.routes if row.id not in through]
    features.draw_routes(drawing, rows=_one_a_supplier(others), ghost=True, arrows=False)
    features.draw_routes(drawing, rows=_one_a_supplier(passing), spread=0.9)
    _gates(drawing, gate)
    features.draw_points(drawing)
    feature_names.draw_first_names(drawing)
    feature_names.draw_names(drawing, route_names=False)
    sea_names.draw_sea_names(drawing)
    basemap.draw_neatline(page, frame, 0.5)
    made.add(drawing)
    _scale(page, frame, rect, language, k)
    _figures(made, content, gate, passing, Rect(cell.x0, cell.y0, cell.x1, rect.y0 - 0.8), k)
    return frame


def _middle(gate: Any, routes: Sequence[Any]) -> shapely.Point:
    """What a panel centres on: half-way from the strait's middle to where routes cross it."""
    middle = gate.geometry.interpolate(0.5, normalized=True)
    spots = [
        spot.centroid
        for route in routes
        if gate.id in route.gates
        and not (spot := shapely.intersection(route.geometry, gate.geometry)).is_empty
    ]
    if not spots:
        return middle
    crossing = shapely.multipoints(spots).centroid
    return shapely.Point((middle.x + crossing.x) / 2, (middle.y + crossing.y) / 2)


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
    for row in drawing.content.gates:
        own = row.id == main.id
        shape = frame.put_all(row.geometry)
        bar = shape if shape.length >= 3.2 * k else marks.gate_bar(shape, 3.2 * k)
        if bar is None or bar.is_empty:
            continue
        bar = shapely.intersection(bar, frame.world)
        page.line(bar, LIGHT.panel, 2.8 if own else 1.8, z=basemap.Z["gate"], cap="round")
        page.line(
            bar,
            colour if own else LIGHT.quiet,
            1.6 if own else 0.8,
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


def _short(line: Any) -> list[Any]:
    """Pieces of a line whose boxes hug it, as symbols no name may cover."""
    pieces = []
    for part in shapely.get_parts(line):
        steps = max(1, math.ceil(part.length / 1.5))
        spots = [part.interpolate(n / steps, normalized=True) for n in range(steps + 1)]
        pieces += [LineString([a, b]) for a, b in itertools.pairwise(spots)]
    return [piece.buffer(0.2) for piece in pieces]


def _scale(page: Page, frame: projection.Frame, rect: Rect, language: str, k: float) -> None:
    """A bar of 100 km in the corner that the land leaves emptiest is overkill: lower left."""
    length = 100 / (KM_PER_MM / k)
    x, y = rect.x0 + 1.6, rect.y0 + 1.4
    size = max(5.5 * k, 5.5)
    label = f"100 {say('km', language)}"
    patch = box(x - 0.6, y - 0.6, x + length + 0.6, y + 0.9 + size * MM_PER_PT)
    page.fill(patch, LIGHT.panel, z=basemap.Z["neatline"] - 2, alpha=0.75)
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
