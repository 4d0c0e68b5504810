"""Write files whole or not at all: those of an atlas folder, and those that a command is asked for.

Whoever reads one meets the old or the new, and what was there stays if the new cannot be written.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from pyogrio.errors import DataSourceError, FeatureError

from frontiers_map.errors import CallError

__all__ = ["put", "whole"]


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a path of the same name to write to; what is there in the end takes the place of `path`.

    Raises
    ------
    CallError
        If it cannot be written.
    """
    target = path.resolve()
    try:
        with tempfile.TemporaryDirectory(prefix=".frontiers-map-", dir=target.parent) as folder:
            new = Path(folder, path.name)
            yield new
            if target.exists():
                shutil.copymode(target, new)
            new.replace(target)
    except OSError as error:
        raise CallError(f"{path}: cannot be written: {error.strerror or error}") from error
    except (DataSourceError, FeatureError) as error:
        # GDAL begins with all that it was about to say to SQLite
        reason = str(error).rpartition(" failed: ")[2]
        raise CallError(f"{path}: cannot be written: {reason}") from error


def put(texts: Mapping[Path, str]) -> None:
    """Give files new text, in UTF-8 and with their modes: all of them, or none.

    Raises
    ------
    CallError
        If one cannot be written.
    """
    with ExitStack() as all_of_them:
        for path, text in texts.items():
            all_of_them.enter_context(whole(path)).write_bytes(text.encode())
