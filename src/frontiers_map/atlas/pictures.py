"""Pictures of chapters: PNG, JPEG or WebP files below the atlas folder, small enough for a page."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from frontiers_map.atlas.messages import short
from frontiers_map.atlas.own_layers import path_below

if TYPE_CHECKING:
    from frontiers_map.atlas.reader import Found, Reader

__all__ = ["Drawn", "read_pictures"]

MOST: Final = 200_000  # bytes of a picture
ALTOGETHER: Final = 600_000  # bytes of all; a page holds them by a third more
PIXELS: Final = 16_000_000
FORMATS: Final = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
ENDINGS: Final = (".png", ".jpg", ".jpeg", ".webp")
_SMALLER: Final = "; 1200 pixels across and WebP suffice: cwebp -q 80 -resize 1200 0 {} -o {}.webp"
_GPS: Final = 0x8825  # the directory of EXIF that tells where a picture was taken


@dataclass(frozen=True)
class Drawn:
    """A picture as it was read.

    Attributes
    ----------
    content
        The bytes of the file.
    kind
        ``image/png``, ``image/jpeg`` or ``image/webp``, by what the file is.
    width, height
        In pixels.
    """

    content: bytes
    kind: str
    width: int
    height: int


def read_pictures(reader: Reader, chapters: Sequence[Found]) -> dict[str, Drawn]:
    """Read the picture of each chapter by its file, and tell what is wrong with them."""
    found: dict[str, Drawn] = {}
    for item in chapters:
        chapter: Any = item.row
        if (picture := chapter.picture) is None:
            continue

        def say(text: str, field: str = "picture.file", item: Found = item) -> None:
            feature = getattr(item.row, "id", "")
            reader.say("story.toml", text, line=item.line, feature=feature, field=field)

        for code in reader.languages:
            if not picture.alt.has(code):
                say(f"has none in {code}; who does not see it is told what it shows", "picture.alt")
        if picture.file.lower().endswith((".svg", ".svgz")):
            text = "a drawing may hold scripts and addresses; allowed: PNG, JPEG or WebP of it"
            say(f"found '{short(picture.file)}'; {text}")
        elif path := path_below(reader, picture.file, say, ENDINGS, "pictures/port.webp"):
            if (size := path.stat().st_size) > MOST:
                more = _SMALLER.format(picture.file, picture.file.rpartition(".")[0])
                say(f"found {size / 1000:.0f} kB; allowed: {MOST // 1000} kB{more}")
            elif drawn := _read(reader, picture.file, path.read_bytes(), say):
                found[picture.file] = drawn
    if (size := sum(len(one.content) for one in found.values())) > ALTOGETHER:
        text = f"found {size / 1000:.0f} kB of pictures; allowed: {ALTOGETHER // 1000} kB in all, "
        reader.say("story.toml", f"{text}as the page carries them; make some smaller")
    return found


def _read(reader: Reader, file: str, content: bytes, say: Any) -> Drawn | None:
    from PIL import Image  # no atlas without pictures waits for it

    reader.contents[file] = content
    try:
        with Image.open(io.BytesIO(content), formats=[*FORMATS]) as picture:
            width, height = picture.size
            if width * height > PIXELS:
                say(f"found {width} x {height} pixels; allowed: {PIXELS // 10**6} million")
                return None
            picture.load()
            if _GPS in picture.getexif():
                reader.notes.append(
                    f"{reader.folder}/{file}: says where it was taken, and the page says it on; "
                    f"without it: exiftool -gps:all= {file}"
                )
            return Drawn(content, FORMATS[str(picture.format)], width, height)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        say(f"found '{short(file)}'; it is no whole picture; allowed: PNG, JPEG or WebP")
        return None
