"""What the strip above the tabs says about the network (S25)."""

import pytest

from app.views.shell.road_state import RoadSign, Strip, next_strip, road_sign, time_left
from sync.status import Reading


@pytest.mark.parametrize(
    ("reading", "troubled", "sign"),
    [
        (Reading(phase="idle", online=True), 0, None),
        (Reading(phase="idle", online=None), 0, None),
        (Reading(phase="offline", online=False), 0, RoadSign.OFFLINE),
        (Reading(phase="offline", online=False, pending_records=2), 0, RoadSign.OFFLINE_WAITING),
        (Reading(phase="offline", online=False, last_error="network_certificate"), 0, RoadSign.CLOCK),
        (Reading(phase="working", online=True, pending_records=2), 0, RoadSign.SENDING),
        (Reading(phase="waiting", online=True, pending_records=2), 0, RoadSign.WAITING),
        (Reading(phase="working", online=True, pending_media=5), 0, RoadSign.PHOTOS),
        (Reading(phase="waiting", online=True, pending_media=5), 0, RoadSign.PHOTOS_WAITING),
        (Reading(phase="waiting", online=True, pending_media=5, wifi_photos=5), 0, RoadSign.WIFI),
        (Reading(phase="working", online=True, pending_media=6, wifi_photos=5), 0, RoadSign.PHOTOS),
        (Reading(phase="offline", online=False, pending_media=5, wifi_photos=5), 0, RoadSign.OFFLINE),
        (Reading(phase="needs_login", online=True, pending_records=1), 0, RoadSign.LOGIN),
        (Reading(phase="needs_update", online=True), 0, RoadSign.UPDATE),
        (Reading(phase="offline", online=False), 1, RoadSign.PROBLEM),
        (Reading(phase="needs_login", online=True), 1, RoadSign.LOGIN),
        (Reading(phase="needs_update", online=True), 1, RoadSign.UPDATE),
    ],
)
def test_one_thing_is_said(reading, troubled, sign):
    """The most important thing only; nothing at all when everything has arrived."""
    assert road_sign(reading, troubled) is sign


@pytest.mark.parametrize(
    ("seconds", "phase", "said"),
    [
        (None, "working", None),
        (600, "waiting", None),
        (1, "working", ("soon", 1)),
        (61, "working", ("minutes", 2)),
        (170, "working", ("minutes", 3)),
        (89 * 60, "working", ("minutes", 89)),
        (91 * 60, "working", ("hours", 2)),
    ],
)
def test_the_rest_is_told_honestly(seconds, phase, said):
    """S25: rounded up, from the measured rate; nothing is promised while nothing was measured."""
    assert time_left(Reading(phase=phase, seconds_left=seconds)) == said


def _told(*signs):
    """What the strip says after each of these states of the road."""
    strip, said = Strip(), []
    for sign in signs:
        strip = next_strip(strip, sign)
        said.append(strip.sign)
    return said


@pytest.mark.parametrize(
    "signs",
    [
        (RoadSign.SENDING, None),
        (RoadSign.PHOTOS, None),
        (RoadSign.OFFLINE_WAITING, RoadSign.SENDING, RoadSign.PHOTOS, None),
        (RoadSign.SENDING, RoadSign.WAITING, RoadSign.SENDING, RoadSign.PHOTOS_WAITING, None),
    ],
)
def test_after_a_sending_the_strip_says_that_all_has_arrived(signs):
    """S25: who saw that it is on its way also sees that it is there, also after a pause between two tries."""
    said = _told(*signs)
    assert said[:-1] == list(signs[:-1])
    assert said[-1] is RoadSign.ARRIVED


@pytest.mark.parametrize(
    "signs",
    [
        (None,),
        (RoadSign.OFFLINE, None),
        (RoadSign.WAITING, None),
        (RoadSign.PHOTOS_WAITING, None),
        (RoadSign.SENDING, RoadSign.OFFLINE_WAITING, None),
        (RoadSign.PHOTOS, RoadSign.WIFI, None),
        (RoadSign.SENDING, RoadSign.PROBLEM, None),
        (RoadSign.SENDING, RoadSign.LOGIN, None),
    ],
)
def test_nothing_is_claimed_that_was_not_seen(signs):
    """S25: no good news where nothing was being sent, or where something else came in between."""
    assert _told(*signs) == list(signs)


@pytest.mark.parametrize("sign", [one for one in RoadSign if one is not RoadSign.ARRIVED])
def test_whatever_comes_is_said_instead_of_the_good_news(sign):
    """S25: 都送到了 stands only while nothing waits and nothing is wrong."""
    assert _told(RoadSign.SENDING, None, None, sign) == [
        RoadSign.SENDING,
        RoadSign.ARRIVED,
        RoadSign.ARRIVED,
        sign,
    ]


def test_the_good_news_goes_and_comes_again_after_the_next_sending():
    """S25: let go once, it is not said again until something was sent again."""
    assert _told(RoadSign.SENDING, None)[-1] is RoadSign.ARRIVED
    gone = next_strip(Strip(), None)
    assert gone.sign is None
    assert next_strip(next_strip(gone, RoadSign.SENDING), None).sign is RoadSign.ARRIVED
