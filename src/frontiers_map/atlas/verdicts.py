"""What a verdict on a claim rests on: two readings that know nothing of each other.

The text whose claims are held against the record (`kind` of its source: ``article``) is no witness
for itself, and general knowledge is none either. Reports of one publisher are one reading, and so
are copies of one report.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast
from urllib.parse import urlsplit

from frontiers_map.atlas.model import Source
from frontiers_map.atlas.reader import Found, Reader
from frontiers_map.language.text import main_language, suffix

__all__ = ["check_verdicts", "publisher", "readings"]

# Of a claim that stays open a reader must be able to see how hard one has looked.
_OPEN = {"unverified"}
_WHY = ("alone", "looked")


def publisher(source: Source) -> str:
    """Say who published a source: as it says, else the host of its address, else its id.

    Examples
    --------
    >>> publisher(Source(id="S1", title="A report", url="https://www.agi.it/politica/1"))
    'agi.it'
    """
    return source.publisher or urlsplit(source.url).netloc.removeprefix("www.") or source.id


def readings(sources: Iterable[Source]) -> list[str]:
    """Give the publishers of the sources that can bear a verdict, each once."""
    able = (one for one in sources if one.read != "general" and one.kind != "article")
    return sorted({publisher(source) for source in able})


def check_verdicts(reader: Reader, found: Mapping[str, list[Found]]) -> None:
    """Tell verdicts on one reading without a reason, and looks without a place or a day."""
    if "sources.csv" in reader.unread:
        return
    known = {cast("Source", item.row).id: cast("Source", item.row) for item in found["sources.csv"]}
    alone, looked = (f"{name}_{suffix(main_language(reader.languages))}" for name in _WHY)
    for item in found["claims.csv"]:
        row: Any = item.row
        cited = [known[name] for name in row.source if name in known]
        told = readings(cited)
        # an id that names nothing is told where it stands, and might have been the second one
        if len(told) < 2 and len(cited) == len(row.source) and not getattr(row, alone):
            whose = f"one reading, by {told[0]}" if told else "no reading that can bear a verdict"
            text = (
                f"found {whose}; allowed: sources of two publishers, or a reason in {alone} why "
                "there are no more"
            )
            reader.say("claims.csv", text, line=item.line, feature=row.id, field="source")
        looks = {looked: getattr(row, looked), "looked_on": row.looked_on}
        given = [f"{field} is given" for field, value in looks.items() if value]
        if row.verdict in _OPEN:
            given.insert(0, f"the verdict is {row.verdict}")
        for field, value in looks.items():
            if given and not value:
                what = "the day of the look" if field == "looked_on" else "where one has looked"
                text = f"is empty; allowed: {what}, as {given[0]}"
                reader.say("claims.csv", text, line=item.line, feature=row.id, field=field)
