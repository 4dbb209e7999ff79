"""Where questionnaires are offered: home, a household, an organisation, a visit (S18, S27, S40)."""

from __future__ import annotations

from pathlib import Path

import flet as ft
from form_screen import ids, press, publish, said, write
from msgspec.structs import replace
from phone_world import make_phone, shown
from visit_world import make_household

from app.actions.list_surveys import surveys_of
from app.actions.meet_household import go_to_step
from app.actions.start_visit import start_visit
from app.store.tables import orgs
from tests.unit.forms_kit import ask, bind, xform

DOOR = xform("<name/>", bind("/data/name", type="string"), ask("/data/name", "姓名"))


async def test_questionnaires_of_a_household(tmp_path: Path) -> None:
    """From its page: the list, a new one, and the same one again to go on with."""
    phone = make_phone(tmp_path)
    file = make_household("QS-0001", "王秀英")
    phone.feed(file)
    publish(phone, DOOR, title="五需评估")
    async with shown(phone, f"/household/{file.id}") as app:
        await press(app, "household-forms")
        assert app.says("还没填")
        await app.tap("五需评估")
        await app.settle(40)
        begun = app.page.route
        await write(app, "/data/name", "王秀英")
        await app.go(f"/household/{file.id}/forms")
        assert app.says("填了一半")
        await app.tap("五需评估")
        assert app.page.route == begun


async def test_a_household_without_questionnaires_shows_none(tmp_path: Path) -> None:
    phone = make_phone(tmp_path)
    file = make_household("QS-0001", "王秀英")
    phone.feed(file)
    async with shown(phone, f"/household/{file.id}") as app:
        assert "household-forms" not in ids(app)
        await app.go(f"/household/{file.id}/forms")
        assert app.says("现在没有要填的问卷")


async def test_an_organisation_is_chosen_and_filled_in_for(tmp_path: Path) -> None:
    """From home: the checklist, the search, the organisation; about nobody it begins at once."""
    phone = make_phone(tmp_path)
    phone.feed(make_household("QS-0001", "王秀英"))
    publish(phone, DOOR, "check", title="企业检查表", subject="org")
    publish(phone, DOOR, "survey", title="大调查", subject="none")
    orgs(phone.services.db).put({"id": "o-1", "name": "宏达建筑公司", "type": "enterprise", "code": "E01"})
    orgs(phone.services.db).put({"id": "o-2", "name": "青山县帮扶中心", "type": "centre", "code": "C01"})
    async with shown(phone, "/") as app:
        await app.tap("问卷和检查表")
        await app.tap("企业检查表")
        await app.type(app.one(ft.TextField), "宏达")
        assert not app.says("青山县帮扶中心")
        await app.tap("宏达建筑公司")
        await app.settle(40)
        assert "宏达建筑公司" in said(app)
        await app.go("/forms")
        assert app.says("没填完的问卷")
        await app.tap("大调查")
        await app.settle(40)
        assert app.page.route.startswith("/form/")
    assert {one.subject_name for one in surveys_of(phone.services)} == {"宏达建筑公司", ""}


async def test_inside_a_visit_the_forms_are_at_hand(tmp_path: Path) -> None:
    """At the needs step; Back and the end lead to the visit, and the filling knows its visit (S18)."""
    phone = make_phone(tmp_path)
    file = make_household("QS-0001", "王秀英")
    phone.feed(file)
    publish(phone, DOOR, "five", title="五需评估", in_visit=True)
    publish(phone, DOOR, "other", title="别的表")
    visit = start_visit(phone.services, file.id).id
    go_to_step(phone.services, visit, "needs")
    async with shown(phone, f"/visit/{visit}") as app:
        await app.settle(40)
        assert not app.says("别的表"), "not for visits"
        await app.tap("五需评估")
        await app.settle(40)
        assert app.page.route.startswith(f"/visit/{visit}/form/")
        await write(app, "/data/name", "王秀英")
        await app.go(f"/visit/{visit}")
        assert app.says("填了一半"), "drawn anew when the person comes back"
        found = surveys_of(phone.services, visit=visit)
        assert [(one.household_id, one.state) for one in found] == [(file.id, "draft")]
        base = f"/visit/{visit}/form/{found[0].id}"
        await app.go(f"{base}/finish")
        await press(app, "form-finish")
        await app.settle(40)
        await app.tap("回到走访")
        assert app.page.route == f"/visit/{visit}"
        assert app.says("交过一份")


async def test_an_inspector_finds_the_checklists_under_me(tmp_path: Path) -> None:
    """Whose first screen is the office's begins a checklist from the last tab (S27)."""
    phone = make_phone(tmp_path, enrolled=False)
    phone.me = replace(phone.me, role="supervisor")
    phone.services.me, phone.services.registry_url = phone.enrol_here(), "https://union.example"
    publish(phone, DOOR, "check", title="帮扶中心检查表", subject="org")
    orgs(phone.services.db).put({"id": "o-2", "name": "青山县帮扶中心", "type": "centre", "code": "C01"})
    async with shown(phone, "/me") as app:
        await app.tap("问卷和检查表")
        await app.tap("帮扶中心检查表")
        await app.tap("青山县帮扶中心")
        await app.settle(40)
        assert app.page.route.startswith("/form/")
        assert "姓名" in said(app)
