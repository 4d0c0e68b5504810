"""A finer coast of one's own: polygons of land from any file, within a view.

There they stand for the coast of the package, on pages from zoom 7 on and on sheets. Ways by sea
do not know them: those are found by the network that comes with the program.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from frontiers_map.atlas.messages import short
from frontiers_map.atlas.own_layers import DRIVERS, SIDECARS, features, path_below
from frontiers_map.geo import land

if TYPE_CHECKING:
    from frontiers_map.atlas.model import AtlasSettings, Coast, MapSpec
    from frontiers_map.atlas.reader import Reader

__all__ = ["Patch", "joined", "read_coasts"]

LARGEST: Final = 64 * 2**20  # bytes of a file
VERTICES: Final = 60_000  # that a page holds of all of them: some 250 kB
FINEST, COARSEST = 0.00005, 0.003  # degrees by which a page may simplify; beyond, nothing is gained
ODD: Final = 0.2  # share of a view that is land in one coast and sea in the other
_MARGIN: Final = 0.01  # degrees beyond the view that are read, so that edges meet
_NO_POLYGONS: Final = "found features that are no polygons; allowed: polygons of land"


@dataclass(frozen=True)
class Patch:
    """A view in which land is drawn from a file of one's own.

    Attributes
    ----------
    view
        West, south, east, north in degrees; longitudes may exceed 180.
    source
        Ids of its sources.
    key
        Hash of view and file, by which patches are told apart.
    land, thin
        Polygons as in the file, and as a page draws them; in the longitudes of the view.
    """

    view: tuple[float, float, float, float]
    source: tuple[str, ...]
    key: str
    land: NDArray[np.object_] = field(compare=False, repr=False)
    thin: NDArray[np.object_] = field(compare=False, repr=False)


def read_coasts(
    reader: Reader, settings: AtlasSettings, maps: Sequence[MapSpec]
) -> tuple[Patch, ...]:
    """Read the coasts that ``coast`` of ``atlas.toml`` names, and tell what is wrong with them."""
    made = []
    for number, coast in enumerate(settings.coast, start=1):
        at = f"coast.{number}" if len(settings.coast) > 1 else "coast"
        view = coast.view or (maps[0].view if maps else None)
        if view is None:
            text = "is missing; allowed: four numbers, or a page in maps.toml, whose view it has"
            reader.say_in("atlas.toml", text, f"{at}.view")
        elif (land := _read(reader, coast, view, at)) is not None:
            made.append((coast, view, land))
    room = VERTICES // max(1, len(made))
    patches = []
    for coast, view, land in made:
        thin, by = _thinned(land, room)
        if by > COARSEST:
            reader.say(
                coast.file,
                f"found more in {_shown(view)} than a page can hold, {room:,} vertices; allowed: a "
                "smaller view",
                field="view",
            )
        _tell(reader, coast, view, land, thin, by)
        digest = hashlib.sha256(reader.contents[coast.file] + repr((view, coast.table)).encode())
        patches.append(Patch(view, coast.source, digest.hexdigest(), land, thin))
    return tuple(patches)


def _read(
    reader: Reader, coast: Coast, view: tuple[float, float, float, float], at: str
) -> NDArray[np.object_] | None:
    """Give the polygons of a file within a view; None, and a word on it, if there are none."""

    def say(text: str) -> None:
        reader.say_in("atlas.toml", text, f"{at}.file")

    endings = [ending for ending in DRIVERS if ending != ".csv"]
    path = path_below(reader, coast.file, say, endings, "coast/harbour.gpkg")
    if path is None:
        return None
    west, south, east, north = view
    beside = [path.with_suffix(one) for one in SIDECARS] if path.suffix.lower() == ".shp" else []
    given = [path, *(one for one in beside if one.is_file())]
    if (size := sum(one.stat().st_size for one in given)) > LARGEST:
        cut = f"ogr2ogr -clipsrc {west:g} {south:g} {east:g} {north:g} harbour.gpkg"
        say(f"found {size / 2**20:.0f} MiB; allowed: {LARGEST / 2**20:.0f}; cut it: {cut} FILE")
        return None
    for one in given:
        name = coast.file if one == path else str(one.relative_to(reader.folder))
        reader.contents[name] = one.read_bytes()
    try:
        table, note = features(path, coast.table)
    except ValueError as error:
        reader.say(coast.file, str(error))
        return None
    reader.notes += [f"{reader.folder}/{coast.file}: {note}"] if note else []
    shapes = table.geometry.to_numpy()
    shapes = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    if not np.isin(shapely.get_type_id(shapes), (3, 6)).all():
        reader.say(coast.file, _NO_POLYGONS)
        return None
    found = _within(shapely.get_parts(shapely.force_2d(shapes)), view)
    if not len(found):
        bounds = ", ".join(f"{value:.4g}" for value in table.total_bounds)
        reader.say(coast.file, f"found no land in {_shown(view)}; it has {bounds}", field="view")
        return None
    return found


def _within(
    polygons: NDArray[np.object_], view: tuple[float, float, float, float]
) -> NDArray[np.object_]:
    """Cut polygons to a view and a little more, wherever their longitudes lie, and join them."""
    west, south, east, north = view
    frame = (west - _MARGIN, south - _MARGIN, east + _MARGIN, north + _MARGIN)
    tree = shapely.STRtree(polygons)
    parts = []
    for turn in (-360.0, 0.0, 360.0):
        box = (frame[0] - turn, frame[1], frame[2] - turn, frame[3])
        near = polygons[np.sort(tree.query(shapely.box(*box)))]
        valid = shapely.make_valid(near, method="structure", keep_collapsed=False)
        cut = shapely.clip_by_rect(valid, *box)
        parts.append(shapely.transform(cut, lambda c, turn=turn: c + [turn, 0.0]))
    whole = shapely.union_all(shapely.make_valid(np.concatenate(parts)))
    found = shapely.get_parts(whole)
    return np.asarray(found[shapely.get_type_id(found) == 3])


def _thinned(polygons: NDArray[np.object_], most: int) -> tuple[NDArray[np.object_], float]:
    """Simplify polygons until they have few enough vertices, and say by how many degrees."""
    by = FINEST
    while True:
        thin = shapely.get_parts(shapely.make_valid(shapely.simplify(polygons, by)))
        thin = thin[(shapely.get_type_id(thin) == 3) & (shapely.area(thin) > by**2)]
        if shapely.get_num_coordinates(thin).sum() <= most or by > COARSEST:
            return np.asarray(thin), by
        by *= 2**0.5


def _tell(
    reader: Reader,
    coast: Coast,
    view: tuple[float, float, float, float],
    found: NDArray[np.object_],
    thin: NDArray[np.object_],
    by: float,
) -> None:
    """Say how fine the page is, and if land and sea look exchanged."""
    count = int(shapely.get_num_coordinates(thin).sum())
    notes = [
        f"drawn on pages to {by * 111_000:.0f} m, {count:,} vertices; ways by sea do not know it"
    ]
    usual = shapely.union_all(_within(land.polygons("10m"), view))
    apart = shapely.symmetric_difference(shapely.union_all(found), usual)
    box = shapely.box(*view)
    share = float(shapely.intersection(apart, box).area / box.area)
    if share > ODD:
        notes.append(
            f"{share:.0%} of {_shown(view)} is land here and sea in the coast of the package, or "
            "the other way round; allowed: polygons of land, all that there are in the view"
        )
    reader.notes += [f"{reader.folder}/{short(coast.file)}: {note}" for note in notes]


def _shown(view: Sequence[float]) -> str:
    return ", ".join(f"{value:g}" for value in view)


def joined(usual: NDArray[Any], patches: Sequence[Patch]) -> NDArray[Any]:
    """Give land in -180..180 with that of patches where they are."""
    for patch in patches:
        west, south, east, north = patch.view
        for turn in (-360.0, 0.0, 360.0):
            low, high = max(west + turn, -180.0), min(east + turn, 180.0)
            if low >= high:
                continue
            hole = shapely.box(low, south, high, north)
            near = shapely.intersects(usual, hole)
            cut = shapely.get_parts(shapely.difference(usual[near], hole))
            moved = shapely.transform(patch.land, lambda c, turn=turn: c + [turn, 0.0])
            mine = shapely.get_parts(shapely.intersection(moved, hole))
            # side by side they are one land, and the edge between them is no coast
            one = shapely.union_all(np.concatenate([cut, mine]), grid_size=1e-9)
            usual = np.concatenate([usual[~near], shapely.get_parts(one)])
            usual = usual[shapely.get_type_id(usual) == 3]
    return usual
