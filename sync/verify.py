"""What the registry signs, checked against its keys: certificates, times, checkpoints, heads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from domain.errors import InputError
from sync.errors import AnswerError
from sync.identity import Ed25519
from sync.protocol.canonical import canonical
from sync.protocol.keys import KeyRing, KeyStep, moment_of, one_row
from sync.protocol.log import TreeHead, head_bytes
from sync.protocol.messages import Certificate, Checkpoint, SignedTime, time_bytes


class RegistryKey:
    """The registry's pinned first key (base64url of 32 bytes) and the ``steps`` that lead on from it; every
    check raises registry_signature_invalid.

    ``told``: the registry's newest time that this phone has believed (RFC 3339). What is said now is not
    believed by an older key than that of ``told``, whatever time it gives itself: a key that was given up
    could still write a date of its own days.
    """

    def __init__(
        self, key: str, crypto: Ed25519, steps: Sequence[KeyStep] = (), told: str | None = None
    ) -> None:
        self._crypto, self._told = crypto, told
        self.ring = self._ring(key, steps)

    def learn(self, steps: Sequence[KeyStep]) -> None:
        """New keys, each signed by the one before. Another row than the one we know is not believed; fewer
        keys teach nothing: a process of the registry may not have heard yet."""
        if not one_row(self.ring.steps, steps):
            raise AnswerError("registry_signature_invalid", what="another row of keys")
        if len(steps) > len(self.ring.steps):
            self.ring = self._ring(self.ring.first, steps)

    def _ring(self, key: str, steps: Sequence[KeyStep]) -> KeyRing:
        try:
            return KeyRing(key, steps, self._crypto.ed25519_verify)
        except InputError as error:
            raise AnswerError("registry_signature_invalid", what="key") from error

    def leads_to(self, first: str, steps: Sequence[KeyStep]) -> bool:
        """Whether a registry that names these keys is this one."""
        return first == self.ring.first and one_row(self.ring.steps, steps)

    def check_time(self, time: SignedTime, device_id: str) -> None:
        """SignedTime is for this device and from this registry."""
        self._check_now(time_bytes(device_id, time.server_time), time.sig, time.server_time, "time")

    def check_certificate(self, certificate: Certificate) -> None:
        """The registry vouches for this device key."""
        self._check(_unsigned(certificate), certificate.sig, certificate.issued_at, "certificate")

    def check_checkpoint(self, checkpoint: Checkpoint, device_id: str) -> None:
        """The registry's word on how far it holds this device's chain."""
        if checkpoint.device_id != device_id:
            raise AnswerError("registry_signature_invalid", what="checkpoint of another device")
        self._check_now(_unsigned(checkpoint), checkpoint.sig, checkpoint.server_time, "checkpoint")

    def check_head(self, head: TreeHead, county: str) -> None:
        """The registry's word on how the ledger of ``county`` stood."""
        if head.county != county:
            raise AnswerError("registry_signature_invalid", what="head of another county")
        self._check_now(head_bytes(head), head.sig, head.time, "ledger head")

    def _check_now(self, data: bytes, sig: str, at: str, what: str) -> None:
        said, told = moment_of(at), moment_of(self._told or "")
        newest = self._told if self._told and said and told and told > said else at
        self._check(data, sig, newest, what)
        self._told = newest

    def _check(self, data: bytes, sig: str, at: str, what: str) -> None:
        if not self.ring.signed(data, sig, at):
            raise AnswerError("registry_signature_invalid", what=what)


def _unsigned(message: Certificate | Checkpoint) -> bytes:
    fields: dict[str, Any] = msgspec.to_builtins(message)
    fields.pop("sig")
    return canonical(fields).encode()
