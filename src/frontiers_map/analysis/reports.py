"""What is reported of straits: the state of each gate at a date, by its last report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from frontiers_map.atlas.atlas import GRAVITY

if TYPE_CHECKING:
    import geopandas as gpd

    from frontiers_map.atlas.atlas import Atlas

__all__ = ["GateReport", "gate_reports", "reported_gates"]


_Count = tuple[float | None, float | None]


@dataclass(frozen=True)
class GateReport:
    """The last report on a gate.

    Attributes
    ----------
    status : str
        open, restricted, closed or unknown.
    date : str
        Of the report.
    since : str
        Of the first report from which on all have said the same.
    source : tuple of str
    ships_day, ships_usual : float or None
        How many ships a day it counts, and how many its count has in usual times.
    """

    status: str
    date: str
    since: str
    source: tuple[str, ...] = ()
    ships_day: float | None = None
    ships_usual: float | None = None


def gate_reports(atlas: Atlas, date: str = "") -> dict[str, GateReport]:
    """Give the last report on each gate that has any, by id.

    A report on a group counts for each of its gates. Of one day, a gate's own report comes before
    its group's, and of two such the graver.

    Parameters
    ----------
    atlas
    date
        Day up to which reports count; that of the record if empty.
    """
    last = date or atlas.settings.record_to
    members = {row.id: row.gates for row in atlas.gate_groups.itertuples()}
    told: dict[str, list[tuple[str, bool, int, tuple[str, ...], _Count]]] = {}
    for row in atlas.gate_status.itertuples():
        if row.date <= last:
            for gate in members.get(row.gate, (row.gate,)):
                own = row.gate == gate
                # a group's count is not that of one of its gates
                ships = (row.ships_day, row.ships_usual) if own else (None, None)
                told.setdefault(gate, []).append(
                    (row.date, own, GRAVITY.index(row.status), tuple(row.source), ships)
                )
    found = {}
    for gate, reports in told.items():
        day, _, gravity, source, ships = max(reports, key=_rank)
        since = day
        for earlier, _, other, *_ in sorted(reports, key=_rank, reverse=True):
            if other != gravity:
                break
            since = earlier
        found[gate] = GateReport(
            GRAVITY[gravity], day, since, source, *(None if n != n else n for n in ships)
        )
    return found


def _rank(report: tuple[str, bool, int, tuple[str, ...], _Count]) -> tuple[object, ...]:
    return report[:4]


def reported_gates(atlas: Atlas) -> gpd.GeoDataFrame:
    """Gates with their state at the last report."""
    reports = gate_reports(atlas)
    gates = atlas.gates.copy()
    told = [reports.get(name) for name in gates["id"]]
    gates["state"] = [report.status if report else None for report in told]
    gates["state_since"] = [report.since if report else None for report in told]
    gates["state_source"] = [report.source if report else () for report in told]
    return gates
