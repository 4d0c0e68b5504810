"""What of the atlas a sheet shows: features chosen by focus, with the words and colours to draw.

No figure is computed here; what a sheet prints was made by `joins` and `scenarios`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import shapely

from frontiers_map.analysis.reports import GateReport, gate_reports
from frontiers_map.atlas.model import SHEET_LAYERS, Focus
from frontiers_map.language import text
from frontiers_map.outputs.sheets.map.washes import Wash
from frontiers_map.outputs.sheets.paper.words import named
from frontiers_map.style import LIGHT, ROUTE_ROLES

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas
    from frontiers_map.atlas.model import OwnLayer
    from frontiers_map.outputs.sheets.map.projection import Frame

__all__ = ["Content", "choose", "colour_of", "every_route", "second_of_role"]

DRAWN_LAST = ("active", "seasonal", "emergency", "planned", "halted", "alternative")


@dataclass(frozen=True)
class Content:
    """The features of one map, as rows (named tuples) of the joined layers."""

    atlas: JoinedAtlas
    language: str
    layers: tuple[str, ...]
    washes: tuple[Wash, ...] = ()
    routes: tuple[Any, ...] = ()
    gates: tuple[Any, ...] = ()
    terminals: tuple[Any, ...] = ()
    places: tuple[Any, ...] = ()
    links: tuple[Any, ...] = ()
    events: tuple[Any, ...] = ()
    ghosts: tuple[Any, ...] = ()
    seas: tuple[Any, ...] = ()
    own: tuple[tuple[OwnLayer, Any], ...] = ()
    states: dict[str, GateReport] = field(default_factory=dict)
    near: bool = False

    def name(self, row: Any, column: str = "name") -> str:
        """A row's name in the sheet's language."""
        return named(row, column, self.language)

    def sources(self) -> list[str]:
        """Ids of the sources of everything drawn, in order."""
        rows = (
            *self.routes, *self.gates, *self.terminals, *self.places, *self.links, *self.events,
            *(row for _, row in self.own),
        )  # fmt: skip
        found = {source for row in rows for source in row.source}
        found |= {
            source
            for gate in self.gates
            if gate.id in self.states
            for source in self.states[gate.id].source
        }
        regions = self.atlas.regions
        drawn = {wash.id for wash in self.washes}
        for row in regions[regions["id"].isin(drawn)].itertuples():
            found |= set(row.source)
        known = [str(name) for name in self.atlas.sources["id"]]
        return [name for name in known if name in found]

    def publishers(self) -> dict[str, list[str]]:
        """Who says what is drawn, by the alphabet, each with the ids of his sources.

        A source without a publisher goes by its title.
        """
        found: dict[str, list[str]] = {}
        sources = self.atlas.sources.set_index("id").loc[self.sources()]
        for row in sources.itertuples():
            found.setdefault(row.publisher or row.title, []).append(str(row.Index))
        # S9 stands before S10
        return {who: sorted(found[who], key=lambda code: (len(code), code))
                for who in sorted(found, key=str.casefold)}  # fmt: skip

    def seen(self, frames: Sequence[Frame]) -> Content:
        """Keep what lies in one of the frames: what a legend may explain and sources may cite."""

        def shows(geometry: Any) -> bool:
            return geometry is not None and any(
                not frame.put_all(geometry).is_empty for frame in frames
            )

        def stands(row: Any) -> bool:
            return any(frame.point(row.lon, row.lat) is not None for frame in frames)

        def happened(row: Any) -> bool:
            spots = shapely.get_coordinates(row.geometry)
            return any(frame.point(*spot) is not None for frame in frames for spot in spots)

        return replace(
            self,
            washes=tuple(wash for wash in self.washes if shows(wash.geometry)),
            routes=tuple(row for row in self.routes if shows(row.geometry)),
            ghosts=tuple(row for row in self.ghosts if shows(row.geometry)),
            links=tuple(row for row in self.links if shows(row.geometry)),
            gates=tuple(row for row in self.gates if shows(row.geometry)),
            terminals=tuple(row for row in self.terminals if stands(row)),
            places=tuple(row for row in self.places if stands(row)),
            events=tuple(row for row in self.events if happened(row)),
            own=tuple(
                (layer, row)
                for layer, row in self.own
                if (happened(row) if layer.geometry == "point" else shows(row.geometry))
            ),
        )


def colour_of(atlas: JoinedAtlas, supplier: str) -> str:
    """Colour of a supplier's routes, by the role that the atlas gives it."""
    role = next((one.role for one in atlas.settings.suppliers if one.id == supplier), "route_other")
    return str(getattr(LIGHT, role if role in ROUTE_ROLES else "route_other"))


def second_of_role(atlas: JoinedAtlas, supplier: str) -> bool:
    """Whether another supplier comes before with the same colour: such a line has a light core."""
    roles = {one.id: one.role for one in atlas.settings.suppliers}
    first = next((one for one, role in roles.items() if role == roles.get(supplier)), supplier)
    return first != supplier


