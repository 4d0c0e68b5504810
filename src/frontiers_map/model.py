"""What one row of each layer is, and what may stand in its fields.

Each class is a row of one file in an atlas folder. A field's ``description`` says what is
allowed there; it is what people read when something else was found, and it goes into the JSON
Schemas that editors use (`schemas`).
"""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
)

__all__ = [
    "LANGUAGES",
    "MODELS",
    "AtlasSettings",
    "Chapter",
    "Claim",
    "Event",
    "Gate",
    "GateGroup",
    "GateStatus",
    "Import",
    "Inset",
    "Link",
    "MapSpec",
    "Parameter",
    "Place",
    "Practice",
    "Region",
    "RegionEdge",
    "RouteRow",
    "Row",
    "Scenario",
    "SeaLabel",
    "Sheet",
    "Source",
    "Terminal",
    "TerminalStatus",
    "Text",
    "schemas",
]

LANGUAGES = ("en", "it", "ja")

_ONE = r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}"
_ID = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"
_DATE = re.compile(r"^([12][0-9]{3})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12][0-9]|3[01]))?)?$")
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def _clean(text: str) -> str:
    found = _CONTROL.search(text)
    if found:
        raise ValueError(f"control character U+{ord(found.group()):04X}")
    return text


def _split(value: Any) -> Any:
    """Several ids in one cell are separated by semicolons; a list is taken as it is."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(";") if part.strip())
    return tuple(value) if isinstance(value, list) else value


def _paths(value: Any) -> Any:
    if isinstance(value, str):
        return tuple(ids for part in value.split("|") if (ids := _split(part)))
    return value


def _date(value: Any) -> Any:
    text = str(value)
    found = _DATE.fullmatch(text)
    if not found:
        raise ValueError("not a date")
    year, month, day = (int(part) if part else 1 for part in found.groups())
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if day > _DAYS[month - 1] or (month == 2 and day == 29 and not leap):
        raise ValueError("no such day")
    return text


def _yes(value: Any) -> Any:
    return {"y": True, "n": False}.get(value, value) if isinstance(value, str) else value


def _empty_is_none(value: Any) -> Any:
    return None if value == "" else value


def _several(pattern: str, *, least: int = 0, listed: bool = True) -> dict[str, Any]:
    """Give the JSON Schema of several ids: one text, or a list where the format has lists."""
    text = {"type": "string", "pattern": pattern}
    one = {"type": "string", "pattern": _ID}
    array = {"type": "array", "items": one, "minItems": least}
    return {"anyOf": [text, array]} if listed else text


DATE_WORDS = "a date as YYYY, YYYY-MM or YYYY-MM-DD"
Id = Annotated[str, Field(pattern=_ID, description="an id of letters, digits, _ and -, at most 64")]
MaybeId = Annotated[
    Id | None, BeforeValidator(_empty_is_none), Field(description="an id, or nothing")
]
Ids = Annotated[
    tuple[Id, ...],
    BeforeValidator(_split),
    Field(description="ids separated by semicolons"),
    WithJsonSchema(_several(f"^({_ONE}(\\s*;\\s*{_ONE})*)?$")),
]
SomeIds = Annotated[
    tuple[Id, ...],
    Field(min_length=1),
    BeforeValidator(_split),
    Field(description="at least one id; several separated by semicolons"),
    WithJsonSchema(_several(f"^{_ONE}(\\s*;\\s*{_ONE})*$", least=1)),
]
Paths = Annotated[
    tuple[tuple[Id, ...], ...],
    BeforeValidator(_paths),
    Field(description="place ids separated by semicolons, several lines separated by |"),
    WithJsonSchema(_several(f"^({_ONE}(\\s*[;|]\\s*{_ONE})*)?$", listed=False)),
]
Date = Annotated[
    str,
    BeforeValidator(_date),
    Field(description=DATE_WORDS, json_schema_extra={"pattern": _DATE.pattern}),
]
MaybeDate = Annotated[
    Date | None, BeforeValidator(_empty_is_none), Field(description=f"{DATE_WORDS}, or nothing")
]
String = Annotated[
    str, AfterValidator(_clean), Field(description="text without control characters")
]
Needed = Annotated[String, Field(min_length=1, description="some text")]
Lon = Annotated[
    float,
    Field(ge=-180, le=180, allow_inf_nan=False, description="a number in -180..180, degrees east"),
]
Lat = Annotated[
    float,
    Field(ge=-90, le=90, allow_inf_nan=False, description="a number in -90..90, degrees north"),
]
MaybeLon = Annotated[Lon | None, BeforeValidator(_empty_is_none), Lon.__metadata__[0]]
MaybeLat = Annotated[Lat | None, BeforeValidator(_empty_is_none), Lat.__metadata__[0]]
Amount = Annotated[
    Annotated[float, Field(ge=0, allow_inf_nan=False)] | None,
    BeforeValidator(_empty_is_none),
    Field(description="a number, 0 or more, or nothing"),
]
Number = Annotated[
    Annotated[float, Field(allow_inf_nan=False)] | None,
    BeforeValidator(_empty_is_none),
    Field(description="a number or nothing"),
]
Percent = Annotated[
    Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] | None,
    BeforeValidator(_empty_is_none),
    Field(description="a number in 0..100, or nothing"),
]
Year = Annotated[
    Annotated[int, Field(ge=1000, le=2999)] | None,
    BeforeValidator(_empty_is_none),
    Field(description="a year of four digits, or nothing"),
]
YesNo = Annotated[
    bool,
    BeforeValidator(_yes),
    Field(description="y or n"),
    WithJsonSchema({"enum": ["y", "n", True, False], "description": "y or n"}),
]
Country = Annotated[
    str, Field(pattern=r"^[A-Z]{2}$|^$", description="two capital letters (ISO 3166-1) or nothing")
]
Certainty = Annotated[
    Literal["documented", "approximate", "schematic", "interpreted"],
    Field(description="documented, approximate, schematic or interpreted"),
]


class Row(BaseModel):
    """Whatever stands in an atlas folder: nothing unknown, nothing changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Text(Row):
    """One text in the atlas's languages; a missing one falls back to English."""

    en: Needed
    it: String = ""
    ja: String = ""

    def get(self, language: str) -> str:
        """Give the text in `language`, or in English where there is none."""
        return str(getattr(self, language, "") or self.en)


