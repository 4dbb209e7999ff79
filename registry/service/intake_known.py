"""Intake, second step: what the registry already knows about a batch, in a handful of statements.

Locks, always in this order, so that nobody waits in a circle: the device (its batches come one after the
other), the households (two phones at one door), and at the very end the county's feed.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import and_, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.models import Aid, Campaign, Delegation, HouseholdFile
from domain.rules import OtherPhoto
from registry.db.tables import (
    aid_lines,
    assignments,
    campaigns,
    delegations,
    devices,
    households,
    orgs,
    photo_prints,
    records,
    users,
)
from registry.service.intake_items import Item
from registry.service.keys import Keys
from registry.service.principal import Principal

LOCK_HOUSEHOLDS = text(
    "SELECT pg_advisory_xact_lock(k) FROM (SELECT DISTINCT hashtextextended('household:' || h, 0) AS k "
    "FROM unnest(CAST(:ids AS text[])) AS h ORDER BY k) AS sorted"
)


@dataclass(frozen=True)
class Chain:
    """The device's place: what is held without a gap, of the batch's ids, and around its numbers."""

    head_seq: int
    head_hash: str
    by_id: dict[str, list[Any]]
    by_seq: dict[int, Any]


@dataclass
class Facts:
    """What the rules need to know. ``earlier`` and ``prints`` grow as the batch is read."""

    campaigns: dict[str, Campaign] = field(default_factory=dict)
    households: dict[str, HouseholdFile] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    org_paths: dict[str, str] = field(default_factory=dict)
    in_scope: set[str] = field(default_factory=set)
    delegations: dict[str, Delegation] = field(default_factory=dict)
    earlier_by_household: dict[str, list[Aid]] = field(default_factory=lambda: defaultdict(list))
    earlier_by_mac: dict[str, list[Aid]] = field(default_factory=lambda: defaultdict(list))
    prints: dict[str, list[OtherPhoto]] = field(default_factory=lambda: defaultdict(list))
    staff_numbers: frozenset[str] = frozenset()


async def lock_device(connection: AsyncConnection, who: Principal, items: list[Item]) -> Chain:
    """Take the device's turn and read its place in the chain."""
    where = devices.c.county == who.county, devices.c.id == who.device_id
    place = select(devices.c.head_seq, devices.c.head_hash).where(*where).with_for_update()
    row = (await connection.execute(place)).one()
    ids = [item.id for item in items if item.chained]
    seqs = {item.head.seq + step for item in items if item.head is not None for step in (-1, 0, 1)}
    wanted = select(
        records.c.id,
        records.c.hash,
        records.c.state,
        records.c.problem,
        records.c.device_id,
        records.c.seq,
        records.c.prev,
        records.c.flags,
    )
    taken = and_(records.c.device_id == who.device_id, records.c.seq.in_(seqs), records.c.state != "conflict")
    held = await connection.execute(
        wanted.where(records.c.county == who.county, or_(records.c.id.in_(ids), taken))
    )
    by_id: dict[str, list[Any]] = defaultdict(list)
    by_seq: dict[int, Any] = {}
    for one in held:
        by_id[one.id].append(one)
        if one.device_id == who.device_id and one.state != "conflict":
            by_seq[one.seq] = one
    return Chain(row.head_seq, row.head_hash, by_id, by_seq)


async def load_facts(connection: AsyncConnection, keys: Keys, who: Principal, items: list[Item]) -> Facts:
    """Everything the rules of these visits look at."""
    visits = [item.visit for item in items if item.visit is not None]
    facts = Facts()
    abouts = [item.about for item in items if item.about is not None]
    homes = sorted({about.household_id for about in abouts if about.household_id})
    await connection.execute(LOCK_HOUSEHOLDS, {"ids": homes})
    await _load_homes(connection, who, homes, facts)
    facts.campaigns = await _documents(connection, campaigns, who, {v.campaign_id for v in visits}, Campaign)
    wanted = {visit.delegation_id for visit in visits if visit.delegation_id}
    facts.delegations = await _documents(connection, delegations, who, wanted, Delegation)
    places = {about.org_id for about in abouts if about.org_id}
    if places:
        where = orgs.c.county == who.county, orgs.c.id.in_(places)
        facts.org_paths = {
            r.id: r.path for r in await connection.execute(select(orgs.c.id, orgs.c.path).where(*where))
        }
    macs = {keys.mac("id-number", line.beneficiary.id_number) for v in visits for line in v.aid}
    if macs:
        await _load_aid(connection, who, homes, macs, facts)
        facts.staff_numbers = await _staff_numbers(connection, who)
    await _load_prints(connection, who, items, facts)
    return facts


