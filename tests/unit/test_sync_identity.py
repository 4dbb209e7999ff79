"""A device proves who it is with a key that never leaves it."""

from __future__ import annotations

import json

import pytest
from sync_fakes import CRYPTO

from domain.errors import InputError
from sync.identity import SECRET_NAME, DeviceIdentity, load_or_create_identity
from sync.protocol.records import unb64


class Box(dict[str, bytes]):
    async def get(self, name: str) -> bytes | None:  # type: ignore[override]
        return super().get(name)

    async def put(self, name: str, value: bytes) -> None:
        self[name] = value


async def test_the_identity_is_made_once_and_found_again() -> None:
    """S25: after a restart the phone is still the same device."""
    box = Box()
    first = await load_or_create_identity(box, CRYPTO)
    again = await load_or_create_identity(box, CRYPTO)
    assert (first.device_id, first.seed, first.public) == (again.device_id, again.seed, again.public)
    assert list(box) == [SECRET_NAME]


async def test_a_damaged_identity_is_told_and_not_replaced() -> None:
    """S25: a new key would orphan the records signed by the old one."""
    box = Box({SECRET_NAME: b"short"})
    with pytest.raises(InputError) as caught:
        await load_or_create_identity(box, CRYPTO)
    assert caught.value.code == "identity_damaged"
    assert box[SECRET_NAME] == b"short"


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
