"""Run the examples of docs/gallery.md and write below each what it printed.

python tools/make_gallery.py            write what has changed, pictures too
python tools/make_gallery.py --check    change nothing, leave with 1 if an example says otherwise

An example is a block of Python, after the two lines that the page begins with, or of shell. Each
runs in an empty folder. Words are compared to the letter, numbers within half a per cent, so that
a berth that moves by a pier makes no page stale; a picture may differ from the kept one as much as
letters do between two versions of Matplotlib.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from PIL import Image

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "gallery.md"
PICTURES = ROOT / "docs" / "pictures"
BLOCK = re.compile(
    r"^### (?P<title>.*?)\n(?P<words>.*?)^```(?P<kind>python|sh)\n(?P<code>.*?)^```\n"
    r"(?P<told>\n```text\n.*?^```\n|\n!\[[^\n]*\n)?",
    re.M | re.S,
)
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
MOST_LINES = 15


def shell(code: str) -> str:
    """Run a block in Bash, with the program of this interpreter, and give what it printed."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", code], text=True, encoding="utf-8",
        capture_output=True, check=False, env={**os.environ, "PATH": path, "COLUMNS": "100"},
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"exit code {done.returncode}: {done.stdout[-500:]}{done.stderr[-500:]}")
    return done.stdout


def python(code: str, known: dict[str, Any]) -> str:
    """Run a block with what the page begins with, and give what it printed."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(code, dict(known))
    return out.getvalue()


def tell(text: str) -> str:
    """Give what was printed as a block, without checksums, which change with every version."""
    lines = [line.rstrip() for line in re.sub(r"\b[0-9a-f]{64}\b", "…", text).splitlines()]
    told = "\n".join(lines).strip("\n")
    return f"\n```text\n{told}\n```\n" if told else ""


def like(one: str, other: str) -> bool:
    """Say whether two texts have the same words, and numbers within half a per cent."""
    words = [" ".join(re.sub(r"-{2,}|─+", "-", NUMBER.sub("#", text)).split())
             for text in (one, other)]  # fmt: skip
    if words[0] != words[1]:
        return False
    first, second = ([float(n.replace(",", "")) for n in NUMBER.findall(text)]
                     for text in (one, other))  # fmt: skip
    # a last digit may turn, too
    return all(abs(a - b) <= max(0.005 * abs(a), 1 if a > 20 else 0.1)
               for a, b in zip(first, second, strict=True))  # fmt: skip


def seen(picture: Path) -> np.ndarray:
    """A picture as shades of grey, small enough that single letters do not count."""
    return np.asarray(Image.open(picture).convert("L").resize((64, 64)), dtype=float)


def picture_of(made: Path, title: str, check: bool) -> tuple[str, str]:
    """Give the line that shows a picture, and what is wrong with the kept one if one only looks."""
    kept = PICTURES / f"gallery-{made.stem}.webp"
    if not check:
        with Image.open(made) as image:
            image.convert("RGB").save(kept, "WEBP", quality=80, method=6)
    elif not kept.exists():
        return "", f"{kept.name} is missing"
    elif (apart := float(np.abs(seen(made) - seen(kept)).mean())) > 4:
        return "", f"{kept.name} differs by {apart:.1f} of 255"
    return f"\n![{title}](pictures/{kept.name})\n", ""


def run(found: re.Match[str], known: dict[str, Any], check: bool) -> tuple[str, str]:
    """Run one example; give what ought to stand below it, and what is wrong."""
    code, here = found["code"], Path.cwd()
    if code.count("\n") > MOST_LINES:
        return "", f"longer than {MOST_LINES} lines"
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            said = shell(code) if found["kind"] == "sh" else python(code, known)
            told = tell(said.replace(f"{Path.cwd()}/", ""))
            for made in sorted(Path(folder).glob("*.png")):
                return picture_of(made, found["title"], check)
        except Exception as error:
            return "", f"{type(error).__name__}: {error}"
        finally:
            os.chdir(here)
    return told, "" if like(told, found["told"] or "") else f"now it says:\n{told}"


def main() -> int:
    """Run all examples, or those whose titles have the words that are given."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="change nothing")
    parser.add_argument("--times", action="store_true", help="say how long each takes")
    parser.add_argument("words", nargs="*", help="only examples whose title has one of these")
    given = parser.parse_args()
    mpl.use("agg")
    pd.set_option("display.width", 100, "display.max_columns", 20)
    page = PAGE.read_text("utf-8")
    known: dict[str, Any] = {}
    exec(re.search(r"^```python\n(.*?)^```", page, re.M | re.S)[1], known)
    wrong: list[str] = []

    def again(found: re.Match[str]) -> str:
        if given.words and not any(word in found["title"] for word in given.words):
            return found[0]
        start = time.perf_counter()
        told, trouble = run(found, known, given.check)
        if given.times:
            print(f"{time.perf_counter() - start:5.1f} s  {found['title']}", flush=True)
        failed = trouble and not trouble.startswith("now it says")
        if trouble and (given.check or failed):
            wrong.append(f"{found['title']}: {trouble}")
            return found[0]
        # what differs in nothing that counts stays as it is
        return found[0] if not trouble and found["told"] else _with(found, told)

    new = BLOCK.sub(again, page)
    if not given.check:
        PAGE.write_text(new, "utf-8")
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return int(bool(wrong))


def _with(found: re.Match[str], told: str) -> str:
    return found[0][: len(found[0]) - len(found["told"] or "")] + told


if __name__ == "__main__":
    sys.exit(main())
