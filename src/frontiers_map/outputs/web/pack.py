"""From numbers and JSON to text that a page inflates by itself.

Whole numbers are written as zigzag varints, deflated without a header (``deflate-raw`` in a
browser) and coded in base64; JSON is packed by bzip2, which ``js/bzip.js`` unpacks. Nothing here
depends on the clock or on the order of a hash, so the same input gives the same text.
"""

from __future__ import annotations

import base64
import bz2
import json
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

__all__ = ["Varints", "deltas", "pack_json", "pack_text", "script_json"]


class Varints:
    """A growing row of bytes of unsigned (`count`) and zigzag (`delta`) varints."""

    def __init__(self) -> None:
        self.bytes = bytearray()

    def count(self, value: int) -> None:
        """Add a whole number that is not negative."""
        while value > 127:
            self.bytes.append(value & 127 | 128)
            value >>= 7
        self.bytes.append(value)

    def delta(self, value: int) -> None:
        """Add a whole number of either sign."""
        self.count(value * 2 if value >= 0 else -value * 2 - 1)

    def path(self, points: Iterable[tuple[int, int]], start: tuple[int, int] = (0, 0)) -> None:
        """Add points as differences, the first from `start`."""
        x, y = start
        for u, v in points:
            self.delta(u - x)
            self.delta(v - y)
            x, y = u, v


def pack_text(content: bytes) -> str:
    """Deflate bytes and give them as base64 text."""
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
    return base64.b64encode(squeezer.compress(content) + squeezer.flush()).decode("ascii")


def pack_json(value: Any) -> str:
    """Pack a JSON value by bzip2, a quarter smaller than deflated, and give it as base64 text."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return base64.b64encode(bz2.compress(text.encode("utf-8"))).decode("ascii")


_B85 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~"
# what stands for itself in a string of JSON in a script element
_DIGITS = "".join(chr(code) for code in range(35, 127) if chr(code) not in "&<>\\")[:85]


def base85(content: bytes) -> str:
    """Give bytes as text, five characters for four; zeros fill up the last four.

    Examples
    --------
    >>> base85(bytes(5))
    '##########'
    """
    return base64.b85encode(content, pad=True).decode().translate(str.maketrans(_B85, _DIGITS))


def script_json(value: Any) -> str:
    """Give JSON that may stand inside a script element: no markup, no line separators."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def deltas(points: Sequence[Sequence[float]], per: int) -> list[int]:
    """Write points as differences of whole numbers, `per` to a degree, repeats left out.

    Examples
    --------
    >>> deltas([(1.0, 2.0), (1.5, 2.0), (1.5, 2.001)], 100)
    [100, 200, 50, 0]
    """
    out: list[int] = []
    x = y = 0
    for index, point in enumerate(points):
        u, v = round(point[0] * per), round(point[1] * per)
        if index == 0 or (u, v) != (x, y):
            out += (u - x, v - y)
            x, y = u, v
    return out
