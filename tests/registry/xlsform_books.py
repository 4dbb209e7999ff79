"""Workbooks for tests: as an office writes them, and as an attacker does."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence

from openpyxl import Workbook  # type: ignore[import-untyped]

Rows = Sequence[Sequence[object]]
SURVEY = ("type", "name", "label", "relevant", "constraint", "calculation", "appearance", "choice_filter")


def workbook(survey: Rows, choices: Rows = (), header: Sequence[str] = SURVEY, **sheets: Rows) -> bytes:
    """An .xlsx: ``survey`` rows under ``header``; ``choices``: list_name, name, label; others whole."""
    book = Workbook()
    book.remove(book.active)
    _sheet(book, "survey", [header, *survey])
    if choices:
        own = choices[0][0] == "list_name"
        _sheet(book, "choices", choices if own else [("list_name", "name", "label"), *choices])
    for name, rows in sheets.items():
        _sheet(book, name, rows)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _sheet(book: Workbook, name: str, rows: Rows) -> None:
    sheet = book.create_sheet(name)
    for row in rows:
        sheet.append(list(row))


def tampered(data: bytes, member: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same workbook with one member changed, or added when it is not there."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == member else old.read(name))
        if member not in old.namelist():
            new.writestr(member, change(b""))
    return file.getvalue()
