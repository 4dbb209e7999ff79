"""All fillings of a form as a spreadsheet: a sheet for the form and one for each repeat."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from sqlalchemy import tuple_

from domain.models import SurveyBody
from forms.definition import ElementDef
from registry.db.tables import households, surveys
from registry.service.audit import note_by
from registry.service.errors import RefusedError
from registry.service.office import Office
from registry.service.principal import NAMED, READERS, Principal
from registry.service.surveys.columns import Sheet, sheets_of
from registry.service.surveys.detail import revealing, shown
from registry.service.surveys.flat import Flat, flatten
from registry.service.surveys.labels import Words
from registry.service.surveys.listing import Filter, conditions, to_row, whole_query
from registry.service.surveys.named import named_rows
from registry.service.surveys.questions import forms_of
from registry.service.surveys.sensitive import kind_of, tells_number, veil
from registry.service.surveys.values import CALCULATE, NUMBERS, split, type_of
from registry.service.surveys.workbook import Book, Cell, day_cell, moment_cell, number_cell

CHUNK = 200
MOST_FILLINGS = 100_000
BLOCK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Wanted:
    """``codes``: values as sealed instead of labels. ``reason``: why personal answers are needed whole."""

    filter: Filter
    codes: bool = False
    language: str = ""
    reason: str = ""


async def export(office: Office, who: Principal, wanted: Wanted) -> BinaryIO:
    """The finished file, open; its name is gone already, so that nothing stays whatever happens to it.

    Raises RefusedError: forbidden, not_found, validation_failed, too_large (more than MOST_FILLINGS), busy.
    """
    who.require(READERS)
    whole = revealing(who, wanted.reason)
    if office.forms.exports.locked():
        raise RefusedError("busy")
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="nuanfang-answers-"))
    try:
        async with office.forms.exports:
            path = await _write(office, who, wanted, whole, folder)
        return await asyncio.to_thread(path.open, "rb")
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def hand_out(file: BinaryIO) -> AsyncIterator[bytes]:
    """The file's bytes."""
    with file:
        while block := await asyncio.to_thread(file.read, BLOCK):
            yield block


async def _write(office: Office, who: Principal, wanted: Wanted, whole: bool, folder: Path) -> Path:
    """Page by page, each with a connection of its own: 100,000 fillings take minutes, and no transaction
    stays open meanwhile. What arrives during that time may come along at the end."""
    form_id = wanted.filter.form_id
    async with office.reader.connect() as connection:
        forms = await forms_of(connection, office, who, form_id, wanted.filter.version)
        where = await conditions(connection, who, wanted.filter)
    words = {one.version: Words(one, wanted.language) for one in forms}
    sheets = sheets_of(list(words.values()), codes=wanted.codes)
    path = folder / "answers.xlsx"
    table = _Table(who, wanted.codes, whole, words, sheets, Book(path, sheets))
    count, after = 0, None
    while rows := await _next(office, where, after):
        count += len(rows)
        if count > MOST_FILLINGS:
            raise RefusedError("too_large", most=MOST_FILLINGS)
        flats = await asyncio.to_thread(table.read, rows)
        answers = (answer for flat in flats for answer in flat.given.values())
        async with office.reader.connect() as connection:
            table.name_people(shown(await named_rows(connection, who.county, answers), table.named))
        await asyncio.to_thread(table.write, rows, flats)
        after = rows[-1]
    await asyncio.to_thread(table.book.close)
    details: dict[str, object] = {"fillings": count, "codes": wanted.codes, "whole": whole}
    async with office.engine.begin() as connection:
        await note_by(connection, who, "survey.export", ("form", form_id), wanted.reason.strip(), details)
    return path


