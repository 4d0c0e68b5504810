"""Flat tables -> one workbook for Excel and LibreOffice: a sheet each, and one that lists them.

XlsxWriter writes it, always the same bytes; text is only ever text, never a formula or a link, but
for the addresses of the bibliography and the codes that lead to it.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from frontiers_map.atlas import fields
from frontiers_map.atlas.fields import Field

if TYPE_CHECKING:
    from frontiers_map.atlas.atlas import Atlas

__all__ = ["Table", "workbook"]

CELL = 32_767  # characters that Excel keeps in a cell
_NARROW, _WIDE = 7, 46
_FORMATS = {"text": "", "number": "", "integer": "", "boolean": "", "date": "yyyy-mm-dd"}


@dataclass(frozen=True)
class Table:
    """A sheet of the workbook: its name, what a row is, and its columns."""

    name: str
    description: str
    columns: dict[str, tuple[Field, list[Any]]]


def workbook(atlas: Atlas, tables: Sequence[Table], note: str = "") -> bytes:
    """Write the workbook.

    Parameters
    ----------
    atlas
        Whose title, licence and credit stand on the first sheet.
    tables
        With a table ``sources``, whose rows the codes in columns ``source`` lead to.
    note
        One more sentence for the first sheet.
    """
    import xlsxwriter

    made = io.BytesIO()
    book = xlsxwriter.Workbook(
        made,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
         "strings_to_numbers": False, "remove_timezone": True},
    )  # fmt: skip
    settings = atlas.settings
    day = fields.days(settings.record_to)
    stamp = day[1] if day else datetime.date(1970, 1, 1)
    book.set_properties(
        {"title": settings.title.main, "subject": settings.deck.main,
         "created": datetime.datetime(stamp.year, stamp.month, stamp.day)}
    )  # fmt: skip
    styles = {
        kind: book.add_format({"valign": "top", **({"num_format": form} if form else {})})
        for kind, form in _FORMATS.items()
    }
    styles["head"] = book.add_format(
        {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#eef3f4"}
    )
    styles["title"] = book.add_format({"bold": True, "font_size": 15})
    styles["link"] = book.get_default_url_format()
    names = _names(tables)
    first = book.add_worksheet("about")
    lines = [settings.deck.main, f"Record to {settings.record_to}.", settings.licence or "",
             settings.credit.main if settings.credit else "", note]  # fmt: skip
    first.write_string(0, 0, settings.title.main, styles["title"])
    told = [line for line in lines if line]
    for row, line in enumerate(told, start=1):
        first.write_string(row, 0, line)
    first.set_column(0, 0, 24)
    first.set_column(1, 1, 8)
    first.set_column(2, 2, 90)
    for row, table in enumerate(tables, start=len(told) + 2):
        first.write_url(row, 0, f"internal:'{names[table.name]}'!A1", styles["link"], table.name)
        first.write_number(row, 1, len(next(iter(table.columns.values()))[1]))
        first.write_string(row, 2, table.description)
    cited = next((t.columns["id"][1] for t in tables if t.name == "sources"), [])
    at = {str(code): row for row, code in enumerate(cited, start=2)}
    for table in tables:
        _sheet(book.add_worksheet(names[table.name]), table, styles, at, names.get("sources", ""))
    book.close()
    return made.getvalue()


def _names(tables: Sequence[Table]) -> dict[str, str]:
    r"""Names that Excel allows: 31 characters, none of ``[]:*?/\\``, each once in any case."""
    found: dict[str, str] = {}
    taken = {"about", "history"}  # the second is Excel's own
    for table in tables:
        plain = "".join("_" if sign in "[]:*?/\\'" else sign for sign in table.name)[:31]
        name, number = plain, 1
        while name.lower() in taken:
            number += 1
            name = f"{plain[:27]}_{number}"
        taken.add(name.lower())
        found[table.name] = name
    return found


def _sheet(page: Any, table: Table, styles: dict[str, Any], at: dict[str, int], to: str) -> None:
    """One table: its head frozen and filtered, its columns as wide as what is in them."""
    page.freeze_panes(1, 1)
    count = len(next(iter(table.columns.values()))[1])
    page.autofilter(0, 0, max(count, 1), len(table.columns) - 1)
    for place, (name, (field, values)) in enumerate(table.columns.items()):
        page.write_string(0, place, name, styles["head"])
        page.write_comment(0, place, f"{field.title}. {field.description}", {"x_scale": 1.6})
        style = styles[field.kind]
        widest = len(name) + 3
        for row, value in enumerate(values, start=1):
            widest = max(widest, _write(page, row, place, name, value, style, styles, at, to))
        page.set_column(place, place, min(max(widest, _NARROW), _WIDE))


def _write(
    page: Any, row: int, place: int, name: str, value: Any, style: Any, styles: dict[str, Any],
    at: dict[str, int], to: str,
) -> int:  # fmt: skip
    """One cell, and how many characters wide it is."""
    match value:
        case None:
            return 0
        case bool():
            page.write_boolean(row, place, value, style)
            return 5
        case int() | float():
            page.write_number(row, place, value, style)
            return len(f"{value:,.2f}")
        case datetime.date():
            page.write_datetime(
                row, place, datetime.datetime(value.year, value.month, value.day), style
            )
            return 10
    told = str(value)[:CELL]
    if name == "url" and told.startswith(("https://", "http://")) and len(told) < 2000:
        page.write_url(row, place, told, styles["link"], told)
    elif name == "source" and (line := at.get(told.split(";")[0])):
        # a cell leads to one place: the first of its sources
        page.write_url(row, place, f"internal:'{to}'!A{line}", styles["link"], told)
    else:
        page.write_string(row, place, told, style)
    return len(told)
