"""The network's file: nodes, edges, tolls, packed small and read quickly.

``FMS2``, then a zlib stream: the length of a JSON header (uint32), the header, and the arrays that
it lists by name and length, each as planes of bytes (lowest first). LZMA would save 6 % and take
five times as long to read.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontiers_map.sea.metric import compass, km_of_pairs, unit_vectors

__all__ = ["GRID", "TOLL_KM", "Nodes", "Stored", "assemble", "edge_km", "pack", "pack_arrays",
           "unpack", "unpack_arrays"]  # fmt: skip

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.signedinteger[Any]]

TOLL_KM = 0.1
GRID = 1e-4  # degrees: 11 m, much finer than the coast
_MAGIC = b"FMS2"


@dataclass(frozen=True)
class Stored:
    """A network without gates.

    Attributes
    ----------
    lon, lat : ndarray of float, shape (nodes,)
    level : ndarray of int8
        Clearance class of each node; 9 and 10 are ends and bends of channels.
    one, two : ndarray of int, shape (edges,)
        Ends of each edge, one < two, sorted.
    toll : ndarray of int
        What an edge costs beyond its kilometres, in `TOLL_KM`.
    declared : ndarray of bool
        The edge is part of a canal or channel and may cross land.
    before, after : ndarray of float, shape (nodes, 2)
        Directions (east, north) of the widened coast at each node; 0 at channels.
    inland : ndarray of bool
        Cells of a quarter degree (from 180°W, 90°S, by rows) that are all land.
    """

    lon: Floats
    lat: Floats
    level: NDArray[np.int8]
    one: Ints
    two: Ints
    toll: Ints
    declared: NDArray[np.bool_]
    before: Floats
    after: Floats
    inland: NDArray[np.bool_]


class Nodes:
    """The nodes of a network with what joining them needs.

    Attributes
    ----------
    lon, lat, level, before, after, inland
        As in `Stored`.
    unit : ndarray of float, shape (nodes, 3)
        Position on the unit sphere.
    """

    def __init__(self, stored: Stored) -> None:
        self.lon, self.lat, self.level = stored.lon, stored.lat, stored.level.astype(np.int64)
        self.before, self.after, self.inland = stored.before, stored.after, stored.inland
        self.unit = np.asfortranarray(unit_vectors(self.lon, self.lat))

    @cached_property
    def sides(self) -> tuple[Floats, Floats]:
        """Across the coast before and after each node: seen from one side of it, positive."""
        east, north = compass(self.lon, self.lat)
        before, after = (
            np.asfortranarray(way[:, :1] * north - way[:, 1:] * east)
            for way in (self.before, self.after)
        )
        return before, after

    def __len__(self) -> int:
        """Count the nodes."""
        return len(self.lon)


def edge_km(lon: Floats, lat: Floats, one: Ints, two: Ints) -> Floats:
    """Kilometres of edges."""
    return km_of_pairs(lon, lat, one, two)


def assemble(stored: Stored) -> Stored:
    """Leave out nodes without edges and number the rest anew."""
    used = np.unique(np.concatenate([stored.one, stored.two]))
    number = np.full(len(stored.lon), -1, np.int64)
    number[used] = np.arange(len(used))
    return replace(
        stored,
        lon=stored.lon[used],
        lat=stored.lat[used],
        level=stored.level[used],
        before=stored.before[used],
        after=stored.after[used],
        one=number[stored.one],
        two=number[stored.two],
    )


def pack(stored: Stored) -> bytes:
    """Write a network."""
    lon = np.rint(stored.lon / GRID).astype(np.int64)
    lat = np.rint(stored.lat / GRID).astype(np.int64)
    # steps: nodes lie near their neighbours in the file, and so do the far ends of a row of edges
    step = np.diff(stored.two, prepend=0)
    fresh = np.diff(stored.one, prepend=-1) > 0
    step[fresh] = (stored.two - stored.one)[fresh]
    return pack_arrays(
        {
            "lon": _zigzag(np.diff(lon, prepend=0)),
            "lat": _zigzag(np.diff(lat, prepend=0)),
            "level": stored.level.astype(np.uint32),
            "degree": np.bincount(stored.one, minlength=len(lon)).astype(np.uint32),
            "two": step.astype(np.uint32),
            "toll": stored.toll.astype(np.uint32),
            "declared": np.flatnonzero(stored.declared).astype(np.uint32),
            "before": _as_angle(stored.before),
            "after": _as_angle(stored.after),
            "inland": np.packbits(stored.inland).view("<u4"),
        }
    )


def unpack(content: bytes) -> Stored:
    """Read a network."""
    arrays = unpack_arrays(content)
    one = np.repeat(np.arange(len(arrays["lon"])), arrays["degree"])
    step = arrays["two"].astype(np.int64)
    first = np.flatnonzero(np.diff(one, prepend=-1) > 0)
    total = np.cumsum(step)
    before = np.zeros(len(step), np.int64)
    before[first] = total[first] - step[first]
    size = np.diff(np.append(first, len(step)))
    two = total - np.repeat(before[first], size) + one
    declared = np.zeros(len(one), bool)
    declared[arrays["declared"]] = True
    return Stored(
        np.cumsum(_unzigzag(arrays["lon"])) * GRID,
        np.cumsum(_unzigzag(arrays["lat"])) * GRID,
        arrays["level"].astype(np.int8),
        one,
        two,
        arrays["toll"].astype(np.int64),
        declared,
        _as_vector(arrays["before"]),
        _as_vector(arrays["after"]),
        np.unpackbits(arrays["inland"].view(np.uint8)).astype(bool),
    )


def _as_angle(vectors: Floats) -> NDArray[np.uint32]:
    """Directions in 255 steps, 0 for none: finer than the tolerance that uses them."""
    angle = np.rint(np.arctan2(vectors[:, 1], vectors[:, 0]) / (2 * np.pi) * 254).astype(np.int64)
    return np.where(vectors.any(axis=1), angle % 254 + 1, 0).astype(np.uint32)


def _as_vector(angles: NDArray[np.uint32]) -> Floats:
    turn = (angles.astype(float) - 1) / 254 * 2 * np.pi
    found = np.column_stack([np.cos(turn), np.sin(turn)])
    found[angles == 0] = 0
    return found


def pack_arrays(arrays: dict[str, NDArray[np.uint32]], **more: Any) -> bytes:
    """Write named arrays of uint32, and anything that JSON can hold."""
    header = json.dumps(
        {"arrays": {name: len(array) for name, array in arrays.items()}, **more},
        sort_keys=False, separators=(",", ":"), ensure_ascii=False,
    ).encode()  # fmt: skip
    parts = [len(header).to_bytes(4, "little"), header]
    planes = (a.astype("<u4").view(np.uint8).reshape(-1, 4).T for a in arrays.values())
    parts += [plane.tobytes() for plane in planes]
    return _MAGIC + zlib.compress(b"".join(parts), 9)


def unpack_arrays(content: bytes) -> dict[str, NDArray[np.uint32]]:
    """Read the arrays that `pack_arrays` wrote."""
    body, header = _open(content)
    found, place = {}, 0
    for name, length in header["arrays"].items():
        planes = np.frombuffer(body, np.uint8, 4 * length, place).reshape(4, -1)
        found[name] = np.ascontiguousarray(planes.T).view("<u4").ravel()
        place += 4 * length
    return found


def unpack_header(content: bytes) -> dict[str, Any]:
    """Read what else `pack_arrays` was given."""
    return _open(content)[1]


def _open(content: bytes) -> tuple[bytes, dict[str, Any]]:
    if content[:4] != _MAGIC:
        raise ValueError("not a sea network file")
    body = zlib.decompress(content[4:])
    size = int.from_bytes(body[:4], "little")
    return body[4 + size :], json.loads(body[4 : 4 + size])


def _zigzag(values: Ints) -> NDArray[np.uint32]:
    return ((values << 1) ^ (values >> 63)).astype(np.uint32)


def _unzigzag(values: NDArray[np.uint32]) -> Ints:
    signed = values.astype(np.int64)
    return (signed >> 1) ^ -(signed & 1)
