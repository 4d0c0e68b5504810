"""The thinned sea network that a page routes on."""

from __future__ import annotations

import hashlib
from collections import Counter
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from frontiers_map.cache import Cache, content_key
from frontiers_map.outputs.web.pack import base85
from frontiers_map.voyages.ports import packaged

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas

__all__ = ["block", "harbours", "large_ports", "packed_network", "wanted"]

# Kinds of places that ships call at; capitals and firms lie inland, unless a trade begins or ends
# there or goes by them.
_CALLED_AT = ("port", "naval")


def harbours(atlas: JoinedAtlas) -> dict[str, tuple[float, float]]:
    """Ids and positions that a reader of the page may route between."""
    trades = atlas.trades
    called = {*trades["from"], *trades["to"], *(name for via in trades["via"] for name in via)}
    places = atlas.places
    ports = atlas.settings.kinds_like("places", *_CALLED_AT)
    places = places[places["kind"].isin(ports) | places["id"].isin(called)]
    return {
        str(row.id): (float(row.lon), float(row.lat))
        for frame in (atlas.terminals, places)
        for row in frame.itertuples()
    }


def wanted(atlas: JoinedAtlas, closed: frozenset[str] | None = None) -> dict[str, Any]:
    """Say what the thinned network must hold, as `sea.thin` takes it.

    Parameters
    ----------
    atlas
    closed
        Gates that the atlas's own routes do not pass; those it closes by default if None.

    Returns
    -------
    dict
        ``points``, ``closed`` (gates that ships of the trade do not use) and ``calls`` (the
        trades, by the gates that they pass).
    """
    from frontiers_map.sea import Call

    closed = atlas.default_closed if closed is None else closed
    points = harbours(atlas)
    trades = atlas.trades
    known = {*atlas.gates["id"], *atlas.places["id"], *atlas.terminals["id"]}
    gates = set(atlas.gates["id"])
    calls = []
    for start, end, via in zip(trades["from"], trades["to"], trades["via"], strict=True):
        stops = [name for name in via if name in known]
        calls.append(
            Call(
                atlas.position(start),
                atlas.position(end),
                via=tuple(name if name in gates else atlas.position(name) for name in stops),
                close=closed - set(stops),
            )
        )
    return {
        "points": points,
        "closed": sorted(closed),
        "calls": calls,
    }


def packed_network(atlas: JoinedAtlas, cache: Cache) -> dict[str, Any] | None:
    """Give the thinned network as the page reads it; None where nothing can be routed."""
    points = harbours(atlas)
    trades = atlas.trades[["from", "to", "via"]]
    if len(points) < 2 or not set(trades["to"]) & set(points):
        return None
    folder = files("frontiers_map") / "sea"
    if not folder.joinpath("thin.bin").is_file():
        return None
    made = [
        hashlib.sha256(folder.joinpath(name).read_bytes()).hexdigest()
        for name in ("sea.bin", "thin.bin")
    ]
    stops = {str(name): atlas.position(name) for name in {*trades["from"], *trades["to"]}}
    key = content_key(
        "web-sea", 4, made, sorted(points.items()),
        sorted(stops.items()), sorted(atlas.default_closed), trades.to_numpy().tolist(),
        sorted(zip(atlas.places["id"], atlas.places["lon"], atlas.places["lat"], strict=True)),
        [[row.id, row.geometry.wkt] for row in atlas.gates.itertuples()],
        *_own_waters(atlas),
    )  # fmt: skip
    if (kept := cache.get(key)) is not None:
        ends, gates, data = kept.split(b"\n", 2)
        return block(ends.decode().split(), gates.decode().split(), data)
    # SciPy stands behind these: they are only needed when something has changed.
    from frontiers_map.sea import thin, thinning
    from frontiers_map.voyages.world import World

    world = World.of(atlas, cache=cache)
    network = world.page_network(cache)
    small = thinning.packaged_or_made(network, **wanted(atlas, world.own_shut), cache=cache)
    if not len(atlas.gates):
        # the page of such an atlas knows no gates: what the package's shut is not in its sea
        small = small.without(world.own_shut)
    data = thin.pack(small)
    names = (" ".join(small.ends).encode(), " ".join(small.gates).encode(), data)
    cache.put(key, b"\n".join(names))
    return block(list(small.ends), list(small.gates), data)


def _own_waters(atlas: JoinedAtlas) -> list[list[Any]]:
    """What an atlas adds to the sea of the package; nothing for most."""
    channels = [[row.gate, row.geometry.wkt] for row in atlas.channels.itertuples()]
    shoals = [[row.max_draught_m, row.geometry.wkt] for row in atlas.shoals.itertuples()]
    return [channels, shoals] if channels or shoals else []


def block(ends: list[str], gates: list[str], data: bytes) -> dict[str, Any]:
    """Give what stands in the page's element."""
    return {"ends": ends, "gates": gates, "data": base85(data)}


def large_ports() -> list[list[str | float]]:
    """Say what the world's large harbours are called, so that a reader may ask for any.

    Returns
    -------
    list of list
        Longitude and latitude in degrees, to hundredths, the name that no other one has, its
        UN/LOCODE or number, its other names.
    """
    large = [port for port in packaged().all if port.large]
    count = Counter(port.name for port in large)
    return [
        [
            round(port.lon, 2),
            round(port.lat, 2),
            port.name if count[port.name] == 1 else f"{port.name}, {port.country}",
            port.id,
            *port.also,
        ]
        for port in large
    ]
