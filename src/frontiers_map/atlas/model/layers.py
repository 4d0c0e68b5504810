"""The layers and tables of an atlas, each said once: its file, its rows, and where it shows.

The reader, the checks, the JSON Schemas, the sheets, the tables, the GIS files and KML take from
here what there is and in which order. How a layer is drawn stands with its renderers; the looks
of its statuses stand in `style`, its names in `language/words`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal, get_args

from frontiers_map.atlas.model import rows
from frontiers_map.atlas.model.row import Row

__all__ = ["FILES", "LAYERS", "SHEET_KINDS", "Layer", "SheetKind"]


@dataclass(frozen=True)
class Layer:
    """A layer or table.

    Attributes
    ----------
    id
        What outputs call it.
    says
        What a row of it is; empty for what goes into no output.
    file, row
        The file of an atlas folder that has it, and what a row of it is; empty for what is
        computed.
    frame
        What an `Atlas` calls its rows as they were read, if not by its id.
    shapes
        Types of geometry that its file may hold. Those of CSV stand as lon and lat.
    order
        Columns by which its rows are put in order.
    geometry
        Type of its geometry in GIS files; empty for a table.
    unplaced
        Why a row of it may have no geometry, as the column ``no_geometry`` says.
    span
        Columns of the first and the last day of a row, for the time controls of GIS programs.
    sheets
        Kinds of sheet that draw it.
    gis, table
        Whether it is among the GIS files, and the tables for spreadsheets.
    edited
        Whether what was edited in a GeoPackage can be taken over.
    shown
        Whether QGIS and KML show it as long as nobody asks for something else.
    wraps
        Whether it is drawn across 180°, and so stands in ``unwrapped.parquet``.
    words
        Columns in which only some values may stand -> the group of words that names these; empty
        if nothing does.
    """

    id: str
    says: str = ""
    file: str = ""
    row: type[Row] | None = None
    frame: str = ""
    shapes: tuple[str, ...] = ()
    order: tuple[str, ...] = ("id",)
    geometry: str = ""
    unplaced: str = ""
    span: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    gis: bool = False
    table: bool = False
    edited: bool = False
    shown: bool = True
    wraps: bool = False
    words: Mapping[str, str] = field(default_factory=dict)


SheetKind = Literal["map", "gas", "straits", "closures", "partnership"]
SHEET_KINDS: Final = get_args(SheetKind)
_PLAIN = ("map", "gas")
_SHOWN = (
    Layer(
        "regions", "Readings of the regions; the outline as drawn, crossing land where it must",
        "regions.geojson", rows.Region, shapes=("Polygon", "MultiPolygon"),
        geometry="MultiPolygon", sheets=(*_PLAIN, "partnership"), gis=True, table=True,
        edited=True, wraps=True, words={"use": "use", "edge": ""},
    ),
    Layer(
        "overlaps", "Where a reading of one region and a reading of the other both apply",
        geometry="MultiPolygon", sheets=(*_PLAIN, "partnership"), gis=True, table=True, wraps=True,
    ),
    Layer(
        "routes", "Trades and their way by sea, computed, not tracked",
        "routes.csv", rows.RouteRow, frame="trades",
        geometry="MultiLineString", sheets=(*_PLAIN, "straits", "closures"), gis=True, table=True,
        edited=True, wraps=True, words={"status": "route_status"},
    ),
    Layer(
        "scenario_routes", "Every trade under every scenario of closed straits; no geometry where "
        "there is no way by sea",
        geometry="MultiLineString", unplaced="no way by sea", gis=True, shown=False, wraps=True,
    ),
    Layer(
        "gates", "Lines across straits, canals and passages; a route that crosses one passes it",
        "gates.geojson", rows.Gate, shapes=("LineString",),
        geometry="MultiLineString", sheets=SHEET_KINDS, gis=True, table=True, edited=True,
        words={"kind": "gate_kind", "closed_by_default": "", "state": "gate_status"},
    ),
    Layer(
        "terminals", "Terminals with their status",
        "terminals.csv", rows.Terminal, shapes=("Point",),
        geometry="Point", sheets=(*_PLAIN, "straits", "closures"), gis=True, table=True,
        edited=True, words={"status": "terminal_status"},
    ),
    Layer(
        "places", "Capitals, venues, bases and sites",
        "places.csv", rows.Place, shapes=("Point",),
        geometry="Point", sheets=SHEET_KINDS, gis=True, table=True, edited=True,
    ),
    Layer(
        "links", "Agreements and relations between partners, drawn as geodesics",
        "links.csv", rows.Link, order=("since", "id"),
        geometry="MultiLineString", unplaced="names no two places to draw a line between",
        span=("since", "until"), sheets=(*_PLAIN, "partnership"), gis=True, table=True,
        edited=True, shown=False, wraps=True, words={"status": "link_status"},
    ),
    Layer(
        "events", "What happened or is expected, at its places",
        "events.csv", rows.Event, order=("date", "id"),
        geometry="MultiPoint", unplaced="names no place on the map", span=("date", "date_end"),
        sheets=(*_PLAIN, "partnership"), gis=True, table=True, edited=True, shown=False,
        words={"status": "event_status", "precision": ""},
    ),
    Layer(
        "sea_labels", "Names of seas and where they may stand",
        "sea_labels.csv", rows.SeaLabel, shapes=("Point",),
        geometry="Point", sheets=(*_PLAIN, "straits", "partnership"), gis=True, table=True,
        edited=True,
    ),
    Layer(
        "sources", "The bibliography that every row refers to",
        "sources.csv", rows.Source, gis=True, table=True, edited=True,
    ),
    Layer(
        "claims", "Claims held against the record",
        "claims.csv", rows.Claim, gis=True, table=True, edited=True, words={"verdict": "verdict"},
    ),
    Layer(
        "errata", "What the atlas once said and was wrong, and what is right",
        "errata.csv", rows.Erratum, order=("date", "id"), gis=True, table=True, edited=True,
    ),
    Layer(
        "imports", "Imports by origin", "imports.csv", rows.Import,
        order=("importer", "period", "basis", "origin"), gis=True, table=True,
    ),
    Layer(
        "gate_status", "Dated reports on straits: open, restricted, closed",
        "gate_status.csv", rows.GateStatus, gis=True, table=True, words={"status": "gate_status"},
    ),
    Layer(
        "terminal_status", "Dated changes of terminals",
        "terminal_status.csv", rows.TerminalStatus, order=("terminal", "date", "status"), gis=True,
        table=True, words={"status": "terminal_status"},
    ),
    Layer(
        "gate_groups", "Gates that a reader thinks of as one",
        "gate_groups.csv", rows.GateGroup, gis=True,
    ),
    Layer(
        "region_edges", "Notes on the edges of regions, by the vertex where they begin",
        "region_edges.csv", rows.RegionEdge, order=("region", "lon", "lat"), gis=True,
    ),
    Layer(
        "parameters", "Figures that scenarios reckon with",
        "parameters.csv", rows.Parameter, gis=True,
    ),
    Layer(
        "practice", "The passages that ships of a trade really use",
        "practice.csv", rows.Practice, gis=True,
    ),
    Layer(
        "exposure", "How much of an importer's imports passes each strait, by moment and scenario",
        gis=True, table=True,
    ),
    Layer("route_gates", "Which gates each route passes, in order", gis=True),
    Layer("route_areas", "How much of each route lies in each region and overlap", gis=True),
    Layer("within", "Which places and terminals lie in which regions and overlaps", gis=True),
    Layer("touches", "Which links, events and claims name which features", gis=True),
)  # fmt: skip
# what goes into outputs in ways of its own, or into none
_OTHERS = (
    Layer(
        "transits", "Ships that passed a gate, by week and kind",
        "transits.csv", rows.Transit, order=("gate", "week"),
    ),
    Layer("outages", "When features of layers of one's own were out of service"),
    Layer("scenarios", "Which gates each scenario closes, and why one might ask"),
    Layer("channels", file="channels.geojson", row=rows.Channel, shapes=("LineString",)),
    Layer("shoals", file="shoals.geojson", row=rows.Shoal, shapes=("Polygon", "MultiPolygon")),
    Layer("ships", file="ships.csv", row=rows.ShipClass),
    Layer("terms", file="terms.csv", row=rows.Term),
)  # fmt: skip

# id -> layer, in the order in which outputs have them
LAYERS: Final[Mapping[str, Layer]] = MappingProxyType(
    {layer.id: layer for layer in (*_SHOWN, *_OTHERS)}
)
# file -> layer that is read from it
FILES: Final[Mapping[str, Layer]] = MappingProxyType(
    {layer.file: layer for layer in LAYERS.values() if layer.file}
)
