"""A phone is emptied only when nothing is lost by it (S25)."""

import asyncio
from datetime import UTC, datetime

import msgspec
import pytest
from phone_world import make_phone
from visit_world import MemoryBlobs, make_household

from app.actions import wipe as wiping
from app.actions.follow_road import follow
from app.actions.media_bytes import MediaBytes
from app.actions.wipe import MARK, ORDERED, UnsafeWipeError, finish_wipe, ordered, proof_of, wipe
from app.platform.errors import PlatformError
from app.store.errors import StoreError
from app.store.outbox import chain_head
from app.store.tables import get_meta, households, put_meta
from sync.errors import LocalError, UnreachableError
from sync.identity import SECRET_NAME
from sync.plan import CHECK_MEDIA
from sync.ports import Failure
from sync.protocol.messages import Checkpoint, MissingAnswer, RecordsAnswer


class MemorySecrets:
    def __init__(self):
        self.kept = {SECRET_NAME: b"x" * 80, "store-key": b"k" * 32}

    async def get(self, name):
        return self.kept.get(name)

    async def put(self, name, value):
        self.kept[name] = value

    async def delete(self, name):
        self.kept.pop(name, None)


@pytest.fixture
def phone(tmp_path):
    return make_phone(tmp_path)


def confirm(phone):
    """The registry's signed word on the head, as it arrives with the records."""
    head = chain_head(phone.services.db)
    point = Checkpoint(
        device_id=phone.services.identity.device_id,
        seq=head.seq,
        head=head.hash,
        server_time="2027-01-20T11:00:00.000Z",
        sig="",
    )
    put_meta(phone.services.db, "checkpoint", msgspec.to_builtins(point))


def test_a_fresh_phone_may_be_emptied(phone):
    """Nothing was ever sealed: nothing can be lost."""
    assert proof_of(phone.services).safe


def test_each_thing_that_is_nowhere_else_forbids_it(phone):
    """Unsent records and photos, drafts, records on hold, an unconfirmed head: each one alone."""
    file = make_household("QS-1", "王秀英")
    visit = phone.visit(file, photos=1)
    proof = proof_of(phone.services)
    assert (proof.unsent, proof.pictures_left, proof.safe) == (1, 1, False)
    phone.answered(visit, "received", sent=1)
    assert not proof_of(phone.services).head_equal
    assert not proof_of(phone.services).safe
    confirm(phone)
    assert proof_of(phone.services).safe
    phone.draft(file)
    assert (proof_of(phone.services).drafts, proof_of(phone.services).safe) == (1, False)


def test_a_record_on_hold_forbids_it(phone):
    """A conflict is kept on both sides until a person has looked."""
    phone.answered(phone.visit(make_household("QS-1", "王秀英")), "conflict")
    confirm(phone)
    assert proof_of(phone.services).troubled == 1
    assert not proof_of(phone.services).safe


async def test_an_unsafe_wipe_is_refused(phone):
    """The action checks once more: the button may have been drawn a minute ago."""
    phone.visit(make_household("QS-1", "王秀英"))
    with pytest.raises(UnsafeWipeError):
        await wipe(phone.services)
    assert phone.restarts == []
    assert not get_meta(phone.services.db, MARK, False)


async def test_a_wipe_that_was_killed_is_finished_at_the_next_start(phone):
    """Photos, device key, lists: all gone, and the phone can be enrolled as a new device."""
    phone.feed(make_household("QS-1", "王秀英"))
    await wipe(phone.services)
    assert phone.restarts == [True]
    blobs, secrets = MemoryBlobs(), MemorySecrets()
    blobs.files["a" * 64] = b"photo"
    await finish_wipe(phone.services.db, blobs, secrets)
    assert blobs.files == {}
    assert list(secrets.kept) == ["store-key"]
    assert households(phone.services.db).count() == 0
    assert phone.services.store.session() is None


class Office:
    """The line to it; ``says``: up to which number it holds this phone's records (None: there is no line),
    ``lacks``: files that it does not hold, ``told``: how often it heard of a wipe."""

    def __init__(self, phone, says=None, lacks=()):
        self.phone, self.says, self.lacks = phone, says, set(lacks)
        self.told, self.pages = 0, []

    def _reached(self):
        if self.says is None:
            raise UnreachableError("network_unreachable")

    async def send_records(self, records):
        self._reached()
        head = chain_head(self.phone.services.db)
        point = Checkpoint(device_id="d", seq=self.says, head=head.hash, server_time="", sig="")
        return RecordsAnswer(results=[], checkpoint=point)

    async def missing(self, sha256s):
        self._reached()
        self.pages.append(len(sha256s))
        return MissingAnswer(missing=[one for one in sha256s if one in self.lacks])

    async def confirm_wipe(self):
        self._reached()
        self.told += 1


