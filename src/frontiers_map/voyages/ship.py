"""The ship that days, boil-off and the size of a fleet are reckoned for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Ship"]

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
