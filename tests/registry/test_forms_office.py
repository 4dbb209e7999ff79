"""An administrator changes questionnaires in Excel: upload, files, publish, retire (S11, S18, S40)."""

from __future__ import annotations

import asyncio
import io
import zipfile

import msgspec
import pytest
from form_office import (
    CHECK,
    HEADER,
    act,
    check_form,
    person,
    post_form,
    problem,
    publish,
    publish_at_once,
    upload,
)
from phone import picture
from sqlalchemy import select
from xlsform_books import tampered, workbook

from domain.codes import Role
from registry.db.tables import audit
from registry.service.errors import RefusedError
from registry.service.feed_read import PAGE, one_page
from registry.service.forms import assets, checking
from registry.service.forms.check_worker import Checked, look
from registry.service.forms.checking import MOST_WAITING, CheckDesk, named
from registry.service.forms.files import examine
from registry.service.xlsform import CheckReport
from sync.protocol.canonical import sha256_hex
from sync.protocol.forms import (
    FORM_PAGE_BYTES,
    MAX_FORM_FILES_BYTES,
    MAX_XLSX_BYTES,
    FormDoc,
    FormRow,
    FormsAnswer,
)

TABLED = [
    ("select_one_from_file shops.csv", "shop", "店", "Shop", "yes", "", "", ""),
    ("calculate", "boss", "", "", "", "", "", "pulldata('shops', 'owner', 'name', ${shop})"),
]
OWNED = [
    ("select_one_from_file orgs.csv", *TABLED[0][1:]),
    (*TABLED[1][:-1], "pulldata('orgs', 'owner', 'name', ${shop})"),
]
SHOPS = "name,label,owner\na,甲店,张\nb,乙店,李\n"
PICTURED = [
    ("list_name", "name", "label::简体中文 (zh)", "label::English (en)", "media::image"),
    ("sector", "mine", "矿山", "Mine", "mine.png"),
    ("wrong", "wages", "欠薪", "Wages", ""),
]


@pytest.fixture
async def admin(client, county):
    return await person(client, county, Role.ADMIN)


@pytest.fixture
def at_once(monkeypatch):
    """Checks run here instead of in a process of their own, which costs each test a second."""

    async def run(data: bytes) -> Checked:
        return look(data)

    monkeypatch.setattr(checking, "_run", run)


async def rows_of(phone, form_id="check") -> list[FormRow]:
    answer = await phone.client.get("/v1/forms", headers=phone.auth)
    assert answer.status_code == 200, answer.text
    found = msgspec.json.decode(answer.content, type=FormsAnswer).rows
    return [row for row in found if row.form_id == form_id]


async def forms_on(phone, since="") -> dict[str, FormDoc | None]:
    found, _ = await phone.sync(since)
    docs = {key: doc for (kind, key), doc in found.items() if kind == "form"}
    return {key: doc and msgspec.convert(doc, FormDoc) for key, doc in docs.items()}


async def test_what_is_wrong_is_said_by_row_and_nothing_is_kept(at_once, admin):
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


async def test_only_an_administrator_changes_questionnaires(at_once, admin, cadre, supervisor):
    """Others may look at most; every change is refused before the body is looked at."""
    await upload(admin, check_form())
    for phone in (cadre, supervisor):
        assert problem(await post_form(phone, b"x")) == (403, "forbidden")
        assert problem(await act(phone, "check", "1", "publish")) == (403, "forbidden")
        assert problem(await act(phone, "check", "1", "retire")) == (403, "forbidden")
        gone = await phone.client.delete("/v1/forms/check/1", headers=phone.auth)
        assert problem(gone) == (403, "forbidden")
        put = await phone.client.put("/v1/forms/check/1/files/a.csv", content=b"", headers=phone.auth)
        assert problem(put) == (403, "forbidden")
    assert problem(await cadre.client.get("/v1/forms", headers=cadre.auth)) == (403, "forbidden")
    assert (await rows_of(supervisor))[0].state == "draft"
    hidden = await cadre.client.get("/v1/forms/check/1/form.xml", headers=cadre.auth)
    assert problem(hidden) == (404, "not_found")


