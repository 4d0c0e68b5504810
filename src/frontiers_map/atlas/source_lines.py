"""In which line of a TOML or JSON file something stands, so that an editor can jump there.

The parsers of the standard library do not tell; what is found here by looking at the text is for
messages only, and 0 where it is not found.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

__all__ = ["Line", "features", "of_fields", "of_key", "of_members", "of_tables", "twice"]

Line = Callable[[str], int]


def features(text: str, parsed: Sequence[Any]) -> Iterator[tuple[str, int]]:
    """Give the text of each feature of a collection, and the line in which it begins."""
    decoder, space = json.JSONDecoder(), re.compile(r"[\s,]*")
    begin = re.search(r'"features"\s*:\s*\[', text)
    at, line, counted = (begin.end() if begin else len(text)), 1, 0
    for feature in parsed:
        gap = space.match(text, at)
        at = gap.end() if gap else at
        try:
            found, end = decoder.raw_decode(text, at)
        except ValueError:
            found, end = None, at
        if found != feature:
            yield "", 0
            continue
        line += text.count("\n", counted, at)
        counted = at
        yield text[at:end], line
        at = end


def of_members(part: str, start: int) -> Line:
    """Give a function from the name of a member to its line in a feature that begins at `start`."""

    def line(name: str) -> int:
        if not start:
            return 0
        inside = 0 if name == "geometry" else max(part.find('"properties"'), 0)
        found = re.compile(rf'"{re.escape(name)}"\s*:').search(part, inside)
        return start + part.count("\n", 0, found.start()) if found else start

    return line


def twice(part: str) -> list[str]:
    """Name the members that stand twice in one object of a JSON text."""
    found: list[str] = []

    def hook(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        found.extend(sorted({name for name in names if names.count(name) > 1}))
        return dict(pairs)

    if part:
        json.loads(part, object_pairs_hook=hook)
    return found


def of_key(text: str, name: str) -> int:
    """Line in which a key (``name =``, ``[name]`` or ``"name":``) stands first."""
    return of_fields(text, 1, None)(name) if _key(name).search(text) else 0


def of_tables(text: str, kind: str) -> list[int]:
    """Lines in which ``[[kind]]`` stands."""
    heads = re.finditer(rf"^[ \t]*\[\[\s*{re.escape(kind)}\s*\]\]", text, re.MULTILINE)
    return [text.count("\n", 0, head.start()) + 1 for head in heads]


def of_fields(text: str, start: int, end: int | None) -> Line:
    """Give a function from the name of a field to its line, in a table from `start` to `end`.

    A field within a field (``suppliers.fiji.role``) is looked for below the first: its table is
    known by the id that stands in it.
    """
    lines = text.split("\n")[start - 1 : end - 1 if end else None] if start else []

    def line(field: str) -> int:
        at, *_ = (*_matches(lines, _key(field.split(".")[0]), 0), 0)
        for part in field.split(".")[1:]:
            named = re.compile(rf"""^\s*id\s*=\s*["']{re.escape(part)}["']""")
            table = [i for i, text in enumerate(lines[at + 1 :], at + 1) if text.startswith("[")]
            keys = _matches(lines[: table[0] if table else None], _key(part), at + 1)
            at = next(iter((*_matches(lines, named, at), *keys)), at)
        return start + at

    return line


def _key(name: str) -> re.Pattern[str]:
    return re.compile(rf"""^\s*(?:\[+\s*)?["']?{re.escape(name)}["']?\s*[=.\]:]""", re.MULTILINE)


def _matches(lines: Sequence[str], pattern: re.Pattern[str], start: int) -> list[int]:
    return [number for number in range(start, len(lines)) if pattern.search(lines[number])]
