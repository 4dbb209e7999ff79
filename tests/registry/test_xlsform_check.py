"""A questionnaire in Excel: converted when it is right, explained by row when it is not (S11, S18, S40)."""

from __future__ import annotations

import pytest

from app.lang import LANGUAGES, has_text, set_language
from forms import Session, dataset_from_csv, load
from registry.service.xlsform import CheckReport, check
from tests.registry.xlsform_books import SURVEY, workbook

GOOD = workbook(
    [
        ("start", "start", None),
        ("text", "name", "姓名"),
        ("integer", "age", "年龄", None, ". >= 0 and . < 130"),
        ("select_one yn", "sick", "家里有病人吗？"),
        ("text", "illness", "什么病？", "${sick} = 'yes'"),
        ("begin repeat", "member", "家庭成员"),
        ("text", "who", "姓名"),
        ("decimal", "income", "月收入（元）"),
        ("calculate", "year", None, None, None, "${income} * 12"),
        ("end repeat", None, None),
        ("calculate", "total", None, None, None, "sum(${year})"),
        ("select_one_from_file households.csv", "hh", "哪一户？"),
        ("begin group", "g", "最后", None, None, None, "field-list"),
        ("image", "photo", "照片", None, None, None, "annotate"),
        ("note", "thanks", "谢谢 ${name}"),
        ("end group", None, None),
    ],
    [("yn", "yes", "有"), ("yn", "no", "没有")],
    settings=[("form_title", "form_id", "version"), ("入户调查", "survey_1", "2026011501")],
)


def test_a_good_spreadsheet_becomes_a_form_that_phones_fill() -> None:
    """From the file an office uploads to a sealed answer."""
    report = check(GOOD)
    assert report.findings == ()
    assert (report.form_id, report.version, report.title) == ("survey_1", "2026011501", "入户调查")
    assert (report.questions, report.files) == (9, ("households.csv",))
    session = Session(
        load(report.xform), datasets={"households.csv": dataset_from_csv("name,label\n1,王家\n")}
    )
    session.set("/data/name", "王秀英")
    session.set("/data/member[1]/income", "800.50")
    session.add_row("/data/member")
    session.set("/data/member[2]/income", "100")
    assert session.value("/data/total") == "10806"
    assert session.question("/data/g/thanks").label == "谢谢 王秀英"


def _survey(*rows: tuple[object, ...]) -> bytes:
    return workbook(rows, [("yn", "yes", "是"), ("yn", "no", "否")])


