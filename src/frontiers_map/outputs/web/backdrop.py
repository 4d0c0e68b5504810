"""What lies behind the layers of a page: how deep the sea is, and which countries there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
import shapely

from frontiers_map.geo import countries, depths
from frontiers_map.language.text import FALLBACK
from frontiers_map.outputs.web.pack import Varints, pack_text

__all__ = ["country_names", "pack_areas", "pack_depths", "pack_lands"]

# Levels of the tints, in metres; degrees that a line may move, that a step has, and square degrees
# of the smallest area.
_TINTS: Final = (200, 2000, 4000)
_SLACK, _PER, _SPOT = 0.32, 10, 2.2


def pack_areas(layers: Iterable[Iterable[Any]], per: int) -> str:
    """Give layers of polygons as text: for each its rings, as steps of 1 / `per` degrees."""
    out = Varints()
    for polygons in layers:
        rings = [ring for part in polygons for ring in (part.exterior, *part.interiors)]
        paths = [np.rint(shapely.get_coordinates(ring) * per).astype(int) for ring in rings]
        # steps of no length go; so does the last vertex, which is the first again
        paths = [p[np.r_[True, np.any(np.diff(p, axis=0), axis=1)]][:-1] for p in paths]
        paths = [p for p in paths if len(p) > 2]
        out.count(len(paths))
        for path in paths:
            out.count(len(path))
            out.path([(int(x), int(y)) for x, y in path])
    return pack_text(bytes(out.bytes))


def _thinned(parts: Any, slack: float, spot: float) -> list[Any]:
    """Polygons with fewer vertices; what meets 180° is kept, as it may go on at the other side."""
    found = []
    for part in parts:
        if part.area < spot and max(-part.bounds[0], part.bounds[2]) < 180:
            continue
        kept = [ring for ring in part.interiors if shapely.Polygon(ring).area >= spot]
        thin = shapely.simplify(shapely.Polygon(part.exterior, kept), slack)
        found += [one for one in shapely.get_parts(shapely.make_valid(thin))
                  if one.geom_type == "Polygon"]  # fmt: skip
    return found


def pack_depths() -> dict[str, Any]:
    """Give the tints of depth: levels, steps to a degree, and the areas below each level."""
    layers = [_thinned(depths.deeper(level), _SLACK, _SPOT) for level in _TINTS]
    return {"levels": list(_TINTS), "per": _PER, "data": pack_areas(layers, _PER)}


def pack_lands(codes: Sequence[str]) -> dict[str, Any]:
    """Give the lands of some countries, for a faint tint seen from afar."""
    known = countries.lands()
    parts = [part for code in sorted(codes) if code in known for part in known[code].geoms]
    return {"per": _PER, "data": pack_areas([_thinned(parts, 0.15, 0.15)], _PER)}


def country_names(languages: Sequence[str]) -> list[list[Any]]:
    """Give countries for their names, the largest first.

    Returns
    -------
    list
        Longitude, latitude, half the width of the room in degrees, thousands of km², and the name
        in each language.
    """
    found = []
    for row in countries.countries():
        known = countries.name(row.code, FALLBACK)
        names = [countries.name(row.code, language) or known for language in languages]
        if all(names):
            found.append([round(row.lon, 1), round(row.lat, 1), round(row.half_width, 1),
                          max(1, round(row.km2 / 1000)), *names])  # fmt: skip
    return found
