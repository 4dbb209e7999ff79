"""Filled questionnaires of the reader's subtree, newest first; filtered by form, place, answer and day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import InputError
from domain.identity import mask_name
from registry.db.tables import (
    ITS_BODY,
    form_versions,
    households,
    orgs,
    record_bodies,
    records,
    survey_values,
    surveys,
    users,
)
from registry.service.errors import RefusedError
from registry.service.intake_rules import LOCAL
from registry.service.office import Office
from registry.service.principal import NAMED, READERS, Principal
from registry.service.surveys.sensitive import kind_of
from registry.service.surveys.values import LONGEST
from registry.service.times import wire
from registry.service.visits import MOST
from sync.protocol.forms import SurveyPage, SurveyRow
from sync.protocol.records import b64, unb64

ABOUT = orgs.alias("about_org")
"""The organisation that a filling is about."""
OFFICE = orgs.alias("path_org")
"""The organisation whose subtree may see it."""


@dataclass(frozen=True)
class Filter:
    """What to see; empty means everything. ``org``: id of the head of a subtree; ``question``: path without
    row numbers; ``since`` and ``until``: local days, YYYY-MM-DD."""

    form_id: str = ""
    version: str = ""
    org: str = ""
    household: str = ""
    visit: str = ""
    question: str = ""
    value: str = ""
    since: str = ""
    until: str = ""
    replaced: bool = False
    flagged: bool = False


class Place(msgspec.Struct, array_like=True):
    """Where a page ended."""

    received_at: datetime
    id: str


async def list_surveys(
    office: Office, who: Principal, wanted: Filter, after: str = "", limit: int = 50
) -> SurveyPage:
    """One page. Raises RefusedError: forbidden, not_found (the organisation), validation_failed."""
    who.require(READERS)
    limit = max(1, min(limit, MOST))
    async with office.reader.connect() as connection:
        where = await conditions(connection, who, wanted)
        page = rows_query().where(*where).order_by(surveys.c.received_at.desc(), surveys.c.record_id.desc())
        if after:
            place = _read_place(after)
            here = tuple_(surveys.c.received_at, surveys.c.record_id)
            page = page.where(here < tuple_(place.received_at, place.id))
        rows = (await connection.execute(page.limit(limit + 1))).all()
        total = await connection.scalar(counted().where(*where)) or 0
    more, rows = len(rows) > limit, rows[:limit]
    last = Place(rows[-1].received_at, rows[-1].record_id) if more else None
    return SurveyPage(
        rows=[to_row(who, row) for row in rows],
        next=b64(msgspec.json.encode(last)) if last else None,
        total=total,
    )


async def survey_row(connection: AsyncConnection, who: Principal, survey_id: str) -> Row[Any]:
    """The one this reader may see, with its record. Raises RefusedError: forbidden, not_found."""
    who.require(READERS)
    where = surveys.c.county == who.county, surveys.c.record_id == survey_id, seen_by(who)
    row: Row[Any] | None = (await connection.execute(whole_query(*records.c).where(*where))).first()
    if row is None:
        raise RefusedError("not_found")
    return row


def seen_by(who: Principal) -> ColumnElement[bool]:
    """In a subtree of the reader's, in either tree."""
    return who.sees(surveys.c.path, households.c.industrial_path)


def rows_query(*more: ColumnElement[Any]) -> Select[Any]:
    """Facts with names; ``more`` columns of the record."""
    return select(
        *surveys.c,
        *[column for column in more if column.name not in surveys.c],
        records.c.flags,
        form_versions.c.title,
        households.c.name.label("household_name"),
        ABOUT.c.name.label("about_name"),
        func.coalesce(OFFICE.c.name, "").label("org_name"),
        func.coalesce(users.c.name, "").label("author_name"),
    ).select_from(joined())


def whole_query(*more: ColumnElement[Any]) -> Select[Any]:
    """``rows_query`` with what was signed."""
    return rows_query(*more, record_bodies.c.raw, record_bodies.c.sig).join(record_bodies, ITS_BODY)


def counted() -> Select[Any]:
    """How many; with what the conditions need and no more."""
    return select(func.count()).select_from(surveys.outerjoin(households, _home()))


