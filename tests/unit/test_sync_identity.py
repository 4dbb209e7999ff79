"""A device proves who it is with a key that never leaves it."""

from __future__ import annotations

import json

import pytest
from sync_fakes import CRYPTO

from domain.errors import InputError
from sync.identity import DeviceIdentity
from sync.protocol.records import unb64


def test_the_identity_survives_a_restart() -> None:
    """S25: what is kept in the secure storage makes the same device again."""
    first = DeviceIdentity.create(CRYPTO)
    again = DeviceIdentity.from_secret(first.secret(), CRYPTO)
    assert (first.device_id, first.seed, first.public) == (again.device_id, again.seed, again.public)
    assert CRYPTO.ed25519_verify(first.public, again.sign(b"x"), b"x")


def test_a_damaged_identity_is_told() -> None:
    """S25: a new key would orphan the records signed by the old one."""
    with pytest.raises(InputError) as caught:
        DeviceIdentity.from_secret(b"short", CRYPTO)
    assert caught.value.code == "identity_damaged"


def test_the_assertion_is_a_jws_the_registry_can_verify() -> None:
    """S25: alg EdDSA, claims as TokenRequest says, signature over header.claims."""
    identity = DeviceIdentity.create(CRYPTO)
    head, claims, sig = identity.assertion(1_795_248_000).split(".")
    assert json.loads(unb64(head))["alg"] == "EdDSA"
    said = json.loads(unb64(claims))
    assert said["iss"] == said["sub"] == identity.device_id
    assert said["aud"] == "nuanfang-registry"
    assert said["exp"] - said["iat"] == 300
    assert CRYPTO.ed25519_verify(identity.public, unb64(sig), f"{head}.{claims}".encode())
    assert identity.assertion(1_795_248_000).split(".")[1] != claims, "jti must be unique"


def test_the_key_is_never_printed() -> None:
    """R16: logs show the device's id only."""
    identity = DeviceIdentity.create(CRYPTO)
    assert repr(identity) == f"DeviceIdentity({identity.device_id})"
