"""Photos go up in pieces, go on where they were cut, and count as arrived only when the registry says so."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import httpx
import pytest
from sync_fakes import FakeRegistry, Phone, first_times, lose_answer, problem

from sync.protocol.canonical import sha256_hex
from sync.upload import TRIES

SMALL = b"small" * 100
LARGE = os.urandom(2_500_000)


@pytest.fixture
def registry() -> FakeRegistry:
    return FakeRegistry()


@pytest.fixture
async def phone(tmp_path: Path, registry: FakeRegistry) -> Any:
    phone = Phone(tmp_path, registry)
    await phone.enrol()
    yield phone
    phone.db.close()


async def test_a_small_file_travels_inside_the_creation(phone: Phone, registry: FakeRegistry) -> None:
    """S25: a thumbnail or a signature costs one request."""
    rid = phone.visit(("thumb", SMALL), ("signature", SMALL + b"!"))
    await phone.runner.run_until_idle()
    assert set(registry.media.values()) == {SMALL, SMALL + b"!"}
    assert registry.count("PATCH", "/v1/media") == 0
    assert phone.state(rid) == "complete"


async def test_an_upload_says_nothing_that_nobody_reads(phone: Phone, registry: FakeRegistry) -> None:
    """S25: no packing of an answer without a body is offered, and only hash and kind are told."""
    uploads: list[httpx.Request] = []

    def look(request: httpx.Request) -> None:
        if request.method == "POST" and request.url.path == "/v1/media":
            uploads.append(request)

    registry.faults.append(look)
    phone.visit(("photo", b"door-plate"))
    await phone.runner.run_until_idle()
    [sent] = uploads
    assert not {"accept", "accept-encoding", "user-agent", "connection"} & set(sent.headers)
    names = [pair.split(" ")[0] for pair in sent.headers["Upload-Metadata"].split(",")]
    assert names == ["sha256", "kind"]


async def test_a_large_file_travels_in_pieces(phone: Phone, registry: FakeRegistry) -> None:
    """S25: a photo arrives whole, and only then is the record complete."""
    rid = phone.visit(("photo", LARGE))
    await phone.runner.run_until_idle()
    assert registry.media == {sha256_hex(LARGE): LARGE}
    assert registry.count("PATCH", "/v1/media") >= 3
    assert phone.state(rid) == "complete"


async def test_what_the_registry_holds_is_not_sent_again(phone: Phone, registry: FakeRegistry) -> None:
    """S25: a photo that already arrived costs no data."""
    registry.media[sha256_hex(LARGE)] = LARGE
    rid = phone.visit(("photo", LARGE))
    await phone.runner.run_until_idle()
    assert registry.count("POST", "/v1/media") == registry.count("POST", "/v1/media/missing") == 1
    assert phone.state(rid) == "complete"


async def test_a_file_somebody_else_just_sent_needs_no_bytes(phone: Phone, registry: FakeRegistry) -> None:
    """S25: the creation's answer says that all of it is there already."""

    def known(request: httpx.Request) -> httpx.Response | None:
        if request.method == "POST" and request.url.path == "/v1/media":
            headers = {"Location": "/v1/media/done", "Upload-Offset": request.headers["Upload-Length"]}
            return httpx.Response(201, headers=headers)
        return None

    registry.faults.append(known)
    rid = phone.visit(("photo", LARGE))
    await phone.runner.run_until_idle()
    assert phone.state(rid) == "complete"
    assert registry.count("PATCH", "/v1/media") == 0


async def test_a_cut_upload_goes_on_where_it_stopped(phone: Phone, registry: FakeRegistry) -> None:
    """S25: after the app is killed in the middle of a photo, nothing that arrived is sent twice."""
    cut = [3]

    def fault(request: httpx.Request) -> Exception | None:
        if request.method == "PATCH":
            cut[0] -= 1
        return httpx.ConnectError("gone", request=request) if cut[0] <= 0 else None

    registry.faults.append(fault)
    phone.visit(("photo", LARGE))
    await phone.runner.run_until_idle()
    arrived = len(registry.uploads["up-1"].data)
    assert 0 < arrived < len(LARGE)

    registry.faults.clear()
    phone.restart()
    entry = phone.store.media()[0]
    assert (entry.offset, entry.upload_url) == (arrived, "http://registry.test/v1/media/up-1")
    sent: list[int] = []
    registry.faults.append(lambda r: sent.append(len(r.content)) if r.method == "PATCH" else None)  # type: ignore[func-returns-value]
    await phone.runner.run_until_idle()
    assert sum(sent) == len(LARGE) - arrived
    assert registry.media[sha256_hex(LARGE)] == LARGE
    assert len(registry.uploads) == 1


