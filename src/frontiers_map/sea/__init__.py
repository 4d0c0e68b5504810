"""Ways by sea, on a network made once from the coast.

Knows positions and gates, no atlas. ``docs/sea-network.md`` tells how the network is made.
"""

from frontiers_map.sea.network import Network
from frontiers_map.sea.route import (
    Call,
    InlandError,
    Leg,
    NotJoined,
    NoWayBySea,
    OnLand,
    Point,
    Route,
)

__all__ = ["Call", "InlandError", "Leg", "Network", "NoWayBySea", "NotJoined", "OnLand", "Point",
           "Route"]  # fmt: skip
