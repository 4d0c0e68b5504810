"""Ships by their measures, and which straits and canals each may not pass, with the reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from frontiers_map.atlas.atlas import packaged_atlas
from frontiers_map.atlas.messages import did_you_mean
from frontiers_map.atlas.model import ShipClass
from frontiers_map.atlas.reader import Reader
from frontiers_map.errors import CallError
from frontiers_map.language.text import told_in

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LARGE_DRAUGHT_M", "LARGE_LENGTH_M", "LIMITS", "Vessel", "classes", "shut"]

# Straits closed to `large` ships have no limit on record, only the practice of keeping out. A ship
# counts as large above either measure: about where a Handysize bulk carrier ends.
LARGE_LENGTH_M = 200.0
LARGE_DRAUGHT_M = 10.5

# measure of a ship -> limit of a gate, and how a person says it
_LIMITS = {
    "draught_m": ("max_draught_m", "draws"),
    "beam_m": ("max_beam_m", "is {:g} m wide"),
    "length_m": ("max_length_m", "is {:g} m long"),
    "air_draught_m": ("max_air_draught_m", "stands {:g} m above the water"),
}


@dataclass(frozen=True)
class Vessel:
    """What counts of a ship where it is to pass.

    Attributes
    ----------
    id : str
        Of its class; empty where only measures were given.
    kind : str
        ``lng``, ``tanker``, ``bulk``, ``container`` or ``general``; empty if not known.
    draught_m, beam_m, length_m, air_draught_m : float or None
        Laden, metres; None where not known: it then shuts nothing.
    speed_kn : float or None
        Service speed, knots.
    """

    id: str = ""
    kind: str = ""
    draught_m: float | None = None
    beam_m: float | None = None
    length_m: float | None = None
    air_draught_m: float | None = None
    speed_kn: float | None = None

    @property
    def large(self) -> bool:
        """Whether it keeps out of straits that are closed to large ships."""
        return (self.length_m or 0) > LARGE_LENGTH_M or (self.draught_m or 0) > LARGE_DRAUGHT_M

    def __str__(self) -> str:
        """Name the class, or the draught."""
        return self.id or f"draught {self.draught_m:g} m"

    @classmethod
    def asked(
        cls, atlas_ships: pd.DataFrame, ship: str | None = None, draught: float | None = None
    ) -> Vessel | None:
        """Find a class among those of an atlas and of the package, or make one of a draught.

        Raises
        ------
        CallError
            If there is no class of that name, or the draught is no draught.
        """
        if draught is not None and not 0 < draught < 40:
            raise CallError(
                f"draught: found {draught:g}; allowed: metres, more than 0 and below 40"
            )
        if ship is None:
            return None if draught is None else cls(draught_m=draught)
        known = classes(atlas_ships)
        if ship not in known:
            raise CallError(
                f"ship: found '{ship}'; allowed: {', '.join(sorted(known))}"
                f"{did_you_mean(ship, known)}"
            )
        found = known[ship]
        return found if draught is None else cls(**{**vars(found), "draught_m": draught})


# columns of gates and channels that limit ships
LIMITS = tuple(limit for limit, _ in _LIMITS.values())


def classes(atlas_ships: pd.DataFrame) -> dict[str, Vessel]:
    """Give the classes by id: those of the package, and of the atlas, which go before them."""
    own = []
    for row in atlas_ships[list(Vessel.__annotations__)].itertuples(index=False):
        # an empty cell of a frame is not a number, and is not known here
        known: list[Any] = [None if cell != cell else cell for cell in row]
        own.append(Vessel(*known))
    return {vessel.id: vessel for vessel in (*_packaged(), *own)}


@cache
def _packaged() -> tuple[Vessel, ...]:
    reader = Reader(packaged_atlas())
    rows = (item.row for item in reader.rows("ships.csv", ShipClass, ()))
    return tuple(
        Vessel(**{name: getattr(row, name) for name in Vessel.__annotations__}) for row in rows
    )


def shut(gates: pd.DataFrame, vessel: Vessel | None) -> dict[str, str]:
    """Say which gates a ship may not pass, and why, in words that follow its name.

    Parameters
    ----------
    gates : DataFrame
        With the columns of `frontiers_map.atlas.model.Gate`.
    vessel : Vessel or None
        None is a ship that any charted strait takes: only what nobody passes is shut, and
        canals too narrow for most.

    Returns
    -------
    dict of str to str
        Gate id to reason, in the order of ids.
    """
    found = {}
    reason, *_ = told_in("closed_reason", gates.columns).values()
    for gate in gates.sort_values("id").itertuples():
        said = str(getattr(gate, reason))
        if gate.closed_by_default == "always":
            found[str(gate.id)] = said or "closed to all ships"
        elif vessel is None and gate.closed_by_default == "unasked":
            found[str(gate.id)] = (
                f"at most {gate.max_beam_m:g} m in beam; --ship or --draught tells if one fits"
            )
        elif vessel is not None:
            reasons = list(_too_much(gate, vessel))
            if (gate.closed_by_default == "large" and vessel.large) or (
                gate.closed_by_default == "lng" and vessel.kind == "lng"
            ):
                reasons.append(said or f"{gate.closed_by_default} ships keep out")
            if reasons:
                found[str(gate.id)] = "; ".join(reasons)
    return found


def _too_much(gate: object, vessel: Vessel) -> Iterable[str]:
    for measure, (limit, says) in _LIMITS.items():
        most, has = getattr(gate, limit), getattr(vessel, measure)
        if has is not None and most is not None and most == most and has > most:
            told = says.format(has) if "{" in says else f"{says} {has:g} m"
            yield f"{told}; at most {most:g} m"
