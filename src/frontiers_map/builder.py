"""Plan, render, write whole or not at all, and say what was written.

The only module that knows all renderers. Everything is made in a folder beside the target, which
then takes the target's place in one step; whoever reads `output/` sees the old or the new.
"""

from __future__ import annotations

import ctypes
import errno
import hashlib
import importlib
import itertools
import os
import platform
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from frontiers_map import manifest
from frontiers_map.atlas.atlas import unsaid
from frontiers_map.cache import Cache, NoCache
from frontiers_map.errors import AtlasError, CallError
from frontiers_map.manifest import MANIFEST, Manifest, digest_of, state_of
from frontiers_map.outputs.base import Files, Renderer, RenderJob

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas

__all__ = ["PARTS", "Report", "build"]

NOTES: Final = "notes.txt"  # in the folder of a part: what a person should know of it
# part -> module whose `render` makes it, in the order in which they are made
PARTS: Final = {
    "web": "frontiers_map.outputs.web",
    "tables": "frontiers_map.outputs.tables",
    "gis": "frontiers_map.outputs.gis",
    "print": "frontiers_map.outputs.sheets",
}
# what the system says when a place cannot be written, as against a slip of ours
_REFUSALS: Final = {
    errno.EACCES, errno.EBUSY, errno.EDQUOT, errno.EEXIST, errno.EFBIG, errno.EIO, errno.EMFILE,
    errno.ENAMETOOLONG, errno.ENFILE, errno.ENOENT, errno.ENOLCK, errno.ENOSPC, errno.ENOTDIR,
    errno.EPERM, errno.EROFS, errno.ESTALE, errno.EXDEV,
}  # fmt: skip


@dataclass(frozen=True)
class Report:
    """What a build did.

    Attributes
    ----------
    output
        The folder that was written.
    made
        Paths of the files of the parts that were made, relative to `output`.
    kept
        Files that were found there and are not ours; they were left as they are.
    notes
        What the renderers want a person to know, such as labels that found no room.
    """

    output: Path
    made: tuple[str, ...]
    kept: tuple[str, ...]
    notes: tuple[str, ...]


def build(
    atlas: Path | str | None = None,
    output: Path | str = "output",
    *,
    only: Sequence[str] = (),
    maps: Sequence[str] = (),
    sheets: Sequence[str] = (),
    languages: Sequence[str] = (),
    basemap: str | None = None,
    cache: Cache | None = None,
    progress: Callable[[str], None] = lambda text: None,
) -> Report:
    """Make the maps, sheets, layers and tables of an atlas.

    Parameters
    ----------
    atlas
        Atlas folder; the one that comes with the package if None.
    output
        Folder to write. Files in it that are not ours are kept.
    only
        Parts to make, of `PARTS`; all of them if empty. The other parts stay as they are.
    maps, sheets
        Ids of the pages and of the print sheets to make, ``story`` being the handout. If any are
        named, nothing else is made than they and the parts in `only`; all other files stay.
    languages
        Languages to make, of those of the atlas; all if empty.
    basemap
        ``osm`` or ``ocean`` to put an online basemap under the pages, which then need a network.
    cache
        Where results may be kept between runs.
    progress
        Called with a line of text whenever something begins.

    Raises
    ------
    AtlasError
        If the atlas has problems; nothing is written then.
    CallError
        If the output cannot be written, would swallow the atlas or the folder one is in, or holds
        a file that is not ours where one of ours must go.
    """
    from frontiers_map.analysis import figures
    from frontiers_map.analysis.joins import load

    output = Path(output)
    _refuse(output, atlas)
    cache = cache or NoCache()
    unknown = sorted(set(only) - set(PARTS))
    if unknown:
        raise CallError(f"found part '{unknown[0]}'; allowed: {', '.join(PARTS)}")
    some = {part: tuple(ids) for part, ids in (("web", maps), ("print", sheets)) if ids}
    parts = [part for part in PARTS if part in only or part in some or not (only or some)]
    with _told(output), _locked(output):
        _recover(output)
        progress("reading the atlas, joining its layers, routing")
        joined = load(atlas, cache=cache)
        if problems := figures.check(joined):
            raise AtlasError(problems)
        unspoken = sorted(set(languages) - set(joined.settings.languages))
        if unspoken:
            raise CallError(
                f"found language '{unspoken[0]}'; "
                f"allowed: {', '.join(joined.settings.languages)}, as atlas.toml says"
            )
        _check_ids(joined, some)
        stage = _stage(output)
        try:
            made: dict[str, dict[str, str]] = {}
            notes: list[str] = [*joined.notes, *filter(None, [unsaid(joined)])]
            for part in parts:
                progress(f"making {part}")
                told: list[str] = []
                renderer: Renderer = importlib.import_module(PARTS[part])
                job = RenderJob(
                    joined,
                    scratch=stage / ".scratch",
                    languages=languages,
                    chosen=some.get(part, ()),
                    basemap=basemap,
                    cache=cache,
                    progress=progress,
                    notes=told,
                )
                with joined.speaking():
                    files = renderer.render(job)
                notes += told
                if part in some:
                    told = _notes_of_others(output, part, files) + told
                if told:
                    text = "\n".join([*sorted(told), ""])
                    files = {**files, f"{part}/{NOTES}": text.encode()}
                made[part] = _write(stage, files)
            shutil.rmtree(stage / ".scratch", ignore_errors=True)
            new = tuple(name for part in parts for name in made[part])
            kept, older = _carry_over(output, stage, made, some)
            state = state_of(joined.inputs)
            made_from = {name: older.get(name, state) for files in made.values() for name in files}
            notes += [
                f"{part}: {'the rest was left' if part in some else 'left'} as it was, "
                "made from an earlier state of the atlas"
                for part, files in made.items()
                if any(made_from[name] != state for name in files)
            ]
            made = {part: made[part] for part in PARTS if part in made}
            document = manifest.new(joined.settings.id, joined.inputs, made, made_from)
            _write(stage, {MANIFEST: document.as_json()})
            _swap(stage, output)
        except BaseException:
            shutil.rmtree(stage, ignore_errors=True)
            raise
    return Report(output, new, tuple(kept), tuple(notes))


