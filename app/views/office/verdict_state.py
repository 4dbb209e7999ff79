"""Is this record what the phone sealed? The registry computes it; here it becomes sentences.

Each link of the chain is said on its own: the bytes' hash, the device's signature, its certificate, the
record before, and whether any number is missing in between. "Not known yet" is never shown as "wrong".
"""

from __future__ import annotations

from dataclasses import dataclass

from app.lang import t
from app.views.office.marks import Line, Mark
from sync.protocol.messages import ChainReport

SHOWN_GAPS = 6


@dataclass(frozen=True, slots=True)
class Verdict:
    """The header of a visit: one mark, one title, one sentence, and the links below."""

    mark: Mark
    title: str
    hint: str
    links: tuple[Line, ...]


def verdict(chain: ChainReport) -> Verdict:
    """What the registry found when it was asked just now."""
    links = _links(chain)
    broken = [link for link in links if link.mark is Mark.BAD]
    if broken:
        names = t("office.join").join(link.text for link in broken)
        return Verdict(Mark.BAD, t("office.chain.broken"), t("office.chain.broken_hint", what=names), links)
    if not chain.verified:
        return Verdict(Mark.LOOK, t("office.chain.open"), t("office.chain.open_hint"), links)
    return Verdict(Mark.GOOD, t("office.chain.verified"), t("office.chain.verified_hint"), links)


def _links(chain: ChainReport) -> tuple[Line, ...]:
    return (
        _link("hash", chain.hash_ok),
        _link("signature", chain.signature_ok),
        _link("certificate", chain.certificate_ok),
        _before(chain),
        *_gaps(chain),
    )


def _link(name: str, holds: bool) -> Line:
    return Line(
        Mark.GOOD if holds else Mark.BAD,
        t(f"office.chain.{name}.ok" if holds else f"office.chain.{name}.bad"),
    )


def _before(chain: ChainReport) -> Line:
    if chain.prev_ok is None:
        return Line(Mark.LOOK, t("office.chain.prev.unknown", seq=chain.seq - 1))
    if chain.seq == 1 and chain.prev_ok:
        return Line(Mark.GOOD, t("office.chain.prev.first"))
    return _link("prev", chain.prev_ok)


def _gaps(chain: ChainReport) -> tuple[Line, ...]:
    if not chain.gaps:
        return ()
    shown = t("office.join").join(str(seq) for seq in chain.gaps[:SHOWN_GAPS])
    return (Line(Mark.LOOK, t("office.chain.gaps", count=len(chain.gaps), seqs=shown)),)
