"""Writing the feed: who must learn that something is now so.

Positions must become visible in their order, or a phone would step over a late one. So whoever publishes
holds one lock per county from its first row to its commit; publish last in a transaction (ADR 0006).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.db.arrays import Texts
from registry.db.bulk import Ask, fly, insertion_of

EVERYBODY = "all"

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('feed:' || $1, 0))"

UPSERT = (
    "ON CONFLICT (county, audience, kind, id) "
    "DO UPDATE SET doc = excluded.doc, position = nextval('feed_position')"
)

HOUSES = "SELECT id, path, industrial_path, status FROM households WHERE county = $1 AND id = ANY($2)"
HOLDERS = """
    SELECT household_id, user_id FROM assignments WHERE county = $1 AND household_id = ANY($2) AND active
"""
LEFT = """
    UPDATE changes SET doc = NULL, position = nextval('feed_position')
    WHERE county = $1 AND kind = $2 AND id = $3 AND doc IS NOT NULL AND audience <> ALL($4)
"""
NEWS = {"audience": "text", "kind": "text", "id": "text", "doc": "jsonb"}


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
    await fly(connection, Ask(LOCK, (county,)))


async def publish(connection: AsyncConnection, county: str, news: Iterable[News]) -> None:
    """Put things into the feed; the last of several about one thing wins."""
    rows = news_rows(county, news)
    if rows is not None:
        await fly(connection, Ask(LOCK, (county,)), rows)


async def only_for(
    connection: AsyncConnection, county: str, kind: str, thing: str, followers: Iterable[str]
) -> None:
    """Whoever else followed this thing loses it; it looks through the county's feed, so not for files."""
    await fly(connection, Ask(LOCK, (county,)), Ask(LEFT, (county, kind, thing, Texts(followers))))


async def publish_households(connection: AsyncConnection, county: str, ids: Iterable[str]) -> None:
    """Tell everybody who holds these household files that they changed."""
    found = sorted(set(ids))
    if found:
        _, houses, holders = await fly(connection, Ask(LOCK, (county,)), *who_follows(county, found))
        await fly(connection, news_rows(county, of_households(houses, holders)))


def who_follows(county: str, ids: Iterable[str]) -> tuple[Ask, Ask]:
    """Who must hear of these household files. Ask it when you hold the feed: an assignment that ends in this
    moment has then told its own end, or waits to do so after us."""
    homes = Texts(ids)
    return Ask(HOUSES, (county, homes)), Ask(HOLDERS, (county, homes))


def of_households(houses: Iterable[Any], holders: Iterable[Any]) -> list[News]:
    """Each file for those who hold it and those above it; the reader takes the file as it is then."""
    news = [News(for_user(row.user_id), "household", row.household_id, {}) for row in holders]
    for row in houses:
        paths = (row.path, row.industrial_path) if row.industrial_path else (row.path,)
        news += [News(for_tree(path), "household", row.id, {}) for path in paths]
    return news


def news_rows(county: str, news: Iterable[News]) -> Ask | None:
    """What ``publish`` writes, for somebody who holds the feed already."""
    newest = {one[:3]: one.doc for one in news}
    if not newest:
        return None
    audiences, kinds, ids = zip(*newest, strict=True)
    return insertion_of(
        "changes", county, NEWS, [audiences, kinds, ids, list(map(_json, newest.values()))], UPSERT
    )


def _json(doc: dict[str, Any] | None) -> str | None:
    if not doc:
        return None if doc is None else "{}"
    return msgspec.json.encode(doc).decode()
