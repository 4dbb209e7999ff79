"""The quick look at a canonical text agrees with the definition, for every text (R10: signed bytes)."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InputError
from sync.protocol.canonical import _parse_slowly, canonical, parse_canonical

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner, max_size=5),
    max_leaves=20,
)


def outcome(parse, text):
    try:
        return parse(text)
    except InputError as error:
        return error.code


@given(VALUES)
def test_what_is_canonical_is_read(value):
    """Any value without floats comes back from its canonical text."""
    try:
        text = canonical(value)
    except InputError:
        return
    assert parse_canonical(text) == _parse_slowly(text) == value


@given(VALUES, st.sampled_from([{"indent": 1}, {"ensure_ascii": True}, {"separators": (",", ": ")}, {}]))
def test_other_spellings_meet_the_same_fate(value, how):
    """Spaces, escapes and unsorted keys: both ways say the same."""
    try:
        text = json.dumps(value, **how)
    except ValueError:
        return
    assert outcome(parse_canonical, text) == outcome(_parse_slowly, text)


SPELLINGS = ["1.0", "1e5", "-0", "NaN", "Infinity", "", "01", " 1", "123456789012345678901234567890"]
SPELLINGS += ['{"a":1,"a":2}', '{"b":1,"a":2}', '{"a":1.5}', "[" * 9000]
SPELLINGS += ['"\\u4e2d"', '"\\ud800"', '"\x7f"', '"\\u001f"', '"\\/"', "\ud800"]


@pytest.mark.parametrize("text", SPELLINGS)
def test_the_known_traps(text):
    """Floats, doubles, escapes, depth and lone surrogates: both ways say the same."""
    assert outcome(parse_canonical, text) == outcome(_parse_slowly, text)
