"""Place, network and the rules that both picture codecs share."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from flet import Connectivity, ConnectivityChangeEvent, ConnectivityType
from flet_geolocator import GeolocatorPermissionStatus, GeolocatorPosition

from app.platform.errors import PlatformError
from app.platform.location import FletLocation, fix_of
from app.platform.native.connectivity import FletConnectivity
from app.platform.picture_rules import band_height, fit, lay_out, pen_width

NOW = datetime(2026, 1, 20, 11, 5, tzinfo=UTC)
HERE = GeolocatorPosition(latitude=30.5, longitude=104.1, accuracy=8, timestamp=NOW, mocked=True)
ALLOWED, DENIED = GeolocatorPermissionStatus.WHILE_IN_USE, GeolocatorPermissionStatus.DENIED
FOREVER, UNKNOWN = (
    GeolocatorPermissionStatus.DENIED_FOREVER,
    GeolocatorPermissionStatus.UNABLE_TO_DETERMINE,
)


class Geolocator:
    """Flet's service as the phone would answer; ``answer`` is a position, an error or seconds to hang."""

    def __init__(self, answer=HERE, status=ALLOWED, then=ALLOWED, on=True) -> None:
        self.answer, self.status, self.then, self.on = answer, status, then, on
        self.asked = 0

    async def get_permission_status(self):
        return self.status

    async def request_permission(self):
        self.asked += 1
        return self.then

    async def is_location_service_enabled(self):
        return self.on

    async def get_current_position(self, configuration=None):
        if isinstance(self.answer, Exception):
            raise self.answer
        if isinstance(self.answer, float):
            await asyncio.sleep(self.answer)
        return self.answer


async def test_a_place_is_told_with_accuracy_and_whether_it_is_faked():
    """A faked place is taken, and marked as such (R12)."""
    fix = await FletLocation(Geolocator()).current()
    assert (fix.latitude, fix.longitude, fix.accuracy_m, fix.mocked) == (30.5, 104.1, 8.0, True)


async def test_permission_is_asked_for_once():
    """The first time the person is asked; who has allowed it is not asked again."""
    first, later = Geolocator(status=DENIED), Geolocator()
    await FletLocation(first).current()
    await FletLocation(later).current()
    assert (first.asked, later.asked) == (1, 0)


@pytest.mark.parametrize(
    ("geolocator", "code"),
    [
        (Geolocator(status=DENIED, then=DENIED), "location_denied"),
        (Geolocator(status=FOREVER), "location_denied"),
        (Geolocator(on=False), "location_off"),
        (Geolocator(answer=5.0), "location_timeout"),
        (
            Geolocator(answer=RuntimeError("User denied permissions to access the location")),
            "location_denied",
        ),
        (Geolocator(answer=RuntimeError("TimeoutException after 0:00:20")), "location_timeout"),
        (Geolocator(answer=RuntimeError("The location service is disabled")), "location_off"),
        (Geolocator(answer=GeolocatorPosition()), "location_off"),
    ],
)
async def test_no_place_has_a_reason(geolocator, code):
    """The visit goes on without a place, and the record says why there is none (R12)."""
    with pytest.raises(PlatformError) as error:
        await FletLocation(geolocator).current(timeout_s=0.05)
    assert error.value.code == code


async def test_a_browser_that_does_not_say_is_tried():
    """Some browsers cannot tell whether they may: they are simply asked for the place."""
    fix = await FletLocation(Geolocator(status=UNKNOWN, then=UNKNOWN)).current()
    assert fix.latitude == 30.5


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (NOW, NOW),
        (NOW.isoformat(), NOW),
        (NOW.timestamp() * 1000, NOW),
        (None, NOW + timedelta(hours=1)),
        ("yesterday", NOW + timedelta(hours=1)),
        (datetime(1970, 1, 1, tzinfo=UTC), NOW + timedelta(hours=1)),
    ],
)
def test_the_time_of_a_fix_is_sane(given, expected):
    """Whatever form the system gives the time in, it becomes UTC; nonsense becomes now."""
    position = GeolocatorPosition(latitude=1, longitude=2, accuracy=0, timestamp=given)
    fix = fix_of(position, NOW + timedelta(hours=1))
    assert (fix.at, fix.at.tzinfo, fix.accuracy_m) == (expected, UTC, 9999.0)


async def test_the_network_is_asked_once_and_then_heard(monkeypatch):
    """Going offline is told once; Bluetooth alone is no network; who left hears nothing."""
    service = Connectivity()

    async def none(_self):
        return [ConnectivityType.NONE]

    monkeypatch.setattr(Connectivity, "get_connectivity", none)
    network = FletConnectivity(service)
    assert network.online()
    heard: list[bool] = []
    leave = network.subscribe(heard.append)
    await network.start()

    def change(*kinds: ConnectivityType) -> None:
        service.on_change(ConnectivityChangeEvent(name="change", control=service, connectivity=list(kinds)))

    change(ConnectivityType.BLUETOOTH)
    change(ConnectivityType.MOBILE, ConnectivityType.VPN)
    leave()
    leave()
    change(ConnectivityType.NONE)
    assert (heard, network.online()) == ([False, True], False)


def wide(text: str, size: int) -> float:
    return size * len(text)


def test_the_text_is_never_lost_however_small_the_picture():
    """The band holds every letter; more text is set smaller, down to 8 pixels."""
    lines = ["2026-01-20 19:05 青山县石桥镇河东村三组", "户号 QS-0042", ""]
    for width, height in ((1600, 1200), (300, 400), (90, 60), (10, 10)):
        size, broken = lay_out(lines, width, height, wide)
        assert "".join(broken) == "".join(lines)
        assert size >= 8
    size, broken = lay_out(lines, 1600, 1200, wide)
    assert broken == lines
    assert band_height(len(broken), size) < 300


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((4000, 3000), (1600, 1200)),
        ((3000, 4000), (1200, 1600)),
        ((9000, 2), (1600, 1)),
        ((40, 30), (40, 30)),
    ],
)
def test_fit_keeps_the_shape(given, expected):
    """Landscape, portrait, a strip, and a small one that stays."""
    assert fit(*given, 1600) == expected


def test_the_pen_suits_the_paper():
    """Like a ballpoint on a pad, thinner on a stamp, not a brush on a page."""
    assert pen_width(60, 40) == 1.5
    assert pen_width(1200, 1400) == 7.0


async def test_a_silent_network_service_does_not_keep_the_app_shut(monkeypatch: pytest.MonkeyPatch) -> None:
    """A phone whose connectivity service fails still opens, and assumes there may be a network."""

    async def fails(_: Connectivity) -> list[ConnectivityType]:
        raise RuntimeError("no answer")

    monkeypatch.setattr(Connectivity, "get_connectivity", fails)
    network = FletConnectivity(Connectivity())
    await network.start()
    assert network.online()
