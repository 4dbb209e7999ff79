"""What a phone hears of its own records: received, photos complete, and what a supervisor said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.service.feed_write import News, for_user

MISSING = text(
    """
    SELECT f.record_id, f.sha256 FROM media_refs f
    LEFT JOIN media m ON m.county = f.county AND m.sha256 = f.sha256
    WHERE f.county = :county AND f.record_id = ANY(:ids) AND m.sha256 IS NULL
    """
)
OWN = text(
    """
    SELECT r.id, r.author_id, r.flags, v.verdict, v.note FROM records r
    LEFT JOIN LATERAL (
        SELECT verdict, note FROM reviews
        WHERE reviews.county = r.county AND reviews.record_id = r.id ORDER BY at DESC LIMIT 1
    ) v ON true
    WHERE r.county = :county AND r.id = ANY(:ids) AND r.state = 'accepted'
    """
)


async def missing_of(connection: AsyncConnection, county: str, ids: Sequence[str]) -> dict[str, list[str]]:
    """Record id → sha256 of the files that have not arrived."""
    found: dict[str, list[str]] = defaultdict(list)
    if ids:
        for row in await connection.execute(MISSING, {"county": county, "ids": list(ids)}):
            found[row.record_id].append(row.sha256)
    return found


async def feedback_news(connection: AsyncConnection, county: str, ids: Sequence[str]) -> list[News]:
    """As of now; hold the feed first, so that an upload in the same moment is not overlooked."""
    missing = await missing_of(connection, county, ids)
    rows = await connection.execute(OWN, {"county": county, "ids": list(ids)}) if ids else ()
    return [
        News(for_user(row.author_id), "feedback", row.id, _document(row, len(missing.get(row.id, ()))))
        for row in rows
    ]


def _document(row: Any, missing: int) -> dict[str, Any]:
    doc: dict[str, Any] = {
        "id": row.id,
        "record_id": row.id,
        "state": "received" if missing else "complete",
        "missing": missing,
        "flags": list(row.flags),
    }
    return doc | ({"verdict": row.verdict, "note": row.note} if row.verdict else {})
