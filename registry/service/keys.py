"""The registry's own keys: the one of the day certifies devices, signs time, checkpoints and the ledger's
heads. ``registry.service.key_rows`` opens them and makes new ones."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nacl.bindings import crypto_sign_BYTES, crypto_sign_open, crypto_sign_PUBLICKEYBYTES
from nacl.exceptions import BadSignatureError

from domain.errors import InputError
from registry.service.times import now, wire
from sync.protocol.canonical import canonical
from sync.protocol.keys import KeyRing, KeyStep
from sync.protocol.messages import Certificate, Checkpoint, SignedTime, time_bytes
from sync.protocol.records import b64, unb64

SIG_CHARS = 86
"""Of a signature as base64url: what is longer is neither decoded nor remembered."""


@dataclass(frozen=True)
class Held:
    """One opened key; ``step``: how the one before named it, None of the first."""

    signer: Ed25519PrivateKey
    since: datetime
    step: KeyStep | None = None

    @property
    def public(self) -> bytes:
        """32 bytes."""
        return self.signer.public_key().public_bytes_raw()


class Keys:
    """The opened keys of this process. Another process may make a new one: ``take`` brings it in."""

    def __init__(self, held: Sequence[Held], pepper: bytes) -> None:
        self.pepper = pepper
        self.take(held)

    def take(self, held: Sequence[Held]) -> None:
        """From now on these, oldest first."""
        steps = [one.step for one in held if one.step is not None]
        self.ring = KeyRing(b64(held[0].public), steps, verify)
        self._held = tuple(reversed(held))

    @property
    def signer(self) -> Ed25519PrivateKey:
        """The one that signs at this moment."""
        moment = now()
        return next((one for one in self._held if one.since <= moment), self._held[-1]).signer

    @property
    def public(self) -> bytes:
        """Of the one that signs at this moment: 32 bytes."""
        return self.signer.public_key().public_bytes_raw()

    @property
    def newest(self) -> Held:
        """The last one, which may not sign yet."""
        return self._held[0]

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
        """Whether ``signed_time`` gave this to this device, with the key of that time (ADR 0022)."""
        said = wire(moment)
        return len(sig) == SIG_CHARS and any(
            _signed(public, device_id, said, sig) for public in self.ring.keys_at(moment)
        )

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
