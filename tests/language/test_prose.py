"""Prose: a little Markdown is set, all else stays the letters that it is."""

from __future__ import annotations

import csv
import html.parser
import itertools
import json
import re
import time
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontiers_map.language import prose
from helpers import ROOT

HOSTILE = [
    "<script>alert(1)</script>",
    "*<img src=x onerror=alert(1)>*",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:1) [y](file:///etc/passwd) [z](//evil.example)",
    "![x](javascript:1)",
    "<https://example.org>",
    "&lt;script&gt; &#60;script&#62;",
    '[x](https://example.org/"onmouseover="alert(1) "t")',
    "[*x*](https://example.org/?a=<b>&c=d'e)",
    "\u202e[reversed](https://example.org)",
    "# head\n> quote\n```code```\n---\n| a | b |",
]


class Elements(html.parser.HTMLParser):
    """Elements with their attributes, and the words, as a browser reads them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs))

    def handle_data(self, data: str) -> None:
        self.words += data


def inert(text: str) -> None:
    for tag, given_ in Elements(prose.to_html(prose.told(text))).found:
        assert tag in {"p", "ul", "ol", "li", "em", "strong", "a"}
        if tag == "a":
            assert [name for name, _ in given_] == ["href", "rel"]
            assert re.fullmatch(r"https?://[^\s<>\"]+", given_[0][1] or "", re.IGNORECASE)
        else:
            assert given_ == []


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_prose_is_inert(text: str) -> None:
    inert(text)
    if "(https:" not in text and not text.startswith("*"):
        assert prose.told(text) == text
        assert Elements(prose.to_html(text)).words == text


@given(st.text(alphabet="*_[]()<>&\\\"'-1. \nabhtps:/", max_size=80))
def test_any_prose_is_inert(text: str) -> None:
    inert(text)
    prose.plain(text)


@pytest.mark.parametrize("text", ["[" * 9000, "*a " * 5000, "- " * 4000, "[](" * 4000, "**" * 5000])
def test_no_prose_takes_long(text: str) -> None:
    begun = time.process_time()
    prose.told(text)
    assert time.process_time() - begun < 5


SAME = [
    "1973. Oil was cut off.",
    "2024. One.\n\n2025. Two.",
    "5 * 3 is 15 * 1",
    "snake_case_names",
    "Reported [1], [2] and (3)",
    "a - b\n-5 degrees",
    "#1, > 3 %, 50 % ~ half, `as is`, A&amp;B",
    "C:\\maps\\new",
    "",
]


@pytest.mark.parametrize("text", SAME)
def test_plain_prose_stays_as_it_is(text: str) -> None:
    assert prose.told(text) == text
    assert prose.plain(text) == text


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)


def test_no_text_of_the_packaged_atlas_changes() -> None:
    folder, found = ROOT / "geodata", []
    for path in sorted(folder.iterdir()):
        match path.suffix:
            case ".toml":
                found += [*_texts(tomllib.loads(path.read_text("utf-8")))]
            case ".csv":
                with path.open(encoding="utf-8", newline="") as file:
                    found += itertools.chain.from_iterable(csv.reader(file))
            case ".geojson":
                found += [*_texts(json.loads(path.read_text("utf-8")))]
    assert len(found) > 10_000
    assert [text for text in found if prose.told(text) != text] == []


def test_what_is_marked_is_set() -> None:
    text = (
        "Cut *twice*, see **[the *report*](https://example.org/a_b?c=1&d=2)**.\n\n"
        "1. first\n2. second\n   - within\n\nAs \\*said\\*"
    )
    assert prose.told(text) == [
        ["p", "Cut ", ["em", "twice"], ", see ",
         ["strong", ["a", "https://example.org/a_b?c=1&d=2", "the ", ["em", "report"]]], "."],
        ["ol", ["li", "first"], ["li", "second", ["ul", ["li", "within"]]]],
        ["p", "As *said*"],
    ]  # fmt: skip
    assert prose.plain(text) == (
        "Cut twice, see the report.\n1. first\n2. second\n\N{EN DASH} within\n\nAs *said*"
    )
    assert '<a href="https://example.org/a_b?c=1&amp;d=2" rel="noopener noreferrer">' in (
        prose.to_html(prose.told(text))
    )
