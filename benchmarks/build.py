"""How long a build takes, as ratios to what any geospatial Python program must pay first.

Each command runs in a fresh process, the commands in turn, and the median of the runs counts.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 7


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        output = str(Path(folder) / "output")
        tool = [sys.executable, "-m", "frontiers_map"]
        commands = {
            "import geopandas": [sys.executable, "-c", "import geopandas"],
            "frontiers-map --help": [*tool, "--help"],
            "frontiers-map build --only web": [*tool, "build", "-o", output, "--only", "web"],
            "frontiers-map validate": [*tool, "validate"],
        }
        for command in commands.values():
            seconds(command)
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(RUNS):
            for name, command in commands.items():
                times[name].append(seconds(command))
    base = statistics.median(times["import geopandas"])
    print(f"| command, warm, median of {RUNS} | seconds | ratio to `import geopandas` |")
    print("|---|---|---|")
    for name, runs in times.items():
        median = statistics.median(runs)
        print(f"| {name} | {median:.2f} | {median / base:.2f} |")


if __name__ == "__main__":
    main()
