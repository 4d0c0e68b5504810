"""When a ship is where, and what it burns."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest
from shapely.geometry import LineString

from frontiers_map.errors import CallError
from frontiers_map.voyages import calls
from frontiers_map.voyages.emissions import burnt
from frontiers_map.voyages.timetable import departure, timetable
from frontiers_map.voyages.vessels import Vessel
from helpers import CommandLine

NOON = datetime.datetime(2026, 12, 2, 12, tzinfo=datetime.UTC)


def test_along_the_equator() -> None:
    """A degree is 60.108 nm (WGS 84: 111.320 km); the canal takes 31 hours in all, 104 nm long."""
    line = LineString([(n, 0) for n in range(178, 183)])
    gates = [("suez", LineString([(-179.5, -1), (-179.5, 1)])), ("x", LineString([(181.25, 0.1),
             (181.25, -3)]))]  # fmt: skip
    start, canal, gate, end = timetable(line, gates, NOON, 10.0)
    assert (start.place, start.eta, start.nm) == ("from", NOON, 0)
    assert (canal.place, gate.place, end.place) == ("suez", "x", "to")
    assert canal.nm == pytest.approx(2.5 * 60.108, abs=0.01)
    assert (canal.lon, canal.lat) == pytest.approx((-179.5, 0))
    assert canal.wait_hours == pytest.approx(31 - 10.4)
    hours = (end.eta - NOON).total_seconds() / 3600
    assert hours == pytest.approx(4 * 6.0108 + 20.6, abs=0.01)
    assert gate.leg_nm == pytest.approx(0.75 * 60.108, abs=0.01)


def test_gates_stand_in_order_on_real_ways() -> None:
    found = calls.route("NLRTM", "SGSIN", depart="2026-12-02T06:00+01:00", speed=14)
    assert [stop.place for stop in found.stops] == ["from", *found.gates, "to"]
    assert [stop.nm for stop in found.stops] == sorted(stop.nm for stop in found.stops)
    assert found.stops[0].eta.hour == 5, "in UTC"
    sailed = datetime.timedelta(hours=found.nm / 14 + 31 - 104 / 14)
    late = found.stops[-1].eta - found.stops[0].eta - sailed
    assert abs(late) < datetime.timedelta(minutes=1)
    assert found.stops[-1].nm == pytest.approx(found.nm, rel=1e-6)


def test_departures() -> None:
    assert departure("2026-12-02") == datetime.datetime(2026, 12, 2, tzinfo=datetime.UTC)
    with pytest.raises(CallError, match="depart: found 'tomorrow'; allowed: a day or an hour"):
        departure("tomorrow")


def test_the_reference_line() -> None:
    """The line of a bulk carrier of 82,000 dwt is 4.357 g a tonne and mile (MEPC.231(65))."""
    bulk = Vessel(id="b", kind="bulk")
    found = burnt(1000, 14, bulk, 82_000)
    assert found.co2_t == pytest.approx(4.357 * 82_000 * 1000 / 1e6, rel=1e-3)
    assert found.fuel_t == pytest.approx(found.co2_t / 3.1144)
    half = burnt(1000, 7, Vessel(id="b", kind="bulk", speed_kn=14), 82_000)
    assert half.co2_t == pytest.approx(found.co2_t / 4)
    for vessel, dwt in ((None, 5e4), (Vessel(kind="general"), 5e4), (bulk, 10), (bulk, 1e7)):
        with pytest.raises(CallError, match=r"dwt: found .*; allowed: "):
            burnt(1000, 14, vessel, dwt)


def test_on_the_command_line(tmp_path: Path, command: CommandLine) -> None:
    asked = ("route", "-5.6,36", "-73.9,40.45", "--ship", "suezmax", "--dwt", "160000",
             "--depart", "2026-12-02", "--speed", "14")  # fmt: skip
    answer = json.loads(command(*asked, "--format", "json", cwd=tmp_path).out)
    assert answer["stops"][0]["eta"] == "2026-12-02T00:00Z"
    assert answer["stops"][-1]["nm"] == answer["nm"]
    wanted = 1218.80 * 160_000**-0.488 * 160_000 * answer["nm"] / 1e6
    assert answer["co2_t"] == pytest.approx(wanted, rel=1e-3)
    assert "MEPC.231(65)" in answer["basis"]
    text = command(*asked, cwd=tmp_path).out
    assert "\nat       2026-12-02 00:00 UTC from, 0 nm\n" in text
    assert f"about {answer['fuel_t']:,} t of fuel oil, {answer['co2_t']:,} t of CO2" in text
    bad = command("route", "-5.6,36", "-73.9,40.45", "--dwt", "1e5", cwd=tmp_path)
    assert (bad.code, bad.out) == (2, "")
    assert bad.err == (
        "dwt: found no kind of ship; allowed: --ship of kind bulk, tanker, container, lng\n"
    )
