"""The questionnaire's screens as a person sees them (S18, S27, S40; issue 3)."""

from __future__ import annotations

import asyncio
from pathlib import Path

import flet as ft
import pytest
from form_screen import by_id, draft_of, ids, onward, phone_with, picture, press, said, write
from phone_world import KEY, Phone, shown

from app.actions.list_surveys import surveys_of
from app.actions.services import Services
from app.store import open_database
from app.store.errors import StoreError
from app.store.tables import surveys
from app.views.form import question as question_view
from bench.forms import large_form
from forms import FormError
from sync.protocol.forms import FormFile
from tests.unit.forms_kit import ask, bind, repeat, xform

DOOR = xform(
    "<name/><age/><school/>",
    bind("/data/name", type="string", required="true()")
    + bind("/data/age", type="int", constraint=". < 150", jr_constraintMsg="年龄不对")
    + bind("/data/school", type="string", relevant="/data/age < 20"),
    ask("/data/name", "姓名") + ask("/data/age", "年龄") + ask("/data/school", "学校"),
)
TOGETHER = xform(
    "<g><a/><b/><c/></g>",
    bind("/data/g/a", type="string")
    + bind("/data/g/b", type="string", relevant="/data/g/a = 'x'")
    + bind("/data/g/c", type="string", required="true()"),
    '<group ref="/data/g" appearance="field-list"><label>一页</label>'
    + ask("/data/g/a", "甲")
    + ask("/data/g/b", "乙")
    + ask("/data/g/c", "丙")
    + "</group>",
)
ROWS = xform(
    '<p jr:template=""><x/></p>',
    bind("/data/p/x", type="string", required="true()"),
    repeat("/data/p", ask("/data/p/x", "名字")),
)
TWO_TONGUES = xform(
    "<a/><b/>",
    bind("/data/a", type="string") + bind("/data/b", type="string"),
    '<input ref="/data/a"><label ref="jr:itext(\'a\')"/><hint ref="jr:itext(\'h\')"/></input>'
    + ask("/data/b"),
    itext='<translation lang="中文 (zh)" default="true()"><text id="a"><value>住房</value></text>'
    '<text id="h"><value>看一看</value><value form="guidance">先问房主</value></text></translation>'
    '<translation lang="English (en)"><text id="a"><value>Housing</value></text>'
    '<text id="h"><value>Look</value></text></translation>',
)


def address(household: str, survey: str, rest: str = "") -> str:
    return f"/household/{household}/form/{survey}{rest}"


async def test_one_page_is_not_done_before_it_is_begun(tmp_path: Path) -> None:
    """S18: a form of one page counts its questions, in words and on the bar."""
    phone, file, survey = phone_with(tmp_path, TOGETHER)
    async with shown(phone, address(file.id, survey)) as app:
        assert "已填 0 / 2 题" in said(app)
        assert "第 1 / 1 页" not in said(app)
        assert app.one(ft.ProgressBar).value == 0
        await write(app, "/data/g/a", "y")
        assert app.one(ft.ProgressBar).value == 0.5


async def test_a_page_is_filled_and_kept_at_every_letter(tmp_path: Path) -> None:
    """Next says what is missing, the answer is on the disk, the next page comes, progress counts."""
    phone, file, survey = phone_with(tmp_path, DOOR)
    async with shown(phone, address(file.id, survey)) as app:
        assert "第 1 / 2 页 · 已填 0 / 2 题" in said(app)
        assert "form-back" not in ids(app), "nothing before the first page"
        await onward(app)
        assert app.says("这一题要填。")
        await write(app, "/data/name", "王秀英")
        assert not app.says("这一题要填。")
        assert draft_of(phone, survey).answers["/data/name"] == "王秀英"
        await onward(app)
        assert "第 2 / 2 页 · 已填 1 / 2 题" in said(app)
        assert draft_of(phone, survey).page == "/data/age"
        await write(app, "/data/age", "12")
        assert "第 2 / 3 页" in said(app), "the answer brought a page"
        await press(app, "form-back")
        assert "姓名" in said(app)


