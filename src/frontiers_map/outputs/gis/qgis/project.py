"""A QGIS project written without QGIS: groups, order, themes, bookmarks, relations, a layout.

What QGIS silently insists on: ids of layers longer than ten characters, a reference system with
WKT, `srsid` and `authid` together, the style repeated in every layer. The result is one XML text;
`zipped` makes the ``.qgz`` of it, always the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from frontiers_map.outputs.gis.layers import Layer, link_name
from frontiers_map.outputs.gis.qgis import print_layout
from frontiers_map.outputs.gis.qgis.expressions import LANGUAGE
from frontiers_map.outputs.gis.qgis.qml import (
    VERSION,
    Style,
    quoted,
)
from frontiers_map.outputs.gis.qgis.reference import DEGREES, Reference, chosen
from frontiers_map.outputs.gis.words import say
from frontiers_map.style import LIGHT

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas

__all__ = ["Entry", "Group", "project", "zipped"]

DAY = (2026, 1, 1, 0, 0, 0)
FILE = "./frontiers.gpkg"


@dataclass(frozen=True)
class Entry:
    """A layer of the project: a table of the GeoPackage, a filter, a style, a place in the tree."""

    key: str
    title: str
    layer: Layer
    style: Style
    subset: str = ""
    shown: bool = True
    expanded: bool = False
    private: bool = False
    aid: bool = False  # drawn for the sake of another; nobody asks it anything

    @property
    def id(self) -> str:
        """Id in the project; QGIS drops those of ten characters and fewer."""
        return f"frontiers_layer_{self.key}"

    @property
    def source(self) -> str:
        """Where QGIS finds the data, relative to the project."""
        source = f"{FILE}|layername={self.layer.name}"
        return f"{source}|subset={self.subset}" if self.subset else source


@dataclass(frozen=True)
class Group:
    """A group of the tree, without a title layers beside groups; groups do not nest."""

    title: str
    entries: Sequence[Entry]
    shown: bool = True
    expanded: bool = False


def project(
    atlas: JoinedAtlas,
    groups: Sequence[Group],
    themes: Mapping[str, Iterable[str]],
    tables: Sequence[Layer],
    language: str = "",
) -> str:
    """Write the project.

    Parameters
    ----------
    groups
        What is drawn, top first. The tree has it in that order, too, but for drawing aids, which
        stand in one closed group with the tables.
    themes
        Name of each map theme, and the keys of the entries that it shows.
    tables
        Tables without geometry. Sources are in it, to which relations lead; the others stand in
        the GeoPackage beside it.
    language
        Language of labels and legend; without one, labels follow QGIS and the legend is in the
        main language.
    """
    spoken = language or atlas.settings.main_language
    linked = [entry for group in groups for entry in group.entries if entry.key == entry.layer.name]
    links = [_link(entry, spoken) for entry in linked if "source" in entry.layer.columns]
    plain = [_table(one, spoken) for one in tables if one.name == "sources"]
    entries = [*(entry for group in groups for entry in group.entries), *plain, *links]
    settings = atlas.settings
    system = chosen(atlas.maps[0].view)
    view = system.extent(atlas.maps[0].view)
    title = settings.title.get(spoken)
    shown = next(iter(themes))
    legend = _legend(groups, themes[shown])
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
        f'<qgis version="{VERSION}" projectname={quoted(title)}>'
        f"<homePath path=\"\"/><title>{escape(title)}</title>"
        f"<projectCrs>{system.xml()}</projectCrs>"
        f"{_tree(_read(groups, [*plain, *links], spoken), order=entries)}"
        f"{_relations(links)}"
        f"{_canvas(view, system)}"
        f"<projectlayers>{''.join(_maplayer(entry) for entry in entries)}</projectlayers>"
        f"<layerorder>{''.join(f'<layer id={quoted(e.id)}/>' for e in entries)}</layerorder>"
        f"{_properties(language)}"
        f"{_themes(themes, entries)}"
        f"{_about(atlas, spoken)}"
        f"{print_layout.layouts(atlas, view, shown, legend, spoken, system)}"
        f"{_bookmarks(atlas, spoken, system)}"
        f"{_times(atlas)}"
        "</qgis>\n"
    )  # fmt: skip


def zipped(text: str, name: str) -> bytes:
    """Put a project into a ``.qgz``, the same bytes every time."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo(f"{name}.qgs", DAY)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        archive.writestr(entry, text.encode(), compresslevel=9)
    return made.getvalue()


def _table(layer: Layer, language: str) -> Entry:
    name = "title" if "title" in layer.columns else next(iter(layer.columns))
    style = Style("", aliases=layer.aliases(language), preview=f'"{name}"')
    return Entry(layer.name, say(f"table_{layer.name}", language), layer, style, shown=False)


def _link(entry: Entry, language: str) -> Entry:
    name = link_name(entry.layer.name)
    layer = Layer(name, say("sources_of", language, layer=entry.title), {})
    return Entry(name, layer.description, layer, Style(""), shown=False, private=True)


