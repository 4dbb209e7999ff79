"""What the phone does next is decided by a pure function, tested as a table."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.plan import (
    ENVELOPE_BYTES,
    MAX_DELAY,
    PERMANENT_DELAY,
    Lane,
    Policy,
    State,
    Step,
    back_off,
    batch_of,
    due,
    next_wake,
    plan,
)
from sync.ports import MediaEntry, OutboxEntry
from sync.protocol.messages import MAX_BATCH_BYTES, MAX_RECORDS

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)


def record(seq: int, **more: Any) -> OutboxEntry:
    return OutboxEntry(id=f"r{seq}", hash="h", seq=seq, size=more.pop("size", 1000), **more)


def picture(name: str, kind: str = "photo", **more: Any) -> MediaEntry:
    return MediaEntry(sha256=name, record_id="r1", kind=kind, size=1000, **more)  # type: ignore[arg-type]


THUMB, PHOTO, SIGN = picture("t", "thumb"), picture("p"), picture("s", "signature")
KNOWN = frozenset({"t", "p", "s", "p2"})
FOUR = tuple(picture(f"p{n}") for n in range(1, 5))
FOUR_KNOWN = frozenset(entry.sha256 for entry in FOUR)
THUMBS = (picture("t1", "thumb"), picture("t2", "thumb"))

TABLE: list[tuple[str, dict[str, Any], list[Step]]] = [
    ("nothing waits", {}, []),
    ("not enrolled: nothing is sent", {"enrolled": False, "outbox": (record(1),)}, []),
    ("the line is down: probe", {"online": False, "outbox": (record(1),)}, [Step(Lane.PROBE)]),
    ("probed a moment ago: wait", {"online": False, "not_before": {Lane.PROBE: LATER}}, []),
    ("probing already", {"online": False, "busy": frozenset({Lane.PROBE})}, []),
    ("no token: first that", {"token": False, "outbox": (record(1),)}, [Step(Lane.TOKEN)]),
    ("login refused lately: wait", {"token": False, "not_before": {Lane.TOKEN: LATER}}, []),
    ("a login on its way: wait for it", {"busy": frozenset({Lane.TOKEN}), "outbox": (record(1),)}, []),
    ("oldest first", {"outbox": (record(1), record(2))}, [Step(Lane.RECORDS, ("r1", "r2"))]),
    ("one batch at a time", {"outbox": (record(1),), "busy": frozenset({Lane.RECORDS})}, []),
    (
        "a record in back-off delays no other",
        {"outbox": (record(1, next_at=LATER), record(2))},
        [Step(Lane.RECORDS, ("r2",))],
    ),
    (
        "the line came back: back-off by network is forgiven",
        {"outbox": (record(1, next_at=LATER),), "forgiven": frozenset({"r1"})},
        [Step(Lane.RECORDS, ("r1",))],
    ),
    ("the feed is due", {"changes_at": NOW}, [Step(Lane.CHANGES)]),
    ("the feed is not due yet", {"changes_at": LATER}, []),
    (
        "the feed does not wait for records",
        {"changes_at": NOW, "outbox": (record(1),), "busy": frozenset({Lane.RECORDS})},
        [Step(Lane.CHANGES)],
    ),
    (
        "text before pictures",
        {"outbox": (record(1),), "media": (THUMB,), "known_missing": KNOWN},
        [Step(Lane.RECORDS, ("r1",))],
    ),
    (
        "text that backs off does not hold pictures up",
        {"outbox": (record(1, next_at=LATER),), "media": (THUMB,), "known_missing": KNOWN},
        [Step(Lane.THUMB, ("t",))],
    ),
    (
        "a store that cannot write records holds no pictures up",
        {
            "outbox": (record(1),),
            "media": (THUMB,),
            "known_missing": KNOWN,
            "not_before": {Lane.RECORDS: LATER},
        },
        [Step(Lane.THUMB, ("t",))],
    ),
    ("ask first what the registry lacks", {"media": (THUMB, PHOTO)}, [Step(Lane.CHECK, ("t", "p"))]),
    (
        "while a question that failed waits, what needs no answer goes",
        {"media": (THUMB, PHOTO), "known_missing": frozenset({"p"}), "not_before": {Lane.CHECK: LATER}},
        [Step(Lane.PHOTO, ("p",))],
    ),
    (
        "and beside it when it is asked again",
        {"media": (THUMB, PHOTO), "known_missing": frozenset({"p"}), "not_before": {Lane.CHECK: NOW}},
        [Step(Lane.CHECK, ("t",)), Step(Lane.PHOTO, ("p",))],
    ),
    (
        "and while its answer is awaited",
        {
            "media": (THUMB, PHOTO),
            "known_missing": frozenset({"p"}),
            "not_before": {Lane.CHECK: NOW},
            "busy": frozenset({Lane.CHECK}),
        },
        [Step(Lane.PHOTO, ("p",))],
    ),
    (
        "an upload that began is resumed without asking",
        {"media": (picture("p", upload_url="/u/1"),)},
        [Step(Lane.PHOTO, ("p",))],
    ),
    (
        "thumbnails before originals",
        {"media": (PHOTO, SIGN, THUMB), "known_missing": KNOWN},
        [Step(Lane.THUMB, ("t",)), Step(Lane.SIGNATURE, ("s",))],
    ),
    (
        "signatures and photos side by side",
        {"media": (PHOTO, SIGN), "known_missing": KNOWN},
        [Step(Lane.SIGNATURE, ("s",)), Step(Lane.PHOTO, ("p",))],
    ),
    (
        "a slow photo delays no signature",
        {
            "media": (PHOTO, SIGN),
            "known_missing": KNOWN,
            "busy": frozenset({Lane.PHOTO}),
            "flying": frozenset({"p"}),
        },
        [Step(Lane.SIGNATURE, ("s",))],
    ),
    (
        "as many photos side by side as the line can bear",
        {"media": FOUR, "known_missing": FOUR_KNOWN, "streams": 3},
        [Step(Lane.PHOTO, ("p1",)), Step(Lane.PHOTO, ("p2",)), Step(Lane.PHOTO, ("p3",))],
    ),
    (
        "a photo that hangs takes one place, the others go on",
        {
            "media": FOUR,
            "known_missing": FOUR_KNOWN,
            "streams": 2,
            "busy": frozenset({Lane.PHOTO}),
            "flying": frozenset({"p1"}),
        },
        [Step(Lane.PHOTO, ("p2",))],
    ),
    (
        "thumbnails side by side too, and photos wait while they fill the line",
        {"media": (*THUMBS, PHOTO), "known_missing": KNOWN | {"t1", "t2"}, "streams": 2},
        [Step(Lane.THUMB, ("t1",)), Step(Lane.THUMB, ("t2",))],
    ),
    (
        "photos wait while a thumbnail has no room",
        {
            "media": (THUMB, *THUMBS, PHOTO),
            "known_missing": KNOWN | {"t1", "t2"},
            "streams": 2,
            "busy": frozenset({Lane.THUMB}),
            "flying": frozenset({"t"}),
        },
        [Step(Lane.THUMB, ("t1",))],
    ),
    (
        "a thumbnail that hangs takes one place, photos fill the rest",
        {
            "media": (THUMB, *FOUR),
            "known_missing": KNOWN | FOUR_KNOWN,
            "streams": 3,
            "busy": frozenset({Lane.THUMB}),
            "flying": frozenset({"t"}),
        },
        [Step(Lane.PHOTO, ("p1",)), Step(Lane.PHOTO, ("p2",))],
    ),
    (
        "with the saver on one at a time",
        {"media": FOUR, "known_missing": FOUR_KNOWN, "streams": 4, "policy": Policy(saver=True)},
        [Step(Lane.PHOTO, ("p1",))],
    ),
    (
        "a photo in back-off delays no other photo",
        {"media": (picture("p", next_at=LATER), picture("p2")), "known_missing": KNOWN},
        [Step(Lane.PHOTO, ("p2",))],
    ),
    (
        "a stubborn photo queues behind the fresh",
        {"media": (picture("p", attempts=4), picture("p2")), "known_missing": KNOWN},
        [Step(Lane.PHOTO, ("p2",))],
    ),
    (
        "originals wait for Wi-Fi when the person says so",
        {
            "media": (PHOTO, SIGN),
            "known_missing": KNOWN,
            "metered": True,
            "policy": Policy(photos_on_wifi_only=True),
        },
        [Step(Lane.SIGNATURE, ("s",))],
    ),
    (
        "on Wi-Fi they go",
        {"media": (PHOTO,), "known_missing": KNOWN, "policy": Policy(photos_on_wifi_only=True)},
        [Step(Lane.PHOTO, ("p",))],
    ),
]


@pytest.mark.parametrize(("facts", "steps"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_the_next_steps_follow_from_what_waits(facts: dict[str, Any], steps: list[Step]) -> None:
    """S25: each situation has exactly these next steps."""
    assert plan(State(**facts), NOW) == steps


def test_a_batch_keeps_within_two_hundred_records() -> None:
    """S25: a long evening's visits go in batches the registry takes."""
    outbox = tuple(record(seq, size=100) for seq in range(1, 302))
    assert batch_of(outbox, NOW) == tuple(f"r{seq}" for seq in range(1, MAX_RECORDS + 1))


