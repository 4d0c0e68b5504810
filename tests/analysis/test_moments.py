"""What states a date shows the state of that date: gates, terminals, trades, agreements, events."""

from __future__ import annotations

import itertools

import pytest

import made_atlas
from frontiers_map.analysis.joins import JoinedAtlas
from frontiers_map.analysis.moments import as_of

DAYS = [
    "1866", "2019-06", "2023-12-31", "2024", "2026-01-15", "2026-01-16", "2026-02-28",
    "2026-06-18", "2026-07-05", "2026-10-08", "2026-10-09",
]  # fmt: skip


@pytest.fixture(scope="module")
def atlas() -> JoinedAtlas:
    return made_atlas.made()


@pytest.mark.parametrize("day", DAYS)
def test_nothing_that_came_later_is_known(atlas: JoinedAtlas, day: str) -> None:
    then = as_of(atlas, day)
    for frame in (then.gate_status, then.terminal_status):
        assert all(date <= day for date in frame["date"])
    assert all(since <= day for since in then.links["since"])
    late = then.events["date"] > day
    assert set(then.events.loc[late, "status"]) <= {"planned", "expected", "unconfirmed"}
    assert then.settings.record_to == day
    # an atlas of that day is the same whichever later day one comes from
    again = as_of(as_of(atlas, "2026-10-09"), day)
    assert list(again.gate_status["date"]) == list(then.gate_status["date"])


def test_on_the_day_of_the_record_nothing_changes(atlas: JoinedAtlas) -> None:
    now = as_of(atlas, None)
    for layer in ("routes", "terminals", "events", "links"):
        before, after = getattr(atlas, layer), getattr(now, layer)
        assert list(before["id"]) == list(after["id"])
        assert list(before["status"]) == list(after["status"]), layer


def test_what_was_reported_of_hormuz_and_qatar(atlas: JoinedAtlas) -> None:
    """Closed from 28 February 2026 (S143); LNG halted on 2 March (gate_status, terminal_status)."""
    told = {
        "2026-01-16": ("operating", "active", None),
        "2026-03-01": ("operating", "active", "closed"),
        "2026-03-02": ("idle", "halted", "closed"),
        "2026-06-20": ("idle", "halted", "restricted"),
        "2026-10-09": ("idle", "halted", "closed"),
    }
    for day, (terminal, trade, strait) in told.items():
        then = as_of(atlas, day)
        assert then.terminals.set_index("id").at["ras_laffan", "status"] == terminal, day
        assert then.routes.set_index("id").at["qatar_jp", "status"] == trade, day
        state = then.gates.set_index("id").at["hormuz", "state"]
        assert (state if isinstance(state, str) else None) == strait, day
        reports = then.gate_status[then.gate_status["gate"] == "hormuz"].sort_values("date")
        assert (reports["status"].iloc[-1] if len(reports) else None) == strait, day


def test_agreements_are_there_from_their_beginning_to_their_end(atlas: JoinedAtlas) -> None:
    states = {day: as_of(atlas, day).links.set_index("id")["status"] for day in DAYS}
    assert states["2024"]["p_bri"] == "in_force"  # the Belt and Road memorandum ran to 22 March
    assert "p_bri" not in states["2026-01-15"]
    assert states["2019-06"]["p_bri"] == "in_force"
    assert states["2026-10-09"]["p_bri"] == "ended"
    assert "p_ssp" not in states["2026-01-15"]
    assert states["2026-01-16"]["p_ssp"] == "declared"
    for one, other in itertools.pairwise(DAYS[:-1]):  # what has begun stays, until it has ended
        assert set(states[one].index) - {"p_bri"} <= set(states[other].index)
