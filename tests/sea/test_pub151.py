"""Distances as NGA Pub. 151 has them, asked as anybody would: by positions, and nothing else said.

Rows of some thirty of its harbours that follow one another, not chosen by how they come out.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

import frontiers_map

TABLE = Path(__file__).parents[1] / "golden" / "pub151.csv"


def test_half_of_the_published_distances_are_met_within_one_per_cent() -> None:
    rows = pd.read_csv(TABLE)
    ends = rows[["from_lon", "from_lat", "to_lon", "to_lat"]].to_numpy()
    found = frontiers_map.routes([((a, b), (c, d)) for a, b, c, d in ends])
    assert len(rows) == 511
    assert found["nm"].notna().all()
    error = (found["nm"].astype(float) / rows["nm"] - 1).abs()
    assert error.median() <= 0.0099
    assert error.mean() <= 0.0226
    assert (error > 0.03).sum() <= 94
