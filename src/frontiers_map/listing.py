"""What is in an atlas, as a table for the terminal, JSON or CSV."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pandas as pd

from frontiers_map.atlas import Atlas, packaged_atlas, read
from frontiers_map.errors import one_line
from frontiers_map.tables import to_csv

__all__ = ["show"]

_COLUMNS = {
    "gates": ["id", "name_en", "kind", "group", "min_width_km", "closed_by_default"],
    "places": ["id", "name_en", "kind", "country", "lon", "lat"],
    "terminals": ["id", "name_en", "country", "kind", "status", "capacity_mtpa", "lon", "lat"],
    "sources": ["id", "title", "date", "kind"],
    "routes": ["id", "name_en", "from", "to", "via", "status", "share_pct"],
}


def show(layer: str, folder: Path | None, style: str) -> str:
    """List a layer of an atlas.

    Parameters
    ----------
    layer
        ``layers``, ``gates``, ``places``, ``terminals``, ``sources`` or ``routes``.
    folder
        Atlas folder; the packaged one if None.
    style
        ``table``, ``json`` or ``csv``.

    Raises
    ------
    AtlasError
        If the atlas has problems.
    """
    atlas = read(folder or packaged_atlas())
    frame = _layers(atlas) if layer == "layers" else _rows(atlas, layer)
    if style == "csv":
        return to_csv(frame).decode().replace("\r\n", "\n")
    if style == "json":
        rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
        return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"
    return _table(frame)


def _layers(atlas: Atlas) -> pd.DataFrame:
    frames = {name: value for name, value in vars(atlas).items() if isinstance(value, pd.DataFrame)}
    rows = [("routes" if name == "trades" else name, len(frame)) for name, frame in frames.items()]
    rows += [
        (name, len(getattr(atlas, name))) for name in ("scenarios", "chapters", "maps", "sheets")
    ]
    return pd.DataFrame(sorted(rows), columns=["layer", "rows"])


def _rows(atlas: Atlas, layer: str) -> pd.DataFrame:
    frame = pd.DataFrame(getattr(atlas, "trades" if layer == "routes" else layer))
    return frame[_COLUMNS[layer]]


def _table(frame: pd.DataFrame) -> str:
    cells = [[str(name) for name in frame.columns]]
    cells += [[_cell(value) for value in row] for row in frame.itertuples(index=False, name=None)]
    widths = [max(_width(row[n]) for row in cells) for n in range(len(frame.columns))]
    lines = []
    for row in cells:
        padded = (c + " " * (w - _width(c)) for c, w in zip(row, widths, strict=True))
        lines.append("  ".join(padded).rstrip())
    return "\n".join(lines) + "\n"


def _cell(value: Any) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, tuple):
        return ";".join(value)
    if isinstance(value, float):
        return f"{value:g}"
    text = one_line(str(value))
    return text if len(text) <= 60 else f"{text[:57]}..."


def _width(text: str) -> int:
    """Columns that a text takes in a terminal; wide East Asian characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
