"""Relevance, calculation, repeats, defaults, triggers, drafts and sealing (S18, S40, issue 3)."""

from __future__ import annotations

import pytest

from forms import AnswerError, FormError, Session, dataset_from_csv, load
from tests.unit.forms_kit import ask, bind, choose, fill, hooks, repeat, xform

FAMILY = xform(
    "<sick/><illness/><n/><total/>"
    '<person jr:template=""><name/><age>0</age><job/><adult/><place/></person>'
    "<person><name/><age>0</age><job/><adult/><place/></person>",
    bind("/data/sick", type="string")
    + bind("/data/illness", relevant="/data/sick = 'yes'", required="true()", jr_requiredMsg="请填病名")
    + bind("/data/n", calculate="count(/data/person)")
    + bind("/data/total", type="int", calculate="sum(/data/person/age)")
    + bind("/data/person/age", type="int", constraint=". >= 0 and . < 130", jr_constraintMsg="年龄不对")
    + bind("/data/person/adult", calculate="if(../age >= 18, 'yes', 'no')")
    + bind("/data/person/job", relevant="/data/person/adult = 'yes'")
    + bind("/data/person/place", calculate="position(..)"),
    choose("/data/sick", "yes", "no")
    + ask("/data/illness")
    + repeat("/data/person", ask("/data/person/name") + ask("/data/person/age") + ask("/data/person/job")),
)


def test_an_irrelevant_answer_is_kept_and_not_sealed() -> None:
    """#bind-attributes relevant: hidden answers come back with the question, and never leave the phone."""
    session = fill(FAMILY)
    session.set("/data/sick", "yes")
    session.set("/data/illness", "尿毒症")
    session.set("/data/sick", "no")
    assert not session.is_relevant("/data/illness")
    assert "illness" not in session.to_json()["answers"]
    assert "尿毒症" not in session.to_xml()
    assert session.answers()["/data/illness"] == "尿毒症"
    session.set("/data/sick", "yes")
    assert session.to_json()["answers"]["illness"] == "尿毒症"


def test_rows_are_added_removed_and_computed_each_for_itself() -> None:
    """#repeats, #a-big-deviation-with-xforms: an absolute path inside a row means that row."""
    session = fill(FAMILY)
    assert session.add_row("/data/person") == "/data/person[2]"
    session.set("/data/person[1]/age", "40")
    session.set("/data/person[2]/age", "7")
    session.set("/data/person[1]/job", "矿工")
    session.set("/data/person[2]/job", "学生")
    assert session.value("/data/total") == "47"
    assert session.to_json()["answers"]["person"] == [
        {"age": "40", "job": "矿工", "adult": "yes", "place": "1"},
        {"age": "7", "adult": "no", "place": "2"},
    ]
    session.remove_row("/data/person[1]")
    assert (session.value("/data/total"), session.value("/data/n")) == ("7", "1")
    assert session.value("/data/person[1]/place") == "1"
    with pytest.raises(AnswerError):
        session.value("/data/person[2]/age")


def test_an_irrelevant_row_does_not_count() -> None:
    """An irrelevant node is no node for expressions, as in every ODK client."""
    source = xform(
        "<show/><sum/><p><x/></p>",
        bind("/data/p", relevant="/data/show = 'yes'") + bind("/data/sum", calculate="count(/data/p)"),
        ask("/data/show") + repeat("/data/p", ask("/data/p/x")),
    )
    session = fill(source)
    assert session.value("/data/sum") == "0"
    session.set("/data/show", "yes")
    assert session.value("/data/sum") == "1"


def test_the_form_can_say_how_many_rows_there_are() -> None:
    """#creation-removal-of-repeats jr:count: fewer rows hide, more come back with their answers."""
    source = xform(
        '<n/><all/><p jr:template=""><x/></p><p><x/></p>',
        bind("/data/n", type="int") + bind("/data/all", calculate="join(',', /data/p/x)"),
        ask("/data/n") + repeat("/data/p", ask("/data/p/x"), jr_count="/data/n"),
    )
    session = fill(source)
    assert session.rows("/data/p") == []
    session.set("/data/n", "3")
    for number in (1, 2, 3):
        session.set(f"/data/p[{number}]/x", str(number))
    session.set("/data/n", "1")
    assert (session.rows("/data/p"), session.value("/data/all")) == (["/data/p[1]"], "1")
    again = Session(session.definition, session.answers(), hooks())
    again.set("/data/n", "2")
    assert again.value("/data/all") == "1,2"
    with pytest.raises(AnswerError) as refusal:
        again.add_row("/data/p")
    assert refusal.value.code == "answer_rows_fixed"
    again.set("/data/n", "5000")
    assert [problem.code for problem in again.validate()] == ["too_many_rows"]


