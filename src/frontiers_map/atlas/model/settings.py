"""What the TOML files of an atlas say: scenarios, story, maps and sheets, and its settings."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from frontiers_map.atlas.model.field_types import (
    Date,
    Id,
    Language,
    MaybeDate,
    MaybeId,
    Needed,
    PrintedAddress,
    String,
)
from frontiers_map.atlas.model.kinds import KindLook, OwnKind, kind_looks
from frontiers_map.atlas.model.layers import LAYERS, SHEET_KINDS, SheetKind
from frontiers_map.atlas.model.own_layers import FeatureLook, OwnLayer, feature_looks
from frontiers_map.atlas.model.row import Row, Text
from frontiers_map.language.text import FALLBACK, main_language, suffix


def _each_once(value: tuple[str, ...]) -> tuple[str, ...]:
    if len({suffix(code).lower() for code in value}) < len(value):
        raise ValueError("a language twice")
    return value


def _box(value: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    west, south, east, north = value
    if not (west < east and -90 <= south < north <= 90):
        raise ValueError("not a view")
    return value


Finite = Annotated[float, Field(allow_inf_nan=False, description="a number")]
Box = Annotated[
    tuple[Finite, Finite, Finite, Finite],
    AfterValidator(_box),
    Field(
        description="four numbers: west, south, east, north, the smaller of two first; "
        "longitudes may exceed 180"
    ),
]


ImportsOf = Annotated[
    str,
    Field(
        pattern=r"^[A-Z]{2}:\S+$",
        description="an importer and a period, such as JP:2024-01/2024-12",
    ),
]


class Scenario(Row):
    """Gates that are closed together, and why one might ask."""

    id: Id
    name: Text
    text: Text
    close: tuple[Id, ...] = ()
    open: tuple[Id, ...] = ()
    since: MaybeDate = None
    source: tuple[Id, ...] = ()


class Focus(Row):
    """What a chapter or a map speaks of; everything else is dimmed."""

    routes: tuple[Id, ...] = ()
    gates: tuple[Id, ...] = ()
    terminals: tuple[Id, ...] = ()
    places: tuple[Id, ...] = ()
    regions: tuple[Id, ...] = ()
    links: tuple[Id, ...] = ()
    events: tuple[Id, ...] = ()
    features: tuple[Id, ...] = ()


class Picture(Row):
    """A picture of a chapter: a PNG, JPEG or WebP file in the atlas folder or below it."""

    file: Needed
    alt: Text
    credit: Text | None = None


class Callout(Row):
    """A short note on a map, with a line to what it speaks of."""

    at: Annotated[tuple[Finite, Finite], Field(description="two numbers: longitude and latitude")]
    text: Text


class Chapter(Row):
    """One chapter of the story: its words, its view and what it speaks of."""

    id: Id
    title: Text
    text: Text
    on_paper: Text | None = None
    figure: String = ""
    figure_label: Text | None = None
    shares: tuple[ImportsOf, ...] = ()
    picture: Annotated[
        Picture | None, Field(description="a table with file, alt and, if need be, credit")
    ] = None
    view: Box
    core: Box | None = None
    globe: bool = False
    layers: tuple[Id, ...] = ()
    focus: Focus = Focus()
    callouts: tuple[Callout, ...] = ()
    scenario: MaybeId = None
    date: MaybeDate = None
    source: tuple[Id, ...] = ()


class MapSpec(Row):
    """One page to make."""

    id: Id
    title: Text
    deck: Text
    view: Box
    core: Box | None = None
    chapters: tuple[Id, ...] = ()
    layers: tuple[Id, ...] = ()
    focus: Focus = Focus()


class Inset(Row):
    """A part of a sheet's map drawn larger beside it, in Mercator's projection."""

    title: Text
    view: Box


# kind of sheet -> the layers that it draws; the renderers of sheets and `validate` read them here
SHEET_LAYERS: Final = {
    kind: tuple(layer.id for layer in LAYERS.values() if kind in layer.sheets)
    for kind in SHEET_KINDS
}
# what has charts, panels or a line of events beside its maps needs this much room
PAPER: Final = ("A0", "A1", "A2", "A3", "A4")
MERCATOR_END: Final = 85.0  # degrees of latitude that a sheet in that projection goes to
HANDOUT: Final = "story"  # what the handout goes by among sheets, so that no sheet may


class Sheet(Row):
    """One print sheet to make."""

    id: Id
    kind: Annotated[
        SheetKind,
        Field(description=f"{', '.join(SHEET_KINDS[:-1])} or {SHEET_KINDS[-1]}"),
    ] = "map"
    title: Text
    deck: Text
    finding: Text | None = None
    size: Annotated[
        Literal["A0", "A1", "A2", "A3", "A4", "16:9", "9:16", "square", "column"],
        Field(description="A0, A1, A2, A3, A4, 16:9, 9:16, square or column"),
    ] = "A3"
    orientation: Annotated[
        Literal["landscape", "portrait"], Field(description="landscape or portrait")
    ] = "landscape"
    view: Box | None = None
    layers: tuple[Id, ...] = ()
    focus: Focus = Focus()
    notes: tuple[Text, ...] = ()
    scenarios: tuple[Id, ...] = ()
    gates: tuple[Id, ...] = ()
    insets: tuple[Inset, ...] = ()
    callouts: tuple[Callout, ...] = ()
    projection: Annotated[
        Literal["equal_earth", "lambert", "mercator"] | None,
        Field(description="equal_earth, lambert or mercator; chosen by the view if left out"),
    ] = None
    centre: Annotated[
        float | None,
        Field(
            ge=-360,
            le=360,
            description="a number in -360..360, degrees east; the middle of the view if left out",
        ),
    ] = None


class Moment(Row):
    """A point in time that a reader can choose."""

    id: Id
    date: Date
    name: Text
    text: Text


class Family(Row):
    """A region of which there are several readings."""

    id: Id
    name: Text
    recommended: Id


class Supplier(Row):
    """Where gas comes from, and which role of the palette draws it."""

    id: Id
    name: Text
    role: Id
    order: int = 0


class Coast(Row):
    """A finer coast of one's own: polygons of land, drawn within a view."""

    file: Needed
    table: String = ""
    view: Box | None = None
    source: tuple[Id, ...] = ()


