"""Layers in, the same layers with what was computed out: lengths, areas, shares, gates, ties.

`load` reads an atlas folder and joins it. Everything that a page, a sheet or a GIS layer shows
as a figure is made here or in the modules that this one calls; renderers only read.
"""

from __future__ import annotations

import base64
import itertools
import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry import MultiLineString, MultiPoint
from shapely.geometry.base import BaseGeometry

from frontiers_map.analysis import exposure, figures
from frontiers_map.analysis.reports import reported_gates
from frontiers_map.analysis.states import feature_states
from frontiers_map.atlas.atlas import (
    CRS,
    Atlas,
    packaged_atlas,
    read,
)
from frontiers_map.atlas.reader import line_of
from frontiers_map.cache import Cache, NoCache, content_key, user_cache
from frontiers_map.errors import AtlasError, CallError, Problem
from frontiers_map.geo import geodesy, land, overlay
from frontiers_map.voyages.ship import Ship
from frontiers_map.voyages.supply import yearly_mt

if TYPE_CHECKING:
    from frontiers_map.voyages.world import Voyage

__all__ = ["JoinedAtlas", "join", "load"]

# Where the outlines of two readings run side by side they leave slivers: drawing, not sea.
SLIVER_KM2 = 1000.0


@dataclass(frozen=True, repr=False)
class JoinedAtlas(Atlas):
    """An atlas with what was computed from it.

    Attributes
    ----------
    routes : GeoDataFrame
        Trades with their way: from_id, to_id, nm, km, days (at the atlas's service speed), gates,
        regions (id to share), overlap_share (of the recommended readings),
        supplier_mt_year (all that the supplier sends, million tonnes a year), supplier_routes
        (how many drawn routes have that in common), moved_from_km, moved_to_km, LineString.
    overlaps : GeoDataFrame
        Every pair of readings of two families that meet: first_id, second_id (in the order of
        the families in the settings), area_km2.
    scenario_routes : GeoDataFrame
        Every trade under every scenario (`scenarios.scenario_routes`).
    route_areas : DataFrame
        route_id, area_id (a region or an overlap), km, share.
    own : mapping of str to GeoDataFrame
        Layers of one's own with km (of lines) or whole_km2 (of areas), and state at the end of the
        record (`analysis.states`).
    within : DataFrame
        layer, feature_id, area_id: which places and terminals lie in which regions and overlaps.
    touches : DataFrame
        feature_id, layer, other_id: which links, events and claims name which features.
    """

    routes: gpd.GeoDataFrame
    overlaps: gpd.GeoDataFrame
    scenario_routes: gpd.GeoDataFrame
    route_areas: pd.DataFrame
    within: pd.DataFrame
    touches: pd.DataFrame

    @cached_property
    def exposure(self) -> pd.DataFrame:
        """How much of each importer's LNG passes each strait (`exposure.exposure`)."""
        with self.speaking():
            return exposure.exposure(self)

    @cached_property
    def route_gates(self) -> pd.DataFrame:
        """Which gates each route passes: route_id, gate_id, passed (1 for the first)."""
        rows = [
            (str(route), gate, number)
            for route, gates in zip(self.routes["id"], self.routes["gates"], strict=True)
            for number, gate in enumerate(gates or (), start=1)
        ]
        return pd.DataFrame(rows, columns=["route_id", "gate_id", "passed"])

    @property
    def unwrapped(self) -> JoinedAtlas:
        """Give this atlas itself: its longitudes run on past 180°."""
        return self

    @property
    def recommended(self) -> dict[str, str]:
        """Family id to the id of its recommended reading."""
        return {family.id: family.recommended for family in self.settings.families}

    @property
    def ship(self) -> Ship:
        """The ship that days and boil-off are reckoned for."""
        return Ship.of(self.parameters)


def load(folder: Path | str | None = None, *, cache: Cache | None = None) -> JoinedAtlas:
    """Read an atlas folder, check it, and join its layers.

    Parameters
    ----------
    folder
        Atlas folder; the one that comes with the package if None.
    cache
        Where results are kept between runs; the user's cache folder if None.

    Raises
    ------
    AtlasError
        With every problem that was found.
    """
    return join(read(folder or packaged_atlas()), cache=user_cache() if cache is None else cache)


