"""What a map needs under and around the layers: land, coast, graticule, washes, outlines.

These layers stand in the GeoPackage only; they draw, they say nothing that other formats lack.
"""

from __future__ import annotations

import itertools
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from frontiers_map.atlas import fields
from frontiers_map.geo import depths, geodesy, land, overlay
from frontiers_map.outputs.gis.layers import Layer, exchange, promote

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas

__all__ = ["GROUND", "MANY", "STEPS", "beside_seam", "ground", "label_points"]

Geometries = NDArray[np.object_]
# The map's projection (EPSG:8859) is centred on 150°E; what lies on its edge, 30°W, would be drawn
# on both sides of the world. A vertex exactly there lands on either, so the cut leaves a gap.
SEAM = -30.0
GAP = 1e-6
# nested polygons that fade a soft edge, and how far from the edge the last begins, in degrees
STEPS = 14
FADE = 7.0
# what an overlay leaves along an edge, square degrees
SLIVER = 1e-4
# of more routes than this no care is taken for how they lie to one another
MANY = 200

GROUND = {
    "land": "Land (Natural Earth 1:50 million, public domain); lakes are not cut out",
    "coast": "Coastline of the same land, without the cuts at 180°",
    "borders": "Lines on land that two countries share, and whether states dispute them (lines: "
    "Natural Earth, public domain)",
    "depths": "Where the sea is deeper than 200, 1,000, 2,000 and 4,000 m, each level within the "
    "one above (ETOPO5, public domain); never for a ship's draught",
    "graticule": "Every thirtieth meridian and parallel",
    "region_washes": "Each reading as nested polygons, step 1 outside, that fade a soft edge; "
    "for drawing only",
    "overlap_fade": "Rings along the soft edge of a recommended reading where it lies over the "
    "first family's, step 1 outside; for drawing only",
    "region_outlines": "Edges of each reading where they cross the sea; for drawing only",
    "scenario_gates": "The gates that each scenario closes",
}


def beside_seam(geometries: Geometries, seam: float = SEAM) -> Geometries:
    """Cut geometries beside the seam of the map's projection; points stay as they are."""
    found = np.array(geometries, dtype=object)
    strip = shapely.box(seam - GAP, -90, seam + GAP, 90)
    shapely.prepare(strip)
    cut = ~shapely.is_missing(found) & (shapely.get_dimensions(found) > 0)
    cut[cut] = shapely.intersects(strip, found[cut])
    if cut.any():
        found[cut] = shapely.difference(found[cut], strip)
        areal = cut & np.isin(shapely.get_type_id(found), (3, 6))
        found[areal] = [shapely.orient_polygons(one) for one in found[areal]]
    return found


def ground(atlas: JoinedAtlas) -> list[Layer]:
    """Make the layers of `GROUND` for an atlas."""
    polygons = land.polygons("50m")
    ashore = _Land(polygons)
    made: list[tuple[str, str, list[BaseGeometry], dict[str, list[Any]]]] = [
        ("land", "MultiPolygon", list(polygons), {}),
        ("coast", "MultiLineString", _coast(polygons), {}),
        ("borders", "MultiLineString", *_borders()),
        ("depths", "MultiPolygon", *_depths()),
        ("graticule", "MultiLineString", *_graticule()),
        ("region_washes", "MultiPolygon", *_washes(atlas, ashore)),
        ("overlap_fade", "MultiPolygon", *_fade(atlas, ashore)),
        ("region_outlines", "MultiLineString", *_outlines(atlas, ashore)),
        ("scenario_gates", "MultiLineString", *_closed(atlas)),
    ]
    found = []
    for name, kind, shapes, columns in made:
        if not columns:
            columns = {"id": [f"{name}_{number}" for number in range(1, len(shapes) + 1)]}
        whole = np.array(shapes, dtype=object)
        flat = {column: fields.column(column, values) for column, values in columns.items()}
        found.append(Layer(name, GROUND[name], flat, kind, whole, promote(exchange(whole), kind)))
    return found


def _borders() -> tuple[list[BaseGeometry], dict[str, list[Any]]]:
    lines, disputed = land.borders()
    names = [f"borders_{number}" for number in range(1, len(lines) + 1)]
    return list(lines), {"id": names, "disputed": disputed.tolist()}


def _depths() -> tuple[list[BaseGeometry], dict[str, list[Any]]]:
    areas = [shapely.multipolygons(depths.deeper(level)) for level in depths.LEVELS]
    names = [f"depths_{level}" for level in depths.LEVELS]
    return areas, {"id": names, "deeper_than_m": list(depths.LEVELS)}


