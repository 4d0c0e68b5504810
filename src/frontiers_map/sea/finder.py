"""Ways between positions that have joined the network, under any gates closed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontiers_map.sea.attach import Entry, sight
from frontiers_map.sea.bounds import Bounds
from frontiers_map.sea.closures import Closures
from frontiers_map.sea.draw import Path
from frontiers_map.sea.hubs import Hubs
from frontiers_map.sea.legs import Legs
from frontiers_map.sea.metric import km_between
from frontiers_map.sea.passing import Passing
from frontiers_map.sea.route import Point
from frontiers_map.sea.search import Graph, Joined, Search
from frontiers_map.sea.storage import Nodes, Stored
from frontiers_map.sea.table import Table
from frontiers_map.sea.water import Coast
from frontiers_map.sea.ways import Ways

__all__ = ["STILL_KM", "Finder", "Run", "may_be_straight"]

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.signedinteger[Any]]
Run = tuple[Point, Point]
Found = tuple[Entry, Sequence[int], Entry]

# most ways are not much longer than the straight line: look no further at first
DETOUR, DETOUR_KM = 1.5, 1500.0
# searches that are kept, at some 0.8 MB each
KEPT_SEARCHES = 24
KEPT_LEGS = 4096
GUESS, GUESS_KM = 1.003, 15.0  # beyond what a way over what is known costs at least
STILL_KM = 0.001
SURELY = 1 + 1e-9  # above what rounding can do


class Finder:
    """A network with some gates and areas that may be closed.

    Parameters
    ----------
    stored : Stored
    nodes : Nodes
    graph : Graph
    cost : ndarray of float
        Of each edge.
    closures : Closures
    ways : Ways, optional
        What is known beforehand.
    hubs : callable
        Gives the best ways between the harbours of the world, if they are those of this network.
    known : bool
        The ways that are known beforehand are the best of this network, too: it has no other edges
        but such as lead round what is closed.
    """

    def __init__(
        self,
        stored: Stored,
        nodes: Nodes,
        graph: Graph,
        cost: Floats,
        closures: Closures,
        ways: Ways | None = None,
        hubs: Callable[[], Hubs | None] = lambda: None,
        *,
        known: bool = True,
    ) -> None:
        self._stored, self._nodes, self._graph, self._cost = stored, nodes, graph, cost
        self._closures, self._ways, self._hubs = closures, ways if known else None, hubs
        self._bounds = Bounds(nodes.unit, graph, cost, ways.edges) if ways else None
        self._legs: dict[tuple[Point, int, frozenset[str]], Legs] = {}
        self._searches: OrderedDict[tuple[Point | int, frozenset[str]], Search] = OrderedDict()
        self._pairs: dict[tuple[Point, Point, frozenset[str]], tuple[float, list[int]]] = {}
        self._table: Table | None = None

    def joined(self, entry: Entry, closed: frozenset[str]) -> Joined:
        """Legs of an entry as the search needs them."""
        return self.legs(entry, closed).whole()

    def legs(self, entry: Entry, closed: frozenset[str]) -> Legs:
        """Legs of an entry under some gates closed."""
        # of a harbour, all legs may be known, or those that matter
        key = (entry.water, len(entry.node), closed)
        kept = self._legs.get(key)
        if kept is None:
            if len(self._legs) > KEPT_LEGS:
                self._legs.clear()
            kept = self._legs[key] = Legs(entry, self._stored, self._closures, closed)
        return kept

    # ------------------------------------------------------------------ from position to position

    def runs(
        self, ways: Iterable[Sequence[Entry]], closed: frozenset[str]
    ) -> dict[Run, Path | None]:
        """Find the ways from stop to stop of many calls without gates to pass."""
        entries: dict[Point, Entry] = {}
        wanted: dict[Run, None] = {}
        for way in ways:
            entries.update({entry.asked: entry for entry in way})
            wanted.update({(one.asked, two.asked): None for one, two in pairwise(way)})
        # the same way is found from either end: one search serves both directions
        pairs = sorted({(min(run), max(run)) for run in wanted})
        shut = self._closures.shut_edges(closed)
        found: dict[Run, Path | None] = dict(self._known(pairs, entries, closed, shut))
        rest = [pair for pair in pairs if pair not in found]
        asked = (entries[end] for end in {end for pair in rest for end in pair})
        self._closures.learn([entry for entry in asked if entry.find is None])
        one = np.array([entries[a].water for a, _ in rest]).reshape(-1, 2).T
        two = np.array([entries[b].water for _, b in rest]).reshape(-1, 2).T
        straight = dict(zip(rest, km_between(*one, *two).tolist(), strict=True))
        for origin, ends in _shared_out(straight).items():
            here = entries[origin]
            there = [entries[end] for end in ends]
            km = [straight[min(origin, end), max(origin, end)] for end in ends]
            for end, path in zip(ends, self.from_one(here, there, closed, shut, km), strict=True):
                found[origin, end] = path
        for run in wanted:
            if run not in found:
                path = found[run[1], run[0]]
                found[run] = None if path is None else path.reversed()
        return found

    def from_one(
        self,
        here: Entry,
        there: Sequence[Entry],
        closed: frozenset[str],
        shut: NDArray[np.bool_],
        km: Sequence[float],
    ) -> list[Path | None]:
        """Find the ways from one entry to others by a search; `km` are the straight lines."""
        one, goals = self.legs(here, closed), [self.legs(two, closed) for two in there]
        single = self._towards(one, goals[0], shut) if len(goals) == 1 else None
        if single is not None:
            ways = [single]
        else:
            search = self._search(one, goals, shut, DETOUR * max(km) + DETOUR_KM)
            ends = [legs.cheapest(search.distance[legs.node]) for legs in goals]
            ways = [
                (cost, search.path(int(legs.node[best])) if cost < np.inf else [])
                for legs, (best, cost) in zip(goals, ends, strict=True)
            ]
        paths = self._direct(here, there, closed, [cost for cost, _ in ways], km)
        over = [k for k, path in enumerate(paths) if path is None and ways[k][0] < np.inf]
        drawn = self._paths([(here, ways[k][1], there[k]) for k in over], closed)
        for k, path in zip(over, drawn, strict=True):
            paths[k] = path
        return paths

    def over(self, nodes: Ints, entries: Sequence[Entry], closed: frozenset[str]) -> Floats:
        """What it costs from each of some positions to each of some nodes."""
        found = np.full((len(entries), len(nodes)), np.inf)
        for column, node in enumerate(nodes.tolist()):
            search = self._from_node(node, closed)
            for row, entry in enumerate(entries):
                legs = self.legs(entry, closed)
                found[row, column] = legs.cheapest(search.distance[legs.node])[1]
        return found

    def ways_over(
        self, ways: Sequence[tuple[Entry, int, Entry]], closed: frozenset[str]
    ) -> list[Path]:
        """The cheapest ways between positions, each over a node that leads to both."""
        found = []
        for one, node, two in ways:
            search = self._from_node(node, closed)
            ends = [self.legs(one, closed), self.legs(two, closed)]
            back, on = (search.path(int(legs.node[legs.cheapest(search.distance[legs.node])[0]]))
                        for legs in ends)  # fmt: skip
            found.append((one, [*back[::-1], *on[1:]], two))
        return self._paths(found, closed)

    def _from_node(self, node: int, closed: frozenset[str]) -> Search:
        """Search from a node over all of the sea."""
        key = node, closed
        if key not in self._searches:
            begin = Joined(np.array([node]), np.zeros(1))
            self._keep(key, self._graph.search(begin, self._closures.shut_edges(closed)))
        return self._searches[key]

    def _keep(self, key: tuple[Point | int, frozenset[str]], search: Search) -> None:
        self._searches[key] = search
        self._searches.move_to_end(key)
        if len(self._searches) > KEPT_SEARCHES:
            self._searches.popitem(last=False)

    def _known(
        self,
        pairs: Sequence[Run],
        entries: Mapping[Point, Entry],
        closed: frozenset[str],
        shut: NDArray[np.bool_],
    ) -> dict[Run, Path]:
        """Ways that are known beforehand and on which nothing is closed."""
        found: dict[Run, Path] = {}
        if self._ways is not None:
            numbers = self._closures.packaged_numbers(closed)
            tried = [
                (pair, (entries[pair[0]], nodes, entries[pair[1]]))
                for pair in pairs
                for nodes in self._ways.between(*pair, numbers)
            ]
            found = self._open(tried, closed, shut)
        rest = [pair for pair in pairs if pair not in found]
        hubs = self._hubs_under(shut) if rest else None
        if hubs is None:
            return found
        # two that stand at one place have no way at all, and none by a hub
        rest = [
            pair
            for pair in rest
            if _km(*(entries[end].water for end in pair)) > STILL_KM
            and all(hubs.knows(entries[end]) for end in pair)
        ]
        ways = [(hubs.entry(a), nodes, hubs.entry(b))
                for (a, b), nodes in zip(rest, hubs.between(rest), strict=True)]  # fmt: skip
        self._closures.learn([end for one, _, two in ways for end in (one, two)])
        some = [k for k, way in enumerate(ways) if way[1] and rest[k] not in hubs.straight]
        found |= self._open([(rest[k], ways[k]) for k in some], closed, shut)
        for pair in rest:
            if (toll := hubs.straight.get(pair)) is not None:
                path = self._straight(hubs.entry(pair[0]), hubs.entry(pair[1]), toll, closed)
                if path is not None:
                    found[pair] = path
        return found

    def _hubs_under(self, shut: NDArray[np.bool_]) -> Hubs | None:
        """The best ways between harbours, if they are the best with some edges shut."""
        hubs = self._hubs() if self._closures.area is None else None
        return hubs if hubs is not None and shut[hubs.closed].all() else None

    def table(self, closed: frozenset[str]) -> Table | None:
        """Lengths between known harbours under some gates closed, without any search."""
        if self._table is None or self._table.closed != closed:
            hubs = self._hubs_under(self._closures.shut_edges(closed))
            if hubs is None:
                return None
            self._table = Table(hubs, self._closures, self._stored, closed)
        return self._table

    def _open(
        self,
        tried: Sequence[tuple[Run, Found]],
        closed: frozenset[str],
        shut: NDArray[np.bool_],
    ) -> dict[Run, Path]:
        """Those of some ways on which nothing is closed; of each pair the first."""
        if not tried:
            return {}
        edges, until = self._edges([nodes for _, (_, nodes, _) in tried])
        barred = np.append(0, np.cumsum(shut[edges]))
        blocked = barred[until] > barred[np.append(0, until[:-1])]
        fine: dict[Run, Found] = {}
        for (pair, way), bad in zip(tried, blocked.tolist(), strict=True):
            if bad or pair in fine:
                continue
            one, nodes, two = way
            ends = (self.legs(one, closed), nodes[0]), (self.legs(two, closed), nodes[-1])
            if max(legs.cost_of(legs.number(node)) for legs, node in ends) < np.inf:
                fine[pair] = way
        return dict(zip(fine, self._paths(list(fine.values()), closed), strict=True))

    def _straight(self, one: Entry, two: Entry, toll: float, closed: frozenset[str]) -> Path | None:
        """The straight line between two positions that see each other, if nothing on it is shut."""
        gates = self._closures.of_line(one.water, two.water)
        if any(self._closures.gate_ids[gate] in closed for gate in gates):
            return None
        lon, lat = np.array([one.water, two.water]).T
        cost = _km(one.water, two.water) + toll
        return Path(lon, lat, (gates,), (False,), cost, (one.moved_km, two.moved_km))

    def _edges(self, ways: Sequence[Sequence[int]]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Edges of many ways over nodes, end to end, and where those of each end."""
        over = np.concatenate([np.asarray(nodes) for nodes in ways])
        count = np.array([len(nodes) for nodes in ways])
        inner = np.ones(len(over), bool)
        inner[np.cumsum(count) - 1] = False
        at = np.flatnonzero(inner)
        return self._graph.edges(over[at], over[at + 1]), np.cumsum(count - 1)

    # ------------------------------------------------------------------ parts of it

    def _search(
        self, one: Legs, goals: Sequence[Legs], shut: NDArray[np.bool_], limit: float
    ) -> Search:
        """Search from one position as far as it takes to reach others."""
        key = one.entry.water, one.closed
        search = self._searches.get(key)
        if self._bounds and not (search and self._reaches(search, goals)):
            known = self._bounds.most(one, goals, shut)
            # what is cut off needs no search of all the sea, but one of its own waters
            left = [
                (legs, cost)
                for legs, cost, cut_off in zip(goals, *known, strict=True)
                if not (cut_off and self._cut_off(legs, one, shut))
            ]
            goals = [legs for legs, _ in left]
            most = SURELY * max((cost for _, cost in left), default=0.0) + STILL_KM
            limit = limit if most == np.inf else most
        for reach in (limit, np.inf):
            if search and self._reaches(search, goals):
                break
            if search is None or search.limit < reach:
                search = self._graph.search(one.whole(), shut, reach)
        assert search is not None
        self._keep(key, search)
        return search

    def _towards(
        self, one: Legs, goal: Legs, shut: NDArray[np.bool_]
    ) -> tuple[float, list[int]] | None:
        """What the way to a single goal costs, and its nodes; None if little is known of it."""
        key = one.entry.water, goal.entry.water, one.closed
        if key in self._pairs:
            return self._pairs[key]
        search = self._searches.get(key[::2])
        if not self._bounds or (search and self._reached(search, goal)):
            return None
        (guess,), _ = self._bounds.most(one, [goal], shut, sure=False)
        if guess == np.inf:
            return None
        found = self._within(one, goal, shut, GUESS * guess + GUESS_KM)
        if found is None:  # what surely is enough
            (most,), _ = self._bounds.most(one, [goal], shut)
            limit = SURELY * most + STILL_KM if most < np.inf else DETOUR * guess + DETOUR_KM
            found = self._within(one, goal, shut, limit)
        if found is not None:
            if len(self._pairs) > KEPT_LEGS:
                self._pairs.clear()
            self._pairs[key] = found
        return found

    def _within(
        self, one: Legs, goal: Legs, shut: NDArray[np.bool_], limit: float
    ) -> tuple[float, list[int]] | None:
        """The way to a goal (A*), and what it costs; None if that is more than a limit.

        Legs that a search begins with count by what they cost at least, those where it ends by what
        they cost. A way that begins with one of the first is searched for from its other end.
        """
        assert self._bounds is not None
        here, there = one, goal
        part = self._bounds.between(one.entry.water, goal.entry.water, limit)
        while True:
            search = self._graph.towards(Joined(here.node, here.cost), shut, limit, *part)
            best, cost = there.cheapest(search.distance[there.node])
            if cost > limit:
                return None
            nodes = search.path(int(there.node[best]))
            first = here.number(nodes[0])
            least = here.cost[first]
            more = here.cost_of(first) - least
            if more == 0:
                return cost, nodes if here is one else nodes[::-1]
            # this way costs so much; what is still to come is known now, to all nodes that count
            limit = min(limit, SURELY * (cost + float(more)) + STILL_KM)
            node, rest = part
            reached = search.distance[node]
            near = reached + rest <= limit
            part = node[near], reached[near]
            here, there = there, here

    def _cut_off(self, goal: Legs, here: Legs, shut: NDArray[np.bool_]) -> bool:
        """Tell if a search from an entry does not come to where another is joined."""
        search = self._graph.search(goal.whole(), shut)
        return here.cheapest(search.distance[here.node])[1] == np.inf

    def _reaches(self, search: Search, goals: Sequence[Legs]) -> bool:
        """Tell if a search went far enough for all of some entries."""
        return all(self._reached(search, legs) for legs in goals)

    def _reached(self, search: Search, legs: Legs) -> bool:
        """Tell if nothing beyond the limit of a search could lead to an entry more cheaply."""
        if search.limit == np.inf:
            return True
        return legs.cheapest(search.distance[legs.node])[1] <= search.limit

    def _direct(
        self,
        one: Entry,
        others: Sequence[Entry],
        closed: frozenset[str],
        bounds: Sequence[float],
        km: Sequence[float],
    ) -> list[Path | None]:
        """Straight from one position to others, where that is clear and no dearer than a bound."""
        length, bound = np.array(km), np.array(bounds)
        near = np.array([self._nearest(one) + self._nearest(two) for two in others])
        maybe = np.flatnonzero(may_be_straight(length, bound, near))
        far = maybe[length[maybe] > STILL_KM]
        x, y = np.array([others[k].water for k in far.tolist()]).reshape(-1, 2).T
        toll = np.full(len(others), np.inf)
        toll[maybe] = 0.0
        if len(far):
            clear, tolls = sight(*one.water, x, y, Coast.load(), self._nodes.inland)
            toll[far] = np.where(clear, tolls, np.inf)
        cost = np.where(length > STILL_KM, length, 0.0) + toll
        found: list[Path | None] = [None] * len(others)
        for k in np.flatnonzero(np.isfinite(cost) & (cost <= bound)).tolist():
            two = others[k]
            gates: tuple[int, ...] = ()
            if length[k] > STILL_KM:
                gates = self._closures.of_line(one.water, two.water)
                if any(self._closures.gate_ids[gate] in closed for gate in gates):
                    continue
                if self._closures.bars_line(one.water, two.water, closed):
                    continue
            lon, lat = np.array([one.water, two.water]).T
            moved = one.moved_km, two.moved_km
            found[k] = Path(lon, lat, (gates,), (False,), float(cost[k]), moved)
        return found

    def _nearest(self, entry: Entry) -> float:
        """Cost of the cheapest leg of an entry."""
        return self.legs(entry, frozenset()).nearest()

    def _paths(self, found: Sequence[Found], closed: frozenset[str]) -> list[Path]:
        """Put paths over nodes together with their first and last legs."""
        if not found:
            return []
        edges, ends = self._edges([nodes for _, nodes, _ in found])
        costs = self._cost[edges].tolist()
        lower = self._stored.one[edges].tolist()
        crossed = self._closures.of_edges(edges)
        declared = self._stored.declared[edges].tolist()
        paths = []
        begin = 0
        for (one, nodes, two), end in zip(found, ends.tolist(), strict=True):
            here, there = self.legs(one, closed), self.legs(two, closed)
            first, last = here.number(nodes[0]), there.number(nodes[-1])
            # added up as a search does
            cost = max(here.cost_of(first), 1e-9)
            for more in costs[begin:end]:
                cost += more
            cost += there.cost_of(last)
            along = zip(crossed[begin:end], lower[begin:end], nodes, strict=False)
            paths.append(
                Path(
                    np.array([one.water[0], *self._stored.lon[nodes], two.water[0]]),
                    np.array([one.water[1], *self._stored.lat[nodes], two.water[1]]),
                    (
                        self._closures.of_leg(one, first),
                        *(gates if node == low else gates[::-1] for gates, low, node in along),
                        self._closures.of_leg(two, last)[::-1],
                    ),
                    (
                        bool(one.channel[first]),
                        *declared[begin:end],
                        bool(two.channel[last]),
                    ),
                    cost,
                    (one.moved_km, two.moved_km),
                    tuple(nodes),
                ).tidy()
            )
            begin = end
        return paths

    # ------------------------------------------------------------------ through gates

    def through(self, stops: Sequence[Entry | str], closed: frozenset[str]) -> list[Path | None]:
        """Ways between the positions of a call, each with the gates to pass in it."""
        number = self._closures.number
        once = [number[stop] for stop in stops if isinstance(stop, str)]
        here = stops[0]
        assert isinstance(here, Entry)
        parts: list[Path | None] = []
        wanted: list[int] = []
        for stop in stops[1:]:
            if isinstance(stop, str):
                wanted.append(number[stop])
                continue
            parts.append(self._through(here, stop, wanted, once, closed))
            here, wanted = stop, []
        return parts

    def _through(
        self,
        one: Entry,
        two: Entry,
        wanted: Sequence[int],
        once: Sequence[int],
        closed: frozenset[str],
    ) -> Path | None:
        """Cheapest path between two entries over the wanted gates, in order and once each."""
        stops = [one.water, *(self._closures.middle(gate) for gate in wanted), two.water]
        straight = sum(_km(a, b) for a, b in pairwise(stops))
        x, y = (np.full(self._graph.nodes, v) for v in two.water)
        rest = km_between(x, y, self._stored.lon, self._stored.lat)
        passing = Passing(self._graph, self._closures, self._cost)
        ends = (one, self.joined(one, closed)), (two, self.joined(two, closed))
        found = None
        for limit in (DETOUR * straight + DETOUR_KM, np.inf):
            found = found or passing.through(ends, wanted, once, closed, rest, limit)
        bound = np.inf if found is None else found.cost
        (direct,) = self._direct(one, [two], closed, [bound], [_km(one.water, two.water)])
        if direct and [gate for gate in direct.gates[0] if gate in once] == list(wanted):
            return direct
        return None if found is None else self._paths([(one, found.nodes, two)], closed)[0]