def sent_visit(phone, photos=0):
    """Sealed, sent and confirmed, as far as this phone has heard; gives the files' hashes."""
    file = make_household("QS-1", "王秀英")
    visit = phone.visit(file, photos=photos)
    phone.answered(visit, "received", sent=photos)
    confirm(phone)
    assert proof_of(phone.services).safe
    return phone.services.store.confirmed_files()


@pytest.mark.parametrize(("says", "wiped"), [(1, True), (0, False), (None, False)])
async def test_the_office_is_asked_once_more_before_anything_goes(phone, says, wiped):
    """S25: its word may be weeks old: a database put back since has lost what is only here now; offline
    nothing is wiped."""
    sent_visit(phone)
    phone.runner.line = Office(phone, says)
    if wiped:
        await wipe(phone.services)
    else:
        with pytest.raises((UnsafeWipeError, UnreachableError)):
            await wipe(phone.services)
    assert bool(get_meta(phone.services.db, MARK, False)) is wiped
    assert len(phone.services.store.outbox()) == (says == 0), "what the office lost is queued again"


async def test_a_photo_that_the_office_lost_forbids_it(phone):
    """S25: it holds the record and confirmed the photo, and lost the photo since: the only copy is here, and
    is sent again."""
    (_, lost) = sent_visit(phone, photos=2)
    phone.runner.line = Office(phone, 1, lacks=[lost])
    with pytest.raises(UnsafeWipeError):
        await wipe(phone.services)
    assert not get_meta(phone.services.db, MARK, False)
    assert [entry.sha256 for entry in phone.services.store.media()] == [lost]
    assert phone.runner.kicks == 1
    phone.services.store.media_received([lost])
    phone.runner.line.lacks.clear()
    await wipe(phone.services)
    assert phone.restarts == [True]


@pytest.mark.parametrize(("said", "safe"), [("media_missing", True), ("media_unreadable", False)])
async def test_a_photo_that_nobody_has_keeps_no_phone(phone, said, safe):
    """S25: its room was needed once the office had it, and the office lost it afterwards: nothing is lost by
    emptying this phone. One that the storage only cannot read at this moment may still be saved."""
    (_, lost) = sent_visit(phone, photos=2)
    phone.runner.line = Office(phone, 1, lacks=[lost])
    with pytest.raises(UnsafeWipeError):
        await wipe(phone.services)
    phone.services.store.fail_media(Failure(lost, said, datetime(2027, 1, 21, tzinfo=UTC)))
    assert proof_of(phone.services).safe is safe


async def test_a_photo_that_was_only_away_is_looked_for_before_anything_goes(phone):
    """S25: it was not found when it was to be sent, and is here after all: it is sent, not wiped."""
    (_, lost) = sent_visit(phone, photos=2)
    phone.runner.line = Office(phone, 1, lacks=[lost])
    with pytest.raises(UnsafeWipeError):
        await wipe(phone.services)
    phone.services.store.fail_media(Failure(lost, "media_missing", datetime(2027, 1, 21, tzinfo=UTC)))
    found = phone.services.blobs._blobs
    await found.put(lost, b"here after all")
    with pytest.raises(UnsafeWipeError):
        await wipe(phone.services)
    (entry,) = phone.services.store.media()
    assert (entry.sha256, entry.last_error, entry.next_at) == (lost, None, None)
    phone.services.store.fail_media(Failure(lost, "media_missing", datetime(2027, 1, 21, tzinfo=UTC)))
    await found.delete(lost)
    await wipe(phone.services)
    assert phone.restarts == [True]


@pytest.mark.parametrize(
    ("storage", "said", "again"),
    [("blob_missing", "media_missing", False), ("file_failed", "media_unreadable", True)],
)
async def test_missing_is_told_from_unreadable(storage, said, again):
    """S25: only what is provably not there is given up; a storage that stumbles is asked again."""

    class Broken:
        async def get(self, name):
            raise PlatformError(storage)

    with pytest.raises(LocalError) as refused:
        await MediaBytes(Broken()).open("a" * 64)
    assert (refused.value.code, refused.value.retry) == (said, again)


async def test_the_office_is_asked_for_every_file_in_pages(phone):
    """S25: a season has more files than one question may name."""
    sent_visit(phone, photos=CHECK_MEDIA + 1)
    phone.runner.line = office = Office(phone, 1)
    await wipe(phone.services)
    assert office.pages == [CHECK_MEDIA, 1]