def _check_ids(atlas: JoinedAtlas, some: Mapping[str, Sequence[str]]) -> None:
    """Refuse a page or a sheet that the atlas does not define."""
    from frontiers_map.atlas.messages import did_you_mean
    from frontiers_map.outputs.sheets.kinds.registry import ids_of

    known = {
        "--map": [spec.id for spec in atlas.maps],
        "--sheet": ids_of(atlas),
    }
    for option, other, part in (("--map", "--sheet", "web"), ("--sheet", "--map", "print")):
        for name in some.get(part, ()):
            if name not in known[option]:
                hint = did_you_mean(name, known[option])
                if name in known[other]:
                    hint = f"; {other} {name} is one"
                raise CallError(
                    f"{option}: found '{name}'; allowed: {', '.join(known[option])}{hint}"
                )


def _notes_of_others(output: Path, part: str, files: Files) -> list[str]:
    """Notes of the last build on what is not made again; each begins with what it is on."""
    earlier = _earlier(output).outputs
    name, path = f"{part}/{NOTES}", output / part / NOTES
    if name not in earlier.get(part, {}) or not path.is_file():
        return []
    again = {made.rpartition(".")[0] for made in files}
    lines = path.read_text("utf-8").splitlines()
    return [line for line in lines if line.partition(":")[0] not in again]


def _write(folder: Path, files: Files) -> dict[str, str]:
    """Write or move `files` into `folder` and give the sha256 of each."""
    digests = {}
    for name in sorted(files):
        content, path = files[name], folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Path):
            content.replace(path)
            digests[name] = digest_of(path)
        else:
            path.write_bytes(content)
            digests[name] = hashlib.sha256(content).hexdigest()
    return digests


def _refuse(output: Path, atlas: Path | str | None) -> None:
    """Say no to an output that is no folder, or whose replacement would take other things away."""
    if output.is_symlink():
        told = f"found a link to {output.readlink()}; allowed: a folder, or nothing yet"
        way_out = f"; name the folder itself, -o {output.resolve()}" if output.is_dir() else ""
        raise CallError(f"{output}: {told}{way_out}")
    if output.exists() and not output.is_dir():
        raise CallError(f"{output}: found a file; allowed: a folder, or nothing yet")
    whole = output.resolve()
    for name, folder in (("the folder you are in", Path.cwd()), ("the atlas", atlas)):
        if folder is not None and Path(folder).resolve().is_relative_to(whole):
            raise CallError(f"{output}: found {name} in it; allowed: a folder of its own")


@contextmanager
def _told(output: Path) -> Iterator[None]:
    """Turn what the system refuses into a line for the person who asked."""
    try:
        yield
    except OSError as error:
        if error.errno not in _REFUSALS:
            raise
        found, places = Path(str(error.filename or output)), [output, _beside(output, "new")]
        if not any(
            one.is_relative_to(other)
            for place in places
            for one, other in itertools.permutations((found.absolute(), place.absolute()))
        ):
            raise CallError(f"{found}: {error.strerror}") from error
        raise CallError(f"{output}: cannot be written: {error.strerror}") from error


def _earlier(output: Path) -> Manifest:
    """Give the manifest of the last build, as far as its parts are known; else an empty one."""
    try:
        found = manifest.read(output / MANIFEST)
    except (FileNotFoundError, ValueError):
        return manifest.new("", {}, {}, {})
    return replace(found, outputs={p: found.outputs[p] for p in PARTS if p in found.outputs})


