"""Intake, second step: what the registry already knows about a batch, in a handful of statements.

Locks, always in this order, so that nobody waits in a circle: the device (its batches come one after the
other), the households (two phones at one door), and at the very end the county's feed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.dhash import is_flat
from domain.models import Aid, Campaign, Delegation, HouseholdFile
from domain.rules import OtherPhoto
from registry.db.arrays import Bigs, Texts
from registry.db.bulk import Ask, fly
from registry.service.intake_items import Item
from registry.service.keys import Keys
from registry.service.principal import Principal, closed_by

LOCK_DEVICE = """
    SELECT d.head_seq, d.head_hash, d.revoked_at,
           (SELECT u.active FROM users u WHERE u.county = d.county AND u.id = d.user_id) AS active
    FROM devices d WHERE d.county = $1 AND d.id = $2 FOR UPDATE
"""
HELD = """
    SELECT id, hash, state, problem, device_id, seq, prev, flags FROM records
    WHERE county = $1 AND id = ANY($2)
"""
AROUND = """
    SELECT id, hash, state, problem, device_id, seq, prev, flags FROM records
    WHERE county = $1 AND device_id = $2 AND seq = ANY($3) AND state <> 'conflict'
"""
LOCK_HOUSEHOLDS = """
    SELECT pg_advisory_xact_lock(k) FROM (SELECT DISTINCT hashtextextended('household:' || h, 0) AS k
    FROM unnest($1::text[]) AS h ORDER BY k) AS sorted
"""
LOCK_CORRECTED = """
    SELECT pg_advisory_xact_lock(k) FROM (SELECT DISTINCT hashtextextended('household:' || h, 0) AS k FROM (
        SELECT unnest($1::text[]) AS h UNION
        SELECT household_id FROM records WHERE county = $2 AND id = ANY($3) AND household_id IS NOT NULL
    ) AS homes ORDER BY k) AS sorted
"""
"""The same with those that a corrected record was about: they may no longer count as reached."""
HOMES = """
    SELECT id, path, industrial_path, doc::text AS doc FROM households WHERE county = $1 AND id = ANY($2)
"""
MINE = """
    SELECT household_id FROM assignments WHERE county = $1 AND household_id = ANY($2) AND active
    AND (user_id = $3 OR delegation_id = ANY($4))
"""
CAMPAIGNS = "SELECT id, doc::text AS doc FROM campaigns WHERE county = $1 AND id = ANY($2)"
DELEGATIONS = "SELECT id, doc::text AS doc FROM delegations WHERE county = $1 AND id = ANY($2)"
PLACES = "SELECT id, path FROM orgs WHERE county = $1 AND id = ANY($2)"
STAFF = """
    SELECT doc ->> 'id_number' AS number FROM users
    WHERE county = $1 AND active AND doc ->> 'id_number' <> ''
"""
LINES = """
    SELECT id, record_id, id_mac, doc::text AS doc FROM aid_lines
    WHERE county = $1 AND {} = ANY($2) AND status IN ('signed', 'paid')
"""
AID_OF_HOMES, AID_OF_PEOPLE = LINES.format("household_id"), LINES.format("id_mac")
PRINTS = (
    "SELECT household_id, sha256, original_sha256, dhash FROM photo_prints WHERE county = $1 AND {} = ANY($2)"
)
NUMBERS = "SELECT id, number FROM households WHERE county = $1 AND id = ANY($2)"
SAME_FILE, SAME_PICTURE = PRINTS.format("original_sha256"), PRINTS.format("dhash")
"""Each question with one index to go by, so that a fresh table's missing statistics cannot mislead the
planner: OR and EXISTS over such tables took 0.1 s for a batch."""

read_file = msgspec.json.Decoder(HouseholdFile).decode
read_campaign = msgspec.json.Decoder(Campaign).decode
read_delegation = msgspec.json.Decoder(Delegation).decode
read_aid = msgspec.json.Decoder(Aid).decode


@dataclass(frozen=True)
class Chain:
    """The device's place: what is held without a gap, of the batch's ids, and around its numbers.
    ``closed``, ``revoked_at``: as in Principal, now that nobody can change them until the batch is done."""

    head_seq: int
    head_hash: str
    by_id: dict[str, list[Any]]
    by_seq: dict[int, Any]
    closed: str
    revoked_at: datetime | None


@dataclass
class Facts:
    """What the rules need to know. ``earlier`` and ``prints`` grow as the batch is read."""

    campaigns: dict[str, Campaign] = field(default_factory=dict)
    households: dict[str, HouseholdFile] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    industrial_paths: dict[str, str | None] = field(default_factory=dict)
    org_paths: dict[str, str] = field(default_factory=dict)
    in_scope: set[str] = field(default_factory=set)
    delegations: dict[str, Delegation] = field(default_factory=dict)
    earlier_by_household: dict[str, list[Aid]] = field(default_factory=lambda: defaultdict(list))
    earlier_by_mac: dict[str, list[Aid]] = field(default_factory=lambda: defaultdict(list))
    prints: dict[str, list[OtherPhoto]] = field(default_factory=lambda: defaultdict(list))
    staff_numbers: frozenset[str] = frozenset()


async def lock_device(connection: AsyncConnection, who: Principal, items: list[Item]) -> Chain:
    """Take the device's turn and read its place in the chain."""
    ids = Texts({item.id for item in items if item.chained})
    seqs = Bigs({item.head.seq + step for item in items if item.head is not None for step in (-1, 0, 1)})
    (row,), held, around = await fly(
        connection,
        Ask(LOCK_DEVICE, (who.county, who.device_id)),
        Ask(HELD, (who.county, ids)),
        Ask(AROUND, (who.county, who.device_id, seqs)),
    )
    by_id: dict[str, list[Any]] = defaultdict(list)
    for one in {(one.id, one.hash): one for one in (*held, *around)}.values():
        by_id[one.id].append(one)
    by_seq = {one.seq: one for one in around}
    return Chain(row.head_seq, row.head_hash, by_id, by_seq, closed_by(row), row.revoked_at)


