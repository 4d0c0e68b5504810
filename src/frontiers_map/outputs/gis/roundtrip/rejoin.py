"""Cut geometry -> the outline that a person drew, as far as it was not edited.

The GeoPackage holds areas and lines cut at 180° and beside 30°W. Coming back they are laid side
by side again, the vertices that the cuts added go, and every vertex that nobody moved gets the
very numbers back that the atlas folder has.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from frontiers_map.outputs.gis.backdrop import SEAM

__all__ = ["Rejoined", "rejoin", "same"]

Floats = NDArray[np.float64]
# two roundings to a millionth of a degree may add up
NEAR = 2.1e-6
TURNS = (0.0, -360.0, 360.0)
DIGITS = 5
SLIVER = 1e-4


@dataclass(frozen=True)
class Rejoined:
    """A geometry as it would stand in the atlas folder.

    Attributes
    ----------
    geometry
        LineString, Polygon or MultiPolygon, unwrapped.
    moved
        Old and new position of vertices that moved, where the outline has as many as before.
    added, removed
        How many vertices are new and how many are gone, where it has not.
    """

    geometry: BaseGeometry
    moved: tuple[tuple[tuple[float, float], tuple[float, float]], ...] = ()
    added: int = 0
    removed: int = 0


def same(one: BaseGeometry | None, other: BaseGeometry | None) -> bool:
    """Whether two cut geometries are the same drawing, whatever order their parts have."""
    if one is None or other is None:
        return one is other
    if one.geom_type != other.geom_type or one.is_empty or other.is_empty:
        return False
    mine, theirs = shapely.get_coordinates(one), shapely.get_coordinates(other)
    if mine.shape == theirs.shape and np.abs(mine - theirs).max() <= NEAR:
        return True
    if len(shapely.get_parts(one)) != len(shapely.get_parts(other)):
        return False
    return shapely.equals_exact(
        shapely.normalize(one), shapely.normalize(other), tolerance=NEAR
    ) or _close(mine, theirs)


def _close(mine: Floats, theirs: Floats) -> bool:
    """The same vertices in another order, up to rounding."""
    if mine.shape != theirs.shape:
        return False
    tree = shapely.STRtree(shapely.points(theirs))
    near, distance = tree.query_nearest(shapely.points(mine), return_distance=True)
    return bool(len(near[0]) >= len(mine) and distance.max() <= NEAR)


def rejoin(cut: BaseGeometry, before: BaseGeometry) -> Rejoined:
    """Lay a cut geometry together again.

    Parameters
    ----------
    cut
        As it stands in the GeoPackage: parts in ±180.
    before
        As it stands in the atlas folder: one outline, unwrapped.
    """
    parts = [_placed(part, before) for part in shapely.get_parts(_closed(cut))]
    kept = shapely.get_coordinates(before)
    if before.geom_type in ("LineString", "MultiLineString"):
        whole = shapely.line_merge(shapely.multilinestrings(parts))
        lines = [_line(shapely.get_coordinates(one), kept) for one in shapely.get_parts(whole)]
        geometry = lines[0] if len(lines) == 1 else shapely.multilinestrings(lines)
    else:
        whole = shapely.union_all(parts, grid_size=1e-6)
        # where a slanted edge meets a cut, rounding leaves slivers of a millionth of a degree
        wide = [one for one in shapely.get_parts(whole) if one.area > SLIVER]
        polygons = [_polygon(one, kept) for one in wide]
        geometry = polygons[0] if len(polygons) == 1 else shapely.multipolygons(polygons)
    return _compared(geometry, before)


def _closed(cut: BaseGeometry) -> BaseGeometry:
    """Close the gap beside the seam."""

    def shut(coords: Floats) -> Floats:
        lon = np.where(np.abs(coords[:, 0] - SEAM) <= NEAR, SEAM, coords[:, 0])
        return np.column_stack([lon, coords[:, 1]])

    return shapely.transform(cut, shut)


def _placed(part: BaseGeometry, before: BaseGeometry) -> BaseGeometry:
    """Move a part by whole turns to where the old outline stands."""

    def shifted(turn: float) -> BaseGeometry:
        return shapely.transform(part, lambda c: c + np.array([turn, 0.0]))

    def fit(turn: float) -> tuple[float, float]:
        common = shapely.intersection(shifted(turn), before)
        return common.area + common.length, -float(shapely.distance(shifted(turn), before))

    return shifted(max(TURNS, key=fit))


def _restored(coords: Floats, kept: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Give vertices that nobody moved their old numbers; say which those are."""
    tree = shapely.STRtree(shapely.points(kept))
    nearest = tree.nearest(shapely.points(coords))
    old = kept[nearest]
    known = np.abs(coords - old).max(axis=1) <= NEAR * 2
    return np.where(known[:, None], old, np.round(coords, DIGITS) + 0.0), known