async def test_a_killed_app_goes_on_at_the_last_page(tmp_path: Path) -> None:
    """From the home screen, after a restart with nothing but the disk, also without a network."""
    phone, file, survey = phone_with(tmp_path, DOOR)
    async with shown(phone, address(file.id, survey)) as app:
        await write(app, "/data/name", "王秀英")
        await onward(app)
        await write(app, "/data/age", "45")
    again = _restarted(phone, tmp_path)
    async with shown(again, "/") as app:
        assert app.says("没填完的问卷")
        await app.tap("测试表")
        await app.settle(40)
        assert app.page.route == address(file.id, survey)
        assert "年龄" in said(app)
        field = next(one for one in app.walk(app.top) if isinstance(one, ft.TextField))
        assert field.value == "45"


def _restarted(phone: Phone, folder: Path) -> Phone:
    """As after SIGKILL: another process opens the same store."""
    old = phone.services
    old.db.close()
    services = Services(
        platform=old.platform,
        db=open_database(folder / "store", KEY),
        blobs=old.blobs,
        runner=old.runner,
        identity=old.identity,
        preferences=old.preferences,
        app_version="0.1.0",
    )
    services.me, services.registry_url = old.me, old.registry_url
    phone.services = services
    return phone


async def test_a_question_comes_and_goes_while_its_page_is_shown(tmp_path: Path) -> None:
    """Only what changed is drawn; what the person typed stays where it is."""
    phone, file, survey = phone_with(tmp_path, TOGETHER)
    async with shown(phone, address(file.id, survey)) as app:
        assert "乙" not in said(app)
        await write(app, "/data/g/a", "x")
        assert "乙" in said(app)
        await write(app, "/data/g/b", "y")
        await write(app, "/data/g/a", "z")
        assert "乙" not in said(app)
        assert draft_of(phone, survey).answers["/data/g/b"] == "y", "kept while editing"
        await write(app, "/data/g/a", "x")
        field = next(one for one in app.walk(by_id(app, "q-/data/g/b")) if isinstance(one, ft.TextField))
        assert field.value == "y"


