"""A process that has imported the package, and forks for every line of `CommandLine.start`.

A run can be told to send itself a signal before the n-th change that it makes to the file system,
so that every moment of a build at which it could be cut off can be tried, and the same again.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import resource
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

from frontiers_map import cache
from frontiers_map.atlas.atlas import read
from frontiers_map.cli import commands
from frontiers_map.sea import packaged
from frontiers_map.sea.water import Coast
from frontiers_map.voyages import closable
from helpers import TINY

# What any command imports, reads of the package or makes of it is there before the first of them.
for name in (
    "builder", "analysis.joins", "atlas.starter", "cli.pairs", "cli.show", "outputs.gis.write",
    "outputs.sheets.headline", "outputs.sheets.worker", "outputs.tables", "outputs.web.page",
    "voyages.alternatives", "voyages.any_table", "voyages.pairs",
):  # fmt: skip
    importlib.import_module(f"frontiers_map.{name}")
_, baked = packaged.packaged()
if baked:
    packaged.harbours(baked.network)
Coast.load()
cache.code()
closable.with_gates(read(TINY))
# Children's collectors leave it alone: to look at it is to copy it.
gc.collect()
gc.freeze()

CHANGES = {
    "os.rename", "os.mkdir", "os.link", "os.symlink", "os.remove", "os.rmdir", "os.truncate",
    "shutil.rmtree", "shutil.copyfile", "ctypes.dlsym",
}  # fmt: skip


class Changes:
    """Counts changes to the file system below a folder, and sends the process a signal at one."""

    def __init__(self, folder: str, moment: int, number: int) -> None:
        self.folder, self.moment, self.signal = folder, moment, number
        self.count, self.log = 0, []
        sys.addaudithook(self)

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
            if not isinstance(arguments[2], int) or not arguments[2] & writing:
                return
        elif event not in CHANGES:
            return
        # names relative to an open folder are those of rmtree, which clears only what is ours
        relative = any(isinstance(part, int) and part > 2 for part in arguments[1:])
        inside = any(self.folder in os.fsdecode(p) for p in arguments if isinstance(p, str | bytes))
        clearing = relative and event in ("os.remove", "os.rmdir")
        swapping = event == "ctypes.dlsym" and "renameat2" in arguments
        if not (inside or clearing or swapping):
            return
        self.count += 1
        self.log.append(f"{event} {arguments[:2]}")
        if self.count == self.moment:
            os.kill(os.getpid(), self.signal)


def child(job: dict[str, Any]) -> int:
    os.chdir(job["cwd"])
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    for number, stream in ((1, "out"), (2, "err")):
        os.dup2(os.open(Path(job["streams"]) / stream, flags, 0o600), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.argv = ["frontiers-map", *job["argv"]]
    if job.get("largest_file"):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (job["largest_file"],) * 2)
    # a shell ignores it for what it starts in the background, and children inherit that
    signal.signal(signal.SIGINT, signal.default_int_handler)
    changes = None
    if job.get("watch"):
        number = job.get("signal", signal.SIGKILL)
        changes = Changes(job["watch"], job.get("signal_at", 0), number)
    try:
        commands.main()
    except SystemExit as error:
        code = error.code
    except BaseException:
        traceback.print_exc()
        code = 70
    sys.stdout.flush()
    sys.stderr.flush()
    if changes:
        (Path(job["streams"]) / "changes").write_text("\n".join(list(changes.log)))
    return code if isinstance(code, int) else int(code is not None)


for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        os._exit(child(json.loads(line)))
    print(pid, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