def choose(
    atlas: JoinedAtlas,
    language: str,
    layers: Sequence[str],
    focus: Focus,
    *,
    gates: Sequence[str] = (),
    near: bool = False,
) -> Content:
    """Choose what a map shows.

    A layer shows what the focus names; where it names nothing, a sensible choice: the
    recommended regions, the routes that are drawn, the terminals and gates on them, capitals,
    all agreements and events. A view from `near` has room for every strait, terminal and place.
    """
    shown = tuple(layers) or SHEET_LAYERS["map"]
    routes = _routes(atlas, focus) if "routes" in shown else ()
    return Content(
        atlas=atlas,
        language=language,
        layers=shown,
        washes=_washes(atlas, focus) if {"regions", "overlaps"} & set(shown) else (),
        routes=routes,
        gates=_gates(atlas, focus, routes, gates, near=near) if "gates" in shown else (),
        terminals=_terminals(atlas, focus, routes, near=near)
        if "terminals" in shown or routes
        else (),
        places=_places(atlas, focus, routes, near=near) if "places" in shown else (),
        links=_named(atlas.links, focus.links) if "links" in shown else (),
        events=_named(atlas.events, focus.events) if "events" in shown else (),
        seas=_rows(atlas.sea_labels) if "sea_labels" in shown else (),
        own=tuple(
            (layer, row)
            for layer in sorted(atlas.settings.layers, key=_depth)
            if not layers or layer.id in layers
            for row in _own(atlas.own[layer.id], focus.features)
        ),
        states=gate_reports(atlas),
        near=near,
    )


def _depth(layer: OwnLayer) -> int:
    """Areas lie below lines, lines below points."""
    return ("area", "line", "point").index(layer.geometry)


def _rows(frame: Any) -> tuple[Any, ...]:
    named = frame.rename(columns={"class": "class_"})
    return tuple(sorted(named.itertuples(index=False), key=lambda row: row.id))


def _pick(frame: Any, ids: Sequence[str]) -> tuple[Any, ...]:
    rows = {row.id: row for row in _rows(frame)}
    return tuple(rows[name] for name in ids if name in rows)


def _named(frame: Any, ids: Sequence[str]) -> tuple[Any, ...]:
    return _pick(frame, ids) if ids else _rows(frame)


def _own(frame: Any, ids: Sequence[str]) -> tuple[Any, ...]:
    """Those of a layer of one's own that are named; all of a layer of which none is."""
    return _pick(frame, ids) or _rows(frame)


def every_route(atlas: JoinedAtlas, ids: Sequence[str] = ()) -> tuple[Any, ...]:
    """The routes that are drawn, alternatives too, of those that are named if any are."""
    frame = atlas.routes[atlas.routes["draw"]]
    return _rows(frame[frame["id"].isin(ids)] if ids else frame)


def _routes(atlas: JoinedAtlas, focus: Focus) -> tuple[Any, ...]:
    frame = atlas.routes
    if focus.routes:
        chosen = _pick(frame, focus.routes)
    else:
        chosen = _rows(frame[frame["draw"] & (frame["status"] != "alternative")])
    order = {one.id: one.order for one in atlas.settings.suppliers}
    return tuple(
        sorted(
            chosen,
            key=lambda row: (
                order.get(row.supplier, 99),
                atlas.importers.index(row.importer),
                DRAWN_LAST.index(row.status),
                row.id,
            ),
        )
    )


def _washes(atlas: JoinedAtlas, focus: Focus) -> tuple[Wash, ...]:
    families = [family.id for family in atlas.settings.families]
    wanted = focus.regions or tuple(atlas.recommended.values())
    made = []
    for row in atlas.regions.itertuples():
        if row.id in wanted:
            second = bool(families) and row.family != families[0]
            made.append(Wash(row.id, row.geometry, row.edge == "soft", second))
    return tuple(made)


def _gates(
    atlas: JoinedAtlas,
    focus: Focus,
    routes: Sequence[Any],
    also: Sequence[str],
    *,
    near: bool,
) -> tuple[Any, ...]:
    if focus.gates or also:
        return _pick(atlas.gates, tuple(dict.fromkeys((*focus.gates, *also))))
    if near:
        return _rows(atlas.gates)
    passed = {gate for route in routes for gate in route.gates}
    frame = atlas.gates
    return _rows(frame[(frame["rank"] == 1) | (frame["id"].isin(passed) & (frame["rank"] <= 2))])


def _terminals(
    atlas: JoinedAtlas, focus: Focus, routes: Sequence[Any], *, near: bool
) -> tuple[Any, ...]:
    ends = {name for route in routes for name in (route.from_id, route.to_id)}
    wanted = ends | set(focus.terminals)
    if not wanted or (near and not (focus.terminals or focus.routes)):
        return _rows(atlas.terminals)
    return _rows(atlas.terminals[atlas.terminals["id"].isin(wanted)])


def _places(
    atlas: JoinedAtlas, focus: Focus, routes: Sequence[Any], *, near: bool
) -> tuple[Any, ...]:
    frame = atlas.places
    ends = {name for route in routes for name in (route.from_id, route.to_id)}
    if focus.places:
        return _rows(frame[frame["id"].isin((*focus.places, *ends))])
    if near or len(frame) <= 12:
        return _rows(frame)
    capital = frame["kind"].isin(atlas.settings.kinds_like("places", "capital"))
    return _rows(frame[capital | frame["pole"]])


def dated(date: str, language: str) -> str:
    """A date in words."""
    return text.day(date, language)
