"""What was made can be told from what was changed, by whoever was sent it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import frontiers_map as fm
from helpers import TINY, CommandLine, Result

if TYPE_CHECKING:
    from conftest import Once


@pytest.fixture
def output(once: Once, command: CommandLine, tmp_path: Path) -> Path:
    """Give a copy of the tables of the tiny atlas, as they were made."""

    def make(folder: Path) -> None:
        done = command("build", TINY, "-o", "output", "--only", "tables", cwd=folder)
        assert done.code == 0, done.err

    return Path(shutil.copytree(once("verified", make) / "output", tmp_path / "output"))


def verify(command: CommandLine, folder: Path, *arguments: str) -> Result:
    done = command("verify", *arguments, cwd=folder)
    assert "Traceback" not in done.err
    return done


def replaced(path: Path) -> None:
    content = path.read_bytes()
    path.unlink()
    path.symlink_to("/proc/self/environ" if Path("/proc").exists() else path.parent)
    assert content


def test_as_it_was_made(output: Path, tmp_path: Path, command: CommandLine) -> None:
    done = verify(command, tmp_path)
    first, last = done.out.splitlines()
    count = len(json.loads((output / "manifest.json").read_text())["outputs"]["tables"])
    assert (done.code, done.err, last) == (0, "", f"output: {count} files as made.")
    inputs = len(list(TINY.iterdir()))
    made = f"atlas tiny, by frontiers-map {fm.__version__}, from {inputs} files; sha256 "
    assert first.startswith(f"output/manifest.json: {made}")
    (output / "README.md").write_text("what this folder is for")
    assert verify(command, tmp_path, "output", "--atlas", str(TINY)).code == 0


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda p: p.write_bytes(p.read_bytes() + b" "), "places.csv: is not as it was made"),
        (lambda p: p.unlink(), "places.csv: is missing"),
        (replaced, "places.csv: is no file any more"),
        (
            lambda p: p.with_name("extra.csv").write_text("x"),
            "extra.csv: was not made by frontiers-map",
        ),
        (
            lambda p: p.with_name("link").symlink_to(".."),
            "link: was not made by frontiers-map",
        ),
    ],
)
def test_what_is_not_as_it_was_made(
    output: Path,
    tmp_path: Path,
    command: CommandLine,
    change: Callable[[Path], object],
    told: str,
) -> None:
    change(output / "tables" / "places.csv")
    done = verify(command, tmp_path, "output")
    assert done.code == 2
    assert done.out.splitlines()[1:] == [f"output/tables/{told}"]
    assert done.err.startswith("output: 1 thing not as made, of ")
    added = "not made" in told
    assert verify(command, tmp_path, "output", "--allow-added").code == (0 if added else 2)


def test_one_file_that_was_sent(output: Path, tmp_path: Path, command: CommandLine) -> None:
    """Under any name, against a manifest from elsewhere; not beside one, one is asked for."""
    sent = shutil.copy(output / "tables" / "places.csv", tmp_path / "sent (1).csv")
    manifest = ("--manifest", "output/manifest.json")
    done = verify(command, tmp_path, "sent (1).csv", *manifest)
    assert (done.code, done.out.splitlines()[1]) == (0, "sent (1).csv: 1 file as made.")
    assert verify(command, tmp_path, "output/tables/places.csv", *manifest).code == 0
    done = verify(command, tmp_path, "sent (1).csv")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "manifest.json: cannot be read: No such file or directory; --manifest names another\n"
    )
    Path(sent).write_text("another")
    done = verify(command, tmp_path, "sent (1).csv", *manifest)
    told = "sent (1).csv: is none of the files of the manifest as they were made"
    assert (done.code, done.out.splitlines()[1]) == (2, told)


def test_an_atlas_that_it_was_not_made_from(
    output: Path, tiny: Path, tmp_path: Path, command: CommandLine
) -> None:
    places = tiny / "places.csv"
    places.write_text(places.read_text("utf-8").replace("Suva", "Suva City"), "utf-8")
    done = verify(command, tmp_path, "output", "--atlas", "atlas")
    assert done.code == 2
    assert done.out.splitlines()[1:] == [
        "output/manifest.json: places.csv of the atlas is not what it was made from"
    ]


def test_a_manifest_leads_nowhere_else(output: Path, tmp_path: Path, command: CommandLine) -> None:
    """What is not in the folder is not read, whatever a manifest or a link says."""
    (tmp_path / "elsewhere").mkdir()
    shutil.copy(output / "tables" / "places.csv", tmp_path / "elsewhere" / "places.csv")
    path = output / "manifest.json"
    document = json.loads(path.read_text())
    digest = document["outputs"]["tables"]["tables/places.csv"]
    names = ["../elsewhere/places.csv", str(tmp_path / "elsewhere" / "places.csv"), "in/places.csv"]
    document["outputs"]["tables"] |= dict.fromkeys(names, digest)
    path.write_text(json.dumps(document))
    (output / "in").symlink_to("../elsewhere")
    told = verify(command, tmp_path, "output").out.splitlines()[1:]
    assert len([line for line in told if line.endswith("is missing")]) == 3
    assert "output/in: was not made by frontiers-map" in told


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"5", b'{"outputs": 1}', b'{"outputs": {"tables": []}}', b"\xff",
     b'{"outputs": {}, "made_from": 3}', b"[" * 100_000, b'{"outputs": {"web": "x"}}'],
)  # fmt: skip
def test_no_manifest(output: Path, tmp_path: Path, command: CommandLine, content: bytes) -> None:
    (output / "manifest.json").write_bytes(content)
    done = verify(command, tmp_path, "output")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("output/manifest.json: found no manifest (")
    assert done.err.count("\n") == 1


def test_nothing_there(tmp_path: Path, command: CommandLine) -> None:
    done = verify(command, tmp_path)
    assert (done.code, done.err) == (2, "output: cannot be read: No such file or directory\n")
