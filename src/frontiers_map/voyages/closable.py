"""What ships may be kept out of: gates, channels and shoals, of an atlas and of the package."""

from __future__ import annotations

from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from frontiers_map.atlas.atlas import Atlas, packaged_atlas, read
from frontiers_map.language.text import told_in
from frontiers_map.sea.channels import channel_gates, channels
from frontiers_map.sea.own_channels import OwnChannel
from frontiers_map.voyages.vessels import LIMITS

__all__ = ["closable", "own_channels", "shoals_as_gates", "with_channels", "with_gates"]


@cache
def _packaged() -> Atlas:
    """Give the atlas that comes with the package: its gates serve one that has none."""
    return read(packaged_atlas())


def with_gates(atlas: Atlas) -> Atlas:
    """Give the atlas whose gates count: the packaged one for an atlas that has none.

    Without any its ships would sail the Arctic ice, and nothing could be closed.
    """
    return atlas if len(atlas.gates) else _packaged()


def closable(atlas: Atlas) -> pd.DataFrame:
    """All that can be closed by its id, as rows of gates: shoals, too."""
    found = with_channels(with_gates(atlas).gates, atlas)
    if not len(atlas.shoals):
        return found
    main = atlas.settings.column("name")
    names = {name: atlas.shoals[name if name in atlas.shoals else main]
             for name in told_in("name", found.columns).values()}  # fmt: skip
    shoals = shoals_as_gates(atlas, found).assign(kind="shoal", **names)
    return pd.concat([found, shoals.drop(columns=[*LIMITS])], ignore_index=True)


def with_channels(gates: gpd.GeoDataFrame, atlas: Atlas) -> gpd.GeoDataFrame:
    """Add the channels that some ships do not fit, and those of an atlas, as gates."""
    return _with_own(_with_packaged(gates), atlas)


def _with_packaged(gates: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Add the channels that some ships do not fit as gates, open to all others."""
    known = set(gates["id"])
    lines = {name: line for name, line in channel_gates().items() if name not in known}
    found = [channels()[name] for name in lines]
    rows = {
        "id": list(lines),
        "kind": "channel",
        **{name: [one.name for one in found] for name in told_in("name", gates.columns).values()},
        "closed_by_default": ["unasked" if one.asked else "no" for one in found],
        **dict.fromkeys(told_in("closed_reason", gates.columns).values(), ""),
        "max_draught_m": [one.draught_m for one in found],
        "max_beam_m": [one.beam_m for one in found],
        "max_length_m": [one.length_m for one in found],
        "max_air_draught_m": [one.air_draught_m for one in found],
    }
    more = gpd.GeoDataFrame(rows, geometry=list(lines.values()), crs=gates.crs)
    return pd.concat([gates, more], ignore_index=True)


def own_channels(atlas: Atlas, *, keep: bool) -> dict[str, OwnChannel]:
    """Channels of the atlas by id; without `keep` those without a gate of the atlas have none."""
    rows = atlas.channels[["id", "gate", "geometry"]].itertuples(index=False)
    return {
        name: OwnChannel(shapely.get_coordinates(line), gate or (name if keep else ""))
        for name, gate, line in rows
    }


def _with_own(gates: gpd.GeoDataFrame, atlas: Atlas) -> gpd.GeoDataFrame:
    """Add the channels of the atlas as gates; of one at a gate the narrower limits count there."""
    own = atlas.channels
    if not len(own):
        return gates
    gates = gates.copy()
    at_gate = own[own["gate"].notna()]
    for limit in LIMITS:
        for gate, most in zip(at_gate["gate"], at_gate[limit], strict=True):
            row = gates["id"] == gate
            gates.loc[row, limit] = pd.to_numeric(gates.loc[row, limit]).clip(upper=most)
            if most is not None and most == most:
                gates.loc[row, limit] = gates.loc[row, limit].fillna(most)
    free = own[own["gate"].isna()]
    told = told_in("name", gates.columns).values()
    main = atlas.settings.column("name")
    rows = {"kind": "channel", **{name: free[name if name in free else main] for name in told}}
    kept = {name: free[name] for name in ("id", *LIMITS, "geometry")}
    reasons = dict.fromkeys(told_in("closed_reason", gates.columns).values(), "")
    more = gpd.GeoDataFrame({**kept, **rows, "closed_by_default": "no", **reasons}, crs=gates.crs)
    return pd.concat([gates, more], ignore_index=True)


def shoals_as_gates(atlas: Atlas, gates: gpd.GeoDataFrame) -> pd.DataFrame:
    """Give the shoals of an atlas as what a ship may not pass."""
    draught = pd.to_numeric(atlas.shoals["max_draught_m"])
    always = draught.isna()
    return pd.DataFrame({
        "id": atlas.shoals["id"],
        "closed_by_default": ["always" if one else "no" for one in always],
        **{column: ["a shoal closed to every ship" if one else "" for one in always]
           for column in told_in("closed_reason", gates.columns).values()},
        **dict.fromkeys(LIMITS, np.nan),
        "max_draught_m": draught,
    })  # fmt: skip
