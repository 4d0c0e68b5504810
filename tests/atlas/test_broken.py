"""Every kind of broken atlas (tests/atlases/broken) is told line by line; nothing is written."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from frontiers_map.atlas.model import MODELS
from helpers import BROKEN, TINY, CommandLine, digests, overlay

CASES = sorted(path for path in BROKEN.iterdir() if path.is_dir())


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, command: CommandLine) -> Path:
    """Give an output folder that a good build has left, with a file of the user's in it."""
    folder = tmp_path_factory.mktemp("built")
    done = command("build", TINY, "-o", folder / "output", "--only", "tables", cwd=folder)
    assert done.code == 0, done.err
    (folder / "output" / "notes.txt").write_text("my own\n")
    return folder / "output"


def expected(case: Path) -> str:
    return (case / "expected.txt").read_text("utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_told_and_nothing_written(
    case: Path, tmp_path: Path, command: CommandLine, built: Path
) -> None:
    overlay(case, tmp_path / "atlas")
    shutil.copytree(built, tmp_path / "output")
    before = digests(tmp_path)

    told = command("validate", "atlas", cwd=tmp_path)
    assert told.out == expected(case)
    assert told.code == 2
    count = len(expected(case).splitlines())
    problems = f"{count} problem{'s' * (count > 1)}"
    assert told.err == f"{problems}.\n"

    refused = command("build", "atlas", "-o", "output", cwd=tmp_path)
    assert refused.err == f"{expected(case)}{problems}; nothing was written.\n"
    assert (refused.code, refused.out) == (2, "")
    assert digests(tmp_path) == before


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_lines_lead_to_the_place(case: Path, tmp_path: Path, command: CommandLine) -> None:
    overlay(case, tmp_path / "atlas")
    found = json.loads(command("validate", "atlas", "--format", "json", cwd=tmp_path).out)
    assert len(found) == len(expected(case).splitlines()) > 0
    for problem in found:
        path = tmp_path / problem["file"]
        assert path.name in MODELS or "unknown file" in problem["problem"]
        assert path.is_file() or "a file" in problem["problem"] or "no such" in problem["problem"]
        # whoever is told of a row is told which, and by what it goes
        if problem["feature"] and path.suffix != ".toml":
            assert problem["line"] > 0
        if problem["line"] > 1 and path.suffix != ".toml" and problem["field"]:
            line = path.read_bytes().splitlines()[problem["line"] - 1]
            assert line.strip()


def test_there_are_many_kinds() -> None:
    assert len(CASES) >= 45
    reasons = [(case / "why.txt").read_text("utf-8") for case in CASES]
    assert len(set(reasons)) == len(reasons)
    assert all(re.fullmatch(r"[A-Z].*\.\n", reason) for reason in reasons)


def test_every_file_kind_has_a_broken_case() -> None:
    blamed = {line.split(":")[0] for case in CASES for line in expected(case).splitlines()}
    assert {f"atlas/{file}" for file in MODELS} <= blamed


def test_one_slip_is_told_once(tmp_path: Path, command: CommandLine) -> None:
    """A row that cannot be taken is not missed by those that refer to it."""
    overlay(BROKEN / "not-utf-8", tmp_path / "atlas")
    told = command("validate", "atlas", cwd=tmp_path)
    assert told.out.count("\n") == 1


def test_a_folder_that_is_not_there(tmp_path: Path, command: CommandLine) -> None:
    told = command("validate", "nowhere", cwd=tmp_path)
    assert told.out == "nowhere: no such folder; allowed: a folder with an atlas in it\n"
    assert told.code == 2


def test_a_file_in_place_of_the_folder(tmp_path: Path, command: CommandLine) -> None:
    (tmp_path / "places.csv").write_text("id\n")
    told = command("validate", "places.csv", cwd=tmp_path)
    assert told.out == "places.csv: found a file; allowed: a folder with an atlas in it\n"
    assert told.code == 2
