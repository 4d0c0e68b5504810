"""What a user adds to a page with Folium: what it needs is put in, what cannot work is refused.

Folium's layers and plug-ins ask CDNs for their scripts and styles. The package folium-offline
carries a copy of each under the very address that Folium asks; from there they go into the page,
which asks for nothing. `layers.js` then draws them in every copy of the world.
"""

from __future__ import annotations

import ast
import base64
import functools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import folium
from branca.element import Element

from frontiers_map.errors import CallError
from frontiers_map.outputs.web import bundle

__all__ = ["Parts", "check", "parts"]

_SERVER = "{name} asks a server for {what}, and the page of an atlas asks for nothing; {way}"
_PLACE = (
    "{name} would lie elsewhere than it says, because the map is not in Mercator's projection; "
    "add it as folium.GeoJson"
)
_BELOW = "for an online map below, call map(basemap='osm') or map(basemap='ocean')"
# Classes (and those made from them) to the sentence that refuses them.
_REFUSED = {
    "TileLayer": _SERVER.format(name="TileLayer", what="pictures", way=_BELOW),
    "WmsTileLayer": _SERVER.format(name="WmsTileLayer", what="pictures", way=_BELOW),
    "TimestampedWmsTileLayers": _SERVER.format(
        name="TimestampedWmsTileLayers", what="pictures", way="add the data as folium.GeoJson"
    ),
    "VectorGridProtobuf": _SERVER.format(
        name="VectorGridProtobuf", what="its data", way="add the data as folium.GeoJson"
    ),
    "Realtime": _SERVER.format(
        name="Realtime", what="its data", way="add the data as folium.GeoJson"
    ),
    "Geocoder": _SERVER.format(
        name="Geocoder", what="places", way="the page has a search of its own"
    ),
    "MiniMap": _SERVER.format(name="MiniMap", what="pictures", way="leave it out"),
    "ScrollZoomToggler": "ScrollZoomToggler switches a wheel that the map of an atlas does not "
    "use; leave it out",
    "SideBySideLayers": _SERVER.format(name="SideBySideLayers", what="pictures", way=_BELOW),
    "ImageOverlay": _PLACE.format(name="ImageOverlay"),
    "VideoOverlay": _PLACE.format(name="VideoOverlay"),
    "Vega": "Vega makes programs out of text, which the page forbids; add the chart as a picture",
    "VegaLite": "VegaLite makes programs out of text, which the page forbids; add the chart as a "
    "picture",
}
_OPTIONS = ("icon_url", "icon_image", "shadow_url", "image", "iconUrl", "shadowUrl")
_LINK = re.compile(
    r'<script[^>]*\ssrc="(?P<js>[^"]+)"[^>]*>\s*</script>|<link[^>]*\shref="(?P<css>[^"]+)"[^>]*>'
)
_STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.S | re.I)
_SCRIPT = re.compile(r"<script[^>]*>(.*?)</script>", re.S | re.I)
_ASKS = re.compile(r"""<(?:img|iframe|video|audio|source|embed|object)\b[^>]*?\s(?:src|data)\s*=\s*
                       [\\"']*(?P<url>(?:https?:)?//[^\\"'\s>]+)""", re.I | re.X)  # fmt: skip
_LEAFLET = "https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.css"
_ICONS = "https://cdnjs.cloudflare.com/ajax/libs/Leaflet.awesome-markers/2.0.2/leaflet."
_ROTATE = (
    "https://cdn.jsdelivr.net/gh/python-visualization/folium/folium/templates/"
    "leaflet.awesome.rotate.min.css"
)
# leaflet-measure makes programs out of text, which the policy forbids: the control that takes its
# place in layers.js opens the page's own measuring.
_OURS = ("leaflet-measure.min.js",)
# What Folium puts into every page, and here only goes where it is used: a sign of the use, and
# the addresses.
_WHERE_USED = (
    (r"\$\(|\bjQuery\b|\$\.", ("https://code.jquery.com/jquery-3.7.1.min.js",)),
    (r"AwesomeMarkers", (f"{_ICONS}awesome-markers.js", f"{_ICONS}awesome-markers.css", _ROTATE)),
    (r"glyphicon",
     ("https://netdna.bootstrapcdn.com/bootstrap/3.0.0/css/bootstrap-glyphicons.css",)),
    (r"""\bfa[srb]? fa-|"prefix": "fa[srb]?\"""",
     ("https://cdn.jsdelivr.net/npm/@fortawesome/fontawesome-free@6.2.0/css/all.min.css",)),
)  # fmt: skip


