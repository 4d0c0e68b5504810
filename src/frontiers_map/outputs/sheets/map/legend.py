"""The legend, made from the layers that were really drawn, and bars that tell the scale."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import numpy as np
import shapely
from shapely.geometry import LineString, box

from frontiers_map.language import text
from frontiers_map.outputs.sheets.map import marks
from frontiers_map.outputs.sheets.map.basemap import Z
from frontiers_map.outputs.sheets.map.own_features import own_legend
from frontiers_map.outputs.sheets.map.projection import Frame, Rect
from frontiers_map.outputs.sheets.map.routes import core_width, each_mt, sheet_width
from frontiers_map.outputs.sheets.map.selection import Content, colour_of, second_of_role
from frontiers_map.outputs.sheets.map.washes import wash_colour
from frontiers_map.outputs.sheets.paper.furniture import (
    Block,
    Item,
    items,
    lists,
)
from frontiers_map.outputs.sheets.paper.page import ASCENT, MM_PER_PT, Page
from frontiers_map.outputs.sheets.paper.words import amount, say
from frontiers_map.style import LIGHT, LOOKS, WIDTHS, mix
from frontiers_map.symbols import path_of

__all__ = ["chronicle", "how_to_read", "legend", "scale_bar", "signs"]

TERSE = 4  # routes of a picture of a few centimetres that stay together
STEPS: Final = (1, 2, 5, 10, 20, 50, 100)  # Mt a year, of which a key of widths shows two
Sample = Callable[[Page, float, float], None]


def legend(
    page: Page,
    content: Content,
    k: float,
    *,
    lines_only: bool = False,
    closures: bool = False,
    brief: bool = False,
    terse: bool = False,
) -> list[Block]:
    """Make the legend's blocks for the layers that were really drawn.

    Parameters
    ----------
    lines_only
        Leave the suppliers to a chart or a table.
    closures
        Explain new and old ways instead.
    brief
        For a narrow figure, whose lines carry their names: no kinds of line, no plain symbols, and
        what is longest last, so that two columns are alike.
    terse
        For a picture of a few centimetres: what a colour means and no more.
    """
    language = content.language
    blocks = []
    readings = _readings(page, content, k)
    if terse:
        readings = [replace(row, below="") for row in readings]
    if readings:
        blocks += lists(say("readings", language), readings, k)
    of_routes: list[Block] = []
    if closures:
        blocks.append(items(say("line_styles", language), _ways(page, language, k), k))
    elif content.routes:
        suppliers, kinds = _routes(page, content, k, shares=not terse)
        blocks += [] if brief else kinds
        of_routes = [] if lines_only else suppliers
    blocks += [] if brief else of_routes
    own, plain = own_legend(page, content, k)
    blocks += own
    symbols = [*plain, *signs(page, content, k, gates_only=brief, gates=not closures)]
    if symbols:
        blocks += lists(say("symbols", language), symbols, k)
    return [*blocks, *(of_routes if brief else [])]


def chronicle(content: Content, k: float) -> list[Block]:
    """Tell the events in a frame by their days: on the map few of a place find room."""
    language = content.language
    rows = [
        Item(lambda *_: None, f"{text.day(row.date, language)}  {content.name(row)}", indent=0.0)
        for row in sorted(content.events, key=lambda row: (row.date, row.id))
    ]
    return lists(text.layer_name("events", language, gas=False), rows, k) if rows else []


def how_to_read(page: Page, language: str, *, closures: bool = False) -> list[str]:
    """Say in words what the lines of a sheet mean, of what was really drawn on it."""
    drawn = page.layers
    ways = any(layer.startswith("route_") for layer in drawn)
    told = [
        ("read_closures", closures),
        ("read_new", closures and ways),
        ("read_ghost", closures and "ghost" in drawn),
        ("read_steady", "steady" in drawn),
        ("read_table", closures and "ghost" in drawn),
        ("read_routes", ways and not closures),
        ("read_links", any(layer.startswith(("link", "kind links")) for layer in drawn)),
        ("read_events", any(layer.startswith("event") for layer in drawn)),
    ]
    return [say(key, language) for key, so in told if so]


def _ways(page: Page, language: str, k: float) -> list[Item]:
    ways = any(layer.startswith("route_") for layer in page.layers)
    choices = (
        (ways, _stroke(k, LIGHT.quiet, 1.8 * k), "new_way"),
        ("ghost" in page.layers, _ghost(k), "ghost"),
        ("steady" in page.layers, _stroke(k, LIGHT.faint, 0.8 * k), "other_routes"),
        ("gate_closed" in page.layers, _bar(k, LIGHT.closed, crossed=True, at=4.5), "closed_gate"),
    )
    return [Item(sample, say(key, language)) for drawn, sample, key in choices if drawn]


def _ghost(k: float) -> Sample:
    return _stroke(k, mix(LIGHT.quiet, LIGHT.paper, 0.6), 0.9 * k, (1.0, 1.6))


def _stroke(
    k: float,
    colour: str,
    width: float,
    dashes: tuple[float, ...] | None = None,
    *,
    length: float = 9.0,
    core: bool = False,
) -> Sample:
    """A sample of a line, with a light core if it has one."""

    def sample(page: Page, x: float, y: float) -> None:
        line = LineString([(x, y), (x + length * k, y)])
        page.line(line, colour, width, z=Z["furniture"], dashes=dashes)
        if core and not dashes:
            page.line(line, LIGHT.paper, core_width(width), z=Z["furniture"] + 0.2)

    return sample


def _bar(k: float, colour: str, *, crossed: bool = False, at: float = 2.4) -> Sample:
    """A sample of a gate's bar, with a saltire on it if it is closed."""

    def sample(page: Page, x: float, y: float) -> None:
        spot = LineString([(x + at * k, y - 1.4 * k), (x + at * k, y + 1.4 * k)])
        page.line(spot, colour, 1.5 * k, z=Z["furniture"])
        if crossed:
            cross = marks.saltire(x + at * k, y, 1.5 * k)
            page.line(cross, LIGHT.paper, 2.4 * k, z=Z["furniture"] + 0.5, cap="round")
            page.line(cross, colour, 1.2 * k, z=Z["furniture"] + 1)

    return sample


