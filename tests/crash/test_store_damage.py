"""Torn tails, flipped bits and lost files: opening never fails, and what is lost is kept and told."""

from __future__ import annotations

import copy
import os
import random

import pytest

from app.store import NuanDB, StoreError, open_database
from app.store.frames import HEADER_SIZE
from tests.contracts.fake_device import Data, Disk, FakeFolder
from tests.crash.store_work import CRYPTO, KEY, small_segments

__all__ = ["small_segments"]
FIRST = "seg-00000001"


def _open(disk: Disk, key: bytes = KEY) -> NuanDB:
    return open_database(FakeFolder(disk), key, crypto=CRYPTO)


def _with(disk: Disk, data: bytes, name: str = FIRST) -> Disk:
    changed = copy.deepcopy(disk)
    changed.files[name] = Data(bytearray(data), data)
    return changed


@pytest.fixture
def store() -> tuple[Disk, int]:
    """A closed store of six documents and the offset where its last frame starts."""
    disk = Disk()
    with _open(disk) as db:
        for number in range(6):
            last = len(disk.files[FIRST].now)
            db.insert({"n": number, "note": "访" * number})
    return disk, last


def _numbers(db: NuanDB) -> list[int]:
    return [doc["n"] for doc in db.all()]


@pytest.mark.parametrize("how", ["cut", "zeroed", "flipped", "garbage after"])
def test_torn_tail_at_every_byte(store, how):
    """The last frame cut, zeroed or spoilt at any byte: the rest opens, the tail is kept and told."""
    disk, last = store
    whole = bytes(disk.files[FIRST].now)
    for at in range(last, len(whole)):
        tail = {
            "cut": b"",
            "zeroed": bytes(len(whole) - at),
            "flipped": bytes([whole[at] ^ 0x10]) + whole[at + 1 :],
            "garbage after": os.urandom(at - last + 1),
        }[how]
        data = whole + tail if how == "garbage after" else whole[:at] + tail
        torn = _with(disk, data)
        with _open(torn) as db:
            numbers = _numbers(db)
            assert numbers in ([0, 1, 2, 3, 4], [0, 1, 2, 3, 4, 5])
            lost = len(data) - len(torn.files[FIRST].now)
            assert [report.code for report in db.reports] == ["tail_cut"] * bool(lost)
            if lost:
                assert data[-lost:] in bytes(torn.files["lost.torn"].now)
                assert db.reports[0].kept_in == "lost.torn"
            if how == "garbage after":
                assert len(numbers) == 6
            db.insert({"n": 99})
        with _open(torn) as db:
            assert _numbers(db) == [*numbers, 99]
            assert db.reports == []


def test_one_flipped_bit_anywhere(store):
    """A bit flipped anywhere loses at most the one write it is in, says so, and keeps the bytes."""
    disk, _ = store
    whole, chance = bytes(disk.files[FIRST].now), random.Random(3)
    for at in range(len(whole)):
        data = bytearray(whole)
        data[at] ^= 1 << chance.randrange(8)
        spoilt = _with(disk, bytes(data))
        with _open(spoilt) as db:
            numbers = _numbers(db)
            assert len(set(range(6)) - set(numbers)) <= 1
            lost_something = len(numbers) < 6 or db.schema == 0
            assert bool(db.reports) >= lost_something
            for report in db.reports:
                assert report.offset <= at < report.offset + report.size
                kept = bytes(spoilt.files[report.kept_in].now)
                assert bytes(data[report.offset : report.offset + report.size]) in kept
            if at < HEADER_SIZE:
                assert len(numbers) == 6
            db.insert({"n": 99})
        with _open(spoilt) as db:
            assert _numbers(db) == [*numbers, 99]


