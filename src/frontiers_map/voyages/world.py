"""From names to voyages: ids of an atlas on one side, the sea network on the other."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from frontiers_map import sea
from frontiers_map.atlas.atlas import Atlas, packaged_atlas, read
from frontiers_map.atlas.messages import did_you_mean
from frontiers_map.cache import Cache, NoCache
from frontiers_map.errors import CallError
from frontiers_map.geo import geodesy
from frontiers_map.sea.channels import channels
from frontiers_map.sea.metric import NM_KM
from frontiers_map.sea.water import Coast
from frontiers_map.voyages import positions
from frontiers_map.voyages.closable import (
    own_channels,
    shoals_as_gates,
    with_channels,
    with_gates,
)
from frontiers_map.voyages.ends import Ends, Harbour
from frontiers_map.voyages.timetable import Stop, timetable
from frontiers_map.voyages.vessels import Vessel, shut
from frontiers_map.voyages.voyage import (
    KNOTS,
    End,
    Voyage,
    label,
)

__all__ = ["KNOTS", "End", "Voyage", "World"]

_NO_LINE = LineString()
_AT_ONCE = 64  # starts that are looked from together: what is known of them is held at once
_DRAWN = 2000  # ways that are searched together: their lines are held at once
# short cuts of small ships: the routes of an atlas, and its page, do not sail them
_SMALL = frozenset(name for name, one in channels().items() if one.small)
# shut to a ship of which nothing is known
_ASKED = frozenset(name for name, one in channels().items() if one.asked)


class World:
    """An atlas and the sea around it: routes between anything that either can name.

    Parameters
    ----------
    atlas
        Whose places, terminals and regions count.
    network
        The sea network with the gates.
    gates
        Those of the atlas, or of the package where the atlas has none.

    Attributes
    ----------
    area : geometry or None
        What ways keep out of.
    free : World
        The same without an area to keep out of.
    shoals : DataFrame
        Those of the atlas, with the columns by which `vessels.shut` reads gates.
    """

    def __init__(self, atlas: Atlas, network: sea.Network, gates: gpd.GeoDataFrame) -> None:
        self.atlas = atlas
        self.area: BaseGeometry | None = None
        self.free: World = self
        self.network = network
        self._named = Ends(atlas)
        self.gates = gates
        self._gates = frozenset(gates["id"])
        self.shoals = shoals_as_gates(atlas, gates)
        self._shoals = frozenset(self.shoals["id"])

    @classmethod
    def load(
        cls,
        folder: Path | str | None = None,
        *,
        avoid: Path | None = None,
        snap: float | None = None,
        cache: Cache | None = None,
    ) -> World:
        """Read an atlas folder (None: the packaged one) and load the sea network with its gates."""
        return cls.of(read(folder or packaged_atlas()), avoid=avoid, snap=snap, cache=cache)

    @classmethod
    def of(
        cls,
        atlas: Atlas,
        *,
        avoid: Path | None = None,
        snap: float | None = None,
        cache: Cache | None = None,
    ) -> World:
        """Load the sea network for an atlas that has been read.

        Parameters
        ----------
        atlas
        avoid
            File of polygons to keep out of.
        snap
            How far an end on land may be moved to water, in kilometres: 20 if None.
        cache

        An atlas without gates is given those of the package: without any its ships would sail
        the Arctic ice, and nothing could be closed.
        """
        given = with_gates(atlas)
        shapes = dict(zip(given.gates["id"], given.gates.geometry, strict=True))
        lines = {name: shapes[name] for name in given.gate_numbers}
        network = sea.Network.load(gates=lines, cache=cache or NoCache(), canals=True)
        if snap is not None:
            network = network.snapping(snap)
        own = own_channels(atlas, keep=True)
        shoals = dict(zip(atlas.shoals["id"], atlas.shoals.geometry, strict=True))
        network = network.with_waters(own, shoals)
        world = cls(atlas, network, with_channels(given.gates, atlas))
        return world if avoid is None else world.avoiding(avoid)

    def page_network(self, cache: Cache) -> sea.Network:
        """Give the network as the page has it: the atlas's gates only, and its ships of no size."""
        network = self.network.unlaid.without_canals(cache)
        network = network.with_waters(own_channels(self.atlas, keep=False), {})
        closed = self.atlas.shoals[self.atlas.shoals["max_draught_m"].isna()]
        return network.avoiding(closed.union_all()) if len(closed) else network

    def avoiding(self, path: Path) -> World:
        """Give a world whose ways keep out of the polygons of a file.

        Raises
        ------
        CallError
            If the file is none of polygons.
        """
        return self.keeping_out(_polygons(path))

    def keeping_out(self, area: BaseGeometry) -> World:
        """Give a world whose ways keep out of polygons, cut at 180°."""
        other = World(self.atlas, self.free.network.avoiding(area), self.gates)
        other.area, other.free = area, self.free
        return other

    def harbour(self, end: End) -> Harbour:
        """Find an end, as `Ends.find` does."""
        return self._named.find(end)

    @cached_property
    def _groups(self) -> dict[str, tuple[str, ...]]:
        """Gates of each group."""
        return dict(zip(self.atlas.gate_groups["id"], self.atlas.gate_groups["gates"]))

    def gate_ids(self, names: Iterable[str]) -> tuple[str, ...]:
        """Ids of gates and shoals from ids of these and of groups.

        Raises
        ------
        CallError
            If a name is neither.
        """
        names = tuple(names)
        groups = self._groups
        for name in names:
            if name not in self._gates | self._shoals and name not in groups:
                known = {*self._gates, *self._shoals, *groups}
                raise CallError(
                    f"found '{name}'; allowed: a gate or a group of gates"
                    f"{did_you_mean(name, known)} ('frontiers-map show gates' lists them)"
                )
        each = (gate for name in names for gate in groups.get(name, [name]))
        return tuple(dict.fromkeys(each))

    def route(
        self,
        start: End,
        end: End,
        *,
        via: Iterable[str] = (),
        close: Iterable[str] = (),
        opened: Iterable[str] = (),
        vessel: Vessel | None = None,
    ) -> Voyage:
        """Find the way of a ship, and what it would be with nothing shut that it may not pass.

        Without a vessel it is that of a ship which any charted strait takes. Gates in `opened` or
        `via` are open to it, whatever its measures.

        Raises
        ------
        CallError
            If a name is unknown, an end lies inland, or there is no way by sea.
        """
        asked = tuple(via)
        allowed = self.gate_ids(opened)
        closed = self.gate_ids(close)
        shut = self._shut(vessel, allowed, asked, closed)
        if vessel is not None:
            # what its measures cost is asked; ice, shut to everybody, would hide the answer
            anyway = self._shut(None, allowed, asked, closed).keys() - _ASKED
            shut = {gate: why for gate, why in shut.items() if gate not in anyway} or shut
        free = self.routes([(start, end)], via=[asked], close=close, opened=(*allowed, *shut),
                           vessel=vessel)[0]  # fmt: skip
        if isinstance(free, CallError):
            raise free
        passed = [gate for gate in (*free.gates, *free.shoals) if gate in shut]
        if not passed:
            # the best way of all is open to this ship
            nm_open = free.nm if shut else None
            return replace(free, opened=allowed, vessel=vessel, nm_open=nm_open)
        found = self.routes([(start, end)], via=[asked], close=close, opened=allowed,
                            vessel=vessel)[0]  # fmt: skip
        if isinstance(found, CallError):
            told = "; ".join(f"{gate} ({shut[gate]})" for gate in passed)
            names = " ".join(f"--open {gate}" for gate in passed)
            who = f"to {vessel}" if vessel else "to all ships"
            raise CallError(f"{found}; shut {who}: {told}; {names} would pass there")
        if shoals := self._shoals & shut.keys():
            # what is second best may run over a shoal, too
            over = self.routes([(start, end)], via=[asked], close=close,
                               opened=(*allowed, *shoals), vessel=vessel)[0]  # fmt: skip
            if isinstance(over, Voyage):
                passed += [one for one in over.shoals if one in shut and one not in passed]
        return replace(found, shut={gate: shut[gate] for gate in passed}, nm_open=free.nm)

    def stops(
        self, way: Voyage, depart: datetime.datetime, speed_kn: float = KNOTS
    ) -> tuple[Stop, ...]:
        """Reckon when a ship that departs then passes each gate, and when it arrives."""
        shapes = dict(zip(self.gates["id"], self.gates.geometry, strict=True))
        return timetable(way.geometry, [(gate, shapes[gate]) for gate in way.gates], depart,
                         speed_kn)  # fmt: skip

    def routes(
        self,
        pairs: Sequence[tuple[End, End]],
        *,
        via: Sequence[Sequence[str]] | None = None,
        close: Iterable[str] = (),
        opened: Iterable[str] = (),
        vessel: Vessel | None = None,
        own: bool = False,
    ) -> list[Voyage | CallError]:
        """Find many ways under one set of closures, one search for each distinct origin.

        Parameters
        ----------
        pairs, via, close, opened, vessel
            As in `route`.
        own
            Whether these are the atlas's own routes: they keep out of all that it closes by
            default.

        Returns
        -------
        list of Voyage or CallError
            In the order of `pairs`; a pair that fails does not stop the others.
        """
        closed = self.gate_ids(close)
        allowed = self.gate_ids(opened)
        via = via or [()] * len(pairs)
        calls: list[tuple[Harbour, Harbour, sea.Call] | CallError] = []
        for (start, end), passing in zip(pairs, via, strict=True):
            try:
                if own:
                    shut = (self.own_shut | self._never | _SMALL) - set(passing) - set(allowed)
                else:
                    shut = frozenset(self._shut(vessel, allowed, passing, closed))
                calls.append(self._call(start, end, passing, closed, shut))
            except CallError as error:
                calls.append(error)
        asked = [call[2] for call in calls if not isinstance(call, CallError)]
        answers = iter(self.network.routes(asked))
        found: list[Voyage | CallError] = []
        for (start, end), passing, call in zip(pairs, via, calls, strict=True):
            if isinstance(call, CallError):
                found.append(call)
                continue
            answer = next(answers)
            if isinstance(answer, ValueError):
                refused = _refusal(start, end, closed, answer)
                found.append(CallError(f"{refused}{_swapped(call[:2], answer)}"))
                continue
            found.append(
                Voyage(
                    start=call[0].id,
                    end=call[1].id,
                    names=(call[0].name, call[1].name),
                    nm=answer.nm,
                    km=answer.km,
                    gates=answer.gates,
                    closed=closed,
                    opened=allowed,
                    via=tuple(passing),
                    vessel=vessel,
                    moved_km=answer.moved_km,
                    geometry=answer.geometry,
                    atlas=self.atlas,
                    shoals=self.network.shoals_of(answer) if len(self.shoals) else (),
                )
            )
        return found

    def measured(
        self,
        pairs: Sequence[tuple[End, End]],
        *,
        via: Sequence[Sequence[str]] | None = None,
        close: Iterable[str] = (),
        opened: Iterable[str] = (),
        vessel: Vessel | None = None,
    ) -> list[Voyage | CallError]:
        """Find many ways without their lines: what `known` tells is not searched, or drawn.

        Parameters and answers are those of `routes`; pairs that are the same share one answer.
        """
        closed, allowed = self.gate_ids(close), self.gate_ids(opened)
        asked = [(*pair, tuple(passing)) for pair, passing in zip(
            pairs, via or [()] * len(pairs), strict=True)]  # fmt: skip
        once = dict.fromkeys(asked)
        plain = [(start, end) for start, end, passing in once if not passing]
        starts, ends = (list(dict.fromkeys(each)) for each in zip(*plain)) if plain else ([], [])
        column = {end: number for number, end in enumerate(ends)}
        wanted: dict[End, list[End]] = {}
        for start, end in plain:
            wanted.setdefault(start, []).append(end)
        found: dict[tuple[End, End, tuple[str, ...]], Voyage | CallError] = {}
        for begin in range(0, len(starts), _AT_ONCE):
            some = starts[begin : begin + _AT_ONCE]
            nm, gates = self.known(some, ends, close=close, opened=opened, vessel=vessel)
            for row, start in enumerate(some):
                for end in wanted[start]:
                    miles = float(nm[row, column[end]])
                    if miles == miles:
                        one, other = self._found(start), self._found(end)
                        moved = one[1], other[1]
                        found[start, end, ()] = Voyage(
                            one[0].id, other[0].id, miles, miles * NM_KM, gates[row, column[end]],
                            closed, (), moved, _NO_LINE, self.atlas, allowed,
                            (one[0].name, other[0].name), vessel,
                        )  # fmt: skip
        rest = [each for each in once if each not in found]
        for begin in range(0, len(rest), _DRAWN):
            some_rest = rest[begin : begin + _DRAWN]
            answers = self.routes(
                [(start, end) for start, end, _ in some_rest], via=[each[2] for each in some_rest],
                close=close, opened=opened, vessel=vessel,
            )  # fmt: skip
            for each, way in zip(some_rest, answers, strict=True):
                found[each] = replace(way, geometry=_NO_LINE) if isinstance(way, Voyage) else way
        return [found[each] for each in asked]

    def _found(self, end: End) -> tuple[Harbour, float]:
        """An end, and how far it is moved to water; looked up once while there are not many."""
        if end not in self._ends:
            if len(self._ends) > 100_000:
                self._ends.clear()
            harbour = self.harbour(end)
            self._ends[end] = harbour, self.network.entry((harbour.lon, harbour.lat)).moved_km
        return self._ends[end]

    @cached_property
    def _ends(self) -> dict[End, tuple[Harbour, float]]:
        return {}

    def known(
        self,
        starts: Sequence[End],
        ends: Sequence[End],
        *,
        close: Iterable[str] = (),
        opened: Iterable[str] = (),
        vessel: Vessel | None = None,
    ) -> tuple[NDArray[np.floating[Any]], NDArray[np.object_]]:
        """Nautical miles and gates from each of some ends to each of others, without a search.

        Returns
        -------
        nm : ndarray of float, shape (starts, ends)
            NaN where a search has to tell, and where an end has no such name.
        gates : ndarray of tuple of str
        """
        closed = self.gate_ids(close)
        shut = self._shut(vessel, self.gate_ids(opened), (), closed)
        places: list[dict[int, sea.Point]] = []
        for given in (starts, ends):
            places.append({})
            for number, end in enumerate(given):
                with suppress(CallError):
                    found = self.harbour(end)
                    places[-1][number] = found.lon, found.lat
        rows, columns = places
        nm = np.full((len(starts), len(ends)), np.nan)
        gates = np.empty(nm.shape, dtype=object)
        cells = np.ix_(list(rows), list(columns))
        km, passed = self.network.known(
            [*rows.values()], [*columns.values()], frozenset(shut) | frozenset(closed)
        )
        nm[cells], gates[cells] = km / NM_KM, passed
        return nm, gates

    @property
    def own_shut(self) -> frozenset[str]:
        """Gates that the atlas's own routes keep out of: the package's, where it has none."""
        if len(self.atlas.gates):
            return self.atlas.default_closed
        return frozenset(shut(with_gates(self.atlas).gates, None))

    @property
    def _never(self) -> frozenset[str]:
        """Shoals that no ship runs over."""
        return frozenset(shut(self.shoals, None))

    def _shut(
        self,
        vessel: Vessel | None,
        opened: Iterable[str],
        via: Iterable[str],
        closed: Iterable[str],
    ) -> dict[str, str]:
        """Say what this ship may not pass, but for what it is told to, and is closed anyway."""
        if vessel not in self._shut_to:
            self._shut_to[vessel] = shut(self.gates, vessel) | shut(self.shoals, vessel)
        spared = {*self.gate_ids(opened), *via, *closed}
        return {
            gate: reason for gate, reason in self._shut_to[vessel].items() if gate not in spared
        }

    @cached_property
    def _shut_to(self) -> dict[Vessel | None, dict[str, str]]:
        return {}

    def _call(
        self,
        start: End,
        end: End,
        via: Sequence[str],
        closed: Sequence[str],
        shut: frozenset[str],
    ) -> tuple[Harbour, Harbour, sea.Call]:
        stops: list[str | tuple[float, float]] = []
        for name in via:
            if name in self._gates:
                if name in closed:
                    raise CallError(f"'{name}' cannot be both passed and closed")
                stops.append(name)
            else:
                stop = self.harbour(name)
                stops.append((stop.lon, stop.lat))
        one, other = self.harbour(start), self.harbour(end)
        return (
            one,
            other,
            sea.Call(
                (one.lon, one.lat),
                (other.lon, other.lat),
                via=tuple(stops),
                close=shut | frozenset(closed),
            ),
        )


