"""Harbours of the world by name or UN/LOCODE: the World Port Index, as the package carries it."""

from __future__ import annotations

import csv
import difflib
import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

from frontiers_map.errors import CallError

__all__ = ["LOCODE", "Port", "Ports", "key", "packaged"]

# As many harbours of one name are told before the rest is only counted.
_TOLD = 6
LOCODE = re.compile(r"[A-Z]{2} ?[A-Z2-9]{3}")
# Letters that are no base letter with a mark, as people write them without it.
_PLAIN = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)


def key(name: str) -> str:
    """Give what two spellings of a name have in common: letters and digits, without accents.

    Marks that make another letter, such as the voicing of kana and vowel signs, stay.

    Examples
    --------
    >>> key("Le Havre"), key("Málaga"), key("GDAŃSK"), key("東京")
    ('lehavre', 'malaga', 'gdansk', '東京')
    """
    if name.isascii():  # most names, ten times as quick
        return "".join(filter(str.isalnum, name.lower()))
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_PLAIN))
    return "".join(
        sign
        for sign in plain
        if sign.isalnum()
        or (unicodedata.category(sign) in ("Mn", "Mc") and not "\u0300" <= sign <= "\u036f")
    )


def _words(name: str) -> list[str]:
    return [key(word) for word in re.split(r"[\s-]+", name.strip())]


@dataclass(frozen=True, slots=True)
class Port:
    """A harbour of the World Port Index.

    Attributes
    ----------
    id : str
        UN/LOCODE where the index gives one that no other harbour has, else ``WPI`` and its number.
    name : str
    also : tuple of str
        Other names and codes that are as good.
    called : str
        What GeoNames calls its town, in any language, with semicolons between.
    country : str
        ISO 3166-1 code of two letters.
    lon, lat : float
        Degrees; most to a whole minute of arc.
    people : int
        Inhabitants of its town by GeoNames; 0 where none is known. Not a size of the harbour, but
        all that the packaged sources say of one.
    large : bool
        Whether it is on the package's own list of large harbours.
    """

    id: str
    name: str
    also: tuple[str, ...]
    called: str
    country: str
    lon: float
    lat: float
    people: int
    large: bool

    def __str__(self) -> str:
        """Name it so that nobody takes it for another one."""
        return f"{self.name}, {self.country} ({self.id})"


class Ports:
    """Harbours, found by what people call them."""

    def __init__(self, ports: Iterable[Port]) -> None:
        self.all = tuple(ports)
        self._by_id = {port.id: port for port in self.all}
        self._by_name: dict[str, list[Port]] = defaultdict(list)
        for port in self.all:
            for name in {key(each) for each in (port.name, *port.also)}:
                self._by_name[name].append(port)

    @cached_property
    def _by_other(self) -> dict[str, list[Port]]:
        """By what their towns are called, ten times as many: read when no harbour has a name."""
        found: dict[str, list[Port]] = defaultdict(list)
        for port in self.all:
            for name in {key(other) for other in port.called.split(";")} - {""}:
                found[name].append(port)
        return found

    def find(self, text: str) -> Port:
        """Find a harbour by LOCODE, by name, or by ``name, country``.

        A code in capitals is a code (CAMAS is Masson in Canada), otherwise names go first.
        A harbour's own name goes before a town's; accents, case, spaces and punctuation do not
        count.

        Raises
        ------
        LookupError
            If nothing has that name; the message ends with what is near, or is empty.
        CallError
            If several harbours have it: all of them are told.
        """
        typed = unicodedata.normalize("NFKC", text).strip()  # Japanese keyboards write wide letters
        if port := self._by_code(typed):
            return port
        name, _, country = (part.strip() for part in text.rpartition(","))
        if name and re.fullmatch(r"[A-Za-z]{2}", country):
            among = [one for one in self._named(name) if one.country == country.upper()]
        else:
            among = self._named(text)
        if len(among) == 1:
            return among[0]
        if not among and (port := self._by_code(typed.upper())):
            return port
        if among:
            told = "; ".join(map(str, among[:_TOLD]))
            more = f"; and {len(among) - _TOLD} more" if len(among) > _TOLD else ""
            raise CallError(
                f"found '{text}', a name of {len(among)} harbours: {told}{more}; "
                f"allowed: one of these codes, or the name and the country ('{text},"
                f"{among[0].country}')"
            )
        raise LookupError(self._near_spelling(name or text))

    def near(self, lon: float, lat: float, count: int = 10) -> list[tuple[Port, float]]:
        """Give the harbours nearest to a position, nearest first, with kilometres."""
        from pyproj import Geod

        lons = [port.lon for port in self.all]
        lats = [port.lat for port in self.all]
        one = [lon] * len(lons)
        _, _, metres = Geod(ellps="WGS84").inv(one, [lat] * len(lons), lons, lats)
        order = sorted(range(len(lons)), key=lambda n: (metres[n], self.all[n].id))
        return [(self.all[n], metres[n] / 1000) for n in order[:count]]

    def _by_code(self, typed: str) -> Port | None:
        code = typed.replace(" ", "") if LOCODE.fullmatch(typed) else typed
        return self._by_id.get(code)

    def _named(self, name: str) -> list[Port]:
        found = self._by_name.get(key(name)) or self._by_other.get(key(name)) or []
        # Punta Arenas is not Puntarenas where somebody spells it in two words
        words = _words(name)
        exact = [port for port in found if words in map(_words, (port.name, *port.also))]
        found = exact or found
        return sorted(found, key=lambda port: (not port.large, -port.people, port.id))

    def _near_spelling(self, text: str) -> str:
        """Give the harbours whose names are spelt most like `text`; of equals the larger town."""
        word = key(text)[:60]
        if not word:
            return ""
        ratio = {
            name: difflib.SequenceMatcher(None, word, name).ratio()
            for name in difflib.get_close_matches(word, self._by_name, n=8, cutoff=0.72)
        }
        best: dict[Port, float] = {}
        for name, alike in ratio.items():
            for port in self._by_name[name]:
                score = alike + 0.05 * port.large + 0.01 * math.log10(port.people + 1)
                best[port] = max(score, best.get(port, 0))
        order = sorted(best, key=lambda port: (-best[port], port.id))
        return " or ".join(map(str, order[:2]))


@cache
def packaged() -> Ports:
    """Give the harbours that come with the package, read once.

    Two of them may bear one code in the index: both then go by their number there.
    """
    text = files("frontiers_map").joinpath("data/ports.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    count: dict[str, int] = defaultdict(int)
    for row in rows:
        count[row["locode"]] += 1
    return Ports(
        Port(
            id=row["locode"] if count[row["locode"]] == 1 else f"WPI{row['id']}",
            name=row["name"],
            also=tuple(filter(None, row["also"].split(";"))),
            called=row["names"],
            country=row["country"],
            lon=float(row["lon"]),
            lat=float(row["lat"]),
            people=int(row["people"]),
            large=row["large"] == "y",
        )
        for row in rows
    )