async def load_facts(connection: AsyncConnection, keys: Keys, who: Principal, items: list[Item]) -> Facts:
    """Everything the rules of these visits look at."""
    abouts = [item.about for item in items if item.about is not None]
    corrected = {item.head.corrects for item in items if item.head is not None and item.head.corrects}
    if not abouts and not corrected:
        return Facts()
    visits = [item.visit for item in items if item.visit is not None]
    homes = Texts({about.household_id for about in abouts if about.household_id})
    turn = Ask(LOCK_HOUSEHOLDS, (homes,))
    if corrected:
        turn = Ask(LOCK_CORRECTED, (homes, who.county, Texts(corrected)))
    places = Texts({about.org_id for about in abouts if about.org_id})
    trips = Texts({visit.delegation_id for visit in visits if visit.delegation_id})
    macs = Texts({keys.mac("id-number", line.beneficiary.id_number) for v in visits for line in v.aid})
    photos = [photo for visit in visits for photo in visit.photos]
    pictures = telling(photo.dhash for photo in photos)
    county = who.county
    found = await fly(
        connection,
        turn,
        Ask(HOMES, (county, homes)),
        Ask(MINE, (county, homes, who.user_id, Texts(who.delegation_ids))),
        Ask(CAMPAIGNS, (county, Texts({visit.campaign_id for visit in visits}))),
        Ask(DELEGATIONS, (county, trips)) if trips else None,
        Ask(PLACES, (county, places)) if places else None,
        Ask(STAFF, (county,)) if macs else None,
        Ask(AID_OF_HOMES, (county, homes)) if macs else None,
        Ask(AID_OF_PEOPLE, (county, macs)) if macs else None,
        Ask(SAME_FILE, (county, Texts({p.original_sha256 for p in photos}))) if photos else None,
        Ask(SAME_PICTURE, (county, pictures)) if pictures else None,
    )
    prints = {(row.sha256, row.household_id): row for row in (*found[9], *found[10])}.values()
    owners = Texts({row.household_id for row in prints})
    (numbers,) = await fly(connection, Ask(NUMBERS, (county, owners)) if prints else None)
    facts = _facts(*found[1:9])
    names = {row.id: row.number for row in numbers}
    for row in prints:
        if row.household_id in names:
            add_print(facts, _other_photo(row, names[row.household_id]))
    return facts


def _facts(
    homes: list[Any],
    mine: list[Any],
    campaigns: list[Any],
    delegations: list[Any],
    places: list[Any],
    staff: list[Any],
    of_homes: list[Any],
    of_people: list[Any],
) -> Facts:
    facts = Facts(
        campaigns={row.id: read_campaign(row.doc) for row in campaigns},
        households={row.id: read_file(row.doc) for row in homes},
        paths={row.id: row.path for row in homes},
        industrial_paths={row.id: row.industrial_path for row in homes},
        org_paths={row.id: row.path for row in places},
        in_scope={row.household_id for row in mine},
        delegations={row.id: read_delegation(row.doc) for row in delegations},
        staff_numbers=frozenset(row.number for row in staff),
    )
    facts.in_scope &= facts.households.keys()
    for row in {(row.id, row.record_id): row for row in (*of_homes, *of_people)}.values():
        add_aid(facts, read_aid(row.doc), row.id_mac)
    return facts


def telling(prints: Iterable[str]) -> Texts:
    """Those of pictures with something in them: covered lenses and nights are all alike, there are thousands
    of them, and no rule compares them (R12)."""
    return Texts({one for one in prints if not is_flat(one)})


def add_aid(facts: Facts, aid: Aid, mac: str) -> None:
    """Remember a line for the visits that come after it."""
    if aid.household_id:
        facts.earlier_by_household[aid.household_id].append(aid)
    facts.earlier_by_mac[mac].append(aid)


def _other_photo(row: Any, number: str) -> OtherPhoto:
    return OtherPhoto(
        household_id=row.household_id,
        household_number=number,
        sha256=row.sha256,
        original_sha256=row.original_sha256,
        dhash=row.dhash,
    )


def add_print(facts: Facts, photo: OtherPhoto) -> None:
    """Findable by its original and by its picture."""
    facts.prints[photo.original_sha256].append(photo)
    facts.prints[photo.dhash].append(photo)
