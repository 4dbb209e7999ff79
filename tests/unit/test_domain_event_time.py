"""When something happened, whatever the phone's clock says (DESIGN §4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.event_time import EventTime, Sent, bounds, clock_error, happened_before
from domain.ids import id_at, is_id, new_id

SIGNED = datetime(2027, 1, 10, 8, 0, tzinfo=UTC)
RECEIVED = datetime(2027, 1, 12, 20, 0, tzinfo=UTC)
SECOND = 10**9


def event(**changes: object) -> EventTime:
    """Ten hours after the last signed time, on the same boot."""
    fields = {
        "device_time": SIGNED + timedelta(hours=10),
        "monotonic_ns": 36_100 * SECOND,
        "boot_id": "b1",
        "server_time": SIGNED,
        "server_monotonic_ns": 100 * SECOND,
        "server_boot_id": "b1",
    }
    return EventTime(**{**fields, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "earliest"),
    [
        ({}, SIGNED + timedelta(hours=10)),
        ({"boot_id": "b2"}, SIGNED),
        ({"server_time": None}, None),
        ({"server_monotonic_ns": None}, SIGNED),
        ({"monotonic_ns": 99 * SECOND}, None),
    ],
)
def test_the_last_signed_time_bounds_the_event_from_below(
    changes: dict[str, object], earliest: datetime
) -> None:
    """Same boot: signed time plus elapsed; after a restart: signed time; never met: unknown."""
    assert bounds(event(**changes), RECEIVED) == (earliest, RECEIVED)


def test_the_moment_of_sending_bounds_it_from_above() -> None:
    """A phone that still runs when it sends says how long ago the event was, at least."""
    sent = Sent(monotonic_ns=36_100 * SECOND + 3_600 * SECOND, boot_id="b1")
    assert bounds(event(), RECEIVED, sent)[1] == RECEIVED - timedelta(hours=1)
    assert bounds(event(), RECEIVED, Sent(monotonic_ns=1, boot_id="b2"))[1] == RECEIVED
    assert bounds(event(), RECEIVED, Sent(monotonic_ns=1, boot_id="b1"))[1] == RECEIVED


@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2099, 1, 1)))  # noqa: DTZ001
def test_a_changed_clock_moves_nothing(wrong: datetime) -> None:
    """Whoever sets the phone's clock back to look early changes neither bound."""
    moved = msgspec.structs.replace(event(), device_time=wrong.replace(tzinfo=UTC))
    assert bounds(moved, RECEIVED) == bounds(event(), RECEIVED)


def test_earliest_never_passes_latest() -> None:
    """Drift over a long time offline gives way to the registry's own clock."""
    late = event(monotonic_ns=10**6 * SECOND)
    assert bounds(late, RECEIVED) == (RECEIVED, RECEIVED)


def test_a_wrong_clock_is_measured() -> None:
    """The supervisor sees how far the phone's clock stood outside the bounds."""
    assert clock_error(event(), RECEIVED) == timedelta(0)
    assert clock_error(event(device_time=SIGNED), RECEIVED) == -timedelta(hours=10)
    assert clock_error(event(device_time=RECEIVED + timedelta(days=1)), RECEIVED) == timedelta(days=1)


def test_order_is_known_within_one_boot() -> None:
    """Whether the amount was locked before the signature does not depend on the clock."""
    assert happened_before(event(monotonic_ns=1), event(monotonic_ns=2)) is True
    assert happened_before(event(monotonic_ns=2), event(monotonic_ns=1)) is False
    assert happened_before(event(), event(boot_id="b2")) is None


def test_ids_are_version_seven_and_sort_by_time() -> None:
    """Ids are made on the phone, in order, and repeatable for samples."""
    assert is_id(new_id())
    assert new_id()[14] == "7"
    early, late = id_at(1_700_000_000_000, 2**74 - 1), id_at(1_700_000_000_001, 0)
    assert is_id(early)
    assert (early[14], early[19] in "89ab") == ("7", True)
    assert early < late
    assert not is_id(early.upper())
    assert not is_id(early + "\n")
