"""Work on the phone reaches the registry by itself, whatever happens on the way, and nothing is ever lost."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from sync_fakes import BASE, FakeRegistry, Phone, body_of, first_times, lose_answer, problem

from app.actions.wipe import prove
from app.store.errors import StoreError
from app.store.sync_port import SyncStore, read_anchor, read_session
from app.store.tables import Rows, get_meta
from sync.errors import AnswerError, RefusedError, UnreachableError, WireError
from sync.plan import Policy
from sync.protocol.canonical import sha256_hex
from sync.protocol.messages import Change, Checkpoint, RecordResult, ResultState


@pytest.fixture
def registry() -> FakeRegistry:
    return FakeRegistry()


@pytest.fixture
def new_phone(tmp_path: Path, registry: FakeRegistry) -> Any:
    phone = Phone(tmp_path, registry)
    yield phone
    phone.db.close()


@pytest.fixture
async def phone(new_phone: Phone) -> Phone:
    await new_phone.enrol()
    return new_phone


async def until(condition: Any, seconds: float = 5) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - a test looks from outside
            await asyncio.sleep(0.01)


# --- enrolment ---


async def test_enrolling_keeps_who_we_are_and_pins_the_registry(
    new_phone: Phone, registry: FakeRegistry
) -> None:
    """S25: one code, and the phone knows its person, certificate, registry key and a signed time."""
    assert new_phone.runner.status.phase == "not_enrolled"
    me = await new_phone.runner.enrol(BASE + "/", " CODE-1 ", "测试机")
    session, anchor = read_session(new_phone.db), read_anchor(new_phone.db)
    assert session is not None
    assert anchor is not None
    assert (me.name, session.me, session.base_url) == ("王干部", me, BASE)
    assert anchor.boot_id == "boot-1"
    assert anchor.sent_ns <= anchor.received_ns
    assert new_phone.runner.status.phase == "idle"


async def test_a_wrong_code_is_told_and_changes_nothing(new_phone: Phone) -> None:
    """S25: the registry's own code comes through; the phone stays as it was."""
    with pytest.raises(RefusedError) as caught:
        await new_phone.runner.enrol(BASE, "WRONG", "x")
    assert caught.value.code == "enrol_code_invalid"
    assert read_session(new_phone.db) is None


async def test_enrolling_without_a_network_says_so(new_phone: Phone, registry: FakeRegistry) -> None:
    """S25: no connection is told apart from a wrong code."""
    registry.faults.append(lambda r: httpx.ConnectError("x", request=r))
    with pytest.raises(UnreachableError) as caught:
        await new_phone.runner.enrol(BASE, "CODE-1", "x")
    assert caught.value.code == "network_unreachable"


async def test_a_phone_with_work_does_not_change_registries(phone: Phone) -> None:
    """S25: records of one registry are not handed to another that answers at the same address."""
    phone.visit()
    phone.runner._transport = httpx.MockTransport(FakeRegistry())
    with pytest.raises(AnswerError) as caught:
        await phone.enrol()
    assert caught.value.code == "registry_changed"
    assert len(phone.store.outbox()) == 1


async def test_an_empty_phone_may_change_registries_and_forgets_the_old_feed(
    phone: Phone, registry: FakeRegistry
) -> None:
    """S25: what the first registry sent is not shown beside the second's."""
    registry.pages = [[Change(kind="household", id="h1", doc={"number": "1"})]]
    await phone.runner.run_until_idle()
    assert Rows(phone.db, "households").count() == 1
    phone.runner._transport = httpx.MockTransport(FakeRegistry())
    await phone.enrol()
    assert Rows(phone.db, "households").count() == 0
    assert get_meta(phone.db, "cursor") is None


async def test_without_enrolment_nothing_is_sent(new_phone: Phone, registry: FakeRegistry) -> None:
    """S25: visits before enrolment are kept."""
    new_phone.visit()
    await new_phone.runner.run_until_idle()
    assert registry.seen == []
    with pytest.raises(WireError) as caught:
        _ = new_phone.runner.client
    assert caught.value.code == "not_enrolled"


