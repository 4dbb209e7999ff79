"""Where a record of ours stands in the registry's ledger (总账), checked on this phone by its own means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from app.store.sync_port import read_session
from app.store.tables import proofs, records
from domain.errors import InputError
from sync.protocol.keys import KeyRing
from sync.protocol.log import LogProof, proof_holds

if TYPE_CHECKING:
    from app.store import NuanDB
    from sync.identity import Ed25519


@dataclass(frozen=True, slots=True)
class LedgerPlace:
    """``number`` counts from 1. ``verified``: the leaf is this very record, the path leads to the root, and
    a key of the registry's, from the pinned one on, signed that root."""

    number: int
    verified: bool


def ledger_place(db: NuanDB, crypto: Ed25519, record_id: str) -> LedgerPlace | None:
    """None as long as the registry has brought no proof of this record."""
    kept, record, session = proofs(db).get(record_id), records(db).get(record_id), read_session(db)
    if kept is None or record is None or session is None:
        return None
    try:
        proof = msgspec.convert({key: kept[key] for key in kept if key != "id"}, LogProof)
        ring = KeyRing(session.registry_key, session.key_steps, crypto.ed25519_verify)
    except (msgspec.ValidationError, InputError):
        return LedgerPlace(0, verified=False)

    def signed(data: bytes, sig: str) -> bool:
        return ring.signed(data, sig, proof.head.time)

    own = (proof.leaf.id, proof.leaf.hash) == (record_id, record["hash"])
    ours = proof.head.county == session.certificate.county
    return LedgerPlace(proof.index + 1, verified=own and ours and proof_holds(proof, signed))