class Parts:
    """What was added, as text for the page.

    Attributes
    ----------
    styles, scripts : list of str
        Contents of the style and script elements, in the order in which they must come.
    body : str
        Markup that was added to the page itself, a legend for example.
    """

    def __init__(self, styles: list[str], scripts: list[str], body: str) -> None:
        self.styles, self.scripts, self.body = styles, scripts, body


def check(element: Element) -> None:
    """Refuse what cannot work on the page of an atlas, in `element` and all that it holds.

    Raises
    ------
    CallError
        With a sentence for each; all at once.
    """
    found: list[str] = []
    told: set[int] = set()
    for part in _within(element):
        if id(part) in told:
            continue
        names = [kind.__name__ for kind in type(part).__mro__]
        if name := next((name for name in names if name in _REFUSED), None):
            found.append(_REFUSED[name])
            told |= {id(held) for held in _within(part)}
            continue
        options = {**vars(part), **(getattr(part, "options", None) or {})}
        given = [options.get(key) for key in _OPTIONS]
        found += [
            _asks(names[0], url) for url in given
            if isinstance(url, str) and re.match(r"(https?:)?//", url)
        ]  # fmt: skip
    if found:
        raise CallError("\n".join(dict.fromkeys(found)))


def _asks(name: str, url: str) -> str:
    return (
        f"{name} asks for {url}, and the page of an atlas asks for nothing; give a file of yours "
        "or a data: address instead"
    )


def _within(element: Any, seen: set[int] | None = None) -> Iterator[Any]:
    """Yield an element and those it holds, once each: children, and icons, popups, legends."""
    seen = set() if seen is None else seen
    if id(element) in seen:
        return
    seen.add(id(element))
    yield element
    held = [*element._children.values(), *vars(element).values()]
    for part in held:
        if isinstance(part, Element) and part is not element._parent:
            yield from _within(part, seen)


@contextmanager
def escaped(page: Any) -> Iterator[None]:
    """Keep texts of popups and tooltips inside their strings while they are rendered.

    They are HTML, as Folium has it, and stay so: a script in them is bound by the page's policy.
    But Folium writes them between backticks, which a text could close.
    """
    before: list[tuple[Any, str, str]] = []
    for part in _within(page):
        for kind, field in ((folium.Tooltip, "text"), (folium.Html, "data")):
            if isinstance(part, kind) and isinstance(text := getattr(part, field), str):
                before.append((part, field, text))
                # Folium has escaped some backticks of popups already.
                text = text.replace("\\`", "`") if kind is folium.Html else text
                for sign in ("\\", "`", "${"):
                    text = text.replace(sign, f"\\{sign}")
                setattr(part, field, text)
    try:
        yield
    finally:
        for part, field, text in before:
            setattr(part, field, text)


def parts(frame: Any, page: Any) -> Parts:
    """Give what was added to a page, after everything has been rendered into its frame.

    Parameters
    ----------
    frame
        The Figure; its header, html and script hold what the layers have put there.
    page
        The map.

    Raises
    ------
    CallError
        If something asks for a file that is not at hand, or would ask a server for a picture.
    """
    markup = "".join(_texts(frame.header)), "".join(_texts(frame.html))
    code = [text for text in _texts(frame.script) if text.strip()]
    everything = "".join([*markup, *code])
    if (found := _ASKS.search(everything)) is not None:
        raise CallError(_asks("A text", found["url"]))
    styles: list[str] = []
    scripts: list[str] = []
    wanted = [_LEAFLET]
    for sign, urls in _WHERE_USED:
        wanted += urls if re.search(sign, everything) else ()
    wanted += [m["js"] or m["css"] for m in _LINK.finditer("".join(markup))]
    missing = []
    for url in dict.fromkeys(url for url in wanted if not url.endswith(_OURS)):
        if (text := _file(url)) is None:
            missing.append(url)
        else:
            (styles if url.split("?")[0].endswith(".css") else scripts).append(text)
    if missing:
        raise CallError(
            f"a layer asks for {', '.join(missing)}, and the page of an atlas asks for nothing; "
            "it is not among the files that folium-offline carries: leave the layer out, or put "
            "its script in with Element('<script>…</script>')"
        )
    header, body = (_LINK.sub("", text) for text in markup)
    styles += _STYLE.findall(header)
    styles.append(bundle.text_of("added", "layers.css"))
    scripts.append(_images() + bundle.text_of("added", "layers.js"))
    scripts += [*_SCRIPT.findall(header), *_SCRIPT.findall(body), *_bundled(code)]
    return Parts(styles, _renamed(scripts, page), _SCRIPT.sub("", body))


