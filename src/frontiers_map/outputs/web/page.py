"""One page as a Folium map: a clean frame, everything inside, nothing asked from outside.

`AtlasMap` is a `folium.Map` with a template of its own. Whatever is added to it with
``add_to`` is drawn by Leaflet above the atlas. The policy of the page allows exactly the scripts
and styles that stand in it, by their hashes, and is made after everything has been rendered.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import folium
from branca.element import CssLink, Figure, JavascriptLink
from folium.template import Template

from frontiers_map._version import __version__
from frontiers_map.cache import Cache, NoCache, content_key
from frontiers_map.geo import land
from frontiers_map.language import text
from frontiers_map.outputs.web import (
    added,
    backdrop,
    bundle,
    coast,
    facts,
    fallback,
    seaway,
)
from frontiers_map.outputs.web.drawing import drawing, route_shapes
from frontiers_map.outputs.web.fonts import font_css
from frontiers_map.outputs.web.pack import pack_json, script_json
from frontiers_map.outputs.web.tokens import route_classes, tokens

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas
    from frontiers_map.atlas.model import MapSpec

__all__ = ["BASEMAPS", "AtlasMap", "Common"]

BASEMAPS = {
    "osm": ("https://tile.openstreetmap.org/{z}/{x}/{y}.png", "© OpenStreetMap contributors", 19),
    "ocean": (
        "https://server.arcgisonline.com/ArcGIS/rest/services/Ocean/World_Ocean_Base/MapServer/"
        "tile/{z}/{y}/{x}",
        "Esri, GEBCO, NOAA, National Geographic, Garmin, HERE, Geonames.org",
        10,
    ),
}
_SHEETS = ("base", "panel", "parts", "small", "extras", "print")
_FORMAT = 14


@dataclass(frozen=True)
class Common:
    """What all pages of an atlas share, in given languages, made once for all of them."""

    languages: tuple[str, ...]
    facts: dict[str, Any]
    strings: dict[str, dict[str, text.Word]]
    # id of a script element to what is written in it
    blocks: dict[str, str]
    # id and basemap of a map to the head and the body of its page
    pages: dict[tuple[str, str | None], tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, atlas: JoinedAtlas, languages: tuple[str, ...], cache: Cache) -> Common:
        """Collect it.

        Parameters
        ----------
        atlas
        languages
            Codes; all of the atlas's if empty.
        cache
            Where the packed coast and the thinned network are kept between runs.
        """
        spoken = languages or tuple(atlas.settings.languages)
        world = _world(atlas, cache)
        strings = {**_strings(spoken, _lacks(atlas)), **facts.words(spoken)}
        sea = seaway.packed_network(atlas, cache)
        blocks = {
            # words of one language stand side by side: they pack shorter so
            "strings": pack_json(
                {
                    "keys": list(strings),
                    **{code: [told[code] for told in strings.values()] for code in spoken},
                }
            ),
            "coast": world["coast"],
            "borders": world["borders"],
            "backdrop": world["backdrop"],
            "sea": sea and {**sea, "ports": seaway.large_ports()},
        }
        return cls(
            spoken,
            {
                **facts.common_facts(
                    atlas, spoken, {**world["drawing"], "routes": _routes(atlas, cache)}
                ),
                "countries": backdrop.country_names(spoken),
            },
            strings,
            {name: script_json(value) for name, value in blocks.items() if value is not None},
        )


class _Frame(Figure):
    """The whole document. Hashes of scripts and styles are taken once all of it stands."""

    _template = Template("")

    def __init__(self, language: str, title: str, description: str) -> None:
        super().__init__(title=title)
        self.header._children.clear()
        self.language, self.description = language, description
        self.hosts: tuple[str, ...] = ()

    def render(self, **kwargs: Any) -> str:
        """Give the document, with a policy that allows what stands in it and nothing else."""
        for child in list(self._children.values()):
            child.render(**kwargs)
        (page,) = (child for child in self._children.values() if isinstance(child, AtlasMap))
        head, body = page.head, page.body
        layered = page.layered
        if layered:
            found = added.parts(self, page)
            head += "".join(f"<style>{_guarded(style)}</style>\n" for style in found.styles)
            scripts = [page.own_name(), *found.scripts]
            body += found.body + "".join(f"<script>{_guarded(one)}</script>\n" for one in scripts)
        policy = _policy(head + body, self.hosts, layered=layered)
        turned = ' dir="rtl"' * text.right_to_left(self.language)
        mark = f'lang="{html.escape(self.language)}"{turned}{" data-layers" * layered}'
        return (
            f"<!DOCTYPE html>\n<html {mark}>\n<head>\n"
            '<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1, '
            'viewport-fit=cover">\n'
            '<meta name="referrer" content="no-referrer">\n'
            f'<meta name="generator" content="frontiers-map {__version__}">\n'
            f'<meta name="description" content="{html.escape(self.description)}">\n'
            f"<title>{html.escape(str(self.title))}</title>\n"
            f"{head}</head>\n<body>\n{body}\n</body>\n</html>\n"
        )


def _guarded(code: str) -> str:
    """Keep a script, or a sheet of styles, from ending its own element or hiding its end."""
    code = re.sub(r"</(script|style)", r"<\\/\1", code, flags=re.I)
    return code.replace("<!--", "<\\!--")


def _policy(page: str, hosts: tuple[str, ...], *, layered: bool) -> str:
    def hashes(tag: str) -> str:
        found = re.findall(rf"<{tag}>(.*?)</{tag}>", page, flags=re.S)
        sums = {base64.b64encode(hashlib.sha256(t.encode()).digest()).decode() for t in found}
        return " ".join(f"'sha256-{digest}'" for digest in sorted(sums)) or "'none'"

    images = " ".join(["data:", "blob:", *hosts])
    # Folium's popups and tooltips carry style attributes; scripts stay bound to hashes.
    styles = "'unsafe-inline'" if layered else hashes("style")
    return (
        f"default-src 'none'; script-src {hashes('script')}; style-src {styles}; "
        f"img-src {images}; font-src data:; {'frame-src data:; ' * layered}"
        "base-uri 'none'; form-action 'none'"
    )


class AtlasMap(folium.Map):
    """A page of an atlas that a notebook shows and that takes further Folium layers.

    Parameters
    ----------
    atlas
        Joined atlas.
    map_id
        Which of the atlas's maps to show.
    languages
        Languages to put in; all of the atlas's if empty.
    basemap
        ``osm`` or ``ocean``: an online basemap below, whose host the policy then allows.
    cache
        Where the packed coast is kept between runs.
    common
        What it shares with the atlas's other pages, if that is made already; it then says the
        languages.

    Raises
    ------
    ValueError
        If the atlas has no such map, or there is no such basemap.

    Examples
    --------
    >>> import folium, frontiers_map as fm  # doctest: +SKIP
    >>> m = fm.load().map("lng")  # doctest: +SKIP
    >>> folium.GeoJson(my_layer).add_to(m)  # doctest: +SKIP
    """

    _template = Template("")

    def __init__(
        self,
        atlas: JoinedAtlas,
        map_id: str = "index",
        *,
        languages: tuple[str, ...] = (),
        basemap: str | None = None,
        cache: Cache | None = None,
        common: Common | None = None,
    ) -> None:
        atlas = atlas.unwrapped
        maps = {spec.id: spec for spec in atlas.maps}
        if map_id not in maps:
            raise ValueError(f"found map '{map_id}'; allowed: {', '.join(maps)}")
        if basemap is not None and basemap not in BASEMAPS:
            raise ValueError(f"found basemap '{basemap}'; allowed: {', '.join(BASEMAPS)}")
        super().__init__(tiles=None, zoom_control=False)
        # Leaflet is in the page already, and nothing else of Folium's usual files is needed.
        self.default_js, self.default_css = [], []
        self._id = f"atlas_{hashlib.sha256(map_id.encode()).hexdigest()[:8]}"
        cache = cache or NoCache()
        common = common or Common.of(atlas, languages, cache)
        spec = maps[map_id]
        if (map_id, basemap) not in common.pages:
            common.pages[map_id, basemap] = _content(atlas, spec, common, basemap, cache)
        self.head, self.body = common.pages[map_id, basemap]
        first = common.languages[0]
        frame = _Frame(first, spec.title.get(first), spec.deck.get(first))
        if basemap:
            frame.hosts = (re.sub(r"(https://[^/]+).*", r"\1", BASEMAPS[basemap][0]),)
        frame.add_child(self)

    @property
    def layered(self) -> bool:
        """Whether anything has been added to the page."""
        frame: Any = self.get_root()
        places = (self, frame.header, frame.html, frame.script)
        return len(frame._children) > 1 or any(place._children for place in places)

    def own_name(self) -> str:
        """Give the script by which layers find the map under its name, before their plug-ins.

        A plug-in may have something done whenever a map is made; this one is made already, and
        does it when all are there.
        """
        return (
            f"const {self.get_name()} = window.frontiersMap.leaflet;\n"
            f"{self.get_name()}.hooksBefore = L.Map.prototype._initHooks.length;"
        )

    def add_child(self, child: Any, name: str | None = None, index: int | None = None) -> AtlasMap:
        """Add a layer, a control or a plug-in of Folium.

        Raises
        ------
        CallError
            If it cannot work on the page of an atlas; the sentence says why and what to do.
        """
        added.check(child)
        super().add_child(child, name, index)
        return self

    def render(self, **kwargs: Any) -> None:  # type: ignore[override]
        """Let what was added put its parts into the frame.

        Raises
        ------
        CallError
            If it cannot work on the page of an atlas.
        """
        added.check(self)
        frame: Any = self.get_root()
        for name, url in self.default_js:
            frame.header.add_child(JavascriptLink(url), name=name)
        for name, url in self.default_css:
            frame.header.add_child(CssLink(url), name=name)
        # A control of layers knows them all, those added after it, too.
        last = sorted(self._children.values(), key=lambda one: "LayerControl" in type(one).__name__)
        with added.escaped(self):
            for child in last:
                child.render(**kwargs)


def _content(
    atlas: JoinedAtlas, spec: MapSpec, common: Common, basemap: str | None, cache: Cache
) -> tuple[str, str]:
    """Give the head and the body of a page, without what was added to it."""
    known = facts.facts(atlas, spec, common.languages, common.facts)
    if basemap:
        url, credit, most = BASEMAPS[basemap]
        known["basemap"] = {"url": url, "credit": credit, "most": most}
    plain = fallback.fallback(known, common.strings)
    letters = json.dumps([known, common.strings], ensure_ascii=False)
    letters += json.dumps(known["countries"], ensure_ascii=False).upper()
    parts = {
        "gates": json.dumps([gate["name"] for gate in known["gates"]], ensure_ascii=False),
        "seas": json.dumps(
            [common.strings["sea_sample"], *(sea["name"] for sea in known["sea_labels"])],
            ensure_ascii=False,
        ),
        "languages": "".join(known["language_names"].values()),
    }
    styles = (
        font_css(letters, parts, cache)
        + tokens()
        + bundle.css(_SHEETS, mirrored=any(map(text.right_to_left, common.languages)))
        + route_classes()
    )
    head = f"<style>{styles}</style>\n"
    blocks = "".join(
        f'<script type="application/json" id="fm-{name}">{block}</script>\n'
        for name, block in {"facts": script_json(pack_json(known)), **common.blocks}.items()
    )
    leaflet = files("xstatic.pkg.leaflet").joinpath("data", "leaflet.js").read_text("utf-8")
    leaflet = re.sub(r"//# sourceMappingURL=.*", "", leaflet).strip()
    body = (
        f"{plain}\n{blocks}<script>{_guarded(leaflet)}</script>\n"
        f"<script>{_guarded(bundle.page_script())}</script>\n"
    )
    return head, body


def _lacks(atlas: JoinedAtlas) -> set[str]:
    """What an atlas has nothing of, so that no word of its pages may speak of it."""
    has = {"gas": len(atlas.terminals) > 0, "article": atlas.settings.article_date is not None}
    return {name for name, there in has.items() if not there}


def _strings(languages: tuple[str, ...], lacks: set[str]) -> dict[str, dict[str, text.Word]]:
    """The page's own words; ``key.no_gas`` stands for ``key`` where an atlas lacks that."""
    found: dict[str, str] = {}
    # the plain keys first: what stands for one comes over it
    for key in sorted(text.words(text.FALLBACK)["page"], key=lambda key: ".no_" in key):
        name, _, lack = key.partition(".no_")
        if not lack or lack in lacks:
            found[name] = key
    return {
        name: {code: text.said("page", key, code)[0] for code in languages}
        for name, key in found.items()
    }


