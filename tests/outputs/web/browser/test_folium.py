"""What users of Folium add to the map of an atlas: it works without a network, or is refused."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import branca.colormap
import folium
import geopandas as gpd
import numpy as np
import pytest
from branca.element import MacroElement
from browsing import Watched, opened
from folium import plugins
from folium.template import Template
from playwright.sync_api import Browser
from shapely.geometry import Point, box

import frontiers_map as fm
from frontiers_map.analysis.joins import JoinedAtlas
from frontiers_map.cache import user_cache
from frontiers_map.errors import CallError
from helpers import TINY

ZONES = gpd.GeoDataFrame(
    {"name": ["Zone", "Apia"], "v": [3, 5], "kind": ["a", "b"]},
    geometry=[box(60, -10, 80, 5), box(-175, -20, -165, -10)],
    crs=4326,
)
DATA: dict[str, Any] = json.loads(ZONES.to_json())
APIA = [-13.83, -171.76]
# Zoomed out so that the world is seen almost three times, in a narrow window beside the panel.
WIDE = "#v=110,10,0.7"
SEEN = """(css) => [...document.querySelectorAll(css)].map((node) => node.getBoundingClientRect())
  .map((r) => [r.left + r.width / 2, r.top + r.height / 2, r.width, r.height])"""

Adding = Callable[[folium.Map], Any]


@pytest.fixture(scope="module")
def atlas() -> JoinedAtlas:
    return fm.load(TINY, cache=user_cache())


@pytest.fixture
def show(chromium: Browser, atlas: JoinedAtlas, tmp_path: Path) -> Callable[..., Any]:
    """Give a function that saves a map with what `add` adds, and opens it."""

    @contextmanager
    def go(add: Adding, fragment: str = "", **how: Any) -> Iterator[Watched]:
        page = atlas.map()
        add(page)
        page.save(tmp_path / "page.html")
        with opened(chromium, tmp_path / "page.html", fragment, **how) as seen:
            seen.rest()
            yield seen

    return go


def _group(page: folium.Map) -> None:
    group = folium.FeatureGroup("Mine").add_to(page)
    folium.Marker([10, 70]).add_to(group)
    folium.LayerControl(collapsed=False).add_to(page)


def _many(page: folium.Map) -> None:
    cluster = plugins.MarkerCluster().add_to(page)
    for n in range(20):
        folium.Marker([APIA[0] - n / 10, APIA[1] + n / 10]).add_to(cluster)


def _timeline(page: folium.Map) -> None:
    row = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [70, 10]},
           "properties": {"start": "2020-01-01", "end": "2021-01-01"}}  # fmt: skip
    line = plugins.Timeline({"type": "FeatureCollection", "features": [row]}).add_to(page)
    plugins.TimelineSlider(auto_play=False).add_timelines(line).add_to(page)


def _grouped(page: folium.Map) -> None:
    group = folium.FeatureGroup("a").add_to(page)
    folium.Marker([10, 70]).add_to(group)
    plugins.GroupedLayerControl({"g": [group]}, collapsed=False).add_to(page)


def _search(page: folium.Map) -> None:
    layer = folium.GeoJson(DATA).add_to(page)
    plugins.Search(layer=layer, search_label="name", geom_type="Polygon").add_to(page)


def _pattern(page: folium.Map) -> None:
    stripes = plugins.pattern.StripePattern(angle=-45).add_to(page)
    folium.GeoJson(DATA, style_function=lambda row: {"fillPattern": stripes}).add_to(page)


def _text_path(page: folium.Map) -> None:
    line = folium.PolyLine([[10, 170], [0, 190], [10, 200]]).add_to(page)
    plugins.PolyLineTextPath(line, "text ").add_to(page)


_MOMENT = {"type": "Feature", "geometry": {"type": "LineString", "coordinates": [[70, 10], [80, 12]]},
           "properties": {"times": ["2020-01-01", "2020-01-02"]}}  # fmt: skip
_SLIDE = {str(n): {"1500000000": {"color": "#ff0000", "opacity": 0.5}} for n in range(2)}
_PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
# name: (what is added, what is then on the page)
WORKING: dict[str, tuple[Adding, str]] = {
    "Marker": (lambda m: folium.Marker([10, 70]).add_to(m), "img.leaflet-marker-icon"),
    "Icon": (lambda m: folium.Marker([10, 70], icon=folium.Icon("red")).add_to(m), ".awesome-marker-icon-red .glyphicon"),
    "Icon of Font Awesome": (lambda m: folium.Marker([10, 70], icon=folium.Icon("red", icon="ship", prefix="fa")).add_to(m), ".awesome-marker .fa-ship"),
    "DivIcon": (lambda m: folium.Marker([10, 70], icon=folium.DivIcon("<b>here</b>")).add_to(m), ".leaflet-div-icon b, .leaflet-marker-pane b"),
    "CustomIcon": (lambda m: folium.Marker([10, 70], icon=folium.CustomIcon(np.ones((9, 9, 3)))).add_to(m), "img.leaflet-marker-icon"),
    "CircleMarker": (lambda m: folium.CircleMarker([10, 70], 9).add_to(m), "path.leaflet-interactive"),
    "Circle": (lambda m: folium.Circle([10, 70], 500000).add_to(m), "path.leaflet-interactive"),
    "PolyLine": (lambda m: folium.PolyLine([[10, 170], [0, 190]]).add_to(m), "path.leaflet-interactive"),
    "Polygon": (lambda m: folium.Polygon([[0, 70], [9, 70], [9, 80]]).add_to(m), "path.leaflet-interactive"),
    "Rectangle": (lambda m: folium.Rectangle([[0, 70], [9, 80]]).add_to(m), "path.leaflet-interactive"),
    "GeoJson": (lambda m: folium.GeoJson(DATA).add_to(m), "path.leaflet-interactive"),
    "Choropleth": (lambda m: folium.Choropleth(DATA, data=ZONES, columns=["name", "v"], key_on="feature.properties.name", legend_name="Value").add_to(m), ".legend svg rect"),
    "ColorMap": (lambda m: branca.colormap.linear.viridis.scale(0, 10).add_to(m), ".legend svg rect"),
    "ColorLine": (lambda m: folium.ColorLine([[10, 70], [0, 80], [5, 90]], [0, 1], colormap=["y", "r"]).add_to(m), "path.leaflet-interactive"),
    "FeatureGroup, LayerControl": (_group, ".leaflet-control-layers-overlays input"),
    "explore, by figures": (lambda m: ZONES.explore("v", m=m), ".legend svg rect"),
    "explore, by kinds": (lambda m: ZONES.explore("kind", m=m), "#fm .maplegend li"),
    "explore, points": (lambda m: gpd.GeoSeries([Point(70, 10)], crs=4326).explore(m=m, marker_type="marker"), "img.leaflet-marker-icon"),
    "MarkerCluster": (_many, ".marker-cluster"),
    "FastMarkerCluster": (lambda m: plugins.FastMarkerCluster([[10, 70], [10.1, 70.1]]).add_to(m), ".marker-cluster"),
    "HeatMap": (lambda m: plugins.HeatMap([[10, 70], [11, 71]]).add_to(m), "canvas.leaflet-heatmap-layer"),
    "Fullscreen": (lambda m: plugins.Fullscreen().add_to(m), ".leaflet-control-zoom-fullscreen"),
    "MeasureControl": (lambda m: plugins.MeasureControl().add_to(m), ".fm-added-measure"),
    "MousePosition": (lambda m: plugins.MousePosition().add_to(m), ".leaflet-control-mouseposition"),
    "Draw": (lambda m: plugins.Draw().add_to(m), ".leaflet-draw-draw-polyline"),
    "GeoMan": (lambda m: plugins.GeoMan().add_to(m), ".leaflet-pm-toolbar"),
    "AntPath": (lambda m: plugins.AntPath([[10, 70], [0, 90]]).add_to(m), "path.leaflet-ant-path"),
    "PolyLineTextPath": (_text_path, "textPath"),
    "PolyLineOffset": (lambda m: plugins.PolyLineOffset([[10, 70], [0, 90]], offset=5).add_to(m), "path.leaflet-interactive"),
    "PolyLineFromEncoded": (lambda m: plugins.PolyLineFromEncoded("_p~iF~cn~U_ulLn{vA_mqNvxq`@").add_to(m), "path.leaflet-interactive"),
    "SemiCircle": (lambda m: plugins.SemiCircle([10, 70], 800000, start_angle=10, stop_angle=100).add_to(m), "path.leaflet-interactive"),
    "StripePattern": (_pattern, "pattern"),
    "GroupedLayerControl": (_grouped, ".leaflet-control-layers-group input"),
    "Search": (_search, ".leaflet-control-search"),
    "BeautifyIcon": (lambda m: folium.Marker([10, 70], icon=plugins.BeautifyIcon(icon="plane")).add_to(m), ".beautify-marker"),
    "BoatMarker": (lambda m: plugins.BoatMarker([10, 70], heading=45).add_to(m), ".leaflet-marker-pane canvas"),
    "TagFilterButton": (lambda m: plugins.TagFilterButton(["a"]).add_to(m), ".easy-button-container"),
    "Terminator": (lambda m: plugins.Terminator().add_to(m), "path"),
    "LocateControl": (lambda m: plugins.LocateControl().add_to(m), ".leaflet-control-locate"),
    "TimestampedGeoJson": (lambda m: plugins.TimestampedGeoJson({"type": "FeatureCollection", "features": [_MOMENT]}, period="P1D").add_to(m), ".leaflet-bar-timecontrol"),
    "TimeSliderChoropleth": (lambda m: plugins.TimeSliderChoropleth(ZONES.to_json(), _SLIDE).add_to(m), "#fm .fm-added-slider input[type=range]"),
    "Timeline": (_timeline, ".leaflet-timeline-control"),
    "HeatMapWithTime": (lambda m: plugins.HeatMapWithTime([[[10, 70, 0.5]], [[12, 72, 0.8]]]).add_to(m), ".leaflet-bar-timecontrol"),
    "OverlappingMarkerSpiderfier": (lambda m: (folium.Marker([10, 70]).add_to(m), plugins.OverlappingMarkerSpiderfier().add_to(m)), "img.leaflet-marker-icon"),
    "FloatImage": (lambda m: plugins.FloatImage(_PIXEL).add_to(m), "img[src^='data:image/gif']"),
}  # fmt: skip


# So many on one page: each has its own part of the document.
_TOGETHER = 8


@pytest.mark.browser
@pytest.mark.parametrize("first", range(0, len(WORKING), _TOGETHER))
def test_it_works_without_a_network(first: int, show: Callable[..., Any]) -> None:
    some = dict(list(WORKING.items())[first : first + _TOGETHER])

    def add(page: folium.Map) -> None:
        for one, _ in some.values():
            one(page)

    with show(add) as seen:
        # some draw in a frame or at a timer of their own
        for _, css in some.values():
            seen.page.locator(css).first.wait_for(state="attached")
        assert seen.page.locator(".fm-added-fault").count() == 0


REFUSED: dict[str, Adding] = {
    "TileLayer": lambda m: folium.TileLayer("OpenStreetMap").add_to(m),
    "WmsTileLayer": lambda m: folium.WmsTileLayer("https://a.invalid/", "x").add_to(m),
    "TimestampedWmsTileLayers": lambda m: plugins.TimestampedWmsTileLayers(folium.WmsTileLayer("https://a.invalid/", "x")).add_to(m),
    "VectorGridProtobuf": lambda m: plugins.VectorGridProtobuf("https://a.invalid/").add_to(m),
    "Realtime": lambda m: plugins.Realtime("https://a.invalid/").add_to(m),
    "Geocoder": lambda m: plugins.Geocoder().add_to(m),
    "MiniMap": lambda m: plugins.MiniMap().add_to(m),
    "ImageOverlay": lambda m: folium.raster_layers.ImageOverlay(np.ones((3, 3)), [[0, 0], [9, 9]]).add_to(m),
    "VideoOverlay": lambda m: folium.raster_layers.VideoOverlay("a.webm", [[0, 0], [9, 9]]).add_to(m),
    "ScrollZoomToggler": lambda m: plugins.ScrollZoomToggler().add_to(m),
    "VegaLite": lambda m: folium.Marker([1, 1], popup=folium.Popup().add_child(folium.VegaLite({}))).add_to(m),
    "CustomIcon asks for https://a.invalid/x.png": lambda m: folium.Marker([1, 1], icon=folium.CustomIcon("https://a.invalid/x.png")).add_to(m),
    "A text asks for https://a.invalid/x.png": lambda m: (folium.Marker([1, 1], popup='<img src="https://a.invalid/x.png">').add_to(m), m.get_root().render()),
    "a layer asks for https://a.invalid/x.js": lambda m: (m.add_js_link("x", "https://a.invalid/x.js"), m.get_root().render()),
}  # fmt: skip


@pytest.mark.parametrize("sentence", REFUSED)
def test_what_cannot_work_is_refused_with_a_sentence(sentence: str, atlas: JoinedAtlas) -> None:
    with pytest.raises(CallError, match=rf"^{sentence}\b.*[;:] \w") as told:
        REFUSED[sentence](atlas.map())
    assert "\n" not in str(told.value)


def test_it_is_refused_inside_a_group_too(atlas: JoinedAtlas) -> None:
    group = folium.FeatureGroup("x").add_child(folium.TileLayer("OpenStreetMap"))
    with pytest.raises(CallError, match="TileLayer"):
        group.add_to(atlas.map())
    group = folium.FeatureGroup("x").add_to(page := atlas.map())
    folium.TileLayer("OpenStreetMap").add_to(group)
    with pytest.raises(CallError, match="TileLayer"):
        page.get_root().render()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("add", "css"),
    [
        (lambda m: folium.Marker(APIA).add_to(m), "img.leaflet-marker-icon"),
        (_many, ".marker-cluster"),
    ],
    ids=["marker", "cluster"],
)
def test_markers_stand_in_every_copy_of_the_world(
    add: Adding, css: str, show: Callable[..., Any]
) -> None:
    with show(add, WIDE) as seen:
        found = [at for at in seen.page.evaluate(SEEN, css) if -20 < at[0] < 1460]
        world = 256 * 2**0.7
        columns = sorted(at[0] for at in found)
        assert len(columns) >= 2
        assert np.allclose(np.diff(columns), world, atol=1.5)
        assert columns[0] < 384 + world
        assert columns[-1] > 1440 - world


@pytest.mark.browser
def test_areas_and_circles_are_drawn_in_every_copy(show: Callable[..., Any]) -> None:
    def add(page: folium.Map) -> None:
        folium.GeoJson(DATA).add_to(page)
        folium.CircleMarker(APIA, 6, fill=True, popup="one").add_to(page)

    with show(add, WIDE) as seen:
        paths = seen.page.evaluate(
            "() => [...document.querySelectorAll('path.leaflet-interactive')].map((p) => p.getAttribute('d').split('M').length - 1)"
        )
        assert len(paths) == 3
        assert min(paths) >= 2
        # and each copy takes clicks: the popup opens where it was clicked
        copies = """() => { const m = frontiersMap.leaflet, w = 256 * 2 ** m.getZoom(), p = m.latLngToContainerPoint([-13.83, -171.76]);
              return [...Array(9).keys()].map((k) => [p.x + (k - 4) * w, p.y]).filter(([x]) => x > 500 && x < 1360); }"""
        there = seen.page.evaluate(copies)
        assert len(there) >= 2
        for x, y in there:
            seen.page.mouse.click(x, y)
            seen.page.wait_for_selector(".leaflet-popup-content")
            assert seen.page.evaluate(copies) == there, "nothing has to move"
            (at,) = seen.page.evaluate(SEEN, ".leaflet-popup")
            assert abs(at[0] - x) < 3
            seen.page.mouse.click(x, y + 130)
            seen.page.wait_for_selector(".leaflet-popup-content", state="detached")


@pytest.mark.browser
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_a_popup_opens_where_it_can_be_read(phone: bool, show: Callable[..., Any]) -> None:
    def add(page: folium.Map) -> None:
        folium.Marker([10, 70], popup="Hello", tooltip="tip").add_to(page)
        page.fit_bounds([[-10, 60], [30, 80]])

    with show(add, phone=phone) as seen:
        seen.page.locator("img.leaflet-marker-icon").first.click()
        popup = seen.page.locator(".leaflet-popup-content", has_text="Hello")
        popup.wait_for()
        seen.page.wait_for_function(
            """() => { const r = document.querySelector('.leaflet-popup-content').getBoundingClientRect();
              return document.querySelector('.leaflet-popup').contains(document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2)); }"""
        )


@pytest.mark.browser
def test_fit_bounds_is_kept_beside_the_panel(show: Callable[..., Any]) -> None:
    with show(lambda m: m.fit_bounds([[-10, 60], [5, 80]])) as seen:
        west, east, top, low = seen.page.evaluate(
            """() => { const at = (p) => frontiersMap.leaflet.latLngToContainerPoint(p);
              return [at([-10, 60]).x, at([-10, 80]).x, at([5, 60]).y, at([-10, 60]).y]; }"""
        )
        panel = seen.page.locator(".fm-panel").bounding_box()
        assert panel is not None
        assert panel["width"] < west < east < 1440
        assert 0 < top < low < 900
        assert east - west > 500, "and as large as it can be"
    with show(lambda m: m.fit_bounds([[-10, 60], [5, 80]]), "#v=10,20,3") as seen:
        assert seen.hash().startswith("#v=10.0"), "an address that says a view is right"


@pytest.mark.browser
def test_the_layer_control_switches_all_copies(show: Callable[..., Any]) -> None:
    with show(_group, WIDE) as seen:
        marker = seen.page.locator("img.leaflet-marker-icon")
        assert marker.count() >= 2
        seen.page.locator(".leaflet-control-layers-overlays input").click()
        assert marker.count() == 0
        seen.page.locator(".leaflet-control-layers-overlays input").click()
        assert marker.count() >= 2


@pytest.mark.browser
def test_measuring_is_the_page_s_own(show: Callable[..., Any]) -> None:
    with show(lambda m: plugins.MeasureControl().add_to(m)) as seen:
        seen.page.click(".fm-added-measure")
        assert seen.page.locator(".fm-measure").is_visible()


@pytest.mark.browser
def test_the_whole_page_fills_the_screen(show: Callable[..., Any]) -> None:
    with show(lambda m: plugins.Fullscreen().add_to(m)) as seen:
        seen.page.click(".leaflet-control-zoom-fullscreen")
        seen.page.wait_for_function("() => document.fullscreenElement?.id === 'fm'")


@pytest.mark.browser
def test_one_layer_that_fails_leaves_the_others(
    chromium: Browser, atlas: JoinedAtlas, tmp_path: Path
) -> None:
    class Broken(MacroElement):
        _template = Template("{% macro script(this, kwargs) %}nonsense.call();{% endmacro %}")

    page = atlas.map()
    page.add_child(Broken())
    folium.Marker([10, 70]).add_to(page)
    page.save(tmp_path / "page.html")

    def look() -> None:
        with opened(chromium, tmp_path / "page.html") as seen:
            assert seen.page.locator("img.leaflet-marker-icon").count() >= 1
            assert "nonsense is not defined" in seen.page.inner_text(".fm-added-fault")

    with pytest.raises(AssertionError, match="error nonsense is not defined"):
        look()


HOSTILE = (
    "`+alert(1)+`", "${alert(2)}", "\\`;alert(3);//", "</script><script>alert(4)</script>",
    "<!--<script>", "\\", "'\"", "\u2028",
)  # fmt: skip


@pytest.mark.browser
def test_hostile_texts_stay_texts(show: Callable[..., Any]) -> None:
    def add(page: folium.Map) -> None:
        for n, text in enumerate(HOSTILE):
            folium.Marker([10, 70 + n], popup=text, tooltip=folium.Tooltip(text)).add_to(page)
        rows = {"type": "FeatureCollection", "features": [
            {"type": "Feature", "properties": {"name": text},
             "geometry": {"type": "Point", "coordinates": [60, n]}}
            for n, text in enumerate(HOSTILE)]}  # fmt: skip
        tip = folium.GeoJsonTooltip(["name"])
        folium.GeoJson(
            rows, name=HOSTILE[0], tooltip=tip, popup=folium.GeoJsonPopup(["name"])
        ).add_to(page)
        folium.LayerControl().add_to(page)

    with show(add) as seen:
        icons = seen.page.locator("img.leaflet-marker-icon:not([aria-hidden])")
        assert icons.count() == 2 * len(HOSTILE)
        texts = seen.page.evaluate(
            """() => { const out = []; frontiersMap.leaflet.eachLayer((l) => { if (l instanceof L.Marker && l.getPopup()) { l.openPopup(); out.push(l.getPopup().getElement().querySelector('.leaflet-popup-content').textContent.trim()); } }); return out; }"""
        )
        assert {"`+alert(1)+`", "${alert(2)}", "\\`;alert(3);//".replace("\\`", "`"), "\\"} <= {
            *texts
        }


def test_the_same_map_is_the_same_bytes(atlas: JoinedAtlas) -> None:
    def made() -> str:
        page = atlas.map()
        WORKING["Choropleth"][0](page)
        folium.Marker([10, 70], popup="a", icon=folium.Icon()).add_to(page)
        return str(page.get_root().render())

    assert made() == made()


def test_a_second_map_is_at_hand(atlas: JoinedAtlas) -> None:
    atlas.map()
    began = time.process_time()
    page = atlas.map()
    assert time.process_time() - began < 0.5
    # and takes nothing over from the first
    folium.Marker([10, 70]).add_to(page)
    assert (
        "L.marker(" not in atlas.map().get_root().render().split("<body>")[1].split("fm-facts")[0]
    )
    assert not atlas.map().layered
