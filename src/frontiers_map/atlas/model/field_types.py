"""What may stand in a field.

A ``description`` says what is allowed; people read it when something else was found, and it
goes into the JSON Schemas that editors use.
"""

from __future__ import annotations

import re
from typing import (
    Annotated,
    Any,
    Literal,
)

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    WithJsonSchema,
)

from frontiers_map.language.text import TAG, is_tag

_ONE = r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}"
_ID = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"
_DATE = re.compile(r"^([12][0-9]{3})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12][0-9]|3[01]))?)?$")
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Give text as it is, and refuse control characters."""
    found = _CONTROL.search(text)
    if found:
        raise ValueError(f"control character U+{ord(found.group()):04X}")
    return text


def _split(value: Any) -> Any:
    """Several ids in one cell are separated by semicolons; a list is taken as it is."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(";") if part.strip())
    return tuple(value) if isinstance(value, list) else value


def _paths(value: Any) -> Any:
    if isinstance(value, str):
        return tuple(ids for part in value.split("|") if (ids := _split(part)))
    return value


def _date(value: Any) -> Any:
    text = str(value)
    found = _DATE.fullmatch(text)
    if not found:
        raise ValueError("not a date")
    year, month, day = (int(part) if part else 1 for part in found.groups())
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if day > _DAYS[month - 1] or (month == 2 and day == 29 and not leap):
        raise ValueError("no such day")
    return text


def _period(value: str) -> str:
    parts = [str(_date(part)) for part in value.split("/")] if value else []
    if len(parts) > 2 or parts != sorted(parts):
        raise ValueError("not a period")
    return value


def _spans(value: Any) -> Any:
    """Spans of dates, separated by semicolons; one end may be open."""
    spans = []
    for span in _split(value):
        first, bar, last = (part.strip() for part in span.partition("/"))
        if not bar or not (first or last):
            raise ValueError("not a span")
        first, last = (_date(part) if part else "" for part in (first, last))
        if first and last and last < first[: len(last)]:
            raise ValueError("ends before it begins")
        spans.append(f"{first}/{last}")
    return tuple(sorted(spans))


def _language(value: str) -> str:
    if not is_tag(value):
        raise ValueError("not a language tag")
    return value


def _yes(value: Any) -> Any:
    return {"y": True, "n": False}.get(value, value) if isinstance(value, str) else value


def _empty_is_none(value: Any) -> Any:
    return None if value == "" else value


def _several(pattern: str, *, least: int = 0, listed: bool = True) -> dict[str, Any]:
    """Give the JSON Schema of several ids: one text, or a list where the format has lists."""
    text = {"type": "string", "pattern": pattern}
    one = {"type": "string", "pattern": _ID}
    array = {"type": "array", "items": one, "minItems": least}
    return {"anyOf": [text, array]} if listed else text


DATE_WORDS = "a date as YYYY, YYYY-MM or YYYY-MM-DD"
Id = Annotated[str, Field(pattern=_ID, description="an id of letters, digits, _ and -, at most 64")]
MaybeId = Annotated[
    Id | None, BeforeValidator(_empty_is_none), Field(description="an id, or nothing")
]
Ids = Annotated[
    tuple[Id, ...],
    BeforeValidator(_split),
    Field(description="ids separated by semicolons"),
    WithJsonSchema(_several(f"^({_ONE}(\\s*;\\s*{_ONE})*)?$")),
]
SomeIds = Annotated[
    tuple[Id, ...],
    Field(min_length=1),
    BeforeValidator(_split),
    Field(description="at least one id; several separated by semicolons"),
    WithJsonSchema(_several(f"^{_ONE}(\\s*;\\s*{_ONE})*$", least=1)),
]
Paths = Annotated[
    tuple[tuple[Id, ...], ...],
    BeforeValidator(_paths),
    Field(description="place ids separated by semicolons, several lines separated by |"),
    WithJsonSchema(_several(f"^({_ONE}(\\s*[;|]\\s*{_ONE})*)?$", listed=False)),
]
Date = Annotated[
    str,
    BeforeValidator(_date),
    Field(description=DATE_WORDS, json_schema_extra={"pattern": _DATE.pattern}),
]
MaybeDate = Annotated[
    Date | None, BeforeValidator(_empty_is_none), Field(description=f"{DATE_WORDS}, or nothing")
]
Period = Annotated[
    str,
    AfterValidator(_period),
    Field(description="a period such as 2024, 2025-07 or 2025-01/2025-06, or nothing"),
]
Spans = Annotated[
    tuple[str, ...],
    BeforeValidator(_spans),
    Field(
        description="spans of dates such as 2024-11-18/2024-11-28, separated by semicolons; "
        "2026-01/ is not over yet"
    ),
]
String = Annotated[str, AfterValidator(clean), Field(description="text without control characters")]
Needed = Annotated[String, Field(min_length=1, description="some text")]
_WEB = r"^(https?://[^\s<>\"']+)?$"
WebAddress = Annotated[
    str, Field(pattern=_WEB, description="an http(s) address or nothing"), AfterValidator(clean)
]
# one that is printed, as a code, too: a telephone must read it
PrintedAddress = Annotated[
    str,
    Field(
        pattern=_WEB,
        max_length=300,
        description="an http(s) address of at most 300 characters, or nothing",
    ),
    AfterValidator(clean),
]
Lon = Annotated[
    float,
    Field(ge=-180, le=180, allow_inf_nan=False, description="a number in -180..180, degrees east"),
]
Lat = Annotated[
    float,
    Field(ge=-90, le=90, allow_inf_nan=False, description="a number in -90..90, degrees north"),
]
MaybeLon = Annotated[Lon | None, BeforeValidator(_empty_is_none), Lon.__metadata__[0]]
MaybeLat = Annotated[Lat | None, BeforeValidator(_empty_is_none), Lat.__metadata__[0]]
Amount = Annotated[
    Annotated[float, Field(ge=0, allow_inf_nan=False)] | None,
    BeforeValidator(_empty_is_none),
    Field(description="a number, 0 or more, or nothing"),
]
Number = Annotated[
    Annotated[float, Field(allow_inf_nan=False)] | None,
    BeforeValidator(_empty_is_none),
    Field(description="a number or nothing"),
]
Percent = Annotated[
    Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] | None,
    BeforeValidator(_empty_is_none),
    Field(description="a number in 0..100, or nothing"),
]
Year = Annotated[
    Annotated[int, Field(ge=1000, le=2999)] | None,
    BeforeValidator(_empty_is_none),
    Field(description="a year of four digits, or nothing"),
]
Language = Annotated[
    str,
    AfterValidator(_language),
    Field(
        description="a language tag (BCP 47) such as et, pt-BR or zh-Hans",
        json_schema_extra={"pattern": TAG},
    ),
]


YesNo = Annotated[
    bool,
    BeforeValidator(_yes),
    Field(description="y or n"),
    WithJsonSchema({"enum": ["y", "n", True, False], "description": "y or n"}),
]
Country = Annotated[
    str, Field(pattern=r"^[A-Z]{2}$|^$", description="two capital letters (ISO 3166-1) or nothing")
]
Certainty = Annotated[
    Literal["documented", "approximate", "schematic", "interpreted"],
    Field(description="documented, approximate, schematic or interpreted"),
]
