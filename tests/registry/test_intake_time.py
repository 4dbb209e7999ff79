"""When a record was made: what the registry signed is proof, what a phone says counts within it (S25)."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from phone import on_for_a_day
from sqlalchemy import select, update

from domain.event_time import SealedTime, Sent
from registry.db.tables import devices, quarantine, records
from registry.service import intake_items, keys
from registry.service.times import now
from sync.protocol.messages import SignedTime

YEAR = timedelta(days=365)
HOUR_NS = 3600 * 10**9
NEAR = timedelta(minutes=1)


def sealed_at(phone, signed, **other):
    """Now, an hour after the signed time by the phone's count."""
    clock = on_for_a_day()
    fields = {
        "device_time": datetime.now(UTC),
        "monotonic_ns": clock,
        "boot_id": phone.boot,
        "server_time": datetime.fromisoformat(signed.server_time),
        "server_monotonic_ns": clock - HOUR_NS,
        "server_boot_id": phone.boot,
        "server_sig": signed.sig,
    }
    return msgspec.to_builtins(SealedTime(**fields | other))


def note(phone, event, **other):
    """A record that is only kept: its time is what matters here."""
    return phone.seal({"any": "thing"}, type="follow_up", event_time=event, **other)


def sent_after(phone, ns):
    """As a phone says that it sends so long after now."""
    return Sent(monotonic_ns=on_for_a_day() + ns, boot_id=phone.boot)


