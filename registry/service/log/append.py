"""Appending to the ledger, after the fact: intake never waits for it.

New records are found through the feed: everything accepted publishes a feedback row, and the feed's
positions become visible in their order (feed_write), so nothing can slip in behind what was read. ``whole``
looks at all records instead: for what came in by another way, once a night.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.merkle import Node, grow, leaf_hash, perfect
from registry.db.bulk import insert_many
from registry.db.tables import counties, log_trees
from registry.service.each import each
from registry.service.feed_write import UPSERT, hold_feed
from registry.service.log.nodes import read_nodes
from registry.service.office import Office
from registry.service.times import wire
from sync.protocol.log import Leaf, leaf_bytes

BATCH = 500
LEAF = {"index": "bigint", "record_id": "text", "record_hash": "text", "received_at": "timestamptz"}
NODE = {"level": "smallint", "index": "bigint", "hash": "bytea"}
NEWEST = text("SELECT coalesce(max(position), 0) FROM changes WHERE county = :county")
FRESH = """
    SELECT {position} AS position, r.id, r.hash, r.received_at,
           EXISTS (SELECT FROM log_leaves l
                   WHERE l.county = r.county AND l.record_id = r.id AND l.record_hash = r.hash) AS held
"""
BY_FEED = text(
    FRESH.format(position="c.position")
    + """
    FROM changes c JOIN records r ON r.county = c.county AND r.id = c.id AND r.state = 'accepted'
    WHERE c.county = :county AND c.kind = 'feedback' AND c.position > :since AND c.position <= :newest
    ORDER BY c.position LIMIT :most
    """
)
BY_RECORDS = text(
    FRESH.format(position="0")
    + """
    FROM records r WHERE r.county = :county AND r.state = 'accepted' AND NOT EXISTS (
        SELECT FROM log_leaves l
        WHERE l.county = r.county AND l.record_id = r.id AND l.record_hash = r.hash)
    ORDER BY r.received_at, r.id LIMIT :most
    """
)
TELL = text(
    f"""
    INSERT INTO changes (county, audience, kind, id, doc)
    SELECT r.county, 'user:' || r.author_id, 'proof', r.id, '{{}}'::jsonb
    FROM records r WHERE r.county = :county AND r.state = 'accepted' AND r.id = ANY(:ids)
    {UPSERT}
    """  # noqa: S608
)


async def append_all(office: Office, *, whole: bool = False) -> int:
    """Append what is new in every county; returns how many leaves were added."""
    async with office.reader.connect() as connection:
        found = list((await connection.execute(select(counties.c.county))).scalars())
    return await each(found, lambda county: append_new(office, county, whole=whole))


async def append_new(office: Office, county: str, *, whole: bool = False) -> int:
    """The same for one county, in transactions of at most BATCH records."""
    added = 0
    while True:
        async with office.engine.begin() as connection:
            fresh, more = await _append_batch(connection, county, whole=whole)
        added += fresh
        if not more:
            return added


async def _append_batch(connection: AsyncConnection, county: str, *, whole: bool) -> tuple[int, bool]:
    """(leaves added, whether there may be more). The tree's row is the lock: one writer per county."""
    await connection.execute(insert(log_trees).values(county=county).on_conflict_do_nothing())
    mine = log_trees.c.county == county
    tree = (await connection.execute(select(log_trees).where(mine).with_for_update())).one()
    newest = await connection.scalar(NEWEST, {"county": county})
    asked = {"county": county, "since": tree.position, "newest": newest, "most": BATCH}
    if whole:
        rows = (await connection.execute(BY_RECORDS, {"county": county, "most": BATCH})).all()
    else:
        rows = (await connection.execute(BY_FEED, asked)).all()
    fresh = [row for row in rows if not row.held]
    if fresh:
        await _write(connection, county, tree.size, fresh)
    full = len(rows) == BATCH
    position = tree.position if whole else (rows[-1].position if full else newest)
    if fresh or position != tree.position:
        values = {"size": tree.size + len(fresh), "position": position}
        await connection.execute(update(log_trees).where(mine).values(values))
    if fresh:
        await hold_feed(connection, county)
        await connection.execute(TELL, {"county": county, "ids": sorted(row.id for row in fresh)})
    return len(fresh), full


async def _write(connection: AsyncConnection, county: str, size: int, rows: Sequence[Row[Any]]) -> None:
    leaves = [
        {"index": index, "record_id": row.id, "record_hash": row.hash, "received_at": row.received_at}
        for index, row in enumerate(rows, size)
    ]
    hashes = [leaf_hash(leaf_bytes(to_leaf(row.id, row.hash, row.received_at))) for row in rows]
    edge = await read_nodes(connection, county, perfect(0, size))
    made: dict[Node, bytes] = grow(size, hashes, edge)
    nodes = [{"level": level, "index": index, "hash": found} for (level, index), found in made.items()]
    await insert_many(connection, "log_leaves", county, LEAF, leaves, suffix="")
    await insert_many(connection, "log_nodes", county, NODE, nodes, suffix="")


def to_leaf(record_id: str, record_hash: str, received_at: Any) -> Leaf:
    """The leaf of a record."""
    return Leaf(id=record_id, hash=record_hash, received_at=wire(received_at))
