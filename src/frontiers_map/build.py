"""Plan, render, write whole or not at all, and say what was written.

The only module that knows all renderers. Everything is made in a folder beside the target, which
then takes the target's place in one step; whoever reads `output/` sees the old or the new.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import hashlib
import importlib
import json
import os
import platform
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from frontiers_map.cache import Cache, NoCache
from frontiers_map.errors import CallError

__all__ = ["PARTS", "Report", "build"]

MANIFEST: Final = "manifest.json"
# part -> module whose `render` makes it, in the order in which they are made
PARTS: Final = {
    "web": "frontiers_map.web",
    "tables": "frontiers_map.tables",
    "gis": "frontiers_map.gis",
    "print": "frontiers_map.sheets",
}
Files = Mapping[str, bytes | Path]


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
        If the output folder holds a file that is not ours where one of ours must go.
    """
    from frontiers_map.joins import load

    output = Path(output)
    cache = cache or NoCache()
    unknown = sorted(set(only) - set(PARTS))
    if unknown:
        raise CallError(f"found part '{unknown[0]}'; allowed: {', '.join(PARTS)}")
    parts = [part for part in PARTS if part in only or not only]
    if output.is_symlink() or (output.exists() and not output.is_dir()):
        raise CallError(f"{output}: found something else; allowed: a folder, or nothing yet")
    with _locked(output):
        _recover(output)
        progress("reading the atlas, joining its layers, routing")
        joined = load(atlas, cache=cache)
        unspoken = sorted(set(languages) - set(joined.settings.languages))
        if unspoken:
            raise CallError(
                f"found language '{unspoken[0]}'; "
                f"allowed: {', '.join(joined.settings.languages)}, as atlas.toml says"
            )
        spoken = tuple(lang for lang in joined.settings.languages if lang in languages) or tuple(
            joined.settings.languages
        )
        stage = _stage(output)
        try:
            made: dict[str, dict[str, str]] = {}
            notes: list[str] = []
            for part in parts:
                progress(f"making {part}")
                renderer = importlib.import_module(PARTS[part])
                files: Files = renderer.render(
                    joined,
                    languages=spoken,
                    basemap=basemap,
                    cache=cache,
                    scratch=stage / ".scratch",
                    progress=progress,
                    notes=notes,
                )
                made[part] = _write(stage, files)
            shutil.rmtree(stage / ".scratch", ignore_errors=True)
            kept = _carry_over(output, stage, made)
            _write(stage, {MANIFEST: _manifest(joined.inputs, joined.settings.id, made)})
            _swap(stage, output)
        except BaseException:
            shutil.rmtree(stage, ignore_errors=True)
            raise
    new = tuple(name for part in parts for name in made[part])
    return Report(output, new, tuple(kept), tuple(notes))


def _write(folder: Path, files: Files) -> dict[str, str]:
    """Write or move `files` into `folder` and give the sha256 of each."""
    digests = {}
    for name in sorted(files):
        content, path = files[name], folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Path):
            content.replace(path)
            digests[name] = _sha256(path)
        else:
            path.write_bytes(content)
            digests[name] = hashlib.sha256(content).hexdigest()
    return digests


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _manifest(
    inputs: Mapping[str, str], atlas: str, made: Mapping[str, Mapping[str, str]]
) -> bytes:
    from frontiers_map import __version__

    document = {
        "generator": f"frontiers-map {__version__}",
        "atlas": atlas,
        "inputs": dict(sorted(inputs.items())),
        "outputs": {part: dict(sorted(made[part].items())) for part in PARTS if part in made},
    }
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def _earlier(output: Path) -> dict[str, dict[str, str]]:
    """Parts and files of the last build, as its manifest lists them."""
    try:
        document = json.loads((output / MANIFEST).read_text("utf-8"))
        outputs = document["outputs"]
        return {
            part: {str(name): str(digest) for name, digest in outputs[part].items()}
            for part in PARTS
            if part in outputs
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _carry_over(output: Path, stage: Path, made: dict[str, dict[str, str]]) -> list[str]:
    """Bring what must stay from the old folder into the new one, and name what is not ours.

    `made` is completed with the parts of the last build that were not made again.
    """
    if not output.exists():
        return []
    earlier = _earlier(output)
    ours = {name: digest for files in earlier.values() for name, digest in files.items()}
    new = {name for files in made.values() for name in files}
    kept = []
    for path in sorted(output.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            continue
        name = path.relative_to(output).as_posix()
        if name == MANIFEST and earlier:
            continue
        untouched = name in ours and _sha256(path) == ours[name]
        if untouched:
            part = next(part for part, files in earlier.items() if name in files)
            if part not in made:
                _link(path, stage / name)
            continue
        if name in ours and name in new:
            name = _edited_name(name)
        elif name in new or name == MANIFEST:
            raise CallError(
                f"{path}: was not made by frontiers-map; move it away, or name another folder "
                "with -o"
            )
        _link(path, stage / name)
        kept.append(name)
    for part, files in earlier.items():
        if part not in made:
            made[part] = {name: ours[name] for name in files if (stage / name).exists()}
    return kept


def _edited_name(name: str) -> str:
    """``gis/a.gpkg`` that somebody has changed is kept as ``gis/a.edited.gpkg``."""
    path = Path(name)
    return path.with_name(f"{path.stem}.edited{path.suffix}").as_posix()


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


class _locked:  # noqa: N801 - reads as what it does
    """Keep two builds from writing one folder; the lock ends with the process, however it ends."""

    def __init__(self, output: Path) -> None:
        output.absolute().parent.mkdir(parents=True, exist_ok=True)
        self.output = output
        digest = hashlib.sha256(os.fsencode(output.resolve())).hexdigest()[:16]
        user = getattr(os, "getuid", int)()
        self.path = Path(tempfile.gettempdir()) / f"frontiers-map-{user}-{digest}.lock"

    def __enter__(self) -> None:
        self.file = self.path.open("a")
        try:
            if platform.system() == "Windows":
                msvcrt = importlib.import_module("msvcrt")
                msvcrt.locking(self.file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                fcntl = importlib.import_module("fcntl")
                fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self.file.close()
            raise CallError(
                f"{self.output}: another build is writing it; wait for its end"
            ) from None

    def __exit__(self, *error: object) -> None:
        self.file.close()
