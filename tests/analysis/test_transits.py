"""Daily counts of ships by PortWatch become weeks of an atlas's gates, or are refused."""

from __future__ import annotations

import datetime
import shutil
import time
from pathlib import Path

import pytest

from frontiers_map.analysis.transits import (
    KINDS,
    as_table,
    counted_for,
    daily_means,
    read_portwatch,
)
from frontiers_map.atlas.atlas import read
from frontiers_map.errors import AtlasError, CallError
from helpers import GEODATA, CommandLine

HEAD = "date,portid,portname,n_container,n_dry_bulk,n_general_cargo,n_roro,n_tanker,n_total\n"
GATES = {"chokepoint1": ["suez"], "chokepoint14": ["balintang", "bashi"]}


def line(day: str, port: str = "chokepoint1", total: str = "15", kinds: str = "1,2,3,4,5") -> str:
    return f"{day},{port},A strait,{kinds},{total}\n"


def written(folder: Path, *lines: str, head: str = HEAD) -> Path:
    path = folder / "daily.csv"
    path.write_text(head + "".join(lines), "utf-8")
    return path


def test_days_become_weeks_that_begin_on_monday(tmp_path: Path) -> None:
    """2019-01-01 was a Tuesday; however a day is written, and in whatever order rows stand."""
    days = [line("2019-01-08", total="20", kinds="1,2,3,4,10"), line("2019/01/06 00:00:00+00"),
            line("2019-01-01T00:00:00Z")]  # fmt: skip
    found = read_portwatch(written(tmp_path, *days), GATES)
    assert found.weeks.to_dict("list") == {
        "gate": ["suez", "suez"], "week": ["2018-12-31", "2019-01-07"], "days_counted": [2, 1],
        "transits": [30, 20], "container": [2, 1], "dry_bulk": [4, 2], "general_cargo": [6, 3],
        "roro": [8, 4], "tanker": [10, 10],
    }  # fmt: skip
    assert (found.weeks[list(KINDS)].sum(axis=1) == found.weeks["transits"]).all()
    again = read_portwatch(written(tmp_path, *days[::-1]), GATES)
    assert as_table(again, "S1") == as_table(found, "S1")


def test_a_count_for_two_gates_is_given_to_both_and_said(tmp_path: Path) -> None:
    days = [line("2019-01-07", port) for port in ("chokepoint14", "chokepoint99")]
    found = read_portwatch(written(tmp_path, *days), GATES)
    assert list(found.weeks["gate"]) == ["balintang", "bashi"]
    assert found.notes == (
        "chokepoint99: no gate of the atlas has this id; left out",
        "chokepoint14: one count for balintang and bashi",
    )


def test_every_row_that_cannot_be_right_is_told(tmp_path: Path) -> None:
    path = written(
        tmp_path, line("2019-02-30"), line("2019-01-02", total="16"), line("2019-01-03"),
        line("2019-01-03"), line("2019-01-04", kinds="1,2,3,4,-5", total="5"),
        line("2019-01-05", total="1.5"),
    )  # fmt: skip
    with pytest.raises(AtlasError) as told:
        read_portwatch(path, GATES)
    where = {(one.line, one.field) for one in told.value.problems}
    assert where == {(2, "date"), (3, "n_total"), (5, "date"), (6, "n_tanker"), (7, "n_total")}
    assert f"{path}:3: chokepoint1.n_total: found '16'; allowed: the sum of" in str(told.value)


@pytest.mark.parametrize(
    ("head", "rows", "says"),
    [
        ("date,portid,n_total\n", "2019-01-01,chokepoint1,5\n", "found no column n_container"),
        (HEAD, line("2019-01-01", "port5"), "found port5; allowed: an id that a gate"),
        (HEAD, "", "found no row; allowed: an id"),
        ("", "", "found nothing; allowed: a header"),
    ],
)
def test_a_file_of_another_kind_is_refused(tmp_path: Path, head: str, rows: str, says: str) -> None:
    with pytest.raises(CallError, match=says):
        read_portwatch(written(tmp_path, rows, head=head), GATES)


def test_all_straits_since_2019_are_read_in_time_and_are_small(tmp_path: Path) -> None:
    """28 straits of 2,757 days: a processor's second or two, and 15 kB on the page."""
    import base64
    import json
    import random
    import zlib

    first, lot = datetime.date(2019, 1, 1), random.Random(2019)
    lines = []
    for port in range(1, 29):
        for number in range(2757):
            kinds = [int(lot.gauss(mean, mean**0.5)) for mean in (20, 15, 12, 12, 30)]
            day = first + datetime.timedelta(number)
            kinds = [max(0, n) for n in kinds]
            told = ",".join(map(str, kinds))
            lines.append(line(f"{day}", f"chokepoint{port}", str(sum(kinds)), told))
    path, gates = written(tmp_path, *lines), counted_for(read(GEODATA).gates)
    began = time.process_time()
    found = read_portwatch(path, gates)
    assert time.process_time() - began < 3
    assert found.weeks["gate"].nunique() == 28
    weeks = found.weeks.assign(source=[("S138",)] * len(found.weeks))
    told = json.dumps(daily_means(weeks), separators=(",", ":"))
    assert len(base64.b64encode(zlib.compress(told.encode(), 9))) < 15_000


def test_the_atlas_takes_them_in(tmp_path: Path, command: CommandLine) -> None:
    folder = shutil.copytree(GEODATA, tmp_path / "atlas")
    path = written(tmp_path, *(line(f"2026-01-{day:02}") for day in range(5, 15)))
    asked = ("import-transits", path, folder, "--source")
    looked = command(*asked, "S138", cwd=tmp_path)
    assert "nothing was written" in looked.out
    assert not (folder / "transits.csv").exists()
    done = command(*asked, "S138", "--write", cwd=tmp_path)
    assert "suez: 10 days, weeks of 2026-01-05 to 2026-01-12: 15.0 ships a day" in done.out
    atlas = read(folder)
    assert daily_means(atlas.transits) == {
        "suez": {"from": "2026-01-05", "to": "2026-01-12", "scale": 10, "ships": [150, 150],
                 "source": ["S138"]},
    }  # fmt: skip
    wrong = command(*asked, "S0", cwd=tmp_path)
    assert wrong.code == 2
    assert "--source: found 'S0'" in wrong.err


def test_a_week_without_a_count_is_a_gap(tmp_path: Path) -> None:
    found = read_portwatch(written(tmp_path, line("2026-01-05"), line("2026-01-20")), GATES)
    weeks = found.weeks.assign(source=[("S138",)] * len(found.weeks))
    assert daily_means(weeks)["suez"]["ships"] == [150, None, 150]
