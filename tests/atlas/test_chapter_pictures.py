"""Pictures of chapters: shown in page and handout, small, with words, and never from elsewhere."""

from __future__ import annotations

import base64
import io
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import frontiers_map as fm
from frontiers_map.atlas import pictures
from frontiers_map.atlas.atlas import read
from frontiers_map.errors import AtlasError
from frontiers_map.outputs.sheets.kinds import handout
from frontiers_map.outputs.web import facts as page_facts
from helpers import TINY

CHAPTER = """
[[chapter]]
id = "one"
title = { en = "One" }
text = { en = "Words." }
view = [170, -26, 196, -8]
source = ["T1"]
picture = { file = "pictures/port.webp", alt = { en = "A port" }, credit = { en = "Nobody, CC0" } }
"""


def picture(form: str = "WEBP", size: tuple[int, int] = (60, 40), **how: object) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, (10, 90, 160)).save(made, format=form, **how)  # type: ignore[arg-type]
    return made.getvalue()


def atlas(folder: Path, chapter: str = CHAPTER, **files: bytes) -> Path:
    shutil.copytree(TINY, folder)
    (folder / "story.toml").write_text(chapter, "utf-8")
    (folder / "pictures").mkdir()
    for name, content in ({"port.webp": picture()} | files).items():
        (folder / "pictures" / name).write_bytes(content)
    return folder


@pytest.mark.parametrize(
    ("name", "form", "kind"),
    [("port.webp", "WEBP", "webp"), ("port.png", "PNG", "png"), ("port.jpg", "JPEG", "jpeg"),
     ("port.png", "WEBP", "webp")],
)  # fmt: skip
def test_the_page_carries_it(name: str, form: str, kind: str, tmp_path: Path) -> None:
    """By what it is, whatever its name says."""
    content = picture(form)
    folder = atlas(tmp_path / "atlas", CHAPTER.replace("port.webp", name), **{name: content})
    found = read(folder)
    shown = page_facts._picture(
        found,
        found.chapters[0].picture,
        page_facts.Speaker(["en"]),  # type: ignore[arg-type]
    )
    head, _, data = shown.pop("src").partition(",")
    assert head == f"data:image/{kind};base64"
    assert base64.b64decode(data) == content
    assert shown == {"size": [60, 40], "alt": ["A port"], "credit": ["Nobody, CC0"]}
    assert f"pictures/{name}" in found.inputs  # another picture is another atlas


def test_page_and_handout_show_it(tmp_path: Path) -> None:
    folder = atlas(tmp_path / "atlas")
    joined = fm.load(folder)
    with joined.speaking():
        pdf, _, faults = handout.draw(joined, "en")
    assert faults == []
    assert b"/Subtype /Image" in pdf or b"/Subtype/Image" in pdf
    assert "A port".encode("utf-16-be") in pdf or b"A port" in pdf


WRONG = [
    ("pictures/port.webp", "../port.webp", "allowed: a file in the atlas folder"),
    ("pictures/port.webp", "/etc/passwd", "allowed: a file in the atlas folder"),
    ("pictures/port.webp", "https://example.org/a.png", "allowed: a file in the atlas folder"),
    ("pictures/port.webp", "pictures/prt.webp", "no such file; did you mean 'pictures/port.webp'"),
    ("pictures/port.webp", "pictures/port.gif", "allowed: a file that ends in .png, .jpg"),
    ("pictures/port.webp", "pictures/a.svg", "may hold scripts and addresses; allowed: PNG, JPEG"),
    ("pictures/port.webp", "pictures/text.png", "it is no whole picture"),
    ("pictures/port.webp", "pictures/half.png", "it is no whole picture"),
    ("pictures/port.webp", "pictures/gif.png", "it is no whole picture"),
    (
        "pictures/port.webp",
        "pictures/large.png",
        "kB; allowed: 200 kB; 1200 pixels across and WebP",
    ),
    ("pictures/port.webp", "pictures/wide.png", "found 5000 x 5000 pixels; allowed: 16 million"),
    ("pictures/port.webp", "pictures/out.png", "allowed: a file in the atlas folder"),
    ("pictures/port.webp", "pictures", "allowed: a file that ends in"),
    ('alt = { en = "A port" }, ', "", "picture.alt: is missing; it is needed"),
    ('alt = { en = "A port" }', 'alt = { en = "" }', "picture.alt.en: is empty"),
]


@pytest.mark.parametrize(
    ("old", "new", "told"), WRONG, ids=[f"{new} {told}" for _, new, told in WRONG]
)
def test_what_is_wrong_is_told(old: str, new: str, told: str, tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (300, 300, 3), dtype=np.uint8)
    large, wide = io.BytesIO(), picture("PNG", (5000, 5000))
    Image.fromarray(noise).save(large, "PNG")
    folder = atlas(
        tmp_path / "atlas",
        CHAPTER.replace(old, new),
        **{"a.svg": b"<svg/>", "text.png": b"<script>", "half.png": picture("PNG")[:60],
           "gif.png": picture("GIF"), "large.png": large.getvalue(), "wide.png": wide},
    )  # fmt: skip
    (tmp_path / "secret.png").write_bytes(picture("PNG"))
    (folder / "pictures" / "out.png").symlink_to(tmp_path / "secret.png")
    with pytest.raises(AtlasError) as problems:
        read(folder)
    assert told in str(problems.value)
    assert "story.toml" in str(problems.value)


def test_alt_is_there_in_each_language(tmp_path: Path) -> None:
    folder = atlas(tmp_path / "atlas")
    settings = folder / "atlas.toml"
    settings.write_text('languages = ["en", "et"]\n' + settings.read_text("utf-8"), "utf-8")
    with pytest.raises(AtlasError, match=r"one.picture.alt: has none in et; who does not see it"):
        read(folder)


def test_all_of_them_have_a_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "ALTOGETHER", 50)
    with pytest.raises(AtlasError, match="kB of pictures; allowed: 0 kB in all"):
        read(atlas(tmp_path / "atlas"))


def test_a_place_in_a_photograph_is_told(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    folder = atlas(
        tmp_path / "atlas",
        CHAPTER.replace("port.webp", "port.jpg"),
        **{"port.jpg": picture("JPEG", exif=exif.tobytes())},
    )
    assert any("port.jpg: says where it was taken" in note for note in read(folder).notes)
