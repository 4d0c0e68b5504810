"""What rows of an atlas say of one another: ids that name nothing, or two things, or in vain."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

import shapely

from frontiers_map.atlas import own_layers
from frontiers_map.atlas.model import (
    HANDOUT,
    KINDS,
    LAYERS,
    MERCATOR_END,
    PAPER,
    SHEET_LAYERS,
    AtlasSettings,
    Chapter,
    Focus,
    Import,
    OwnFeature,
    Row,
    Sheet,
)
from frontiers_map.atlas.proofreading import proofread, texts
from frontiers_map.atlas.reader import Found, Reader, did_you_mean
from frontiers_map.atlas.terms import check_terms
from frontiers_map.atlas.verdicts import check_verdicts
from frontiers_map.atlas.waters import check_waters
from frontiers_map.style import ROUTE_ROLES

__all__ = ["FIGURES", "check"]


class _Known:
    """Which ids there are, for whoever refers to them.

    A row that could not be taken still lends its id, and a file that could not be read is asked
    for nothing: one slip is told once, not again by everything that refers to it.
    """

    def __init__(
        self, reader: Reader, found: Mapping[str, list[Found]], settings: AtlasSettings | None
    ) -> None:
        self.ids = {
            file: {getattr(item.row, "id", "") for item in rows} | reader.named.get(file, set())
            for file, rows in found.items()
        }
        self.unread = set(reader.unread)
        if settings:
            self.ids["atlas.toml#families"] = {family.id for family in settings.families}
            self.ids["atlas.toml#suppliers"] = {supplier.id for supplier in settings.suppliers}
            self.ids["atlas.toml#parties"] = set(settings.parties)
        else:
            self.unread.add("atlas.toml")

    def of(self, files: Iterable[str]) -> set[str] | None:
        """Give the ids of several files; None if one of them could not be read."""
        files = list(files)
        if self.unread & {file.split("#")[0] for file in files}:
            return None
        return set().union(*(self.ids.get(file, set()) for file in files))


_PLACES, _GATES = ("places.csv", "terminals.csv"), ("gates.geojson", "gate_groups.csv")
# file and field that refers -> files that have what it refers to, and how that is called
_REFERENCES: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("region_edges.csv", "region", ("regions.geojson",), "a region"),
    ("regions.geojson", "family", ("atlas.toml#families",), "a family of atlas.toml"),
    ("gates.geojson", "group", ("gate_groups.csv",), "a gate group"),
    ("gate_groups.csv", "gates", ("gates.geojson",), "a gate"),
    ("gate_status.csv", "gate", _GATES, "a gate or a gate group"),
    ("transits.csv", "gate", ("gates.geojson",), "a gate"),
    ("terminal_status.csv", "terminal", ("terminals.csv",), "a terminal"),
    ("links.csv", "places", _PLACES, "a place or a terminal"),
    ("links.csv", "path", _PLACES, "a place or a terminal"),
    ("links.csv", "parties", ("atlas.toml#parties",), "a party of atlas.toml"),
    ("events.csv", "places", (*_PLACES, "gates.geojson"), "a place, a terminal or a gate"),
    ("events.csv", "links", ("links.csv",), "a link"),
    ("events.csv", "parties", ("atlas.toml#parties",), "a party of atlas.toml"),
    ("routes.csv", "from_", _PLACES, "a terminal or a place"),
    ("routes.csv", "to", _PLACES, "a terminal or a place"),
    ("routes.csv", "via", ("gates.geojson", *_PLACES), "a gate, a place or a terminal"),
    ("routes.csv", "supplier", ("atlas.toml#suppliers",), "a supplier of atlas.toml"),
    ("routes.csv", "practice", ("practice.csv",), "a row of practice.csv"),
    ("scenarios.toml#scenario", "close", _GATES, "a gate or a gate group"),
    ("scenarios.toml#scenario", "open", _GATES, "a gate or a gate group"),
    ("story.toml#chapter", "scenario", ("scenarios.toml#scenario",), "a scenario"),
    ("maps.toml#map", "chapters", ("story.toml#chapter",), "a chapter"),
    ("maps.toml#sheet", "scenarios", ("scenarios.toml#scenario",), "a scenario"),
    ("maps.toml#sheet", "gates", _GATES, "a gate or a gate group"),
)
_FOCUS = {layer: (LAYERS[layer].file,) for layer in Focus.model_fields if layer != "features"} | {
    "gates": _GATES
}
_REGION = (("regions.geojson",), "a region")
_ROUTE = (("routes.csv",), "a route")
_SCENARIO = (("scenarios.toml#scenario",), "a scenario")
# kind of a figure in a text, such as {nm:coral_jp} -> what its names must name
_FIGURES: dict[str, tuple[tuple[tuple[str, ...], str], ...]] = {
    "ip_mkm2": (),
    "med_mkm2": (),
    "ip_area": (),
    "med_area": (),
    "n": (((), "a layer"),),
    "share": (((), "an importer"), (("atlas.toml#suppliers",), "a supplier of atlas.toml")),
    "km": (((), "a feature"),),
    "km2": (((), "a feature"),),
    "out": (((), "a layer"), ((), "a date")),
    "out_days": (((), "a feature"),),
    "nm": (_ROUTE,),
    "days": (_ROUTE,),
    "extra_nm": (_SCENARIO, _ROUTE),
    "extra_days": (_SCENARIO, _ROUTE),
    "no_way": (_SCENARIO,),
    "rerouted": (_SCENARIO,),
    "param": ((("parameters.csv",), "a parameter"),),
    "area": (_REGION,),
    "area_mkm2": (_REGION,),
    "overlap_area": (_REGION, _REGION),
    "overlap_mkm2": (_REGION, _REGION),
}
# kind of a figure -> how it is written
FIGURES = {
    kind: ":".join((kind, *(what.split()[1].upper() for _, what in parts)))
    for kind, parts in _FIGURES.items()
}
# the overlap of two regions is that of the recommended ones where none are named
_NAMELESS = {"overlap_area", "overlap_mkm2"}
_FIGURE = re.compile(r"\{([a-z_0-9]+):([A-Za-z0-9_:-]+)\}")


def check(reader: Reader, found: Mapping[str, list[Found]], settings: AtlasSettings | None) -> None:
    """Tell every id that names nothing, and ids that name two things."""
    known = _Known(reader, found, settings)
    cited = [(file, "source", ("sources.csv",), "an id of sources.csv") for file in found]
    anything = tuple(file for file in found if file != "sources.csv")
    for file, field, files, kind in (
        *cited,
        *_REFERENCES,
        ("claims.csv", "touches", anything, "a feature"),
        ("errata.csv", "touches", anything, "a feature"),
    ):
        allowed = known.of(files)
        if allowed is None:
            continue
        for item in found[file]:
            for name in _names(getattr(item.row, field, None)):
                if name not in allowed:
                    _unknown(reader, file, item, field.rstrip("_"), name, kind, allowed)
    for file in ("story.toml#chapter", "maps.toml#map", "maps.toml#sheet"):
        own = tuple(own_layers.key(layer) for layer in settings.layers) if settings else ()
        for layer, files in (_FOCUS | {"features": own}).items():
            allowed = known.of(files)
            if allowed is None:
                continue
            for item in found[file]:
                for name in getattr(cast("Any", item.row).focus, layer):
                    if name not in allowed:
                        kind = f"an id of {'own layers' if layer == 'features' else layer}"
                        _unknown(reader, file, item, f"focus.{layer}", name, kind, allowed)
    _check_layers(reader, found, settings)
    _check_kinds(reader, found, settings)
    _check_figures(reader, found, known)
    _check_shares(reader, found)
    if settings:
        _check_settings(reader, settings, known.of(("regions.geojson",)))
        sources = known.of(("sources.csv",))
        for name in {name for coast in settings.coast for name in coast.source} - (
            sources or set()
        ):
            if sources is not None:
                text = f"found '{name}'; allowed: an id of sources.csv"
                reader.say_in("atlas.toml", text + did_you_mean(name, sources), "coast.source")
    check_verdicts(reader, found)
    check_terms(reader, found)
    proofread(reader, found, settings, FIGURES)
    _check_shared_names(reader, found)
    check_waters(reader, found)
    _check_edges(reader, found)
    _check_order(reader, found)
    _check_transits(reader, found)
    if settings:
        _name_importers(reader, found, settings)
        _check_record(reader, found, settings.record_to)


def _name_importers(
    reader: Reader, found: Mapping[str, list[Found]], settings: AtlasSettings
) -> None:
    """Note importers without a name: readers see their two letters."""
    for file in ("routes.csv", "imports.csv"):
        codes = {cast("Any", item.row).importer for item in found[file]}
        if nameless := sorted(codes - set(settings.parties)):
            reader.notes.append(
                f"{reader.folder}/{file}: importer: {', '.join(nameless)} without a name under "
                f'[parties] of atlas.toml, such as {nameless[0]} = {{ en = "…" }}; readers see the '
                "letters"
            )


def _check_settings(reader: Reader, settings: AtlasSettings, regions: set[str] | None) -> None:
    """Tell what in atlas.toml names nothing, or two things."""
    for family in settings.families:
        if regions is not None and family.recommended not in regions:
            text = f"found '{family.recommended}'; allowed: a region" + did_you_mean(
                family.recommended, regions
            )
            reader.say_in("atlas.toml", text, f"families.{family.id}.recommended")
    for supplier in settings.suppliers:
        if supplier.role not in ROUTE_ROLES:
            text = (
                f"found '{supplier.role}'; allowed: {', '.join(ROUTE_ROLES)}"
                f"{did_you_mean(supplier.role, ROUTE_ROLES)}"
            )
            reader.say_in("atlas.toml", text, f"suppliers.{supplier.id}.role")
    for name in ("families", "suppliers", "moments"):
        ids = [item.id for item in getattr(settings, name)]
        for twice in sorted({one for one in ids if ids.count(one) > 1}):
            reader.say_in(
                "atlas.toml", f"found '{twice}' a second time; allowed: each id once", name
            )


def _check_layers(
    reader: Reader, found: Mapping[str, list[Found]], settings: AtlasSettings | None
) -> None:
    """Tell layers that there are not, or that a sheet's kind does not draw."""
    own = tuple(layer.id for layer in settings.layers) if settings else ()
    for file in ("story.toml#chapter", "maps.toml#map", "maps.toml#sheet"):
        for item in found[file]:
            row: Any = item.row
            kind = row.kind if isinstance(row, Sheet) else ""
            drawn = SHEET_LAYERS[kind or "map"]
            drawn += own if drawn == SHEET_LAYERS["map"] else ()
            vain = [layer for layer in row.layers if layer not in drawn]
            if vain:
                hint = did_you_mean(vain[0], drawn) if len(vain) == 1 else ""
                text = (
                    f"found {', '.join(repr(layer) for layer in vain)}; "
                    f"allowed{f' on a sheet of kind {kind}' if kind else ''}: "
                    f"{', '.join(drawn)}{hint}"
                )
                at = file.split("#")[0]
                reader.say(at, text, line=item.line, feature=row.id, field="layers")
    for item in found["maps.toml#sheet"]:
        sheet = cast("Sheet", item.row)
        if sheet.id == HANDOUT:
            text = f"found '{HANDOUT}', as the handout is called; allowed: another id"
            reader.say("maps.toml", text, line=item.line, feature=sheet.id, field="id")
        for field, text in _ill_sized(sheet):
            reader.say("maps.toml", text, line=item.line, feature=sheet.id, field=field)
        views = [("view", sheet.view)] if sheet.view else []
        views += [(f"insets[{n}].view", inset.view) for n, inset in enumerate(sheet.insets)]
        for field, view in views:
            mercator = sheet.projection == "mercator" and field == "view"
            if text := _unseen(view, mercator=mercator):
                reader.say("maps.toml", text, line=item.line, feature=sheet.id, field=field)


