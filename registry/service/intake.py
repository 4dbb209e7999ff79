"""Intake: a batch of sealed records becomes rows, checks, and one answer per item (DESIGN §4).

Everything of a batch happens in one transaction: after a crash it is all there or not at all, and the phone,
which got no answer, sends the same bytes again. Nothing from the field is refused: a record outside the
user's scope, a fork, a gap and a failed rule are accepted and flagged; two texts with one id or one number
are both kept; what cannot be read is quarantined with its bytes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.event_time import Sent
from registry.db.bulk import Ask, fly
from registry.service.corrections import corrections, put_right
from registry.service.errors import RefusedError
from registry.service.feedback import missing_of, tell_authors
from registry.service.intake_after import MOVE_HEAD, advanced, last_visits, links, tell, visited
from registry.service.intake_items import Item, examine_all, split_batch
from registry.service.intake_known import Chain, Facts, load_facts, lock_device
from registry.service.intake_race import (
    TRIES,
    OutdatedError,
    OvertakenError,
    need_nothing_new,
    need_same_standing,
)
from registry.service.intake_rules import Arrival, Judged, judge_all
from registry.service.intake_write import details, quarantined, write_records
from registry.service.office import Office
from registry.service.principal import Principal, load_principal
from registry.service.surveys.intake import copied_meanwhile, read_surveys, write_surveys
from registry.service.times import now
from sync.protocol.messages import RecordResult, RecordsAnswer
from sync.protocol.records import GENESIS

T = TypeVar("T")
R = TypeVar("R")
SMALL = 4
"""Batches up to this size are not worth a thread."""
PIECE = 25


@dataclass
class Plan:
    """What becomes of each item; ``states`` and ``known`` by hash: (state, problem); ``broken``: ids of
    records held before whose ``prev`` is not the record that has now come before them."""

    fresh: list[Item] = field(default_factory=list)
    states: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    known: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)


class Batch(NamedTuple):
    """What came at once. ``arrived``: of what a person lets out of the quarantine now, when it really did;
    how its sender stands is then no longer asked."""

    raws: list[bytes]
    sent: Sent | None = None
    arrived: datetime | None = None


async def take_in(office: Office, who: Principal, body: bytes) -> RecordsAnswer:
    """Raises RefusedError("bad_request" | "too_large") for the whole batch; all else is per record."""
    return await take_batch(office, who, Batch(*split_batch(body)))


async def take_batch(office: Office, who: Principal, batch: Batch) -> RecordsAnswer:
    """Raises RefusedError("busy") for a phone that is revoked and welcomed again all the time."""
    async with office.batches.turn(who.device_id):
        for left in reversed(range(TRIES)):
            try:
                return await _take_in(office, who, batch, last=not left)
            except OvertakenError:
                continue
            except OutdatedError:
                async with office.reader.connect() as connection:
                    who = await load_principal(connection, who.county, who.device_id, hand_over=True)
    raise RefusedError("busy")


async def _take_in(office: Office, who: Principal, batch: Batch, *, last: bool) -> RecordsAnswer:
    items = await _think(office, batch.raws, lambda some: examine_all(some, who, office.keys))
    came = Arrival(received_at := batch.arrived or now(), batch.sent, who.enrolled_at)
    async with office.engine.begin() as connection:
        chain = await lock_device(connection, who, items)
        if batch.arrived is None:
            need_same_standing(who, chain)
        plan = sort_out(items, chain)
        read = await read_surveys(connection, office, who, plan.fresh)
        facts = await load_facts(connection, office.keys, who, plan.fresh)
        judged = await _think(office, plan.fresh, lambda some: judge_all(some, facts, office.keys, came))
        await _write_records(connection, who, judged, plan, facts, received_at)
        accepted = [one for one in judged if plan.states[one.item.hash][0] == "accepted"]
        homes = last_visits(accepted)
        _, reached, _, _, walked, *_, corrected = await fly(
            connection,
            quarantined(who, [i for i in items if i.problem is not None], received_at),
            *visited(who, accepted, homes, received_at),
            *links(who, chain, _numbers(judged, plan), plan.broken),
            *details(who, accepted, received_at),
            corrections(who, accepted) if accepted else None,
        )
        await write_surveys(connection, who, accepted, read, facts, received_at)
        right = await put_right(connection, who, accepted, corrected, received_at)
        seq, head = advanced(chain, walked)
        moved = Ask(MOVE_HEAD, (who.county, who.device_id, str(seq), head)) if seq != chain.head_seq else None
        named = {one.item.id: files_named(one.item) for one in accepted}
        missing = await tell(connection, who, accepted, reached, named, homes, moved, right.unreached)
        if not last:
            await need_nothing_new(connection, who, accepted, facts)
        again = await copied_meanwhile(connection, who, accepted)
        await tell_authors(connection, who.county, sorted({*right.told, *again}))
        known = [item.id for item in items if item.hash in plan.known]
        missing |= await missing_of(connection, who.county, known)
    results = _results(items, plan, accepted, missing)
    return RecordsAnswer(results=results, checkpoint=office.keys.checkpoint(who.device_id, seq, head))


async def _write_records(
    connection: AsyncConnection,
    who: Principal,
    judged: Sequence[Judged],
    plan: Plan,
    facts: Facts,
    received_at: datetime,
) -> None:
    written = await write_records(connection, who, judged, plan.states, facts, received_at)
    lost = [one for one in judged if (one.item.id, one.item.hash) not in written]
    for one in lost:  # another device used the id a moment ago
        plan.states[one.item.hash] = ("conflict", "id_reused")
    await write_records(connection, who, lost, plan.states, facts, received_at)


def files_named(item: Item) -> list[str]:
    """The attachments of a visit or a survey, in the order of MISSING's answer."""
    return sorted([one.sha256 for one in item.files])


