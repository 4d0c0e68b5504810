"""What the columns of the joined layers mean, and how they are laid out as flat tables.

Spreadsheets and GIS formats know text, numbers, yes or no, and days. Here the tuples and mappings
of a joined atlas become text, each column gets its type and unit, and each its sentence; all
formats take their columns from here, so that they agree.
"""

from __future__ import annotations

import calendar
import datetime
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import pandas as pd

from frontiers_map import model, text

__all__ = ["LAYERS", "Field", "cell", "column", "days", "describe", "domain", "flat"]

Kind = Literal["text", "number", "integer", "boolean", "date"]
_LANGUAGE = {"en": "English", "it": "Italian", "ja": "Japanese"}


@dataclass(frozen=True)
class Field:
    """A column: its name, type, unit, a short title, and a sentence on what it says."""

    name: str
    kind: Kind
    title: str
    description: str
    unit: str = ""


# name -> what a row is
LAYERS: dict[str, str] = {
    "regions": "Readings of the regions; the outline as drawn, crossing land where it must",
    "overlaps": "Where a reading of one region and a reading of the other both apply",
    "routes": "LNG trades and their way by sea, computed, not tracked",
    "scenario_routes": "Every trade under every scenario of closed straits; no geometry where "
    "there is no way by sea",
    "gates": "Lines across straits, canals and passages; a route that crosses one passes it",
    "terminals": "LNG terminals with their status",
    "places": "Capitals, venues, bases and sites",
    "links": "Agreements and relations between partners, drawn as geodesics",
    "events": "What happened or is expected, at its places",
    "sea_labels": "Names of seas and where they may stand",
    "sources": "The bibliography that every row refers to",
    "claims": "Claims of the article held against the record",
    "imports": "LNG imports by origin",
    "gate_status": "Dated reports on straits: open, restricted, closed",
    "terminal_status": "Dated changes of terminals",
    "gate_groups": "Gates that a reader thinks of as one",
    "region_edges": "Notes on the edges of regions, by the vertex where they begin",
    "parameters": "Figures that scenarios reckon with",
    "practice": "The passages that ships of a trade really use",
    "scenarios": "Which gates each scenario closes, and why one might ask",
    "route_areas": "How much of each route lies in each region and overlap",
    "within": "Which places and terminals lie in which regions and overlaps",
    "touches": "Which links, events and claims name which features",
}

