"""The network that comes with the package, and what is known beforehand for it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontiers_map.sea import hubs, storage
from frontiers_map.sea.attach import Entry
from frontiers_map.sea.baked import Entries, unpack_crossings, unpack_entries
from frontiers_map.sea.route import Point
from frontiers_map.sea.ways import Ways, unpack

__all__ = ["Baked", "harbours", "hierarchy", "made_of", "packaged"]

Ints = NDArray[np.signedinteger[Any]]


@dataclass(frozen=True)
class Baked:
    """Crossings for one set of gates, entries of some positions, and ways between these.

    `network` is the hash of the network that they are for.
    """

    network: str
    gates_key: str
    crossings: tuple[Ints, Ints]
    entries: Mapping[Point, Entry]
    ways: Ways | None = None


def made_of(folder: Traversable) -> str:
    """Hash of the network, gates and entries that ways are made of."""
    digest = hashlib.sha256()
    for name in ("sea.bin", "gates.bin", "entries.bin", "thin.bin"):
        digest.update(hashlib.sha256(folder.joinpath(name).read_bytes()).digest())
    return digest.hexdigest()


@cache
def packaged() -> tuple[storage.Stored, Baked | None]:
    """Read the packaged network, once a process."""
    folder = files("frontiers_map.sea")
    content = folder.joinpath("sea.bin").read_bytes()
    network = hashlib.sha256(content).hexdigest()
    crossed, joined, known = (folder.joinpath(f"{n}.bin") for n in ("gates", "entries", "ways"))
    baked = None
    if crossed.is_file() and joined.is_file():
        gates, entries = crossed.read_bytes(), joined.read_bytes()
        heads = storage.unpack_header(gates), storage.unpack_header(entries)
        # left over from another network, they would be wrong
        if all(head["network"] == network for head in heads):
            baked = Baked(
                network, heads[0]["gates"], unpack_crossings(gates), unpack_entries(entries)
            )
    if baked is not None and known.is_file():
        ways = known.read_bytes()
        if storage.unpack_header(ways)["made_of"] == made_of(folder):
            baked = replace(baked, ways=unpack(ways, list(baked.entries)))
    return storage.unpack(content), baked


@cache
def hierarchy(network: str, gates: str) -> tuple[Entries, hubs.Hierarchy] | None:
    """Read the best ways between harbours over a network and with gates of given hashes."""
    file = files("frontiers_map.sea").joinpath("hubs.bin")
    if not file.is_file():
        return None
    content = file.read_bytes()
    made_of = storage.unpack_header(content)["made_of"]
    return hubs.unpack(content) if made_of == [network, gates] else None


@cache
def harbours(network: str) -> Mapping[Point, Entry]:
    """Read how the harbours of the World Port Index join a network of a given hash."""
    file = files("frontiers_map.sea").joinpath("harbours.bin")
    if not file.is_file():
        return {}
    content = file.read_bytes()
    return unpack_entries(content) if storage.unpack_header(content)["network"] == network else {}
