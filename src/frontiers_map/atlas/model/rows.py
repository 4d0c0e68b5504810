"""The layers: what one row of each table and one feature of each GeoJSON file is."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from frontiers_map.atlas.model.field_types import (
    Amount,
    Country,
    Date,
    Id,
    Ids,
    Lat,
    Lon,
    MaybeDate,
    MaybeId,
    MaybeLat,
    MaybeLon,
    Needed,
    Number,
    Paths,
    Percent,
    Period,
    SomeIds,
    String,
    WebAddress,
    Year,
    YesNo,
    clean,
)
from frontiers_map.atlas.model.kinds import KINDS
from frontiers_map.atlas.model.row import Feature, Named, NeededWords, Row, Words


def _kind(layer: str) -> Any:
    """Say which kinds the program has; those of the atlas are told by `cross_checks`."""
    return Field(description=f"{', '.join(KINDS[layer])}, or one of [[kinds]] of atlas.toml")


PlaceKind = Annotated[Id, _kind("places")]
TerminalKind = Annotated[Id, _kind("terminals")]
LinkKind = Annotated[Id, _kind("links")]
EventKind = Annotated[Id, _kind("events")]
Ships = Annotated[int, Field(ge=0, description="a whole number of ships, 0 or more")]


class Source(Row):
    """One entry of the bibliography."""

    id: Id
    title: Needed
    address: String = ""
    url: WebAddress = ""
    publisher: String = ""
    date: String = ""
    language: Annotated[
        str,
        Field(
            pattern=r"^([a-z]{2}(;[a-z]{2})*)?$",
            description="two small letters (ISO 639-1), several separated by ;, or nothing",
        ),
    ] = ""
    kind: String = ""
    read: Annotated[
        Literal["", "page", "excerpt", "table", "title", "general"],
        Field(
            description="page, excerpt, table, title, general (knowledge, no source), or nothing"
        ),
    ] = ""
    supports: String = ""


class Place(Feature):
    """A capital, venue, base or site."""

    lon: Lon
    lat: Lat
    kind: PlaceKind
    country: Country = ""
    pole: YesNo = False
    role: Words = ""
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

    short: NeededWords
    operator: String = ""
    country: Country = ""
    kind: TerminalKind
    lon: Lon
    lat: Lat
    position_error_km: Amount = None
    capacity_mtpa: Amount = None
    status: TerminalState
    status_since: MaybeDate = None
    status_note: Words = ""
    start_year: Year = None  # of the first cargo, or of an import terminal’s service
    note: Words = ""


class TerminalStatus(Row):
    """A dated change of a terminal's status."""

    terminal: Id
    date: Date
    status: TerminalState
    sentence: NeededWords
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
    depth: Words = ""
    draught: Words = ""
    max_draught_m: Amount = None
    max_beam_m: Amount = None
    max_length_m: Amount = None
    max_air_draught_m: Amount = None
    yearly_transits: Amount = None
    transit_year: String = ""
    portwatch_id: String = ""
    portwatch_name: String = ""
    portwatch_certainty: String = ""
    closed_by_default: Annotated[
        Literal["no", "always", "large", "lng"],
        Field(description="no, always (nobody passes), large (ships over 200 m) or lng"),
    ] = "no"
    closed_reason: Words = ""
    note: Words = ""


class Channel(Feature):
    """A canal, river or dredged fairway that the coast does not show: ways may go along it."""

    gate: MaybeId = None
    max_draught_m: Amount = None
    max_beam_m: Amount = None
    max_length_m: Amount = None
    max_air_draught_m: Amount = None
    note: Words = ""


class Shoal(Feature):
    """Water too shallow for some ships, or for all where no draught is said."""

    max_draught_m: Amount = None
    note: Words = ""


class ShipClass(Row):
    """A kind of ship, by the measures that straits and canals limit."""

    id: Id
    name: NeededWords
    kind: Annotated[
        Literal["lng", "tanker", "bulk", "container", "general"],
        Field(description="lng, tanker, bulk, container or general"),
    ]
    draught_m: Amount
    beam_m: Amount
    length_m: Amount
    air_draught_m: Amount = None
    speed_kn: Amount = None
    fuel_t_day: Amount = None
    note: Words = ""
    source: SomeIds
    as_of: Date


class GateGroup(Named):
    """Gates that a reader thinks of as one, such as Lombok and the other Sunda gaps."""

    gates: SomeIds
    note: Words = ""


class GateStatus(Row):
    """A dated report: is this strait open, restricted, closed, or is nothing known?"""

    gate: Id
    date: Date
    status: Annotated[
        Literal["open", "restricted", "closed", "unknown"],
        Field(description="open, restricted, closed or unknown"),
    ]
    sentence: NeededWords
    ships_day: Amount = None
    ships_usual: Amount = None
    source: SomeIds


class Transit(Row):
    """How many ships passed a gate in a week, by kind."""

    gate: Id
    week: Date
    days_counted: Annotated[int, Field(ge=1, le=7, description="1 to 7")]
    transits: Ships
    container: Ships
    dry_bulk: Ships
    general_cargo: Ships
    roro: Ships
    tanker: Ships
    source: SomeIds


