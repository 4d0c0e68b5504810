"""Close straits and say what every trade would do: the new way, and what it costs.

A ship that keeps to its usual passages goes on doing so where they stay open. If one of them is
closed there are two ways on: by the passages that are left, or by the shortest way there is. The
shorter of the two is taken, but never one shorter than before: that a shortcut stood open which
the trade does not use is no gain from a closure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from frontiers_map.errors import CallError
from frontiers_map.model import Scenario
from frontiers_map.routing import Voyage, World

__all__ = ["Ship", "reroute", "scenario_routes", "trade_routes"]

HOURS = 24.0
DAYS_A_YEAR = 365.0


@dataclass(frozen=True)
class Ship:
    """The LNG carrier that the figures are reckoned for.

    Attributes
    ----------
    speed_kn
        Speed under way, knots.
    cargo_t
        Cargo, tonnes of LNG.
    boil_off_pct_day
        Part of the cargo that boils off on each laden day, percent.
    port_days
        Days in port for loading and unloading in a round trip.
    """

    speed_kn: float = 17.0
    cargo_t: float = 78000.0
    boil_off_pct_day: float = 0.12
    port_days: float = 3.0

    @classmethod
    def of(cls, parameters: pd.DataFrame) -> Ship:
        """Take the figures from the atlas's parameters; what it does not give stays as it is."""
        values = dict(zip(parameters["id"], parameters["value"], strict=True))
        names = {
            "speed_kn": "service_speed_kn",
            "cargo_t": "cargo_mass_t",
            "boil_off_pct_day": "boil_off_laden_pct_day",
            "port_days": "port_days_total",
        }
        given = {key: float(values[name]) for key, name in names.items() if name in values}
        return cls(**given)

    def days(self, nm: float) -> float:
        """Days under way, one way."""
        return nm / self.speed_kn / HOURS

    def boil_off_t(self, nm: float) -> float:
        """Tonnes of cargo that boil off on a laden voyage."""
        return self.cargo_t * self.boil_off_pct_day / 100 * self.days(nm)

    def ships_per_mt(self, nm: float) -> float:
        """Ships that it takes to deliver a million tonnes a year, round trip after round trip."""
        delivered = self.cargo_t - self.boil_off_t(nm)
        trips = DAYS_A_YEAR / (2 * self.days(nm) + self.port_days)
        return 1e6 / (delivered * trips)


def trade_routes(world: World) -> list[Voyage | CallError]:
    """Route the trades of the atlas by the passages that ships use."""
    trades = world.atlas.trades
    pairs = list(zip(trades["from"], trades["to"], strict=True))
    return world.routes(pairs, via=list(trades["via"]))


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
    pairs = list(zip(trades["from"], trades["to"], strict=True))
    usual = [tuple(name for name in via if name not in shut) for via in trades["via"]]
    touched = [
        number
        for number, (via, voyage) in enumerate(zip(trades["via"], before, strict=True))
        if isinstance(voyage, Voyage) and (shut & {*via, *voyage.gates})
    ]
    found = list(before)
    left = world.routes(
        [pairs[n] for n in touched], via=[usual[n] for n in touched], close=close, opened=opened
    )
    free = world.routes([pairs[n] for n in touched], close=close, opened=opened)
    for number, by_usual, by_any in zip(touched, left, free, strict=True):
        old = before[number]
        found[number] = _better(old, by_usual, by_any)
    return found


def _better(
    old: Voyage | CallError, by_usual: Voyage | CallError, by_any: Voyage | CallError
) -> Voyage | CallError:
    if isinstance(by_usual, CallError):
        return by_any
    if isinstance(by_any, CallError) or not isinstance(old, Voyage):
        return by_usual
    return by_any if old.nm <= by_any.nm < by_usual.nm else by_usual


def scenario_routes(world: World, before: Sequence[Voyage | CallError]) -> gpd.GeoDataFrame:
    """Say for every scenario and every trade how it would sail, and what that costs.

    Returns
    -------
    GeoDataFrame
        One row a scenario and trade. Empty figures where there is no way by sea (`reachable` is
        then false); `ships` is for the supplier's whole yearly volume, where that is known.
    """
    ship = Ship.of(world.atlas.parameters)
    volumes = yearly_mt(world)
    rows: list[dict[str, Any]] = []
    for scenario in world.atlas.scenarios:
        after = reroute(world, scenario, before)
        for trade, old, new in zip(world.atlas.trades["id"], before, after, strict=True):
            rows.append(_row(scenario.id, str(trade), old, new, ship, volumes.get(str(trade))))
    columns = list(_row("", "", CallError(), CallError(), ship, None))
    frame = pd.DataFrame(rows, columns=columns)
    return gpd.GeoDataFrame(frame, geometry="geometry", crs="EPSG:4326")


def _row(
    scenario: str,
    trade: str,
    old: Voyage | CallError,
    new: Voyage | CallError,
    ship: Ship,
    volume_mt: float | None,
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
    if volume_mt is not None:
        row |= {
            "volume_mt": round(volume_mt, 2),
            "ships": round(ships * volume_mt, 1),
            "extra_ships": round(extra_ships * volume_mt, 1),
        }
    return row


def yearly_mt(world: World) -> Mapping[str, float]:
    """Million tonnes a year of each trade's supplier, where share and total are both known.

    The share of a trade is its supplier's share of the importer's LNG, so that this is the volume
    of all that the supplier sends, as if it all sailed from this terminal.
    """
    imports = world.atlas.imports
    totals = imports[(imports["origin"] == "total") & imports["mt"].notna()]
    whole_year = totals[~totals["period"].astype(str).str.contains("-") | (totals["period"] == "")]
    latest = whole_year.sort_values("year", kind="stable").groupby("importer")["mt"].last()
    trades = world.atlas.trades
    return {
        str(row.id): float(row.share_pct) / 100 * float(latest[row.importer])
        for row in trades.itertuples()
        if row.importer in latest.index and row.share_pct == row.share_pct and row.share_pct
    }