# name without language -> type, unit, title, sentence
_KNOWN: dict[str, tuple[Kind, str, str, str]] = {
    "id": ("text", "", "Id", "Stable id, the same in every format"),
    "name": ("text", "", "Name", "Name"),
    "short": ("text", "", "Short name", "Name for a label"),
    "note": ("text", "", "Note", "What a reader should know"),
    "summary": ("text", "", "Summary", "What it is, in a sentence"),
    "status_note": ("text", "", "On the status", "What the status rests on"),
    "role": ("text", "", "Role", "What the place is in this atlas"),
    "text": ("text", "", "Text", "What is assumed, and what was reported"),
    "sentence": ("text", "", "Report", "What was reported"),
    "finding": ("text", "", "Finding", "What the record says"),
    "claim": ("text", "", "Claim", "What the article says"),
    "source": ("text", "", "Sources", "Ids of sources, separated by ;"),
    "as_of": ("text", "", "As of", "Date to which the row is true: YYYY, YYYY-MM or YYYY-MM-DD"),
    "certainty": ("text", "", "Geometry", "How sure the geometry is"),
    "status": ("text", "", "Status", "Status at the last report"),
    "kind": ("text", "", "Kind", "What kind it is"),
    "lon": ("number", "degrees", "Longitude", "Degrees east, WGS 84"),
    "lat": ("number", "degrees", "Latitude", "Degrees north, WGS 84"),
    "label_lon": ("number", "degrees", "Longitude of label", "Where a label may stand"),
    "label_lat": ("number", "degrees", "Latitude of label", "Where a label may stand"),
    "position_error_km": ("number", "km", "Position error", "How far off the position may be"),
    "capacity_mtpa": ("number", "Mt/year", "Capacity", "Capacity, million tonnes of LNG a year"),
    "status_since": ("text", "", "Status since", "Date of the status"),
    "start_year": ("integer", "", "Start", "Year of start-up"),
    "rank": ("integer", "", "Rank", "1 famous to 3 minor"),
    "class": ("integer", "", "Class", "1 ocean to 4 bay"),
    "min_width_km": ("number", "km", "Width", "Narrowest navigable width"),
    "yearly_transits": ("number", "ships", "Transits a year", "Ships a year"),
    "in_article": ("boolean", "", "In the article", "Whether the article names it"),
    "pole": ("boolean", "", "Pole", "Whether it is one of the two poles of the map"),
    "overtakes": ("boolean", "", "Overtakes", "Whether it overtakes the text of the article"),
    "draw": ("boolean", "", "Drawn", "Whether the maps draw it; others are in tables only"),
    "recommended": ("boolean", "", "Recommended", "Whether both readings are the recommended ones"),
    "area_km2": ("number", "km²", "Sea area", "Area without land, on the ellipsoid"),
    "nm": ("number", "nautical miles", "Length", "Length on the ellipsoid, canals included"),
    "km": ("number", "km", "Length", "Length on the ellipsoid"),
    "days": ("number", "days", "Days under way", "At the service speed of the parameters"),
    "extra_nm": ("number", "nautical miles", "Extra length", "Longer than with nothing closed by"),
    "extra_days": ("number", "days", "Extra days", "More days than with nothing closed"),
    "boil_off_t": ("number", "t", "Boil-off", "Cargo that boils off on the laden voyage"),
    "extra_boil_off_t": ("number", "t", "Extra boil-off", "More than with nothing closed"),
    "boil_off_share_pct": ("number", "%", "Boil-off share", "Boil-off as a share of the cargo"),
    "ships_per_mt": ("number", "ships", "Ships per Mt", "Ships for a million tonnes a year"),
    "extra_ships_per_mt": ("number", "ships", "Extra ships per Mt", "More than with none closed"),
    "volume_mt": ("number", "Mt/year", "Volume", "What the supplier sends the importer in a year"),
    "ships": ("number", "ships", "Ships", "Ships for the supplier's whole yearly volume"),
    "extra_ships": ("number", "ships", "Extra ships", "More than with nothing closed"),
    "share_pct": ("number", "%", "Share", "The supplier's share of the importer's LNG"),
    "share_of_japan": ("number", "%", "Share of Japan's LNG", "The supplier's share"),
    "overlap_share": ("number", "", "Share in the overlap", "Of its length, 0 to 1, in the "
                      "overlap of the recommended readings"),
    "share": ("number", "", "Share", "Share of the length, 0 to 1"),
    "mt": ("number", "Mt", "Amount", "Million tonnes of LNG"),
    "year": ("integer", "", "Year", "Year"),
    "value": ("number", "", "Value", "Value; its unit stands beside it"),
    "low": ("number", "", "Low", "Lowest value in use"),
    "high": ("number", "", "High", "Highest value in use"),
    "days_low": ("number", "days", "Days, least", "Shortest voyage reported"),
    "days_high": ("number", "days", "Days, most", "Longest voyage reported"),
    "round_trip_low": ("number", "days", "Round trip, least", "Shortest round trip reported"),
    "round_trip_high": ("number", "days", "Round trip, most", "Longest round trip reported"),
    "reachable": ("boolean", "", "Reachable", "Whether there is a way by sea"),
    "changed": ("boolean", "", "Changed", "Whether the scenario changes the way"),
    "gates": ("text", "", "Gates", "Ids of gates, in order, separated by ;"),
    "regions": ("text", "", "Regions", "Share of the length in each region, region=share;…"),
    "moved_km": ("text", "km", "Moved", "How far the ends were moved to reach water"),
    "supplier": ("text", "", "Supplier", "Where the gas comes from"),
    "from_id": ("text", "", "From", "Id of the terminal where it begins"),
    "to_id": ("text", "", "To", "Id of the terminal where it ends"),
    "start_day": ("date", "", "First day", "First day of the date, for time controls"),
    "end_day": ("date", "", "Last day", "Last day of the date, for time controls"),
    "no_geometry": ("text", "", "Why no geometry", "Reason where a row has no geometry"),
    "url": ("text", "", "Address", "Web address, where it is complete"),
}  # fmt: skip

