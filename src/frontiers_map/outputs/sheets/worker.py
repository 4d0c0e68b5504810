"""A process that draws sheets: told which by a line of JSON, answers with a line when done."""

from __future__ import annotations

import io
import json
import pickle
import sys
import traceback
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas
    from frontiers_map.outputs.sheets.paper.page import Page

__all__ = ["main", "make"]


def make(atlas: JoinedAtlas, job: Mapping[str, Any]) -> bytes:
    """Draw a sheet or a handout and give its files in one archive of fixed bytes.

    Raises
    ------
    FrontiersMapError
        If it cannot be drawn, in one line that names it; a CallError if the input is why.
    """
    from frontiers_map.errors import CallError, FrontiersMapError
    from frontiers_map.outputs.sheets.map import basemap

    what = f"{job['name']} ({job['language']})"
    try:
        with atlas.speaking(), basemap.finer(atlas.coasts):
            return _made(atlas, job)
    except CallError as error:
        raise CallError(f"sheet {what}: {error}") from error
    except FrontiersMapError as error:
        raise FrontiersMapError(f"sheet {what}: {error}") from error
    except Exception as error:
        raise FrontiersMapError(
            f"sheet {what} could not be drawn: {type(error).__name__}: {error}"
        ) from error


def _made(atlas: JoinedAtlas, job: Mapping[str, Any]) -> bytes:
    from frontiers_map.outputs.sheets.kinds import registry
    from frontiers_map.outputs.sheets.paper import inspect

    language = job["language"]
    if job["sheet"] < 0:
        from frontiers_map.outputs.sheets.kinds import handout

        document, left_out, faults = handout.draw(atlas, language)
        return _archive({"pdf": document, "notes.json": _told(left_out, [], faults)})
    sheet = registry.sheets_of(atlas)[job["sheet"]]
    made = registry.draw(atlas, sheet, language)
    page, title = made.page, sheet.title.get(language)
    deck = ". ".join(filter(None, (made.headline, sheet.deck.get(language))))
    faults = inspect.inspect(page).details
    contents = {
        "png": page.png(),
        "svg": page.svg(title, deck, language),
        "pdf": page.pdf(title, deck),
        "notes.json": _told(made.trouble, [*made.notes, *_shortened(page)], faults),
    }
    return _archive(contents)


def _shortened(page: Page) -> list[str]:
    """Tell the texts that end in an ellipsis."""
    texts = ", ".join(dict.fromkeys(page.shortened))
    return [f"shortened for want of room: {texts}"] if texts else []


def _told(left_out: list[str], notes: list[str], faults: list[str]) -> bytes:
    told = {"left_out": left_out, "notes": notes, "faults": faults}
    return json.dumps(told, ensure_ascii=False).encode()


def _archive(contents: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(contents):
            packing = zipfile.ZIP_DEFLATED if name in ("svg", "notes.json") else zipfile.ZIP_STORED
            archive.writestr(zipfile.ZipInfo(name), contents[name], packing, 6)
    return out.getvalue()


def main() -> None:
    """Serve until the caller closes our input."""
    from frontiers_map.errors import CallError, FrontiersMapError

    with Path(sys.argv[1]).open("rb") as file:
        atlas, jobs = pickle.load(file)  # written by our own parent a moment ago
    for line in sys.stdin:
        asked = json.loads(line)
        problem, asked_wrong, trace = "", False, ""
        try:
            Path(asked["out"]).write_bytes(make(atlas, jobs[asked["number"]]))
        except FrontiersMapError as error:
            problem, asked_wrong = str(error), isinstance(error, CallError)
            trace = traceback.format_exc()
        told = {"problem": problem, "asked_wrong": asked_wrong, "trace": trace}
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
