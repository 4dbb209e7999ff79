"""Say of a visit that it is in order, or what is in doubt about it (S9)."""

from __future__ import annotations

from typing import Final

from app.actions.office_desk import desk
from app.actions.services import Services
from domain.codes import REVIEWERS
from domain.errors import InputError
from sync.protocol.supervision import Verdict

PASS: Final = "pass"  # noqa: S105 - a verdict
DOUBT: Final = "doubt"


def may_judge(services: Services) -> bool:
    """Whether this person's verdict would be taken, and a masked value shown for a reason."""
    return services.may(REVIEWERS)


async def review_visit(services: Services, visit_id: str, verdict: Verdict, note: str = "") -> None:
    """A doubt says why; the author's phone shows it. Raises InputError("reason_missing") or WireError."""
    if verdict != PASS and not note.strip():
        raise InputError("reason_missing", field="note")
    await desk(services).wire.review(visit_id, verdict, note.strip())
