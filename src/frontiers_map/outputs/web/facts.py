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

from frontiers_map import style
from frontiers_map.analysis import figures
from frontiers_map.analysis.joins import placed
from frontiers_map.analysis.transits import daily_means
from frontiers_map.errors import CallError
from frontiers_map.language import text
from frontiers_map.outputs.web.layers import Speaker, layers, rows_of
from frontiers_map.symbols import path_of
from frontiers_map.voyages.supply import latest

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas
    from frontiers_map.atlas.model import Focus, MapSpec, Picture

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
    speak = Speaker(languages)
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
    speak = Speaker(languages)
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
        "sources": rows_of(
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
        "claims": rows_of(
            atlas.claims, speak, {k: k for k in ("claim", "finding", "alone", "looked")},
            {k: k for k in ("id", "verdict", "touches", "source", "as_of", "looked_on")},
        ),
        "transits": daily_means(atlas.transits),
        "errata": rows_of(
            atlas.errata.iloc[::-1], speak, {k: k for k in ("said", "right")},
            {k: k for k in ("id", "date", "touches", "source")},
        ),
        "terms": _terms(atlas),
        "imports": rows_of(
            atlas.imports, speak, {"name": "origin_name"},
            {"importer": "importer", "period": "period", "origin": "origin", "mt": "mt",
             "share": "share_pct"},
        ),
        "supply": _supply(atlas),
        "ship": vars(atlas.ship),
        # The cards of routes show it; without one, no card does.
        "practice": rows_of(
            atlas.practice[atlas.practice["id"].isin(atlas.routes["practice"])],
            speak, {k: k for k in ("usual", "alternatives", "note")},
            {k: k for k in ("id", "source")},
        ),
        **layers(atlas, speak, drawing),
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


def _picture(atlas: JoinedAtlas, picture: Picture, speak: Speaker) -> dict[str, Any]:
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