# --- records ---


async def test_a_visit_goes_kept_sending_received_complete(phone: Phone, registry: FakeRegistry) -> None:
    """S25: the record's own status says step by step how far it is."""
    photo = bytes(200_000)
    rid = phone.visit(("thumb", b"t"), ("signature", b"s"), ("photo", photo))
    seen: list[str] = [phone.state(rid)]
    registry.faults.append(lambda r: seen.append(phone.state(rid)))  # type: ignore[func-returns-value]
    await phone.runner.run_until_idle()
    seen.append(phone.state(rid))
    steps = [state for index, state in enumerate(seen) if index == 0 or seen[index - 1] != state]
    assert steps == ["kept", "sending", "received", "complete"]
    assert phone.runner.status.phase == "idle"
    assert phone.runner.status.bytes_left == 0


async def test_text_arrives_before_thumbnails_before_originals(phone: Phone, registry: FakeRegistry) -> None:
    """S25: what matters most goes first."""
    phone.visit(("photo", b"original"), ("thumb", b"small"))
    await phone.runner.run_until_idle()
    assert list(registry.media) == [sha256_hex(b"small"), sha256_hex(b"original")]
    paths = [path for _, path in registry.seen]
    assert paths.index("/v1/records") < paths.index("/v1/media")


async def test_a_lost_answer_means_sending_the_same_bytes_again(phone: Phone, registry: FakeRegistry) -> None:
    """S25: the registry says duplicate, and the record is received once."""
    registry.faults.append(lose_answer(registry, ("POST", "/v1/records")))
    rid = phone.visit()
    await phone.runner.run_until_idle()
    assert len(registry.texts) == 1
    assert phone.store.outbox()[0].attempts == 1
    phone.clock.pass_time(60)
    await phone.runner.run_until_idle()
    assert phone.state(rid) == "complete"
    assert len(registry.texts) == 1


async def test_a_phone_killed_while_sending_sends_again(phone: Phone, registry: FakeRegistry) -> None:
    """S25: the state on disk was the pessimistic one, so nothing is thought sent that was not."""
    rid = phone.visit(("photo", b"p"))
    phone.store.begin_records([rid])
    phone.store.begin_media(sha256_hex(b"p"))
    phone.restart()
    assert phone.state(rid) == "sending"
    await phone.runner.run_until_idle()
    assert phone.state(rid) == "complete"


async def test_one_bad_record_is_listed_and_the_others_arrive(phone: Phone, registry: FakeRegistry) -> None:
    """S25: quarantine and conflict are final words on that record only."""
    ids = [phone.visit() for _ in range(4)]
    registry.verdicts = {ids[1]: ("quarantined", "out_of_scope"), ids[2]: ("conflict", "id_reused")}
    await phone.runner.run_until_idle()
    assert [phone.state(rid) for rid in ids] == ["complete", "quarantined", "conflict", "complete"]
    problems = {doc["id"]: doc["problem"] for doc in phone.db.table("records").all()}
    assert [problems[rid] for rid in ids] == [None, "out_of_scope", "id_reused", None]
    assert set(phone.store.chain().troubled) == {ids[1], ids[2]}
    assert phone.store.outbox() == []


async def test_a_record_that_makes_the_registry_fall_over_is_isolated(
    phone: Phone, registry: FakeRegistry
) -> None:
    """S25: 500 for the whole batch narrows down to the one record; all others arrive."""
    ids = [phone.visit(body={"n": n}) for n in range(60)]
    poison = ids[17]

    def stumble(request: httpx.Request) -> httpx.Response | None:
        from sync_fakes import body_of

        if request.url.path != "/v1/records":
            return None
        batch = [item["id"] for item in body_of(request)["records"]]
        return problem("internal") if poison in batch else None

    registry.faults.append(stumble)
    for _ in range(12):
        await phone.runner.run_until_idle()
        phone.clock.pass_time(300)
    assert [entry.id for entry in phone.store.outbox()] == [poison]
    assert phone.store.outbox()[0].last_error == "internal"


