"""The layers of an atlas for the page, row by row: texts, plain values, lines as differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from frontiers_map import style
from frontiers_map.analysis.joins import placed
from frontiers_map.language import prose, text
from frontiers_map.language.prose import Prose
from frontiers_map.outputs.web import features
from frontiers_map.outputs.web.pack import deltas

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas
    from frontiers_map.atlas.model import Text

__all__ = ["Speaker", "layers", "plain", "rows_of"]


class Speaker:
    """Takes texts out of rows, in the languages of the page."""

    def __init__(self, languages: Sequence[str]) -> None:
        self.languages = tuple(languages)

    def row(self, row: Any, field: str) -> list[Prose]:
        """Give a field of a row."""
        texts = [
            str(getattr(row, f"{field}_{text.suffix(code)}", "") or "") for code in self.languages
        ]
        return self.short([prose.told(one) for one in texts] if field in prose.FIELDS else texts)

    def text(self, value: Text | None) -> list[Prose]:
        """Give a text."""
        return self.short([value.get(code) for code in self.languages]) if value else []

    def prose(self, value: Text | None) -> list[Prose]:
        """Give a text that may have marks of Markdown."""
        return self.short([prose.told(value.get(code)) for code in self.languages] if value else [])

    def short(self, texts: Sequence[Prose]) -> list[Prose]:
        """Give one text for all languages where they say the same, none where nothing is said."""
        if not any(texts):
            return []
        found = [*texts]
        return found[:1] if all(t in ("", found[0]) for t in found[1:]) and found[0] else found


def plain(value: Any) -> Any:
    """A cell as JSON: nothing for what is missing, whole numbers as such."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return int(value) if value.is_integer() else round(value, 5)
    return list(value) if isinstance(value, tuple | list) else value


def rows_of(
    frame: pd.DataFrame, speak: Speaker, texts: Mapping[str, str], values: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Rows with some texts and some plain columns, renamed; what is empty is left out."""
    out = []
    for row in frame.itertuples():
        item: dict[str, Any] = {}
        for key, column in values.items():
            value = plain(getattr(row, column))
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


def layers(
    atlas: JoinedAtlas, speak: Speaker, drawing: Mapping[str, Any]
) -> dict[str, list[dict[str, Any]]]:
    """Give the rows of every layer; `drawing` is what `web.drawing` found."""
    gates = rows_of(
        atlas.gates, speak,
        {"name": "name", "depth": "depth", "draught": "draught", "reason": "closed_reason",
         "note": "note"},
        {**_COMMON, "kind": "kind", "rank": "rank", "width": "min_width_km",
         "transits": "yearly_transits", "transit_year": "transit_year", "pw": "portwatch_id",
         "pw_name": "portwatch_name", "closed": "closed_by_default"},
    )  # fmt: skip
    for item in gates:
        item["line"] = drawing["gates"][item["id"]]
    regions = rows_of(
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
        {"id": row.id, "a": row.first_id, "b": row.second_id, "area": plain(row.area_km2),
         **drawing["overlaps"][row.id]}
        for row in atlas.overlaps.itertuples()
    ]  # fmt: skip
    seas = [
        {"id": row["id"], "lon": plain(row["lon"]), "lat": plain(row["lat"]),
         "class": int(row["class"]),
         "name": speak.short([str(row[f"name_{text.suffix(code)}"]) for code in speak.languages])}
        for row in atlas.sea_labels.to_dict("records")
    ]  # fmt: skip
    for item, rooms in zip(seas, drawing["rooms"], strict=True):
        item["rooms"] = rooms
    areas: dict[str, list[str]] = {}
    for row in atlas.within.itertuples():
        areas.setdefault(f"{row.layer}:{row.feature_id}", []).append(row.area_id)
    places = rows_of(
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
        "gate_groups": rows_of(
            atlas.gate_groups, speak, {"name": "name"}, {"id": "id", "gates": "gates"},
        ),
        "gate_status": rows_of(
            # of one day, a gate's own report stands after its group's: the last one counts
            atlas.gate_status.sort_values(
                "gate", key=lambda names: names.isin(atlas.gates["id"]), kind="stable"
            ),
            speak, {"sentence": "sentence"},
            {k: k for k in ("gate", "date", "status", "source")},
        ),
        "terminal_status": rows_of(
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
    atlas: JoinedAtlas, speak: Speaker, areas: Mapping[str, list[str]]
) -> list[dict[str, Any]]:
    rows = rows_of(
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


def _links(atlas: JoinedAtlas, speak: Speaker) -> list[dict[str, Any]]:
    rows = rows_of(
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


def _events(atlas: JoinedAtlas, speak: Speaker) -> list[dict[str, Any]]:
    looks = atlas.settings.kind_looks["events"]
    rows = rows_of(
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


def _routes(atlas: JoinedAtlas, speak: Speaker, drawing: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = rows_of(
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
        sent = (plain(row.supplier_mt_year) or 0.0) / row.supplier_routes
        item["width"] = round(style.route_width(sent) * 4 / 3, 2)
        item.update(drawing["routes"][row.id])
    return rows
