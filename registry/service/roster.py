"""Writing what the office plans: each thing into its table and, in the same transaction, into the feed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Table, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.models import Assignment, Campaign, Delegation, FundAllocation, HouseholdFile, Org, User
from registry.db.tables import (
    allocations,
    assignments,
    campaigns,
    counties,
    delegations,
    households,
    orgs,
    users,
)
from registry.service.campaigns import open_parts
from registry.service.coverage_sums import hold_roster, move_homes, places, recount
from registry.service.feed_write import (
    EVERYBODY,
    News,
    for_tree,
    for_user,
    hold_feed,
    only_for,
    publish,
    publish_households,
)
from registry.service.keys import Keys
from registry.service.roster_moves import move_files, stood, take_back
from registry.service.times import now
from registry.service.visits_follow import follow_homes, mark_moved

Paths = Mapping[str, tuple[str, str | None]]
PRIVATE = frozenset({"phone", "id_number"})
"""What colleagues need not know of each other."""


def org_paths(found: Iterable[Org]) -> Paths:
    """Id → (territorial path, industrial path); a path is ``/root/…/self/``."""
    by_id = {org.id: org for org in found}

    def climb(org: Org) -> str:
        parent = by_id.get(org.parent_territorial or "")
        return f"{climb(parent) if parent else '/'}{org.id}/"

    def industrial(org: Org) -> str | None:
        parent = by_id.get(org.parent_industrial or "")
        if parent is None:
            return None
        return f"{industrial(parent) or climb(parent)}{org.id}/"

    return {org.id: (climb(org), industrial(org)) for org in by_id.values()}


async def put_county(connection: AsyncConnection, county: str, name: str) -> bool:
    """True when the county is new."""
    row = {"county": county, "name": name, "root_org": county, "created_at": now()}
    added = insert(counties).values(row).on_conflict_do_nothing().returning(counties.c.county)
    return await connection.scalar(added) is not None


async def put_orgs(connection: AsyncConnection, county: str, found: Sequence[Org]) -> Paths:
    """All organisations of a county at once, because paths hang together. Their files move with them, and
    what was sent from there follows (visits_follow)."""
    paths = org_paths(found)
    rows = [
        {
            "id": org.id,
            "code": org.code,
            "name": org.name,
            "type": org.type.value,
            "path": paths[org.id][0],
            "industrial_path": paths[org.id][1],
            "doc": msgspec.to_builtins(org),
        }
        for org in found
    ]
    await hold_roster(connection, county)
    await _upsert(connection, orgs, county, rows)
    moved = await move_files(connection, county)
    await publish(connection, county, [News(EVERYBODY, "org", row["id"], row["doc"]) for row in rows])
    await take_back(connection, county, moved)
    await publish_households(connection, county, [row.id for row in moved])
    await recount(connection, county)
    await mark_moved(connection, county)
    return paths


async def put_users(connection: AsyncConnection, county: str, found: Sequence[User]) -> None:
    """Colleagues learn each other's names and posts."""
    rows = [
        {
            "id": user.id,
            "name": user.name,
            "roles": [role.value for role in user.roles],
            "org_id": user.org_id,
            "doc": msgspec.to_builtins(user),
        }
        for user in found
    ]
    await _upsert(connection, users, county, rows)
    await publish(connection, county, [News(EVERYBODY, "user", r["id"], _colleague(r["doc"])) for r in rows])


async def put_campaign(connection: AsyncConnection, county: str, campaign: Campaign) -> None:
    """Rules, dates, deadlines; every phone gets them."""
    doc = msgspec.to_builtins(campaign)
    await hold_roster(connection, county)
    await open_parts(connection, campaign.id)
    mine = campaigns.c.county == county, campaigns.c.id == campaign.id
    known = await connection.scalar(select(campaigns.c.id).where(*mine))
    await _upsert(connection, campaigns, county, [{"id": campaign.id, "name": campaign.name, "doc": doc}])
    await publish(connection, county, [News(EVERYBODY, "campaign", campaign.id, doc)])
    if known is None:
        await recount(connection, county, campaign.id)


async def put_allocations(connection: AsyncConnection, county: str, found: Sequence[FundAllocation]) -> None:
    """Budgets by source (S8)."""
    rows = [
        {
            "id": one.id,
            "campaign_id": one.campaign_id,
            "org_id": one.org_id,
            "source": one.source.value,
            "doc": msgspec.to_builtins(one),
        }
        for one in found
    ]
    await _upsert(connection, allocations, county, rows)
    await publish(connection, county, [News(EVERYBODY, "allocation", r["id"], r["doc"]) for r in rows])


