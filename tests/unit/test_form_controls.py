"""Questions on the screen: each shows its answer, and a touch gives what the engine takes (S18)."""

from __future__ import annotations

import flet as ft
import pytest
from form_controls_kit import Paper, page_of
from forms_kit import ask, bind, choose, fill, xform

Q = "q-/data/q"


def one(kind: str = "string", appearance: str = "", value: str = "", **more: str) -> str:
    """A form of one ``<input>``."""
    words = {"appearance": appearance} if appearance else {}
    return xform(f"<q>{value}</q>", bind("/data/q", type=kind, **more), ask("/data/q", "问题", **words))


def ranged(start: str, end: str, step: str, kind: str = "int", appearance: str = "", value: str = "") -> str:
    control = (
        f'<range ref="/data/q" start="{start}" end="{end}" step="{step}" appearance="{appearance}">'
        "<label>打分</label></range>"
    )
    return xform(f"<q>{value}</q>", bind("/data/q", type=kind), control)


def selected(*values: str, kind: str = "select1", appearance: str = "", value: str = "", **more: str) -> str:
    body = choose("/data/q", *values, kind=kind).replace("ref=", f'appearance="{appearance}" ref=', 1)
    return xform(f"<q>{value}</q>", bind("/data/q", type="string", **more), body)


# --- typing ---------------------------------------------------------------------------------------


async def test_text_is_an_answer_at_every_key():
    """A page that is turned at once never checks an older text."""
    async with page_of(one(value="旧")) as paper:
        assert paper.field().value == "旧"
        await paper.type(Q, "新", "新的", "新的字", leave=False)
        assert [value for _, value in paper.given] == ["新", "新的", "新的字"]
        await paper.type(Q, "")
        assert paper.value() == ""


@pytest.mark.parametrize(
    ("appearance", "keyboard", "multiline"),
    [("", "text", None), ("multiline", "multiline", True), ("numbers", "phone", None), ("url", "url", None)],
)
async def test_text_brings_the_fitting_keyboard(appearance, keyboard, multiline):
    """numbers keeps text (leading zeros of a telephone), with the number keys."""
    async with page_of(one(appearance=appearance)) as paper:
        assert paper.field().keyboard_type.value == keyboard
        assert bool(paper.field().multiline) == bool(multiline)
        await paper.type(Q, "0839 123")
        assert paper.value() == "0839 123"


async def test_a_whole_number_is_said_to_be_one_when_it_is_not():
    """What does not fit stays to be mended, is no answer, and is said once the field is left."""
    async with page_of(one("int", value="4")) as paper:
        await paper.type(Q, "4", "4.", "4.5", leave=False)
        assert paper.value() == ""
        assert not paper.app.says("这里填整数")
        await paper.type(Q, "4.5")
        assert paper.app.says("这里填整数")
        assert paper.field().value == "4.5"
        assert paper.unread["/data/q"]
        await paper.type(Q, "４５")
        assert paper.value() == "45"
        assert not paper.app.says("这里填整数")
        assert paper.field().value == "45"


async def test_thousands_are_separated_without_touching_what_is_typed():
    """While typing the reading stands below; the field itself gets separators when it is left."""
    async with page_of(one("decimal", "thousands-sep", "1234.5")) as paper:
        assert paper.field().value == "1,234.5"
        await paper.type(Q, "1,234567", leave=False)
        assert paper.field().value == "1,234567"
        assert paper.app.says("1,234,567")
        await paper.type(Q, "1,234567")
        assert (paper.field().value, paper.value()) == ("1,234,567", "1234567")


async def test_an_iphone_gets_a_key_for_the_sign():
    """Its number keys have no minus."""
    async with page_of(one("int"), platform="ios") as paper:
        await paper.type(Q, "12")
        await paper.press(f"{Q}:sign")
        assert paper.value() == "-12"
    async with page_of(one("int")) as paper:
        assert not paper.has(f"{Q}:sign")