# layer and column -> group of words (text.py) and the model that lists what is allowed
_DOMAINS: dict[tuple[str, str], tuple[str, type[model.Row]]] = {
    ("terminals", "status"): ("terminal_status", model.Terminal),
    ("terminals", "kind"): ("terminal_kind", model.Terminal),
    ("terminal_status", "status"): ("terminal_status", model.TerminalStatus),
    ("gates", "kind"): ("gate_kind", model.Gate),
    ("gates", "closed_by_default"): ("", model.Gate),
    ("gate_status", "status"): ("gate_status", model.GateStatus),
    ("places", "kind"): ("place_kind", model.Place),
    ("routes", "status"): ("route_status", model.RouteRow),
    ("links", "status"): ("link_status", model.Link),
    ("events", "status"): ("event_status", model.Event),
    ("events", "precision"): ("", model.Event),
    ("regions", "use"): ("use", model.Region),
    ("regions", "edge"): ("", model.Region),
    ("claims", "verdict"): ("verdict", model.Claim),
}


def domain(layer: str, name: str) -> dict[str, str]:
    """Give the allowed values of a column and their English words; empty if any text may stand.

    Examples
    --------
    >>> domain("routes", "status")["emergency"]
    'for emergencies'
    """
    group, row = _DOMAINS.get((layer, name), ("", model.Feature))
    if name == "certainty":
        group = "certainty"
    elif (layer, name) not in _DOMAINS:
        return {}
    annotation = row.model_fields[name].annotation
    words = text.words().get(group, {})
    return {value: words.get(value, {}).get("en", value) for value in get_args(annotation)}


def describe(name: str, kind: Kind | None = None) -> Field:
    """Say what a column is, from its name; `kind` counts for columns that are not known.

    Examples
    --------
    >>> describe("name_it").title
    'Name (Italian)'
    """
    base, _, language = name.rpartition("_")
    spoken = language in _LANGUAGE and base != ""
    key = base if spoken else name
    title = key.replace("_", " ").capitalize()
    found, unit, title, sentence = _KNOWN.get(key, (kind or "text", "", title, title))
    if spoken:
        title, sentence = (
            f"{title} ({_LANGUAGE[language]})",
            f"{sentence}, in {_LANGUAGE[language]}",
        )
    return Field(name, found, title, f"{sentence} ({unit})" if unit else sentence, unit)


def flat(frame: pd.DataFrame) -> dict[str, tuple[Field, list[Any]]]:
    """Lay a layer out as columns of plain values; the geometry is left out.

    Returns
    -------
    dict of str to (Field, list)
        Each value is text, a number, a bool or a date; None where there is none.
    """
    return {
        name: column(name, frame[name].tolist())
        for name in map(str, frame.columns)
        if name != "geometry"
    }


def column(name: str, values: Sequence[Any]) -> tuple[Field, list[Any]]:
    """Lay one column out; its type is the known one, else that of its values."""
    present = [value for value in values if not _missing(value)]
    kind: Kind = "text"
    if present and all(isinstance(value, bool) for value in present):
        kind = "boolean"
    elif present and all(isinstance(value, int) for value in present):
        kind = "integer"
    elif present and all(isinstance(value, (int, float)) for value in present):
        kind = "number"
    field = describe(name, kind)
    return field, [_value(value, field.kind) for value in values]


def _missing(value: Any) -> bool:
    return value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value))


def _value(value: Any, kind: Kind) -> Any:
    if _missing(value):
        return None
    if kind == "number":
        return float(value)
    if kind == "integer":
        return int(value)
    if kind == "boolean":
        return bool(value)
    if kind == "date":
        return value
    return cell(value)


def cell(value: Any) -> str:
    """Write a value as text: ``a;b`` for several, ``a;b|c`` for lists of several, ``k=v;…``."""
    if _missing(value):
        return ""
    if isinstance(value, bool):
        return "y" if value else "n"
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    if isinstance(value, dict):
        return ";".join(f"{key}={cell(item)}" for key, item in value.items())
    if isinstance(value, (tuple, list)):
        return _join(value)
    return str(value)


def _join(values: Iterable[Any]) -> str:
    values = list(values)
    if any(isinstance(value, tuple) for value in values):
        return "|".join(cell(value) for value in values)
    return ";".join(cell(value) for value in values)


def days(date: str | None, until: str | None = None) -> tuple[datetime.date, datetime.date] | None:
    """First and last day of a date of a year, a month or a day, or of a span of two such.

    Examples
    --------
    >>> days("2026-02")
    (datetime.date(2026, 2, 1), datetime.date(2026, 2, 28))
    """
    if not date:
        return None
    first = [int(part) for part in date.split("-")]
    last = [int(part) for part in (until or date).split("-")]
    year, month = last[0], last[1] if len(last) > 1 else 12
    day = last[2] if len(last) > 2 else calendar.monthrange(year, month)[1]
    start = datetime.date(*[*first, 1, 1][:3])
    return start, datetime.date(year, month, day)