def _carry_over(
    output: Path, stage: Path, made: dict[str, dict[str, str]], some: Collection[str]
) -> tuple[list[str], dict[str, str]]:
    """Bring what must stay from the old folder into the new one, and name what is not ours.

    `made` is completed with the files of the last build that were not made again: those of parts
    that are not in it, and of those in `some`, of which only a few were made. What they were made
    from is given back.
    """
    if not output.exists():
        return [], {}
    last = _earlier(output)
    earlier, states, ours = last.outputs, last.made_from, last.files
    new = {name for files in made.values() for name in files} | {MANIFEST}
    folders = {parent.as_posix() for name in new for parent in Path(name).parents}
    kept = []
    for name, path in sorted(manifest.found_in(output)):
        if name.endswith("/"):
            (stage / name).mkdir(parents=True, exist_ok=True)
            continue
        if name == MANIFEST and earlier:
            continue
        if name in ours and digest_of(path) == ours[name]:
            part = next(part for part, files in earlier.items() if name in files)
            if name not in new and name != f"{part}/{NOTES}" if part in some else part not in made:
                _link(path, stage / name)
            continue
        above = {parent.as_posix() for parent in Path(name).parents}
        if name in ours and name in new:
            name = _edited_name(output, stage, name)
        elif name in new or name in folders or above & new:
            raise CallError(
                f"{path}: was not made by frontiers-map; move it away, or name another folder "
                "with -o"
            )
        _link(path, stage / name)
        kept.append(name)
    left = set()
    for part, files in earlier.items():
        if part not in made or part in some:
            stay = {name for name in files if name not in new and (stage / name).exists()}
            made[part] = made.get(part, {}) | {name: ours[name] for name in stay}
            left |= stay
    return kept, {name: states[name] for name in left if name in states}


def _edited_name(output: Path, stage: Path, name: str) -> str:
    """``gis/a.gpkg`` that somebody has changed is kept as ``gis/a.edited.gpkg``, and so on."""
    path = Path(name)
    for number in itertools.count(1):
        more = f".edited-{number}" if number > 1 else ".edited"
        free = path.with_name(f"{path.stem}{more}{path.suffix}")
        if not (output / free).exists() and not (stage / free).exists():
            break
    return free.as_posix()


def _link(old: Path, new: Path) -> None:
    new.parent.mkdir(parents=True, exist_ok=True)
    if old.is_symlink():
        new.symlink_to(old.readlink())
        return
    try:
        os.link(old, new)
    except OSError:
        shutil.copy2(old, new)


def _beside(output: Path, kind: str) -> Path:
    return output.absolute().parent / f".frontiers-map-{output.absolute().name}-{kind}"


def _stage(output: Path) -> Path:
    stage = _beside(output, "new")
    shutil.rmtree(stage, ignore_errors=True)
    (stage / ".scratch").mkdir(parents=True)
    return stage


def _recover(output: Path) -> None:
    """Clear what a killed build left, and bring back the old folder if it was cut off half-way."""
    old = _beside(output, "old")
    if old.exists() and not output.exists():
        old.rename(output)
    for left in (old, _beside(output, "new")):
        shutil.rmtree(left, ignore_errors=True)


def _swap(stage: Path, output: Path) -> None:
    if not output.exists():
        stage.rename(output)
        return
    if _exchange(stage, output):
        shutil.rmtree(stage, ignore_errors=True)
        return
    old = _beside(output, "old")
    output.rename(old)
    stage.rename(output)
    shutil.rmtree(old, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change places in one step, where the system can (Linux, macOS)."""
    with suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None, use_errno=True)
        names = os.fsencode(one), os.fsencode(other)
        if platform.system() == "Linux":
            at_cwd, exchange = -100, 2
            return bool(libc.renameat2(at_cwd, names[0], at_cwd, names[1], exchange) == 0)
        if platform.system() == "Darwin":
            swap = 2
            return bool(libc.renamex_np(names[0], names[1], swap) == 0)
    return False


@contextmanager
def _locked(output: Path) -> Iterator[None]:
    """Keep two builds from writing one folder; the lock ends with the process, however it ends."""
    digest = hashlib.sha256(os.fsencode(output.resolve())).hexdigest()[:16]
    user = getattr(os, "getuid", int)()
    output.absolute().parent.mkdir(parents=True, exist_ok=True)
    with (Path(tempfile.gettempdir()) / f"frontiers-map-{user}-{digest}.lock").open("a") as file:
        try:
            if platform.system() == "Windows":
                msvcrt = importlib.import_module("msvcrt")
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                fcntl = importlib.import_module("fcntl")
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
                raise
            raise CallError(f"{output}: another build is writing it; wait for its end") from None
        yield
