"""The office's screens without Flutter: what a supervisor sees and taps (S9, S25)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import flet as ft
import msgspec
import pytest
from fake_flet import FakeApp
from office_world import (
    SUPERVISOR,
    MemoryOffice,
    make_chain,
    make_detail,
    make_office,
    make_services,
    make_stray,
)

from app.lang import set_language
from app.lang.build import build
from app.views.context import ServicesContext
from app.views.office.routes import ROUTES
from sync.errors import RefusedError
from sync.protocol.messages import Me
from sync.protocol.supervision import Review

Open = Callable[..., AbstractAsyncContextManager[FakeApp]]


@pytest.fixture
def open_office(tmp_path: Path) -> Open:
    build()
    set_language("zh_Hans")

    @asynccontextmanager
    async def opened(
        office: MemoryOffice, route: str = "/office", me: Me = SUPERVISOR, **page: Any
    ) -> AsyncIterator[FakeApp]:
        services = make_services(office, tmp_path / "store", me)

        @ft.component
        def Root() -> Any:
            return ServicesContext(services, lambda: ft.Router(ROUTES, manage_views=True))

        async with FakeApp(lambda page: page.render_views(Root), route=route, **page) as app:
            yield app
        services.db.close()

    return opened


def spoken(app: FakeApp) -> list[str]:
    return [one.label for one in app.find(ft.Semantics) if one.label]


def button(app: FakeApp, label: str) -> Any:
    """Whatever carries this label for the ear and hears a tap."""
    found = [one for one in app.find(ft.Semantics) if one.label and label in one.label and one.on_tap]
    assert found, f"{label!r} not in {spoken(app)}"
    return found[-1]


async def test_the_queue_shows_rows_coverage_and_what_is_left(open_office: Open) -> None:
    """First sight: coverage of the county, how many are unreviewed, the visits with their flags."""
    async with open_office(make_office(60)) as app:
        assert app.says("已访 53 / 100 户")
        assert app.says("还差 47 户")
        assert app.says("还有 60 条未审")
        assert app.says("王秀1")
        assert app.says("照片或地点存疑")
        assert app.says("再看 10 条")
        await app.tap("再看 10 条")
        assert app.says("王秀60")
        assert not app.says("再看")


async def test_late_figures_do_not_push_the_rows_away(open_office: Open) -> None:
    """The rows come before the coverage: its room is kept, no row jumps from under the finger (S25)."""
    office = make_office(3)
    held, answer = asyncio.Event(), office.coverage

    async def late() -> Any:
        await held.wait()
        return await answer()

    office.coverage = late  # type: ignore[method-assign]
    async with open_office(office) as app:
        assert app.says("王秀2")
        assert app.says("走访进度还没取到")
        held.set()
        await app.settle()
        assert app.says("还差 47 户")
        assert not app.says("走访进度还没取到")


async def test_a_row_opens_the_visit_and_back_finds_the_queue(open_office: Open) -> None:
    """On a phone one after the other; the queue below is not asked for again."""
    office = make_office(3)
    async with open_office(office) as app:
        await app.fire(button(app, "王秀2"), "tap")
        assert app.page.route == f"/office/visit/{office.rows[1].id}"
        assert app.says("链条已验证")
        asked = len(office.asked)
        await app.fire(app.top.appbar.leading, "click")
        assert app.page.route == "/office"
        assert len(office.asked) == asked


async def test_everything_to_judge_a_visit_is_on_its_page(open_office: Open) -> None:
    """Chain, rules, photos, receipt in digits and 大写, people, time, place, needs, file."""
    office = make_office(1)
    async with open_office(office, f"/office/visit/{office.rows[0].id}") as app:
        for words in (
            "链条已验证",
            "有 1 处要核实",
            "0.9 公里",
            "照片 2 张",
            "还没送到",
            "¥1,000.00",
            "人民币壹仟元整",
            "大小写一致",
            "李建国（干事）、张敏",
            "可以证明的时间",
            "就在这户门口一带",
            "药费太贵",
            "990101********0046",
            "给审计看的原始凭据",
        ):
            assert app.says(words), words


async def test_a_broken_chain_is_said_first_and_by_name(open_office: Open) -> None:
    """Not only in red: the words say which link does not hold."""
    office = make_office(1)
    row = office.rows[0]
    office.details[row.id] = make_detail(row, chain=make_chain(verified=False, signature_ok=False))
    async with open_office(office, f"/office/visit/{row.id}") as app:
        assert app.says("链条有问题")
        assert app.says("手机签名无效")
        assert not app.says("链条已验证")


async def test_pass_and_then_the_next_one_in_one_tap(open_office: Open) -> None:
    """通过, and the next unreviewed visit stands where the thumb already is."""
    office = make_office(3)
    async with open_office(office) as app:
        await app.fire(button(app, "王秀1，"), "tap")
        await app.tap("通过")
        assert office.reviews == [(office.rows[0].id, "pass", "")]
        assert app.says("这次走访已审核通过")
        await app.tap("下一条未审")
        assert app.page.route == f"/office/visit/{office.rows[1].id}"
        assert app.says("王秀2")
        assert not app.says("这次走访已审核通过")
        await app.go("/office")
        assert any("王秀1" in label and "已通过" in label for label in spoken(app))


async def test_a_doubt_asks_why(open_office: Open) -> None:
    """存疑 without words is not sent; with words it is."""
    office = make_office(1)
    async with open_office(office, f"/office/visit/{office.rows[0].id}") as app:
        await app.tap("存疑")
        assert app.says("哪里存疑？")
        await app.tap(app.one(ft.FilledButton, "记为存疑"))
        assert office.reviews == []
        assert app.says("请写上理由")
        await app.type(app.find(ft.TextField)[-1], "很" * 450)
        assert app.find(ft.TextField)[-1].counter is None  # now it is told how many are left
        await app.type(app.find(ft.TextField)[-1], "两张签名像一个人写的")
        assert app.find(ft.TextField)[-1].counter == ""
        await app.tap(app.one(ft.FilledButton, "记为存疑"))
        assert office.reviews == [(office.rows[0].id, "doubt", "两张签名像一个人写的")]
        assert app.says("已记为存疑")


async def test_a_number_is_revealed_for_a_reason_and_only_here(open_office: Open) -> None:
    """The stars give way after a reason; the next visit is masked again."""
    office = make_office(2)
    async with open_office(office, f"/office/visit/{office.rows[0].id}") as app:
        await app.fire(button(app, "查看身份证号"), "tap")
        await app.type(app.find(ft.TextField)[-1], "核对领取人")
        await app.tap(app.one(ft.FilledButton, "记录并查看"))
        assert office.reveals[0][2:] == ("worker.id_number", "核对领取人")
        assert app.says("990101196803120046")
        await app.go(f"/office/visit/{office.rows[1].id}")
        assert not app.says("990101196803120046")


async def test_offline_says_so_and_recovers(open_office: Open) -> None:
    """No network: calm words and one button, no error screen; with rows on screen they stay."""
    office = make_office(2, down="network_unreachable")
    async with open_office(office) as app:
        assert app.says("现在没有网络")
        office.down = ""
        await app.tap("再试一次")
        assert app.says("王秀1")
        office.down = "network_timeout"
        await app.fire(app.one(ft.IconButton, tooltip="刷新"), "click")
        assert app.says("王秀1")
        assert app.says("刚才没有刷新成功")


async def test_a_verdict_without_network_is_not_promised(open_office: Open) -> None:
    """Nothing waits to be sent here: the words say that it was not noted down."""
    office = make_office(1)
    async with open_office(office, f"/office/visit/{office.rows[0].id}") as app:
        office.down = "network_unreachable"
        await app.tap("通过")
        assert app.says("没有记下")
        assert not app.says("这次走访已审核通过")


async def test_what_was_said_before_stands_on_the_page(open_office: Open) -> None:
    """S9: who, when, what, the newest first; the bar says the last verdict, and a new one joins them."""
    office = make_office(1)
    row = office.rows[0]
    before = Review(verdict="doubt", note="照片看不清", name="周敏", at="2027-01-20T10:00:00.000Z")
    office.details[row.id] = make_detail(row, reviews=[before])
    async with open_office(office, f"/office/visit/{row.id}") as app:
        for words in ("审核经过", "周敏", "照片看不清", "已记为存疑"):
            assert app.says(words), words
        await app.fire(app.one(ft.TextButton, "改为通过"), "click")
        said = [text for text in app.texts() if text in ("已通过", "存疑")]
        assert said[:2] == ["已通过", "存疑"]


async def test_a_registry_that_refuses_is_no_empty_list(open_office: Open) -> None:
    """Forbidden is told apart from "nothing to do"."""
    async with open_office(make_office(0, down="forbidden")) as app:
        assert app.says("没有取到")
        assert not app.says("都审完了")


async def test_all_done_and_nothing_found_are_different(open_office: Open) -> None:
    """An empty queue is good news; an empty search offers the way back."""
    office = make_office(1)
    async with open_office(office) as app:
        await app.type(app.one(ft.TextField), "查无此人")
        await app.fire(app.one(ft.TextField), "submit")
        assert app.says("没有符合的走访")
        await app.tap("看全部未审的")
        assert app.says("王秀1")
        office.rows.clear()
        await app.fire(app.one(ft.IconButton, tooltip="刷新"), "click")
        assert app.says("都审完了")


async def test_loading_is_said_while_it_lasts(open_office: Open) -> None:
    """The first page is on its way: a ring and words instead of an empty list."""
    office = make_office(1, gate=asyncio.Event())
    async with open_office(office) as app:
        assert app.says("正在取走访记录")
        assert office.gate is not None
        office.gate.set()
        await app.settle()
        assert app.says("王秀1")


async def test_a_wide_window_shows_list_and_visit_side_by_side(open_office: Open) -> None:
    """At 1280 the queue stays beside the visit, and picking another keeps the same view."""
    office = make_office(3)
    async with open_office(office, width=1280.0, height=800.0) as app:
        assert app.says("从左边选一条走访")
        await app.fire(button(app, "王秀2"), "tap")
        key = app.top.route
        assert app.says("链条已验证")
        assert app.says("王秀3")
        await app.fire(button(app, "王秀3"), "tap")
        assert app.top.route == key
        chosen = [one.label for one in app.find(ft.Semantics) if one.selected]
        assert len(chosen) == 1
        assert "王秀3" in chosen[0]


async def test_town_bars_lead_to_the_towns_visits(open_office: Open) -> None:
    """S25: from what is missing straight to what was done there."""
    office = make_office(2)
    async with open_office(office) as app:
        await app.fire(button(app, "展开各乡镇"), "tap")
        assert app.says("12 / 40 户")
        await app.fire(button(app, "石桥镇，已访"), "tap")
        assert office.asked[-1]["town"] == "石桥镇"


async def test_the_quarantine_lists_reason_and_size(open_office: Open) -> None:
    """What could not be decoded, why, how large, from whom; nothing when there is nothing."""
    office = make_office(0)
    async with open_office(office, "/office/quarantine") as app:
        assert app.says("没有读不出的记录")
        office.strays.append(make_stray(2))
        await app.fire(app.one(ft.IconButton, tooltip="刷新"), "click")
        assert app.says("2 KB")
        await app.fire(button(app, "详情"), "tap")
        assert app.says("sha256 differs")
        assert app.says("李建国（0190dddd-0000-7000-8000-000000000003）")


async def test_who_may_not_see_faces_is_told_so_and_not_asked_to_try_again(open_office: Open) -> None:
    """DOMAIN 7: a statistician's tile says why it is empty; a tap would bring nothing."""
    office = make_office(1)

    async def withheld(sha256: str) -> bytes:
        raise RefusedError("forbidden", status=403)

    office.media = withheld  # type: ignore[method-assign]
    async with open_office(office, f"/office/visit/{office.rows[0].id}") as app:
        assert app.says("统计岗看不到")
        assert not app.says("点一下再取")
        tile = next(
            one.content for one in app.find(ft.Semantics) if one.label and one.label.startswith("照片 1")
        )
        assert isinstance(tile, ft.Container)
        assert tile.height is None, "large text would be cut"
        assert 100 in {one.height for one in app.walk(tile) if isinstance(one, ft.Container)}


@pytest.mark.parametrize(
    ("role", "roles", "judges"),
    [
        ("statistician", ["statistician"], False),
        ("finance", ["finance"], False),
        ("finance", ["finance", "reviewer"], True),
        ("supervisor", [], True),
    ],
    ids=["counts", "pays", "pays and reviews", "an older registry"],
)
async def test_who_may_not_judge_is_not_asked_to(
    open_office: Open, role: str, roles: list[str], judges: bool
) -> None:
    """S9: no verdict and no masked number is offered that the registry would refuse; the next visit is."""
    office = make_office(2)
    me = msgspec.structs.replace(SUPERVISOR, role=role, roles=roles)
    async with open_office(office, me=me) as app:
        await app.fire(button(app, "王秀1"), "tap")
        assert app.says("链条已验证")
        assert ("通过" in app.texts()) is judges
        assert ("存疑" in app.texts()) is judges
        assert any(one.startswith("查看身份证号") for one in spoken(app)) is judges
        assert app.says("下一条未审") is not judges
