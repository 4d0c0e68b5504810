"""A process that has imported the package, and forks for every line of `CommandLine.start`."""

from __future__ import annotations

import importlib
import json
import os
import sys
import traceback
from pathlib import Path

from frontiers_map import cli

for name in ("atlas", "build", "joins", "routing", "tables"):
    importlib.import_module(f"frontiers_map.{name}")


def child(job: dict[str, str]) -> int:
    os.chdir(job["cwd"])
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    for number, stream in ((1, "out"), (2, "err")):
        os.dup2(os.open(Path(job["streams"]) / stream, flags, 0o600), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.argv = ["frontiers-map", *job["argv"]]
    try:
        cli.main()
    except SystemExit as error:
        code = error.code
    except BaseException:
        traceback.print_exc()
        code = 70
    sys.stdout.flush()
    sys.stderr.flush()
    return code if isinstance(code, int) else int(code is not None)


for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        os._exit(child(json.loads(line)))
    print(pid, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
