"""The thinned sea network that a page routes on."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from frontiers_map.cache import Cache, content_key

if TYPE_CHECKING:
    from frontiers_map.joins import JoinedAtlas

__all__ = ["harbours", "packed_network"]

# Kinds of places that ships call at; capitals and firms lie inland.
_CALLED_AT = ("port", "naval")


def harbours(atlas: JoinedAtlas) -> dict[str, tuple[float, float]]:
    """Ids and positions that a reader of the page may route between."""
    places = atlas.places[atlas.places["kind"].isin(_CALLED_AT)]
    return {
        str(row.id): (float(row.lon), float(row.lat))
        for frame in (atlas.terminals, places)
        for row in frame.itertuples()
    }


def packed_network(atlas: JoinedAtlas, cache: Cache) -> dict[str, Any] | None:
    """Give the thinned network as the page reads it; None where nothing can be routed."""
    from frontiers_map.routing import World
    from frontiers_map.sea import Call, thin

    make = getattr(thin, "packaged_or_made", None)
    points = harbours(atlas)
    if make is None or len(points) < 2:
        return None
    usual = atlas.default_closed
    trades = list(zip(atlas.trades["from"], atlas.trades["to"], atlas.trades["via"], strict=True))
    key = content_key(
        "thin", 2, sorted(points.items()), sorted(usual), [list(map(str, t)) for t in trades],
        [[row.id, row.geometry.wkt] for row in atlas.gates.itertuples()],
    )  # fmt: skip
    if (kept := cache.get(key)) is not None:
        ends, gates, data = kept.split(b"\n", 2)
        return {
            "ends": ends.decode().split(), "gates": gates.decode().split(),
            "data": base64.b64encode(data).decode("ascii"),
        }  # fmt: skip
    network = World.of(atlas, cache=cache).network
    gate_ids = set(atlas.gates["id"])
    calls = [
        Call(
            atlas.position(start), atlas.position(end),
            via=tuple(v if v in gate_ids else atlas.position(v) for v in _stops(atlas, via)),
            close=frozenset(usual - set(_stops(atlas, via))),
        )
        for start, end, via in trades
    ]  # fmt: skip
    goals = sorted({end for _, end, _ in trades if end in points})
    small = make(network, points, goals, closed=sorted(usual), calls=calls, cache=cache)
    data = thin.pack(small)
    cache.put(
        key, b"\n".join([" ".join(small.ends).encode(), " ".join(small.gates).encode(), data])
    )
    return {
        "ends": list(small.ends), "gates": list(small.gates),
        "data": base64.b64encode(data).decode("ascii"),
    }  # fmt: skip


def _stops(atlas: JoinedAtlas, via: tuple[str, ...]) -> list[str]:
    """Stops of a trade, groups of gates left out: a ship passes one of them, whichever is best."""
    known = set(atlas.gates["id"]) | set(atlas.places["id"]) | set(atlas.terminals["id"])
    return [name for name in via if name in known]
