"""One word for each thing: the list of terms, and the words that are not to be used for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from frontiers_map.atlas.model import Row, Text
from frontiers_map.atlas.reader import Found, Reader
from frontiers_map.language.text import main_language, suffix, tag

__all__ = ["check_terms"]

# What sources are called, and what was said, stands as it was.
_QUOTED = ("sources.csv", "errata.csv", "terms.csv")


def check_terms(reader: Reader, found: Mapping[str, list[Found]]) -> None:
    """Tell words in texts that the list of terms has another word for."""
    instead: dict[str, list[tuple[str, str]]] = {language: [] for language in reader.languages}
    main = f"term_{suffix(main_language(reader.languages))}"
    for item in found["terms.csv"]:
        row: Any = item.row
        for pair in filter(None, row.avoid.split(";")):
            language, _, word = pair.partition(":")
            if language in instead:
                term = getattr(row, f"term_{suffix(language)}") or getattr(row, main)
                instead[language].append((word, term))
    for file, items in found.items():
        if file in _QUOTED:
            continue
        for item in items:
            for field, language, words in _spoken(item.row):
                for word, term in instead.get(language, ()):
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
        if isinstance(value, str):
            told += [(field, tag(end), value) for end in _endings(field)]
        parts = value if isinstance(value, tuple) else (value,)
        for part in parts:
            if isinstance(part, Text):
                told += [(f"{field}.{end}", tag(end), words) for end, words in part]
            elif isinstance(part, Row):
                told += [
                    (f"{field}.{inner}", language, words)
                    for inner, language, words in _spoken(part)
                ]
    return told


def _endings(field: str) -> list[str]:
    """What may be the language in the name of a column: ``Hans`` and ``zh_Hans``."""
    parts = field.split("_")
    return ["_".join(parts[at:]) for at in range(1, len(parts))]
