"""What a QGIS project says in the languages of the atlas: groups, legends, themes."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

__all__ = ["say"]


@cache
def _words() -> dict[str, dict[str, str]]:
    text = files("frontiers_map").joinpath("gis/words.toml").read_text("utf-8")
    found: dict[str, dict[str, str]] = tomllib.loads(text)["words"]
    return found


def say(key: str, language: str, **values: str) -> str:
    """Give one of the project's own words, in English where a language is missing.

    Raises
    ------
    KeyError
        If there is none of that name.
    """
    words = _words()[key]
    return words.get(language, words["en"]).format(**values)