async def test_a_refused_batch_hides_no_innocent_record(phone: Phone, registry: FakeRegistry) -> None:
    """S25: when the batch as a whole is too large for a registry, smaller ones follow soon, not in hours."""

    def narrow(request: httpx.Request) -> httpx.Response | None:
        from sync_fakes import body_of

        if request.url.path != "/v1/records" or len(body_of(request)["records"]) <= 5:
            return None
        return problem("too_large")

    registry.faults.append(narrow)
    for number in range(60):
        phone.visit(body={"n": number})
    for _ in range(20):
        await phone.runner.run_until_idle()
        phone.clock.pass_time(10)
    assert len(registry.texts) == 60


async def test_a_full_batch_never_exceeds_the_wires_limit(phone: Phone, registry: FakeRegistry) -> None:
    """S25: quotation marks grow when they travel; the two megabytes are counted as they travel."""
    import gzip

    sizes: list[int] = []

    def weigh(request: httpx.Request) -> None:
        if request.url.path == "/v1/records":
            sizes.append(len(gzip.decompress(request.content)))

    registry.faults.append(weigh)
    for number in range(12):
        phone.visit(body={"note": '"' * 150_000, "n": number})
    await phone.runner.run_until_idle()
    assert len(registry.texts) == 12
    assert len(sizes) >= 2
    assert max(sizes) <= 2 * 1024 * 1024


async def test_five_hundred_visits_go_in_three_batches(phone: Phone, registry: FakeRegistry) -> None:
    """S25: a long time without signal is caught up in few requests."""
    with phone.db.batch():
        for number in range(500):
            phone.visit(body={"n": number})
    await phone.runner.run_until_idle()
    assert registry.count("POST", "/v1/records") == 3
    assert len(registry.texts) == 500


# --- the line ---


@pytest.mark.parametrize(
    ("said", "code"), [("x", "network_unreachable"), ("CERTIFICATE_VERIFY_FAILED", "network_certificate")]
)
async def test_without_a_network_the_phone_probes_and_blames_no_record(
    phone: Phone, registry: FakeRegistry, said: str, code: str
) -> None:
    """S25: offline, or with a date at which no certificate holds, costs no attempt; then everything goes."""
    down = [True]
    registry.faults.append(lambda r: httpx.ConnectError(said, request=r) if down[0] else None)
    rid = phone.visit(("photo", b"p"))
    for _ in range(5):
        await phone.runner.run_until_idle()
        phone.clock.pass_time(120)
    assert phone.runner.status.phase == "offline"
    assert phone.runner.status.online is False
    assert phone.runner.status.last_error == code
    assert (phone.state(rid), phone.store.outbox()[0].attempts) == ("kept", 0)
    down[0] = False
    phone.clock.pass_time(1000)
    await phone.runner.run_until_idle()
    assert phone.state(rid) == "complete"
    assert phone.runner.status.online is True
    assert phone.runner.status.last_error is None


async def test_a_phone_that_comes_back_online_does_not_sit_out_its_back_off(
    phone: Phone, registry: FakeRegistry
) -> None:
    """S25: time-outs of the afternoon do not delay the evening's Wi-Fi."""
    rid = phone.visit()
    registry.faults.append(
        lambda r: httpx.ReadTimeout("x", request=r) if r.url.path == "/v1/records" else None
    )
    for _ in range(12):
        await phone.runner.run_until_idle()
        phone.clock.pass_time(20)
    assert phone.store.outbox()[0].attempts > 2
    registry.faults.clear()
    phone.runner.kick()
    await phone.runner.run_until_idle()
    assert phone.state(rid) == "complete"


