"""How the GIS layers grow with an atlas: seconds, memory and bytes at 1, 10 and 100 times.

Each size runs in a fresh process. The atlas is made (places spread over the globe, geodesics
between them), so that only what is written is timed, not routing.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

TESTS = Path(__file__).parents[1] / "tests"
SIZES = ((100, 20), (1_000, 200), (10_000, 2_000))


def measure(places: int, routes: int) -> dict[str, float]:
    """Write the layers of one made atlas, and tell the seconds, the megabytes held and made."""
    sys.path.insert(0, str(TESTS))
    from gis_tools import written
    from made_atlas import grown

    atlas = grown(places, routes)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sizes: dict[str, float] = defaultdict(float)
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        gis = written(atlas, Path(folder))
        seconds = time.perf_counter() - start
        for path in gis.iterdir():
            sizes[path.suffix] += path.stat().st_size / 1e6
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"seconds": seconds, "before": before / 1024, "most": most / 1024, **sizes}


def main() -> None:
    """Print a row for each size."""
    if len(sys.argv) == 3:
        print(json.dumps(measure(int(sys.argv[1]), int(sys.argv[2]))))
        return
    suffixes = (".gpkg", ".kml", ".geojson", ".fgb", ".parquet")
    print("| places, routes | seconds | most memory, MB | " + " | ".join(suffixes) + " (MB) |")
    print("|---|---|---|" + "---|" * len(suffixes))
    for places, routes in SIZES:
        told = subprocess.run(
            [sys.executable, __file__, str(places), str(routes)],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        found = json.loads(told.stdout)
        sizes = " | ".join(f"{found[suffix]:.1f}" for suffix in suffixes)
        print(
            f"| {places:,}, {routes:,} | {found['seconds']:.1f} | {found['most']:.0f} | {sizes} |"
        )


if __name__ == "__main__":
    main()
