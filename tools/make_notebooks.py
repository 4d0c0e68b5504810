"""Run the notebooks of examples/notebooks, and keep what they showed where it is small.

python tools/make_notebooks.py            run them and write what they show
python tools/make_notebooks.py --check    change nothing, leave with 1 if one shows otherwise

Words are compared to the letter, numbers within half a per cent, as in the gallery; tables by their
text, pictures only by being there. A live map is megabytes: a line says so in its stead.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from make_gallery import like
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from traitlets.config import Config

ROOT = Path(__file__).parents[1]
NOTEBOOKS = ROOT / "examples" / "notebooks"
MOST = 60_000
KEPT = ("text/plain", "text/html", "image/png")


def shown(output: Any) -> Any:
    """Give an output as it is kept: small, and the same whenever it is made."""
    if output.output_type == "stream":
        return output
    data = {kind: value for kind, value in output.data.items() if kind in KEPT}
    if len(data.get("text/html", "")) > MOST:
        size = len(data["text/html"]) / 1e6
        data = {"text/plain": f"(a live map of {size:.1f} MB: run the cell to see it)"}
    return nbformat.v4.new_output("display_data", data)


def run(path: Path) -> Any:
    """Run a notebook in an empty folder, and give it with what it showed."""
    book = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        # a kernel listens: on sockets of this user, not on ports of the machine
        config = Config({"KernelManager": {"transport": "ipc"}})
        with contextlib.chdir(folder):
            NotebookClient(book, timeout=300, coalesce_streams=True, config=config).execute()
        for cell in book.cells:
            cell.metadata = {}
            if cell.cell_type == "code":
                cell.execution_count = None
                # what is told on the way there hangs on the machine
                told = [o for o in cell.outputs if getattr(o, "name", "") != "stderr"]
                cell.outputs = [shown(output) for output in told]
                for output in cell.outputs:
                    if output.output_type == "stream":
                        output.text = output.text.replace(f"{os.path.realpath(folder)}/", "")
    book.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3",
                                    "language": "python"}}  # fmt: skip
    return book


def texts(book: Any) -> list[tuple[str, ...]]:
    """What each cell shows, as text: the kinds of outputs, then their words."""
    return [
        (
            " ".join("text" if o.output_type == "stream" else " ".join(sorted(o.data))
                     for o in cell.outputs),
            *(o.text if o.output_type == "stream" else o.data["text/plain"]
              for o in cell.outputs),
        )
        for cell in book.cells if cell.cell_type == "code"
    ]  # fmt: skip


def differs(path: Path, book: Any) -> str:
    """Say which cell shows other things than are kept, or nothing."""
    kept = texts(nbformat.read(path, as_version=4))
    for number, (old, new) in enumerate(zip(kept, texts(book), strict=True), 1):
        if len(old) != len(new) or not all(map(like, old, new)):
            return f"{path.name}: code cell {number} shows otherwise: {new}"
    return ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="change nothing")
    parser.add_argument("paths", nargs="*", type=Path, help="only these")
    given = parser.parse_args()
    check, wrong = given.check, []
    for path in given.paths or sorted(NOTEBOOKS.glob("*.ipynb")):
        try:
            book = run(path)
        except CellExecutionError as error:
            wrong.append(f"{path.name}: {error}")
            continue
        if check:
            wrong += filter(None, [differs(path, book)])
        else:
            nbformat.write(book, path)
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
