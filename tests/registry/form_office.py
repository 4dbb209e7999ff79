"""What the tests of questionnaires share: people of the office, small forms, fillings."""

from __future__ import annotations

from typing import Any

import msgspec
from fresh import enrolled
from phone import Phone, sha256
from xlsform_books import workbook

from domain.codes import Role
from domain.models import SurveyBody
from domain.models.survey import SurveyFile
from registry.service.codes import create_code
from registry.service.forms.check_worker import look
from registry.service.forms.versions import put_draft, put_in_use
from sync.protocol.canonical import sha256_hex
from sync.protocol.forms import FormReport, FormRow, PublishRequest

HEADER = (
    "type",
    "name",
    "label::简体中文 (zh)",
    "label::English (en)",
    "required",
    "relevant",
    "constraint",
    "calculation",
)
CHECK = [
    ("select_one sector", "sector", "行业", "Sector", "yes", "", "", ""),
    ("select_multiple wrong", "found", "查出的问题", "Found", "", "", "", ""),
    ("integer", "owed", "欠薪（元）", "Wages owed", "", "selected(${found}, 'wages')", ". >= 0", ""),
    ("text", "boss_phone", "负责人电话", "Phone", "", "", "", ""),
    ("begin repeat", "worker", "职工", "Worker", "", "", "", ""),
    ("text", "worker_name", "姓名", "Name", "yes", "", "", ""),
    ("text", "id_number", "身份证号", "ID number", "", "", "", ""),
    ("decimal", "pay", "月工资", "Pay", "", "", "", ""),
    ("end repeat", "", "", "", "", "", "", ""),
    ("image", "photo", "照片", "Photo", "", "", "", ""),
    ("calculate", "people", "", "", "", "", "", "count(${worker})"),
]
CHOICES = [
    ("list_name", "name", "label::简体中文 (zh)", "label::English (en)"),
    ("sector", "mine", "矿山", "Mine"),
    ("sector", "shop", "商店", "Shop"),
    ("wrong", "wages", "欠薪", "Wages"),
    ("wrong", "safety", "安全", "Safety"),
]

ANSWERS = {
    "sector": "mine",
    "found": "wages safety",
    "owed": "12000",
    "boss_phone": "13800138000",
    "worker": [{"worker_name": "王秀英", "pay": "3000.50"}, {"worker_name": "李强"}],
    "people": "2",
}


def check_form(version: str = "1", rows: Any = CHECK, form_id: str = "check", **sheets: Any) -> bytes:
    """A small inspection of an enterprise in two languages."""
    settings = [("form_title", "form_id", "version"), ("检查", form_id, version)]
    return workbook(rows, CHOICES, HEADER, settings=settings, **sheets)


async def person(client: Any, county: Any, role: Role) -> Phone:
    """The sample county's first user with this role, enrolled."""
    user = next(one for one in county.users if role in one.roles)
    return await enrolled(client, await create_code(client.office, county.county_id, user.id))


async def post_form(phone: Phone, data: bytes, **headers: str) -> Any:
    kind = {"Content-Type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
    return await phone.client.post("/v1/forms", content=data, headers=phone.auth | kind | headers)


async def upload(phone: Phone, data: bytes) -> FormReport:
    answer = await post_form(phone, data)
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=FormReport)


async def act(phone: Phone, form_id: str, version: str, what: str, **body: Any) -> Any:
    """POST …/publish or …/retire."""
    return await phone.client.post(f"/v1/forms/{form_id}/{version}/{what}", json=body, headers=phone.auth)


async def publish(phone: Phone, data: bytes, **request: Any) -> FormRow:
    """Upload and publish at once."""
    report = await upload(phone, data)
    assert report.stored, report.findings
    answer = await act(phone, report.form_id, report.version, "publish", **request)
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=FormRow)


async def publish_at_once(office: Any, county: Any, data: bytes, **request: Any) -> None:
    """The same without a process for the check, for tests that are about answers."""
    checked = look(data)
    assert checked.report.ok, checked.report.findings
    report = checked.report
    async with office.engine.begin() as connection:
        await put_draft(connection, county.county_id, data, checked, "")
        wanted = PublishRequest(**request)
        await put_in_use(connection, county.county_id, report.form_id, report.version, wanted)


def filling(phone: Phone, doc: dict[str, Any], answers: dict[str, Any], **about: Any) -> SurveyBody:
    """As a phone seals it; ``doc``: the form as the feed brought it."""
    assert sha256_hex(doc["xform"]) == doc["xform_sha256"]
    return SurveyBody(
        form_id=doc["form_id"],
        version=doc["version"],
        xform_sha256=doc["xform_sha256"],
        subject=doc["subject"],
        started=phone.event(),
        ended=phone.event(),
        answers=answers,
        **about,
    )


def form_file(phone, path, name, data, kind="photo"):
    extra = {"original_sha256": sha256(b"o" + data), "thumb_sha256": sha256(b"t" + data)}
    return SurveyFile(
        path=path,
        name=name,
        sha256=sha256(data),
        kind=kind,
        size=len(data),
        content_type="image/jpeg",
        taken=phone.event(),
        **({**extra, "dhash": sha256(data)[:16]} if kind == "photo" else {}),
    )


def problem(answer: Any) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["code"]
