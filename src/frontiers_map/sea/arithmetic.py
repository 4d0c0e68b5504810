"""Numbers packed by an adaptive arithmetic coder, as small as what they tell.

A number of some *kind* is a string of bits: that of the number plus one, without its leading 1,
after as many ones as it has bits, and a zero. What a bit is likely to be is learnt for each kind
and place from the bits before. The coder is the usual one with a range of 32 bits, most
significant bytes first.
"""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["Decoder", "Encoder"]

ONE = 1 << 16  # certainty
SLOWEST = 64  # a bit moves what is expected by at least this part
LEAST = 1 << 24
PLACES = 512  # of one kind


class _Expected:
    """How likely each next bit is to be 0, by kind and place."""

    def __init__(self) -> None:
        self.zero: dict[int, int] = {}
        self.seen: dict[int, int] = {}

    def learn(self, place: int, bit: int) -> None:
        zero = self.zero.get(place, ONE // 2)
        seen = self.seen[place] = min(self.seen.get(place, 1) + 1, SLOWEST)
        self.zero[place] = zero - zero // seen if bit else zero + (ONE - zero) // seen


def _number(kind: int, bit: Callable[[int, int | None], int], number: int | None) -> int:
    """Write a number bit by bit, or read it: `bit` is told the place, and gives the bit."""
    place = kind * PLACES
    known = None if number is None else number + 1
    length = 0
    while bit(place + length, None if known is None else int(known >> (length + 1) > 0)):
        length += 1
    found = 1
    for k in range(length):
        # the first three bits are expected as those before them were, the rest each alone
        at = found if k < 3 else 8 + min(k - 3, 7)
        found = 2 * found + bit(
            place + 32 + 16 * length + at,
            None if known is None else known >> (length - 1 - k) & 1,
        )
    return found - 1


class Encoder:
    """Packs numbers."""

    def __init__(self) -> None:
        self._expected = _Expected()
        self._low, self._range, self._out = 0, (1 << 32) - 1, bytearray()

    def write(self, kind: int, number: int) -> None:
        """Add a number that is not negative."""
        _number(kind, self._bit, number)

    def finish(self) -> bytes:
        """Give all bytes."""
        self._add(LEAST - 1)
        self._out.append(self._low >> 24)
        return bytes(self._out)

    def _bit(self, place: int, bit: int | None) -> int:
        assert bit is not None
        bound = (self._range >> 16) * self._expected.zero.get(place, ONE // 2)
        if bit:
            self._add(bound)
            self._range -= bound
        else:
            self._range = bound
        self._expected.learn(place, bit)
        while self._range < LEAST:
            self._out.append(self._low >> 24)
            self._low = self._low << 8 & 0xFFFFFFFF
            self._range <<= 8
        return bit

    def _add(self, more: int) -> None:
        self._low += more
        if self._low >> 32:  # carry
            self._low &= 0xFFFFFFFF
            at = len(self._out) - 1
            while self._out[at] == 255:
                self._out[at] = 0
                at -= 1
            self._out[at] += 1


class Decoder:
    """Reads numbers again."""

    def __init__(self, content: bytes) -> None:
        self._expected = _Expected()
        self._content, self._at, self._range = content, 4, (1 << 32) - 1
        self._code = int.from_bytes(content[:4].ljust(4, b"\0"))

    def read(self, kind: int) -> int:
        """Give the next number."""
        return _number(kind, self._bit, None)

    def _bit(self, place: int, _: int | None) -> int:
        bound = (self._range >> 16) * self._expected.zero.get(place, ONE // 2)
        bit = int(self._code >= bound)
        if bit:
            self._code -= bound
            self._range -= bound
        else:
            self._range = bound
        self._expected.learn(place, bit)
        while self._range < LEAST:
            more = self._content[self._at] if self._at < len(self._content) else 0
            self._code = self._code << 8 | more
            self._range <<= 8
            self._at += 1
        return bit
