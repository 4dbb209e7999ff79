"""The answers of a questionnaire narrowed to an organisation, and taken along (S30, S54, DOMAIN §7)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import flet as ft
import pytest
from fake_flet import FakeApp
from office_forms_world import MemoryForms, make_form, make_survey
from office_world import COUNTY_ORG, make_office, make_services

from app.actions.office_forms_answers import LABELS, Wanted, export_answers
from app.actions.office_list_orgs import below
from app.lang import set_language
from app.lang.build import build
from app.store.tables import orgs
from app.views.context import ServicesContext
from app.views.office.routes import ROUTES
from domain.errors import InputError
from sync.office_forms import OfficeForms

Open = Callable[..., AbstractAsyncContextManager[FakeApp]]
TOWN, VILLAGE, WORKS, ELSEWHERE = (f"0190eeee-0000-7000-8000-00000000001{number}" for number in range(4))
TREE: list[dict[str, Any]] = [
    {"id": WORKS, "code": "990101E01", "name": "青山纺织厂", "parent_industrial": COUNTY_ORG},
    {"id": COUNTY_ORG, "code": "990101", "name": "青山县总工会", "parent_territorial": "the city"},
    {"id": VILLAGE, "code": "990101001002", "name": "河西社区", "parent_territorial": TOWN},
    {"id": TOWN, "code": "990101001", "name": "城关镇", "parent_territorial": COUNTY_ORG},
    {"id": ELSEWHERE, "code": "990102", "name": "白水县总工会", "parent_territorial": "the city"},
]


@pytest.fixture
def open_answers(tmp_path: Path) -> Open:
    build()
    set_language("zh_Hans")

    @asynccontextmanager
    async def opened(forms: MemoryForms, tree: list[dict[str, Any]] = TREE) -> AsyncIterator[FakeApp]:
        services = make_services(make_office(1), tmp_path / "store")
        for one in tree:
            orgs(services.db).put({"type": "town", **one})
        services.desk.forms = forms

        @ft.component
        def Root() -> Any:
            return ServicesContext(services, lambda: ft.Router(ROUTES, manage_views=True))

        route = "/office/forms/five_needs/answers"
        async with FakeApp(lambda page: page.render_views(Root), route=route) as app:
            app.methods["save_file"] = None
            yield app
        services.db.close()

    return opened


async def pick_org(app: FakeApp, org: str) -> None:
    drop = app.one(ft.Dropdown, label="按单位筛选")
    await app.fire(drop, "select", org)


async def choose(app: FakeApp, words: str) -> None:
    """A pill of the dialog."""
    pills = [one for one in app.find(ft.Container) if one.on_click and words in str(_texts(app, one))]
    await app.fire(pills[-1], "click")


def _texts(app: FakeApp, box: Any) -> list[str]:
    return [one.value for one in app.walk(box) if isinstance(one, ft.Text)]


def saved(app: FakeApp) -> list[Any]:
    return [more for _, name, more in app.calls if name == "save_file"]


async def test_answers_are_narrowed_to_an_organisation(open_answers: Open) -> None:
    """One's own and those below are offered, nobody else's; all again with one choice."""
    forms = MemoryForms([make_form()], [make_survey(n) for n in range(1, 6)])
    async with open_answers(forms) as app:
        drop = app.one(ft.Dropdown, label="按单位筛选")
        assert [one.key for one in drop.options] == ["", COUNTY_ORG, TOWN, VILLAGE, WORKS]
        await pick_org(app, TOWN)
        assert forms.asked[-1]["org"] == TOWN
        await pick_org(app, "")
        assert forms.asked[-1]["org"] == ""


async def test_with_one_organisation_there_is_nothing_to_choose(open_answers: Open) -> None:
    """A village's office does not see a field with a single answer."""
    forms = MemoryForms([make_form()], [make_survey(1)])
    async with open_answers(forms, TREE[1:2]) as app:
        assert [one.label for one in app.find(ft.Dropdown)] == ["按哪一题筛选"]


async def test_an_organisation_without_answers_offers_the_way_back(open_answers: Open) -> None:
    """Nothing found is not "no answers yet"."""
    forms = MemoryForms([make_form()])
    async with open_answers(forms) as app:
        await pick_org(app, VILLAGE)
        assert app.says("看全部")
        await app.tap("看全部")
        assert forms.asked[-1]["org"] == ""
        assert app.one(ft.Dropdown, label="按单位筛选").value == ""


