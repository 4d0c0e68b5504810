"""Ships that pass straits: IMF PortWatch's file of daily counts -> weeks of an atlas's gates.

PortWatch counts from the positions of ships, by its own definition; other counters differ. Its
rows are not shipped: who has the file brings it in with ``frontiers-map import-transits``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from frontiers_map.atlas.csv_rows import TableError, read_table
from frontiers_map.atlas.messages import short
from frontiers_map.errors import AtlasError, CallError, Problem

__all__ = [
    "KINDS", "Transits", "as_table", "counted_for", "daily_means", "read_portwatch", "summary",
]  # fmt: skip

# kinds of ships, as PortWatch's columns n_… name them; together they are its n_total
KINDS = ("container", "dry_bulk", "general_cargo", "roro", "tanker")
_COUNTS = (*(f"n_{kind}" for kind in KINDS), "n_total")
_NEEDED = ("date", "portid", *_COUNTS)
_WHOLE = r"\d{1,6}(?:\.0*)?"


@dataclass(frozen=True)
class Transits:
    """Counts of ships by gate and week.

    Attributes
    ----------
    weeks : DataFrame
        gate, week (its Monday), days_counted, transits and `KINDS` (sums of those days).
    notes : tuple of str
        What of the file was left out, and why.
    """

    weeks: pd.DataFrame
    notes: tuple[str, ...]


def read_portwatch(path: Path, gates: Mapping[str, Iterable[str]]) -> Transits:
    """Read PortWatch's file of daily transits and sum it by week.

    Parameters
    ----------
    path
        CSV with at least ``date``, ``portid``, a count for each of `KINDS` and ``n_total``.
    gates
        Id that PortWatch gives a strait, such as ``chokepoint1`` -> the gates it is counted for.

    Raises
    ------
    CallError
        If the file cannot be read, lacks a column, or has no row of any of the gates.
    AtlasError
        With every row that cannot be right: no such day, no count, a day twice, a sum that is none.
    """
    try:
        given = read_table(path.read_bytes())
    except OSError as error:
        raise CallError(f"{path}: cannot be read: {error.strerror or error}") from error
    except TableError as error:
        raise CallError(f"{path}{f':{error.line}' if error.line else ''}: {error}") from error
    if given.problems:
        raise AtlasError(
            Problem(str(path), line, "", "", reason) for line, _, reason in given.problems
        )
    table = pd.DataFrame(
        [cells for _, cells in given.rows],
        [line for line, _ in given.rows],
        given.header,
        dtype=str,
    )
    table.columns = table.columns.str.lower()
    if twice := [name for name in _NEEDED if list(table.columns).count(name) > 1]:
        raise CallError(
            f"{path}: found columns {', '.join(twice)} a second time; allowed: each once"
        )
    if missing := [name for name in _NEEDED if name not in table.columns]:
        raise CallError(
            f"{path}: found no column {', '.join(missing)}; allowed: PortWatch's table of daily "
            f"transits, with {', '.join(_NEEDED)}"
        )
    table = table[list(_NEEDED)]
    known = table["portid"].isin(list(gates))
    others = sorted(set(table.loc[~known, "portid"]))
    if not known.any():
        had = short(", ".join(others[:5])) or "no row"
        raise CallError(
            f"{path}: found {had}; allowed: an id that a gate of the atlas has as portwatch_id"
        )
    table = table[known]
    # 2019-01-01, 2019/01/01 and 2019-01-01T00:00:00Z are one day
    text = table["date"].str.slice(0, 10).str.replace("/", "-")
    days = pd.to_datetime(text, format="%Y-%m-%d", errors="coerce")
    whole = pd.DataFrame({name: table[name].str.fullmatch(_WHOLE) for name in _COUNTS})
    counts = table[list(_COUNTS)].where(whole, "0").astype(float)
    kinds = counts[list(_COUNTS[:-1])].sum(axis=1)
    wrong: list[Problem] = []

    def tell(bad: pd.Series[bool], field: str, text: pd.Series[str], allowed: str) -> None:
        wrong.extend(
            Problem(str(path), int(row), short(table.at[row, "portid"]), field,
                    f"found '{short(text[row])}'; allowed: {allowed}")
            for row in table.index[bad]
        )  # fmt: skip

    tell(days.isna(), "date", table["date"], "a day, such as 2019-01-01")
    for name in _COUNTS:
        tell(~whole[name], name, table[name], "a whole number of ships, 0 or more")
    again = pd.DataFrame({"port": table["portid"], "day": days}).duplicated() & days.notna()
    tell(again, "date", table["date"], "each day of a strait once")
    unlike = whole.all(axis=1) & (kinds != counts["n_total"])
    sums = " + ".join(f"n_{kind}" for kind in KINDS)
    tell(unlike, "n_total", table["n_total"], f"the sum of {sums}")
    if wrong:
        raise AtlasError(sorted(wrong))
    frame = counts.rename(columns=lambda name: name.removeprefix("n_")).astype(int)
    frame = frame.rename(columns={"total": "transits"})
    frame["port"], frame["days_counted"] = table["portid"], 1
    frame["week"] = (days - pd.to_timedelta(days.dt.day_of_week, unit="D")).dt.strftime("%Y-%m-%d")
    summed = frame.groupby(["port", "week"], sort=True).sum().reset_index()
    pairs = pd.DataFrame(
        [(port, gate) for port, names in gates.items() for gate in names],
        columns=["port", "gate"],
    )
    weeks = summed.merge(pairs, on="port").sort_values(["gate", "week"], ignore_index=True)
    told = [
        *given.notes,
        *(f"{short(name)}: no gate of the atlas has this id; left out" for name in others),
    ]
    shared = pairs.groupby("port")["gate"].agg(list)
    told += [
        f"{port}: one count for {' and '.join(sorted(names))}"
        for port, names in shared.items()
        if len(names) > 1 and port in set(summed["port"])
    ]
    return Transits(weeks[["gate", "week", "days_counted", "transits", *KINDS]], tuple(told))


def counted_for(gates: pd.DataFrame) -> dict[str, list[str]]:
    """Give the gates that each id of PortWatch stands for."""
    with_id = gates[gates["portwatch_id"].fillna("") != ""]
    return {
        str(port): sorted(rows["id"]) for port, rows in with_id.groupby("portwatch_id", sort=True)
    }


def summary(transits: Transits) -> list[str]:
    """Say of each gate which days were counted, and ships a day in all and in the last weeks."""
    told = []
    for gate, rows in transits.weeks.groupby("gate", sort=True):
        days, last = rows["days_counted"].sum(), rows.tail(8)
        mean = rows["transits"].sum() / days
        late = last["transits"].sum() / last["days_counted"].sum()
        told.append(
            f"{gate}: {days:,} days, weeks of {rows['week'].min()} to {rows['week'].max()}: "
            f"{mean:.1f} ships a day, {late:.1f} in the last {len(last)} weeks"
        )
    return told


def as_table(transits: Transits, source: str) -> str:
    """Write weeks as ``transits.csv`` of an atlas, every row with its source."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*transits.weeks.columns, "source"])
    writer.writerows((*row, source) for row in transits.weeks.itertuples(index=False, name=None))
    return out.getvalue()


def daily_means(transits: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Give for each gate its weeks without a gap, as ships a day on average.

    Returns
    -------
    dict
        By gate: ``from`` (Monday of the first week), ``to`` (of the last), ``scale`` and ``ships``,
        whole numbers that are to be divided by it, or None of a week without a count. Means are
        rounded to ships, to tenths where fewer than twenty pass on the busiest week's days.
    """
    found = {}
    for gate, rows in transits.groupby("gate", sort=True):
        means = pd.Series(
            rows["transits"].to_numpy(float) / rows["days_counted"].to_numpy(float),
            index=pd.to_datetime(rows["week"]),
        ).asfreq("7D")
        scale = 1 if means.max() >= 20 else 10
        found[str(gate)] = {
            "from": f"{means.index[0]:%Y-%m-%d}",
            "to": f"{means.index[-1]:%Y-%m-%d}",
            "scale": scale,
            "ships": [None if np.isnan(n) else round(n * scale) for n in means],
            "source": sorted({name for names in rows["source"] for name in names}),
        }
    return found
