"""A joined atlas made of nothing but geodata: routes are geodesics, no sea network is asked.

For tests of what is written, not of what is computed. `grown` makes one of any size, `hostile`
puts text into every field that has broken some format somewhere.
"""

from __future__ import annotations

import dataclasses
import itertools
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from frontiers_map.analysis import figures, joins, reports
from frontiers_map.analysis.joins import JoinedAtlas
from frontiers_map.atlas.atlas import Atlas, read
from frontiers_map.geo import geodesy, overlay
from helpers import GEODATA

CRS = "EPSG:4326"
HOSTILE = (
    "</script><script>alert(1)</script>",
    "]]> <![CDATA[ & &amp; <b>bold</b>",
    "'; DROP TABLE places; --",
    "=HYPERLINK(\"http://example.invalid\",\"x\")",
    "line\nbreak\u2028and\ttab",
    "[% layer_property('places', 'source') %]",
    "$[name] %s {0} ${x} \\ \" ' `",
    "<!-- comment --> <?xml ?> \N{RIGHT-TO-LEFT OVERRIDE}rtl",
)  # fmt: skip


def made(atlas: Atlas | None = None) -> JoinedAtlas:
    """Join the packaged atlas, or another, without a sea network."""
    atlas = atlas or read(GEODATA)
    return _joined(atlas, _routes(atlas))


def _joined(atlas: Atlas, routes: gpd.GeoDataFrame) -> JoinedAtlas:
    regions = atlas.regions.copy()
    regions["area_km2"] = np.round(geodesy.area_m2(np.array(list(regions.geometry))) / 1e6)
    given = {f.name: getattr(atlas, f.name) for f in dataclasses.fields(Atlas)}
    given["own"] = {name: joins._measured(frame, atlas) for name, frame in atlas.own.items()}
    frames = {
        "regions": regions,
        "overlaps": _overlaps(atlas, regions),
        "links": gpd.GeoDataFrame(
            atlas.links,
            geometry=[_line(atlas, names) for names in atlas.links["places"]],
            crs=CRS,
        ),
        "events": gpd.GeoDataFrame(
            atlas.events,
            geometry=[
                shapely.MultiPoint([atlas.position(name) for name in names])
                for names in atlas.events["places"]
            ],
            crs=CRS,
        ),
        "routes": routes,
        "scenario_routes": _scenarios(atlas, routes),
        "route_areas": pd.DataFrame(
            [(routes["id"].iloc[0], regions["id"].iloc[0], 12.5, 0.25)],
            columns=["route_id", "area_id", "km", "share"],
        ),
        "within": pd.DataFrame(
            [("places", atlas.places["id"].iloc[0], regions["id"].iloc[0])],
            columns=["layer", "feature_id", "area_id"],
        ),
        "touches": pd.DataFrame(columns=["feature_id", "layer", "other_id"]),
        "gates": reports.reported_gates(atlas),
        "terminals": joins._terminals(atlas),
    }
    return figures.filled(JoinedAtlas(**(given | frames)))


def _line(atlas: Atlas, names: tuple[str, ...]) -> shapely.MultiLineString:
    pairs = itertools.pairwise(names)
    return shapely.MultiLineString(
        [geodesy.geodesic(atlas.position(one), atlas.position(two)) for one, two in pairs]
    )


def _routes(atlas: Atlas) -> gpd.GeoDataFrame:
    routes = atlas.trades.rename(columns={"from": "from_id", "to": "to_id"})
    lines = [
        geodesy.geodesic(atlas.position(one), atlas.position(two), max_km=50)
        for one, two in zip(routes["from_id"], routes["to_id"], strict=True)
    ]
    lengths = np.array(geodesy.length_m(np.array(lines)))
    return _with_figures(routes, lines, lengths)


def _with_figures(routes: pd.DataFrame, lines: list[Any], lengths: Any) -> gpd.GeoDataFrame:
    routes = routes.copy()
    routes["nm"] = (lengths / 1852).round(1)
    routes["km"] = (lengths / 1000).round(1)
    routes["days"] = (lengths / 1852 / 17 / 24).round(2)
    routes["gates"] = [("malacca", "bashi")] * len(routes)
    routes["regions"] = [{"ip_foip_japan": 0.5}] * len(routes)
    routes["overlap_share"] = 0.1
    routes["supplier_mt_year"] = routes["share_pct"] / 2
    routes["supplier_routes"] = 2
    routes["moved_from_km"], routes["moved_to_km"] = 0.1, 2.0
    return gpd.GeoDataFrame(routes, geometry=lines, crs=CRS)


