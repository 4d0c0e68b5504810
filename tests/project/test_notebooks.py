"""The notebooks run, and show what is kept in them; who does not run them can read them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from helpers import ROOT, CommandLine

NOTEBOOKS = sorted((ROOT / "examples" / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_they_can_be_read_without_being_run(path: Path) -> None:
    assert path.stat().st_size < 100_000
    book = json.loads(path.read_text("utf-8"))
    code = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    assert sum(bool(cell["outputs"]) for cell in code) >= len(code) - 1  # one that only imports
    assert all(output["output_type"] != "error" for cell in code for output in cell["outputs"])


@pytest.mark.sweep
def test_they_show_what_is_kept_in_them() -> None:
    assert len(NOTEBOOKS) == 6
    done = subprocess.run(
        [sys.executable, "tools/make_notebooks.py", "--check"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout == "", "make docs writes what they show now"
    assert done.returncode == 0, done.stderr


@pytest.mark.sweep
def test_the_page_of_two_straits_says_what_its_commands_say(
    tmp_path: Path, command: CommandLine, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """And its pairs are those of the notebook."""
    page = (ROOT / "docs" / "two-straits.md").read_text("utf-8")
    shell, told, code, table = re.findall(r"^```\w+\n(.*?)^```", page, re.M | re.S)
    shutil.copy(ROOT / "docs" / "two-straits.csv", tmp_path)
    lines = shell.splitlines()
    assert [command(*line.split()[1:], cwd=tmp_path).out for line in lines] == [
        f"{line}\n" for line in told.splitlines()
    ]
    monkeypatch.chdir(tmp_path)
    exec(code, {})
    assert capsys.readouterr().out == table
    book = json.loads((ROOT / "examples/notebooks/6-two-straits.ipynb").read_text("utf-8"))
    made: dict[str, pd.DataFrame] = {}
    for cell in [cell for cell in book["cells"] if cell["cell_type"] == "code"][:2]:
        exec("".join(cell["source"]), made)
    drawn = made["pairs"].rename(columns={"speed": "speed_kn"})
    assert drawn.to_csv(index=False) == (ROOT / "docs" / "two-straits.csv").read_text("utf-8")
