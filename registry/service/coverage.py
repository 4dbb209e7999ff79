"""S25: households reached ÷ active files, counted in the database along both trees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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
    SELECT o.id, o.name, o.type, count(h.id) AS active, count(r.household_id) AS reached
    FROM orgs o
    JOIN households h ON h.county = o.county AND h.status = 'active'
      AND (h.path LIKE o.path || '%' OR h.industrial_path LIKE o.path || '%'
           OR h.industrial_path LIKE o.industrial_path || '%')
    LEFT JOIN reached r ON r.county = h.county AND r.household_id = h.id AND r.campaign_id = :campaign
    WHERE o.county = :county AND o.id = ANY(:orgs)
    GROUP BY o.id, o.name, o.type, o.path ORDER BY o.path
    """
)
PATHS = text("SELECT path, industrial_path FROM households WHERE county = :county AND id = ANY(:ids)")


async def coverage_news(
    connection: AsyncConnection, county: str, campaign: str, homes: Sequence[str]
) -> list[News]:
    """Coverage of every organisation above these households."""
    rows = await connection.execute(PATHS, {"county": county, "ids": list(homes)})
    above = {org for row in rows for path in row if path for org in path.strip("/").split("/")}
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


async def _count(connection: AsyncConnection, county: str, campaign: str, ids: set[str]) -> Sequence[Any]:
    about = {"county": county, "campaign": campaign, "orgs": sorted(ids)}
    return (await connection.execute(COUNT, about)).all()


def _document(campaign: str, row: Any) -> dict[str, Any]:
    counts = {"active": row.active, "reached": row.reached}
    return {"campaign_id": campaign, "org_id": row.id, "org_name": row.name} | counts
