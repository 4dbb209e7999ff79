"""From the bytes of an .xlsx to a form that phones can load, or to everything that is wrong with it."""

from __future__ import annotations

import re
from typing import Any

from pyxform.errors import PyXFormError  # type: ignore[import-untyped]
from pyxform.xls2json_backends import xlsx_to_dict  # type: ignore[import-untyped]
from pyxform.xls2xform import convert  # type: ignore[import-untyped]

from forms import FormError, load, problems
from registry.service.xlsform.archive import look
from registry.service.xlsform.pyxform_words import finding_of
from registry.service.xlsform.report import CheckReport, Finding
from registry.service.xlsform.sheets import Sheets, own_checks, sheets_of, warnings

_MAX_FINDINGS = 100
_CODE_COLUMNS = {
    "form_unsupported_appearance": "appearance",
    "form_unsupported_type": "type",
    "form_bad_number": "parameters",
    "form_external_source": "type",
    "form_bad_choices": "type",
    "form_repeat_on_page": "appearance",
}


def check(data: bytes) -> CheckReport:
    """Check and convert. Never raises for what the file holds; 5 seconds and bounded memory at worst."""
    findings = look(data)
    if findings:
        return CheckReport(tuple(findings))
    try:
        book: dict[str, Any] = xlsx_to_dict(data)
    except Exception as error:  # openpyxl raises whatever a broken part made it stumble over
        return CheckReport((Finding("sheet_not_xlsx", reason=str(error)[:200]),))
    sheets = sheets_of(book)
    findings = list(own_checks(sheets))
    xform = ""
    if not findings:
        xform, findings = _converted(data, sheets)
    findings += warnings(sheets)
    if not xform:
        return CheckReport(tuple(findings[:_MAX_FINDINGS]))
    return _report(xform, tuple(findings[:_MAX_FINDINGS]))


def _converted(data: bytes, sheets: Sheets) -> tuple[str, list[Finding]]:
    try:
        result = convert(data, validate=False, pretty_print=False, form_name="data", file_type=".xlsx")
    except PyXFormError as error:
        return "", [_named(finding_of(str(error)), sheets)]
    except (RecursionError, KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        # pyxform stumbles over some broken sheets instead of naming what is wrong.
        return "", [Finding("sheet_not_converted", "survey", reason=f"{type(error).__name__}: {error}"[:200])]
    found = [_of_form(error, sheets) for error in problems(result.xform)]
    return ("" if found else result.xform), found


def _named(finding: Finding, sheets: Sheets) -> Finding:
    rows = sheets.rows.get(finding.sheet, [])
    row = rows[finding.row - 2] if 2 <= finding.row < len(rows) + 2 else {}
    name = row.get("name", "")
    return Finding(
        finding.code, finding.sheet, finding.row, finding.column, name, finding.reason, finding.level
    )


def _of_form(error: FormError, sheets: Sheets) -> Finding:
    """The engine's refusal, at the row of its question and the column that holds the expression."""
    row = sheets.row_of(error.question)
    column = _CODE_COLUMNS.get(error.code, "")
    if not column:
        # pyxform rewrote ${name} into paths, so look for a piece that is still as it was typed.
        pieces = re.split(r"\s*[/.]*/\S+\s*", error.reason.partition(": ")[0])
        column = sheets.column_has(row, max(pieces, key=len).strip())
    return Finding(error.code, "survey", row, column, error.question.rpartition("/")[2], error.reason)


def _report(xform: str, findings: tuple[Finding, ...]) -> CheckReport:
    form = load(xform)
    return CheckReport(
        findings=findings,
        xform=xform,
        form_id=form.form_id,
        version=form.version,
        title=form.title,
        languages=form.languages,
        questions=len(form.controls()),
        files=tuple(sorted(set(form.external.values()))),
    )
