"""Files that once ended a reader otherwise than with a word, and some thousands made by lot.

`make mutated` tries as many as one likes.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from helpers import ROOT
from mutated import Tally, fault_of, run

LONG = 120_000
DEEP = 900
CRS = {"type": "name", "properties": []}
REGION = '{{"type": "FeatureCollection", "features": [{{"type": "Feature", "properties": {}, "geometry": {}}}]}}'
POINT = '{"type": "Point", "coordinates": [1, 2]}'
HEAD = "date,portid,n_container,n_dry_bulk,n_general_cargo,n_roro,n_tanker,n_total"
# reader, file, content: each was a traceback, a hang, or words that only a programmer understands
ONCE = {
    "a crs whose properties are a list": (
        "areas", "a.geojson", json.dumps({"type": "FeatureCollection", "features": [], "crs": CRS})),
    "a collection whose type is a list": ("areas", "a.geojson", '{"type": ["Point"], "features": []}'),
    "an integer that no float holds": (
        "geojson", "regions.geojson", REGION.format(f'{{"id": "a", "lat": {10**400}}}', POINT)),
    "an integer for a longitude that no float holds": (
        "positions", "a.txt", f'{{"coordinates": [{10**400}, 1]}}'),
    "a position of a hundred thousand digits": ("positions", "a.txt", "1" * LONG + "x"),
    "a position of as many signs": ("positions", "a.txt", "1" + "°'" * (LONG // 2) + "N 2E"),
    "a column whose name can be taken apart in a million ways": (
        "pairs", "a.csv", f"from,to,{'lonlat' * 40}q\na,b,c\n"),
    "a column of a thousand words": ("pairs", "a.csv", f"from,to,{'of' * (LONG // 2)}\na,b,c\n"),
    "a column of a language of thousands of parts": (
        "csv", "places.csv", f"id,name_en,name{'_ja' * (LONG // 3)}\na,b,c\n"),
    "an end that is no pair of numbers": ("pairs", "a.json", '[{"from": ["a", "b"], "to": "Suva"}]'),
    "an end of too large a number": ("pairs", "a.json", f'[{{"from": [{10**400}, 1], "to": "Suva"}}]'),
    "counts with a cell too many": ("transits", "a.csv", f"{HEAD}\n2026-01-01,c,1,2,3,4,5,15,\n2,2,2,2,2,2,2,2,2,2\n"),
    "counts in Latin-1": ("transits", "a.csv", f"{HEAD}\n2026-01-01,Malakka-Stra\xdfe,1,2,3,4,5,15\n"),
    "counts with two columns of dates": ("transits", "a.csv", f"{HEAD},Date\n"),
    "a manifest whose inputs are a number": ("manifest", "manifest.json", '{"outputs": {}, "inputs": 7}'),
    "a manifest in Latin-1": ("manifest", "manifest.json", '{"outputs": {"\xdf": {}}}'),
    "a manifest that is deep": ("manifest", "manifest.json", "[" * LONG + "]" * LONG),
}  # fmt: skip


@pytest.mark.parametrize("name", ONCE)
def test_what_once_ended_a_reader_is_refused_in_a_line(name: str, tmp_path: Path) -> None:
    kind, file, content = ONCE[name]
    (tmp_path / file).write_bytes(content.encode("latin-1"))
    assert fault_of(kind, tmp_path / file)[0] == ""


def test_a_layer_from_the_moon_is_refused_in_a_line(tmp_path: Path) -> None:
    import geopandas as gpd
    from shapely.geometry import Point

    moon = "+proj=longlat +R=1737400 +no_defs"
    frame = gpd.GeoDataFrame({"id": ["a"]}, geometry=[Point(1, 2)], crs=moon)
    frame.to_file(tmp_path / "a.gpkg", driver="GPKG")
    for kind in ("layers", "pairs", "areas"):
        assert fault_of(kind, tmp_path / "a.gpkg")[0] == ""


def test_an_archive_without_an_end_and_a_layer_cut_off_are_refused_in_a_line(
    tmp_path: Path,
) -> None:
    with zipfile.ZipFile(tmp_path / "a.kmz", "w") as made:
        made.writestr("doc.kml", "<kml>")
    (tmp_path / "b.kmz").write_bytes((tmp_path / "a.kmz").read_bytes()[:60])
    for name in ("a.kmz", "b.kmz"):
        assert fault_of("layers", tmp_path / name) == ("", True)


@pytest.mark.parametrize(
    ("kind", "count"),
    [("csv", 400), ("toml", 400), ("geojson", 800), ("atlas", 8), ("pairs", 200), ("positions", 900),
     ("transits", 20), ("manifest", 400), ("pictures", 400)],
)  # fmt: skip
def test_files_that_are_nearly_right_are_taken_or_refused(
    kind: str, count: int, tmp_path: Path
) -> None:
    run(kind, 20, range(count), tmp_path, tally := Tally())
    assert tally.faults == {}
    assert tally.tried == count


@pytest.mark.skipif(shutil.which("node") is None, reason="no Node on this machine")
def test_files_and_addresses_that_a_reader_of_the_page_brings(tmp_path: Path) -> None:
    web = Path("src/frontiers_map/outputs/web/js")
    shutil.copytree(ROOT / web, tmp_path / web)
    script = Path("tests/outputs/web/js/mutated.mjs")
    (tmp_path / script).parent.mkdir(parents=True)
    shutil.copyfile(ROOT / script, tmp_path / script)
    (tmp_path / "package.json").write_text('{"type": "module"}', "utf-8")
    done = subprocess.run(
        ["node", str(script), "20", "200"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count(" tried, ") == 5
