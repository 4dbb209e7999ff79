"""我的: person, look, sending, the proof before a wipe (S25)."""

import asyncio

import flet as ft
import pytest
from phone_world import make_phone, shown
from visit_world import make_household

from app.actions.set_preferences import load_preferences
from app.lang import set_language
from app.platform.listeners import Listeners
from app.store.outbox import chain_head
from sync.errors import UnreachableError
from sync.plan import Policy
from sync.ports import Doubt, LedgerView
from sync.protocol.log import TreeHead
from sync.protocol.messages import Checkpoint


@pytest.fixture(autouse=True)
def _back():
    yield
    set_language("zh_Hans")


@pytest.fixture
def phone(tmp_path):
    return make_phone(tmp_path)


async def test_who_and_which_version(phone):
    """Name, organisation, role, version, registry and device."""
    async with shown(phone, "/me") as app:
        for words in ("李建国", "云溪镇工会", "工会干部", "0.1.0", "union.example"):
            assert app.says(words), words
        assert app.says(phone.services.identity.device_id)


async def test_the_language_changes_at_once_and_stays(phone):
    """One tap, the whole app speaks English, also after a restart."""
    async with shown(phone, "/me") as app:
        await app.tap("English")
        assert app.says("Text size")
        assert phone.services.preferences.language == "en"


async def test_text_size_and_dark_mode_are_kept(phone):
    """What a person set is written down at the tap."""
    async with shown(phone, "/me") as app:
        await app.tap("更大")
        await app.tap("夜间")
        kept = phone.services.preferences
        assert (kept.text_scale, kept.theme) == (1.3, "dark")


async def test_a_ledger_that_does_not_continue_is_told_once(phone):
    """S9: both heads in words; read once it leaves the screen, and stays on the phone as evidence."""
    heads = [
        TreeHead(county="c", size=size, root="00" * 32, time=f"2026-12-0{size}T08:00:00Z", sig="s")
        for size in (4, 2)
    ]
    phone.services.store.keep_ledger(LedgerView(head=heads[1], doubt=Doubt(*heads)))
    async with shown(phone, "/me") as app:
        assert app.says("2026年12月4日，共 4 条")
        assert app.says("2026年12月2日，共 2 条")
        assert app.says("截图交给单位")
        await app.tap("知道了，已告诉单位")
        assert not app.says("总账对不上")
    assert phone.services.store.ledger().doubt == Doubt(*heads, told=True)


async def test_a_dot_on_the_tab_leads_to_what_nobody_would_look_for(phone):
    """S9, S25: a ledger in doubt and a new version stand on 我的 alone; the other tabs show that there is
    something, and no longer once it was read."""
    head = TreeHead(county="c", size=2, root="00" * 32, time="2026-12-02T08:00:00Z", sig="s")
    update = phone.services.update = WaitingUpdate()

    def dots(app):
        return [one for one in app.find(ft.Icon) if one.badge is not None]

    async with shown(phone) as app:
        assert dots(app) == []
        phone.services.store.keep_ledger(LedgerView(head=head, doubt=Doubt(head, head)))
        phone.services.bell.ring()
        await app.settle()
        assert [one.icon for one in dots(app)] == [ft.Icons.PERSON_OUTLINE]
        phone.services.store.keep_ledger(LedgerView(head=head, doubt=Doubt(head, head, told=True)))
        phone.services.bell.ring()
        await app.settle()
        assert dots(app) == []
        update.listeners.set(True)
        phone.services.bell.ring()
        await app.settle()
        assert len(dots(app)) == 1


async def test_an_unsafe_phone_offers_no_wipe(phone):
    """What is only here is listed; the button is missing, not merely grey."""
    phone.visit(make_household("QS-1", "王秀英"), photos=1)
    async with shown(phone, "/me") as app:
        assert app.says("还有 1 条记录没上传")
        assert app.says("还有 1 张图片没上传")
        assert "清空这台手机" not in app.texts()


class OfflineLine:
    async def send_records(self, records):
        raise UnreachableError("network_unreachable")


async def test_offline_a_safe_phone_says_why_it_is_not_wiped(phone):
    """S25: the office has to confirm once more; without a network that is said, and everything stays."""
    phone.answered(phone.visit(make_household("QS-1", "王秀英")), "received")
    point = Checkpoint(device_id="d", seq=1, head=chain_head(phone.services.db).hash, server_time="", sig="")
    phone.services.store.finish_records([], point)
    phone.runner.line = OfflineLine()
    async with shown(phone, "/me") as app:
        await app.tap(app.one(ft.OutlinedButton, key="wipe"))
        await app.tap(app.one(ft.FilledButton, text="清空"))
        assert app.says("没有清空")
    assert phone.restarts == []


class SlowLine:
    """Answers when it is let go: no network."""

    def __init__(self):
        self.answer, self.times = asyncio.Event(), 0

    async def send_records(self, records):
        self.times += 1
        await self.answer.wait()
        raise UnreachableError("network_unreachable")


