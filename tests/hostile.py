"""An atlas whose every free text is an attack, for `test_hostile.py`.

    python tests/hostile.py FOLDER      write it, to look at it or to build it

It has rows in every kind of file. Which fields are free text is asked of the model, so that a
field added later is attacked too. Every field gets all the attacks in one text, each field
beginning with another, because some work at the beginning only.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from frontiers_map.atlas import model
from frontiers_map.atlas.model import MODELS, Row, Text

EVIL = "http://evil.invalid/"
ATTACKS = (
    f"</script><img src={EVIL}a.png onerror=pwned=1>",
    '"><svg onload=pwned=1>',
    "' onmouseover='pwned=1' autofocus onfocus='pwned=1",
    "]]><script>pwned=1</script>",
    f'=HYPERLINK("{EVIL}","click")',
    "javascript:pwned=1",
    "${pwned=1}`${pwned=1}`",
    "{{ pwned }}{% include 'pwned' %}{0}{__class__}{pwned:x}%s%n",
    "\u2028pwned=1\u2029",
    '\\"pwned=1;//\\u003cscript\\',
    "\u202edesrever\u2066\u2069\u200f",
    r"$\frac{x^{$",
    f"<!--<base href={EVIL}><link rel=stylesheet href={EVIL}b.css><style>*{{display:none}}",
    f'-->\n<meta http-equiv=refresh content="0;url={EVIL}">',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+1+1",
    "&lt;b&gt;&amp;&#x3c;script&#x3e;&bogus;",
    "'; DROP TABLE places; --",
    "[% env('HOME') %]",
    "%3Cscript%3Epwned=1%3C/script%3E",
    "\tpwned\u200d\ufeff",
)
# stands in settings and file alike
KIND = " ".join(ATTACKS[:9]).replace("\u2028", "").replace("\u2029", "")
FREE = {"text without control characters", "some text"}


def attacks() -> Iterator[str]:
    """Give all the attacks in one text, again and again, each time beginning with another."""
    for first in itertools.cycle(range(len(ATTACKS))):
        yield " ".join(ATTACKS[first:] + ATTACKS[:first])


def fill(row: type[Row], values: dict[str, Any], text: Iterator[str]) -> dict[str, Any]:
    """Put attacks into all free texts of a row that has its other fields already."""
    filled = dict(values)
    for name, field in model.in_languages(row, model.LANGUAGES).model_fields.items():
        key = field.alias or name
        kinds = {field.annotation, *get_args(field.annotation)}
        if key in values:
            continue
        if field.description in FREE:
            filled[key] = next(text)
        elif any(isinstance(one, type) and issubclass(one, Text) for one in kinds):
            many = str(field.annotation).startswith(("tuple", "dict"))
            one = {language: next(text) for language in model.LANGUAGES}
            filled[key] = [one] if many else one
    return filled


COMMON = {"source": "T1;T2", "as_of": "2026-01", "certainty": "schematic"}
VIEW = [170, -30, 200, -5]
ROWS: dict[str, list[dict[str, Any]]] = {
    "sources.csv": [
        {"id": "T1", "url": "https://evil.invalid/?q=${pwned}&lt;&quot;)](javascript:pwned=1"},
        {"id": "T2", "url": ""},
    ],
    "places.csv": [
        {"id": "suva", "lon": 178.45, "lat": -18.14, "kind": "capital", "country": "FJ",
         "pole": "y", "in_article": "y", **COMMON},
        {"id": "apia", "lon": -171.76, "lat": -13.83, "kind": "capital", "country": "WS", **COMMON},
        {"id": "nuku", "lon": -175.2, "lat": -21.14, "kind": "wreck", "country": "TO", **COMMON},
    ],
    "terminals.csv": [
        {"id": "vuda", "country": "FJ", "kind": "export", "lon": 177.38, "lat": -17.68,
         "position_error_km": 2, "capacity_mtpa": 3.5, "status": "operating",
         "status_since": "2025-03", "start_year": 2025, **COMMON},
        {"id": "mulifanua", "country": "WS", "kind": "jetty", "lon": -172.03, "lat": -13.82,
         "capacity_mtpa": 1, "status": "construction", **COMMON},
    ],
    "terminal_status.csv": [
        {"terminal": "vuda", "date": "2026-01-05", "status": "idle", "source": "T1"}
    ],
    "gate_groups.csv": [{"id": "gaps", "gates": "gap"}],
    "gate_status.csv": [
        {"gate": "gap", "date": "2026-01-05", "status": "restricted", "source": "T1"},
        {"gate": "gaps", "date": "2026-02-05", "status": "closed", "source": "T2"},
    ],
    "region_edges.csv": [{"region": "waters", "lon": 174, "lat": -24}],
    "links.csv": [
        {"id": "pact", "kind": "pact", "parties": "FJ;WS", "since": "2020", "until": "2030-05",
         "status": "in_force", "places": "suva;apia", "path": "suva;apia|suva;nuku;suva",
         "in_article": "y", **COMMON}
    ],
    "events.csv": [
        {"id": "visit", "date": "2026-01-10", "date_end": "2026-01-12", "precision": "day",
         "kind": "raid", "parties": "FJ", "places": "suva;gap;vuda", "links": "pact",
         "in_article": "y", "status": "done", "overtakes": "y", **COMMON}
    ],
    "routes.csv": [
        {"id": "fiji_samoa", "importer": "JP", "supplier": "fiji", "from": "vuda",
         "to": "mulifanua", "status": "active", "share_pct": 40, "practice": "coastal",
         "draw": "y", **COMMON},
        {"id": "fiji_tonga", "importer": "IT", "supplier": "fiji", "from": "suva", "to": "nuku",
         "status": "planned", **COMMON},
    ],
    "imports.csv": [{"importer": "JP", "year": 2025, "mt": 1.2, "share_pct": 40, "source": "T1"}],
    "parameters.csv": [{"id": "something", "value": -3.5, "low": -4, "high": 1, "source": "T1"}],
    "ships.csv": [
        {"id": "canoe", "kind": "general", "draught_m": 1, "beam_m": 2, "length_m": 9,
         "source": "T1", "as_of": "2026"}
    ],
    "practice.csv": [{"id": "coastal", "days_low": 1, "days_high": 3, "source": "T1"}],
    "sea_labels.csv": [{"id": "koro", "lon": 179.9, "lat": -18.2, "class": 3, **COMMON}],
    "claims.csv": [
        {"id": "c01", "verdict": "overstated", "looked_on": "2026-12-02",
         "touches": "suva;gap;pact;visit;waters",
         "source": "T2", "as_of": "2026-01-16"}
    ],
    "terms.csv": [{"id": "word"}],
    "errata.csv": [
        {"id": "x01", "date": "2026-02-01", "touches": "suva;gap;pact;visit;waters", "source": "T1"}
    ],
}  # fmt: skip
SHAPES: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = {
    "gates.geojson": [
        (
            {"id": "gap", "kind": "strait", "group": "gaps", "rank": 1, "min_width_km": 8.5,
             "yearly_transits": 1200, "closed_by_default": "no", **COMMON},
            {"type": "LineString", "coordinates": [[179.2, -18.4], [179.9, -18.9]]},
        )
    ],
    "channels.geojson": [
        (
            {"id": "ditch", "max_draught_m": 2, **COMMON},
            {"type": "LineString", "coordinates": [
                [178.7, -17.9], [177.9, -17.6], [177.3, -17.55]]},
        )
    ],
    "shoals.geojson": [
        (
            {"id": "bank", "max_draught_m": 3, **COMMON},
            {"type": "Polygon", "coordinates": [
                [[179.6, -16.2], [180.4, -16.2], [180.4, -15.4], [179.6, -15.4], [179.6, -16.2]]]},
        )
    ],
    "regions.geojson": [
        (
            {"id": "waters", "family": "home", "use": "recommended", "edge": "soft", **COMMON},
            {"type": "Polygon", "coordinates": [
                [[174, -24], [-168, -24], [-168, -10], [174, -10], [174, -24]]]},
        ),
        (
            {"id": "away", "family": "abroad", "use": "recommended", "edge": "hard", **COMMON},
            {"type": "Polygon", "coordinates": [
                [[178, -20], [-172, -20], [-172, -5], [178, -5], [178, -20]]]},
        ),
    ],
}  # fmt: skip
FOCUS = {"routes": ["fiji_samoa"], "gates": ["gap"], "terminals": ["vuda"], "places": ["suva"],
         "regions": ["waters"], "links": ["pact"], "events": ["visit"]}  # fmt: skip
TABLES: dict[str, dict[str, list[tuple[type[Row], dict[str, Any]]]]] = {
    "scenarios.toml": {
        "scenario": [
            (model.Scenario, {"id": "shut", "close": ["gaps"], "since": "2026-01-05",
                              "source": ["T1"]}),
        ]
    },
    "story.toml": {
        "chapter": [
            (model.Chapter, {"id": "start", "figure": "n:links", "view": VIEW, "core": VIEW,
                             "focus": FOCUS,
                             "layers": ["regions", "routes"], "scenario": "shut",
                             "date": "2026-01-10"}),
            (model.Chapter, {"id": "end", "figure": "n:places", "view": VIEW}),
        ]
    },
    "maps.toml": {
        "map": [
            (model.MapSpec, {"id": "index", "view": VIEW, "chapters": ["start", "end"]}),
            (model.MapSpec, {"id": "second", "view": VIEW, "core": VIEW, "focus": FOCUS}),
        ],
        "sheet": [
            (model.Sheet, {"id": "map", "kind": "map", "view": VIEW, "focus": FOCUS}),
        ],
    },
}  # fmt: skip


def settings(text: Iterator[str]) -> dict[str, Any]:
    def words() -> dict[str, str]:
        return {language: next(text) for language in model.LANGUAGES}

    given = {
        "id": "hostile",
        "languages": ["en", "it", "ja"],
        "record_to": "2026-02-10",
        "article_date": "2026-01-16",
        "moments": [{"id": "m", "date": "2026-01-16", "name": words(), "text": words()}],
        "families": [
            {"id": "home", "name": words(), "recommended": "waters"},
            {"id": "abroad", "name": words(), "recommended": "away"},
        ],
        "suppliers": [{"id": "fiji", "name": words(), "role": "route_other", "order": 1}],
        "kinds": [
            {"of": "places", "id": "wreck", "name": words(), "symbol": "dart"},
            {"of": "terminals", "id": "jetty", "name": words(), "like": "import"},
            {"of": "links", "id": "pact", "name": words(), "colour": "#a0522d"},
            {"of": "events", "id": "raid", "name": words(), "like": "conflict"},
        ],
        "layers": [
            {
                "id": "wires",
                "name": words(),
                "file": "wires.geojson",
                "geometry": "line",
                "outages": "wires_out.csv",
                "kinds": [{"value": KIND, "name": words(), "colour": "#a0522d"}],
            },
            {
                "id": "farms",
                "name": words(),
                "file": "more/farms.csv",
                "geometry": "area",
                "fill": "hatch",
                "as_of": "2026",
                "certainty": "schematic",
                "source": ["T1"],
            },
            {
                "id": "buoys",
                "name": words(),
                "file": "more/buoys.csv",
                "geometry": "point",
                "as_of": "2026",
                "certainty": "schematic",
                "source": ["T2"],
            },
        ],
        "parties": {name: words() for name in ("FJ", "WS", "JP", "IT")},
    }
    return fill(model.AtlasSettings, given, text)


def own(text: Iterator[str]) -> dict[str, str]:
    """Give the files of the layers of one's own."""
    wire = fill(model.OwnFeature, {"id": "wire", "kind": KIND, **COMMON}, text)
    line = {"type": "LineString", "coordinates": [[178.5, -18.3], [181, -16], [188, -14]]}
    feature = {"type": "Feature", "properties": wire, "geometry": line}
    ring = "POLYGON ((176 -20, 177 -20, 177 -21, 176 -20))"
    rows: dict[str, list[dict[str, Any]]] = {
        "wires_out.csv": [
            fill(model.Outage, {"feature": "wire", "since": "2026-02-01", "source": "T1"}, text)
        ],
        "more/farms.csv": [{"id": "farm", "name": next(text), "note": next(text), "wkt": ring}],
        "more/buoys.csv": [
            {"id": "buoy", "name_en": next(text), "name_ja": next(text), "note_it": next(text),
             "lon": 183, "lat": -19}
        ],
    }  # fmt: skip
    made = {file: table(found) for file, found in rows.items()}
    document = {"type": "FeatureCollection", "features": [feature]}
    return {**made, "wires.geojson": json.dumps(document, ensure_ascii=False)}


