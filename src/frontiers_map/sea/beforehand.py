"""Find the best ways between the baked positions, and keep them beside the network.

python -m frontiers_map.sea.beforehand [GEODATA]
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import shapely

from frontiers_map.sea import storage
from frontiers_map.sea.network import Network
from frontiers_map.sea.packaged import made_of, packaged
from frontiers_map.sea.route import Point
from frontiers_map.sea.ways import Trees, Ways, pack

__all__ = ["find", "write"]


def find(network: Network, points: Sequence[Point], closed: Iterable[str]) -> Ways:
    """Find the ways between positions, with nothing closed and with some gates closed.

    A way that is a straight line, or the same with the gates closed, is not kept.
    """
    known: dict[tuple[int, int], list[int]] = {}
    trees = []
    for shut in (frozenset[str](), frozenset(closed)):
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
        numbers = frozenset(network.closures.number[gate] for gate in shut)
        trees.append(Trees(numbers, start, node, before, last))
    return Ways(points, trees)


def write(folder: Path) -> None:
    """Write the ways for the packaged network, with the gates of an atlas folder."""
    layer = json.loads((folder / "gates.geojson").read_text(encoding="utf-8"))
    gates, closed = {}, []
    for feature in layer["features"]:
        gate = feature["properties"]["id"]
        gates[gate] = shapely.geometry.shape(feature["geometry"])
        if feature["properties"]["closed_by_default"] != "no":
            closed.append(gate)
    here = Path(storage.__file__).parent
    _, baked = packaged()
    if baked is None:
        raise SystemExit("gates.bin and entries.bin are not of this network: build it first")
    ways = find(Network.load(gates), list(baked.entries), closed)
    (here / "ways.bin").write_bytes(pack(ways, made_of=made_of(here)))


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "geodata"))
