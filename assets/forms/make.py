"""Writes the questionnaires of this folder: ``python assets/forms/make.py``.

Each is a table an office could have typed in Excel (tables/); administrators change the .xlsx.
"""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet
from tables import (
    centre_check,
    enterprise_check,
    five_needs,
    household_survey,
    risk_sweep,
    union_check,
    worker_survey,
)
from tables.rows import COLUMNS, EN, ZH, Form, split

HERE = Path(__file__).parent
FORMS = [
    room.FORM
    for room in (
        five_needs,
        household_survey,
        enterprise_check,
        worker_survey,
        risk_sweep,
        centre_check,
        union_check,
    )
]
_LABELS = (f"label::{ZH}", f"label::{EN}")
_WIDE = {"type": 22, "name": 18, "list_name": 16, "required": 9, "appearance": 14}


def _tidy(sheet: Worksheet) -> None:
    """Headings that stay, columns wide enough to read: people change these sheets by hand."""
    sheet.freeze_panes = "C2"
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="DDEBE4")
        width = _WIDE.get(str(cell.value), 38 if "::" in str(cell.value) else 26)
        sheet.column_dimensions[cell.column_letter].width = width
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")


def write(form: Form) -> None:
    """One workbook: survey, choices, settings."""
    book = Workbook()
    survey = book.active
    survey.title = "survey"
    used = {column for row in form.rows for column, text in row.items() if text}
    columns = [column for column in COLUMNS if column in used]
    survey.append(columns)
    for row in form.rows:
        assert row.keys() <= set(COLUMNS), row
        survey.append([row.get(column) or None for column in columns])
    sheet = book.create_sheet("choices")
    sheet.append(("list_name", "name", *_LABELS))
    for name, items in form.choices.items():
        for code, text in items.items():
            labels = split("label", text)
            sheet.append((name, code, *(labels[column] for column in _LABELS)))
    settings = book.create_sheet("settings")
    settings.append(("form_title", "form_id", "version", "default_language"))
    settings.append((form.title, form.file, form.version, ZH))
    for each in (survey, sheet, settings):
        _tidy(each)
    book.save(HERE / f"{form.file}.xlsx")


if __name__ == "__main__":
    for form in FORMS:
        write(form)
