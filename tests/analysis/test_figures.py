"""Figures in prose are the ones that the joins computed."""

from __future__ import annotations

import base64
import bz2
import io
import re
import shutil
import sqlite3
import subprocess
import zipfile
from contextlib import closing

import numpy as np
import pytest

from frontiers_map.analysis import figures
from frontiers_map.analysis.joins import load
from frontiers_map.atlas import cross_checks
from frontiers_map.builder import build
from frontiers_map.cache import user_cache
from frontiers_map.errors import CallError
from frontiers_map.voyages.supply import months
from helpers import TINY


@pytest.fixture(scope="module")
def atlas():
    return load()


def test_every_placeholder_of_the_story_is_filled(atlas):
    texts = [row.text for row in atlas.chapters]
    texts += [note for sheet in atlas.sheets for note in (sheet.deck, *sheet.notes)]
    for text in texts:
        for language in atlas.settings.languages:
            filled = figures.fill(atlas, text.get(language), language)
            assert not re.search(r"[{}]", filled), filled


def test_figures_of_chapters_are_known(atlas):
    keys = [chapter.figure for chapter in atlas.chapters if chapter.figure]
    assert keys
    assert all(figures.figure(atlas, key, "en") for key in keys)


def test_figures_are_the_joins_own(atlas):
    row = atlas.routes.set_index("id").loc["coral_jp"]
    assert figures.figure(atlas, "nm:coral_jp", "en") == f"{row['nm']:,.0f}"
    assert figures.figure(atlas, "share:JP:australia", "it", unit=True) == "38,1%"
    assert figures.figure(atlas, "overlap_mkm2", "en") == "13.3"
    assert figures.figure(atlas, "param:service_speed_kn", "en") == "17"
    assert figures.figure(atlas, "overlap_area", "en") == "13.3 million km²"
    assert figures.figure(atlas, "overlap_area", "ja") == "1,330万km²"
    assert figures.figure(atlas, "ip_area", "ja") == "1億7,590万km²"


def test_unknown_keys_stay_text_and_are_told(atlas):
    assert (
        figures.fill(atlas, "{not_a_key} ${x} {nm:nowhere}", "en")
        == "{not_a_key} ${x} {nm:nowhere}"
    )
    with pytest.raises(CallError, match="found 'nm:nowhere'"):
        figures.figure(atlas, "nm:nowhere", "en")


def test_ships_for_the_whole_supply_follow_from_the_imports(atlas):
    """Japan took 25.1 Mt from Australia in 2024 (S70): so much goes the long way, or more ships."""
    ways = atlas.scenario_routes.set_index("id")
    way = ways.loc["archipelago__nws_jp"]
    assert way["volume_mt"] == 25.1
    assert way["ships"] > way["extra_ships"] > 10
    assert way["extra_ships"] == pytest.approx(25.1 * way["extra_ships_per_mt"], rel=0.02)
    # Italy's shares are known for half a year only and count at its pace, as for widths
    assert ways.loc["malacca__us_it", "volume_mt"] == pytest.approx(2 * 7.4 * 0.45, abs=0.01)
    # the figures name no Mozambique
    assert np.isnan(ways.loc["malacca__coral_jp", "volume_mt"])


def test_validation_knows_the_figures_that_can_be_computed():
    assert set(cross_checks._FIGURES) == set(figures._VALUES)


def test_tonnes_behind_the_shares_are_those_on_record(atlas):
    """Japan's in 2024 are in imports.csv themselves; Italy's are twice those of half a year."""
    tonnes = atlas.routes.set_index("id")["supplier_mt_year"]
    sent = atlas.imports[
        (atlas.imports["importer"] == "JP") & (atlas.imports["period"] == "2024-01/2024-12")
    ]
    by_origin = sent.set_index("origin")["mt"]
    for route in ("nws_jp", "bintulu_jp", "us_panama_jp", "sakhalin_jp"):
        supplier = atlas.routes.set_index("id").loc[route, "supplier"]
        assert tonnes[route] == pytest.approx(by_origin[supplier], abs=0.07)
    half_a_year = 7.4  # million tonnes, January to June 2025: S132
    assert tonnes["us_it"] == pytest.approx(2 * half_a_year * 0.45, abs=0.01)
    assert tonnes["oman_jp"] == pytest.approx(64.98 * 0.045, abs=0.01)  # of 2025: S443, S444
    assert np.isnan(tonnes["coral_jp"]), "nothing is known, nothing is drawn"


