"""GDAL, told not to write when it wrote, and not to read what a file only points to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pyogrio
import pyogrio.errors

__all__ = ["fixed_date", "letters_of", "reason", "refuse_pointer"]

_LONGEST: Final = 200  # letters of what GDAL says
# errors that were raised to tell people something; a kind of these is of a library's inside
_TOLD: Final = (
    pyogrio.errors.CRSError, pyogrio.errors.DataLayerError, pyogrio.errors.DataSourceError,
    pyogrio.errors.FeatureError, ValueError,
)  # fmt: skip
# begins of files that name others, which may lie anywhere, in a network, too: virtual layers,
# addresses of services, pipelines
_POINTERS: Final = (b"<OGR", b"gdal_streamed_alg")


@contextmanager
def fixed_date(date: str) -> Iterator[None]:
    """Let GDAL write `date` (YYYY-MM-DD) where it would write the time of writing."""
    name = "OGR_CURRENT_DATE"
    before = pyogrio.get_gdal_config_option(name)
    pyogrio.set_gdal_config_options({name: f"{date}T00:00:00.000Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({name: before})


def refuse_pointer(path: Path) -> None:
    """See that a file, which may come from anybody, has its features in itself.

    Raises
    ------
    ValueError
        If it points to others.
    OSError
        If it cannot be read.
    """
    with path.open("rb") as file:
        start = file.read(65536)
    if any(mark in start for mark in _POINTERS):
        raise ValueError("found a file that points to others; allowed: the features themselves")


def letters_of(path: Path) -> tuple[str | None, str]:
    """Find out how the texts of a shapefile are written, where nothing beside it says so.

    Returns
    -------
    str or None
        Name of the encoding; None to leave it to GDAL, as a ``.cpg`` or the table itself says it.
    str
        What was taken for granted; empty if nothing was.
    """
    table = next((one for one in map(path.with_suffix, (".dbf", ".DBF")) if one.is_file()), None)
    if path.suffix.lower() != ".shp" or table is None:
        return None, ""
    content = table.read_bytes()
    texts = content[int.from_bytes(content[8:10], "little") :]
    said = any(path.with_suffix(one).is_file() for one in (".cpg", ".CPG"))
    if said or content[29:30] not in (b"\0", b"\x57") or texts.isascii():
        return None, ""
    try:
        texts.decode("utf-8")
    except UnicodeDecodeError:
        note = f"read as Windows-1252; if that is wrong, {path.stem}.cpg says which, as in '1253'"
        return "CP1252", note
    return "UTF-8", ""


def reason(error: Exception) -> str:
    """Say in a line why a file could not be read.

    What GDAL says is for people. What goes wrong behind it, in a file that is damaged or whose
    parts contradict each other, is for programmers: it is said in other words.
    """
    if isinstance(error, UnicodeDecodeError):
        return "its text is not in the encoding that it names, or in UTF-8 where it names none"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if type(error) not in _TOLD or not str(error):
        return "it is damaged"
    told = " ".join(str(error).split())
    return told if len(told) <= _LONGEST else f"{told[: _LONGEST - 1]}…"
