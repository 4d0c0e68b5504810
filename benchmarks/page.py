"""How soon the page is drawn, against geopandas.explore() of the same layers.

Both are opened by the same Chromium from disk. What explore() asks of the web (Leaflet and its
companions) is answered from disk too, tiles are refused: so only its own work is measured. Median
of seven openings each, in turn. Then the frames of a scripted pan and zoom on the page, and of
flights from chapter to chapter.

    python benchmarks/page.py [PAGES]
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from playwright.sync_api import Browser, Page, Route, sync_playwright

ROUNDS = 7
SIZE = {"width": 1440, "height": 900}
FRAMES = """() => {
  const times = []; let last = performance.now(), on = true;
  const step = (now) => {
    times.push(now - last);
    last = now;
    if (on) requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
  window.stopFrames = () => { on = false; return times.slice(2); };
}"""


def explored(target: Path) -> None:
    """Write the same layers with geopandas.explore()."""
    import geopandas as gpd

    import frontiers_map as fm
    from frontiers_map.geo import land

    atlas = fm.load()
    coast = gpd.GeoDataFrame(geometry=list(land.polygons("10m")), crs="EPSG:4326")
    m = coast.explore(tiles=None, style_kwds={"fillOpacity": 1})
    for layer in (atlas.regions, atlas.overlaps, atlas.routes, atlas.gates, atlas.terminals,
                  atlas.places):  # fmt: skip
        plain = layer[["id", "name_en", layer.geometry.name]]
        plain.explore(m=m)
    m.save(str(target))


def answer(route: Route) -> None:
    """Serve Leaflet from its installed package, and nothing for the rest of what is asked."""
    url = route.request.url
    if url.startswith("file:"):
        route.continue_()
        return
    folder = files("xstatic.pkg.leaflet").joinpath("data")
    for name, kind in (("leaflet.js", "text/javascript"), ("leaflet.css", "text/css")):
        if url.endswith(name):
            route.fulfill(body=folder.joinpath(name).read_text("utf-8"), content_type=kind)
            return
    route.fulfill(body="", content_type="text/javascript" if url.endswith(".js") else "text/css")


def opening(browser: Browser, page_file: Path, ready: str) -> float:
    """Seconds from navigation until `ready` holds and a frame has been drawn since."""
    page = browser.new_page(viewport=SIZE)
    page.route("**/*", answer)
    begun = time.perf_counter()
    page.goto(page_file.as_uri(), wait_until="commit")
    page.evaluate(ready)
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    taken = time.perf_counter() - begun
    page.close()
    return taken


OURS = """async () => {
  while (!window.frontiersMap) await new Promise((done) => setTimeout(done, 5));
  await window.frontiersMap.ready;
}"""
THEIRS = """async () => {
  const drawn = '.leaflet-overlay-pane path, .leaflet-overlay-pane canvas';
  while (document.readyState !== 'complete' || !document.querySelector(drawn))
    await new Promise((done) => setTimeout(done, 5));
}"""


def pan_and_zoom(page: Page) -> None:
    """Drag the map three times, then turn the wheel in and out."""
    for dx in (-300, 300, -200):
        page.mouse.move(900, 350)
        page.mouse.down()
        for step in range(40):
            page.mouse.move(900 + dx * step / 40, 350 + 30 * step / 40)
            page.wait_for_timeout(12)
        page.mouse.up()
        page.wait_for_timeout(500)
    page.mouse.move(800, 300)
    for turn in (-120, 120):
        for _ in range(20):
            page.mouse.wheel(0, turn)
            page.wait_for_timeout(50)
    page.wait_for_timeout(600)


def fly(page: Page) -> None:
    """Go back through five chapters."""
    for _ in range(5):
        page.click(".fm-turn .fm-button:first-child")
        page.wait_for_timeout(2000)


def frames(
    browser: Browser, page_file: Path, moves: Callable[[Page], None] = pan_and_zoom
) -> list[float]:
    """Milliseconds between frames while the map moves, in ascending order."""
    page = browser.new_page(viewport=SIZE)
    page.goto(page_file.as_uri() + "#ch=how_to_read")
    page.evaluate("window.frontiersMap.ready")
    page.wait_for_timeout(800)
    page.evaluate(FRAMES)
    moves(page)
    found: list[float] = page.evaluate("window.stopFrames()")
    page.close()
    return sorted(found)


def main() -> None:
    pages = Path(sys.argv[1] if len(sys.argv) > 1 else "output").resolve()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as tool:
        peer = Path(folder) / "explore.html"
        explored(peer)
        found = shutil.which("chromium") or shutil.which("chromium-headless-shell")
        browser = tool.chromium.launch(executable_path=found, args=["--no-sandbox"])
        index = pages / "index.html"
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(opening(browser, index, OURS))
            theirs.append(opening(browser, peer, THEIRS))
        one, two = statistics.median(ours), statistics.median(theirs)
        print(f"page       {index.stat().st_size / 1000:6.0f} kB  {one:.2f} s until drawn")
        print(f"explore()  {peer.stat().st_size / 1000:6.0f} kB  {two:.2f} s until drawn")
        print(f"ratio      {one / two:.2f}  (median of {ROUNDS})")
        for moves in (pan_and_zoom, fly):
            found = frames(browser, index, moves)
            print(
                f"{moves.__name__:12} {len(found)} frames: "
                f"median {statistics.median(found):.1f} ms, "
                f"95 % {found[int(len(found) * 0.95)]:.1f} ms, worst {found[-1]:.1f} ms, "
                f"over 50 ms: {sum(f > 50 for f in found)}"
            )
        browser.close()


if __name__ == "__main__":
    main()
