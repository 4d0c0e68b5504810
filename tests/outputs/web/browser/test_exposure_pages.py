"""What passes each strait, on the page and in the table: one rule, written twice."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from browsing import Watched

from frontiers_map.analysis.joins import JoinedAtlas, load
from helpers import GEODATA

ROWS = """() => [...document.querySelectorAll('.fm-exposure tbody tr')].map((row) =>
  [...row.children].map((cell) => cell.textContent))"""


@pytest.fixture(scope="module")
def atlas() -> JoinedAtlas:
    return load(GEODATA)


@pytest.mark.parametrize(
    ("day", "moment", "scenario"),
    [
        ("2026-01-16", "article", ""),
        ("2026-03-31", "shock", ""),
        ("2026-10-09", "last_report", "malacca"),
        ("2026-01-16", "article", "panama_drought"),
        ("2026-01-16", "article", "hormuz_2026"),
    ],
)
def test_the_page_says_what_the_table_says(
    led: Callable[[str], Watched],
    atlas: JoinedAtlas,
    day: str,
    moment: str,
    scenario: str,
) -> None:
    table = atlas.exposure
    mine = table[(table["moment"] == moment) & (table["scenario_id"] == scenario)]
    wanted: dict[str, dict[str, str]] = {}
    for row in mine.itertuples():
        told = f"{row.exposed_mt:.1f} ({row.exposed_pct:.1f}%)" if row.exposed_mt else "–"
        told += f"{row.halted_mt:.1f} halted" if row.halted_mt else ""
        told += f"{row.cut_mt:.1f} cut off" if row.cut_mt else ""
        wanted.setdefault(row.name_en, {})[row.importer] = told
    shut = [gate for one in atlas.scenarios if one.id == scenario for gate in one.close]
    closed = f"&x={','.join(atlas.gate_ids(shut))}" if shut else ""
    seen = led(f"#l=en&t=routes&d={day}{closed}")
    shown = {
        name: {code: cell for code, cell in zip(("IT", "JP"), cells, strict=True) if cell}
        for name, *cells in seen.page.evaluate(ROWS)
    }
    assert shown == wanted


@pytest.mark.parametrize("scenario", ["hormuz_2026", "panama_drought"])
def test_the_answer_comes_first(
    visit: Callable[..., AbstractContextManager[Watched]], atlas: JoinedAtlas, scenario: str
) -> None:
    """One sentence and three figures, reckoned anew from the tables: shares by what the sum of all
    routes loses, days by the tonnes of what still sails, ships by round trips.
    """
    sums = atlas.exposure.query("gate_id == '' and moment == 'article'").set_index(
        ["importer", "scenario_id"]
    )
    ways = atlas.scenario_routes.query("scenario_id == @scenario").set_index("route_id")
    before = atlas.routes.set_index("id")["nm"]
    stuck, tonnes, later, ships = {}, 0.0, 0.0, 0.0
    for importer in ("IT", "JP"):
        row = sums.loc[(importer, scenario)]
        stuck[importer] = sums.loc[(importer, ""), "exposed_pct"] - row["exposed_pct"]
        for route, mt in row["carried_by"].items():
            if route in ways.index and not ways.loc[route, "reachable"]:
                continue
            after = ways.loc[route, "nm"] if route in ways.index else before[route]
            tonnes += mt
            later += mt * atlas.ship.days(after - before[route])
            ships += mt * (atlas.ship.ships_per_mt(after) - atlas.ship.ships_per_mt(before[route]))
    (closed,) = (one.close for one in atlas.scenarios if one.id == scenario)
    shut = ",".join(atlas.gate_ids(closed))
    with visit(f"#l=en&t=scenarios&d=2026-01-16&x={shut}", phone=True) as seen:
        figures = seen.page.locator(".fm-answer-figures strong").all_inner_texts()
        sentence = seen.page.inner_text(".fm-answer-sentence")
        low = seen.page.locator(".fm-answer-figures").bounding_box()
        assert low, "above the fold of a phone"
        assert low["y"] + low["height"] < 844
    assert figures[0] == (f"{max(stuck.values()):.1f}%" if any(stuck.values()) else "0%")
    for name, code in (("Italy", "IT"), ("Japan", "JP")):
        assert (f"{stuck[code]:.1f}% of {name}'s LNG" in sentence) == (stuck[code] > 0.05)
    days = later / tonnes
    assert [float(one) for one in figures[1:]] == pytest.approx(
        [days, ships] if days >= 0.05 else [0, 0], abs=0.06
    )


def test_a_strait_says_whose_gas_passes_and_a_cell_what_it_is_made_of(
    led: Callable[[str], Watched], atlas: JoinedAtlas
) -> None:
    table = atlas.exposure.query("moment == 'article' and scenario_id == ''")
    here = table[table["gate_id"] == "hormuz"].set_index("importer")
    seen = led("#l=en&t=routes&d=2026-01-16&s=gate:hormuz")
    told = seen.page.inner_text(".fm-passes")
    for name, code in (("Italy", "IT"), ("Japan", "JP")):
        assert f"{here.loc[code, 'exposed_pct']:.1f}% of {name}'s LNG" in told
    cell = seen.page.locator(".fm-exposure tr", has_text="Strait of Hormuz").locator(".fm-cell")
    cell.first.click()
    made = seen.page.locator(".fm-made-of")
    assert made.locator("td > ul > li").count() == len(here.loc["IT", "carried_by"])
    assert seen.page.evaluate("() => document.activeElement.className") == "fm-cell"