def _as_coasts(value: Any) -> Any:
    """A file alone is a coast for the view of the first page."""
    return [{"file": value}] if isinstance(value, str) else value


class AtlasSettings(Row):
    """``atlas.toml``: what holds for the whole atlas."""

    file: ClassVar[str] = "atlas.toml"

    id: Id
    version: Needed = "1"
    title: Text
    deck: Text
    languages: Annotated[
        tuple[Language, ...],
        Field(min_length=1, description="tags of languages (BCP 47), such as et, pt-BR, zh-Hans"),
        AfterValidator(_each_once),
    ] = (FALLBACK,)
    record_to: Date
    article_date: MaybeDate = None
    moments: tuple[Moment, ...] = ()
    families: tuple[Family, ...] = ()
    suppliers: tuple[Supplier, ...] = ()
    parties: dict[Id, Text] = Field(default={})
    policy: Text | None = None
    how_to_read: Text | None = None
    licence: String = ""
    author: String = ""
    address: PrintedAddress = ""
    credit: Text | None = None
    layers: tuple[OwnLayer, ...] = ()
    kinds: tuple[OwnKind, ...] = ()
    coast: Annotated[tuple[Coast, ...], BeforeValidator(_as_coasts)] = ()

    @property
    def main_language(self) -> str:
        """The language in which every text is there."""
        return main_language(self.languages)

    def column(self, field: str, language: str = "") -> str:
        """Name the column of a field of words in a language, else in the main one."""
        return f"{field}_{suffix(language or self.main_language)}"

    def party(self, code: str, language: str) -> str:
        """Name a country or a body in a language; by its code if the atlas has no name for it."""
        return self.parties[code].get(language) if code in self.parties else code

    @property
    def looks(self) -> dict[str, dict[str, FeatureLook]]:
        """How the layers of one's own look, by layer and kind."""
        return feature_looks(self.layers)

    @property
    def kind_looks(self) -> dict[str, dict[str, KindLook]]:
        """How the kinds of places, terminals, links and events look, by layer and kind."""
        return kind_looks(self.kinds)

    def kinds_like(self, layer: str, *likes: str) -> frozenset[str]:
        """Name the kinds of a layer that are, or behave as, one of some kinds of the program."""
        return frozenset(
            kind for kind, look in self.kind_looks[layer].items() if look.like in likes
        )
