"""Links, gates, terminals, places and events on a map, and the names that they ask for."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

import shapely
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from frontiers_map.analysis.joins import placed
from frontiers_map.analysis.moments import PAST
from frontiers_map.language import text
from frontiers_map.outputs.sheets.map import lanes, marks
from frontiers_map.outputs.sheets.map.basemap import Z
from frontiers_map.outputs.sheets.map.label_placer import Label, Placer
from frontiers_map.outputs.sheets.map.projection import Frame, Rect
from frontiers_map.outputs.sheets.map.selection import Content
from frontiers_map.outputs.sheets.paper import fonts
from frontiers_map.outputs.sheets.paper.page import MM_PER_PT, Page
from frontiers_map.outputs.sheets.paper.words import amount, wrap
from frontiers_map.style import LIGHT, LOOKS, TYPE, WIDTHS

__all__ = [
    "Drawing",
    "Lane",
    "draw_events",
    "draw_gates",
    "draw_links",
    "draw_points",
    "name_lines",
]

EVENT: Final = 2.6  # mm that the symbol of an event is across
SCRAP: Final = 3.0  # mm of an agreement in a corner of the frame that say nothing
APART: Final = 1.3  # mm between agreements of the same two places
EVENTS_NAMED: Final = 3  # at one place


@dataclass(frozen=True)
class Lane:
    """A route as it was drawn."""

    row: Any
    line: LineString
    colour: str
    width: float


@dataclass
class Drawing:
    """One map in the making: where it goes, what it shows, and what has been drawn so far."""

    page: Page
    frame: Frame
    content: Content
    k: float = 1.0
    placer: Placer = field(init=False)
    lanes: list[Lane] = field(default_factory=list)
    links: list[Lane] = field(default_factory=list)
    own: list[Lane] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    named: list[Label] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    clear: list[BaseGeometry] = field(default_factory=list)  # where no stripes go

    def __post_init__(self) -> None:
        self.placer = Placer(self.frame.rect)

    def size(self, role: str) -> float:
        """Type size of a role on this map, points; never below what print can hold."""
        return max(TYPE[role] * self.k, 5.5)


# ---- links


def draw_links(drawing: Drawing, *, apart: float | None = None) -> None:
    """Draw agreements as geodesics, those of the same partners `apart` mm from each other."""
    kinds = drawing.content.atlas.settings.kind_looks["links"]
    edge = shapely.boundary(drawing.frame.rect.polygon)
    rows, parts = [], []
    for row in drawing.content.links:
        for part in shapely.get_parts(row.geometry):
            shape = shapely.line_merge(drawing.frame.put_all(part))
            for line in shapely.get_parts(shape):
                if line.geom_type != "LineString" or line.is_empty:
                    continue
                if line.length > SCRAP or line.distance(edge) > 0.1:
                    rows.append(row)
                    parts.append(line)
    gap = APART * drawing.k if apart is None else apart
    drawn: dict[str, list[LineString]] = {}
    for row, line in zip(rows, lanes.spread(parts, gap), strict=True):
        drawn.setdefault(row.id, []).append(line)
    for row in drawing.content.links:
        if row.id not in drawn:
            continue
        line = shapely.MultiLineString(drawn[row.id])
        dash = LOOKS["links"][row.status].dash
        look = kinds[row.kind]
        colour = look.light or LIGHT.link
        layer = f"kind links {row.kind}" if look.own else "link"
        drawing.page.line(line, LIGHT.panel, 2.2 * drawing.k, z=Z["ghost"] - 1, alpha=0.7)
        drawing.page.line(line, colour, 1.0 * drawing.k, z=Z["ghost"], dashes=dash, layer=layer)
        drawing.placer.avoid([line])
        longest = max(drawn[row.id], key=lambda part: part.length)
        drawing.links.append(Lane(row, longest, colour, 1.0 * drawing.k))


# ---- gates, terminals, places


def _state_colour(drawing: Drawing, gate: str) -> tuple[str, str]:
    state = drawing.content.states.get(gate)
    ink = LOOKS["gates"][state.status].ink if state is not None else ""
    return (state.status if state and ink else "", str(getattr(LIGHT, ink or "gate")))


def draw_gates(
    drawing: Drawing,
    *,
    labels: bool = True,
    closed: frozenset[str] | None = None,
    skip: Polygon | None = None,
) -> None:
    """Draw gates as bars across their strait.

    Parameters
    ----------
    closed
        Draw these, and only these, as closed, whatever the reports say.
    skip
        Name no gate here: an inset does.
    """
    page, frame, k = drawing.page, drawing.frame, drawing.k
    for row in drawing.content.gates:
        bar = marks.gate_bar(
            _sides(frame, row.geometry), 3.1 * k, [lane.line for lane in drawing.lanes]
        )
        if bar is None or not frame.rect.grown(-0.8).polygon.contains(bar):
            continue
        status, colour = _state_colour(drawing, row.id)
        if closed is not None:
            status = "closed" if row.id in closed else ""
            colour = LIGHT.closed if row.id in closed else LIGHT.gate
        page.line(bar, LIGHT.panel, WIDTHS["gate_casing"] * k + 0.3, z=Z["gate"], cap="round")
        page.line(
            bar,
            colour,
            WIDTHS["gate"] * k * (1.25 if status else 1.0),
            z=Z["gate"] + 1,
            layer=f"gate_{status}" if status else "gate",
        )
        middle = bar.interpolate(0.5, normalized=True)
        reach = 1.0 * k
        if status == "closed":
            cross = marks.saltire(middle.x, middle.y, 1.5 * k)
            page.line(cross, LIGHT.panel, 2.4 * k, z=Z["gate"] + 1.2, cap="round")
            page.line(cross, colour, 1.2 * k, z=Z["gate"] + 1.5)
        page.symbols.append((f"gate {row.id}", bar.buffer(0.45)))
        drawing.placer.rivals[f"gate {row.id}"] = (middle.x, middle.y)
        drawing.placer.block(bar.buffer(0.3), 0.1)
        if labels and not (skip is not None and skip.contains(middle)):
            name = drawing.content.name(row)
            first = {"closed": 1.0, "restricted": 1.5}.get(status, 1.0 + 2 * row.rank)
            drawing.labels.append(
                Label(
                    name_lines(name, 26),
                    middle.x,
                    middle.y,
                    "sans-italic",
                    drawing.size("gate"),
                    colour if status else LIGHT.ink,
                    reach,
                    first,
                    what=f"gate {row.id}",
                )
            )


def _sides(frame: Frame, geometry: BaseGeometry) -> BaseGeometry:
    """A gate's line on the page, uncut: the bar stands in its middle, not the frame's.

    Of the copies of a wide world, the one in the frame.
    """
    parts = shapely.get_parts(shapely.line_merge(frame.put_all(geometry, margin=40.0)))
    return shapely.union_all(parts[shapely.intersects(parts, frame.rect.polygon)])


def draw_points(drawing: Drawing, *, labels: bool = True, skip: Polygon | None = None) -> None:
    """Draw terminals and places as symbols by kind and status."""
    _draw_terminals(drawing, labels, skip)
    _draw_places(drawing, labels)
    _draw_ends(drawing)


def _draw_ends(drawing: Drawing) -> None:
    """Mark where a route begins or ends at no symbol: a neighbour stands for its terminal."""
    page, frame, k = drawing.page, drawing.frame, drawing.k
    marked: set[tuple[float, float]] = set()
    for lane in drawing.lanes:
        ends = shapely.get_coordinates(lane.row.geometry)[[0, -1]]
        for spot in filter(None, (frame.point(*end) for end in ends)):
            point = shapely.Point(spot)
            place = (round(spot[0], 1), round(spot[1], 1))
            if place in marked or any(shape.distance(point) < 0.1 for _, shape in page.symbols):
                continue
            marked.add(place)
            dot = point.buffer(0.42 * k + lane.width * MM_PER_PT / 2)
            page.fill(dot, lane.colour, z=Z["symbol"] - 3, edge=LIGHT.panel, width=0.4)
            drawing.placer.block(dot, 0.1)


def _draw_terminals(drawing: Drawing, labels: bool, skip: Polygon | None) -> None:
    page, frame, k = drawing.page, drawing.frame, drawing.k
    origin = {lane.row.from_id: lane for lane in reversed(drawing.lanes)}
    spots: list[tuple[float, float]] = []
    kinds = drawing.content.atlas.settings.kind_looks["terminals"]
    rows = sorted(
        drawing.content.terminals,
        key=lambda row: (
            LOOKS["terminals"][row.status].hollow,
            -(amount(row.capacity_mtpa) or 0.0),
            row.id,
        ),
    )
    for row in rows:
        spot = frame.point(row.lon, row.lat)
        if spot is None or not _well_inside(frame, spot, 1.2 * k):
            continue
        near = [one for one in spots if math.hypot(one[0] - spot[0], one[1] - spot[1]) < 1.5 * k]
        if near:
            continue  # the larger neighbour stands for both at this scale
        spots.append(spot)
        colour = origin[row.id].colour if row.id in origin else LIGHT.quiet
        look = kinds[row.kind]
        imports = look.like.startswith("import")
        if imports:
            colour = LIGHT.ink
        colour = look.light or colour
        works = not LOOKS["terminals"][row.status].hollow
        size = 2.1 * k
        shape = marks.symbol(look.symbol, *spot, size)
        kind = "terminal_import" if imports else "terminal_export"
        if look.own:
            kind = f"kind terminals {row.kind}"
        page.symbol(
            shape,
            colour if works else LIGHT.panel,
            z=Z["symbol"],
            edge=LIGHT.panel if works else colour,
            width=0.35 if works else 0.9,
            name=f"terminal {row.id}",
            layer=kind if works else f"{kind}_off",
        )
        drawing.placer.block(Rect(*shape.bounds))
        named = labels and (drawing.content.near or not imports)
        if named and not (skip is not None and skip.contains(shapely.Point(spot))):
            name = drawing.content.name(row, "short")
            drawing.labels.append(
                Label(
                    name_lines(name, 22),
                    *spot,
                    "sans-semibold",
                    drawing.size("terminal"),
                    colour,
                    size / 2,
                    2.0 if imports else 4.0,
                    what=f"terminal {row.id}",
                )
            )


def _draw_places(drawing: Drawing, labels: bool) -> None:
    page, frame, k = drawing.page, drawing.frame, drawing.k
    kinds = drawing.content.atlas.settings.kind_looks["places"]
    capitals = {kind for kind, look in kinds.items() if look.like == "capital"}
    rows = sorted(drawing.content.places, key=lambda row: (not row.pole, row.kind not in capitals))
    taken: list[tuple[float, float]] = []
    for row in rows:
        spot = frame.point(row.lon, row.lat)
        if spot is None or not _well_inside(frame, spot, 1.4 * k):
            continue
        if any(math.hypot(one[0] - spot[0], one[1] - spot[1]) < 1.6 * k for one in taken):
            continue
        taken.append(spot)
        if row.pole:
            name, size, colour, style, role = "pole", 3.6, LIGHT.accent, "sans-semibold", "pole"
        elif row.kind in capitals:
            name, size, colour, style, role = "capital", 2.5, LIGHT.ink, "sans", "capital"
        else:
            name, size, colour, style, role = "", 2.1, LIGHT.ink, "sans", "terminal"
        look, kind = kinds[row.kind], f"kind places {row.kind}"
        if not row.pole:
            name, colour = look.symbol, look.light or colour
        shape = marks.symbol(name, *spot, size * k)
        under = shapely.Point(spot).buffer(size * k * (0.5 if row.pole else 0.36))
        page.fill(under, LIGHT.panel, z=Z["symbol"] - 0.5)
        page.symbol(
            shape,
            colour,
            z=Z["symbol"] + (1 if row.pole else 0),
            edge=LIGHT.panel,
            width=0.3,
            name=f"place {row.id}",
            layer="pole" if row.pole else kind if look.own or role != "capital" else role,
        )
        drawing.placer.block(Rect(*shape.bounds))
        if labels:
            name_ = drawing.content.name(row)
            drawing.labels.append(
                Label(
                    name_lines(name_, 24),
                    *spot,
                    style,
                    drawing.size(role),
                    LIGHT.ink,
                    size * k / 2 * (1 if row.pole else 0.75),
                    0.0 if row.pole else 3.0,
                    what=f"place {row.id}",
                )
            )


def _event_symbol(drawing: Drawing, row: Any, spot: tuple[float, float], own: bool) -> None:
    """Draw the symbol of an event's kind, hollow if it is to come; not over the place it names."""
    page, k, size = drawing.page, drawing.k, EVENT * drawing.k
    look = drawing.content.atlas.settings.kind_looks["events"][row.kind]
    colour, hollow = look.light or LIGHT.accent, row.status not in PAST
    aside = 0.0 if own else 2.0 * k * math.sqrt(0.5) + size / 3
    shape = marks.symbol(look.symbol, spot[0] + aside, spot[1] + aside, size)
    page.symbol(
        shape,
        LIGHT.panel if hollow else colour,
        z=Z["symbol"] + 0.5,
        edge=colour if hollow else LIGHT.panel,
        width=0.7 if hollow else 0.5,
        name=f"event {row.id}",
        layer=f"kind events {row.kind}{' planned' if hollow else ''}",
    )
    drawing.placer.block(Rect(*shape.bounds))


