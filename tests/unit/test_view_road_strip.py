"""The strip above the tabs says when all has arrived, and goes by itself (S25)."""

import asyncio
from contextvars import copy_context

import flet as ft
import pytest
from phone_world import make_phone, shown
from visit_world import make_household

from app.views.shell import road_strip

ARRIVED = "都送到了"


class HandTimer:
    """In the place of Shown.wait, moved by hand: nothing here waits for a clock."""

    def __init__(self):
        self.waiting = []

    def wait(self, strip, call):
        """As the loop's call_later: in the context of who asks, and it can be cancelled."""
        strip._timer = asyncio.get_running_loop().call_later(3600, call)
        self.waiting.append((strip._timer, call, copy_context()))

    @property
    def live(self):
        return [one for one in self.waiting if not one[0].cancelled()]

    def fire(self):
        """The time is up."""
        for handle, call, context in self.live:
            handle.cancel()
            context.run(call)


@pytest.fixture
def timer(monkeypatch):
    made = HandTimer()
    monkeypatch.setattr(road_strip.Shown, "wait", lambda strip, call: made.wait(strip, call))
    return made


@pytest.fixture
def phone(tmp_path):
    made = make_phone(tmp_path)
    made.runner.status.subscribe(lambda _: made.services.bell.ring())
    return made


async def _road(app, phone, **changes):
    phone.runner.status.update(**changes)
    await app.settle()


@pytest.mark.parametrize("route", ["/", "/me"])
async def test_the_person_sees_that_all_has_arrived(phone, timer, route):
    """S25: from sending to 都送到了; after a moment the strip is empty."""
    phone.feed()
    async with shown(phone, route) as app:
        await _road(app, phone, phase="working", pending_records=2, bytes_left=9000)
        assert app.says("正在上传 2 条")
        await _road(app, phone, pending_records=0, pending_media=3)
        assert app.says("还在上传，剩 3 个")
        assert not timer.waiting
        await _road(app, phone, phase="idle", pending_media=0, bytes_left=0)
        assert app.says(ARRIVED)
        timer.fire()
        await app.settle()
        assert not app.says(ARRIVED)


async def test_no_good_news_for_who_never_saw_a_sending(phone, timer):
    """S25: a screen that opens when all is sent says nothing; neither does one that only was offline."""
    async with shown(phone, "/") as app:
        assert not app.says(ARRIVED)
        await _road(app, phone, phase="offline", online=False)
        await _road(app, phone, phase="idle", online=True)
        assert not app.says(ARRIVED)
        assert not timer.waiting


async def test_a_new_trouble_takes_the_place_at_once(phone, timer):
    """S25: the network goes while 都送到了 stands: the strip says that, and no timer takes it away."""
    async with shown(phone, "/") as app:
        await _road(app, phone, phase="working", pending_records=1)
        await _road(app, phone, phase="idle", pending_records=0)
        assert len(timer.live) == 1
        await _road(app, phone, phase="offline", online=False)
        assert not app.says(ARRIVED)
        assert app.says("没有网络也能走访")
        assert not timer.live


async def test_each_sending_has_its_own_moment(phone, timer):
    """S25: something more is sent while 都送到了 stands: the time begins anew with its own arrival."""
    async with shown(phone, "/") as app:
        for _ in range(2):
            await _road(app, phone, phase="working", pending_records=1)
            await _road(app, phone, phase="idle", pending_records=0)
            assert app.says(ARRIVED)
        assert (len(timer.waiting), len(timer.live)) == (2, 1)


async def test_no_timer_outlives_its_screen(phone, timer):
    """S25: who turns to another tab leaves nothing behind that would draw there."""
    async with shown(phone, "/") as app:
        await _road(app, phone, phase="working", pending_records=1)
        await _road(app, phone, phase="idle", pending_records=0)
        assert len(timer.live) == 1
        await app.fire(app.one(ft.NavigationBar), "change", 2)
        await app.settle()
        assert app.page.route == "/me"
        assert not timer.live
        assert not app.says(ARRIVED)


async def test_records_do_not_say_it_twice(phone, timer):
    """S25: the list of records begins with it, so the strip above only goes away there."""
    file = make_household("QS-1", "王秀英")
    phone.feed(file)
    visit = phone.visit(file)
    async with shown(phone, "/records") as app:
        await _road(app, phone, phase="working", pending_records=1)
        assert app.says("正在上传 1 条")
        phone.answered(visit, "complete")
        await _road(app, phone, phase="idle", pending_records=0)
        assert not app.says("正在上传")
        assert not app.says(ARRIVED)
        assert app.says("全部送到了，可以放心")


async def test_the_strip_slides_in_and_out(phone, timer):
    """S25: nothing jumps under a finger. The same box stays and changes its size; a column, for Flet's client
    does not animate the size of a container this way."""
    async with shown(phone, "/me") as app:
        (before,) = [one for one in app.walk() if getattr(one, "animate_size", None)]
        assert isinstance(before, ft.Column)
        await _road(app, phone, phase="offline", online=False)
        (after,) = [one for one in app.walk() if getattr(one, "animate_size", None)]
        assert before._i == after._i