async def test_a_calculation_elsewhere_reaches_the_field():
    """A default that follows another answer is shown."""
    source = xform("<q/><other/>", bind("/data/q") + bind("/data/other"), ask("/data/q") + ask("/data/other"))
    async with page_of(source, "/data/q", "/data/other") as paper:
        await paper.type(Q, "一")
        paper.answer("/data/q", "二")
        await paper.app.settle()
        assert paper.field().value == "二"


# --- read only ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (one("int", "thousands-sep", "12345", calculate="12345"), "12,345"),
        (one("date", value="2026-11-22", readonly="1 = 1"), "2026年11月22日"),
        (one("date", "month-year", "2026-11-01", readonly="1 = 1"), "2026 年 11 月"),
        (one("time", value="08:30:00.000+08:00", readonly="1 = 1"), "08:30"),
        (selected("a", "b", value="b", readonly="1 = 1"), "〔b〕"),
        (selected("a", "b", kind="select", value="a b", readonly="1 = 1"), "〔a〕、〔b〕"),
        (one(readonly="1 = 1"), "没有填"),
        (one("int", calculate="''"), "没有填"),
    ],
)
async def test_what_cannot_be_changed_is_shown_in_words_and_takes_no_touch(source, words):
    """S18: calculated and read-only answers; the engine would refuse a change."""
    async with page_of(source) as paper:
        assert paper.app.says(words)
        assert not paper.app.find(ft.TextField)
        assert paper.part(Q).read_only


async def test_a_note_asks_nothing():
    """A note with a value shows it."""
    note = one(value="QS-0012", readonly="true()")
    async with page_of(note) as paper:
        assert paper.session.question("/data/q").type == "note"
        assert paper.app.says("QS-0012")
    async with page_of(one(readonly="true()")) as paper:
        assert paper.app.texts() == []


# --- one of some ----------------------------------------------------------------------------------


@pytest.mark.parametrize("appearance", ["", "horizontal", "columns", "columns-3", "likert", "quick"])
async def test_one_choice_by_touch_another_replaces_it_and_it_can_be_taken_back(appearance):
    """S18: in every layout."""
    async with page_of(selected("a", "b", "c", appearance=appearance, value="a")) as paper:
        assert paper.part(f"{Q}:a").selected
        await paper.press(f"{Q}:c")
        assert paper.value() == "c"
        assert (paper.part(f"{Q}:a").selected, paper.part(f"{Q}:c").selected) == (False, True)
        await paper.press(f"{Q}:clear")
        assert paper.value() == ""
        assert not paper.has(f"{Q}:clear")
        assert paper.advanced == (1 if appearance == "quick" else 0)


async def test_a_required_choice_cannot_be_taken_back():
    """There is nothing to clear to."""
    async with page_of(selected("a", "b", value="a", required="true()")) as paper:
        assert not paper.has(f"{Q}:clear")


@pytest.mark.parametrize("appearance", ["minimal", "autocomplete", "minimal quick"])
async def test_a_sheet_opens_is_searched_and_closes_with_the_choice(appearance):
    """S18: minimal and autocomplete."""
    values = [f"v{number}" for number in range(12)]
    async with page_of(selected(*values, appearance=appearance)) as paper:
        assert paper.app.says("点这里选")
        await paper.press(f"{Q}:open")
        await paper.type(f"{Q}:search", "v1", "v11")
        assert paper.field(f"{Q}:search").value == "v11"
        assert paper.has(f"{Q}:v11")
        assert not paper.has(f"{Q}:v2")
        await paper.press(f"{Q}:v11")
        assert paper.value() == "v11"
        assert paper.app.says("〔v11〕")
        assert not [one for one in paper.app.page._dialogs.controls if one.open]
        assert paper.advanced == ("quick" in appearance)


