"""The registry's own key: it certifies devices, signs time and checkpoints. Sealed in the database by a
master key that lives outside of it."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from nacl.bindings import crypto_sign_BYTES, crypto_sign_open, crypto_sign_PUBLICKEYBYTES
from nacl.exceptions import BadSignatureError
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.errors import InputError
from registry.db.tables import NOWHERE, registry_keys
from registry.service.times import now, wire
from sync.protocol.canonical import canonical
from sync.protocol.messages import Certificate, Checkpoint, SignedTime, time_bytes
from sync.protocol.records import b64, unb64

SIGNING = "signing"
SIG_CHARS = 86
"""Of a signature as base64url: what is longer is neither decoded nor remembered."""


@dataclass(frozen=True)
class Keys:
    """The opened keys of this process."""

    signer: Ed25519PrivateKey
    public: bytes
    pepper: bytes

    def mac(self, purpose: str, text: str) -> str:
        """HMAC-SHA256 in hex: finds a secret again without keeping it."""
        return hmac.digest(self.pepper, f"{purpose}:{text}".encode(), "sha256").hex()

    def sign(self, data: bytes) -> str:
        """Ed25519, base64url."""
        return b64(self.signer.sign(data))

    def signed_time(self, device_id: str) -> SignedTime:
        """The registry's time now, for this device only."""
        moment = wire(now())
        return SignedTime(server_time=moment, sig=self.sign(time_bytes(device_id, moment)))

    def signed(self, device_id: str, moment: datetime, sig: str) -> bool:
        """Whether ``signed_time`` gave this to this device; there has only ever been one key (ADR 0019)."""
        return len(sig) == SIG_CHARS and _signed(self.public, device_id, wire(moment), sig)

    def certify(self, certificate: Certificate) -> Certificate:
        """The certificate with its signature over the canonical JSON of all other fields."""
        return msgspec.structs.replace(certificate, sig=self.sign(certificate_bytes(certificate)))

    def checkpoint(self, device_id: str, seq: int, head: str) -> Checkpoint:
        """What the registry holds of a device without a gap, signed."""
        body = {"device_id": device_id, "seq": seq, "head": head, "server_time": wire(now())}
        return Checkpoint(
            device_id=device_id,
            seq=seq,
            head=head,
            server_time=body["server_time"],  # type: ignore[arg-type]
            sig=self.sign(canonical(body).encode()),
        )


# A day's records of a phone name the same few signed times: each is checked once in each process.
@lru_cache(maxsize=16_384)
def _signed(public: bytes, device_id: str, moment: str, sig: str) -> bool:
    try:
        signature = unb64(sig)
    except InputError:
        return False
    return verify(public, signature, time_bytes(device_id, moment))


def certificate_bytes(certificate: Certificate) -> bytes:
    """What the registry signs of a certificate."""
    fields = msgspec.to_builtins(certificate)
    fields.pop("sig")
    return canonical(fields).encode()


def verify(public: bytes, signature: bytes, data: bytes) -> bool:
    """Whether this is the key's Ed25519 signature; malformed input is False.

    By libsodium, which needs half the time of OpenSSL: every record has one (ADR 0015).
    """
    if len(public) != crypto_sign_PUBLICKEYBYTES or len(signature) != crypto_sign_BYTES:
        return False
    try:
        crypto_sign_open(signature + data, public)
    except BadSignatureError:
        return False
    return True


async def open_keys(engine: AsyncEngine, master: bytes) -> Keys:
    """Open the registry's key; the first caller makes it."""
    fresh = Ed25519PrivateKey.generate()
    nonce = secrets.token_bytes(12)
    row = {
        "county": NOWHERE,
        "id": SIGNING,
        "public": fresh.public_key().public_bytes_raw(),
        "sealed_private": nonce + AESGCM(master).encrypt(nonce, fresh.private_bytes_raw(), SIGNING.encode()),
        "created_at": now(),
    }
    async with engine.begin() as connection:
        await connection.execute(insert(registry_keys).values(row).on_conflict_do_nothing())
        wanted = registry_keys.c.county == NOWHERE, registry_keys.c.id == SIGNING
        kept = (await connection.execute(select(registry_keys).where(*wanted))).one()
    private = AESGCM(master).decrypt(kept.sealed_private[:12], kept.sealed_private[12:], SIGNING.encode())
    signer = Ed25519PrivateKey.from_private_bytes(private)
    pepper = hmac.new(master, b"nuanfang-pepper", hashlib.sha256).digest()
    return Keys(signer=signer, public=signer.public_key().public_bytes_raw(), pepper=pepper)