class Named(Row):
    """A row with an id and a name in each language."""

    id: Id
    name_en: Needed
    name_it: String = ""
    name_ja: String = ""


class Feature(Named):
    """A named row that carries its source, its date and how sure its geometry is."""

    source: SomeIds
    as_of: Date
    certainty: Certainty


class Source(Row):
    """One entry of the bibliography."""

    id: Id
    title: Needed
    address: String = ""
    url: Annotated[
        str,
        Field(pattern=r"^(https?://[^\s<>\"']+)?$", description="an http(s) address or nothing"),
        AfterValidator(_clean),
    ] = ""
    date: String = ""
    kind: String = ""
    supports: String = ""


class Place(Feature):
    """A capital, venue, base or site."""

    lon: Lon
    lat: Lat
    kind: Annotated[
        Literal[
            "capital", "city", "venue", "naval", "military", "space", "gcap", "company",
            "energy", "port", "cape", "byline",
        ],
        Field(description="capital, city, venue, naval, military, space, gcap, company, energy, "
                          "port, cape or byline"),
    ]  # fmt: skip
    country: Country = ""
    pole: YesNo = False
    role_en: String = ""
    role_it: String = ""
    role_ja: String = ""
    in_article: YesNo = False


TerminalState = Annotated[
    Literal[
        "operating", "construction", "proposed", "idle", "mothballed", "shelved", "cancelled",
        "retired",
    ],
    Field(description="operating, construction, proposed, idle, mothballed, shelved, cancelled "
                      "or retired (Global Energy Monitor's words)"),
]  # fmt: skip


class Terminal(Feature):
    """An LNG terminal; status in Global Energy Monitor's words."""

    short_en: Needed
    short_it: String = ""
    short_ja: String = ""
    operator: String = ""
    country: Country = ""
    kind: Annotated[
        Literal["export", "export_flng", "import", "import_fsru"],
        Field(description="export, export_flng, import or import_fsru"),
    ]
    lon: Lon
    lat: Lat
    position_error_km: Amount = None
    capacity_mtpa: Amount = None
    status: TerminalState
    status_since: MaybeDate = None
    status_note_en: String = ""
    status_note_it: String = ""
    status_note_ja: String = ""
    start_year: Year = None
    note_en: String = ""
    note_it: String = ""
    note_ja: String = ""