async def test_three_hundred_choices_come_sixty_at_a_time():
    """A list of villages opens at once on a cheap phone; a search finds the last one."""
    values = [f"v{number:03}" for number in range(300)]
    async with page_of(selected(*values)) as paper:
        await paper.press(f"{Q}:open")
        assert paper.has(f"{Q}:v059")
        assert not paper.has(f"{Q}:v060")
        await paper.app.tap("再显示，还有 240 个")
        assert paper.has(f"{Q}:v259")
        await paper.type(f"{Q}:search", "299")
        await paper.press(f"{Q}:v299")
        assert paper.value() == "v299"


async def test_a_search_without_a_find_says_so():
    """And the way out of the sheet clears or cancels."""
    async with page_of(selected("a", "b", appearance="autocomplete", value="a")) as paper:
        await paper.press(f"{Q}:open")
        await paper.type(f"{Q}:search", "没有的")
        assert paper.app.says("没找到“没有的”")
        await paper.press(f"{Q}:done")
        assert paper.value() == ""


async def test_a_filter_that_leaves_nothing_says_what_to_do():
    """choice_filter: the earlier question decides."""
    item = '<value ref="name"/><label ref="label"/>'
    body = ask("/data/p") + (
        f'<select1 ref="/data/q"><label>q</label><itemset nodeset="instance(\'l\')/root/item[p = /data/p]">'
        f"{item}</itemset></select1>"
    )
    model = '<instance id="l"><root><item><name>a</name><label>甲</label><p>1</p></item></root></instance>'
    source = xform("<p/><q/>", model + bind("/data/p") + bind("/data/q"), body)
    async with page_of(source) as paper:
        assert paper.app.says("前面的题还没答")
        paper.answer("/data/p", "1")
        await paper.app.settle()
        await paper.press(f"{Q}:a")
        assert paper.value() == "a"


async def test_choices_show_their_pictures_and_a_frame_where_one_is_missing():
    """Media labels: faces for those who do not read."""
    itext = (
        '<translation lang="zh" default="true()">'
        '<text id="a"><value>高兴</value><value form="image">jr://images/a.png</value></text>'
        '<text id="b"><value>难过</value><value form="image">jr://images/b.png</value></text></translation>'
    )
    items = "".join(f"<item><label ref=\"jr:itext('{v}')\"/><value>{v}</value></item>" for v in ("a", "b"))
    source = xform(
        "<q/>", bind("/data/q"), f'<select1 ref="/data/q"><label>q</label>{items}</select1>', itext=itext
    )
    paper = Paper(fill(source))
    paper.pictures["a.png"] = b"png"
    async with page_of(source, paper=paper):
        assert [one.src for one in paper.app.find(ft.Image)] == [b"png"]
        assert paper.app.says("难过")
        await paper.press(f"{Q}:b")
        assert paper.value() == "b"


# --- some of some ---------------------------------------------------------------------------------


@pytest.mark.parametrize("appearance", ["", "columns", "columns-pack", "horizontal"])
async def test_several_choices_in_the_order_of_the_form(appearance):
    """S18: select_multiple; only the form's constraint excludes."""
    async with page_of(selected("a", "b", "none", kind="select", appearance=appearance)) as paper:
        for value in ("none", "b", "a", "b"):
            await paper.press(f"{Q}:{value}")
        assert [value for _, value in paper.given] == ["none", "b none", "a b none", "a none"]
        assert [paper.part(f"{Q}:{value}").checked for value in ("a", "b", "none")] == [True, False, True]


async def test_several_choices_in_a_sheet_stay_open_until_done():
    """Appearance minimal."""
    async with page_of(selected("a", "b", "c", kind="select", appearance="minimal")) as paper:
        await paper.press(f"{Q}:open")
        await paper.press(f"{Q}:c")
        await paper.press(f"{Q}:a")
        assert paper.part(f"{Q}:c").checked
        await paper.press(f"{Q}:done")
        assert paper.value() == "a c"
        assert paper.app.says("〔a〕、〔c〕")


# --- rank -----------------------------------------------------------------------------------------


def ranking(value: str = "") -> str:
    items = "".join(f"<item><label>〔{v}〕</label><value>{v}</value></item>" for v in "abc")
    body = f'<odk:rank ref="/data/q"><label>q</label>{items}</odk:rank>'
    return xform(f"<q>{value}</q>", bind("/data/q", type="odk:rank"), body)


