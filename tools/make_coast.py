"""Make the coast files of the package from the npm package world-atlas.

    npm install world-atlas
    python tools/make_coast.py node_modules/world-atlas

The rings of Natural Earth jump at 180° (Chukotka, Wrangel, Fiji): made valid as they stand, they
become slivers right round the globe. So each ring is unwrapped, made valid, and cut at 180° into
copies. All is done on the whole-numbered grid of the source: nothing moves.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import Polygon

from frontiers_map.geo import land

TURN = 99999  # grid units in 360°
OUT = Path(land.__file__).parents[1] / "data"


def arcs_of(topology: dict[str, Any]) -> list[np.ndarray]:
    return [np.cumsum(np.array(arc), axis=0) for arc in topology["arcs"]]


def path(arcs: list[np.ndarray], indices: list[int]) -> np.ndarray:
    parts = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in indices]
    return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])


def unwrap(ring: np.ndarray) -> np.ndarray:
    step = np.diff(ring[:, 0])
    turns = -np.round(step / TURN)
    return ring + np.column_stack([TURN * np.concatenate([[0], np.cumsum(turns)]), 0 * ring[:, 0]])


def polygonal(geometry: Any) -> list[Polygon]:
    parts = shapely.get_parts(shapely.get_parts(geometry))  # make_valid nests collections
    return [part for part in parts if part.geom_type == "Polygon" and part.area > 0]


def moved(geometry: Any, turns: int) -> Any:
    return shapely.transform(geometry, lambda c: np.column_stack([c[:, 0] + turns * TURN, c[:, 1]]))


def area_of(ring: np.ndarray) -> Any:
    """Area enclosed by one ring; a ring round the pole is closed along it."""
    ring = unwrap(ring)
    if ring[0, 0] != ring[-1, 0]:
        low = -1_000_000  # far below the pole: clipped later
        ring = np.vstack([ring, [[ring[-1, 0], low], [ring[0, 0], low], ring[0]]])
    return shapely.union_all(polygonal(shapely.make_valid(Polygon(ring))))


def parts_of(
    arcs: list[np.ndarray], polygons: Iterable[list[list[int]]], south: int
) -> list[Polygon]:
    """Polygons, each given by the arcs of its rings, cut at 180°; the largest first."""
    found: list[Polygon] = []
    for rings in polygons:
        shell, *holes = (area_of(path(arcs, ring)) for ring in rings)
        for hole in holes:
            apart = shell.envelope.centroid.x - hole.envelope.centroid.x
            shell = shapely.difference(shell, moved(hole, round(apart / TURN)))
        for turn in (-1, 0, 1):
            window = shapely.box(-turn * TURN, south, (1 - turn) * TURN, 1_000_000)
            cut = shapely.set_precision(shapely.intersection(shell, window), 1)
            found.extend(polygonal(moved(cut, turn)))
    # snapped to the grid, some neighbours share an edge or overlap by a cell: one of them
    found = [shapely.orient_polygons(p) for p in polygonal(shapely.union_all(found, grid_size=1))]
    return sorted(found, key=lambda p: (-p.area, p.bounds))


def repaired(topology: dict[str, Any]) -> list[Polygon]:
    arcs = arcs_of(topology)
    # Antarctica is cut off at 85° in the source: let it reach the pole
    south = south_of(grid_of(topology))
    lands = topology["objects"]["land"]["geometries"]
    found = parts_of(arcs, (rings for geometry in lands for rings in geometry["arcs"]), south)
    # Natural Earth's joke at 0°N 0°E, a mapped island of one square metre
    origin = grid_of(topology)
    null_island = shapely.Point(-origin[2] / origin[0], -origin[3] / origin[1]).buffer(5)
    return [part for part in found if not null_island.contains(part)]


def south_of(grid: land.Grid) -> int:
    """Row of the pole on a grid."""
    return int(np.ceil((-90 - grid[3]) / grid[1]))


def grid_of(topology: dict[str, Any]) -> land.Grid:
    transform = topology["transform"]
    return (*transform["scale"], *transform["translate"])


def write_land(topology: dict[str, Any], level: str) -> tuple[str, int]:
    parts = repaired(topology)
    counts, sizes, cells = [], [], []
    for part in parts:
        rings = [part.exterior, *part.interiors]
        counts.append(len(rings))
        for ring in rings:
            coords = np.rint(shapely.get_coordinates(ring)[:-1]).astype(np.int64)
            sizes.append(len(coords))
            cells.append(coords)
    name = f"land-{level}.bin"
    content = land.encode(
        grid_of(topology), np.array(counts), np.array(sizes), np.concatenate(cells)
    )
    (OUT / name).write_bytes(content)
    return name, len(parts)


def write_borders(topology: dict[str, Any], level: str) -> tuple[str, int]:
    """Write the arcs that two countries share, joined to long lines where just two meet."""
    users: dict[int, set[int]] = {}

    def visit(nested: Any, country: int) -> None:
        for item in nested:
            if isinstance(item, int):
                users.setdefault(item if item >= 0 else ~item, set()).add(country)
            else:
                visit(item, country)

    for number, geometry in enumerate(topology["objects"]["countries"]["geometries"]):
        visit(geometry.get("arcs", ()), number)
    arcs = arcs_of(topology)
    shared = [arcs[i] for i in sorted(users) if len(users[i]) > 1]
    merged = shapely.line_merge(shapely.multilinestrings([shapely.linestrings(a) for a in shared]))
    lines = sorted(
        (np.rint(shapely.get_coordinates(line)).astype(np.int64) for line in merged.geoms),
        key=lambda line: line.tolist(),
    )
    name = f"borders-{level}.bin"
    sizes = np.array([len(line) for line in lines])
    content = land.encode(grid_of(topology), np.ones(len(lines), int), sizes, np.concatenate(lines))
    (OUT / name).write_bytes(content)
    return name, len(lines)


PROVENANCE = """# Coast and borders

Natural Earth (public domain), from the npm package `world-atlas` {version} (ISC licence, TopoJSON
by M. Bostock), repaired at 180° and packed by `tools/make_coast.py`;
`frontiers_map/geo/land.py` says how the files are laid out. The source rounds positions to a grid
of 0.0036° by 0.0017° (up to 400 m by 190 m); nothing is moved beyond that. Lakes are not in the
source. Null Island is left out; Antarctica, cut off at 85°S in the source, is closed to the pole.

| input | sha256 |
|---|---|
{inputs}

| file | parts | bytes | sha256 |
|---|---|---|---|
{outputs}
"""


def main(folder: Path) -> None:
    version = json.loads((folder / "package.json").read_text())["version"]
    inputs, outputs = [], []
    for level in ("110m", "50m", "10m"):
        content = (folder / f"land-{level}.json").read_bytes()
        inputs.append((f"land-{level}.json", content))
        outputs.append(write_land(json.loads(content), level))
    content = (folder / "countries-50m.json").read_bytes()
    inputs.append(("countries-50m.json", content))
    outputs.append(write_borders(json.loads(content), "50m"))
    rows_in = [f"| {name} | `{hashlib.sha256(c).hexdigest()}` |" for name, c in inputs]
    rows_out = []
    for name, parts in outputs:
        c = (OUT / name).read_bytes()
        rows_out.append(f"| {name} | {parts} | {len(c)} | `{hashlib.sha256(c).hexdigest()}` |")
    text = PROVENANCE.format(
        version=version, inputs="\n".join(rows_in), outputs="\n".join(rows_out)
    )
    (OUT / "PROVENANCE.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
