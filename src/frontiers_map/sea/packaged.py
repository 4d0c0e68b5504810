"""The network that comes with the package, and what is known beforehand for it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontiers_map.sea import storage
from frontiers_map.sea.attach import Entry
from frontiers_map.sea.baked import unpack_crossings, unpack_entries
from frontiers_map.sea.route import Point

__all__ = ["Baked", "packaged"]

Ints = NDArray[np.signedinteger[Any]]


@dataclass(frozen=True)
class Baked:
    """Crossings for one set of gates, and entries of some positions."""

    gates_key: str
    crossings: tuple[Ints, Ints]
    entries: Mapping[Point, Entry]


@cache
def packaged() -> tuple[storage.Stored, Baked | None]:
    """Read the packaged network, once a process."""
    folder = files("frontiers_map.sea")
    content = folder.joinpath("sea.bin").read_bytes()
    made_of = hashlib.sha256(content).hexdigest()
    crossed, joined = (folder.joinpath(name) for name in ("gates.bin", "entries.bin"))
    baked = None
    if crossed.is_file() and joined.is_file():
        gates, entries = crossed.read_bytes(), joined.read_bytes()
        heads = storage.unpack_header(gates), storage.unpack_header(entries)
        # left over from another network, they would be wrong
        if all(head["network"] == made_of for head in heads):
            baked = Baked(heads[0]["gates"], unpack_crossings(gates), unpack_entries(entries))
    return storage.unpack(content), baked