def _overlaps(atlas: Atlas, regions: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    one, two = regions.iloc[0], regions[regions["family"] != regions["family"].iloc[0]].iloc[0]
    shape = overlay.overlap(one.geometry, two.geometry)
    row = {
        "id": f"{one['id']}__{two['id']}", "name_en": "both", "name_it": "", "name_ja": "",
        "first_id": one["id"], "second_id": two["id"], "recommended": True,
        "source": one["source"], "as_of": one["as_of"], "certainty": "interpreted",
        "area_km2": 1000.0,
    }  # fmt: skip
    return gpd.GeoDataFrame(
        {name: pd.Series([value], dtype=object) for name, value in row.items()},
        geometry=[shape],
        crs=CRS,
    )


def _scenarios(atlas: Atlas, routes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    rows = []
    for scenario in atlas.scenarios:
        for number, route in enumerate(routes.itertuples()):
            away = number % 7 == 3
            rows.append(
                {
                    "id": f"{scenario.id}__{route.id}",
                    "scenario_id": scenario.id,
                    "route_id": route.id,
                    "reachable": not away,
                    "changed": number % 2 == 0,
                    "nm": None if away else route.nm + 100,
                    "extra_nm": None if away else 100.0,
                    "gates": () if away else route.gates,
                    "geometry": None if away else route.geometry,
                }
            )
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry="geometry", crs=CRS)


def hostile() -> JoinedAtlas:
    """Put hostile text into every name and note, and name a layer like SQL."""
    atlas = read(GEODATA)
    changed: dict[str, Any] = {}
    for field in dataclasses.fields(Atlas):
        frame = getattr(atlas, field.name)
        if not isinstance(frame, pd.DataFrame):
            continue
        frame = frame.copy()
        for column in map(str, frame.columns):
            free = column[-3:] in ("_en", "_it", "_ja") or column in ("title", "operator")
            if free:
                frame[column] = [HOSTILE[n % len(HOSTILE)] for n in range(len(frame))]
        changed[field.name] = frame
    scenarios = tuple(
        scenario.model_copy(
            update={"name": scenario.name.model_copy(update={"en": HOSTILE[n % len(HOSTILE)]})}
        )
        for n, scenario in enumerate(atlas.scenarios)
    )
    chapters = tuple(
        chapter.model_copy(
            update={"title": chapter.title.model_copy(update={"en": HOSTILE[n % len(HOSTILE)]})}
        )
        for n, chapter in enumerate(atlas.chapters)
    )
    title = atlas.settings.title.model_copy(update={"en": HOSTILE[0] + HOSTILE[1]})
    settings = atlas.settings.model_copy(update={"title": title, "licence": HOSTILE[3]})
    changed |= {"scenarios": scenarios, "chapters": chapters, "settings": settings}
    return made(dataclasses.replace(atlas, **changed))


def grown(places: int, routes: int) -> JoinedAtlas:
    """Make an atlas of many places and routes, spread over the globe, always the same."""
    base = made()
    atlas: Any = base
    number = np.arange(places)
    lon = (number * 137.508) % 360 - 180
    lat = np.degrees(np.arcsin((2 * number + 1) / places - 1)) * 0.9
    frame = atlas.places.iloc[np.zeros(places, dtype=int)].reset_index(drop=True)
    frame["id"] = [f"place_{n}" for n in number]
    frame["name_en"] = [f"Place {n}" for n in number]
    frame["kind"], frame["pole"] = "city", False
    frame["lon"], frame["lat"] = lon.round(5), lat.round(5)
    spots = gpd.GeoDataFrame(
        frame, geometry=gpd.points_from_xy(frame["lon"], frame["lat"]), crs=CRS
    )
    trades = atlas.routes.drop(columns="geometry").iloc[np.arange(routes) % len(atlas.routes)]
    trades = trades.reset_index(drop=True)
    trades["id"] = [f"route_{n}" for n in range(routes)]
    lines = [
        geodesy.geodesic((lon[n % places], lat[n % places]), (lon[(n * 7 + 3) % places],
                         lat[(n * 7 + 3) % places]), max_km=100)
        for n in range(routes)
    ]  # fmt: skip
    made_routes = _with_figures(trades, lines, np.array(geodesy.length_m(np.array(lines))))
    ways = _scenarios(base, made_routes)
    return dataclasses.replace(base, places=spots, routes=made_routes, scenario_routes=ways)
