"""What a page knows: the joined atlas as plain values, short enough to travel in the page.

A text is a list with one entry for each language of the page. A line is a flat list of
differences of whole numbers, longitude before latitude (`pack.deltas`): 1000 to a degree for
routes and gates, 100 for regions and links. Nothing is computed here that the atlas does not
say, except what only a drawing needs: widths, soft edges, places for names.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from frontiers_map import style
from frontiers_map.analysis import figures
from frontiers_map.analysis.joins import placed
from frontiers_map.analysis.transits import daily_means
from frontiers_map.errors import CallError
from frontiers_map.language import prose, text
from frontiers_map.language.prose import Prose
from frontiers_map.outputs.web import features
from frontiers_map.outputs.web.pack import deltas
from frontiers_map.symbols import path_of
from frontiers_map.voyages.supply import latest

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas
    from frontiers_map.atlas.model import Focus, MapSpec, Picture, Text

__all__ = ["common_facts", "facts", "interest", "kinds", "symbols", "words"]

WORD_GROUPS = (
    "certainty", "certainty_means", "terminal_kind", "terminal_status", "route_status",
    "gate_status", "gate_kind",
    "place_kind", "link_status", "link_kind", "event_status", "event_kind", "verdict",
    "source_read", "use", "feature_state",
)  # fmt: skip


def words(languages: Sequence[str]) -> dict[str, dict[str, text.Word]]:
    """Words for the values that stand in the atlas, as ``group.value``."""
    return {
        f"{group}.{value}": {code: text.word(group, value, code) for code in languages}
        for group in WORD_GROUPS
        for value in text.values(group)
    }


def interest(atlas: JoinedAtlas) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Longitude and latitude of what the map shows, near which the coast is drawn finely."""
    points = [
        frame[["lon", "lat"]].to_numpy(dtype=float)
        for frame in (atlas.terminals, atlas.places)
        if len(frame)
    ]
    # of layers of one's own one point in each quarter of a square degree
    points += [
        np.unique(np.round(frame.get_coordinates().to_numpy() * 2) / 2, axis=0)
        for frame in atlas.own.values()
    ]
    gates = [[[*line.interpolate(0.5, normalized=True).coords[0]]] for line in atlas.gates.geometry]
    found = [*points, *(np.array(gate, dtype=float) for gate in gates)]
    return np.concatenate(found) if found else np.zeros((0, 2))


class _Speaker:
    """Takes texts out of rows, in the languages of the page."""

    def __init__(self, languages: Sequence[str]) -> None:
        self.languages = tuple(languages)

    def row(self, row: Any, field: str) -> list[Prose]:
        texts = [
            str(getattr(row, f"{field}_{text.suffix(code)}", "") or "") for code in self.languages
        ]
        return self._short([prose.told(one) for one in texts] if field in prose.FIELDS else texts)

    def text(self, value: Text | None) -> list[Prose]:
        return self._short([value.get(code) for code in self.languages]) if value else []

    def prose(self, value: Text | None) -> list[Prose]:
        return self._short(
            [prose.told(value.get(code)) for code in self.languages] if value else []
        )

    def _short(self, texts: Sequence[Prose]) -> list[Prose]:
        if not any(texts):
            return []
        found = [*texts]
        return found[:1] if all(t in ("", found[0]) for t in found[1:]) and found[0] else found


def _plain(value: Any) -> Any:
    """A cell as JSON: nothing for what is missing, whole numbers as such."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return int(value) if value.is_integer() else round(value, 5)
    return list(value) if isinstance(value, tuple | list) else value


def _rows(
    frame: pd.DataFrame, speak: _Speaker, texts: Mapping[str, str], plain: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Rows with some texts and some plain columns, renamed; what is empty is left out."""
    out = []
    for row in frame.itertuples():
        item: dict[str, Any] = {}
        for key, column in plain.items():
            value = _plain(getattr(row, column))
            if value is not None and value != "" and value != []:
                item[key] = value
        for key, column in texts.items():
            if spoken := speak.row(row, column):
                item[key] = spoken
        out.append(item)
    return out


# Width of an agreement's line on the page.
LINK_PX = 1.1
_COMMON = {"id": "id", "source": "source", "as_of": "as_of", "certainty": "certainty"}


