"""What visits would put right in files, and what the office says to it (S14, ADR 0017)."""

from __future__ import annotations

from typing import Literal

from app.actions.office_desk import desk
from app.actions.services import Services
from domain.errors import InputError
from domain.file_edits import EDITORS
from sync.protocol.edits import EditPage, EditRow, SettleRequest

Choice = Literal["keep", "take", "other"]


def may_decide(services: Services) -> bool:
    """Whether this person's decision would be taken."""
    return services.may(EDITORS)


async def list_edits(services: Services, after: str = "") -> EditPage:
    """Open corrections, newest first; ``after`` is the last page's ``next``. Raises WireError."""
    return await desk(services).wire.edits(after)


async def settle_edit(services: Services, row: EditRow, choice: Choice, value: str = "") -> EditRow:
    """Decide. Raises InputError("edit_empty"), WireError: file_changed when the file is newer than ``row``,
    not_found when somebody else has decided."""
    if choice == "other" and not value.strip():
        raise InputError("edit_empty", field=row.field)
    request = SettleRequest(choice=choice, version=row.version, value=value.strip())
    return await desk(services).wire.settle_edit(row.id, request)
