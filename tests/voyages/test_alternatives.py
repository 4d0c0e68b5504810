"""Other ways by other gates: what an analyst would lay side by side."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from frontiers_map.voyages import calls
from helpers import CommandLine


def test_suez_the_cape_and_panama() -> None:
    found = calls.route("NLRTM", "SGSIN", alternatives=4)
    sets = [set(way.gates) for way in (found, *found.alternatives)]
    assert len({frozenset(gates) for gates in sets}) == len(sets) == 5
    assert {"suez", "malacca"} <= sets[0]
    assert any("good_hope" in gates for gates in sets)
    assert any("panama" in gates for gates in sets)
    assert any("sunda" in gates and "suez" in gates for gates in sets), "and another strait"
    lengths = [way.nm for way in found.alternatives]
    assert lengths == sorted(lengths)
    assert lengths[0] > found.nm
    for way in found.alternatives:
        closed = [name for name in way.closed if name in found.gates]
        assert closed, "it is the way with a gate of a shorter one closed"


def test_straits_of_the_archipelago() -> None:
    found = calls.route("ras_laffan", "futtsu", alternatives=4)
    assert "malacca" in found.gates
    assert all("malacca" not in way.gates for way in found.alternatives), "no wiggle of the first"


def test_closed_stays_closed() -> None:
    found = calls.route("NLRTM", "SGSIN", close=["suez"], alternatives=2)
    assert len(found.alternatives) == 2
    assert all("suez" not in way.gates for way in found.alternatives)
    assert calls.route("NZAKL", "CLVAP", alternatives=2).alternatives == (), "the open sea"


def test_on_the_command_line(tmp_path: Path, command: CommandLine) -> None:
    asked = ("route", "DKCPH", "NLRTM", "--alternatives", "3")
    done = command(*asked, "--format", "json", cwd=tmp_path)
    answer = json.loads(done.out)
    (other,) = [way for way in answer["alternatives"] if "oresund" in way["gates"]]
    assert "kiel_canal" in answer["gates"]
    assert other["added_nm"] == pytest.approx(other["nm"] - answer["nm"], abs=0.11)
    assert other["added_days"] == pytest.approx(other["added_nm"] / 17 / 24, abs=0.01)
    assert other["geometry"]["type"] == "LineString"
    if len(answer["alternatives"]) < 3:
        assert done.err.startswith(f"found {len(answer['alternatives'])} other way")
    text = command(*asked, cwd=tmp_path).out
    assert f"\nor       {other['nm']:,.0f} nm, " in text
    done = command("route", "--pairs", "x.csv", "--alternatives", "2", cwd=tmp_path)
    assert done.code == 2
