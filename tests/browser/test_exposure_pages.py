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
    visit: Callable[..., AbstractContextManager[Watched]],
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
    with visit(f"#l=en&t=routes&d={day}{closed}") as seen:
        shown = {
            name: {code: cell for code, cell in zip(("IT", "JP"), cells, strict=True) if cell}
            for name, *cells in seen.page.evaluate(ROWS)
        }
    assert shown == wanted