def join(atlas: Atlas, *, cache: Cache | None = None) -> JoinedAtlas:
    """Compute everything that follows from the layers of an atlas.

    Raises
    ------
    AtlasError
        If a trade cannot be sailed: an end lies inland, or there is no way by sea.
    """
    with atlas.speaking():
        return _joined(atlas, cache or NoCache())


def _joined(atlas: Atlas, cache: Cache) -> JoinedAtlas:
    key = content_key("joined", dict(atlas.inputs), _packaged_gates())
    frames = _kept(cache, key, lambda: _compute(atlas, cache))
    given = {field.name: getattr(atlas, field.name) for field in fields(Atlas)}
    own = {"own": {name: _measured(frame, atlas) for name, frame in atlas.own.items()}}
    return figures.filled(JoinedAtlas(**{**given, **own, **frames}))


def _packaged_gates() -> bytes:
    """The gates of the package, which an atlas without any has: `cache.code` knows no geodata."""
    return (packaged_atlas() / "gates.geojson").read_bytes()


def _kept(
    cache: Cache, key: str, make: Callable[[], dict[str, pd.DataFrame]]
) -> dict[str, pd.DataFrame]:
    """Give the frames kept under a key, or make and keep them."""
    stored = cache.get(key)
    frames = _unpack(stored) if stored is not None else None
    if frames is None:
        frames = make()
        cache.put(key, _pack(frames))
    return frames


def _measured(layer: gpd.GeoDataFrame, atlas: Atlas) -> gpd.GeoDataFrame:
    """A layer of one's own with its lengths (km) or areas (km²), and its state at the record."""
    shapes = layer.geometry.to_numpy()
    if (shapely.get_dimensions(shapes) == 1).any():
        layer = layer.assign(km=np.round(geodesy.length_m(shapes) / 1000, 1))
    elif (shapely.get_dimensions(shapes) == 2).any():
        layer = layer.assign(whole_km2=np.round(geodesy.area_m2(shapes) / 1e6, 1))
    return layer.assign(state=feature_states(atlas, layer, atlas.settings.record_to))


def _compute(atlas: Atlas, cache: Cache) -> dict[str, Any]:
    regions, overlaps = _overlaid(atlas, cache)
    sailed = _sailed(atlas, cache)
    voyages = sailed["voyages"]
    names = [*regions["id"], *overlaps["id"]]
    shapes = [*regions.geometry, *overlaps.geometry]
    # the last: wherever recommended readings of two families overlap
    both = shapely.union_all(overlaps.geometry[overlaps["recommended"].astype(bool)].to_numpy())
    parts = overlay.shares(list(voyages.geometry), [*shapes, both])
    return {
        "regions": regions,
        "overlaps": overlaps,
        "links": _links(atlas),
        "events": _events(atlas),
        "routes": _routes(atlas, voyages, names, parts),
        "scenario_routes": sailed["scenario_routes"],
        "route_areas": _route_areas(voyages, names, parts),
        "within": _within(atlas, names, shapes),
        "touches": _touches(atlas),
        "region_edges": _region_edges(atlas),
        "gates": reported_gates(atlas),
        "terminals": _terminals(atlas),
    }


def _sailed(atlas: Atlas, cache: Cache) -> dict[str, Any]:
    """Trades with their ways, in their order, and what they would do under each scenario.

    Kept apart from the rest, by what ways are found from: an edited text needs no search.
    """
    places, terminals = (frame[["id", "geometry"]] for frame in (atlas.places, atlas.terminals))
    own = {"channels": atlas.channels, "shoals": atlas.shoals} if _waters(atlas) else {}
    found_from = _pack({
        **own, "trades": atlas.trades, "places": places, "terminals": terminals,
        "gates": atlas.gates, "groups": atlas.gate_groups, "parameters": atlas.parameters,
        "imports": atlas.imports,
    })  # fmt: skip
    scenarios = [scenario.model_dump(mode="json") for scenario in atlas.scenarios]
    key = content_key("sailed", found_from, _packaged_gates(), scenarios)
    return _kept(cache, key, lambda: _sail(atlas, cache))


