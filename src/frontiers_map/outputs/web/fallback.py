"""What a reader without JavaScript gets: a picture, the story and the tables, as plain HTML.

Every text passes through one escaper; nothing else of the atlas gets into markup.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from frontiers_map.language import prose, text
from frontiers_map.language.prose import Prose
from frontiers_map.language.text import right_to_left
from frontiers_map.outputs.web.still import still

__all__ = ["fallback"]


def _escape(text: object) -> str:
    return html.escape(str(text), quote=True)


def _tag(name: str, *children: str, **attributes: str) -> str:
    given = "".join(f' {key}="{_escape(value)}"' for key, value in attributes.items())
    return f"<{name}{given}>{''.join(children)}</{name}>"


def fallback(known: Mapping[str, Any], strings: Mapping[str, Mapping[str, Any]]) -> str:
    """Give the page's ``noscript`` element, and before it a word on scripts that do not run.

    Parameters
    ----------
    known
        The page's facts.
    strings
        The page's own words.
    """
    languages = known["languages"]
    parts = [
        _tag("section", *_chapters(known, at, strings, code), lang=code, **_turned(code))
        for at, code in enumerate(languages)
    ]
    picture = still(known, _text(known["title"], 0))
    # Where a server forbids scripts inside a page they are not switched off: what stands in
    # ``noscript`` is not seen.
    blocked = [
        _tag("p", _escape(strings["blocked"][code]), lang=code, **_turned(code))
        for code in languages
    ]
    return _tag("div", *blocked, id="fm-blocked") + _tag(
        "noscript", _tag("div", picture, *parts, id="fm-plain")
    )


def _turned(code: str) -> dict[str, str]:
    return {"dir": "rtl"} if right_to_left(code) else {}


def _text(value: list[str] | None, at: int) -> str:
    return str(_told(value, at))


def _told(value: Sequence[Prose] | None, at: int) -> Prose:
    found = [one for one in (value or [])[at : at + 1] if one] + [one for one in value or [] if one]
    return found[0] if found else ""


def _chapters(
    known: Mapping[str, Any], at: int, strings: Mapping[str, Mapping[str, Any]], code: str
) -> Iterable[str]:
    yield _tag("h1", _escape(_text(known["title"], at)))
    yield _tag("p", _escape(_text(known["deck"], at)))
    for chapter in known["chapters"]:
        yield _tag("h2", _escape(_text(chapter["title"], at)))
        if chapter["figure"]:
            label = _text(chapter["label"], at)
            yield _tag(
                "p", _tag("strong", _escape(_text(chapter["figure"], at))), " ", _escape(label)
            )
        yield prose.to_html(_told(chapter["text"], at))
    head = [strings[key][code] for key in ("routes", "nm", "gates_passed")]
    rows = [
        (
            _text(route["name"], at),
            text.number(route["nm"], code),
            ", ".join(_gates(known, route, at)),
        )
        for route in known["routes"]
    ]
    if rows:
        yield _tag("h2", _escape(strings["routes"][code]))
        yield _table(head, rows)


def _gates(known: Mapping[str, Any], route: Mapping[str, Any], at: int) -> list[str]:
    names = {gate["id"]: gate["name"] for gate in known["gates"]}
    return [_text(names.get(gate), at) or gate for gate in route["gates"]]


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    top = _tag("tr", *(_tag("th", _escape(cell)) for cell in head))
    body = [_tag("tr", *(_tag("td", _escape(cell)) for cell in row)) for row in rows]
    return _tag("table", _tag("thead", top), _tag("tbody", *body))
