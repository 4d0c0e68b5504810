"""Results kept between runs, by the hash of everything they were made from.

The code that made them and the libraries it stands on are part of that: a changed constant is
seen. A cache may be lost, read-only or damaged at any time: then things are computed again.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final, Protocol

__all__ = ["Cache", "FolderCache", "NoCache", "code", "content_key", "user_cache"]

# More than this is not kept: what was used least recently goes first. A full build of the packaged
# atlas leaves some 60 MB.
MOST_BYTES: Final = 500_000_000
# What computes and draws the things that are kept: another version may give another last digit.
_LIBRARIES: Final = (
    "fonttools", "geopandas", "matplotlib", "numpy", "pandas", "pyarrow", "pyogrio", "pyproj",
    "scipy", "shapely", "typst",
)  # fmt: skip
# Read anew in every build; nothing that is kept is made from them.
_NOT_KEPT: Final = (".css", ".js", ".pyc")


class Cache(Protocol):
    """Where bytes can be kept under a key."""

    def get(self, key: str) -> bytes | None:
        """Give what was kept under `key`, or None."""

    def put(self, key: str, content: bytes) -> None:
        """Keep `content` under `key`; failing to is not an error."""


class NoCache:
    """Keeps nothing."""

    def get(self, key: str) -> bytes | None:
        """Give None."""
        return None

    def put(self, key: str, content: bytes) -> None:
        """Do nothing."""


@dataclass(frozen=True)
class FolderCache:
    """One file per key below `folder`, each preceded by a sha256 of its key and content.

    The checksum means that a file cut short by a crash or a full disk, or one that took another's
    place, is never believed.

    Parameters
    ----------
    folder
        Where the files are; nothing else may be in it.
    most_bytes
        When all files together are larger, those used least recently go.
    """

    folder: Path
    most_bytes: int = MOST_BYTES

    def get(self, key: str) -> bytes | None:
        """Give what was kept under `key`, or None if absent, unreadable or damaged."""
        path = self._path(key)
        try:
            stored = path.read_bytes()
        except OSError:
            return None
        content = stored[32:]
        if stored[:32] != _checksum(path.name, content):
            return None
        with suppress(OSError):
            os.utime(path)
        return content

    def put(self, key: str, content: bytes) -> None:
        """Keep `content` under `key`; a folder that cannot be written is silently left alone."""
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = self._path(key)
            handle, name = tempfile.mkstemp(dir=self.folder, prefix=".new-")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(_checksum(path.name, content) + content)
                Path(name).replace(path)
            except OSError:
                Path(name).unlink(missing_ok=True)
            self._forget(self.most_bytes)

    def clear(self) -> tuple[int, int]:
        """Remove everything that is kept; give how many files that were, and how many bytes.

        Raises
        ------
        OSError
            If a file cannot be removed.
        """
        return self._forget(-1)  # an empty file, left by a crash, goes too

    def _forget(self, most: int) -> tuple[int, int]:
        """Remove the files used least recently until `most` bytes are left."""
        try:
            with os.scandir(self.folder) as entries:
                kept = [
                    (status.st_mtime_ns, entry.name, status.st_size)
                    for entry in entries
                    if entry.is_file(follow_symlinks=False) and _is_ours(entry.name)
                    for status in (entry.stat(follow_symlinks=False),)
                ]
        except FileNotFoundError:
            return 0, 0
        size, gone = sum(size for *_, size in kept), (0, 0)
        for _, name, bytes_ in sorted(kept):
            if size <= most:
                break
            (self.folder / name).unlink(missing_ok=True)
            size -= bytes_
            gone = gone[0] + 1, gone[1] + bytes_
        return gone

    def _path(self, key: str) -> Path:
        return self.folder / hashlib.sha256(f"{code()} {key}".encode()).hexdigest()


def _checksum(name: str, content: bytes) -> bytes:
    return hashlib.sha256(name.encode() + content).digest()


def _is_ours(name: str) -> bool:
    """Whether a file of the cache's folder is one of its own, or what a crash left of one."""
    hexadecimal = len(name) == 64 and not set(name) - set("0123456789abcdef")
    return hexadecimal or name.startswith(".new-")


@cache
def code() -> str:
    """Hash of the package's modules and data, and of the versions of what they stand on.

    The atlas that comes with the package is left out: it is input, and keys name it.
    """
    digest = hashlib.sha256(sys.version.encode())
    for name in _LIBRARIES:
        with suppress(importlib.metadata.PackageNotFoundError):
            digest.update(f"{name} {importlib.metadata.version(name)}\n".encode())
    root = Path(str(files("frontiers_map")))
    for folder, folders, names in os.walk(root):
        folders[:] = sorted({*folders} - {"geodata", "__pycache__"})
        for name in sorted(names):
            if not name.endswith(_NOT_KEPT):
                path = Path(folder, name)
                content = path.read_bytes()
                digest.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode())
                digest.update(content)
    return digest.hexdigest()


def content_key(*parts: object) -> str:
    """Hash plain values (str, bytes, numbers, lists, dicts) into a key.

    Examples
    --------
    >>> content_key("routes", 1) == content_key("routes", 1)
    True
    >>> content_key("routes", 1) == content_key("routes", 2)
    False
    """
    digest = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else json.dumps(part, sort_keys=True).encode()
        digest.update(len(data).to_bytes(8, "little") + data)
    return digest.hexdigest()


def user_cache() -> FolderCache:
    """Give the cache in the user's own cache folder, as the operating system names it."""
    from platformdirs import user_cache_path

    return FolderCache(user_cache_path("frontiers-map", appauthor=False))
