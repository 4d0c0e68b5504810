"""What docs/your-own-atlas.md tells its reader to write and to run, in its order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from helpers import ROOT

PAGE = ROOT / "docs" / "your-own-atlas.md"
_STEP = re.compile(
    r"^(?:<!-- file: (?P<file>\S+) -->\n```\w+\n(?P<text>.*?)^```"
    r"|```console\n(?P<lines>.*?)^```)",
    re.M | re.S,
)


def steps(folder: Path) -> Iterator[list[str]]:
    """Write files into a folder as the page says, and give the words of each command to run there.

    The next files are written when the next command is asked for.
    """
    page = PAGE.read_text("utf-8")
    found = list(_STEP.finditer(page))
    assert len(found) == len(re.findall("^```[a-z]", page, re.M)), "a box that is no step"
    for step in found:
        if step["file"]:
            path = folder / step["file"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step["text"], "utf-8")
            continue
        for line in step["lines"].splitlines():
            first, *words = line.removeprefix("$ ").split()
            assert line.startswith("$ "), line
            assert first == "frontiers-map", line
            yield words
