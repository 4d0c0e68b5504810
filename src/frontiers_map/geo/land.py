"""The coast of the world and the borders on land, repaired at 180°, at three resolutions.

Natural Earth (public domain) by way of the npm package ``world-atlas``. The files in ``data/``
are made by ``tools/make_coast.py``; ``data/PROVENANCE.md`` says from what. Lakes are not in the
source: the Caspian is sea here and the Great Lakes are land.

A file is ``FMC1``, then for each of scale and offset in x and y a little-endian double, then an
xz stream. In it, numbers are little-endian uint32: counts of shapes, paths and vertices, the
number of paths of each shape (outer ring first), the number of vertices of each path (the closing
vertex of a ring is left out), then zigzag steps of x and of y in grid units from vertex to
vertex through the whole file, stored as four planes of bytes, lowest first.
"""

from __future__ import annotations

import hashlib
import lzma
import struct
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final, Literal, get_args

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiLineString, MultiPolygon

__all__ = ["DISPUTED", "Level", "borders", "coast", "decode", "encode", "fingerprint", "polygons",
           "unpacked"]  # fmt: skip

Level = Literal["110m", "50m", "10m"]
Grid = tuple[float, float, float, float]

_MAGIC = b"FMC1"


def polygons(level: Level = "50m") -> NDArray[np.object_]:
    """Give the land as separate polygons in -180..180; do not change the array.

    Parameters
    ----------
    level : "110m", "50m" or "10m"
        Scale 1:110, 1:50 or 1:10 million.

    Returns
    -------
    ndarray of Polygon
    """
    if level not in get_args(Level):
        raise ValueError(f"found '{level}'; allowed: {', '.join(get_args(Level))}")
    return _polygons(level)


@cache
def _polygons(level: Level) -> NDArray[np.object_]:
    found = unpacked(_read(f"land-{level}.bin"))
    found.flags.writeable = False
    return found


def unpacked(content: bytes) -> NDArray[np.object_]:
    """Read polygons that `encode` wrote.

    Returns
    -------
    ndarray of Polygon
    """
    grid, counts, sizes, steps = decode(content)
    ends = np.cumsum(sizes)
    # close each ring by its first vertex again
    order = np.insert(np.arange(len(steps)), ends, ends - sizes)
    rings = shapely.linearrings(
        _on_grid(steps, grid)[order], indices=np.repeat(np.arange(len(sizes)), sizes + 1)
    )
    found: NDArray[np.object_] = shapely.polygons(
        rings, indices=np.repeat(np.arange(len(counts)), counts)
    )
    return found


@cache
def coast(level: Level = "50m") -> MultiPolygon:
    """Give the land as one MultiPolygon in -180..180.

    Parameters
    ----------
    level : "110m", "50m" or "10m"

    Returns
    -------
    MultiPolygon
    """
    return MultiPolygon(list(polygons(level)))


# Where states disagree about a border: west, south, east, north. Whatever Natural Earth draws in
# these boxes is drawn dashed, everywhere; none of it takes a side.
DISPUTED: Final = MappingProxyType(
    {
        "Western Sahara": (-17.3, 27.4, -8.5, 27.9),
        "Kosovo": (19.9, 41.8, 21.9, 43.4),
        "Cyprus": (32.2, 34.9, 34.7, 35.5),
        "Somaliland": (46.4, 7.9, 49.3, 11.7),
        "Kashmir": (72.5, 32.2, 80.6, 37.3),
        "eastern Himalaya": (91.5, 26.5, 97.5, 29.7),
        "Israel, Palestine, Syria and Lebanon": (34.1, 31.1, 35.95, 33.5),
        "Ukraine and Russia": (32.9, 44.8, 40.4, 52.5),
    }
)


@cache
def borders() -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """Give the lines that two countries share, at 1:50 million, and which of them are disputed.

    Returns
    -------
    lines : ndarray of LineString
        In -180..180, cut where a dispute begins; coasts are not in it.
    disputed : ndarray of bool
        Whether a line lies in one of the places of `DISPUTED`.
    """
    boxes = shapely.union_all([shapely.box(*box) for box in DISPUTED.values()])
    whole = _borders()
    parts = [
        shapely.get_parts(shapely.line_merge(part))
        for part in (shapely.difference(whole, boxes), shapely.intersection(whole, boxes))
    ]
    settled, disputed = (part[shapely.get_type_id(part) == 1] for part in parts)
    flags = np.repeat([False, True], [len(settled), len(disputed)])
    return np.concatenate([settled, disputed]), flags


def _borders() -> MultiLineString:
    grid, _, sizes, steps = decode(_read("borders-50m.bin"))
    lines = shapely.linestrings(
        _on_grid(steps, grid), indices=np.repeat(np.arange(len(sizes)), sizes)
    )
    return MultiLineString(list(lines))


@cache
def fingerprint() -> str:
    """Hash of all coast files: what was made from another coast is out of date."""
    digest = hashlib.sha256()
    for name in ("land-110m.bin", "land-50m.bin", "land-10m.bin", "borders-50m.bin"):
        digest.update(_read(name))
    return digest.hexdigest()


def encode(
    grid: Grid, counts: NDArray[np.integer], sizes: NDArray[np.integer], cells: NDArray[np.integer]
) -> bytes:
    """Write shapes made of paths of whole-numbered cells.

    Parameters
    ----------
    grid
        Scale x, scale y, offset x, offset y: degrees = cell x scale + offset.
    counts : ndarray of int, shape (shapes,)
        Paths of each shape.
    sizes : ndarray of int, shape (paths,)
        Vertices of each path.
    cells : ndarray of int, shape (vertices, 2)

    Returns
    -------
    bytes
    """
    steps = np.diff(cells, axis=0, prepend=0).astype(np.int64)
    zigzag = ((steps << 1) ^ (steps >> 63)).T.astype("<u4").ravel()
    planes = zigzag.view(np.uint8).reshape(-1, 4).T
    head = np.array([len(counts), len(sizes), len(cells)], "<u4")
    body = b"".join(
        part.tobytes() for part in (head, counts.astype("<u4"), sizes.astype("<u4"), planes)
    )
    filters = [
        {"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 0, "lp": 0, "pb": 0}
    ]
    packed = lzma.compress(body, format=lzma.FORMAT_XZ, check=lzma.CHECK_CRC32, filters=filters)
    return _MAGIC + struct.pack("<4d", *grid) + packed


def decode(
    content: bytes,
) -> tuple[Grid, NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Read what `encode` wrote: grid, counts, sizes, cells."""
    if content[:4] != _MAGIC:
        raise ValueError("not a coast file")
    grid: Grid = struct.unpack("<4d", content[4:36])
    body = lzma.decompress(content[36:])
    shapes, paths, vertices = (int(n) for n in np.frombuffer(body, "<u4", 3))
    lists = np.frombuffer(body, "<u4", shapes + paths, 12).astype(np.int64)
    planes = np.frombuffer(body, np.uint8, offset=12 + 4 * (shapes + paths)).reshape(4, -1)
    zigzag = np.ascontiguousarray(planes.T).view("<u4").ravel().astype(np.int64)
    steps = (zigzag >> 1) ^ -(zigzag & 1)
    cells = np.cumsum(steps.reshape(2, vertices), axis=1).T
    return grid, lists[:shapes], lists[shapes:], cells


def _on_grid(cells: NDArray[np.int64], grid: Grid) -> NDArray[np.float64]:
    return np.asarray(cells * np.array(grid[:2]) + np.array(grid[2:]), dtype=float)


def _read(name: str) -> bytes:
    return files("frontiers_map").joinpath("data", name).read_bytes()
