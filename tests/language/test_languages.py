"""An atlas in languages that nobody foresaw: Estonian with words of its own, Arabic, no English.

What `init` writes is given an Estonian word and an Arabic name and built once for all tests.
"""

from __future__ import annotations

import base64
import bz2
import csv
import io
import json
import re
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

from frontiers_map.analysis.joins import join
from frontiers_map.atlas import model
from frontiers_map.atlas.atlas import read, unsaid
from frontiers_map.cache import NoCache
from frontiers_map.errors import AtlasError
from frontiers_map.language import text
from frontiers_map.outputs.sheets.kinds import registry
from frontiers_map.outputs.sheets.paper import fonts, inspect
from helpers import TINY, CommandLine

TITLE = 'Läänemeri "\\ {x}'
SEA = "بحر البلطيق"
WORDS = """\
[page]
search = "Otsi siit"
[column]
name = "Nimetus"
"""


class Spoken(NamedTuple):
    """The atlas, and what it was built into."""

    folder: Path
    output: Path


@pytest.fixture(scope="module")
def spoken(command: CommandLine, tmp_path_factory: pytest.TempPathFactory) -> Spoken:
    folder = tmp_path_factory.mktemp("languages")
    made = command("init", "mine", "--title", TITLE, "--extent", "9,53,30,66",
                   "--language", "et", "--language", "ar", cwd=folder)  # fmt: skip
    assert made.code == 0, made.err
    assert "Now: frontiers-map build mine" in made.out
    (folder / "mine" / "words_et.toml").write_text(WORDS, "utf-8")
    (folder / "mine" / "sea_labels.csv").write_text(
        "id,name_et,name_ar,lon,lat,class,source,as_of,certainty\n"
        f"sea,Läänemeri,{SEA},19.5,57.5,2,S1,2026,documented\n",
        "utf-8",
    )
    parts = [f"--only={part}" for part in ("web", "tables", "gis")]
    built = command("build", "mine", *parts, cwd=folder)
    assert built.code == 0, built.err
    return Spoken(folder / "mine", folder / "output")


def test_what_init_writes_is_in_its_languages_and_needs_no_english(spoken: Spoken) -> None:
    atlas = read(spoken.folder)
    assert atlas.settings.languages == ("et", "ar")
    assert dict(atlas.settings.title) == {"et": TITLE, "ar": TITLE}
    assert atlas.maps[0].view == (9, 53, 30, 66)
    (spot,) = atlas.own["notes"].geometry
    assert (spot.x, spot.y) == (19.5, 59.5)


def strings(page: str) -> dict[str, dict[str, str]]:
    """The words in a page, which travel packed."""
    packed = re.search(r'id="fm-strings">"?([^"<]+)', page)
    assert packed
    found: dict[str, list[str]] = json.loads(bz2.decompress(base64.b64decode(packed[1])))
    keys = found.pop("keys")
    return {code: dict(zip(keys, words, strict=True)) for code, words in found.items()}


def test_the_page_turns_with_the_language_and_has_its_words(spoken: Spoken) -> None:
    page = (spoken.output / "index.html").read_text("utf-8")
    assert '<html lang="et">' in page
    assert '<section lang="ar" dir="rtl">' in page
    assert "Otsi siit" in strings(page)["et"]["search"]
    assert "inset-inline-start:" in page
    assert ".fm-canvas, .fm-ground { position: absolute; left: 0;" in page


def test_tables_and_layers_have_a_column_for_each_language(spoken: Spoken) -> None:
    table = (spoken.output / "tables" / "sea_labels.csv").read_text("utf-8")
    (row,) = csv.DictReader(io.StringIO(table))
    assert (row["name_et"], row["name_ar"]) == ("Läänemeri", SEA)
    assert "name_en" not in row
    layer = json.loads((spoken.output / "gis" / "sea_labels.geojson").read_text("utf-8"))
    assert layer["features"][0]["properties"]["name_ar"] == SEA
    assert "Läänemeri" in (spoken.output / "gis" / "frontiers.kml").read_text("utf-8")
    with zipfile.ZipFile(spoken.output / "gis" / "frontiers-ar.qgz") as archive:
        project = archive.read("frontiers-ar.qgs").decode()
    assert "name_ar" in project
    with zipfile.ZipFile(spoken.output / "gis" / "frontiers.qgz") as archive:
        assert "Nimetus" in archive.read("frontiers.qgs").decode()