async def _next(office: Office, where: Sequence[Any], after: Any) -> Sequence[Any]:
    """The following fillings, in the order they came."""
    of = surveys.c
    page = whole_query(households.c.number).where(*where)
    if after is not None:
        here = tuple_(of.received_at, of.record_id)
        page = page.where(here > tuple_(after.received_at, after.record_id))
    ordered = page.order_by(of.received_at, of.record_id).limit(CHUNK)
    async with office.reader.connect() as connection:
        found: Sequence[Any] = (await connection.execute(ordered)).all()
    return found


class _Table:
    """Fillings into rows of cells. ``words``: of each version, the current one first."""

    def __init__(
        self,
        who: Principal,
        codes: bool,
        whole: bool,
        words: dict[str, Words],
        sheets: Sequence[Sheet],
        book: Book,
    ) -> None:
        self.who, self.codes, self.whole, self.words = who, codes, whole, words
        self.sheets, self.book = sheets, book
        self.named = whole or who.may(NAMED)

    def _words(self, version: str) -> Words:
        """A version that nobody published is read with the current form, as far as that goes."""
        return self.words.get(version) or next(iter(self.words.values()))

    def read(self, rows: Sequence[Any]) -> list[Flat]:
        """The answers of each row's record by path."""
        bodies = [msgspec.convert(msgspec.json.decode(row.raw)["body"], SurveyBody) for row in rows]
        return [flatten(self._words(body.version).form.definition, body.answers) for body in bodies]

    def name_people(self, named: Any) -> None:
        """Households and organisations that the next fillings name."""
        for words in self.words.values():
            words.rename(named)

    def write(self, rows: Sequence[Any], flats: Sequence[Flat]) -> None:
        """All rows of these fillings on all sheets."""
        for row, flat in zip(rows, flats, strict=True):
            words = self._words(row.version)
            cells: dict[tuple[str, str], dict[str, Cell]] = defaultdict(dict)
            for place, text in flat.given.items():
                path, number = split(place)
                element = words.form.definition.elements[path]
                cells[_repeat_of(element), number][path] = self._cell(words, element, text)
            keys = _row_keys(flat)
            for sheet in self.sheets:
                for key in keys.get(sheet.repeat, ()) if sheet.repeat else ("",):
                    fixed = [row.record_id, key] if sheet.repeat else self._fixed(row)
                    found = cells.get((sheet.repeat, key), {})
                    self.book.add(sheet.repeat, [*fixed, *(found.get(path, "") for path in sheet.paths)])

    def _fixed(self, row: Any) -> list[Cell]:
        told = to_row(self.who, row)
        return [
            told.id,
            told.version,
            row.number or "",
            told.subject_name,
            told.org_name,
            told.author_name,
            row.started_at,
            row.received_at,
            told.visit_id or "",
            ", ".join(told.flags),
        ]

    def _cell(self, words: Words, element: ElementDef, text: str) -> Cell:
        kind = type_of(element)
        if not self.whole and (kind_of(element.path) or tells_number(text)):
            return veil(element.path, self._text(words, element, text), named=self.named)
        if kind in NUMBERS or kind == CALCULATE:
            return number_cell(text)
        if kind == "date":
            return day_cell(text)
        if kind == "datetime" or element.bind.type == "dateTime":
            return moment_cell(text)
        shown_text = self._text(words, element, text)
        return shown_text if self.whole else veil(element.path, shown_text, named=self.named)

    def _text(self, words: Words, element: ElementDef, text: str) -> str:
        return text if self.codes else words.answer(element, text)


def _repeat_of(element: ElementDef) -> str:
    above: ElementDef | None = element
    while above is not None and not above.is_repeat:
        above = above.parent
    return above.path if above is not None else ""


def _row_keys(flat: Flat) -> dict[str, list[str]]:
    """Path of a repeat → numbers of its rows, in order, also of rows without an answer."""
    found: dict[str, list[str]] = defaultdict(list)
    for place, count in flat.rows.items():
        path, above = split(place)
        found[path] += [f"{above}.{number}" if above else str(number) for number in range(1, count + 1)]
    return found