@pytest.mark.usefixtures("small_segments")
def test_damage_is_told_until_it_is_compacted_away():
    """The same damage is kept once, told at every start, and gone after housekeeping."""
    disk = Disk()
    with _open(disk) as db:
        for number in range(40):
            db.insert({"n": number, "note": "x" * 100})
    data = bytearray(disk.files[FIRST].now)
    data[900] ^= 1
    spoilt = _with(disk, bytes(data))
    for _ in range(3):
        with _open(spoilt) as db:
            assert [report.code for report in db.reports] == ["frame_damaged"]
            assert len(_numbers(db)) == 39
            size = len(spoilt.files["lost.damaged"].now)
    with _open(spoilt) as db:
        while db.compact_step():
            pass
    with _open(spoilt) as db:
        assert db.reports == []
        assert len(_numbers(db)) == 39
    assert len(spoilt.files["lost.damaged"].now) == size > 0


@pytest.mark.usefixtures("small_segments")
def test_a_segment_without_a_readable_start_is_set_aside():
    """Both headers of one segment gone: its bytes are kept under another name, the other segments open."""
    disk = Disk()
    with _open(disk) as db:
        for number in range(40):
            db.insert({"n": number, "note": "x" * 100})
    whole = bytes(disk.files["seg-00000002"].now)
    spoilt = _with(disk, bytes(HEADER_SIZE) + whole[HEADER_SIZE:], "seg-00000002")
    with _open(spoilt) as db:
        assert [(r.code, r.kept_in) for r in db.reports] == [("segment_damaged", "seg-00000002.damaged")]
        left = _numbers(db)
        assert 20 < len(left) < 40
        db.insert({"n": 99})
    with _open(spoilt) as db:
        assert _numbers(db) == [*left, 99]
    assert bytes(spoilt.files["seg-00000002.damaged"].now)[HEADER_SIZE:] == whole[HEADER_SIZE:]


@pytest.mark.usefixtures("small_segments")
def test_frames_cannot_be_moved(store):
    """A frame copied to another place or segment is damage, not data."""
    disk, last = store
    whole = bytes(disk.files[FIRST].now)
    moved = _with(disk, whole + whole[last:])
    with _open(moved) as db:
        assert _numbers(db) == [0, 1, 2, 3, 4, 5]
        assert [report.code for report in db.reports] == ["tail_cut"]


def test_a_wrong_key_touches_nothing(store):
    """Another key is told apart from damage, and the store stays as it is, torn tail included."""
    disk, last = store
    torn = _with(disk, bytes(disk.files[FIRST].now)[: last + 5])
    before = {name: bytes(data.now) for name, data in torn.files.items()}
    with pytest.raises(StoreError) as error:
        _open(torn, b"x" * 32)
    assert error.value.code == "wrong_key"
    assert {name: bytes(data.now) for name, data in torn.files.items()} == before
    with _open(torn) as db:
        assert len(_numbers(db)) == 5


def test_nothing_readable_is_on_the_disk():
    """The names and notes of a family cannot be found in the files (encrypted at rest)."""
    disk = Disk()
    with _open(disk) as db:
        db.table("households").insert({"name": "欧阳青山", "note": "plaintext-marker"})
    everything = b"".join(bytes(data.now) for data in disk.files.values())
    for text in ("欧阳青山", "plaintext-marker", "households"):
        assert text.encode() not in everything


def test_a_newer_journal_format_is_left_alone(store):
    """A store of a future journal version is refused untouched."""
    import zlib

    disk, _ = store
    head = bytearray(disk.files[FIRST].now[: HEADER_SIZE // 2])
    head[:8] = b"NUANJ02\n"
    head[-4:] = zlib.crc32(bytes(head[:-4])).to_bytes(4, "big")
    newer = _with(disk, bytes(head) * 2 + bytes(disk.files[FIRST].now[HEADER_SIZE:]))
    before = bytes(newer.files[FIRST].now)
    with pytest.raises(StoreError) as error:
        _open(newer)
    assert error.value.code == "store_too_new"
    assert bytes(newer.files[FIRST].now) == before
