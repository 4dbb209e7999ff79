"""Change something after locking: the receipt and every signature on it become void (R10)."""

from __future__ import annotations

from app.actions.drafts import change_draft, need_draft
from app.actions.remove_photo import forget_files
from app.actions.services import Services
from app.actions.visit_draft import Draft


async def void_receipt(services: Services, visit_id: str) -> Draft:
    """Back to the aid lines. A receipt that somebody had signed stays named by the one that replaces it."""
    before = need_draft(services, visit_id)
    signed = [*([before.recipient] if before.recipient else []), *before.handlers]

    def change(draft: Draft) -> None:
        if draft.receipt is not None and signed:
            draft.voided = draft.receipt.id
        draft.receipt, draft.recipient, draft.handlers = None, None, []
        draft.pad, draft.pad_of = [], ""

    draft = change_draft(services, visit_id, "receipt", change)
    await forget_files(services, [signature.image_sha256 for signature in signed])
    return draft