async def test_a_rank_by_arrows_by_dragging_and_as_it_stands():
    """S18: every answer names all choices, or the engine would refuse it at the end."""
    async with page_of(ranking()) as paper:
        await paper.press(f"{Q}:keep")
        assert paper.value() == "a b c"
        await paper.press(f"{Q}:c:up")
        assert paper.value() == "a c b"
        assert paper.part(f"{Q}:a:up").on_tap is None
        rows = paper.app.one(ft.ReorderableListView)
        await paper.app.fire(rows, "reorder", {"old_index": 0, "new_index": 2})
        assert paper.value() == "c b a"
        await paper.press(f"{Q}:clear")
        assert paper.value() == ""
        await paper.press(f"{Q}:b:down")
        assert paper.value() == "a c b"
        assert paper.session.validate() == []


# --- ranges ---------------------------------------------------------------------------------------


async def test_a_range_by_buttons_and_by_the_slider():
    """S18: exact steps; the form hears of the slider once, when the finger leaves, also when the control
    was drawn again in that moment."""
    async with page_of(ranged("1", "2", "0.25", "decimal")) as paper:
        assert paper.app.says("还没选")
        await paper.press(f"{Q}:more")
        await paper.press(f"{Q}:more")
        assert paper.value() == "1.25"
        slider = paper.app.one(ft.Slider)
        for place in (2.0, 3.0, 4.0):
            await paper.app.fire(slider, "change", place)
        assert paper.app.says("2")
        await paper.app.fire(paper.app.one(ft.Slider), "change_end", 4.0)
        assert [value for _, value in paper.given] == ["1", "1.25", "2"]
        assert paper.part(f"{Q}:more").on_tap is None


async def test_a_standing_range_has_the_same_buttons():
    """Appearance vertical."""
    async with page_of(ranged("10", "30", "5", appearance="vertical", value="10")) as paper:
        await paper.press(f"{Q}:more")
        assert paper.value() == "15"
        assert paper.app.one(ft.Slider).rotate is not None


async def test_stars_are_touched_and_taken_back():
    """Appearance rating."""
    async with page_of(ranged("1", "5", "1", appearance="rating")) as paper:
        await paper.press(f"{Q}:4")
        assert paper.value() == "4"
        assert paper.app.says("选了 4")
        await paper.press(f"{Q}:4")
        assert paper.value() == ""


async def test_a_range_is_picked_from_a_list():
    """Appearance picker."""
    async with page_of(ranged("0", "18", "1", appearance="picker")) as paper:
        await paper.press(f"{Q}:open")
        await paper.press(f"{Q}:7")
        assert paper.value() == "7"
        assert paper.app.says("7")


# --- acknowledge ----------------------------------------------------------------------------------


async def test_an_acknowledgement_is_one_large_box():
    """The trigger's value is OK; a second touch takes it back."""
    body = '<trigger ref="/data/q"><label>已说明</label></trigger>'
    async with page_of(xform("<q/>", bind("/data/q"), body)) as paper:
        await paper.press(Q)
        assert paper.value() == "OK"
        assert paper.part(Q).checked
        await paper.press(Q)
        assert paper.value() == ""


# --- odd ones -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        one(value="很长" * 3000),
        one("int", value="999999999999999999"),
        one("date", value="0001-01-01"),
        selected("a", "b", value="gone"),
        selected("a", "b", kind="select", value="gone a"),
        ranking("a gone"),
        ranged("1", "5", "1", value="77"),
        one("geopoint", value="1 2"),
        selected("a", "b", appearance="likert horizontal minimal"),
        selected(*[f"很长的选项{n}" * 30 for n in range(3)]),
    ],
)
async def test_odd_values_are_shown_and_never_break_the_page(source):
    """A draft of an older form, a default that does not fit, a label of a whole paragraph."""
    async with page_of(source) as paper:
        assert paper.given == []
        assert paper.app.top.controls
