"""One spreadsheet with everything the standard has, through pyxform and the engine (issue 3)."""

from __future__ import annotations

import pytest

from forms import Session, dataset_from_csv, load
from registry.service.xlsform import check
from tests.registry.xlsform_books import workbook
from tests.unit.forms_kit import hooks

HEADER = (
    "type", "name", "label::中文 (zh)", "label::English (en)", "hint::中文 (zh)", "guidance_hint::中文 (zh)",
    "relevant", "constraint", "constraint_message::中文 (zh)", "required", "required_message::中文 (zh)",
    "readonly", "calculation", "default", "trigger", "choice_filter", "appearance", "parameters",
    "repeat_count", "media::image::中文 (zh)",
)  # fmt: skip


def _row(kind: str, name: str = "", label: str = "", **more: str) -> tuple[object, ...]:
    cells = {
        "type": kind,
        "name": name,
        "label::中文 (zh)": label,
        "label::English (en)": f"E {label}" if label else "",
    }
    for key, text in more.items():
        column = next(
            head for head in HEADER if head == key or head.startswith((f"{key}::", f"media::{key}"))
        )
        cells[column] = text
    return tuple(cells.get(column) or None for column in HEADER)


EVERYTHING = [
    *(_row(kind, kind) for kind in ("start", "end", "today", "deviceid", "username", "email", "phonenumber")),
    _row("text", "name", "姓名", hint="全名", guidance_hint="按身份证", required="yes",
         required_message="要填姓名", constraint="string-length(.) > 1", constraint_message="太短",
         image="name.png"),
    _row("integer", "age", "${name}多大？", default="40", required="${name} != ''"),
    _row("select_one yn", "ok", "有困难吗？", appearance="likert"),
    _row("select_one yn or_other", "other", "还有呢？"),
    _row("select_multiple kind", "kinds", "哪些？", choice_filter="need = ${ok}", appearance="minimal"),
    _row("rank kind", "order", "排一排"),
    _row("select_one_from_file hh.csv", "hh", "哪户？", appearance="autocomplete"),
    _row("select_multiple_from_file hh.csv", "neighbours", "邻居？"),
    _row("begin repeat", "person", "家人", repeat_count="${age} - 38"),
    _row("text", "who", "谁？", default="concat('第', position(..), '人')"),
    _row("begin group", "inner", "里面", appearance="field-list"),
    _row("integer", "n", "几个？"),
    _row("calculate", "double", calculation="${n} * 2"),
    _row("calculate", "stamp", trigger="${n}", calculation="now()"),
    _row("end group"),
    _row("begin repeat", "pet", "牲畜"),
    _row("text", "petname", "叫什么？"),
    _row("end repeat"),
    _row("end repeat"),
    _row("calculate", "all", calculation="sum(${double})"),
    _row("calculate", "second", calculation="indexed-repeat(${who}, ${person}, 2)"),
    _row("calculate", "label", calculation="jr:choice-name(${ok}, '${ok}')"),
    _row("calculate", "pulled", calculation="pulldata('hh', 'label', 'name', ${hh})"),
    _row("calculate", "lot", calculation="once(random())"),
    _row("begin group", "g", "其余", relevant="${age} > 3", appearance="field-list"),
    _row("decimal", "money", "多少钱？", appearance="thousands-sep"),
    _row("range", "level", "几级？", parameters="start=1 end=10 step=1"),
    _row("date", "day", "哪天？", default="today()", appearance="month-year"),
    _row("time", "hour", "几点？"),
    _row("dateTime", "moment", "何时？"),
    _row("image", "photo", "照片", parameters="max-pixels=1024", appearance="annotate"),
    _row("image", "sign", "签字", appearance="signature"),
    _row("audio", "voice", "录音"),
    _row("file", "paper", "文件"),
    _row("geopoint", "place", "哪里？"),
    _row("barcode", "code", "条码"),
    _row("acknowledge", "agree", "同意", relevant="selected(${kinds}, 'b')"),
    _row("note", "thanks", "谢谢${name}"),
    _row("hidden", "kept"),
    _row("text", "locked", "不能改", readonly="yes", default="x"),
    _row("end group"),
]  # fmt: skip


