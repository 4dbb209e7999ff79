"""What the strip above the tabs says about the network (S25)."""

import pytest

from app.views.shell.road_state import RoadSign, road_sign, time_left
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