class TerminalStatus(Row):
    """A dated change of a terminal's status."""

    terminal: Id
    date: Date
    status: TerminalState
    sentence_en: Needed
    sentence_it: String = ""
    sentence_ja: String = ""
    source: SomeIds


class Gate(Feature):
    """A line across a strait or canal; a route that crosses it passes the gate."""

    kind: Annotated[
        Literal["strait", "canal", "cape", "passage"],
        Field(description="strait, canal, cape or passage"),
    ]
    group: MaybeId = None
    rank: Annotated[int, Field(ge=1, le=3, description="1, 2 or 3")] = 2
    label_lon: MaybeLon = None
    label_lat: MaybeLat = None
    min_width_km: Amount = None
    depth_en: String = ""
    depth_it: String = ""
    depth_ja: String = ""
    draught_en: String = ""
    draught_it: String = ""
    draught_ja: String = ""
    yearly_transits: Amount = None
    transit_year: String = ""
    portwatch_id: String = ""
    portwatch_name: String = ""
    portwatch_certainty: String = ""
    closed_by_default: Annotated[
        Literal["no", "always", "lng"], Field(description="no, always or lng")
    ] = "no"
    closed_reason_en: String = ""
    closed_reason_it: String = ""
    closed_reason_ja: String = ""
    note_en: String = ""
    note_it: String = ""
    note_ja: String = ""


class GateGroup(Named):
    """Gates that a reader thinks of as one, such as Lombok and the other Sunda gaps."""

    gates: SomeIds
    note_en: String = ""
    note_it: String = ""
    note_ja: String = ""


class GateStatus(Row):
    """A dated report: is this strait open, restricted, closed, or is nothing known?"""

    gate: Id
    date: Date
    status: Annotated[
        Literal["open", "restricted", "closed", "unknown"],
        Field(description="open, restricted, closed or unknown"),
    ]
    sentence_en: Needed
    sentence_it: String = ""
    sentence_ja: String = ""
    source: SomeIds


class Region(Feature):
    """One reading of one of the two regions."""

    family: Id
    use: Annotated[
        Literal["recommended", "variant", "reference"],
        Field(description="recommended, variant or reference"),
    ]
    edge: Annotated[Literal["hard", "soft"], Field(description="hard or soft")] = "hard"
    short_en: String = ""
    short_it: String = ""
    short_ja: String = ""
    note_en: String = ""
    note_it: String = ""
    note_ja: String = ""


class RegionEdge(Row):
    """A note on the edge of a region at one of its vertices."""

    region: Id
    lon: Annotated[
        float, Field(ge=-360, le=360, allow_inf_nan=False, description="a number in -360..360")
    ]
    lat: Lat
    note_en: Needed
    note_it: String = ""
    note_ja: String = ""


class Link(Feature):
    """An agreement or relation between partners."""

    parties: SomeIds
    kind: Needed
    since: MaybeDate = None
    until: MaybeDate = None
    status: Annotated[
        Literal["in_force", "running", "declared", "memorandum", "planned", "provisional", "held",
                "ended"],
        Field(description="in_force, running, declared, memorandum, planned, provisional, held "
                          "or ended"),
    ]  # fmt: skip
    status_note_en: String = ""
    status_note_it: String = ""
    status_note_ja: String = ""
    places: Ids = ()
    path: Paths = ()
    summary_en: Needed
    summary_it: String = ""
    summary_ja: String = ""
    in_article: YesNo = False


class Event(Feature):
    """Something that happened, or is expected to, at places on the map."""

    date: Date
    date_end: MaybeDate = None
    precision: Annotated[
        Literal["day", "month", "year", "about"], Field(description="day, month, year or about")
    ]
    kind: Needed
    parties: Ids = ()
    places: Ids = ()
    links: Ids = ()
    summary_en: Needed
    summary_it: String = ""
    summary_ja: String = ""
    in_article: YesNo = False
    status: Annotated[
        Literal["done", "ongoing", "planned", "expected", "lapsed", "unconfirmed"],
        Field(description="done, ongoing, planned, expected, lapsed or unconfirmed"),
    ]
    overtakes: YesNo = False
    status_note_en: String = ""
    status_note_it: String = ""
    status_note_ja: String = ""