WRONG = [
    # what is written, code, row, column
    (_survey(("text", "a", "甲"), ("text", "a", "乙")), "sheet_duplicate_name", 3, "name"),
    (_survey(("text", "a", "甲"), ("video", "b", "录像")), "sheet_unsupported_type", 3, "type"),
    (_survey(("geotrace", "b", "路线")), "sheet_unsupported_type", 2, "type"),
    (_survey(("magic", "b", "路线")), "sheet_unsupported_type", 2, "type"),
    (_survey(("text", "a", "甲", "${nobody} = 1")), "sheet_unknown_reference", 2, "relevant"),
    (_survey(("text", "a", "甲"), ("int", "b", "乙", "", "eval(3)")), "xpath_unknown_function", 3, ""),
    (_survey(("text", "a", "甲"), ("int", "b", "乙", None, ". > (3")), "xpath_unreadable", 3, "constraint"),
    (_survey(("text", "a", "甲", "/data/zzz = 1")), "xpath_unknown_name", 2, "relevant"),
    (_survey(("text", "a", "甲", "", "", "", "ex:a(x)")), "form_unsupported_appearance", 2, "appearance"),
    (_survey(("text", "a", "甲", "${b} = 1"), ("text", "b", "乙", "${a} = 1")), "form_cycle", 2, ""),
    (_survey(("calculate", "c", None, None, None, "${c} + 1")), "form_cycle", 2, ""),
    (_survey(("select_one nolist", "a", "甲")), "sheet_unknown_list", 2, ""),
    (_survey(("begin group", "g", "组"), ("text", "a", "甲")), "sheet_begin_without_end", 2, ""),
    (_survey(("text", "a", "甲"), ("end group", None, None)), "sheet_end_without_begin", 3, ""),
    (_survey(("text", "1 a", "甲")), "sheet_bad_name", 2, "name"),
    (_survey(("text", None, "甲")), "sheet_no_name", 2, ""),
    (_survey(("calculate", "c", None)), "sheet_no_calculation", 2, ""),
    (_survey(("integer", "a", "甲", None, "regex(., '(a+)+')")), "xpath_bad_pattern", 2, "constraint"),
    (workbook([("text", "a", "甲")], header=("kind", "name", "label")), "sheet_column_missing", 1, "type"),
    (workbook([("text", "a", "甲")], entities=[("list_name",), ("x",)]), "sheet_unsupported", 0, ""),
    (
        workbook([("text", "a", "甲")], settings=[("form_id", "public_key"), ("x", "y")]),
        "sheet_unsupported_setting",
        2,
        "public_key",
    ),
    (
        workbook([("text", "a", "甲", "a.mp4")], header=("type", "name", "label", "media::video::中文 (zh)")),
        "sheet_unsupported_media",
        2,
        "media::video::中文 (zh)",
    ),
    (
        workbook(
            [("select_one l", "a", "甲")],
            [("list_name", "name", "label", "audio"), ("l", "x", "一", ""), ("l", "y", "二", "y.mp3")],
        ),
        "sheet_unsupported_media",
        3,
        "audio",
    ),
    (
        workbook([("select_one l", "a", "甲")], [("l", "x", "一"), ("l", "x", "二")]),
        "sheet_duplicate_choice",
        3,
        "name",
    ),
    (
        workbook(
            [("begin group", "g", "组", None, None, None, "field-list"), ("begin repeat", "r", "行"),
             ("text", "a", "甲"), ("end repeat", None, None), ("end group", None, None)]
        ),
        "form_repeat_on_page",
        3,
        "appearance",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "code", "row", "column"), WRONG, ids=[f"{w[1]}-{i}" for i, w in enumerate(WRONG)]
)
def test_what_is_wrong_is_said_by_row_and_column(data: bytes, code: str, row: int, column: str) -> None:
    """The row is the one Excel shows."""
    report = check(data)
    assert not report.ok
    found = [(finding.code, finding.row, finding.column) for finding in report.findings]
    assert (code, row, column or found[0][2]) in found


def test_several_mistakes_come_in_one_report() -> None:
    """An office mends its sheet once."""
    report = check(
        _survey(
            ("text", "a", "甲", "foo(1)"),
            ("text", "b", "乙", None, None, None, "ex:app"),
            ("text", "c", "丙", "1 +"),
        )
    )
    assert sorted((f.row, f.code) for f in report.findings) == [
        (2, "xpath_unknown_function"),
        (3, "form_unsupported_appearance"),
        (4, "xpath_unreadable"),
    ]


def test_a_pattern_without_ends_is_a_warning() -> None:
    """regex() finds its pattern anywhere; most people mean the whole answer."""
    report = check(_survey(("text", "tel", "电话", None, "regex(., '[0-9]{11}')")))
    assert report.ok
    assert [(f.code, f.row, f.level) for f in report.findings] == [("sheet_regex_open", 2, "warning")]


def test_old_names_of_types_are_understood() -> None:
    """photo, location, int and select one are what many sheets still say."""
    report = check(
        _survey(
            ("photo", "p", "照片"),
            ("location", "l", "位置"),
            ("int", "i", "数"),
            ("select one yn", "s", "选"),
        )
    )
    assert report.ok, report.findings


def test_every_refusal_has_a_sentence_in_every_language() -> None:
    """Codes are for programs; people read a sentence."""
    codes = {finding.msgid for wrong in WRONG for finding in check(wrong[0]).findings}
    try:
        for language in LANGUAGES:
            set_language(language)
            assert not {code for code in codes if not has_text(code)}
    finally:
        set_language("zh_Hans")


def test_an_empty_report_is_not_ok() -> None:
    """Nothing checked is nothing accepted."""
    assert not CheckReport().ok
    assert SURVEY[0] == "type"
