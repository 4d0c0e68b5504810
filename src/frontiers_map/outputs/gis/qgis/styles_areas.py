"""How land, regions and their overlap look."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from frontiers_map.language import text
from frontiers_map.outputs.gis.backdrop import STEPS, label_points
from frontiers_map.outputs.gis.layers import Layer
from frontiers_map.outputs.gis.qgis.expressions import (
    HALO,
    PALETTE,
    choose,
    family_name,
    pairs,
    spoken,
    washed,
    worded,
)
from frontiers_map.outputs.gis.qgis.labels import Text, labels
from frontiers_map.outputs.gis.qgis.qml import (
    Style,
    colour,
    column,
    fill,
    line,
    literal,
    ruled,
    single,
    stripes,
    switched,
    symbol,
)
from frontiers_map.outputs.gis.words import say
from frontiers_map.style import BORDER_DASH, DEEP, DEEP_OPACITY, TYPE, WIDTHS, mix

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas

__all__ = [
    "borders",
    "depths",
    "fade",
    "land",
    "others",
    "outlines",
    "overlaps",
    "plain_line",
    "regions",
    "washes",
]


def _areas(layer: Layer, languages: Sequence[str], before: str = "") -> str:
    """Expression for the area of a row in the language, after the name of the layer `before`."""
    texts = {
        str(row["id"]): {
            language: (f"{text.word('layer', before, language)}\n" if before else "")
            + text.millions_km2(row["area_km2"] or 0.0, language)
            for language in languages
        }
        for row in layer.rows()
    }
    return worded("id", texts)


def land(layer: Layer, atlas: JoinedAtlas, language: str) -> Style:
    """Land, quiet."""
    return Style("polygon", single(symbol("fill", fill(PALETTE.land))))


def plain_line(ink: str, width: float) -> Callable[[Layer, JoinedAtlas, str], Style]:
    """A line of one colour: coast, borders, graticule."""

    def made(layer: Layer, atlas: JoinedAtlas, language: str) -> Style:
        return Style("line", single(symbol("line", line(ink, width))))

    return made


def depths(layer: Layer, atlas: JoinedAtlas, language: str) -> Style:
    """Layer tints, one over the other, so that what lies beneath still shows."""
    tint = symbol("fill", fill(DEEP, opacity=DEEP_OPACITY))
    return Style(
        "polygon",
        ruled(
            [
                (
                    f'"deeper_than_m" = {level}',
                    say("deeper", language, metres=text.number(level, language)),
                    tint,
                    0,
                )
                for level in layer.values("deeper_than_m")
            ]
        ),
    )


def borders(layer: Layer, atlas: JoinedAtlas, language: str) -> Style:
    """Borders, dashed where states dispute them."""
    width = WIDTHS["border"] * 1.3
    settled = symbol("line", line(PALETTE.border, width))
    disputed = symbol("line", line(PALETTE.border, width, dash=BORDER_DASH, cap="flat"))
    return Style(
        "line",
        ruled(
            [
                ('NOT "disputed"', say("borders", language), settled, 0),
                ('"disputed"', say("borders_disputed", language), disputed, 0),
            ]
        ),
    )


def washes(layer: Layer, atlas: JoinedAtlas, language: str) -> Style:
    """A flat wash for hard readings; for soft ones opaque mixtures from the outside in."""
    soft = sorted({str(r) for r, s in pairs(layer, "region_id", "step") if s > 1})
    listed = ", ".join(literal(name) for name in soft) or "''"
    classes = []
    for family in sorted({str(value) for value in layer.values("family")}):
        ink, opacity = washed(family, atlas)
        blends = "".join(
            f" WHEN {step} THEN {literal(mix(ink, PALETTE.sea, opacity * _weight(step)))}"
            for step in range(1, STEPS + 1)
        ).replace(" WHEN ", ' WHEN "step" = ')
        alpha = f"color_rgba({', '.join(colour(ink, opacity).split(','))})"
        tint = f'CASE WHEN "region_id" NOT IN ({listed}) THEN {alpha}{blends} END'
        shown = fill(ink, opacity=opacity, given={"fillColor": tint})
        words = family_name(atlas, family, language)
        classes.append((_recommended(family), words, symbol("fill", shown), 0.0))
    return Style("polygon", ruled(classes))


def _recommended(family: str) -> str:
    """Condition for the recommended reading of a family: the others would lie over it."""
    return f'"use" = \'recommended\' AND "family" = {literal(family)}'


def fade(layer: Layer, atlas: JoinedAtlas, language: str) -> Style:
    """Cover the stripes of an overlap towards a soft edge, with the wash that lies under them."""
    first = atlas.settings.families[0].id if atlas.settings.families else ""
    ink, opacity = washed(first, atlas)
    ground = mix(ink, PALETTE.sea, opacity)
    tints = "".join(
        f' WHEN "step" = {step} THEN color_rgba('
        f"{', '.join(colour(ground, 1 - _weight(step)).split(','))})"
        for step in range(1, STEPS)
    )
    shown = fill(ground, opacity=0, given={"fillColor": f"CASE{tints} END"})
    return Style("polygon", single(symbol("fill", shown)))


def _weight(step: int) -> float:
    """How far in a step of a soft edge is, from just outside 0 to 1."""
    return float(1 - (1 - step / STEPS) ** 1.6)


def outlines(layer: Layer, atlas: JoinedAtlas, language: str) -> Style:
    """Edges at sea, dashed where they are hard; soft ones fade instead."""
    classes = []
    for family in sorted({str(value) for value in layer.values("family")}):
        ink, _ = washed(family, atlas)
        stroke = line(ink, WIDTHS["region_edge"] * 1.4, dash=(4, 3), cap="flat")
        condition = f"\"edge\" = 'hard' AND {_recommended(family)}"
        words = family_name(atlas, family, language)
        classes.append((condition, words, symbol("line", stroke), 0.0))
    return Style("line", ruled(classes))


def regions(layer: Layer, atlas: JoinedAtlas, language: str) -> Style:
    """A wash for each reading, named where there is room; ticked are the recommended ones."""
    return _readings(layer, atlas, language, {"recommended"})


def others(layer: Layer, atlas: JoinedAtlas, language: str) -> Style:
    """As `regions`, beside washes of the recommended readings: none is ticked."""
    return _readings(layer, atlas, language, set())


def _readings(layer: Layer, atlas: JoinedAtlas, language: str, ticked: set[str]) -> Style:
    main = atlas.settings.column("name")
    choices = []
    for row in layer.rows():
        ink, opacity = washed(str(row["family"]), atlas)
        choices.append(
            (
                str(row["id"]),
                f'"id" = {literal(str(row["id"]))}',
                str(row.get(atlas.settings.column("name", language)) or row[main]),
                symbol("fill", fill(ink, opacity=opacity)),
                row["use"] in ticked,
            )
        )
    inks = {
        family: mix(washed(family, atlas)[0], "#000000", 0.72)
        for family in sorted({str(value) for value in layer.values("family")})
    }
    area = _areas(layer, atlas.settings.languages)
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
    return Style("polygon", switched(choices), labels(name))


def overlaps(layer: Layer, atlas: JoinedAtlas, language: str) -> Style:
    """Stripes of the second family over the wash of the first: both apply."""
    hatch = stripes(
        PALETTE.overlap, WIDTHS["stripe"], WIDTHS["stripe_gap"], opacity=PALETTE.overlap_opacity
    )
    name = Text(
        _areas(layer, atlas.settings.languages, "overlaps"),
        TYPE["sea"] + 0.8, mix(PALETTE.overlap, "#000000", 0.6), HALO, style="Semibold",
        placement="inside", priority=8, halo_width=1.4,
    )  # fmt: skip
    shown = symbol("fill", hatch)
    words = text.word("layer", "overlaps", language)
    choices = [("recommended", '"recommended"', words, shown, True)]
    if not all(layer.values("recommended")):
        words = say("other_readings", language)
        choices.append(("others", 'NOT "recommended"', words, shown, False))
    return Style("polygon", switched(choices), labels(name))