async def post(phone, batch, sent):
    """Send it with this word on when; the results."""
    body = msgspec.json.encode({"records": batch, "sent": sent})
    headers = phone.auth | {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    answer = await phone.client.post("/v1/records", content=gzip.compress(body), headers=headers)
    assert answer.status_code == 200, answer.text
    return [one["state"] for one in answer.json()["results"]]


async def kept(office, record):
    async with office.engine.connect() as connection:
        return (await connection.execute(select(records).where(records.c.id == record.id))).one()


@pytest.fixture
async def long_ago(office, cadre):
    """A time that the registry signed for this phone ten days ago, when it was enrolled."""
    moment = now() - timedelta(days=10)
    async with office.engine.begin() as connection:
        await connection.execute(update(devices).values(enrolled_at=moment))
    text = keys.wire(moment)
    sig = office.keys.sign(f"nuanfang-time:{cadre.device_id}:{text}".encode())
    return SignedTime(server_time=text, sig=sig)


async def test_a_signed_time_bounds_a_record_from_below(cadre, office, long_ago):
    """S25: signed time plus what the phone counted since; nothing is flagged."""
    record = note(cadre, sealed_at(cadre, long_ago))
    assert await post(cadre, [record], None) == ["accepted"]
    row = await kept(office, record)
    assert row.earliest == datetime.fromisoformat(long_ago.server_time) + timedelta(hours=1)
    assert row.latest == row.received_at
    assert row.flags == []


async def test_the_moment_of_sending_bounds_it_from_above(cadre, office, long_ago):
    """S25: sent two hours later by the phone's count, so it was made two hours before it came."""
    record = note(cadre, sealed_at(cadre, long_ago))
    assert await post(cadre, [record], sent_after(cadre, 2 * HOUR_NS)) == ["accepted"]
    row = await kept(office, record)
    assert abs(row.received_at - row.latest - timedelta(hours=2)) < NEAR


async def test_an_app_that_kept_no_signature_is_accepted_and_proves_nothing(cadre, office, long_ago):
    """S25: records sealed before signatures were kept; the invented time of an altered app looks the same."""
    tomorrow = {"server_time": now() + timedelta(days=1)}
    old = [note(cadre, sealed_at(cadre, long_ago, server_sig=None, **more)) for more in ({}, tomorrow)]
    assert await post(cadre, old, None) == ["accepted", "accepted"]
    for record in old:
        row = await kept(office, record)
        assert (row.earliest, row.latest, row.flags) == (None, row.received_at, [])


@pytest.mark.parametrize("how", ["moved", "foreign", "nonsense", "long", "not ascii"])
async def test_a_forged_signed_time_is_flagged_and_proves_nothing(cadre, delegate, office, long_ago, how):
    """S25: a moment that was not signed, another phone's, or rubbish: the record is kept all the same."""
    other = {
        "moved": {"server_time": now()},
        "foreign": {"server_sig": delegate.enrolled.time.sig},
        "nonsense": {"server_sig": "A" * 86},
        "long": {"server_sig": long_ago.sig * 10},
        "not ascii": {"server_sig": "签" * 86},
    }[how]
    record = note(cadre, sealed_at(cadre, long_ago, **other))
    assert await post(cadre, [record], None) == ["accepted"]
    row = await kept(office, record)
    assert (row.earliest, row.flags) == (None, ["signed_time"])


async def test_a_days_records_have_their_signed_time_checked_once(cadre, office, long_ago, monkeypatch):
    """S25: fifty records with one signed time cost one check more, not fifty."""
    checked = []
    real = keys.verify
    monkeypatch.setattr(keys, "verify", lambda *what: checked.append(what) or real(*what))
    day = [note(cadre, sealed_at(cadre, long_ago)) for _ in range(50)]
    assert set(await post(cadre, day, None)) == {"accepted"}
    assert len([what for what in checked if what[2].startswith(b"nuanfang-time:")]) == 1


async def test_a_huge_claim_of_waiting_goes_back_to_the_signed_time_at_most(cadre, office, long_ago):
    """S25: who claims to have waited a century is not believed beyond what was signed, or the enrolment."""
    proved = note(cadre, sealed_at(cadre, long_ago))
    bare = note(cadre, sealed_at(cadre, long_ago, server_sig=None))
    assert set(await post(cadre, [proved, bare], sent_after(cadre, 10**25))) == {"accepted"}
    row = await kept(office, proved)
    assert row.latest == row.earliest == datetime.fromisoformat(long_ago.server_time) + timedelta(hours=1)
    assert (await kept(office, bare)).latest == datetime.fromisoformat(long_ago.server_time)


@pytest.mark.parametrize(
    "sent",
    [
        None,
        5,
        "yesterday",
        [],
        {},
        {"monotonic_ns": -1, "boot_id": "b"},
        {"monotonic_ns": 1.5, "boot_id": "b"},
        {"monotonic_ns": 1},
        {"monotonic_ns": "1", "boot_id": 2},
        {"monotonic_ns": 10**400, "boot_id": "b"},
        [[[[]]]] * 40,
    ],
)
async def test_what_is_wrong_with_the_word_on_sending_loses_no_record(cadre, office, long_ago, sent):
    """S25: it is as if the phone had said nothing."""
    record = note(cadre, sealed_at(cadre, long_ago))
    assert await post(cadre, [record], sent) == ["accepted"]
    row = await kept(office, record)
    assert row.latest == row.received_at


async def test_the_same_batch_with_another_word_on_sending_changes_nothing(cadre, office, long_ago):
    """S25: what was dated first stays, whoever sends it again and says what."""
    record = note(cadre, sealed_at(cadre, long_ago))
    assert await post(cadre, [record], sent_after(cadre, HOUR_NS)) == ["accepted"]
    before = await kept(office, record)
    for sent in (None, sent_after(cadre, 100 * HOUR_NS), sent_after(cadre, 0)):
        assert await post(cadre, [record], sent) == ["duplicate"]
    assert await kept(office, record) == before


async def test_a_record_that_a_person_releases_keeps_its_date(
    cadre, supervisor, county, people, office, long_ago, monkeypatch
):
    """S25: by a phone a year ahead, two days before it came; read and accepted by hand some time later."""
    mine = {one.household_id for one in county.assignments if one.user_id == people.cadre.user_id}
    home = next(one for one in county.households if one.id in mine and one.status == "active")
    event = sealed_at(cadre, long_ago, device_time=now() + YEAR)
    record = cadre.seal(cadre.visit(home, county.campaign.id), event_time=event)
    with monkeypatch.context() as patched:
        patched.setattr(
            intake_items, "_read_body", lambda item, _: intake_items._quarantined(item, "bad_body", "")
        )
        assert await post(cadre, [record], sent_after(cadre, 48 * HOUR_NS)) == ["quarantined"]
    before = await kept(office, record)
    async with office.engine.connect() as connection:
        item = await connection.scalar(select(quarantine.c.id))
    answer = await supervisor.client.post(f"/v1/quarantine/{item}/retry", json={}, headers=supervisor.auth)
    assert answer.json()["state"] == "released"
    row = await kept(office, record)
    assert row.state == "accepted"
    assert (row.earliest, row.latest) == (before.earliest, before.latest)
    assert abs(before.received_at - row.started_at - timedelta(days=2)) < NEAR


async def test_a_calendar_that_ends_holds_up_nobody(cadre, office, long_ago):
    """S25: a clock put to the end of all years cannot be reckoned with; the record beside it is accepted."""
    last = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    first = datetime(1, 1, 1, tzinfo=UTC)
    odd = [{"device_time": last}, {"device_time": first}, {"device_time": last, "server_device_time": first}]
    odd += [{"device_time": first, "server_device_time": last}]
    east = "0001-01-01T00:00:00+14:00"
    odd += [{"device_time": east, "server_sig": None}, {"server_time": east}, {"server_device_time": east}]
    batch = [note(cadre, sealed_at(cadre, long_ago, **one)) for one in odd]
    batch.append(note(cadre, sealed_at(cadre, long_ago)))
    answers = await post(cadre, batch, sent_after(cadre, HOUR_NS))
    assert set(answers) <= {"accepted", "quarantined"}
    assert answers[-1] == "accepted"
