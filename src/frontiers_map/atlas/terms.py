"""One word for each thing: the list of terms, and the words that are not to be used for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from frontiers_map.atlas.model import LANGUAGES, Row, Term, Text
from frontiers_map.atlas.reader import Found, Reader

__all__ = ["check_terms"]

# What sources are called, and what was said, stands as it was.
_QUOTED = ("sources.csv", "errata.csv", "terms.csv")


def check_terms(reader: Reader, found: Mapping[str, list[Found]]) -> None:
    """Tell words in texts that the list of terms has another word for."""
    instead: dict[str, list[tuple[str, str]]] = {language: [] for language in LANGUAGES}
    for item in found["terms.csv"]:
        row = cast("Term", item.row)
        for pair in filter(None, row.avoid.split(";")):
            language, _, word = pair.partition(":")
            instead[language].append((word, getattr(row, f"term_{language}") or row.term_en))
    for file, items in found.items():
        if file in _QUOTED:
            continue
        for item in items:
            for field, language, words in _spoken(item.row):
                for word, term in instead[language]:
                    if word in words:
                        text = f"found '{word}'; allowed: '{term}', as terms.csv says"
                        label = getattr(item.row, "id", "") or getattr(item.row, "gate", "")
                        reader.say(
                            file.split("#")[0], text, line=item.line, feature=label, field=field
                        )


def _spoken(row: Any) -> list[tuple[str, str, str]]:
    """Field, language and words of the texts of a row and of the rows in it."""
    told = []
    for field, value in row:
        base, _, language = field.rpartition("_")
        if isinstance(value, str) and base and language in LANGUAGES:
            told.append((field, language, value))
        parts = value if isinstance(value, tuple) else (value,)
        for part in parts:
            if isinstance(part, Text):
                told += [(f"{field}.{language}", language, words) for language, words in part]
            elif isinstance(part, Row):
                told += [
                    (f"{field}.{inner}", language, words)
                    for inner, language, words in _spoken(part)
                ]
    return told
