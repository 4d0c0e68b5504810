"""Which columns of anybody's table hold the ends of a voyage: role and axis, however spelt.

A name is taken apart into words (``originLongitude``, ``lon_from``, ``olat``, ``POL code``). One
says the role, start or end; one says what stands there: longitude, latitude, a position, a code or
a name. Nothing depends on the order of columns, and what is not understood is carried along.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
import pandas as pd

from frontiers_map.atlas.csv_rows import AXES
from frontiers_map.atlas.messages import short
from frontiers_map.errors import CallError
from frontiers_map.voyages import positions
from frontiers_map.voyages.ports import key

__all__ = ["OPTIONS", "Ends", "Way", "ends_of", "of_object", "option"]

# What words of a name say. Of two columns that could be the same, that whose word stands first is
# taken; of what names an end, a position is surer than a code, and that than a name.
_WORDS = f"""
from:     from origin orig org start starting departure departing depart dep pol loading loadport \
          load begin beginning export exporter supplier source src von ab abfahrt abfahrts da de \
          partenza origine origen salida 出発 出発地 出発港 積地 積港
to:       to destination dest dst end ending arrival arriving arrive arr pod discharge discharging \
          dis unloading unload disch finish import importer target tgt nach ziel ankunft arrivee \
          destinazione destino arrivo llegada 到着 到着地 到着港 揚地 揚港 目的地