def _waters(atlas: Atlas) -> bool:
    """Whether an atlas adds to the sea network."""
    return bool(len(atlas.channels) or len(atlas.shoals))


def _sail(atlas: Atlas, cache: Cache) -> dict[str, Any]:
    # Only a cold cache needs the sea network, and SciPy with it.
    from frontiers_map.voyages import scenarios
    from frontiers_map.voyages.world import World

    world = World.of(atlas, cache=cache)
    voyages = scenarios.trade_routes(world)
    _refuse(atlas, voyages)
    found = [voyage for voyage in voyages if not isinstance(voyage, CallError)]
    columns = {
        "id": atlas.trades["id"].astype(str).tolist(),
        "nm": np.array([voyage.nm for voyage in found], dtype=float),
        "km": np.array([voyage.km for voyage in found], dtype=float),
        "gates": [voyage.gates for voyage in found],
        "moved_from_km": np.array([voyage.moved_km[0] for voyage in found], dtype=float),
        "moved_to_km": np.array([voyage.moved_km[1] for voyage in found], dtype=float),
    }
    ways = [voyage.geometry for voyage in found]
    return {
        "voyages": gpd.GeoDataFrame(columns, geometry=ways, crs=CRS),
        "scenario_routes": scenarios.scenario_routes(world, voyages),
    }


def _overlaid(atlas: Atlas, cache: Cache) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Regions and their overlaps, kept by what they are made of: other edits do not touch them."""

    def make() -> dict[str, pd.DataFrame]:
        regions, overlaps = _regions(atlas)
        return {"regions": regions, "overlaps": overlaps}

    settings = atlas.settings.model_dump(mode="json", include={"families", "languages"})
    key = content_key("overlaid", land.fingerprint(), _pack({"regions": atlas.regions}), settings)
    frames = _kept(cache, key, make)
    return frames["regions"], frames["overlaps"]


def _regions(atlas: Atlas) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Regions with their sea area, and the overlap of every pair of readings of two families."""
    regions = atlas.regions.copy()
    rows, shapes = [], []
    # regions stand in the order of their families, so that the first named is the first here
    for one, other in itertools.combinations(regions.itertuples(), 2):
        shape = (
            overlay.overlap(one.geometry, other.geometry) if one.family != other.family else None
        )
        if shape is not None and not shape.is_empty:
            rows.append(_overlap_row(atlas, one, other))
            shapes.append(shape)
    coast = land.coast("50m")
    sea = overlay.sea_areas([*regions.geometry, *shapes], coast) if len(regions) else np.zeros(0)
    regions["area_km2"] = np.round(sea[: len(regions)], 0)
    overlap_sea = np.round(sea[len(regions) :], 0)
    meet = overlap_sea >= SLIVER_KM2
    columns = [
        "id", *_names(atlas), "first_id", "second_id", "recommended",
        "source", "as_of", "certainty",
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns)
    frame["area_km2"] = overlap_sea
    overlaps = gpd.GeoDataFrame(frame, geometry=shapes, crs=CRS)
    return regions, overlaps[meet].reset_index(drop=True)


def _region_edges(atlas: Atlas) -> pd.DataFrame:
    """Notes on edges in the order of their vertices along the outline."""
    outlines = {row.id: shapely.get_coordinates(row.geometry) for row in atlas.regions.itertuples()}
    edges = atlas.region_edges
    at = [
        (region, int(np.hypot(*(outlines[region] - (lon, lat)).T).argmin()))
        for region, lon, lat in zip(edges["region"], edges["lon"], edges["lat"], strict=True)
    ]
    order = sorted(range(len(at)), key=lambda number: (*at[number], number))
    return edges.iloc[order].reset_index(drop=True)


