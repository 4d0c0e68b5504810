"""What the tests of GIS layers share: writing them, and the tools of the system."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from frontiers_map.analysis.joins import JoinedAtlas
from frontiers_map.outputs import gis
from frontiers_map.outputs.base import RenderJob

# Debian's GDAL and QGIS must not see the virtual environment
DEBIAN = {
    "PATH": "/usr/bin:/bin",
    "HOME": os.environ.get("HOME", "/tmp"),
    "QT_QPA_PLATFORM": "offscreen",
    "LANG": "C.UTF-8",
    "XDG_RUNTIME_DIR": "",
}


def written(atlas: JoinedAtlas, folder: Path) -> Path:
    """Write the GIS files of an atlas below `folder`, and give the folder they are in."""
    for name, content in gis.render(RenderJob(atlas, scratch=folder / "scratch")).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        if isinstance(content, Path):
            content.replace(path)
        else:
            path.write_bytes(content)
    shutil.rmtree(folder / "scratch")
    return folder / "gis"


def needs(*tools: str) -> pytest.MarkDecorator:
    """Skip where a program is missing."""
    missing = [tool for tool in tools if shutil.which(tool) is None]
    return pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}")