async def test_a_lost_answer_to_the_last_piece_costs_no_second_upload(
    phone: Phone, registry: FakeRegistry
) -> None:
    """S25: the photo arrived although the phone did not hear it; asking is enough."""
    phone.visit(("thumb", SMALL))
    registry.faults.append(
        lambda r: lose_answer(registry, ("POST", "/v1/media"))(r) if r.url.path == "/v1/media" else None
    )
    await phone.runner.run_until_idle()
    assert len(registry.media) == 1
    assert phone.store.media()[0].last_error == "network_timeout"
    registry.faults.clear()
    phone.clock.pass_time(60)
    await phone.runner.run_until_idle()
    assert phone.store.media() == []
    assert len(registry.uploads) == 1


@pytest.mark.parametrize("code", ["media_gone", "not_found"])
async def test_an_upload_the_registry_forgot_starts_again(
    phone: Phone, registry: FakeRegistry, code: str
) -> None:
    """S25: an expired upload is begun anew by itself."""
    rid = phone.visit(("photo", LARGE))
    registry.faults.append(first_times(1, problem(code), ("PATCH", "/v1/media")))
    await phone.runner.run_until_idle()
    assert len(registry.uploads) == 2
    assert phone.state(rid) == "complete"


async def test_a_wrong_whole_starts_again(phone: Phone, registry: FakeRegistry) -> None:
    """S25: when the pieces do not make up the announced hash, the photo is sent from its beginning, now with
    a checksum on each piece."""

    def spoil(request: httpx.Request) -> None:
        upload = registry.uploads.get("up-1")
        if upload is not None and upload.data and not checked:
            upload.data = b"\0" + upload.data[1:]
        checked.extend([request.headers["Upload-Checksum"]] if "Upload-Checksum" in request.headers else [])

    checked: list[str] = []
    registry.faults.append(spoil)
    rid = phone.visit(("photo", LARGE))
    await phone.runner.run_until_idle()
    assert registry.media[sha256_hex(LARGE)] == LARGE
    assert phone.state(rid) == "complete"


async def test_a_piece_damaged_on_the_way_is_sent_again(phone: Phone, registry: FakeRegistry) -> None:
    """S25: the registry says where it stands, and the phone goes on from there."""
    registry.faults.append(first_times(2, problem("media_checksum_mismatch"), ("PATCH", "/v1/media")))
    rid = phone.visit(("photo", LARGE))
    await phone.runner.run_until_idle()
    assert phone.state(rid) == "complete"


async def test_a_piece_whose_answer_was_lost_is_not_added_twice(phone: Phone, registry: FakeRegistry) -> None:
    """S25: the registry's offset decides, not the phone's."""
    registry.faults.append(lose_answer(registry, ("PATCH", "/v1/media")))
    rid = phone.visit(("photo", LARGE))
    await phone.runner.run_until_idle()
    phone.clock.pass_time(60)
    await phone.runner.run_until_idle()
    assert registry.media[sha256_hex(LARGE)] == LARGE
    assert phone.state(rid) == "complete"


@pytest.mark.parametrize("damage", ["missing", "changed"])
async def test_a_photo_lost_on_the_phone_is_told_and_delays_nothing(
    phone: Phone, registry: FakeRegistry, damage: str
) -> None:
    """S25: the record and the other photos still arrive; the loss has a code of its own."""
    phone.visit(("photo", LARGE), ("photo", LARGE + b"2"))
    if damage == "missing":
        del phone.shelf[sha256_hex(LARGE)]
    else:
        phone.shelf[sha256_hex(LARGE)] = b"other"
    await phone.runner.run_until_idle()
    assert list(registry.media) == [sha256_hex(LARGE + b"2")]
    assert [entry.last_error for entry in phone.store.media()] == [
        "media_missing" if damage == "missing" else "media_damaged"
    ]
    assert phone.runner.status.phase == "waiting"


