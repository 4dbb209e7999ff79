"""A fault says so calmly and loses nothing."""

import flet as ft
import pytest
from phone_world import make_phone, shown
from visit_world import make_household

from app.views.home import home as home_view


@pytest.fixture
def phone(tmp_path):
    return make_phone(tmp_path)


async def test_a_fault_in_a_handler_is_a_calm_message(phone):
    """The message stands, the screen behind it works on."""

    def broken():
        raise ZeroDivisionError("division by zero")

    phone.runner.kick = broken
    async with shown(phone, "/me") as app:
        await app.tap("现在试一次")
        assert app.says("刚才这一步没有做成")
        assert not app.says("division")
        await app.tap(app.one(ft.TextButton, text="知道了"))
        assert not app.says("刚才这一步没有做成")
        await app.go("/")
        assert app.says("李建国")


async def test_a_fault_while_drawing_does_not_end_the_app(phone, monkeypatch):
    """The next change is drawn again: Flet alone would never draw anything more."""
    one = make_household("QS-1", "王秀英")
    phone.feed(one)
    async with shown(phone) as app:
        honest = home_view.read_home
        monkeypatch.setattr(home_view, "read_home", lambda *_: 1 / 0)
        phone.services.bell.ring()
        await app.settle()
        assert app.says("刚才这一步没有做成")
        monkeypatch.setattr(home_view, "read_home", honest)
        await app.tap("回到首页")
        phone.feed(one, make_household("QS-2", "赵大山"))
        phone.services.bell.ring()
        await app.settle()
        assert app.says("赵大山")


async def test_a_screen_that_cannot_be_drawn_is_left_behind(phone):
    """Whatever the address, the first page stands again after one tap."""
    phone.feed(make_household("QS-1", "王秀英"))
    async with shown(phone) as app:
        await app.go("/office")  # no line to a registry: this screen cannot be drawn here
        assert app.says("刚才这一步没有做成")
        await app.tap("回到首页")
        assert app.page.route == "/"
        assert app.says("王秀英")
        await app.go("/me")
        assert app.says("李建国")


async def test_an_unknown_address_leads_back(phone):
    """A wrong link is no dead end."""
    async with shown(phone, "/no/such/page") as app:
        assert app.says("没有这一页")
        await app.tap("回到走访")
        assert app.page.route == "/"
