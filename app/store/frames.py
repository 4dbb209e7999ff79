"""Bytes of the journal: segment header, frames, and the operations inside a frame.

Segment header, written twice so that one damaged copy does not lose the segment:
    magic 8 | number u32 | salt 16 | nonce 12 | tag 16 | crc32 of all before
The tag seals nothing; it only opens with the right key, which tells a wrong key from damage.

Frame: magic 2 | length u32 | crc32 of the body u32 | crc32 of the ten bytes before u32 | body
Body: nonce 12 | AES-256-GCM ciphertext and tag. Associated data: salt, segment number, offset, so a
frame cannot be moved, and nothing an older file left in the same place opens. Nonces are random: a
counter would repeat after a torn tail was cut.

Operation: kind u8 | name length u8 | document id i64 | raw length u32 | table name | raw JSON
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from app.platform.errors import PlatformError
from app.platform.ports import Crypto
from app.store.errors import StoreError

MAGIC_FAMILY = b"NUANJ"
MAGIC = b"NUANJ01\n"
FRAME_MAGIC = b"\xf5N"
NONCE = 12
TAG = 16

_HEADER = struct.Struct(">8sI16s12s16sI")
_FRAME = struct.Struct(">2sIII")
_OP = struct.Struct(">BBqI")
_PLACE = struct.Struct(">16sIQ")

HEADER_SIZE = 2 * _HEADER.size
FRAME_OVERHEAD = _FRAME.size + NONCE + TAG
MAX_BODY = 256 * 1024 * 1024

PUT, DELETE, CLEAR, DROP, MARK, SCHEMA = range(1, 7)


class Op(NamedTuple):
    """One change. PUT and DELETE name a document; CLEAR empties a table, DROP forgets it; MARK says
    the table exists and ``doc_id`` was its highest id; SCHEMA holds the schema number in ``doc_id``."""

    kind: int
    table: str
    doc_id: int = 0
    raw: bytes = b""


def op_size(table: str, raw: bytes) -> int:
    """Bytes that one operation takes inside a frame."""
    return _OP.size + len(table.encode()) + len(raw)


def encode_ops(ops: Iterable[Op]) -> bytes:
    """Raises StoreError("document_not_storable") for a table name or id that does not fit."""
    parts: list[bytes] = []
    for kind, table, doc_id, raw in ops:
        try:
            name = table.encode()
            parts += (_OP.pack(kind, len(name), doc_id, len(raw)), name, raw)
        except (struct.error, UnicodeEncodeError) as error:
            raise StoreError("document_not_storable", reason=str(error), table=table) from error
    body = b"".join(parts)
    if len(body) > MAX_BODY:
        raise StoreError("document_not_storable", reason="one write is too large", bytes=len(body))
    return body


def decode_ops(body: bytes) -> Iterator[Op]:
    """Inverse of encode_ops; the body was authenticated, so its structure is trusted."""
    position, end, names = 0, len(body), _Names()
    while position < end:
        kind, name_size, doc_id, raw_size = _OP.unpack_from(body, position)
        name_at = position + _OP.size
        raw_at = name_at + name_size
        position = raw_at + raw_size
        yield Op(kind, names[body[name_at:raw_at]], doc_id, body[raw_at:position])


class _Names(dict[bytes, str]):
    def __missing__(self, key: bytes) -> str:
        name = self[key] = key.decode()
        return name


@dataclass(frozen=True, slots=True)
class Frame:
    """A whole frame: where it starts, where it ends, its opened body."""

    offset: int
    end: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes that are no frame: torn when nothing whole follows them, damaged otherwise."""

    offset: int
    end: int


@dataclass(frozen=True, slots=True)
class Cipher:
    """Seals and opens what belongs to one segment."""

    crypto: Crypto
    key: bytes
    number: int
    salt: bytes

    def _place(self, offset: int) -> bytes:
        return _PLACE.pack(self.salt, self.number, offset)

    def header(self) -> bytes:
        nonce = self.crypto.random(NONCE)
        tag = self.crypto.seal(self.key, nonce, b"", MAGIC + self._place(0))
        head = _HEADER.pack(MAGIC, self.number, self.salt, nonce, tag, 0)[:-4]
        return (head + zlib.crc32(head).to_bytes(4, "big")) * 2

    def seal(self, offset: int, body: bytes) -> bytes:
        nonce = self.crypto.random(NONCE)
        sealed = nonce + self.crypto.seal(self.key, nonce, body, self._place(offset))
        head = _FRAME.pack(FRAME_MAGIC, len(sealed), zlib.crc32(sealed), 0)[:-4]
        return head + zlib.crc32(head).to_bytes(4, "big") + sealed

    def open_at(self, data: bytes, offset: int) -> Frame | None:
        """The frame that starts at ``offset``, or None. The seal proves more than the checksums do."""
        if offset + FRAME_OVERHEAD > len(data):
            return None
        magic, length, _, _ = _FRAME.unpack_from(data, offset)
        start = offset + _FRAME.size
        end = start + length
        if magic != FRAME_MAGIC or length < NONCE + TAG or end > len(data):
            return None
        try:
            nonce, sealed = data[start : start + NONCE], data[start + NONCE : end]
            return Frame(offset, end, self.crypto.open(self.key, nonce, sealed, self._place(offset)))
        except PlatformError:
            return None

    def scan(self, data: bytes) -> Iterator[Frame | Damage]:
        """All frames after the header in order, with the damaged stretches between and after them."""
        offset = HEADER_SIZE
        while offset < len(data):
            frame = self.open_at(data, offset)
            if frame is None:
                following = self._resume(data, offset + 1)
                yield Damage(offset, following)
                offset = following
            else:
                yield frame
                offset = frame.end

    def _resume(self, data: bytes, start: int) -> int:
        """Where the next whole frame starts; the end of the data when there is none."""
        while (start := data.find(FRAME_MAGIC, start)) >= 0:
            if _head_whole(data, start) and self.open_at(data, start):
                return start
            start += 1
        return len(data)


def _head_whole(data: bytes, offset: int) -> bool:
    if offset + _FRAME.size > len(data):
        return False
    checksum: int = _FRAME.unpack_from(data, offset)[3]
    return checksum == zlib.crc32(data[offset : offset + _FRAME.size - 4])


def read_header(data: bytes, number: int, crypto: Crypto, key: bytes) -> Cipher | None:
    """The segment's cipher, or None when both copies are damaged.

    Raises StoreError("wrong_key") or StoreError("store_too_new")."""
    for start in (0, _HEADER.size):
        block = data[start : start + _HEADER.size]
        if len(block) < _HEADER.size:
            continue
        magic, found, salt, nonce, tag, checksum = _HEADER.unpack(block)
        if checksum != zlib.crc32(block[:-4]) or found != number:
            continue
        if magic != MAGIC:
            if magic.startswith(MAGIC_FAMILY):
                raise StoreError("store_too_new", found=magic[5:7].decode(errors="replace"), known="01")
            continue
        cipher = Cipher(crypto, key, number, salt)
        try:
            crypto.open(key, nonce, tag, MAGIC + cipher._place(0))
        except PlatformError:
            raise StoreError("wrong_key") from None
        return cipher
    return None
