"""Tonnes that a supplier sends an importer in a year: the one rule for widths, ships and tables."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["latest", "months", "yearly_mt"]


def latest(imports: pd.DataFrame) -> pd.DataFrame:
    """Give the latest tonnes a year of each importer's LNG from each origin.

    The figure of the latest calendar year on record; where there is none, the latest tonnes or
    share of the importer's total in a period of whole months, at its pace.

    Parameters
    ----------
    imports
        As the layer of that name.

    Returns
    -------
    DataFrame
        Indexed by ``importer`` and ``origin``: ``mt`` (million tonnes a year), ``share_pct`` (as on
        record, else of the total of its own period, else of the latest), ``period``, ``source``.
    """
    rows = imports.assign(months=imports["period"].map(months))
    rows = rows[rows["months"] > 0].astype({"mt": float, "share_pct": float})
    rows["total"] = rows["origin"] == "total"
    totals = rows[rows["total"]].groupby(["importer", "period"])["mt"].max()
    total = rows.set_index(["importer", "period"]).index.map(totals.to_dict()).astype(float)
    rows["mt"] = rows["mt"].fillna(total * rows["share_pct"] / 100) * 12 / rows["months"]
    rows["of"] = total * 12 / rows["months"]
    rows["year"] = rows["basis"].isin(("", "calendar")) & (rows["months"] == 12)
    rows["end"] = rows["period"].str.split("/").str[-1]
    rows = rows[rows["mt"].notna()].sort_values(["year", "end", "period", "basis"])
    found = rows.groupby(["importer", "origin"]).last()
    whole = found[found["total"].astype(bool)].droplevel("origin")["mt"].to_dict()
    others = pd.Series(found.index.get_level_values("importer").map(whole), index=found.index)
    shares = 100 * found["mt"] / found["of"].fillna(others.astype(float))
    return found.assign(
        mt=found["mt"].round(2), share_pct=found["share_pct"].fillna(shares).round(2)
    )[["mt", "share_pct", "period", "source"]]


def yearly_mt(trades: pd.DataFrame, imports: pd.DataFrame) -> pd.Series:
    """Million tonnes a year of the supplier of each trade, by `latest`.

    That is all that the supplier sends, however many routes it takes.

    Parameters
    ----------
    trades
        ``importer`` and ``supplier``.
    imports
        As the layer of that name.

    Returns
    -------
    Series of float
        In the index of `trades`; NaN where nothing is on record.
    """
    known = latest(imports)["mt"].to_dict()
    keys = zip(trades["importer"], trades["supplier"], strict=True)
    return pd.Series([known.get(key, np.nan) for key in keys], index=trades.index, dtype=float)


def months(period: str) -> int:
    """Months in a period such as ``2025-01/2025-06``; 0 if it is not of whole months."""
    first, _, last = period.partition("/")
    try:
        (year, month), (to_year, to_month) = (
            (int(part[:4]), int(part[5:]) if len(part) > 4 else missing)
            for part, missing in ((first, 1), (last or first, 12))
        )
    except ValueError:
        return 0
    return max(0, 12 * (to_year - year) + to_month - month + 1)
