"""A build is whole or not at all, always the same, and touches nothing that is not its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import frontiers_map as fm
import hostile
from frontiers_map.builder import PARTS, build
from frontiers_map.cache import FolderCache
from helpers import TINY, CommandLine, digests, manifest_problems

linux = pytest.mark.skipif(sys.platform != "linux", reason="forks, and reads audit events")
ALLP = ("--only", "web", "--only", "gis", "--only", "tables")
TABLES = ("--only", "tables")


def make(command: CommandLine, folder: Path, *more: str, code: int = 0) -> str:
    """Build `folder`/atlas into `folder`/output and give what was told on stderr."""
    done = command("build", "atlas", "-o", "output", *TABLES, *more, cwd=folder)
    assert done.code == code, done.err
    assert "Traceback" not in done.err
    return done.err


def rename(atlas: Path, name: str) -> None:
    """Change an atlas so that what is built from it changes."""
    path = atlas / "places.csv"
    path.write_text(re.sub(r"(?m)^suva,[^,]*", f"suva,{name}", path.read_text("utf-8")), "utf-8")


def ours(output: Path) -> dict[str, str]:
    return {name: value for name, value in digests(output).items() if "notes" not in name}


def test_what_is_written(tiny: Path, tmp_path: Path, command: CommandLine) -> None:
    done = command("build", "atlas", "-o", "output", *TABLES, cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    output = tmp_path / "output"
    files = [name for name in digests(output) if name != "manifest.json"]
    assert done.out == f"{len(files)} files in output\n"
    assert manifest_problems(output) == []
    manifest = json.loads((output / "manifest.json").read_text("utf-8"))
    assert manifest["generator"] == f"frontiers-map {fm.__version__}"
    assert manifest["inputs"] == digests(tiny)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["atlas", "output"]


def test_from_python(tiny: Path, tmp_path: Path) -> None:
    told: list[str] = []
    report = build(tiny, tmp_path / "out", only=["tables"], progress=told.append)
    assert set(report.made) | {"manifest.json"} == set(digests(tmp_path / "out"))
    assert report.kept == ()
    assert told
    assert fm.build is build


def test_building_twice_changes_nothing(tiny: Path, tmp_path: Path, command: CommandLine) -> None:
    make(command, tmp_path)
    before = digests(tmp_path)
    make(command, tmp_path)
    assert digests(tmp_path) == before


def test_files_of_the_user_stay(tiny: Path, tmp_path: Path, command: CommandLine) -> None:
    output = tmp_path / "output"
    (output / "deep" / "er").mkdir(parents=True)
    (output / "notes.txt").write_text("mine")
    (output / "deep" / "er" / "notes.md").write_text("mine too")
    (output / "notes-link").symlink_to("../elsewhere")
    (output / "deep" / "notes-empty").mkdir()
    for _ in range(2):
        told = make(command, tmp_path)
        for name in ("notes.txt", "deep/er/notes.md", "notes-link"):
            assert f"output/{name}: not made by frontiers-map; kept\n" in told
        assert (output / "notes.txt").read_text() == "mine"
        assert (output / "deep" / "er" / "notes.md").read_text() == "mine too"
        assert str((output / "notes-link").readlink()) == "../elsewhere"
        assert (output / "deep" / "notes-empty").is_dir()


def test_a_file_of_ours_that_somebody_changed_is_kept(
    tiny: Path, tmp_path: Path, command: CommandLine
) -> None:
    make(command, tmp_path)
    places = tmp_path / "output" / "tables" / "places.csv"
    made = places.read_bytes()
    contents = []
    for number in range(3):
        contents.append(f"work of day {number}".encode())
        places.write_bytes(contents[-1])
        told = make(command, tmp_path)
        assert "tables/places.edited" in told
        assert places.read_bytes() == made
        kept = [path.read_bytes() for path in sorted(places.parent.glob("places.edited*.csv"))]
        assert sorted(kept) == contents, "an earlier edit was lost"


def test_what_is_no_longer_made_goes(tiny: Path, tmp_path: Path, command: CommandLine) -> None:
    make(command, tmp_path)
    output = tmp_path / "output"
    manifest = json.loads((output / "manifest.json").read_text("utf-8"))
    for name in ("tables/old.csv", "tables/edited.csv"):
        (output / name).write_text("from an earlier release")
        manifest["outputs"]["tables"][name] = digests(output)[name]
    (output / "manifest.json").write_text(json.dumps(manifest))
    (output / "tables" / "edited.csv").write_text("but somebody wrote into this one")
    told = make(command, tmp_path)
    assert not (output / "tables" / "old.csv").exists()
    assert (output / "tables" / "edited.csv").read_text() == "but somebody wrote into this one"
    assert "tables/edited.csv: not made by frontiers-map; kept" in told


@pytest.mark.parametrize(
    "name", ["tables/places.csv", "manifest.json", "tables", "tables/places.csv/inside.txt"]
)
def test_a_file_in_the_way_is_refused(
    tiny: Path, tmp_path: Path, command: CommandLine, name: str
) -> None:
    path = tmp_path / "output" / name
    path.parent.mkdir(parents=True)
    path.write_text("mine")
    before = digests(tmp_path)
    told = make(command, tmp_path, code=2)
    assert "was not made by frontiers-map; move it away" in told
    assert told.count("\n") == 1
    assert digests(tmp_path) == before


def test_a_link_in_the_way_is_refused(tiny: Path, tmp_path: Path, command: CommandLine) -> None:
    """Whoever may write into the output must not be able to have us write elsewhere."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "output").mkdir()
    (tmp_path / "output" / "tables").symlink_to("../elsewhere")
    told = make(command, tmp_path, code=2)
    assert "move it away" in told
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_parts_that_are_not_made_again_stay(
    tiny: Path, tmp_path: Path, command: CommandLine
) -> None:
    make(command, tmp_path)
    output = tmp_path / "output"
    before = digests(output)
    done = command("build", "atlas", "-o", "output", "--only", "gis", cwd=tmp_path)
    assert done.code == 0, done.err
    after = digests(output)
    assert {n: v for n, v in after.items() if n.startswith("tables/")} == {
        n: v for n, v in before.items() if n.startswith("tables/")
    }
    assert any(name.startswith("gis/") for name in after)
    assert manifest_problems(output) == []
    assert "kept" not in done.err

    # an edit in a part that is not made again is nobody's business
    (output / "gis" / "frontiers.kml").write_text("edited")
    told = make(command, tmp_path)
    assert "gis/frontiers.kml: not made by frontiers-map; kept" in told
    assert (output / "gis" / "frontiers.kml").read_text() == "edited"


