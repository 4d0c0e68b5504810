"""One map on a page: which projection its view asks for, and all that is drawn in its frame."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from shapely.geometry import Polygon

from frontiers_map.geo import geodesy
from frontiers_map.language import text
from frontiers_map.outputs.sheets.map import (
    basemap,
    country_names,
    feature_names,
    features,
    legend,
    own_features,
    projection,
    sea_names,
    washes,
)
from frontiers_map.outputs.sheets.map.features import Drawing
from frontiers_map.outputs.sheets.map.projection import Frame, Rect
from frontiers_map.outputs.sheets.map.routes import draw_routes
from frontiers_map.outputs.sheets.map.selection import Content
from frontiers_map.outputs.sheets.paper import fonts
from frontiers_map.outputs.sheets.paper.page import MM_PER_PT, Page
from frontiers_map.outputs.sheets.paper.words import say
from frontiers_map.style import LIGHT, TYPE

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas
    from frontiers_map.atlas.model import Callout

__all__ = [
    "WIDE",
    "Made",
    "dateline",
    "default_view",
    "draw_inset",
    "draw_map",
    "frame_atop",
    "frame_for",
    "inset_frame",
    "projection_note",
    "small_print",
    "strand_frame",
]  # fmt: skip

WIDE: Final = 75.0  # degrees of longitude up to which a view is Lambert's
ASIDE: Final = 30.0  # degrees of latitude; a view beyond them is Lambert's however wide
SLACK: Final = 1.0  # mm above and below a frame that are not worth a move
UPRIGHT: Final = 70.0  # degrees of latitude up to which an inset is Mercator's


class Made:
    """A page and what is to be told about it.

    A trial has all that a legend explains, but neither what lies below it nor names.
    """

    def __init__(self, page: Page, trial: bool = False) -> None:
        self.page, self.trial = page, trial
        self.headline = ""  # what the sheet finds
        self.notes: list[str] = []
        self.left_out: list[str] = []
        self.frames: list[Frame] = []

    def add(self, drawing: Drawing) -> None:
        """Take over what a map found no room for."""
        self.left_out += drawing.left_out
        self.frames.append(drawing.frame)

    @property
    def trouble(self) -> list[str]:
        """Names that stand nowhere on the sheet."""
        said = {item.text for item in self.page.texts}
        return [one for one in self.left_out if one.rsplit(" (", 1)[0] not in said]


def frame_for(
    rect: Rect,
    view: tuple[float, float, float, float],
    kind: str | None = None,
    centre: float | None = None,
) -> Frame:
    """Choose projection and scale for a view.

    Wide views are Equal Earth, since areas are compared there. Where the view is less than 75°
    wide, or lies all on one side of 30°N or 30°S, the difference is small or Equal Earth leans
    too much: it is Lambert's azimuthal projection, round the pole if the view goes round it.
    """
    west, south, east, north = view
    aside = south >= ASIDE or north <= -ASIDE
    if kind is None:
        kind = "lambert" if east - west <= WIDE or aside else "equal_earth"
    if kind == "mercator":
        return projection.fit(rect, view, "mercator", lon_0=centre)
    if kind == "equal_earth":
        return projection.fit(rect, view, "equal_earth", lon_0=centre)
    round_pole = aside and east - west > 180
    pole = math.copysign(90.0, south + north) if round_pole else None
    return projection.fit(rect, view, "lambert", lon_0=centre, lat_0=pole)


def frame_atop(
    rect: Rect,
    view: tuple[float, float, float, float],
    kind: str | None = None,
    centre: float | None = None,
) -> Frame:
    """Give the frame of `frame_for`, at the top of its room where the world is too flat to fill it.

    What stands below the map then has the rest.
    """
    frame = frame_for(rect, view, kind, centre)
    if rect.y1 - frame.rect.y1 < SLACK:
        return frame
    return frame_for(
        Rect(rect.x0, rect.y1 - frame.rect.height, rect.x1, rect.y1), view, kind, centre
    )


def strand_frame(
    rect: Rect, ends: tuple[tuple[float, float], tuple[float, float]], shown: np.ndarray
) -> Frame:
    """Make a frame in which the way between two places is straight and level.

    Parameters
    ----------
    ends
        The two, as longitude and latitude, the left one first.
    shown
        Positions that must be in the frame, shape (n, 2).
    """
    way = geodesy.geodesic(*ends)
    lon, lat = shapely.get_coordinates(way.interpolate(0.5, normalized=True))[0]
    level = projection.fit(
        rect, (lon - 1, lat - 1, lon + 1, lat + 1), "lambert", lon_0=lon, lat_0=lat
    )
    (x0, y0), (x1, y1) = level.page(np.array(ends))
    turn = -math.degrees(math.atan2(y1 - y0, x1 - x0))
    view = (lon - 90, -90.0, lon + 90, 90.0)
    return projection.fit(rect, view, "lambert", lon_0=lon, lat_0=lat, turn=turn, shown=shown)


def draw_map(
    made: Made,
    frame: Frame,
    content: Content,
    *,
    k: float,
    degrees: bool = True,
    smallest_sea: int = 3,
    inset: Polygon | None = None,
    labels: bool = True,
    route_names: bool = True,
    event_names: bool = True,
    scale: bool = False,
    callouts: Sequence[Callout] = (),
    prepare: Any = None,
    apart: float | None = None,
) -> Drawing:
    """Draw one map with all the layers of its content.

    Agreements between the same two places lie `apart` mm from each other.
    """
    page = made.page
    drawing = Drawing(page, frame, content, k)
    basemap.draw_sea(page, frame)
    if not made.trial:
        basemap.draw_depths(page, frame)
        basemap.draw_graticule(page, frame)
        basemap.draw_land(page, frame)
        basemap.draw_borders(page, frame)
    if content.washes:
        drawing.placer.avoid(washes.draw_edges(page, frame, content.washes))
        drawing.placer.rough = washes.overlap_on_page(frame, content.washes)
    if inset is not None:
        outline = shapely.intersection(shapely.boundary(inset), frame.world)
        page.line(outline, LIGHT.quiet, 0.5, z=basemap.Z["label"] - 4)
        drawing.placer.avoid([outline])
    own_features.draw_own(drawing, labels=labels)
    features.draw_links(drawing, apart=apart)
    draw_routes(drawing, rows=content.ghosts, ghost=True, arrows=False)
    draw_routes(drawing)
    features.draw_gates(drawing, labels=labels, skip=inset)
    features.draw_points(drawing, labels=labels, skip=inset)
    features.draw_events(drawing, labels=labels and event_names)
    if prepare is not None:
        prepare(drawing)
    if scale and frame.kind == "lambert":
        _scale(drawing, 5.0)
    if labels and not made.trial:
        feature_names.draw_first_names(drawing)
        feature_names.draw_callouts(drawing, callouts)
        sea_names.draw_sea_names(drawing, classes=(1, 2))
        feature_names.draw_names(drawing, route_names=route_names)
        if smallest_sea > 2:
            lesser = tuple(range(3, smallest_sea + 1))
            sea_names.draw_sea_names(drawing, classes=lesser, skip=inset)
        country_names.draw_country_names(drawing)
    if content.washes:
        washes.draw_washes(page, frame, content.washes, scale=max(k, 0.75), clear=drawing.clear)
    basemap.draw_neatline(page, frame)
    if degrees:
        basemap.draw_degrees(page, frame)
    made.add(drawing)
    return drawing


def _scale(drawing: Drawing, up: float) -> None:
    """Draw a scale bar on a plate that names keep clear of, in the emptier of the lower corners."""
    page, frame, language = drawing.page, drawing.frame, drawing.content.language
    rect, placer = frame.rect, drawing.placer
    longest = min(26.0, rect.width / 4)
    y = rect.y0 + up

    def taken(x: float) -> tuple[bool, float]:
        area = Rect(x - 1.0, y - 4.0, x + longest + 1.0, y + 4.0)
        return not placer.free(area), placer.crossed(area.polygon)

    x = min((rect.x0 + 3.0, rect.x1 - 3.0 - longest), key=taken)
    bar = legend.scale_bar(page, frame, x, y, language, drawing.k, longest=longest)
    page.fill(bar.grown(0.8).polygon, LIGHT.panel, z=basemap.Z["neatline"] - 2, alpha=0.7)
    drawing.placer.block(bar, 0.8)


def draw_inset(made: Made, frame: Frame, title: str, content: Content, k: float) -> None:
    """Draw a part of the map larger, with its title and a scale."""
    page, rect = made.page, frame.rect
    size = TYPE["head"] * k
    em = size * MM_PER_PT

    def plate(drawing: Drawing) -> None:
        """Title and scale stand on plates that names keep clear of."""
        room = rect.width - 2.2 * em
        width = min(fonts.width_mm(title, "serif-semibold", size), room)
        top = Rect(rect.x0, rect.y1 - 1.75 * em, rect.x0 + width + 1.8 * em, rect.y1)
        page.fill(top.polygon, LIGHT.panel, z=basemap.Z["neatline"] - 2, alpha=0.86)
        page.text(
            rect.x0 + 0.9 * em,
            rect.y1 - 1.22 * em,
            title,
            style="serif-semibold",
            size=size,
            colour=LIGHT.ink,
            role="panel",
            z=basemap.Z["neatline"],
            room=room,
        )
        drawing.placer.block(top)
        _scale(drawing, 4.4)

    draw_map(made, frame, content, k=k * 0.94, degrees=False, smallest_sea=4, prepare=plate)


def inset_frame(rect: Rect, view: tuple[float, float, float, float]) -> Frame:
    """The frame of an inset: Mercator's, whose shapes are true, but not near a pole."""
    upright = view[1] >= -UPRIGHT and view[3] <= UPRIGHT
    return frame_for(rect, view, "mercator" if upright else None)