lon:      {AXES["lon"]}
lat:      {AXES["lat"]}
lonlat:   lonlat lnglat longlat xy
latlon:   latlon latlng latlong yx
position: position pos coord coords coordinate coordinates geom geometry wkt point pt geo
code:     code locode unlocode unloc
bare:
name:     name place location loc port harbour harbor terminal city puerto porto hafen 港
id:       id
sixty:    min mins minute minutes sec secs second seconds dir direction hemisphere hem ns ew nsew
none:     of the un deg degrees dd decimal decdeg wgs84 wgs epsg4326 4326 gps in
"""
_SAYS = {
    what: words.split()
    for what, _, words in (line.partition(":") for line in _WORDS.strip().splitlines())
}
_FROM, _TO = _SAYS["from"], _SAYS["to"]
_AXES = {word: axis for axis in ("lon", "lat", "lonlat", "latlon") for word in _SAYS[axis]}
_SURENESS = ("position", "code", "bare", "name", "id")
_KINDS = {word: rank for rank, kind in enumerate(_SURENESS) for word in _SAYS[kind]}
_BARE = _SURENESS.index("bare")
_FILLERS = frozenset(_SAYS["none"])
# letters and numbers mean something only in pairs
_PAIRS = (
    ("from", "to"), ("o", "d"), ("a", "b"), ("s", "e"), ("s", "d"), ("s", "t"), ("f", "t"),
    ("l", "d"), ("d", "a"), ("1", "2"), ("0", "1"), ("", "1"), ("", "2"), ("", "to"), ("from", ""),
)  # fmt: skip
_MARKS = {mark for pair in _PAIRS for mark in pair if len(mark) == 1}
# what stands in the columns of one role -> rank and number of each
_Side = dict[str, list[tuple[float, int]]]
_LONGEST = 60  # letters of a name that is taken apart
_AXIS_WORDS = {"lon": "longitude", "lat": "latitude"}

# columns that say how a row is to sail, and what else they are called
OPTIONS = {
    "via": ("via", "waypoint", "waypoints"),
    "close": ("close", "closed"),
    "open": ("open", "opened"),
    "ship": ("ship", "shipclass", "vesselclass"),
    "draught_m": ("draughtm", "draught", "draftm", "draft"),
    "speed_kn": ("speedkn", "speed", "speedkts", "speedknots", "knots", "kn", "kts"),
    "dwt": ("dwt", "dwtt", "deadweight", "deadweightt"),
    "avoid": ("avoid",),
    "id": ("id",),
}


def option(name: str) -> str:
    """Give the option that a column holds, or an empty text.

    Examples
    --------
    >>> option("Speed (kn)"), option("ID"), option("vessel")
    ('speed_kn', 'id', '')
    """
    plain = key(name)
    return next((each for each, names in OPTIONS.items() if plain in names), "")


@dataclass(frozen=True)
class Way:
    """One way to read an end from a row.

    Attributes
    ----------
    columns : tuple of int
        Two, longitude and latitude; or one, a position or what names the end.
    kind : str
        ``lon lat``, ``latlon`` or ``end``.
    """

    columns: tuple[int, ...]
    kind: str

    def read(self, row: Sequence[Any]) -> str | tuple[float, float]:
        """Read the end of a row; an empty text if nothing stands there.

        Raises
        ------
        CallError
            If what stands there cannot be read.
        """
        cells = [_cell(row[column]) for column in self.columns]
        if all(cell == "" for cell in cells):
            return ""
        if self.kind == "lon lat":
            found = []
            for cell, axis in zip(cells, ("lon", "lat"), strict=True):
                try:
                    found.append(positions.angle(cell, axis))
                except (ValueError, TypeError, OverflowError):
                    raise CallError(
                        f"found '{short(str(cell))}'; allowed: a {_AXIS_WORDS[axis]} in degrees"
                    ) from None
            return found[0], found[1]
        cell = cells[0]
        if isinstance(cell, str):
            read = positions.read(cell) if self.kind == "latlon" else None
            turned = read is not None and read[2] in ("", "in brackets or with other marks",
                                                      "with decimal commas")  # fmt: skip
            return (read[1], read[0]) if read is not None and turned else cell
        try:
            return of_object(cell)
        except TypeError:
            return f"{cell:.10g}" if isinstance(cell, float) else str(cell)


def _cell(value: Any) -> Any:
    """Give a cell, an empty text if nothing is in it."""
    if isinstance(value, str):
        return value.strip()
    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return ""
    return value


@dataclass(frozen=True)
class Ends:
    """Where the ends stand.

    Attributes
    ----------
    start, end : list of Way
        The ways to read them, the surest first; both empty if they were not found.
    one : list of Way
        The ways to read a single place, where no role is said.
    missing : list of str
        What would make ends of what was found.
    """

    start: list[Way]
    end: list[Way]
    one: list[Way]
    missing: list[str]


def ends_of(header: Sequence[str]) -> Ends:
    """Find the ends among the names of columns.

    Examples
    --------
    >>> found = ends_of(["Route name", "dLat", "dLon", "oLat", "oLon"])
    >>> found.start, found.end
    ([Way(columns=(4, 3), kind='lon lat')], [Way(columns=(2, 1), kind='lon lat')])
    >>> ends_of(["lon_from", "to"]).missing
    ["column 'from_lat' is missing beside 'lon_from'"]
    """
    sides: dict[str, _Side] = {}
    sixty = [name for name in header if _of_an_angle(name)]
    if sixty and not any("max" in name.lower() for name in header):
        told = (
            f"'{sixty[0]}' is a part of an angle; longitude and latitude have to be one column each"
        )
        return Ends([], [], [], [f"{told}, such as 51°58'N or 51.97"])
    for number, name in enumerate(header):
        if option(name) and option(name) != "id":
            continue
        if found := _understood(name):
            mark, what, rank = found
            sides.setdefault(mark, {}).setdefault(what, []).append((rank, number))
    one = _ways(sides.get("", {}))
    for first, second in _PAIRS:
        start, end = _ways(sides.get(first, {})), _ways(sides.get(second, {}))
        if start and end:
            return Ends(start, end, one, [])
    return Ends([], [], one, _missing(sides, header))


def _of_an_angle(name: str) -> bool:
    """Say whether a column has minutes, seconds or the letter of an angle."""
    parts = [key(part) for part in re.split(r"[\W_]+|(?<=[a-z])(?=[A-Z])", name)]
    return any(part in _SAYS["sixty"] for part in parts) and any(part in _AXES for part in parts)


def _ways(side: _Side) -> list[Way]:
    ways = []
    if "lon" in side and "lat" in side:
        ways.append(Way((min(side["lon"])[1], min(side["lat"])[1]), "lon lat"))
    ways += [Way((number,), "end") for _, number in sorted(side.get("lonlat", []))]
    ways += [Way((number,), "latlon") for _, number in sorted(side.get("latlon", []))]
    return ways + [Way((number,), "end") for _, number in sorted(side.get("end", []))]


def _missing(
    sides: dict[str, dict[str, list[tuple[float, int]]]], header: Sequence[str]
) -> list[str]:
    told = []
    for role in ("from", "to"):
        side = sides.get(role, {})
        if _ways(side):
            continue
        half = next((axis for axis in ("lon", "lat") if axis in side), None)
        if half:
            other = "lat" if half == "lon" else "lon"
            beside = header[min(side[half])[1]]
            told.append(f"column '{role}_{other}' is missing beside '{beside}'")
        else:
            told.append(f"column '{role}' is missing")
    return told


def _understood(name: str) -> tuple[str, str, float] | None:
    """Give role, axis and rank of a column; None if it is no end.

    Roles are ``from``, ``to``, a letter or number, or none.
    """
    words = _words(name)
    if not words:
        return None
    roles = [word for word in words if word in _FROM or word in _TO or word in _MARKS]
    said = {_role(word) for word in roles if word not in _AXES}
    if len(said) > 1:  # 'from A': the word, not the letter
        said &= {"from", "to"}
    axes = [_AXES[word] for word in words if word in _AXES]
    kinds = [_KINDS[word] for word in words if word in _KINDS]
    if len(said) > 1 or len(axes) > 2 or len(set(axes)) < len(axes):
        return None
    role = said.pop() if said else ""
    rank = min((_rank(word) for word in roles), default=0.0)
    if len(axes) == 2:
        return role, "".join(axes) if {*axes} == {"lon", "lat"} else "lonlat", rank
    if axes:
        return role, axes[0], rank
    if role in ("0", "1", "2") and not kinds:
        return None
    if not role and not kinds:
        return None
    return role, "end", (min(kinds) if kinds else _BARE) + rank / 100


def _role(word: str) -> str:
    return "from" if word in _FROM else "to" if word in _TO else word


def _rank(word: str) -> float:
    known = _FROM if word in _FROM else _TO if word in _TO else [word]
    return float(known.index(word))


@cache
def _vocabulary() -> tuple[str, ...]:
    words = {*_FROM, *_TO, *_AXES, *_KINDS, *_FILLERS}
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def _words(name: str) -> list[str]:
    """Take a name apart; empty if a part of it is no word of ours."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    found: list[str] = []
    for part in re.split(r"[\W_]+", apart):
        if not (plain := key(part)):
            continue
        if len(plain) > _LONGEST:
            return []
        taken = _taken_apart(plain)
        if taken is None:
            return []
        found += taken
    return [word for word in found if word not in _FILLERS]


