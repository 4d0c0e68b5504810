"""Pairs by the million in one process, on workers, and with one of them killed: one digest.

    python benchmarks/cluster.py [ROWS [PORTS]]

Writes pairs among known ports into a temporary folder, answers them each way in turn, and prints
rows a second, the most memory that the command and that any one of its workers had, and the digest.
Leaves with code 1 if two digests differ.
"""

from __future__ import annotations

import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from frontiers_map.voyages import ports

BIN = Path(sys.executable).parent
GROUP = 250_000


def write_pairs(path: Path, rows: int, among: int) -> None:
    """Write pairs of UN/LOCODEs by lot."""
    known = sorted(port.id for port in ports.packaged().all if not port.id.startswith("WPI"))
    codes = np.array(random.Random(1).sample(known, among))
    lot = np.random.default_rng(7)
    schema = pa.schema({"from": pa.string(), "to": pa.string(), "teu": pa.int64()})
    with pq.ParquetWriter(path, schema) as writer:
        for begin in range(0, rows, GROUP):
            many = min(GROUP, rows - begin)
            one, two = (codes[lot.integers(0, among, many)] for _ in range(2))
            writer.write_table(pa.table([one, two, lot.integers(1, 20_000, many)], schema=schema))


def measured(path: Path, folder: Path, *more: str, kill: int = 0) -> str:
    """Run the command, kill a worker in the middle if asked to, print what it took."""
    start = time.perf_counter()
    words = [str(BIN / "frontiers-map"), "route", "--pairs", str(path), "-o", str(folder), *more]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    running = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    if kill:
        while running.poll() is None and len(list(folder.glob("part-*"))) < 2:
            time.sleep(0.2)
        os.kill(kill, 9)
    most = 0.0
    while running.poll() is None:  # what it prints at the end is one line
        with suppress(OSError, TypeError):
            most = max(most, peak_mb(running.pid))
        time.sleep(0.5)
    out = running.communicate()[0]
    took = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    found = re.search(r"^([\d,]+) rows .* sha256 (\w+)$", out, re.M)
    if found is None:
        raise SystemExit(f"no answer: {out}")
    rows = int(found[1].replace(",", ""))
    print(
        f"{took:8.0f} s, {cpu:.0f} s of processors, {rows / took:,.0f} rows/s, the command at most "
        f"{most:,.0f} MB, {found[2][:16]}",
        flush=True,
    )
    return found[2]


def peak_mb(pid: int) -> float:
    """Most memory that a running process had; 0 of one that has just ended."""
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


@contextmanager
def from_the_shell(port: int) -> Iterator[tuple[str, list[int]]]:
    """Start a scheduler and two workers as one does from a shell."""
    address = f"tcp://127.0.0.1:{port}"
    dask = str(BIN / "dask")
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    begun = [subprocess.Popen([dask, "scheduler", "--port", str(port), "--no-dashboard"], **quiet)]
    worker = [dask, "worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
    begun += [subprocess.Popen(worker, **quiet) for _ in range(2)]
    try:
        yield address, [one.pid for one in begun[1:]]
        alive = [f"{peak_mb(one.pid):,.0f} MB" for one in begun if one.poll() is None]
        print("         scheduler and workers at most:", ", ".join(alive), flush=True)
    finally:
        for one in begun:
            one.kill()
            one.wait()


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    among = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    digests = set()
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        pairs = base / "pairs.parquet"
        write_pairs(pairs, rows, among)
        print(f"{rows:,} pairs among {among:,} ports, {pairs.stat().st_size / 1e6:,.0f} MB")
        print("one process", flush=True)
        digests.add(measured(pairs, base / "one"))
        print("two workers of its own", flush=True)
        digests.add(measured(pairs, base / "two", "--scheduler", "2"))
        print("two workers from the shell, one of them killed", flush=True)
        with from_the_shell(18790) as (address, workers):
            more = ("--scheduler", address)
            digests.add(measured(pairs, base / "shell", *more, kill=workers[0]))
    if len(digests) > 1:
        raise SystemExit("digests differ")


if __name__ == "__main__":
    main()
