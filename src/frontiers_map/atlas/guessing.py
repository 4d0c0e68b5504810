"""Which columns of a file that somebody has say what: by their names, else by what stands in them.

Nothing is asked and nothing made up: a column is taken only if all that stands in it may stand in
the field, and what was guessed is told in a line, with the key of ``atlas.toml`` that changes it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd
from pydantic import TypeAdapter, ValidationError

from frontiers_map.atlas.csv_rows import AXES
from frontiers_map.atlas.messages import short
from frontiers_map.atlas.model.field_types import Certainty, Date, Id, Spans, String
from frontiers_map.atlas.own_layers import cell_text
from frontiers_map.language.text import main_language, suffix
from frontiers_map.style import ROUTE_ROLES

__all__ = ["Guess", "find", "guess", "in_letters"]

# field -> names of columns that say it, in order; without case, spaces and signs
_NAMES: Final = {
    "id": "id fid gid objectid uid uuid osmid featureid code mrgid",
    "name": "name names title titel label fullname geoname placename naam nom nombre nome nimi "
    "namn navn nazwa ime όνομα ονομασία название "
    "名称 名前 이름 الاسم",
    "kind": "kind type category class subtype use art typ kategorie tipo clase classe categoría "
    "categoria catégorie tyyp liik klass τύπος είδος тип вид 種類 種別 类型 类别 종류 유형 نوع",
    "since": "since start startdate datestart begin begindate opened opensince opening built "
    "commissioned inservice rfs yearbuilt startyear date datum fecha data year jahr von desde "
    "dal apertura inicio año anno année ouverture début inizio eröffnet baujahr avatud "
    "έναρξη έτος год 開始 开始 시작",
    "until": "until end enddate dateend closed closure decommissioned removed endyear bis hasta "
    "kuni cierre fin fine ende λήξη 終了 结束 종료",
    "source": "source sources src reference references ref citation url link website quelle fonte "
    "fuente allikas",
    "as_of": "asof updated lastupdate lastupdated dateupdated modified stand",
    "certainty": "certainty",
    "outages": "outages",
    "note": "note notes description desc remark remarks comment comments beschreibung descrizione "
    "descripción observaciones anmerkung bemerkung märkus observations παρατηρήσεις 備考 备注 비고",
    "lon": f"{AXES['lon']} xcoord lond longdd",
    "lat": f"{AXES['lat']} ycoord latd latdd",
    "wkt": "wkt geom geometry thegeom wktgeom shape",
}
_ALLOWED: Final[dict[str, TypeAdapter[Any]]] = {
    "id": TypeAdapter(Id),
    "since": TypeAdapter(Date),
    "until": TypeAdapter(Date),
    "as_of": TypeAdapter(Date),
    "certainty": TypeAdapter(Certainty),
    "outages": TypeAdapter(Spans),
    "note": TypeAdapter(String),
}
_WHAT: Final = {
    "since": "a date", "until": "a date", "as_of": "a date", "certainty": "one of its four words",
    "outages": "spans of dates", "note": "plain text",
}  # fmt: skip
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")
_YEAR_FIRST: Final = re.compile(r"(\d{4})[-/.](\d\d)[-/.](\d\d)(?:[T ].*)?")
_DAY_FIRST: Final = re.compile(r"(\d\d?)\.(\d\d?)\.(\d{4})")
_LONGEST_NAME: Final = 100
_LONGEST_KIND: Final = 40


@dataclass
class Guess:
    """What was guessed of a table.

    Attributes
    ----------
    fields
        Field to column, where a column is not called as its field.
    kinds
        Values of the column of kinds, in order; empty if all features look alike.
    sources
        What the column of sources says, each once.
    told
        What was guessed, a sentence each.
    amended
        What was added to the table or changed in it; empty if it still is as in the file.
    """

    fields: dict[str, str] = field(default_factory=dict)
    kinds: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    amended: list[str] = field(default_factory=list)


def find(columns: Sequence[str], what: str) -> list[str]:
    """Give the columns that say something by their names, the likeliest first.

    Examples
    --------
    >>> find(["OBJECTID", "Cable Name", "Long."], "lon"), find(["km", "Cable Name"], "name")
    (['Long.'], ['Cable Name'])
    """
    plain = {column: _bare(column) for column in columns}
    found = [one for name in _NAMES[what].split() for one in columns if plain[one] == _bare(name)]
    if what == "name":  # "Cable Name", "cablename", "nome del pozzo"
        names = {*_NAMES[what].split()}
        found += [
            one
            for one in columns
            if one not in found
            and (plain[one].endswith("name") or names & {*re.split(r"[\W_]+", one.casefold())})
        ]
    return found


def _bare(text: str) -> str:
    """A text without case, accents, spaces and signs: as people call columns, so they vary."""
    parts = unicodedata.normalize("NFD", text.casefold())
    return re.sub(r"[\W_]+", "", "".join(c for c in parts if not unicodedata.combining(c)))


def in_letters(text: str, most: int = 40) -> str:
    """Give a text in letters of an id: small Latin ones, digits and _; nothing if it has none.

    Examples
    --------
    >>> in_letters("Nord Stream 1 (gas)"), in_letters("Rønne–Århus"), in_letters("海底")
    ('nord_stream_1_gas', 'r_nne_arhus', '')
    """
    parts = unicodedata.normalize("NFD", text)
    plain = "".join(c for c in parts if not unicodedata.combining(c)).lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:most].strip("_")


def guess(
    table: pd.DataFrame,
    layer: str,
    name: str,
    languages: Sequence[str],
    taken: Collection[str] = (),
    first_source: int = 1,
) -> Guess:
    """Guess which columns of a table say what, and mend the table where a layer asks for more.

    Parameters
    ----------
    table
        Its columns, and ``geometry``; it is changed if something is amended. ``attrs["fields"]``
        says which columns hold positions.
    layer, name
        Id and name of the layer, from which features without an id or a name get theirs.
    languages
        Of the atlas.
    taken
        Ids of other layers.
    first_source
        Number of the first of the sources that are found: ``S1`` for 1.

    Returns
    -------
    Guess
    """
    return _Guessing(table, layer, languages).run(name, taken, first_source)


class _Guessing:
    """One table in guessing: what its columns hold as text, and which are taken already."""

    def __init__(self, table: pd.DataFrame, layer: str, languages: Sequence[str]) -> None:
        self.table, self.layer, self.made = table, layer, Guess()
        self.main = f"_{suffix(main_language(languages))}"
        self.spoken = [f"_{suffix(code)}" for code in languages]
        self.cells = {
            str(column): [cell_text(value) for value in table[column]]
            for column in table.columns
            if column != "geometry"
        }
        # where a feature lies says nothing else of it
        self.used = {str(one) for one in table.attrs.get("fields", {}).values()}
        self.names: list[str] = []

    def run(self, name: str, taken: Collection[str], first_source: int) -> Guess:
        self._names(name)
        for what in _WHAT:
            self._plain(what)
        self._sources(first_source)
        self._kinds()
        self._ids(taken)
        self._unread()
        return self.made

    def _free(self, what: str) -> list[str]:
        """Columns that may be asked for a field by their names, with something in them."""
        free = [one for one, cells in self.cells.items() if one not in self.used and any(cells)]
        return find(free, what)

    def _by_content(self, most: int) -> Iterator[tuple[str, int]]:
        """Columns of short words, full in every row, and how many different ones there are."""
        for column, cells in self.cells.items():
            words = all(cells) and not any(cell.replace(".", "").isdigit() for cell in cells)
            if column not in self.used and words and max(map(len, cells)) <= most:
                yield column, len(set(cells))

    def _take(self, what: str, column: str, told: str = "") -> None:
        self.used.add(column)
        if column not in (what, what + self.main):
            self.made.fields[what] = column
        way = f"to change it: fields.{what} in atlas.toml"
        self.made.told.append(f"{what} is read from '{short(column, 40)}'{told}; {way}")

    def _put(self, column: str, cells: Sequence[str], why: str) -> None:
        self.cells[column] = list(cells)
        self.table[column] = pd.Series(list(cells), index=self.table.index, dtype=object)
        self.made.amended.append(why)

    def _set_aside(self, what: str, why: str) -> None:
        """Call a column otherwise that would be read, and cannot be."""
        if what in self.cells:
            new = f"{what}_as_given"
            self.table.rename(columns={what: new}, inplace=True)
            self.cells[new] = self.cells.pop(what)
            self.made.amended.append(f"its column '{what}' is '{new}' now, as {why}")

    def _names(self, name: str) -> None:
        half = len(self.table) / 2
        wordy = [(count, one) for one, count in self._by_content(_LONGEST_NAME) if count > half]
        main = [one for one in (f"name{self.main}",) if any(self.cells.get(one, []))]
        column = next(
            iter([*main, *self._free("name"), *(one for _, one in sorted(wordy)[-1:])]), ""
        )
        given = self.cells.get(column, [""] * len(self.table))
        clean = [_CONTROL.sub(" ", cell).strip() for cell in given]
        whole = [cell or f"{name} {number}" for number, cell in enumerate(clean, start=1)]
        self.names = whole
        if column:
            self._take("name", column)
        if whole != given:
            count = sum(not cell for cell in clean)
            self._put(column or "name", whole, f"{count} of {len(given)} features have no name and "
                      f"are called '{name}' with a number" if count else
                      "signs in names that cannot be shown are spaces now")  # fmt: skip

    def _plain(self, what: str) -> None:
        """Fields whose values have a form of their own."""
        why = ""
        for column in self._free(what):
            given = self.cells[column]
            cells = [_iso(cell) for cell in given] if _WHAT[what] == "a date" else given
            cells = [cell.replace("\r\n", "\n") for cell in cells] if what == "note" else cells
            wrong = next((cell for cell in cells if cell and not _may(what, cell)), "")
            if wrong:
                why = why or f"it holds '{short(wrong, 30)}', which is not {_WHAT[what]}"
            elif what == "until" and not self._ends_after(cells):
                why = why or "some of it lies before since"
            else:
                self._take(what, column)
                if cells != given:
                    self._put(column, cells, f"'{short(column, 40)}' is written as a layer asks")
                return
        if why:
            self.made.told.append(f"{what} is read from no column: {why}")
            self._set_aside(what, why)

    def _ends_after(self, ends: Sequence[str]) -> bool:
        begins = self.cells.get(self.made.fields.get("since", "since"), [])
        return all(e >= b[: len(e)] for b, e in zip(begins, ends, strict=False) if b and e)

    def _sources(self, first: int) -> None:
        """Sources as they stand become rows of the bibliography, the column their ids."""
        for column in self._free("source")[:1]:
            cells = [_CONTROL.sub(" ", cell).strip() for cell in self.cells[column]]
            self.made.sources = [cell for cell in dict.fromkeys(cells) if cell]
            numbers = {cell: f"S{first + n}" for n, cell in enumerate(self.made.sources)}
            self._take("source", column, f" ({len(numbers)}, now rows of sources.csv)")
            self._put(column, [numbers.get(cell, "") for cell in cells],
                      f"'{short(column, 40)}' has ids of sources.csv")  # fmt: skip

    def _kinds(self) -> None:
        most, half = len(ROUTE_ROLES), len(self.table) / 2
        some = [one for one, n in self._by_content(_LONGEST_KIND) if 2 <= n <= min(most, half)]
        for column in [*self._free("kind"), *some][:1]:
            cells = self.cells[column]
            values = sorted(set(cells))
            if any(_CONTROL.search(value) for value in values):
                continue
            told = f" ({short(', '.join(values), 100)})"
            if not all(values) or len(values) > most or len(values) == 1:
                told += ", and all look alike: " + (
                    "some have none" if not all(values) else
                    "it is one for all" if len(values) == 1 else f"more than {most} colours"
                )  # fmt: skip
            else:
                self.made.kinds = values
            self._take("kind", column, told)
            return
        self._set_aside("kind", "it cannot be told in words")

    def _ids(self, taken: Collection[str]) -> None:
        for column in self._free("id"):
            cells = self.cells[column]
            alone = len(set(cells)) == len(cells) and not set(cells) & set(taken)
            if alone and all(_may("id", cell) for cell in cells):
                self._take("id", column)
                return
        self._set_aside("id", "it is no id for each feature alone")
        made: list[str] = []
        known = set(taken)
        turns: Counter[str] = Counter()
        for number, name in enumerate(self.names, start=1):
            base = one = in_letters(name) or f"{self.layer}_{number}"
            while one in known:
                turns[base] += 1
                one = f"{base}_{turns[base] + 1}"
            made.append(one)
            known.add(one)
        self._put("id", made, "features have ids, made of their names")

    def _unread(self) -> None:
        """Say which columns with something in them no field takes: they are on no map or table."""
        read = [what + code for what in ("name", "note") for code in self.spoken]
        left = [
            short(one, 30)
            for one, cells in self.cells.items()
            if one not in (*self.used, *read, "id", "name") and any(cells)
        ]
        if left:
            listed = short(", ".join(left), 200)
            self.made.told.append(f"not read: {listed}; fields in atlas.toml may name one of them")


def _may(what: str, cell: str) -> bool:
    try:
        _ALLOWED[what].validate_python(cell)
    except ValidationError:
        return False
    return True


def _iso(cell: str) -> str:
    """A day as ISO 8601 has it, if it is written year first, or day first with dots."""
    if found := _YEAR_FIRST.fullmatch(cell):
        return "-".join(found.groups())
    if found := _DAY_FIRST.fullmatch(cell):
        day, month, year = found.groups()
        return f"{year}-{month:0>2}-{day:0>2}"
    return cell
