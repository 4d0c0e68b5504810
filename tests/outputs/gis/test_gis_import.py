"""Edits made in QGIS come back into the atlas folder, and nothing else changes there."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from click.testing import CliRunner

from frontiers_map.atlas.atlas import read
from frontiers_map.cli.commands import cli
from frontiers_map.errors import AtlasError, CallError
from frontiers_map.outputs.gis.backdrop import beside_seam
from frontiers_map.outputs.gis.layers import exchange, promote
from frontiers_map.outputs.gis.roundtrip import apply, compare, text_patch
from frontiers_map.outputs.gis.roundtrip.rejoin import rejoin, same
from gis_tools import DEBIAN, needs, written
from helpers import GEODATA
from made_atlas import made

EDIT = Path(__file__).parent / "qgis" / "edit.py"


# what is said of a layer of the atlas's own, which keeps its form
OWN = tuple(
    f"{name}: not compared; edit layers/{name}.geojson itself" for name in ("pipelines", "treaty")
)


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(made(), tmp_path_factory.mktemp("import")) / "frontiers.gpkg"


@pytest.fixture
def edited(package: Path, tmp_path: Path) -> Path:
    """A copy of the GeoPackage, to be edited."""
    return Path(shutil.copyfile(package, tmp_path / "edited.gpkg"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the atlas folder, to be written to."""
    return Path(shutil.copytree(GEODATA, tmp_path / "atlas"))


def run(path: Path, *statements: str) -> None:
    """Change a table without the spatial triggers, which need GDAL."""
    with closing(sqlite3.connect(path)) as base:
        for (name,) in base.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'rtree%'"
        ).fetchall():
            base.execute(f'DROP TRIGGER "{name}"')
        for statement in statements:
            base.execute(statement)
        base.commit()


def lines(folder: Path, file: str) -> list[str]:
    return (folder / file).read_text("utf-8").split("\n")


def changed_lines(folder: Path, file: str) -> list[int]:
    before, after = lines(GEODATA, file), lines(folder, file)
    assert len(before) == len(after)
    return [n for n, (one, two) in enumerate(zip(before, after, strict=True)) if one != two]


def qgis(path: Path, edits: list[list[object]], tmp_path: Path) -> None:
    (tmp_path / "edits.json").write_text(json.dumps(edits))
    told = subprocess.run(
        ["/usr/bin/python3", str(EDIT), str(path), str(tmp_path / "edits.json")],
        capture_output=True, text=True, env=DEBIAN | {"XDG_RUNTIME_DIR": str(tmp_path)},
    )  # fmt: skip
    assert told.stdout == "edited\n", told.stderr


def test_an_untouched_geopackage_changes_nothing(package: Path, folder: Path) -> None:
    found = compare.compare(package, folder)
    assert found.changes == ()
    assert found.notes == OWN


@needs("qgis", "/usr/bin/python3")
@pytest.mark.qgis
def test_three_edits_in_qgis_come_back(edited: Path, folder: Path, tmp_path: Path) -> None:
    qgis(
        edited,
        [
            ["places", "rome", "name_it", 'Roma "caput", mundi'],
            ["places", "tokyo", "move", [139.75, 35.68]],
            ["regions", "ip_foip_japan", "vertex", [-129, -50, -128, -50]],
        ],
        tmp_path,
    )
    found = compare.compare(edited, folder)
    assert [str(change) for change in found.changes] == [
        "regions.geojson: ip_foip_japan: geometry: 1 vertex moved, by up to 71.7 km",
        "places.csv: rome: name_it: 'Roma' → 'Roma \"caput\", mundi'",
        "places.csv: tokyo: lon: '139.6917' → '139.75'",
        "places.csv: tokyo: lat: '35.6895' → '35.68'",
    ]
    apply.write(found)
    assert len(changed_lines(folder, "places.csv")) == 2
    assert len(changed_lines(folder, "regions.geojson")) == 1
    # the note on the edge that begins at the vertex went with it
    assert len(changed_lines(folder, "region_edges.csv")) == 1
    for path in sorted(GEODATA.iterdir()):
        if path.is_file() and path.name not in (
            "places.csv",
            "regions.geojson",
            "region_edges.csv",
        ):
            assert (folder / path.relative_to(GEODATA)).read_bytes() == path.read_bytes()
    atlas = read(folder)
    region = atlas.regions.set_index("id").geometry["ip_foip_japan"]
    assert (232.0, -50.0) in set(map(tuple, shapely.get_coordinates(region)))
    assert atlas.position("tokyo") == (139.75, 35.68)
    again = compare.compare(edited, folder)
    assert again.changes == ()


@needs("qgis", "/usr/bin/python3")
@pytest.mark.qgis
def test_rows_deleted_in_qgis_are_kept(edited: Path, folder: Path, tmp_path: Path) -> None:
    qgis(
        edited, [["places", "maputo", "delete", None], ["gates", "suez", "delete", None]], tmp_path
    )
    found = compare.compare(edited, folder)
    assert found.changes == ()
    assert found.notes == (
        *OWN,
        "gates.geojson: suez: not in the GeoPackage; kept as it is",
        "places.csv: maputo: not in the GeoPackage; kept as it is",
    )


