"""What a repository with an atlas runs: the hook for pre-commit, and the workflow of the page."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import yaml

from helpers import BROKEN, ROOT, TINY, CommandLine, overlay

PAGE = (ROOT / "docs" / "publishing.md").read_text("utf-8")
SETTINGS, WORKFLOW = (
    yaml.safe_load(block) for block in re.findall(r"^```yaml\n(.*?)^```", PAGE, re.M | re.S)
)
(HOOK,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))


def test_the_hook_is_the_one_of_the_page() -> None:
    (repository,) = SETTINGS["repos"]
    assert [hook["id"] for hook in repository["hooks"]] == [HOOK["id"]]


def test_the_hook_sees_every_file_of_an_atlas() -> None:
    files = [*(ROOT / "geodata").iterdir(), *(ROOT / "examples" / "baltic" / "layers").iterdir()]
    missed = [
        path.name for path in files if path.is_file() and not re.search(HOOK["files"], path.name)
    ]
    assert missed == []


@pytest.mark.parametrize(("case", "code"), [("", 0), ("lat-is-a-word", 2)])
def test_the_hook_lets_whole_atlases_pass_and_no_others(
    case: str, code: int, tmp_path: Path, command: CommandLine
) -> None:
    if case:
        overlay(BROKEN / case, tmp_path / "geodata")
    else:
        shutil.copytree(TINY, tmp_path / "geodata")
    program, *words = HOOK["entry"].split()
    assert program == "frontiers-map"
    (given,) = SETTINGS["repos"][0]["hooks"]
    assert command(*words, *given["args"], cwd=tmp_path).code == code


def test_the_workflow_publishes_a_page_that_holds(tmp_path: Path, command: CommandLine) -> None:
    shutil.copytree(TINY, tmp_path / "geodata")
    build = WORKFLOW["jobs"]["build"]["steps"]
    runs = [step["run"].split() for step in build if "run" in step]
    ours = [words[1:] for words in runs if words[0] == "frontiers-map"]
    assert {words[0] for words in ours} == {"validate", "check-record", "build", "verify"}
    for words in ours:
        done = command(*words, cwd=tmp_path)
        assert done.code == 0, (words, done.err)
    (kept,) = (step["with"]["path"] for step in build if "upload" in step.get("uses", ""))
    assert (tmp_path / kept / "index.html").exists()
