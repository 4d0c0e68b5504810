"""Close straits and say what every trade would do: the new way, and what it costs.

A ship that keeps to its usual passages goes on doing so where they stay open. If one of them is
closed there are two ways on: by the passages that are left, or by the shortest way there is. The
shorter of the two is taken, but never one shorter than before: a shortcut that stood open all the
while, and that the trade does not use, is no gain from a closure. If both are shorter, the gates
that make them so are left aside and one looks again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import pandas as pd

from frontiers_map.atlas.model import Scenario
from frontiers_map.errors import CallError
from frontiers_map.voyages.ship import Ship
from frontiers_map.voyages.supply import yearly_mt
from frontiers_map.voyages.world import Voyage, World

__all__ = ["reroute", "scenario_routes", "trade_routes"]

# Two ways whose lengths differ by less are the same length: the figures shown have this grain.
SAME_NM = 0.1


def trade_routes(world: World) -> list[Voyage | CallError]:
    """Route the trades of the atlas by the passages that ships use."""
    trades = world.atlas.trades
    pairs = list(zip(trades["from"], trades["to"], strict=True))
    return world.routes(pairs, via=list(trades["via"]), own=True)


def reroute(
    world: World, scenario: Scenario, before: Sequence[Voyage | CallError]
) -> list[Voyage | CallError]:
    """Route the trades again with the gates of a scenario closed.

    Parameters
    ----------
    before
        The same trades with nothing closed, from `trade_routes`.

    Returns
    -------
    list of Voyage or CallError
        A `CallError` where there is no way by sea.
    """
    trades = world.atlas.trades
    close = world.gate_ids(scenario.close)
    opened = world.gate_ids(scenario.open)
    shut = set(close)
    found = list(before)
    asked = [
        _Trade(number, (start, end), tuple(name for name in via if name not in shut), old)
        for number, (start, end, via, old) in enumerate(
            zip(trades["from"], trades["to"], trades["via"], before, strict=True)
        )
        if isinstance(old, Voyage) and shut & {*via, *old.gates}
    ]
    ways = _ways(world, asked, close, opened)
    for trade in asked:
        found[trade.number] = _way_on(world, trade, ways[trade.number], close, opened)
    return found


@dataclass(frozen=True)
class _Trade:
    number: int
    ends: tuple[str, str]
    via: tuple[str, ...]
    old: Voyage


def _ways(
    world: World, trades: Sequence[_Trade], close: Sequence[str], opened: Sequence[str]
) -> dict[int, list[Voyage]]:
    """Give each trade's way by the passages that are left, and its shortest, if there are any."""
    pairs = [trade.ends for trade in trades]
    via = [*(trade.via for trade in trades), *(() for _ in trades)]
    found = world.routes(pairs + pairs, via=via, close=close, opened=opened, own=True)
    left, free = found[: len(trades)], found[len(trades) :]
    return {
        trade.number: [way for way in both if isinstance(way, Voyage)]
        for trade, *both in zip(trades, left, free, strict=True)
    }


def _way_on(
    world: World,
    trade: _Trade,
    ways: Sequence[Voyage],
    close: Sequence[str],
    opened: Sequence[str],
) -> Voyage | CallError:
    barred = tuple(close)
    while ways:
        longer = [way for way in ways if way.nm >= trade.old.nm - SAME_NM]
        if longer:
            return min(longer, key=lambda way: way.nm)
        unused = {gate for way in ways for gate in way.gates} - {*trade.old.gates, *barred}
        if not unused:
            break
        barred += tuple(sorted(unused))
        left = replace(trade, via=tuple(name for name in trade.via if name not in barred))
        ways = _ways(world, [left], barred, opened)[trade.number]
    return CallError(f"no way by sea with {', '.join(close)} closed")


def scenario_routes(world: World, before: Sequence[Voyage | CallError]) -> gpd.GeoDataFrame:
    """Say for every scenario and every trade how it would sail, and what that costs.

    Returns
    -------
    GeoDataFrame
        One row a scenario and trade. Empty figures where there is no way by sea (`reachable` is
        then false); `ships` is for the supplier's whole yearly volume (`supply.yearly_mt`),
        where that is known.
    """
    ship = Ship.of(world.atlas.parameters)
    volumes = yearly_mt(world.atlas.trades, world.atlas.imports).tolist()
    rows: list[dict[str, Any]] = []
    for scenario in world.atlas.scenarios:
        after = reroute(world, scenario, before)
        names = world.atlas.trades["id"].astype(str)
        rows += [
            _row(scenario.id, trade, old, new, ship, volume)
            for trade, old, new, volume in zip(names, before, after, volumes, strict=True)
        ]
    columns = list(_row("", "", CallError(), CallError(), ship, float("nan")))
    frame = pd.DataFrame(rows, columns=columns)
    return gpd.GeoDataFrame(frame, geometry="geometry", crs="EPSG:4326")


def _row(
    scenario: str,
    trade: str,
    old: Voyage | CallError,
    new: Voyage | CallError,
    ship: Ship,
    volume_mt: float,
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": f"{scenario}__{trade}",
        "scenario_id": scenario,
        "route_id": trade,
        "reachable": isinstance(new, Voyage),
        "changed": False,
        **dict.fromkeys(
            (
                "nm", "extra_nm", "days", "extra_days", "boil_off_t", "extra_boil_off_t",
                "boil_off_share_pct", "ships_per_mt", "extra_ships_per_mt", "volume_mt", "ships",
                "extra_ships",
            )
        ),
        "gates": (),
        "geometry": None,
    }  # fmt: skip
    if not isinstance(new, Voyage):
        return row | {"changed": isinstance(old, Voyage)}
    base = old.nm if isinstance(old, Voyage) else new.nm
    boil_off, ships = ship.boil_off_t(new.nm), ship.ships_per_mt(new.nm)
    extra_ships = ships - ship.ships_per_mt(base)
    row |= {
        "changed": new is not old,
        "nm": round(new.nm, 1),
        "extra_nm": round(new.nm - base, 1),
        "days": round(ship.days(new.nm), 2),
        "extra_days": round(ship.days(new.nm - base), 2),
        "boil_off_t": round(boil_off, 0),
        "extra_boil_off_t": round(boil_off - ship.boil_off_t(base), 0),
        "boil_off_share_pct": round(100 * boil_off / ship.cargo_t, 2),
        "ships_per_mt": round(ships, 3),
        "extra_ships_per_mt": round(extra_ships, 3),
        "gates": new.gates,
        "geometry": new.geometry,
    }
    if not math.isnan(volume_mt):
        row |= {
            "volume_mt": round(volume_mt, 2),
            "ships": round(ships * volume_mt, 1),
            "extra_ships": round(extra_ships * volume_mt, 1),
        }
    return row