def test_parts_of_an_earlier_atlas_are_told(
    tiny: Path, tmp_path: Path, command: CommandLine
) -> None:
    make(command, tmp_path)
    rename(tiny, "Suva City")
    done = command("build", "atlas", "-o", "output", "--only", "gis", cwd=tmp_path)
    assert "tables" in done.err
    assert "earlier" in done.err


@pytest.mark.parametrize("kind", ["file", "link", "dangling link", "below a file"])
def test_an_output_that_is_no_folder(
    tiny: Path, tmp_path: Path, command: CommandLine, kind: str
) -> None:
    target = tmp_path / "output"
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "notes.txt").write_text("mine")
    match kind:
        case "file":
            target.write_text("mine")
        case "link":
            target.symlink_to("real")
        case "dangling link":
            target.symlink_to("nowhere")
        case "below a file":
            target.write_text("mine")
            target = target / "below"
    before = digests(tmp_path)
    done = command("build", "atlas", "-o", target, *TABLES, cwd=tmp_path)
    assert done.code == 2
    assert done.err.startswith(f"{target}: ")
    assert done.err.count("\n") == 1
    assert digests(tmp_path) == before


@pytest.mark.parametrize("target", ["", ".", "..", "atlas", "atlas/.."])
def test_an_output_that_would_swallow_the_atlas_or_the_user(
    tiny: Path, tmp_path: Path, command: CommandLine, target: str
) -> None:
    before = digests(tmp_path)
    done = command("build", "atlas", "-o", target, *TABLES, cwd=tmp_path)
    assert done.code == 2, done.err
    assert "allowed: a folder of its own" in done.err
    assert digests(tmp_path) == before


@linux
@pytest.mark.parametrize("target", ["/proc/output", "/sys/kernel/output", "/dev/null/output"])
def test_an_output_that_cannot_be_written(
    tiny: Path, tmp_path: Path, command: CommandLine, target: str
) -> None:
    done = command("build", "atlas", "-o", target, *TABLES, cwd=tmp_path)
    assert done.code == 2, done.err
    assert done.err.startswith(target)
    assert done.err.count("\n") == 1