@pytest.fixture(scope="module")
def source() -> str:
    """The converted form."""
    report = check(_book())
    assert report.findings == ()
    assert report.languages == ("中文 (zh)", "English (en)")
    return report.xform


def _book() -> bytes:
    choices = [
        ("list_name", "name", "label::中文 (zh)", "label::English (en)", "need"),
        ("yn", "yes", "有", "Yes", None),
        ("yn", "no", "没有", "No", None),
        ("kind", "a", "甲", "A", "yes"),
        ("kind", "b", "乙", "B", "yes"),
        ("kind", "c", "丙", "C", "no"),
    ]
    settings = [
        ("form_title", "form_id", "version", "default_language", "instance_name"),
        ("什么都有", "all", "7", "中文 (zh)", "concat(${name}, '家')"),
    ]
    return workbook(EVERYTHING, header=HEADER, **{"choices": choices, "settings": settings})


def test_everything_is_filled_and_sealed(source: str) -> None:
    """Every type of question, both kinds of repeat, defaults, triggers, filters, lists from a file."""
    session = Session(
        load(source), hooks=hooks(), datasets={"hh.csv": dataset_from_csv("name,label\nh1,王家\nh2,李家\n")}
    )
    given = {
        "/data/name": "王秀英", "/data/ok": "yes", "/data/other": "other", "/data/other_other": "别的",
        "/data/kinds": "a b", "/data/order": "c a b", "/data/hh": "h2", "/data/neighbours": "h1 h2",
        "/data/person[1]/inner/n": "3", "/data/person[2]/inner/n": "4",
        "/data/g/money": "12.50", "/data/g/level": "7", "/data/g/hour": "08:30:00.000+08:00",
        "/data/g/moment": "2026-01-20T08:30:00.000+08:00", "/data/g/photo": "p.jpg", "/data/g/sign": "s.png",
        "/data/g/voice": "v.m4a", "/data/g/paper": "f.pdf", "/data/g/place": "32.4 105.8 0 5",
        "/data/g/code": "690", "/data/g/agree": "OK",
    }  # fmt: skip
    for path, answer in given.items():
        session.set(path, answer)
    session.set(session.add_row("/data/person[2]/pet") + "/petname", "阿黄")
    assert session.finish() == []
    sealed = session.to_json()["answers"]
    assert [row["who"] for row in sealed["person"]] == ["第1人", "第2人"]
    assert sealed["person"][1]["inner"] == {"n": "4", "double": "8", "stamp": "2026-01-20T18:30:15.250+08:00"}
    assert sealed["person"][1]["pet"] == [{"petname": "阿黄"}]
    wanted = {"all": "14", "second": "第2人", "label": "有", "pulled": "李家", "email": "li@example.cn"}
    assert {name: sealed[name] for name in wanted} == wanted
    assert sealed["meta"]["instanceName"] == "王秀英家"
    assert sealed["g"]["locked"] == "x"
    assert sealed["end"] == "2026-01-20T18:30:15.250+08:00"


def test_texts_choices_and_types_reach_the_screen(source: str) -> None:
    """Labels in both languages, hints, media, filtered choices, what each question is."""
    session = Session(
        load(source), hooks=hooks(), datasets={"hh.csv": dataset_from_csv("name,label\nh1,王家\n")}
    )
    question = session.question("/data/name")
    assert (question.label, question.hint, question.guidance) == ("姓名", "全名", "按身份证")
    assert (question.media, question.required) == ({"image": "name.png"}, True)
    session.set("/data/ok", "yes")
    assert [choice.label for choice in session.question("/data/kinds").choices] == ["甲", "乙"]
    assert [choice.label for choice in session.question("/data/hh").choices] == ["王家"]
    session.set_language("English (en)")
    assert [choice.label for choice in session.question("/data/kinds").choices] == ["A", "B"]
    assert session.value("/data/label") == "Yes"
    photo = session.question("/data/g/photo")
    assert (photo.type, photo.max_pixels, photo.appearance) == ("image", 1024, ("annotate",))
    assert session.question("/data/g/level").range == ("1", "10", "1")
    assert session.question("/data/g/thanks").type == "note"
    assert session.question("/data/g/locked").readonly
    problem = session.check("/data/name")
    assert problem is not None
    assert (problem.code, problem.message) == ("required", "要填姓名")