async def _load_homes(connection: AsyncConnection, who: Principal, ids: list[str], facts: Facts) -> None:
    if not ids:
        return
    mine = (
        select(assignments.c.id)
        .where(
            assignments.c.county == households.c.county,
            assignments.c.household_id == households.c.id,
            assignments.c.active,
            or_(assignments.c.user_id == who.user_id, assignments.c.delegation_id.in_(who.delegation_ids)),
        )
        .exists()
    )
    wanted = select(households.c.id, households.c.path, households.c.doc, mine.label("mine"))
    where = households.c.county == who.county, households.c.id.in_(ids)
    for row in await connection.execute(wanted.where(*where)):
        facts.households[row.id] = msgspec.convert(row.doc, HouseholdFile)
        facts.paths[row.id] = row.path
        if row.mine:
            facts.in_scope.add(row.id)


async def _documents(
    connection: AsyncConnection, table: Any, who: Principal, ids: set[str], model: Any
) -> dict[str, Any]:
    if not ids:
        return {}
    where = table.c.county == who.county, table.c.id.in_(ids)
    rows = await connection.execute(select(table.c.id, table.c.doc).where(*where))
    return {row.id: msgspec.convert(row.doc, model) for row in rows}


async def _load_aid(
    connection: AsyncConnection, who: Principal, homes: list[str], macs: set[str], facts: Facts
) -> None:
    wanted = select(aid_lines.c.household_id, aid_lines.c.id_mac, aid_lines.c.doc).where(
        aid_lines.c.county == who.county,
        aid_lines.c.status.in_(["signed", "paid"]),
        or_(aid_lines.c.household_id.in_(homes), aid_lines.c.id_mac.in_(macs)),
    )
    for row in await connection.execute(wanted):
        add_aid(facts, msgspec.convert(row.doc, Aid), row.id_mac)


def add_aid(facts: Facts, aid: Aid, mac: str) -> None:
    """Remember a line for the visits that come after it."""
    if aid.household_id:
        facts.earlier_by_household[aid.household_id].append(aid)
    facts.earlier_by_mac[mac].append(aid)


async def _staff_numbers(connection: AsyncConnection, who: Principal) -> frozenset[str]:
    number = users.c.doc["id_number"].astext
    wanted = select(number).where(users.c.county == who.county, users.c.active, number != "")
    return frozenset((await connection.execute(wanted)).scalars())


async def _load_prints(connection: AsyncConnection, who: Principal, items: list[Item], facts: Facts) -> None:
    """Same file or same picture (equal hash) at another household; near pictures are a job's work."""
    photos = [photo for item in items if item.visit for photo in item.visit.photos]
    if not photos:
        return
    numbers = and_(
        households.c.county == photo_prints.c.county, households.c.id == photo_prints.c.household_id
    )
    wanted = select(photo_prints, households.c.number).join_from(photo_prints, households, numbers)
    same = or_(
        photo_prints.c.original_sha256.in_([photo.original_sha256 for photo in photos]),
        photo_prints.c.dhash.in_([photo.dhash for photo in photos]),
    )
    for row in await connection.execute(wanted.where(photo_prints.c.county == who.county, same)):
        add_print(facts, _other_photo(row))


def _other_photo(row: Any) -> OtherPhoto:
    return OtherPhoto(
        household_id=row.household_id,
        household_number=row.number,
        sha256=row.sha256,
        original_sha256=row.original_sha256,
        dhash=row.dhash,
    )


def add_print(facts: Facts, photo: OtherPhoto) -> None:
    """Findable by its original and by its picture."""
    facts.prints[photo.original_sha256].append(photo)
    facts.prints[photo.dhash].append(photo)