def _world(atlas: JoinedAtlas, cache: Cache) -> dict[str, Any]:
    """The packed coast, borders and drawing of an atlas, made once for all its pages."""
    points = facts.interest(atlas)
    shapes = [
        [row.id, row.geometry.wkt] for frame in (atlas.gates, atlas.regions, atlas.overlaps)
        for row in frame.itertuples()
    ]  # fmt: skip
    labels = atlas.sea_labels[["lon", "lat", "class"]].to_numpy(dtype=float).tolist()
    key = content_key(
        "web-world",
        _FORMAT,
        land.fingerprint(),
        coast.coast_key(points),
        shapes,
        labels,
        sorted(atlas.settings.parties),
        [patch.key for patch in atlas.coasts],
    )
    if (kept := cache.get(key)) is not None:
        return dict(json.loads(kept))
    world = {
        "coast": [
            *coast.coast_levels(land.coast("10m"), points),
            *coast.own_level([(patch.view, patch.thin) for patch in atlas.coasts]),
        ],
        "borders": coast.pack_borders(*land.borders()),
        "backdrop": {
            "depths": backdrop.pack_depths(),
            "lands": backdrop.pack_lands(list(atlas.settings.parties)),
        },
        "drawing": drawing(atlas),
    }
    cache.put(key, json.dumps(world).encode())
    return world


def _routes(atlas: JoinedAtlas, cache: Cache) -> dict[str, Any]:
    """The routes as they are drawn; kept apart, because they change more often than the coast."""
    lines = [[row.id, row.geometry.wkb_hex] for row in atlas.routes.itertuples()]
    key = content_key("web-routes", _FORMAT, land.fingerprint(), lines)
    if (kept := cache.get(key)) is not None:
        return dict(json.loads(kept))
    routes = route_shapes(atlas)
    cache.put(key, json.dumps(routes).encode())
    return routes
