"""Sealed visits as lists show them, from the real store (S25)."""

from decimal import Decimal

import pytest
from phone_world import make_phone
from visit_world import make_household

from app.actions.preferences import Preferences
from app.actions.reveal import TABLE, reveal
from app.actions.set_preferences import change_preferences, load_preferences
from app.lang import language
from app.store.outbox import mark_media
from app.store.tables import media, outbox, records


@pytest.fixture
def phone(tmp_path):
    return make_phone(tmp_path)


@pytest.fixture
def file(phone):
    one = make_household("QS-1", "王秀英")
    phone.feed(one)
    return one


def test_a_sealed_visit_reads_back(phone, file):
    """Result, money and photos stand in the list as they were sealed."""
    phone.visit(file, photos=2, aid="1000.00", next_step="送取暖器")
    [one] = phone.services.visits.all()
    assert (one.result, one.aid_total, one.photos, one.photos_sent) == ("met", Decimal("1000.00"), 2, 0)
    assert (one.state, one.next_step, one.household_id) == ("kept", "送取暖器", file.id)


def test_photos_are_counted_as_they_arrive(phone, file):
    """S25: received with one photo of two, then complete."""
    visit = phone.visit(file, photos=2)
    phone.answered(visit, "received", sent=1)
    one = phone.services.visits.get(visit)
    assert (one.state, one.photos_sent, one.pictures_left) == ("received", 1, 1)
    (left,) = [doc for doc in media(phone.services.db).all() if doc["state"] != "received"]
    mark_media(phone.services.db, left["sha256"], offset=3)
    one = phone.services.visits.get(visit)
    assert one.bytes_sent == one.bytes_total - left["size"] + 3 > 3, "a part of a photo counts"


def test_the_newest_comes_first(phone, file):
    """The visit of this evening stands above yesterday's."""
    old, new = phone.visit(file, hours=30), phone.visit(file, hours=2)
    assert [one.id for one in phone.services.visits.of_household(file.id)] == [new, old]


def test_failures_on_the_way_are_known(phone, file):
    """The number of vain attempts and the last reason come from the outbox."""
    visit = phone.visit(file)
    entry = outbox(phone.services.db).get(visit)
    outbox(phone.services.db).put({**entry, "attempts": 4, "last_error": "network_timeout"})
    one = phone.services.visits.get(visit)
    assert (one.attempts, one.last_error) == (4, "network_timeout")


def test_one_unreadable_record_hides_no_other(phone, file):
    """What a newer app wrote, and this one cannot read, is left out of the list and kept."""
    good, bad = phone.visit(file), phone.visit(file)
    document = records(phone.services.db).get(bad)
    records(phone.services.db).put({**document, "text": '{"body": 7}'})
    assert [one.id for one in phone.services.visits.all()] == [good]


def test_a_look_at_a_number_is_logged_first(phone, file):
    """R16: who looked at what, when and why."""
    number = reveal(phone.services, file.id, file.worker.id, "id_number", "check")
    [entry] = phone.services.db.table(TABLE).all()
    assert number == file.worker.id_number
    assert (entry["field"], entry["reason"], entry["user_id"]) == (
        "id_number",
        "check",
        phone.me.user_id,
    )


def test_preferences_are_kept_on_the_phone(phone):
    """The language is there again after a restart, and everything is drawn anew at once."""
    rings = []
    phone.services.shell_bell.subscribe(lambda: rings.append(language()))
    change_preferences(phone.services, language="en", text_scale=1.3)
    assert rings == ["en"]
    change_preferences(phone.services, language="zh_Hans")
    assert load_preferences(phone.services.db) == Preferences(text_scale=1.3)