async def test_masked_needs_no_reason(open_answers: Open) -> None:
    """Two taps: labels for people, personal answers starred; the file is handed to the browser."""
    forms = MemoryForms([make_form()])
    async with open_answers(forms) as app:
        await app.tap("导出表格（文字）")
        assert app.says("您能看到的全部答卷")
        assert not app.says("用途")
        await app.tap(app.one(ft.FilledButton, "导出"))
        assert forms.done == [("export", "five_needs", "labels", "", "")]
        assert len(saved(app)) == 1
        assert app.says("已存为 five_needs-labels.xlsx")


async def test_whole_only_with_a_reason(open_answers: Open) -> None:
    """Without words nothing is sent; with them the registry gets the reason and the organisation."""
    forms = MemoryForms([make_form()])
    async with open_answers(forms) as app:
        await pick_org(app, TOWN)
        await app.tap("导出表格（代码）")
        assert app.says("导出城关镇和下级的全部答卷")
        await choose(app, "完整内容")
        await app.tap(app.one(ft.FilledButton, "导出"))
        assert app.says("请写上理由")
        assert forms.done == []
        await app.type(app.find(ft.TextField)[-1], " 年底核对发放 ")
        await app.tap(app.one(ft.FilledButton, "导出"))
        assert forms.done == [("export", "five_needs", "codes", "年底核对发放", TOWN)]
        assert app.says("已存为 five_needs-codes-whole.xlsx")


async def test_a_reason_written_and_then_not_needed_is_not_sent(open_answers: Open) -> None:
    """Back to masked: the registry must not take the words for a wish to see all."""
    forms = MemoryForms([make_form()])
    async with open_answers(forms) as app:
        await app.tap("导出表格（文字）")
        await choose(app, "完整内容")
        await app.type(app.find(ft.TextField)[-1], "年底核对发放")
        await choose(app, "隐藏个人信息")
        await app.tap(app.one(ft.FilledButton, "导出"))
        assert forms.done == [("export", "five_needs", "labels", "", "")]


async def test_whoever_may_not_have_it_whole_is_told(open_answers: Open) -> None:
    """The registry decides; nothing is saved, and masked still works."""
    forms = MemoryForms([make_form()], whole=False)
    async with open_answers(forms) as app:
        await app.tap("导出表格（文字）")
        await choose(app, "完整内容")
        await app.type(app.find(ft.TextField)[-1], "年底核对发放")
        await app.tap(app.one(ft.FilledButton, "导出"))
        assert app.says("您的岗位不能做这件事")
        assert saved(app) == []
        await app.tap("导出表格（文字）")
        await app.tap(app.one(ft.FilledButton, "导出"))
        assert len(saved(app)) == 1
        assert not app.says("您的岗位不能做这件事")


async def test_offline_no_file_is_promised(open_answers: Open) -> None:
    """No network: said calmly, nothing saved; 取消 sends nothing either."""
    forms = MemoryForms([make_form()])
    async with open_answers(forms) as app:
        await app.tap("导出表格（文字）")
        await app.tap(app.one(ft.TextButton, "取消"))
        forms.down = "network_unreachable"
        await app.tap("导出表格（文字）")
        await app.tap(app.one(ft.FilledButton, "导出"))
        assert app.says("现在没有网络")
        assert forms.done == []
        assert saved(app) == []


async def test_the_action_itself_wants_a_reason(tmp_path: Path) -> None:
    """Not only the dialog."""
    services = make_services(make_office(0), tmp_path)
    services.desk.forms = forms = MemoryForms()
    with pytest.raises(InputError, match="reason_missing"):
        await export_answers(services, Wanted("five_needs"), LABELS, " ")
    assert forms.done == []


async def test_the_wire_names_only_what_is_wanted() -> None:
    """An empty reason would be refused by the registry; an empty organisation finds nothing."""
    asked: list[dict[str, str]] = []

    class Line:
        async def call(self, method: str, url: str, *, params: dict[str, str], wait_s: float) -> Any:
            asked.append(params)
            return SimpleNamespace(content=b"PK")

    line: Any = Line()
    assert await OfficeForms(line).answers("five_needs", "labels") == b"PK"
    await OfficeForms(line).answers("five_needs", "codes", reason="年底核对发放", org=TOWN)
    assert asked == [{"values": "labels"}, {"values": "codes", "reason": "年底核对发放", "org": TOWN}]


def test_a_tree_with_a_ring_in_it_ends() -> None:
    """Damaged data never hangs the screen; without oneself in the tree nothing is offered."""
    ring = [
        {"id": "a", "code": "2", "name": "甲", "parent_territorial": "b"},
        {"id": "b", "code": "1", "name": "乙", "parent_territorial": "a"},
    ]
    assert below(ring, "a") == [("b", "乙"), ("a", "甲")]
    assert below(ring, "") == []
