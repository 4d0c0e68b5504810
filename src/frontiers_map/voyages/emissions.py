"""Fuel and CO2 of a voyage: an estimate by the reference lines of IMO's design index (EEDI).

A reference line gives grams of CO2 a tonne and mile for the mean ship of a kind and deadweight, at
75 % of its power: a * DWT**-c, for container ships a tonne of 70 % of the deadweight. So has it
MEPC.231(65), paragraphs 13 to 15, which takes 3.1144 t of CO2 a tonne of fuel; the coefficients
stand in MARPOL Annex VI, regulation 24, table 2. At another speed power goes by its cube, so CO2 a
mile by its square.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from frontiers_map.errors import CallError
from frontiers_map.voyages.vessels import Vessel

__all__ = ["Burnt", "burnt"]

CO2_PER_FUEL = 3.1144
# kind of ship -> a, c, and the part of the deadweight that is its capacity
REFERENCE = {
    "bulk": (961.79, 0.477, 1.0),
    "tanker": (1218.80, 0.488, 1.0),
    "container": (174.22, 0.201, 0.7),
    "lng": (2253.7, 0.474, 1.0),
}


@dataclass(frozen=True)
class Burnt:
    """What a voyage burns, estimated.

    Attributes
    ----------
    fuel_t, co2_t : float
        Tonnes of fuel oil, and of CO2 from it; canals' waits are not in it.
    basis : str
        By what it was reckoned.
    """

    fuel_t: float
    co2_t: float
    basis: str

    def __str__(self) -> str:
        """Say it in one line."""
        return f"about {self.fuel_t:,.0f} t of fuel oil, {self.co2_t:,.0f} t of CO2 ({self.basis})"

    def as_dict(self) -> dict[str, Any]:
        """Give it as plain values."""
        return {"fuel_t": round(self.fuel_t), "co2_t": round(self.co2_t), "basis": self.basis}


def burnt(nm: float, speed_kn: float, vessel: Vessel | None, dwt: float) -> Burnt:
    """Estimate fuel and CO2.

    Parameters
    ----------
    nm, speed_kn
    vessel
        Its kind chooses the line; its service speed is that of the line, or the speed that is
        asked for where none is known.
    dwt
        Deadweight, tonnes.

    Raises
    ------
    CallError
        If the ship is of no kind that a line is known for, or the deadweight is none.
    """
    if not 1000 <= dwt <= 600_000:
        raise CallError(f"dwt: found {dwt:g}; allowed: tonnes, 1,000 to 600,000")
    kind = vessel.kind if vessel is not None else ""
    if kind not in REFERENCE:
        found = f"'{kind}'" if kind else "no kind of ship"
        raise CallError(f"dwt: found {found}; allowed: --ship of kind {', '.join(REFERENCE)}")
    a, c, part = REFERENCE[kind]
    service = (vessel.speed_kn if vessel else None) or speed_kn
    co2 = a * dwt**-c * part * dwt * (speed_kn / service) ** 2 * nm / 1e6
    basis = f"estimate: EEDI reference line of a {kind} ship of {dwt:,.0f} dwt, MEPC.231(65)"
    if service != speed_kn:
        basis += f", from {service:g} to {speed_kn:g} knots by the square"
    return Burnt(co2 / CO2_PER_FUEL, co2, basis)
