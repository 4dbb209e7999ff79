"""S25: households reached ÷ active files, per organisation along both trees."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Select, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.db.tables import campaigns, changes, orgs
from registry.service.errors import RefusedError
from registry.service.feed_write import EVERYBODY
from registry.service.office import Office
from registry.service.principal import READERS, Principal
from sync.protocol.messages import Coverage, CoverageAnswer


async def coverage_of(office: Office, who: Principal, campaign: str | None) -> CoverageAnswer:
    """Every organisation in the reader's subtree that keeps files; others see only their own.

    Read from the sums that are kept (coverage_sums), from the top down.
    Raises RefusedError("not_found") for an unknown campaign.
    """
    async with office.engine.connect() as connection:
        campaign = await _campaign(connection, who.county, campaign)
        rows = (await connection.execute(_sums(who, campaign))).all()
    found = [
        Coverage(org_id=r.id, org_name=r.name, active=r.active, reached=r.reached, org_type=r.type)
        for r in rows
    ]
    return CoverageAnswer(campaign_id=campaign, rows=found)


def _sums(who: Principal, campaign: str) -> Select[Any]:
    active, reached = (changes.c.doc[name].astext.cast(BigInteger) for name in ("active", "reached"))
    told = and_(
        changes.c.county == orgs.c.county,
        changes.c.audience == EVERYBODY,
        changes.c.kind == "coverage",
        changes.c.id == campaign + ":" + orgs.c.id,
    )
    mine = who.sees(orgs.c.path, orgs.c.industrial_path) if who.may(READERS) else orgs.c.id == who.org_id
    return (
        select(orgs.c.id, orgs.c.name, orgs.c.type, active.label("active"), reached.label("reached"))
        .select_from(orgs.join(changes, told))
        .where(orgs.c.county == who.county, changes.c.county == who.county, mine, active > 0)
        .order_by(orgs.c.path)
    )


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
