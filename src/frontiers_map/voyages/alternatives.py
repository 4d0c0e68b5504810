"""Other ways to the same end, each by another set of gates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from frontiers_map.sea.metric import EARTH_KM, unit_vectors
from frontiers_map.voyages.vessels import Vessel
from frontiers_map.voyages.voyage import Voyage
from frontiers_map.voyages.world import World

__all__ = ["Asked", "with_alternatives"]

# A way is another one if at least this part of it lies this far from all others, or 5 % of its
# length where it is short: less is the same way round the other side of an island.
APART = 0.15
APART_KM = 50.0


@dataclass(frozen=True)
class Asked:
    """Under what a way was asked for."""

    close: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    vessel: Vessel | None = None


def with_alternatives(world: World, best: Voyage, count: int, asked: Asked) -> Voyage:
    """Add to a way the next shortest that pass another set of gates.

    Gates of the way are closed one after the other, and those of each that is told then, too. Told
    is each time what adds the fewest miles for the part of it that lies elsewhere: another ocean
    may be longer than another strait. What goes beside a way that is told already is left out.

    Parameters
    ----------
    world, best, asked
        Where, the shortest way, and under what it was asked for.
    count
        As many at most; there may be fewer.

    Returns
    -------
    Voyage
        `best` with its `alternatives`, shortest first.
    """
    told = [best]
    pool: list[Voyage] = []
    shut_for: dict[int, frozenset[str]] = {id(best): frozenset()}
    seen: set[frozenset[str]] = set()

    def branch(way: Voyage) -> None:
        for gate in way.gates:
            shut = shut_for[id(way)] | {gate}
            if gate in way.via or shut in seen:
                continue
            seen.add(shut)
            (found,) = world.routes(
                [(best.start, best.end)], via=[best.via], close=(*asked.close, *sorted(shut)),
                opened=asked.opened, vessel=asked.vessel,
            )  # fmt: skip
            if isinstance(found, Voyage):
                shut_for[id(found)] = shut
                pool.append(found)

    branch(best)
    while len(told) <= count:
        sets = {frozenset(way.gates) for way in told}
        choice: list[tuple[float, float, tuple[str, ...], int]] = []
        for number, way in enumerate(pool):
            apart = 0.0 if frozenset(way.gates) in sets else _apart(way, told)
            if apart >= APART:
                dear = (way.nm - best.nm) / apart
                choice.append((round(dear, 3), round(way.nm, 3), way.gates, number))
        if not choice:
            break
        told.append(pool[min(choice)[-1]])
        branch(told[-1])
    others = sorted(told[1:], key=lambda way: (round(way.nm, 3), way.gates))
    return replace(best, alternatives=tuple(others))


def _apart(way: Voyage, others: Sequence[Voyage]) -> float:
    """Give the part of a way that lies far from all others."""
    points = _vectors(way)
    least = min(APART_KM, 0.05 * way.km) / EARTH_KM
    near = cKDTree(np.concatenate([_vectors(one) for one in others]))
    distance, _ = near.query(points)
    steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    far = (distance[1:] > least) & (distance[:-1] > least)
    return float(steps[far].sum() / max(steps.sum(), 1e-12))


def _vectors(way: Voyage) -> NDArray[np.float64]:
    """Give a way's vertices, which are 25 km apart at most, as unit vectors."""
    coords = shapely.get_coordinates(shapely.segmentize(way.geometry, 0.1))
    return np.asarray(unit_vectors(coords[:, 0], coords[:, 1]), dtype=np.float64)
