"""Enrolment on the screen (S25)."""

import flet as ft
import httpx
import msgspec
import pytest
from phone_world import make_household, make_phone, shown

from app.views.enrol.enrol_state import shape_code
from sync.client import Client
from sync.errors import RefusedError, UnreachableError


@pytest.fixture
def phone(tmp_path):
    return make_phone(tmp_path, enrolled=False)


async def test_a_link_fills_everything_in(phone):
    """Opening the link leaves one button to press; then the list of households is there."""
    async with shown(phone, "/enrol?code=YJGD-WDZF", page_url="https://union.example/app/") as app:
        assert app.one(ft.TextField).value == "YJGD-WDZF"
        assert app.says("union.example")
        await app.tap("开始使用")
        assert phone.runner.asked == [("https://union.example", "YJGD-WDZF")]
        assert app.page.route == "/"
        assert app.says("晚上好，李建国")


async def test_the_code_is_put_into_form_while_typing(phone):
    """abcd2345 becomes ABCD-2345 under the finger."""
    async with shown(phone) as app:
        field = app.one(ft.TextField)
        await app.type(field, "abcd2345")
        assert app.one(ft.TextField).value == shape_code("abcd2345")


async def test_a_pasted_link_names_the_registry(phone):
    """In the native edition the link carries the address too."""
    async with shown(phone, page_url="tcp://localhost:9000") as app:
        code = app.find(ft.TextField)[0]
        await app.type(code, "https://union.example/app/#/enrol?code=YJGD-WDZF")
        values = [one.value for one in app.find(ft.TextField)]
        assert values == ["YJGD-WDZF", "https://union.example"]


@pytest.mark.parametrize(
    ("refused", "words"),
    [
        (RefusedError("enrol_code_invalid", retry=False), "已用过"),
        (UnreachableError("network_unreachable"), "连不上"),
        (UnreachableError("answer_unreadable"), "无线网"),
        (RefusedError("rate_limited"), ""),
        (RefusedError("something_new_from_a_later_registry"), "something_new_from_a_later_registry"),
    ],
)
async def test_a_refusal_is_told_in_words(phone, refused, words):
    """A wrong or used code, no network, a captive portal: each has its own sentence; one can try again."""
    phone.runner.refuse = refused
    async with shown(phone, "/enrol?code=YJGD-WDZF") as app:
        await app.tap("开始使用")
        assert app.says(words)
        assert not app.says("error.")
        assert not phone.services.enrolled
        phone.runner.refuse = None
        await app.tap("开始使用")
        assert phone.services.enrolled


async def test_a_short_code_never_reaches_the_network(phone):
    """What cannot be right is told at the field."""
    async with shown(phone) as app:
        await app.type(app.one(ft.TextField), "AB")
        await app.tap("开始使用")
        assert phone.runner.asked == []
        assert app.one(ft.TextField).error is not None


async def test_an_enrolled_phone_is_not_enrolled_again(tmp_path):
    """Opening a second link says whose phone this is and changes nothing."""
    phone = make_phone(tmp_path)
    async with shown(phone, "/enrol?code=YJGD-WDZF") as app:
        assert app.says("李建国")
        assert phone.runner.asked == []


async def test_the_address_can_be_another(phone):
    """Where the page's own origin is not the registry, the field is one tap away."""
    async with shown(phone, page_url="https://cdn.example/app/") as app:
        await app.tap("换一个地址")
        assert len(app.find(ft.TextField)) == 2


async def test_a_phone_the_office_no_longer_accepts_is_enrolled_again(tmp_path):
    """The strip leads to the form; afterwards the records are still there."""
    phone = make_phone(tmp_path)
    file = make_household("QS-1", "王秀英")
    phone.feed(file)
    phone.visit(file)
    phone.runner.status.update(phase="needs_login")
    async with shown(phone) as app:
        await app.tap("重新登记")
        assert app.says("不再认这台手机")
        await app.type(app.find(ft.TextField, label="登记码")[-1], "ABCD2345")
        await app.tap("开始使用")
        assert phone.runner.asked == [("https://union.example", "ABCD-2345")]
        assert len(phone.services.visits.all()) == 1


async def test_a_supervisor_begins_at_the_queue(tmp_path):
    """Role decides the home: a supervisor stands before the queue, not before doors, also after a restart."""
    phone = make_phone(tmp_path)
    nobody = httpx.MockTransport(lambda request: httpx.Response(503))
    phone.runner.line = Client(
        "https://union.example", phone.services.identity, phone.clock, transport=nobody
    )
    phone.me = phone.services.me = msgspec.structs.replace(phone.me, role="supervisor")
    async with shown(phone) as app:
        assert app.page.route == "/office"
        await app.go("/me")
        tabs = [one.label for one in app.find(ft.NavigationBarDestination)]
        assert tabs == ["核查", "我的"]
