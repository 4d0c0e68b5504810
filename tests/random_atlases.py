"""Small whole atlases as real folders, made from a seed, and what became of each.

`write` makes an atlas that is valid by construction: anywhere on the globe, of any layers or
none, in any order. `tried` sends one through every part of a build and measures its sheets.
From a terminal, a seed and a number of atlases: ``make random seed=7 count=200``.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import random
import re
import shutil
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import shapely

from frontiers_map import builder
from frontiers_map.analysis.joins import load
from frontiers_map.atlas.cross_checks import MERCATOR_END
from frontiers_map.atlas.model.settings import SHEET_LAYERS
from frontiers_map.cache import Cache, FolderCache
from frontiers_map.language.text import LANGUAGES
from frontiers_map.outputs.sheets import worker
from frontiers_map.outputs.sheets.kinds import registry
from frontiers_map.outputs.sheets.kinds.registry import sheets_of
from frontiers_map.outputs.sheets.map.draw import Made
from frontiers_map.style import INKS, ROUTE_ROLES
from frontiers_map.symbols import SYMBOLS
from land_share import shares

WORST = 0.03  # share of a frame by which its land may be wrong

# Deep water at each: name -> lon, lat, from any list of ports
HARBOURS = {
    "Rotterdam": (4.0, 51.98), "Tallinn": (24.77, 59.47), "Helsinki": (24.95, 60.14),
    "Klaipėda": (21.1, 55.71), "Gdańsk": (18.72, 54.42), "Göteborg": (11.83, 57.69),
    "Hammerfest": (23.66, 70.67), "Tromsø": (18.96, 69.66), "Sabetta": (72.1, 71.3),
    "Suva": (178.42, -18.13), "Apia": (-171.76, -13.82), "Nukuʻalofa": (-175.2, -21.13),
    "Honolulu": (-157.87, 21.3), "Auckland": (174.8, -36.84), "Sydney": (151.23, -33.85),
    "Valparaíso": (-71.62, -33.03), "Callao": (-77.16, -12.05), "Balboa": (-79.57, 8.92),
    "Santos": (-46.3, -24.0), "Cape Town": (18.43, -33.9), "Mombasa": (39.68, -4.08),
    "Mumbai": (72.83, 18.92), "Singapore": (103.8, 1.24), "Manila": (120.93, 14.58),
    "横浜": (139.67, 35.43), "Пусан": (129.05, 35.08), "Владивосток": (131.9, 43.08),
    "Petropavlovsk": (158.6, 53.0), "Dutch Harbor": (-166.52, 53.9), "Nome": (-165.42, 64.49),
    "Provideniya": (-173.2, 64.38), "Pevek": (170.25, 69.7), "Reykjavík": (-21.93, 64.16),
    "Nuuk": (-51.73, 64.16), "Longyearbyen": (15.6, 78.24), "Halifax": (-63.55, 44.64),
    "New York": (-74.03, 40.65), "Dakar": (-17.42, 14.68), "İstanbul": (28.98, 41.01),
    "Trieste": (13.74, 45.65), "Πειραιάς": (23.6, 37.93), "Suez": (32.56, 29.92),
    "Aden": (44.98, 12.78), "Ushuaia": (-68.3, -54.82), "Hobart": (147.37, -42.89),
    "Papeete": (-149.57, -17.53), "Majuro": (171.36, 7.1), "Port Louis": (57.48, -20.15),
}  # fmt: skip
WORDS = {
    "en": (
        "sea",
        "strait",
        "gate",
        "harbour",
        "reef",
        "cable",
        "ice",
        "island",
        "current",
        "shelf",
        "watch",
        "north",
        "of",
        "the",
    ),
    "it": (
        "mare",
        "stretto",
        "porta",
        "porto",
        "scogliera",
        "cavo",
        "ghiaccio",
        "isola",
        "città",
        "è",
        "più",
        "«largo»",
    ),
    "ja": (
        "海",
        "海峡",
        "門",
        "港",
        "礁",
        "海底ケーブル",
        "氷",
        "島",
        "潮流",
        "大陸棚",
        "自由で開かれた",
        "北の",
    ),
}
OTHERS = (
    "Θάλασσα Αιγαίου", "Балтийское море", "Đảo Phú Quốc", "Łódź–Świnoujście", "Ærø",
    "<b>&amp;</b>", "O'Brien \"the\" reef", "[places]", "a;b|c", "x" * 70, "$\\frac{1}{2}$",
)  # fmt: skip


@dataclass
class Found:
    """What became of an atlas: its sheets with the error of each, and what broke."""

    seed: int
    sheets: dict[str, float] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def wrong(self) -> dict[str, str]:
        """All that should not be, by where it was met."""
        told = {name: f"{e:.3f} wrong" for name, e in self.sheets.items() if not e <= WORST}
        return self.broken | told


class _Maker:
    """Draws lots for one atlas."""

    def __init__(self, seed: int) -> None:
        self.lot = random.Random(seed)
        self.languages = ["en", *self.some([one for one in LANGUAGES if one != "en"])]
        self.lot.shuffle(self.languages)
        self.lon = self.lot.choice([180.0, -180.0, 0.0, self.lot.uniform(-180, 180)])
        self.lat = self.lot.choice([90.0, -90.0, 0.0, 60.0, self.lot.uniform(-90, 90)])
        self.reach = self.lot.choice([1.0, 6.0, 25.0, 90.0])
        self.files: dict[str, Any] = {}

    # ---- lots

    def some(self, among: Sequence[Any], most: int = 99) -> list[Any]:
        return self.lot.sample(list(among), self.lot.randint(0, min(most, len(among))))

    def maybe(self, chance: float = 0.5) -> bool:
        return self.lot.random() < chance

    def words(self, language: str, most: int = 5) -> str:
        if self.maybe(0.08):
            return self.lot.choice(OTHERS)
        count = self.lot.randint(1, most if self.maybe(0.9) else most * 6)
        gap = "" if language == "ja" else " "
        return gap.join(self.lot.choice(WORDS[language]) for _ in range(count)).capitalize()

    def text(self, most: int = 5) -> dict[str, str]:
        given = {one: self.words(one, most) for one in self.languages if self.maybe(0.8)}
        return {"en": self.words("en", most)} | given

    def named(self, name: str, most: int = 5, *, needed: bool = True) -> dict[str, str]:
        if not needed and self.maybe(0.6):
            return {}
        return {f"{name}_{language}": words for language, words in self.text(most).items()}

    def spot(self) -> tuple[float, float]:
        lon = self.lon + self.lot.uniform(-1, 1) * self.reach
        lat = self.lat + self.lot.uniform(-1, 1) * min(self.reach, 60)
        if self.maybe(0.1):
            lat = self.lot.choice([90.0, -90.0, 84.9, 81.5])
        lon = self.lot.choice([180.0, -180.0]) if self.maybe(0.05) else (lon + 180) % 360 - 180
        return round(lon, 4), round(max(-90.0, min(90.0, lat)), 4)

    def date(self) -> str:
        year = self.lot.randint(1990, 2025)
        forms = (f"{year}", f"{year}-{self.lot.randint(1, 12):02}",
                 f"{year}-{self.lot.randint(1, 12):02}-{self.lot.randint(1, 28):02}")  # fmt: skip
        return self.lot.choice(forms)

    def cited(self) -> dict[str, Any]:
        certainty = ("documented", "approximate", "schematic", "interpreted")
        chosen = self.lot.sample(self.ids("sources.csv"), 1)
        return {"source": chosen, "as_of": self.date(), "certainty": self.lot.choice(certainty)}

    def box(self) -> list[float]:
        """A view: of here, of anywhere, of the whole globe, to a pole, over 180°."""
        lon, lat = self.lon, max(-85.0, min(85.0, self.lat))
        if self.maybe(0.4):
            lon, lat = self.lot.uniform(-180, 180), self.lot.uniform(-85, 85)
        wide = self.lot.choice([4.0, 12.0, 40.0, 90.0, 200.0, 300.0, 360.0])
        high = self.lot.choice([4.0, 12.0, 40.0, 90.0, 170.0])
        low = max(-90.0, lat - high / 2)
        top = min(90.0, max(lat + high / 2, low + 2))
        west = round(lon - wide / 2, 2)
        return [west, round(low, 2), round(west + wide, 2), round(top, 2)]

    def ring(self) -> list[list[float]]:
        """An outline round here, any corner of which may lie beyond 180°, none beyond a pole."""
        lon, lat = self.spot()
        lat = max(-80.0, min(80.0, lat))
        wide = self.lot.choice([0.15, 2.0, 10.0, 60.0])
        high = min(self.lot.choice([0.15, 4.0, 10.0, 40.0]), 89 - abs(lat))
        if self.maybe(0.3):
            corners = [(-1, -1), (1, -1), (1, 1), (-1, 1)]
        else:
            count = self.lot.randint(3, 9)
            turns = sorted(self.lot.uniform(0, 1) for _ in range(count))
            turns = [(n + 0.8 * turn) / count for n, turn in enumerate(turns)]
            whole = shapely.Point(0, 0).buffer(1).exterior
            corners = [whole.interpolate(1 - t, normalized=True).coords[0] for t in turns]
        corners = [(lon + x * wide, lat + y * high) for x, y in corners]
        over = max(abs(x) for x, _ in corners) > 180
        if over and wide < 60 and self.maybe():  # in -180..180, as many files have it
            corners = [((x + 180) % 360 - 180, y) for x, y in corners]
        made = [[round(x, 5), round(y, 5)] for x, y in corners]
        return [*made, made[0]]

    def line(self) -> list[list[float]]:
        lon, lat = self.spot()
        steps = [self.lot.uniform(0.1, 4) for _ in range(self.lot.randint(1, 3))]
        path, up = [[lon, max(-84.0, min(84.0, lat))]], self.lot.choice([-0.5, 0, 0.5])
        for step in steps:
            path.append([round(path[-1][0] + step, 4), round(path[-1][1] + up * step, 4)])
        if self.maybe(0.3):
            path = [[(x + 180) % 360 - 180, y] for x, y in path]
        return path

    # ---- files

    def ids(self, *files: str) -> list[str]:
        return [row["id"] for file in files for row in self.files.get(file, ())]

    def add(self, file: str, rows: list[dict[str, Any]]) -> None:
        if rows:
            self.lot.shuffle(rows)
            self.files[file] = rows

    def make(self) -> dict[str, Any]:
        self.add("sources.csv", [
            {"id": f"S{n}", "title": self.words("en"), "url": self.lot.choice(["", "https://x.example/a?b=c&d"])}
            for n in range(1, self.lot.randint(2, 5))
        ])  # fmt: skip
        self.families = [f"fam{n}" for n in range(self.lot.randint(0, 4))]
        self.suppliers = [f"sup{n}" for n in range(self.lot.randint(1, 3))]
        self.parties = self.lot.sample(["FJ", "EE", "FI", "NO", "RU", "nato", "pif"], 4)
        self._regions()
        self._places()
        self._gates()
        self._trades()
        self._joint()
        self._rest()
        self._settings()
        self._prose()
        return self.files

    def _regions(self) -> None:
        rows = []
        for family in self.families:
            for number in range(self.lot.randint(1, 3)):
                shape: dict[str, Any] = {"type": "Polygon", "coordinates": [self.ring()]}
                if self.maybe(0.2):
                    one, other = self.ring(), self.ring()
                    ends = [x for x, _ in (*one, *other)]
                    apart = max(x for x, _ in one) < min(x for x, _ in other)
                    if apart and max(ends) <= 180 and max(ends) - min(ends) < 180:
                        shape = {"type": "MultiPolygon", "coordinates": [[one], [other]]}
                rows.append({
                    "id": f"{family}_r{number}", **self.named("name"), "family": family,
                    "use": "variant" if number else "recommended",
                    "edge": self.lot.choice(["hard", "soft"]),
                    **self.named("short", 2, needed=False),
                    **self.named("note", 9, needed=False), **self.cited(), "geometry": shape,
                })  # fmt: skip
        self.add("regions.geojson", rows)
        notes = []
        for row in rows:
            if self.maybe(0.3) and row["geometry"]["type"] == "Polygon":
                lon, lat = self.lot.choice(row["geometry"]["coordinates"][0])
                if abs(lon) <= 360:
                    note = self.named("note")
                    notes.append({"region": row["id"], "lon": lon, "lat": lat, **note})
        self.add("region_edges.csv", notes)

    def _places(self) -> None:
        kinds = ["capital", "city", "venue", "naval", "military", "space", "company",
                 "energy", "port", "cape", "own"]  # fmt: skip
        count = self.lot.choice([0, 0, 1, 2, 5, 14])
        rows = [
            {"id": f"p{n}", **self.named("name"), **dict(zip(("lon", "lat"), self.spot())),
             "kind": self.lot.choice(kinds), "country": self.lot.choice(["", *self.two()]),
             "pole": self.lot.choice(["", "y", "n"]), **self.named("role", needed=False),
             **self.cited()}
            for n in range(count)
        ]  # fmt: skip
        for n, name in enumerate(self.some(list(HARBOURS), 5)):
            lon, lat = HARBOURS[name]
            rows.append({"id": f"h{n}", "name_en": name, "lon": lon, "lat": lat,
                         "kind": self.lot.choice(["port", "capital"]), "country": "",
                         **self.cited()})  # fmt: skip
        self.add("places.csv", rows)
        states = ["operating", "construction", "proposed", "idle", "mothballed", "shelved",
                  "cancelled", "retired"]  # fmt: skip
        rows = []
        for n, name in enumerate(self.some(list(HARBOURS), 4)):
            lon, lat = HARBOURS[name]
            rows.append({
                "id": f"t{n}", **self.named("name"), **self.named("short", 2),
                "lon": lon, "lat": lat, "status": self.lot.choice(states),
                "kind": self.lot.choice(["export", "export_flng", "import", "import_fsru"]),
                "capacity_mtpa": self.lot.choice(["", 0, 3.5, 77]), **self.cited(),
            })  # fmt: skip
        self.add("terminals.csv", rows)
        self.add("terminal_status.csv", [
            {"terminal": name, "date": self.date(), "status": self.lot.choice(states),
             **self.named("sentence", 9), "source": ["S1"]}
            for name in self.some(self.ids("terminals.csv"))
        ])  # fmt: skip

    def two(self) -> list[str]:
        return [party for party in self.parties if len(party) == 2]

    def _gates(self) -> None:
        rows = [
            {"id": f"g{n}", **self.named("name"), "rank": self.lot.randint(1, 3),
             "kind": self.lot.choice(["strait", "canal", "cape", "passage"]),
             **self.named("note", 9, needed=False), **self.cited(),
             "geometry": {"type": "LineString", "coordinates": self.line()}}
            for n in range(self.lot.choice([0, 0, 1, 3]))
        ]  # fmt: skip
        self.add("gates.geojson", rows)
        if len(rows) > 1 and self.maybe():
            pair = self.lot.sample(self.ids("gates.geojson"), 2)
            self.add("gate_groups.csv", [{"id": "gg", **self.named("name"), "gates": pair}])
        self.add("gate_status.csv", [
            {"gate": name, "date": self.date(), **self.named("sentence", 9), "source": ["S1"],
             "status": self.lot.choice(["open", "restricted", "closed", "unknown"])}
            for name in self.some(self.ids("gates.geojson", "gate_groups.csv") * 2)
        ])  # fmt: skip

    def _trades(self) -> None:
        ends = [row for file in ("places.csv", "terminals.csv") for row in self.files.get(file, ())
                if (row["lon"], row["lat"]) in HARBOURS.values()]  # fmt: skip
        rows = []
        for n in range(self.lot.randint(0, 4)):
            two = self.lot.sample(ends, 2) if len(ends) > 1 else []
            if not two or (two[0]["lon"], two[0]["lat"]) == (two[1]["lon"], two[1]["lat"]):
                continue
            rows.append({
                "id": f"r{n}", **self.named("name"), **self.named("short", 2),
                "importer": self.lot.choice(["EE", "WS", "JP"]),
                "supplier": self.lot.choice(self.suppliers),
                "from": two[0]["id"], "to": two[1]["id"],
                "status": self.lot.choice(
                    ["active", "planned", "emergency", "halted", "seasonal", "alternative"]),
                "share_pct": self.lot.choice(["", 0, 12.5, 100]),
                "draw": self.lot.choice(["", "y", "y", "n"]), **self.cited(),
            })  # fmt: skip
        self.add("routes.csv", rows)

    def _joint(self) -> None:
        spots = self.ids("places.csv", "terminals.csv")
        states = ["in_force", "running", "declared", "memorandum", "planned", "provisional",
                  "held", "ended"]  # fmt: skip
        self.add("links.csv", [
            {"id": f"l{n}", **self.named("name"), **self.cited(), **self.named("summary", 12),
             "parties": self.lot.sample(self.parties, 2), "kind": "treaty",
             "since": self.lot.choice(["", self.date()]), "status": self.lot.choice(states),
             "places": self.some(spots, 3),
             "path": " | ".join(
                 ";".join(self.lot.sample(spots, 2)) for _ in range(self.lot.randint(0, 2))
             ) if len(spots) > 1 else ""}
            for n in range(self.lot.choice([0, 0, 1, 4]))
        ])  # fmt: skip
        gates = self.ids("gates.geojson")
        self.add("events.csv", [
            {"id": f"e{n}", **self.named("name"), **self.cited(), **self.named("summary", 12),
             "date": self.date(), "precision": self.lot.choice(["day", "month", "year", "about"]),
             "kind": self.lot.choice(["conflict", "visit", "cable_cut"]),
             "places": self.some([*spots, *gates], 3),
             "links": self.some(self.ids("links.csv"), 2), "parties": self.some(self.parties, 2),
             "status": self.lot.choice(
                 ["done", "ongoing", "planned", "expected", "lapsed", "unconfirmed"])}
            for n in range(self.lot.choice([0, 0, 1, 9]))
        ])  # fmt: skip

    def _rest(self) -> None:
        self.add("sea_labels.csv", [
            {"id": f"sea{n}", **self.named("name", 2), **dict(zip(("lon", "lat"), self.spot())),
             "class": self.lot.randint(1, 4), **self.cited()}
            for n in range(self.lot.choice([0, 1, 6]))
        ])  # fmt: skip
        everything = self.ids(*(file for file in self.files if file != "sources.csv" and
                                "id" in self.files[file][0]))  # fmt: skip
        self.add("claims.csv", [
            {"id": f"c{n}", **self.named("claim", 12), "verdict": "partly", "source": ["S1"],
             "alone_en": "One must do.", "as_of": self.date(), "touches": self.some(everything, 3)}
            for n in range(self.lot.choice([0, 0, 3]))
        ])  # fmt: skip
        self.add("parameters.csv", [
            {"id": f"par{n}", **self.named("name"), "value": self.lot.choice([0, -1.5, 1e9]),
             "unit": "kn", "source": ["S1"]}
            for n in range(self.lot.choice([0, 2]))
        ])  # fmt: skip
        closable = self.ids("gates.geojson", "gate_groups.csv")
        if self.maybe(0.6):
            self.add("scenarios.toml#scenario", [
                {"id": f"sc{n}", "name": self.text(), "text": self.text(14),
                 "close": self.some(closable, 2)}
                for n in range(self.lot.randint(1, 4))
            ])  # fmt: skip

    def _settings(self) -> None:
        best = {row["family"]: row["id"] for row in self.files.get("regions.geojson", ())
                if row["use"] == "recommended"}  # fmt: skip
        settings: dict[str, Any] = {
            "id": "lots", "title": self.text(), "deck": self.text(12), "record_to": "2026-01-01",
            "languages": self.languages,
            "families": [{"id": one, "name": self.text(3), "recommended": best[one]}
                         for one in self.families],
            "suppliers": [{"id": one, "name": self.text(2), "role": self.lot.choice(ROUTE_ROLES),
                           "order": self.lot.randint(0, 3)} for one in self.suppliers],
            "parties": {one: self.text(2) for one in self.parties},
            "kinds": [
                {"of": "places", "id": "own", "name": self.text(2),
                 "symbol": self.lot.choice(list(SYMBOLS))},
                {"of": "events", "id": "cable_cut", "name": self.text(2), "like": "conflict",
                 "colour": self.lot.choice(INKS)},
            ],
        }  # fmt: skip
        if self.maybe(0.3):
            settings["article_date"] = self.date()
        if self.maybe(0.3):
            settings["moments"] = [
                {"id": f"m{n}", "date": self.date(), "name": self.text(3), "text": self.text()}
                for n in range(2)
            ]
        for optional in ("policy", "how_to_read", "credit"):
            if self.maybe(0.3):
                settings[optional] = self.text(30)
        self.files["atlas.toml"] = settings

    def focus(self) -> dict[str, list[str]]:
        layers = {
            "routes": ("routes.csv",), "gates": ("gates.geojson",),
            "terminals": ("terminals.csv",), "places": ("places.csv",),
            "regions": ("regions.geojson",), "links": ("links.csv",), "events": ("events.csv",),
        }  # fmt: skip
        return {one: self.some(self.ids(*files), 3) for one, files in layers.items()
                if self.maybe(0.3)}  # fmt: skip

    def shown(self, layers: Sequence[str] = SHEET_LAYERS["map"]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        if self.maybe(0.4):
            made["layers"] = self.some(layers)
        if self.maybe(0.4):
            made["focus"] = self.focus()
        return made

    def _prose(self) -> None:
        scenarios = self.ids("scenarios.toml#scenario")
        if self.maybe(0.5):
            self.files["story.toml#chapter"] = [
                {"id": f"ch{n}", "title": self.text(), "text": self.text(40), "view": self.box(),
                 "figure": self.lot.choice(["", "none", "n:places", "n:regions"]), **self.shown(),
                 **({"scenario": self.lot.choice(scenarios)} if scenarios and self.maybe() else {}),
                 **({"date": self.date()} if self.maybe(0.3) else {})}
                for n in range(self.lot.randint(1, 3))
            ]  # fmt: skip
        chapters = self.ids("story.toml#chapter")
        if self.maybe(0.6):
            self.files["maps.toml#map"] = [
                {"id": name, "title": self.text(), "deck": self.text(12), "view": self.box(),
                 "chapters": self.some(chapters), **self.shown()}
                for name in ("index", "near", "far")[: self.lot.randint(1, 3)]
            ]  # fmt: skip
        if self.maybe(0.85):
            self.files["maps.toml#sheet"] = [self._sheet(n) for n in range(self.lot.randint(1, 2))]

    def _sheet(self, number: int) -> dict[str, Any]:
        kind = self.lot.choice(["map"] * 4 + ["gas", "straits", "closures", "partnership"])
        small = ["16:9", "9:16", "square", "column"] if kind == "map" else []
        made = {
            "id": f"sheet{number}", "kind": kind, "title": self.text(), "deck": self.text(12),
            "size": self.lot.choice(["A4", "A4", "A3", "A2", "A1", *small]),
            **self.shown(SHEET_LAYERS[kind]),
            "notes": [self.text(20) for _ in range(self.lot.randint(0, 2))],
        }  # fmt: skip
        if self.maybe(0.8):
            made["view"] = self.box()
        if self.maybe():
            # Mercator's has no poles, and a view that reaches them is refused
            _, south, _, north = made.get("view", (0, 0, 0, 0))
            upright = ["mercator"] * (max(-south, north) <= MERCATOR_END)
            made["projection"] = self.lot.choice(["equal_earth", "lambert", *upright])
        if self.maybe(0.2):
            made["centre"] = round(self.lot.uniform(-180, 360), 1)
        if kind == "map" and self.maybe(0.3):
            made["insets"] = [{"title": self.text(3), "view": self.box()} for _ in range(2)]
        if self.maybe(0.2):
            made["callouts"] = [{"at": list(self.spot()), "text": self.text(9)}]
        if ":" not in str(made["size"]):
            made["orientation"] = self.lot.choice(["landscape", "portrait"])
        if kind == "closures":
            made["scenarios"] = self.some(self.ids("scenarios.toml#scenario"))
        if kind == "straits":
            made["gates"] = self.some(self.ids("gates.geojson", "gate_groups.csv"))
        return made


def write(seed: int, folder: Path) -> Path:
    """Write the atlas of a seed."""
    return _put(_Maker(seed).make(), folder)


def _put(files: dict[str, Any], folder: Path) -> Path:
    folder.mkdir(parents=True)
    prose: dict[str, list[str]] = {}
    for name, rows in files.items():
        if name == "atlas.toml":
            prose[name] = [_toml(rows)]
        elif "#" in name:
            file, kind = name.split("#")
            prose.setdefault(file, []).extend(f"[[{kind}]]\n{_toml(row)}" for row in rows)
        elif name.endswith(".geojson"):
            features = [
                {"type": "Feature",
                 "properties": {k: _cell(v) for k, v in row.items() if k != "geometry"},
                 "geometry": row["geometry"]}
                for row in rows
            ]  # fmt: skip
            document = {"type": "FeatureCollection", "features": features}
            (folder / name).write_text(json.dumps(document, ensure_ascii=False), "utf-8")
        else:
            columns = list(dict.fromkeys(column for row in rows for column in row))
            out = io.StringIO()
            writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows({k: _cell(v) for k, v in row.items()} for row in rows)
            (folder / name).write_text(out.getvalue(), "utf-8")
    for name, parts in prose.items():
        (folder / name).write_text("\n".join(parts), "utf-8")
    return folder


def _cell(value: Any) -> Any:
    return ";".join(value) if isinstance(value, list) else value


def _toml(row: dict[str, Any]) -> str:
    return "".join(f"{key} = {_value(value)}\n" for key, value in row.items())


def _value(value: Any) -> str:
    if isinstance(value, dict):
        inside = ", ".join(f"{json.dumps(k)} = {_value(v)}" for k, v in value.items())
        return f"{{ {inside} }}"
    if isinstance(value, list):
        return f"[{', '.join(_value(one) for one in value)}]"
    return json.dumps(value, ensure_ascii=False)


def shuffled(atlas: Path, folder: Path, seed: int) -> Path:
    """Write an atlas again with its rows, columns, features, keys and ids' lists as they fall."""
    lot = random.Random(seed)
    shutil.copytree(atlas, folder)
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".csv":
            with path.open(encoding="utf-8-sig", newline="") as file:
                header, *rows = csv.reader(file)
            order = lot.sample(range(len(header)), len(header))
            out = io.StringIO()
            table = [header, *lot.sample(rows, len(rows))]
            csv.writer(out, lineterminator="\n").writerows(
                [[row[n] for n in order] for row in table]
            )
            path.write_text(out.getvalue(), "utf-8")
        elif path.suffix == ".geojson":
            document = json.loads(path.read_text("utf-8-sig"))
            lot.shuffle(document["features"])
            path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    return folder


