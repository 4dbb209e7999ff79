"""The office's list of questionnaires, and the spreadsheets back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.db.tables import form_files, form_versions, households, surveys, users
from registry.service.errors import RefusedError
from registry.service.office import Office
from registry.service.principal import READERS, Principal
from registry.service.times import wire
from sync.protocol.forms import FormRow, FormsAnswer

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def list_forms(office: Office, who: Principal) -> FormsAnswer:
    """All versions, newest of each form first. Raises RefusedError("forbidden")."""
    who.require(READERS)
    of = form_versions.c
    ordered = _query(who).order_by(of.form_id, func.coalesce(of.published_at, of.uploaded_at).desc())
    async with office.reader.connect() as connection:
        rows = (await connection.execute(ordered)).all()
    return FormsAnswer(rows=[_row(row) for row in rows])


async def form_row(connection: AsyncConnection, who: Principal, form_id: str, version: str) -> FormRow:
    """One version. Raises RefusedError("not_found")."""
    of = form_versions.c
    found = await connection.execute(_query(who).where(of.form_id == form_id, of.version == version))
    row = found.one_or_none()
    if row is None:
        raise RefusedError("not_found")
    return _row(row)


def _query(who: Principal) -> Select[Any]:
    of, has = form_versions.c, form_files.c
    held = select(func.array_agg(has.name)).where(
        has.county == of.county, has.form_id == of.form_id, has.version == of.version
    )
    uploader = and_(users.c.county == of.county, users.c.id == of.uploaded_by)
    shown = [column for column in of if column.name not in ("xlsx", "xform")]
    return (
        select(
            *shown,
            func.coalesce(users.c.name, "").label("uploader"),
            held.scalar_subquery().label("held"),
            _answers(who).label("answers"),
        )
        .select_from(form_versions.outerjoin(users, uploader))
        .where(of.county == who.county)
    )


def _answers(who: Principal) -> Any:
    """How many fillings of the version this reader may see."""
    home = and_(households.c.county == surveys.c.county, households.c.id == surveys.c.household_id)
    return (
        select(func.count())
        .select_from(surveys.outerjoin(households, home))
        .where(
            surveys.c.county == form_versions.c.county,
            surveys.c.form_id == form_versions.c.form_id,
            surveys.c.version == form_versions.c.version,
            surveys.c.replaced_by.is_(None),
            who.sees(surveys.c.path, households.c.industrial_path),
        )
        .correlate(form_versions)
        .scalar_subquery()
    )


def _row(row: Row[Any]) -> FormRow:
    return FormRow(
        form_id=row.form_id,
        version=row.version,
        title=row.title,
        state=row.state,
        subject=row.subject,
        in_visit=row.in_visit,
        roles=list(row.roles),
        questions=row.questions,
        languages=list(row.languages),
        missing=[name for name in row.wanted if name not in (row.held or ())],
        uploaded_by=row.uploader,
        uploaded_at=wire(row.uploaded_at),
        published_at=wire(row.published_at) if row.published_at else None,
        answers=row.answers,
        current=row.current,
    )


async def get_xlsx(office: Office, who: Principal, form_id: str, version: str) -> bytes:
    """The spreadsheet as it was uploaded. Raises RefusedError: forbidden, not_found."""
    who.require(READERS)
    return bytes(await _column(office, who, form_id, version, form_versions.c.xlsx))


async def get_xform(office: Office, who: Principal, form_id: str, version: str) -> str:
    """The XForm; a draft's only for readers. Raises RefusedError("not_found")."""
    return str(await _column(office, who, form_id, version, form_versions.c.xform))


async def _column(office: Office, who: Principal, form_id: str, version: str, column: Any) -> Any:
    of = form_versions.c
    where = [of.county == who.county, of.form_id == form_id, of.version == version]
    if not who.may(READERS):
        where.append(of.state != "draft")
    async with office.reader.connect() as connection:
        found = await connection.scalar(select(column).where(*where))
    if found is None:
        raise RefusedError("not_found")
    return found
