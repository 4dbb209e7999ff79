"""Settling what could not be read: decode it again with today's code, or dismiss it with a reason.

Nothing is ever removed: the bytes stay in the quarantine, and the record keeps its place in its phone's
chain and the time at which it arrived.
A released record takes the same way as one that arrives: rules, files, ledger, feed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.codes import REVIEWERS
from domain.event_time import Sent
from registry.db.bulk import fly
from registry.db.tables import quarantine, records
from registry.service.audit import note_by
from registry.service.corrections import corrections, put_right
from registry.service.errors import RefusedError
from registry.service.feedback import tell_authors
from registry.service.intake import Batch, files_named, take_batch
from registry.service.intake_after import last_visits, tell, visited
from registry.service.intake_items import Item, examine
from registry.service.intake_known import load_facts, lock_device
from registry.service.intake_rules import Arrival, judge_all
from registry.service.intake_write import details, record_row
from registry.service.office import Office
from registry.service.principal import Principal, load_principal
from registry.service.supervise import from_own
from registry.service.surveys.intake import read_surveys, write_surveys
from registry.service.times import now
from sync.protocol.supervision import Settled

KEYS = {"county", "id", "hash"}


async def retry(office: Office, who: Principal, item_id: str) -> Settled:
    """Try once more. Raises RefusedError: forbidden, not_found (also when it was settled before)."""
    who.require(REVIEWERS)
    async with office.engine.connect() as connection:
        row = await _open_row(connection, who, item_id)
        sender = await load_principal(connection, who.county, row.device_id, hand_over=True)
    sender = replace(sender, closed="", revoked_at=None)  # a person has decided; that it came late is known
    item = examine(bytes(row.raw), sender, office.keys)
    if item.problem is not None:
        return Settled(id=item_id, state="open", problem=item.problem, detail=item.detail)
    problem = await _accept(office, sender, item, row.received_at)
    if problem is not None:
        return Settled(id=item_id, state="open", problem=problem)
    await _settle(office, who, item_id, "released", "")
    return Settled(id=item_id, state="released")


async def dismiss(office: Office, who: Principal, item_id: str, reason: str) -> Settled:
    """Take it off the list; its bytes stay. Raises RefusedError: forbidden, not_found, validation_failed."""
    who.require(REVIEWERS)
    if len(reason.strip()) < 2:
        raise RefusedError("validation_failed", field="reason")
    await _settle(office, who, item_id, "dismissed", reason.strip())
    return Settled(id=item_id, state="dismissed")


async def _accept(office: Office, sender: Principal, item: Item, arrived: datetime) -> str | None:
    """The problem that is left, None when it is now accepted; a second time changes nothing."""
    async with office.batches.turn(sender.device_id), office.engine.begin() as connection:
        held = await _promote(office, connection, sender, item, arrived)
    if held:
        return None
    answer = await take_batch(office, sender, Batch([item.raw], arrived=arrived))
    (result,) = answer.results
    return None if result.state in ("accepted", "duplicate") else result.problem


async def _promote(
    office: Office, connection: AsyncConnection, sender: Principal, item: Item, received_at: datetime
) -> bool:
    """A record that has kept its place in the chain becomes an accepted one; False when it is not there."""
    chain = await lock_device(connection, sender, [item])
    same = [row for row in chain.by_id.get(item.id, ()) if row.hash == item.hash]
    if not same or same[0].state != "quarantined":
        return False
    item.flags += [flag for flag in same[0].flags if flag == "chain_broken"]  # its place has not changed
    read = await read_surveys(connection, office, sender, [item])
    facts = await load_facts(connection, office.keys, sender, [item])
    came = Arrival(received_at, await _sent(connection, sender, item, received_at), sender.enrolled_at)
    judged = judge_all([item], facts, office.keys, came)
    row = record_row(judged[0], sender, "accepted", None, facts, received_at)
    row["flags"] = [flag for flag in row["flags"].split(",") if flag]
    where = records.c.county == sender.county, records.c.id == item.id, records.c.hash == item.hash
    fresh = {key: value for key, value in row.items() if key not in KEYS}
    await connection.execute(update(records).where(*where).values(fresh))
    homes = last_visits(judged)
    reached, *_ = await fly(
        connection, *visited(sender, judged, homes, received_at), *details(sender, judged, received_at)
    )
    await write_surveys(connection, sender, judged, read, facts, received_at)
    corrected = (await fly(connection, corrections(sender, judged)))[0]
    right = await put_right(connection, sender, judged, corrected, received_at)
    named = {item.id: files_named(item)}
    await tell(connection, sender, judged, reached, named, homes, None, right.unreached)
    await tell_authors(connection, sender.county, right.told)
    return True


async def _sent(
    connection: AsyncConnection, sender: Principal, item: Item, received_at: datetime
) -> Sent | None:
    """What the phone said when it sent the record: kept as the latest bound that followed from it."""
    where = records.c.county == sender.county, records.c.id == item.id, records.c.hash == item.hash
    latest = await connection.scalar(select(records.c.latest).where(*where))
    if item.event is None or latest is None:
        return None
    counted = (received_at - latest) // timedelta(microseconds=1) * 1000
    return Sent(monotonic_ns=item.event.monotonic_ns + max(counted, 0), boot_id=item.event.boot_id)


async def _open_row(connection: AsyncConnection, who: Principal, item_id: str, *, lock: bool = False) -> Any:
    where = quarantine.c.county == who.county, quarantine.c.id == item_id, quarantine.c.state == "open"
    wanted = select(quarantine).where(*where, from_own(who))
    row = (await connection.execute(wanted.with_for_update() if lock else wanted)).one_or_none()
    if row is None:
        raise RefusedError("not_found")
    return row


async def _settle(office: Office, who: Principal, item_id: str, state: str, why: str) -> None:
    async with office.engine.begin() as connection:
        await _open_row(connection, who, item_id, lock=True)  # one of two people settles it, not both
        where = quarantine.c.county == who.county, quarantine.c.id == item_id
        fresh = {"state": state, "settled_at": now(), "settled_by": who.user_id, "settled_why": why}
        await connection.execute(update(quarantine).where(*where).values(fresh))
        await note_by(connection, who, f"quarantine.{state}", ("quarantine", item_id), why)
