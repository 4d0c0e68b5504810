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
    assert error.median() <= 0.0093
    assert error.mean() <= 0.0200
    assert (error > 0.03).sum() <= 82


def test_ways_out_of_a_bay_and_along_a_straight_coast_do_not_turn_far_off() -> None:
    """There no corner keeps 12 km off: ships went a hundred kilometres past, and back."""
    for start, end, nm, least in (
        ((-76.3, 36.85), (18.3833, -34.3667), 6802, 0.99),  # Norfolk, Cape of Good Hope
        ((-76.3, 36.85), (-64.79, 32.29), 683, 0.93),  # Norfolk, Bermuda: 795 were found
        ((10.15, 54.3667), (21.127, 55.69), 400, 0.98),  # Kiel, Klaipeda: 455
        ((37.7833, 44.7167), (28.98, 41.02), 460, 0.98),  # Novorossiysk, Istanbul: 475
        ((129.05, 35.1), (132.9, 42.8), 508, 0.98),  # Busan, Nakhodka: 545
    ):
        found = frontiers_map.route(start, end)
        assert least < found.nm / nm < 1.01, (start, end, found.nm)