def test_a_batch_keeps_within_two_megabytes() -> None:
    """S25: long notes make smaller batches, and one record too large for company still goes alone."""
    half = MAX_BATCH_BYTES // 2 - ENVELOPE_BYTES
    assert batch_of((record(1, size=half), record(2, size=half), record(3, size=10)), NOW) == ("r1", "r2")
    assert batch_of((record(1, size=MAX_BATCH_BYTES * 2), record(2)), NOW) == ("r1",)


@pytest.mark.parametrize(("attempts", "size"), [(0, 200), (1, 25), (2, 3), (3, 1), (9, 1)])
def test_a_batch_that_makes_the_registry_stumble_is_narrowed_down(attempts: int, size: int) -> None:
    """S25: after refusals of the whole batch, ever fewer records travel together."""
    outbox = tuple(record(seq, attempts=attempts, last_error="internal") for seq in range(1, 301))
    assert len(batch_of(outbox, NOW)) == size


def test_one_stumbling_record_does_not_make_the_others_travel_alone() -> None:
    """S25: fresh records go together even when a refused one is due as well."""
    poison = record(3, attempts=5, last_error="internal")
    outbox = (record(1), record(2), poison, record(4))
    assert batch_of(outbox, NOW) == ("r1", "r2", "r4")


def test_a_busy_registry_does_not_make_batches_smaller() -> None:
    """S25: after a day of a registry that was too busy everything goes in full batches."""
    outbox = tuple(record(seq, attempts=30, last_error="busy") for seq in range(1, 301))
    assert len(batch_of(outbox, NOW)) == MAX_RECORDS


