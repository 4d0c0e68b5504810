"""Ours beside searoute and scgraph, on the same pairs: time, distance, kilometres over land.

    pip install '.[bench]'
    python benchmarks/routing.py [GEODATA]

scgraph 2 carries the network of Eurostat (marnet) in its wheel; later ones fetch it when first
used. A peer that cannot be had is left out, and the table says why. Canals count as land for the
others; ours are left out by their declared channels.
"""

from __future__ import annotations

import csv
import json
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry import LineString

from frontiers_map import sea
from frontiers_map.geo import geodesy
from frontiers_map.sea.make import quality
from frontiers_map.sea.metric import NM_KM
from frontiers_map.sea.water import Coast
from frontiers_map.voyages import ports

PAIRS = (
    ("coral_sul", "futtsu"), ("nws", "futtsu"), ("ichthys", "naoetsu"), ("gladstone", "futtsu"),
    ("bintulu", "sodegaura"), ("sabine", "futtsu"), ("sakhalin2", "sodegaura"),
    ("ras_laffan", "futtsu"), ("ras_laffan", "adriatic"), ("arzew", "piombino"),
    ("tango", "piombino"), ("bontang", "himeji"),
)  # fmt: skip
Way = tuple[float, LineString]  # nautical miles, line


def points(folder: Path) -> dict[str, sea.Point]:
    with (folder / "terminals.csv").open(encoding="utf-8", newline="") as file:
        found = {r["id"]: (float(r["lon"]), float(r["lat"])) for r in csv.DictReader(file)}
    return found | {"gladstone": found["qclng"]}


def gates(folder: Path) -> tuple[dict[str, shapely.Geometry], list[str]]:
    layer = json.loads((folder / "gates.geojson").read_text(encoding="utf-8"))
    lines, closed = {}, []
    for feature in layer["features"]:
        name = feature["properties"]["id"]
        lines[name] = shapely.geometry.shape(feature["geometry"])
        if feature["properties"]["closed_by_default"] != "no":
            closed.append(name)
    return lines, closed


def by_searoute() -> Callable[[sea.Point, sea.Point], Way]:
    import searoute

    def way(start: sea.Point, end: sea.Point) -> Way:
        found = searoute.searoute(list(start), list(end), units="naut")
        return found["properties"]["length"], LineString(found["geometry"]["coordinates"])

    return way


def by_scgraph() -> Callable[[sea.Point, sea.Point], Way]:
    from scgraph.geographs.marnet import marnet_geograph as graph

    def way(start: sea.Point, end: sea.Point) -> Way:
        found = graph.get_shortest_path(
            origin_node={"latitude": start[1], "longitude": start[0]},
            destination_node={"latitude": end[1], "longitude": end[0]},
            output_units="km",
        )
        path = [(lon, lat) for lat, lon in found["coordinate_path"]]
        return found["length"] / NM_KM, LineString(path)

    return way


def positions(count: int) -> list[sea.Point]:
    """Random positions at sea that are joined to the ocean, spread evenly."""
    random, coast = np.random.default_rng(7), Coast.load()
    found: list[sea.Point] = []
    while len(found) < count:
        lon, lat = random.uniform(-180, 180), np.degrees(np.arcsin(random.uniform(-0.93, 0.95)))
        wet = not coast.on_land(np.array([lon]), np.array([lat]))[0]
        if wet and coast.distance_km(np.array([lon]), np.array([lat]))[0] >= 10:
            found.append((lon, float(lat)))
    return found


def timed(action: Callable[[], object]) -> tuple[float, object]:
    """Seconds of the processor: a busy machine does not count."""
    started = time.process_time()
    found = action()
    return time.process_time() - started, found


def many(
    way: Callable[[sea.Point, sea.Point], Way], pairs: list[tuple[sea.Point, sea.Point]]
) -> int:
    """Ask a peer for pairs one by one; count those that it answers."""
    done = 0
    for a, b in pairs:
        try:
            way(a, b)
            done += 1
        except Exception:
            continue
    return done