async def test_an_answer_draws_its_own_question_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a page of several, the others are not drawn again."""
    drawn: list[str] = []
    card = question_view._asked

    def counting(paper: object, question: object, *more: object) -> object:
        drawn.append(question.path)  # type: ignore[attr-defined]
        return card(paper, question, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(question_view, "_asked", counting)
    phone, file, survey = phone_with(tmp_path, TOGETHER)
    async with shown(phone, address(file.id, survey)) as app:
        drawn.clear()
        await write(app, "/data/g/c", "丙")
        assert set(drawn) == {"/data/g/c"}


async def test_the_first_fault_of_a_page_is_brought_into_sight(tmp_path: Path) -> None:
    phone, file, survey = phone_with(tmp_path, TOGETHER)
    async with shown(phone, address(file.id, survey)) as app:
        await onward(app)
        assert app.says("这一题要填。")
        calls = [args for _, name, args in app.calls if name == "scroll_to"]
        assert calls
        assert "/data/g/c" in str(calls[-1])


async def test_rows_are_added_opened_and_removed_with_a_question(tmp_path: Path) -> None:
    """An empty row goes at once; one with answers only after a yes."""
    phone, file, survey = phone_with(tmp_path, ROWS)
    async with shown(phone, address(file.id, survey)) as app:
        assert app.says("一项都还没添")
        await press(app, "row-add")
        assert "行 · 第 1 项" in said(app)
        await write(app, "/data/p[1]/x", "王小雨")
        await onward(app)
        assert app.says("王小雨")
        await press(app, "row-add")
        assert "行 · 第 2 项" in said(app)
        await app.go(address(file.id, survey, "/list"))
        await app.tap("行：添加或删除")
        await press(app, "row-remove-/data/p[2]")
        assert "/data/p[2]/x" not in draft_of(phone, survey).answers
        assert draft_of(phone, survey).answers["/data/p[#]"] == "1", "an empty one goes without a question"
        await press(app, "row-remove-/data/p[1]")
        assert app.says("删掉这一项？")
        assert draft_of(phone, survey).answers["/data/p[#]"] == "1"
        await app.fire(app.one(ft.FilledButton, "删掉"), "click")
        assert draft_of(phone, survey).answers["/data/p[#]"] == "0"


async def test_another_language_on_the_same_page(tmp_path: Path) -> None:
    """The words change, the answer stays; the guidance folds out."""
    phone, file, survey = phone_with(tmp_path, TWO_TONGUES)
    async with shown(phone, address(file.id, survey)) as app:
        assert "住房" in said(app)
        assert "先问房主" not in said(app)
        await press(app, "guidance")
        assert "先问房主" in said(app)
        await write(app, "/data/a", "租房")
        items = [one for one in app.walk(app.top) if isinstance(one, ft.PopupMenuItem)]
        english = next(one for one in items if "English" in str(one.content))
        await app.fire(english, "click")
        assert "Housing" in said(app)
        assert "(en)" not in str(english.content)
        assert draft_of(phone, survey).language == "English (en)"
        assert draft_of(phone, survey).answers["/data/a"] == "租房"


async def test_the_list_of_all_questions_leads_to_one(tmp_path: Path) -> None:
    phone, file, survey = phone_with(tmp_path, DOOR)
    async with shown(phone, address(file.id, survey)) as app:
        await write(app, "/data/name", "王秀英")
        await app.go(address(file.id, survey, "/list"))
        assert app.says("王秀英")
        await press(app, "line-/data/age")
        assert app.page.route == address(file.id, survey)
        assert "年龄" in said(app)


async def test_handing_in_stops_at_the_first_fault_and_then_seals(tmp_path: Path) -> None:
    """The last look names what is missing and leads there; handed in, it is a record on its way."""
    phone, file, survey = phone_with(tmp_path, DOOR)
    async with shown(phone, address(file.id, survey)) as app:
        await app.go(address(file.id, survey, "/finish"))
        assert app.says("还有 1 处要补")
        await press(app, "form-finish")
        assert app.page.route == address(file.id, survey)
        assert app.says("这一题要填。"), "said where the person lands"
        await write(app, "/data/name", "王秀英")
        await app.go(address(file.id, survey, "/finish"))
        assert app.says("该填的都填了")
        assert app.says("还有 1 题空着")
        await press(app, "form-finish")
        await app.settle(40)
        assert app.page.route == address(file.id, survey, "/done")
        assert app.says("已存好")
        assert surveys(phone.services.db).get(survey) is None
        assert [one.state for one in surveys_of(phone.services)] == ["kept"]
        await press(app, "form-home")
        assert app.page.route == f"/household/{file.id}"
        await app.go(address(file.id, survey))
        await app.settle(40)
        assert app.says("这份问卷已经交了")


async def test_a_full_phone_is_said_at_the_top_and_nothing_is_pretended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreError("disk_full")

    phone, file, survey = phone_with(tmp_path, DOOR)
    async with shown(phone, address(file.id, survey)) as app:
        with monkeypatch.context() as broken:
            broken.setattr("app.actions.fill_survey.write_parts", full)
            await write(app, "/data/name", "王秀英")
        assert "trouble" in ids(app)
        assert "/data/name" not in draft_of(phone, survey).answers
        await write(app, "/data/name", "王秀")
        assert "trouble" not in ids(app)


async def test_throwing_it_away_asks_first(tmp_path: Path) -> None:
    phone, file, survey = phone_with(tmp_path, DOOR)
    async with shown(phone, address(file.id, survey)) as app:
        await write(app, "/data/name", "王秀英")
        items = [one for one in app.walk(app.top) if isinstance(one, ft.PopupMenuItem)]
        away = next(one for one in items if "删掉" in str(one.content))
        await app.fire(away, "click")
        await app.fire(app.one(ft.TextButton, "接着填"), "click")
        assert draft_of(phone, survey).answers["/data/name"] == "王秀英"
        await app.fire(away, "click")
        await app.fire(app.one(ft.FilledButton, "删掉"), "click")
        await app.settle(40)
        assert surveys(phone.services.db).get(survey) is None
        assert app.page.route == f"/household/{file.id}"


async def test_a_form_this_app_cannot_use_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the sentence the office reads; the others can be filled in."""
    phone, file, survey = phone_with(tmp_path, DOOR)

    def refuse(*_: object) -> None:
        raise FormError("form_unsupported_type", "/data/film", "video")

    monkeypatch.setattr("app.views.form.open.open_survey", refuse)
    async with shown(phone, address(file.id, survey)) as app:
        assert app.says("这份问卷打不开")
        assert app.says("film")