def facts(
    atlas: JoinedAtlas, spec: MapSpec, languages: Sequence[str], common: Mapping[str, Any]
) -> dict[str, Any]:
    """Collect everything that one page shows.

    Parameters
    ----------
    atlas
    spec
        The page to make.
    languages
        Codes, in the order in which texts are listed.
    common
        What all pages of the atlas show, from `common_facts` in the same languages.

    Returns
    -------
    dict
        JSON-ready.
    """
    speak = _Speaker(languages)
    chapters = [c for c in common["chapters"] if not spec.chapters or c["id"] in spec.chapters]
    if spec.chapters:
        chapters.sort(key=lambda chapter: spec.chapters.index(chapter["id"]))
    return {
        **common,
        "page": spec.id,
        "title": speak.text(spec.title),
        "deck": speak.text(spec.deck),
        "view": list(spec.view),
        "core": list(spec.core) if spec.core else None,
        "layers": list(spec.layers),
        "focus": _focus(spec.focus),
        "chapters": chapters,
    }


def common_facts(
    atlas: JoinedAtlas, languages: Sequence[str], drawing: Mapping[str, Any]
) -> dict[str, Any]:
    """Collect what every page of an atlas shows.

    Parameters
    ----------
    atlas
    languages
        Codes, in the order in which texts are listed.
    drawing
        What `web.drawing` found: ``gates`` (id to line at sea), ``rooms`` (per sea label),
        ``regions`` (id to steps, open edges, places for the name), ``overlaps`` (id to
        steps and places for the name), ``routes`` (id to line and room beside it).

    Returns
    -------
    dict
        JSON-ready.
    """
    speak = _Speaker(languages)
    settings = atlas.settings
    return {
        "version": settings.version,
        "atlas": settings.id,
        "languages": list(languages),
        "forms": {code: text.page_forms(code) for code in languages},
        "language_names": {code: _own_name(code) for code in languages},
        "record_to": settings.record_to,
        "article": settings.article_date,
        "reach": _reach(atlas),
        "atlas_title": speak.text(settings.title),
        "moments": [
            {"date": m.date, "name": speak.text(m.name), "text": speak.text(m.text)}
            for m in settings.moments
        ],
        "families": [
            {"id": f.id, "name": speak.text(f.name), "recommended": f.recommended}
            for f in settings.families
        ],
        "suppliers": [
            {"id": s.id, "name": speak.text(s.name), "role": s.role}
            for s in sorted(settings.suppliers, key=lambda s: s.order)
        ],
        "parties": {code: speak.text(name) for code, name in settings.parties.items()},
        "kinds": kinds(atlas),
        "policy": speak.prose(settings.policy),
        "how": speak.prose(settings.how_to_read),
        "licence": settings.licence,
        "credit": speak.text(settings.credit),
        "style": {
            "roles": [*style.LIGHT.colours(), "region_first_opacity", "region_second_opacity",
                      "overlap_opacity"],
            "symbols": {name: path_of(name) for name in symbols(atlas)},
            "looks": {layer: _looks(looks) for layer, looks in style.LOOKS.items()},
            "states": _looks(style.FEATURE_LOOKS),
            "dashes": {
                status: list(look.dash)
                for status, look in style.LOOKS["routes"].items() if look.dash
            },
        },
        "chapters": [
            {
                "id": c.id, "title": speak.text(c.title),
                "text": speak.prose(c.text),
                "figure": _figure(c.figure, atlas, languages),
                "label": speak.text(c.figure_label),
                "figure_id": c.figure, "shares": list(c.shares), "view": list(c.view),
                "core": list(c.core) if c.core else None, "layers": list(c.layers),
                "focus": _focus(c.focus), "scenario": c.scenario, "date": c.date,
                "source": list(c.source), **({"globe": True} if c.globe else {}),
                **({"callouts": [{"at": list(one.at), "text": speak.text(one.text)}
                                 for one in c.callouts]} if c.callouts else {}),
                **({"picture": _picture(atlas, c.picture, speak)} if c.picture else {}),
            }
            for c in atlas.chapters
        ],
        "scenarios": [
            {
                "id": s.id, "name": speak.text(s.name),
                "text": speak.prose(s.text),
                "close": list(s.close), "open": list(s.open), "since": s.since,
                "source": list(s.source),
            }
            for s in atlas.scenarios
        ],
        # Where there is a link it says where: both cost 4 kB of the page.
        "sources": _rows(
            atlas.sources.assign(
                address=atlas.sources["address"].where(atlas.sources["url"] == "", "")
            ),
            speak, {},
            {
                key: key
                for key in ("id", "title", "address", "url", "publisher", "date", "kind", "read",
                            "supports")
            }
        ),
        "claims": _rows(
            atlas.claims, speak, {k: k for k in ("claim", "finding", "alone", "looked")},
            {k: k for k in ("id", "verdict", "touches", "source", "as_of", "looked_on")},
        ),
        "transits": daily_means(atlas.transits),
        "errata": _rows(
            atlas.errata.iloc[::-1], speak, {k: k for k in ("said", "right")},
            {k: k for k in ("id", "date", "touches", "source")},
        ),
        "terms": _terms(atlas),
        "imports": _rows(
            atlas.imports, speak, {"name": "origin_name"},
            {"importer": "importer", "period": "period", "origin": "origin", "mt": "mt",
             "share": "share_pct"},
        ),
        "supply": _supply(atlas),
        "ship": vars(atlas.ship),
        # The cards of routes show it; without one, no card does.
        "practice": _rows(
            atlas.practice[atlas.practice["id"].isin(atlas.routes["practice"])],
            speak, {k: k for k in ("usual", "alternatives", "note")},
            {k: k for k in ("id", "source")},
        ),
        **_layers(atlas, speak, drawing),
    }  # fmt: skip