async def test_a_batch_that_always_times_out_backs_off_on_its_own(
    phone: Phone, registry: FakeRegistry
) -> None:
    """S25: a probe that succeeds does not start the same hopeless batch over and over; the rest goes on."""
    registry.faults.append(
        lambda r: httpx.ReadTimeout("x", request=r) if r.url.path == "/v1/records" else None
    )
    phone.visit(("photo", b"p"))
    for _ in range(100):
        await phone.runner.run_until_idle()
        phone.clock.pass_time(10)
    tried = phone.store.outbox()[0].attempts
    assert 5 <= tried <= 10, "1,000 seconds, waits doubling from 2"
    assert list(registry.media.values()) == [b"p"]


async def test_a_busy_registry_is_left_in_peace(phone: Phone, registry: FakeRegistry) -> None:
    """S25: 503 with Retry-After stops all lanes for that long."""
    registry.faults.append(first_times(1, problem("busy", **{"Retry-After": "120"}), ("POST", "/v1/records")))
    rid = phone.visit(("photo", b"p"))
    await phone.runner.run_until_idle()
    before = len(registry.seen)
    phone.clock.pass_time(100)
    await phone.runner.run_until_idle()
    assert len(registry.seen) == before
    phone.clock.pass_time(30)
    await phone.runner.run_until_idle()
    assert phone.state(rid) == "complete"


async def test_one_photo_that_always_fails_delays_no_other(phone: Phone, registry: FakeRegistry) -> None:
    """S25: the stubborn one backs off, the rest arrives, later visits too."""
    bad = bytes(150_000) + b"bad"

    def fault(request: httpx.Request) -> httpx.Response | None:
        meta = request.headers.get("Upload-Metadata", "")
        import base64

        return problem("internal") if base64.b64encode(sha256_hex(bad).encode()).decode() in meta else None

    registry.faults.append(fault)
    first = phone.visit(("photo", bad), ("photo", b"good"), ("signature", b"s"))
    second = phone.visit(("photo", b"better"))
    await phone.runner.run_until_idle()
    assert (phone.state(first), phone.state(second)) == ("received", "complete")
    assert set(registry.media.values()) == {b"good", b"s", b"better"}
    assert phone.runner.status.pending_media == 1
    assert phone.runner.status.phase == "waiting"
    registry.faults.clear()
    phone.clock.pass_time(3600)
    await phone.runner.run_until_idle()
    assert phone.state(first) == "complete"


async def test_a_failing_question_about_photos_does_not_hold_them_up(
    phone: Phone, registry: FakeRegistry
) -> None:
    """S25: when /v1/media/missing fails, photos are simply sent."""
    registry.faults.append(lambda r: problem("internal") if r.url.path == "/v1/media/missing" else None)
    rid = phone.visit(("photo", b"p"))
    await phone.runner.run_until_idle()
    assert phone.state(rid) == "complete"


async def test_originals_wait_for_wifi_when_asked_to(
    tmp_path: Path, phone: Phone, registry: FakeRegistry
) -> None:
    """S25: with the setting on, mobile data carries text, thumbnails and signatures only."""
    metered = [True]
    phone.options = replace(
        phone.options, policy=Policy(photos_on_wifi_only=True), metered=lambda: metered[0]
    )
    phone.restart()
    rid = phone.visit(("photo", b"p"), ("thumb", b"t"), ("signature", b"s"))
    await phone.runner.run_until_idle()
    assert (phone.state(rid), phone.runner.status.phase) == ("received", "waiting")
    assert phone.runner.status.pending_media == 1
    metered[0] = False
    await phone.runner.run_until_idle()
    assert phone.state(rid) == "complete"


# --- login ---


