"""Files that people edit -> checked rows, with every problem told and none raised.

A table is CSV with a header, features are GeoJSON, settings and prose are TOML; all are UTF-8.
Each reader gives rows and adds to a list of problems: whoever calls decides when to stop.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from shapely.geometry.base import BaseGeometry

from frontiers_map.atlas import geojson, messages, source_lines
from frontiers_map.atlas.csv_rows import Table, TableError, read_table
from frontiers_map.atlas.geojson_geometry import ShapeError, read_shape
from frontiers_map.atlas.messages import did_you_mean, short
from frontiers_map.atlas.model import Row, in_languages, spelt, unspoken
from frontiers_map.errors import Problem
from frontiers_map.language.text import FALLBACK, is_tag

__all__ = ["Found", "Reader", "did_you_mean", "line_of"]


@dataclass(frozen=True)
class Found:
    """One row that could be read, where it stood, and its geometry if the file has any."""

    row: Row
    line: int
    geometry: BaseGeometry | None = None


class Reader:
    """Reads the files of one atlas folder and gathers their problems.

    Parameters
    ----------
    folder
        The atlas folder; only files directly in it are ever opened.

    Attributes
    ----------
    problems : list of Problem
        What was wrong so far.
    notes : list of str
        What was understood that is not as it is usually written.
    contents : dict of str to bytes
        The files that were read.
    named : dict of str to set of str
        Ids that stand in a file, those of rows that could not be taken included: whoever refers
        to them is not to blame.
    languages : tuple of str
        What the atlas speaks, as its settings say: rows are read in these.
    unspoken : set of str
        Languages of texts that were found and that the atlas does not list.
    unread : set of str
        Files that are there (or should be) but could not be read; nothing is known of their ids.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.notes: list[str] = []
        self.contents: dict[str, bytes] = {}
        self.named: dict[str, set[str]] = {}
        self.unread: set[str] = set()
        self.languages: tuple[str, ...] = (FALLBACK,)
        self.unspoken: set[str] = set()

    def say(
        self, file: str, text: str, *, line: int = 0, feature: str = "", field: str = ""
    ) -> None:
        """Add a problem."""
        where = f"{self.folder}/{file}"
        self.problems.append(Problem(where, line, short(feature), short(field), text))

    def say_in(self, file: str, text: str, field: str) -> None:
        """Add a problem of a field of a TOML file that was read."""
        line = source_lines.of_fields(self.contents[file].decode("utf-8-sig"), 1, None)(field)
        self.say(file, text, line=line, field=field)

    def text(self, file: str) -> str | None:
        """Read `file` as UTF-8; None if it is absent or cannot be read (which is then told)."""
        path = self.folder / file
        try:
            if not path.is_file():
                if not path.is_symlink() and not path.exists():
                    return None
                self._unreadable(file, f"found {_kind(path)}; allowed: a file")
                return None
            content = path.read_bytes()
        except OSError as error:
            self._unreadable(file, f"cannot be read: {error.strerror or error}")
            return None
        self.contents[file] = content
        if reason := messages.bytes_reason(content):
            self._unreadable(file, *reason)
            return None
        return content.decode("utf-8-sig")

    def rows(self, file: str, model: type[Row], shapes: Sequence[str] = ()) -> list[Found]:
        """Read a CSV table, or the features of a GeoJSON file whose geometry is of `shapes`."""
        text = self.text(file)
        if text is None:
            return []
        if file.endswith(".geojson"):
            return self._features(file, text, model, shapes)
        return self._table(file, model)

    def tables(self, file: str, kinds: Mapping[str, type[Row]]) -> dict[str, list[Found]]:
        """Read the arrays of tables (``[[chapter]]``) of a TOML file."""
        found: dict[str, list[Found]] = {kind: [] for kind in kinds}
        document, text = self._toml(file)
        kinds = {kind: in_languages(model, self.languages) for kind, model in kinds.items()}
        for kind, entries in document.items():
            if kind not in kinds:
                hint = did_you_mean(kind, kinds)
                allowed = " or ".join(f"[[{name}]]" for name in kinds)
                line = source_lines.of_key(text, kind)
                self.say(file, f"unknown key; allowed: {allowed}{hint}", line=line, field=kind)
                continue
            if not isinstance(entries, list):
                line = source_lines.of_key(text, kind)
                self.say(
                    file, f"found one value; allowed: a list, [[{kind}]]", line=line, field=kind
                )
                continue
            starts = source_lines.of_tables(text, kind)
            for number, entry in enumerate(entries):
                label = self._note(f"{file}#{kind}", entry) or f"{kind} {number + 1}"
                start = starts[number] if len(starts) == len(entries) else 0
                end = starts[number + 1] if start and number + 1 < len(starts) else None
                row = self._row(
                    file, kinds[kind], entry, label, source_lines.of_fields(text, start, end)
                )
                if row:
                    found[kind].append(Found(row, start))
        return found

    def settings(self, file: str, model: type[Row]) -> Row | None:
        """Read a TOML file that is one row, and says in which languages all others are."""
        document, text = self._toml(file)
        if file in self.unread or file not in self.contents:
            return None
        told = document.get("languages")
        tags = [c for c in told if isinstance(c, str) and is_tag(c)] if type(told) is list else []
        self.languages = tuple(dict.fromkeys(tags)) or self.languages
        model = in_languages(model, self.languages)
        return self._row(file, model, document, "", source_lines.of_fields(text, 1, None))

    def document(self, file: str) -> dict[str, Any]:
        """Read a TOML file as it is; nothing if there is none."""
        return self._toml(file)[0]

    def unique(self, file: str, found: Sequence[Found]) -> None:
        """Tell ids that stand twice in one file."""
        first: dict[str, int] = {}
        for item in found:
            row_id = getattr(item.row, "id", "")
            if row_id in first:
                before = f" (line {first[row_id]})" if first[row_id] else ""
                self.say(
                    file,
                    f"found '{row_id}' a second time{before}; allowed: each id once",
                    line=item.line,
                    feature=row_id,
                    field="id",
                )
            first.setdefault(row_id, item.line)

    def _unreadable(self, file: str, reason: str, line: int = 0) -> None:
        self.unread.add(file)
        self.say(file, reason, line=line)

    def _note(self, file: str, values: Any) -> str:
        """Remember that an id stands in `file`, whatever becomes of its row, and give it."""
        found = values.get("id") if isinstance(values, dict) else None
        if not isinstance(found, str):
            return ""
        self.named.setdefault(file, set()).add(found)
        return found

    def _toml(self, file: str) -> tuple[dict[str, Any], str]:
        text = self.text(file)
        if text is None:
            return {}, ""
        try:
            return tomllib.loads(text), text
        except (ValueError, RecursionError) as error:
            self._unreadable(file, *messages.toml_reason(error, text))
        return {}, ""

    def _in_languages(self, model: type[Row], names: Iterable[str]) -> type[Row]:
        """Give a kind of row in the languages of the atlas, and in others that a file has, too."""
        spoken = in_languages(model, self.languages)
        more = {code for name in names if (code := unspoken(spoken, name))}
        self.unspoken |= more
        return in_languages(model, (*self.languages, *sorted(more)))

    def _table(self, file: str, model: type[Row]) -> list[Found]:
        try:
            table = read_table(self.contents[file])
        except TableError as error:
            self._unreadable(file, str(error), error.line)
            return []
        self.notes += [f"{self.folder}/{file}: {note}" for note in table.notes]
        model = self._in_languages(model, table.header)
        if not self._header(file, table, model):
            self.unread.add(file)
            return []
        for line, cells, reason in table.problems:  # of rows: the header is in order
            self.say(file, reason, line=line, feature=self._note(file, cells))
        found: list[Found] = []
        for start, row in table.rows:
            values = dict(zip(table.header, row, strict=True))
            label = self._note(file, values)
            values = _without_empty(values, model)
            if taken := self._row(file, model, values, label, lambda _, at=start: at):  # type: ignore[misc]
                found.append(Found(taken, start))
        return found

    def _header(self, file: str, table: Table, model: type[Row]) -> bool:
        columns, line = messages.columns(model), table.line
        header = [spelt(model, name) for name in table.header]
        before = len(self.problems)
        if not set(header) & set(columns):
            least = ",".join(name for name, needed in columns.items() if needed)
            self.say(
                file,
                f"found '{short(','.join(header))}' as the header; "
                f"allowed: the names of the columns, at least {least}",
                line=line,
            )
            return False
        for name in sorted({*header} - {*columns, ""}):
            self.say(
                file, f"unknown column '{short(name)}'{did_you_mean(name, columns)}", line=line
            )
        for at, cells, reason in table.problems:
            if not cells:
                self.say(file, reason, line=at)
        for name, needed in columns.items():
            if needed and name not in header:
                self.say(file, f"column '{name}' is missing", line=line)
        return len(self.problems) == before

    def _features(
        self, file: str, text: str, model: type[Row], shapes: Sequence[str]
    ) -> list[Found]:
        try:
            features, crs = geojson.features(text)
        except geojson.GeoJSONError as error:
            self._unreadable(file, str(error), error.line)
            return []
        if told := geojson.other_crs(crs):
            self.say(file, told, line=source_lines.of_key(text, "crs"), field="crs")
        found = []
        named = [one.get("properties") for one in features if isinstance(one, dict)]
        names = {name for one in named if isinstance(one, dict) for name in one}
        model = self._in_languages(model, names)
        parts = source_lines.features(text, features)
        for number, (feature, (part, start)) in enumerate(zip(features, parts), start=1):
            properties = feature.get("properties") if isinstance(feature, dict) else None
            if not isinstance(properties, dict):
                self.say(
                    file,
                    f"feature {number} has no properties; allowed: a GeoJSON Feature",
                    line=start,
                )
                self.unread.add(file)
                continue
            if "id" not in properties and isinstance(feature.get("id"), str | int):
                properties = {"id": str(feature["id"]), **properties}
            label = self._note(file, properties) or f"feature {number}"
            line = source_lines.of_members(part, start)
            for name in source_lines.twice(part):
                self.say(
                    file, "stands twice; allowed: once", line=line(name), feature=label, field=name
                )
            values = {k: v for k, v in properties.items() if v is not None and k != "fid"}
            values = _numbers_as_text(_without_empty(values, model), model)
            row = self._row(file, model, values, label, line)
            try:
                geometry = read_shape(feature.get("geometry"), shapes)
            except ShapeError as error:
                self.say(file, str(error), line=line("geometry"), feature=label, field="geometry")
                continue
            if row:
                found.append(Found(row, line("id"), geometry))
        return found

    def _row(
        self, file: str, model: type[Row], values: Any, label: str, line: source_lines.Line
    ) -> Row | None:
        if not isinstance(values, dict):
            self.say(file, "found a value; allowed: a table", line=line("id"), feature=label)
            return None
        try:
            return model.model_validate(values, context=self.unspoken)
        except ValidationError as error:
            for field, text in messages.explain(model, error, values):
                self.say(file, text, line=line(field), feature=label, field=field)
        return None


