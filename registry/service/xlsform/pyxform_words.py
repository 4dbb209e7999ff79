"""pyxform's English messages → our codes. What we do not know by its words keeps them as the reason."""

from __future__ import annotations

import re

from registry.service.xlsform.report import Finding

_ROW = re.compile(r"\[row : (\d+)\]")
_SHEET = re.compile(r"On the '(\w+)' sheet")
_COLUMN = re.compile(r"the '([^']+)' value")
_LAST_QUOTED = re.compile(r"'([^']*)'")

_WORDS: list[tuple[str, str]] = [
    (r"must be unique within their nearest parent|Repeat names must unique", "sheet_duplicate_name"),
    (r"case-insensitive match to another name", "sheet_duplicate_name"),
    (r"Choice names must be unique", "sheet_duplicate_choice"),
    (r"Choices must have a name", "sheet_choice_without_name"),
    (r"Choices should have a label", "sheet_choice_without_label"),
    (r"Names must begin with a letter", "sheet_bad_name"),
    (r"same as the survey root|reserved for form metadata", "sheet_reserved_name"),
    (r"Could not find the name '(?P<detail>[^']*)'", "sheet_unknown_reference"),
    (r"Reference variables names must be unique.*The name '(?P<detail>[^']*)'", "sheet_ambiguous_reference"),
    (r"Reference variables? (?:must|lists)", "sheet_bad_reference"),
    (r"no survey element named (?P<detail>\S+)", "sheet_unknown_reference"),
    (r"Unmatched 'end_", "sheet_end_without_begin"),
    (r"Unmatched 'begin_", "sheet_begin_without_end"),
    (r"Question or group with no name", "sheet_no_name"),
    (r"Question with no type", "sheet_no_type"),
    (r"Missing calculation", "sheet_no_calculation"),
    (r"List name not in (?:external )?choices sheet: (?P<detail>.*)", "sheet_unknown_list"),
    (r"There should be a choices sheet", "sheet_unknown_list"),
    (r"with spaces cannot be added to multiple choice", "sheet_choice_with_space"),
    (r"'parameters' value is invalid|[Pp]arameter", "sheet_bad_parameters"),
    (r"Invalid headers|Column headers", "sheet_bad_headers"),
    (r"Unknown question type '(?P<detail>[^']*)'", "sheet_unsupported_type"),
    (r"sheet named 'survey'|must have a sheet named", "sheet_missing"),
    (r"no label", "sheet_no_label"),
]
_PATTERNS = [(re.compile(pattern, re.DOTALL), code) for pattern, code in _WORDS]


def finding_of(message: str) -> Finding:
    """The finding for one of pyxform's errors."""
    row = _ROW.search(message)
    sheet = _SHEET.search(message)
    column = _COLUMN.search(message) if sheet else None
    code, reason = "sheet_not_converted", message[:300]
    for pattern, known in _PATTERNS:
        match = pattern.search(message)
        if match is not None:
            code, reason = known, _detail(match, message)
            break
    return Finding(
        code,
        sheet.group(1) if sheet else "survey",
        int(row.group(1)) if row else 0,
        column.group(1) if column else "",
        reason=reason,
    )


def _detail(match: re.Match[str], message: str) -> str:
    if "detail" in match.re.groupindex:
        return match.group("detail").strip()
    value = re.search(r"value '([^']*)'", message)
    return value.group(1) if value else ""
