"""What the registry signs, checked against its pinned key: certificates, times, checkpoints."""

from __future__ import annotations

from typing import Any

import msgspec

from domain.errors import InputError
from sync.errors import AnswerError
from sync.identity import Ed25519
from sync.protocol.canonical import canonical
from sync.protocol.log import TreeHead, head_bytes
from sync.protocol.messages import Certificate, Checkpoint, SignedTime, time_bytes
from sync.protocol.records import unb64


class RegistryKey:
    """The registry's public key (base64url of 32 bytes); every check raises registry_signature_invalid."""

    def __init__(self, key: str, crypto: Ed25519) -> None:
        self.text = key
        self._crypto = crypto

    def check_time(self, time: SignedTime, device_id: str) -> None:
        """SignedTime is for this device and from this registry."""
        self._check(time_bytes(device_id, time.server_time), time.sig, "time")

    def check_certificate(self, certificate: Certificate) -> None:
        """The registry vouches for this device key."""
        self._check(_unsigned(certificate), certificate.sig, "certificate")

    def check_checkpoint(self, checkpoint: Checkpoint, device_id: str) -> None:
        """The registry's word on how far it holds this device's chain."""
        if checkpoint.device_id != device_id:
            raise AnswerError("registry_signature_invalid", what="checkpoint of another device")
        self._check(_unsigned(checkpoint), checkpoint.sig, "checkpoint")

    def check_head(self, head: TreeHead, county: str) -> None:
        """The registry's word on how the ledger of ``county`` stood."""
        if head.county != county:
            raise AnswerError("registry_signature_invalid", what="head of another county")
        self._check(head_bytes(head), head.sig, "ledger head")

    def _check(self, data: bytes, sig: str, what: str) -> None:
        try:
            key, signature = unb64(self.text), unb64(sig)
        except InputError as error:
            raise AnswerError("registry_signature_invalid", what=what) from error
        if not self._crypto.ed25519_verify(key, signature, data):
            raise AnswerError("registry_signature_invalid", what=what)


def _unsigned(message: Certificate | Checkpoint) -> bytes:
    fields: dict[str, Any] = msgspec.to_builtins(message)
    fields.pop("sig")
    return canonical(fields).encode()