def _readings(page: Page, content: Content, k: float) -> list[Item]:
    language, atlas = content.language, content.atlas
    rows = []
    regions = {row.id: row for row in atlas.regions.itertuples()}
    wide, high = 9.0 * k, 3.6 * k
    for wash in content.washes:
        layer = "region_second" if wash.second else "region_first"
        if layer not in page.layers:
            continue
        row = regions[wash.id]
        colour, opacity = wash_colour(wash.second)

        def sample(
            page: Page,
            x: float,
            y: float,
            colour: str = colour,
            opacity: float = opacity,
            soft: bool = wash.soft,
        ) -> None:
            if soft:
                for step in range(8):
                    by = step * 0.16 * k
                    page.fill(
                        box(x + by, y - high / 2 + by, x + wide - by, y + high / 2 - by),
                        mix(colour, LIGHT.paper, opacity * (1 - (1 - (step + 1) / 8) ** 1.6)),
                        z=Z["furniture"],
                    )
                return
            shape = box(x, y - high / 2, x + wide, y + high / 2)
            page.fill(shape, mix(colour, LIGHT.sea, opacity), z=Z["furniture"])
            page.line(
                shapely.boundary(shape),
                mix(colour, LIGHT.sea, 0.8),
                WIDTHS["region_edge"],
                z=Z["furniture"] + 1,
                dashes=(4, 2.4),
            )

        below = (
            say("edge_soft", language)
            if wash.soft
            else text.word("certainty_means", row.certainty, language)
        )
        rows.append(Item(sample, content.name(row), below=below, indent=12))
    if "overlap" in page.layers:
        drawn = {wash.id for wash in content.washes}
        area = [
            float(row.area_km2)
            for row in atlas.overlaps.itertuples()
            if row.first_id in drawn and row.second_id in drawn
        ]

        def stripes(page: Page, x: float, y: float) -> None:
            shape = box(x, y - high / 2, x + wide, y + high / 2)
            page.fill(shape, mix(LIGHT.region_first, LIGHT.sea, 0.2), z=Z["furniture"])
            lines = shapely.multilinestrings(
                [
                    [(x + s - high, y - high / 2), (x + s, y + high / 2)]
                    for s in np.arange(0, wide + high, 1.7 * k * math.sqrt(2))
                ]
            )
            page.line(
                shapely.intersection(lines, shape), LIGHT.overlap, 1.3 * k, z=Z["furniture"] + 1
            )

        below = say("of_sea", language, area=text.millions_km2(area[0], language)) if area else ""
        rows.append(Item(stripes, say("both", language), below=below, indent=12))
    return rows


