"""The atlases of examples/ are without fault, build, and speak their languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from frontiers_map.atlas.atlas import read
from helpers import ROOT, CommandLine, manifest_problems

EXAMPLES = ROOT / "examples"
RED_SEA = EXAMPLES / "red-sea"


def test_the_red_sea_speaks_arabic_whole(tmp_path: Path, command: CommandLine) -> None:
    """Nothing is wrong, and no text of it is missing in Arabic."""
    told = command("validate", str(RED_SEA), cwd=tmp_path)
    assert told.code == 0, told.err
    assert "exist in English only" not in told.out + told.err
    atlas = read(RED_SEA)
    assert all((frame["name_ar"] != "").all() for frame in (atlas.places, *atlas.own.values()))


def test_sheets_of_the_red_sea_are_set_in_arabic(tmp_path: Path, command: CommandLine) -> None:
    """Names, title and foot keep off one another: that is what a sheet is refused for."""
    words = ("--sheet", "faults", "--sheet", "corridor", "--language", "ar")
    told = command("build", str(RED_SEA), "-o", str(tmp_path / "output"), *words, cwd=tmp_path)
    assert told.code == 0, told.err
    assert {path.name for path in (tmp_path / "output/print").iterdir()} >= {
        f"{name}-ar.{ending}" for name in ("faults", "corridor") for ending in ("pdf", "png", "svg")
    }


@pytest.mark.parametrize(
    ("name", "sheet", "language"),
    [
        ("rockall", "zone", "en"),
        ("szczecin", "approach", "de"),
        ("northern-sea-route", "polar", "ja"),
    ],
)
def test_an_example_of_one_screen_builds(
    name: str, sheet: str, language: str, tmp_path: Path, command: CommandLine
) -> None:
    """No text of it is missing, it fits a screen, and its page and a sheet of it are made."""
    folder, out = EXAMPLES / name, tmp_path / "output"
    told = command("validate", str(folder), cwd=tmp_path)
    assert told.code == 0, told.err
    assert "exist in" not in told.out + told.err
    assert len((folder / "atlas.toml").read_text("utf-8").split("\n")) <= 50
    words = ("--map", "index", "--sheet", sheet, "--language", language)
    told = command("build", str(folder), "-o", str(out), *words, cwd=tmp_path)
    assert told.code == 0, told.err
    assert (out / "index.html").exists()
    assert (out / f"print/{sheet}-{language}.png").exists()


@pytest.mark.sweep
@pytest.mark.parametrize("name", [path.parent.name for path in EXAMPLES.glob("*/atlas.toml")])
def test_an_example_builds_whole(name: str, tmp_path: Path, command: CommandLine) -> None:
    out = tmp_path / "output"
    told = command("build", str(EXAMPLES / name), "-o", str(out), cwd=tmp_path)
    assert told.code == 0, told.err
    assert manifest_problems(out) == []
