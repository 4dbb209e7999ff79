"""Two batches in the same moment must not both pass a rule that only the other one breaks (R12, R13).

The household's turn covers one door. One photo for two households, or one person paid at two doors, can come
with two batches that each looked before the other had written. Locks on every picture would hold everybody
up; instead, whoever holds the county's feed, and so commits next, looks once more: all that was there before
its own commit is visible now. If anything came meanwhile, the batch is done again with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.db.arrays import Texts
from registry.db.bulk import Ask, fly
from registry.service.intake_known import Chain, Facts, telling
from registry.service.intake_rules import Judged
from registry.service.principal import Principal

TRIES = 3
"""Then it stands as it is: a flag that is missing in a race is no reason to keep a phone waiting."""
PRINTED = """
    SELECT p.household_id, p.sha256 FROM photo_prints p WHERE p.county = $1 AND p.{} = ANY($2)
    AND p.record_id <> ALL($3) AND EXISTS (
        SELECT FROM households h WHERE h.county = p.county AND h.id = p.household_id)
"""
SAME_FILE, SAME_PICTURE = PRINTED.format("original_sha256"), PRINTED.format("dhash")
PAID = """
    SELECT id, record_id FROM aid_lines
    WHERE county = $1 AND id_mac = ANY($2) AND status IN ('signed', 'paid')
"""


class OvertakenError(Exception):
    """Another batch brought something that these records' rules should have seen."""


class OutdatedError(Exception):
    """The phone was revoked, or its user disabled, while its batch was on its way: a slow line takes minutes,
    and what was sealed meanwhile must not pass for the work of a phone in good standing."""


def need_same_standing(who: Principal, chain: Chain) -> None:
    """Call it with the device's turn. Raises OutdatedError; then ``who`` must be looked up once more."""
    if (who.closed, who.revoked_at) != (chain.closed, chain.revoked_at):
        raise OutdatedError


async def need_nothing_new(
    connection: AsyncConnection, who: Principal, accepted: Sequence[Judged], facts: Facts
) -> None:
    """Call it while the feed is held. Raises OvertakenError; then the transaction must be given up."""
    prints = [one for judged in accepted for one in judged.prints]
    macs = Texts({mac for judged in accepted for _, mac in judged.aid})
    originals, pictures = Texts({one.original_sha256 for one in prints}), telling(one.dhash for one in prints)
    own = Texts({judged.item.id for judged in accepted})
    same_file, same_picture, paid = await fly(
        connection,
        Ask(SAME_FILE, (who.county, originals, own)) if prints else None,
        Ask(SAME_PICTURE, (who.county, pictures, own)) if pictures else None,
        Ask(PAID, (who.county, macs)) if macs else None,
    )
    seen = {(one.sha256, one.household_id) for some in facts.prints.values() for one in some}
    lines = {(one.id, one.visit_id) for some in facts.earlier_by_mac.values() for one in some}
    new_prints = {(row.sha256, row.household_id) for row in (*same_file, *same_picture)} - seen
    if new_prints or _ids(paid) - lines:
        raise OvertakenError


def _ids(rows: Sequence[Any]) -> set[tuple[str, str]]:
    return {(row.id, row.record_id) for row in rows}
