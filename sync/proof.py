"""May this phone be wiped? A proof, not an opinion: nothing unsent, and the same head on both sides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sync.ports import ChainState

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
