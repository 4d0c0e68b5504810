"""Ways beside what others have published of them: docs/routes.md has the table and the sources."""

from __future__ import annotations

import re

import pytest

from frontiers_map.voyages.world import World
from helpers import ROOT

TOLD = re.compile(
    r"^\| (?P<a>\w{5}) – (?P<b>\w{5}) \| (?P<what>[^|]*) \| (?P<knots>[\d.]*) \| "
    r"(?P<published>[^|]*) \| (?P<ours>[^|]*) \|", re.M,
)  # fmt: skip
ROWS = [found.groupdict() for found in TOLD.finditer((ROOT / "docs/routes.md").read_text("utf-8"))]
SUEZ, CAPE = ("suez",), ("good_hope",)


@pytest.fixture(scope="module")
def world() -> World:
    return World.load()


def figures(text: str) -> list[float]:
    return [float(n.replace(",", "")) for n in re.findall(r"\d[\d,]*(?:\.\d+)?", text)]


def test_the_table_is_there() -> None:
    assert len(ROWS) == 9
    assert len({(row["a"], row["b"]) for row in ROWS}) == 7


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['a']}-{row['b']} {row['what']}")
def test_what_the_table_says_is_what_is_found(row: dict[str, str], world: World) -> None:
    """And ours lies within 4 % of what is published, or where it is a range, within it."""

    def way(via: tuple[str, ...]) -> float:
        return world.route(row["a"], row["b"], via=via).nm

    by = SUEZ if "Suez" in row["what"] else CAPE
    if "saves" in row["what"]:
        found, near = 100 * (1 - way(SUEZ) / way(CAPE)), 1.0
    elif "more" in row["what"]:
        found, near = (way(CAPE) - way(SUEZ)) / float(row["knots"]) / 24, 0.6
    elif row["knots"]:
        found = way(by) / float(row["knots"]) / 24
        near = 0.04 * found
    else:
        found = way(by)
        near = 0.04 * found
    assert figures(row["ours"])[0] == pytest.approx(found, abs=0.06 + 0.006 * found)
    published = figures(row["published"])
    assert min(published) - near <= found <= max(published) + near