# Symbols of the page itself: of what its legend shows, and of poles.
_ALWAYS = ("capital", "city", "export", "import", "pole")


def symbols(atlas: JoinedAtlas) -> list[str]:
    """Name the symbols that the page draws."""
    own = atlas.settings.looks.values()
    found = {look.symbol for looks in own for look in looks.values()}
    found |= {
        look["symbol"]
        for looks in kinds(atlas).values()
        for look in looks.values()
        if "symbol" in look
    }
    return sorted({*_ALWAYS, *found})


def kinds(atlas: JoinedAtlas) -> dict[str, dict[str, dict[str, Any]]]:
    """How the kinds that there are look, by layer and kind; what need not be said is left out."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    marked = any(placed(row) for row in atlas.events.itertuples()) or any(
        atlas.settings.kind_looks["events"][kind].own for kind in set(atlas.events["kind"])
    )
    drawn = ("places", "terminals", *(("events",) if marked else ()))
    for layer, looks in atlas.settings.kind_looks.items():
        there = set(getattr(atlas, layer)["kind"])
        found[layer] = {
            kind: {
                **({"like": look.like} if look.like != kind else {}),
                **({"symbol": look.symbol} if layer in drawn else {}),
                **({"colour": [look.light, look.dark]} if look.light else {}),
                **({"own": True} if look.own else {}),
            }
            for kind, look in looks.items()
            if kind in there
        }
    return found


def _own_name(language: str) -> str:
    """What a language calls itself, as it begins a line."""
    name = text.language_name(language, language)
    return name[:1].upper() + name[1:]


def _terms(atlas: JoinedAtlas) -> list[list[str]]:
    """The words for one thing, each list: its names, the words avoided for it, what is typed."""
    return [
        list(dict.fromkeys(filter(None, (
            *(getattr(row, name) for name in text.told_in("term", atlas.terms.columns).values()),
            *(pair.partition(":")[2] for pair in row.avoid.split(";")),
            *(word.strip() for word in row.aliases.split(";")),
        ))))
        for row in atlas.terms.itertuples()
    ]  # fmt: skip


def _supply(atlas: JoinedAtlas) -> list[dict[str, Any]]:
    """What each supplier that has routes sends each importer in a year, for the exposure."""
    trades = set(zip(atlas.routes["importer"], atlas.routes["supplier"], strict=True))
    return [
        {
            "importer": row.Index[0],
            "supplier": row.Index[1],
            "mt": row.mt,
            "share": row.share_pct,
            "period": row.period,
            "source": list(row.source),
        }
        for row in latest(atlas.imports).itertuples()
        if row.Index in trades
    ]


def _looks(looks: Mapping[str, style.Look]) -> dict[str, dict[str, Any]]:
    return {
        status: {
            **({"dash": list(look.dash)} if look.dash else {}),
            **({"hollow": True} if look.hollow else {}),
            **({"ink": look.ink} if look.ink else {}),
            "tone": look.tone,
        }
        for status, look in looks.items()
    }


def _reach(atlas: JoinedAtlas) -> list[float]:
    """How far south and north anything is drawn or shown, in degrees."""
    frames = (atlas.regions, atlas.routes, atlas.links, atlas.places, atlas.terminals,
              *atlas.own.values())  # fmt: skip
    bounds = [frame.total_bounds[[1, 3]] for frame in frames if len(frame)]
    # a view has some room round what it shows
    views = [spec.view for spec in atlas.maps] + [chapter.view for chapter in atlas.chapters]
    bounds += [np.array([view[1] + 2, view[3] - 2]) for view in views]
    found = np.array([pair for pair in bounds if not np.isnan(pair).any()]).reshape(-1, 2)
    return [float(found[:, 0].min()), float(found[:, 1].max())] if len(found) else [0.0, 0.0]


def _focus(focus: Focus) -> dict[str, list[str]]:
    return {key: list(value) for key, value in focus if value}


def _layers(
    atlas: JoinedAtlas, speak: _Speaker, drawing: Mapping[str, Any]
) -> dict[str, list[dict[str, Any]]]:
    gates = _rows(
        atlas.gates, speak,
        {"name": "name", "depth": "depth", "draught": "draught", "reason": "closed_reason",
         "note": "note"},
        {**_COMMON, "kind": "kind", "rank": "rank", "width": "min_width_km",
         "transits": "yearly_transits", "transit_year": "transit_year", "pw": "portwatch_id",
         "pw_name": "portwatch_name", "closed": "closed_by_default"},
    )  # fmt: skip
    for item in gates:
        item["line"] = drawing["gates"][item["id"]]
    regions = _rows(
        atlas.regions,
        speak,
        {"name": "name", "short": "short", "note": "note"},
        {**_COMMON, "family": "family", "use": "use", "edge": "edge", "area": "area_km2"},
    )
    for item in regions:
        item.update(drawing["regions"][item["id"]])
        item["edges"] = [
            {"note": speak.row(row, "note")}
            for row in atlas.region_edges.itertuples()
            if row.region == item["id"]
        ]
    overlaps = [
        {"id": row.id, "a": row.first_id, "b": row.second_id, "area": _plain(row.area_km2),
         **drawing["overlaps"][row.id]}
        for row in atlas.overlaps.itertuples()
    ]  # fmt: skip
    seas = [
        {"id": row["id"], "lon": _plain(row["lon"]), "lat": _plain(row["lat"]),
         "class": int(row["class"]),
         "name": speak._short([str(row[f"name_{text.suffix(code)}"]) for code in speak.languages])}
        for row in atlas.sea_labels.to_dict("records")
    ]  # fmt: skip
    for item, rooms in zip(seas, drawing["rooms"], strict=True):
        item["rooms"] = rooms
    areas: dict[str, list[str]] = {}
    for row in atlas.within.itertuples():
        areas.setdefault(f"{row.layer}:{row.feature_id}", []).append(row.area_id)
    places = _rows(
        atlas.places,
        speak,
        {"name": "name", "role": "role"},
        {**_COMMON, "lon": "lon", "lat": "lat", "kind": "kind", "country": "country"},
    )
    for item, row in zip(places, atlas.places.itertuples(), strict=True):
        item["within"] = areas.get(f"places:{item['id']}", [])
        if row.pole:
            item["pole"] = True
        if row.in_article:
            item["article"] = True
    return {
        "regions": regions,
        "overlaps": overlaps,
        "places": places,
        "terminals": _terminals(atlas, speak, areas),
        "gates": gates,
        "gate_groups": _rows(
            atlas.gate_groups, speak, {"name": "name"}, {"id": "id", "gates": "gates"},
        ),
        "gate_status": _rows(
            # of one day, a gate's own report stands after its group's: the last one counts
            atlas.gate_status.sort_values(
                "gate", key=lambda names: names.isin(atlas.gates["id"]), kind="stable"
            ),
            speak, {"sentence": "sentence"},
            {k: k for k in ("gate", "date", "status", "source")},
        ),
        "terminal_status": _rows(
            atlas.terminal_status, speak, {"sentence": "sentence"},
            {k: k for k in ("terminal", "date", "status", "source")},
        ),
        "own_layers": features.layers(atlas, speak.text),
        "features": features.rows(atlas, speak.row, features.simplified(atlas)[0]),
        "links": _links(atlas, speak),
        "events": _events(atlas, speak),
        "routes": _routes(atlas, speak, drawing),
        "sea_labels": seas,
    }  # fmt: skip


def _terminals(
    atlas: JoinedAtlas, speak: _Speaker, areas: Mapping[str, list[str]]
) -> list[dict[str, Any]]:
    rows = _rows(
        atlas.terminals, speak,
        {"name": "name", "short": "short", "status_note": "status_note", "note": "note"},
        {**_COMMON, "lon": "lon", "lat": "lat", "kind": "kind", "country": "country",
         "operator": "operator", "err": "position_error_km", "cap": "capacity_mtpa",
         "status": "status", "since": "status_since", "start": "start_year"},
    )  # fmt: skip
    role_of = {s.id: s.role for s in atlas.settings.suppliers}
    for item, supplier in zip(rows, atlas.terminals["supplier"], strict=True):
        if supplier:
            item["role"] = role_of[supplier]
        item["within"] = areas.get(f"terminals:{item['id']}", [])
    return rows


def _links(atlas: JoinedAtlas, speak: _Speaker) -> list[dict[str, Any]]:
    rows = _rows(
        atlas.links, speak, {"name": "name", "status_note": "status_note", "summary": "summary"},
        {**_COMMON, "parties": "parties", "kind": "kind", "since": "since", "until": "until",
         "status": "status", "places": "places"},
    )  # fmt: skip
    poles = set(atlas.places.loc[atlas.places["pole"].astype(bool), "id"])
    for item, row in zip(rows, atlas.links.itertuples(), strict=True):
        stops = row.path or ((row.places,) if len(row.places) > 1 else ())
        item["lines"] = [
            deltas(_unwrapped([atlas.position(name) for name in line]), 100) for line in stops
        ]
        item["ends"] = sorted({name for line in stops for name in line})
        item.setdefault("places", [])
        dash = style.LOOKS["links"][row.status].dash
        item["dash"] = [round(part * LINK_PX, 1) for part in dash]
        if poles and len(poles & set(item["ends"])) == 2:
            item["pole"] = True
    return rows


def _unwrapped(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Each point in the copy of the world that is nearest to the one before it."""
    out: list[tuple[float, float]] = []
    for lon, lat in points:
        if out:
            lon += 360 * round((out[-1][0] - lon) / 360)
        out.append((lon, lat))
    return out


