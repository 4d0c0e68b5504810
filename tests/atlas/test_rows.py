"""Tables as people and spreadsheets leave them: each is read as it was meant, or refused."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontiers_map.atlas.atlas import read
from frontiers_map.atlas.csv_rows import TableError, read_table
from frontiers_map.outputs.gis.roundtrip.text_patch import append_csv_row, patch_csv
from helpers import CommandLine

NAMES = st.from_regex(r"\A[a-z]{1,6}\Z")
CELLS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Z"]) | st.sampled_from(' ",;|\n'),
    max_size=8,
).map(str.strip)


@given(
    st.data(),
    st.lists(NAMES, min_size=2, max_size=4, unique=True),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r\n"]),
    st.integers(0, 3),
    st.booleans(),
    st.booleans(),
)
def test_a_table_is_read_however_it_was_saved(
    data: st.DataObject, header: list[str], mark: str, end: str, more: int, bom: bool, said: bool
) -> None:
    """Marks, line ends, empty columns to the right, empty rows, a mark of UTF-8, a line sep=."""
    row = st.lists(CELLS, min_size=len(header), max_size=len(header)).filter(any)
    rows = data.draw(st.lists(row, max_size=4))
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=mark, lineterminator=end)
    for cells in (header, *rows, [""] * len(header)):
        writer.writerow([*cells, *[""] * more])
    text = f"sep={mark}{end}{out.getvalue()}" if said else out.getvalue()
    table = read_table(text.encode("utf-8-sig" if bom else "utf-8"))
    assert table.header == header
    assert [cells for _, cells in table.rows] == rows
    assert table.problems == []
    assert (mark != ",") == any("separated by" in note for note in table.notes)
    assert bool(more) == any("without name" in note for note in table.notes)


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    refused, widths = "", {0}
    try:
        table = read_table(content)
        widths = {len(cells) - len(table.header) for _, cells in table.rows} | {0}
    except TableError as error:
        refused = str(error)
    assert refused.startswith(("found", "not CSV")) or refused == ""
    assert widths == {0}


def test_lines_are_those_of_the_file() -> None:
    table = read_table(b'sep=;\r\n\r\nid;name\r\n;\r\na;"two\r\nlines"\r\nb;\r\nc;d;e\r\n')
    assert (table.line, [line for line, _ in table.rows]) == (3, [5, 7])
    assert [(line, cells["id"]) for line, cells, _ in table.problems] == [(8, "c")]
    assert table.notes == ["read as separated by semicolons", "1 empty row left out"]


@pytest.mark.parametrize(
    ("content", "header", "rows"),
    [
        (b"name,lat,lon,,\r\nA,1,2,,\r\n,,,,\r\n", ["name", "lat", "lon"], [["A", "1", "2"]]),
        (b"sep=;\r\nname;lat\r\nA;1\r\n", ["name", "lat"], [["A", "1"]]),
        (b'"sep=,"\nname,lat\nA,1\n', ["name", "lat"], [["A", "1"]]),
        ("a,b\n\N{MINUS SIGN}18.14,\N{MINUS SIGN}x\n".encode(), ["a", "b"],
         [["-18.14", "\N{MINUS SIGN}x"]]),
        (b'from, to\n"4.0, 5", "6, 7"\n', ["from", "to"], [["4.0, 5", "6, 7"]]),
        (b"from\tto\n4.0,5\t6,7\n", ["from", "to"], [["4.0,5", "6,7"]]),
        (b"a,b\n\n1,2\n   \n,\n", ["a", "b"], [["1", "2"]]),
    ],
)  # fmt: skip
def test_as_spreadsheets_leave_it(content: bytes, header: list[str], rows: list[list[str]]) -> None:
    table = read_table(content)
    assert (table.header, [cells for _, cells in table.rows]) == (header, rows)
    assert table.problems == []


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("名前,緯度\r\n東京,1\r\n".encode("cp932"), "which begins '名前' in Shift_JIS"),
        ("id,name\nÖ,1\n".encode("cp1252"), "found byte 0xd6, which is 'Ö' in Windows-1252"),
        ("from,to\n".encode("utf-16"), "found UTF-16 text"),
        (b"PK\x03\x04...", "found a spreadsheet"),
        (b"", "found nothing"),
        (b"\n , \n", "found nothing"),
    ],
)
def test_refused_with_the_way_out(content: bytes, told: str) -> None:
    with pytest.raises(TableError, match=told) as refused:
        read_table(content)
    assert "allowed: " in str(refused.value)


def test_an_atlas_saved_with_semicolons(tiny: Path, tmp_path: Path, command: CommandLine) -> None:
    """It is the same atlas, validate says what was read, and an import keeps the semicolons."""
    wanted = read(tiny).places
    path = tiny / "places.csv"
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8"))))
    path.write_bytes(("sep=;\r\n" + "".join(f"{';'.join(r)};;\r\n" for r in rows)).encode())
    assert read(tiny).places.equals(wanted)
    told = command("validate", tiny, cwd=tmp_path)
    assert told.code == 0
    assert told.out.splitlines()[1:3] == [
        f"{path}: read as separated by semicolons",
        f"{path}: 2 columns without name and content left out",
    ]
    text = path.read_bytes().decode()
    changed = patch_csv(text, {"suva": {"name_en": "Suva; Fiji"}})
    assert changed == text.replace(";Suva;", ';"Suva; Fiji";')
    assert append_csv_row(text, {"id": "a", "lat": "1"}) == text + "a;;;1;;;;;;;\r\n"


def test_pairs_and_layers_are_read_alike(tiny: Path, tmp_path: Path, command: CommandLine) -> None:
    pairs = tmp_path / "pairs.csv"
    pairs.write_bytes(b"sep=;\r\nfrom;to;;\r\nsuva;apia;;\r\n;;;\r\n")
    told = command("route", "--pairs", pairs, "--atlas", tiny, cwd=tmp_path)
    assert (told.code, told.out.splitlines()[1].split(",")[1:3]) == (0, ["suva", "apia"])
    assert told.err.splitlines() == [
        f"{pairs}: read as separated by semicolons; 1 empty row left out; 2 columns without name "
        "and content left out",
        "1 routed, 0 failed",
    ]
    pairs.write_text("from,to,to\nsuva,apia,nuku\n")
    told = command("route", "--pairs", pairs, "--atlas", tiny, cwd=tmp_path)
    assert (told.code, told.err) == (2, f"{pairs}:1: column 'to' stands twice\n"
                                          "1 problem; nothing was written.\n")  # fmt: skip
