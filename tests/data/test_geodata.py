"""The default atlas as its editors left it: complete, in three languages, true to its sources.

These tests read the files themselves, not through the package, so that a fault of the reader
cannot hide a fault of the data. Numbers are copied here once, with the source that gave them.
"""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import LineString, Polygon, shape

from helpers import GEODATA

LANGUAGES = ("en", "it", "ja")
RECORD_TO = "2026-10-09"

TABLES = sorted(GEODATA.glob("*.csv"))
LAYERS = sorted(GEODATA.glob("*.geojson"))
SETTINGS = sorted(GEODATA.glob("*.toml"))

COUNTS = {
    "regions.geojson": 8,
    "gates.geojson": 75,
    "terminals.csv": 84,
    "places.csv": 64,  # 60 of the research table, Cape Agulhas, Sasebo, Okinawa, Hiroshima
    "sea_labels.csv": 76,
    "links.csv": 17,
    "events.csv": 105,
    "claims.csv": 28,
    # the reports of the research table; that none was found or looked for is no report
    "gate_status.csv": 36,
    "gate_groups.csv": 18,
    "region_edges.csv": 387,
}

VERTICES = {
    "ip_foip_japan": 62 + 1,  # and one half-way along 50°S: no edge spans more than 180°
    "ip_us_indopacom": 34 + 1,  # and one half-way along its southern edge
    "ip_eu": 49,
    "med_core": 27,
    "med_narrow_1980s": 39,
    "med_wide_navy": 60,
    "med_defence_2022": 64,
    "med_global_recommended": 63,
}

# (file, id, field, value): the research tables' figures, with the source that gave each.
GOLDEN = [
    ("terminals.csv", "sodegaura", "capacity_mtpa", 31.4),  # S463
    ("terminals.csv", "futtsu", "capacity_mtpa", 22.9),  # S60
    ("terminals.csv", "bintulu", "capacity_mtpa", 28.8),  # S60
    ("terminals.csv", "ras_laffan", "capacity_mtpa", 77),  # S387, before the war
    ("terminals.csv", "sakhalin2", "capacity_mtpa", 11.5),  # S60, after debottlenecking
    ("terminals.csv", "coral_sul", "capacity_mtpa", 3.4),  # S60
    ("terminals.csv", "coral_norte", "capacity_mtpa", 3.6),  # S61
    ("terminals.csv", "mozambique_lng", "capacity_mtpa", 13.1),  # S60
    ("terminals.csv", "peru", "capacity_mtpa", 4.45),  # S60
    ("terminals.csv", "coral_sul", "lon", 41.2),  # S60
    ("terminals.csv", "coral_sul", "position_error_km", 25),  # S60 against S68
    ("terminals.csv", "nws", "lat", -20.5942),  # S60
    ("terminals.csv", "adriatic", "lon", 12.5861),  # S60
    ("terminals.csv", "negishi", "start_year", 1969),  # S60, S72
    ("places.csv", "tokyo", "lon", 139.6917),  # S91
    ("places.csv", "rome", "lat", 41.8919),  # S91
    ("places.csv", "malindi", "lon", 40.19),  # S92
    ("places.csv", "camp_smith", "lon", -157.907),  # S04, general knowledge
    ("gates.geojson", "malacca", "min_width_km", 38),  # S80
    ("gates.geojson", "malacca", "yearly_transits", 94301),  # S83, 2024
    ("gates.geojson", "singapore", "min_width_km", 2.8),  # S80
    ("gates.geojson", "hormuz", "min_width_km", 33),  # S82
    ("gates.geojson", "hormuz", "yearly_transits", 36000),  # S82, a normal year
    ("gates.geojson", "suez", "yearly_transits", 13200),  # S84, 2024
    ("gates.geojson", "panama", "yearly_transits", 13451),  # S85, 2025
    ("gates.geojson", "bosporus", "yearly_transits", 40172),  # S86, 2025
    ("gates.geojson", "dardanelles", "yearly_transits", 44468),  # S86, 2025
    ("gates.geojson", "bab_el_mandeb", "min_width_km", 26.3),  # S90
    ("gates.geojson", "korea_strait", "min_width_km", 42.6),  # S87, 23 nm
    ("gates.geojson", "tsugaru", "min_width_km", 18.7),  # S87, 10 nm
    ("gates.geojson", "mozambique_ch", "min_width_km", 419),  # S88
]

