"""Order is not data: rows and features in any order give the same figures, layers and sheets."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from frontiers_map.analysis import figures
from frontiers_map.analysis.joins import JoinedAtlas, join
from frontiers_map.atlas.atlas import read
from frontiers_map.atlas.model import Focus
from frontiers_map.errors import CallError
from frontiers_map.outputs import gis, tables
from frontiers_map.outputs.base import RenderJob
from frontiers_map.outputs.sheets.map.selection import choose
from frontiers_map.outputs.web import drawing, facts
from helpers import ATLASES, BALTIC, GEODATA
from random_atlases import shuffled

TINY = ATLASES / "tiny"


def three_families(to: Path) -> Path:
    """The tiny atlas with two families more; the settings name the last region's first."""
    shutil.copytree(TINY, to)
    path = to / "regions.geojson"
    layer = json.loads(path.read_text())
    box = layer["features"][0]
    for name, (w, s, e, n) in (("east", (181, -22, 195, -12)), ("north", (176, -14, 190, -5))):
        ring = [[w, s], [e, s], [e, n], [w, n], [w, s]]
        properties = box["properties"] | {"id": f"{name}_waters", "family": name}
        feature = box | {"properties": properties}
        feature["geometry"] = {"type": "Polygon", "coordinates": [ring]}
        layer["features"].insert(0, feature)
    path.write_text(json.dumps(layer), encoding="utf-8")
    settings = to / "atlas.toml"
    text = settings.read_text()
    for name in ("north", "east"):
        text += (
            f'\n[[families]]\nid = "{name}"\nname = {{ en = "{name.title()}" }}\n'
            f'recommended = "{name}_waters"\n'
        )
    settings.write_text(text, encoding="utf-8")
    return to


MADE: dict[str, Callable[[Path], Path]] = {
    "default": lambda to: GEODATA,
    "tiny": lambda to: TINY,
    "three families": three_families,
    "layers of one's own": lambda to: BALTIC,
}


LARGE = {"default"}  # takes a minute


@pytest.fixture(
    scope="module",
    params=[pytest.param(name, marks=[pytest.mark.sweep] * (name in LARGE)) for name in MADE],
)
def pair(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[JoinedAtlas, JoinedAtlas]:
    """An atlas and the same with its rows mixed."""
    folder = tmp_path_factory.mktemp("order")
    one = MADE[request.param](folder / "atlas")
    other = shuffled(one, folder / "mixed", seed=20261201)
    return join(read(one)), join(read(other))


def test_tables_are_the_same(pair: tuple[JoinedAtlas, JoinedAtlas]) -> None:
    one, other = (tables.render(RenderJob(atlas, Path())) for atlas in pair)
    assert set(one) == set(other)
    for name, content in one.items():
        if name.endswith(".csv"):
            assert content == other[name], name


def test_what_the_page_knows_is_the_same(pair: tuple[JoinedAtlas, JoinedAtlas]) -> None:
    known = []
    for atlas in pair:
        drawn = {**drawing.drawing(atlas), "routes": drawing.route_shapes(atlas)}
        found = facts.common_facts(atlas, ["en"], drawn)
        known.append(json.dumps(found, sort_keys=True, default=list))
    assert known[0] == known[1]


def test_figures_of_the_story_are_the_same(pair: tuple[JoinedAtlas, JoinedAtlas]) -> None:
    one, other = pair
    keys = ["overlap_mkm2", *(f"area_mkm2:{name}" for name in one.regions["id"])]
    keys += [f"nm:{name}" for name in one.routes["id"]]
    keys += [f"overlap_mkm2:{a}:{b}" for a in one.regions["id"] for b in one.regions["id"]]
    keys += [chapter.figure for chapter in one.chapters]
    for key in keys:
        assert _figure(one, key) == _figure(other, key), key


def _figure(atlas: JoinedAtlas, key: str) -> str | None:
    try:
        return figures.figure(atlas, key, "en")
    except CallError:
        return None


def test_gis_layers_are_the_same(pair: tuple[JoinedAtlas, JoinedAtlas], tmp_path: Path) -> None:
    made = []
    for number, atlas in enumerate(pair):
        files = gis.render(RenderJob(atlas, scratch=tmp_path / str(number)))
        made.append(
            {
                name: content.read_bytes() if isinstance(content, Path) else content
                for name, content in files.items()
                # lists the hashes of what was read
                if not name.endswith("datapackage.json")
            }
        )
    assert set(made[0]) == set(made[1])
    assert [name for name in made[0] if made[0][name] != made[1][name]] == []


def test_sheets_show_the_same(pair: tuple[JoinedAtlas, JoinedAtlas]) -> None:
    one, other = pair
    for focus in (Focus(), *(sheet.focus for sheet in one.sheets)):
        shown = []
        for atlas in (one, other):
            content = choose(atlas, "en", (), focus)
            rows = {
                name: [row.id for row in getattr(content, name)]
                for name in ("washes", "routes", "gates", "terminals", "places", "links", "seas")
            }
            rows["own"] = [row.id for _, row in content.own]
            shown.append((rows, content.states, content.sources()))
        assert shown[0] == shown[1]


def test_every_pair_of_families_is_compared(tmp_path: Path) -> None:
    atlas = join(read(three_families(tmp_path / "atlas")))
    found = {frozenset((row.first_id, row.second_id)) for row in atlas.overlaps.itertuples()}
    names = sorted(atlas.regions["id"])
    assert found == {frozenset((a, b)) for a in names for b in names if a < b}
    # with three families there is no one overlap: it is not said to be nothing
    assert _figure(atlas, "overlap_mkm2") is None
    known = [float(_figure(atlas, f"overlap_mkm2:{a}:{b}") or 0) for a, b in map(sorted, found)]
    assert min(known) > 0
    assert _figure(atlas, f"overlap_mkm2:{names[0]}:{names[0]}") is None
    # the settings say which of two is named first
    families = [family.recommended for family in atlas.settings.families]
    for row in atlas.overlaps.itertuples():
        assert families.index(row.first_id) < families.index(row.second_id)


def test_the_headline_survives_another_order(tmp_path: Path) -> None:
    """Features of the second family first once made the overlap "0.0 million km²"."""
    folder = shutil.copytree(GEODATA, tmp_path / "atlas")
    path = folder / "regions.geojson"
    layer = json.loads(path.read_text("utf-8"))
    layer["features"].reverse()
    path.write_text(json.dumps(layer), encoding="utf-8")
    atlas = join(read(folder))
    assert _figure(atlas, "overlap_mkm2") == "13.3"