def joined() -> Any:
    """Fillings with what names them."""
    of = surveys.c
    kept = and_(records.c.county == of.county, records.c.id == of.record_id, records.c.hash == of.record_hash)
    form = and_(
        form_versions.c.county == of.county,
        form_versions.c.form_id == of.form_id,
        form_versions.c.version == of.version,
    )
    return (
        surveys.join(records, kept)
        .outerjoin(form_versions, form)
        .outerjoin(households, _home())
        .outerjoin(ABOUT, and_(ABOUT.c.county == of.county, ABOUT.c.id == of.org_id))
        .outerjoin(OFFICE, and_(OFFICE.c.county == of.county, OFFICE.c.path == of.path))
        .outerjoin(users, and_(users.c.county == of.county, users.c.id == of.author_id))
    )


def _home() -> ColumnElement[bool]:
    return and_(households.c.county == surveys.c.county, households.c.id == surveys.c.household_id)


async def conditions(
    connection: AsyncConnection, who: Principal, wanted: Filter
) -> list[ColumnElement[bool]]:
    """The filter as SQL, never outside the reader's scope. Raises RefusedError as list_surveys."""
    of = surveys.c
    where = [of.county == who.county, seen_by(who)]
    named = {of.form_id: wanted.form_id, of.version: wanted.version, of.household_id: wanted.household}
    where += [column == value for column, value in (named | {of.visit_id: wanted.visit}).items() if value]
    if not wanted.replaced:
        where.append(of.replaced_by.is_(None))
    if wanted.flagged:
        where.append(_flagged())
    if wanted.org:
        where.append(await under(connection, who, wanted.org))
    if wanted.question or wanted.value:
        where.append(_answered(who, wanted))
    if wanted.since:
        where.append(of.started_at >= _midnight(wanted.since, "from"))
    if wanted.until:
        where.append(of.started_at < _midnight(wanted.until, "to") + timedelta(days=1))
    return where


async def under(connection: AsyncConnection, who: Principal, org: str) -> ColumnElement[bool]:
    """Fillings of an organisation's subtree, in either tree. Raises RefusedError("not_found")."""
    of = orgs.c
    wanted = select(of.path, of.industrial_path).where(of.county == who.county, of.id == org)
    row = (await connection.execute(wanted)).one_or_none()
    if row is None or not (who.sees_path(row.path) or who.sees_path(row.industrial_path)):
        raise RefusedError("not_found")
    parts = [surveys.c.path.startswith(row.path)]
    if row.industrial_path:
        parts.append(households.c.industrial_path.startswith(row.industrial_path))
    return or_(*parts)


def _flagged() -> ColumnElement[bool]:
    of = records.c
    same = of.county == surveys.c.county, of.id == surveys.c.record_id, of.hash == surveys.c.record_hash
    return select(of.id).where(*same, func.cardinality(of.flags) > 0).correlate(surveys).exists()


def _answered(who: Principal, wanted: Filter) -> ColumnElement[bool]:
    """Whoever may not read an answer may not find people by it either."""
    if not (wanted.form_id and wanted.question and wanted.value):
        raise RefusedError("validation_failed", field="question")
    if kind_of(wanted.question) not in (("", "name") if who.may(NAMED) else ("",)):
        raise RefusedError("validation_failed", field="question")
    of = survey_values.c
    return (
        select(of.record_id)
        .where(
            of.county == surveys.c.county,
            of.record_id == surveys.c.record_id,
            of.form_id == wanted.form_id,
            of.path == wanted.question,
            of.value == wanted.value[:LONGEST],
        )
        .exists()
    )


def _midnight(day: str, field: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(day), time(), LOCAL)
    except ValueError as error:
        raise RefusedError("validation_failed", field=field) from error


def to_row(who: Principal, row: Row[Any]) -> SurveyRow:
    """As this reader may see it."""
    home = row.household_name or ""
    about = row.about_name or "" if row.subject == "org" else home if who.may(NAMED) else mask_name(home)
    return SurveyRow(
        id=row.record_id,
        form_id=row.form_id,
        version=row.version,
        title=row.title or row.form_id,
        subject=row.subject,
        subject_id=row.org_id if row.subject == "org" else row.household_id,
        subject_name=about,
        org_name=row.org_name,
        author_name=row.author_name,
        started_at=wire(row.started_at),
        received_at=wire(row.received_at),
        flags=list(row.flags),
        visit_id=row.visit_id,
        replaced_by=row.replaced_by,
    )


def _read_place(text: str) -> Place:
    try:
        return msgspec.json.decode(unb64(text), type=Place)
    except (msgspec.MsgspecError, InputError, UnicodeDecodeError, RecursionError) as error:
        raise RefusedError("validation_failed", field="after") from error