class RouteRow(Feature):
    """A trade: from a terminal to a terminal, by the passages that ships use."""

    short_en: Needed
    short_it: String = ""
    short_ja: String = ""
    importer: Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="two capital letters")]
    supplier: Id
    from_: Annotated[Id, Field(alias="from")]
    to: Id
    via: Ids = ()
    via_reason_en: String = ""
    via_reason_it: String = ""
    via_reason_ja: String = ""
    status: Annotated[
        Literal["active", "planned", "emergency", "halted", "seasonal", "alternative"],
        Field(description="active, planned, emergency, halted, seasonal or alternative"),
    ]
    share_pct: Percent = None
    share_basis_en: String = ""
    share_basis_it: String = ""
    share_basis_ja: String = ""
    practice: MaybeId = None
    draw: YesNo = True
    note_en: String = ""
    note_it: String = ""
    note_ja: String = ""


class Import(Row):
    """One importer's LNG from one origin in one period."""

    importer: Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="two capital letters")]
    year: Annotated[int, Field(ge=1900, le=2999, description="a year of four digits")]
    period: String = ""
    basis: String = ""
    origin: Needed
    origin_name_en: Needed
    origin_name_it: String = ""
    origin_name_ja: String = ""
    mt: Amount = None
    share_pct: Percent = None
    note_en: String = ""
    note_it: String = ""
    note_ja: String = ""
    source: SomeIds


class Parameter(Named):
    """A figure that the scenarios reckon with."""

    value: Annotated[float, Field(allow_inf_nan=False, description="a number")]
    low: Number = None
    high: Number = None
    unit: String = ""
    note_en: String = ""
    note_it: String = ""
    note_ja: String = ""
    source: SomeIds


class Practice(Row):
    """The passages that ships of one trade really use."""

    id: Id
    trade_en: Needed
    trade_it: String = ""
    trade_ja: String = ""
    usual_en: String = ""
    usual_it: String = ""
    usual_ja: String = ""
    alternatives_en: String = ""
    alternatives_it: String = ""
    alternatives_ja: String = ""
    days_low: Amount = None
    days_high: Amount = None
    round_trip_low: Amount = None
    round_trip_high: Amount = None
    note_en: String = ""
    note_it: String = ""
    note_ja: String = ""
    source: SomeIds


class SeaLabel(Feature):
    """The name of a sea and where it may stand."""

    lon: Lon
    lat: Lat
    class_: Annotated[int, Field(alias="class", ge=1, le=4, description="1 (ocean) to 4 (bay)")]


class Claim(Row):
    """A claim of the article, held against the record."""

    id: Id
    claim_en: Needed
    claim_it: String = ""
    claim_ja: String = ""
    verdict: Annotated[
        Literal["confirmed", "imprecise", "misattributed", "overtaken", "overstated", "announced",
                "speculative", "happened", "moved", "too_broad", "partly", "unverified"],
        Field(description="confirmed, imprecise, misattributed, overtaken, overstated, announced, "
                          "speculative, happened, moved, too_broad, partly or unverified"),
    ]  # fmt: skip
    finding_en: String = ""
    finding_it: String = ""
    finding_ja: String = ""
    touches: Ids = ()
    source: SomeIds
    as_of: Date


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


class Chapter(Row):
    """One chapter of the story: its words, its view and what it speaks of."""

    id: Id
    title: Text
    text: Text
    figure: String = ""
    figure_label: Text | None = None
    view: Box
    core: Box | None = None
    layers: tuple[Id, ...] = ()
    focus: Focus = Focus()
    scenario: MaybeId = None
    date: MaybeDate = None


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