async def test_a_draft_is_replaced_and_a_published_version_never_changes(at_once, admin, cadre):
    """The same version with other questions: fine as long as no phone has it, then never again."""
    await upload(admin, check_form(rows=CHECK[:1]))
    await publish(admin, check_form(), subject="org")
    answer = await post_form(admin, check_form(rows=CHECK[:3]))
    assert problem(answer) == (409, "form_version_taken")
    assert answer.json()["params"] == {"form_id": "check", "version": "1"}
    again = await upload(admin, check_form())
    assert (again.ok, again.stored) == (True, True)
    (row,) = await rows_of(admin)
    assert (row.state, row.questions) == ("published", 8)
    gone = await admin.client.delete("/v1/forms/check/1", headers=admin.auth)
    assert problem(gone) == (409, "form_not_draft")


async def test_a_new_version_takes_over_and_an_old_one_can_come_back(admin, cadre, office, county):
    """Phones hold the current one and the one before; what is older or retired is taken back."""
    for version in ("1", "2", "3"):
        await publish_at_once(office, county, check_form(version), subject="org")
    docs = await forms_on(cadre)
    assert {key: docs[key].current for key in ("check@2", "check@3")} == {"check@2": False, "check@3": True}
    assert docs["check@1"] is None
    assert [(row.version, row.current) for row in await rows_of(admin)] == [
        ("3", True),
        ("2", False),
        ("1", False),
    ]
    _, cursor = await cadre.sync()
    await act(admin, "check", "1", "publish", subject="org")
    news = await forms_on(cadre, cursor)
    assert (news["check@1"].current, news["check@3"].current, news["check@2"]) == (True, False, None)
    answer = await act(admin, "check", "1", "retire")
    assert msgspec.json.decode(answer.content, type=FormRow).state == "retired"
    docs = await forms_on(cadre)
    assert (docs["check@1"], docs["check@3"].current) == (None, False)
    assert problem(await act(admin, "check", "1", "publish", subject="org")) == (409, "form_not_published")
    assert (await act(admin, "check", "1", "retire")).status_code == 200


async def test_a_phone_that_joins_late_gets_no_tombstones_of_forms_it_never_had(cadre, office, county):
    """What a first sync brings is what there is."""
    await publish_at_once(office, county, check_form("1"), subject="org")
    found, _ = await cadre.sync()
    assert msgspec.convert(found["form", "check@1"], FormDoc).current


async def test_a_draft_can_be_thrown_away(at_once, admin):
    """Delete and it is gone; what is not there is not found."""
    await upload(admin, check_form())
    assert problem(await act(admin, "check", "1", "retire")) == (409, "form_not_published")
    answer = await admin.client.delete("/v1/forms/check/1", headers=admin.auth)
    assert (answer.status_code, await rows_of(admin)) == (204, [])
    for path in ("/v1/forms/check/1", "/v1/forms/none/1"):
        assert problem(await admin.client.delete(path, headers=admin.auth)) == (404, "not_found")
    assert problem(await act(admin, "check", "1", "publish")) == (404, "not_found")


async def put(phone, name, data, form="check"):
    return await phone.client.put(f"/v1/forms/{form}/1/files/{name}", content=data, headers=phone.auth)


async def test_files_that_a_form_needs(at_once, admin, cadre, office):
    """Missing ones are named, each is checked, and only then can the form be published."""
    report = await upload(admin, check_form(rows=TABLED))
    assert report.missing == ["shops.csv"]
    answer = await act(admin, "check", "1", "publish")
    assert problem(answer) == (409, "form_files_missing")
    assert answer.json()["params"] == {"files": ["shops.csv"]}
    assert problem(await put(admin, "other.csv", b"name\na")) == (422, "form_file_unknown")
    lacking = await put(admin, "shops.csv", b"name,label\na,b\n")
    assert problem(lacking) == (422, "form_file_columns")
    assert lacking.json()["params"]["columns"] == "owner"
    done = await put(admin, "shops.csv", SHOPS.encode("gb18030"))
    assert msgspec.json.decode(done.content, type=FormRow).missing == []
    assert (await act(admin, "check", "1", "publish")).status_code == 200
    (file,) = (await forms_on(cadre))["check@1"].files
    assert (file.name, file.content_type) == ("shops.csv", "text/csv")
    back = await cadre.client.get("/v1/forms/check/1/files/shops.csv", headers=cadre.auth)
    assert back.text == SHOPS
    assert problem(await put(admin, "shops.csv", SHOPS.encode())) == (409, "form_not_draft")