@lru_cache(4096)  # else "lonlatlonlat…" would be taken apart in each of its 2^n ways
def _taken_apart(part: str) -> list[str] | None:
    """Give the words that are written as one; a single letter only beside an axis."""
    if part in _vocabulary() or part in _MARKS:
        return [part]
    for word in _vocabulary():
        if not part.startswith(word):
            continue
        rest = part[len(word) :]
        if rest in _MARKS and (word in _AXES or (rest.isdigit() and word in _KINDS)):
            return [word, rest]
        if (more := _taken_apart(rest)) is not None and more[0] not in _MARKS:
            return [word, *more]
    if part[0] in _MARKS and part[1:] in _AXES:
        return [part[0], part[1:]]
    return None


def of_object(end: Any) -> str | tuple[float, float]:
    """Give an end as a text or a pair (lon, lat) from what Python programs hold.

    A shapely Point, a pair of numbers of any sequence, or a mapping with lon and lat, a position
    or a name.

    Raises
    ------
    TypeError
        If it is nothing of the kind.
    """
    if isinstance(end, str):
        return end
    if getattr(end, "geom_type", "") == "Point" and not end.is_empty:
        return float(end.x), float(end.y)
    if isinstance(end, Mapping) or hasattr(end, "to_dict"):
        return _of_mapping(dict(end))
    if isinstance(end, tuple | list | np.ndarray) and len(end) in (2, 3):
        with suppress(ValueError, TypeError, OverflowError):
            return float(end[0]), float(end[1])
        raise TypeError(f"found {short(repr(end))}; allowed: two numbers, longitude first")
    raise TypeError(
        f"found {type(end).__name__}; allowed: a text, (lon, lat), a shapely Point, or a mapping "
        "with lon and lat or a name"
    )


def _of_mapping(end: dict[Any, Any]) -> str | tuple[float, float]:
    names = [str(name) for name in end]
    for way in ends_of(names).one:
        found = way.read([end[name] for name in end])
        if found:
            return found
    raise TypeError(f"found a mapping with {', '.join(names)}; allowed: lon and lat, or a name")
