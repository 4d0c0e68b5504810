"""Routes that share a way are set beside each other, so that none hides another.

All in millimetres on the page. Where several lines run together within `NEAR`, each is moved
sideways to a lane of its own; the order of the lanes follows from the side on which the lines
come and go, so that they do not cross. A lane is drawn in where it would lie on land.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation
from scipy.spatial import cKDTree
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

__all__ = ["set_apart", "spread"]

Floats = NDArray[np.float64]
STEP: Final = 0.5  # mm between the points that are looked at
NEAR: Final = 1.1  # mm within which lines run together
ALONG: Final = 0.80  # cosine of the angle between lines that run together
TAPER: Final = 9.0  # mm over which a line moves into its lane
SAME_ENDS: Final = 7.0  # mm within which ends of lines are those of the same two places
SPLAY: Final = 0.16  # of its length, over which such a line leaves the others
TURN: Final = 5.0  # mm over which a line turns a corner, where the sea leaves room


def set_apart(
    lines: Sequence[LineString],
    widths: Sequence[float],
    *,
    gap: float = 0.45,
    land: BaseGeometry | None = None,
) -> list[LineString]:
    """Move lines that share a way into lanes.

    Parameters
    ----------
    lines
        Each of one part, in its direction of travel.
    widths
        What each takes of the page, mm.
    gap
        Clear space between neighbours, mm.
    land
        Where no lane may lie unless the line itself does.
    """
    points = [_curved(_points(line), land) for line in lines]
    heading = [_headings(path) for path in points]
    if len(lines) < 2:
        return [LineString(path) for path in points]
    rank = _ranks(points, heading)
    trees = [cKDTree(path) for path in points]
    moved = []
    for me, path in enumerate(points):
        offset = np.zeros(len(path))
        together = [
            _together(path, heading[me], trees[you], heading[you]) if you != me else None
            for you in range(len(points))
        ]
        for at in range(len(path)):
            group = [(rank[me], me, 1.0)]
            for you, found in enumerate(together):
                if found is not None and found[at]:
                    group.append((rank[you], you, float(found[at])))
            if len(group) == 1:
                continue
            # the lanes are counted from the left of the group's leader
            leader = min(group)
            turn = leader[2]
            group.sort()
            spans = [widths[number] + gap for _, number, _ in group]
            total = sum(spans)
            place = [number for _, number, _ in group].index(me)
            centre = sum(spans[:place]) + spans[place] / 2 - total / 2
            offset[at] = -centre * (turn if leader[1] != me else 1.0)
        offset = _smooth(offset, int(TAPER / STEP))
        moved.append(_shifted(path, heading[me], offset, land))
    return moved


def spread(lines: Sequence[LineString], gap: float) -> list[LineString]:
    """Move lines between the same two places, either way, `gap` mm from each other.

    They part near one end and meet near the other, as the strands of a rope.
    """
    made = list(lines)
    ends = [np.array(shapely.get_coordinates(line)[[0, -1]]) for line in lines]
    groups: list[list[int]] = []
    for number, end in enumerate(ends):
        for group in groups:
            first = ends[group[0]]
            near = [np.hypot(*(end[::way] - first).T).max() for way in (1, -1)]
            if min(near) < SAME_ENDS:
                group.append(number)
                break
        else:
            groups.append([number])
    for group in groups:
        first = ends[group[0]][0]
        for place, number in enumerate(group):
            offset = (place - (len(group) - 1) / 2) * gap
            path = _points(lines[number])
            if not offset or len(path) < 3:
                continue
            if np.hypot(*(path[0] - first)) > np.hypot(*(path[-1] - first)):
                path = path[::-1]
            heading = _headings(path)
            share = np.linspace(0, 1, len(path))
            taper = np.clip(np.minimum(share, 1 - share) / SPLAY, 0, 1)
            taper = np.sin(taper * np.pi / 2)
            normal = np.column_stack((-heading[:, 1], heading[:, 0]))
            moved = LineString(path + normal * (offset * taper)[:, None])
            made[number] = shapely.simplify(moved, 0.01)
    return made


def _points(line: LineString) -> Floats:
    count = max(2, round(line.length / STEP) + 1)
    spots = shapely.line_interpolate_point(line, np.linspace(0, line.length, count))
    return np.asarray(shapely.get_coordinates(spots))


def _curved(path: Floats, land: BaseGeometry | None) -> Floats:
    """Round the corners of a way, but not over land nor at its ends."""
    width = min(int(TURN / STEP), (len(path) - 1) // 2)
    if width < 2:
        return path
    ends = np.minimum(np.arange(len(path)), np.arange(len(path))[::-1])
    share = np.clip(ends / width, 0, 1)
    smooth = np.column_stack([_smooth(path[:, axis], width) for axis in (0, 1)])
    made = path + (smooth - path) * share[:, None]
    if land is None or land.is_empty:
        return made
    for _ in range(3):
        bad = shapely.intersects_xy(land, made[:, 0], made[:, 1])
        bad &= ~shapely.intersects_xy(land, path[:, 0], path[:, 1])
        if not bad.any():
            return made
        # back to the way itself there, and gently so to both sides
        share = share * (1 - _smooth(binary_dilation(bad, iterations=width).astype(float), width))
        made = path + (smooth - path) * share[:, None]
    return np.where(binary_dilation(bad, iterations=2)[:, None], path, made)


def _headings(path: Floats) -> Floats:
    step = np.gradient(path, axis=0)
    length = np.hypot(step[:, 0], step[:, 1])
    length[length == 0] = 1
    return np.asarray(step / length[:, None])


def _together(path: Floats, heading: Floats, tree: cKDTree, other: Floats) -> Floats:
    """Give 1 where the other line runs along with this one, -1 where against it, else 0."""
    distance, near = tree.query(path, distance_upper_bound=NEAR)
    found = np.zeros(len(path))
    hit = np.isfinite(distance)
    cosine = (heading[hit] * other[near[hit]]).sum(1)
    found[hit] = np.where(cosine > ALONG, 1.0, np.where(cosine < -ALONG, -1.0, 0.0))
    return found


def _ranks(points: list[Floats], heading: list[Floats]) -> list[int]:
    """Order lines from left to right by the side on which they leave each other's way."""
    count = len(points)
    votes = np.zeros((count, count))
    trees = [cKDTree(path) for path in points]
    for me in range(count):
        for you in range(count):
            if me == you:
                continue
            distance, near = trees[me].query(points[you])
            aside = (distance > NEAR) & (distance < 25)
            # only where the other is abreast, not beyond an end
            aside &= (near > 2) & (near < len(points[me]) - 3)
            if not aside.any():
                continue
            away = points[you][aside] - points[me][near[aside]]
            along = heading[me][near[aside]]
            side = along[:, 0] * away[:, 1] - along[:, 1] * away[:, 0]
            votes[me, you] += np.sign(side).sum()  # positive: the other lies to the left
    score = np.sign(votes - votes.T).sum(1)
    order = sorted(range(count), key=lambda number: (-score[number], number))
    # the one with most others on its left lies to the right: lanes run from the left
    rank = [0] * count
    for place, number in enumerate(reversed(order)):
        rank[number] = place
    return rank