def may_be_straight(km: Floats, bound: Floats, near: Floats) -> NDArray[np.bool_]:
    """Tell for which pairs a straight line may be clear and no dearer than a way that is known.

    Were it clear, the network would know a way hardly longer: along it, from the node nearest to
    one end to that nearest to the other. `near` is how far both are together.
    """
    hardly = ~np.isfinite(bound) | (bound <= 1.05 * km + 60 + 2 * near)
    found: NDArray[np.bool_] = (km <= bound + 1e-9) & hardly
    return found


def _km(one: Point, two: Point) -> float:
    return float(km_between(*(np.array([v]) for v in (*one, *two)))[0])


def _shared_out(straight: Mapping[Run, float]) -> dict[Point, list[Point]]:
    """Say from which end to find each way, so that searches are few and short.

    The far-off position with many partners searches for all of them; those left to the others lie
    closer together, and a search goes no further than it must.
    """
    partners: dict[Point, dict[Point, float]] = {}
    for (one, two), km in straight.items():
        partners.setdefault(one, {})[two] = km
        partners.setdefault(two, {})[one] = km
    reach = {point: sum(others.values()) for point, others in partners.items()}
    shared: dict[Point, list[Point]] = {}
    queue = [(-far, point) for point, far in reach.items()]
    heapify(queue)
    while queue:
        far, origin = heappop(queue)
        if reach[origin] != -far or not partners[origin]:
            continue  # it has fewer partners since, or none
        shared[origin] = sorted(partners[origin])
        for end in shared[origin]:
            if end != origin:
                reach[end] -= partners[end].pop(origin)
                heappush(queue, (-reach[end], end))
        partners[origin] = {}
    return shared
