"""Columns travel to PostgreSQL in its own binary form, whatever short cut packed them (S25)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from struct import unpack_from

import pytest

from registry.db.arrays import EPOCH, Bigs, Moments, Texts, column


def elements(packed):
    """The raw elements of an array in PostgreSQL's binary form, and whether it says it has nulls."""
    dimensions, nulls, _, count, _ = unpack_from("!iiIii", packed.data)
    assert dimensions == 1
    found, place = [], 20
    for _ in range(count):
        (size,) = unpack_from("!i", packed.data, place)
        found.append(None if size < 0 else packed.data[place + 4 : place + 4 + size])
        place += 4 + max(size, 0)
    assert place == len(packed.data)
    return found, bool(nulls)


@pytest.mark.parametrize(
    "values",
    [
        ["a" * 64, "b" * 64, "c" * 64],
        ["same", "same", "same"],
        ["", ""],
        ["short", "a longer one"],
        ["暖", "访"],
        ["x" * 127, "y" * 127],
        ["x" * 128, "y" * 128],
        ["x" * 300, "é" * 300],
        ["one", None, "two"],
        [None, None],
    ],
)
def test_texts_arrive_as_they_were(values):
    """Ids of one length, one text repeated, Chinese, long and missing ones."""
    found, nulls = elements(Texts(values))
    assert found == [None if one is None else one.encode() for one in values]
    assert nulls == (None in values)


def test_a_character_that_postgresql_cannot_hold_is_replaced():
    """NUL becomes the replacement character, also among ids of one length."""
    assert elements(Texts(["a\0b", "abc"]))[0] == ["a\ufffdb".encode(), b"abc"]
    assert elements(column("jsonb", ['{"a":"\\u0000"}', "{}"]))[0] == ['{"a": "\ufffd"}'.encode(), b"{}"]


def test_numbers_and_moments():
    """To the microsecond; nothing at all is an empty array."""
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    micros = (moment - EPOCH) // timedelta(microseconds=1)
    for values in ([moment, moment], [moment, None]):
        found, _ = elements(Moments(values))
        assert found[0] == micros.to_bytes(8, "big")
    assert elements(Bigs([1, 2, None]))[0] == [(1).to_bytes(8, "big"), (2).to_bytes(8, "big"), None]
    assert len(Bigs([])) == 0
