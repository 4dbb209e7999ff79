"""One household on the screen (R4, R14, R16)."""

import flet as ft
import msgspec
import pytest
from phone_world import make_phone, shown
from visit_world import make_household

from app.actions.reveal import TABLE
from domain.codes import FileStatus


@pytest.fixture
def phone(tmp_path):
    return make_phone(tmp_path)


def with_phone(file, number):
    return msgspec.structs.replace(file, worker=msgspec.structs.replace(file.worker, phone=number))


async def test_everything_to_know_before_the_door(phone):
    """Name, category, cause, address, the way to the door, the family."""
    file = make_household("QS-1", "王秀英")
    address = msgspec.structs.replace(file.address, door="半坡上，红铁门")
    phone.feed(msgspec.structs.replace(file, address=address, wish="想给孩子凑学费"))
    async with shown(phone, f"/household/{file.id}") as app:
        for words in ("王秀英", "深度困难", "QS-1", "半坡上，红铁门", "王小雨", "子女", "想给孩子凑学费"):
            assert app.says(words), words
        assert app.says("开始走访")


async def test_the_one_button_starts_the_visit(phone):
    """It leads to the visit; with a visit under way it leads back into that one."""
    file = make_household("QS-1", "王秀英")
    phone.feed(file)
    async with shown(phone, f"/household/{file.id}") as app:
        button = app.one(ft.FilledButton, key="visit-start")
        assert button.on_click is not None
    visit = phone.draft(file)
    async with shown(phone, f"/household/{file.id}") as app:
        await app.tap(app.one(ft.FilledButton, key="visit-resume"))
        assert app.page.route == f"/visit/{visit}"


async def test_numbers_stay_masked_until_a_reason_is_given(phone):
    """R16: the number appears after a reason, the look is logged, and the next screen is masked again."""
    file = with_phone(make_household("QS-1", "王秀英"), "12800001234")
    phone.feed(file)
    async with shown(phone, f"/household/{file.id}") as app:
        assert not app.says("12800001234")
        assert app.says("128****1234")
        await app.tap(app.find(ft.TextButton)[0])
        assert app.says("为什么要看号码？")
        assert phone.services.db.table(TABLE).all() == []
        await app.tap("约走访时间")
        assert app.says("12800001234")
        assert [one["reason"] for one in phone.services.db.table(TABLE).all()] == ["appointment"]
        await app.go("/")
        await app.go(f"/household/{file.id}")
        assert not app.says("12800001234")


async def test_a_look_that_cannot_be_logged_shows_nothing(phone):
    """When the disk is full the number stays masked, and a calm message says so."""
    file = with_phone(make_household("QS-1", "王秀英"), "12800001234")
    phone.feed(file)
    async with shown(phone, f"/household/{file.id}") as app:
        await app.tap(app.find(ft.TextButton)[0])
        phone.services.db.close()
        await app.tap("约走访时间")
        assert not app.says("12800001234")
        assert app.says("刚才这一步没有做成")


async def test_a_lifted_file_is_told_before_the_visit(phone):
    """R4, R14: a visit is welcome, aid is not given."""
    file = make_household("QS-1", "王秀英", status=FileStatus.LIFTED)
    phone.feed(file)
    async with shown(phone, f"/household/{file.id}") as app:
        assert app.says("不再发放救助")
        assert app.says("开始走访")


async def test_earlier_visits_of_this_campaign(phone):
    """What was done here before, with its own status, and the button says: again."""
    file = make_household("QS-1", "王秀英")
    phone.feed(file)
    visit = phone.visit(file, aid="2340000.50")
    async with shown(phone, f"/household/{file.id}") as app:
        assert app.says("¥2,340,000.50")
        assert app.says("再走访一次")
        await app.tap("¥2,340,000.50")
        assert app.page.route == f"/records/{visit}"


async def test_a_household_that_is_not_here(phone):
    """An old link says so and leads back."""
    phone.feed()
    async with shown(phone, "/household/gone") as app:
        assert app.says("找不到这一户")
        await app.tap("回到走访")
        assert app.page.route == "/"


async def test_health_stays_masked_until_a_reason_is_given(phone):
    """R16: illness is nobody's business until somebody says why; the look is logged."""
    file = make_household("QS-1", "王秀英")
    file = msgspec.structs.replace(file, worker=msgspec.structs.replace(file.worker, illness="尿毒症"))
    phone.feed(file)
    async with shown(phone, f"/household/{file.id}") as app:
        assert not app.says("尿毒症")
        await app.tap("查看身体情况")
        await app.tap("了解困难、填五需")
        assert app.says("尿毒症")
        [look] = phone.services.db.table(TABLE).all()
        assert (look["field"], look["reason"]) == ("health", "understand")
        await app.go("/")
        await app.go(f"/household/{file.id}")
        assert not app.says("尿毒症")
