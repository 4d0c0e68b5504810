"""Joined layers -> CSV tables for spreadsheets: UTF-8, units in the names, no formulas.

And all of them as one workbook.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import pandas as pd

from frontiers_map.atlas import fields
from frontiers_map.atlas.model import LAYERS
from frontiers_map.outputs import datapackage
from frontiers_map.outputs.workbook import Table, workbook

if TYPE_CHECKING:
    from frontiers_map.outputs.base import Files, RenderJob

__all__ = ["neutral", "render", "to_csv"]

_LAYERS = tuple(layer.id for layer in LAYERS.values() if layer.table)
_ROWS = {"scenarios": fields.LAYERS["scenario_routes"]}
EXCEL = (
    "UTF-8; in Excel open it by Data, From Text/CSV, and choose 65001: Unicode (UTF-8). An "
    "apostrophe stands before text that a spreadsheet would take for a formula"
)
# what Excel, LibreOffice or Google Sheets may take for the beginning of a formula
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
_ONE = r"[-+]?[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?"
_NUMBER = re.compile(f"{_ONE}(,{_ONE})?")  # or a position, which no spreadsheet calculates


def render(job: RenderJob) -> Files:
    """Make ``tables/<layer>.csv`` for every layer, one workbook, and what describes them."""
    atlas = job.atlas.unwrapped
    frames = {layer: getattr(atlas, layer) for layer in _LAYERS} | dict(atlas.own)
    if len(atlas.outages):
        frames["outages"] = atlas.outages
    if len(atlas.transits):
        frames["transits"] = atlas.transits
    names = {layer.id: layer.name.main for layer in atlas.settings.layers}
    frames["scenarios"] = atlas.scenario_routes
    made, sheets = [], []
    for name, frame in frames.items():
        flat = fields.flat(frame)
        says = _ROWS.get(name, fields.LAYERS.get(name) or names[name])
        sheets.append(Table(name, says, flat))
        values = {column: pd.Series(cells, dtype=object) for column, (_, cells) in flat.items()}
        made.append(
            datapackage.Resource(
                f"{name}.csv",
                to_csv(pd.DataFrame(values)),
                f"{says}. {EXCEL}",
                name,
                [field for field, _ in flat.values()],
            )
        )
    made.append(
        datapackage.Resource(
            "frontiers.xlsx", workbook(atlas, sheets), "All tables as one workbook, a sheet each"
        )
    )
    descriptor = datapackage.descriptor(atlas, "tables", made)
    made.append(datapackage.Resource("datapackage.json", descriptor, ""))
    return {f"tables/{one.path}": one.content for one in made}


def to_csv(frame: pd.DataFrame) -> bytes:
    """Write a table as CSV; points become lon and lat, other geometry is left out."""
    columns = [name for name in frame.columns if name != "geometry"]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([neutral(str(name)) for name in columns])
    for row in frame[columns].itertuples(index=False, name=None):
        writer.writerow([neutral(fields.cell(value)) for value in row])
    return out.getvalue().encode()


def neutral(cell: str) -> str:
    """Keep a spreadsheet from reading text as a formula (CWE-1236) by an apostrophe before it.

    Examples
    --------
    >>> neutral("=HYPERLINK(1)"), neutral("-5.2"), neutral("-74.0,40.4"), neutral("Rome")
    ("'=HYPERLINK(1)", '-5.2', '-74.0,40.4', 'Rome')
    """
    if not cell.startswith(_FORMULA) or _NUMBER.fullmatch(cell):
        return cell
    return f"'{cell}"