def test_command_shows_first_and_writes_when_asked(edited: Path, folder: Path) -> None:
    run(edited, "UPDATE terminals SET operator = 'Somebody, Ltd' WHERE id = 'coral_sul'")
    before = (folder / "terminals.csv").read_bytes()
    shown = CliRunner().invoke(cli, ["import", str(edited), str(folder)])
    assert shown.exit_code == 0
    assert "terminals.csv: coral_sul: operator: 'Eni (Coral South FLNG, Area 4)'" in shown.output
    assert shown.output.endswith("1 change; nothing was written; --write takes them.\n")
    assert (folder / "terminals.csv").read_bytes() == before
    taken = CliRunner().invoke(cli, ["import", str(edited), str(folder), "--write"])
    assert taken.exit_code == 0
    assert taken.output.endswith(f"1 change written into {folder / 'terminals.csv'}\n")
    assert len(changed_lines(folder, "terminals.csv")) == 1
    assert '"Somebody, Ltd"' in (folder / "terminals.csv").read_text("utf-8")


def test_only_the_layers_that_are_asked_for(edited: Path, folder: Path) -> None:
    run(
        edited,
        "UPDATE places SET name_en = 'Roma' WHERE id = 'rome'",
        "UPDATE gates SET note_it = 'nota' WHERE id = 'suez'",
    )
    found = compare.compare(edited, folder, ["gates"])
    assert [(change.layer, change.field) for change in found.changes] == [("gates", "note_it")]
    with pytest.raises(CallError, match="did you mean 'places'"):
        compare.compare(edited, folder, ["plases"])


def test_a_new_row_is_added_at_the_end(edited: Path, folder: Path) -> None:
    with closing(sqlite3.connect(edited)) as base:
        names = [row[1] for row in base.execute("PRAGMA table_info(sources)")]
    columns = ", ".join(f'"{name}"' for name in names if name not in ("fid", "id"))
    run(edited, f"INSERT INTO sources (id, {columns}) SELECT 'S_new', {columns} FROM sources "
                "WHERE fid = 1")  # fmt: skip
    found = compare.compare(edited, folder)
    assert [str(change) for change in found.changes] == ["sources.csv: S_new: new row"]
    apply.write(found)
    text = (folder / "sources.csv").read_text("utf-8")
    assert text.startswith((GEODATA / "sources.csv").read_text("utf-8"))
    assert "S_new" in set(read(folder).sources["id"])


def test_edits_that_would_break_the_atlas_are_not_written(edited: Path, folder: Path) -> None:
    run(edited, "UPDATE places SET source = 'S_none', kind = 'palace' WHERE id = 'rome'")
    found = compare.compare(edited, folder)
    assert len(found.changes) == 2
    with pytest.raises(AtlasError) as told:
        apply.write(found)
    message = str(told.value)
    assert f"{folder}/places.csv" in message
    assert "palace" in message
    assert (folder / "places.csv").read_bytes() == (GEODATA / "places.csv").read_bytes()


