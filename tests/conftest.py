"""Fixtures that several tests share."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers import TINY, CommandLine


@pytest.fixture(scope="session")
def command(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    """Give the command line, with a cache that no other run has."""
    line = CommandLine(tmp_path_factory.mktemp("cache"))
    yield line
    line.close()


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """Give a copy of the tiny atlas, to be changed at will."""
    return Path(shutil.copytree(TINY, tmp_path / "atlas"))
