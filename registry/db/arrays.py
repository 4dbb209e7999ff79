"""Columns of many rows as PostgreSQL arrays, in its binary form.

psycopg can do this itself, one adapted element after the other in Python; for 24 columns of 200 rows that
took as long as checking the signatures. Here each type is one loop over what it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from struct import Struct
from typing import Any

import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_HEAD = Struct("!iiIii").pack  # dimensions, has nulls, element type, length, lower bound
_SIZE = Struct("!i").pack
_EIGHT, _FOUR, _TWO = Struct("!iq").pack, Struct("!ii").pack, Struct("!ih").pack
_SHORT = [_SIZE(length) for length in range(256)]
_NULL = b"\xff\xff\xff\xff"
_EMPTY = Struct("!iiI").pack


class Column:
    """A whole array, ready to travel. ``values`` may hold None."""

    element = 0
    array = 0
    __slots__ = ("data", "size")

    def __init__(self, values: Iterable[Any]) -> None:
        found = values if isinstance(values, list) else list(values)
        self.size = len(found)
        if not found:
            self.data = _EMPTY(0, 0, self.element)
            return
        if self.size > 1 and found.count(found[0]) == self.size:  # one device, one author, one campaign
            body = self._pack(found[:1]) * self.size
        else:
            body = self._pack(found)
        self.data = _HEAD(1, int(None in found), self.element, self.size, 1) + body

    def __len__(self) -> int:
        return self.size

    def _pack(self, values: list[Any]) -> bytes:
        raise NotImplementedError


class Texts(Column):
    element, array = 25, 1009

    def _pack(self, values: list[str | None]) -> bytes:
        return _all_alike(values) or b"".join(map(_text, values))


def _all_alike(values: list[Any]) -> bytes | None:
    """Ids and hashes: plain ASCII and all of one short length, so one join does it; None for other texts."""
    if None in values:
        return None
    length, whole = len(values[0]), "".join(values)
    if length > 127 or len(whole) != length * len(values) or not whole.isascii() or "\0" in whole:
        return None
    if len(set(map(len, values))) != 1:
        return None
    mark = "\0\0\0" + chr(length)
    return (mark + mark.join(values)).encode()


def _text(value: str | None) -> bytes:
    if value is None:
        return _NULL
    data = value.encode()
    if b"\0" in data:  # PostgreSQL's text has no such character
        data = value.replace("\0", "\ufffd").encode()
    return (_SHORT[len(data)] if len(data) < 256 else _SIZE(len(data))) + data


class Blobs(Column):
    element, array = 17, 1001

    def _pack(self, values: list[bytes | None]) -> bytes:
        return b"".join([_NULL if one is None else _SIZE(len(one)) + one for one in values])


class Bigs(Column):
    element, array = 20, 1016

    def _pack(self, values: list[int | None]) -> bytes:
        return b"".join([_NULL if one is None else _EIGHT(8, one) for one in values])


class Integers(Column):
    element, array = 23, 1007

    def _pack(self, values: list[int | None]) -> bytes:
        return b"".join([_NULL if one is None else _FOUR(4, one) for one in values])


class Smalls(Column):
    element, array = 21, 1005

    def _pack(self, values: list[int | None]) -> bytes:
        return b"".join([_NULL if one is None else _TWO(2, one) for one in values])


class Moments(Column):
    """Aware datetimes, to the microsecond."""

    element, array = 1184, 1185

    def _pack(self, values: list[datetime | None]) -> bytes:
        return b"".join([_NULL if one is None else _EIGHT(8, _micros(one)) for one in values])


def _micros(moment: datetime) -> int:
    since = moment - EPOCH
    return (since.days * 86400 + since.seconds) * 1_000_000 + since.microseconds


COLUMNS: dict[str, type[Column]] = {
    "text": Texts,
    "bytea": Blobs,
    "bigint": Bigs,
    "integer": Integers,
    "smallint": Smalls,
    "timestamptz": Moments,
}
"""By PostgreSQL's name; any other type travels as text and is read there."""


def column(kind: str, values: Iterable[Any]) -> Column:
    """The array of one column; of a type not in COLUMNS each value as its text."""
    found = COLUMNS.get(kind)
    if found is not None:
        return found(values)
    if kind in ("json", "jsonb"):
        return Texts([one if one is None or "\\u0000" not in one else _without_nul(one) for one in values])
    return Texts([one if one is None or isinstance(one, str) else str(one) for one in values])


def _without_nul(text: str) -> str:
    """The same JSON without the one character that jsonb cannot hold."""
    return json.dumps(_cleaned(json.loads(text)), ensure_ascii=False)


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, list):
        return [_cleaned(one) for one in value]
    if isinstance(value, dict):
        return {_cleaned(key): _cleaned(one) for key, one in value.items()}
    return value


def _dumper(kind: type[Column]) -> type[Dumper]:
    def dump(_: Dumper, obj: Column) -> bytes:
        return obj.data

    about: dict[str, Any] = {"oid": kind.array, "format": Format.BINARY, "dump": dump}
    return type(f"{kind.__name__}Dumper", (Dumper,), about)


def register(adapters: Callable[[Any, type[Dumper]], None]) -> None:
    """Teach psycopg these types; before the first connection."""
    for kind in COLUMNS.values():
        adapters(kind, _dumper(kind))


register(psycopg.adapters.register_dumper)
