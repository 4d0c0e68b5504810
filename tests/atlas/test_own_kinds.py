"""Kinds that an atlas declares itself: every renderer shows them, and what is wrong is told."""

from __future__ import annotations

import base64
import io
import re
import shutil
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

import frontiers_map as fm
from frontiers_map.analysis.joins import JoinedAtlas
from frontiers_map.atlas.atlas import read
from frontiers_map.cache import user_cache
from frontiers_map.errors import AtlasError
from frontiers_map.outputs.gis.formats.icons import icon_name
from frontiers_map.outputs.sheets.kinds import registry
from frontiers_map.outputs.web import facts as page_facts
from frontiers_map.outputs.web import layers as page_layers
from frontiers_map.style import DARK, LIGHT
from frontiers_map.symbols import SYMBOLS
from helpers import TINY

KINDS = """
languages = ["en", "et"]

[[kinds]]
of = "places"
id = "wreck"
name = { en = "Wreck", et = "Vrakk" }
symbol = "dart"
colour = "#7a5c00"

[[kinds]]
of = "places"
id = "landing"
name = { en = "Landing point" }
like = "port"

[[kinds]]
of = "terminals"
id = "jetty"
name = { en = "Grain jetty" }
like = "import"
symbol = "naval"

[[kinds]]
of = "links"
id = "cable_pact"
name = { en = "Cable agreement" }
colour = "route_plum"

[[kinds]]
of = "events"
id = "raid"
name = { en = "Raid on a cable" }
like = "conflict"
symbol = "M2 2 H22 V22 H2 Z"
colour = "#0b6e4f"
"""
FILES = {
    "places.csv": "id,name_en,lon,lat,kind,country,source,as_of,certainty\n"
    "suva,Suva,178.45,-18.14,capital,FJ,T1,2026,documented\n"
    "apia,Apia,-171.76,-13.83,landing,WS,T1,2026,documented\n"
    "nuku,Nukualofa,-175.2,-21.14,wreck,TO,T1,2026,documented\n",
    "terminals.csv": "id,name_en,short_en,kind,lon,lat,status,source,as_of,certainty\n"
    "lau,Lautoka mill,Lautoka,jetty,177.44,-17.6,operating,T1,2026,documented\n",
    "links.csv": "id,name_en,parties,kind,since,status,places,path,summary_en,"
    "source,as_of,certainty\n"
    "pact,A pact,FJ;WS,cable_pact,2020,in_force,,suva;apia,They agreed.,T1,2026,schematic\n",
    "events.csv": "id,name_en,date,precision,kind,places,lon,lat,status,summary_en,"
    "source,as_of,certainty\n"
    "cut,A cable is cut,2025-05,month,raid,nuku,,,done,It was cut.,T1,2026,documented\n"
    "next,Another is feared,2026-05,month,raid,,176,-24,expected,It may be.,T1,2026,documented\n"
    "sink,A ship sinks,2025-07,month,shipping,,-179,-16,done,It sank.,T1,2026,documented\n",
    "maps.toml": '[[sheet]]\nid = "all"\ntitle = { en = "All" }\ndeck = { en = "All of it" }\n'
    "view = [170, -26, 196, -8]\n",
}


def foreign(folder: Path) -> Path:
    """An atlas whose things are of kinds that the program has never heard of."""
    shutil.copytree(TINY, folder)
    path = folder / "atlas.toml"
    text = path.read_text("utf-8").replace("[parties]", '[parties]\nFJ = { en = "Fiji" }')
    head, rest = text.split("\n\n", 1)
    path.write_text(f"{head}{KINDS}\n{rest}", "utf-8")
    for name, content in FILES.items():
        (folder / name).write_text(content, "utf-8")
    return folder


@pytest.fixture(scope="module")
def joined(tmp_path_factory: pytest.TempPathFactory) -> JoinedAtlas:
    return fm.load(foreign(tmp_path_factory.mktemp("joined") / "atlas"))


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kinds")
    out = folder / "output"
    fm.build(foreign(folder / "atlas"), out, only=["gis"], cache=user_cache())
    return out


