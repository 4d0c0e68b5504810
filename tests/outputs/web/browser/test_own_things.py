"""What a reader adds: distances, files, slides, the page inside another."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browsing import PATIENCE, watch
from playwright.sync_api import Browser
from pyproj import Geod


@pytest.mark.browser
def test_measure_by_pointer(visit: Callable[..., Any]) -> None:
    with visit("#l=en&t=layers&v=150,20,3", reduced_motion="reduce") as seen:
        seen.menu("measure")
        for x, y in ((700, 300), (1250, 420)):
            seen.page.mouse.click(x, y)
        nm, km = miles_and_kilometres(seen)
        assert km == pytest.approx(nm * 1.852, rel=0.002)
        assert 1000 < nm < 12000
        seen.page.keyboard.press("Escape")
        assert seen.page.locator(".fm-measure").is_hidden()


def miles_and_kilometres(seen: Any) -> list[float]:
    total = seen.page.inner_text(".fm-measure-total")
    assert re.fullmatch(r"[\d,.]+ nm · [\d,.]+ km", total)
    return [float(part.split()[0].replace(",", "")) for part in total.split(" · ")]


@pytest.mark.browser
@pytest.mark.parametrize("start", ["139.77,35.68,5", "-178.5,-17,4"])
def test_measure_by_keyboard_is_geodesic(visit: Callable[..., Any], start: str) -> None:
    """Enter sets a point in the middle of the view: the length is PROJ's between the two."""
    with visit(f"#l=en&v={start}", reduced_motion="reduce") as seen:
        seen.menu("measure")
        seen.page.focus(".fm-stage")
        seen.page.keyboard.press("Enter")
        views = [seen.state()["view"]]
        for _ in range(3):
            seen.page.keyboard.press("ArrowLeft")
            seen.rest()
        views.append(seen.state()["view"])
        seen.page.keyboard.press("Enter")
        nm, km = miles_and_kilometres(seen)
        (lon1, lat1, _), (lon2, lat2, _) = views
        metres = Geod(ellps="WGS84").inv(lon1, lat1, lon2, lat2)[2]
        assert metres > 100_000
        assert km == pytest.approx(metres / 1000, abs=0.6)
        assert nm == pytest.approx(metres / 1852, abs=0.6)
        seen.page.keyboard.press("Backspace")
        assert seen.page.inner_text(".fm-measure-total") == "No distance yet"


GOOD = {
    "type": "FeatureCollection",
    "features": [
        {"type": "Feature", "properties": {"name": "</script><img src=x onerror=alert(1)>", "u": "javascript:alert(1)"},
         "geometry": {"type": "Point", "coordinates": [72, -7.3]}},
        {"type": "Feature", "properties": {"name": "line"}, "geometry": {"type": "LineString", "coordinates": [[170, 10], [-170, 20]]}},
        {"type": "Feature", "properties": None, "geometry": {"type": "Polygon", "coordinates": [[[60, 0], [80, 0], [80, 15], [60, 0]]]}},
        {"type": "Feature", "properties": {"__proto__": {"x": 1}, "toString": "no"}, "geometry": {"type": "GeometryCollection", "geometries": [{"type": "MultiPoint", "coordinates": [[1, 2], [3, 4]]}]}},
    ],
}  # fmt: skip


def put(seen: Any, name: str, content: bytes, told: str) -> None:
    """Add a file, and wait until the page tells of it."""
    seen.page.set_input_files(
        ".fm-own-data input",
        {"name": name, "mimeType": "application/octet-stream", "buffer": content},
    )
    seen.page.locator(".fm-own-data", has_text=told).wait_for()