def sort_out(items: Sequence[Item], chain: Chain) -> Plan:
    """Decide, without a database: new, duplicate, or conflict. First come, first kept as accepted."""
    plan = Plan()
    by_id = {one: {row.hash: _kept(row) for row in rows} for one, rows in chain.by_id.items()}
    by_seq = {seq: row.hash for seq, row in chain.by_seq.items()}
    for item in items:
        if not item.chained or item.head is None:
            continue
        seen = by_id.setdefault(item.id, {})
        if item.hash in seen:
            plan.known[item.hash] = seen[item.hash]
            continue
        verdict = _verdict(item, bool(seen), by_seq.get(item.head.seq))
        seen[item.hash] = verdict
        plan.states[item.hash] = verdict
        if verdict[0] != "conflict":
            by_seq[item.head.seq] = item.hash
        plan.fresh.append(item)
    _link(plan, chain, by_seq)
    return plan


def _link(plan: Plan, chain: Chain, hashes: dict[int, str]) -> None:
    """Flag what names another predecessor than the one held, on either side of what is new."""
    for item in plan.fresh:
        head = item.head
        if head is None or plan.states[item.hash][0] == "conflict":
            continue
        before = GENESIS if head.seq == 1 else hashes.get(head.seq - 1, head.prev)
        if head.prev != before:
            item.flags.append("chain_broken")
        after = chain.by_seq.get(head.seq + 1)
        if after is not None and after.prev != item.hash:
            plan.broken.append(after.id)


def _kept(row: Any) -> tuple[str, str | None]:
    return row.state, row.problem or ("out_of_scope" if "out_of_scope" in row.flags else None)


def _verdict(item: Item, id_taken: bool, number_taken_by: str | None) -> tuple[str, str | None]:
    if id_taken:
        return "conflict", "id_reused"
    if number_taken_by is not None:
        return "conflict", "seq_reused"
    if item.problem is not None:
        return "quarantined", item.problem
    return "accepted", None


def _numbers(judged: Sequence[Judged], plan: Plan) -> list[int]:
    held = [one for one in judged if plan.states[one.item.hash][0] != "conflict"]
    return [one.item.head.seq for one in held if one.item.head is not None]


def _results(
    items: Sequence[Item], plan: Plan, accepted: Sequence[Judged], missing: Mapping[str, list[str]]
) -> list[RecordResult]:
    flags = {one.item.hash: one.flags for one in accepted}
    answered: set[str] = set()
    results = []
    for item in items:
        state, problem = _result(item, plan, flags, answered)
        answered.add(item.hash)
        wanted = missing.get(item.id, []) if state in ("accepted", "duplicate") else []
        results.append(RecordResult(id=item.id, hash=item.hash, state=state, problem=problem, missing=wanted))  # type: ignore[arg-type]
    return results


def _result(
    item: Item, plan: Plan, flags: dict[str, list[str]], answered: set[str]
) -> tuple[str, str | None]:
    if not item.chained:
        return "quarantined", item.problem
    state, problem = plan.known.get(item.hash) or plan.states[item.hash]
    if state != "accepted":
        return state, problem
    if "out_of_scope" in flags.get(item.hash, ()):
        problem = "out_of_scope"
    again = item.hash not in plan.states or item.hash in answered
    return ("duplicate" if again else "accepted"), problem


async def _think(office: Office, items: list[T], work: Callable[[list[T]], list[R]]) -> list[R]:
    """CPU work beside the loop when it would hold up other requests, in pieces: between two of them the
    thread is free for another device's."""
    if len(items) <= SMALL:
        return work(items)
    loop, done = asyncio.get_running_loop(), []
    for start in range(0, len(items), PIECE):
        done += await loop.run_in_executor(office.thinker, work, items[start : start + PIECE])
    return done
