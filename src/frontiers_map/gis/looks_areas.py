"""How land, regions and their overlap look."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from frontiers_map import text
from frontiers_map.gis.ground import STEPS, label_points
from frontiers_map.gis.layers import Layer
from frontiers_map.gis.lettering import Text, labels
from frontiers_map.gis.qml import (
    Style,
    categorised,
    column,
    fill,
    line,
    literal,
    single,
    stripes,
    symbol,
)
from frontiers_map.gis.tones import (
    HALO,
    LANGUAGE,
    PALETTE,
    choose,
    family_name,
    pairs,
    spoken,
    washed,
)
from frontiers_map.style import TYPE, WIDTHS, mix

if TYPE_CHECKING:
    from frontiers_map.joins import JoinedAtlas

__all__ = ["land", "outlines", "overlaps", "plain_line", "regions", "washes"]

_MILLIONS = "format_number(\"area_km2\" / 1000000, 1) || ' million km²'"


def land(layer: Layer, atlas: JoinedAtlas) -> Style:
    """Land, quiet."""
    return Style("polygon", single(symbol("fill", fill(PALETTE.land))))


def plain_line(ink: str, width: float) -> Callable[[Layer, JoinedAtlas], Style]:
    """A line of one colour: coast, borders, graticule."""

    def made(layer: Layer, atlas: JoinedAtlas) -> Style:
        return Style("line", single(symbol("line", line(ink, width))))

    return made


def washes(layer: Layer, atlas: JoinedAtlas) -> Style:
    """A flat wash for hard readings; for soft ones opaque mixtures from the outside in."""
    soft = sorted({str(r) for r, s in pairs(layer, "region_id", "step") if s > 1})
    classes = []
    for family in sorted({str(value) for value in layer.values("family")}):
        ink, opacity = washed(family, atlas)
        words = family_name(atlas, family)
        classes.append((family, words, symbol("fill", fill(ink, opacity=opacity))))
        for step in range(1, STEPS + 1):
            weight = 1 - (1 - step / STEPS) ** 1.6
            blend = mix(ink, PALETTE.sea, opacity * weight)
            classes.append((f"{family}:{step}", "", symbol("fill", fill(blend))))
    listed = ", ".join(literal(name) for name in soft) or "''"
    value = (
        f'CASE WHEN "region_id" IN ({listed}) THEN "family" || \':\' || "step" ELSE "family" END'
    )
    return Style("polygon", categorised(value, classes))


def outlines(layer: Layer, atlas: JoinedAtlas) -> Style:
    """Edges at sea, dashed where they are hard; soft ones fade instead."""
    classes = []
    for family in sorted({str(value) for value in layer.values("family")}):
        ink, _ = washed(family, atlas)
        stroke = line(ink, WIDTHS["region_edge"] * 1.4, dash=(4, 3), cap="flat")
        classes.append((family, family_name(atlas, family), symbol("line", stroke)))
    value = 'CASE WHEN "edge" = \'hard\' THEN "family" END'
    return Style("line", categorised(value, classes))


def regions(layer: Layer, atlas: JoinedAtlas) -> Style:
    """A wash for each family, named where there is room."""
    classes = []
    for family in sorted({str(value) for value in layer.values("family")}):
        ink, opacity = washed(family, atlas)
        classes.append(
            (family, family_name(atlas, family), symbol("fill", fill(ink, opacity=opacity)))
        )
    area = _MILLIONS
    inks = {family: mix(washed(family, atlas)[0], "#000000", 0.72) for family, _, _ in classes}
    spots = "".join(
        f" WHEN {column('id')} = {literal(name)} THEN make_point({lon:.3f}, {lat:.3f})"
        for name, (lon, lat) in label_points(atlas).items()
    )
    name = Text(
        f"{spoken('short', layer.columns)} || '\\n' || {area}",
        TYPE["sea"] + 1.4, PALETTE.ink, HALO, style="Semibold", placement="over", priority=9,
        geometry=f"CASE{spots} ELSE centroid($geometry) END",
        given={"Color": choose("family", inks)},
    )  # fmt: skip
    return Style("polygon", categorised('"family"', classes), labels(name))


def overlaps(layer: Layer, atlas: JoinedAtlas) -> Style:
    """Stripes of the second family over the wash of the first: both apply."""
    hatch = stripes(
        PALETTE.overlap, WIDTHS["stripe"], WIDTHS["stripe_gap"], opacity=PALETTE.overlap_opacity
    )
    area = _MILLIONS
    name = Text(
        f"'Where both apply' || '\\n' || {area}",
        TYPE["sea"] + 0.8, mix(PALETTE.overlap, "#000000", 0.6), HALO, style="Semibold",
        placement="inside", priority=8, halo_width=1.4,
    )  # fmt: skip
    both = text.words()["layer"]["overlaps"]
    words = (
        f"CASE WHEN coalesce(nullif(@{LANGUAGE}, ''), @qgis_locale, 'en') LIKE 'it%' "
        f"THEN {literal(both['it'])} "
        f"WHEN coalesce(nullif(@{LANGUAGE}, ''), @qgis_locale, 'en') LIKE 'ja%' "
        f"THEN {literal(both['ja'])} ELSE {literal(both['en'])} END"
    )
    name = name.at(expression=f"{words} || '\\n' || {area}")
    return Style("polygon", single(symbol("fill", hatch)), labels(name))
