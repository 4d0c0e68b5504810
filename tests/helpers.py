"""What several tests share: the folders, a real command line, checksums of a folder."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
ATLASES = ROOT / "tests" / "atlases"
TINY = ATLASES / "tiny"
BROKEN = ATLASES / "broken"
GEODATA = ROOT / "geodata"
BALTIC = ROOT / "examples" / "baltic"

NOTES = {"why.txt", "expected.txt", "absent.txt"}


def overlay(case: Path, target: Path, base: Path = TINY) -> Path:
    """Copy `base` to `target` and lay the files of `case` over it."""
    shutil.copytree(base, target)
    absent = case / "absent.txt"
    for name in absent.read_text("utf-8").split() if absent.exists() else ():
        (target / name).unlink()
    for item in sorted(case.iterdir()):
        place = target / item.name
        if item.name in NOTES:
            continue
        place.unlink(missing_ok=True)
        if item.is_symlink():
            place.symlink_to(item.readlink())
        elif item.is_dir():
            shutil.copytree(item, place)
        else:
            shutil.copyfile(item, place)
    return target


def digests(folder: Path) -> dict[str, str]:
    """Name and sha256 of every file in a folder; links and empty folders by what they are."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = f"-> {path.readlink()}"
        elif path.is_file():
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
        elif not any(path.iterdir()):
            found[name] = "empty folder"
    return found


def manifest_problems(output: Path) -> list[str]:
    """Say where the files of an output folder and its manifest differ."""
    manifest = json.loads((output / "manifest.json").read_text("utf-8"))
    listed = {name: value for part in manifest["outputs"].values() for name, value in part.items()}
    there = {name: value for name, value in digests(output).items() if name != "manifest.json"}
    names = sorted(listed.keys() | there.keys())
    return [f"{n}: {there.get(n)} {listed.get(n)}" for n in names if there.get(n) != listed.get(n)]


def build_pages(atlas: Path, folder: Path, **how: Any) -> None:
    """Build the pages of an atlas, and nothing else, into a folder that is there."""
    import frontiers_map as fm
    from frontiers_map.cache import user_cache

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fm.build(atlas, folder / "output", only=["web"], cache=user_cache(), **how)
    for page in (folder / "output").glob("*.html"):
        shutil.move(page, folder / page.name)


@dataclass(frozen=True)
class Result:
    """How a run of the command line ended."""

    code: int
    out: str
    err: str


@dataclass
class CommandLine:
    """Runs `frontiers-map` in processes of their own, with a cache apart from the user's.

    On Linux the processes are forked from one that has imported the package already, which
    saves a second each; everything else is as on a terminal.
    """

    cache: Path
    streams: Path
    _server: subprocess.Popen[str] | None = field(default=None, repr=False)

    def environment(self, **more: str) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "COV"))}
        kept |= {"XDG_CACHE_HOME": str(self.cache), "PYTHONUTF8": "1", "COLUMNS": "100"}
        return kept | more

    def fresh(
        self, *arguments: str | Path, cwd: Path, before: Sequence[str] = (), **env: str
    ) -> Result:
        """Run it as a shell would: a new interpreter, started by the words `before`."""
        script = Path(sys.executable).with_name("frontiers-map")
        done = subprocess.run(
            [*before, str(script), *map(str, arguments)],
            cwd=cwd,
            env=self.environment(**env),
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        return Result(done.returncode, done.stdout, done.stderr)

    def __call__(self, *arguments: str | Path, cwd: Path) -> Result:
        """Run it; on Linux by forking."""
        if sys.platform != "linux":
            return self.fresh(*arguments, cwd=cwd)
        run = self.start(*arguments, cwd=cwd)
        return run.wait()

    def start(self, *arguments: str | Path, cwd: Path, **how: str | int) -> Run:
        """Begin a run that can be killed; Linux only (`how`: see forking.py)."""
        if self._server is None or self._server.poll() is not None:
            self._server = subprocess.Popen(
                [sys.executable, str(Path(__file__).with_name("forking.py"))],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                cwd=ROOT,
                env=self.environment(),
            )
        streams = Path(tempfile.mkdtemp(dir=self.streams))
        job = {"argv": [*map(str, arguments)], "cwd": str(cwd), "streams": str(streams), **how}
        assert self._server.stdin
        assert self._server.stdout
        self._server.stdin.write(json.dumps(job) + "\n")
        self._server.stdin.flush()
        pid = int(self._server.stdout.readline())
        return Run(self._server, pid, streams)

    def close(self) -> None:
        if self._server is not None:
            assert self._server.stdin
            assert self._server.stdout
            self._server.stdin.close()
            self._server.wait(30)
            self._server.stdout.close()


@dataclass(frozen=True)
class Run:
    """A run of the command line that goes on."""

    server: subprocess.Popen[str]
    pid: int
    streams: Path

    def wait(self) -> Result:
        """Wait for its end; the code is negative if a signal ended it."""
        assert self.server.stdout
        code = int(self.server.stdout.readline())
        out, err = ((self.streams / name).read_text("utf-8") for name in ("out", "err"))
        return Result(code, out, err)
