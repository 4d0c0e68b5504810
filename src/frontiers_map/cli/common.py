"""What several commands share: their atlas, their progress, and how problems end."""

from __future__ import annotations

import errno
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from frontiers_map.errors import AtlasError, CallError, one_line

__all__ = ["FOLDER", "atlas_folder", "atlas_option", "problems_as_exit_2", "teller"]

DEFAULT_FOLDER = Path("geodata")
FOLDER = click.Path(path_type=Path)


@contextmanager
def problems_as_exit_2() -> Iterator[None]:
    """Print what is wrong with the input or the call, one line each, and leave with code 2."""
    try:
        yield
    except AtlasError as error:
        click.echo(str(error), err=True)
        count = len(error.problems)
        click.echo(f"{count} problem{'s' * (count > 1)}; nothing was written.", err=True)
        raise SystemExit(2) from error
    except CallError as error:
        for line in error.lines:
            click.echo(one_line(line), err=True)
        raise SystemExit(2) from error
    except OSError as error:  # what the system said no to, and of which file
        if not error.filename or not error.strerror or error.errno == errno.EPIPE:
            raise
        click.echo(one_line(f"{error.filename}: {error.strerror}"), err=True)
        raise SystemExit(2) from error


def atlas_folder(given: Path | None, named: Path | None = None) -> Path | None:
    """Give the folder that was named, else the one we are in, else ./geodata, else None.

    A folder is an atlas if ``atlas.toml`` is in it; None stands for the packaged atlas.

    Raises
    ------
    CallError
        If two different folders were named.
    """
    if given is not None and named is not None and given.resolve() != named.resolve():
        raise CallError(f"--atlas: found {named} and also {given}; allowed: one atlas")
    if (folder := given or named) is not None:
        return folder
    here = (Path(), DEFAULT_FOLDER)
    return next((folder for folder in here if (folder / "atlas.toml").exists()), None)


def folder_to_change(given: Path | None, named: Path | None) -> Path:
    """Give the folder of an atlas that a command may write into: never the packaged one.

    Raises
    ------
    CallError
        If none was named and we are in none, or two were named.
    """
    folder = atlas_folder(given, named)
    if folder is None:
        raise CallError("found no atlas here; name its folder after FILE")
    return folder


def atlas_option(command: Any) -> Any:
    """Give a command the option --atlas, as ``named``."""
    return click.option(
        "--atlas",
        "named",
        type=FOLDER,
        metavar="FOLDER",
        help="The atlas; without it the folder you are in, ./geodata, or the packaged one.",
    )(command)


def teller(quiet: bool) -> Any:
    """Give a function that shows progress on stderr, if somebody is looking."""
    if quiet or not sys.stderr.isatty():
        return lambda text: None
    start = time.monotonic()
    return lambda text: click.echo(f"{time.monotonic() - start:5.1f} s  {one_line(text)}", err=True)