def _smooth(values: Floats, width: int) -> Floats:
    """Move in and out of lanes gently, held at the line's own ends."""
    if not values.any():
        return values
    kernel = np.hanning(width + 2)[1:-1]
    kernel /= kernel.sum()
    padded = np.pad(values, width, mode="edge")
    return np.asarray(np.convolve(padded, kernel, mode="same")[width:-width])


def _shifted(
    path: Floats, heading: Floats, offset: Floats, land: BaseGeometry | None
) -> LineString:
    fade = np.minimum(np.arange(len(path)), np.arange(len(path))[::-1]) * STEP / 3.0
    offset = offset * np.clip(fade, 0, 1)
    normal = np.column_stack((-heading[:, 1], heading[:, 0]))
    normal = np.column_stack([_smooth(normal[:, axis], 8) for axis in (0, 1)])
    made = path + normal * offset[:, None]
    if land is not None and not land.is_empty:
        for share in (0.6, 0.3, 0.0):
            bad = shapely.intersects_xy(land, made[:, 0], made[:, 1])
            bad &= ~shapely.intersects_xy(land, path[:, 0], path[:, 1])
            if not bad.any():
                break
            spread = binary_dilation(bad, iterations=4)
            offset = np.where(spread, offset * share, offset)
            made = path + normal * _smooth(offset, 6)[:, None]
    line = LineString(made)
    return shapely.simplify(line, 0.01)
