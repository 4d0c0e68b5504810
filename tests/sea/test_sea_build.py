"""The builder of the sea network, on a small made coast: two islands, and a strait between."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import shapely
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from shapely.geometry import LineString, Polygon

from frontiers_map.sea import kernels, storage, thin
from frontiers_map.sea.make import build, corners
from frontiers_map.sea.metric import compass, great_circle, km_between, unit_vectors
from sea_support import default_closed

KM = 111.195
# the strait is six kilometres wide where it bends
NORTH = [(-0.35, 0.35), (0.0, -0.02), (0.35, 0.35), (0.35, 1.1), (0.0, 1.2), (-0.35, 1.1)]
SOUTH = [(-0.35, 0.09), (-0.35, -1.1), (0.0, -1.2), (0.35, -1.1), (0.35, 0.09), (0.0, -0.08)]
# through the northern island, and two harbours in open water: west and east of the strait
CANAL = [(-0.5, 0.7), (0.0, 0.7), (0.5, 0.7)]
WEST, EAST = (-1.0, 0.35), (1.0, 0.35)
# longitudes at which they stand: the same blocks and cells, but for the cut at 180°
HERE, ACROSS = 29.8, 179.8


@dataclasses.dataclass(frozen=True)
class Made:
    """A network round the islands, which stand at a longitude."""

    at: float
    stored: storage.Stored

    @property
    def km(self) -> np.ndarray:
        s = self.stored
        return np.asarray(storage.edge_km(s.lon, s.lat, s.one, s.two))

    @property
    def cost(self) -> np.ndarray:
        return self.km + self.stored.toll * storage.TOLL_KM

    @property
    def natural(self) -> np.ndarray:
        """Edges over open water."""
        return ~self.stored.declared

    @property
    def shut(self) -> np.ndarray:
        """Edges through the strait."""
        return np.asarray(shapely.intersects(self.lines(np.arange(len(self.km))), gate(0)))

    def edges(self, nodes: list[int]) -> np.ndarray:
        """Numbers of the edges along a way."""
        a, b = np.array(nodes[1:]), np.array(nodes[:-1])
        size = len(self.stored.lon)
        key = self.stored.one * size + self.stored.two
        return np.searchsorted(key, np.minimum(a, b) * size + np.maximum(a, b))

    def node(self, point: tuple[float, float]) -> int:
        lon = (self.stored.lon - self.at - point[0] + 180) % 360 - 180
        return int(np.hypot(lon, self.stored.lat - point[1]).argmin())

    def way(
        self, start: tuple[float, float], end: tuple[float, float], open_edge: np.ndarray
    ) -> tuple[float, list[int]]:
        s = self.stored
        cost = np.where(open_edge, self.cost, np.inf)
        graph = csr_matrix((cost, (s.one, s.two)), shape=(len(s.lon),) * 2)
        first, last = self.node(start), self.node(end)
        distance, before = dijkstra(graph, directed=False, indices=first, return_predecessors=True)
        nodes = [last]
        while nodes[-1] != first:
            nodes.append(int(before[nodes[-1]]))
        return float(distance[last]), nodes

    def lines(self, edges: np.ndarray) -> np.ndarray:
        """Edges as drawn, in degrees from where the islands stand."""
        s = self.stored
        ends = s.lon[s.one[edges]], s.lat[s.one[edges]], s.lon[s.two[edges]], s.lat[s.two[edges]]
        pieces = np.maximum(1, np.ceil(km_between(*ends) / 5)).astype(int)
        x, y, owner = great_circle(*ends, pieces)
        x = (x - self.at + 180) % 360 - 180
        return np.asarray(shapely.linestrings(np.column_stack([x, y]), indices=owner))


def gate(at: float) -> LineString:
    return LineString([(at + 0.02, -0.2), (at + 0.02, 0.2)])


@cache
def land(at: float) -> np.ndarray:
    """The islands, cut at 180° as the coast of the package is."""
    parts = []
    for ring in (NORTH, SOUTH):
        whole = Polygon([(x + at, y) for x, y in ring])
        parts.append(shapely.intersection(whole, shapely.box(-180, -90, 180, 90)))
        beyond = shapely.intersection(whole, shapely.box(180, -90, 540, 90))
        parts.append(shapely.transform(beyond, lambda c: c - [360, 0]))
    return np.array([part for part in parts if not part.is_empty])


def lay(at: float) -> storage.Stored:
    canal = [((x + at + 180) % 360 - 180, y) for x, y in CANAL]
    harbours = [((x + at + 180) % 360 - 180, y) for x, y in (WEST, EAST)]
    channels = [(np.array(canal), [0, -1])]
    channels += [(np.array([(x, y), (x, y + 0.01)]), [0]) for x, y in harbours]
    return build.lay(
        land(at),
        {"strait": gate(at)},
        np.array([(at, -0.2), (at, 0.2)]),
        channels,
        (),
        build.Clock(quiet=True),
    )


@cache
def made(at: float = HERE) -> Made:
    return Made(at, lay(at))


ISLANDS = shapely.union_all([Polygon(NORTH), Polygon(SOUTH)])


def test_only_the_canal_crosses_land() -> None:
    found = made().stored
    off_km = shapely.distance(made().lines(np.arange(len(found.one))), ISLANDS) * KM
    assert len(found.one) > 80
    assert off_km[~found.declared].min() > 0.25 - 0.01
    assert off_km[found.declared].min() == 0
    assert found.declared.sum() == len(CANAL) - 1 + 2


def test_nodes_stand_off_corners_that_point_to_the_sea() -> None:
    found = made().stored
    corner = np.flatnonzero(found.level < len(corners.CLEARANCE_KM))
    assert set(found.level[corner].tolist()) >= {0, 1, 2}
    place = np.column_stack([found.lon[corner] - made().at, found.lat[corner]])
    points = shapely.points(place)
    off = shapely.distance(points, ISLANDS) * KM
    clearance = np.array(corners.CLEARANCE_KM)[found.level[corner]]
    blunted = np.hypot(1, corners.BLUNT)
    tolerance = np.array(corners.SIMPLIFY_KM)[found.level[corner]] * 1.05
    assert (off > clearance - tolerance).all()
    assert (off < (clearance + tolerance) * blunted).all()
    # land lies between the directions in which the coast goes on: less than half a turn
    before, after = found.before[corner], found.after[corner]
    assert (before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0] < 0).all()
    inward = (before + after) / np.linalg.norm(before + after, axis=1)[:, None]
    nearer = shapely.distance(shapely.points(place + inward * 0.3 / KM), ISLANDS) * KM
    assert (nearer < off).all()


def test_edges_are_tangent_at_their_finer_end() -> None:
    found = made().stored
    unit = unit_vectors(found.lon, found.lat)
    east, north = compass(found.lon, found.lat)
    km = km_between(*(v[k] for k in (found.one, found.two) for v in (found.lon, found.lat)))
    loose = np.clip(build.SLOPE_KM / km, build.STRICT, build.LOOSE)
    corner = found.level < len(corners.CLEARANCE_KM)
    tested = 0
    for here, there in ((found.one, found.two), (found.two, found.one)):
        some = corner[here] & corner[there] & (found.level[here] >= found.level[there])
        a, b = here[some], there[some]
        way = np.column_stack([(unit[b] * east[a]).sum(1), (unit[b] * north[a]).sum(1)])
        way /= np.linalg.norm(way, axis=1)[:, None]
        sides = [v[a, 0] * way[:, 1] - v[a, 1] * way[:, 0] for v in (found.before, found.after)]
        least = np.minimum(*np.abs(sides))
        # directions are kept in 254 steps
        assert ((sides[0] * sides[1] >= 0) | (least <= loose[some] + 0.03)).all()
        tested += len(a)
    assert tested > 60


def test_the_way_is_taut() -> None:
    network = made()
    _, nodes = network.way(WEST, EAST, network.natural)
    passed = network.edges(nodes)
    # hardly longer than a string drawn tight: it keeps off the cape of the southern island
    tight = LineString([WEST, (0.0, -0.02), EAST]).length * KM
    assert tight < network.km[passed].sum() < 1.06 * tight
    # some sixty kilometres lie in reach of the tolls, most of them of two
    assert 10 < network.stored.toll[passed].sum() * storage.TOLL_KM < 0.4 * 60
    assert shapely.intersects(network.lines(passed), gate(0)).sum() == 1
    # closed, it goes round an end of the islands, 12 km off
    around, _ = network.way(WEST, EAST, network.natural & ~network.shut)
    straight = (EAST[0] - WEST[0]) * KM
    tight = []
    for clearance in (0.9 * corners.CLEARANCE_KM[0], 1.25 * corners.CLEARANCE_KM[0]):
        half = shapely.intersection(
            shapely.buffer(ISLANDS, clearance / KM), shapely.box(-9, 0.35, 9, 9)
        )
        hull = shapely.convex_hull(shapely.union(half, LineString([WEST, EAST])))
        tight.append(hull.length * KM - straight)
    assert tight[0] < around < tight[1]


def test_it_stands_alike_across_180_degrees() -> None:
    here, there = made(), made(ACROSS)
    assert np.isclose(there.stored.lon, 180, atol=0.5).any()
    assert np.isclose(there.stored.lon, -180, atol=0.5).any()
    assert len(there.stored.lon) == pytest.approx(len(here.stored.lon), abs=2)
    for start, end in ((WEST, EAST), (CANAL[0], EAST), (CANAL[0], CANAL[-1])):
        for canal, strait in ((True, True), (False, True), (False, False)):
            cost, other = (
                m.way(start, end, (m.natural | canal) & (~m.shut | strait))[0]
                for m in (here, there)
            )
            assert other == pytest.approx(cost, rel=0.003)


@cache
def laid_again() -> tuple[storage.Stored, Made]:
    """The network laid once more, and all of its edges before any is left out."""
    whole = []
    prune = kernels.prune

    def watched(one: np.ndarray, two: np.ndarray, cost: np.ndarray, *more: object) -> np.ndarray:
        whole.extend([one, two, cost])
        return np.asarray(prune(one, two, cost, *more))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernels, "prune", watched)
        stored = lay(HERE)
    one, two, cost = whole
    km = storage.edge_km(stored.lon, stored.lat, one, two)
    toll = np.rint((cost - km) / storage.TOLL_KM).astype(int)
    declared = np.zeros(len(one), bool)
    return stored, Made(HERE, dataclasses.replace(stored, one=one, two=two, toll=toll,
                                                  declared=declared))  # fmt: skip


def test_pruning_makes_nothing_dearer_than_it_may() -> None:
    _, whole = laid_again()
    assert len(whole.stored.one) > 1.3 * len(made().stored.one)
    every, few = np.ones(len(whole.stored.one), bool), np.ones(len(made().stored.one), bool)
    dearer = 0
    for one, two in zip(whole.stored.one.tolist(), whole.stored.two.tolist(), strict=True):
        ends = [(whole.stored.lon[n] - HERE, whole.stored.lat[n]) for n in (one, two)]
        least, _ = whole.way(*ends, every)
        cost, nodes = made().way(*ends, few)
        assert least - 1e-6 <= cost <= least * (1 + build.SLACK) ** len(nodes)
        dearer += cost > least + 1e-6
    assert dearer < len(whole.stored.one) / 10


def test_the_same_bytes_twice() -> None:
    stored, _ = laid_again()
    content = storage.pack(stored)
    assert content == storage.pack(made().stored)
    assert storage.pack(storage.unpack(content)) == content


def test_compiled_or_not_the_same_ways() -> None:
    folder = Path(thin.__file__).parent
    small = thin.unpacked((folder / "thin.bin").read_bytes())
    compiled, plain = thin.Searches(small, kernels.paths), thin.Searches(small)
    goals = np.arange(len(small.ends))
    for origin, more in (("nws", []), ("coral_sul", ["malacca", "sunda"]), ("peru", ["panama"])):
        open_edge = plain.open_edges({*default_closed(), *more})
        number = small.ends.index(origin)
        used = compiled.paths(number, open_edge, goals)
        assert len(used) > 300
        assert np.array_equal(used, np.unique(plain.paths(number, open_edge, goals)))


def test_the_files_are_those_that_the_provenance_tells_of() -> None:
    folder = Path(storage.__file__).parent
    told = re.findall(r"\| (\S+) \|(?: \d+ \|)? `([0-9a-f]{64})` \|",
                      (folder / "PROVENANCE.md").read_text("utf-8"))  # fmt: skip
    places = [folder, folder.parent / "data"]
    checked = set()
    for name, digest in told:
        for place in places:
            if (place / name).is_file():
                assert hashlib.sha256((place / name).read_bytes()).hexdigest() == digest, name
                checked.add(name)
    assert checked == {"channels.geojson", "shoals.geojson", "ice.geojson", "lakes.bin",
                       "land-10m.bin", "ports.csv", "sea.bin", "gates.bin", "entries.bin",
                       "harbours.bin", "ways.bin", "hubs.bin", "thin.bin"}  # fmt: skip