def _on_cut(lon: Floats) -> NDArray[np.bool_]:
    return (np.abs((lon - 180) % 360) < NEAR) | (np.abs((lon - SEAM) % 360) < NEAR) | (
        np.abs((lon - 180) % 360 - 360) < NEAR
    ) | (np.abs((lon - SEAM) % 360 - 360) < NEAR)  # fmt: skip


def _needless(coords: Floats, known: NDArray[np.bool_], closed: bool) -> NDArray[np.bool_]:
    """Vertices that a cut added: on a cut, not in the old outline, in line with both neighbours."""
    before = np.roll(coords, 1, axis=0)
    after = np.roll(coords, -1, axis=0)
    (ax, ay), (bx, by) = (coords - before).T, (after - coords).T
    length = np.hypot(*(after - before).T)
    off = np.abs(ax * by - ay * bx) / np.where(length > 0, length, 1)
    needless: NDArray[np.bool_] = _on_cut(coords[:, 0]) & ~known & (off <= 10 * NEAR)
    if not closed:
        needless[[0, -1]] = False
    return needless


def _line(coords: Floats, kept: Floats) -> BaseGeometry:
    found, known = _restored(coords, kept)
    found = found[~_needless(found, known, closed=False)]
    # merging may have turned the line round
    if np.hypot(*(found[0] - kept[0])) > np.hypot(*(found[-1] - kept[0])):
        found = found[::-1]
    return shapely.linestrings(found)


def _polygon(polygon: BaseGeometry, kept: Floats) -> BaseGeometry:
    rings = []
    holes = [ring for ring in polygon.interiors if shapely.polygons(ring).area > SLIVER]
    for ring in (polygon.exterior, *holes):
        found, known = _restored(shapely.get_coordinates(ring)[:-1], kept)
        found = found[~_needless(found, known, closed=True)]
        rings.append(_begun(found, kept))
    return shapely.polygons(rings[0], holes=rings[1:] or None)


def _begun(ring: Floats, kept: Floats) -> Floats:
    """Run a ring counter-clockwise from where the old one began, and close it."""
    if not shapely.is_ccw(shapely.linearrings(ring)):
        ring = ring[::-1]
    for number, vertex in enumerate(kept):
        at = np.flatnonzero((ring == vertex).all(axis=1))
        if len(at):
            # the first may have moved: with as many vertices as before it keeps its place
            back = number if len(ring) == len(kept) - 1 else 0
            ring = np.roll(ring, back - int(at[0]), axis=0)
            break
    return np.vstack([ring, ring[:1]])


def _compared(geometry: BaseGeometry, before: BaseGeometry) -> Rejoined:
    new, old = shapely.get_coordinates(geometry), shapely.get_coordinates(before)
    if geometry.geom_type == "Polygon" and before.geom_type == "Polygon":
        new, old = new[:-1], old[:-1]
    if new.shape == old.shape:
        differ = np.flatnonzero((new != old).any(axis=1))
        moved = tuple(
            ((float(old[n, 0]), float(old[n, 1])), (float(new[n, 0]), float(new[n, 1])))
            for n in differ
        )
        return Rejoined(geometry, moved)
    mine, theirs = {tuple(row) for row in new}, {tuple(row) for row in old}
    return Rejoined(geometry, (), len(mine - theirs), len(theirs - mine))
