"""Make the depth contours of the package from ETOPO5, as Debian's `ferret-datasets` carries it.

    apt-get install ferret-datasets
    python tools/make_depths.py /usr/share/ferret-vis/data/etopo5.cdf

Depths of 5 minutes are smoothed, cut at each level, and thinned; what is smaller than a spot is
left out. A line keeps its ends at 180°, so that both sides meet there.
"""

from __future__ import annotations

import hashlib
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import contourpy
import numpy as np
import shapely
from scipy.io import netcdf_file
from scipy.ndimage import gaussian_filter

from frontiers_map.geo import depths, land

PER = 100  # grid units to a degree: 0.01°
SLACK, SPOT = 0.04, 0.06  # degrees a line may move; square degrees of the smallest area kept
OUT = Path(depths.__file__).parents[1] / "data"


def relief(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Longitudes -180..180, latitudes and metres, with the first column once more at the end."""
    with netcdf_file(path, mmap=False) as file:
        metres = file.variables["ROSE"].data.astype(float)
    rows, columns = metres.shape
    metres = np.roll(metres, columns // 2, axis=1)
    metres = gaussian_filter(np.minimum(metres, 0), 0.8, mode=("nearest", "wrap"))
    metres = np.column_stack([metres, metres[:, 0]])
    return np.linspace(-180, 180, columns + 1), np.linspace(-90, 90, rows), metres


def thinned(ring: np.ndarray) -> np.ndarray:
    """Drop what a line does not need; where a ring meets the frame it stays as it is."""
    ring = ring[:-1]
    side, end = np.abs(ring[:, 0]) == 180, np.abs(ring[:, 1]) == 90
    inner = ~(side & np.roll(side, 1) & np.roll(side, -1))
    fixed = np.flatnonzero((side & inner) | (end & side))
    if len(fixed) == 0:
        fixed = np.array([0, len(ring) // 2])
    turned = np.roll(ring, -fixed[0], axis=0)
    cuts = [*(fixed - fixed[0]), len(ring)]
    closed = np.vstack([turned, turned[:1]])
    parts = [
        shapely.get_coordinates(shapely.simplify(shapely.linestrings(closed[a : b + 1]), SLACK))
        for a, b in pairwise(cuts)
    ]
    return np.concatenate([part[:-1] for part in parts])


def kept(part: Any) -> bool:
    """Spots go, but not at 180°: a part of something larger may lie on the other side."""
    west, _, east, _ = part.bounds
    return bool(part.area >= SPOT * PER**2 or (part.area > 0 and max(-west, east) == 180 * PER))


def polygonal(geometry: Any) -> list[Any]:
    parts = shapely.get_parts(shapely.get_parts(geometry))
    return [part for part in parts if part.geom_type == "Polygon" and kept(part)]


def deeper(x: np.ndarray, y: np.ndarray, metres: np.ndarray, level: int) -> list[Any]:
    tracer = contourpy.contour_generator(x, y, -metres, fill_type="OuterOffset")
    found = []
    for points, offsets in zip(*tracer.filled(level, np.inf), strict=True):
        rings = [thinned(points[a:b]) for a, b in pairwise(offsets)]
        rings = [np.rint(ring * PER) for ring in rings if len(ring) > 3]
        areas = [shapely.Polygon(ring) for ring in rings]
        if not areas or not kept(areas[0]):
            continue
        holes = [shapely.make_valid(a) for a in areas[1:] if kept(a)]
        shell = shapely.difference(shapely.make_valid(areas[0]), shapely.union_all(holes))
        found.append(shapely.set_precision(shell, 1))
    whole = shapely.union_all(found, grid_size=1)
    return sorted((shapely.orient_polygons(p) for p in polygonal(whole)),
                  key=lambda p: (-p.area, p.bounds))  # fmt: skip


def main(path: Path) -> None:
    grid = (1 / PER, 1 / PER, 0.0, 0.0)
    rows = []
    x, y, metres = relief(path)
    for level in depths.LEVELS:
        parts = deeper(x, y, metres, level)
        rings = [ring for part in parts for ring in (part.exterior, *part.interiors)]
        cells = [np.rint(shapely.get_coordinates(r)[:-1]).astype(np.int64) for r in rings]
        counts = np.array([1 + len(part.interiors) for part in parts])
        content = land.encode(
            grid, counts, np.array([len(c) for c in cells]), np.concatenate(cells)
        )
        (OUT / f"deeper-{level}.bin").write_bytes(content)
        vertices, digest = sum(map(len, cells)), hashlib.sha256(content).hexdigest()
        rows.append(f"| deeper-{level}.bin | {vertices:,} | {len(content)} | `{digest}` |")
    source = hashlib.sha256(path.read_bytes()).hexdigest()
    text = PROVENANCE.format(source=source, rows="\n".join(rows))
    (OUT / "DEPTHS.md").write_text(text, encoding="utf-8")
    print(text)


PROVENANCE = """# Depths

Where the sea is deeper than 200, 1,000, 2,000 and 4,000 metres, for tints on maps and never for a
draught: the numbers are of 5 minutes (9 km) and of 1988. From ETOPO5 (National Geophysical Data
Center, NOAA, Boulder: Data Announcement 88-MGG-02, Digital relief of the Surface of the Earth; in
the public domain), as `etopo5.cdf` of Debian's `ferret-datasets` 7.6.0 carries it; smoothed,
contoured and thinned to 0.04° by `tools/make_depths.py`. Ice shelves count as land: the straight
limit at 78°S in the Ross and Weddell Seas is the source's.

Input: etopo5.cdf, sha256 `{source}`.

| file | vertices | bytes | sha256 |
|---|---|---|---|
{rows}
"""


if __name__ == "__main__":
    main(Path(sys.argv[1]))