class Region(Feature):
    """One reading of one of the two regions."""

    family: Id
    use: Annotated[
        Literal["recommended", "variant", "reference"],
        Field(description="recommended, variant or reference"),
    ]
    edge: Annotated[Literal["hard", "soft"], Field(description="hard or soft")] = "hard"
    short: Words = ""
    note: Words = ""


class RegionEdge(Row):
    """A note on the edge of a region at one of its vertices."""

    region: Id
    lon: Annotated[
        float, Field(ge=-360, le=360, allow_inf_nan=False, description="a number in -360..360")
    ]
    lat: Lat
    note: NeededWords


class Link(Feature):
    """An agreement or relation between partners."""

    parties: SomeIds
    kind: LinkKind
    since: MaybeDate = None
    until: MaybeDate = None
    status: Annotated[
        Literal["in_force", "running", "declared", "memorandum", "planned", "provisional", "held",
                "ended"],
        Field(description="in_force, running, declared, memorandum, planned, provisional, held "
                          "or ended"),
    ]  # fmt: skip
    status_note: Words = ""
    places: Ids = ()
    path: Paths = ()
    summary: NeededWords
    in_article: YesNo = False


class Event(Feature):
    """Something that happened, or is expected to, at places on the map."""

    date: Date
    date_end: MaybeDate = None
    precision: Annotated[
        Literal["day", "month", "year", "about"], Field(description="day, month, year or about")
    ]
    kind: EventKind
    parties: Ids = ()
    places: Ids = ()
    lon: MaybeLon = None
    lat: MaybeLat = None
    links: Ids = ()
    summary: NeededWords
    in_article: YesNo = False
    status: Annotated[
        Literal["done", "ongoing", "planned", "expected", "lapsed", "unconfirmed"],
        Field(description="done, ongoing, planned, expected, lapsed or unconfirmed"),
    ]
    overtakes: YesNo = False
    status_note: Words = ""


class RouteRow(Feature):
    """A trade: from a terminal to a terminal, by the passages that ships use."""

    short: NeededWords
    importer: Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="two capital letters")]
    supplier: Id
    from_: Annotated[Id, Field(alias="from")]
    to: Id
    via: Ids = ()
    via_reason: Words = ""
    status: Annotated[
        Literal["active", "planned", "emergency", "halted", "seasonal", "alternative"],
        Field(description="active, planned, emergency, halted, seasonal or alternative"),
    ]
    share_pct: Percent = None
    share_basis: Words = ""
    practice: MaybeId = None
    draw: YesNo = True
    note: Words = ""


class Import(Row):
    """One importer's LNG from one origin in one period."""

    importer: Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="two capital letters")]
    year: Annotated[int, Field(ge=1900, le=2999, description="a year of four digits")]
    period: Period = ""
    basis: String = ""
    origin: Needed
    origin_name: NeededWords
    mt: Amount = None
    share_pct: Percent = None
    note: Words = ""
    source: SomeIds


class Parameter(Named):
    """A figure that the scenarios reckon with."""

    value: Annotated[float, Field(allow_inf_nan=False, description="a number")]
    low: Number = None
    high: Number = None
    unit: String = ""
    note: Words = ""
    source: SomeIds


class Practice(Row):
    """The passages that ships of one trade really use."""

    id: Id
    trade: NeededWords
    usual: Words = ""
    alternatives: Words = ""
    days_low: Amount = None
    days_high: Amount = None
    round_trip_low: Amount = None
    round_trip_high: Amount = None
    note: Words = ""
    source: SomeIds


class SeaLabel(Feature):
    """The name of a sea and where it may stand."""

    lon: Lon
    lat: Lat
    class_: Annotated[int, Field(alias="class", ge=1, le=4, description="1 (ocean) to 4 (bay)")]


class Claim(Row):
    """A claim of the article, held against the record."""

    id: Id
    claim: NeededWords
    verdict: Annotated[
        Literal["confirmed", "imprecise", "misattributed", "overtaken", "overstated", "announced",
                "speculative", "happened", "moved", "too_broad", "partly", "judgement",
                "unverified"],
        Field(description="confirmed, imprecise, misattributed, overtaken, overstated, announced, "
                          "speculative, happened, moved, too_broad, partly, judgement or "
                          "unverified"),
    ]  # fmt: skip
    finding: Words = ""
    alone: Words = ""
    looked_on: MaybeDate = None
    looked: Words = ""
    touches: Ids = ()
    source: SomeIds
    as_of: Date


class Erratum(Row):
    """What the atlas once said and was wrong, and what is right."""

    id: Id
    date: Date
    said: NeededWords
    right: NeededWords
    touches: Ids = ()
    source: SomeIds


class Term(Row):
    """The one name of a thing in each language, and words not to be used for it."""

    id: Id
    term: NeededWords
    avoid: Annotated[
        str,
        Field(
            pattern=r"^([a-z]{2,3}(-[A-Za-z0-9]+)*:[^;]+(;|$))*$",
            description="words as language:word, several separated by ;, or nothing",
        ),
        AfterValidator(clean),
    ] = ""
    aliases: Annotated[
        str,
        Field(description="other words that readers search by, several separated by ;, or nothing"),
        AfterValidator(clean),
    ] = ""
