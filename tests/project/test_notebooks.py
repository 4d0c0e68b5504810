"""The notebooks run, and show what is kept in them; who does not run them can read them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import ROOT

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
    assert len(NOTEBOOKS) == 5
    done = subprocess.run(
        [sys.executable, "tools/make_notebooks.py", "--check"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout == "", "make docs writes what they show now"
    assert done.returncode == 0, done.stderr