def _routes(
    page: Page, content: Content, k: float, *, shares: bool
) -> tuple[list[Block], list[Block]]:
    """Suppliers with their shares, and the kinds of line, as far as they were drawn."""
    language, atlas = content.language, content.atlas
    names = {one.id: one.name.get(language) for one in atlas.settings.suppliers}
    drawn = {row.importer for row in content.routes}
    importers = [name for name in atlas.importers if name in drawn]
    rows: list[Item] = []
    for supplier in dict.fromkeys(row.supplier for row in content.routes):
        mine = [row for row in content.routes if row.supplier == supplier]
        colour = colour_of(atlas, supplier)
        parts = []
        for importer in importers if shares else ():
            found = [
                row.share_pct
                for row in mine
                if row.importer == importer and amount(row.share_pct) is not None
            ]
            if found:
                tag = f" {importer}" if len(importers) > 1 else ""
                parts.append(f"{text.number(max(found), language, 1)}{tag}")
        first = min(mine, key=lambda row: row.status != "active")
        width = sheet_width(each_mt(first), k)

        core = second_of_role(atlas, supplier)
        sample = _stroke(k, colour, width, LOOKS["routes"][first.status].dash, core=core)
        rows.append(Item(sample, names.get(supplier, supplier), "  ".join(parts), colour))
    shares_known = any(row.figure for row in rows)
    heading = (
        say("routes_head", language)
        if shares_known
        else text.layer_name("routes", language, gas=len(atlas.terminals) > 0)
    )
    kinds = []
    for status, look in LOOKS["routes"].items():
        if f"route_{status}" not in page.layers:
            continue
        sample = _stroke(k, LIGHT.quiet, 1.4 * k, look.dash)
        kinds.append(Item(sample, text.word("route_status", status, language)))
    if "ghost" in page.layers:
        kinds.append(Item(_ghost(k), say("other_routes", language)))
    kinds += _widths(content, k)
    named = lists(heading, rows, k) if shares else lists(heading, rows, k, few=TERSE)
    return named, lists(say("line_styles", language), kinds, k)


def _widths(content: Content, k: float) -> list[Item]:
    """Say what the width of a line means, by two of them."""
    most = max((each_mt(row) or 0.0 for row in content.routes), default=0.0)
    steps = [step for step in STEPS if step <= most]
    shown = [step for step in steps if step == steps[-1] or step * 4 <= steps[-1]]
    unit = text.word("page", "mtpa", content.language)
    return [
        Item(
            _stroke(k, LIGHT.quiet, sheet_width(step, k)),
            f"{text.number(step, content.language)} {unit}",
        )
        for step in shown[-2:]
    ]


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def signs(
    page: Page, content: Content, k: float, *, gates_only: bool = False, gates: bool = True
) -> list[Item]:
    """Explain the symbols that were drawn, a line each."""
    drawn, rows, language = page.layers, list[Item](), content.language

    def sign(name: str, fill_colour: str, edge: str, size: float, width: float = 0.35) -> Any:
        def sample(page: Page, x: float, y: float) -> None:
            shape = marks.symbol(name, x + 2.4 * k, y, size * k)
            page.fill(shape, fill_colour, z=Z["furniture"], edge=edge, width=width)

        return sample

    choices = (
        ("pole", say("pole", language), sign("pole", LIGHT.accent, LIGHT.panel, 3.4)),
        ("capital", say("capital", language), sign("capital", LIGHT.ink, LIGHT.panel, 2.6)),
        (
            "terminal_export",
            say("terminal_export", language),
            sign("export", LIGHT.quiet, LIGHT.panel, 2.2),
        ),
        (
            "terminal_export_off",
            say("terminal_export_off", language),
            sign("export", LIGHT.panel, LIGHT.quiet, 2.2, 0.9),
        ),
        (
            "terminal_import",
            say("terminal_import", language),
            sign("import", LIGHT.ink, LIGHT.panel, 2.2),
        ),
        (
            "terminal_import_off",
            say("terminal_import_off", language),
            sign("import", LIGHT.panel, LIGHT.ink, 2.2, 0.9),
        ),
        ("gate", say("gate", language), _bar(k, LIGHT.gate)),
        ("gate_restricted", say("gate_restricted", language), _bar(k, LIGHT.restricted)),
        ("gate_closed", say("gate_closed", language), _bar(k, LIGHT.closed, crossed=True)),
    )
    for layer, label, sample in choices:
        a_gate = layer.startswith("gate")
        if layer in drawn and (gates if a_gate else not gates_only):
            rows.append(Item(sample, label, indent=6.5))
    rows += [] if gates_only else _kinds(page, content, k, sign)
    if "link" in drawn and not gates_only:
        link = _stroke(k, LIGHT.link, 1.0 * k, length=5.0)
        rows.append(Item(link, say("link", language), indent=6.5))
    for layer, dashes in (("event", None), ("event_planned", (2.0, 1.6))):
        if layer in drawn and not gates_only:
            rows.append(Item(_ring(k, dashes), say(layer, language), indent=6.5))
    return rows


