"""Numbers, areas and dates as each language writes them; every word in every language."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from frontiers_map.atlas import model
from frontiers_map.language import text

LANGUAGES = model.LANGUAGES


@pytest.mark.parametrize(
    ("value", "digits", "written"),
    [
        (13451.5, 0, ("13,452", "13.452", "13,452")),
        (13451.52, 1, ("13,451.5", "13.451,5", "13,451.5")),
        (-5.25, 1, ("−5.2", "−5,2", "−5.2")),
        (0, 0, ("0", "0", "0")),
        (999.96, 1, ("1,000.0", "1.000,0", "1,000.0")),
        (1e9, 0, ("1,000,000,000", "1.000.000.000", "1,000,000,000")),
    ],
)
def test_numbers(value: float, digits: int, written: tuple[str, ...]) -> None:
    assert tuple(text.number(value, language, digits) for language in LANGUAGES) == written


@given(st.floats(-1e12, 1e12), st.integers(0, 3))
def test_a_number_is_what_is_written(value: float, digits: int) -> None:
    for language in LANGUAGES:
        written = text.number(value, language, digits).replace("−", "-")
        if language == "it":
            written = written.translate(str.maketrans(",.", ".,"))
        assert float(written.replace(",", "")) == pytest.approx(value, abs=0.51 * 10**-digits)


@pytest.mark.parametrize(
    ("area", "written"),
    [
        (13_290_000, ("13.3 million km²", "13,3 milioni di km²", "1,330万km²")),
        (175_900_000, ("175.9 million km²", "175,9 milioni di km²", "1億7,590万km²")),
        (100_000_000, ("100.0 million km²", "100,0 milioni di km²", "1億km²")),
        (27_400, ("27,400 km²", "27.400 km²", "27,400 km²")),
        (0, ("0 km²", "0 km²", "0 km²")),
    ],
)
def test_areas(area: float, written: tuple[str, ...]) -> None:
    assert tuple(text.millions_km2(area, language) for language in LANGUAGES) == written


@pytest.mark.parametrize(
    ("date", "written"),
    [
        ("2026", ("2026", "2026", "2026年")),
        ("2026-08", ("August 2026", "agosto 2026", "2026年8月")),
        ("2026-01-16", ("16 January 2026", "16 gennaio 2026", "2026年1月16日")),
        ("2026-05-01", ("1 May 2026", "1º maggio 2026", "2026年5月1日")),
        ("2024-12-31", ("31 December 2024", "31 dicembre 2024", "2024年12月31日")),
    ],
)
def test_dates(date: str, written: tuple[str, ...]) -> None:
    assert tuple(text.day(date, language) for language in LANGUAGES) == written


def forms(word: text.Word) -> dict[str, str]:
    return {"other": word} if isinstance(word, str) else dict(word)


def holes(word: str) -> set[str]:
    # millions of tonnes are counted in ten thousands where a language counts so
    return set(re.findall(r"\{\w+\}", word.replace("{man}", "{mt}")))


@pytest.mark.parametrize("language", text.translations())
def test_every_word_is_there_in_every_language_with_what_is_filled_in(language: str) -> None:
    said, expected = text.words(language), text.words(text.FALLBACK)
    assert {group: list(words) for group, words in said.items()} == {
        group: list(words) for group, words in expected.items()
    }
    rule = Locale.parse(language, sep="-").plural_form
    counts = {str(name) for name in rule.rules} | {"other"}
    # what only decimals and millions take is not asked for
    asked = {rule(number) for number in range(1000)} | {"other"}
    for group, words in said.items():
        for key, word in words.items():
            for form in forms(word).values():
                assert form.strip() == form != "", f"{group}.{key}"
            known = holes(forms(expected[group][key])["other"])
            assert holes(forms(word)["other"]) == known, f"{group}.{key}"
            assert all(holes(form) <= known for form in forms(word).values()), f"{group}.{key}"
            if not isinstance(word, str):
                assert "{n}" in known, f"{group}.{key}"
                assert asked <= set(word) <= counts, f"{group}.{key}"


def test_words_count_as_their_language_does() -> None:
    counted = [text.word("page", "n_days", "en", n=n) for n in ("1", "1.0", "2", "1,001")]
    assert counted == ["1 day", "1.0 days", "2 days", "1,001 days"]
    assert text.word("page", "n_days", "de", n="1") == "1 Tag"
    assert text.word("page", "n_days", "ja", n="1") == "1日"


def literals(row: type[model.Row], field: str) -> tuple[str, ...]:
    return get_args(row.model_fields[field].annotation)


@pytest.mark.parametrize(
    ("group", "row", "field"),
    [
        ("certainty", model.Place, "certainty"),
        ("terminal_status", model.Terminal, "status"),
        ("gate_status", model.GateStatus, "status"),
        ("gate_kind", model.Gate, "kind"),
        ("route_status", model.RouteRow, "status"),
        ("link_status", model.Link, "status"),
        ("event_status", model.Event, "status"),
        ("verdict", model.Claim, "verdict"),
        ("use", model.Region, "use"),
    ],
)
def test_every_allowed_value_can_be_said(group: str, row: type[model.Row], field: str) -> None:
    allowed = literals(row, field)
    assert len(allowed) >= 3
    for value in allowed:
        for language in LANGUAGES:
            assert text.word(group, value, language)


@pytest.mark.parametrize("layer", model.KINDS)
def test_every_kind_of_the_program_can_be_said(layer: str) -> None:
    for language in LANGUAGES:
        assert set(text.words(language)[model.KIND_WORDS[layer]]) == set(model.KINDS[layer])


def test_a_word_that_is_not_there() -> None:
    with pytest.raises(KeyError):
        text.word("gate_status", "ajar", "en")