async def test_a_registry_that_answers_nonsense_is_not_believed(phone: Phone, registry: FakeRegistry) -> None:
    """S25: an offset beyond the file does not count as arrived."""
    registry.faults.append(
        lambda r: httpx.Response(204, headers={"Upload-Offset": "99999999"}) if r.method == "PATCH" else None
    )
    rid = phone.visit(("photo", LARGE))
    await phone.runner.run_until_idle()
    assert phone.state(rid) == "received"
    assert phone.store.media()[0].last_error == "answer_unreadable"


@pytest.mark.parametrize("back", [0, 1])
async def test_a_registry_that_takes_nothing_is_not_sent_to_without_end(
    phone: Phone, registry: FakeRegistry, back: int
) -> None:
    """S25: one that answers well and stays where it was, or goes back, gets three pieces; then the photo
    waits and the next one has its turn."""

    def stays(request: httpx.Request) -> httpx.Response | None:
        if request.method != "PATCH" or "up-1" not in request.url.path:
            return None
        stands = int(request.headers["Upload-Offset"]) - back
        return httpx.Response(204, headers={"Upload-Offset": str(stands)})

    registry.faults.append(stays)
    phone.visit(("photo", LARGE), ("photo", SMALL))
    await phone.runner.run_until_idle()
    assert registry.count("PATCH", "/v1/media/up-1") == TRIES
    assert list(registry.media.values()) == [SMALL]
    assert [entry.last_error for entry in phone.store.media()] == ["answer_unreadable"]


async def test_one_photo_of_two_records_goes_once(phone: Phone, registry: FakeRegistry) -> None:
    """S25: the registry knows photos by their content."""
    ids = [phone.visit(("photo", LARGE)), phone.visit(("photo", LARGE))]
    await phone.runner.run_until_idle()
    assert len(registry.uploads) == 1
    assert [phone.state(rid) for rid in ids] == ["complete", "complete"]


async def test_a_forgotten_upload_counts_as_not_begun(phone: Phone, registry: FakeRegistry) -> None:
    """S25: what the phone still has to send is told truthfully, also when the new start fails at first."""
    phone.visit(("photo", LARGE))
    creations = [0]

    def fault(request: httpx.Request) -> httpx.Response | Exception | None:
        if request.method == "PATCH" and registry.count("PATCH", "/v1/media") == 1:
            return problem("media_gone")
        if request.method == "POST" and request.url.path == "/v1/media":
            creations[0] += 1
            return httpx.ConnectError("gone", request=request) if creations[0] > 1 else None
        return None

    registry.faults.append(fault)
    await phone.runner.run_until_idle()
    entry = phone.store.media()[0]
    assert (entry.offset, entry.upload_url) == (0, None)
    assert phone.runner.status.bytes_left == len(LARGE)


async def test_an_upload_that_kills_every_connection_in_a_browser_delays_nothing(
    phone: Phone, registry: FakeRegistry
) -> None:
    """S25: a browser calls a broken connection "no connection"; the upload that always meets it waits longer
    each time, and everything else arrives."""
    phone.visit(("photo", LARGE), ("photo", SMALL + b"1"), ("photo", SMALL + b"2"))

    def fault(request: httpx.Request) -> Exception | None:
        large = int(request.headers.get("Upload-Length", "0")) == len(LARGE)
        return httpx.ConnectError("Failed to fetch", request=request) if large else None

    registry.faults.append(fault)
    for _ in range(6):
        await phone.runner.run_until_idle()
        phone.clock.pass_time(20)
    assert set(registry.media.values()) == {SMALL + b"1", SMALL + b"2"}
    (left,) = phone.store.media()
    assert left.attempts >= 2
    assert left.last_error == "network_broken"
    registry.faults.clear()
    phone.clock.pass_time(1000)
    await phone.runner.run_until_idle()
    assert registry.media[sha256_hex(LARGE)] == LARGE
