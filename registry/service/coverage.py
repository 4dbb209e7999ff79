"""S25: households reached ÷ active files, counted in the database along both trees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.db.tables import campaigns, orgs
from registry.service.errors import RefusedError
from registry.service.feed_write import EVERYBODY, News
from registry.service.office import Office
from registry.service.principal import READERS, Principal
from sync.protocol.messages import Coverage, CoverageAnswer

COUNT = text(
    """
    SELECT h.path, h.industrial_path, count(*) AS active,
           count(*) FILTER (WHERE h.id IN (
               SELECT household_id FROM reached WHERE county = :county AND campaign_id = :campaign
           )) AS reached
    FROM households h WHERE h.county = :county AND h.status = 'active' GROUP BY h.path, h.industrial_path
    """
)
"""A hashed lookup whatever the statistics say: a join over fresh tables took the database 0.4 s."""
PATHS = text("SELECT path, industrial_path FROM households WHERE county = :county AND id = ANY(:ids)")


async def coverage_news(
    connection: AsyncConnection, county: str, campaign: str, homes: Sequence[str]
) -> list[News]:
    """Coverage of every organisation above these households."""
    rows = await connection.execute(PATHS, {"county": county, "ids": list(homes)})
    above = {org for row in rows for org in _above(row)}
    return [
        News(EVERYBODY, "coverage", f"{campaign}:{row.id}", _document(campaign, row))
        for row in await _count(connection, county, campaign, above)
    ]


async def coverage_of(office: Office, who: Principal, campaign: str | None) -> CoverageAnswer:
    """Every organisation in the reader's subtree that keeps files; others see only their own.

    Raises RefusedError("not_found") for an unknown campaign.
    """
    async with office.engine.connect() as connection:
        campaign = await _campaign(connection, who.county, campaign)
        wanted = select(orgs.c.id).where(orgs.c.county == who.county)
        if who.may(READERS):
            wanted = wanted.where(who.sees(orgs.c.path, orgs.c.industrial_path))
        else:
            wanted = wanted.where(orgs.c.id == who.org_id)
        ids = set((await connection.execute(wanted)).scalars())
        rows = await _count(connection, who.county, campaign, ids)
    found = [
        Coverage(org_id=r.id, org_name=r.name, active=r.active, reached=r.reached, org_type=r.type)
        for r in rows
    ]
    return CoverageAnswer(campaign_id=campaign, rows=found)


async def _campaign(connection: AsyncConnection, county: str, campaign: str | None) -> str:
    """This one, or the newest that is active."""
    wanted = select(campaigns.c.id).where(campaigns.c.county == county)
    if campaign:
        wanted = wanted.where(campaigns.c.id == campaign)
    else:
        wanted = wanted.where(campaigns.c.active).order_by(campaigns.c.doc["starts_on"].astext.desc())
    found = await connection.scalar(wanted.limit(1))
    if found is None:
        raise RefusedError("not_found")
    return str(found)


class Counted(NamedTuple):
    """One organisation with all below it."""

    id: str
    name: str
    type: str
    active: int
    reached: int


async def _count(connection: AsyncConnection, county: str, campaign: str, ids: set[str]) -> list[Counted]:
    """Those of ``ids`` that keep files, from the top down. One pass over the households; the trees are added
    up here, each household once per organisation even where both trees lead to it."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in await connection.execute(COUNT, {"county": county, "campaign": campaign}):
        for org in _above(row) & ids:
            sums[org][0] += row.active
            sums[org][1] += row.reached
    where = orgs.c.county == county, orgs.c.id.in_(list(sums))
    found = select(orgs.c.id, orgs.c.name, orgs.c.type).where(*where).order_by(orgs.c.path)
    return [Counted(*row, *sums[row.id]) for row in await connection.execute(found)]


def _above(row: Any) -> set[str]:
    """Ids of the organisations on the way up, in either tree."""
    return {org for path in (row.path, row.industrial_path) if path for org in path.strip("/").split("/")}


def _document(campaign: str, row: Any) -> dict[str, Any]:
    counts = {"active": row.active, "reached": row.reached}
    return {"campaign_id": campaign, "org_id": row.id, "org_name": row.name} | counts
