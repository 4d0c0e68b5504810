"""Pairs by the million, in parts: the answers of one table, however they are shared out."""

from __future__ import annotations

import random
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from distributed import LocalCluster

from frontiers_map.errors import CallError
from frontiers_map.voyages.any_table import of_frame
from frontiers_map.voyages.lengths import lengths
from frontiers_map.voyages.pairs import route_table
from frontiers_map.voyages.parts import Done, Terms, matrix_parts, route_parts
from frontiers_map.voyages.spread import spread
from frontiers_map.voyages.world import World
from helpers import CommandLine

PORTS = ["NLRTM", "SGSIN", "Yokohama", "USHOU", "BRSSZ", "4.0,51.98", "nowhere at all", "ZADUR"]
ROWS = 120


@pytest.fixture(scope="module")
def world() -> World:
    return World.load()


@pytest.fixture(scope="module")
def asked() -> pd.DataFrame:
    lot = random.Random(3)
    return pd.DataFrame({
        "POL": [lot.choice(PORTS) for _ in range(ROWS)],
        "POD": [lot.choice(PORTS) for _ in range(ROWS)],
        "close": [lot.choice(["", "suez"]) for _ in range(ROWS)],
        "teu": [lot.choice([None, 7]) for _ in range(ROWS)],
    })  # fmt: skip


@pytest.fixture(scope="module")
def big(asked: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("big") / "big.parquet"
    pq.write_table(pa.Table.from_pandas(asked), path, row_group_size=ROWS // 6, compression="none")
    return path


@pytest.fixture(scope="module")
def done(big: Path, world: World, tmp_path_factory: pytest.TempPathFactory) -> tuple[Done, Path]:
    folder = tmp_path_factory.mktemp("parts") / "out"
    return route_parts(big, folder, Terms().of(world), rows=25), folder


def in_order(folder: Path) -> pd.DataFrame:
    table = pd.read_parquet(folder)
    return table.sort_values("id", key=lambda ids: ids.astype(int)).reset_index(drop=True)


def test_parts_hold_what_one_table_says(
    asked: pd.DataFrame, world: World, done: tuple[Done, Path]
) -> None:
    whole, folder = done
    assert len(list(folder.iterdir())) == len(list(folder.glob("part-*.parquet"))) > 3
    found, table = in_order(folder), route_table(world, of_frame(asked)).table
    for column in ("nm", "km", "days", "moved_to_km", "teu"):
        pd.testing.assert_series_equal(
            found[column], table[column].astype(float), check_dtype=False
        )
    for column in ("from", "to", "error"):
        assert found[column].tolist() == table[column].tolist()
    for column in ("gates", "close"):
        assert found[column].tolist() == [";".join(cell) for cell in table[column]]
    assert (whole.rows, whole.failed) == (ROWS, int((table["error"] != "").sum()))
    assert whole.bad == []
    assert set(whole.reasons) <= set(table["error"])


def test_on_dask_the_bytes_are_the_same(
    big: Path, world: World, done: tuple[Done, Path], tmp_path: Path
) -> None:
    cluster = LocalCluster(
        processes=False, n_workers=2, threads_per_worker=1, dashboard_address=None
    )
    with cluster:
        spoken = spread(int, [("good", ("1",)), ("bad", ("x",))], cluster.scheduler_address)
        answers = dict(spoken)
        shared = route_parts(
            big, tmp_path / "out", Terms().of(world), rows=25,
            scheduler=cluster.scheduler_address,
        )  # fmt: skip
    assert answers["good"] == 1
    assert "invalid literal" in str(answers["bad"])
    assert shared.digest == done[0].digest
    assert (shared.rows, shared.failed, shared.bad) == (ROWS, done[0].failed, [])
    for part in done[1].iterdir():
        assert part.read_bytes() == (tmp_path / "out" / part.name).read_bytes()


def test_rows_that_cannot_be_read_are_named_and_the_rest_is_done(
    big: Path, world: World, tmp_path: Path, done: tuple[Done, Path]
) -> None:
    content = bytearray(big.read_bytes())
    group = pq.ParquetFile(big).metadata.row_group(2)
    at = group.column(0).dictionary_page_offset
    content[at : at + 12] = b"\xff" * 12
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(content)
    found = route_parts(broken, tmp_path / "out", Terms().of(world), rows=25)
    (told,) = found.bad
    assert told.startswith(f"{broken}: row group 2 (20 rows from 41 on): cannot be read")
    assert found.rows == ROWS - 20
    rest = in_order(done[1])
    rest = rest[~rest["id"].astype(int).between(41, 60)].reset_index(drop=True)
    pd.testing.assert_frame_equal(in_order(tmp_path / "out"), rest)


def test_a_matrix_in_parts(world: World, tmp_path: Path) -> None:
    places = [port for port in PORTS if port != "nowhere at all"]
    found = matrix_parts(places, places, tmp_path / "out", Terms().of(world), cells=20)
    assert (found.rows, found.failed, found.bad) == (49, 0, [])
    table = pd.concat(map(pd.read_parquet, sorted((tmp_path / "out").iterdir())))
    whole = lengths(world, places, places).table
    assert table["nm"].tolist() == whole["nm"].tolist()
    assert table["gates"].tolist() == whole["gates"].tolist()


def test_the_command_line_says_what_came_of_it(
    command: CommandLine, big: Path, done: tuple[Done, Path], tmp_path: Path
) -> None:
    found = command("route", "--pairs", big, "-o", tmp_path / "out", cwd=tmp_path)
    failed = done[0].failed
    assert found.code == 2
    assert f"{ROWS} rows in {tmp_path}/out/: {ROWS - failed} routed, {failed} failed; sha256 " in (
        found.out
    )
    assert "times: found 'nowhere at all'; allowed: the id or name" in found.err
    pd.testing.assert_frame_equal(in_order(tmp_path / "out"), in_order(done[1]))
    for more, reason in (
        (["-o", "a.csv", "--scheduler", "2"], "--scheduler needs a folder for its answers"),
        (["-o", "new", "--simplify", "9"], "--zones and --simplify need lines"),
    ):
        refused = command("route", "--pairs", big, *more, cwd=tmp_path)
        assert (refused.code, refused.out) == (2, "")
        assert reason in refused.err


def test_what_cannot_be_is_said(
    big: Path, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(CallError, match="found a folder with files; allowed: a new or an empty"):
        route_parts(big, tmp_path, Terms())
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    with pytest.raises(CallError, match="found 'sues'; allowed: a gate"):
        Terms(close=("sues",)).of(world)
    with pytest.raises(CallError, match="allowed: 1 to 1,024 workers"):
        list(spread(int, [], "0"))
    monkeypatch.setattr("frontiers_map.voyages.spread._WAIT_S", 1)
    with pytest.raises(CallError, match="no scheduler answers at 'tcp:"):
        list(spread(int, [], "tcp://127.0.0.1:1"))


def test_only_what_has_ends_is_taken(world: World, tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"no Parquet at all")
    with pytest.raises(CallError, match="not Parquet that can be read"):
        route_parts(tmp_path / "a.parquet", tmp_path / "out", Terms())
    pq.write_table(pa.table({"here": ["a"], "there": ["b"]}), tmp_path / "b.parquet")
    with pytest.raises(CallError, match="allowed: from and to"):
        route_parts(tmp_path / "b.parquet", tmp_path / "out", Terms())
    assert not (tmp_path / "out").exists()
