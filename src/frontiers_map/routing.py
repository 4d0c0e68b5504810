"""From names to voyages: ids of an atlas on one side, the sea network on the other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from frontiers_map import sea
from frontiers_map.atlas import Atlas, packaged_atlas, read
from frontiers_map.cache import Cache, NoCache
from frontiers_map.errors import CallError
from frontiers_map.voyage import KNOTS, End, Voyage, label, table_of
from frontiers_map.wording import did_you_mean

__all__ = ["KNOTS", "End", "Voyage", "World", "matrix", "route", "routes", "table_of"]

_POSITION = re.compile(r"^\s*([-+\N{MINUS SIGN}]?[\d.]+)\s*,\s*([-+\N{MINUS SIGN}]?[\d.]+)\s*$")


class World:
    """An atlas and the sea around it: routes between anything that either can name.

    Parameters
    ----------
    atlas
        Whose places, terminals, gates and regions count.
    network
        The sea network with the gates of the atlas.
    """

    def __init__(self, atlas: Atlas, network: sea.Network) -> None:
        self.atlas = atlas
        self.network = network
        self._gates = frozenset(atlas.gates["id"])
        self._shut = atlas.default_closed

    @classmethod
    def load(
        cls,
        folder: Path | str | None = None,
        *,
        avoid: Path | None = None,
        cache: Cache | None = None,
    ) -> World:
        """Read an atlas folder (None: the packaged one) and load the sea network with its gates."""
        return cls.of(read(folder or packaged_atlas()), avoid=avoid, cache=cache)

    @classmethod
    def of(cls, atlas: Atlas, *, avoid: Path | None = None, cache: Cache | None = None) -> World:
        """Load the sea network for an atlas that has been read."""
        gates = dict(zip(atlas.gates["id"], atlas.gates.geometry, strict=True))
        network = sea.Network.load(gates=gates, cache=cache or NoCache())
        if avoid is not None:
            network = network.avoiding(_polygons(avoid))
        return cls(atlas, network)

    def position(self, end: End) -> tuple[float, float]:
        """Longitude and latitude of an id, of ``"lon,lat"``, or of a pair.

        Raises
        ------
        CallError
            If the id is unknown or the position is not on the globe.
        """
        if not isinstance(end, str):
            lon, lat = float(end[0]), float(end[1])
        elif found := _POSITION.match(end):
            try:
                lon, lat = (float(part.replace("\N{MINUS SIGN}", "-")) for part in found.groups())
            except ValueError:
                raise CallError(f"found '{end}'; allowed: lon,lat in degrees, or an id") from None
        else:
            try:
                return self.atlas.position(end)
            except KeyError:
                known = [*self.atlas.terminals["id"], *self.atlas.places["id"]]
                raise CallError(
                    f"found '{end}'; allowed: the id of a place or terminal, or lon,lat"
                    f"{did_you_mean(end, known)}"
                ) from None
        if not (abs(lon) <= 540 and abs(lat) <= 90):
            swap = "; lon and lat look swapped?" if abs(lat) <= 180 and abs(lon) <= 90 else ""
            raise CallError(
                f"found {lon:g},{lat:g}; allowed: lon in -180..180, lat in -90..90{swap}"
            )
        return lon, lat

    def gate_ids(self, names: Iterable[str]) -> tuple[str, ...]:
        """Ids of gates from ids of gates and groups.

        Raises
        ------
        CallError
            If a name is neither.
        """
        names = tuple(names)
        if not names:
            return ()
        known = {*self._gates, *self.atlas.gate_groups["id"]}
        for name in names:
            if name not in known:
                raise CallError(
                    f"found '{name}'; allowed: a gate or a group of gates"
                    f"{did_you_mean(name, known)} ('frontiers-map show gates' lists them)"
                )
        return self.atlas.gate_ids(names)

    def route(
        self,
        start: End,
        end: End,
        *,
        via: Iterable[str] = (),
        close: Iterable[str] = (),
        opened: Iterable[str] = (),
    ) -> Voyage:
        """Find the way that a laden ship would take.

        Gates that the atlas closes by default stay closed unless they are in `opened` or `via`.

        Raises
        ------
        CallError
            If a name is unknown, an end lies inland, or there is no way by sea.
        """
        found = self.routes([(start, end)], via=[tuple(via)], close=close, opened=opened)[0]
        if isinstance(found, CallError):
            raise found
        return found

    def routes(
        self,
        pairs: Sequence[tuple[End, End]],
        *,
        via: Sequence[Sequence[str]] | None = None,
        close: Iterable[str] = (),
        opened: Iterable[str] = (),
    ) -> list[Voyage | CallError]:
        """Find many ways under one set of closures, one search for each distinct origin.

        Returns
        -------
        list of Voyage or CallError
            In the order of `pairs`; a pair that fails does not stop the others.
        """
        closed = self.gate_ids(close)
        allowed = set(self.gate_ids(opened))
        via = via or [()] * len(pairs)
        calls: list[sea.Call | CallError] = []
        for (start, end), passing in zip(pairs, via, strict=True):
            try:
                calls.append(self._call(start, end, passing, closed, allowed))
            except CallError as error:
                calls.append(error)
        asked = [call for call in calls if not isinstance(call, CallError)]
        answers = iter(self.network.routes(asked))
        found: list[Voyage | CallError] = []
        for (start, end), passing, call in zip(pairs, via, calls, strict=True):
            if isinstance(call, CallError):
                found.append(call)
                continue
            answer = next(answers)
            if isinstance(answer, ValueError):
                found.append(_refusal(start, end, closed, answer))
            else:
                found.append(self._voyage(start, end, passing, closed, answer))
        return found

    def _call(
        self, start: End, end: End, via: Sequence[str], closed: Sequence[str], opened: set[str]
    ) -> sea.Call:
        stops: list[str | tuple[float, float]] = []
        passed = set()
        for name in via:
            if name in self._gates:
                if name in closed:
                    raise CallError(f"'{name}' cannot be both passed and closed")
                stops.append(name)
                passed.add(name)
            else:
                stops.append(self.position(name))
        shut = (self._shut - passed - opened) | set(closed)
        return sea.Call(
            self.position(start), self.position(end), via=tuple(stops), close=frozenset(shut)
        )

    def _voyage(
        self, start: End, end: End, via: Sequence[str], closed: Sequence[str], found: sea.Route
    ) -> Voyage:
        return Voyage(
            start=label(start),
            end=label(end),
            nm=found.nm,
            km=found.km,
            gates=found.gates,
            closed=tuple(closed),
            via=tuple(via),
            moved_km=found.moved_km,
            geometry=found.geometry,
            atlas=self.atlas,
        )


def route(
    start: End,
    end: End,
    *,
    via: Iterable[str] = (),
    close: Iterable[str] = (),
    atlas: Atlas | None = None,
) -> Voyage:
    """Find the way by sea between two places, terminals or (lon, lat) pairs.

    Parameters
    ----------
    start, end
        Id of a place or terminal, ``"lon,lat"``, or a pair (lon, lat) in degrees.
    via
        Gates and places to pass, in order.
    close
        Gates and groups of gates that are closed.
    atlas
        Whose ids and gates count; the packaged one if None.

    Raises
    ------
    CallError
        If a name is unknown, an end lies inland, or there is no way by sea.

    Examples
    --------
    >>> route((40.6, -10.8), "sodegaura", close=["malacca"]).gates  # doctest: +SKIP
    ('sunda', 'karimata', 'bashi', 'uraga')
    """
    return _world(atlas).route(start, end, via=via, close=close)


def routes(
    pairs: Sequence[tuple[End, End]], *, close: Iterable[str] = (), atlas: Atlas | None = None
) -> gpd.GeoDataFrame:
    """Find many ways by sea under one set of closures.

    Parameters
    ----------
    pairs
        Of ids, ``"lon,lat"`` or (lon, lat).
    close
        Gates and groups of gates that are closed.
    atlas
        Whose ids and gates count; the packaged one if None.

    Returns
    -------
    GeoDataFrame
        One row a pair: from, to, nm, km, days, gates, error (empty where there is a way).
    """
    found = _world(atlas).routes(pairs, close=close)
    return table_of(pairs, found)


def matrix(
    ends: Sequence[End], *, close: Iterable[str] = (), atlas: Atlas | None = None
) -> NDArray[np.float64]:
    """Lengths in nautical miles between all pairs of ends; infinite where there is no way.

    Returns
    -------
    ndarray of float, shape (n, n)
    """
    pairs = [(one, other) for one in ends for other in ends]
    found = _world(atlas).routes(pairs, close=close)
    lengths = [np.inf if isinstance(item, CallError) else item.nm for item in found]
    return np.array(lengths).reshape(len(ends), len(ends))


@cache
def _packaged() -> World:
    return World.load()


_LAST: list[World] = []


def _world(atlas: Atlas | None) -> World:
    """Load a network once for a session of calls: that of the package, and of the last atlas."""
    if atlas is None:
        return _packaged()
    if not _LAST or _LAST[0].atlas is not atlas:
        _LAST[:] = [World.of(atlas)]
    return _LAST[0]


def _refusal(start: End, end: End, closed: Sequence[str], answer: ValueError) -> CallError:
    """Say why there is no route; of the closed gates only those that were asked to be."""
    told = str(answer)
    if isinstance(answer, sea.NoWayBySea):
        area = " and the area to avoid kept out of" if "area to avoid" in told else ""
        told = f"no way by sea with {', '.join(closed) or 'nothing'} closed{area}"
    return CallError(f"{label(start)} to {label(end)}: {told}")


def _polygons(path: Path) -> BaseGeometry:
    """Read the area to avoid, cut at 180°."""
    from frontiers_map import geodesy, geojson

    return geodesy.split(shapely.union_all([shape for _, shape in geojson.polygons(path)]))
