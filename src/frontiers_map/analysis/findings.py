"""What a sheet has to say in one line, from the data: the key of a sentence and its figures.

The words are those of the group ``finding`` in `language/words`. A finding that an atlas has no
data for is none: nothing is said that was not computed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from frontiers_map.analysis.exposure import loads
from frontiers_map.analysis.reports import GateReport, gate_reports
from frontiers_map.language.text import day, form, millions_km2, named, number, word
from frontiers_map.voyages.supply import latest

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas

__all__ = ["finding"]

NAMED = 3  # straits that a finding names; of more it gives the number
LIVE = ("in_force", "running")  # agreements that hold


def finding(
    atlas: JoinedAtlas,
    kind: str,
    language: str,
    *,
    gates: Collection[str] = (),
    routes: Collection[str] = (),
    links: Collection[str] = (),
    regions: Collection[str] = (),
    scenarios: Collection[str] = (),
) -> str:
    """Say what a sheet finds, empty if its kind asks for nothing or nothing can be computed.

    Parameters
    ----------
    atlas
        As it stood on the day of the sheet.
    kind
        The kind of the sheet.
    language
    gates, routes, links, regions, scenarios
        Ids of what it shows.
    """
    told = _Told(atlas, language, set(gates), set(routes))
    choices: dict[str, tuple[Callable[[], str], ...]] = {
        "map": (
            told.fewer,
            told.shut,
            lambda: told.overlap(regions),
            told.narrowed,
            told.busiest,
            told.longest,
        ),
        "gas": (told.share, told.shut, told.largest, told.longest),
        "straits": (told.states, told.narrowest),
        "closures": (lambda: told.closed(scenarios),),
        "partnership": (lambda: told.in_force(links),),
    }
    return next((said for choice in choices.get(kind, ()) if (said := choice())), "")


class _Told:
    """The findings that there are; each empty if the atlas lacks what it needs."""

    def __init__(
        self, atlas: JoinedAtlas, language: str, gates: set[str], routes: set[str]
    ) -> None:
        self.atlas, self.language = atlas, language
        frame = atlas.routes
        self.routes = frame[frame["id"].isin(routes)].sort_values("id")
        reports = gate_reports(atlas)
        self.gates = [row for row in atlas.gates.sort_values("id").itertuples() if row.id in gates]
        self.reports = {row.id: reports[row.id] for row in self.gates if row.id in reports}

    def _say(self, key: str, **values: str) -> str:
        return word("finding", key, self.language, **values)

    def _name(self, row: Any) -> str:
        return named(row, "name", self.language)

    def _number(self, value: float) -> str:
        return number(value, self.language, 0 if value >= 10 or value == int(value) else 1)

    def _in_state(self, status: str) -> list[tuple[Any, GateReport]]:
        """Gates in a state, the one through which most of the routes go first."""
        found = [
            (row, self.reports[row.id])
            for row in self.gates
            if row.id in self.reports and self.reports[row.id].status == status
        ]
        return sorted(found, key=lambda one: -self._through(one[0].id))

    def _through(self, gate: str) -> int:
        return sum(gate in row.gates for row in self.routes.itertuples())

    def _since(self, key: str, gate: Any, report: GateReport) -> str:
        month = day(report.since[:7], self.language)
        return self._say(key, gate=self._name(gate), month=month)

    # ---- straits

    def fewer(self) -> str:
        """Ships that pass a strait, where its last report counts far fewer than usual."""
        for status in ("closed", "restricted"):
            for gate, report in self._in_state(status):
                if report.ships_day is None or not report.ships_usual:
                    continue
                if report.ships_day < report.ships_usual / 2:
                    now, usual = map(self._number, (report.ships_day, report.ships_usual))
                    return self._say("fewer", gate=self._name(gate), now=now, usual=usual)
        return ""

    def shut(self) -> str:
        """A strait that is closed, and since when."""
        found = self._in_state("closed")
        return self._since("shut", *found[0]) if found else ""

    def narrowed(self) -> str:
        """A strait that is restricted, and since when."""
        found = self._in_state("restricted")
        return self._since("narrowed", *found[0]) if found else ""

    def states(self) -> str:
        """How many of the straits are closed or restricted, by their names if they are few."""
        closed, narrow = (self._in_state(status) for status in ("closed", "restricted"))
        parts = []
        for status, some in (("closed", closed), ("restricted", narrow)):
            if some and len(closed) + len(narrow) <= NAMED:
                names = str(form(self.language, "list")).join(self._name(row) for row, _ in some)
                parts.append(self._say(status, names=names))
            elif some:
                parts.append(self._say(f"{status}_of", n=str(len(some)), all=str(len(self.gates))))
        return self._say("states", first=parts[0], then=parts[1]) if parts[1:] else "".join(parts)

    def narrowest(self) -> str:
        """The narrowest of the straits whose width is known."""
        known = [row for row in self.gates if (row.min_width_km or 0) > 0]
        if len(known) < 2:
            return ""
        row = min(known, key=lambda row: row.min_width_km)
        width = number(row.min_width_km, self.language, 2 if row.min_width_km < 1 else 0)
        return self._say("narrowest", gate=self._name(row), km=width)

    def busiest(self) -> str:
        """The strait through which most ships pass in a year, where several are counted."""
        known = [row for row in self.gates if (row.yearly_transits or 0) > 0]
        if len(known) < 2:
            return ""
        row = max(known, key=lambda row: row.yearly_transits)
        ships = number(row.yearly_transits, self.language)
        return self._say("busiest", gate=self._name(row), ships=ships)

    # ---- regions, routes, gas

    def overlap(self, regions: Collection[str]) -> str:
        """The sea that two readings have in common."""
        pairs = self.atlas.overlaps
        both = pairs["first_id"].isin(regions) & pairs["second_id"].isin(regions)
        area = float(pairs.loc[both, "area_km2"].max()) if both.any() else 0.0
        return self._say("overlap", area=millions_km2(area, self.language)) if area >= 1 else ""

    def longest(self) -> str:
        """The longest way of the routes, where there are several."""
        known = self.routes[self.routes["nm"].notna() & (self.routes["status"] != "alternative")]
        if len(known) < 2:
            return ""
        row = next(known.sort_values(["nm", "id"], ascending=[False, True]).itertuples())
        days = number(row.days, self.language, 0 if row.days >= 10 else 1)
        nm = number(row.nm, self.language)
        return self._say("longest", route=self._name(row), nm=nm, days=days)

    def share(self) -> str:
        """How much of an importer's gas went by a strait that is closed now."""
        known: Any = latest(self.atlas.imports).to_dict("index")
        closed = {row.id: row for row, _ in self._in_state("closed")}
        found = []
        for importer, trades in self.routes.groupby("importer", sort=True):
            every = self.atlas.routes[self.atlas.routes["importer"] == importer]
            mine = list(loads(every, known, str(importer)))
            for gate in closed:
                part = sum(load.share for load in mine if gate in load.gates)
                if part >= 0.1 and any(gate in row.gates for row in trades.itertuples()):
                    found.append((part, gate, str(importer)))
        if not found:
            return ""
        part, gate, importer = max(found)
        share = number(part, self.language, 1)
        country = self.atlas.settings.party(importer, self.language)
        return self._say("share", gate=self._name(closed[gate]), share=share, country=country)

    def largest(self) -> str:
        """The supplier from which an importer takes most, and how much."""
        known = latest(self.atlas.imports)
        drawn = set(zip(self.routes["importer"], self.routes["supplier"], strict=True))
        rows = sorted(
            ((row.share_pct, *row.Index) for row in known.itertuples()
             if row.Index in drawn and row.share_pct == row.share_pct),
            reverse=True,
        )  # fmt: skip
        if not rows or not rows[0][0]:
            return ""
        share, importer, supplier = rows[0]
        names = {one.id: one.name.get(self.language) for one in self.atlas.settings.suppliers}
        return self._say(
            "largest",
            supplier=names.get(supplier, supplier),
            share=number(share, self.language, 1),
            country=self.atlas.settings.party(importer, self.language),
        )

    # ---- closures, agreements

    def closed(self, scenarios: Collection[str]) -> str:
        """The most that a closure adds to a way, and how many routes have none in one of them."""
        rows = self.atlas.scenario_routes
        mine = rows[rows["scenario_id"].isin(scenarios) & rows["route_id"].isin(self.routes["id"])]
        if mine.empty:
            return ""
        cut = int(mine.loc[~mine["reachable"].astype(bool), "route_id"].nunique())
        longer = mine.loc[mine["reachable"].astype(bool), "extra_days"].dropna()
        more = float(longer.max()) if len(longer) else 0.0
        parts = []
        if more >= 0.05:
            parts.append(self._say("longer", days=number(more, self.language, 1)))
        if cut:
            parts.append(self._say("cut", n=str(cut), all=str(len(self.routes))))
        return self._say("joined", first=parts[0], then=parts[1]) if parts[1:] else "".join(parts)

    def in_force(self, links: Collection[str]) -> str:
        """How many of the agreements hold."""
        mine = self.atlas.links[self.atlas.links["id"].isin(links)]
        live = int(mine["status"].isin(LIVE).sum())
        return self._say("in_force", n=str(live), all=str(len(mine))) if len(mine) > 1 else ""