@pytest.mark.browser
def test_a_file_is_drawn_and_neither_sent_nor_kept(visit: Callable[..., Any]) -> None:
    with visit("#l=en", reduced_motion="reduce") as seen:
        before = seen.page.evaluate("() => document.querySelector('.fm-canvas').toDataURL().length")
        seen.menu("add_file")
        put(seen, "my.geojson", json.dumps(GOOD).encode(), "4 features")
        seen.page.click(".fm-own-data summary")
        seen.page.locator(".fm-own-list button").first.click()
        seen.rest()
        assert "javascript:alert(1)" in seen.page.inner_text(".fm-own-data"), "shown as text"
        assert seen.page.locator(".fm-own-data a, .fm-own-data img").count() == 0
        assert (
            seen.page.evaluate("() => document.querySelector('.fm-canvas').toDataURL().length")
            != before
        )
        assert "my" not in seen.hash()
        assert (
            seen.page.evaluate(
                "() => { try { return localStorage.length + sessionStorage.length; } catch { return 0; } }"
            )
            == 0
        )
        assert seen.page.evaluate("() => document.cookie") == ""


@pytest.mark.browser
def test_csv_in_the_dialects_of_spreadsheets(visit: Callable[..., Any]) -> None:
    with visit("#l=en", reduced_motion="reduce") as seen:
        seen.menu("add_file")
        commas = b'name,lon,lat\n"Tokyo, Bay",139.8,35.4\nRome,12.5,41.9\n'
        put(seen, "a.csv", commas, "a.csv · 2 features")
        semicolons = '\ufeffNome;Longitudine;Latitudine\r\n"Città ""X""";9,5;45,4\r\n'
        put(seen, "b.csv", semicolons.encode(), "b.csv · 1 feature")
        assert "a.csv · 2 features" in seen.page.inner_text(".fm-own-data")


KML = """<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Style id="s"><LineStyle><color>7f0000ff</color><width>4</width></LineStyle></Style>
<Placemark><name>Way</name><styleUrl>#s</styleUrl><LineString><coordinates>170,1,0 -170,2,0</coordinates></LineString></Placemark>
<Placemark><name>Port</name><ExtendedData><Data name="draught"><value>12</value></Data></ExtendedData><MultiGeometry><Point><coordinates>1,2</coordinates></Point>
<Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 1,0 1,1 0,0</coordinates></LinearRing></outerBoundaryIs></Polygon></MultiGeometry></Placemark></Document></kml>"""  # fmt: skip
GPX = """<gpx xmlns="http://www.topografix.com/GPX/1/1"><wpt lat="2" lon="1"><name>A</name></wpt>
<rte><name>R</name><rtept lat="1" lon="1"/><rtept lat="2" lon="2"/></rte><trk><name>T</name><trkseg><trkpt lat="1" lon="1"/><trkpt lat="2" lon="3"/></trkseg></trk></gpx>"""


@pytest.mark.browser
def test_files_of_navigators_and_globes(visit: Callable[..., Any]) -> None:
    """KML and KMZ, ours among them, GPX, and what spreadsheets of other lands write."""
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("files/a.png", b"\x00" * 30)
        archive.writestr("doc.kml", KML)
    with visit("#l=en", reduced_motion="reduce") as seen:
        seen.menu("add_file")
        put(seen, "a.kml", KML.encode(), "a.kml · 2 features")
        put(seen, "b.kmz", zipped.getvalue(), "b.kmz · 2 features")
        put(seen, "c.gpx", GPX.encode(), "c.gpx · 3 features")
        put(
            seen,
            "d.csv",
            "名前,経度,緯度\n東京,139.8,35.4\n".encode("shift_jis"),
            "read as Shift-JIS",
        )
        put(
            seen,
            "e.txt",
            "Città;lon;lat\nForlì;12,0;44,2\n".encode("cp1252"),
            "read as Windows-1252",
        )


