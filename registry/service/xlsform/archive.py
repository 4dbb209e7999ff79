"""Looking at an .xlsx before anything parses it: size, entities, formulas, links to elsewhere.

Every member is read once by expat, in pieces, with a count of what it makes; nothing is expanded, resolved or
kept. What passes here is small and plain, so openpyxl and pyxform may have it.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn
from xml.parsers import expat

from registry.service.xlsform.report import Finding

MAX_FILE = 2 * 1024 * 1024
MAX_UNPACKED = 16 * 1024 * 1024
MAX_MEMBERS = 200
MAX_ROWS = 2_000
"""In one sheet. Longer choice lists belong in a csv file (select_one_from_file)."""
MAX_COLUMNS = 200
MAX_CELLS = 50_000
"""In the whole workbook; empty ones with a colour count too, for they take time to read."""
MAX_FILLED = 12_000
"""Cells that hold something."""
MAX_TEXT = 4_000
"""Characters in one cell."""
MAX_DEPTH = 40
_FORMULAS_NAMED = 20
_CELL = re.compile(r"([A-Z]{1,4})(\d{1,8})")


class RefusedError(Exception):
    """Stop looking; ``finding`` says why."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(finding.code)


def look(data: bytes) -> list[Finding]:
    """What forbids parsing the file, or all its formulas; empty when it may be parsed."""
    try:
        return list(_look(data))
    except RefusedError as refusal:
        return [refusal.finding]


def _look(data: bytes) -> Iterator[Finding]:
    if len(data) > MAX_FILE:
        raise RefusedError(
            Finding("sheet_too_large", reason=f"{len(data) // 1024} KiB > {MAX_FILE // 1024} KiB")
        )
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise RefusedError(Finding("sheet_old_format"))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_members(archive)
            names = _sheet_names(archive)
            counts = _Counts()
            for member in archive.namelist():
                if member.lower().endswith((".xml", ".rels", ".vml")):
                    scan = _Scan(names.get(member, ""), member, counts)
                    scan.read(archive, member)
                    yield from scan.formulas
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise RefusedError(Finding("sheet_not_xlsx", reason=str(error)[:100])) from error


