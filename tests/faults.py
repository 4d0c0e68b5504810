"""Fail every call to the system that a build makes, one at a time, and look at what is left.

python tests/faults.py --seed 1                every call of a build of tables, some of all parts

A build is watched by strace, which then lets one call fail (full disk, faulty disk, no right,
read-only, too many files), or kills the process there. After each, the output must be the old one
whole or the new one whole, told in one line, and the next build must make what it always makes,
from the cache as it was left.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from frontiers_map.builder import build
from frontiers_map.cache import FolderCache
from frontiers_map.cli import commands
from helpers import TINY, Result, digests, manifest_problems

ERRORS = ("ENOSPC", "EIO", "EACCES", "EROFS", "EMFILE")
CALLS = (
    "open", "openat", "creat", "write", "pwrite64", "writev", "pwritev", "ftruncate", "fallocate",
    "fsync", "fdatasync", "rename", "renameat", "renameat2", "mkdir", "mkdirat", "unlink",
    "unlinkat", "rmdir", "link", "linkat", "symlink", "symlinkat", "chmod", "fchmod", "fchmodat",
    "utimensat", "flock", "fcntl", "close", "copy_file_range", "sendfile", "read", "pread64",
    "getdents64", "newfstatat", "fstat", "mmap", "lseek",
)  # fmt: skip
# what a call that only looks or closes gives back is not for us to tell
LOOKING = {"close", "fcntl", "newfstatat", "fstat", "mmap", "lseek"}


@dataclass(frozen=True)
class Call:
    """The n-th call of a name, and what it was on."""

    name: str
    number: int
    text: str


class Harness:
    """A folder with an atlas, an output of an earlier state of it, and what a build makes of both.

    Builds are forked from this process, which has made one itself: what is read only once is read.
    """

    def __init__(self, folder: Path, parts: tuple[str, ...]) -> None:
        self.folder = folder
        self.arguments = ["build", "atlas", "-o", "output"]
        self.arguments += [word for part in parts for word in ("--only", part)]
        self.streams = folder / "streams"
        for name in ("cache", "streams", "tmp"):
            (folder / name).mkdir()
        os.environ |= {"TMPDIR": str(folder / "tmp"), "XDG_CACHE_HOME": str(folder / "cache")}
        tempfile.tempdir = None
        shutil.copytree(TINY, folder / "atlas")
        build(
            folder / "atlas", folder / "warm", only=parts, cache=FolderCache(folder / "warm-cache")
        )
        self.build()
        (folder / "output" / "mine.txt").write_text("mine")
        self.before = digests(folder / "output")
        shutil.copytree(folder / "output", folder / "kept")
        shutil.copytree(folder / "cache", folder / "kept-cache")
        path = folder / "atlas" / "places.csv"
        path.write_text(path.read_text("utf-8").replace("Suva", "Suva City"), "utf-8")
        self.build()
        self.after = digests(folder / "output")
        assert self.before != self.after

    def build(self) -> None:
        done = self.end(self.begin())
        assert done.code == 0, done.err

    def begin(self, fifo: Path | None = None) -> int:
        """Fork a build, which waits until somebody opens `fifo`."""
        pid = os.fork()
        if pid:
            return pid
        try:
            os.chdir(self.folder)
            for number, stream in ((1, "out"), (2, "err")):
                flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
                os.dup2(os.open(self.streams / stream, flags, 0o600), number)
            if fifo:
                fifo.read_bytes()
            try:
                commands.main(self.arguments)
                code = 0
            except SystemExit as error:
                code = int(error.code or 0)
            sys.stdout.flush()
            sys.stderr.flush()
        except BaseException:
            traceback.print_exc()
            code = 70
        os._exit(code)

    def end(self, pid: int) -> Result:
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        out, err = ((self.streams / name).read_text("utf-8") for name in ("out", "err"))
        return Result(code, out, err)

    def restore(self) -> None:
        for path in self.folder.glob(".frontiers-map-*"):
            shutil.rmtree(path)
        for name, kept in (("output", "kept"), ("cache", "kept-cache")):
            shutil.rmtree(self.folder / name, ignore_errors=True)
            shutil.copytree(self.folder / kept, self.folder / name)
        for path in (self.folder / "tmp").iterdir():
            if path.is_dir():
                shutil.rmtree(path)

    def run(self, *inject: str) -> tuple[Result, list[str]]:
        """Run a build under strace; give how it ended, and the lines of the trace."""
        trace, fifo = self.streams / "trace", self.streams / "go"
        for path in (trace, fifo):
            path.unlink(missing_ok=True)
        os.mkfifo(fifo)
        pid = self.begin(fifo)
        watcher = subprocess.Popen(
            ["strace", "-f", "-y", "-s", "80", "-o", str(trace), "-e", f"trace={','.join(CALLS)}",
             *inject, "-p", str(pid)],
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert watcher.stderr
        line = watcher.stderr.readline()
        assert "attached" in line, line
        with fifo.open("w"):
            pass
        done = self.end(pid)
        watcher.communicate(timeout=100)
        return done, trace.read_text("utf-8", "replace").splitlines()

    def calls(self) -> list[Call]:
        """Every call of a build that is on our folders."""
        self.restore()
        done, lines = self.run()
        assert done.code == 0, done.err
        count: Counter[tuple[str, str]] = Counter()
        found = []
        for line in lines:
            match = re.match(r"(\d+) +(\w+)\((.*)", line)
            if not match:
                continue
            thread, name, text = match.groups()
            count[thread, name] += 1
            text = text.replace(f"AT_FDCWD<{self.folder}>", "here")
            if str(self.streams) in text:
                continue
            if str(self.folder) in text or '"atlas' in text or '"output' in text:
                found.append(Call(name, count[thread, name], text[:200]))
        return found

    def check(self, done: Result, *, killed: bool) -> list[str]:
        """Say what is wrong after a build that was let down."""
        wrong = []
        output = self.folder / "output"
        found = digests(output) if output.exists() else {}
        if found not in (self.before, self.after):
            wrong.append(f"TORN: {sorted(set(found.items()) ^ set(self.before.items()))[:5]}")
        if not killed:
            lines = done.err.splitlines()
            if done.code == 0 and found != self.after:
                wrong.append("said it was done, and was not")
            if done.code == 0 and not lines:
                wrong.append("kept files are not told")
            if done.code not in (0, 1, 2):
                wrong.append(f"code {done.code}")
            if "Traceback" in done.err or "Exception ignored" in done.err:
                wrong.append("traceback")
            if done.code == 2 and len(lines) - ("nothing was written" in done.err) != 1:
                wrong.append(f"{len(lines)} lines")
            if done.code == 1:
                wrong.append("our fault")
        again = self.end(self.begin())
        left = [path.name for path in self.folder.glob(".frontiers-map-*")]
        if again.code or digests(output) != self.after or left:
            wrong.append(f"the next build: {again.code} {again.err} {left}")
        if manifest_problems(output) not in ([], [f"mine.txt: {self.before['mine.txt']} None"]):
            wrong.append(f"{manifest_problems(output)}")
        return wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=0, help="trials; 0: every call, every error")
    parser.add_argument("--parts", default="tables")
    parser.add_argument("--looking", action="store_true", help="also calls that only look")
    asked = parser.parse_args()
    if shutil.which("strace") is None:
        sys.exit("needs strace")
    with tempfile.TemporaryDirectory() as name:
        harness = Harness(Path(name).resolve(), tuple(asked.parts.split(",")))
        calls = harness.calls()
        kinds = Counter(call.name for call in calls)
        print(f"{len(calls)} calls on our folders: {dict(kinds)}", flush=True)
        trials = [
            (call, how)
            for call in calls
            if asked.looking or call.name not in LOOKING
            for how in (*ERRORS, "KILL")
        ]
        lot = random.Random(asked.seed)
        lot.shuffle(trials)
        if asked.count:
            trials = trials[: asked.count]
        tried: Counter[str] = Counter()
        codes: Counter[int] = Counter()
        told: Counter[str] = Counter()
        bad = 0
        start = time.monotonic()
        for number, (call, how) in enumerate(trials):
            harness.restore()
            action = "signal=KILL" if how == "KILL" else f"error={how}"
            done, lines = harness.run("-e", f"inject={call.name}:{action}:when={call.number}")
            tried[how] += 1
            codes[done.code] += 1
            told[re.sub(r"[0-9a-f]{16,}", "…", (done.err.splitlines() or [""])[-1])] += 1
            wrong = harness.check(done, killed=how == "KILL")
            if wrong:
                bad += 1
                hit = next((line for line in lines if "INJECTED" in line), "")
                print(f"{call.name} {call.number} {how}: {wrong}\n   {hit[:300] or call.text}")
                print(f"   {done.code} {done.err[-600:]!r}", flush=True)
            if number % 100 == 99:
                print(
                    f"{number + 1} tried, {bad} bad, {time.monotonic() - start:.0f} s", flush=True
                )
        print(f"seed {asked.seed}: tried {sum(tried.values())} {dict(tried)}, codes {dict(codes)}")
        for text, count in told.most_common():
            print(f"{count:6d}  {text}")
        print(f"{bad} wrong")
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
