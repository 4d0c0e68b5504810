"""Kinds of places, terminals, links and events: the program's, and those that an atlas declares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from frontiers_map.atlas.model.field_types import Id
from frontiers_map.atlas.model.row import Row, Text
from frontiers_map.language import text
from frontiers_map.style import DARK, INKS, LEAST_CONTRAST, LIGHT, on_dark, visible
from frontiers_map.symbols import MOST, SIDE, SYMBOLS, checked_path, is_path

# layer -> kind -> its symbol; links have none
KINDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "places": {
            "capital": "capital", "city": "city", "venue": "venue", "naval": "naval",
            "military": "military", "space": "space", "company": "company", "energy": "export",
            "port": "city", "cape": "cape",
        },
        "terminals": {
            "export": "export", "export_flng": "export", "import": "import",
            "import_fsru": "import",
        },
        "links": dict.fromkeys((
            "bilateral", "joint_statement", "trilateral", "energy", "finance",
            "economic_security", "space", "trade", "accord", "summit", "connectivity", "treaty",
        ), ""),
        "events": dict.fromkeys((
            "treaty", "speech", "accord", "finance", "energy", "defence", "summit", "diplomacy",
            "politics", "trade", "conflict", "personal", "sport", "visit", "expo", "shipping",
        ), "venue"),
    }
)  # fmt: skip
# layer -> the group of words that names its kinds
KIND_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {layer: f"{layer.removesuffix('s')}_kind" for layer in KINDS}
)
# what a kind that does not say it is like
_USUAL: Final = {"places": "venue", "terminals": "export", "links": "accord", "events": "trade"}


def _ink(value: str) -> str:
    if value not in INKS and not visible(value):
        raise ValueError("not a colour")
    return value


def _symbol(value: str) -> str:
    if is_path(value):
        try:
            return checked_path(value)
        except ValueError as error:
            raise ValueError(f"no path: {error}") from None
    if value not in SYMBOLS:
        raise ValueError("no symbol")
    return value


Colour = Annotated[
    str | None,
    AfterValidator(lambda value: value and _ink(value)),
    Field(
        description=f"#rrggbb with a contrast of {LEAST_CONTRAST:g}:1 to the sea "
        f"({LIGHT.sea}), or a role of the palette: {', '.join(INKS)}"
    ),
]
Symbol = Annotated[
    str | None,
    AfterValidator(lambda value: value and _symbol(value)),
    Field(
        description=f"one of {len(SYMBOLS)} symbols such as anchor, fish or star (docs/data.md), "
        f"or SVG path data of an area in a square of {SIDE} units, at most {MOST} characters"
    ),
]


def shades(ink: str) -> tuple[str, str]:
    """Give a colour or a role as ``#rrggbb`` on a light and on a dark ground."""
    if ink in INKS:
        return getattr(LIGHT, ink), getattr(DARK, ink)
    return ink, on_dark(ink)


class OwnKind(Row):
    """A kind of places, terminals, links or events of the atlas's own, or another look of one."""

    of: Annotated[
        Literal["places", "terminals", "links", "events"],
        Field(description="places, terminals, links or events"),
    ]
    id: Id
    name: Text
    like: Annotated[Id | None, Field(description="a kind of the program, of the same layer")] = None
    symbol: Symbol = None
    colour: Colour = None


@dataclass(frozen=True)
class KindLook:
    """How one kind of a layer is drawn, by every renderer.

    Attributes
    ----------
    layer, kind
        What it is a kind of, and what stands in the files.
    like
        The kind of the program that it behaves as: how large, how near, in which row.
    symbol
        Name in `symbols.SYMBOLS`, or SVG path data; empty for links.
    light, dark
        A colour of its own, ``#rrggbb``, on a light and on a dark ground; else empty.
    name
        Its words, if the atlas declares it.
    """

    layer: str
    kind: str
    like: str
    symbol: str
    light: str = ""
    dark: str = ""
    name: Text | None = None

    @property
    def own(self) -> bool:
        """Whether the atlas declares it."""
        return self.name is not None

    def word(self, language: str) -> str:
        """Say it in a language."""
        if self.name is not None:
            return self.name.get(language)
        return text.word(KIND_WORDS[self.layer], self.kind, language)


def kind_looks(kinds: Iterable[OwnKind]) -> dict[str, dict[str, KindLook]]:
    """Give the look of every kind of every layer, those of the program first."""
    found = {
        layer: {kind: KindLook(layer, kind, kind, symbol) for kind, symbol in known.items()}
        for layer, known in KINDS.items()
    }
    for kind in kinds:
        known = found[kind.of]
        like = kind.like or (kind.id if kind.id in KINDS[kind.of] else _USUAL[kind.of])
        symbol = kind.symbol or KINDS[kind.of].get(like, "")
        light, dark = shades(kind.colour) if kind.colour else ("", "")
        known[kind.id] = KindLook(kind.of, kind.id, like, symbol, light, dark, kind.name)
    return found
