"""How much of an importer's LNG passes each strait: at each moment, and with straits closed.

What a supplier sends in a year (`supply.latest`) is divided evenly among its routes in use: their
split is not on record. Routes for emergencies, planned ones and alternatives carry nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from frontiers_map.analysis.moments import as_of
from frontiers_map.language.text import word
from frontiers_map.voyages.supply import latest

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas

__all__ = ["exposure", "loads"]


_COLUMNS = (
    "importer", "moment", "date", "scenario_id", "gate_id",
    "exposed_mt", "exposed_pct", "halted_mt", "cut_mt", "carried_by", "figures_of", "source",
)  # fmt: skip


@dataclass
class _Cell:
    """What passes one gate: tonnes by route, and of how they are told."""

    mt: float = 0.0
    share: float = 0.0
    halted: float = 0.0
    cut: float = 0.0
    routes: dict[str, float] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    source: dict[str, None] = field(default_factory=dict)

    def add(self, load: _Load, *, cut: bool = False) -> None:
        if load.halted:
            self.halted += load.mt
        elif cut:
            self.cut += load.mt
        else:
            self.mt += load.mt
            self.share += load.share
        self.routes[load.route] = round(load.mt, 2)
        self.imports[load.supplier] = load.period
        self.source |= dict.fromkeys(load.source)


@dataclass(frozen=True)
class _Load:
    """What one route carries for its importer in a year."""

    route: str
    supplier: str
    gates: tuple[str, ...]
    mt: float
    share: float
    halted: bool
    period: str
    source: tuple[str, ...]


def exposure(atlas: JoinedAtlas) -> pd.DataFrame:
    """Million tonnes of LNG a year that pass each strait, by importer, moment and scenario.

    Returns
    -------
    DataFrame
        A row for each importer, moment of the atlas (the day of its record if it has none),
        scenario (``scenario_id`` empty: none) and gate that anything passes. ``exposed_mt`` and
        ``exposed_pct``, of the importer's LNG, pass it; ``halted_mt`` would, but their terminal
        stands still; ``cut_mt`` did, and have no way by sea left. ``carried_by`` says which routes
        carry how much of these, ``figures_of`` which suppliers count and by the figures of which
        period. The row without a gate sums up all routes, each once: its ``exposed_pct`` is how
        much of the importer's LNG the routes of the atlas account for.
    """
    known: dict[tuple[str, str], dict[str, Any]] = latest(atlas.imports).to_dict("index")
    scenarios = list(_scenarios(atlas))
    moments = [(one.id, one.date) for one in atlas.settings.moments] or [("", "")]
    names = _names(atlas)
    rows = []
    for moment, date in moments:
        then = as_of(atlas, date or None)
        for importer, trades in then.routes.groupby("importer", sort=True):
            carried = list(loads(trades, known, str(importer)))
            for scenario, ways in scenarios:
                cells = _cells(carried, ways)
                rows += [
                    _row(str(importer), moment, then.settings.record_to, scenario, gate, cell, name)
                    for gate, name in names.items()
                    if (cell := cells.get(gate))
                ]
    columns = {name: [row[name] for row in rows] for name in ("id", *names[""], *_COLUMNS)}
    return pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in columns.items()})


def loads(
    trades: pd.DataFrame, known: Mapping[tuple[str, str], Mapping[str, Any]], importer: str
) -> Iterator[_Load]:
    """Yield what each route in use, or halted, carries for its importer in a year."""
    for supplier, group in trades.groupby("supplier", sort=True):
        figure = known.get((importer, str(supplier)))
        carrying = group[group["status"] == "active"]
        halted = carrying.empty
        if halted:
            carrying = group[group["status"] == "halted"]
        if figure is None or carrying.empty:
            continue
        for row in carrying.sort_values("id").itertuples():
            yield _Load(
                route=str(row.id),
                supplier=str(supplier),
                gates=tuple(row.gates),
                mt=figure["mt"] / len(carrying),
                share=figure["share_pct"] / len(carrying),
                halted=halted,
                period=str(figure["period"]),
                source=tuple(dict.fromkeys((*row.source, *figure["source"]))),
            )


def _scenarios(
    atlas: JoinedAtlas,
) -> Iterator[tuple[str, Mapping[str, tuple[str, ...] | None]]]:
    """Yield each scenario, none first, with the gates of each route's new way; None for no way."""
    yield "", {}
    rows = atlas.scenario_routes
    for scenario in atlas.scenarios:
        mine = rows[rows["scenario_id"] == scenario.id]
        columns = mine[["route_id", "reachable", "gates"]].itertuples(index=False)
        yield (
            scenario.id,
            {
                str(route): tuple(gates) if reachable else None
                for route, reachable, gates in columns
            },
        )


def _cells(loads: Sequence[_Load], ways: Mapping[str, tuple[str, ...] | None]) -> dict[str, _Cell]:
    cells: dict[str, _Cell] = {}
    for load in loads:
        # what stands still sails no new way
        way = load.gates if load.halted else ways.get(load.route, load.gates)
        for gate in ("", *(load.gates if way is None else dict.fromkeys(way))):
            cells.setdefault(gate, _Cell()).add(load, cut=way is None)
    return cells


def _names(atlas: JoinedAtlas) -> dict[str, dict[str, str]]:
    """Columns of names of the gates in their order, those of the sum of all first."""
    codes = atlas.settings.languages
    columns = [atlas.settings.column("name", code) for code in codes]
    gates = atlas.gates[["id", *columns]].itertuples(index=False, name=None)
    return {
        "": dict(zip(columns, (word("table", "all_routes", code) for code in codes), strict=True)),
        **{str(gate): dict(zip(columns, names, strict=True)) for gate, *names in gates},
    }


def _row(
    importer: str, moment: str, date: str, scenario: str, gate: str, cell: _Cell,
    name: Mapping[str, str],
) -> dict[str, Any]:  # fmt: skip
    return {
        "id": "__".join((importer, moment or date, scenario or "none", gate or "all")),
        **name,
        "importer": importer,
        "moment": moment,
        "date": date,
        "scenario_id": scenario,
        "gate_id": gate,
        "exposed_mt": round(cell.mt, 2),
        "exposed_pct": round(cell.share, 1),
        "halted_mt": round(cell.halted, 2),
        "cut_mt": round(cell.cut, 2),
        "carried_by": dict(sorted(cell.routes.items())),
        "figures_of": dict(sorted(cell.imports.items())),
        "source": tuple(cell.source),
    }
