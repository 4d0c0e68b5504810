"""Find the best ways between the baked positions, and keep them beside the network.

python -m frontiers_map.sea.make.known_ways [GEODATA]
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from frontiers_map.sea import storage
from frontiers_map.sea.channels import channels
from frontiers_map.sea.network import Network
from frontiers_map.sea.packaged import made_of, packaged
from frontiers_map.sea.route import Point
from frontiers_map.sea.thin import Thin, unpack
from frontiers_map.sea.ways import Trees, Ways, pack

__all__ = ["find", "read_closures", "write"]


def find(
    network: Network, points: Sequence[Point], closed: Sequence[frozenset[str]], small: Thin
) -> Ways:
    """Find the ways between positions under some sets of closed gates, the smallest first.

    A way that is a straight line, or one that an earlier set has, is not kept.
    """
    known: dict[tuple[int, int], list[int]] = {}
    trees = []
    for shut in closed:
        start: list[int] = []
        node: list[int] = []
        before: list[int] = []
        last = np.zeros((len(points), len(points)), np.int64)
        for here, point in enumerate(points):
            start.append(len(node))
            place: dict[int, int] = {}
            ways = network.ways_from(point, points[here + 1 :], shut)
            for there, way in enumerate(ways, here + 1):
                if not way or known.get((here, there)) == way:
                    continue
                known[here, there] = way
                at = -1
                for step in way:
                    if step not in place:
                        place[step] = len(node)
                        node.append(step)
                        before.append(0 if at < 0 else place[step] - at)
                    at = place[step]
                last[here, there] = at - start[-1] + 1
        numbers = network.closures.packaged_numbers(shut)
        trees.append(Trees(numbers, start, node, before, last))
    return Ways(points, trees, _edges(network, small, trees))


def _edges(network: Network, small: Thin, trees: Iterable[Trees]) -> NDArray[np.intp]:
    """Edges of the small network that are edges of the whole one, and those of the ways."""
    stored = network.stored
    keys = np.rint(np.stack([stored.lon, stored.lat]) / storage.GRID).astype(np.int64)
    number = {place: node for node, place in enumerate(zip(*keys.tolist(), strict=True))}
    ends = np.rint(np.stack([small.lon, small.lat]) / storage.GRID).astype(np.int64)
    inner = np.array([number.get(place, -1) for place in zip(*ends.tolist(), strict=True)])
    inner[: len(small.ends)] = -1
    both = (inner[small.one] >= 0) & (inner[small.two] >= 0)
    pairs = [np.column_stack([inner[small.one[both]], inner[small.two[both]]])]
    for tree in trees:
        node, before = np.array(tree.node), np.array(tree.before)
        at = np.flatnonzero(before)
        pairs.append(np.column_stack([node[at], node[at - before[at]]]))
    return np.unique(network.graph.edges(*np.concatenate(pairs).T))


def read_closures(
    folder: Path,
) -> tuple[dict[str, BaseGeometry], frozenset[str], frozenset[str]]:
    """Gates of an atlas folder; those that no ship passes; and those that its own ones do not."""
    layer = json.loads((folder / "gates.geojson").read_text(encoding="utf-8"))
    gates: dict[str, BaseGeometry] = {}
    always, closed = set[str](), set[str]()
    for feature in layer["features"]:
        gate = feature["properties"]["id"]
        gates[gate] = shapely.geometry.shape(feature["geometry"])
        if feature["properties"]["closed_by_default"] != "no":
            closed.add(gate)
        if feature["properties"]["closed_by_default"] == "always":
            always.add(gate)
    always |= {name for name, one in channels().items() if one.asked}
    # what the page sails, and the ships of the atlas: no short cut of small ones
    closed |= {name for name, one in channels().items() if one.small}
    return gates, frozenset(always), frozenset(closed)


def write(folder: Path) -> None:
    """Write the ways for the packaged network, with the gates of an atlas folder."""
    gates, always, closed = read_closures(folder)
    here = Path(storage.__file__).parent
    _, baked = packaged()
    if baked is None:
        raise SystemExit("gates.bin and entries.bin are not of this network: build it first")
    content = (here / "thin.bin").read_bytes()
    size = int.from_bytes(content[:4], "little")
    head = json.loads(content[4 : 4 + size])
    small = unpack(content[4 + size :], head["ends"], head["gates"])
    network = Network.load(gates, canals=True)
    sets = [frozenset[str](), always, closed]
    ways = find(network, list(baked.entries), sets, small)
    (here / "ways.bin").write_bytes(pack(ways, made_of=made_of(here)))


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "geodata"))