def _terminals(atlas: Atlas) -> gpd.GeoDataFrame:
    """Terminals with the supplier whose routes leave them or, for exports, their country.

    Of several suppliers, the one with a route that is drawn and in use counts, then the first in
    the settings.
    """
    order = {one.id: (one.order, one.id) for one in atlas.settings.suppliers}
    routes = atlas.trades[atlas.trades["supplier"].isin(order)].rename(columns={"from": "start"})
    ranked = sorted(
        routes.itertuples(),
        key=lambda row: (not row.draw, row.status != "active", order[row.supplier]),
    )
    terminals = atlas.terminals.copy()
    country = dict(zip(terminals["id"], terminals["country"], strict=True))
    exports = atlas.settings.kinds_like("terminals", "export", "export_flng")
    own: dict[str, str] = {}
    national: dict[str, str] = {}
    for row in ranked:
        own.setdefault(row.start, row.supplier)
        if country.get(row.start):
            national.setdefault(country[row.start], row.supplier)
    found = [
        (own.get(row.id) or national.get(row.country))
        if row.kind in exports else None
        for row in terminals.itertuples()
    ]  # fmt: skip
    terminals["supplier"] = pd.Series(found, index=terminals.index, dtype=object)
    return terminals


def _names(atlas: Atlas) -> list[str]:
    return [atlas.settings.column("name", code) for code in atlas.settings.languages]


def _overlap_row(atlas: Atlas, one: Any, other: Any) -> dict[str, Any]:
    recommended = {family.recommended for family in atlas.settings.families}
    names = {
        name: f"{first} × {second}" if (first and second) else ""
        for name in _names(atlas)
        for first, second in [(getattr(one, name), getattr(other, name))]
    }
    return {
        "id": f"{one.id}__{other.id}",
        **names,
        "first_id": one.id,
        "second_id": other.id,
        "recommended": one.id in recommended and other.id in recommended,
        "source": tuple(dict.fromkeys((*one.source, *other.source))),
        "as_of": max(one.as_of, other.as_of),
        "certainty": "interpreted",
    }


def _refuse(atlas: Atlas, voyages: Iterable[Voyage | CallError]) -> None:
    """Turn trades that cannot be sailed into problems of routes.csv."""
    table = f"{atlas.folder}/routes.csv"
    problems = [
        Problem(table, line_of(Path(table), str(trade)), str(trade), "", str(voyage))
        for trade, voyage in zip(atlas.trades["id"], voyages, strict=True)
        if isinstance(voyage, CallError)
    ]
    if problems:
        raise AtlasError(problems)


def _links(atlas: Atlas) -> gpd.GeoDataFrame:
    lines = []
    for path, places in zip(atlas.links["path"], atlas.links["places"], strict=True):
        drawn = path or ((places,) if len(places) > 1 else ())
        parts = [
            geodesy.geodesic(atlas.position(one), atlas.position(other))
            for stops in drawn
            for one, other in itertools.pairwise(stops)
        ]
        lines.append(MultiLineString(parts))
    return gpd.GeoDataFrame(atlas.links, geometry=lines, crs=CRS)


def placed(event: Any) -> bool:
    """Whether an event has a position of its own."""
    return event.lon is not None and not np.isnan(event.lon)


def _events(atlas: Atlas) -> gpd.GeoDataFrame:
    """Events where they were: at a position of their own or, without one, at their places."""
    points = [
        MultiPoint(
            [(row.lon, row.lat)] if placed(row) else [atlas.position(name) for name in row.places]
        )
        for row in atlas.events.itertuples()
    ]
    return gpd.GeoDataFrame(atlas.events, geometry=points, crs=CRS)


def _routes(
    atlas: Atlas, voyages: gpd.GeoDataFrame, names: list[str], parts: np.ndarray
) -> gpd.GeoDataFrame:
    ship = Ship.of(atlas.parameters)
    routes = atlas.trades.rename(columns={"from": "from_id", "to": "to_id"})
    lengths = voyages["nm"].to_numpy(float)
    routes["nm"] = lengths.round(1)
    routes["km"] = voyages["km"].to_numpy(float).round(1)
    routes["days"] = np.array([ship.days(nm) for nm in lengths], dtype=float).round(2)
    routes["boil_off_t"] = np.array([ship.boil_off_t(nm) for nm in lengths], dtype=float).round(0)
    routes["gates"] = voyages["gates"].tolist()
    count = len(atlas.regions)
    routes["regions"] = [
        {name: round(float(value), 4) for name, value in zip(names, row, strict=False)
         if value >= 0.0005}
        for row in parts[:, :count]
    ]  # fmt: skip
    routes["overlap_share"] = parts[:, -1].round(4)
    routes["supplier_mt_year"] = yearly_mt(routes, atlas.imports)
    together = routes.groupby(["importer", "supplier"])["draw"].transform("sum").astype(int)
    routes["supplier_routes"] = together.clip(lower=1)
    for name in ("moved_from_km", "moved_to_km"):
        routes[name] = [round(moved, 1) for moved in voyages[name]]
    return gpd.GeoDataFrame(routes, geometry=list(voyages.geometry), crs=CRS)


