"""Sealed records: frozen once, checked everywhere (DESIGN §4, R10)."""

from __future__ import annotations

import msgspec
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.errors import InputError
from sync.protocol.records import GENESIS, RecordHead, Sealed, b64, seal, unb64, unseal

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def verify(signature: bytes, raw: bytes) -> bool:
    try:
        KEY.public_key().verify(signature, raw)
    except InvalidSignature:
        return False
    return True


def head(**changes: object) -> RecordHead:
    base = {
        "v": 1,
        "id": "0190aaaa-0000-7000-8000-000000000001",
        "type": "visit",
        "county": "990101",
        "device": "0190aaaa-0000-7000-8000-0000000000d1",
        "author": "0190aaaa-0000-7000-8000-0000000000a1",
        "seq": 1,
        "prev": GENESIS,
        "event_time": {"device_time": "2026-12-20T11:00:00Z"},
        "body": {"note": "屋里冷，缺棉被", "amount": "1000.00"},
    }
    return msgspec.convert({**base, **changes}, RecordHead)


def test_a_sealed_record_opens_to_what_was_sealed() -> None:
    """What the cadre sealed is what the office reads."""
    assert unseal(seal(head(), KEY.sign), verify) == head()


def test_the_frozen_record_of_version_1_still_has_the_same_bytes() -> None:
    """A phone of the first day is understood for ever: hash and signature are frozen here."""
    sealed = seal(head(), KEY.sign)
    assert sealed.hash == "548f6090eafc24592f4af23560e448756e86a7cf2831fa49042add81f8ba702b"
    assert (
        sealed.sig == "JAKc-T_vLGA7AIuu_SomrU4rMxuoa-IdnZ-XDj2nsvCjuMimUKDABm2cyg0j7NGyG8AcVbntCEqyN_F9J-GECA"
    )


def broken(sealed: Sealed, **changes: str) -> Sealed:
    return msgspec.structs.replace(sealed, **changes)


def test_every_forgery_has_its_own_code() -> None:
    """An amount changed after signing, a foreign signature, a swapped id: each is told apart."""
    good = seal(head(), KEY.sign)
    other = seal(head(seq=2), Ed25519PrivateKey.generate().sign)
    cases = {
        "hash_mismatch": broken(good, record=good.record.replace("1000.00", "9000.00")),
        "id_mismatch": broken(good, id="0190aaaa-0000-7000-8000-000000000002"),
        "bad_signature": other,
        "bad_base64": broken(good, sig="***"),
    }
    for code, forged in cases.items():
        with pytest.raises(InputError) as caught:
            unseal(forged, verify)
        assert caught.value.code == code


@pytest.mark.parametrize("size", [0, 1, 2, 3, 32, 64])
def test_base64url_without_padding(size: int) -> None:
    """RFC 4648 §5, both ways."""
    data = bytes(range(size))
    assert unb64(b64(data)) == data
    assert "=" not in b64(data)
