"""Forms as the engine reads them, kept by the hash of their XForm: a long one takes 400 ms to load."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from forms import Definition, FormError, dataset_from_csv, load
from forms.xpath.nodes import Node
from registry.db.tables import form_files, form_versions
from registry.service.forms.checking import CheckDesk

MOST = 32
MOST_EXPORTS = 2
"""Spreadsheets of answers written at one time."""


@dataclass(frozen=True, slots=True)
class KnownForm:
    """One published (or retired) version. ``tables``: file name → its csv as a data set."""

    form_id: str
    version: str
    title: str
    definition: Definition
    tables: Mapping[str, Node]


class FormShelf:
    """What a registry process keeps of forms: those read last, and the desk where uploads are checked."""

    def __init__(self) -> None:
        self.desk = CheckDesk()
        self.exports = asyncio.Semaphore(MOST_EXPORTS)
        self._kept: OrderedDict[tuple[str, str], KnownForm] = OrderedDict()

    async def find(
        self, connection: AsyncConnection, county: str, hashes: Iterable[str]
    ) -> dict[str, KnownForm]:
        """xform_sha256 → form, of those that were ever published in the county."""
        wanted = set(hashes)
        found = {one: self._kept[county, one] for one in wanted if (county, one) in self._kept}
        for form, files in await _fetch(connection, county, wanted - found.keys()):
            known = await asyncio.to_thread(read_form, form, files)
            if known is not None:
                found[form.xform_sha256] = known
        for one, known in found.items():
            self._kept[county, one] = known
            self._kept.move_to_end((county, one))
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return found


async def _fetch(
    connection: AsyncConnection, county: str, hashes: set[str]
) -> list[tuple[Any, Sequence[Any]]]:
    if not hashes:
        return []
    of = form_versions.c
    wanted = select(of.form_id, of.version, of.title, of.xform, of.xform_sha256).where(
        of.county == county, of.xform_sha256.in_(hashes), of.state != "draft"
    )
    return [
        (form, await _tables(connection, county, form)) for form in (await connection.execute(wanted)).all()
    ]


async def _tables(connection: AsyncConnection, county: str, form: Any) -> Sequence[Any]:
    of = form_files.c
    wanted = select(of.name, of.data).where(
        of.county == county, of.form_id == form.form_id, of.version == form.version, of.name.endswith(".csv")
    )
    return (await connection.execute(wanted)).all()


def read_form(form: Any, files: Sequence[Any]) -> KnownForm | None:
    """None when today's engine refuses what an earlier one accepted."""
    try:
        definition = load(form.xform)
        tables = {file.name: dataset_from_csv(bytes(file.data).decode()) for file in files}
    except (FormError, UnicodeDecodeError):
        return None
    return KnownForm(form.form_id, form.version, form.title, definition, tables)
