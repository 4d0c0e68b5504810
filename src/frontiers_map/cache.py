"""Results kept between runs, by the hash of everything they were made from.

A cache may be lost, read-only or damaged at any time: then things are computed again.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

__all__ = ["Cache", "FolderCache", "NoCache", "content_key", "user_cache"]


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
    """One file per key below `folder`, each preceded by its own sha256.

    The checksum means that a file cut short by a crash or a full disk is never believed.
    """

    folder: Path

    def get(self, key: str) -> bytes | None:
        """Give what was kept under `key`, or None if absent, unreadable or damaged."""
        try:
            stored = self._path(key).read_bytes()
        except OSError:
            return None
        digest, content = stored[:32], stored[32:]
        return content if hashlib.sha256(content).digest() == digest else None

    def put(self, key: str, content: bytes) -> None:
        """Keep `content` under `key`; a folder that cannot be written is silently left alone."""
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.folder, prefix=".new-")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(hashlib.sha256(content).digest() + content)
                Path(name).replace(self._path(key))
            except OSError:
                Path(name).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self.folder / hashlib.sha256(key.encode()).hexdigest()


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