async def test_a_revoked_device_keeps_its_work_and_says_that_login_is_needed(
    phone: Phone, registry: FakeRegistry
) -> None:
    """S25: revoking never deletes a visit; after login everything goes on."""
    rid = phone.visit(("photo", b"p"))
    registry.revoked = True
    await phone.runner.run_until_idle()
    assert phone.runner.status.phase == "needs_login"
    assert (phone.state(rid), phone.store.outbox()[0].attempts) == ("kept", 0)
    asked = len(registry.seen)
    await phone.runner.run_until_idle()
    assert len(registry.seen) == asked, "not asked again and again"
    phone.visit()
    registry.revoked = False
    await phone.enrol()
    await phone.runner.run_until_idle()
    assert phone.state(rid) == "complete"
    assert phone.runner.status.phase == "idle"


async def test_a_device_revoked_in_the_middle_keeps_its_work(phone: Phone, registry: FakeRegistry) -> None:
    """S25: the same when the token was still good a moment ago."""
    await phone.runner.run_until_idle()
    registry.revoked = True
    rid = phone.visit()
    await phone.runner.run_until_idle()
    assert phone.state(rid) == "kept"
    assert phone.runner.status.phase == "needs_login"
    registry.revoked = False
    phone.clock.pass_time(1000)
    await phone.runner.run_until_idle()
    assert phone.state(rid) == "complete"


async def test_an_app_too_old_for_the_registry_says_so_and_keeps_its_work(
    phone: Phone, registry: FakeRegistry
) -> None:
    """S25: 426 is neither an outage nor a fault of the record."""
    registry.faults.append(lambda r: problem("protocol_unsupported") if r.url.path != "/v1/token" else None)
    rid = phone.visit()
    await phone.runner.run_until_idle()
    assert phone.runner.status.phase == "needs_update"
    assert (phone.state(rid), phone.store.outbox()[0].attempts) == ("kept", 0)
    registry.faults.clear()
    phone.restart()  # with a newer app
    await phone.runner.run_until_idle()
    assert phone.state(rid) == "complete", "nothing waits for a back-off of the old one"


def no_whole_token(request: httpx.Request) -> httpx.Response | None:
    """A registry that gives a phone of this age a token for handing over and no other."""
    whole = request.url.path == "/v1/token" and not body_of(request).get("scope")
    return problem("protocol_unsupported") if whole else None


async def test_an_app_too_old_for_a_token_hands_its_work_over(phone: Phone, registry: FakeRegistry) -> None:
    """S25: it asks once more, for handing over alone; when that is done it says that an update is needed."""
    registry.faults.append(no_whole_token)
    rid = phone.visit(("photo", b"p"))
    await phone.runner.run_until_idle()
    assert phone.state(rid) == "complete"
    assert phone.runner.status.phase == "needs_update"
    assert ("GET", "/v1/changes") not in registry.seen
    registry.faults.clear()
    phone.restart()
    await phone.runner.run_until_idle()
    assert phone.runner.status.phase == "idle"


async def test_an_app_too_old_for_any_token_is_not_sent_to_the_login(
    phone: Phone, registry: FakeRegistry
) -> None:
    """S25: no new code would help; the work waits unblamed, and goes when the registry takes it again."""
    registry.faults.append(lambda r: problem("protocol_unsupported") if r.url.path == "/v1/token" else None)
    rid = phone.visit(("photo", b"p"))
    await phone.runner.run_until_idle()
    assert phone.runner.status.phase == "needs_update"
    assert (phone.state(rid), phone.store.outbox()[0].attempts) == ("kept", 0)
    asked = len(registry.seen)
    await phone.runner.run_until_idle()
    assert len(registry.seen) == asked, "not asked again and again"
    registry.faults.clear()
    phone.clock.pass_time(1000)
    await phone.runner.run_until_idle()
    assert (phone.state(rid), phone.runner.status.phase) == ("complete", "idle")