def _coast(polygons: Geometries) -> list[BaseGeometry]:
    """Rings without their steps along 180° and along the south pole."""
    lines: list[BaseGeometry] = []
    for ring in shapely.get_rings(polygons):
        coords = shapely.get_coordinates(ring)
        edge = (np.abs(coords[:, 0]) > 179.999) | (coords[:, 1] < -89.9)
        drawn = ~(edge[:-1] & edge[1:])
        for start, end in _runs(drawn):
            lines.append(shapely.linestrings(coords[start : end + 1]))
    return lines


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and one past last position of each run of True."""
    changes = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return [(int(start), int(end)) for start, end in changes.reshape(-1, 2)]


def _graticule() -> tuple[list[BaseGeometry], dict[str, list[Any]]]:
    meridians = [
        (f"{lon}", shapely.linestrings([(lon, lat) for lat in range(-84, 85, 2)]))
        for lon in range(-180, 180, 30)
        if lon != SEAM
    ]
    parallels = [
        (f"{lat}", shapely.linestrings([(lon, lat) for lon in range(-180, 181, 2)]))
        for lat in range(-60, 90, 30)
    ]
    named = [
        *((f"meridian {k}", v) for k, v in meridians),
        *((f"parallel {k}", v) for k, v in parallels),
    ]
    return [line for _, line in named], {"id": [name for name, _ in named]}


class _Land:
    """The land in three copies of the world, found by where a region stands."""

    def __init__(self, polygons: Geometries) -> None:
        self.copies = overlay.copies(polygons).ravel()
        self.tree = shapely.STRtree(self.copies)

    def near(self, region: BaseGeometry) -> BaseGeometry:
        """The land whose coast the outline of a region crosses."""
        edge = shapely.boundary(region)
        return shapely.union_all(self.copies[self.tree.query(edge, predicate="intersects")])


def _washes(atlas: JoinedAtlas, ashore: _Land) -> tuple[list[BaseGeometry], dict[str, list[Any]]]:
    shapes: list[BaseGeometry] = []
    columns: dict[str, list[Any]] = {"id": [], "region_id": [], "family": [], "use": [], "step": []}
    first, under = _first(atlas)
    for region in atlas.regions.itertuples():
        steps = [geodesy.densify_parallel(region.geometry, 150)]
        if region.edge == "soft":
            steps = _nest(region, ashore)
            # stripes say "both": the second family's wash leaves the first's free
            if region.family != first and region.use == "recommended":
                for turn in overlay.copies(list(under)).ravel():
                    steps = [shapely.difference(step, turn) for step in steps]
        for number, step in enumerate(steps, start=1):
            step = _polygons(step)
            if step.is_empty:
                continue
            shapes.append(step)
            for name, value in zip(
                columns,
                (f"{region.id}_{number}", region.id, region.family, region.use, number),
                strict=True,
            ):
                columns[name].append(value)
    return shapes, columns


def _first(atlas: JoinedAtlas) -> tuple[str, Any]:
    """The first family, and its recommended outlines."""
    first = atlas.settings.families[0].id if atlas.settings.families else ""
    regions = atlas.regions
    return first, regions[(regions["family"] == first) & (regions["use"] == "recommended")].geometry


def _nest(region: Any, ashore: _Land) -> list[BaseGeometry]:
    """A region, and what is left of it step by step away from its edge at sea.

    Each part fades over `FADE`, or over as much of it as its own width has room for.
    """
    nests = []
    for part in shapely.get_parts(geodesy.densify_parallel(region.geometry, 150)):
        edge = shapely.difference(shapely.boundary(part), ashore.near(part).buffer(0.3))
        room = shapely.length(shapely.maximum_inscribed_circle(part))
        fade = min(FADE, 0.9 * room)
        nests.append(
            [
                shapely.difference(part, edge.buffer(fade * k / STEPS, quad_segs=8))
                for k in range(STEPS)
            ]
        )
    return [shapely.union_all(step) for step in zip(*nests, strict=True)]


def _fade(atlas: JoinedAtlas, ashore: _Land) -> tuple[list[BaseGeometry], dict[str, list[Any]]]:
    shapes: list[BaseGeometry] = []
    columns: dict[str, list[Any]] = {"id": [], "region_id": [], "step": []}
    first, under = _first(atlas)
    over = shapely.union_all(overlay.copies(list(under)).ravel())
    for region in atlas.regions.itertuples():
        if region.family == first or region.edge != "soft" or region.use != "recommended":
            continue
        nest = _nest(region, ashore)
        for number, (step, inner) in enumerate(itertools.pairwise(nest), start=1):
            # the first reaches out a little: the stripes' own edge is drawn straighter than it
            whole = step.buffer(0.6, join_style="mitre") if number == 1 else step
            ring = _polygons(shapely.intersection(shapely.difference(whole, inner), over))
            if ring.is_empty:
                continue
            shapes.append(ring)
            columns["id"].append(f"{region.id}_fade_{number}")
            columns["region_id"].append(region.id)
            columns["step"].append(number)
    return shapes, columns


def label_points(atlas: JoinedAtlas) -> dict[str, tuple[float, float]]:
    """Where the sea of each reading has most room for a name, in ±180.

    A name keeps off the routes, and in a reading of a later family off the first family's
    recommended one.
    """
    first, under = _first(atlas)
    regions = tuple((str(r.id), r.family != first, r.geometry) for r in atlas.regions.itertuples())
    ways = tuple(atlas.routes.geometry[atlas.routes["draw"].astype(bool)])
    return dict(_room(regions, tuple(under), ways))


@lru_cache(maxsize=1)  # the project of every language asks the same
def _room(
    regions: tuple[tuple[str, bool, BaseGeometry], ...],
    under: tuple[BaseGeometry, ...],
    routes: tuple[BaseGeometry, ...],
) -> dict[str, tuple[float, float]]:
    """Where regions (id, whether of a later family, outline) have most room."""
    ashore = overlay.copies(land.polygons("110m")).ravel()
    tree = shapely.STRtree(ashore)
    ways = overlay.copies(list(routes)).ravel()
    # where there are very many routes, nowhere is off them, and the union would take minutes
    busy = shapely.buffer(ways if len(ways) <= 3 * MANY else ways[:0], 2.5, quad_segs=2)
    found = {}
    for name, later, room in regions:
        taken = list(ashore[tree.query(room, predicate="intersects")])
        if later:
            taken += list(overlay.copies(list(under)).ravel())
        free = shapely.difference(room, shapely.union_all([*taken, *busy]))
        circle = shapely.maximum_inscribed_circle(room if free.is_empty else free, tolerance=0.1)
        lon, lat = shapely.get_coordinates(circle)[0]
        found[name] = (float(geodesy.fold([lon])[0]), float(lat))
    return found


def _polygons(geometry: BaseGeometry) -> MultiPolygon:
    """The areas of what an overlay left, without its slivers; empty if there are none."""
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
    least = min(SLIVER, 1e-3 * geometry.area)
    return MultiPolygon([part for part in parts if part.area > least])


def _outlines(atlas: JoinedAtlas, ashore: _Land) -> tuple[list[BaseGeometry], dict[str, list[Any]]]:
    shapes: list[BaseGeometry] = []
    columns: dict[str, list[Any]] = {"id": [], "region_id": [], "family": [], "use": [], "edge": []}
    for region in atlas.regions.itertuples():
        ring = shapely.boundary(geodesy.densify_parallel(region.geometry, 200))
        at_sea = shapely.line_merge(shapely.difference(ring, ashore.near(region.geometry)))
        lines = [p for p in shapely.get_parts(at_sea) if p.geom_type == "LineString"]
        if not lines:
            continue
        shapes.append(shapely.multilinestrings(lines))
        for name, value in zip(
            columns,
            (f"{region.id}_outline", region.id, region.family, region.use, region.edge),
            strict=True,
        ):
            columns[name].append(value)
    return shapes, columns


def _closed(atlas: JoinedAtlas) -> tuple[list[BaseGeometry], dict[str, list[Any]]]:
    gates = atlas.gates.set_index("id")
    rows = [
        (f"{scenario.id}__{gate}", scenario.id, gate)
        for scenario in atlas.scenarios
        for gate in atlas.gate_ids(scenario.close)
    ]
    columns: dict[str, list[Any]] = {
        "id": [row[0] for row in rows],
        "scenario_id": [row[1] for row in rows],
        "gate_id": [row[2] for row in rows],
    }
    for code in atlas.settings.languages:
        name = atlas.settings.column("name", code)
        columns[name] = [str(gates.at[row[2], name]) for row in rows]
    return [gates.geometry[row[2]] for row in rows], columns