def _refusal(start: End, end: End, closed: Sequence[str], answer: ValueError) -> CallError:
    """Say why there is no route; of the closed gates only those that were asked to be."""
    told = str(answer)
    if isinstance(answer, sea.NoWayBySea):
        area = " and the area to avoid kept out of" if "area to avoid" in told else ""
        told = f"no way by sea with {', '.join(closed) or 'nothing'} closed{area}"
    return CallError(f"{label(start)} to {label(end)}: {told}")


def _swapped(ends: Sequence[Harbour], answer: ValueError) -> str:
    """Offer a position on land the other way round, if that is at sea, as the end of a sentence."""
    if not isinstance(answer, sea.OnLand):
        return ""
    lon, lat = answer.point
    typed = any((one.lon, one.lat) == (lon, lat) and not one.name for one in ends)
    if not typed or abs(lon) > 90 or Coast.load().on_land(np.array([lat]), np.array([lon]))[0]:
        return ""
    turned = positions.text_of((lat, lon))
    return f"; {turned} is at sea: are lon and lat swapped?"


def _polygons(path: Path) -> BaseGeometry:
    """Read the area to avoid, cut at 180°."""
    from frontiers_map.atlas import geojson

    return geodesy.split(shapely.union_all([shape for _, shape in geojson.polygons(path)]))
