"""Make the table of countries and their lands from the npm package world-atlas, as `make_coast`.

    npm install world-atlas
    python tools/make_countries.py node_modules/world-atlas

A country is what has a code of ISO 3166-1: names come with the code, from CLDR, when a map is
drawn. Where a name stands is the middle of the widest ellipse in the largest part.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from babel.core import get_global
from make_coast import OUT, arcs_of, grid_of, parts_of, south_of

from frontiers_map.geo import land

FLAT = 0.4  # height of the ellipse of a name's room to its width


def on_cylinder(coords: np.ndarray) -> np.ndarray:
    """Kilometres on a cylinder of equal area: good round the poles, and to 0.5 % of the land."""
    lon, lat = np.radians(coords).T
    return 6371.0072 * np.column_stack([lon, np.sin(lat)])


def room(part: Any) -> tuple[float, float, float]:
    """Middle of the widest ellipse in a part, and half its width in degrees of longitude."""
    lat = part.representative_point().y
    squeeze = FLAT * np.cos(np.radians(lat))
    flat = shapely.transform(part, lambda c: c * [squeeze, 1])
    circle = shapely.maximum_inscribed_circle(flat, tolerance=0.02)
    (x, y), (u, v) = shapely.get_coordinates(circle)
    return x / squeeze, y, float(np.hypot(u - x, v - y)) / squeeze


def main(folder: Path) -> None:
    content = (folder / "countries-50m.json").read_bytes()
    topology = json.loads(content)
    grid, arcs, alias = grid_of(topology), arcs_of(topology), get_global("territory_aliases")
    south = south_of(grid)
    shapes: dict[str, list[Any]] = {}
    for geometry in topology["objects"]["countries"]["geometries"]:
        if code := alias.get(geometry.get("id")):
            many = geometry["type"] == "MultiPolygon"
            polygons = geometry["arcs"] if many else [geometry["arcs"]]
            shapes.setdefault(code[0], []).extend(parts_of(arcs, polygons, south))
    # Round the pole the source's ring runs along its own cut: the coast has it whole.
    shapes["AQ"] = sorted(
        (
            shapely.transform(p, lambda c: np.rint((c - grid[2:]) / grid[:2]))
            for p in land.polygons("50m")
            if p.bounds[3] < -60
        ),
        key=lambda p: (-p.area, p.bounds),
    )
    rows, cells, counts = [], [], []
    for code, parts in sorted(shapes.items()):
        degrees = [shapely.transform(p, lambda c: c * grid[:2] + grid[2:]) for p in parts]
        km2 = shapely.area([shapely.transform(p, on_cylinder) for p in degrees])
        lon, lat, half = room(degrees[int(np.argmax(km2))])
        rows.append([code, f"{lon:.2f}", f"{lat:.2f}", f"{half:.2f}", round(km2.sum()), len(parts)])
        for part in parts:
            rings = [part.exterior, *part.interiors]
            counts.append(len(rings))
            cells += [np.rint(shapely.get_coordinates(r)[:-1]).astype(np.int64) for r in rings]
    sizes = np.array([len(c) for c in cells])
    packed = land.encode(grid, np.array(counts), sizes, np.concatenate(cells))
    (OUT / "countries-50m.bin").write_bytes(packed)
    with (OUT / "countries.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([["code", "lon", "lat", "half_width", "km2", "parts"], *rows])
    text = PROVENANCE.format(
        source=hashlib.sha256(content).hexdigest(),
        rows="\n".join(
            f"| {name} | {(OUT / name).stat().st_size} "
            f"| `{hashlib.sha256((OUT / name).read_bytes()).hexdigest()}` |"
            for name in ("countries.csv", "countries-50m.bin")
        ),
    )
    (OUT / "COUNTRIES.md").write_text(text, encoding="utf-8")
    print(text, len(rows))


PROVENANCE = """# Countries

Lands of what has a code of ISO 3166-1, from Natural Earth 1:50 million (public domain) in the npm
package `world-atlas` 2.0.2 (ISC licence), cut at 180° and packed by `tools/make_countries.py`;
numeric codes became letters by CLDR's aliases. Natural Earth draws who holds a land, which takes no
side; what it draws without a code (Kosovo, Northern Cyprus, Somaliland, the Siachen Glacier) has
none here, and no name. Names are those of Unicode CLDR, looked up when a map is drawn. `lon`, `lat`
and `half_width` (degrees of longitude) of `countries.csv` are the room for a name; `km2` is of the
coarse outline; `parts` counts the polygons in `countries-50m.bin`, in order.

Input: countries-50m.json, sha256 `{source}`.

| file | bytes | sha256 |
|---|---|---|
{rows}
"""


if __name__ == "__main__":
    main(Path(sys.argv[1]))
