"""What a row is: dates, ids and texts at their limits; the JSON Schemas and what they promise."""

from __future__ import annotations

import csv
import json
import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter, ValidationError

from frontiers_map.atlas import model
from frontiers_map.atlas.model import field_types
from frontiers_map.atlas.own_words import file_of
from helpers import ATLASES, BROKEN, GEODATA, ROOT, TINY

SCHEMAS = model.schemas()


def accepts(kind: Any, value: Any) -> bool:
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError:
        return False
    return True


@given(st.dates(min_value=date(1000, 1, 1), max_value=date(2999, 12, 31)))
def test_every_day_is_a_date_and_so_are_its_month_and_year(day: date) -> None:
    text = day.isoformat()
    assert all(accepts(field_types.Date, text[:length]) for length in (4, 7, 10))


@given(st.integers(1000, 2999), st.integers(1, 12))
def test_the_day_after_the_last_is_none(year: int, month: int) -> None:
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    last = (first_of_next - timedelta(days=1)).day
    assert accepts(field_types.Date, f"{year}-{month:02}-{last:02}")
    assert not accepts(field_types.Date, f"{year}-{month:02}-{last + 1:02}")


@pytest.mark.parametrize(
    "text",
    ["", "26", "2026-1", "2026-1-1", "2026-13", "2026-00", "2026-01-00", "16/01/2026", "2026-02-29",
     "2026-01-16T00:00", " 2026", "２０２６", "1900-02-29", "January 2026", "2026-01-16 ",
     "2026\n", "0000", "9999"],
)  # fmt: skip
def test_what_is_no_date(text: str) -> None:
    assert not accepts(field_types.Date, text)


def test_toml_dates_are_dates() -> None:
    assert accepts(field_types.Date, tomllib.loads("day = 2026-01-16")["day"])


@pytest.mark.parametrize(
    ("text", "parts"),
    [("a;b", ("a", "b")), (" a ; b ;", ("a", "b")), ("", ()), ("a", ("a",)),
     (["a", "b"], ("a", "b"))],
)  # fmt: skip
def test_several_ids_in_one_cell(text: Any, parts: tuple[str, ...]) -> None:
    assert TypeAdapter(field_types.Ids).validate_python(text) == parts


def test_lines_through_places() -> None:
    found = TypeAdapter(field_types.Paths).validate_python("tokyo;rome|rome;london;tokyo|")
    assert found == (("tokyo", "rome"), ("rome", "london", "tokyo"))


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x7f", "\x85", "\ufffe", "\ud800"])
def test_no_control_characters_in_text(character: str) -> None:
    assert not accepts(field_types.Needed, f"Ro{character}me")


@pytest.mark.parametrize("character", ["\t", "\n", "\u2028", "\u202e", "\u200d", "𓀀", "é"])
def test_other_characters_in_text(character: str) -> None:
    assert accepts(field_types.Needed, f"Ro{character}me")


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "//example.org", "http://", 'https://a.b/"onclick',
     "https://a.b/<script>", "https://a.b/ c", "ftp://a.b", "HTTPS://a.b'"],
)  # fmt: skip
def test_what_is_no_web_address(url: str) -> None:
    with pytest.raises(ValidationError):
        model.Source(id="s", title="S", url=url)


def test_an_address_that_is_printed_as_a_code_can_be() -> None:
    start = "https://example.org/"
    for letter in ("a", "海", "𓀀"):  # up to four bytes
        longest = start + letter * (300 - len(start))
        assert accepts(field_types.PrintedAddress, longest)
        assert segno.make(longest, error="m", micro=False).matrix
        assert not accepts(field_types.PrintedAddress, longest + letter)


def test_text_falls_back_to_english() -> None:
    text = model.Text(en="sea", ja="海")
    assert [text.get(language) for language in model.LANGUAGES] == ["sea", "sea", "海"]


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_schema_on_disk_is_current(name: str) -> None:
    path = ROOT / "docs" / "schemas" / f"{name.replace('.', '-')}.schema.json"
    assert json.loads(path.read_text("utf-8")) == SCHEMAS[name], "run tools/make_docs.py"
    Draft202012Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_schema_explains_every_field(name: str) -> None:
    schema = SCHEMAS[name]
    if name.endswith(".toml"):
        return
    for field, part in schema["properties"].items():
        words = part.get("description") or part.get("$ref") or part.get("allOf")
        assert words, f"{name}: {field}: says nothing"


def documents(path: Path) -> list[Any]:
    """What a schema is about: rows with numbers as numbers, properties, or a whole TOML file."""
    if path.suffix == ".toml":
        return [json.loads(json.dumps(tomllib.loads(path.read_text("utf-8")), default=str))]
    if path.suffix == ".geojson":
        features = json.loads(path.read_text("utf-8"))["features"]
        return [feature["properties"] for feature in features]
    numbers = {
        name
        for name, part in SCHEMAS[path.name]["properties"].items()
        if any(one.get("type") in ("number", "integer") for one in part.get("anyOf", [part]))
    }
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [{k: json.loads(v) if k in numbers and v else v for k, v in row.items()} for row in rows]


FILES = [path for folder in (TINY, GEODATA) for path in sorted(folder.iterdir())
         if path.name in SCHEMAS]  # fmt: skip


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_good_files_match_their_schemas(path: Path) -> None:
    validator = Draft202012Validator(SCHEMAS[path.name])
    found = documents(path)
    assert found
    for document in found:
        assert [error.message for error in validator.iter_errors(document)] == []


@pytest.mark.parametrize(
    "case",
    ["country-of-three-letters/places.csv", "date-with-slashes/places.csv",
     "id-with-spaces/places.csv",
     "name-empty/places.csv", "no-source/places.csv", "lon-out-of-range/places.csv",
     "share-over-100/routes.csv", "property-missing/regions.geojson",
     "property-unknown/regions.geojson", "property-of-wrong-type/regions.geojson",
     "toml-unknown-key/atlas.toml", "toml-wrong-type/atlas.toml", "toml-view-of-three/maps.toml",
     "toml-english-missing/atlas.toml", "yes-in-words/places.csv",
     "javascript-address/sources.csv"],
)  # fmt: skip
def test_schemas_refuse_what_the_reader_refuses(case: str) -> None:
    path = BROKEN / case
    validator = Draft202012Validator(SCHEMAS[path.name])
    assert any(list(validator.iter_errors(document)) for document in documents(path))


def test_the_rows_cannot_be_changed() -> None:
    source = model.Source(id="s", title="S")
    with pytest.raises(ValidationError):
        source.title = "T"


def test_every_file_of_the_atlas_has_a_model() -> None:
    names = {
        path.name for path in GEODATA.iterdir() if path.suffix in {".csv", ".toml", ".geojson"}
    }
    # words of the program have groups and keys, and no rows
    languages = tomllib.loads((GEODATA / "atlas.toml").read_text("utf-8"))["languages"]
    names -= {file_of(code) for code in languages}
    # counts of ships are brought in by whoever has them: the licence of the rows was not found;
    # and the sea of this atlas is that of the package
    own = {"transits.csv", "channels.geojson", "shoals.geojson"}
    assert names == set(model.MODELS) - own
    assert ATLASES.is_dir()
