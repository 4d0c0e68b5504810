"""GDAL, told not to write when it wrote."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pyogrio

__all__ = ["fixed_date"]


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
