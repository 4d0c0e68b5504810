"""Tables for spreadsheets: nothing is taken for a formula, everything else comes back."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point

from frontiers_map.atlas import fields
from frontiers_map.atlas.atlas import read
from frontiers_map.outputs.tables import neutral, to_csv
from frontiers_map.outputs.workbook import Table, workbook
from helpers import TINY

# what Excel, LibreOffice and Google Sheets may take for the beginning of a formula (OWASP)
TRIGGERS = tuple("=+-@\t\r\n＝＋－＠")


def is_number(text: str) -> bool:
    return re.fullmatch(r"[-+]?[0-9.]+(e[-+]?[0-9]+)?", text, re.IGNORECASE) is not None


@given(st.text(max_size=12) | st.builds(str.__add__, st.sampled_from(TRIGGERS), st.text()))
def test_no_cell_is_taken_for_a_formula(cell: str) -> None:
    safe = neutral(cell)
    assert safe in (cell, f"'{cell}")
    assert is_number(safe) or not safe.startswith(TRIGGERS)


@pytest.mark.parametrize(
    "cell",
    ["=1+1", '=HYPERLINK("http://evil.example","click")', "+1+cmd|' /C calc'!A0", "@SUM(A1)",
     "-2+3", "\t=1", "\r=1", "\n=1", "＝1+1", "-inf", "+nan", "-1_0"],
)  # fmt: skip
def test_formulas_are_neutralised(cell: str) -> None:
    assert neutral(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Rome", "-5.2", "+5", "-1e-3", "a=b", " =1", "−5", "'=1"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert neutral(cell) == cell


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8"), newline=""), strict=True))


def test_how_values_are_written() -> None:
    frame = pd.DataFrame(
        {
            "id": ["a", "b"],
            "source": [("T1", "T2"), ()],
            "path": [(("a", "b"), ("c",)), ()],
            "regions": [{"r": 0.25}, {}],
            "pole": [True, False],
            "lon": [178.45, None],
            "year": [2026, None],
            "name_en": ['Rome, "eternal"', "=1+1\nthen"],
        }
    )
    assert rows(to_csv(frame)) == [
        ["id", "source", "path", "regions", "pole", "lon", "year", "name_en"],
        ["a", "T1;T2", "a;b|c", "r=0.25", "true", "178.45", "2026", 'Rome, "eternal"'],
        ["b", "", "", "", "false", "", "", "'=1+1\nthen"],
    ]


def test_geometry_is_left_out_and_an_empty_layer_keeps_its_header() -> None:
    frame = gpd.GeoDataFrame({"id": ["a"]}, geometry=[Point(1, 2)], crs="EPSG:4326")
    assert rows(to_csv(frame)) == [["id"], ["a"]]
    assert rows(to_csv(frame.iloc[:0])) == [["id"]]


CELL = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=4))
def test_any_text_comes_back(pairs: list[tuple[Any, Any]]) -> None:
    frame = pd.DataFrame(pairs, columns=["one", "other"], dtype=object)
    found = rows(to_csv(frame))
    assert found[0] == ["one", "other"]
    for pair, row in zip(pairs, found[1:], strict=True):
        assert tuple(cell.removeprefix("'") for cell in row) == tuple(
            cell.removeprefix("'") for cell in pair
        )


def test_a_workbook_holds_every_table_and_takes_no_text_for_a_formula(tmp_path: Path) -> None:
    columns = {
        "id": ["a", "b"], "name_en": ["=1+1", "https://x.example"], "nm": [1.5, None],
        "pole": [True, False], "as_of": ["2026-02-03", "2026-02"], "source": [("S2", "S1"), ()],
    }  # fmt: skip
    places = fields.flat(pd.DataFrame({n: pd.Series(v, dtype=object) for n, v in columns.items()}))
    sources = fields.flat(pd.DataFrame({"id": ["S1", "S2"], "url": ["https://a.example", "cmd:x"]}))
    tables = [Table("places", "Places", places), Table("A" * 40, "", sources),
              Table("a" * 40, "", sources), Table("sources", "Books", sources)]  # fmt: skip
    atlas = read(TINY)
    made = workbook(atlas, tables)
    assert made == workbook(atlas, tables)
    with zipfile.ZipFile(io.BytesIO(made)) as book:
        parts = {name: book.read(name).decode() for name in book.namelist() if ".xml" in name}
    assert not any("<f>" in part for part in parts.values())
    page = parts["xl/worksheets/sheet2.xml"]
    assert '<pane xSplit="1" ySplit="1"' in page
    assert '<autoFilter ref="A1:G3"/>' in page
    assert re.findall(r'<hyperlink [^>]*location="([^"]*)"', page) == ["'sources'!A3"]
    outside = parts["xl/worksheets/_rels/sheet5.xml.rels"]
    assert re.findall(r'Target="(\w+:[^"]*)" TargetMode', outside) == ["https://a.example"]
    names = re.findall(r'<sheet name="([^"]*)"', parts["xl/workbook.xml"])
    assert len({name.lower() for name in names}) == 5
    assert max(map(len, names)) <= 31
    (tmp_path / "book.xlsx").write_bytes(made)
    shown = pyogrio.read_dataframe(tmp_path / "book.xlsx", layer="places")
    assert shown.columns.tolist() == [*places]
    assert shown["name_en"].tolist() == ["=1+1", "https://x.example"]
    assert shown["nm"].tolist()[0] == 1.5
