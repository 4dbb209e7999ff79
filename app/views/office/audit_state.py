"""The record itself for an auditor: hash, number, device, and its sealed text. Nothing is interpreted here.

The sealed text holds identity numbers, so it is shown only against a reason that the registry logs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from app.actions.office_reveal_field import Hidden
from app.lang import t
from app.views.office import words
from app.views.office.marks import Line, Mark, Masked
from sync.protocol.messages import VisitDetail


@dataclass(frozen=True, slots=True)
class Proof:
    """A labelled value to copy as it is."""

    label: str
    value: str


def proofs_of(detail: VisitDetail) -> tuple[Proof, ...]:
    """What somebody needs to check this record without trusting this screen."""
    return (
        Proof(t("office.audit.id"), detail.record.id),
        Proof(t("office.audit.hash"), detail.record.hash),
        Proof(t("office.audit.signature"), detail.record.sig),
        Proof(t("office.audit.prev"), str(detail.head.get("prev", ""))),
        Proof(t("office.audit.device"), detail.chain.device_id),
        Proof(t("office.audit.seq"), str(detail.chain.seq)),
        Proof(t("office.audit.received"), words.exact(words.moment(detail.row.received_at))),
    )


def copied(detail: VisitDetail) -> str:
    """All of it as lines of text, for a report."""
    return "\n".join(f"{proof.label}: {proof.value}" for proof in proofs_of(detail))


def sealed_text(detail: VisitDetail, revealed: Mapping[Hidden, str]) -> str | Masked:
    """The text whose bytes were hashed and signed, once it was revealed; else what to ask for."""
    hidden = Hidden("visit", detail.row.id, "record")
    return revealed.get(hidden) or Masked(t("office.audit.text"), hidden)


def recomputed(detail: VisitDetail, text: str) -> Line:
    """The hash of the revealed text, computed on this device: nobody has to believe the registry."""
    if hashlib.sha256(text.encode()).hexdigest() == detail.record.hash:
        return Line(Mark.GOOD, t("office.audit.same"))
    return Line(Mark.BAD, t("office.audit.differs"))
