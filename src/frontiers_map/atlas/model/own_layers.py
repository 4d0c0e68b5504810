"""Layers of one's own: what ``[[layers]]`` of ``atlas.toml`` says, and the rows of their files."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from frontiers_map.atlas.model.field_types import (
    Certainty,
    Id,
    MaybeDate,
    Needed,
    SomeIds,
    Spans,
    String,
)
from frontiers_map.atlas.model.kinds import Colour, Symbol, shades
from frontiers_map.atlas.model.row import Feature, Row, Text, Words
from frontiers_map.style import DASHES, ROUTE_ROLES


class OwnFeature(Feature):
    """A feature of a layer of one's own."""

    kind: String = ""
    since: MaybeDate = None
    until: MaybeDate = None
    outages: Spans = ()
    note: Words = ""


class Outage(Row):
    """A time in which a feature of a layer of one's own was out of service."""

    feature: Id
    since: MaybeDate = None
    until: MaybeDate = None
    note: Words = ""
    source: SomeIds


class LayerLook(Row):
    """How features of a layer of one's own are drawn; what is left out is as the layer says."""

    colour: Colour = None
    line: Annotated[
        Literal["solid", "dashed", "dotted"] | None, Field(description="solid, dashed or dotted")
    ] = None
    symbol: Symbol = None
    fill: Annotated[
        Literal["wash", "hatch", "none"] | None, Field(description="wash, hatch or none")
    ] = None
    label: Annotated[bool | None, Field(description="true or false")] = None


class LayerKind(LayerLook):
    """A kind of features within a layer of one's own: its word, and its look if it has one."""

    value: Needed
    name: Text


class LayerFields(Row):
    """Which column of the file says what; a name without a language is of the main one."""

    id: Needed = "id"
    name: Needed = "name"
    kind: Needed = "kind"
    since: Needed = "since"
    until: Needed = "until"
    outages: Needed = "outages"
    note: Needed = "note"
    source: Needed = "source"
    as_of: Needed = "as_of"
    certainty: Needed = "certainty"
    lon: Needed = "lon"
    lat: Needed = "lat"
    wkt: Needed = "wkt"


class OwnLayer(LayerLook):
    """A layer of one's own: cables, pipelines, wind farms, incidents, from any file of features."""

    id: Id
    name: Text
    file: Needed
    table: String = ""
    geometry: Annotated[Literal["point", "line", "area"], Field(description="point, line or area")]
    fields: LayerFields = LayerFields()
    source: tuple[Id, ...] = ()
    as_of: MaybeDate = None
    certainty: Certainty | None = None
    outages: String = ""
    kinds: tuple[LayerKind, ...] = ()


@dataclass(frozen=True)
class FeatureLook:
    """How one kind of a layer of one's own is drawn, by every renderer.

    Attributes
    ----------
    kind, name
        The value in the file, empty for features without one, and its word.
    light, dark
        Its colour, ``#rrggbb``, on a light and on a dark ground.
    dash
        Pattern of its line in multiples of the width; a line without one is solid.
    symbol, fill, label
        Symbol of a point, ``wash``, ``hatch`` or ``none`` of an area, and whether it is named.
    """

    kind: str
    name: Text
    light: str
    dark: str
    dash: tuple[float, ...]
    symbol: str
    fill: str
    label: bool


def feature_looks(layers: Iterable[OwnLayer]) -> dict[str, dict[str, FeatureLook]]:
    """Give the look of each kind of each layer: what it says itself, or its layer, or by turns.

    Colours that nobody chose are the roles of routes, in turn: they were sought to differ.
    """
    found: dict[str, dict[str, FeatureLook]] = {}
    turns = itertools.cycle(ROUTE_ROLES)
    for layer in layers:
        plain = LayerKind(value=layer.id, name=layer.name)
        looks = found.setdefault(layer.id, {})
        for kind in layer.kinds or (plain,):
            ink = kind.colour or layer.colour or next(turns)
            named = kind.label if kind.label is not None else layer.label
            value = "" if kind is plain else kind.value
            light, dark = shades(ink)
            looks[value] = FeatureLook(
                kind=value,
                name=kind.name,
                light=light,
                dark=dark,
                dash=DASHES[kind.line or layer.line or "solid"],
                symbol=kind.symbol or layer.symbol or "city",
                fill=kind.fill or layer.fill or "wash",
                label=named is not False,
            )
    return found
