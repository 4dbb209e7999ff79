"""A wrong clock is told on the home screen and during the visit (S9, S25)."""

from datetime import UTC, datetime, timedelta

import pytest
from phone_world import ANCHOR, make_phone, shown
from visit_world import make_household

from app.actions.clock_doubt import clock_doubt, clock_off
from app.actions.start_visit import start_visit
from sync.ports import TimeAnchor
from sync.protocol.messages import SignedTime

SIGNED = datetime(2027, 1, 20, 11, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NONE = timedelta(0)


def anchor(device: datetime | None) -> TimeAnchor:
    return TimeAnchor(SignedTime(server_time="2027-01-20T11:00:00.000Z", sig=""), "boot-1", 0, 1, device)


@pytest.mark.parametrize(
    ("device", "now", "counted", "off"),
    [
        (SIGNED, SIGNED + HOUR, HOUR, None),
        (SIGNED, SIGNED + DAY, NONE, None),  # restarted, or asleep: time may well have passed
        (SIGNED, SIGNED + HOUR - 9 * MINUTE, HOUR, None),
        (SIGNED, SIGNED, HOUR, -HOUR),  # set back since
        (None, SIGNED - 3 * DAY, NONE, -3 * DAY),
        (SIGNED - DAY, SIGNED - DAY + HOUR, HOUR, -DAY),
        (SIGNED + DAY, SIGNED + DAY + HOUR, HOUR, DAY),
        (SIGNED + DAY, SIGNED + DAY + HOUR, NONE, DAY),
        (SIGNED + DAY, SIGNED + HOUR, HOUR, None),  # put right since
        (SIGNED + 9 * MINUTE, SIGNED + HOUR, HOUR, None),
    ],
)
def test_only_what_is_sure_is_told(device, now, counted, off):
    """S9: slow when a signed time is later; fast as it was seen, until somebody sets it right."""
    assert clock_off(anchor(device), now, counted) == off


@pytest.fixture
def phone(tmp_path):
    return make_phone(tmp_path)


async def test_the_home_screen_says_how_far_the_clock_is_off(phone):
    """S25: which way and how far, and what to do; nothing once the clock is right."""
    phone.feed(make_household("QS-1", "王秀英"))
    phone.clock.moment -= 3 * DAY
    async with shown(phone) as app:
        assert app.says("手机时间慢了 2 天，请在设置里改成自动")
        phone.clock.moment += 3 * DAY
        phone.services.bell.ring()
        await app.settle()
        assert not app.says("手机时间")


async def test_during_the_visit_it_is_said_above_the_step(phone):
    """S9: before photos and receipt get the wrong day."""
    file = make_household("QS-1", "王秀英")
    phone.feed(file)
    phone.clock.moment -= HOUR
    draft = start_visit(phone.services, file.id)
    async with shown(phone, f"/visit/{draft.id}") as app:
        assert app.says("手机时间慢了 47 分钟")


async def test_a_restarted_phone_counts_from_nothing(phone):
    """Its monotonic clock says nothing about the time before."""
    phone.clock.moment = SIGNED + 11 * MINUTE
    assert clock_doubt(phone.services) is None
    phone.clock.ns += 30 * 60 * 10**9
    assert clock_doubt(phone.services) is not None
    phone.clock.boot_id = lambda: "boot-2"
    assert clock_doubt(phone.services) is None
    assert ANCHOR.boot_id == "boot-1"