HOSTILE = {
    "twice": (
        "UPDATE places SET id = 'rome' WHERE id = 'tokyo'",
        "found 'rome' a second time (row 48); allowed: each id once",
    ),
    "nothing": ("UPDATE places SET id = NULL WHERE id = 'tokyo'", "found nothing; allowed: the id"),
    "empty": ("UPDATE places SET id = '' WHERE id = 'tokyo'", "found nothing; allowed: the id"),
    "no column": ("ALTER TABLE places RENAME COLUMN id TO key", "column 'id' is missing"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_ids_are_told_and_nothing_is_written(case: str, edited: Path, folder: Path) -> None:
    statement, message = HOSTILE[case]
    run(edited, statement)
    told = CliRunner().invoke(cli, ["import", str(edited), str(folder), "--write"])
    assert told.exit_code == 2
    assert message in told.output
    assert "nothing was written" in told.output
    assert (folder / "places.csv").read_bytes() == (GEODATA / "places.csv").read_bytes()


@pytest.mark.parametrize("more", [(), ("--write",)])
def test_what_makes_no_atlas_is_told_before_it_is_written(
    edited: Path, folder: Path, more: tuple[str, ...]
) -> None:
    run(edited, "UPDATE places SET kind = 'palace' WHERE id = 'tokyo'")
    told = CliRunner().invoke(cli, ["import", str(edited), str(folder), *more])
    assert told.exit_code == 2
    assert "places.csv: tokyo: kind: 'capital' → 'palace'" in told.output
    assert "found 'palace'; allowed: capital, city" in told.output
    assert "1 problem; nothing was written." in told.output
    assert (folder / "places.csv").read_bytes() == (GEODATA / "places.csv").read_bytes()


def test_another_reference_system_is_refused(edited: Path, folder: Path, tmp_path: Path) -> None:
    frame = pyogrio.read_dataframe(edited, layer="places").to_crs("EPSG:3857")
    other = tmp_path / "other.gpkg"
    pyogrio.write_dataframe(frame, other, layer="places")
    told = CliRunner().invoke(cli, ["import", str(other), str(folder), "--write"])
    assert told.exit_code == 2
    assert "places): crs: found EPSG:3857; allowed: EPSG:4326" in told.output


def test_a_file_that_is_none_is_told(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "no.gpkg"
    path.write_bytes(b"not a database")
    told = CliRunner().invoke(cli, ["import", str(path), str(folder)])
    assert told.exit_code == 2
    assert told.output == f"{path}: not a GeoPackage that can be read\n"


def test_a_geometry_that_is_gone_is_kept(edited: Path, folder: Path) -> None:
    run(edited, "UPDATE regions SET geom = NULL WHERE id = 'ip_eu'")
    found = compare.compare(edited, folder)
    assert found.changes == ()
    assert found.notes == (
        *OWN,
        "regions.geojson: ip_eu: geometry is gone in the GeoPackage; kept as it is",
    )


@pytest.mark.parametrize("layer", ["regions", "gates"])
def test_cut_geometry_goes_back_to_the_very_numbers(layer: str) -> None:
    frame = getattr(read(GEODATA), layer)
    kind = "MultiPolygon" if layer == "regions" else "MultiLineString"
    whole = np.array(list(frame.geometry), dtype=object)
    cut = promote(beside_seam(promote(exchange(whole), kind)), kind)
    for one, before in zip(cut, whole, strict=True):
        joined = rejoin(one, before)
        assert (joined.moved, joined.added, joined.removed) == ((), 0, 0)
        assert shapely.equals_exact(joined.geometry, before, tolerance=0)


def test_same_drawing_in_another_order() -> None:
    one = shapely.from_wkt("MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6, 5 5)))")
    two = shapely.from_wkt("MULTIPOLYGON (((6 6, 5 5, 6 5, 6 6)), ((1 1, 0 0, 1 0, 1 1)))")
    far = shapely.from_wkt("MULTIPOLYGON (((6 6, 5 5, 6 5, 6 6)), ((1 1, 0 0, 1 0.1, 1 1)))")
    assert same(one, two)
    assert not same(one, far)
    assert not same(one, None)
    assert same(None, None)


CSV = 'id,name,note\r\na,"x, y",  spaced \r\n"b",plain,"q ""q"""\r\n'


def test_a_table_keeps_every_other_character() -> None:
    assert text_patch.patch_csv(CSV, {"b": {"name": "new, one"}}) == CSV.replace(
        "plain", '"new, one"'
    )
    assert text_patch.patch_csv(CSV, {"a": {"note": ""}}) == CSV.replace("  spaced ", "")
    assert text_patch.append_csv_row(CSV, {"id": "c", "note": "n"}) == CSV + "c,,n\r\n"
    with pytest.raises(KeyError):
        text_patch.patch_csv(CSV, {"z": {"name": ""}})
    with pytest.raises(KeyError):
        text_patch.patch_csv(CSV, {"a": {"other": ""}})


GEOJSON = """{ "type":"FeatureCollection", "features": [
  {"type": "Feature", "properties": {"id": "a",   "n": 1.50}, "geometry": null},
  {"geometry": {"type": "Point", "coordinates": [1, 2]}, "properties": {"n": [1, {"x": "}"}],
   "id": "b"}, "type": "Feature"}
] }
"""


def test_geojson_keeps_every_other_character() -> None:
    patched = text_patch.patch_geojson(GEOJSON, {"a": {"n": 2}}, {"b": "{}"})
    assert patched == GEOJSON.replace("1.50", "2").replace(
        '{"type": "Point", "coordinates": [1, 2]}', "{}"
    )
    added = text_patch.patch_geojson(GEOJSON, {"a": {"new": "é"}}, {})
    assert added == GEOJSON.replace("1.50}", '1.50,   "new": "é"}')
    with pytest.raises(KeyError):
        text_patch.patch_geojson(GEOJSON, {"z": {}}, {})


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        ("as_of = '2026-02-03'", "'2026-02-03'"),
        ("as_of_text = '2026-02'", "'2026-02'"),
        # the day alone cannot say a month: the text counts
        ("as_of = '2026-02-03', as_of_text = '2026-02'", "'2026-02'"),
    ],
)
def test_a_date_comes_back_as_it_was_edited(
    edit: str, told: str, edited: Path, folder: Path
) -> None:
    run(edited, f"UPDATE places SET {edit} WHERE id = 'rome'")
    found = compare.compare(edited, folder)
    (change,) = found.changes
    assert str(change).startswith("places.csv: rome: as_of: ")
    assert str(change).endswith(f"→ {told}")
    apply.write(found)
    before = read(GEODATA).places.set_index("id").at["rome", "as_of"]
    after = read(folder).places.set_index("id").at["rome", "as_of"]
    assert f"'{after}'" == told != f"'{before}'"
