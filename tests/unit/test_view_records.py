"""我的走访: each record's own status (S25)."""

import pytest
from phone_world import make_phone, shown
from visit_world import make_household


@pytest.fixture
def phone(tmp_path):
    return make_phone(tmp_path)


async def test_nothing_yet(phone):
    """An empty list says when something will stand here."""
    phone.feed()
    async with shown(phone, "/records") as app:
        assert app.says("还没有走访记录")
        await app.tap("去走访")
        assert app.page.route == "/"


async def test_a_record_goes_step_by_step_without_a_tap(phone):
    """kept → received with photos on the way → complete; the screen follows by itself."""
    file = make_household("QS-1", "王秀英")
    phone.feed(file)
    visit = phone.visit(file, photos=2, aid="500.00")
    async with shown(phone, "/records") as app:
        assert app.says("等上传")
        assert app.says("照片 0/2")
        assert app.says("1 条还在手机里")
        phone.answered(visit, "received", sent=1)
        phone.services.bell.ring()
        await app.settle()
        assert app.says("已上传")
        assert app.says("照片 1/2")
        assert app.says("照片和签名还有 1 个在上传")


async def test_a_conflict_says_what_to_do(phone):
    """Red only here, with words: tell the administrator, nothing to fill in again."""
    file = make_household("QS-1", "王秀英")
    phone.feed(file)
    phone.answered(phone.visit(file), "conflict", problem="id_reused")
    async with shown(phone, "/records") as app:
        assert app.says("不用重填")
        assert app.says("待处理")
    async with shown(phone, "/") as app:
        assert app.says("1 条要单位处理，不会丢")
        await app.tap("去看看")
        assert app.page.route == "/records"


async def test_one_record_in_full(phone):
    """Result, money, photos, the next step, and the way to the household."""
    file = make_household("QS-1", "王秀英")
    phone.feed(file)
    visit = phone.visit(file, photos=1, aid="500.00", next_step="送取暖器")
    async with shown(phone, f"/records/{visit}") as app:
        for words in ("王秀英", "¥500", "1 张，已上传 0 张", "送取暖器", visit):
            assert app.says(words), words
        await app.tap("看这一户")
        assert app.page.route == f"/household/{file.id}"


async def test_a_record_of_another_phone(phone):
    """An unknown record says so instead of failing."""
    async with shown(phone, "/records/nobody") as app:
        assert app.says("找不到这条记录")


async def test_a_household_that_left_the_phone_keeps_its_record(phone):
    """The visit stays in the list when the household was assigned to somebody else."""
    file = make_household("QS-1", "王秀英")
    phone.visit(file)
    async with shown(phone, "/records") as app:
        assert app.says("家庭资料已不在手机里")


async def test_how_much_has_arrived_and_how_long_all_will_take(phone):
    """S25: bytes of this record; the time is that of all that waits, and nothing is promised unmeasured."""
    file = make_household("QS-1", "王秀英")
    phone.feed(file)
    visit = phone.visit(file, photos=2)
    phone.services.db.table("media").update({"size": 300_000, "offset": 150_000})
    phone.answered(visit, "received")
    async with shown(phone, f"/records/{visit}") as app:
        assert app.says("照片传了 0.3 MB，共 0.6 MB。")
        assert not app.says("全部传完")
        phone.runner.status.update(phase="working", seconds_left=290.0)
        phone.services.bell.ring()
        await app.settle()
        assert app.says("全部传完还要约 5 分钟。")
