"""Writing the feed: who must learn that something is now so.

Positions must become visible in their order, or a phone would step over a late one. So whoever publishes
holds one lock per county from its first row to its commit; publish last in a transaction (ADR 0006).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.db.bulk import insert_many

EVERYBODY = "all"

LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('feed:' || :county, 0))")

UPSERT = (
    "ON CONFLICT (county, audience, kind, id) "
    "DO UPDATE SET doc = excluded.doc, position = nextval('feed_position')"
)

HOUSEHOLDS = text(
    f"""
    INSERT INTO changes (county, audience, kind, id, doc)
    SELECT DISTINCT h.county, a.audience, 'household', h.id, '{{}}'::jsonb
    FROM households h
    CROSS JOIN LATERAL (
        SELECT 'user:' || user_id AS audience FROM assignments s
        WHERE s.county = h.county AND s.household_id = h.id AND s.active
        UNION ALL SELECT 'tree:' || h.path
        UNION ALL SELECT 'tree:' || h.industrial_path WHERE h.industrial_path IS NOT NULL
    ) a
    WHERE h.county = :county AND h.id = ANY(:ids)
    {UPSERT}
    """  # noqa: S608
)


class News(NamedTuple):
    """One thing for one audience; no ``doc``: it is gone from that audience's scope."""

    audience: str
    kind: str
    id: str
    doc: dict[str, Any] | None


def for_user(user_id: str) -> str:
    """The audience of one person."""
    return f"user:{user_id}"


def for_tree(path: str) -> str:
    """The audience of all who stand above this organisation."""
    return f"tree:{path}"


async def hold_feed(connection: AsyncConnection, county: str) -> None:
    """Wait for the county's feed; held until the transaction ends."""
    await connection.execute(LOCK, {"county": county})


async def publish(connection: AsyncConnection, county: str, news: Iterable[News]) -> None:
    """Put things into the feed; the last of several about one thing wins."""
    newest = {(one.audience, one.kind, one.id): one for one in news}
    if not newest:
        return
    await hold_feed(connection, county)
    types = {"audience": "text", "kind": "text", "id": "text", "doc": "jsonb"}
    rows = [one._asdict() | {"doc": _json(one.doc)} for one in newest.values()]
    await insert_many(connection, "changes", county, types, rows, UPSERT)


async def publish_households(connection: AsyncConnection, county: str, ids: list[str]) -> None:
    """Tell everybody who holds these household files that they changed."""
    if ids:
        await hold_feed(connection, county)
        await connection.execute(HOUSEHOLDS, {"county": county, "ids": sorted(set(ids))})


def _json(doc: dict[str, Any] | None) -> str | None:
    return None if doc is None else msgspec.json.encode(doc).decode()