BAD = [
    ("x.geojson", b'{"type": "FeatureCollection", "features": [', "broken JSON"),
    ("x.geojson", b'{"type": "Topology"}', "not GeoJSON"),
    ("x.geojson", b'{"type": "Point", "coordinates": ["a", 1]}', "is not a position"),
    ("x.geojson", b'{"type": "Point", "coordinates": [500000, 4000000]}', "EPSG:4326"),
    ("x.geojson", b'{"type": "Feature", "geometry": {"type": "Circle"}}', "Circle"),
    ("x.geojson", b'{"type": "FeatureCollection", "features": []}', "nothing in it"),
    ("x.csv", b"name,east,north\nx,1,2\n", "no columns lon and lat"),
    ("x.csv", b"name,lon,lat\nx,north,2\n", "row 2"),
    ("x.csv", b'name,lon,lat\n"x,1,2\n', "quotation mark"),
    ("x.kml", b"<kml/>", "nothing in it"),
    ("x.gpkg", b"SQLite format 3", "save it as GeoJSON"),
    ("x.xml", b"<svg/>", "neither KML nor GPX"),
    ("x.kml", b"<kml><Placemark>", "broken XML"),
    ("x.kmz", b"PK\x03\x04 and no more", "archive without KML"),
    ("x.csv", b"\xff\xfe\x00\x00", "UTF-8"),
    ("x.geojson", b'{"type":"FeatureCollection","features":[' + b'{"type":"GeometryCollection","geometries":[' * 200, "broken JSON"),
]  # fmt: skip


@pytest.mark.browser
def test_a_bad_file_is_told_what_is_wrong(visit: Callable[..., Any]) -> None:
    with visit("#l=en", reduced_motion="reduce") as seen:
        seen.menu("add_file")
        for name, content, words in BAD:
            put(seen, name, content, words)
            problem = seen.page.locator(".fm-own-problem")
            assert words in problem.inner_text()
            assert name in problem.inner_text()
            assert seen.page.locator(".fm-own-list").count() == 0


@pytest.mark.browser
def test_a_dropped_file_does_not_leave_the_page(visit: Callable[..., Any]) -> None:
    with visit("#l=en", reduced_motion="reduce") as seen:
        seen.page.evaluate(
            """(text) => { const data = new DataTransfer(); data.items.add(new File([text], 'drop.geojson'));
            for (const kind of ['dragover', 'drop']) {
              const event = new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true });
              document.querySelector('.fm-stage').dispatchEvent(event);
              if (!event.defaultPrevented) throw Error(kind);
            } }""",
            json.dumps(GOOD),
        )
        seen.page.wait_for_selector(".fm-own-list", state="attached")
        assert "drop.geojson" in seen.page.inner_text(".fm-own-data")


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["map", "chapter", "story"])
def test_inside_another_page(chromium: Browser, pages: Path, tmp_path: Path, kind: str) -> None:
    """In a frame: no chrome, chapters by buttons, the frame's own address and theme."""
    host = tmp_path / "host.html"
    address = (pages / "index.html").as_uri()
    host.write_text(
        f'<iframe src="{address}#em={kind}&l=it&th=dark&ch=gas" width="800" height="520" title="map"></iframe>',
        "utf-8",
    )
    context = chromium.new_context(viewport={"width": 900, "height": 600}, offline=True)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    seen = watch(page, host.as_uri())
    page.goto(host.as_uri())
    frame = page.frames[1]
    frame.evaluate("() => frontiersMap.ready.then(() => true)")
    assert frame.locator(".fm-panel").is_hidden()
    assert frame.locator(".fm-time").is_hidden()
    assert frame.get_attribute("html", "lang") == "it"
    assert frame.get_attribute("html", "data-theme") == "dark"
    assert frame.locator(".fm-embed").is_visible() == (kind != "map")
    assert frame.locator(".fm-embed-credit").is_visible()
    if kind == "story":
        before = frame.inner_text(".fm-embed h2")
        frame.click(".fm-embed .fm-button-strong")
        assert frame.inner_text(".fm-embed h2") != before
    else:
        assert frame.locator(".fm-embed .fm-button-strong").is_hidden()
    context.close()
    assert [fault for fault in seen.faults if not fault.startswith(f"request {address}")] == []


def in_view(seen: Any, lon: float, lat: float) -> bool:
    """Whether a position lies in the part of the window that nothing covers."""
    return bool(
        seen.page.evaluate(
            """([lon, lat]) => {
      const [x, y, zoom] = frontiersMap.state().view, stage = document.querySelector('.fm-stage').getBoundingClientRect();
      const panel = document.querySelector('.fm-panel').getBoundingClientRect().right, time = document.querySelector('.fm-time').getBoundingClientRect().top;
      const scale = (256 * 2 ** zoom) / 360, turn = ((((lon - x) % 360) + 540) % 360) - 180;
      const north = (d) => (180 / Math.PI) * 1.25 * Math.log(Math.tan(Math.PI / 4 + (0.4 * d * Math.PI) / 180));
      const px = (panel + stage.right) / 2 + turn * scale, py = time / 2 - (north(lat) - north(y)) * scale;
      return px > panel && px < stage.right && py > 0 && py < time;
    }""",
            [lon, lat],
        )
    )


