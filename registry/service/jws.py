"""Compact JWS with EdDSA over Ed25519 (RFC 7515, RFC 8037): the few lines of it we need, and nothing else.

No other algorithm is accepted, whatever the header says.
"""

from __future__ import annotations

from typing import Any

import msgspec

from domain.errors import InputError
from registry.service.keys import Keys, verify
from sync.protocol.records import b64, unb64

MAX_TOKEN = 4096
HEADER = b64(msgspec.json.encode({"alg": "EdDSA"}))


def sign_jws(keys: Keys, claims: dict[str, Any]) -> str:
    """A token of the registry's."""
    text = f"{HEADER}.{b64(msgspec.json.encode(claims))}"
    return f"{text}.{keys.sign(text.encode())}"


def read_claims(token: str) -> dict[str, Any]:
    """The claims, not yet verified. Raises InputError("bad_token")."""
    try:
        head, body, _ = _parts(token)
        header, claims = msgspec.json.decode(unb64(head)), msgspec.json.decode(unb64(body))
    except (msgspec.MsgspecError, InputError, ValueError, RecursionError) as error:
        raise InputError("bad_token") from error
    if not isinstance(header, dict) or header.get("alg") != "EdDSA" or not isinstance(claims, dict):
        raise InputError("bad_token")
    return claims


def verify_jws(token: str, public: bytes) -> bool:
    """Whether this key signed the token."""
    try:
        head, body, sig = _parts(token)
        return verify(public, unb64(sig), f"{head}.{body}".encode())
    except InputError:
        return False


def _parts(token: str) -> tuple[str, str, str]:
    parts = token.split(".")
    if len(token) > MAX_TOKEN or len(parts) != 3 or not token.isascii():
        raise InputError("bad_token")
    return parts[0], parts[1], parts[2]
