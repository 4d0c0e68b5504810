"""Canals, rivers and dredged channels that the coast does not show, and what fits through them.

Drawn in ``channels.geojson``: by hand from general knowledge, good to a mile or two; some rivers by
the CIA World Data Bank II, good to some 300 m. Limits say where they are from. A channel with
limits can be closed: a short line across it is its gate.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import LineString

__all__ = ["Channel", "bends", "channel_gates", "channels"]

Floats = NDArray[np.floating[Any]]

ANY_BEAM_M = 20.0  # a short cut for narrower ships only is none for one of which nothing is known
STEP_KM = 4.0  # bends stand no further apart, so that every berth has one nearby
ACROSS_KM = 0.4
KM = 111.195


@dataclass(frozen=True)
class Channel:
    """One channel.

    Attributes
    ----------
    id, name : str
    kind : str
        canal, strait, river or harbour.
    line : ndarray of float, shape (n, 2)
        From the sea inland, or from end to end.
    free : tuple of int
        Vertices that are joined to the open sea; unless said, both ends of canals and straits,
        the first of others.
    draught_m, beam_m, length_m, air_draught_m : float or None
        The largest ship that passes, where that is known.
    gate : int or None
        The step at whose middle the gate lies: of a river, the first beyond open water.
    small : bool
        A short cut for small ships: no way of a network that does not know its gate.
    source, certainty : str
        Of the limits.
    course : str
        Where the line is from, if it is not drawn by hand.
    """

    id: str
    name: str
    kind: str
    line: Floats
    free: tuple[int, ...]
    draught_m: float | None = None
    beam_m: float | None = None
    length_m: float | None = None
    air_draught_m: float | None = None
    gate: int | None = None
    small: bool = False
    source: str = ""
    certainty: str = ""
    course: str = ""

    @property
    def limited(self) -> bool:
        """Tell if some ships do not pass."""
        limits = (self.draught_m, self.beam_m, self.length_m, self.air_draught_m)
        return any(limit is not None for limit in limits)

    @property
    def asked(self) -> bool:
        """Tell if a ship of which nothing is known does not pass: most are too wide."""
        return self.small and self.beam_m is not None and self.beam_m < ANY_BEAM_M


@cache
def channels() -> dict[str, Channel]:
    """Give all channels by id."""
    text = files("frontiers_map.sea").joinpath("channels.geojson").read_text(encoding="utf-8")
    found = {}
    for feature in json.loads(text)["features"]:
        known = dict(feature["properties"])
        line = np.array(feature["geometry"]["coordinates"], dtype=float)
        ends = (0, -1) if known["kind"] in ("canal", "strait") else (0,)
        known["free"] = tuple(known.get("free", ends))
        found[known["id"]] = Channel(line=line, **known)
    return found


def channel_gates() -> dict[str, LineString]:
    """Give short lines across the channels that can be closed, by the channels' ids."""
    found = {}
    for name, one in channels().items():
        if one.gate is not None and (one.limited or one.small):
            found[name] = _across(one.line[one.gate], one.line[one.gate + 1])
    return found


def bends(line: Floats) -> tuple[Floats, list[int]]:
    """Give more vertices along a channel, and where the given ones stand among them."""
    scale = np.array([np.cos(np.radians(line[:, 1].mean())), 1.0]) * KM
    parts, place = [line[:1]], [0]
    for one, two in itertools.pairwise(line):
        pieces = max(1, int(np.ceil(np.hypot(*((two - one) * scale)) / STEP_KM)))
        share = np.arange(1, pieces + 1)[:, None] / pieces
        parts.append(np.where(share == 1, two, np.round(one + (two - one) * share, 4)))
        place.append(place[-1] + pieces)
    return np.concatenate(parts), place


def _across(one: Floats, two: Floats) -> LineString:
    middle = (one + two) / 2
    scale = np.array([np.cos(np.radians(middle[1])), 1.0]) * KM
    along = (two - one) * scale
    right = np.array([-along[1], along[0]]) / np.hypot(*along) * ACROSS_KM / scale
    return LineString(np.round([middle - right, middle + right], 6))
