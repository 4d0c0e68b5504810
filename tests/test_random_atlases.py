"""A few random atlases through every part of a build; `make random` tries two hundred."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from frontiers_map import builder
from frontiers_map.cache import Cache, FolderCache
from random_atlases import shuffled, tried, write


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Cache:
    return FolderCache(tmp_path_factory.mktemp("cache"))


@pytest.mark.parametrize("seed", [3001])
def test_an_atlas_made_by_lot_is_taken_whole_and_drawn_as_the_globe_is(
    seed: int, tmp_path: Path, cache: Cache
) -> None:
    found = tried(seed, tmp_path, cache)
    assert found.wrong == {}
    assert found.sheets


@pytest.mark.parametrize("seed", [2063])
def test_order_says_nothing_in_an_atlas_made_by_lot(
    seed: int, tmp_path: Path, cache: Cache
) -> None:
    atlas = write(seed, tmp_path / "atlas")
    other = shuffled(atlas, tmp_path / "shuffled", seed)
    one, two = (
        builder.build(folder, tmp_path / f"{folder.name}-out", cache=cache)
        for folder in (atlas, other)
    )
    assert one.made == two.made
    assert [note.replace("shuffled/", "atlas/") for note in two.notes] == list(one.notes)
    assert _said(one.output) == _said(two.output)
    drawn = [name for name in one.made if name.startswith("print/") or name.endswith(".html")]
    assert len(drawn) > 3
    for name in drawn:
        assert (one.output / name).read_bytes() == (two.output / name).read_bytes(), name


def _said(output: Path) -> dict[str, list[str]]:
    """Rows of every table and features of every layer, as sets."""
    said = {}
    for path in sorted(output.rglob("*")):
        if path.suffix == ".csv":
            with path.open(encoding="utf-8-sig", newline="") as file:
                said[path.name] = sorted(map(repr, csv.DictReader(file)))
        elif path.suffix == ".geojson":
            features = json.loads(path.read_text("utf-8"))["features"]
            said[path.name] = sorted(json.dumps(one, sort_keys=True) for one in features)
    assert said
    return said
