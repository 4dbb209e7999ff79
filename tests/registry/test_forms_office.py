"""An administrator changes questionnaires in Excel: upload, files, publish, retire (S18, S40, S11)."""

from __future__ import annotations

import msgspec
import pytest
from form_office import CHECK, act, check_form, person, upload

from domain.codes import Role
from sync.protocol.canonical import sha256_hex
from sync.protocol.forms import FormDoc, FormRow, FormsAnswer


@pytest.fixture
async def admin(client, county):
    return await person(client, county, Role.ADMIN)


async def rows_of(phone, form_id="check") -> list[FormRow]:
    answer = await phone.client.get("/v1/forms", headers=phone.auth)
    assert answer.status_code == 200, answer.text
    found = msgspec.json.decode(answer.content, type=FormsAnswer).rows
    return [row for row in found if row.form_id == form_id]


async def forms_on(phone, since="") -> dict[str, FormDoc | None]:
    found, _ = await phone.sync(since)
    docs = {key: doc for (kind, key), doc in found.items() if kind == "form"}
    return {key: doc and msgspec.convert(doc, FormDoc) for key, doc in docs.items()}


async def test_what_is_wrong_is_said_by_row_and_nothing_is_kept(admin):
    """A bad sheet comes back with its rows; it is no draft."""
    rows = [*CHECK[:1], ("integer", "bad", "坏", "Bad", "", "${nothing} > 1", "", "")]
    report = await upload(admin, check_form(rows=rows))
    assert (report.ok, report.stored) == (False, False)
    (finding,) = [one for one in report.findings if one.level == "error"]
    assert (finding.sheet, finding.row) == ("survey", 3)
    assert finding.msgid.startswith("forms.refusal.")
    assert await rows_of(admin) == []


async def test_from_upload_to_every_phone(admin, cadre, supervisor):
    """Good sheet → draft, on no phone; published → on everybody's, with what the engine needs."""
    data = check_form()
    report = await upload(admin, data)
    assert (report.ok, report.stored, report.missing) == (True, True, [])
    assert (report.form_id, report.version, report.title) == ("check", "1", "检查")
    assert "check@1" not in await forms_on(cadre)
    (draft,) = await rows_of(admin)
    assert (draft.state, draft.published_at, draft.current) == ("draft", None, False)
    answer = await act(admin, "check", "1", "publish", subject="org", roles=["cadre"])
    row = msgspec.json.decode(answer.content, type=FormRow)
    assert (row.state, row.current, row.subject, row.roles) == ("published", True, "org", ["cadre"])
    for phone in (cadre, supervisor, admin):
        doc = (await forms_on(phone))["check@1"]
        assert (doc.current, doc.subject, doc.roles, doc.questions) == (True, "org", ["cadre"], 8)
        assert sha256_hex(doc.xform) == doc.xform_sha256
        assert doc.languages == ["简体中文 (zh)", "English (en)"]
    back = await admin.client.get("/v1/forms/check/1/form.xlsx", headers=admin.auth)
    assert back.content == data
    xml = await cadre.client.get("/v1/forms/check/1/form.xml", headers=cadre.auth)
    assert xml.text == doc.xform
