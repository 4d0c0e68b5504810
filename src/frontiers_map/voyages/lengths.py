"""Ways from each of some places to each of others: miles, days, gates, or why there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from frontiers_map.errors import CallError
from frontiers_map.voyages.vessels import Vessel
from frontiers_map.voyages.voyage import KNOTS, End, label
from frontiers_map.voyages.world import World

__all__ = ["Matrix", "lengths"]


@dataclass(frozen=True)
class Matrix:
    """All ways between places.

    Attributes
    ----------
    table : DataFrame
        One row a way: from, to, nm, days, gates, error; nm and days are empty where there is none.
    starts, ends : tuple of str
        The places, as asked.
    """

    table: pd.DataFrame
    starts: tuple[str, ...]
    ends: tuple[str, ...]

    def square(self, column: str = "nm") -> pd.DataFrame:
        """Give one column of the table as rows of starts and columns of ends."""
        cells = self.table[column].to_numpy().reshape(len(self.starts), len(self.ends))
        return pd.DataFrame(cells, index=pd.Index(self.starts, name="from"), columns=self.ends)

    @property
    def nm(self) -> pd.DataFrame:
        """Nautical miles from starts (rows) to ends (columns); infinite where there is no way."""
        return self.square().astype(float).fillna(np.inf)


def lengths(
    world: World,
    starts: Sequence[End],
    ends: Sequence[End],
    *,
    via: Sequence[str] = (),
    close: Iterable[str] = (),
    opened: Iterable[str] = (),
    vessel: Vessel | None = None,
    speed: float = KNOTS,
    progress: Callable[[str], None] | None = None,
) -> Matrix:
    """Route from every start to every end.

    A way back is the way there in reverse, and is not sought again. Lines are not kept: of a
    thousand places they would fill the memory.

    Raises
    ------
    CallError
        If a gate is unknown. What is wrong with a place stands in its rows.
    """
    one, other = [label(place) for place in starts], [label(place) for place in ends]
    shape = len(one), len(other)
    nm = np.full(shape, np.nan)
    gates, told = np.full(shape, "", dtype=object), np.full(shape, "", dtype=object)
    mirrored = one == other and not via
    names: dict[tuple[str, ...], str] = {}
    if not via:
        known, passed = world.known(starts, ends, close=close, opened=opened, vessel=vessel)
        for row, column in np.argwhere(~np.isnan(known)).tolist():
            way = passed[row, column]
            gates[row, column] = names.setdefault(way, ";".join(way))
        nm = np.round(known, 1)
    for row, start in enumerate(starts):
        columns = np.flatnonzero(np.isnan(nm[row])).tolist()
        if mirrored:
            columns = [column for column in columns if column >= row]
        pairs = [(start, ends[column]) for column in columns]
        found = world.routes(
            pairs, via=[via] * len(pairs), close=close, opened=opened, vessel=vessel
        )
        for column, way in zip(columns, found, strict=True):
            if isinstance(way, CallError):
                told[row, column] = str(way)
                if mirrored and row != column:
                    # the same reason, but with the ends as they are asked there
                    said = f"{one[row]} to {other[column]}: "
                    back = f"{other[column]} to {one[row]}: "
                    told[column, row] = str(way).replace(said, back, 1)
                continue
            nm[row, column] = round(way.nm, 1)
            gates[row, column] = ";".join(way.gates)
            if mirrored:
                nm[column, row] = nm[row, column]
                gates[column, row] = ";".join(reversed(way.gates))
        if progress is not None:
            progress(f"{row + 1} of {len(starts)}: {one[row]}")
    table = pd.DataFrame({
        "from": np.repeat(np.array(one, dtype=object), len(other)),
        "to": np.tile(np.array(other, dtype=object), len(one)),
        "nm": nm.ravel(),
        "days": np.round(nm.ravel() / speed / 24, 2),
        "gates": gates.ravel(),
        "error": told.ravel(),
    })  # fmt: skip
    return Matrix(table, tuple(one), tuple(other))
