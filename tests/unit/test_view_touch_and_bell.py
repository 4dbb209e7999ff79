"""A touch in the very moment when the road tells something is not lost (S25)."""

import flet as ft
import pytest
from phone_world import make_phone, shown


@pytest.fixture
def phone(tmp_path):
    return make_phone(tmp_path)


async def _touched(app, phone, control, name, value):
    """As a client sends it: the control's new state, then the event; meanwhile the bell rings."""
    app.session.apply_patch(control._i, {name: value})
    phone.services.bell.ring()
    await app.settle()
    await app.fire(control, "change", value)


async def test_a_tab_is_opened_while_something_is_being_sent(phone):
    """Each answer from the office draws the bar again, and a tap on 记录 still leads there."""
    phone.feed()
    async with shown(phone, "/") as app:
        await _touched(app, phone, app.one(ft.NavigationBar), "selected_index", 1)
        assert app.page.route == "/records"


async def test_a_switch_is_flipped_while_something_is_being_sent(phone):
    """只在 Wi-Fi 下传照片 is kept as the person set it."""
    async with shown(phone, "/me") as app:
        await _touched(app, phone, app.one(ft.Switch, key="data-wifi_photos"), "value", True)
        assert phone.services.preferences.wifi_photos
