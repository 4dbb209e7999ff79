"""A record that its author has corrected gives way: its money, answers, edits and the household that it
reached count no more.

Whichever of the two arrives first: a correction may overtake what it corrects.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

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
STILL_REACHED = """
    WITH gone AS (
        SELECT DISTINCT campaign_id, household_id FROM records WHERE county = $1 AND id = ANY($2)
        AND author_id = $3 AND type = 'visit' AND result = 'met' AND household_id IS NOT NULL
    ), other AS (
        SELECT DISTINCT ON (r.campaign_id, r.household_id) r.campaign_id, r.household_id, r.id, r.received_at
        FROM gone JOIN records r ON r.county = $1 AND r.household_id = gone.household_id
            AND r.campaign_id = gone.campaign_id
        WHERE r.type = 'visit' AND r.result = 'met' AND r.state = 'accepted' AND NOT EXISTS (
            SELECT FROM records c WHERE c.county = r.county AND c.corrects = r.id
            AND c.author_id = r.author_id AND c.state = 'accepted')
        ORDER BY r.campaign_id, r.household_id, r.received_at, r.id
    ), kept AS (
        UPDATE reached SET record_id = other.id, at = other.received_at FROM other
        WHERE reached.county = $1 AND reached.campaign_id = other.campaign_id
        AND reached.household_id = other.household_id AND reached.record_id = ANY($2)
    )
    DELETE FROM reached USING gone WHERE reached.county = $1 AND reached.campaign_id = gone.campaign_id
    AND reached.household_id = gone.household_id AND NOT EXISTS (
        SELECT FROM other WHERE other.campaign_id = gone.campaign_id
        AND other.household_id = gone.household_id)
    RETURNING reached.campaign_id, reached.household_id
"""
"""Of the households that these records met: another visit may have met them too, then that one stands for
it. Returns those that nobody has met."""


class PutRight(NamedTuple):
    """``told``: records whose authors must hear; ``unreached``: rows of campaign_id and household_id."""

    told: list[str]
    unreached: list[Any]


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
) -> PutRight:
    """What these records put right in files, and what they themselves take the place of. ``found``: the
    answer to ``corrections``."""
    edited = await write_edits(connection, who, accepted, {row.corrects for row in found}, received_at)
    return PutRight(edited, await _give_way(connection, who, found))


async def _give_way(connection: AsyncConnection, who: Principal, found: Sequence[Any]) -> list[Any]:
    """Only the author's own: nobody corrects another's record. Returns who is reached no more."""
    if not found:
        return []
    by = {row.corrects: row.id for row in found}
    old, new = Texts(by), Texts(by.values())
    unreached, *_ = await fly(
        connection,
        Ask(STILL_REACHED, (who.county, old, who.user_id)),
        Ask(VOID, (who.county, old, who.user_id)),
        Ask(REPLACED, (who.county, old, who.user_id, new)),
        Ask(WITHDRAWN, (who.county, old, who.user_id)),
    )
    return unreached
