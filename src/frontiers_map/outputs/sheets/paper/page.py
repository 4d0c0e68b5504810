"""A sheet of paper in millimetres: lines, areas and text, and a record of what text was set.

One matplotlib axes covers the page and its unit is the millimetre. Every text is kept in
`Page.texts` and every symbol in `Page.symbols`, so that `inspect.inspect` can measure from what
was really drawn.
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline
from matplotlib.patheffects import Stroke
from matplotlib.text import Text
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D
from shapely.geometry import Polygon, box
from shapely.geometry.base import BaseGeometry

from frontiers_map.outputs.sheets.map.projection import Rect
from frontiers_map.outputs.sheets.paper import fonts
from frontiers_map.style import LIGHT

__all__ = ["ASCENT", "DESCENT", "MM_PER_PT", "Page", "TextBox", "rise"]

MM_PER_PT: Final = fonts.MM_PER_PT
ASCENT: Final = 0.74  # of the size, above the baseline; Source Sans' l and IPAex fit in it
DESCENT: Final = 0.22
_TALL: Final = re.compile("[\u0600-\u06ff]")  # an alef with its hamza, a yeh below the line


def rise(string: str) -> tuple[float, float]:
    """How far the letters of a text go above its baseline and below it, parts of its size."""
    return (0.95, 0.42) if _TALL.search(string) else (ASCENT, DESCENT)


HEAVY: Final = 0.032  # stroke, of the size, that makes one-weight Japanese look semibold
_POINTS: Final = {"m": 1, "l": 1, "q": 2, "c": 3, "z": 0}  # of a command of an SVG path
_SVG_PATH: Final = re.compile(r'(<path d=")([^"]*)(")')


@dataclass(frozen=True)
class TextBox:
    """A text that was set: what it says, what it is, where it may be, and what it covers."""

    text: str
    role: str
    area: Polygon
    limit: Rect
    artist: Any
    angle: float = 0.0


class Page:
    """A page being drawn.

    Parameters
    ----------
    width, height
        Millimetres, as it is laid out.
    paper
        Colour of the paper.
    zoom
        How many times as large it comes out: paper, lines and type.
    dpi
        Pixels per inch of what comes out.
    """

    def __init__(
        self, width: float, height: float, paper: str, *, zoom: float = 1.0, dpi: float = 300.0
    ) -> None:
        self.width, self.height, self.paper = width, height, paper
        self.zoom, self.dpi = zoom, dpi
        size = (width * zoom / 25.4, height * zoom / 25.4)
        self.figure = Figure(figsize=size, facecolor=paper)
        self.canvas: Any = FigureCanvasAgg(self.figure)
        axes = self.figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, width), ylim=(0, height))
        axes.axis("off")
        self.axes = axes
        self.rect = Rect(0, 0, width, height)
        self.texts: list[TextBox] = []
        self.symbols: list[tuple[str, Polygon]] = []
        self.layers: dict[str, int] = {}
        self.shortened: list[str] = []  # texts that end in an ellipsis, whole
        self.min_line = self.min_type = float("inf")
        self.colours: set[str] = set()
        self.leftward = False  # whether what stands beside maps is read from right to left
        self._mirror: float | None = None  # twice where the axis is

    @contextmanager
    def mirrored(self, rect: Rect) -> Iterator[None]:
        """Set what stands in a part of the page from right to left, if the page is read so.

        Places are given as for text from left to right, and boxes given back are those.
        """
        before, self._mirror = self._mirror, rect.x0 + rect.x1 if self.leftward else None
        try:
            yield
        finally:
            self._mirror = before

    def _at(self, x: float) -> float:
        return x if self._mirror is None else self._mirror - x

    def _there(self, shape: BaseGeometry) -> BaseGeometry:
        if self._mirror is None:
            return shape
        return shapely.transform(shape, lambda xy: np.column_stack([self._at(xy[:, 0]), xy[:, 1]]))

    # ---- lines and areas

    def line(
        self,
        shape: BaseGeometry,
        colour: str,
        width: float,
        *,
        z: float,
        dashes: Sequence[float] | None = None,
        cap: str = "butt",
        alpha: float = 1.0,
        layer: str = "",
    ) -> None:
        """Stroke a line or an outline; `width` in points, `dashes` in multiples of it."""
        path = _outline(self._there(shape), closed=False)
        if path is None:
            return
        self._note(layer, colour)
        self.min_line = min(self.min_line, width)
        # matplotlib itself multiplies dashes by the width
        style: Any = (0, list(dashes)) if dashes else "solid"
        patch = PathPatch(
            path,
            facecolor="none",
            edgecolor=colour,
            linewidth=width * self.zoom,
            linestyle=style,
            capstyle=cap,
            joinstyle="round",
            alpha=alpha if alpha < 1 else None,
            zorder=z,
        )
        self._add(patch)

    def fill(
        self,
        shape: BaseGeometry,
        colour: str,
        *,
        z: float,
        edge: str | None = None,
        width: float = 0.0,
        alpha: float = 1.0,
        layer: str = "",
    ) -> None:
        """Fill an area, with an outline of `width` points if `edge` is given."""
        path = _outline(self._there(shape), closed=True)
        if path is None:
            return
        self._note(layer, colour)
        if edge and edge != colour:
            self.min_line = min(self.min_line, width)
        patch = PathPatch(
            path,
            facecolor=colour,
            edgecolor=edge or "none",
            linewidth=width * self.zoom if edge else 0,
            joinstyle="round",
            alpha=alpha if alpha < 1 else None,
            zorder=z,
        )
        self._add(patch)

    def symbol(
        self,
        shape: BaseGeometry,
        colour: str,
        *,
        z: float,
        edge: str,
        width: float,
        name: str,
        layer: str = "",
    ) -> None:
        """Fill a symbol that no text may cover; a pale edge is a halo behind it.

        On top, it would take thin strokes away.
        """
        if edge == LIGHT.panel:
            self.fill(shape, edge, z=z, edge=edge, width=2 * width)
            self.fill(shape, colour, z=z, layer=layer)
        else:
            self.fill(shape, colour, z=z, edge=edge, width=width, layer=layer)
        self.symbols.append((name, box(*self._there(shape).bounds)))

    def _add(self, artist: Any) -> None:
        artist.set_snap(False)
        artist.set_clip_on(False)
        self.axes.add_artist(artist)

    def _note(self, layer: str, colour: str) -> None:
        self.colours.add(colour)
        if layer:
            self.layers[layer] = self.layers.get(layer, 0) + 1

    # ---- text

    def text(
        self,
        x: float,
        y: float,
        string: str,
        *,
        style: str = "sans",
        size: float = 7.0,
        colour: str,
        align: str = "left",
        angle: float = 0.0,
        halo: str | None = None,
        halo_width: float = 1.6,
        z: float = 90,
        role: str = "text",
        limit: Rect | None = None,
        heavy: bool | None = None,
        room: float | None = None,
    ) -> Rect:
        """Set one line with its baseline at `y`, and give the box it takes.

        Turned text turns about its anchor; the box given is then that of the turned text.
        A text wider than `room` mm ends in an ellipsis and is kept in `shortened`.
        """
        string = fonts.plain(string)
        if room is not None and fonts.width_mm(string, style, size) > room:
            self.shortened.append(string)
            string = fonts.cut(string, room, style, size)
        fonts.require(string, style)
        if self._mirror is not None:
            align = {"left": "right", "right": "left"}.get(align, align)
            x, limit = self._at(x), limit and self._turned(limit)
        self.min_type = min(self.min_type, size)
        cjk = fonts.has_cjk(string)
        if heavy is None:
            heavy = style.endswith("semibold")
        made = dict(
            fontproperties=_sized(style, size * self.zoom),
            ha=align,
            va="baseline",
            rotation=angle,
            rotation_mode="anchor",
            parse_math=False,
        )
        if halo:
            under = Text(x, y, string, color=halo, zorder=z - 0.5, **made)
            under.set_path_effects(
                [Stroke(linewidth=halo_width * self.zoom, foreground=halo, joinstyle="round")]
            )
            self._add(under)
        if heavy and cjk:
            under = Text(x, y, string, color=colour, zorder=z - 0.2, **made)
            under.set_path_effects([Stroke(linewidth=HEAVY * size * self.zoom, foreground=colour)])
            self._add(under)
        artist = Text(x, y, string, color=colour, zorder=z, **made)
        self._add(artist)
        area = _text_area(x, y, string, style, size, align, angle)
        self.texts.append(TextBox(string, role, area, limit or self.rect, artist, angle))
        return self._turned(Rect(*area.bounds))

    def _turned(self, rect: Rect) -> Rect:
        if self._mirror is None:
            return rect
        return Rect(self._at(rect.x1), rect.y0, self._at(rect.x0), rect.y1)

    def outlined(
        self,
        glyphs: Sequence[tuple[str, float, float, float]],
        string: str,
        *,
        style: str,
        size: float,
        colour: str,
        halo: str | None,
        z: float,
        role: str,
        limit: Rect,
        slant: float = 0.0,
    ) -> None:
        """Set single letters, each at its own place and angle: (letter, x, y, degrees).

        They are drawn as outlines; the whole name also goes into SVG and PDF as hidden text, so
        that it can be searched and copied.
        """
        fonts.require(string, style)
        self.min_type = min(self.min_type, size)
        vertices, codes, boxes = [], [], []
        for letter, x, y, angle in glyphs:
            if not letter.strip():
                continue
            glyph = TextPath((0, 0), letter, prop=_sized(style, size), usetex=False)
            turn = Affine2D().scale(MM_PER_PT)
            if slant:
                turn = turn.skew(np.arctan(slant), 0)
            turn = turn.rotate_deg(angle).translate(x, y)
            vertices.append(turn.transform(glyph.vertices))
            codes.append(glyph.codes)
            boxes.append(_text_area(x, y, letter, style, size, "left", angle))
        path = Outline(np.concatenate(vertices), np.concatenate(codes))
        if halo:
            under = PathPatch(
                path,
                facecolor=halo,
                edgecolor=halo,
                linewidth=1.3 * self.zoom,
                joinstyle="round",
                zorder=z - 0.5,
            )
            self._add(under)
        patch = PathPatch(path, facecolor=colour, edgecolor="none", linewidth=0, zorder=z)
        self._add(patch)
        hidden = Text(
            glyphs[0][1],
            glyphs[0][2],
            string,
            fontproperties=_sized(style, size * self.zoom),
            alpha=0.0,
            rotation=glyphs[0][3],
            rotation_mode="anchor",
            parse_math=False,
            zorder=z,
            visible=False,
        )
        self._add(hidden)
        area = shapely.union_all(boxes)
        self.texts.append(TextBox(string, role, area, limit, hidden, float("nan")))

    # ---- out

    def png(self, dpi: float | None = None) -> bytes:
        """Give the page as PNG; the same bytes for the same page."""
        import matplotlib as mpl

        dpi, before = dpi or self.dpi, self.figure.dpi
        self.figure.dpi = dpi
        try:
            with mpl.rc_context({"text.hinting": "none"}):  # letters as wide as they were measured
                self.canvas.draw()
        finally:
            self.figure.dpi = before
        return _png(np.asarray(self.canvas.buffer_rgba()), dpi)

    def pdf(self, title: str, subject: str = "") -> bytes:
        """Give the page as PDF; text stays text, typefaces are embedded as TrueType."""
        import matplotlib as mpl

        out = io.BytesIO()
        hidden = [text.artist for text in self.texts if not text.artist.get_visible()]
        for artist in hidden:
            artist.set_visible(True)
        try:
            with mpl.rc_context({"pdf.fonttype": 42, "pdf.compression": 6}):
                self.figure.savefig(
                    out,
                    format="pdf",
                    metadata={
                        "CreationDate": None,
                        "Producer": None,
                        "Creator": None,
                        "Title": title,
                        "Subject": subject or None,
                    },
                )
        finally:
            for artist in hidden:
                artist.set_visible(False)
        return out.getvalue()

    def svg(self, title: str, description: str, language: str, *, words: bool = True) -> bytes:
        """Give the page as SVG.

        Letters are outlines, so that every viewer shows the same without our typefaces; the
        words lie over them as transparent text, so that they can be searched and copied.
        """
        import matplotlib as mpl

        out = io.StringIO()
        with mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": "frontiers-map"}):
            self.figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
        text = _SVG_PATH.sub(
            lambda found: found[1] + _shorter(found[2]) + found[3],
            out.getvalue(),
        )
        start = text.index("<svg ")
        end = text.index(">", start)
        head = text[start:end].replace(
            "<svg ", f'<svg xml:lang={quoteattr(language)} role="img" ', 1
        )
        about = f"><title>{escape(title)}</title><desc>{escape(description)}</desc>"
        body = text[end + 1 :]
        close = body.rindex("</svg>")
        over = self._words() if words else ""
        return (text[:start] + head + about + body[:close] + over + body[close:]).encode()

    def _words(self) -> str:
        """Give every text as transparent text, for searching and copying in an SVG."""
        lines = []
        for item in self.texts:
            artist = item.artist
            x, y = artist.get_position()
            size = artist.get_fontsize()
            anchor = {"left": "start", "center": "middle", "right": "end"}[artist.get_ha()]
            scale = self.zoom / MM_PER_PT
            left, top = x * scale, (self.height - y) * scale
            turn = artist.get_rotation()
            spin = f' transform="rotate({-turn:.2f} {left:.2f} {top:.2f})"' if turn else ""
            lines.append(
                f'<text x="{left:.2f}" y="{top:.2f}" font-size="{size:.2f}" '
                f'text-anchor="{anchor}"{spin}>{escape(item.text)}</text>'
            )
        inside = "\n".join(lines)
        look = 'fill="#000" fill-opacity="0" font-family="sans-serif"'
        return f'<g id="words" {look}>\n{inside}\n</g>\n'


def _png(pixels: np.ndarray, dpi: float) -> bytes:
    """Write a picture of shape (height, width, 4), bytes of 0 to 255, as PNG.

    Paper is not transparent, so the fourth channel goes. The rows stay unfiltered: flat tints
    with sharp edges pack a fifth smaller so, and sooner, than with the filters that libraries try.
    """
    height, width = pixels.shape[:2]
    rows = np.zeros((height, 1 + 3 * width), dtype=np.uint8)  # 0 before each row: no filter
    rows[:, 1:] = pixels[..., :3].reshape(height, -1)
    per_metre = round(dpi / 0.0254)
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1)),
        (b"IDAT", zlib.compress(rows.data, 6)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def _sized(style: str, size: float) -> Any:
    made = fonts.properties(style).copy()
    made.set_size(size)
    return made


def _text_area(
    x: float, y: float, string: str, style: str, size: float, align: str, angle: float
) -> Polygon:
    width = fonts.width_mm(string, style, size)
    left = x - {"left": 0.0, "center": 0.5, "right": 1.0}[align] * width
    em = size * MM_PER_PT
    up, down = rise(string)
    area = box(left, y - down * em, left + width, y + up * em)
    if angle:
        from shapely.affinity import rotate

        area = rotate(area, angle, origin=(x, y))
    return area


def _outline(shape: BaseGeometry, *, closed: bool) -> Outline | None:
    """Give the rings or lines of a geometry as one path in millimetres."""
    rings: list[np.ndarray] = []
    for part in shapely.get_parts(shapely.get_parts(shape)):
        if part.is_empty:
            continue
        if part.geom_type == "Polygon":
            rings += [
                np.asarray(ring.coords)
                for ring in (part.exterior, *part.interiors)
                if len(ring.coords) > 3
            ]
        elif part.geom_type in ("LineString", "LinearRing") and not closed:
            rings.append(np.asarray(part.coords))
    if not rings:
        return None
    codes = []
    for ring in rings:
        code = np.full(len(ring), Outline.LINETO, dtype=np.uint8)
        code[0] = Outline.MOVETO
        if len(ring) > 3 and (ring[0] == ring[-1]).all():
            code[-1] = Outline.CLOSEPOLY
        codes.append(code)
    return Outline(np.concatenate(rings)[:, :2], np.concatenate(codes))


def _shorter(path: str) -> str:
    """Write an SVG path from point to point, in hundredths, without what is understood.

    Points are rounded before their distances are taken, so that no error adds up.
    """
    made: list[str] = []
    before, here, start = "", (0, 0), (0, 0)
    words = iter(path.split())
    for word in words:
        command = word.lower()
        if command == "z":
            here = start
        # a move is followed by lines, and any command by more of its kind
        if command != ("l" if before == "m" else before) or command in "mz":
            made.append(command)
        before = command
        for number in range(_POINTS[command]):
            spot = (round(100 * float(next(words))), round(100 * float(next(words))))
            made += (_hundredths(spot[0] - here[0]), _hundredths(spot[1] - here[1]))
            if number == _POINTS[command] - 1:
                here = spot
        if command == "m":
            start = here
    return "".join(made)


def _hundredths(number: int) -> str:
    """Write a number with what parts it from the one before, and without needless noughts."""
    text = f"{abs(number) / 100:.2f}".rstrip("0").rstrip(".").removeprefix("0") or "0"
    return ("-" if number < 0 else " ") + text
