"""The sealed record: what a phone freezes once and never changes.

``Sealed.record`` is the canonical JSON text of a ``RecordHead`` plus its body; ``hash`` is the SHA-256 of
that text's UTF-8 bytes, ``sig`` the device's Ed25519 signature over the same bytes (base64url, no padding).
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any, Literal

import msgspec

from domain.errors import InputError
from sync.protocol.canonical import canonical, parse_canonical, sha256_hex

RecordType = Literal["visit", "survey", "receipt", "case", "file_edit", "follow_up", "revocation"]

GENESIS = "0" * 64
"""``prev`` of a device's first record."""


class RecordHead(msgspec.Struct, frozen=True, kw_only=True):
    """What every record says of itself. ``seq`` counts 1, 2, 3 … per device; ``prev`` is the hash before."""

    v: int
    id: str
    type: RecordType
    county: str
    device: str
    author: str
    seq: int
    prev: str
    event_time: dict[str, Any]
    body: dict[str, Any]
    corrects: str | None = None
    campaign: str | None = None
    household: str | None = None


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """A record as it travels and as it rests: the same bytes for ever."""

    id: str
    hash: str
    sig: str
    record: str


def b64(data: bytes) -> str:
    """base64url without padding (RFC 4648 §5)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """Inverse of b64; raises InputError("bad_base64")."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise InputError("bad_base64") from error


def seal(head: RecordHead, sign: Callable[[bytes], bytes]) -> Sealed:
    """Freeze: canonical text, hash, signature. ``sign`` is the device key's Ed25519."""
    text = canonical(msgspec.to_builtins(head))
    raw = text.encode("utf-8")
    return Sealed(id=head.id, hash=sha256_hex(raw), sig=b64(sign(raw)), record=text)


def unseal(sealed: Sealed, verify: Callable[[bytes, bytes], bool]) -> RecordHead:
    """Check hash, form, id and signature; return what it says.

    Raises InputError with code hash_mismatch, not_canonical, bad_record, id_mismatch or bad_signature.
    """
    raw = sealed.record.encode("utf-8")
    if sha256_hex(raw) != sealed.hash:
        raise InputError("hash_mismatch")
    head = decode_head(sealed.record)
    if head.id != sealed.id:
        raise InputError("id_mismatch")
    if not verify(unb64(sealed.sig), raw):
        raise InputError("bad_signature")
    return head


def decode_head(text: str) -> RecordHead:
    """The head of a canonical text; raises InputError("not_canonical" | "bad_record")."""
    value = parse_canonical(text)
    try:
        return msgspec.convert(value, RecordHead)
    except msgspec.ValidationError as error:
        raise InputError("bad_record", reason=str(error)) from error
