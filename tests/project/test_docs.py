"""The documents are current, name only what exists, and tell nothing of one's own machine."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import unicodedata
from importlib import resources
from pathlib import Path
from urllib.parse import unquote

import click
import pytest

from frontiers_map.atlas.model import MODELS
from frontiers_map.cli.commands import cli
from helpers import BROKEN, ROOT, CommandLine
from walk import steps

PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("tests/**/*.md"),
     *ROOT.glob("benchmarks/**/*.md"), *ROOT.glob("src/**/*.md")]
)  # fmt: skip
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]
# what a build writes; named in the documents, not in the repository
MADE = re.compile(r"^(output/|\.venv/|print/|gis/|tables/|manifest\.json$|<)")
FILES = re.compile(
    r"`((?:docs|src|tests|tools|benchmarks|geodata|\.ci)/[^`\s*<>{}…]+|Makefile|LICENSE|CHANGELOG\.md)`"
)


def prose(page: Path) -> str:
    """The text of a page without its code blocks."""
    return re.sub(r"^(```|~~~).*?^\1[^\n]*$", "", page.read_text("utf-8"), flags=re.M | re.S)


def anchors(page: Path) -> set[str]:
    """Anchors of the headings, as GitHub makes them."""
    found: dict[str, int] = {}
    names = set()
    for title in re.findall(r"^#+\s+(.*?)\s*#*$", prose(page), re.M):
        text = re.sub(r"[*`]|\[([^]]*)\]\([^)]*\)", r"\1", title).lower()
        kept = "".join(
            c for c in text if c in " -_" or unicodedata.category(c)[0] in "LNM"
        ).replace(" ", "-")
        count = found.setdefault(kept, 0)
        names.add(f"{kept}-{count}" if count else kept)
        found[kept] += 1
    return names


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(name: str) -> None:
    page = ROOT / name
    for target in re.findall(r"\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)", prose(page)):
        if re.match(r"[a-z]+:", target):
            assert re.match(r"https://|mailto:", target), f"{name}: {target}"
            continue
        path, _, anchor = unquote(target).partition("#")
        place = (page.parent / path).resolve() if path else page
        assert place.exists(), f"{name}: {target}"
        assert place.is_relative_to(ROOT), f"{name}: {target}"
        if anchor:
            assert anchor in anchors(place), f"{name}: {target}"


@pytest.mark.parametrize("name", NAMES)
def test_files_that_are_named_exist(name: str) -> None:
    for found in FILES.findall(prose(ROOT / name)):
        path = found.rstrip("/.,").split(":")[0]
        assert (ROOT / path).exists() or MADE.match(path), f"{name}: {found}"


@pytest.mark.parametrize("name", [*NAMES, "pyproject.toml", "Makefile"])
def test_nothing_of_one_machine_or_of_how_it_was_made(name: str) -> None:
    path = ROOT / name
    if not path.exists():
        pytest.skip(f"no {name}")
    text = path.read_text("utf-8")
    # any path from the root of a machine, whatever its folders are called
    root = r"(?<![\w./}>*)\]$-])/[a-z]+/|file:///[a-z]|/tmp/|/root/|/home/\w"
    found = re.search(root + r"|file://(?![`/ .)]|$)", text)
    assert not found, f"{name}: {text[max(0, found.start() - 40) : found.end() + 20]!r}"


def test_made_pages_are_current() -> None:
    done = subprocess.run(
        [sys.executable, "tools/make_docs.py", "--check"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout == ""
    assert done.returncode == 0, done.stderr


def commands(command: click.Command, path: str) -> dict[str, click.Command]:
    found = {path: command}
    for name, inner in getattr(command, "commands", {}).items():
        found |= commands(inner, f"{path} {name}")
    return found


def test_every_command_and_option_is_on_the_page() -> None:
    page = (ROOT / "docs" / "cli.md").read_text("utf-8")
    for path, command in commands(cli, "frontiers-map").items():
        assert f"Usage: {path} " in page, path
        section = page.split(f"Usage: {path} ")[1].split("```")[0]
        for parameter in command.params:
            if isinstance(parameter, click.Option) and not parameter.hidden:
                assert all(option in section for option in parameter.opts), (path, parameter.opts)


def test_every_command_shows_an_example() -> None:
    for path, command in commands(cli, "frontiers-map").items():
        assert "frontiers-map " in (command.help or ""), path


def test_every_broken_case_is_in_the_list_of_problems() -> None:
    page = (ROOT / "docs" / "problems.md").read_text("utf-8")
    titles = re.findall(r"^## (.*)$", page, re.M)
    assert titles == sorted(path.name for path in BROKEN.iterdir() if path.is_dir())


def test_every_file_of_an_atlas_is_described() -> None:
    page = (ROOT / "docs" / "data.md").read_text("utf-8")
    assert [name for name in MODELS if name not in page] == []


@pytest.mark.parametrize("name", ["README.md", "docs/python.md"])
def test_code_that_is_shown_runs(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    block = re.search(r"^```python\n(.*?)^```", (ROOT / name).read_text("utf-8"), re.M | re.S)
    assert block
    known: dict[str, object] = {}
    exec(block[1], known)
    assert {"fm", "atlas"} <= known.keys()


def test_the_walk_of_an_hour_can_be_walked(tmp_path: Path, command: CommandLine) -> None:
    """Every file that docs/your-own-atlas.md shows is written, every command run, in order."""
    told = {}
    for words in steps(tmp_path):
        done = command(*words, cwd=tmp_path)
        assert done.code == 0, (words, done.out, done.err)
        told[" ".join(words)] = done.out
    assert (
        "layer cables: 3 lines of cables.csv, copied as it is"
        in told["init gulf --from cables.csv"]
    )
    assert "texts exist in English only" in told["validate gulf"]
    ways = [out for words, out in told.items() if words.startswith("route")]
    assert ["kiel_canal" in re.search("^gates.*", out, re.M)[0] for out in ways] == [True, False]
    sheet = (tmp_path / "output/print/seabed-en.svg").read_text("utf-8")
    for name in ("EstLink 2", "Power cables", "Shut down on 8 October 2023", "Inkoo"):
        assert name in sheet, name


def test_every_dependency_is_named_with_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *(x for n in extras if n != "test" for x in extras[n])]
    names = {re.match(r"[\w.-]+", one)[0] for one in wanted}
    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    named = {*re.findall(r"`([\w.-]+)`", page)}
    assert names - named == set()
    rows = re.findall(r"^\| (`.*?`) \|", page, re.M)
    listed = {name for row in rows for name in re.findall(r"`([\w.-]+)`", row)}
    assert listed == {re.match(r"[\w.-]+", one)[0] for one in project["dependencies"]}


def test_notice_names_whatever_is_of_others() -> None:
    """Data that the package carries, and the scripts and letters that pages do."""
    notice = (ROOT / "NOTICE").read_text("utf-8")
    package = ROOT / "src" / "frontiers_map"
    for made in (*package.glob("data/*.md"), *package.glob("sea/*.md")):
        assert made.name in notice, made.name
    leaflet = resources.files("xstatic.pkg.leaflet").joinpath("data/leaflet.js").read_text("utf-8")
    words = leaflet[: leaflet.index("*/")]
    for said in (*re.findall(r"Leaflet [\d.]+", words), *re.findall(r"\(c\) [^,\n]+", words)):
        assert said in notice, said
    faces = resources.files("font_source_sans_pro").joinpath("files/LICENSE.txt").read_text("utf-8")
    assert "SIL Open Font License" in faces
    assert "SIL Open Font License" in notice