async def test_a_token_refused_on_the_way_for_the_apps_age_blames_no_photo(
    phone: Phone, registry: FakeRegistry
) -> None:
    """S25: the registry was updated while photos were going up."""
    rid = phone.visit(*((("photo", bytes([n]) * 9)) for n in range(4)))
    taken: list[str] = []

    def updated(request: httpx.Request) -> httpx.Response | None:
        if request.url.path == "/v1/media" and len(taken) < 2:
            taken.append(request.url.path)
            return None
        return problem("protocol_unsupported") if taken and request.url.path != "/v1/health" else None

    registry.faults.append(updated)
    await phone.runner.run_until_idle()
    assert phone.runner.status.phase == "needs_update"
    assert [entry.attempts for entry in phone.store.media()] == [0, 0]
    registry.faults.clear()
    phone.restart()
    await phone.runner.run_until_idle()
    assert phone.state(rid) == "complete"


# --- the feed ---


async def test_the_feed_is_applied_page_by_page_with_tombstones(phone: Phone, registry: FakeRegistry) -> None:
    """S25: households come, change and go; each page and its cursor are one write."""
    registry.pages = [
        [Change(kind="household", id=f"h{n}", doc={"number": str(n)}) for n in range(5)],
        [Change(kind="household", id="h0"), Change(kind="household", id="h1", doc={"number": "new"})],
        [Change(kind="feedback", id="f1", doc={"record_id": "r"}), Change(kind="org", id="gone")],
    ]
    await phone.runner.run_until_idle()
    kept = {doc["id"]: doc["number"] for doc in Rows(phone.db, "households").all()}
    assert kept == {"h1": "new", "h2": "2", "h3": "3", "h4": "4"}
    assert Rows(phone.db, "feedback").get("f1") == {"id": "f1", "record_id": "r"}
    assert get_meta(phone.db, "cursor") == "3"


async def test_a_first_sync_that_is_cut_goes_on_after_the_last_whole_page(
    phone: Phone, registry: FakeRegistry
) -> None:
    """S25: 10,000 households on a bad line arrive sooner or later."""
    registry.pages = [[Change(kind="household", id=f"h{p}", doc={"p": p})] for p in range(4)]
    registry.faults.append(
        lambda r: httpx.ConnectError("x", request=r) if r.url.params.get("since") == "2" else None
    )
    await phone.runner.run_until_idle()
    assert get_meta(phone.db, "cursor") == "2"
    registry.faults.clear()
    phone.restart()
    before = len(registry.seen)
    await phone.runner.run_until_idle()
    assert Rows(phone.db, "households").count() == 4
    assert [path for _, path in registry.seen[before:]].count("/v1/changes") == 2


