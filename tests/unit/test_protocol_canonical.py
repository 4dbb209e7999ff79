"""Canonical bytes: the same record is the same bytes on every machine (DESIGN §4)."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InputError
from sync.protocol.canonical import canonical, parse_canonical, sha256_hex

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=12,
)

TABLE = [
    ({"b": 1, "a": 2}, '{"a":2,"b":1}'),
    ({"名": "王秀英", "amount": "1000.00"}, '{"amount":"1000.00","名":"王秀英"}'),
    ([None, True, False, 0, -1], "[null,true,false,0,-1]"),
    ('a"b\\c\n\x01', r'"a\"b\\c\n\u0001"'),
    ({"é": {"z": [], "y": {}}}, '{"é":{"y":{},"z":[]}}'),
]


@pytest.mark.parametrize(("value", "expected"), TABLE)
def test_one_value_has_one_text(value: object, expected: str) -> None:
    """The text is sorted, without spaces, in UTF-8."""
    assert canonical(value) == expected


@given(values)
def test_round_trip_is_stable(value: object) -> None:
    """Reading the text back and writing it again gives the same bytes."""
    once = canonical(value)
    assert parse_canonical(once) == json.loads(once)
    assert canonical(json.loads(once)) == once


@pytest.mark.parametrize("value", [1.5, float("nan"), {"a": [0.0]}, {1: "a"}, "\ud800"])
def test_what_has_no_single_text_is_refused(value: object) -> None:
    """Floats, NaN, keys that are no strings and lone surrogates never enter a record."""
    with pytest.raises(InputError) as caught:
        canonical(value)
    assert caught.value.code == "not_canonical"


@pytest.mark.parametrize(
    "given_text", ['{"b":1,"a":2}', '{"a": 2}', "1.0", "{", '{"a":1,"a":1}', '"\\u0041"']
)
def test_a_text_that_is_not_the_canonical_one_is_refused(given_text: str) -> None:
    """Two texts of one value cannot both be signed records."""
    with pytest.raises(InputError) as caught:
        parse_canonical(given_text)
    assert caught.value.code == "not_canonical"


def test_hash_of_a_known_text() -> None:
    """SHA-256 over UTF-8, checked against a value computed elsewhere (sha256sum)."""
    assert sha256_hex("暖访") == sha256_hex("暖访".encode())
    assert sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
