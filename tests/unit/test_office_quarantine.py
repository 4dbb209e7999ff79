"""The office settles what could not be read: once more, or aside with a reason (S9, DOMAIN §7)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import flet as ft
import msgspec
import pytest
from fake_flet import FakeApp
from office_world import MemoryOffice, make_office, make_services, make_stray

from app.actions.office_settle_stray import dismiss_stray
from app.lang import set_language
from app.lang.build import build
from app.views.context import ServicesContext
from app.views.office.routes import ROUTES
from domain.errors import InputError
from sync.office import Office

Open = Callable[..., AbstractAsyncContextManager[FakeApp]]
FIRST, SECOND = (make_stray(number).id for number in (1, 2))


@pytest.fixture
def open_strays(tmp_path: Path) -> Open:
    build()
    set_language("zh_Hans")

    @asynccontextmanager
    async def opened(office: MemoryOffice) -> AsyncIterator[FakeApp]:
        services = make_services(office, tmp_path / "store")

        @ft.component
        def Root() -> Any:
            return ServicesContext(services, lambda: ft.Router(ROUTES, manage_views=True))

        async with FakeApp(lambda page: page.render_views(Root), route="/office/quarantine") as app:
            yield app
        services.db.close()

    return opened


def strays(count: int = 2, **more: Any) -> MemoryOffice:
    return make_office(0, strays=[make_stray(number) for number in range(1, count + 1)], **more)


async def dismiss(app: FakeApp, reason: str) -> None:
    """The first row's button, the words, the dialog's yes."""
    await app.tap(app.find(ft.TextButton)[0])
    await app.type(app.find(ft.TextField)[-1], reason)
    await app.tap(app.one(ft.FilledButton, "记录并移出"))


async def test_one_that_can_be_read_now_leaves_the_list(open_strays: Open) -> None:
    """再认一次 after an update: the record is taken in, and the list says so and is one shorter."""
    office = strays()
    async with open_strays(office) as app:
        assert app.says("有 2 条")
        await app.tap(app.find(ft.OutlinedButton)[0])
        assert office.settled == [("retry", FIRST)]
        assert app.says("认出来了")
        assert app.says("有 1 条")
        assert not app.says("1 KB")
        assert app.says("2 KB")


async def test_one_that_still_cannot_be_read_says_why_and_stays(open_strays: Open) -> None:
    """The reason of today stands on its row, in words."""
    office = strays(unreadable={FIRST: "hash_mismatch"})
    async with open_strays(office) as app:
        await app.tap(app.find(ft.OutlinedButton)[0])
        assert app.says("又认了一次，还是不行：内容和指纹对不上")
        assert app.says("line 1")
        assert app.says("有 2 条")


async def test_aside_only_with_a_reason(open_strays: Open) -> None:
    """An empty reason is asked for again; a real one is sent, and the last row gives way to good news."""
    office = strays(1)
    async with open_strays(office) as app:
        await dismiss(app, "  ")
        assert app.says("请写上理由")
        assert office.settled == []
        await app.type(app.find(ft.TextField)[-1], " 测试机发来的 ")
        await app.tap(app.one(ft.FilledButton, "记录并移出"))
        assert office.settled == [("dismiss", FIRST, "测试机发来的")]
        assert app.says("已移出这里")
        assert app.says("没有读不出的记录")


async def test_cancelled_nothing_is_sent(open_strays: Open) -> None:
    """取消 leaves everything as it was."""
    office = strays(1)
    async with open_strays(office) as app:
        await app.tap(app.find(ft.TextButton)[0])
        await app.tap(app.one(ft.TextButton, "取消"))
        assert office.settled == []
        assert not app.says("移出的理由")


async def test_while_one_is_worked_on_the_others_wait(open_strays: Open) -> None:
    """A second tap does not send a second question."""
    office = strays(2)
    async with open_strays(office) as app:
        office.gate = asyncio.Event()
        tap = asyncio.ensure_future(app.tap(app.find(ft.OutlinedButton)[0]))
        while not app.says("正在处理"):
            await app.settle()
        assert [one.disabled for one in app.find(ft.OutlinedButton)] == [True]
        office.gate.set()
        await tap
        await app.settle()
        assert office.settled == [("retry", FIRST)]
        assert [one.disabled for one in app.find(ft.OutlinedButton)] == [False]


async def test_without_network_nothing_is_promised(open_strays: Open) -> None:
    """Offline: it was not noted down, the row and its buttons stay; the same tap works later."""
    office = strays()
    async with open_strays(office) as app:
        office.down = "network_unreachable"
        await dismiss(app, "测试机发来的")
        assert app.says("没有记下")
        assert app.says("有 2 条")
        office.down = ""
        await dismiss(app, "测试机发来的")
        assert office.settled == [("dismiss", FIRST, "测试机发来的")]
        assert not app.says("没有记下")


async def test_a_refusal_is_said_at_the_row(open_strays: Open) -> None:
    """Whoever may not do it is told so; the row stays."""
    office = strays()
    async with open_strays(office) as app:
        office.down = "forbidden"
        await app.tap(app.find(ft.OutlinedButton)[0])
        assert app.says("您的岗位不能做这件事")
        assert app.says("有 2 条")


async def test_one_that_a_colleague_has_settled_leaves_quietly(open_strays: Open) -> None:
    """Two people at the same list: the second is told, and nothing looks broken."""
    office = strays()
    async with open_strays(office) as app:
        office.strays = office.strays[1:]
        await app.tap(app.find(ft.OutlinedButton)[0])
        assert app.says("已经有人处理过了")
        assert app.says("有 1 条")


async def test_a_refresh_that_fails_leaves_the_list(open_strays: Open) -> None:
    """What was there stays readable when the network goes."""
    office = strays()
    async with open_strays(office) as app:
        office.down = "network_timeout"
        await app.fire(app.one(ft.IconButton, tooltip="刷新"), "click")
        assert app.says("有 2 条")
        assert app.says("现在没有网络")


async def test_the_action_itself_wants_a_reason(tmp_path: Path) -> None:
    """Not only the dialog: without a reason nothing is sent."""
    office = strays()
    services = make_services(office, tmp_path)
    with pytest.raises(InputError, match="reason_missing"):
        await dismiss_stray(services, FIRST, " x ")
    assert office.settled == []


async def test_the_wire_of_both_acts() -> None:
    """The routes and bodies that the registry documents; an id cannot reach another route."""
    calls: list[tuple[Any, ...]] = []

    class Line:
        async def call(self, method: str, url: str, **more: Any) -> Any:
            calls.append((method, url, more.get("body")))
            state = "open" if url.endswith("retry") else "dismissed"
            return SimpleNamespace(
                content=msgspec.json.encode({"id": SECOND, "state": state}), status_code=200
            )

    line: Any = Line()
    assert (await Office(line).retry(SECOND)).state == "open"
    assert (await Office(line).dismiss("a/../b", "测试机")).state == "dismissed"
    assert calls == [
        ("POST", f"/v1/quarantine/{SECOND}/retry", None),
        ("POST", "/v1/quarantine/a%2F..%2Fb/dismiss", '{"reason":"测试机"}'.encode()),
    ]
