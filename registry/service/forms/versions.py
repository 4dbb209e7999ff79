"""From an uploaded spreadsheet to a version that phones offer, and back out of use."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.codes import Role
from registry.db.tables import form_files, form_versions
from registry.service import rates
from registry.service.audit import note_by
from registry.service.errors import RefusedError
from registry.service.feed_write import hold_feed
from registry.service.forms.check_worker import Checked
from registry.service.forms.contents import unfit_tables
from registry.service.forms.feed import tell_phones
from registry.service.forms.listing import form_row
from registry.service.office import Office
from registry.service.principal import Principal
from registry.service.times import now
from registry.service.xlsform import CheckReport
from sync.protocol.canonical import sha256_hex
from sync.protocol.forms import FormFinding, FormReport, FormRow, PublishRequest

EDITORS = frozenset({Role.ADMIN})
"""May change which questionnaires there are."""
MOST_UPLOADS = 60
"""Of one person in a quarter of an hour: each costs up to 20 s of processor."""
ROLES = frozenset(role.value for role in Role)


async def upload(office: Office, who: Principal, data: bytes) -> FormReport:
    """Check, convert, keep as a draft; a draft of the same version is replaced.

    Raises RefusedError: forbidden, busy, rate_limited, form_version_taken.
    """
    who.require(EDITORS)
    await rates.limit(office.engine, who.county, {f"form:{who.user_id}": MOST_UPLOADS})
    checked = await office.forms.desk.check(data)
    if not checked.report.ok:
        return _report(checked.report)
    async with office.engine.begin() as connection:
        await put_draft(connection, who.county, data, checked, who.user_id)
        await _note(connection, who, "form.upload", checked.report.form_id, checked.report.version)
        missing = await missing_files(connection, who.county, checked.report.form_id, checked.report.version)
    return _report(checked.report, stored=True, missing=missing)


def _report(report: CheckReport, *, stored: bool = False, missing: list[str] | None = None) -> FormReport:
    findings = [
        FormFinding(
            level="warning" if one.level == "warning" else "error",
            msgid=one.msgid,
            sheet=one.sheet,
            row=one.row,
            column=one.column,
            params=one.params,
        )
        for one in report.findings
    ]
    return FormReport(
        ok=report.ok,
        stored=stored,
        findings=findings,
        form_id=report.form_id,
        version=report.version,
        title=report.title,
        questions=report.questions,
        languages=list(report.languages),
        missing=missing or [],
    )


async def put_draft(
    connection: AsyncConnection, county: str, data: bytes, checked: Checked, user: str
) -> None:
    """Raises RefusedError("form_version_taken") when the version was published with another XForm.

    A workbook that was only saved again makes the same XForm and is the same version.
    """
    report = checked.report
    row = {
        "title": report.title,
        "state": "draft",
        "questions": report.questions,
        "languages": list(report.languages),
        "wanted": checked.wanted,
        "xlsx": data,
        "xlsx_sha256": sha256_hex(data),
        "xform": report.xform,
        "xform_sha256": sha256_hex(report.xform),
        "uploaded_by": user,
        "uploaded_at": now(),
    }
    key = {"county": county, "form_id": report.form_id, "version": report.version}
    added = insert(form_versions).values(key | row)
    changed = added.on_conflict_do_update(
        index_elements=list(key), set_=row, where=form_versions.c.state == "draft"
    )
    if await connection.scalar(changed.returning(form_versions.c.version)) is None:
        kept = await locked(connection, county, report.form_id, report.version)
        if kept.xform_sha256 != row["xform_sha256"]:
            raise RefusedError("form_version_taken", form_id=report.form_id, version=report.version)
    else:
        await _drop_files(connection, key, checked)


async def _drop_files(connection: AsyncConnection, key: dict[str, str], checked: Checked) -> None:
    """Files of a draft that its new contents no longer name, and tables that lack a column they now read."""
    has = form_files.c
    where = [has[name] == value for name, value in key.items()]
    await connection.execute(delete(form_files).where(*where, has.name.not_in(checked.wanted)))
    tables = select(has.name, has.data).where(*where, has.name.endswith(".csv"))
    held = {row.name: bytes(row.data).decode() for row in await connection.execute(tables)}
    if held:
        unfit = await asyncio.to_thread(unfit_tables, checked.report.xform, held)
        await connection.execute(delete(form_files).where(*where, has.name.in_(unfit)))


async def locked(connection: AsyncConnection, county: str, form_id: str, version: str) -> Any:
    """The version's row, held until the transaction ends. Raises RefusedError("not_found")."""
    of = form_versions.c
    where = of.county == county, of.form_id == form_id, of.version == version
    row = (await connection.execute(select(form_versions).where(*where).with_for_update())).one_or_none()
    if row is None:
        raise RefusedError("not_found")
    return row


