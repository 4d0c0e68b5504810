"""What people call the ends of a voyage -> where they lie: by name, harbour or position."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from frontiers_map.atlas.atlas import Atlas
from frontiers_map.atlas.messages import did_you_mean, nearly_position
from frontiers_map.errors import CallError
from frontiers_map.voyages import ports, positions
from frontiers_map.voyages.voyage import End, label

__all__ = ["Ends", "Harbour", "position"]


@dataclass(frozen=True, slots=True)
class Harbour:
    """An end of a voyage: an id or a position, its name if it has one, and where it is."""

    id: str
    name: str
    lon: float
    lat: float


class Ends:
    """Finds ends by places, terminals and own points of an atlas, and the harbours of the world."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas

    def find(self, end: End) -> Harbour:
        """Find an end: an id or name of the atlas, a harbour of the world, or a position.

        Raises
        ------
        CallError
            If nothing has that name, several have, or the position is not on the globe.
        """
        if not isinstance(end, str):
            return Harbour(label(end), "", *_on_the_globe(float(end[0]), float(end[1])))
        if found := positions.read(end):
            lon, lat, how = found
            named = positions.text_of((lon, lat)) if how else end.replace("\N{MINUS SIGN}", "-")
            return Harbour(named, "", *_on_the_globe(lon, lat))
        with suppress(KeyError):
            return Harbour(end, self._names.get(end, ""), *self._atlas.position(end))
        if own := self._spelt.get(ports.key(end), []):
            if len(own) > 1:
                told = ", ".join(f"{self._names[name]} ({name})" for name in own)
                raise CallError(f"found '{end}', a name of {told}; allowed: one of these ids")
            return Harbour(own[0], self._names[own[0]], *self._atlas.position(own[0]))
        try:
            port = ports.packaged().find(end)
        except LookupError as error:
            if written := nearly_position(end):
                raise CallError(f"found '{end}'; {written}") from None
            known = [str(name) for layer in self._layers for name in layer["id"]]
            hint = did_you_mean(end, known)
            if near := str(error):
                hint = f"{hint[:-1]}, or {near}?" if hint else f"; did you mean {near}?"
            raise CallError(
                f"found '{end}'; allowed: the id or name of a place or terminal, a harbour by "
                f"name or UN/LOCODE, or lon,lat{hint}"
            ) from None
        return Harbour(port.id, f"{port.name}, {port.country}", port.lon, port.lat)

    @cached_property
    def _layers(self) -> tuple[pd.DataFrame, ...]:
        atlas = self._atlas
        own = (frame[frame.geom_type == "Point"] for frame in atlas.own.values())
        return (atlas.places, atlas.terminals, *own)

    @cached_property
    def _names(self) -> dict[str, str]:
        """Names of places, terminals and points of own layers by id."""
        return {
            str(row.id): str(getattr(row, self._atlas.settings.column("name")))
            for layer in self._layers
            for row in layer.itertuples()
        }

    @cached_property
    def _spelt(self) -> dict[str, list[str]]:
        """Ids by what their names have in common with other spellings, in all languages."""
        found: dict[str, list[str]] = {}
        for layer in self._layers:
            columns = [name for name in layer.columns if str(name).startswith("name_")]
            for name, *spellings in layer[["id", *columns]].itertuples(index=False):
                for spelling in sorted({ports.key(each) for each in spellings} - {""}):
                    found.setdefault(spelling, []).append(str(name))
        return {spelling: sorted(names) for spelling, names in found.items()}


def position(text: str) -> tuple[float, float]:
    """Read a position: ``lon,lat`` in degrees, or as `positions.read` has it.

    Raises
    ------
    CallError
        If it is none, or not on the globe.
    """
    found = positions.read(text)
    if found is None:
        raise CallError(f"found '{text}'; allowed: lon,lat in degrees, or an id")
    return _on_the_globe(found[0], found[1])


def _on_the_globe(lon: float, lat: float) -> tuple[float, float]:
    if not (abs(lon) <= 540 and abs(lat) <= 90):
        hint = "; lon and lat look swapped?" if abs(lat) <= 180 and abs(lon) <= 90 else ""
        if 1000 < max(abs(lon), abs(lat)) < 1e8:
            hint = " (WGS 84); these look like metres of a projection"
        raise CallError(f"found {lon:g},{lat:g}; allowed: lon in -180..180, lat in -90..90{hint}")
    return lon, lat
