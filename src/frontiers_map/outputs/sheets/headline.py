"""The line above a sheet: what it finds, of what it shows; its topic where nothing is found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import shapely
from shapely.affinity import translate

from frontiers_map.analysis.findings import finding
from frontiers_map.outputs.sheets.map.selection import choose, every_route

if TYPE_CHECKING:
    from collections.abc import Iterable

    from frontiers_map.analysis.joins import JoinedAtlas
    from frontiers_map.atlas.model import Sheet

__all__ = ["headline"]

MOST: Final = 0.5  # of an area or a way that a sheet must show to speak of it


def headline(atlas: JoinedAtlas, sheet: Sheet, language: str) -> str:
    """Give the finding of a sheet: its own, else a computed one; empty if there is none."""
    if sheet.finding is not None:
        return sheet.finding.get(language)
    content = choose(atlas, language, sheet.layers, sheet.focus, gates=sheet.gates)
    gates, routes = content.gates, _ids(content.routes)
    regions = [wash.id for wash in content.washes]
    if sheet.kind == "closures":
        routes = _ids(every_route(atlas, sheet.focus.routes))
    elif sheet.kind == "map" and sheet.view is not None:
        view = sheet.view
        gates = tuple(row for row in gates if _part(view, row.geometry) > 0)
        routes = _ids(row for row in content.routes if _part(view, row.geometry) >= MOST)
        pairs = atlas.overlaps
        shown = [_part(view, geometry) >= MOST for geometry in pairs.geometry]
        regions = [*pairs.loc[shown, "first_id"], *pairs.loc[shown, "second_id"]]
        regions = [wash.id for wash in content.washes if wash.id in regions]
    return finding(
        atlas,
        sheet.kind,
        language,
        gates=_ids(gates),
        routes=routes,
        links=_ids(content.links),
        regions=regions,
        scenarios=sheet.scenarios or [one.id for one in atlas.scenarios],
    )


def _ids(rows: Iterable[object]) -> list[str]:
    return [str(row.id) for row in rows]  # type: ignore[attr-defined]


def _part(view: tuple[float, float, float, float], geometry: shapely.Geometry) -> float:
    """How much of a geometry lies in a view, by its size in degrees; in any turn of the globe."""
    if geometry is None or geometry.is_empty:
        return 0.0
    window = shapely.box(*view)
    size = "area" if geometry.area else "length"
    found = (
        shapely.intersection(translate(geometry, turn), window)
        for turn in (-720, -360, 0, 360, 720)
    )
    return float(sum(getattr(one, size) for one in found) / (getattr(geometry, size) or 1.0))