@pytest.mark.parametrize(("attempts", "size"), [(1, 25), (2, 3), (3, 1), (4, 200), (30, 200)])
def test_answers_that_find_no_room_are_tried_small_and_then_together(attempts: int, size: int) -> None:
    """S25: perhaps one answer fits on a full disk; if not even one does, one request in a while is enough."""
    outbox = tuple(record(seq, attempts=attempts, last_error="disk_full") for seq in range(1, 301))
    assert len(batch_of(outbox, NOW)) == size


@pytest.mark.parametrize(("attempts", "size"), [(0, 200), (1, 100), (2, 50), (7, 1), (30, 1)])
def test_a_batch_whose_time_ran_out_is_halved(attempts: int, size: int) -> None:
    """S25: a line that is too slow for a hundred visits at once may well carry fifty."""
    outbox = tuple(record(seq, attempts=attempts, last_error="network_timeout") for seq in range(1, 301))
    assert len(batch_of(outbox, NOW)) == size
    assert len(batch_of(outbox, NOW, together=64)) == 64, "what the line has borne since counts for more"


def test_fresh_records_are_not_held_to_what_the_line_bore_before() -> None:
    """S25: only those whose time ran out travel in small company."""
    assert len(batch_of(tuple(record(seq) for seq in range(1, 301)), NOW, together=3)) == MAX_RECORDS


