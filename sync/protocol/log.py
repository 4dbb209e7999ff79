"""Wire version 1, the ledger (总账): a Merkle log (RFC 9162 shapes) over every record a county has accepted.

A leaf's bytes are the canonical JSON of {hash, id, received_at}; its hash is SHA-256(0x00 ‖ bytes). Hashes
are 64 lower-case hex digits. A head's ``sig`` is the registry's Ed25519 over the canonical JSON of the head's
other fields.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from domain.merkle import leaf_hash, verify_inclusion
from sync.protocol.canonical import canonical


class Leaf(msgspec.Struct, frozen=True, kw_only=True):
    """One accepted record: which, its exact bytes by hash, and when it arrived."""

    id: str
    hash: str
    received_at: str


class TreeHead(msgspec.Struct, frozen=True, kw_only=True):
    """GET /v1/log/head: how the ledger stood at ``time``."""

    county: str
    size: int
    root: str
    time: str
    sig: str


class LogProof(msgspec.Struct, frozen=True, kw_only=True):
    """GET /v1/log/proof?hash=…, and the feed's ``proof``: ``leaf`` is at ``index`` of ``head``'s tree."""

    leaf: Leaf
    index: int
    path: list[str]
    head: TreeHead


class ConsistencyAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """GET /v1/log/consistency?from=…&to=…: the tree of ``to_size`` leaves begins with the older one."""

    from_size: int
    to_size: int
    path: list[str]


def leaf_bytes(leaf: Leaf) -> bytes:
    """What a leaf is made of."""
    return canonical(msgspec.to_builtins(leaf)).encode()


def head_bytes(head: TreeHead) -> bytes:
    """What the registry signs of a head."""
    fields = msgspec.to_builtins(head)
    fields.pop("sig")
    return canonical(fields).encode()


def proof_holds(proof: LogProof, signed: Callable[[bytes, str], bool]) -> bool:
    """Whether the leaf is in the tree and the registry signed that tree; ``signed(bytes, sig)`` checks with
    the registry's key of the head's time. Malformed input is False."""
    try:
        path = [bytes.fromhex(one) for one in proof.path]
        root = bytes.fromhex(proof.head.root)
    except ValueError:
        return False
    leaf = leaf_hash(leaf_bytes(proof.leaf))
    held = verify_inclusion(leaf, proof.index, proof.head.size, path, root)
    return held and signed(head_bytes(proof.head), proof.head.sig)
