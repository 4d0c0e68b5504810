"""Figures that stand in prose: `{nm:coral_jp}` in a text of `geodata/` becomes the number.

So no text repeats by hand what the joins compute, and none goes stale when the data changes.
`joins.join` fills all texts of an atlas at once; whoever renders one finds the number in it.

| key | what |
|---|---|
| ``overlap_mkm2`` | overlap of the recommended readings of an atlas with two families |
| ``overlap_mkm2:A:B`` | overlap of A and B, readings of two families |
| ``ip_mkm2``, ``med_mkm2``, ``area_mkm2:REGION`` | sea area of a region, million km² |
| ``overlap_area``, ``ip_area``, ``med_area``, ``area:REGION`` | the same with their unit |
| ``nm:ROUTE``, ``days:ROUTE`` | length and days of a route |
| ``extra_nm:SCENARIO:ROUTE``, ``extra_days:SCENARIO:ROUTE`` | what a closure adds |
| ``no_way:SCENARIO``, ``rerouted:SCENARIO`` | drawn routes without a way, or with a new one |
| ``share:IMPORTER:ORIGIN`` | latest whole-year share of the importer's LNG, percent |
| ``param:ID`` | a value of parameters.csv |
| ``n:LAYER`` | rows in a layer |
| ``km:FEATURE``, ``km2:FEATURE`` | length or area of a feature of a layer of one's own |
| ``out:LAYER:DATE`` | features of such a layer that are out of service on a day |
| ``out_days:FEATURE`` | days on which a feature was out of service, up to the last of the record |
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from frontiers_map.analysis.states import feature_states
from frontiers_map.atlas.cross_checks import FIGURES
from frontiers_map.atlas.fields import LAYERS, day, days
from frontiers_map.atlas.messages import did_you_mean
from frontiers_map.atlas.model import Row, Text
from frontiers_map.atlas.proofreading import texts
from frontiers_map.errors import CallError, Problem
from frontiers_map.language.text import millions_km2, number

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas

__all__ = ["check", "figure", "fill", "filled"]

_BRACES = re.compile(r"\{\s*([a-z_0-9]+\s*(?::[^{}]*)?)\}")
_PLACEHOLDER = re.compile(r"\{([a-z_0-9]+(?::[A-Za-z0-9_-]+)*)\}")


def fill(atlas: JoinedAtlas, text: str, language: str) -> str:
    """Put the figures into a text.

    A key that names nothing stays as it stands: text in braces may be just that.
    """

    def value(match: re.Match[str]) -> str:
        try:
            return figure(atlas, match.group(1), language)
        except CallError:
            return match.group(0)

    return _PLACEHOLDER.sub(value, text)


def filled(atlas: JoinedAtlas) -> JoinedAtlas:
    """Put the figures into every text of the TOML files of an atlas, in every language."""

    def done(value: Any) -> Any:
        if isinstance(value, Text):
            own = {language: words for language, words in value if "{" in words}
            return value.model_copy(
                update={language: fill(atlas, words, language) for language, words in own.items()}
            )
        if isinstance(value, Row):
            parts = {name: part for name, part in value if not isinstance(part, str)}
            return value.model_copy(update={name: done(part) for name, part in parts.items()})
        if isinstance(value, tuple):
            return tuple(done(part) for part in value)
        if isinstance(value, Mapping):
            return {name: done(part) for name, part in value.items()}
        return value

    said = ("settings", "chapters", "maps", "sheets", "scenarios")
    return replace(atlas, **{name: done(getattr(atlas, name)) for name in said})


def check(atlas: JoinedAtlas) -> list[Problem]:
    """Tell figures that have no value: readers would see the braces, or a card without a figure.

    Only the joined atlas knows: a closure may leave a trade no way by sea, an importer no share.
    Text in braces that is no figure, nor nearly one, is left alone.
    """
    problems = []
    said: dict[str, Sequence[Row]] = {
        "atlas.toml": (atlas.settings,),
        "story.toml": atlas.chapters,
        "maps.toml": (*atlas.maps, *atlas.sheets),
        "scenarios.toml": atlas.scenarios,
    }
    for file, rows in said.items():
        if file not in atlas.inputs:
            continue  # a page made up for want of any repeats what the settings say
        path = Path(atlas.folder) / file
        lines = path.read_text("utf-8-sig").split("\n") if path.is_file() else []
        for row in rows:
            found = {(field, match[0]): match[1] for field, words in texts(row)
                     for match in _BRACES.finditer(words)}  # fmt: skip
            own = getattr(row, "figure", "")
            if own not in ("", "none") and not _has_value(atlas, own):
                found["figure", own] = own
            for (field, shown), key in found.items():
                if reason := _reason(atlas, key):
                    at = next((n for n, line in enumerate(lines, 1) if shown in line), 0)
                    label = str(getattr(row, "id", "")) if row is not atlas.settings else ""
                    problems.append(
                        Problem(str(path), at, label, field, f"found '{shown}'; {reason}")
                    )
    return problems


def _has_value(atlas: JoinedAtlas, key: str) -> bool:
    try:
        figure(atlas, key, "en")
    except CallError:
        return False
    return True


def _reason(atlas: JoinedAtlas, key: str) -> str:
    """Say why what stands in braces was not filled; empty if it is no figure."""
    kind, *names = (part.strip() for part in key.split(":"))
    if kind not in _VALUES:
        near = did_you_mean(kind, _VALUES) if len(kind) > 3 and kind.islower() else ""
        return f"no such figure{near}" if near else ""
    form = FIGURES[kind]
    if kind == "n":
        layers = _counted(atlas)
        hint = did_you_mean(names[0], layers) if names else ""
        return f"allowed: {form} with a layer: {', '.join(layers)}{hint}"
    if len(names) == form.count(":") and _has_value(atlas, ":".join((kind, *names))):
        return f"allowed: {{{':'.join((kind, *names))}}}, without spaces"
    if kind in ("extra_nm", "extra_days") and len(names) == 2:
        rows = atlas.scenario_routes
        mine = rows.loc[rows["id"] == "__".join(names), "reachable"]
        if len(mine) and not mine.iloc[0]:
            return f"no value: no way by sea for '{names[1]}' in scenario '{names[0]}'"
    if ":" not in form:
        return "no value in this atlas; allowed: a figure that it has, or none"
    return f"no value in this atlas; allowed: {form}"


def figure(atlas: JoinedAtlas, key: str, language: str, *, unit: bool = False) -> str:
    """Write the figure that a key names, in a language.

    Parameters
    ----------
    atlas
        The joined atlas.
    key
        As in the table above.
    language
        ``en``, ``it`` or ``ja``.
    unit
        Whether a percentage carries its sign.

    Raises
    ------
    CallError
        If the key names nothing in this atlas.
    """
    kind, *names = key.split(":")
    try:
        value, digits = _VALUES[kind](atlas, *names)
    except (KeyError, IndexError, TypeError, AttributeError, ValueError, StopIteration):
        raise CallError(f"found '{key}'; allowed: a figure of this atlas") from None
    if kind in _AREAS:
        return millions_km2(value * 1e6, language)
    text = number(value, language, digits)
    return f"{text}%" if unit and kind == "share" else text


def _family(position: int) -> Callable[[JoinedAtlas], tuple[float, int]]:
    return lambda atlas: _area(atlas, atlas.settings.families[position].recommended)


def _area(atlas: JoinedAtlas, region: str) -> tuple[float, int]:
    return _one(atlas.regions, region)["area_km2"] / 1e6, 1


def _overlap(atlas: JoinedAtlas, *names: str) -> tuple[float, int]:
    one, other = names or (family.recommended for family in atlas.settings.families)
    regions = _one(atlas.regions, one), _one(atlas.regions, other)
    if regions[0]["family"] == regions[1]["family"]:
        raise KeyError(other)  # readings of one family stand for one another: they do not meet
    pair = atlas.overlaps[["first_id", "second_id"]].isin((one, other)).all(axis=1)
    return float(atlas.overlaps.loc[pair, "area_km2"].sum()) / 1e6, 1


def _nm(atlas: JoinedAtlas, route: str) -> tuple[float, int]:
    return float(_one(atlas.routes, route)["nm"]), 0


def _days(atlas: JoinedAtlas, route: str) -> tuple[float, int]:
    days = float(_one(atlas.routes, route)["days"])
    return days, 0 if days >= 10 else 1


def _extra(column: str, digits: int) -> Callable[[JoinedAtlas, str, str], tuple[float, int]]:
    def value(atlas: JoinedAtlas, scenario: str, route: str) -> tuple[float, int]:
        row = _one(atlas.scenario_routes, f"{scenario}__{route}")
        if not row["reachable"]:
            raise KeyError(route)
        return float(row[column]), digits

    return value


def _count(column: str, wanted: bool) -> Callable[[JoinedAtlas, str], tuple[float, int]]:
    def value(atlas: JoinedAtlas, scenario: str) -> tuple[float, int]:
        if scenario not in {row.id for row in atlas.scenarios}:
            raise KeyError(scenario)
        rows = atlas.scenario_routes
        drawn = set(atlas.routes.loc[atlas.routes["draw"], "id"])
        mine = rows[(rows["scenario_id"] == scenario) & rows["route_id"].isin(drawn)]
        return float((mine[column] == wanted).sum()), 0

    return value


def _share(atlas: JoinedAtlas, importer: str, origin: str) -> tuple[float, int]:
    supplier = next(row for row in atlas.settings.suppliers if row.id == origin)
    rows = atlas.imports
    names = {origin, supplier.name.main}
    known = rows[
        (rows["importer"] == importer) & rows["origin"].isin(names) & rows["share_pct"].notna()
    ]
    whole = known[known["basis"] == "calendar"]
    chosen = (whole if len(whole) else known).sort_values("year", kind="stable").iloc[-1]
    return float(chosen["share_pct"]), 1


def _parameter(atlas: JoinedAtlas, name: str) -> tuple[float, int]:
    value = float(_one(atlas.parameters, name)["value"])
    digits = len(f"{value:g}".partition(".")[2])
    return value, digits


def _rows(atlas: JoinedAtlas, layer: str) -> tuple[float, int]:
    return float(_counted(atlas)[layer]), 0


def _counted(atlas: JoinedAtlas) -> dict[str, int]:
    """Rows of every layer, chapters, maps, sheets and scenarios among them."""
    names = (*LAYERS, "chapters", "maps", "sheets")
    own = {name: len(frame) for name, frame in atlas.own.items()}
    return {name: len(getattr(atlas, name)) for name in names} | own


def _measure(column: str) -> Callable[[JoinedAtlas, str], tuple[float, int]]:
    """A length or an area of a feature of a layer of one's own."""

    def value(atlas: JoinedAtlas, feature: str) -> tuple[float, int]:
        mine = (frame for frame in atlas.own.values() if feature in set(frame["id"]))
        found = float(_one(next(mine), feature)[column])
        return found, 1 if found < 100 else 0

    return value


