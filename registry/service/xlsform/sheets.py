"""The rows of a workbook, as pyxform reads them, and our own checks on them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from registry.service.xlsform.report import Finding

SHEETS = frozenset({"survey", "choices", "settings"})
_OUR_COLUMNS = {"survey": ("type",), "choices": ("list_name", "name")}
_SETTINGS = frozenset(
    {
        "form_title",
        "title",
        "set_form_title",
        "form_id",
        "id_string",
        "set_form_id",
        "version",
        "instance_name",
        "default_language",
        "allow_choice_duplicates",
        "name",
    }
)
_UNSUPPORTED_SHEETS = frozenset({"external_choices", "entities", "osm", "columns"})
_TYPES = frozenset(
    {
        "text",
        "integer",
        "int",
        "decimal",
        "range",
        "date",
        "time",
        "datetime",
        "note",
        "calculate",
        "hidden",
        "image",
        "photo",
        "audio",
        "file",
        "geopoint",
        "location",
        "barcode",
        "acknowledge",
        "trigger",
        "start",
        "end",
        "today",
        "deviceid",
        "username",
        "email",
        "phonenumber",
        "group",
        "repeat",
        "select_one",
        "select_multiple",
        "select_one_from_file",
        "select_multiple_from_file",
        "rank",
    }
)
_MEDIA = re.compile(r"(?:media::?)?\s*(audio|video)\b")
_UNPLAYED = {"survey": ("video",), "choices": ("audio", "video")}
_SPACES = re.compile(r"\s+")


@dataclass(slots=True)
class Sheets:
    """``rows``: sheet → rows as column → text, in order; row 0 is Excel's row 2. ``places``: path → row."""

    rows: dict[str, list[dict[str, str]]]
    names: list[str]
    places: dict[str, int] = field(default_factory=dict)

    def row_of(self, path: str) -> int:
        """Excel's row of the question at an instance path; of its nearest group when it has none; else 0."""
        while path:
            if path in self.places:
                return self.places[path]
            path = path.rpartition("/")[0]
        return 0

    def column_has(self, row: int, text: str) -> str:
        """The survey column of a row whose cell holds ``text``."""
        rows = self.rows.get("survey", [])
        cells = rows[row - 2] if 2 <= row < len(rows) + 2 else {}
        return next((column for column, cell in cells.items() if text and text in cell), "")


def sheets_of(book: dict[str, Any]) -> Sheets:
    """From pyxform's own reading, so that its row numbers and ours agree."""
    rows = {name: book[name] for name in SHEETS if isinstance(book.get(name), list)}
    made = Sheets(rows, [str(name) for name in book.get("sheet_names", [])])
    made.places = dict(_places(made))
    return made


def kind_of(row: dict[str, str]) -> tuple[str, str]:
    """``begin repeat`` → begin, repeat; ``select_one yn or_other`` → "", select_one."""
    words = _SPACES.sub(" ", row.get("type", "").strip().lower()).split(" ")
    first = words[0]
    for edge in ("begin", "end"):
        if first == edge and len(words) > 1:
            return edge, words[1]
        if first.startswith(edge + "_"):
            return edge, first[len(edge) + 1 :]
    joined = " ".join(words[:2])
    return "", {"select one": "select_one", "select multiple": "select_multiple"}.get(joined, first)


def _places(sheets: Sheets) -> Iterator[tuple[str, int]]:
    path = ["data"]
    for number, row in enumerate(sheets.rows.get("survey", []), 2):
        edge, _ = kind_of(row)
        name = row.get("name", "").strip()
        if edge == "end":
            if len(path) > 1:
                path.pop()
            continue
        if not name:
            name = kind_of(row)[1]
        yield "/" + "/".join([*path, name]), number
        if edge == "begin":
            path.append(name)


def own_checks(sheets: Sheets) -> Iterator[Finding]:
    """What pyxform lets pass or says too late: sheets, settings and types that we do not support."""
    if "survey" not in sheets.rows:
        yield Finding("sheet_missing", "survey")
    for name in sheets.names:
        if name.lower() in _UNSUPPORTED_SHEETS:
            yield Finding("sheet_unsupported", name)
    for sheet, columns in _OUR_COLUMNS.items():
        yield from _columns(sheets, sheet, columns)
    for row in sheets.rows.get("settings", [])[:1]:
        for column in row:
            if column.strip().lower().replace(" ", "_") not in _SETTINGS:
                yield Finding("sheet_unsupported_setting", "settings", 2, column, reason=column)
    yield from _media(sheets)
    for number, row in enumerate(sheets.rows.get("survey", []), 2):
        edge, kind = kind_of(row)
        if kind and (kind not in _TYPES or (edge and kind not in ("group", "repeat"))):
            yield Finding("sheet_unsupported_type", "survey", number, "type", row.get("name", ""), kind)


def _media(sheets: Sheets) -> Iterator[Finding]:
    """Sound and film that no phone would play: nobody shall record them for nothing."""
    for sheet, kinds in _UNPLAYED.items():
        for number, row in enumerate(sheets.rows.get(sheet, []), 2):
            for column in filter(row.get, row):
                found = _MEDIA.match(column.strip().lower())
                if found and found[1] in kinds:
                    name = row.get("name", "")
                    yield Finding("sheet_unsupported_media", sheet, number, column, name, found[1])


def _columns(sheets: Sheets, sheet: str, wanted: tuple[str, ...]) -> Iterator[Finding]:
    rows = sheets.rows.get(sheet)
    if not rows:
        return
    have = {column.strip().lower().replace(" ", "_") for row in rows for column in row}
    for column in wanted:
        if column not in have and not (column == "name" and "value" in have):
            yield Finding("sheet_column_missing", sheet, 1, column, reason=column)


def warnings(sheets: Sheets) -> Iterator[Finding]:
    """Allowed, but probably not what was meant."""
    pattern = re.compile(r"regex\s*\([^,]+,\s*(['\"])(.*?)\1\s*\)")
    for number, row in enumerate(sheets.rows.get("survey", []), 2):
        for column, cell in row.items():
            for match in pattern.finditer(cell if isinstance(cell, str) else ""):
                text = match.group(2)
                if not (text.startswith("^") and text.endswith("$")):
                    yield Finding(
                        "sheet_regex_open", "survey", number, column, row.get("name", ""), text, "warning"
                    )
