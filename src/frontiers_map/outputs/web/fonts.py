"""Source Sans and Source Serif, cut to the letters that a page uses, as CSS."""

from __future__ import annotations

import base64
import hashlib
import io
import logging
import string
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from frontiers_map.cache import Cache, NoCache, content_key

__all__ = ["FACES", "font_css"]


@dataclass(frozen=True)
class Face:
    """One face: family in CSS, weight, style, package and file it is cut from.

    `only` names the one thing that is written in it, if it is not used for everything.
    """

    family: str
    weight: int
    style: str
    package: str
    file: str
    only: str = ""


FACES = (
    Face("Atlas Sans", 400, "normal", "font_source_sans_pro", "SourceSansPro-Regular"),
    Face("Atlas Sans", 400, "italic", "font_source_sans_pro", "SourceSansPro-It", "gates"),
    Face("Atlas Sans", 600, "normal", "font_source_sans_pro", "SourceSansPro-Semibold"),
    Face("Atlas Serif", 600, "normal", "font_source_serif_pro", "SourceSerifPro-Semibold"),
    Face("Atlas Serif", 400, "italic", "font_source_serif_pro", "SourceSerifPro-It", "seas"),
    # what the others lack of the languages' own names: a reader finds his own on any machine
    Face("Atlas Names", 400, "normal", "matplotlib_fontja", "ipaexg", "languages"),
)
# Plain letters and figures, the accents of Italian, and the signs the page itself uses.
_ALWAYS = "".join(chr(c) for c in range(0x20, 0x7F)) + "\xa0àèéìòùÀÈÉÌÒÙ–—‘’“”…−×→↑↓²³°·«»±½"


def font_css(text: str, parts: Mapping[str, str] | None = None, cache: Cache | None = None) -> str:
    """Give ``@font-face`` rules with every letter of `text` that the fonts have.

    Parameters
    ----------
    text
        All that the page writes.
    parts
        What is written in the faces that serve for one thing only.
    cache
        Where cut fonts are kept between runs.
    """
    cache, parts = cache or NoCache(), parts or {}
    return "".join(
        f'@font-face{{font-family:"{face.family}";font-weight:{face.weight};'
        f"font-style:{face.style};font-display:swap;"
        f'src:url("data:font/woff2;base64,{_cut(face, parts.get(face.only, text), cache)}") '
        'format("woff2")}\n'
        for face in FACES
        if face.only != "languages" or any(ord(c) >= 0x2E80 for c in parts.get("languages", ""))
    )


def _cut(face: Face, text: str, cache: Cache) -> str:
    always = string.ascii_letters + " " if face.only else _ALWAYS
    if face.only == "languages":
        letters = "".join(sorted({c for c in text if ord(c) >= 0x2E80}))
    else:
        letters = "".join(sorted({c for c in set(text) if ord(c) < 0x2E80} | set(always)))
    folder = "fonts" if face.package == "matplotlib_fontja" else "files"
    raw = files(face.package).joinpath(folder, f"{face.file}.ttf").read_bytes()
    key = content_key("font", hashlib.sha256(raw).hexdigest(), letters)
    if (kept := cache.get(key)) is not None:
        return kept.decode("ascii")
    from fontTools import subset
    from fontTools.ttLib import TTFont

    logging.getLogger("fontTools").setLevel(logging.ERROR)
    options = subset.Options()
    options.layout_features = ["kern", "liga", "tnum", "mark", "mkmk", "locl", "ccmp"]
    options.hinting = False
    options.flavor = "woff2"
    options.name_IDs = [1, 2]
    options.notdef_outline = True
    # `head.modified` would otherwise be the time of the build.
    font = TTFont(io.BytesIO(raw), recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(text=letters)
    cutter.subset(font)
    font.flavor = "woff2"
    out = io.BytesIO()
    font.save(out)
    coded = base64.b64encode(out.getvalue())
    cache.put(key, coded)
    return coded.decode("ascii")
