"""The table of countries: each in its land, named in any language, none that ISO does not list."""

import pytest
import shapely

from frontiers_map.geo import countries, land


def test_names_stand_in_their_lands() -> None:
    lands = countries.lands()
    for row in countries.countries():
        assert shapely.contains_xy(lands[row.code], row.lon, row.lat), row.code
        assert row.half_width > 0


def test_lands_are_the_land_of_the_coast() -> None:
    whole = shapely.union_all(list(countries.lands().values()), grid_size=0.001)
    rest = shapely.difference(land.coast("50m"), whole, grid_size=0.001)
    assert whole.difference(land.coast("50m"), grid_size=0.001).area < 1
    # Kosovo, Somaliland, Northern Cyprus, the Siachen Glacier
    assert {round(p.centroid.x) // 10 for p in rest.geoms if p.area > 0.05} <= {2, 3, 4, 7}


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [("JP", "en", "Japan"), ("DE", "it", "Germania"), ("JP", "ja", "日本"), ("EG", "ar", "مصر"),
     ("CI", "fr", "Côte d’Ivoire"), ("CN", "zh-Hant", "中國"), ("XX", "en", None),
     ("JP", "tlh", None), ("JP", "", None)],
)  # fmt: skip
def test_are_named_in_any_language(code: str, language: str, name: str | None) -> None:
    assert countries.name(code, language) == name


def test_are_as_large_as_published() -> None:
    """Areas of the UN Statistics Division (Demographic Yearbook 2022, table 3), km²."""
    rows = {row.code: row for row in countries.countries()}
    for code, km2 in (("IT", 302_068), ("JP", 377_930), ("MZ", 799_380), ("QA", 11_627)):
        assert rows[code].km2 == pytest.approx(km2, rel=0.06)
    assert [row.code for row in countries.countries()[:2]] == ["RU", "AQ"]