def _texts(place: Any) -> list[str]:
    return [str(child.render()) for child in place._children.values()]


def _bundled(code: list[str], most: int = 400) -> list[str]:
    """Join scripts where there are very many; where one fails, those of other elements still run.

    Each element is worth 50 bytes of the page's policy.
    """
    size = -(-len(code) // most)
    return ["\n".join(code[at : at + size]) for at in range(0, len(code), size or 1)]


def _renamed(scripts: list[str], page: Any) -> list[str]:
    """Number the names that Folium draws at random, so that the same map is the same bytes."""
    joined = "\0".join(scripts)
    ids = {part._id for part in _within(page) if re.fullmatch(r"[0-9a-f]{32}", part._id)}
    order: dict[str, str] = {}

    def number(found: re.Match[str]) -> str:
        name = found[0]
        return order.setdefault(name, f"{len(order):032x}") if name in ids else name

    return re.sub(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])", number, joined).split("\0")


@functools.cache
def _carried() -> dict[str, str]:
    """Address to content, as folium-offline has them; read without running its code."""
    spec = find_spec("offlinefolium")
    if spec is None or not spec.submodule_search_locations:
        raise CallError("layers of Folium need its files: pip install folium-offline")
    source = Path(spec.submodule_search_locations[0], "elements.py").read_text("utf-8")
    return {
        ast.literal_eval(node.targets[0].slice): ast.literal_eval(node.value)
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript)
    }


def _file(url: str) -> str | None:
    """Content of a file that a layer asks for; of another version of it if there is no other."""
    carried = _carried()
    text = carried.get(url)
    if text is None:
        text = next((carried[have] for have in carried if _bare(have) == _bare(url)), None)
    if text is None:
        return None
    text = re.sub(r"/[/*][#@] sourceMappingURL=\S*", "", text).strip()
    if "glyphicons" in url:
        # Signs only: the rest of that file would dress the page anew.
        text = "".join(re.findall(r"@font-face\s*\{[^}]*\}|\.glyphicon[^{}]*\{[^}]*\}", text))
    if url.split("?")[0].endswith(".css"):
        # The few files that a style sheet itself asks for: older forms of letters it has inside.
        text = re.sub(r"url\(\s*(?![\"']?(?:data:|#|%23))[^)]*\)", "url(data:,)", text)
        text = re.sub(r"@import[^;]*;", "", text)
    return text


def _bare(url: str) -> str:
    name = url.split("?")[0].rsplit("/", 1)[-1].lower()
    return name.replace(".min.", ".").replace("-", ".")


def _images() -> str:
    """Leaflet's own marker, as addresses with the picture inside."""
    folder = files("xstatic.pkg.leaflet").joinpath("data", "images")
    names = {"iconUrl": "marker-icon", "iconRetinaUrl": "marker-icon-2x",
             "shadowUrl": "marker-shadow"}  # fmt: skip
    given = "".join(
        f'{key}:"data:image/png;base64,'
        f'{base64.b64encode(folder.joinpath(f"{name}.png").read_bytes()).decode()}",'
        for key, name in names.items()
    )
    return f"L.Icon.Default.imagePath='';L.Icon.Default.mergeOptions({{{given}}});\n"
