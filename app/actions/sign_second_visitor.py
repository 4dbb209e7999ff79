"""One of ours signs the same receipt: both sides sign (R9)."""

from __future__ import annotations

from app.actions.drafts import need_draft
from app.actions.services import Services
from app.actions.sign_receipt import make_signature, put_signature
from app.actions.visit_draft import Draft, SignatureDraft, Strokes
from domain.errors import InputError


async def sign_second_visitor(
    services: Services, visit_id: str, visitor: int, strokes: Strokes, size: tuple[int, int]
) -> Draft:
    """``visitor`` is the place in the draft's visitors. The recipient signs first: what staff certify must
    have happened. Raises InputError("recipient_first" | "visitor_missing" | "receipt_not_locked" | …)."""
    draft = need_draft(services, visit_id)
    if draft.recipient is None:
        raise InputError("recipient_first")
    if not 0 <= visitor < len(draft.visitors):
        raise InputError("visitor_missing", field="visitors")
    who = draft.visitors[visitor]

    def change(current: Draft, signature: SignatureDraft) -> None:
        if who not in current.visitors:
            raise InputError("visitor_missing", field="visitors")
        others = [s for s in current.handlers if (s.name, s.user_id) != (who.name, who.user_id)]
        current.handlers = [*others, signature]

    made = make_signature(services, draft, strokes, size, who.name, "pen", who.user_id)
    return await put_signature(services, draft, f"handlers.{visitor}", made, change)
