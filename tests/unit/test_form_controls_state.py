"""What controls know without a screen: lexical forms, steps, orders, searches (S18)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from app.views.form.controls.dates import Moment
from app.views.form.controls.dates_state import (
    Parts,
    asked_parts,
    date_of,
    picked_day,
    stamp_answer,
    time_answer,
    time_of,
)
from app.views.form.controls.place_state import Typed, answer_of, read
from app.views.form.controls.range_state import Steps
from app.views.form.controls.selects_state import columns, labels, matching, moved, ranked, toggled
from app.views.form.controls.typed_state import TypedState, lexical, separated, turned
from forms import ChoiceView, Question
from forms.engine.lexical import normal


def question(kind: str = "text", value: str = "", *choices: str, **more: object) -> Question:
    given: dict[str, object] = {
        "label": "问",
        "hint": "",
        "guidance": "",
        "media": {},
        "appearance": (),
        "required": False,
        "readonly": False,
        "relevant": True,
        "choices": tuple(ChoiceView(one, f"〔{one}〕") for one in choices),
        **more,
    }
    return Question(path="/data/q", type=kind, value=value, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "typed", "answer"),
    [
        ("integer", "12", "12"),
        ("integer", " 1 234 ", "1234"),
        ("integer", "１２", "12"),
        ("integer", "1,234,567", "1234567"),
        ("integer", "1，234", "1234"),
        ("integer", "－5", "-5"),
        ("integer", "−5", "-5"),
        ("integer", "007", "7"),
        ("integer", "3.5", ""),
        ("integer", "-", ""),
        ("integer", "十二", ""),
        ("integer", "9" * 30, ""),
        ("decimal", "3。5", "3.5"),
        ("decimal", "３．５", "3.5"),
        ("decimal", ".5", ".5"),
        ("decimal", "1e5", ""),
        ("decimal", "1.2.3", ""),
        ("decimal", "36，5", ""),
        ("integer", "1,23", ""),
        ("decimal", "1，234。5", "1234.5"),
        ("text", " 两边有空 ", " 两边有空 "),
        ("text", "坏\x00字", "坏字"),
    ],
)
def test_what_a_chinese_keyboard_gives_becomes_what_the_engine_takes(kind, typed, answer):
    """S18: full-width digits, Chinese points, separators and signs are understood; the rest is no answer."""
    assert lexical(kind, typed) == answer
    assert normal({"integer": "int", "decimal": "decimal"}.get(kind, "string"), answer) is not None


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("1234567.50", "1,234,567.50"),
        ("-1000", "-1,000"),
        ("999", "999"),
        ("", ""),
        (".5", ".5"),
        ("NaN", "NaN"),
    ],
)
def test_separators_stand_at_the_thousands(number, shown):
    """Appearance thousands-sep."""
    assert separated(number) == shown


def test_the_sign_turns_where_the_keyboard_has_none():
    """An iPhone's number keys lack the minus."""
    assert (turned("5"), turned("-5"), turned("")) == ("-5", "5", "-")


def test_the_field_is_never_rewritten_by_its_own_late_echo():
    """A slow phone draws an older answer while the person has typed on: no character is lost."""
    state = TypedState.of(question("integer"))
    assert [state.typed("1"), state.typed("12"), state.typed("123")] == ["1", "12", "123"]
    for late in ("1", "12", "123"):
        state.meet(late)
        assert state.text == "123"


def test_an_answer_from_elsewhere_replaces_the_text():
    """A calculation, a trigger or another language of the form may change an answer."""
    state = TypedState.of(question("decimal", "1", appearance=("thousands-sep",)))
    state.typed("12")
    state.meet("12")
    state.meet("98765")
    assert state.text == "98,765"
    state.meet("")
    assert state.text == ""


def test_a_grouped_number_is_edited_with_its_separators():
    """Appearance thousands-sep: the commas that we put in are in nobody's way."""
    state = TypedState.of(question("integer", "1234", appearance=("thousands-sep",)))
    assert state.text == "1,234"
    assert [state.typed("1,2345"), state.typed("1,2")] == ["12345", "12"]


@pytest.mark.parametrize("appearance", ["numbers", "tel"])
def test_a_telephone_number_in_full_width_digits_is_one(appearance):
    """A Chinese keyboard gives １３８…; a form's pattern for eleven digits must not refuse it."""
    state = TypedState.of(question("text", appearance=(appearance,)))
    assert state.typed("１３８００１３８０００") == "13800138000"
    assert state.text == "１３８００１３８０００"
    state.meet("13800138000")
    state.left()
    assert state.text == "13800138000"
    assert TypedState.of(question("text")).typed("３号楼") == "３号楼"