class Sheet(Row):
    """One print sheet to make."""

    id: Id
    kind: Annotated[
        Literal["map", "gas", "straits", "closures", "partnership"],
        Field(description="map, gas, straits, closures or partnership"),
    ] = "map"
    title: Text
    deck: Text
    size: Annotated[
        Literal["A2", "A3", "A4", "16:9", "column"], Field(description="A2, A3, A4, 16:9 or column")
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
    projection: Annotated[
        Literal["equal_earth", "lambert", "mercator"] | None,
        Field(description="equal_earth, lambert or mercator; chosen by the view if left out"),
    ] = None
    centre: Annotated[
        float | None,
        Field(ge=-360, le=360, description="central longitude; the middle of the view if left out"),
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


class AtlasSettings(Row):
    """``atlas.toml``: what holds for the whole atlas."""

    file: ClassVar[str] = "atlas.toml"

    id: Id
    version: Needed = "1"
    title: Text
    deck: Text
    languages: Annotated[
        tuple[Literal["en", "it", "ja"], ...], Field(min_length=1, description="en, it, ja")
    ] = ("en",)
    record_to: Date
    article_date: MaybeDate = None
    moments: tuple[Moment, ...] = ()
    families: tuple[Family, ...] = ()
    suppliers: tuple[Supplier, ...] = ()
    parties: dict[Id, Text] = {}
    policy: Text | None = None
    how_to_read: Text | None = None
    licence: String = ""
    credit: Text | None = None


# file in the atlas folder -> what a row of it is
MODELS: dict[str, type[Row]] = {
    "sources.csv": Source,
    "places.csv": Place,
    "terminals.csv": Terminal,
    "terminal_status.csv": TerminalStatus,
    "gates.geojson": Gate,
    "gate_groups.csv": GateGroup,
    "gate_status.csv": GateStatus,
    "regions.geojson": Region,
    "region_edges.csv": RegionEdge,
    "links.csv": Link,
    "events.csv": Event,
    "routes.csv": RouteRow,
    "imports.csv": Import,
    "parameters.csv": Parameter,
    "practice.csv": Practice,
    "sea_labels.csv": SeaLabel,
    "claims.csv": Claim,
    "scenarios.toml": Scenario,
    "story.toml": Chapter,
    "maps.toml": MapSpec,
    "atlas.toml": AtlasSettings,
}


def schemas() -> dict[str, dict[str, Any]]:
    """Give a JSON Schema (draft 2020-12) for each kind of file in an atlas folder.

    Returns
    -------
    dict of str to dict
        File name to schema: of one row for CSV (numbers as numbers), of a feature's properties
        for GeoJSON, of the whole file for TOML.
    """
    tables = {"scenarios.toml": "scenario", "story.toml": "chapter", "maps.toml": "map"}
    found = {}
    for file, model in MODELS.items():
        schema = model.model_json_schema(by_alias=True)
        if not file.endswith(".toml"):
            _let_be_empty(schema)
        if table := tables.get(file):
            parts = schema.pop("$defs", {})
            parts[model.__name__] = schema
            lists: dict[str, Any] = {table: _list_of(model.__name__)}
            if file == "maps.toml":
                sheet = Sheet.model_json_schema(by_alias=True)
                parts |= sheet.pop("$defs", {})
                parts["Sheet"] = sheet
                lists["sheet"] = _list_of("Sheet")
            schema = {
                "type": "object",
                "properties": lists,
                "additionalProperties": False,
                "$defs": parts,
            }
        found[file] = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": file,
            **{key: value for key, value in schema.items() if key != "title"},
        }
    return found


def _let_be_empty(schema: dict[str, Any]) -> None:
    """An empty cell, or a property without a value, is as good as none where none is needed."""
    for name, part in schema["properties"].items():
        if name not in schema["required"]:
            notes = {key: part.pop(key) for key in ("title", "description") if key in part}
            part.pop("default", None)
            if part == {"type": "string"}:
                schema["properties"][name] = {**notes, "type": ["string", "null"]}
                continue
            parts = [one for one in part.get("anyOf", [part]) if one != {"type": "null"}]
            for one in parts:
                one.pop("description", None)
            schema["properties"][name] = {**notes, "anyOf": [*parts, {"enum": ["", None]}]}


def _list_of(name: str) -> dict[str, Any]:
    return {"type": "array", "items": {"$ref": f"#/$defs/{name}"}}
