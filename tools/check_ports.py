"""Join all harbours of the package to the sea network and list what is to be looked at.

    python tools/check_ports.py

Prints the harbours that are refused, and why; those moved by more than 5 km; and those whose way to
the open ocean is much longer than that of a harbour next door.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from frontiers_map import sea
from frontiers_map.geo import land
from frontiers_map.sea.attach import use_compiled
from frontiers_map.sea.metric import EARTH_KM, km_between, unit_vectors

OCEANS = ((-30.0, 0.0), (70.0, -10.0), (-140.0, 10.0), (160.0, 15.0))


def main() -> None:
    with (Path(land.__file__).parents[1] / "data" / "ports.csv").open(encoding="utf-8") as file:
        ports = list(csv.DictReader(file))
    network = sea.Network.load(canals=True)
    use_compiled()
    stored = network.stored
    size = len(stored.lon)
    graph = coo_matrix((network.edge_cost, (stored.one, stored.two)), shape=(size, size)).tocsr()
    begin = [
        int(np.hypot((stored.lon - x + 180) % 360 - 180, stored.lat - y).argmin())
        for x, y in OCEANS
    ]
    out = dijkstra(graph, directed=False, indices=begin).min(axis=0)
    names, places, ways, moved = [], [], [], []
    refused = []
    for row in ports:
        point = float(row["lon"]), float(row["lat"])
        name = f"{row['name']} {row['country']} {point[0]:.2f},{point[1]:.2f}"
        try:
            entry = network.entry(point)
        except sea.InlandError as error:
            refused.append(f"{name}: {error}")
            continue
        x, y = (np.full(len(entry.node), v) for v in entry.water)
        km = km_between(x, y, stored.lon[entry.node], stored.lat[entry.node]) + entry.toll
        names.append(name)
        places.append(entry.water)
        ways.append((out[entry.node] + km).min())
        moved.append(entry.moved_km)
    print(f"{len(ports)} harbours, {len(names)} joined; refused:")
    print(*refused, sep="\n")
    away = np.array(moved)
    print(f"moved by more than 5 km: {(away > 5).sum()}")
    for k in np.argsort(-away)[: (away > 5).sum()]:
        print(f"{names[k]} moved {away[k]:.1f} km to {places[k][0]:.3f},{places[k][1]:.3f}")
    print("much longer to the ocean than from next door:")
    unit, way = unit_vectors(*np.array(places).T), np.array(ways)
    near = cKDTree(unit).query_ball_point(unit, 2 * np.sin(60 / EARTH_KM / 2))
    for k, beside in enumerate(near):
        best = min(beside, key=lambda n: way[n])
        apart = EARTH_KM * float(np.linalg.norm(unit[k] - unit[best]))
        if way[k] > 1.3 * (way[best] + apart) or way[k] - way[best] - 2 * apart > 100:
            print(f"{names[k]} {way[k]:.0f} km; {names[best]} {way[best]:.0f}, {apart:.0f} apart")
    print("not joined to any ocean:", *(n for n, w in zip(names, ways, strict=True) if w == np.inf))


if __name__ == "__main__":
    main()