def table(rows: list[dict[str, Any]]) -> str:
    """Write rows as CSV."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, names, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def toml(values: dict[str, Any]) -> str:
    """Write a mapping as TOML, all of it inline."""

    def inline(value: Any) -> str:
        if isinstance(value, dict):
            return "{" + ", ".join(f"{key} = {inline(item)}" for key, item in value.items()) + "}"
        if isinstance(value, list | tuple):
            return "[" + ", ".join(map(inline, value)) + "]"
        return json.dumps(value, ensure_ascii=False)

    return "".join(f"{key} = {inline(value)}\n" for key, value in values.items())


def write(folder: Path) -> Path:
    """Write the hostile atlas and give its folder."""
    folder.mkdir(parents=True)
    text = attacks()
    for file, rows in ROWS.items():
        filled = [fill(MODELS[file], row, text) for row in rows]
        (folder / file).write_bytes(table(filled).encode())
    for file, shapes in SHAPES.items():
        features = [
            {"type": "Feature", "properties": fill(MODELS[file], values, text), "geometry": shape}
            for values, shape in shapes
        ]
        document = {"type": "FeatureCollection", "features": features}
        (folder / file).write_text(json.dumps(document, indent=1, ensure_ascii=False), "utf-8")
    for file, tables in TABLES.items():
        lists = {
            name: [fill(row, values, text) for row, values in entries]
            for name, entries in tables.items()
        }
        (folder / file).write_bytes(toml(lists).encode())
    (folder / "atlas.toml").write_bytes(toml(settings(text)).encode())
    (folder / "more").mkdir()
    for file, content in own(text).items():
        (folder / file).write_bytes(content.encode())
    return folder


if __name__ == "__main__":
    write(Path(sys.argv[1]))