async def test_nothing_is_wiped_without_being_asked(phone):
    """An ordinary start deletes nothing."""
    phone.feed(make_household("QS-1", "王秀英"))
    blobs, secrets = MemoryBlobs(), MemorySecrets()
    blobs.files["a" * 64] = b"photo"
    await finish_wipe(phone.services.db, blobs, secrets)
    assert blobs.files
    assert SECRET_NAME in secrets.kept
    assert households(phone.services.db).count() == 1


async def test_the_offices_wipe_is_tried_again_after_a_full_disk(phone, monkeypatch):
    """The decision could not be written: it is taken anew at the next reading, not at the next start."""
    services = phone.services
    phone.runner.line = office = Office(phone, 0)
    keep, refused = wiping.put_meta, []

    def full(db, key, value):
        if not refused:
            refused.append(key)
            raise StoreError("disk_full")
        keep(db, key, value)

    monkeypatch.setattr(wiping, "put_meta", full)
    follow(services)
    for phase in ("working", "idle"):
        phone.runner.status.update(phase=phase, wipe=True)
        for _ in range(5):
            await asyncio.sleep(0)
    assert refused == [ORDERED]
    assert (phone.restarts, office.told) == ([True], 1)
    assert get_meta(services.db, MARK) == wiping.BY_OFFICE


async def test_what_is_sealed_while_the_office_is_told_goes_first(phone):
    """Somebody finishes a visit in that very moment: it is sent, and only then the phone is emptied."""
    services = phone.services
    file = make_household("QS-1", "王秀英")

    class Slow(Office):
        async def confirm_wipe(self):
            await super().confirm_wipe()
            visits.append(phone.visit(file))

    visits = []
    phone.runner.line = Slow(phone, 0)
    phone.runner.status.update(phase="idle", wipe=True)
    assert not await wiping.obey_wipe(services)
    assert get_meta(services.db, MARK, False) is False
    assert phone.restarts == []
    phone.runner.status.update(phase="idle", wipe=False)  # once told, the office does not ask again
    assert ordered(services)
    assert not await wiping.obey_wipe(services), "the visit is only here"
    phone.answered(visits[0], "received")
    confirm(phone)
    phone.runner.line = Office(phone)
    assert not await wiping.obey_wipe(services), "it was decided before that visit: the office is asked anew"
    phone.runner.line = Office(phone, 1)
    assert await wiping.obey_wipe(services)


@pytest.mark.parametrize("lost", ["nothing", "record", "photo", "line"])
async def test_the_offices_order_is_obeyed_by_its_word_of_this_moment(phone, lost):
    """S25: a phone that was shut out hears of no restored database otherwise: what the office lost is sent
    again before anything is forgotten, and without a line nothing is decided."""
    (photo,) = sent_visit(phone, photos=1)
    says = {"record": 0, "line": None}.get(lost, 1)
    phone.runner.line = office = Office(phone, says, lacks=[photo] if lost == "photo" else [])
    phone.runner.status.update(phase="idle", wipe=True)
    assert await wiping.obey_wipe(phone.services) is (lost == "nothing")
    wiped = lost == "nothing"
    assert (office.told, phone.restarts) == ((1, [True]) if wiped else (0, []))
    assert bool(get_meta(phone.services.db, ORDERED, "")) is wiped
    waiting = len(phone.services.store.outbox()), len(phone.services.store.media())
    assert waiting == {"record": (1, 1), "photo": (0, 1)}.get(lost, (0, 0))


async def test_what_was_decided_needs_no_line(phone):
    """S25: killed after the decision: the office had been asked, nothing was sealed since."""
    sent_visit(phone, photos=1)
    put_meta(phone.services.db, ORDERED, phone.services.store.chain().head)
    phone.runner.line = Office(phone)
    assert await wiping.obey_wipe(phone.services)
    assert get_meta(phone.services.db, MARK) == wiping.BY_OFFICE


async def test_an_order_that_was_lifted_while_the_office_was_asked_is_not_obeyed(phone):
    """S25: a new code lets the phone in again in that very moment."""
    sent_visit(phone)

    class Lifting(Office):
        async def send_records(self, records):
            phone.runner.status.update(wipe=False)
            return await super().send_records(records)

    phone.runner.line = Lifting(phone, 1)
    phone.runner.status.update(phase="idle", wipe=True)
    assert not await wiping.obey_wipe(phone.services)
    assert not get_meta(phone.services.db, ORDERED, "")