def main(folder: Path) -> None:
    lines, closed = gates(folder)
    ends = points(folder)
    loaded, network = timed(lambda: sea.Network.load(lines))
    assert isinstance(network, sea.Network)
    print(f"ours: loaded in {loaded:.2f} s")
    peers = {}
    for name, make in (("searoute", by_searoute), ("scgraph", by_scgraph)):
        try:
            seconds, peers[name] = timed(make)
            print(f"{name}: loaded in {seconds:.2f} s")
        except Exception as error:
            print(f"{name}: left out ({type(error).__name__}: {str(error)[:60]})")
    print(f"\n{'pair':28s}{'ours nm':>9s}{'land km':>8s}", *(f"{n + ' nm':>12s}{'land km':>9s}"
                                                           for n in peers))  # fmt: skip
    peer_ms: dict[str, list[float]] = {name: [] for name in peers}
    own_land, peer_land = 0.0, dict.fromkeys(peers, 0.0)
    network.route(*list(ends.values())[-2:], close=closed)
    for start, end in PAIRS:
        a, b = ends[start], ends[end]
        route = network.route(a, b, close=closed)
        dry = 0.0
        for leg in route.legs:
            if not leg.channel and leg.km:
                dry += quality.land_km(geodesy.geodesic(leg.start, leg.end))
        own_land += dry
        cells = [f"{start + ' ' + end:28s}{route.nm:9.0f}{dry:8.1f}"]
        for name, way in peers.items():
            try:
                seconds, (nm, line) = timed(lambda way=way, a=a, b=b: way(a, b))
                peer_ms[name].append(1000 * seconds)
                dry = quality.land_km(line)
                peer_land[name] += dry
                cells.append(f"{nm:12.0f}{dry:9.1f}")
            except Exception as error:
                cells.append(f"{type(error).__name__:>21s}")
        print(*cells, flush=True)
    print(f"{'km over land in all':28s}{'':9s}{own_land:8.1f}",
          *(f"{'':12s}{km:9.1f}" for km in peer_land.values()))  # fmt: skip
    print(
        "\nmedian ms a route:", *(f"{n} {statistics.median(ms):.0f}" for n, ms in peer_ms.items())
    )

    everything = list(ends.values())
    random = np.random.default_rng(1)
    for told, more in (("as usual", 0), ("8 gates more closed", 8)):
        ms = []
        for _ in range(300):
            a, b = (everything[k] for k in random.integers(len(everything), size=2))
            shut = {*closed, *random.choice(list(lines), more)}
            with suppress(sea.NoWayBySea):
                seconds, _ = timed(lambda a=a, b=b, shut=shut: network.route(a, b, close=shut))
                ms.append(1000 * seconds)
        print(f"ours, one of {len(ms)} random routes between terminals, {told}: "
              f"median {statistics.median(ms):.1f} ms, worst {max(ms):.1f} ms")  # fmt: skip

    pairs = [
        (everything[a], everything[b]) for a, b in random.integers(len(everything), size=(1000, 2))
    ]
    some = everything[:32]
    for told, asked, shut in (
        ("1,000 random pairs of terminals", pairs, closed),
        ("the same with nothing closed", pairs, []),
        ("the same with malacca and suez closed", pairs, [*closed, "malacca", "suez"]),
        ("32 x 32 terminals", [(a, b) for a in some for b in some], closed),
    ):
        fresh = sea.Network.load(lines)
        calls = [sea.Call(a, b, (), frozenset(shut)) for a, b in asked]
        seconds, _ = timed(lambda fresh=fresh, calls=calls: fresh.routes(calls))
        print(f"ours, {told}: {seconds:.2f} s for {len(calls)} pairs")
    for name, way in peers.items():
        seconds, done = timed(lambda way=way: many(way, pairs[:100]))
        print(f"{name}, the first 100 of them: {seconds:.2f} s for {done} pairs")

    at_sea = positions(2100)
    seconds, _ = timed(lambda: [network.entry(point) for point in at_sea[:50]])
    print(f"\nours, new positions at sea: {1000 * seconds / 50:.0f} ms each to join them")
    pairs = list(zip(at_sea[50:100:2], at_sea[51:100:2], strict=True))
    ms = [1000 * timed(lambda a=a, b=b: network.route(a, b, close=closed))[0] for a, b in pairs]
    warm = [1000 * timed(lambda a=a, b=b: network.route(a, b, close=closed))[0] for a, b in pairs]
    print(f"ours, a pair of them: median {statistics.median(ms):.0f} ms, asked again "
          f"{statistics.median(warm):.1f} ms")  # fmt: skip
    harbours = [(port.lon, port.lat) for port in ports.packaged().all[:2000]]
    for told, some in (("positions at sea", at_sea[100:]), ("harbours", harbours)):
        pairs = list(zip(some[::2], some[1::2], strict=True))
        fresh = sea.Network.load(lines)
        calls = [sea.Call(a, b, (), frozenset(closed)) for a, b in pairs]
        own, _ = timed(lambda fresh=fresh, calls=calls: fresh.routes(calls))
        print(f"ours, {len(pairs)} pairs of {len(some)} {told}: {own:.2f} s")
        for name, way in peers.items():
            seconds, done = timed(lambda way=way, pairs=pairs: many(way, pairs))
            print(f"{name}: {seconds:.2f} s for {done} pairs, {seconds / own:.2f} times ours")

    golden = Path(__file__).parents[1] / "tests" / "golden" / "distances.csv"
    print(f"\n{'published':44s}{'nm':>7s}{'ours %':>8s}", *(f"{n + ' %':>11s}" for n in peers))
    errors: dict[str, list[float]] = {name: [] for name in ("ours", *peers)}
    for row in csv.DictReader(golden.open(encoding="utf-8", newline="")):
        a = (float(row["from_lon"]), float(row["from_lat"]))
        b = (float(row["to_lon"]), float(row["to_lat"]))
        via = [v for v in row["via"].split(";") if v]
        shut = (set(closed) | {v for v in row["close"].split(";") if v}) - set(via)
        nm = float(row["published_nm"])
        own = 100 * (network.route(a, b, via=via, close=shut).nm / nm - 1)
        cells = [f"{row['origin']} - {row['destination']} ({row['via'] or '-'})"[:43].ljust(44)
                 + f"{nm:7.0f}{own:8.2f}"]  # fmt: skip
        if not row["reason"]:
            errors["ours"].append(abs(own))
        for name, way in peers.items():
            try:
                other = 100 * (way(a, b)[0] / nm - 1)
                cells.append(f"{other:11.2f}")
                if not row["reason"]:
                    errors[name].append(abs(other))
            except Exception as error:
                cells.append(f"{type(error).__name__:>11s}")
        print(*cells, flush=True)
    for name, sizes in errors.items():
        if sizes:
            print(f"{name}: median {np.median(sizes):.2f} %, mean {np.mean(sizes):.2f} %")
    print("searoute and scgraph are not told which canal or cape to pass: a large error there may")
    print("be another way, not a wrong length.")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "geodata"))
