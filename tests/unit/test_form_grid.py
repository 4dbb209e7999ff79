"""Questions side by side on one page: appearances w1–w12 (issue 3)."""

from __future__ import annotations

from pathlib import Path

import flet as ft
import pytest
from fake_flet import FakeApp
from form_screen import by_id, phone_with, said, write
from phone_world import shown

from app.views.form.grid_state import parts_of, wide_from, width_of
from app.views.form.trail_state import around, surroundings
from tests.unit.forms_kit import ask, bind, fill, repeat, xform


def page(a: str = "", b: str = "", c: str = "", group: str = "field-list") -> str:
    """A page of three questions; the second is asked when the first says x."""
    return xform(
        "<g><a/><b/><c/></g>",
        bind("/data/g/a", type="string")
        + bind("/data/g/b", type="string", relevant="/data/g/a = 'x'")
        + bind("/data/g/c", type="string"),
        f'<group ref="/data/g" appearance="{group}"><label>一页</label>'
        + ask("/data/g/a", "甲", appearance=a)
        + ask("/data/g/b", "乙", appearance=b)
        + ask("/data/g/c", "丙", appearance=c)
        + "</group>",
    )


def parts(source: str, path: str = "/data/g/a") -> int:
    session = fill(source)
    return parts_of(around(session, surroundings(session.definition), path))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (page(), 0),
        (page(a="multiline", b="numbers"), 0),
        (page(a="w6"), 12),
        (page(b="w1"), 12),
        (page(c="numbers w12"), 12),
        (page(a="w1", group="field-list w4"), 4),
        (page(group="field-list w4"), 0),
        (page(a="w6", group=""), 0),
    ],
)
def test_a_row_holds_twelve_parts_or_as_many_as_the_group_says(source: str, expected: int) -> None:
    """Only on a page of several, and only when the form asks for it; even one that is not shown yet."""
    assert parts(source) == expected


@pytest.mark.parametrize(
    ("words", "row", "expected"),
    [
        ((), 12, 12),
        (("multiline",), 12, 12),
        (("w6",), 12, 6),
        (("numbers", "w4"), 12, 4),
        (("w12",), 12, 12),
        (("w1",), 12, 3),
        (("w2",), 12, 3),
        (("w1",), 4, 1),
        (("w3",), 4, 3),
        (("w9",), 4, 4),
        (("w2",), 10, 3),
        (("w5",), 10, 5),
        (("w1",), 1, 1),
    ],
)
def test_the_width_of_a_question(words: tuple[str, ...], row: int, expected: int) -> None:
    """Its share of the row, never less than a quarter and never more than all of it."""
    assert width_of(words, row) == expected


def test_large_text_needs_a_wider_window() -> None:
    """At 200 % a tablet is as narrow as a phone; small text does not squeeze a phone."""
    assert (wide_from(1.0), wide_from(2.0), wide_from(0.8)) == (600, 1200, 600)


def test_the_rows_of_a_repeat_have_their_own_width() -> None:
    """A member's row on one page: name and age beside each other."""
    source = xform(
        '<p jr:template=""><x/><y/></p><p><x/><y/></p>',
        bind("/data/p/x", type="string") + bind("/data/p/y", type="int"),
        repeat(
            "/data/p",
            ask("/data/p/x", "名字", appearance="w8") + ask("/data/p/y", "年龄", appearance="w4"),
            appearance="field-list",
        ),
    )
    assert parts(source, "/data/p[1]/y") == 12


def rows(app: FakeApp) -> list[ft.ResponsiveRow]:
    return [one for one in app.walk(app.top) if isinstance(one, ft.ResponsiveRow)]


async def test_questions_stand_side_by_side_where_there_is_room(tmp_path: Path) -> None:
    """The whole width on a phone, shares in a wide window; one that comes does not redraw the rest anew."""
    phone, file, survey = phone_with(tmp_path, page(a="w8", b="w4", c="w6"))
    async with shown(phone, f"/household/{file.id}/form/{survey}", width=700.0) as app:
        (row,) = rows(app)
        assert row.columns == 12
        assert [one.col for one in row.controls] == [8, 6]
        await write(app, "/data/g/a", "x")
        assert "乙" in said(app)
        (after,) = rows(app)
        assert [one.col for one in after.controls] == [8, 4, 6]
        field = next(one for one in app.walk(by_id(app, "q-/data/g/a")) if isinstance(one, ft.TextField))
        assert field.value == "x"


async def test_a_phone_that_is_turned_gets_its_columns_and_loses_them(tmp_path: Path) -> None:
    """Upright each question takes the whole width, also when the page was opened lying."""
    phone, file, survey = phone_with(tmp_path, page(a="w8", c="w4"))
    async with shown(phone, f"/household/{file.id}/form/{survey}") as app:
        for inside, cols in ((358.0, [12, 12]), (640.0, [8, 4]), (328.0, [12, 12])):
            (row,) = rows(app)
            box = next(one for one in app.find(ft.Container) if one.content is row)
            app.page.width = 844.0 if inside == 640.0 else inside + 32
            await app.fire(box, "size_change", {"w": inside, "h": 900.0})
            assert [one.col for one in rows(app)[0].controls] == cols


async def test_without_widths_the_page_is_as_it_was(tmp_path: Path) -> None:
    """One below the other."""
    phone, file, survey = phone_with(tmp_path, page())
    async with shown(phone, f"/household/{file.id}/form/{survey}") as app:
        assert rows(app) == []
        assert "丙" in said(app)
