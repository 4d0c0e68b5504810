"""A strait's card draws the traffic that one has brought in, and says how far it goes."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import opened

from helpers import overlay

if TYPE_CHECKING:
    from playwright.sync_api import Browser

GATE = {
    "type": "Feature",
    "properties": {"id": "north", "name_en": "North", "kind": "passage", "source": "T1",
                   "as_of": "2026", "certainty": "schematic"},
    "geometry": {"type": "LineString", "coordinates": [[-174, -13], [-174, -19]]},
}  # fmt: skip


@pytest.mark.browser
def test_the_card_of_a_strait_shows_its_weeks(
    tmp_path: Path, chromium: Browser, built: Callable[..., Path]
) -> None:
    """Twenty weeks of 40 ships a day, a week without a count, then twenty of 10."""
    case, first = tmp_path / "case", datetime.date(2025, 1, 6)
    case.mkdir()
    (case / "gates.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": [GATE]}), "utf-8"
    )
    weeks = [(first + datetime.timedelta(7 * n), 40 if n < 20 else 10) for n in range(41)]
    head = "gate,week,days_counted,transits,container,dry_bulk,general_cargo,roro,tanker,source\n"
    rows = [f"north,{day},7,{7 * n},0,0,0,0,{7 * n},T1\n" for day, n in weeks if n != 20]
    del rows[20]
    (case / "transits.csv").write_text(head + "".join(rows), "utf-8")
    page = built(overlay(case, tmp_path / "atlas"))
    with opened(chromium, page, f"#l=en&s=gate:north&d={weeks[20][0]}") as seen:
        card = seen.page.inner_text(".fm-transits")
        line = seen.page.get_attribute(".fm-transits-line", "d")
        said = seen.page.get_attribute(".fm-transits svg", "aria-label")
    assert "40 a day in the eight weeks before" in card
    assert "10 in the eight after" in card
    assert "Counts to the week of 13 Oct 2025" in card
    assert line.count("M") == 2  # the week without a count is a gap
    assert "at least 10, at most 40" in said
