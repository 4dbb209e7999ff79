"""The office's screens of questionnaires without Flutter: upload, publish, read, chart (S11, S18, S54)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import flet as ft
import msgspec
import pytest
from fake_flet import FakeApp
from office_forms_world import FINE, WRONG, MemoryForms, draft, make_form, make_survey
from office_world import SUPERVISOR, make_office, make_services

from app.actions.office_forms import attach_file, publish_form, upload_form
from app.actions.office_forms_answers import Wanted, list_answers
from app.lang import set_language
from app.lang.build import build
from app.views.context import ServicesContext
from app.views.office.forms_publish import Terms
from app.views.office.forms_state import bars, newest, time_bounds
from app.views.office.routes import ROUTES
from domain.errors import InputError
from sync.protocol.forms import MAX_XLSX_BYTES, PublishRequest, Slice

Open = Callable[..., AbstractAsyncContextManager[FakeApp]]
ADMIN = msgspec.structs.replace(SUPERVISOR, role="admin")


@pytest.fixture
def open_forms(tmp_path: Path) -> Open:
    build()
    set_language("zh_Hans")

    @asynccontextmanager
    async def opened(
        forms: MemoryForms, route: str = "/office/forms", me: Any = ADMIN, **more: Any
    ) -> AsyncIterator[FakeApp]:
        services = make_services(make_office(1), tmp_path / "store")
        services.me = me
        services.desk.forms = forms

        @ft.component
        def Root() -> Any:
            return ServicesContext(services, lambda: ft.Router(ROUTES, manage_views=True))

        async with FakeApp(lambda page: page.render_views(Root), route=route, **more) as app:
            yield app
        services.db.close()

    return opened


async def pick(app: FakeApp, name: str, data: bytes) -> None:
    """The system's picker answers with one file."""
    picker = app.find(ft.FilePicker)[-1] if app.find(ft.FilePicker) else _service(app)
    await picker.on_result(SimpleNamespace(files=[SimpleNamespace(name=name, size=len(data), bytes=data)]))
    await app.settle()


def _service(app: FakeApp) -> Any:
    found = [
        one.action.file_picker for one in app.walk() if isinstance(getattr(one, "action", None), ft.PickFiles)
    ]
    assert found, app.texts()
    return found[-1]


async def test_each_questionnaire_stands_there_once_with_its_state(open_forms: Open) -> None:
    """Newest version first; a draft that lacks a file says which."""
    forms = MemoryForms(
        [draft(missing=["a.csv"]), make_form(), make_form("union_check", "1", title="工会检查")]
    )
    async with open_forms(forms) as app:
        assert app.says("草稿，还缺文件")
        assert app.says("还缺：a.csv")
        assert app.says("另有 1 个旧版本")
        assert app.says("工会检查")
        assert app.says("已收 60 份")


async def test_nothing_yet_says_how_to_begin(open_forms: Open) -> None:
    async with open_forms(MemoryForms()) as app:
        assert app.says("还没有问卷")


async def test_no_network_is_said_and_tried_again(open_forms: Open) -> None:
    """A supervisor in a village reads why nothing is there."""
    forms = MemoryForms([make_form()], down="network_unreachable")
    async with open_forms(forms) as app:
        assert not app.says("五需评估")
        forms.down = ""
        await app.tap("再试一次")
        assert app.says("五需评估")


async def test_a_refresh_that_fails_leaves_the_list(open_forms: Open) -> None:
    """What was there stays readable, with a word that it may be old."""
    forms = MemoryForms([make_form()])
    async with open_forms(forms) as app:
        forms.down = "network_unreachable"
        await app.fire(app.one(ft.IconButton, "刷新"), "click")
        assert app.says("五需评估")
        assert [icon for icon in app.find(ft.Icon) if icon.icon == ft.Icons.CLOUD_OFF_OUTLINED]


async def test_a_wrong_spreadsheet_is_explained_row_by_row(open_forms: Open) -> None:
    """Errors before warnings, each with the place in Excel; nothing is stored (S11)."""
    forms = MemoryForms(report=WRONG)
    async with open_forms(forms) as app:
        await pick(app, "a.xlsx", b"PK")
        assert app.says("有 1 处要改")
        texts = app.texts()
        assert texts.index("survey 页第 3 行，type 列") < texts.index("survey 页第 9 行，constraint 列")
        assert app.says("题型 video 不支持")
        assert app.says("还没有问卷")