# Imports of LNG: importer, period, origin, million tonnes, share in per cent.
IMPORTS = [
    ("JP", "2024-01/2024-12", "total", 65.9, 100),  # S70
    ("JP", "2024-01/2024-12", "australia", 25.1, 38.1),  # S70
    ("JP", "2024-01/2024-12", "malaysia", 10.2, 15.5),  # S70
    ("JP", "2024-01/2024-12", "united_states", 6.3, 9.6),  # S70
    ("JP", "2024-01/2024-12", "russia", 5.7, 8.6),  # S70
    ("JP", "2023-04/2024-03", "australia", 26.61, 41.0),  # S72
    ("JP", "2025-01/2025-12", "qatar", 3.4, 5.3),  # S73, S443
    ("JP", "2025-01/2025-12", "total", 64.98, 100),  # S443
    ("IT", "2023-01/2023-12", "total", 12.0, 100),  # S133
    ("IT", "2025-01/2025-06", "united_states", None, 45.0),  # S132
    ("IT", "2025-01/2025-06", "qatar", None, 25.8),  # S132
    ("IT", "2025-01/2025-06", "algeria", None, 18.5),  # S132
]

# What a ship is taken to be (S100, S105, S106).
PARAMETERS = {
    "service_speed_kn": 17, "cargo_size_m3": 174000, "fill_fraction": 0.985,
    "boil_off_laden_pct_day": 0.085, "boil_off_ballast_pct_day": 0.09, "port_days_total": 3,
    "lng_density_t_m3": 0.45,
}  # fmt: skip

# IMF PortWatch's own numbers of the straits (S138; 25-27 are likely, not verified).
PORTWATCH = {
    "suez": 1, "panama": 2, "bosporus": 3, "bab_el_mandeb": 4, "malacca": 5, "hormuz": 6,
    "good_hope": 7, "gibraltar": 8, "dover": 9, "oresund": 10, "taiwan_strait": 11,
    "korea_strait": 12, "tsushima": 12, "tsugaru": 13, "bashi": 14, "balintang": 14, "lombok": 15,
    "ombai_wetar": 16, "torres": 18, "sunda": 19, "makassar": 20, "magellan": 21, "yucatan": 22,
    "windward": 23, "mona": 24, "balabac": 25, "bering": 26, "mindoro": 27,
}  # fmt: skip

CLOSED = {
    "always": {"bering", "palk", "tatary"},
    "large": {
        "naruto", "akashi", "nemuro", "torres", "kanmon", "messina", "bonifacio", "qiongzhou",
        "durian", "bali_strait", "magellan", "flores_alor", "sape", "basilan", "san_bernardino",
        "surigao", "verde",
    },
    "lng": {"yekaterina", "friza", "kurils_north", "vitiaz"},
}  # fmt: skip

# Texts a reader needs in every row; the other texts may be empty, but then in all languages.
NEEDED = (
    "name", "short", "role", "title", "claim", "finding", "sentence", "summary", "said", "right",
)  # fmt: skip

