"""Exposure: tonnes that pass a strait, by hand from what suppliers send and the ways of routes."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pandas as pd
import pytest

from frontiers_map.analysis.joins import JoinedAtlas, load
from frontiers_map.voyages.supply import latest
from helpers import GEODATA, CommandLine

# Samoa takes 10 Mt a year: 6 from Fiji by two routes, of which one passes the gate, and 3 from
# Tonga, which stands still; a planned and an alternative route carry nothing.
FILES = {
    "imports.csv": "importer,year,period,basis,origin,origin_name_en,mt,share_pct,source\n"
    "WS,2025,2025-01/2025-12,calendar,total,All,10,100,T1\n"
    "WS,2025,2025-01/2025-12,calendar,fiji,Fiji,6,60,T1\n"
    "WS,2025,2025-01/2025-06,part,tonga,Tonga,1.5,,T2\n",
    "routes.csv": "id,name_en,short_en,importer,supplier,from,to,status,source,as_of,certainty\n"
    "a,A,A,WS,fiji,suva,apia,active,T1,2026,schematic\n"
    "b,B,B,WS,fiji,suva,nuku,active,T1,2026,schematic\n"
    "c,C,C,WS,tonga,nuku,apia,halted,T2,2026,schematic\n"
    "d,D,D,WS,fiji,nuku,apia,planned,T1,2026,schematic\n"
    "e,E,E,WS,fiji,apia,nuku,alternative,T1,2026,schematic\n",
    "gates.geojson": json.dumps({
        "type": "FeatureCollection",
        "features": [{
            "type": "Feature",
            "properties": {"id": "north", "name_en": "North", "kind": "passage", "source": "T1",
                           "as_of": "2026", "certainty": "schematic"},
            "geometry": {"type": "LineString", "coordinates": [[-174, -13], [-174, -19]]},
        }],
    }),
    "scenarios.toml": "[[scenario]]\nid = 'shut'\nname = { en = 'Shut' }\ntext = { en = 'Shut.' }\n"
    "close = ['north']\nsource = ['T1']\n",
    "sources.csv": "id,title\nT1,A chart\nT2,A table\n",
}  # fmt: skip


@pytest.fixture
def small(tiny: Path) -> JoinedAtlas:
    for name, content in FILES.items():
        (tiny / name).write_text(content, "utf-8")
    settings = tiny / "atlas.toml"
    tonga = (
        '[[suppliers]]\nid = "tonga"\nname = { en = "Tonga" }\nrole = "route_other"\n\n[parties]'
    )
    settings.write_text(settings.read_text("utf-8").replace("[parties]", tonga), "utf-8")
    return load(tiny)


def cells(table: pd.DataFrame, scenario: str = "") -> dict[str, tuple[float, ...]]:
    """Give what passes, its share, what is halted and cut off, by gate."""
    mine = table[table["scenario_id"] == scenario].set_index("gate_id")
    columns = ["exposed_mt", "exposed_pct", "halted_mt", "cut_mt"]
    return {str(gate): tuple(map(float, row)) for gate, *row in mine[columns].itertuples()}


def test_what_passes_what_stands_still_and_what_goes_round(small: JoinedAtlas) -> None:
    table = small.exposure
    assert cells(table) == {"": (6.0, 60.0, 3.0, 0.0), "north": (3.0, 30.0, 3.0, 0.0)}
    # with the gate shut the ship goes round it; what stands still would have passed it
    assert cells(table, "shut") == {"": (6.0, 60.0, 3.0, 0.0), "north": (0.0, 0.0, 3.0, 0.0)}
    assert set(table["importer"]) == {"WS"}
    assert set(table["date"]) == {"2026-01-01"}


def test_a_cell_can_be_traced_to_its_rows(small: JoinedAtlas) -> None:
    row = small.exposure.set_index("id").loc["WS__2026-01-01__none__north"]
    assert row["carried_by"] == {"a": 3.0, "c": 3.0}
    assert row["figures_of"] == {"fiji": "2025-01/2025-12", "tonga": "2025-01/2025-06"}
    assert set(row["source"]) == {"T1", "T2"}


def test_what_has_no_way_left_is_cut_off(small: JoinedAtlas) -> None:
    ways = small.scenario_routes.copy()
    ways.loc[ways["route_id"] == "a", "reachable"] = False
    table = dataclasses.replace(small, scenario_routes=ways).exposure
    assert cells(table, "shut") == {"": (3.0, 30.0, 3.0, 3.0), "north": (0.0, 0.0, 3.0, 3.0)}


def test_an_atlas_without_imports_has_no_exposure(tiny: Path) -> None:
    table = load(tiny).exposure
    assert len(table) == 0
    assert "exposed_mt" in table


def test_of_japan_and_italy(command: CommandLine, tmp_path: Path) -> None:
    """By hand from imports.csv: 65.9 Mt (Japan, 2024), 7.4 Mt (Italy, January–June 2025)."""
    done = command("show", "exposure", "--atlas", GEODATA, "--format", "json", cwd=tmp_path)
    told = {
        (row["importer"], row["moment"], row["name_en"]): (
            row["exposed_mt"], row["exposed_pct"], row["halted_mt"]
        )
        for row in json.loads(done.out)
    }  # fmt: skip
    hormuz = "Strait of Hormuz"
    assert told["JP", "article", "Panama Canal"] == (6.3, 9.6, 0)
    assert told["JP", "article", hormuz] == (3.4, 5.3, 0)  # JETRO: S443
    assert told["JP", "last_report", hormuz] == (0, 0, 3.4)
    assert told["IT", "article", hormuz] == (3.82, 25.8, 0)  # 25.8% of 7.4, twice a year
    assert told["JP", "article", "Lombok Strait"] == (10.04, 15.2, 0)  # 2 of 5 routes of 25.1
    # the sum of all routes, each once: 25.1 + 10.2 + 6.3 + 5.7 + 3.4 + 2.92
    assert told["JP", "article", "All routes"][0] == 53.62


def test_the_table_of_a_year_is_that_of_its_period() -> None:
    rows = pd.DataFrame(
        [
            ("IT", "2023-01/2023-12", "calendar", "total", 12.0, 100.0),
            ("IT", "2025-01/2025-06", "part", "total", 7.4, 100.0),
            ("IT", "2025-01/2025-06", "part", "us", None, 45.0),
            ("IT", "2024-01/2024-12", "calendar", "oman", 1.2, None),
            ("IT", "2025-03/2025-04", "part", "peru", 0.5, None),
            ("IT", "", "", "mars", 9.9, None),
        ],
        columns=["importer", "period", "basis", "origin", "mt", "share_pct"],
    ).assign(source=[("T1",)] * 6)
    found = latest(rows)
    assert found.loc[("IT", "us"), ["mt", "share_pct"]].tolist() == [6.66, 45.0]
    assert found.loc[("IT", "oman"), "share_pct"] == 10.0  # no total of 2024: of that of 2023
    assert found.loc[("IT", "peru"), "mt"] == 3.0
    assert ("IT", "mars") not in found.index