def test_rows_inside_rows_count_for_themselves() -> None:
    """Nested repeats with their own count."""
    source = xform(
        "<all/><h><n/><sum/><p><x/></p></h>",
        bind("/data/h/n", type="int")
        + bind("/data/h/sum", calculate="sum(../p/x)")
        + bind("/data/all", calculate="sum(/data/h/p/x)"),
        repeat("/data/h", ask("/data/h/n") + repeat("/data/h/p", ask("/data/h/p/x"), jr_count="../n")),
    )
    session = fill(source)
    session.add_row("/data/h")
    session.set("/data/h[1]/n", "2")
    session.set("/data/h[2]/n", "1")
    session.set("/data/h[1]/p[1]/x", "1")
    session.set("/data/h[1]/p[2]/x", "2")
    session.set("/data/h[2]/p[1]/x", "4")
    assert [session.value(path) for path in ("/data/h[1]/sum", "/data/h[2]/sum", "/data/all")] == [
        "3",
        "4",
        "7",
    ]
    session.remove_row("/data/h[1]")
    assert session.value("/data/all") == "4"


def test_defaults_are_set_once() -> None:
    """#setting-a-dynamic-value-after-form-load, #the-odk-new-repeat-event: not again for a draft."""
    source = xform(
        '<day/><age>30</age><p jr:template=""><x>5</x><y/></p>',
        '<setvalue ref="/data/day" event="odk-instance-first-load" value="today()"/>'
        + bind("/data/day", type="date"),
        ask("/data/day")
        + ask("/data/age")
        + repeat(
            "/data/p",
            ask("/data/p/x")
            + ask("/data/p/y")
            + '<setvalue ref="/data/p/y" event="odk-new-repeat" value="../../age + position(..)"/>',
        ),
    )
    session = fill(source)
    assert (session.value("/data/day"), session.value("/data/age")) == ("2026-01-20", "30")
    session.add_row("/data/p")
    assert (session.value("/data/p[1]/x"), session.value("/data/p[1]/y")) == ("5", "31")
    session.set("/data/day", "")
    session.set("/data/p[1]/y", "")
    again = Session(session.definition, session.answers(), hooks())
    assert (again.value("/data/day"), again.value("/data/p[1]/y")) == ("", "")


def test_a_trigger_sets_another_value_when_an_answer_changes() -> None:
    """#setting-a-static-value-when-a-node's-value-changes; once more only when it really changes."""
    source = xform(
        "<a/><when/><chain/>",
        "",
        ask("/data/a", inside='<setvalue ref="/data/when" event="xforms-value-changed" value="../a + 1"/>')
        + ask(
            "/data/when", inside='<setvalue ref="/data/chain" event="xforms-value-changed">动过</setvalue>'
        ),
    )
    session = fill(source)
    session.set("/data/a", "1")
    assert (session.value("/data/when"), session.value("/data/chain")) == ("2", "动过")
    session.set("/data/when", "9")
    session.set("/data/a", "1")
    assert session.value("/data/when") == "9"


def test_choices_follow_the_filter_and_an_old_answer_is_questioned() -> None:
    """choice_filter: an answer that is no longer offered stays, and is pointed out before sealing."""
    source = xform(
        "<prov/><city/>",
        '<instance id="c"><root><item><name>gy</name><label>广元</label><prov>sc</prov></item>'
        "<item><name>xa</name><label>西安</label><prov>sn</prov></item></root></instance>",
        ask("/data/prov") + '<select1 ref="/data/city"><label>市</label>'
        "<itemset nodeset=\"instance('c')/root/item[prov = /data/prov]\">"
        '<value ref="name"/><label ref="label"/></itemset></select1>',
    )
    session = fill(source)
    session.set("/data/prov", "sc")
    assert [(c.value, c.label) for c in session.question("/data/city").choices] == [("gy", "广元")]
    session.set("/data/city", "gy")
    session.set("/data/prov", "sn")
    assert [(problem.path, problem.code) for problem in session.validate()] == [
        ("/data/city", "not_a_choice")
    ]


