"""The sums of coverage, kept and not counted when somebody asks (S25, ADR 0018).

For each campaign of a county and each organisation that keeps active files, or has kept some, the feed holds
one row: active files and how many of them were reached. Whoever changes one of the two moves the sums in the
same transaction, as the last thing, while it holds the county's feed; so the sums are true at every commit.

Moved: by intake (``add_reached``), by files that come, close or move (``places``, ``move_homes``). Counted:
for a new campaign and when organisations change (``recount``), and once a night to be sure (``check_all``).
Writers of files, organisations and campaigns take turns (``hold_roster``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import structlog
from prometheus_client import Counter as Tally
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.db.arrays import Bigs, Texts
from registry.db.bulk import Ask, fly
from registry.db.tables import counties
from registry.service.audit import note
from registry.service.each import each
from registry.service.feed_write import EVERYBODY, News, hold_feed, publish
from registry.service.office import Office

log = structlog.get_logger("registry")
WRONG = Tally("nuanfang_coverage_wrong", "Sums of coverage that the nightly count found wrong")
ROSTER = "SELECT pg_advisory_xact_lock(hashtextextended('roster:' || $1, 0))"
COUNT = text(
    """
    WITH active AS (
        SELECT path, industrial_path, count(*) AS homes FROM households
        WHERE county = :county AND status = 'active' GROUP BY path, industrial_path
    ), met AS (
        SELECT r.campaign_id, h.path, h.industrial_path, count(*) AS homes
        FROM reached r JOIN households h ON h.county = r.county AND h.id = r.household_id
        WHERE r.county = :county AND r.campaign_id = ANY(:campaigns) AND h.status = 'active'
        GROUP BY r.campaign_id, h.path, h.industrial_path
    ), above AS (
        SELECT DISTINCT path, industrial_path, org FROM active
        CROSS JOIN unnest(string_to_array(path || coalesce(industrial_path, ''), '/')) AS org WHERE org <> ''
    )
    SELECT c.id AS campaign_id, o.id AS org_id, o.name AS org_name, sum(active.homes)::bigint AS active,
           coalesce(sum(met.homes), 0)::bigint AS reached
    FROM above JOIN active ON active.path = above.path
        AND active.industrial_path IS NOT DISTINCT FROM above.industrial_path
    JOIN orgs o ON o.county = :county AND o.id = above.org
    JOIN campaigns c ON c.county = :county AND c.id = ANY(:campaigns)
    LEFT JOIN met ON met.campaign_id = c.id AND met.path = above.path
        AND met.industrial_path IS NOT DISTINCT FROM above.industrial_path
    GROUP BY c.id, o.id, o.name
    """
)
"""Along both trees, each household once per organisation even where both lead to it."""
MOVE = """
    INSERT INTO changes (county, audience, kind, id, doc)
    SELECT $1, 'all', 'coverage', c.id || ':' || o.id, jsonb_build_object('campaign_id', c.id,
        'org_id', o.id, 'org_name', o.name, 'active', more.active, 'reached', more.reached)
    FROM unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[]) AS more(campaign, org, active, reached)
    JOIN campaigns c ON c.county = $1 AND c.id = more.campaign
    JOIN orgs o ON o.county = $1 AND o.id = more.org
    ON CONFLICT (county, audience, kind, id) DO UPDATE SET position = nextval('feed_position'),
        doc = excluded.doc || jsonb_build_object(
            'active', (excluded.doc -> 'active')::bigint + coalesce((changes.doc -> 'active')::bigint, 0),
            'reached', (excluded.doc -> 'reached')::bigint + coalesce((changes.doc -> 'reached')::bigint, 0))