def line_of(path: Path, row_id: str) -> int:
    """Line of a good table in which the row of an id begins; 0 if it is not there any more."""
    with suppress(OSError, ValueError):
        table = read_table(path.read_bytes())
        column = table.header.index("id")
        return next((line for line, cells in table.rows if cells[column] == row_id), 0)
    return 0


def _kind(path: Path) -> str:
    if path.is_dir():
        return "a folder"
    return "something that is no file" if path.exists() else "a link that leads nowhere"


def _without_empty(values: dict[str, Any], model: type[Row]) -> dict[str, Any]:
    """Leave out empty cells of columns that need not be filled, so that defaults apply."""
    columns = messages.columns(model)
    return {
        name: value
        for name, value in values.items()
        if value != "" or columns.get(spelt(model, name), True)
    }


def _numbers_as_text(values: dict[str, Any], model: type[Row]) -> dict[str, Any]:
    """Give numbers as text where text is asked: GIS programs write the year 2023 without quotes.

    An id stays what it is: as a number it has lost its noughts.
    """
    told = dict(values)
    for name, value in values.items():
        field = model.model_fields.get(spelt(model, name))
        if field is None or field.annotation is not str or name == "id":
            continue
        if isinstance(value, float) and math.isfinite(value):
            told[name] = str(int(value) if value.is_integer() and abs(value) < 1e15 else value)
        elif type(value) is int:
            told[name] = str(value)
    return told
