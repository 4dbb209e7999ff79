"""What an office does with questionnaires: look, upload, attach, publish, retire. Nothing is stored here.

Every function raises WireError; the registry lets only administrators change anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.actions.office_desk import desk
from app.actions.services import Services
from domain.errors import InputError
from sync.office_forms import OfficeForms
from sync.protocol.forms import (
    MAX_FORM_FILES_BYTES,
    MAX_XLSX_BYTES,
    FormReport,
    FormRow,
    PublishRequest,
)

if TYPE_CHECKING:
    from domain.models.survey import SurveySubject

EDITOR = "admin"
"""The role that may change questionnaires; supervisors read."""


def line(services: Services) -> OfficeForms:
    """The line for questionnaires, kept on the desk."""
    table = desk(services)
    if table.forms is None:
        table.forms = OfficeForms(services.runner.client)
    held: OfficeForms = table.forms
    return held


def may_edit(services: Services) -> bool:
    """Whether this person may upload and publish; the registry decides again."""
    return services.may({EDITOR})


async def list_forms(services: Services) -> list[FormRow]:
    """All versions, newest of each form first."""
    return (await line(services).forms()).rows


async def upload_form(services: Services, data: bytes) -> FormReport:
    """Check an .xlsx and keep it as a draft. Raises InputError("form_file_too_large") before sending."""
    if len(data) > MAX_XLSX_BYTES:
        raise InputError("form_file_too_large", most=MAX_XLSX_BYTES // 1024)
    return await line(services).upload(data)


async def attach_file(services: Services, row: FormRow, name: str, data: bytes) -> FormRow:
    """A file that the draft names. Raises InputError("form_file_too_large")."""
    if len(data) > MAX_FORM_FILES_BYTES:
        raise InputError("form_file_too_large", most=MAX_FORM_FILES_BYTES // 1024)
    return await line(services).put_file(row.form_id, row.version, name, data)


async def publish_form(
    services: Services, row: FormRow, subject: SurveySubject, in_visit: bool, roles: list[str]
) -> FormRow:
    """Offer it to phones. Only a form about households can be part of a visit to one."""
    how = PublishRequest(subject=subject, in_visit=in_visit and subject == "household", roles=roles)
    return await line(services).publish(row.form_id, row.version, how)


async def retire_form(services: Services, row: FormRow) -> FormRow:
    return await line(services).retire(row.form_id, row.version)


async def remove_draft(services: Services, row: FormRow) -> None:
    await line(services).remove(row.form_id, row.version)
