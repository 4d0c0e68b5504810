"""Changes of an import -> text of the atlas folder's files, written if the result is an atlas."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from frontiers_map.atlas.atlas import read
from frontiers_map.atlas.writing import put
from frontiers_map.errors import AtlasError, Problem
from frontiers_map.outputs.gis.roundtrip import text_patch
from frontiers_map.outputs.gis.roundtrip.compare import Change, Comparison, as_written

__all__ = ["check", "write"]


def check(comparison: Comparison) -> dict[str, str]:
    """Read and check the atlas as it would be with the changes.

    Returns
    -------
    dict of str to str
        New text of every file that changes.

    Raises
    ------
    AtlasError
        If the atlas would have problems with the changes.
    """
    texts = _patched(comparison)
    with tempfile.TemporaryDirectory(prefix="frontiers-map-") as name:
        trial = Path(name) / "atlas"
        shutil.copytree(comparison.folder, trial)
        for file, text in texts.items():
            (trial / file).write_bytes(text.encode())
        try:
            read(trial)
        except AtlasError as error:
            shown = str(comparison.folder)
            raise AtlasError(
                Problem(p.file.replace(str(trial), shown), p.line, p.feature, p.field, p.text)
                for p in error.problems
            ) from None
    return texts


def write(comparison: Comparison) -> list[Path]:
    """Write the changes into the atlas folder, after the changed atlas was read and checked.

    Returns
    -------
    list of Path
        The files that were changed.

    Raises
    ------
    AtlasError
        If the atlas would have problems with the changes; nothing is written then.
    """
    texts = {comparison.folder / file: text for file, text in check(comparison).items()}
    put(texts)
    return list(texts)


def _patched(comparison: Comparison) -> dict[str, str]:
    """New text of every file that changes."""
    texts: dict[str, str] = {}
    for file in dict.fromkeys(change.file for change in comparison.changes):
        text = (comparison.folder / file).read_bytes().decode()
        mine = [change for change in comparison.changes if change.file == file]
        cells = _by_row(change for change in mine if change.kind == "value")
        if file.endswith(".csv"):
            shown = {name: {k: c.new for k, c in row.items()} for name, row in cells.items()}
            text = text_patch.patch_csv(text, shown)
            for change in mine:
                if change.kind == "new":
                    text = text_patch.append_csv_row(text, change.value)
        else:
            values = {name: {k: _plain(c) for k, c in row.items()} for name, row in cells.items()}
            shapes = {c.id: _drawn(c.value.geometry) for c in mine if c.kind == "geometry"}
            text = text_patch.patch_geojson(text, values, shapes)
        texts[file] = text
    _move_notes(comparison, texts)
    return texts


def _by_row(changes: Iterable[Change]) -> dict[str, dict[str, Change]]:
    rows: dict[str, dict[str, Change]] = {}
    for change in changes:
        rows.setdefault(change.id, {})[change.field] = change
    return rows


def _plain(change: Change) -> Any:
    value = change.value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return "" if value is None else value


def _drawn(geometry: BaseGeometry) -> str:
    """A geometry as JSON, as tightly as people write it."""
    document = json.loads(shapely.to_geojson(geometry))
    coordinates = json.dumps(_tight(document["coordinates"]), separators=(",", ":"))
    return f'{{"type": "{document["type"]}", "coordinates": {coordinates}}}'


def _tight(value: Any) -> Any:
    if isinstance(value, list):
        return [_tight(item) for item in value]
    return int(value) if float(value).is_integer() else value


def _move_notes(comparison: Comparison, texts: dict[str, str]) -> None:
    """Notes on the edges of a region sit on its vertices and go with them."""
    file = "region_edges.csv"
    path = comparison.folder / file
    moves: dict[tuple[str, ...], dict[str, str]] = {}
    for change in comparison.changes:
        if change.layer == "regions" and change.kind == "geometry":
            for old, new in change.value.moved:
                cells = [as_written(number) for number in (*old, *new)]
                moves[(change.id, *cells[:2])] = {"lon": cells[2], "lat": cells[3]}
    if moves and path.exists():
        before = path.read_bytes().decode()
        after = text_patch.patch_csv_where(before, moves, ("region", "lon", "lat"))
        if after != before:
            texts[file] = after
