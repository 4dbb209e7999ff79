"""What a phone hears of its own records: received, photos complete, and what a supervisor said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.service.feed_write import UPSERT, hold_feed

MISSING = text(
    """
    SELECT f.record_id, f.sha256 FROM media_refs f
    LEFT JOIN media m ON m.county = f.county AND m.sha256 = f.sha256
    WHERE f.county = :county AND f.record_id = ANY(:ids) AND m.sha256 IS NULL
    """
)
PUBLISH = text(
    f"""
    INSERT INTO changes (county, audience, kind, id, doc)
    SELECT r.county, 'user:' || r.author_id, 'feedback', r.id,
           jsonb_build_object('id', r.id, 'record_id', r.id, 'missing', f.missing, 'flags', to_jsonb(r.flags),
                              'state', CASE WHEN f.missing > 0 THEN 'received' ELSE 'complete' END)
           || coalesce(v.said, '{{}}'::jsonb)
    FROM records r
    CROSS JOIN LATERAL (
        SELECT count(*) AS missing FROM media_refs f
        WHERE f.county = r.county AND f.record_id = r.id AND f.record_hash = r.hash AND NOT EXISTS (
            SELECT FROM media m WHERE m.county = f.county AND m.sha256 = f.sha256)
    ) f
    LEFT JOIN LATERAL (
        SELECT jsonb_build_object('verdict', w.verdict, 'note', w.note) AS said FROM reviews w
        WHERE w.county = r.county AND w.record_id = r.id ORDER BY w.at DESC LIMIT 1
    ) v ON true
    WHERE r.county = :county AND r.state = 'accepted' AND r.id = ANY(:ids)
    {UPSERT}
    """  # noqa: S608
)
NAMING = text("SELECT DISTINCT record_id FROM media_refs WHERE county = :county AND sha256 = :sha256")


async def missing_of(connection: AsyncConnection, county: str, ids: Sequence[str]) -> dict[str, list[str]]:
    """Record id → sha256 of the files that have not arrived."""
    found: dict[str, list[str]] = defaultdict(list)
    if ids:
        for row in await connection.execute(MISSING, {"county": county, "ids": list(ids)}):
            found[row.record_id].append(row.sha256)
    return found


async def tell_authors(connection: AsyncConnection, county: str, ids: Sequence[str]) -> None:
    """Put these records' state as of now into the feed."""
    if ids:
        await hold_feed(connection, county)
        await connection.execute(PUBLISH, {"county": county, "ids": sorted(ids)})


async def tell_of_file(connection: AsyncConnection, county: str, sha256: str) -> None:
    """The same for all records that name this file. The feed is held first: a record that is being written in
    this moment waits for it too, so neither overlooks the other."""
    await hold_feed(connection, county)
    found = await connection.execute(NAMING, {"county": county, "sha256": sha256})
    await tell_authors(connection, county, list(found.scalars()))