def test_the_parts_of_a_date_may_be_full_width_digits():
    """１９６５ is a year."""
    parts = Parts({"year": "１９６５", "month": "３", "day": "8"})
    assert parts.day == date(1965, 3, 8)


def test_a_search_finds_full_width_and_plain_letters_alike():
    """３号楼 and 3号楼, whichever way the form or the person writes it."""
    choices = [ChoiceView("a", "３号楼"), ChoiceView("b", "Ｂ座")]
    assert [one.value for one in matching(choices, "3号")] == ["a"]
    assert [one.value for one in matching(choices, "ｂ")] == ["b"]


def test_a_number_that_the_form_writes_otherwise_stays_as_typed():
    """007 is kept as 7, but the field shows what the person is typing until they leave it."""
    state = TypedState.of(question("integer"))
    assert state.typed("007") == "7"
    state.meet("7")
    assert state.text == "007"
    state.left()
    assert state.text == "7"


def test_what_is_no_number_is_no_answer_and_said_so():
    """The text stays to be mended; the old answer does not stand behind it."""
    state = TypedState.of(question("integer", "5"))
    assert state.typed("5a") == ""
    state.meet("")
    assert (state.text, state.wrong) == ("5a", True)


@pytest.mark.parametrize(
    ("limits", "values"),
    [
        (("1", "5", "1"), ["1", "2", "3", "4", "5"]),
        (("0", "1", "0.25"), ["0", "0.25", "0.5", "0.75", "1"]),
        (("5", "1", "2"), ["5", "3", "1"]),
        (("5", "1", "-2"), ["5", "3", "1"]),
        (("1", "10", "4"), ["1", "5", "9"]),
        (("1.0", "2.0", "1.0"), ["1", "2"]),
        (("0", "20000000", "10000000"), ["0", "10000000", "20000000"]),
    ],
)
def test_a_range_has_exact_steps_up_or_down(limits, values):
    """No 0.30000000000000004 and no exponent."""
    steps = Steps.of(limits)
    assert steps.all() == values
    assert [steps.place(value) for value in values] == list(range(len(values)))


def test_a_range_steps_from_nothing_to_the_first_value_and_stops_at_the_ends():
    """The first touch of an unanswered range does not skip a value."""
    steps = Steps.of(("1", "3", "1"))
    assert [steps.beside("", 1), steps.beside("", -1), steps.beside("1", 1)] == ["1", "1", "2"]
    assert [steps.beside("3", 1), steps.beside("1", -1), steps.beside("odd", 1)] == ["3", "1", "1"]
    assert steps.place("2.4") == 1


def test_choices_are_kept_in_the_order_of_the_form():
    """S18: whatever the order of tapping; a value the filter took away goes with the next tap."""
    asked = question("select_multiple", "c gone", "a", "b", "c")
    assert toggled(asked, "a") == "a c"
    assert toggled(asked, "c") == ""
    assert labels(asked, "、") == "〔c〕、gone"


def test_a_rank_always_names_every_choice():
    """The engine refuses half an order."""
    order = ranked(question("rank", "c", "a", "b", "c"))
    assert order == ["c", "a", "b"]
    assert moved(order, 2, 0) == "b c a"
    assert moved(order, 0, 9) == "a b c"
    assert moved(order, 1, -3) == "a c b"


def test_a_search_finds_by_every_word_and_puts_beginnings_first():
    """300 villages: two letters of the name are enough."""
    villages = [ChoiceView("v1", "新青山村"), ChoiceView("v2", "青山村"), ChoiceView("v3", "River side")]
    assert [one.value for one in matching(villages, "青山")] == ["v2", "v1"]
    assert [one.value for one in matching(villages, "SIDE river")] == ["v3"]
    assert [one.value for one in matching(villages, " v1 ")] == ["v1"]
    assert matching(villages, "没有") == []
    assert len(matching(villages, "  ")) == 3


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ((), 1),
        (("horizontal",), 0),
        (("columns",), 2),
        (("columns-3",), 3),
        (("columns-9",), 4),
        (("columns-pack",), 0),
    ],
)
def test_columns_fit_a_phone(words, count):
    """A form made for a tablet asks for more columns than a phone has room for."""
    assert columns(words, [ChoiceView("a", "a")]) == count