def test_the_page_knows_them(joined: JoinedAtlas) -> None:
    with joined.speaking():
        words = page_facts.words(["en", "et"])
    assert words["place_kind.wreck"] == {"en": "Wreck", "et": "Vrakk"}
    assert words["place_kind.landing"] == {"en": "Landing point", "et": "Landing point"}
    kinds = page_facts.kinds(joined)
    assert kinds["places"]["wreck"]["symbol"] == "dart"
    assert kinds["places"]["landing"] == {"like": "port", "symbol": "city", "own": True}
    assert kinds["terminals"] == {"jetty": {"like": "import", "symbol": "naval", "own": True}}
    assert kinds["links"]["cable_pact"]["colour"] == [LIGHT.route_plum, DARK.route_plum]
    assert {"dart", "naval"} <= set(page_facts.symbols(joined))


def test_events_are_drawn_where_they_were(joined: JoinedAtlas) -> None:
    """At a position of their own; those of the atlas's own kinds beside their places."""
    with joined.speaking():
        told = {row["id"]: row for row in page_layers._events(joined, page_layers.Speaker(["en"]))}
        made = registry.draw(joined, joined.sheets[0], "en")
    assert told["cut"]["at"] == [[-175.2, -21.14]]
    assert "lon" not in told["cut"]
    assert (told["sink"]["at"], told["sink"]["lon"]) == ([[-179, -16]], -179)
    kinds = page_facts.kinds(joined)["events"]
    assert kinds["raid"]["symbol"] == "M2 2H22V22H2Z"
    assert kinds["shipping"] == {"symbol": "venue"}
    assert {"M2 2H22V22H2Z", "venue"} <= set(page_facts.symbols(joined))
    drawn = {name for name, _ in made.page.symbols}
    assert {"event cut", "event next", "event sink"} <= drawn
    assert made.page.layers["kind events raid planned"] == 1
    assert "event" not in made.page.layers  # no ring beside a symbol


def test_half_a_position_is_told(tmp_path: Path) -> None:
    folder = foreign(tmp_path / "atlas")
    path = folder / "events.csv"
    path.write_text(path.read_text("utf-8").replace("176,-24", ",-24"), "utf-8")
    with pytest.raises(AtlasError, match=r"events.csv:3: next.lon: is missing; a position is lon"):
        read(folder)


@pytest.mark.parametrize("language", ["en", "et"])
def test_the_legend_of_a_sheet_tells_those_that_it_shows(
    joined: JoinedAtlas, language: str
) -> None:
    with joined.speaking():
        made = registry.draw(joined, joined.sheets[0], language)
    legend = " ".join(item.text for item in made.page.texts if item.role == "legend")
    wreck = {"en": "Wreck", "et": "Vrakk"}[language]
    for word in (wreck, "Landing point", "Grain jetty", "Cable agreement", "Raid on a cable"):
        assert word in legend, word


def test_the_geopackage_and_its_styles_say_them(output: Path) -> None:
    with closing(sqlite3.connect(output / "gis" / "frontiers.gpkg")) as base:
        allowed = base.execute(
            "SELECT value, description FROM gpkg_data_column_constraints "
            "WHERE constraint_name = 'places_kind'"
        ).fetchall()
        styles = dict(base.execute("SELECT f_table_name, styleQML FROM layer_styles"))
    assert ("wreck", "Wreck") in allowed
    assert ("capital", "capital") in allowed
    for layer, word in (("places", "Wreck"), ("terminals", "Grain jetty"),
                        ("links", "Cable agreement"), ("events", "Raid on a cable")):  # fmt: skip
        assert f'label="{word}' in styles[layer], layer


def test_the_globe_has_their_words_and_colours(output: Path) -> None:
    globe = (output / "gis" / "frontiers.kml").read_text("utf-8")
    for word in ("Wreck", "Landing point", "Grain jetty", "Cable agreement", "Raid on a cable"):
        assert f"&lt;/b&gt;: {word}" in globe, word
    assert "ff005c7a" in globe  # the colour of wrecks, backwards


