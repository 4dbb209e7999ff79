"""A sealed questionnaire is read with the words of the version it was filled in with (S18)."""

from __future__ import annotations

import pytest
from forms_kit import ask, bind, choose, fill, repeat, xform

from forms import dataset, dataset_from_csv, load
from forms.reading import read

SOURCE = xform(
    '<a/><g><n/></g><kind/><many/><p jr:template=""><x/></p><p><x/></p><at/><day/><here/><who/><sum/>',
    bind("/data/g/n", type="int")
    + bind("/data/at", type="dateTime")
    + bind("/data/day", type="time")
    + bind("/data/here", type="geopoint")
    + bind("/data/p", relevant="/data/a != ''")
    + bind("/data/sum", calculate="count(/data/p)")
    + '<instance id="town" src="jr://file-csv/town.csv"/>',
    ask("/data/a", "姓名")
    + f'<group ref="/data/g"><label>收入</label>{ask("/data/g/n", "钱")}</group>'
    + choose("/data/kind", "ill", "old")
    + choose("/data/many", "x", "y", "z", kind="select")
    + repeat("/data/p", ask("/data/p/x", "家人"))
    + ask("/data/at", "时间")
    + ask("/data/day", "几点")
    + ask("/data/here", "地点")
    + '<select1 ref="/data/who"><label>镇</label><itemset nodeset="instance(\'town\')/root/item">'
    '<value ref="name"/><label ref="label"/></itemset></select1>',
)
TOWNS = {"town.csv": dataset_from_csv("name,label\nqs,青山镇\nyx,云溪镇\n")}


def sealed() -> dict[str, object]:
    session = fill(SOURCE, TOWNS)
    for path, value in {
        "/data/a": "王秀英",
        "/data/g/n": "3000",
        "/data/kind": "ill",
        "/data/many": "z x",
        "/data/p[1]/x": "小雨",
        "/data/at": "2026-01-20T18:30:15.250+08:00",
        "/data/day": "08:05:00.000+08:00",
        "/data/here": "29.5 103.7 0 12",
        "/data/who": "yx",
    }.items():
        session.set(path, value)
    session.set(session.add_row("/data/p") + "/x", "大山")
    return session.to_json()["answers"]  # type: ignore[no-any-return]


def test_answers_stand_beside_the_questions_words_and_the_choices_labels() -> None:
    """A supervisor reads 青山镇 and not a code, row by row, in the form's order."""
    lines = [
        (one.kind, one.depth, one.path, one.label, one.text) for one in read(load(SOURCE), sealed(), TOWNS)
    ]
    assert lines == [
        ("question", 0, "/data/a", "姓名", "王秀英"),
        ("group", 0, "/data/g", "收入", ""),
        ("question", 1, "/data/g/n", "钱", "3000"),
        ("question", 0, "/data/kind", "/data/kind", "〔ill〕"),
        ("question", 0, "/data/many", "/data/many", "〔z〕、〔x〕"),
        ("row", 0, "/data/p[1]", "行", ""),
        ("question", 1, "/data/p[1]/x", "家人", "小雨"),
        ("row", 0, "/data/p[2]", "行", ""),
        ("question", 1, "/data/p[2]/x", "家人", "大山"),
        ("question", 0, "/data/at", "时间", "2026-01-20 18:30"),
        ("question", 0, "/data/day", "几点", "08:05"),
        ("question", 0, "/data/here", "地点", "29.5, 103.7 (±12 m)"),
        ("question", 0, "/data/who", "镇", "云溪镇"),
    ]


def test_a_missing_table_costs_only_its_labels() -> None:
    """The csv file is gone: the code is shown, everything else as before."""
    line = next(one for one in read(load(SOURCE), sealed()) if one.path == "/data/who")
    assert (line.value, line.text) == ("yx", "yx")


def test_a_choice_that_the_filter_leaves_out_by_now_keeps_its_label() -> None:
    """What was chosen is said in words although another answer would not offer it any more."""
    source = xform(
        "<all/><who/>",
        '<instance id="town"><root><item><name>qs</name><label>青山镇</label></item></root></instance>',
        ask("/data/all")
        + '<select1 ref="/data/who"><label>镇</label>'
        + "<itemset nodeset=\"instance('town')/root/item[/data/all = 'yes']\">"
        + '<value ref="name"/><label ref="label"/></itemset></select1>',
    )
    lines = read(load(source), {"all": "no", "who": "qs"})
    assert [one.text for one in lines] == ["no", "青山镇"]


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"nobody": "knows"},
        {"a": {"b": "c"}, "g": "text", "p": "text", "kind": ["x"]},
        {"a": 5, "p": [1, None, {"x": {}}], "g": {"n": []}},
    ],
)
def test_answers_that_do_not_fit_the_form_break_nothing(answers: dict[str, object]) -> None:
    """A registry reads what strange phones sent: it shows what fits and never fails."""
    assert all(one.kind in ("group", "row", "question") for one in read(load(SOURCE), answers, TOWNS))


def test_words_are_given_in_the_asked_language() -> None:
    """The same answers in Chinese and in English; an unknown language means the form's own."""
    itext = (
        '<translation lang="中文 (zh)" default="true()"><text id="q"><value>姓名</value></text></translation>'
        '<translation lang="English (en)"><text id="q"><value>Name</value></text></translation>'
    )
    body = '<input ref="/data/a"><label ref="jr:itext(\'q\')"/></input>'
    definition = load(xform("<a/>", "", body, itext=itext))
    found = [read(definition, {"a": "1"}, {}, name)[0].label for name in ("English (en)", "", "Latin")]
    assert found == ["Name", "姓名", "姓名"]


def test_a_data_set_of_many_households_is_put_together_once() -> None:
    """A choice from the household list is read by its label."""
    source = xform(
        "<who/>",
        '<instance id="households" src="jr://file-csv/households.csv"/>',
        '<select1 ref="/data/who"><label>户</label><itemset nodeset="instance(\'households\')/root/item">'
        '<value ref="name"/><label ref="label"/></itemset></select1>',
    )
    rows = dataset({"name": f"h{n}", "label": f"户 {n}"} for n in range(100))
    assert read(load(source), {"who": "h42"}, {"households.csv": rows})[0].text == "户 42"