def tried(seed: int, folder: Path, cache: Cache) -> Found:
    """Build the atlas of a seed, part by part, and measure every frame of every sheet."""
    found = Found(seed)
    start = time.process_time()
    try:
        joined = load(write(seed, folder / "atlas"), cache=cache)
    except Exception:
        found.broken["validate"] = traceback.format_exc()
        return found
    for part in builder.PARTS:
        if part != "print":
            try:
                builder.build(folder / "atlas", folder / "output", only=[part], cache=cache)
            except Exception:
                found.broken[part] = traceback.format_exc()
    language = joined.settings.languages[0]
    names = [sheet.id for sheet in sheets_of(joined)] + ["story"] * bool(joined.chapters)
    for number, name in enumerate(names):
        job = {"sheet": -1 if name == "story" else number, "name": name, "language": language}
        drawn: list[Made] = []
        try:
            with _watched(drawn):
                made_of = worker.make(joined, job)
            with zipfile.ZipFile(io.BytesIO(made_of)) as archive:
                if faults := json.loads(archive.read("notes.json"))["faults"]:
                    found.broken[f"layout of {name}"] = "; ".join(faults)
            for made in drawn:
                for place, frame in enumerate(made.frames):
                    found.sheets[f"{name}/{place} {frame.kind}"] = shares(made.page, frame).error
        except Exception:
            found.broken[f"print {name}"] = traceback.format_exc()
    found.seconds = time.process_time() - start
    return found


