"""What parsers say -> what a person needs to know: what was found, what is allowed, what to do."""

from __future__ import annotations

import csv
import difflib
import json
import math
import re
import tomllib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from frontiers_map.atlas.model import Row, Text
from frontiers_map.language.text import is_tag, suffix, told_in
from frontiers_map.symbols import SYMBOLS

__all__ = [
    "bytes_reason",
    "columns",
    "csv_reason",
    "did_you_mean",
    "explain",
    "json_reason",
    "misread",
    "nearly_position",
    "short",
    "toml_reason",
]

_NUMBERS = re.compile(r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?", re.IGNORECASE)


def short(text: str, most: int = 80) -> str:
    """Cut a text that would fill the screen."""
    return text if len(text) <= most else f"{text[: most - 3]}..."


def did_you_mean(word: str, allowed: Iterable[str]) -> str:
    """Say the nearest of the `allowed` words, as the end of a sentence, or nothing.

    Examples
    --------
    >>> did_you_mean("bakassi", ["makassar", "balabac"])
    "; did you mean 'makassar'?"
    >>> did_you_mean("name", ["name_et", "name_ar"])
    "; did you mean 'name_et'?"
    >>> did_you_mean("name_xx", ["name_et", "name_ar"])
    '; texts are in et or ar, as languages in atlas.toml says'
    """
    allowed = list(allowed)
    base, _, ending = word.rpartition("_")
    if is_tag(ending) and (told := [*told_in(base, allowed)]):
        listed = " or ".join(filter(None, (", ".join(told[:-1]), told[-1])))
        return f"; texts are in {listed}, as languages in atlas.toml says"
    # sorted, so that of two equally near words it is always the same one
    near = difflib.get_close_matches(short(word), sorted(allowed), n=1, cutoff=0.6)
    if told := [*told_in(word, allowed)]:
        near = [f"{word}_{suffix(told[0])}"]
    return f"; did you mean '{near[0]}'?" if near else ""


def nearly_position(text: str) -> str:
    """Say how a position is written, to who wrote one otherwise; empty if `text` is a name.

    Examples
    --------
    >>> nearly_position("POINT (4.0 51.98)")
    "allowed: lon,lat in decimal degrees; did you mean '4,51.98'?"
    >>> nearly_position("nan,nan"), nearly_position("Pier 5")
    ('allowed: lon,lat in decimal degrees', '')
    """
    numbers = _NUMBERS.findall(text)
    between = re.sub(r"(?i)point|nan(?=\s*,|$)", "", _NUMBERS.sub("", text))
    compass = re.sub(r"(?i)(?<![^\W\d_])[nsew](?![^\W\d_])", "", between)
    if re.search(r"[^\W\d_]", compass) or not (numbers or "," in text):
        return ""
    told = "allowed: lon,lat in decimal degrees"
    lon, lat = map(float, numbers) if len(numbers) == 2 else (math.inf, math.inf)
    plain = compass == between and not re.search(r"[°'\"]", between)
    if plain and abs(lon) <= 360 and abs(lat) <= 90:
        told += f"; did you mean '{lon:.10g},{lat:.10g}'?"
    return told


_LISTED = 12  # keys that are all named where one is unknown


def columns(model: type[Row]) -> dict[str, bool]:
    """Name of each field as it stands in a file, and whether it is needed."""
    return {field.alias or name: field.is_required() for name, field in model.model_fields.items()}


def bytes_reason(content: bytes) -> tuple[str, int] | None:
    """Say why `content` is not text, and in which line; None if it is UTF-8 text."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return f"found UTF-16 text; {_UTF8}", 0
    if content[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        return f"found a spreadsheet or an archive; {_UTF8}", 0
    nul = content.find(b"\0")
    if nul >= 0:
        return "found a NUL byte; allowed: UTF-8 text", content.count(b"\n", 0, nul) + 1
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return (
            f"found byte 0x{content[error.start]:02x}{_guess(content, error.start)}; {_UTF8}",
            line,
        )
    return None


_UTF8 = "allowed: UTF-8 text (in a spreadsheet, save as 'CSV UTF-8')"


def _guess(content: bytes, at: int) -> str:
    """Say what a byte that is not UTF-8 is likely to be."""
    line = content[content.rfind(b"\n", 0, at) + 1 :].split(b"\n", 1)[0]
    with suppress(UnicodeDecodeError):
        words = re.search(r"[\u3040-\u30ff\u4e00-\u9fff]{2,}", line.decode("cp932"))
        if words:
            return f", which begins '{words[0]}' in Shift_JIS"
    letter = content[at : at + 1].decode("cp1252", "replace")
    return f", which is '{letter}' in Windows-1252" if letter.isprintable() else ""


def csv_reason(error: csv.Error) -> str:
    """Say what is wrong with a table."""
    told = str(error)
    if "end of data" in told:
        return "found a quotation mark that is never closed; allowed: pairs of them"
    if "expected after" in told:
        return (
            "found text after a closing quotation mark; "
            'allowed: a comma there, and "" for a quotation mark inside a text'
        )
    if "field limit" in told:
        return f"found a cell of more than {csv.field_size_limit():,} characters; allowed: less"
    return f"not CSV: {told}"


def json_reason(error: ValueError | RecursionError, text: str) -> tuple[str, int]:
    """Say what is wrong with a JSON text, and in which line (0 where that is not known)."""
    if isinstance(error, RecursionError):
        return "not JSON that can be read: nested too deeply", 0
    if not isinstance(error, json.JSONDecodeError):
        return f"not JSON that can be read: {_number(error)}", 0
    if not text.strip():
        return "found nothing; allowed: a GeoJSON FeatureCollection", 0
    if error.msg.startswith("Unterminated string") or error.pos >= len(text.rstrip()):
        return "not JSON: the file ends in the middle", error.lineno
    comma = re.compile(r",\s*([}\]])").match(text, text.rfind(",", 0, error.pos + 1))
    if comma and error.pos < comma.end():
        line = text.count("\n", 0, comma.start()) + 1
        return f"not JSON: found a comma before the closing {comma.group(1)}", line
    return f"not JSON: {error.msg}", error.lineno


def toml_reason(error: ValueError | RecursionError, text: str) -> tuple[str, int]:
    """Say what is wrong with a TOML text, and in which line (0 where that is not known)."""
    if isinstance(error, RecursionError):
        return "not TOML that can be read: nested too deeply", 0
    if not isinstance(error, tomllib.TOMLDecodeError):
        return f"not TOML that can be read: {_number(error)}", 0
    place = re.search(r" \(at line (\d+), column \d+\)$| \(at end of document\)$", str(error))
    line = int(place.group(1) or 0) if place else 0
    told = str(error)[: place.start()] if place else str(error)
    if told == "Invalid value":
        told = "found a value that is not one; texts stand in quotation marks"
    elif told.startswith("Cannot overwrite") or told.startswith("Cannot declare"):
        told = "found a key or a table a second time"
    elif told.startswith("Illegal character '\\n'") or told.startswith("Unterminated string"):
        told = "found a text that is never closed"
    return f"not TOML: {told}", line or text.rstrip().count("\n") + 1


def _number(error: ValueError) -> str:
    told = str(error)
    return "found a number of thousands of digits" if told.startswith("Exceeds") else told


def explain(model: type[Row], error: ValidationError, values: Any) -> list[tuple[str, str]]:
    """Give field and problem for everything that is wrong with one row."""
    return [
        _explain(model, item, values)
        for item in error.errors(include_url=False, include_context=False)
    ]


def _explain(model: type[Row], item: Any, values: Any) -> tuple[str, str]:
    place = item["loc"]
    missing = item["type"] == "missing"
    if missing and isinstance(place[-1], int):
        # a list that is too short is wrong as a whole
        missing, place = False, place[:-1]
    owner, field = _descend(model, place)
    name, where = str(place[-1]) if place else "", _where(place, values)
    if missing:
        return where, "is missing; it is needed"
    if item["type"] == "extra_forbidden":
        known = columns(owner)
        hint = did_you_mean(name, known)
        listed = f"; allowed: {', '.join(known)}" if 0 < len(known) <= _LISTED else ""
        return where, f"unknown key{hint or listed}"
    told = item["msg"].removeprefix("Value error, ")
    if told.startswith("control character"):
        return where, f"found {told}; allowed: plain text"
    allowed = _allowed(field, isinstance(place[-1], int) if place else False) or _plain(told)
    found = item["input"]
    if found == "" or found == ():
        return where, f"is empty; allowed: {allowed}"
    if isinstance(found, str):
        shown = repr(short(found))
    else:
        shown = short(json.dumps(found, default=str, ensure_ascii=False))
    return where, f"found {shown}; allowed: {allowed}{_hint(name, told, values, found)}"


def _descend(model: type[Row], place: Sequence[str | int]) -> tuple[type[Row], FieldInfo | None]:
    """Find the field at `place` below `model`, and the kind of row that it belongs to."""
    field: FieldInfo | None = None
    for part in place:
        if isinstance(part, int):
            continue
        inner = _row_within(field.annotation) if field else None
        model = inner or model
        named = {f.alias or name: f for name, f in model.model_fields.items()}
        field = named.get(part, field if inner is None else None)
    return model, field


def _row_within(annotation: Any) -> type[Row] | None:
    if isinstance(annotation, type) and issubclass(annotation, Row):
        return annotation
    return next((row for part in get_args(annotation) if (row := _row_within(part))), None)


def _allowed(field: FieldInfo | None, entry: bool) -> str:
    """Say what may stand in a field, or in an entry of the list that stands in it."""
    if field is None:
        return ""
    inner = _description_within(field.annotation) if entry else ""
    if found := inner or field.description:
        return found
    if found := _description_within(field.annotation):
        return found
    row = _row_within(field.annotation)
    if row is None:
        return ""
    many = get_origin(field.annotation) is tuple and not entry
    if issubclass(row, Text):
        told = "{ " + ", ".join(f'{name} = "…"' for name in columns(row)) + " }"
        if many:
            return f"a list of texts, such as [{told}]"
        return f"a text for each language, such as {told}"
    return f"{'a list of tables' if many else 'a table'} with {', '.join(columns(row))}"


def _description_within(annotation: Any) -> str:
    for part in get_args(annotation):
        for note in getattr(part, "__metadata__", ()):
            if getattr(note, "description", None):
                return str(note.description)
    return ""


def _plain(told: str) -> str:
    words = {"a valid tuple": "a list", "a valid dictionary": "a table", "a valid string": "text",
             "a valid integer": "a whole number", "a valid number": "a number"}  # fmt: skip
    told = told.removeprefix("Input should be ")
    return words.get(told, told)


def _where(place: Sequence[str | int], values: Any) -> str:
    """Name a field: ``suppliers.fiji.name.en``, by id where the list's entries have one."""
    parts = []
    for part in place:
        try:
            values = values[part]
        except (KeyError, IndexError, TypeError):
            values = None
        if isinstance(part, int):
            label = values.get("id") if isinstance(values, dict) else None
            parts.append(label if isinstance(label, str) and label else str(part + 1))
        else:
            parts.append(part)
    return ".".join(short(part, 64) for part in parts)


def _hint(name: str, told: str, values: Any, found: Any) -> str:
    """Offer the value that was likely meant, as the end of a sentence."""
    if told == "no such day":
        return "; there is no such day"
    if told == "not a view":
        return _turned(found)
    if told == "no symbol":
        return did_you_mean(str(found), SYMBOLS)
    if told.startswith("no path: "):
        return f"; {told.removeprefix('no path: ')}"
    if not isinstance(found, str | int | float) or not isinstance(values, dict):
        return ""
    if isinstance(found, str) and re.fullmatch(r"[-+]?\d+,\d+", found):
        return f"; a decimal comma: {found.replace(',', '.')}?"
    try:
        number = float(found)
        if name.endswith("lat") and "lon" in values:
            lon = float(values["lon"])
            evident = abs(lon) <= 90 < abs(number) <= 180
            return f"; lon and lat look swapped: lon {number:g}, lat {lon:g}?" if evident else ""
    except (TypeError, ValueError, OverflowError):
        return ""
    if name.endswith("lon") and 180 < abs(number) <= 360:
        return f"; did you mean {number - math.copysign(360, number):.10g}?"
    return ""


def _turned(view: Any) -> str:
    """Offer a view whose second longitude runs on past 180, and whose south is below its north."""
    west, south, east, north = view
    if east <= west:
        east += 360
    box = [f"{side:.10g}" for side in (west, min(south, north), east, max(south, north))]
    right = east - west <= 360 and south != north and min(south, north) >= -90
    return f"; did you mean [{', '.join(box)}]?" if right and max(south, north) <= 90 else ""


_CONTINUED = "".join(
    dict.fromkeys(
        bytes([byte]).decode(code, "ignore")
        for byte in range(0x80, 0xC0)
        for code in ("cp1252", "latin-1")
    )
)
_TORN = re.compile(
    f"[à-ï][{re.escape(_CONTINUED)}]{{2}}|(?<![A-ZÀ-Þ])[ÂÃÄÅ][{re.escape(_CONTINUED)}]"
)


def misread(text: str) -> str:
    r"""Give a text as it was before its UTF-8 was read as Windows-1252; empty if it was not.

    Examples
    --------
    >>> misread("ã‚¹ãƒ\x90"), misread("NukuÊ»alofa"), misread("«È così», città…")
    ('スバ', 'Nukuʻalofa', '')
    """
    if text.isascii():
        return ""
    with suppress(UnicodeError):
        return _bytes(text).decode()

    def mended(match: re.Match[str]) -> str:
        with suppress(UnicodeError):
            found = _bytes(match[0]).decode()
            # of three bytes only the scripts of East Asia and typographer's signs
            if len(match[0]) == 2 or "\u2000" <= found <= "\u22ff" or found >= "\u3000":
                return found
        return match[0]

    found = _TORN.sub(mended, text)
    return found if found != text else ""


def _bytes(text: str) -> bytes:
    """Windows-1252, its five gaps as in Latin-1."""
    return b"".join(
        sign.encode("latin-1") if "\x80" <= sign < "\xa0" else sign.encode("cp1252")
        for sign in text
    )
