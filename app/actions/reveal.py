"""Show what is masked by default (numbers, health): every look is logged with its reason (DESIGN §5, R16)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import uuid6

from app.store.sync_port import utc_text

if TYPE_CHECKING:
    from app.actions.services import Services

Field = Literal["phone", "id_number"]
Reason = Literal["appointment", "find", "check", "understand"]
REASONS: tuple[Reason, ...] = ("appointment", "find", "check")
HEALTH_REASONS: tuple[Reason, ...] = ("understand", "check")
TABLE = "reveals"


def reveal(services: Services, household_id: str, person_id: str, field: Field, reason: Reason) -> str:
    """The number itself, once the look is durably logged; raises StoreError, then nothing is shown."""
    file = services.households[household_id]
    person = next(one for one in file.people() if one.id == person_id)
    _log(services, household_id, person_id, field, reason)
    return person.phone if field == "phone" else person.id_number


def reveal_health(services: Services, household_id: str, reason: Reason) -> None:
    """Log a look at the whole family's health; raises StoreError, then nothing may be shown."""
    _log(services, household_id, None, "health", reason)


def _log(services: Services, household_id: str, person_id: str | None, field: str, reason: Reason) -> None:
    services.db.table(TABLE).insert(
        {
            "id": str(uuid6.uuid7()),
            "household_id": household_id,
            "person_id": person_id,
            "field": field,
            "reason": reason,
            "user_id": services.me.user_id if services.me else None,
            "at": utc_text(services.platform.clock.now()),
        }
    )
