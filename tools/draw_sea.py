"""Draw the pictures of docs/sea-network.md and the contact sheets of routes at straits.

    python tools/draw_sea.py [GEODATA]

Made with the tool's own coast, offsets, corners, network and routes; each PNG stays small.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import shapely
from PIL import Image

from frontiers_map import sea
from frontiers_map.geo import land
from frontiers_map.sea.make import corners
from frontiers_map.sea.metric import great_circle
from frontiers_map.sea.water import obstacles

OUT = Path(__file__).parents[1] / "docs" / "pictures"
SEA, LAND, BANK = "#eef3f5", "#dcd6cb", "#e9eadb"
INK, RED, BLUE, GREY = "#23282c", "#b3261e", "#0b5f8a", "#8a949b"
LEVELS = ("#0b5f8a", "#2a9d8f", "#e9a03b", "#b3261e")
STRAIT = (139.6, 142.2, 40.7, 42.3)  # Tsugaru


def save(figure: plt.Figure, name: str) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=110)
    plt.close(figure)
    image = Image.open(buffer).convert("RGB").quantize(64, dither=Image.Dither.NONE)
    image.save(OUT / f"{name}.png", optimize=True)
    print(name, (OUT / f"{name}.png").stat().st_size)


def frame(axes: plt.Axes, box: tuple[float, float, float, float]) -> None:
    west, east, south, north = box
    axes.set_facecolor(SEA)
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_aspect(1 / np.cos(np.radians((south + north) / 2)))
    axes.set_xticks([])
    axes.set_yticks([])
    polygons = obstacles()
    shoals = len(polygons) - len(land.polygons("10m"))
    banks = set(polygons[-shoals:])
    for turn in (-360, 0, 360):
        window = shapely.box(west - turn, south, east - turn, north)
        for part in polygons[shapely.intersects(polygons, window)]:
            cut = shapely.intersection(part, window)
            for piece in shapely.get_parts(cut):
                if piece.geom_type == "Polygon":
                    x, y = shapely.get_coordinates(piece.exterior).T
                    axes.fill(x + turn, y, color=BANK if part in banks else LAND, lw=0)


def draw_line(axes: plt.Axes, line: shapely.Geometry, **style: object) -> None:
    x, y = shapely.get_coordinates(line).T
    for turn in (-360, 0, 360):
        axes.plot(x + turn, y, **style)


def draw_offsets(box: tuple[float, float, float, float]) -> None:
    west, east, south, north = box
    scale = np.cos(np.radians((south + north) / 2)) * corners.KM
    plane = np.array([scale, corners.KM])
    wide = shapely.box(west - 1, south - 1, east + 1, north + 1)
    polygons = land.polygons("10m")
    near = polygons[shapely.intersects(polygons, wide)]
    near = shapely.union_all(shapely.intersection(near, wide))
    flat = shapely.transform(near, lambda c: c * plane)
    figure, axes = plt.subplots(figsize=(7, 5.6), layout="constrained")
    frame(axes, box)
    for level, clearance in enumerate(corners.CLEARANCE_KM):
        ring = shapely.transform(corners.widened(flat, clearance, level), lambda c: c / plane)
        for part in shapely.get_rings(shapely.get_parts(ring)):
            x, y = shapely.get_coordinates(part).T
            axes.plot(x, y, color=LEVELS[level], lw=0.8, label=f"{clearance:g} km")
    found = network().stored
    for level in range(4):
        at = (found.level == level) & (found.lon > west) & (found.lon < east)
        style = {"ms": 3.5, "color": LEVELS[level], "mec": "white", "mew": 0.4}
        axes.plot(found.lon[at], found.lat[at], "o", **style)
    handles, labels = axes.get_legend_handles_labels()
    kept = dict(zip(labels, handles, strict=True))
    axes.legend(kept.values(), kept.keys(), title="clearance", loc="lower left", fontsize=8)
    axes.set_title("Widened coast, and the corners that became nodes: Tsugaru Strait", fontsize=10)
    save(figure, "offsets")


def draw_tangents(box: tuple[float, float, float, float]) -> None:
    west, east, south, north = box
    figure, axes = plt.subplots(figsize=(7, 5.6), layout="constrained")
    frame(axes, box)
    found = network().stored
    inside = (found.lon > west) & (found.lon < east) & (found.lat > south) & (found.lat < north)
    seen = np.flatnonzero(inside[found.one] & inside[found.two])
    for edge in seen:
        a, b = found.one[edge], found.two[edge]
        axes.plot(found.lon[[a, b]], found.lat[[a, b]], color=BLUE, lw=0.35, alpha=0.7)
    axes.plot(found.lon[inside], found.lat[inside], "o", ms=2, color=INK)
    line = gates()["tsugaru"]
    draw_line(axes, line, color=RED, lw=2)
    axes.set_title("Edges touch the corners they end at. Red: a gate", fontsize=10)
    save(figure, "tangents")


_KEPT: dict[str, object] = {}


def gates() -> dict[str, shapely.Geometry]:
    if "gates" not in _KEPT:
        layer = json.loads((FOLDER / "gates.geojson").read_text(encoding="utf-8"))
        _KEPT["gates"] = {
            f["properties"]["id"]: shapely.geometry.shape(f["geometry"]) for f in layer["features"]
        }
        _KEPT["closed"] = frozenset(
            f["properties"]["id"]
            for f in layer["features"]
            if f["properties"]["closed_by_default"] != "no"
        )
    return _KEPT["gates"]  # type: ignore[return-value]


def network() -> sea.Network:
    if "network" not in _KEPT:
        _KEPT["network"] = sea.Network.load(gates())
    return _KEPT["network"]  # type: ignore[return-value]


def routes() -> dict[str, sea.Route]:
    """The routes of the atlas."""
    points = {}
    for name in ("terminals.csv", "places.csv"):
        with (FOLDER / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                points[row["id"]] = (float(row["lon"]), float(row["lat"]))
    known = set(gates())
    found = {}
    with (FOLDER / "routes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            via = [name for name in row["via"].split(";") if name]
            stops = [name if name in known else points[name] for name in via]
            found[row["id"]] = network().route(
                points[row["from"]], points[row["to"]], via=stops,
                close=_KEPT["closed"] - set(via),
            )  # fmt: skip
    return found


def contact_sheets() -> None:
    """Every strait that a route of the atlas passes, and every end, close up."""
    ways = routes()
    used: dict[str, list[str]] = {}
    for name, way in ways.items():
        for gate in way.gates:
            used.setdefault(gate, []).append(name)
    panels = []
    for gate, names in sorted(used.items()):
        x, y = shapely.get_coordinates(gates()[gate]).T
        lon, lat = crossing(ways[names[0]], gate)
        half = float(np.clip(max(np.ptp(y), np.ptp(x) * 0.8) * 0.7, 0.7, 4))
        panels.append((gate, lon, lat, half, names))
    for name, way in ways.items():
        for end, (lon, lat) in (("from", way.start), ("to", way.end)):
            label = f"{name}: {end}"
            if all(abs(lon - p[1]) > 0.15 or abs(lat - p[2]) > 0.15 for p in panels):
                panels.append((label, lon, lat, 0.8, [name]))
    columns, lines = 6, 5
    for sheet, begin in enumerate(range(0, len(panels), columns * lines), start=1):
        figure, grid = plt.subplots(lines, columns, figsize=(12, 10.6), layout="constrained")
        for axes in grid.ravel():
            axes.axis("off")
        for axes, (title, lon, lat, half, names) in zip(
            grid.ravel(), panels[begin : begin + columns * lines], strict=False
        ):
            axes.axis("on")
            wide = half / np.cos(np.radians(lat))
            box = (lon - wide, lon + wide, lat - half, lat + half)
            frame(axes, box)
            if title in gates():
                draw_line(axes, gates()[title], color=RED, lw=1.2)
            for way in ways.values():
                draw_line(axes, way.geometry, color=BLUE, lw=0.9)
            text = title if title not in gates() else f"{title} ({len(names)})"
            axes.set_title(text, fontsize=7, color=INK)
        save(figure, f"contact-{sheet}")


def crossing(way: sea.Route, gate: str) -> tuple[float, float]:
    for leg in way.legs:
        if gate in leg.gates:
            ends = [np.array([v]) for v in (*leg.start, *leg.end)]
            x, y, _ = great_circle(*ends, np.array([200]))
            line = gates()[gate]
            off = shapely.distance(shapely.points(x, y), line)
            k = int(off.argmin())
            return float(x[k]), float(y[k])
    raise ValueError(gate)


FOLDER = Path(sys.argv[1] if len(sys.argv) > 1 else "geodata")

if __name__ == "__main__":
    draw_offsets(STRAIT)
    draw_tangents(STRAIT)
    contact_sheets()
