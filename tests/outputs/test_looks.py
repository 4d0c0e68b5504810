"""One look, said once: what each renderer is told of every status of every layer is one rule."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest
import shapely

from frontiers_map.analysis.joins import JoinedAtlas
from frontiers_map.analysis.reports import GateReport
from frontiers_map.geo import land
from frontiers_map.outputs.gis.backdrop import ground
from frontiers_map.outputs.gis.formats.kml import FAINT, kml
from frontiers_map.outputs.gis.layers import Layer, layers
from frontiers_map.outputs.gis.qgis.qml import colour
from frontiers_map.outputs.gis.qgis.styles import look
from frontiers_map.outputs.sheets.map import basemap, features
from frontiers_map.outputs.sheets.map.projection import Rect, fit
from frontiers_map.outputs.sheets.map.routes import draw_routes
from frontiers_map.outputs.sheets.map.selection import Content
from frontiers_map.outputs.sheets.paper.page import Page
from frontiers_map.outputs.web import coast, facts
from frontiers_map.outputs.web import layers as page_layers
from frontiers_map.style import BORDER_DASH, LIGHT, LOOKS
from made_atlas import made

KML = "{http://www.opengis.net/kml/2.2}"


@pytest.fixture(scope="module")
def atlas() -> JoinedAtlas:
    """The default atlas, its rows given every status in turn."""
    given = made()
    changed = {}
    for name, column in (("routes", "status"), ("links", "status"), ("terminals", "status"),
                         ("events", "status"), ("gates", "state")):  # fmt: skip
        frame = getattr(given, name).copy()
        statuses = itertools.cycle(LOOKS[name])
        frame[column] = pd.Series([next(statuses) for _ in range(len(frame))], dtype=object)
        changed[name] = frame
    return dataclasses.replace(given, **changed)


@pytest.fixture(scope="module")
def drawn(atlas: JoinedAtlas) -> dict[str, Layer]:
    return {layer.name: layer for layer in layers(atlas)}


def cases(*names: str) -> list[tuple[str, str]]:
    return [(layer, status) for layer in names for status in LOOKS[layer]]


def symbols(style: str) -> dict[str, ElementTree.Element]:
    """Filter of each rule, or value of each category, to its symbol."""
    tree = ElementTree.fromstring(style)
    by_number = {one.get("name"): one for one in tree.findall("./symbols/symbol")}
    pairs = [(rule.get("filter"), rule.get("symbol")) for rule in tree.iter("rule")]
    pairs += [(one.get("value"), one.get("symbol")) for one in tree.iter("category")]
    return {str(key): by_number[number] for key, number in pairs if number in by_number}


def options(symbol: ElementTree.Element, name: str) -> list[str]:
    return [
        str(one.get("value"))
        for one in symbol.iter("Option")
        if one.get("name") == name and one.get("value") is not None
    ]


@pytest.fixture(scope="module")
def earth(atlas: JoinedAtlas, drawn: dict[str, Layer]) -> dict[str, list[tuple[str, Any]]]:
    """Layer to id of each feature in the KML file and its style."""
    tree = ElementTree.fromstring("".join(kml(atlas, [drawn[name] for name in LOOKS])))
    styles = {str(one.get("id")): one for one in tree.iter(f"{KML}Style")}
    found: dict[str, list[tuple[str, Any]]] = {}
    for mark in tree.iter(f"{KML}Placemark"):
        layer, _, row_id = str(mark.get("id")).partition(".")
        url = mark.findtext(f"{KML}styleUrl") or ""
        found.setdefault(layer, []).append((row_id, styles[url.removeprefix("#")]))
    return found


@pytest.fixture(scope="module")
def rules(atlas: JoinedAtlas, drawn: dict[str, Layer]) -> dict[str, str]:
    """Layer to how QGIS draws it."""
    return {name: look(drawn[name], atlas, "en").renderer for name in LOOKS}


def kml_colour(style: ElementTree.Element) -> tuple[str, float]:
    """Colour and opacity, which KML writes backwards."""
    found = next(style.iter(f"{KML}color")).text or ""
    alpha, blue, green, red = (found[n : n + 2] for n in (0, 2, 4, 6))
    return f"#{red}{green}{blue}", int(alpha, 16) / 255


@pytest.mark.parametrize(("name", "status"), cases("links"))
def test_an_agreement_is_dashed_alike_everywhere(
    name: str,
    status: str,
    atlas: JoinedAtlas,
    rules: dict[str, str],
    earth: dict[str, list[tuple[str, Any]]],
) -> None:
    dash = LOOKS[name][status].dash
    speak = page_layers.Speaker(["en"])
    page = {row["status"]: row["dash"] for row in page_layers._links(atlas, speak)}
    assert page[status] == pytest.approx([part * page_layers.LINK_PX for part in dash], abs=0.06)
    mine = [one for key, one in symbols(rules[name]).items() if f"'{status}'" in key]
    assert len(mine) == 1
    width = options(mine[0], "line_width")[-1]
    wanted = [pytest.approx(part * float(width), abs=0.01) for part in dash]
    patterns = options(mine[0], "customdash")
    assert [list(map(float, one.split(";"))) for one in patterns] == ([wanted] if dash else [])
    ids = set(atlas.links.loc[atlas.links["status"] == status, "id"])
    for row_id, style in earth[name]:
        if row_id in ids:
            faint = kml_colour(style)[1] < 0.9
            assert faint == bool(dash), row_id
    for printed in sheet(atlas, links=[r for r in atlas.links.itertuples() if r.id in ids]).links:
        assert tuple(printed or ()) == dash


@pytest.mark.parametrize(("name", "status"), cases("routes"))
def test_a_route_is_dashed_alike_everywhere(
    name: str,
    status: str,
    atlas: JoinedAtlas,
    rules: dict[str, str],
    earth: dict[str, list[tuple[str, Any]]],
) -> None:
    dash = LOOKS[name][status].dash
    for key, symbol in symbols(rules[name]).items():
        if key.endswith(f":{status}"):
            assert bool(options(symbol, "customdash")) == bool(dash), key
    ids = set(atlas.routes.loc[atlas.routes["status"] == status, "id"])
    for row_id, style in earth[name]:
        if row_id in ids:
            assert kml_colour(style)[1] == pytest.approx(FAINT if dash else 1, abs=0.01), row_id
    rows = [row for row in atlas.routes.itertuples() if row.id in ids]
    assert {tuple(one or ()) for one in sheet(atlas, routes=rows).routes} <= {dash}


@pytest.mark.parametrize(("name", "status"), cases("gates"))
def test_a_gate_has_the_colour_of_its_state_everywhere(
    name: str,
    status: str,
    atlas: JoinedAtlas,
    rules: dict[str, str],
    earth: dict[str, list[tuple[str, Any]]],
) -> None:
    ink = getattr(LIGHT, LOOKS[name][status].ink or "gate")
    mine = [one for key, one in symbols(rules[name]).items() if key == f"\"state\" = '{status}'"]
    assert [colour(ink) in options(one, "line_color") for one in mine] == (
        [True] if LOOKS[name][status].ink else []
    )
    ids = set(atlas.gates.loc[atlas.gates["state"] == status, "id"])
    for row_id, style in earth[name]:
        if row_id in ids:
            assert kml_colour(style)[0] == ink, row_id
    gates = [row for row in atlas.gates.itertuples() if row.id in ids]
    states = {row.id: GateReport(status, "2026-01-01", "2026-01-01") for row in gates}
    assert set(sheet(atlas, gates=gates, states=states).gates) == {ink}


@pytest.mark.parametrize(("name", "status"), cases("terminals", "events"))
def test_a_symbol_is_hollow_alike_everywhere(
    name: str,
    status: str,
    atlas: JoinedAtlas,
    rules: dict[str, str],
    earth: dict[str, list[tuple[str, Any]]],
) -> None:
    hollow = LOOKS[name][status].hollow
    # a rule with NOT speaks of the others
    filled = set(re.findall(r"(?<!NOT \()&quot;status&quot; IN \(([^)]*)\)", rules[name]))
    assert filled
    assert {f"'{status}'" in one for one in filled} == {not hollow}
    ids = set(getattr(atlas, name).loc[getattr(atlas, name)["status"] == status, "id"])
    for row_id, style in earth[name]:
        if row_id in ids:
            assert kml_colour(style)[1] == pytest.approx(FAINT if hollow else 1, abs=0.01), row_id


def test_kml_colours_terminals_by_supplier(
    atlas: JoinedAtlas, earth: dict[str, list[tuple[str, Any]]]
) -> None:
    role = {one.id: getattr(LIGHT, one.role) for one in atlas.settings.suppliers}
    rows = atlas.terminals.set_index("id")
    seen = set()
    for row_id, style in earth["terminals"]:
        row = rows.loc[row_id]
        wanted = LIGHT.ink if row["kind"].startswith("import") else role.get(row["supplier"])
        assert kml_colour(style)[0] == (wanted or LIGHT.quiet), row_id
        seen.add(kml_colour(style)[0])
    assert len(seen) > 5


def test_disputed_borders_are_the_same_ones_and_dashed_everywhere(atlas: JoinedAtlas) -> None:
    lines, disputed = land.borders()
    assert 0 < disputed.sum() < len(lines)
    for name, box in land.DISPUTED.items():
        inside = shapely.intersects(lines, shapely.box(*box).buffer(-1e-6))
        assert inside.any(), name
        assert disputed[inside].all(), name
    borders = next(layer for layer in ground(atlas) if layer.name == "borders")
    assert borders.values("disputed") == disputed.tolist()
    rules = symbols(look(borders, atlas, "en").renderer)
    assert not options(rules['NOT "disputed"'], "customdash")
    assert options(rules['"disputed"'], "customdash")
    assert sheet(atlas).borders == {None, BORDER_DASH}
    packed = coast.pack_borders(lines, disputed)
    assert packed == coast.pack_borders(*land.borders())


class Spy(Page):
    """A page that keeps what it was told."""

    def __init__(self) -> None:
        super().__init__(297, 210, LIGHT.paper)
        self.told: list[tuple[str, str, Sequence[float] | None]] = []

    def line(self, shape: Any, colour: str, width: float, **more: Any) -> None:
        self.told.append((str(more.get("layer") or ""), colour, more.get("dashes")))
        super().line(shape, colour, width, **more)


@dataclasses.dataclass
class Told:
    links: list[Sequence[float] | None]
    routes: list[Sequence[float] | None]
    gates: list[str]
    borders: set[Any]


def sheet(atlas: JoinedAtlas, **rows: Any) -> Told:
    """Draw rows on a map of the world and give what the page was told."""
    page = Spy()
    frame = fit(Rect(5, 5, 292, 205), (-30, -50, 300, 70), "equal_earth")
    given = {key: value if key == "states" else tuple(value) for key, value in rows.items()}
    drawing = features.Drawing(page, frame, Content(atlas, "en", (), **given), 1.0)
    draw_routes(drawing)
    features.draw_links(drawing)
    features.draw_gates(drawing, labels=False)
    if not rows:
        basemap.draw_borders(page, frame)
    told = page.told
    return Told(
        [dash for layer, _, dash in told if layer == "link"],
        [dash for layer, _, dash in told if layer.startswith("route_")],
        [colour for layer, colour, _ in told if layer == "gate" or layer.startswith("gate_")],
        {dash for layer, _, dash in told if layer.startswith("border")},
    )


def test_the_page_is_told_every_look(atlas: JoinedAtlas) -> None:
    """Its scripts take them from the page's facts and have none of their own."""
    scripts = Path(facts.__file__).parent / "js"
    for script in scripts.rglob("*.js"):
        assert not re.search(r"'(memorandum|mothballed|provisional)'", script.read_text()), script
