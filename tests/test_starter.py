"""A first atlas that `init` writes: valid as it is, and its files say what they are for."""

from __future__ import annotations

from pathlib import Path

import pytest

from frontiers_map.atlas.atlas import read
from helpers import CommandLine


@pytest.mark.parametrize("extent", [None, "170,-30,200,-5", "-180,60,180,90"])
def test_any_extent_and_language_are_valid(
    command: CommandLine, tmp_path: Path, extent: str | None
) -> None:
    more = ["--extent", extent] if extent else []
    done = command("init", "mine", "--language", "it", "--language", "ja", *more, cwd=tmp_path)
    assert done.code == 0, done.err
    assert read(tmp_path / "mine").settings.languages == ("it", "ja")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["."], "found something there; allowed: a new or an empty folder"),
        (["mine", "--extent", "30,53,9,66"], "--extent: found 30,53,9,66; allowed: west,south"),
        (["mine", "--extent", "9,53,30"], "allowed: four numbers, such as 9,53,30,66"),
        (["mine", "--extent", "nan,53,30,66"], "allowed: west,south,east,north"),
        (
            ["mine", "--language", "Estonian"],
            "--language: found 'Estonian'; allowed: a language tag",
        ),
        (["mine", "--title", "a\u2028b"], "--title: found nothing that can be read"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_written(
    command: CommandLine, tmp_path: Path, arguments: list[str], told: str
) -> None:
    (tmp_path / "there.txt").touch()
    done = command("init", *arguments, cwd=tmp_path)
    assert done.code == 2
    assert told in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["there.txt"]
