"""Ids: UUIDv7, lower-case canonical text, made on the phone (DESIGN §4)."""

from __future__ import annotations

import re
from typing import Annotated

import uuid6
from msgspec import Meta

ID_PATTERN = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
Id = Annotated[str, Meta(pattern=ID_PATTERN)]

_ID = re.compile(ID_PATTERN)


def new_id() -> str:
    """A fresh UUIDv7; ids made later sort later."""
    return str(uuid6.uuid7())


def id_at(milliseconds: int, randomness: int) -> str:
    """The UUIDv7 of a given Unix time and 74 random bits: repeatable ids for samples and tests."""
    head = milliseconds & (1 << 48) - 1
    bits = randomness & (1 << 74) - 1
    value = head << 80 | 0x7 << 76 | (bits >> 62) << 64 | 0b10 << 62 | bits & (1 << 62) - 1
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def is_id(text: str) -> bool:
    """Whether the text is an id as it stands on the wire."""
    return _ID.match(text) is not None and "\n" not in text