def test_choices_come_from_a_file() -> None:
    """#secondary-instances-from-csv: semicolons, quotes and a byte order mark are read."""
    source = xform(
        "<hh/><label/>",
        '<instance id="households" src="jr://file-csv/households.csv"/>'
        + bind("/data/label", calculate="pulldata('households', 'label', 'name', /data/hh)"),
        '<select1 ref="/data/hh"><label>户</label>'
        "<itemset nodeset=\"instance('households')/root/item\">"
        '<value ref="name"/><label ref="label"/></itemset></select1>',
    )
    rows = dataset_from_csv('\ufeffname;label\n1;"王家; 三楼"\n2;李家\n')
    session = fill(source, {"households.csv": rows})
    session.set("/data/hh", "1")
    assert session.value("/data/label") == "王家; 三楼"
    with pytest.raises(FormError) as refusal:
        fill(source)
    assert refusal.value.code == "form_dataset_missing"


def test_required_and_constraint_speak_the_forms_own_words() -> None:
    """#bind-attributes: the first problem is the first question of the form at fault."""
    session = fill(FAMILY)
    session.set("/data/sick", "yes")
    session.set("/data/person[1]/age", "200")
    assert [(p.path, p.code, p.message) for p in session.finish()] == [
        ("/data/illness", "required", "请填病名"),
        ("/data/person[1]/age", "constraint", "年龄不对"),
    ]
    session.set("/data/illness", "肺病")
    session.set("/data/person[1]/age", "20")
    assert session.finish() == []


def test_readonly_and_calculated_questions_take_no_answer() -> None:
    """#bind-attributes readonly: an expression, evaluated when the answer is given."""
    source = xform(
        "<lock/><a/>", bind("/data/a", readonly="/data/lock = 'yes'"), ask("/data/lock") + ask("/data/a")
    )
    session = fill(source)
    session.set("/data/a", "1")
    session.set("/data/lock", "yes")
    with pytest.raises(AnswerError) as refusal:
        session.set("/data/a", "2")
    assert (refusal.value.code, session.value("/data/a")) == ("answer_readonly", "1")


def test_once_is_computed_once_even_over_drafts() -> None:
    """#fn:once: a draw of lots stays drawn."""
    session = fill(xform("<lot/>", bind("/data/lot", calculate="once(random())")))
    again = Session(session.definition, session.answers())
    assert again.value("/data/lot") == session.value("/data/lot") != ""


def test_texts_in_two_languages_with_answers_in_them() -> None:
    """#languages, #media: switching the language changes labels, hints, media and format-date."""
    words = (
        '<translation lang="中文 (zh)" default="true()"><text id="q"><value>您好，<output value="/data/a"/>！'
        '</value><value form="image">jr://images/hi.png</value></text><text id="h"><value>提示</value>'
        '<value form="guidance">细则</value></text></translation>'
        '<translation lang="English (en)"><text id="q"><value>Hello <output value="/data/a"/></value></text>'
        '<text id="h"><value>-</value></text></translation>'
    )
    body = (
        ask("/data/a")
        + '<input ref="/data/b"><label ref="jr:itext(\'q\')"/><hint ref="jr:itext(\'h\')"/></input>'
    )
    day = bind("/data/c", calculate="format-date(today(), '%a')")
    session = fill(xform("<a/><b/><c/>", day, body, itext=words))
    session.set("/data/a", "王&<b>")
    question = session.question("/data/b")
    assert (question.label, question.hint, question.guidance) == ("您好，王&<b>！", "提示", "细则")
    assert (question.media, session.value("/data/c")) == ({"image": "hi.png"}, "周二")
    session.set_language("English (en)")
    question = session.question("/data/b")
    assert (question.label, question.hint, session.value("/data/c")) == ("Hello 王&<b>", "提示", "Tue")
    assert "王&amp;&lt;b&gt;" in session.to_xml()


def test_a_draft_of_another_form_is_refused() -> None:
    """Answers go back only where they came from."""
    with pytest.raises(AnswerError):
        Session(load(FAMILY), {"/data/nowhere": "x"})
    with pytest.raises(AnswerError):
        Session(load(FAMILY), {"/data/person[#]": "99999"})


def test_one_answer_evaluates_only_what_depends_on_it() -> None:
    """Fifty rows do not make a name slow to type."""
    session = fill(FAMILY)
    for _ in range(50):
        session.add_row("/data/person")
    before = session.recalc.evaluated
    session.set("/data/person[9]/name", "王")
    assert session.recalc.evaluated == before
    session.set("/data/person[9]/age", "50")
    assert session.recalc.evaluated - before == 3  # total, adult, job of that row