async def test_a_table_is_kept_only_while_it_fits_the_draft(at_once, admin):
    """A draft that is uploaded again and now reads another column asks for the table anew."""
    named = [
        (*TABLED[0][:7], ""),
        ("calculate", "title", "", "", "", "", "", "pulldata('shops', 'label', 'name', ${shop})"),
    ]
    await upload(admin, check_form(rows=named))
    assert (await put(admin, "shops.csv", b"name,label\na,b\n")).status_code == 200
    assert (await upload(admin, check_form(rows=[*named, *CHECK[:1]]))).missing == []
    assert (await upload(admin, check_form(rows=TABLED))).missing == ["shops.csv"]
    assert problem(await act(admin, "check", "1", "publish")) == (409, "form_files_missing")


async def test_pictures_are_pictures_and_there_is_an_end(at_once, admin):
    """A picture by its bytes, all files of a form together within the limit."""
    settings = [("form_title", "form_id", "version"), ("检查", "check", "1")]
    report = await upload(admin, workbook(CHECK[:1], PICTURED, HEADER, settings=settings))
    assert report.missing == ["mine.png"]
    assert problem(await put(admin, "mine.png", picture(1))) == (422, "form_file_unreadable")
    png = b"\x89PNG\r\n\x1a\n"
    assert problem(await put(admin, "mine.png", png + b"x" * MAX_FORM_FILES_BYTES)) == (413, "too_large")
    assert (await put(admin, "mine.png", png)).status_code == 200


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xff\xfe\x00n\x00a", "form_file_unreadable"),
        (b"\x81", "form_file_unreadable"),
        (b"name,label,owner\na,\x00,b\n", "form_file_unreadable"),
        (b"", "form_file_unreadable"),
        (b"name,label,owner\n", "form_file_unreadable"),
        (b"name,name,owner\na,b,c\n", "form_file_columns"),
        (b"name,label,owner\n" + b"x" * 200_000 + b",b,c\n", "form_file_unreadable"),
        (b"na me,label,owner\na,b,c\n", "form_file_columns"),
    ],
)
def test_broken_tables_are_refused(data, code):
    """Odd encodings, NUL, no rows, doubled columns: a word instead of a phone that cannot open the form."""
    xform = look(check_form(rows=TABLED)).report.xform
    with pytest.raises(RefusedError) as refused:
        examine(xform, "shops.csv", data)
    assert refused.value.code == code


async def test_every_change_is_in_the_trail(at_once, admin, office):
    """Who uploaded, gave files, published, retired and deleted which version."""
    await upload(admin, check_form("0"))
    await admin.client.delete("/v1/forms/check/0", headers=admin.auth)
    await upload(admin, check_form(rows=TABLED))
    await put(admin, "shops.csv", SHOPS.encode())
    await act(admin, "check", "1", "publish")
    await act(admin, "check", "1", "retire")
    wanted = select(audit).where(audit.c.entity == "form", audit.c.entity_id == "check").order_by(audit.c.id)
    async with office.engine.connect() as connection:
        rows = (await connection.execute(wanted)).all()
    assert [(row.action, row.details["version"]) for row in rows] == [
        ("form.upload", "0"),
        ("form.delete", "0"),
        ("form.upload", "1"),
        ("form.file", "1"),
        ("form.publish", "1"),
        ("form.retire", "1"),
    ]
    assert {row.user_id for row in rows} == {admin.me.user_id}


@pytest.mark.parametrize(
    "wish", [{"roles": ["king"]}, {"subject": "org", "in_visit": True}, {"subject": "x"}]
)
async def test_odd_wishes_of_publishing_are_refused(admin, office, county, wish):
    """Unknown roles, a form about an enterprise inside a household's visit."""
    await publish_at_once(office, county, check_form())
    assert problem(await act(admin, "check", "1", "publish", **wish)) == (422, "validation_failed")


# --- hostile ------------------------------------------------------------------------------------------


async def test_a_huge_upload_is_cut_off(admin):
    """200 MB, announced or not: refused, and no more than the limit is read."""
    sent = 0

    async def flood():
        nonlocal sent
        for _ in range(200):
            sent += 1024 * 1024
            yield b"x" * 1024 * 1024

    announced = await post_form(admin, flood(), **{"Content-Length": str(200 * 1024 * 1024)})
    assert problem(announced) == (413, "too_large")
    assert problem(await post_form(admin, flood())) == (413, "too_large")
    assert sent <= MAX_XLSX_BYTES + 2 * 1024 * 1024


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr("xl/workbook.xml", b" " * 40 * 1024 * 1024)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (bomb, "sheet_bomb"),
        (lambda: b"not a workbook", "sheet_not_xlsx"),
        (lambda: tampered(check_form(), "xl/workbook.xml", lambda _: b"<!DOCTYPE x><x/>"), "sheet_entities"),
        (lambda: check_form("2026/11"), "form_bad_version"),
        (lambda: check_form("summary"), "form_bad_version"),
        (lambda: check_form(form_id="检查"), "form_bad_id"),
        (lambda: check_form(rows=OWNED), "form_csv_column"),
    ],
)
async def test_hostile_and_unfit_sheets_are_refused_in_words(admin, data, code):
    """A zip bomb, entities, no workbook at all, an id or version that cannot stand in an address."""
    report = await upload(admin, data())
    assert (report.ok, report.stored) == (False, False)
    assert f"forms.refusal.{code}" in [one.msgid for one in report.findings]


