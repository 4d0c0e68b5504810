"""An atlas as it stood on an earlier day: what states a date shows the state of that date.

The page follows the same rules when a reader picks a moment (`web/js/atlas/model.js`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from frontiers_map.analysis.reports import reported_gates
from frontiers_map.analysis.states import feature_states

if TYPE_CHECKING:
    import pandas as pd

    from frontiers_map.analysis.joins import JoinedAtlas

__all__ = ["PAST", "as_of"]

PAST: Final = ("done", "ongoing", "lapsed")  # statuses of events that came to pass


def as_of(atlas: JoinedAtlas, date: str | None) -> JoinedAtlas:
    """Give the atlas as it stood on a day; on that of its record if none is named.

    - Reports on gates and terminals that came later are not there.
    - A terminal has the status of its last report. Where there is none by then it has its own,
      unless that began later: it was in operation from the year of its start, else being built.
    - A halted trade is in use while the terminal that it leaves is.
    - An agreement that had not begun, or had already ended, is not there, but one that has ended
      stays, as ended, on the day of the record. Before its end it is in force.
    - What has not happened yet is planned.
    - A feature of a layer of one's own has the state of that day; one that had not begun, or was
      over, stays with that state.

    Parameters
    ----------
    atlas
    date
        YYYY, YYYY-MM or YYYY-MM-DD, to compare with dates of any precision.
    """
    record = atlas.settings.record_to
    day = date or record
    reports = _until(atlas.terminal_status, day)
    last = {
        row.terminal: row.status for row in reports.sort_values(["date", "status"]).itertuples()
    }
    terminals = atlas.terminals.assign(
        status=[
            last.get(row.id) or _status(row, day) for row in atlas.terminals.itertuples(index=False)
        ]
    )
    running = terminals.loc[terminals["status"] == "operating", "id"]
    halted = (atlas.routes["status"] == "halted") & atlas.routes["from_id"].isin(running)
    # what had not come to pass then; what is expected, or doubted, stays so
    later = (atlas.events["date"] > day) & atlas.events["status"].isin(PAST)
    then = replace(
        atlas,
        settings=atlas.settings.model_copy(update={"record_to": day}),
        gate_status=_until(atlas.gate_status, day),
        terminal_status=reports,
        terminals=terminals,
        routes=atlas.routes.assign(status=atlas.routes["status"].mask(halted, "active")),
        links=_links(atlas.links, day, record),
        own={
            name: layer.assign(state=feature_states(atlas, layer, day))
            for name, layer in atlas.own.items()
        },
        events=atlas.events.assign(status=atlas.events["status"].mask(later, "planned")),
    )
    return replace(then, gates=reported_gates(then))


def _status(terminal: Any, day: str) -> str:
    """Give the status of a terminal of which nothing is reported by a day."""
    year, since = terminal.start_year, terminal.status_since
    started = None if year is None or year != year else f"{int(year)}" <= day[:4]
    began_later = isinstance(since, str) and since > day
    if started and began_later:
        return "operating"
    if started is False and terminal.status == "operating":
        return "construction"
    return str(terminal.status)


def _until(frame: Any, day: str) -> Any:
    # as an array: an empty list would choose no columns, not no rows
    return frame[np.array([date <= day for date in frame["date"]], dtype=bool)]


def _links(links: Any, day: str, record: str) -> pd.DataFrame:
    stays, states = [], []
    told = links[["since", "until", "status"]].fillna("")
    for since, until, status in told.itertuples(index=False):
        over = bool(until) and until < day
        gone = over and status == "ended" and day < record
        stays.append((not since or since <= day) and not gone)
        states.append("in_force" if status == "ended" and not over else status)
    frame: pd.DataFrame = links.assign(status=states)[np.array(stays, dtype=bool)]
    return frame
