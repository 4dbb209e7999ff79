"""From the bytes of an .xlsx to a form that phones can load, or to everything that is wrong with it."""

from __future__ import annotations

import copy
import re
from typing import Any

from pyxform.errors import PyXFormError  # type: ignore[import-untyped]
from pyxform.section import RepeatingSection  # type: ignore[import-untyped]
from pyxform.xls2json_backends import xlsx_to_dict  # type: ignore[import-untyped]
from pyxform.xls2xform import convert  # type: ignore[import-untyped]

from forms import Definition, FormError, examine
from registry.service.xlsform.archive import look
from registry.service.xlsform.other_words import spoken
from registry.service.xlsform.pyxform_words import finding_of
from registry.service.xlsform.report import CheckReport, Finding
from registry.service.xlsform.sheets import Sheets, own_checks, sheets_of, warnings
from registry.service.xlsform.size import MAX_PATH, too_large

# pyxform compares repeats by making dictionaries of them and all below, again for each question inside:
# minutes for a few nested ones. It only ever asks whether two are one and the same.
RepeatingSection.__eq__ = object.__eq__

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
    if findings := list(too_large(sheets.rows)):
        return CheckReport(tuple(findings))
    findings = list(own_checks(sheets))
    xform, form = "", None
    if not findings:
        xform, form, findings = _converted(book, sheets)
    findings += warnings(sheets)
    found = tuple(findings[:_MAX_FINDINGS])
    return CheckReport(found) if form is None else _report(xform, form, found)


def _converted(book: dict[str, Any], sheets: Sheets) -> tuple[str, Definition | None, list[Finding]]:
    try:
        result = convert(copy.deepcopy(book), validate=False, pretty_print=False, form_name="data")
    except PyXFormError as error:
        return "", None, [_named(finding_of(str(error)), sheets)]
    except (RecursionError, KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        # pyxform stumbles over some broken sheets instead of naming what is wrong.
        reason = f"{type(error).__name__}: {error}"[:200]
        return "", None, [Finding("sheet_not_converted", "survey", reason=reason)]
    xform = spoken(result.xform)
    form, errors = examine(xform)
    long = [path for path in (form.elements if form else ()) if len(path.encode()) > MAX_PATH]
    if long:
        return "", None, [_too_long(path, sheets) for path in long]
    return xform, form, [_of_form(error, sheets) for error in errors]


def _too_long(path: str, sheets: Sheets) -> Finding:
    name = path.rpartition("/")[2]
    return Finding("sheet_path_too_long", "survey", sheets.row_of(path), "name", name, str(MAX_PATH))


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


def _report(xform: str, form: Definition, findings: tuple[Finding, ...]) -> CheckReport:
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