def _route_areas(voyages: gpd.GeoDataFrame, names: list[str], parts: np.ndarray) -> pd.DataFrame:
    rows = [
        (trade, name, round(float(share) * km, 1), round(float(share), 4))
        for trade, km, shares in zip(voyages["id"], voyages["km"], parts, strict=True)
        for name, share in zip(names, shares[:-1], strict=True)
        if share >= 0.0005
    ]
    return pd.DataFrame(rows, columns=["route_id", "area_id", "km", "share"])


def _within(atlas: Atlas, names: list[str], shapes: list[BaseGeometry]) -> pd.DataFrame:
    rows = []
    for layer in ("places", "terminals"):
        frame = getattr(atlas, layer)
        inside = overlay.lies_in(list(frame.geometry), shapes)
        rows += [
            (layer, feature, name)
            for feature, hits in zip(frame["id"], inside, strict=True)
            for name, hit in zip(names, hits, strict=True)
            if hit
        ]
    return pd.DataFrame(rows, columns=["layer", "feature_id", "area_id"])


def _touches(atlas: Atlas) -> pd.DataFrame:
    """Which links, events and claims name which features, by id and by party's capital."""
    capitals: dict[str, list[str]] = {}
    kinds = atlas.settings.kinds_like("places", "capital")
    for place in atlas.places.itertuples():
        if place.kind in kinds and place.country:
            capitals.setdefault(place.country, []).append(place.id)
    rows: dict[tuple[str, str, str], None] = {}
    for layer, frame, column in (
        ("links", atlas.links, "places"),
        ("events", atlas.events, "places"),
        ("claims", atlas.claims, "touches"),
    ):
        for row in frame.itertuples():
            named = [*getattr(row, column)]
            if layer == "links":
                named += [place for party in row.parties for place in capitals.get(party, [])]
            rows.update({(feature, layer, row.id): None for feature in named})
    return pd.DataFrame(list(rows), columns=["feature_id", "layer", "other_id"])


def _pack(frames: Mapping[str, pd.DataFrame]) -> bytes:
    """Write frames as compressed JSON, geometry as WKB; nothing in it can run when read."""
    document = {}
    for name, frame in frames.items():
        columns = {}
        for column in frame.columns:
            values = frame[column].tolist()
            if column == "geometry":
                values = [
                    None if g is None else base64.b64encode(shapely.to_wkb(g)).decode()
                    for g in values
                ]
            columns[str(column)] = {"type": str(frame[column].dtype), "values": values}
        document[name] = columns
    return zlib.compress(json.dumps(document, default=_plain).encode(), 1)


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(type(value).__name__)


def _unpack(content: bytes) -> dict[str, pd.DataFrame] | None:
    try:
        document = json.loads(zlib.decompress(content))
    except (ValueError, zlib.error):
        return None
    frames: dict[str, pd.DataFrame] = {}
    for name, columns in document.items():
        data: dict[str, Any] = {}
        for column, stored in columns.items():
            if column == "geometry":
                raw = [None if w is None else base64.b64decode(w) for w in stored["values"]]
                data[column] = shapely.from_wkb(np.array(raw, dtype=object))
            else:
                values = [_tuples(value) for value in stored["values"]]
                data[column] = pd.Series(values, dtype=stored["type"])
        frame = pd.DataFrame({key: value for key, value in data.items() if key != "geometry"})
        if "geometry" in data:
            frame = gpd.GeoDataFrame(frame, geometry=data["geometry"], crs=CRS)
        frames[name] = frame
    return frames


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value