def _check_members(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    names = [member.filename for member in members]
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise RefusedError(Finding("sheet_not_xlsx", reason="[Content_Types].xml"))
    unpacked = sum(member.file_size for member in members)
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED:
        raise RefusedError(Finding("sheet_bomb", reason=f"{unpacked // 1024} KiB, {len(members)}"))
    if len(set(names)) != len(names):
        raise RefusedError(Finding("sheet_not_xlsx", reason="duplicate members"))
    for name in names:
        if "externallinks/" in name.lower() or name.lower().endswith("connections.xml"):
            raise RefusedError(Finding("sheet_external", reason=name))
        if name.lower().endswith(".bin") and "vba" in name.lower():
            raise RefusedError(Finding("sheet_macro", reason=name))


def _sheet_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """Member → the sheet's title, from the workbook and its relations."""
    book, relations = _Attributes("sheet"), _Attributes("Relationship")
    book.read(archive, "xl/workbook.xml")
    relations.read(archive, "xl/_rels/workbook.xml.rels")
    targets = {found.get("Id", ""): found.get("Target", "") for found in relations.found}
    named = {}
    for sheet in book.found:
        ident = next((text for key, text in sheet.items() if key.endswith("}id")), "")
        target = targets.get(ident, "")
        named[target.lstrip("/") if target.startswith("/") else f"xl/{target}"] = sheet.get("name", "")
    return named


class _Reader:
    """expat over one member, refusing a document type and depth."""

    def __init__(self) -> None:
        self.depth = 0
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _refuse(self, *args: object) -> NoReturn:
        raise RefusedError(Finding("sheet_entities"))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise RefusedError(Finding("sheet_bomb", reason="depth"))
        self.start(name.rpartition("}")[2], attributes)

    def _end(self, name: str) -> None:
        self.depth -= 1
        self.end(name.rpartition("}")[2])

    def start(self, name: str, attributes: dict[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def read(self, archive: zipfile.ZipFile, member: str) -> None:
        try:
            with archive.open(member) as file:
                self.parser.ParseFile(file)
        except KeyError as error:
            raise RefusedError(Finding("sheet_not_xlsx", reason=member)) from error
        except expat.ExpatError as error:
            raise RefusedError(Finding("sheet_not_xlsx", reason=f"{member}: {error}")) from error


class _Attributes(_Reader):
    """The attributes of every element of one name."""

    def __init__(self, wanted: str) -> None:
        super().__init__()
        self.wanted = wanted
        self.found: list[dict[str, str]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == self.wanted:
            self.found.append(attributes)


@dataclass(slots=True)
class _Counts:
    """Of the whole workbook, but for the rows of one sheet and the text of one element."""

    rows: int = 0
    cells: int = 0
    filled: int = 0
    text: int = 0


class _Scan(_Reader):
    """One member: rows, cells, the longest text, formulas, links."""

    def __init__(self, sheet: str, member: str, counts: _Counts) -> None:
        super().__init__()
        self.sheet, self.member = sheet, member
        self.counts = counts
        counts.rows = 0
        self.cell = ""
        self.formulas: list[Finding] = []
        self.parser.CharacterDataHandler = self.text

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.counts.text = 0
        if name == "Relationship" and attributes.get("TargetMode") == "External":
            # A hyperlink in a cell is only text to us; anything else would be fetched by somebody.
            if not attributes.get("Type", "").endswith("/hyperlink"):
                raise RefusedError(Finding("sheet_external", reason=attributes.get("Target", "")[:100]))
        elif self.member.startswith("xl/worksheets/"):
            self.sheet_start(name, attributes)

    def sheet_start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            self.counts.rows += 1
            self.check_place("A" + attributes.get("r", "1"))
            if self.counts.rows > MAX_ROWS:
                raise RefusedError(Finding("sheet_too_many_rows", self.sheet, reason=str(MAX_ROWS)))
        elif name == "c":
            self.counts.cells += 1
            self.cell = attributes.get("r", "")
            self.check_place(self.cell)
            if self.counts.cells > MAX_CELLS:
                raise RefusedError(Finding("sheet_too_many_cells", self.sheet, reason=str(MAX_CELLS)))
        elif name in ("v", "is"):
            self.counts.filled += 1
            if self.counts.filled > MAX_FILLED:
                raise RefusedError(Finding("sheet_too_many_cells", self.sheet, reason=str(MAX_FILLED)))
        elif name == "f" and len(self.formulas) < _FORMULAS_NAMED:
            column, row = _split(self.cell)
            self.formulas.append(Finding("sheet_formula", self.sheet, row, column))

    def check_place(self, cell: str) -> None:
        column, row = _split(cell)
        if row > MAX_ROWS:
            raise RefusedError(Finding("sheet_too_many_rows", self.sheet, row, reason=str(MAX_ROWS)))
        if _number(column) > MAX_COLUMNS:
            raise RefusedError(
                Finding("sheet_too_many_columns", self.sheet, row, column, reason=str(MAX_COLUMNS))
            )

    def text(self, text: str) -> None:
        self.counts.text += len(text)
        if self.counts.text > MAX_TEXT and not self.member.startswith("docProps/"):
            column, row = _split(self.cell)
            raise RefusedError(Finding("sheet_text_too_long", self.sheet, row, column, reason=str(MAX_TEXT)))


def _split(cell: str) -> tuple[str, int]:
    match = _CELL.fullmatch(cell)
    return (match.group(1), int(match.group(2))) if match else ("", 0)


def _number(column: str) -> int:
    number = 0
    for letter in column:
        number = number * 26 + ord(letter) - 64
    return number


__all__ = [
    "MAX_CELLS",
    "MAX_COLUMNS",
    "MAX_FILE",
    "MAX_FILLED",
    "MAX_ROWS",
    "MAX_TEXT",
    "MAX_UNPACKED",
    "look",
]
