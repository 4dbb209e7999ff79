"""What a visit still lacks: which steps it has and what each needs before the record can be sealed."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.actions.aid_line import line_gaps
from app.actions.file_edits import odd_phones
from app.actions.visit_draft import Draft, Step
from domain.codes import NeedKind

FIVE = (NeedKind.MEDICAL, NeedKind.HOUSING, NeedKind.EDUCATION, NeedKind.EMPLOYMENT, NeedKind.SECURITY)
"""医 房 学 业 保 (S18), in this order."""
REASON_LEAST = 2
"""Characters: a reason is at least a word."""
HANDLERS = 2
"""Both sides sign: two of ours, when two came (R9)."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Something a step still lacks; ``t("visit.gap." + code, **params)`` says it to a cadre."""

    step: Step
    code: str
    params: dict[str, object] = field(default_factory=dict)
    blocking: bool = True
    """False: worth doing, but the visit can be finished without."""


def path(draft: Draft) -> tuple[Step, ...]:
    """The steps of this visit. Nobody met: a short path; a death: condolence aid to the family only (S24);
    no aid: nothing to sign."""
    if draft.result in ("absent", "moved", "refused"):
        return ("meet", "photos", "finish")
    middle: tuple[Step, ...] = ("aid",) if draft.result == "deceased" else ("needs", "aid")
    signing: tuple[Step, ...] = () if draft.aid_choice == "none" else ("sign",)
    return ("meet", "photos", *middle, *signing, "finish")


def gaps(draft: Draft, minimum_visitors: int = 2) -> list[Gap]:
    """All that is missing, in the order of the steps."""
    found = [*_meet(draft, minimum_visitors), *_photos(draft)]
    steps = path(draft)
    if "needs" in steps:
        found += _needs(draft)
    if "aid" in steps:
        found += _aid(draft)
    if "sign" in steps:
        found += _sign(draft)
    return found


def can_finish(draft: Draft, minimum_visitors: int = 2) -> bool:
    """Nothing blocking is missing."""
    return not any(gap.blocking for gap in gaps(draft, minimum_visitors))


def _meet(draft: Draft, minimum: int) -> list[Gap]:
    found: list[Gap] = []
    if not draft.result:
        found.append(Gap("meet", "result"))
    if len(draft.visitors) < minimum and len(draft.solo_reason.strip()) < REASON_LEAST:
        found.append(Gap("meet", "visitors", {"minimum": minimum}))
    if odd_phones(draft):
        found.append(Gap("meet", "edit_phone", blocking=False))
    return found


def _photos(draft: Draft) -> list[Gap]:
    if not draft.photos:
        return [Gap("photos", "photo", blocking=False)]
    return [] if draft.photo_consent else [Gap("photos", "photo_consent", blocking=False)]


def asked(draft: Draft) -> int:
    """How many of the five have an answer."""
    return sum(1 for kind in FIVE if _severity(draft, kind) is not None)


def _severity(draft: Draft, kind: NeedKind) -> int | None:
    need = draft.needs.get(kind.value)
    return need.severity if need else None


def _needs(draft: Draft) -> list[Gap]:
    left = len(FIVE) - asked(draft)
    return [Gap("needs", "needs", {"count": left})] if left else []


def _aid(draft: Draft) -> list[Gap]:
    if not draft.aid_choice:
        return [Gap("aid", "aid_choice")]
    if draft.aid_choice == "none":
        return []
    if not draft.aids:
        return [Gap("aid", "aid_lines")]
    unfinished = sum(1 for line in draft.aids if line_gaps(line))
    return [Gap("aid", "aid_unfinished", {"count": unfinished})] if unfinished else []


def _sign(draft: Draft) -> list[Gap]:
    if draft.receipt is None:
        return [Gap("sign", "receipt")]
    found: list[Gap] = []
    if draft.recipient is None:
        found.append(Gap("sign", "recipient"))
    left = len(unsigned_handlers(draft))
    if left:
        found.append(Gap("sign", "handlers", {"count": left}))
    return found


def unsigned_handlers(draft: Draft) -> list[int]:
    """Places in ``draft.visitors`` of those who still have to sign: two of ours, or the only one who came."""
    done = {(signature.user_id, signature.name) for signature in draft.handlers}
    return [
        index
        for index, visitor in enumerate(draft.visitors[:HANDLERS])
        if (visitor.user_id, visitor.name) not in done
    ]