def test_a_sheet_joins_arabic_letters(spoken: Spoken) -> None:
    atlas = join(read(spoken.folder), cache=NoCache())
    sheet = atlas.sheets[0].model_copy(update={"size": "column"})
    with atlas.speaking():
        page = registry.draw(atlas, sheet, "ar").page
        found = inspect.inspect(page)
        svg = page.svg("", "", "ar").decode()
    assert found.details == []
    assert SEA in {item.text for item in page.texts}
    assert SEA in svg
    # joined letters are narrower than each by itself
    word = SEA.split()[0]
    apart = sum(fonts.width_mm(letter, "sans", 10) for letter in word)
    assert fonts.width_mm(word, "sans", 10) < 0.9 * apart


def test_what_a_language_lacks_is_told_in_one_line_with_the_way_out(tiny: Path) -> None:
    settings = (tiny / "atlas.toml").read_text("utf-8")
    spoken = 'languages = ["en", "qaa", "qab"]\n'
    (tiny / "atlas.toml").write_text(spoken + settings, "utf-8")
    (tiny / "words_qab.toml").write_text('[page]\nsearch = "Otsi"\n', "utf-8")
    every = sum(map(len, text.words("en").values()))
    assert unsaid(read(tiny)) == (
        f"{tiny}/atlas.toml: words of the program that a language lacks: qaa {every}, "
        f"qab {every - 1}; they are said in English; way out: write them into words_qaa.toml, "
        "words_qab.toml, as docs/languages.md tells"
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ('[page]\nserch = "Otsi"\n', "page.serch: no such word; did you mean 'search'?"),
        ("[pages]\n", "pages: found 'pages', no group of words; did you mean 'page'?"),
        ('[page]\nof = "{n} {sum}"\n', "page.of: found '{n} {sum}'; allowed in braces: {all}, {n}"),
        ('[page]\nof = "{n:>99999999}"\n', "allowed in braces: {all}, {n}"),
        ("[page]\nof = 7\n", "page.of: found 7; allowed: some text in one line"),
        ('[page]\nn_days = { one = "{n}", more = "{n}" }\n', "found 'more'; allowed: zero, one,"),
        ('[page]\nn_days = { one = "{n}" }\n', "found one; other is needed, for all other num"),
        ('[page]\nn_days = { one = "{n}", other = 1 }\n', "n_days: found 1; allowed: some text"),
        ('[page]\nsearch = { other = "Otsi" }\n', "page.search: found {'other': 'Otsi'}; allowed"),
    ],
)
def test_words_that_cannot_be_said_are_refused(tiny: Path, words: str, told: str) -> None:
    (tiny / "words_en.toml").write_text(words, "utf-8")
    with pytest.raises(AtlasError, match=re.escape(told)):
        read(tiny)


def test_texts_in_a_language_that_is_not_listed_are_kept_and_told(tiny: Path) -> None:
    places = (
        (TINY / "places.csv").read_text("utf-8").replace("id,name_en", "id,name_en,name_zh-Hans")
    )
    places = places.replace("suva,Suva", "suva,Suva,苏瓦").replace("apia,Apia", "apia,Apia,阿皮亚")
    (tiny / "places.csv").write_text(places.replace("nuku,Nukuʻalofa", "nuku,Nukuʻalofa,"), "utf-8")
    atlas = read(tiny)
    assert "苏瓦" in set(atlas.places["name_zh_Hans"])
    (note,) = (note for note in atlas.notes if "zh-Hans" in note)
    assert note.endswith("way out: add zh-Hans to languages")


def test_a_language_that_cldr_does_not_know_is_written_as_english() -> None:
    assert text.day("2026-03-02", "qaa") == "2 March 2026"
    assert text.language_name("qaa", "et") == "qaa"
    kind = model.in_languages(model.Place, ("qaa", "et"))
    assert [name for name in kind.model_fields if name.startswith("name")] == [
        "name_qaa",
        "name_et",
    ]


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("et", "2. märts 2026"), ("ar", "2 مارس 2026"), ("ko", "2026년 3월 2일"),
        ("de", "2. März 2026"), ("es", "2 de marzo de 2026"), ("zh-Hans", "2026年3月2日"),
    ],
)  # fmt: skip
def test_dates_as_cldr_has_them(language: str, written: str) -> None:
    assert text.day("2026-03-02", language) == written