def _kinds(page: Page, content: Content, k: float, sign: Callable[..., Sample]) -> list[Item]:
    """Explain kinds of places, and of whatever else the atlas has kinds of its own.

    Kinds that look alike, as some do, stand on one line.
    """
    alike: dict[tuple[str, ...], list[str]] = {}
    for layer, looks in content.atlas.settings.kind_looks.items():
        for kind, look in sorted(looks.items()):
            for to_come in ("", " planned"):
                if f"kind {layer} {kind}{to_come}" not in page.layers:
                    continue
                word = look.word(content.language)
                if to_come:
                    word += f" \N{EN DASH} {say('event_planned', content.language)}"
                mark = path_of(look.symbol) if look.symbol else layer
                colour = look.light or (LIGHT.accent if layer == "events" else LIGHT.ink)
                alike.setdefault((mark, colour, to_come), []).append(word)
    return [
        Item(
            _stroke(k, colour, 1.0 * k, length=5.0) if mark == "links"
            else sign(mark, LIGHT.panel, colour, 2.2, 0.7) if to_come
            else sign(mark, colour, LIGHT.panel, 2.2),
            _capital(" · ".join(words)),
            indent=6.5,
        )
        for (mark, colour, to_come), words in alike.items()
    ]  # fmt: skip


def _ring(k: float, dashes: tuple[float, ...] | None) -> Sample:
    """A sample of the ring round a place where something happened."""

    def sample(page: Page, x: float, y: float) -> None:
        ring = shapely.boundary(shapely.Point(x + 2.4 * k, y).buffer(1.6 * k))
        page.line(ring, LIGHT.accent, 0.8 * k, z=Z["furniture"], dashes=dashes)

    return sample


def scale_bar(
    page: Page,
    frame: Frame,
    x: float,
    y: float,
    language: str,
    k: float,
    *,
    longest: float = 30.0,
    lat: float | None = None,
    nautical: bool = True,
) -> Rect:
    """Draw a bar of kilometres and one of nautical miles, true at `lat` (the frame's middle)."""
    rect = frame.rect
    middle = frame.geographic(np.array([[(rect.x0 + rect.x1) / 2, (rect.y0 + rect.y1) / 2]]))[0]
    at = float(middle[1]) if lat is None else lat
    metres = frame.metres_per_mm(float(middle[0]), at)
    size = max(5.6 * k, 5.5)
    em = size * MM_PER_PT
    bars = [(1000.0, "km", True)] + ([(1852.0, "nm", False)] if nautical else [])
    drawn, ends = [], []
    for unit, name, above in bars:
        most = longest * metres / unit
        power = 10 ** math.floor(math.log10(most))
        step = next(power * n for n in (5, 2, 1) if power * n <= most)
        length = step * unit / metres
        ends.append(x + length)
        page.line(LineString([(x, y), (x + length, y)]), LIGHT.ink, 0.6, z=Z["furniture"] + 2)
        tick = 0.9 * k if above else -0.9 * k
        for spot in (x, x + length):
            page.line(
                LineString([(spot, y), (spot, y + tick)]), LIGHT.ink, 0.5, z=Z["furniture"] + 2
            )
        label = f"{text.number(step, language)} {say(name, language)}"
        base = y + 0.9 if above else y - 0.9 - ASCENT * em
        drawn.append(
            page.text(
                x + 0.8,
                base,
                label,
                size=size,
                colour=LIGHT.ink,
                role="scale",
                halo=LIGHT.panel,
                z=Z["furniture"] + 3,
            )
        )
    return Rect(
        min(x, drawn[0].x0),
        min(one.y0 for one in drawn),
        max(ends + [one.x1 for one in drawn]),
        max(one.y1 for one in drawn),
    )
