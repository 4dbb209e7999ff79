"""Answers into a spreadsheet, row after row in constant memory.

Nothing in it is a formula or a link: whatever a person typed stays a text, also when it begins with ``=``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from registry.service.intake_rules import LOCAL
from registry.service.surveys.columns import Sheet, sheet_name
from registry.service.surveys.values import PLAIN_NUMBER

MOST_ROWS = 1_048_575
"""Below the head line, as Excel has it; then a sheet goes on in another."""
LONGEST_CELL = 32_000
MOST_DIGITS = 15
_RISKY = ("=", "+", "-", "@", "\t", "\r")

Cell = str | float | date | datetime
"""A text, a number, a local day, an aware moment."""


class Book:
    """Write rows with ``add``, then ``close``."""

    def __init__(self, path: Path, sheets: Sequence[Sheet]) -> None:
        safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self._book = xlsxwriter.Workbook(
            str(path), {"constant_memory": True, "tmpdir": str(path.parent)} | safe
        )
        self._head = self._book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self._quoted = self._book.add_format({"quote_prefix": True})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._moment = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self._names: set[str] = set()
        self._sheets = {sheet.repeat: sheet for sheet in sheets}
        self._open = {repeat: self._begin(sheet) for repeat, sheet in self._sheets.items()}

    def _begin(self, sheet: Sheet) -> tuple[Any, int]:
        name = sheet_name(sheet.name, self._names)
        self._names.add(name.lower())
        made = self._book.add_worksheet(name)
        made.freeze_panes(1, 1)
        titles = [*sheet.fixed, *sheet.titles]
        made.set_column(0, len(titles), 16)
        for column, title in enumerate(titles):
            made.write_string(0, column, title[:LONGEST_CELL], self._head)
        return made, 0

    def add(self, repeat: str, cells: Sequence[Cell]) -> None:
        """One more row of a sheet; "" leaves a cell empty."""
        sheet, rows = self._open[repeat]
        if rows >= MOST_ROWS:
            sheet, rows = self._begin(self._sheets[repeat])
        rows += 1
        self._open[repeat] = sheet, rows
        for column, cell in enumerate(cells):
            if cell != "":
                self._write(sheet, rows, column, cell)

    def _write(self, sheet: Any, row: int, column: int, cell: Cell) -> None:
        if isinstance(cell, str):
            form = self._quoted if cell.startswith(_RISKY) else None
            sheet.write_string(row, column, cell[:LONGEST_CELL], form)
        elif isinstance(cell, datetime):
            sheet.write_datetime(row, column, cell.astimezone(LOCAL).replace(tzinfo=None), self._moment)
        elif isinstance(cell, date):
            sheet.write_datetime(row, column, cell, self._day)
        else:
            sheet.write_number(row, column, cell)

    def close(self) -> None:
        """Everything is in the file afterwards."""
        self._book.close()


def number_cell(text: str) -> Cell:
    """A number that a spreadsheet can hold exactly enough, else the text."""
    digits = sum(letter.isdigit() for letter in text)
    return float(text) if PLAIN_NUMBER.fullmatch(text) and digits <= MOST_DIGITS else text


def day_cell(text: str) -> Cell:
    """A day from 1900 on (spreadsheets know no earlier one), else the text."""
    try:
        found = date.fromisoformat(text[:10])
    except ValueError:
        return text
    return found if found.year >= 1900 else text


def moment_cell(text: str) -> Cell:
    """An aware moment, else the text."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return text
    return found if found.tzinfo is not None and found.year > 1900 else text
