"""Write docs/trade-practice.md: distance and days of every trade beside what ships do.

python tools/trade_practice.py [GEODATA]
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import shapely

from frontiers_map import sea

OUT = Path(__file__).parents[1] / "docs" / "trade-practice.md"
KNOTS = 17.0
# trades in practice.csv that no route of the atlas stands for: from, to, gates to pass
MORE = {
    "bontang_jp": ("bontang", "himeji", ()),
    "tangguh_jp": ("tangguh", "futtsu", ()),
    "png_jp": ("png_lng", "futtsu", ()),
    "nigeria_jp": ("bonny", "futtsu", ("good_hope",)),
    "brunei_jp": ("brunei", "futtsu", ()),
    "alaska_jp": ("alaska_lng", "futtsu", ()),
    "canada_jp": ("lng_canada", "futtsu", ()),
}
TEXT = """# Routes and what ships do

For each trade: the way of the atlas, where it passes and why it is led that way, beside the usual
passages and days of `geodata/practice.csv` (published figures and general knowledge; the sources
stand there). Days are the distance at {knots:g} knots, without waiting for a canal, weather or a
berth. Made by `python tools/trade_practice.py`.

| trade | from – to | led by | nm | days | gates passed | practice, days | usual passages |
|---|---|---|---:|---:|---|---|---|
{rows}

A distance that lies below the days of practice is no error: ships slow down, wait and make
detours. A way by the Cape stands beside the days by Suez, where only those are published.
**{outside} of {total}** trades with published days lie outside them by more than a day and a half:
{list}
"""


def table(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def main(folder: Path) -> None:
    layer = json.loads((folder / "gates.geojson").read_text(encoding="utf-8"))
    gates = {
        f["properties"]["id"]: shapely.geometry.shape(f["geometry"]) for f in layer["features"]
    }
    closed = frozenset(
        f["properties"]["id"]
        for f in layer["features"]
        if f["properties"]["closed_by_default"] != "no"
    )
    network = sea.Network.load(gates)
    points = {
        row["id"]: (float(row["lon"]), float(row["lat"]))
        for name in ("terminals.csv", "places.csv")
        for row in table(folder, name)
    }
    practice = {row["id"]: row for row in table(folder, "practice.csv")}
    trades = [
        (row["practice"], row["from"], row["to"], tuple(v for v in row["via"].split(";") if v),
         row["via_reason_en"])
        for row in table(folder, "routes.csv")
    ]  # fmt: skip
    trades += [
        (name, *ends, "") for name, ends in MORE.items()
        if name in practice and name not in {t[0] for t in trades}
    ]  # fmt: skip
    rows, outside, compared = [], [], 0
    for name, start, end, via, reason in trades:
        stops = [v if v in gates else points[v] for v in via]
        found = network.route(points[start], points[end], via=stops, close=closed - set(via))
        usual = practice.get(name, {})
        days = found.days(KNOTS)
        low, high = usual.get("days_low", ""), usual.get("days_high", "")
        span = f"{low}–{high}" if high and high != low else low
        if low:
            compared += 1
            if not float(low) - 1.5 <= days <= float(high or low) + 1.5:
                outside.append(f"- {start} – {end}: {days:.1f} days here, {span} in practice")
        led = ", ".join(via) + (f": {reason}" if reason else "") if via else "shortest"
        rows.append(
            f"| {usual.get('trade_en', name)} | {start} – {end} | {led} | {found.nm:,.0f} |"
            f" {days:.1f} | {', '.join(found.gates)} | {span or '–'} |"
            f" {usual.get('usual_en', '')} |"
        )
    text = TEXT.format(
        knots=KNOTS, rows="\n".join(rows), outside=len(outside), total=compared,
        list="\n".join(outside) or "- none",
    )  # fmt: skip
    OUT.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "geodata"))
