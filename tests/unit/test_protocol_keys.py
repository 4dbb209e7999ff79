"""The registry's keys in a row: who is believed about which moment (S9, S25, ADR 0022)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.platform.native.crypto import NativeCrypto
from domain.errors import InputError
from sync.errors import AnswerError
from sync.protocol.keys import SLACK, KeyRing, KeyStep, one_row, step_bytes
from sync.protocol.messages import SignedTime, time_bytes
from sync.protocol.records import b64
from sync.verify import RegistryKey

FIRST, SECOND, THIRD, STRANGER = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in range(1, 5))
CHANGE = datetime(2026, 12, 1, 8, tzinfo=UTC)
LATER = CHANGE + timedelta(days=30)
SECOND_LONG = timedelta(milliseconds=1)


def text(key: Ed25519PrivateKey) -> str:
    return b64(key.public_key().public_bytes_raw())


def verify(public: bytes, signature: bytes, data: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def step(old: Ed25519PrivateKey, new: Ed25519PrivateKey, since: datetime) -> KeyStep:
    said = since.isoformat()
    data = step_bytes(text(old), text(new), said)
    return KeyStep(key=text(new), since=said, sig=b64(old.sign(data)), proof=b64(new.sign(data)))


STEPS = [step(FIRST, SECOND, CHANGE), step(SECOND, THIRD, LATER)]


def believed(signer: Ed25519PrivateKey, at: datetime, steps=STEPS) -> bool:
    ring = KeyRing(text(FIRST), steps, verify)
    return ring.signed(b"said", b64(signer.sign(b"said")), at.isoformat())


@pytest.mark.parametrize(
    ("at", "good"),
    [
        (datetime(2020, 1, 1, tzinfo=UTC), {FIRST}),
        (CHANGE - SLACK - SECOND_LONG, {FIRST}),
        (CHANGE - SLACK, {FIRST, SECOND}),
        (CHANGE, {FIRST, SECOND}),
        (CHANGE + SLACK - SECOND_LONG, {FIRST, SECOND}),
        (CHANGE + SLACK, {SECOND}),
        (LATER - SLACK, {SECOND, THIRD}),
        (LATER + SLACK, {THIRD}),
        (datetime(2999, 1, 1, tzinfo=UTC), {THIRD}),
    ],
)
def test_each_key_is_believed_about_its_own_time(at, good):
    """A stolen key that was given up dates nothing after that."""
    assert {key for key in (FIRST, SECOND, THIRD, STRANGER) if believed(key, at)} == good


def test_one_key_is_believed_about_all_time():
    """As long as there was no change nothing is asked of the time."""
    assert believed(FIRST, datetime.min.replace(tzinfo=UTC), [])
    assert believed(FIRST, datetime.max.replace(tzinfo=UTC), [])
    assert not believed(STRANGER, CHANGE, [])


@pytest.mark.parametrize(
    "steps",
    [
        [step(STRANGER, SECOND, CHANGE)],
        [msgspec.structs.replace(STEPS[0], key=text(STRANGER))],
        [msgspec.structs.replace(STEPS[0], proof=STEPS[0].sig)],
        [msgspec.structs.replace(STEPS[0], sig=STEPS[0].proof)],
        [msgspec.structs.replace(STEPS[0], since=LATER.isoformat())],
        [msgspec.structs.replace(STEPS[0], since="tomorrow")],
        [msgspec.structs.replace(STEPS[0], since="2026-12-01T08:00:00")],
        [msgspec.structs.replace(STEPS[0], sig="?")],
        [STEPS[1]],
        [STEPS[0], step(SECOND, THIRD, CHANGE)],
        [STEPS[0], step(FIRST, THIRD, LATER)],
    ],
    ids=[
        *("stranger", "other key", "no proof", "no sig", "other time", "no time", "no zone", "no base64"),
        *("a step left out", "not later", "fork"),
    ],
)
def test_a_step_that_the_key_before_did_not_sign_is_refused(steps):
    """Nobody slips a key in."""
    with pytest.raises(InputError) as caught:
        KeyRing(text(FIRST), steps, verify)
    assert caught.value.code in {"bad_key_step", "bad_base64"}


@pytest.mark.parametrize(("sig", "at"), [("?", "2026-12-02T00:00:00Z"), (b64(FIRST.sign(b"said")), "then")])
def test_what_is_malformed_is_not_signed(sig, at):
    """No exception reaches who asks."""
    assert not KeyRing(text(FIRST), STEPS, verify).signed(b"said", sig, at)


def test_two_lists_are_one_row_as_far_as_both_go():
    """A process that has not heard yet tells a shorter list; another key in its place is another registry."""
    assert one_row(STEPS, [])
    assert one_row(STEPS[:1], STEPS)
    assert not one_row(STEPS, [step(FIRST, STRANGER, CHANGE)])


def test_a_phone_learns_and_does_not_forget():
    """Fewer keys teach nothing, more are taken in, another row is refused and changes nothing."""
    phone = RegistryKey(text(FIRST), NativeCrypto())
    device, said = "0193a5e0-7c00-7000-8000-000000000001", (CHANGE + timedelta(hours=1)).isoformat()
    time = SignedTime(server_time=said, sig=b64(SECOND.sign(time_bytes(device, said))))
    with pytest.raises(AnswerError, match="registry_signature_invalid"):
        phone.check_time(time, device)
    phone.learn(STEPS)
    phone.check_time(time, device)
    phone.learn(STEPS[:1])
    assert phone.ring.newest == text(THIRD)
    for other in ([step(FIRST, STRANGER, CHANGE)], [*STEPS, step(STRANGER, FIRST, LATER + SLACK)]):
        with pytest.raises(AnswerError, match="registry_signature_invalid"):
            phone.learn(other)
    assert phone.ring.steps == tuple(STEPS)
    old = SignedTime(server_time=said, sig=b64(FIRST.sign(time_bytes(device, said))))
    with pytest.raises(AnswerError, match="registry_signature_invalid"):
        phone.check_time(old, device)