def draw_events(drawing: Drawing, *, labels: bool = True) -> None:
    """Draw a ring where something happened, dashed if it is still to come.

    The latest few at a place are named, the others told: a dozen names round a strait hide it.
    What stands there, a strait or a city, keeps its own symbol in the ring. What has a position of
    its own is drawn as its kind's symbol, and so are kinds of the atlas's own, beside their places.
    """
    page, frame, k = drawing.page, drawing.frame, drawing.k
    size = max(drawing.size("small"), 5.5)
    ringed: set[tuple[float, float]] = set()
    named: Counter[tuple[float, float]] = Counter()
    kinds = drawing.content.atlas.settings.kind_looks["events"]
    rows = sorted(drawing.content.events, key=lambda row: (row.date, row.id), reverse=True)
    for number, row in enumerate(rows):
        spots = [
            spot
            for lon, lat in shapely.get_coordinates(row.geometry)
            if (spot := frame.point(lon, lat)) is not None and _well_inside(frame, spot, 2.2 * k)
        ]
        planned, look = row.status not in PAST, kinds[row.kind]
        colour, layer = look.light or LIGHT.accent, "event_planned" if planned else "event"
        own = placed(row)
        for spot in spots:
            place = (round(spot[0], 1), round(spot[1], 1))
            if own or (look.own and place not in ringed):
                _event_symbol(drawing, row, spot, own)
            if own or look.own or place in ringed:
                ringed.update([] if own else [place])
                continue
            ringed.add(place)
            ring = shapely.boundary(shapely.Point(spot).buffer(2.0 * k))
            page.line(ring, LIGHT.panel, 1.8 * k, z=Z["symbol"] - 2)
            page.line(
                ring,
                colour,
                0.8 * k,
                z=Z["symbol"] - 1,
                dashes=(2.0, 1.6) if planned else None,
                layer=layer,
            )
            drawing.placer.avoid([ring])
        if not labels or not spots:
            continue
        place = (round(spots[0][0], 1), round(spots[0][1], 1))
        named[place] += 1
        if named[place] > EVENTS_NAMED:
            drawing.left_out.append(f"{drawing.content.name(row)} (event {row.id})")
        else:
            told = f"{text.day(row.date, drawing.content.language)} {drawing.content.name(row)}"
            drawing.labels.append(
                Label(
                    tuple(wrap(told, 34 * k, "sans", size)),
                    *spots[0],
                    "sans",
                    size,
                    colour,
                    2.2 * k,
                    60.0 + number / 1000,
                    what=f"event {row.id}",
                )
            )


def _well_inside(frame: Frame, spot: tuple[float, float], by: float) -> bool:
    rect = frame.rect.grown(-by)
    return rect.x0 < spot[0] < rect.x1 and rect.y0 < spot[1] < rect.y1


def name_lines(name: str, most: int) -> tuple[str, ...]:
    """Break a long name into two lines of like length."""
    most = most // 2 if fonts.has_cjk(name) else most
    if len(name) <= most:
        return (name,)
    head, bracket, rest = name.partition("（")
    if bracket and min(len(head), len(rest)) > 2:
        return (head, bracket + rest)
    width = fonts.width_mm(name, "sans", 7)
    made = wrap(name, width * 0.62, "sans", 7, whole=True)
    return tuple(made) if len(made) < 4 else tuple(wrap(name, width * 0.45, "sans", 7))