@contextmanager
def _watched(drawn: list[Made]) -> Iterator[None]:
    """Keep the pages that are drawn, so that they are measured and not drawn twice."""

    def keeping(*arguments: Any) -> Made:
        drawn.append(draw(*arguments))
        return drawn[-1]

    draw = registry.draw
    registry.draw = keeping
    try:
        yield
    finally:
        registry.draw = draw


def main() -> None:
    """Try many atlases, keep those that break, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--keep", type=Path, help="folder for the atlases that break")
    parser.add_argument("--cache", type=Path, help="folder that outlasts the run")
    asked = parser.parse_args()
    results = []
    own = tempfile.TemporaryDirectory()
    cache = FolderCache(asked.cache or Path(own.name))
    for seed in range(asked.seed * 1000, asked.seed * 1000 + asked.count):
        with tempfile.TemporaryDirectory() as scratch:
            found = tried(seed, Path(scratch), cache)
            results.append(found)
            if found.wrong and asked.keep:
                kept = asked.keep / str(seed)
                shutil.rmtree(kept, ignore_errors=True)
                shutil.copytree(Path(scratch) / "atlas", kept / "atlas")
                for where, told in found.wrong.items():
                    name = re.sub(r"[^A-Za-z0-9]+", "-", where)
                    (kept / f"{name}.txt").write_text(told, "utf-8")
        for where, told in found.wrong.items():
            print(f"{seed} {where}: {told.strip().splitlines()[-1][:300]}", flush=True)
    errors = [error for found in results for error in found.sheets.values()]
    wrong = sum(not error <= WORST for error in errors)
    print(
        f"{len(results)} atlases, {len(errors)} maps on sheets, "
        f"{sum(len(found.broken) for found in results)} crashes, "
        f"worst error of land or world {max(errors, default=0):.3f} of the frame "
        f"({wrong} above {WORST}), {sum(found.seconds for found in results):.0f} s"
    )
    sys.exit(any(found.wrong for found in results))


if __name__ == "__main__":
    main()
