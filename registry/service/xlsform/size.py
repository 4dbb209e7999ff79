"""How much a workbook may hold before pyxform and our engine take it up.

Both work by the cell and by the sign. The limits are several times what large questionnaires have, and keep a
check under two seconds of processor time (``nuanfang bench forms``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from registry.service.xlsform.report import Finding

MAX_REFERENCES = 5_000
"""``${name}`` in all cells. A form of 500 questions and 200 calculations has about 2,000."""
MAX_LOGIC = 100_000
"""Characters in all conditions, calculations, defaults and parameters; the same form has about 40,000."""
MAX_TEXT = 600_000
"""Characters in all cells together."""
MAX_LANGUAGES = 12
MAX_OFFERED = 100_000
"""Choices times the questions that offer them: pyxform walks each list again for each question."""
MAX_NAME = 100
"""Characters of a type, a question's name, a list's name or a choice's code."""
MAX_PATH = 1_000
"""Bytes of a question's whole path, the names of its groups included: answers are found by it, and a row of
PostgreSQL's index holds 2,700."""

_SHEETS = ("survey", "choices")
_NAMES = frozenset({"type", "name", "list_name", "value"})
_TEXTS = (
    *("label", "hint", "guidance_hint", "constraint_message", "required_message"),
    *("image", "audio", "video", "big-image", "media", "note"),
)


def too_large(sheets: dict[str, list[dict[str, str]]]) -> Iterator[Finding]:
    """Each limit that is passed, once, with the row where that happens when one row is to blame."""
    yield from _languages(sheets)
    text = logic = references = 0
    for sheet in _SHEETS:
        for number, row in enumerate(sheets.get(sheet, []), 2):
            for column, cell in row.items():
                size = len(str(cell))
                head = column.partition(":")[0].strip().lower().replace(" ", "_")
                text += size
                if head in _NAMES and size > MAX_NAME:
                    yield Finding("sheet_text_too_long", sheet, number, column, reason=str(MAX_NAME))
                    return
                if head not in _NAMES and not head.startswith(_TEXTS):
                    logic += size
                references += str(cell).count("${")
    for found, most, code in (
        (references, MAX_REFERENCES, "sheet_too_many_references"),
        (logic, MAX_LOGIC, "sheet_too_much_logic"),
        (text, MAX_TEXT, "sheet_too_much_text"),
        (_offered(sheets), MAX_OFFERED, "sheet_too_many_choices"),
    ):
        if found > most:
            yield Finding(code, reason=str(most))


def _offered(sheets: dict[str, list[dict[str, str]]]) -> int:
    sizes = Counter(str(row.get("list_name", row.get("list name", ""))) for row in sheets.get("choices", []))
    types = (str(row.get("type", "")).split() for row in sheets.get("survey", []))
    return sum(sizes[word] for words in types for word in words[1:])


def _languages(sheets: dict[str, list[dict[str, str]]]) -> Iterator[Finding]:
    for sheet in _SHEETS:
        columns = {column for row in sheets.get(sheet, []) for column in row}
        if len({column.rpartition(":")[2] for column in columns if ":" in column}) > MAX_LANGUAGES:
            yield Finding("sheet_too_many_languages", sheet, 1, reason=str(MAX_LANGUAGES))