async def put_delegation(connection: AsyncConnection, county: str, delegation: Delegation, path: str) -> None:
    """Its members and those above the sending organisation follow it; whoever was one of these loses it."""
    people = [one.user_id for one in (delegation.leader, *delegation.members) if one.user_id]
    doc = msgspec.to_builtins(delegation)
    row = {
        "id": delegation.id,
        "campaign_id": delegation.campaign_id,
        "name": delegation.name,
        "member_ids": people,
        "doc": doc,
    }
    await _upsert(connection, delegations, county, [row])
    followers = [for_tree(path), *map(for_user, people)]
    await only_for(connection, county, "delegation", delegation.id, followers)
    await publish(connection, county, [News(one, "delegation", delegation.id, doc) for one in followers])


async def put_households(
    connection: AsyncConnection, county: str, keys: Keys, paths: Paths, found: Sequence[HouseholdFile]
) -> None:
    """Files with their search columns; assign them before or after. One that stands under another union or
    employer than before leaves those above the old one."""
    rows = [
        {
            "id": file.id,
            "number": file.number,
            "status": file.status.value,
            "name": file.worker.name,
            "org_id": file.org_id,
            "path": paths[file.org_id][0],
            "industrial_path": paths.get(file.worker.employer_id or "", ("", None))[1],
            "id_mac": keys.mac("id-number", file.worker.id_number) if file.worker.id_number else None,
            "doc": msgspec.to_builtins(file),
        }
        for file in found
    ]
    ids = [file.id for file in found]
    await hold_roster(connection, county)
    before, was = await places(connection, county, ids), await stood(connection, county, ids)
    await _upsert(connection, households, county, rows)
    trees = {row["id"]: (row["path"], row["industrial_path"]) for row in rows}
    moved = [one for one in was if (one.was, one.was_industrial) != trees[one.id]]
    await take_back(connection, county, moved)
    await publish_households(connection, county, ids)
    await move_homes(connection, county, before, await places(connection, county, ids))
    await follow_homes(connection, county, ids)
    await mark_moved(connection, county)


async def assign(connection: AsyncConnection, county: str, found: Sequence[Assignment]) -> None:
    """From now on these users hold these households."""
    rows = [
        {
            "id": assignment_id(one),
            "household_id": one.household_id,
            "user_id": one.user_id,
            "delegation_id": one.delegation_id,
            "active": True,
            "changed_at": now(),
            "doc": msgspec.to_builtins(one),
        }
        for one in found
    ]
    await _upsert(connection, assignments, county, rows)
    news = [News(for_user(r["user_id"]), "assignment", r["id"], r["doc"]) for r in rows]
    await publish(connection, county, news)
    await publish_households(connection, county, [one.household_id for one in found])


async def unassign(connection: AsyncConnection, county: str, gone: Sequence[Assignment]) -> None:
    """Tombstones for the assignment, and for the household unless the user still holds it another way: asked
    when we hold the feed, for whoever assigns it meanwhile publishes before us, or after us."""
    of, ids = assignments.c, [assignment_id(one) for one in gone]
    where = of.county == county, of.id.in_(ids)
    await connection.execute(update(assignments).where(*where).values(active=False, changed_at=now()))
    await hold_feed(connection, county)
    held = select(of.user_id, of.household_id).where(
        of.county == county, of.active, of.household_id.in_({one.household_id for one in gone})
    )
    still = {(row.user_id, row.household_id) for row in await connection.execute(held)}
    news = [News(for_user(one.user_id), "assignment", assignment_id(one), None) for one in gone]
    news += [
        News(for_user(one.user_id), "household", one.household_id, None)
        for one in gone
        if (one.user_id, one.household_id) not in still
    ]
    await publish(connection, county, news)


def assignment_id(one: Assignment) -> str:
    """A user holds a household once for themselves and once for each delegation."""
    return ":".join((one.user_id, one.household_id, one.delegation_id or "-"))


def _colleague(doc: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in doc.items() if key not in PRIVATE}


async def _upsert(
    connection: AsyncConnection, table: Table, county: str, rows: Sequence[Mapping[str, Any]]
) -> None:
    if not rows:
        return
    given = insert(table).values([{**row, "county": county} for row in rows])
    changed: dict[str, Any] = {name: given.excluded[name] for name in rows[0] if name != "id"}
    if "version" in table.c:  # what was read of it before is old now
        changed["version"] = table.c.version + 1
    await connection.execute(given.on_conflict_do_update(index_elements=["county", "id"], set_=changed))