async def test_a_draft_that_is_gone_leads_back(tmp_path: Path) -> None:
    phone, file, _ = phone_with(tmp_path, DOOR)
    async with shown(phone, address(file.id, "01a00000-0000-7000-8000-000000000000")) as app:
        await app.tap("知道了，去看看")
        assert app.page.route == f"/household/{file.id}"


async def test_a_large_form_opens_and_turns(tmp_path: Path) -> None:
    """Opening says that it opens; the pages of 500 questions turn."""
    phone, file, survey = phone_with(tmp_path, large_form())
    async with shown(phone, address(file.id, survey)) as app:
        await app.settle(60)
        await onward(app)
        assert "第 2 / 493 页" in said(app)
        await app.go(address(file.id, survey, "/list"))
        assert app.says("往后看")
        assert len([one for one in ids(app) if one.startswith("line-")]) == 40


async def test_pictures_of_labels_and_those_that_are_missing(tmp_path: Path) -> None:
    source = xform(
        "<a/><b/>",
        bind("/data/a", type="string") + bind("/data/b", type="string"),
        '<input ref="/data/a"><label ref="jr:itext(\'a\')"/></input>'
        '<input ref="/data/b"><label ref="jr:itext(\'b\')"/></input>',
        itext='<translation lang="zh" default="true()"><text id="a"><value>房子</value>'
        '<value form="image">jr://images/house.png</value></text><text id="b"><value>门</value>'
        '<value form="image">jr://images/door.png</value></text></translation>',
    )
    phone, file, survey = phone_with(tmp_path, source, files=[picture("house.png")])
    async with shown(phone, address(file.id, survey)) as app:
        assert app.find(ft.Image)[-1].src == b"hello"
        await onward(app)
        assert app.says("door.png")


SPOKEN = xform(
    "<a/>",
    bind("/data/a", type="string"),
    '<input ref="/data/a"><label ref="jr:itext(\'/data/a:label\')"/></input>',
    itext='<translation lang="中文 (zh)" default="true()"><text id="/data/a:label"><value>住房</value>'
    '<value form="audio">jr://audio/fang.mp3</value></text></translation>',
)


async def test_a_question_is_read_aloud_when_the_form_brings_its_sound(tmp_path: Path) -> None:
    """#media: the recording plays; a missing or unplayable one is said, and the words stay (S18)."""
    sound = FormFile(name="fang.mp3", content_type="audio/mpeg", data="aGVsbG8")
    phone, file, survey = phone_with(tmp_path, SPOKEN, files=[sound])
    async with shown(phone, address(file.id, survey)) as app:
        pressed = asyncio.create_task(press(app, "question-aloud"))
        await app.settle()
        player = next(one for one in app.session.index.values() if type(one).__name__ == "Audio")
        await app.fire(player, "loaded")
        await pressed
        assert ("Audio", "play") in [call[:2] for call in app.calls]
    phone.services.db.close()
    phone, file, survey = phone_with(tmp_path / "other", SPOKEN)
    async with shown(phone, address(file.id, survey)) as app:
        assert app.says("录音 fang.mp3 还没传到手机")
        assert "住房" in said(app)