"""
"""A campaign that the county does not know is counted when it is put in."""
TOLD = text(
    "SELECT id, doc FROM changes WHERE county = :county AND audience = 'all' AND kind = 'coverage' "
    "AND doc IS NOT NULL"
)
CAMPAIGNS = text("SELECT id FROM campaigns WHERE county = :county ORDER BY id")
PLACES = text(
    "SELECT id, path, industrial_path FROM households "
    "WHERE county = :county AND id = ANY(:ids) AND status = 'active'"
)
MET = text(
    "SELECT campaign_id, household_id FROM reached "
    "WHERE county = :county AND campaign_id = ANY(:campaigns) AND household_id = ANY(:ids)"
)
EMPTY = {"active": 0, "reached": 0}
Orgs = frozenset[str]


class Moved(NamedTuple):
    """How much more (or less) an organisation has."""

    active: int
    reached: int


def above(row: Any) -> Orgs:
    """Ids of the organisations on the way up, in either tree; of a row with path and industrial_path."""
    return frozenset(
        org for path in (row.path, row.industrial_path) if path for org in path.strip("/").split("/")
    )


async def hold_roster(connection: AsyncConnection, county: str) -> None:
    """Wait until nobody else writes files, organisations or campaigns of this county; before all other
    locks, and held until the transaction ends."""
    await fly(connection, Ask(ROSTER, (county,)))


async def add_reached(
    connection: AsyncConnection, county: str, counts: Mapping[str, Mapping[str, int]]
) -> None:
    """More households reached, or fewer (campaign → organisation → how many), for somebody who holds the
    feed."""
    moved = {(campaign, org): Moved(0, n) for campaign, sums in counts.items() for org, n in sums.items()}
    await _move(connection, county, moved)


async def places(connection: AsyncConnection, county: str, ids: Sequence[str]) -> dict[str, Orgs]:
    """Of these households the active ones, and which organisations they count for now."""
    rows = await connection.execute(PLACES, {"county": county, "ids": list(ids)})
    return {row.id: above(row) for row in rows}


async def move_homes(
    connection: AsyncConnection, county: str, before: Mapping[str, Orgs], now: Mapping[str, Orgs]
) -> None:
    """Files that came, closed or moved: ``places`` before and after, for somebody who holds the roster.

    A visit that is being written meanwhile reads the files when it holds the feed, after us or before us.
    """
    differing = {one for one in before.keys() | now.keys() if before.get(one) != now.get(one)}
    if not differing:
        return
    await hold_feed(connection, county)
    campaigns = list((await connection.execute(CAMPAIGNS, {"county": county})).scalars())
    asked = {"county": county, "campaigns": campaigns, "ids": sorted(differing)}
    met: dict[str, list[str]] = defaultdict(list)
    for row in await connection.execute(MET, asked):
        met[row.campaign_id].append(row.household_id)
    active = _difference(differing, before, now)
    moved: dict[tuple[str, str], Moved] = {}
    for campaign in campaigns:
        reached = _difference(met[campaign], before, now)
        moved |= {(campaign, org): Moved(active[org], reached[org]) for org in active.keys() | reached.keys()}
    await _move(connection, county, moved)


def _difference(homes: Iterable[str], before: Mapping[str, Orgs], now: Mapping[str, Orgs]) -> Counter[str]:
    found: Counter[str] = Counter()
    for home in homes:
        found.update(now.get(home, ()))
        found.subtract(before.get(home, ()))
    return found


async def _move(connection: AsyncConnection, county: str, moved: Mapping[tuple[str, str], Moved]) -> None:
    found = sorted((*key, *more) for key, more in moved.items() if any(more))
    if found:
        campaigns, orgs, active, reached = zip(*found, strict=True)
        columns = Texts(campaigns), Texts(orgs), Bigs(active), Bigs(reached)
        await fly(connection, Ask(MOVE, (county, *columns)))


async def recount(connection: AsyncConnection, county: str, campaign: str | None = None) -> int:
    """Count again, all campaigns or this one, and tell what is different; returns how many sums that were.

    For somebody who holds the roster. Whoever changed files or organisations does it in this transaction.
    """
    await hold_feed(connection, county)
    news = await _differing(connection, county, campaign)
    await publish(connection, county, news)
    return len(news)


async def _differing(connection: AsyncConnection, county: str, campaign: str | None = None) -> list[News]:
    """What the feed must say instead, by a count as of now. Of a campaign that is none: nothing any more."""
    told = {row.id: row.doc for row in await connection.execute(TOLD, {"county": county})}
    known = set((await connection.execute(CAMPAIGNS, {"county": county})).scalars())
    if campaign is not None:
        told = {one: doc for one, doc in told.items() if doc["campaign_id"] == campaign}
        known &= {campaign}
    rows = await connection.execute(COUNT, {"county": county, "campaigns": sorted(known)})
    right: dict[str, dict[str, Any] | None] = {
        f"{row.campaign_id}:{row.org_id}": dict(row._mapping) for row in rows
    }
    for one in told.keys() - right.keys():
        right[one] = told[one] | EMPTY if told[one]["campaign_id"] in known else None
    return [
        News(EVERYBODY, "coverage", one, doc) for one, doc in sorted(right.items()) if doc != told.get(one)
    ]


async def check_all(office: Office) -> int:
    """Count every county again; returns how many sums were wrong. They are right afterwards, and the log,
    the audit trail and ``nuanfang_coverage_wrong_total`` say so."""
    async with office.reader.connect() as connection:
        found = list((await connection.execute(select(counties.c.county))).scalars())
    return await each(found, partial(_check, office))


async def _check(office: Office, county: str) -> int:
    """First as of one moment, which holds nobody up; only what is wrong then is worth the county's locks."""
    async with office.engine.connect() as connection:
        await connection.execution_options(isolation_level="REPEATABLE READ")
        if not await _differing(connection, county):
            return 0
    async with office.engine.begin() as connection:
        await hold_roster(connection, county)
        wrong = await recount(connection, county)
        if wrong:
            await note(connection, county, "coverage.recount", details={"sums": wrong})
    if wrong:
        WRONG.inc(wrong)
        log.warning("coverage", county=county, wrong=wrong)
    return wrong
