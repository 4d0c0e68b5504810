"""Write a file of an atlas folder whole or not at all."""

from __future__ import annotations

import shutil
from pathlib import Path

__all__ = ["put"]


def put(path: Path, text: str) -> None:
    """Give a file new text, in UTF-8 and with its mode; whoever reads it meets the old or the new.

    Raises
    ------
    OSError
        If it cannot be written; the old file stays.
    """
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(text.encode())
    if path.exists():
        shutil.copymode(path, beside)
    beside.replace(path)