async def missing_files(connection: AsyncConnection, county: str, form_id: str, version: str) -> list[str]:
    """Files that the form names and nobody has uploaded."""
    of, has = form_versions.c, form_files.c
    where = of.county == county, of.form_id == form_id, of.version == version
    wanted = await connection.scalar(select(of.wanted).where(*where)) or []
    where_files = has.county == county, has.form_id == form_id, has.version == version
    held = set((await connection.execute(select(has.name).where(*where_files))).scalars())
    return [name for name in wanted if name not in held]


async def publish_version(
    office: Office, who: Principal, form_id: str, version: str, request: PublishRequest
) -> FormRow:
    """Offer this version from the next sync on. A second time changes how it is offered; an older version
    comes back into use this way.

    Raises RefusedError: forbidden, not_found, form_not_published (retired), form_files_missing,
    validation_failed (roles; in_visit of a form about an organisation).
    """
    who.require(EDITORS)
    if not ROLES.issuperset(request.roles):
        raise RefusedError("validation_failed", field="roles")
    if request.in_visit and request.subject == "org":
        raise RefusedError("validation_failed", field="in_visit")
    async with office.engine.begin() as connection:
        await put_in_use(connection, who.county, form_id, version, request)
        await _note(connection, who, "form.publish", form_id, version)
        return await form_row(connection, who, form_id, version)


async def put_in_use(
    connection: AsyncConnection, county: str, form_id: str, version: str, request: PublishRequest
) -> None:
    """The same for whoever may. Raises RefusedError: not_found, form_not_published, form_files_missing."""
    await hold_feed(connection, county)  # first: two administrators publish one after the other
    row = await locked(connection, county, form_id, version)
    if row.state == "retired":
        raise RefusedError("form_not_published")
    lacking = await missing_files(connection, county, form_id, version)
    if lacking:
        raise RefusedError("form_files_missing", files=lacking)
    of = form_versions.c
    same = of.county == county, of.form_id == form_id
    await connection.execute(update(form_versions).where(*same, of.current).values(current=False))
    given = {
        "state": "published",
        "current": True,
        "published_at": now(),
        "subject": request.subject,
        "in_visit": request.in_visit,
        "roles": list(dict.fromkeys(request.roles)),
    }
    await connection.execute(update(form_versions).where(*same, of.version == version).values(given))
    await tell_phones(connection, county, form_id)


async def retire(office: Office, who: Principal, form_id: str, version: str) -> FormRow:
    """Offer it no more; phones finish the drafts they have, and their answers are still taken.

    Raises RefusedError: forbidden, not_found, form_not_published (a draft).
    """
    who.require(EDITORS)
    async with office.engine.begin() as connection:
        await hold_feed(connection, who.county)
        row = await locked(connection, who.county, form_id, version)
        if row.state == "draft":
            raise RefusedError("form_not_published")
        if row.state == "published":
            of = form_versions.c
            where = of.county == who.county, of.form_id == form_id, of.version == version
            gone = {"state": "retired", "current": False, "retired_at": now()}
            await connection.execute(update(form_versions).where(*where).values(gone))
            await tell_phones(connection, who.county, form_id)
            await _note(connection, who, "form.retire", form_id, version)
        return await form_row(connection, who, form_id, version)


async def remove_draft(office: Office, who: Principal, form_id: str, version: str) -> None:
    """Raises RefusedError: forbidden, not_found, form_not_draft."""
    who.require(EDITORS)
    async with office.engine.begin() as connection:
        await require_draft(connection, who.county, form_id, version)
        key = {"county": who.county, "form_id": form_id, "version": version}
        for kept in (form_files, form_versions):
            await connection.execute(delete(kept).where(*[kept.c[name] == key[name] for name in key]))
        await _note(connection, who, "form.delete", form_id, version)


async def require_draft(connection: AsyncConnection, county: str, form_id: str, version: str) -> Any:
    """The draft's row, locked. Raises RefusedError: not_found, form_not_draft."""
    row = await locked(connection, county, form_id, version)
    if row.state != "draft":
        raise RefusedError("form_not_draft")
    return row


async def _note(connection: AsyncConnection, who: Principal, action: str, form_id: str, version: str) -> None:
    await note_by(connection, who, action, ("form", form_id), details={"version": version})
