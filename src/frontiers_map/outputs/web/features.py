"""Layers of one's own for the page: how they look, and their features as plain values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from frontiers_map.outputs.web.pack import deltas

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas
    from frontiers_map.atlas.model import Text

__all__ = ["layers", "rows", "simplified"]

# Degrees by which lines and outlines may differ from what was given, and how many vertices all
# features of a page may have: with more of them, it is doubled until they fit.
TOLERANCE, MOST = 0.001, 300_000

Shapes = Mapping[str, NDArray[np.object_]]


def layers(atlas: JoinedAtlas, text: Callable[[Text], list[Any]]) -> list[dict[str, Any]]:
    """Say how each layer and each of its kinds looks."""
    looks = atlas.settings.looks
    return [
        {
            "id": layer.id,
            "name": text(layer.name),
            "geometry": layer.geometry,
            "kinds": [
                {
                    "name": text(look.name), "light": look.light, "dark": look.dark,
                    "dash": list(look.dash), "symbol": look.symbol, "fill": look.fill,
                    "label": look.label,
                }
                for look in looks[layer.id].values()
            ],
        }
        for layer in atlas.settings.layers
    ]  # fmt: skip


def simplified(atlas: JoinedAtlas) -> tuple[Shapes, float]:
    """Lines and outlines with no more vertices than a page can bear, and by how many degrees."""
    given = {name: frame.geometry.to_numpy() for name, frame in atlas.own.items()}
    by = TOLERANCE
    while True:
        # a point stays as it is; an area that would vanish, too
        made = {name: shapely.simplify(shapes, by) for name, shapes in given.items()}
        if sum(int(shapely.get_num_coordinates(one).sum()) for one in made.values()) <= MOST:
            return made, by
        if by > 1:
            return made, by
        by *= 2


def rows(
    atlas: JoinedAtlas, row_text: Callable[[Any, str], list[Any]], shapes: Shapes
) -> list[dict[str, Any]]:
    """Give the features of all layers: texts, dates, outages, and geometry as differences."""
    out: dict[str, list[dict[str, Any]]] = {}
    for row in atlas.outages.itertuples():
        spans = {"since": row.since, "until": row.until, "note": row_text(row, "note")}
        told = {key: value for key, value in spans.items() if value}
        out.setdefault(row.feature_id, []).append({**told, "source": list(row.source)})
    found = []
    for layer, looks in atlas.settings.looks.items():
        kinds = list(looks)
        for row, shape in zip(atlas.own[layer].itertuples(), shapes[layer], strict=True):
            given = {
                "look": kinds.index(row.kind) if row.kind in looks else 0,
                "since": row.since,
                "until": row.until,
                "km": _number(row, "km"),
                "km2": _number(row, "whole_km2"),
                "note": row_text(row, "note"),
                "outages": out.get(row.id),
                "at": _middle(shape),
            }
            found.append(
                {
                    "id": row.id, "layer": layer, "name": row_text(row, "name"),
                    "source": list(row.source), "as_of": row.as_of, "certainty": row.certainty,
                    **{key: value for key, value in given.items() if value},
                    "lines": [deltas(path, 1000) for path in _paths(shape)],
                }
            )  # fmt: skip
    return found


def _number(row: Any, column: str) -> float | None:
    value = getattr(row, column, None)
    return None if value is None or pd.isna(value) else float(value)


def _middle(shape: Any) -> list[float] | None:
    """Where the name of an area may stand."""
    if shapely.get_dimensions(shape) < 2:
        return None
    at = shapely.point_on_surface(shape)
    return [round(at.x, 3), round(at.y, 3)]


def _paths(shape: Any) -> Sequence[Any]:
    if shapely.get_dimensions(shape) == 0:
        return [shapely.get_coordinates(shape)]
    parts = shapely.get_parts(shape)
    lines = shapely.get_rings(parts) if shapely.get_dimensions(shape) == 2 else parts
    return [shapely.get_coordinates(line) for line in lines]