async def test_while_the_office_is_asked_the_button_says_so(phone):
    """S25: over a weak network the answer takes a while; nobody presses twice, and afterwards it can be
    tried again."""
    phone.answered(phone.visit(make_household("QS-1", "王秀英")), "received")
    point = Checkpoint(device_id="d", seq=1, head=chain_head(phone.services.db).hash, server_time="", sig="")
    phone.services.store.finish_records([], point)
    phone.runner.line = line = SlowLine()
    async with shown(phone, "/me") as app:
        await app.tap(app.one(ft.OutlinedButton, key="wipe"))
        asking = asyncio.create_task(app.tap(app.one(ft.FilledButton, text="清空")))
        await app.settle(20)
        button = app.one(ft.OutlinedButton, key="wipe")
        assert app.says("正在和单位核对")
        assert button.disabled
        assert button.on_click is None
        assert any(isinstance(one, ft.ProgressRing) for one in app.walk(button))
        line.answer.set()
        await asking
        await app.settle()
        assert app.says("没有清空")
        assert not app.one(ft.OutlinedButton, key="wipe").disabled
        assert not app.says("正在和单位核对")
    assert (line.times, phone.restarts) == (1, [])


async def test_a_safe_phone_is_wiped_after_one_question(phone):
    """The proof in words, a question, and only then."""
    async with shown(phone, "/me") as app:
        assert app.says("都收齐了")
        await app.tap(app.one(ft.OutlinedButton, key="wipe"))
        assert phone.restarts == []
        await app.tap(app.one(ft.FilledButton, text="清空"))
        assert phone.restarts == [True]


async def test_trying_now_is_a_hint_to_the_road(phone):
    """It sends by itself; the button only hurries it."""
    async with shown(phone, "/me") as app:
        await app.tap("现在试一次")
        assert phone.runner.kicks == 1


async def test_photos_on_wifi_only_is_a_switch_that_counts_at_once(phone):
    """S25: 只在 Wi-Fi 下传照片 and 省电省流量 are kept at the touch, and the road hears of them."""
    async with shown(phone, "/me") as app:
        for key, words in (("data-wifi_photos", "只在 Wi-Fi 下传照片"), ("data-saver", "省电省流量")):
            switch = app.one(ft.Switch, key=key)
            assert switch.value is False
            assert app.one(ft.Semantics, words).toggled is False
            app.session.apply_patch(switch._i, {"value": True})
            await app.fire(switch, "change", True)
        assert app.says("原图等有 Wi-Fi 再传")
    assert load_preferences(phone.services.db) == phone.services.preferences
    assert (phone.services.preferences.wifi_photos, phone.services.preferences.saver) == (True, True)
    assert phone.runner.policies == [Policy(photos_on_wifi_only=True), Policy(True, True)]


async def test_a_phone_that_cannot_tell_wifi_says_so(phone):
    """S25: no false promise: where the browser does not tell, photos go as usual, and the card says it."""
    phone.services.platform.connectivity.costs = None
    async with shown(phone, "/me") as app:
        assert not app.says("分不清 Wi-Fi")
        switch = app.one(ft.Switch, key="data-wifi_photos")
        app.session.apply_patch(switch._i, {"value": True})
        await app.fire(switch, "change", True)
        assert app.says("分不清 Wi-Fi")


async def test_photos_that_wait_for_wifi_can_go_now(phone):
    """S25: the strip says how many and how much, and one tap sends them."""
    phone.runner.status.update(phase="waiting", pending_media=3, wifi_photos=3, wifi_bytes=4_200_000)
    async with shown(phone, "/me") as app:
        assert app.says("等有 Wi-Fi 再传 3 张照片")
        assert app.says("4.2 MB")
        await app.tap("现在就传")
    assert phone.runner.let_go == 1


class WaitingUpdate:
    def __init__(self):
        self.listeners, self.applied = Listeners(False), 0

    def opened(self):
        """Nothing to take away."""

    def apply_update(self):
        self.applied += 1


async def test_a_new_version_waits_until_it_is_wanted(phone):
    """It is told when it is there, and taken by a tap, never by itself."""
    update = phone.services.update = WaitingUpdate()
    async with shown(phone, "/me") as app:
        assert not app.says("有新版本")
        update.listeners.set(True)
        phone.services.bell.ring()
        await app.settle()
        assert app.says("有新版本")
        assert update.applied == 0
        await app.tap("现在更新")
        assert update.applied == 1


async def test_what_is_left_is_said_without_noughts(phone):
    """S25: a record of a few hundred bytes is one record, not 0.0 MB and no photos."""
    async with shown(phone, "/me") as app:
        phone.runner.status.update(pending_records=1, bytes_left=900)
        phone.services.bell.ring()
        await app.settle()
        assert app.says("还没传完：记录 1 条")
        assert not app.says("0.0 MB")
        phone.runner.status.update(pending_records=2, pending_media=3, bytes_left=1_240_000)
        phone.services.bell.ring()
        await app.settle()
        assert app.says("还没传完：记录 2 条，照片和签名 3 个，共 1.2 MB")