@pytest.mark.browser
def test_own_route_is_drawn_and_shared(visit: Callable[..., Any]) -> None:
    from browsing import facts_of

    with visit("#l=en&t=scenarios", reduced_motion="reduce") as seen:
        facts = facts_of(seen)
        names = {t["id"]: t["name"][0] for t in facts["terminals"]}
        one, two = facts["routes"][0]["from"], facts["routes"][0]["to"]
        ends = seen.page.locator(".fm-own input")
        for field, name in ((ends.nth(0), names[one]), (ends.nth(1), names[two])):
            field.fill(name)
            field.dispatch_event("change")
        assert seen.state()["own"]["from"] == one
        assert seen.state()["own"]["to"] == two
        shortest = seen.page.inner_text(".fm-own-result")
        assert " nm" in shortest
        # The map shows both ends of it, wherever it was before.
        seen.rest()
        where = {t["id"]: (t["lon"], t["lat"]) for t in facts["terminals"]}
        for lon, lat in (where[one], where[two]):
            assert in_view(seen, lon, lat)
        passages = seen.page.locator(".fm-own select")
        for gate in ("sunda", "balintang"):
            passages.select_option(gate)
        assert seen.state()["own"]["via"] == ["sunda", "balintang"]
        assert "via=sunda,balintang" in seen.hash()
        result = seen.page.inner_text(".fm-own-result")
        assert result != shortest
        # In another order, by keys alone: the passage that moves keeps the focus.
        seen.page.locator(".fm-own-stops li:first-child button").nth(1).focus()
        seen.page.keyboard.press("Enter")
        assert seen.state()["own"]["via"] == ["balintang", "sunda"]
        focus = "document.activeElement.closest('.fm-own-stops li')?.textContent"
        assert "Sunda" in seen.page.evaluate(focus)
        assert "2 of 2" in seen.page.inner_text(".fm-live")
        assert seen.page.inner_text(".fm-own-result") != result
        seen.page.keyboard.press("Enter")
        assert seen.state()["own"]["via"] == ["sunda", "balintang"]
        seen.page.click(".fm-own-stops li:first-child .fm-step-out")
        assert seen.state()["own"]["via"] == ["balintang"]
        seen.page.go_back()
        assert seen.page.inner_text(".fm-own-result") == result
        address = seen.hash()
    with visit(address, reduced_motion="reduce") as seen:
        assert seen.page.inner_text(".fm-own-result") == result


@pytest.mark.browser
def test_a_harbour_is_picked_on_the_map_until_the_reader_turns_away(
    visit: Callable[..., Any],
) -> None:
    """Far from any harbour it is said so; Escape, a tab or a language ends the waiting."""
    with visit("#l=en&t=scenarios&v=75,-2,3.2", reduced_motion="reduce") as seen:
        page = seen.page
        pick = ".fm-own-row >> nth={} >> button"
        fields = page.locator(".fm-own input")

        def click(lon: float, lat: float) -> None:
            seen.go(f"#l=en&t=scenarios&v={lon},{lat},5")
            box = [page.locator(name).bounding_box() for name in (".fm-panel", ".fm-time")]
            page.mouse.click((box[0]["x"] + box[0]["width"] + 12 + 1424) / 2, (box[1]["y"] + 6) / 2)

        page.click(pick.format(0))
        click(85, -40)
        assert "no harbour of this atlas" in page.inner_text(".fm-own-notes")
        page.click(pick.format(0))
        click(40.7, -10.7)
        assert fields.nth(0).input_value()
        harbour = fields.nth(0).input_value()
        for turn_away in (
            lambda: page.keyboard.press("Escape"),
            lambda: (seen.tab("story"), seen.tab("scenarios")),
            lambda: (page.click(".fm-language[lang=it]"), page.click(".fm-language[lang=en]")),
        ):
            page.click(pick.format(1))
            turn_away()
            click(40.7, -10.7)
            assert fields.nth(1).input_value() == ""
        page.click(pick.format(1))
        click(40.7, -10.7)
        assert fields.nth(1).input_value() == harbour