def test_the_globe_has_their_symbols(output: Path) -> None:
    """Each picture that a style names is in the archive, and shows the symbol in its colour."""
    with zipfile.ZipFile(output / "gis" / "frontiers.kmz") as archive:
        document, names = archive.read("doc.kml").decode(), archive.namelist()
        pictures = {
            name: np.asarray(Image.open(io.BytesIO(archive.read(name))).convert("RGBA"))
            for name in names if name.endswith(".png")
        }  # fmt: skip
    assert names[0] == "doc.kml"
    assert set(re.findall(r"<href>([^<]+)</href>", document)) == set(pictures)
    assert {"icons/dart-7a5c00.png", "icons/city-1d2529.png", "icons/naval-1d2529.png"} <= {
        *pictures
    }
    dart = pictures["icons/dart-7a5c00.png"]
    assert dart.shape == (64, 64, 4)
    assert tuple(dart[30, 32]) == (0x7A, 0x5C, 0, 255)
    assert dart[2, 2, 3] == 0
    square = icon_name("M2 2H22V22H2Z", "#0b6e4f", hollow=True)
    assert tuple(pictures[f"icons/{square}"][32, 32, :3]) == (0xFD, 0xFC, 0xF9)
    assert document.count("<Placemark") == (output / "gis" / "frontiers.kml").read_text(
        "utf-8"
    ).count("<Placemark")


def test_a_kind_behaves_as_what_it_is_like(tmp_path: Path) -> None:
    settings = read(foreign(tmp_path / "atlas")).settings
    assert "landing" in settings.kinds_like("places", "port")
    assert settings.kinds_like("terminals", "import") == {"import", "jetty"}
    assert settings.kind_looks["events"]["raid"].like == "conflict"
    assert settings.kind_looks["places"]["wreck"].symbol == "dart"


WRONG = [
    ('like = "port"', 'like = "prot"', "kinds.landing.like: found 'prot'; allowed: capital,"),
    ('symbol = "dart"', 'symbol = "drat"', "found 'drat'"),
    ('symbol = "dart"', 'symbol = "ancor"', "; did you mean 'anchor'?"),
    ('symbol = "dart"', 'symbol = "M2 2L22 2Z"', "characters; it fills next to nothing"),
    ('symbol = "dart"', 'symbol = "M2 2<script>"', "; it has signs that are no command"),
    ('colour = "#7a5c00"', 'colour = "#ffffee"', "found '#ffffee'; allowed: #rrggbb with"),
    ('of = "links"', 'of = "lines"', "allowed: places, terminals, links or events"),
    ('id = "landing"', 'id = "wreck"', "kinds.wreck.id: found 'wreck' a second time among places"),
    ('id = "wreck"', 'id = "wrack"', "places.csv:4: nuku.kind: found 'wreck'; allowed: capital,"),
    ('id = "raid"', 'id = "raids"', "events.csv:2: cut.kind: found 'raid'; allowed: treaty,"),
    ('id = "raid"', 'id = "raids"', "did you mean 'raids'?"),
    ('id = "raid"', 'id = "raids"', 'declares: [[kinds]] with of = "events", id = "raid"'),
    ('colour = "route_plum"', 'symbol = "dart"', "found 'dart'; allowed: no symbol, as links"),
    ('name = { en = "Landing point" }', "", "name: is missing; it is needed"),
]


@pytest.mark.parametrize(("old", "new", "told"), WRONG, ids=[told for *_, told in WRONG])
def test_what_is_wrong_with_a_kind_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    folder = foreign(tmp_path / "atlas")
    path = folder / "atlas.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(AtlasError) as problems:
        read(folder)
    assert told in str(problems.value)


def test_sld_has_their_symbols(output: Path) -> None:
    """As pictures with colours written in, in the two ways that there are to hold one."""
    with closing(sqlite3.connect(output / "gis" / "frontiers.gpkg")) as base:
        styles = dict(base.execute("SELECT f_table_name, styleSLD FROM layer_styles"))
    root = ElementTree.fromstring(styles["events"])
    names = {"se": "http://www.opengis.net/se", "x": "{http://www.w3.org/1999/xlink}href"}
    within = [str(one.text) for one in root.iterfind(".//se:InlineContent", names)]
    linked = [
        str(one.get(names["x"])).removeprefix("base64:")
        for one in root.iterfind(".//se:OnlineResource", names)
    ]
    assert within == linked
    drawn = [base64.b64decode(one).decode() for one in within]
    assert any("M2 2H22V22H2Z" in one and 'fill="#0b6e4f"' in one for one in drawn)
    assert any(SYMBOLS["venue"] in one for one in drawn)
    assert not any("param(" in one for one in drawn)