def projection_note(frame: Frame, language: str) -> str:
    """Name the projection and say what is true in it."""
    lon, lat = basemap.degrees(round(frame.lon_0), "EW"), basemap.degrees(round(frame.lat_0), "NS")
    note = say(f"projection_{frame.kind}", language, lon=lon, lat=lat)
    west, _, east, _ = frame.bounds
    if frame.turn:
        note += " " + say("strand", language)
    if frame.kind == "equal_earth" and east - west > 365:
        note += " " + say("repeats", language)
    return note


def default_view(atlas: JoinedAtlas) -> tuple[float, float, float, float]:
    """A view of all that an atlas holds, with room round it, wherever it lies on the globe."""
    shapes = [
        geometry
        for layer in (
            atlas.regions,
            atlas.routes,
            atlas.places,
            atlas.terminals,
            *atlas.own.values(),
        )
        for geometry in layer.geometry
        if geometry is not None and not geometry.is_empty
    ]
    if not shapes:
        return (-170.0, -60.0, 190.0, 75.0)
    spans = np.array([shape.bounds for shape in shapes])
    # cut the globe where the widest empty stretch is
    starts = np.sort(np.unique(np.concatenate((spans[:, 0] % 360, spans[:, 2] % 360))))
    best = (0.0, 360.0, 0.0)
    for cut in starts:
        lows = (spans[:, 0] - cut) % 360
        highs = lows + (spans[:, 2] - spans[:, 0])
        width = float(highs.max() - lows.min())
        if width < best[1] - best[0]:
            best = (float(cut + lows.min()), float(cut + highs.max()), float(cut))
    west, east = best[0], best[1]
    south, north = float(spans[:, 1].min()), float(spans[:, 3].max())
    pad = max(3.0, 0.12 * max(east - west, north - south))
    if east - west + 2 * pad > 350:
        west, east, pad_x = west, west + 350, 0.0
    else:
        pad_x = pad
    turn = 360.0 if (west + east) / 2 > 200 else 0.0
    return (
        west - pad_x - turn,
        max(south - pad, -80.0),
        east + pad_x - turn,
        min(north + pad, 84.0),
    )


def small_print(atlas: JoinedAtlas, language: str, frames: Sequence[Frame]) -> list[str]:
    """Credit, and the projection of the frames if there are any."""
    lines = []
    if atlas.settings.credit:
        lines.append(atlas.settings.credit.get(language))
    if not frames:
        return lines
    about = projection_note(frames[0], language)
    if len(frames) > 1 and frames[1].kind == "mercator":
        about += " " + say("inset_mercator", language)
    lines.append(about)
    return lines


def dateline(atlas: JoinedAtlas, language: str) -> str:
    """Say to which day a sheet is true."""
    date = text.day(atlas.settings.record_to, language)
    return say("true_to", language, date=date) + str(text.form(language, "end"))