@pytest.mark.browser
def test_routes_are_taken_away_as_they_go(visit: Callable[..., Any], tmp_path: Path) -> None:
    """With a strait closed, drawn or not: the new way, or none."""

    def taken(fragment: str) -> dict[str, Any]:
        with visit(fragment, accept_downloads=True, reduced_motion="reduce") as seen:
            with seen.page.expect_download() as coming:
                seen.page.click("text=GeoJSON")
            coming.value.save_as(tmp_path / "routes.geojson")
        found = json.loads((tmp_path / "routes.geojson").read_text("utf-8"))
        return {feature["id"]: feature for feature in found["features"]}

    usual, closed = taken("#t=routes"), taken("#t=routes&x=bering,hormuz&ch=opening")
    assert all(f["geometry"] and not f["properties"]["changed"] for f in usual.values())
    way = closed["yamal_jp"]
    assert way["geometry"] != usual["yamal_jp"]["geometry"], "not drawn, and rerouted all the same"
    assert way["properties"]["changed"]
    assert way["properties"]["closed"] == ["bering", "hormuz"]
    cut = closed["qatar_jp"]
    assert cut["geometry"] is None
    assert cut["properties"]["reachable"] is False
    assert closed["darwin_jp"] == {
        **usual["darwin_jp"],
        "properties": {**usual["darwin_jp"]["properties"], "closed": ["bering", "hormuz"]},
    }


@pytest.mark.browser
def test_an_end_may_be_a_place_beside_a_harbour(visit: Callable[..., Any]) -> None:
    with visit("#l=en&t=scenarios&x=suez", reduced_motion="reduce") as seen:
        ends = seen.page.locator(".fm-own input")
        for field, name in ((ends.nth(0), "ravenna"), (ends.nth(1), "Yokohama")):
            field.fill(name)
            field.dispatch_event("change")
        assert "Yokohama is no harbour here; the nearest is" in seen.page.inner_text(
            ".fm-own-notes"
        )
        assert seen.state()["own"]["from"] == "ravenna"
        assert seen.state()["own"]["to"] in ("negishi", "ohgishima", "yokosuka")
        assert " days, because of what is closed" in seen.page.inner_text(".fm-own-extra")
        # From far inland no harbour is meant.
        before = seen.state()["own"]
        seen.page.locator(".fm-own .fm-tool").first.click()
        seen.go("#l=en&t=scenarios&v=85,47,5")
        seen.page.locator(".fm-own .fm-tool").first.click()
        seen.page.mouse.click(900, 330)
        refused = seen.page.inner_text(".fm-own-notes")
        assert "no harbour of this atlas within 300 nm." in refused
        assert "frontiers-map" not in refused, "the command knows no way from there either"
        assert (seen.state()["own"] or before) == before


@pytest.mark.browser
@pytest.mark.parametrize("phone", [False, True])
def test_a_click_at_sea_offers_an_end_of_a_route(visit: Callable[..., Any], phone: bool) -> None:
    """Where the page's small network would not be sure, the command is named that is."""
    with visit("#l=en&v=75,-20,3.2", reduced_motion="reduce", phone=phone) as seen:
        page, offer = seen.page, seen.page.locator(".fm-here")
        x, y = (280, 150) if phone else (1000, 420)

        def click() -> None:
            page.touchscreen.tap(x, y) if phone else page.mouse.click(x, y)

        click()
        box = offer.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= page.viewport_size["width"]
        assert abs(box["y"] + box["height"] / 2 - y) < 60
        page.keyboard.press("Escape")
        assert offer.count() == 0
        click()
        page.click("text=Route from here")
        assert offer.count() == 0
        assert seen.state()["selected"] is None, "no card lies on the form"
        notes = page.inner_text(".fm-own-notes")
        lon, lat = map(float, re.search(r"frontiers-map route (\S+),(\S+) … knows", notes).groups())
        assert (40 < lon < 110, -50 < lat < 5) == (True, True)
        page.locator(".fm-own input").nth(0).fill(f"{lon},{lat}")
        page.locator(".fm-own input").nth(0).press("Enter")
        assert page.inner_text(".fm-own-notes") == notes, "typed, it is the same place"


