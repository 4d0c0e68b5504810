"""What an output folder is, by which version and from what it was made, and if it still is so."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from frontiers_map._version import __version__
from frontiers_map.atlas.messages import short
from frontiers_map.errors import CallError, one_line

__all__ = [
    "MANIFEST",
    "Manifest",
    "Verdict",
    "digest_of",
    "found_in",
    "new",
    "read",
    "state_of",
    "verify",
]

MANIFEST: Final = "manifest.json"
# A manifest of every map that the atlas could have takes some ten kilobytes.
MOST_BYTES: Final = 10_000_000
# Says what the folder is for, and belongs there.
README: Final = "readme.md"


@dataclass(frozen=True)
class Manifest:
    """What stands in a manifest.

    Attributes
    ----------
    generator
        Program and version that wrote the folder.
    atlas
        Id of the atlas.
    inputs
        Files of the atlas and the sha256 of each.
    outputs
        Part of the output -> its files, relative to the folder, and the sha256 of each.
    made_from
        File of `outputs` -> one checksum for all the inputs that it was made from.
    """

    generator: str
    atlas: str
    inputs: Mapping[str, str]
    outputs: Mapping[str, Mapping[str, str]]
    made_from: Mapping[str, str]

    @property
    def files(self) -> dict[str, str]:
        """All files of all parts, and the sha256 of each."""
        return {name: value for part in self.outputs.values() for name, value in part.items()}

    def as_json(self) -> bytes:
        """Give it as it is written; what a whole part was made from is said once."""
        told: dict[str, str] = {}
        for part, files in self.outputs.items():
            states = {self.made_from[name] for name in files}
            if len(states) == 1:
                told[part] = states.pop()
            else:
                told |= {name: self.made_from[name] for name in sorted(files)}
        document = {
            "generator": self.generator,
            "atlas": self.atlas,
            "inputs": dict(sorted(self.inputs.items())),
            "made_from": told,
            "outputs": {part: dict(sorted(files.items())) for part, files in self.outputs.items()},
        }
        return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def new(
    atlas: str,
    inputs: Mapping[str, str],
    outputs: Mapping[str, Mapping[str, str]],
    made_from: Mapping[str, str],
) -> Manifest:
    """Give the manifest of what this version makes."""
    return Manifest(f"frontiers-map {__version__}", atlas, inputs, outputs, made_from)


def digest_of(path: Path) -> str:
    """Give the sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def state_of(inputs: Mapping[str, str]) -> str:
    """One checksum for all the files of an atlas."""
    return hashlib.sha256(json.dumps(sorted(inputs.items())).encode()).hexdigest()


def read(path: Path) -> Manifest:
    """Read a manifest.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If it is no manifest.
    """
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ValueError(f"more than {MOST_BYTES // 1_000_000} MB")
    try:
        document = json.loads(content)
    except UnicodeDecodeError as error:
        raise ValueError("not UTF-8") from error
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    try:
        states, inputs = (_texts(document.get(name) or {}) for name in ("made_from", "inputs"))
        outputs = {str(part): _texts(files) for part, files in document["outputs"].items()}
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("no outputs in it") from error
    return Manifest(
        str(document.get("generator", "")),
        str(document.get("atlas", "")),
        inputs,
        outputs,
        {
            name: states.get(name, states.get(part, ""))
            for part, files in outputs.items()
            for name in files
            if name in states or part in states
        },
    )


def _texts(mapping: Any) -> dict[str, str]:
    return {str(name): str(value) for name, value in mapping.items()}


@dataclass(frozen=True)
class Verdict:
    """What came of holding an output against its manifest.

    Attributes
    ----------
    made
        One line: which atlas it is, by which version and from what, and the manifest's own sha256.
    wrong
        A line for each file that is not as it was made.
    added
        A line for each file of the folder that the manifest does not list.
    count
        How many files were held against it.
    """

    made: str
    wrong: tuple[str, ...]
    added: tuple[str, ...]
    count: int


def verify(
    output: Path | str,
    manifest: Path | str | None = None,
    *,
    inputs: Mapping[str, str] | None = None,
) -> Verdict:
    """Hold an output folder, or one file of it, against a manifest.

    Parameters
    ----------
    output
        A folder that `build` has written, or a single file out of one, whatever it is called now.
    manifest
        The manifest; the one in the folder, or beside the file, if None.
    inputs
        Files of an atlas and the sha256 of each: was the output made from these?

    Raises
    ------
    CallError
        If there is nothing to verify, or no manifest to hold it against.
    """
    output = Path(output)
    path = Path(manifest or (output if output.is_dir() else output.parent) / MANIFEST)
    try:
        output.stat()
        listed = read(path)
        made = f"{path}: {_origin(listed)}; sha256 {digest_of(path)}"
        if output.is_dir():
            wrong, added = _hold(output, listed.files)
            count = len(listed.files)
        else:
            wrong, added, count = _hold_one(output, listed.files), [], 1
    except OSError as error:
        where = error.filename or output
        way_out = "; --manifest names another" if where == str(path) and not manifest else ""
        raise CallError(f"{where}: cannot be read: {error.strerror}{way_out}") from error
    except ValueError as error:
        raise CallError(f"{path}: found no manifest ({error}); allowed: one of a build") from error
    for name in sorted({*listed.inputs, *inputs} if inputs is not None else ()):
        if listed.inputs.get(name) != (inputs or {}).get(name):
            wrong.append(f"{path}: {name} of the atlas is not what it was made from")
    return Verdict(made, tuple(wrong), tuple(added), count)


def _origin(listed: Manifest) -> str:
    count, state = len(listed.inputs), state_of(listed.inputs)
    told = f"atlas {short(listed.atlas)}, by {short(listed.generator)}, from {count} files"
    older = sum(listed.made_from.get(name, state) != state for name in listed.files)
    return f"{told}, {older} of the outputs from an earlier state of them" if older else told


def _hold(folder: Path, files: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Say what of a folder is not as it was made, and what was not made.

    Only what is found in the folder itself is read: a manifest may come from anybody, and a name
    or a link in it may lead elsewhere.
    """
    there = {name: path for name, path in found_in(folder) if not name.endswith("/")}
    wrong = []
    for name, digest in sorted(files.items()):
        if name not in there:
            wrong.append(one_line(f"{folder / short(name, 300)}: is missing"))
        elif not stat.S_ISREG(there[name].lstat().st_mode):
            wrong.append(f"{folder / name}: is no file any more")
        elif digest_of(there[name]) != digest:
            wrong.append(f"{folder / name}: is not as it was made")
    ours = {*files, MANIFEST}
    added = [name for name in sorted(there) if name not in ours and name.lower() != README]
    return wrong, [f"{folder / name}: was not made by frontiers-map" for name in added]


def found_in(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the name and path of each file in a folder, and of empty folders with a slash.

    Links are not followed. What cannot be looked into is an error: `Path.rglob` passes over it in
    silence, and what it does not see would be taken for what is not there.
    """

    def fail(error: OSError) -> None:
        raise error

    for above, folders, names in os.walk(folder, onerror=fail):
        here = Path(above)
        links = [name for name in folders if (here / name).is_symlink()]
        for name in (*names, *links):
            yield (here / name).relative_to(folder).as_posix(), here / name
        if not names and not folders and here != folder:
            yield f"{here.relative_to(folder).as_posix()}/", here


def _hold_one(file: Path, files: Mapping[str, str]) -> list[str]:
    """Say what is wrong with one file, under any name."""
    if digest_of(file) in files.values():
        return []
    return [f"{file}: is none of the files of the manifest as they were made"]