@pytest.mark.parametrize(
    ("period", "count"),
    [("2024-01/2024-12", 12), ("2025-01/2025-06", 6), ("2025-09", 1), ("2023", 12),
     ("2025-11/2026-02", 4), ("2025-01-01/2025-09-26", 0), ("", 0), ("2026-02/2026-01", 0)],
)  # fmt: skip
def test_months_of_a_period(period, count):
    assert months(period) == count


# ---- every text of the TOML files, in every output

COUNT = "{n:places} of them and {nm:fiji_samoa} miles"
TOLD = "3 of them and "
SAID = """
languages = ["en", "it"]
id = "tiny"
title = { en = "T0 %s", it = "U0 %s" }
deck = { en = "T1 %s", it = "U1 %s" }
record_to = "2026-01-01"
policy = { en = "T2 %s", it = "U2 %s" }
how_to_read = { en = "T3 %s", it = "U3 %s" }
credit = { en = "T4 %s", it = "U4 %s" }
families = [{ id = "home", name = { en = "T5 %s" }, recommended = "waters" }]
suppliers = [{ id = "fiji", name = { en = "T6 %s" }, role = "route_other" }]
moments = [{ id = "m", date = "2025-01-01", name = { en = "T7 %s" }, text = { en = "T8 %s" } }]
[parties]
FJ = { en = "T9 %s" }
"""
STORY = """
[[chapter]]
id = "start"
title = { en = "T10 %s", it = "U10 %s" }
text = { en = "T11 %s", it = "U11 %s" }
on_paper = { en = "T12 %s", it = "U12 %s" }
figure = "n:places"
figure_label = { en = "T13 %s", it = "U13 %s" }
view = [170, -25, 195, -8]
callouts = [{ at = [178.4, -18.1], text = { en = "T23 %s", it = "U23 %s" } }]
"""
MAPS = """
[[map]]
id = "index"
title = { en = "T14 %s", it = "U14 %s" }
deck = { en = "T15 %s", it = "U15 %s" }
view = [170, -25, 195, -8]
[[sheet]]
id = "home"
title = { en = "T16 %s", it = "U16 %s" }
deck = { en = "T17 %s", it = "U17 %s" }
size = "A4"
view = [170, -25, 195, -8]
notes = [{ en = "T18 %s", it = "U18 %s" }]
insets = [{ title = { en = "T19 %s", it = "U19 %s" }, view = [177, -19, 179, -17] }]
callouts = [{ at = [178.4, -18.1], text = { en = "T20 %s", it = "U20 %s" } }]
"""
SCENARIOS = """
[[scenario]]
id = "all_open"
name = { en = "T21 %s", it = "U21 %s" }
text = { en = "T22 %s", it = "U22 %s" }
"""


def _contents(path):
    """Every text of a file, unpacked: of zips, of projects in a GeoPackage, of pages, of PDFs."""
    content = path.read_bytes()
    yield content
    if path.suffix == ".pdf" and shutil.which("pdftotext"):
        for call in (["pdftotext", path, "-"], ["pdfinfo", path]):
            yield subprocess.run(call, check=True, capture_output=True).stdout
    for packed in re.findall(rb'id="fm-facts"[^>]*>\s*"([A-Za-z0-9+/=]+)"', content):
        yield bz2.decompress(base64.b64decode(packed))
    archives = [content] if content[:2] == b"PK" else []
    if path.suffix == ".gpkg":
        with closing(sqlite3.connect(path)) as opened:
            kept = opened.execute("SELECT content FROM qgis_projects").fetchall()
        archives += [bytes.fromhex(bytes(one).decode()) for (one,) in kept]
    for archive in archives:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            yield from (opened.read(name) for name in opened.namelist())


def test_no_text_of_any_output_has_a_figure_left_in_braces(tmp_path):
    folder = tmp_path / "atlas"
    shutil.copytree(TINY, folder)
    files = {"atlas": SAID, "story": STORY, "maps": MAPS, "scenarios": SCENARIOS}
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text.replace("%s", COUNT), "utf-8")
    build(folder, tmp_path / "out", cache=user_cache())
    seen = b""
    for path in sorted((tmp_path / "out").rglob("*")):
        for content in _contents(path) if path.is_file() else ():
            assert b"{n:" not in content, path
            assert b"{nm:" not in content, path
            seen += content
    # and each of them is there, the Italian ones with an Italian number
    flat = re.sub(r"\s+", " ", seen.decode("utf-8", "replace"))
    numbers = set(re.findall(r"([TU]\d+) 3 of them", flat))
    assert numbers >= {f"T{n}" for n in range(24)} - {"T9", "T22"}
    assert numbers >= {f"U{n}" for n in range(24)} - {"U5", "U6", "U7", "U8", "U9", "U22"}
