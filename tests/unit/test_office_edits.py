"""The office decides about corrections of files: both values, who wrote them, three buttons (S14)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import flet as ft
import msgspec
import pytest
from fake_flet import FakeApp
from office_world import MemoryOffice, make_office, make_services

from app.lang import set_language, t
from app.lang.build import build
from app.views.context import ServicesContext
from app.views.office.routes import ROUTES
from domain.ids import new_id
from registry.service.errors import RefusedError
from sync.errors import UnreachableError
from sync.protocol.edits import EditPage, EditRow, SettleRequest


def edit(**more: Any) -> EditRow:
    given: dict[str, Any] = {
        "id": new_id(),
        "household_id": new_id(),
        "household_number": "QS-1",
        "household_name": "王秀英",
        "field": "worker.phone",
        "before": "127****0000",
        "after": "139****1111",
        "present": "138****2222",
        "state": "conflict",
        "flags": [],
        "source": "field",
        "author_name": "李建国",
        "received_at": "2027-01-20T11:00:00.000Z",
        "version": 3,
        "reason": "本人说的",
        "present_by": "陈姐",
        "present_at": "2027-01-20T10:00:00.000Z",
    }
    return EditRow(**given | more)


class Files:
    """The registry's corrections, beside office_world's MemoryOffice."""

    def __init__(self, office: MemoryOffice, rows: list[EditRow]) -> None:
        self.rows, self.asked = rows, list[tuple[str, SettleRequest]]()
        self.refuse: Exception | None = None
        office.edits, office.settle_edit, office.reveal_edit = self.edits, self.settle, self.reveal  # type: ignore[attr-defined]

    async def edits(self, after: str = "") -> EditPage:
        return EditPage(rows=self.rows, next=None, total=len(self.rows))

    async def settle(self, edit_id: str, request: SettleRequest) -> EditRow:
        self.asked.append((edit_id, request))
        if self.refuse is not None:
            raise self.refuse
        (row,) = [one for one in self.rows if one.id == edit_id]
        self.rows = [one for one in self.rows if one.id != edit_id]
        return msgspec.structs.replace(row, chosen=request.choice)

    async def reveal(self, edit_id: str, name: str, reason: str) -> str:
        return {"after": "13900001111", "present": "13800002222"}[name]


Open = Callable[..., tuple[FakeApp, Files]]


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    build()
    set_language("zh_Hans")

    def make(*rows: EditRow, role: str = "admin") -> tuple[FakeApp, Files]:
        office = make_office(0)
        files, services = Files(office, list(rows)), make_services(office, tmp_path / "store")
        assert services.me is not None
        services.me = msgspec.structs.replace(services.me, role=role)

        @ft.component
        def Root() -> Any:
            return ServicesContext(services, lambda: ft.Router(ROUTES, manage_views=True))

        return FakeApp(lambda page: page.render_views(Root), route="/office/edits"), files

    return make


async def test_both_values_stand_with_their_authors(opened: Open) -> None:
    """Who wrote what and when: enough to pick up the telephone."""
    made, _ = opened(edit())
    async with made as app:
        for said in (
            "本人电话",
            "王秀英 ·",
            "QS-1",
            "139****1111",
            "138****2222",
            "陈姐，",
            "李建国，",
            "本人说的",
        ):
            assert app.says(said), said
        assert app.says("走访路上，档案也被改过")


@pytest.mark.parametrize(("button", "choice"), [("用走访的", "take"), ("留档案的", "keep")])
async def test_one_tap_decides(opened: Open, button: str, choice: str) -> None:
    """The choice goes with the version that was seen; the list says what was done and is empty."""
    row = edit()
    made, files = opened(row)
    async with made as app:
        await app.tap(button)
        assert files.asked == [(row.id, SettleRequest(choice=choice, version=3))]  # type: ignore[arg-type]
        assert app.says("没有等着定的改动")
        assert app.says("已写进档案" if choice == "take" else "档案没动")


async def test_another_value_is_written(opened: Open) -> None:
    """Neither was right: what was found out goes into the file. The dialog says whose and what it is."""
    made, files = opened(edit())
    async with made as app:
        await app.tap("另外填一个")
        assert {"本人电话", "王秀英"} <= {
            one.value for one in app.walk(app.one(ft.AlertDialog)) if isinstance(one, ft.Text)
        }
        await app.type(app.find(ft.TextField)[-1], "13700003333")
        await app.tap(app.one(ft.FilledButton, "写进档案"))
        assert files.asked[0][1] == SettleRequest(choice="other", version=3, value="13700003333")


async def test_a_file_that_changed_meanwhile_is_read_again(opened: Open) -> None:
    """Nothing was decided; the new value stands there and says so."""
    row = edit()
    made, files = opened(row)
    async with made as app:
        files.refuse = RefusedError("file_changed")
        files.rows = [msgspec.structs.replace(row, present="137****3333", version=4)]
        await app.tap("用走访的")
        assert app.says("刚被别人改过")
        assert app.says("137****3333")


async def test_nothing_decided_without_a_network_says_so(opened: Open) -> None:
    """S14: a decision does not wait for a network; the card that was tapped says it must be made again."""
    made, files = opened(edit())
    async with made as app:
        files.refuse = UnreachableError("network_unreachable")
        await app.tap("用走访的")
        assert app.says(t("office.offline.short"))
        assert not app.says(t("office.offline.read"))
        assert app.says("139****1111")


async def test_numbers_are_shown_for_a_reason(opened: Open) -> None:
    """Both, to call them; the registry keeps who and why."""
    made, _ = opened(edit())
    async with made as app:
        await app.tap("看完整号码")
        await app.type(app.find(ft.TextField)[-1], "打电话核对")
        await app.tap(app.one(ft.FilledButton, "记录并查看"))
        assert app.says("13900001111")
        assert app.says("13800002222")


async def test_who_audits_reads_and_does_not_write(opened: Open) -> None:
    """S9: a supervisor sees what waits, without buttons; a reason that is no conflict is said in words."""
    row = edit(state="waiting", flags=["R19"], field="worker.work_state", present="on_post", after="retired")
    made, _ = opened(row, role="supervisor")
    async with made as app:
        assert app.find(ft.OutlinedButton) == []
        assert app.says("由审核员或管理员来定")
        assert app.says("这个号码是同事的")
        assert not app.says("on_post")


@pytest.mark.parametrize(
    ("more", "offered"),
    [
        ({}, {"用走访的", "留档案的", "另外填一个"}),
        ({"flags": ["invalid"]}, {"留档案的", "另外填一个"}),
        ({"flags": ["unknown_field"], "field": "worker.shoe_size"}, {"留档案的"}),
        ({"field": "housing", "present": "owned", "after": "public_rental"}, {"用走访的", "留档案的"}),
    ],
)
async def test_only_what_can_be_done_is_offered(
    opened: Open, more: dict[str, Any], offered: set[str]
) -> None:
    """No button that the registry would refuse; nobody types a code."""
    made, _ = opened(edit(**more))
    async with made as app:
        assert {one for one in ("用走访的", "留档案的", "另外填一个") if app.says(one)} == offered
