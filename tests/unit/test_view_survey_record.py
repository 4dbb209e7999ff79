"""A sent questionnaire in the list of records, and read again in full (S18, S25)."""

from __future__ import annotations

import flet as ft
import pytest
from fake_flet import FakeApp
from form_screen import phone_with, publish
from forms_kit import ask, bind, choose, repeat, xform
from phone_world import shown

from app.actions.fill_survey import open_survey
from app.actions.finish_survey import finish_survey
from app.platform.native.pictures import PillowPictureCodec
from app.views.records.answers import answer_cards
from sync.protocol.forms import AnswerLine

WORDS = (
    '<translation lang="中文 (zh)" default="true()"><text id="q"><value>最难的事</value></text></translation>'
    '<translation lang="English (en)"><text id="q"><value>Hardest</value></text></translation>'
)
SOURCE = xform(
    '<hard/><g><ill/></g><p jr:template=""><who/></p><p><who/></p><photo/>',
    bind("/data/photo", type="binary"),
    '<input ref="/data/hard"><label ref="jr:itext(\'q\')"/></input>'
    + f'<group ref="/data/g"><label>看病</label>{choose("/data/g/ill", "kidney")}</group>'
    + repeat("/data/p", ask("/data/p/who", "家人"))
    + '<upload ref="/data/photo" mediatype="image/*"><label>门口</label></upload>',
    itext=WORDS,
)


@pytest.fixture
async def sent(tmp_path):
    """(phone, record id): handed in, nothing sent yet."""
    phone, _, survey = phone_with(tmp_path, SOURCE, title="五需评估")
    phone.services.platform.pictures = PillowPictureCodec()
    filling = open_survey(phone.services, survey)
    for path, value in {"/data/hard": "看病钱", "/data/g/ill": "kidney", "/data/p[1]/who": "小雨"}.items():
        filling.answer(path, value)
    await filling.attach("/data/photo", b"sketch", kind="drawing", content_type="image/png")
    return phone, await finish_survey(phone.services, survey)


async def test_it_stands_in_the_list_with_its_own_road(sent):
    """By whom it is about, which form, its attachments and how far it got."""
    phone, record = sent
    async with shown(phone, "/records") as app:
        for words in ("王秀英", "问卷《五需评估》", "附件 0/1", "等上传", "1 条还在手机里"):
            assert app.says(words), words
        phone.answered(record, "received", sent=1)
        phone.services.bell.ring()
        await app.settle()
        assert app.says("附件 1/1")
        assert app.says("已上传")


async def test_every_answer_is_read_in_the_forms_words(sent):
    """Questions, parts, rows with their number, choices by label, version and id."""
    phone, record = sent
    async with shown(phone, f"/records/{record}") as app:
        wanted = ("最难的事", "看病钱", "看病", "〔kidney〕", "行 1", "小雨", "五需评估（1 版）", record)
        for words in wanted:
            assert app.says(words), words


def test_what_comes_after_a_part_stands_in_a_card_of_its_own():
    """The question after a group does not look as if it belonged to the group."""
    lines = [
        AnswerLine(kind="question", depth=0, path="/d/a", label="a", text="1"),
        AnswerLine(kind="group", depth=0, path="/d/g", label="g"),
        AnswerLine(kind="question", depth=1, path="/d/g/b", label="b", text="2"),
        AnswerLine(kind="question", depth=0, path="/d/c", label="c", text="3"),
        AnswerLine(kind="question", depth=0, path="/d/e", label="e", type="acknowledge", text="OK"),
    ]
    app = FakeApp(lambda page: None)
    cards = answer_cards(lines, {})
    words = [[one.value for one in app.walk(card) if isinstance(one, ft.Text)] for card in cards]
    assert words == [["a", "1"], ["g", "b", "2"], ["c", "3", "e", "已确认"]]


async def test_it_is_read_in_the_forms_other_language(sent):
    """A form in two languages: one tap."""
    phone, record = sent
    async with shown(phone, f"/records/{record}") as app:
        await app.tap("English (en)")
        assert app.says("Hardest")
        assert not app.says("最难的事")


async def test_a_conflict_says_what_to_do(sent):
    """As for visits: nothing to fill in again."""
    phone, record = sent
    phone.answered(record, "conflict", problem="id_reused")
    async with shown(phone, f"/records/{record}") as app:
        assert app.says("不用重填")


async def test_a_form_that_is_gone_leaves_the_bare_answers(sent):
    """Said in a sentence, and no crash."""
    phone, record = sent
    phone.services.db.drop_table("forms")
    async with shown(phone, f"/records/{record}") as app:
        assert app.says("打不开了")
        assert app.says("看病钱")


async def test_a_visit_and_a_questionnaire_share_the_list(sent):
    """Newest first, each with its own words."""
    phone, _ = sent
    file = next(iter(phone.services.households.values()))
    phone.visit(file, aid="500.00")
    publish(phone, SOURCE, form_id="other")
    async with shown(phone, "/records") as app:
        assert app.says("发放 ¥500")
        assert app.says("问卷《五需评估》")
        assert app.says("2 条还在手机里")
