"""A record that its author has corrected gives way: its money, answers and edits count no more.

Whichever of the two arrives first: a correction may overtake what it corrects.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.db.arrays import Texts
from registry.db.bulk import Ask, fly
from registry.service.edits.intake import write_edits
from registry.service.intake_rules import Judged
from registry.service.principal import Principal

CORRECTIONS = """
    SELECT corrects, id FROM records WHERE county = $1 AND corrects = ANY($2) AND corrects IS NOT NULL
    AND author_id = $3 AND state = 'accepted' ORDER BY received_at DESC, id DESC
"""
"""One index to go by; of several corrections the first one is read last and stands."""
VOID = """
    UPDATE aid_lines a SET status = 'voided' FROM records r WHERE a.county = $1
    AND a.record_id = ANY($2) AND r.county = a.county AND r.id = a.record_id AND r.author_id = $3
"""
REPLACED = """
    UPDATE surveys s SET replaced_by = v.by FROM unnest($2::text[], $4::text[]) AS v(id, by)
    WHERE s.county = $1 AND s.record_id = v.id AND s.author_id = $3 AND s.replaced_by IS NULL
"""
WITHDRAWN = """
    UPDATE file_edits SET state = 'withdrawn' WHERE county = $1 AND record_id = ANY($2) AND author_id = $3
    AND state IN ('waiting', 'conflict')
"""


def corrections(who: Principal, accepted: Sequence[Judged]) -> Ask:
    """Ask, once these are written, what corrects one of them, and what they themselves correct."""
    ids = {one.item.id for one in accepted}
    ids |= {one.item.head.corrects for one in accepted if one.item.head and one.item.head.corrects}
    return Ask(CORRECTIONS, (who.county, Texts(ids), who.user_id))


async def put_right(
    connection: AsyncConnection,
    who: Principal,
    accepted: Sequence[Judged],
    found: Sequence[Any],
    received_at: datetime,
) -> list[str]:
    """What these records put right in files, and what they themselves take the place of. ``found``: the
    answer to ``corrections``. Returns the records whose authors must hear of it."""
    edited = await write_edits(connection, who, accepted, {row.corrects for row in found}, received_at)
    await _give_way(connection, who, found)
    return edited


async def _give_way(connection: AsyncConnection, who: Principal, found: Sequence[Any]) -> None:
    """Only the author's own: nobody corrects another's record."""
    if not found:
        return
    by = {row.corrects: row.id for row in found}
    old, new = Texts(by), Texts(by.values())
    await fly(
        connection,
        Ask(VOID, (who.county, old, who.user_id)),
        Ask(REPLACED, (who.county, old, who.user_id, new)),
        Ask(WITHDRAWN, (who.county, old, who.user_id)),
    )
