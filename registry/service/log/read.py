"""What the ledger answers: its signed head, proofs of inclusion and of consistency."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.merkle import consistency_spans, inclusion_spans
from registry.db.tables import log_leaves, log_trees
from registry.service.errors import RefusedError
from registry.service.keys import Keys
from registry.service.log.append import to_leaf
from registry.service.log.nodes import span_hashes
from registry.service.office import Office
from registry.service.principal import Principal
from registry.service.times import now, wire
from sync.protocol.log import ConsistencyAnswer, LogProof, TreeHead, head_bytes

HASH = re.compile("[0-9a-f]{64}")


async def tree_size(connection: AsyncConnection, county: str) -> int:
    """Leaves of the county's ledger."""
    size = await connection.scalar(select(log_trees.c.size).where(log_trees.c.county == county))
    return int(size or 0)


def sign_head(keys: Keys, county: str, size: int, root: bytes) -> TreeHead:
    """The registry's word on a tree, now."""
    head = TreeHead(county=county, size=size, root=root.hex(), time=wire(now()), sig="")
    return msgspec.structs.replace(head, sig=keys.sign(head_bytes(head)))


async def head_at(connection: AsyncConnection, keys: Keys, county: str, size: int) -> TreeHead:
    """A signed head of the first ``size`` leaves."""
    [[root]] = await span_hashes(connection, county, [[(0, size)]])
    return sign_head(keys, county, size, root)


async def proofs(
    connection: AsyncConnection, keys: Keys, county: str, record_ids: Sequence[str]
) -> dict[str, LogProof]:
    """Record id → its proof in the newest tree; one head for all. What is not in the ledger is left out."""
    size = await tree_size(connection, county)
    wanted = select(log_leaves).where(log_leaves.c.county == county, log_leaves.c.record_id.in_(record_ids))
    rows = await _rows(connection, wanted, size)
    return {proof.leaf.id: proof for proof in await _prove(connection, keys, county, rows, size)}


async def log_head(office: Office, who: Principal) -> TreeHead:
    """The ledger as it stands."""
    async with office.engine.connect() as connection:
        size = await tree_size(connection, who.county)
        return await head_at(connection, office.keys, who.county, size)


async def log_proof(office: Office, who: Principal, record_hash: str, size: int | None) -> LogProof:
    """Raises RefusedError: not_found, validation_failed (no tree of that size)."""
    if not HASH.fullmatch(record_hash):
        raise RefusedError("validation_failed", field="hash")
    async with office.engine.connect() as connection:
        size = _within(size, await tree_size(connection, who.county), "size")
        wanted = select(log_leaves).where(
            log_leaves.c.county == who.county, log_leaves.c.record_hash == record_hash
        )
        rows = await _rows(connection, wanted, size)
        if not rows:
            raise RefusedError("not_found")
        return (await _prove(connection, office.keys, who.county, rows[:1], size))[0]


async def log_consistency(office: Office, who: Principal, old: int, new: int | None) -> ConsistencyAnswer:
    """Raises RefusedError("validation_failed") when there is no tree of that size."""
    async with office.engine.connect() as connection:
        size = _within(new, await tree_size(connection, who.county), "to")
        old = _within(old, size, "from")
        [path] = await span_hashes(connection, who.county, [consistency_spans(old, size)])
    return ConsistencyAnswer(from_size=old, to_size=size, path=[one.hex() for one in path])


def _within(asked: int | None, size: int, field: str) -> int:
    if asked is None:
        return size
    if not 0 <= asked <= size:
        raise RefusedError("validation_failed", field=field)
    return asked


async def _rows(connection: AsyncConnection, wanted: Select[Any], size: int) -> list[Any]:
    where = wanted.where(log_leaves.c.index < size).order_by(log_leaves.c.index)
    return list((await connection.execute(where)).all())


async def _prove(
    connection: AsyncConnection, keys: Keys, county: str, rows: Sequence[Any], size: int
) -> list[LogProof]:
    if not rows:
        return []
    spans = [inclusion_spans(row.index, size) for row in rows]
    [root], *paths = await span_hashes(connection, county, [[(0, size)], *spans])
    head = sign_head(keys, county, size, root)
    return [
        LogProof(
            leaf=to_leaf(row.record_id, row.record_hash, row.received_at),
            index=row.index,
            path=[one.hex() for one in path],
            head=head,
        )
        for row, path in zip(rows, paths, strict=True)
    ]
