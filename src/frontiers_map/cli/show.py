"""What is in an atlas, as a table for the terminal, JSON or CSV."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pandas as pd

from frontiers_map.atlas.atlas import Atlas, packaged_atlas, read
from frontiers_map.errors import CallError, one_line
from frontiers_map.language.text import told_in
from frontiers_map.outputs.tables import to_csv
from frontiers_map.voyages import vessels

__all__ = ["listed", "show"]

_COLUMNS = {
    "gates": ["id", "name", "kind", "group", "min_width_km", "closed_by_default"],
    "places": ["id", "name", "kind", "country", "lon", "lat"],
    "terminals": ["id", "name", "country", "kind", "status", "capacity_mtpa", "lon", "lat"],
    "sources": ["id", "title", "date", "kind"],
    "routes": ["id", "name", "from", "to", "via", "status", "share_pct"],
    "exposure": ["importer", "name", "moment", "exposed_mt", "exposed_pct", "halted_mt"],
    "ships": ["id", "kind", "draught_m", "beam_m", "length_m", "air_draught_m", "speed_kn"],
}


def show(layer: str, folder: Path | None, style: str, near: str | None = None) -> str:
    """List a layer of an atlas, ships, or harbours.

    Parameters
    ----------
    layer
        ``layers``, ``gates``, ``places``, ``terminals``, ``sources``, ``routes``, ``exposure``,
        ``ports`` or ``ships``.
    folder
        Atlas folder; the packaged one if None.
    style
        ``table``, ``json`` or ``csv``.
    near
        With ``ports``: ``lon,lat``, to list the ten nearest.

    Raises
    ------
    AtlasError
        If the atlas has problems.
    CallError
        If `near` is no position, or goes with another layer.
    """
    if near is not None and layer != "ports":
        raise CallError(f"--near goes with ports, not with {layer}")
    if layer == "ports":
        frame = _ports(near)
    else:
        folder = folder or packaged_atlas()
        if layer == "exposure":
            frame = _exposure(folder)
        else:
            atlas = read(folder)
            frame = _layers(atlas) if layer == "layers" else _rows(atlas, layer)
    return listed(frame, style)


def listed(frame: pd.DataFrame, style: str) -> str:
    """Write a table for the terminal, as ``table``, ``json`` or ``csv``."""
    if style == "csv":
        return to_csv(frame).decode().replace("\r\n", "\n")
    if style == "json":
        rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
        return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"
    return _table(frame)


def _ports(near: str | None) -> pd.DataFrame:
    from frontiers_map.voyages import ports

    rows: list[tuple[ports.Port, float | None]]
    if near is None:
        rows = [(port, None) for port in ports.packaged().all]
    else:
        from frontiers_map.voyages.ends import position

        rows = list(ports.packaged().near(*position(near)))
    frame = pd.DataFrame(
        [(port.id, port.name, port.country, port.lon, port.lat) for port, _ in rows],
        columns=["id", "name", "country", "lon", "lat"],
    )
    if near is not None:
        frame["km"] = [round(km, 1) for _, km in rows if km is not None]
    return frame


def _exposure(folder: Path) -> pd.DataFrame:
    """What passes each strait with none closed; the table of the build has the scenarios, too."""
    from frontiers_map.analysis.joins import load

    frame = load(folder).exposure
    mine = _some(frame[frame["scenario_id"] == ""], "exposure")
    return mine.sort_values("importer", kind="stable")


def _layers(atlas: Atlas) -> pd.DataFrame:
    frames = {name: value for name, value in vars(atlas).items() if isinstance(value, pd.DataFrame)}
    frames |= atlas.own
    rows = [("routes" if name == "trades" else name, len(frame)) for name, frame in frames.items()]
    rows += [
        (name, len(getattr(atlas, name))) for name in ("scenarios", "chapters", "maps", "sheets")
    ]
    return pd.DataFrame(sorted(rows), columns=["layer", "rows"])


def _rows(atlas: Atlas, layer: str) -> pd.DataFrame:
    if layer == "ships":
        return pd.DataFrame([vars(ship) for ship in vessels.classes(atlas.ships).values()])[
            _COLUMNS["ships"]
        ]
    if layer == "gates":
        from frontiers_map.voyages.closable import closable

        return _some(closable(atlas), layer)
    frame = pd.DataFrame(getattr(atlas, "trades" if layer == "routes" else layer))
    return _some(frame, layer)


def _some(frame: pd.DataFrame, layer: str) -> pd.DataFrame:
    """The columns of a layer that are listed, its name in the main language."""
    told = [*told_in("name", frame.columns).values()][:1]
    return frame[[one for name in _COLUMNS[layer] for one in (told if name == "name" else [name])]]


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