@pytest.mark.parametrize(
    ("answer", "day", "clock"),
    [
        ("2026-11-22", date(2026, 11, 22), None),
        ("2026-11-22T08:30:00.000+08:00", date(2026, 11, 22), time(8, 30)),
        ("2026-11-21T23:30:00Z", date(2026, 11, 22), time(7, 30)),
        ("08:30:00.000+08:00", None, time(8, 30)),
        ("00:30Z", None, time(8, 30)),
        ("08:30", None, time(8, 30)),
        ("nonsense", None, None),
        ("", None, None),
    ],
)
def test_dates_and_times_are_shown_as_they_are_here(answer, day, clock):
    """Answers may carry another offset, from a calculation or another client."""
    assert (date_of(answer), time_of(answer)) == (day, clock)


def test_dates_and_times_are_written_as_the_standard_says():
    """https://getodk.github.io/xforms-spec/#data-types; the engine takes them as they are."""
    assert time_answer(time(8, 5)) == "08:05:00.000+08:00"
    assert stamp_answer(date(2026, 1, 2), time(8, 5)) == "2026-01-02T08:05:00.000+08:00"
    assert normal("time", time_answer(time(8, 5)))
    assert normal("dateTime", stamp_answer(date(2026, 1, 2), time(8, 5)))


def test_the_calendar_s_midnight_is_the_day_that_was_touched():
    """Whether the phone says it in its own time or in UTC."""
    assert picked_day(datetime(2026, 11, 22)) == date(2026, 11, 22)  # noqa: DTZ001 - as the calendar sends it
    assert picked_day(datetime(2026, 11, 21, 16, tzinfo=UTC)) == date(2026, 11, 22)
    assert picked_day(None) is None


TODAY, NOW = date(2026, 11, 22), time(9, 7)


def test_parts_make_a_date_only_when_all_are_right():
    """Year by year, month by month; 31 February is no day."""
    parts = Parts.of_date(asked_parts(()), None)
    assert parts.empty
    for name, text in (("year", "1965"), ("month", "2"), ("day", "31")):
        assert parts.day is None
        parts.texts[name] = text
    assert parts.day is None
    parts.texts["day"] = "28"
    assert parts.day == date(1965, 2, 28)
    parts.texts["year"] = "196"
    assert parts.day is None
    assert Parts.of_date(("year",), date(2003, 5, 6)).day == date(2003, 1, 1)
    assert Parts.of_date(("year", "month"), date(2003, 5, 6)).day == date(2003, 5, 1)


def test_steps_begin_today_wrap_round_and_keep_inside_the_month():
    """Cold fingers step rather than type."""
    parts = Parts.of_date(asked_parts(()), None)
    for name in ("year", "month", "day"):
        parts.step(name, 1, TODAY, NOW)
    assert parts.day == TODAY
    parts = Parts.of_date(asked_parts(()), date(2026, 1, 31))
    parts.step("month", 1, TODAY, NOW)
    assert parts.day == date(2026, 2, 28)
    parts.step("day", 1, TODAY, NOW)
    assert parts.day == date(2026, 2, 1)
    parts.step("month", -2, TODAY, NOW)
    assert parts.day == date(2026, 12, 1)
    clock = Parts.of_time(None)
    for name in ("hour", "minute"):
        clock.step(name, 1, TODAY, NOW)
    assert clock.moment == time(9, 7)
    clock.step("minute", -8, TODAY, NOW)
    assert clock.texts["minute"] == "59"
    clock.texts["hour"] = "24"
    assert clock.moment is None


def test_a_place_is_written_and_read_back():
    """Latitude, longitude, height (not known: 0), radius."""
    answer = answer_of(39.0012, 83.0031, 12.34)
    assert answer == "39.0012000 83.0031000 0 12.3"
    assert normal("geopoint", answer)
    assert read(answer) == ("39.001200", "83.003100", 12.3)
    assert read("39 83") == ("39.000000", "83.000000", None)
    assert (read(""), read("a b")) == (None, None)
    assert Typed("39.5", "83。25").answer == "39.5 83.25 0 0"
    assert (Typed("91", "0").answer, Typed("1", "181").answer, Typed("1", "").answer) == ("", "", "")
    assert Typed.of(answer) == Typed("39.001200", "83.003100")


def test_a_page_drawn_before_the_answer_is_kept_takes_nothing_back():
    """Touching 今天 stands, also when the page is drawn once more with the old, empty answer (S18)."""
    moment = Moment("date")
    moment.meet("")
    moment.day, moment.sent = date(2026, 11, 22), ["2026-11-22"]
    moment.meet("")
    assert moment.day == date(2026, 11, 22)
    moment.meet("2026-11-22")
    moment.meet("2001-01-01")
    assert moment.day == date(2001, 1, 1)
