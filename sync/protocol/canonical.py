"""Canonical JSON: one value, one sequence of bytes, on every machine.

After RFC 8785 (JCS) with one restriction: no floats. Keys sorted by code point, no white space, UTF-8,
``"`` ``\\`` and control characters escaped, everything else literal. Decimals and coordinates travel as
strings.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import msgspec

from domain.errors import InputError


def canonical(value: object) -> str:
    """The one text of a JSON value. Raises InputError("not_canonical") for floats, NaN, lone surrogates."""
    _refuse_floats(value)
    text = _dump(value)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError("not_canonical", reason="lone surrogate") from error
    return text


def parse_canonical(text: str) -> Any:
    """Decode, and refuse a text that is not the canonical one of its value."""
    try:
        value = _read(text)
        if _write(value) == text.encode("utf-8"):
            return value
    except (msgspec.MsgspecError, ValueError, RecursionError):
        pass
    return _parse_slowly(text)  # which also says what is wrong


def _parse_slowly(text: str) -> Any:
    """What is canonical is said here; ``_read`` and ``_write`` only agree with it, five times as fast."""
    try:
        text.encode("utf-8")  # a lone surrogate is no text
        value = json.loads(text, parse_float=_refuse, parse_constant=_refuse)
        same = _dump(value) == text  # without a second look for floats: the parser let none in
    except (ValueError, RecursionError) as error:
        raise InputError("not_canonical", reason="not JSON") from error
    if not same:
        raise InputError("not_canonical", reason="not the canonical form")
    return value


def sha256_hex(data: bytes | str) -> str:
    """64 lower-case hex digits; text is hashed as UTF-8."""
    return hashlib.sha256(data.encode("utf-8") if isinstance(data, str) else data).hexdigest()


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _refuse(number: str) -> None:
    raise InputError("not_canonical", reason="float")


_read = msgspec.json.Decoder(float_hook=_refuse).decode
_write = msgspec.json.Encoder(order="deterministic").encode


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise InputError("not_canonical", reason="float")
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise InputError("not_canonical", reason="key is no string")
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)
