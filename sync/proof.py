"""May this phone be wiped? A proof, not an opinion: nothing unsent, and the same head on both sides.

What the registry confirmed weeks ago it may have lost since: its database can be put back to an older copy.
So it is asked once more before the only other copy goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sync.client import Client
from sync.ledger import ask_checkpoint
from sync.plan import CHECK_MEDIA
from sync.ports import ChainState, StorePort

Reason = Literal["records_unsent", "media_unsent", "no_checkpoint", "head_differs"]


@dataclass(frozen=True, slots=True)
class WipeProof:
    """``reasons`` why not; empty means safe."""

    reasons: tuple[Reason, ...] = ()

    @property
    def safe(self) -> bool:
        """True when the registry provably holds everything."""
        return not self.reasons


def safe_to_wipe(chain: ChainState) -> WipeProof:
    """Compare the phone's chain with the last checkpoint, whose signature was verified on arrival."""
    reasons: list[Reason] = []
    if chain.unsent:
        reasons.append("records_unsent")
    if chain.media_left:
        reasons.append("media_unsent")
    if chain.seq and not chain.unsent:
        if chain.checkpoint is None:
            reasons.append("no_checkpoint")
        elif (chain.checkpoint.seq, chain.checkpoint.head) != (chain.seq, chain.head):
            reasons.append("head_differs")
    return WipeProof(tuple(reasons))


async def prove_anew(client: Client, store: StorePort) -> WipeProof:
    """The proof by the registry's word of this moment: on the chain, and on every attachment that it once
    confirmed. What it lost is queued again. Raises WireError."""
    await ask_checkpoint(client, store)
    await still_held(client, store, store.confirmed_files())
    return safe_to_wipe(store.chain())


async def still_held(client: Client, store: StorePort, sha256s: Sequence[str]) -> set[str]:
    """Those of ``sha256s`` that the registry holds at this moment; the others are queued again. Raises
    WireError."""
    held: set[str] = set()
    for start in range(0, len(sha256s), CHECK_MEDIA):
        page = sha256s[start : start + CHECK_MEDIA]
        missing = set((await client.missing(page)).missing)
        held.update(sha256 for sha256 in page if sha256 not in missing)
        store.files_lost([sha256 for sha256 in page if sha256 in missing])
    return held
