"""The first tab (S25)."""

from datetime import UTC, datetime

import flet as ft
import pytest
from phone_world import make_phone, shown
from visit_world import make_household


@pytest.fixture
def phone(tmp_path):
    return make_phone(tmp_path)


async def test_the_cadre_sees_whom_to_reach_and_how_far_it_is(phone):
    """S25: greeting, campaign, coverage in numbers, and the households still to reach first."""
    one, two = make_household("QS-1", "王秀英"), make_household("QS-2", "赵大山")
    phone.feed(one, two)
    phone.visit(one)
    async with shown(phone) as app:
        for words in ("晚上好，李建国", "还有 41 天", "走到 1 户，共 2 户", "50%", "还有 1 户没走到"):
            assert app.says(words), words
        names = [text for text in app.texts() if text in ("王秀英", "赵大山")]
        assert names == ["赵大山", "王秀英"]
        assert app.says("已存在手机里")


async def test_search_by_name_address_or_identity_tail(phone):
    """One field finds by name, place and the last four of the identity number."""
    one, two = make_household("QS-1", "王秀英"), make_household("QS-2", "赵大山")
    phone.feed(one, two)
    async with shown(phone) as app:
        for query, found in (
            ("赵", ["赵大山"]),
            ("河西", ["王秀英", "赵大山"]),
            (one.worker.id_number[-4:], None),
        ):
            await app.type(app.one(ft.TextField), query)
            names = [text for text in app.texts() if text in ("王秀英", "赵大山")]
            assert names == found if found else names
        await app.type(app.one(ft.TextField), "没有这人")
        assert app.says("没找到“没有这人”")
        assert not app.says("赵大山")


async def test_a_card_opens_the_household(phone):
    """The whole card is the target."""
    one = make_household("QS-1", "王秀英")
    phone.feed(one)
    async with shown(phone) as app:
        await app.tap("王秀英")
        assert app.page.route == f"/household/{one.id}"
        assert app.says("河西社区")


async def test_a_draft_leads_and_goes_on_at_once(phone):
    """接着填: the visit under way stands first, and one tap is back in it."""
    one, two = make_household("QS-1", "王秀英"), make_household("QS-2", "赵大山")
    phone.feed(one, two)
    visit = phone.draft(two)
    async with shown(phone) as app:
        assert [text for text in app.texts() if text in ("王秀英", "赵大山")] == ["赵大山", "王秀英"]
        card = app.handler_of("没填完，接着填")
        routes = []
        app.methods["push_route"] = lambda args: routes.append(args["route"])
        await app.tap(card)
        assert app.page.route == f"/visit/{visit}"


async def test_a_long_list_grows_by_a_tap(phone):
    """At most thirty cards at first."""
    phone.feed(*[make_household(f"QS-{n:03}", f"某{n:03}") for n in range(40)])
    async with shown(phone) as app:
        names = [text for text in app.texts() if text.startswith("某")]
        assert len(names) == 30
        await app.tap("再看 10 户")
        assert len([text for text in app.texts() if text.startswith("某")]) == 40


async def test_the_first_sync_shows_itself(phone):
    """Before the first page the screen says that it is fetching, and that it is the only time."""
    async with shown(phone) as app:
        assert app.says("正在取您要走访的家庭")
        phone.feed(make_household("QS-1", "王秀英"))
        phone.services.bell.ring()
        await app.settle()
        assert app.says("王秀英")


async def test_the_first_sync_without_network_says_what_is_missing(phone):
    """Only the very first time needs a network; trying again is one tap, and needs none."""
    phone.runner.status.update(phase="offline", online=False)
    async with shown(phone) as app:
        assert app.says("第一次使用要先连一次网络")
        await app.tap("再试一次")
        assert phone.runner.kicks == 1


async def test_nothing_assigned_is_no_error(phone):
    """An empty list says that it will fill by itself."""
    phone.feed()
    async with shown(phone) as app:
        assert app.says("还没有分给您的家庭")


async def test_offline_is_calm(phone):
    """Without network the strip says that visits go on; nothing is red."""
    one = make_household("QS-1", "王秀英")
    phone.feed(one)
    phone.runner.status.update(phase="offline", online=False)
    async with shown(phone) as app:
        assert app.says("没有网络也能走访，数据都在手机里")
        assert not [c for c in app.find(ft.Icon) if c.color == ft.Colors.ERROR]


async def test_what_is_on_its_way_is_told_with_bytes_and_time(phone):
    """S25: records, megabytes without those that wait for Wi-Fi, and time, each whole where a line ends;
    nothing is said of a few hundred bytes."""
    phone.feed(make_household("QS-1", "王秀英"))
    sending = {"phase": "working", "online": True, "pending_records": 3, "wifi_bytes": 2_000_000}
    phone.runner.status.update(**sending, bytes_left=14_400_000, seconds_left=400.0)
    async with shown(phone) as app:
        for fact in ("正在上传 3 条\u00a0·", "12.4\u00a0MB\u00a0·", "还要约 7 分钟"):
            assert fact in app.texts()
        phone.runner.status.update(bytes_left=2_000_900)
        phone.services.bell.ring()
        await app.settle()
        assert not app.says("MB")


async def test_pictures_that_pause_are_not_said_to_be_under_way(phone):
    """S25: between two attempts the strip says that they go later by themselves."""
    phone.feed(make_household("QS-1", "王秀英"))
    phone.runner.status.update(phase="waiting", online=True, pending_media=4, bytes_left=1_000_000)
    async with shown(phone) as app:
        assert app.says("照片和签名剩 4 个，稍后自动上传")
        assert not app.says("还在上传")


async def test_before_and_after_the_campaign(phone):
    """The header says when it begins, and that it is over."""
    phone.feed()
    phone.clock.moment = datetime(2026, 10, 1, 4, tzinfo=UTC)
    async with shown(phone) as app:
        assert app.says("2026年11月1日开始")
    phone.clock.moment = datetime(2027, 4, 1, 4, tzinfo=UTC)
    async with shown(phone) as app:
        assert app.says("已结束")


async def test_long_names_and_rare_characters_stand(phone):
    """Nothing is cut from a long name but what does not fit into two lines."""
    name = "阿卜杜热合曼·买买提艾合买提·吐尔逊江"
    phone.feed(make_household("QS-1", name), make_household("QS-2", "䶮𬱖犇"))
    async with shown(phone) as app:
        assert app.says(name)
        assert app.says("䶮𬱖犇")


async def test_a_finished_visit_ends_its_search(phone):
    """S25: back from a visit the whole list stands there, not the one household that was searched for."""
    one, two = make_household("QS-1", "王秀英"), make_household("QS-2", "赵大山")
    phone.feed(one, two)
    async with shown(phone) as app:
        await app.type(app.one(ft.TextField), "赵大山")
        assert not app.says("王秀英")
        phone.visit(two)
        phone.services.bell.ring()
        await app.settle()
        assert app.says("王秀英")
