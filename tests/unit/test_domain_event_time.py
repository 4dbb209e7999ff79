"""When something happened, whatever the phone's clock says (DESIGN §4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.event_time import (
    SLACK,
    EventTime,
    SealedTime,
    Sent,
    bounds,
    happened_before,
    moment_before,
    reckon,
)
from domain.ids import id_at, is_id, new_id

SIGNED = datetime(2027, 1, 10, 8, 0, tzinfo=UTC)
RECEIVED = datetime(2027, 1, 12, 20, 0, tzinfo=UTC)
SECOND = 10**9
YEAR = timedelta(days=365)


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


def sent_after(hours: float, boot: str = "b1") -> Sent:
    """Sent so long after ``event()``, as the phone counts."""
    return Sent(monotonic_ns=int((36_100 + hours * 3_600) * SECOND), boot_id=boot)


@pytest.mark.parametrize("claimed", [51, 10**4, 10**30])
def test_a_huge_claim_of_waiting_never_puts_latest_before_earliest(claimed: int) -> None:
    """The signed time inside the record wins over the word that stands outside of it."""
    earliest = SIGNED + timedelta(hours=10)
    assert bounds(event(), RECEIVED, sent_after(claimed)) == (earliest, earliest)


def test_without_a_signed_time_a_claim_reaches_back_to_the_enrolment_only() -> None:
    """And without that nowhere: nothing proved stands against it."""
    bare, enrolled = event(server_time=None), RECEIVED - timedelta(days=30)
    assert bounds(bare, RECEIVED, sent_after(24), enrolled) == (None, RECEIVED - timedelta(hours=24))
    assert bounds(bare, RECEIVED, sent_after(10**6), enrolled) == (None, enrolled)
    assert bounds(bare, RECEIVED, sent_after(10**6), RECEIVED + timedelta(days=1)) == (None, RECEIVED)
    assert bounds(bare, RECEIVED, sent_after(24)) == (None, RECEIVED)
    behind = msgspec.structs.replace(bare, device_time=SIGNED - YEAR)
    assert reckon(behind, RECEIVED, None, enrolled).at == enrolled, "no app seals before that"
    assert reckon(behind, RECEIVED, None, enrolled).wrong_by == behind.device_time - enrolled
    assert reckon(behind, RECEIVED, sent_after(24), enrolled).at == RECEIVED - timedelta(hours=24)


HAPPENED = SIGNED + timedelta(hours=10)


@pytest.mark.parametrize("off", [YEAR, -YEAR, timedelta(days=20), -timedelta(days=20)])
@pytest.mark.parametrize(
    ("changes", "sent"),
    [
        ({}, sent_after(48)),
        ({}, sent_after(48, "b2")),
        ({"server_boot_id": "b0"}, sent_after(48)),
    ],
    ids=["never restarted", "restarted before sending", "restarted before the visit"],
)
def test_a_clock_wrong_by_a_year_misdates_nothing(
    off: timedelta, changes: dict[str, object], sent: Sent
) -> None:
    """S25: done on the 10th, sent on the 12th: whatever the clock says, it was on the 10th."""
    wrong = event(device_time=HAPPENED + off, **changes)
    assert reckon(wrong, HAPPENED + timedelta(hours=48), sent).at == HAPPENED


@pytest.mark.parametrize("off", [YEAR, -YEAR, timedelta(days=1), -timedelta(hours=5)])
def test_a_clock_that_was_wrong_at_the_signed_time_is_put_right(off: timedelta) -> None:
    """S25: restarted before the visit and before sending: only the wall clock is left, and its error."""
    known = {name: getattr(event(server_boot_id="b0"), name) for name in EventTime.__struct_fields__}
    wrong = SealedTime(**known | {"device_time": HAPPENED + off}, server_device_time=SIGNED + off)
    assert reckon(wrong, RECEIVED, sent_after(48, "b2")).at == HAPPENED
    mended = msgspec.structs.replace(wrong, device_time=HAPPENED)
    assert SIGNED <= reckon(mended, RECEIVED).at <= RECEIVED


@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2099, 1, 1)))  # noqa: DTZ001
def test_the_moment_stays_within_the_bounds(said: datetime) -> None:
    """Whatever a phone says of its clock now and then."""
    known = {name: getattr(event(), name) for name in EventTime.__struct_fields__}
    for then in (said.replace(tzinfo=UTC), SIGNED, RECEIVED):
        odd = SealedTime(**known | {"device_time": said.replace(tzinfo=UTC)}, server_device_time=then)
        for sent in (None, sent_after(1), sent_after(10**6), sent_after(1, "b2")):
            earliest, latest = bounds(odd, RECEIVED, sent)
            assert earliest is not None
            assert earliest <= reckon(odd, RECEIVED, sent).at <= latest
    assert reckon(odd.unproven(), RECEIVED).at <= RECEIVED


def test_a_right_clock_is_believed_to_the_second() -> None:
    """An answer that was half a minute on its way is no error of the clock."""
    known = {name: getattr(event(), name) for name in EventTime.__struct_fields__}
    late = timedelta(seconds=30)
    right = SealedTime(**known | {"device_time": HAPPENED + late}, server_device_time=SIGNED + late)
    assert reckon(right, RECEIVED).at == HAPPENED + late
    assert reckon(event(device_time=HAPPENED - SLACK), RECEIVED).at == HAPPENED


def test_a_visits_start_is_dated_from_its_end() -> None:
    """S25: by the monotonic clock; after a restart by the wall clock, within what is known."""
    end = event(device_time=HAPPENED + YEAR)
    start = event(device_time=HAPPENED - timedelta(minutes=20), monotonic_ns=end.monotonic_ns - 1200 * SECOND)
    assert moment_before(start, end, HAPPENED) == HAPPENED - timedelta(minutes=20)
    restarted = msgspec.structs.replace(start, boot_id="b0", server_boot_id="b0")
    assert moment_before(restarted, end, HAPPENED) == SIGNED, "not a year before: the clock was changed"
    assert moment_before(event(device_time=RECEIVED, boot_id="b0"), event(), HAPPENED) == HAPPENED
    assert moment_before(event(server_time=None, boot_id="b0"), end, HAPPENED, SIGNED) == SIGNED
    endless = event(monotonic_ns=10**40)
    assert moment_before(event(server_time=None), endless, HAPPENED) == HAPPENED


def test_earliest_never_passes_latest() -> None:
    """Drift over a long time offline gives way to the registry's own clock."""
    late = event(monotonic_ns=10**6 * SECOND)
    assert bounds(late, RECEIVED) == (RECEIVED, RECEIVED)


def test_a_wrong_clock_is_measured() -> None:
    """The supervisor sees how far the phone's clock stood outside the bounds."""
    assert reckon(event(), RECEIVED).wrong_by == timedelta(0)
    assert reckon(event(device_time=SIGNED), RECEIVED).wrong_by == -timedelta(hours=10)
    assert reckon(event(device_time=RECEIVED + timedelta(days=1)), RECEIVED).wrong_by == timedelta(days=1)


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