@pytest.mark.parametrize(
    ("error", "longest"),
    [("internal", MAX_DELAY), ("network_timeout", MAX_DELAY), ("too_large", PERMANENT_DELAY)],
)
def test_a_clock_put_back_stops_nothing(error: str, longest: timedelta) -> None:
    """S25: a wait that we never set, be it an hour or a year, comes from a wrong clock and counts as over."""
    moment = timedelta(seconds=1)
    for wait, waits in ((longest, True), (longest + moment, False), (timedelta(days=365), False)):
        one = record(1, next_at=NOW + wait, last_error=error)
        state = State(outbox=(one,), media=(picture("p", next_at=NOW + wait, last_error=error),))
        assert batch_of(state.outbox, NOW) == (() if waits else ("r1",))
        assert plan(replace(state, outbox=()), NOW) == ([] if waits else [Step(Lane.CHECK, ("p",))])
        assert next_wake(state, NOW) == (NOW + wait if waits else None)
    assert due(NOW + timedelta(days=365), NOW)


def test_waking_is_set_for_the_first_thing_that_becomes_due() -> None:
    """S25: the phone sleeps until something may be done, not longer."""
    soon = NOW + timedelta(seconds=3)
    state = State(outbox=(record(1, next_at=LATER),), media=(picture("p", next_at=soon),), changes_at=LATER)
    assert next_wake(state, NOW) == soon
    assert next_wake(State(online=False, not_before={Lane.PROBE: LATER}), NOW) == LATER
    assert next_wake(State(token=False, not_before={Lane.TOKEN: LATER}), NOW) == LATER
    assert next_wake(State(), NOW) is None
    assert next_wake(State(enrolled=False, changes_at=soon), NOW) is None


@given(attempts=st.integers(1, 10_000), jitter=st.floats(0, 1, exclude_max=True))
def test_waits_grow_but_never_beyond_a_quarter_of_an_hour(attempts: int, jitter: float) -> None:
    """S25: however often it failed, the phone tries again within fifteen minutes."""
    wait = back_off(attempts, jitter)
    assert timedelta(seconds=1) <= wait <= MAX_DELAY
    assert back_off(attempts + 1, jitter) >= wait


def test_the_registrys_own_wish_to_wait_is_honoured_within_reason() -> None:
    """S25: Retry-After counts, but cannot silence a phone for a day."""
    assert back_off(1, 0, after_s=60) == timedelta(seconds=60)
    assert back_off(1, 0, after_s=86_400) == MAX_DELAY
    assert back_off(1, 0, after_s=1e20) == back_off(1, 0, after_s=float("inf")) == MAX_DELAY
    assert PERMANENT_DELAY / 2 <= back_off(1, 0, retry=False) < PERMANENT_DELAY


@given(st.lists(st.tuples(st.integers(0, 3_000_000), st.integers(0, 6), st.booleans()), max_size=300))
def test_every_due_record_is_sent_sooner_or_later(rows: list[tuple[int, int, bool]]) -> None:
    """S25: whatever sizes and failures, sending batch after batch empties the outbox."""
    outbox = tuple(
        record(seq, size=size, attempts=tries, last_error="internal" if bad else None)
        for seq, (size, tries, bad) in enumerate(rows, 1)
    )
    while outbox:
        batch = batch_of(outbox, NOW)
        assert batch
        assert len(batch) <= MAX_RECORDS
        chosen = [entry for entry in outbox if entry.id in batch]
        assert len(batch) == 1 or sum(e.size + ENVELOPE_BYTES for e in chosen) <= MAX_BATCH_BYTES
        outbox = tuple(entry for entry in outbox if entry.id not in batch)
