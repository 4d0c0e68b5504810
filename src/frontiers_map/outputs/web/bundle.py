"""Join ES modules into one script, and CSS files into one sheet.

Modules come in the order in which they import one another. Each is wrapped in a function that
gives back its exports, so that private names never clash, and all of it stands in one strict
block. The rule: relative named imports and named exports only, one statement on one line, no
default exports; comments stand on lines of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

__all__ = ["css", "join", "page_script", "sources", "text_of"]

_IMPORT = re.compile(r"^import\s*\{([^}]*)\}\s*from\s*'\.{1,2}/(?:\w+/)?([\w-]+)\.js';\n", re.M)
_EXPORT = re.compile(r"^export (?=(?:async )?function|const|class|let)", re.M)
_NAMES = re.compile(r"^export (?:async )?(?:function\*?|const|class|let) (\w+)", re.M)


def text_of(*path: str) -> str:
    """Read a file of the web folder."""
    return files("frontiers_map.outputs.web").joinpath(*path).read_text("utf-8")


def sources() -> dict[str, str]:
    """Give the page's modules: name to text. A name stands in one folder only."""
    top = files("frontiers_map.outputs.web").joinpath("js")
    folders = [top, *(item for item in top.iterdir() if item.is_dir())]
    found = [item for folder in folders for item in folder.iterdir() if item.name.endswith(".js")]
    return {
        item.name.removesuffix(".js"): item.read_text("utf-8")
        for item in sorted(found, key=lambda item: item.name)
    }


def join(modules: Mapping[str, str], entry: str) -> str:
    """Join `entry` and all it imports into one script.

    Raises
    ------
    ValueError
        If an import names no module or no export, goes round in a circle, or is of another form.
    """
    order: list[str] = []
    _visit(modules, entry, [], order)
    parts = [_wrapped(name, modules[name], modules) for name in order]
    return "(() => {\n'use strict';\n" + "".join(parts) + "})();\n"


def _visit(modules: Mapping[str, str], name: str, above: list[str], order: list[str]) -> None:
    if name in order:
        return
    if name in above:
        raise ValueError(f"modules import one another in a circle: {' > '.join([*above, name])}")
    if name not in modules:
        raise ValueError(f"{above[-1]}.js imports ./{name}.js, which does not exist")
    for found in _IMPORT.finditer(modules[name]):
        _visit(modules, found[2], [*above, name], order)
    order.append(name)


def _wrapped(name: str, text: str, modules: Mapping[str, str]) -> str:
    imports = []
    for names, module in _IMPORT.findall(text):
        exported = set(_NAMES.findall(modules[module]))
        wanted = [part.strip() for part in names.split(",") if part.strip()]
        for part in wanted:
            if part.split(" as ")[0] not in exported:
                raise ValueError(f"{name}.js imports {part}, which {module}.js does not export")
        renamed = ", ".join(part.replace(" as ", ": ") for part in wanted)
        imports.append(f"const {{ {renamed} }} = $_{module.replace('-', '_')};\n")
    body = _IMPORT.sub("", text)
    exports = _NAMES.findall(body)
    body = _EXPORT.sub("", body)
    if re.search(r"^(?:import|export)\b", body, re.M):
        raise ValueError(f"{name}.js: an import or export of a form that is not joined")
    head = f"const $_{name.replace('-', '_')} = (() => {{\n"
    return head + "".join(imports) + _lean(body) + f"return {{ {', '.join(exports)} }};\n}})();\n"


def _lean(text: str) -> str:
    """Leave out comment lines, blank lines and indentation: a third of the size."""
    lines = (line.strip() for line in text.splitlines())
    return "".join(f"{line}\n" for line in lines if line and not line.startswith(("//", "/**")))


@cache
def page_script() -> str:
    """Give the page's own script."""
    return join(sources(), "main")


def css(names: Iterable[str], *, mirrored: bool = False) -> str:
    """Join CSS files, without comments and indentation.

    With `mirrored`, sides follow the direction of the language, but for what lies on the map or
    on the line of time, which run from left to right in any.
    """
    text = "\n".join(text_of("css", f"{name}.css") for name in names)
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    if mirrored:
        text = _RULE.sub(lambda rule: rule[0] if _FIXED.search(rule[1]) else _turned(rule), text)
        text += "\n.fm-track, .fm-scale { direction: ltr; }"
        text += "\n.fm-track span, .fm-scale { unicode-bidi: plaintext; }"
    return "".join(f"{line.strip()}\n" for line in text.splitlines() if line.strip())


_RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")
# what is placed by the map, by the line of time or by its middle
_FIXED = re.compile(r"leaflet|fm-(canvas|ground|track|lane|event|axis|range|marker|toast|knob)\b")
_SIDES = {"left": "start", "right": "end"}


def _turned(rule: re.Match[str]) -> str:
    """A rule with left and right by the direction of the text."""
    inside = re.sub(
        r"(?<![\w-])(margin|padding|border)-(left|right)(?=[:-])",
        lambda at: f"{at[1]}-inline-{_SIDES[at[2]]}", rule[2],
    )  # fmt: skip
    inside = re.sub(
        r"(?<![\w-])(left|right)(?=:)", lambda at: f"inset-inline-{_SIDES[at[1]]}", inside
    )
    inside = re.sub(r"text-align: (left|right)", lambda at: f"text-align: {_SIDES[at[1]]}", inside)
    # top, right, bottom, left
    inside = re.sub(
        r"(?<![\w-])(margin|padding|inset): ([^\s;()]+) ([^\s;()]+) ([^\s;()]+) ([^\s;()!]+)",
        r"\1-block: \2 \4; \1-inline: \5 \3", inside,
    )  # fmt: skip
    return f"{rule[1]}{{{inside}}}"
