"""A record's own status, step by step, and what to do when it is stuck (S25)."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from app.actions.read_visits import SealedVisit
from app.views.records.records_state import (
    STEPS,
    Advice,
    Summary,
    advice,
    marks,
    megabytes,
    step_name,
    summary,
)


def visit(state, **more):
    facts = {
        "id": "v",
        "household_id": "h",
        "campaign": None,
        "result": "met",
        "at": datetime(2027, 1, 20, tzinfo=UTC),
        "aid_total": Decimal(0),
        "note": "",
        "next_step": "",
        "photos": 2,
        "photos_sent": 0,
        "pictures_left": 0,
    }
    return SealedVisit(**{**facts, "state": state, **more})


@pytest.mark.parametrize(
    ("state", "names", "expected"),
    [
        ("kept", "kept waiting received complete", "done now later later"),
        ("sending", "kept sending received complete", "done now later later"),
        ("received", "kept sent received complete", "done done done now"),
        ("complete", "kept sent received complete", "done done done done"),
        ("conflict", "kept sent problem complete", "done done problem later"),
        ("quarantined", "kept sent problem complete", "done done problem later"),
    ],
)
def test_the_four_steps(state, names, expected):
    """kept → sending → received → photos complete; a refusal stands where it happened."""
    one = visit(state)
    found = marks(one)
    assert " ".join(found) == expected
    pairs = zip(STEPS, found, strict=True)
    assert " ".join(step_name(step, mark, one) for step, mark in pairs) == names


def test_a_visit_without_photos_is_simply_complete():
    """Nobody waits for photos that were never taken."""
    one = visit("complete", photos=0)
    assert step_name("complete", "done", one) == "complete_none"


def test_a_first_failure_passes_unseen():
    """One lost connection is no news; several are told with the reason, and that it goes on by itself."""
    assert advice(visit("kept", attempts=2, last_error="network_timeout")) is None
    assert advice(visit("kept", attempts=3, last_error="network_timeout")) == Advice(
        "retry", "network_timeout", 3
    )


@pytest.mark.parametrize(
    ("sent", "total", "words"),
    [
        (0, 2_340_000, ("0.0", "2.3")),
        (1_290_000, 2_340_000, ("1.2", "2.3")),
        (2_339_999, 2_340_000, ("2.2", "2.3")),
        (900, 1_000, ("0.0", "0.1")),
    ],
)
def test_pictures_on_their_way_are_told_in_megabytes(sent, total, words):
    """S25: how much has arrived of how much; a part is never rounded up to all of it."""
    assert megabytes(visit("received", pictures_left=1, bytes_sent=sent, bytes_total=total)) == words


@pytest.mark.parametrize(("state", "left"), [("kept", 2), ("complete", 0), ("received", 0)])
def test_no_megabytes_are_told_before_or_after(state, left):
    """S25: while the text waits, and when all is in, there is nothing to count."""
    assert megabytes(visit(state, pictures_left=left, bytes_sent=0, bytes_total=10**6)) is None


@pytest.mark.parametrize("state", ["conflict", "quarantined"])
def test_a_refusal_is_always_told(state):
    """Whoever made the record hears that the office has to look at it."""
    assert advice(visit(state, problem="id_reused")) == Advice(state, "id_reused")


def test_all_well_needs_no_words():
    """A record that arrived gives no advice."""
    assert advice(visit("complete")) is None


def test_one_line_for_all():
    """Trouble first, then what waits, then photos, then: everything has arrived."""
    trouble, waits = visit("conflict"), visit("kept")
    photos, done = visit("received", pictures_left=3), visit("complete")
    assert summary([done, photos, waits, trouble]) == Summary("trouble", 1)
    assert summary([done, photos, waits, waits]) == Summary("waiting", 2)
    assert summary([done, photos]) == Summary("photos", 3)
    assert summary([done]) == Summary("all_in", 0)
