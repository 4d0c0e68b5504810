"""The examples of the gallery run, are short, and print what stands below them."""

from __future__ import annotations

import re
import subprocess
import sys

from helpers import ROOT

GALLERY = (ROOT / "docs" / "gallery.md").read_text("utf-8")


def test_every_example_does_what_the_page_says() -> None:
    done = subprocess.run(
        [sys.executable, "tools/make_gallery.py", "--check"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout == "", "make docs writes what they say now"
    assert done.returncode == 0, done.stderr


def test_every_example_shows_code_and_what_comes_of_it() -> None:
    examples = re.split(r"^### ", GALLERY, flags=re.M)[1:]
    assert len(examples) >= 30
    for example in examples:
        assert len(re.findall(r"^```(?:python|sh)\n", example, re.M)) == 1, example
        # a page that was saved says nothing
        assert "```text" in example or "](pictures/gallery-" in example or ".save(" in example


def test_pictures_are_those_of_the_gallery() -> None:
    kept = {path.name for path in (ROOT / "docs" / "pictures").glob("gallery-*")}
    assert kept == set(re.findall(r"\(pictures/(gallery-[^)]+)\)", GALLERY))