KANA_OR_KANJI = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
NO_WORDS = re.compile(r"[A-Z0-9 .,%×/()m～-]*")  # acronyms and quantities: the same in Japanese
ENGLISH = re.compile(r"\b(the|of|and|with|from|which|after|before|than|their)\b", re.IGNORECASE)
ITALIAN = re.compile(r"\b(della|delle|degli|dello|dei|nel|nella|che|più|sono|è|dal|dalla)\b")
BAD_ITALIAN = re.compile(r"\b(e|piu|perche|puo|gia|cosi|citta|meta|sara|poiche|finche)'(?!\w)")
WRONG_ACUTE = re.compile(r"perchè|poichè|finchè|\bnè\b|\bsè\b|\bE'|\bpò\b|\bquì\b|\bquà\b|\bfà\b")
HALF_WIDTH = re.compile(r"[\u3040-\u30ff\u3400-\u9fff][,;:!?]|[\u3040-\u30ff\u3400-\u9fff]\.(?!\d)")


# Where a language rightly writes a number as a word or leaves it out.
OTHER_NUMBERS = {
    "routes.csv: coral_it_suez.via_reason",  # "quell'anno" for a second 2024
    "routes.csv: qatar_it_suez.via_reason",
    "regions.geojson: med_narrow_1980s.short",  # "anni '80"
    "story.toml: chapter[two_frontiers].text",  # "negli anni Settanta e Ottanta"
    "story.toml: chapter[partnership].text",  # 2023年と24年
    "events.csv: e_actionplan.name",  # the years of the plan stand in its summary
    "terminals.csv: senboku1.name",  # 第一
    "terminals.csv: senboku1.short",
    "terminals.csv: senboku2.name",  # 第二
    "terminals.csv: senboku2.short",
}


def table(path: Path) -> list[dict[str, Any]]:
    """The rows of a CSV file, or the properties of a GeoJSON file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".geojson":
        return [feature["properties"] for feature in json.loads(text)["features"]]
    return list(csv.DictReader(io.StringIO(text, newline="")))


ROWS = {path.name: table(path) for path in [*TABLES, *LAYERS]}
GEOMETRY = {
    path.stem: {
        feature["properties"]["id"]: shape(feature["geometry"])
        for feature in json.loads(path.read_text(encoding="utf-8"))["features"]
    }
    for path in LAYERS
}


def by_id(file: str) -> dict[str, dict[str, Any]]:
    """The rows of a file by their ids."""
    return {row["id"]: row for row in ROWS[file]}


def texts(file: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Every text of a table that a reader sees: its row, its field, its three versions."""
    for number, row in enumerate(ROWS[file], start=2):
        label = str(row.get("id") or f"line {number}")
        for field in dict.fromkeys(key[:-3] for key in row if key.endswith("_en")):
            yield label, field, {name: row.get(f"{field}_{name}") or "" for name in LANGUAGES}


