"""What is known beforehand for one set of gates and positions: crossings, and legs to the sea.

A network answers any gates and any positions without it, only more slowly the first time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from frontiers_map.sea import storage
from frontiers_map.sea.attach import Entry
from frontiers_map.sea.route import Point

__all__ = ["Entries", "entry_arrays", "gates_key", "pack_crossings", "pack_entries", "point_key",
           "unpack_crossings", "unpack_entries"]  # fmt: skip

Ints = NDArray[np.signedinteger[Any]]

_DEGREE = 1e-6
_SHIFT = 720_000_000  # makes any longitude or latitude in _DEGREE positive


def gates_key(stored: storage.Stored, gates: Mapping[str, BaseGeometry]) -> str:
    """Hash of a network and the lines of its gates, in order; names do not matter."""
    digest = hashlib.sha256(b"gates 2")
    for array in (stored.lon, stored.lat, stored.one, stored.two):
        digest.update(np.rint(array / storage.GRID).astype("<i8").tobytes()
                      if array.dtype.kind == "f" else array.astype("<i8").tobytes())  # fmt: skip
    for line in gates.values():
        digest.update(np.rint(shapely.get_coordinates(line) / _DEGREE).astype("<i8").tobytes())
        digest.update(b"/")
    return digest.hexdigest()


def point_key(point: Point) -> Point:
    """Round a position as the baked ones are kept, in -180..180."""
    return round((float(point[0]) + 180) % 360 - 180, 6), round(float(point[1]), 6)


def pack_crossings(edge: Ints, gate: Ints, **more: Any) -> bytes:
    """Write which edges cross which gates."""
    step = np.diff(edge, prepend=0).astype(np.uint32)
    return storage.pack_arrays({"edge": step, "gate": gate.astype(np.uint32)}, **more)


def unpack_crossings(content: bytes) -> tuple[Ints, Ints]:
    """Read what `pack_crossings` wrote."""
    arrays = storage.unpack_arrays(content)
    return np.cumsum(arrays["edge"].astype(np.int64)), arrays["gate"].astype(np.int64)


def entry_arrays(entries: Iterable[Entry]) -> dict[str, NDArray[np.uint32]]:
    """Say in whole numbers how positions join the network."""
    given = [entry.whole() for entry in entries]
    place = np.array([[*e.asked, *e.water] for e in given]).reshape(-1, 4)
    node = [np.diff(np.sort(e.node), prepend=0) for e in given]
    order = [np.argsort(e.node, kind="stable") for e in given]
    toll = [np.rint(e.toll[k] / storage.TOLL_KM) for e, k in zip(given, order, strict=True)]
    channel = [e.channel[k] for e, k in zip(given, order, strict=True)]
    return {
        "place": (np.rint(place / _DEGREE).astype(np.int64).ravel() + _SHIFT).astype(np.uint32),
        "moved": np.rint([e.moved_km * 1000 for e in given]).astype(np.uint32),
        "count": np.array([len(e.node) for e in given], np.uint32),
        "node": np.concatenate(node).astype(np.uint32),
        "toll": np.concatenate(toll).astype(np.uint32),
        "channel": np.concatenate(channel).astype(np.uint32),
    }


def pack_entries(entries: Iterable[Entry], **more: Any) -> bytes:
    """Write how positions join the network."""
    return storage.pack_arrays(entry_arrays(entries), **more)


def unpack_entries(content: bytes) -> Entries:
    """Read what `pack_entries` wrote, by position."""
    return Entries(storage.unpack_arrays(content))


class Entries(Mapping[Point, Entry]):
    """How positions join the network, in the order of their file; laid out when asked for."""

    def __init__(self, arrays: Mapping[str, NDArray[np.uint32]]) -> None:
        self._arrays = arrays
        place = (arrays["place"].astype(np.int64) - _SHIFT).reshape(-1, 4) * _DEGREE
        self._water = np.round(place[:, 2:], 6)
        asked = map(point_key, place[:, :2].tolist())
        self._row = {point: row for row, point in enumerate(asked)}
        self._end = np.cumsum(arrays["count"].astype(np.int64))

    def __len__(self) -> int:
        """Count the positions."""
        return len(self._row)

    def __iter__(self) -> Iterator[Point]:
        """Go through the positions."""
        return iter(self._row)

    def __getitem__(self, asked: Point) -> Entry:
        """Give the entry of a position; KeyError if it is not among them."""
        row = self._row[asked]
        end = int(self._end[row])
        part = slice(end - int(self._arrays["count"][row]), end)
        return Entry(
            asked,
            self.water(row),
            float(self._arrays["moved"][row]) / 1000,
            np.cumsum(self._arrays["node"][part].astype(np.int64)),
            self._arrays["toll"][part] * storage.TOLL_KM,
            self._arrays["channel"][part].astype(bool),
        )

    def water(self, row: int) -> Point:
        """Where on the water the position of a row joins."""
        return float(self._water[row, 0]), float(self._water[row, 1])
