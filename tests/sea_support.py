"""Shared by the tests of the sea network: the default gates, and where basins lie."""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path

import shapely

from frontiers_map import sea

ATLAS = Path(__file__).parents[1] / "geodata"


@cache
def network() -> sea.Network:
    layer = json.loads((ATLAS / "gates.geojson").read_text(encoding="utf-8"))
    gates = {
        feature["properties"]["id"]: shapely.geometry.shape(feature["geometry"])
        for feature in layer["features"]
    }
    return sea.Network.load(gates)


@cache
def default_closed(lng: bool = True) -> frozenset[str]:
    layer = json.loads((ATLAS / "gates.geojson").read_text(encoding="utf-8"))
    kinds = ("always", "large", "lng") if lng else ("always", "large")
    return frozenset(
        feature["properties"]["id"]
        for feature in layer["features"]
        if feature["properties"]["closed_by_default"] in kinds
    )


def rows(name: str) -> list[dict[str, str]]:
    with (ATLAS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def terminals() -> dict[str, sea.Point]:
    return {row["id"]: (float(row["lon"]), float(row["lat"])) for row in rows("terminals.csv")}


@cache
def places() -> dict[str, sea.Point]:
    return {row["id"]: (float(row["lon"]), float(row["lat"])) for row in rows("places.csv")}


def atlas_calls() -> dict[str, sea.Call]:
    """The routes of the default atlas as calls."""
    known = network().gate_ids
    everywhere = terminals() | places()
    found = {}
    for row in rows("routes.csv"):
        via = [name for name in row["via"].split(";") if name]
        stops = tuple(name if name in known else everywhere[name] for name in via)
        shut = default_closed() - set(via)
        found[row["id"]] = sea.Call(everywhere[row["from"]], everywhere[row["to"]], stops, shut)
    return found


# name: (inside, outside, gates that together close the basin)
BASINS: dict[str, tuple[sea.Point, sea.Point, str]] = {
    "Persian Gulf": ((52, 26.5), (60, 24), "hormuz"),
    "Red Sea": ((38, 20), (50, 13), "suez bab_el_mandeb"),
    "Mediterranean": ((18, 35), (-12, 36), "gibraltar suez bosporus"),
    "Western Mediterranean": ((5, 39), (18, 35), "gibraltar sicily messina"),
    "Adriatic": ((15, 43.3), (18, 38), "otranto"),
    "Black Sea": ((34, 43), (24, 39), "bosporus"),
    "Sea of Marmara": ((28.2, 40.7), (34, 43), "bosporus dardanelles"),
    "Baltic": ((19, 56), (3, 56), "oresund great_belt"),
    "Gulf of Mexico": ((-90, 26), (-70, 30), "florida yucatan"),
    "Caribbean": ((-75, 15), (-50, 20), "yucatan windward mona lesser_antilles panama"),
    "Sea of Japan": ((135, 39.5), (145, 38),
                     "korea_strait tsushima kanmon tsugaru la_perouse tatary"),
    "Okhotsk": ((150, 54), (160, 46), "la_perouse tatary nemuro yekaterina friza kurils_north"),
    "East China Sea": ((125, 29), (135, 25),
                       "taiwan_strait yonaguni miyako tokara osumi korea_strait tsushima"),
    "South China Sea": ((113, 13), (135, 18),
                        "taiwan_strait bashi balintang verde mindoro balabac karimata singapore"
                        " durian"),
    "Sulu Sea": ((120, 9), (135, 12),
                 "mindoro balabac sibutu basilan surigao san_bernardino verde"),
    "Celebes Sea": ((122, 4), (135, 8), "makassar sibutu basilan sangihe"),
    "Java and Banda Seas": ((112, -5), (105, -12),
                            "sunda bali_strait lombok alas sape flores_alor ombai_wetar leti_babar"
                            " kai_aru makassar molucca halmahera karimata"),
    "Tokyo Bay": ((139.85, 35.45), (140.5, 34.5), "uraga"),
    "Seto Inland Sea": ((133.3, 34.1), (134, 32), "kanmon bungo kii"),
    "Atlantic from the Indian Ocean": ((-20, 0), (75, -5),
                                       "good_hope cape_horn magellan panama suez bering"),
    "Atlantic from the Pacific": ((-30, 30), (-140, 30),
                                  "good_hope cape_horn magellan panama suez bering"),
}  # fmt: skip