@linux
def test_a_full_disk(tiny: Path, tmp_path: Path, command: CommandLine) -> None:
    make(command, tmp_path)
    before = digests(tmp_path)
    rename(tiny, "Suva City")
    atlas = digests(tiny)
    run = command.start(
        "build", "atlas", "-o", "output", *TABLES, cwd=tmp_path, largest_file=100
    )  # fmt: skip
    done = run.wait()
    assert done.code == 2, done.err
    assert "output: cannot be written: File too large\n" in done.err
    assert digests(tmp_path / "output") == {
        name.removeprefix("output/"): v for name, v in before.items() if name.startswith("output/")
    }
    assert digests(tiny) == atlas
    assert sorted(path.name for path in tmp_path.iterdir()) == ["atlas", "output"]


@pytest.mark.parametrize("damage", ["{", '{"outputs": []}', '{"outputs": {"tables": 5}}', "[]", ""])
def test_a_damaged_manifest_means_that_nothing_is_known_to_be_ours(
    tiny: Path, tmp_path: Path, command: CommandLine, damage: str
) -> None:
    make(command, tmp_path)
    (tmp_path / "output" / "manifest.json").write_text(damage)
    before = digests(tmp_path)
    assert "move it away" in make(command, tmp_path, code=2)
    assert digests(tmp_path) == before


def test_a_manifest_cannot_have_files_elsewhere_taken_for_ours(
    tiny: Path, tmp_path: Path, command: CommandLine
) -> None:
    make(command, tmp_path)
    victim = tmp_path / "victim.txt"
    victim.write_text("mine")
    path = tmp_path / "output" / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["outputs"]["tables"]["../victim.txt"] = digests(tmp_path)["victim.txt"]
    path.write_text(json.dumps(manifest))
    make(command, tmp_path)
    assert victim.read_text() == "mine"
    assert "../victim.txt" not in (tmp_path / "output" / "manifest.json").read_text("utf-8")


def test_a_language_that_the_atlas_does_not_have(
    tiny: Path, tmp_path: Path, command: CommandLine
) -> None:
    told = make(command, tmp_path, "--language", "ja", code=2)
    assert told == "found language 'ja'; allowed: en, as atlas.toml says\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["atlas"]


def test_a_trade_that_cannot_be_sailed(tiny: Path, tmp_path: Path, command: CommandLine) -> None:
    """An end far inland is told by row, and nothing is written."""
    places, routes = (tiny / name for name in ("places.csv", "routes.csv"))
    row = "alice,Alice Springs,133.88,-23.7,city,AU,T1,2026,documented\n"
    places.write_text(places.read_text("utf-8") + row, "utf-8")
    routes.write_text("\n" + routes.read_text("utf-8").replace(",apia,", ",alice,"), "utf-8")
    found = make(command, tmp_path, code=2).splitlines()
    assert found[0].startswith("atlas/routes.csv:3: fiji_samoa: suva to alice: ")
    assert "inland" in found[0]
    assert found[1:] == ["1 problem; nothing was written."]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["atlas"]


