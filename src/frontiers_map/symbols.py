"""The symbols of the map, one family, drawn once for page, sheets, QGIS and KML alike.

Each is SVG path data on a 24-unit square, y down, filled by the even-odd rule: a ring inside
another is a hole. Where an atlas names a symbol it may as well give such data of its own.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

__all__ = ["SYMBOLS", "path_of"]

SYMBOLS: Final = MappingProxyType(
    {
        "export": "M12 3 L21.5 20 L2.5 20 Z",
        "import": "M12 21 L2.5 4 L21.5 4 Z",
        "pole": "M12 1 A11 11 0 1 1 11.99 1 Z M12 4 A8 8 0 1 0 12.01 4 Z"
        " M12 6.5 A5.5 5.5 0 1 1 11.99 6.5 Z",
        "capital": "M12 5 A7 7 0 1 1 11.99 5 Z M12 8 A4 4 0 1 0 12.01 8 Z",
        "city": "M12 7 A5 5 0 1 1 11.99 7 Z",
        "venue": "M12 6 L18 12 L12 18 L6 12 Z",
        "naval": "M4 8 L20 8 L16 17 L8 17 Z",
        "military": "M5 5 L19 5 L19 19 L5 19 Z",
        "space": "M12 2 L14 10 L22 12 L14 14 L12 22 L10 14 L2 12 L10 10 Z",
        "company": "M6 6 L18 6 L18 18 L6 18 Z",
        "energy": "M12 3 L21.5 20 L2.5 20 Z",
        "port": "M12 7 A5 5 0 1 1 11.99 7 Z",
        "cape": "M12 8 L16 16 L8 16 Z",
        "dart": "M12 2 L16 20 L12 16 L8 20 Z",
        "dot": "M12 9 A3 3 0 1 1 11.99 9 Z",
    }
)


def path_of(symbol: str) -> str:
    """Give the path data of a symbol by its name; data as they are.

    Examples
    --------
    >>> path_of("venue"), path_of("M2 2 L22 2 L12 22 Z")
    ('M12 6 L18 12 L12 18 L6 12 Z', 'M2 2 L22 2 L12 22 Z')
    """
    return SYMBOLS.get(symbol, symbol)
