"""Documents as stored: compact UTF-8 JSON, checked before anything is written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from app.store.errors import StoreError

# The standard encoder, not msgspec's: it refuses NaN and unknown types instead of changing them silently.
_encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_decoder = msgspec.json.Decoder()


def encode(document: Mapping[str, Any]) -> bytes:
    """Bytes of one document; raises StoreError("document_not_storable", reason=…)."""
    try:
        return _encoder.encode(dict(document)).encode("utf-8")
    except (TypeError, ValueError, RecursionError) as error:  # UnicodeEncodeError is a ValueError
        raise StoreError("document_not_storable", reason=str(error)) from error


def decode(raw: bytes) -> dict[str, Any]:
    """A fresh dict each time, so that nobody can change the store through a result."""
    document: dict[str, Any] = _decoder.decode(raw)
    return document
