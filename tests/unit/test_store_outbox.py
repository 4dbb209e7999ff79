"""A record, its outbox entry, its pictures and the chain head are one write; entries leave only on proof."""

from __future__ import annotations

import hashlib

import pytest

from app.platform.native.crypto import NativeCrypto
from app.store import NuanDB, StoreError, open_database, outbox, tables
from tests.contracts.fake_device import Disk, FakeFolder, PowerLost

KEY = b"k" * 32


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def db(disk):
    with _open(disk) as db:
        yield db


def _open(disk: Disk) -> NuanDB:
    return open_database(FakeFolder(disk), KEY, crypto=NativeCrypto())


def _record(seq: int, /, **changes: object) -> dict[str, object]:
    text = f'{{"note":"入户","seq":{seq}}}'
    digest = hashlib.sha256(text.encode()).hexdigest()
    made = {"id": f"r{seq}", "hash": digest, "sig": "00", "text": text, "type": "visit", "seq": seq}
    return {**made, "made_at": "2026-11-21T10:00:00Z", "household_id": "h1", **changes}


def _pictures(*names: str) -> list[dict[str, object]]:
    return [{"sha256": name, "kind": "photo", "size": 9, "blob": f"{name}.jpg"} for name in names]


def test_one_write_keeps_all_four(db, disk):
    """Finishing a visit is one flush: record, queue entry, pictures and chain head (S25)."""
    syncs = disk.syncs
    outbox.seal_and_queue(db, _record(1), _pictures("a", "b"))
    assert disk.syncs == syncs + 1
    assert tables.records(db).get("r1")["state"] == "kept"
    assert [entry["id"] for entry in outbox.pending(db)] == ["r1"]
    assert [doc["record_id"] for doc in outbox.pending_media(db)] == ["r1", "r1"]
    assert outbox.chain_head(db) == (1, _record(1)["hash"])
    assert outbox.unsent(db) == (1, 2)


def test_power_lost_while_sealing_leaves_all_or_nothing():
    """However the phone dies, there is never a record without its queue entry, or the reverse."""
    outcomes = set()
    for crash_at in range(20):
        disk = Disk()
        with _open(disk) as db:
            outbox.seal_and_queue(db, _record(1), [])
        disk.crash_at = disk.steps + crash_at
        try:
            with _open(disk) as db:
                outbox.seal_and_queue(db, _record(2), _pictures("a"))
        except PowerLost:
            pass
        with _open(disk.after_power_loss("torn")) as db:
            outcome = (
                tables.records(db).count(),
                len(outbox.pending(db)),
                len(outbox.pending_media(db)),
                outbox.chain_head(db).seq,
            )
        outcomes.add(outcome)
    assert outcomes == {(1, 1, 0, 1), (2, 2, 1, 2)}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"seq": 3}, "chain_broken"),
        ({"seq": 1}, "chain_broken"),
        ({"id": "r1"}, "record_exists"),
        ({"text": "{}"}, "record_hash_mismatch"),
        ({"problem": float("nan")}, "document_not_storable"),
    ],
)
def test_a_record_that_does_not_fit_is_not_kept(db, changes, code):
    """A gap in the chain, a used id or a wrong hash is an error, and nothing is written."""
    outbox.seal_and_queue(db, _record(1), [])
    with pytest.raises(StoreError) as error:
        outbox.seal_and_queue(db, _record(2, **changes), _pictures("a"))
    assert error.value.code == code
    assert (tables.records(db).count(), outbox.unsent(db)) == (1, (1, 0))
    assert outbox.chain_head(db).seq == 1
    outbox.seal_and_queue(db, _record(2), [])


def test_an_entry_leaves_only_when_id_and_hash_are_echoed(db):
    """An answer about other bytes, or about an unknown record, takes nothing out of the queue."""
    outbox.seal_and_queue(db, _record(1), [])
    assert not outbox.mark_answered(db, "r1", "0" * 64, "received")
    assert not outbox.mark_answered(db, "r9", _record(1)["hash"], "received")
    assert tables.records(db).get("r1")["state"] == "kept"
    assert len(outbox.pending(db)) == 1
    with pytest.raises(ValueError, match="sending"):
        outbox.mark_answered(db, "r1", _record(1)["hash"], "sending")
    assert outbox.mark_answered(db, "r1", _record(1)["hash"], "quarantined", {"code": "not_canonical"})
    assert outbox.pending(db) == []
    record = tables.records(db).get("r1")
    assert (record["state"], record["problem"]) == ("quarantined", {"code": "not_canonical"})
    assert not outbox.mark_answered(db, "r1", _record(1)["hash"], "received")


def test_a_failed_try_waits_for_its_time(db):
    """After no answer the entry stays and is due again later; the record is kept, as before."""
    for seq in (1, 2):
        outbox.seal_and_queue(db, _record(seq), [])
    outbox.mark_sending(db, ["r1", "r2", "r9"])
    assert tables.records(db).get("r1")["state"] == "sending"
    outbox.mark_failed(db, ["r1"], "timeout", "2026-11-21T11:00:00Z")
    assert tables.records(db).get("r1")["state"] == "kept"
    assert [e["id"] for e in outbox.pending(db, "2026-11-21T10:59:59Z")] == ["r2"]
    due = outbox.pending(db, "2026-11-21T11:00:00Z")
    assert [(e["id"], e["attempts"], e["last_error"]) for e in due] == [("r1", 1, "timeout"), ("r2", 0, None)]
    assert [e["id"] for e in outbox.pending(db)] == ["r1", "r2"]


@pytest.mark.parametrize("record_first", [True, False])
def test_complete_when_record_and_pictures_arrived(db, record_first):
    """The record says complete once the last of its pictures is confirmed, in either order."""
    outbox.seal_and_queue(db, _record(1), _pictures("a", "b"))
    states = []
    steps = [
        lambda: outbox.mark_answered(db, "r1", _record(1)["hash"], "received"),
        lambda: outbox.mark_media(db, "a", state="received"),
        lambda: outbox.mark_media(db, "b", state="received"),
    ]
    for step in steps if record_first else [*steps[1:], steps[0]]:
        step()
        states.append(tables.records(db).get("r1")["state"])
    assert states == (["received", "received", "complete"] if record_first else ["kept", "kept", "complete"])
    assert outbox.unsent(db) == (0, 0)


def test_a_record_without_pictures_is_complete_at_once(db):
    """Nothing more is waited for."""
    outbox.seal_and_queue(db, _record(1), [])
    outbox.mark_answered(db, "r1", _record(1)["hash"], "received")
    assert tables.records(db).get("r1")["state"] == "complete"


def test_an_upload_continues_where_it_was(disk):
    """Offset and address of a half-sent picture survive the end of the app."""
    with _open(disk) as db:
        outbox.seal_and_queue(db, _record(1), _pictures("a"))
        outbox.mark_media(db, "a", state="sending", offset=4096, upload_url="/v1/media/1")
    with _open(disk) as db:
        picture = outbox.pending_media(db)[0]
        assert (picture["offset"], picture["upload_url"], picture["state"]) == (
            4096,
            "/v1/media/1",
            "sending",
        )
