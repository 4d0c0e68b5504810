"""Pairs of ends in anybody's table -> what each row asks, the answers, and one table of both."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from frontiers_map.atlas.messages import did_you_mean, short
from frontiers_map.errors import CallError, Problem
from frontiers_map.geo import geodesy
from frontiers_map.voyages import positions
from frontiers_map.voyages.any_table import AnyTable
from frontiers_map.voyages.columns import OPTIONS, Ends, Way, ends_of, option
from frontiers_map.voyages.emissions import Burnt, burnt
from frontiers_map.voyages.ports import LOCODE
from frontiers_map.voyages.vessels import Vessel
from frontiers_map.voyages.voyage import KNOTS, End, Voyage, table_of
from frontiers_map.voyages.world import World
from frontiers_map.voyages.zones import visits

__all__ = [
    "Answers",
    "add_zones",
    "asked_columns",
    "asked_places",
    "carried_names",
    "route_table",
]

# what answers have beside what was asked: a result can be asked again
ANSWERED = ("nm", "km", "days", "gates", "moved_from_km", "moved_to_km", "error")
BURNT = ("fuel_t", "co2_t")
ASKED = ("from", "to", *OPTIONS)
_FAR_KM = 100.0  # of a harbour from a position that is said to be its own
# commas are also those of positions, and of names with a country
_IDS = re.compile(r"[a-z]\w*(?:\s*,\s*[a-z]\w{2,})+")
_END = 'an end is a name, a code, or "lon,lat" in one cell, in quotation marks'
_NAMES = "from_lon,from_lat,to_lon,to_lat"
_FOUR = f"or longitude and latitude in columns of their own: {_NAMES}"
_PLAIN = re.compile(r"[-+]?[\d.,]+")


@dataclass(frozen=True)
class Answers:
    """What came of a table of pairs.

    Attributes
    ----------
    table : GeoDataFrame
        One row a pair, as `table_of` gives it, and the columns that were carried along.
    problems : list of Problem
        Why pairs failed, for a person.
    notes : list of str
        What was read how, where that is not plain from the file.
    found : list of Voyage or CallError
        The answers themselves.
    """

    table: gpd.GeoDataFrame
    problems: list[Problem]
    notes: list[str]
    found: list[Voyage | CallError]


@dataclass
class _Row:
    start: End = ""
    end: End = ""
    options: dict[str, str] = field(default_factory=dict)
    fault: CallError | None = None


def route_table(
    world: World,
    given: AnyTable,
    *,
    via: Iterable[str] = (),
    close: Iterable[str] = (),
    opened: Iterable[str] = (),
    ship: str | None = None,
    draught: float | None = None,
    speed: float = KNOTS,
    dwt: float | None = None,
    zones: Sequence[tuple[str, BaseGeometry]] = (),
    lines: bool = True,
) -> Answers:
    """Route the pairs of a table; one that fails does not stop the others.

    Parameters
    ----------
    world, given
    via, close, opened
        For all rows, besides those of a row.
    ship, draught, speed, dwt
        For the rows that do not say their own. With a deadweight, of all or of rows, there are
        columns of tonnes of fuel and CO2.
    zones
        Areas: a column of nautical miles for each.
    lines
        Whether ways are drawn: without it they are measured, which is quicker by far.

    Raises
    ------
    CallError
        If the table has no two ends.
    """
    rows, note = _read(given)
    note += _contradictions(world, given)
    notes = [f"{given.place}: {'; '.join(note)}"] if note else []
    # rows that share all that a search needs are searched for together
    groups: dict[tuple[Any, ...], list[int]] = {}
    for number, row in enumerate(rows):
        if row.fault is None:
            say = row.options
            shut = (*close, *_several(say.get("close")))
            let = (*opened, *_several(say.get("open")))
            measures = say.get("ship") or "", say.get("draught_m") or ""
            groups.setdefault((shut, let, *measures, say.get("avoid") or ""), []).append(number)
    found: list[Voyage | CallError] = [row.fault or CallError("not asked") for row in rows]
    for (shut, let, kind, draws, avoid), numbers in groups.items():
        asked = [rows[number] for number in numbers]
        passing = [(*via, *_several(row.options.get("via"))) for row in asked]
        try:
            depth = _number("draught_m", draws, draught, 0.1, 40)
            vessel = Vessel.asked(world.atlas.ships, kind or ship, depth)
            here = world.avoiding(Path(given.place).parent / avoid) if avoid else world
            answers = _answers(here, asked, passing, shut, let, vessel, lines)
        except CallError as error:
            answers = [error] * len(numbers)
        for number, answer in zip(numbers, answers, strict=True):
            found[number] = answer
    speeds = [speed] * len(rows)
    for number, row in enumerate(rows):
        try:
            speeds[number] = _number("speed_kn", row.options.get("speed_kn"), speed, 1, 60) or speed
        except CallError as error:
            found[number] = error
    dwts, burning = _burning(rows, found, speeds, dwt)
    ids = [row.options.get("id") or str(number) for number, row in enumerate(rows, start=1)]
    if twice := sorted(name for name, count in Counter(ids).items() if count > 1):
        told = short(", ".join(twice))
        notes.append(f"{given.place}: id: {told} of several rows; answers have it, too")
    problems = [
        Problem(given.place, line, label, "", str(item))
        for line, label, item in zip(given.lines, ids, found, strict=True)
        if isinstance(item, CallError)
    ]
    table = table_of([(r.start, r.end) for r in rows], found, ids=ids, speed_kn=speeds)
    for column in ("via", "close", "open"):  # a row without an answer can be asked again, too
        table[column] = [
            cell if isinstance(way, Voyage) else _several(row.options.get(column))
            for cell, way, row in zip(table[column], found, rows, strict=True)
        ]
    table["ship"] = [
        cell if isinstance(way, Voyage) else row.options.get("ship") or ""
        for cell, way, row in zip(table["ship"], found, rows, strict=True)
    ]
    if dwts is not None:
        table["dwt"] = dwts
        for column in BURNT:
            table[column] = [one and one.as_dict()[column] for one in burning]
    add_zones(table, found, zones)
    return Answers(_with_carried(table, given), problems, notes, found)


def _burning(
    rows: Sequence[_Row],
    found: list[Voyage | CallError],
    speeds: Sequence[float],
    dwt: float | None,
) -> tuple[list[float | None] | None, list[Burnt | None]]:
    """Estimate what each way burns, of a ship of the row's deadweight or of that of all.

    What is wrong with a deadweight stands in `found`; without any there are None.
    """
    if dwt is None and not any("dwt" in row.options for row in rows):
        return None, []
    dwts: list[float | None] = [dwt] * len(rows)
    burning: list[Burnt | None] = [None] * len(rows)
    for number, (row, way, speed) in enumerate(zip(rows, found, speeds, strict=True)):
        try:
            dwts[number] = weight = _number("dwt", row.options.get("dwt"), dwt, 1000, 600_000)
            if weight is not None and isinstance(way, Voyage):
                burning[number] = burnt(way.nm, speed, way.vessel, weight)
        except CallError as error:
            found[number] = error
    return dwts, burning


def add_zones(
    table: gpd.GeoDataFrame,
    found: Sequence[Voyage | CallError],
    zones: Sequence[tuple[str, BaseGeometry]],
) -> None:
    """Add to a table of ways a column for each area: nautical miles within it."""
    ran = [visits(way.geometry, zones) if isinstance(way, Voyage) else None for way in found]
    for name in dict.fromkeys(name for name, _ in zones):
        table[f"nm in {name}"] = [
            None if run is None else round(sum(v.nm for v in run if v.zone == name), 1)
            for run in ran
        ]


def _answers(
    world: World,
    rows: Sequence[_Row],
    passing: Sequence[Sequence[str]],
    close: Sequence[str],
    opened: Sequence[str],
    vessel: Vessel | None,
    lines: bool,
) -> list[Voyage | CallError]:
    """Route rows that share all but their ends; a ship without a way is told what is shut to it."""
    pairs = [(row.start, row.end) for row in rows]
    find = world.routes if lines else world.measured
    found = find(pairs, via=passing, close=close, opened=opened, vessel=vessel)
    if vessel is None:
        return found
    none = [number for number, answer in enumerate(found) if "no way by sea" in str(answer)]
    # where no ship has a way there is no more to tell: one search for all, as one each takes long
    any_ship = find(
        [pairs[number] for number in none], via=[passing[number] for number in none],
        close=close, opened=opened,
    )  # fmt: skip
    for number, way in zip(none, any_ship, strict=True):
        if isinstance(way, Voyage):
            try:
                world.route(
                    *pairs[number], via=passing[number], close=close, opened=opened, vessel=vessel
                )
            except CallError as error:
                found[number] = error
    return found


def _number(
    name: str, cell: str | None, otherwise: float | None, least: float, most: float
) -> float | None:
    if not cell:
        return otherwise
    unit = {"speed_kn": "knots", "draught_m": "metres", "dwt": "tonnes"}[name]
    try:
        value = positions.number(cell)
    except ValueError:
        value = 0.0
    if not least <= value <= most:
        apart = re.fullmatch(r"\d{1,3}(?:[.,' \xa0\u2019\u202f]\d{3})+", cell)
        raise CallError(
            f"{name}: found '{short(cell)}'; allowed: a number of {unit}, {least:,g} to {most:,g}"
            + (", its thousands not set apart" if apart else "")
        )
    return value


def _several(cell: str | None) -> tuple[str, ...]:
    """Take a cell apart at semicolons, and at the commas of a row of ids: ``suez,malacca``."""
    if not cell:
        return ()
    parts = re.split("[;,]" if _IDS.fullmatch(cell) else ";", cell)
    return tuple(part.strip() for part in parts if part.strip())


def _read(given: AnyTable) -> tuple[list[_Row], list[str]]:
    """Read what each row asks, and say how the table was understood."""
    ends = ends_of(given.header)
    if not ends.start and not given.shapes:
        raise CallError(f"{_place(given)}: {_no_ends(given.header, ends)}")
    options = {option(name): n for n, name in reversed([*enumerate(given.header)]) if option(name)}
    rows = []
    for number, cells in enumerate(given.rows):
        row = _Row(options={each: _text(cells[n]) for each, n in options.items()})
        try:
            if ends.start:
                row.start, row.end = _first(ends.start, cells), _first(ends.end, cells)
            elif (shape := given.shapes[number]) is not None:
                row.start, row.end = _line_ends(shape)
            if empty := [role for role, end in (("from", row.start), ("to", row.end)) if end == ""]:
                raise CallError(f"{' and '.join(empty)}: found an empty cell; {_END}")
        except CallError as error:
            row.fault = error
        rows.append(row)
    return rows, given.notes + _understood(given, ends.start, ends.end, rows)


def asked_columns(place: str, header: Sequence[str]) -> tuple[list[int], list[int]]:
    """Give the columns in which a start may stand, and all that say what is asked but the id.

    Raises
    ------
    CallError
        If the table has no two ends.
    """
    ends = ends_of(header)
    if not ends.start:
        raise CallError(f"{place}: {_no_ends(header, ends)}")
    start = sorted({number for way in ends.start for number in way.columns})
    end = {number for way in ends.end for number in way.columns}
    says = {number for number, name in enumerate(header) if option(name) not in ("", "id")}
    return start, sorted({*start, *end, *says})


def _place(given: AnyTable) -> str:
    line = given.lines[0] - 1 if given.lines and given.lines[0] else 0
    return f"{given.place}:{line}" if line else given.place


def _first(ways: Sequence[Way], cells: Sequence[Any]) -> End:
    """Read an end by the first way that finds one."""
    return next((found for way in ways if (found := way.read(cells)) != ""), "")


def _line_ends(shape: BaseGeometry) -> tuple[End, End]:
    if shape.geom_type == "LineString" and not shape.is_empty:
        first, last = shape.coords[0], shape.coords[-1]
    elif shape.geom_type == "MultiPoint" and len(shape.geoms) == 2:
        first, last = (point.coords[0] for point in shape.geoms)
    else:
        raise CallError(
            f"found a {shape.geom_type}; allowed: lines, whose ends are the pair, or columns "
            "from and to; 'frontiers-map matrix' takes points"
        )
    return (float(first[0]), float(first[1])), (float(last[0]), float(last[1]))


def _text(cell: Any) -> str:
    if isinstance(cell, str):
        return cell.strip()
    if cell is None or (pd.api.types.is_scalar(cell) and pd.isna(cell)):
        return ""
    if isinstance(cell, list | tuple):
        return ";".join(map(str, cell))
    return f"{cell:.10g}" if isinstance(cell, float) else str(cell)


def _understood(
    given: AnyTable, start: Sequence[Way], end: Sequence[Way], rows: Sequence[_Row]
) -> list[str]:
    """Say which columns were read as what, which are carried along, and how cells were written."""
    told = []
    if not start:
        told.append("pairs are the ends of the lines")
    else:
        names = [[given.header[n] for n in ways[0].columns] for ways in (start, end)]
        if names != [["from"], ["to"]]:
            told.append(f"from is {' and '.join(names[0])}, to is {' and '.join(names[1])}")
        latlon = [given.header[w.columns[0]] for w in (start[0], end[0]) if w.kind == "latlon"]
        if latlon:
            told.append(f"{' and '.join(latlon)} read with latitude first")
    renamed = [
        f"{each} is {name}"
        for name in given.header
        if (each := option(name)) and name not in (each, "id")
    ]
    told += renamed[:6]
    forms: Counter[str] = Counter()
    for cell, count in Counter(end for row in rows for end in (row.start, row.end)).items():
        if isinstance(cell, str) and (found := positions.read(cell)) and found[2]:
            forms[found[2]] += count
    for form, count in sorted(forms.items()):
        told.append(f"{count} position{'s' * (count > 1)} read as written {form}")
    if none := sum((0.0, 0.0) in (row.start, row.end) for row in rows):
        told.append(f"{none} row{'s' * (none > 1)} with 0,0: a position, or none?")
    carried = _carried(given.header, [n for way in (*start[:1], *end[:1]) for n in way.columns])
    if carried:
        near = {name: did_you_mean(name.lower(), ASKED).removeprefix("; ") for name in carried}
        shown = ", ".join(f"{n} ({near[n]})" if near[n] else n for n in carried[:8])
        more = f" and {len(carried) - 8} more" if len(carried) > 8 else ""
        told.append(f"carried along: {short(shown, 300)}{more}")
    return told


def _contradictions(world: World, given: AnyTable) -> list[str]:
    """Tell where a code in a row names a harbour that is far from the position beside it."""
    ends = ends_of(given.header)
    told = []
    for ways in (ends.start, ends.end):
        codes = [way for way in ways[1:] if way.kind == "end"]
        if not codes or ways[0].kind == "end":
            continue
        far: dict[tuple[Any, Any], float] = {}
        rows = 0
        for cells in given.rows:
            with suppress(CallError):
                point, code = ways[0].read(cells), codes[0].read(cells)
                if not isinstance(point, tuple) or not LOCODE.fullmatch(str(code)):
                    continue
                if (point, code) not in far:
                    named = world.harbour(str(code))
                    line = LineString([point, (named.lon, named.lat)])
                    far[point, code] = float(geodesy.length_m(line)) / 1000
                rows += far[point, code] > _FAR_KM
        if rows:
            (_, code), km = max(far.items(), key=lambda one: one[1])
            name = given.header[codes[0].columns[0]]
            told.append(
                f"in {rows} row{'s' * (rows > 1)} the position is taken, which lies far from what "
                f"{name} names ({code}: {km:,.0f} km)"
            )
    return told


def _left_out(header: Sequence[str]) -> set[str]:
    """Give what is not carried along: the ends, and the answers of one who asks a result again."""
    again = set(ANSWERED) <= {name.lower() for name in header}
    return {"from", "to", *((*ANSWERED, *BURNT) if again else ())}


def _carried(header: Sequence[str], ends: Sequence[int]) -> list[str]:
    left_out = _left_out(header)
    return [
        name
        for number, name in enumerate(header)
        if number not in ends and not option(name) and name.lower() not in left_out
    ]


def _with_carried(table: gpd.GeoDataFrame, given: AnyTable) -> gpd.GeoDataFrame:
    """Add the columns of the file that are none of ours, under names that no format confuses."""
    more = {
        name: _column([row[number] for row in given.rows])
        for number, name in carried_names(given.header, table.columns).items()
    }
    if not more:
        return table
    return gpd.GeoDataFrame(
        pd.concat([table, pd.DataFrame(more, index=table.index)], axis=1), crs=table.crs
    )


def carried_names(header: Sequence[str], ours: Iterable[str]) -> dict[int, str]:
    """Name the columns of a file that are carried along, by their numbers."""
    taken = {name.lower() for name in (*ours, "fid", "ogc_fid", "geom", "geometry")}
    left_out = _left_out(header)
    names = {}
    for number, name in enumerate(header):
        if option(name) or name.lower() in left_out:
            continue
        own = name
        while own.lower() in taken:
            own = f"{own}_in"
        taken.add(own.lower())
        names[number] = own
    return names


def _column(cells: list[Any]) -> pd.Series:
    """Numbers, truth and days as they are; anything else as text."""
    kind = pd.api.types.infer_dtype(cells, skipna=True)
    if kind in ("integer", "floating", "mixed-integer-float", "boolean", "datetime64", "datetime"):
        return pd.Series(cells)
    return pd.Series([_text(cell) for cell in cells], dtype=object)


def _no_ends(header: Sequence[str], ends: Ends) -> str:
    """Say what is missing, and which columns are near to it."""
    if ends.one:
        shown = short(", ".join(header), 200)
        return (
            f"found one place a row ({shown}); allowed: from and to; 'frontiers-map matrix' takes "
            "places"
        )
    if header and all(_PLAIN.fullmatch(name) for name in header):
        return f"found no names of columns; allowed: a first line with them, such as {_NAMES}"
    known = ("from", "to", "from_lon", "from_lat", "to_lon", "to_lat")
    near = [
        f"found '{short(name)}'{hint}"
        for name in header
        if name not in ASKED and (hint := did_you_mean(name.lower(), known))
    ]
    found = near or [f"found {short(', '.join(header), 200)}"]
    return "; ".join([*ends.missing, *found, f"allowed: from and to ({_END}), {_FOUR}"])


def asked_places(given: AnyTable) -> tuple[list[End], list[str]]:
    """Read single places: a name, a code or a position a row, or the points of a layer.

    Returns
    -------
    list of str or (lon, lat)
    list of str
        What was read how.

    Raises
    ------
    CallError
        If the table has no places, or a row has none.
    """
    ways = ends_of(given.header).one
    if not ways and len(given.header) == 1:
        ways = [Way((0,), "end")]
    points = [one for one in given.shapes if one is not None and one.geom_type == "Point"]
    places: list[End] = []
    if given.shapes and len(points) == len(given.rows):
        places = [(float(point.x), float(point.y)) for point in points]
        told = "places are the points of the layer"
    elif not ways:
        raise CallError(
            f"{_place(given)}: found {short(', '.join(given.header), 200) or 'no columns'}; "
            "allowed: a column place, name or locode, or two columns lon,lat"
        )
    else:
        for line, cells in zip(given.lines, given.rows, strict=True):
            where = f"{given.place}:{line}" if line else given.place
            try:
                place = _first(ways, cells)
            except CallError as error:
                raise CallError(f"{where}: {error}") from None
            if place == "":
                raise CallError(f"{where}: found no place; allowed: a name, a code or lon,lat")
            places.append(place)
        told = f"places are {' and '.join(given.header[n] for n in ways[0].columns)}"
    return places, [f"{given.place}: {'; '.join([*given.notes, told])}"]
