"""Harbours within so many days: all of them, and none that is further."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest

from frontiers_map.voyages import ports
from frontiers_map.voyages.calls import matrix, reach
from helpers import CommandLine


def test_none_is_left_out() -> None:
    """From a harbour beside 180°, against the ways to all harbours of the world."""
    found = reach("FJSUV", nm=700)
    # of the whole world each fifth, and all of its half of the Pacific
    harbours = [
        port.id
        for number, port in enumerate(ports.packaged().all)
        if number % 5 == 0 or (abs(port.lon) > 140 and port.lat < 20)
    ]
    miles = matrix(["FJSUV"], harbours).nm.iloc[0]
    assert set(found["id"]) & {*harbours} == set(miles.index[miles <= 700])
    assert found["nm"].is_monotonic_increasing
    assert found.geometry.x.max() > 170
    assert found.geometry.x.min() < -170
    assert (found["days"] == (found["nm"] / 17 / 24).round(2)).all()


def test_what_is_closed_is_not_passed() -> None:
    free, shut = reach("odesa", days=4), reach("odesa", days=4, close=["bosporus"])
    assert "TRIZM" in set(free["id"])
    assert {*shut["id"]} == {*free.loc[~free["gates"].str.contains("bosporus"), "id"]}
    assert len(shut.attrs["left_out"]) > len(free.attrs["left_out"])
    assert "with bosporus closed" in shut.attrs["left_out"][0]


def test_on_the_command_line(tmp_path: Path, command: CommandLine) -> None:
    done = command("reach", "40.6,-10.8", "--nm", "300", "-o", "near.gpkg", cwd=tmp_path)
    assert done.code == 0, done.err
    written = gpd.read_file(tmp_path / "near.gpkg", layer="reach")
    assert done.out.startswith(f"{len(written)} rows in near.gpkg: ")
    assert {"MZPOL", "MZMZB"} & {*written["id"]}
    listed = command("reach", "40.6,-10.8", "--nm", "300", "--format", "csv", cwd=tmp_path)
    assert len(listed.out.splitlines()) == len(written) + 1


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("NLRTM",), "nm and days: found neither; allowed: one of them"),
        (("NLRTM", "--nm", "3", "--days", "3"), "nm and days: found both; allowed: one of them"),
        (("NLRTM", "--days", "-3"), "found -1,224 nautical miles; allowed: over 0, at most 25,000"),
        (("NLRTM", "--nm", "nan"), "found nan nautical miles; allowed: over 0, at most 25,000"),
        (("0,45", "--nm", "9"), "0,45: 0,45 lies inland: "),
        (("NLRTM", "--nm", "9", "-o", "x.shp"), "x.shp: found '.shp'; allowed: .csv, .geojson, "),
    ],
)
def test_what_cannot_be_answered(
    asked: tuple[str, ...], told: str, tmp_path: Path, command: CommandLine
) -> None:
    done = command("reach", *asked, cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(told)
    assert not [*tmp_path.iterdir()]