def test_a_figure_that_cannot_be_computed(tiny: Path, tmp_path: Path, command: CommandLine) -> None:
    chapter = '[[chapter]]\nid = "start"\ntitle = {en = "A"}\ntext = {en = "B"}\nview = [0,0,9,9]\n'
    (tiny / "story.toml").write_text(f'{chapter}figure = "med_mkm2"\n', "utf-8")
    assert make(command, tmp_path, code=2).splitlines() == [
        "atlas/story.toml:6: start.figure: found 'med_mkm2'; no value in this atlas; allowed: a "
        "figure that it has, or none",
        "1 problem; nothing was written.",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["atlas"]


def test_a_part_that_there_is_not(tiny: Path, tmp_path: Path) -> None:
    with pytest.raises(fm.CallError, match=f"found part 'pdf'; allowed: {', '.join(PARTS)}"):
        build(tiny, tmp_path / "out", only=["pdf"])


def test_a_renderer_that_fails_leaves_the_old_output(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "output"
    build(tiny, output, only=["tables"])
    before = digests(tmp_path)

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("frontiers_map.outputs.tables.render", fail)
    with pytest.raises(ZeroDivisionError):
        build(tiny, output, only=["tables"])
    assert digests(tmp_path) == before


@linux
def test_two_builds_at_once(tiny: Path, tmp_path: Path, command: CommandLine) -> None:
    from frontiers_map.builder import _locked

    make(command, tmp_path)
    with _locked(tmp_path / "output"):
        told = make(command, tmp_path, code=2)
        assert told == "output: another build is writing it; wait for its end\n"
        # another folder is nobody's business
        done = command("build", "atlas", "-o", "other", *TABLES, cwd=tmp_path)
        assert done.code == 0
    make(command, tmp_path)


@linux
def test_real_builds_at_once_leave_one_whole_output(
    tiny: Path, tmp_path: Path, command: CommandLine
) -> None:
    script = Path(sys.executable).with_name("frontiers-map")
    runs = [
        subprocess.Popen(
            [script, "build", "atlas", "-o", "output", *TABLES],
            cwd=tmp_path, env=command.environment(), stderr=subprocess.PIPE, text=True,
        )
        for _ in range(3)
    ]  # fmt: skip
    told = [run.communicate()[1] for run in runs]
    codes = [run.returncode for run in runs]
    assert 0 in codes
    for code, text in zip(codes, told, strict=True):
        assert code in (0, 2), text
        assert code == 0 or "another build is writing it" in text
    assert manifest_problems(tmp_path / "output") == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["atlas", "output"]


def references(folder: Path, command: CommandLine, parts: tuple[str, ...]) -> tuple[dict, dict]:
    """Build the atlas before and after a change; leave the one before in `folder`/output."""
    atlas = folder / "atlas"
    rename(atlas, "Suva City")
    for target in ("after", "output"):
        done = command("build", "atlas", "-o", target, *parts, cwd=folder)
        assert done.code == 0, done.err
        if target == "after":
            rename(atlas, "Suva")
    (folder / "output" / "notes.txt").write_text("mine")
    rename(atlas, "Suva City")
    after = digests(folder / "after")
    shutil.rmtree(folder / "after")
    before = ours(folder / "output")
    assert before != after
    return before, after


def check_after_kill(folder: Path, before: dict[str, str], after: dict[str, str]) -> bool:
    """Is the output the old or the new one, whole? Say whether it is the new one."""
    found = ours(folder / "output")
    assert found in (before, after)
    assert (folder / "output" / "notes.txt").read_text() == "mine"
    return found == after


@linux
def test_killed_at_any_change_to_the_file_system(
    tiny: Path, tmp_path: Path, command: CommandLine
) -> None:
    before, after = references(tmp_path, command, TABLES)
    shutil.copytree(tmp_path / "output", tmp_path / "kept")
    arguments = ("build", "atlas", "-o", "output", *TABLES)
    run = command.start(*arguments, cwd=tmp_path, watch=str(tmp_path))
    assert run.wait().code == 0
    changes = (run.streams / "changes").read_text("utf-8").splitlines()
    swap = next(n for n, change in enumerate(changes, 1) if "renameat2" in change)
    # every change round the swap, and some of all the others, which are much alike
    moments = sorted({*range(1, len(changes) + 1, 20), *range(swap - 2, swap + 4), len(changes)})
    assert len(moments) >= 8
    seen = set()
    for moment in moments:
        for name in ("output", ".frontiers-map-output-new", ".frontiers-map-output-old"):
            shutil.rmtree(tmp_path / name, ignore_errors=True)
        shutil.copytree(tmp_path / "kept", tmp_path / "output")
        run = command.start(*arguments, cwd=tmp_path, watch=str(tmp_path), signal_at=moment)
        if run.wait().code == 0:
            # how many files are cleared at the end varies by a few
            assert moment > swap
        else:
            seen.add(check_after_kill(tmp_path, before, after))
        told = make(command, tmp_path)
        assert told == "output/notes.txt: not made by frontiers-map; kept\n"
        assert ours(tmp_path / "output") == after
        assert sorted(p.name for p in tmp_path.iterdir()) == ["atlas", "kept", "output"]
    assert seen == {True, False}


@linux
def test_killed_in_a_first_build(tiny: Path, tmp_path: Path, command: CommandLine) -> None:
    arguments = ("build", "atlas", "-o", "output", *TABLES)
    for moment in (1, 2, 5, 10, 15, 20):
        run = command.start(*arguments, cwd=tmp_path, watch=str(tmp_path), signal_at=moment)
        assert run.wait().code == -signal.SIGKILL
        assert not (tmp_path / "output").exists()
    make(command, tmp_path)
    assert manifest_problems(tmp_path / "output") == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["atlas", "output"]


@linux
def test_where_folders_cannot_change_places(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some file systems do not exchange: the old one steps aside then, and comes back."""
    monkeypatch.setattr("frontiers_map.builder._exchange", lambda one, other: False)
    output = tmp_path / "output"
    build(tiny, output, only=["tables"])
    before = digests(output)
    rename(tiny, "Suva City")
    build(tiny, output, only=["tables"])
    assert digests(output) != before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["atlas", "output"]

    # cut off between the two renames
    output.rename(tmp_path / ".frontiers-map-output-old")
    (tmp_path / ".frontiers-map-output-new").mkdir()
    rename(tiny, "lat wrong")
    (tiny / "sources.csv").unlink()
    with pytest.raises(fm.AtlasError):
        build(tiny, output, only=["tables"])
    assert manifest_problems(output) == []


@pytest.mark.parametrize("name", ["tiny", pytest.param("hostile", marks=pytest.mark.sweep)])
def test_the_same_bytes_wherever_and_whenever(
    tmp_path: Path, command: CommandLine, request: pytest.FixtureRequest, name: str
) -> None:
    """Elsewhere, in another zone, year and locale, with no cache: the same sha256 for every file.

    What it is compared with has been built today, in this place, by another process; what a cache
    gives is held against that with the tiny atlas.
    """
    clock = shutil.which("faketime")
    if clock is None:
        pytest.skip("needs faketime")
    folder = tmp_path / ("a" * 31) / "folder of one's own"
    folder.mkdir(parents=True)
    if name == "hostile":
        atlas, built = hostile.write(folder / "atlas"), request.getfixturevalue("hostile_output")
    else:
        atlas = Path(shutil.copytree(TINY, folder / "atlas"))
        shutil.copytree(TINY, tmp_path / "atlas")
        assert command("build", "atlas", "-o", "output", *ALLP, cwd=tmp_path).code == 0
        built = tmp_path / "output"
    for path in atlas.iterdir():
        os.utime(path, (1e9, 1e9))
    world = {"PYTHONHASHSEED": "4242", "TZ": "America/St_Johns", "LC_ALL": "C", "LANG": "it_IT",
             "XDG_CACHE_HOME": str(folder / "cache")}  # fmt: skip
    here = {file: value for file, value in digests(built).items()
            if file != "manifest.json" and not file.startswith("print/")}  # fmt: skip
    assert {file.split("/")[0] for file in here} >= {"index.html", "tables", "gis"}
    done = command.fresh("build", "atlas", "-o", "cold", *ALLP, cwd=folder,
                         before=[clock, "2031-12-31 23:59:58"], **world)  # fmt: skip
    assert done.code == 0, done.err[-3000:]
    assert manifest_problems(folder / "cold") == []
    found = digests(folder / "cold")
    del found["manifest.json"]
    assert different(found, here) == []


def different(one: dict[str, str], other: dict[str, str]) -> list[str]:
    """Names of the files that two folders do not have alike."""
    return sorted(n for n in one.keys() | other.keys() if one.get(n) != other.get(n))


def test_a_cache_is_never_needed_and_never_wrong(tiny: Path, tmp_path: Path) -> None:
    cache = FolderCache(tmp_path / "cache")
    found = []
    for name, kept in (("cold", cache), ("warm", cache), ("none", None)):
        build(tiny, tmp_path / name, only=["tables"], cache=kept)
        found.append(digests(tmp_path / name))
    for path in cache.folder.iterdir():
        path.write_bytes(b"damaged" + path.read_bytes())
    build(tiny, tmp_path / "damaged", only=["tables"], cache=cache)
    found.append(digests(tmp_path / "damaged"))
    assert found == [found[0]] * 4


# ---- one thing only

TWO = """
[[map]]
id = "index"
title = { en = "All" }
deck = { en = "As it is" }
view = [170, -25, 195, -8]

[[map]]
id = "lagoon"
title = { en = "The lagoon" }
deck = { en = "As it is" }
view = [177, -19, 179, -17]

[[sheet]]
id = "home"
title = { en = "Home waters" }
deck = { en = "As it is" }
size = "column"
view = [170, -25, 195, -8]

[[sheet]]
id = "away"
title = { en = "Away" }
deck = { en = "As it is" }
size = "column"
view = [170, -25, 195, -8]
"""


def some(command: CommandLine, folder: Path, *what: str) -> tuple[set[str], str]:
    """Build a part and give the files that are not as they were, with what was told."""
    output = folder / "output"
    before = digests(output) if output.exists() else {}
    done = command("build", "atlas", "-o", "output", *what, cwd=folder)
    assert done.code == 0, done.err
    after = digests(output)
    assert manifest_problems(output) == []
    return {name for name in before | after if before.get(name) != after.get(name)}, done.err


def test_one_sheet_or_page_is_made_and_nothing_else_is_touched(
    tiny: Path, tmp_path: Path, command: CommandLine
) -> None:
    (tiny / "maps.toml").write_text(TWO)
    home = {f"print/home-en.{kind}" for kind in ("png", "svg", "pdf")}
    whole = ("--only", "web", "--only", "print", "--only", "tables")

    # into an empty folder just that
    changed, _ = some(command, tmp_path, "--sheet", "home")
    assert changed - {"print/notes.txt"} == home | {"manifest.json"}
    some(command, tmp_path, *whole)
    before = digests(tmp_path / "output")
    assert {"print/away-en.pdf", "lagoon.html"} <= before.keys()

    # of an unchanged atlas it changes nothing, notes and manifest included
    changed, told = some(command, tmp_path, "--sheet", "home", "--map", "lagoon")
    assert changed == set()
    assert "earlier" not in told

    # of a changed atlas it is made anew, and the rest is told to be older
    rename(tiny, "Suva City")
    changed, told = some(command, tmp_path, "--sheet", "home", "--map", "lagoon")
    assert changed - {"print/notes.txt"} == home | {"lagoon.html", "manifest.json"}
    assert "print: the rest was left as it was, made from an earlier state" in told
    assert "web: the rest was left as it was, made from an earlier state" in told
    assert "tables: left as it was, made from an earlier state" in told
    origin = json.loads((tmp_path / "output" / "manifest.json").read_text("utf-8"))["made_from"]
    assert origin["lagoon.html"] == origin["print/home-en.pdf"] != origin["tables"]
    assert origin["index.html"] == origin["print/away-en.pdf"] == origin["tables"]

    # the others one by one: then all is as if it had been made at once
    _, told = some(command, tmp_path, "--sheet", "away", "--map", "index", "--only", "tables")
    assert "earlier" not in told
    changed, _ = some(command, tmp_path, *whole)
    assert changed == set()


def test_notes_on_what_is_not_made_again_stay(
    tiny: Path, tmp_path: Path, command: CommandLine
) -> None:
    """A name wider than the map finds no room; each sheet has a note of its own."""
    (tiny / "maps.toml").write_text(TWO)
    rename(tiny, "Taumatawhakatangihangakoauauotamatea" * 5)
    notes = tmp_path / "output" / "print" / "notes.txt"
    some(command, tmp_path, "--only", "print")
    before = notes.read_text("utf-8")
    assert {line.split(":")[0] for line in before.splitlines()} == {
        "print/away-en", "print/home-en"
    }  # fmt: skip
    some(command, tmp_path, "--sheet", "home")
    assert notes.read_text("utf-8") == before
    rename(tiny, "Suva")
    some(command, tmp_path, "--sheet", "home")
    assert {line.split(":")[0] for line in notes.read_text("utf-8").splitlines()} == {
        "print/away-en"
    }


@pytest.mark.parametrize(
    ("what", "told"),
    [
        (("--sheet", "hoem"), "--sheet: found 'hoem'; allowed: home, away; did you mean 'home'?\n"),
        (("--sheet", "lagoon"), "--sheet: found 'lagoon'; allowed: home, away; --map lagoon is"),
        (("--map", "away"), "--map: found 'away'; allowed: index, lagoon; --sheet away is one\n"),
        (("--sheet", "home", "--map", "x"), "--map: found 'x'; allowed: index, lagoon\n"),
    ],
)
def test_a_sheet_or_page_that_there_is_not_is_refused(
    tiny: Path, tmp_path: Path, command: CommandLine, what: tuple[str, ...], told: str
) -> None:
    (tiny / "maps.toml").write_text(TWO)
    done = command("build", "atlas", "-o", "output", *what, cwd=tmp_path)
    assert done.code == 2
    assert told in done.err
    assert not (tmp_path / "output").exists()