def _ill_sized(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """Give the field of a sheet that its size forbids, and why."""
    if sheet.kind != "map" and sheet.size not in PAPER:
        yield (
            "size",
            (
                f"found '{sheet.size}', which has no room for more than a map and its legend; "
                f"allowed on a sheet of kind {sheet.kind}: {', '.join(PAPER)}"
            ),
        )
    turned = {"16:9": ("portrait", "9:16"), "9:16": ("landscape", "16:9")}
    wrong, other = turned.get(sheet.size, ("", ""))
    if sheet.orientation == wrong and "orientation" in sheet.model_fields_set:
        yield (
            "orientation",
            f"found '{wrong}' on a sheet of {sheet.size}; allowed: size = '{other}'",
        )


def _check_kinds(
    reader: Reader, found: Mapping[str, list[Found]], settings: AtlasSettings | None
) -> None:
    """Tell kinds that neither the program nor the atlas has, and declarations that cannot be."""
    if not settings:
        return
    seen = set()
    for kind in settings.kinds:
        at = f"kinds.{kind.id}"
        if (kind.of, kind.id) in seen:
            text = f"found '{kind.id}' a second time among {kind.of}; allowed: each id once"
            reader.say_in("atlas.toml", text, f"{at}.id")
        seen.add((kind.of, kind.id))
        if kind.like and kind.like not in KINDS[kind.of]:
            hint = did_you_mean(kind.like, KINDS[kind.of])
            text = f"found '{kind.like}'; allowed: {', '.join(KINDS[kind.of])}{hint}"
            reader.say_in("atlas.toml", text, f"{at}.like")
        if kind.symbol and kind.of == "links":
            text = f"found '{kind.symbol}'; allowed: no symbol, as links are lines"
            reader.say_in("atlas.toml", text, f"{at}.symbol")
    for layer, known in settings.kind_looks.items():
        for item in found[f"{layer}.csv"]:
            row: Any = item.row
            if row.kind not in known:
                text = (
                    f"found '{row.kind}'; allowed: {', '.join(known)}, or one that atlas.toml "
                    f'declares: [[kinds]] with of = "{layer}", id = "{row.kind}" and its name'
                    + did_you_mean(row.kind, known)
                )
                reader.say(f"{layer}.csv", text, line=item.line, feature=row.id, field="kind")


def _unseen(view: tuple[float, float, float, float], *, mercator: bool) -> str:
    """Say why no sheet can show a view; nothing if one can."""
    west, south, east, north = view
    if east - west > 360:
        return f"found {east - west:g}° of longitude; allowed: 360°, once round the globe"
    if min(west, east) < -360 or max(west, east) > 540:
        wrong = west if west < -360 else east
        return f"found longitude {wrong:g}; allowed: -360..540"
    if mercator and (south < -MERCATOR_END or north > MERCATOR_END):
        wrong = south if south < -MERCATOR_END else north
        return (
            f"found latitude {wrong:g} in Mercator's projection, which has no poles; "
            f"allowed: -{MERCATOR_END:g}..{MERCATOR_END:g}, or another projection, such as lambert"
        )
    return ""


def _check_figures(reader: Reader, found: Mapping[str, list[Found]], known: _Known) -> None:
    """Tell figures whose names name nothing; in prose a reader would see the braces."""
    for file in (name for name in found if ".toml#" in name):
        for item in found[file]:
            told: set[tuple[str, str]] = set()
            for field, text in texts(item.row):
                for figure in _FIGURE.finditer(text):
                    if (field, figure[0]) not in told and _check_names(
                        reader, file, item, field, figure[0], figure[1], figure[2], known
                    ):
                        told.add((field, figure[0]))
    for item in found["story.toml#chapter"]:
        figure = cast("Any", item.row).figure
        if figure in ("", "none"):
            continue
        kind, _, names = figure.partition(":")
        count = len(names.split(":")) if names else 0
        wanted = {len(_FIGURES[kind])} if kind in _FIGURES else set()
        if count in wanted | ({0} if kind in _NAMELESS else set()):
            _check_names(reader, "story.toml", item, "figure", figure, kind, names, known)
        else:
            text = f"found '{figure}'; allowed: {', '.join(FIGURES.values())} or none"
            reader.say(
                "story.toml", text, line=item.line, feature=cast("Any", item.row).id,
                field="figure",
            )  # fmt: skip


def _check_shares(reader: Reader, found: Mapping[str, list[Found]]) -> None:
    """Tell shares of which imports.csv does not know, and rows of it that say the same twice."""
    if "imports.csv" in reader.unread:
        return
    rows = [(item.line, cast("Import", item.row)) for item in found["imports.csv"]]
    lines: dict[tuple[str, ...], int] = {}
    for line, row in rows:
        key = (row.importer, row.period, row.basis, row.origin)
        if row.period and key in lines:
            text = f"found '{row.origin}' a second time (line {lines[key]}); allowed: once"
            reader.say("imports.csv", text, line=line, feature=row.importer, field="origin")
        lines.setdefault(key, line)
    shared = [row for _, row in rows if row.share_pct is not None]
    periods = sorted({f"{row.importer}:{row.period}" for row in shared})
    for item in found["story.toml#chapter"]:
        for name in cast("Chapter", item.row).shares:
            if name not in periods:
                mine = [period for period in periods if period[:3] == name[:3]]
                known_ones = ", ".join(mine or periods) or "none, as imports.csv has no shares"
                text = f"found '{name}'; allowed: {known_ones}"
                label = cast("Chapter", item.row).id
                reader.say("story.toml", text, line=item.line, feature=label, field="shares")
    known: dict[tuple[str, str], set[float]] = {}
    for row in shared:
        known.setdefault((row.importer, row.origin), set()).add(cast("float", row.share_pct))
    for item in found["routes.csv"]:
        trade: Any = item.row
        allowed = known.get((trade.importer, trade.supplier), set())
        # the tonnes behind a share, and so the width of the line, come from its period
        if trade.share_pct is not None and allowed and trade.share_pct not in allowed:
            text = (
                f"found {trade.share_pct:g}; allowed: a share of '{trade.supplier}' in "
                f"imports.csv ({', '.join(f'{share:g}' for share in sorted(allowed))})"
            )
            reader.say("routes.csv", text, line=item.line, feature=trade.id, field="share_pct")


def _check_names(
    reader: Reader, file: str, item: Found, field: str, figure: str, kind: str, names: str,
    known: _Known,
) -> bool:  # fmt: skip
    """Tell the names of a figure that name nothing, and whether there were any."""
    told = False
    for name, (files, what) in zip(
        names.split(":") if names else (), _FIGURES.get(kind, ()), strict=False
    ):
        allowed = known.of(files)
        if files and allowed is not None and name not in allowed:
            _unknown(reader, file, item, field, figure, what, allowed, name)
            told = True
    return told


def _unknown(
    reader: Reader, file: str, item: Found, field: str, name: str, kind: str, allowed: set[str],
    like: str = "",
) -> None:  # fmt: skip
    hint = did_you_mean(like or name, allowed) if allowed else "; the atlas has none"
    text = f"found '{name}'; allowed: {kind}{hint}"
    reader.say(file.split("#")[0], text, line=item.line, feature=_label(item.row), field=field)


def _label(row: Row) -> str:
    """What a row goes by: its id, or that of what it tells of."""
    ids = (getattr(row, key, "") for key in ("id", "gate", "terminal", "region"))
    return next((name for name in ids if name), "")


def _names(value: Any) -> Iterable[str]:
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    if value and isinstance(value[0], tuple):
        return (name for part in value for name in part)
    return cast("Iterable[str]", value)


def _check_shared_names(reader: Reader, found: Mapping[str, list[Found]]) -> None:
    """Places, terminals, gates and groups are called by id in one breath: one id, one thing."""
    owner: dict[str, str] = {}
    own = [file for file, rows in found.items() if rows and isinstance(rows[0].row, OwnFeature)]
    for name in ("places.csv", "terminals.csv", "gates.geojson", "gate_groups.csv",
                 "channels.geojson", "shoals.geojson", *own):  # fmt: skip
        file = name.split("#")[0]
        for item in found[name]:
            row_id = getattr(item.row, "id", "")
            if owner.setdefault(row_id, file) != file:
                text = (
                    f"found '{row_id}', which {owner[row_id]} has too; allowed: one id, one thing"
                )
                reader.say(file, text, line=item.line, feature=row_id, field="id")


def _check_edges(reader: Reader, found: Mapping[str, list[Found]]) -> None:
    """A note belongs to the edge that starts at a vertex: there must be one."""
    corners: dict[str, set[tuple[float, float]]] = {}
    for item in found["regions.geojson"]:
        points = shapely.get_coordinates(item.geometry)
        corners[cast("Any", item.row).id] = {(lon % 360, lat) for lon, lat in points.tolist()}
    for item in found["region_edges.csv"]:
        row: Any = item.row
        if row.region in corners and (row.lon % 360, row.lat) not in corners[row.region]:
            text = f"found [{row.lon:g}, {row.lat:g}]; allowed: a vertex of the region's outline"
            reader.say(
                "region_edges.csv", text, line=item.line, feature=row.region, field="lon,lat"
            )


def _check_order(reader: Reader, found: Mapping[str, list[Found]]) -> None:
    """An end before its beginning, or a way from a place to itself, is a slip of the pen."""
    for item in found["routes.csv"]:
        trade: Any = item.row
        if trade.from_ == trade.to:
            text = f"found '{trade.to}', where it begins too; allowed: another place"
            reader.say("routes.csv", text, line=item.line, feature=trade.id, field="to")
    for item in found["events.csv"]:
        event: Any = item.row
        if (event.lon is None) != (event.lat is None):
            lacks = "lon" if event.lon is None else "lat"
            text = "is missing; a position is lon and lat"
            reader.say("events.csv", text, line=item.line, feature=event.id, field=lacks)
    spans = (("events.csv", "date", "date_end"), ("links.csv", "since", "until"))
    for file, first, last in spans:
        for item in found[file]:
            row: Any = item.row
            start, end = getattr(row, first), getattr(row, last)
            if start and end and end < start[: len(end)]:
                text = f"found {end}; allowed: {start} or later, as {first} says"
                reader.say(file, text, line=item.line, feature=row.id, field=last)


def _check_transits(reader: Reader, found: Mapping[str, list[Found]]) -> None:
    """Weeks begin on a Monday, and each week of a gate stands once."""
    seen: dict[tuple[str, str], int] = {}
    for item in found["transits.csv"]:
        row: Any = item.row
        told = f"found {row.week}; allowed: "
        if len(row.week) < 10 or datetime.date.fromisoformat(row.week).weekday():
            text = told + "a Monday, as the day on which the week begins"
        elif before := seen.setdefault((row.gate, row.week), 0):
            text = told + f"each week of a gate once; line {before} has it"
        else:
            seen[row.gate, row.week] = item.line
            continue
        reader.say("transits.csv", text, line=item.line, feature=row.gate, field="week")


# file -> field of a date, and the statuses that say that it came to pass; a report always did
_PAST = {
    "events.csv": ("date", {"done", "ongoing", "lapsed"}),
    "links.csv": ("since", {"in_force", "running", "held", "ended"}),
    "gate_status.csv": ("date", None),
    "terminal_status.csv": ("date", None),
}


def _check_record(reader: Reader, found: Mapping[str, list[Found]], record_to: str) -> None:
    """What is told as done cannot lie after the day to which the record was read."""
    for file, (field, past) in _PAST.items():
        for item in found[file]:
            row: Any = item.row
            date = getattr(row, field)
            done = past is None or row.status in past
            if date and done and date > record_to[: len(date)]:
                text = (
                    f"found {date} and status {row.status}; allowed: {record_to} or earlier, as "
                    "record_to of atlas.toml says"
                )
                reader.say(file, text, line=item.line, feature=_label(row), field=field)
