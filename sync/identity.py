"""Who this device is: an id and an Ed25519 key made on the phone, and how it proves them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Protocol

import msgspec
import uuid6

from domain.errors import InputError
from sync.protocol.records import b64

ASSERTION_SECONDS = 300
"""Longest life of an assertion that a registry accepts (TokenRequest)."""
AUDIENCE = "nuanfang-registry"
SECRET_NAME = "device-identity"  # noqa: S105 - the name under which the caller keeps it, not the secret


class Ed25519(Protocol):
    """The part of app.platform.ports.Crypto that the road needs."""

    def ed25519_generate(self) -> tuple[bytes, bytes]: ...
    def ed25519_sign(self, private: bytes, message: bytes) -> bytes: ...
    def ed25519_verify(self, public: bytes, signature: bytes, message: bytes) -> bool: ...


@dataclass(frozen=True, slots=True)
class DeviceIdentity:
    """``device_id`` UUIDv7 text; ``seed`` and ``public`` 32 bytes each (RFC 8032). Never printed."""

    device_id: str
    seed: bytes
    public: bytes
    crypto: Ed25519

    @classmethod
    def create(cls, crypto: Ed25519) -> DeviceIdentity:
        """A new device. Keep ``secret()`` before enrolling with it."""
        seed, public = crypto.ed25519_generate()
        return cls(str(uuid6.uuid7()), seed, public, crypto)

    @classmethod
    def from_secret(cls, secret: bytes, crypto: Ed25519) -> DeviceIdentity:
        """Inverse of ``secret()``; raises InputError("identity_damaged")."""
        if len(secret) != 80:
            raise InputError("identity_damaged", size=len(secret))
        return cls(str(uuid.UUID(bytes=secret[:16])), secret[16:48], secret[48:], crypto)

    def secret(self) -> bytes:
        """80 bytes for the secure storage: device id, seed, public key."""
        return uuid.UUID(self.device_id).bytes + self.seed + self.public

    def sign(self, message: bytes) -> bytes:
        """64-byte Ed25519 signature; pass this as ``sign`` to sync.protocol.records.seal."""
        return self.crypto.ed25519_sign(self.seed, message)

    def enrol_proof(self, code: str) -> str:
        """EnrolRequest.proof for this one-time code."""
        return b64(self.sign(f"nuanfang-enrol:{code}:{self.device_id}".encode()))

    def assertion(self, issued_at: int) -> str:
        """TokenRequest.assertion (RFC 7523): a compact JWS, alg EdDSA (RFC 8037), signed by hand.

        ``issued_at``: seconds since 1970 by the device's own clock, which may be wrong.
        """
        header = {"alg": "EdDSA", "typ": "JWT", "kid": self.device_id}
        claims = {
            "iss": self.device_id,
            "sub": self.device_id,
            "aud": AUDIENCE,
            "iat": issued_at,
            "exp": issued_at + ASSERTION_SECONDS,
            "jti": str(uuid6.uuid7()),
        }
        signed = f"{b64(msgspec.json.encode(header))}.{b64(msgspec.json.encode(claims))}"
        return f"{signed}.{b64(self.sign(signed.encode('ascii')))}"

    def __repr__(self) -> str:
        return f"DeviceIdentity({self.device_id})"
