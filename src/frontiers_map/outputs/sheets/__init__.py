"""Print sheets from the same layers, palette and joins as the page: PNG, SVG, PDF, and a handout.

`render` makes every sheet that the atlas defines, in every language, in parallel processes; a
sheet whose inputs did not change is taken from the cache.
"""

from __future__ import annotations

import io
import json
import os
import pickle
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from frontiers_map.cache import Cache, content_key
from frontiers_map.errors import CallError, FrontiersMapError
from frontiers_map.geo import land
from frontiers_map.outputs.sheets.kinds.registry import ids_of, sheets_of

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas
    from frontiers_map.outputs.base import Files, RenderJob

__all__ = ["render"]


def render(job: RenderJob) -> Files:
    """Make ``print/<sheet>-<language>.{png,svg,pdf}`` and the handout, ``story-<language>.pdf``.

    Raises
    ------
    FrontiersMapError
        If a sheet cannot be drawn, or if a text on one lies over another or leaves its frame.
    """
    atlas, cache, scratch, notes = job.atlas, job.cache, job.scratch, job.notes
    definitions = {sheet.id: sheet.model_dump_json() for sheet in sheets_of(atlas)}
    numbers = {name: number for number, name in enumerate(definitions)}
    tasks = [
        {
            "sheet": numbers.get(name, -1),
            "name": name,
            "language": language,
            "key": _key(atlas, definitions.get(name, name), language),
        }
        for name in ids_of(atlas)
        if not job.chosen or name in job.chosen
        for language in job.spoken
    ]
    done: dict[int, bytes] = {}
    for number, task in enumerate(tasks):
        stored = cache.get(str(task["key"]))
        if stored is not None:
            done[number] = stored
    missing = [number for number in range(len(tasks)) if number not in done]
    if missing:
        done |= _make(atlas, tasks, missing, scratch, job.progress, cache)
    made: dict[str, bytes | Path] = {}
    faults: list[str] = []
    folder = scratch / "print"
    folder.mkdir(parents=True, exist_ok=True)
    for number, task in enumerate(tasks):
        with zipfile.ZipFile(io.BytesIO(done[number])) as archive:
            for name in archive.namelist():
                if name == "notes.json":
                    told = json.loads(archive.read(name))
                    faults += [f"{task['name']} ({task['language']}): {f}" for f in told["faults"]]
                    notes += _notes(
                        f"print/{task['name']}-{task['language']}", told["left_out"], told["notes"]
                    )
                    continue
                path = folder / f"{task['name']}-{task['language']}.{name}"
                path.write_bytes(archive.read(name))
                made[f"print/{path.name}"] = path
    if faults:
        raise FrontiersMapError(
            f"print would not be readable: sheet {'; sheet '.join(faults)}. "
            "Larger paper, fewer layers or shorter texts in maps.toml help"
        )
    return made


def _notes(sheet: str, left_out: list[str], told: list[str]) -> list[str]:
    """What a person should know of a sheet, and a line of the names that it leaves out."""
    notes = [f"{sheet}: {one}" for one in told]
    if left_out:
        names = ", ".join(dict.fromkeys(left_out))
        notes.append(f"{sheet}: left out for want of room: {names}")
    return notes


def _key(atlas: JoinedAtlas, what: str, language: str) -> str:
    """Hash all that a sheet is made from: data and definition; the cache adds the code."""
    return content_key("sheet", what, language, dict(atlas.inputs), land.fingerprint())


def _make(
    atlas: JoinedAtlas,
    jobs: Sequence[Mapping[str, Any]],
    missing: Sequence[int],
    scratch: Path,
    progress: Callable[[str], None],
    cache: Cache,
) -> dict[int, bytes]:
    """Draw the missing sheets, in as many worker processes as there are cores."""
    cores = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    count = min(cores, len(missing))
    if count < 2:
        from frontiers_map.outputs.sheets import worker

        made = {}
        for number in missing:
            made[number] = worker.make(atlas, jobs[number])
            cache.put(jobs[number]["key"], made[number])
            progress(f"print/{jobs[number]['name']}-{jobs[number]['language']}")
        return made
    scratch.mkdir(parents=True, exist_ok=True)
    parcel = scratch / "atlas.pickle"
    parcel.write_bytes(pickle.dumps((atlas, list(jobs))))
    workers = [_start(parcel) for _ in range(count)]
    free = list(workers)

    def run(number: int) -> tuple[int, bytes]:
        worker_ = free.pop()
        try:
            return number, _ask(worker_, number, jobs[number], scratch)
        finally:
            free.append(worker_)

    made = {}
    try:
        with ThreadPoolExecutor(count) as pool:
            for number, content in pool.map(run, missing):
                made[number] = content
                cache.put(jobs[number]["key"], content)
                progress(
                    f"print/{jobs[number]['name']}-{jobs[number]['language']} "
                    f"({len(made)} of {len(missing)})"
                )
    finally:
        for process in workers:
            assert process.stdin is not None
            assert process.stdout is not None
            with suppress(BrokenPipeError):
                process.stdin.close()
            process.stdout.close()
            process.wait()
        parcel.unlink(missing_ok=True)
    return made


def _start(parcel: Path) -> subprocess.Popen[str]:
    """Start a worker: a process of its own, so that a caller's script needs no main guard."""
    return subprocess.Popen(
        [sys.executable, "-m", "frontiers_map.outputs.sheets.worker", str(parcel)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


class _InWorker(Exception):  # no error of its own, but where one came from
    """The traceback of another process, for --debug."""


def _ask(
    process: subprocess.Popen[str], number: int, job: Mapping[str, Any], scratch: Path
) -> bytes:
    out = scratch / f"sheet-{number}.zip"
    stdin: IO[str] | None = process.stdin
    assert stdin is not None
    assert process.stdout is not None
    stdin.write(json.dumps({"number": number, "out": str(out)}) + "\n")
    stdin.flush()
    answer = process.stdout.readline()
    if not answer:
        raise FrontiersMapError(
            f"sheet {job['name']} ({job['language']}): its process ended with code {process.wait()}"
        )
    told = json.loads(answer)
    if told["problem"]:
        kind = CallError if told["asked_wrong"] else FrontiersMapError
        raise kind(told["problem"]) from _InWorker("\n" + told["trace"])
    content = out.read_bytes()
    out.unlink()
    return content