@pytest.mark.browser
def test_ends_are_told_and_none_in_another_sea_is_taken(visit: Callable[..., Any]) -> None:
    """Naples once became Taranto, round the foot of Italy, without a word."""
    with visit("#l=en&t=scenarios", reduced_motion="reduce") as seen:
        ends, notes = seen.page.locator(".fm-own input"), seen.page.locator(".fm-own-notes")

        def ask(*names: str) -> str:
            for field, name in zip((ends.nth(0), ends.nth(1)), names, strict=True):
                field.fill(name)
                field.dispatch_event("change")
            return notes.inner_text()

        assert "taken for Ras Laffan" in ask("Ras Lafan", "futtsu")
        assert (seen.state()["own"]["from"], seen.state()["own"]["to"]) == ("ras_laffan", "futtsu")
        result = seen.page.inner_text(".fm-own-result")
        assert "Ras Laffan" in result
        assert "Futtsu" in result
        assert "may lie on another sea" in ask("Tokyo", "ナポリ")
        assert seen.state()["own"] is None
        assert seen.page.inner_text(".fm-own-result") == ""
        notes.locator(".fm-chip", has_text="Taranto").click()
        assert seen.state()["own"]["to"].startswith("taranto")
        assert "Tokyo is no harbour here" in notes.inner_text()
        ask("35.4N 139.8E", "ラヴェンナ")
        assert (seen.state()["own"]["from"], seen.state()["own"]["to"]) == ("futtsu", "ravenna")
        assert "no place or harbour of this page" in ask("Atlantis", "futtsu")
        # harbours of the world are known, and none elsewhere is taken for one
        refused = ask("nlrtm", "futtsu")
        assert "Rotterdam: no harbour of this atlas within" in refused
        assert "frontiers-map route NLRTM" in refused
        assert "taken for Rotterdam. Rotterdam: no harbour" in ask("Rotterdm", "futtsu")
        ask("QARLF", "futtsu")
        assert seen.state()["own"]["from"] == "ras_laffan"
        search, found = seen.page.locator(".fm-search-field"), seen.page.locator("#fm-found")
        search.fill("Rotterdam")
        assert "no harbour of this atlas" in found.inner_text()


@pytest.mark.browser
def test_a_page_inside_another_leaves_the_wheel_to_it(
    chromium: Browser, pages: Path, tmp_path: Path
) -> None:
    """The wheel scrolls the article around; with Ctrl it zooms the map, and a hint says so."""
    host = tmp_path / "host.html"
    address = (pages / "index.html").as_uri()
    host.write_text(
        f'<body style="margin:0"><iframe src="{address}#l=en&em=map" style="width:700px;height:500px"></iframe><div style="height:3000px">'
    )
    page = chromium.new_page(viewport={"width": 1000, "height": 800})
    page.set_default_timeout(PATIENCE)
    page.goto(host.as_uri())
    frame = page.frames[1]
    frame.evaluate("() => frontiersMap.ready.then(() => true)")
    zoom = "() => frontiersMap.state().view[2]"
    before = frame.evaluate(zoom)
    page.mouse.move(350, 250)
    page.mouse.wheel(0, 120)
    page.wait_for_function("() => scrollY === 120")
    assert frame.evaluate(zoom) == before
    assert "Ctrl" in (frame.text_content(".fm-hint") or "")
    page.keyboard.down("Control")
    page.mouse.wheel(0, -120)
    page.keyboard.up("Control")
    frame.wait_for_function(f"(before) => ({zoom})() > before", arg=before)
    assert page.evaluate("() => scrollY") == 120
    page.close()