def _events(atlas: JoinedAtlas, speak: _Speaker) -> list[dict[str, Any]]:
    looks = atlas.settings.kind_looks["events"]
    rows = _rows(
        atlas.events, speak, {"name": "name", "summary": "summary", "status_note": "status_note"},
        {**_COMMON, "date": "date", "end": "date_end", "kind": "kind",
         "parties": "parties", "places": "places", "links": "links", "status": "status"},
    )  # fmt: skip
    for item, row in zip(rows, atlas.events.itertuples(), strict=True):
        for key in ("parties", "places", "links"):
            item.setdefault(key, [])
        if row.overtakes:
            item["overtakes"] = True
        # Drawn on the map: what has a position, and kinds of the atlas's own beside their places.
        own = placed(row)
        if own or looks[row.kind].own:
            spots = shapely.get_coordinates(row.geometry).round(4).tolist()
            item.update({"at": spots} | ({"lon": row.lon, "lat": row.lat} if own else {}))
    return rows


def _routes(
    atlas: JoinedAtlas, speak: _Speaker, drawing: Mapping[str, Any]
) -> list[dict[str, Any]]:
    rows = _rows(
        atlas.routes, speak,
        {"name": "name", "short": "short", "via_reason": "via_reason", "basis": "share_basis",
         "note": "note"},
        {**_COMMON, "importer": "importer", "supplier": "supplier", "from": "from_id",
         "to": "to_id", "via": "via", "status": "status", "share": "share_pct",
         "practice": "practice", "nm": "nm", "gates": "gates",
         "overlap": "overlap_share"},
    )  # fmt: skip
    role_of = {s.id: s.role for s in atlas.settings.suppliers}
    for item, row in zip(rows, atlas.routes.itertuples(), strict=True):
        item["draw"] = bool(row.draw)
        item.setdefault("gates", [])
        item.setdefault("via", [])
        item["regions"] = {key: round(value, 4) for key, value in row.regions.items()}
        item["role"] = role_of.get(row.supplier, "route_other")
        # The tonnes are the supplier's: its routes divide the width among them.
        sent = (_plain(row.supplier_mt_year) or 0.0) / row.supplier_routes
        item["width"] = round(style.route_width(sent) * 4 / 3, 2)
        item.update(drawing["routes"][row.id])
    return rows


def _picture(atlas: JoinedAtlas, picture: Picture, speak: _Speaker) -> dict[str, Any]:
    """The picture of a chapter, within the page."""
    drawn = atlas.pictures[picture.file]
    return {
        "src": f"data:{drawn.kind};base64,{base64.b64encode(drawn.content).decode()}",
        "size": [drawn.width, drawn.height],
        "alt": speak.text(picture.alt),
        "credit": speak.text(picture.credit),
    }


def _figure(name: str, atlas: JoinedAtlas, languages: Sequence[str]) -> list[str]:
    """The big number of a chapter, in each language; none if nothing of that name is computed."""
    if name in ("", "none"):
        return []
    try:
        return [figures.figure(atlas, name, code, unit=True) for code in languages]
    except CallError:
        return []
