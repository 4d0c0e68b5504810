"""The page inside a notebook, and a Folium layer above the atlas."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import folium
import pytest
from browsing import PATIENCE, watch
from playwright.sync_api import Browser

import frontiers_map as fm
from frontiers_map.cache import user_cache
from frontiers_map.outputs.web.page import AtlasMap
from helpers import TINY

LAYER: dict[str, Any] = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"name": "</script><img src=x onerror=alert(1)>"},
            "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [40, 0], [40, 30], [0, 0]]]},
        }
    ],
}


@pytest.mark.browser
@pytest.mark.parametrize("layered", [False, True], ids=["plain", "with a layer"])
def test_a_cell_shows_the_map(chromium: Browser, tmp_path: Path, layered: bool) -> None:
    atlas_map = AtlasMap(fm.load(TINY, cache=user_cache()), cache=user_cache())
    if layered:
        folium.GeoJson(LAYER, name="mine").add_to(atlas_map)
    host = tmp_path / "cell.html"
    cell = atlas_map._repr_html_()
    assert re.search(r"<iframe", cell)
    host.write_text(f"<!DOCTYPE html><title>notebook</title>{cell}", "utf-8")
    context = chromium.new_context(viewport={"width": 1000, "height": 700}, offline=True)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    seen = watch(page, host.as_uri())
    page.goto(host.as_uri())
    frame = page.frames[1]
    frame.wait_for_function("() => window.frontiersMap")
    frame.evaluate("() => frontiersMap.ready.then(() => true)")
    assert frame.locator(".fm-canvas").is_visible()
    if layered:
        assert frame.locator(".leaflet-overlay-pane path").count() == 1
        assert frame.locator(".leaflet-container img").count() == 0
    context.close()
    assert seen.faults == []