# what a printed legend explains of a layer of many symbols: those that the whole map shows
_PRINTED = {"places": "0,1,2", "terminals": "0,1,2", "gates": "0,1", "overlaps": "0"}


def _legend(groups: Sequence[Group], keys: Iterable[str]) -> str:
    """The tree of a printed legend: what a theme shows, without what needs no explanation."""
    explained = {key.partition(":")[0] for key in keys} - {
        "coast",
        "borders",
        "land",
        "depths",
        "graticule",
        "sea_labels",
        "readings",
        "fade",
    }
    shown = [
        replace(group, entries=[entry for entry in group.entries if entry.key in explained])
        for group in groups
    ]
    return _tree(shown, nodes=_PRINTED)


def _read(groups: Sequence[Group], tables: Sequence[Entry], language: str) -> list[Group]:
    """The tree as one reads it: what has a meaning of its own, then one closed group."""
    meant = []
    for group in groups:
        kept = [entry for entry in group.entries if not entry.aid]
        # one layer needs no group round it
        meant.append(replace(group, title=group.title if len(kept) > 1 else "", entries=kept))
    aids = [entry for group in groups for entry in group.entries if entry.aid]
    return [*meant, Group(say("aids_tables", language), [*aids, *tables])]


def _tree(
    groups: Sequence[Group],
    nodes: Mapping[str, str] | None = None,
    order: Sequence[Entry] = (),
) -> str:
    """A layer tree; `nodes` choose symbols of layers by number, `order` is that of drawing."""
    made = ""
    for group in groups:
        if not group.entries:
            continue
        inner = "".join(
            f'<layer-tree-layer id={quoted(e.id)} name={quoted(e.title)} providerKey="ogr" '
            f'source={quoted(e.source)} checked="{_checked(e.shown)}" expanded="{int(e.expanded)}">'
            f"{_chosen((nodes or {}).get(e.key, ''))}</layer-tree-layer>"
            for e in group.entries
        )
        if not group.title:
            made += inner
            continue
        made += (
            f'<layer-tree-group name={quoted(group.title)} checked="{_checked(group.shown)}" '
            f'expanded="{int(group.expanded)}">{_chosen("")}{inner}</layer-tree-group>'
        )
    if order:
        items = "".join(f"<item>{escape(entry.id)}</item>" for entry in order)
        made += f'<custom-order enabled="1">{items}</custom-order>'
    return f"<layer-tree-group>{_chosen('')}{made}</layer-tree-group>"


def _chosen(nodes: str) -> str:
    if not nodes:
        return "<customproperties><Option/></customproperties>"
    order = f'<Option name="legend/node-order" type="QString" value="{nodes}"/>'
    return f'<customproperties><Option type="Map">{order}</Option></customproperties>'


def _checked(shown: bool) -> str:
    return "Qt::Checked" if shown else "Qt::Unchecked"


def _maplayer(entry: Entry) -> str:
    layer, style = entry.layer, entry.style
    kinds = {"point": "Point", "line": "Line", "polygon": "Polygon", "": "No geometry"}
    flags = (
        "<flags><Identifiable>1</Identifiable><Removable>1</Removable><Searchable>1</Searchable>"
        f"<Private>{int(entry.private)}</Private></flags>"
    )
    reference = DEGREES.xml() if layer.kind else ""
    attributes = style.attributes().removeprefix(f'version="{VERSION}" ')
    return (
        f'<maplayer type="vector" geometry="{kinds[style.geometry]}" '
        f'wkbType="{layer.kind or "NoGeometry"}" refreshOnNotifyEnabled="0" '
        f'readOnly="0" {attributes}>'
        f"<id>{escape(entry.id)}</id><datasource>{escape(entry.source)}</datasource>"
        f"<layername>{escape(entry.title)}</layername><srs>{reference}</srs>"
        f"<resourceMetadata><abstract>{escape(layer.description)}</abstract></resourceMetadata>"
        f'<provider encoding="UTF-8">ogr</provider>{flags}'
        '<map-layer-style-manager current="default"><map-layer-style name="default"/>'
        f"</map-layer-style-manager>{style.body()}</maplayer>"
    )


def _relations(links: Sequence[Entry]) -> str:
    """A row's sources are a click away: layer to link by fid, link to source by fid."""
    made = ""
    for link in links:
        base = link.key.removesuffix("_sources")
        for name, owner, column in (
            ("cites", base, "base_id"),
            ("cited", "sources", "related_id"),
        ):
            made += (
                f'<relation id="{name}_{base}" name={quoted(f"{name}: {base}")} '
                f'strength="Association" referencingLayer={quoted(link.id)} '
                f'referencedLayer="frontiers_layer_{owner}">'
                f'<fieldRef referencingField="{column}" referencedField="fid"/></relation>'
            )
    return f"<relations>{made}</relations>"