async def test_an_upload_that_does_not_arrive_is_said(open_forms: Open) -> None:
    """The list stays; it can be tried again."""
    forms = MemoryForms([make_form()], report=FINE)
    async with open_forms(forms) as app:
        forms.down = "network_broken"
        await pick(app, "a.xlsx", b"PK")
        assert [icon for icon in app.find(ft.Icon) if icon.icon == ft.Icons.ERROR_OUTLINE]
        assert app.says("五需评估")


async def test_only_administrators_are_offered_to_change_anything(open_forms: Open) -> None:
    """Supervisors read; the registry would refuse them anyway."""
    forms = MemoryForms([draft(), make_form()])
    async with open_forms(forms, "/office/forms/five_needs", SUPERVISOR) as app:
        assert app.says("看答案（60 份）")
        assert not app.says("发布到手机")
        assert not app.says("停用")
    async with open_forms(forms, me=SUPERVISOR) as app:
        assert not app.says("上传问卷")


async def test_a_draft_is_completed_and_published(open_forms: Open) -> None:
    """The file it lacks first, then whom it is about, in the visit or not, for whom (S18)."""
    forms = MemoryForms([draft(missing=["a.csv"])])
    async with open_forms(forms, "/office/forms/five_needs") as app:
        await app.tap("补上 a.csv")
        await pick(app, "列表.csv", b"name,label\n")
        assert forms.done == [("file", "five_needs", "3", "a.csv", b"name,label\n")]
        await app.tap("发布到手机")
        assert app.says("发布后不能再改")
        await app.fire(app.one(ft.Switch), "change", True)
        await app.fire(app.one(ft.Checkbox, "工会干部"), "change", True)
        await app.fire(app.one(ft.FilledButton, "发布到手机"), "click")
        how = PublishRequest(subject="household", in_visit=True, roles=["cadre"])
        assert forms.done[-1][:3] == ("publish", "five_needs", "3")
        assert forms.done[-1][3] == how
        assert app.says("正在使用")


async def test_retiring_asks_first(open_forms: Open) -> None:
    """And nothing happens when it is called off."""
    forms = MemoryForms([make_form()])
    async with open_forms(forms, "/office/forms/five_needs") as app:
        await app.tap("停用")
        assert app.says("已经填了一半的可以填完")
        await app.fire(app.one(ft.TextButton, "取消"), "click")
        assert forms.done == []
        await app.tap("停用")
        await app.fire([one for one in app.find() if getattr(one, "content", "") == "停用"][-1], "click")
        assert forms.done == [("retire", "five_needs", "2")]
        assert app.says("已停用")


async def test_answers_come_fifty_at_a_time_and_open(open_forms: Open) -> None:
    """The list, the next page, one filling with its proof and its picture (S9)."""
    forms = MemoryForms([make_form()], [make_survey(n) for n in range(1, 61)])
    async with open_forms(forms, "/office/forms/five_needs/answers") as app:
        assert app.says("共 60 份")
        assert not app.says("王秀60")
        await app.tap("再看一些")
        assert app.says("王秀60")
        await app.go(f"/office/forms/five_needs/answers/{forms.fillings[0].id}")
        assert app.says("链条已验证")
        assert app.says("非常难")
        assert app.says("（没有填）")


async def test_answers_are_filtered_by_what_they_say(open_forms: Open) -> None:
    """A choice is tapped; health is not offered, for it may only be counted."""
    forms = MemoryForms([make_form()], [make_survey(n) for n in range(1, 6)])
    async with open_forms(forms, "/office/forms/five_needs/answers") as app:
        drop = app.one(ft.Dropdown)
        assert [option.key for option in drop.options] == ["", "/data/level", "/data/paid"]
        await app.fire(drop, "select", "/data/level")
        await app.fire(app.one(ft.Chip, "非常难"), "select", True)
        assert forms.asked[-1]["question"] == "/data/level"
        assert forms.asked[-1]["value"] == "3"
        assert app.says("共 2 份")
        await app.tap("看全部")
        assert app.says("共 5 份")