def _out(atlas: JoinedAtlas, layer: str, date: str) -> tuple[float, int]:
    if day(date) is None:
        raise KeyError(date)
    return float(feature_states(atlas, atlas.own[layer], date).count("out")), 0


def _out_days(atlas: JoinedAtlas, feature: str) -> tuple[float, int]:
    """Count days with an outage, each once; a month counts as a whole one."""
    rows = atlas.outages[atlas.outages["feature_id"] == feature]
    if rows.empty:
        raise KeyError(feature)
    record = atlas.settings.record_to
    found: set[int] = set()
    for since, until in zip(rows["since"], rows["until"], strict=True):
        first, last = (date.toordinal() for date in days(since, until or record) or ())
        found |= set(range(first, last + 1))
    return float(len(found)), 0


def _one(frame: pd.DataFrame, name: str) -> dict[str, Any]:
    return dict(frame[frame["id"] == name].iloc[0])


# Japanese counts in units of ten thousand, so an area says its unit itself.
_AREAS = frozenset({"ip_area", "med_area", "area", "overlap_area"})

_VALUES: dict[str, Callable[..., tuple[float, int]]] = {
    "ip_mkm2": _family(0),
    "med_mkm2": _family(1),
    "area_mkm2": _area,
    "overlap_mkm2": _overlap,
    "ip_area": _family(0),
    "med_area": _family(1),
    "area": _area,
    "overlap_area": _overlap,
    "km": _measure("km"),
    "km2": _measure("whole_km2"),
    "out": _out,
    "out_days": _out_days,
    "nm": _nm,
    "days": _days,
    "extra_nm": _extra("extra_nm", 0),
    "extra_days": _extra("extra_days", 1),
    "no_way": _count("reachable", False),
    "rerouted": _count("changed", True),
    "share": _share,
    "param": _parameter,
    "n": _rows,
}
