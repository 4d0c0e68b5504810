"""What wants another look: told by file and line, with how old it is and what is allowed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from frontiers_map.analysis.record import STALE_AFTER
from helpers import TINY, CommandLine, digests

SOURCES = """id,title,url,date,kind,read
T1,A chart of one's own,https://example.org/chart,2026,chart,table
T2,Never cited,https://example.org/other,2026,press,page
T3,Not to be followed,,2026,press,page
GK,General knowledge,,,,general
"""
FILES = {
    "sources.csv": SOURCES,
    "gates.geojson": json.dumps({
        "type": "FeatureCollection",
        "features": [{
            "type": "Feature",
            "properties": {"id": name, "name_en": name, "kind": "strait", "source": source,
                           "as_of": "2026", "certainty": "schematic",
                           "note_en": "Some 1,234 ships a year."},
            "geometry": {"type": "LineString", "coordinates": [[179.2, lat], [179.9, lat]]},
        } for name, lat, source in (("koro", -17.0, "T1;GK"), ("lau", -18.4, "GK"))],
    }, indent=1),
    "gate_status.csv": "gate,date,status,sentence_en,source\n"
    "koro,2025-01-01,open,Ships pass.,T1\n"
    "koro,2026-05-01,restricted,\"Some 1,234 ships passed.\",T1\n"
    "lau,2025-12-31,open,15% more and 12 ships.,T3\n",
    "terminals.csv": "id,name_en,short_en,kind,lon,lat,status,start_year,source,as_of,certainty\n"
    "old,Old,Old,export,178.4,-18.2,operating,,T1,2025-03,documented\n"
    "late,Late,Late,import,178.5,-18.2,construction,2025,T1,2026-05,documented\n",
    "links.csv": "id,name_en,parties,kind,since,until,status,summary_en,source,as_of,certainty\n"
    "pact,Pact,FJ,bilateral,2019,,in_force,Both agree.,T1,2024,schematic\n"
    "past,Past,FJ,bilateral,2001,2019,ended,Both agreed.,T1,2019,schematic\n",
    "events.csv": "id,name_en,date,precision,kind,summary_en,status,source,as_of,certainty\n"
    "fair,Fair,2026-03,month,expo,A fair.,planned,T1,2026-01,documented\n"
    "next,Next,2027,year,expo,Another.,planned,T1,2026-06-02,documented\n",
    "imports.csv": "importer,year,period,origin,origin_name_en,mt,source\n"
    "FJ,2023,2023-01/2023-12,total,All,1,T1\n"
    "FJ,2026,2026-01/2026-03,total,All,1,T1\n",
}  # fmt: skip
# counted from 1 June 2026, the day to which the record of the atlas reaches
TOLD = """\
events.csv:2: fair.status: found planned by 2026-03, which is over; allowed: what came of it
events.csv:3: next.as_of: found 2026-06-02; allowed: up to 2026-06-01, or a later record_to in atlas.toml
gate_status.csv:4: lau.date: found 2025-12-31, 152 days before 2026-06-01; allowed: 31 for the last report on a strait
gates.geojson: source: found 2 rows with general knowledge, 1 with nothing else; allowed: sources that were read
gates.geojson:7: koro.note_en: found '1,234 ships', as in gates.geojson:32, gate_status.csv:3; allowed: in one place, or mended in all
imports.csv:2: FJ.period: found 2023-01/2023-12, 883 days before 2026-06-01; allowed: 550 for the last whole year of imports
links.csv:2: pact.as_of: found 2024, 517 days before 2026-06-01; allowed: 366 for an agreement
sources.csv:2: T1: found 15 rows that rest on it alone; allowed: fewer than 10
sources.csv:3: T2: found no row that cites it; allowed: at least one
sources.csv:4: T3.url: is empty; allowed: an address that a reader can follow
terminals.csv:2: old.as_of: found 2025-03, 427 days before 2026-06-01; allowed: 366 for the status of a terminal
terminals.csv:3: late.status: found construction by 2025, which is over; allowed: what came of it
"""  # noqa: E501


@pytest.fixture
def aged(tiny: Path) -> Path:
    """Give an atlas with one of each thing that wants another look."""
    for name, content in FILES.items():
        (tiny / name).write_text(content, "utf-8")
    settings = tiny / "atlas.toml"
    lines = [
        'record_to = "2026-06-01"' if line.startswith("record_to") else line
        for line in settings.read_text("utf-8").splitlines()
    ]
    settings.write_text("\n".join(lines) + '\nFJ = { en = "Fiji" }\n', "utf-8")
    return tiny


def test_each_thing_is_told_where_it_stands(aged: Path, command: CommandLine) -> None:
    before = digests(aged)
    done = command("check-record", aged, "--on", "2026-06-01", cwd=aged.parent)
    assert done.out.replace(f"{aged}/", "") == TOLD
    assert done.code == 0
    assert done.err == f"{aged}: 12 things to look at again on 2026-06-01.\n"
    assert digests(aged) == before


def test_age_is_counted_from_the_day_that_is_asked(aged: Path, command: CommandLine) -> None:
    def told(day: str) -> str:
        return command("check-record", aged, "--on", day, cwd=aged.parent).out

    days, what = STALE_AFTER["gate_status.csv"]
    assert f"{days} for {what}" not in told("2026-01-31")  # 31 days after the last of two reports
    assert "lau.date: found 2025-12-31, 32 days before 2026-02-01" in told("2026-02-01")
    assert "koro.date" not in told("2026-06-01")
    assert "koro.date: found 2026-05-01, 32 days" in told("2026-06-02")
    assert "fair.status" not in told("2026-03-31")


def test_as_json(aged: Path, command: CommandLine) -> None:
    done = command("check-record", aged, "--on", "2026-06-01", "--format", "json", cwd=aged.parent)
    found = json.loads(done.out)
    assert len(found) == 12
    assert found[0] == {
        "file": f"{aged}/events.csv", "line": 2, "feature": "fair", "field": "status",
        "problem": "found planned by 2026-03, which is over; allowed: what came of it",
    }  # fmt: skip


def test_nothing_to_look_at_is_said(tiny: Path, command: CommandLine) -> None:
    (tiny / "sources.csv").write_text(
        "id,title,url\nT1,A chart of one's own,https://example.org\n", "utf-8"
    )
    done = command("check-record", tiny, "--on", "2026-06-01", cwd=tiny.parent)
    assert (done.code, done.err) == (0, "")
    assert done.out == f"{tiny}: nothing to look at again on 2026-06-01.\n"


def test_an_atlas_with_problems_is_told_them_instead(tiny: Path, command: CommandLine) -> None:
    (tiny / "sources.csv").unlink()
    done = command("check-record", tiny, cwd=tiny.parent)
    assert (done.code, done.out) == (2, "")
    assert "sources.csv: no such file" in done.err


def test_a_day_that_is_none_is_refused(command: CommandLine, tmp_path: Path) -> None:
    done = command("check-record", TINY, "--on", "yesterday", cwd=tmp_path)
    assert done.code == 2
    assert "yesterday" in done.err
