"""Intake of filled questionnaires: two steps inside the batch's one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.db.bulk import insert_many
from registry.service.intake_items import Item
from registry.service.intake_known import Facts
from registry.service.intake_rules import Judged
from registry.service.office import Office
from registry.service.principal import Principal
from registry.service.surveys.attachments import files_of

REF = {"sha256": "text", "record_id": "text", "record_hash": "text", "kind": "text", "size": "bigint"}


async def read_surveys(
    connection: AsyncConnection, office: Office, who: Principal, items: Sequence[Item]
) -> dict[str, object]:
    """Hash → what the form says of the answers; adds flags to the items. Takes no lock."""
    return {}


async def write_surveys(
    connection: AsyncConnection,
    who: Principal,
    accepted: Sequence[Judged],
    read: dict[str, object],
    facts: Facts,
    received_at: datetime,
) -> None:
    """Files, facts and values of accepted surveys."""
    surveys = [one for one in accepted if one.item.survey is not None]
    refs = [
        {
            "sha256": file.sha256,
            "record_id": one.item.id,
            "record_hash": one.item.hash,
            "kind": file.kind,
            "size": None,
        }
        for one in surveys
        for file in files_of(one.item.survey)  # type: ignore[arg-type]
    ]
    await insert_many(connection, "media_refs", who.county, REF, refs)
