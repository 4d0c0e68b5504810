"""The line above a sheet: what it finds, of what it shows; its topic where nothing is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frontiers_map.analysis.findings import finding
from frontiers_map.outputs.sheets.map.selection import choose

if TYPE_CHECKING:
    from collections.abc import Iterable

    from frontiers_map.analysis.joins import JoinedAtlas
    from frontiers_map.atlas.model import Sheet

__all__ = ["headline"]


def headline(atlas: JoinedAtlas, sheet: Sheet, language: str) -> str:
    """Give the finding of a sheet: its own, else a computed one; empty if there is none."""
    if sheet.finding is not None:
        return sheet.finding.get(language)
    content = choose(atlas, language, sheet.layers, sheet.focus, gates=sheet.gates)
    gates = content.gates
    if sheet.kind == "map" and sheet.view is not None:
        gates = tuple(row for row in gates if _within(sheet.view, row.geometry.centroid.coords[0]))
    return finding(
        atlas,
        sheet.kind,
        language,
        gates=_ids(gates),
        routes=_ids(content.routes) if sheet.kind != "closures" else _every(atlas, sheet),
        links=_ids(content.links),
        regions=[wash.id for wash in content.washes],
        scenarios=sheet.scenarios or [one.id for one in atlas.scenarios],
    )


def _ids(rows: Iterable[object]) -> list[str]:
    return [str(row.id) for row in rows]  # type: ignore[attr-defined]


def _every(atlas: JoinedAtlas, sheet: Sheet) -> list[str]:
    """The routes whose new ways a sheet of closures tells: the alternatives, too."""
    drawn = [str(name) for name in atlas.routes.loc[atlas.routes["draw"], "id"]]
    return [name for name in drawn if not sheet.focus.routes or name in sheet.focus.routes]


def _within(view: tuple[float, float, float, float], spot: tuple[float, ...]) -> bool:
    west, south, east, north = view
    return (spot[0] - west) % 360 <= east - west and south <= spot[1] <= north