async def test_a_check_that_breaks_down_is_said_so(admin, monkeypatch):
    """When the checking process dies, the upload is refused in words and the registry lives."""
    monkeypatch.setattr(checking, "_WORKER", "registry.service.forms.no_such_module")
    report = await upload(admin, check_form())
    assert [one.msgid for one in report.findings] == ["forms.refusal.sheet_too_heavy"]


async def test_checks_queue_up_to_a_limit(monkeypatch):
    """One check at a time; who comes when too many wait is asked to come again."""
    running, most, gate = 0, 0, asyncio.Event()

    async def slow(_: bytes) -> Checked:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await gate.wait()
        running -= 1
        return Checked(CheckReport())

    monkeypatch.setattr(checking, "_run", slow)
    desk = CheckDesk()
    waiting = [asyncio.create_task(desk.check(b"")) for _ in range(MOST_WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(Exception, match="busy"):
        await desk.check(b"")
    gate.set()
    await asyncio.gather(*waiting)
    assert most == 1
    assert (await desk.check(b"")).wanted == []


def test_names_that_could_not_stand_in_an_address():
    """Ids as XML and addresses allow them; versions without slashes, never empty."""

    def ok(form_id, version):
        return named(Checked(CheckReport(xform="<x/>", form_id=form_id, version=version))).report.ok

    assert ok("five_needs", "2026112101")
    assert ok("a.b-c", "第2版")
    for form_id, version in (
        ("1a", "1"),
        ("a b", "1"),
        ("a", ""),
        ("a", ".."),
        ("a", "1/2"),
        ("a", "x" * 65),
    ):
        assert not ok(form_id, version)


# --- what comes with the product ----------------------------------------------------------------------


async def test_the_products_own_forms_are_published(cadre, office, county):
    """All spreadsheets of assets/forms are on every phone, as forms.toml says; once is enough."""
    wanted = {asset.name: asset.request for asset in assets.read_assets()}
    docs = {key.partition("@")[0]: doc for key, doc in (await forms_on(cadre)).items()}
    assert set(wanted) == set(docs)
    assert len(wanted) >= 7
    for name, request in wanted.items():
        doc = docs[name]
        assert (doc.current, doc.subject, doc.in_visit) == (True, request.subject, request.in_visit)
    async with office.engine.begin() as connection:
        assert await assets.publish_assets(connection, county.county_id) == []


async def test_a_changed_asset_leaves_the_published_version_alone(office, county, tmp_path):
    """A sheet that was edited without a new version does not slip into a version that phones have."""
    (tmp_path / "check.xlsx").write_bytes(check_form())
    async with office.engine.begin() as connection:
        assert await assets.publish_assets(connection, county.county_id, tmp_path) == ["check"]
        (tmp_path / "check.xlsx").write_bytes(check_form(rows=CHECK[:2]))
        (tmp_path / "~$check.xlsx").write_bytes(b"open in Excel")
        assert await assets.publish_assets(connection, county.county_id, tmp_path) == []
        (tmp_path / "check.xlsx").write_bytes(check_form("2", CHECK[:2]))
        assert await assets.publish_assets(connection, county.county_id, tmp_path) == ["check"]


def test_a_page_of_the_feed_holds_few_large_forms():
    """Forms with pictures come over a poor line page by page, one at least."""

    class Row:
        def __init__(self, kind, size):
            self.kind, self.doc = kind, {"xform": "x" * size, "files": []}

    large = [Row("form", FORM_PAGE_BYTES - 10) for _ in range(3)]
    assert len(one_page(large)) == 1
    assert len(one_page([Row("form", FORM_PAGE_BYTES * 2), *large])) == 1
    assert len(one_page([Row("org", FORM_PAGE_BYTES)] * (PAGE + 1))) == PAGE
