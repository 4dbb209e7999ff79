"""Intake, last step: the chain's new head, coverage, and what the phones should hear."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.codes import VisitResult
from registry.db.bulk import insert_many
from registry.service.coverage import coverage_news
from registry.service.feed_write import publish, publish_households
from registry.service.feedback import tell_authors
from registry.service.intake_known import Chain
from registry.service.intake_rules import Judged
from registry.service.principal import Principal
from registry.service.times import wire

FLAG_BROKEN = text(
    "UPDATE records SET flags = array_append(flags, 'chain_broken') "
    "WHERE county = :county AND id = ANY(:ids) AND NOT 'chain_broken' = ANY(flags) AND state <> 'conflict'"
)
WALK = text(
    "SELECT seq, hash FROM records WHERE county = :county AND device_id = :device AND seq > :seq "
    "AND state <> 'conflict' ORDER BY seq"
)
MOVE_HEAD = text(
    "UPDATE devices SET head_seq = :seq, head_hash = :head WHERE county = :county AND id = :device"
)
LAST_VISITS = text(
    """
    UPDATE households h SET last_visit = v.visit::jsonb
    FROM unnest(CAST(:ids AS text[]), CAST(:visits AS text[])) AS v(id, visit)
    WHERE h.county = :county AND h.id = v.id
      AND coalesce(h.last_visit ->> 'at', '') <= (v.visit::jsonb ->> 'at')
    """
)


async def advance_chain(
    connection: AsyncConnection, who: Principal, chain: Chain, seqs: Sequence[int], broken: Sequence[str]
) -> tuple[int, str]:
    """Move the checkpoint over what is now held without a gap. ``broken``: ids of earlier records that name
    another predecessor than the one that has now come."""
    if not seqs:
        return chain.head_seq, chain.head_hash
    about = {"county": who.county, "device": who.device_id}
    if broken:
        await connection.execute(FLAG_BROKEN, {"county": who.county, "ids": broken})
    seq, head = chain.head_seq, chain.head_hash
    rows = await connection.execute(WALK, about | {"seq": seq}) if seq + 1 in seqs else ()
    for row in rows:
        if row.seq != seq + 1:
            break
        seq, head = row.seq, row.hash
    if seq != chain.head_seq:
        await connection.execute(MOVE_HEAD, about | {"seq": seq, "head": head})
    return seq, head


async def tell(
    connection: AsyncConnection, who: Principal, accepted: Sequence[Judged], received_at: datetime
) -> None:
    """Coverage, last visits and feedback on the author's own records."""
    if not accepted:
        return
    reached = await _mark_reached(connection, who, accepted, received_at)
    await tell_authors(connection, who.county, [one.item.id for one in accepted])
    news = []
    for campaign, homes in reached.items():
        news += await coverage_news(connection, who.county, campaign, homes)
    await publish(connection, who.county, news)
    await _update_homes(connection, who, accepted)


async def _mark_reached(
    connection: AsyncConnection, who: Principal, accepted: Sequence[Judged], received_at: datetime
) -> dict[str, list[str]]:
    rows = []
    for one in accepted:
        visit = one.item.visit
        if visit is not None and visit.household_id and visit.result is VisitResult.MET:
            keys = {"campaign_id": visit.campaign_id, "household_id": visit.household_id}
            rows.append(keys | {"record_id": one.item.id, "at": received_at})
    rows.sort(key=lambda row: (row["campaign_id"], row["household_id"]))
    types = {"campaign_id": "text", "household_id": "text", "record_id": "text", "at": "timestamptz"}
    suffix = "ON CONFLICT DO NOTHING RETURNING campaign_id, household_id"
    found: dict[str, list[str]] = defaultdict(list)
    for row in await insert_many(connection, "reached", who.county, types, rows, suffix):
        found[row.campaign_id].append(row.household_id)
    return found


async def _update_homes(connection: AsyncConnection, who: Principal, accepted: Sequence[Judged]) -> None:
    visits: dict[str, str] = {}
    for one in sorted(accepted, key=lambda one: one.latest):
        visit = one.item.visit
        if visit is not None and visit.household_id:
            doc = {"record_id": one.item.id, "at": wire(one.latest), "result": visit.result.value}
            visits[visit.household_id] = msgspec.json.encode(
                doc | {"campaign_id": visit.campaign_id}
            ).decode()
    if visits:
        about = {"county": who.county, "ids": list(visits), "visits": list(visits.values())}
        await connection.execute(LAST_VISITS, about)
        await publish_households(connection, who.county, list(visits))