async def test_a_page_and_its_cursor_are_one_write(
    phone: Phone, registry: FakeRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S25: when the disk is full in the middle of a page, neither half of it stays."""
    registry.pages = [[Change(kind="household", id="h1", doc={}), Change(kind="household", id="h2", doc={})]]
    real = SyncStore._put_anchor

    def full(self: SyncStore, anchor: Any) -> None:
        if phone.store.session() and Rows(phone.db, "households").count():
            raise StoreError("disk_full")
        real(self, anchor)

    monkeypatch.setattr(SyncStore, "_put_anchor", full)
    await phone.runner.run_until_idle()
    assert Rows(phone.db, "households").count() == 0
    assert get_meta(phone.db, "cursor") is None
    assert phone.runner.status.last_error == "disk_full"
    monkeypatch.undo()
    phone.clock.pass_time(60)
    await phone.runner.run_until_idle()
    assert Rows(phone.db, "households").count() == 2


async def test_after_sending_the_feed_is_asked(phone: Phone, registry: FakeRegistry) -> None:
    """S25: what the registry says about the visit comes back at once."""
    await phone.runner.run_until_idle()
    before = registry.count("GET", "/v1/changes")
    phone.visit()
    await phone.runner.run_until_idle()
    assert registry.count("GET", "/v1/changes") == before + 1


# --- running ---


async def test_new_work_goes_without_a_tap(phone: Phone, registry: FakeRegistry) -> None:
    """S25: kick() after sealing is all it takes; stop() ends cleanly."""
    running = asyncio.create_task(phone.runner.run_forever())
    await until(lambda: registry.count("GET", "/v1/changes") == 1)
    rid = phone.visit(("photo", b"p"))
    phone.runner.kick()
    await until(lambda: phone.state(rid) == "complete")
    await phone.runner.stop()
    await running
    assert phone.runner.status.phase == "stopped"


async def test_the_systems_word_that_the_network_is_back_wakes_the_phone(
    phone: Phone, registry: FakeRegistry
) -> None:
    """S25: no waiting for the next probe."""
    down = [True]
    registry.faults.append(lambda r: httpx.ConnectError("x", request=r) if down[0] else None)
    rid = phone.visit()
    running = asyncio.create_task(phone.runner.run_forever())
    await until(lambda: phone.runner.status.phase == "offline")
    down[0] = False
    phone.wire.change(True)
    await until(lambda: phone.state(rid) == "complete")
    await phone.runner.stop()
    await running


async def test_only_one_runner_runs(phone: Phone) -> None:
    """S25: a second start is a programming error, told at once."""
    running = asyncio.create_task(phone.runner.run_forever())
    await asyncio.sleep(0)
    with pytest.raises(RuntimeError):
        await phone.runner.run_forever()
    with pytest.raises(RuntimeError):
        await phone.runner.run_until_idle()
    await phone.runner.stop()
    await running


async def test_a_stop_in_mid_air_loses_nothing(phone: Phone, registry: FakeRegistry) -> None:
    """S25: what was on its way when the app closed is sent again at the next start."""
    entered = asyncio.Event()

    class Hanging(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.path == "/v1/records":
                entered.set()
                await asyncio.sleep(3600)
            return registry(request)

    rid = phone.visit()
    phone.runner.client.http._client._transport = Hanging()
    running = asyncio.create_task(phone.runner.run_forever())
    await asyncio.wait_for(entered.wait(), 5)
    await phone.runner.stop()
    await running
    assert phone.state(rid) == "sending"
    phone.restart()
    await phone.runner.run_until_idle()
    assert phone.state(rid) == "complete"


async def test_screens_hear_of_every_change_and_cannot_stop_the_road(
    phone: Phone, registry: FakeRegistry
) -> None:
    """S25: the status tells phases and bytes left; a faulty listener harms nobody."""
    heard: list[Any] = []

    def broken(reading: Any) -> None:
        raise ValueError("a screen's fault")

    phone.runner.status.subscribe(broken)
    leave = phone.runner.status.subscribe(heard.append)
    rid = phone.visit(("photo", bytes(400_000)))
    await phone.runner.run_until_idle()
    assert phone.state(rid) == "complete"
    assert {"working", "idle"} <= {reading.phase for reading in heard}
    left = [reading.bytes_left for reading in heard if reading.pending_media]
    assert len(set(left)) >= 3, "progress inside one photo is seen"
    leave()
    count = len(heard)
    phone.visit()
    await phone.runner.run_until_idle()
    assert len(heard) == count


async def test_an_unexpected_fault_backs_off_and_keeps_the_work(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S25: even our own bug neither loses a record nor spins."""
    rid = phone.visit()
    calls = []

    def bug(self: SyncStore, ids: Any) -> Any:
        calls.append(ids)
        raise ZeroDivisionError

    monkeypatch.setattr(SyncStore, "begin_records", bug)
    await phone.runner.run_until_idle()
    assert len(calls) == 1
    assert phone.runner.status.last_error == "sync_failed"
    monkeypatch.undo()
    phone.clock.pass_time(60)
    await phone.runner.run_until_idle()
    assert phone.state(rid) == "complete"


# --- safe to wipe ---


async def test_safe_to_wipe_is_a_proof(phone: Phone, registry: FakeRegistry) -> None:
    """S25: only when nothing is unsent and the registry signed the same head may the phone be wiped."""
    assert prove(phone.store.chain(), 0).safe, "an empty phone holds nothing to lose"
    phone.visit(("photo", b"p"))
    proof = prove(phone.store.chain(), 0)
    assert (proof.safe, proof.unsent, proof.pictures_left) == (False, 1, 1)
    await phone.runner.run_until_idle()
    assert prove(phone.store.chain(), 0).safe
    registry.verdicts["01930001-0000-7000-8000-000000000000"] = ("quarantined", "bad_signature")
    phone.visit()
    await phone.runner.run_until_idle()
    proof = prove(phone.store.chain(), 0)
    assert (proof.safe, proof.head_equal, proof.troubled) == (False, False, 1)


async def test_a_registry_restored_from_an_old_backup_gets_everything_again(
    phone: Phone, registry: FakeRegistry
) -> None:
    """S25: the signed checkpoint shows what it lost; the phone still has it and sends it again."""
    ids = [phone.visit(("photo", bytes([n]) * 10)) for n in range(5)]
    await phone.runner.run_until_idle()
    registry.texts, registry.media = registry.texts[:2], {}
    registry.records = dict(list(registry.records.items())[:2])
    ids.append(phone.visit())
    await phone.runner.run_until_idle()
    await phone.runner.run_until_idle()
    assert set(registry.records) == set(ids)
    assert len(registry.media) == 5, "photos also of the records that it still held"
    assert {phone.state(rid) for rid in ids} == {"complete"}


async def test_what_was_put_aside_for_a_person_is_sent_again_too(phone: Phone) -> None:
    """S25: a quarantined or doubled record keeps its place in the chain; a restored registry lost it too."""
    ids = [phone.visit() for _ in range(3)]
    sealed = phone.store.begin_records(ids)

    def checkpoint(seq: int) -> Checkpoint:
        return Checkpoint(device_id="d", seq=seq, head="00" * 32, server_time="2026-11-21T08:00:00Z", sig="")

    states: list[ResultState] = ["accepted", "quarantined", "conflict"]
    results = [
        RecordResult(id=one.id, hash=one.hash, state=state) for one, state in zip(sealed, states, strict=True)
    ]
    phone.store.finish_records(results, checkpoint(3))
    assert phone.store.outbox() == []
    phone.store.finish_records([], checkpoint(1))
    assert [entry.id for entry in phone.store.outbox()] == ids[1:]
    assert phone.store.chain().troubled == ()


async def test_a_registry_that_stays_behind_is_not_flooded(phone: Phone, registry: FakeRegistry) -> None:
    """S25: what was sent again once and still does not count is left to people."""
    ids = [phone.visit() for _ in range(3)]
    await phone.runner.run_until_idle()
    registry.texts, registry.stuck = [], True
    for _ in range(6):
        ids.append(phone.visit())
        await phone.runner.run_until_idle()
    assert registry.count("POST", "/v1/records") <= 9
    assert phone.store.outbox() == []


async def test_the_remaining_time_follows_from_what_the_line_carried(
    phone: Phone, registry: FakeRegistry
) -> None:
    """S25: 100 KB per second and 600 KB left are six seconds; when all is sent nothing is said."""
    told: list[tuple[int, float]] = []
    phone.runner.status.subscribe(
        lambda reading: (
            told.append((reading.bytes_left, reading.seconds_left)) if reading.seconds_left else None
        )
    )

    def slow(request: httpx.Request) -> None:
        phone.clock.pass_time(len(request.content) / 100_000)

    registry.faults.append(slow)
    phone.visit(*[("photo", bytes([number]) * 200_000) for number in range(8)])
    await phone.runner.run_until_idle()
    assert told
    assert all(seconds == pytest.approx(left / 100_000, rel=0.05) for left, seconds in told)
    assert phone.runner.status.reading.seconds_left is None
