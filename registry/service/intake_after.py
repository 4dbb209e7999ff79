"""Intake, last step: the chain's new head, coverage, and what the phones should hear."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.codes import VisitResult
from registry.db.arrays import Texts
from registry.db.bulk import Ask, fly, insertion
from registry.service.coverage_sums import above, add_reached
from registry.service.feed_write import LOCK, News, for_user, news_rows, of_households, who_follows
from registry.service.feedback import held_of
from registry.service.intake_known import Chain
from registry.service.intake_rules import Judged
from registry.service.principal import Principal
from registry.service.times import wire

FLAG_BROKEN = """
    UPDATE records SET flags = array_append(flags, 'chain_broken')
    WHERE county = $1 AND id = ANY($2) AND NOT 'chain_broken' = ANY(flags) AND state <> 'conflict'
"""
WALK = """
    SELECT seq, hash FROM records WHERE county = $1 AND device_id = $2 AND seq > $3::bigint
    AND state <> 'conflict' ORDER BY seq
"""
MOVE_HEAD = "UPDATE devices SET head_seq = $3::bigint, head_hash = $4 WHERE county = $1 AND id = $2"
LAST_VISIT = {"household_id": "text", "at": "timestamptz", "doc": "jsonb"}
NEWER = """
    ON CONFLICT (county, household_id) DO UPDATE SET at = excluded.at, doc = excluded.doc
    WHERE last_visits.at <= excluded.at
"""
REACHED = {"campaign_id": "text", "household_id": "text", "record_id": "text", "at": "timestamptz"}


def links(who: Principal, chain: Chain, seqs: Sequence[int], broken: Sequence[str]) -> list[Ask | None]:
    """Flag earlier records that name another predecessor than the one that has now come (``broken``: their
    ids), and read on from the head, if the next number is among those that came."""
    walk = Ask(WALK, (who.county, who.device_id, str(chain.head_seq)))
    return [
        Ask(FLAG_BROKEN, (who.county, Texts(broken))) if broken else None,
        walk if chain.head_seq + 1 in seqs else None,
    ]


def advanced(chain: Chain, walked: Sequence[Any]) -> tuple[int, str]:
    """The checkpoint over what is now held without a gap."""
    seq, head = chain.head_seq, chain.head_hash
    for row in walked:
        if row.seq != seq + 1:
            break
        seq, head = row.seq, row.hash
    return seq, head


def visited(
    who: Principal, accepted: Sequence[Judged], homes: Mapping[str, Judged], received_at: datetime
) -> list[Ask | None]:
    """Households reached for the first time in a campaign (returned), and each one's last visit (``homes``:
    ``last_visits(accepted)``)."""
    suffix = "ON CONFLICT DO NOTHING RETURNING campaign_id, household_id"
    return [
        insertion("reached", who.county, REACHED, _reached(accepted, received_at), suffix),
        insertion("last_visits", who.county, LAST_VISIT, _last_visits(homes), NEWER),
    ]


async def tell(
    connection: AsyncConnection,
    who: Principal,
    accepted: Sequence[Judged],
    reached: Sequence[Any],
    named: Mapping[str, Sequence[str]],
    homes: Collection[str],
    head: Ask | None,
    unreached: Sequence[Any] = (),
) -> dict[str, list[str]]:
    """Coverage, last visits and feedback on the author's own records; all that happens while the county's
    feed is held, so it is little. ``named``: record id → its files; ``homes``: the households visited;
    ``reached``, ``unreached``: rows of campaign_id and household_id. Returns which of the files are
    missing."""
    if not accepted:
        await fly(connection, head)
        return {}
    county = who.county
    files = {sha256 for some in named.values() for sha256 in some}
    _, _, held, houses, holders = await fly(
        connection,
        head,
        Ask(LOCK, (county,)),
        held_of(county, files) if files else None,
        *who_follows(county, {*homes, *(row.household_id for row in unreached)}),
    )
    here = {row.sha256 for row in held}
    missing = {record: [one for one in some if one not in here] for record, some in named.items()}
    news = [_feedback(who, one, len(missing.get(one.item.id, ()))) for one in accepted]
    await fly(connection, news_rows(county, [*news, *of_households(houses, holders)]))
    await add_reached(connection, county, _counts(reached, unreached, houses))
    return missing


def _counts(
    reached: Sequence[Any], unreached: Sequence[Any], houses: Sequence[Any]
) -> dict[str, Counter[str]]:
    """Campaign → organisation → active households reached for the first time, less those that turned out not
    to be, in either tree."""
    orgs = {row.id: above(row) for row in houses if row.status == "active"}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in reached:
        counts[row.campaign_id].update(orgs.get(row.household_id, ()))
    for row in unreached:
        counts[row.campaign_id].subtract(orgs.get(row.household_id, ()))
    return counts


def _feedback(who: Principal, one: Judged, missing: int) -> News:
    doc = {"id": one.item.id, "record_id": one.item.id, "missing": missing, "flags": one.flags}
    doc["state"] = "received" if missing else "complete"
    return News(for_user(who.user_id), "feedback", one.item.id, doc)


def _reached(accepted: Sequence[Judged], received_at: datetime) -> list[dict[str, Any]]:
    rows = []
    for one in accepted:
        visit = one.item.visit
        if visit is not None and visit.household_id and visit.result is VisitResult.MET:
            keys = {"campaign_id": visit.campaign_id, "household_id": visit.household_id}
            rows.append(keys | {"record_id": one.item.id, "at": received_at})
    return sorted(rows, key=lambda row: (row["campaign_id"], row["household_id"]))


def last_visits(accepted: Sequence[Judged]) -> dict[str, Judged]:
    """Household → its newest visit of these."""
    newest: dict[str, Judged] = {}
    for one in sorted(accepted, key=lambda one: one.at):
        if one.item.visit is not None and one.item.visit.household_id:
            newest[one.item.visit.household_id] = one
    return dict(sorted(newest.items()))


def _last_visits(homes: Mapping[str, Judged]) -> list[dict[str, Any]]:
    at = {moment: wire(moment) for moment in {one.at for one in homes.values()}}
    return [
        {"household_id": home, "at": one.at, "doc": _last_visit(one, at[one.at])}
        for home, one in homes.items()
    ]


def _last_visit(one: Judged, at: str) -> str:
    visit = one.item.visit
    assert visit is not None
    doc = {"record_id": one.item.id, "at": at, "result": visit.result, "campaign_id": visit.campaign_id}
    return msgspec.json.encode(doc).decode()