def _canvas(view: Sequence[float], system: Reference) -> str:
    xmin, ymin, xmax, ymax = view
    return (
        '<mapcanvas name="theMapCanvas" annotationsVisible="1"><units>meters</units>'
        f"<extent><xmin>{xmin}</xmin><ymin>{ymin}</ymin><xmax>{xmax}</xmax><ymax>{ymax}</ymax>"
        f"</extent><rotation>0</rotation><destinationsrs>{system.xml()}</destinationsrs>"
        "<rendermaptile>0</rendermaptile></mapcanvas>"
        '<ProjectViewSettings UseProjectScales="0" rotation="0"><Scales/>'
        f'<DefaultViewExtent xmin="{xmin}" ymin="{ymin}" xmax="{xmax}" ymax="{ymax}">'
        f"{system.xml()}</DefaultViewExtent></ProjectViewSettings>"
    )


def _properties(language: str) -> str:
    red, green, blue = (int(LIGHT.sea[place : place + 2], 16) for place in (1, 3, 5))
    return (
        "<properties><Gui>"
        f'<CanvasColorRedPart type="int">{red}</CanvasColorRedPart>'
        f'<CanvasColorGreenPart type="int">{green}</CanvasColorGreenPart>'
        f'<CanvasColorBluePart type="int">{blue}</CanvasColorBluePart></Gui>'
        '<Measure><Ellipsoid type="QString">EPSG:7030</Ellipsoid></Measure>'
        "<Measurement><AreaUnits type=\"QString\">km2</AreaUnits>"
        '<DistanceUnits type="QString">nautical miles</DistanceUnits></Measurement>'
        '<PAL><PlacementEngineVersion type="int">1</PlacementEngineVersion>'
        '<ShowingPartialsLabels type="bool">false</ShowingPartialsLabels></PAL>'
        '<Paths><Absolute type="bool">false</Absolute></Paths>'
        '<SpatialRefSys><ProjectionsEnabled type="int">1</ProjectionsEnabled></SpatialRefSys>'
        f'<Variables><variableNames type="QStringList"><value>{LANGUAGE}</value></variableNames>'
        f'<variableValues type="QStringList"><value>{escape(language)}</value></variableValues>'
        "</Variables>"
        "</properties>"
    )  # fmt: skip


def _themes(themes: Mapping[str, Iterable[str]], entries: Sequence[Entry]) -> str:
    known = {entry.key: entry for entry in entries}
    made = ""
    for name, keys in themes.items():
        inner = ""
        for key in keys:
            layer, _, choice = key.partition(":")
            id_ = quoted(known[layer].id)
            inner += f'<layer visible="1" style="default" expanded="0" id={id_}/>'
            if choice:
                inner += (
                    f"<checked-legend-nodes id={id_}>"
                    f"<checked-legend-node id={quoted(f'{{{choice}}}')}/></checked-legend-nodes>"
                )
        made += f"<visibility-preset name={quoted(name)}>{inner}</visibility-preset>"
    return f"<visibility-presets>{made}</visibility-presets>"


def _about(atlas: JoinedAtlas, language: str) -> str:
    settings = atlas.settings
    parts = (settings.deck, settings.how_to_read, settings.policy, settings.credit)
    words = [*(part.get(language) for part in parts if part), f"Record to {settings.record_to}."]
    return (
        f"<projectMetadata><identifier>{escape(settings.id)}</identifier><parentidentifier/>"
        f"<language>{escape(language)}</language><type>dataset</type><title>{escape(settings.title.get(language))}</title>"
        f"<abstract>{escape(' '.join(words))}</abstract><links/>"
        f"<author></author><creation>{settings.record_to}T00:00:00</creation></projectMetadata>"
    )


def _bookmarks(atlas: JoinedAtlas, language: str, system: Reference) -> str:
    made = ""
    for number, chapter in enumerate(atlas.chapters, start=1):
        xmin, ymin, xmax, ymax = system.extent(chapter.view)
        polygon = (
            f"POLYGON(({xmin} {ymin}, {xmax} {ymin}, {xmax} {ymax}, {xmin} {ymax}, {xmin} {ymin}))"
        )
        made += (
            f"<Bookmark id={quoted(f'chapter_{chapter.id}')} "
            f'group={quoted(say("story", language))} rotation="0" '
            f'name={quoted(f"{number:02d} {chapter.title.get(language)}")} extent="{polygon}">'
            f"{system.xml()}</Bookmark>"
        )
    return f"<Bookmarks>{made}</Bookmarks>"


def _times(atlas: JoinedAtlas) -> str:
    dates = [str(date) for date in atlas.events["date"]] if len(atlas.events) else []
    end = atlas.settings.record_to
    start = min([*(moment.date for moment in atlas.settings.moments), end, *dates[:1]])

    def day(value: str) -> str:
        return (value + "-01-01"[len(value) - 4 :] if len(value) < 10 else value)[:10]

    return (
        '<ProjectTimeSettings frameRate="1" timeStepUnit="months" cumulativeTemporalRange="1" '
        f'timeStep="1"><TemporalRange><start>{day(start)}T00:00:00Z</start>'
        f"<end>{day(end)}T00:00:00Z</end></TemporalRange></ProjectTimeSettings>"
    )
