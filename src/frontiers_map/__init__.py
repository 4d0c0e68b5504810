"""Maritime-strategy atlas: cited layers in, offline maps, print sheets and GIS layers out.

>>> import frontiers_map as fm
>>> atlas = fm.load()  # doctest: +SKIP
>>> fm.route((40.6, -10.8), "sodegaura", close=["malacca"])  # doctest: +SKIP

Everything is imported when it is first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from frontiers_map._version import __version__
    from frontiers_map.analysis.joins import JoinedAtlas
    from frontiers_map.api import PublicAtlas, load
    from frontiers_map.builder import Report, build
    from frontiers_map.errors import AtlasError, CallError, Problem
    from frontiers_map.voyages.calls import matrix, reach, route, routes
    from frontiers_map.voyages.lengths import Matrix
    from frontiers_map.voyages.voyage import Voyage

__all__ = [
    "AtlasError",
    "CallError",
    "JoinedAtlas",
    "Matrix",
    "Problem",
    "PublicAtlas",
    "Report",
    "Voyage",
    "__version__",
    "build",
    "load",
    "matrix",
    "reach",
    "route",
    "routes",
]

_HOME = {
    "__version__": "_version",
    "AtlasError": "errors",
    "CallError": "errors",
    "JoinedAtlas": "analysis.joins",
    "Matrix": "voyages.lengths",
    "Problem": "errors",
    "Report": "builder",
    "Voyage": "voyages.voyage",
    "build": "builder",
    "PublicAtlas": "api",
    "load": "api",
    "matrix": "voyages.calls",
    "reach": "voyages.calls",
    "route": "voyages.calls",
    "routes": "voyages.calls",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'frontiers_map' has no attribute {name!r}")
    value = getattr(import_module(f"frontiers_map.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
