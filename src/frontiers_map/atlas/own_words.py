"""Words of the program that an atlas brings itself, ``words_et.toml``: other ones, or a language.

The file has the form of those that come with the package (``language/words/``): tables by group,
a text for each key, or a table of texts by the way the language counts what ``{n}`` says. What it
leaves out is said as before.
"""

from __future__ import annotations

import string
from typing import Any

from frontiers_map.atlas.messages import did_you_mean, short
from frontiers_map.atlas.reader import Reader
from frontiers_map.language import text

__all__ = ["file_of", "read_words"]


def file_of(language: str) -> str:
    """Name the file of words of a language.

    Examples
    --------
    >>> file_of("zh-Hans")
    'words_zh_Hans.toml'
    """
    return f"words_{text.suffix(language)}.toml"


def read_words(reader: Reader) -> dict[str, text.Words]:
    """Read the words of each language of the atlas, and tell what cannot be said."""
    known = text.words(text.FALLBACK)
    found: dict[str, text.Words] = {}
    for language in reader.languages:
        file = file_of(language)
        given = reader.document(file)
        for group, words in given.items():
            if group not in known or not isinstance(words, dict):
                hint = did_you_mean(group, known) or f"; allowed: {', '.join(known)}"
                reader.say_in(file, f"found '{short(group)}', no group of words{hint}", group)
                continue
            for key, word in words.items():
                if told := _wrong(group, key, word):
                    reader.say_in(file, told, f"{group}.{key}")
        if given:
            found[language] = given
    return found


def _wrong(group: str, key: str, word: Any) -> str:
    known = text.words(text.FALLBACK)[group]
    if key not in known:
        return f"no such word{did_you_mean(key, known)}"
    allowed = _every_hole(group, key)
    forms = [word]
    if isinstance(word, dict) and "n" in allowed:
        if strange := [one for one in word if one not in text.COUNTS]:
            return f"found {short(repr(strange[0]))}; allowed: {', '.join(text.COUNTS)}"
        if "other" not in word:
            return f"found {', '.join(word) or 'nothing'}; other is needed, for all other numbers"
        forms = [*word.values()]
    for one in forms:
        if not isinstance(one, str) or not one.strip() or not one.isprintable():
            return f"found {short(repr(one))}; allowed: some text in one line"
        holes = _holes(one)
        if holes is None or not holes <= allowed:
            listed = ", ".join(f"{{{name}}}" for name in sorted(allowed)) or "none"
            return f"found {short(repr(one))}; allowed in braces: {listed}"
    return ""


def _every_hole(group: str, key: str) -> set[str]:
    """What may be filled in: what any of the package's languages has there."""
    told = (text.words(one)[group][key] for one in text.LANGUAGES)
    forms = (form for one in told for form in ([one] if isinstance(one, str) else one.values()))
    return {name for form in forms for name in _holes(form) or ()}


def _holes(word: str) -> set[str] | None:
    """Names of what is filled in; None if the braces are none that can be filled."""
    try:
        parts = [*string.Formatter().parse(word)]
    except ValueError:
        return None
    if any(spec or turn for _, name, spec, turn in parts if name is not None):
        return None
    return {name for _, name, _, _ in parts if name is not None}
