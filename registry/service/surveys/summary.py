"""How a question was answered, in the whole subtree and per organisation: counted by the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, case, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from forms.definition import ElementDef
from registry.db.tables import households, orgs, survey_values, surveys
from registry.service.errors import RefusedError
from registry.service.forms.shelf import KnownForm
from registry.service.office import Office
from registry.service.principal import READERS, Principal
from registry.service.surveys.labels import Words
from registry.service.surveys.listing import Filter, conditions, counted
from registry.service.surveys.named import NOBODY, named_rows
from registry.service.surveys.numbers import class_name, class_order, classes, statistics
from registry.service.surveys.questions import forms_of, infos, is_charted
from registry.service.surveys.values import CALCULATE, DAYS, LONGEST, NUMBERS, file_of, type_of
from sync.protocol.forms import ORGS_CSV, OrgSlices, QuestionSummary, Slice

MOST_SLICES = 200
_HERE = "here"


async def summarise(
    office: Office, who: Principal, wanted: Filter, *, by_org: bool = False, language: str = ""
) -> QuestionSummary:
    """``wanted``: form_id, question, and what narrows the fillings (its ``value`` is not looked at).

    Raises RefusedError: forbidden, not_found, validation_failed (not a question that is charted).
    """
    who.require(READERS)
    async with office.reader.connect() as connection:
        form, element = _found(
            await forms_of(connection, office, who, wanted.form_id, wanted.version), wanted.question
        )
        where = await conditions(connection, who, replace(wanted, question="", value=""))
        base = await _base(connection, who, wanted.org)
        chart = _Chart(form, element, where, _below(base) if by_org else literal(_HERE))
        return await chart.drawn(connection, who, language)


def _found(forms: Sequence[KnownForm], path: str) -> tuple[KnownForm, ElementDef]:
    """The question in the newest version that has it."""
    for form in forms:
        element = form.definition.elements.get(path)
        if element is not None and is_charted(form, element):
            return form, element
    raise RefusedError("validation_failed", field="question")


async def _base(connection: AsyncConnection, who: Principal, org: str) -> str:
    """The path below which organisations are told apart."""
    if not org:
        return who.path
    where = orgs.c.county == who.county, orgs.c.id == org
    return await connection.scalar(select(orgs.c.path).where(*where)) or who.path


def _below(base: str) -> ColumnElement[str]:
    """The id of the organisation directly under ``base`` that a filling belongs to; "here": to itself."""
    rest = func.substr(surveys.c.path, len(base) + 1)
    child = func.split_part(rest, "/", 1)
    return case((and_(surveys.c.path.startswith(base), child != ""), child), else_=_HERE)


class _Chart:
    """One question's rows, grouped by ``branch``."""

    def __init__(
        self,
        form: KnownForm,
        element: ElementDef,
        where: Sequence[ColumnElement[bool]],
        branch: ColumnElement[str],
    ) -> None:
        self.form, self.element, self.where = form, element, where
        self.kind = type_of(element)
        self.rows = self._subquery(where, branch).c

    async def drawn(self, connection: AsyncConnection, who: Principal, language: str) -> QuestionSummary:
        numbers = await self._numbers(connection) if self._may_be_number() else {}
        every = numbers.pop(None, None)
        slices = await (self._classes(connection, every) if every else self._slices(connection))
        asked = int(await connection.scalar(counted().where(*self.where)) or 0)
        answered = await self._answered(connection)
        words = await self._words(connection, who, language, slices)
        branches = await self._branches(connection, who, answered, slices, numbers, words)
        info = next(one for one in infos(self.form, words) if one.path == self.element.path)
        return QuestionSummary(
            question=info,
            asked=asked,
            answered=sum(answered.values()),
            slices=self._named(_added(slices.values()), words),
            numbers=statistics(every) if every else None,
            by_org=branches,
        )

    def _may_be_number(self) -> bool:
        return self.kind in NUMBERS or self.kind == CALCULATE

    def _subquery(self, where: Sequence[ColumnElement[bool]], branch: ColumnElement[str]) -> Subquery:
        """branch, record_id, value, number of every answer; a repeat gives one for each row."""
        of = survey_values.c
        mine = and_(of.county == surveys.c.county, of.record_id == surveys.c.record_id)
        home = and_(households.c.county == surveys.c.county, households.c.id == surveys.c.household_id)
        joined = survey_values.join(surveys, mine).outerjoin(households, home)
        asked = of.form_id == self.form.form_id, of.path == self.element.path
        wanted = select(branch.label("branch"), of.record_id, of.value, of.number)
        return wanted.select_from(joined).where(*where, *asked).subquery()

    async def _answered(self, connection: AsyncConnection) -> dict[str, int]:
        """Branch → fillings with an answer."""
        of = self.rows
        wanted = select(of.branch, func.count(of.record_id.distinct()).label("found"))
        return {row.branch: row.found for row in await connection.execute(wanted.group_by(of.branch))}

    async def _slices(self, connection: AsyncConnection) -> dict[str, dict[str, int]]:
        """Branch → value → how often; days by month."""
        of = self.rows
        value = func.substr(of.value, 1, 7 if self.kind in DAYS else LONGEST).label("value")
        wanted = select(of.branch, value, func.count().label("found")).group_by(of.branch, value)
        return _nested(await connection.execute(wanted))

    async def _numbers(self, connection: AsyncConnection) -> dict[str | None, Any]:
        """Branch → statistics; None: of all. The median is exact: the mean of the two in the middle."""
        of = self.rows
        middle = func.percentile_disc(0.5)
        shown = (
            func.count(of.number).label("answers"),
            func.sum(of.number).label("sum"),
            func.min(of.number).label("min"),
            func.max(of.number).label("max"),
            func.bool_and(of.number == func.trunc(of.number)).label("whole"),
            middle.within_group(of.number.asc()).label("low"),
            middle.within_group(of.number.desc()).label("high"),
        )
        every = (await connection.execute(select(*shown).where(of.number.is_not(None)))).one()
        if not every.answers:
            return {}
        wanted = select(of.branch, *shown).where(of.number.is_not(None)).group_by(of.branch)
        return {None: every} | {row.branch: row for row in await connection.execute(wanted)}

    async def _classes(self, connection: AsyncConnection, every: Any) -> dict[str, dict[str, int]]:
        """Branch → class → how often."""
        start, width = classes(every.min, every.max, every.whole)
        of = self.rows
        place = func.floor((of.number - start) / width).label("value")
        wanted = select(of.branch, place, func.count().label("found")).where(of.number.is_not(None))
        found = _nested(await connection.execute(wanted.group_by(of.branch, place)))
        return {
            branch: {class_name(start, width, int(at)): count for at, count in sorted(places.items())}
            for branch, places in found.items()
        }

    async def _words(
        self, connection: AsyncConnection, who: Principal, language: str, slices: dict[str, dict[str, int]]
    ) -> Words:
        named = NOBODY
        if file_of(self.form, self.element) == ORGS_CSV:
            values = {value for counts in slices.values() for value in counts}
            named = await named_rows(connection, who.county, values)
        return Words(self.form, language, named)

    def _named(self, counts: dict[str, int], words: Words) -> list[Slice]:
        """Choices in the form's order, all of them; numbers and months ascending; other values by count."""
        known = words.choices(self.element)
        if known and len(known) <= MOST_SLICES:
            values = [*known, *(value for value in counts if value not in known)]
        elif self._may_be_number() or self.kind in DAYS:
            values = sorted(counts, key=class_order)
        else:
            values = sorted(counts, key=lambda value: (-counts[value], value))
        return [
            Slice(value=value, label=known.get(value, value), count=counts.get(value, 0))
            for value in values[:MOST_SLICES]
        ]

    async def _branches(
        self,
        connection: AsyncConnection,
        who: Principal,
        answered: dict[str, int],
        slices: dict[str, dict[str, int]],
        numbers: dict[str | None, Any],
        words: Words,
    ) -> list[OrgSlices]:
        ids = [branch for branch in answered if branch != _HERE]
        if not ids:
            return []
        where = orgs.c.county == who.county, orgs.c.id.in_(ids)
        found = await connection.execute(select(orgs.c.id, orgs.c.name).where(*where).order_by(orgs.c.code))
        return [
            OrgSlices(
                org_id=row.id,
                org_name=row.name,
                answered=answered[row.id],
                slices=self._named(slices.get(row.id, {}), words),
                numbers=statistics(numbers[row.id]) if row.id in numbers else None,
            )
            for row in found
        ]


def _nested(rows: Iterable[Any]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        found[row.branch][row.value] = row.found
    return found


def _added(branches: Iterable[dict[str, int]]) -> dict[str, int]:
    total: dict[str, int] = defaultdict(int)
    for counts in branches:
        for value, count in counts.items():
            total[value] += count
    return total
