"""Prose with a little Markdown: emphasis, links to web addresses and lists, and nothing else.

`told` gives plain strings where there is none of it, as most texts are, and else a tree of lists,
``["p", "words, ", ["em", "stressed"]]``, from which each renderer makes what it can. No markup of
another kind comes through: HTML, entities and other addresses stay the letters that they are.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

__all__ = ["FIELDS", "Prose", "plain", "to_html", "told"]

# columns of the layers that hold prose; names, figures and codes are none
FIELDS: Final = frozenset(
    ("summary", "note", "role", "status_note", "sentence", "finding", "via_reason", "usual",
     "alternatives")
)  # fmt: skip
Prose = str | list[Any]

# without one of these there is nothing to parse: a text stays letter for letter what it is
_MARKS: Final = re.compile(r"[*_\[\\]|^ {0,3}(?:[-+]|1[.)])[ \t]", re.MULTILINE)
_WEB: Final = re.compile(r"https?://[^\s]+", re.IGNORECASE)
_BLOCKS: Final = {"paragraph": "p", "bullet_list": "ul", "ordered_list": "ol", "list_item": "li"}
_TAGS: Final = frozenset(("p", "ul", "ol", "li", "em", "strong"))


@cache
def _parser(lists: bool) -> MarkdownIt:
    from markdown_it import MarkdownIt  # only texts that have marks need it

    class Web(MarkdownIt):
        def validateLink(self, url: str) -> bool:  # noqa: N802
            return bool(_WEB.fullmatch(url))

    return Web("zero").enable(["emphasis", "link", "escape", *(["list"] if lists else [])])


def told(text: str) -> Prose:
    """Give a text as it is to be set: itself, or its paragraphs and lists.

    Examples
    --------
    >>> told("Sold *as is*, see [the terms](https://example.org).")
    [['p', 'Sold ', ['em', 'as is'], ', see ', ['a', 'https://example.org', 'the terms'], '.']]
    >>> told("2 * 3 * 4 <b>ten_fold_</b> [x](javascript:1)")
    '2 * 3 * 4 <b>ten_fold_</b> [x](javascript:1)'
    """
    if not _MARKS.search(text):
        return text
    tokens = _parser(True).parse(text)
    # a paragraph that begins with a year and a stop is no list
    if any(one.type == "ordered_list_open" and one.attrGet("start") for one in tokens):
        tokens = _parser(False).parse(text)
    blocks = _tree(tokens)
    if all(
        block[0] == "p" and all(isinstance(part, str) for part in block[1:]) for block in blocks
    ):
        bare = "\n\n".join("".join(block[1:]) for block in blocks)
        return text if "\\" not in text else bare
    return blocks


def _tree(tokens: Sequence[Token]) -> list[Any]:
    """Nest what opens and closes; paragraphs of a tight list are not said."""
    top: list[Any] = []
    open_ = [top]
    for token in tokens:
        kind, _, way = token.type.rpartition("_")
        if token.type == "inline":
            open_[-1].extend(_tree(token.children or []))
        elif token.type == "text":
            if token.content:
                open_[-1].append(token.content)
        elif token.hidden:
            continue
        elif way == "open":
            part = (
                ["a", str(token.attrGet("href"))] if kind == "link" else [_BLOCKS.get(kind, kind)]
            )
            open_[-1].append(part)
            open_.append(part)
        elif way == "close":
            open_.pop()
    return top


def plain(text: str) -> str:
    r"""Give the words alone, for where nothing can be stressed or followed.

    Examples
    --------
    >>> plain("See [the *terms*](https://example.org):\n- one\n- two")
    'See the terms:\\n– one\\n– two'
    """
    found = told(text)
    if isinstance(found, str):
        return found
    made = ""
    for block in found:
        words = _words(block)
        gap = "" if not made else "\n" if block[0] in ("ul", "ol") else "\n\n"
        made += gap + words
    return made


def _words(part: Any) -> str:
    if isinstance(part, str):
        return part
    kind, *inner = part
    if kind in ("ul", "ol"):
        marks = (f"{n}." if kind == "ol" else "\N{EN DASH}" for n in range(1, len(inner) + 1))
        return "\n".join(f"{mark} {_words(item)}" for mark, item in zip(marks, inner, strict=True))
    inner = inner[1:] if kind == "a" else inner
    return "".join(
        f"\n{_words(one)}" if isinstance(one, list) and one[0] in ("ul", "ol") else _words(one)
        for one in inner
    )


def to_html(found: Prose) -> str:
    """Write what `told` gave as HTML of its few elements, every word escaped."""
    if isinstance(found, str):
        return "".join(f"<p>{html.escape(part)}</p>" for part in found.split("\n\n"))
    return "".join(map(_element, found))


def _element(part: Any) -> str:
    if isinstance(part, str):
        return html.escape(part)
    kind, *inner = part
    if kind == "a":
        url, *inner = inner
        words = "".join(map(_element, inner))
        return f'<a href="{html.escape(url)}" rel="noopener noreferrer">{words}</a>'
    assert kind in _TAGS
    return f"<{kind}>{''.join(map(_element, inner))}</{kind}>"