def settings_texts(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Every text of a TOML file: where it stands, its three versions."""
    if isinstance(value, dict):
        if "en" in value and isinstance(value["en"], str):
            yield path, {name: value.get(name, "") for name in LANGUAGES}
            return
        flat = {key[:-3] for key in value if key.endswith("_en")}
        for field in sorted(flat):
            yield f"{path}.{field}", {n: value.get(f"{field}_{n}", "") for n in LANGUAGES}
        for key, inner in value.items():
            yield from settings_texts(inner, f"{path}.{key}".strip("."))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            label = inner.get("id", number) if isinstance(inner, dict) else number
            yield from settings_texts(inner, f"{path}[{label}]")


def all_texts() -> list[tuple[str, str, dict[str, str]]]:
    """Every text of the atlas that a reader sees: where it stands, its field, its versions."""
    found = [
        (f"{file}: {label}.{field}", field, versions)
        for file in ROWS
        for label, field, versions in texts(file)
    ]
    for path in SETTINGS:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        found += [
            (f"{path.name}: {where}", where.rsplit(".", 1)[-1], versions)
            for where, versions in settings_texts(document)
        ]
    return found


def numbers(text: str, thousands: str, point: str) -> list[float]:
    """The numbers of a text in a Latin script, sorted."""
    pattern = rf"\d{{1,3}}(?:\{thousands}\d{{3}})+(?:\{point}\d+)?|\d+(?:\{point}\d+)?"
    plain = text.replace("CC BY 4.0", "")
    found = re.findall(pattern, plain)
    return sorted(float(n.replace(thousands, "").replace(point, ".")) for n in found)


def japanese_numbers(text: str) -> set[float]:
    """The numbers of a Japanese text; with 万 and 億 also in millions and thousand millions."""
    found = {float(a + b) for a, b in re.findall(r"(\d\d)\d\d～(\d\d)年", text)}  # 2028～33年
    for run in re.findall(r"\d[\d,.億万]*", text):
        value = 0.0
        for amount, unit in re.findall(r"([\d,]+(?:\.\d+)?)([億万]?)", run):
            value += float(amount.replace(",", "")) * {"億": 1e8, "万": 1e4, "": 1}[unit]
        found |= {value, round(value / 1e6, 9), round(value / 1e9, 9)}
    return found


def missing_texts() -> list[str]:
    """Every version of a text that is not there although another version, or the reader, is."""
    return [
        f"{where}_{language}"
        for where, field, versions in TEXTS
        for language in LANGUAGES
        if not versions[language].strip() and (any(versions.values()) or field in NEEDED)
    ]


TEXTS = all_texts()


# ---------------------------------------------------------------------------- completeness


@pytest.mark.parametrize("file", COUNTS)
def test_every_row_of_the_research_is_there(file: str) -> None:
    assert len(ROWS[file]) == COUNTS[file]


def test_the_bibliography_is_whole() -> None:
    assert len(ROWS["sources.csv"]) >= 138


def test_no_text_is_missing_in_any_language() -> None:
    assert len(TEXTS) > 2000
    assert missing_texts() == []


def test_a_missing_text_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = [("x.csv: a.note", "note", {"en": "There", "it": " ", "ja": "ある"})]
    broken += [("x.csv: b.note", "note", {"en": "", "it": "", "ja": ""})]
    broken += [("x.csv: c.name", "name", {"en": "", "it": "", "ja": ""})]
    monkeypatch.setitem(globals(), "TEXTS", broken)
    names = [f"x.csv: c.name_{language}" for language in LANGUAGES]
    assert missing_texts() == ["x.csv: a.note_it", *names]


def test_every_gate_that_is_closed_says_why() -> None:
    gates = ROWS["gates.geojson"]
    for state, ids in CLOSED.items():
        assert {row["id"] for row in gates if row["closed_by_default"] == state} == ids
    for row in gates:
        assert bool(row["closed_reason_en"]) == (row["closed_by_default"] != "no"), row["id"]


# -------------------------------------------------------------------------------- languages


def test_japanese_is_japanese() -> None:
    assert [
        where
        for where, _, versions in TEXTS
        if versions["ja"]
        and not KANA_OR_KANJI.search(versions["ja"])
        and not NO_WORDS.fullmatch(versions["ja"])
    ] == []


@pytest.mark.parametrize("language", ["en", "it"])
def test_latin_texts_hold_no_japanese(language: str) -> None:
    assert [where for where, _, versions in TEXTS if KANA_OR_KANJI.search(versions[language])] == []


def test_languages_are_not_mixed_up() -> None:
    # One stray word may be a name ("The Hindu"); two in one text are another language.
    wrong = []
    for where, _, versions in TEXTS:
        if len(ENGLISH.findall(versions["it"])) > 1:
            wrong.append(f"{where}_it")
        if len(ITALIAN.findall(versions["en"])) > 1:
            wrong.append(f"{where}_en")
        latin = re.sub(r"\([^)]*\)", "", versions["ja"])
        if len(ENGLISH.findall(latin)) > 1:
            wrong.append(f"{where}_ja")
    assert wrong == []


def test_prose_is_translated() -> None:
    # Names may be the same in Italian; a sentence of five words is not.
    assert [
        where
        for where, field, versions in TEXTS
        if field not in ("name", "short", "trade")
        and len(versions["en"].split()) > 4
        and versions["en"] == versions["it"]
    ] == []


def test_numbers_are_the_same_in_every_language() -> None:
    wrong = []
    for where, _, versions in TEXTS:
        english = numbers(versions["en"], ",", ".")
        if where in OTHER_NUMBERS or not english:
            continue
        if numbers(versions["it"], ".", ",") != english:
            wrong.append(f"{where}_it")
        if not set(english) <= japanese_numbers(versions["ja"]):
            wrong.append(f"{where}_ja")
    assert wrong == []


def test_numbers_are_read_as_each_language_writes_them() -> None:
    assert numbers("4.6 to 1,250.5 (CC BY 4.0)", ",", ".") == [4.6, 1250.5]
    assert numbers("da 4,6 a 1.250,5", ".", ",") == [4.6, 1250.5]
    assert {686, 1.918, 102000, 9.6, 33, 2033} <= japanese_numbers(
        "6億8,600万ポンド、19億1,800万立方メートル、10万2,000隻、年産960万トン、2028～33年"
    )


def test_italian_accents() -> None:
    wrong = [
        (where, found.group())
        for where, _, versions in TEXTS
        if (found := BAD_ITALIAN.search(versions["it"]) or WRONG_ACUTE.search(versions["it"]))
    ]
    assert wrong == []


def test_japanese_punctuation() -> None:
    wrong = [
        (where, found.group())
        for where, _, versions in TEXTS
        if (found := HALF_WIDTH.search(versions["ja"]))
    ]
    assert wrong == []


def test_texts_are_clean() -> None:
    wrong = []
    for where, _, versions in TEXTS:
        for language, text in versions.items():
            doubled = re.search(
                r"[^\n] {2,}[^\n]|\.\.(?!\.)|。。| [,;.](?!\d)|\bGK\b|\bART\b", text
            )
            if text != text.strip() or doubled:
                wrong.append(f"{where}_{language}")
    assert wrong == []


def test_short_names_of_terminals_fit_the_map() -> None:
    for row in ROWS["terminals.csv"]:
        assert len(row["short_en"]) <= 18, row["id"]
        assert len(row["short_it"]) <= 18, row["id"]
        assert len(row["short_ja"]) <= 10, row["id"]


@pytest.mark.parametrize("file", ["terminals.csv", "gates.geojson", "places.csv", "sea_labels.csv"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_names_tell_features_apart(file: str, language: str) -> None:
    names = Counter(row[f"name_{language}"] for row in ROWS[file])
    assert [name for name, times in names.items() if times > 1] == []


# ------------------------------------------------------------------------------- references


@pytest.mark.parametrize("file", [name for name, rows in ROWS.items() if "id" in rows[0]])
def test_ids_are_unique(file: str) -> None:
    ids = Counter(row["id"] for row in ROWS[file])
    assert [name for name, times in ids.items() if times > 1] == []


def test_one_id_is_one_thing() -> None:
    files = ("places.csv", "terminals.csv", "gates.geojson", "gate_groups.csv", "regions.geojson",
             "sea_labels.csv", "links.csv", "events.csv")  # fmt: skip
    ids = Counter(row["id"] for file in files for row in ROWS[file])
    assert [name for name, times in ids.items() if times > 1] == []


@pytest.mark.parametrize("file", [name for name, rows in ROWS.items() if "source" in rows[0]])
def test_every_row_names_known_sources(file: str) -> None:
    known = set(by_id("sources.csv"))
    for row in ROWS[file]:
        sources = row["source"].split(";")
        assert sources != [""], row
        assert set(sources) <= known, row
        assert len(sources) == len(set(sources)), row


def test_every_reference_between_layers_is_known() -> None:
    gates, groups, terminals = (
        set(by_id(file)) for file in ("gates.geojson", "gate_groups.csv", "terminals.csv")
    )
    places, links = set(by_id("places.csv")), set(by_id("links.csv"))
    assert {row["gate"] for row in ROWS["gate_status.csv"]} <= gates | groups
    assert {row["terminal"] for row in ROWS["terminal_status.csv"]} <= terminals
    assert {row["region"] for row in ROWS["region_edges.csv"]} <= set(by_id("regions.geojson"))
    for row in ROWS["events.csv"]:
        assert set(filter(None, row["places"].split(";"))) <= places | terminals | gates, row["id"]
        assert set(filter(None, row["links"].split(";"))) <= links, row["id"]
    for row in ROWS["links.csv"]:
        assert set(filter(None, row["places"].split(";"))) <= places | terminals, row["id"]
    for row in ROWS["routes.csv"]:
        assert {row["from"], row["to"]} <= terminals, row["id"]
        assert set(filter(None, row["via"].split(";"))) <= gates | places, row["id"]


def test_a_gate_and_its_group_agree() -> None:
    group_of = {
        gate: row["id"] for row in ROWS["gate_groups.csv"] for gate in row["gates"].split(";")
    }
    assert sum(len(row["gates"].split(";")) for row in ROWS["gate_groups.csv"]) == len(group_of)
    assert set(group_of) <= set(by_id("gates.geojson"))
    for row in ROWS["gates.geojson"]:
        assert row["group"] == group_of.get(row["id"], ""), row["id"]


def test_a_region_edge_starts_at_a_vertex() -> None:
    vertices = {name: set(polygon.exterior.coords) for name, polygon in GEOMETRY["regions"].items()}
    for row in ROWS["region_edges.csv"]:
        assert (float(row["lon"]), float(row["lat"])) in vertices[row["region"]], row


# ---------------------------------------------------------------------- figures, dates, words


@pytest.mark.parametrize(("file", "name", "field", "value"), GOLDEN)
def test_figures_are_those_of_the_sources(file: str, name: str, field: str, value: float) -> None:
    assert float(by_id(file)[name][field]) == value


@pytest.mark.parametrize(("importer", "period", "origin", "mt", "share"), IMPORTS)
def test_imports_are_those_of_the_sources(
    importer: str, period: str, origin: str, mt: float | None, share: float | None
) -> None:
    (row,) = (
        row
        for row in ROWS["imports.csv"]
        if (row["importer"], row["period"], row["origin"]) == (importer, period, origin)
    )
    assert [float(row[field]) if row[field] else None for field in ("mt", "share_pct")] == [
        mt,
        share,
    ]


def test_ship_parameters() -> None:
    found = by_id("parameters.csv")
    assert {name: float(found[name]["value"]) for name in PARAMETERS} == PARAMETERS


def test_verdicts_on_the_article() -> None:
    # The claims of the article held against the record, each verdict on two readings.
    verdicts = Counter(row["verdict"] for row in ROWS["claims.csv"])
    assert verdicts["confirmed"] == 15
    assert sum(verdicts.values()) == 28
    assert {row["id"] for row in ROWS["claims.csv"]} == {f"c{n:02}" for n in range(1, 29)}


def test_portwatch_numbers() -> None:
    found = {row["id"]: row for row in ROWS["gates.geojson"] if row["portwatch_id"]}
    assert {name: row["portwatch_id"] for name, row in found.items()} == {
        name: f"chokepoint{number}" for name, number in PORTWATCH.items()
    }
    likely = {name for name, row in found.items() if row["portwatch_certainty"] == "likely"}
    assert likely == {"balabac", "bering", "mindoro"}


def test_capacity_of_the_world_that_is_shown() -> None:
    total = sum(float(row["capacity_mtpa"]) for row in ROWS["terminals.csv"])
    # the research table's 811.5 (S60, S61), the North West Shelf's retired train (S306) and what
    # Freeport gained (S304), and Brunei's by its operator (S366),
    # Nigeria's and Qatar's by theirs and the press (S385, S387), Adriatic LNG's licence (S183)
    earlier = 811.5 - 16.7 + 14.3 - 15 + 16.5 - 7.4 + 7.2 - 0.6 + 1
    # Corpus Christi's stage 3 (S464), two American plants by design and two in Japan (S463)
    assert total == pytest.approx(earlier + 10 - 2.1 - 6.5 - 1.3 - 0.1, abs=0.05)
    kinds = Counter(row["kind"] for row in ROWS["terminals.csv"])
    assert kinds == {"export": 42, "export_flng": 6, "import": 33, "import_fsru": 3}


@pytest.mark.parametrize("file", [name for name, rows in ROWS.items() if "as_of" in rows[0]])
def test_nothing_is_dated_after_the_record(file: str) -> None:
    for row in ROWS[file]:
        assert "1866" <= row["as_of"] <= RECORD_TO, (row["id"], row["as_of"])


def test_gate_status_in_order_of_time() -> None:
    last: dict[str, str] = {}
    for row in ROWS["gate_status.csv"]:
        assert row["date"] > last.get(row["gate"], ""), row
        last[row["gate"]] = row["date"]
        assert row["date"] <= RECORD_TO, row
        assert row["status"] != "unknown", row
    hormuz = [row for row in ROWS["gate_status.csv"] if row["gate"] == "hormuz"]
    assert (hormuz[-1]["date"], hormuz[-1]["status"]) == ("2026-10-08", "closed")


def test_last_dated_status_of_a_terminal_is_its_status() -> None:
    terminals = by_id("terminals.csv")
    last = {}
    for row in ROWS["terminal_status.csv"]:
        assert row["date"] <= RECORD_TO, row
        last[row["terminal"]] = row["status"]
    assert {name: terminals[name]["status"] for name in last} == last
    dates = [row["date"] for row in ROWS["terminal_status.csv"]]
    assert dates == sorted(dates)


def test_general_knowledge_alone_is_never_documented() -> None:
    files = ("places.csv", "terminals.csv", "sea_labels.csv", "gates.geojson", "regions.geojson")
    for file in files:
        for row in ROWS[file]:
            assert row["source"] != "GK" or row["certainty"] != "documented", (file, row["id"])


# --------------------------------------------------------------------------------- geometry


@pytest.mark.parametrize("name", VERTICES)
def test_outline_of_a_region(name: str) -> None:
    polygon = GEOMETRY["regions"][name]
    assert isinstance(polygon, Polygon)
    assert polygon.is_valid
    assert polygon.exterior.is_ccw
    assert not polygon.interiors
    assert len(polygon.exterior.coords) == VERTICES[name] + 1
    assert len(set(polygon.exterior.coords)) == VERTICES[name]


@pytest.mark.parametrize("name", sorted(GEOMETRY["gates"]))
def test_line_of_a_gate(name: str) -> None:
    line, row = GEOMETRY["gates"][name], by_id("gates.geojson")[name]
    assert isinstance(line, LineString)
    assert line.is_simple
    assert line.length > 0
    west, south, east, north = line.buffer(2.0).bounds
    assert west <= row["label_lon"] <= east, "a name stands near its line"
    assert south <= row["label_lat"] <= north, "a name stands near its line"


@pytest.mark.parametrize("path", LAYERS, ids=lambda path: path.name)
def test_geojson_is_written_for_people(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.endswith("}\n")
    assert "\r" not in text
    lines = [line for line in text.splitlines() if '"coordinates"' in line]
    assert len(lines) == len(ROWS[path.name]), "each geometry on a line of its own"
    assert [line for line in lines if re.search(r"\.\d{5}", line)] == []


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name)
def test_csv_is_written_plainly(path: Path) -> None:
    content = path.read_bytes()
    assert content.endswith(b"\n")
    assert b"\r" not in content
    assert not content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))
    assert {len(row) for row in rows} == {len(rows[0])}
    plain = io.StringIO(newline="")
    csv.writer(plain, lineterminator="\n").writerows(rows)
    assert plain.getvalue().encode() == content, "quotes only where they are needed"
