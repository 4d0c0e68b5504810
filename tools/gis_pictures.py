"""Draw the pictures of docs/gis.md with QGIS: python tools/gis_pictures.py [OUTPUT].

OUTPUT is a folder that `frontiers-map build` made. Needs Debian's QGIS (python3-qgis), which runs
in a process of its own without a screen.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from importlib.resources import files
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[1]
LOOK = ROOT / "tests/outputs/gis/qgis/look.py"
DOCS = ROOT / "docs" / "gis"
LARGEST = 200_000

# name, map theme, bookmark of a chapter or nothing, language or nothing, width
PICTURES = (
    ("whole", "The whole atlas", "", "", 1400),
    ("archipelago", "If closed: All straits of the archipelago", "", "", 1400),
    ("partnership-ja", "Partnership", "", "ja", 1400),
    ("convergence-it", "Gas by sea", "chapter_where_they_meet", "it", 1000),
)


def fonts() -> str:
    """The families of the maps, so that the pictures do not hang on what is installed."""
    return ":".join(
        str(files(f"font_source_{kind.lower()}_pro").joinpath("files", f"Source{kind}Pro-{f}.ttf"))
        for kind in ("Sans", "Serif")
        for f in ("Regular", "It", "Semibold", "SemiboldIt")
    )


def draw(project: Path, name: str, theme: str, chapter: str, language: str, width: int) -> Path:
    """Draw one theme, and shrink it to a palette."""
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "raw.png"
        arguments = [theme, str(raw), str(width), *([language] if language else [])]
        subprocess.run(
            ["/usr/bin/python3", str(LOOK), str(project), str(Path(folder) / "out.json"),
             *arguments],
            check=True,
            env={
                "PATH": "/usr/bin:/bin",
                "HOME": os.environ.get("HOME", folder),
                "LANG": "C.UTF-8",
                "QT_QPA_PLATFORM": "offscreen",
                "XDG_RUNTIME_DIR": folder,
                "FRONTIERS_FONTS": fonts(),
                "FRONTIERS_BOOKMARK": chapter,
            },
        )  # fmt: skip
        picture = Image.open(raw).convert("RGB")
    path = DOCS / f"{name}.png"
    for colours in (256, 128, 64, 32):
        _shrunk(picture, colours).save(path, optimize=True)
        if path.stat().st_size <= LARGEST:
            break
    return path


def _shrunk(picture: Image.Image, colours: int) -> Image.Image:
    """Take half of a palette from what is most frequent and half from what lies far apart.

    Either alone fails on maps: the sea swallows the small red rings, or the paper turns pink.
    """
    frequent = sorted(picture.getcolors(2**24) or [], reverse=True)[: colours // 2]
    far = picture.quantize(colours // 2, method=Image.Quantize.MAXCOVERAGE).getpalette() or []
    flat = [channel for _, colour in frequent for channel in colour][: 3 * (colours // 2)]
    palette = Image.new("P", (1, 1))
    palette.putpalette(flat + far[: 3 * (colours // 2)])
    return picture.quantize(palette=palette, dither=Image.Dither.NONE)


def main() -> None:
    """Draw them all."""
    output = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "output"
    project = output / "gis" / "frontiers.qgz"
    DOCS.mkdir(parents=True, exist_ok=True)
    for name, theme, chapter, language, width in PICTURES:
        path = draw(project, name, theme, chapter, language, width)
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