async def test_charts_show_each_question_and_each_organisation(open_forms: Open) -> None:
    """Bars with figures and shares; numbers with mean and median; organisations when unfolded."""
    forms = MemoryForms([make_form()])
    async with open_forms(forms, "/office/forms/five_needs/charts") as app:
        assert app.says("60 份里有 40 份回答了")
        assert app.says("30（75%）")
        assert app.says("10,000")
        named = [one for one in app.find(ft.Semantics) if one.label and "按单位看" in one.label]
        await app.fire(named[0], "tap")
        assert app.says("城关镇：12 份")


async def test_a_huge_file_is_refused_before_it_is_sent(tmp_path: Path) -> None:
    """Nobody waits for 40 megabytes to be turned away."""
    services = make_services(make_office(0), tmp_path)
    services.desk.forms = forms = MemoryForms([draft()])
    with pytest.raises(InputError, match="form_file_too_large"):
        await upload_form(services, b"x" * (MAX_XLSX_BYTES + 1))
    with pytest.raises(InputError, match="form_file_too_large"):
        await attach_file(services, forms.rows[0], "a.csv", b"x" * (MAX_XLSX_BYTES + 1))
    assert forms.done == []
    services.db.close()


async def test_only_a_form_about_households_belongs_in_a_visit(tmp_path: Path) -> None:
    """The switch may have been left on before the subject was changed."""
    services = make_services(make_office(0), tmp_path)
    services.desk.forms = forms = MemoryForms([draft()])
    await publish_form(services, forms.rows[0], "org", True, [])
    assert forms.done[-1][3].in_visit is False
    services.db.close()


async def test_half_a_filter_filters_nothing(tmp_path: Path) -> None:
    """A question without a value would find nothing and look like an empty registry."""
    services = make_services(make_office(0), tmp_path)
    services.desk.forms = forms = MemoryForms()
    await list_answers(services, Wanted("five_needs", question="/data/level"))
    assert forms.asked[-1] == {"form_id": "five_needs", "org": "", "question": "", "value": ""}
    services.db.close()


def test_a_bar_is_the_share_of_those_who_answered() -> None:
    """Half of them fills half of the track; none answered divides by nothing."""
    made = bars([Slice(value="a", label="甲", count=1), Slice(value="b", label="", count=3)], 6)
    assert [(one.label, one.share, one.percent) for one in made] == [("甲", 1 / 6, "17%"), ("b", 0.5, "50%")]
    assert bars([Slice(value="a", label="甲", count=0)], 0)[0].share == 0.0


@pytest.mark.parametrize(
    ("value", "words"),
    [("0..500", "0～500"), ("-5000..0", "-5000～0"), ("0.5..1", "0.5～1"), ("a..b", "a..b"), ("12", "12")],
)
def test_a_class_of_numbers_is_said_in_words(value: str, words: str) -> None:
    """Not as programs write it."""
    build()
    set_language("zh_Hans")
    assert bars([Slice(value=value, label=value, count=1)], 1)[0].label == words


def test_when_it_was_filled_names_only_known_bounds() -> None:
    """A phone that had never heard the registry's time has no lower bound."""
    build()
    set_language("zh_Hans")
    last = datetime(2027, 1, 20, 8, tzinfo=UTC)
    assert time_bounds(None, last) == "不晚于 2027年1月20日 16:00:00"
    assert time_bounds(last, last) == "不早于 2027年1月20日 16:00:00，不晚于 2027年1月20日 16:00:00"


def test_versions_are_gathered_by_form() -> None:
    """The first row of each stands for it."""
    rows = [draft(), make_form("union_check", "1"), make_form()]
    assert [(one.version, len(older)) for one, older in newest(rows)] == [("3", 1), ("1", 0)]


def test_roles_are_flipped_one_by_one() -> None:
    """In one order, whatever the order of tapping."""
    assert Terms().flip("supervisor").flip("cadre").roles == ("cadre", "supervisor")
    assert Terms(roles=("cadre",)).flip("cadre").roles == ()
